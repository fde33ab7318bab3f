"""Loss and gradient of a linear classifier in one pass over X, whatever its loss is.

    scores = X @ W,    losses, dscores = data_loss(scores, y),    dW = X.T @ dscores

Both products need all of X, and the time of fetching X from memory adds to that of multiplying it. So X is taken in
blocks of rows that stay in the caches: fetched for the first product, they are still there for the second. No array of
X's size is created, and X may be a numpy.memmap larger than memory. On blocking: K. Goto and R. van de Geijn, "Anatomy
of high-performance matrix multiplication", ACM Transactions on Mathematical Software 34(3), 2008.

Threads share the blocks. The cut into blocks and parts, and so the order of every sum, depends on the shapes and types
of X and W alone: loss and gradient are the same to the bit for any number of threads (the exact promise is in
_threads.py).
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._extremes import as_floating, check_scores, finite, quiet, reg_gradient, reg_loss
from .._threads import share
from .._typing import DataLoss
from .inputs import checked

BLOCK = 2 * 2**20  # bytes of X in a block: about what a core's own caches hold; half or twice as much is as good
ROWS_PER_CLASS = 8  # fewer rows, and adding up the (D, C) gradients costs as much as the products
WHOLE = 5 * 2**19  # bytes: a smaller X, such as 200 images in float32, is one block: a second one isn't worth it
PARTS = 24  # runs of blocks, each added up by one thread: they share out evenly among 2, 3, 4, 6, 8 or 12 threads


@quiet
def loss_and_gradient(
    data_loss: DataLoss, W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float
) -> tuple[float, np.ndarray]:
    """Return (loss, dW): the mean of the data losses plus reg * sum(W**2), and its gradient (D, C).

    data_loss(scores (n, C), y (n,)) returns the losses (n,) of n examples and the derivative (n, C) of each by its
    scores. W (D, C), real or complex; X (N, D), y (N,) and reg as in softmax_loss_naive, with the same errors.
    Memory beside arguments and result, whatever N is: for each thread a few blocks and two arrays of dW's size, and at
    most 24 such arrays (PARTS) when one thread is far behind the others.

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
    data_loss_sum, dW_transposed = _sums(data_loss, W, X, y)
    loss = data_loss_sum / len(X) + reg_loss(W, reg)
    dW = np.add(dW_transposed.T, reg_gradient(W, reg), order="C")
    return finite(loss, dW, W, reg)


def row_blocks(X: np.ndarray, W: np.ndarray) -> list[slice]:
    """Return slices that divide the rows of X (N, D) into equal blocks of at most 2 MB in the precision of X @ W.

    W (..., C). Their number is even, for two threads. A small X is one block, and many classes need larger blocks.
    """
    size = X.size * np.result_type(X, W).itemsize
    pairs = 0 if size < WHOLE else math.ceil(size / (2 * BLOCK))
    return cut(len(X), max(1, min(2 * pairs, len(X) // max(1, ROWS_PER_CLASS * W.shape[-1]))))


def cut(length: int, num: int) -> list[slice]:
    """Return slices that cut a sequence into `num` pieces, equal but for one element."""
    ends = [length * number // num for number in range(num + 1)]
    return [slice(start, end) for start, end in zip(ends, ends[1:], strict=False)]


def _sums(data_loss, W, X, y):
    """Return the sum of the losses over all rows, and the transpose of the mean of their gradients: (C, D)."""
    blocks = row_blocks(X, W)

    def sums(part):
        return add_up(_block(data_loss, W, X[rows], y[rows], len(X)) for rows in blocks[part])

    with share(sums, cut(len(blocks), min(PARTS, len(blocks)))) as results:
        return add_up(results)


def add_up(sums: Iterator[tuple[Any, np.ndarray]]) -> tuple[Any, np.ndarray]:
    """Return the sums of pairs (number, array)."""
    number, array = next(sums)
    for more, array_more in sums:
        number += more
        array += array_more
    return number, array


def _block(data_loss, W, X, y, num_train):
    """Return the sum of the losses over the rows of a block, and of their gradients / num_train, transposed: (C, D)."""
    X = as_floating(X, W)
    scores = X @ W
    losses, dscores = data_loss(scores, y)
    total = losses.sum(dtype=np.result_type(losses, np.float64))
    check_scores(scores, total, W, X)
    dscores /= num_train
    return total, dscores.T @ X  # (C, D): BLAS is quicker at it than at X.T @ dscores
