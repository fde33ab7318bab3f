"""The settings of a sweep: lists of pairs (learning_rate, reg), on a grid or at random."""

from collections.abc import Iterable

import numpy as np

from .._typing import Rng, Setting


def grid(learning_rates: Iterable[float], regs: Iterable[float]) -> list[Setting]:
    """Return every pair (learning_rate, reg).

    >>> grid([1e-7, 1e-6], [1000, 10000])
    [(1e-07, 1000.0), (1e-07, 10000.0), (1e-06, 1000.0), (1e-06, 10000.0)]
    """
    return [(float(lr), float(reg)) for lr in learning_rates for reg in regs]


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
    for name, (low, high) in (("learning_rates", learning_rates), ("regs", regs)):
        if not 0 < low <= high:
            raise ValueError(f"{name}: expected (low, high) with 0 < low <= high, got ({low}, {high}).")
    rng = np.random.default_rng(rng)
    draws = [np.exp(rng.uniform(np.log(low), np.log(high), num)) for low, high in (learning_rates, regs)]
    draws = [np.clip(values, *ends) for values, ends in zip(draws, (learning_rates, regs), strict=True)]  # rounding
    return [(float(lr), float(reg)) for lr, reg in zip(*draws, strict=True)]
