"""Examine a learner's predict: the class with the highest score, row by row."""

import numpy as np

from .explain import Problem
from .recipes.prediction import SWAPS, WHY, recipe
from .trial import Trial, awkward


def predict(fn):
    """Examine fn(W (D, C), X (N, D)) -> the predicted classes (N,)."""
    steps = ["many rows; as many rows as classes; one row; scores close together", "scores near 1,000",
             "W and X stay as they were", "the same for read-only, non-contiguous arrays"]
    with Trial(fn, ("W", "X"), steps) as trial:
        trial.judge(PROBLEMS, [trial.ask(*p.args) for p in PROBLEMS], [recipe], SWAPS, WHY, ("row",), parts=(4, 1))
        if trial.unchanged():
            trial.judge(PROBLEMS, [trial.ask(*p.args, layout=awkward) for p in PROBLEMS], [recipe], [], WHY, ("row",))
    return trial.report


# --- problems: small whole numbers, and no ties ---------------------------------------------------------------------

def _problem(N, D, C, seed, scale=1):
    rng = np.random.default_rng(seed)
    W, X = rng.integers(-16, 17, size=(D, C)) / 8 * scale, rng.integers(-16, 17, size=(N, D)) / 8
    X[:, -1] = 1
    top = np.sort(X @ W, axis=1)
    X = X[top[:, -1] - top[:, -2] > 0.1 * scale] if N > 1 else X
    return Problem(f"{len(X)} row{'s' * (len(X) > 1)}, {C} classes", (W, X))


PROBLEMS = [_problem(46, 4, 3, 1), _problem(6, 6, 6, 5), _problem(1, 3, 4, 5), _problem(20, 4, 5, 3, 1 / 64),
            _problem(20, 4, 5, 4, 1024)]
