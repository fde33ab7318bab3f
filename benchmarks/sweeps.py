"""A sweep of 64 settings: ours, on threads and processes; our own training one by one; and the assignment's way."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from losses import PAUSE
from peers import textbook
from report import table

from cs231n_softmax._threads import one_blas_thread
from cs231n_softmax.classifiers import Softmax
from cs231n_softmax.classifiers.softmax import cross_entropy
from cs231n_softmax.sweep import grid, sweep
from cs231n_softmax.sweep.stacked import train_stacked

BATCH, NUM_ITERS = 200, 1500
SETTINGS = grid(np.geomspace(1e-8, 5e-6, 8), np.geomspace(1, 1e5, 8))
SOME = SETTINGS[::9]  # one for each learning rate and each regularization: the time doesn't depend on them


def timed(function):
    """Return (seconds, result) of one call, on cores that are free."""
    time.sleep(PAUSE)
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def assignment(X, y, X_val, y_val, learning_rate, reg):
    """Train as the assignment does: float64, np.random.choice, the textbook's loss; return both accuracies."""
    W = 0.001 * np.random.default_rng(0).standard_normal((X.shape[1], 10))
    for _ in range(NUM_ITERS):
        batch = np.random.choice(len(X), BATCH)  # noqa: NPY002
        W -= learning_rate * textbook(W, X[batch], y[batch], reg)[1]
    return [np.mean(np.argmax(rows @ W, axis=1) == labels) for rows, labels in ((X, y), (X_val, y_val))]


def alone(X, y, X_val, y_val, setting):
    """Train our own classifier at one setting, and compute both accuracies; return W."""
    model = Softmax()
    model.train(X, y, *setting, NUM_ITERS, BATCH, rng=0)
    for rows, labels in ((X, y), (X_val, y_val)):
        np.mean(model.predict(rows) == labels)
    return model.W


def largest_difference(weights, X, y):
    """Return by how much the weights of SOME, trained one by one, differ from those of a stack (relative norms)."""
    with one_blas_thread():
        stacked = train_stacked(cross_entropy, X, y, SOME, NUM_ITERS, BATCH, np.random.default_rng(0))[0]
    return max(np.linalg.norm(a - b) / np.linalg.norm(a) for a, b in zip(weights, stacked, strict=True))


def report(data):
    """Return Markdown, and {way: seconds for 64 settings}."""
    split = [data[name] for name in ("X_train", "y_train", "X_val", "y_val")]
    seconds = {}
    seconds["**ours**, `sweep`"], best = timed(lambda: sweep(*split, SETTINGS, progress=False))
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        seconds["ours, `sweep` on processes"], again = timed(
            lambda: sweep(*split, SETTINGS, progress=False, executor=pool)
        )
    if list(again) != list(best):
        raise RuntimeError("processes gave another table than threads.")
    runs = [timed(lambda setting=setting: alone(*split, setting)) for setting in SOME]
    seconds["ours, one by one, `Softmax.train`"] = len(SETTINGS) * np.median([s for s, _ in runs])
    differences = [f"{largest_difference([W for _, W in runs], *split[:2]):.0e} in float32"]

    split = [array.astype(np.float64) if array.ndim == 2 else array for array in split]
    official = [timed(lambda setting=setting: assignment(*split, *setting))[0] for setting in SOME[::3]]
    seconds["the assignment's way, one by one, float64"] = len(SETTINGS) * np.median(official)
    differences += [f"{largest_difference([alone(*split, setting) for setting in SOME], *split[:2]):.0e} in float64"]
    base = next(iter(seconds.values()))
    return (
        "8 learning rates (1e-8 to 5e-6) x 8 regularizations (1 to 1e5), 1,500 steps of 200 each, and accuracies "
        "on all training and validation images. One by one is measured at 8 settings, the assignment's way at 3: "
        "their median, times 64. The sweeps are single runs.\n\n"
        + table(
            ["64 settings", "seconds", "times ours"],
            [[name, f"{s:.1f}", f"{s / base:.1f}"] for name, s in seconds.items()],
        )
        + f"\n\nStacked weights of {len(SOME)} settings differ from those trained one by one by at most "
        f"{' and '.join(differences)} (relative norms). "
        f"Best validation accuracy: {best.best.val_accuracy:.3f}."
    ), seconds


def in_short(seconds):
    """Return the README's table."""
    base = next(iter(seconds.values()))
    return table(
        ["a sweep of 64 settings, 1,500 steps each", "time", "ratio"],
        [[name, f"{s:.0f} s", f"{s / base:.1f}"] for name, s in seconds.items()],
    )
