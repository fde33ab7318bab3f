"""A headless Chromium, driven through its debugging port: chromium(home, width) yields a Page."""

import contextlib
import json
import shutil
import subprocess
import sys
import time
from urllib.request import urlopen

import websocket


class Page:
    """A page of a running Chromium: goto, evaluate, wait. `events` are those of the domains that were enabled."""

    def __init__(self, url):
        self.socket, self.calls = websocket.create_connection(url, timeout=900, suppress_origin=True), 0
        self.events = []

    def call(self, method, **params):
        self.calls += 1
        self.socket.send(json.dumps({"id": self.calls, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv())).get("id") != self.calls:
            self.events.append(answer)
        return answer["result"]

    def goto(self, url):
        self.call("Page.navigate", url=url)

    def evaluate(self, expression):
        """Return the value of a JavaScript expression; RuntimeError with its message if it fails."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", "an exception in the page"))
        return answer["result"].get("value")

    def wait(self, expression, seconds=300):
        """Wait until a JavaScript expression is true; TimeoutError after `seconds`."""
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise TimeoutError(f"still not true in the page: {expression}")
            time.sleep(0.3)


@contextlib.contextmanager
def started(command, **options):
    """Run a program in the background, and end it. Yields wait(): a pause, which ends all if the program has ended."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)

    def wait():
        if process.poll() is not None:
            sys.exit(f"this ended at once, with exit code {process.returncode}: {' '.join(command)}")
        time.sleep(0.1)

    try:
        yield wait
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def chromium(home, width, *more):
    """Yield a Page of a new headless Chromium, `width` pixels wide, whose files are in `home`; `more`: its options."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        sys.exit("no Chromium: install the package chromium (or Google Chrome), and run this again.")
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        f"--user-data-dir={home}",
        *more,
    ]
    with started([program, *options, "about:blank"]) as wait:
        port = home / "DevToolsActivePort"
        while not (port.exists() and port.read_text().count("\n")):
            wait()
        pages = json.load(urlopen(f"http://127.0.0.1:{port.read_text().split()[0]}/json"))
        page = Page(next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page"))
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        yield page
