"""The hinge loss and its gradient as recipes, and how their data parts go wrong.

The recipes:

    s = X @ W,  *margins* m_j = s_j - s_y + 1,  loss = mean over the *examples* of the sum of max(0, m_j) over j != y,
    G = v - onehot(y) * sum(v) with v_j = [m_j > 0] for j != y (*dscores*),  dW = X.T @ G / N (gradients.py)
"""

import numpy as np

from ..exercises.cross_entropy import pick
from ..exercises.softmax import shifted as softmax
from ..explain import Variant, each
from ..scaled import ScaledTable
from .gradients import EXAMPLES, ROWS_OF_X, SHARED, put_together
from .hinge import balanced, no_label, others, pattern, right_margins, violated
from .hinge_slips import DSCORES_IN_LOOPS, LOSSES_IN_LOOPS, PRODUCTS
from .labels import COUNTS, FROM_LABELS, LABELS, ROWS
from .problems import ordinary_problems


def loss(p, X=lambda p: p.X, margins=right_margins, loss=None, examples=lambda p: np.ones(p.N)):
    """The data part of the loss, a mean over the examples."""
    m = margins(X(p) @ p.W, p.y)
    return examples(p) @ (loss or _sum_of_others)(p, m) / p.N


def gradient(p, X=lambda p: p.X, margins=right_margins, label=lambda s, y: y, dscores=None, **steps):
    """The data part of the gradient, (D, C)."""
    s = X(p) @ p.W
    m, T = margins(s, p.y), np.eye(p.C)[label(s, p.y)]
    return put_together(p, (dscores or pattern(1, -1, 0, 0))(p, m, T), X(p), **steps)


def _sum_of_others(p, m):
    return others(p, m).sum(axis=1)


# --- the margins: (scores, labels) -> (N, C) ------------------------------------------------------------------------

MARGIN = "Compare the line of the margins with the formula, term by term: s_j - s[y] + 1."
CORRECT = "Which score is subtracted? In row i, it is always the label's score: `scores[i, y[i]]`."
# fmt: off
MARGINS = [
    Variant("margins", lambda s, y: right_margins(s, y) - 1, "margin-missing", "The margin of 1 is missing.", MARGIN,
            "The true class's score has to lead by at least 1."),
    Variant("margins", lambda s, y: right_margins(s, y) - 2, "margin-subtracted",
            "The 1 is subtracted from the difference of scores, but it should be added.", MARGIN),
    *each("margins", [lambda s, y, d=d: right_margins(s, y) - 1 + d for d in (0.5, 2, 10, 0.1)], "other-margin",
          "The margin isn't 1.", MARGIN),
    Variant("margins", lambda s, y: 2 - right_margins(s, y), "difference-reversed",
            "The difference of scores is the wrong way round: s[y] - s_j.", MARGIN,
            "A wrong class costs more when its own score is higher."),
    Variant("margins", lambda s, y: s + 1, "correct-score-missing", "The true class's score isn't subtracted.", MARGIN),
    *each("margins", [lambda s, y: s - np.roll(pick(s, y), 1)[:, None] + 1,
                      lambda s, y: s - np.roll(pick(s, y), -1)[:, None] + 1, lambda s, y: s - s[0][y][:, None] + 1,
                      lambda s, y: s - s[0, y[0]] + 1,
                      lambda s, y: s - np.tile(pick(s, y), s.shape[1]).reshape(s.shape) + 1],
          "wrong-rows", "The true class's score is taken from another example.",
          "`scores[np.arange(N), y]` pairs row i with label y[i], and `[:, None]` makes it a column."),
    Variant("margins", lambda s, y: s - pick(s, y).mean() + 1, "mean-correct-score",
            "The mean of all true classes' scores is subtracted from every row.",
            "Look for a mean over the examples. Each row has its own true class's score: `scores[np.arange(N), y][:, "
            "None]`."),
    Variant("margins", lambda s, y: np.ones_like(s), "self-compared",
            "Every margin is 1, as if each score were compared with itself.",
            CORRECT,
            "The true class's score is subtracted from the scores of the other classes."),
    *each("margins", [lambda s, y: np.abs(right_margins(s, y)), lambda s, y: np.abs(right_margins(s, y) - 1) + 1],
          "absolute-margins", "The differences of the scores lose their sign.",
          "Look for an np.abs, and remove it: max(0, s_j - s[y] + 1)."),
    Variant("margins", lambda s, y: s + pick(s, y)[:, None] + 1, "correct-score-added",
            "The true class's score is added, but it should be subtracted.", MARGIN,
            "A wrong class costs less when the true class has a higher score."),
    *each("margins", [lambda s, y: right_margins(np.exp(s), y), lambda s, y: right_margins(softmax(s), y)],
          "exponentials", "The margins are made of exponentials or of probabilities, in place of the scores.",
          "Is there an np.exp? The hinge loss compares the scores themselves: X @ W.",
          "Exponentials belong to the softmax loss."),
    *(FROM_LABELS._replace(step="margins", how=lambda s, y, count=count: np.where(np.arange(s.shape[1]) < count(y),
                                                                              right_margins(s, y), -1))
      for count in COUNTS),
    *(v._replace(step="margins", how=lambda s, y, label=v.how: s - pick(s, label(s, y))[:, None] + 1) for v in LABELS),
]
# fmt: on

# --- the losses: (Problem, margins) -> (N,) -------------------------------------------------------------------------

WHOLE_BATCH = "The margins of all labels of the batch are set to 0 in every row, and not only the row's own label's."
REVERSED = (
    "The classes with a margin below 0 count, and those above 0 don't.",
    "Which way round is the condition? It should be margin > 0, or np.maximum(0, margins).",
    "A margin below 0 costs nothing: the true class leads by more than 1.",
)
COLUMNS = "`[:, y]` picks N columns in each of the N rows."


# fmt: off
LOSSES = [
    Variant("loss", lambda p, m: np.maximum(0, m).sum(axis=1), "label-counted",
            "The true class's own margin, always 1, is counted.",
            "How does the sum leave out the true class? Skip j == y[i], or set `margins[np.arange(N), y] = 0`.",
            "The true class's margin is always 1. It adds 1 for each example."),
    Variant("loss", lambda p, m: np.full(p.N, p.C), "self-compared",
            "The loss is always C, the number of classes, as if each score were compared with itself.", CORRECT,
            "The true class's score is subtracted from the scores of the other classes."),
    *each("loss", [lambda p, m: others(p, m).sum(axis=1) - 1, lambda p, m: others(p, m).sum(axis=1) - 1 / p.N,
                   lambda p, m: others(p, m).sum(axis=1) - p.N],
            "label-subtracted", "The true class's margin of 1 is subtracted, but it isn't in the sum.",
            "Leave the true class out of the sum, or subtract its 1 from the sum, but don't do both."),
    *each("loss", [lambda p, m: (m * (1 - p.onehot)).sum(axis=1), lambda p, m: m.sum(axis=1)], "no-maximum",
          "max(0, ...) is missing. So negative margins count too.",
          "Where do negative margins become 0? `np.maximum(0, margins)`",
          "A class that is far behind has a loss of 0, not a negative one."),
    Variant("loss", lambda p, m: (m * (m > 1) * (1 - p.onehot)).sum(axis=1), "counted-above-one",
            "Margins are counted above 1, not above 0.",
            "Which number are the margins compared with? It should be 0: margins > 0.",
            "The 1 is already in the margin, s_j - s[y] + 1. So class j counts where the margin is above 0."),
    Variant("loss", lambda p, m: (m * (m < 0) * (1 - p.onehot)).sum(axis=1), "condition-reversed", *REVERSED),
    Variant("loss", lambda p, m: others(p, m).max(axis=1), "worst-class-only",
            "Only the class with the largest margin counts.",
            "Look for a maximum over the classes. Their margins are added up.",
            "The loss adds up all margins above 0."),
    *each("loss", [lambda p, m: (others(p, m) ** 2).sum(axis=1), lambda p, m: (np.maximum(0, m) ** 2).sum(axis=1)],
          "squared-hinge", "The margins are squared.", "Look for a square. Add up the margins themselves.",
          "The squared hinge loss is another loss."),
    *each("loss", [lambda p, m: ((m > 0) * (1 - p.onehot)).sum(axis=1), lambda p, m: (m > 0).sum(axis=1)],
          "violations-counted", "Each violation counts as 1. Its margin should be added instead.",
          "What does a class add to the loss? Its margin, if that is above 0: max(0, s_j - s[y] + 1), added up over j.",
          "A larger violation costs more."),
    Variant("loss", lambda p, m: others(p, m)[:, :-1].sum(axis=1), "skips-last-class", "The last class is left out.",
            "Where do the loop or the slice end? `range(C)` already ends at C - 1.", "The classes are 0 to C - 1."),
    Variant("loss", lambda p, m: others(p, m)[:, 1:].sum(axis=1), "skips-first-class", "The first class is left out.",
            "Where do the loop or the slice begin? `range(C)` starts at 0.", "The classes are 0 to C - 1."),
    Variant("loss", lambda p, m: -np.log(pick(softmax(p.scores), p.y)), "softmax-loss",
            "The loss is the softmax loss, not the hinge loss.",
            "What does a class add to the loss? Its margin, if that is above 0: max(0, s_j - s[y] + 1), added up over "
            "j."),
    Variant("loss", lambda p, m: (np.maximum(0, m) * no_label(p)).sum(axis=1), "wrong-rows", WHOLE_BATCH, ROWS,
            COLUMNS),
    Variant("loss", lambda p, m: (np.maximum(0, m) * p.onehot).sum(axis=1), "label-only",
            "Only the true class's own margin counts.",
            "Is the condition on the label the wrong way round? Add up the margins of the other classes."),
]
# fmt: on

# --- the scores' gradient, not divided by N: (Problem, margins, one-hot labels) -> (N, C) ---------------------------


def _worst(p, m):
    m = others(p, m)
    return np.eye(p.C)[m.argmax(axis=1)] * (m.max(axis=1, keepdims=True) > 0)


SLOPE = "The slope of max(0, m) is 1 where m is above 0, and 0 where m is below 0. The size of m doesn't matter."
# fmt: off
DSCORES = [
    Variant("dscores", balanced(lambda p, m: (m > 0) * no_label(p)), "wrong-rows", WHOLE_BATCH, ROWS, COLUMNS),
    *each("dscores", [lambda p, m, T, k=k: np.where(np.roll(T, k, axis=1), -violated(p, m).sum(axis=1,
                      keepdims=True), violated(p, m)) for k in (-1, 1)], "label-off-by-one",
          "A class next to the label is used in its place.", "Look for a + 1 or a - 1 at the label. Use y[i] itself.",
          "Classes are counted from 0."),
    Variant("dscores", pattern(1, 0, 0, 0), "label-column-missing", "The label's column gets nothing.",
            "The label's score is in each margin, as -s[y]. So X[i] is subtracted from the label's column, once for "
            "each violation.",
            "Each margin contains -s[y]. So each violation has a part in the label's column."),
    Variant("dscores", pattern(0, -1, 0, 0), "label-column-only", "Only the label's column is filled in.",
            "Which columns does a violation change? The label's, and also that of class j: `dW[:, j] += X[i]`.",
            "Each margin contains s_j. So each violation has a part in the column of class j."),
    Variant("dscores", pattern(1, 0, -1, 0), "label-subtracted-once",
            "At the label, X[i] is subtracted only once. It should be subtracted once for each violation.",
            "How often is X[i] subtracted from the label's column? As often as there are violations in the row.",
            "If there are three violations, -s[y] is in the loss three times."),
    Variant("dscores", pattern(1, -1, -1, 0), "label-counted", "The label itself is counted as a violation.",
            "How does the count leave out the label? Set the label's margin to 0, and count margins > 0, not margins "
            ">= 0.",
            "The label's own margin is always 1. So it looks like a violation."),
    Variant("dscores", pattern(1, 0, 1, 0), "label-counted",
            "The label's column gets +X[i], as if the label were a violation. Nothing is subtracted.",
            "What is the label's entry? It should be minus the number of violations in the row.",
            "The label's own margin is always 1. So it looks like a violation."),
    Variant("dscores", pattern(1, 1, 0, 0), "label-added",
            "At the label, X[i] is added for each violation, but it should be subtracted.",
            "Look at the sign of the label's entry. It should be minus the number of violations in the row."),
    Variant("dscores", pattern(-1, -1, 0, 0), "others-negated", "The classes other than the label have the wrong sign.",
            "Look at the sign for the other classes: `dW[:, j] += X[i]`.",
            "A higher score of a class that violates its margin raises the loss. So its entry is positive."),
    Variant("dscores", pattern(1, -1, 1, 0), "label-subtracted-once-less",
            "At the label, X[i] is subtracted once too rarely: one time fewer than there are violations.",
            "Is the label's own margin part of the count? The label is no violation. Subtract X[i] as often as there "
            "are violations."),
    Variant("dscores", pattern(0, 0, 0, 1), "all-classes-violate",
            "Every other class counts as a violation, and the label's column gets nothing.",
            "Where is the condition? Class j counts only where s_j - s[y] + 1 > 0. The label gets minus the number "
            "of these classes.",
            "A class that keeps its margin has no part in the loss. So its gradient is 0."),
    *each("dscores", [balanced(lambda p, m: 1 - p.onehot), lambda p, m, T: 1 - p.C * T], "no-maximum",
          "Every class other than the label counts as a violation.",
          "Where is the condition? In loops, the lines of dW belong below `if margin > 0:`. In arrays, count margins > "
          "0. The 1 of the margin stands inside of np.maximum(0, ...).",
          "A class that is far behind has no part in the loss. So its gradient is 0."),
    Variant("dscores", lambda p, m, T: 1 - (p.C + 1) * T, "at-least-zero",
            "Margins of exactly 0 count as violations.",
            "Look at the condition. It should be margins > 0, not margins >= 0.",
            "np.maximum(0, ...) turns all margins below 0 into 0. So with >=, every class counts, and the label too."),
    Variant("dscores", balanced(lambda p, m: (m > 1) * (1 - p.onehot)), "counted-above-one",
            "Margins are counted above 1, not above 0.",
            "Which number are the margins compared with? It should be 0: margins > 0.",
            "The 1 is already in the margin, s_j - s[y] + 1. So class j counts where the margin is above 0."),
    Variant("dscores", balanced(lambda p, m: (m < 0) * (1 - p.onehot)), "condition-reversed", *REVERSED),
    Variant("dscores", lambda p, m, T: violated(p, m) - T * violated(p, m).mean(axis=1, keepdims=True), "mean-at-label",
            "At the label stands minus the mean of the violations. It should be minus their number.",
            "Is there an np.mean over the classes? Count the violations of the row: `np.sum(margins > 0, axis=1)`."),
    Variant("dscores", lambda p, m, T: violated(p, m) - T * violated(p, m).sum(axis=1, keepdims=True)
            * (p.rows == p.N - 1)[:, None], "label-after-loop",
            "The label's column gets its part from the last example only.",
            "Is the line for the label below the loop over the examples? There, `i` still has its last value. The "
            "line belongs inside the loop.", "Every example has a label, and each violation has a part in its column."),
    Variant("dscores", lambda p, m, T: (v := violated(p, m)) - T * (np.cumsum(v, axis=1) * (1 - T)).sum(
            axis=1, keepdims=True), "label-subtracted-per-class",
            "At the label, an unfinished count of the violations is subtracted for each class.",
            "Is the line for the label inside the loop that counts the violations? It belongs below that loop, where "
            "the count is complete.", "The label gets minus the number of violations in its row, once."),
    Variant("dscores", lambda p, m, T: -balanced(violated)(p, 2 - m, T), "difference-reversed",
            "The difference of scores is the wrong way round: s[y] - s_j.", MARGIN,
            "A wrong class costs more when its own score is higher."),
    *each("dscores", [balanced(others), lambda p, m, T: others(p, m),
                       lambda p, m, T: others(p, m) - T * violated(p, m).sum(axis=1, keepdims=True)],
          "margins-for-violations",
          "The gradient has the margins as factors. The factor should be 1 for each violation.",
          "Which factor does a violation have? It is 1, whatever the size of the margin: `(margins > 0)`.", SLOPE),
    Variant("dscores", balanced(lambda p, m: 2 * others(p, m)), "squared-hinge",
            "The gradient belongs to the squared hinge loss.",
            "Which factor does a violation have? It is 1, whatever the size of the margin: `(margins > 0)`.", SLOPE),
    Variant("dscores", lambda p, m, T: (v := violated(p, m)) - T * (v.sum(axis=1, keepdims=True) > 0),
            "label-subtracted-once",
            "At the label, X[i] is subtracted only once. It should be subtracted once for each violation.",
            "How often is X[i] subtracted from the label's column? As often as there are violations in the row.",
            "If there are three violations, -s[y] is in the loss three times."),
    Variant("dscores", lambda p, m, T: (v := violated(p, m)) + T * (v.sum(axis=1, keepdims=True) > 0),
            "boolean-violations", "The label's entry is +1. It should be minus the number of violations.",
            "Are the violations booleans? Turn them into numbers first: `(margins > 0).astype(float)`.",
            "An array of booleans holds only True and False. In it, a negative number becomes True."),
    Variant("dscores", lambda p, m, T: (v := violated(p, m)) - T * v.sum(), "batch-violations",
            "At the label, the violations of the whole batch are subtracted. It should be the violations of the "
            "example.",
            "Over which axis are the violations counted? Over the classes of each row: `.sum(axis=1)`.",
            "A sum without an axis adds up all examples together."),
    Variant("dscores", balanced(_worst), "worst-class-only", "Only the class with the largest margin counts.",
            "Look for a maximum over the classes. Every class with a margin above 0 has the factor 1.",
            "The loss adds up all margins above 0, so each of them has a gradient."),
    Variant("dscores", lambda p, m, T: softmax(p.scores) - T, "softmax-loss",
            "The gradient belongs to the softmax loss.",
            "Are there exponentials? The hinge loss has none. A class has the factor 1 where s_j - s[y] + 1 > 0, else "
            "0."),
    Variant("dscores", balanced(lambda p, m: violated(p, m) * (np.arange(p.C) < p.C - 1)), "skips-last-class",
            "The last class is left out.", "Where do the loop or the slice end? `range(C)` already ends at C - 1.",
            "The classes are 0 to C - 1."),
    Variant("dscores", balanced(lambda p, m: violated(p, m) * (np.arange(p.C) > 0)), "skips-first-class",
            "The first class is left out.", "Where do the loop or the slice begin? `range(C)` starts at 0.",
            "The classes are 0 to C - 1."),
]
# fmt: on


def _together(a, b):
    """Return whether two mistakes are looked for at once."""
    steps = {a.step, b.step}
    return (
        "margins" in steps
        and steps & {"loss", "dscores", "examples"}
        or "examples" in steps
        and steps & {"loss", "dscores"}
    )


LOSS = ScaledTable(loss, [*MARGINS, *LOSSES, *LOSSES_IN_LOOPS, *EXAMPLES, *ROWS_OF_X], ordinary_problems(), _together)
GRADIENT = ScaledTable(
    gradient,
    [*DSCORES, *DSCORES_IN_LOOPS, *LABELS, *SHARED, *PRODUCTS, *MARGINS],
    ordinary_problems(),
    _together,
)
