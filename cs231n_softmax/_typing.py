"""Names for types that several signatures share."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

Rng = np.random.Generator | int | None  # a generator, a seed, or None: a fresh generator
Setting = tuple[float, float]  # (learning_rate, reg)
DataLoss = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # scores, y -> losses, dscores


class Trained(Protocol):
    """One result of a sweep, as a picture of it needs it."""

    @property
    def learning_rate(self) -> float: ...
    @property
    def reg(self) -> float: ...
    @property
    def val_accuracy(self) -> float: ...
