"""Examine a learner's softmax: ordinary scores first, then scores that overflow.

Softmax as a recipe: a *shift* m is subtracted from each row of scores, *power* takes the exponentials, *total* is the
sum of the row by which they are divided, and *finish* gives the result: exp(s_j - m) / sum_k exp(s_k - m). The shift
only avoids overflow. The losses (check.cross_entropy, check.softmax_loss) have these steps too, and use these variants.
"""

from collections.abc import Callable

import numpy as np

from ..arguments import awkward
from ..evidence import same
from ..explain import Problem, Table, Variant, factors
from ..report import Mistake, Report
from ..trial import Trial


def recipe(
    scores, shift=lambda s: 0, power=np.exp, total=lambda e, s: e.sum(axis=1, keepdims=True), finish=lambda p, s: p
):
    """Softmax, step by step."""
    e = power(scores - shift(scores))
    return finish(e / total(e, scores), scores)


def shifted(scores, shift=lambda s: s.max(axis=1, keepdims=True), **steps):
    """Softmax with the largest score of each row subtracted: the same numbers, without overflow."""
    return recipe(scores, shift, **steps)


def softmax(fn: Callable, stable: bool = True) -> Report:
    """Examine fn(scores (N, C)) -> probabilities (N, C). With stable=False no large scores are tried."""
    steps = [
        "ordinary scores: N and C equal, different, N = 1",
        "the array of scores stays as it was",
        "the same for a read-only, non-contiguous array",
    ]
    large = ["scores near 1,000 and near -1,000", "rows that lie far apart", "scores far apart within a row"]
    with Trial(fn, ("scores",), steps + large * stable) as trial:
        trial.judge(TABLE, trial.answers(ORDINARY), AXES)
        if trial.unchanged():
            trial.judge(TABLE, trial.answers(ORDINARY, layout=awkward), AXES, names=False)
        if stable:
            trial.judge(LARGE_TABLE, trial.answers(LARGE), AXES, parts=(3, 1, 2))
        _whole_numbers(trial)
    return trial.report


def _whole_numbers(trial):
    scores = np.array([[3, 1, 0], [0, 2, 2]])
    got = trial.ask(scores)
    if trial.report.ok and (isinstance(got, Mistake) or not same(got, shifted(scores))):
        trial.remark(
            "whole-numbers",
            "The result is wrong for scores that are whole numbers.",
            "An array of integers can't hold the decimals of a probability.",
            f"Tried with {scores.tolist()}." + (f"\n{got.evidence}" if isinstance(got, Mistake) else ""),
            "Look for the array that receives the result. A copy of scores holds integers here, and so does "
            "np.zeros_like(scores). Make floats: `scores.astype(float)`, or `np.zeros(scores.shape)`.",
        )


# --- problems, in numbers that float32 holds exactly ---------------------------------------------------------------

AXES, ROUGH = ("row", "column"), 0.01  # scores of 20,000 have three decimals in float32


def _problem(*rows):
    text = f"{len(rows)} row{'s' * (len(rows) > 1)} of {len(rows[0])} scores, the first {list(rows[0])}"
    return Problem(text, (np.array(rows, float),))


# fmt: off
ORDINARY = [
    _problem([0.5, 2, -1], [1.25, 0, 3], [-2, -0.5, 1.5]),
    _problem([1.5, -0.75, 2.25, 0.5]),
    _problem([0.25, 3.5, -2, 1, 2.5], [-1, 1.75, 0.5, -2.5, 4]),
    _problem([1, 2.5], [-3, 0.5], [2, -1.5], [0.5, 1], [4, 3]),
]
LARGE = [
    _problem([1000, 1001, 999], [400, 401, 398], [300, 301, 298], [709.25, 708, 710.25]),
    _problem([-1000, -1001, -1003], [-999, -998, -1000]),
    _problem([-500, -501, -503], [1, 2, 0]),
    _problem([0, 1, 2], [20_000, 20_001, 19_998]),
    _problem([0, 0, 3000], [2000, -2000, 0]),
    _problem([-1e8, 0, 1]),
]

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

WHY = {
    "shift": "Softmax stays the same when one number is subtracted from all scores of a row. After the row's largest "
             "score is subtracted, the largest exponential is exp(0) = 1. Then no exponential overflows, and no sum "
             "is 0.",
    "power": "Each score s becomes exp(s). That number is always positive. It gets e times as large when s grows by 1.",
    "total": "The exponentials of a row are divided by the sum of that row. Then each row adds up to 1.",
    "finish": "The result is the array of exponentials, each divided by the sum of its row. No other step follows.",
}
# fmt: on


def _rows(function):
    return lambda s: function(s, axis=1, keepdims=True)


def _scaled(function):
    return lambda s: np.exp(s / function(s, axis=1, keepdims=True))


def _part(part):
    return lambda e, s: e[:, part].sum(axis=1, keepdims=True)


KEEPDIMS = (
    "With axis=1 the result has shape (N,), and NumPy lines it up with the columns. It has to be a column itself, of "
    "shape (N, 1): axis=1, keepdims=True."
)
ROW = "Over which axis does the maximum or the sum run? Each row needs its own: axis=1, keepdims=True."
CANCELS = "A shift cancels only when it is both in the class's own score and in the sum over all classes."
SUM = "What stands below the fraction line? It should be the sum of all exponentials of the row."

AFTER = "Look at the brackets of np.exp: does the subtraction stand inside? np.exp(scores - m)"
AFTER_WHY = "A shift cancels only when it is subtracted from the scores."
NUMERATOR = "What is divided by the sum? It should be the exponential of each score: np.exp(scores)."
# fmt: off
BATCH = [  # mistakes that need several rows, so that a loss of one example can't have them
    Variant("shift", lambda s: s.max(axis=0), "column-maximum",
            "The largest score of each column is subtracted. It should be the largest score of each row.", ROW,
            "Only a number that is the same for all classes of an example cancels in softmax."),
    Variant("shift", lambda s: s.max(axis=1), "keepdims",
            "The largest scores of the rows are subtracted from the columns.",
            KEEPDIMS),
    Variant("total", lambda e, s: e.sum(), "over-everything",
            "The exponentials are divided by the sum of the whole array, not by the sum of their row.", ROW,
            "`.sum()` without an axis adds up all examples together. Each row should add up to 1."),
    Variant("total", lambda e, s: e.sum(axis=0), "over-examples",
            "The exponentials are divided by the sum of their column, not by the sum of their row.", ROW,
            "Each row of the scores belongs to one example, and each row of the probabilities must add up to 1."),
    Variant("total", lambda e, s: e.sum(axis=1), "keepdims", "The columns are divided by the sums of the rows.",
            KEEPDIMS),
    Variant("total", lambda e, s: e.max(), "not-normalised",
            "The exponentials aren't divided by their sum: the largest of the array is 1.",
            "After the largest score m is subtracted, the exponentials exp(s - m) still have to be divided by their "
            "sum."),
    Variant("total", lambda e, s: e.sum(axis=1).cumsum()[:, None], "denominator-not-reset",
            "Each row is divided by the sum of all rows so far.",
            "Where does the sum get its start value? It has to start from 0 in each row."),
    Variant("total", lambda e, s: np.linalg.norm(e), "norm-denominator",
            "All exponentials are divided by the root of the sum of their squares, not by the sum of their row.", SUM),
    *(Variant("total", lambda e, s, k=k: e[k].sum(), f"{word}-denominator",
              f"All rows are divided by the sum of the {word} row.", ROW)
      for k, word in [(0, "first"), (-1, "last")]),
    *(Variant("power", lambda s, of=of: np.exp(s) - of(s), "subtracted-after-exp",
              f"The largest {word} of all rows is subtracted after the exponential.", AFTER, AFTER_WHY)
      for of, word in [(np.max, "score"), (lambda s: np.exp(s).max(), "exponential")]),
    *(Variant("power", lambda s, of=of: np.exp(s / of(s)), "rescaled",
              f"All scores are divided by {words} before the exponential.",
              "A division changes the result, and a subtraction doesn't. Subtract the largest score of each row.")
      for of, words in [(np.max, "the largest of them"), (np.linalg.norm, "the root of the sum of their squares"),
                        (np.sum, "their sum")]),
]
PROBABILITIES = [  # mistakes within a row: a loss of one example can have them too
    Variant("shift", lambda s: 1000, "constant-shift",
            "A large constant is subtracted from all scores. So all exponentials become 0.",
            "Which number is subtracted? It has to be the row's own largest score."),
    Variant("power", lambda s: s, "no-exponential", "The scores are used in place of their exponentials.", NUMERATOR,
            "Scores can be negative, and their sum can be 0."),
    Variant("power", np.abs, "no-exponential",
            "The absolute values of the scores are used in place of the exponentials.", NUMERATOR),
    Variant("power", lambda s: np.maximum(s, 0), "no-exponential",
            "The scores are used in place of their exponentials, and negative scores are set to 0.", NUMERATOR),
    Variant("power", lambda s: np.exp(-s), "negative-exponent",
            "The exponent has the wrong sign: exp(-s) instead of exp(s).",
            "Look for a minus sign inside the exponential. A high score gives a large one: `np.exp(scores)`.",
            "A high score should give a high probability."),
    Variant("power", np.exp2, "base-2", "Powers of 2 are used, not powers of e.",
            "Which number is raised to the power of the score? It should be e: np.exp(scores).",
            "Powers of 2 give probabilities too, but their gradient has an additional factor log(2)."),
    Variant("power", lambda s: 10.0**s, "base-10", "Powers of 10 are used, not powers of e.",
            "Which number is raised to the power of the score? It should be e: np.exp(scores).",
            "Powers of 10 give probabilities too, but their gradient has an additional factor log(10)."),
    Variant("power", lambda s: s**2, "scores-squared",
            "The squares of the scores are used in place of the exponentials.", NUMERATOR),
    Variant("power", lambda s: np.exp(s * s), "scores-squared", "The scores are squared before the exponential.",
            "Is the score changed before the exponential? Take np.exp of the score itself."),
    Variant("power", lambda s: np.exp(np.abs(s)), "absolute-scores",
            "The scores lose their sign before the exponential.",
            "Is the score changed before the exponential? Take np.exp of the score itself.",
            "A very negative score should give a small probability."),
    Variant("power", lambda s: np.exp(np.maximum(s, 0)), "negative-scores-lost",
            "Negative scores are set to 0 before the exponential.",
            "Is the score changed before the exponential? Take np.exp of the score itself.",
            "A very negative score should give a small probability."),
    Variant("power", lambda s: 1 / (1 + np.exp(-s)), "sigmoid", "The sigmoid is used in place of the exponential.",
            "How do the scores become probabilities? By exp(s_j), divided by the sum of exp(s_k) over all classes k."),
    Variant("power", lambda s: np.exp(s) - np.exp(s).max(axis=1, keepdims=True), "subtracted-after-exp",
            "The largest exponential is subtracted from the exponentials.",
            "Does the subtraction come before or after np.exp? Only the scores may be shifted: np.exp(scores - m), "
            "with m the largest score.", AFTER_WHY),
    Variant("power", lambda s: np.exp(s) - s.max(axis=1, keepdims=True), "subtracted-after-exp",
            "The largest score is subtracted after the exponential.", AFTER, AFTER_WHY),
    Variant("power", lambda s: np.exp(np.exp(s)), "exp-twice",
            "The exponential is taken twice: the exponentials are used as scores.",
            "Which array is inside np.exp? Perhaps it holds exponentials already, because one name is used for both. "
            "Give the exponentials a name of their own: `exp_scores = np.exp(scores)`.",
            "Each score goes through the exponential once."),
    Variant("power", np.expm1, "minus-one", "1 is subtracted from each exponential.",
            "Look for np.expm1, or for a 1 that is subtracted from np.exp."),
    Variant("power", lambda s: 1 + np.exp(s), "plus-one", "1 is added to each exponential.",
            "Look for a 1 that is added to the exponential, and remove it."),
    Variant("power", lambda s: np.log1p(np.exp(s)), "softplus", "log(1 + exp(s)) is used in place of exp(s).",
            "How do the scores become probabilities? By exp(s_j), divided by the sum of exp(s_k) over all classes k."),
    *(Variant("power", lambda s, f=f: np.exp(f(s)), "scores-rounded",
              "The scores lose their decimals before the exponential is taken.",
              "Is there an array of integers, an int() or a round()? Use floats.",
              "The decimals of a score change its exponential, and so they matter.") for f in (np.trunc, np.round)),
    *(Variant("power", lambda s, c=c: np.exp(c * s), "scores-scaled",
              f"The scores are multiplied by {c:g} before the exponential.",
              "Look for a factor in front of the scores, and remove it: np.exp(scores).") for c in (2,
              0.5, 0.1, 0.01, 0.001, 10)),
    *(Variant("power", lambda s, e=e: e**s, "rounded-e", f"e is rounded to {e}.",
              "Look for a number such as 2.718. np.exp has all digits of e.")
      for e in (2.7, 2.71, 2.718, 2.72)),
    Variant("power", lambda s: np.exp(s / s.shape[1]), "scores-scaled",
            "The scores are divided by C, the number of classes, before the exponential.",
            "Look for a division of the scores, and remove it: np.exp(scores)."),
    Variant("power", _scaled(np.max), "rescaled",
            "The scores are divided by the largest score of their row. It should be subtracted instead.",
            "Is there a / where a - belongs? scores - scores.max(axis=1, keepdims=True)",
            "A subtraction doesn't change the result. A division changes the differences between scores."),
    Variant("power", _scaled(np.sum), "rescaled", "The scores are divided by their sum before the exponential.",
            "In which order are np.exp and the division? np.exp comes first. Then the exponentials are divided by "
            "their sum."),
    Variant("power", _scaled(np.linalg.norm), "rescaled",
            "The scores are divided by the root of the sum of their squares before the exponential.",
            "Look for a division of the scores, and remove it: np.exp(scores)."),
    Variant("power", _scaled(np.std), "rescaled",
            "The scores are divided by their standard deviation before the exponential.",
            "Look for a division of the scores, and remove it: np.exp(scores)."),
    Variant("total", lambda e, s: 1, "not-normalised", "The exponentials aren't divided by their sum.", SUM,
            "An exponential alone isn't a probability, because it can be larger than 1."),
    Variant("total", lambda e, s: e.max(axis=1, keepdims=True), "not-normalised",
            "The exponentials aren't divided by their sum: the largest of each row is 1.",
            "After the largest score m is subtracted, the exponentials exp(s - m) still have to be divided by their "
            "sum."),
    Variant("total", lambda e, s: e.mean(axis=1, keepdims=True), "mean-denominator",
            "The exponentials are divided by their mean, not by their sum.", SUM,
            "Then each row adds up to C, the number of classes, and not to 1."),
    Variant("total", lambda e, s: s.sum(axis=1, keepdims=True), "sum-of-scores",
            "The exponentials are divided by the sum of the scores, not by their own sum.",
            "Is the sum taken before np.exp? Add up the exponentials."),
    Variant("total", lambda e, s: e.sum(axis=1, keepdims=True) * e / s, "no-exponential",
            "The scores are divided by the sum of the exponentials. Above the fraction line, the exponential is "
            "missing.", NUMERATOR, "Class j's probability is exp(s_j), divided by the sum of exp(s_k) over all k."),
    Variant("total", lambda e, s: np.log(e.sum(axis=1, keepdims=True)), "log-in-denominator",
            "The exponentials are divided by the logarithm of their sum.",
            "Look for a logarithm below the fraction line. A probability has none, and the loss has one: "
            "log(sum_j exp(s_j)) - s[y].", "Each row of probabilities must add up to 1."),
    Variant("total", lambda e, s: np.exp(s.sum(axis=1, keepdims=True)), "exp-of-sum",
            "The scores are added up before the exponential is taken. The exponentials should be added up.",
            "In which order are np.exp and the sum? np.exp comes first: `np.exp(scores).sum(axis=1, keepdims=True)`.",
            "The sum of exponentials isn't the exponential of the sum."),
    Variant("total", lambda e, s: e.sum(axis=1, keepdims=True) - e, "denominator-without-itself",
            "Each exponential is divided by the sum of the others, without itself.",
            "Which classes does the sum leave out? It has to include all of them."),
    Variant("total", lambda e, s: np.linalg.norm(e, axis=1, keepdims=True), "norm-denominator",
            "The exponentials are divided by the root of the sum of their squares, not by their sum.", SUM),
    Variant("total", lambda e, s: np.cumsum(e, axis=1), "denominator-unfinished",
            "Each exponential is divided by an unfinished sum, which ends at that exponential. It should be the sum "
            "of the whole row.",
            "Is the division inside the loop that adds up the sum? Complete the sum first, and divide afterwards.",
            "The sum is used before it is complete."),
    Variant("total", _part(slice(1, None)), "denominator-skips-first", "The sum leaves out the first class.",
            "Where do the loop or the slice begin and end? The classes are 0 to C - 1: range(C)."),
    Variant("total", _part(slice(-1)), "denominator-skips-last", "The sum leaves out the last class.",
            "Where do the loop or the slice begin and end? The classes are 0 to C - 1: range(C)."),
    *(Variant("total", lambda e, s, eps=eps: e.sum(axis=1, keepdims=True) + eps, "epsilon-in-sum",
              f"{eps:g} is added to the sum.",
              "Look for a number that is added to the sum, and remove it. After the largest score is subtracted, the "
              "sum is at least 1.")
      for eps in (1, 0.1, 0.01, 1e-3, 1e-4)),
    Variant("total", lambda e, s: np.exp(s).sum(axis=1, keepdims=True), "shift-mismatch",
            "The shift is in the class's own score only, and not in the sum of the exponentials.",
            "Where do the scores become shifted, and which lines use them? Use the shifted scores in all lines.",
            CANCELS),
    Variant("total", lambda e, s: np.exp(s - s.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True), "shift-mismatch",
            "The shift is in the sum of the exponentials only, and not in the class's own score.",
            "Where do the scores become shifted, and which lines use them? Use the shifted scores in all lines.",
            CANCELS),
    Variant("finish", lambda p, s: np.log(p), "log-probs-for-probs",
            "The logarithms of the probabilities are used in place of the probabilities.",
            "Look for an np.log. The logarithm is taken for the loss only."),
    Variant("finish", lambda p, s: s, "scores-for-probs", "The scores are used in place of the probabilities.",
            "Two steps are missing after the scores: np.exp, and the division by the sum."),
    Variant("finish", lambda p, s: s - s.max(axis=1, keepdims=True), "scores-for-probs",
            "The shifted scores are used in place of the probabilities.",
            "Two steps are missing after the scores: np.exp, and the division by the sum."),
    Variant("finish", lambda p, s: np.full_like(p, 1 / p.shape[1]), "uniform",
            "All classes have the same probability, 1/C.", "Print the scores just before np.exp: are they all equal?",
            "The probabilities depend on the scores."),
    Variant("finish", lambda p, s: 1.0 * (p == p.max(axis=1, keepdims=True)), "winner-takes-all",
            "The class with the highest score gets probability 1, and the others get 0.",
            "Look for an argmax, or for probabilities that are rounded.",
            "Softmax gives each class a probability above 0."),
    Variant("finish", lambda p, s: recipe(p), "softmax-twice",
            "Softmax is applied twice, the second time to its own probabilities.",
            "Is softmax called twice, or called on its own result? Apply it once, to the scores."),
    Variant("finish", lambda p, s: p**2, "probs-squared", "The probabilities are squared.",
            "Look for a product of the probabilities with themselves."),
]
RESULTS = [  # wrong results: probabilities that are changed at the end
    Variant("finish", lambda p, s: -np.log(p), "log-probs-for-probs",
            "The negative logarithms of the probabilities are returned.",
            "Look for an np.log. The logarithm is taken for the loss only."),
    Variant("finish", lambda p, s: 1 / p, "inverted", "The fraction is upside down: sum / exp.",
            "Which number stands above the fraction line? The exponential does, and the sum stands below it."),
    Variant("finish", lambda p, s: 1 - p, "one-minus", "1 - p is returned in place of p.",
            "Look at the value after `return`: it should be p itself."),
    Variant("finish", lambda p, s: p.argmax(axis=1), "argmax",
            "The class with the largest score is returned, not the probabilities.",
            "Look at the value after `return`: is there a maximum in it? All probabilities of each row are returned."),
    Variant("finish", lambda p, s: p.max(axis=1), "largest-only",
            "Only the largest probability of each row is returned.",
            "Look at the value after `return`: is there a maximum in it? All probabilities of each row are returned."),
    Variant("finish", lambda p, s: p.T, "transposed", "The result is transposed.",
            "Row i of the result belongs to row i of the scores."),
    Variant("finish", lambda p, s: p.ravel(), "flattened", "The result is one long row.",
            "The result has the shape of the scores."),
    Variant("finish", lambda p, s: p.sum(axis=1), "summed", "The sums of the rows are returned, not the probabilities.",
            "Look at the value after `return`. The exponentials have to be divided by these sums."),
    Variant("finish", lambda p, s: p * (1 - p), "softmax-derivative",
            "p * (1 - p), a derivative, is returned in place of p.",
            "Look at the value after `return`: it should be p itself."),
    Variant("finish", lambda p, s: np.sort(p, axis=1), "sorted", "The probabilities are sorted.",
            "Column j of the result belongs to class j."),
    Variant("finish", lambda p, s: p[:, ::-1], "reversed", "The classes are in reverse order.",
            "Column j of the result belongs to class j."),
    Variant("finish", lambda p, s: np.floor(p), "zeros", "All probabilities are zero.",
            "Is each result stored? An array of integers, an int() or a `//` turns each number below 1 into 0. Use "
            "floats."),
    *(Variant("finish", lambda p, s, d=d: p.round(d), "rounded",
              f"The probabilities are rounded to {d} decimal{'s' * (d != 1)}.",
              "Look for a round(), and remove it.")
      for d in range(1, 7)),
    *(Variant("finish", cut, "one-row", f"Only the {word} row is computed.", "Is `return` inside the loop?")
      for cut, word in [(lambda p, s: p[0], "first"), (lambda p, s: p[:1], "first"), (lambda p, s: p[-1], "last"),
                        (lambda p, s: p * (np.arange(len(p)) == 0)[:, None], "first"),
                        (lambda p, s: p * (np.arange(len(p)) == len(p) - 1)[:, None], "last")]),
    *(Variant("finish", cut, "row-left-out", f"The {word} row is left at 0.",
              "Where does the loop over the rows begin and end? The rows are 0 to N - 1: range(N).")
      for cut, word in [(lambda p, s: p * (np.arange(len(p)) > 0)[:, None], "first"),
                        (lambda p, s: p * (np.arange(len(p)) < len(p) - 1)[:, None], "last")]),
    *(v for v in factors("finish", {"N": len, "C": lambda s: s.shape[1]}) if v.code != "times-C"),  # mean-denominator
]
TABLE = Table([recipe, shifted], BATCH + PROBABILITIES + RESULTS, ORDINARY, WHY)

# --- scores that overflow ------------------------------------------------------------------------------------------

OVERFLOW = "Large scores overflow: nothing is subtracted from them."
LARGEST = (
    "Which number is subtracted? With any other number than the row's largest score, an exponential can overflow, or "
    "the sum can become 0."
)
NAN = "exp(1000) is too large for a float: it becomes inf, and inf / inf is NaN."
MAXIMUM = (
    "What is the largest exponent in a row? It has to be 0. Before np.exp, subtract each row's largest score: "
    "`scores - scores.max(axis=1, keepdims=True)`."
)
START = (
    "What is the value of the maximum before the first comparison? It should be -np.inf, or the first score. np.max "
    "needs no start."
)
BATCH_SHIFTS = [
    Variant("shift", lambda s: s.max(), "batch-maximum", "One maximum is subtracted from the whole batch.",
            "Look at a row that is far below that maximum. All its exponentials become 0, and 0 / 0 is NaN. " + ROW),
    Variant("shift", np.mean, "mean-shift", "The mean of all scores is subtracted, not the largest score of each row.",
            "Which number is subtracted from each row? It should be the row's own largest score: scores.max(axis=1, "
            "keepdims=True)."),
    Variant("shift", np.min, "min-shift",
            "The smallest of all scores is subtracted, not the largest score of each row.",
            "Which number is subtracted from each row? It should be the row's own largest score: scores.max(axis=1, "
            "keepdims=True)."),
    Variant("shift", lambda s: s[0].max(), "first-row-shift",
            "The first row's largest score is subtracted from all rows.",
            ROW),
    Variant("shift", lambda s: np.abs(s).max(), "absolute-maximum",
            "The largest absolute value of all scores is subtracted, not the largest score of each row.",
            "Which number is subtracted from each row? It should be the row's own largest score: scores.max(axis=1, "
            "keepdims=True)."),
    Variant("shift", lambda s: np.maximum.accumulate(s.max(axis=1, keepdims=True)), "maximum-kept",
            "The maximum that is subtracted from a row still holds the maximum of the rows before it.",
            "Where does the maximum get its start value? It has to start anew in each row.",
            "A row that is far below an earlier one loses all its exponentials: they become 0, and 0 / 0 is NaN."),
    Variant("shift", lambda s: max(s.max(), 0), "maximum-start",
            "One maximum is subtracted from the whole batch. It starts at a number such as 0 or -1, and among negative "
            "scores it isn't the largest.", f"{START} {ROW}"),
]
SHIFTS = [
    Variant("shift", lambda s: 0, "overflow", OVERFLOW, MAXIMUM),
    *(Variant("finish", lambda p, s, dtype=dtype: recipe(s.astype(dtype)), "overflow", OVERFLOW, MAXIMUM)
      for dtype in (np.float32, np.longdouble)),
    Variant("shift", lambda s: -s.max(axis=1, keepdims=True), "shift-added",
            "The largest score is added, not subtracted.",
            "Is there a + where a - belongs? The exponent is s - m, with m the largest score."),
    Variant("shift", _rows(np.mean), "mean-shift", "The mean of the row is subtracted, not its largest score.",
            LARGEST),
    Variant("shift", _rows(np.median), "mean-shift", "The median of the row is subtracted, not its largest score.",
            LARGEST),
    Variant("shift", _rows(np.min), "min-shift", "The smallest score of the row is subtracted, not its largest.",
            LARGEST),
    Variant("shift", lambda s: s[:, :1], "first-score-shift",
            "The first score of each row is subtracted, not the largest.", LARGEST),
    Variant("shift", lambda s: s[:, -1:], "last-score-shift",
            "The last score of each row is subtracted, not the largest.", LARGEST),
    Variant("shift", lambda s: np.abs(s).max(axis=1, keepdims=True), "absolute-maximum",
            "The largest absolute value of the row is subtracted, not its largest score.",
            "Is there an np.abs? The largest absolute value is too large when all scores are negative."),
    Variant("shift", lambda s: np.maximum(s.max(axis=1, keepdims=True), 0), "maximum-start",
            "The maximum starts at a number such as 0 or -1. Where all scores of a row are negative, it isn't the "
            "largest of them.", START),
    Variant("shift", lambda s: s.argmax(axis=1)[:, None], "position-shift",
            "The position of the largest score is subtracted, not the score itself.",
            "Is there an argmax? argmax gives a position, and max gives the score."),
    Variant("shift", _rows(np.sum), "sum-shift", "The sum of the row is subtracted, not its largest score.", LARGEST),
    *(Variant("finish", lambda p, s, f=f, c=c: recipe(f(s, c)), "clipped",
              "Scores above a constant are replaced by that constant.",
              "With a limit, the scores 1,000 and 1,001 become equal. Subtract the row's largest score instead.",
              WHY["shift"])
      for c in (10, 20, 30, 50, 88, 100, 200, 300, 500, 600, 700, 709)
      for f in (np.minimum, lambda s, c: np.clip(s, -c, c))),
    Variant("total", lambda e, s: e.sum(axis=1, keepdims=True) + 1e-12, "epsilon-in-sum",
            "A small number is added to the sum. It turns 0 / 0 into a probability of 0.", MAXIMUM),
    Variant("finish", lambda p, s: np.nan_to_num(p), "nan-hidden", "NaN is replaced by 0, which is just as wrong.",
            MAXIMUM, NAN),
    Variant("finish", lambda p, s: np.nan_to_num(p, nan=1.0), "nan-hidden",
            "NaN is replaced by 1, which is just as wrong.", MAXIMUM, NAN),
    Variant("finish", lambda p, s: np.exp(s - np.log(np.exp(s).sum(axis=1, keepdims=True))), "overflow",
            "Large scores overflow in the logarithm of the sum: nothing is subtracted from them.", MAXIMUM,
            WHY["shift"]),
]
# fmt: on
LARGE_TABLE = Table([shifted], BATCH_SHIFTS + SHIFTS, LARGE, WHY, rtol=ROUGH)
