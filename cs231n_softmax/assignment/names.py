"""The functions that the course names, and the check for each; those of our notebooks as well."""

import re
from typing import Any, NamedTuple


class Exercise(NamedTuple):
    """How a function is examined: the name of a check, its options, and how the function's arguments begin."""

    check: str
    options: dict[str, Any] = {}
    arguments: tuple[str, ...] = ()


LOSS = ("softmax_loss", "svm_loss")
NAMES = {
    "softmax_loss_naive": Exercise("softmax_loss"),
    "softmax_loss_vectorized": Exercise("softmax_loss", {"vectorized": True}),
    "svm_loss_naive": Exercise("svm_loss"),
    "svm_loss_vectorized": Exercise("svm_loss", {"vectorized": True}),
    "LinearClassifier.train": Exercise("train"),
    "LinearClassifier.predict": Exercise("predict"),
    # the notebooks of this suite; some of these names are usual, so that the arguments count too
    "my_softmax": Exercise("softmax", {"stable": False}, ("scores",)),
    "my_stable_softmax": Exercise("softmax", {}, ("scores",)),
    "my_loss": Exercise("cross_entropy", {}, ("scores", "y")),
    "my_softmax_loss_naive": Exercise("softmax_loss"),
    "my_softmax_loss_vectorized": Exercise("softmax_loss", {"vectorized": True}),
    "my_svm_loss": Exercise("svm_loss", {"vectorized": True}),
    "my_numerical_gradient": Exercise("numerical_gradient", {}, ("f", "x")),
    "sgd_step": Exercise("sgd_step", {}, ("W", "X", "y", "learning_rate", "reg", "batch_size", "rng")),
    "predict": Exercise("predict", {}, ("W", "X")),
    "prepare": Exercise("prepare", {}, ("images", "mean_image")),
    "my_sgd_momentum": Exercise("sgd_momentum", {}, ("w", "dw", "config")),
    "my_adam": Exercise("adam", {}, ("w", "dw", "config")),
    "my_two_layer_loss": Exercise("two_layer_loss", {}, ("params", "X", "y", "reg")),
    "my_sweep": Exercise("sweep", {}, ("results", "settings", "data")),
}
CLASS = "LinearClassifier"
EXPECTED = {  # what the course's files hold
    "softmax.py": ["softmax_loss_naive", "softmax_loss_vectorized"],
    "linear_svm.py": ["svm_loss_naive", "svm_loss_vectorized"],
    "linear_classifier.py": ["LinearClassifier.train", "LinearClassifier.predict"],
}
DEFINITIONS = re.compile(
    rf"^\s*(?:def\s+(?:{'|'.join(name for name in NAMES if '.' not in name)})\s*\(|class\s+{CLASS}\b)", re.MULTILINE
)


def defines(text: str) -> bool:
    """True for a text that seems to define one of these functions; it needn't be Python that can be parsed.

    >>> defines("def softmax_loss_naive(W, X, y, reg):"), defines("softmax_loss_naive(W, X, y, reg)")
    (True, False)
    """
    return bool(DEFINITIONS.search(text))
