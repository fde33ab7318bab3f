"""The settings of a sweep: lists of pairs (learning_rate, reg), on a grid or at random."""

import reprlib
from collections.abc import Iterable

import numpy as np

from .._inputs import as_generator, as_integer, as_number
from .._typing import Rng, Setting


def grid(learning_rates: Iterable[float], regs: Iterable[float]) -> list[Setting]:
    """Return every pair (learning_rate, reg): positive numbers, and reg may be 0.

    >>> grid([1e-7, 1e-6], [1000, 10000])
    [(1e-07, 1000.0), (1e-07, 10000.0), (1e-06, 1000.0), (1e-06, 10000.0)]
    """
    regs = _as_numbers("regs", regs)
    return [(lr, reg) for lr in _as_numbers("learning_rates", learning_rates, positive=True) for reg in regs]


def as_settings(settings: Iterable[Setting]) -> list[Setting]:
    """Return pairs (learning_rate > 0, reg >= 0) of Python floats; TypeError or ValueError for anything else."""
    wanted = "settings: expected pairs (learning_rate, reg), as `grid` returns them, got"
    if not isinstance(settings, Iterable):
        raise TypeError(f"{wanted} {reprlib.repr(settings)}.")
    pairs = list(settings)
    for pair in pairs:
        if not hasattr(pair, "__len__") or len(pair) != 2:
            raise ValueError(f"{wanted} {reprlib.repr(pair)} among them.")
    return [(as_number("learning_rate", lr, positive=True), as_number("reg", reg)) for lr, reg in pairs]


def random_log(
    learning_rates: tuple[float, float], regs: tuple[float, float], num: int, rng: Rng = None
) -> list[Setting]:
    """Return `num` random pairs, each coordinate log-uniform between the two ends given: (low, high).

    >>> for learning_rate, reg in random_log((1e-8, 1e-5), (1, 1e5), num=3, rng=0):
    ...     print(f"{learning_rate:.0e} {reg:7.0f}")
    8e-07       1
    6e-08   11651
    1e-08   36625
    """
    ranges = [_as_range("learning_rates", learning_rates), _as_range("regs", regs)]
    num, rng = as_integer("num", num), as_generator(rng)
    draws = [np.exp(rng.uniform(np.log(low), np.log(high), num)) for low, high in ranges]
    draws = [np.clip(values, low, high) for values, (low, high) in zip(draws, ranges, strict=True)]  # rounding
    return [(float(lr), float(reg)) for lr, reg in zip(*draws, strict=True)]


def _as_numbers(name, values, positive=False):
    """Return a list of floats."""
    if not isinstance(values, Iterable):
        raise TypeError(f"{name}: expected a list of numbers, got {reprlib.repr(values)}.")
    return [as_number(name, value, positive) for value in values]


def _as_range(name, ends):
    """Return two floats (low, high)."""
    wanted = f"{name}: expected (low, high) with 0 < low <= high, got {reprlib.repr(ends)}."
    if not hasattr(ends, "__len__") or len(ends) != 2:
        raise TypeError(wanted)
    low, high = (as_number(name, end, positive=True) for end in ends)
    if low > high:
        raise ValueError(wanted)
    return low, high
