"""Examine a learner's step of stochastic gradient descent: first the step, then the rows of its batch.

The step is examined on data whose rows are all alike, so that it doesn't matter which rows are drawn; the rows are
examined in sgd_rows.py. The step as a recipe: the loss and its *gradient*, a *step* against the gradient, the *cost*
that is reported, and the results that are *returned*.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from ...classifiers import softmax_loss_vectorized, svm_loss_vectorized
from ..arguments import awkward
from ..crashes import Unusable
from ..evidence import first_difference, localise, same
from ..explain import Table, Variant
from ..report import Mistake, Report
from ..trial import Trial, plain
from .sgd_rows import examine_rows


def recipe(
    *args,
    gradient=lambda p: softmax_loss_vectorized(p.W, p.X, p.y, p.reg),
    step=lambda p, dW: p.W - p.lr * dW,
    cost=lambda p, loss, new: loss,
    returned=lambda new, loss, dW, p: (new, loss),
):
    """One step of gradient descent on all rows."""
    p = SimpleNamespace(**dict(zip(("W", "X", "y", "lr", "reg", "size", "rng"), args, strict=True)))
    loss, dW = gradient(p)
    new = step(p, dW)
    return returned(new, cost(p, loss, new), dW, p)


def sgd_step(fn: Callable) -> Report:
    """Examine fn(W, X, y, learning_rate, reg, batch_size, rng) -> (new W, loss of the batch before the step)."""
    steps = [
        "one step, on data whose rows are all alike",
        "W, X and y stay as they were",
        "the same for read-only, non-contiguous arrays",
        "a batch has batch_size rows, with their own labels",
        "its rows are drawn at random, from all rows, again in each step",
        "the loss is that of these rows",
    ]
    with Trial(fn, ("W", "X", "y"), steps, convert=results) as trial:
        trial.judge(TABLE, trial.answers(PROBLEMS), differ=_differ, describe=_describe)
        if trial.unchanged():
            trial.judge(TABLE, trial.answers(PROBLEMS, layout=awkward), differ=_differ, describe=_describe, names=False)
        examine_rows(trial)
    return trial.report


def results(value):
    """Return the learner's results as a tuple of plain arrays: (new W, loss) where they are right.

    A list of lists of numbers is one result, a matrix.
    """
    nested = isinstance(value, list) and any(part is None or np.ndim(part) > 0 for part in value)
    nested = nested and not all(isinstance(part, list) and np.ndim(part) == 1 for part in value)
    if isinstance(value, tuple) or nested:
        return tuple(_part(part, k) for k, part in enumerate(value))
    return (plain(value),)


def _part(part, k):
    if part is None:
        name = ["first", "second", "third"][min(k, 2)]
        raise Unusable(
            "returns-none", f"The {name} of the two results is None.", "", "", "Return new W, then the loss."
        )
    return plain(part)


def _differ(text, got, right):
    for name, a, b, axes in zip(("new W", "loss"), got, right, (("row", "column"), ()), strict=False):
        if not same(a, b):
            return f"{text}: {name}: {first_difference(a, b, axes)}."
    return f"{text}: expected 2 results, got {len(got)}."


def _describe(cases):
    """Return a Mistake where no variant fits: the number of results, the step or the loss is wrong."""
    text, got, right = cases[0]
    if len(got) != 2:
        return Mistake(
            "wrong-shape",
            f"The function returns {len(got)} result{'s' * (len(got) > 1)}, not 2.",
            "",
            _differ(text, got, right),
            "Look at what stands after `return`: first the new W, then the loss. `return new_W, loss`",
        )
    cases = [case for case in cases if len(case[1]) == 2]
    if np.shape(got[0]) == np.shape(right[0]) and not same(got[0], right[0]):
        name, axes = "step, new W - W", ("row", "column")
        start = {problem.text: problem.W for problem in PROBLEMS}
        compared = [
            (f"{text}, new W - W", a[0] - start[text], b[0] - start[text])
            for text, a, b in cases
            if np.shape(a[0]) == np.shape(b[0])
        ]
    else:
        k = int(same(got[0], right[0]))
        name, axes = ("new W", "loss")[k], (("row", "column"), ())[k]
        compared = [(f"{text}, {name}", a[k], b[k]) for text, a, b in cases if not same(a[k], b[k])]
    found = localise(compared, axes)
    return found._replace(title=f"In the {name}: {found.title}")


# --- problems: N rows, all alike ------------------------------------------------------------------------------------


class Step(NamedTuple):
    """A Problem whose last argument is a new generator."""

    W: np.ndarray
    X: np.ndarray
    y: np.ndarray
    lr: float
    reg: float
    size: int

    @property
    def text(self):
        """The problem's name."""
        sizes = f"W {' x '.join(map(str, self.W.shape))}, {len(self.X)} rows"
        return f"{sizes}, learning rate {self.lr}, reg {self.reg}, batches of {self.size}"

    @property
    def args(self):
        """The arguments, with a new generator each time."""
        return *self, np.random.default_rng(0)


def _problem(N, D, C, lr, reg, size, seed):
    rng = np.random.default_rng(seed)
    W, row = rng.integers(-8, 9, size=(D, C)) / 8, rng.integers(-8, 9, size=D) / 4
    return Step(W, np.tile(row, (N, 1)), np.full(N, seed % C), lr, reg, size)


# fmt: off
PROBLEMS = [_problem(12, 3, 4, 0.25, 0.5, 4, 1), _problem(10, 5, 3, 0.125, 0.75, 3, 5),
            _problem(15, 2, 3, 0.0625, 1.5, 5, 9)]

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

WHY = {
    "gradient": "softmax_loss_vectorized returns the loss of a batch and its gradient. Both already contain the "
                "penalty.",
    "step": "The gradient shows in which direction the loss rises. A small step in the opposite direction lowers the "
            "loss.",
    "cost": "The loss that is returned is the loss of the batch before the step, as softmax_loss_vectorized returns "
            "it.",
    "returned": "Two results are returned: first the new W, then the loss.",
}
# fmt: on


def _loss(p, W=None, reg=None):
    return softmax_loss_vectorized(p.W if W is None else W, p.X, p.y, p.reg if reg is None else reg)


def _with(loss_part, gradient_part):
    """Return a model with the penalty loss_part times in the loss, and gradient_part times in the gradient."""

    def gradient(p):
        loss, dW = _loss(p, reg=0)
        return loss + loss_part * p.reg * np.sum(p.W**2), dW + gradient_part * 2 * p.reg * p.W

    return gradient


def _walk(p, steps):
    """Return the new W and the losses of several steps."""
    W, losses = p.W, []
    for _ in range(steps):
        loss, dW = _loss(p, W)
        W, losses = W - p.lr * dW, [*losses, loss]
    return W, losses


def _repeated(times):
    return lambda p, dW: _walk(p, times(p))[0]


ONCE = (
    "Is a term with reg added to what softmax_loss_vectorized returns? Its loss and its gradient already contain the "
    "penalty."
)
MEAN = "Is the loss multiplied or divided after the call? softmax_loss_vectorized already returns a mean."
STEP = "Which three quantities does a step need? W, the learning rate, and the gradient: W - learning_rate * dW"
ROWS = "Is the step multiplied or divided by a number of rows? The gradient already is a mean over the batch."
UNCHANGED = "Is the loss changed after the call? Return it as softmax_loss_vectorized gives it."
# fmt: off
VARIANTS = [
    *(Variant("gradient", gradient, code, title, hint) for gradient, code, title, hint in [
        (_with(0, 0), "reg-missing", "The penalty is missing in loss and gradient.",
         "Which four arguments does softmax_loss_vectorized get? The last one is reg."),
        (_with(0.5, 0.5), "half-convention", "The penalty is half of what it should be, in loss and gradient.",
         "Is reg changed before it is passed to softmax_loss_vectorized? Pass it as it is."),
        (_with(1, 0.5), "reg-gradient-half", "The penalty's gradient is half of what it should be.",
         "Is the gradient changed after the call? Use dW as softmax_loss_vectorized returns it."),
        (_with(1, 0), "reg-gradient-missing", "The penalty's gradient is missing.",
         "Is the gradient changed after the call? Use dW as softmax_loss_vectorized returns it."),
        (_with(1, 2), "reg-gradient-double", "The penalty's gradient is counted twice.", ONCE),
        (_with(2, 2), "reg-double", "The penalty is counted twice, in loss and gradient.", ONCE),
        (_with(2, 1), "reg-loss-double", "The penalty is counted twice in the loss.", ONCE),
        (_with(1, 1.5), "reg-gradient-double",
         "The penalty's gradient is 1.5 times what it should be, as if reg * W were added.", ONCE),
        (_with(1, -1), "reg-gradient-negated", "The penalty's gradient has the wrong sign.", ONCE),
        (lambda p: _loss(p)[::-1], "results-exchanged", "Loss and gradient are exchanged.",
         "softmax_loss_vectorized returns the loss first, then dW."),
        (lambda p: _loss(p, reg=p.lr), "arguments-swapped", "The learning rate is used in place of reg.",
         "In which order does softmax_loss_vectorized take its arguments? (W, X, y, reg)"),
        (lambda p: (_loss(p)[0], _loss(p)[1] * p.size), "times-batch-size",
         "The gradient is batch_size times what it should be.",
         "Is the gradient multiplied after the call? softmax_loss_vectorized already returns a mean over the rows."),
        (lambda p: svm_loss_vectorized(p.W, p.X, p.y, p.reg), "svm",
         "Loss and gradient come from the SVM, not from softmax.",
         "Which loss is called? It should be softmax_loss_vectorized."),
    ]),
    *(Variant("step", step, code, title, hint) for step, code, title, hint in [
        (lambda p, dW: p.W + p.lr * dW, "ascent", "The gradient is added. So the loss rises.",
         "Look at the sign of the step. A step that lowers the loss subtracts: W - learning_rate * dW"),
        (lambda p, dW: p.W - dW, "lr-ignored", "The learning rate isn't used.", STEP),
        (lambda p, dW: p.W + dW, "lr-ignored", "The gradient is added, without the learning rate.", STEP),
        (lambda p, dW: p.W - p.lr**2 * dW, "lr-squared", "The gradient is multiplied by the learning rate twice.",
         "How often is the learning rate a factor? Once is right: W - learning_rate * dW"),
        (lambda p, dW: p.W - dW / p.lr, "lr-divided", "The gradient is divided by the learning rate.", STEP),
        (lambda p, dW: p.W - p.lr / p.size * dW, "lr-scaled", "The step is divided by batch_size.", ROWS),
        (lambda p, dW: p.W - p.lr / len(p.X) * dW, "lr-scaled", "The step is divided by N.", ROWS),
        (lambda p, dW: p.W - p.lr * len(p.X) * dW, "lr-scaled", "The step is multiplied by N.", ROWS),
        (lambda p, dW: p.W - p.lr * p.size / len(p.X) * dW, "lr-scaled", "The step is multiplied by batch_size / N.",
         ROWS),
        (lambda p, dW: p.W - p.lr * len(p.X) / p.size * dW, "lr-scaled", "The step is multiplied by N / batch_size.",
         ROWS),
        (lambda p, dW: p.W - 2 * p.lr * dW, "double", "The step is twice what it should be.",
         "Look for a factor 2, or for a step that is taken twice."),
        (lambda p, dW: p.W - p.lr / 2 * dW, "half", "The step is half of what it should be.",
         "Look for a factor 1/2."),
        (lambda p, dW: p.W - p.lr * _loss(p)[0], "loss-as-gradient", "The loss is subtracted, not the gradient.",
         "softmax_loss_vectorized returns the loss first, then dW."),
        (lambda p, dW: p.W, "not-updated", "The W that is returned is the old one.",
         "Is the result of W - learning_rate * dW returned?"),
        (lambda p, dW: -p.lr * dW, "step-only", "-learning_rate * dW is returned in place of the new W.", STEP),
        (lambda p, dW: p.lr * dW, "step-only", "learning_rate * dW is returned in place of the new W.", STEP),
        (lambda p, dW: dW, "returns-gradient", "The gradient is returned in place of the new W.", STEP),
        (lambda p, dW: p.lr * (p.W - dW), "brackets", "W is multiplied by the learning rate too.",
         "Look at the brackets. The learning rate multiplies dW only: W - learning_rate * dW"),
        (lambda p, dW: p.lr * p.W - dW, "brackets", "W is multiplied by the learning rate, and dW isn't.", STEP),
        (lambda p, dW: p.lr * dW - p.W, "negated", "The new W has the wrong sign.", STEP),
        (lambda p, dW: p.W - p.reg * dW, "arguments-swapped", "reg is used as the learning rate.", STEP),
        (lambda p, dW: p.W - p.lr * dW - p.reg * p.W, "reg-gradient-double",
         "reg * W is subtracted in addition to the penalty's gradient.", ONCE),
        (lambda p, dW: p.W - p.lr * dW - 2 * p.reg * p.W, "reg-gradient-double",
         "2 * reg * W is subtracted in addition to the penalty's gradient.", ONCE),
        (lambda p, dW: (p.W - p.lr * dW) * (1 - p.lr * p.reg), "reg-gradient-double",
         "The new W is multiplied by 1 - learning_rate * reg after the step.", ONCE),
        (lambda p, dW: (p.W - p.lr * dW) * (1 - 2 * p.lr * p.reg), "reg-gradient-double",
         "The new W is multiplied by 1 - 2 * learning_rate * reg after the step.",
         ONCE),
        (lambda p, dW: p.W - p.lr * np.sign(dW), "sign-only", "Only the sign of the gradient is used.", STEP),
        (lambda p, dW: p.W - p.lr * dW / np.linalg.norm(dW), "normalised", "The gradient is divided by its length.",
         "Is dW changed before the step? Use it as softmax_loss_vectorized returns it."),
        (lambda p, dW: p.W - p.lr * np.clip(dW, -1, 1), "clipped", "The gradient is cut off at -1 and 1.",
         "Is dW changed before the step? Use it as softmax_loss_vectorized returns it."),
        (_repeated(lambda p: 2), "many-steps", "Two steps are taken, not one.",
         "Look for a loop. A step has one gradient, that of the whole batch, and changes W once."),
        (_repeated(lambda p: p.size), "many-steps", "batch_size steps are taken, not one.",
         "Look for a loop. A step has one gradient, that of the whole batch, and changes W once."),
        (_repeated(lambda p: len(p.X)), "many-steps", "N steps are taken, not one.",
         "Look for a loop. A step has one gradient, and changes W once."),
        (_repeated(lambda p: len(p.X) // p.size), "many-steps",
         "N / batch_size steps are taken, rounded down: a pass over all rows.",
         "Look for a loop. A step draws one batch, computes one gradient, and changes W once."),
        (_repeated(lambda p: -(-len(p.X) // p.size)), "many-steps",
         "N / batch_size steps are taken, rounded up: a pass over all rows.",
         "Look for a loop. A step draws one batch, computes one gradient, and changes W once."),
    ]),
    *(Variant("cost", cost, code, title, hint) for cost, code, title, hint in [
        (lambda p, loss, new: _loss(p, new)[0], "loss-after",
         "The loss is computed after the step. It should be the loss before the step.",
         "Return the loss that was computed together with the gradient."),
        (lambda p, loss, new: _loss(p, reg=0)[0], "reg-loss-missing", "The penalty is missing in the loss.", UNCHANGED),
        (lambda p, loss, new: loss - _loss(p, reg=0)[0], "data-loss-missing", "The loss is the penalty only.",
         UNCHANGED),
        (lambda p, loss, new: loss + p.reg * np.sum(p.W**2), "reg-loss-double",
         "The penalty is counted twice in the loss.", ONCE),
        (lambda p, loss, new: loss * p.size, "loss-scaled", "The loss is multiplied by batch_size.", MEAN),
        (lambda p, loss, new: loss / p.size, "loss-scaled", "The loss is divided by batch_size.",
         MEAN),
        (lambda p, loss, new: loss * len(p.X), "loss-scaled", "The loss is multiplied by N.", MEAN),
        (lambda p, loss, new: loss / len(p.X), "loss-scaled", "The loss is divided by N.", MEAN),
        (lambda p, loss, new: loss * p.lr, "loss-scaled", "The loss is multiplied by the learning rate.",
         "The learning rate belongs to the step only."),
        (lambda p, loss, new: _walk(p, p.size)[1][-1], "many-steps",
         "The loss is the loss of the last of several steps.",
         "Look for a loop. A step has one gradient, and changes W once."),
        (lambda p, loss, new: np.mean(_walk(p, p.size)[1]), "many-steps", "The loss is the mean of several steps.",
         "Look for a loop. A step has one gradient, and changes W once."),
        (lambda p, loss, new: -loss, "negated-loss", "The loss has the wrong sign.", UNCHANGED),
        (lambda p, loss, new: np.array([loss]), "wrong-shape", "The loss is an array of shape (1,), not a number.",
         UNCHANGED),
        (lambda p, loss, new: _loss(p)[1], "returns-gradient", "The gradient is returned in place of the loss.",
         "softmax_loss_vectorized returns the loss first, then dW."),
        (lambda p, loss, new: np.trunc(loss), "rounded", "The loss is cut down to a whole number.",
         "Is there an int()?"),
        *((lambda p, loss, new, d=d: np.round(loss, d), "rounded",
           f"The loss is rounded to {d} decimal{'s' * (d != 1)}.",
           "Look for a round(), and remove it.")
          for d in range(4)),
    ]),
    *(Variant("returned", returned, code, title,
              "Look at what stands after `return`: first the new W, then the loss. `return new_W, loss`")
      for returned, code, title in [
        (lambda new, loss, dW, p: (loss, new), "returns-swapped", "The loss is returned first, and the new W second."),
        (lambda new, loss, dW, p: (new,), "loss-missing", "Only the new W is returned, without the loss."),
        (lambda new, loss, dW, p: (loss,), "weights-missing", "Only the loss is returned, without the new W."),
        (lambda new, loss, dW, p: (loss, dW), "returns-gradient",
         "The loss and the gradient are returned, not the new W and the loss."),
        (lambda new, loss, dW, p: (new, loss, dW), "three-results", "Three results are returned, and dW is the third."),
        (lambda new, loss, dW, p: (new.T, loss), "transposed", "The new W is transposed."),
    ]),
]
# fmt: on
TABLE = Table([recipe], VARIANTS, PROBLEMS, WHY)
