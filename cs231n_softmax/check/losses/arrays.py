"""Views, other memory orders, read-only arrays, float32 and bytes are arrays too: is a loss right on them?"""

import numpy as np

from ..arguments import frozen
from ..evidence import number
from ..factors import TOLERANCE
from ..report import Mistake
from .answers import observe
from .localise import largest_difference
from .problems import Problem, ordinary_problems


def examine_arrays(trial):
    """Call the loss on other kinds of arrays with the same numbers in them: the result has to be the same too."""
    p = ordinary_problems()[0]
    right = observe(trial, p, p.reg)[:2]
    with_gaps = np.zeros((2 * p.N, 2 * p.D))[::2, ::2]
    with_gaps[:] = p.X
    kinds = {
        "a view with gaps for X, and W in column order": ((np.asfortranarray(p.W), with_gaps, p.y, p.reg), TOLERANCE),
        "arrays that can't be written to": ((frozen(p.W), frozen(p.X), frozen(p.y), p.reg), TOLERANCE),
        "float32": ((p.W.astype(np.float32), p.X.astype(np.float32), p.y, p.reg), 1e-3),
    }
    for kind, (arguments, tolerance) in kinds.items():
        seen = observe(trial, p, p.reg, arguments)
        if not _close(seen, right, tolerance):
            trial.report.step(f"works on {kind}", False)
            trial.report.mistakes.append(
                Mistake(
                    "arrays",
                    f"The function fails on {kind}.",
                    "A function has to work for every array of the right shape.",
                    _shows(seen, right),
                    "Does the function write into its arguments, even for a moment? Does it rely on their order in "
                    "memory, or on their dtype?",
                )
            )
            return
    trial.report.step("works on views, read-only arrays and float32", True)


def remark_uint8(trial, oracle):
    """Add a remark where a loss is wrong on raw pixels: those are bytes, which can't hold negative numbers."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 256, size=(5, 6), dtype=np.uint8), np.array([2, 0, 1, 2, 1])
    problem = Problem(0.01 * rng.normal(size=(6, 3)), X.astype(float), y)
    seen, right = observe(trial, problem, 0.0, (problem.W, X, y, 0.0), probe=True), oracle(problem, 0.0)
    if not _close(seen, right, 1e-4):
        trial.report.remarks.append(
            Mistake(
                "uint8",
                "For raw pixels (uint8) as X, " + ("there is no result." if seen.problem else "the result is wrong."),
                "The type uint8 holds no negative numbers. In it, -X[i] becomes 256 - X[i], except where X[i] is 0.",
                _shows(seen, right),
                "Convert the pixels first. (After the mean image is subtracted they are floats already.) `X = "
                "X.astype(float)`",
            )
        )


def _close(seen, right, tolerance):
    loss, dW = right
    return (
        seen.problem is None
        and abs(seen.loss - loss) <= tolerance * loss
        and np.abs(seen.dW - dW).max() <= tolerance * np.abs(dW).max()
    )


def _shows(seen, right):
    if seen.problem:
        return seen.problem.evidence
    losses, gradient = map(number, (seen.loss, right[0])), largest_difference("dW", seen.dW, right[1])
    yours, expected = losses
    return gradient if yours == expected else f"loss {yours}, expected {expected}; {gradient}"
