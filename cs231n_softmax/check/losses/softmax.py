"""The softmax loss and its gradient as recipes, and how their data parts go wrong.

    s = X @ W,  q = *probs*(s),  loss = mean over the *examples* of -log(q[y]) (*loss*),  G = q - onehot(y) (*dscores*),
    dW = X.T @ G / N (gradients.py)

The probabilities go wrong as in check.softmax, what is made of them as in check.cross_entropy,
the label as in labels.py:
those variants are used here.
"""

import numpy as np
from scipy.special import logsumexp

from ..exercises import cross_entropy, softmax
from ..exercises.cross_entropy import pick
from ..explain import Variant, each
from ..scaled import ScaledTable
from .gradients import EXAMPLES, ROWS_OF_X, SHARED, put_together
from .labels import LABELS, TARGETS
from .problems import ordinary_problems


def loss(p, X=None, probs=lambda s, p: softmax.shifted(s), label=lambda s, y: y, target=None, loss=None,
         straight=None, examples=lambda p: np.ones(p.N)):
    """The data part of the loss, a mean over the examples."""
    s = X(p) @ p.W if X else p.scores
    q, y = p.once(probs, s), label(s, p.y)
    if target is not None:
        T = target(p)
        return examples(p) @ -np.where(T == 0, 0, T * np.log(q)).sum(axis=1) / p.N
    each = straight(s, y) if straight else loss(q, y) if loss else -np.log(pick(q, y))
    return examples(p) @ each / p.N


def gradient(p, X=None, probs=lambda s, p: softmax.shifted(s), label=lambda s, y: y, target=None,
             dscores=lambda p, q, T: q - T, **steps):
    """The data part of the gradient, (D, C)."""
    s = X(p) @ p.W if X else p.scores
    q, T = p.once(probs, s), np.eye(p.C)[label(s, p.y)] if target is None else target(p)
    return put_together(p, dscores(p, q, T), X(p) if X else p.X, **steps)


# --- the probabilities: (scores, Problem) -> (N, C) ------------------------------------------------------------------

SHIFTS = [lambda s: 0, lambda s: s.max(axis=1, keepdims=True), lambda s: s.max()]  # they cancel in right code only


def _in_a_loss(variant, shift, inside):
    """Return a softmax variant as a variant of `probs`, with a shift before it, or inside of it."""
    def probs(s, p):
        return softmax.recipe(s - shift(s), **steps) if inside else softmax.recipe(s, **{"shift": shift} | steps)

    steps = {variant.step: variant.how}
    return variant._replace(step="probs", how=probs, why=variant.why or softmax.WHY[variant.step])


def _others_sum(s, p):
    e = np.exp(s)
    return e / (e.sum(axis=1) - e[p.rows, p.y])[:, None]


PROBS = [
    *(_in_a_loss(variant, shift, inside) for shift in SHIFTS for inside in (False, True)
      for variant in softmax.BATCH + softmax.PROBABILITIES),  # the table leaves out what gives the same numbers
    Variant("probs", _others_sum, "denominator-without-label", "The denominator leaves out the label's class.",
            "Add up exp(s_j) for every j.", "The sum runs over all classes, the true one included."),
    *each("probs", [lambda s, p, a=a, b=b: np.exp(s - a(s)) / np.exp(s - b(s)).sum(axis=1, keepdims=True)
                    for a, b in [(SHIFTS[0], SHIFTS[2]), (SHIFTS[2], SHIFTS[0])]],
          "shift-mismatch", "The largest score is subtracted in one of two places only.",
          "Shift first, and use the shifted scores everywhere.",
          "A shift cancels when both the label's score and the sum of exponentials have it."),
    Variant("probs", lambda s, p: np.tile(pick(softmax.shifted(s), p.y), (p.C, 1)).T, "label-probability-for-all",
            "The label's probability stands at every class.", "Class j has a probability of its own."),
    Variant("probs", lambda s, p: np.tile(softmax.shifted(s)[0], (p.N, 1)), "first-row-of-X",
            "The first example's scores are used for all.", "Row i belongs to example i: `X[i]`."),
    Variant("probs", lambda s, p: softmax.shifted(p.X[:, :-1] @ p.W[:-1]), "bias-dropped",
            "The bias, the last column of X, is left out of the scores.", "`X @ W`, with all columns."),
    Variant("probs", lambda s, p: softmax.shifted((p.X - p.X.mean(axis=0)) @ p.W), "X-centred",
            "The batch's mean is subtracted from X.", "Use X as it is.",
            "The images have their mean subtracted already, the training set's."),
    *each("probs", [lambda s, p, of=of: softmax.shifted(s / of(p))
                    for of in (lambda p: p.N, lambda p: p.D, lambda p: p.D**0.5, lambda p: 255)],
          "scores-scaled", "The scores, or X, are divided by something.",
          "Take the mean of the losses, not of the scores; X is ready to use."),
    Variant("probs", lambda s, p: 1 / (1 + np.exp(-s)), "sigmoid",
            "Each class has a sigmoid of its own; softmax couples "
            "them.", "exp(s_j) divided by the sum over all classes.", "Sigmoids of one example don't add up to 1."),
]

# --- what is made of them: (probabilities, labels) -> (N,), or straight from (scores, labels) ------------------------


def _log(variant):
    return variant._replace(step="loss", how=lambda q, y: -variant.how(pick(q, y)), loose=variant.code == "log1p",
                            why=variant.why or cross_entropy.FORMULA)


def _in_the_sum(variant):
    return variant._replace(step="straight", how=lambda s, y: cross_entropy.by_scores(s, y,
    **{variant.step: variant.how}),
                            why=variant.why or cross_entropy.WHY[variant.step])


LOSSES = [
    *(v._replace(why=v.why or cross_entropy.FORMULA) for v in cross_entropy.LOSSES),
    *map(_log, (v for v in cross_entropy.LOGS if v.code not in ("log10", "log2"))),  # those two are factors
    *map(_in_the_sum, (v for v in cross_entropy.PARTS if v.step == "power")),
    *each("loss", [lambda q, y: -np.log(pick(q, y).mean()) * np.ones(len(y)),
                   lambda q, y: -np.log(pick(q, y).sum()) * np.ones(len(y)),
                   lambda q, y: -np.log(pick(q, y).sum()) / len(y) * np.ones(len(y))],
          "log-of-mean", "The mean is taken before the logarithm.",
          "First -log of each example's probability, then the mean.", "The mean of logs isn't the log of a mean."),
    *each("loss", [lambda q, y: -np.log(pick(q, y)) + 1 / len(y), lambda q, y: -np.log(pick(q, y)) + 1],
          "starts-from-one", "The loss starts from 1, not from 0.", "`loss = 0.0`."),
    Variant("loss", lambda q, y: np.max(-np.log(pick(q, y))) * np.ones(len(y)), "worst-example",
            "The loss is that of the worst example, not the mean.", "np.mean, not np.max."),
    *each("loss", [lambda q, y: np.floor(np.mean(-np.log(pick(q, y)))) * np.ones(len(y)),
                   lambda q, y: np.floor(-np.log(pick(q, y)))],
          "rounded-down", "The loss loses its decimals.", "Divide with `/`.",
          "`//` rounds down, and so does an integer array or int()."),
    *each("straight", [lambda s, y: logsumexp(s - s.max(), axis=1)],
          "label-score-missing", "-s[y] is missing: the label doesn't enter the loss.", cross_entropy.DIRECT,
          "What is left is log(sum(exp(s)))."),
    *each("loss", [lambda q, y: np.max(-np.log(q), axis=1)], "lowest-for-label",
          "The class with the lowest score takes the place of the label."),
]

# --- what each example gives to each class: (Problem, probabilities, target) -> (N, C) ------------------------------


def pattern(p_at_label, one_at_label, p_elsewhere, one_elsewhere):
    """Return what is made of p and 1 at the label and elsewhere. Right is (1, -1, 1, 0)."""
    return lambda p, q, T: (p_at_label * q + one_at_label) * T + (p_elsewhere * q + one_elsewhere) * (1 - T)


DSCORES = [
    Variant("dscores", pattern(1, 0, 1, 0), "label-not-subtracted", "The 1 isn't subtracted at the label.",
            "Subtract X[i] from the label's column, or 1 from `probs[np.arange(N), y]`.",
            "dL/ds is p for the other classes, but p - 1 for the label."),
    Variant("dscores", pattern(1, 1, 1, 0), "label-added", "At the label 1 is added; it should be subtracted.",
            "`-= 1`, not `+= 1`.", "dL/ds is p - 1 at the label: raising its score lowers the loss."),
    Variant("dscores", pattern(1, -1, 0, 0), "label-column-only", "Only the label's column is filled in.",
            "Is the update done for the label only, under an `if`, or after the loop over the classes?",
            "The other classes have a gradient too: p times x."),
    Variant("dscores", pattern(1, 0, 0, 0), "label-column-only",
            "Only the label's column is filled in, and 1 isn't subtracted there.",
            "The update belongs into the loop over all classes: (p - 1) at the label, p elsewhere.",
            "The other classes have a gradient too."),
    Variant("dscores", pattern(1, 1, 0, 0), "label-column-only",
            "Only the label's column is filled in, and 1 is added there, not subtracted.",
            "The update belongs into the loop over all classes: (p - 1) at the label, p elsewhere.",
            "The other classes have a gradient too."),
    Variant("dscores", pattern(0, 0, 1, 0), "label-column-missing", "The label's column gets nothing.",
            "Don't skip the label: subtract 1 there.", "There the gradient is (p - 1) times x."),
    Variant("dscores", pattern(0, -1, 0, 0), "probs-missing",
            "Only the label's column gets something, -x: the probabilities don't enter.",
            "Add p times X[i] to each column.", "dL/ds = p - 1 at the label, and p elsewhere."),
    Variant("dscores", pattern(0, -1, 1, 0), "label-without-p",
            "The label's column gets -x where it should get (p - 1) x.",
            "Add p times X[i] to each column, the label's too; then subtract X[i] there.",
            "The label is one of the classes, and has a p."),
    Variant("dscores", pattern(1, -1, -1, 0), "others-negated", "The classes other than the label have the wrong sign.",
            "dL/ds = p - 1 at the label, and +p elsewhere.", "Raising a wrong class's score raises the loss: +p."),
    Variant("dscores", pattern(1, 0, -1, 0), "others-negated",
            "The classes other than the label have the wrong sign, and 1 isn't subtracted at the label.",
            "dL/ds = p - 1 at the label, and +p elsewhere.", "Raising a wrong class's score raises the loss: +p."),
    Variant("dscores", pattern(-1, 1, 1, 0), "label-negated", "The label's column has the wrong sign: 1 - p.",
            "dL/ds = p - 1 at the label, and p elsewhere.", "Raising the true class's score lowers the loss: p - 1."),
    Variant("dscores", pattern(1, -2, 1, 0), "label-subtracted-twice", "At the label 2 is subtracted, not 1.",
            "dL/ds = p - 1 at the label."),
    Variant("dscores", pattern(1, -1, 1, -1), "one-subtracted-everywhere",
            "1 is subtracted from all classes, not only from the label.", "`probs[np.arange(N), y] -= 1`."),
    Variant("dscores", pattern(1, 0, 1, -1), "one-subtracted-elsewhere",
            "1 is subtracted from the other classes, and not from the label.", "`if j == y[i]`, not `!=`."),
    Variant("dscores", pattern(0, 1, 1, 0), "label-set-to-one",
            "The label's column gets +x where it should get (p - 1) x.",
            "dL/ds = p - 1 at the label, and p elsewhere."),
    Variant("dscores", pattern(1, 0, -1, 1), "branches-swapped",
            "The two cases are swapped: 1 is subtracted from p elsewhere, and not at the label.",
            "dL/ds = p - 1 at the label, and p elsewhere."),
    Variant("dscores", pattern(0, 0, 1, -1), "one-minus-p-everywhere",
            "All classes get 1 - p or p - 1, not only the label.",
            "dL/ds = p - 1 at the label, and p elsewhere."),
    Variant("dscores", pattern(1, -1, -1, 1), "target-forgotten-elsewhere",
            "The other classes get 1 - p, where they should get p.", "dL/ds = p - 1 at the label, and p elsewhere."),
    Variant("dscores", lambda p, q, T: (q * T).sum(axis=1, keepdims=True) * (q - T), "probability-derivative",
            "This is the derivative of the probability, not of its logarithm.",
            "dL/ds = p - onehot, without another factor p.",
            "d log p = dp / p: the p cancels, and p - 1 at the label, p elsewhere are left.", loose=True),
    *each("dscores", [lambda p, q, T: (q - T) * q * (1 - q), lambda p, q, T: q * (1 - q), lambda p, q, T: (q - T) * q,
                      lambda p, q, T: q * (1 - q) - T, lambda p, q, T: q * (1 - q) * T,
                      lambda p, q, T: (2 * T - 1) * q * (1 - q), lambda p, q, T: np.where(T == 1, q * (q - 1), q),
                      lambda p, q, T: np.where(T == 1, q - 1, q * (1 - q))],
          "softmax-derivative", "The gradient has p * (1 - p) in it, the derivative of softmax by itself.",
          "dL/ds = p - onehot.", "Together with the logarithm, that factor cancels.", loose=True),
    Variant("dscores", lambda p, q, T: q * (q - T - ((q - T) * q).sum(axis=1, keepdims=True)), "squared-error",
            "This is the gradient of a squared error of the probabilities.", "dL/ds = p - onehot.", loose=True),
    *each("dscores", [lambda p, q, T: -T / q, lambda p, q, T: (q - T) / (q * T).sum(axis=1, keepdims=True),
                      lambda p, q, T: (q - T) / q],
          "divided-by-p", "The gradient is divided by a probability that cancels.", "dL/ds = p - onehot.",
          "dlog p / ds = p - 1 at the label: no p is left to divide by."),
    Variant("dscores", lambda p, q, T: (v := (p.scores - pick(p.scores, p.y)[:, None] + 1 > 0) * (1 - T))
            - T * v.sum(axis=1, keepdims=True), "hinge", "This is the gradient of the SVM's hinge loss.",
            "dL/ds = p - onehot."),
    Variant("dscores", lambda p, q, T: q - p.C * T, "label-subtracted-per-class",
            "At the label 1 is subtracted once for every class: C, not 1.", "Subtract X[i] once for each example.",
            "The line stands inside the loop over the classes."),
    Variant("dscores", lambda p, q, T: q - (p.C - 1) * T, "label-subtracted-per-class",
            "At the label 1 is subtracted once for every other class: C - 1, not 1.",
            "Subtract X[i] once for each example.", "The line stands inside the loop over the classes."),
    Variant("dscores", lambda p, q, T: q - p.N * T, "label-divided-by-N",
            "The 1 is subtracted after the division by N: it should be subtracted before, or be 1/N.",
            "Subtract first, divide then.", "The mean is over the whole of p - 1."),
    Variant("dscores", lambda p, q, T: q - T / p.N, "label-not-averaged",
            "The 1 that is subtracted at the label is divided by N once too often.",
            "Subtract first, divide then, once.", "The mean is over the whole of p - 1."),
]


def _together(a, b):
    """Which two mistakes are looked for at once."""
    steps = {a.step, b.step}
    return "probs" in steps and steps & {"loss", "dscores", "examples", "label"} or \
        "examples" in steps and steps & {"loss", "straight", "dscores", "label", "target"}


PROBLEMS = ordinary_problems()
LOSS = ScaledTable(
    loss,
    [*(v for v in PROBS if v.code != "log-probs-for-probs"),  # in a loss that is right
     *LABELS, *TARGETS, *LOSSES, *EXAMPLES, *ROWS_OF_X],
    PROBLEMS, _together, {"probs"})
GRADIENT = ScaledTable(gradient, [*DSCORES, *TARGETS, *LABELS, *SHARED, *PROBS], PROBLEMS, _together, {"probs"})
