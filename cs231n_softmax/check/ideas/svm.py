"""What learners get wrong in the data part of the SVM's hinge loss and of its gradient, as formulas."""

from .margins import LOSSES, PATTERNS, basis
from .margins import MARGINS as INGREDIENTS
from .svm_gradients import GRADIENTS

TARGETS = []  # the label enters through the margins

__all__ = ["GRADIENTS", "INGREDIENTS", "LOSSES", "PATTERNS", "TARGETS", "basis"]
