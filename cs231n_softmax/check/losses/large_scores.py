"""Large scores: a loss that is right on small scores may overflow at 1,000, or when rows differ in offset.

With twice the identity as X, the scores are 2 * W, and the gradient shows the probabilities that the function computed.
The mistakes in them are those of check.softmax at large scores, so its variants are used here.
"""

import re

import numpy as np

from ...classifiers import softmax_loss_vectorized
from ..evidence import number
from ..exercises import softmax
from ..explain import Problem as Question
from ..explain import Table, Variant, alike, answer
from ..factors import TOLERANCE
from ..report import Mistake
from .answers import observe
from .problems import Problem, from_scores

GAPS = np.array([[0.3, 1.0, -0.5], [1.2, 0.0, 0.4], [-1.0, 0.5, 0.2]])
UNIFORM = "scores near 1,000"
NEGATIVE = "scores near -1,000"
BELOW = "scores near -400"  # too far for their absolute maximum, not for a maximum that starts at 0
OFFSETS = "rows near -1,000, 0 and 1,000 in one batch"
APART = "rows near 0 and -1,000 in one batch"  # too far for the batch's maximum, not for its mean
NEAR = "rows near 0 and 710 in one batch"  # too far for the minimum or for the first row, not for 2 / exp(-710)
LEAD = "a class that leads by 3,000"
BEHIND = "a true class that is 800 behind"
MANY = "750 examples with small scores"
UNDERFLOWING = (LEAD, BEHIND)  # where the probability of a class is below the smallest float
# fmt: off
PROBLEMS = {
    UNIFORM: from_scores(GAPS + 1000, [2, 0, 1]),
    NEGATIVE: from_scores(GAPS - 1000, [2, 0, 1]),
    BELOW: from_scores(GAPS - 400, [2, 0, 1]),
    OFFSETS: from_scores(GAPS + [[-1000], [0], [1000]], [2, 0, 1]),
    APART: from_scores(GAPS[:2] + [[0], [-1000]], [2, 0]),
    NEAR: from_scores([[3, 3, 3], [713, 712, 712.5]], [2, 0]),
    LEAD: from_scores([[0, 0, 3000], [3000, 0, 0], [0, 3000, 2999]], [2, 0, 1]),
    BEHIND: from_scores([[0, 800, 0], [800, 0, 0], [0, 0, 800]], [0, 1, 1]),
}
# fmt: on
REFUSED = re.compile("math range error|infinity|infs or NaNs")  # by math.exp, scikit-learn and SciPy
SHIFT = (
    "What is the largest exponent in a row? It has to be 0. Subtract each row's largest score before np.exp. It "
    "cancels in the result."
)


SHIFTS = [  # that need more than the scores: Problem -> what is subtracted
    Variant(
        "of_problem",
        lambda p: p.W.max(),
        "weight-maximum",
        "The largest weight is subtracted, not the largest score of each row.",
        "Of which array is the maximum taken? It should be the scores: scores.max(axis=1, keepdims=True).",
        softmax.WHY["shift"],
    ),
    Variant(
        "of_problem",
        lambda p: p.scores[p.rows, p.y][:, None],
        "label-shift",
        "The true class's score is subtracted, not the largest score.",
        "Which number is subtracted? A score that is 710 larger than it overflows. Subtract the row's largest score.",
        softmax.WHY["shift"],
    ),
]


def _seen_in_dW(recipe):
    """Return a recipe for the gradient at large scores, X.T @ (q - onehot) / N: one NaN fills its whole column."""

    def gradient(problem, of_problem=None, **steps):
        if of_problem:
            steps["shift"] = lambda s: of_problem(problem)
        return problem.X.T @ (recipe(problem.scores, **steps) - problem.onehot) / problem.N

    return gradient


def _by_logarithms(scores, shift=lambda s: s.max(axis=1, keepdims=True), **steps):
    """The probabilities as exp(log p): with an infinite sum they are 0, and not NaN."""
    if steps:
        return softmax.shifted(scores, shift, **steps)
    moved = scores - shift(scores)
    return np.exp(moved - np.log(np.exp(moved).sum(axis=1, keepdims=True)))


TABLE = Table(
    [_seen_in_dW(softmax.shifted), _seen_in_dW(_by_logarithms)],
    [*softmax.BATCH_SHIFTS, *softmax.SHIFTS, *SHIFTS],
    [Question(name, (p,)) for name, p in PROBLEMS.items()],
    softmax.WHY,
    rtol=3 * TOLERANCE,
)


def _many():
    rng = np.random.default_rng(0)
    return Problem(rng.normal(size=(2, 3)), rng.normal(size=(750, 2)), rng.integers(3, size=750))


def examine_large_scores(trial, moderate):
    """Call a loss on large scores with reg = 0; add a mistake for overflow, and a remark for log(p) that underflows.

    moderate: whether the loss is right on small scores. If it isn't, only overflow can be recognised.
    """
    trial.waiting.append("scores of 1,000 and more")
    seen, right = {}, {}
    for name, p in (PROBLEMS | {MANY: _many()}).items() if moderate else [(UNIFORM, PROBLEMS[UNIFORM])]:
        seen[name], right[name] = observe(trial, p, 0.0), softmax_loss_vectorized(p.W, p.X, p.y, 0.0)
    excused = [name for name in UNDERFLOWING if moderate and _underflows(trial, name, seen[name])]
    judged = {name: at for name, at in seen.items() if name not in excused}
    found = (
        (_stops(judged) or _named(seen, right, excused) or _unnamed(judged, right))
        if moderate
        else _stops(seen) or _overflow(seen[UNIFORM])
    )
    trial.step(found is None and (True if moderate else None))
    if found:
        name, code, title, explanation, hint = found
        trial.mistake(code, title, explanation, _shows(name, seen[name], right[name]), hint)
    elif moderate:
        _remark_underflow(trial, seen, right, excused)


def _underflows(trial, name, seen):
    """True where a probability that has become 0 is what makes NaN or inf, or stops the loss: log(0), or a division.

    The same rule holds for NumPy's logarithm, which gives minus infinity, and for Python's, which raises an error.
    """
    if seen.problem:
        return "math domain error" in seen.problem.evidence
    if np.isfinite(seen.dW).all():
        return False  # a loss alone: see _unnamed
    return "divide by zero" in trial.first_nan(PROBLEMS[name].arguments(0.0))


def _stops(seen):
    """Return what is wrong when the loss stops with an error on one of the problems, else None."""
    for name, at in seen.items():
        if at.problem and name == UNIFORM and REFUSED.search(at.problem.evidence):
            return _overflow(at)
        if at.problem:
            return name, at.problem.code, at.problem.title, f"The error occurs with {name}.", at.problem.hint
    return None


def _overflow(seen):
    if np.isfinite(seen.dW).all() and np.isfinite(seen.loss):
        return None
    return (
        UNIFORM,
        "overflow",
        "Scores near 1,000 overflow.",
        "exp(1000) is too large for a float: it becomes inf, and inf / inf is NaN.",
        f"{SHIFT} `scores - scores.max(axis=1, keepdims=True)`.",
    )


def _named(seen, right, excused):
    """Return (problem, code, title, explanation, hint) for a wrong or missing shift, or None."""
    if all(_gradient_right(seen[name], right[name]) for name in PROBLEMS if name not in excused):
        return None
    found = TABLE.explain([seen[name].problem or seen[name].dW for name in PROBLEMS])
    if not found and not np.isfinite(seen[UNIFORM].dW).all():
        return _overflow(seen[UNIFORM])
    found = found or _failing_alike({name: at for name, at in seen.items() if name not in excused}, right)
    if len(found) != 1:
        return None
    name = next(name for name in PROBLEMS if not _gradient_right(seen[name], right[name]))
    return name, found[0].code, found[0].title, found[0].why or softmax.WHY[found[0].step], found[0].hint or SHIFT


def _failing_alike(seen, right):
    """Return the variant that isn't finite on just the problems on which the loss isn't; [] for none, or for two.

    In a gradient of another form, other entries become NaN than in the recipe's. Rows that are far apart show what is
    subtracted from a whole batch. Of what is subtracted from a row, such a pattern shows too little.
    """
    problems = {name: Question(name, (p,)) for name, p in PROBLEMS.items() if name in seen}
    failing = {name for name in problems if not _gradient_right(seen[name], right[name])}
    if not failing & {OFFSETS, APART, NEAR}:
        return []
    if any(seen[name].problem or np.isfinite(seen[name].dW).all() for name in failing):
        return []
    found = []
    for variant in TABLE.variants:
        dW = {name: answer(TABLE.recipes[0], (variant,), problem) for name, problem in problems.items()}
        nan = {name for name, values in dW.items() if values is not None and not np.isfinite(values).all()}
        others = all(alike(dW[name], right[name][1], TABLE.rtol) for name in problems if name not in nan)
        found += [variant] if nan == failing and others else []
    return found[:1] if len({variant.code for variant in found}) == 1 else []


def _unnamed(seen, right):
    """Return (problem, code, title, explanation, hint) for anything else: large scores, or many examples; or None."""
    for name in [name for name in PROBLEMS if name in seen]:
        wrong_loss = not _loss_right(seen[name], right[name])
        if (
            name in UNDERFLOWING
            and _gradient_right(seen[name], right[name])
            and (not np.isfinite(seen[name].loss) or name == BEHIND)
        ):
            wrong_loss = False  # log(0): a remark
        if wrong_loss or not _gradient_right(seen[name], right[name]):
            finite = np.isfinite(seen[name].dW).all() and np.isfinite(seen[name].loss)
            if not finite and np.isfinite(seen[UNIFORM].dW).all():
                return (
                    name,
                    "shift-not-maximum",
                    "The number that is subtracted from a row isn't its largest score.",
                    "Any number cancels. But only the row's own largest score makes the largest exponent 0.",
                    SHIFT,
                )
            why = (
                "A limit on the scores changes the result. A number that is subtracted from a whole row doesn't "
                "change it."
                if finite
                else "Something overflows, or all exponentials of a row become 0."
            )
            return name, "large-scores", f"The result is wrong for {name}.", why, SHIFT
    if not _loss_right(seen[MANY], right[MANY]) or not _gradient_right(seen[MANY], right[MANY]):
        return (
            MANY,
            "many-examples",
            "The result is wrong for many examples, although their scores are small.",
            "A product of 750 probabilities is below the smallest float." if np.isinf(seen[MANY].loss) else "",
            "Is there a product over the examples? Add up the logarithms instead."
            if np.isinf(seen[MANY].loss)
            else "Look for a fixed size, a small integer type, or float16.",
        )
    return None


def _gradient_right(seen, right):
    return seen.problem is None and np.isfinite(seen.dW).all() and np.abs(seen.dW - right[1]).max() <= 3 * TOLERANCE


def _loss_right(seen, right):
    return seen.problem is None and abs(seen.loss - right[0]) <= 3 * TOLERANCE * max(1, abs(right[0]))


def _shows(name, seen, right):
    if seen.problem:
        return f"{name}: {seen.problem.evidence}"
    count = int(np.sum(~np.isfinite(seen.dW)))
    bad = f"; {count} of {seen.dW.size} entries of dW are NaN or infinite" if count else ""
    return f"{name}: loss {number(seen.loss)}, expected {number(right[0])}{bad}"


def _remark_underflow(trial, seen, right, excused):
    """Add a remark where p is below the smallest float, so that log(p) is minus infinity: this is no mistake."""
    wrong = [name for name in UNDERFLOWING if name in excused or not _loss_right(seen[name], right[name])]
    if not wrong:
        return
    shown = _shows(wrong[0], seen[wrong[0]], right[wrong[0]])
    if _loss_right(seen[wrong[0]], right[wrong[0]]):
        told = Mistake(
            "zero-divisor",
            "The gradient is divided by a probability p that has become 0, and that is NaN.",
            "Very far behind the highest score, p is below the smallest float. With real images this is rare.",
            shown,
            "The derivative of log(p) has the divisor p, and the derivative of softmax has a factor p. They cancel: "
            "p - onehot needs no division.",
        )
    elif not seen[wrong[0]].problem and np.isnan(seen[wrong[0]].loss):
        told = Mistake(
            "zero-times-log",
            "0 * log(0) is NaN. The logarithm is taken of classes whose probability p has become 0.",
            "For the other classes, log(p) is multiplied by the target 0. But 0 times minus infinity is NaN.",
            shown,
            "Only the labels' probabilities need a logarithm. Pick them before the logarithm is taken: "
            "`probs[np.arange(N), y]`. Or use the scores: -s[y] + log(sum(exp(s))).",
        )
    elif not seen[wrong[0]].problem and np.isfinite(seen[BEHIND].loss):
        told = Mistake(
            "log-epsilon",
            "The loss has an upper limit. It stops growing where the probability p becomes 0.",
            "A small number that is added inside the logarithm, or a limit, makes the loss of such an example too "
            "small.",
            shown,
            "The logarithm of a fraction is a difference, log(exp(a) / b) = a - log(b). It needs no limit: -s[y] + "
            "log(sum(exp(s))).",
        )
    else:
        told = Mistake(
            "log-underflow",
            "log(p) is infinite where the probability p becomes 0.",
            "When the true class's score is 800 behind, its probability is below the smallest float. With real "
            "images this is rare.",
            shown,
            "The logarithm of a fraction is a difference, log(exp(a) / b) = a - log(b). So p isn't needed: -s[y] + "
            "log(sum(exp(s))), with shifted scores.",
        )
    trial.report.remarks.append(told)
