"""Is an analytic gradient right, wrong, or can't the numbers tell? The judgement of `gradient_check`.

With a numerical derivative n +- e (`derivatives.py`), an analytic derivative a, and size = max(|a|, |n|), an entry is

    right        when |a - n| + e <= threshold * size: rounding can't hide a larger difference;
    wrong        when |a - n| > e + threshold * size: no error of the numerical derivative explains the difference;
    can't tell   otherwise, or when no step gives an n.

A derivative of 0 has no size. There, size is 1/1000 of the largest derivative of the other entries, or the slope of f
over the steps, whichever is larger; or f is constant and so small that its rounding hides no slope above 1e-14.
"""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from .derivatives import FIRST_STEP, PATIENT, Derivatives, Estimate, Index, as_number

RIGHT, WRONG, CANT_TELL = "right", "wrong", "can't tell"
ORDER = [RIGHT, CANT_TELL, WRONG]  # the last one among the entries decides
NOTHING_TO_HIDE = 1e-14  # the rounding of a constant that may be called constant
REPEATS = 32  # calls of f at x, to see whether f is random, before a verdict that isn't "right"
DOUBTS = 6  # entries that are looked at once more with all smaller steps


class GradientCheck(NamedTuple):
    """What a check found, for the entry that decides: the most wrong one, or else the least sure one.

    `verdict`: "right", "wrong" or "can't tell"; for all entries that were compared. `ok` is True for "right" only.
    `error`: |numerical - analytic|, relative to the larger of the two; inf where it has no value.
    `uncertainty`: the true derivative lies within numerical +- uncertainty. `reason`: why, and what to do.
    """

    verdict: str
    error: float
    index: Index  # type: ignore[assignment]  # it hides tuple.index, which nobody needs here
    numerical: float
    analytic: float
    uncertainty: float = math.inf
    reason: str = ""

    @property
    def ok(self) -> bool:
        """True when the gradient is right; False when it is wrong, and when nobody can tell."""
        return self.verdict == RIGHT

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        numbers = f"numerical {self.numerical:.6g}, analytic {self.analytic:.6g}"
        if self.verdict == CANT_TELL:
            where = f" At {self.index}: {numbers}." if not math.isnan(self.analytic) or self.index else ""
            return f"can't tell: {self.reason}{where}"
        name = "right" if self.ok else "WRONG"
        return f"{name}: largest relative error {self.error:.1e} at {self.index}: {numbers}"


def nothing(reason: str) -> GradientCheck:
    """Return the judgement when no entry can be judged."""
    return GradientCheck(CANT_TELL, math.inf, (), math.nan, math.nan, math.inf, reason)


class Entries:
    """The entries of one gradient, and what is known of each."""

    def __init__(self, derivatives: Derivatives, analytic_grad: np.ndarray, threshold: float) -> None:
        self.derivatives, self.analytic_grad, self.threshold = derivatives, analytic_grad, threshold
        self.estimates: dict[Index, list[Estimate]] = {}
        self.largest = 0.0  # of the numerical derivatives

    def look_at(self, index: Index) -> None:
        """Estimate the derivative of one entry, or estimate it once more, until its error is small enough."""
        analytic = float(self.analytic_grad[index])

        def enough(estimate: Estimate) -> bool:
            unseen = estimate.spread == 0 and analytic == 0 and 0 < estimate.step <= self.derivatives.widest
            return (estimate.sound or unseen) and estimate.error <= self.threshold / 4 * self.size(analytic, estimate)

        found = self.derivatives.at(index, enough)
        self.estimates.setdefault(index, []).extend(found)
        self.largest = max([self.largest, *(abs(estimate.value) for estimate in found if estimate.sound)])

    def best(self) -> list[tuple[Index, Estimate]]:
        """Return (index, estimate with the smallest error) of all entries that have a sound one."""
        best = {index: self.derivatives.best(found) for index, found in self.estimates.items()}
        return [(index, estimate) for index, estimate in best.items() if estimate]

    def size(self, analytic: float, estimate: Estimate) -> float:
        """Return what an error is relative to: see the top of this module."""
        if analytic == 0 and abs(estimate.value) <= estimate.error and estimate.step:
            return estimate.spread / estimate.step or self.largest / 1000
        return max(abs(analytic), abs(estimate.value))

    def judge(self, index: Index) -> GradientCheck:
        """Return the judgement of one entry."""
        analytic = float(self.analytic_grad[index])
        estimates = [self.derivatives.settled(estimate) for estimate in self.estimates[index] if estimate.step]
        found = GradientCheck(CANT_TELL, math.inf, index, math.nan, analytic)
        best = self.derivatives.best(estimates)
        if best is None:
            return self.judge_unseen(found, estimates)
        value, error = best.value, best.error
        found = found._replace(numerical=value, uncertainty=error)
        if self.differ(index, best):
            reason = (
                "f has different slopes over different steps: it has a kink or a jump near x, or rounds its values."
            )
            return found._replace(reason=f"{reason} Move x a little, or compute f in float64.")
        if not math.isfinite(analytic):
            return found._replace(verdict=WRONG, reason=f"the analytic derivative is {analytic}.")
        size, difference = self.size(analytic, best), abs(analytic - value)
        found = found._replace(error=difference / size if size else 0.0)
        if difference + error <= self.threshold * size:
            return found._replace(verdict=RIGHT)
        if difference > error + self.threshold * size:
            return found._replace(verdict=WRONG, reason="the difference is larger than the numerical error explains.")
        return found._replace(reason=self.why_unsure(best, estimates, size))

    def judge_confirmed(self, indices: list[Index]) -> GradientCheck:
        """Return the judgement that decides, if no smaller step contradicts it.

        All smaller steps are tried before an entry is called wrong, or right where f's values scatter.
        """
        found = sorted(map(self.judge, indices), key=lambda check: (ORDER.index(check.verdict), check.error))
        doubts: list[GradientCheck] = []
        while found and found[-1].verdict == WRONG and len(doubts) < DOUBTS:
            checked = self.judge_all_steps(found.pop().index)
            if checked.verdict == WRONG:
                return checked
            doubts.append(checked)
        if doubts:
            return doubts[0]
        for right in found[-DOUBTS:] if found[-1].ok else []:
            if self.scatters(right) and not (checked := self.judge_all_steps(right.index)).ok:
                return checked
        return found[-1]

    def judge_all_steps(self, index: Index) -> GradientCheck:
        """Return the judgement of one entry after all smaller steps were tried."""
        self.estimates[index].extend(self.derivatives.at_all_steps(index))
        return self.judge(index)

    def scatters(self, found: GradientCheck) -> bool:
        """Whether f's values scatter by more than rounding explains, over the step that decides."""
        estimates = [estimate for estimate in self.estimates[found.index] if estimate.step]
        best = self.derivatives.best(estimates)
        return best is not None and best.noise > self.hidden(found.index, estimates)

    def judge_unseen(self, found: GradientCheck, estimates: list[Estimate]) -> GradientCheck:
        """Return the judgement of an entry in which no step shows a slope: perhaps it is 0."""
        steps = [estimate.step for estimate in estimates if estimate.spread == 0]
        others = [step for step in steps if step <= self.derivatives.widest]  # where other entries show their slopes
        rounding = float(np.spacing(abs(self.derivatives.centre)))
        hidden = any(0 < estimate.spread <= 1000 * rounding for estimate in estimates)  # a small slope, over wide steps
        if found.analytic == 0 and others and not hidden:
            error = self.derivatives.noise_over(max(others))
            if error <= self.threshold * self.largest / 1000:
                return found._replace(verdict=RIGHT, error=0.0, numerical=0.0, uncertainty=error)
        elif others:
            near = self.first_step(found.index) or math.inf  # f may be bounded: not far away
            error = self.derivatives.noise_over(min(near, max(others)))
            if abs(found.analytic) > error or not math.isfinite(found.analytic):
                reason = "f doesn't change in this entry."
                return found._replace(verdict=WRONG, error=1.0, numerical=0.0, uncertainty=error, reason=reason)
        constant = len(estimates) > PATIENT and len(steps) == len(estimates)  # over wide steps, too
        first = self.first_step(found.index) or (estimates[0].step if estimates else math.inf)
        if constant and abs(found.analytic) > self.derivatives.noise_over(first):
            reason = "f doesn't change when x changes in this entry."
            return found._replace(verdict=WRONG, error=1.0, numerical=0.0, uncertainty=rounding, reason=reason)
        if found.analytic == 0 and rounding <= NOTHING_TO_HIDE and not any(estimate.spread for estimate in estimates):
            return found._replace(verdict=RIGHT, error=0.0, numerical=0.0)
        return found._replace(reason=self.why_unknown(found.index, estimates))

    def first_step(self, index: Index) -> float:
        """Return the step that suits a function which curves over the length |x|; 0 where x is 0."""
        return FIRST_STEP * abs(float(self.derivatives.x[index]))

    def hidden(self, index: Index, estimates: list[Estimate]) -> float:
        """Return what the rounding of f's values can hide: that of float64, or of float32 where they look like that.

        Values with few binary digits do, like 0.1234567 or 1e9 + 0.5 - 1e9; whole numbers don't, which are counted.
        """
        centre = abs(self.derivatives.centre)
        nearest = min(estimate.step for estimate in estimates)
        first = max(nearest, 2 * self.first_step(index))
        near = [estimate for estimate in estimates if estimate.step <= first and estimate.spread > 0]
        unit = min((estimate.unit for estimate in near), default=0.0)
        few_digits = unit >= 64 * float(np.spacing(centre)) and unit % 1 > 0
        if few_digits or self.derivatives.x.dtype != np.float64:
            return 4 * float(np.finfo(np.float32).eps) * centre
        return 256 * float(np.finfo(np.float64).eps) * max([centre, *(estimate.spread for estimate in near)])

    def differ(self, index: Index, best: Estimate) -> bool:
        """Whether other steps show another slope than the best one: another value, or a constant piece, or a jump.

        What rounding can hide doesn't count.
        """
        estimates = [estimate for estimate in self.estimates[index] if estimate.step]
        hidden = self.hidden(index, estimates)
        for other in estimates:  # with their own noise
            expected = 6 * other.step * abs(best.value)
            if other.sound and abs(other.value - best.value) > other.error + best.error:
                return True
            jumps, rests = other.spread > 10 * expected + hidden, other.spread == 0 and expected > hidden
            if other.step < best.step and not other.sound and (jumps or rests):
                return True
        return False

    def why_unknown(self, index: Index, estimates: list[Estimate]) -> str:
        """Return why no step gave a derivative, and what to do."""
        if all(math.isnan(estimate.spread) for estimate in estimates):
            if index in self.derivatives.raised:
                error = self.derivatives.raised[index]
                what = f"f raised {type(error).__name__}: {error}"
                return f"{what}. It did so beside x, where this entry is a little larger or smaller. Move x away."
            return "f has no finite values on both sides of x. Move x away from the edge of f's domain."
        value, rounding = self.derivatives.centre, float(np.spacing(abs(self.derivatives.centre)))
        if not any(estimate.spread > 0 for estimate in estimates):
            return f"f is {value:.6g} over all steps: it is constant, or its rounding hides the changes. Scale x or f."
        if max(estimate.spread for estimate in estimates if estimate.spread > 0) <= 30 * rounding:
            return f"f is {value:.4g}, and its rounding ({rounding:.1g}) hides its changes. Subtract a constant from f."
        if self.derivatives.x.dtype != np.float64:
            return f"x is {self.derivatives.x.dtype}, whose rounding hides f's slope. Check with x.astype(np.float64)."
        return (
            "f's slopes at different steps don't agree, or their errors are too large. If it has a kink or a jump near "
            "x, move x a little. If its values are rounded, compute f in float64. If its slope is nearly 0 at x, look "
            "at an x where the slope is larger."
        )

    def has_kink(self, best: Estimate, estimates: list[Estimate]) -> bool:
        """Whether what scatters shrinks just as the step does: rounding stays, and the bend of a smooth f goes away."""
        return any(
            other.step < best.step / 8 and 0.5 < other.noise / other.step * best.step / best.noise < 2
            for other in estimates
            if best.noise and other.spread > 0
        )

    def why_unsure(self, best: Estimate, estimates: list[Estimate], size: float) -> str:
        """Return why the derivative isn't known well enough, and what to do."""
        known = f"the numerical derivative is only known to +- {best.error:.1g}"
        if self.derivatives.x.dtype != np.float64:
            return f"x is {self.derivatives.x.dtype}: {known}. Check with x.astype(np.float64)."
        if any(not other.sound and other.step > best.step for other in estimates):
            known += ", because its slopes at larger steps don't agree"
        if self.has_kink(best, estimates):
            return f"{known}: f has a kink at x, or very near. Move x a little."
        return (
            f"{known}. f is {self.derivatives.centre:.4g}, and rounding of about {best.noise:.1g} hides the rest. "
            f"Subtract a constant from f, use fewer terms, or ask for less: threshold={3 * best.error / size:.0e}."
        )


def compare(
    f: Callable[[np.ndarray], object],
    x: np.ndarray,
    analytic_grad: np.ndarray,
    indices: Iterable[Index],
    threshold: float,
) -> GradientCheck:
    """Compare the entries `indices` of analytic_grad with numerical derivatives of f at x. x is restored."""
    before = x.copy()
    try:
        entries = list(dict.fromkeys(indices))
        return judge_all(f, x, analytic_grad, entries, threshold) if entries else nothing("no entry was compared.")
    finally:
        x[...] = before


def judge_all(
    f: Callable[[np.ndarray], object], x: np.ndarray, analytic_grad: np.ndarray, indices: list[Index], threshold: float
) -> GradientCheck:
    """Return the judgement that decides among those of the entries `indices`, or what makes a judgement impossible."""
    before = x.tobytes()
    derivatives = Derivatives(f, x)
    again = as_number(f(x))
    if x.tobytes() != before:
        return nothing("f changes x. Let f work on a copy: x = x.copy().")
    if not math.isfinite(derivatives.centre):
        return nothing(f"f(x) is {derivatives.centre}, which has no derivative.")
    if again != derivatives.centre:
        return not_the_same(derivatives.centre, again)

    entries = Entries(derivatives, analytic_grad, threshold)
    for index in indices:
        entries.look_at(index)
    derivatives.fill_pool(entries.best())
    for index in entries.estimates:  # again where the noise of all entries is larger than the entry's own showed
        if derivatives.patience > 0 and entries.judge(index).verdict == CANT_TELL:
            entries.look_at(index)
    found = entries.judge_confirmed(indices)
    for _ in range(1 if found.ok else REPEATS):  # random numbers in f may change f seldom
        again = as_number(f(x)) if x.tobytes() == before else again
        if again != derivatives.centre:
            return not_the_same(derivatives.centre, again)
    return found


def not_the_same(value: float, again: float) -> GradientCheck:
    """Return the judgement of an f that depends on more than x."""
    values = f"{value:.17g} and {again:.17g}"
    return nothing(f"f gives different values at the same x, {values}. Seed the random numbers inside of f.")
