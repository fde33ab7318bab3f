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

import reprlib
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .._console import encodable
from .._extremes import arithmetic_dtype, as_floating, check_scores, quiet, times
from .._inputs import as_array, as_flag, as_generator, as_number, check_finite_rows
from .._threads import one_blas_thread, share
from .._typing import Rng
from . import saved
from .blocks import row_blocks
from .inputs import as_rows, as_steps, as_training_data, check_weights, checked
from .linear_svm import svm_loss_vectorized
from .softmax import softmax, softmax_loss_vectorized


def first_weights(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return 0.001 * standard normal numbers (D, C), C = max(y) + 1.

    Their dtype is X's; float32 for float16, whose numbers are too coarse for small steps, and float64 for integers.
    """
    dtype = np.result_type(X, np.float32) if X.dtype.kind == "f" else np.float64
    return (0.001 * rng.standard_normal((X.shape[1], int(y.max()) + 1))).astype(dtype)


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
        dtype, with max(y) + 1 columns; a W that is there already is trained further. W is never float16, but float32
        then: steps would be rounded to nothing. Rows are drawn with replacement by `rng`, a numpy.random.Generator or
        a seed (None: a fresh generator); a batch has at most 100,000 rows, or as many as X. `callback(iteration, self,
        loss)`, if given, is called after each step.

        Raises ValueError or TypeError, naming the argument, before anything changes. Only NaN and inf in a row of X are
        found when that row is drawn.

        Returns the list of `num_iters` batch losses, each from before its step. When a loss or W overflows
        (the learning rate or reg is too large), training stops, W keeps its last finite value, and the rest
        of the list is inf. Ctrl-C ends it after at most one step: KeyboardInterrupt, and W is that of the last finished
        step. The losses are gone then, except for what `callback` has kept.

        The steps run on one thread, and the weights are the same to the bit in any thread (see _threads.py).
        """
        verbose = as_flag("verbose", verbose)
        learning_rate, reg = as_number("learning_rate", learning_rate, positive=True), as_number("reg", reg)
        before = self.W
        if before is None:
            X, y = as_training_data(X, y)
        else:
            W = as_array("W", before)
            _, X, y, _ = checked(W, X, y, reg)
        num_iters, batch_size = as_steps(num_iters, batch_size, len(X))
        if callback is not None and not callable(callback):
            raise TypeError(f"callback: expected a function (iteration, model, loss), got {reprlib.repr(callback)}.")
        rng = as_generator(rng)
        W = first_weights(X, y, rng) if before is None else W.astype(np.result_type(W, np.float32), copy=False)
        self.W = W
        losses: list[float] = []
        try:
            with one_blas_thread():
                self._descend(losses, X, y, learning_rate, reg, num_iters, batch_size, verbose, rng, callback)
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
                loss, W = self._step(X[batch], y[batch], learning_rate, reg)
                if not np.isfinite(loss) or not np.isfinite(W).all():
                    raise OverflowError(f"the step from a loss of {loss:.3g} leads to NaN or inf.")
            except OverflowError as error:
                if verbose:
                    print(f"iteration {iteration} / {num_iters}: diverged: {error}")
                return
            except ValueError:
                check_finite_rows("X", X)  # the error of the loss counts within the batch alone
                raise
            self.W = W
            losses.append(loss)
            if verbose and iteration % 100 == 0:
                print(f"iteration {iteration} / {num_iters}: loss {loss:f}")
            if callback is not None:
                callback(iteration, self, loss)

    @quiet  # overflow ends training above
    def _step(self, X_batch, y_batch, learning_rate, reg):
        """Return the loss on a batch, and W after a step down its gradient."""
        W = self._trained()
        loss, dW = self.loss(X_batch, y_batch, reg)
        dW = np.asarray(dW)
        dW = dW.astype(np.result_type(dW, W), copy=False)
        if dW.shape != W.shape:
            raise ValueError(f"loss: expected a gradient of W's shape {W.shape}, got {dW.shape}.")
        return loss, (W - times(learning_rate, dW)).astype(W.dtype, copy=False)

    def _trained(self):
        """Return W; ValueError when there is none yet."""
        if self.W is None:
            raise ValueError(f"this {type(self).__name__} has no weights yet: call train or load first.")
        return self.W

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the class (N,) with the highest score for each row of X (N, D).

        Raises ValueError for shapes that don't fit, NaN or inf in X, or before training; TypeError for what isn't an
        array of real numbers; OverflowError when the scores overflow.
        """
        return np.argmax(self._scores(X), axis=1)

    @quiet
    def _scores(self, X):
        """Return X @ W (N, C), all of them finite, in the dtype of the arithmetic (_extremes.py)."""
        W = as_array("W", self._trained())
        check_weights(W)
        X = as_rows("X", X, len(W))
        W = W.astype(arithmetic_dtype(W, X), copy=False)
        scores = np.empty((len(X), W.shape[1]), W.dtype)

        def multiply(rows):
            np.matmul(as_floating(X[rows], W), W, out=scores[rows])

        with share(multiply, row_blocks(X, W)) as done:
            list(done)
        check_scores(scores, 0.0, W, X)
        return scores

    def save(self, fname: Path | str) -> None:
        """Write W and the name of this class to the file `fname`: an .npz file with a checksum, whatever its ending."""
        self._write(fname, self._trained())
        print(encodable(f"{fname} saved."))

    def load(self, fname: Path | str) -> bool:
        """Read W from the file `fname`, also from a plain .npy array. Returns True, or False without such a file.

        Raises ValueError when the file is damaged, holds another class of model, or weights of another shape (D, C)
        than this model has already; W stays as it was.

        >>> model = Softmax()
        >>> losses = model.train(np.eye(2), [0, 1], num_iters=1)
        >>> model.save("model.npz")
        model.npz saved.
        >>> other = Softmax()
        >>> other.load("model.npz")
        model.npz loaded.
        True
        >>> np.array_equal(model.W, other.W)
        True
        """
        try:
            W = self._read(fname)
        except (FileNotFoundError, NotADirectoryError):
            print(encodable(f"{fname} not available."))
            return False
        if self.W is not None and self.W.shape != W.shape:
            raise ValueError(
                f"{fname}: holds weights (D, C) = {W.shape}, this model has {self.W.shape}. "
                f"Load the file into a new {type(self).__name__}()."
            )
        self.W = W
        print(encodable(f"{fname} loaded."))
        return True

    def _write(self, fname, W):
        saved.save(fname, type(self).__name__, W)

    def _read(self, fname):
        return saved.load(fname, type(self).__name__)


class Softmax(LinearClassifier):
    """Linear classifier with the softmax (cross-entropy) loss."""

    def loss(self, X_batch: ArrayLike, y_batch: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
        """Return (loss, dW (D, C)): see softmax_loss_vectorized."""
        return softmax_loss_vectorized(self._trained(), X_batch, y_batch, reg)

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Return softmax(X @ W) (N, C): the probability of each class, for each row of X (N, D). Errors as in predict.

        >>> model = Softmax()
        >>> model.W = np.array([[0.0, np.log(3)]])  # the second score is log(3) for each unit of x above the first
        >>> model.predict_proba([[1], [0]]).round(2)  # odds of 3 to 1, then even
        array([[0.25, 0.75],
               [0.5 , 0.5 ]])
        """
        return softmax(self._scores(X))


class LinearSVM(LinearClassifier):
    """Linear classifier with the multiclass SVM (hinge) loss."""

    def loss(self, X_batch: ArrayLike, y_batch: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
        """Return (loss, dW (D, C)): see svm_loss_vectorized."""
        return svm_loss_vectorized(self._trained(), X_batch, y_batch, reg)
