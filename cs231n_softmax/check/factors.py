"""The factors by which a part of an answer may be wrong: sizes (N, 1/N, C, ...) and constants, with words for each."""

from typing import NamedTuple

import numpy as np

from .evidence import RTOL as TOLERANCE

# slug, words, value; the first that fits is taken
# fmt: off
SIZES = [
    ("", "", lambda p: 1.0),
    ("times-N", "N", lambda p: p.N),
    ("over-N", "1/N", lambda p: 1 / p.N),
    ("times-C", "C", lambda p: p.C),
    ("over-C", "1/C", lambda p: 1 / p.C),
    ("N-over-C", "N/C", lambda p: p.N / p.C),
    ("N-over-D", "N/D", lambda p: p.N / p.D),
    ("over-D", "1/D", lambda p: 1 / p.D),
    ("N-over-N-minus-1", "N/(N-1)", lambda p: p.N / max(p.N - 1, 1e-9)),
    ("N-over-N-plus-1", "N/(N+1)", lambda p: p.N / (p.N + 1)),
    ("over-DC", "1/(D*C)", lambda p: 1 / (p.D * p.C)),
    ("times-N-squared", "N**2", lambda p: p.N**2),
    ("times-C-minus-1", "(C-1)", lambda p: p.C - 1),
    ("over-C-minus-1", "1/(C-1)", lambda p: 1 / (p.C - 1)),
    ("over-sqrt-N", "1/sqrt(N)", lambda p: p.N**-0.5),
]
CONSTANTS = {  # value: (slug, words)
    1.0: ("", ""), -1.0: ("negated", "-1"), 0.5: ("half", "1/2"), 2.0: ("double", "2"), 0.25: ("quarter", "1/4"),
    4.0: ("fourfold", "4"), -0.5: ("negated-half", "-1/2"), -2.0: ("negated-double", "-2"),
    1 / 255: ("over-255", "1/255"), 1 / np.log(10): ("log10", "1/log(10)"), 1 / np.log(2): ("log2", "1/log(2)"),
}
# fmt: on


class Factor(NamedTuple):
    """size(problem) * constant, both with a slug ("" for 1)."""

    size: tuple
    constant: float

    @property
    def slugs(self):
        """The names of the parts that aren't 1: [] for 1, ["half"], ["times-N"], ["half", "times-N"], ["factor"]."""
        if self.divisor:
            return ["fixed-divisor"] + ["negated"] * (self.constant < 0)
        return [slug for slug in (CONSTANTS.get(self.constant, ("factor", ""))[0], self.size[0]) if slug]

    @property
    def divisor(self):
        """500 for N / 500, as when a mean is taken over a fixed number; None for other factors."""
        inverse = 1 / abs(self.constant)
        fixed = self.size[0] == "times-N" and inverse > 4.5 and abs(inverse - round(inverse)) < 1e-3 * inverse
        return round(inverse) if fixed else None

    @property
    def words(self):
        """In figures: "1/2", "N", "1/2 * N", "0.371", "N / 500"."""
        if self.divisor:
            return f"N / {self.divisor}"
        constant = CONSTANTS.get(self.constant, ("", f"{self.constant:.4g}"))[1]
        return " * ".join(part for part in (constant, self.size[1]) if part) or "1"


RIGHT = Factor(SIZES[0], 1.0)


def find_factor(observed, model, problems, tolerances):
    """Return the Factor with observed = factor * model on all problems, or None. A model of zeros has none."""
    for size in SIZES:
        scaled = [size[2](p) * np.asarray(m) for p, m in zip(problems, model, strict=True)]
        squares = sum(np.vdot(s, s) for s in scaled)
        if squares == 0:
            return None
        constant = sum(np.vdot(s, o) for s, o in zip(scaled, observed, strict=True)) / squares
        if abs(constant) > 1e-9 and all(
            np.linalg.norm(o - constant * s) <= t for o, s, t in zip(observed, scaled, tolerances, strict=True)
        ):
            return Factor(size, tidy(constant))
    return None


def describe_factor(observed, right, problems, tolerances):
    """Return ["it is 0.37 times what it should be"] where one factor fits all problems, else []."""
    factor = find_factor(observed, right, problems, tolerances)
    return [f"it is {factor.words} times what it should be, on all problems"] if factor else []


def tidy(number):
    """Return the constant that has a name and equals this number up to rounding; else the number itself."""
    for constant in CONSTANTS:
        if abs(number - constant) <= 3 * TOLERANCE * abs(constant):
            return constant
    nearest = round(number, 2)
    return float(nearest) if abs(number - nearest) <= 3 * TOLERANCE * max(abs(number), 0.01) else float(number)


class Words(NamedTuple):
    """What is wrong with the part, why that is wrong, and what to do."""

    phrase: str
    explanation: str = ""
    hint: str = ""


NEGATED = "Look for a minus sign that is too many or missing, or for `-=` in place of `+=`."
# fmt: off
FACTORS = {
    "times-N": Words("N times what {it} should be (N: the number of examples)",
                     "The loss is a mean over the examples, and so is its gradient. A sum is N times as large.",
                     "Where is the division by N? Divide once, when all examples have been added up: / len(X)."),
    "over-N": Words("1/N of what {it} should be (N: the number of examples)",
                    "", "Look for a second division by N. The sum over the examples is divided by N once."),
    "half": Words("half of what {it} should be", "",
                  "Look for a factor 0.5 that is too many, or for a factor 2 that is missing."),
    "double": Words("twice what {it} should be", "",
                    "Look for a factor 2 that is too many, or for something that is added twice."),
    "quarter": Words("a quarter of what {it} should be", "", "Look for a factor 0.5 that occurs twice."),
    "fourfold": Words("four times what {it} should be", "", "Look for a factor 2 that occurs twice."),
    "negated": Words("of the wrong sign",
                     "Every number has the right size. So one sign is wrong, or a difference is the wrong way round.",
                     NEGATED),
    "negated-half": Words("half of what {it} should be, and of the wrong sign", "", NEGATED),
    "negated-double": Words("twice what {it} should be, and of the wrong sign", "", NEGATED),
    "times-C": Words("C times what {it} should be (C: the number of classes)",
                     "Each example counts once, not once for every class.",
                     "Look at the loop over the classes. Is something inside the loop that belongs after it?"),
    "over-C": Words("1/C of what {it} should be (C: the number of classes)",
                    "The mean is taken over the examples. The classes are added up.",
                    "Look for an np.mean over an array of shape (N, C): it divides by N * C. Add up over the classes "
                    "first."),
    "times-C-minus-1": Words("C - 1 times what {it} should be (C - 1: the number of classes other than the label)",
                             "",
                             "Look at the loop over the classes. Is something inside the loop that belongs after it?"),
    "over-C-minus-1": Words("1/(C - 1) of what {it} should be (C - 1: the number of classes other than the label)",
                            "The mean is taken over the examples. The classes are added up.",
                            "Which numbers is the sum divided by? N alone is right: len(X)."),
    "over-D": Words("1/D of what {it} should be (D: the number of features)",
                    "The mean is taken over the examples.",
                    "Which numbers is the sum divided by? N alone is right: len(X)."),
    "N-over-C": Words("divided by C, the number of classes, and not by N, the number of examples",
                      "The mean is taken over the examples.",
                      "Which number is the sum divided by? It should be N, the number of examples: len(X)."),
    "N-over-D": Words("divided by D, the number of features, and not by N, the number of examples",
                      "The mean is taken over the examples.",
                      "Which number is the sum divided by? X.shape[1] and W.shape[0] are D. N is X.shape[0], or "
                      "len(X)."),
    "over-255": Words("1/255 of what {it} should be",
                      "", "Look for a division by 255, and remove it. X is ready to use."),
    "N-over-N-minus-1": Words("divided by N - 1, and not by N",
                              "The mean of N numbers divides by N.",
                              "Which number is the sum divided by? It should be N, the number of examples: len(X)."),
    "N-over-N-plus-1": Words("divided by N + 1, and not by N",
                             "The mean of N numbers divides by N.",
                             "Which number is the sum divided by? It should be N, the number of examples: len(X)."),
    "over-DC": Words("1/(D*C) of what {it} should be (D*C: the number of weights)",
                     "", "Look for an np.mean over an array with D*C entries. It should be a sum."),
    "times-N-squared": Words("N**2 times what {it} should be (N: the number of examples)",
                             "The mean is the sum, divided by N.",
                             "Look for a multiplication by N. It should be a division."),
}
_PENALTY = "The penalty in the loss and its derivative in the gradient belong together."
_BOTH = (
    "Derive the penalty by one weight, and compare the factor in front of it. In the loss there is `{penalty}`, and "
    "in the gradient `{slope}`."
)
REG_FACTORS = FACTORS | {
    "times-N": Words("N times what {it} should be (N: the number of examples)",
                     "The penalty is added once. It isn't added once for every example.",
                     "Is the penalty added inside the loop over the examples? Add it once, after the division by N."),
    "over-N": Words("1/N of what {it} should be (N: the number of examples)",
                    "Only the losses of the examples are divided by N.",
                    "Is the penalty added before the division by N? Divide first, then add the regularization."),
    "half": Words("half of what {it} should be", _PENALTY, _BOTH),
    "double": Words("twice what {it} should be", _PENALTY, "Is it added twice? " + _BOTH),
}
# fmt: on
