"""What learners get wrong in the SVM's margins, in the hinge loss made of them, and at the label in its gradient.

The margins m_j = s_j - s_y + 1 take the place that the probabilities have in the softmax loss: `q` holds them here, and
what is made of them is a loss and, with v_j = [m_j > 0] for j other than the label, a gradient.
"""

import numpy as np

from .idea import Idea, right
from .losses import LOSSES as SOFTMAX_LOSSES


def differences(p):
    return p.scores - p.scores[p.rows, p.y][:, None]


# What stands where the margins should. Models: Problem -> list of (N, C).
MARGINS = [
    right(lambda p: [differences(p) + 1]),
    Idea("margin-missing", "The margin of 1 is missing.",
         "The true class must lead by 1, not just lead.", "`scores - correct + 1`.",
         lambda p: [differences(p)]),
    Idea("margin-subtracted", "The margin is subtracted; it should be added.",
         "", "`scores - correct + 1`.",
         lambda p: [differences(p) - 1]),
    Idea("other-margin", "The margin isn't 1.",
         "", "`scores - correct + 1`.",
         lambda p: [differences(p) + d for d in (0.5, 2, 10, 0.1)]),
    Idea("difference-reversed", "The difference of scores is the wrong way round: s[y] - s_j.",
         "A class costs as much as it comes too close: s_j - s[y] + 1.", "`scores - correct + 1`.",
         lambda p: [-differences(p) + 1]),
    Idea("correct-score-missing", "The true class's score isn't subtracted.",
         "", "`scores - correct + 1`.",
         lambda p: [p.scores + 1]),
    Idea("wrong-rows", "Rows and labels don't go together: the true class's score comes from another example.",
         "", "`scores[np.arange(N), y]` pairs row i with label y[i].",
         lambda p: [p.scores - right[:, None] + 1 for right in (
             np.roll(p.scores[p.rows, p.y], 1), np.roll(p.scores[p.rows, p.y], -1), p.scores[0][p.y],
             np.full(p.N, p.scores[0, p.y[0]]))]),
    Idea("mean-correct-score", "One mean of all examples' true scores is subtracted from every row.",
         "", "Each row has a true score of its own: `scores[np.arange(N), y][:, None]`.",
         lambda p: [p.scores - p.scores[p.rows, p.y].mean() + 1]),
    Idea("label-off-by-one", "The labels are off by one.",
         "Classes are counted from 0.", "Use y[i] itself.",
         lambda p: [p.scores - p.scores[p.rows, (p.y + k) % p.C][:, None] + 1 for k in (-1, 1)]),
    Idea("class-zero-for-label", "Class 0 is used in place of the label.",
         "", "Use y[i].",
         lambda p: [p.scores - p.scores[:, :1] + 1]),
    Idea("prediction-for-label", "The class with the highest score is used in place of the label.",
         "", "Use y[i].",
         lambda p: [p.scores - p.scores.max(axis=1, keepdims=True) + 1]),
    Idea("absolute-margins", "The signs of the differences are lost.",
         "", "max(0, s_j - s[y] + 1).",
         lambda p: [np.abs(differences(p) + 1), np.abs(differences(p)) + 1]),
]


def others(p, q):
    return np.maximum(0, q) * (1 - p.onehot)


# What is made of the margins: each example's loss. Models: (Problem, margins) -> list of (N,).
LOSSES = [
    right(lambda p, q: [others(p, q).sum(axis=1)]),
    Idea("label-counted", "The true class's own margin, always 1, is counted.",
         "It adds 1 for each example.", "Skip j == y[i], or set `margins[np.arange(N), y] = 0`.",
         lambda p, q: [np.maximum(0, q).sum(axis=1)]),
    Idea("label-subtracted", "The true class's margin of 1 is subtracted once too often.",
         "", "Either leave it out of the sum, or subtract 1, not both.",
         lambda p, q: [others(p, q).sum(axis=1) - 1]),
    Idea("no-maximum", "max(0, ...) is missing: margins that are kept count as negative losses.",
         "A class that is far behind costs nothing, and earns nothing.", "`np.maximum(0, margins)`.",
         lambda p, q: [(q * (1 - p.onehot)).sum(axis=1), q.sum(axis=1)]),
    Idea("worst-class-only", "Only the worst class counts.",
         "Here all classes that violate the margin are added up.", "Sum over the classes, not their maximum.",
         lambda p, q: [others(p, q).max(axis=1)]),
    Idea("squared-hinge", "The margins are squared.",
         "The squared hinge is another loss.", "Add up the margins themselves.",
         lambda p, q: [(others(p, q) ** 2).sum(axis=1), (np.maximum(0, q) ** 2).sum(axis=1)]),
    Idea("violations-counted", "The violations are counted, not measured.",
         "The loss is how much each margin lacks.", "Add up the margins, not 1 for each.",
         lambda p, q: [((q > 0) * (1 - p.onehot)).sum(axis=1), (q > 0).sum(axis=1)]),
    Idea("skips-last-class", "The last class is left out.",
         "The loop over the classes ends one too early.", "`range(C)` already ends at C - 1.",
         lambda p, q: [others(p, q)[:, :-1].sum(axis=1)]),
    Idea("skips-first-class", "The first class is left out.",
         "The loop over the classes starts one too late.", "Classes are counted from 0.",
         lambda p, q: [others(p, q)[:, 1:].sum(axis=1)]),
    Idea("softmax-loss", "This is the softmax loss, not the hinge loss.",
         "", "max(0, s_j - s[y] + 1), added up over j.",
         lambda p, q: SOFTMAX_LOSSES[0].model(p, p.probs)),
    Idea("label-only", "Only the true class's own margin counts.",
         "", "Add up over the other classes.",
         lambda p, q: [(np.maximum(0, q) * p.onehot).sum(axis=1)]),
]


# What each example and class gets, as combinations of these four.
def basis(p, q):
    """Return [m > 0] elsewhere, the number of these at the label, 1 at the label, 1 elsewhere: each (N, C)."""
    violated = (q > 0) * (1 - p.onehot)
    return [violated, p.onehot * violated.sum(axis=1, keepdims=True), p.onehot, 1 - p.onehot]


PATTERNS = [
    right((1, -1, 0, 0)),
    Idea("label-column-missing", "The label's column gets nothing.",
         "A class that comes too close is a reason to raise the true class's score too.",
         "Subtract X[i] from the label's column once for each violation.",
         (1, 0, 0, 0)),
    Idea("label-column-only", "Only the label's column is filled in.",
         "Each class that violates its margin gets +X[i].", "`dW[:, j] += X[i]` for each violation.",
         (0, -1, 0, 0)),
    Idea("label-subtracted-once", "At the label X[i] is subtracted once, not once for each violation.",
         "With three violations the true class's score counts three times.",
         "Subtract it once for each violation, or their number times X[i] at once.",
         (1, 0, -1, 0)),
    Idea("label-counted", "The label itself is counted as a violation.",
         "Its own margin is 1, so it always seems to be violated.",
         "Set `margins[np.arange(N), y] = 0` before you count.",
         (1, -1, -1, 0)),
    Idea("label-counted", "The label itself is counted as a violation, and nothing is subtracted for it.",
         "Its own margin is 1, so it always seems to be violated.",
         "Set the label's entry to minus the number of violations.",
         (1, 0, 1, 0)),
    Idea("label-added", "At the label X[i] is added for each violation; it should be subtracted.",
         "", "Minus the number of violations, at the label.",
         (1, 1, 0, 0)),
    Idea("others-negated", "The classes other than the label have the wrong sign.",
         "Each class that violates its margin gets +X[i].", "`dW[:, j] += X[i]`.",
         (-1, -1, 0, 0)),
    Idea("label-subtracted-once-less", "At the label X[i] is subtracted once too few.",
         "", "Once for each violation; the label isn't one.",
         (1, -1, 1, 0)),
    Idea("all-classes-violate", "Every class counts as a violation.",
         "A class that keeps its margin has gradient 0.", "`if margin > 0`.",
         (0, 0, 0, 1)),
]
