"""The examiner: runs a learner's function and says whether it is right, or which mistake it makes.

    from cs231n_softmax import check
    check.softmax_loss(my_softmax_loss_naive)                     shows a Report
    check.softmax_loss(my_softmax_loss_naive).require()           raises CheckFailed unless it is right

One function for each kind of exercise; the Report has `ok`, `mistakes` and `remarks`. Where to look for what:

    report, guard               what was found; how a learner's function is run so that it harms nothing
    losses                      the examination of a loss with its gradient, step by step:
      calls, observing          call it on the problems (problems.py), and see what it returns and leaves behind
      diagnosis, parts          each part of the answer = an idea (ideas/) times a factor (matching.py)?
      wording, factors          explanations made into sentences
      localise                  what no idea explains: where is it wrong?
      stability, arrays, effort large scores; other kinds of arrays; loops and memory
    scores, one_example, images, numerical, prediction, training (with drawing), sweeping
                                the examinations of the smaller exercises:
      explain, recipes/         the right function is a recipe; which steps, done otherwise, give the learner's numbers?
      trial, evidence           the bookkeeping of one examination; numbers made into sentences

To add a mistake to a loss, add an Idea; to another exercise, a Swap to its recipe. tests/learners/ holds the
functions that all this is tried on.
"""

from .images import prepare
from .losses import softmax_loss, svm_loss
from .numerical import numerical_gradient
from .one_example import cross_entropy
from .prediction import predict
from .report import CheckFailed, Mistake, Report
from .scores import softmax
from .sweeping import sweep
from .training import sgd_step

__all__ = [
    "CheckFailed",
    "Mistake",
    "Report",
    "cross_entropy",
    "numerical_gradient",
    "predict",
    "prepare",
    "sgd_step",
    "softmax",
    "softmax_loss",
    "svm_loss",
    "sweep",
]
