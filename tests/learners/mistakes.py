"""All wrong functions: lists of entries, one list for each kind; `build(entry)` makes the function.

for entry in SOFTMAX:
    loss, dW = build(entry)(W, X, y, reg)
"""

from entries import Entry, build
from notebook_mistakes import EXAMPLE, NUMERICAL, PREDICT, PROBS
from softmax_behaviour import HANGS, RIGHT_NUMBERS
from softmax_mistakes import BASES, SOFTMAX
from svm_mistakes import SVM
from training_mistakes import PREPARE, STEP, SWEEP

KINDS = {
    "softmax": SOFTMAX,
    "svm": SVM,
    "probs": PROBS,
    "example": EXAMPLE,
    "numerical": NUMERICAL,
    "step": STEP,
    "predict": PREDICT,
    "sweep": SWEEP,
    "prepare": PREPARE,
}
__all__ = [
    "BASES",
    "EXAMPLE",
    "HANGS",
    "KINDS",
    "NUMERICAL",
    "PREDICT",
    "PREPARE",
    "PROBS",
    "RIGHT_NUMBERS",
    "SOFTMAX",
    "STEP",
    "SVM",
    "SWEEP",
    "Entry",
    "build",
]
