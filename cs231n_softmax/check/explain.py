"""The engine of the examiner: an answer is a recipe of named steps, and a mistake does a step differently.

    def recipe(a, b, combine=np.add, finish=lambda value: value): return finish(combine(a, b))
    variants = [Variant("combine", np.subtract, "sign", "The two are subtracted."), ...]
    Table([recipe], variants, problems).explain(answers)        the variants that give all these answers

A mistake is named only when the recipe, with that step done differently, gives every number that the learner's function
gave. Two mistakes in one function are two variants, of different steps. Where several explanations fit equally, only
the variants that they share are reported.

The numbers of a recipe with changed steps don't depend on the learner. So a table of them is made once, on first use,
and an answer is compared with the whole table at once.
"""

from collections import defaultdict
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np

from .evidence import RTOL, bounds, same
from .report import Mistake

PROBES = 200  # the table holds so many numbers of a large answer; an answer that fits there is compared as a whole
RAISES = "raises"  # in place of the shapes: the recipe stops with an error


class Variant(NamedTuple):
    """One step of a recipe done differently: `step` is the argument of the recipe that `how` replaces.

    `why` explains what is right, where the step's own explanation doesn't fit. `loose`: the formula has no size or sign
    of its own, so that a constant factor with it isn't a second mistake.
    """

    step: str
    how: object
    code: str
    title: str
    hint: str = ""
    why: str = ""
    loose: bool = False


class Problem(NamedTuple):
    """A small problem for the learner's function: its name in texts, and the arguments."""

    text: str
    args: tuple


def parts(value):
    """Return (shapes, [arrays]): an answer is an array, a tuple of them, or a dictionary with one at each key."""
    if isinstance(value, dict):
        # by hash: equal keys, such as 0.5 and np.float64(0.5), can look different
        value = {key: np.asarray(value[key]) for key in sorted(value, key=hash)}
        return (*value, *(array.shape for array in value.values())), list(value.values())
    arrays = [np.asarray(part) for part in (value if isinstance(value, tuple) else (value,))]
    return tuple(array.shape for array in arrays), arrays


def alike(got, right, rtol=RTOL):
    """True when two answers have the same parts, equal up to rounding."""
    (shapes, a), (others, b) = parts(got), parts(right)
    return shapes == others and all(map(lambda x, y: same(x, y, rtol), a, b))


class Table:
    """All answers of some recipes with one or two steps changed.

    `why` explains each step of the recipes. together(a, b) is true for two variants that are tried at once; `rtol` is
    the relative difference that counts as rounding.
    """

    def __init__(self, recipes, variants, problems, why, together=lambda a, b: True, rtol=RTOL):
        self.recipes, self.variants, self.problems = recipes, list(variants), problems
        self.why, self.together, self.rtol = why, together, rtol

    @cached_property
    def singles(self):
        """The screens of one changed step, one for each recipe."""
        return [
            self._screen(recipe, [(variant,) for variant in variants])
            for recipe, variants in zip(self.recipes, self._telling, strict=True)
        ]

    @cached_property
    def pairs(self):
        """The screens of two changed steps."""
        return [
            self._screen(
                recipe,
                [pair for pair in combinations(variants, 2) if pair[0].step != pair[1].step and self.together(*pair)],
            )
            for recipe, variants in zip(self.recipes, self._telling, strict=True)
        ]

    @cached_property
    def _telling(self):
        """For each recipe its variants, without those that give the numbers of another mistake in an earlier recipe."""
        if len(self.recipes) == 1:
            return [self.variants]
        seen, kept = {}, []
        for recipe in self.recipes:
            numbers = {v: str([_text(answer(recipe, (v,), p)) for p in self.problems]) for v in self.variants}
            kept.append([v for v in self.variants if seen.get(numbers[v], v.code) == v.code])
            seen = {numbers[v]: v.code for v in reversed(kept[-1])} | seen
        return kept

    def right(self, problem):
        """Return the right answer, the first recipe's."""
        with np.errstate(all="ignore"):
            return self.recipes[0](*problem.args)

    def explain(self, answers):
        """Return the variants, one or two, with which one of the recipes gives all the answers; [] when in doubt.

        An answer that is a Mistake (the function stopped with an error) is matched by a recipe that stops as well.
        """
        if all(isinstance(answer, Mistake) for answer in answers):
            return []
        found = next(filter(None, (self._found([screen], answers) for screen in self.singles)), None)
        found = found or self._found(self.pairs, answers)
        codes = set.intersection(*({variant.code for variant in changed} for changed in found)) if found else set()
        return [variant for variant in found[0] if variant.code in codes] if found else []

    def _found(self, screens, answers):
        """Return the changes among some screens that give all the answers."""
        return [
            changed
            for screen in screens
            for changed in screen.fitting(answers[0])
            if all(self._gives(screen.recipe, changed, p, got) for p, got in zip(self.problems, answers, strict=True))
        ]

    def _screen(self, recipe, rows):
        return Screen(recipe, rows, (answer(recipe, row, self.problems[0]) for row in rows), self.rtol)

    def _gives(self, recipe, changed, problem, got):
        value = answer(recipe, changed, problem)
        if value is None or isinstance(got, Mistake):
            return value is None and isinstance(got, Mistake)
        return alike(got, value, self.rtol)


def _text(value):
    """Return what tells an answer apart, up to rounding."""
    return None if value is None else str([np.round(np.asarray(array, float), 7) + 0.0 for array in parts(value)[1]])


def answer(recipe, changed, problem):
    """Return what a recipe gives on a problem with these variants in it; None where it stops with an error."""
    try:
        with np.errstate(all="ignore"):
            return recipe(*problem.args, **{variant.step: variant.how for variant in changed})
    except Exception:
        return None


class Screen:
    """The answers of one recipe to one problem, a row for each way of changing it: which rows fit an answer?"""

    def __init__(self, recipe, rows, values, rtol):
        self.recipe, self.rows, self.groups = recipe, rows, {}
        by_shapes = defaultdict(list)
        for row, value in enumerate(values):  # each is large, and only its probes are kept
            shapes, arrays = (RAISES, []) if value is None else parts(value)
            if all(array.dtype.kind in "biuf" for array in arrays):
                by_shapes[shapes].append((row, _probes(arrays), _probes(bounds(array, rtol) for array in arrays)))
        for shapes, group in by_shapes.items():
            numbers, values, limits = zip(*group, strict=True)
            self.groups[shapes] = np.array(numbers), np.array(values), np.array(limits)

    def fitting(self, got):
        """Return the rows whose probes are those of `got`."""
        shapes, arrays = (RAISES, []) if isinstance(got, Mistake) else parts(got)
        if shapes not in self.groups or not all(array.dtype.kind in "biuf" for array in arrays):
            return []
        numbers, values, limits = self.groups[shapes]
        target = _probes(arrays)
        with np.errstate(invalid="ignore"):
            fits = (np.abs(values - target) <= limits) | (values == target) | (np.isnan(values) & np.isnan(target))
        return [self.rows[row] for row in numbers[fits.all(axis=1)]]


def _probes(arrays):
    """Return some numbers of each array, in one row."""
    arrays = [np.ravel(array).astype(float) for array in arrays]
    return np.concatenate([array[:: 1 + array.size // PROBES] for array in arrays] or [np.zeros(0)])


def each(step, hows, *told, **more):
    """Return one variant for each of several formulas with the same mistake in the same step."""
    return [Variant(step, how, *told, **more) for how in hows]


def factors(step, sizes, name="result"):
    """Return variants for a result that is wrong by a factor; `step` is called with (result, argument).

    `sizes` maps a name to a function of the argument, e.g. {"N": len}: they give a factor N and one 1/N.
    """
    constants = {"double": ("twice", 2), "half": ("half of", 0.5), "percent": ("100 times", 100)}
    found = [
        Variant(
            step,
            lambda value, _: -value,
            "negated",
            f"The {name} has the wrong sign.",
            "Look for a minus sign that is too many or missing.",
        )
    ]
    found += [
        Variant(
            step,
            lambda value, _, c=c: c * value,
            code,
            f"The {name} is {words} what it should be.",
            f"Look for a factor {c:g} that is too many, or for a factor {1 / c:g} that is missing.",
        )
        for code, (words, c) in constants.items()
    ]
    for size, of in sizes.items():
        slug = {"x.size": "size", "len(x)": "length"}.get(size, size)
        found += [
            Variant(
                step,
                lambda value, arg, of=of: value * of(arg),
                f"times-{slug}",
                f"The {name} is {size} times what it should be.",
                f"Look for a factor {size} that is too many, or for a division by {size} that is missing.",
            ),
            Variant(
                step,
                lambda value, arg, of=of: value / of(arg),
                f"over-{slug}",
                f"The {name} is 1/{size} of what it should be.",
                f"Look for a division by {size} that is too many, or for a mean in place of a sum.",
            ),
        ]
    return found
