"""The softmax loss and its gradient as recipes, and how their data parts go wrong.

    s = X @ W,  q = *probs*(s),  loss = mean over the *examples* of -log(q[y]) (*loss*),  G = q - onehot(y) (*dscores*),
    dW = X.T @ G / N (gradients.py)

The variants of the probabilities are those of check.softmax, the variants of the loss those of check.cross_entropy, and
the variants of the label are in labels.py.
"""

import numpy as np
from scipy.special import logsumexp

from ..exercises import cross_entropy, softmax
from ..exercises.cross_entropy import pick
from ..explain import Variant, each
from ..scaled import ScaledTable
from .gradients import BOTH_LINES, EXAMPLES, OF_X, ROWS_OF_X, SHARED, put_together
from .labels import COUNTS, FROM_LABELS, LABELS, TARGETS, WRONG_ROWS
from .problems import ordinary_problems


def loss(
    p,
    X=None,
    probs=lambda s, p: softmax.shifted(s),
    label=lambda s, y: y,
    target=None,
    loss=None,
    straight=None,
    examples=lambda p: np.ones(p.N),
):
    """The data part of the loss, a mean over the examples."""
    s = X(p) @ p.W if X else p.scores
    q, y = p.once(probs, s), label(s, p.y)
    if target is not None:
        T = target(p)
        return examples(p) @ -np.where(T == 0, 0, T * np.log(q)).sum(axis=1) / p.N
    each = straight(s, y) if straight else loss(q, y) if loss else -np.log(pick(q, y))
    return examples(p) @ each / p.N


def gradient(
    p,
    X=None,
    probs=lambda s, p: softmax.shifted(s),
    label=lambda s, y: y,
    target=None,
    dscores=lambda p, q, T: q - T,
    **steps,
):
    """The data part of the gradient, (D, C)."""
    s = X(p) @ p.W if X else p.scores
    q, T = p.once(probs, s), np.eye(p.C)[label(s, p.y)] if target is None else target(p)
    return put_together(p, dscores(p, q, T), X(p) if X else p.X, **steps)


# --- the probabilities: (scores, Problem) -> (N, C) ------------------------------------------------------------------

SHIFTS = [lambda s: 0, lambda s: s.max(axis=1, keepdims=True), lambda s: s.max()]  # in wrong code they needn't cancel


def _in_a_loss(variant, shift, inside):
    """Return a softmax variant as a variant of `probs`, with a shift before softmax, or as softmax's own step."""

    def probs(s, p):
        return softmax.recipe(s - shift(s), **steps) if inside else softmax.recipe(s, **{"shift": shift} | steps)

    steps = {variant.step: variant.how}
    return variant._replace(step="probs", how=probs, why=variant.why or softmax.WHY[variant.step])


def _others_sum(s, p):
    e = np.exp(s)
    return e / (e.sum(axis=1) - e[p.rows, p.y])[:, None]


def _first_classes(count):
    """Return a model with the probabilities of the classes that are counted in the labels, and 0 for the others."""
    return lambda s, p: np.pad(softmax.shifted(s[:, : count(p.y)]), ((0, 0), (0, p.C - count(p.y))))


# fmt: off
PROBS = [
    *(_in_a_loss(variant, shift, inside) for shift in SHIFTS for inside in (False, True)
      for variant in softmax.BATCH + softmax.PROBABILITIES),  # the table leaves out what gives the same numbers
    Variant("probs", _others_sum, "denominator-without-label",
            "The sum of the exponentials leaves out the label's class.",
            "Look for a condition such as j != y in the sum. All classes count: add up exp(s_j) for every j.",
            "The sum runs over all classes, the true one included."),
    *each("probs", [lambda s, p, a=a, b=b: np.exp(s - a(s)) / np.exp(s - b(s)).sum(axis=1, keepdims=True)
                    for a, b in [(SHIFTS[0], SHIFTS[2]), (SHIFTS[2], SHIFTS[0])]],
          "shift-mismatch", "The shift is either in the class's own score or in the sum, but not in both.",
          "Where do the scores become shifted, and which lines use them? Use the shifted scores in all lines.",
          softmax.CANCELS),
    Variant("probs", lambda s, p: np.tile(pick(softmax.shifted(s), p.y), (p.C, 1)).T, "label-probability-for-all",
            "Every class gets the label's probability.",
            "Look for an index y in the probability. Class j has a probability of its own: exp(s_j) / sum."),
    *(FROM_LABELS._replace(step="probs", how=_first_classes(count)) for count in COUNTS),
    Variant("probs", lambda s, p: np.tile(softmax.shifted(s)[0], (p.N, 1)), "first-row-of-X",
            "The first example's scores are used for all examples.",
            "Look for an index that is always 0. Each example has its own row, X[i]."),
    Variant("probs", lambda s, p: softmax.shifted(p.X[:, :-1] @ p.W[:-1]), "bias-dropped",
            "The bias is left out of the scores, because the last column of X isn't used.",
            "Look for a slice such as [:-1]. All columns of X count: `X @ W`."),
    Variant("probs", lambda s, p: softmax.shifted(s + p.W[-1]), "bias-twice",
            "The last row of W, the bias, is counted twice in the scores.",
            "Is W[-1] added after the product? The product has added it already, because the last column of X holds "
            "ones."),
    Variant("probs", lambda s, p: softmax.shifted((p.X - p.X.mean(axis=0)) @ p.W), "X-centred",
            "The mean of the batch is subtracted from X.", "Look for a mean that is subtracted from X, and remove it.",
            "The mean image of the training set was subtracted when the data were prepared."),
    *each("probs", [lambda s, p, of=of: softmax.shifted(s / of(p))
                    for of in (lambda p: p.N, lambda p: p.D, lambda p: p.D**0.5, lambda p: 255)],
          "scores-scaled", "The scores are divided by a constant, such as N, D, the root of D, or 255.",
          "Look for a division of the scores, and remove it. (The division by N belongs to the mean of the losses.) "
          "The scores are X @ W."),
    Variant("probs", lambda s, p: 1 / (1 + np.exp(-s)), "sigmoid",
            "Each class has a sigmoid of its own, in place of softmax.",
            "How do the scores become probabilities? By exp(s_j), divided by the sum of exp(s_k) over all classes k.",
            "The sigmoids of one example don't add up to 1, and probabilities do."),
]
# fmt: on

# --- the losses: (probabilities, labels) -> (N,), or straight from (scores, labels) ----------------------------------


def _log(variant):
    return variant._replace(
        step="loss",
        how=lambda q, y: -variant.how(pick(q, y)),
        loose=variant.code == "log1p",
        why=variant.why or cross_entropy.FORMULA,
    )


def _in_the_sum(variant):
    return variant._replace(
        step="straight",
        how=lambda s, y: cross_entropy.by_scores(s, y, **{variant.step: variant.how}),
        why=variant.why or cross_entropy.WHY[variant.step],
    )


# fmt: off
LOSSES = [
    *(v._replace(why=v.why or cross_entropy.FORMULA) for v in cross_entropy.LOSSES),
    *map(_log, (v for v in cross_entropy.LOGS if v.code not in ("log10", "log2"))),  # those two are factors
    *map(_in_the_sum, (v for v in cross_entropy.PARTS if v.step == "power")),
    *each("loss", [lambda q, y: -np.log(pick(q, y).mean()) * np.ones(len(y)),
                   lambda q, y: -np.log(pick(q, y).sum()) * np.ones(len(y)),
                   lambda q, y: -np.log(pick(q, y).sum()) / len(y) * np.ones(len(y))],
          "log-of-mean", "The probabilities are averaged or added up before the logarithm.",
          "In which order are logarithm and mean? First take -log of each example's probability, then the mean.",
          "The logarithm of a mean is a different number from the mean of the logarithms."),
    *each("loss", [lambda q, y: -np.log(pick(q, y)) + 1 / len(y), lambda q, y: -np.log(pick(q, y)) + 1],
          "starts-from-one", "The loss is too large by 1 or by 1/N.",
          "What does the loss start from? A sum starts from 0: `loss = 0.0`."),
    Variant("loss", lambda q, y: np.max(-np.log(pick(q, y))) * np.ones(len(y)), "worst-example",
            "The loss is the loss of the worst example, not the mean.",
            "Is there a maximum over the examples? The loss is their mean."),
    *each("loss", [lambda q, y: np.floor(np.mean(-np.log(pick(q, y)))) * np.ones(len(y)),
                   lambda q, y: np.floor(-np.log(pick(q, y)))],
          "rounded-down", "The loss is rounded down.",
          "Is there a `//`, an int(), or an array of integers? Divide with `/`, and use floats.",
          "The loss isn't a whole number."),
    *each("straight", [lambda s, y, m=m, k=k: logsumexp(s - m(s), axis=1) - (s - m(s))[:, y].sum(axis=1) / k(y)
                       for m in SHIFTS for k in (lambda y: 1, len)],
          *WRONG_ROWS),
    *each("straight", [lambda s, y, m=m, k=k: np.log(np.exp(s - m(s)).sum()) / k(y) - pick(s - m(s), y)
                       for m in SHIFTS for k in (lambda y: 1, len)],
          "log-of-total", "The sums of all rows are added up before the logarithm.",
          "In which order are the logarithm and the sum over the examples? Each row has its own logarithm: "
          "`np.log(np.sum(np.exp(scores), axis=1))`. Then these numbers are added up.",
          "The logarithm of a sum is a different number from the sum of the logarithms."),
    *each("straight", [lambda s, y, m=m: np.log(np.cumsum(np.exp(s - m(s)), axis=1)).sum(axis=1)
                       - s.shape[1] * pick(s - m(s), y) for m in SHIFTS],
          "unfinished-sums", "For each class the logarithm of an unfinished sum is added.",
          "Is the line of the loss inside the loop that adds up the exponentials? Complete the sum first. After that "
          "loop, add -s[y] + log(sum) once.",
          "An example has one loss, with the sum over all classes."),
    *each("straight", [lambda s, y: logsumexp(s - s.max(), axis=1)],
          "label-score-missing", "The term -s[y] is missing. So the label has no effect.", cross_entropy.DIRECT,
          "Without this term, every label gives the same loss."),
    *each("loss", [lambda q, y: np.max(-np.log(q), axis=1)], "lowest-for-label",
          "The class with the lowest score is used in place of the label.",
          "Look for a maximum or minimum over the classes. The loss is -log(p) of class y."),
]
# fmt: on

# --- the scores' gradient, not divided by N: (Problem, probabilities, target) -> (N, C) -------------------------------


def pattern(p_at_label, one_at_label, p_elsewhere, one_elsewhere):
    """Return a model with multiples of p and of 1, at the label and elsewhere. The right one is (1, -1, 1, 0)."""
    return lambda p, q, T: (p_at_label * q + one_at_label) * T + (p_elsewhere * q + one_elsewhere) * (1 - T)


CASES = "Look at the two cases of the derivative: for the label it is p - 1, and for every other class it is p."
TWO_CASES = "The derivative of the loss has two cases. It is p - 1 for the label, and p for every other class."
DERIVE = (
    "Derive the loss by one score. Most factors cancel. What is left is the probability, minus 1 at the label: p - "
    "onehot."
)
OTHERS = "The scores of the other classes are in the loss too, so they have a gradient."
# fmt: off
DSCORES = [
    Variant("dscores", pattern(1, 0, 1, 0), "label-not-subtracted", "The 1 isn't subtracted at the label.",
            "Where does the label have a part in the gradient? In its column, p has to become p - 1: "
            "`probs[np.arange(N), y] -= 1`.",
            "The label's score has a part of its own in the loss, -s[y]. Its derivative is -1."),
    Variant("dscores", pattern(1, 1, 1, 0), "label-added", "At the label 1 is added, but it should be subtracted.",
            "Look at the sign of the 1 at the label. The label's column gets (p - 1) times X[i].",
            "A higher score of the label lowers the loss. So the derivative there has to be negative."),
    Variant("dscores", pattern(1, -1, 0, 0), "label-column-only", "Only the label's column is filled in.",
            "Is the update under an `if`, or after the loop over the classes? Each class needs an update.", OTHERS),
    Variant("dscores", pattern(1, 0, 0, 0), "label-column-only",
            "Only the label's column is filled in, and 1 isn't subtracted there.",
            "Is the update under an `if`? The label's column gets (p - 1) times X[i], and each other column gets p "
            "times X[i].", OTHERS),
    Variant("dscores", pattern(1, 1, 0, 0), "label-column-only",
            "Only the label's column is filled in, and 1 is added there, not subtracted.",
            "Is the update under an `if`? The label's column gets (p - 1) times X[i], and each other column gets p "
            "times X[i].", OTHERS),
    Variant("dscores", pattern(0, 0, 1, 0), "label-column-missing", "The label's column gets nothing.",
            "Is the label skipped, by a `continue` or an `if`? Its column gets (p - 1) times X[i].",
            "The label is one of the classes, so it has a gradient too."),
    Variant("dscores", pattern(0, -1, 0, 0), "probs-missing",
            "The probabilities are missing: only the label's column gets something, -X[i].",
            "Which columns are updated? Each column gets p times X[i], and the label's column loses X[i] in addition.",
            TWO_CASES),
    Variant("dscores", pattern(0, -1, 1, 0), "label-without-p",
            "The label's column gets -X[i]. It should get (p - 1) * X[i].",
            "Is the label left out when p times X[i] is added? Add it to each column. Then subtract X[i] from the "
            "label's column.",
            "The label is one of the classes, so it has a probability too."),
    Variant("dscores", pattern(1, -1, -1, 0), "others-negated", "The classes other than the label have the wrong sign.",
            "Look at the signs of the two cases: for the label the derivative is p - 1, and for every other class it "
            "is +p.",
            "A higher score of a wrong class raises the loss. So the derivative there is positive."),
    Variant("dscores", pattern(1, 0, -1, 0), "others-negated",
            "The classes other than the label have the wrong sign, and 1 isn't subtracted at the label.",
            "Look at the signs of the two cases: for the label the derivative is p - 1, and for every other class it "
            "is +p.",
            "A higher score of a wrong class raises the loss. So the derivative there is positive."),
    Variant("dscores", pattern(-1, 1, 1, 0), "label-negated", "The label's column has the wrong sign: 1 - p.", CASES,
            "A higher score of the true class lowers the loss. So the derivative there is negative."),
    Variant("dscores", pattern(2, -1, 1, 0), "p-twice", "The label's column gets p * X[i] twice.",
            "Is there an `else` missing? The lines after an `if` run for the label too. There, one line adds "
            "(p - 1) * X[i], and another one adds p * X[i] again.", TWO_CASES),
    Variant("dscores", pattern(1, -1, 2, 0), "p-twice", "The columns of the other classes get p * X[i] twice.",
            "Which lines add p * X[i]? Each column needs it once.", TWO_CASES),
    Variant("dscores", pattern(1, -2, 1, 0), "label-subtracted-twice", "At the label 2 is subtracted, not 1.",
            "How much is subtracted at the label? 1 is subtracted once for each example: p - 1."),
    Variant("dscores", pattern(1, -1, 1, -1), "one-subtracted-everywhere",
            "1 is subtracted from all classes, not only from the label.",
            "From which entries is 1 subtracted? One entry of each row has to change: `probs[np.arange(N), y] -= 1`.",
            TWO_CASES),
    Variant("dscores", pattern(1, 0, 1, -1), "one-subtracted-elsewhere",
            "1 is subtracted from the other classes, and not from the label.",
            "Is a condition the wrong way round? 1 has to be subtracted where j == y[i].", TWO_CASES),
    Variant("dscores", pattern(0, 1, 1, 0), "label-set-to-one",
            "The label's column gets +X[i]. It should get (p - 1) * X[i].", CASES),
    Variant("dscores", pattern(1, 0, -1, 1), "branches-swapped",
            "The label gets p and should get p - 1. The other classes get 1 - p and should get p.", CASES),
    Variant("dscores", pattern(0, 0, 1, -1), "one-minus-p-everywhere",
            "The label's column gets nothing, and the other classes get p - 1.", CASES),
    Variant("dscores", pattern(1, -1, -1, 1), "target-forgotten-elsewhere",
            "The other classes get 1 - p. They should get p.", CASES),
    Variant("dscores", lambda p, q, T: q - T * (p.rows == p.N - 1)[:, None], "label-after-loop",
            "1 is subtracted at the label of the last example only.",
            "Is the subtraction below the loop over the examples? There, `i` still has its last value. The line "
            "belongs inside the loop.",
            "Every example has a label, and 1 is subtracted in each row."),
    Variant("dscores", lambda p, q, T: (q * T).sum(axis=1, keepdims=True) * (q - T), "probability-derivative",
            "The gradient belongs to the probability, not to its logarithm.",
            "Look for an additional factor p. It cancels in the derivative of the logarithm: p - onehot.",
            "The derivative of log(p) is dp / p: the factor p cancels.", loose=True),
    *each("dscores", [lambda p, q, T: (q - T) * q * (1 - q), lambda p, q, T: q * (1 - q), lambda p, q, T: (q - T) * q,
                      lambda p, q, T: q * (1 - q) - T, lambda p, q, T: q * (1 - q) * T,
                      lambda p, q, T: (2 * T - 1) * q * (1 - q), lambda p, q, T: np.where(T == 1, q * (q - 1), q),
                      lambda p, q, T: np.where(T == 1, q - 1, q * (1 - q))],
          "softmax-derivative",
          "The gradient contains p * (1 - p). That is the derivative of softmax without the logarithm.",
          DERIVE, "With the logarithm, this factor cancels.", loose=True),
    Variant("dscores", lambda p, q, T: q * (q - T - ((q - T) * q).sum(axis=1, keepdims=True)), "squared-error",
            "The gradient belongs to a squared error of the probabilities.", DERIVE, loose=True),
    *each("dscores", [lambda p, q, T: -T / q, lambda p, q, T: (q - T) / (q * T).sum(axis=1, keepdims=True),
                      lambda p, q, T: (q - T) / q],
          "divided-by-p", "The gradient is divided by a probability.",
          "Look for a division by p. It cancels in the derivative of the logarithm: p - onehot.",
          "The division by p in the derivative of log(p) cancels with a factor p."),
    Variant("dscores", lambda p, q, T: (v := (p.scores - pick(p.scores, p.y)[:, None] + 1 > 0) * (1 - T))
            - T * v.sum(axis=1, keepdims=True), "hinge", "The gradient belongs to the SVM's hinge loss.", DERIVE),
    Variant("dscores", lambda p, q, T: q - p.C * T, "label-subtracted-per-class",
            "At the label, C is subtracted in place of 1 (C: the number of classes).",
            "Is 1 subtracted inside the loop over the classes? Subtract it once for each example.",
            "The loss of an example contains -s[y] once, and the derivative of this term is -1."),
    Variant("dscores", lambda p, q, T: q - (p.C - 1) * T, "label-subtracted-per-class",
            "At the label, C - 1 is subtracted in place of 1 (C: the number of classes).",
            "Is 1 subtracted inside the loop over the classes? Subtract it once for each example.",
            "The loss of an example contains -s[y] once, and the derivative of this term is -1."),
    Variant("dscores", lambda p, q, T: q - p.N * T, "label-divided-by-N",
            "The 1 that is subtracted at the label isn't divided by N.",
            "In which order are the subtraction and the division by N? Subtract 1 first, then divide everything by N.",
            "The gradient is a mean of p - 1, not only of p."),
    Variant("dscores", lambda p, q, T: p.N * q - T, "brackets", "Only the 1 at the label is divided by N.",
            "Look at the brackets: the whole difference has to be divided. (p - 1) / N",
            "In p - 1 / N, only the 1 is divided by N."),
    Variant("dscores", lambda p, q, T: q - T / p.N, "label-not-averaged",
            "The 1 that is subtracted at the label is divided by N twice.",
            "Is there a 1 / N, and a division by N later? Subtract 1 first, then divide everything by N once.",
            "The gradient is a mean of p - 1, and a mean divides by N once."),
]
# fmt: on


def _together(a, b):
    """Return whether two mistakes are looked for at once."""
    steps = {a.step, b.step}
    return (
        "probs" in steps
        and steps & {"loss", "dscores", "examples", "label"}
        or "examples" in steps
        and steps & {"loss", "straight", "dscores", "label", "target"}
    )


WITHOUT_X = Variant(
    "product",
    lambda p, G: p.X.T @ (G + p.onehot) - p.onehot.sum(axis=0),
    "X-missing",
    "In the label's column, 1 is subtracted in place of X[i]: the factor X is missing.",
    BOTH_LINES,
    OF_X,
)
PROBLEMS = ordinary_problems()
LOSS = ScaledTable(
    loss,
    [
        *(v for v in PROBS if v.code != "log-probs-for-probs"),  # such a loss is right
        *LABELS,
        *TARGETS,
        *LOSSES,
        *EXAMPLES,
        *ROWS_OF_X,
    ],
    PROBLEMS,
    _together,
    {"probs"},
)
GRADIENT = ScaledTable(
    gradient, [*DSCORES, WITHOUT_X, *TARGETS, *LABELS, *SHARED, *PROBS], PROBLEMS, _together, {"probs"}
)
