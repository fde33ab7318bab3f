"""The package's commands: `python -m cs231n_softmax` or `cs231n-softmax` lists them; commands/ has a file for each."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ._project import PACKAGE, missing


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names; return its exit status, or 2 after an error, which is one plain sentence."""
    try:
        return _main(argv)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == PACKAGE.name:  # this package's own fault
            raise
        print(f"error: {missing(package)}", file=sys.stderr)
        return 2


def _main(argv):
    """Do what main says, in a Python that has all packages."""
    from .commands import COMMANDS

    script = Path(sys.argv[0]).stem
    prog = script if script == "cs231n-softmax" else "python -m cs231n_softmax"  # as it was started
    parser = argparse.ArgumentParser(prog=prog, description="The commands of cs231n_softmax.")
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, command in COMMANDS.items():
        about = command.ABOUT
        added = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
        command.arguments(added)
        added.set_defaults(run=command.run, prog=prog)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # paths and names may have letters that a console can't show
    args = parser.parse_args(argv)
    if not hasattr(args, "run"):
        parser.print_help()
        return 0
    try:
        return args.run(args)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
