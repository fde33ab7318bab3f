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

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from .._console import encodable
from .._extremes import arithmetic_dtype, as_floating, check_scores, quiet
from .._inputs import as_array
from .._threads import share
from . import saved
from .blocks import row_blocks
from .descent import Descent, Params
from .inputs import as_rows, as_training_data, check_weights, checked
from .linear_svm import svm_loss_vectorized
from .softmax import softmax, softmax_loss_vectorized


def first_weights(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return 0.001 * standard normal numbers (D, C), C = max(y) + 1.

    Their dtype is X's; float32 for float16, whose numbers are too coarse for small steps, and float64 for integers.
    """
    dtype = np.result_type(X, np.float32) if X.dtype.kind == "f" else np.float64
    return (0.001 * rng.standard_normal((X.shape[1], int(y.max()) + 1))).astype(dtype)


class LinearClassifier(Descent):
    """A weight matrix W (D, C), None until trained. Subclasses define the loss.

    `train` (in descent.py) starts from 0.001 * standard normal numbers, in X's floating dtype, in max(y) + 1 columns.
    """

    W: np.ndarray | None

    def __init__(self) -> None:
        self.W = None

    def loss(self, X_batch: ArrayLike, y_batch: ArrayLike, reg: float) -> tuple[float, np.ndarray]:
        """Return (loss, dW (D, C)) of W on a batch X_batch (N, D), y_batch (N,)."""
        raise NotImplementedError("LinearClassifier has no loss of its own: use Softmax or LinearSVM.")

    @property
    def params(self) -> Params | None:
        """The parameters by name, {"W": W}, as `train` sees them; None before training."""
        return None if self.W is None else {"W": self.W}

    @params.setter
    def params(self, params: Params | None) -> None:
        self.W = None if params is None else params["W"]

    def _first_params(self, X, y, rng):
        return {"W": first_weights(X, y, rng)}

    def _fitting(self, X: ArrayLike, y: ArrayLike, reg: float) -> tuple[np.ndarray, np.ndarray]:
        """Return X and y; where there is a W, they have to fit it."""
        return as_training_data(X, y) if self.W is None else checked(self.W, X, y, reg)[1:3]

    def _gradients(self, X, y, reg):
        loss, dW = self.loss(X, y, reg)
        return loss, {"W": dW}

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
