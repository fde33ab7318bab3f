"""Large scores: a loss that is right on small ones may overflow on scores of 1,000, or when rows differ in offset."""

import numpy as np

from ..classifiers import softmax_loss_vectorized
from .localise import number
from .matching import TOLERANCE
from .observing import observe
from .problems import Problem, from_scores
from .report import Mistake

GAPS = np.array([[0.3, 1.0, -0.5], [1.2, 0.0, 0.4], [-1.0, 0.5, 0.2]])
LABELS = [2, 0, 1]
UNIFORM = "scores near 1,000"
OFFSETS = "rows near -1,000, 0 and 1,000 in one batch"
NEGATIVE = "scores near -1,000"
LEAD = "a true class that leads by 3,000"
BEHIND = "a true class that is 800 behind"

ROWS = {
    UNIFORM: (GAPS + 1000, LABELS),
    NEGATIVE: (GAPS - 1000, LABELS),
    OFFSETS: (GAPS + [[-1000], [0], [1000]], LABELS),
    LEAD: ([[0, 0, 3000], [3000, 0, 0], [0, 3000, 2999]], LABELS),
    BEHIND: ([[0, 800, 0], [800, 0, 0], [0, 0, 800]], [0, 1, 1]),
}


def examine_large_scores(fn, report):
    """Call fn on large scores with reg = 0; add a mistake for overflow, and a remark for log(p) that underflows."""
    seen, right, held = {}, {}, {}
    for name, (scores, labels) in ROWS.items():
        problem = from_scores(scores, labels)
        seen[name], right[name] = observe(fn, problem, 0.0), softmax_loss_vectorized(problem.W, problem.X, problem.y, 0.0)
        held[name] = _close(seen[name], right[name])
    moderate = report.ok  # else a wrong formula is wrong on large scores too, and only overflow is worth a word
    mistake = _overflow(seen, right, held, moderate) or (_many_examples(fn) if moderate else None)
    report.step("scores of 1,000 and more", None if mistake is None and not moderate else mistake is None)
    if mistake:
        report.mistakes.append(mistake)
    elif moderate and not held[BEHIND]:
        report.remarks.append(_underflow(seen[BEHIND], right[BEHIND]))


def _close(seen, right, loss_too=True):
    loss, dW = right
    if seen.problem or not np.isfinite(seen.dW).all():
        return False
    return (not loss_too or abs(seen.loss - loss) <= TOLERANCE * max(1, abs(loss))) and np.abs(seen.dW - dW).max() <= TOLERANCE


def _finite(seen):
    return seen.problem is None and np.isfinite(seen.loss) and np.isfinite(seen.dW).all()


def _shows(name, seen, right):
    if seen.problem:
        return f"{name}: {seen.problem.evidence}"
    nans = int(np.sum(~np.isfinite(seen.dW)))
    bad = f"; {nans} of {seen.dW.size} entries of dW are NaN or infinite" if nans else ""
    return f"{name}: loss {number(seen.loss)}, expected {number(right[0])}{bad}"


def _overflow(seen, right, held, moderate):
    """The Mistake that large scores show, or None."""
    def mistake(code, title, explanation, name, hint):
        return Mistake(code, title, explanation, _shows(name, seen[name], right[name]), hint)

    shift = "Subtract each row's largest score before np.exp: it cancels, and the largest exponent is then 0."
    if not _finite(seen[UNIFORM]):
        return mistake("overflow", "Scores near 1,000 overflow.", "exp(1000) is too large for a float: inf, and inf / inf is NaN.",
                       UNIFORM, f"{shift} `scores -= scores.max(axis=1, keepdims=True)`.")
    if not moderate:
        return None
    if held[UNIFORM] and held[NEGATIVE] and not held[OFFSETS]:
        return mistake("batch-maximum", "One maximum is subtracted from the whole batch; each row needs its own.",
                       "Where another row's scores are 1,000 higher, all exponentials of this row become 0, and 0 / 0 is NaN.", OFFSETS,
                       "`scores.max(axis=1, keepdims=True)`: with an axis, and kept as a column.")
    for name in (UNIFORM, NEGATIVE, OFFSETS):
        if not held[name]:
            return mistake("large-scores", f"It goes wrong with {name}.", "Clipping or limiting scores changes the answer; the same number "
                           "subtracted from a whole row doesn't." if _finite(seen[name]) else "Something overflows, or all exponentials become 0.",
                           name, shift)
    if not held[LEAD] and _finite(seen[LEAD]):
        return mistake("large-scores", f"It goes wrong with {LEAD}.", "Clipping or limiting scores changes the answer.", LEAD, shift)
    if not held[LEAD]:
        return mistake("shift-not-maximum", "What is subtracted from a row isn't its largest score.",
                       "Any number cancels, but only the largest score makes sure that no exponent is above 0.", LEAD, shift)
    if seen[BEHIND].problem is None and not np.isfinite(seen[BEHIND].dW).all():
        return mistake("shift-not-maximum", "What is subtracted from a row isn't its largest score.",
                       "Any number cancels, but only the largest score makes sure that no exponent is above 0.", BEHIND, shift)
    if not _close(seen[BEHIND], right[BEHIND], loss_too=False):
        return mistake("large-scores", f"The gradient goes wrong with {BEHIND}.", "", BEHIND, "dL/ds = p - onehot is finite whatever the scores are.")
    return None


def _many_examples(fn):
    """A product of many probabilities underflows where the sum of their logarithms doesn't."""
    rng = np.random.default_rng(0)
    problem = Problem(rng.normal(size=(2, 3)), rng.normal(size=(1500, 2)), rng.integers(3, size=1500))
    seen, right = observe(fn, problem, 0.0), softmax_loss_vectorized(problem.W, problem.X, problem.y, 0.0)
    if _close(seen, right):
        return None
    return Mistake("many-examples", "It goes wrong with many examples, though their scores are small.", "A product of 1,500 probabilities is below the smallest float.",
                   _shows("1,500 examples", seen, right), "Add up logarithms; don't multiply probabilities.")


def _underflow(seen, right):
    if np.isfinite(seen.loss):
        return Mistake("log-epsilon", "The loss can't exceed a certain size: something keeps log(p) from becoming infinite.",
                       "A small number added inside the logarithm, or a limit, makes the loss too small where p underflows.", _shows(BEHIND, seen, right),
                       "log(exp(a) / b) = a - log(b) needs no such help: -s[y] + log(sum(exp(s))).")
    return Mistake("log-underflow", "log(p) is infinite where p underflows to 0.", "When the true class is 800 behind, its p is below the smallest float. "
                   "Real classifiers rarely get there.", _shows(BEHIND, seen, right),
                   "log(exp(a) / b) = a - log(b): compute -s[y] + log(sum(exp(s))) from the shifted scores, without p.")
