"""Mistakes in the regularization. Models: (Problem, strength) -> its part of the loss, and its part of the gradient."""

from functools import cache

import numpy as np

from ..explain import Variant, each
from ..scaled import ScaledTable
from .hinge import others, right_margins, violated
from .problems import ordinary_problems

RIGHT = (lambda p, r: r * np.sum(p.W**2), lambda p, r: 2 * r * p.W)
PENALTY = "Write the penalty as the sum of the squares of all weights, times reg: `{penalty}`."
SLOPE = "Compare what is added to dW with the derivative of the penalty: `dW += {slope}`."
DIVISOR = (
    "What stands to the right of `/=`? All of it is the divisor, the penalty too. The penalty needs a line of its own: "
    "`loss += {penalty}` and `dW += {slope}`."
)
OF_ITS_OWN = "Each weight has a derivative of its own, which depends on that weight only."


def _softmax_part(p):
    """Return the data part of the softmax loss, and of its gradient."""
    return -np.log(p.probs[p.rows, p.y]).mean(), p.X.T @ (p.probs - p.onehot) / p.N


def _hinge_part(p):
    """Return the data part of the hinge loss, and of its gradient."""
    margins = right_margins(p.scores, p.y)
    counted = violated(p, margins)
    G = counted - p.onehot * counted.sum(axis=1, keepdims=True)
    return others(p, margins).sum() / p.N, p.X.T @ G / p.N


# fmt: off
REGULARIZATION = [
    *each("regularization", [(lambda p, r, data=data: data(p)[0] / (1 + r * np.sum(p.W**2) / p.N) - data(p)[0],
                              lambda p, r, data=data: data(p)[1] / (1 + 2 * r * p.W / p.N) - data(p)[1])
                             for data in (_softmax_part, _hinge_part)],
          "in-the-divisor", "is part of the divisor: the data part is divided by N and the penalty together", DIVISOR,
          "The data part is divided by N alone, and the penalty is added afterwards."),
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W[:-1] ** 2), lambda p, r: 2 * r * p.W * (np.arange(p.D) < p.D - 1)[:, None]),
            "no-bias", "leaves out the bias row, the last row of W", "Use all rows of W.",
            "Some courses don't regularize the bias. Here all of W counts, as in cs231n."),
    *(Variant("regularization", (lambda p, r, kept=kept: r * np.sum((p.W * kept(p)) ** 2),
                                 lambda p, r, kept=kept: 2 * r * p.W * kept(p)),
              "part-of-W", f"leaves out the {words} of W", f"Look for a slice such as {cut}. Use all of W.",
              "All weights count: each row of W belongs to a feature, and each column to a class.")
      for words, cut, kept in [("first row", "[1:]", lambda p: (np.arange(p.D) > 0)[:, None]),
                               ("first column", "[:, 1:]", lambda p: np.arange(p.C) > 0),
                               ("last column", "[:, :-1]", lambda p: np.arange(p.C) < p.C - 1)]),
    Variant("regularization", (None, lambda p, r: 2 * r * np.abs(p.W)), "absolute-weights",
            "has the absolute values of W in place of W", SLOPE,
            "The derivative of w**2 is 2 * w, which is negative for a negative weight.", loose=True),
    Variant("regularization", (lambda p, r: r * np.abs(p.W).sum(), lambda p, r: r * np.sign(p.W)), "l1",
            "uses absolute values (L1) in place of squares (L2)",
            "Compare with the penalty and its derivative: `{penalty}` and `{slope}`.",
            "L1 adds up abs(w), and L2 adds up w**2."),
    Variant("regularization", (lambda p, r: r * np.linalg.norm(p.W), lambda p, r: r * p.W / np.linalg.norm(p.W)),
            "norm", "uses the norm of W without squaring it",
            "Look for np.linalg.norm or np.sqrt. There is no root in `{penalty}`.",
            "The norm is the root of the sum of squares."),
    Variant("regularization", (None, lambda p, r: 2 * r * np.sum(p.W) * np.ones_like(p.W)), "summed-weights",
            "adds the sum of W to every entry, in place of W itself",
            "Look for a sum over W in the gradient, and remove it: `dW += {slope}`.", OF_ITS_OWN, loose=True),
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W) ** 2, lambda p, r: 2 * r * np.sum(p.W) * np.ones_like(p.W)),
            "sum-then-square", "squares the sum of W, not each weight",
            "In which order are the square and the sum? Square each weight first, then add: `np.sum(W**2)`.",
            "The square of a sum is a different number from the sum of the squares."),
    Variant("regularization", (lambda p, r: r * np.sum(p.W), lambda p, r: r * np.ones_like(p.W)), "not-squared",
            "leaves out the square", "Compare with the penalty and its derivative: `{penalty}` and `{slope}`.",
            "A sum of weights can be negative, but a penalty can't.", loose=True),
    Variant("regularization", (lambda p, r: r * np.sum(p.W.sum(axis=1) ** 2), None), "products-of-columns",
            "adds up the products of all pairs of columns", PENALTY,
            "In W.T @ W, the sums of squares stand on the diagonal only."),
    Variant("regularization", (lambda p, r: r * np.sum(p.W.sum(axis=0) ** 2), None), "products-of-rows",
            "adds up the products of all pairs of rows", PENALTY,
            "In W @ W.T, the sums of squares stand on the diagonal only."),
    Variant("regularization", (lambda p, r: r * np.linalg.norm(p.W, 2) ** 2, None), "spectral-norm",
            "uses only the largest singular value of W", PENALTY,
            "np.linalg.norm(W, 2) is the spectral norm: the largest singular value."),
    Variant("regularization", (lambda p, r: np.floor(r) * np.sum(p.W**2), lambda p, r: 2 * np.floor(r) * p.W),
            "integer-strength", "rounds reg down to a whole number",
                                "Look for an int(reg) or a `//`. Use reg as it is.",
            "A reg below 1 becomes 0 in this way."),
    Variant("regularization", (None, lambda p, r: 2 * r * p.W.T.reshape(p.W.shape)), "reshaped",
            "has the entries of W out of order, as after a reshape",
            "Look for a reshape, and remove it: `{slope}` already has the shape of W.",
            "A reshape keeps the order of the numbers. A transpose, `.T`, turns rows into columns."),
    Variant("regularization", (None, lambda p, r: r * np.tile(p.W.sum(axis=0), (p.D, 1))), "summed-over-features",
            "adds W summed over the features to every row", SLOPE, OF_ITS_OWN, loose=True),
    Variant("regularization", (None, lambda p, r: r * np.tile(p.W.sum(axis=1), (p.C, 1)).T), "summed-over-classes",
            "adds W summed over the classes to every column", SLOPE, OF_ITS_OWN, loose=True),
    Variant("regularization", (lambda p, r: r**2 * np.sum(p.W**2), lambda p, r: 2 * r**2 * p.W), "squared-strength",
            "uses reg**2 in place of reg", PENALTY, "The penalty has the factor reg once."),
    Variant("regularization", (lambda p, r: r * np.sum(p.X**2), None), "of-X", "is made from X, not from W", PENALTY,
            "The penalty is there to keep the weights small. The data can't be changed."),
    Variant("regularization", (None, lambda p, r: r * p.W**2), "squares-in-gradient",
            "adds W**2 in place of its derivative", SLOPE,
            "The derivative of a square is a multiple of the weight itself, not of its square.", loose=True),
    Variant("regularization", (None, lambda p, r: r * np.sum(p.W**2) * np.ones_like(p.W)), "loss-term-in-gradient",
            "adds the penalty itself to every entry, in place of its derivative", SLOPE, OF_ITS_OWN, loose=True),
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W[:, p.y] ** 2), lambda p, r: 2 * r * p.W * p.onehot.sum(axis=0)),
            "label-columns", "uses the label's column of W for each example. It should use all of W, once",
            "Is the penalty added inside the loop over the examples? Add it once, after the mean over the examples.",
            "In this way a class with three examples counts three times, and a class without an example doesn't "
            "count."),
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W**2) * _violations(p) / p.N, lambda p, r: 2 * r * p.W * _violations(p) / p.N),
            "per-violation", "is added once for each violated margin. It should be added once",
            "Is the penalty below the `if` with the margin? Add it once, after the mean over the examples.",
            "The penalty depends on W only, so the number of violated margins doesn't change it."),
    *each("regularization", [(lambda p, r, k=k: (1 + k / p.N) * r * np.sum(p.W**2),
                              lambda p, r, k=k: (1 + k / p.N) * 2 * r * p.W) for k in (1, 2, 0.5)],
          "added-twice", "is added twice, before the division by N and after it",
          "Where is the penalty added? Keep only the line after the division by N.",
          "The penalty is added once, and isn't divided by N.", loose=True),
]
# fmt: on


def _violations(p):
    return violated(p, right_margins(p.scores, p.y)).sum()


@cache
def table(which, strength):
    """Return the table of what reg changes: in the loss (which = 0) or in the gradient (1); strength 1 or 1/2."""

    def recipe(p, regularization=RIGHT[which]):
        return regularization(p, strength * p.reg)

    variants = [v._replace(how=v.how[which]) for v in REGULARIZATION if v.how[which] is not None]
    return ScaledTable(recipe, variants, ordinary_problems())
