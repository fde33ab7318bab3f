"""Softmax and its loss, shown four ways: by hand, by numerical derivative, naive against vectorized, at extremes."""

import decimal
import math

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from loss_cases import REGS, about, complex_step, examples, problem, scipy_check

from cs231n_softmax.classifiers.softmax import softmax, softmax_loss_naive, softmax_loss_vectorized

both = pytest.mark.parametrize("loss_function", [softmax_loss_naive, softmax_loss_vectorized])


def relative(a, b):
    """Return the normwise relative error, max |a - b| / max |b|.

    Not elementwise: an entry of dW is a sum over examples whose terms cancel, so a small entry can't be more
    exact than rounding in the large ones allows, in any formula. What descends is the gradient as a whole.
    """
    return np.abs(a - b).max() / np.abs(b).max()


def loss_by_definition(W, X, y, reg):
    """Return the loss from log(1 + sum over the other classes of exp(s_j - s[y])): no maximum, any W, even complex."""
    total = 0
    for x, label in zip(X, y, strict=True):
        gaps = np.delete(x @ W - (x @ W)[label], label)
        total += np.log(1 + np.exp(gaps).sum())
    return total / len(X) + reg * (W * W).sum()


def exact(scores, y):
    """Return the mean loss and its gradient by the scores, computed from exp and log in 50 decimal digits."""
    with decimal.localcontext(prec=50, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN):
        losses, gradient = [], []
        for row, label in zip(scores.tolist(), y, strict=True):
            exps = [decimal.Decimal(s).exp() for s in row]
            losses.append(sum(exps).ln() - decimal.Decimal(row[label]))
            gradient.append([float(e / sum(exps) - (j == label)) / len(y) for j, e in enumerate(exps)])
        return float(sum(losses) / len(y)), np.array(gradient)


# --- softmax() ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("scores", "probabilities"), [
    ([1, 2], [0.26894142, 0.73105858]),
    ([10, 20], [0.0000453978687, 0.999954602]),
    ([3.2, 5.1, -1.7], [0.12998254, 0.86904954, 0.00096793]),
    ([7], [1]),
    ([[0, 0], [math.log(3), 0]], [[0.5, 0.5], [0.75, 0.25]]),
])
def test_softmax_by_hand(scores, probabilities):
    """Known probabilities, from integers and floats."""
    np.testing.assert_allclose(softmax(scores), probabilities, rtol=1e-8, atol=5e-9)


def test_softmax_one_difference_counts():
    """Scores (1, 2) and (10, 20) have the same ratio but not the same probabilities: differences count."""
    np.testing.assert_allclose(softmax([1, 2]), softmax([10, 11]), rtol=1e-15)
    assert softmax([10, 20])[1] > softmax([1, 2])[1]


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
@pytest.mark.parametrize("scale", [1, 1e3, 1e8])
def test_softmax_agrees_with_scipy(shape, scale):
    """One, two and three dimensions, moderate and huge scores: the same as scipy.special.softmax."""
    scores = scale * np.random.default_rng(0).normal(size=shape)
    np.testing.assert_allclose(softmax(scores), scipy.special.softmax(scores, axis=-1), rtol=1e-13)


def test_softmax_rows_far_apart():
    """Each row is shifted by its own maximum: rows 1e4 apart all come out right."""
    scores = np.array([[0.0], [1e4], [-1e4]]) + [1, 2]
    np.testing.assert_allclose(softmax(scores), [[0.26894142, 0.73105858]] * 3, rtol=1e-7)


def test_softmax_integers_do_not_wrap():
    """uint8 and int8 scores are converted: a difference of 255 doesn't become 1."""
    for dtype in (np.uint8, np.uint64, np.int64):
        assert softmax(np.array([0, 255], dtype)) == about([math.exp(-255), 1], rel=1e-14)
    assert softmax(np.array([-128, 127], np.int8)) == about([math.exp(-255), 1], rel=1e-14)
    assert softmax(np.array([1, 2], np.uint8)).dtype == np.float64
    assert softmax(np.array([1, 2], np.float32)).dtype == np.float32


def test_softmax_minus_infinity_is_an_impossible_class():
    """A score of -inf has probability 0, as long as another score is finite."""
    np.testing.assert_array_equal(softmax([-np.inf, 3, 3]), [0, 0.5, 0.5])


@pytest.mark.parametrize("row", [[np.nan, 1], [np.inf, 1], [np.inf, -np.inf], [-np.inf, -np.inf]])
def test_softmax_rejects_rows_without_an_answer(row):
    """NaN, +inf and nothing but -inf raise, in the only row or in one of several, and say what was found."""
    for scores in (row, [[0, 0], row]):
        with pytest.raises(ValueError, match=r"scores: expected finite numbers, got a row .* -?(nan|inf)\."):
            softmax(scores)


SCORES = hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=6),
                    elements=st.integers(-400, 400).map(lambda k: k / 8))


@examples
@given(SCORES, st.integers(-10**6, 10**6))
def test_softmax_properties(scores, shift):
    """Positive, sums to one, in the order of the scores, unchanged by a constant; scores are not modified."""
    before = scores.copy()
    p = softmax(scores)
    np.testing.assert_array_equal(scores, before)
    assert p.shape == scores.shape and (p > 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-14)
    higher = scores[..., :, None] > scores[..., None, :]
    assert (p[..., :, None] >= p[..., None, :])[higher].all()
    np.testing.assert_allclose(softmax(scores + shift), p, rtol=1e-13)


# --- by hand -----------------------------------------------------------------------------------------------------

@both
def test_cat_car_frog(loss_function):
    """The cs231n slide: scores (3.2, 5.1, -1.7), a cat; 0.13, 0.87, 0.00, and 2.04 nats (0.89 is the log10)."""
    loss, dW = loss_function(np.array([[3.2, 5.1, -1.7]]), np.ones((1, 1)), np.array([0]), 0)
    assert f"{loss:.2f}" == "2.04" and loss == about(math.log(1 + math.exp(1.9) + math.exp(-4.9)))
    assert [f"{p:.2f}" for p in dW[0] + [1, 0, 0]] == ["0.13", "0.87", "0.00"]


@both
@pytest.mark.parametrize("C", [1, 2, 10])
def test_zero_weights_give_log_C(loss_function, C):
    """Without knowledge every class has probability 1/C: loss log C; gradient mean of (1/C - 1{label}) x."""
    X, y = np.array([[1.0, 2], [3, 4]]), np.array([0, C - 1])
    loss, dW = loss_function(np.zeros((2, C)), X, y, 5.0)
    assert loss == about(math.log(C))
    np.testing.assert_allclose(dW, X.T @ (1 / C - np.eye(C)[y]) / 2, atol=1e-15)


@both
def test_two_examples_by_hand(loss_function):
    """Probabilities (3/4, 1/4) and (1/2, 1/2): loss (log 4 + log 2) / 2 + reg log(3)**2, and the gradient."""
    W, X, y = np.array([[math.log(3), 0]]), np.array([[1.0], [0.0]]), np.array([1, 0])
    loss, dW = loss_function(W, X, y, 10)
    assert loss == about(1.5 * math.log(2) + 10 * math.log(3) ** 2)
    np.testing.assert_allclose(dW, [[3 / 8 + 20 * math.log(3), -3 / 8]], rtol=1e-15)


# --- numerical derivative ----------------------------------------------------------------------------------------

def test_problems_cover_what_they_claim():
    """The 50 problems: N = 1, C = 2, reg = 0 and 100, missing classes, largest scores from under 0.02 to over 5."""
    problems = [problem(seed) for seed in range(50)]
    assert min(len(y) for *_, y, _ in problems) == 1 and min(W.shape[1] for W, *_ in problems) == 2
    assert min(REGS) == 0 and max(REGS) == about(100) and len(REGS) == 50
    assert sum(len(set(y)) < W.shape[1] for W, _, y, _ in problems) > 10
    largest = [np.abs(X @ W).max() for W, X, *_ in problems]
    assert min(largest) < 0.02 and max(largest) > 5


@both
def test_gradient_is_the_complex_step_derivative(loss_function):
    """Relative error under 1e-10 on 50 problems, against another formula's derivative; the loss agrees with it too."""
    for seed in range(50):
        W, X, y, reg = problem(seed)
        loss, dW = loss_function(W, X, y, reg)
        assert loss == about(loss_by_definition(W, X, y, reg), rel=1e-12), seed
        assert relative(dW, complex_step(loss_by_definition, W, X, y, reg)) < 1e-10, seed


@both
def test_gradient_is_the_derivative_of_the_loss_itself(loss_function):
    """The complex step through the vectorized loss gives both gradients, and scipy.optimize.check_grad agrees."""
    for seed in range(50):
        W, X, y, reg = problem(seed)
        dW = loss_function(W, X, y, reg)[1]
        own = complex_step(lambda *args: softmax_loss_vectorized(*args)[0], W, X, y, reg)
        assert relative(dW, own) < 1e-10, seed
        assert scipy_check(loss_function, W, X, y, reg) < 1e-5 * max(1, np.abs(dW).max()), seed


def test_complex_weights():
    """The vectorized loss takes complex W and returns the analytic continuation; the naive one says no."""
    W, X, y, reg = problem(11)
    W = W + 0.1j
    assert softmax_loss_vectorized(W, X, y, reg)[0] == about(loss_by_definition(W, X, y, reg), rel=1e-12)
    assert isinstance(softmax_loss_vectorized(W, X, y, reg)[0], complex)
    with pytest.raises(TypeError, match="W: expected floating-point numbers, got complex128"):
        softmax_loss_naive(W, X, y, reg)


# --- naive against vectorized ------------------------------------------------------------------------------------

@pytest.mark.parametrize("scale", [1, 1e3, 1e8])
def test_naive_and_vectorized_agree(scale):
    """Loss and gradient of 50 problems agree to 1e-12, and of the same problems with scores up to 1e9."""
    for seed in range(50):
        W, X, y, reg = problem(seed)
        # integer features on a binary grid: huge scores are exact, whatever order a product is summed in
        X = np.round(X * scale * 8) if scale > 1 else X
        W = np.round(W * 64) / 64 if scale > 1 else W
        (loss, dW), (loss_v, dW_v) = softmax_loss_naive(W, X, y, reg), softmax_loss_vectorized(W, X, y, reg)
        assert loss == about(loss_v, rel=1e-12), seed
        np.testing.assert_allclose(dW, dW_v, rtol=1e-12, atol=1e-12 * np.abs(dW).max(), err_msg=str(seed))


# --- extreme inputs ----------------------------------------------------------------------------------------------

@both
@pytest.mark.parametrize("scale", [1e-8, 1, 1e3, 1e8])
@pytest.mark.parametrize("offset", [0, 1e4])
def test_extreme_scores(loss_function, scale, offset):
    """Scores to 1e8, rows 1e4 apart: loss and gradient as in 50-digit arithmetic, and as scipy's logsumexp."""
    rng = np.random.default_rng(1)
    scores = np.round(scale * rng.uniform(-1, 1, (6, 4)), 3) + offset * np.arange(-3, 3)[:, None]
    y = rng.integers(4, size=6)
    loss, dscores = exact(scores, y)
    assert loss == about(np.mean(scipy.special.logsumexp(scores, axis=1) - scores[range(6), y]), rel=1e-8)

    # X = I: the weights are the scores, the gradient is the gradient by the scores
    got, dW = loss_function(scores, np.eye(6), y, 0)
    assert got == about(loss, rel=1e-12)
    np.testing.assert_allclose(dW, dscores, rtol=1e-12, atol=1e-15)
    # W = I: the examples are the scores
    got, dW = loss_function(np.eye(4), scores, y, 0)
    assert got == about(loss, rel=1e-12)
    np.testing.assert_allclose(dW, scores.T @ dscores, rtol=1e-12, atol=1e-13 * np.abs(scores).max())


@both
@pytest.mark.parametrize("gap", [1.0, 30.0, 800.0, 1e5, 1e8])
def test_a_gap_costs_the_gap(loss_function, gap):
    """A true score `gap` below the other costs gap + log(1 + exp(-gap)), also where exp(-gap) underflows."""
    for dtype in (np.float64, np.float32):
        loss, dW = loss_function(np.array([[0, gap]], dtype), np.ones((1, 1), dtype), np.array([0]), 0)
        assert loss == about(gap + math.log1p(math.exp(-gap)), rel=1e-14 if dtype == np.float64 else 1e-7)
        p = 1 / (1 + math.exp(-gap))
        np.testing.assert_allclose(dW, [[-p, p]], rtol=1e-6)
    assert loss_function(np.array([[gap, 0]]), np.ones((1, 1)), np.array([0]), 0)[0] == about(
        math.log1p(math.exp(-gap)), abs=1e-15)


@both
def test_the_loss_is_summed_in_float64(loss_function):
    """float32: one loss of 1e8 and 1000 of log 2; a float32 sum would lose the small ones, or round the total."""
    X = np.zeros((1001, 1), np.float32)
    X[0] = 1e8
    loss, dW = loss_function(np.array([[0, 1]], np.float32), X, np.zeros(1001, int), 0)
    assert type(loss) is float and dW.dtype == np.float32
    assert loss == about((1e8 + 1000 * math.log(2)) / 1001, rel=1e-12)


@both
def test_float32_is_close_to_float64(loss_function):
    """float32 arithmetic gives loss and gradient right to about six digits."""
    for seed in range(50):
        W, X, y, reg = problem(seed)
        loss, dW = loss_function(W.astype(np.float32), X.astype(np.float32), y, reg)
        loss64, dW64 = loss_function(W, X, y, reg)
        assert loss == about(loss64, rel=1e-5, abs=1e-6), seed
        assert dW.dtype == np.float32 and np.abs(dW - dW64).max() < 1e-5 * (np.abs(dW64).max() + np.abs(X).max()), seed


def test_differences_beyond_the_dtype():
    """Scores whose difference overflows: the probabilities are right; the losses say that the scores overflow."""
    with np.errstate(over="ignore"):
        assert softmax(np.float32([2e38, -2e38])).tolist() == [1.0, 0.0]
    W = np.float32([[2e38, -2e38]])
    for loss in (softmax_loss_naive, softmax_loss_vectorized):
        with pytest.raises(OverflowError, match="overflow float32"):
            loss(W, np.ones((1, 1), np.float32), np.array([1]), 0.0)
