"""The examiner: runs a learner's function and says whether it is right, or which mistake it makes.

    from cs231n_softmax import check
    check.softmax_loss(my_softmax_loss_naive)                     shows a Report
    check.softmax_loss(my_softmax_loss_naive).require()           raises CheckFailed unless it is right
"""

from .losses import softmax_loss, svm_loss
from .report import CheckFailed, Mistake, Report

__all__ = ["CheckFailed", "Mistake", "Report", "softmax_loss", "svm_loss"]
