"""Examine a loss with its gradient: check.softmax_loss and check.svm_loss.

A loss is called on small problems with reg = 0 and with a reg that counts, which separates its four parts: data and
regularization, of the loss and of the gradient. Each part is compared with the truth and explained, or, where nothing
explains it, localised (diagnosis.py). Then come large scores, and arrays of other kinds.
"""

from ..classifiers import softmax_loss_vectorized, svm_loss_vectorized
from .arrays import examine_arrays, remark_uint8
from .calls import observe_all
from .diagnosis import examine_parts
from .effort import remark_effort
from .ideas import softmax, svm
from .report import Report
from .stability import examine_large_scores
from .wording import in_half_convention


def softmax_loss(fn, vectorized=False, convention="full"):
    """Examine fn(W, X, y, reg) -> (loss, dW), a softmax loss; return a Report.

    loss = mean of -s[y_i] + log(sum_j exp(s_j)), s = x_i W, plus reg * sum(W**2); dW (D, C) is its gradient.
    vectorized: loops over examples, classes or features are remarked on. convention="half" accepts
    0.5 * reg * sum(W**2), with gradient reg * W, instead.
    """
    return _examine(fn, softmax_loss_vectorized, softmax, vectorized, convention)


def svm_loss(fn, vectorized=False, convention="full"):
    """Examine fn(W, X, y, reg) -> (loss, dW), a multiclass hinge loss with margin 1; else as softmax_loss."""
    return _examine(fn, svm_loss_vectorized, svm, vectorized, convention)


def _examine(fn, reference, topic, vectorized, convention):
    if convention not in ("full", "half"):
        raise ValueError(f'convention: expected "full" or "half", got {convention!r}.')
    strength = {"full": 1.0, "half": 0.5}[convention]
    report = Report(getattr(fn, "__name__", type(fn).__name__))

    def oracle(problem, reg):
        return reference(problem.W, problem.X, problem.y, strength * reg)

    seen = observe_all(fn, report, oracle)
    if seen is None:
        return report
    data_right, finite = examine_parts(fn, report, seen, oracle, topic, strength)
    if convention == "half":
        report.mistakes = [in_half_convention(mistake) for mistake in report.mistakes]
    if topic is softmax and finite:
        examine_large_scores(fn, report, moderate=data_right)
    if report.ok:
        examine_arrays(fn, report, oracle)
    if report.ok:
        remark_uint8(fn, report, oracle)
        remark_effort(fn, report, vectorized)
    return report
