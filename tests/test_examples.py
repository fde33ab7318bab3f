"""The examples in the package's docstrings give what stands below them."""

import doctest
import importlib
from pathlib import Path

import pytest

import cs231n_softmax
from cs231n_softmax.drop_in import uninstall

PACKAGE = Path(cs231n_softmax.__file__).parent
WITH_EXAMPLES = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
                 for path in sorted(PACKAGE.rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_give_what_they_show(name, tmp_path, monkeypatch):
    """Each example of a module, run in an empty folder. pytest shows what doctest prints about a wrong one."""
    monkeypatch.chdir(tmp_path)
    assert doctest.testmod(importlib.import_module(name)).failed == 0
    uninstall()  # drop_in's example installs
