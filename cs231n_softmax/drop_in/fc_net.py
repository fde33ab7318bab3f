"""cs231n.classifiers.fc_net, from 2021 on: TwoLayerNet, which the assignment's own cs231n.solver.Solver trains.

Its penalty is 0.5 * reg * (sum(W1**2) + sum(W2**2)), as in that year's course: half of what `reg` is elsewhere here.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..classifiers.two_layer import TwoLayerNet as Ours
from .neural_net import numpys_rng, scores_or_loss

__all__ = ["TwoLayerNet"]


class TwoLayerNet:
    """Parameters `params` (W1, b1, W2, b2), drawn from np.random, and the strength `reg` of the penalty."""

    def __init__(
        self,
        input_dim: int = 3 * 32 * 32,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
    ) -> None:
        self.params = Ours(input_dim, hidden_dim, num_classes, weight_scale, rng=numpys_rng()).params
        self.reg = reg

    def loss(self, X: ArrayLike, y: ArrayLike | None = None) -> Any:
        """Return the scores (N, C) of X (N, d_1, ..., d_k), or (loss, grads) with labels y (N,)."""
        rows = np.asarray(X)
        return scores_or_loss(self.params, rows.reshape(len(rows), -1), y, self.reg / 2)
