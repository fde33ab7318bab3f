"""The softmax loss as compiled loops, which fetch X once and copy none of it.

    >>> loss, dW = softmax_loss_compiled(W=np.zeros((3, 10)), X=np.eye(3), y=[0, 1, 9], reg=0)
    >>> round(loss, 4)  # ten classes with the same score: log(10)
    2.3026

Beside the package, this file needs numba, which compiles the loops into machine code at the first call (some seconds).

Four rows of X and two classes are taken at a time. So a number that was fetched is used in two or four products before
it is left, and the sums stay in the processor's registers. In `X @ W` with few classes, a BLAS takes much of its time
to copy X into an order of its own. On both: K. Goto and R. van de Geijn, "Anatomy of high-performance matrix
multiplication", ACM Transactions on Mathematical Software 34(3), 2008.
"""

import numpy as np
from numpy.typing import ArrayLike

from .._extremes import as_floating, check_scores, finite, quiet, reg_gradient, reg_loss
from .._threads import share
from .blocks import PARTS, add_up, cut, row_blocks
from .inputs import checked

try:
    from numba import njit
except ImportError as error:
    raise ImportError("softmax_loss_compiled needs numba: run `python -m pip install numba`.") from error

ROWS = 4  # at a time


@quiet
def softmax_loss_compiled(W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
    """Softmax loss and gradient of W (D, C), X (N, D), y (N,) and reg, as softmax_loss_vectorized gives them.

    Arguments, results and errors are the same, but W can't be complex, and TypeError is raised for numbers wider than
    float64. Threads share the rows. As everywhere in this package, their number changes no bit of the result.
    """
    W, X, y, reg = checked(W, X, y, reg)
    if W.itemsize > 8:
        raise TypeError(f"W and X: expected float64 or narrower, got {W.dtype}.")
    num_classes = W.shape[1]
    WT = np.zeros((num_classes + num_classes % 2, len(W)), W.dtype)  # an even number of classes
    WT[:num_classes] = W.T

    def sums(rows):
        dWT = np.zeros_like(WT)
        block = np.ascontiguousarray(as_floating(X[rows], W))
        return _add_up_rows(WT, block, y[rows].astype(np.intp), num_classes, len(X), dWT), dWT

    with share(sums, cut(len(X), min(PARTS, len(row_blocks(X, W))))) as results:
        total, dWT = add_up(results)
    check_scores(np.array([total], W.dtype), total, W, X)
    dW = np.add(dWT[:num_classes].T, reg_gradient(W, reg), order="C")
    return finite(total / len(X) + reg_loss(W, reg), dW, W, reg)


@njit(nogil=True, fastmath={"reassoc", "contract"})  # sums in any order: many numbers at once. NaN and inf stay
def _add_up_rows(WT, X, y, num_classes, num_train, dWT):
    """Return the sum of the losses, NaN where a score isn't finite; add gradients / num_train to dWT (C, D)."""
    total, scores = 0.0, np.zeros((ROWS, len(WT)), WT.dtype)
    for first in range(0, len(X), ROWS):
        num_rows = min(ROWS, len(X) - first)
        last = len(X) - 1  # a row that isn't there is replaced by the last one, and counts 0 in dscores
        x0, x1, x2, x3 = X[first], X[min(first + 1, last)], X[min(first + 2, last)], X[min(first + 3, last)]
        _scores(WT, x0, x1, x2, x3, scores)
        for row in range(num_rows):
            s = scores[row, :num_classes]
            if not np.isfinite(s).all():
                return np.nan
            s -= s.max()
            total -= s[y[first + row]]
            s[:] = np.exp(s)
            denominator = s.sum()
            total += np.log(denominator)
            s /= denominator
            s[y[first + row]] -= 1
            s /= num_train
        scores[num_rows:] = 0
        _add_gradient(dWT, x0, x1, x2, x3, scores)
    return total


@njit(nogil=True, fastmath={"reassoc", "contract"})
def _scores(WT, x0, x1, x2, x3, scores):
    """Write the scores of four rows, two classes at a time: eight sums of D products."""
    for j in range(0, len(WT), 2):
        w, v = WT[j], WT[j + 1]
        w0 = w1 = w2 = w3 = v0 = v1 = v2 = v3 = WT.dtype.type(0)
        for k in range(len(w)):
            w0 += x0[k] * w[k]
            w1 += x1[k] * w[k]
            w2 += x2[k] * w[k]
            w3 += x3[k] * w[k]
            v0 += x0[k] * v[k]
            v1 += x1[k] * v[k]
            v2 += x2[k] * v[k]
            v3 += x3[k] * v[k]
        scores[0, j], scores[1, j], scores[2, j], scores[3, j] = w0, w1, w2, w3
        scores[0, j + 1], scores[1, j + 1], scores[2, j + 1], scores[3, j + 1] = v0, v1, v2, v3


@njit(nogil=True, fastmath={"reassoc", "contract"})
def _add_gradient(dWT, x0, x1, x2, x3, dscores):
    """Add dscores.T @ X of four rows to dWT (C, D)."""
    for j in range(len(dWT)):
        w = dWT[j]
        w0, w1, w2, w3 = dscores[0, j], dscores[1, j], dscores[2, j], dscores[3, j]
        for k in range(len(w)):
            w[k] += w0 * x0[k] + w1 * x1[k] + w2 * x2[k] + w3 * x3[k]
