"""Examine the functions of an assignment: each mistake is named, and the learner's line is quoted."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from .. import _files
from .._console import encodable
from ..assignment import examine, find, show
from ..assignment.find import Source

ABOUT = (
    "check the functions of an assignment, such as softmax_loss_naive, and name the mistakes; PATH is a file, a "
    "notebook, or a folder such as assignment1/"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the paths and the ways to show the result."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file (.py), notebook (.ipynb) or folder")
    parser.add_argument("--hints", action="store_true", help="say what to do about each mistake")
    parser.add_argument(
        "--convention",
        choices=["either", "full", "half"],
        default="either",
        help="of the penalty: full is reg * sum(W**2), half is 0.5 * reg * sum(W**2) (%(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page for a browser, besides")
    parser.epilog = (
        "Exit status: 0 all functions are right; 1 something is wrong, missing or not written yet; 2 something "
        "couldn't be read or examined."
    )


def run(args: argparse.Namespace) -> int:
    """Examine, show, and return the exit status."""
    sources: dict[Path, Source] = {}
    for path in args.paths:
        for source in find(path):
            sources.setdefault(source.path, source)
    examined = examine(list(sources.values()), "" if args.convention == "either" else args.convention)
    if args.html:
        with _files.explained(args.html), _files.atomic_write(args.html) as f:
            f.write(show.page(examined))
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    again = f"{args.prog} check {shlex.join(map(str, args.paths))} --hints"
    said = show.as_json(examined) if args.json else show.text(examined, args.hints, colour, again)
    print(encodable(said))
    return show.status(examined)
