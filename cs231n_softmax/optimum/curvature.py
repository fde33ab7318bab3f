"""What is known of the loss's curvature before the first step: a matrix (D, D) that serves all classes.

At W = 0 all classes are equally probable, and the Hessian is known exactly. For changes of W whose classes add up to
zero (and no gradient has another part) it is, for each class alone,

    A = X.T @ X / (N * C) + 2 * reg * I

with the Gram matrix X.T @ X. Elsewhere, the curvature of the data loss is at most C / 2 times that (Böhning),
and mostly a little smaller. So `A` is a good first guess everywhere: A**-1 @ dW is nearly Newton's step.

The guess decides how fast the optimum is found, and never where it is. So not all rows of X are needed for it: as many,
evenly spaced, as take the time of ten losses, and at least four for each column.

Source: D. Böhning, "Multinomial logistic regression algorithm", Annals of the Institute of Statistical Mathematics 44,
1992.
"""

import numpy as np
import scipy.linalg

from .._extremes import quiet
from .._threads import one_blas_thread

ROWS_PER_COLUMN = 4
LOSSES = 10  # a loss with its gradient takes 4 * N * D * C operations, the Gram matrix of n rows n * D * D
MOST = 0.5  # of the Gram matrix, in any direction at any W: Böhning's bound


@quiet
def gram(X: np.ndarray, num_classes: int, largest: float) -> np.ndarray:
    """Return X.T @ X / N (D, D) in float64, estimated from evenly spaced rows of X (N, D); largest: of all |X|."""
    N, D = X.shape
    wanted = max(ROWS_PER_COLUMN * D, LOSSES * 4 * N * num_classes // D)
    rows = X[:: -(-N // wanted)]  # rounded up
    # float32 is exact enough for a guess, and its sums of squares overflow only where numbers are huge.
    rows = rows.astype(np.result_type(X, np.float32) if largest < 1e12 else np.float64, copy=False)
    matrix = (rows.T @ rows).astype(np.float64)
    matrix /= len(rows)
    # float32 products leave an error, by which the smallest eigenvalue could be negative.
    matrix[np.diag_indices_from(matrix)] += np.finfo(rows.dtype).eps * np.trace(matrix)
    return matrix


class Guess:
    """A = share * X.T @ X / N + 2 * reg * I, and its Cholesky factor.

    share is 1 / C at W = 0, and smaller where W is sure of its answers. The factor is made again only when share or reg
    has become more than four times as large or small, because making it takes longer than a loss.
    """

    def __init__(self, gram: np.ndarray, num_classes: int) -> None:
        self.gram, self.share, self.reg = gram, 1 / num_classes, np.inf

    def prepare(self, share: float, reg: float) -> None:
        """Make the factor again, unless the one that is there has nearly this share and this reg."""
        if near(share, self.share) and near(reg, self.reg):
            return
        self.share, self.reg = share, reg
        A = share * self.gram
        A[np.diag_indices_from(A)] += 2 * reg or np.finfo(float).tiny
        self.factor = scipy.linalg.cho_factor(A, lower=True, overwrite_a=True, check_finite=False)

    def inverse(self, dW: np.ndarray) -> np.ndarray:
        """Return A**-1 @ dW, for a gradient dW (D, C)."""
        with (
            one_blas_thread()
        ):  # BLAS's own threads stay busy for a while afterwards, and would slow down the next loss
            return scipy.linalg.cho_solve(self.factor, dW, check_finite=False)

    def learn(self, s: np.ndarray, y: np.ndarray) -> float:
        """Return how many times as large A**-1 should be to fit a step s (D, C) and the gradient's change y over it.

        Where that is far from 1, share is mended first.
        """
        size = np.vdot(s, y) / np.vdot(y, self.inverse(y))
        if near(size, 1):
            return size
        self.prepare(min(self.share / size, MOST), self.reg)
        return np.vdot(s, y) / np.vdot(y, self.inverse(y))


def near(number: float, other: float) -> bool:
    """Return whether two numbers >= 0 are the same, except for a factor of at most 4."""
    return other / 4 <= number <= 4 * other
