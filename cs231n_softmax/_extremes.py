"""Arithmetic that stays right where numbers are very large or very small, and says so where it can't.

arithmetic dtype    the widest of W's dtype, X's (where X isn't integer) and float32. W is converted to it first, so
                    everything behind it is in one dtype; the gradient is given back in it, also for float16.
the loss            is added up in float64 at least.
underflow           is no error: exp(-1000) is 0.
overflow            raises OverflowError: no loss and no gradient has NaN or inf.
"""

import numpy as np

from ._inputs import check_finite

# How all arithmetic of this package is done, whatever the caller's np.seterr is: our checks find NaN and inf.
quiet = np.errstate(all="ignore")

HINT = "If this is training, it diverged: lower the learning rate or reg."


def arithmetic_dtype(W: np.ndarray, X: np.ndarray) -> np.dtype:
    """Return the dtype of scores and gradient: see above."""
    floating = [X] if X.dtype.kind == "f" else []
    return np.result_type(W, np.float32, *floating)


def as_floating(X: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return rows of X ready to be multiplied: in the real dtype of W, which is the arithmetic's."""
    return X.astype(W.real.dtype, copy=False)


@quiet
def times(factor: float, array: np.ndarray) -> np.ndarray:
    """Return factor * array in array's dtype, also where that dtype has no room for the factor alone.

    >>> times(1e50, np.array([1e-30], np.float32))
    array([1.e+20], dtype=float32)
    """
    limits = np.finfo(array.dtype)
    if factor == 0 or float(limits.tiny) <= factor <= float(limits.max):
        return factor * array
    return (factor * array.astype(np.result_type(array, np.float64))).astype(array.dtype)


@quiet
def reg_loss(W: np.ndarray, reg: float) -> np.number:
    """Return reg * sum(W**2), squared and added up in float64 at least (complex128 for complex W).

    The sum alone may overflow or underflow where the product is an ordinary number: then W is divided by a power of
    two first (real W only).

    >>> reg_loss(np.array([[1e200]]), 0.0), reg_loss(np.array([[2e160]]), 1e-300)
    (np.float64(0.0), np.float64(4e+20))
    """
    dtype = np.result_type(W, np.float64)
    if reg == 0:
        return dtype.type(0)
    sum_of_squares = np.square(W, dtype=dtype).sum()
    limits = np.finfo(dtype)
    if np.iscomplexobj(W) or limits.tiny / limits.eps**2 < sum_of_squares < np.inf:
        return reg * sum_of_squares
    exponent = np.frexp(np.abs(W, dtype=dtype).max(initial=0))[1]  # the largest |W| is above 2**(exponent - 1)
    mantissa, shift = np.frexp(dtype.type(reg))
    return np.ldexp(mantissa * np.square(np.ldexp(W.astype(dtype), -exponent)).sum(), shift + 2 * exponent)


def reg_gradient(W: np.ndarray, reg: float) -> np.ndarray:
    """Return 2 * reg * W, in W's dtype."""
    return 2 * times(reg, W)


def check_scores(scores: np.ndarray, loss: complex | np.number, W: np.ndarray, X: np.ndarray) -> None:
    """Raise when a score or the loss is NaN or inf: ValueError when it is in W or X, otherwise OverflowError.

    NaN or inf in X or W always reaches the scores, and there are hundreds of times fewer scores than pixels. The loss
    is made of differences of scores, which can overflow where the scores don't.
    """
    if np.isfinite(scores).all() and np.isfinite(loss):
        return
    check_finite("W", W)
    check_finite("X", X)
    raise OverflowError(f"the scores X @ W overflow {scores.dtype}: |W| reaches {np.abs(W).max():.3g}. {HINT}")


def finite(loss: np.number, dW: np.ndarray, W: np.ndarray, reg: float) -> tuple[float, np.ndarray]:
    """Return (loss, dW), the loss as a Python number; OverflowError when there is NaN or inf in one of them."""
    if np.isfinite(loss) and np.isfinite(dW).all():
        return loss.item(), dW  # type: ignore[return-value]  # complex for complex W
    which, dtype = ("gradient", dW.dtype) if np.isfinite(loss) else ("loss", np.result_type(W, np.float64))
    raise OverflowError(
        f"the {which} overflows {dtype}: |W| reaches {np.abs(W).max(initial=0):.3g}, and reg is {reg:.3g}. {HINT}"
    )
