"""Softmax classification of CIFAR-10, from pixels to learned templates: the package under the notebooks.

What is where:

    data_utils        load, split and prepare CIFAR-10
    cifar10           its files: find, fetch and read them, or make the built-in sample
    classifiers       losses with gradients; Softmax, LinearSVM and TwoLayerNet
    optim             update rules: how a gradient becomes a step
    gradient_check    numerical derivatives and checks
    sweep             learning rate x regularization
    optimum           the lowest loss there is, with a proof
    features          better inputs: edges, colours, patches
    timing            how long a function takes
    vis_utils         pictures
    check             looks at your solutions of the exercises, and names the mistake
    practice          copies of the notebooks to work in: python -m cs231n_softmax practice
    sklearn           the classifiers as scikit-learn's, which it needs; nothing else does
    drop_in           answers to the name `cs231n`, for the official assignment's notebooks
"""

from . import _numpy  # noqa: F401  # first: it stops the import where NumPy is unfit
from .classifiers import (
    LinearClassifier,
    LinearSVM,
    Softmax,
    TwoLayerNet,
    softmax_loss_naive,
    softmax_loss_vectorized,
    svm_loss_naive,
    svm_loss_vectorized,
    two_layer_loss,
)
from .classifiers.softmax import softmax
from .data_utils import get_CIFAR10_data, load_CIFAR10, load_CIFAR_batch, load_linear_splits
from .gradient_check import check_gradient, complex_step_gradient, eval_numerical_gradient, grad_check_sparse

__version__ = "0.2.0.dev0"
__all__ = [
    "LinearClassifier",
    "LinearSVM",
    "Softmax",
    "TwoLayerNet",
    "check_gradient",
    "complex_step_gradient",
    "eval_numerical_gradient",
    "get_CIFAR10_data",
    "grad_check_sparse",
    "load_CIFAR10",
    "load_CIFAR_batch",
    "load_linear_splits",
    "softmax",
    "softmax_loss_naive",
    "softmax_loss_vectorized",
    "svm_loss_naive",
    "svm_loss_vectorized",
    "two_layer_loss",
]
