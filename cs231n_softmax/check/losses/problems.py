"""Small problems in which every term of a loss counts, with their scores, probabilities and one-hot labels."""

from functools import cache, cached_property

import numpy as np


class Problem:
    """W (D, C), X (N, D) with a last column of ones (the bias), y (N,), and a reg > 0 that is large enough to count.

    Variants are computed from the other attributes: `scores`, `probs`, `onehot` (N, C), `rows` (N,).
    """

    def __init__(self, W, X, y, reg=0.0):
        self.W, self.X, self.y, self.reg = W, X, y, reg
        (self.N, self.D), self.C = X.shape, W.shape[1]
        self.rows, self._known = np.arange(self.N), {}

    @cached_property
    def scores(self):
        return self.X @ self.W

    @cached_property
    def probs(self):
        exp = np.exp(self.scores - self.scores.max(axis=1, keepdims=True))
        return exp / exp.sum(axis=1, keepdims=True)

    @cached_property
    def onehot(self):
        return np.eye(self.C)[self.y]

    def once(self, probs, s):
        """Return probs(s, self); for the problem's own scores it is computed once, and kept."""
        if s is not self.scores:
            return probs(s, self)
        if probs not in self._known:
            self._known[probs] = probs(s, self)
        return self._known[probs]

    def arguments(self, reg):
        """Return fresh copies of (W, X, y) and reg: a learner's function may change them."""
        return self.W.copy(), self.X.copy(), self.y.copy(), reg

    def __str__(self):
        return f"N = {self.N} examples, D = {self.D} features, C = {self.C} classes"


@cache
def ordinary_problems():
    """Return a tuple of problems of moderate scores that differ in N, D and C, in which a regularization loss counts.

    Labels are out of order, some classes are missing, rows have different offsets, one problem has a single
    example; reg makes the regularization loss about as large as the data loss.
    """
    problems = []
    for seed, (N, D, C) in enumerate([(6, 9, 4), (5, 8, 3), (1, 6, 5), (7, 4, 3), (3, 7, 6), (8, 10, 5), (4, 5, 3)]):
        rng = np.random.default_rng(seed)
        X = np.column_stack([rng.normal(size=(N, D - 1)), np.ones(N)])
        W = rng.normal(size=(D, C))
        W[-1] += 0.5
        W *= (0.6 if seed == 3 else 1.5) / (X @ W).std()  # one small W, so that one reg is above 1
        y = rng.integers(C, size=N)
        y[0], y[-1] = C - 2, C - 1  # out of order, and with the last class
        y[y == 0] = 1 if C > 3 else 0  # a class that never occurs, where there are more than three
        if seed == 3:
            y[y == C - 1] = C - 2  # the last class never occurs
        problems.append(Problem(W, X, y, reg=float(np.round(rng.uniform(0.7, 1.4) * 1.5 / np.sum(W**2), 3))))
    return tuple(problems)


def from_scores(scores, y):
    """Return a Problem with exactly these scores (N, C): X is twice the identity, W half the scores."""
    scores = np.array(scores, dtype=float)
    return Problem(scores / 2, 2 * np.eye(len(scores)), np.array(y))
