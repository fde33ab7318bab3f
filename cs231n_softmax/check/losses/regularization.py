"""Mistakes in the regularization. Models: (Problem, strength) -> its part of the loss, and its part of the gradient."""

from functools import cache

import numpy as np

from ..explain import Variant
from ..scaled import ScaledTable
from .problems import ordinary_problems

RIGHT = (lambda p, r: r * np.sum(p.W**2), lambda p, r: 2 * r * p.W)
# fmt: off
REGULARIZATION = [
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W[:-1] ** 2), lambda p, r: 2 * r * p.W * (np.arange(p.D) < p.D - 1)[:, None]),
            "no-bias", "leaves out the bias row, the last row of W", "Use all rows of W.",
            "Some courses don't regularize the bias. Here all of W counts, as in cs231n."),
    Variant("regularization", (lambda p, r: r * np.abs(p.W).sum(), lambda p, r: r * np.sign(p.W)), "l1",
            "uses absolute values (L1) where squares (L2) belong",
            "`{penalty}`, whose derivative is `{slope}`.", "L1 adds up abs(w), and L2 adds up w**2."),
    Variant("regularization", (lambda p, r: r * np.linalg.norm(p.W), lambda p, r: r * p.W / np.linalg.norm(p.W)),
            "norm", "uses the norm of W without squaring it", "`{penalty}`, without a root.",
            "The norm is the root of the sum of squares."),
    Variant("regularization", (None, lambda p, r: 2 * r * np.sum(p.W) * np.ones_like(p.W)), "summed-weights",
            "adds the sum of W to every entry, where W itself belongs",
            "`dW += {slope}`, without a sum.", "Each weight has its own derivative: {slope}.",
            loose=True),
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W) ** 2, lambda p, r: 2 * r * np.sum(p.W) * np.ones_like(p.W)),
            "sum-then-square", "squares the sum of W, not each weight",
            "Square each weight first, then add: `np.sum(W**2)`.",
            "(a + b)**2 isn't a**2 + b**2."),
    Variant("regularization", (lambda p, r: r * np.sum(p.W), lambda p, r: r * np.ones_like(p.W)), "not-squared",
            "lacks the square", "`{penalty}`, whose derivative is `{slope}`.",
            "A sum of weights can be negative, but a penalty can't.", loose=True),
    Variant("regularization", (lambda p, r: r * np.sum(p.W.sum(axis=1) ** 2), None), "products-of-columns",
            "adds up the products of all pairs of columns", "`{penalty}`.",
            "In W.T @ W the squares are on the diagonal only."),
    Variant("regularization", (lambda p, r: r * np.sum(p.W.sum(axis=0) ** 2), None), "products-of-rows",
            "adds up the products of all pairs of rows", "`{penalty}`.",
            "In W @ W.T the squares are on the diagonal only."),
    Variant("regularization", (lambda p, r: r * np.linalg.norm(p.W, 2) ** 2, None), "spectral-norm",
            "uses only the largest singular value of W", "`{penalty}`.",
            "np.linalg.norm(W, 2) is the spectral norm: the largest singular value."),
    Variant("regularization", (lambda p, r: np.floor(r) * np.sum(p.W**2), lambda p, r: 2 * np.floor(r) * p.W),
            "integer-strength", "rounds reg down to an integer", "Is there an int(reg) or a `//`? Use reg as it is.",
            "Then a reg below 1 becomes 0."),
    Variant("regularization", (None, lambda p, r: 2 * r * p.W.T.reshape(p.W.shape)), "reshaped",
            "has the entries of W out of order, as after a reshape", "`{slope}` has the shape of W already.",
            "reshape keeps the order of the numbers; `.T` turns rows into columns."),
    Variant("regularization", (None, lambda p, r: r * np.tile(p.W.sum(axis=0), (p.D, 1))), "summed-over-features",
            "adds W summed over the features to every row", "`dW += {slope}`.",
            "Each weight has its own derivative: {slope}.", loose=True),
    Variant("regularization", (None, lambda p, r: r * np.tile(p.W.sum(axis=1), (p.C, 1)).T), "summed-over-classes",
            "adds W summed over the classes to every column", "`dW += {slope}`.",
            "Each weight has its own derivative: {slope}.", loose=True),
    Variant("regularization", (lambda p, r: r**2 * np.sum(p.W**2), lambda p, r: 2 * r**2 * p.W), "squared-strength",
            "uses reg**2 in place of reg", "`{penalty}`.", "The penalty has the factor reg once."),
    Variant("regularization", (lambda p, r: r * np.sum(p.X**2), None), "of-X", "is made from X, not from W",
            "`{penalty}`.", "The penalty makes large weights cost something. The data can't be changed."),
    Variant("regularization", (None, lambda p, r: r * p.W**2), "squares-in-gradient",
            "adds W**2 where its derivative belongs", "`dW += {slope}`.",
            "The derivative of the penalty is {slope}.", loose=True),
    Variant("regularization", (None, lambda p, r: r * np.sum(p.W**2) * np.ones_like(p.W)), "loss-term-in-gradient",
            "adds the penalty itself to every entry, where its derivative belongs", "`dW += {slope}`.",
            "Each weight has its own derivative: {slope}.", loose=True),
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W[:, p.y] ** 2), lambda p, r: 2 * r * p.W * p.onehot.sum(axis=0)),
            "label-columns", "uses the label's column of W for each example, not all of W once",
            "Add the regularization once, after the mean over the examples.",
            "A class with three examples counts three times, and a class with no example doesn't count."),
]
# fmt: on


@cache
def table(which, strength):
    """Return the table of what reg changes: in the loss (which = 0) or in the gradient (1); strength 1 or 1/2."""

    def recipe(p, regularization=RIGHT[which]):
        return regularization(p, strength * p.reg)

    variants = [v._replace(how=v.how[which]) for v in REGULARIZATION if v.how[which] is not None]
    return ScaledTable(recipe, variants, ordinary_problems())
