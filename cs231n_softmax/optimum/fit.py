"""The lowest softmax loss for one regularization strength, from any start."""

import warnings
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import as_array, as_integer, as_number, check_finite_rows
from ..classifiers.inputs import as_training_data, checked
from ..classifiers.softmax import softmax_loss_vectorized
from .certificate import gap
from .curvature import Guess, gram
from .lbfgs import Pair, descend

PATIENCE = 10  # evaluations in float32 without a smaller gradient: then it is rounding, and float64 goes on


@dataclass(frozen=True, eq=False)
class Optimum:
    """Weights near the lowest point of the loss, and how near."""

    W: np.ndarray  # (D, C), float64
    loss: float  # of W, computed in float64
    gap: float  # no weights have a loss below loss - gap; inf for reg = 0
    grad_norm: float  # the Euclidean norm of the gradient at W
    evaluations: int  # of loss and gradient on all rows
    history: list[float] = field(repr=False)  # the loss at each of them


def fit_optimum(
    X: ArrayLike,
    y: ArrayLike,
    reg: float,
    *,
    tol: float = 1e-4,
    W: ArrayLike | None = None,
    num_classes: int | None = None,
    max_evaluations: int = 1000,
) -> Optimum:
    """Return the Optimum of softmax_loss_vectorized(W, X, y, reg) over all W (D, C).

    X (N, D), y (N,) integer labels from 0; reg >= 0. The result's gap is at most tol times its loss. W is the start
    (default: zeros); it changes how long it takes, and nothing else. num_classes: where y may lack the last classes
    (default: W's columns, or max(y) + 1).

    The arithmetic is X's, float32 or float64, until the gap is small enough. In float64 it is computed again, and if
    need be, the descent goes on. Beside X: memory for (D, D) in float64 twice, and 40 arrays of W's size.

    With reg = 0 nothing bounds the loss from below, and where the classes can be separated, there is no lowest point.
    So the gap is inf, and the end is where grad_norm is at most tol * sqrt(D) * max(|X|).

    RuntimeWarning when max_evaluations isn't enough, or when rounding hides the way; the result says how far it came.
    ValueError or TypeError, naming the argument, for what doesn't fit.

    >>> best = fit_optimum(X=[[1.0], [-1.0]], y=[0, 1], reg=0.5)
    >>> best.W.round(3)  # the best w is nearly 1/3: it solves w = 1 / (1 + exp(2 * w)), where the gradient is zero
    array([[ 0.333, -0.333]])
    >>> 0 <= best.gap <= 1e-4 * best.loss
    True
    """
    reg, tol = as_number("reg", reg), as_number("tol", tol, positive=True)
    most = as_integer("max_evaluations", max_evaluations, 1)
    problem = Problem(X, y, num_classes, W)
    return problem.solve(problem.start, reg, tol, most, pairs=[])


class Problem:
    """A training set, checked once, and what all regularization strengths share."""

    def __init__(self, X: ArrayLike, y: ArrayLike, num_classes: int | None = None, W: ArrayLike | None = None) -> None:
        if W is None:
            X, y = as_training_data(X, y)
            least = int(y.max()) + 1
            C = least if num_classes is None else as_integer("num_classes", num_classes, least)
            W = np.zeros((X.shape[1], C))
        elif num_classes is not None:
            raise ValueError("W and num_classes: expected one of them; W has its number of columns.")
        W, self.X, self.y, _ = checked(as_array("W", W), X, y, 0.0)
        if self.X.shape[1] == 0:
            raise ValueError("X: expected at least one column, got shape (N, 0).")
        check_finite_rows("X", self.X)
        # What all classes have in common changes no probability, and costs a penalty.
        self.start = W.astype(np.float64) - W.mean(axis=1, keepdims=True, dtype=np.float64)
        largest = max(float(self.X.max()), -float(self.X.min()))
        self.largest_row = np.sqrt(self.X.shape[1]) * largest
        self.guess = Guess(gram(self.X, W.shape[1], largest), W.shape[1])

    def solve(
        self,
        start: np.ndarray,
        reg: float,
        tol: float,
        most: int,
        pairs: list[Pair],
    ) -> Optimum:
        """Return the Optimum for a checked reg; start (D, C) is float64, and `pairs` the memory of descend."""
        W, history = start, list[float]()
        self.guess.prepare(self.guess.share, reg)
        for dtype in dict.fromkeys([np.result_type(self.X.dtype, np.float32), np.dtype(np.float64)]):

            def evaluate(W, dtype=dtype):
                loss, dW = softmax_loss_vectorized(W.astype(dtype, copy=False), self.X, self.y, reg)
                history.append(loss)
                return loss, dW.astype(np.float64, copy=False)

            smallest, seen = np.inf, 0
            for point in descend(evaluate, W, self.guess, pairs):
                W, loss, dW = point
                near, rounding = gap(loss, dW, W, len(self.X), self.largest_row, reg)
                norm = float(np.linalg.norm(dW))
                done = near <= tol * loss if reg else norm <= tol * self.largest_row
                if norm < smallest:
                    smallest, seen = norm, len(history)
                stuck = near <= rounding or (dtype == np.float32 and len(history) > seen + PATIENCE)
                if done or stuck or len(history) >= most:
                    break
        if not done:
            aim = f"a gap of {tol:g} of the loss" if reg else f"a gradient of {tol:g} of its scale"
            warnings.warn(
                f"{len(history)} evaluations didn't reach {aim}: gap {near:.2g}, gradient {norm:.2g}. "
                "Raise max_evaluations, reg or tol.",
                RuntimeWarning,
                stacklevel=3,
            )
        return Optimum(W, loss, near, norm, len(history), history)
