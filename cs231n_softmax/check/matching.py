"""Is what a learner's function returns some other formula times a factor? Then the mistake has a name.

Everything is compared over all problems at once: `observed` and a model's values are lists of arrays, one for each
problem, and the factor is a constant times a size (N, 1/N, C, ...), so that it must fit them all.
"""

from typing import NamedTuple

import numpy as np

TOLERANCE = 1e-5  # relative: a function that computes in float32 is right too

# slug, words, value; the first that fits is taken
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
    ("over-sqrt-N", "1/sqrt(N)", lambda p: p.N**-0.5),
]
CONSTANTS = {  # value: (slug, words)
    1.0: ("", ""), -1.0: ("negated", "-1"), 0.5: ("half", "1/2"), 2.0: ("double", "2"), 0.25: ("quarter", "1/4"),
    4.0: ("fourfold", "4"), -0.5: ("negated-half", "-1/2"), -2.0: ("negated-double", "-2"),
    1 / 255: ("over-255", "1/255"), 1 / np.log(10): ("log10", "1/log(10)"), 1 / np.log(2): ("log2", "1/log(2)"),
}


class Factor(NamedTuple):
    """size(problem) * constant, both with a slug ("" for 1)."""

    size: tuple
    constant: float

    @property
    def slugs(self):
        """The names of what is wrong with it: [] for 1, ["half"], ["times-N"], ["half", "times-N"], ["factor"]."""
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


def fits(observed, values, tolerances):
    """True when the two lists of arrays are equal, each pair within its tolerance."""
    return all(np.shape(o) == np.shape(v) and np.linalg.norm(o - v) <= t
               for o, v, t in zip(observed, values, tolerances, strict=True))


def find_factor(observed, model, problems, tolerances):
    """Return the Factor with observed = factor * model on all problems, or None. A model of zeros has none."""
    for size in SIZES:
        scaled = [size[2](p) * np.asarray(m) for p, m in zip(problems, model, strict=True)]
        if not all(np.isfinite(s).all() for s in scaled):
            return None
        squares = sum(np.vdot(s, s) for s in scaled)
        if squares == 0:
            return None
        constant = sum(np.vdot(s, o) for s, o in zip(scaled, observed, strict=True)) / squares
        if abs(constant) > 1e-9 and fits(observed, [constant * s for s in scaled], tolerances):
            return Factor(size, tidy(constant))
    return None


def can_combine(observed, bases, problems, tolerances):
    """True when some size times some combination of the bases gives what was observed, on all problems.

    `bases`: for each problem a list of arrays of the observed array's shape. One least-squares problem for each size
    rules out many patterns at once.
    """
    target = [np.ravel(o) for o in observed]
    for size in SIZES:
        blocks = [size[2](p) * np.array([np.ravel(b) for b in basis]).T
                  for p, basis in zip(problems, bases, strict=True)]
        A = np.concatenate(blocks)
        if not np.isfinite(A).all():
            return False
        coefficients = np.linalg.lstsq(A, np.concatenate(target), rcond=1e-10)[0]
        if fits(target, [block @ coefficients for block in blocks], tolerances):
            return True
    return False


def tidy(number):
    """Return the constant with a name that this number is, but for rounding; or the number itself."""
    for constant in CONSTANTS:
        if abs(number - constant) <= 3 * TOLERANCE * abs(constant):
            return constant
    nearest = round(number, 2)
    return float(nearest) if abs(number - nearest) <= 3 * TOLERANCE * max(abs(number), 0.01) else float(number)
