"""The folder in which a submission writes: made, measured, read with care, and removed."""

import contextlib
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

DISK = 2 << 30  # bytes of all files in the scratch folder
FILES = 20_000  # in the scratch folder


def too_full(folder):
    """Return why a folder's files are too many or too large; None if they aren't."""
    size = count = 0
    waiting = [str(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                found = entry.stat(follow_symlinks=False)
                size, count = size + getattr(found, "st_blocks", 0) * 512, count + 1
                if count > FILES:
                    return f"it wrote more than {FILES:,} files"
                if stat.S_ISDIR(found.st_mode):
                    waiting.append(entry.path)
    return f"it wrote more than {DISK >> 30} GB of files" if size > DISK else None


def read(path, most=40 << 20):
    """Return the bytes of a file that a submission wrote; ValueError for what isn't a plain file, or too large."""
    try:
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise ValueError(f"it can't be read: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise ValueError("it isn't a plain file")
    with open(opened, "rb") as f:
        content = f.read(most + 1)
    if len(content) > most:
        raise ValueError(f"it is larger than {most >> 20} MB")
    return content


@contextlib.contextmanager
def scratch_folder():
    """Make a folder for a submission, and remove it, whatever the submission has made of it."""
    folder = Path(os.path.realpath(tempfile.mkdtemp()))
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError, RecursionError):
            shutil.rmtree(folder, ignore_errors=True)
        if folder.exists() and os.name == "posix":  # folders without rights, or nested thousands deep
            subprocess.run(["chmod", "-R", "u+rwx", str(folder)], stderr=subprocess.DEVNULL, check=False)
            subprocess.run(["rm", "-rf", "--", str(folder)], stderr=subprocess.DEVNULL, check=False)
