"""The verdict over all entries that are compared, or what makes a verdict impossible."""

import math
from collections.abc import Callable, Iterable

import numpy as np

from .arguments import Index, real_number
from .derivatives import Derivatives
from .entry import Entry
from .stencil import best
from .verdicts import ORDER, WRONG, GradientCheck, nothing

REPEATS = 32  # calls of f at x, to see whether f is random, before a verdict that isn't "right"


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
    before, derivatives = x.tobytes(), Derivatives(f, x)

    def unusable() -> str:
        """Call f at x once more; return why it has no derivative there, or nothing."""
        again = real_number(f(x))
        if x.tobytes() != before:
            return "f changes x. Let f work on a copy: x = x.copy()."
        if not math.isfinite(again):
            return f"f(x) is {again}, which has no derivative."
        if again != derivatives.centre:
            values = f"{derivatives.centre:.17g} and {again:.17g}"
            return f"f gives different values at the same x, {values}. Seed the random numbers inside of f."
        return ""

    if reason := unusable():
        return nothing(reason)
    entries = [Entry(derivatives, index, float(analytic_grad[index]), threshold) for index in indices]
    for entry in entries:
        entry.look()
    derivatives.fill_pool([(entry.index, known) for entry in entries if (known := best(entry.estimates))])
    found = decide(entries)
    for _ in range(1 if found.ok else REPEATS):  # random numbers in f may change f seldom
        if reason := unusable():
            return nothing(reason)
    return found


def decide(entries: list[Entry]) -> GradientCheck:
    """Return the judgement that decides, if no smaller step contradicts it.

    All smaller steps are tried before an entry is called wrong, or right where f's values scatter.
    """
    found = sorted(
        ((entry.judge(), entry) for entry in entries), key=lambda pair: (ORDER.index(pair[0].verdict), pair[0].error)
    )
    doubts: list[GradientCheck] = []
    while found and found[-1][0].verdict == WRONG:
        checked = judge_again(found.pop()[1])
        if checked.verdict == WRONG:
            return checked
        doubts.append(checked)
    if doubts:
        return doubts[0]
    for _, entry in found if found[-1][0].ok else []:
        if entry.scatters() and not (checked := judge_again(entry)).ok:
            return checked
    return found[-1][0]


def judge_again(entry: Entry) -> GradientCheck:
    """Return the judgement of an entry after all smaller steps were tried."""
    entry.look_at_all_steps()
    return entry.judge()
