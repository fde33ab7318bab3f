"""Softmax loss and gradient: once as loops, once vectorized.

Scores are `X @ W`, with X (N, D) and W (D, C): a row of C scores s for each example. With p = softmax(s),

    L_i  = -log p[y_i] = -s[y_i] + log(sum_j exp(s_j))                      (cross-entropy, in nats)
    L    = mean_i L_i + reg * sum(W**2)
    dL/dW[:, j] = mean_i (p_j - 1{j = y_i}) x_i  +  2 * reg * W[:, j]

**Regularization convention**, here and everywhere in this package: `reg * sum(W**2)`, without 1/2, over all
of W, the bias row included; so its gradient is `2 * reg * W`.

The loss is always computed in its second form (log-sum-exp minus the true score), with the row's largest
score taken out of the sum: finite for all finite scores, where log(softmax(s)) is -inf once p underflows.

Source: cs231n notes, "Linear classification" (Softmax classifier; Practical issues: Numeric stability);
C. Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.4.
"""

import numpy as np
from numpy.typing import ArrayLike

from .._extremes import as_floating, check_scores, finite, quiet, reg_gradient, reg_loss
from .._inputs import real_array
from .._threads import one_blas_thread
from .blocks import loss_and_gradient
from .inputs import checked, checked_scores, floating_scores


@quiet
def softmax(scores: ArrayLike) -> np.ndarray:
    """Return the probabilities exp(s_j) / sum_k exp(s_k) of scores (..., C), along the last axis, same shape.

    They are >= 0, sum to one in each row, and stay the same when a constant is added to a row. Integers give float64,
    and float16 gives float32. Raises ValueError when a row has NaN or +inf, or only -inf, and when C is 0; TypeError
    for what isn't an array of real numbers.

    >>> softmax([[1, 2, 3], [1001, 1002, 1003]]).round(3)  # only the differences of scores count
    array([[0.09 , 0.245, 0.665],
           [0.09 , 0.245, 0.665]])
    """
    scores = floating_scores(real_array("scores", scores))
    if scores.ndim == 0 or scores.shape[-1] == 0:
        raise ValueError(f"scores: expected shape (..., C) with at least one class, got {scores.shape}.")
    largest = scores.max(axis=-1, keepdims=True)
    if not np.isfinite(largest).all():
        raise ValueError(
            f"scores: expected finite numbers, got a row whose largest is {largest[~np.isfinite(largest)][0]}."
        )
    exp = np.exp(scores - largest)  # the largest becomes exp(0) = 1: no overflow. exp(-inf) is 0
    return exp / exp.sum(axis=-1, keepdims=True)


@quiet
@one_blas_thread()
def softmax_loss_naive(W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
    """Softmax loss and gradient, with explicit loops over examples and classes, as it is written on paper.

    Inputs: W (D, C) weights; X (N, D) a batch; y (N,) integer labels in 0..C-1; reg >= 0. None is modified.
    Returns (loss, dW): a float, and the gradient (D, C) in the dtype of X @ W, but float32 for float16.
    Raises ValueError or TypeError, naming the argument, for shapes, labels or numbers that don't fit;
    OverflowError when finite X and W give scores, a loss or a gradient beyond their dtype.
    Formulas: top of this module.

    >>> loss, dW = softmax_loss_naive(W=np.zeros((3, 10)), X=np.eye(3), y=[0, 1, 9], reg=0)
    >>> round(loss, 4)  # ten classes with the same score: log(10)
    2.3026
    >>> dW[:, :2].round(4)  # of each image, 1/10 - 1 for the true class and 1/10 for the others; divided by N = 3
    array([[-0.3   ,  0.0333],
           [ 0.0333, -0.3   ],
           [ 0.0333,  0.0333]])
    """
    W, X, y, reg = checked(W, X, y, reg)
    num_train, num_classes = len(X), W.shape[1]
    loss = 0.0
    dW = np.zeros(W.shape, W.dtype)

    for i in range(num_train):
        x = as_floating(X[i], W)
        scores = x @ W
        shifted = scores - scores.max()
        check_scores(scores, shifted[y[i]], W, X)

        # log of the denominator, which is at least exp(0) = 1
        denominator = 0.0
        for j in range(num_classes):
            denominator += np.exp(shifted[j])
        loss += float(np.log(denominator) - shifted[y[i]])  # summed in float64

        # dL_i/dW[:, j] = (p_j - 1{j = y_i}) x_i, of which the mean over i is taken
        for j in range(num_classes):
            p = np.exp(shifted[j]) / denominator
            dW[:, j] += (p - (j == y[i])) / num_train * x

    loss = loss / num_train + reg_loss(W, reg)
    dW += reg_gradient(W, reg)
    return finite(loss, dW, W, reg)


@quiet
def cross_entropy(scores: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses L_i (N,) of scores (N, C), real or complex, and their derivatives by the scores (N, C).

    Dtypes as in `softmax`. TypeError or ValueError for scores that aren't numbers and labels y (N,) that don't fit.
    Examples don't mix: where scores are NaN or inf, or their difference overflows, the example's own loss is NaN or
    inf. `loss_and_gradient` raises then; a sweep goes on with its other settings.

    >>> losses, dscores = cross_entropy(np.zeros((1, 2)), np.array([0]))
    >>> losses.round(4), dscores
    (array([0.6931]), array([[-0.5,  0.5]]))
    """
    scores, y = checked_scores(scores, y)
    # Transposed, an example is a column: NumPy is quick along rows of N numbers, and slow along rows of ten.
    scores, examples = np.ascontiguousarray(scores.T), np.arange(len(y))
    shifted = scores - scores.real.max(axis=0)  # one maximum for each example, not for the batch
    exp = np.exp(shifted)
    denominator = exp.sum(axis=0)
    losses = np.log(denominator) - shifted[y, examples]

    # dL_i/ds_j = p_j, minus one at the true class
    dscores = exp / denominator
    dscores[y, examples] -= 1
    return losses, dscores.T


def softmax_loss_vectorized(W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
    """Softmax loss and gradient without loops: scores = X @ W, dW = X.T @ dscores, and `cross_entropy` between them.

    Inputs and outputs as softmax_loss_naive. float32 inputs give a float32 gradient; the loss is summed in float64
    in any case. W may be complex (then so is the loss): `gradient_check.complex_step_gradient` uses that. X may be
    larger than memory: `blocks.py` multiplies it block by block.

    >>> W, X, y = np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([1, 0])
    >>> loss, dW = softmax_loss_vectorized(W, X, y, reg=0.1)
    >>> loss_naive, dW_naive = softmax_loss_naive(W, X, y, reg=0.1)
    >>> round(loss, 4), round(loss_naive, 4), np.allclose(dW, dW_naive)
    (0.8823, 0.8823, True)
    """
    return loss_and_gradient(cross_entropy, W, X, y, reg)
