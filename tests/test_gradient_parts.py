"""The parts of the gradient check, one at a time, on numbers that are computed by hand."""

import math
from itertools import islice

import numpy as np
import pytest

from cs231n_softmax.gradient_check.compare import decide
from cs231n_softmax.gradient_check.derivatives import FIRST_STEP, Derivatives
from cs231n_softmax.gradient_check.entry import Entry
from cs231n_softmax.gradient_check.reasons import has_kink, why_unknown, why_unsure
from cs231n_softmax.gradient_check.stencil import UNKNOWN, Estimate, best, estimate_from, resolution
from cs231n_softmax.gradient_check.stillness import first_change
from cs231n_softmax.gradient_check.verdicts import GradientCheck, nothing

LAST_DIGIT = 2.0**-52  # of the numbers from 1 to 2


def sampled(f, h=0.1, small=0.01):
    """Return nine values of f around 0, as estimate_from takes them."""
    return np.array([f(t) for t in [*(k * h for k in range(-3, 4)), -small, small]])


def known(value=1.0, error=1e-9, step=1e-3, spread=6e-3, noise=1e-16, unit=1e-16, sound=True):
    """Return an Estimate."""
    return Estimate(value, error, step, spread, noise, unit, sound)


def around(centre=1.0, x=(1.0,), **found):
    """Return Derivatives of a constant, with what other entries have shown."""
    derivatives = Derivatives(lambda x: centre, np.array(x))
    for name, value in found.items():
        setattr(derivatives, name, value)
    return derivatives


# --- the stencil -------------------------------------------------------------------------------------------------

def test_a_quintic_by_hand():
    """x + x**5: D6 is exact, D4 is off by 4 h**4, and the fifth differences are 120 h**5 beside weights of sqrt(252).

    So the noise is 120 h**5 sqrt(2 / (3 * 252)), and the error 4 h**4 + 10 noise / h. It is sound up to 1/60 of the
    spread, which is at h = 0.204.
    """
    for h, sound in ((0.05, True), (0.2, True), (0.21, False)):
        found = estimate_from(sampled(lambda t: math.pi * (t + t**5), h, 0.0437 * h), h, 0.0437 * h, 0.0, 0.0)
        noise = math.pi * 120 * h**5 * math.sqrt(2 / 756)
        assert found.value == pytest.approx(math.pi, rel=1e-13) and found.step == h
        assert found.noise == pytest.approx(noise, rel=1e-6)
        assert found.error == pytest.approx(math.pi * 4 * h**4 + 10 * noise / h, rel=1e-6)
        assert found.spread == pytest.approx(2 * math.pi * (3 * h + 243 * h**5))
        assert found.sound == sound


def test_a_sixth_power_by_hand():
    """x**6: fifth differences are -360 and 360 h**6 (at -1/2 and 1/2), and the sixth is 720 h**6."""
    found = estimate_from(sampled(lambda t: t**6, 1 / 3, 0.01), 1 / 3, 0.01, 0.0, 0.0)
    assert found.noise == pytest.approx(math.sqrt((2 * 360**2 / 252 + 720**2 / 924) / 3) / 3**6)


def test_a_line_has_rounding_only():
    """A line's noise is a third of the last digit; rounding of x and other entries' noise are added to its error."""
    values, h, small = sampled(lambda t: 1.9 + t / 3), 0.1, 0.01
    exact = estimate_from(values, h, small, 0.0, 0.0)
    assert exact.value == pytest.approx(1 / 3) and exact.sound
    assert exact.unit == 4 * LAST_DIGIT and 1 / 3 <= exact.noise / exact.unit < 1  # two last digits of 2
    rounded = estimate_from(values, h, small, 1e-3, 0.0)
    assert rounded.error - exact.error == pytest.approx(1e-3 / 3)
    noisy = estimate_from(values, h, small, 0.0, 1e-6)
    assert noisy.error == pytest.approx(10 * 1e-6 / h) and noisy.noise == exact.noise
    assert estimate_from(values, h, small, 0.0, exact.noise / 2) == exact


def test_rounding_of_x_at_a_minimum():
    """Where the slope is 0, rounding of x moves f by the slope beside x: a sixth of the spread over a step."""
    found = estimate_from(sampled(lambda t: math.pi * t**2), 0.1, 0.01, 0.5, 0.0)
    assert found.value == pytest.approx(0, abs=1e-15) and found.spread == pytest.approx(math.pi * 0.09)
    assert found.error == pytest.approx(0.5 * found.spread / 6 / 0.1)


def test_waves_between_the_points_are_unsound():
    """A wave that is 0 at all seven points shows at the small step. Rounding of x explains as much as it may move f."""
    h, small = 0.1, 0.00437
    values = sampled(lambda t: math.pi * t + 1e-3 * math.sin(2 * math.pi * t / h), h, small)
    assert not estimate_from(values, h, small, 0.0, 0.0).sound
    wave = 1e-3 * math.sin(2 * math.pi * 0.0437) / small
    for known_noise, sound in ((0.9, False), (1.1, True)):  # explained by noise * 10 / small, and * 10 / h
        noise = known_noise * wave / 10 / (1 / small + 1 / h)
        assert estimate_from(values, h, small, 0.0, noise).sound == sound
    for relative, sound in ((0.9, False), (1.1, True)):
        rounding = relative * wave / math.pi / (1 + h / small)
        assert estimate_from(values, h, small, rounding, 0.0).sound == sound


def test_the_small_step_may_differ_by_what_its_curvature_explains():
    """4 times the error of D2 at the small step is allowed: a cubic as steep as its slope is sound."""
    found = estimate_from(sampled(lambda t: math.pi * (t + 10 * t**3), 0.1, 0.05), 0.1, 0.05, 0.0, 0.0)
    assert found.sound and found.value == pytest.approx(math.pi)


@pytest.mark.parametrize("scale", [2.0**1000, 2.0**-900])
def test_the_size_of_f_changes_nothing_else(scale):
    """All numbers are multiplied by f's scale, exactly; nothing overflows or vanishes."""
    values, h = sampled(lambda t: 0.3 + math.sin(t + 1), 0.125, 0.0078125), 0.125
    plain = estimate_from(values, h, h / 16, 1e-6, 1e-8)
    scaled = estimate_from(values * scale, h, h / 16, 1e-6, 1e-8 * scale)
    assert scaled == plain._replace(**{name: getattr(plain, name) * scale for name in
                                       ("value", "error", "spread", "noise", "unit")}) and plain.sound


def test_a_constant_has_no_sound_slope():
    """Seven equal values: no spread, not sound, and the last digits of a float64 are the noise, though 1.5 has few."""
    found = estimate_from(np.full(9, 1.5), 0.1, 0.01, 0.0, 0.0)
    assert (found.value, found.spread, found.sound, found.unit) == (0, 0, False, 2 * LAST_DIGIT)
    assert found.noise == 2 * LAST_DIGIT / 3
    assert not estimate_from(np.full(9, 0.0), 0.1, 0.01, 0.0, 0.0).sound


def test_stairs_are_noise():
    """Two or three different values are the steps of a staircase, as high as the noise; four are no staircase."""
    stairs = np.array([1, 1, 1, 1, 2, 2, 2, 1, 1]) * math.pi
    assert estimate_from(stairs, 0.1, 0.01, 0.0, 0.0).noise >= math.pi * (1 - 1e-15)
    stairs[6:7] = 3 * math.pi
    assert estimate_from(stairs, 0.1, 0.01, 0.0, 0.0).noise >= 2 * math.pi * (1 - 1e-15)
    line = sampled(lambda t: t / 3)
    assert estimate_from(line, 0.1, 0.01, 0.0, 0.0).noise < 1e-15


def test_a_derivative_that_overflows_is_unsound():
    """A slope beyond the largest float64 is no answer."""
    with np.errstate(all="ignore"):
        found = estimate_from(sampled(lambda t: 1e300 * (1 + t), 0.1, 0.01), 1e-10, 1e-11, 0.0, 0.0)
    assert not found.sound


def test_resolution_by_hand():
    """The last binary digit that any of the values uses, at the size of the largest; zeros have none."""
    assert resolution(np.array([0.75, 3.0])) == 1 and resolution(np.array([0.0, 0.75, 1000.0])) == 8
    assert resolution(np.array([1 + LAST_DIGIT, 1.0])) == LAST_DIGIT
    assert resolution(np.array([-1 - LAST_DIGIT, 4.0])) == 4 * LAST_DIGIT
    assert resolution(np.zeros(3)) == 0


def test_best():
    """The sound estimate with the smallest error; None without a sound one."""
    worse, better, unsound = known(error=2.0), known(error=1.0), known(error=0.5, sound=False)
    assert best([worse, better, unsound]) is better and best([unsound]) is None and best([]) is None


# --- the steps ---------------------------------------------------------------------------------------------------

def test_steps_by_hand():
    """First what was right last, then 1/1000 of |x|, then 16 times smaller, 16 times larger, 256 times smaller ..."""
    first = math.pi / 1000
    steps = list(around(x=(3.0, 4.0)).steps((0,)))
    assert steps[:5] == pytest.approx([first, first / 16, first * 16, first / 256, first * 256])
    assert len(steps) == 24 and [min(steps), max(steps), steps[-1]] == pytest.approx(
        [first / 16**9, first * 16**14, first * 16**14], rel=1e-9, abs=0)
    assert list(islice(around(x=(-3.0,), step=0.5).steps((0,)), 2)) == pytest.approx([0.5, first])


@pytest.mark.parametrize(("x", "size"), [
    ((0.0, -5.0), 5.0), ((0.0, 0.0), 1.0), ((0.0, 1e-250), 1e-200), ((0.0, 1e250), 1e200), ((1e-306, 7.0), 7.0),
    ((2.3e-305, 7.0), 2.3e-305),
])
def test_the_first_step_at_zero(x, size):
    """Where x is 0, the largest |x| gives the size, within bounds; 1 where all are 0."""
    assert next(around(x=x).steps((0,))) == pytest.approx(FIRST_STEP * size, rel=1e-12)


def test_points_that_are_tried():
    """f is called at x - 3 h to x + 3 h and at -0.0437 h and 0.0437 h, with steps that x + h can hold exactly."""
    seen = []
    derivatives = Derivatives(lambda x: seen.append(float(x[1])) or 3 * x[1], np.array([7.0, 2.0]))
    found = derivatives.estimate((1,), 0.25)
    assert seen[1:-2] == [1.25, 1.5, 1.75, 2.25, 2.5, 2.75]
    assert seen[-2:] == pytest.approx([2 - 0.0437 / 4, 2 + 0.0437 / 4]) and seen[0] == 2
    assert (found.value, found.step) == (3, 0.25) and derivatives.x.tolist() == [7, 2]
    assert derivatives.estimate((1,), 0.1).step == (2 + 0.1) - 2
    assert derivatives.estimate((1,), 1e-17) is UNKNOWN and derivatives.estimate((1,), 1e-15) is UNKNOWN
    assert derivatives.estimate((1,), 1e308) is UNKNOWN


def test_rounding_of_the_points():
    """Near 1e8 a step of 2 is rounded by 1e8 eps: half as much of the slope isn't known."""
    found = Derivatives(lambda x: x[0], np.array([1e8 + 0.1])).estimate((0,), 2.0)
    assert found.error == pytest.approx((1e8 + 6) * LAST_DIGIT / 2 + 10 * found.noise / 2, rel=1e-7)


def test_outside_of_the_domain():
    """Where f has no finite value, or raises ValueError or OverflowError, the step has no derivative."""
    derivatives = Derivatives(lambda x: math.log(x[0]), np.array([1.0]))
    found = derivatives.estimate((0,), 0.5)
    assert (found.step, found.sound) == (0.5, False) and math.isnan(found.spread)
    assert isinstance(derivatives.raised[0,], ValueError)
    assert math.isnan(Derivatives(lambda x: 1 / np.maximum(x[0] - 0.5, 0), np.array([1.0])).estimate((0,), 0.5).spread)


def test_noise_of_all():
    """Three of four noises are below it, once there are six; `settled` adds what the estimate's own lacks."""
    assert around(noises=[9.0] * 5).noise() == 0
    derivatives = around(noises=[1.0, 2, 3, 4, 5, 6, 7, 8, 9], centre=4.0)
    assert derivatives.noise() == 7 and derivatives.noise_over(2.0) == 35
    assert derivatives.settled(known(error=1.0, step=2.0, noise=4.0)).error == 1 + 10 * 3 / 2
    assert derivatives.settled(known(error=1.0, noise=8.0)).error == 1
    assert around(centre=-4.0).noise_over(2.0) == 10 * 4 * LAST_DIGIT / 2


def test_few_entries_fill_the_pool():
    """Each is measured at 0.83 of its step, and 0.83 of that, until there are six noises."""
    derivatives = Derivatives(lambda x: x[0] / 3, np.array([2.0]))
    steps, estimate = [], derivatives.estimate
    derivatives.estimate = lambda index, step: steps.append(step) or estimate(index, step)
    derivatives.noises = [1e-16] * 3
    derivatives.fill_pool([((0,), known(step=1e-3))])
    assert steps == pytest.approx([0.83e-3, 0.83**2 * 1e-3, 0.83**3 * 1e-3]) and len(derivatives.noises) == 6
    derivatives.noises = []
    derivatives.fill_pool([])
    assert derivatives.noises == []
    derivatives.noises = [1.0] * 5
    derivatives.fill_pool([((0,), known(step=1e308, noise=0.25))])
    assert derivatives.noises == [1.0] * 5 + [0.25]  # its own noise where another step has none


@pytest.mark.parametrize(("step", "found", "useless"), [
    (1e-6, known(error=1e-9), True), (1.2e-6, known(error=1e-9), False),  # 5 last digits / 1e-9: 1.11e-6
    (1e-6, known(error=1e-9, sound=False), False),
    (1e-6, known(error=1e-9, sound=False, spread=1e-14), True),  # rounding hides it
    (1e-6, known(error=1e-9, sound=False, spread=0.0), False),
    (1e-6, known(error=1e-9, sound=False, spread=1e-10), False),
    (1e-6, known(error=1e-9, sound=False, spread=1e-14, noise=1e-14), False),
    (2.0, known(spread=math.nan, step=1.0), True), (0.5, known(spread=math.nan, step=1.0), False),
])
def test_useless_steps(step, found, useless):
    """Too small: rounding alone gives a larger error than is known. Too large: beyond the edge of f's domain."""
    assert around().is_useless(step, [found]) == useless


def test_steps_beyond_structure_are_useless():
    """Where noise grows 30 times from a smaller step to a larger one, what is beyond isn't tried."""
    quiet, loud = known(step=1.0, noise=1e-3, error=1.0), known(step=2.0, noise=0.031, error=1.0)
    assert around().is_useless(3.0, [loud, quiet]) and not around().is_useless(1.5, [loud, quiet])
    assert not around().is_useless(3.0, [quiet, loud._replace(noise=0.029)])
    assert not around().is_useless(3.0, [quiet._replace(spread=0.0), loud])


# --- one entry ---------------------------------------------------------------------------------------------------

def judged(analytic, *estimates, threshold=1e-3, centre=1.0, x=(1.0,), **found):
    """Return the judgement of one entry with these estimates."""
    entry = Entry(around(centre, x, **found), (0,), analytic, threshold)
    entry.add(list(estimates))
    return entry.judge()


@pytest.mark.parametrize(("analytic", "error", "verdict", "relative"), [
    (2.0, 1e-3, "right", 0), (2.0, 2.1e-3, "can't tell", 0), (2.001, 0.5e-3, "right", 0.001 / 2.001),
    (2.01, 1e-3, "wrong", 0.01 / 2.01), (2.01, 9e-3, "can't tell", 0.01 / 2.01), (1.99, 1e-3, "wrong", 0.005),
    (-2.0, 1e-3, "wrong", 2), (0.0, 1e-3, "wrong", 1), (math.nan, 1e-3, "wrong", math.inf),
    (math.inf, 1e-3, "wrong", math.inf),
])
def test_a_known_slope(analytic, error, verdict, relative):
    """Right within threshold * 2 with the error, wrong beyond threshold * 2 and the error, else nobody can tell."""
    found = judged(analytic, known(2.0, error))
    assert found.verdict == verdict and found.error == pytest.approx(relative)
    assert (found.numerical, found.uncertainty, found.index) == (2, error, (0,))


@pytest.mark.parametrize(("estimate", "expected"), [
    (known(0.0, 1e-9, 1e-3, 6e-3), 6.0), (known(0.0, 1e-9, 0.3, 6.0), 20.0),
    (known(0.0, 1e-9, 0.4, 6.0), 0.0),  # x is 1: steps of 0.4 lead beyond it
    (known(0.0, 1e-9, 1e-3, 0.0), 0.0), (known(-3.0, 1e-9), 3.0),
])
def test_what_a_zero_is_compared_with(estimate, expected):
    """The slope of f over the steps, or nothing; a slope that is known is its own size."""
    assert Entry(around(largest=50.0), (0,), 0.0, 1e-7).size([estimate], estimate) == pytest.approx(expected)
    assert Entry(around(), (0,), -9.0, 1e-7).size([estimate], estimate) == 9
    wide = known(0.0, 1e-9, 0.4, 6.0)
    assert Entry(around(x=(0.0,)), (0,), 0.0, 1e-7).size([wide], wide) == 15
    near = known(0.0, 1e-6, 1e-3, 6e-3)  # its slope is the size, though a wider step has a smaller error
    assert Entry(around(), (0,), 0.0, 1e-7).size([wide, near], wide) == pytest.approx(6)


@pytest.mark.parametrize(("estimate", "analytic", "enough"), [
    (known(2.0, 1e-3), 2.0, False), (known(2.0, 0.4e-3), 2.0, True), (known(2.0, 1e-9, sound=False), 2.0, False),
    (known(0.0, 1e-9, 1e-3, 0.0, sound=False), 0.0, True), (known(0.0, 1e-9, 1e-2, 0.0, sound=False), 0.0, False),
    (known(0.0, 1e-9), 0.0, False),  # a minimum: perhaps another step shows a slope
    (known(0.0, 1e-9, 1e-3, 0.0, sound=False), 1.0, False), (known(0.0, 1e-9, 1e-3, 1e-9, sound=False), 0.0, False),
])
def test_when_an_estimate_is_enough(estimate, analytic, enough):
    """A quarter of the threshold; a slope of 0 only over steps at which other entries show their slopes."""
    entry = Entry(around(widest=1e-3, largest=100.0), (0,), analytic, 1e-3)
    assert entry.is_enough(estimate) == enough


@pytest.mark.parametrize(("f", "change"), [
    (lambda t: 1.5, math.inf), (lambda t: 1.5 + 1e-20 * t, LAST_DIGIT), (lambda t: 1.5 + 1e-20 * t**3, LAST_DIGIT),
    (lambda t: 1.5 + max(0.0, t - 7), 0.02), (lambda t: 1.5 + max(0.0, -7 - t), 0.02), (lambda t: 1.5 + (t > 7), 1.0),
    (lambda t: 1.5 + max(0.0, t - 7) + 1e-20 * min(t, 0.0), LAST_DIGIT),  # the other side shows a slope
    (lambda t: 1.5 + 0 * math.sqrt(t + 7), math.inf),
], ids=["constant", "line", "cubic", "kink above", "kink below", "jump", "kink and line", "edge of the domain"])
def test_the_first_change_of_a_constant(f, change):
    """A smooth function changes by a last digit; behind a kink at 7, f changes by its slope over 1/200 of the way."""
    derivatives = Derivatives(lambda x: f(float(x[0])), np.array([0.0]))
    found = first_change(lambda distance: derivatives.change((0,), distance), 1.0)
    assert found == change if change != 0.02 else 1e-6 < found < 7 * 0.005
    assert Entry(derivatives, (0,), 0.0, 1e-7).fades_in(1.0) == (change == LAST_DIGIT)


def flat(step, spread=0.0):
    """Return the estimate of a constant, or of one that changes by a few last digits."""
    return known(0.0, 1e-12, step, spread, sound=False)


@pytest.mark.parametrize(("analytic", "estimates", "found", "verdict", "reason"), [
    (0.0, [flat(1e-3)], {"widest": 1e-3, "largest": 1.0}, "right", ""),
    (0.0, [flat(1e-3)], {"widest": 1e-4, "largest": 1.0, "centre": 100.0}, "can't tell", "constant, or its rounding"),
    (0.0, [flat(1e-3)], {"widest": 1e-3, "largest": 1e-9}, "right", ""),  # a constant of 1 hides nothing
    (0.0, [flat(1e-3)], {"widest": 1e-3, "largest": 1e-9, "centre": 100.0}, "can't tell", "constant"),
    (0.0, [flat(1e-3), flat(1.0, 5e-15)], {"widest": 1e-3, "largest": 1.0}, "can't tell", "hides its changes"),
    (1.0, [flat(1e-3)], {"widest": 1e-3}, "wrong", "f doesn't change when x changes"),
    (math.nan, [flat(1e-3)], {"widest": 1e-3}, "wrong", "f doesn't change when x changes"),
    (1e-13, [flat(1e-3)], {"widest": 1e-3}, "can't tell", "constant"),
    (1.0, [flat(1e-3), flat(1.0)], {}, "wrong", "f doesn't change when x changes"),
    (1e-13, [flat(1e-3), flat(1.0)], {}, "can't tell", "constant"),
    (1.0, [flat(1e-3), flat(1.0, 1.0)], {}, "can't tell", "slopes"),
    (1.0, [], {}, "can't tell", "finite"), (0.0, [], {}, "can't tell", "finite"),
    (math.nan, [flat(1.0, 1.0)], {}, "can't tell", "slopes"),
    (0.0, [flat(1e-3), flat(1.0, 1e-12)], {"widest": 1e-3, "largest": 1.0}, "right", ""),  # a slope far away
])
def test_no_slope_at_any_step(analytic, estimates, found, verdict, reason):
    """0 is right where other entries' steps would show a slope; a slope is wrong if f's rounding can't hide it."""
    found = judged(analytic, *estimates, threshold=1e-7, **found)
    assert found.verdict == verdict and reason in found.reason
    if verdict != "can't tell":
        assert (found.numerical, found.error) == (0, 0 if verdict == "right" else 1) and found.uncertainty > 0


@pytest.mark.parametrize(("other", "verdict"), [
    (known(2.0025, 1.6e-3, sound=True), "right"), (known(2.01, 1e-3, sound=True), "can't tell"),
    (known(2.01, 1e-3, sound=False), "right"),
    (known(0.0, 1e-3, 1e-5, 2.0, sound=False), "can't tell"),  # a jump
    (known(0.0, 1e-3, 1e-5, 1.25e-3, sound=False), "can't tell"),  # more than ten times what the slope explains
    (known(0.0, 1e-3, 1e-5, 1e-3, sound=False), "right"), (known(0.0, 1e-3, 1e-2, 2.0, sound=False), "right"),
    (known(0.0, 1e-3, 1e-5, 0.0, sound=False), "can't tell"),  # a constant piece
    (known(0.0, 1e-3, 1e-2, 0.0, sound=False), "right"), (known(0.0, 1e-3, 1e-16, 0.0, sound=False), "right"),
])
def test_other_steps_may_differ(other, verdict):
    """Another slope that is known, and a jump or a constant piece over a smaller step, take the answer away."""
    assert judged(2.0, known(2.0, 1.4e-3, 1e-3), other, threshold=1e-3).verdict == verdict


FLOAT32, FLOAT64 = 4 * 2.0**-23, 256 * 2.0**-52  # what their rounding hides, for values near 1


@pytest.mark.parametrize(("estimates", "hidden"), [
    ([known(unit=2.0**-46)], FLOAT32), ([known(unit=2.0**-47)], FLOAT64),
    ([known(unit=1.0)], FLOAT64), ([known(unit=1.5)], FLOAT32), ([known(spread=3.0)], 3 * FLOAT64),
    ([known(unit=2.0**-46), known(unit=2.0**-50)], FLOAT64),
    ([known(step=1e-4), known(step=2 * FIRST_STEP, spread=3.0)], 3 * FLOAT64),
    ([known(step=1e-4), known(step=3 * FIRST_STEP, spread=3.0)], FLOAT64),  # too far away
    ([known(step=1.0, spread=3.0), known(step=2.0, spread=9.0)], 3 * FLOAT64), ([flat(1e-3)], FLOAT64),
])
def test_what_rounding_hides(estimates, hidden):
    """Values near x with few binary digits are float32's, except whole numbers: those are counted."""
    entry = Entry(around(-1.0), (0,), 0.0, 1e-7)
    entry.add(estimates)
    assert entry.hidden() == pytest.approx(hidden)


def test_scattered_values():
    """f scatters where the noise of the step that decides is larger than what rounding hides."""
    for noise, scatters in ((0.9 * FLOAT64, False), (1.1 * FLOAT64, True)):
        entry = Entry(around(), (0,), 0.0, 1e-7)
        entry.add([known(noise=noise), known(noise=1.0, error=1.0), UNKNOWN])
        assert entry.scatters() == scatters and len(entry.estimates) == 2


def test_all_smaller_steps_by_themselves():
    """The first step and the nine smaller ones, without the noise of other entries, which is kept."""
    derivatives = Derivatives(lambda x: x[0] / 3, np.array([2.0]))
    derivatives.noises, derivatives.step = [1.0] * 9, 5e-4
    entry = Entry(derivatives, (0,), 1 / 3, 1e-7)
    entry.look_at_all_steps()
    first = 2 * FIRST_STEP
    assert [found.step for found in entry.estimates] == pytest.approx([first / 16**k for k in range(10)], rel=1e-2)
    assert derivatives.noises == [1.0] * 9 and entry.estimates[0].error < 1e-9


# --- why nobody can tell -----------------------------------------------------------------------------------------

@pytest.mark.parametrize(("other", "kink"), [
    (known(step=0.1, noise=0.1), True), (known(step=0.1, noise=0.06), True), (known(step=0.1, noise=0.19), True),
    (known(step=0.1, noise=0.04), False), (known(step=0.1, noise=0.21), False), (known(step=0.13, noise=0.13), False),
    (known(step=0.1, noise=0.1, spread=0.0), False),
])
def test_a_kink_by_hand(other, kink):
    """At less than an eighth of the step, what scatters is as many times smaller, within a factor of 2."""
    assert has_kink(known(step=1.0, noise=1.0), [other]) == kink
    assert not has_kink(known(step=1.0, noise=0.0), [other])


def test_reasons_by_hand():
    """A spread of up to 30 last digits is rounding. The threshold that would do is three times the relative error."""
    rounded, other = flat(1.0, 29 * LAST_DIGIT), flat(1.0, 31 * LAST_DIGIT)
    assert "Subtract a constant" in why_unknown(around(), (0,), [flat(1.0), rounded])
    assert "Subtract" not in why_unknown(around(), (0,), [rounded, other])
    assert "constant, or its rounding" in why_unknown(around(), (0,), [flat(1.0), UNKNOWN])
    found, wider = known(error=2.1e-3), known(step=1.0, sound=False)
    assert "threshold=3e-03" in why_unsure(around(), found, [found, known(step=1.0)], 2.0)
    assert "because its slopes at larger steps" not in why_unsure(around(), found, [found, known(step=1.0)], 2.0)
    reason = why_unsure(around(), found, [found, wider], 2.0)
    assert reason.startswith("the numerical derivative is only known to +- 0.002, because its slopes at larger steps")


def test_a_report_without_a_verdict():
    """The reason, and the entry's place and numbers where there is an entry."""
    assert str(judged(2.0, known(2.0, 2.1e-3))).endswith("At (0,): numerical 2, analytic 2.")
    assert "At (): numerical" not in str(nothing("f is odd.")) and nothing("f is odd.").index == ()
    assert "At (1,): numerical 2, analytic nan." in str(GradientCheck("can't tell", 0.0, (1,), 2.0, math.nan))


# --- the entry that decides --------------------------------------------------------------------------------------

class Judged:
    """An entry with a verdict before and after all smaller steps are tried."""

    def __init__(self, before, after, error, scattered=False):
        self.before, self.after, self.error, self.scattered, self.looks = before, after, error, scattered, 0

    def judge(self):
        return GradientCheck(self.after if self.looks else self.before, self.error, (), 0.0, 0.0)

    def look_at_all_steps(self):
        self.looks += 1

    def scatters(self):
        return self.scattered


R, W, C = "right", "wrong", "can't tell"


@pytest.mark.parametrize(("entries", "decides", "looked_at"), [
    ([(R, R, 0.1), (R, R, 0.3), (R, R, 0.2)], 1, []),
    ([(R, R, 0.5), (C, C, 0.1), (C, C, 0.2)], 2, []),
    ([(W, W, 0.1), (W, W, 0.2), (C, C, 0.9)], 1, [1]),
    ([(W, W, 0.1), (W, C, 0.2), (R, R, 0.0)], 0, [0, 1]),
    ([(W, R, 0.1), (W, C, 0.2), (C, C, 0.9)], 1, [0, 1]),  # a doubt is no other verdict
    ([(R, R, 0.1, True), (R, C, 0.2, True), (R, R, 0.3)], 1, [0, 1]),
    ([(R, R, 0.1, True), (R, R, 0.2, True)], 1, [0, 1]),
    ([(R, R, 0.1, True), (C, R, 0.2, True)], 1, []),
])
def test_the_entry_that_decides(entries, decides, looked_at):
    """Wrong goes before can't tell and that before right, a larger error before a smaller one.

    Wrong entries, and right ones whose values scatter, have to stay so at all smaller steps.
    """
    entries = [Judged(*entry) for entry in entries]
    found = decide(entries)
    assert found.error == entries[decides].error and found == entries[decides].judge()
    assert [k for k, entry in enumerate(entries) if entry.looks] == looked_at
