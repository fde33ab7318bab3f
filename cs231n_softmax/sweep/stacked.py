"""Training at many settings at once, in a fraction of the time that they take one by one.

Settings (learning_rate, reg) that start from the same weights and get the same batches differ by their steps alone.
So their weights stand side by side in one matrix (D, K*C), setting k in the columns k*C to (k+1)*C: a batch is
gathered and read once for all, and two wide products use the processor better than 2K narrow ones.
"""

from collections.abc import Callable, Sequence

import numpy as np

from .._extremes import arithmetic_dtype, as_floating, reg_loss
from .._inputs import check_finite
from .._typing import DataLoss, Setting
from ..classifiers.blocks import row_blocks
from ..classifiers.linear_classifier import first_weights

LAST = 50  # batches: a setting's final loss is the mean over the last ones


def train_stacked(
    data_loss: DataLoss,
    X: np.ndarray,
    y: np.ndarray,
    settings: Sequence[Setting],
    num_iters: int,
    batch_size: int,
    rng: np.random.Generator,
    check: Callable[[], object] = lambda: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Train at each (learning_rate, reg) of `settings` as LinearClassifier.train does with the same `rng`.

    data_loss(scores (n, C), y (n,)) returns the losses (n,) and their derivatives by the scores (n, C); X (N, D),
    y (N,). Returns the weights (K, D, C) and each setting's final loss (K,), inf where a score or weight overflowed.
    They equal those of training one by one, except for rounding. ValueError for NaN or inf in X, as in `train`.
    `check` is called before each step: an error that it raises ends the training.
    """
    learning_rates, regs = np.array(settings, np.float64).T
    K, first = len(settings), first_weights(X, y, rng)
    D, C = first.shape
    W, step = np.tile(first, K), np.empty((D, K * C), first.dtype)
    # the step of setting k: learning_rate * (X.T @ dscores / batch_size + 2 * reg * W)
    with np.errstate(all="ignore"):
        slope, shrink = [
            np.repeat(factors, C).astype(W.dtype if factors.max() <= np.finfo(W.dtype).max else np.float64)
            for factors in (learning_rates / batch_size, learning_rates * 2 * regs)
        ]
    diverged, last_losses = np.zeros(K, bool), []

    for iteration in range(num_iters):
        check()
        batch = rng.integers(len(X), size=batch_size)
        X_batch = as_floating(X[batch], W)
        with np.errstate(all="ignore"):  # overflow is found below
            scores = X_batch @ W
            losses, dscores = data_loss(scores.reshape(-1, C), np.repeat(y[batch], K))
            data_losses = losses.reshape(-1, K).mean(axis=0, dtype=np.float64)
            wrong = ~np.isfinite(data_losses) | ~np.isfinite(scores).reshape(-1, K, C).all(axis=(0, 2))
            if iteration >= num_iters - LAST:
                reg_losses = [reg_loss(W[:, k * C : (k + 1) * C], reg) for k, reg in enumerate(regs)]
                last_losses.append(data_losses + reg_losses)
            step = _step(X_batch, dscores.reshape(-1, K * C) * slope, W, shrink, out=step)
            W -= step
        if (wrong & ~diverged).any():
            check_finite("X", X_batch)  # raises when the data are at fault, and no setting diverged
        diverged |= wrong
        if diverged.any():
            W[:, np.repeat(diverged, C)] = 0  # the others go on without them
    W = np.ascontiguousarray(W.reshape(D, K, C).transpose(1, 0, 2))
    diverged |= ~np.isfinite(W).all(axis=(1, 2))
    with np.errstate(all="ignore"):  # losses that are finite may have a sum that isn't
        final_losses = np.mean(last_losses, axis=0)
    final_losses[diverged] = np.inf
    return W, final_losses


def _step(X, dscores, W, shrink, out):
    """Return X.T @ dscores + shrink * W, in `out`."""
    np.multiply(W, shrink, out=out)
    out += X.T @ dscores
    return out


def accuracies(W: np.ndarray, X: np.ndarray, y: np.ndarray, check: Callable[[], object] = lambda: None) -> np.ndarray:
    """Return which fraction of X (N, D) each of K weights W (K, D, C) classifies right, as y (N,); NaN for overflow.

    ValueError for NaN or inf in X. `check` is called before each block of rows, and may raise.
    """
    K, D, C = W.shape
    side_by_side = W.transpose(1, 0, 2).reshape(D, K * C).astype(arithmetic_dtype(W, X), copy=False)
    right, finite = np.zeros(K), np.ones(K, bool)
    for rows in row_blocks(X, W):
        check()
        with np.errstate(all="ignore"):
            scores = (as_floating(X[rows], side_by_side) @ side_by_side).reshape(-1, K, C)
        right += (scores.argmax(axis=2) == y[rows, None]).sum(axis=0)
        finite &= np.isfinite(scores).all(axis=(0, 2))
        if not finite.all():
            check_finite("X", X[rows])
    return np.where(finite, right / len(X), np.nan)
