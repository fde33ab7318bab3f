"""Examine a learner's softmax: ordinary scores first, then scores that overflow.

Softmax as a recipe: each row of scores is *shift*ed, e is taken to the *power* of it, that is divided by the row's
*total*, and so *finish*ed: exp(s_j - m) / sum_k exp(s_k - m). The shift m matters to the computer only. The losses
(check.cross_entropy, check.softmax_loss) are made of the same steps, and take these variants.
"""

import numpy as np

from ..evidence import same
from ..explain import Problem, Table, Variant, factors
from ..report import Mistake
from ..trial import Trial, awkward


def recipe(scores, shift=lambda s: 0, power=np.exp, total=lambda e, s: e.sum(axis=1, keepdims=True),
           finish=lambda p, s: p):
    """Softmax, step by step."""
    e = power(scores - shift(scores))
    return finish(e / total(e, scores), scores)


def shifted(scores, shift=lambda s: s.max(axis=1, keepdims=True), **steps):
    """Softmax with the largest score of each row taken out: the same, and safe."""
    return recipe(scores, shift, **steps)


def softmax(fn, stable=True):
    """Examine fn(scores (N, C)) -> probabilities (N, C). With stable=False no large scores are tried."""
    steps = ["ordinary scores: N and C equal, different, N = 1", "the array of scores stays as it was",
             "the same for a read-only, non-contiguous array"]
    large = ["scores near 1,000 and near -1,000", "rows that lie far apart", "scores far apart within a row"]
    with Trial(fn, ("scores",), steps + large * stable) as trial:
        trial.judge(TABLE, trial.answers(ORDINARY), AXES)
        if trial.unchanged():
            trial.judge(TABLE, trial.answers(ORDINARY, layout=awkward), AXES, names=False)
        if stable:
            trial.judge(LARGE_TABLE, trial.answers(LARGE), AXES, parts=(2, 1, 2))
        _whole_numbers(trial)
    return trial.report


def _whole_numbers(trial):
    scores = np.array([[3, 1, 0], [0, 2, 2]])
    got = trial.ask(scores)
    if isinstance(got, Mistake) or not same(got, shifted(scores)):
        trial.remark("whole-numbers", "Scores that are whole numbers come out wrong.",
                     "np.zeros_like(scores) of an array of integers holds integers, and cuts 0.8 down to 0.",
                     "Tried with [[3, 1, 0], [0, 2, 2]].", "np.zeros(scores.shape) holds floats.")


# --- problems, in numbers that float32 holds exactly ---------------------------------------------------------------

AXES, ROUGH = ("row", "column"), 0.01  # scores of 20,000 have three decimals in float32


def _problem(*rows):
    text = f"{len(rows)} row{'s' * (len(rows) > 1)} of {len(rows[0])} scores, the first {list(rows[0])}"
    return Problem(text, (np.array(rows, float),))


ORDINARY = [
    _problem([0.5, 2, -1], [1.25, 0, 3], [-2, -0.5, 1.5]),
    _problem([1.5, -0.75, 2.25, 0.5]),
    _problem([0.25, 3.5, -2, 1, 2.5], [-1, 1.75, 0.5, -2.5, 4]),
    _problem([1, 2.5], [-3, 0.5], [2, -1.5], [0.5, 1], [4, 3]),
]
LARGE = [
    _problem([1000, 1001, 999], [400, 401, 398], [300, 301, 298]),
    _problem([-1000, -1001, -1003], [1, 2, 0]),
    _problem([0, 1, 2], [20_000, 20_001, 19_998]),
    _problem([0, 0, 3000], [2000, -2000, 0]),
    _problem([-1e8, 0, 1]),
]

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

WHY = {
    "shift": "Softmax doesn't change when one number is subtracted from all scores of a row. If that is the row's "
             "largest, the largest exponential is exp(0) = 1: none overflows, and no sum is 0.",
    "power": "Each score s becomes exp(s): positive, whatever the sign of s, and e times as large when s grows by 1.",
    "total": "Each row is a distribution of its own: its exponentials are divided by their sum, and then add up to 1.",
    "finish": "The exponentials divided by the sum of their row are the answer. Nothing else is to be done with them.",
}


def _rows(function):
    return lambda s: function(s, axis=1, keepdims=True)


def _scaled(function):
    return lambda s: np.exp(s / function(s, axis=1, keepdims=True))


def _part(part):
    return lambda e, s: e[:, part].sum(axis=1, keepdims=True)


KEEPDIMS = "axis=1 gives shape (N,), which NumPy lines up with the columns; axis=1, keepdims=True gives (N, 1)."
ROW = "Use axis=1, keepdims=True."
SUM = "Divide by `.sum(axis=1, keepdims=True)`."

BATCH = [  # mistakes that need several rows: a loss of one example can't have them
    Variant("shift", lambda s: s.max(axis=0), "column-maximum",
            "The largest of each column is subtracted, not of each row, and that changes the probabilities.", ROW,
            "Only a number that is the same for all classes of an example cancels in softmax."),
    Variant("shift", lambda s: s.max(axis=1), "keepdims", "The rows' maxima are subtracted from the columns.",
            KEEPDIMS),
    Variant("total", lambda e, s: e.sum(), "over-everything",
            "The sum runs over the whole array, not over each row.", ROW,
            "`.sum()` without an axis adds up all examples together. Each row should add up to 1."),
    Variant("total", lambda e, s: e.sum(axis=0), "over-examples",
            "The probabilities are normalised over the examples, not over the classes: by columns, not by rows.", ROW,
            "Each row of the scores belongs to one example, and each row of the probabilities must add up to 1."),
    Variant("total", lambda e, s: e.sum(axis=1), "keepdims", "The rows' sums are lined up with the columns.", KEEPDIMS),
    Variant("total", lambda e, s: e.max(), "not-normalised",
            "Nothing is divided by the sum: the largest of the array is 1.",
            "exp(s - m), with m the largest, isn't enough."),
    Variant("total", lambda e, s: e.sum(axis=1).cumsum()[:, None], "denominator-not-reset",
            "Each row is divided by the sum of all rows so far.", "The sum has to begin with 0 for each row."),
    Variant("total", lambda e, s: np.linalg.norm(e), "norm-denominator",
            "The array is divided by its length, the root of the sum of squares, not each row by its sum.", SUM),
    *(Variant("total", lambda e, s, k=k: e[k].sum(), f"{word}-denominator",
              f"All rows are divided by the sum of the {word} row.", "Each row needs its own sum. " + ROW)
      for k, word in [(0, "first"), (-1, "last")]),
    *(Variant("power", lambda s, of=of: np.exp(s / of(s)), "rescaled", f"All scores are divided by {words} first.",
              "Subtracting the largest changes nothing in the result, dividing does.")
      for of, words in [(np.max, "the largest of them"), (np.linalg.norm, "their length"), (np.sum, "their sum")]),
]
PROBABILITIES = [  # what may stand where the probabilities of a row should
    Variant("shift", lambda s: 1000, "constant-shift",
            "A large constant is subtracted from all scores, so that all underflow.",
            "Subtract the row's own largest score from each row: axis=1, keepdims=True."),
    Variant("power", lambda s: s, "no-exponential", "The scores are divided by their sum without an exponential.",
            "np.exp first, then divide by the sum.", "Scores can be negative, and their sum can be 0."),
    Variant("power", np.abs, "no-exponential", "The scores lose their sign, and aren't exponentiated."),
    Variant("power", lambda s: np.maximum(s, 0), "no-exponential",
            "Negative scores become 0, and nothing is exponentiated."),
    Variant("power", lambda s: np.exp(-s), "negative-exponent",
            "The exponent has the wrong sign: exp(-s) instead of exp(s).", "`np.exp(scores)`.",
            "A high score should give a high probability."),
    Variant("power", np.exp2, "base-2", "The scores are powers of 2, not of e.", "np.exp is the power of e.",
            "2**s also normalises, but then the gradient has a factor."),
    Variant("power", lambda s: 10.0**s, "base-10", "The scores are powers of 10, not of e.",
            "np.exp is the power of e.",
            "10**s also normalises, but then the gradient has a factor."),
    Variant("power", lambda s: s**2, "scores-squared", "The scores are squared instead of exponentiated."),
    Variant("power", lambda s: np.exp(s * s), "scores-squared", "The scores are squared before the exponential."),
    Variant("power", lambda s: np.exp(np.abs(s)), "absolute-scores",
            "The scores lose their sign before the exponential.",
            "exp of the score itself, not of its absolute value.",
            "A very negative score should give a small probability."),
    Variant("power", lambda s: np.exp(np.maximum(s, 0)), "negative-scores-lost",
            "Negative scores are set to 0 before the exponential.", "exp of the score itself.",
            "A very negative score should give a small probability."),
    Variant("power", lambda s: 1 / (1 + np.exp(-s)), "sigmoid", "The sigmoid takes the place of the exponential.",
            "exp(s_j) divided by the sum over all classes."),
    Variant("power", np.expm1, "minus-one", "1 is subtracted from each exponential."),
    Variant("power", lambda s: 1 + np.exp(s), "plus-one", "1 is added to each exponential."),
    Variant("power", lambda s: np.log1p(np.exp(s)), "softplus", "Each term is log(1 + exp(s)) instead of exp(s)."),
    *(Variant("power", lambda s, f=f: np.exp(f(s)), "scores-rounded", "The scores lose their decimals.",
              "Make arrays of floats.", "An array of integers can't hold them.") for f in (np.trunc, np.round)),
    *(Variant("power", lambda s, c=c: np.exp(c * s), "scores-scaled", f"The scores are multiplied by {c:g} first.",
              "exp(s), with each score once.") for c in (2, 0.5, 0.1, 0.01, 0.001, 10)),
    *(Variant("power", lambda s, e=e: e**s, "rounded-e", f"e is rounded to {e}.", "np.exp uses all its digits.")
      for e in (2.7, 2.71, 2.718, 2.72)),
    Variant("power", lambda s: np.exp(s / s.shape[1]), "scores-scaled", "The scores are divided by C first."),
    Variant("power", _scaled(np.max), "rescaled", "The largest score is divided by, not subtracted.",
            "`scores - scores.max(axis=1, keepdims=True)`.",
            "Subtracting changes nothing in the result. Dividing changes the differences between scores."),
    Variant("power", _scaled(np.sum), "rescaled", "The scores are divided by their sum before the exponential."),
    Variant("power", _scaled(np.linalg.norm), "rescaled", "The scores are divided by their length first."),
    Variant("power", _scaled(np.std), "rescaled", "The scores are divided by their standard deviation first."),
    Variant("total", lambda e, s: 1, "not-normalised", "The exponentials aren't divided by their sum.", SUM,
            "exp(s) alone isn't a probability: it can exceed 1."),
    Variant("total", lambda e, s: e.max(axis=1, keepdims=True), "not-normalised",
            "Nothing is divided by the sum: the largest of each row is 1.",
            "exp(s - m), with m the largest, isn't enough."),
    Variant("total", lambda e, s: e.mean(axis=1, keepdims=True), "mean-denominator",
            "The exponentials are divided by their mean, not by their sum.", SUM,
            "So each row adds up to C, not to 1."),
    Variant("total", lambda e, s: s.sum(axis=1, keepdims=True), "sum-of-scores",
            "The exponentials are divided by the sum of the scores, not of the exponentials."),
    Variant("total", lambda e, s: np.exp(s.sum(axis=1, keepdims=True)), "exp-of-sum",
            "The exponentials are divided by the exponential of the scores' sum, not by the sum of the exponentials.",
            "`np.exp(scores).sum(axis=1, keepdims=True)`.",
            "The sum of exponentials isn't the exponential of the sum."),
    Variant("total", lambda e, s: e.sum(axis=1, keepdims=True) - e, "denominator-without-itself",
            "Each exponential is divided by the sum of the others, without itself."),
    Variant("total", lambda e, s: np.linalg.norm(e, axis=1, keepdims=True), "norm-denominator",
            "Each row is divided by its length, the root of the sum of squares, not by the sum.", SUM),
    Variant("total", lambda e, s: np.cumsum(e, axis=1), "denominator-unfinished",
            "Each exponential is divided by the sum up to itself, not by that of the whole row.",
            "Finish the sum in a loop of its own, and divide afterwards.", "The sum is used before it is finished."),
    Variant("total", _part(slice(1, None)), "denominator-skips-first", "The sum leaves the first class out.",
            "range(C) begins at 0 and ends with C - 1."),
    Variant("total", _part(slice(-1)), "denominator-skips-last", "The sum leaves the last class out.",
            "range(C) begins at 0 and ends with C - 1."),
    *(Variant("total", lambda e, s, eps=eps: e.sum(axis=1, keepdims=True) + eps, "epsilon-in-sum",
              f"{eps:g} is added to the sum.",
              "With the largest score subtracted the sum is at least 1: nothing to fear.")
      for eps in (1, 0.1, 0.01, 1e-3, 1e-4)),
    Variant("total", lambda e, s: np.exp(s).sum(axis=1, keepdims=True), "shift-mismatch",
            "The exponentials above the fraction line are shifted, those in the sum below aren't.",
            "Shift first, and use the shifted scores everywhere.",
            "A shift cancels when both the label's score and the sum of exponentials have it."),
    Variant("total", lambda e, s: np.exp(s - s.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True), "shift-mismatch",
            "The exponentials in the sum below the fraction line are shifted, those above aren't.",
            "Shift first, and use the shifted scores everywhere.",
            "A shift cancels when both the label's score and the sum of exponentials have it."),
    Variant("finish", lambda p, s: np.log(p), "log-probs-for-probs",
            "The logarithms of the probabilities stand where the probabilities belong.",
            "Take the logarithm only for the loss."),
    Variant("finish", lambda p, s: s, "scores-for-probs", "The scores stand where the probabilities belong.",
            "Exponentiate and normalise first."),
    Variant("finish", lambda p, s: s - s.max(axis=1, keepdims=True), "scores-for-probs",
            "The scores minus their largest stand where the probabilities belong: no exponential, no division.",
            "Exponentiate and normalise first."),
    Variant("finish", lambda p, s: np.full_like(p, 1 / p.shape[1]), "uniform",
            "All classes have the same probability, 1/C.", "", "The probabilities depend on the scores, X @ W."),
    Variant("finish", lambda p, s: 1.0 * (p == p.max(axis=1, keepdims=True)), "winner-takes-all",
            "The class with the highest score gets probability 1, the others 0.", "",
            "Softmax gives each class a share."),
    Variant("finish", lambda p, s: recipe(p), "softmax-twice", "Softmax is applied twice: probabilities are taken for "
            "scores, and normalised again.", "Once is enough."),
    Variant("finish", lambda p, s: p**2, "probs-squared", "The probabilities are squared.", "Use each of them once."),
]
RESULTS = [  # what may be returned in place of the probabilities
    Variant("finish", lambda p, s: -np.log(p), "log-probs-for-probs",
            "Minus the logarithms of the probabilities are returned."),
    Variant("finish", lambda p, s: 1 / p, "inverted", "The fraction is upside down: sum / exp."),
    Variant("finish", lambda p, s: 1 - p, "one-minus", "1 - p is returned instead of p."),
    Variant("finish", lambda p, s: p.argmax(axis=1), "argmax", "The class of the largest score is returned."),
    Variant("finish", lambda p, s: p.max(axis=1), "largest-only",
            "Only the largest probability of each row is returned."),
    Variant("finish", lambda p, s: p.T, "transposed", "The result is transposed."),
    Variant("finish", lambda p, s: p.ravel(), "flattened", "The result is one long row."),
    Variant("finish", lambda p, s: p.sum(axis=1), "summed", "The rows are summed at the end."),
    Variant("finish", lambda p, s: p * (1 - p), "softmax-derivative",
            "p (1 - p), a derivative, is returned instead of p."),
    Variant("finish", lambda p, s: np.sort(p, axis=1), "sorted", "The probabilities are sorted."),
    Variant("finish", lambda p, s: p[:, ::-1], "reversed", "The classes come in reverse order."),
    Variant("finish", lambda p, s: np.floor(p), "whole-numbers", "The probabilities are cut down to whole numbers."),
    *(Variant("finish", lambda p, s, d=d: p.round(d), "rounded", f"The probabilities are rounded to {d} decimals.")
      for d in range(1, 7)),
    *(Variant("finish", cut, "one-row", f"Only the {word} row is computed.", "Is `return` inside the loop?")
      for cut, word in [(lambda p, s: p[0], "first"), (lambda p, s: p[:1], "first"), (lambda p, s: p[-1], "last"),
                        (lambda p, s: p * (np.arange(len(p)) == 0)[:, None], "first"),
                        (lambda p, s: p * (np.arange(len(p)) == len(p) - 1)[:, None], "last")]),
    *(Variant("finish", cut, "row-left-out", f"The {word} row is left at 0.", "range(N) is 0 to N - 1.")
      for cut, word in [(lambda p, s: p * (np.arange(len(p)) > 0)[:, None], "first"),
                        (lambda p, s: p * (np.arange(len(p)) < len(p) - 1)[:, None], "last")]),
    *(v for v in factors("finish", {"N": len, "C": lambda s: s.shape[1]}) if v.code != "times-C"),  # mean-denominator
]
TABLE = Table([recipe, shifted], BATCH + PROBABILITIES + RESULTS, ORDINARY, WHY)

# --- scores that overflow ------------------------------------------------------------------------------------------

OVERFLOW = "Large scores overflow: nothing is subtracted from them."
NAN = "exp(1000) is too large for a float: it becomes inf, and inf / inf is NaN."
MAXIMUM = "Subtract the largest score of each row first: scores.max(axis=1, keepdims=True)."
BATCH_SHIFTS = [
    Variant("shift", lambda s: s.max(), "batch-maximum", "One maximum is subtracted from the whole batch.",
            "A row far below it is left with nothing but zeros, and 0 / 0. " + ROW),
    Variant("shift", np.mean, "mean-shift", "The mean of all scores is subtracted, not each row's largest.", ROW),
    Variant("shift", np.min, "min-shift", "The smallest of all scores is subtracted, not each row's largest.", ROW),
    Variant("shift", lambda s: s[0].max(), "first-row-shift",
            "The first row's largest score is subtracted from all rows.",
            ROW),
    Variant("shift", lambda s: np.abs(s).max(), "absolute-maximum", "The largest absolute value of all is subtracted.",
            ROW),
]
SHIFTS = [
    Variant("shift", lambda s: 0, "overflow", OVERFLOW, MAXIMUM),
    *(Variant("finish", lambda p, s, dtype=dtype: recipe(s.astype(dtype)), "overflow", OVERFLOW, MAXIMUM)
      for dtype in (np.float32, np.longdouble)),
    Variant("shift", lambda s: -s.max(axis=1, keepdims=True), "shift-added",
            "The largest score is added, not subtracted."),
    Variant("shift", _rows(np.mean), "mean-shift", "The mean of the row is subtracted, not its largest score."),
    Variant("shift", _rows(np.median), "mean-shift", "The median of the row is subtracted, not its largest score."),
    Variant("shift", _rows(np.min), "min-shift", "The smallest score of the row is subtracted, not its largest."),
    Variant("shift", lambda s: s[:, :1], "first-score-shift",
            "The first score of each row is subtracted, not the largest."),
    Variant("shift", lambda s: s[:, -1:], "last-score-shift",
            "The last score of each row is subtracted, not the largest."),
    Variant("shift", lambda s: np.abs(s).max(axis=1, keepdims=True), "absolute-maximum",
            "The largest absolute value is subtracted: of negative scores that is the smallest.", "Leave np.abs out."),
    Variant("shift", _rows(np.sum), "sum-shift", "The sum of the row is subtracted, not its largest score."),
    *(Variant("finish", lambda p, s, f=f, c=c: recipe(f(s, c)), "clipped", "Large scores are cut off at a constant.",
              "What is cut off is lost: 1,000 and 1,001 become the same. Subtract the row's largest score instead.",
              WHY["shift"])
      for c in (10, 20, 30, 50, 88, 100, 200, 300, 500, 600, 700, 709)
      for f in (np.minimum, lambda s, c: np.clip(s, -c, c))),
    Variant("total", lambda e, s: e.sum(axis=1, keepdims=True) + 1e-12, "epsilon-in-sum",
            "A small number added to the sum hides 0 / 0, and gives probabilities of 0."),
    Variant("finish", lambda p, s: np.nan_to_num(p), "nan-hidden", "NaN is replaced by 0, which is just as wrong.",
            MAXIMUM, NAN),
    Variant("finish", lambda p, s: np.nan_to_num(p, nan=1.0), "nan-hidden",
            "NaN is replaced by 1, which is just as wrong.", MAXIMUM, NAN),
    Variant("finish", lambda p, s: np.exp(s - np.log(np.exp(s).sum(axis=1, keepdims=True))), "overflow",
            "Large scores overflow in the logarithm of the sum: nothing is subtracted from them.", MAXIMUM),
]
LARGE_TABLE = Table([shifted], BATCH_SHIFTS + SHIFTS, LARGE, WHY, rtol=ROUGH)
