"""Every file of an export: in folders, zips and tars, and in the archives inside of these, within bounds.

Nothing is unpacked into a folder, no link is followed, and nothing outside of the export is read. A file that can't be
read has an entry that says why, and takes nothing else with it: each student's archives have bounds of their own.
"""

import io
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import archives
from .archives import Bounds, TooMuch, copy, members

ARCHIVE = re.compile(r"\.(zip|tar|tgz|tar\.(gz|bz2|xz))$", flags=re.IGNORECASE)
UNKNOWN = re.compile(r"\.(rar|7z)$", flags=re.IGNORECASE)
DATA = re.compile(r"cifar-10-(python|binary|matlab)[^/]*$")  # the images, as they are downloaded
EMPTY, LINK = "nothing is in it, or only hidden files", "a link, which is not followed"

DEPTH = 3  # archives inside of archives, the export itself not counted


@dataclass(frozen=True)
class Entry:
    """A file of an export; or an empty folder, or an archive that can't be looked into: their paths end with /."""

    path: str  # in the export, with / between folders; an archive counts as a folder
    content: bytes | None = None  # where it was wanted and could be read
    time: datetime | None = None  # as an archive gives it, without a time zone; only good to compare
    why: str = ""  # it can't be used


def walk(export: Path, wanted: Callable[[str], bool]) -> Iterator[Entry]:
    """Yield all files of a folder or archive; the contents are read of those whose names are wanted."""
    if export.is_dir():
        yield from _folder(export, wanted)
    else:
        with open(export, "rb") as file:
            yield from _archive(file, export.name, "", wanted, Bounds(students=1000), 0)


def _folder(export, wanted):
    problems = []
    for folder, folders, files in os.walk(export, onerror=problems.append):
        inside = Path(folder).relative_to(export)
        shown = {name: _printable((inside / name).as_posix()) for name in [*folders, *files]}
        folders[:] = sorted(name for name in folders if not _junk(name))
        files = sorted(name for name in files if not _junk(name))
        if not folders and not files and inside.parts:
            yield Entry(f"{_printable(inside.as_posix())}/", why=EMPTY)
        for name in folders:
            if os.path.islink(os.path.join(folder, name)):
                yield Entry(f"{shown[name]}/", why=LINK)
        for name in files:
            path, full = shown[name], Path(folder, name)
            if full.is_symlink() or not full.is_file():
                yield Entry(path, why=LINK if full.is_symlink() else "not an ordinary file")
                continue
            try:
                with open(full, "rb") as file:
                    yield from _file(file, path, None, 0, wanted, Bounds(), 0)
            except OSError as error:
                yield Entry(path, why=error.strerror or str(error))
    for error in problems:
        yield Entry(f"{_printable(Path(error.filename).relative_to(export).as_posix())}/", why=error.strerror)


def _file(file, path, time, packed, wanted, bounds, depth):
    """Yield the entry of an open file; of an archive, those of the files in it. packed: its size in its archive."""
    try:
        if UNKNOWN.search(path):
            yield Entry(f"{path}/", why="only zip and tar archives can be looked into: unpack it in its place")
        elif ARCHIVE.search(path) and not DATA.search(path):
            with tempfile.SpooledTemporaryFile(max_size=archives.LARGEST) if packed else file as inner:
                if packed:  # archives inside of archives are unpacked first: their list of files stands at the end
                    copy(file, inner, archives.EVERYTHING, packed, bounds)
                yield from _archive(inner, path, f"{path}/", wanted, bounds, depth + 1)
        elif wanted(path):
            inner = io.BytesIO()
            copy(file, inner, archives.LARGEST, packed, bounds)
            bounds.keep(inner.tell())
            yield Entry(path, inner.getvalue(), time)
        else:
            yield Entry(path, None, time)
    except Exception as error:  # what students pack can fail in every way
        yield Entry(path + "/" * bool(ARCHIVE.search(path)), why=_reason(error))


def _archive(file, name, prefix, wanted, bounds, depth):
    """Yield the files in an open archive. prefix: its path in the export and a /, or nothing for the export itself."""
    if depth > DEPTH:
        yield Entry(prefix, why=f"archives are looked into {DEPTH} deep, and this one lies deeper")
        return
    with ExitStack() as opened:
        try:
            found = list(members(file, name, bounds, opened))
        except Exception as error:  # what students pack can fail in every way
            if not prefix:
                raise ValueError(f"{name} is not a readable archive: {_reason(error)}. Download it again.") from error
            yield Entry(prefix, why=f"not a readable archive: {_reason(error)}")
            return
        inside = [(path, one) for one in found if (path := _clean(one.path)) and not any(map(_junk, path.split("/")))]
        if not inside:
            yield Entry(prefix or f"{name}/", why=EMPTY)
        for path, one in sorted(inside, key=lambda pair: (pair[0].count("/"), pair[0])):
            bounds.files -= 1
            if bounds.files < 0:
                yield Entry(prefix or f"{name}/", why=f"more than {archives.FILES:,} files; the rest is not looked at")
                return
            yield from _member(one, prefix + path, wanted, bounds if prefix else Bounds(), depth)


def _member(member, path, wanted, bounds, depth):
    """Yield the entry of a file in an archive, or the entries of the files in it."""
    if member.open is None:
        yield Entry(path, why=LINK)
        return
    try:
        with member.open() as file:
            yield from _file(file, path, member.time, member.packed, wanted, bounds, depth)
    except Exception as error:  # what students pack can fail in every way
        yield Entry(path, why=_reason(error))


def _clean(path):
    """Return a path in an archive as one that leads nowhere else: no drive, no root, no .."""
    parts = re.split(r"[/\\]", re.sub(r"^[A-Za-z]:[/\\]", "", path))
    return _printable("/".join(part for part in parts if part not in ("", ".", "..")))


def _printable(path):
    """Return a path that can be written in a table: old systems have names in Latin-1, and anything may be in them."""
    try:
        path.encode()
    except UnicodeError:
        path = path.encode(errors="surrogateescape").decode("latin-1")
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "_", path)


def _junk(name):
    """True for what programs leave beside people's files."""
    return name in ("__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini") or name.startswith(".")


def _reason(error):
    if isinstance(error, TooMuch):
        return str(error)
    return (
        "it needs a password" if "password" in str(error) else f"it is damaged ({str(error) or type(error).__name__})"
    )
