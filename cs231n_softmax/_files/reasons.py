"""Errors of the disk, and of what a file holds, in plain sentences: which file, what happened, and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = "the disk is full. Delete what you don't need, and try again."
NO_LOCKS = "this file system has no locks that work. Use a folder on another disk."
NO_FOLDER = "a part of this path is a file, and not a folder. Use another path."
REASONS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: "your share of the disk is full. Delete what you don't need, and try again.",
    errno.EFBIG: "the file is larger than the system allows (`ulimit -f` shows the limit in a shell).",
    errno.EIO: "the disk reported an error (EIO). Try again, or use another disk.",
    errno.EROFS: "this disk is read-only. Use a folder on another disk.",
    errno.EACCES: "there is no permission, or another program keeps it open. Use another folder, or ask its owner.",
    errno.EPERM: "there is no permission. Use another folder, or ask its owner.",
    errno.EBUSY: "it is in use, or is a disk of its own (a mount point). Use another folder.",
    errno.ENOENT: "its folder doesn't exist. Make the folder first.",
    errno.ENOTDIR: NO_FOLDER,
    errno.EEXIST: NO_FOLDER,
    errno.EISDIR: "it is a folder. Add the name of a file.",
    errno.ELOOP: "it is a link, and its links lead in a circle. Delete the link.",
    errno.ENAMETOOLONG: "the name is too long for this disk. Use a shorter name.",
    errno.EMFILE: "too many files are open. Close some, and try again.",
    errno.ENOLCK: NO_LOCKS,
    errno.ENOSYS: NO_LOCKS,
    errno.EOPNOTSUPP: NO_LOCKS,
}


@contextmanager
def explained(path: Path | str, *own: Path, done: str = "written", reasons: dict[int, str] = REASONS) -> Iterator[None]:
    """Replace an error of the disk by one of the same type and errno: "<path> could not be <done>: <reason>".

    own: the files and folders whose errors are meant, beside errors without any name, as those of a write are. Given
    none, all are meant. NumPy reports a full disk without an errno ("60000 requested and 15328 written").
    reasons: a sentence for each errno; other errors pass.
    """
    try:
        yield
    except OSError as error:
        number = errno.ENOSPC if "requested and" in str(error) else error.errno
        if number not in reasons or (error.errno and not error.strerror) or not _concerns(error.filename, own):
            raise
        clear = type(error)(f"{path} could not be {done}: {reasons[number]}")
        clear.errno = number
        raise clear from error


@contextmanager
def expected(path: Path | str, what: str, remedy: str) -> Iterator[None]:
    """Replace an error, except the disk's, by ValueError "<path>: expected <what>, got something else: ...".

    For a block that reads a file which may be forged. `remedy`: a sentence that says what to do.
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # a forged file can lack anything
        reason = f"it has no {error}" if isinstance(error, KeyError) else error
        raise ValueError(f"{path}: expected {what}, got something else: {reason}. {remedy}") from error


def _concerns(filename, own):
    """True where a file of this name, or of none, is one of `own` or lies in it."""
    if filename is None or not own:
        return True
    return isinstance(filename, str) and any(Path(filename).is_relative_to(path) for path in own)
