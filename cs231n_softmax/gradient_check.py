"""Numerical derivatives, and checks of an analytic gradient against them.

    forward:       (f(x + h) - f(x)) / h            error ~ h       rounding ~ eps / h      best h about 1e-8
    central:       (f(x + h) - f(x - h)) / (2 h)    error ~ h**2    rounding ~ eps / h      best h about 1e-5
    complex step:  imag(f(x + i h)) / h             error ~ h**2    no subtraction          h = 1e-20 works

These h are for float64, and for functions that are smooth over a length of about 1. `check_gradient` finds the steps
that suit f and estimates its own error (`derivatives.py`), and so its verdict may be "can't tell" (`verdicts.py`).

Sources: cs231n notes, "Neural Networks Part 3" (Gradient checks), for the first two;
W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
40(1), 1998, for the third.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ._inputs import as_array, as_generator, as_integer, real_array
from ._inputs import as_number as as_positive
from ._typing import Rng
from .derivatives import as_number
from .verdicts import GradientCheck, compare


def relative_error(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Return |a - b| / (|a| + |b|), elementwise; 0 where both are 0, inf where either is NaN or inf.

    >>> relative_error([1.0, 0.0, 1.0], [1.1, 0.0, np.nan]).round(3)
    array([0.048, 0.   ,   inf])
    """
    a, b = np.asarray(a), np.asarray(b)
    a, b = (number.astype(np.result_type(number, np.float64)) for number in (a, b))
    with np.errstate(all="ignore"):
        factor = np.where(np.maximum(np.abs(a), np.abs(b)) > 1, 2.0**-2, 2.0**60)  # neither overflow nor underflow
        a, b = a * factor, b * factor  # exact
        size, difference = np.abs(a) + np.abs(b), np.abs(a - b)
        return np.where(np.isfinite(size), np.divide(difference, size, where=size > 0, out=np.zeros_like(size)), np.inf)


def _check_point(x):
    if isinstance(x, np.ma.MaskedArray):
        as_array("x", x)  # raises
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        kind, remedy = type(x).__name__, " Use np.array(x, float)."
        if isinstance(x, np.ndarray):
            kind, remedy = x.dtype, " Use x.astype(float)." if x.dtype.kind in "iub" else ""
        raise TypeError(f"x: expected a floating-point array (a step h would vanish in integers), got {kind}.{remedy}")
    if not x.flags.writeable:
        raise ValueError("x: expected an array that may be changed and restored, got a read-only one. Use x.copy().")


def _real_output(value):
    """Return f's value as a new array of real numbers."""
    if isinstance(value, tuple):
        raise TypeError("f: expected one array, got a tuple. If its first item is the array, write lambda x: f(x)[0].")
    return np.array(real_array("f(x)", value))  # f may return the same array twice: copy what is kept


def _central_difference(f, x, index, h):
    """Return (f(x + h e) - f(x - h e)) / (2 h) for the unit vector e at `index`; x is changed and restored."""
    old = x[index]
    try:
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
    finally:
        x[index] = old
    return (above - below) / (2 * h)


def eval_numerical_gradient(
    f: Callable[[np.ndarray], float], x: np.ndarray, verbose: bool = True, h: float = 1e-5
) -> np.ndarray:
    """Return the central-difference gradient of the scalar function f at x, in x's shape. x is restored.

    With `verbose`, prints each index and derivative.

    >>> eval_numerical_gradient(lambda x: np.sum(x**3), np.array([1.0, 2.0]), verbose=False).round(4)
    array([ 3., 12.])
    """
    _check_point(x)
    h, grad = as_positive("h", h, positive=True), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        grad[index] = _central_difference(lambda x: as_number(f(x)), x, index, h)
        if verbose:
            print(index, grad[index])
    return grad


def eval_numerical_gradient_array(
    f: Callable[[np.ndarray], ArrayLike], x: np.ndarray, df: ArrayLike, h: float = 1e-5
) -> np.ndarray:
    """Return the central-difference gradient of sum(f(x) * df) at x, for an array-valued f and df of f(x)'s shape.

    >>> eval_numerical_gradient_array(np.square, np.array([1.0, 2.0]), df=np.array([1.0, 10.0])).round(4)
    array([ 2., 40.])
    """
    _check_point(x)
    h, df, grad = as_positive("h", h, positive=True), real_array("df", df), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        difference = _central_difference(lambda x: _real_output(f(x)), x, index, h)
        if df.ndim and df.shape != difference.shape:
            raise ValueError(f"df: expected the shape of f(x), {difference.shape}, got {df.shape}.")
        grad[index] = np.sum(difference * df)
    return grad


def complex_step_gradient(f: Callable[[np.ndarray], complex], x: ArrayLike, h: float = 1e-20) -> np.ndarray:
    """Return the gradient of the scalar function f at x (any shape) to machine precision: imag(f(x + i h)) / h.

    f must accept a complex array and use analytic operations only: no abs, and max only of real parts. Where f returns
    a real number, the derivative is lost on the way: that is a TypeError.

    >>> gradient = complex_step_gradient(lambda x: np.exp(x).sum(), [1.0])
    >>> round(float(gradient[0]), 14)  # e, to 14 decimals
    2.71828182845905
    """
    z, h = real_array("x", x).astype(np.complex128), as_positive("h", h, positive=True)
    grad = np.zeros(z.shape)
    for index in np.ndindex(z.shape):
        z[index] += 1j * h
        grad[index] = _complex_number(f(z)).imag / h
        z[index] = z[index].real
    return grad


def _complex_number(value):
    """Return f's value as a complex number."""
    if isinstance(value, tuple):
        as_number(value)  # raises
    array = np.asarray(value)
    if array.dtype.kind != "c" or array.size != 1:
        if array.dtype.kind in "iuf" and array.size == 1:
            raise TypeError(
                f"f: expected a complex number for complex x, got the real {array.item()}. Its imaginary part, which "
                "is the derivative, was lost: leave out abs, real and conversions to float in f."
            )
        found = f"an array of shape {array.shape}" if array.size != 1 else repr(value)
        raise TypeError(f"f: expected a function that returns one complex number, got {found}.")
    return complex(array.item())


def _checked_gradient(analytic_grad, x):
    """Return the analytic gradient as an array of x's shape."""
    analytic_grad = real_array("analytic_grad", analytic_grad)
    if analytic_grad.shape != x.shape:
        raise ValueError(f"analytic_grad: expected the shape of x, {x.shape}, got {analytic_grad.shape}.")
    return analytic_grad


def _draw(shape, num_checks, rng):
    num_checks, rng = as_integer("num_checks", num_checks), as_generator(rng)
    if 0 in shape:
        return []  # there is no entry to draw
    return [tuple(int(rng.integers(m)) for m in shape) for _ in range(num_checks)]


class SparseErrors(np.ndarray):
    """The relative errors (num_checks,) that `grad_check_sparse` printed, and `check`, its judgement of the entries."""

    check: GradientCheck


def grad_check_sparse(
    f: Callable[[np.ndarray], float],
    x: np.ndarray,
    analytic_grad: np.ndarray,
    num_checks: int = 10,
    h: float = 1e-5,
    *,
    rng: Rng = None,
    threshold: float | None = None,
) -> SparseErrors:
    """Compare `num_checks` random entries of analytic_grad with central differences of f at x; print each.

    Returns the relative errors (num_checks,), an array. These are cs231n's. The step h doesn't suit every f, so they
    may be large for a right gradient. The array's attribute `check` is the judgement of `check_gradient` for the same
    entries, with steps of its own; x may be float32, whose rounding it takes into account. With a `threshold`, raises
    AssertionError unless the judgement is "right" with this threshold.
    x is changed during the check and restored. `rng`: a numpy.random.Generator or a seed.

    >>> x = np.array([1.0, 2.0])
    >>> errors = grad_check_sparse(lambda x: np.sum(x**2), x, 3 * x, num_checks=2, rng=2)  # right would be 2 * x
    numerical: 4.000000 analytic: 6.000000, relative error: 2.000000e-01
    numerical: 2.000000 analytic: 3.000000, relative error: 2.000000e-01
    >>> errors.check.verdict
    'wrong'
    """
    _check_point(x)
    analytic_grad = _checked_gradient(analytic_grad, x)
    h, accuracy = as_positive("h", h, positive=True), as_positive("threshold", 1e-7 if threshold is None else threshold)
    errors, indices = [], _draw(x.shape, num_checks, rng)
    for index in indices:
        numerical = _central_difference(lambda x: as_number(f(x)), x, index, h)
        analytic = analytic_grad[index]
        errors.append(float(relative_error(numerical, analytic)))
        print(f"numerical: {numerical:f} analytic: {analytic:f}, relative error: {errors[-1]:e}")
    result = np.array(errors).view(SparseErrors)
    result.check = compare(f, x, analytic_grad, indices, accuracy)
    if threshold is not None and not result.check.ok:
        raise AssertionError(str(result.check))
    return result


def check_gradient(
    f: Callable[[np.ndarray], float],
    x: np.ndarray,
    analytic_grad: ArrayLike,
    *,
    threshold: float = 1e-7,
    num_checks: int | None = None,
    rng: Rng = None,
) -> GradientCheck:
    """Compare analytic_grad with numerical derivatives of the scalar function f at x; return a GradientCheck.

    All entries are compared, or `num_checks` random ones. `threshold` is the relative accuracy that you ask for. The
    verdict is "right" when all entries agree to `threshold`, and f's rounding can't hide a larger difference. It is
    "wrong" when an entry differs by more than `threshold` and the numerical error together. Otherwise it is "can't
    tell", with the reason.
    Steps are chosen for each entry, so that f is smooth over them and its rounding small. An entry costs eight calls of
    f where the first choice is good, and up to 500 where no step is, or before it is called wrong. x is changed during
    the check and restored.
    Raises TypeError unless x is float64 and f returns one real number; ValueError when analytic_grad doesn't have x's
    shape.

    >>> x = np.array([1.0, 2.0])
    >>> check_gradient(lambda x: np.sum(x**2), x, 2 * x).ok
    True
    >>> print(check_gradient(lambda x: np.sum(x**2), x, [2.0, 4.2]))
    WRONG: largest relative error 4.8e-02 at (1,): numerical 4, analytic 4.2
    >>> check_gradient(lambda x: 1e9 + np.sum(np.sin(x)), x, np.cos(x)).verdict
    "can't tell"
    """
    _check_point(x)
    if x.dtype != np.float64:
        raise TypeError(
            f"x: expected float64 (with fewer digits, rounding hides mistakes), got {x.dtype}. "
            "Use x.astype(np.float64)."
        )
    threshold, gradient = as_positive("threshold", threshold), _checked_gradient(analytic_grad, x)
    indices = np.ndindex(x.shape) if num_checks is None else _draw(x.shape, num_checks, rng)
    return compare(f, x, gradient, indices, threshold)
