"""Examine a learner's softmax: ordinary scores first, then scores that overflow."""

import numpy as np

from .evidence import same
from .explain import Problem
from .recipes.scores import SHIFTS, SWAPS, WHY, recipe, shifted
from .report import Mistake
from .trial import Trial, awkward


def softmax(fn, stable=True):
    """Examine fn(scores (N, C)) -> probabilities (N, C). With stable=False no large scores are tried."""
    steps = ["ordinary scores: N and C equal, different, N = 1", "the array of scores stays as it was",
             "the same for a read-only, non-contiguous array"]
    large = ["scores near 1,000 and near -1,000", "rows that lie far apart", "scores far apart within a row"]
    with Trial(fn, ("scores",), steps + large * stable) as trial:
        trial.judge(ORDINARY, [trial.ask(*p.args) for p in ORDINARY], [recipe, shifted], SWAPS, WHY, AXES)
        if trial.unchanged():
            trial.judge(ORDINARY, [trial.ask(*p.args, layout=awkward) for p in ORDINARY], [recipe], [], WHY, AXES)
        if stable:
            answers = [trial.ask(*p.args) for p in LARGE]
            trial.judge(LARGE, answers, [shifted], SHIFTS, WHY, AXES, parts=(2, 1, 2), rtol=ROUGH)
        _whole_numbers(trial)
    return trial.report


def _whole_numbers(trial):
    scores = np.array([[3, 1, 0], [0, 2, 2]])
    got = trial.ask(scores)
    if isinstance(got, Mistake) or not same(got, shifted(scores)):
        trial.remark("whole-numbers", "Scores that are whole numbers come out wrong.",
                     "np.zeros_like(scores) of an array of integers holds integers, and cuts 0.8 down to 0.",
                     "Tried with [[3, 1, 0], [0, 2, 2]].", "np.zeros(scores.shape) holds floats.")


# --- problems, in numbers that float32 holds exactly ---------------------------------------------------------------

AXES, ROUGH = ("row", "column"), 0.01  # scores of 20,000 have three decimals in float32


def _problem(*rows):
    text = f"{len(rows)} row{'s' * (len(rows) > 1)} of {len(rows[0])} scores, the first {list(rows[0])}"
    return Problem(text, (np.array(rows, float),))


ORDINARY = [
    _problem([0.5, 2, -1], [1.25, 0, 3], [-2, -0.5, 1.5]),
    _problem([1.5, -0.75, 2.25, 0.5]),
    _problem([0.25, 3.5, -2, 1, 2.5], [-1, 1.75, 0.5, -2.5, 4]),
    _problem([1, 2.5], [-3, 0.5], [2, -1.5], [0.5, 1], [4, 3]),
]
LARGE = [
    _problem([1000, 1001, 999], [400, 401, 398], [300, 301, 298]),
    _problem([-1000, -1001, -1003], [1, 2, 0]),
    _problem([0, 1, 2], [20_000, 20_001, 19_998]),
    _problem([0, 0, 3000], [2000, -2000, 0]),
    _problem([-1e8, 0, 1]),
]
