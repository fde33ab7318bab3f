"""The compiled softmax loss: the loops' numbers in another order. Extremes are in test_extremes.py."""

import sys

import numpy as np
import pytest
from loss_cases import problem, scipy_check
from threadpoolctl import threadpool_limits

from cs231n_softmax import softmax_loss_naive, softmax_loss_vectorized
from cs231n_softmax.classifiers.compiled import softmax_loss_compiled


def test_by_hand():
    """Two rows and two classes, with scores (0, log 3) and (log 3, 0): p of the true classes is 3/4 and 1/4."""
    loss, dW = softmax_loss_compiled(np.log(3) * np.eye(2), np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([1, 1]), 0.5)
    assert loss == pytest.approx((np.log(4 / 3) + np.log(4)) / 2 + np.log(3) ** 2, rel=1e-15)
    expected = np.array([[0.75, -0.75], [0.25, -0.25]]) / 2 + np.log(3) * np.eye(2)
    np.testing.assert_allclose(dW, expected, rtol=1e-14)


@pytest.mark.parametrize("seed", range(50))
def test_it_gives_what_the_loops_give(seed):
    """1 to 7 rows and 2 to 6 classes: also where four rows and two classes at a time don't come out even."""
    W, X, y, reg = problem(seed)
    loss, dW = softmax_loss_naive(W, X, y, reg)
    loss_compiled, dW_compiled = softmax_loss_compiled(W, X, y, reg)
    assert loss_compiled == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(dW_compiled, dW, rtol=1e-10, atol=1e-12 * np.abs(dW).max())
    assert scipy_check(softmax_loss_compiled, W, X, y, reg) < 1e-5 * max(1, np.abs(dW).max())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("C", [1, 9, 10])
def test_many_rows_are_shared_among_threads(dtype, C):
    """More rows than one part has: the vectorized loss, and the same bits with one thread as with all."""
    rng = np.random.default_rng(0)
    X, W = rng.normal(size=(4001, 301)).astype(dtype), 0.1 * rng.normal(size=(301, C)).astype(dtype)
    y = rng.integers(C, size=len(X)).astype(np.uint8)
    loss, dW = softmax_loss_compiled(W, X, y, 0.1)
    expected, dW_expected = softmax_loss_vectorized(W, X, y, 0.1)
    eps = float(np.finfo(dtype).eps)
    assert loss == pytest.approx(expected, rel=100 * eps) and isinstance(loss, float)
    np.testing.assert_allclose(dW, dW_expected, rtol=1e-3, atol=1000 * eps * np.abs(dW_expected).max())
    assert dW.dtype == dtype and dW.flags.c_contiguous
    with threadpool_limits(1):
        loss_alone, dW_alone = softmax_loss_compiled(W, X, y, 0.1)
    assert loss_alone == loss and np.array_equal(dW_alone, dW)


def test_any_layout_and_type_of_pixels():
    """Bytes, columns first, every second row, read-only: the numbers count, and nothing is changed."""
    rng = np.random.default_rng(0)
    X, W, y = rng.integers(256, size=(10, 6), dtype=np.uint8), rng.normal(size=(6, 3)) / 100, rng.integers(3, size=10)
    expected, dW_expected = softmax_loss_naive(W, X, y, 0.0)
    twice = np.repeat(X, 2, axis=0)
    fixed = X.astype(float)
    fixed.flags.writeable = False
    for same in (X, np.asfortranarray(X), twice[::2], fixed, X.tolist()):
        loss, dW = softmax_loss_compiled(np.asfortranarray(W), same, y, 0.0)
        assert loss == pytest.approx(expected, rel=1e-13)
        np.testing.assert_allclose(dW, dW_expected, rtol=1e-10)


@pytest.mark.parametrize(("change", "error", "says"), [
    (lambda W, X, y: (W.astype(complex), X, y), TypeError, "W: expected floating-point numbers"),
    (lambda W, X, y: (W.astype(np.longdouble), X, y), TypeError, "expected float64 or narrower, got float128"),
    (lambda W, X, y: (W, X, y + 3), ValueError, "^y: "),
    (lambda W, X, y: (W, np.where(X > 0, np.nan, X), y), ValueError, "X: expected finite"),
    (lambda W, X, y: (W * [np.inf, 1, 1], X, y), ValueError, "W: expected finite"),
    (lambda W, X, y: (W * [1e308, 1, 1], 100 * X, y), OverflowError, "the scores X @ W overflow float64"),
    (lambda W, X, y: (W * [1, -1e308, 1], 100 * X, y), OverflowError, "the scores X @ W overflow float64"),
])
@pytest.mark.parametrize("row", range(4))
def test_bad_input_is_named(change, error, says, row):
    """As with the other losses, in whichever of four rows it is; a score of -inf is noticed, too."""
    W, X, y = np.ones((2, 3)), np.ones((4, 2)), np.zeros(4, int)
    X[np.arange(4) != row] = 0
    if np.longdouble(1).itemsize == 8:
        says = says.replace("float128", ".*")
    with pytest.raises(error, match=says):
        softmax_loss_compiled(*change(W, X, y), 0.0)


def test_without_numba_a_sentence_says_so(monkeypatch):
    """Only this file needs numba, and it says what to do."""
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "cs231n_softmax.classifiers.compiled")
    with pytest.raises(ImportError, match="needs numba: run `python -m pip install numba`"):
        import cs231n_softmax.classifiers.compiled  # noqa: F401
