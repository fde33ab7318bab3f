"""The results of a loss on problems: are they a number and an array of W's shape, and the same in a second call?"""

import re
from typing import NamedTuple

import numpy as np

from ..crashes import Unusable, refuse_masked
from ..evidence import number
from ..report import Mistake, type_name
from ..trial import REMEMBERS
from .labels import COUNTS, FROM_LABELS
from .problems import Problem, ordinary_problems


class Seen(NamedTuple):
    """One call of a loss: `loss` and `dW` in float64 (NaN where it stopped with an error, the Mistake `problem`)."""

    loss: float
    dW: np.ndarray
    problem: Mistake | None = None


def observe(trial, problem, reg, given=None, tracer=None, probe=False):
    """Call a loss on copies of a problem's arrays, or on the arguments `given`; return what was Seen."""
    arguments = problem.arguments(reg)
    got = trial.ask(
        *arguments,
        given=given,
        tracer=tracer,
        probe=probe,
        about=f"with {problem}",
        convert=lambda value: loss_and_gradient(value, problem.W.shape),
    )
    return Seen(np.nan, np.full(problem.W.shape, np.nan), got) if isinstance(got, Mistake) else Seen(*got)


def observe_all(trial, oracle):
    """Call a loss on all ordinary problems, with reg = 0 and with reg > 0; return {problem: (at 0, at reg)}.

    Notes two steps of the report: the loss runs, and leaves its arguments as they were.
    """
    seen, first = {}, ordinary_problems()[0]
    earlier = _usable(trial, first, observe(trial, first, first.reg))
    again = observe(trial, first, first.reg)
    if again.problem:
        trial.end(REMEMBERS._replace(evidence=f"with {first}, the second time:\n{again.problem.evidence}"))
    for problem in ordinary_problems():
        at_reg, at_zero = (_usable(trial, problem, observe(trial, problem, reg)) for reg in (problem.reg, 0.0))
        seen[problem] = (at_zero, at_reg)
        if problem is first and not trial.changed:
            _remembers(trial, first, earlier, at_reg, oracle)
    trial.step(True)
    trial.unchanged()
    return seen


def _usable(trial, problem, seen):
    if not seen.problem:
        return seen
    told = seen.problem._replace(evidence=f"with {problem}:\n{seen.problem.evidence}")
    if _counts_labels(trial, problem, seen.problem.evidence):
        told = Mistake(FROM_LABELS.code, FROM_LABELS.title, FROM_LABELS.why, told.evidence, FROM_LABELS.hint)
    trial.end(told)


def _counts_labels(trial, problem, evidence):
    """True where an error speaks of as many classes as have an example, and vanishes when every class has one."""
    said = re.search(r"(?:ValueError|IndexError): (.*)", evidence)
    counted = {str(count(problem.y)) for count in COUNTS} - {str(problem.C)}
    if not said or problem.N < problem.C or not counted & set(re.findall(r"\d+", said[1])):
        return False
    complete = Problem(problem.W, problem.X, problem.rows % problem.C, problem.reg)
    return not observe(trial, complete, complete.reg).problem


def _remembers(trial, problem, first, second, oracle):
    """End with a Mistake if calls influence each other: equal calls differ, or a W changed in place has no effect."""
    W, X, y, reg = problem.arguments(problem.reg)
    third = observe(trial, problem, reg, (W, X, y, reg))
    if trial.changed:  # perhaps W can't be written to any more
        return
    W *= -0.7
    changed = observe(trial, problem, reg, (W, X, y, reg))
    same = all(
        np.isclose(first.loss, at.loss, rtol=1e-9, equal_nan=True)
        and np.allclose(first.dW, at.dW, rtol=1e-9, equal_nan=True)
        for at in (second, third)
    )
    stale = first.loss == changed.loss and np.array_equal(first.dW, changed.dW) and first.dW.any()
    stale &= bool(np.isclose(first.loss, oracle(problem, reg)[0], rtol=0.01))  # else it may never look at W
    if same and not stale:
        return
    trial.end(
        Mistake(
            "remembers",
            "The same arguments give another result the second time."
            if not same
            else "A changed W gives the same result as before.",
            "Perhaps something is kept from one call to the next, or drawn at random, or never gets a value "
            "(np.empty).",
            "the entries of W were changed between two calls, and the results are equal"
            if same
            else _three_results(first, second, third),
            "Inside the function, set every sum and every array to its start before you add to it. Avoid global "
            "variables, arrays or lists as default arguments, and stored results.",
        )
    )


def _three_results(*seen):
    """Return the losses of three calls as text, or, where these are equal, the entry of dW that changes most."""
    name, values = "loss", [at.loss for at in seen]
    if len(set(map(number, values))) == 1:
        spread = np.ptp([at.dW for at in seen], axis=0)
        index = np.unravel_index(np.argmax(spread), spread.shape)
        name, values = f"dW[{', '.join(map(str, index))}]", [at.dW[index] for at in seen]
    first, second, third = map(number, values)
    return f"{name} at the first call {first}, then {second} and {third}"


def loss_and_gradient(value, shape):
    """Return (loss, dW) in float64, dW a copy; raise Unusable, with a Mistake inside, for anything else."""
    if value is None:
        raise Unusable(
            "returns-none",
            "The function returns None.",
            "A function that ends without `return` returns None.",
            "",
            "Look at the end of the function. Two results are returned, in this order: `return loss, dW`.",
        )
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        sequence = isinstance(value, (tuple, list))
        kind = f"a {type(value).__name__} of {len(value)}" if sequence else f"an object of type {type_name(value)}"
        raise Unusable(
            "wrong-return",
            "The function doesn't return a pair.",
            "",
            f"expected (loss, dW), got {kind}",
            "Look at the end of the function. Two results are returned, in this order: `return loss, dW`.",
        )
    loss, dW = value
    if np.ndim(loss) == 2 and np.ndim(dW) == 0 and dW is not None:
        raise Unusable(
            "returns-swapped",
            "Loss and gradient are returned in the wrong order.",
            "",
            f"first an array of shape {np.shape(loss)}, then a number",
            "Look at the end of the function. The loss comes first: `return loss, dW`.",
        )
    for name, part, meant in (("The loss", loss, "a number"), ("dW", dW, f"an array of shape {shape}")):
        if part is None:
            raise Unusable(
                "returns-none",
                f"{name} is None.",
                "",
                f"expected {meant}, got None",
                "Give it a value before `return`.",
            )
    return _loss(loss, shape), _gradient(dW, shape)


def _loss(loss, shape):
    if np.shape(loss) == shape:
        raise Unusable(
            "wrong-shape",
            "The loss has the shape of W: it isn't one number.",
            "The penalty is a sum over all weights.",
            f"expected a number, got an array of shape {shape}",
            "Is np.sum missing around W**2?",
        )
    if np.ndim(loss):
        raise Unusable(
            "wrong-shape",
            "The loss isn't one number.",
            "It is the mean over the losses of all examples.",
            f"expected a number, got an array of shape {np.shape(loss)}",
            "Take the mean over the examples. From an array with one entry, .item() takes the number.",
        )
    array = np.asarray(loss)
    if array.dtype.kind not in "fiu":
        raise Unusable(
            "wrong-type",
            "The loss isn't a real number.",
            "",
            f"expected a float, got {type(loss).__name__}: {loss!r:.80}",
        )
    return float(array)


def _gradient(dW, shape):
    refuse_masked(dW)
    array = np.asarray(dW)
    if array.dtype.kind not in "fiu":
        raise Unusable(
            "wrong-type",
            "The gradient isn't an array of real numbers.",
            "",
            f"expected floats of shape {shape}, got {type(dW).__name__} of {array.dtype}",
        )
    if array.shape == shape[::-1] != shape:
        raise Unusable(
            "transposed",
            "The gradient is transposed.",
            "The gradient has one entry for each entry of W, in W's shape.",
            f"expected shape {shape}, got {array.shape}",
            "Write the shapes below the product. (D, N) times (N, C) gives (D, C): `X.T @ dscores`.",
        )
    if array.shape != shape:
        raise Unusable(
            "wrong-shape",
            "The gradient doesn't have the shape of W.",
            "The gradient has one entry for each entry of W.",
            f"expected shape {shape}, got {array.shape}",
            "`np.zeros_like(W)` has the right shape. Sizes such as 10, 500 or 3073 fit one data set only.",
        )
    return np.array(array, dtype=float)
