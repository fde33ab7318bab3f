"""Linear classifiers trained by stochastic gradient descent: Softmax and LinearSVM, which differ in their loss only.

    >>> X, y = np.eye(3), np.array([0, 1, 1])  # three examples of two classes
    >>> model = Softmax()
    >>> losses = model.train(X, y, learning_rate=0.5, reg=0, num_iters=100, rng=0)
    >>> round(losses[0], 2), round(losses[-1], 2)  # log(2) at first, with weights near 0
    (0.69, 0.03)
    >>> model.predict(X)
    array([0, 1, 1])

Source: cs231n notes, "Optimization" (mini-batch gradient descent); method names and defaults are cs231n's.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .._files import atomic_write
from .._threads import one_blas_thread, share
from .._typing import Rng
from .blocks import row_blocks
from .inputs import as_floating, check_scores, check_training, checked
from .linear_svm import svm_loss_vectorized
from .softmax import softmax_loss_vectorized


def first_weights(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return 0.001 * standard normal numbers (D, C), C = max(y) + 1, in X's floating dtype (float64 for integer X)."""
    num_classes = int(y.max(initial=0)) + 1
    dtype = X.dtype if X.dtype.kind == "f" else np.float64
    with np.errstate(under="ignore"):  # float16 has no numbers between 0 and 6e-8
        return (0.001 * rng.standard_normal((X.shape[-1], num_classes))).astype(dtype)


class LinearClassifier:
    """A weight matrix W (D, C), None until trained. Subclasses define the loss."""

    W: np.ndarray | None

    def __init__(self) -> None:
        self.W = None

    def loss(self, X_batch: ArrayLike, y_batch: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
        """Return (loss, dW (D, C)) of W on a batch X_batch (N, D), y_batch (N,)."""
        raise NotImplementedError("LinearClassifier has no loss of its own: use Softmax or LinearSVM.")

    def train(
        self,
        X: ArrayLike,
        y: ArrayLike,
        learning_rate: float = 1e-3,
        reg: float = 1e-5,
        num_iters: int = 100,
        batch_size: int = 200,
        verbose: bool = False,
        *,
        rng: Rng = None,
        callback: Callable[[int, Self, float], object] | None = None,
    ) -> list[float]:
        """Take `num_iters` steps W <- W - learning_rate * dW, each on `batch_size` rows, drawn anew.

        X (N, D), y (N,) integer labels from 0. W starts as 0.001 * standard normal numbers, in X's floating
        dtype, with max(y) + 1 columns; a W that is there already is trained further. Rows are drawn with
        replacement by `rng`, a numpy.random.Generator or a seed (None: a fresh generator).
        `callback(iteration, self, loss)`, if given, is called after each step.

        Returns the list of `num_iters` batch losses, each from before its step. When a loss or W overflows
        (the learning rate or reg is too large), training stops, W keeps its last finite value, and the rest
        of the list is inf. Ctrl-C ends it after at most one step: KeyboardInterrupt, and W is that of the last finished
        step. The losses are gone then, except for what `callback` has kept.

        The steps run on one thread, and the weights are the same to the bit in any thread (see _threads.py).
        """
        X, y = np.asarray(X), np.asarray(y)
        check_training(learning_rate, num_iters, batch_size)
        rng = np.random.default_rng(rng)
        before = self.W
        W = first_weights(X, y, rng) if self.W is None else self.W
        checked(W, X, y, reg)  # what doesn't fit is refused before anything changes
        self.W = W
        losses: list[float] = []
        try:
            with one_blas_thread():
                self._descend(losses, X, y, float(learning_rate), reg, num_iters, batch_size, verbose, rng, callback)
        except BaseException:
            if not losses:  # not even one step: leave no random weights behind
                self.W = before
            raise
        return losses + [np.inf] * (num_iters - len(losses))

    def _descend(self, losses, X, y, learning_rate, reg, num_iters, batch_size, verbose, rng, callback):
        """Append the loss of each step to `losses`; return early when a step overflows."""
        for iteration in range(num_iters):
            batch = rng.integers(len(X), size=batch_size)
            try:
                with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # overflow ends training below
                    W = self._trained()
                    loss, dW = self.loss(X[batch], y[batch], reg)
                    W = (W - learning_rate * dW).astype(W.dtype, copy=False)
                if not np.isfinite(loss) or not np.isfinite(W).all():
                    raise OverflowError(f"the step from a loss of {loss:.3g} leads to NaN or inf.")
            except OverflowError as error:
                if verbose:
                    print(f"iteration {iteration} / {num_iters}: diverged: {error}")
                return
            self.W = W
            losses.append(loss)
            if verbose and iteration % 100 == 0:
                print(f"iteration {iteration} / {num_iters}: loss {loss:f}")
            if callback is not None:
                callback(iteration, self, loss)

    def _trained(self):
        """Return W; ValueError when there is none yet."""
        if self.W is None:
            raise ValueError(f"this {type(self).__name__} has no weights yet: call train or load first.")
        return self.W

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the class (N,) with the highest score for each row of X (N, D).

        Raises ValueError for shapes that don't fit, NaN or inf in X, or before training; OverflowError when
        the scores overflow.
        """
        W, X = self._trained(), np.asarray(X)
        if X.ndim != 2 or X.shape[1] != len(W):
            raise ValueError(f"X: expected shape (N, {len(W)}), got {X.shape}.")
        scores = np.empty((len(X), W.shape[1]), np.result_type(as_floating(X[:0], W), W))

        def multiply(rows):
            np.matmul(as_floating(X[rows], W), W, out=scores[rows])

        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            list(share(multiply, row_blocks(X, W)))
        check_scores(scores, 0.0, W, X)
        return np.argmax(scores, axis=1)

    def save(self, fname: Path | str) -> None:
        """Write W to the file `fname` as a plain .npy array, under a temporary name first."""
        W = self._trained()
        with atomic_write(fname, "wb") as f:
            np.save(f, W, allow_pickle=False)
        print(fname, "saved.")

    def load(self, fname: Path | str) -> bool:
        """Read W from the file `fname`. Returns True, or False when there is no such file.

        >>> model = Softmax()
        >>> losses = model.train(np.eye(2), [0, 1], num_iters=1)
        >>> model.save("W.npy")
        W.npy saved.
        >>> other = Softmax()
        >>> other.load("W.npy")
        W.npy loaded.
        True
        >>> np.array_equal(model.W, other.W)
        True
        """
        if not Path(fname).exists():
            print(fname, "not available.")
            return False
        try:
            with open(fname, "rb") as f:
                W = np.lib.format.read_array(f, allow_pickle=False)
        except Exception as error:  # a damaged header can raise almost anything
            raise ValueError(f"{fname}: expected a plain .npy array as `save` writes it: {error}") from error
        if W.ndim != 2 or W.dtype.kind != "f":
            raise ValueError(f"{fname}: expected floating-point weights (D, C), got {W.dtype} {W.shape}.")
        self.W = W
        print(fname, "loaded.")
        return True


class Softmax(LinearClassifier):
    """Linear classifier with the softmax (cross-entropy) loss."""

    def loss(self, X_batch: ArrayLike, y_batch: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
        """Return (loss, dW (D, C)): see softmax_loss_vectorized."""
        return softmax_loss_vectorized(self._trained(), X_batch, y_batch, reg)


class LinearSVM(LinearClassifier):
    """Linear classifier with the multiclass SVM (hinge) loss."""

    def loss(self, X_batch: ArrayLike, y_batch: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
        """Return (loss, dW (D, C)): see svm_loss_vectorized."""
        return svm_loss_vectorized(self._trained(), X_batch, y_batch, reg)
