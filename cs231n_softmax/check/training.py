"""Examine a learner's step of stochastic gradient descent: first the step, then the rows that it is taken on.

The step is examined on data whose rows are all alike,
so that it doesn't matter which are drawn; the rows in drawing.py.
"""

import numpy as np

from .drawing import examine_rows
from .evidence import first_difference, localise, same
from .explain import Problem, explain
from .guard import Unusable
from .recipes.training import SWAPS, WHY, recipe
from .report import Mistake
from .trial import Trial, awkward, plain


def sgd_step(fn):
    """Examine fn(W, X, y, learning_rate, reg, batch_size, rng) -> (new W, loss of the batch before the step)."""
    steps = ["one step, on data whose rows are all alike", "W, X and y stay as they were",
             "the same for read-only, non-contiguous arrays", "a batch has batch_size rows, with their own labels",
             "they are drawn at random, from all rows, anew in each step", "the loss is that of these rows"]
    with Trial(fn, ("W", "X", "y"), steps, convert=parts) as trial:
        _judge(trial, [trial.ask(*_fresh(p)) for p in PROBLEMS], SWAPS)
        if trial.unchanged():
            _judge(trial, [trial.ask(*_fresh(p), layout=awkward) for p in PROBLEMS], [])
        examine_rows(trial)
    return trial.report


def _fresh(problem):
    """Return a problem's arguments with a generator that nobody has drawn from."""
    return *problem.args[:-1], np.random.default_rng(0)


def parts(value):
    """Return what came as a tuple of plain arrays: (new W, loss), if all is well."""
    if isinstance(value, tuple | list) and any(part is None or np.ndim(part) > 0 for part in value):
        return tuple(_part(part, k) for k, part in enumerate(value))
    return (plain(value),)


def _part(part, k):
    if part is None:
        name = ["first", "second", "third"][min(k, 2)]
        raise Unusable("returns-none", f"The {name} of the two results is None.", "", "",
                       "Return new W, then the loss.")
    return plain(part)


def _alike(got, right):
    return len(got) == len(right) and all(map(same, got, right))


def _judge(trial, answers, swaps):
    """Compare with the recipe; name what is wrong, or describe it, and end; or return."""
    rights = [recipe(*p.args) for p in PROBLEMS]
    stopped = [a for a in answers if isinstance(a, Mistake)]
    again = trial.ask(*_fresh(PROBLEMS[0]))
    if not stopped and not isinstance(again, Mistake) and not _alike(again, answers[0]):
        trial.end(Mistake("remembers", "The same question gets another answer the second time.",
                          "Something is kept from call to call, or was never given a value (np.empty).",
                          f"{_seen(PROBLEMS[0], again, answers[0])} These are the first answer and the second.",
                          "Everything that the function adds to has to begin anew inside the function."))
    if not stopped and all(map(_alike, answers, rights)):
        trial.step(True)
        return
    wrong = [(p, a, b) for p, a, b in zip(PROBLEMS, answers, rights, strict=True)
             if not isinstance(a, Mistake) and not _alike(a, b)]
    seen = _seen(*wrong[0]) if wrong else stopped[0].evidence
    found = explain([recipe], swaps, PROBLEMS, answers, _alike)
    together = " (All mistakes together.)" if len(found) > 1 else ""
    for swap in found:
        trial.mistake(swap.code, swap.title, WHY[swap.step], seen + together, swap.hint)
    if not trial.report.mistakes:
        trial.report.mistakes.append(stopped[0] if stopped else _describe(wrong))
    trial.step(False)
    trial.end()


def _seen(problem, got, right):
    for name, a, b, axes in zip(("new W", "loss"), got, right, (("row", "column"), ()), strict=False):
        if not same(a, b):
            return f"{problem.text}: {name}: {first_difference(a, b, axes)}."
    return f"{problem.text}: expected 2 results, got {len(got)}."


def _describe(cases):
    """Say what is off when nobody knows why: the number of results, the step, or the loss."""
    problem, got, right = cases[0]
    if len(got) != 2:
        return Mistake("wrong-shape", f"{len(got)} result{'s' * (len(got) > 1)} came instead of 2: new W, loss.", "",
                       _seen(problem, got, right), "return new_W, loss")
    cases = [case for case in cases if len(case[1]) == 2]
    if np.shape(got[0]) == np.shape(right[0]) and not same(got[0], right[0]):
        name, axes = "step, new W - W", ("row", "column")
        compared = [(f"{p.text}, new W - W", a[0] - p.args[0], b[0] - p.args[0]) for p, a, b in cases
                    if np.shape(a[0]) == np.shape(b[0])]
    else:
        k = int(same(got[0], right[0]))
        name, axes = ("new W", "loss")[k], (("row", "column"), ())[k]
        compared = [(f"{p.text}, {name}", a[k], b[k]) for p, a, b in cases if not same(a[k], b[k])]
    found = localise(compared, axes)
    return found._replace(title=f"In the {name}: {found.title}")


# --- problems: N rows, all alike ------------------------------------------------------------------------------------

def _problem(N, D, C, lr, reg, size, seed):
    rng = np.random.default_rng(seed)
    W, row = rng.integers(-8, 9, size=(D, C)) / 8, rng.integers(-8, 9, size=D) / 4
    args = W, np.tile(row, (N, 1)), np.full(N, seed % C), lr, reg, size, np.random.default_rng(0)
    return Problem(f"W {D} x {C}, {N} rows, learning rate {lr}, reg {reg}, batches of {size}", args)


PROBLEMS = [_problem(12, 3, 4, 0.25, 0.5, 4, 1), _problem(10, 5, 3, 0.125, 0.75, 3, 5),
            _problem(15, 2, 3, 0.0625, 1.5, 5, 9)]
