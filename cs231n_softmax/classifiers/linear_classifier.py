"""Linear classifiers trained by stochastic gradient descent: Softmax and LinearSVM, which differ in their loss only.

    model = Softmax()
    losses = model.train(X_train, y_train, learning_rate=1e-6, reg=1e3, num_iters=1500)
    accuracy = np.mean(model.predict(X_val) == y_val)

Source: cs231n notes, "Optimization" (mini-batch gradient descent); method names and defaults are cs231n's.
"""

from pathlib import Path

import numpy as np

from .._files import atomic_write
from .._threads import one_blas_thread
from .blocks import row_blocks
from .inputs import as_floating, check_scores, check_training, checked
from .linear_svm import svm_loss_vectorized
from .softmax import softmax_loss_vectorized


def first_weights(X, y, rng):
    """Return 0.001 * standard normal numbers (D, C), C = max(y) + 1, in X's floating dtype (float64 for integer X)."""
    num_classes = int(y.max(initial=0)) + 1
    dtype = X.dtype if X.dtype.kind == "f" else np.float64
    return (0.001 * rng.standard_normal((X.shape[-1], num_classes))).astype(dtype)


class LinearClassifier:
    """A weight matrix W (D, C), None until trained. Subclasses define the loss."""

    def __init__(self):
        self.W = None

    def loss(self, X_batch, y_batch, reg):
        """Return (loss, dW (D, C)) of W on a batch X_batch (N, D), y_batch (N,)."""
        raise NotImplementedError("LinearClassifier has no loss of its own: use Softmax or LinearSVM.")

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False, *,
              rng=None, callback=None):
        """Take `num_iters` steps W <- W - learning_rate * dW, each on `batch_size` rows, drawn anew.

        X (N, D), y (N,) integer labels from 0. W starts as 0.001 * standard normal numbers, in X's floating
        dtype, with max(y) + 1 columns; a W that is there already is trained further. Rows are drawn with
        replacement by `rng`, a numpy.random.Generator or a seed (None: a fresh generator).
        `callback(iteration, self, loss)`, if given, is called after each step.

        Returns the list of `num_iters` batch losses, each from before its step. When a loss or W overflows
        (the learning rate or reg is too large), training stops, W keeps its last finite value, and the rest
        of the list is inf.
        """
        X, y = np.asarray(X), np.asarray(y)
        check_training(learning_rate, num_iters, batch_size)
        rng = np.random.default_rng(rng)
        before = self.W
        W = first_weights(X, y, rng) if self.W is None else self.W
        checked(W, X, y, reg)  # what doesn't fit is refused before anything changes
        self.W, losses = W, []
        try:
            with one_blas_thread():
                self._descend(losses, X, y, float(learning_rate), reg, num_iters, batch_size, verbose, rng, callback)
        except Exception:
            if not losses:  # not even one step: leave no random weights behind
                self.W = before
            raise
        return losses + [np.inf] * (num_iters - len(losses))

    def _descend(self, losses, X, y, learning_rate, reg, num_iters, batch_size, verbose, rng, callback):
        """Append the loss of each step to `losses`; return early when a step overflows."""
        for iteration in range(num_iters):
            batch = rng.integers(len(X), size=batch_size)
            try:
                with np.errstate(over="ignore", invalid="ignore"):  # overflow ends training below
                    loss, dW = self.loss(X[batch], y[batch], reg)
                    W = (self.W - learning_rate * dW).astype(self.W.dtype, copy=False)
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

    def predict(self, X):
        """Return the class (N,) with the highest score for each row of X (N, D).

        Raises ValueError for shapes that don't fit, NaN or inf in X, or before training; OverflowError when
        the scores overflow.
        """
        if self.W is None:
            raise ValueError(f"this {type(self).__name__} has no weights yet: call train or load first.")
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != len(self.W):
            raise ValueError(f"X: expected shape (N, {len(self.W)}), got {X.shape}.")
        scores = np.empty((len(X), self.W.shape[1]), np.result_type(as_floating(X[:0], self.W), self.W))
        with np.errstate(over="ignore", invalid="ignore"):
            for rows in row_blocks(X, self.W):
                scores[rows] = as_floating(X[rows], self.W) @ self.W
        check_scores(scores, 0.0, self.W, X)
        return np.argmax(scores, axis=1)

    def save(self, fname):
        """Write W to the file `fname` as a plain .npy array, under a temporary name first."""
        if self.W is None:
            raise ValueError(f"this {type(self).__name__} has no weights yet: call train or load first.")
        with atomic_write(fname, "wb") as f:
            np.save(f, self.W, allow_pickle=False)
        print(fname, "saved.")

    def load(self, fname):
        """Read W from the file `fname`. Returns True, or False when there is no such file."""
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

    def loss(self, X_batch, y_batch, reg):
        """Return (loss, dW (D, C)): see softmax_loss_vectorized."""
        return softmax_loss_vectorized(self.W, X_batch, y_batch, reg)


class LinearSVM(LinearClassifier):
    """Linear classifier with the multiclass SVM (hinge) loss."""

    def loss(self, X_batch, y_batch, reg):
        """Return (loss, dW (D, C)): see svm_loss_vectorized."""
        return svm_loss_vectorized(self.W, X_batch, y_batch, reg)
