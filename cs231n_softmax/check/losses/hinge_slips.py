"""Slips in the loops, conditions and counts of a hinge loss, each of which leaves most of the formula right.

The variants have the steps of svm.py's recipes: "loss" (Problem, margins) -> (N,), "dscores" (Problem, margins, one-hot
labels) -> (N, C), and "product" (Problem, G) -> (D, C).
"""

import numpy as np

from ..explain import Variant, each
from .hinge import balanced, no_label, others, violated


def _counts(p, m):
    return violated(p, m).sum(axis=1, keepdims=True)


def _last(chosen):
    """Return 1 at the last chosen entry of the whole array, in the order of two loops, else 0."""
    kept = np.zeros(chosen.size)
    kept[np.flatnonzero(chosen)[-1:]] = 1
    return kept.reshape(chosen.shape)


def _last_of_rows(chosen):
    """Return 1 at the last chosen entry of each row, else 0."""
    return np.array([_last(row) for row in chosen])


def _row_number(p):
    """Return 1 where the class has the number of the example, else 0: (N, C)."""
    return (p.rows[:, None] == np.arange(p.C)) * 1.0


def _before_label(p):
    return np.arange(p.C) < p.y[:, None]


def _in_all_rows(change):
    """Return a model for G[:, y] = ... or -= ...; `change` gets G's entries in one label's column, and the counts."""

    def dscores(p, m, T):
        G, counts = violated(p, m), _counts(p, m)[:, 0]
        old = G.copy()
        for i in range(p.N):  # of several examples with one label, the last counts
            G[:, p.y[i]] = change(old[:, p.y[i]], counts, i)
        return G

    return dscores


def _other_rows(p):
    """Return 0 for the rows whose number is the label of some example, else 1: (N,)."""
    return ~np.isin(p.rows, p.y) * 1.0


def _set_at_label(p, G):
    """Return dW, not divided by N, where each violation sets the label's column to -X[i] and adds X[i] to the other."""
    dW = np.zeros_like(p.W)
    for i in range(p.N):
        for j in np.flatnonzero(G[i] * (1 - p.onehot[i])):
            dW[:, j] += p.X[i]
            dW[:, p.y[i]] = -p.X[i]
    return dW


ROW_NUMBER = "In which row and column is the label? Example i has label y[i]: `if j == y[i]`."
ROWS_OF_LABELS = "Whole rows are set to 0: those whose number is the label of some example."
TWO_LISTS = "Which entries are set to 0? Two lists of numbers are needed, the rows and the labels: `[np.arange(N), y]`."
OVERWRITES = "Is there an `=` where `+=` or `-=` belongs?"
BELOW_IF = "Both lines of dW belong below `if margin > 0:`, the line for class j and the line for the label."
LABEL_ONES = (
    "Where is the true class's margin of 1 taken off? Set it to 0 before the sum: `margins[np.arange(N), y] = 0`."
)
# fmt: off
LOSSES_IN_LOOPS = [
    *each("loss", [lambda p, m: (others(p, m) * _last(violated(p, m))).sum(axis=1),
                   lambda p, m: (others(p, m) * _last(1 - p.onehot)).sum(axis=1),
                   lambda p, m: (others(p, m) * _last_of_rows(violated(p, m))).sum(axis=1),
                   lambda p, m: (others(p, m) * _last_of_rows(1 - p.onehot)).sum(axis=1)],
          "loss-assigned", "Each margin overwrites the margins before it.",
          f"Look at the line of the loss. {OVERWRITES}", "The loss is a sum over the classes."),
    Variant("loss", lambda p, m: (others(p, m) * _before_label(p)).sum(axis=1), "stops-at-label",
            "The classes after the label are left out.", "Is there a `break` or a `return` at the label? A `continue` "
            "goes on with the next class.", "The classes after the label count too."),
    *each("loss", [lambda p, m: (np.maximum(0, m) * (1 - _row_number(p))).sum(axis=1),
                   lambda p, m: np.maximum(0, m).sum(axis=1) * (p.rows != p.y)],
          "row-number-for-label", "The number of an example is used in place of a class, or of a label.", ROW_NUMBER,
          "i counts the examples, and j counts the classes."),
    Variant("loss", lambda p, m: np.cumsum(others(p, m).sum(axis=1)), "accumulator-not-reset",
            "The loss that an example adds still contains the losses of the examples before it.",
            "Is one sum used for all examples, and never set back to zero? Start from 0 in each round of the loop.",
            "What an example adds depends on that example only."),
    *each("loss", [lambda p, m: np.full(p.N, np.floor(others(p, m).sum() / p.N)),
                   lambda p, m: np.floor(others(p, m).sum(axis=1)), lambda p, m: np.floor(others(p, m)).sum(axis=1)],
          "rounded-down", "The loss is rounded down.",
          "Is there a `//`, an int(), or an array of integers? Divide with `/`, and use floats.",
          "The loss isn't a whole number."),
    Variant("loss", lambda p, m: np.maximum(0, m).sum(axis=1) - 1 / p.N, "label-ones",
            "The true class's 1 is subtracted once for the whole batch. It should be subtracted for each example.",
            LABEL_ONES, "Every example adds 1 for its true class, so the sum has N of them."),
    Variant("loss", lambda p, m: np.maximum(0, m).sum(axis=1) - p.N, "label-ones",
            "N is subtracted from the mean, but the true classes add only 1 to it.", LABEL_ONES,
            "Every example adds 1 for its true class. So the sum has N of them, and the mean has 1."),
    *each("loss", [lambda p, m, k=k: np.maximum(0, m).sum(axis=1) - p.C / p.N**k for k in (0, 1)],
          "label-ones", "C is subtracted, the number of classes, but the true classes add 1 for each example.",
          LABEL_ONES, "Every example adds 1 for its true class. So the sum has N of them, and the mean has 1."),
    Variant("loss", lambda p, m: np.maximum(0, m).sum(axis=1) * _other_rows(p), "label-rows",
            ROWS_OF_LABELS, TWO_LISTS, "The label y[i] is a column of row i. It isn't the number of a row."),
    Variant("loss", lambda p, m: ((np.maximum(0, m - 1) + 1) * (1 - p.onehot)).sum(axis=1), "margin-outside",
            "The margin of 1 is added outside of the maximum.", "Where is the 1 added? It belongs inside of the "
            "brackets: `np.maximum(0, scores - correct + 1)`.", "max(0, s_j - s[y] + 1) is 0 for a class that is far "
            "behind. With the 1 outside, every class adds at least 1."),
]
DSCORES_IN_LOOPS = [
    *each("dscores", [balanced(lambda p, m: np.where(m > 0, 1, m) * (1 - p.onehot)),
                      balanced(lambda p, m: np.where(m > 0, 1, m)),
                      lambda p, m, T: np.where(T == 1, -np.where(m > 0, 1, m).sum(axis=1, keepdims=True),
                                               np.where(m > 0, 1, m)),
                      lambda p, m, T: np.where(T == 1, -_counts(p, m), np.where(m > 0, 1, m))],
          "negatives-kept", "Margins below 0 stay in the array of violations.",
          "Which entries are set? Those above 0 become 1, and all others have to become 0: "
          "`(margins > 0).astype(float)`.",
          "A class that keeps its margin has no part in the loss. So its factor is 0."),
    Variant("dscores", lambda p, m, T: violated(p, m) - T * others(p, m).sum(axis=1, keepdims=True), "margins-at-label",
            "At the label stands minus the sum of the margins. It should be minus their number.",
            "What is added up for the label's column? Count the violations of the row: `np.sum(margins > 0, axis=1)`.",
            "Each violation has the slope 1, whatever the size of its margin. So the label gets minus their number."),
    *each("dscores", [lambda p, m, T: violated(p, m) - T * (p.C - 1), lambda p, m, T: violated(p, m) - T * p.C],
          "label-without-condition",
          "At the label, X[i] is subtracted for every class, also where the margin is kept.", BELOW_IF,
          "A class that keeps its margin has no part in the loss, nor in the label's column."),
    Variant("dscores", lambda p, m, T: (1 - T) - T * _counts(p, m), "others-without-condition",
            "X[i] is added to the column of every other class, also where the margin is kept.", BELOW_IF,
            "A class that keeps its margin has no part in the loss. So its factor is 0."),
    Variant("dscores", balanced(lambda p, m: violated(p, m) * _before_label(p)), "stops-at-label",
            "The classes after the label are left out.", "Is there a `break` or a `return` at the label? A `continue` "
            "goes on with the next class.", "The classes after the label count too."),
    *each("dscores", [balanced(lambda p, m: violated(p, m) * (1 - _row_number(p))),
                      lambda p, m, T: balanced(violated)(p, m, T) * (p.rows != p.y)[:, None]],
          "row-number-for-label", "The number of an example is used in place of a class, or of a label.", ROW_NUMBER,
          "i counts the examples, and j counts the classes."),
    Variant("dscores", lambda p, m, T: violated(p, m) - T * np.cumsum(_counts(p, m))[:, None], "accumulator-not-reset",
            "At the label, the violations of earlier examples are still counted.",
            "Where does the count start? Set it to 0 in each round of the loop over the examples.",
            "The label's factor is minus the number of violations in its own row."),
    Variant("dscores", lambda p, m, T: violated(p, m) - T * (violated(p, m) * _last_of_rows(1 - T)).sum(axis=1,
            keepdims=True), "label-assigned", "At the label, each class overwrites what earlier classes have set.",
            f"Look at the line for the label. {OVERWRITES}",
            "Each violation has a part in the label's column, and the parts are added up."),
    *each("dscores", [_in_all_rows(lambda old, counts, i: -counts), _in_all_rows(lambda old, counts, i: old - counts),
                      _in_all_rows(lambda old, counts, i: -counts[i]),
                      _in_all_rows(lambda old, counts, i: old - counts[i]),
                      lambda p, m, T: violated(p, m) * no_label(p) - T * _counts(p, m)],
          "wrong-rows", "The columns of all labels of the batch are changed in every row, and not only the row's own "
          "label.", "`[:, y]` picks N columns in each of the N rows. `[np.arange(N), y]` pairs row i with label y[i].",
          "Example i has one label, y[i]."),
    *each("dscores", [lambda p, m, T: _other_rows(p)[:, None] * ((1 - T) * violated(p, m) - T * (_counts(p, m) + 1)),
                      lambda p, m, T: _other_rows(p)[:, None] * balanced(violated)(p, m, T)],
          "label-rows", ROWS_OF_LABELS, TWO_LISTS,
          "The label y[i] is a column of row i. It isn't the number of a row."),
    Variant("dscores", lambda p, m, T: violated(p, m) - p.N * T * _counts(p, m), "partly-divided",
            "Only the other classes' part is divided by N. The label's part isn't.",
            "Divide once, when both parts have been put together: `dW /= N`.", "The gradient of a mean is a mean."),
    Variant("dscores", lambda p, m, T: p.N * violated(p, m) - T * _counts(p, m), "partly-divided",
            "Only the label's part is divided by N. The other classes' part isn't.",
            "Divide once, when both parts have been put together: `dW /= N`.", "The gradient of a mean is a mean."),
]
PRODUCTS = [
    Variant("product", _set_at_label, "label-assigned",
            "The label's column is set to -X[i]. So it loses what was in it before.",
            f"Look at the line for the label's column. {OVERWRITES}", "A column of dW is a sum over all examples."),
]
# fmt: on
