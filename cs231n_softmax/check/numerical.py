"""Examine a learner's numerical gradient, with functions and steps h at which right and wrong formulas differ."""

import numpy as np

from .explain import Problem
from .recipes.numerical import SWAPS, WHY, recipe
from .report import Mistake
from .trial import Trial


def numerical_gradient(fn):
    """Examine fn(f, x, h=1e-5) -> the central-difference gradient of f at x, in x's shape; x ends as it began."""
    steps = ["f of 3, 4 and 2 x 3 numbers, at steps h from 0.1 to 0.5", "h left out: 1e-5", "x ends as it began"]
    with Trial(fn, ("f", "x"), steps, exact=False) as trial:
        answers = [trial.ask(*p.args) for p in PROBLEMS]
        drifts, trial.changed = trial.changed, {}  # an x that isn't restored shows in the numbers first
        trial.judge(PROBLEMS, answers, [recipe], SWAPS, WHY, ("row", "column"))
        trial.judge(DEFAULT, [trial.ask(*p.args) for p in DEFAULT], [recipe], [], WHY, ("row", "column"))
        trial.changed |= drifts
        trial.unchanged()
        _calls(trial)
        _views(trial)
    return trial.report


# --- problems ------------------------------------------------------------------------------------------------------

class Function:
    """A smooth function of an array of one shape, in which all entries meet; counts how often it is called."""

    def __init__(self, *shape):
        self.shape, self.calls = shape, 0
        self.weights = 1 + np.arange(np.prod(shape)).reshape(shape) / 4

    def __call__(self, x):
        if np.shape(x) != self.shape:
            raise ValueError(f"f takes an array of shape {self.shape}, and was given one of shape {np.shape(x)}.")
        self.calls += 1
        x = np.asarray(x)
        return np.sum(self.weights * x**3) + np.exp(np.sum(x) / 2) + np.sum(x**6) / 8 + np.prod(x + 1)


def _problem(text, f, x, *h):
    return Problem(text, (f, np.array(x), *h))


PROBLEMS = [
    _problem("f of 3 numbers, h = 0.1", Function(3), [0.5, -1.25, 2.0], 0.1),
    _problem("f of 2 x 3 numbers, h = 0.25", Function(2, 3), [[0.5, -1.5, 1.0], [0.25, 2.0, -0.75]], 0.25),
    _problem("f of 4 numbers, h = 0.5", Function(4), [-0.5, 1.5, 0.75, -2.5], 0.5),
]
DEFAULT = [_problem("f of 2 x 3 numbers, h left out", Function(2, 3), [[0.5, -1.5, 1.0], [0.25, 2.0, -0.75]])]

# --- remarks -------------------------------------------------------------------------------------------------------

def _calls(trial):
    f, x, h = PROBLEMS[1].args
    f = Function(2, 3)
    trial.ask(f, x, h)
    if f.calls > 2 * x.size + 1:
        trial.remark("many-calls", "It calls f more often than it needs to.", "Two calls for each entry are enough.",
                     f"{f.calls} calls for {x.size} entries.", "f(x) itself isn't used in the formula.")


def _views(trial):
    f, x, h = PROBLEMS[1].args
    got = trial.ask(f, x, h, layout=lambda x: np.asfortranarray(x))
    trial.changed = {}
    if isinstance(got, Mistake) or not np.allclose(got, recipe(f, x, h)):
        trial.remark("needs-contiguous", "An x that isn't stored row by row comes out wrong.",
                     "x.ravel() and x.reshape(-1) are copies then: what is changed in them doesn't change x.",
                     "Tried with np.asfortranarray(x).", "for index in np.ndindex(x.shape) works with any x.")
