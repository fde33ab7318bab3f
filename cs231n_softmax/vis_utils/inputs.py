"""Checks that only pictures need: Axes, names of classes, and dicts of curves."""

import reprlib
from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .._inputs import as_array, real_array


def as_axes(ax: Axes | None, width: float = 6.4, height: float = 4.0) -> Axes:
    """Return ax, or the Axes of a new figure of this size in inches."""
    if ax is None:
        return plt.subplots(figsize=(width, height), layout="constrained")[1]
    if not isinstance(ax, Axes):
        raise TypeError(f"ax: expected one matplotlib Axes or None, got {reprlib.repr(ax)}.")
    return ax


def as_classes(classes: Any) -> list[str]:
    """Return the names of the classes, of which there is at least one."""
    names = as_array("classes", classes)
    if names.ndim != 1 or not all(isinstance(name, str) for name in names):
        raise TypeError(f"classes: expected a list of names, got {reprlib.repr(classes)}.")
    if len(names) == 0:
        raise ValueError("classes: expected at least one name, got none.")
    return [str(name) for name in names]


def as_curves(name: str, curves: Any, what: str) -> dict[str, Any]:
    """Return a dict that isn't empty: names and `what`."""
    if not isinstance(curves, Mapping):
        raise TypeError(f"{name}: expected a dict of names and {what}, got {reprlib.repr(curves)}.")
    if not curves:
        raise ValueError(f"{name}: expected at least one entry, got an empty dict.")
    return dict(curves)


def as_line(name: str, values: Any, positive: bool = False) -> np.ndarray:
    """Return real numbers (n,), as floats; where `positive`, at least one, and each finite and above 0."""
    array = real_array(name, values)
    if array.ndim != 1:
        raise ValueError(f"{name}: expected a flat list of numbers, got shape {array.shape}.")
    if positive and not (len(array) and array.min() > 0 and array.max() < np.inf):
        raise ValueError(f"{name}: expected finite numbers > 0, at least one, got {reprlib.repr(values)}.")
    return array.astype(np.float64)


def as_pair(name: str, pair: Any, what: str) -> tuple[Any, Any]:
    """Return the two things in `pair`."""
    if not hasattr(pair, "__len__") or len(pair) != 2:
        raise TypeError(f"{name}: expected a pair {what}, got {reprlib.repr(pair)}.")
    return tuple(pair)
