"""Examine a learner's predict: the class with the highest score, row by row.

Prediction as a recipe: the *scores* X @ W, the class that is *pick*ed in each row, and how that is *finish*ed.
"""

import numpy as np

from ...classifiers.softmax import softmax
from ..evidence import localise
from ..explain import Problem, Table, Variant
from ..report import Mistake
from ..trial import Trial, awkward


def recipe(W, X, scores=lambda W, X: X @ W, pick=lambda s: s.argmax(axis=1), finish=lambda k, C: k):
    """The class with the highest score."""
    return finish(pick(scores(W, X)), W.shape[1])


def predict(fn):
    """Examine fn(W (D, C), X (N, D)) -> the predicted classes (N,)."""
    steps = ["many rows; as many rows as classes; one row; scores close together", "scores near 1,000",
             "W and X stay as they were", "the same for read-only, non-contiguous arrays"]
    with Trial(fn, ("W", "X"), steps) as trial:
        trial.judge(TABLE, trial.answers(PROBLEMS), ("row",), parts=(4, 1), describe=_describe)
        if trial.unchanged():
            trial.judge(TABLE, trial.answers(PROBLEMS, layout=awkward), ("row",), names=False)
    return trial.report


def _describe(cases):
    """A Mistake for what nobody can name: not written yet, where all is zero, as in cs231n's templates."""
    if not any(np.any(got) for _, got, _ in cases):
        return Mistake("not-written", "It isn't written yet: it returns zeros.", WHY["pick"], "", SCORES)
    return localise(cases, ("row",))


# --- problems: small whole numbers, and no ties ---------------------------------------------------------------------

def _problem(N, D, C, seed, scale=1):
    rng = np.random.default_rng(seed)
    W, X = rng.integers(-16, 17, size=(D, C)) / 8 * scale, rng.integers(-16, 17, size=(N, D)) / 8
    X[:, -1] = 1
    top = np.sort(X @ W, axis=1)
    X = X[top[:, -1] - top[:, -2] > 0.1 * scale] if N > 1 else X
    return Problem(f"{len(X)} row{'s' * (len(X) > 1)}, {C} classes", (W, X))


PROBLEMS = [_problem(46, 4, 3, 1), _problem(6, 6, 6, 5), _problem(1, 3, 4, 5), _problem(20, 4, 5, 3, 1 / 64),
            _problem(20, 4, 5, 4, 1024)]

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

SCORES = "Compute the scores, X @ W, and pick the column of the largest in each row."
WHY = {
    "scores": "The scores are X @ W, bias included: one row for each row of X, one column for each class.",
    "pick": "The predicted class is the column in which a row of scores is largest: np.argmax(scores, axis=1).",
    "finish": "The result is one class number, from 0 to C - 1, for each row of X.",
}


def _bias(W, X):
    return X[:, :-1] @ W[:-1]


def _onehot(s):
    return np.eye(s.shape[1])[s.argmax(axis=1)]


def _exp(s):
    e = np.exp(s)
    return e / e.sum(axis=1, keepdims=True)


def _running(s):
    """Return the classes that a search finds whose best score is never set back."""
    best, found = -np.inf, np.zeros(len(s))
    for i, row in enumerate(s):
        for j, score in enumerate(row):
            if score > best:
                best, found[i] = score, j
    return found


VARIANTS = [
    *(Variant("scores", scores, code, title, hint) for scores, code, title, hint in [
        (lambda W, X: W @ X, "swapped", "The product is W @ X, not X @ W.", ""),
        (lambda W, X: X @ W.T, "transposed-weights", "The product is X @ W.T, not X @ W.", ""),
        (_bias, "bias-left-out", "The last row of W, the bias, is left out.", ""),
        (lambda W, X: X @ W + W[-1], "bias-twice", "The last row of W, the bias, is counted twice.", ""),
        (lambda W, X: X, "weights-unused", "W isn't used: the largest number in each row of X is looked for.",
         ""),
        (lambda W, X: np.abs(X @ W), "absolute-scores", "The scores have lost their sign: very negative ones win.", ""),
        (lambda W, X: (X @ W) ** 2, "absolute-scores", "The scores have lost their sign: very negative ones win.", ""),
        (lambda W, X: np.maximum(X @ W, 0), "negative-scores",
         "Where all scores are negative, class 0 is returned.", "Begin the search with -np.inf, not with 0."),
        (lambda W, X: np.round(X @ W), "scores-rounded", "The scores are rounded, and near ones become equal.", ""),
        (lambda W, X: np.trunc(X @ W), "scores-rounded", "The scores are cut down to whole numbers.", ""),
        (lambda W, X: np.floor(X @ W), "scores-rounded", "The scores are cut down to whole numbers.", ""),
        *((lambda W, X, d=d: softmax(X @ W).round(d), "rounded", "The probabilities are rounded before the largest.",
           "Probabilities of 1.00 and of 0.00 look alike then.") for d in (0, 1, 2)),
        (lambda W, X: np.exp(X @ W), "overflow", "The exponentials overflow, and no largest one is left.",
         "The largest score has the largest probability: no exponential is needed."),
        (lambda W, X: _exp(X @ W), "overflow", "The exponentials overflow, and no largest one is left.",
         "The largest score has the largest probability: no exponential is needed."),
        (lambda W, X: (lambda e: e / e.sum())(np.exp(X @ W)), "overflow",
         "The exponentials overflow, and no largest one is left.",
         "The largest score has the largest probability: no exponential is needed."),
        (lambda W, X: (lambda e: e / e.sum(axis=0))(np.exp(X @ W)), "over-examples",
         "The probabilities add up to 1 over the rows.", "Use axis=1."),
        *((lambda W, X, bend=bend: bend(X @ W), "saturates", "A sigmoid or tanh makes all large scores equal.",
           "Leave it out: it doesn't change which score is largest.")
          for bend in (lambda s: 1 / (1 + np.exp(-s)), np.tanh)),
        (lambda W, X: -((X[:, :, None] - W) ** 2).sum(axis=1), "nearest", "It is the template nearest to the row.", ""),
        (lambda W, X: X @ W / np.linalg.norm(W, axis=0), "normalised", "The templates are brought to one length.", ""),
        (lambda W, X: (lambda s: s / s.sum(axis=1, keepdims=True))(X @ W), "normalised",
         "The scores are divided by their sum, which can be negative.", ""),
        (lambda W, X: X @ W / np.abs(X @ W).max(axis=0), "normalised",
         "Each class's scores are divided by their largest.",
         "Then all classes are equally large somewhere."),
        (lambda W, X: X @ W - (X @ W).mean(axis=0), "normalised", "Each class's mean score is subtracted.", ""),
        (lambda W, X: softmax((X @ W).T).T, "over-examples", "The probabilities add up to 1 over the rows.",
         "Use axis=1."),
    ]),
    *(Variant("pick", pick, code, title, hint) for pick, code, title, hint in [
        (lambda s: s.argmax(axis=0), "wrong-axis",
         "It is the best row for each class, not the best class for each row.",
         "Use axis=1."),
        (lambda s: s.argmax(), "no-axis", "np.argmax without an axis finds one place in the whole array.",
         "Use axis=1."),
        (lambda s: s.argmin(axis=1), "argmin", "It is the class with the lowest score.", ""),
        (lambda s: s.argmin(axis=0), "wrong-axis", "It is the row with the lowest score, for each class.",
         "Use axis=1."),
        (lambda s: s.max(axis=1), "max-value", "The highest score is returned, not its class.", "Use np.argmax."),
        (lambda s: s.max(axis=0), "max-value", "The highest score of each class is returned.",
         "Use np.argmax with axis=1."),
        (lambda s: s.max(), "max-value", "The highest score of all is returned.", "Use np.argmax with axis=1."),
        (lambda s: s, "returns-scores", "The scores are returned, not the classes.", "Use np.argmax with axis=1."),
        (softmax, "returns-probabilities", "Probabilities are returned, not the classes.",
         "Use np.argmax with axis=1."),
        (_exp, "returns-probabilities", "Probabilities are returned, not the classes.", "Use np.argmax with axis=1."),
        (lambda s: softmax(s).max(axis=1), "returns-probabilities", "The largest probability is returned.",
         "Use np.argmax."),
        (_onehot, "one-hot", "A 1 for the class is returned among zeros, not its number.",
         "Use np.argmax with axis=1."),
        (lambda s: s.argsort(axis=1)[:, -2], "second-best", "It is the class with the second highest score.", ""),
        (lambda s: s.argsort(axis=1), "argsort", "All classes are returned, in order of their scores.",
         "Use np.argmax."),
        (lambda s: (-s).argsort(axis=1), "argsort", "All classes are returned, in order of their scores.",
         "Use np.argmax."),
        (lambda s: s.argsort(axis=1)[:, 1], "second-best", "It is the class with the second lowest score.", ""),
        (lambda s: s.argsort(axis=0)[-1], "wrong-axis",
         "It is the best row for each class, not the best class for each row.", "Use axis=1."),
        (lambda s: s > 0, "threshold", "It says which scores are positive, not which is highest.", "Use np.argmax."),
        (lambda s: (s[:, 0] > 0) * 1, "threshold", "It says whether the first score is positive.",
         "Use np.argmax with axis=1."),
        (lambda s: (s[:, 1] > s[:, 0]) * 1, "two-classes", "Only the first two classes are compared.",
         "Use np.argmax with axis=1."),
        (lambda s: s[:, :-1].argmax(axis=1), "class-left-out", "The last class is never predicted.",
         "range(C) runs from 0 to C - 1."),
        (lambda s: s[:, 1:].argmax(axis=1), "class-left-out", "The first class is left out.", "Classes count from 0."),
        (lambda s: s[:, 1:].argmax(axis=1) + 1, "class-left-out", "The first class is never predicted.",
         "range(C) runs from 0 to C - 1."),
        (lambda s: s[:1].argmax(axis=1), "one-row", "Only the first row is predicted.", "Is `return` inside the loop?"),
        (lambda s: s[0].argmax(), "one-row", "Only the first row is predicted.", "Is `return` inside the loop?"),
        (lambda s: s[-1].argmax(), "one-row", "Only the last row is predicted.", "Collect the classes of all rows."),
        (lambda s: s.argmax(axis=1) * (np.arange(len(s)) == 0), "one-row", "Only the first row is predicted.",
         "Is `return` inside the loop?"),
        (lambda s: s.argmax(axis=1) * (np.arange(len(s)) == len(s) - 1), "one-row",
         "Only the last row is predicted.", ""),
        (lambda s: np.full(len(s), s.sum(axis=0).argmax()), "same-class",
         "All rows get the class that is best overall.",
         "Use axis=1."),
        (lambda s: np.full(len(s), s[0].argmax()), "same-class", "All rows get the class of the first row.",
         "Use the loop's index."),
        *((lambda s, c=c: np.full(len(s), c), "same-class", f"Every row gets class {c}.", "") for c in range(1, 7)),
        (lambda s: np.zeros(len(s)), "not-written", "It isn't written yet: it returns zeros.", SCORES),
        (lambda s: np.where(s.max(axis=1) > 0, s.argmax(axis=1), 0), "negative-scores",
         "Where all scores are negative, class 0 is returned.", "Begin the search with -np.inf, not with 0."),
        (lambda s: np.where(s.max(axis=1) > 0, s.argmax(axis=1), -1), "negative-scores",
         "Where all scores are negative, -1 is returned.", "Begin the search with -np.inf, not with 0."),
        (lambda s: _running(s), "best-kept", "The best score of one row is the bar for the next row.",
         "Begin the search anew, with -np.inf, for each row."),
    ]),
    *(Variant("finish", finish, code, title, hint) for finish, code, title, hint in [
        (lambda k, C: k[:, None], "wrong-shape", "The result has shape (N, 1), not (N,).", "Leave keepdims out."),
        (lambda k, C: k[None], "wrong-shape", "The result has shape (1, N), not (N,).", ""),
        (lambda k, C: k + 1, "off-by-one", "The classes are counted from 1, not from 0.", ""),
        (lambda k, C: k - 1, "off-by-one", "The classes are one too low.", "Classes count from 0."),
        (lambda k, C: C - 1 - k, "reversed", "The classes are counted from the end.", ""),
        (lambda k, C: k[::-1], "row-order", "The rows come in reverse order.", ""),
        (lambda k, C: np.sort(k), "row-order", "The classes are sorted.", "Row i of X gets entry i."),
        (lambda k, C: np.unique(k), "unique", "Each class is returned once, not once for each row.", ""),
        (lambda k, C: np.bincount(k, minlength=C), "counts", "It is counted how often each class is predicted.", ""),
        (lambda k, C: np.bincount(k), "counts", "It is counted how often each class is predicted.", ""),
        (lambda k, C: k.mean(), "mean-class", "The mean of the class numbers is returned.", ""),
    ]),
]
TABLE = Table([recipe], VARIANTS, PROBLEMS, WHY)
