"""What x, f and analytic_grad have to be. Everything else is an error that says what to do."""

import reprlib

import numpy as np

from .._inputs import as_array, as_generator, as_integer, real_array
from .._typing import Rng

Index = tuple[int, ...]


MOST_CHECKS = 100_000  # random entries: their list is in memory, and each costs several calls of f


def check_function(f: object) -> None:
    """Raise unless f can be called."""
    if not callable(f):
        raise TypeError(f"f: expected a function of x, got {reprlib.repr(f)}. Write lambda x: and what computes it.")


def check_point(x: np.ndarray) -> None:
    """Raise unless x is an array of floating-point numbers, each of which may be changed and restored by itself."""
    array = as_array("x", x)  # raises for what has a mask, and for sparse matrices
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        kind, remedy = type(x).__name__, " Use np.array(x, float)." if array.dtype.kind in "fiub" else ""
        if isinstance(x, np.ndarray):
            kind, remedy = str(x.dtype), " Use x.astype(float)." if x.dtype.kind in "iub" else ""
        raise TypeError(f"x: expected a floating-point array (a step h would vanish in integers), got {kind}.{remedy}")
    if not x.flags.writeable:
        raise ValueError("x: expected an array that may be changed and restored, got a read-only one. Use x.copy().")
    if _overlaps(x):
        raise ValueError("x: expected entries with a memory of their own, got a view that repeats some. Use x.copy().")


def _overlaps(x):
    """Whether two entries of x share bytes of memory, as in a broadcast array: one can't be changed by itself."""
    if x.flags.forc:
        return False
    places = np.zeros((), np.int64)
    for length, stride in zip(x.shape, x.strides, strict=True):
        places = np.add.outer(places, stride * np.arange(length))
    return bool((np.diff(np.sort(places, axis=None)) < x.itemsize).any())


def checked_gradient(analytic_grad: object, x: np.ndarray) -> np.ndarray:
    """Return the analytic gradient as an array of x's shape."""
    gradient = real_array("analytic_grad", analytic_grad)
    if gradient.shape != x.shape:
        raise ValueError(f"analytic_grad: expected the shape of x, {x.shape}, got {gradient.shape}.")
    return gradient


def draw(shape: tuple[int, ...], num_checks: int, rng: Rng) -> list[Index]:
    """Return the indices of num_checks random entries; an entry may come twice. None where there is no entry."""
    num_checks, rng = as_integer("num_checks", num_checks, most=MOST_CHECKS), as_generator(rng)
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
    """Return the value as an array; TypeError for (loss, gradient)."""
    if isinstance(value, tuple):
        raise TypeError("f: expected one number, got a tuple. If it is (loss, gradient), write lambda x: f(x)[0].")
    return as_array("f(x)", value)


def _found(value, array):
    """Return what f returned, for an error's message."""
    return f"an array of shape {array.shape}" if array.size != 1 else f"{value!r} ({type(value).__name__})"
