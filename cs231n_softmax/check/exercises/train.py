"""Examine a learner's method train of cs231n's LinearClassifier: stochastic gradient descent.

The class gets a loss of ours, which notes what it is called with. So each step is seen by itself: the batch, W before
and after it, and the gradient (train_runs.py). A step's recipe is compared as in the other exercises. Batches are
looked at one by one (train_rows.py).
"""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ..evidence import first_difference, listing, localise, number, same
from ..explain import Problem, Table, Variant
from ..report import Mistake, Report, type_name
from ..trial import Trial
from .train_rows import BATCH, batches, drawn
from .train_runs import (
    OTHER_SIZE,
    OTHER_STEPS,
    RATE,
    REG,
    SIZE,
    START,
    STEPS,
    C,
    D,
    N,
    X,
    Y,
    as_run,
    called,
    first_W,
    observed,
)

TRIED = [
    "runs, also with verbose=True",
    "X and y stay as they were",
    "calls self.loss on a batch in each of num_iters steps",
    "a batch has batch_size rows of X, with their own labels",
    "its rows are drawn at random, from all rows, again in each step",
    "each step is W - learning_rate * grad",
    "goes on from the W that is there; without one, W gets D rows and max(y) + 1 columns",
    "returns the loss of each step",
]


def train(model: Callable) -> Report:
    """Examine train(self, X, y, learning_rate, reg, num_iters, batch_size, verbose) -> losses of the steps.

    model: a class with this method, such as cs231n's LinearClassifier, or the method itself. X (N, D), y (N,).
    """
    with Trial(observed(model), (None, "X", "y"), TRIED, convert=as_run, may_print=True) as trial:
        first = _ask(trial, first_W(), STEPS, SIZE, False)
        second = _ask(trial, None, OTHER_STEPS, OTHER_SIZE, True)
        trial.step(True)
        if not trial.unchanged():
            trial.end()
        for judge in (_calls, batches, drawn, _updates, _start, _history):
            found = judge(first, second)
            trial.report.mistakes += found
            trial.step(not found)
            if found and found[0].code in ENDING:
                trial.end()
        trial.report.mistakes = _without_steps_from_new_weights(trial.report.mistakes)
    return trial.report


def _without_steps_from_new_weights(mistakes):
    """Return mistakes without that of the steps, where nothing explains them and W is made anew: that explains them."""
    again = any(mistake.code == "starts-again" for mistake in mistakes)
    return [m for m in mistakes if not (again and m.code == "wrong-values" and m.title.startswith("In the step"))]


def _ask(trial, W, steps, size, verbose):
    answer = trial.ask(W, X, Y, RATE, REG, steps, size, verbose, about=f"{steps} steps on batches of {size}")
    if isinstance(answer, Mistake):
        trial.end(answer)
    return answer


# --- judging ---------------------------------------------------------------------------------------------------------

ENDING = {
    "not-written",
    "loss-not-called",
    "loss-called-again",
    "wrong-steps",
    "rows-not-of-X",
}  # nothing can be judged behind these


def _calls(first, second):
    if not first.calls and first.returned is None:
        return [
            Mistake("not-written", "train isn't written yet: it does nothing.", f"{BATCH} Then take the step.", "", "")
        ]
    if not first.calls:
        return [
            Mistake(
                "loss-not-called",
                "train never calls self.loss.",
                "Loss and gradient of a batch come from self.loss. Softmax and LinearSVM have one each.",
                "",
                "In the loop: `loss, grad = self.loss(X_batch, y_batch, reg)`.",
            )
        ]
    if all(call.X is None and call.y is None for call in first.calls):
        return [
            Mistake(
                "not-written",
                "train isn't written yet: X_batch and y_batch are None.",
                f"{BATCH} Then take the step.",
                "",
                "",
            )
        ]
    for run, steps in ((first, STEPS), (second, OTHER_STEPS)):
        if not run.calls[0].usable:
            continue  # equal calls are counted once (_merged), and a step without a gradient doesn't move W
        if len(run.calls) == 2 * steps and all(np.array_equal(*pair) for pair in _pairs(run)):
            return [
                Mistake(
                    "loss-called-again",
                    "In each step self.loss is called a second time, after W has changed.",
                    "The loss of a step belongs to the weights with which the step begins. A second call takes as much "
                    "time as the first.",
                    f"num_iters = {steps}: {len(run.calls)} calls of self.loss, two with each batch",
                    "One call gives both: `loss, grad = self.loss(X_batch, y_batch, reg)`. Append this loss.",
                )
            ]
        if len(run.calls) != steps and (len(run.calls) > 1 or steps == 1 or _moves(run)):
            return [
                Mistake(
                    "wrong-steps",
                    "The number of steps isn't num_iters.",
                    "Each round of the loop draws a batch, computes its loss and gradient, and changes W once.",
                    f"num_iters = {steps}: {len(run.calls)} step{'s' * (len(run.calls) != 1)}",
                    "Look at the range of the loop, and for a `return` or `break` inside of it.",
                )
            ]
    wrong = [call.reg for call in first.calls if not np.isscalar(call.reg) or call.reg != REG]
    if wrong:
        return [
            Mistake(
                "wrong-reg",
                "self.loss gets another reg than train does.",
                "",
                f"train gets reg = {REG}, and self.loss {wrong[0]!r:.30}",
                "`self.loss(X_batch, y_batch, reg)` has three arguments, in this order.",
            )
        ]
    return []


def _pairs(run):
    """Return the batches of each two calls that follow each other."""
    return [(one.X, other.X) for one, other in zip(run.calls[::2], run.calls[1::2], strict=True)]


def _moves(run):
    return not same(run.calls[0].W, run.W)


def _moments(run):
    """Return [(call, W after it)], without the calls whose batch isn't usable."""
    after = [call.W for call in run.calls[1:]] + [run.W]
    return [(call, W) for call, W in zip(run.calls, after, strict=True) if call.usable and np.isfinite(call.W).all()]


def _updates(first, second):
    moments = [pair for run, most in ((first, STEPS), (second, 4)) for pair in _moments(run)[:most]]
    if not moments:
        return []
    problems = [_problem(call, k) for k, (call, _) in enumerate(moments, 1)]
    cases = [(p.text, W, _recipe(*p.args)) for p, (_, W) in zip(problems, moments, strict=True)]
    wrong = [k for k, (_, got, right) in enumerate(cases) if not same(got, right)]
    if not wrong:
        return []
    if all(same(call.W, W) for call, W in moments):
        return [_told(VARIANTS[0], cases[0])]
    some = [*wrong[:3], *wrong[-1:]]
    table = Table(TABLE.recipes, VARIANTS, [problems[k] for k in some], WHY)  # the steps that were seen
    found = table.explain([cases[k][1] for k in some])
    if found:
        return [_told(variant, cases[wrong[0]]) for variant in found]
    located = localise(
        [(text, got - _before(p), right - _before(p)) if np.shape(got) == np.shape(right) else (text, got, right)
         for (text, got, right), p in ((cases[k], problems[k]) for k in wrong[:3])], ("row", "column"))  # fmt: skip
    share = f"{len(wrong)} of {len(cases)} steps are wrong." if len(wrong) < len(cases) else ""
    title = f"In the step, new W - W: {located.title}"
    return [located._replace(title=title, explanation=f"{located.explanation} {share}".strip(), hint=LINE)]


def _before(problem):
    return problem.args[0].W


def _told(variant, case):
    text, got, right = case
    seen = f"{text}: W: {first_difference(got, right, ('row', 'column'))}"
    return Mistake(variant.code, variant.title, variant.why or WHY[variant.step], seen, variant.hint)


def _start(first, second):
    found = []
    if first.calls[0].W.shape != START.shape or not same(first.calls[0].W, START):
        found.append(
            Mistake(
                "starts-again",
                "Training starts again from new weights, though W is there.",
                "A step goes on where the step before it has ended, also in a second call of train.",
                "W was set before the call, and the first step begins from other numbers",
                "New weights are for the first call only, before the loop: `if self.W is None:`",
            )
        )
    if second.calls[0].W.shape != (D, C):
        found.append(
            Mistake(
                "wrong-shape",
                "W doesn't get D rows and a column for each class.",
                "The labels run from 0 to max(y), whether or not each of them occurs.",
                f"expected shape {(D, C)}, got {second.calls[0].W.shape}; the labels are {listing(np.unique(Y))}",
                "The number of classes is `np.max(y) + 1`.",
            )
        )
    return found


def _history(first, second):
    got, right = second.returned, [call.loss for call in second.calls]
    if got is None:
        return [
            Mistake(
                "returns-none",
                "train returns None.",
                "It returns the list of losses, one for each step.",
                "",
                "Look at the end of train: `return loss_history`.",
            )
        ]
    try:
        losses = np.array(got, dtype=float)
    except (TypeError, ValueError):
        losses = np.zeros((0, 0))
    if losses.ndim != 1:
        return [
            Mistake(
                "wrong-type",
                "What train returns isn't a list of numbers.",
                "It returns the list of losses, one for each step.",
                _entries(got),
                "In the loop: `loss_history.append(loss)`. At the end: `return loss_history`.",
            )
        ]
    if len(losses) != len(right):
        return [
            Mistake(
                "history-length",
                "The list of losses doesn't have one loss for each step.",
                "",
                f"{len(right)} steps, {len(losses)} losses",
                "`loss_history.append(loss)` belongs into the loop, once, and the empty list above it.",
            )
        ]
    if not all(call.usable for call in second.calls) or same(losses, right):
        return []
    return [
        Mistake(
            "history-values",
            "The losses that train returns aren't those of its steps.",
            "The list has what self.loss returned in each step.",
            f"step 1: expected {number(right[0])}, got {number(losses[0])}",
            "Append the loss as self.loss returns it.",
        )
    ]


def _entries(got):
    """Return what was returned in place of the losses, or what stands in the list."""
    if not isinstance(got, (list, tuple)) or not len(got):
        return f"got an object of type {type_name(got)}"
    shape = f" of shape {np.shape(got[0])}" if np.ndim(got[0]) else ""
    return f"got a {type(got).__name__}, and its first entry is an object of type {type_name(got[0])}{shape}"


# --- the step as a recipe, and how it goes wrong ---------------------------------------------------------------------


def _problem(call, k):
    """Return the Problem of one step: its argument p has W, the gradient dW, the loss, lr, reg and size."""
    p = SimpleNamespace(W=call.W, dW=call.dW, loss=call.loss, lr=RATE, reg=REG, size=len(np.atleast_1d(call.y)))
    return Problem(f"step {k}, learning rate {RATE}, batches of {p.size}", (p,))


def _recipe(p, step=lambda p: p.W - p.lr * p.dW):
    """One step of gradient descent."""
    return step(p)


LINE = "A step is one line: `self.W -= learning_rate * grad`."
WHY = {
    "step": "The gradient shows in which direction the loss rises. A small step in the opposite direction lowers it."
}
ONCE = "self.loss returns the gradient of the whole loss, with the penalty in it."
MEAN = "self.loss already returns a mean over the batch."
VARIANTS = [
    Variant("step", how, code, title, hint, why)
    for how, code, title, hint, why in [
        (lambda p: p.W, "not-updated", "W isn't changed in a step.", LINE, ""),
        (lambda p: p.W + p.lr * p.dW, "ascent", "The gradient is added. So the loss rises.", LINE, ""),
        (lambda p: p.W - p.dW, "lr-ignored", "The learning rate isn't used.", LINE, ""),
        (lambda p: p.W + p.dW, "lr-ignored", "The gradient is added, without the learning rate.", LINE, ""),
        (lambda p: p.W - p.lr**2 * p.dW, "lr-squared", "The gradient is multiplied by the learning rate twice.",
         LINE, ""),
        (lambda p: p.W - p.dW / p.lr, "lr-divided", "The gradient is divided by the learning rate.", LINE, ""),
        (lambda p: p.W - 2 * p.lr * p.dW, "double", "The step is twice what it should be.",
         "Is the step taken twice, or is there a factor 2? " + LINE, ""),
        (lambda p: p.W - 0.5 * p.lr * p.dW, "half", "The step is half of what it should be.", LINE, ""),
        (lambda p: p.W - p.lr / p.size * p.dW, "lr-scaled", "The step is divided by batch_size.", LINE, MEAN),
        (lambda p: p.W - p.lr * p.size * p.dW, "lr-scaled", "The step is multiplied by batch_size.", LINE, MEAN),
        (lambda p: p.W - p.lr / N * p.dW, "lr-scaled", "The step is divided by the number of X's rows.", LINE, MEAN),
        (lambda p: p.W - p.lr * p.loss, "loss-as-gradient", "The loss is subtracted, not the gradient.",
         "self.loss returns the loss first, then the gradient.", ""),
        (lambda p: -p.lr * p.dW, "step-only", "W is set to -learning_rate * grad. The old W is lost.", LINE, ""),
        (lambda p: p.lr * p.dW, "step-only", "W is set to learning_rate * grad. The old W is lost.", LINE, ""),
        (lambda p: p.dW, "step-only", "W is set to the gradient. The old W is lost.", LINE, ""),
        (lambda p: p.lr * (p.W - p.dW), "brackets", "W is multiplied by the learning rate too.", LINE, ""),
        (lambda p: p.lr * p.W - p.dW, "brackets", "W is multiplied by the learning rate, and grad isn't.", LINE, ""),
        (lambda p: p.W - p.reg * p.dW, "arguments-swapped", "reg is used as the learning rate.", LINE, ""),
        (lambda p: p.W - p.lr * (p.dW + p.reg * p.W), "reg-gradient-double",
         "reg * W is added to the gradient once more.", LINE, ONCE),
        (lambda p: p.W - p.lr * (p.dW + 2 * p.reg * p.W), "reg-gradient-double",
         "2 * reg * W is added to the gradient once more.", LINE, ONCE),
        (lambda p: p.W - p.lr * p.dW - p.reg * p.W, "reg-gradient-double",
         "reg * W is subtracted once more.", LINE, ONCE),
        (lambda p: p.W - p.lr * np.sign(p.dW), "sign-only", "Only the sign of the gradient is used.", LINE, ""),
        (lambda p: p.W - p.lr * p.dW / np.linalg.norm(p.dW), "normalised",
         "The gradient is divided by its length.", LINE, ""),
    ]
]  # fmt: skip
TABLE = Table([_recipe], VARIANTS, [_problem(called(START, X[:SIZE], Y[:SIZE], REG), 1)], WHY)
