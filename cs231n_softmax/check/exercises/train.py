"""Examine a learner's method train of cs231n's LinearClassifier: stochastic gradient descent.

The class gets a loss of ours, which notes what it is called with. So each step is seen by itself: the batch, W before
and after it, and the gradient. A step's recipe is compared as in the other exercises; batches are looked at one by one.
"""

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from ...classifiers import softmax_loss_vectorized
from ..evidence import first_difference, listing, localise, number, same
from ..explain import Problem, Table, Variant
from ..report import Mistake, Report, name_of, type_name
from ..trial import Trial

N, D, C = 40, 7, 4
STEPS, SIZE, RATE, REG = 120, 5, 0.125, 0.3
OTHER_STEPS, OTHER_SIZE = 7, 12
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
    with Trial(_observed(model), (None, "X", "y"), TRIED, convert=_run, may_print=True) as trial:
        first = _ask(trial, _W(), STEPS, SIZE, False)
        second = _ask(trial, None, OTHER_STEPS, OTHER_SIZE, True)
        trial.step(True)
        if not trial.unchanged():
            trial.end()
        for judge in (_calls, _batches, _drawn, _updates, _start, _history):
            found = judge(first, second)
            trial.report.mistakes += found
            trial.step(not found)
            if found and found[0].code in ENDING:
                trial.end()
    return trial.report


def _ask(trial, W, steps, size, verbose):
    answer = trial.ask(W, X, Y, RATE, REG, steps, size, verbose, about=f"{steps} steps on batches of {size}")
    if isinstance(answer, Mistake):
        trial.end(answer)
    return answer


# --- what is seen ----------------------------------------------------------------------------------------------------


class Call(NamedTuple):
    """One call of self.loss: its arguments, W at that time, and what it returned. `usable`: X_batch, y_batch fit."""

    W: np.ndarray
    X: object
    y: object
    reg: object
    loss: float
    dW: np.ndarray
    usable: bool


class Run(NamedTuple):
    """One call of train: the calls of self.loss, the last W, and what train returned."""

    calls: list
    W: object
    returned: object


def _observed(model):
    """Return a function that trains a model, and returns a Run."""
    is_class = isinstance(model, type)

    def train(W, X, y, learning_rate, reg, num_iters, batch_size, verbose):
        calls = []

        def loss(self, X_batch, y_batch, reg):
            calls.append(_called(self.W, X_batch, y_batch, reg))
            return calls[-1].loss, calls[-1].dW.copy()

        np.random.seed(num_iters)  # noqa: NPY002 - the learner's generator; verdicts have to be the same each time
        random.seed(num_iters)
        names = {"loss": loss} if is_class else {"loss": loss, "train": model}
        one = type("Model", (model,) if is_class else (), names)()
        one.W = W
        options = {"learning_rate": learning_rate, "reg": reg, "num_iters": num_iters, "batch_size": batch_size}
        returned = one.train(X, y, **options, verbose=verbose)
        return Run(calls, one.W, returned)

    train.__name__ = f"{name_of(model)}.train" if is_class else name_of(model)
    return train


def _called(W, X_batch, y_batch, reg):
    W = np.array(W, dtype=float)
    rows, labels = np.asarray(X_batch), np.asarray(y_batch)
    usable = (
        rows.dtype.kind in "fiu"
        and rows.ndim == W.ndim == 2
        and rows.shape[1] == len(W)
        and labels.shape == rows.shape[:1] != (0,)
        and labels.dtype.kind in "fiu"
        and bool(np.isin(labels, np.arange(W.shape[1])).all())
        and np.isscalar(reg)
    )
    with np.errstate(all="ignore"):
        value = 0.0, np.zeros_like(W)
        if usable and np.isfinite(W).all() and np.abs(W).max(initial=0) < 1e50:
            value = softmax_loss_vectorized(W, rows.astype(float), labels.astype(int), float(reg))
    kept = [None if part is None else np.array(part) for part in (X_batch, y_batch)]
    return Call(W, *kept, reg, float(value[0]), value[1], bool(usable))


def _run(run):
    """Return a Run whose W is an array; it may have been anything."""
    W = np.asarray(run.W, dtype=float) if run.W is not None else np.zeros((0, 0))
    return run._replace(W=W, calls=_merged(run.calls))


def _merged(calls):
    """Return calls without repetitions: some learners call self.loss twice, for the loss and for the gradient."""
    kept = []
    for call in calls:
        if not kept or not all(np.array_equal(a, b) for a, b in zip(kept[-1][:3], call[:3], strict=True)):
            kept.append(call)
    return kept


_random = np.random.default_rng(11)
X = _random.integers(-8, 9, size=(N, D)) / 8 + np.arange(N)[:, None] / 1000  # no two rows are alike
Y = np.arange(N) * 7 % 11 % C
Y[Y == 1] = 2  # no example has class 1, which is a class all the same
_START = _random.integers(-8, 9, size=(D, C)) / 8


def _W():
    return _START.copy()


# --- judging ---------------------------------------------------------------------------------------------------------

BATCH = "Draw batch_size row numbers, and use them twice: `X[rows]` and `y[rows]`."
DRAW = "Draw row numbers in each step: `rows = np.random.choice(num_train, batch_size)`."
ENDING = {"not-written", "loss-not-called", "wrong-steps", "rows-not-of-X"}  # nothing can be judged behind these


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


def _moves(run):
    return not same(run.calls[0].W, run.W)


def _rows(call):
    """Return the numbers of a batch's rows in X; None where it has other rows."""
    batch = np.asarray(call.X)
    if batch.ndim != 2 or batch.shape[1] != D:
        return None
    near = np.abs(batch[:, None] - X).max(axis=2)
    return near.argmin(axis=1) if len(batch) and (near.min(axis=1) < 1e-6).all() else None


def _batches(first, second):
    for run, size in ((first, SIZE), (second, OTHER_SIZE)):
        for k, call in enumerate(run.calls):
            rows = _rows(call)
            if rows is None or call.y is None:
                shapes = [f"{name} is {_shape(part)}" for name, part in (("X_batch", call.X), ("y_batch", call.y))]
                return [
                    Mistake(
                        "rows-not-of-X",
                        "A batch isn't made of rows of X.",
                        "X_batch has batch_size rows of X, (batch_size, D), and y_batch has their labels, "
                        "(batch_size,).",
                        f"X has shape {X.shape}, batch_size is {size}; {' and '.join(shapes)}",
                        BATCH,
                    )
                ]
            if np.shape(call.y) != rows.shape:
                return [
                    Mistake(
                        "labels-not-matched",
                        "X_batch and y_batch have different lengths.",
                        "Row i of X_batch and entry i of y_batch belong together.",
                        f"X_batch is {_shape(call.X)} and y_batch is {_shape(call.y)}",
                        BATCH,
                    )
                ]
            wrong = np.flatnonzero(call.y != Y[rows])
            if len(wrong):
                row = rows[wrong[0]]
                return [
                    Mistake(
                        "labels-not-matched",
                        "Rows are paired with the labels of other rows.",
                        "Row i of X and entry i of y belong together. So both need the same row numbers.",
                        f"in step {k + 1}, row {row} has label {Y[row]}, but y_batch has {number(call.y[wrong[0]])}",
                        "How often are row numbers drawn? Draw them once, and use them twice: `X[rows]`, `y[rows]`.",
                    )
                ]
    return _sizes(first, second)


def _shape(part):
    return "None" if part is None else f"an array of shape {np.shape(part)}"


def _sizes(first, second):
    small, large = ({len(call.X) for call in run.calls} for run in (first, second))
    if (small, large) == ({SIZE}, {OTHER_SIZE}):
        return []
    shown = [", ".join(map(str, sorted(sizes)[:4])) for sizes in (small, large)]
    seen = f"batch_size {SIZE} leads to {shown[0]} rows, and {OTHER_SIZE} to {shown[1]}, of {N}"
    if small == large == {N}:
        return [
            Mistake(
                "all-rows",
                "All rows are used, not a batch of them.",
                "A batch saves time. On average, its gradient points the same way as the gradient of all rows.",
                seen,
                BATCH,
            )
        ]
    if small == large and len(small) == 1:
        return [
            Mistake(
                "batch-size-ignored",
                "A batch has the same number of rows, whatever batch_size is.",
                "The argument batch_size is the number of rows.",
                seen,
                DRAW,
            )
        ]
    return [
        Mistake("wrong-batch-size", "The number of rows in the batch isn't batch_size.", "", seen, DRAW),
    ]


def _drawn(first, second):
    used = [tuple(sorted(set(map(int, _rows(call))))) for call in first.calls]
    if any(len(call.X) == N for call in first.calls):
        return []  # it was told that all rows are used
    different, never = len(set(used)), sorted(set(range(N)) - set().union(*used))
    seen = f"{STEPS} batches of {SIZE} out of {N} rows: "
    if different == 1 and used[0] == tuple(range(len(used[0]))):
        return [
            Mistake(
                "first-rows",
                "The batch is always the first batch_size rows.",
                "Nothing is learned from the other rows.",
                f"{seen}always rows {listing(used[0])}",
                DRAW,
            )
        ]
    if different == 1:
        return [
            Mistake(
                "same-rows",
                "The batch has the same rows in each step.",
                "Nothing is learned from the other rows.",
                f"{seen}always rows {listing(used[0])}",
                f"Are the rows drawn before the loop, or is a seed set inside of it? {DRAW}",
            )
        ]
    if never:
        return [
            Mistake(
                "rows-never-drawn",
                "Some rows are never drawn.",
                "Every row should have the same chance.",
                f"{seen}never rows {listing(never)}",
                "From which range are the row numbers drawn? `np.random.choice(num_train, batch_size)` gives 0 to "
                "num_train - 1, and num_train is the number of X's rows.",
            )
        ]
    if all(np.ptp(rows) == len(rows) - 1 or np.ptp(rows) == N - 1 for rows in used if len(rows) > 1):
        return [
            Mistake(
                "contiguous-block",
                "The rows of a batch are always neighbours.",
                "Where the data are sorted, neighbours have the same label.",
                f"{seen}rows {listing(used[0])}, then {listing(used[1])}",
                f"Is a slice taken? {DRAW}",
            )
        ]
    if different <= STEPS / 8 + 1 and different * SIZE != N:
        return [
            Mistake(
                "few-batches",
                f"There are only {different} different batches in {STEPS} steps.",
                "",
                f"{seen}{different} different ones",
                DRAW,
            )
        ]
    return []


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
    if first.calls[0].W.shape != _START.shape or not same(first.calls[0].W, _START):
        found.append(
            Mistake(
                "starts-again",
                "Training starts again from new weights, though W is there.",
                "A second call of train goes on where the first has ended.",
                "W was set before the call, and the first step begins from other numbers",
                "New weights are for the first call only: `if self.W is None:`",
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
                f"got an object of type {type_name(got)}",
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
TABLE = Table([_recipe], VARIANTS, [_problem(_called(_START, X[:SIZE], Y[:SIZE], REG), 1)], WHY)
