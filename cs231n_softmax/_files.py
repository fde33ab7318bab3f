"""Files and folders that are there whole or not at all, whenever a reader looks and whatever interrupts the writer.

What only `made_whole` needs is imported when `made_whole` is called, so that `import cs231n_softmax` stays quick.
"""

import os
import sys
import threading
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_write(path, mode="w"):
    """Open a temporary file beside `path` ("w": UTF-8 text, "wb": bytes); rename it to `path` when the block succeeds.

    When the block raises, `path` is left as it was and the temporary file is deleted.
    """
    path = Path(path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    try:
        with open(temporary, mode, **text) as f:
            yield f
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def made_whole(folder, waiting=""):
    """Give an empty folder to fill; when the block succeeds, rename it to `folder`.

    One process at a time works on a `folder`. Another one prints the text `waiting` to stderr and waits, so the block
    must first look whether there is still something to do. When the block raises, or leaves the new folder empty,
    `folder` stays as it was. Where `folder` exists already, the new files replace those of the same names, one by one.

    The new folder lies in a temporary folder beside `folder`, new.parent, which the block may use too and which is
    deleted at the end. The next call deletes the temporary folder of a process that was killed.
    """
    import shutil
    from tempfile import TemporaryDirectory

    folder = Path(folder).absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{folder.name}.tmp-"
    with _locked(folder.with_name(f".{folder.name}.lock"), waiting):
        for path in folder.parent.iterdir():
            if path.name.startswith(prefix):  # nobody else is at work: we hold the lock
                shutil.rmtree(path, ignore_errors=True)
        with TemporaryDirectory(prefix=prefix, dir=folder.parent) as temporary:
            new = Path(temporary) / "new"
            new.mkdir()
            yield new
            if any(new.iterdir()):
                _move_into_place(new, folder)


def _move_into_place(new, folder):
    """Rename the whole folder; where one stands already, replace its files one by one."""
    if not folder.exists():
        new.replace(folder)
        return
    for path in new.iterdir():
        path.replace(folder / path.name)


def _locked(path, waiting):
    """Wait for the lock and return it, held. The system frees it when its holder dies."""
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        if waiting:
            print(waiting, file=sys.stderr, flush=True)
        return lock.acquire()
