"""Look at each page of the site in a headless Chromium: wide and narrow, light and dark. `make site` comes first.

    python tools/site_in_browser.py                  all pages (make test-site)
    python tools/site_in_browser.py index docs/      those whose paths begin so

A page fails where something is wider than the screen or cut off, where a picture has no alternative text, where the
console shows an error, where anything is asked for outside of the site, where axe-core finds a serious or critical
obstacle for people with disabilities, and where a link within the site leads nowhere. The sliders of notebooks 2 and 3
are moved with the keyboard, and the probabilities are read.
"""

import contextlib
import importlib.util
import json
import math
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path

from browser import chromium
from site_links import dead_links

SITE = Path(__file__).resolve().parents[1] / "build/site"
WIDTHS, SCHEMES = (1280, 390), ("light", "dark")
SCORES = ["notebooks/02_scores_to_probabilities.html", "notebooks/03_cross_entropy.html"]
READY = """location.pathname === %s && document.readyState === "complete" && (async () => {
    if (window.MathJax) await MathJax.startup.promise;
    return true;
})()"""
LOOK = """JSON.stringify({
    wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    outside: [...document.querySelectorAll("article *")].filter(part => {
        if (part.getBoundingClientRect().right <= document.documentElement.clientWidth + 1) return false;
        if (part.closest("mjx-assistive-mml, .sr-only, .visually-hidden")) return false;
        for (let around = part; around.tagName !== "ARTICLE"; around = around.parentElement)
            if (["auto", "scroll"].includes(getComputedStyle(around).overflowX)) return false;
        return true;
    }).map(part => part.outerHTML.slice(0, 100)),
    cut: [...document.querySelectorAll("article *")].filter(part => {
        if (part.closest("mjx-container")) return false;
        const hides = ["hidden", "clip"].includes(getComputedStyle(part).overflowX);
        return hides && part.clientWidth > 1 && part.scrollWidth > part.clientWidth + 1;
    }).map(part => part.outerHTML.slice(0, 100)),
    silent: [...document.images].filter(image => !image.alt.trim()).map(image => image.src.slice(0, 100)),
})"""
AXE = """axe.run(document, {resultTypes: ["violations"]}).then(found => JSON.stringify(found.violations
    .filter(kind => ["serious", "critical"].includes(kind.impact))
    .map(kind => `${kind.id} (${kind.nodes.length}): ${kind.nodes[0].html.slice(0, 150)}`)))"""
# axe-core takes minutes for a page of hundreds of sections: there, each of the four views has a quarter of them.
QUARTER = """(sections => sections.length > 100 && sections.forEach((section, k) => section.hidden = k %% 4 !== %d))(
    [...document.querySelectorAll("section section section, section section > dl.py")])"""
FIRST_SLIDER = 'document.querySelector(".scores input")'
GIVEN = 'document.querySelector(".scores").dataset.settings'
PROBABILITIES = """JSON.stringify([...document.querySelectorAll(".scores div")].map(line => [
    Number(line.querySelector("input").value),
    Number(line.querySelector("output:last-child").textContent),
    line.querySelector(".bar i").offsetWidth / line.querySelector(".bar").offsetWidth,
]))"""


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that doesn't print what it is asked for."""

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def served(folder):
    """Serve a folder on this computer, and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def axe_core():
    """Return the source of axe-core, as the package axe-playwright-python brings it."""
    [folder] = importlib.util.find_spec("axe_playwright_python").submodule_search_locations
    return Path(folder, "axe.min.js").read_text(encoding="utf-8")


def show(page, width, scheme):
    """Make the page so wide, and light or dark, as the reader's system asks for it."""
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


def troubles(page, address, path, axe):
    """Yield what is wrong with a page, as sentences."""
    page.events.clear()
    page.goto(f"{address}/{path}")
    page.wait(READY % json.dumps(f"/{path}"))
    page.evaluate(axe)
    for number, (width, scheme) in enumerate(product(WIDTHS, SCHEMES)):
        show(page, width, scheme)
        page.evaluate("new Promise(done => setTimeout(done, 300))")  # colours change slowly in this theme
        seen, where = json.loads(page.evaluate(LOOK)), f"{width} pixels, {scheme}"
        if seen["wider"] > 0:
            yield f"{where}: {seen['wider']} pixels wider than the screen"
        yield from (f"{where}: outside of the screen, and nothing scrolls: {part}" for part in seen["outside"])
        yield from (f"{where}: cut off: {part}" for part in seen["cut"])
        yield from (f"{where}: no alternative text: {image}" for image in seen["silent"])
        page.evaluate(QUARTER % number)
        yield from (f"{where}: {kind}" for kind in json.loads(page.evaluate(AXE)))
        page.evaluate("document.querySelectorAll('[hidden]').forEach(section => section.hidden = false)")
    yield from heard(page.events, address)


def heard(events, address):
    """Yield the errors that a page has reported, and its requests to other places than the site."""
    for event in events:
        method, given = event["method"], event["params"]
        if method == "Runtime.exceptionThrown":
            yield f"exception: {given['exceptionDetails'].get('exception', {}).get('description')}"
        elif method == "Runtime.consoleAPICalled" and given["type"] in ("error", "assert"):
            yield f"console: {[arg.get('value') for arg in given['args']]}"
        elif method == "Log.entryAdded" and given["entry"]["level"] == "error":
            yield f"console: {given['entry']['text']} {given['entry'].get('url', '')}"
        elif method == "Network.requestWillBeSent":
            url = given["request"]["url"]
            if not url.startswith((address + "/", "data:", "blob:")):
                yield f"a request to the outside: {url}"


def sliders(page, address, path):
    """Move the first slider of a page with a key, and yield what is wrong with the probabilities then."""
    page.goto(f"{address}/{path}")
    page.wait(READY % json.dumps(f"/{path}"))
    before = json.loads(page.evaluate(PROBABILITIES))
    given = [slider["value"] for slider in json.loads(page.evaluate(GIVEN))["sliders"].values()]
    if [score for score, *_ in before] != given:
        yield f"the scores should begin at {given}: {before}"
    page.evaluate(f"{FIRST_SLIDER}.focus()")
    for _ in range(10):
        for kind in ("keyDown", "keyUp"):
            page.call(
                "Input.dispatchKeyEvent", type=kind, key="ArrowRight", code="ArrowRight", windowsVirtualKeyCode=39
            )
    after = json.loads(page.evaluate(PROBABILITIES))
    if not math.isclose(after[0][0] - before[0][0], 1):
        yield f"ten steps of the first slider should add 1 to its score: {before} became {after}"
    for lines in (before, after):
        exp = [math.exp(score) for score, *_ in lines]
        for (score, told, width), power in zip(lines, exp, strict=True):
            right = power / sum(exp)
            if abs(told - right) > 0.0051 or abs(width - right) > 0.02:
                yield f"score {score}: the probability is {right:.3f}, the page says {told}, the bar {width:.3f}"


def main():
    """Look at the pages that the command line names; print a line for each; exit with an error for any trouble."""
    names = [path.relative_to(SITE).as_posix() for path in sorted(SITE.rglob("*.html"))]
    names = [name for name in names if not name.startswith("lite/") and name.startswith(tuple(sys.argv[1:] or [""]))]
    if not names:
        sys.exit("no such pages in build/site: run `make site` first.")
    bad = dead_links(SITE)
    print("links within the site", *(bad or ["fine"]), sep="\n    ", flush=True)
    axe = axe_core()
    scratch = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with scratch as home, served(SITE) as address, chromium(Path(home), WIDTHS[0]) as page:
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        for name in names:
            found = list(troubles(page, address, name, axe))
            print(name, *(found or ["fine"]), sep="\n    ", flush=True)
            bad += found
        for name in SCORES:
            found = list(sliders(page, address, name))
            print(f"{name}, sliders", *(found or ["fine"]), sep="\n    ", flush=True)
            bad += found
    if bad:
        sys.exit(f"{len(bad)} troubles, see above.")


if __name__ == "__main__":
    main()
