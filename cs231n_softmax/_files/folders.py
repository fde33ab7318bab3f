"""A folder that is replaced as a whole: filled under another name first, then exchanged for the old one.

Beside `folder` stands .<folder>.tmp-<random>/, the working folder of one call:

    new/             what the block makes; renamed to `folder` at the end
    old/<folder>     the folder that stood there before, for the moment between the two renames, and until it is deleted

What only `made_whole` needs is imported when it is called, so that `import cs231n_softmax` stays quick.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .atomic import PREFIX
from .reasons import explained


@contextmanager
def made_whole(folder: Path | str, waiting: str = "") -> Iterator[Path]:
    """Give an empty folder to fill; when the block succeeds, it takes the place of `folder`, whole.

    One process at a time works on a `folder`. Another one prints the text `waiting` to stderr and waits, so the block
    must first look whether there is still something to do. When the block raises, or leaves the new folder empty,
    `folder` stays as it was. Where `folder` exists already, what it holds under other names (a user's own files) is
    carried over into the new one, which also keeps the permissions of the old one. A folder in `folder` is replaced by
    one of the same name with all that is in it. A link to a folder is followed.

    The new folder lies in a temporary folder beside `folder`, new.parent, which the block may use too and which is
    deleted at the end. The next call cleans up after a process that was killed: between the two renames, where for a
    moment there is no `folder`, it puts the old one back. A power cut may still damage single files, since the disk
    writes them later.
    Raises OSError, in a plain sentence, when `folder` can't be written, or where locks don't work.
    """
    from tempfile import TemporaryDirectory

    target = Path(os.path.realpath(folder))
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(target) and not target.is_dir():
            raise NotADirectoryError(
                f"{target} could not be written: it is a file, or a link in a circle. Move it away."
            )
        lock = _locked(target, waiting)
    with lock:
        with explained(target):
            _delete_leftovers(target)
            work = TemporaryDirectory(prefix=_prefix(target), dir=target.parent, ignore_cleanup_errors=True)
        with work, explained(target, Path(work.name)):
            new = Path(work.name, "new")
            new.mkdir()
            yield new
            if any(new.iterdir()):
                with explained(target):
                    _exchange(new, target, Path(work.name, "old"))


def tidy(folder: Path | str) -> None:
    """Delete what a process that was killed may have left beside `folder`; do nothing where that isn't possible."""
    target = Path(os.path.realpath(folder))
    with suppress(OSError):
        if _leftovers(target):
            with _locked(target, ""):
                _delete_leftovers(target)


# --- leftovers ------------------------------------------------------------------------------------


def _prefix(folder):
    """Return how the names of the working folders begin."""
    return f".{folder.name[:PREFIX]}.tmp-"


def _leftovers(folder):
    """Return the working folders beside `folder`."""
    return [path for path in folder.parent.iterdir() if path.name.startswith(_prefix(folder))]


def _delete_leftovers(folder):
    """Put back what was moved aside, and delete all working folders: whoever holds the lock is the only one at work."""
    import shutil

    for work in _leftovers(folder):
        with suppress(PermissionError):  # another user's
            _put_back(work / "old", folder.parent)
            shutil.rmtree(work, ignore_errors=True)


def _put_back(old, parent):
    """Rename old/<folder> to <folder> after a kill between the two renames; after a later one, only what misses there.

    The second case is rare: the files are carried over before, so somebody else has made the folder since.
    """
    if not old.is_dir():
        return
    for before in old.iterdir():
        folder = parent / before.name
        if not folder.exists():
            before.rename(folder)
            continue
        for path in before.iterdir():
            if not os.path.lexists(folder / path.name):
                path.rename(folder / path.name)


# --- the exchange ---------------------------------------------------------------------------------


def _exchange(new, folder, old):
    """Rename `folder`, if there is one, to old/<folder>, and `new` to `folder`."""
    import shutil

    if not folder.exists():
        new.rename(folder)
        return
    _carry_over(folder, new)
    shutil.copymode(folder, new)
    old.mkdir()
    folder.rename(old / folder.name)
    try:
        new.rename(folder)
    except OSError:
        (old / folder.name).rename(folder)
        raise


def _carry_over(folder, new):
    """Give `new` a second name (a hard link), or else a copy, of what is in `folder` under names that `new` lacks."""
    import shutil

    for path in folder.iterdir():
        target = new / path.name
        if os.path.lexists(target):
            continue
        if path.is_dir() and not path.is_symlink():
            target.mkdir()
            _carry_over(path, target)
            shutil.copymode(path, target)
            continue
        try:
            os.link(path, target, follow_symlinks=False)
        except (OSError, NotImplementedError):
            shutil.copy2(path, target, follow_symlinks=False)


# --- the lock -------------------------------------------------------------------------------------


def _locked(folder, waiting):
    """Wait for the lock of `folder` and return it, held. The system frees it when its holder dies."""
    from filelock import FileLock, Timeout

    path = folder.with_name(f".{folder.name[:PREFIX]}.lock")
    lock = FileLock(path)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        if waiting:
            print(waiting, file=sys.stderr, flush=True)
        return lock.acquire()
    except NotImplementedError as error:  # older versions of filelock, where there are no locks
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(path)) from error
