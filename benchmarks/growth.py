"""How the cost of loss and gradient grows with N and C, and a sweep's with K: seconds, and the fitted exponent."""

import numpy as np
from losses import PAUSE, weights
from report import table

from cs231n_softmax.classifiers import softmax_loss_vectorized
from cs231n_softmax.classifiers.softmax import cross_entropy
from cs231n_softmax.stacked import train_stacked
from cs231n_softmax.threads import one_blas_thread
from cs231n_softmax.timing import median_seconds

ROWS = [500, 2_000, 8_000, 32_000, 100_000, 200_000]
CLASSES = [2, 10, 32, 100, 320, 1_000]
SETTINGS = [1, 2, 4, 8, 16, 32]


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

    return {"rows N, C = 10": (ROWS, [seconds(N, 10) for N in ROWS]),
            "classes C, N = 8,000": (CLASSES, [seconds(8_000, C) for C in CLASSES]),
            "settings K in one stacked step of 200 rows": (SETTINGS, [step_seconds(K) for K in SETTINGS])}


def report():
    """Return Markdown, and {quantity: (sizes, seconds)}."""
    found = growth()
    rows = [[name, ", ".join(f"{n:,}" for n in sizes), ", ".join(f"{1000 * s:.3g}" for s in seconds),
             f"{exponent(sizes, seconds):.2f}", f"{exponent(sizes[-3:], seconds[-3:]):.2f}"]
            for name, (sizes, seconds) in found.items()]
    return "Time is proportional to size ** exponent, fitted to all sizes, and to the three largest.\n\n" + table(
        ["", "sizes", "ms", "exponent", "of the three largest"], rows), found
