"""A list of what the files in a folder must be, SHA256SUMS, so that later damage is noticed.

The list is written when the files are: `sha256sum -c SHA256SUMS` reads it, too. A file is hashed when it is read first.
A line in CHECKED then says that this file, with this size and these times, was right, and it isn't hashed again until
one of them changes: damage that changes neither (a failing disk, say) is noticed only by check_whole. A folder without
a list is read as it is. A list is no signature: who can change the files can change it, too.
"""

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

from .._files import atomic_write
from .._project import command

MANIFEST = "SHA256SUMS"
CHECKED = ".SHA256SUMS.checked"
LONGEST = 1 << 16  # bytes of either file
RESTED = 2_000_000_000  # ns: a file changed later than that may change again and keep its times (FAT counts in 2 s)

FETCH = f"fetch the data again: `{command('data')}`."

# The two forms that `sha256sum -c` reads: its own, where a star marks binary files, and that of BSD (sha256sum --tag).
LINE = re.compile(r"\s*(?P<sha256>[0-9a-f]{64}) [ *]?(?P<name>.+?)\s*", re.IGNORECASE)
TAG = re.compile(r"\s*SHA256 ?\((?P<name>.+)\) ?= ?(?P<sha256>[0-9a-f]{64})\s*", re.IGNORECASE)


class NotListed(ValueError):
    """The list is wrong, or doesn't belong to the file; the message is a whole sentence, with what to do."""


def write_manifest(folder: Path, names: Iterable[str]) -> None:
    """Write the SHA-256 of the named files of `folder` beside them, whole or not at all."""
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    with atomic_write(folder / MANIFEST) as f:
        f.writelines(lines)


def check(path: Path, content: bytearray, status: os.stat_result) -> None:
    """Raise ValueError when `content`, read from the file `path` with that `status`, isn't what the manifest lists.

    NotListed when the manifest is no file, lists no such file, or two different hashes for it.
    """
    if not os.path.lexists(path.with_name(MANIFEST)):
        return
    manifest = _read(path.with_name(MANIFEST))
    if manifest is None:
        wrong = "is no regular file, or a link that leads nowhere"
        raise NotListed(f"{MANIFEST} in {path.parent} {wrong}: delete {MANIFEST}, or {FETCH}")
    found = _listed(manifest, path.name)
    if len(found) != 1:
        wrong = f"lists {len(found)} hashes for {path.name}" if found else f"doesn't list {path.name}"
        raise NotListed(f"{MANIFEST} in {path.parent} {wrong}: delete {MANIFEST}, or {FETCH}")
    (sha256,) = found
    seen = f"{sha256} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {path.name}\n"
    checked = ""
    with contextlib.suppress(OSError):  # another user's
        checked = _read(path.with_name(CHECKED)) or ""
    if seen in checked.splitlines(keepends=True):
        return
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"it isn't the file whose SHA-256 is in {MANIFEST} beside it")
    if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > RESTED:
        _remember(path.with_name(CHECKED), seen, anew=len(checked) == LONGEST)


def _listed(manifest, name):
    """Return the set of the SHA-256 that are listed for a file, whichever of the two forms a line has."""
    lines = (LINE.fullmatch(line) or TAG.fullmatch(line) for line in manifest.splitlines())
    return {line["sha256"].lower() for line in lines if line and os.path.normpath(line["name"]) == name}


def _remember(path, seen, anew):
    """Add a line to the file CHECKED. Where that can't be done, or the file is a link or a pipe, go without."""
    if path.is_symlink() or path.exists() and not path.is_file():
        return
    with contextlib.suppress(OSError), open(path, "w" if anew else "a", encoding="utf-8", newline="\n") as f:
        f.write(seen)


def forget(folder: Path) -> None:
    """Have every file of `folder` hashed again when it is read next."""
    with contextlib.suppress(OSError):
        (folder / CHECKED).unlink()


def _read(path):
    """Return the text of one of the two files, without the mark that Windows puts in front; None without a file."""
    if not path.is_file():
        return None
    with open(path, "rb") as f:
        return f.read(LONGEST).decode("utf-8-sig", "replace")
