"""How the cost of loss and gradient grows with N and C, and a sweep's with K: seconds, and the fitted exponent.

To run its last part alone:

    python benchmarks/growth.py FILE        the time over a 6 GB file, by a process limited to 2 GB of its own (Linux)
"""

import subprocess
import sys
import tempfile

import numpy as np
from losses import PAUSE, weights
from report import table

from cs231n_softmax._threads import one_blas_thread
from cs231n_softmax.classifiers import softmax_loss_vectorized
from cs231n_softmax.classifiers.softmax import cross_entropy
from cs231n_softmax.sweep.stacked import train_stacked
from cs231n_softmax.timing import median_seconds, seconds_by_size

ROWS = [500, 2_000, 8_000, 32_000, 100_000, 200_000]
CLASSES = [2, 10, 32, 100, 320, 1_000]
SETTINGS = [1, 2, 4, 8, 16, 32]
FILE_ROWS = [2 * k * 10**9 // (4 * 3073) for k in (1, 2, 3)]


def exponent(sizes, seconds):
    """Return p of the least-squares line log(seconds) = p log(size) + const."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def growth():
    """Return {quantity: (sizes, seconds)}, on normally distributed synthetic rows of D = 3,073 numbers, float32."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((max(ROWS), 3073), dtype=np.float32)
    y = rng.integers(10, size=len(X))

    def seconds(N, C):
        W, labels = 10 * weights(np.float32, C=C), y[:N] % C
        return median_seconds({"": lambda: softmax_loss_vectorized(W, X[:N], labels, 0.1)}, 3, 2, PAUSE)[""]

    def step_seconds(K, steps=60):
        def train():
            train_stacked(cross_entropy, X, y, [(1e-3, 1e-3)] * K, steps, 200, np.random.default_rng(0))

        with one_blas_thread():
            return median_seconds({"": train}, 3)[""] / steps

    return {
        "rows N, C = 10": (ROWS, [seconds(N, 10) for N in ROWS]),
        "classes C, N = 8,000": (CLASSES, [seconds(8_000, C) for C in CLASSES]),
        "settings K in one stacked step of 200 rows": (SETTINGS, [step_seconds(K) for K in SETTINGS]),
    }


def over_a_file(path):
    """Print the seconds over 2, 4 and 6 GB of a file of zeros (holes, on most systems) that is mapped, not read."""
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (2 * 10**9, 2 * 10**9))
    np.memmap(path, np.float32, "w+", shape=(max(FILE_ROWS), 3073)).flush()
    X = np.memmap(path, np.float32, "r", shape=(max(FILE_ROWS), 3073))
    W, y = weights(np.float32), np.zeros(len(X), np.int64)
    print(*seconds_by_size({"": softmax_loss_vectorized}, W, X, y, 0.1, FILE_ROWS, repeats=2)[""])


def report():
    """Return Markdown, and {quantity: (sizes, seconds)}."""
    found = growth()
    if sys.platform == "linux":
        with tempfile.NamedTemporaryFile() as file:
            run = subprocess.run([sys.executable, __file__, file.name], capture_output=True, text=True, check=True)
        name = "rows of a mapped file of zeros, up to 6 GB (cached); 2 GB of private memory"
        found[name] = FILE_ROWS, [float(s) for s in run.stdout.split()]
    rows = [
        [
            name,
            ", ".join(f"{n:,}" for n in sizes),
            ", ".join(f"{1000 * s:.3g}" for s in seconds),
            f"{exponent(sizes, seconds):.2f}",
            f"{exponent(sizes[-3:], seconds[-3:]):.2f}",
        ]
        for name, (sizes, seconds) in found.items()
    ]
    about = "The exponent is the slope of log(time) over log(size), for all sizes and for the three largest."
    return about + "\n\n" + table(["", "sizes", "ms", "exponent", "of the three largest"], rows), found


if __name__ == "__main__":
    over_a_file(sys.argv[1])
