"""Learners' functions, right and wrong, and what the examiner has to say of each: one file for each exercise.

To add a mistake, add one entry to WRONG in the exercise's file:

    Case("sum-whole-batch", "sum-all", "e = np.exp(scores); return e / e.sum()"),

These are its name, the codes that the examiner has to give (just these, in this order) and the body, which can be

    text                     what stands below the `def` line of the file's BASE, the right answer
    [(old, new), ...]        changes to BASE; each old text must occur exactly once ([] is BASE itself)
    text with a `def`        a whole cell, with a `def` of the same name as in BASE
    a function               itself

A text can use np, math, copy, and STATE, a dictionary that lasts from call to call. In the two losses, `body` is the
function with loops and `vectorized` the one without; an entry can have both, and `both(...)` gives them the same
changes. Four lists are examined:

    RIGHT       accepted; the codes are those of the remarks, mostly none
    WRONG       rejected, with just these codes
    UNKNOWN     localised; instead of codes, an entry has the words that the report must contain
    PAIRS       two entries of WRONG in one function: their names, joined by " + ", and the codes of both together

`python -m tests.mistakes` prints what the examiner says of each.
"""

import copy
import functools
import importlib
import linecache
import math
import textwrap
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cs231n_softmax import check

EXERCISES = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


class Case(NamedTuple):
    """An entry of a list: a function, or its two forms, with what the examiner has to say of it."""

    name: str
    expected: str
    body: object = None
    vectorized: object = None


class Example(NamedTuple):
    """One function of the corpus: made from its source by `build`, or ready."""

    exercise: str
    name: str
    form: str  # "vectorized" or ""
    expected: str
    source: object

    def __str__(self):
        return "-".join(filter(None, [self.exercise, self.name, self.form]))


def both(name, expected, *changes):
    """Return a Case of which both forms have the same changes."""
    return Case(name, expected, list(changes), list(changes))


def entering(cases):
    """Return a decorator that enters a function into a list: @enter(its remarks, its form)."""
    def enter(expected="", form="body"):
        def decorate(function):
            cases.append(Case(function.__name__, expected, **{form: function}))
            return function
        return decorate
    return enter


def load(exercise):
    """Return the module of an exercise."""
    return importlib.import_module(f".{exercise}", __name__)


def examples(kind, exercises=EXERCISES):
    """Return the Examples in the lists of a kind: "right", "wrong", "unknown" or "pairs"."""
    found = []
    for exercise, module in zip(exercises, map(load, exercises), strict=True):
        for case in getattr(module, kind.upper(), []):
            for form, base in [("body", module.BASE), ("vectorized", getattr(module, "VECTORIZED", None))]:
                source = source_of(body_of(case, form, module), base)
                if source is not None:
                    found.append(Example(exercise, case.name, form.removeprefix("body"), case.expected, source))
    return found


def body_of(case, form, module):
    """Return a case's body in a form, or None. A pair's is the changes of both parts, if both have that form."""
    if case.body is not None or case.vectorized is not None:
        return getattr(case, form)
    cases = {each.name: each for each in module.RIGHT + module.WRONG}
    parts = [getattr(cases[name], form) for name in case.name.split(" + ")]
    return None if None in parts else sum(parts, [])


def source_of(body, base):
    """Return the source of a body, or the function that it is."""
    if callable(body) or body is None:
        return body
    if isinstance(body, list):
        return replaced(base, body).lstrip("\n")
    body = textwrap.dedent(body).lstrip("\n")
    head = base[: base.index("):\n") + 3].lstrip("\n")  # the `def` line, with the imports above it
    if head[head.index("def ") : head.index("(") + 1] in body:
        return body
    return head + textwrap.indent(body, "    ") + "\n"


def replaced(base, changes):
    """Return `base` with each old text, which must occur exactly once, replaced by the new one."""
    for old, new in changes:
        if base.count(old) != 1:
            raise ValueError(f"{old!r} occurs {base.count(old)} times, expected once, in\n{base}")
        base = base.replace(old, new)
    return base


def build(example):
    """Return the function of an example, compiled afresh. Its source is known to inspect and to tracebacks."""
    if callable(example.source):
        return example.source
    filename = f"<{example}>"
    linecache.cache[filename] = (len(example.source), None, example.source.splitlines(keepends=True), filename)
    namespace = {"np": np, "math": math, "copy": copy, "STATE": {}, "__name__": "learner"}
    exec(compile(example.source, filename, "exec"), namespace)
    functions = [f for f in namespace.values() if getattr(getattr(f, "__code__", None), "co_filename", "") == filename]
    return functions[-1]  # helpers, if any, come before the function itself


@functools.cache
def examine(example):
    """Return the Report on an example and the CPU seconds that it took; each is examined once only."""
    options = {"vectorized": True} if example.form else {}
    function, begin = build(example), time.process_time()
    report = getattr(check, example.exercise)(function, **options)
    return report, time.process_time() - begin
