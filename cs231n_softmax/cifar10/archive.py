"""Unpack CIFAR-10's archive, a gzipped tar, whatever somebody put into it.

A tar is a row of members: a header of 512 bytes (name, type, size), then the member's bytes, filled up to a multiple of
512. Only the seven official names are looked for, among plain files. All else is skipped by its size: long names,
links, sparse files, extended headers. (Python's tarfile follows them, and depending on its version recurses, reads
gigabytes or never ends.) Format: POSIX.1-2017, "pax", ustar Interchange Format.
"""

import os
import re
import zlib
from pathlib import Path

from .content import LARGEST
from .files import FILES, FOLDER, REMEDY, check_whole
from .manifest import write_manifest

LARGEST_CONTENT = 256 << 20  # bytes of all members together; the real ones have 186 million
MOST_MEMBERS = 10_000  # the real archive has nine
BLOCK = 512
PIECE = 1 << 20


def unpack(archive: Path, folder: Path) -> None:
    """Write the seven files that are in `archive` to `folder`, then their manifest; nothing else is written.

    Each is read to be sure. Whatever the archive holds, at most LARGEST_CONTENT bytes are unpacked and at most
    LARGEST held in memory. Raises ValueError, with what to do, when the archive isn't whole or isn't CIFAR-10's.
    """
    try:
        with open(archive, "rb") as file:
            _write_members(_Unzipped(file), folder)
        write_manifest(folder, FILES)
        check_whole(folder)
    except (ValueError, zlib.error) as error:
        reason = str(error).replace(f"{folder}{os.sep}", "").replace(REMEDY, "").strip(" .")  # `folder` is temporary
        raise ValueError(
            f"{archive} cannot be used: {reason}.\n"
            "What to do: fetch the official file (unset CIFAR10_URL and CIFAR10_SHA256)."
        ) from error


class _Unzipped:
    """The bytes in a gzip file, one after the other; zlib compares their checksum at the end."""

    def __init__(self, file):
        self.file, self.zip, self.left = file, zlib.decompressobj(wbits=16 + zlib.MAX_WBITS), LARGEST_CONTENT

    def piece(self, most):
        """Return the next bytes, at least one and at most `most`; none at the end."""
        piece = b""
        while not piece and not self.zip.eof:
            packed = self.zip.unconsumed_tail or self.file.read(PIECE)
            piece = self.zip.decompress(packed, most)
            if not packed and not piece:
                raise ValueError("it ends too early")
        self.left -= len(piece)
        if self.left < 0:
            raise ValueError(f"expected at most {LARGEST_CONTENT:,} bytes in it, found more")
        return piece

    def pieces(self, size):
        """Yield the next `size` bytes."""
        while size:
            piece = self.piece(min(size, PIECE))
            if not piece:
                raise ValueError("it ends too early")
            yield piece
            size -= len(piece)

    def read(self, size):
        return b"".join(self.pieces(size))

    def skip(self, size):
        for _ in self.pieces(size):
            pass

    def skip_all(self):
        """Go to the end, where the checksum is."""
        while self.piece(PIECE):
            pass


def _write_members(stream, folder):
    """Write the seven files, each of which must be there once."""
    wanted, found = {f"{FOLDER}/{name}".encode(): name for name in FILES}, set()
    for _ in range(MOST_MEMBERS):
        header = stream.read(BLOCK)
        if not any(header):  # a block of zeros is the end
            break
        name, kind, size = _parse(header)
        name = name.removeprefix(b"./")  # as `tar -c .` writes it
        if name in wanted:
            _check_member(name.decode(), kind, size, name in found)
            (folder / wanted[name]).write_bytes(stream.read(size))
            found.add(name)
        else:
            stream.skip(size)
        stream.skip(-size % BLOCK)
    else:
        raise ValueError(f"expected at most {MOST_MEMBERS:,} files in it, found more")
    stream.skip_all()
    if len(found) < len(wanted):
        lacking = ", ".join(name.decode() for name in wanted if name not in found)
        raise ValueError(f"expected {lacking} in it, found no such file")


def _check_member(name, kind, size, again):
    if kind not in b"0\0" or size > LARGEST:
        raise ValueError(
            f"expected {name} to be a plain file of at most {LARGEST:,} bytes, got type {kind!r} with {size:,} bytes"
        )
    if again:
        raise ValueError(f"expected {name} once in it, found it twice")


def _parse(header):
    """Return name, type and size of a member; ValueError when the header is damaged."""
    without_sum = header[:148] + b" " * 8 + header[156:]
    if _octal(header[148:156]) != sum(without_sum):
        raise ValueError("one of its headers is damaged: the checksum is wrong")
    name, prefix = header[:100].split(b"\0")[0], header[345:500].split(b"\0")[0]
    if header[257:263] == b"ustar\0" and prefix:
        name = prefix + b"/" + name
    return name, header[156:157], _octal(header[124:136])


def _octal(field):
    digits = field.strip(b" \0")
    if not re.fullmatch(rb"[0-7]+", digits):
        raise ValueError(f"one of its headers is damaged, or for a huge file: {field!r} is no octal number")
    return int(digits, 8)
