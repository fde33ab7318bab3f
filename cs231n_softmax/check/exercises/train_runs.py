"""Run a learner's method train with a loss of ours, and note what it is called with: the batch and W in each step."""

import random
from typing import NamedTuple

import numpy as np

from ...classifiers import softmax_loss_vectorized
from ..report import name_of

N, D, C = 40, 7, 4
STEPS, SIZE, RATE, REG = 120, 5, 0.125, 0.3
OTHER_STEPS, OTHER_SIZE = 7, 12


class Call(NamedTuple):
    """One call of self.loss: its arguments, W at that time, and what it returned. `usable`: X_batch, y_batch fit."""

    W: np.ndarray
    X: object
    y: object
    reg: object
    loss: float
    dW: np.ndarray
    usable: bool


class Run(NamedTuple):
    """One call of train: the calls of self.loss, the last W, and what train returned."""

    calls: list
    W: object
    returned: object


def observed(model):
    """Return a function that trains a model, and returns a Run."""
    is_class = isinstance(model, type)

    def train(W, X, y, learning_rate, reg, num_iters, batch_size, verbose):
        calls = []

        def loss(self, X_batch, y_batch, reg):
            calls.append(called(self.W, X_batch, y_batch, reg))
            return calls[-1].loss, calls[-1].dW.copy()

        np.random.seed(num_iters)  # noqa: NPY002 - the learner's generator; verdicts have to be the same each time
        random.seed(num_iters)
        names = {"loss": loss} if is_class else {"loss": loss, "train": model}
        one = type("Model", (model,) if is_class else (), names)()
        one.W = W
        options = {"learning_rate": learning_rate, "reg": reg, "num_iters": num_iters, "batch_size": batch_size}
        returned = one.train(X, y, **options, verbose=verbose)
        return Run(calls, one.W, returned)

    train.__name__ = f"{name_of(model)}.train" if is_class else name_of(model)
    return train


def called(W, X_batch, y_batch, reg):
    W = np.array(W, dtype=float)
    rows, labels = np.asarray(X_batch), np.asarray(y_batch)
    usable = (
        rows.dtype.kind in "fiu"
        and rows.ndim == W.ndim == 2
        and rows.shape[1] == len(W)
        and labels.shape == rows.shape[:1] != (0,)
        and labels.dtype.kind in "fiu"
        and bool(np.isin(labels, np.arange(W.shape[1])).all())
        and np.isscalar(reg)
    )
    with np.errstate(all="ignore"):
        value = 0.0, np.zeros_like(W)
        if usable and np.isfinite(W).all() and np.abs(W).max(initial=0) < 1e50:
            value = softmax_loss_vectorized(W, rows.astype(float), labels.astype(int), float(reg))
    kept = [None if part is None else np.array(part) for part in (X_batch, y_batch)]
    return Call(W, *kept, reg, float(value[0]), value[1], bool(usable))


def as_run(run):
    """Return a Run whose W is an array; it may have been anything."""
    W = np.asarray(run.W, dtype=float) if run.W is not None else np.zeros((0, 0))
    return run._replace(W=W, calls=_merged(run.calls))


def _merged(calls):
    """Return calls without repetitions: some learners call self.loss twice, for the loss and for the gradient."""
    kept = []
    for call in calls:
        if not kept or not all(np.array_equal(a, b) for a, b in zip(kept[-1][:3], call[:3], strict=True)):
            kept.append(call)
    return kept


_random = np.random.default_rng(11)
X = _random.integers(-8, 9, size=(N, D)) / 8 + np.arange(N)[:, None] / 1000  # no two rows are alike
Y = np.arange(N) * 7 % 11 % C
Y[Y == 1] = 2  # no example has class 1, which is a class all the same
START = _random.integers(-8, 9, size=(D, C)) / 8


def first_W():
    return START.copy()
