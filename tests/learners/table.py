"""Print what the examiner says of every wrong function: name, form, what is wrong, codes, seconds.

    python tests/learners/table.py                all kinds
    python tests/learners/table.py softmax pair   some
"""

import os
import sys
import tempfile
import time

import mistakes
import pairs
from entries import build

from cs231n_softmax import check

CHECKS = {
    "softmax": check.softmax_loss,
    "svm": check.svm_loss,
    "pair": check.softmax_loss,
    "probs": check.softmax,
    "example": check.cross_entropy,
    "numerical": check.numerical_gradient,
    "step": check.sgd_step,
    "predict": check.predict,
    "sweep": check.sweep,
    "prepare": check.prepare,
}
ENTRIES = {**mistakes.KINDS, "pair": pairs.PAIRS}


def examine(entry):
    """Return the Report on an entry's function."""
    options = {"vectorized": True} if entry.form == "vectorized" else {}
    return CHECKS[entry.kind](build(entry), **options)


def main():
    """Print the table as Markdown, from an empty folder: one of the functions writes a file."""
    os.chdir(tempfile.mkdtemp())
    for kind in sys.argv[1:] or CHECKS:
        print(f"\n## {kind}\n\n| function | form | what is wrong | the examiner names | seconds |")
        print("|---|---|---|---|---|")
        for entry in ENTRIES[kind]:
            start = time.perf_counter()
            report = examine(entry)
            codes = " ".join([m.code for m in report.mistakes] + [f"(remark: {m.code})" for m in report.remarks])
            seconds = time.perf_counter() - start
            what = entry.what.replace("|", r"\|")
            print(f"| {entry.name} | {entry.form} | {what} | {codes} | {seconds:.2f} |")


if __name__ == "__main__":
    main()
