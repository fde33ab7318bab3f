"""Mistakes in which examples count. Models: Problem -> weights (N,) for what each example contributes."""

import numpy as np

from ..explain import Variant


def _weights(*chosen):
    return lambda p: np.isin(p.rows, [k % p.N for k in chosen]) * 1.0


# fmt: off
RETURNED = Variant(
    "examples", lambda p: p.N * (p.rows == 0), "first-example-only",
    "Only the first example of the batch counts, and its part isn't divided by N.",
    "Is `return` inside the loop? Then the loop ends in its first turn, and the lines below it never run. `return` "
    "stands as far to the left as the `for` of the loop over the examples.",
    "Every example counts in the mean.")
EXAMPLES = [
    Variant("examples", _weights(-1), "last-example-only", "Only the last example of the batch counts.",
            "Look for an `=` in or after the loop. Each example has to be added, with `+=`.",
            "Every example counts in the mean."),
    Variant("examples", _weights(0), "first-example-only", "Only the first example of the batch counts.",
            "Look for a `return` inside the loop, or for an index that is always 0.",
            "Every example counts in the mean."),
    RETURNED,
    Variant("examples", lambda p: (p.rows < p.N - 1) * 1.0, "skips-last-example",
            "The last example of the batch is left out.", "Where does the loop end? `range(N)` already ends at N - 1.",
            "The examples are the rows 0 to N - 1."),
    Variant("examples", lambda p: (p.rows > 0) * 1.0, "skips-first-example",
            "The first example of the batch is left out.",
            "Where does the loop begin? Rows are counted from 0, and `range(N)` starts there.",
            "The examples are the rows 0 to N - 1."),
    Variant("examples", lambda p: float(p.N) ** (p.rows - (p.N - 1)), "divided-in-the-loop",
            "The sum is divided by N after every example, not once at the end.",
            "Is the division inside the loop? Divide by N after all examples have been added up.",
            "The parts of the first examples are divided again and again. They nearly vanish."),
    Variant("examples", lambda p: (p.rows < p.D) * 1.0, "counted-by-features",
            "Only the first D examples count, with D the number of features.",
            "Is the number of examples taken from X.shape[1] or W.shape[0]?",
            "The number of examples is X.shape[0], and the number of features is X.shape[1]."),
    Variant("examples", lambda p: (p.scores.argmax(axis=1) != p.y) * 1.0, "only-misclassified",
            "Examples that are classified correctly are left out.",
            "Look for a condition on the predicted class. All examples count, whatever class is predicted.",
            "An example that is classified correctly still has a loss and a gradient."),
    Variant("examples", lambda p: (p.y > 0) * 1.0, "skips-first-class", "The examples of class 0 are left out.",
            "Does a loop over the classes begin at 1? The classes are 0 to C - 1: `range(C)`.",
            "Every example counts in the mean, whatever its label is."),
    Variant("examples", lambda p: (p.y < p.C - 1) * 1.0, "skips-last-class",
            "The examples of the last class are left out.",
            "Where does the loop over the classes end? The classes are 0 to C - 1: `range(C)`.",
            "Every example counts in the mean, whatever its label is."),
    Variant("examples", lambda p: (p.rows % 2 == 0) * 1.0, "every-other-example",
            "Every other example of the batch is left out.", "Look for a step of 2 in a range or in a slice.",
            "Every example counts in the mean."),
]
# fmt: on
