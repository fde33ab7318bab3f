"""Where a file stands in its assignment, and a copy of the assignment's .py files, which alone is imported.

The course's files import each other as `cs231n.classifiers.softmax` or `..classifiers.softmax`. So each file gets its
place in a package cs231n, also where it comes alone, or from a folder `classifiers` without its parent.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .find import LEFT_OUT

MOST_FILES, MOST_BYTES = 500, 20_000_000


class Place(NamedTuple):
    """The folder `home` of an assignment, and the path of one of its files in the copy."""

    home: Path
    inside: Path
    module: str


def place(path: Path) -> Place:
    """Return the Place of a learner's file.

    >>> str(place(Path("/a1/cs231n/classifiers/softmax.py")).home), place(Path("/a1/softmax.py")).module
    ('/a1', 'cs231n.classifiers.softmax')
    """
    folders = path.parent.parts
    if folders[-1] == "classifiers":
        top = path.parent.parent
        home = top.parent if top.name == "cs231n" else top
        inside = Path("cs231n", "classifiers", path.name)
    elif folders[-1] == "cs231n" and not (path.parent / "cs231n").is_dir():
        home, inside = path.parent.parent, Path("cs231n", path.name)
    elif path.suffix == ".ipynb" or (path.parent / "cs231n").is_dir():
        home, inside = path.parent, Path(path.name)
    else:
        home, inside = path.parent, Path("cs231n", "classifiers", path.name)
    return Place(home, inside, ".".join(inside.with_suffix("").parts))


def lay_out(home: Path, paths: list[Path], folder: Path) -> dict[Path, Path]:
    """Copy an assignment's .py files into a folder, as many as are allowed; return {copy: original} of all of them."""
    wanted: dict[Path, Path] = {}
    for path in paths:
        inside = place(path).inside
        if inside.suffix == ".py":
            wanted[inside] = path
        for sibling in sorted(path.parent.glob("*.py")):
            wanted.setdefault(inside.parent / sibling.name, sibling)
    for parent in (home, home / "classifiers"):
        base = Path() if parent == home else Path("cs231n", "classifiers")
        for sibling in sorted(parent.glob("*.py")):
            wanted.setdefault(base / sibling.name, sibling)
    for below in _below(home / "cs231n"):
        wanted.setdefault(below.relative_to(home), below)
    copied, size = {}, 0
    for inside, path in list(wanted.items())[:MOST_FILES]:
        try:
            size += path.stat().st_size
            if size > MOST_BYTES or not path.is_file():
                continue
            (folder / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / inside)
        except OSError:
            continue
        copied[folder / inside] = path
    return copied


def _below(folder: Path, depth: int = 4) -> Iterator[Path]:
    """Yield the .py files below a folder; no links to folders are followed."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.suffix == ".py":
            yield entry
        elif (
            depth and entry.is_dir() and not entry.is_symlink() and entry.name not in LEFT_OUT and entry.name[0] != "."
        ):
            yield from _below(entry, depth - 1)
