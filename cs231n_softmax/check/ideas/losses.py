"""What may be made of the probabilities: models are functions (Problem, p) -> list of losses (N,), one per example."""

import numpy as np
from scipy.special import log_softmax, logsumexp

from .idea import Idea, right
from .probabilities import shifts


def pick(p, q):
    return q[p.rows, p.y]


def _log(q):
    with np.errstate(all="ignore"):
        return np.log(q)


def smooth(p, a):
    return (1 - a) * p.onehot + a / p.C


def _examples_losses(p):
    return -log_softmax(p.scores, axis=1)[p.rows, p.y]


# What is made of them: each example's loss. Models: (Problem, p) -> list of (N,), or of numbers for the whole batch.
LOSSES = [
    right(lambda p, q: [-_log(pick(p, q))]),
    Idea("no-logarithm", "The loss is a mean probability: its logarithm is missing.",
         "The loss of an example is -log p, with p the probability of its label.",
         "`-np.log(...)` of that probability.",
         lambda p, q: [pick(p, q), 1 - pick(p, q)], loose=True),
    Idea("log-of-mean", "The mean is taken before the logarithm.",
         "The mean of logs isn't the log of a mean.", "First -log of each example's probability, then the mean.",
         lambda p, q: [-_log(pick(p, q).mean()) * np.ones(p.N), -_log(pick(p, q).sum()) * np.ones(p.N),
                       -_log(pick(p, q).sum()) / p.N * np.ones(p.N)]),
    Idea("all-classes", "The logarithms of all classes are added up, not only the label's.",
         "Only the label's probability counts in the loss: the one-hot target is 0 elsewhere.",
         "Pick `probs[np.arange(N), y]`.",
         lambda p, q: [-_log(q).sum(axis=1), -_log(q).mean(axis=1)]),
    Idea("other-classes", "The logarithms of the other classes are added up, and not the label's.",
         "Only the label's probability counts in the loss.", "Pick `probs[np.arange(N), y]`.",
         lambda p, q: [-(_log(q) * (1 - p.onehot)).sum(axis=1)]),
    Idea("label-as-number", "The label's number is multiplied in: class 3 counts three times.",
         "Labels are names, not sizes.", "Use the label as an index only.",
         lambda p, q: [-_log(pick(p, q)) * p.y]),
    Idea("label-smoothing", "The target is smoothed: a part of it goes to the other classes.",
         "A known trick, but another loss.", "The target is 1 at the label and 0 elsewhere.",
         lambda p, q: [-(smooth(p, a) * _log(q)).sum(axis=1) for a in (0.1, 0.2, 0.05)]),
    Idea("log-epsilon", "A number is added to p inside the logarithm, and that changes the loss.",
         "It is meant to avoid log(0).", "log(exp(a) / b) = a - log(b) needs no such help: -s[y] + log(sum(exp(s))).",
         lambda p, q: [-_log(pick(p, q) + e) for e in (0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)]),
    Idea("starts-from-one", "The loss starts from 1, not from 0.",
         "", "`loss = 0.0`.",
         lambda p, q: [-_log(pick(p, q)) + k for k in (1 / p.N, 1)]),
    Idea("worst-example", "The loss is that of the worst example, not the mean.",
         "", "np.mean, not np.max.",
         lambda p, q: [np.max(-_log(pick(p, q))) * np.ones(p.N)]),
    Idea("rounded-down", "The loss loses its decimals.",
         "`//` rounds down, and so does an integer array or int().", "Divide with `/`.",
         lambda p, q: [np.floor(np.mean(-_log(pick(p, q)))) * np.ones(p.N), np.floor(-_log(pick(p, q)))]),
    Idea("entropy", "The loss is the entropy of the probabilities: the labels don't enter.",
         "Cross-entropy takes the one-hot target as weights, not the probabilities themselves.",
         "-log of the label's probability.",
         lambda p, q: [-(q * _log(q)).sum(axis=1)]),
    Idea("binary-cross-entropy", "The other classes enter as log(1 - p), as in binary cross-entropy.",
         "With softmax one term is enough: the classes are coupled.", "-log of the label's probability alone.",
         lambda p, q: [-_log(np.where(p.onehot == 1, q, 1 - q)).sum(axis=1)]),
    Idea("one-minus-p", "The loss is -log(1 - p).",
         "It falls when the label becomes less probable.", "-log p.",
         lambda p, q: [-_log(1 - pick(p, q))]),
    Idea("one-plus-p", "The loss has log(1 + p) where log(p) belongs.",
         "`np.log1p(p)` is log(1 + p).", "-log p.",
         lambda p, q: [-_log(1 + pick(p, q))], loose=True),
    Idea("squared-error", "The loss is a squared error of the probabilities, not their logarithm.",
         "It saturates where the classifier is sure and wrong.", "-log of the label's probability.",
         lambda p, q: [((q - p.onehot) ** 2).sum(axis=1), ((q - p.onehot) ** 2).mean(axis=1),
                       (1 - pick(p, q)) ** 2], loose=True),
    Idea("label-score-missing", "The label doesn't enter the loss.",
         "What is left is log(sum(exp(s))), or, with shifted scores, -log of the largest probability.",
         "L_i = -s[y_i] + log(sum(exp(s))).",
         lambda p, q: [-_log(q.max(axis=1)), *[logsumexp(s, axis=1) for s in shifts(p)]]),
    Idea("denominator-missing", "The loss is -s[y], without log(sum(exp(s))).",
         "Without it the loss falls forever as scores grow.", "L_i = -s[y_i] + log(sum(exp(s))).",
         lambda p, q: [-pick(p, s) for s in shifts(p)]),
    Idea("label-score-added", "The label's score is added; it should be subtracted.",
         "A high score of the true class should cost less.", "L_i = -s[y_i] + log(sum(exp(s))).",
         lambda p, q: [pick(p, s) + logsumexp(s, axis=1) for s in shifts(p)]),
    Idea("maximum-not-returned", "The largest score is subtracted in one of the two terms only.",
         "A shift cancels when both the label's score and the sum of exponentials have it.",
         "Shift first, and use the shifted scores in both.",
         lambda p, q: [_examples_losses(p) + sign * p.scores.max(axis=axis) for sign in (1, -1) for axis in (1, None)]),
    Idea("log-of-sum-missing", "The logarithm of the sum is missing.",
         "", "L_i = -s[y_i] + log(sum(exp(s))).",
         lambda p, q: [np.exp(s).sum(axis=1) - pick(p, s) for s in shifts(p)]),
    Idea("wrong-rows", "Rows and labels don't go together: each label is looked up in every row.",
         "`probs[:, y]` picks N columns of all N rows.", "`probs[np.arange(N), y]` pairs row i with label y[i].",
         lambda p, q: [-_log(q[:, p.y]).sum(axis=1), -_log(q[:, p.y]).mean(axis=1)]),
    Idea("labels-as-rows", "The labels are taken for row numbers.",
         "`probs[y]` picks rows.", "`probs[np.arange(N), y]` picks one entry of each row.",
         lambda p, q: [-_log(q[p.y % p.N]).sum(axis=1), -_log(q[p.y % p.N]).mean(axis=1)]),
    Idea("class-zero-for-label", "Class 0 is used in place of the label.",
         "", "Pick the probability of class y[i].",
         lambda p, q: [-_log(q[:, 0])]),
    Idea("last-class-for-label", "The last class is used in place of the label.",
         "A loop variable keeps its last value after the loop.", "Pick the probability of class y[i].",
         lambda p, q: [-_log(q[:, -1])]),
    Idea("label-off-by-one", "The labels are off by one.",
         "Classes are counted from 0.", "Use y[i] itself.",
         lambda p, q: [-_log(q[p.rows, (p.y + k) % p.C]) for k in (-1, 1)]),
    Idea("first-label-for-all", "The first example's label is used for all.",
         "", "Use y[i], not y[0].",
         lambda p, q: [-_log(q[:, p.y[0]])]),
    Idea("neighbours-label", "Each example is given the label of another.",
         "", "Row i belongs to label y[i].",
         lambda p, q: [-_log(q[p.rows, y]) for y in (np.roll(p.y, 1), np.roll(p.y, -1), p.y[::-1], np.sort(p.y))]),
    Idea("labels-as-booleans", "The labels are made 0 or 1.",
         "All classes but the first become one.", "Use y as it is, integers.",
         lambda p, q: [-_log(q[p.rows, (p.y > 0) * 1])]),
    Idea("hinge", "This is the SVM's hinge loss.",
         "Softmax asks for -log p of the label.", "L_i = -s[y_i] + log(sum(exp(s))).",
         lambda p, q: [np.maximum(0, p.scores - pick(p, p.scores)[:, None] + 1).sum(axis=1) - 1]),
]
