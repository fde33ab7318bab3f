"""A sweep's work in chunks of settings: how they are cut and trained. workers.py gives them to workers.

A chunk is trained whole, by one worker, and its result doesn't depend on the worker: so threads, processes and other
machines give the same table, and a lost chunk is simply trained again.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._threads import one_blas_thread
from .._typing import DataLoss, Setting
from ..classifiers import LinearClassifier, LinearSVM, Softmax
from ..classifiers.linear_svm import hinge
from ..classifiers.softmax import cross_entropy
from .stacked import LAST, accuracies, train_stacked
from .table import Result

CHUNK = 2 * 2**20  # bytes of stacked weights that stay in a core's own cache, or near it: 17 settings of CIFAR-10
STACKABLE: dict[type[LinearClassifier], DataLoss] = {Softmax: cross_entropy, LinearSVM: hinge}


class Task(NamedTuple):
    """What is done at each setting."""

    model: type[LinearClassifier]
    num_iters: int
    batch_size: int
    seed: int


class Trained(NamedTuple):
    """A trained chunk: a Result for each setting, and the weights (D, C) of the first best (None: all diverged)."""

    rows: list[Result]
    best_W: np.ndarray | None


def cut(settings: list[Setting], model: type[LinearClassifier], W_bytes: int) -> list[list[Setting]]:
    """Return the settings in chunks as equal as can be, each with at most CHUNK bytes of weights: W_bytes per setting.

    Up to four chunks of four or more are made in any case, so that there is something to share. The cut is the same for
    any number of workers. A model whose loss isn't in STACKABLE gets one setting per chunk.
    """
    if model not in STACKABLE:
        return [[setting] for setting in settings]
    most = max(1, CHUNK // W_bytes)
    num_chunks = max(math.ceil(len(settings) / most), min(4, len(settings) // 8 * 2))
    ends = [len(settings) * number // max(1, num_chunks) for number in range(num_chunks + 1)]
    return [settings[start:end] for start, end in zip(ends, ends[1:], strict=False)]


def train_chunk(
    data: Sequence[np.ndarray] | Sequence[Path],
    task: Task,
    settings: list[Setting],
    check: Callable[[], object] = lambda: None,
) -> Trained:
    """Train at each of `settings` and return a Trained. data: X_train, y_train, X_val, y_val, or the paths of files.

    `check` is called at each step, and raises when nobody waits for the result any more.
    """
    check()
    X_train, y_train, X_val, y_val = [
        np.load(array, mmap_mode="r") if isinstance(array, Path) else array for array in data
    ]
    train = _train_stacked if task.model in STACKABLE else _train_alone
    with one_blas_thread():
        W, final_losses, train_accuracies, val_accuracies = train(X_train, y_train, X_val, y_val, task, settings, check)
    rows = []
    for setting, *numbers in zip(settings, train_accuracies, val_accuracies, final_losses, strict=True):
        train_accuracy, val_accuracy, final_loss = map(float, numbers)
        if np.isfinite([train_accuracy, val_accuracy, final_loss]).all():
            rows.append(Result(*setting, train_accuracy, val_accuracy, final_loss, diverged=False))
        else:
            rows.append(Result(*setting, math.nan, math.nan, math.inf, diverged=True))
    best = max(range(len(rows)), key=lambda k: -1 if rows[k].diverged else rows[k].val_accuracy)
    return Trained(rows, None if rows[best].diverged else W[best].copy())  # a view would keep all weights


def _train_stacked(X, y, X_val, y_val, task, settings, check):
    """Return weights (K, D, C), final losses (K,), training and validation accuracies (K,)."""
    rng = np.random.default_rng(task.seed)
    W, final_losses = train_stacked(STACKABLE[task.model], X, y, settings, task.num_iters, task.batch_size, rng, check)
    return W, final_losses, accuracies(W, X, y, check), accuracies(W, X_val, y_val, check)


def _train_alone(X, y, X_val, y_val, task, settings, check):
    """Return the same as _train_stacked, by the model's own `train` and `predict`."""
    found = []
    ours = getattr(task.model, "train", None) is LinearClassifier.train
    options = {"callback": lambda *step: check()} if ours else {}  # another `train` may have no callback
    for learning_rate, reg in settings:
        model, rng = task.model(), np.random.default_rng(task.seed)
        losses = model.train(X, y, learning_rate, reg, task.num_iters, task.batch_size, rng=rng, **options)
        final_loss, right = np.mean(losses[-LAST:]), [np.nan, np.nan]
        try:
            if np.isfinite(final_loss):
                right = [np.mean(model.predict(rows) == labels) for rows, labels in ((X, y), (X_val, y_val))]
        except OverflowError:  # the last step went too far
            pass
        found.append((model.W, final_loss, *right))
    return [np.array(values) for values in zip(*found, strict=True)]
