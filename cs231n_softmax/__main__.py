"""The package's commands: python -m cs231n_softmax COMMAND.

practice [FOLDER]     lay copies of the notebooks without solutions into a folder, to work in
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def practice(args: argparse.Namespace) -> None:
    """Lay out practice copies, and tell what was done."""
    from .practice import lay_out

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
    print(f"Open them with: jupyter lab {folder}")


def _shown(folder):
    """Return a folder as one types it: below the working folder if possible, in quotes if it has spaces."""
    folder = Path(folder).absolute()
    below = folder.is_relative_to(Path.cwd())
    text = os.fspath(folder.relative_to(Path.cwd()) if below else folder)
    return f'"{text}"' if " " in text else text


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names; return 0, or 1 after an error, which is printed in a plain sentence."""
    from .practice.copies import PROJECT

    parser = argparse.ArgumentParser(prog="python -m cs231n_softmax", description="The commands of cs231n_softmax.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    about = "lay copies of the notebooks without solutions into a folder, to work in"
    command = commands.add_parser("practice", help=about, description=f"{about.capitalize()}. Run again, it keeps "
                                  "what you have written, and brings the other notebooks up to date.")  # fmt: skip
    command.add_argument("folder", nargs="?", default=PROJECT / "practice", metavar="FOLDER", help="(%(default)s)")
    command.set_defaults(run=practice)
    args = parser.parse_args(argv)
    try:
        args.run(args)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
