"""_extremes.py: very large and very small numbers, by hand. tests/faults/numbers.py tries thousands more."""

import math

import numpy as np
import pytest

from cs231n_softmax import LinearSVM, Softmax, softmax
from cs231n_softmax._extremes import check_scores, finite, reg_gradient, reg_loss, times
from cs231n_softmax.classifiers.compiled import softmax_loss_compiled
from cs231n_softmax.classifiers.linear_svm import hinge, svm_loss_naive, svm_loss_vectorized
from cs231n_softmax.classifiers.softmax import cross_entropy, softmax_loss_naive, softmax_loss_vectorized

pytestmark = pytest.mark.filterwarnings("error")
SOFTMAX = [softmax_loss_naive, softmax_loss_vectorized, softmax_loss_compiled]
FIRST = dict.fromkeys(SOFTMAX, math.log(2)) | {svm_loss_naive: 1.0, svm_loss_vectorized: 1.0}
losses = pytest.mark.parametrize("loss_function", FIRST)
NOTHING = {"X": np.zeros((1, 1)), "y": [0]}  # equal scores whatever W is: a data loss of FIRST


# --- the regularization -------------------------------------------------------------------------------------------

@losses
@pytest.mark.parametrize(("w", "reg", "loss", "slope"), [
    (1e200, 0.0, 0.0, 0.0), (1e160, 1e-300, 1e20, 2e-140), (1e-200, 1e300, 1e-100, 2e100), (3.0, 1e308, None, None),
    (1e200, 1e-3, None, None), (1e-200, 1.5e308, 1.5e-92, 3e108), (5e-324, 1.0, 0.0, 1e-323),
    (1e308, 5e-324, 5e-324 * 1e308 * 1e308, 2 * (5e-324 * 1e308))])
def test_regularization_of_any_size(loss_function, w, reg, loss, slope):
    """reg * sum(W**2) is given wherever it fits float64, though sum(W**2) doesn't; OverflowError where it doesn't."""
    W = np.array([[w, 0.0]])
    if loss is None:
        with pytest.raises(OverflowError, match="^the loss overflows float64: .W. reaches .*, and reg is"):
            loss_function(W, **NOTHING, reg=reg)
        return
    found, dW = loss_function(W, **NOTHING, reg=reg)
    assert found == pytest.approx(FIRST[loss_function] + loss, rel=1e-15)
    assert dW[0] == pytest.approx([slope, 0], rel=1e-15, abs=0)


@losses
@pytest.mark.parametrize(("w", "reg"), [(1e-30, 1e60), (1e30, 1e-50), (1e-40, 1e40), (0.0, 1e300)])
def test_a_reg_that_has_no_room_in_float32(loss_function, w, reg):
    """float32 W beside a reg of 1e60 or 1e-50: the gradient 2 * reg * W is an ordinary float32 number."""
    _, dW = loss_function(np.array([[w, 0]], np.float32), **NOTHING | {"X": np.zeros((1, 1), np.float32)}, reg=reg)
    assert dW.dtype == np.float32 and dW[0] == pytest.approx([2 * reg * float(np.float32(w)), 0], rel=1e-6, abs=0)


@losses
def test_a_mean_is_not_the_sum_divided(loss_function):
    """Four pixels of 2e38 have a mean in float32, though not a sum."""
    X, W, y = np.full((4, 1), 2e38, np.float32), np.zeros((1, 2), np.float32), np.zeros(4, int)
    p = FIRST[loss_function] / (2 * math.log(2)) if FIRST[loss_function] < 1 else 1  # softmax: 1/2
    assert loss_function(W, X, y, 0.0)[1] == pytest.approx(2e38 * p * np.array([[-1, 1]]), rel=1e-6)


@losses
def test_a_gradient_that_overflows(loss_function):
    """A loss that fits float64, with a slope that doesn't fit W's float32."""
    with pytest.raises(OverflowError, match="^the gradient overflows float32"):
        loss_function(np.array([[1e30, 0]], np.float32), np.zeros((1, 1), np.float32), [0], 1e10)


def test_squares_are_added_up_in_float64():
    """1 + 1e-8 is 1 in float32, so float32 W is squared in float64; complex W as w*w, for its derivative."""
    W = np.array([[1, 1e-4], [1.1, 0.3]], np.float32)
    assert reg_loss(W, 2.0) == pytest.approx(2 * np.sum(W.astype(float) ** 2), rel=1e-15, abs=0)
    assert abs(float(2 * np.sum(W * W)) / reg_loss(W, 2.0) - 1) > 1e-9
    assert reg_loss(np.array([[1 + 2j, 3]]), 2.0) == 2 * ((1 + 2j) ** 2 + 9)
    assert reg_loss(np.array([[1j]], np.complex64), 1.0).dtype == np.complex128
    assert reg_loss(np.array([[1e200 + 1j]]), 0.0) == 0


def test_scaling_changes_no_digit():
    """Divided by a power of two or not, the same sum: on both sides of each limit."""
    W = np.random.default_rng(0).standard_normal((3, 4))
    for exponent in (-900, -515, -470, -460, -459, -450, 505, 510, 515, 900):
        shift = max(-1000, min(1000, -2 * exponent))
        if 2 * exponent + shift < 1000:
            assert reg_loss(np.ldexp(W, exponent), math.ldexp(0.3, shift)) == pytest.approx(
                math.ldexp(reg_loss(W, 0.3), 2 * exponent + shift), rel=1e-15, abs=0)
    assert reg_gradient(np.float32([[1, -2]]), 0.5).tolist() == [[1, -2]]
    assert times(0.5, np.float32([3])).dtype == np.float32


# --- float16 ------------------------------------------------------------------------------------------------------

def test_float16_is_computed_in_float32():
    """70,000 equal classes have probabilities that sum to 1: in float16 the sum is 0, or inf."""
    p = softmax(np.zeros(70_000, np.float16))
    assert p.dtype == np.float32 and p.sum() == pytest.approx(1, rel=1e-5)
    for function in (cross_entropy, hinge):
        found, dscores = function(np.zeros((1, 70_000), np.float16), np.array([0]))
        assert found.dtype.itemsize >= 4 and dscores.dtype == np.float32 and np.isfinite(found).all()


@losses
def test_float16_gradients_do_not_overflow(loss_function):
    """The sum over examples of pixels near 200 is beyond float16; their mean isn't, and the result is float32."""
    X, W, y = np.full((400, 2), 200, np.float16), np.zeros((2, 3), np.float16), np.zeros(400, int)
    dW = loss_function(W, X, y, 0.0)[1]
    p = 1 / 3 if loss_function in SOFTMAX else 1
    assert dW.dtype == np.float32 and dW == pytest.approx(200 * np.array([[-2 * p, p, p]] * 2), rel=1e-4)


@pytest.mark.parametrize("Model", [Softmax, LinearSVM])
def test_float16_weights_are_trained_as_float32(Model):
    """Steps of 2e-6 change no float16 weight near 1: W becomes float32, given or new."""
    X, y = np.ones((4, 2), np.float16), np.array([0, 1, 1, 1])
    new, given = Model(), Model()
    given.W = np.float16([[1, 2], [1, 2]])
    for model in (new, given):
        model.train(X, y, 2e-6, 0.0, num_iters=0)
        first = model.W
        model.train(X, y, 2e-6, 0.0, num_iters=20, rng=0)
        assert first.dtype == model.W.dtype == np.float32 and not np.array_equal(first, model.W)


# --- the caller's np.seterr ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("how", ["raise", "warn"])
def test_underflow_is_no_error(how):
    """exp(-1000) is 0, and nothing else, under any np.seterr; the caller's setting is as before afterwards."""
    W, X, y = np.array([[0.0, 1e3, -1e3]]), np.array([[1.0], [1e-300]]), np.array([0, 2])
    with np.errstate(all=how):
        before = np.geterr()
        results = [f(W, X, y, 1e-300)[0] for f in FIRST]
        p, (found, _), (margins, _) = softmax(W), cross_entropy(W, y[:1]), hinge(1e-320 * W, y[:1])
        model = Softmax()
        model.W = W
        model.train(X, y, 1e-310, 1e-310, num_iters=2, rng=0)
        assert model.predict(X).tolist() == [1, 1] and np.geterr() == before
    assert results == pytest.approx([(1e3 + math.log(3)) / 2] * 3 + [(1001 + 2) / 2] * 2)
    assert p.tolist() == [[0, 1, 0]] and found.tolist() == [1000] and margins == pytest.approx([2])


# --- checks -------------------------------------------------------------------------------------------------------

def test_check_scores():
    """A finite loss of finite scores passes; else W is looked at before X, and the scores are blamed at last."""
    W, X = np.array([[2.0]]), np.array([[3.0]])
    fine, bad = X @ W, np.array([[np.nan]])
    check_scores(fine, 0.0, W, X)
    for scores, loss in ((bad, 0.0), (np.array([[np.inf]]), 0.0), (np.array([[-np.inf]]), 0.0), (fine, np.inf)):
        with pytest.raises(ValueError, match="W: expected finite"):
            check_scores(scores, loss, bad, bad)
        with pytest.raises(ValueError, match="X: expected finite"):
            check_scores(scores, loss, W, bad)
        with pytest.raises(OverflowError, match=r"the scores X @ W overflow float64: \|W\| reaches 2\."):
            check_scores(scores, loss, W, X)


def test_finite():
    """A loss and a gradient pass as a Python number and the same array; NaN in either is an overflow."""
    loss, dW = finite(np.float64(2), W := np.ones((1, 1)), W, 0.0)
    assert type(loss) is float and dW is W
    for wrong in ((np.float64(np.nan), W), (np.float64(1), W * np.nan)):
        with pytest.raises(OverflowError, match="overflows float64"):
            finite(*wrong, W, 0.0)
