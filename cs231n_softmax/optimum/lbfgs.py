"""L-BFGS: walk downhill, and learn from each step how strongly the surface is curved along it.

A step s and the change y of the gradient over it tell the curvature along s. The last steps correct a guess of the
whole curvature. The textbook's guess is a multiple of the identity; ours is curvature.py's.

Source: J. Nocedal and S. Wright, Numerical Optimization (2006), section 7.2 (algorithm 7.4, the two loops).
"""

from collections.abc import Callable, Iterator

import numpy as np

from .curvature import Guess

Evaluate = Callable[[np.ndarray], tuple[float, np.ndarray]]
Pair = tuple[np.ndarray, np.ndarray]  # a step, and the change of the gradient over it
STEPS = 20  # that are remembered
# A step ends where the slope is between these parts of the slope at its start, upwards or downwards.
UPWARDS, DOWNWARDS = 0.8, 0.9
LONGER = 10.0  # a step that was too short becomes so many times as long at most
TRIALS = 30  # of one step's length


def descend(
    evaluate: Evaluate,
    W: np.ndarray,
    guess: Guess,
    pairs: list[Pair],
) -> Iterator[tuple[np.ndarray, float, np.ndarray]]:
    """Yield (W, loss, dW) of the start and after each step; end when no step leads downhill any more.

    evaluate(W) returns (loss, dW) of a convex function; `guess` is of its curvature, and becomes better. `pairs` is the
    memory: it may come from another descent, and grows.
    """
    loss, dW = evaluate(W)
    while True:
        yield W, loss, dW
        step = walk(evaluate, W, dW, -newton_like(dW, guess, pairs))
        if step is None:
            return
        W_new, loss, dW_new = step
        if np.vdot(W_new - W, dW_new - dW) > 0:
            pairs.append((W_new - W, dW_new - dW))
            del pairs[:-STEPS]
        W, dW = W_new, dW_new


def newton_like(dW: np.ndarray, guess: Guess, pairs: list[Pair]) -> np.ndarray:
    """Return the inverse of the corrected guess, times dW: Newton's step, if the correction were perfect."""
    q, shares = dW.copy(), []
    for s, y in reversed(pairs):
        shares.append(np.vdot(s, q) / np.vdot(s, y))
        q -= shares[-1] * y
    size = 1.0
    if pairs:  # the last step also tells how large the guess should be
        size = guess.learn(*pairs[-1])
    q = size * guess.inverse(q)
    for (s, y), share in zip(pairs, reversed(shares), strict=True):
        q += (share - np.vdot(y, q) / np.vdot(s, y)) * s
    return q


def walk(
    evaluate: Evaluate, W: np.ndarray, dW: np.ndarray, direction: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray] | None:
    """Return (W, loss, dW) after a step in a direction in which the loss falls; None where rounding hides the way.

    Slopes decide, because near the optimum losses differ by less than their rounding. Where the slope has become steep
    upwards, the step was too long, and where it is nearly as steep downwards as at the start, it was too short. The two
    slopes make a parabola, and its lowest point is tried next.
    """
    start, length, lower = np.vdot(dW, direction), 1.0, None
    if not start < 0:
        return None
    for _ in range(TRIALS):
        W_new = W + length * direction
        loss, dW = evaluate(W_new)
        slope = np.vdot(dW, direction)
        if slope <= -UPWARDS * start:
            lower = W_new, loss, dW
            if slope >= DOWNWARDS * start:
                break
        length *= min(start / (start - slope), LONGER) if slope > start else LONGER
    return lower
