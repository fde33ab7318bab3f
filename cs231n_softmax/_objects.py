"""Arrays of Python objects, in which NumPy puts what isn't plainly numbers: what is in them, and numbers of a frame."""

import numbers
import reprlib
from contextlib import suppress
from typing import Any

import numpy as np

ENCODE = "Turn words into numbers first, for example into a column of 0 and 1 for each word."


def masked_or_sparse(value: Any) -> Any:
    """Return the first masked array or sparse matrix in lists of lists (or value itself); None when there is none."""
    if isinstance(value, list | tuple):
        return next((found for row in value if (found := masked_or_sparse(row)) is not None), None)
    return value if isinstance(value, np.ma.MaskedArray) or hasattr(value, "toarray") else None


def from_frame(array: np.ndarray) -> np.ndarray:
    """Return numbers of any kind as int64 where all are integers, else as float64; what holds others, as it is.

    Columns of several types, and those that can have missing values ("Int64"), reach NumPy as objects.
    """
    if all(isinstance(entry, numbers.Integral) and not isinstance(entry, bool) for entry in array.flat):
        with suppress(OverflowError):  # beyond int64
            return array.astype(int)
    return array.astype(float) if _first_other(array) is None else array


def no_numbers(name: str, value: Any, array: np.ndarray) -> str:
    """Return what `array`, made of `value`, holds in place of real numbers, and what to do: the end of a message."""
    convert = f"Use np.asarray({name}, float)."
    if array.ndim == 0:
        return f"{reprlib.repr(value)}."
    if array.dtype.kind not in "OUST":
        return f"{array.dtype}. {convert}" if array.dtype.kind == "b" else f"{array.dtype}."
    first = _first_other(array)
    if first is None:
        return f"{array.dtype}. {convert}"
    entry = array[first]
    entry = str(entry) if isinstance(entry, str) else entry  # and not NumPy's own
    where = f"{reprlib.repr(entry)} in {name}[{', '.join(map(str, first))}]"
    if isinstance(entry, str | bytes):
        return f"text, {where}. {convert if _all_convert(value) else ENCODE}"
    if entry is None or type(entry).__name__ in ("NAType", "NaTType"):  # pandas's, which isn't imported here
        return f"a missing value, {where}. Leave such rows out, or put a number there."
    return f"an object of type {type(entry).__name__}, {where}."


def _first_other(array):
    """Return the index of the first entry that is no real number, or None."""
    return next((i for i, entry in np.ndenumerate(array) if not isinstance(entry, numbers.Real | np.bool)), None)


def _all_convert(value):
    """Whether np.asarray(value, float) works, as for numbers that were read as text."""
    try:
        np.asarray(value, float)
    except (TypeError, ValueError):
        return False
    return True
