"""Checks of W, X, y and reg, written once for all losses."""

import numbers

import numpy as np
from numpy.typing import ArrayLike


def checked(
    W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float, allow_complex: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Return W, X, y (arrays that fit together) and reg (a float). ValueError or TypeError names the wrong argument.

    W (D, C) floating, or complex where allowed (for complex-step derivatives); X (N, D); y (N,) integers in
    0..C-1; reg >= 0, which becomes a Python float: that leaves float32 arrays float32.
    The values of X aren't looked at, which would cost as much as the loss itself: `check_scores` finds NaN and inf.
    """
    W, X, y = np.asarray(W), np.asarray(X), np.asarray(y)
    if W.ndim != 2 or X.ndim != 2 or X.shape[1] != W.shape[0]:
        raise ValueError(f"W and X: expected shapes (D, C) and (N, D), got {W.shape} and {X.shape}.")
    if W.dtype.kind not in ("fc" if allow_complex else "f"):
        raise TypeError(f"W: expected floating-point numbers, got {W.dtype}.")
    if X.dtype.kind not in "fiu":
        raise TypeError(f"X: expected real numbers, got {X.dtype}.")
    if y.dtype.kind not in "iu":
        raise TypeError(f"y: expected integer labels, got {y.dtype}.")
    N, C = len(X), W.shape[1]
    if N == 0 or C == 0:
        raise ValueError(f"expected at least one example and one class, got N = {N} and C = {C}.")
    if y.shape != (N,):
        raise ValueError(f"y: expected shape ({N},), one label for each row of X, got {y.shape}.")
    if y.min() < 0 or y.max() >= C:
        raise ValueError(f"y: expected labels 0..{C - 1} (W has C = {C} columns), got {y.min()}..{y.max()}.")
    if not isinstance(reg, numbers.Real) or not 0 <= reg < np.inf:
        raise ValueError(f"reg: expected a finite number >= 0, got {reg!r}.")
    return W, X, y, float(reg)


def check_training(learning_rate: float, num_iters: int, batch_size: int) -> None:
    """Raise ValueError unless learning_rate, num_iters and batch_size can be used."""
    if not 0 < learning_rate < np.inf or num_iters < 0 or batch_size < 1:
        raise ValueError(
            "expected a finite learning_rate > 0, num_iters >= 0 and batch_size >= 1, "
            f"got {learning_rate}, {num_iters} and {batch_size}."
        )


def as_floating(X: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return rows of X ready to be multiplied: integers (raw pixels) in W's precision, so that nothing wraps round."""
    return X.astype(W.real.dtype) if X.dtype.kind in "iu" else X


def sum_of_squares(W: np.ndarray) -> np.number:
    """Return sum(W**2), squared and added up in float64 (complex128 for complex W) whatever W's dtype."""
    return np.square(W, dtype=np.result_type(W, np.float64)).sum()


def check_finite(name: str, array: np.ndarray) -> None:
    """Raise ValueError when there is NaN or inf in the array."""
    bad = array.size - np.count_nonzero(np.isfinite(array))
    if bad:
        raise ValueError(f"{name}: expected finite numbers, got {bad} NaN or inf among {array.size}.")


def check_scores(scores: np.ndarray, loss: complex | np.number, W: np.ndarray, X: np.ndarray) -> None:
    """Raise when a score or the loss is NaN or inf: ValueError when it is in W or X, otherwise OverflowError.

    NaN or inf in X or W always reaches the scores, and there are hundreds of times fewer scores than pixels. The loss
    is made of differences of scores, which can overflow where the scores don't.
    """
    if np.isfinite(scores).all() and np.isfinite(loss):
        return
    check_finite("W", W)
    check_finite("X", X)
    raise OverflowError(
        f"the scores X @ W overflow {scores.dtype}: |W| reaches {np.abs(W).max():.3g}. "
        "If this is training, it diverged: lower the learning rate or reg."
    )
