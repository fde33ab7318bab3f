"""Names for types that several signatures share."""

from collections.abc import Callable

import numpy as np

Rng = np.random.Generator | int | None  # a generator, a seed, or None: a fresh generator
Setting = tuple[float, float]  # (learning_rate, reg)
DataLoss = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # scores, y -> losses, dscores
