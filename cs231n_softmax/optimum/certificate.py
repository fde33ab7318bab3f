"""How far a loss can be above the lowest one: a bound that needs nothing but the gradient.

With reg > 0, the loss f curves upwards by at least 2 * reg in every direction, because of the penalty reg * sum(W**2).
So from W, along a step of length t in any direction, f stays above the parabola

    f(W) - t * ||dW|| + reg * t**2

whose lowest value, at t = ||dW|| / (2 * reg), is f(W) - ||dW||**2 / (4 * reg). No loss is lower than that.

The same number is the duality gap: with p = softmax(X @ W) in the dual problem, weak duality gives no other bound.

Rounding. The bound is about real numbers, and loss and gradient were computed in float64. Each product and sum of k
terms is off by at most k * u / (1 - k * u) of the sum of absolute values, u = 2**-53. What that makes of loss and
gradient is added to the bound. On CIFAR-10 that is far below a millionth of the loss.

Sources: S. Boyd and L. Vandenberghe, Convex Optimization (2004), section 9.1.2 (strong convexity); N. Higham, Accuracy
and Stability of Numerical Algorithms (2002), section 3.1 (rounding).
"""

import numpy as np

U = 2.0**-53  # half the distance from 1 to the next larger number


def gap(
    loss: float, dW: np.ndarray, W: np.ndarray, num_train: int, largest_row: float, reg: float
) -> tuple[float, float]:
    """Return by how much `loss` can be above the lowest loss at most, and what of that is rounding's part.

    loss, dW (D, C): what softmax_loss_vectorized returns for W (D, C) in float64, on num_train rows, none of which is
    longer (in its Euclidean norm) than largest_row. For reg = 0 nothing is known: inf.

    >>> above, rounding = gap(0.5, np.full((1, 1), 0.2), np.zeros((1, 1)), 1, largest_row=1, reg=0.1)
    >>> round(above, 12), rounding < 1e-13  # 0.2**2 / 0.4
    (0.1, True)
    """
    of_loss, of_gradient = _rounding(loss, W, num_train, largest_row, reg)
    if reg == 0:
        return np.inf, of_loss
    squared = (np.linalg.norm(dW) + of_gradient) ** 2
    return float(squared / (4 * reg) + of_loss), float(4 * of_gradient**2 / (4 * reg) + of_loss)


def _rounding(loss, W, num_train, largest_row, reg):
    """Return how much rounding can have changed the loss, and the gradient (its Euclidean norm)."""
    D, C = W.shape
    # |x.w - computed| <= k * sum |x_d| |w_d| <= k * ||x|| ||w||
    of_scores = _sum(D) * largest_row * np.linalg.norm(W, axis=0).max()
    # exp, its sum over C classes, log and division: each within a few u of its value.
    of_steps = (C + 10) * U
    # p moves by at most 2 * p * (1 - p) * of_scores, and the true class's 1 - p is at most its loss: `unsure`.
    unsure = min(1.0, loss)
    moved = 2 * of_scores * np.exp(min(2 * of_scores, 700.0)) * unsure
    of_loss = moved + of_steps * (1 + loss) + _sum(num_train + D * C) * loss
    # The gradient is the mean of outer products: a row times probs - one-hot, at most sqrt(2) * unsure long.
    of_mean = largest_row * (2 * moved + np.sqrt(C) * of_steps + np.sqrt(2) * unsure * _sum(num_train + 2))
    return of_loss, of_mean + 8 * U * reg * np.linalg.norm(W)


def _sum(terms):
    """Return the relative error of a sum of so many products."""
    return terms * U / (1 - terms * U)
