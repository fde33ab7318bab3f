"""The lowest loss for many regularization strengths: each from the one before, the strongest first."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import as_integer, as_number
from .fit import Optimum, Problem
from .lbfgs import Pair


def regularization_path(
    X: ArrayLike,
    y: ArrayLike,
    regs: Iterable[float],
    *,
    tol: float = 1e-4,
    num_classes: int | None = None,
    max_evaluations: int = 1000,
) -> list[Optimum]:
    """Return the Optimum for each of `regs`, in their order; the arguments are those of fit_optimum.

    Many strengths cost a few times as much as one (docs/speed.md), because they share what is expensive: the Gram
    matrix; its Cholesky factor, as long as the strength is similar; and what the descents have learned of the
    curvature, where the part of the penalty is exchanged. Along the path, W is nearly a straight line over log(reg).
    So each descent begins where the line through the last two optima leads.

    >>> strong, weak = regularization_path(X=[[1.0], [-1.0]], y=[0, 1], regs=[1, 1e-3])
    >>> bool(abs(weak.W).max() > abs(strong.W).max())
    True
    """
    tol, most = as_number("tol", tol, positive=True), as_integer("max_evaluations", max_evaluations, 1)
    strengths = [as_number(f"regs[{k}]", reg) for k, reg in enumerate(regs)]
    problem = Problem(X, y, num_classes)
    found: dict[float, Optimum] = {}
    pairs: list[Pair] = []
    last = None
    for reg in sorted(set(strengths), reverse=True):
        if last is not None:  # the gradient's change over a step s has a part 2 * reg * s, which is exchanged
            pairs = [(s, change + 2 * (reg - last) * s) for s, change in pairs]
        found[reg] = problem.solve(ahead(found, reg, problem.start), reg, tol, most, pairs)
        last = reg
    return [found[reg] for reg in strengths]


def ahead(found: dict[float, Optimum], reg: float, start: np.ndarray) -> np.ndarray:
    """Return W (D, C) on the line over log(reg) through the last two optima; before there are two, the last one."""
    if len(found) < 2 or reg == 0:
        return list(found.values())[-1].W if found else start
    (reg_1, first), (reg_2, second) = list(found.items())[-2:]
    return second.W + np.log(reg / reg_2) / np.log(reg_2 / reg_1) * (second.W - first.W)
