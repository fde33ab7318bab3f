"""The loss of one example as a recipe, and the ways in which it goes wrong.

The scores are *shift*ed, e is taken to their *power*; of that the *total* is made and its *log*arithm, from which the
score at the *label* is subtracted, and so it is *finish*ed: log(sum_j exp(s_j - m)) - (s_y - m).
"""

import numpy as np

from ..evidence import number
from ..explain import Swap, factors
from ..report import Mistake


def recipe(scores, y, shift=lambda s: 0, power=np.exp, label=lambda s, y: y, total=lambda e, y: e.sum(), log=np.log,
           finish=lambda loss, s, y: loss):
    """The loss straight from the scores, with steps that can be done otherwise."""
    s, y = scores - shift(scores), label(scores, y)
    return finish(log(total(power(s), y)) - s[y], scores, y)


def by_probability(scores, y, shift=lambda s: 0, power=np.exp, label=lambda s, y: y, total=lambda e, y: e.sum(),
                   log=np.log, finish=lambda loss, s, y: loss):
    """The loss as minus the logarithm of the true class's probability."""
    e, y = power(scores - shift(scores)), label(scores, y)
    return finish(-log(e[y] / total(e, y)), scores, y)


def shifted(scores, y, shift=np.max, **steps):
    """The loss straight from the scores, the largest taken out: finite for all finite scores."""
    return recipe(scores, y, shift, **steps)


# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

FORMULA = "The loss is -s[y] + log(sum_j exp(s_j)), which is -log(p_y) with the natural logarithm."
WHY = {
    "shift": "log(sum_j exp(s_j)) = m + log(sum_j exp(s_j - m)). With m the largest score, nothing overflows and the "
             "sum is at least 1.",
    "power": "Each score s becomes exp(s). " + FORMULA,
    "label": "y is the number of the true class, whatever the scores say; classes are counted from 0.",
    "total": "The sum runs over all classes, the true one included. " + FORMULA,
    "log": "The suite counts in nats, with the natural logarithm, np.log: ten equal scores cost log 10 = 2.3026.",
    "finish": FORMULA,
}


def _p(s):
    e = np.exp(s - np.max(s))
    return e / e.sum()


def _form(how, code, title, hint=""):
    """Return a Swap by which the loss is how(s, y) instead, whatever came before."""
    return Swap("finish", lambda loss, s, y: how(s, y), code, title, hint)


def _lse(s):
    return np.max(s) + np.log(np.exp(s - np.max(s)).sum())


def _others(s, y):
    return np.delete(s, y)


NUMBER = "One loss is one number: index with [y], and no brackets around it."
SWAPS = [
    Swap("power", np.exp2, "base-2", "The scores are powers of 2, not of e.", "np.exp is the power of e."),
    Swap("power", lambda s: 10.0**s, "base-10", "The scores are powers of 10, not of e.", "np.exp is the power of e."),
    Swap("power", lambda s: s, "no-exp", "The scores are used without an exponential."),
    Swap("power", lambda s: s**2, "squares", "The scores are squared instead of exponentiated."),
    Swap("power", lambda s: np.exp(-s), "exp-minus", "The exponential is that of minus the score."),
    Swap("power", lambda s: 1 / (1 + np.exp(-s)), "sigmoid", "The sigmoid takes the place of the exponential."),
    Swap("label", lambda s, y: np.argmax(s), "argmax", "It is the loss of the class with the largest score, not of y.",
         "Either that class takes the place of y, or -s[y] is missing and the scores were shifted."),
    Swap("label", lambda s, y: np.argmin(s), "argmin", "The class with the smallest score is used instead of y."),
    Swap("label", lambda s, y: y - 1, "label-off-by-one", "The class before y is used.", "Classes count from 0."),
    Swap("label", lambda s, y: (y + 1) % len(s), "label-off-by-one", "The class after y is used."),
    Swap("label", lambda s, y: y + 1, "label-off-by-one", "The class after y is used.", "Classes count from 0."),
    Swap("label", lambda s, y: 0, "other-label", "Class 0 is used whatever y is."),
    Swap("label", lambda s, y: -1, "other-label", "The last class is used whatever y is."),
    Swap("label", lambda s, y: len(s) - 1 - y, "other-label", "The classes are counted from the end."),
    Swap("total", lambda e, y: e.sum() - e[y], "true-class-left-out", "The sum leaves the true class out."),
    Swap("total", lambda e, y: e.mean(), "mean", "A mean over the classes takes the place of their sum."),
    Swap("total", lambda e, y: e[1:].sum(), "one-left-out", "The sum leaves the first class out."),
    Swap("total", lambda e, y: e[:-1].sum(), "one-left-out", "The sum leaves the last class out."),
    Swap("total", lambda e, y: e.sum() + e[y], "true-class-twice", "The sum counts the true class twice."),
    Swap("total", lambda e, y: np.sqrt((e**2).sum()), "divided-by-norm",
         "The root of the sum of squares takes the place of the sum."),
    Swap("log", np.log10, "log10", "The logarithm is the decimal one, log10.", "np.log is the natural logarithm."),
    Swap("log", np.log2, "log2", "The logarithm is that of base 2.", "np.log is the natural logarithm."),
    Swap("log", np.log1p, "log1p", "1 is added inside the logarithm.",
         "np.log(x), not np.log(1 + x) or np.log1p(x)."),
    Swap("log", lambda d: d, "no-log", "The logarithm is missing."),
    *(Swap("log", lambda d, eps=eps: np.log(d + eps), "eps-in-log", f"{eps:g} is added inside the logarithm.",
           "Straight from the scores, -s[y] + log(sum_j exp(s_j)), there is no logarithm of 0 to fear.")
      for eps in (0.1, 0.01, 1e-3, 1e-4, 1e-5)),
    _form(lambda s, y: s[y] - _lse(s), "sign", "The loss has the wrong sign: it is log(p), not -log(p)."),
    _form(lambda s, y: _p(s)[y], "no-log", "The probability of the true class is returned, without -log."),
    _form(lambda s, y: 1 - _p(s)[y], "one-minus", "1 - p is returned instead of -log(p)."),
    _form(lambda s, y: _p(s)[y] * (1 - _p(s)[y]), "derivative", "p (1 - p) is returned instead of -log(p)."),
    _form(lambda s, y: -np.log(1 - _p(s)[y]), "one-minus", "-log(1 - p) is returned instead of -log(p)."),
    _form(lambda s, y: -_p(s)[y] * np.log(_p(s)[y]), "times-p", "The loss is multiplied by p: -p log(p)."),
    _form(lambda s, y: 1 / _p(s)[y], "exponentiated", "1/p is returned, the exponential of the loss."),
    _form(lambda s, y: _lse(s), "true-score-missing", "-s[y] is missing: the loss doesn't know the true class."),
    _form(lambda s, y: _lse(s) + s[y], "score-sign", "s[y] is added instead of subtracted."),
    _form(lambda s, y: -s[y], "sum-missing", "Only -s[y] is there: the logarithm of the sum is missing."),
    _form(lambda s, y: _lse(s) - s[y] - s.max(), "shift-not-added-back",
          "The largest score is taken out of the sum and not added back.",
          "Subtract it from s[y] as well, or add it to the logarithm."),
    _form(lambda s, y: _lse(s) - s[y] + s.max(), "shift-mismatch",
          "s[y] is shifted by the largest score, and the logarithm of the sum isn't (or it is added back as well).",
          "Shift both, or neither."),
    _form(lambda s, y: _lse(s / s.max()) - s[y] / s.max(), "rescaled",
          "The scores are divided by the largest of them, which should be subtracted."),
    _form(lambda s, y: s.max() - s[y], "sum-missing",
          "It is the largest score less s[y]: the logarithm of the sum is missing."),
    *(_form(form, "log-inside-sum", "The sum is one of scores: each exponential meets its log.",
            "First the sum of the exponentials, then one logarithm of it.")
      for form in (lambda s, y: s.sum() - s[y], lambda s, y: (s - s.max()).sum() - (s[y] - s.max()))),
    _form(lambda s, y: (_lse(s) - s).sum(), "all-classes", "The losses of all classes are added up.", NUMBER),
    _form(lambda s, y: (_lse(s) - s).mean(), "all-classes", "The loss is the mean over all classes.", NUMBER),
    _form(lambda s, y: _lse(s) - s, "all-classes", "The loss of every class is returned, not that of y alone.", NUMBER),
    _form(lambda s, y: -(_p(s) * np.log(_p(s))).sum(), "entropy",
          "The entropy of the probabilities is returned: it doesn't know the true class."),
    _form(lambda s, y: -np.log(_p(s)[y]) - np.log(1 - _others(_p(s), y)).sum(), "binary",
          "The other classes' -log(1 - p) are added, as for separate yes-or-no questions."),
    _form(lambda s, y: np.log1p(np.exp(-s[y])), "sigmoid", "The probability is the sigmoid of s[y] alone."),
    _form(lambda s, y: np.log1p(np.exp(s)).sum() - s[y], "sigmoid", "Each class has a sigmoid of its own."),
    _form(lambda s, y: np.maximum(0, _others(s, y) - s[y] + 1).sum(), "hinge", "It is the SVM's hinge loss."),
    _form(lambda s, y: max(0, s.max() - s[y] + 1), "hinge", "It is a hinge loss, of the largest score only."),
    _form(lambda s, y: max(0, _others(s, y).max() - s[y] + 1), "hinge", "It is a hinge loss, of the best rival only."),
    _form(lambda s, y: np.maximum(0, s - s[y] + 1).sum(), "hinge", "It is a hinge loss, with the true class's 1."),
    *(_form(lambda s, y, of=of: of((_p(s) - (np.arange(len(s)) == y)) ** 2), "squared-error", "It is a squared error.")
      for of in (np.sum, np.mean, lambda squares: squares.sum() / 2, lambda squares: np.sqrt(squares.sum()))),
    _form(lambda s, y: np.abs(_p(s) - (np.arange(len(s)) == y)).sum(), "absolute-error", "It is an absolute error."),
    *(_form(lambda s, y, eps=eps: -(_p(s) * np.log((np.arange(len(s)) == y) + eps)).sum(), "roles-swapped",
            "The logarithm is taken of the one-hot target, not of the probabilities.", "-sum(target * log(p))")
      for eps in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)),
    _form(lambda s, y: (1 - _p(s)[y]) ** 2, "squared-error", "It is the squared error of the true class."),
    *(Swap("finish", lambda loss, s, y, shape=shape: np.reshape(loss, shape), "wrong-shape",
           f"An array of shape {shape} is returned, not a number.", NUMBER) for shape in [(1,), (1, 1)]),
    *(Swap("finish", lambda loss, s, y, d=d: np.round(loss, d), "rounded", f"The loss is rounded to {d} decimals.")
      for d in range(6)),
    Swap("finish", lambda loss, s, y: np.trunc(loss), "rounded", "The loss is cut down to a whole number."),
    *(swap._replace(how=lambda loss, s, y, how=swap.how: how(loss, s))
      for swap in factors("finish", {"C": len}, "loss") if swap.code != "sign"),
]

UNDERFLOW = "The exercise wants the loss without computing a probability: -s[y] + log(sum_j exp(s_j)), shifted."
LARGE_SWAPS = [
    *(_form(lambda s, y, form=form, dtype=dtype: form(s.astype(dtype), y), "overflow",
            "Large scores overflow: nothing is taken out of them.",
            "Subtract the largest score from all of them first, and don't compute a probability: it can become 0.")
      for form in (recipe, by_probability) for dtype in (np.float64, np.float32)),
    *(_form(lambda s, y, dtype=dtype: by_probability(s.astype(dtype), y, np.max), "log-underflow",
            "The probability becomes 0, and its logarithm minus infinity.", UNDERFLOW)
      for dtype in (np.float64, np.float32)),
    _form(lambda s, y: recipe(s, y, lambda s: s[y]), "label-shift",
          "The true class's score is taken out, not the largest.", "A rival 710 ahead of it overflows."),
    *(Swap("shift", shift, code, title + " is taken out, not the largest.") for shift, code, title in [
        (np.mean, "mean-shift", "The mean of the scores"), (np.median, "mean-shift", "The median of the scores"),
        (np.min, "min-shift", "The smallest score"), (lambda s: s[0], "first-score", "The first score"),
        (lambda s: np.abs(s).max(), "abs-max", "The largest absolute value"), (np.sum, "sum-shift", "The sum"),
        (lambda s: -np.max(s), "shift-added", "Minus the largest score")]),
    *(_form(lambda s, y, f=f, c=c: shifted(f(s, c), y), "clipped", "Large scores are cut off at a constant.",
            "What is cut off is lost. Subtract the largest score instead.")
      for c in (10, 20, 30, 50, 88, 100, 200, 300, 500, 600, 700, 709)
      for f in (np.minimum, lambda s, c: np.clip(s, -c, c))),
    *(_form(lambda s, y, f=f, c=c: shifted(f(s, c), y) + f(s, c)[y] - s[y], "clipped",
            "In the sum, large scores are cut off at a constant.", "Subtract the largest score instead.")
      for c in (10, 20, 30, 50, 88, 100, 200, 300, 500, 600, 700, 709)
      for f in (np.minimum, lambda s, c: np.clip(s, -c, c))),
    *(_form(lambda s, y, value=value: np.nan_to_num(by_probability(s, y), nan=value, posinf=np.inf), "nan-hidden",
            f"NaN is replaced by {value}, which is just as wrong.") for value in (0, 1)),
]


def limits(gap):
    """Return swaps for a probability that can't be too small, -log(p + eps) or -log(max(p, eps)).

    `gap` is what came where the true class is 800 behind: it tells eps.
    """
    if isinstance(gap, Mistake) or np.shape(gap) != () or not np.isfinite(gap):
        return []
    instead = f"The probability becomes 0, and {number(gap)} stands in for minus its logarithm."
    forms = [_form(lambda s, y: gap if _p(s)[y] == 0 else -np.log(_p(s)[y]), "log-underflow", instead, UNDERFLOW)]
    if not 1 < gap < 800:
        return forms
    eps = np.exp(-gap)
    limit = f"The loss can't be larger than {number(gap)}: as if {eps:.1e} were added to p."
    return forms + [_form(form, "eps-in-log", limit, UNDERFLOW) for form in (
        lambda s, y: -np.log(_p(s)[y] + eps), lambda s, y: -np.log(max(_p(s)[y], eps)),
        lambda s, y: -np.log(by_probability(s, y, log=lambda p: -p) + eps))]
