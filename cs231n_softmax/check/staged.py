"""The engine for answers that come about in stages: what is kept for the next step, and a result that is made of it.

An update rule returns numbers for the next step besides its result. So a mistake in v shows in v itself, whatever is
wrong with m. Each kept number is explained by one variant, and the result by these and at most two more. In this way
several mistakes in one function are told apart, and no table of all combinations is needed.
"""

from functools import cached_property
from itertools import combinations, islice, product

from .evidence import same
from .explain import Table, answer
from .report import Mistake

MOST = 12  # so many ways to explain what is kept are tried, the shortest ones first
FEW = 2  # of these, so many are tried with two more variants, which takes a second for each


class StagedTable(Table):
    """A Table whose first problem is a single step. Its answer is a dictionary, with the result under `result`.

    `late` are the steps of the recipe that can be changed without an effect on what is kept.
    """

    def __init__(self, recipe, variants, problems, why, result, late):
        super().__init__([recipe], variants, problems, why)
        self.recipe, self.result, self.late = recipe, result, late

    @cached_property
    def first(self):
        """[(variant, its answer to the first problem)] of all variants."""
        found = [(variant, answer(self.recipe, (variant,), self.problems[0])) for variant in self.variants]
        return [(variant, value) for variant, value in found if value is not None]

    def explain(self, answers, more=2):
        """Return the variants with which the recipe gives all the answers; [] when in doubt. See Table.explain.

        They stand in the order of the steps. `more` is the number of variants
        that are tried beside those for what is kept. Two are a pair of late steps, and there are thousands of pairs.
        """
        if isinstance(answers[0], Mistake) or self.result not in answers[0]:
            return []
        starts = self._kept(answers[0])
        for added, most in [(_nothing, MOST), (self._one, MOST), (self._two, FEW)][: more + 1]:
            tried = dict.fromkeys(start + others for start in starts[:most] for others in added(start))
            found = [changed for changed in tried if changed and self._fits(changed, answers)]
            found = [changed for changed in found if len(changed) == min(map(len, found))]
            if found:
                codes = set.intersection(*({variant.code for variant in changed} for changed in found))
                return [variant for variant in self.variants if variant in found[0] and variant.code in codes]
        return []

    def _kept(self, got):
        """Return what may explain the kept numbers: tuples with one variant for each number that is wrong, short first.

        One variant can stand for several numbers.
        """
        right = self.right(self.problems[0])
        wrong = [key for key in right if key != self.result and not _alike(got, right, key)]
        fitting = [[variant for variant, value in self.first if _alike(got, value, key)] for key in wrong]
        sets = dict.fromkeys(tuple(dict.fromkeys(chosen)) for chosen in product(*fitting))
        sets = [chosen for chosen in sets if len({variant.step for variant in chosen}) == len(chosen)]
        return list(islice(sorted(sets, key=len), MOST))

    def _one(self, start):
        """Yield each variant of a step that `start` leaves as it is."""
        steps = {variant.step for variant in start}
        return ((variant,) for variant, _ in self.first if variant.step not in steps)

    def _two(self, start):
        """Yield each pair of variants of late steps that `start` leaves as they are."""
        late = [variant for (variant,) in self._one(start) if variant.step in self.late]
        return ((a, b) for a, b in combinations(late, 2) if a.step != b.step)

    def _fits(self, changed, answers):
        return all(
            self._gives(self.recipe, changed, problem, got) for problem, got in zip(self.problems, answers, strict=True)
        )


def _nothing(start):
    """Yield no further variant."""
    yield ()


def _alike(got, right, key):
    """True where two answers have the same under a key, which may be that there is nothing."""
    return key not in got and key not in right or key in got and key in right and same(got[key], right[key])
