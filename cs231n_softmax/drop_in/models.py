"""The linear classifiers under the name `cs231n`: ours, with what the course's notebooks count on."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .._typing import Rng
from ..classifiers import linear_classifier as ours
from ..classifiers.descent import Schedule
from ..optim import Update
from . import saved

__all__ = ["LinearClassifier", "LinearSVM", "Softmax"]


class LinearClassifier(ours.LinearClassifier):
    """As ours; see the module."""

    def train(
        self,
        X: ArrayLike,
        y: ArrayLike,
        learning_rate: float | Schedule = 1e-3,
        reg: float = 1e-5,
        num_iters: int = 100,
        batch_size: int = 200,
        verbose: bool = False,
        *,
        rng: Rng = None,
        update: str | Update = "sgd",
        callback: Callable[[int, Self, float], object] | None = None,
    ) -> list[float]:
        """As ours. Without `rng`, weights and batches are drawn from np.random's state, which np.random.seed sets."""
        if rng is None:
            rng = np.random.Generator(np.random.get_bit_generator())  # type: ignore[attr-defined]  # not in the stubs
        options: dict[str, Any] = {"rng": rng, "update": update, "callback": callback}
        return super().train(X, y, learning_rate, reg, num_iters, batch_size, verbose, **options)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """As ours. Weights so large that scores overflow, or are NaN, give what NumPy's argmax gives, and a warning."""
        W = self._trained()
        try:
            if np.isfinite(W).all():
                return super().predict(X)
        except OverflowError:
            pass
        warnings.warn(
            "This model has diverged: its scores are too large for floating-point numbers, and the classes mean "
            "nothing. Train a new one, with a lower learning rate or reg.",
            RuntimeWarning,
            stacklevel=2,
        )
        with np.errstate(all="ignore"):
            return np.argmax(np.asarray(X) @ W, axis=1)

    def _write(self, fname: Path | str, W: np.ndarray) -> None:
        path = saved.course_file(fname)
        if path is None:
            super()._write(fname, W)
        else:
            saved.write(path, W)

    def _read(self, fname: Path | str) -> np.ndarray:
        path = saved.course_file(fname)
        if path is None or not path.exists():
            path = Path(fname)
        W = saved.read(path)
        return super()._read(path) if W is None else W


class Softmax(LinearClassifier, ours.Softmax):
    """Linear classifier with the softmax (cross-entropy) loss."""


class LinearSVM(LinearClassifier, ours.LinearSVM):
    """Linear classifier with the multiclass SVM (hinge) loss."""
