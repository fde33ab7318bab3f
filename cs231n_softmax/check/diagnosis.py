"""From what a loss returned to what is wrong with it: each part explained by an idea, or else localised."""

from typing import NamedTuple

import numpy as np

from .localise import (
    describe_factor,
    describe_gradient,
    differs,
    is_derivative,
    largest_difference,
    number,
    single_examples,
)
from .matching import TOLERANCE
from .parts import explain
from .report import Mistake
from .wording import NAMES, capital, is_right, mistakes

STEPS = {
    "data-loss": "the loss at reg = 0",
    "reg-loss": "what regularization adds to the loss",
    "data-gradient": "the gradient at reg = 0",
    "reg-gradient": "what regularization adds to the gradient",
}
SHOWN = {"data-loss": "the loss", "reg-loss": "the loss's regularization", "data-gradient": "dW",
         "reg-gradient": "the regularization in dW"}
ADVICE = {
    "data-loss": "Take one example and three classes, and compute by hand what each line should give.",
    "reg-loss": "`reg * np.sum(W**2)`, added once, after the mean over the examples.",
    "data-gradient": "Take one example, and print what each class's column gets; compare it with the formula.",
    "reg-gradient": "`2 * reg * W`, added once, after the mean over the examples.",
}


class Facts(NamedTuple):
    """A learner's function, what it returned on each problem (at reg = 0, at p.reg), and what is right."""

    fn: object
    seen: dict
    problems: list
    oracle: object

    def values(self, part, problem):
        """Return (yours, right) of a part on a problem."""
        kind, name = part.split("-")
        which = name == "gradient"
        yours = [at[which] for at in self.seen[problem]]
        right = [self.oracle(problem, reg)[which] for reg in (0.0, problem.reg)]
        yours, right = ((v[0] if kind == "data" else v[1] - v[0]) for v in (yours, right))
        return np.atleast_1d(yours), np.atleast_1d(right)


def examine_parts(fn, report, seen, oracle, topic, strength):
    """Add the mistakes of the four parts to the report; return (data parts right?, all finite?)."""
    facts = Facts(fn, seen, _judged(seen), oracle)
    explained = {}
    for which, name in enumerate(("loss", "gradient")):
        at_zero, at_reg = ([np.array(seen[p][k][which]) for p in facts.problems] for k in (0, 1))
        odd = _odd_numbers(name, at_zero + at_reg, facts)
        if odd:
            report.step(f"the {name}, on {len(seen)} small problems", False)
            report.mistakes.append(odd)
        else:
            found = explain(topic, which, at_zero, at_reg, facts.problems, strength)
            explained[f"data-{name}"], explained[f"reg-{name}"] = found
    data_parts = ("data-loss", "data-gradient")
    explained |= zip(data_parts, _alike(*map(explained.get, data_parts)), strict=True)
    explained = {part: explained[part] for part in STEPS if part.replace("data", "reg") in explained}
    for part, e in explained.items():
        report.step(f"{STEPS[part]}, on {len(seen)} small problems", e is not None and is_right(e))

    known = {part: e for part, e in explained.items() if e is not None}
    found = mistakes(known, lambda part: _evidence(part, facts))
    if not report.mistakes:  # else what isn't explained may come of an argument that was changed, or of the like
        found += [_unknown(part, facts) for part, e in explained.items() if e is None]
    if found and all(part in known and is_right(known[part]) for part in ("data-loss", "reg-loss")):
        found[0] = found[0]._replace(explanation=f"Your loss is right. {found[0].explanation}".strip())
    report.mistakes += found
    data_right = all(part in known and is_right(known[part]) for part in data_parts)
    data_right &= not any(m.code.endswith("without-reg") for m in found)  # then W itself counts at reg = 0
    return data_right, not any(m.code.endswith("not-finite") for m in report.mistakes)


def _judged(seen):
    """The problems to judge by: all, or, when the function fails on a single example only, the others."""
    failing = [p for p, pair in seen.items()
               if not all(np.isfinite(at.loss) and np.isfinite(at.dW).all() for at in pair)]
    return [p for p in seen if p.N > 1 or p not in failing] if all(p.N == 1 for p in failing) else list(seen)


def _odd_numbers(name, values, facts):
    """A Mistake for a loss or gradient that is NaN, always the same, or without decimals; or None."""
    for p, value in zip(facts.problems * 2, values, strict=True):
        if not np.isfinite(value).all():
            return Mistake(f"{name}-not-finite", f"The {name} is NaN or infinite.",
                           "The scores are small here: nothing overflows.", f"with {p}",
                           "Look for the logarithm of 0 or of a negative number, and for a division by 0.")
    if name == "loss" and len({float(v) for v in values}) == 1 and values[0] != 0:
        return Mistake("loss-constant", "The loss is the same for all W, X and y.", "",
                       f"it is {number(values[0])} on all problems", "Compute it from the arguments.")
    if all((v == np.round(v)).all() for v in values) and any(v.any() for v in values):
        p = facts.problems[0]
        right = np.ravel(facts.oracle(p, p.reg)[name == "gradient"])[0]
        yours = np.ravel(values[len(facts.problems)])[0]
        return Mistake(f"{name}-integer", f"The {name} has no decimals.",
                       "An array of integers, int() or `//` cuts them off.",
                       f"with {p}: {number(yours)}, expected {number(right)}",
                       "Make arrays of floats: `np.zeros(shape)`, or `np.zeros_like(W)`.")
    return None


def _alike(losses, gradients):
    """Of equally simple explanations of loss and gradient, choose two that share an idea; None where there is none."""
    def shared(pair):
        return len({idea.slug for idea in pair[0].ideas} & {idea.slug for idea in pair[1].ideas})
    pairs = [(a, b) for a in losses or () for b in gradients or ()]
    return max(pairs, key=shared) if pairs else (next(iter(losses or ()), None), next(iter(gradients or ()), None))


def _evidence(part, facts):
    """The numbers in which a part's mistake shows, on the first problem where it does."""
    for problem in facts.problems:
        yours, right = facts.values(part, problem)
        if differs(yours, right).any():
            break
    reg = f"reg = {problem.reg:g} against reg = 0" if part.startswith("reg") else "reg = 0"
    shown = (f"{SHOWN[part]} is {number(yours[0])}, expected {number(right[0])}" if part.endswith("loss")
             else largest_difference(SHOWN[part], yours, right))
    return f"{shown} ({problem}; {reg})"


def _unknown(part, facts):
    """A Mistake for a part that no idea explains: where it departs from the truth."""
    yours, right = zip(*[facts.values(part, problem) for problem in facts.problems], strict=True)
    error = max(np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(yours, right, strict=True))
    if error < 0.02:
        return Mistake(f"{part}-imprecise", f"{capital(NAMES[part])} is nearly right, but not precise.",
                       "Something rounds, or approximates.",
                       f"{_evidence(part, facts)}; it is off by up to {100 * error:.1g} %",
                       "Look for round(), float16, or a number added to avoid a division by 0. Compute by the formula.")
    details = describe_factor(yours, right, facts.problems, [TOLERANCE * max(np.linalg.norm(v), 1e-9) for v in yours])
    good = [p for p, a, b in zip(facts.problems, yours, right, strict=True) if not differs(a, b).any()]
    details += [f"it is right with {good[0]}"] if good else []
    problem = next(p for p in facts.problems if p not in good)
    if part == "data-loss":
        details.append(single_examples(facts.fn, problem, facts.oracle))
        if is_derivative(facts.fn, problem):
            details.append("your gradient is the derivative of your loss: the mistake is in what you compute, not in "
                           "how you derived it")
    if part.endswith("gradient"):
        details += describe_gradient(problem, *facts.values(part, problem), from_data=part.startswith("data"))
    return Mistake(f"{part}-wrong", f"{capital(NAMES[part])} is wrong.",
                   "It is none of the usual mistakes; this is where it departs from the truth.",
                   "\n".join([_evidence(part, facts), *details]), ADVICE[part])
