"""Numerical derivatives against derivatives known by hand, and the checks against gradients known to be wrong."""

import itertools
import math

import numpy as np
import pytest
import scipy.sparse

from cs231n_softmax.classifiers import softmax_loss_vectorized, svm_loss_vectorized
from cs231n_softmax.gradient_check import (
    check_gradient,
    complex_step_gradient,
    eval_numerical_gradient,
    eval_numerical_gradient_array,
    grad_check_sparse,
    relative_error,
)
from cs231n_softmax.gradient_check.derivatives import Derivatives


def normal(*shape):
    """Return the same normal numbers every time."""
    return np.random.default_rng(0).normal(size=shape)


SQUARE = 4 * np.eye(3) + normal(3, 3)

COUNTER = itertools.count()

BY_HAND = {  # name: (scalar function, its gradient, a point)
    "sum of squares": (lambda x: np.sum(x * x), lambda x: 2 * x, np.array([3.0, -2.0, 0.5])),
    "sines": (lambda x: np.sum(np.sin(x)), np.cos, np.linspace(-3, 3, 6).reshape(2, 3)),
    "product": (lambda x: np.prod(x), lambda x: np.prod(x) / x, np.array([2.0, 3.0, 5.0])),
    "no dimension": (lambda x: np.exp(2 * x), lambda x: 2 * np.exp(2 * x), np.array(0.3)),
    "tr(X' A X)": (lambda x: np.trace(x.T @ SQUARE @ x), lambda x: (SQUARE + SQUARE.T) @ x, normal(3, 4)),
    "log det": (lambda x: np.log(np.linalg.det(x)), lambda x: np.linalg.inv(x).T, SQUARE.copy()),
}
by_hand = pytest.mark.parametrize(("f", "gradient", "x"), BY_HAND.values(), ids=BY_HAND)

CHECKERS = {  # every function here that perturbs x in place
    "eval_numerical_gradient": lambda f, x: eval_numerical_gradient(f, x, verbose=False),
    "eval_numerical_gradient_array": lambda f, x: eval_numerical_gradient_array(f, x, 1.0),
    "grad_check_sparse": lambda f, x: grad_check_sparse(f, x, np.zeros(x.shape)),
    "check_gradient": lambda f, x: check_gradient(f, x, np.zeros(x.shape)),
}
checkers = pytest.mark.parametrize("checker", CHECKERS.values(), ids=CHECKERS)


def sum_of_squares(x):
    return np.sum(x * x)


# --- the derivatives ---------------------------------------------------------------------------------------------

@by_hand
def test_numerical_gradient_by_hand(f, gradient, x):
    """Central differences agree with the derivative on paper to nine digits or so, in x's shape."""
    numerical = eval_numerical_gradient(f, x, verbose=False)
    assert numerical.shape == x.shape
    np.testing.assert_allclose(numerical, gradient(x), rtol=1e-8, atol=1e-9)


@by_hand
def test_complex_step_by_hand(f, gradient, x):
    """The complex step agrees with the derivative on paper to a few units in the last place; x is untouched."""
    before = x.tobytes()
    numerical = complex_step_gradient(f, x)
    assert numerical.shape == x.shape and numerical.dtype == np.float64 and x.tobytes() == before
    np.testing.assert_allclose(numerical, gradient(x), rtol=1e-14, atol=1e-15)


def test_complex_step_takes_integers_and_lists():
    """The complex step works on a complex copy, so x may be an integer array or a list."""
    np.testing.assert_array_equal(complex_step_gradient(sum_of_squares, np.array([1, 2])), [2, 4])
    np.testing.assert_array_equal(complex_step_gradient(sum_of_squares, [1, 2]), [2, 4])


@pytest.mark.parametrize(("derivative", "order"), [
    (lambda f, x, h: (f(x + h) - f(x)) / h, 1),
    (lambda f, x, h: eval_numerical_gradient(f, x, verbose=False, h=h), 2),
    (lambda f, x, h: eval_numerical_gradient_array(f, x, 1.0, h=h), 2),
    (lambda f, x, h: complex_step_gradient(f, x, h=h), 2),
], ids=["forward", "central", "central, array", "complex step"])
def test_order_of_the_error(derivative, order):
    """A step 10 times smaller: the error falls 10 times for forward, 100 times for central and complex."""
    x = np.array(1.0)
    errors = [abs(derivative(np.exp, x, h) - math.e) for h in (1e-1, 1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(10**order, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(10**order, rel=0.05)


def test_rounding_spoils_small_differences_but_not_the_complex_step():
    """At h = 1e-13 a difference has three digits left; the complex step has all of them at 1e-20 and 1e-200."""
    x = np.array(1.0)
    assert relative_error(eval_numerical_gradient(np.exp, x, verbose=False, h=1e-13), math.e) > 1e-5
    assert relative_error(complex_step_gradient(lambda z: np.exp(1e6 * (z - 1)), x), 1e6) < 1e-15  # a steep one
    for h in (1e-20, 1e-200):
        assert relative_error(complex_step_gradient(np.exp, x, h=h), math.e) < 3e-16


def test_array_gradient_of_a_linear_map():
    """f(X) = S X B with upstream gradient df: S' df B'."""
    X, B, df = normal(3, 2), normal(2, 5), np.cos(normal(3, 5))
    numerical = eval_numerical_gradient_array(lambda X: SQUARE @ X @ B, X, df)
    np.testing.assert_allclose(numerical, SQUARE.T @ df @ B.T, rtol=1e-8, atol=1e-9)


def test_array_function_may_reuse_its_output():
    """A function that writes into the same array each time, or returns x itself, gives the right gradient."""
    x, out = np.array([1.0, 2.0]), np.empty(2)
    np.testing.assert_allclose(eval_numerical_gradient_array(lambda x: np.square(x, out=out), x, 1.0), [2, 4])
    np.testing.assert_allclose(eval_numerical_gradient_array(lambda x: x, x, np.array([3.0, 5.0])), [3, 5])


def test_verbose_prints_index_and_derivative(capsys):
    """eval_numerical_gradient prints each index with its derivative unless told not to, as in cs231n."""
    eval_numerical_gradient(lambda x: 4 * x[0, 0] + 8 * x[0, 1], np.zeros((1, 2)), h=0.5)
    assert capsys.readouterr().out == "(0, 0) 4.0\n(0, 1) 8.0\n"
    eval_numerical_gradient(sum_of_squares, np.zeros(2), False)
    assert capsys.readouterr().out == ""


# --- x ------------------------------------------------------------------------------------------------------------

AWKWARD = np.array([[0.1, -0.0, 1e-300], [1 / 3, 1e17, -7.7]])  # x + h - h is not x for any of them


@checkers
def test_x_is_restored_to_the_bit(checker, capsys):
    """x is the same afterwards, to the last bit and the sign of zero."""
    x = AWKWARD.copy()
    checker(lambda x: np.sum(np.sin(x)), x)
    assert x.tobytes() == AWKWARD.tobytes()


@checkers
@pytest.mark.parametrize("fatal_call", [1, 2, 4])
def test_x_is_restored_when_f_raises(checker, fatal_call, capsys):
    """The same when f raises at its first, second or fourth call; the exception comes through."""
    x, calls = AWKWARD.copy(), []

    def f(x):
        calls.append(x)
        if len(calls) == fatal_call:
            raise ZeroDivisionError("f has had enough")
        return sum_of_squares(x)

    with pytest.raises(ZeroDivisionError, match="f has had enough"):
        checker(f, x)
    assert x.tobytes() == AWKWARD.tobytes()


@checkers
def test_x_is_perturbed_in_place(checker, capsys):
    """f gets x itself, perturbed in one entry: a function that ignores its argument and looks at x sees the change."""
    x, seen = np.array([1.0, 2.0]), []
    checker(lambda _: seen.append(x.copy()) or sum_of_squares(x), x)
    assert all(np.count_nonzero(point != [1, 2]) <= 1 for point in seen)
    steps = [d for point in seen for d in point - [1, 2] if d]
    assert len(steps) >= 4 and sum(steps) == pytest.approx(0, abs=1e-10)


@checkers
@pytest.mark.parametrize(("x", "kind"), [
    (np.array([1, 2]), "int64"), (np.array([1, 2], np.uint8), "uint8"), (np.array([1 + 0j]), "complex128"),
])
def test_x_must_be_floating(checker, x, kind):
    """A step of 1e-5 vanishes in integers, and every derivative would be 0: that is a TypeError."""
    with pytest.raises(TypeError, match=f"x: expected a floating-point array .*, got {kind}"):
        checker(sum_of_squares, x)


def test_x_must_be_an_array():
    """A list isn't perturbed in place: a TypeError that says so."""
    with pytest.raises(TypeError, match="x: expected a floating-point array .*, got list"):
        grad_check_sparse(sum_of_squares, [1.0, 2.0], np.zeros(2))


@pytest.mark.parametrize(("x", "message"), [
    (scipy.sparse.eye_array(2), r"x: expected a full array, got a sparse dia_array. Use x.toarray\(\)."),
    ([np.ma.masked, 1.0], "x: expected an array without a mask"),
    (["a"], "x: expected a floating-point .*, got list.$")])
def test_x_that_np_array_cannot_mend(x, message):
    """np.array(x, float) is advised only where it works."""
    with pytest.raises(TypeError, match=message):
        check_gradient(sum_of_squares, x, np.zeros(2))


def test_a_masked_loss_is_no_zero():
    """np.asarray(np.ma.masked) is 0.0: a function that returns it gets an error, not a derivative of 0."""
    with pytest.raises(TypeError, match=r"f\(x\): expected an array without a mask"):
        check_gradient(lambda x: np.ma.masked, np.ones(2), np.zeros(2))


# --- relative_error ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("a", ["a", None, object(), np.array("2020", "M8"), [True], np.ma.array([1.0], mask=[True]),
                               scipy.sparse.eye(2)], ids=lambda a: type(a).__name__)
def test_relative_error_wants_numbers(a):
    """What has no numbers is refused by its name; complex numbers are numbers."""
    for name, pair in (("a", (a, 1.0)), ("b", (1.0, a))):
        with pytest.raises(TypeError, match=f"^{name}: expected "):
            relative_error(*pair)
    assert relative_error(1j, 1j) == 0 and relative_error([1j], [-1j]) == 1


def test_relative_error():
    """|a - b| / (|a| + |b|), elementwise, symmetric; 0 for 0/0 without a warning; 1 for opposite signs."""
    np.testing.assert_allclose(relative_error([3.0, 0, 1, 0, -2], [5.0, 0, -1, 4, -2]), [0.25, 0, 1, 1, 0])
    assert relative_error(6.0, 8.0) == relative_error(8.0, 6.0) == pytest.approx(1 / 7)
    assert relative_error(0.0, 0.0) == 0
    assert relative_error(1, 3) == 0.5
    assert relative_error(1 + 1e-10, 1.0) == pytest.approx(5e-11, rel=1e-5)


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-300, 1.0, 1e300, 1.7e308])
def test_relative_error_of_every_size(size):
    """The largest numbers don't overflow, the smallest don't vanish, also where NumPy raises."""
    with np.errstate(all="raise"):
        assert relative_error(size, size) == 0 and relative_error(size, -size) == relative_error(size, 0) == 1
        assert relative_error(1e308, 1e-308) == 1
        assert relative_error(np.float16(60000), 3.0e4) == pytest.approx(1 / 3, 1e-2)


# --- grad_check_sparse -------------------------------------------------------------------------------------------

def test_sparse_prints_and_returns(capsys):
    """Prints cs231n's line for each check, word for word, and returns the errors."""
    errors = grad_check_sparse(sum_of_squares, np.array([3.0]), np.array([8.0]), 2)
    assert capsys.readouterr().out == "numerical: 6.000000 analytic: 8.000000, relative error: 1.428571e-01\n" * 2
    assert isinstance(errors, np.ndarray)
    np.testing.assert_allclose(errors, [1 / 7, 1 / 7], rtol=1e-8)


def test_sparse_checks_ten_entries_by_default(capsys):
    """Ten checks unless told otherwise, all small for a right gradient, over all of x in the long run."""
    x = normal(4, 5)
    errors = grad_check_sparse(sum_of_squares, x, 2 * x)
    assert errors.shape == (10,) and errors.max() < 1e-7 and len(capsys.readouterr().out.splitlines()) == 10
    grad_check_sparse(sum_of_squares, x, np.arange(20).reshape(4, 5), 400, rng=0)
    assert {float(line.split()[3].strip(",")) for line in capsys.readouterr().out.splitlines()} == set(range(20))


def test_same_rng_same_entries(capsys):
    """A seed, or generators in the same state, choose the same entries; another seed chooses others."""
    x, outputs = normal(10, 10), []
    for rng in (7, 7, np.random.default_rng(7), 8):
        grad_check_sparse(sum_of_squares, x, 2 * x, rng=rng)
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] == outputs[2] != outputs[3]
    picks = [check_gradient(sum_of_squares, x, 3 * x, num_checks=5, rng=rng) for rng in (7, 7, 8)]
    assert picks[0] == picks[1] != picks[2]


def test_sparse_threshold(capsys):
    """With a threshold, a gradient that isn't right raises and says why, after printing; without, nothing raises."""
    x = np.array([3.0])
    grad_check_sparse(sum_of_squares, x, 2 * x, threshold=1e-7)
    grad_check_sparse(sum_of_squares, x, x, threshold=0.51)
    with pytest.raises(AssertionError, match=r"WRONG: largest relative error 5\.0e-01 at \(0,\)"):
        grad_check_sparse(sum_of_squares, x, x, threshold=1e-7)
    assert len(capsys.readouterr().out.splitlines()) == 30
    with pytest.raises(AssertionError, match="can't tell: no entry was compared"):
        grad_check_sparse(sum_of_squares, x, 2 * x, 0, threshold=1e-7)
    assert grad_check_sparse(sum_of_squares, x, x)[0] > 0.3


def test_sparse_judges_what_it_prints(capsys):
    """At pixels near 100 the printed errors are those of cs231n's h, above 1e-7; the judgement is right."""
    f, x = (lambda x: np.sum(np.exp(1000 * x))), np.array([1e-3, -2e-3, 3e-3])
    errors = grad_check_sparse(f, x, 1000 * np.exp(1000 * x), rng=0)
    assert errors.max() > 1e-7 and errors.check.verdict == "right"
    assert grad_check_sparse(f, x, 1001 * np.exp(1000 * x), rng=0).check.verdict == "wrong"


def test_sparse_float32(capsys):
    """float32 is judged with float32's rounding, which the reason names; a large mistake is wrong all the same."""
    x = np.array([1.0, 2.0], np.float32)
    check = grad_check_sparse(sum_of_squares, x, 2 * x).check
    assert check.verdict == "can't tell" and "x is float32" in check.reason and "x.astype(np.float64)" in check.reason
    assert grad_check_sparse(sum_of_squares, x, 2 * x, threshold=1e-2).check.ok
    assert grad_check_sparse(sum_of_squares, x, 3 * x).check.verdict == "wrong"


# --- check_gradient ----------------------------------------------------------------------------------------------

def test_right_gradient():
    """A right gradient is ok, and the report says so in one line."""
    x = normal(4, 3)
    result = check_gradient(lambda x: np.sum(np.sin(x)), x, np.cos(x))
    assert result.ok is True and result.error < 1e-7 and str(result).startswith("right: largest relative error ")


@pytest.mark.parametrize("index", [(0, 0), (3, 2), (4, 7)])
def test_one_wrong_entry_of_40(index):
    """One entry wrong by a millionth is found, and named with both its values."""
    x = 1 + np.arange(40).reshape(5, 8) / 40
    gradient = 2 * x
    gradient[index] *= 1 + 1e-6
    result = check_gradient(sum_of_squares, x, gradient)
    assert result.ok is False and result.index == index and result.error == pytest.approx(1e-6, rel=1e-2)
    assert result.numerical == pytest.approx(2 * x[index], rel=1e-8) and result.analytic == gradient[index]
    assert check_gradient(sum_of_squares, x, gradient, threshold=2e-6).ok


def test_report():
    """The worst entry of several wrong ones is named; the report reads as one line. Error relative to the larger."""
    def f(x):
        return x[0] * 6 + x[1] * 2

    result = check_gradient(f, np.zeros(2), [6.1, 1.0])
    assert (result.verdict, result.ok, bool(result), result.index) == ("wrong", False, False, (1,))
    assert result[1::2] == pytest.approx((0.5, 2, result.uncertainty)) and result.analytic == 1
    assert str(result) == "WRONG: largest relative error 5.0e-01 at (1,): numerical 2, analytic 1"
    assert check_gradient(f, np.zeros(2), [6.0, 4.0]).error == pytest.approx(0.5)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_nan_is_not_ok(place):
    """A NaN in the analytic gradient is never ok, whatever the threshold."""
    gradient = np.array([2.0, 4.0, 6.0])
    gradient[place] = np.nan
    assert not check_gradient(sum_of_squares, np.array([1.0, 2.0, 3.0]), gradient, threshold=10).ok


def test_check_gradient_wants_the_shape_of_x():
    """A transposed, flattened or scalar gradient raises, with both shapes."""
    for gradient in (np.ones((3, 2)), np.ones(6), 1.0):
        with pytest.raises(ValueError, match=r"analytic_grad: expected the shape of x, \(2, 3\), got \("):
            check_gradient(sum_of_squares, np.ones((2, 3)), gradient)


def test_small_entries_beside_large_ones():
    """Beside a derivative of 1000, one of 1e-9 is found by wide steps; where rounding hides it, nobody can tell."""
    x = np.array([0.3, 0.7])

    def f(x):
        return 1000 * x[0] + 1e-9 * x[1]

    assert check_gradient(f, x, [1000, 1e-9]).ok
    assert check_gradient(f, x, [1000, 2e-9]).verdict == check_gradient(f, x, [1000, 0]).verdict == "wrong"
    assert check_gradient(lambda x: 1000 * x[0] + 1e-13 * np.sin(x[1]), x, [1000, 2e-13]).verdict == "can't tell"
    assert check_gradient(lambda x: 1000 * x[0] + 1e-12 * x[1], x, [1000, 0]).verdict == "wrong"  # seen far away only


def test_zero_gradient_is_right():
    """A constant function, an entry that f ignores, and a minimum have derivative 0; another answer isn't right."""
    assert check_gradient(lambda x: 3.0, np.ones(3), np.zeros(3)).ok
    assert not check_gradient(lambda x: 3.0, np.ones(3), [0, 1e-3, 0]).ok

    def first(x):
        return 2 + x[0] ** 2

    assert check_gradient(first, np.ones(3), [2.0, 0, 0]).ok
    assert check_gradient(first, np.ones(3), [2.0, 0, 1e-3]).verdict == "wrong"
    assert check_gradient(lambda x: 3 + sum_of_squares(x), np.zeros(3), np.zeros(3)).ok


@pytest.mark.parametrize(("large", "small"), [
    (1e4, 1e-12), (1e10, 1e-6), (1.0, 1e-16), (1e11, 1e-5), (1e12, 1e-6), (1e12, 1e-7), (1e-12, 1e-30)])
def test_a_missing_entry_is_wrong(large, small):
    """A slope that rounding hides near x shows far away, where it is measured; 0 in its place isn't right."""
    def f(x):
        return large * x[0] + small * x[1]

    x = np.array([1.0, 2.0])
    verdicts = [check_gradient(f, x, [large, entry]).verdict for entry in (small, 2 * small, 0)]
    assert verdicts == ["right", "wrong", "wrong"]


def test_a_zero_that_nobody_can_tell():
    """0 for a slope beside a minimum, or one that a kink hides; right at the minimum, and with the kink alone."""
    x = np.array([1e-9, 1.0, 1e6])
    assert check_gradient(sum_of_squares, x, [0, 2, 2e6]).verdict == "can't tell"
    x[0] = 0
    assert check_gradient(sum_of_squares, x, [0, 2, 2e6]).ok
    assert check_gradient(lambda x: sum_of_squares(x) + 1e-6 * x[0], x, [0, 2, 2e6]).verdict == "wrong"

    def f(x):
        return 1e4 * x[0] + max(0.0, x[1] - 3)

    assert check_gradient(f, np.array([1.0, 2.0]), [1e4, 0]).ok
    assert check_gradient(lambda x: f(x) + 1e-13 * x[1], np.array([1.0, 2.0]), [1e4, 0]).verdict == "can't tell"


def test_some_entries_only():
    """num_checks random entries are evaluated, not all: eight calls each, and a few to know f's noise."""
    calls = []
    x = np.ones((30, 30))

    def f(x):
        calls.append(1)
        return sum_of_squares(x)

    assert check_gradient(f, x, 2 * x, num_checks=10).ok
    assert len(calls) <= 3 + 8 * 10 + 8


# --- right, wrong, or can't tell ---------------------------------------------------------------------------------

def large(x):
    return 1e9 + np.sum(x**2)


def verdict(f, x, gradient, **options):
    return check_gradient(f, np.array(x), np.array(gradient), **options).verdict


@pytest.mark.parametrize(("f", "x", "gradient", "expected"), [
    (lambda x: float(x[0]), [1e12], [-7.0], "wrong"),
    (lambda x: float(x[0]), [1e12], [1.0], "right"),
    (large, [1.0], [2.02], "wrong"),
    (large, [1.0], [2.0], "right"),
    (lambda x: 1e9 + np.sin(x[0]), [1.0], [1.01 * np.cos(1.0)], "wrong"),
    (lambda x: 1e13 + np.sin(x[0]), [1.0], [1.01 * np.cos(1.0)], "can't tell"),
    (lambda x: 1e16 + np.sin(x[0]), [1.0], [0.0], "can't tell"),
    (lambda x: (1e9 + x[0] ** 2) - 1e9, [1.0], [2.2], "wrong"),
    (lambda x: 1e10 * x[0] + np.sin(x[1]), [1e8, 1.0], [1e10, np.cos(1.0)], "can't tell"),  # a wide step isn't x[1]'s
    (lambda x: 4760526174.5 + np.array([5.69e12, -8.57e12, 2.853e12]) @ x**4, [4.72e-7, -1.282e-6, -2.699e-6],
     [0.0, 0.0, 0.0], "wrong"),  # steep far away, where a slope of 1e-4 is small
    (lambda x: np.exp(1000 * x[0]), [1e-3], [1000 * np.e], "right"),
    (lambda x: np.sin(x[0]), [1e12], [np.cos(1e12)], "can't tell"),
    (lambda x: np.sin(x[0]), [1e12], [-np.cos(1e12)], "wrong"),
    (lambda x: np.sin(1e4 * x[0]), [1.0], [1e4 * np.cos(1e4)], "right"),
    (lambda x: np.sin(2e4 * np.pi * x[0]), [1.0], [0.0], "wrong"),
    (lambda x: x[0] + np.sin(6000.06 * x[1]), [1.0, 1.0], [1.0, 6000.06 * np.cos(6000.06)], "right"),  # h is its wave
    (lambda x: 1e300 * np.sin(x[0]), [1.0], [1e300 * np.cos(1.0)], "right"),
    (lambda x: 1e-300 * np.sin(x[0]), [1.0], [1e-300 * np.cos(1.0)], "right"),
    (lambda x: 3 * x[0], [1e-300], [3.0], "right"),
    (lambda x: 3 * x[0], [1e300], [3.0], "right"),
    (lambda x: np.float32(x[0] ** 2), [1.3], [2.6], "can't tell"),
    (lambda x: np.float32(x[0] ** 2), [1.3], [2.7], "wrong"),
    (lambda x: abs(x[0]), [0.0], [0.0], "can't tell"),
    (lambda x: abs(x[0]), [1e-9], [1.0], "right"),
    (lambda x: abs(x[0]), [1e-9], [0.0], "wrong"),
    (lambda x: np.floor(10 * x[0]), [1.234], [0.0], "can't tell"),
    (lambda x: np.floor(10 * x[0]), [1.234], [10.0], "can't tell"),
    (lambda x: round(float(x[0] ** 2), 6), [1.3], [2.6], "can't tell"),
    (lambda x: np.log(x[0]), [1e-9], [1e9], "right"),
    (lambda x: np.sqrt(x[0]), [0.0], [np.inf], "can't tell"),
    (lambda x: math.sqrt(1 - x[0]), [0.9995], [-0.5 / math.sqrt(1 - 0.9995)], "right"),  # f raises at larger steps
    (lambda x: x**2, [3.0], [6.0], "right"),  # an array of one number
    (lambda x: np.nan, [3.0], [6.0], "can't tell"),
    (lambda x: np.inf, [3.0], [6.0], "can't tell"),
    (sum_of_squares, [], [], "can't tell"),
])
def test_verdicts(f, x, gradient, expected):
    """Never "right" where rounding hides the answer, never "wrong" without a real margin; x is restored."""
    assert verdict(f, x, gradient) == expected
    with np.errstate(all="raise"):
        assert verdict(f, x, gradient) == expected


@pytest.mark.parametrize(("f", "reason"), [
    (lambda x: next(COUNTER) + x[0], "f gives different values at the same x"),
    (lambda x: x.__iadd__(1.0)[0], "f changes x"),
    (lambda x: 1e10 + 1e-6 * np.sin(x[0]), "Subtract a constant from f"),
    (lambda x: 1e7 + np.sin(x[0]), "ask for less: threshold="),
    (lambda x: abs(x[0] - 1), "If it has a kink"),
    (lambda x: np.nan, "f(x) is nan"),
])
def test_the_reason_is_given(f, reason):
    """Where nobody can tell, the report says why, and what to do; x is as it was."""
    x = np.array([1.0])
    found = check_gradient(f, x, np.array([0.5]) if reason != "ask for less: threshold=" else np.cos(x))
    assert found.verdict == "can't tell" and reason in found.reason and found.reason in str(found) and x[0] == 1


def test_a_constant_function_is_said_to_be_one():
    """A claimed slope of a constant is wrong, at x = 0 too; unless rounding could hide it."""
    for x in (np.ones(2), np.zeros(2)):
        found = check_gradient(lambda x: 3.0, x, np.array([0.0, 1.0]))
        assert found.verdict == "wrong" and found.index == (1,) and "f doesn't change when x changes" in found.reason
    for x in (1.0, 0.0):
        assert verdict(lambda x: 1e16 + np.sin(x[0]), [x], [np.cos(x)]) == "can't tell"


def only_up_to_one(x):
    if x[0] > 1:
        raise ValueError("out of range")
    return x.sum()


@pytest.mark.parametrize(("f", "x", "gradient", "reason", "never"), [
    (only_up_to_one, [1.0, 1.0], [1.0, 1.0], "f raised ValueError: out of range", "finite"),
    (lambda x: 1e3 * np.sin(x[0]) + abs(x[0]), [0.0], [1e3], "f has a kink at x", "threshold"),
    (lambda x: 1e3 * np.sin(x[0]) + abs(x[0] - 0.5), [0.5], [1e3 * np.cos(0.5)], "f has a kink at x", "threshold"),
    (lambda x: np.exp(-1 / x[0] ** 2) if x[0] else 0.0, [0.0], [0.0], "slopes at different steps don't", "smooth"),
    (lambda x: np.mean(x > 0), [0.5, -0.3, 0.2], [0.0, 0.0, 0.0], "slopes at different steps don't", "smooth"),
    (lambda x: max(0, x[0]) ** 3, [0.0], [0.0], "slopes at different steps don't", "smooth"),
])
def test_no_false_reason(f, x, gradient, reason, never):
    """What f raised is passed on; a kink isn't called rounding, and a smooth function isn't called anything else."""
    found = check_gradient(f, np.array(x), np.array(gradient))
    assert found.verdict == "can't tell" and reason in found.reason and never not in found.reason


def test_random_functions():
    """Random numbers in f are the reason, also where they change f seldom, and never an error."""
    unseen = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        found = check_gradient(lambda x, rng=rng: np.sum((x * (rng.random(1) < 0.9)) ** 2), [0.5] * np.ones(1), [2.0])
        assert found.verdict == "can't tell"
        unseen += "f gives different values at the same x" not in found.reason
    assert unseen <= 2


@pytest.mark.parametrize(("f", "x", "gradient"), [
    (lambda x: np.sum(np.round(x)), [0.2, -1.2], [0.0, 0.0]),
    (lambda x: np.sum(np.round(255 * x) / 255), [0.2, 0.5, 0.7], [0.0, 0.0, 0.0]),
    (lambda x: 1e5 + np.sum(np.round(255 * x) / 255), [0.2, 0.5], [0.0, 0.0]),
    (lambda x: np.sum(np.round(255 * x)), [0.2, 0.5], [0.0, 0.0]),
    (lambda x: np.sum(x // 1), [0.5, 1.5], [0.0, 0.0]),
    (lambda x: np.sum(np.round(x)), [1e6 + 0.3], [0.0]),
    (lambda x: np.sum(np.round(x)), [1e6 + 0.3], [1.0]),
    (lambda x: np.sum(x**2) + 1e-9 * np.sum(np.sin(1e8 * x)), [0.5], [1 + 0.1 * np.cos(5e7)]),
    (lambda x: np.sum(x**2) + 3e-9 * np.sum(np.sin(3e6 * x)), [0.74, 0.4],
     [1.48 + 9e-3 * np.cos(3e6 * 0.74), 0.8 + 9e-3 * np.cos(3e6 * 0.4)]),
    (lambda x: np.sum(x**2) + 1e-9 * np.sum(np.sin(1e8 * x)), [0.5], [1.0]),  # the slope without the waves
])
def test_a_slope_across_jumps_is_no_evidence(f, x, gradient):
    """Steps wider than f's stairs or waves show another slope than the derivative at x."""
    assert verdict(f, x, gradient) == "can't tell"


def test_small_fast_waves_are_a_part_of_the_slope():
    """Neither the slope with the waves is called wrong, nor the one without them right, with entries of any number."""
    for seed in (0, 1, 8, 26, 52):
        rng = np.random.default_rng(seed)
        x, waves = rng.uniform(0.2, 2, rng.integers(1, 4)), 10 ** rng.uniform(5, 9)
        height = 10 ** rng.uniform(-2, 0) / waves
        gradient = 2 * x + height * waves * np.cos(waves * x)

        def f(x, waves=waves, height=height):
            return np.sum(x**2) + height * np.sum(np.sin(waves * x))

        assert verdict(f, x, gradient) != "wrong" and verdict(f, x, 2 * x) != "right"


def test_a_random_function_costs_two_calls():
    """Where f is seen to be random at once, nothing else is tried; also where only the first call differs."""
    calls = []
    found = check_gradient(lambda x: calls.append(1) or float(len(calls)), np.ones(9), np.zeros(9))
    assert "different values" in found.reason
    assert len(calls) == 2


def test_an_entry_costs_at_most_400_calls():
    """A constant whose slope is claimed to be 2 takes all steps, and a large offset hides a slope from most of them."""
    for f, x, slope in ((lambda x: 0.0, 0.0, 2.0), (lambda x: 1e10 + 6e-12 * x[0] / 1e11, 2e11, 3e-23)):
        calls = []
        check_gradient(lambda x, f=f, calls=calls: calls.append(1) or f(x), np.array([x]), np.array([slope]))
        assert 200 < len(calls) <= 400


def test_noise_that_the_differences_do_not_show():
    """Values with few binary digits, and few different values, are noisy even where they lie on a line."""
    on_a_line = Derivatives(lambda x: np.float32(x[0]), np.array([1.0])).estimate((0,), 2.0**-20)
    assert on_a_line.noise > 1e-7 and on_a_line.value == 1
    one_stair = Derivatives(lambda x: np.floor(1000 * x[0]) / 1000, np.array([1.00015])).estimate((0,), 1e-4)
    assert one_stair.noise == pytest.approx(1e-3)


def test_f_is_called_at_x_again():
    """After a right verdict once, after another one 32 times: random numbers in f may change it seldom."""
    for factor, times in ((2, 1), (3, 32)):
        points, x = [], np.array([3.0])
        check_gradient(lambda x, points=points: points.append(x[0]) or x[0] ** 2, x, factor * x)
        assert points[-times:] == [3.0] * times and points[-times - 1] != 3.0

    left = itertools.count(8, -1)

    def changes_x_at_last(x):
        return float(x.__iadd__(next(left) < 1)[0])

    found = check_gradient(changes_x_at_last, np.ones(1), np.ones(1))
    assert found.verdict == "can't tell" and "f changes x" in found.reason


def test_nothing_compared():
    """Without entries there is no verdict."""
    assert "no entry was compared" in str(check_gradient(sum_of_squares, np.ones(2), np.ones(2), num_checks=0))
    assert not check_gradient(sum_of_squares, np.ones((0, 2)), np.ones((0, 2)), num_checks=5).ok


@pytest.mark.parametrize("checker", [
    lambda f: check_gradient(f, np.ones(2), np.ones(2)),
    lambda f: grad_check_sparse(f, np.ones(2), np.ones(2)),
    lambda f: eval_numerical_gradient(f, np.ones(2), verbose=False),
], ids=["check_gradient", "grad_check_sparse", "eval_numerical_gradient"])
@pytest.mark.parametrize(("value", "found"), [
    ((1.0, 2.0), "a tuple. If it is .loss, gradient."), (None, "None"), (True, "True .bool."), (1j, "1j .complex."),
    (np.ones(3), r"an array of shape \(3,\)"), ("1", "'1' .str."),
])
def test_f_must_return_one_real_number(checker, value, found):
    """Anything else is a TypeError that says what came."""
    with pytest.raises(TypeError, match=f"f: expected .* got {found}"):
        checker(lambda x: value)


@pytest.mark.parametrize(("value", "message"), [
    ((np.ones(2), 2.0), r"f: expected one array, got a tuple.*f\(x\)\[0\]"),
    (None, r"f\(x\): expected real numbers, got None"), ("abc", r"f\(x\): expected real numbers, got 'abc'"),
    ([[1.0], [1.0, 2.0]], r"f\(x\): expected an array, got an object of type list that NumPy can't convert"),
])
def test_f_must_return_an_array(value, message):
    """eval_numerical_gradient_array says what came instead, and compares df's shape."""
    with pytest.raises(TypeError, match=message):
        eval_numerical_gradient_array(lambda x: value, np.ones(2), 1.0)
    with pytest.raises(ValueError, match=r"df: expected the shape of f\(x\), \(2,\), got \(3,\)"):
        eval_numerical_gradient_array(np.square, np.ones(2), np.ones(3))
    with pytest.raises(TypeError, match="^df: expected real numbers, got None"):
        eval_numerical_gradient_array(np.square, np.ones(2), None)


@pytest.mark.parametrize(("f", "message"), [
    (lambda z: np.sum(np.abs(z)), "got the real 2.0. Its imaginary part, which is the derivative, was lost"),
    (lambda z: None, "f: expected a function that returns one complex number, got None"),
    (lambda z: "abc", "f: expected a function that returns one complex number, got 'abc'"),
    (lambda z: (z.sum(), z), r"f: expected one number, got a tuple.*f\(x\)\[0\]"),
    (lambda z: z, r"f: expected a function that returns one complex number, got an array of shape \(2,\)"),
])
def test_the_complex_step_wants_a_complex_number(f, message):
    """A real number would silently give the derivative 0."""
    with pytest.raises(TypeError, match=message):
        complex_step_gradient(f, np.ones(2))


@pytest.mark.parametrize("h", ["1", 0, -1e-5, np.nan, None])
@pytest.mark.parametrize("derivative", [
    lambda h: eval_numerical_gradient(sum_of_squares, np.ones(2), False, h=h),
    lambda h: eval_numerical_gradient_array(np.square, np.ones(2), 1.0, h=h),
    lambda h: complex_step_gradient(sum_of_squares, np.ones(2), h=h),
    lambda h: grad_check_sparse(sum_of_squares, np.ones(2), np.ones(2), h=h),
])
def test_the_step_must_be_a_positive_number(derivative, h):
    """0 would divide by 0, and a string isn't a number."""
    with pytest.raises(ValueError, match="h: expected a finite number > 0, got "):
        derivative(h)


@pytest.mark.parametrize("check", [check_gradient, grad_check_sparse])
@pytest.mark.parametrize(("options", "error", "message"), [
    ({"threshold": "1e-7"}, ValueError, "threshold: expected a finite number >= 0, got '1e-7'"),
    ({"threshold": -1.0}, ValueError, "threshold: expected a finite number >= 0, got -1.0"),
    ({"threshold": np.nan}, ValueError, "threshold: expected a finite number >= 0, got nan"),
    ({"num_checks": 2.5}, TypeError, "num_checks: expected an integer, got 2.5"),
    ({"num_checks": -1}, ValueError, "num_checks: expected 0 to 100,000, got -1"),
    ({"num_checks": 10**30}, ValueError, r"num_checks: expected 0 to 100,000, got about 10\*\*30"),
    ({"f": 3}, TypeError, "f: expected a function of x, got 3"),
    ({"x": np.lib.stride_tricks.as_strided(np.ones(2), (3,), (0,)), "analytic_grad": np.ones(3)}, ValueError,
     r"x: expected entries with a memory of their own, .* Use x.copy\(\)"),
    ({"x": np.lib.stride_tricks.as_strided(np.ones(4), (2, 2), (8, 8)), "analytic_grad": np.ones((2, 2))}, ValueError,
     "x: expected entries with a memory of their own"),
    ({"num_checks": 2, "rng": "one"}, TypeError, "rng: expected a numpy.random.Generator"),
    ({"x": [1.0, 2.0]}, TypeError, r"x: expected a floating-point array .*, got list. Use np.array\(x, float\)"),
    ({"x": np.array([1, 2])}, TypeError, r"got int64. Use x.astype\(float\)"),
    ({"x": np.ma.array([1.0, 2.0], mask=[0, 1])}, TypeError, "x: expected an array without a mask"),
    ({"analytic_grad": None}, TypeError, "analytic_grad: expected real numbers, got None"),
    ({"analytic_grad": "abc"}, TypeError, "analytic_grad: expected real numbers, got 'abc'"),
    ({"analytic_grad": np.sin}, TypeError, "analytic_grad: expected real numbers, got <ufunc"),
    ({"analytic_grad": [[1.0], [1.0, 2.0]]}, TypeError, "analytic_grad: expected an array, got an object of type list"),
])
def test_arguments(check, options, error, message, capsys):
    """Other arguments are refused in the words of the whole package, before anything is printed."""
    with pytest.raises(error, match=message):
        check(**{"f": sum_of_squares, "x": np.ones(2), "analytic_grad": np.ones(2), **options})
    assert capsys.readouterr().out == ""


def test_read_only_points_and_odd_gradients():
    """x must be writable, and the gradient real."""
    x = np.ones(2)
    with pytest.raises(TypeError, match="analytic_grad: expected real numbers, got complex128"):
        check_gradient(sum_of_squares, x, 2j * x)
    x.flags.writeable = False
    with pytest.raises(ValueError, match=r"x: expected an array that may be changed .* Use x.copy\(\)"):
        check_gradient(sum_of_squares, x, 2 * x)


@pytest.mark.parametrize("scale", [1e-4, 1e-3])
def test_inputs_near_100(scale):
    """With pixels near 100 and small weights, the package's own gradients are right at the defaults."""
    rng = np.random.default_rng(0)
    X, y, W = rng.uniform(-128, 128, (100, 20)), rng.integers(10, size=100), scale * rng.normal(size=(20, 10))
    for loss in (softmax_loss_vectorized, svm_loss_vectorized):
        dW = loss(W, X, y, 0.0)[1]

        def f(W, loss=loss):
            return loss(W, X, y, 0.0)[0]

        assert check_gradient(f, W, dW, num_checks=8, rng=0).ok
        assert check_gradient(f, W, dW * 1.00001, num_checks=8, rng=0).verdict == "wrong"


# --- students' mistakes ------------------------------------------------------------------------------------------

def parts(W, X, y):
    """Return the softmax probabilities (N, C) and the one-hot labels."""
    exp = np.exp(X @ W)
    return exp / exp.sum(axis=1, keepdims=True), np.eye(W.shape[1])[y]


REGULARIZATION = {  # right at reg = 0
    "factor 2 missing": lambda p, t, X, W, reg: X.T @ (p - t) / len(X) + reg * W,
    "regularization missing": lambda p, t, X, W, reg: X.T @ (p - t) / len(X),
    "reg missing": lambda p, t, X, W, reg: X.T @ (p - t) / len(X) + 2 * W * (reg > 0),
    "regularization's sign": lambda p, t, X, W, reg: X.T @ (p - t) / len(X) - 2 * reg * W,
    "regularization / N": lambda p, t, X, W, reg: (X.T @ (p - t) + 2 * reg * W) / len(X),
    "last row not regularized": lambda p, t, X, W, reg: (X.T @ (p - t) / len(X)
                                                         + 2 * reg * W * [[1], [1], [1], [0]]),
}
DATA = {
    "+1 at the label": lambda p, t, X, W, reg: X.T @ (p + t) / len(X) + 2 * reg * W,
    "nothing at the label": lambda p, t, X, W, reg: X.T @ p / len(X) + 2 * reg * W,
    "label's column only": lambda p, t, X, W, reg: X.T @ ((p - t) * t) / len(X) + 2 * reg * W,
    "transposed": lambda p, t, X, W, reg: (X.T @ (p - t) / len(X) + 2 * reg * W).T,
    "no division by N": lambda p, t, X, W, reg: X.T @ (p - t) + 2 * reg * W,
    "division by N twice": lambda p, t, X, W, reg: X.T @ (p - t) / len(X) ** 2 + 2 * reg * W,
    "= for +=": lambda p, t, X, W, reg: np.outer(X[-1], (p - t)[-1]) / len(X) + 2 * reg * W,
    "data gradient missing": lambda p, t, X, W, reg: 2 * reg * W,
    "negated": lambda p, t, X, W, reg: -(X.T @ (p - t) / len(X) + 2 * reg * W),
}


def check_mistake(mistake, as_large):
    """Check a wrong gradient against the right loss, with reg * sum(W**2) `as_large` times the data loss."""
    rng = np.random.default_rng(3)
    W, X, y = rng.normal(size=(4, 4)), rng.normal(size=(6, 4)), np.arange(6) % 4
    reg = as_large * softmax_loss_vectorized(W, X, y, 0)[0] / np.sum(W**2)
    return check_gradient(lambda W: softmax_loss_vectorized(W, X, y, reg)[0], W, mistake(*parts(W, X, y), X, W, reg))


@pytest.mark.parametrize("mistake", [*REGULARIZATION.values(), *DATA.values()], ids=[*REGULARIZATION, *DATA])
def test_mistakes_are_caught(mistake):
    """With a regularization loss as large as the data loss every one of these is caught, by a wide margin."""
    assert check_mistake(mistake, 1).error > 1e-2


@pytest.mark.parametrize("mistake", REGULARIZATION.values(), ids=REGULARIZATION)
def test_regularization_mistakes_are_unseen_without_regularization(mistake):
    """The trap: at reg = 0 the wrong gradients of the regularization pass."""
    assert check_mistake(mistake, 0).ok


@pytest.mark.parametrize("mistake", DATA.values(), ids=DATA)
def test_data_mistakes_are_caught_without_regularization(mistake):
    """The mistakes in the data gradient are caught at reg = 0 too."""
    assert check_mistake(mistake, 0).error > 1e-2


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", range(3))
def test_nan_and_inf_are_infinitely_wrong(bad, place):
    """One entry that is NaN or inf is reported, by its place, by both checks."""
    analytic = np.full(3, 2.0)
    analytic[place] = bad
    found = check_gradient(lambda x: np.sum(x**2), np.ones(3), analytic)
    assert not found.ok and found.index == (place,) and found.error == np.inf
    assert relative_error(bad, 1.0) == relative_error(1.0, bad) == np.inf
    with pytest.raises(AssertionError, match="inf"):
        grad_check_sparse(lambda x: np.sum(x**2), np.ones(3), np.full(3, bad), threshold=1e-7)


def test_right_gradients_raise_no_false_alarm():
    """16 random right softmax gradients pass at the default threshold, without and with regularization."""
    rng = np.random.default_rng(0)
    for k in range(16):
        N, D, C = rng.integers(1, 12), rng.integers(1, 8), rng.integers(2, 6)
        X, y, W = rng.normal(size=(N, D)), rng.integers(C, size=N), rng.normal(size=(D, C))
        reg = (k % 2) * 2.0 / np.sum(W**2)
        found = check_gradient(lambda W, a=(X, y, reg): softmax_loss_vectorized(W, *a)[0], W,
                               softmax_loss_vectorized(W, X, y, reg)[1])
        assert found.ok, found


def test_float32_points_are_refused():
    """With 7 digits a difference of 1e-5 is rounding: check_gradient asks for float64."""
    with pytest.raises(TypeError, match=r"expected float64 .*, got float32. Use x.astype\(np.float64\)"):
        check_gradient(lambda x: np.sum(x**2), np.ones(3, np.float32), np.full(3, 2.0))


def test_rounding_of_a_large_function_is_no_mistake():
    """f + 100,000 has the same gradient, and rounding hides more of it: four digits are right, seven can't be told."""
    rng = np.random.default_rng(0)
    X, y, W = rng.normal(size=(20, 3)), rng.integers(4, size=20), rng.normal(size=(3, 4))
    _, dW = softmax_loss_vectorized(W, X, y, 0.1)

    def f(W):
        return 1e5 + softmax_loss_vectorized(W, X, y, 0.1)[0]

    assert check_gradient(f, W, dW, threshold=1e-4).ok
    assert check_gradient(f, W, dW).verdict == "can't tell"
    assert check_gradient(f, W, 1.01 * dW).verdict == "wrong"
