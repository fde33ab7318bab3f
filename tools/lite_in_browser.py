"""Open a notebook of build/lite in a headless Chromium, and run it: `make lite` comes first.

    python tools/lite_in_browser.py             notebook 02, as far as it goes without a network (make test-lite)
    python tools/lite_in_browser.py --whole     all its cells: for a site that was built with --pyodide

Python starts in the page, and the first cell runs. The second one imports NumPy, which comes from Pyodide's servers.
Chromium may reach this computer only, so it ends there, unless the site has all of Pyodide. Each address that Chromium
asked for is looked at: it is either the site's own, or one of these servers'.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from browser import chromium
from build_lite import LITE, SERVERS
from site_in_browser import served

NOTEBOOK = "solved/02_scores_to_probabilities.ipynb"
ALONE = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-extensions",
)
TAB = "[...(window.jupyterapp?.shell.widgets('main') ?? [])].find(widget => widget.context)"
SHOWN = f"{TAB}?.context.sessionContext.session?.kernel?.status === 'idle'"
RUN = f"jupyterapp.shell.activateById({TAB}.id), jupyterapp.commands.execute('notebook:run-all-cells').then(() => true)"
CELLS = f"""{TAB}.content.model.sharedModel.cells.filter(cell => cell.cell_type === 'code').map(
    cell => [cell.execution_count, cell.outputs.filter(output => output.output_type === 'error').map(
        output => `${{output.ename}}: ${{output.evalue}}`)[0] ?? ''])"""


def run(page, address):
    """Run all cells of the notebook; return a pair for each code cell: its count, and its error."""
    page.goto(f"{address}/lab/index.html?path={NOTEBOOK}")
    page.wait(SHOWN, 600)
    page.evaluate(RUN)
    page.wait(SHOWN, 1200)
    return page.evaluate(CELLS)


def asked_by(address, log):
    """Return the addresses that the pages and workers of a site asked for; Chromium itself asks for others."""
    asked = re.findall(rf'"initiator":"{re.escape(address)}".*"url":"(https?://[^"]+)"', log)  # one event a line
    return set(asked)


def main():
    """Run the notebook, and look at what Chromium asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--whole", action="store_true", help="the site has all of Pyodide: all cells have to run")
    whole = parser.parse_args().whole
    if not LITE.exists():
        sys.exit("no build/lite: run `make lite` first.")
    scratch = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with scratch as home, served(LITE) as address:
        log = Path(home, "net.json")
        with chromium(Path(home), 1280, *ALONE, f"--log-net-log={log}") as page:
            cells = run(page, address)
        asked = asked_by(address, log.read_text(encoding="utf-8"))
    outside = sorted(url for url in asked if not url.startswith(address))
    wrong = [f"asked for {url}" for url in outside if not url.startswith(SERVERS) or whole]
    if whole:
        wrong += [error for _, error in cells if error]
    elif not (cells[0][0] and not cells[0][1] and any("numpy-" in url for url in outside)):
        wrong += ["Python should run the first cell, and the second one ask for NumPy.", *filter(None, sum(cells, []))]
    print(f"{sum(bool(count) for count, _ in cells)} of {len(cells)} code cells were run. From elsewhere it asked for:")
    print(*(outside or ["nothing"]), sep="\n    ")
    if wrong:
        sys.exit("\n".join(["", *map(str, wrong)]))


if __name__ == "__main__":
    main()
