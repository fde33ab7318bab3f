"""How a gradient dW (D, C) is computed from the scores' gradient G (N, C), and how that goes wrong.

dW = X.T @ G / N. The softmax and the hinge loss differ in G, and share these steps: which *examples* and *columns*
count, and their *product* with X.
"""

import numpy as np

from ..explain import Variant, each
from .examples import EXAMPLES
from .labels import COUNTS, FROM_LABELS


def put_together(p, G, X, columns=lambda p, G: G, examples=lambda p: np.ones(p.N), product=None):
    """Return dW (D, C) for the scores' gradient G (N, C), which isn't divided by N yet, and for X (N, D)."""
    G = examples(p)[:, None] * columns(p, G)
    return (product(p, G) if product else X.T @ G) / p.N


def _assigned(at_label):
    """Return a model in which each example sets its columns with `=`, so that earlier examples are lost there."""

    def columns(p, G):
        G = G.copy()
        for i in range(p.N):
            G[:i, (p.onehot[i] == 1) if at_label else (p.onehot[i] == 0) & (G[i] != 0)] = 0
        return G

    return columns


def _only(keep):
    return lambda p, G: G * keep(np.arange(p.C), p.C)


FACTOR_X = "Which factor does the scores' gradient of an example have? It should be the example's own row, X[i]."
BOTH_LINES = "Which factor do both lines of dW have? It should be the example's own row, X[i]."
OF_X = "The scores of an example are X[i] @ W. So the derivative by W has the factor X[i]."
ROW = "Look for a shifted or reversed index. Row i of the scores' gradient belongs to X[i]."
# fmt: off
COLUMNS = [
    Variant("columns", _assigned(True), "label-assigned",
            "In the label's column, each example overwrites the examples before it.",
            "Look at the line for the label's column. Is there an `=` where `+=` or `-=` belongs?",
            "A column of dW is a sum over all examples."),
    Variant("columns", _assigned(False), "others-assigned",
            "In the columns of the other classes, each example overwrites the examples before it.",
            "Look at the line for the other classes' columns. Is there an `=` where `+=` belongs?",
            "A column of dW is a sum over all examples."),
    Variant("columns", _only(lambda j, C: j == C - 1), "last-class-only", "Only the last class's column is filled in.",
            "Is the update after the loop over the classes? There, the loop's variable still has its last value. The "
            "update belongs inside the loop.",
            "Each class has a column of its own in dW."),
    Variant("columns", _only(lambda j, C: j == 0), "first-class-only", "Only the first class's column is filled in.",
            "Does a loop over the classes end too early, or is an index always 0?",
            "Each class has a column of its own in dW."),
    *each("columns", [lambda p, G: G * (np.arange(p.C) <= p.y[:, None]), lambda p, G: G * (np.arange(p.C) < p.y[:,
          None])],
          "stops-at-label", "The columns of the classes after the label get nothing.",
          "Is there a `break` or a `return` at the label?",
          "The classes after the label count too."),
    Variant("columns", _only(lambda j, C: j < C - 1), "skips-last-class", "The last class's column gets nothing.",
            "Where do the loop or the slice end? `range(C)` already ends at C - 1.", "The classes are 0 to C - 1."),
    Variant("columns", _only(lambda j, C: j > 0), "skips-first-class", "The first class's column gets nothing.",
            "Where do the loop or the slice begin? `range(C)` starts at 0.", "The classes are 0 to C - 1."),
    *(FROM_LABELS._replace(step="columns", how=lambda p, G, count=count: G * (np.arange(p.C) < count(p.y)))
      for count in COUNTS),
    Variant("columns", lambda p, G: np.cumsum(G, axis=0), "accumulator-not-reset",
            "The part that an example adds still contains the parts of the examples before it.",
            "Is one array used for all examples, and never set back to zero? Make a new array for each example.",
            "What an example adds to dW depends on that example only."),
]
PRODUCTS = [
    Variant("product", lambda p, G: p.X.T @ (G * (1 - p.onehot)) + (G * p.onehot).sum(axis=0), "X-missing",
            "In the label's column, the factor X is missing.", BOTH_LINES, OF_X),
    Variant("product", lambda p, G: p.X.T @ (G * p.onehot) + (G * (1 - p.onehot)).sum(axis=0), "X-missing",
            "In the columns of the classes other than the label, the factor X is missing.", BOTH_LINES, OF_X),
    *each("product", [lambda p, G: p.X.T @ G + 1, lambda p, G: p.X.T @ G + p.N], "starts-from-one",
          "Every entry of the gradient is too large by 1 or by 1/N.",
          "What does dW start from? It should be zeros: `np.zeros_like(W)`.", "dW is a sum, and a sum starts from 0."),
    Variant("product", lambda p, G: (p.X.T @ G).T.reshape(p.D, p.C), "reshaped",
            "The entries of the gradient are out of order, as after a reshape in place of a transpose.",
            "Look for a reshape. No reshape is needed after `X.T @ dscores`.",
            "A reshape keeps the order of the numbers. A transpose, `.T`, turns rows into columns."),
    *each("product", [lambda p, G: p.X.sum(0)[:, None] * G.sum(0), lambda p, G: p.X.mean(0)[:, None] * G.sum(0)],
          "mean-of-X", "X and the scores' gradient are summed over the examples before they are multiplied.",
          "Are X and the scores' gradient averaged before the product? The product comes first: `X.T @ dscores / N`.",
          "A product of two means is a different number from the mean of the products."),
    Variant("product", lambda p, G: p.W * G.sum(axis=0), "W-for-X",
            "The gradient has W as a factor. The factor should be X.",
            FACTOR_X, "The derivative of the scores X[i] @ W by W is X[i]."),
    Variant("product", lambda p, G: np.tile(G.sum(axis=0), (p.D, 1)), "X-missing",
            "The factor X is missing: all rows of the gradient are the same.", FACTOR_X, OF_X),
    Variant("product", lambda p, G: (p.X * (np.arange(p.D) < p.D - 1)).T @ G, "bias-row-missing",
            "The bias row, the last row of the gradient, is zero.",
            "Look for a slice such as [:-1]. All rows of dW have to be filled.",
            "The column of ones, for the bias, is a feature like any other."),
    *each("product", [lambda p, G: np.abs(p.X).T @ G, lambda p, G: (p.X**2).T @ G], "absolute-X",
          "The gradient has abs(X) or X**2 as a factor. The factor should be X.",
          "Look for an np.abs or a square. The factor is X[i] itself, with its sign."),
    *each("product", [lambda p, G: np.roll(p.X, 1, axis=0).T @ G, lambda p, G: np.roll(p.X, -1, axis=0).T @ G,
                      lambda p, G: p.X[::-1].T @ G],
          "neighbours-row", "The scores' gradient of each example is multiplied by another example's row of X.", ROW),
    Variant("product", lambda p, G: p.X[0][:, None] * G.sum(axis=0), "first-row-of-X",
            "The first row of X is used for all examples.",
            "Look for an index that is always 0. Each example has its own row, X[i]."),
    Variant("product", lambda p, G: np.floor(p.X.T @ G / p.N) * p.N, "rounded-down", "The gradient is rounded down.",
            "Is there a `//`? Divide with `/`.", "The entries of a gradient aren't whole numbers."),
    Variant("product", lambda p, G: (p.X - p.X.mean(axis=0)).T @ G, "X-centred",
            "The mean of the batch is subtracted from X.", "Look for a mean that is subtracted from X, and remove it.",
            "The mean image of the training set was subtracted when the data were prepared."),
]
ROWS_OF_X = [  # changes of X in the scores and in the product
    Variant("X", lambda p: p.X - p.X.mean(axis=0), "X-centred", "The mean of the batch is subtracted from X.",
            "Look for a mean that is subtracted from X, and remove it.",
            "The mean image of the training set was subtracted when the data were prepared."),
    Variant("X", lambda p: p.X * (np.arange(p.D) < p.D - 1), "bias-dropped",
            "The last column of X, which belongs to the bias, is left out.",
            "Look for a slice such as [:-1]. All columns of X count: `X @ W`."),
    Variant("X", lambda p: np.tile(p.X[0], (p.N, 1)), "first-row-of-X",
            "The first row of X is used for all examples.",
            "Look for an index that is always 0. Each example has its own row, X[i]."),
]
# fmt: on
SHARED = [*EXAMPLES, *COLUMNS, *PRODUCTS, *ROWS_OF_X]
