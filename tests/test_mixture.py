"""check/mixture.py: a result as a sum of terms, each times a number that is looked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs231n_softmax.check.mixture import mixture

rng = np.random.default_rng(0)
v, dw, w = rng.integers(-9, 9, size=(3, 4, 3)) / 8
TERMS = {"v": v, "dw": dw, "w": w}


def told(got, right=0.5 * v - 0.25 * dw, terms=TERMS):
    return mixture("The new velocity", "a problem", got, right, terms, "a hint")


@pytest.mark.parametrize(("got", "code", "title", "sum_of_it"), [
    (0.5 * v - 0.25 * dw - 0.01 * w, "term-added", "has `w` in it", "0.5 * v - 0.25 * dw - 0.01 * w"),
    (-0.25 * dw, "term-missing", "doesn't contain `v`", "-0.25 * dw"),
    (v - 0.25 * dw, "term-factor", "has another number before `v`", "v - 0.25 * dw"),
    (v + 2 * dw, "term-factor", "has another number before `v` and `dw`", "v + 2 * dw"),
    (w - 0.25 * dw, "term-added", "has `w` in it, and doesn't contain `v`", "-0.25 * dw + w"),
    (0 * v, "term-missing", "doesn't contain `v` and `dw`", "0"),
])
def test_each_kind_is_told(got, code, title, sum_of_it):
    """Which terms are too many, missing, or have another factor; both sums are shown."""
    mistake = told(got)
    assert (mistake.code, mistake.title) == (code, f"The new velocity {title}.")
    assert mistake.evidence == f"a problem: expected 0.5 * v - 0.25 * dw, got {sum_of_it}."


@settings(deadline=None, derandomize=True)
@given(st.lists(st.integers(-20, 20), min_size=3, max_size=3))
def test_any_factors_are_found(factors):
    """Whatever the factors are, they are found; the right ones are no mistake."""
    a, b, c = np.array(factors) / 10
    mistake = told(a * v + b * dw + c * w, right=0.5 * v - 0.2 * dw)
    if (a, b, c) == (0.5, -0.2, 0):
        assert mistake is None
    else:
        assert ("`w` in it" in mistake.title) == (c != 0)
        assert ("contain" in mistake.title) == (a == 0 or b == 0)


@pytest.mark.parametrize("got", [v**2, abs(0.5 * v - 0.25 * dw), 0.5 * v - 0.25 * dw + 1e-3, np.full_like(v, np.nan)])
def test_what_is_no_sum_of_the_terms_is_left_alone(got):
    """A square, an absolute value, a number that is added, NaN."""
    assert told(got) is None


def test_where_factors_are_no_proof_nothing_is_said():
    """Terms that can't be told apart, another shape, and as many terms as entries."""
    assert told(v + dw, terms={"v": v, "2 * v": 2 * v, "dw": dw}) is None
    assert told(np.mean(v)) is None
    few = {name: term[:2, :2] for name, term in TERMS.items()}
    assert told(v[:2, :2], right=0.5 * v[:2, :2], terms=few) is None
