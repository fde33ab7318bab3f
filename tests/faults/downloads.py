"""Downloads from servers that do what servers shouldn't: a scripted server on this computer, and a tiny archive.

A case is a product of three: what the first source does (SOURCES), what lies in the .part file before (PARTS), and
whether a good mirror follows. Held: the right files; or a DownloadError that names each source and says what to do,
when no good mirror follows or the .part can't be written. Right bytes in the .part stay there.

A script gets the offset that was asked for, or None, and yields bytes to send, seconds to wait, HOLD or RESET.
"""

import contextlib
import gzip
import hashlib
import io
import itertools
import os
import pickle
import re
import socket
import struct
import tarfile
import tempfile
import threading
from pathlib import Path
from unittest import mock

import numpy as np

from cs231n_softmax.cifar10 import download, mirrors, transfer
from cs231n_softmax.cifar10.connection import Request
from cs231n_softmax.cifar10.files import ARCHIVE, CLASSES, FILES, FOLDER
from cs231n_softmax.cifar10.manifest import MANIFEST

from . import ACCEPTED, HANG, HELD, LOST, UNCLEAR

FULL = 2400
QUICK = 14
PATIENCE = 300  # seconds: only so that a run which hangs comes to an end
SHORT = 0.2  # seconds: the limit for sources that never deliver; all others have all the time in the world
MOST = 1 << 20  # bytes that may be taken of an archive whose size isn't known
REQUESTS = 30  # more of them for one source and a mirror is a loop


# --- a tiny archive in the official format --------------------------------------------------------

def small_files(images=2, brightest=255):
    """The seven files as {name: bytes}; random pixels, which gzip can't shrink (unless they are dark)."""
    rng = np.random.default_rng(0)
    files = {"batches.meta": pickle.dumps({"num_cases_per_batch": images, "label_names": CLASSES, "num_vis": 3072}, 4)}
    for name in FILES[:6]:
        pixels = rng.integers(brightest + 1, size=(images, 3072), dtype=np.uint8)
        labels = rng.integers(10, size=images).tolist()
        files[name] = pickle.dumps({"batch_label": name, "labels": labels, "data": pixels,
                                    "filenames": [f"{i}.png" for i in range(images)]}, 4)
    return files


def pack(files, extra=()):
    """A .tar.gz with `files` under the official folder, and the TarInfo, bytes pairs of `extra`."""
    members = [(tarfile.TarInfo(f"{FOLDER}/{name}"), content) for name, content in files.items()]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for info, content in [*members, *extra]:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


GOOD = small_files()
DATA = pack(GOOD)
N = len(DATA)
OTHER = pack(small_files(brightest=200))  # a right archive, but another one
PAGE = b"<!DOCTYPE html><title>Please log in</title>"


# --- the server -----------------------------------------------------------------------------------

HOLD, RESET = object(), object()


class Server:
    """Plays `scripts[path]` for each connection; `asked` lists what came: (path, offset or None, all headers)."""

    def __init__(self):
        self.scripts, self.asked, self.over = {"/good": good}, [], threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/good"):
        return f"http://127.0.0.1:{self.port}{path}"

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=self.listener.accept()[:1], daemon=True).start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            asked = b""
            while b"\r\n\r\n" not in asked:
                more = connection.recv(4096)
                if not more:
                    return
                asked += more
            found = re.search(rb"\r\nRange: bytes=(\d+)-", asked)
            path, start = asked.split()[1].decode("latin-1").partition("?")[0], int(found[1]) if found else None
            self.asked.append((path, start, asked.decode("latin-1")))
            for item in self.scripts[path](start):
                if item is HOLD:
                    connection.recv(1)  # until the client hangs up
                elif item is RESET:
                    linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                elif isinstance(item, float):
                    self.over.wait(item)
                else:
                    connection.sendall(item)
                if self.over.is_set():
                    return

    def close(self):
        self.over.set()
        self.listener.close()


# --- scripts --------------------------------------------------------------------------------------

def head(status="200 OK", **headers):
    """The head of an answer as bytes; content_length=5 becomes Content-Length: 5."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def good(start, data=DATA):
    """What an honest server does."""
    if start is None:
        yield head(content_length=len(data)) + data
    elif start >= len(data):
        yield head("416 Range Not Satisfiable", content_range=f"bytes */{len(data)}", content_length=0)
    else:
        yield head("206 Partial Content", content_length=len(data) - start,
                   content_range=f"bytes {start}-{len(data) - 1}/{len(data)}") + data[start:]


def says(*items):
    """The same whatever is asked for."""
    return lambda start: items


def cut(fraction, end=b""):
    """An honest server whose connection ends early."""
    def script(start):
        answer = b"".join(good(start))
        yield answer[:max(1, int(fraction * len(answer)))]
        yield end
    return script


def partial(content_range, body=None):
    """Answers a request for a range with this Content-Range (start, n: the right numbers); honest otherwise."""
    def script(start):
        if start is None:
            return good(start)
        content = DATA[start:] if body is None else body
        text = content_range.format(start=start, n=N, last=N - 1, more=start + 7)
        return [head("206 Partial Content", content_length=len(content), content_range=text) + content]
    return script


def chunked(*chunks, end=b"0\r\n\r\n"):
    return [head(transfer_encoding="chunked"), *(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks), end]


def endless(first, again, pause=None):
    """`first`, then `again` for ever, with `pause` seconds between."""
    def script(start):
        yield first
        while True:
            yield again
            if pause:
                yield pause
    return script


def moved(to, status="302 Found", body=b""):
    return says(head(status, location=to, content_length=len(body)) + body)


DIGITS = "9" * 5000
SCRIPTS_THAT_DELIVER = {
    "honest": good,
    "no length": says(head() + DATA),
    "ranges ignored": says(head(content_length=N) + DATA),
    "chunked": says(*chunked(DATA[:99], DATA[99:])),
    "chunked, extensions and trailers": says(*chunked(DATA, end=b"0;x=y\r\nA: b\r\n\r\n")),
    "length of 5,000 digits": says(head(content_length=DIGITS) + DATA),
    "length is negative": says(head(content_length=-5) + DATA),
    "length is a word": says(head(content_length="many") + DATA),
    "total is a star": partial("bytes {start}-{last}/*"),
    "range of 5,000 digits": partial("bytes " + DIGITS + "-{last}/{n}"),
    "total of 5,000 digits": partial("bytes {start}-{last}/" + DIGITS),
    "range from elsewhere": partial("bytes {more}-{last}/{n}"),
    "range from elsewhere, cut": partial("bytes {more}-{last}/{n}", b"1234"),
    "range in other units": partial("images {start}-{last}/{n}"),
    "range is missing": partial(""),
    "called a web page": says(head(content_type="text/html", content_length=N) + DATA),
    "called encoded": says(head(content_encoding="gzip", content_length=N) + DATA),
    "one 100 Continue": says(head("100 Continue") + head(content_length=N) + DATA),
    "a header without colon": says(b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n" + DATA),
    "moved": moved("/good"),
    "moved, by 308": moved("/good", "308 Permanent Redirect"),
    "moved, with a page": moved("/good?a b", body=PAGE),
    "moved, with a body without end": endless(head("302 Found", location="/good"), bytes(9999)),
    "moved three times": moved("/moved"),
    "dribbled": lambda start: itertools.chain(*([bytes([b])] for b in b"".join(good(start))[:400]),
                                              [b"".join(good(start))[400:]]),
}
SCRIPTS_THAT_FAIL = {
    **{f"status {status}": says(head(status, content_length=len(DATA)) + DATA) for status in [
        "201 Created", "204 No Content", "300 Choices", "304 Not Modified", "400 Bad", "401 Who", "403 Forbidden",
        "404 Not Found", "407 Proxy", "410 Gone", "429 Slowly", "500 Oh", "503 Later", "511 Log In", "999 Odd",
        "000 Zero", "abc Word", "-1 Minus", "20000 Much", "", "404 \x1b[2JEscape", "404 " + "long " * 9999]},
    "416 to everything": says(head("416 No", content_length=0)),
    "206 to everything": says(head("206 Partial", content_range="bytes 5-9/10", content_length=5) + b"\x1f----"),
    "closed at once": says(b""),
    "reset at once": says(RESET),
    "closed in the status": says(b"HTTP/1.1 2"),
    "closed in the headers": says(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "closed after the headers": says(head(content_length=N)),
    "closed early": cut(0.6),
    "closed very early": cut(0.02),
    "closed before the last byte": cut((N + 60) / (N + 110)),
    "reset in the middle": cut(0.6, RESET),
    "length too large": says(head(content_length=N + 5) + DATA),
    "length too small": says(head(content_length=N - 5) + DATA),
    "length of 14 digits": says(head(content_length=10**14) + DATA),
    "length of 4,000 digits": says(head(content_length="9" * 4000) + DATA),
    "length zero": says(head(content_length=0)),
    "two lengths": says(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n" + DATA),
    "chunk of -5": says(head(transfer_encoding="chunked"), b"-5\r\n" + DATA),
    "chunk of a word": says(head(transfer_encoding="chunked"), b"many\r\n" + DATA),
    "chunk of 5,000 digits": says(head(transfer_encoding="chunked"), DIGITS.encode() + b"\r\n" + DATA),
    "chunk with a long extension": says(head(transfer_encoding="chunked"), b"5;" + b"x" * 99_999),
    "chunks cut short": says(*chunked(DATA[:99], end=b"")),
    "chunks reset": says(*chunked(DATA[:99], end=RESET)),
    "random bytes": says(np.random.default_rng(1).bytes(5000)),
    "the file without a head": says(DATA),
    "another protocol": says(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "150 headers": says(head(**{f"x{i}": i for i in range(150)}) + DATA),
    "a header of 99,999 bytes": says(head(x="y" * 99_999) + DATA),
    "a web page": says(head(content_type="text/html", content_length=len(PAGE)) + PAGE),
    "JSON": says(head() + b'{"error": "quota"}'),
    "an empty file": says(head() + b""),
    "gzip that isn't": says(head(content_length=N) + b"\x1f\x8b" + bytes(N - 2)),
    "gzip of the gzip": says(head(content_encoding="gzip") + gzip.compress(DATA)),
    "another archive": lambda start: good(start, OTHER),
    "another, shorter file": lambda start: good(start, OTHER[:500]),
    "one bit differs": lambda start: good(start, DATA[:-9] + bytes([DATA[-9] ^ 1]) + DATA[-8:]),
    "wrong bytes in the range": lambda start: good(start, b"\x1f" + bytes(N - 1)),
    "range cut short": partial("bytes {start}-{last}/{n}", b"1234"),
    "range of a longer file": partial("bytes {start}-{last}/99999999", bytes(50)),
    "range of a shorter file": partial("bytes {start}-{last}/3", bytes(50)),
    "moved to itself": lambda start: moved("/bad")(start),
    "moved nowhere": says(head("302 Found")),
    "moved to an empty address": moved(""),
    "moved to bytes that aren't UTF-8": moved("/\xff\xfe"),
    "moved to [::1": moved("http://[::1"),
    "moved to port 99999": moved("http://127.0.0.1:99999/"),
    "moved to a file": moved("file:///etc/hosts"),
    "moved to FTP": moved("ftp://127.0.0.1/x"),
    "moved to a script": moved("javascript:alert(1)"),
    "moved to a host without a name": moved("http:///x"),
    "moved to a host of 300 letters": moved(f"http://{'a' * 300}/"),
    "moved far": moved("/" + "x" * 60_000),
    "moved to a page": moved("/page"),
    "body without end": endless(head() + b"\x1f", bytes(1 << 16)),
    "chunks without end": endless(head(transfer_encoding="chunked"), b"1000\r\n\x1f" + bytes(4095) + b"\r\n"),
}
SCRIPTS_WITHOUT_END = {
    "silent": says(HOLD),
    "silent after the headers": says(head(content_length=N), HOLD),
    "silent in the middle": cut(0.5, HOLD),
    "100 Continue without end": endless(b"", head("100 Continue") * 20),
    "status line by the byte": endless(b"HTTP/1.1 200 ", b"O", 0.02),
    "headers by the byte": endless(b"HTTP/1.1 200 OK\r\nX: ", b"y", 0.02),
    "body by the byte": endless(head(content_length=N) + b"\x1f", b"\x1f", 0.02),
    "chunk extension by the byte": endless(head(transfer_encoding="chunked") + b"5;", b"x", 0.02),
    "chunk header by the byte": endless(head(transfer_encoding="chunked"), b"0", 0.02),
    "trailers without end": endless(head(transfer_encoding="chunked") + b"0\r\n", b"A: b\r\n" * 99),
    "trailers by the byte": endless(head(transfer_encoding="chunked") + b"0\r\n", b"A", 0.02),
    "moved, then silent": moved("/silent"),
}
ADDRESSES = {  # {port}: the server's
    "http://[::1", "http://[::1]]/", "http://", "http:", "://", ":", "no-address", "ftp://127.0.0.1/x", "file:///etc/hosts",
    "mailto:me", "data:,x", "http:///x", "http://127.0.0.1:99999/", "http://127.0.0.1:word/", "http://127.0.0.1:1/",
    "http://.../", "http://a..b/", f"http://{'a' * 300}/", "http://no-such-host.invalid/",
    "http://\udcff/", "http://127.0.0.1:{port}/\udcff", "http://u:p@[/",
}
HANGING = {"http://hangs.invalid/", "https://127.0.0.1:{port}/good"}  # a name server; a server that never speaks TLS
NEVER_DELIVER = {*SCRIPTS_WITHOUT_END, *HANGING}
SOURCES = [*SCRIPTS_THAT_DELIVER, *SCRIPTS_THAT_FAIL, *SCRIPTS_WITHOUT_END, *sorted(ADDRESSES | HANGING)]


# --- .part files ----------------------------------------------------------------------------------

def a_link(to, content):
    def make(part):
        target = part.with_name(to)
        if content is not None:
            target.write_bytes(content)
        part.symlink_to(target)
    return make


def no_access(part):
    part.write_bytes(DATA[:N // 2])
    part.chmod(0)


def holds(content):
    return lambda part: part.write_bytes(content)


PARTS = {
    "no part": lambda part: None,
    "the first third": holds(DATA[:N // 3]),
    "all but a byte": holds(DATA[:-1]),
    "all": holds(DATA),
    "nothing": holds(b""),
    "wrong bytes": holds(b"\x1f" + bytes(N // 3)),
    "as many wrong bytes": holds(b"\x1f" + bytes(N - 1)),
    "the file and more": holds(DATA + b"more"),
    "more than the most": holds(DATA + bytes(2 * MOST)),
    "a link": a_link("elsewhere", DATA[:N // 2]),
    "a link to nothing": a_link("nothing", None),
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo if hasattr(os, "mkfifo") else Path.mkdir,
    "no access": no_access,
}


# --- cases ----------------------------------------------------------------------------------------

def outcomes(count, rng):
    """Yield (case, outcome) for `count` different cases of the product."""
    cases = list(itertools.product(SOURCES, PARTS, [False, True], [False, True]))
    server = Server()
    server.scripts |= {"/moved": moved("/moved2"), "/moved2": moved("/good"), "/silent": says(HOLD),
                       "/page": says(head() + PAGE)}
    try:
        for i in rng.permutation(len(cases))[:count]:
            source, part, followed, known = cases[i]
            case = f"{source}; part: {part}{'; a good mirror follows' * followed}{'; size known' * known}"
            with tempfile.TemporaryDirectory() as folder:
                yield case, _outcome(server, Path(folder), *cases[i])
    finally:
        server.close()


def _outcome(server, datasets, source, part_name, followed, known):
    """Run one case, and judge how it ended."""
    script = (SCRIPTS_THAT_DELIVER | SCRIPTS_THAT_FAIL | SCRIPTS_WITHOUT_END).get(source)
    server.scripts["/bad"], server.asked = script, []
    urls = [server.url("/bad") if script else source.replace("{port}", str(server.port))] + [server.url()] * followed
    part = datasets / (ARCHIVE + ".part")
    PARTS[part_name](part)
    usable = not part.exists() or part.is_file() and os.access(part, os.R_OK)
    before = part.read_bytes() if usable and part.exists() else b""
    error, hung = _fetch(datasets, urls, source in NEVER_DELIVER, known)
    if hung or len(server.asked) > REQUESTS:
        return HANG
    if error is None:
        return _judge_files(datasets, part)
    if not isinstance(error, download.DownloadError):
        return UNCLEAR
    if not usable:
        return HELD if str(part) in str(error) and "What to do" in str(error) and part.exists() else UNCLEAR
    after = part.read_bytes() if part.exists() else b""
    if DATA.startswith(before) and not after.startswith(before):
        return LOST
    if followed or part_name == "all" or source in SCRIPTS_THAT_DELIVER or len(after) > (N if known else MOST):
        return ACCEPTED  # the right archive was taken for a wrong one, or too much of a wrong one was taken
    return HELD if _is_clear(str(error), urls) else UNCLEAR


def _judge_files(datasets, part):
    """The seven right files, and nothing else that this made."""
    files = {path.name: path.read_bytes() for path in (datasets / FOLDER).iterdir() if path.name != MANIFEST}
    left = {path.name for path in datasets.iterdir()} - {FOLDER, f".{FOLDER}.lock", "elsewhere", "nothing"}
    return HELD if files == GOOD and not left and not os.path.lexists(part) else ACCEPTED


def _is_clear(message, urls):
    """A line for each source, with what was expected and what came, in printable characters; then what to do."""
    first, *lines = message.splitlines()
    named = all(re.fullmatch(r"  \S+: expected .+, got .+", line) for line in lines[:len(urls)])
    plain = all(line.isprintable() and len(line) < 500 and "object at 0x" not in line for line in lines)
    return named and plain and "no source delivered it" in first and lines[len(urls)].startswith("What to do")


def _fetch(datasets, urls, never_delivers, known):
    """Call fetch_cifar10 and return (the error or None, whether it or one of its threads hung)."""
    caught, released = [], threading.Event()
    real_stream_to, real_getaddrinfo = mirrors.stream_to, socket.getaddrinfo

    def stream_to(url, *arguments):  # the short limit only for what never delivers
        limit = SHORT if never_delivers and url == urls[0] else PATIENCE
        with mock.patch.multiple(transfer, ANSWER=limit, WINDOW=limit):
            return real_stream_to(url, *arguments)

    def getaddrinfo(host, *arguments):
        if host == "hangs.invalid":
            released.wait()
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real_getaddrinfo(host, *arguments)

    def fetch():
        try:
            download.fetch_cifar10(datasets, progress=False)
        except Exception as error:
            caught.append(error)

    sha256 = hashlib.sha256(DATA).hexdigest()
    environment = {"CIFAR10_URL": " ".join(urls), "CIFAR10_SHA256": "" if known else sha256, "no_proxy": "*"}
    with (mock.patch.dict(os.environ, environment), mock.patch.object(mirrors, "stream_to", stream_to),
          mock.patch.object(socket, "getaddrinfo", getaddrinfo), mock.patch.object(transfer, "TICK", 0.05),
          mock.patch.object(transfer, "LARGEST", MOST), mock.patch.object(mirrors, "LARGEST", MOST),
          mock.patch.multiple(download, SHA256=sha256 if known else download.SHA256, SIZE=N),
          contextlib.redirect_stderr(io.StringIO())):
        thread = threading.Thread(target=fetch, daemon=True)
        thread.start()
        thread.join(PATIENCE)
        hung = thread.is_alive()
        released.set()
        for thread in threading.enumerate():
            if isinstance(thread, Request):
                thread.join(PATIENCE)
                hung |= thread.is_alive()
    return (caught or [None])[0], hung
