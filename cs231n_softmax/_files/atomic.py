"""A file that is replaced as a whole: written under another name first, then renamed."""

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from .reasons import explained

try:
    import fcntl
except ImportError:  # Windows needs no lock: nobody can delete a file that is open
    fcntl = None  # type: ignore[assignment]

PREFIX = 50  # letters of a file's name in its temporary file's, which must not be too long either
OTHERS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFREG: "the output of this program, or a file that is deleted",
}


@contextmanager
def atomic_write(path: Path | str, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a temporary file beside `path` ("w": UTF-8 text, "wb": bytes); rename it to `path` when the block succeeds.

    When the block raises, `path` is left as it was and the temporary file is deleted. The temporary file of a process
    that was killed is deleted by the next writer of `path`. The bytes are on the disk before the rename (fsync), so
    after a power cut, too, `path` has the old content or the new.

    A link stays, and the file that it leads to is replaced. A new file gets the permissions that the umask leaves. An
    old file keeps its own, and its owner and group where the system allows that. Where a file has several names (hard
    links), only the name `path` gets the new content.
    Raises OSError, in a plain sentence, when `path` can't be written, or is no regular file (a folder, pipe, device).
    """
    with explained(path):
        target, old = _target(path)
        _delete_leftovers(target)
        descriptor, temporary = _open_temporary(target, 0o666 if old is None else 0o600)
    text: dict[str, Any] = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    try:
        with explained(path, temporary), os.fdopen(descriptor, mode, **text) as f:
            _keep_permissions(descriptor, old)
            yield f
            f.flush()
            os.fsync(descriptor)
            if fcntl is None:
                f.close()  # Windows renames no open file
            os.replace(temporary, target)  # while it is still locked
    finally:
        with suppress(OSError):
            temporary.unlink()


def _target(path):
    """Follow links: return the file to be replaced, and its os.stat_result (None for a new file)."""
    target = Path(os.path.realpath(path))
    try:
        old = os.stat(path)
    except FileNotFoundError:
        return target, None
    kind = stat.S_IFMT(old.st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if kind != stat.S_IFREG or not target.exists() or _is_output(old):
        raise OSError(
            f"{path} could not be written: expected a regular file or a new name, got {OTHERS[kind]}. Use another name."
        )
    if not os.access(target, os.W_OK):  # its owner protects it
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return target, old


def _is_output(status):
    """True for the file that this process prints to: whatever it prints after a rename would be lost."""
    for descriptor in (1, 2):
        with suppress(OSError):
            if os.path.samestat(status, os.fstat(descriptor)):
                return True
    return False


# --- the temporary file ---------------------------------------------------------------------------
# Its writer keeps it locked, and the system unlocks it when the writer dies: so others see whether it is a leftover.


def _open_temporary(target, permissions):
    """Return the descriptor and the path of a new, locked file beside `target`."""
    while True:
        temporary = target.with_name(f".{target.name[:PREFIX]}.{os.urandom(8).hex()}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(temporary, flags, permissions)
        if _lock(descriptor) and os.fstat(descriptor).st_nlink:
            return descriptor, temporary
        os.close(descriptor)  # between `open` and `_lock`, another writer took it for a leftover


def _lock(descriptor):
    """Lock the file, or return False when somebody else has locked it. Without locks, nobody deletes leftovers."""
    if fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass
    return True


def _delete_leftovers(target):
    """Delete what killed writers of `target` left beside it."""
    ours = re.compile(rf"\.{re.escape(target.name[:PREFIX])}\.[0-9a-f]{{16}}\.tmp")
    with suppress(OSError):
        for name in filter(ours.fullmatch, os.listdir(target.parent)):
            with suppress(OSError):
                _delete_unless_locked(target.with_name(name))


def _delete_unless_locked(path):
    if fcntl is None:
        path.unlink()  # fails on Windows while its writer keeps it open
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    finally:
        os.close(descriptor)


def _keep_permissions(descriptor, old):
    """Give the new file the owner, group and permissions of the old one, as far as the system allows it."""
    if old is None or fcntl is None:
        return
    for owner in (-1, old.st_uid):  # the group alone is allowed more often
        with suppress(OSError):
            os.fchown(descriptor, owner, old.st_gid)
    with suppress(OSError):
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
