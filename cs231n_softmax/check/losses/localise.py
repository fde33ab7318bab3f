"""Find where a part of a loss is wrong when no variant explains it: in which rows, columns and examples."""

import numpy as np

from ..evidence import number
from ..factors import TOLERANCE
from .answers import observe
from .problems import Problem


def differs(a, b):
    """Boolean array: where two arrays differ by more than the tolerance."""
    size = max(np.abs(b).max(), 1e-300)
    with np.errstate(invalid="ignore"):
        return ~(np.abs(a - b) <= 3 * TOLERANCE * size)


def largest_difference(name, yours, right):
    """Return "dW[2, 1] is 0.31, expected 0.62", for the entry that differs most."""
    with np.errstate(invalid="ignore"):
        gap = np.where(np.isfinite(yours), np.abs(yours - right), np.inf)
    index = np.unravel_index(np.argmax(gap), gap.shape)
    return f"{name}[{', '.join(map(str, index))}] is {number(yours[index])}, expected {number(right[index])}"


def describe_gradient(problem, yours, right, from_data):
    """Return sentences: in which rows and columns of dW (D, C), and in which examples of the data part, it is wrong."""
    wrong, found = differs(yours, right), []
    rows, columns = wrong.any(axis=1), wrong.any(axis=0)
    if rows[-1] and not rows[:-1].any():
        found.append("only the last row is wrong, that of the bias")
    elif rows.any() and not rows[-1]:
        found.append("the last row, that of the bias, is right; others are wrong")
    if columns.any() and not columns.all():
        found.append(f"wrong in the columns of class {_list(columns)}; right in the others")
    return found + (_describe_examples(problem, yours, right) if from_data else [])


def _describe_examples(problem, yours, right):
    """Return sentences on the scores' gradient G (N, C), solved from dW = X.T @ G / N, where X is wide enough."""
    solve = np.linalg.pinv(problem.X.T)
    G, right_G = solve @ yours * problem.N, solve @ right * problem.N
    if problem.N >= problem.D or not np.isfinite(yours).all():
        return []
    if differs(problem.X.T @ G / problem.N, yours).any():
        return ["it isn't a sum of multiples of the rows of X: it should be X.T @ (an array of shape (N, C))"]
    wrong = differs(G, right_G)
    examples, at_label = wrong.any(axis=1), wrong[problem.rows, problem.y]
    elsewhere = (wrong & (problem.onehot == 0)).any()
    found = []
    if not examples.all():
        found.append(f"wrong for example {_list(examples)} of {problem.N} (labels {problem.y.tolist()})")
    if at_label.any() != elsewhere:
        found.append(
            "wrong only at the labels' own classes"
            if at_label.any()
            else "right at the labels, wrong for the other classes"
        )
    if not examples.any():
        return []
    i = int(np.flatnonzero(examples)[0])
    found.append(
        f"example {i}, label {problem.y[i]}: your factors of X[{i}] for the classes are "
        f"{_numbers(G[i])}, expected {_numbers(right_G[i])}"
    )
    return found


def single_examples(trial, problem, oracle):
    """Call the function with one example at a time; return a sentence: which of them are right?"""
    wrong, zero = [], []  # a loss of 0 is right by chance where nothing is added up
    for i in range(problem.N):
        one = Problem(problem.W, problem.X[i : i + 1], problem.y[i : i + 1])
        seen, (loss, _) = observe(trial, one, 0.0), oracle(one, 0.0)
        if seen.problem or not abs(seen.loss - loss) <= TOLERANCE * max(1, abs(loss)):
            wrong.append(i)
        elif loss == 0:
            zero.append(i)
    if not wrong:
        return (
            "each example alone gives the right loss: look at how the examples are added up, and whether numbers of "
            "one example get into the row of another"
        )
    if len(wrong) + len(zero) == problem.N:
        return "it is wrong for a single example too" + " (except where the right loss is 0)" * bool(zero)
    return f"tried alone, examples with label {sorted(set(problem.y[wrong].tolist()))} are wrong; the others are right"


def is_derivative(trial, problem):
    """True when the gradient at reg = 0 is that of the learner's own loss: then the mistake is in the loss alone."""
    h, seen = 1e-5, observe(trial, problem, 0.0)
    for index in [(0, 0), (1, 1), (problem.D - 1, problem.C - 1), (2, problem.y[0]), (0, problem.y[-1])]:
        sides = []
        for step in (h, -h):
            W = problem.W.copy()
            W[index] += step
            sides.append(observe(trial, problem, 0.0, (W, *problem.arguments(0.0)[1:])).loss)
        slope = (sides[0] - sides[1]) / (2 * h)
        if not abs(slope - seen.dW[index]) <= 1e-4 * max(np.abs(seen.dW).max(), 1e-3):
            return False
    return True


def _list(mask):
    return ", ".join(str(k) for k in np.flatnonzero(mask))


def _numbers(values):
    rounding = 1e-9 * np.abs(values).max()
    return "(" + ", ".join(number(v if abs(v) > rounding else 0) for v in values) + ")"
