"""One numerical derivative that comes with its own error: seven equally spaced points, and what they don't agree on.

With v[k] = f(x + k h) for k = -3..3, three central differences have errors of order h**2, h**4 and h**6:

    D2 = (v[1] - v[-1]) / (2 h)
    D4 = (8 (v[1] - v[-1]) - (v[2] - v[-2])) / (12 h)
    D6 = (45 (v[1] - v[-1]) - 9 (v[2] - v[-2]) + (v[3] - v[-3])) / (60 h)

(D4 and D6 are what Richardson extrapolation makes of D2 at h, 2 h and 3 h.) D6 is the answer. Its error has four parts:

1. Truncation: |D6 - D4|, which is the error of the worse of the two.
2. Noise of f. The fifth and sixth differences of a smooth function's values are nearly 0, and those of rounding errors
   aren't: their scatter measures the noise (Hamming's difference table). A kink shows in the same place. The noise is
   at least a third of a unit in the last binary digit that the values use. If it isn't the last of a float64, there is
   float32 inside of f, or a large number was added and subtracted again.
3. Rounding of x + k h.
4. What seven points can't show, like waves shorter than h: D2 at a much smaller h has to agree.

Sources: R. Hamming, "Introduction to Applied Numerical Analysis" (1971), and J. Moré and S. Wild, "Estimating
computational noise", SIAM J. Sci. Comput. 33(3), 2011, for the noise; B. Fornberg, "Generation of finite difference
formulas on arbitrarily spaced grids", Math. Comp. 51, 1988, for D2, D4 and D6.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

SMALL = 0.0437  # the small step that has to agree, in units of h
WEIGHTS = np.array(
    [
        np.array([0, 0, -1, 0, 1, 0, 0]) / 2,  # D2, D4, D6, in units of 1 / h
        np.array([0, 1, -8, 0, 8, -1, 0]) / 12,
        np.array([-1, 9, -45, 0, 45, -9, 1]) / 60,
        np.array([-1, 5, -10, 10, -5, 1, 0]) / math.sqrt(252),  # fifth and sixth differences: noise of variance 1 in
        np.array([0, -1, 5, -10, 10, -5, 1]) / math.sqrt(252),  # the values gives them variance 1
        np.array([1, -6, 15, -20, 15, -6, 1]) / math.sqrt(924),
    ]
)
SAFETY = 10  # standard deviations


class Estimate(NamedTuple):
    """A derivative's value and error, from the step h: the truth lies in value +- error, if it is `sound`."""

    value: float
    error: float
    step: float
    spread: float  # the largest minus the smallest of the seven values
    noise: float  # one standard deviation of f's values, from these alone
    unit: float  # the last binary digit that the seven values use
    sound: bool  # the values look like those of a smooth function


UNKNOWN = Estimate(math.nan, math.inf, 0.0, math.nan, math.nan, math.nan, False)


def resolution(values: np.ndarray) -> float:
    """Return the step between neighbours of the largest value, if all have as few binary digits as these; 0 for zeros.

    >>> resolution(np.array([0.75, 3.0])), resolution(np.array([0.75, 1000.0]))  # at most 2 digits; at most 7
    (1.0, 8.0)
    """
    mantissa, exponent = np.frexp(values[values != 0])
    digits = np.ldexp(mantissa, 53).astype(np.int64)
    if not digits.size:
        return 0.0
    return float(np.ldexp(float((digits & -digits).min()), int(exponent.max()) - 53))


def estimate_from(values: np.ndarray, step: float, small: float, rounding: float, known_noise: float) -> Estimate:
    """Return the derivative and its error from nine values of f: at -3..3 steps from x, and at -small and small.

    `rounding`: the relative error of a step, because x + step is rounded. `known_noise`: other values of f have shown
    as much noise.
    """
    exponent = int(np.frexp(np.abs(values).max())[1])
    values = np.ldexp(values, -exponent)  # at most 1: exact, and nothing overflows
    below, above = values[7:]
    values = values[:7]
    changes = values - values[3]
    spread = float(np.ptp(values))
    d2, d4, d6, *differences = (WEIGHTS @ changes).tolist()

    least = float(np.ldexp(np.spacing(np.ldexp(1.0, exponent)), -exponent))
    unit = max(least, resolution(values)) if spread else least
    noise = max(math.sqrt(sum(d * d for d in differences) / 3), unit / 3)
    if spread and len(set(changes.tolist())) <= 3:  # steps of a staircase
        noise = max(noise, spread)
    noise_of_all = max(noise, float(np.ldexp(known_noise, -exponent)))

    rounding_of_x = rounding * max(abs(d6), spread / 6)
    error = abs(d6 - d4) + SAFETY * noise_of_all + rounding_of_x
    # the central difference over the small step, in the same units: its own errors are added to what it may differ
    ratio = small / step
    at_small = (above - below) / (2 * ratio)
    allowed = error + 4 * ratio**2 * abs(d2 - d6) + (SAFETY * noise_of_all + rounding_of_x) / ratio
    sound = spread > 0 and error <= spread / 60 and bool(abs(at_small - d6) <= allowed)

    value, error, spread, noise, unit = (
        float(np.ldexp(number, exponent)) for number in (d6, error, spread, noise, unit)
    )
    error = error / step + float(np.spacing(abs(value / step)))
    return Estimate(value / step, error, step, spread, noise, unit, sound and math.isfinite(value / step + error))


def best(estimates: Iterable[Estimate]) -> Estimate | None:
    """Return the sound estimate with the smallest error, if there is a sound one."""
    return min((estimate for estimate in estimates if estimate.sound), key=lambda other: other.error, default=None)
