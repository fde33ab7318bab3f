"""Examine a learner's predict: the class with the highest score, row by row.

Prediction as a recipe: the *scores* X @ W, the class that is *pick*ed in each row, and the last step, *finish*.
"""

from collections.abc import Callable

import numpy as np

from ...classifiers.softmax import softmax
from ..arguments import awkward
from ..evidence import localise
from ..explain import Problem, Table, Variant
from ..report import Mistake, Report
from ..trial import Trial


def recipe(W, X, scores=lambda W, X: X @ W, pick=lambda s: s.argmax(axis=1), finish=lambda k, C: k):
    """The class with the highest score."""
    return finish(pick(scores(W, X)), W.shape[1])


def predict(fn: Callable) -> Report:
    """Examine fn(W (D, C), X (N, D)) -> the predicted classes (N,)."""
    steps = [
        "many rows; as many rows as classes; one row; scores close together",
        "scores near 1,000",
        "W and X stay as they were",
        "the same for read-only, non-contiguous arrays",
    ]
    with Trial(fn, ("W", "X"), steps) as trial:
        trial.judge(TABLE, trial.answers(PROBLEMS), ("row",), parts=(4, 1), describe=_describe)
        if trial.unchanged():
            trial.judge(TABLE, trial.answers(PROBLEMS, layout=awkward), ("row",), names=False)
    return trial.report


def _describe(cases):
    """A Mistake for what nobody can name: not written yet, where all is zero, as in cs231n's templates."""
    if not any(np.any(got) for _, got, _ in cases):
        return Mistake(
            "not-written",
            "The function returns zeros. It isn't written yet, or it keeps nothing.",
            WHY["pick"],
            "",
            SCORES,
        )
    return localise(cases, ("row",))


# --- problems: small whole numbers, and no ties ---------------------------------------------------------------------


def _problem(N, D, C, seed, scale=1):
    rng = np.random.default_rng(seed)
    W, X = rng.integers(-16, 17, size=(D, C)) / 8 * scale, rng.integers(-16, 17, size=(N, D)) / 8
    X[:, -1] = 1
    top = np.sort(X @ W, axis=1)
    X = X[top[:, -1] - top[:, -2] > 0.1 * scale] if N > 1 else X
    return Problem(f"{len(X)} row{'s' * (len(X) > 1)}, {C} classes", (W, X))


# fmt: off
PROBLEMS = [_problem(46, 4, 3, 1), _problem(6, 6, 6, 5), _problem(1, 3, 4, 5), _problem(20, 4, 5, 3, 1 / 64),
            _problem(20, 4, 5, 4, 1024)]

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

SCORES = (
    "If the code is there, is each class stored? Compute the scores, X @ W. Then pick the column of the largest in "
    "each row."
)
WHY = {
    "scores": "The scores have one row for each row of X, and one column for each class. The bias is one of the "
              "features.",
    "pick": "The predicted class of a row is the column that holds the row's largest score.",
    "finish": "The result is one class number, from 0 to C - 1, for each row of X.",
}
# fmt: on


def _bias(W, X):
    return X[:, :-1] @ W[:-1]


def _onehot(s):
    return np.eye(s.shape[1])[s.argmax(axis=1)]


def _exp(s):
    e = np.exp(s)
    return e / e.sum(axis=1, keepdims=True)


def _running(s):
    """Return the classes that a search finds when its best score isn't reset for each row."""
    best, found = -np.inf, np.zeros(len(s))
    for i, row in enumerate(s):
        for j, score in enumerate(row):
            if score > best:
                best, found[i] = score, j
    return found


def _by_number(s):
    """Return the classes that a search finds when it keeps the best class's number in place of its score."""
    best, found = np.full(len(s), -np.inf), np.zeros(len(s))
    for j, column in enumerate(s.T):
        found[column > best] = j
        best[column > best] = j
    return found


OVER = (
    "Over which axis does the maximum run? There is one class for each row of X, so it runs over the classes: axis=1."
)
SUMS = "Over which axis does the sum run? Each row of X has its own sum, so it runs over the classes: axis=1."
NEGATIVE = (
    "All scores of a row can be negative. Is there a lower limit, or a search that starts from 0 or -1? It has to "
    "start from -np.inf."
)
LARGEST = "What is needed is the position of the largest score in each row: np.argmax(scores, axis=1)."
ROWS = "Look at what happens to the classes at the end. Entry i of the result belongs to row i of X."
UNCHANGED = "Are the scores changed before they are compared? Compare X @ W itself."
NO_EXP = "No exponential is needed. The class with the largest score also has the largest probability."
# fmt: off
VARIANTS = [
    *(Variant("scores", scores, code, title, hint) for scores, code, title, hint in [
        (lambda W, X: W @ X, "swapped", "The product is W @ X, not X @ W.",
         "Write the shapes below the product: (N, D) times (D, C) gives (N, C)."),
        (lambda W, X: X @ W.T, "transposed-weights", "The product is X @ W.T, not X @ W.",
         "Write the shapes below the product: (N, D) times (D, C) gives (N, C)."),
        (_bias, "bias-left-out", "The last row of W, the bias, is left out.",
         "Look for a slice such as [:-1]. All columns of X belong to the product: X @ W."),
        (lambda W, X: X[:, 1:] @ W[1:], "feature-left-out", "The first row of W and the first feature are left out.",
         "Look for a slice such as [1:]. All columns of X belong to the product: X @ W."),
        (lambda W, X: X @ W + W[-1], "bias-twice", "The last row of W, the bias, is counted twice.",
         "Is W[-1] added after the product? The product has added it already, because the last column of X holds "
         "ones."),
        (lambda W, X: X, "weights-unused", "The largest number in each row of X is taken, without W.",
         "Which numbers are compared? First compute the scores: X @ W."),
        (lambda W, X: np.abs(X @ W), "absolute-scores",
         "The scores have lost their sign. So a very negative score can win.",
         "Is there an np.abs or a square?"),
        (lambda W, X: (X @ W) ** 2, "absolute-scores",
         "The scores have lost their sign. So a very negative score can win.",
         "Is there an np.abs or a square?"),
        (lambda W, X: np.maximum(X @ W, 0), "negative-scores",
         "Where all scores are negative, class 0 is returned.",
         NEGATIVE),
        (lambda W, X: np.round(X @ W), "scores-rounded",
         "The scores are rounded. So scores that are close to each other become equal.", UNCHANGED),
        (lambda W, X: np.trunc(X @ W), "scores-rounded", "The scores are cut down to whole numbers.",
         "Is there an int()?"),
        (lambda W, X: np.floor(X @ W), "scores-rounded", "The scores are rounded down.", "Is there a `//` or a floor?"),
        *((lambda W, X, d=d: softmax(X @ W).round(d), "rounded",
           "The probabilities are rounded before they are compared.",
           "Two rounded probabilities can be equal. Compare the scores.") for d in (0, 1, 2)),
        (lambda W, X: np.exp(X @ W), "overflow", "The exponentials overflow. So the largest of them can't be found.",
         NO_EXP),
        (lambda W, X: _exp(X @ W), "overflow", "The exponentials overflow. So the largest of them can't be found.",
         NO_EXP),
        (lambda W, X: (lambda e: e / e.sum())(np.exp(X @ W)), "overflow",
         "The exponentials overflow. So the largest of them can't be found.", NO_EXP),
        (lambda W, X: (lambda e: e / e.sum(axis=0))(np.exp(X @ W)), "over-examples",
         "The probabilities of one class add up to 1. The probabilities of one row should add up to 1.", SUMS),
        *((lambda W, X, total=total: (lambda e: e / total(e))(np.exp(X @ W - (X @ W).max())), "batch-maximum",
           "One maximum is subtracted from all rows. In a row far below it, all exponentials become 0, and so its "
           "classes are equal.", NO_EXP) for total in (lambda e: 1, np.sum)),
        *((lambda W, X, bend=bend: bend(X @ W), "saturates", "A sigmoid or tanh makes all large scores equal.",
           "No sigmoid or tanh is needed. The class with the largest score is the answer.")
          for bend in (lambda s: 1 / (1 + np.exp(-s)), np.tanh)),
        (lambda W, X: -((X[:, :, None] - W) ** 2).sum(axis=1), "nearest",
         "The class whose template is nearest to the row is picked.",
         "Which numbers are compared? Compare scores, not distances: X @ W."),
        (lambda W, X: X @ W / np.linalg.norm(W, axis=0), "normalised", "The templates are divided by their lengths.",
         "Is W changed before the product? Use W as it is."),
        (lambda W, X: (lambda s: s / s.sum(axis=1, keepdims=True))(X @ W), "normalised",
         "The scores are divided by their sum. That sum can be negative.", UNCHANGED),
        (lambda W, X: X @ W / np.abs(X @ W).max(axis=0), "normalised",
         "Each class's scores are divided by the largest of their absolute values.", UNCHANGED),
        (lambda W, X: X @ W - (X @ W).mean(axis=0), "normalised", "Each class's mean score is subtracted.", UNCHANGED),
        (lambda W, X: softmax((X @ W).T).T, "over-examples",
         "The probabilities of one class add up to 1. The probabilities of one row should add up to 1.",
         SUMS),
    ]),
    *(Variant("pick", pick, code, title, hint) for pick, code, title, hint in [
        (lambda s: s.argmax(axis=0), "wrong-axis",
         "The best row for each class is returned, not the best class for each row.",
         OVER),
        (lambda s: s.argmax(), "no-axis",
         "A single number is returned: the place of the largest score in the whole array.",
         "Over which axis does the maximum run? Over the classes of one row: axis=1."),
        (lambda s: s.argmin(axis=1), "argmin", "The class with the lowest score is returned.", LARGEST),
        (lambda s: s.argmin(axis=0), "wrong-axis", "The row with the lowest score is returned for each class.",
         OVER),
        (lambda s: s.max(axis=1), "max-value", "The highest score of each row is returned, not its class.", LARGEST),
        (lambda s: s.max(axis=0), "max-value", "The highest score of each class is returned.", LARGEST),
        (lambda s: s.max(), "max-value", "The highest score of all is returned.", LARGEST),
        (lambda s: s, "returns-scores", "The scores are returned, not the classes.", LARGEST),
        (softmax, "returns-probabilities", "Probabilities are returned, not the classes.", LARGEST),
        (_exp, "returns-probabilities", "Probabilities are returned, not the classes.", LARGEST),
        (lambda s: softmax(s).max(axis=1), "returns-probabilities",
         "The largest probability of each row is returned, not its class.", LARGEST),
        (_onehot, "one-hot", "A row of zeros with a 1 is returned, not the number of the class.", LARGEST),
        (lambda s: s.argsort(axis=1)[:, -2], "second-best", "The class with the second highest score is returned.",
         LARGEST),
        (lambda s: s.argsort(axis=1), "argsort", "All classes of each row are returned, in order of their scores.",
         "What is needed is only the position of the largest score in each row: np.argmax(scores, axis=1)."),
        (lambda s: (-s).argsort(axis=1), "argsort", "All classes of each row are returned, in order of their scores.",
         "What is needed is only the position of the largest score in each row: np.argmax(scores, axis=1)."),
        (lambda s: s.argsort(axis=1)[:, 1], "second-best", "The class with the second lowest score is returned.",
         LARGEST),
        (lambda s: s.argsort(axis=0)[-1], "wrong-axis",
         "The best row for each class is returned, not the best class for each row.", OVER),
        (lambda s: s > 0, "threshold", "True and False are returned. They say which scores are positive.", LARGEST),
        (lambda s: (s > 0).argmax(axis=1), "threshold", "The first class with a positive score is returned.", LARGEST),
        (lambda s: (s[:, 0] > 0) * 1, "threshold", "1 is returned where the first score is positive, else 0.", LARGEST),
        (lambda s: (s[:, 1] > s[:, 0]) * 1, "two-classes", "Only the first two classes are compared.", LARGEST),
        (lambda s: s[:, :-1].argmax(axis=1), "class-left-out", "The last class is never predicted.",
         "Where do the loop or the slice begin and end? The classes are 0 to C - 1: range(C)."),
        (lambda s: s[:, 1:].argmax(axis=1), "class-left-out",
         "The first class is left out, and the numbers of the other classes are too low by 1.",
         "Where do the loop or the slice begin and end? The classes are 0 to C - 1: range(C)."),
        (lambda s: s[:, 1:].argmax(axis=1) + 1, "class-left-out", "The first class is never predicted.",
         "Where do the loop or the slice begin and end? The classes are 0 to C - 1: range(C)."),
        (lambda s: s[:1].argmax(axis=1), "one-row", "Only the first row is predicted.", "Is `return` inside the loop?"),
        (lambda s: s[0].argmax(), "one-row", "Only the first row is predicted.", "Is `return` inside the loop?"),
        (lambda s: s[-1].argmax(), "one-row", "Only the last row is predicted.",
         "Is one variable set again and again in the loop? Collect the classes of all rows."),
        (lambda s: s.argmax(axis=1) * (np.arange(len(s)) == 0), "one-row", "Only the first row is predicted.",
         "Is `return` inside the loop?"),
        (lambda s: s.argmax(axis=1) * (np.arange(len(s)) == len(s) - 1), "one-row",
         "Only the last row is predicted.", "Is the result set to zeros again inside the loop?"),
        (lambda s: np.full(len(s), s.sum(axis=0).argmax()), "same-class",
         "All rows get the class with the largest sum of scores.",
         "Over which axis does the maximum run? Over the classes of one row: axis=1."),
        *((lambda s, kept=kept: s.argmax(axis=1) * kept(np.arange(len(s)), len(s)), "row-left-out",
           f"The {word} row isn't predicted: its class stays 0.",
           "Where does the loop over the rows begin and end? The rows are 0 to N - 1: range(N).")
          for word, kept in [("last", lambda i, N: i < N - 1), ("first", lambda i, N: i > 0)]),
        (lambda s: np.full(len(s), s[-1].argmax()), "same-class", "All rows get the class of the last row.",
         "Is the whole result set in the loop, with [:]? In each round, only entry i is set."),
        (lambda s: np.full(len(s), s[0].argmax()), "same-class", "All rows get the class of the first row.",
         "Look for an index that is always 0. Each row has its own scores."),
        *((lambda s, c=c: np.full(len(s), c), "same-class", f"Every row gets class {c}.",
           "Where does the number that is returned come from? It should be the column of the largest score in each "
           "row.") for c in range(1, 7)),
        (lambda s: np.full(len(s), s.shape[1] - 1), "same-class", "Every row gets the last class.",
         "In a search for the largest score, two things are set when a larger score is found: the class, and the best "
         "score so far. Or look for a loop's variable that is used after the loop."),
        (lambda s: np.arange(len(s)), "row-numbers", "The numbers of the rows are returned, not their classes.",
         "np.where and np.nonzero return the row numbers first, and then the column numbers. " + LARGEST),
        (lambda s: np.zeros(len(s)), "not-written",
         "The function returns zeros. It isn't written yet, or it keeps nothing.",
         SCORES),
        (lambda s: np.where(s.max(axis=1) > 0, s.argmax(axis=1), 0), "negative-scores",
         "Where all scores are negative, class 0 is returned.",
         NEGATIVE),
        (lambda s: np.where(s.max(axis=1) > -1, s.argmax(axis=1), 0), "negative-scores",
         "Where all scores are below -1, class 0 is returned.", NEGATIVE),
        (lambda s: _by_number(s), "number-for-score",
         "A score is compared with the number of the best class so far.",
         "Which of two things is kept in the search? Both: the best score, for the next comparison, and its class."),
        (lambda s: np.where(s.max(axis=1) > 0, s.argmax(axis=1), -1), "negative-scores",
         "Where all scores are negative, -1 is returned.",
         NEGATIVE),
        (lambda s: _running(s), "best-kept",
         "The scores of a row are compared with the best score of the rows before it.",
         "Where does the best score get its start value? It has to start from -np.inf in each row."),
    ]),
    *(Variant("finish", finish, code, title, hint) for finish, code, title, hint in [
        (lambda k, C: k[:, None], "wrong-shape", "The result has shape (N, 1), not (N,).",
         "Is there a keepdims=True or a [:, None]?"),
        (lambda k, C: k[None], "wrong-shape", "The result has shape (1, N), not (N,).",
         "Are there brackets around the result, or a [None]?"),
        (lambda k, C: k + 1, "off-by-one", "The classes are counted from 1, not from 0.",
         "Look for a + 1 or - 1 in the result. np.argmax already counts from 0."),
        (lambda k, C: k - 1, "off-by-one", "The numbers of the classes are too low by 1.",
         "Look for a + 1 or - 1 in the result. np.argmax already counts from 0."),
        (lambda k, C: C - 1 - k, "reversed", "The classes are counted from the end.",
         "Look for a reversed array, or for C - 1 minus something. Class j is column j of the scores."),
        (lambda k, C: k[::-1], "row-order", "The rows are in reverse order.", ROWS),
        (lambda k, C: np.sort(k), "row-order", "The classes are sorted.", ROWS),
        (lambda k, C: np.unique(k), "unique", "Each class is returned once, not once for each row.", ROWS),
        (lambda k, C: np.bincount(k, minlength=C), "counts",
         "The result says how often each class was predicted, not the class of each row.", ROWS),
        (lambda k, C: np.bincount(k), "counts",
         "The result says how often each class was predicted, not the class of each row.", ROWS),
        (lambda k, C: k.mean(), "mean-class", "The mean of the class numbers is returned.",
         "Look for a mean at the end. The result has one class for each row of X."),
    ]),
]
# fmt: on
TABLE = Table([recipe], VARIANTS, PROBLEMS, WHY)
