"""The settings of a sweep: lists of pairs (learning_rate, reg), on a grid or at random."""

import numpy as np


def grid(learning_rates, regs):
    """Return every pair (learning_rate, reg)."""
    return [(float(lr), float(reg)) for lr in learning_rates for reg in regs]


def random_log(learning_rates, regs, num, rng=None):
    """Return `num` random pairs, each coordinate log-uniform between the two ends given: (low, high)."""
    for name, (low, high) in (("learning_rates", learning_rates), ("regs", regs)):
        if not 0 < low <= high:
            raise ValueError(f"{name}: expected (low, high) with 0 < low <= high, got ({low}, {high}).")
    rng = np.random.default_rng(rng)
    draws = [np.exp(rng.uniform(np.log(low), np.log(high), num)) for low, high in (learning_rates, regs)]
    draws = [np.clip(values, *ends) for values, ends in zip(draws, (learning_rates, regs), strict=True)]  # rounding
    return [(float(lr), float(reg)) for lr, reg in zip(*draws, strict=True)]
