"""Speed, measured beside the peers in one run: writes docs/speed.md, two pictures beside it, and the README's tables.

    make bench                          about 16 minutes
    python benchmarks/bench.py --dry    the same, without writing anything, as on the built-in sample

Losses and steps are medians, limits the best of several runs, sweeps single runs. What counts are ratios in one run.
"""

import argparse
import re
import time
from pathlib import Path

import better_inputs
import growth
import loading
import losses
import machine
import optima
import sgd
import sweeps
from roofline import draw

from cs231n_softmax._files import atomic_write
from cs231n_softmax.cifar10.files import SAMPLE
from cs231n_softmax.data_utils import ensure_cifar10, load_CIFAR10, load_linear_splits

ROOT = Path(__file__).resolve().parents[1]


def reports(folder):
    """Yield (heading, (Markdown, values)), one after the other."""
    # first what is measured in processes of its own: a child's peak memory counts from its parent's size
    yield "Importing", machine.import_report()
    yield "Loading CIFAR-10", loading.report(folder)
    data = load_linear_splits(folder=folder, rng=0)
    yield "The machine", machine.report(data)
    yield "Loss and gradient", losses.report(data)
    yield "Loops", losses.loops_report(data)
    yield "A step of SGD", sgd.step_report(data)
    yield "Drawing batches, or passing through", sgd.passes_report(data)
    yield "SGD beside scikit-learn's", sgd.sklearn_report(data)
    yield "A sweep", sweeps.report(data)
    yield "Growth", growth.report()
    yield "Features", better_inputs.report(load_CIFAR10(folder)[0][:1000])
    yield optima.HEADING, optima.report(data)


def write(text, found):
    """Write the page, the figure, and the README's part between its two marks."""
    with atomic_write(ROOT / "docs/speed.md") as f:
        f.write(text)
    draw(found["Loss and gradient"], found["The machine"], ROOT / "docs/roofline.png")
    optima.draw(found[optima.HEADING], ROOT / "docs/optimum.png")
    short = losses.in_short(found["Loss and gradient"], found["Loops"]) + "\n\n" + sweeps.in_short(found["A sweep"])
    readme = (ROOT / "README.md").read_text("utf-8")
    start, end = "<!-- make bench: begin -->", "<!-- make bench: end -->"
    readme = re.sub(f"{start}.*{end}", lambda _: f"{start}\n{short}\n{end}", readme, flags=re.DOTALL)
    with atomic_write(ROOT / "README.md") as f:
        f.write(readme)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dry", action="store_true", help="measure and print, write nothing")
    dry = parser.parse_args().dry
    began = time.perf_counter()
    text, found = "# Speed\n\nWritten by `make bench`. Compare ratios: the seconds are one machine's, in one run.\n", {}
    folder = ensure_cifar10()
    for heading, (markdown, found[heading]) in reports(folder):
        text += f"\n## {heading}\n\n{markdown}\n"
        print(f"\n## {heading}   ({time.perf_counter() - began:.0f} s)\n\n{markdown}", flush=True)
    if folder.resolve() == SAMPLE.resolve():
        print("\nNothing is written: these figures are of the built-in sample, not of CIFAR-10.")
    elif not dry:
        write(text, found)


if __name__ == "__main__":
    main()
