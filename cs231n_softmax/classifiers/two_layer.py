"""A hidden layer under the softmax: loss and gradients of a two-layer network, and the network itself.

    H      = max(0, X @ W1 + b1)             hidden units (N, H), each of them at work (> 0) or silent (0): ReLU
    scores = H @ W2 + b2                     as of a linear classifier that sees H instead of X
    loss   = mean_i L_i + reg * (sum(W1**2) + sum(W2**2))

L_i is the softmax loss of softmax.py, and so is dscores, its derivative by the scores, divided by N. From there the
chain rule goes back through the layers, in the opposite order:

    dW2 = H.T @ dscores + 2 * reg * W2       db2 = sum of dscores over the examples
    dH  = dscores @ W2.T                     what the scores pass back to the hidden units
    dH  = dH where H > 0, else 0             a silent unit stays silent after a small change, so it passes nothing on
    dW1 = X.T @ dH + 2 * reg * W1            db1 = sum of dH over the examples

At the kink of a unit (a sum of exactly 0) this takes the slope 0. The biases aren't regularized, as in cs231n.

Source: cs231n notes, "Neural Networks Part 1" and "Putting it together: Minimal Neural Network Case Study";
D. Rumelhart, G. Hinton and R. Williams, "Learning representations by back-propagating errors", Nature 323, 1986.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .._extremes import HINT, arithmetic_dtype, as_floating, quiet, reg_gradient, reg_loss
from .._inputs import as_array, as_floating_dtype, as_generator, as_integer, as_labels, as_number, check_finite
from .._threads import one_blas_thread, share
from .._typing import Rng
from .blocks import row_blocks
from .descent import Descent, Params
from .inputs import as_rows
from .softmax import cross_entropy

SHAPES = {"W1": "(D, H)", "b1": "(H,)", "W2": "(H, C)", "b2": "(C,)"}


@quiet
@one_blas_thread()
def two_layer_loss(params: Params, X: ArrayLike, y: ArrayLike, reg: float) -> tuple[float, Params]:
    """Return (loss, grads): the softmax loss of a two-layer network, and its gradients under the names of params.

    Inputs: params {"W1": (D, H), "b1": (H,), "W2": (H, C), "b2": (C,)}, real or complex; X (N, D) a batch; y (N,)
    integer labels in 0..C-1; reg >= 0. None is modified. All arithmetic, and the gradients, are in the widest dtype of
    the parameters, X (where it isn't integer) and float32; the loss is added up in float64. With complex parameters the
    loss is complex, and a unit is at work where its real part is > 0.
    Raises ValueError or TypeError, naming the argument, for names, shapes, labels or numbers that don't fit;
    OverflowError when finite params and X give scores, a loss or gradients beyond their dtype.
    Formulas: top of this module.

    >>> params = {"W1": np.array([[1.0, -1.0]]), "b1": np.zeros(2), "W2": np.eye(2), "b2": np.zeros(2)}
    >>> loss, grads = two_layer_loss(params, X=[[np.log(3)]], y=[0], reg=0)  # the scores are log(3) and 0: p = 3/4, 1/4
    >>> round(loss, 4), grads["b2"], grads["b1"]  # -log(3/4); p minus one-hot; and the second unit is silent
    (0.2877, array([-0.25,  0.25]), array([-0.25,  0.  ]))
    """
    params, X = _checked(params, X)
    y, reg = _checked_labels(params, X, y), as_number("reg", reg)
    X, W1, W2 = as_floating(X, params["W1"]), params["W1"], params["W2"]

    # forward
    H, scores = _forward(params, X)
    losses, dscores = cross_entropy(scores, y)
    data_loss = losses.mean(dtype=np.result_type(losses, np.float64))
    loss = data_loss + reg_loss(W1, reg) + reg_loss(W2, reg)

    # backward
    dscores = dscores / len(X)
    dH = dscores @ W2.T
    dH[H == 0] = 0
    grads = {
        "W1": X.T @ dH + reg_gradient(W1, reg),
        "b1": dH.sum(axis=0),
        "W2": H.T @ dscores + reg_gradient(W2, reg),
        "b2": dscores.sum(axis=0),
    }
    _check_finite(params, X, loss=np.array(loss), **{f"gradient by {name}": dw for name, dw in grads.items()})
    return loss.item(), grads


def _forward(params, X):
    """Return H (N, H) and the scores (N, C), both finite."""
    sums = X @ params["W1"] + params["b1"]
    H = np.where(sums.real > 0, sums, 0)
    scores = H @ params["W2"] + params["b2"]
    _check_finite(params, X, hidden=sums, scores=scores)  # max(0, NaN) would hide the NaN: so the sums are looked at
    return H, scores


def _check_finite(params, X, **results):
    """Raise when one of the results has NaN or inf: ValueError when params or X has it, otherwise OverflowError."""
    name = next((name for name, array in results.items() if not np.isfinite(array).all()), None)
    if name is None:
        return
    for array_name, array in [*params.items(), ("X", X)]:
        check_finite(array_name, array)
    largest = ", ".join(f"|{array_name}| {np.abs(w).max(initial=0):.3g}" for array_name, w in params.items())
    raise OverflowError(f"{name}: too large for {results[name].dtype}. The parameters reach {largest}. {HINT}")


def _checked(params: Any, X: ArrayLike) -> tuple[Params, np.ndarray]:
    """Return params in the dtype of the arithmetic, and X (N, D); ValueError or TypeError names the wrong array."""
    if not isinstance(params, dict) or set(params) != set(SHAPES):
        got = sorted(map(str, params)) if isinstance(params, dict) else type(params).__name__
        raise (ValueError if isinstance(params, dict) else TypeError)(
            f"params: expected a dictionary with {', '.join(SHAPES)}, got {got}."
        )
    params = {name: as_array(name, params[name]) for name in SHAPES}
    for name, w in params.items():
        if w.dtype.kind not in "fc":
            raise TypeError(f"{name}: expected floating-point numbers, got {w.dtype}.")
    H, C = [(*params[name].shape, 0)[0] for name in ("b1", "b2")]
    D = (*params["W1"].shape, 0)[0]
    for (name, w), shape in zip(params.items(), [(D, H), (H,), (H, C), (C,)], strict=True):
        if w.shape != shape or 0 in shape[w.ndim - 1 :]:
            found = ", ".join(f"{name} {w.shape}" for name, w in params.items())
            wanted = ", ".join(f"{name} {shape}" for name, shape in SHAPES.items())
            raise ValueError(f"{name}: expected shapes {wanted} with H > 0 and C > 0, got {found}.")
    X = as_rows("X", X, D)
    dtype = np.result_type(*(arithmetic_dtype(w, X) for w in params.values()))
    return {name: w.astype(dtype, copy=False) for name, w in params.items()}, X


def _checked_labels(params: Params, X: np.ndarray, y: ArrayLike) -> np.ndarray:
    """Return y (N,), N > 0, labels of the classes that the parameters are for."""
    if len(X) == 0:
        raise ValueError("X: expected at least one example, got N = 0.")
    C = len(params["b2"])
    return as_labels("y", y, len(X), C, f" (b2 has C = {C} numbers)")


class TwoLayerNet(Descent):
    """A network with one hidden layer, under cs231n's names. `params` holds its W1, b1, W2 and b2.

    W1 and W2 are drawn here, as std * standard normal numbers, by `rng` (a numpy.random.Generator or a seed; None: a
    fresh generator). The biases start at 0. `train` (in descent.py) goes on from these parameters.

    std 1e-4, cs231n's, suits pixels minus their mean, which reach 128. std=None suits inputs with a standard deviation
    near 1: then each matrix gets the root of 2 / (number of its rows), which keeps the size of the numbers from layer
    to layer (K. He et al., "Delving deep into rectifiers", ICCV 2015).

    >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])  # "one of both": not linear
    >>> net = TwoLayerNet(2, 8, 2, std=None, rng=0)
    >>> losses = net.train(X, y, learning_rate=0.5, num_iters=300, rng=0)
    >>> net.predict(X)
    array([0, 1, 1, 0])
    """

    params: Params

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        std: float | None = 1e-4,
        *,
        rng: Rng = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        sizes = {"input_size": input_size, "hidden_size": hidden_size, "output_size": output_size}
        D, H, C = [as_integer(name, size, least=1) for name, size in sizes.items()]
        rng, dtype = as_generator(rng), as_floating_dtype(dtype)
        std1, std2 = [np.sqrt(2 / rows) if std is None else as_number("std", std) for rows in (D, H)]
        self.params = {
            "W1": (std1 * rng.standard_normal((D, H))).astype(dtype),
            "b1": np.zeros(H, dtype),
            "W2": (std2 * rng.standard_normal((H, C))).astype(dtype),
            "b2": np.zeros(C, dtype),
        }

    def loss(self, X: ArrayLike, y: ArrayLike | None = None, reg: float = 0.0) -> Any:
        """Return (loss, grads) on a batch, as two_layer_loss does. Without labels: the scores (N, C) of X (N, D)."""
        return self._scores(X) if y is None else two_layer_loss(self.params, X, y, reg)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the class (N,) with the highest score for each row of X (N, D).

        ValueError for shapes that don't fit and for NaN or inf in X; TypeError for what isn't an array of real numbers;
        OverflowError when the scores overflow.
        """
        return np.argmax(self._scores(X), axis=1)

    @quiet
    def _scores(self, X):
        """Return the scores (N, C), all of them finite, in the dtype of the arithmetic."""
        params, X = _checked(self.params, X)
        W1 = params["W1"]
        with share(lambda rows: _forward(params, as_floating(X[rows], W1))[1], row_blocks(X, W1)) as scores:
            return np.concatenate(list(scores))

    def _fitting(self, X: ArrayLike, y: ArrayLike, reg: float) -> tuple[np.ndarray, np.ndarray]:
        """Return X (N, D) and y (N,), which fit the parameters."""
        params, X = _checked(self.params, X)
        return X, _checked_labels(params, X, y)

    def _gradients(self, X, y, reg):
        return two_layer_loss(self.params, X, y, reg)
