"""Download one file from one server, continuing what an earlier try left.

    stream_to(url, Path("data.tar.gz.part"), size=None, least_rate=1000, progress=True)

A server may be silent, slow without end, close early, send too much, or a web page with an apology. Each of these
becomes MirrorFailed, with what was expected and what came; what has arrived stays in the part.

The bytes come from the thread of a Request, and are written here. So limits and Ctrl-C work at every moment, and an
OSError is always the disk's.
"""

import itertools
import re
import time
from pathlib import Path

from tqdm.auto import tqdm

from .connection import MirrorFailed, Request

ANSWER = 12  # seconds in which an answer must begin: name lookup, connection, TLS, redirects and headers together
WINDOW = 20  # seconds over which the rate is measured; also the longest silence
TICK = 0.25  # seconds: how often the limits are looked at. On Windows, Ctrl-C waits for that too
LARGEST = 512 << 20  # bytes of a file whose size isn't known; the official archive has 170 MB


class CannotContinue(Exception):
    """The server sends the whole file or nothing: it can't continue the part."""


def stream_to(url: str, part: Path, size: int | None, least_rate: float, progress: bool) -> None:
    """Bring `part` to its full length, asking the server only for the bytes that are missing.

    size: how long the file must be, in bytes, or None: then the server's word counts, up to LARGEST.
    least_rate: bytes per second, below which the server is given up.
    Raises MirrorFailed and CannotContinue; OSError when the part can't be written.
    """
    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "cs231n_softmax", "Accept-Encoding": "identity"}
    request = Request(url, headers | ({"Range": f"bytes={have}-"} if have else {}))
    try:
        request.start()
        head = _head(request)
        total = _length(head, have)
        most = LARGEST if size is None else size
        if total is not None and (total > most or size not in (None, total)):
            raise MirrorFailed(f"expected a file of {'at most ' * (size is None)}{most:,} bytes, got one of {total:,}")
        _append(_body(request, least_rate), part, have, total or size, most, head, progress)
    finally:
        request.stop()


def _head(request):
    """Return the head of the answer, unless it takes too long."""
    began = time.monotonic()
    while (head := request.take(TICK)) is None:
        if time.monotonic() - began >= ANSWER:
            raise MirrorFailed(f"expected an answer within {ANSWER} seconds, got none")
    return head


def _length(head, have):
    """Return the length of the whole file, None if the server doesn't say; CannotContinue, MirrorFailed."""
    if not have:
        if head.status != 200:
            raise MirrorFailed(f"expected HTTP status 200, got {head.status} {head.reason}")
        return head.length
    sent = re.fullmatch(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15}|\*)", head.headers.get("Content-Range", ""))
    if head.status == 206 and sent and int(sent[1]) == have:
        return None if sent[2] == "*" else int(sent[2])
    if head.status in (200, 206, 416):  # 416: the server has nothing there, perhaps since the part is too long
        raise CannotContinue
    raise MirrorFailed(f"expected HTTP status 206, got {head.status} {head.reason}")


def _append(pieces, part, have, total, most, head, progress):
    """Write what arrives to the end of `part`, and check that as much came as was announced."""
    first = next(pieces, b"")
    if not have and not first.startswith(b"\x1f"):
        page = "html" in head.headers.get("Content-Type", "") or first.lstrip().startswith(b"<")
        raise MirrorFailed(f"expected a gzip archive, got {'a web page' if page else repr(first[:20])}")
    with (
        open(part, "ab") as file,
        tqdm(desc=head.host, total=total, initial=have, unit="B", unit_scale=True, disable=not progress) as bar,
    ):
        for data in itertools.chain([first], pieces):
            have += file.write(data[: most - have])
            file.flush()  # a kill loses nothing that was counted
            bar.update(len(data))
            if have == most:  # enough, even if the server has no end
                break
    if total not in (None, have):
        raise MirrorFailed(f"expected {total:,} bytes, got {have:,}")


def _body(request, least_rate):
    """Yield bytes as they arrive; give up when a window of time brought too few."""
    began, count = time.monotonic(), 0
    while (data := request.take(TICK)) != b"":
        if data is not None:
            yield data
            count += len(data)
        elapsed = time.monotonic() - began
        if elapsed >= WINDOW:
            rate = count / elapsed
            if rate < least_rate:
                raise MirrorFailed(f"expected {least_rate:,} bytes per second, got {rate:,.0f}", rate)
            began, count = time.monotonic(), 0
