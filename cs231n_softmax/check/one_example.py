"""Examine a learner's loss of one example: ordinary scores first, then scores 800 and more apart."""

import numpy as np

from .explain import Problem
from .recipes.one_example import LARGE_SWAPS, SWAPS, WHY, by_probability, limits, recipe, shifted
from .trial import Trial, awkward


def cross_entropy(fn):
    """Examine fn(scores (C,), y) -> the loss of one example, a number, finite for all finite scores."""
    steps = ["ordinary scores of 2 to 5 classes, each class the true one", "the array of scores stays as it was",
             "the same for a read-only, non-contiguous array", "scores near 1,000 and near -1,000",
             "a true class 200 and more behind", "a true class 800 and more ahead"]
    with Trial(fn, ("scores",), steps) as trial:
        trial.judge(ORDINARY, [trial.ask(*p.args) for p in ORDINARY], [recipe, by_probability, shifted], SWAPS, WHY)
        if trial.unchanged():
            trial.judge(ORDINARY, [trial.ask(*p.args, layout=awkward) for p in ORDINARY], [recipe], [], WHY)
        answers = [trial.ask(*p.args) for p in LARGE]
        trial.judge(LARGE, answers, [shifted], LARGE_SWAPS + limits(answers[4]), WHY, parts=(4, 5, 2), rtol=0.01)
    return trial.report


# --- problems ------------------------------------------------------------------------------------------------------

def _problem(scores, y):
    return Problem(f"scores {scores}, true class {y}", (np.array(scores, float), y))


ORDINARY = [_problem(*p) for p in [
    ([0.5, 2.25, -1], 0), ([0.5, 2.25, -1], 1), ([1.5, -0.75, 0.25, 3, -2], 4), ([2, 1.25, -0.5, 1], 2),
    ([-1.75, -3], 1), ([0.75, 4, 2.5, -1.25, 1], 3)]]
ORDINARY[1] = Problem(ORDINARY[1].text, (ORDINARY[1].args[0], np.int64(1)))  # as it comes out of an array of labels
LARGE = [_problem(*p) for p in [
    ([1000, 1001, 999], 0), ([400, 401, 398], 2), ([300, 301, 298], 2), ([-5000, -5002, -5001], 2),
    ([800, 0], 1), ([0, 0, 200], 1), ([720, 0, 0], 2), ([-300, 500, 400], 0), ([0, 10, 3000], 0),
    ([0, 20_000, 1], 1), ([-800, -2000, 5, -900], 2)]]
