"""Multiclass SVM (hinge) loss and gradient: once as loops, once vectorized. The softmax loss's classic rival.

With scores s = x_i W, a class j adds to the loss when its score is above the true class's score minus a margin of 1:

    L_i  = sum over j != y_i of max(0, s_j - s[y_i] + 1)
    L    = mean_i L_i + reg * sum(W**2)                      (convention: see softmax.py)
    dL_i/dW[:, j]   = 1{s_j - s[y_i] + 1 > 0} x_i            for j != y_i
    dL_i/dW[:, y_i] = -(number of such j) x_i

At a kink (a margin of exactly 0) this takes the slope on the satisfied side, 0.
Source: cs231n notes, "Linear classification" (Multiclass SVM); J. Weston and C. Watkins, "Support vector
machines for multi-class pattern recognition", ESANN 1999.
"""

import numpy as np
from numpy.typing import ArrayLike

from .._extremes import as_floating, check_scores, finite, quiet, reg_gradient, reg_loss
from .._threads import one_blas_thread
from .blocks import loss_and_gradient
from .inputs import checked, checked_scores


@quiet
@one_blas_thread()
def svm_loss_naive(W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
    """Hinge loss and gradient, with explicit loops over examples and classes.

    Inputs: W (D, C) weights; X (N, D) a batch; y (N,) integer labels in 0..C-1; reg >= 0. None is modified.
    Returns (loss, dW): a float, and the gradient (D, C) in the dtype of X @ W, but float32 for float16.
    Raises as softmax_loss_naive does. Formulas: top of this module.

    >>> loss, dW = svm_loss_naive(W=np.zeros((3, 10)), X=np.eye(3), y=[0, 1, 9], reg=0)
    >>> loss  # the nine other classes are each within the margin of 1
    9.0
    """
    W, X, y, reg = checked(W, X, y, reg)
    num_train, num_classes = len(X), W.shape[1]
    loss = 0.0
    dW = np.zeros(W.shape, W.dtype)

    for i in range(num_train):
        x = as_floating(X[i], W)
        scores = x @ W
        margins = scores - scores[y[i]] + 1
        check_scores(scores, margins.max(), W, X)
        share = x / num_train  # of the mean over i
        for j in range(num_classes):
            if j == y[i]:
                continue
            if margins[j] > 0:
                loss += float(margins[j])  # summed in float64
                dW[:, j] += share
                dW[:, y[i]] -= share

    loss = loss / num_train + reg_loss(W, reg)
    dW += reg_gradient(W, reg)
    return finite(loss, dW, W, reg)


@quiet
def hinge(scores: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses L_i (N,) of scores (N, C), real or complex, and their derivatives by the scores (N, C).

    Checks and dtypes as cross_entropy.

    >>> hinge(np.array([[3.0, 2.5, 1.0]]), np.array([0]))  # 2.5 is 0.5 inside the margin, 1.0 is outside
    (array([0.5]), array([[-1.,  1.,  0.]]))
    """
    scores, y = checked_scores(scores, y)
    scores, examples = np.ascontiguousarray(scores.T), np.arange(len(y))  # an example is a column: see cross_entropy
    margins = scores - scores[y, examples] + 1
    margins[y, examples] = 0
    violated = margins.real > 0
    losses = np.where(violated, margins, 0).sum(axis=0, dtype=np.result_type(margins, np.float64))

    # dL_i/ds_j: one for each violating class, minus their number at the true class
    dscores = violated.astype(margins.dtype)
    dscores[y, examples] = -violated.sum(axis=0)
    return losses, dscores.T


def svm_loss_vectorized(W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
    """Hinge loss and gradient without loops: scores = X @ W, dW = X.T @ dscores, and `hinge` between them.

    Inputs and outputs as svm_loss_naive; W may be complex, and X larger than memory: see softmax_loss_vectorized.

    >>> W, X, y = np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([1, 0])
    >>> loss, dW = svm_loss_vectorized(W, X, y, reg=0.1)
    >>> loss_naive, dW_naive = svm_loss_naive(W, X, y, reg=0.1)
    >>> round(loss, 4), round(loss_naive, 4), np.allclose(dW, dW_naive)
    (0.625, 0.625, True)
    """
    return loss_and_gradient(hinge, W, X, y, reg)
