"""Multiclass SVM (hinge) loss and gradient: once as loops, once vectorized. The softmax loss's classic rival.

With scores s = x_i W, a class j costs as much as it comes closer than a margin of 1 to the true class:

    L_i  = sum over j != y_i of max(0, s_j - s[y_i] + 1)
    L    = mean_i L_i + reg * sum(W**2)                      (convention: see softmax.py)
    dL_i/dW[:, j]   = 1{s_j - s[y_i] + 1 > 0} x_i            for j != y_i
    dL_i/dW[:, y_i] = -(number of such j) x_i

At a kink (a margin of exactly 0) this takes the slope on the satisfied side, 0.
Source: cs231n notes, "Linear classification" (Multiclass SVM); J. Weston and C. Watkins, "Support vector
machines for multi-class pattern recognition", ESANN 1999.
"""

import numpy as np

from .inputs import check_scores, prepare, sum_of_squares


def svm_loss_naive(W, X, y, reg):
    """Hinge loss and gradient, with explicit loops over examples and classes.

    Inputs: W (D, C) weights; X (N, D) a batch; y (N,) integer labels in 0..C-1; reg >= 0. None is modified.
    Returns (loss, dW): a float, and the gradient (D, C) in the dtype of X @ W.
    Raises as softmax_loss_naive does. Formulas: top of this module.
    """
    W, X, y, reg = prepare(W, X, y, reg)
    num_train, num_classes = len(X), W.shape[1]
    loss = 0.0
    dW = np.zeros(W.shape, np.result_type(W, X))

    for i in range(num_train):
        with np.errstate(over="ignore", invalid="ignore"):
            scores = X[i] @ W
            margins = scores - scores[y[i]] + 1
        check_scores(margins, W, X)
        for j in range(num_classes):
            if j == y[i]:
                continue
            if margins[j] > 0:
                loss += float(margins[j])  # summed in float64
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]

    loss = loss / num_train + reg * sum_of_squares(W)
    dW = dW / num_train + 2 * reg * W
    return loss.item(), dW


def svm_loss_vectorized(W, X, y, reg):
    """Hinge loss and gradient without loops. Inputs and outputs as svm_loss_naive; W may be complex."""
    W, X, y, reg = prepare(W, X, y, reg, allow_complex=True)
    num_train = len(X)
    rows = np.arange(num_train)

    with np.errstate(over="ignore", invalid="ignore"):
        scores = X @ W
        margins = scores - scores[rows, y][:, None] + 1
    check_scores(margins, W, X)
    margins[rows, y] = 0
    violated = margins.real > 0
    margins *= violated

    # dL/dscores: one for each violating class, minus their number at the true class
    dscores = violated.astype(scores.dtype)
    dscores[rows, y] = -violated.sum(axis=1)
    dscores /= num_train
    dW = X.T @ dscores + 2 * reg * W

    loss = margins.sum(dtype=np.result_type(margins, np.float64)) / num_train + reg * sum_of_squares(W)
    return loss.item(), dW
