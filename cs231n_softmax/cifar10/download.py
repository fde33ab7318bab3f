"""Fetch CIFAR-10 so that a bad network can neither damage the data nor make you wait for ever.

    folder = fetch_cifar10()                    # datasets/cifar-10-batches-py, downloaded if need be
    python -m cs231n_softmax data [FOLDER]      # the same from a shell; ./get_cifar10.sh calls this

Three rules:
1. The folder gets its final name only when its files are whole and right: temporary name, check, rename.
2. Right is what has the SHA-256 in files.py, so it does not matter which mirror the bytes come from.
3. What has arrived stays in a .part file. The next try, even from another mirror, fetches only the rest.

$CIFAR10_URL lists sources (separated by spaces) to use instead of the mirrors; $CIFAR10_SHA256 replaces the hash.
"""

import errno
import os
import re
from pathlib import Path

from .._files import REASONS, made_whole, tidy
from .archive import unpack
from .files import ARCHIVE, DATASETS, FILES, FOLDER, SHA256, is_whole
from .manifest import MANIFEST, write_manifest
from .mirrors import DownloadError, download_archive, say, sha256_of
from .official import is_official

SIZE = 170_498_071  # bytes of the official archive
ROOM = 360_000_000  # bytes: the archive, and the seven files beside it until it is deleted


def fetch_cifar10(datasets: Path | str = DATASETS, progress: bool = True) -> Path:
    """Make `datasets`/cifar-10-batches-py hold the seven official files and return that folder.

    Returns at once when the files are there. Where they are CIFAR-10's own, and only SHA256SUMS beside them is wrong,
    that list is written anew, and nothing is downloaded. An archive that you put at `datasets`/cifar-10-python.tar.gz
    is used, and stays. What is downloaded here never has that name: it is a .part file until its files are unpacked,
    then deleted.
    Raises DownloadError; then no half-written file or folder stays behind, but a .part file may. The same after
    KeyboardInterrupt, which is possible at every moment.
    """
    place = _place(datasets)
    folder = place / FOLDER
    try:
        if is_whole(folder):
            tidy(folder)
            return folder
        with made_whole(folder, f"Another process is fetching CIFAR-10 to {place}: waiting for it.") as new:
            if is_whole(folder):  # another process finished while this one waited
                return folder
            if is_official(folder):
                say(f"NOTICE: {MANIFEST} in {folder} is wrong, and the files are CIFAR-10's own: it is written anew.")
                write_manifest(folder, FILES)
            else:
                _fetch_and_unpack(place, new, progress)
    except OSError as error:
        raise DownloadError(_sentence(error, folder)) from error
    return folder


def _place(datasets):
    """Return the folder as an absolute path; DownloadError when its name is empty, or of a user who doesn't exist."""
    path = os.path.expanduser(datasets)
    if not path:
        raise DownloadError("The name of the folder is empty: expected a folder such as datasets.")
    if path == os.fspath(datasets) and path.startswith("~"):
        raise DownloadError(
            f"{path} could not be found: there is no home folder of that name. "
            "Write the whole path, or ./ in front of it if ~ belongs to the name."
        )
    return Path(path).absolute()


def _sentence(error, folder):
    """Return what happened on the disk, to which file, and what to do."""
    sentence, full = str(error), error.errno in [errno.ENOSPC, errno.EDQUOT]
    if error.strerror:  # else it is a sentence already
        reason = REASONS.get(error.errno, f"{error.strerror}. Try another folder.")
        sentence = f"{error.filename or folder} could not be read or written: {reason}"
    return sentence + f" CIFAR-10 needs {ROOM:,} bytes there." * full


def _fetch_and_unpack(datasets, new, progress):
    """Fill the folder `new` from your archive, or else from a downloaded one."""
    sha256 = _expected_hash()
    archive, part = datasets / ARCHIVE, datasets / (ARCHIVE + ".part")
    for path in (archive, part):
        if path.exists() and not path.is_file():
            raise DownloadError(
                f"{path} is no regular file. What to do: delete it or move it away, and run this again."
            )
    if archive.exists():
        _check_yours(archive, sha256)
        return _unpack(archive, new)
    size = SIZE if sha256 == SHA256 else None
    download_archive(part, new.parent / ARCHIVE, sha256, size, progress)
    try:
        _unpack(part, new)
    except DownloadError:
        part.unlink()
        raise
    part.unlink()


# --- which bytes are right ------------------------------------------------------------------------


def _expected_hash():
    """Return the SHA-256 that the archive must have: $CIFAR10_SHA256, announced, or the official one."""
    sha256 = os.environ.get("CIFAR10_SHA256", "").strip().lower() or SHA256
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise DownloadError(f"CIFAR10_SHA256 is {sha256!r}: expected 64 hexadecimal digits.")
    if sha256 != SHA256:
        say(f"NOTICE: CIFAR10_SHA256 is set: accepting {sha256} INSTEAD of the official {SHA256}.")
    return sha256


def _check_yours(archive, sha256):
    """Raise DownloadError when an archive that was there already isn't the expected one."""
    got = sha256_of(archive)
    if got != sha256:
        raise DownloadError(
            f"{archive} is not the expected archive, and was left as it is.\n"
            f"Expected SHA-256 {sha256},\n     got SHA-256 {got} ({archive.stat().st_size:,} bytes).\n"
            "What to do: delete it or move it away, and run this again.\n"
            "Or, if it is a copy that you trust, set CIFAR10_SHA256 to its hash."
        )


# --- unpack ---------------------------------------------------------------------------------------


def _unpack(archive, folder):
    """Write the seven files and their manifest to `folder`, and read every file to be sure."""
    try:
        unpack(archive, folder)
    except ValueError as error:
        raise DownloadError(str(error)) from error
