"""Loading CIFAR-10 and preparing cs231n's splits: peak memory and seconds, ours beside the assignment's own way.

    python benchmarks/loading.py        Linux or macOS

Each way runs in a process of its own, three times, in turns; the table has medians. The assignment's way is written
here as its code does it: every batch as float64 images, collected in a list, concatenated, split by index arrays,
flattened, the mean subtracted, a column of ones stacked on.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from report import table

from cs231n_softmax.cifar10.files import TEST_BATCH, TRAIN_BATCHES, read_batch
from cs231n_softmax.data_utils import ensure_cifar10, load_linear_splits


def assignment(folder):
    """The splits as the official notebook prepares them: float64, with every intermediate result."""

    def batch(name):
        pixels, labels = read_batch(folder / name)
        return pixels.reshape(10_000, 3, 32, 32).transpose(0, 2, 3, 1).astype("float"), np.array(labels)

    batches = [batch(name) for name in TRAIN_BATCHES]
    X = np.concatenate([X for X, _ in batches])
    y = np.concatenate([y for _, y in batches])
    X_test, y_test = batch(TEST_BATCH)

    dev = np.random.default_rng().permutation(49_000)[:500]
    rows = {"val": range(49_000, 50_000), "train": range(49_000), "dev": dev}
    splits = {name: (X[list(chosen)], y[list(chosen)]) for name, chosen in rows.items()}
    splits["test"] = X_test[list(range(1000))], y_test[list(range(1000))]
    flat = {name: np.reshape(X, (len(X), -1)) for name, (X, _) in splits.items()}
    mean_image = np.mean(flat["train"], axis=0)
    for X in flat.values():
        X -= mean_image
    return {name: np.hstack([X, np.ones((len(X), 1))]) for name, X in flat.items()}


WAYS = {
    "assignment, float64": assignment,
    "ours, float64": lambda folder: load_linear_splits(folder=folder, dtype=np.float64),
    "ours, float32 (default)": lambda folder: load_linear_splits(folder=folder),
}


def run(name, folder):
    """Print seconds and peak resident memory (GB) of one way; called in a fresh process."""
    start = time.perf_counter()
    WAYS[name](Path(folder))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(seconds, peak / 1e9)


def report(folder, repeats=3):
    """Return Markdown, and {way: (seconds, GB)}: medians, each way in fresh processes, in turns."""
    measured = {name: [] for name in WAYS}
    for _ in range(repeats):
        for name in WAYS:
            command = [sys.executable, __file__, name, str(folder)]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            measured[name].append([float(number) for number in output.split()])
    medians = {name: np.median(values, axis=0) for name, values in measured.items()}
    base = medians["ours, float32 (default)"]
    return table(
        ["way", "peak memory (GB)", "seconds", "times ours: memory", "times ours: seconds"],
        [
            [name, f"{peak:.2f}", f"{seconds:.1f}", f"{peak / base[1]:.1f}", f"{seconds / base[0]:.1f}"]
            for name, (seconds, peak) in medians.items()
        ],
    ), medians


if __name__ == "__main__":
    run(*sys.argv[1:]) if len(sys.argv) > 1 else print(report(ensure_cifar10())[0])
