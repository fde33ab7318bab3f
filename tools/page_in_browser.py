"""What a reader gets: open the notebooks in a headless Chromium, and count the figures and their alternative texts.

    python tools/page_in_browser.py            all notebooks
    python tools/page_in_browser.py 02 03      those whose names begin so

Each notebook is opened in JupyterLab as it is committed, and as the HTML page that nbconvert makes of it, in a window
620 pixels wide. One notebook, 02, is also run in JupyterLab, as a learner does. It fails where a figure has no text of
its own, or where something is wider than its place and doesn't scroll. Chromium is driven through its debugging port.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import nbformat
import websocket
from nbconvert import HTMLExporter

ROOT = Path(__file__).resolve().parents[1]
RUN = "02"  # the notebook that is run
ALL_CELLS = '{"windowingMode": "none"}'  # JupyterLab otherwise draws only the cells that are to be seen
LOOK = """JSON.stringify({
    figures: [...document.images].filter(i => i.src.startsWith("data:image/png")).map(i => i.alt),
    cut: [...document.querySelectorAll(".jp-OutputArea-output, .jp-MarkdownOutput")].filter(
        e => e.scrollWidth > e.clientWidth + 1 && !["auto", "scroll"].includes(getComputedStyle(e).overflowX)
    ).map(e => e.innerText.slice(0, 60)),
})"""
RUN_ALL = """(async () => {
    const [panel] = jupyterapp.shell.widgets("main");
    jupyterapp.shell.activateById(panel.id);
    await panel.sessionContext.ready;
    await jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
    await jupyterapp.commands.execute("notebook:run-all-cells");
})()"""
DRAWN = """document.querySelectorAll(".jp-Notebook .jp-Cell").length >= %d
    && ![...document.querySelectorAll(".jp-MarkdownCell")].some(c => !c.querySelector(".jp-MarkdownOutput"))"""


class Page:
    """A page of a running Chromium: goto, evaluate, wait."""

    def __init__(self, url):
        self.socket, self.calls = websocket.create_connection(url, timeout=900, suppress_origin=True), 0

    def call(self, method, **params):
        self.calls += 1
        self.socket.send(json.dumps({"id": self.calls, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv())).get("id") != self.calls:
            pass
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
def chromium(home, width):
    """Yield a Page of a new headless Chromium, `width` pixels wide, whose files are in `home`."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        sys.exit("no Chromium: install the package chromium (or Google Chrome), and run this again.")
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        f"--user-data-dir={home}",
    ]
    with started([program, *options, "about:blank"]) as wait:
        port = home / "DevToolsActivePort"
        while not (port.exists() and port.read_text().count("\n")):
            wait()
        pages = json.load(urlopen(f"http://127.0.0.1:{port.read_text().split()[0]}/json"))
        page = Page(next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page"))
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        yield page


@contextlib.contextmanager
def jupyterlab(home, folder):
    """Yield the address of a JupyterLab that shows `folder`, with settings and workspaces of its own in `home`."""
    settings = home / "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(ALL_CELLS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    own = {
        name: str(home / name) for name in ("JUPYTERLAB_WORKSPACES_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")
    }
    options = ["--no-browser", "--allow-root", "--expose-app-in-browser", "--IdentityProvider.token="]
    command = [sys.executable, "-m", "jupyterlab", *options, f"--port={address.split(':')[-1]}", str(folder)]
    with started(command, env={**os.environ, **own, "JUPYTERLAB_SETTINGS_DIR": str(home / "settings")}) as wait:
        while True:
            with contextlib.suppress(OSError):
                urlopen(address + "/api")
                break
            wait()
        yield address


def in_lab(page, address, path, run=False):
    """Return what JupyterLab shows of a notebook: its figures' texts, and what is cut. With `run`, after running it."""
    page.goto(f"{address}/doc/tree/{path.name}?reset")
    page.wait(DRAWN % len(nbformat.read(path, 4).cells))
    if run:
        page.evaluate(RUN_ALL)
    return json.loads(page.evaluate(LOOK))


def main():
    """Look at the notebooks that the command line names; print a table; exit with an error if something is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=[""], help="beginnings of notebook names; none: all")
    names = tuple(parser.parse_args().names)
    bad = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        home = Path(scratch)
        copies = shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns("source"))
        with chromium(home, 620) as page, jupyterlab(home, copies) as address:
            for path in [path for path in sorted(copies.glob("*.ipynb")) if path.name.startswith(names)]:
                seen = {"JupyterLab": in_lab(page, address, path)}
                html = path.with_suffix(".html")
                html.write_text(HTMLExporter(template_name="lab").from_filename(str(path))[0], encoding="utf-8")
                page.goto(html.as_uri())
                page.wait(f"document.readyState == 'complete' && location.pathname.endsWith('{html.name}')")
                seen["HTML"] = json.loads(page.evaluate(LOOK))
                if path.name.startswith(RUN):
                    seen["JupyterLab, run"] = in_lab(page, address, path, run=True)
                for where, found in seen.items():
                    texts = [text for text in found["figures"] if text and "No description" not in text]
                    print(
                        f"{path.stem:28} {where:16} {len(found['figures'])} figures, {len(texts)} with a text",
                        flush=True,
                    )
                    bad += [f"{path.stem}, {where}: cut: {text!r}" for text in found["cut"]]
                    if (
                        not texts
                        or len(texts) < len(found["figures"])
                        or len(texts) != len(seen["JupyterLab"]["figures"])
                    ):
                        bad.append(f"{path.stem}, {where}: a figure or its text is missing")
    if bad:
        sys.exit("\n".join(bad))


if __name__ == "__main__":
    main()
