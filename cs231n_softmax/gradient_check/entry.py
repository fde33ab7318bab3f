"""Is one entry of an analytic gradient right, wrong, or can't the numbers tell?

With a numerical derivative n +- e (`derivatives.py`), an analytic derivative a, and size = max(|a|, |n|), an entry is

    right        when |a - n| + e <= threshold * size: rounding can't hide a larger difference;
    wrong        when |a - n| > e + threshold * size: no error of the numerical derivative explains the difference;
    can't tell   otherwise, or when no step gives an n.

A derivative of 0 has no size.

    A minimum   Where the slope is 0 and f changes all the same, size is the slope of f over steps to which x is at
                least as large. All steps are tried, and the one with the smallest error has to agree.
    A constant  Where f doesn't change at all, 0 is right under two conditions. First, rounding hides no slope above
                threshold / 1000 of the largest derivative, over steps at which the other entries show their slopes;
                or no step changes f, whose rounding is at most 1e-14. Second, when the entry moves farther, f never
                changes, or much at once, as at a kink. If f changes by its last digits at first, then it has a slope
                that rounding hides near x. Wider steps measure it, or nobody can tell (stillness.py).

The second condition finds a hidden slope, however small it is, if f goes on with it. Nobody can tell a constant from a
function that changes by less than its last digit wherever the entry moves.
"""

import math
from functools import partial

import numpy as np

from .arguments import Index
from .derivatives import FIRST_STEP, Derivatives
from .reasons import why_unknown, why_unsure
from .stencil import Estimate, best
from .stillness import first_change
from .verdicts import CANT_TELL, RIGHT, WRONG, GradientCheck

NOTHING_TO_HIDE = 1e-14  # the rounding of a constant that may be called constant


class Entry:
    """One entry of a gradient, and what is known of its numerical derivative."""

    def __init__(self, derivatives: Derivatives, index: Index, analytic: float, threshold: float) -> None:
        self.derivatives, self.index, self.analytic, self.threshold = derivatives, index, analytic, threshold
        self.estimates: list[Estimate] = []
        self.first_change: float | None = None  # of f beyond the steps over which it is constant, once it is known

    def look(self) -> None:
        """Estimate the derivative, or estimate it once more, until its error is small enough."""
        self.add(self.derivatives.at(self.index, self.is_enough))

    def look_at_all_steps(self) -> None:
        """Estimate the derivative once more from all smaller steps."""
        self.add(self.derivatives.at_all_steps(self.index))

    def add(self, found: list[Estimate]) -> None:
        """Keep the estimates that have a step."""
        self.estimates += [estimate for estimate in found if estimate.step]

    def is_enough(self, estimate: Estimate) -> bool:
        """Whether an estimate answers the question, so that no other step has to be tried."""
        if self.analytic == 0 and estimate.spread == 0:
            seen = 0 < estimate.step <= self.derivatives.widest
            return seen and self.is_hardly_hidden(estimate.error, 4) and not self.fades_in(estimate.step)
        if self.analytic == 0 and abs(estimate.value) <= estimate.error:
            return False  # perhaps another step shows a slope
        return estimate.sound and estimate.error <= self.threshold / 4 * max(abs(self.analytic), abs(estimate.value))

    def is_hardly_hidden(self, slope: float, margin: float = 1) -> bool:
        """Whether a slope that rounding may hide is far smaller than the largest derivative of the other entries."""
        return margin * slope <= self.threshold * self.derivatives.largest / 1000

    def fades_in(self, step: float) -> bool:
        """Whether f, which doesn't change over a step, changes farther away, and by its last digits at first."""
        if self.first_change is None:
            self.first_change = first_change(partial(self.derivatives.change, self.index), step)
        return self.first_change <= self.derivatives.last_digits()

    def size(self, estimates: list[Estimate], closest: Estimate) -> float:
        """Return what the error of the closest estimate is relative to: see the top of this module."""
        if self.analytic == 0 and abs(closest.value) <= closest.error:
            reach = abs(float(self.derivatives.x[self.index])) or math.inf
            near = best(estimate for estimate in estimates if 3 * estimate.step <= reach)
            return near.spread / near.step if near else 0.0
        return max(abs(self.analytic), abs(closest.value))

    def judge(self) -> GradientCheck:
        """Return the judgement."""
        estimates = [self.derivatives.settled(estimate) for estimate in self.estimates]
        found = GradientCheck(CANT_TELL, math.inf, self.index, math.nan, self.analytic)
        closest = best(estimates)
        if closest is None:
            return self.judge_unseen(found)
        value, error = closest.value, closest.error
        found = found._replace(numerical=value, uncertainty=error)
        if self.differ(closest):
            return found._replace(
                reason="f has different slopes over different steps: it has a kink or a jump near x, or rounds its "
                "values. Move x a little, or compute f in float64."
            )
        if not math.isfinite(self.analytic):
            return found._replace(verdict=WRONG, reason=f"the analytic derivative is {self.analytic}.")
        size, difference = self.size(estimates, closest), abs(self.analytic - value)
        found = found._replace(error=difference / size if size else 0.0)
        if difference + error <= self.threshold * size:
            return found._replace(verdict=RIGHT)
        if difference > error + self.threshold * size:
            return found._replace(verdict=WRONG, reason="the difference is larger than the numerical error explains.")
        return found._replace(reason=why_unsure(self.derivatives, closest, estimates, size))

    def judge_unseen(self, found: GradientCheck) -> GradientCheck:
        """Return the judgement where no step shows a slope: perhaps it is 0."""
        rounding = float(np.spacing(abs(self.derivatives.centre)))
        spreads = [estimate.spread for estimate in self.estimates]
        flat = [estimate.step for estimate in self.estimates if estimate.spread == 0]
        seen = [step for step in flat if step <= self.derivatives.widest]  # where other entries show their slopes
        if self.analytic == 0:
            error = self.derivatives.noise_over(max(seen)) if seen else math.inf
            small_slope = any(0 < spread <= 1000 * rounding for spread in spreads)  # over wide steps
            zero = self.is_hardly_hidden(error) and not small_slope
            constant = rounding <= NOTHING_TO_HIDE and not any(spreads)
            if flat and (zero or constant) and not self.fades_in(max(flat)):
                return found._replace(verdict=RIGHT, error=0.0, numerical=0.0, uncertainty=error)
        else:
            first, error = self.first_step(), math.inf  # f may be bounded: what is far away doesn't count
            if seen:
                error = self.derivatives.noise_over(min(first or math.inf, max(seen)))
            if flat and len(flat) == len(spreads):
                error = min(error, self.derivatives.noise_over(first or self.estimates[0].step))
            if error < math.inf and not abs(self.analytic) <= error:
                reason = "f doesn't change when x changes in this entry."
                return found._replace(verdict=WRONG, error=1.0, numerical=0.0, uncertainty=error, reason=reason)
        return found._replace(reason=why_unknown(self.derivatives, self.index, self.estimates))

    def first_step(self) -> float:
        """Return the step that suits a function which curves over the length |x|; 0 where x is 0."""
        return FIRST_STEP * abs(float(self.derivatives.x[self.index]))

    def hidden(self) -> float:
        """Return what the rounding of f's values can hide: that of float64, or of float32 where they look like that.

        Values with few binary digits do, like 0.1234567 or 1e9 + 0.5 - 1e9; whole numbers don't, which are counted.
        """
        centre = abs(self.derivatives.centre)
        nearest = min(estimate.step for estimate in self.estimates)
        first = max(nearest, 2 * self.first_step())
        near = [estimate for estimate in self.estimates if estimate.step <= first and estimate.spread > 0]
        unit = min((estimate.unit for estimate in near), default=0.0)
        few_digits = unit >= 64 * float(np.spacing(centre)) and unit % 1 > 0
        if few_digits:
            return 4 * float(np.finfo(np.float32).eps) * centre
        return 256 * float(np.finfo(np.float64).eps) * max([centre, *(estimate.spread for estimate in near)])

    def scatters(self) -> bool:
        """Whether f's values scatter by more than rounding explains, over the step that decides."""
        closest = best(self.estimates)
        return closest is not None and closest.noise > self.hidden()

    def differ(self, closest: Estimate) -> bool:
        """Whether other steps show another slope than the best one: another value, or a constant piece, or a jump.

        What rounding can hide doesn't count.
        """
        hidden = self.hidden()
        for other in self.estimates:  # with their own noise
            expected = 6 * other.step * abs(closest.value)
            if other.sound and abs(other.value - closest.value) > other.error + closest.error:
                return True
            # values that don't change hide at most one of their last digits: a quarter of what rounding can hide
            jumps, rests = other.spread > 10 * expected + hidden, other.spread == 0 and expected > hidden / 4
            if other.step < closest.step and not other.sound and (jumps or rests):
                return True
        return False
