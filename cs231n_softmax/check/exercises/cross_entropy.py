"""Examine a learner's loss of one example: ordinary scores first, then scores 800 and more apart.

The loss as a recipe has softmax's steps (*shift*, *power*, *total*), the class whose probability counts (*label*), and
the loss from the probabilities (*loss*, -log(p_y)) or *straight* from the scores, log(sum_j exp(s_j)) - s_y. All of
these work on rows, scores (N, C) and labels (N,) -> losses (N,), so that check.softmax_loss can use the variants. The
exercise has one row, and a last step, *finish*.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import logsumexp

from ..arguments import awkward
from ..evidence import number
from ..explain import Problem, Table, Variant, factors
from ..report import Mistake, Report
from ..trial import Trial
from .softmax import CANCELS, PROBABILITIES, SHIFTS
from .softmax import shifted as softmax


def pick(q, y):
    """Return entry y[i] of each row i: (N,)."""
    return q[np.arange(len(q)), y]


def largest(s):
    """Return the largest score of each row, as a column."""
    return s.max(axis=1, keepdims=True)


def by_scores(
    s,
    y,
    shift=lambda s: 0,
    power=np.exp,
    total=lambda e, s: e.sum(axis=1, keepdims=True),
    label=lambda s, y: y,
    log=np.log,
    loss=None,
    straight=None,
):
    """Losses straight from the scores: log(sum_j exp(s_j - m)) - (s_y - m)."""
    moved, y = s - shift(s), label(s, y)
    e = power(moved)
    sums = np.broadcast_to(total(e, s), e.shape)
    if loss or straight:
        return loss(e / sums, y) if loss else straight(s, y)
    return log(pick(sums, y)) - pick(moved, y)


def by_probability(
    s,
    y,
    shift=lambda s: 0,
    power=np.exp,
    total=lambda e, s: e.sum(axis=1, keepdims=True),
    label=lambda s, y: y,
    log=np.log,
    loss=None,
    straight=None,
):
    """Losses as minus the logarithm of the true class's probability."""
    e, y = power(s - shift(s)), label(s, y)
    q = e / total(e, s)
    if loss or straight:
        return loss(q, y) if loss else straight(s, y)
    return -log(pick(q, y))


def shifted(s, y, shift=largest, **steps):
    """Losses straight from the scores, the largest of each row subtracted: finite for all finite scores."""
    return by_scores(s, y, shift, **steps)


def _one(recipe):
    """Return a recipe of rows as a recipe for one example."""

    def of_one(scores, y, finish=lambda loss, s, y: loss, **steps):
        return finish(recipe(scores[None], np.array([y]), **steps)[0], scores, y)

    return of_one


def cross_entropy(fn: Callable) -> Report:
    """Examine fn(scores (C,), y) -> the loss of one example, a number, finite for all finite scores."""
    steps = [
        "ordinary scores of 2 to 5 classes, each class the true one",
        "the array of scores stays as it was",
        "the same for a read-only, non-contiguous array",
        "scores near 1,000 and near -1,000",
        "a true class 200 and more behind",
        "a true class 800 and more ahead",
    ]
    with Trial(fn, ("scores",), steps) as trial:
        trial.judge(TABLE, trial.answers(ORDINARY))
        if trial.unchanged():
            trial.judge(TABLE, trial.answers(ORDINARY, layout=awkward), names=False)
        answers = trial.answers(LARGE)
        trial.judge(large_table(answers[BEHIND]), answers, parts=(5, 5, 2))
    return trial.report


# --- problems ------------------------------------------------------------------------------------------------------


def _problem(scores, y):
    return Problem(f"scores {scores}, true class {y}", (np.array(scores, float), y))


# fmt: off
ORDINARY = [_problem(*p) for p in [
    ([0.5, 2.25, -1], 0), ([0.5, 2.25, -1], 1), ([1.5, -0.75, 0.25, 3, -2], 4), ([2, 1.25, -0.5, 1], 2),
    ([-1.75, -3], 1), ([0.75, 4, 2.5, -1.25, 1], 3)]]
ORDINARY[1] = Problem(ORDINARY[1].text, (ORDINARY[1].args[0], np.int64(1)))  # an integer as in an array of labels
LARGE = [_problem(*p) for p in [
    ([1000, 1001, 999], 0), ([400, 401, 398], 2), ([300, 301, 298], 2), ([709.25, 708, 710.25], 1),
    ([-5000, -5002, -5001], 2), ([800, 0], 1), ([0, 0, 200], 1), ([720, 0, 0], 2), ([-300, 500, 400], 0),
    ([0, 10, 3000], 0), ([0, 20_000, 1], 1), ([-800, -2000, 5, -900], 2)]]
BEHIND = 5  # the problem whose true class is 800 behind

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

FORMULA = "The loss is -log(p), with p the probability of class y, and with the natural logarithm."
WHY = {
    "shift": "One number m can be subtracted from all scores, and the loss stays the same. If m is the largest "
             "score, no exponential overflows, and their sum is at least 1.",
    "power": "Each score s becomes exp(s). " + FORMULA,
    "label": "y is the number of the true class, and classes are counted from 0. The scores have no influence on y.",
    "total": "The sum runs over all classes, and the true class is one of them. " + FORMULA,
    "log": "The loss has the natural logarithm. With ten equal scores it is log 10 = 2.3026.",
    "loss": FORMULA,
    "straight": FORMULA,
    "finish": FORMULA,
}
# fmt: on
WITHOUT_P = (
    "On paper, the loss is -log(p), with p the probability of class y. On a computer, the exponential of a large score "
    "is infinite, and a very small p becomes 0. But the loss itself is an ordinary number, and it can be computed "
    "without p."
)
LARGE_WHY = WHY | dict.fromkeys(["straight", "loss"], WITHOUT_P)


def _shifts(s):
    """Return shifted scores: not at all, by the row's largest, by the array's. Wrong code can differ between them."""
    return [s, s - largest(s), s - s.max()]


def _forms(how, code, title, hint="", why="", shifts=(0, 1, 2)):
    """Return a variant for each of the usual shifts, where `how` is called with (shifted scores, y)."""
    return [Variant("straight", lambda s, y, k=k: how(_shifts(s)[k], y), code, title, hint, why) for k in shifts]


def _onehot(q, y):
    return np.arange(q.shape[1]) == y[:, None]


def _others(q, y):
    """Return the entries of all classes but y, as rows of C - 1."""
    return q[~_onehot(q, y)].reshape(len(q), -1)


CLASSES = "Look for a + 1 or - 1 at the label: classes are counted from 0."
PICK = "How many logarithms does the loss have? One is right: the logarithm of the label's probability."
DIRECT = "Write the loss down by hand for three scores, and compare it term by term: -s[y] + log(sum(exp(s)))."
LABEL_P = "Which number does the loss use? It should be the label's probability p alone: -np.log(p)."
OF_LABEL = "The loss of an example is -log p, with p the probability of its label."
# fmt: off
LABELS = [  # other classes in place of the label: (scores, y) -> (N,)
    Variant("label", lambda s, y: s.argmax(axis=1), "prediction-for-label",
            "The class with the highest score is used in place of the label.",
            "Look for an argmax or a max. If there is none, look for the term -s[y]: when it is missing, shifted "
            "scores give the same numbers."),
    Variant("label", lambda s, y: s.argmin(axis=1), "lowest-for-label",
            "The class with the lowest score is used in place of the label.",
            "Look for an argmin or a min."),
    Variant("label", lambda s, y: (y - 1) % s.shape[1], "label-off-by-one", "The class before the label is used.",
            CLASSES),
    Variant("label", lambda s, y: (y + 1) % s.shape[1], "label-off-by-one", "The class after the label is used.",
            CLASSES),
    Variant("label", lambda s, y: y + 1, "label-off-by-one", "The class after the label is used.", CLASSES),
    Variant("label", lambda s, y: 0 * y, "class-zero-for-label", "Class 0 is used in place of the label.",
            "Look for an index that is always 0."),
    Variant("label", lambda s, y: 0 * y + s.shape[1] - 1, "last-class-for-label",
            "The last class is used in place of the label.",
            "Look for an index -1, or for a loop variable after its loop."),
    Variant("label", lambda s, y: s.shape[1] - 1 - y, "labels-reversed", "The label's class is counted from the end.",
            "Look for a minus sign in an index, or for reversed scores."),
]
LOGS = [
    Variant("log", np.log10, "log10", "The logarithm has base 10, not base e.",
            "Which logarithm is called? The natural logarithm is np.log.",
            "The formula of the gradient, p - 1, belongs to the natural logarithm."),
    Variant("log", np.log2, "log2", "The logarithm has base 2, not base e.",
            "Which logarithm is called? The natural logarithm is np.log.",
            "The formula of the gradient, p - 1, belongs to the natural logarithm."),
    Variant("log", np.log1p, "log1p", "1 is added inside the logarithm.",
            "Look for an np.log1p, or for a 1 + inside np.log."),
    *(Variant("log", lambda d, eps=eps: np.log(d + eps), "log-epsilon", f"{eps:g} is added inside the logarithm.",
              "Is a small number added so that log(0) can't happen? Without p it can't happen either: compute -s[y] "
              "+ log(sum_j exp(s_j)) from shifted scores.",
              "The added number avoids log(0), but it changes the loss.")
      for eps in (0.1, 0.01, 1e-3, 1e-4, 1e-5)),
]
LOSSES = [  # wrong losses (N,) from probabilities q (N, C), or from scores s (N, C), and labels y (N,)
    Variant("loss", lambda q, y: pick(q, y), "no-logarithm",
            "The loss uses the probability p of the true class, without its negative logarithm.",
            "A step is missing after the probability: -np.log(p).", OF_LABEL, loose=True),
    Variant("loss", lambda q, y: -pick(q, y), "no-logarithm", "The loss is -p of the true class, without a logarithm.",
            "A step is missing between the probability and the minus sign: -np.log(p).", OF_LABEL, loose=True),
    Variant("loss", lambda q, y: 1 - pick(q, y), "no-logarithm", "The loss uses 1 - p in place of -log(p).", LABEL_P,
            OF_LABEL, loose=True),
    Variant("loss", lambda q, y: -np.log(pick(q, y) / (1 - pick(q, y))), "denominator-without-label",
            "The sum of the exponentials leaves out the label's class.",
            "Look for a condition such as j != y in the sum. All classes count: add up exp(s_j) for every j.",
            "The sum runs over all classes, the true one included."),
    Variant("loss", lambda q, y: -np.log(pick(q, y) / (1 + pick(q, y))), "label-counted-twice",
            "The sum counts the true class twice.",
            "Is the label's exponential added once more after the sum? Add up exp(s_j) once for every j."),
    Variant("loss", lambda q, y: pick(q, y) * (1 - pick(q, y)), "softmax-derivative",
            "The loss uses p * (1 - p) in place of -log(p).", LABEL_P),
    Variant("loss", lambda q, y: -np.log(1 - pick(q, y)), "one-minus-p", "The loss is -log(1 - p), not -log(p).",
            LABEL_P,
            "This loss gets smaller when the label gets less probable. It should get larger."),
    Variant("loss", lambda q, y: -pick(q, y) * np.log(pick(q, y)), "times-p",
            "The loss is multiplied by p: -p * log(p).",
            "Which factor does log(p) have? In the cross-entropy the factor is the target, which is 1 at the label."),
    Variant("loss", lambda q, y: 1 / pick(q, y), "exponentiated", "The loss is 1/p, the exponential of -log(p).",
            LABEL_P),
    Variant("loss", lambda q, y: logsumexp(q, axis=1) - pick(q, y), "softmax-twice",
            "The probabilities are used as scores: softmax is applied twice.",
            "There are two ways, and they don't mix. The formula takes scores. From the probabilities, only -np.log of "
            "the label's is taken.",
            "In -s[y] + log(sum_j exp(s_j)), each s is a score. The formula makes the probabilities itself."),
    *_forms(lambda s, y: logsumexp(s, axis=1) - pick(softmax(s), y), "probability-for-score",
            "The label's probability is subtracted, in place of its score.",
            "Which array does the index y pick from? The formula needs the score: -s[y].",
            "In -s[y] + log(sum_j exp(s_j)), each s is a score. A probability has been through exp already."),
    *_forms(lambda s, y: logsumexp(softmax(s), axis=1) - pick(s, y), "probability-for-score",
            "The sum is made of the exponentials of the probabilities, in place of the scores.",
            "Which array is inside np.exp? The formula needs the scores: log(sum_j exp(s_j)).",
            "In -s[y] + log(sum_j exp(s_j)), each s is a score. A probability has been through exp already."),
    Variant("straight", lambda s, y: -np.log(pick(s, y)), "scores-for-probs",
            "The logarithm is taken of a score, as if it were a probability.",
            "The function is given scores, not probabilities. Make the probabilities first: np.exp of each score, "
            "divided by the sum.",
            "A score can be any number, and for a negative one the logarithm is NaN."),
    *_forms(lambda s, y: logsumexp(s, axis=1), "label-score-missing",
            "The term -s[y] is missing. So the label has no effect.",
            DIRECT, "Without this term, every label gives the same loss.", shifts=(0,)),
             # with shifted scores it is the same as prediction-for-label
    *_forms(lambda s, y: logsumexp(s, axis=1) + pick(s, y), "label-score-added",
            "The label's score is added, but it should be subtracted.", DIRECT,
            "A high score of the true class should give a small loss."),
    *_forms(lambda s, y: -pick(s, y) - logsumexp(s, axis=1), "log-sum-subtracted",
            "The logarithm of the sum is subtracted, but it should be added.", DIRECT,
            "A minus sign in front of brackets counts for both terms inside."),
    *_forms(lambda s, y: -pick(s, y), "not-normalised", "The loss is -s[y], without log(sum(exp(s))).", DIRECT,
            "Without the logarithm of the sum, the loss can be negative. A loss of -log(p) can't be negative."),
    *_forms(lambda s, y: np.exp(s).sum(axis=1) - pick(s, y), "log-of-sum-missing",
            "The sum of the exponentials is used without its logarithm.",
            DIRECT),
    *(Variant("straight", lambda s, y, sign=sign, axis=axis: logsumexp(s, axis=1) - pick(s,
            y) + sign * s.max(axis=axis),
              "shift-mismatch", title,
              "Which terms contain shifted scores? If both do, nothing is added back. If only the sum does, the "
              "largest score is added back once.",
              CANCELS)
      for sign, title in [(-1, "The largest score is subtracted in one of two places only."),
                          (1, "The loss is too large by the largest score, which doesn't cancel."),
                          (-2, "The largest score is subtracted from the logarithm, but it should be added.")]
      for axis in (1, None)),
    *(Variant("straight", lambda s, y, taken=taken: np.log(np.exp(s - largest(s)).sum(axis=1) + s.max(axis=1))
              - pick(s, y) + taken * s.max(axis=1),
              "shift-mismatch", "The largest score is added inside the logarithm, but it should be added behind it.",
              "Where do the brackets of np.log close? Only the sum of the exponentials is inside. The largest score "
              "is added to the logarithm.",
              CANCELS)
      for taken in (0, 1)),
    *_forms(lambda s, y: s.sum(axis=1) - pick(s, y), "log-inside-sum",
            "The scores are added up. The second term should be the logarithm of the sum of the exponentials.",
            "Is the logarithm taken before the sum? Then it only undoes the exponential, because log(exp(s)) is s. "
            "Take it after the sum."),
    Variant("loss", lambda q, y: -np.log(q).sum(axis=1), "all-classes",
            "The logarithms of all classes are added up, not only the label's.", PICK,
            "Only the label's probability counts in the loss. For all other classes the target is 0."),
    Variant("loss", lambda q, y: -np.log(q).mean(axis=1), "all-classes",
            "The loss is the mean of -log(p) over all classes. It should be -log(p) of the label.",
            PICK,
            "Only the label's probability counts in the loss. For all other classes the target is 0."),
    Variant("loss", lambda q, y: -np.log(_others(q, y)).sum(axis=1), "other-classes",
            "The logarithms of the other classes are added up, without the label's.", PICK,
            "Only the label's probability counts in the loss."),
    Variant("loss", lambda q, y: -(q * np.log(q)).sum(axis=1), "entropy",
            "The loss is the entropy of the probabilities. The label has no effect on it.", LABEL_P,
            "In the cross-entropy, each log(p) is multiplied by the target, not by p."),
    Variant("loss", lambda q, y: -np.log(pick(q, y)) - np.log(1 - _others(q, y)).sum(axis=1), "binary-cross-entropy",
            "The terms -log(1 - p) of the other classes are added, as in binary cross-entropy.",
            "How many terms does the loss have? Only one belongs there: -np.log of the label's probability.",
            "With softmax one term is enough: when the label's probability grows, the other probabilities get "
            "smaller."),
    Variant("straight", lambda s, y: np.log1p(np.exp(-pick(s, y))), "sigmoid",
            "The probability is the sigmoid of s[y] alone.",
            "Divide exp(s[y]) by the sum over all classes."),
    Variant("straight", lambda s, y: np.log1p(np.exp(s)).sum(axis=1) - pick(s, y), "sigmoid",
            "Each class has a sigmoid of its own, in place of softmax.",
            "Divide exp(s[y]) by the sum over all classes."),
    Variant("straight", lambda s, y: np.maximum(0, _others(s - pick(s, y)[:, None] + 1, y)).sum(axis=1), "hinge",
            "The loss is the SVM's hinge loss.", DIRECT, "The softmax loss is -log(p) of the label."),
    Variant("straight", lambda s, y: np.maximum(0, s.max(axis=1) - pick(s, y) + 1), "hinge",
            "The loss is a hinge loss of the largest score only.", DIRECT),
    Variant("straight", lambda s, y: np.maximum(0, _others(s, y).max(axis=1) - pick(s, y) + 1), "hinge",
            "The loss is a hinge loss of the largest score among the other classes.", DIRECT),
    Variant("straight", lambda s, y: np.maximum(0, s - pick(s, y)[:, None] + 1).sum(axis=1), "hinge",
            "The loss is a hinge loss that also counts the true class's margin, 1.", DIRECT),
    *(Variant("loss", lambda q, y, of=of: of((q - _onehot(q, y)) ** 2, axis=1), "squared-error",
              "The loss is a squared error of the probabilities, without a logarithm.", LABEL_P,
              "A squared error hardly changes when the classifier is sure of a wrong class. So it hardly learns from "
              "such an example.", loose=True)
      for of in (np.sum, np.mean, lambda squares, axis: squares.sum(axis) / 2,
                 lambda squares, axis: np.sqrt(squares.sum(axis)))),
    Variant("loss", lambda q, y: (1 - pick(q, y)) ** 2, "squared-error",
            "The loss is the squared error of the true class's probability.", LABEL_P,
            "A squared error hardly changes when the classifier is sure of a wrong class. So it hardly learns from "
            "such an example.", loose=True),
    Variant("loss", lambda q, y: np.abs(q - _onehot(q, y)).sum(axis=1), "absolute-error",
            "The loss is an absolute error of the probabilities.", LABEL_P),
    *(Variant("loss", lambda q, y, eps=eps: -(q * np.log(_onehot(q, y) + eps)).sum(axis=1), "roles-swapped",
              "The logarithm is taken of the one-hot target, not of the probabilities.",
              "What is inside np.log? It should be the probabilities: -np.sum(target * np.log(p)).")
      for eps in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)),
]
NUMBER = "The loss of one example is one number. Pick the loss of class y."
RESULTS = [  # wrong results: a loss of one example that is changed at the end
    Variant("finish", lambda loss, s, y: logsumexp(s) - s, "all-classes",
            "The loss of every class is returned, not only the loss of class y.", NUMBER),
    Variant("finish", lambda loss, s, y: softmax(s[None])[0], "probs-for-loss",
            "The probabilities of all classes are returned, not the loss of class y.",
            "Pick the probability of class y, and take -np.log of it."),
    *(Variant("finish", lambda loss, s, y, shape=shape: np.reshape(loss, shape), "wrong-shape",
              f"An array of shape {shape} is returned, not a number.", NUMBER) for shape in [(1,), (1, 1)]),
    *(Variant("finish", lambda loss, s, y, d=d: np.round(loss, d), "rounded",
              f"The loss is rounded to {d} decimal{'s' * (d != 1)}.",
              "Look for a round(), and remove it.")
      for d in range(6)),
    Variant("finish", lambda loss, s, y: np.trunc(loss), "rounded", "The loss is cut down to a whole number.",
            "Is there an int() or a `//`?"),
    *(v._replace(how=lambda loss, s, y, how=v.how: how(loss, s)) for v in factors("finish", {"C": len}, "loss")),
]
# fmt: on
# for one example these give the same numbers as other mistakes
OTHERWISE = {
    "denominator-without-itself",
    "epsilon-in-sum",
    "exp-of-sum",
    "shift-mismatch",
    "subtracted-after-exp",
    "sum-of-scores",
}
PARTS = [v for v in PROBABILITIES if v.step in ("power", "total") and v.code not in OTHERWISE]
TABLE = Table(
    [_one(by_scores), _one(by_probability), _one(shifted)], LOSSES + PARTS + LABELS + LOGS + RESULTS, ORDINARY, WHY
)

# --- scores that are far apart -------------------------------------------------------------------------------------

OVERFLOW = "Large scores overflow: nothing is subtracted from them."
SUBTRACT = (
    "What is the largest exponent? It has to be 0: subtract the largest score from all scores first. And don't "
    "compute the probability, because it can become 0."
)
UNDERFLOW = (
    "A probability that becomes 0 can't be used in the logarithm. But the logarithm of a fraction is a difference: "
    "-s[y] + log(sum_j exp(s_j)), with shifted scores."
)


def _form(how, code, title, hint=""):
    """Return a variant in which the loss is how(s, y), whatever the other steps are."""
    return Variant("straight", how, code, title, hint)


# fmt: off
CUTS = [(of, c) for c in (10, 20, 30, 50, 88, 100, 200, 300, 500, 600, 700, 709)
        for of in (np.minimum, lambda s, c: np.clip(s, -c, c))]
LARGE_VARIANTS = [
    *(_form(lambda s, y, form=form, dtype=dtype: form(s.astype(dtype), y), "overflow", OVERFLOW,
            SUBTRACT)
      for form in (by_scores, by_probability) for dtype in (np.float64, np.float32)),
    Variant("shift", lambda s: 0, "overflow", OVERFLOW, SUBTRACT),  # beside a limit of the logarithm
    *(_form(lambda s, y, dtype=dtype: by_probability(s.astype(dtype), y, largest), "log-underflow",
            "The probability becomes 0, and its logarithm is minus infinity.", UNDERFLOW)
      for dtype in (np.float64, np.float32)),
    *(_form(lambda s, y, q=q: -(_onehot(s, y) * np.log(q(s))).sum(axis=1), "zero-times-log",
            "0 * log(0) is NaN. The logarithm is taken of classes whose probability p has become 0.", UNDERFLOW)
      for q in (softmax, lambda s: softmax(s.astype(np.float32)))),
    _form(lambda s, y: by_scores(s, y, lambda s: pick(s, y)[:, None]), "label-shift",
          "The true class's score is subtracted, not the largest.",
          "Which number is subtracted? A score that is 710 larger than it overflows. Subtract the largest score."),
    *(variant for variant in SHIFTS if variant.step == "shift" and variant.code != "overflow"),
    *(_form(lambda s, y, of=of, c=c: shifted(of(s, c), y), "clipped",
            "Scores above a constant are replaced by that constant.",
            "With a limit, the scores 1,000 and 1,001 become equal. Subtract the largest score instead.") for of,
            c in CUTS),
    *(_form(lambda s, y, of=of, c=c: shifted(of(s, c), y) + pick(of(s, c), y) - pick(s, y), "clipped",
            "In the sum, scores above a constant are replaced by that constant.", "Subtract the largest score instead.")
      for of, c in CUTS),
    *(_form(lambda s, y, value=value: np.nan_to_num(by_probability(s, y), nan=value, posinf=np.inf), "nan-hidden",
            f"NaN is replaced by {value}, which is just as wrong.",
            "Where does the NaN come from? From scores that are too large for np.exp. Subtract the largest score "
            "first.") for value in (0, 1)),
]
# fmt: on


def large_table(gap):
    """Return the Table for large scores. `gap` is the learner's loss where the true class is 800 behind.

    Where a probability has a lower limit, -log(p + eps) or -log(max(p, eps)), eps follows from `gap`.
    """
    return Table([_one(shifted)], LARGE_VARIANTS + _limits(gap), LARGE, LARGE_WHY, _together, rtol=0.01)


def _together(a, b):
    """Return whether two are tried at once: a wrong shift, and a limit of the logarithm."""
    return "straight" not in (a.step, b.step)


def _limits(gap):
    if isinstance(gap, Mistake) or np.shape(gap) != () or not np.isfinite(gap):
        return []
    instead = f"The probability becomes 0, and the loss is always {number(gap)} then."
    found = [
        _form(
            lambda s, y: np.where((p := pick(softmax(s), y)) == 0, gap, -np.log(p)), "log-underflow", instead, UNDERFLOW
        )
    ]
    if not 1 < gap < 800:
        return found
    eps = np.exp(-gap)
    limit = f"The loss can't be larger than {number(gap)}, as if {eps:.1e} were added to p."
    return found + [
        Variant("loss", form, "log-epsilon", limit, UNDERFLOW)
        for form in (
            lambda q, y: -np.log(pick(q, y) + eps),
            lambda q, y: -np.log(np.maximum(pick(q, y), eps)),
        )
    ]
