"""Show which data are read, and what is in every place where they are looked for."""

import argparse
import os
from pathlib import Path

from .._project import command

ABOUT = "show which data are found, and every place that was looked at"


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(args: argparse.Namespace) -> int:
    """Print what is read, and what is in each place; return 0 when there is something to read, else 1."""
    from ..cifar10.files import DATASETS
    from ..cifar10.find import sample_places
    from ..cifar10.places import advice, fault, places

    chosen = os.environ.get("CIFAR10_DIR")
    looked_at = [Path(os.path.expanduser(chosen))] if chosen else [*places(), *sample_places()]
    faults = {os.path.abspath(folder): fault(folder) for folder in looked_at}
    read = next((folder for folder in faults if not faults[folder]), None)
    kind, whole = kind_of(read) if read else ("", False)
    if read:
        print(f"These data are read: {kind}\n  {read}")
    elif chosen:
        print(f"Nothing can be read. {advice(looked_at[0], 'set CIFAR10_DIR to')} Or unset CIFAR10_DIR.")
    else:
        print("There are no data yet. What needs them fetches them, or makes the built-in sample.")
    print(f"\nLooked at, in this order{', since CIFAR10_DIR is set' * bool(chosen)}:")
    for folder, wrong in faults.items():
        print(f"  {folder}\n      {wrong or ('read' if folder == read else 'whole, but not needed')}")
    if not chosen and kind != "CIFAR-10":
        print(f"\nTo fetch CIFAR-10 into {DATASETS}: {command('data')}")
        print("If it is somewhere else, set CIFAR10_DIR to the folder that holds data_batch_1.")
    return 0 if whole else 1


def kind_of(folder: Path | str) -> tuple[str, bool]:
    """Return which data a folder holds, and whether they are whole: every file is read (half a second)."""
    from ..cifar10.files import check_whole, is_sample

    try:
        check_whole(folder)
    except (OSError, ValueError) as error:
        return f"damaged. {error}", False
    return "the built-in sample, NOT CIFAR-10" if is_sample(folder) else "CIFAR-10", True
