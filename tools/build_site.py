"""Build the site into build/site: the notebooks as they are committed, docs/, the changes, and the docstrings.

    python tools/build_site.py                      (make site)
    python tools/build_site.py --lite build/lite    with a JupyterLite site in it, to which the notebooks' pages lead

All that Sphinx reads is laid out in build/site-pages first, in the folders of the repository, so that links between
files stay as they are. Links to files that are no pages lead to the repository (tools/repository.py). Nothing is run.
Warnings are errors, and the last site stays until a new one is complete.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from notebook_page import alone, page
from repository import ROOT, repository
from site_text import PAGES, offered, page_text, ways
from sphinx.cmd.build import build_main

from cs231n_softmax.practice.copies import practice_version, solved_notebooks

LAID_OUT, NEW, SITE = ROOT / "build/site-pages", ROOT / "build/site-new", ROOT / "build/site"
MODULES = (
    "data_utils cifar10 classifiers.softmax classifiers.linear_svm classifiers.linear_classifier classifiers.two_layer "
    "optim gradient_check optimum features sweep check assignment practice vis_utils timing sklearn"
)


def lay_out(pages, name, lite):
    """Write all that Sphinx reads into the new folder `pages`; `name` is the repository's, `lite` a folder."""
    shutil.copytree(ROOT / "site", pages, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("docs", "notebooks", "files/practice"):
        (pages / folder).mkdir(parents=True)
    for text in PAGES:
        (pages / text).write_text(page_text(text, name), encoding="utf-8")
    for picture in (ROOT / "docs").glob("*.png"):
        shutil.copy(picture, pages / "docs")
    for stem, notebook in solved_notebooks().items():
        there = lite is not None and (lite / f"files/{stem}.ipynb").exists()
        shown = page(notebook, stem, ways(stem, name, there))
        (pages / f"notebooks/{stem}.ipynb").write_text(json.dumps(shown), encoding="utf-8")
        copy = alone(practice_version(notebook, stem))
        (pages / f"files/practice/{stem}.ipynb").write_text(json.dumps(copy, indent=1), encoding="utf-8")
    api = (pages / "api.md").read_text(encoding="utf-8").replace("MODULES", described(MODULES.split()))
    (pages / "api.md").write_text(api, encoding="utf-8")
    [wheel] = WheelBuilder(str(ROOT)).build(directory=str(pages / "files"), versions=["standard"])
    run = (pages / "run.md").read_text(encoding="utf-8").replace("WHEEL", Path(wheel).name)
    (pages / "run.md").write_text(offered(run, name, lite), encoding="utf-8")
    if lite:
        shutil.copytree(lite, pages / "files/lite")


def described(modules):
    """Return the reStructuredText that lets autodoc describe modules."""
    parts = (f"{module}\n{'-' * len(module)}\n\n.. automodule:: cs231n_softmax.{module}\n" for module in modules)
    return "\n".join(parts)


def main():
    """Lay the pages out and build the site; exit with Sphinx's code if it fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lite", type=Path, help="the folder of a JupyterLite site, which becomes lite/ of this one")
    lite = parser.parse_args().lite
    if lite and not (lite / "lab/index.html").exists():
        sys.exit(f"--lite: expected the folder of a JupyterLite site, but {lite} has no lab/index.html.")
    for folder in (LAID_OUT, NEW):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        lay_out(LAID_OUT, repository(), lite)
    except ValueError as error:
        sys.exit(str(error))
    options = ["-W", "--keep-going", "-q", "-b", "html", "-d", str(LAID_OUT / ".doctrees")]
    if code := build_main([*options, str(LAID_OUT), str(NEW)]):
        sys.exit(code)
    shutil.rmtree(SITE, ignore_errors=True)
    NEW.rename(SITE)
    print(f"The site is in {SITE.relative_to(ROOT)}. To see it: python -m http.server -d {SITE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
