"""Download one file from one server, continuing what an earlier try left.

    stream_to(url, Path("data.tar.gz.part"), least_rate=1000, progress=True)

A server may be silent, slow without end, close early, ignore the request to resume, or send a web page with an
apology. Each of these becomes MirrorFailed, with what was expected and what came; what has arrived stays in the part.
"""

import itertools
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3
from tqdm.auto import tqdm

CONNECT_TIMEOUT = 10  # seconds
WINDOW = 20  # seconds over which the rate is measured; also the longest silence
CHUNK = 1 << 18  # bytes


class MirrorFailed(Exception):
    """One mirror did not deliver; the next one may. `rate` (bytes/s) is set if slowness was the reason."""

    def __init__(self, reason: str, rate: float = 0) -> None:
        super().__init__(reason)
        self.rate = rate


def stream_to(url: str, part: Path, least_rate: float, progress: bool) -> None:
    """Bring `part` to its full length, asking the server only for the bytes that are missing."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with requests.get(url, headers=headers, stream=True, timeout=(CONNECT_TIMEOUT, WINDOW)) as response:
            start, total = _where_it_starts(response, have)
            if start is not None:
                return _append(response, part, start, total, least_rate, progress)
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        cause = error.args[0] if error.args else error  # without the layers that requests puts around it
        raise MirrorFailed(f"expected data, got no answer or too little: {getattr(cause, 'reason', cause)}") from error
    part.unlink()  # the server cannot continue this part: start over
    return stream_to(url, part, least_rate, progress)


def _where_it_starts(response, have):
    """Return (offset of the first byte sent, size of the whole file or None); offset None: start over."""
    sent = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
    if response.status_code == 206 and sent and int(sent[1]) == have:
        return have, None if sent[2] == "*" else int(sent[2])
    if response.status_code == 206 and have:
        return None, None
    if response.status_code == 416 and have:  # nothing there to continue with: is the part too long?
        whole = re.fullmatch(r"bytes \*/(\d+)", response.headers.get("Content-Range", ""))
        if whole is None or int(whole[1]) <= have:
            return None, None
    if response.status_code != 200:
        raise MirrorFailed(f"expected HTTP status 200, got {response.status_code} {response.reason}")
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None  # from 0 also when a range was asked for and ignored


def _append(response, part, start, total, least_rate, progress):
    """Write what arrives to `part` from `start` on, and check that as much came as was announced."""
    chunks = _chunks(response, least_rate)
    first = next(chunks, b"")
    if start == 0 and not first.startswith(b"\x1f"):  # look before an older part is overwritten
        page = "html" in response.headers.get("Content-Type", "") or first.lstrip().startswith(b"<")
        raise MirrorFailed(f"expected a gzip archive, got {'a web page' if page else repr(first[:20])}")
    with (
        open(part, "ab" if start else "wb") as file,
        tqdm(
            desc=urlsplit(response.url).hostname,
            total=total,
            initial=start,
            unit="B",
            unit_scale=True,
            disable=not progress,
        ) as bar,
    ):
        for data in itertools.chain([first], chunks):
            file.write(data)
            bar.update(len(data))
    size = part.stat().st_size
    if total not in (None, size):
        raise MirrorFailed(f"expected {total:,} bytes, got {size:,}")


def _chunks(response, least_rate):
    """Yield bytes as they arrive; give up when a window of time brought too few.

    A timeout alone would not do: it starts anew with every byte, and a server may send one byte per second.
    For the same reason, read1 takes the bytes that are there, where read would wait until a chunk is full.
    """
    began, count = time.monotonic(), 0
    while data := response.raw.read1(CHUNK, decode_content=False):
        yield data
        count += len(data)
        elapsed = time.monotonic() - began
        if elapsed >= WINDOW:
            rate = count / elapsed
            if rate < least_rate:
                raise MirrorFailed(f"expected {least_rate:,} bytes per second, got {rate:,.0f}", rate)
            began, count = time.monotonic(), 0
