"""Checks of W, X, y and reg, written once for all losses, and of what `train` and `sweep` are given."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._extremes import arithmetic_dtype
from .._inputs import as_array, as_integer, as_labels, as_number, real_array

MOST_ROWS = 100_000  # in a batch, when X has fewer: of CIFAR-10, they take 1.2 GB


def checked(
    W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float, allow_complex: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Return W, X, y (arrays that fit together) and reg (a float). ValueError or TypeError names the wrong argument.

    W (D, C) floating, or complex where allowed (for complex-step derivatives); X (N, D); y (N,) integers in
    0..C-1; reg >= 0, which becomes a Python float: that leaves float32 arrays float32. W is returned in the dtype of
    the arithmetic (_extremes.py).
    The values of X aren't looked at, which would cost as much as the loss itself: `check_scores` finds NaN and inf.
    """
    W, X = as_array("W", W), as_array("X", X)
    if W.ndim != 2 or X.ndim != 2 or X.shape[1] != W.shape[0]:
        raise ValueError(f"W and X: expected shapes (D, C) and (N, D), got {W.shape} and {X.shape}.")
    check_weights(W, "fc" if allow_complex else "f")
    X = real_array("X", X)
    N, C = len(X), W.shape[1]
    if N == 0:
        raise ValueError("X: expected at least one example, got N = 0.")
    y = as_labels("y", y, N, C, f" (W has C = {C} columns)")
    return W.astype(arithmetic_dtype(W, X), copy=False), X, y, as_number("reg", reg)


def checked_scores(scores: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return scores (N, C), floating or complex, and labels y (N,) in 0..C-1."""
    scores = as_array("scores", scores)
    if scores.dtype.kind != "c":
        scores = floating_scores(real_array("scores", scores))
    if scores.ndim != 2 or scores.shape[1] == 0:
        raise ValueError(f"scores: expected shape (N, C) with at least one class, got {scores.shape}.")
    return scores, as_labels("y", y, *scores.shape)


def floating_scores(scores: np.ndarray) -> np.ndarray:
    """Return integers as float64, and float16 as float32."""
    integer = scores.dtype.kind in "iu"
    return scores.astype(np.float64 if integer else np.result_type(scores, np.float32), copy=False)


def check_weights(W: np.ndarray, kinds: str = "f") -> None:
    """Raise unless W is (D, C) with C > 0, and its numbers are floating (or complex, for kinds "fc")."""
    if W.ndim != 2 or W.shape[1] == 0:
        raise ValueError(f"W: expected shape (D, C) with at least one class, got {W.shape}.")
    if W.dtype.kind not in kinds:
        raise TypeError(f"W: expected floating-point numbers, got {W.dtype}.")


def as_rows(name: str, X: Any, num_features: int | None = None) -> np.ndarray:
    """Return real numbers (N, D), where D = num_features if that is given."""
    X = real_array(name, X)
    if X.ndim != 2 or num_features not in (None, X.shape[1]):
        remedy = f" Use {name}.reshape(len({name}), -1)." if X.ndim > 2 else ""
        D = "D" if num_features is None else num_features
        raise ValueError(f"{name}: expected shape (N, {D}), got {X.shape}.{remedy}")
    return X


def as_training_data(X: Any, y: Any, names: tuple[str, str] = ("X", "y")) -> tuple[np.ndarray, np.ndarray]:
    """Return X (N, D), N > 0, and labels y (N,) from 0, whose largest is the number of classes minus one."""
    X = as_rows(names[0], X)
    if len(X) == 0:
        raise ValueError(f"{names[0]}: expected at least one example, got N = 0.")
    y = as_labels(names[1], y, len(X), None)
    _check_numbering(names[1], y)
    return X, y


def _check_numbering(name, y):
    """Raise ValueError for labels that can hardly be numbers from 0.

    A class may be missing among the rows: nine images of CIFAR-10 may have the labels 1..9. But labels that are exactly
    1..10 count from 1, and so do 1..3 among forty examples. Two labels 0 and 1000 aren't 1,001 classes.
    """
    num_classes = int(y.max()) + 1
    found = np.unique(y)
    if num_classes > 100 and num_classes > 10 * len(found):
        raise ValueError(
            f"{name}: expected labels that number the classes 0..C-1, got {len(found)} different ones, the largest "
            f"{num_classes - 1}. Use np.unique({name}, return_inverse=True)[1], or give the model a W (D, C) first."
        )
    by_chance = len(y) < 10 * num_classes and num_classes <= 10
    if found[0] == 1 and len(found) == num_classes - 1 > 1 and not by_chance:
        raise ValueError(f"{name}: expected labels from 0, got each of 1..{num_classes - 1} and no 0. Use {name} - 1.")


def as_steps(num_iters: Any, batch_size: Any, num_train: int, least: int = 0) -> tuple[int, int]:
    """Return num_iters (>= least) and batch_size (>= 1) as Python ints."""
    return (
        as_integer("num_iters", num_iters, least),
        as_integer("batch_size", batch_size, 1, max(num_train, MOST_ROWS)),
    )
