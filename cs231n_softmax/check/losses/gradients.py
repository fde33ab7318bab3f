"""How a gradient dW (D, C) is put together from what each example gives to each class, G (N, C), and goes wrong.

dW = X.T @ G / N. The softmax and the hinge loss differ in G, and share these steps: which *examples* and *columns*
count, and their *product* with X.
"""

import numpy as np

from ..explain import Variant, each
from .examples import EXAMPLES


def put_together(p, G, X, columns=lambda p, G: G, examples=lambda p: np.ones(p.N), product=None):
    """Return dW for what each example gives to each class, G (N, C), and for X (N, D)."""
    G = examples(p)[:, None] * columns(p, G)
    return (product(p, G) if product else X.T @ G) / p.N


def _assigned(at_label):
    """A column of an example is set with = : what earlier examples gave to that column is lost."""
    def columns(p, G):
        G = G.copy()
        for i in range(p.N):
            G[:i, (p.onehot[i] == 1) if at_label else (p.onehot[i] == 0) & (G[i] != 0)] = 0
        return G
    return columns


def _only(keep):
    return lambda p, G: G * keep(np.arange(p.C), p.C)


ROW = "Row i belongs to X[i]."
COLUMNS = [
    Variant("columns", _assigned(True), "label-assigned",
            "The label's column is set with `=`: what earlier examples gave is lost.", "Add with `+=` (or `-=`)."),
    Variant("columns", _assigned(False), "others-assigned",
            "The columns of the other classes are set with `=`: what earlier examples gave is lost.", "Add with `+=`."),
    Variant("columns", _only(lambda j, C: j == C - 1), "last-class-only", "Only the last class's column is filled in.",
            "The update belongs into the loop over the classes.", "After a loop its variable keeps the last value."),
    Variant("columns", _only(lambda j, C: j == 0), "first-class-only", "Only the first class's column is filled in.",
            "The update belongs into the loop over all classes."),
    *each("columns", [lambda p, G: G * (np.arange(p.C) <= p.y[:, None]), lambda p, G: G * (np.arange(p.C) < p.y[:,
          None])],
          "stops-at-label", "Classes after the label get nothing.", "No `break`: all classes get their share.",
          "The loop over the classes ends when it meets the label."),
    Variant("columns", _only(lambda j, C: j < C - 1), "skips-last-class", "The last class's column gets nothing.",
            "`range(C)` already ends at C - 1.", "The loop over the classes ends one too early."),
    Variant("columns", _only(lambda j, C: j > 0), "skips-first-class", "The first class's column gets nothing.",
            "Classes are counted from 0.", "The loop over the classes starts one too late."),
    Variant("columns", lambda p, G: np.cumsum(G, axis=0), "accumulator-not-reset",
            "Each example's contribution still holds those of the examples before it.",
            "Make it anew inside the loop over the examples.",
            "An array is added to, and never set back to zero."),
]
PRODUCTS = [
    *each("product", [lambda p, G: p.X.T @ G + 1, lambda p, G: p.X.T @ G + p.N], "starts-from-one",
          "The gradient starts from ones, not from zeros.", "`np.zeros_like(W)`."),
    Variant("product", lambda p, G: (p.X.T @ G).T.reshape(p.D, p.C), "reshaped",
            "The gradient is reshaped where it should be transposed.", "`X.T @ ...` has the right shape already.",
            "reshape keeps the order of the numbers; `.T` turns rows into columns."),
    *each("product", [lambda p, G: p.X.sum(0)[:, None] * G.sum(0), lambda p, G: p.X.mean(0)[:, None] * G.sum(0)],
          "mean-of-X", "X and the scores' gradient are summed over the examples before they are multiplied.",
          "`X.T @ dscores / N`.", "The mean of products isn't the product of means."),
    Variant("product", lambda p, G: p.W * G.sum(axis=0), "W-for-X", "W stands in the gradient where X belongs.",
            "Multiply by X[i].", "The derivative of X[i] @ W by W is X[i]."),
    Variant("product", lambda p, G: np.tile(G.sum(axis=0), (p.D, 1)), "X-missing",
            "X doesn't enter: all rows of the gradient are the same.", "Multiply by X[i].", "dL/dW = X.T @ dL/ds."),
    Variant("product", lambda p, G: (p.X * (np.arange(p.D) < p.D - 1)).T @ G, "bias-row-missing",
            "The bias row, the last row of the gradient, is zero.", "Fill in all rows of dW.",
            "The column of ones is a feature like any other."),
    *each("product", [lambda p, G: np.abs(p.X).T @ G, lambda p, G: (p.X**2).T @ G], "absolute-X",
          "The signs of X are lost.", "Multiply by X[i] itself."),
    *each("product", [lambda p, G: np.roll(p.X, 1, axis=0).T @ G, lambda p, G: np.roll(p.X, -1, axis=0).T @ G,
                      lambda p, G: p.X[::-1].T @ G],
          "neighbours-row", "What each example gives is multiplied by another example's row of X.", ROW),
    Variant("product", lambda p, G: p.X[0][:, None] * G.sum(axis=0), "first-row-of-X",
            "The first example's row of X is used for all.", "Multiply by X[i]."),
    Variant("product", lambda p, G: (p.X - p.X.mean(axis=0)).T @ G, "X-centred",
            "The batch's mean is subtracted from X.", "Use X as it is.",
            "The images have their mean subtracted already, the training set's."),
]
ROWS_OF_X = [  # another X, in the scores and in the product
    Variant("X", lambda p: p.X - p.X.mean(axis=0), "X-centred", "The batch's mean is subtracted from X.",
            "Use X as it is.", "The images have their mean subtracted already, the training set's."),
    Variant("X", lambda p: p.X * (np.arange(p.D) < p.D - 1), "bias-dropped",
            "The bias, the last column of X, is left out.", "`X @ W`, with all columns."),
    Variant("X", lambda p: np.tile(p.X[0], (p.N, 1)), "first-row-of-X",
            "The first example's row of X is used for all.", "Row i belongs to example i: `X[i]`."),
]
SHARED = [*EXAMPLES, *COLUMNS, *PRODUCTS, *ROWS_OF_X]
