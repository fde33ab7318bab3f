"""A numerical derivative that comes with its own error: seven equally spaced points, and what they don't agree on.

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

The step h is right when the error is small enough. If it isn't, other steps are tried, smaller ones and larger ones.

Sources: R. Hamming, "Introduction to Applied Numerical Analysis" (1971), and J. Moré and S. Wild, "Estimating
computational noise", SIAM J. Sci. Comput. 33(3), 2011, for the noise; B. Fornberg, "Generation of finite difference
formulas on arbitrarily spaced grids", Math. Comp. 51, 1988, for D2, D4 and D6.
"""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

NODES = (-3, -2, -1, 1, 2, 3)  # and 0, which all entries share
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
FIRST_STEP = math.pi / 3000  # h / |x|; no round number: h has all binary digits, and so has x + h
FACTOR = 16.0  # from one step to the next
LADDER = [0, *(sign * k for k in range(1, 10) for sign in (-1, 1)), 10, 11]
PATIENT = 4  # steps that are tried for an entry, once patience has ended
POOL = 6  # stencils that the noise is estimated from, at least


Index = tuple[int, ...]


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


def as_number(value: object) -> float:
    """Return f's value as a float. TypeError, with what to do, when it isn't one real number."""
    if isinstance(value, tuple):
        raise TypeError("f: expected one number, got a tuple. If it is (loss, gradient), write lambda x: f(x)[0].")
    array = np.asarray(value)
    if array.dtype.kind not in "iuf" or array.size != 1:
        found = f"an array of shape {array.shape}" if array.size != 1 else f"{value!r} ({type(value).__name__})"
        raise TypeError(f"f: expected a function that returns one real number, got {found}.")
    return float(array.item())


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


class Derivatives:
    """The partial derivatives of f at x, one entry at a time. f is called with x itself, changed in one entry."""

    def __init__(self, f: Callable[[np.ndarray], object], x: np.ndarray) -> None:
        self.f, self.x = f, x
        self.centre = as_number(f(x))
        self.step = 0.0  # the step that was best for the last entry
        self.widest = 0.0  # the widest such step
        self.noises: list[float] = []  # from all sound estimates
        self.patience = 3  # entries for which all steps may be tried in vain
        self.raised: dict[Index, Exception] = {}  # what f raised near x, the last one of each entry

    def noise(self) -> float:
        """Return f's noise as the entries so far show it: three of four are below; 0 before there are enough."""
        return float(np.quantile(self.noises, 0.75)) if len(self.noises) >= POOL else 0.0

    def values(self, index: Index, steps: list[float]) -> np.ndarray:
        """Return f at x + step * e, for the unit vector e at `index`; NaN outside of f's domain. x is restored."""
        old, found = self.x[index], []
        try:
            for step in steps:
                self.x[index] = old + step
                try:
                    found.append(as_number(self.f(self.x)))
                except (ValueError, OverflowError) as error:  # as math.log and math.exp raise them
                    self.raised[index] = error
                    found.append(math.nan)
        finally:
            self.x[index] = old
        return np.array(found)

    def estimate(self, index: Index, step: float) -> Estimate:
        """Return the derivative by x[index] and its error, from the points x + k * step."""
        old = self.x[index]
        with np.errstate(all="ignore"):  # far away from x, f may overflow or leave its domain
            step, small = (float((old + h) - old) for h in (step, step * SMALL))
            if not (step > 0 and small > 0 and math.isfinite(old + 3 * step)):
                return UNKNOWN
            values = self.values(index, [*(k * step for k in NODES), -small, small])
            if not np.isfinite(values).all():
                return UNKNOWN._replace(step=step)
            return self.judged(np.insert(values, 3, self.centre), abs(float(old)), step, small)

    def judged(self, values: np.ndarray, size: float, step: float, small: float) -> Estimate:
        """Return the Estimate that nine values of f give: at -3..3 steps, and at -small and small."""
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
        noise_of_all = max(noise, float(np.ldexp(self.noise(), -exponent)))

        slope = max(abs(d6), spread / 6)
        rounding_of_x = float(np.finfo(self.x.dtype).eps) * (size + 3 * step) / step * slope
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

    def steps(self, index: Index) -> Iterator[float]:
        """Yield the steps to try: the last one that was right, then 1/1000 of |x|, smaller ones and larger ones."""
        if self.step:
            yield self.step
        size = abs(float(self.x[index])) * FIRST_STEP
        if size < np.finfo(float).tiny:
            size = FIRST_STEP * min(max(float(np.abs(self.x).max()), 1e-200), 1e200) if self.x.any() else FIRST_STEP
        for k in LADDER:
            yield size * FACTOR**k

    @staticmethod
    def best(found: list[Estimate]) -> Estimate | None:
        """Return the sound estimate with the smallest error, if there is a sound one."""
        return min((estimate for estimate in found if estimate.sound), key=lambda other: other.error, default=None)

    def is_useless(self, step: float, found: list[Estimate]) -> bool:
        """Whether a step is too small, or too large.

        It is too small when f's rounding alone gives a larger error than another step has. It is too large when f
        leaves its domain at a smaller step, or its structure shows there: what is beyond isn't f's slope at x.
        """
        rounding = SAFETY * float(np.spacing(abs(self.centre))) / 2
        for other in found:
            drowned = other.noise <= rounding and 0 < other.spread / 60 < other.error * other.step
            if (other.sound or drowned) and rounding / other.error >= step:
                return True
        smaller = sorted((other for other in found if 0 < other.step < step), key=lambda other: other.step)
        least = math.inf
        for other in smaller:
            if not math.isfinite(other.spread) or other.noise > 30 * least:
                return True
            if other.spread:
                least = min(least, other.noise)
        return False

    def is_hidden(self, index: Index, step: float) -> bool:
        """Whether f doesn't change over a step, but by a few last digits over a far wider one: a small slope."""
        return 0 < self.estimate(index, 256 * step).spread <= 1000 * float(np.spacing(abs(self.centre)))

    def confirmed(self, index: Index, estimate: Estimate) -> Estimate:
        """Return the estimate, sound only if f is as smooth over smaller steps, and has the same slope."""
        smaller = self.estimate(index, estimate.step * 0.23)
        same = abs(smaller.value - estimate.value) <= smaller.error + estimate.error
        return estimate._replace(sound=same and smaller.noise <= 10 * estimate.noise)

    def at_all_steps(self, index: Index) -> list[Estimate]:
        """Return estimates of the derivative by x[index] from the first step and all smaller ones, each by itself."""
        first, *others = (step for step in self.steps(index) if step != self.step)
        noises, self.noises = self.noises, []  # what scatters over wide steps may be smooth over small ones
        found = [self.estimate(index, step) for step in (first, *(step for step in others if step < first))]
        self.noises = noises
        return found

    def at(self, index: Index, enough: Callable[[Estimate], bool]) -> list[Estimate]:
        """Return estimates of the derivative by x[index] from several steps; no more once one of them is `enough`."""
        found: list[Estimate] = []
        for step in self.steps(index):
            if self.is_useless(step, found):
                continue
            estimate = self.estimate(index, step)
            if estimate.sound and step != self.step:
                estimate = self.confirmed(index, estimate)
            found.append(estimate)
            if self.patience <= 0 and len(found) == PATIENT:
                break
            if enough(estimate) and not (estimate.spread == 0 and self.is_hidden(index, step)):
                break
        else:
            self.patience -= 1
            if best := self.best(found):  # steps between those of the ladder
                found += [self.estimate(index, step) for step in (best.step / 4, best.step * 4)]
        if best := self.best(found):
            self.step, self.widest = best.step, max(self.widest, best.step)
            self.noises.append(best.noise)
        return found

    def fill_pool(self, entries: list[tuple[Index, Estimate]]) -> None:
        """Measure the noise over more steps, where entries are few. `entries`: (index, sound estimate) of each."""
        shrink = 1.0
        while entries and len(self.noises) < POOL:
            shrink *= 0.83
            for index, estimate in entries:
                again = self.estimate(index, estimate.step * shrink)
                self.noises.append(again.noise if math.isfinite(again.noise) else estimate.noise)

    def settled(self, estimate: Estimate) -> Estimate:
        """Return the estimate with the noise of all entries in its error."""
        more = max(0.0, self.noise() - estimate.noise)
        return estimate._replace(error=estimate.error + SAFETY * more / estimate.step) if more else estimate

    def noise_over(self, step: float) -> float:
        """Return how large a slope the noise can hide over a step."""
        return SAFETY * max(self.noise(), float(np.spacing(abs(self.centre)))) / step
