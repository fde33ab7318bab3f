"""Large scores: a loss that is right on small ones may overflow on scores of 1,000, or when rows differ in offset."""

import numpy as np

from ..classifiers import softmax_loss_vectorized
from .localise import number
from .matching import TOLERANCE
from .observing import observe
from .problems import Problem, from_scores
from .report import Mistake

GAPS = np.array([[0.3, 1.0, -0.5], [1.2, 0.0, 0.4], [-1.0, 0.5, 0.2]])
UNIFORM = "scores near 1,000"
NEGATIVE = "scores near -1,000"
OFFSETS = "rows near -1,000, 0 and 1,000 in one batch"
APART = "rows near -1,000 and 0 in one batch"  # too far for the batch's maximum, not for its mean
NEAR = "rows near 0 and 720 in one batch"  # too far for the batch's minimum or first row, not for its maximum
LEAD = "a class that leads by 3,000"
BEHIND = "a true class that is 800 behind"
MANY = "1,500 examples with small scores"
SHIFT = "Subtract each row's largest score before np.exp: it cancels, and the largest exponent is then 0."


def _problems():
    rng = np.random.default_rng(0)
    return {
        UNIFORM: from_scores(GAPS + 1000, [2, 0, 1]),
        NEGATIVE: from_scores(GAPS - 1000, [2, 0, 1]),
        OFFSETS: from_scores(GAPS + [[-1000], [0], [1000]], [2, 0, 1]),
        APART: from_scores(GAPS[:2] + [[-1000], [0]], [2, 0]),
        NEAR: from_scores(GAPS[:2] + [[0], [720]], [2, 0]),
        LEAD: from_scores([[0, 0, 3000], [3000, 0, 0], [0, 3000, 2999]], [2, 0, 1]),
        BEHIND: from_scores([[0, 800, 0], [800, 0, 0], [0, 0, 800]], [0, 1, 1]),
        MANY: Problem(rng.normal(size=(2, 3)), rng.normal(size=(1500, 2)), rng.integers(3, size=1500)),
    }


def examine_large_scores(fn, report, moderate):
    """Call fn on large scores with reg = 0; add a mistake for overflow, and a remark for log(p) that underflows.

    moderate: whether fn was right on small scores; if not, only overflow can be told from what is wrong anyway.
    """
    seen, right = {}, {}
    for name, p in _problems().items():
        seen[name], right[name] = observe(fn, p, 0.0), softmax_loss_vectorized(p.W, p.X, p.y, 0.0)
    found = _overflow(seen[UNIFORM])
    if found is None and moderate:
        found = _shift(seen, right) or _other(seen, right)
    report.step("scores of 1,000 and more", found is None and (True if moderate else None))
    if found:
        name, code, title, explanation, hint = found
        report.mistakes.append(Mistake(code, title, explanation, _shows(name, seen[name], right[name]), hint))
    elif moderate and not _close(seen[BEHIND], right[BEHIND]):
        report.remarks.append(_underflow(seen[BEHIND], right[BEHIND]))


def _overflow(uniform):
    if _finite(uniform):
        return None
    if uniform.problem:
        return UNIFORM, uniform.problem.code, uniform.problem.title, f"So it does with {UNIFORM}.", uniform.problem.hint
    return (UNIFORM, "overflow", "Scores near 1,000 overflow.",
            "exp(1000) is too large for a float: it becomes inf, and inf / inf is NaN.",
            f"{SHIFT} `scores - scores.max(axis=1, keepdims=True)`.")


def _shift(seen, right):
    """What a wrong shift shows: (problem, code, title, explanation, hint), or None."""
    held = {name: _close(seen[name], right[name]) for name in seen}
    one_for_all = held[UNIFORM] and held[NEGATIVE] and not held[OFFSETS]
    if one_for_all and (held[APART] or not held[NEAR]):
        return (OFFSETS, "shift-not-maximum", "What is subtracted from a row isn't its largest score.",
                "A number that suits one row can be far from another's scores.", SHIFT)
    if one_for_all:
        return (OFFSETS, "batch-maximum", "One maximum is subtracted from the whole batch; each row needs its own.",
                "Where another row's scores are 1,000 higher, all exponentials of this row become 0, and 0 / 0 is NaN.",
                "`scores.max(axis=1, keepdims=True)`: with an axis, and kept as a column.")
    small_enough = held[UNIFORM] and held[NEGATIVE] and held[OFFSETS]
    for name in (LEAD, BEHIND):
        if small_enough and not _finite(seen[name], loss_too=False):
            return (name, "shift-not-maximum", "What is subtracted from a row isn't its largest score.",
                    "Any number cancels, but only the largest score makes sure that no exponent is above 0.", SHIFT)
    return None


def _other(seen, right):
    """Whatever else goes wrong with scores that are large, or with examples that are many."""
    for name in (UNIFORM, NEGATIVE, OFFSETS, LEAD, BEHIND):
        if not _close(seen[name], right[name], loss_too=name != BEHIND):
            why = ("Clipping or limiting scores changes the answer; one number subtracted from a whole row doesn't."
                   if _finite(seen[name]) else "Something overflows, or all exponentials of a row become 0.")
            return name, "large-scores", f"It goes wrong with {name}.", why, SHIFT
    if not _close(seen[MANY], right[MANY]):
        return (MANY, "many-examples", "It goes wrong with many examples, though their scores are small.",
                "A product of 1,500 probabilities is below the smallest float.",
                "Add up logarithms; don't multiply probabilities.")
    return None


def _close(seen, right, loss_too=True):
    loss, dW = right
    return (_finite(seen, loss_too) and np.abs(seen.dW - dW).max() <= 3 * TOLERANCE
            and (not loss_too or abs(seen.loss - loss) <= 3 * TOLERANCE * max(1, abs(loss))))


def _finite(seen, loss_too=True):
    return seen.problem is None and np.isfinite(seen.dW).all() and (not loss_too or np.isfinite(seen.loss))


def _shows(name, seen, right):
    if seen.problem:
        return f"{name}: {seen.problem.evidence}"
    count = int(np.sum(~np.isfinite(seen.dW)))
    bad = f"; {count} of {seen.dW.size} entries of dW are NaN or infinite" if count else ""
    return f"{name}: loss {number(seen.loss)}, expected {number(right[0])}{bad}"


def _underflow(seen, right):
    if np.isfinite(seen.loss):
        return Mistake(
            "log-epsilon", "The loss can't exceed a certain size: something keeps log(p) from becoming infinite.",
            "A small number added inside the logarithm, or a limit, makes the loss too small where p underflows.",
            _shows(BEHIND, seen, right),
            "log(exp(a) / b) = a - log(b) needs no such help: -s[y] + log(sum(exp(s))).")
    return Mistake(
        "log-underflow", "log(p) is infinite where p underflows to 0.",
        "When the true class is 800 behind, its p is below the smallest float. Real classifiers rarely get there.",
        _shows(BEHIND, seen, right),
        "log(exp(a) / b) = a - log(b): compute -s[y] + log(sum(exp(s))) from the shifted scores, without p.")
