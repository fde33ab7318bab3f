"""Print what the examiner says of every function: its name, what it has to say, what it says, CPU seconds.

    python -m tests.mistakes                   all exercises
    python -m tests.mistakes softmax predict   some
"""

import os
import sys
import tempfile

from . import EXERCISES, examine, examples


def main():
    """Print a table for each exercise, from an empty folder: some of the functions write a file."""
    unknown = set(sys.argv[1:]) - set(EXERCISES)
    if unknown:
        sys.exit(f"expected exercises out of {', '.join(EXERCISES)}; got {', '.join(sorted(unknown))}")
    os.chdir(tempfile.mkdtemp())
    for exercise in sys.argv[1:] or EXERCISES:
        print(f"\n## {exercise}\n\n| list | function | form | expected | the examiner says | CPU seconds |")
        print("|---|---|---|---|---|---|")
        for kind in ("right", "wrong", "unknown", "pairs"):
            for example in examples(kind, [exercise]):
                report, seconds = examine(example)
                codes = [m.code for m in report.mistakes] + [f"(remark: {m.code})" for m in report.remarks]
                print(f"| {kind} | {example.name} | {example.form} | {example.expected} | {' '.join(codes)} "
                      f"| {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
