"""Gradients of other kinds than the SVM's: models as in gradients.py."""

import numpy as np

from .idea import Idea
from .margins import differences, others
from .patterns import TARGETS

# other labels: of the softmax loss's wrong targets, those that name another class
_OTHER_LABELS = ("label-off-by-one", "class-zero-for-label", "prediction-for-label", "first-label-for-all",
                 "neighbours-label", "last-class-for-label")


def right_gradient(p):
    violated = (differences(p) + 1 > 0) * (1 - p.onehot)
    return violated - p.onehot * violated.sum(axis=1, keepdims=True)


def _with_target(target):
    def model(p):
        violated = (differences(p) + 1 > 0) * (1 - p.onehot)
        return [violated - T * violated.sum(axis=1, keepdims=True) for T in target.model(p)]
    return target._replace(model=model)


def _assigned(p, at_label):
    G = right_gradient(p)
    for i in range(p.N):
        columns = (np.arange(p.C) == p.y[i]) if at_label else (G[i] > 0)
        G[:i, columns] = 0
    return G


def _columns(keep):
    return lambda p: [right_gradient(p) * keep(np.arange(p.C), p.C)]


def _worst(p):
    m = others(p, differences(p) + 1)
    best = np.eye(p.C)[m.argmax(axis=1)] * (m.max(axis=1, keepdims=True) > 0)
    return best - p.onehot * best.sum(axis=1, keepdims=True)


def _left_out(p, k):
    violated = (differences(p) + 1 > 0) * (1 - p.onehot) * (np.arange(p.C) != k)
    return violated - p.onehot * violated.sum(axis=1, keepdims=True)


# Gradients of other kinds. Models: Problem -> list of (N, C), or of (D, C) for the whole batch.
GRADIENTS = [
    Idea("all-classes-violate", "Every class counts as a violation.",
         "A class that keeps its margin has gradient 0.", "`if margin > 0`.",
         lambda p: [1 - p.onehot - (p.C - 1) * p.onehot, 1 - p.C * p.onehot]),
    Idea("no-maximum", "max(0, ...) is missing: margins that are kept count too.",
         "A class that is far behind costs nothing, and earns nothing.", "Only classes with a margin above 0 count.",
         lambda p: [1 - p.onehot - (p.C - 1) * p.onehot, 1 - p.C * p.onehot]),
    Idea("difference-reversed", "The difference of scores is the wrong way round: s[y] - s_j.",
         "A class costs as much as it comes too close: s_j - s[y] + 1.", "`scores - correct + 1`.",
         lambda p: [p.onehot * (v := (1 - differences(p) > 0) * (1 - p.onehot)).sum(axis=1, keepdims=True) - v]),
    Idea("margins-for-violations",
         "The margins themselves stand in the gradient, where only whether they are violated counts.",
         "The slope of max(0, m) is 1 or 0, however large m is.", "`(margins > 0)`.",
         lambda p: [(m := others(p, differences(p) + 1)) - p.onehot * m.sum(axis=1, keepdims=True), m]),
    Idea("squared-hinge", "This is the gradient of the squared hinge.",
         "", "`(margins > 0)`.",
         lambda p: [2 * ((m := others(p, differences(p) + 1)) - p.onehot * m.sum(axis=1, keepdims=True))]),
    Idea("label-subtracted-once", "At the label X[i] is subtracted once, not once for each violation.",
         "With three violations the true class's score counts three times.",
         "Subtract it once for each violation, or their number times X[i] at once.",
         lambda p: [(v := np.maximum(right_gradient(p), 0)) - p.onehot * (v.sum(axis=1, keepdims=True) > 0)]),
    Idea("boolean-violations", "At the label stands +1 where minus the number of violations belongs.",
         "An array of booleans holds True and False only: a negative number becomes True.",
         "Make numbers of it first: `(margins > 0).astype(float)`.",
         lambda p: [(v := np.maximum(right_gradient(p), 0)) + p.onehot * (v.sum(axis=1, keepdims=True) > 0)]),
    Idea("batch-violations", "At the label the violations of the whole batch are subtracted, not those of the example.",
         "A sum without an axis adds up all examples together.", "`violated.sum(axis=1)`.",
         lambda p: [(v := np.maximum(right_gradient(p), 0)) - p.onehot * v.sum()]),
    Idea("worst-class-only", "Only the worst class counts.",
         "Here every class that violates its margin counts.", "Sum over the classes.",
         lambda p: [_worst(p)]),
    Idea("softmax-loss", "This is the gradient of the softmax loss.",
         "", "[s_j - s[y] + 1 > 0].",
         lambda p: [p.probs - p.onehot]),
    *[_with_target(target) for target in TARGETS if target.slug in _OTHER_LABELS],
    Idea("label-assigned", "The label's column is set with `=`: what came before is lost.",
         "", "Add with `+=` (or `-=`).",
         lambda p: [_assigned(p, True)]),
    Idea("others-assigned", "The columns of the violating classes are set with `=`: what came before is lost.",
         "", "Add with `+=`.",
         lambda p: [_assigned(p, False)]),
    Idea("skips-last-class", "The last class's column gets nothing.",
         "The loop over the classes ends one too early.", "`range(C)` already ends at C - 1.",
         _columns(lambda j, C: j < C - 1)),
    Idea("skips-first-class", "The first class's column gets nothing.",
         "The loop over the classes starts one too late.", "Classes are counted from 0.",
         _columns(lambda j, C: j > 0)),
    Idea("skips-last-class", "The last class is left out.",
         "The loop over the classes ends one too early.", "`range(C)` already ends at C - 1.",
         lambda p: [_left_out(p, p.C - 1)]),
    Idea("skips-first-class", "The first class is left out.",
         "The loop over the classes starts one too late.", "Classes are counted from 0.",
         lambda p: [_left_out(p, 0)]),
    Idea("mean-of-X", "The examples' gradients are averaged apart from the examples.",
         "The mean of products isn't the product of means.", "`X.T @ violated / N`.",
         lambda p: [p.X.sum(0)[:, None] * right_gradient(p).sum(0), p.X.mean(0)[:, None] * right_gradient(p).sum(0)]),
    Idea("X-missing", "X doesn't enter: all rows of the gradient are the same.",
         "", "Multiply by X[i].",
         lambda p: [np.tile(right_gradient(p).sum(axis=0), (p.D, 1))]),
    Idea("bias-row-missing", "The bias row, the last row of the gradient, is zero.",
         "The column of ones is a feature like any other.", "Fill in all rows of dW.",
         lambda p: [(p.X * (np.arange(p.D) < p.D - 1)).T @ right_gradient(p)]),
    Idea("absolute-X", "The signs of X are lost.",
         "", "Multiply by X[i] itself.",
         lambda p: [np.abs(p.X).T @ right_gradient(p)]),
    Idea("neighbours-row", "Each example's violations are multiplied by another example's row of X.",
         "", "Row i belongs to X[i].",
         lambda p: [X.T @ right_gradient(p) for X in (np.roll(p.X, 1, axis=0), np.roll(p.X, -1, axis=0), p.X[::-1])]),
]
