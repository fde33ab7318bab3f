"""What is in a zip or a tar: a list of its files, and functions that open them; and copying within bounds."""

import bz2
import gzip
import lzma
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from typing import IO, Any, NamedTuple

COMPRESSED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}  # by the first bytes of a file
FILES = 20_000  # in the archives of one student; hidden folders aren't counted
LARGEST = 50_000_000  # bytes of one notebook; all that are in one student's archives may have twice as many
EVERYTHING = 1_000_000_000  # bytes that are unpacked of one student's archives
RATIO, SMALL = 200, 10_000_000  # how many times its packed size a file may have, if it has more than SMALL bytes


class Member(NamedTuple):
    """A file in an archive."""

    path: str
    time: datetime | None
    packed: int  # its size in the archive
    open: Callable[[], Any] | None  # None: a link, or another thing that isn't a file


class TooMuch(ValueError):
    """More than what is unpacked of a student's archives."""


class Bounds:
    """What may still be unpacked of a student's archives."""

    def __init__(self, students: int = 1) -> None:
        self.files, self.bytes, self.kept = students * FILES, students * EVERYTHING, 2 * LARGEST

    def keep(self, size: int) -> None:
        """Count the bytes of a notebook, which stay in memory; TooMuch if there are too many of them."""
        self.kept -= size
        if self.kept < 0:
            raise TooMuch(f"the student's archives hold more than {2 * LARGEST / 1e6:.0f} MB of notebooks")


def copy(source: IO[bytes], target: IO[bytes], most: int, packed: int, bounds: Bounds) -> None:
    """Copy a stream, piece by piece; TooMuch as soon as it is."""
    size = 0
    while piece := source.read(1 << 20):
        size += len(piece)
        bounds.bytes -= len(piece)
        if packed and size > max(SMALL, RATIO * packed):
            raise TooMuch(f"it unpacks to more than {RATIO} times its size, as harmful archives do")
        if size > most:
            raise TooMuch(f"it is larger than {most / 1e6:.0f} MB")
        if bounds.bytes < 0:
            raise TooMuch(f"the student's archives hold more than {EVERYTHING / 1e6:.0f} MB")
        target.write(piece)


def members(file: IO[bytes], name: str, bounds: Bounds, opened: ExitStack) -> Iterator[Member]:
    """Yield the files in a zip or tar, whatever its name says. What has to stay open is closed by `opened`."""
    file.seek(0)
    start = file.read(6)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if start.startswith(b"PK") or name.lower().endswith(".zip"):
        yield from _zip(opened.enter_context(zipfile.ZipFile(file)))
        return
    opener = next((opener for first, opener in COMPRESSED.items() if start.startswith(first)), None)
    if opener:
        plain = opened.enter_context(tempfile.SpooledTemporaryFile(max_size=LARGEST))  # noqa: SIM115
        with opener(file) as stream:
            copy(stream, plain, bounds.bytes, size, bounds)
        plain.seek(0)
        file = plain
    yield from _tar(opened.enter_context(tarfile.open(fileobj=file, mode="r:")))  # noqa: SIM115


def _zip(archive):
    for info in archive.infolist():
        if info.is_dir() or info.filename.endswith("\\"):
            continue
        link = info.create_system == 3 and info.external_attr >> 28 == 0xA  # as Unix marks a symbolic link
        yield Member(_name(info), _time(info), info.compress_size or 1, None if link else partial(archive.open, info))


def _name(info):
    """Return a file's name in a zip, with its accents: macOS writes UTF-8 without saying so."""
    try:
        return info.filename if info.flag_bits & 0x800 else info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _time(info):
    try:
        return datetime(*info.date_time) if info.date_time[0] > 1980 else None  # 1980: no time was written
    except ValueError:
        return None


def _tar(archive):
    for info in archive:
        time = datetime.fromtimestamp(info.mtime) if 0 < info.mtime < 4e9 else None
        if not info.isdir():
            opener = partial(archive.extractfile, info) if info.isreg() else None
            yield Member(info.name, time, info.size or 1, opener)
