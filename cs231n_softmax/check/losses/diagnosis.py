"""Find what is wrong with a loss from its results: each part is explained, or else localised (localise.py)."""

import re
from typing import NamedTuple

import numpy as np

from ..evidence import number
from ..factors import TOLERANCE, describe_factor
from ..report import Mistake
from ..scaled import IS_RIGHT
from .examples import RETURNED
from .localise import describe_gradient, differs, is_derivative, largest_difference, single_examples
from .parts import DATA_GRADIENT, DATA_LOSS, MISSING, PARTS, REG_GRADIENT, REG_LOSS, Part, explain
from .wording import NAMES, capital, filled, mistakes

# fmt: off
STEPS = {
    DATA_LOSS: "the loss at reg = 0",
    REG_LOSS: "what regularization adds to the loss",
    DATA_GRADIENT: "the gradient at reg = 0",
    REG_GRADIENT: "what regularization adds to the gradient",
}
SHOWN = {DATA_LOSS: "the loss", REG_LOSS: "the loss's regularization", DATA_GRADIENT: "dW",
         REG_GRADIENT: "the regularization in dW"}
ADVICE = {
    DATA_LOSS: "Take one example and three classes. Compute by hand what each line should give, and compare.",
    REG_LOSS: "Where is the penalty added? Once, after the mean over the examples: `{penalty}`.",
    DATA_GRADIENT: "Take one example. Print what is added to each class's column, and compare it with the formula.",
    REG_GRADIENT: "Where is the penalty's derivative added? Once, after the mean over the examples: `{slope}`.",
}
# fmt: on


NAN_IN_LOG = re.compile(r"invalid value encountered in log\w*$")
HUGE = 1e150  # larger numbers have squares that no float holds
STRENGTHS = {"full": 1.0, "half": 0.5}  # of the penalty, as a multiple of reg * sum(W**2)


class Facts(NamedTuple):
    """An examination's trial, what was Seen on each problem (at reg = 0, at p.reg), and what is right."""

    trial: object
    seen: dict
    problems: list
    oracle: object

    def values(self, part, problem):
        """Return (yours, right) of a part on a problem."""
        yours = [at[part.which] for at in self.seen[problem]]
        right = [self.oracle(problem, reg)[part.which] for reg in (0.0, problem.reg)]
        yours, right = ((v[0] if part.kind == "data" else v[1] - v[0]) for v in (yours, right))
        return np.atleast_1d(yours), np.atleast_1d(right)


class Verdict(NamedTuple):
    """Are the two data parts right, with no penalty at reg = 0? Are all numbers finite?"""

    data_right: bool
    finite: bool


@np.errstate(all="ignore")  # a learner's numbers can have any size
def examine_parts(trial, seen, oracle, topic, convention):
    """Add the mistakes of the four parts to the report; return the Verdict."""
    facts, report = Facts(trial, seen, _judged(seen), oracle), trial.report
    found, known, finite = {}, {}, True
    if not any(at.loss or at.dW.any() for pair in seen.values() for at in pair):
        trial.waiting.append("computes something from its arguments")
        trial.end(
            Mistake(
                "not-written",
                f"{report.name} returns zeros. It isn't written yet, or it keeps nothing.",
                "Compute loss and dW from W, X, y and reg.",
                "",
                "If the code is there: is each result added or stored?",
            )
        )
    for which, name in enumerate(("loss", "gradient")):
        at_zero, at_reg = ([np.array(seen[p][k][which]) for p in facts.problems] for k in (0, 1))
        odd = _degenerate(name, at_zero + at_reg, facts)
        if odd:
            report.step(f"the {name}, on {len(seen)} small problems", False)
            report.mistakes.append(odd)
            finite = finite and np.isfinite(np.concatenate([np.ravel(v) for v in at_zero + at_reg])).all()
        else:
            parts = [part for part in PARTS if part.which == which]
            found |= zip(
                parts, explain(topic, which, at_zero, at_reg, facts.problems, STRENGTHS[convention]), strict=True
            )
    for part in (part for part in PARTS if part in found):
        choice = _chosen(found, part)
        reg = next((e for e in found.get(Part("reg", part.which)) or [] if "without-reg" in e.codes), None)
        report.step(f"{STEPS[part]}, on {len(seen)} small problems", choice == IS_RIGHT and reg is None)
        if choice is not None:
            known[part] = choice
    if any(variant.step == "probs" for variant in known.get(DATA_GRADIENT, IS_RIGHT).variants):
        # wrong probabilities give the NaN too
        report.mistakes = [m for m in report.mistakes if m.code not in ("log-of-negative", "loss-not-finite")]
    unexplained = [part for part in PARTS if part not in known]
    named = mistakes(_reached(known), lambda part: _evidence(part, facts), convention, unexplained)
    if not report.mistakes:  # else what isn't explained may be due to an argument that was changed, or the like
        named += [_unknown(part, facts, convention) for part in PARTS if part in found and part not in known]
    if named and all(known.get(part) == IS_RIGHT for part in (DATA_LOSS, REG_LOSS)):
        named[0] = named[0]._replace(explanation=f"Your loss is right. {named[0].explanation}".strip())
    report.mistakes += named
    without_reg = any("without-reg" in e.codes for e in known.values())  # then W itself counts at reg = 0
    right = all(known.get(part) == IS_RIGHT for part in (DATA_LOSS, DATA_GRADIENT))
    return Verdict(right and not without_reg, finite)


def _reached(known):
    """Return the explained parts, without the penalties below a `return` that ends the loop over the examples."""
    ended = {part.which for part in known if part.kind == "data" and RETURNED in known[part].variants}
    return {part: e for part, e in known.items() if not (part.kind == "reg" and part.which in ended and e == MISSING)}


def _chosen(found, part):
    """Of a part's equally simple explanations, the one to believe; None where there is none, or no certain one.

    The first that shares a variant with the other data part is taken. Where a part takes several mistakes to explain,
    and other mistakes explain it as well, it isn't certain which mistakes they are.
    """
    mine = found[part]
    twin = {DATA_LOSS: DATA_GRADIENT, DATA_GRADIENT: DATA_LOSS}.get(part)
    pairs = [(a, b) for a in found[DATA_LOSS] for b in found[DATA_GRADIENT]] if mine and found.get(twin) else []
    best = max(pairs, key=lambda pair: len(set(pair[0].codes) & set(pair[1].codes)), default=None)
    if best and set(best[0].codes) & set(best[1].codes):
        return best[part.which]
    certain = len({frozenset([*e.codes, *e.factor.slugs]) for e in mine}) == 1
    return mine[0] if mine and (certain or mine[0].cost == 1) else None


def _judged(seen):
    """Return the problems to judge by: all, or only those with N > 1 when nothing but a single example fails."""
    failing = [
        p for p, pair in seen.items() if not all(np.isfinite(at.loss) and np.isfinite(at.dW).all() for at in pair)
    ]
    return [p for p in seen if p.N > 1 or p not in failing] if all(p.N == 1 for p in failing) else list(seen)


def _degenerate(name, values, facts):
    """Return a Mistake for a loss or gradient that is NaN, huge, always the same, or without decimals; else None."""
    hidden = name == "loss" and not any(values[: len(facts.problems)])  # 0 in place of NaN
    regs = [0.0] * len(facts.problems) + [p.reg for p in facts.problems]
    for p, reg, value in zip(facts.problems * 2, regs, values, strict=True):
        line = facts.trial.first_nan(p.arguments(reg)) if hidden or not np.isfinite(value).all() else ""
        if not np.isfinite(value).all() or NAN_IN_LOG.search(line):
            return _not_finite(name, p, line)
    for p, value in zip(facts.problems * 2, values, strict=True):
        if np.abs(value).max() > HUGE:
            return Mistake(
                f"{name}-huge",
                f"The {name} is far too large.",
                "The numbers of the problems are near 1. The right results are too.",
                f"with {p}: up to {number(np.abs(value).max())}",
                "Look for a division by a number near 0, and for a product that grows in a loop.",
            )
    if name == "loss" and len({float(v) for v in values}) == 1 and values[0] != 0:
        return Mistake(
            "loss-constant",
            "The loss is the same for all W, X and y.",
            "",
            f"it is {number(values[0])} on all problems",
            "Compute the loss from W, X, y and reg.",
        )
    whole = all((v == np.round(v)).all() and np.abs(v).max() < 2**53 for v in values)  # larger floats have no decimals
    if whole and any(v.any() for v in values):
        p = facts.problems[0]
        right = np.ravel(facts.oracle(p, p.reg)[name == "gradient"])[0]
        yours = np.ravel(values[len(facts.problems)])[0]
        return Mistake(
            f"{name}-integer",
            f"The {name} has no decimals.",
            "Decimals are lost in an array of integers, by int() and by `//`.",
            f"with {p}: {number(yours)}, expected {number(right)}",
            "`np.zeros(shape)` and `np.zeros_like(W)` make arrays of floats.",
        )
    return None


def _not_finite(name, problem, line):
    """Return the Mistake for NaN or inf, which comes up in the learner's `line`, if that is known."""
    seen = f"with {problem}:\n{line}".rstrip(":\n")
    if name == "loss" and NAN_IN_LOG.search(line):
        return Mistake(
            "log-of-negative",
            "The loss takes the logarithm of a negative number, and that is NaN.",
            "A probability is never negative. Scores can be negative, and so is p - 1, which belongs to the gradient.",
            seen,
            "Which array stands in the logarithm, and what was done to it before? After 1 is subtracted at the label, "
            "it no longer holds probabilities. Compute the loss before that line, or subtract from a copy: "
            "`dscores = probs.copy()`.",
        )
    return Mistake(
        f"{name}-not-finite",
        f"The {name} is NaN or infinite.",
        "The scores are small here: nothing overflows.",
        seen,
        "Look for a division by 0, and for the logarithm of 0 or of a negative number.",
    )


def _evidence(part, facts):
    """Return the numbers that show a part's mistake, on the first problem where the part is wrong."""
    for problem in facts.problems:
        yours, right = facts.values(part, problem)
        if differs(yours, right).any():
            break
    reg = f"reg = {problem.reg:g} against reg = 0" if part.kind == "reg" else "reg = 0"
    shown = (
        f"{SHOWN[part]} is {number(yours[0])}, expected {number(right[0])}"
        if part.of == "loss"
        else largest_difference(SHOWN[part], yours, right)
    )
    return f"{shown} ({problem}; {reg})"


def _unknown(part, facts, convention):
    """Return a Mistake for a part that no variant explains, with the places where it is wrong."""
    yours, right = zip(*[facts.values(part, problem) for problem in facts.problems], strict=True)
    error = max(np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(yours, right, strict=True))
    if error < 0.02:
        return Mistake(
            f"{part}-imprecise",
            f"{capital(NAMES[part])} is nearly right, but not precise.",
            "Perhaps a number is rounded, or a formula is only approximate.",
            f"{_evidence(part, facts)}; it is off by up to {100 * error:.1g} %",
            "Look for round(), float16, or a small number added to avoid a division by 0.",
        )
    details = describe_factor(yours, right, facts.problems, [TOLERANCE * max(np.linalg.norm(v), 1e-9) for v in yours])
    good = [p for p, a, b in zip(facts.problems, yours, right, strict=True) if not differs(a, b).any()]
    details += [f"it is right with {good[0]}"] if good else []
    problem = next(p for p in facts.problems if p not in good)
    if part == DATA_LOSS:
        details.append(single_examples(facts.trial, problem, facts.oracle))
        if is_derivative(facts.trial, problem):
            details.append(
                "your gradient is the derivative of your loss: the mistake is in what you compute, not in "
                "how you derived it"
            )
    if part.of == "gradient":
        details += describe_gradient(problem, *facts.values(part, problem), from_data=part.kind == "data")
    return Mistake(
        f"{part}-wrong",
        f"{capital(NAMES[part])} is wrong.",
        "No usual mistake gives these numbers. The lines below show where they differ from the right ones.",
        "\n".join([_evidence(part, facts), *details]),
        filled(ADVICE[part], convention),
    )
