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
    before = x.tobytes()
    derivatives = Derivatives(f, x)
    again = real_number(f(x))
    if x.tobytes() != before:
        return nothing("f changes x. Let f work on a copy: x = x.copy().")
    if not math.isfinite(derivatives.centre):
        return nothing(f"f(x) is {derivatives.centre}, which has no derivative.")
    if again != derivatives.centre:
        return not_the_same(derivatives.centre, again)

    entries = [Entry(derivatives, index, float(analytic_grad[index]), threshold) for index in indices]
    for entry in entries:
        entry.look()
    derivatives.fill_pool([(entry.index, known) for entry in entries if (known := best(entry.estimates))])
    found = decide(entries)
    for _ in range(1 if found.ok else REPEATS):  # random numbers in f may change f seldom
        again = real_number(f(x)) if x.tobytes() == before else again
        if again != derivatives.centre:
            return not_the_same(derivatives.centre, again)
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


def not_the_same(value: float, again: float) -> GradientCheck:
    """Return the judgement of an f that depends on more than x."""
    values = f"{value:.17g} and {again:.17g}"
    return nothing(f"f gives different values at the same x, {values}. Seed the random numbers inside of f.")
