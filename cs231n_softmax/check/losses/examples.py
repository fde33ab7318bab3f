"""Mistakes in which examples count. Models: Problem -> weights (N,) for what each example contributes."""

import numpy as np

from ..explain import Variant


def _weights(*chosen):
    return lambda p: np.isin(p.rows, [k % p.N for k in chosen]) * 1.0


EXAMPLES = [
    Variant("examples", _weights(-1), "last-example-only", "Only the last example of the batch counts.",
            "Add up with `+=`; a plain `=` inside the loop forgets all earlier examples.",
            "Each example replaces what the ones before it gave."),
    Variant("examples", _weights(0), "first-example-only", "Only the first example of the batch counts.",
            "Look for a `return` that is indented too far, or an index 0 that should be `i`.",
            "The loop ends after its first round, or only row 0 is used."),
    Variant("examples", lambda p: (p.rows < p.N - 1) * 1.0, "skips-last-example",
            "The last example of the batch is left out.", "`range(N)` already ends at N - 1.",
            "The loop stops one too early."),
    Variant("examples", lambda p: (p.rows > 0) * 1.0, "skips-first-example",
            "The first example of the batch is left out.", "Rows are counted from 0: `range(N)`.",
            "The loop starts one too late."),
    Variant("examples", lambda p: float(p.N) ** (p.rows - (p.N - 1)), "divided-in-the-loop",
            "The division by N is done in every round of the loop.", "Divide once, after the loop.",
            "What the early examples gave is divided again and again, and nearly vanishes."),
    Variant("examples", lambda p: (p.rows < p.D) * 1.0, "counted-by-features",
            "Only as many examples count as there are features.", "The number of examples is X.shape[0].",
            "The loop runs over X.shape[1] or W.shape[0], the number of features."),
    Variant("examples", lambda p: (p.scores.argmax(axis=1) != p.y) * 1.0, "only-misclassified",
            "Examples that are classified rightly are left out.", "Use all examples, whatever is predicted.",
            "Softmax is never satisfied: they have a loss and a gradient too."),
    Variant("examples", lambda p: (p.rows % 2 == 0) * 1.0, "every-other-example",
            "Every other example of the batch is left out.", "Look at the step of your loop or slice."),
]
