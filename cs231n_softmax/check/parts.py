"""Explain one part of a loss or gradient: which ideas, combined, give the numbers that a learner's function gives?

Each answer has four parts: data and regularization, of the loss and of the gradient. Each is explained by itself, so
that two mistakes in one function don't hide each other. Among the explanations that fit all problems, the one with
the fewest mistakes is taken.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .ideas.idea import Idea
from .ideas.shared import EXAMPLES, REGULARIZATION
from .matching import CONSTANTS, RIGHT, SIZES, TOLERANCE, Factor, can_combine, find_factor, tidy
from .problems import ordinary_problems

ALL = Idea("", "", "", "", lambda p: np.ones(p.N))
MISSING = Idea("missing", "is missing", "", "", None)
STRENGTHLESS = Idea("without-reg", "isn't multiplied by reg", "", "", None)


class Explanation(NamedTuple):
    """The ideas (none: right) and the factor that together give what was observed."""

    ideas: tuple
    factor: Factor = RIGHT

    @property
    def cost(self):
        """How many mistakes it takes; a constant that has no name counts as three."""
        return len(self.ideas) + sum(3 if slug == "factor" else 1 for slug in self.factor.slugs)


def cheapest(explanations):
    """Return the explanations with the fewest mistakes, in order; [] for none. More than three are a guess."""
    found = []
    for e in explanations:
        if e is not None and e.cost <= 3:
            if e.cost == 0:  # right: nothing can be simpler
                return [e]
            found.append(e)
    least = min((e.cost for e in found), default=0)
    return [e for e in found if e.cost == least]


def explanation(ideas, factor):
    """Return an Explanation in which a loose idea's factor of -1, 2 or the like isn't counted as a mistake."""
    loose = factor.constant in CONSTANTS and any(idea.loose for idea in ideas)
    return Explanation(ideas, factor._replace(constant=1.0) if loose else factor)


def _ideas(*ideas):
    return tuple(idea for idea in ideas if idea.slug)


@lru_cache
@np.errstate(all="ignore")
def _loss_models(topic):
    """Return (list of idea tuples, values (models, problems)) for all losses with at most two wrong ingredients."""
    problems, combinations, values = ordinary_problems(), [], []
    for probs_idea in topic.INGREDIENTS:
        if probs_idea.slug == "log-probs-for-probs":
            continue  # in a loss that is right
        alternatives = zip(*[probs_idea.model(p) for p in problems], strict=True)
        for q in alternatives:
            for loss_idea in topic.LOSSES:
                losses = zip(*[loss_idea.model(p, q_) for p, q_ in zip(problems, q, strict=True)], strict=True)
                for each in losses:
                    for examples in [ALL, *EXAMPLES]:
                        ideas = _ideas(probs_idea, loss_idea, examples)
                        if len(ideas) <= 2:
                            combinations.append(ideas)
                            values.append([examples.model(p) @ e / p.N for p, e in zip(problems, each, strict=True)])
    return combinations, np.array(values)


def explain_loss_data(topic, observed, problems, tolerances):
    """Explain the data part of the loss: `observed`, a list of numbers."""
    combinations, values = _loss_models(topic)
    values = values[:, [p in problems for p in ordinary_problems()]]
    found, target, limit = [], np.array(observed), np.array(tolerances)
    sizes = np.array([[size[2](p) for p in problems] for size in SIZES])
    with np.errstate(all="ignore"):
        scaled = values[:, None, :] * sizes
        constants = (scaled @ target) / (scaled**2).sum(axis=2)
        fit = (np.abs(constants[..., None] * scaled - target) <= limit).all(axis=2) & (np.abs(constants) > 1e-9)
    for model, size in np.argwhere(fit):
        found.append(explanation(combinations[model], Factor(SIZES[size], tidy(constants[model, size]))))
    return cheapest(found)


def _gradients(G, problems):
    """Turn each (N, C) into X.T @ it / N; leave a (D, C) as it is, divided by N."""
    return [(g if g.shape == p.W.shape and g.shape != (p.N, p.C) else p.X.T @ g) / p.N
            for g, p in zip(G, problems, strict=True)]


def explain_gradient_data(topic, observed, problems, tolerances):
    """Explain the data part of the gradient: `observed`, a list of arrays (D, C)."""
    return cheapest(_gradient_explanations(topic, observed, problems, tolerances))


@np.errstate(all="ignore")
def _gradient_explanations(topic, observed, problems, tolerances):
    def spread(bases):
        return list(zip(*[_gradients(basis, problems) for basis in zip(*bases, strict=True)], strict=True))

    right = [topic.INGREDIENTS[0].model(p)[0] for p in problems]
    bases = spread([topic.basis(p, q) for p, q in zip(problems, right, strict=True)])
    yield from _patterns(topic, observed, bases, problems, tolerances, ())
    for examples in EXAMPLES:
        bases = spread([[examples.model(p)[:, None] * b for b in topic.basis(p, q)]
                        for p, q in zip(problems, right, strict=True)])
        yield from _patterns(topic, observed, bases, problems, tolerances, _ideas(examples))
    for target in topic.TARGETS:
        for T in zip(*[target.model(p) for p in problems], strict=True):
            G = [p.probs - t for p, t in zip(problems, T, strict=True)]
            factor = find_factor(observed, _gradients(G, problems), problems, tolerances)
            if factor:
                yield explanation(_ideas(target), factor)
    for idea in topic.GRADIENTS:
        for G in zip(*[idea.model(p) for p in problems], strict=True):
            factor = find_factor(observed, _gradients(G, problems), problems, tolerances)
            if factor:
                yield explanation(_ideas(idea), factor)
    for probs_idea in topic.INGREDIENTS[1:]:
        for q in zip(*[probs_idea.model(p) for p in problems], strict=True):
            bases = spread([topic.basis(p, q_) for p, q_ in zip(problems, q, strict=True)])
            yield from _patterns(topic, observed, bases, problems, tolerances, _ideas(probs_idea))


def _patterns(topic, observed, bases, problems, tolerances, ideas):
    """Yield the patterns of a topic that, made of these bases, give the observed gradient."""
    if not can_combine(observed, bases, problems, tolerances):
        return
    for pattern in topic.PATTERNS:
        model = [sum(k * b for k, b in zip(pattern.model, basis, strict=True)) for basis in bases]
        factor = find_factor(observed, model, problems, tolerances)
        if factor:
            yield explanation((*ideas, *_ideas(pattern)), factor)


def explain_regularization(which, observed, problems, tolerances, strength):
    """Explain what reg changes: `observed`, at reg less at 0. which: 0 for the loss, 1 for the gradient."""
    if all(np.linalg.norm(o) <= t for o, t in zip(observed, tolerances, strict=True)):
        return Explanation((MISSING,))
    def found():
        for idea in REGULARIZATION:
            if idea.model[which] is not None:
                model = [idea.model[which](p, strength * p.reg) for p in problems]
                factor = find_factor(observed, model, problems, tolerances)
                yield factor and explanation(_ideas(idea), factor)

    return next(iter(cheapest(found())), None)


def _right_loss(topic, p):
    return topic.LOSSES[0].model(p, topic.INGREDIENTS[0].model(p)[0])[0].mean()


def _right_gradient(topic, p):
    basis = topic.basis(p, topic.INGREDIENTS[0].model(p)[0])
    return p.X.T @ sum(k * b for k, b in zip(topic.PATTERNS[0].model, basis, strict=True)) / p.N


REFERENCE = (_right_loss, _right_gradient)


def explain(topic, which, at_zero, at_reg, problems, strength):
    """Return ([explanations of the data part, equally simple], explanation of the regularization part or None).

    which: 0 for the loss, 1 for the gradient; at_zero, at_reg: lists of what was observed at reg = 0 and at p.reg.
    """
    explain_data = [explain_loss_data, explain_gradient_data][which]
    exact = [TOLERANCE * np.linalg.norm(a) for a in at_zero]
    tolerances = [TOLERANCE * max(np.linalg.norm(a), np.linalg.norm(b)) for a, b in zip(at_zero, at_reg, strict=True)]
    change = [b - a for a, b in zip(at_zero, at_reg, strict=True)]
    reg = explain_regularization(which, change, problems, tolerances, strength)
    if all(np.linalg.norm(o) <= 1e-12 for o in at_zero):
        return [Explanation((MISSING,))], reg
    data = explain_data(topic, at_zero, problems, exact)
    if not data and reg == Explanation((MISSING,)):
        # perhaps the term is there, but without its strength: then it's there at reg = 0 too
        whole = [REGULARIZATION[0].model[which](p, strength) for p in problems]
        right = [REFERENCE[which](topic, p) for p in problems]
        fitted = sum(np.vdot(w, o - t) for w, o, t in zip(whole, at_zero, right, strict=True))
        fitted /= sum(np.vdot(w, w) for w in whole)
        for k in (1.0, 0.5, 2.0, tidy(fitted)):
            rest = [o - k * w for o, w in zip(at_zero, whole, strict=True)]
            data = explain_data(topic, rest, problems, tolerances)
            if data:
                return data, Explanation((STRENGTHLESS,), RIGHT._replace(constant=k))
    return data, reg
