"""Examine a loss with its gradient: check.softmax_loss and check.svm_loss.

A loss is called on small problems with reg = 0 and with a reg that counts, which separates its four parts: data and
regularization, of the loss and of the gradient. Each part is compared with the truth and explained (parts.py), or, where
nothing explains it, localised (localise.py).
"""

from types import SimpleNamespace

import numpy as np

from ..classifiers import softmax_loss_vectorized, svm_loss_vectorized
from . import softmax_ideas, svm_ideas
from .effort import remark_effort
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
from .observing import observe
from .parts import explain
from .problems import Problem, ordinary_problems
from .report import Mistake, Report
from .stability import examine_large_scores
from .wording import NAMES, capital, is_right, mistakes

STEPS = {
    "data-loss": "the loss at reg = 0",
    "reg-loss": "what regularization adds to the loss",
    "data-gradient": "the gradient at reg = 0",
    "reg-gradient": "what regularization adds to the gradient",
}


def softmax_loss(fn, vectorized=False, convention="full"):
    """Examine fn(W, X, y, reg) -> (loss, dW), a softmax loss; return a Report.

    loss = mean of -s[y_i] + log(sum_j exp(s_j)), s = x_i W, plus reg * sum(W**2); dW (D, C) is its gradient.
    vectorized: loops over examples, classes or features are remarked on. convention="half" accepts
    0.5 * reg * sum(W**2), with gradient reg * W, instead.
    """
    return _examine(fn, softmax_loss_vectorized, softmax_ideas, vectorized, convention)


def svm_loss(fn, vectorized=False, convention="full"):
    """Examine fn(W, X, y, reg) -> (loss, dW), a multiclass hinge loss with margin 1; else as softmax_loss."""
    return _examine(fn, svm_loss_vectorized, svm_ideas, vectorized, convention)


def _examine(fn, reference, topic, vectorized, convention):
    if convention not in ("full", "half"):
        raise ValueError(f'convention: expected "full" or "half", got {convention!r}.')
    strength = {"full": 1.0, "half": 0.5}[convention]
    report = Report(getattr(fn, "__name__", type(fn).__name__))

    def oracle(problem, reg):
        return reference(problem.W, problem.X, problem.y, strength * reg)

    seen = _observe_all(fn, report)
    if seen is None:
        return report
    _examine_parts(fn, report, seen, oracle, topic, strength)
    if topic is softmax_ideas and not any(m.code.endswith("not-finite") for m in report.mistakes):
        examine_large_scores(fn, report)
    if report.ok:
        _examine_arrays(fn, report, oracle)
    if report.ok:
        _remark_uint8(fn, report, oracle)
        remark_effort(fn, report, vectorized)
    return report


def _observe_all(fn, report):
    """Call fn on all problems, with reg = 0 and reg > 0; return {problem: (at 0, at reg)}, or None if that fails."""
    seen, changed, printed = {}, {}, ""
    first = ordinary_problems()[0]
    again = observe(fn, first, first.reg)
    for problem in ordinary_problems():
        pair = [observe(fn, problem, reg) for reg in (problem.reg, 0.0)][::-1]
        for at in pair:
            printed = printed or at.printed
            changed |= dict.fromkeys(at.changed)
            if at.problem:
                report.step("runs, and returns a number and an array of W's shape", False)
                report.mistakes.append(at.problem._replace(evidence=_with_problem(at.problem.evidence, problem)))
                return None
        seen[problem] = pair
        if problem is first and not changed and _remembers(fn, first, again, pair[1], report):
            return None
    report.step("runs, and returns a number and an array of W's shape", True)
    if not report.step("leaves its arguments W, X and y as they were", not changed):
        names = " and ".join(changed)
        report.mistakes.append(Mistake(
            f"changes-{'-'.join(changed)}", f"{names} {'is' if len(changed) == 1 else 'are'} changed.",
            "Whoever calls the function still needs them: a gradient check, or the next training step.", "",
            f"Work on new arrays: `{names[0]} = {names[0]}.copy()` first, or `a = a - b` instead of `a -= b`."))
    if printed:
        report.remarks.append(Mistake("prints", "It prints while it works.", "In training it is called thousands of times.",
                                      f"it printed {printed[:60]!r} ...", "Take the print out when you are done with it."))
    return seen


def _remembers(fn, problem, first, second, report):
    """Note whether calls influence each other: two of the same kind must agree, and a changed W must be noticed."""
    W, X, y, reg = problem.arguments(problem.reg)
    before = observe(fn, problem, reg, (W, X, y, reg))
    W[:] = -0.7 * problem.W
    after = observe(fn, problem, reg, (W, X, y, reg))
    same = all(np.isclose(first.loss, at.loss, rtol=1e-9, equal_nan=True) and np.allclose(first.dW, at.dW, rtol=1e-9, equal_nan=True)
               for at in (second, before))
    stale = first.loss == after.loss and np.array_equal(first.dW, after.dW) and first.dW.any()
    if same and not stale:
        return False
    report.step("gives the same result when called again, and another for another W", False)
    seen = (f"loss at the first call {number(first.loss)}, at the next {number(second.loss)} and {number(before.loss)}" if not same
            else "W was changed, and the result was the old one")
    report.mistakes.append(Mistake(
        "remembers", "A call depends on the calls before it." if not stale else "A call gives the result of an earlier one.",
        "Something is kept between calls, or drawn at random.", seen,
        "Start from zero in every call: no global variables, no array or list as a default argument, no stored results."))
    return True


def _with_problem(evidence, problem):
    return f"with {problem}" + (f":\n{evidence}" if evidence else "")


def _examine_parts(fn, report, seen, oracle, topic, strength):
    """Explain the four parts; what isn't explained is localised."""
    explained, problems = {}, _finite(seen)
    for which, name in enumerate(("loss", "gradient")):
        at_zero, at_reg = ([np.array(seen[p][k][which]) for p in problems] for k in (0, 1))
        odd = _not_numbers(name, problems, at_zero, at_reg, oracle)
        if odd:
            report.step(f"the {name}, on {len(seen)} small problems", False)
            report.mistakes.append(odd)
            continue
        explained[f"data-{name}"], explained[f"reg-{name}"] = explain(topic, which, at_zero, at_reg, problems, strength)
    if len(explained) == 4:
        explained["data-loss"], explained["data-gradient"] = _alike(explained["data-loss"], explained["data-gradient"])
    else:
        explained |= {part: next(iter(e), None) for part, e in explained.items() if part.startswith("data")}
    explained = {part: explained[part] for part in STEPS if part in explained}
    for part, explanation in explained.items():
        report.step(f"{STEPS[part]}, on {len(problems)} small problems", explanation is not None and is_right(explanation))

    facts = SimpleNamespace(fn=fn, seen=seen, oracle=oracle, problems=problems)
    known = {part: e for part, e in explained.items() if e is not None}
    found = mistakes(known, lambda part: _evidence(part, facts))
    if not report.mistakes:  # what isn't explained may come of an argument that was changed, or of the like
        found += [_unknown(part, facts) for part, e in explained.items() if e is None]
    report.mistakes += _loss_first(found, known)


def _not_numbers(name, problems, at_zero, at_reg, oracle):
    """A Mistake for a loss or gradient that is NaN or infinite, or that has lost its decimals; or None."""
    for p, *values in zip(problems, at_zero, at_reg, strict=True):
        if not all(np.isfinite(v).all() for v in values):
            return Mistake(f"{name}-not-finite", f"The {name} is NaN or infinite.", "The scores are small here: nothing overflows.", f"with {p}",
                           "Look for the logarithm of 0 or of a negative number, and for a division by 0.")
    if len({float(v) for v in [*at_zero, *at_reg]} if name == "loss" else [1, 2]) == 1 and at_zero[0] != 0:
        return Mistake("loss-constant", "The loss is the same for all W, X and y.", "", f"it is {number(at_zero[0])} on all problems",
                       "Compute it from the arguments.")
    if all((v == np.round(v)).all() for v in [*at_zero, *at_reg]) and any((v != 0).any() for v in [*at_zero, *at_reg]):
        return Mistake(f"{name}-integer", f"The {name} has no decimals.", "An array of integers, int() or `//` cuts them off.",
                       f"with {problems[0]}: {number(np.ravel(at_reg[0])[0])}, expected {number(np.ravel(oracle(problems[0], problems[0].reg)[name == 'gradient'])[0])}",
                       "Make arrays of floats: `np.zeros(shape)`, or `np.zeros_like(W)`.")
    return None


def _finite(seen):
    """The problems to judge by: all, or, when the function fails on a single example only, the others."""
    failing = [p for p, pair in seen.items() if not all(np.isfinite(at.loss) and np.isfinite(at.dW).all() for at in pair)]
    return [p for p in seen if p not in failing or p.N > 1] if all(p.N == 1 for p in failing) else list(seen)


def _alike(losses, gradients):
    """Of equally simple explanations of loss and gradient, choose two that share an idea; None where there is none."""
    def shared(pair):
        return len({idea.slug for idea in pair[0].ideas} & {idea.slug for idea in pair[1].ideas})
    pairs = [(a, b) for a in losses for b in gradients]
    return max(pairs, key=shared) if pairs else (next(iter(losses), None), next(iter(gradients), None))


def _loss_first(found, known):
    """When only the gradient is wrong, say so first: the loss is right."""
    loss_right = all(part in known and is_right(known[part]) for part in ("data-loss", "reg-loss"))
    return [m._replace(explanation=f"Your loss is right. {m.explanation}".strip()) if loss_right and k == 0 else m
            for k, m in enumerate(found)]


def _values(part, facts, problem):
    """Return (yours, right) of a part on a problem."""
    kind, name = part.split("-")
    which = name == "gradient"
    yours = [at[which] for at in facts.seen[problem]]
    right = [facts.oracle(problem, reg)[which] for reg in (0.0, problem.reg)]
    return (yours[0], right[0]) if kind == "data" else (yours[1] - yours[0], right[1] - right[0])


def _evidence(part, facts):
    """The numbers in which a part's mistake shows best: on the first problem where it does."""
    for problem in facts.problems:
        yours, right = _values(part, facts, problem)
        if differs(np.atleast_1d(yours), np.atleast_1d(right)).any():
            break
    reg = f"; reg = {problem.reg:g} against reg = 0" if part.startswith("reg") else "; reg = 0"
    return f"{_compare(part, yours, right)} ({problem}{reg})"


_SHOWN = {"data-loss": "the loss", "reg-loss": "the loss's regularization", "data-gradient": "dW",
          "reg-gradient": "the regularization in dW"}


def _compare(part, yours, right):
    if part.endswith("loss"):
        return f"{_SHOWN[part]} is {number(yours)}, expected {number(right)}"
    return largest_difference(_SHOWN[part], yours, right)


def _unknown(part, facts):
    """A Mistake for a part that no idea explains: where it departs from the truth."""
    pairs = [_values(part, facts, problem) for problem in facts.problems]
    yours, right = ([np.asarray(pair[k]) for pair in pairs] for k in (0, 1))
    finite = all(np.isfinite(value).all() for value in yours)
    problem = facts.problems[0]
    details = []
    error = max(np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(yours, right, strict=True))
    if error < 0.02:
        return Mistake(f"{part}-imprecise", f"{capital(NAMES[part])} is nearly right, but not precise.", "Something rounds, or approximates.",
                       f"{_evidence(part, facts)}; it is off by up to {error:.1%}", "Look for round(), float16, or a number added to avoid a division by 0. Compute the gradient by its formula.")
    if finite:
        tolerances = [TOLERANCE * max(np.linalg.norm(v), 1e-9) for v in yours]
        details += describe_factor(yours, right, facts.problems, tolerances)
        good = [str(p) for p, a, b in zip(facts.problems, yours, right, strict=True) if not differs(np.atleast_1d(a), np.atleast_1d(b)).any()]
        details += [f"it is right with {good[0]}"] if good else []
    else:
        details.append("it is NaN or infinite, though the scores are small")
    if part == "data-loss":
        details.append(single_examples(facts.fn, problem, facts.oracle))
        if finite and is_derivative(facts.fn, problem):
            details.append("your gradient is the derivative of your loss: the mistake is in what you compute, not in how you derived it")
    if part.endswith("gradient"):
        details += describe_gradient(problem, yours[0], right[0], from_data=part.startswith("data"))
    return Mistake(f"{part}-wrong", f"{capital(NAMES[part])} is wrong.", "It is none of the usual mistakes; this is where it departs from the truth.",
                   "\n".join([_evidence(part, facts), *details]), _ADVICE[part])


_ADVICE = {
    "data-loss": "Take one example and three classes, and compute by hand what each line should give.",
    "reg-loss": "`reg * np.sum(W**2)`, added once, after the mean over the examples.",
    "data-gradient": "Take one example, and print what each class's column gets; compare it with the formula.",
    "reg-gradient": "`2 * reg * W`, added once, after the mean over the examples.",
}


def _examine_arrays(fn, report, oracle):
    """Views, other memory orders, read-only arrays and float32 are arrays too."""
    p = ordinary_problems()[0]
    big = np.zeros((2 * p.N, 2 * p.D))
    big[::2, ::2] = p.X
    frozen = p.arguments(p.reg)
    for array in frozen[:3]:
        array.flags.writeable = False
    kinds = {"a view with gaps for X, and W in column order": (np.asfortranarray(p.W), big[::2, ::2], p.y, p.reg),
             "arrays that can't be written to": frozen,
             "float32": (p.W.astype(np.float32), p.X.astype(np.float32), p.y, p.reg)}
    loss, dW = oracle(p, p.reg)
    for kind, arguments in kinds.items():
        seen, tolerance = observe(fn, p, p.reg, arguments), 1e-3 if kind == "float32" else TOLERANCE
        right = seen.problem is None and abs(seen.loss - loss) <= tolerance * loss and np.abs(seen.dW - dW).max() <= tolerance * np.abs(dW).max()
        if not right:
            report.step(f"works on {kind}", False)
            shown = seen.problem.evidence if seen.problem else f"loss {number(seen.loss)}, expected {number(loss)}; {largest_difference('dW', seen.dW, dW)}"
            report.mistakes.append(Mistake("arrays", f"It fails on {kind}.", "Anything that is an array of the right shape should do.", shown,
                                           "Leave the arguments alone while you compute, even if you restore them, and don't rely on their memory order."))
            return
    report.step("works on views, read-only arrays and float32", True)


def _remark_uint8(fn, report, oracle):
    """Raw pixels are bytes: negating or subtracting those wraps round. Worth knowing, not wrong."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 256, size=(5, 6), dtype=np.uint8), np.array([2, 0, 1, 2, 1])
    problem = Problem(0.01 * rng.normal(size=(6, 3)), X.astype(float), y)
    seen, (loss, dW) = observe(fn, problem, 0.0, (problem.W, X, y, 0.0)), oracle(problem, 0.0)
    if seen.problem or abs(seen.loss - loss) > 1e-4 * loss or np.abs(seen.dW - dW).max() > 1e-4 * np.abs(dW).max():
        shown = seen.problem.evidence if seen.problem else largest_difference("dW", seen.dW, dW)
        report.remarks.append(Mistake("uint8", "With X as raw pixels (uint8) it goes wrong.", "-X[i] of bytes isn't negative: 0 to 255 wraps round.",
                                      shown, "Convert first: `X = X.astype(float)`. (Mean-subtracted images are floats already.)"))
