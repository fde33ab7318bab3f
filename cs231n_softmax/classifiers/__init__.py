"""Linear classifiers, a two-layer network, and their losses, under cs231n's names.

`compiled` needs numba, and isn't imported here.
"""

# The function `softmax` is not re-exported: it would hide the submodule of the same name.
from .linear_classifier import LinearClassifier, LinearSVM, Softmax
from .linear_svm import svm_loss_naive, svm_loss_vectorized
from .softmax import softmax_loss_naive, softmax_loss_vectorized
from .two_layer import TwoLayerNet, two_layer_loss

__all__ = [
    "LinearClassifier",
    "LinearSVM",
    "Softmax",
    "TwoLayerNet",
    "softmax_loss_naive",
    "softmax_loss_vectorized",
    "svm_loss_naive",
    "svm_loss_vectorized",
    "two_layer_loss",
]
