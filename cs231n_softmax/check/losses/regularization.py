"""Mistakes in the regularization. Models: (Problem, strength) -> its part of the loss, and of the gradient."""

from functools import cache

import numpy as np

from ..explain import Variant
from ..scaled import ScaledTable
from .problems import ordinary_problems

RIGHT = (lambda p, r: r * np.sum(p.W**2), lambda p, r: 2 * r * p.W)
REGULARIZATION = [
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W[:-1] ** 2), lambda p, r: 2 * r * p.W * (np.arange(p.D) < p.D - 1)[:, None]),
            "no-bias", "leaves out the bias row, the last row of W", "Use W, not W[:-1].",
            "Some courses don't regularize the bias. Here all of W counts, as in cs231n."),
    Variant("regularization", (lambda p, r: r * np.abs(p.W).sum(), lambda p, r: r * np.sign(p.W)), "l1",
            "uses absolute values: L1, where L2 is asked for",
            "`{penalty}`, whose derivative is `{slope}`.", "L1 adds up |w|, L2 adds up w**2."),
    Variant("regularization", (lambda p, r: r * np.linalg.norm(p.W), lambda p, r: r * p.W / np.linalg.norm(p.W)),
            "norm", "uses the norm of W, which isn't squared", "`{penalty}`, without a root.",
            "The norm is the root of the sum of squares."),
    Variant("regularization", (None, lambda p, r: 2 * r * np.sum(p.W) * np.ones_like(p.W)), "summed-weights",
            "adds the same number to every entry: W added up, where W itself belongs",
            "`dW += {slope}`, without a sum.", "The derivative by each weight is another number, {slope}.",
            loose=True),
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W) ** 2, lambda p, r: 2 * r * np.sum(p.W) * np.ones_like(p.W)),
            "sum-then-square", "adds up W first, and then squares", "Square each weight, then add: `np.sum(W**2)`.",
            "(a + b)**2 isn't a**2 + b**2: signs cancel in the sum."),
    Variant("regularization", (lambda p, r: r * np.sum(p.W), lambda p, r: r * np.ones_like(p.W)), "not-squared",
            "lacks the square", "`{penalty}`, whose derivative is `{slope}`.",
            "A sum of weights can be negative; a penalty can't.", loose=True),
    Variant("regularization", (lambda p, r: r * np.sum(p.W.sum(axis=1) ** 2), None), "products-of-columns",
            "adds up the products of all pairs of columns", "`{penalty}`.",
            "W.T @ W holds more than the squares: those are on its diagonal."),
    Variant("regularization", (lambda p, r: r * np.sum(p.W.sum(axis=0) ** 2), None), "products-of-rows",
            "adds up the products of all pairs of rows", "`{penalty}`.",
            "W @ W.T holds more than the squares: those are on its diagonal."),
    Variant("regularization", (lambda p, r: r * np.linalg.norm(p.W, 2) ** 2, None), "spectral-norm",
            "uses the largest singular value of W, not all of W", "`{penalty}`.",
            "np.linalg.norm(W, 2) of a matrix is its spectral norm."),
    Variant("regularization", (lambda p, r: np.floor(r) * np.sum(p.W**2), lambda p, r: 2 * np.floor(r) * p.W),
            "integer-strength", "has reg made an integer", "Use reg as it is.", "A reg below 1 becomes 0."),
    Variant("regularization", (None, lambda p, r: 2 * r * p.W.T.reshape(p.W.shape)), "reshaped",
            "is reshaped where it should be transposed", "`X.T @ ...` has the right shape already.",
            "reshape keeps the order of the numbers; `.T` turns rows into columns."),
    Variant("regularization", (None, lambda p, r: r * np.tile(p.W.sum(axis=0), (p.D, 1))), "summed-over-features",
            "adds W summed over the features to every row", "`dW += {slope}`.",
            "Each weight has its own derivative.", loose=True),
    Variant("regularization", (None, lambda p, r: r * np.tile(p.W.sum(axis=1), (p.C, 1)).T), "summed-over-classes",
            "adds W summed over the classes to every column", "`dW += {slope}`.",
            "Each weight has its own derivative.", loose=True),
    Variant("regularization", (lambda p, r: r**2 * np.sum(p.W**2), lambda p, r: 2 * r**2 * p.W), "squared-strength",
            "has reg squared", "`{penalty}`.", "reg stands in it once."),
    Variant("regularization", (lambda p, r: r * np.sum(p.X**2), None), "of-X", "is made from X, not from W",
            "`{penalty}`.", "The penalty is on the weights; the data can't be changed."),
    Variant("regularization", (None, lambda p, r: r * p.W**2), "squares-in-gradient",
            "adds W squared, the term of the loss, where its derivative belongs", "`dW += {slope}`.",
            "The derivative of the penalty is {slope}.", loose=True),
    Variant("regularization", (None, lambda p, r: r * np.sum(p.W**2) * np.ones_like(p.W)), "loss-term-in-gradient",
            "adds the same number to every entry: the penalty itself, not its derivative", "`dW += {slope}`.",
            "The derivative by each weight is another number, {slope}.", loose=True),
    Variant("regularization",
            (lambda p, r: r * np.sum(p.W[:, p.y] ** 2), lambda p, r: 2 * r * p.W * p.onehot.sum(axis=0)),
            "label-columns", "is added column by column as labels occur, and not once for all of W",
            "Add it once, outside the loop over the examples.",
            "A class that occurs three times gets it three times, one that doesn't occur gets none."),
]


@cache
def table(which, strength):
    """Return the table of what reg changes: in the loss (which = 0) or in the gradient (1); strength 1 or 1/2."""
    def recipe(p, regularization=RIGHT[which]):
        return regularization(p, strength * p.reg)

    variants = [v._replace(how=v.how[which]) for v in REGULARIZATION if v.how[which] is not None]
    return ScaledTable(recipe, variants, ordinary_problems())
