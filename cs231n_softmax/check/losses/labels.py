"""Mistakes in which class is taken for the label. Losses and gradients of both kinds share them.

Models: LABELS (scores (N, C), y (N,)) -> classes (N,); TARGETS Problem -> what stands in place of the one-hot rows (N,
C).
"""

import numpy as np

from ..exercises.cross_entropy import LABELS as OF_ONE_EXAMPLE
from ..explain import Variant, each

LABELS = [
    *OF_ONE_EXAMPLE,
    Variant("label", lambda s, y: 0 * y + y[0], "first-label-for-all", "The first example's label is used for all.",
            "Use the label of example i."),
    *each("label", [lambda s, y: np.roll(y, 1), lambda s, y: np.roll(y, -1), lambda s, y: y[::-1],
                    lambda s, y: np.sort(y)],
          "neighbours-label", "Each example is given the label of another.", "Row i belongs to label y[i]."),
    Variant("label", lambda s, y: (y > 0) * 1, "labels-as-booleans", "The labels are made 0 or 1.",
            "Use y as it is, integers.", "All classes but the first become one."),
]


def _by_row(p, chosen):
    """Return (N, C) with ones in the rows that are chosen."""
    return np.tile(chosen[:, None], p.C) * 1.0


def _smooth(a):
    return lambda p: (1 - a) * p.onehot + a / p.C


ROWS = "`[np.arange(N), y]` pairs row i with label y[i]."
TARGETS = [
    *each("target", [lambda p: np.tile(np.isin(np.arange(p.C), p.y) * 1.0, (p.N, 1)),
                     lambda p: np.tile(p.onehot.sum(axis=0), (p.N, 1)),
                     lambda p: np.tile(p.onehot.mean(axis=0), (p.N, 1))],
          "wrong-rows", "Rows and labels don't go together: each row is combined with every label of the batch.", ROWS,
          "`[:, y]` picks N columns of all N rows."),
    *each("target", [lambda p: _by_row(p, np.isin(p.rows, p.y % p.N)),
                     lambda p: _by_row(p, np.isin(p.rows, p.y % p.N)) * (np.arange(p.C) == 0),
                     lambda p: _by_row(p, np.bincount(p.y % p.N, minlength=p.N)),
                     lambda p: _by_row(p, np.bincount(p.y % p.N, minlength=p.N)) / p.C],
          "labels-as-rows", "The labels are taken for row numbers.", "`[np.arange(N), y]` picks one entry of each row.",
          "`[y]` picks rows."),
    *each("target", [lambda p: np.eye(p.C, k=1)[p.y], lambda p: np.eye(p.C, k=-1)[p.y]], "label-off-by-one",
          "The labels are off by one.", "Use y[i] itself.", "Classes are counted from 0."),
    *each("target", [lambda p: _by_row(p, p.y), lambda p: p.y[:, None] * p.onehot], "label-as-number",
          "The label's number stands where a 1 at the label belongs: class 3 counts three times.",
          "Use the label as an index only.", "Labels are names, not sizes."),
    *each("target", [_smooth(0.1), _smooth(0.2), _smooth(0.05)], "label-smoothing",
          "The target is smoothed: a part of it goes to the other classes.",
          "The target is 1 at the label and 0 elsewhere.", "A known trick, but another loss."),
    *each("target", [lambda p: np.maximum.accumulate(p.onehot, axis=0), lambda p: np.cumsum(p.onehot, axis=0)],
          "target-not-reset", "The one-hot target isn't set back to 0 for each example: labels pile up.",
          "Make it anew inside the loop."),
    *each("target", [lambda p: np.eye(p.N, p.C), lambda p: _by_row(p, p.rows == p.y),
                     lambda p: np.tile(np.arange(p.C) == np.resize(p.y, p.C), (p.N, 1)) * 1.0],
          "wrong-comparison", "The 1 is subtracted where the wrong two numbers are equal.", "`if j == y[i]`.",
          "The class j has to equal the label y[i]."),
]
