"""The first look at a loss: call it on all problems, and see whether it returns what it should and leaves no traces."""

import numpy as np

from .localise import number
from .observing import observe
from .problems import ordinary_problems
from .report import Mistake

RETURNS = "runs, and returns a number and an array of W's shape"


def observe_all(fn, report, oracle):
    """Call fn on all problems, with reg = 0 and reg > 0; return {problem: (at 0, at reg)}, or None if that fails."""
    seen, changed, printed = {}, {}, ""
    first = ordinary_problems()[0]
    earlier = observe(fn, first, first.reg)
    if earlier.problem:
        return _fails(earlier.problem, first, report)
    for problem in ordinary_problems():
        at_reg, at_zero = (observe(fn, problem, reg) for reg in (problem.reg, 0.0))
        for at in (at_reg, at_zero):
            printed = printed or at.printed
            changed |= dict.fromkeys(at.changed)
            if at.problem:
                return _fails(at.problem, problem, report)
        seen[problem] = (at_zero, at_reg)
        if problem is first and not changed and _remembers(fn, first, earlier, at_reg, report, oracle):
            return None
    report.step(RETURNS, True)
    if not report.step("leaves its arguments W, X and y as they were", not changed):
        report.mistakes.append(_changes(list(changed)))
    if printed:
        report.remarks.append(Mistake(
            "prints", "It prints while it works.", "In training it is called thousands of times.",
            f"it printed {printed[:60]!r} ...", "Take the print out when you are done with it."))
    return seen


def _fails(mistake, problem, report):
    report.step(RETURNS, False)
    where = f"with {problem}" + (f":\n{mistake.evidence}" if mistake.evidence else "")
    report.mistakes.append(mistake._replace(evidence="" if mistake.code == "not-written" else where))


def _changes(names):
    which = " and ".join(names)
    return Mistake(
        f"changes-{'-'.join(names)}", f"{which} {'is' if len(names) == 1 else 'are'} changed.",
        "Whoever calls the function needs the old ones: a gradient check, or the next training step. "
        "What else is wrong may come of it.", "",
        "Work on new arrays: `a = a - b` instead of `a -= b`; and `dW = np.zeros_like(W)`, as `dW = W` is W by another "
        "name.")


def _remembers(fn, problem, first, second, report, oracle):
    """Do calls influence each other? Equal ones must agree, and a W that was changed must be looked at again."""
    W, X, y, reg = problem.arguments(problem.reg)
    third = observe(fn, problem, reg, (W, X, y, reg))
    W *= -0.7
    changed = observe(fn, problem, reg, (W, X, y, reg))
    same = all(np.isclose(first.loss, at.loss, rtol=1e-9, equal_nan=True)
               and np.allclose(first.dW, at.dW, rtol=1e-9, equal_nan=True) for at in (second, third))
    stale = first.loss == changed.loss and np.array_equal(first.dW, changed.dW) and first.dW.any()
    stale &= bool(np.isclose(first.loss, oracle(problem, reg)[0], rtol=0.01))  # else it may never look at W
    if same and not stale:
        return False
    report.step("gives the same result when called again, and another for another W", False)
    report.mistakes.append(Mistake(
        "remembers", "A call depends on the calls before it.",
        "Something is kept between calls, or drawn at random.",
        "W was changed, and the result was the old one" if same else
        f"loss at the first call {number(first.loss)}, then {number(second.loss)} and {number(third.loss)}",
        "Start from zero in every call: no global variables, no array or list as a default argument, no stored "
        "results."))
    return True
