"""Mistakes in the choice of the label. The losses and gradients of both kinds share them.

Models: LABELS (scores (N, C), y (N,)) -> classes (N,); TARGETS Problem -> target (N, C), in place of the one-hot rows.
"""

import numpy as np

from ..exercises.cross_entropy import LABELS as OF_ONE_EXAMPLE
from ..explain import Variant, each

# fmt: off
LABELS = [
    *OF_ONE_EXAMPLE,
    Variant("label", lambda s, y: 0 * y + y[0], "first-label-for-all", "The first example's label is used for all.",
            "Each example has its own label, y[i]: is there an index that stays 0?"),
    *each("label", [lambda s, y: np.roll(y, 1), lambda s, y: np.roll(y, -1), lambda s, y: y[::-1],
                    lambda s, y: np.sort(y)],
          "neighbours-label", "Examples get the labels of other examples.",
          "Row i goes with y[i]: is y sorted, reversed or shifted?"),
    Variant("label", lambda s, y: (y > 0) * 1, "labels-as-booleans", "The labels are turned into 0 and 1.",
            "Is y compared with something, or converted to booleans? It holds integers.",
            "All classes except class 0 become class 1."),
]
# fmt: on


def _by_row(p, chosen):
    """Return (N, C) with ones in the rows that are chosen."""
    return np.tile(chosen[:, None], p.C) * 1.0


def _smooth(a):
    return lambda p: (1 - a) * p.onehot + a / p.C


ROWS = "`[np.arange(N), y]` pairs row i with label y[i]."
# fmt: off
TARGETS = [
    *each("target", [lambda p: np.tile(np.isin(np.arange(p.C), p.y) * 1.0, (p.N, 1)),
                     lambda p: np.tile(p.onehot.sum(axis=0), (p.N, 1)),
                     lambda p: np.tile(p.onehot.mean(axis=0), (p.N, 1))],
          "wrong-rows", "Each row is combined with the labels of the whole batch, not with its own.", ROWS,
          "`[:, y]` picks N columns of all N rows."),
    *each("target", [lambda p: _by_row(p, np.isin(p.rows, p.y % p.N)),
                     lambda p: _by_row(p, np.isin(p.rows, p.y % p.N)) * (np.arange(p.C) == 0),
                     lambda p: _by_row(p, np.bincount(p.y % p.N, minlength=p.N)),
                     lambda p: _by_row(p, np.bincount(p.y % p.N, minlength=p.N)) / p.C],
          "labels-as-rows", "The labels are used as row numbers.", "`[np.arange(N), y]` picks one entry of each row.",
          "`[y]` picks rows."),
    *each("target", [lambda p: np.eye(p.C, k=1)[p.y], lambda p: np.eye(p.C, k=-1)[p.y]], "label-off-by-one",
          "A class next to the label is used in its place.", "Use y[i] itself, without + 1 or - 1.",
          "Classes are counted from 0."),
    *each("target", [lambda p: _by_row(p, p.y), lambda p: p.y[:, None] * p.onehot], "label-as-number",
          "The label's number is used where 1 belongs: class 3 counts three times.",
          "Use the label as an index only.", "A label is the name of a class, not an amount."),
    *each("target", [_smooth(0.1), _smooth(0.2), _smooth(0.05)], "label-smoothing",
          "The target is smoothed: a part of it goes to the other classes.",
          "The target is 1 at the label and 0 elsewhere.",
          "Label smoothing is a known method, but it is another loss."),
    *each("target", [lambda p: np.maximum.accumulate(p.onehot, axis=0), lambda p: np.cumsum(p.onehot, axis=0)],
          "target-not-reset", "The target of each example still contains the labels of the examples before it.",
          "Is one array used for all examples, and never set back to zero? Make a new one for each.",
          "A one-hot target has a single 1, at the label of its example."),
    *each("target", [lambda p: np.eye(p.N, p.C), lambda p: _by_row(p, p.rows == p.y),
                     lambda p: np.tile(np.arange(p.C) == np.resize(p.y, p.C), (p.N, 1)) * 1.0],
          "wrong-comparison", "The target is 1 where the wrong two numbers are equal.",
          "Compare j with y[i], where j is the class and i is the example.",
          "The target is 1 where the class equals the label of the example."),
]
# fmt: on
