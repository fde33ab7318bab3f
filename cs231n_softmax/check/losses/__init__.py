"""Examine a loss with its gradient: check.softmax_loss and check.svm_loss.

A loss is called on small problems with reg = 0 and with a reg that counts. This separates its four parts: data and
regularization, of the loss and of the gradient. Each part is compared with the right one and explained. Where nothing
explains a part, it is localised (diagnosis.py). Then large scores and other kinds of arrays are tried.
"""

from collections.abc import Callable

from ...classifiers import softmax_loss_vectorized, svm_loss_vectorized
from ..report import Report
from ..trial import Trial
from .answers import observe_all
from .arrays import examine_arrays, remark_uint8
from .diagnosis import STRENGTHS, examine_parts
from .effort import remark_effort
from .large_scores import examine_large_scores

STEPS = ["runs, and returns a number and an array of W's shape", "leaves its arguments W, X and y as they were"]


def softmax_loss(fn: Callable, vectorized: bool = False, convention: str = "full") -> Report:
    """Examine fn(W, X, y, reg) -> (loss, dW), a softmax loss; return a Report.

    loss = mean of -s[y_i] + log(sum_j exp(s_j)), s = x_i W, plus reg * sum(W**2); dW (D, C) is its gradient.
    vectorized: loops over examples, classes or features get a remark. convention="half" accepts
    0.5 * reg * sum(W**2), with gradient reg * W, instead.
    """
    return _examine(fn, softmax_loss_vectorized, "softmax", vectorized, convention)


def svm_loss(fn: Callable, vectorized: bool = False, convention: str = "full") -> Report:
    """Examine fn(W, X, y, reg) -> (loss, dW), a multiclass hinge loss with margin 1; else as softmax_loss."""
    return _examine(fn, svm_loss_vectorized, "svm", vectorized, convention)


def _examine(fn, reference, topic, vectorized, convention):
    if convention not in STRENGTHS:
        raise ValueError(f'convention: expected "full" or "half", got {convention!r}.')

    def oracle(problem, reg):
        return reference(problem.W, problem.X, problem.y, STRENGTHS[convention] * reg)

    with Trial(fn, ("W", "X", "y"), STEPS) as trial:
        verdict = examine_parts(trial, observe_all(trial, oracle), oracle, topic, convention)
        if topic == "softmax" and verdict.finite:
            examine_large_scores(trial, moderate=verdict.data_right)
        if trial.report.ok:
            examine_arrays(trial)
        if trial.report.ok:
            remark_uint8(trial, oracle)
            remark_effort(trial, vectorized)
    return trial.report
