"""Run kinds of faults, two at a time, and print one table: python -m tests.faults [KIND ...] [--count N] [--seed N]."""

import argparse
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

import numpy as np

from . import FAILURES, HELD

KINDS = sorted({path.stem for path in Path(__file__).parent.glob("[a-z]*.py")} - {"child"})


def run(kind, count, seed):
    """Return (kind, counts of outcomes, cases that didn't hold, CPU seconds, those of its own processes included)."""
    module, start = import_module(f"{__package__}.{kind}"), sum(os.times()[:4])
    found = list(module.outcomes(count or module.FULL, np.random.default_rng(seed)))
    failed = [f"{kind}: {case}: {outcome}" for case, outcome in found if outcome != HELD]
    return kind, Counter(outcome for _, outcome in found), failed, sum(os.times()[:4]) - start


def main():
    """Print the table, and each case that didn't hold; exit with 1 when there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--count", type=int, help="cases of each kind, in place of the full number")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    failures = []
    print("| kind | cases | held |", " | ".join(FAILURES), "| CPU seconds |\n" + "|---" * (len(FAILURES) + 4) + "|")
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(run, kind, arguments.count, arguments.seed) for kind in arguments.kinds or KINDS]
        for kind, counts, failed, seconds in (job.result() for job in jobs):
            numbers = [counts.total(), counts[HELD], *(counts[failure] for failure in FAILURES), round(seconds)]
            print(f"| {kind} |", " | ".join(map(str, numbers)), "|", flush=True)
            failures += failed
    print(*failures, sep="\n", file=sys.stderr)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
