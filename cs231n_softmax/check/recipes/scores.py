"""Softmax as a recipe, and the ways in which it goes wrong.

Each row of scores is *shift*ed, e is taken to the *power* of it, that is divided by the row's *total*, and so
*finish*ed: exp(s_j - m) / sum_k exp(s_k - m). The shift m matters to the computer only.
"""

import numpy as np

from ..explain import Swap, factors


def recipe(scores, shift=lambda s: 0, power=np.exp, total=lambda e, s: e.sum(axis=1, keepdims=True),
           finish=lambda p, s: p):
    """Softmax, step by step."""
    e = power(scores - shift(scores))
    return finish(e / total(e, scores), scores)


def shifted(scores, shift=lambda s: s.max(axis=1, keepdims=True), **steps):
    """Softmax with the largest score of each row taken out: the same, and safe."""
    return recipe(scores, shift, **steps)


# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

WHY = {
    "shift": "Softmax doesn't change when one number is taken from all scores of a row. If that is the row's largest, "
             "the largest exponential is exp(0) = 1: none overflows, and no sum is 0.",
    "power": "Each score s becomes exp(s): positive, whatever the sign of s, and e times as large when s grows by 1.",
    "total": "Each row is a distribution of its own: its exponentials are divided by their sum, and then add up to 1.",
    "finish": "The exponentials divided by the sum of their row are the answer. Nothing else is to be done with them.",
}


def _rows(function):
    return lambda s: function(s, axis=1, keepdims=True)


def _scaled(function):
    return lambda s: np.exp(s / function(s, axis=1, keepdims=True))


KEEPDIMS = "axis=1 gives shape (N,), which NumPy lines up with the columns; axis=1, keepdims=True gives (N, 1)."
ROW = "Use axis=1, keepdims=True."

SWAPS = [
    Swap("shift", lambda s: s.max(axis=0), "column-max", "The largest of each column is taken out, not of each row.",
         ROW),
    Swap("shift", lambda s: s.max(axis=1), "keepdims", "The rows' maxima are subtracted from the columns.", KEEPDIMS),
    Swap("shift", lambda s: 1000, "constant-shift",
         "A large constant is taken out of all scores, so that all underflow.",
         "Take the row's own largest score out of each row: axis=1, keepdims=True."),
    Swap("power", lambda s: s, "no-exp", "The scores are divided by their sum without an exponential."),
    Swap("power", lambda s: np.exp(-s), "exp-minus", "The exponential is that of minus the score."),
    Swap("power", np.exp2, "base-2", "The scores are powers of 2, not of e.", "np.exp is the power of e."),
    Swap("power", lambda s: 10.0**s, "base-10", "The scores are powers of 10, not of e.", "np.exp is the power of e."),
    Swap("power", lambda s: s**2, "squares", "The scores are squared instead of exponentiated."),
    Swap("power", np.abs, "no-exp", "The scores lose their sign, and aren't exponentiated."),
    Swap("power", lambda s: np.exp(np.abs(s)), "absolute", "The scores lose their sign before the exponential."),
    Swap("power", lambda s: np.exp(s * s), "squares", "The scores are squared before the exponential."),
    Swap("power", lambda s: np.maximum(s, 0), "no-exp", "Negative scores become 0, and nothing is exponentiated."),
    Swap("power", lambda s: 1 / (1 + np.exp(-s)), "sigmoid", "The sigmoid takes the place of the exponential."),
    Swap("power", np.expm1, "minus-one", "1 is taken from each exponential."),
    Swap("power", lambda s: 1 + np.exp(s), "plus-one", "1 is added to each exponential."),
    Swap("power", lambda s: np.log1p(np.exp(s)), "softplus", "Each term is log(1 + exp(s)) instead of exp(s)."),
    *(Swap("power", lambda s, c=c: np.exp(c * s), "temperature", f"The scores are multiplied by {c:g} first.")
      for c in (2, 0.5, 0.1, 0.01, 10)),
    *(Swap("power", lambda s, e=e: e**s, "rounded-e", f"e is rounded to {e}.", "np.exp knows all its digits.")
      for e in (2.7, 2.71, 2.718, 2.72)),
    Swap("power", lambda s: np.exp(s / s.shape[1]), "temperature", "The scores are divided by C first."),
    Swap("power", _scaled(np.max), "rescaled", "The largest score is divided by, not subtracted.",
         "Subtracting changes nothing in the result, dividing does."),
    Swap("power", _scaled(np.sum), "rescaled", "The scores are divided by their sum before the exponential."),
    Swap("power", _scaled(np.linalg.norm), "rescaled", "The scores are divided by their length first."),
    Swap("power", _scaled(np.std), "rescaled", "The scores are divided by their standard deviation first."),
    *(Swap("power", lambda s, of=of: np.exp(s / of(s)), "rescaled", f"All scores are divided by {words} first.")
      for of, words in [(np.max, "the largest of them"), (np.linalg.norm, "their length"), (np.sum, "their sum")]),
    Swap("total", lambda e, s: e.sum(), "sum-all", "The sum runs over the whole array, not over each row.", ROW),
    Swap("total", lambda e, s: e.sum(axis=0), "sum-columns", "The sums are those of the columns, not of the rows.",
         ROW),
    Swap("total", lambda e, s: e.sum(axis=1), "keepdims", "The rows' sums are lined up with the columns.", KEEPDIMS),
    Swap("total", lambda e, s: 1, "not-divided", "Nothing is divided by the sum."),
    Swap("total", lambda e, s: e.max(axis=1, keepdims=True), "not-divided",
         "Nothing is divided by the sum: the largest of each row is 1.",
         "exp(s - m), with m the largest, isn't enough."),
    Swap("total", lambda e, s: e.max(), "not-divided",
         "Nothing is divided by the sum: the largest of the array is 1.",
         "exp(s - m), with m the largest, isn't enough."),
    Swap("total", lambda e, s: e.sum(axis=1).cumsum()[:, None], "not-reset",
         "Each row is divided by the sum of all rows so far.", "The sum has to begin with 0 for each row."),
    Swap("total", lambda e, s: s.sum(axis=1, keepdims=True), "sum-of-scores",
         "The exponentials are divided by the sum of the scores, not of the exponentials."),
    Swap("total", lambda e, s: np.exp(s.sum(axis=1, keepdims=True)), "exp-of-sum",
         "They are divided by the exponential of the sum, not by the sum of the exponentials."),
    Swap("total", lambda e, s: e.sum(axis=1, keepdims=True) - e, "itself-left-out",
         "Each exponential is divided by the sum of the others, without itself."),
    Swap("total", lambda e, s: np.linalg.norm(e, axis=1, keepdims=True), "divided-by-norm",
         "Each row is divided by its length, the root of the sum of squares, not by the sum."),
    Swap("total", lambda e, s: np.linalg.norm(e), "divided-by-norm",
         "The array is divided by its length, the root of the sum of squares, not each row by its sum."),
    Swap("total", lambda e, s: np.cumsum(e, axis=1), "running-sum",
         "Each exponential is divided by the sum up to itself, not by that of the whole row.",
         "Finish the sum in a loop of its own, and divide afterwards."),
    *(Swap("total", lambda e, s, k=k: e[k].sum(), "one-row", f"All rows are divided by the sum of the {word} row.")
      for k, word in [(0, "first"), (-1, "last")]),
    *(Swap("total", lambda e, s, part=part: e[:, part].sum(axis=1, keepdims=True), "one-left-out",
           f"The sum leaves the {word} class out.", "range(C) begins at 0 and ends with C - 1.")
      for part, word in [(slice(1, None), "first"), (slice(-1), "last")]),
    *(Swap("total", lambda e, s, eps=eps: e.sum(axis=1, keepdims=True) + eps, "eps",
           f"{eps:g} is added to the sum.", "With the largest score taken out the sum is at least 1: nothing to fear.")
      for eps in (1, 0.1, 0.01, 1e-3, 1e-4)),
    Swap("total", lambda e, s: np.exp(s).sum(axis=1, keepdims=True), "shift-mismatch",
         "The exponentials above are shifted, those in the sum below aren't."),
    Swap("total", lambda e, s: np.exp(s - s.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True), "shift-mismatch",
         "The exponentials in the sum below are shifted, those above aren't."),
    Swap("finish", lambda p, s: np.log(p), "log", "The logarithms of the probabilities are returned."),
    Swap("finish", lambda p, s: -np.log(p), "log", "Minus the logarithms of the probabilities are returned."),
    Swap("finish", lambda p, s: s, "scores-returned", "The scores are returned as they came."),
    Swap("finish", lambda p, s: s - s.max(axis=1, keepdims=True), "scores-returned",
         "The scores less their largest are returned: no exponential, no division."),
    Swap("finish", lambda p, s: 1 / p, "inverted", "The sum is divided by the exponential, not it by the sum."),
    Swap("finish", lambda p, s: np.full_like(p, 1 / p.shape[1]), "uniform", "All probabilities are 1/C."),
    Swap("finish", lambda p, s: 1 - p, "one-minus", "1 - p is returned instead of p."),
    Swap("finish", lambda p, s: 1.0 * (p == p.max(axis=1, keepdims=True)), "one-hot",
         "1 is returned for the largest score and 0 for the others."),
    Swap("finish", lambda p, s: p.argmax(axis=1), "argmax", "The class of the largest score is returned."),
    Swap("finish", lambda p, s: p.max(axis=1), "largest-only", "Only the largest probability of each row is returned."),
    Swap("finish", lambda p, s: recipe(p), "twice", "Softmax is taken a second time, of the probabilities."),
    Swap("finish", lambda p, s: p.T, "transposed", "The result is transposed."),
    Swap("finish", lambda p, s: p.ravel(), "flattened", "The result is one long row."),
    Swap("finish", lambda p, s: p.sum(axis=1), "summed", "The rows are summed at the end."),
    Swap("finish", lambda p, s: p**2, "squares", "The probabilities are squared."),
    Swap("finish", lambda p, s: p * (1 - p), "derivative", "p (1 - p), a derivative, is returned instead of p."),
    Swap("finish", lambda p, s: np.sort(p, axis=1), "sorted", "The probabilities are sorted."),
    Swap("finish", lambda p, s: p[:, ::-1], "reversed", "The classes come in reverse order."),
    Swap("finish", lambda p, s: np.floor(p), "whole-numbers", "The probabilities are cut down to whole numbers."),
    *(Swap("finish", lambda p, s, d=d: p.round(d), "rounded", f"The probabilities are rounded to {d} decimals.")
      for d in range(1, 7)),
    *(Swap("finish", cut, "one-row", f"Only the {word} row is computed.", "Is `return` inside the loop?")
      for cut, word in [(lambda p, s: p[0], "first"), (lambda p, s: p[:1], "first"), (lambda p, s: p[-1], "last"),
                        (lambda p, s: p * (np.arange(len(p)) == 0)[:, None], "first"),
                        (lambda p, s: p * (np.arange(len(p)) == len(p) - 1)[:, None], "last")]),
    *(Swap("finish", cut, "row-left-out", f"The {word} row is left at 0.", "range(N) is 0 to N - 1.")
      for cut, word in [(lambda p, s: p * (np.arange(len(p)) > 0)[:, None], "first"),
                        (lambda p, s: p * (np.arange(len(p)) < len(p) - 1)[:, None], "last")]),
    *factors("finish", {"N": len, "C": lambda s: s.shape[1]}),
]

SHIFTS = [
    Swap("shift", lambda s: 0, "overflow", "Large scores overflow: nothing is taken out of them.",
         "Subtract the largest score of each row first: scores.max(axis=1, keepdims=True)."),
    *(Swap("finish", lambda p, s, dtype=dtype: recipe(s.astype(dtype)), "overflow",
           "Large scores overflow: nothing is taken out of them.",
           "Subtract the largest score of each row first: scores.max(axis=1, keepdims=True).")
      for dtype in (np.float32, np.longdouble)),
    Swap("shift", lambda s: s.max(), "batch-max", "One maximum is taken out of all rows.",
         "A row far below it is left with nothing but zeros, and 0 / 0. " + ROW),
    Swap("shift", lambda s: -s.max(axis=1, keepdims=True), "shift-added",
         "The largest score is added, not subtracted."),
    Swap("shift", _rows(np.mean), "mean-shift", "The mean of the row is taken out, not its largest score."),
    Swap("shift", np.mean, "mean-shift", "The mean of all scores is taken out, not each row's largest."),
    Swap("shift", _rows(np.median), "mean-shift", "The median of the row is taken out, not its largest score."),
    Swap("shift", _rows(np.min), "min-shift", "The smallest score of the row is taken out, not its largest."),
    Swap("shift", np.min, "min-shift", "The smallest of all scores is taken out, not each row's largest."),
    Swap("shift", lambda s: s[:, :1], "first-column", "The first score of each row is taken out, not the largest."),
    Swap("shift", lambda s: s[:, -1:], "last-column", "The last score of each row is taken out, not the largest."),
    Swap("shift", lambda s: s[0].max(), "one-row", "The first row's largest score is taken out of all rows.", ROW),
    Swap("shift", lambda s: np.abs(s).max(axis=1, keepdims=True), "abs-max",
         "The largest absolute value is taken out: of negative scores that is the smallest.", "Leave np.abs out."),
    Swap("shift", lambda s: np.abs(s).max(), "abs-max", "The largest absolute value of all is taken out.", ROW),
    Swap("shift", _rows(np.sum), "sum-shift", "The sum of the row is taken out, not its largest score."),
    *(Swap("finish", lambda p, s, f=f, c=c: recipe(f(s, c)), "clipped", "Large scores are cut off at a constant.",
           "What is cut off is lost: 1,000 and 1,001 become the same. Subtract the largest score of the row instead.")
      for c in (10, 20, 30, 50, 88, 100, 200, 300, 500, 600, 700, 709)
      for f in (np.minimum, lambda s, c: np.clip(s, -c, c))),
    Swap("total", lambda e, s: e.sum(axis=1, keepdims=True) + 1e-12, "eps",
         "A small number added to the sum hides 0 / 0, and gives probabilities of 0."),
    Swap("finish", lambda p, s: np.nan_to_num(p), "nan-hidden", "NaN is replaced by 0, which is just as wrong."),
    Swap("finish", lambda p, s: np.nan_to_num(p, nan=1.0), "nan-hidden",
         "NaN is replaced by 1, and so are large ones."),
    Swap("finish", lambda p, s: np.exp(s - np.log(np.exp(s).sum(axis=1, keepdims=True))), "overflow",
         "Large scores overflow in the logarithm of the sum: nothing is taken out of them.",
         "Subtract the largest score of each row first: scores.max(axis=1, keepdims=True)."),
]
