"""Checks of single arguments, in the same words for all functions.

Each check returns the argument in the form that the code behind it uses. Otherwise it raises TypeError or ValueError:
which argument, what was expected, what came, and what to do. Nothing is computed or changed before.
"""

import math
import numbers
import operator
import os
import reprlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ._objects import from_frame, masked_or_sparse, no_numbers
from ._typing import Rng


def as_array(name: str, value: Any) -> np.ndarray:
    """Return np.asarray(value); TypeError for what would lose something on the way, or can't be an array."""
    if type(value) is np.ndarray:
        return value
    unfit = masked_or_sparse(value)
    if isinstance(unfit, np.ma.MaskedArray):
        raise TypeError(
            f"{name}: expected an array without a mask, got a masked array. "
            f"Leave the masked entries out, or use {name}.filled(...) with a value of your choice."
        )
    if unfit is not None:  # scipy.sparse
        remedy = f"Use {name}.toarray()." if unfit is value else f"Use scipy.sparse.vstack({name}).toarray()."
        raise TypeError(f"{name}: expected a full array, got a sparse {type(unfit).__name__}. {remedy}")
    try:
        array = np.asarray(value)
    except Exception as error:  # rows of different lengths; tensors with a gradient, or in a graphics card's memory
        raise TypeError(
            f"{name}: expected an array, got an object of type {type(value).__name__} that NumPy can't convert: {error}"
        ) from error
    return from_frame(array) if array.dtype.kind == "O" and hasattr(value, "to_numpy") else array


def real_array(name: str, value: Any) -> np.ndarray:
    """Return an array of floating-point numbers or integers. Whether they are finite isn't looked at."""
    array = as_array(name, value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: expected real numbers, got {no_numbers(name, value, array)}")
    return array


def check_finite(name: str, array: np.ndarray, consequence: str = "") -> None:
    """Raise ValueError when there is NaN or inf in the array; `consequence` ends the message."""
    bad = array.size - np.count_nonzero(np.isfinite(array))
    if bad:
        raise ValueError(f"{name}: expected finite numbers, got {bad} NaN or inf among {array.size}.{consequence}")


ROWS = 2**20  # bytes of X that are added up at once


def check_finite_rows(name: str, X: np.ndarray) -> None:
    """Raise ValueError that names the first row of X (N, D) with NaN or inf.

    A sum of such numbers is never finite. So X is added up, a few rows at a time, and only a sum that isn't finite (it
    may have overflowed) has its rows looked at. This takes no memory of X's size.
    """
    size = max(1, ROWS // max(1, X[:1].nbytes))
    for start in range(0, len(X) if X.dtype.kind == "f" else 0, size):
        rows = X[start : start + size]
        with np.errstate(all="ignore"):
            total = rows.sum()
        if not np.isfinite(total):
            bad = start + np.flatnonzero(~np.isfinite(rows).all(axis=1))
            if len(bad):
                raise ValueError(f"{name}: expected finite numbers, got NaN or inf in row {bad[0]} of {len(X)}.")


def _as_integers(name, y):
    """Return what to do with labels y of another type: the end of an error's message."""
    if y.ndim == 2 and y.shape[1] > 1 and y.dtype.kind in "fb":
        return f" Use {name}.argmax(axis=1) if it is one-hot."
    flat = f"{name}.ravel()" if y.ndim == 2 else name
    if y.dtype.kind in "USTO" and all(isinstance(label, str | bytes) for label in y.flat):
        return f" Use np.unique({flat}, return_inverse=True)[1] to number names."
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        bad = np.flatnonzero(~np.isfinite(y))
        return f" Label {bad[0]} is {y.flat[bad[0]]}: leave such examples out, then use {name}.astype(int)."
    if y.dtype.kind == "f":
        return f" Use {flat}.astype(int) if all of them are whole numbers."
    whole = y.dtype.kind == "b" or all(isinstance(label, numbers.Integral) for label in y.flat)
    return f" Use {flat}.astype(int)." if whole else ""


def as_labels(name: str, value: Any, num_examples: int, num_classes: int | None, of: str = "") -> np.ndarray:
    """Return integer labels (N,) in 0..C-1; num_classes None: of any size. `of` tells where C is from."""
    y = as_array(name, value)
    if y.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected integer labels, got {y.dtype}.{_as_integers(name, y)}")
    if y.shape != (num_examples,):
        column, one_hot = y.shape == (num_examples, 1), y.ndim == 2 and len(y) == num_examples
        remedy = f" Use {name}.ravel()." if column else f" Use {name}.argmax(axis=1) if it is one-hot." * one_hot
        raise ValueError(
            f"{name}: expected shape ({num_examples},), one label for each example, got {y.shape}.{remedy}"
        )
    low, high = y.min(initial=0), y.max(initial=0)
    if low < 0 or (num_classes is not None and high >= num_classes):
        lowest, top = y.min(), "C-1" if num_classes is None else num_classes - 1
        one_based = f" If they count from 1, use {name} - 1." if lowest == 1 and high == num_classes else ""
        raise ValueError(f"{name}: expected labels 0..{top}{of}, got {lowest}..{y.max()}.{one_based}")
    return y


def as_flag(name: str, value: Any) -> bool:
    """Return True or False, also from an integer, as in verbose=1. TypeError for all else."""
    if not isinstance(value, bool | np.bool | int | np.integer):
        raise TypeError(f"{name}: expected True or False, got {_shown(value)}.")
    return bool(value)


def _shown(value):
    """Return a value as an error's message shows it: short, and huge integers, too, which Python refuses to print."""
    if isinstance(value, int) and abs(value) >= 10**20:
        return f"about {'-' if value < 0 else ''}10**{int(value.bit_length() * math.log10(2))}"
    return reprlib.repr(value)


def as_number(name: str, value: Any, positive: bool = False) -> float:
    """Return a finite Python float >= 0 (> 0 where `positive`), from any real number, also NumPy's and 0-d arrays."""
    number = np.nan
    if isinstance(value, float):
        number = float(value)
    elif not isinstance(value, bool | np.bool):
        array = np.array(0) if isinstance(value, numbers.Real) else as_array(name, value)
        if array.ndim == 0 and array.dtype.kind in "fiu":
            with suppress(OverflowError):  # an integer of more than 308 digits
                number = float(value)
    if not 0 <= number < np.inf or (positive and number == 0):
        raise ValueError(f"{name}: expected a finite number {'>' if positive else '>='} 0, got {_shown(value)}.")
    return number


def as_integer(name: str, value: Any, least: int = 0, most: int | None = None) -> int:
    """Return a Python int, least <= value <= most, from any integer, also NumPy's. Floats are refused, even 1000.0."""
    try:
        integer = operator.index(value)
    except TypeError:
        integer = None
    if integer is None or isinstance(value, bool):
        whole = isinstance(value, float) and value.is_integer()
        remedy = f" Write {int(value)}." if whole else ""
        raise TypeError(f"{name}: expected an integer, got {reprlib.repr(value)}.{remedy}")
    if integer < least or (most is not None and integer > most):
        wanted = f"at least {least:,}" if most is None else f"{least:,} to {most:,}"
        got = f"{integer:,}" if abs(integer) < 10**20 else _shown(integer)
        raise ValueError(f"{name}: expected {wanted}, got {got}.")
    return integer


def as_path(name: str, value: Any, what: str = "the name of a file") -> Path:
    """Return a Path, with ~ replaced by the home folder; TypeError or ValueError for what names no file."""
    path = _as_path(name, value, what)
    if os.fspath(value).endswith((os.sep, os.altsep or os.sep)):
        raise ValueError(f"{name}: expected {what}, got the name of a folder, {value!r}. Add the name of a file.")
    return path


def as_folder(name: str, value: Any) -> Path:
    """Return a Path, with ~ replaced by the home folder; TypeError or ValueError for what can be no folder."""
    folder = _as_path(name, value, "the name of a folder")
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise ValueError(f"{name}: expected the name of a folder, got {value!r}, which is none. Name another one.")
    return folder


def _as_path(name, value, what):
    """Return a Path, with ~ replaced; without a home folder, ~ stays."""
    if not isinstance(value, str | os.PathLike) or isinstance(os.fspath(value), bytes):
        raise TypeError(f"{name}: expected {what}, got {reprlib.repr(value)}.")
    if not str(value) or "\0" in str(value):
        raise ValueError(f"{name}: expected {what}, got {reprlib.repr(value)}.")
    return Path(os.path.expanduser(value))


def as_generator(rng: Rng) -> np.random.Generator:
    """Return np.random.default_rng(rng); TypeError or ValueError for what is neither Generator, nor seed, nor None."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"rng: expected a numpy.random.Generator, a seed (an integer >= 0) or None, got {_shown(rng)}."
        ) from None


def as_floating_dtype(dtype: DTypeLike) -> np.dtype:
    """Return float32 or float64 as a np.dtype; TypeError for all others."""
    got: object = dtype
    with suppress(TypeError):
        got = np.dtype(dtype)
    if got not in (np.float32, np.float64):
        raise TypeError(f"dtype: expected float32 or float64, got {got}.")
    return np.dtype(dtype)
