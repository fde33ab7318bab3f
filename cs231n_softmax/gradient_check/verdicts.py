"""The verdicts of a check: right, wrong, or nobody can tell."""

import math
from typing import NamedTuple

from .arguments import Index

RIGHT, WRONG, CANT_TELL = "right", "wrong", "can't tell"
ORDER = [RIGHT, CANT_TELL, WRONG]  # the last one among the entries decides


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
