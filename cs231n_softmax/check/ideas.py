"""An idea: what a learner may have had in mind, with a formula that says what it would return."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Idea(NamedTuple):
    """A mistake with a name, and its model: a function of a Problem (and more, see the lists that hold ideas)."""

    slug: str
    title: str
    explanation: str
    hint: str
    model: Callable | tuple | np.ndarray
    loose: bool = False  # True: the formula has no size or sign of its own, so that a constant factor isn't a mistake


def right(model):
    """Return the idea that isn't a mistake."""
    return Idea("", "", "", "", model)


# Which examples count: weights (N,) for what each contributes. Losses and gradients share them.
def _weights(*chosen):
    return lambda p: np.isin(p.rows, [k % p.N for k in chosen]) * 1.0


EXAMPLES = [
    Idea("last-example-only", "Only the last example of the batch counts.",
         "Each example replaces what the ones before it gave.",
         "Add up with `+=`; a plain `=` inside the loop forgets all earlier examples.", _weights(-1)),
    Idea("first-example-only", "Only the first example of the batch counts.",
         "The loop ends after its first round, or only row 0 is used.",
         "Look for a `return` that is indented too far, or an index 0 that should be `i`.", _weights(0)),
    Idea("skips-last-example", "The last example of the batch is left out.",
         "The loop stops one too early.", "`range(N)` already ends at N - 1.",
         lambda p: (p.rows < p.N - 1) * 1.0),
    Idea("skips-first-example", "The first example of the batch is left out.",
         "The loop starts one too late.", "Rows are counted from 0: `range(N)`.", lambda p: (p.rows > 0) * 1.0),
    Idea("divided-in-the-loop", "The division by N is done in every round of the loop.",
         "What the early examples gave is divided again and again, and nearly vanishes.",
         "Divide once, after the loop.", lambda p: float(p.N) ** (p.rows - (p.N - 1))),
    Idea("counted-by-features", "Only as many examples count as there are features.", "The loop runs over X.shape[1] or W.shape[0], the number of features.",
         "The number of examples is X.shape[0].", lambda p: (p.rows < p.D) * 1.0),
    Idea("only-misclassified", "Examples that are classified rightly are left out.",
         "Softmax is never satisfied: they have a loss and a gradient too.", "Use all examples, whatever is predicted.",
         lambda p: (p.scores.argmax(axis=1) != p.y) * 1.0),
    Idea("every-other-example", "Every other example of the batch is left out.",
         "", "Look at the step of your loop or slice.", lambda p: (p.rows % 2 == 0) * 1.0),
]

# The regularization's part. Models: of the loss, and of the gradient, for a given strength r.
REGULARIZATION = [
    Idea("", "", "", "", (lambda p, r: r * np.sum(p.W**2), lambda p, r: 2 * r * p.W)),
    Idea("no-bias", "leaves out the bias row, the last row of W",
         "Some courses don't regularize the bias. Here all of W counts, as in cs231n.", "Use W, not W[:-1].",
         (lambda p, r: r * np.sum(p.W[:-1] ** 2), lambda p, r: 2 * r * p.W * (np.arange(p.D) < p.D - 1)[:, None])),
    Idea("l1", "uses absolute values: L1, where L2 is asked for", "L1 adds up |w|, L2 adds up w**2.",
         "`reg * np.sum(W**2)`, whose derivative is `2 * reg * W`.",
         (lambda p, r: r * np.abs(p.W).sum(), lambda p, r: r * np.sign(p.W))),
    Idea("norm", "uses the norm of W, which isn't squared", "The norm is the root of the sum of squares.",
         "`reg * np.sum(W**2)`, without a root.",
         (lambda p, r: r * np.linalg.norm(p.W), lambda p, r: r * p.W / np.linalg.norm(p.W))),
    Idea("sum-then-square", "adds up W first and squares then", "(a + b)**2 isn't a**2 + b**2: signs cancel in the sum.",
         "Square each weight, then add: `np.sum(W**2)`.",
         (lambda p, r: r * np.sum(p.W) ** 2, lambda p, r: 2 * r * np.sum(p.W) * np.ones_like(p.W))),
    Idea("not-squared", "lacks the square", "A sum of weights can be negative; a penalty can't.",
         "`reg * np.sum(W**2)`, whose derivative is `2 * reg * W`.",
         (lambda p, r: r * np.sum(p.W), lambda p, r: r * np.ones_like(p.W)), loose=True),
    Idea("products-of-columns", "adds up the products of all pairs of columns", "W.T @ W holds more than the squares: those are on its diagonal.",
         "`reg * np.sum(W**2)`.", (lambda p, r: r * np.sum(p.W.sum(axis=1) ** 2), None)),
    Idea("products-of-rows", "adds up the products of all pairs of rows", "W @ W.T holds more than the squares: those are on its diagonal.",
         "`reg * np.sum(W**2)`.", (lambda p, r: r * np.sum(p.W.sum(axis=0) ** 2), None)),
    Idea("spectral-norm", "uses the largest singular value of W, not all of W", "np.linalg.norm(W, 2) of a matrix is its spectral norm.",
         "`reg * np.sum(W**2)`.", (lambda p, r: r * np.linalg.norm(p.W, 2) ** 2, None)),
    Idea("integer-strength", "has reg made an integer", "A reg below 1 becomes 0.", "Use reg as it is.",
         (lambda p, r: np.floor(r) * np.sum(p.W**2), lambda p, r: 2 * np.floor(r) * p.W)),
    Idea("reshaped", "is reshaped where it should be transposed", "reshape keeps the order of the numbers; `.T` turns rows into columns.", "`X.T @ ...` has the right shape already.",
         (None, lambda p, r: 2 * r * p.W.T.reshape(p.W.shape))),
    Idea("summed-over-features", "adds W summed over the features to every row", "Each weight has its own derivative.", "`dW += 2 * reg * W`.",
         (None, lambda p, r: r * np.tile(p.W.sum(axis=0), (p.D, 1))), loose=True),
    Idea("summed-over-classes", "adds W summed over the classes to every column", "Each weight has its own derivative.", "`dW += 2 * reg * W`.",
         (None, lambda p, r: r * np.tile(p.W.sum(axis=1), (p.C, 1)).T), loose=True),
    Idea("squared-strength", "has reg squared", "reg stands in it once.", "`reg * np.sum(W**2)`.",
         (lambda p, r: r**2 * np.sum(p.W**2), lambda p, r: 2 * r**2 * p.W)),
    Idea("of-X", "is made from X, not from W", "The penalty is on the weights; the data can't be changed.",
         "`reg * np.sum(W**2)`.", (lambda p, r: r * np.sum(p.X**2), None)),
    Idea("squares-in-gradient", "adds W squared, the term of the loss, where its derivative belongs",
         "The derivative of w**2 is 2 w.", "`dW += 2 * reg * W`.", (None, lambda p, r: r * p.W**2), loose=True),
    Idea("loss-term-in-gradient", "adds the same number to every entry: the penalty itself, not its derivative",
         "The derivative of w**2 is 2 w, another number for each weight.", "`dW += 2 * reg * W`.",
         (None, lambda p, r: r * np.sum(p.W**2) * np.ones_like(p.W)), loose=True),
    Idea("label-columns", "is added column by column as labels occur, and not once for all of W",
         "A class that occurs three times gets it three times, one that doesn't occur gets none.",
         "Add it once, outside the loop over the examples.",
         (lambda p, r: r * np.sum(p.W[:, p.y] ** 2), lambda p, r: 2 * r * p.W * p.onehot.sum(axis=0))),
]
