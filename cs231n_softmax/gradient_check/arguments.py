"""What x, f and analytic_grad have to be. Everything else is an error that says what to do."""

import numpy as np

from .._inputs import as_array, as_generator, as_integer, real_array
from .._typing import Rng

Index = tuple[int, ...]


def check_point(x: np.ndarray) -> None:
    """Raise unless x is an array of floating-point numbers that may be changed and restored."""
    if isinstance(x, np.ma.MaskedArray):
        as_array("x", x)  # raises
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        kind, remedy = type(x).__name__, " Use np.array(x, float)."
        if isinstance(x, np.ndarray):
            kind, remedy = str(x.dtype), " Use x.astype(float)." if x.dtype.kind in "iub" else ""
        raise TypeError(f"x: expected a floating-point array (a step h would vanish in integers), got {kind}.{remedy}")
    if not x.flags.writeable:
        raise ValueError("x: expected an array that may be changed and restored, got a read-only one. Use x.copy().")


def checked_gradient(analytic_grad: object, x: np.ndarray) -> np.ndarray:
    """Return the analytic gradient as an array of x's shape."""
    gradient = real_array("analytic_grad", analytic_grad)
    if gradient.shape != x.shape:
        raise ValueError(f"analytic_grad: expected the shape of x, {x.shape}, got {gradient.shape}.")
    return gradient


def draw(shape: tuple[int, ...], num_checks: int, rng: Rng) -> list[Index]:
    """Return the indices of num_checks random entries; an entry may come twice. None where there is no entry."""
    num_checks, rng = as_integer("num_checks", num_checks), as_generator(rng)
    if 0 in shape:
        return []
    return [tuple(int(rng.integers(m)) for m in shape) for _ in range(num_checks)]


def real_number(value: object) -> float:
    """Return f's value as a float. TypeError, with what to do, when it isn't one real number."""
    array = _no_tuple(value)
    if array.dtype.kind not in "iuf" or array.size != 1:
        raise TypeError(f"f: expected a function that returns one real number, got {_found(value, array)}.")
    return float(array.item())


def complex_number(value: object) -> complex:
    """Return f's value as a complex number."""
    array = _no_tuple(value)
    if array.dtype.kind in "iuf" and array.size == 1:
        raise TypeError(
            f"f: expected a complex number for complex x, got the real {array.item()}. Its imaginary part, which "
            "is the derivative, was lost: leave out abs, real and conversions to float in f."
        )
    if array.dtype.kind != "c" or array.size != 1:
        raise TypeError(f"f: expected a function that returns one complex number, got {_found(value, array)}.")
    return complex(array.item())


def real_output(value: object) -> np.ndarray:
    """Return f's value as a new array of real numbers: f may return the same array twice."""
    if isinstance(value, tuple):
        raise TypeError("f: expected one array, got a tuple. If its first item is the array, write lambda x: f(x)[0].")
    return np.array(real_array("f(x)", value))


def _no_tuple(value):
    """Return np.asarray(value); TypeError for (loss, gradient)."""
    if isinstance(value, tuple):
        raise TypeError("f: expected one number, got a tuple. If it is (loss, gradient), write lambda x: f(x)[0].")
    return np.asarray(value)


def _found(value, array):
    """Return what f returned, for an error's message."""
    return f"an array of shape {array.shape}" if array.size != 1 else f"{value!r} ({type(value).__name__})"
