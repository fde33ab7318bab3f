"""The examiner: runs a learner's function and says whether it is right, or which mistake it makes.

    from cs231n_softmax import check
    check.softmax_loss(my_softmax_loss_naive)                     shows a Report
    check.softmax_loss(my_softmax_loss_naive).require()           raises CheckFailed unless it is right

One function for each kind of exercise; the Report has `ok`, `mistakes` and `remarks`. From a learner's function down to
what is said of it:

    exercises/<name>.py     check.<name>: the right answer as a recipe, the ways in which learners do a step otherwise,
                            the problems that are put to their function, and the examination
    losses/                 check.softmax_loss and check.svm_loss, whose answers have four parts: losses/__init__.py
    trial                   asks the function, and keeps the book of what it does meanwhile
    guard, crashes          how it is run so that it harms nothing; what it means when it stops with an error
    explain, scaled         the engine: which steps, done otherwise, give the learner's numbers? Up to a factor: scaled
    factors, evidence       factors and their words; numbers made into sentences
    report                  what was found, as text and as HTML
    catalogue               all entries, for docs/mistakes.md

To add a mistake, add a Variant to its exercise, and a function that makes it to tests/mistakes/.
"""

from .exercises.cross_entropy import cross_entropy
from .exercises.numerical_gradient import numerical_gradient
from .exercises.predict import predict
from .exercises.prepare import prepare
from .exercises.sgd_step import sgd_step
from .exercises.softmax import softmax
from .exercises.sweep import sweep
from .losses import softmax_loss, svm_loss
from .report import CheckFailed, Mistake, Report

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
