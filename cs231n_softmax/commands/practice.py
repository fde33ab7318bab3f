"""Lay copies of the notebooks without solutions into a folder, to work in."""

import argparse
import os
from importlib.util import find_spec
from pathlib import Path

from .._project import CHECKOUT, command

ABOUT = (
    "lay copies of the notebooks without solutions into a folder, to work in; run again, it keeps what you have "
    "written, and brings the other notebooks up to date"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    usual = (CHECKOUT or Path()) / "practice"
    parser.add_argument("folder", nargs="?", default=usual, metavar="FOLDER", help="where to (%(default)s)")


def run(args: argparse.Namespace) -> int:
    """Lay out practice copies, and tell what was done."""
    from ..practice import lay_out

    laid = lay_out(args.folder)
    folder = _shown(args.folder)
    copies = {
        "laid down": laid.new,
        "brought up to date": laid.refreshed,
        "as they were": laid.as_it_was,
        "changed by you, and left as they are": laid.changed,
    }
    print(f"Practice copies are in {folder}")
    for what, names in copies.items():
        own = [name.removesuffix(".ipynb") for name in names if "/" not in name and name.endswith(".ipynb")]
        if own:
            print(f"  {what}: {', '.join(own)}")
    others = [name for name in laid.changed if "/" in name or not name.endswith(".ipynb")]
    if others:
        print(f"  other files changed by you, and left as they are: {', '.join(others)}")
    if laid.changed:
        print("To start one of them anew, rename or delete it, and run this again.")
    if laid.progress_lost:
        print("progress.json could not be read and is new. Run your checks again: each one that passes is counted.")
    ours = CHECKOUT and Path(args.folder) == CHECKOUT / "practice" and command("practice") == "make practice"
    print(f"Open them with: {'make lab' if ours else f'jupyter lab {folder}'}")
    if not find_spec("jupyterlab"):
        print('JupyterLab isn\'t installed here. Install it first: python -m pip install "cs231n_softmax[notebooks]"')
    return 0


def _shown(folder):
    """Return a folder as one types it: below the working folder if possible, in quotes if it has spaces."""
    folder = Path(folder).absolute()
    below = folder.is_relative_to(Path.cwd())
    text = os.fspath(folder.relative_to(Path.cwd()) if below else folder)
    return f'"{text}"' if " " in text else text
