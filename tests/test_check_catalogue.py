"""The catalogue on itself: each entry is recognised, none has two names, and two at once get no wrong name."""

import importlib
import random
from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import pytest

from cs231n_softmax import check
from cs231n_softmax.check import apart, exercises
from cs231n_softmax.check.exercises import adam, cross_entropy, softmax
from cs231n_softmax.check.explain import answer, parts
from cs231n_softmax.check.losses import softmax as softmax_parts
from cs231n_softmax.check.losses import svm as svm_parts
from cs231n_softmax.check.losses.problems import ordinary_problems
from cs231n_softmax.check.report import Mistake


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch):
    """None of the functions needs a copy of this process first (test_check_apart.py)."""
    monkeypatch.setattr(apart, "POSSIBLE", False)


TABLES = {  # check, table, which of its recipes
    **{name: (getattr(check, name), importlib.import_module(f"{exercises.__name__}.{name}").TABLE, 0)
       for name in exercises.EXERCISES if name in check.__all__},
    "adam, efficient": (check.adam, adam.EFFICIENT_TABLE, 0),
    "softmax, large": (check.softmax, softmax.LARGE_TABLE, 0),
    "cross_entropy by probability": (check.cross_entropy, cross_entropy.TABLE, 1),
    "cross_entropy, large": (check.cross_entropy, cross_entropy.large_table(Mistake("", "", "", "", "")), 0),
}
LOSSES = {"softmax": (softmax_parts.LOSS, softmax_parts.GRADIENT), "svm": (svm_parts.LOSS, svm_parts.GRADIENT)}
# some, as long as nothing else is wrong; a second step of a learner's row is a mistake only where arrays have two axes
HARMLESS = {"epsilon-in-sum", "nan-hidden", "shift-mismatch", "rows-at-once"}
DESCRIBED = {"factor", "offset", "not-finite", "wrong-shape", "wrong-values", "wrong-keys", "exception",
             "term-added", "term-missing", "term-factor", "whole-numbers"}  # fmt: skip


def codes(report):
    """Return the codes of the mistakes, as one sorted string."""
    return " ".join(sorted({mistake.code for mistake in report.mistakes}))


def mutant(name, variants):
    """Return a function made by the recipe, with variants."""
    _, table, k = TABLES[name]
    recipe, changed = table.recipes[k], {variant.step: variant.how for variant in variants}

    def train(self, X, y, learning_rate, reg, num_iters, batch_size, verbose):
        """The recipe of check.train is one step; its mutant is a method with a loop of such steps."""
        losses, W = [], np.zeros((X.shape[1], y.max() + 1)) if self.W is None else self.W
        for _ in range(num_iters):
            self.W, rows = W, np.random.choice(len(X), batch_size)  # noqa: NPY002
            loss, dW = self.loss(X[rows], y[rows], reg)
            losses.append(loss)
            p = SimpleNamespace(W=W, dW=dW, loss=loss, lr=learning_rate, reg=reg, size=batch_size)
            with np.errstate(all="ignore"):
                W = recipe(p, **changed)
        self.W = W
        return losses

    if name == "train":
        return train
    if name.startswith("adam") or name == "sgd_momentum":  # the recipe is a walk of several steps of this rule
        module, steps = importlib.import_module(f"{exercises.__name__}.{name.partition(',')[0]}"), changed
        if name == "adam, efficient":
            steps = {"step": adam.paper_step} | changed
        return lambda w, dw, config: module.rule(w, dw, config, **steps)

    def made(*args):
        if name == "two_layer_loss":  # the recipe gives all in one dictionary
            grads = recipe(*args, **changed)
            return grads.pop("loss"), grads
        if name != "sweep":
            return recipe(*args, **changed)
        results = recipe(*args, **changed)
        args[0].clear()
        args[0].update(results)
    return made


@pytest.mark.parametrize("name", TABLES)
def test_each_mistake_is_recognised(name):
    """A function with that mistake gets that code and that title: no two entries look alike."""
    examine, table, _ = TABLES[name]
    assert len({variant.title for variant in table.variants}) > 9
    for variant in table.variants:
        report = examine(mutant(name, [variant]))
        if report.ok or codes(report) == "overflow":
            assert variant.code in HARMLESS or codes(report) == variant.code, variant
        else:
            found = [mistake[:2] for mistake in report.mistakes]
            same = name.startswith("cross_entropy") and variant.code in dict(found)  # two ways to write one mistake
            assert same or (variant.code, variant.title) in found, (variant, report)


@pytest.mark.parametrize("which", [0, 1], ids=["loss", "gradient"])
@pytest.mark.parametrize("name", LOSSES)
def test_each_mistake_in_a_loss_is_recognised(name, which):
    """A loss, or a gradient, with that mistake alone is explained by it (and by what gives the same numbers)."""
    table, problems = LOSSES[name][which], list(ordinary_problems())
    for (variant,) in table.singles[0]:
        with np.errstate(all="ignore"):
            observed = [table.recipe(p, **{variant.step: variant.how}) for p in problems]
        if all(np.isfinite(value).all() for value in observed):
            found = table.explain(observed, problems, [1e-5 * np.linalg.norm(value) for value in observed])
            assert any(variant.code in e.codes for e in found), (variant, found)


def numbers(values):
    """Return what tells answers apart, up to rounding; None where a recipe stops with an error."""
    if any(value is None for value in values):
        return None
    split = [parts(value) for value in values]
    return repr([shapes for shapes, _ in split]), b"".join(
        np.round(np.asarray(array, float), 7).tobytes() for _, arrays in split for array in arrays)


def entries():
    """Yield (what is computed, step, code, numbers) of all entries of all exercises.

    Exercises that compute the same thing are asked on the same problems: probabilities for scores, losses for scores
    and labels, the two data parts of a loss.
    """
    problems = ordinary_problems()
    for name, (_, table, k) in TABLES.items():
        if name not in ("softmax", "cross_entropy", "cross_entropy by probability"):
            right = numbers([answer(table.recipes[k], (), p) for p in table.problems])
            for v in table.variants:
                yield name, v, right, numbers([answer(table.recipes[k], (v,), p) for p in table.problems])
    with np.errstate(all="ignore"):
        right = numbers([p.probs for p in problems])
        for v in softmax.TABLE.variants:
            yield "probabilities", v, right, numbers([_quiet(softmax.recipe, p.scores, **{v.step: v.how})
                                                      for p in problems])
        for name, tables in LOSSES.items():
            for part, table in zip(("loss", "gradient"), tables, strict=True):
                right = numbers([table.recipe(p) for p in problems])
                for (v,) in table.singles[0]:
                    if part == "gradient" and v in tables[0].variants and v.step != "probs":
                        continue  # the loss tells it apart: a margin of 10, say, is violated by all classes
                    yield f"{name} {part}", v, right, numbers([_quiet(table.recipe, p, **{v.step: v.how})
                                                               for p in problems])
                    if v.step == "probs":
                        yield "probabilities", v, numbers([p.probs for p in problems]), numbers(
                            [_quiet(v.how, p.scores, p) for p in problems])
        right = numbers([softmax_parts.loss(p) for p in problems])
        for v in cross_entropy.TABLE.variants:
            if v.step in ("label", "log", "loss", "straight"):
                for recipe in (cross_entropy.by_scores, cross_entropy.by_probability):
                    each = [_quiet(recipe, p.scores, p.y, **{v.step: v.how}) for p in problems]
                    yield "softmax loss", v, right, numbers([None if e is None else np.mean(e) for e in each])


def _quiet(recipe, *args, **steps):
    try:
        return recipe(*args, **steps)
    except Exception:
        return None


SAME_STEP = {"shift": "probs", "power": "probs", "total": "probs", "finish": "probs"}  # softmax's steps, in a loss


def test_one_mistake_has_one_code():
    """Two entries that give the same numbers for the same step have the same code, in all exercises."""
    seen = defaultdict(set)
    for what, variant, right, found in entries():
        if found is not None and found != right:
            step = SAME_STEP.get(variant.step, variant.step) if what == "probabilities" else variant.step
            seen[what, step, found].add(variant.code)
    assert len(seen) > 700
    twice = {(what, step, *sorted(codes)) for (what, step, _), codes in seen.items() if len(codes) > 1}
    assert not twice


def looks_like_one(name, variants):
    """True where these give all the numbers of another mistake, or of other two: then nobody could tell them apart."""
    _, table, k = TABLES[name]
    answers = [answer(table.recipes[k], variants, problem) for problem in table.problems]
    answers = [Mistake("exception", "", "", "", "") if value is None else value for value in answers]
    return not {v.code for v in table.explain(answers)} <= {v.code for v in variants}


@pytest.mark.parametrize("size", [2, 3])
def test_combined_mistakes_get_no_wrong_name(size, record_property):
    """Two or three mistakes in one function: rejected; what is named is one of them, or it is described."""
    named = tried = 0
    for name, (examine, table, _) in TABLES.items():
        for draw in range(20):
            # a shuffle that one entry more doesn't disturb
            chosen = sorted(table.variants, key=lambda v: random.Random(f"{draw} {v.code} {v.title}").random())[:size]
            if len({v.step for v in chosen}) < size or {v.code for v in chosen} <= HARMLESS:
                continue
            if looks_like_one(name, chosen):
                continue
            report = examine(mutant(name, chosen))
            true, got = {v.code for v in chosen}, {mistake.code for mistake in report.mistakes}
            assert got and got <= true | DESCRIBED, (name, chosen, report)
            named, tried = named + bool(got & true), tried + 1
    record_property("figure", f"{size} mistakes in one function: {named} of {tried} named, no wrong name")
    assert named > (0.9 if size == 2 else 0.2) * tried
