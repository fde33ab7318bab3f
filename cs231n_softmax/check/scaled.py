"""The engine for answers in which a factor may be one of the mistakes: a row of the table times a factor.

A loss is a mean, so that its mistakes are often factors: a sum (N), a second division (1/N), a forgotten 2. Everything
is compared over all problems at once: the factor is a constant times a size (N, 1/N, C, ...), and must fit them all.
"""

from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np

from .explain import Problem, answer
from .factors import CONSTANTS, RIGHT, SIZES, Factor, tidy


class Explanation(NamedTuple):
    """The variants (none: right) and the factor that together give the observed numbers."""

    variants: tuple
    factor: Factor = RIGHT

    @property
    def codes(self):
        """The codes of its variants."""
        return [variant.code for variant in self.variants]

    @property
    def cost(self):
        """The number of mistakes; a constant that has no name counts as three."""
        return len(self.variants) + sum(3 if slug == "factor" else 1 for slug in self.factor.slugs)


IS_RIGHT = Explanation(())


def cheapest(explanations):
    """Return the explanations with the fewest mistakes, in order; [] for none. More than three are a guess."""
    found = [e for e in explanations if e.cost <= 3]
    least = min((e.cost for e in found), default=0)
    return [e for e in found if e.cost == least]


class ScaledTable:
    """All answers of a recipe with up to two steps changed, on all problems; explains answers up to a factor.

    The recipe is called with a problem. together(a, b) is true for two variants that are tried at once. In the steps
    `forms` each mistake has many forms, some of which give the numbers of another mistake: the earlier ones count.
    """

    def __init__(self, recipe, variants, problems, together=lambda a, b: False, forms=()):
        self.recipe, self.variants, self.problems = recipe, variants, problems
        self.together, self.forms = together, forms

    @cached_property
    def right(self):
        """The recipe itself."""
        return self._rows([()])

    @cached_property
    def singles(self):
        """One step changed, without what gives the same numbers as right, or as an earlier variant of that code."""
        changes, rows = self._rows([(variant,) for variant in self.variants])
        numbers = [row.round(9).tobytes() for row in rows]
        first = _firsts((v.step, v.step in self.forms or v.code, n) for (v,), n in zip(changes, numbers, strict=True))
        right = self.right[1].round(9).tobytes()
        kept = [k for k in first if numbers[k] != right]
        return [changes[k] for k in kept], rows[kept]

    @cached_property
    def pairs(self):
        """Two steps changed; of variants of one step that give the same numbers, the first."""
        changes, rows = self.singles
        first = _firsts((v.step, row.round(9).tobytes()) for (v,), row in zip(changes, rows, strict=True))
        variants = [changes[k][0] for k in first]
        return self._rows([(a, b) for a, b in combinations(variants, 2) if a.step != b.step and self.together(a, b)])

    def explain(self, observed, problems, tolerances):
        """Return the Explanations with the fewest mistakes; `observed`: an array for each of some of the problems."""
        found = []
        for size, rows in enumerate(("right", "singles", "pairs")):
            if found and min(e.cost for e in found) <= max(size - 1, 0):
                break  # more steps can't be simpler
            found += self._fitting(*getattr(self, rows), observed, problems, tolerances)
            found = cheapest(found)
        return found

    def _rows(self, changes):
        """Return (changes, array (rows, numbers)): what the recipe gives, the numbers of all problems in one row."""
        expected = [np.shape(answer(self.recipe, (), Problem("", (p,)))) for p in self.problems]
        kept, rows = [], []
        for changed in changes:
            values = [answer(self.recipe, changed, Problem("", (p,))) for p in self.problems]
            if [None if value is None else np.shape(value) for value in values] == expected:
                kept.append(changed)
                rows.append(np.concatenate([np.ravel(value) for value in values]))
        return kept, np.array(rows, float)

    def _fitting(self, changes, rows, observed, problems, tolerances):
        """Yield the explanations among some rows: one least-squares factor for each row and each size."""
        if not len(rows):
            return
        owner = np.concatenate(
            [np.full(np.size(answer(self.recipe, (), Problem("", (p,)))), k) for k, p in enumerate(self.problems)]
        )
        chosen = [self.problems.index(p) for p in problems]
        columns = np.isin(owner, chosen)
        owner, rows = owner[columns], rows[:, columns]
        target, limits = np.concatenate([np.ravel(o) for o in observed]), np.array(tolerances)
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        with np.errstate(all="ignore"):
            squares = rows**2
            for size in SIZES:
                scale = np.array([size[2](self.problems[k]) for k in owner])
                constants = rows @ (scale * target) / (squares @ scale**2)
                rest = target @ target - constants**2 * (squares @ scale**2)
                rounding = 2 * limits @ limits + 1e-12 * target @ target
                for row in np.flatnonzero((np.abs(constants) > 1e-9) & (rest <= rounding)):
                    error = (constants[row] * scale * rows[row] - target) ** 2
                    nearly = f"{abs(constants[row]):.4g}" == "1" and abs(tidy(constants[row])) != 1  # imprecise
                    if (np.sqrt(np.add.reduceat(error, starts)) <= limits).all() and not nearly:
                        yield _explanation(changes[row], Factor(size, tidy(constants[row])))


def _firsts(keys):
    """Return the positions at which each key occurs first."""
    positions = {}
    for k, key in enumerate(keys):
        positions.setdefault(key, k)
    return list(positions.values())


def _explanation(variants, factor):
    """Return an Explanation in which a loose variant's factor of -1, 2 or the like isn't counted as a mistake."""
    loose = factor.constant in CONSTANTS and any(variant.loose for variant in variants)
    return Explanation(variants, factor._replace(constant=1.0) if loose else factor)
