"""Loss and gradient of a linear classifier in one pass over X, whatever its loss is.

    scores = X @ W,    losses, dscores = data_loss(scores, y),    dW = X.T @ dscores

Both products need all of X, and the time of fetching X from memory adds to that of multiplying it. So X is taken in
blocks of rows that stay in the caches: fetched for the first product, they are still there for the second. No array of
X's size is created, and X may be a numpy.memmap larger than memory. The blocks, and so all sums, are the same for any
number of threads. On blocking: K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM
Transactions on Mathematical Software 34(3), 2008.
"""

import numpy as np
from numpy.typing import ArrayLike

from .._threads import thread_pool
from .._typing import DataLoss
from .extremes import as_floating, check_scores, finite, quiet, reg_gradient, reg_loss
from .inputs import checked

BLOCK = 2 * 2**20  # bytes of X in a block: about what a core's own caches hold; half or twice as much is as good
ROWS_PER_CLASS = 8  # fewer rows, and adding up the (D, C) gradients costs as much as the products
WHOLE = 16 * 2**20  # bytes: a smaller X is one block, since it stays in the third-level cache anyway
PART = 16  # blocks that one thread adds up at a time
THREADED = 256 * 2**20  # bytes: from here our own threads, since OpenBLAS's keep a core busy for 0.1 s after a product


@quiet
def loss_and_gradient(
    data_loss: DataLoss, W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float
) -> tuple[float, np.ndarray]:
    """Return (loss, dW): the mean of the data losses plus reg * sum(W**2), and its gradient (D, C).

    data_loss(scores (n, C), y (n,)) returns the losses (n,) of n examples and the derivative (n, C) of each by its
    scores. W (D, C), real or complex; X (N, D), y (N,) and reg as in softmax_loss_naive, with the same errors.
    Memory beside arguments and result: a few blocks and two arrays of dW's size for each thread, whatever N is.

    A loss of your own, the perceptron's: how far the highest score is above the true class's.

    >>> def perceptron(scores, y):
    ...     rows, best = np.arange(len(y)), scores.argmax(axis=1)
    ...     dscores = np.zeros_like(scores)
    ...     dscores[rows, best] += 1
    ...     dscores[rows, y] -= 1
    ...     return scores[rows, best] - scores[rows, y], dscores
    >>> loss_and_gradient(perceptron, W=np.eye(2), X=[[1.0, 3.0]], y=[0], reg=0)
    (2.0, array([[-1.,  1.],
           [-3.,  3.]]))
    """
    W, X, y, reg = checked(W, X, y, reg, allow_complex=True)
    data_loss_sum, dW = _sums(data_loss, W, X, y)
    loss = data_loss_sum / len(X) + reg_loss(W, reg)
    dW += reg_gradient(W, reg)
    return finite(loss, dW, W, reg)


def row_blocks(X: np.ndarray, W: np.ndarray) -> list[slice]:
    """Return slices that divide the rows of X (N, D) into blocks of some 2 MB, in the precision of X @ W; W (..., C).

    A small X is one block, and many classes need larger blocks.
    """
    row_bytes = X.shape[1] * np.result_type(X, W).itemsize
    rows = len(X) if len(X) * row_bytes <= WHOLE else max(ROWS_PER_CLASS * W.shape[-1], BLOCK // row_bytes)
    return [slice(first, first + rows) for first in range(0, len(X), max(1, rows))]


def _sums(data_loss, W, X, y):
    """Return the sum of the losses over all rows, and the mean of their gradients (D, C)."""
    blocks = row_blocks(X, W)
    parts = [blocks[first : first + PART] for first in range(0, len(blocks), PART)]

    def sums(part):
        return _add_up(_block(data_loss, W, X[rows], y[rows], len(X)) for rows in part)

    if X.size * np.result_type(X, W).itemsize < THREADED:
        return _add_up(map(sums, parts))
    with thread_pool() as pool:
        return _add_up(pool.map(sums, parts))


def _add_up(sums):
    """Return the sums of pairs (number, array)."""
    number, array = next(sums)
    for more, array_more in sums:
        number += more
        array += array_more
    return number, array


@quiet  # here as well: a thread of the pool doesn't inherit it
def _block(data_loss, W, X, y, num_train):
    """Return the sum of the losses over the rows of one block, and the sum of their gradients / num_train."""
    X = as_floating(X, W)
    scores = X @ W
    losses, dscores = data_loss(scores, y)
    total = losses.sum(dtype=np.result_type(losses, np.float64))
    check_scores(scores, total, W, X)
    dscores /= num_train
    return total, X.T @ dscores
