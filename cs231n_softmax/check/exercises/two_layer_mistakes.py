"""How a two-layer loss with its gradients goes wrong: the variants of check.two_layer_loss, step by step.

A step takes p, which holds the arguments (W1, b1, W2, b2, X, y, reg), N, C, `rows` and `onehot`, and the results of the
steps before it. Two steps return pairs: *hidden* the hidden units and their slopes, *scores* the scores and which of
them pass a gradient on. *penalty* returns what reg adds to the loss, and to each of the gradients.
"""

import re

import numpy as np
from scipy.special import logsumexp

from ..explain import Variant, each
from ..losses.labels import TARGETS, WRONG_ROWS
from ..losses.softmax import DSCORES
from .cross_entropy import pick
from .softmax import BATCH, PROBABILITIES, shifted
from .softmax import WHY as SOFTMAX_WHY
from .softmax import recipe as softmax

# --- forward ---------------------------------------------------------------------------------------------------------

RELU = "A hidden unit is the sum where that is positive, and 0 elsewhere: np.maximum(0, X @ W1 + b1)."
LINEAR = "Without ReLU, two layers are no more than one: (X @ W1) @ W2 is X @ (W1 @ W2)."
BIAS = "A layer is a product with its matrix, plus its own bias: X @ W1 + b1, then H @ W2 + b2."

SOFTMAX = {  # of softmax's own mistakes, those that are written in a loss
    "over-everything", "over-examples", "no-exponential", "negative-exponent", "not-normalised", "base-2",
    "scores-for-probs", "log-probs-for-probs", "softmax-twice", "sum-of-scores", "exp-of-sum", "mean-denominator",
}  # fmt: skip


def _relu(sums):
    return np.maximum(0, sums)


def _leaky(a, b):
    """Return a leaky ReLU: its slope below 0 is a in the hidden units, and b in their gradient."""
    return lambda p: (np.where(p.sums > 0, p.sums, a * p.sums), np.where(p.sums > 0, 1, b))


def _from(a, b):
    """Return a ReLU that begins at a, with b: from b = 0 on, it rises from zero; with b = a it jumps."""
    return lambda p: (np.where(p.sums > a, p.sums - a + b, 0), p.sums > a)


def _scaled(a, b):
    """Return a ReLU whose units are multiplied by a, and their gradient by b."""
    return lambda p: (a * _relu(p.sums), b * (p.sums > 0))


def _by_sign(function):
    """Return a hidden layer with another function, and ReLU's own gradient: where H > 0."""
    return lambda p: (function(p), function(p) > 0)


def _sigmoid(p):
    return 1 / (1 + np.exp(-p.sums))


# fmt: off
FORWARD = [
    Variant("sums", lambda p: p.X @ p.W1, "b1-left-out", "The bias b1 isn't added in the hidden layer.",
            "Which parameters are in the line of the hidden layer? W1 and b1.", BIAS),
    Variant("sums", lambda p: p.X @ p.W1.T + p.b1, "transposed-weights", "The hidden layer uses W1.T in place of W1.",
            "Write the shapes below the product. (N, D) times (D, H) gives (N, H): X @ W1."),
    Variant("sums", lambda p: p.X @ p.W1 + 2 * p.b1, "b1-twice", "The bias b1 is added twice in the hidden layer.",
            "In which lines does b1 occur? Once is right.", BIAS),
    Variant("sums", lambda p: p.X @ p.W1 - p.b1, "b1-subtracted", "The bias b1 is subtracted in the hidden layer.",
            "Look at the sign of b1.", BIAS),
    *each("hidden", [lambda p: (p.sums, p.sums > 0)], "relu-missing",
          "ReLU is missing in the hidden layer: negative sums are kept.", RELU, LINEAR),
    *each("hidden", [lambda p: (p.sums, 1)], "relu-missing",
          "ReLU is missing in the hidden layer, and in its gradient.", RELU, LINEAR),
    *each("hidden", [lambda p: (np.minimum(0, p.sums), p.sums < 0), lambda p: (np.minimum(0, p.sums), p.sums > 0)],
          "relu-minimum", "Negative sums are kept, and positive ones set to 0: ReLU is the wrong way round.",
          "Is it np.minimum, or a comparison the wrong way round? " + RELU),
    *each("hidden", [lambda p: ((p.sums > 0) * 1.0, p.sums > 0), lambda p: ((p.sums > 0) * 1.0, 0)], "relu-step",
          "A hidden unit is 1 or 0: it says whether the sum is positive, and the sum itself is lost.",
          "Is the result of a comparison used as the hidden layer? " + RELU),
    *each("hidden", [_by_sign(lambda p: np.abs(p.sums)), lambda p: (np.abs(p.sums), np.sign(p.sums)),
                     lambda p: (np.abs(p.sums), p.sums > 0)],
          "relu-absolute", "Negative sums lose their sign. They should become 0.", "Is there an np.abs? " + RELU),
    *each("hidden", [leaky for a in (0.01, 0.1, 0.2) for leaky in (_leaky(a, 0), _leaky(a, a), _leaky(a, 1))],
          "leaky-relu", "A negative sum is multiplied by a small number. It should become 0.",
          "Is there a factor such as 0.01 for negative sums? " + RELU,
          "The leaky ReLU is a well-known function too, but it is another network."),
    *each("hidden", [lambda p: (_sigmoid(p), _sigmoid(p) * (1 - _sigmoid(p))), _by_sign(_sigmoid),
                     lambda p: (_sigmoid(p), p.sums > 0)],
          "sigmoid", "The hidden layer uses the sigmoid in place of ReLU.", RELU),
    *each("hidden", [lambda p: (np.tanh(p.sums), 1 - np.tanh(p.sums) ** 2), _by_sign(lambda p: np.tanh(p.sums)),
                     lambda p: (np.tanh(p.sums), 1)],
          "tanh", "The hidden layer uses tanh in place of ReLU.", RELU),
    *each("hidden", [lambda p: (np.log1p(np.exp(p.sums)), 1 / (1 + np.exp(-p.sums))),
                     _by_sign(lambda p: np.log1p(np.exp(p.sums)))],
          "softplus", "The hidden layer uses log(1 + exp(s)) in place of ReLU.", RELU),
    *each("hidden", [lambda p, f=f: (f(p), f(p) > 0) for f in (lambda p: _relu(p.X @ p.W1) + p.b1,)]
          + [lambda p: (_relu(p.X @ p.W1) + p.b1, p.X @ p.W1 > 0), lambda p: (_relu(p.X @ p.W1) + p.b1, p.sums > 0)],
          "bias-after-relu", "The bias b1 is added after ReLU. It belongs inside.",
          "Look at the brackets of np.maximum: b1 stands inside of them.", RELU),
    *each("hidden", [_by_sign(lambda p: np.clip(p.sums, 0, 1)),
                     lambda p: (np.clip(p.sums, 0, 1), (p.sums > 0) & (p.sums < 1)),
                     _by_sign(lambda p: np.clip(p.sums, 0, 6)),
                     lambda p: (np.clip(p.sums, 0, 6), (p.sums > 0) & (p.sums < 6))],
          "clipped", "Large hidden units are cut off, at 1 or at 6.", "Look for an np.clip or a minimum. " + RELU),
    *each("hidden", [lambda p: (np.maximum(1, p.sums), p.sums > 1), lambda p: (np.maximum(1, p.sums), p.sums > 0),
                     lambda p: (np.maximum(1, p.sums), 1)],
          "relu-from-one", "Sums below 1 become 1. Sums below 0 should become 0.",
          "Which number stands in np.maximum beside the sum? " + RELU),
    *each("hidden", [at for a in (0.1, 0.5, 1) for at in (_from(a, 0), _from(a, a))],
          "relu-shifted", "A number is subtracted from the sums, or they are compared with it in place of 0.",
          "Which numbers stand in the line of ReLU beside the sums? " + RELU),
    *each("hidden", [scaled for a in (0.1, 0.5, 2) for scaled in (_scaled(a, a), _scaled(a, 1))],
          "hidden-scaled", "The hidden units are multiplied by a number.", "Look for a factor after ReLU. " + RELU),
    *each("hidden", [lambda p: (_relu(p.sums) ** 2, p.sums > 0), lambda p: (_relu(p.sums) ** 2, 2 * _relu(p.sums))],
          "hidden-squared", "The hidden units are squared.", RELU),
    Variant("scores", lambda p: (p.H @ p.W2, 1), "b2-left-out", "The bias b2 isn't added to the scores.",
            "Which parameters are in the line of the scores? W2 and b2.", BIAS),
    Variant("scores", lambda p: (p.H @ p.W2 + 2 * p.b2, 1), "b2-twice", "The bias b2 is added twice.",
            "In which lines does b2 occur? Once is right.", BIAS),
    Variant("scores", lambda p: (p.H @ p.W2 - p.b2, 1), "b2-subtracted", "The bias b2 is subtracted from the scores.",
            "Look at the sign of b2.", BIAS),
    Variant("scores", lambda p: (p.H @ p.W2.T + p.b2, 1), "transposed-weights",
            "The scores are computed with W2.T in place of W2.",
            "Write the shapes below the product. (N, H) times (H, C) gives (N, C): H @ W2."),
    Variant("scores", lambda p: (p.sums @ p.W2 + p.b2, 1), "relu-unused",
            "The scores are computed from the sums before ReLU.",
            "Which array is multiplied by W2? It should be the hidden layer after ReLU.", LINEAR),
    Variant("scores", lambda p: (p.X @ p.W2 + p.b2, 1), "hidden-unused", "The scores are computed from X, not from H.",
            "Which array is multiplied by W2? It should be the hidden layer H."),
    *each("scores", [lambda p: (_relu(p.H @ p.W2 + p.b2), 1),
                     lambda p: (_relu(p.H @ p.W2 + p.b2), p.H @ p.W2 + p.b2 > 0)],
          "relu-on-scores", "ReLU is applied to the scores as well.",
          "How often does np.maximum occur in the forward pass? Only the hidden layer has a ReLU.",
          "A score may be negative: with ReLU, all negative scores would become equal."),
    *(Variant("probs", lambda p, v=v, form=form: form(p.scores, **{v.step: v.how}), *v[2:5],
              v.why or SOFTMAX_WHY[v.step])
      for v in BATCH + PROBABILITIES for form in (shifted, softmax) if v.code in SOFTMAX and v.step != "shift"
      and "absolute" not in v.title and "the largest of" not in v.title),
    Variant("probs", lambda p: 1 / (1 + np.exp(-p.scores)), "sigmoid",
            "Each class has a sigmoid of its own, in place of softmax.",
            "How do the scores become probabilities? By exp(s_j), divided by the sum of exp(s_k) over all classes k.",
            "The sigmoids of one example don't add up to 1, and probabilities do."),
]


def _log(p):
    return -np.log(pick(p.probs, p.y))


def _shifted(p):
    return p.scores - p.scores.max(axis=1, keepdims=True)


# fmt: off
LOSSES = [
    Variant("loss", lambda p: _log(p).sum(), "data-loss-times-N", "The losses are added up, and not divided by N.",
            "Where is the division by N? The loss is a mean over the examples."),
    Variant("loss", lambda p: _log(p).mean() / p.N, "data-loss-over-N", "The loss of the data is divided by N twice.",
            "Look for a second division by N, such as np.mean together with / N."),
    Variant("loss", lambda p: _log(p).sum() / p.C, "data-loss-N-over-C", "The loss is divided by C, not by N.",
            "Which number is the sum divided by? It should be N, the number of examples: len(X)."),
    Variant("loss", lambda p: _log(p).mean() / p.C, "data-loss-over-C", "The loss of the data is divided by C as well.",
            "Is the mean taken over an array of shape (N, C)? Add up over the classes first."),
    Variant("loss", lambda p: -_log(p).mean(), "data-loss-negated", "The loss of the data has the wrong sign.",
            "Look for a minus sign: the loss of an example is -log(p) of its class."),
    Variant("loss", lambda p: _log(p).mean() / 2, "data-loss-half", "The loss of the data is halved.",
            "Look for a factor 0.5 in front of the data loss."),
    Variant("loss", lambda p: _log(p).mean() / np.log(10), "log10", "The logarithm is the one to base 10.",
            "Look for np.log10. The loss has the natural logarithm, np.log."),
    Variant("loss", lambda p: _log(p).mean() / np.log(2), "log2", "The logarithm is the one to base 2.",
            "Look for np.log2. The loss has the natural logarithm, np.log."),
    Variant("loss", lambda p: pick(p.probs, p.y).mean(), "log-missing", "The mean probability is returned as the loss.",
            "Look for the logarithm: the loss of an example is -log(p) of its class."),
    Variant("loss", lambda p: -pick(p.probs, p.y).mean(), "log-missing", "The logarithm is missing in the loss.",
            "The loss of an example is -log(p) of its class."),
    Variant("loss", lambda p: -np.log(pick(p.probs, p.y).mean()), "log-of-mean",
            "The probabilities are averaged before the logarithm.",
            "In which order are logarithm and mean? First take -log of each example's probability, then the mean.",
            "The logarithm of a mean is a different number from the mean of the logarithms."),
    *each("loss", [lambda p: -np.log(p.probs[:, p.y]).mean(), lambda p: -np.log(p.probs[:, p.y]).sum() / p.N],
          *WRONG_ROWS),
    Variant("loss", lambda p: -np.log(p.probs).sum() / p.N, "all-classes",
            "The logarithms of all classes are added up, not only of the label.",
            "Pick one probability of each row: probs[np.arange(N), y]."),
    Variant("loss", lambda p: _log(p).sum() / p.X.shape[1], "data-loss-N-over-D",
            "The loss is divided by D, not by N.", "Which number is len(X)? It is N, and X.shape[1] is D."),
    *each("loss", [lambda p: logsumexp(p.scores, axis=1).mean(), lambda p: logsumexp(_shifted(p), axis=1).mean()],
          "label-score-missing", "The term -s[y] is missing. So the label has no effect on the loss.",
          "The loss of an example is log(sum_j exp(s_j)) - s[y]."),
    *each("loss", [lambda p: (logsumexp(_shifted(p), axis=1) - pick(p.scores, p.y)).mean(),
                   lambda p: (logsumexp(p.scores, axis=1) - pick(_shifted(p), p.y)).mean()],
          "shift-mismatch", "The shift is either in the label's score or in the sum, but not in both.",
          "Where do the scores become shifted, and which lines use them? Use the shifted scores in all lines."),
    Variant("loss", lambda p: _log(p)[0], "first-example-only", "The loss is that of the first example alone.",
            "Look for an index that is always 0, or for a `return` inside of a loop."),
]

# --- backward --------------------------------------------------------------------------------------------------------

CHAIN = "The chain rule goes back the way the forward pass came: scores, W2 and b2, hidden units, ReLU, W1 and b1."
ONCE = "Divide by N once, at dscores. Everything behind it inherits this division."
GATE = "dH[H <= 0] = 0, or dH * (H > 0), comes right after dH = dscores @ W2.T, and before dW1 and db1."
SILENT = "A silent unit (H = 0) stays silent after a small change of its sum. So no gradient flows through it."




def _without_X(variant, how):
    """Return a linear classifier's variant of dscores with texts that speak of dscores, not of dW."""
    texts = [re.sub(r"X\[i\]", "1", re.sub(r" (times|\*) X\[i\]", "", text)) for text in variant[3:6]]
    return Variant("dscores", how, variant.code, *texts)


# fmt: off
BACKWARD = [
    *(_without_X(v, lambda p, v=v: v.how(p, p.probs, p.onehot) / p.N) for v in DSCORES if v.code != "hinge"),
    *(_without_X(v, lambda p, v=v: (p.probs - v.how(p)) / p.N) for v in TARGETS),
    Variant("dscores", lambda p: p.probs - p.onehot, "data-gradient-times-N",
            "No gradient is divided by N.", "Where is the division by N? " + ONCE,
            "The loss is a mean over the examples, and so are its gradients."),
    Variant("dscores", lambda p: (p.probs - p.onehot) / p.N**2, "data-gradient-over-N",
            "All gradients are divided by N twice.", "Look for a second division by N. " + ONCE),
    Variant("dscores", lambda p: (p.onehot - p.probs) / p.N, "data-gradient-negated",
            "The gradients of the data have the wrong sign.", "The scores' gradient is p - onehot, divided by N."),
    Variant("dscores", lambda p: (p.probs - p.onehot) / p.C, "data-gradient-N-over-C",
            "The gradients are divided by C, not by N.", "Which number is len(X)? " + ONCE),
    Variant("dscores", lambda p: (p.probs - p.onehot) / p.N / p.C, "data-gradient-over-C",
            "The gradients are divided by C as well.", ONCE),
    Variant("dscores", lambda p: (p.probs - p.onehot) / p.X.shape[1], "data-gradient-N-over-D",
            "The gradients are divided by D, not by N.", "Which number is len(X)? " + ONCE),
    Variant("dscores", lambda p: (p.probs - p.onehot) / p.W1.shape[1], "data-gradient-N-over-H",
            "The gradients are divided by H, not by N.", "Which number is len(X)? " + ONCE),
    Variant("dscores", lambda p: (p.scores - p.onehot) / p.N, "scores-for-probs",
            "1 is subtracted from the scores, not from the probabilities.",
            "Which array is copied into dscores? It should hold the probabilities."),
    Variant("dscores", lambda p: p.scores / p.N, "scores-for-probs", "The scores stand in place of their gradient.",
            "Which array is dscores? It should be p - onehot, divided by N."),
    Variant("dscores", lambda p: (np.exp(p.scores) - p.onehot) / p.N, "not-normalised",
            "1 is subtracted from the exponentials, not from the probabilities.",
            "Which array is copied into dscores? It should hold the probabilities."),
    # the second layer
    Variant("W2", lambda p: p.sums.T @ p.dscores, "W2-before-relu",
            "dW2 is computed from the sums before ReLU, not from the hidden units.",
            "Which array went into the product with W2? The same one belongs into dW2: H.T @ dscores."),
    Variant("W2", lambda p: p.X.T @ p.dscores, "W2-from-X", "dW2 is computed from X, not from the hidden units.",
            "Which array went into the product with W2? The same one belongs into dW2: H.T @ dscores."),
    Variant("W2", lambda p: p.dscores.T @ p.H, "transposed", "dW2 is transposed, except for its penalty.",
            "Write the shapes below the product. (H, N) times (N, C) gives (H, C): H.T @ dscores."),
    Variant("W2", lambda p: p.H.T @ p.probs / p.N, "W2-from-probs",
            "In dW2 stand the probabilities, without the 1 that is subtracted at the label.",
            "Which array is multiplied by H.T? It should be dscores."),
    Variant("W2", lambda p: p.H.T @ p.probs, "W2-from-probs", "In dW2 stand the probabilities, not dscores.",
            "Which array is multiplied by H.T? It should be dscores."),
    Variant("W2", lambda p: p.H.T @ p.scores, "W2-from-scores", "In dW2 stand the scores, not dscores.",
            "Which array is multiplied by H.T? It should be dscores."),
    Variant("W2", lambda p: (p.H > 0).T @ p.dscores, "W2-from-mask",
            "dW2 is computed from H > 0, not from the hidden units themselves.",
            "The mask H > 0 belongs to dH. dW2 has the factor H: H.T @ dscores."),
    # what goes back to the hidden units
    Variant("dH", lambda p: p.dscores @ p.W2, "W2-not-transposed", "dH is dscores @ W2, and not dscores @ W2.T.",
            "Write the shapes below the product. (N, C) times (C, H) gives (N, H): dscores @ W2.T.",
            "A unit's gradient adds up over the classes, each with the weight from this unit to the class."),
    Variant("dH", lambda p: p.scores @ p.W2.T, "dH-from-scores", "dH is computed from the scores, not from dscores.",
            "Which array is multiplied by W2.T? It should be dscores.", CHAIN),
    Variant("dH", lambda p: np.maximum(0, p.dscores) @ p.W2.T, "mask-of-dscores",
            "Negative entries of dscores are set to 0 on their way back.",
            "ReLU belongs to the hidden layer: its gradient comes after dH = dscores @ W2.T.", CHAIN),
    *each("dH", [lambda p: p.probs @ p.W2.T, lambda p: p.probs @ p.W2.T / p.N], "dH-from-probs",
          "dH is computed from the probabilities, not from dscores.",
          "Which array is multiplied by W2.T? It should be dscores.", CHAIN),
    Variant("dH", lambda p: p.N * p.dscores @ p.W2.T, "first-layer-times-N", "dW1 and db1 aren't divided by N.",
            "Does dH use dscores after its division by N? " + ONCE),
    Variant("dH", lambda p: p.dscores @ p.W2.T / p.N, "first-layer-over-N", "dW1 and db1 are divided by N twice.",
            "Is dH divided by N again? " + ONCE),
    Variant("dH", lambda p: -p.dscores @ p.W2.T, "first-layer-negated", "dW1 and db1 have the wrong sign.",
            "Look for a minus sign at dH."),
    Variant("dH", lambda p: p.dscores @ (p.H.T @ p.dscores).T, "dH-from-dW2", "dH is computed with dW2, not with W2.",
            "Which matrix is multiplied by dscores? It should be W2.T."),
    Variant("dH", lambda p: p.dscores @ (p.H.T @ p.dscores + 2 * p.reg * p.W2).T, "dH-from-dW2",
            "dH is computed with dW2, penalty included, and not with W2.",
            "Which matrix is multiplied by dscores? It should be W2.T."),
    Variant("dH", lambda p: p.dscores @ (p.W2 - (p.H.T @ p.dscores + 2 * p.reg * p.W2)).T, "W2-already-changed",
            "dH is computed with a W2 that has been changed by its gradient already.",
            "Is a parameter updated in this function? It returns gradients, and the steps are taken elsewhere."),
    Variant("dH", lambda p: (p.H.T @ p.dscores).T.sum(axis=0) + 0 * p.H, "dH-from-dW2",
            "dH is computed from dW2, not from dscores and W2.", "dH = dscores @ W2.T", CHAIN),
    *each("dsums", [lambda p: p.dH], "relu-gradient-missing",
          "The gradient of ReLU is missing: silent hidden units pass a gradient on.",
          "Is there a line for ReLU in the backward pass? " + GATE + " H >= 0 is true for every unit.", SILENT),
    *each("dsums", [lambda p: p.dH * (p.dH > 0)], "mask-of-dH",
          "The gradient of ReLU looks at the sign of dH. It should look at H.",
          "Which array is compared with 0? The forward pass sets units to 0, so it is H. " + GATE, SILENT),
    *each("dsums", [lambda p: p.dH * (p.H <= 0)], "mask-reversed",
          "The gradient of ReLU is the wrong way round: only silent units pass a gradient on.",
          "Look at the comparison. " + GATE, SILENT),
    *each("dsums", [lambda p: p.dH * p.H], "mask-is-H", "dH is multiplied by H. It should be multiplied by H > 0.",
          "ReLU's slope is 1 where H > 0, whatever the size of H. " + GATE, SILENT),
    *each("dsums", [lambda p: p.dH * p.sums], "mask-is-H", "dH is multiplied by the sums. It should be set to 0 where "
          "H is 0.", GATE, SILENT),
    *each("dsums", [lambda p: (p.H > 0) * 1.0], "dH-lost", "After ReLU only the mask H > 0 is left: dH is lost.",
          "Is the mask multiplied by dH? " + GATE, CHAIN),
    *each("dsums", [lambda p: np.maximum(0, p.H)], "dH-lost",
          "After ReLU only the hidden units are left: dH is lost.",
          "Which array is set to 0 where H is 0? It should be dH. " + GATE, CHAIN),
    *each("dsums", [lambda p: p.dH * (p.H > 1)], "mask-from-one", "Units between 0 and 1 pass no gradient on.",
          "Which number is H compared with? It should be 0. " + GATE, SILENT),
    *each("dsums", [lambda p, a=a: np.where(p.H > 0, p.dH, a * p.dH) for a in (0.01, 0.1, 0.2)], "leaky-relu",
          "In the gradient, silent units pass a small part on, as with a leaky ReLU.", GATE, SILENT),
    *each("dsums", [lambda p: p.dH * p.H * (1 - p.H)], "sigmoid",
          "In the gradient stands the derivative of the sigmoid, H * (1 - H).", GATE, SILENT),
    *each("dsums", [lambda p: p.dH * (1 - p.H**2)], "tanh", "In the gradient stands the derivative of tanh, 1 - H**2.",
          GATE, SILENT),
    # the first layer
    Variant("W1", lambda p: p.X.T @ p.dH, "relu-gradient-not-in-W1",
            "In dW1 the gradient of ReLU is missing, and in db1 it is there.",
            "In which order are the lines? " + GATE, SILENT),
    Variant("W1", lambda p: (p.X.T @ p.dH) * (p.X.T @ p.dH > 0), "mask-of-dW1",
            "ReLU is applied to dW1. Its gradient belongs to dH.", GATE, SILENT),
    Variant("W1", lambda p: (p.X.T @ p.dH) * (p.W1 > 0), "mask-of-W1",
            "dW1 is set to 0 where W1 is negative.", "Which array is compared with 0? " + GATE, SILENT),
    Variant("W1", lambda p: p.X.T @ p.dscores, "W1-from-dscores", "dW1 is X.T @ dscores, as in a linear classifier.",
            "Which gradient has the shape (N, H)? dW1 is X.T @ dH, after ReLU's gradient.", CHAIN),
    Variant("W1", lambda p: p.dsums.T @ p.X, "transposed", "dW1 is transposed, except for its penalty.",
            "Write the shapes below the product. (D, N) times (N, H) gives (D, H): X.T @ dH."),
    Variant("W1", lambda p: p.H.T @ p.dsums, "W1-from-H", "dW1 is computed from H, not from X.",
            "Which array went into the product with W1? The same one belongs into dW1: X.T @ dH."),
    Variant("W1", lambda p: p.X.T @ p.H, "W1-from-H", "dW1 is X.T @ H: the gradient of H is missing.",
            "Which array is multiplied by X.T? It should be dH, after ReLU's gradient.", CHAIN),
    Variant("W1", lambda p: p.X.T @ (p.dscores @ p.W2.T * (p.X @ p.W1 > 0)), "mask-without-bias",
            "In dW1 the mask leaves out the bias b1.", GATE, SILENT),
    Variant("b1", lambda p: p.dH.sum(axis=0), "relu-gradient-not-in-b1",
            "In db1 the gradient of ReLU is missing, and in dW1 it is there.", "In which order are the lines? " + GATE,
            SILENT),
    Variant("b1", lambda p: np.full(len(p.b1), p.dsums.sum()), "b1-no-axis",
            "All entries of db1 are the sum of all numbers.", "db1 is dH.sum(axis=0), after ReLU's gradient."),
    Variant("b1", lambda p: p.dsums.mean(axis=1), "b1-wrong-axis",
            "db1 is a mean over each row. It should add up the columns.",
            "db1 is dH.sum(axis=0), after ReLU's gradient."),
    *each("b2", [lambda p: p.probs.sum(axis=0), lambda p: p.probs.mean(axis=0)], "b2-from-probs",
          "db2 adds up the probabilities, not dscores.", "Which array is added up? It should be dscores."),
    Variant("b2", lambda p: p.scores.sum(axis=0), "b2-from-scores", "db2 adds up the scores, not dscores.",
            "Which array is added up? It should be dscores."),
    Variant("b1", lambda p: p.H.sum(axis=0), "b1-from-H", "db1 adds up the hidden units, not their gradient.",
            "Which array is added up? It should be dH, after ReLU's gradient."),
    Variant("b1", lambda p: p.dscores.sum(axis=0), "b1-from-dscores", "db1 is the sum of dscores, as db2 is.",
            "Which array is added up? db1 is the sum of dH over the examples, after ReLU's gradient."),
]


def _of_both(name, used, words):
    """Return the usual slips of a matrix's gradient, or of a bias's: a sum over the rows of `words`."""
    right = used if name[0] == "W" else lambda p: used(p).sum(axis=0)
    hint = f"Which lines compute d{name}? " + ONCE
    return [
        Variant(name, lambda p: 0 * right(p), f"{name}-gradient-missing", f"The gradient d{name} is zero.",
                f"Is d{name} computed after its array of zeros was made, and stored in grads?"),
        Variant(name, lambda p: right(p) / p.N, f"{name}-gradient-over-N", f"d{name} is divided by N once too often.",
                ("Is it a mean over the examples? " if name[0] == "b" else "") + hint),
        Variant(name, lambda p: right(p) * p.N, f"{name}-gradient-times-N", f"d{name} isn't divided by N.", hint),
        Variant(name, lambda p: -right(p), f"{name}-gradient-negated", f"d{name} has the wrong sign.",
                f"Look for a minus sign at d{name}."),
        Variant(name, lambda p: 2 * right(p), f"{name}-gradient-double", f"d{name} is twice what it should be.",
                f"Is d{name} added twice, or multiplied by 2?"),
        Variant(name, lambda p: right(p) / 2, f"{name}-gradient-half", f"d{name} is half of what it should be.",
                f"Look for a factor 0.5 at d{name}."),
        *([] if name[0] == "W" else _of_bias(name, used, words)),
    ]


def _of_bias(name, used, words):
    sums = f"db is the sum of {words} over the examples: {words}.sum(axis=0). Its shape is that of {name}."
    return [
        Variant(name, lambda p: used(p).sum(axis=1), f"{name}-wrong-axis",
                f"d{name} adds up the numbers of each row. It should add up the columns.", sums),
        Variant(name, lambda p: used(p).sum(), f"{name}-no-axis", f"d{name} is the sum of all numbers: one number.",
                sums),
        Variant(name, lambda p: used(p).sum(axis=0, keepdims=True), f"{name}-keepdims",
                f"d{name} has shape (1, n), and {name} has shape (n,).", "Look for keepdims=True. " + sums),
        Variant(name, lambda p: used(p).sum(axis=0)[:, None], f"{name}-keepdims",
                f"d{name} has shape (n, 1), and {name} has shape (n,).", sums),
        Variant(name, used, f"{name}-not-summed", f"d{name} isn't added up: it has a row for each example.", sums),
        Variant(name, lambda p: used(p)[0], f"{name}-one-row", f"d{name} is the row of the first example.", sums),
        Variant(name, lambda p: used(p)[-1], f"{name}-one-row", f"d{name} is the row of the last example.", sums),
        Variant(name, lambda p: used(p).max(axis=0), f"{name}-maximum", f"d{name} is a maximum, not a sum.", sums),
    ]


BACKWARD += [*_of_both("W2", lambda p: p.H.T @ p.dscores, "dscores"), *_of_both("b2", lambda p: p.dscores, "dscores"),
             *_of_both("W1", lambda p: p.X.T @ p.dsums, "dH"), *_of_both("b1", lambda p: p.dsums, "dH")]

# --- regularization --------------------------------------------------------------------------------------------------

BOTH = "The penalty is reg * (np.sum(W1**2) + np.sum(W2**2)), and its derivatives are 2 * reg * W1 and 2 * reg * W2."


def _squares(*names):
    return lambda p: sum(p.reg * np.sum(getattr(p, name) ** 2) for name in names)


def _slopes(**factors):
    return lambda p: {name: 2 * factor * p.reg * getattr(p, name) for name, factor in factors.items()}


RIGHT_LOSS, RIGHT_SLOPES = _squares("W1", "W2"), _slopes(W1=1, W2=1)


def _times(how, factor):
    """Return a part of the penalty, multiplied by factor(p)."""
    def scaled(p):
        part = how(p)
        return {name: factor(p) * w for name, w in part.items()} if isinstance(part, dict) else factor(p) * part
    return scaled


def _penalties(code, loss, slopes, title, both=None):
    """Return variants of a mistake that is in the loss, in the gradients, or in both; None: a part can't have it."""
    in_loss = [Variant("reg_loss", loss, code.replace("reg-loss", "reg").replace("reg", "reg-loss", 1),
                       "In the loss, " + title, BOTH)]
    if slopes is None:
        return in_loss
    return in_loss + [
        Variant("slopes", slopes, code.replace("reg", "reg-gradient", 1), "In the gradients, " + title, BOTH),
        Variant("penalty", lambda p: (loss(p), slopes(p)), both or code, "In loss and gradients, " + title, BOTH),
    ]


PENALTIES = [
    *_penalties("reg-missing", lambda p: 0, lambda p: {}, "the penalty is missing."),
    *_penalties("reg-half", _times(RIGHT_LOSS, lambda p: 0.5), _times(RIGHT_SLOPES, lambda p: 0.5),
                "the penalty is half of what it should be: there is no 1/2 in this course's convention.",
                "half-convention"),
    *_penalties("reg-double", _times(RIGHT_LOSS, lambda p: 2), _times(RIGHT_SLOPES, lambda p: 2),
                "the penalty is twice what it should be."),
    *_penalties("reg-over-N", _times(RIGHT_LOSS, lambda p: 1 / p.N), _times(RIGHT_SLOPES, lambda p: 1 / p.N),
                "the penalty is divided by N."),
    *_penalties("reg-times-N", _times(RIGHT_LOSS, lambda p: p.N), _times(RIGHT_SLOPES, lambda p: p.N),
                "the penalty is added once for each example."),
    *_penalties("reg-negated", _times(RIGHT_LOSS, lambda p: -1), _times(RIGHT_SLOPES, lambda p: -1),
                "the penalty has the wrong sign."),
    *_penalties("reg-without-reg", lambda p: np.sum(p.W1**2) + np.sum(p.W2**2),
                lambda p: {"W1": 2 * p.W1, "W2": 2 * p.W2}, "the penalty isn't multiplied by reg."),
    *_penalties("reg-squared-strength", _times(RIGHT_LOSS, lambda p: p.reg), _times(RIGHT_SLOPES, lambda p: p.reg),
                "the penalty is multiplied by reg twice."),
    *_penalties("reg-biases", _squares("W1", "b1", "W2", "b2"), _slopes(W1=1, b1=1, W2=1, b2=1),
                "the biases are penalized as well. They are free, as in cs231n."),
    *_penalties("reg-b1", _squares("W1", "b1", "W2"), _slopes(W1=1, b1=1, W2=1),
                "the bias b1 is penalized as well. Biases are free, as in cs231n."),
    *_penalties("reg-b2", _squares("W1", "W2", "b2"), _slopes(W1=1, W2=1, b2=1),
                "the bias b2 is penalized as well. Biases are free, as in cs231n."),
    *_penalties("reg-W1-missing", _squares("W2"), _slopes(W2=1), "the penalty of W1 is missing."),
    *_penalties("reg-W2-missing", _squares("W1"), _slopes(W1=1), "the penalty of W2 is missing."),
    *_penalties("reg-l1", lambda p: p.reg * (np.abs(p.W1).sum() + np.abs(p.W2).sum()),
                lambda p: {"W1": p.reg * np.sign(p.W1), "W2": p.reg * np.sign(p.W2)},
                "absolute values (L1) stand in place of squares (L2)."),
    *_penalties("reg-loss-W1-twice", _squares("W1", "W1"), None, "W1 is penalized twice, and W2 not at all."),
    *_penalties("reg-loss-not-squared", lambda p: p.reg * (p.W1.sum() + p.W2.sum()), None, "the squares are missing."),
    *_penalties("reg-loss-norm", lambda p: p.reg * (np.linalg.norm(p.W1) + np.linalg.norm(p.W2)), None,
                "the norms aren't squared."),
    *_penalties("reg-loss-product", lambda p: p.reg * np.sum(p.W1**2) * np.sum(p.W2**2), None,
                "the two sums of squares are multiplied, and not added."),
    *_penalties("reg-loss-without-brackets", lambda p: p.reg * np.sum(p.W1**2) + np.sum(p.W2**2), None,
                "only the squares of W1 are multiplied by reg: look at the brackets."),
    *_penalties("reg-loss-sum-then-square", lambda p: p.reg * (p.W1.sum() ** 2 + p.W2.sum() ** 2), None,
                "the sums are squared, not the weights."),
    *_penalties("reg-loss-half-of-W1", lambda p: p.reg * (0.5 * np.sum(p.W1**2) + np.sum(p.W2**2)), None,
                "only the squares of W1 have a factor 1/2."),
    *_penalties("reg-loss-half-of-W2", lambda p: p.reg * (np.sum(p.W1**2) + 0.5 * np.sum(p.W2**2)), None,
                "only the squares of W2 have a factor 1/2."),
    Variant("slopes", lambda p: {"W1": 2 * p.reg * p.W1**2, "W2": 2 * p.reg * p.W2**2},
            "reg-gradient-squares-in-gradient", "In the gradients stands W**2 in place of its derivative.", BOTH),
    Variant("slopes", _slopes(W1=1, b1=0.5, W2=1, b2=0.5), "reg-gradient-biases",
            "In the gradients, reg * b is added to the biases. They are free, as in cs231n.", BOTH),
    *(Variant("slopes", _slopes(W1=first, W2=second), "reg-gradient-half", title, BOTH)
      for first, second, title in [
          (0.5, 1, "Only in dW1, the penalty is half of what it should be."),
          (1, 0.5, "Only in dW2, the penalty is half of what it should be."),
          (0, 0.5, "In dW2 the penalty is half of what it should be, and in dW1 it is missing."),
          (0.5, 0, "In dW1 the penalty is half of what it should be, and in dW2 it is missing.")]),
]

# --- what is returned ------------------------------------------------------------------------------------------------


def _exchanged(first, second):
    return lambda loss, grads: {"loss": loss} | grads | {first: grads[second], second: grads[first]}


def _with(name, change):
    return lambda loss, grads: {"loss": loss} | grads | {name: change(grads[name])}


NAMES = "Which array is stored under which name? Each gradient has the name, and the shape, of its parameter."
RETURNED = [
    *(Variant("returned", _exchanged(*names), "gradients-exchanged", f"d{names[0]} and d{names[1]} are exchanged.",
              NAMES)
      for names in (("W1", "W2"), ("b1", "b2"))),
    Variant("returned", lambda loss, grads: {"loss": loss, "W1": grads["W2"], "b1": grads["b2"], "W2": grads["W1"],
                                             "b2": grads["b1"]},
            "gradients-exchanged", "The gradients of the two layers are exchanged.", NAMES),
    *(Variant("returned", _with(name, np.transpose), "transposed", f"d{name} is transposed.",
              f"Write the shapes below the product: d{name} has the shape of {name}.") for name in ("W1", "W2")),
    *(Variant("returned", _with(name, np.zeros_like), f"{name}-gradient-missing",
              f"d{name} is zero, without its penalty too.",
              f"Is d{name} computed after its array of zeros was made, and stored in grads?") for name in ("W1", "W2")),
    Variant("returned", lambda loss, grads: {"loss": loss} | grads | {k: np.zeros_like(grads[k]) for k in ("W1", "b1")},
            "first-layer-missing", "dW1 and db1 are zero: the way back ends at the hidden layer.",
            "What does the hidden layer get from the scores? " + CHAIN),
    Variant("returned", lambda loss, grads: {"loss": loss} | {name: np.zeros_like(dw) for name, dw in grads.items()},
            "gradient-missing", "All gradients are zero.", "Where does each gradient get its value? " + CHAIN),
]
VARIANTS = [*FORWARD, *LOSSES, *BACKWARD, *PENALTIES, *RETURNED]
# fmt: on
