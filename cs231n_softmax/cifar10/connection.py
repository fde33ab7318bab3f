"""One request to one server, in a thread of its own: whatever the server does, the caller can stop waiting.

    request = Request(url, headers)
    request.start()
    head = request.take(seconds=1)      # the head of the answer; None when it isn't there yet
    data = request.take(seconds=1)      # some bytes; b"" at the end
    request.stop()

No timeout of a library bounds everything that a network can do: a name server that hangs, a byte per second, a header
without end. So the thread only brings what it gets, and may hang. The caller decides how long it waits.
"""

import base64
import contextlib
import http.client
import queue
import socket
import string
import threading
import urllib.request
from email.message import Message
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

import certifi

CONNECT_TIMEOUT = 5  # seconds for each address of a host; then its next address is tried
REDIRECTS = 10
CHUNK = 1 << 18  # bytes
NO_SSL = "This Python was built without ssl, so it can't open https. Use another Python."


class MirrorFailed(Exception):
    """One mirror did not deliver; the next one may. `rate` (bytes/s) is set if slowness was the reason."""

    def __init__(self, reason: str, rate: float = 0) -> None:
        super().__init__(plain(reason))
        self.rate = rate


class Head(NamedTuple):
    """What an answer says before its body: `length` in bytes, if it is announced; `host`, after all redirects."""

    status: int
    reason: str
    headers: Message
    length: int | None
    host: str


class Request(threading.Thread):
    """GET `url`; the Head of the answer, then its body, piece by piece, can be taken as they arrive."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        super().__init__(daemon=True)  # a daemon: the program can end although the thread hangs
        self._url, self._headers = url, headers
        self._arrived: queue.Queue[Head | bytes | Exception] = queue.Queue(8)  # few: the thread waits for a slow disk
        self._sockets: list[socket.socket] = []
        self._stopped = False

    def start(self) -> None:
        """Start the thread; MirrorFailed where no thread can be started."""
        try:
            super().start()
        except RuntimeError as error:
            raise MirrorFailed(f"expected a thread for the download, got an error: {error}") from error

    def take(self, seconds: float) -> Head | bytes | None:
        """Return what came next, b"" at the end of the body, None when `seconds` brought nothing; or MirrorFailed."""
        try:
            item = self._arrived.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(item, Exception):
            reason = getattr(item, "reason", None) or str(item) or type(item).__name__
            raise MirrorFailed(f"expected data, got no answer or too little: {reason}") from item
        return item

    def stop(self) -> None:
        """Close the connection, so that the thread ends. A name server that hangs can keep the thread, idle."""
        self._stopped = True
        for sock in self._sockets:
            with contextlib.suppress(OSError):  # it may be closed already
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        with contextlib.suppress(queue.Empty):
            while True:  # room for what the thread may be waiting to put there
                self._arrived.get_nowait()

    # --- in the thread ----------------------------------------------------------------------------

    def run(self) -> None:
        """Ask, and bring what arrives."""
        end: bytes | Exception = b""
        try:
            with self._open() as response:
                host = urlsplit(response.url).hostname or ""
                self._arrived.put(Head(response.status, response.reason, response.headers, response.length, host))
                # read1 takes the bytes that are there, where read would wait until a chunk is full
                while not self._stopped and (data := response.read1(CHUNK)):
                    self._arrived.put(data)
        except Exception as error:  # a hostile answer can raise almost anything
            end = error
        self._arrived.put(end)

    def _open(self):
        """Return the answer of the last server of a chain of redirects."""
        opener = urllib.request.OpenerDirector()  # not build_opener, which would also follow file: and ftp:
        for handler in (urllib.request.ProxyHandler(), urllib.request.UnknownHandler(), _Handler(self._connect)):
            opener.add_handler(handler)
        url = quote(self._url, safe=string.punctuation)
        for _ in range(1 + REDIRECTS):
            response = opener.open(_without_password(url, self._headers), timeout=CONNECT_TIMEOUT)
            location = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or location is None:
                return response
            response.close()  # unread: its body may be endless
            url = urljoin(url, quote(location, encoding="latin-1", safe=string.punctuation))
        raise OSError(f"more than {REDIRECTS} redirects")

    def _connect(self, *arguments):
        """Connect as http.client does, and keep a second handle of the socket, which outlives TLS being put on it."""
        sock = socket.create_connection(*arguments)
        sock.settimeout(None)  # from here on, the caller of `take` has the limits
        self._sockets.append(sock.dup())
        if self._stopped:
            self.stop()
        return sock


class _Handler(urllib.request.AbstractHTTPHandler):
    """Opens http: and https: by connections that are made by `connect`."""

    def __init__(self, connect):
        super().__init__()
        self._connect = connect

    def http_open(self, request):
        return self.do_open(self._made_by(http.client.HTTPConnection), request)

    def https_open(self, request):
        try:
            import ssl
        except ImportError as error:
            raise OSError(NO_SSL) from error
        context = ssl.create_default_context()  # trusts what the system trusts; on some systems, that is nothing
        try:
            context.load_verify_locations(certifi.where())
        except OSError as error:
            raise OSError(f"the certificates {certifi.where()} can't be read; install certifi again") from error
        return self.do_open(self._made_by(http.client.HTTPSConnection), request, context=context)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

    def _made_by(self, kind):
        def connection(*arguments, **options):
            made = kind(*arguments, **options)
            made._create_connection = self._connect  # below TLS and proxies
            return made

        return connection


def _without_password(url, headers):
    """Return the request for `url`. A user and password in it become a header, as browsers do it."""
    parts = urlsplit(url)
    user, at, address = parts.netloc.rpartition("@")
    if at:
        secret = base64.b64encode(unquote(user).encode()).decode()
        headers = headers | {"Authorization": f"Basic {secret}"}
        url = parts._replace(netloc=address).geturl()
    return urllib.request.Request(url, headers=headers)


def plain(text: str) -> str:
    """Return the text without what a terminal would obey, and not more than 200 characters of it."""
    text = "".join(c if c.isprintable() else "?" for c in text[:201])
    return text if len(text) <= 200 else text[:197] + "..."
