"""What it means when a part of the answer is a constant factor too large: words for each factor of matching.py."""

from typing import NamedTuple


class Words(NamedTuple):
    """What the part is ("half of what it should be"), why, and what to do about it."""

    phrase: str
    explanation: str = ""
    hint: str = ""


NEGATED = "Look for a minus sign too many or too few, or for `-=` in place of `+=`."
FACTORS = {
    "times-N": Words("N times what it should be (N: the number of examples)",
                     "The loss is a mean over the examples, and so is its gradient; this is a sum.",
                     "Divide by N = len(X), once, when all examples have been added up."),
    "over-N": Words("divided by N (the number of examples) once too often",
                    "", "Divide the sum over the examples by N once."),
    "half": Words("half of what it should be", "", "Look for a factor 0.5 too many, or a factor 2 left out."),
    "double": Words("twice what it should be", "", "Look for a factor 2 too many, or for something added twice."),
    "quarter": Words("a quarter of what it should be", "", "Look for a factor 0.5 that occurs twice."),
    "fourfold": Words("four times what it should be", "", "Look for a factor 2 that occurs twice."),
    "negated": Words("of the wrong sign", "", NEGATED),
    "negated-half": Words("half of what it should be, and of the wrong sign", "", NEGATED),
    "negated-double": Words("twice what it should be, and of the wrong sign", "", NEGATED),
    "times-C": Words("C times what it should be (C: the number of classes)",
                     "Something is added once for every class.",
                     "Look at the indentation: does the line belong after the loop over the classes?"),
    "over-C": Words("divided by C, the number of classes, which it shouldn't be",
                    "The mean is over examples; classes are summed.",
                    "np.mean over a two-dimensional array divides by N * C: sum over classes, then take the mean."),
    "over-D": Words("divided by D, the number of features, which it shouldn't be",
                    "The mean is over the examples.", "Divide by N = len(X), and by nothing else."),
    "N-over-C": Words("divided by C, the number of classes, and not by N, the number of examples",
                      "The mean is over the examples.", "Divide by N = len(X)."),
    "N-over-D": Words("divided by D, the number of features, and not by N, the number of examples",
                      "The mean is over the examples.",
                      "Divide by N = len(X): X.shape[0], not X.shape[1] or W.shape[0]."),
    "over-255": Words("divided by 255, which it shouldn't be",
                      "", "X is ready to use: the pixels don't have to be scaled."),
    "N-over-N-minus-1": Words("divided by N - 1, and not by N",
                              "The mean of N numbers divides by N.", "Divide by N = len(X)."),
    "N-over-N-plus-1": Words("divided by N + 1, and not by N",
                             "The mean of N numbers divides by N.", "Divide by N = len(X)."),
    "over-DC": Words("divided by the number of weights",
                     "A sum over all weights is asked for, not their mean.", "np.sum, not np.mean."),
    "times-N-squared": Words("N**2 times what it should be (N: the number of examples)",
                             "It is multiplied by N where it should be divided.", "Divide by N = len(X)."),
}
_PENALTY = "The penalty is reg * sum(W**2), and the derivative of w**2 is 2 w."
_BOTH = "`reg * np.sum(W**2)` in the loss, `2 * reg * W` in the gradient."
REG_FACTORS = FACTORS | {
    "times-N": Words("N times what it should be (N: the number of examples)", "It is added once for every example.",
                     "Add it once, after the division by N."),
    "over-N": Words("divided by N, the number of examples, which it shouldn't be",
                    "The mean is over the examples' losses only.", "Divide by N first, then add the regularization."),
    "half": Words("half of what it should be", _PENALTY, _BOTH),
    "double": Words("twice what it should be", _PENALTY, f"{_BOTH} Is it added twice?"),
}
