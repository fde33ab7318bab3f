"""Call a learner's loss on problems, guarded, and keep what it returned, changed and printed."""

from typing import NamedTuple

import numpy as np

from .guard import Unusable, call
from .report import Mistake


class Observation(NamedTuple):
    """One call of a loss: `loss` and `dW` in float64, or the problem (a Mistake) that came instead."""

    loss: float
    dW: np.ndarray
    problem: Mistake | None
    printed: str
    changed: tuple  # names of the arguments that the call changed


def observe(fn, problem, reg, arguments=None, tracer=None):
    """Call fn(W, X, y, reg) on copies of a problem's arrays, or on the `arguments` given; return an Observation."""
    given = arguments or problem.arguments(reg)
    before = [np.array(a) for a in given]
    outcome = call(fn, *given, convert=lambda value: loss_and_gradient(value, problem.W.shape), tracer=tracer)
    changed = tuple(name for name, old, new in zip("WXy", before, given, strict=False)
                    if np.shape(new) != old.shape or not np.array_equal(old, new, equal_nan=True))
    loss, dW = outcome.value or (np.nan, np.full(problem.W.shape, np.nan))
    return Observation(loss, dW, outcome.problem, outcome.printed, changed)


def loss_and_gradient(value, shape):
    """Return (loss, dW) in float64, dW a copy; raise Unusable, with a Mistake inside, for anything else."""
    if value is None:
        raise Unusable("returns-none", "It returns None.", "A function without `return` returns None.", "",
                       "End with `return loss, dW`.")
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        kind = f"{type(value).__name__}" + (f" of {len(value)}" if isinstance(value, (tuple, list)) else "")
        raise Unusable("wrong-return", "It doesn't return a pair.", "", f"expected (loss, dW), got a {kind}",
                       "End with `return loss, dW`.")
    loss, dW = value
    if np.ndim(loss) == 2 and np.ndim(dW) == 0 and dW is not None:
        raise Unusable("returns-swapped", "Loss and gradient are returned in the wrong order.", "",
                       f"first an array of shape {np.shape(loss)}, then a number", "`return loss, dW`.")
    for name, part, meant in (("loss", loss, "a number"), ("dW", dW, f"an array of shape {shape}")):
        if part is None:
            raise Unusable(f"{name.lower()}-none", f"The {name} is None.", "", f"expected {meant}, got None",
                           "Give it a value before `return`.")
    return _loss(loss), _gradient(dW, shape)


def _loss(loss):
    if np.ndim(loss):
        raise Unusable("loss-not-a-number", "The loss isn't one number.",
                       "The losses of all examples are averaged to one.",
                       f"expected a number, got an array of shape {np.shape(loss)}",
                       "Sum, or take the mean, over the examples; of an array with one number, take that: .item().")
    array = np.asarray(loss)
    if array.dtype.kind not in "fiu":
        raise Unusable("loss-type", "The loss isn't a real number.", "",
                       f"expected a float, got {type(loss).__name__}: {loss!r:.80}")
    return float(array)


def _gradient(dW, shape):
    array = np.asarray(dW)
    if array.dtype.kind not in "fiu":
        raise Unusable("gradient-type", "The gradient isn't an array of real numbers.", "",
                       f"expected floats of shape {shape}, got {type(dW).__name__} of {array.dtype}")
    if array.shape == shape[::-1] != shape:
        raise Unusable("gradient-transposed", "The gradient is transposed.",
                       "It has one entry for each entry of W, in W's shape.",
                       f"expected shape {shape}, got {array.shape}",
                       "`X.T @ ...`, (D, N) times (N, C), gives (D, C).")
    if array.shape != shape:
        raise Unusable("gradient-shape", "The gradient doesn't have the shape of W.",
                       "It has one entry for each entry of W.", f"expected shape {shape}, got {array.shape}",
                       "Start with `dW = np.zeros_like(W)`; sizes such as 10, 500 or 3073 fit one data set only.")
    return np.array(array, dtype=float)
