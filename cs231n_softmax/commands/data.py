"""Fetch CIFAR-10, for the whole project or into a folder. `make data` and ./get_cifar10.sh call this."""

import argparse
import signal

from .._project import command, data_folder

ABOUT = "fetch CIFAR-10 (170 MB); run again after an interruption, it continues where it was"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument("folder", nargs="?", default=data_folder(), metavar="FOLDER", help="where to (%(default)s)")


def run(args: argparse.Namespace) -> int:
    """Print where the data are and return 0; 1 when they cannot be had, 130 after Ctrl-C."""
    from ..cifar10.download import DownloadError, fetch_cifar10, say

    try:
        print(f"CIFAR-10 is in {fetch_cifar10(args.folder)}")
    except DownloadError as error:
        say(f"error: {error}")
        if args.folder == data_folder():
            say(f"Or choose another folder: `{command('data', 'FOLDER')}`, and then set CIFAR10_DIR to what it prints.")
            say("Until then, the notebooks use the built-in sample.")
        return 1
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C changes nothing
        say("\nInterrupted. What has arrived is kept in a .part file; the next run continues from there.")
        return 130
    return 0
