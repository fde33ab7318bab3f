"""What may stand where the probabilities of the softmax loss should: models are functions Problem -> list of (N, C)."""

import numpy as np
from scipy.special import log_softmax, softmax

from .idea import Idea, right


def _over(exp, axis):
    return exp / exp.sum(axis=axis, keepdims=axis is not None)


def shifts(p):
    """The usual shifts before exp, which cancel in right code and needn't in wrong code: none, rows', all's."""
    return [p.scores, p.scores - p.scores.max(axis=1, keepdims=True), p.scores - p.scores.max()]


def _not_reset(exp):
    return exp / np.cumsum(exp.sum(axis=1))[:, None]


def _without_label(p, exp):
    return exp / (exp.sum(axis=1) - exp[p.rows, p.y])[:, None]


# What stands where the probabilities should. Models: Problem -> list of (N, C).
PROBABILITIES = [
    right(lambda p: [p.probs]),
    Idea("over-examples", "The probabilities are normalised over the examples, not over the classes.",
         "Each row of the scores belongs to one example, and each row of the probabilities must add up to 1. Yours "
         "add up to 1 in columns.",
         "Sum over the classes: `axis=1`, with `keepdims=True`.",
         lambda p: [_over(np.exp(s), 0) for s in shifts(p)]),
    Idea("over-everything", "The probabilities are normalised over the whole batch, not over each row.",
         "`.sum()` without an axis adds up all examples together.", "`.sum(axis=1, keepdims=True)`.",
         lambda p: [_over(np.exp(s), None) for s in shifts(p)]),
    Idea("not-normalised", "The exponentials aren't divided by their sum.",
         "exp(s) alone isn't a probability: it can exceed 1.", "Divide each row by its sum.",
         lambda p: [np.exp(s) for s in shifts(p)]),
    Idea("column-maximum", "The largest score is taken of each column, and that changes the probabilities.",
         "Only a number that is the same for all classes of an example cancels in softmax.",
         "One maximum for each row: `scores.max(axis=1, keepdims=True)`.",
         lambda p: [softmax(p.scores - p.scores.max(axis=0), axis=1)]),
    Idea("denominator-without-label", "The denominator leaves out the label's class.",
         "The sum runs over all classes, the true one included.", "Add up exp(s_j) for every j.",
         lambda p: [_without_label(p, np.exp(p.scores))]),
    Idea("denominator-not-reset", "The denominator isn't set back to 0 for each example.",
         "Each example is divided by the sum of all the examples so far.",
         "Set it to 0 inside the loop over the examples.",
         lambda p: [_not_reset(np.exp(s)) for s in shifts(p)]),
    Idea("first-denominator", "Every example is divided by the sum of the first one.",
         "", "Each row needs its own sum: use index i, or `axis=1, keepdims=True`.",
         lambda p: [np.exp(s) / np.exp(s[0]).sum() for s in shifts(p)]),
    Idea("last-denominator", "Every example is divided by the sum of the last one.",
         "", "Each row needs its own sum.",
         lambda p: [np.exp(s) / np.exp(s[-1]).sum() for s in shifts(p)]),
    Idea("mean-denominator", "The exponentials are divided by their mean, not by their sum.",
         "So each row adds up to C, not to 1.", "`.sum(axis=1, keepdims=True)`.",
         lambda p: [p.C * p.probs]),
    Idea("max-denominator", "The exponentials are divided by the largest of them, not by their sum.",
         "", "Divide by `.sum(axis=1, keepdims=True)`.",
         lambda p: [p.probs / p.probs.max(axis=1, keepdims=True)]),
    Idea("denominator-skips-last", "The denominator leaves out the last class.",
         "The sum ends one class too early.", "`range(C)` already ends at C - 1.",
         lambda p: [np.exp(p.scores) / np.exp(p.scores[:, :-1]).sum(1, keepdims=True)]),
    Idea("denominator-skips-first", "The denominator leaves out the first class.",
         "The sum starts one class too late.", "Classes are counted from 0.",
         lambda p: [np.exp(p.scores) / np.exp(p.scores[:, 1:]).sum(1, keepdims=True)]),
    Idea("denominator-unfinished", "Each class is divided by the sum up to that class, not by the whole sum.",
         "The sum is used before it is finished.",
         "Two loops: first the sum over all classes, then the probabilities.",
         lambda p: [np.exp(s) / np.cumsum(np.exp(s), axis=1) for s in shifts(p)[:1]]),
    Idea("norm-denominator", "The exponentials are divided by their norm, the root of the sum of their squares.",
         "", "Divide by `.sum(axis=1, keepdims=True)`.",
         lambda p: [np.exp(p.scores) / np.linalg.norm(np.exp(p.scores), axis=1, keepdims=True)]),
    Idea("exp-of-sum", "The exponentials are divided by the exponential of the scores' sum.",
         "The sum of exponentials isn't the exponential of the sum.", "`np.exp(scores).sum(axis=1, keepdims=True)`.",
         lambda p: [np.exp(s) / np.exp(s.sum(axis=1, keepdims=True)) for s in shifts(p)]),
    Idea("maximum-not-returned", "The largest score is subtracted in one of two places only.",
         "A shift cancels when both the label's score and the sum of exponentials have it.",
         "Shift first, and use the shifted scores everywhere.",
         lambda p: [np.exp(a) / np.exp(b).sum(axis=1, keepdims=True) for k in (1, 2) for a,
                    b in [(p.scores, shifts(p)[k]), (shifts(p)[k], p.scores)]]),
    Idea("divided-by-maximum", "The scores are divided by the largest of them; it should be subtracted.",
         "Dividing changes the differences between scores.", "`scores - scores.max(axis=1, keepdims=True)`.",
         lambda p: [softmax(p.scores / p.scores.max(axis=1, keepdims=True), axis=1),
                    softmax(p.scores / p.scores.max(), axis=1)]),
    Idea("scores-rounded", "The scores lose their decimals.",
         "An array of integers can't hold them.", "Make arrays of floats.",
         lambda p: [softmax(f(s), axis=1) for f in (np.trunc, np.round) for s in shifts(p)[:2]]),
    Idea("negative-scores-lost", "Negative scores are set to 0.",
         "A very negative score should give a small probability.", "exp of the score itself.",
         lambda p: [softmax(np.maximum(p.scores, 0), axis=1)]),
    Idea("bias-dropped", "The bias, the last column of X, is left out of the scores.",
         "", "`X @ W`, with all columns.",
         lambda p: [softmax(p.X[:, :-1] @ p.W[:-1], axis=1)]),
    Idea("X-centred", "The batch's mean is subtracted from X.",
         "The images have their mean subtracted already, the training set's.", "Use X as it is.",
         lambda p: [softmax((p.X - p.X.mean(axis=0)) @ p.W, axis=1)]),
    Idea("weights-ignored", "All classes have the same probability, whatever W is.",
         "The scores are all 0, or all the same.", "`scores = X @ W`.",
         lambda p: [np.full((p.N, p.C), 1 / p.C)]),
    Idea("label-probability-for-all", "The label's probability stands at every class.",
         "", "Class j has a probability of its own.",
         lambda p: [np.tile(p.probs[p.rows, p.y], (p.C, 1)).T]),
    Idea("first-row-for-all", "The first example's scores are used for all.",
         "", "Row i belongs to example i: `X[i]`.",
         lambda p: [np.tile(p.probs[0], (p.N, 1))]),
    Idea("no-exponential", "The scores are normalised without being exponentiated.",
         "Scores can be negative, and their sum can be 0.", "np.exp first, then divide by the sum.",
         lambda p: [_over(p.scores, 1), _over(np.abs(p.scores), 1),
                    _over(p.scores - p.scores.max(axis=1, keepdims=True), 1)]),
    Idea("negative-exponent", "The exponent has the wrong sign: exp(-s) instead of exp(s).",
         "A high score should give a high probability.", "`np.exp(scores)`.",
         lambda p: [softmax(-p.scores, axis=1)]),
    Idea("softmax-twice", "Softmax is applied twice.",
         "Probabilities are taken for scores and normalised again.", "Once is enough.",
         lambda p: [softmax(p.probs, axis=1)]),
    Idea("sigmoid", "Each class has a sigmoid of its own; softmax couples them.",
         "Sigmoids of one example don't add up to 1.", "exp(s_j) divided by the sum over all classes.",
         lambda p: [1 / (1 + np.exp(-p.scores))]),
    Idea("winner-takes-all", "The class with the highest score gets probability 1, the others 0.",
         "", "Softmax gives each class a share.",
         lambda p: [np.eye(p.C)[p.scores.argmax(axis=1)]]),
    Idea("other-base", "The exponential isn't that of e.",
         "2**s or 10**s also normalise, but then the gradient has a factor.", "`np.exp(scores)`.",
         lambda p: [softmax(np.log(b) * p.scores, axis=1) for b in (2, 10)]),
    Idea("scores-doubled", "The scores are counted twice in the exponent.",
         "", "exp(s), with each score once.",
         lambda p: [softmax(2 * p.scores, axis=1), softmax(p.scores / 2, axis=1)]),
    Idea("scores-divided", "The scores, or X, are divided by something.",
         "", "Take the mean of the losses, not of the scores; X is ready to use.",
         lambda p: [softmax(p.scores / k, axis=1) for k in (p.N, p.D, p.C, p.D**0.5, 255, 10, 100, 1000)]),
    Idea("absolute-scores", "The signs of the scores are lost.",
         "A very negative score should give a small probability.",
         "exp of the score itself, not of its absolute value or square.",
         lambda p: [softmax(np.abs(p.scores), axis=1), softmax(p.scores**2, axis=1)]),
    Idea("log-probs-for-probs", "The logarithm of the probabilities stands where the probabilities belong.",
         "", "Take the logarithm only for the loss.",
         lambda p: [log_softmax(p.scores, axis=1)]),
    Idea("scores-for-probs", "The scores stand where the probabilities belong.",
         "", "Exponentiate and normalise first.",
         lambda p: shifts(p)),
    Idea("probs-squared", "The probabilities are multiplied by themselves.",
         "", "Use each of them once.",
         lambda p: [p.probs**2]),
]
