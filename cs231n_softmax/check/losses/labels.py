"""Mistakes in the choice of the label. The losses and gradients of both kinds share them.

Models: LABELS (scores (N, C), y (N,)) -> classes (N,); TARGETS Problem -> target (N, C), in place of the one-hot rows.
FROM_LABELS is completed where scores become probabilities or margins.
"""

import numpy as np

from ..exercises.cross_entropy import LABELS as OF_ONE_EXAMPLE
from ..explain import Variant, each

# fmt: off
FROM_LABELS = Variant(
    "", None, "classes-from-labels", "The number of classes is taken from the labels of the batch.",
    "Look for np.max(y), np.unique(y) or len(set(y)). W has a column for each class: `W.shape[1]`.",
    "A batch needn't have an example of every class. But every class has a score.")
COUNTS = (lambda y: y.max() + 1, lambda y: len(np.unique(y)))  # of classes, as they are taken from the labels
ROWS = (
    "How does the code pick the label of each row? Two lists of numbers are needed, the rows and the labels: "
    "`[np.arange(N), y]`."
)
WRONG_ROWS = ("wrong-rows", "Each row is combined with the labels of the whole batch, not with its own.", ROWS,
              "`[:, y]` picks N columns in each of the N rows.")
LABELS = [
    *OF_ONE_EXAMPLE,
    Variant("label", lambda s, y: 0 * y + y[0], "first-label-for-all", "The first example's label is used for all.",
            "Look for an index that is always 0. Each example has its own label, y[i]."),
    *each("label", [lambda s, y: np.roll(y, 1), lambda s, y: np.roll(y, -1), lambda s, y: y[::-1],
                    lambda s, y: np.sort(y)],
          "neighbours-label", "Examples get the labels of other examples.",
          "Is y sorted, reversed or shifted? Row i belongs to y[i]."),
    Variant("label", lambda s, y: (y > 0) * 1, "labels-as-booleans", "The labels are turned into 0 and 1.",
            "Is y compared with something, or converted to booleans? It should stay an array of integers.",
            "All classes except class 0 become class 1."),
]
# fmt: on


def _by_row(p, chosen):
    """Return (N, C) with ones in the rows that are chosen."""
    return np.tile(chosen[:, None], p.C) * 1.0


def _smooth(a):
    return lambda p: (1 - a) * p.onehot + a / p.C


# fmt: off
TARGETS = [
    *each("target", [lambda p: np.tile(np.isin(np.arange(p.C), p.y) * 1.0, (p.N, 1)),
                     lambda p: np.tile(p.onehot.sum(axis=0), (p.N, 1)),
                     lambda p: np.tile(p.onehot.mean(axis=0), (p.N, 1))],
          *WRONG_ROWS),
    *each("target", [lambda p: _by_row(p, np.isin(p.rows, p.y % p.N)),
                     lambda p: _by_row(p, np.isin(p.rows, p.y % p.N)) * (np.arange(p.C) == 0),
                     lambda p: _by_row(p, np.bincount(p.y % p.N, minlength=p.N)),
                     lambda p: _by_row(p, np.bincount(p.y % p.N, minlength=p.N)) / p.C],
          "labels-as-rows", "The labels are used as row numbers.",
          "How does the code pick one entry of each row? Two lists of numbers are needed, the rows and the labels: "
          "`[np.arange(N), y]`.",
          "With only one index, `[y]` picks whole rows."),
    Variant("target", lambda p: p.onehot.T.reshape(p.N, p.C), "reshaped",
            "The ones of the target are in wrong places, as after a reshape in place of a transpose.",
            "Look for a reshape. An array of shape (C, N) becomes (N, C) by `.T`.",
            "A reshape keeps the order of the numbers. A transpose, `.T`, turns rows into columns."),
    *each("target", [lambda p: np.eye(p.C, k=1)[p.y], lambda p: np.eye(p.C, k=-1)[p.y]], "label-off-by-one",
          "A class next to the label is used in its place.", "Look for a + 1 or a - 1 at the label. Use y[i] itself.",
          "Classes are counted from 0."),
    *each("target", [lambda p: _by_row(p, p.y), lambda p: p.y[:, None] * p.onehot], "label-as-number",
          "The label's number is used in place of 1. So class 3 counts three times.",
          "Look for y in a sum or a product. A label may only be an index.",
          "A label is the name of a class, not an amount."),
    *each("target", [_smooth(0.1), _smooth(0.2), _smooth(0.05)], "label-smoothing",
          "The target is smoothed: it is a little less than 1 at the label, and more than 0 for the other classes.",
          "Is a part of the 1 given to the other classes? The target is 1 at the label and 0 for all other classes.",
          "Label smoothing is a well-known method, but it gives another loss."),
    *each("target", [lambda p: np.maximum.accumulate(p.onehot, axis=0), lambda p: np.cumsum(p.onehot, axis=0)],
          "target-not-reset", "The target of each example still contains the labels of the examples before it.",
          "Is one array used for all examples, and never set back to zero? Make a new array for each example.",
          "A one-hot target has a single 1, at the label of its example."),
    *each("target", [lambda p: np.eye(p.N, p.C), lambda p: _by_row(p, p.rows == p.y),
                     lambda p: np.tile(np.arange(p.C) == np.resize(p.y, p.C), (p.N, 1)) * 1.0],
          "wrong-comparison", "The target compares the wrong two numbers.",
          "Which two numbers are compared? They should be a class j and the label of example i: j == y[i].",
          "The target is 1 where the class equals the label of the example."),
]
# fmt: on
