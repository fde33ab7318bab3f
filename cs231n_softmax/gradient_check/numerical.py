"""Numerical derivatives with a step h that you choose, and the relative error that compares two derivatives.

    forward:       (f(x + h) - f(x)) / h            error ~ h       rounding ~ eps / h      best h about 1e-8
    central:       (f(x + h) - f(x - h)) / (2 h)    error ~ h**2    rounding ~ eps / h      best h about 1e-5
    complex step:  imag(f(x + i h)) / h             error ~ h**2    no subtraction          h = 1e-20 works

These h are for float64, and for functions that are smooth over a length of about 1.

Sources: cs231n notes, "Neural Networks Part 3" (Gradient checks), for the first two;
W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
40(1), 1998, for the third.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import as_array, as_flag, as_number, real_array
from .arguments import Index, check_function, check_point, complex_number, real_number, real_output


def relative_error(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Return |a - b| / (|a| + |b|), elementwise; 0 where both are 0, inf where either is NaN or inf.

    >>> relative_error([1.0, 0.0, 1.0], [1.1, 0.0, np.nan]).round(3)
    array([0.048, 0.   ,   inf])
    """
    a, b = _numbers("a", a), _numbers("b", b)
    a, b = (number.astype(np.result_type(number, np.float64)) for number in (a, b))
    with np.errstate(all="ignore"):
        factor = np.where(np.maximum(np.abs(a), np.abs(b)) > 1, 2.0**-2, 2.0**60)  # neither overflow nor underflow
        a, b = a * factor, b * factor  # exact
        size, difference = np.abs(a) + np.abs(b), np.abs(a - b)
        return np.where(np.isfinite(size), np.divide(difference, size, where=size > 0, out=np.zeros_like(size)), np.inf)


def _numbers(name: str, value: ArrayLike) -> np.ndarray:
    """Return an array of real or complex numbers."""
    array = as_array(name, value)
    return array if array.dtype.kind == "c" else real_array(name, array)


def central_difference(f: Callable[[np.ndarray], Any], x: np.ndarray, index: Index, h: float) -> Any:
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
    check_function(f)
    check_point(x)
    verbose, h, grad = as_flag("verbose", verbose), as_number("h", h, positive=True), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        grad[index] = central_difference(lambda x: real_number(f(x)), x, index, h)
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
    check_function(f)
    check_point(x)
    h, df, grad = as_number("h", h, positive=True), real_array("df", df), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        difference = central_difference(lambda x: real_output(f(x)), x, index, h)
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
    check_function(f)
    z, h = real_array("x", x).astype(np.complex128), as_number("h", h, positive=True)
    grad = np.zeros(z.shape)
    for index in np.ndindex(z.shape):
        z[index] += 1j * h
        grad[index] = complex_number(f(z)).imag / h
        z[index] = z[index].real
    return grad
