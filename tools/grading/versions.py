"""Which notebook is a file, and which of several versions of a notebook counts."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import PurePosixPath
from typing import Any

from .notebooks import read_notebook

SUFFIX = re.compile(r"\.ipynb(\.txt|\.json)?$", flags=re.IGNORECASE)


def spelled(name: str) -> str:
    """Return a pattern for a notebook's name, however its words are joined."""
    last = r"(?!\d)" if name[-1:].isdigit() else ""
    return r"(?<!\d)" + r"[\W_]*".join(map(re.escape, name.split("_"))) + last


def named(path: str, names: Collection[str]) -> str | None:
    """Return which notebook a file is by its name, whatever stands around it, in any case; None if it is none."""
    file = PurePosixPath(path).name
    fits = [name for name in names if re.search(spelled(name), file, flags=re.IGNORECASE)]
    return max(fits, key=len) if fits and SUFFIX.search(file) else None


def which(path: str, content: bytes, labels: Mapping[str, Collection[str]]) -> str | None:
    """Return which notebook a file is: by its name, unless it has only the exercises of another one in it."""
    name = named(path, labels)
    inside = {
        other: sum(f'"{label}"'.encode() in content or f"def {label}(".encode() in content for label in own)
        for other, own in labels.items()
    }
    best = max(inside, key=lambda other: inside[other])
    return name if (name and inside[name]) or not inside[best] else best


def newest(versions: list[tuple[Any, bytes]]) -> tuple[Any, bytes, list[str]]:
    """Return the newest of several (Handed, content), and notes of why, and of the others.

    Versions that can't be read don't count if there is one that can.
    """
    notes, readable = [], []
    for handed, content in versions:
        try:
            read_notebook(content)
        except ValueError as error:
            notes.append(f"{_shown(handed, [other for other, _ in versions])} isn't graded: {error}")
        else:
            readable.append((handed, content))
    if not readable:
        readable, notes = versions, []
    names = {id(handed): _shown(handed, [other for other, _ in versions]) for handed, _ in versions}
    left, why = _last(readable)
    handed, content = left[0]
    reason = why.format(system=handed.system, file=names[id(handed)])
    for other, bytes_ in readable:
        if other is not handed:
            said = "has the same content" if bytes_ == content else f"isn't graded: {reason}"
            notes.append(f"{names[id(other)]} {said}")
    return handed, content, notes


def _shown(handed, versions):
    """Return a file's name as the student gave it, or as the export gives it if others have the same."""
    same = [other for other in versions if other.file == handed.file]
    return handed.entry.path if len(same) > 1 else handed.file


def _last(versions):
    """Return those that are the newest, by the first criterion by which one is, and that criterion in words."""
    different = {content: (handed, content) for handed, content in reversed(versions)}
    left = sorted(different.values(), key=lambda version: version[0].file)
    for why, value in CRITERIA:
        values = [value(handed) for handed, _ in left]
        if None not in values:
            left = [version for version, one in zip(left, values, strict=True) if one == max(values)]
        if len(left) == 1:
            return left, why
    return left, "{file} comes first in the alphabet, and nothing else says which one is newer"


def number(file: str) -> int:
    """Return the number that systems and browsers put behind a name: 2 for "x (2).ipynb", 0 without one."""
    stem = re.sub(SUFFIX, "", PurePosixPath(file).name)
    copies = len(re.findall(r"(?i)\bcopy of\b", stem))
    found = re.search(r"(?i)(?:\(|-|[-_ ]copy *|[-_ ]v)(\d+)\)? *$", stem)
    return int(found[1]) if found else copies or int(bool(re.search(r"(?i)[-_ ]copy *$", stem)))


CRITERIA: list[tuple[str, Callable[[Any], Any]]] = [
    ("{file} is newer, by the time that {system} gives", lambda handed: handed.time),
    ("{file} is newer, by {system}'s numbers", lambda handed: handed.order),
    ("{file} is newer, by the number in its name", lambda handed: number(handed.file)),
    ("{file} is newer, by the times in the archive", lambda handed: handed.entry.time),
    ("{file} lies higher in the folders", lambda handed: -handed.file.count("/")),
]
