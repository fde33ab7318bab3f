"""An idea: what a learner may have had in mind, with a formula that says what it would return."""

from collections.abc import Callable
from typing import NamedTuple


class Idea(NamedTuple):
    """A mistake with a name, and its model: a function of a Problem (and more, see the lists that hold ideas)."""

    slug: str
    title: str
    explanation: str
    hint: str
    model: Callable | tuple | None
    loose: bool = False  # True: the formula has no size or sign of its own, so that a constant factor is no mistake


def right(model):
    """Return the idea that isn't a mistake."""
    return Idea("", "", "", "", model)
