"""Fetch CIFAR-10 from a shell: python -m cs231n_softmax.cifar10 [DIR]. ./get_cifar10.sh calls this."""

import argparse
import signal
import sys
from collections.abc import Sequence

from .download import DownloadError, fetch_cifar10, say
from .files import DATASETS


def main(argv: Sequence[str] | None = None) -> int:
    """The command: print where the data are and return 0; 1 when they cannot be had, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m cs231n_softmax.cifar10", description="Fetch CIFAR-10.")
    parser.add_argument("dir", nargs="?", default=DATASETS, metavar="DIR", help="where to (%(default)s)")
    datasets = parser.parse_args(argv).dir
    try:
        print(f"CIFAR-10 is in {fetch_cifar10(datasets)}")
    except DownloadError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C changes nothing
        say("\nInterrupted. What has arrived is kept in a .part file; the next run continues from there.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
