"""Lay the practice copies into a folder, and never overwrite what a learner has written.

The folder's record, .practice.json, has a checksum of each file as it was laid down. A file that still has this
checksum is refreshed; any other is left. Of a notebook only the texts of its cells count, so that running it changes
nothing. Where the record is missing or damaged, every file counts as changed that isn't the newest version.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import NamedTuple

from .._files import atomic_write, explained
from ..check.progress_file import FILE, read, write
from .copies import MAP, NOTEBOOKS, files
from .strip import source

RECORD = ".practice.json"


class LaidOut(NamedTuple):
    """What a run did: names of files, and whether an unreadable progress.json was replaced."""

    new: list[str]
    refreshed: list[str]
    as_it_was: list[str]  # untouched, and already the newest version
    changed: list[str]  # by the learner, and left
    progress_lost: bool


def lay_out(folder: Path | str, notebooks: Path = NOTEBOOKS) -> LaidOut:
    """Lay copies of the notebooks into a folder, which is made if necessary; return what was done with each file.

    Raises OSError, in a plain sentence, where the folder can't be used: it is a file, or holds something else, or can't
    be written. FileNotFoundError and ValueError where there is nothing to copy: see solved_notebooks.
    """
    folder = Path(folder)
    contents, unsolved = files(notebooks)
    _check_folder(folder, notebooks, contents)
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    record = _read_record(folder)
    laid = LaidOut([], [], [], [], _write_progress(folder, unsolved))
    marks = dict(record)
    for name, text in contents.items():
        path, mark = folder / name, checksum(name, text)
        there = _checksum_of(path)
        if there is None:
            with explained(path):
                path.parent.mkdir(exist_ok=True)
            laid.new.append(name)
        elif there == mark:
            laid.as_it_was.append(name)
        elif there == record.get(name):
            laid.refreshed.append(name)
        else:
            laid.changed.append(name)
            continue
        if there != mark:
            with atomic_write(path) as f:
                f.write(text)
        marks[name] = mark
    if marks != record:
        with atomic_write(folder / RECORD) as f:
            json.dump(marks, f, indent=1)
    return laid


def checksum(name: str, text: str) -> str:
    """Return the SHA-256 of a file's text; of a notebook's cells without the empty ones, which editors add."""
    if name.endswith(".ipynb"):
        cells = [(cell["cell_type"], source(cell)) for cell in json.loads(text)["cells"]]
        text = json.dumps([cell for cell in cells if cell[1].strip()])
    return hashlib.sha256(text.encode()).hexdigest()


def _checksum_of(path):
    """Return the checksum of what is there: None where nothing is, "" for what can't be read."""
    if not os.path.lexists(path):
        return None
    try:
        return checksum(path.name, path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return ""


def _read_record(folder):
    """Return {file: checksum} as laid down; {} where the record is missing or damaged."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _write_progress(folder, unsolved):
    """List the tasks in progress.json, keeping what is done; return whether an unreadable one was replaced."""
    old = read(folder)
    lost = old is None and os.path.lexists(folder / FILE)
    finished = {task for row in (old or {}).values() for task, flag in row.items() if flag}
    new = {name: {task: task in finished for task in row} for name, row in unsolved.items()}
    if new != old:
        write(new, folder)
    return lost


def _check_folder(folder, notebooks, contents):
    """Raise OSError for a folder in which copies have no place."""
    with explained(folder, done="read"):
        if folder.resolve().is_relative_to(notebooks.resolve()):
            raise FileExistsError(f"{folder} is where the solved notebooks are. Name another folder.")
        if os.path.lexists(folder) and not folder.is_dir():
            raise NotADirectoryError(f"{folder}: expected a folder, found a file. Name another folder.")
        names = [name for name in os.listdir(folder) if name == RECORD or name[0] != "."] if folder.exists() else []
    ours = {RECORD, *contents} - {MAP}
    if names and ours.isdisjoint(names) and read(folder) is None:
        raise FileExistsError(
            f"{folder}: expected a new or empty folder, or one with practice copies, found {sorted(names)[0]} in it. "
            "Name another folder."
        )
