"""sweep/settings.py: pairs of a learning rate and a reg, on a grid or at random."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs231n_softmax.sweep import grid, random_log

pytestmark = pytest.mark.filterwarnings("error")


def test_grid_has_every_pair():
    """grid gives each pair (learning rate, reg) once, as Python floats."""
    pairs = grid(np.array([1e-7, 1e-6]), [1, 10, 100])
    assert pairs == [(1e-7, 1), (1e-7, 10), (1e-7, 100), (1e-6, 1), (1e-6, 10), (1e-6, 100)]
    assert all(type(value) is float for pair in pairs for value in pair)


log_range = st.tuples(st.floats(-12, 12), st.floats(0, 8)).map(lambda e: (10 ** e[0], 10 ** (e[0] + e[1])))


@given(learning_rates=log_range, regs=log_range, num=st.integers(0, 20), seed=st.integers(0, 2**32))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_random_settings_stay_in_range(learning_rates, regs, num, seed):
    """random_log gives `num` pairs of floats, each in its own range, the same for the same seed."""
    pairs = random_log(learning_rates, regs, num, seed)
    assert len(pairs) == num
    for pair in pairs:
        for value, (low, high) in zip(pair, (learning_rates, regs), strict=True):
            assert type(value) is float and low <= value <= high
    assert pairs == random_log(learning_rates, regs, num, np.random.default_rng(seed))


def test_random_settings_are_log_uniform():
    """The logarithms of both coordinates are uniform (Kolmogorov-Smirnov distance) and uncorrelated."""
    n = 4000
    draws = np.log10(random_log((1e-8, 1e-4), (1e-1, 1e5), n, rng=0))
    u = (draws - [-8, -1]) / [4, 6]
    for column in u.T:
        assert np.abs(np.sort(column) - np.arange(n) / n).max() < 1.95 / np.sqrt(n)
    assert abs(np.corrcoef(u.T)[0, 1]) < 0.05


def test_random_settings_differ_between_generators():
    """Another seed, or none, gives other settings."""
    draws = [random_log((1, 2), (1, 2), 3, rng) for rng in (0, 1, None, None)]
    assert all(a != b for i, a in enumerate(draws) for b in draws[:i])


@pytest.mark.parametrize("wrong", [(0, 1), (-1, 1), (2, 1), (math.nan, 1), (1, math.nan)])
@pytest.mark.parametrize("name", ["learning_rates", "regs"])
def test_wrong_ranges_are_refused(name, wrong):
    """A range that is not 0 < low <= high raises ValueError naming the argument."""
    with pytest.raises(ValueError, match=rf"{name}: expected .* got"):
        random_log(**{"learning_rates": (1, 2), "regs": (1, 2), name: wrong}, num=1)
