"""The partial derivatives of a function f at x, each from the steps that suit f.

A step is right when the error of its Estimate (`stencil.py`) is small enough. If it isn't, other steps are tried,
smaller ones and larger ones.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np

from .arguments import Index, real_number
from .stencil import SAFETY, SMALL, UNKNOWN, Estimate, best, estimate_from

NODES = (-3, -2, -1, 1, 2, 3)  # and 0, which all entries share
FIRST_STEP = math.pi / 3000  # h / |x|; no round number: h has all binary digits, and so has x + h
FACTOR = 16.0  # from one step to the next
LADDER = [0, *(sign * k for k in range(1, 10) for sign in (-1, 1)), 10, 11, 12, 13, 14]
POOL = 6  # stencils that the noise is estimated from, at least


class Derivatives:
    """The partial derivatives of f at x, one entry at a time. f is called with x itself, changed in one entry."""

    def __init__(self, f: Callable[[np.ndarray], object], x: np.ndarray) -> None:
        self.f, self.x = f, x
        self.centre = real_number(f(x))
        self.step = 0.0  # the step that was best for the last entry
        self.widest = 0.0  # the widest such step
        self.largest = 0.0  # the largest derivative that is known
        self.noises: list[float] = []  # from all sound estimates
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
                    found.append(real_number(self.f(self.x)))
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
            rounding = float(np.finfo(self.x.dtype).eps) * (abs(float(old)) + 3 * step) / step
            return estimate_from(np.insert(values, 3, self.centre), step, small, rounding, self.noise())

    def steps(self, index: Index) -> Iterator[float]:
        """Yield the steps to try: the last one that was right, then 1/1000 of |x|, smaller ones and larger ones."""
        if self.step:
            yield self.step
        size = abs(float(self.x[index])) * FIRST_STEP
        if size < np.finfo(float).tiny:
            size = FIRST_STEP * min(max(float(np.abs(self.x).max()), 1e-200), 1e200) if self.x.any() else FIRST_STEP
        for k in LADDER:
            yield size * FACTOR**k

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

    def change(self, index: Index, distance: float) -> float:
        """Return by how much f changes over a distance; inf outside of its domain, and 0 where x would be infinite."""
        if not math.isfinite(float(self.x[index]) + distance):
            return 0.0
        with np.errstate(all="ignore"):
            value = float(self.values(index, [distance])[0])
            return abs(value - self.centre) if math.isfinite(value) else math.inf

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
            found.append(estimate)
            if enough(estimate):
                break
        self.largest = max([self.largest, *(abs(estimate.value) for estimate in found if estimate.sound)])
        if closest := best(found):
            self.step, self.widest = closest.step, max(self.widest, closest.step)
            self.noises.append(closest.noise)
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

    def last_digits(self) -> float:
        """Return a change of f that may come from a slope which rounding hides nearer to x."""
        return 30 * max(self.noise(), float(np.spacing(abs(self.centre))))

    def noise_over(self, step: float) -> float:
        """Return how large a slope the noise can hide over a step."""
        return SAFETY * max(self.noise(), float(np.spacing(abs(self.centre)))) / step
