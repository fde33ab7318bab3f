"""Examine a learner's prepare: images become rows, centred, with a one at the end."""

import numpy as np

from .evidence import same
from .explain import Problem
from .recipes.images import SWAPS, WHY, recipe
from .report import Mistake
from .trial import Trial, awkward


def prepare(fn):
    """Examine fn(images (N, 32, 32, 3), mean_image (3072,)) -> rows (N, 3073): flattened, centred, then ones."""
    steps = ["2 images, 1 image, 3 images", "images and mean image stay as they were",
             "the same for read-only, non-contiguous arrays"]
    with Trial(fn, ("images", "mean_image"), steps) as trial:
        trial.judge(PROBLEMS, [trial.ask(*p.args) for p in PROBLEMS], [recipe], SWAPS, WHY, AXES)
        if trial.unchanged():
            trial.judge(PROBLEMS, [trial.ask(*p.args, layout=awkward) for p in PROBLEMS], [recipe], [], WHY, AXES)
        _bytes(trial)
    return trial.report


def _bytes(trial):
    images, mean_image = PROBLEMS[0].args
    got = trial.ask(images.astype(np.uint8), mean_image)
    if isinstance(got, Mistake) or not same(got, recipe(images, mean_image)):
        seen = got.evidence if isinstance(got, Mistake) else "2 images of whole numbers from 0 to 255."
        trial.remark("uint8", "With images of dtype uint8, as they are stored in files, it goes wrong.",
                     "A byte holds whole numbers from 0 to 255, and nothing below 0.", seen,
                     "images.astype(float) first. (This suite's images are floats already.)")


# --- problems: pixels from 0 to 255, the mean in quarters -----------------------------------------------------------

AXES = ("row", "column")


def _problem(count, seed):
    rng = np.random.default_rng(seed)
    images = rng.integers(256, size=(count, 32, 32, 3)).astype(float)
    return Problem(f"{count} image{'s' * (count > 1)}", (images, rng.integers(1, 1000, size=3072) / 4))


PROBLEMS = [_problem(2, 0), _problem(1, 1), _problem(3, 2)]
