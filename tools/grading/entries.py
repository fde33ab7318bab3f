"""Every file of an export: in folders, zips and tars, and in zips inside of these, within bounds.

Nothing is unpacked onto the disk, links aren't followed, and nothing outside of the export is read. What can't be read
takes nothing else with it: it becomes a Problem.
"""

import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
DEPTH = 3  # archives inside of archives
FILES = 50_000  # in an export
LARGEST = 200_000_000  # bytes of one file: of a notebook, or of an archive inside of another one
EVERYTHING = 4_000_000_000  # bytes that are read out of archives in all
JUNK = ("__MACOSX", ".DS_Store", ".ipynb_checkpoints", ".git", "Thumbs.db", "desktop.ini")  # made by programs
BROKEN = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
)


@dataclass(frozen=True)
class Entry:
    """A file of an export."""

    path: str  # in the export, with / between folders; an archive counts as a folder
    time: datetime | None  # as an archive gives it; files in folders have none that can be relied on
    read: Callable[[], bytes]  # ValueError, with the reason, where it can't be read


@dataclass(frozen=True)
class Problem:
    """A file of an export that can't be used, and why."""

    path: str
    why: str


class Bounds:
    """What may still be read of an export."""

    def __init__(self) -> None:
        self.files, self.bytes = FILES, EVERYTHING

    def take(self, size: int) -> None:
        """Count bytes that were read out of an archive; ValueError where it is too much."""
        self.bytes -= size
        if size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST / 1e6:.0f} MB")
        if self.bytes < 0:
            raise ValueError("too much is packed into this export")


def walk(export: Path) -> Iterator[Entry | Problem]:
    """Yield all files of a folder, or of an archive, sorted by their paths."""
    bounds = Bounds()
    if export.is_dir():
        yield from _folder(export, bounds)
    else:
        yield from _archive("", export.name, lambda: export, bounds, DEPTH)


def _folder(export, bounds):
    for folder, folders, files in os.walk(export):
        folders[:] = sorted(name for name in folders if name not in JUNK)
        inside = Path(folder).relative_to(export)
        for name in [name for name in folders if Path(folder, name).is_symlink()]:
            yield Problem((inside / name).as_posix(), "a link, which is not followed")
        for name in sorted(files):
            path, full = (inside / name).as_posix(), Path(folder, name)
            if name in JUNK or name.startswith("._"):
                continue
            if full.is_symlink() or not full.is_file():
                yield Problem(path, "a link, which is not followed")
            elif name.lower().endswith(ARCHIVES):
                yield from _archive(path + "/", name, lambda full=full: full, bounds, DEPTH)
            else:
                yield Entry(path, None, lambda full=full: _whole(full))


def _whole(path):
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST / 1e6:.0f} MB")
        return path.read_bytes()
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from error


def _archive(prefix, name, source, bounds, depth):
    """Yield the files in an archive. source() is its path, or a file in memory."""
    where = prefix.rstrip("/") or name
    if depth == 0:
        yield Problem(where, f"archives are looked into {DEPTH} deep, and this one lies deeper")
        return
    try:
        members = list(_tar(source, bounds) if name.lower()[-4:] != ".zip" else _zip(source, bounds))
    except BROKEN as error:
        yield Problem(where, f"not a readable archive: {error}")
        return
    for member, time, read in sorted(members, key=lambda member: member[0]):
        parts = [part for part in PurePosixPath(member.replace("\\", "/")).parts if part not in ("/", "..")]
        if not parts or set(parts) & set(JUNK) or parts[-1].startswith("._"):
            continue
        path = prefix + "/".join(parts)
        bounds.files -= 1
        if bounds.files < 0:
            yield Problem(where, f"more than {FILES:,} files; the rest is not looked at")
            return
        if read is None:
            yield Problem(path, "a link, which is not followed")
        elif path.lower().endswith(ARCHIVES):
            try:
                content = read()
            except ValueError as error:
                yield Problem(path, str(error))
            else:
                inner = lambda content=content: io.BytesIO(content)  # noqa: E731
                yield from _archive(path + "/", parts[-1], inner, bounds, depth - 1)
        else:
            yield Entry(path, time, read)


def _zip(source, bounds):
    with zipfile.ZipFile(source()) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, _time(*info.date_time), lambda info=info: _read_zip(source, info, bounds)


def _read_zip(source, info, bounds):
    try:
        with zipfile.ZipFile(source()) as archive, archive.open(info) as f:
            content = f.read(LARGEST + 1)
    except BROKEN as error:
        raise ValueError("it needs a password" if "password" in str(error) else str(error)) from error
    bounds.take(len(content))
    return content


def _tar(source, bounds):
    with _open_tar(source()) as archive:
        for info in archive:
            if info.isdir():
                continue
            time = datetime.fromtimestamp(info.mtime, UTC) if info.mtime > 0 else None
            yield info.name, time, (lambda info=info: _read_tar(source, info, bounds)) if info.isfile() else None


def _read_tar(source, info, bounds):
    try:
        with _open_tar(source()) as archive:
            content = archive.extractfile(info).read(LARGEST + 1)
    except BROKEN as error:
        raise ValueError(str(error)) from error
    bounds.take(len(content))
    return content


def _open_tar(source):
    return tarfile.open(source) if isinstance(source, Path) else tarfile.open(fileobj=source)


def _time(year, month, day, hour, minute, second):
    """Return a zip's time, which is the local time of who packed it: here, this computer's; None for 1980."""
    try:
        return None if year <= 1980 else datetime(year, month, day, hour, minute, min(second, 59)).astimezone(UTC)
    except ValueError:
        return None
