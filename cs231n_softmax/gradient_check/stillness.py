"""How a function that is constant around x begins to change farther away.

A slope that rounding hides near x shows there: f changes by its last digits first, and by more and more beyond. Where f
has a kink or a jump, as the hinge of an SVM has, it changes by far more at once, and its derivative at x is 0. Where
nothing in f depends on the entry, f never changes.
"""

import math
from collections.abc import Callable
from itertools import pairwise

FAR = [16.0**k for k in (0, 1, 2, 4, 8, 16, 32, 64)]  # in units of a step over which f doesn't change
EXACT = 1.005  # the place of the first change is known up to this factor


def first_change(change: Callable[[float], float], step: float) -> float:
    """Return the first change of f on the side of x where it is smaller; inf where f never changes.

    `change(distance)` is by how much f changes over a distance from x. It is 0 over `step` in both directions.
    """
    return min(_first_change_at(change, side) for side in (-step, step))


def _first_change_at(change, step):
    """Return the first change of f on one side of x: from a distance that is at most 1.005 times one without it."""
    for still, far in pairwise(FAR):
        if found := change(far * step):
            while far > still * EXACT:
                middle = math.sqrt(still * far)
                if moved := change(middle * step):
                    far, found = middle, moved
                else:
                    still = middle
            return found
    return math.inf
