"""Explain each of the four parts of a loss with its gradient by itself: data and regularization, of both.

In this way two mistakes in one function don't hide each other. Among the explanations that fit all problems, those
with the fewest mistakes are taken.
"""

from typing import NamedTuple

import numpy as np

from ..explain import Variant
from ..factors import RIGHT, TOLERANCE, tidy
from ..scaled import Explanation
from . import regularization, softmax, svm

MISSING = Explanation((Variant("", None, "missing", ""),))
STRENGTHLESS = Variant("", None, "without-reg", "")
TOPICS = {"softmax": (softmax.LOSS, softmax.GRADIENT), "svm": (svm.LOSS, svm.GRADIENT)}


class Part(NamedTuple):
    """One of the four: `kind` is "data" or "reg", `which` is 0 for the loss and 1 for the gradient."""

    kind: str
    which: int

    @property
    def of(self):
        """Return "loss" or "gradient"."""
        return ("loss", "gradient")[self.which]

    def __str__(self):
        return f"{self.kind}-{self.of}"


DATA_LOSS, REG_LOSS, DATA_GRADIENT, REG_GRADIENT = PARTS = [
    Part(kind, which) for which in (0, 1) for kind in ("data", "reg")
]


def explain(topic, which, at_zero, at_reg, problems, strength):
    """Return ([explanations of the data part, equally simple], [of the regularization part]); [] where none fits.

    which: 0 for the loss, 1 for the gradient; at_zero, at_reg: lists of observed values at reg = 0 and at p.reg.
    """
    table = TOPICS[topic][which]
    exact = [TOLERANCE * np.linalg.norm(a) for a in at_zero]
    tolerances = [TOLERANCE * max(np.linalg.norm(a), np.linalg.norm(b)) for a, b in zip(at_zero, at_reg, strict=True)]
    change = [b - a for a, b in zip(at_zero, at_reg, strict=True)]
    unchanged = all(np.linalg.norm(o) <= t for o, t in zip(change, tolerances, strict=True))
    reg = [MISSING] if unchanged else regularization.table(which, strength).explain(change, problems, tolerances)
    if all(np.linalg.norm(o) <= 1e-12 for o in at_zero):
        return [MISSING], reg
    data = table.explain(at_zero, problems, exact)
    if not data and reg == [MISSING]:
        return _without_strength(table, which, at_zero, problems, tolerances, strength) or (data, reg)
    return data, reg


def _without_strength(table, which, at_zero, problems, tolerances, strength):
    """Try whether the regularization is there at reg = 0 too, because it isn't multiplied by reg; None if it isn't."""
    whole = [regularization.RIGHT[which](p, strength) for p in problems]
    right = [table.recipe(p) for p in problems]
    fitted = sum(np.vdot(w, o - t) for w, o, t in zip(whole, at_zero, right, strict=True))
    fitted /= sum(np.vdot(w, w) for w in whole)
    for k in (1.0, 0.5, 2.0, tidy(fitted)):
        rest = [o - k * w for o, w in zip(at_zero, whole, strict=True)]
        data = table.explain(rest, problems, tolerances)
        if data:
            return data, [Explanation((STRENGTHLESS,), RIGHT._replace(constant=k))]
    return None
