"""The examiner: runs a learner's function and reports whether it is right, or which mistakes are in it.

    from cs231n_softmax import check
    check.softmax_loss(my_softmax_loss_naive)                     shows a Report
    check.softmax_loss(my_softmax_loss_naive).require()           raises CheckFailed unless it is right
    check.hint()                                                  prints the hints of the last report

One function for each kind of exercise; the Report has `ok`, `mistakes` and `remarks`. Besides, check.guess shows
whether a guess is right, and check.progress what is done so far. The files, from the exercise to
the report:

    exercises/<name>.py     check.<name>: the right answer as a recipe, the ways in which learners change a step, the
                            problems on which their function is tried, and the examination
    losses/                 check.softmax_loss and check.svm_loss, whose answers have four parts: losses/__init__.py
    trial                   calls the function, and notes what it does besides returning a value
    arguments               copies of the arguments, and what the function has changed in them
    apart, guard            call the function so that it harms nothing: in a child process first, then in a thread
    session, shared         put back what is the session's; refuse what a function can't have, such as answers
    interrupts              Ctrl-C during an examination: it leaves nothing behind
    crashes                 explain the error with which the function stops
    explain                 the engine: which changed steps give the learner's numbers?
    scaled, staged          the same up to a factor; for a result beside numbers that are kept for the next step
    factors, evidence       factors and their words; differences of numbers in sentences
    report                  the result, as text and as HTML
    guesses                 check.guess: the questions before surprising cells, and why each answer is right or wrong
    progress_file           check.progress: what is done, kept in the file progress.json of a practice folder
    catalogue               all entries, for docs/mistakes.md

To add a mistake, add a Variant to its exercise, and a function that makes it to tests/mistakes/.
"""

from .exercises.adam import adam
from .exercises.cross_entropy import cross_entropy
from .exercises.numerical_gradient import numerical_gradient
from .exercises.predict import predict
from .exercises.prepare import prepare
from .exercises.sgd_momentum import sgd_momentum
from .exercises.sgd_step import sgd_step
from .exercises.softmax import softmax
from .exercises.sweep import sweep
from .exercises.train import train
from .exercises.two_layer_loss import two_layer_loss
from .guesses import guess
from .losses import softmax_loss, svm_loss
from .progress_file import progress
from .report import CheckFailed, Mistake, Report, hint

__all__ = [
    "CheckFailed",
    "Mistake",
    "Report",
    "adam",
    "cross_entropy",
    "guess",
    "hint",
    "numerical_gradient",
    "predict",
    "prepare",
    "progress",
    "sgd_momentum",
    "sgd_step",
    "softmax",
    "softmax_loss",
    "svm_loss",
    "sweep",
    "train",
    "two_layer_loss",
]
