"""What the package promises as a whole: typed public functions, and one version everywhere."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

import cs231n_softmax
from cs231n_softmax import check
from cs231n_softmax.check.catalogue import ALL

PACKAGE = Path(cs231n_softmax.__file__).parent
ROOT = PACKAGE.parent
PUBLIC = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
          for path in sorted(PACKAGE.rglob("[!_]*.py")) if "check" not in path.relative_to(PACKAGE).parts]


def public_functions(module):
    """Yield the public functions and methods (also __init__ and __str__) that a module defines itself."""
    own = [thing for name, thing in vars(module).items()
           if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__]
    for thing in own:
        members = vars(thing).items() if inspect.isclass(thing) and not hasattr(thing, "_fields") else [("", thing)]
        for name, member in members:
            member = member.fget if isinstance(member, property) else member
            if inspect.isfunction(member) and (not name.startswith("_") or name in ("__init__", "__str__")):
                yield member


def untyped(function):
    """Return the names in a function's signature that have no type hint."""
    signature = inspect.signature(function)
    names = [name for name, parameter in signature.parameters.items() if parameter.annotation is parameter.empty]
    return [name for name in names if name != "self"] + ["return"] * (signature.return_annotation is signature.empty)


@pytest.mark.parametrize("name", PUBLIC)
def test_public_functions_are_typed(name):
    """`make lint` checks the hints; this finds signatures that have none. (The examiner's doors are below.)"""
    functions = public_functions(importlib.import_module(name))
    assert {function.__qualname__: untyped(function) for function in functions if untyped(function)} == {}


@pytest.mark.parametrize("name", [name for name in check.__all__ if name[0].islower()])
def test_the_examiners_doors_are_typed(name):
    """Each check.<name> says what it takes and returns; those that examine a function return a Report."""
    function = getattr(check, name)
    assert untyped(function) == []
    assert (inspect.signature(function).return_annotation is check.Report) == (name in ALL)


def test_public_functions_are_found():
    """The test above looks at functions, methods, properties and __init__."""
    found = {function.__qualname__ for name in PUBLIC for function in public_functions(importlib.import_module(name))}
    assert {"softmax", "Softmax.loss", "LinearClassifier.__init__", "SweepTable.best", "sweep"} <= found


def test_the_hints_come_with_the_package():
    """Without this empty file, type checkers don't read the hints of an installed package."""
    assert (PACKAGE / "py.typed").is_file()


def test_one_version_everywhere():
    """The newest entry of CHANGELOG.md and CITATION.cff name the package's version, without a .dev0 behind it."""
    version = cs231n_softmax.__version__.removesuffix(".dev0")
    assert re.search(r"^## \[?(\d[\d.]*\d)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[1] == version
    assert re.search(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.M)[1] == version
