"""What an entry of the corpus is, and how it becomes a function."""

import linecache
import math
from typing import NamedTuple

import numpy as np


class Entry(NamedTuple):
    """A wrong function: `what` is wrong in it, which `parts` of the answer that concerns, and its source.

    parts: a set out of "data loss", "data gradient", "reg loss", "reg gradient", "stability" and "behaviour"
    (for functions that aren't losses: "value", "stability" and "behaviour").
    replacements: the (old, new) texts that turn the base source into this one; None for one written as a whole.
    """

    kind: str
    name: str
    form: str
    what: str
    parts: frozenset
    replacements: tuple | None
    source: str


def replaced(base, replacements):
    """Return `base` with each old text, which must occur exactly once, replaced by the new one."""
    for old, new in replacements:
        if base.count(old) != 1:
            raise ValueError(f"{old!r} occurs {base.count(old)} times, expected once, in\n{base}")
        base = base.replace(old, new)
    return base


def parts_of(text):
    """Return the set of parts in a text such as "reg loss, reg gradient"."""
    return frozenset(part.strip() for part in text.split(","))


def entry(kind, name, form, what, parts, base, change):
    """Return an Entry, where `change` is a list of replacements in `base`, or a whole source."""
    if isinstance(change, str):
        return Entry(kind, name, form, what, parts_of(parts), None, change.lstrip("\n"))
    source = replaced(base, change).lstrip("\n")
    return Entry(kind, name, form, what, parts_of(parts), tuple(change), source)


def build(entry):
    """Return the function of an entry, compiled afresh. Its source is known to inspect and to tracebacks."""
    filename = f"<{entry.kind} {entry.form} {entry.name}>"
    linecache.cache[filename] = (len(entry.source), None, entry.source.splitlines(keepends=True), filename)
    namespace = {"np": np, "math": math, "__name__": "learner"}
    exec(compile(entry.source, filename, "exec"), namespace)
    functions = [f for f in namespace.values() if getattr(getattr(f, "__code__", None), "co_filename", "") == filename]
    return functions[-1]  # helpers, if any, come before the function itself
