"""Read the bytes of one file, or say in a plain sentence why they can't be read and what to do."""

import errno
import os
import stat
from contextlib import AbstractContextManager
from pathlib import Path

from .._files import REASONS, explained
from .manifest import FETCH

LARGEST = 64 << 20  # bytes of a file that is read; the official batches have 31 MB
OTHER = f"Name another file, or {FETCH}"
NO_PERMISSION = "there is no permission. Allow it (chmod u+r), or ask its owner."
UNREADABLE = REASONS | {
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.ENOENT: f"there is no such file. {OTHER}",
    errno.ENOTDIR: f"a part of this path is a file, and not a folder. {OTHER}",
}


def read(path: Path) -> tuple[bytearray, os.stat_result]:
    """Return the bytes of a regular file of at most LARGEST bytes, and its status before they were read."""
    with may_read(path):
        mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):  # opening a pipe would wait for ever
        raise ValueError("expected a regular file, got " + ("a folder" if stat.S_ISDIR(mode) else "a pipe or a device"))
    with may_read(path), open(path, "rb") as f:
        status = os.fstat(f.fileno())
        if status.st_size > LARGEST:
            raise ValueError(f"it has {status.st_size:,} bytes, and no CIFAR-10 file has more than {LARGEST:,}")
        content = bytearray(status.st_size)
        f.readinto(content)
    return content, status


def may_read(path: Path) -> AbstractContextManager[None]:
    """Say in a plain sentence why a file can't be read."""
    return explained(path, done="read", reasons=UNREADABLE)
