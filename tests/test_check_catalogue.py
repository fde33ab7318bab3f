"""The catalogue of mistakes on itself: each one is recognised, and two or three at once get no wrong name."""

import random

import pytest

from cs231n_softmax.check import images, numerical, one_example, prediction, scores, sweeping, training
from cs231n_softmax.check.images import prepare
from cs231n_softmax.check.numerical import numerical_gradient
from cs231n_softmax.check.one_example import cross_entropy
from cs231n_softmax.check.prediction import predict
from cs231n_softmax.check.scores import softmax
from cs231n_softmax.check.sweeping import sweep
from cs231n_softmax.check.training import sgd_step

RECIPES = {
    "softmax": (softmax, scores.recipe, scores.SWAPS),
    "softmax, large": (softmax, scores.shifted, scores.SHIFTS),
    "loss": (cross_entropy, one_example.recipe, one_example.SWAPS),
    "loss by probability": (cross_entropy, one_example.by_probability, one_example.SWAPS),
    "loss, large": (cross_entropy, one_example.shifted, one_example.LARGE_SWAPS),
    "prepare": (prepare, images.recipe, images.SWAPS),
    "numerical gradient": (numerical_gradient, numerical.recipe, numerical.SWAPS),
    "sgd step": (sgd_step, training.recipe, training.SWAPS),
    "predict": (predict, prediction.recipe, prediction.SWAPS),
    "sweep": (sweep, sweeping.recipe, sweeping.SWAPS),
}
HARMLESS = {"eps", "nan-hidden", "shift-mismatch", "rows-at-once"}  # some, as long as nothing else is wrong
DESCRIBED = {"factor", "offset", "not-finite", "wrong-shape", "wrong-values", "wrong-keys", "exception"}


def codes(report):
    """Return the codes of the mistakes, as one sorted string."""
    return " ".join(sorted({mistake.code for mistake in report.mistakes}))


def mutant(name, swaps):
    """Return a function made by the recipe, with swaps."""
    recipe, changed = RECIPES[name][1], {swap.step: swap.how for swap in swaps}

    def made(*args):
        if name != "sweep":
            return recipe(*args, **changed)
        results = recipe(*args, **changed)
        args[0].clear()
        args[0].update(results)
    return made


@pytest.mark.parametrize("name", RECIPES)
def test_each_hypothesis_is_recognised(name):
    """A function with that mistake gets that code and that title: no two hypotheses look alike."""
    check, _, swaps = RECIPES[name]
    assert len({swap.title for swap in swaps}) > 9
    for swap in swaps:
        report = check(mutant(name, [swap]))
        if report.ok or codes(report) == "overflow":
            assert swap.code in HARMLESS or codes(report) == swap.code, swap
        else:
            assert swap.title in [mistake.title for mistake in report.mistakes], (swap, report)


@pytest.mark.parametrize("size", [2, 3])
def test_combined_mistakes_get_no_wrong_name(size, record_property):
    """Two or three mistakes in one function: rejected; what is named is one of them, or it is described."""
    rng, named, tried = random.Random(0), 0, 0
    for name, (check, _, swaps) in RECIPES.items():
        for _ in range(20):
            chosen = rng.sample(swaps, size)
            if len({swap.step for swap in chosen}) < size or {swap.code for swap in chosen} <= HARMLESS:
                continue
            report = check(mutant(name, chosen))
            true, got = {swap.code for swap in chosen}, {mistake.code for mistake in report.mistakes}
            assert got and got <= true | DESCRIBED, (name, chosen, report)
            named, tried = named + bool(got & true), tried + 1
    record_property("figure", f"{size} mistakes in one function: {named} of {tried} named, no wrong name")
    assert named > (0.9 if size == 2 else 0.2) * tried
