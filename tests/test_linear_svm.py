"""The hinge loss, shown four ways: by hand, by numerical derivative, naive against vectorized, at extremes."""

from fractions import Fraction

import numpy as np
import pytest
from loss_cases import about, complex_step, scipy_check
from loss_cases import problem as small_problem

from cs231n_softmax.classifiers.linear_svm import svm_loss_naive, svm_loss_vectorized

both = pytest.mark.parametrize("loss_function", [svm_loss_naive, svm_loss_vectorized])


def problem(seed):
    """Return (W, X, y, reg), number `seed` of 50, with scores to 1000."""
    return small_problem(seed, largest=3)


def loss_by_definition(W, X, y, reg):
    """Return the loss as a sum over examples and classes of active margins; complex W as well."""
    total = 0
    for x, label in zip(X, y, strict=True):
        margins = [w @ x - W[:, label] @ x + 1 for j, w in enumerate(W.T) if j != label]
        total += sum(margin for margin in margins if margin.real > 0)
    return total / len(X) + reg * (W * W).sum()


# --- by hand -----------------------------------------------------------------------------------------------------

@both
def test_cat_car_frog(loss_function):
    """The cs231n slide: cat 3.2, car 5.1 and frog -1.7, a cat: 5.1 - 3.2 + 1 = 2.9, and the frog is no trouble."""
    loss, dW = loss_function(np.array([[3.2, 5.1, -1.7]]), np.ones((1, 1)), np.array([0]), 0)
    assert loss == about(2.9)
    np.testing.assert_array_equal(dW, [[-1, 1, 0]])


@both
def test_the_slide_with_three_images(loss_function):
    """The cs231n slide's three images: losses 2.9, 0 and 12.9, on average 5.27."""
    scores = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
    loss, dW = loss_function(scores, np.eye(3), np.array([0, 1, 2]), 0)
    assert loss == about(15.8 / 3)
    np.testing.assert_allclose(dW, np.array([[-1, 1, 0], [0, 0, 0], [1, 1, -2]]) / 3, rtol=1e-15)


@both
@pytest.mark.parametrize("C", [1, 2, 10])
def test_zero_weights_give_C_minus_1(loss_function, C):
    """With equal scores each other class is within the margin by 1: loss C - 1."""
    X, y = np.array([[1.0, 2], [3, 4]]), np.array([0, C - 1])
    loss, dW = loss_function(np.zeros((2, C)), X, y, 5.0)
    assert loss == C - 1
    np.testing.assert_allclose(dW, X.T @ (1 - C * np.eye(C)[y]) / 2, rtol=1e-15)


@both
def test_kink_takes_the_satisfied_side(loss_function):
    """At a margin of exactly 0 loss and gradient are 0, as the docstring says; a step beyond, they aren't."""
    X, y = np.ones((1, 1)), np.array([0])
    loss, dW = loss_function(np.array([[1.0, 0]]), X, y, 0)
    assert loss == 0 and not dW.any()
    loss, dW = loss_function(np.array([[1.0, 2**-30]]), X, y, 0)
    assert loss == 2**-30 and dW.tolist() == [[-1, 1]]


# --- numerical derivative ----------------------------------------------------------------------------------------

@both
def test_gradient_is_the_complex_step_derivative(loss_function):
    """Normwise relative error (max |a - n| / max |n|) under 1e-10 on 50 problems; the loss agrees as well."""
    for seed in range(50):
        W, X, y, reg = problem(seed)
        loss, dW = loss_function(W, X, y, reg)
        assert loss == about(loss_by_definition(W, X, y, reg), rel=1e-12), seed
        for f in (loss_by_definition, lambda *args: svm_loss_vectorized(*args)[0]):
            numerical = complex_step(f, W, X, y, reg)
            assert np.abs(dW - numerical).max() <= 1e-10 * np.abs(numerical).max(), seed


@both
def test_scipy_check_grad_agrees(loss_function):
    """scipy's forward differences agree on 10 problems (none within its step of a kink)."""
    for seed in range(10):
        W, X, y, _ = problem(seed)
        assert scipy_check(loss_function, W, X / np.abs(X).max(), y, 0.5) < 1e-5, seed


def test_complex_weights():
    """The vectorized loss takes complex W, and margins go by their real part; the naive one says no."""
    W, X, y, reg = problem(11)
    W = W + 0.1j
    loss, dW = svm_loss_vectorized(W, X, y, reg)
    assert loss == about(loss_by_definition(W, X, y, reg), rel=1e-12)
    assert isinstance(loss, complex) and dW.dtype == np.complex128
    with pytest.raises(TypeError, match="W: expected floating-point numbers, got complex128"):
        svm_loss_naive(W, X, y, reg)


# --- naive against vectorized ------------------------------------------------------------------------------------

@pytest.mark.parametrize("scale", [1, 1e6])
def test_naive_and_vectorized_agree(scale):
    """Loss and gradient of 50 problems agree to 1e-12, with scores to 1e3 and to 1e9."""
    for seed in range(50):
        W, X, y, reg = problem(seed)
        (loss, dW), (loss_v, dW_v) = (f(W, X * scale, y, reg) for f in (svm_loss_naive, svm_loss_vectorized))
        assert loss == about(loss_v, rel=1e-12), seed
        np.testing.assert_allclose(dW, dW_v, rtol=1e-12, atol=1e-12 * np.abs(dW).max(), err_msg=str(seed))


# --- extreme inputs ----------------------------------------------------------------------------------------------

@both
@pytest.mark.parametrize("scale", [1e-8, 1, 1e3, 1e8])
@pytest.mark.parametrize("offset", [0, 1e4])
def test_extreme_scores(loss_function, scale, offset):
    """Scores to 1e8, rows 1e4 apart: the loss and gradient of exact fractions."""
    rng = np.random.default_rng(1)
    scores = np.round(scale * rng.uniform(-1, 1, (6, 4)), 3) + offset * np.arange(-3, 3)[:, None]
    y = rng.integers(4, size=6)
    exact, dscores = Fraction(0), np.zeros((6, 4))
    for i, j in np.ndindex(6, 4):
        margin = Fraction(scores[i, j]) - Fraction(scores[i, y[i]]) + 1
        if j != y[i] and margin > 0:
            exact += margin
            dscores[i, j] += 1
            dscores[i, y[i]] -= 1
    for W, X, expected in ((scores, np.eye(6), dscores), (np.eye(4), scores, scores.T @ dscores)):
        loss, dW = loss_function(W, X, y, 0)
        assert loss == about(float(exact / 6), rel=1e-12)
        np.testing.assert_allclose(dW, expected / 6, rtol=1e-12, atol=1e-14 * np.abs(expected).max())


@both
def test_the_loss_is_summed_in_float64(loss_function):
    """float32: one margin of 2**24 and 1001 of 1: their total is odd, so float32 can't hold it."""
    X = np.zeros((1002, 1), np.float32)
    X[0] = 2**24 - 1
    loss, dW = loss_function(np.array([[0, 1]], np.float32), X, np.zeros(1002, int), 0)
    assert type(loss) is float and dW.dtype == np.float32
    assert loss == about((2**24 + 1001) / 1002, rel=1e-14)
