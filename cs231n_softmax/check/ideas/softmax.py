"""What learners get wrong in the data part of the softmax loss and of its gradient, as formulas.

Loss and gradient are each made of three things: some probabilities p (N, C), what is done with them, and which
examples count. Each of them can be wrong by itself; an idea that both show is one mistake.
"""

from .gradients import GRADIENTS
from .losses import LOSSES
from .patterns import PATTERNS, TARGETS, basis
from .probabilities import PROBABILITIES as INGREDIENTS

__all__ = ["GRADIENTS", "INGREDIENTS", "LOSSES", "PATTERNS", "TARGETS", "basis"]
