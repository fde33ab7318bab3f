"""The examiner: runs a learner's function and says whether it is right, or which mistake it makes.

    from cs231n_softmax import check
    check.softmax_loss(my_softmax_loss_naive)                     shows a Report
    check.softmax_loss(my_softmax_loss_naive).require()           raises CheckFailed unless it is right

One function for each kind of exercise; the Report has `ok`, `mistakes` and `remarks`.
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
