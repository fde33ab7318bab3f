"""What a reader gets: open the notebooks in a headless Chromium, and count the figures and their alternative texts.

    python tools/page_in_browser.py            all notebooks
    python tools/page_in_browser.py 02 03      those whose names begin so

Each notebook is opened in JupyterLab as it is committed, and as the HTML page that nbconvert makes of it, in a window
620 pixels wide. One notebook, 02, is also run in JupyterLab, as a learner does. It fails where a figure has no text of
its own, or where something is wider than its place and doesn't scroll.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

import nbformat
from browser import chromium, started
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
