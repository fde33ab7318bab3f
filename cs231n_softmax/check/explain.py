"""Hypotheses: the right function is a recipe of a few steps, and a mistake does one step otherwise.

    def recipe(a, b, combine=np.add, finish=lambda value: value): return finish(combine(a, b))
    swaps = [Swap("combine", np.subtract, "sign", "The two are subtracted."), ...]
    explain([recipe], swaps, problems, answers)       # the swaps that reproduce all answers

A mistake is named only when the recipe, with that step swapped, gives every number that the learner's function gave.
Two mistakes in one function are two swaps. Where several explanations fit equally, only what they share is believed.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from .evidence import same
from .report import Mistake


class Swap(NamedTuple):
    """One step of a recipe done otherwise: `step` is the argument of the recipe that `how` replaces."""

    step: str
    how: object
    code: str
    title: str
    hint: str = ""


class Problem(NamedTuple):
    """A small question for the learner's function: what it is called in texts, and the arguments."""

    text: str
    args: tuple


def explain(recipes, swaps, problems, answers, matches=same, together=lambda a, b: True):
    """Return the swaps, one or two, with which one of the recipes gives all the answers; [] when in doubt.

    An answer that is a Mistake (the function stopped with an error) is matched by a recipe that stops as well.
    `matches` compares an answer with a recipe's; `together` says which two swaps are worth trying at once.
    """
    if all(isinstance(answer, Mistake) for answer in answers):
        return []
    singles = [(swap,) for swap in swaps]
    pairs = [(a, b) for a, b in combinations(swaps, 2)
             if a.step != b.step and together(a, b)]
    for tried in (singles, pairs):
        for recipe in recipes:
            found = [each for each in tried if _reproduces(recipe, each, problems, answers, matches)]
            if found:
                codes = set.intersection(*({swap.code for swap in each} for each in found))
                return [swap for swap in found[0] if swap.code in codes]
    return []


def _reproduces(recipe, combination, problems, answers, matches):
    changed = {swap.step: swap.how for swap in combination}
    for problem, answer in zip(problems, answers, strict=True):
        try:
            with np.errstate(all="ignore"):
                value = recipe(*problem.args, **changed)
        except Exception:
            if not isinstance(answer, Mistake):
                return False
        else:
            if isinstance(answer, Mistake) or not matches(answer, value):
                return False
    return True


def factors(step, sizes, name="result"):
    """Return swaps for a result that is a constant times what it should be; `step` is called with (result, argument).

    `sizes` maps a name to a function of the argument, e.g. {"N": len}: they give a factor N and one 1/N.
    """
    constants = {"twice": 2, "half of": 0.5, "100 times": 100}
    swaps = [Swap(step, lambda value, _: -value, "sign", f"The {name} has the wrong sign.")]
    swaps += [Swap(step, lambda value, _, c=c: c * value, "factor", f"The {name} is {words} what it should be.")
              for words, c in constants.items()]
    for size, of in sizes.items():
        swaps += [Swap(step, lambda value, arg, of=of: value * of(arg), "factor",
                       f"The {name} is {size} times what it should be."),
                  Swap(step, lambda value, arg, of=of: value / of(arg), "factor",
                       f"The {name} is 1/{size} of what it should be.")]
    return swaps
