"""The steps of a hinge loss that right and wrong recipes share. T: one-hot labels (N, C); m: margins (N, C)."""

import numpy as np

from ..exercises.cross_entropy import pick


def right_margins(s, y):
    """Return s_j - s_y + 1: (N, C)."""
    return s - pick(s, y)[:, None] + 1


def others(p, m):
    """Return max(0, m) of the classes other than the label."""
    return np.maximum(0, m) * (1 - p.onehot)


def violated(p, m):
    """Return 1 where a class other than the label violates its margin, else 0."""
    return (m > 0) * (1 - p.onehot)


def pattern(others, count_at_label, one_at_label, one_elsewhere):
    """Return a model with multiples of [m > 0] elsewhere, of their number and of 1 at the label, and of 1 elsewhere."""
    return lambda p, m, T: (
        others * (v := violated(p, m))
        + count_at_label * T * v.sum(axis=1, keepdims=True)
        + one_at_label * T
        + one_elsewhere * (1 - T)
    )


def balanced(each):
    """Return a gradient in which each class gets `each`, and the label gets minus their sum."""
    return lambda p, m, T: (e := each(p, m)) - T * e.sum(axis=1, keepdims=True)


def no_label(p):
    """Return 1 for the classes that are the label of no example of the batch, else 0: (C,)."""
    return ~np.isin(np.arange(p.C), p.y) * 1.0
