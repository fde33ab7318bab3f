"""Gradients of other kinds: models are functions Problem -> list of (N, C), or of (D, C) for the whole batch."""

import numpy as np
from scipy.special import softmax

from .idea import Idea
from .losses import pick
from .svm_gradients import right_gradient as svm_gradient


def _assigned(p, at_label):
    """The gradient where a column of an example is set with = : earlier examples' share of that column is lost."""
    G = p.probs - p.onehot
    for i in range(p.N):
        G[:i, (np.arange(p.C) == p.y[i]) == at_label] = 0
    return G


def _centred(p):
    return p.X - p.X.mean(axis=0)


def _columns(keep):
    return lambda p: [(p.probs - p.onehot) * keep(np.arange(p.C), p.C)]


# Gradients of other kinds. Models: Problem -> list of (N, C), or of (D, C) for the whole batch.
GRADIENTS = [
    Idea("probability-derivative", "This is the derivative of the probability, not of its logarithm.",
         "d log p = dp / p: the p cancels, and p - 1 at the label, p elsewhere are left.",
         "dL/ds = p - onehot, without another factor p.",
         lambda p: [pick(p, p.probs)[:, None] * (p.probs - p.onehot)], loose=True),
    Idea("softmax-derivative", "The gradient has p * (1 - p) in it, the derivative of softmax by itself.",
         "Together with the logarithm, that factor cancels.", "dL/ds = p - onehot.",
         lambda p: [(p.probs - p.onehot) * p.probs * (1 - p.probs), p.probs * (1 - p.probs),
                    (p.probs - p.onehot) * p.probs, p.probs * (1 - p.probs) - p.onehot,
                    p.probs * (1 - p.probs) * p.onehot, (2 * p.onehot - 1) * p.probs * (1 - p.probs),
                    np.where(p.onehot == 1, p.probs * (p.probs - 1), p.probs),
                    np.where(p.onehot == 1, p.probs - 1, p.probs * (1 - p.probs))], loose=True),
    Idea("squared-error", "This is the gradient of a squared error of the probabilities.",
         "", "dL/ds = p - onehot.",
         lambda p: [p.probs * (p.probs - p.onehot - ((p.probs - p.onehot) * p.probs).sum(axis=1, keepdims=True))],
         loose=True),
    Idea("divided-by-p", "The gradient is divided by a probability that cancels.",
         "dlog p / ds = p - 1 at the label: no p is left to divide by.", "dL/ds = p - onehot.",
         lambda p: [-p.onehot / p.probs, (p.probs - p.onehot) / pick(p, p.probs)[:, None],
                    (p.probs - p.onehot) / p.probs]),
    Idea("hinge", "This is the gradient of the SVM's hinge loss.",
         "", "dL/ds = p - onehot.",
         lambda p: [svm_gradient(p)]),
    Idea("label-assigned", "The label's column is set with `=`: what earlier examples gave is lost.",
         "", "Add with `+=` (or `-=`).",
         lambda p: [_assigned(p, True)]),
    Idea("others-assigned", "The columns of the other classes are set with `=`: what earlier examples gave is lost.",
         "", "Add with `+=`.",
         lambda p: [_assigned(p, False)]),
    Idea("last-class-only", "Only the last class's column is filled in.",
         "After a loop its variable keeps the last value.", "The update belongs into the loop over the classes.",
         _columns(lambda j, C: j == C - 1)),
    Idea("first-class-only", "Only the first class's column is filled in.",
         "", "The update belongs into the loop over all classes.",
         _columns(lambda j, C: j == 0)),
    Idea("stops-at-label", "Classes after the label get nothing.",
         "The loop over the classes ends when it meets the label.", "No `break`: all classes get their share.",
         lambda p: [(p.probs - p.onehot) * (np.arange(p.C) <= p.y[:, None]),
                    (p.probs - p.onehot) * (np.arange(p.C) < p.y[:, None])]),
    Idea("starts-from-one", "The gradient starts from ones, not from zeros.",
         "", "`np.zeros_like(W)`.",
         lambda p: [p.X.T @ (p.probs - p.onehot) + k for k in (1, p.N)]),
    Idea("reshaped", "The gradient is reshaped where it should be transposed.",
         "reshape keeps the order of the numbers; `.T` turns rows into columns.",
         "`X.T @ ...` has the right shape already.",
         lambda p: [(p.X.T @ (p.probs - p.onehot)).T.reshape(p.D, p.C)]),
    Idea("skips-last-class", "The last class's column gets nothing.",
         "The loop over the classes ends one too early.", "`range(C)` already ends at C - 1.",
         _columns(lambda j, C: j < C - 1)),
    Idea("skips-first-class", "The first class's column gets nothing.",
         "The loop over the classes starts one too late.", "Classes are counted from 0.",
         _columns(lambda j, C: j > 0)),
    Idea("accumulator-not-reset", "Each example's contribution still holds those of the examples before it.",
         "An array is added to, and never set back to zero.", "Make it anew inside the loop over the examples.",
         lambda p: [np.cumsum(p.probs - p.onehot, axis=0)]),
    Idea("mean-of-X",
         "The examples' gradients are averaged apart from the examples: rows of X and of p don't go together.",
         "The mean of products isn't the product of means.", "`X.T @ (p - onehot) / N`.",
         lambda p: [p.X.sum(0)[:, None] * (p.probs - p.onehot).sum(0),
                    p.X.mean(0)[:, None] * (p.probs - p.onehot).sum(0)]),
    Idea("W-for-X", "W stands in the gradient where X belongs.",
         "The derivative of X[i] @ W by W is X[i].", "Multiply by X[i].",
         lambda p: [p.W * (p.probs - p.onehot).sum(axis=0)]),
    Idea("X-centred", "The batch's mean is subtracted from X.",
         "The images have their mean subtracted already, the training set's.", "Use X as it is.",
         lambda p: [_centred(p).T @ (q - p.onehot) for q in (softmax(_centred(p) @ p.W, axis=1), p.probs)]),
    Idea("bias-dropped", "The bias, the last column of X, is left out.",
         "", "`X @ W`, with all columns.",
         lambda p: [(p.X * (np.arange(p.D) < p.D - 1)).T @ (softmax(p.X[:, :-1] @ p.W[:-1], axis=1) - p.onehot)]),
    Idea("first-row-for-all", "The first example's row of X is used for all.",
         "", "Row i belongs to example i: `X[i]`.",
         lambda p: [p.X[0][:, None] * (p.probs[0] - p.onehot).sum(axis=0)]),
    Idea("X-missing", "X doesn't enter: all rows of the gradient are the same.",
         "dL/dW = X.T @ dL/ds.", "Multiply by X[i].",
         lambda p: [np.tile((p.probs - p.onehot).sum(axis=0), (p.D, 1))]),
    Idea("bias-row-missing", "The bias row, the last row of the gradient, is zero.",
         "The column of ones is a feature like any other.", "Fill in all rows of dW.",
         lambda p: [(p.X * (np.arange(p.D) < p.D - 1)).T @ (p.probs - p.onehot)]),
    Idea("absolute-X", "The signs of X are lost.",
         "", "Multiply by X[i] itself.",
         lambda p: [np.abs(p.X).T @ (p.probs - p.onehot), (p.X**2).T @ (p.probs - p.onehot)]),
    Idea("neighbours-row", "Each example's probabilities are multiplied by another example's row of X.",
         "", "Row i belongs to X[i].",
         lambda p: [X.T @ (p.probs - p.onehot)
                    for X in (np.roll(p.X, 1, axis=0), np.roll(p.X, -1, axis=0), p.X[::-1])]),
    Idea("first-row-of-X", "The first example's row of X is used for all.",
         "", "Multiply by X[i].",
         lambda p: [p.X[0][:, None] * (p.probs - p.onehot).sum(0)]),
]
