"""cs231n.classifiers.neural_net, of the years until 2020: TwoLayerNet with a `train` of its own, trained by our loop.

Its penalty is reg * (sum(W1**2) + sum(W2**2)). Parameters and batches are drawn from np.random, so np.random.seed
decides. A network that has diverged gives NumPy's numbers and a warning, so that a loop over settings goes on.
"""

import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..classifiers import two_layer as ours
from ..classifiers.descent import Descent

__all__ = ["TwoLayerNet"]


def numpys_rng() -> np.random.Generator:
    """Return a generator that draws from the state of np.random, which np.random.seed sets."""
    return np.random.Generator(np.random.get_bit_generator())  # type: ignore[attr-defined]  # not in the stubs


def scores_or_loss(params: ours.Params, X: np.ndarray, y: ArrayLike | None, reg: float) -> Any:
    """Return the scores of X, or (loss, grads) with labels; NumPy's scores, or NaN, for parameters that diverged."""
    net = object.__new__(ours.TwoLayerNet)
    net.params = params
    try:
        if all(np.isfinite(w).all() for w in params.values()):
            return net.loss(X, y, reg)
    except OverflowError:
        pass
    warnings.warn(
        "This network has diverged: its numbers are too large for floating point. Train a new one, with a lower "
        "learning rate.",
        RuntimeWarning,
        stacklevel=3,
    )
    if y is not None:
        return math.nan, {name: np.full_like(w, np.nan) for name, w in params.items()}
    with np.errstate(all="ignore"):
        return np.maximum(0, X @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]


class TwoLayerNet(ours.TwoLayerNet):
    """As ours, with the course's `train`."""

    def __init__(self, input_size: int, hidden_size: int, output_size: int, std: float = 1e-4) -> None:
        super().__init__(input_size, hidden_size, output_size, std, rng=numpys_rng())

    def loss(self, X: ArrayLike, y: ArrayLike | None = None, reg: float = 0.0) -> Any:
        """Return the scores (N, C) of X (N, D), or (loss, grads) with labels y (N,)."""
        return scores_or_loss(self.params, np.asarray(X), y, reg)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the class (N,) with the highest score for each row of X (N, D)."""
        return np.argmax(self.loss(X), axis=1)

    def train(  # type: ignore[override]  # the course's arguments, in the course's order
        self,
        X: np.ndarray,
        y: np.ndarray,
        X_val: np.ndarray,
        y_val: np.ndarray,
        learning_rate: float = 1e-3,
        learning_rate_decay: float = 0.95,
        reg: float = 5e-6,
        num_iters: int = 100,
        batch_size: int = 200,
        verbose: bool = False,
    ) -> dict[str, list[float]]:
        """Take num_iters steps of SGD; return loss_history, and train_acc_history, val_acc_history of each epoch.

        As in the course, the learning rate is multiplied by learning_rate_decay in the first step of each epoch, after
        that step, and there the accuracies are measured: on its batch, and on X_val.
        """
        per_epoch = max(len(X) / batch_size, 1)
        histories: dict[str, list[float]] = {"loss_history": [], "train_acc_history": [], "val_acc_history": []}

        def rate(iteration):
            return learning_rate * learning_rate_decay ** len(histories["val_acc_history"])

        def measure(iteration, net, loss):
            if iteration % per_epoch == 0:
                rows, labels = self._batch
                histories["train_acc_history"].append(float(np.mean(self.predict(rows) == labels)))
                histories["val_acc_history"].append(float(np.mean(self.predict(X_val) == np.asarray(y_val))))

        histories["loss_history"] = Descent.train(
            self, X, y, rate, reg, num_iters, batch_size, verbose, rng=numpys_rng(), callback=measure
        )
        return histories

    def _gradients(self, X, y, reg):
        self._batch = X, y
        return super()._gradients(X, y, reg)
