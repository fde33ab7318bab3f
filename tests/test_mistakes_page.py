"""docs/mistakes.md: it is what the package and the functions in tests/mistakes say now, and no code is missing."""

import ast
import re
import sys
from pathlib import Path

import pytest
from mistakes import EXERCISES, load

from cs231n_softmax.check.catalogue import entries

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import mistakes_page  # noqa: E402

TEXT = mistakes_page.PAGE.read_text(encoding="utf-8")
HEADINGS = set(re.findall("^### `(.*)`$", TEXT, re.MULTILINE))
PLACES = set(re.findall("^[|] `([a-z-]+)-` [|]", TEXT, re.MULTILINE))
ENDINGS = set(re.findall("^[|] `-(.*?)` [|]", TEXT, re.MULTILINE))
SLUG = re.compile(r"(?!\d\d-)[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
MAKERS = {"Mistake": 0, "Unusable": 0, "mistake": 0, "remark": 0, "Variant": 2, "_form": 1, "_forms": 1, "each": 2}
SOURCES = [path for path in (ROOT / "cs231n_softmax" / "check").rglob("*.py") if path.name != "catalogue.py"]
NO_CODES = {"site-packages", "dist-packages", "read-only"}  # words that look like codes


def explained(code):
    """True for a code with an entry of its own, and for one whose two halves are in the tables."""
    halves = [(code[:k], code[k + 1 :]) for k, letter in enumerate(code) if letter == "-"]
    return code in HEADINGS or any(set(re.split("-and-", place)) <= PLACES and ending in ENDINGS
                                   for place, ending in halves)


def literals(path):
    """Yield the texts in a source that are codes: those handed on as a code, and those that look like one.

    A key that begins with a notebook's two digits is a guess's.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = node.args[MAKERS[name]] if name in MAKERS and len(node.args) > MAKERS[name] else None
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "-" in node.value \
                and SLUG.fullmatch(node.value):
            yield node.value


def test_the_page_is_what_the_sources_say():
    """`make build` was run after the last change."""
    assert mistakes_page.page() == TEXT


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_code_in_the_sources_is_missing(path):
    """Each code that is written somewhere in check/ is on the page, by itself, or as a place or an ending."""
    for code in set(literals(path)) - NO_CODES - {""}:
        assert explained(code) or code in PLACES | ENDINGS, code


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_code_that_a_function_gets_is_missing(exercise):
    """Each code that a function of tests/mistakes gets is on the page."""
    module = load(exercise)
    for case in [case for kind in ("RIGHT", "WRONG", "PAIRS") for case in getattr(module, kind, [])]:
        assert all(map(explained, case.expected.split())), case.name


def test_headings_are_unique_and_links_lead_somewhere():
    """Each code has one heading, and each link inside of the page leads to a heading."""
    headings = [re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in re.findall("^#+ (.*)$", TEXT, re.M)]
    assert len(headings) == len(set(headings)) > 300
    links = set(re.findall(r"\]\(#(.*?)\)", TEXT))
    assert len(links) > 150 and links <= set(headings)


def test_no_old_code_is_used_again():
    """A code of version 0.1 that was given up stands for nothing else today, in the exercises where it was used."""
    today = {(name, entry.code) for entry in entries() for name in entry.exercises}
    old = mistakes_page.old_codes()
    assert len(old) > 70
    for code, exercises, new in old:
        assert not today & {(name, code) for name in exercises}, code
        assert all((name, each) in today for name in exercises for each in new), code
