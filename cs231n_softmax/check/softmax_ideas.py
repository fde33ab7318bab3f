"""What learners get wrong in the data part of the softmax loss and of its gradient, as formulas.

Loss and gradient are each made of three things: some probabilities p (N, C), what is done with them, and which
examples count. Each of them can be wrong by itself; an idea that both show is one mistake.
"""

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax

from .ideas import Idea, right


def _over(exp, axis):
    return exp / exp.sum(axis=axis, keepdims=axis is not None)


def _shifts(p):
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
         "Each row of the scores belongs to one example, and each row of the probabilities must add up to 1. Yours add up "
         "to 1 in columns.", "Sum over the classes: `axis=1`, with `keepdims=True`.",
         lambda p: [_over(np.exp(s), 0) for s in _shifts(p)]),
    Idea("over-everything", "The probabilities are normalised over the whole batch, not over each row.",
         "`.sum()` without an axis adds up all examples together.", "`.sum(axis=1, keepdims=True)`.",
         lambda p: [_over(np.exp(s), None) for s in _shifts(p)]),
    Idea("not-normalised", "The exponentials aren't divided by their sum.",
         "exp(s) alone isn't a probability: it can exceed 1.", "Divide each row by its sum.",
         lambda p: [np.exp(s) for s in _shifts(p)]),
    Idea("column-maximum", "The largest score is taken of each column, and that changes the probabilities.",
         "Only a number that is the same for all classes of an example cancels in softmax.",
         "One maximum for each row: `scores.max(axis=1, keepdims=True)`.",
         lambda p: [softmax(p.scores - p.scores.max(axis=0), axis=1)]),
    Idea("denominator-without-label", "The denominator leaves out the label's class.",
         "The sum runs over all classes, the true one included.", "Add up exp(s_j) for every j.",
         lambda p: [_without_label(p, np.exp(p.scores))]),
    Idea("denominator-not-reset", "The denominator isn't set back to 0 for each example.",
         "Each example is divided by the sum of all the examples so far.", "Set it to 0 inside the loop over the examples.",
         lambda p: [_not_reset(np.exp(s)) for s in _shifts(p)]),
    Idea("first-denominator", "Every example is divided by the sum of the first one.", "",
         "Each row needs its own sum: use index i, or `axis=1, keepdims=True`.",
         lambda p: [np.exp(s) / np.exp(s[0]).sum() for s in _shifts(p)]),
    Idea("last-denominator", "Every example is divided by the sum of the last one.", "",
         "Each row needs its own sum.", lambda p: [np.exp(s) / np.exp(s[-1]).sum() for s in _shifts(p)]),
    Idea("mean-denominator", "The exponentials are divided by their mean, not by their sum.",
         "So each row adds up to C, not to 1.", "`.sum(axis=1, keepdims=True)`.", lambda p: [p.C * p.probs]),
    Idea("max-denominator", "The exponentials are divided by the largest of them, not by their sum.", "",
         "Divide by `.sum(axis=1, keepdims=True)`.", lambda p: [p.probs / p.probs.max(axis=1, keepdims=True)]),
    Idea("denominator-skips-last", "The denominator leaves out the last class.", "The sum ends one class too early.",
         "`range(C)` already ends at C - 1.", lambda p: [np.exp(p.scores) / np.exp(p.scores[:, :-1]).sum(1, keepdims=True)]),
    Idea("denominator-skips-first", "The denominator leaves out the first class.", "The sum starts one class too late.",
         "Classes are counted from 0.", lambda p: [np.exp(p.scores) / np.exp(p.scores[:, 1:]).sum(1, keepdims=True)]),
    Idea("denominator-unfinished", "Each class is divided by the sum up to that class, not by the whole sum.", "The sum is used before it is finished.",
         "Two loops: first the sum over all classes, then the probabilities.", lambda p: [np.exp(s) / np.cumsum(np.exp(s), axis=1) for s in _shifts(p)[:1]]),
    Idea("norm-denominator", "The exponentials are divided by their norm, the root of the sum of their squares.", "", "Divide by `.sum(axis=1, keepdims=True)`.",
         lambda p: [np.exp(p.scores) / np.linalg.norm(np.exp(p.scores), axis=1, keepdims=True)]),
    Idea("exp-of-sum", "The exponentials are divided by the exponential of the scores' sum.", "The sum of exponentials isn't the exponential of the sum.",
         "`np.exp(scores).sum(axis=1, keepdims=True)`.", lambda p: [np.exp(s) / np.exp(s.sum(axis=1, keepdims=True)) for s in _shifts(p)]),
    Idea("maximum-not-returned", "The largest score is subtracted in one of two places only.",
         "A shift cancels when both the label's score and the sum of exponentials have it.",
         "Shift first, and use the shifted scores everywhere.",
         lambda p: [np.exp(a) / np.exp(b).sum(axis=1, keepdims=True) for k in (1, 2)
                    for a, b in [(p.scores, _shifts(p)[k]), (_shifts(p)[k], p.scores)]]),
    Idea("divided-by-maximum", "The scores are divided by the largest of them; it should be subtracted.", "Dividing changes the differences between scores.",
         "`scores - scores.max(axis=1, keepdims=True)`.", lambda p: [softmax(p.scores / p.scores.max(axis=1, keepdims=True), axis=1), softmax(p.scores / p.scores.max(), axis=1)]),
    Idea("scores-rounded", "The scores lose their decimals.", "An array of integers can't hold them.", "Make arrays of floats.",
         lambda p: [softmax(f(s), axis=1) for f in (np.trunc, np.round) for s in _shifts(p)[:2]]),
    Idea("negative-scores-lost", "Negative scores are set to 0.", "A very negative score should give a small probability.", "exp of the score itself.",
         lambda p: [softmax(np.maximum(p.scores, 0), axis=1)]),
    Idea("bias-dropped", "The bias, the last column of X, is left out of the scores.", "", "`X @ W`, with all columns.", lambda p: [softmax(p.X[:, :-1] @ p.W[:-1], axis=1)]),
    Idea("X-centred", "The batch's mean is subtracted from X.", "The images have their mean subtracted already, the training set's.", "Use X as it is.",
         lambda p: [softmax((p.X - p.X.mean(axis=0)) @ p.W, axis=1)]),
    Idea("weights-ignored", "All classes have the same probability, whatever W is.", "The scores are all 0, or all the same.", "`scores = X @ W`.",
         lambda p: [np.full((p.N, p.C), 1 / p.C)]),
    Idea("label-probability-for-all", "The label's probability stands at every class.", "", "Class j has a probability of its own.",
         lambda p: [np.tile(p.probs[p.rows, p.y], (p.C, 1)).T]),
    Idea("first-row-for-all", "The first example's scores are used for all.", "", "Row i belongs to example i: `X[i]`.", lambda p: [np.tile(p.probs[0], (p.N, 1))]),
    Idea("no-exponential", "The scores are normalised without being exponentiated.",
         "Scores can be negative, and their sum can be 0.", "np.exp first, then divide by the sum.",
         lambda p: [_over(p.scores, 1), _over(np.abs(p.scores), 1), _over(p.scores - p.scores.max(axis=1, keepdims=True), 1)]),
    Idea("negative-exponent", "The exponent has the wrong sign: exp(-s) instead of exp(s).",
         "A high score should give a high probability.", "`np.exp(scores)`.", lambda p: [softmax(-p.scores, axis=1)]),
    Idea("softmax-twice", "Softmax is applied twice.", "Probabilities are taken for scores and normalised again.",
         "Once is enough.", lambda p: [softmax(p.probs, axis=1)]),
    Idea("sigmoid", "Each class has a sigmoid of its own; softmax couples them.",
         "Sigmoids of one example don't add up to 1.", "exp(s_j) divided by the sum over all classes.",
         lambda p: [1 / (1 + np.exp(-p.scores))]),
    Idea("winner-takes-all", "The class with the highest score gets probability 1, the others 0.", "",
         "Softmax gives each class a share.", lambda p: [np.eye(p.C)[p.scores.argmax(axis=1)]]),
    Idea("other-base", "The exponential isn't that of e.", "2**s or 10**s also normalise, but then the gradient has a factor.",
         "`np.exp(scores)`.", lambda p: [softmax(np.log(b) * p.scores, axis=1) for b in (2, 10)]),
    Idea("scores-doubled", "The scores are counted twice in the exponent.", "", "exp(s), with each score once.",
         lambda p: [softmax(2 * p.scores, axis=1), softmax(p.scores / 2, axis=1)]),
    Idea("scores-divided", "The scores, or X, are divided by something.", "",
         "Take the mean of the losses, not of the scores; X is ready to use.",
         lambda p: [softmax(p.scores / k, axis=1) for k in (p.N, p.D, p.C, p.D**0.5, 255, 10, 100, 1000)]),
    Idea("absolute-scores", "The signs of the scores are lost.", "A very negative score should give a small probability.",
         "exp of the score itself, not of its absolute value or square.",
         lambda p: [softmax(np.abs(p.scores), axis=1), softmax(p.scores**2, axis=1)]),
    Idea("log-probs-for-probs", "The logarithm of the probabilities stands where the probabilities belong.", "",
         "Take the logarithm only for the loss.", lambda p: [log_softmax(p.scores, axis=1)]),
    Idea("scores-for-probs", "The scores stand where the probabilities belong.", "",
         "Exponentiate and normalise first.", lambda p: _shifts(p)),
    Idea("probs-squared", "The probabilities are multiplied by themselves.", "", "Use each of them once.",
         lambda p: [p.probs**2]),
]


def _pick(p, q):
    return q[p.rows, p.y]


def _log(q):
    with np.errstate(all="ignore"):
        return np.log(q)


def _smooth(p, a):
    return (1 - a) * p.onehot + a / p.C


def _examples_losses(p):
    return -log_softmax(p.scores, axis=1)[p.rows, p.y]


# What is made of them: each example's loss. Models: (Problem, p) -> list of (N,), or of numbers for the whole batch.
LOSSES = [
    right(lambda p, q: [-_log(_pick(p, q))]),
    Idea("no-logarithm", "The loss is a mean probability: its logarithm is missing.",
         "The loss of an example is -log p, with p the probability of its label.", "`-np.log(...)` of that probability.",
         lambda p, q: [_pick(p, q), 1 - _pick(p, q)], loose=True),
    Idea("log-of-mean", "The mean is taken before the logarithm.", "The mean of logs isn't the log of a mean.",
         "First -log of each example's probability, then the mean.",
         lambda p, q: [-_log(_pick(p, q).mean()) * np.ones(p.N), -_log(_pick(p, q).sum()) * np.ones(p.N),
                       -_log(_pick(p, q).sum()) / p.N * np.ones(p.N)]),
    Idea("all-classes", "The logarithms of all classes are added up, not only the label's.",
         "Only the label's probability counts in the loss: the one-hot target is 0 elsewhere.",
         "Pick `probs[np.arange(N), y]`.", lambda p, q: [-_log(q).sum(axis=1), -_log(q).mean(axis=1)]),
    Idea("other-classes", "The logarithms of the other classes are added up, and not the label's.", "Only the label's probability counts in the loss.",
         "Pick `probs[np.arange(N), y]`.", lambda p, q: [-(_log(q) * (1 - p.onehot)).sum(axis=1)]),
    Idea("label-as-number", "The label's number is multiplied in: class 3 counts three times.", "Labels are names, not sizes.", "Use the label as an index only.",
         lambda p, q: [-_log(_pick(p, q)) * p.y]),
    Idea("label-smoothing", "The target is smoothed: a part of it goes to the other classes.", "A known trick, but another loss.", "The target is 1 at the label and 0 elsewhere.",
         lambda p, q: [-(_smooth(p, a) * _log(q)).sum(axis=1) for a in (0.1, 0.2, 0.05)]),
    Idea("log-epsilon", "A number is added to p inside the logarithm, and that changes the loss.", "It is meant to avoid log(0).",
         "log(exp(a) / b) = a - log(b) needs no such help: -s[y] + log(sum(exp(s))).", lambda p, q: [-_log(_pick(p, q) + e) for e in (0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)]),
    Idea("starts-from-one", "The loss starts from 1, not from 0.", "", "`loss = 0.0`.", lambda p, q: [-_log(_pick(p, q)) + k for k in (1 / p.N, 1)]),
    Idea("worst-example", "The loss is that of the worst example, not the mean.", "", "np.mean, not np.max.", lambda p, q: [np.max(-_log(_pick(p, q))) * np.ones(p.N)]),
    Idea("rounded-down", "The loss loses its decimals.", "`//` rounds down, and so does an integer array or int().", "Divide with `/`.",
         lambda p, q: [np.floor(np.mean(-_log(_pick(p, q)))) * np.ones(p.N), np.floor(-_log(_pick(p, q)))]),
    Idea("entropy", "The loss is the entropy of the probabilities: the labels don't enter.",
         "Cross-entropy takes the one-hot target as weights, not the probabilities themselves.",
         "-log of the label's probability.", lambda p, q: [-(q * _log(q)).sum(axis=1)]),
    Idea("binary-cross-entropy", "The other classes enter as log(1 - p), as in binary cross-entropy.",
         "With softmax one term is enough: the classes are coupled.", "-log of the label's probability alone.",
         lambda p, q: [-_log(np.where(p.onehot == 1, q, 1 - q)).sum(axis=1)]),
    Idea("one-minus-p", "The loss is -log(1 - p).", "It falls when the label becomes less probable.", "-log p.",
         lambda p, q: [-_log(1 - _pick(p, q))]),
    Idea("one-plus-p", "The loss has log(1 + p) where log(p) belongs.", "`np.log1p(p)` is log(1 + p).", "-log p.", lambda p, q: [-_log(1 + _pick(p, q))], loose=True),
    Idea("squared-error", "The loss is a squared error of the probabilities, not their logarithm.",
         "It saturates where the classifier is sure and wrong.", "-log of the label's probability.",
         lambda p, q: [((q - p.onehot) ** 2).sum(axis=1), ((q - p.onehot) ** 2).mean(axis=1), (1 - _pick(p, q)) ** 2], loose=True),
    Idea("label-score-missing", "The label doesn't enter the loss.",
         "What is left is log(sum(exp(s))), or, with shifted scores, -log of the largest probability.",
         "L_i = -s[y_i] + log(sum(exp(s))).", lambda p, q: [-_log(q.max(axis=1)), *[logsumexp(s, axis=1) for s in _shifts(p)]]),
    Idea("denominator-missing", "The loss is -s[y], without log(sum(exp(s))).",
         "Without it the loss falls forever as scores grow.", "L_i = -s[y_i] + log(sum(exp(s))).",
         lambda p, q: [-_pick(p, s) for s in _shifts(p)]),
    Idea("label-score-added", "The label's score is added; it should be subtracted.", "A high score of the true class should cost less.",
         "L_i = -s[y_i] + log(sum(exp(s))).", lambda p, q: [_pick(p, s) + logsumexp(s, axis=1) for s in _shifts(p)]),
    Idea("maximum-not-returned", "The largest score is subtracted in one of the two terms only.",
         "A shift cancels when both the label's score and the sum of exponentials have it.",
         "Shift first, and use the shifted scores in both.",
         lambda p, q: [_examples_losses(p) + sign * p.scores.max(axis=axis) for sign in (1, -1) for axis in (1, None)]),
    Idea("log-of-sum-missing", "The logarithm of the sum is missing.", "", "L_i = -s[y_i] + log(sum(exp(s))).",
         lambda p, q: [np.exp(s).sum(axis=1) - _pick(p, s) for s in _shifts(p)]),
    Idea("wrong-rows", "Rows and labels don't go together: each label is looked up in every row.",
         "`probs[:, y]` picks N columns of all N rows.", "`probs[np.arange(N), y]` pairs row i with label y[i].",
         lambda p, q: [-_log(q[:, p.y]).sum(axis=1)]),
    Idea("labels-as-rows", "The labels are taken for row numbers.", "`probs[y]` picks rows.", "`probs[np.arange(N), y]` picks one entry of each row.",
         lambda p, q: [-_log(q[p.y % p.N]).sum(axis=1), -_log(q[p.y % p.N]).mean(axis=1)]),
    Idea("class-zero-for-label", "Class 0 is used in place of the label.", "", "Pick the probability of class y[i].",
         lambda p, q: [-_log(q[:, 0])]),
    Idea("last-class-for-label", "The last class is used in place of the label.",
         "A loop variable keeps its last value after the loop.", "Pick the probability of class y[i].",
         lambda p, q: [-_log(q[:, -1])]),
    Idea("label-off-by-one", "The labels are off by one.", "Classes are counted from 0.", "Use y[i] itself.",
         lambda p, q: [-_log(q[p.rows, (p.y + k) % p.C]) for k in (-1, 1)]),
    Idea("first-label-for-all", "The first example's label is used for all.", "", "Use y[i], not y[0].",
         lambda p, q: [-_log(q[:, p.y[0]])]),
    Idea("neighbours-label", "Each example is given the label of another.", "", "Row i belongs to label y[i].",
         lambda p, q: [-_log(q[p.rows, y]) for y in (np.roll(p.y, 1), np.roll(p.y, -1), p.y[::-1], np.sort(p.y))]),
    Idea("labels-as-booleans", "The labels are made 0 or 1.", "All classes but the first become one.", "Use y as it is, integers.", lambda p, q: [-_log(q[p.rows, (p.y > 0) * 1])]),
    Idea("hinge", "This is the SVM's hinge loss.", "Softmax asks for -log p of the label.", "L_i = -s[y_i] + log(sum(exp(s))).",
         lambda p, q: [np.maximum(0, p.scores - _pick(p, p.scores)[:, None] + 1).sum(axis=1) - 1]),
]

# What each example and class gets, as combinations of these four. Right: p - 1 at the label, p elsewhere.
def basis(p, q):
    """Return p and 1 at the label, p and 1 elsewhere: each (N, C)."""
    return [q * p.onehot, p.onehot, q * (1 - p.onehot), 1 - p.onehot]


BASIS_WORDS = [("p", "label"), ("", "label"), ("p", "others"), ("", "others")]

PATTERNS = [
    right((1, -1, 1, 0)),
    Idea("label-not-subtracted", "The 1 isn't subtracted at the label.", "dL/ds is p for the other classes, but p - 1 for the label.",
         "Subtract X[i] from the label's column, or 1 from `probs[np.arange(N), y]`.", (1, 0, 1, 0)),
    Idea("label-added", "At the label 1 is added; it should be subtracted.", "dL/ds is p - 1 at the label: raising its score lowers the loss.",
         "`-= 1`, not `+= 1`.", (1, 1, 1, 0)),
    Idea("label-column-only", "Only the label's column is filled in.", "The other classes have a gradient too: p times x.",
         "Look at the indentation: the update belongs into the loop over all classes.", (1, -1, 0, 0)),
    Idea("label-column-only", "Only the label's column is filled in, and 1 isn't subtracted there.", "The other classes have a gradient too.",
         "The update belongs into the loop over all classes: (p - 1) at the label, p elsewhere.", (1, 0, 0, 0)),
    Idea("label-column-only", "Only the label's column is filled in, and 1 is added there, not subtracted.", "The other classes have a gradient too.",
         "The update belongs into the loop over all classes: (p - 1) at the label, p elsewhere.", (1, 1, 0, 0)),
    Idea("label-column-missing", "The label's column gets nothing.", "There the gradient is (p - 1) times x.",
         "Don't skip the label: subtract 1 there.", (0, 0, 1, 0)),
    Idea("probs-missing", "Only the label's column gets something, -x: the probabilities don't enter.", "dL/ds = p - 1 at the label, and p elsewhere.",
         "Add p times X[i] to each column.", (0, -1, 0, 0)),
    Idea("label-without-p", "The label's column gets -x where it should get (p - 1) x.", "The label is one of the classes, and has a p.",
         "Add p times X[i] to each column, the label's too; then subtract X[i] there.", (0, -1, 1, 0)),
    Idea("others-negated", "The classes other than the label have the wrong sign.", "Raising a wrong class's score raises the loss: +p.",
         "dL/ds = p - 1 at the label, and +p elsewhere.", (1, -1, -1, 0)),
    Idea("others-negated", "The classes other than the label have the wrong sign, and 1 isn't subtracted at the label.",
         "Raising a wrong class's score raises the loss: +p.", "dL/ds = p - 1 at the label, and +p elsewhere.", (1, 0, -1, 0)),
    Idea("label-negated", "The label's column has the wrong sign: 1 - p.", "Raising the true class's score lowers the loss: p - 1.", "dL/ds = p - 1 at the label, and p elsewhere.", (-1, 1, 1, 0)),
    Idea("label-subtracted-twice", "At the label 2 is subtracted, not 1.", "", "dL/ds = p - 1 at the label.", (1, -2, 1, 0)),
    Idea("one-subtracted-everywhere", "1 is subtracted from all classes, not only from the label.", "",
         "`probs[np.arange(N), y] -= 1`.", (1, -1, 1, -1)),
    Idea("one-subtracted-elsewhere", "1 is subtracted from the other classes, and not from the label.", "",
         "`if j == y[i]`, not `!=`.", (1, 0, 1, -1)),
    Idea("label-set-to-one", "The label's column gets +x where it should get (p - 1) x.", "", "dL/ds = p - 1 at the label, and p elsewhere.", (0, 1, 1, 0)),
    Idea("branches-swapped", "The two cases are swapped: 1 is subtracted from p elsewhere, and not at the label.", "", "dL/ds = p - 1 at the label, and p elsewhere.", (1, 0, -1, 1)),
    Idea("one-minus-p-everywhere", "All classes get 1 - p or p - 1, not only the label.", "", "dL/ds = p - 1 at the label, and p elsewhere.",
         (0, 0, 1, -1)),
    Idea("target-forgotten-elsewhere", "The other classes get 1 - p, where they should get p.", "", "dL/ds = p - 1 at the label, and p elsewhere.",
         (1, -1, -1, 1)),
]


def _marks(p, where):
    return where.astype(float)


# Other targets in the place of the one-hot labels. Models: Problem -> list of (N, C).
TARGETS = [
    Idea("wrong-rows", "Rows and labels don't go together: 1 is subtracted in every row for every label of the batch.",
         "`[:, y]` picks N columns of all N rows.", "`[np.arange(N), y]` pairs row i with label y[i].",
         lambda p: [_marks(p, np.isin(np.arange(p.C), p.y)[None].repeat(p.N, 0)), np.tile(p.onehot.sum(axis=0), (p.N, 1))]),
    Idea("labels-as-rows", "The labels are taken for row numbers.", "`[y]` picks rows.", "`[np.arange(N), y]` picks one entry of each row.",
         lambda p: [_marks(p, np.isin(p.rows, p.y % p.N)[:, None].repeat(p.C, 1)), _marks(p, np.isin(p.rows, p.y % p.N)[:, None] & (np.arange(p.C) == 0))]),
    Idea("prediction-for-label", "The most probable class is used in place of the label.", "", "Subtract 1 at y[i].",
         lambda p: [np.eye(p.C)[p.scores.argmax(axis=1)]]),
    Idea("class-zero-for-label", "Class 0 is used in place of the label.", "", "Subtract 1 at y[i].",
         lambda p: [np.eye(p.C)[0 * p.y]]),
    Idea("last-class-for-label", "The last class is used in place of the label.", "A loop variable keeps its last value after the loop.",
         "Subtract 1 at y[i].", lambda p: [np.eye(p.C)[0 * p.y + p.C - 1]]),
    Idea("label-off-by-one", "The labels are off by one.", "Classes are counted from 0.", "Use y[i] itself.",
         lambda p: [np.eye(p.C)[(p.y + k) % p.C] for k in (-1, 1)] + [np.eye(p.C, k=k)[p.y] for k in (-1, 1)]),
    Idea("first-label-for-all", "The first example's label is used for all.", "", "Use y[i], not y[0].",
         lambda p: [np.eye(p.C)[0 * p.y + p.y[0]]]),
    Idea("neighbours-label", "Each example is given the label of another.", "", "Row i belongs to label y[i].",
         lambda p: [np.eye(p.C)[y] for y in (np.roll(p.y, 1), np.roll(p.y, -1), p.y[::-1], np.sort(p.y))]),
    Idea("labels-as-booleans", "The labels are made 0 or 1.", "All classes but the first become one.", "Use y as it is, integers.", lambda p: [np.eye(p.C)[(p.y > 0) * 1]]),
    Idea("label-as-number", "The label's number is subtracted, as if it were a value to be reached.", "Labels are names, not sizes.", "Subtract 1 at class y[i].",
         lambda p: [np.tile(p.y, (p.C, 1)).T * 1.0, p.y[:, None] * p.onehot]),
    Idea("label-smoothing", "The target is smoothed: a part of it goes to the other classes.", "A known trick, but another loss.", "The target is 1 at the label and 0 elsewhere.",
         lambda p: [_smooth(p, a) for a in (0.1, 0.2, 0.05)]),
    Idea("target-not-reset", "The one-hot target isn't set back to 0 for each example: labels pile up.", "", "Make it anew inside the loop.",
         lambda p: [np.maximum.accumulate(p.onehot, axis=0), np.cumsum(p.onehot, axis=0)]),
    Idea("wrong-comparison", "The 1 is subtracted where the wrong two numbers are equal.", "The class j has to equal the label y[i].", "`if j == y[i]`.",
         lambda p: [np.eye(p.N, p.C), _marks(p, np.tile(p.rows == p.y, (p.C, 1)).T), _marks(p, np.tile(np.arange(p.C) == np.resize(p.y, p.C), (p.N, 1)))]),
    Idea("label-subtracted-per-class", "At the label 1 is subtracted once for every class: C, not 1.",
         "The line stands inside the loop over the classes.", "Subtract X[i] once for each example.", lambda p: [p.C * p.onehot]),
    Idea("label-subtracted-per-class", "At the label 1 is subtracted once for every other class: C - 1, not 1.",
         "The line stands inside the loop over the classes.", "Subtract X[i] once for each example.", lambda p: [(p.C - 1) * p.onehot]),
    Idea("label-divided-by-N", "The 1 is subtracted after the division by N: it should be subtracted before, or be 1/N.",
         "The mean is over the whole of p - 1.", "Subtract first, divide then.", lambda p: [p.N * p.onehot]),
    Idea("label-not-averaged", "The 1 that is subtracted at the label is divided by N once too often.",
         "The mean is over the whole of p - 1.", "Subtract first, divide then, once.", lambda p: [p.onehot / p.N]),
]


def _assigned(p, at_label):
    """The gradient where a column of an example is set with = : earlier examples' share of that column is lost."""
    G = p.probs - p.onehot
    for i in range(p.N):
        G[:i, (np.arange(p.C) == p.y[i]) == at_label] = 0
    return G


def _columns(keep):
    return lambda p: [(p.probs - p.onehot) * keep(np.arange(p.C), p.C)]


# Gradients of other kinds. Models: Problem -> list of (N, C), or of (D, C) for the whole batch.
GRADIENTS = [
    Idea("probability-derivative", "This is the derivative of the probability, not of its logarithm.",
         "d log p = dp / p: the p cancels, and p - 1 at the label, p elsewhere are left.", "dL/ds = p - onehot, without another factor p.",
         lambda p: [_pick(p, p.probs)[:, None] * (p.probs - p.onehot)], loose=True),
    Idea("softmax-derivative", "The gradient has p * (1 - p) in it, the derivative of softmax by itself.",
         "Together with the logarithm, that factor cancels.", "dL/ds = p - onehot.",
         lambda p: [(p.probs - p.onehot) * p.probs * (1 - p.probs), p.probs * (1 - p.probs), (p.probs - p.onehot) * p.probs,
                    p.probs * (1 - p.probs) - p.onehot, p.probs * (1 - p.probs) * p.onehot,
                    (2 * p.onehot - 1) * p.probs * (1 - p.probs),
                    np.where(p.onehot == 1, p.probs * (p.probs - 1), p.probs), np.where(p.onehot == 1, p.probs - 1, p.probs * (1 - p.probs))], loose=True),
    Idea("squared-error", "This is the gradient of a squared error of the probabilities.", "", "dL/ds = p - onehot.",
         lambda p: [p.probs * (p.probs - p.onehot - ((p.probs - p.onehot) * p.probs).sum(1, keepdims=True))], loose=True),
    Idea("divided-by-p", "The gradient is divided by a probability that cancels.", "dlog p / ds = p - 1 at the label: no p is left to divide by.",
         "dL/ds = p - onehot.", lambda p: [-p.onehot / p.probs, (p.probs - p.onehot) / _pick(p, p.probs)[:, None],
                                           (p.probs - p.onehot) / p.probs]),
    Idea("hinge", "This is the gradient of the SVM's hinge loss.", "", "dL/ds = p - onehot.",
         lambda p: [(v := (p.scores - _pick(p, p.scores)[:, None] + 1 > 0) * (1 - p.onehot)) - p.onehot * v.sum(1, keepdims=True)]),
    Idea("label-assigned", "The label's column is set with `=`: what earlier examples gave is lost.", "", "Add with `+=` (or `-=`).",
         lambda p: [_assigned(p, True)]),
    Idea("others-assigned", "The columns of the other classes are set with `=`: what earlier examples gave is lost.", "", "Add with `+=`.",
         lambda p: [_assigned(p, False)]),
    Idea("last-class-only", "Only the last class's column is filled in.", "After a loop its variable keeps the last value.",
         "The update belongs into the loop over the classes.", _columns(lambda j, C: j == C - 1)),
    Idea("first-class-only", "Only the first class's column is filled in.", "", "The update belongs into the loop over all classes.",
         _columns(lambda j, C: j == 0)),
    Idea("stops-at-label", "Classes after the label get nothing.", "The loop over the classes ends when it meets the label.", "No `break`: all classes get their share.",
         lambda p: [(p.probs - p.onehot) * (np.arange(p.C) <= p.y[:, None]), (p.probs - p.onehot) * (np.arange(p.C) < p.y[:, None])]),
    Idea("starts-from-one", "The gradient starts from ones, not from zeros.", "", "`np.zeros_like(W)`.", lambda p: [p.X.T @ (p.probs - p.onehot) + k for k in (1, p.N)]),
    Idea("reshaped", "The gradient is reshaped where it should be transposed.", "reshape keeps the order of the numbers; `.T` turns rows into columns.",
         "`X.T @ ...` has the right shape already.", lambda p: [(p.X.T @ (p.probs - p.onehot)).T.reshape(p.D, p.C)]),
    Idea("skips-last-class", "The last class's column gets nothing.", "The loop over the classes ends one too early.",
         "`range(C)` already ends at C - 1.", _columns(lambda j, C: j < C - 1)),
    Idea("skips-first-class", "The first class's column gets nothing.", "The loop over the classes starts one too late.",
         "Classes are counted from 0.", _columns(lambda j, C: j > 0)),
    Idea("accumulator-not-reset", "Each example's contribution still holds those of the examples before it.",
         "An array is added to, and never set back to zero.", "Make it anew inside the loop over the examples.",
         lambda p: [np.cumsum(p.probs - p.onehot, axis=0)]),
    Idea("mean-of-X", "The examples' gradients are averaged apart from the examples: rows of X and of p don't go together.",
         "The mean of products isn't the product of means.", "`X.T @ (p - onehot) / N`.",
         lambda p: [p.X.sum(0)[:, None] * (p.probs - p.onehot).sum(0), p.X.mean(0)[:, None] * (p.probs - p.onehot).sum(0)]),
    Idea("W-for-X", "W stands in the gradient where X belongs.", "The derivative of X[i] @ W by W is X[i].", "Multiply by X[i].", lambda p: [p.W * (p.probs - p.onehot).sum(axis=0)]),
    Idea("X-centred", "The batch's mean is subtracted from X.", "The images have their mean subtracted already, the training set's.", "Use X as it is.",
         lambda p: [(p.X - p.X.mean(axis=0)).T @ (q - p.onehot) for q in (softmax((p.X - p.X.mean(axis=0)) @ p.W, axis=1), p.probs)]),
    Idea("bias-dropped", "The bias, the last column of X, is left out.", "", "`X @ W`, with all columns.",
         lambda p: [(p.X * (np.arange(p.D) < p.D - 1)).T @ (softmax(p.X[:, :-1] @ p.W[:-1], axis=1) - p.onehot)]),
    Idea("first-row-for-all", "The first example's row of X is used for all.", "", "Row i belongs to example i: `X[i]`.", lambda p: [p.X[0][:, None] * (p.probs[0] - p.onehot).sum(axis=0)]),
    Idea("X-missing", "X doesn't enter: all rows of the gradient are the same.", "dL/dW = X.T @ dL/ds.", "Multiply by X[i].",
         lambda p: [np.tile((p.probs - p.onehot).sum(axis=0), (p.D, 1))]),
    Idea("bias-row-missing", "The bias row, the last row of the gradient, is zero.", "The column of ones is a feature like any other.",
         "Fill in all rows of dW.", lambda p: [(p.X * (np.arange(p.D) < p.D - 1)).T @ (p.probs - p.onehot)]),
    Idea("absolute-X", "The signs of X are lost.", "", "Multiply by X[i] itself.",
         lambda p: [np.abs(p.X).T @ (p.probs - p.onehot), (p.X**2).T @ (p.probs - p.onehot)]),
    Idea("neighbours-row", "Each example's probabilities are multiplied by another example's row of X.", "", "Row i belongs to X[i].",
         lambda p: [np.roll(p.X, k, axis=0).T @ (p.probs - p.onehot) for k in (-1, 1)] + [p.X[::-1].T @ (p.probs - p.onehot)]),
    Idea("first-row-of-X", "The first example's row of X is used for all.", "", "Multiply by X[i].",
         lambda p: [p.X[0][:, None] * (p.probs - p.onehot).sum(0)]),
]
