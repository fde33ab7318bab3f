"""Let this package answer to the name `cs231n`, so that the official assignment's notebooks run on it unmodified.

For example:

    >>> from cs231n_softmax.drop_in import install
    >>> install()
    >>> from cs231n.classifiers.softmax import softmax_loss_naive
"""

import importlib
import pkgutil
import sys

import cs231n_softmax


def install() -> None:
    """Register this package and every submodule in sys.modules under `cs231n`. ImportError if another is loaded.

    If only the package itself were registered, Python would import each submodule a second time under its new name,
    and the classes in it would be different classes.
    """
    if sys.modules.get("cs231n", cs231n_softmax) is not cs231n_softmax:
        raise ImportError("another package named cs231n is already imported: restart Python and call install() first.")
    modules = [name for _, name, _ in pkgutil.walk_packages(cs231n_softmax.__path__, "cs231n_softmax.")]
    modules.remove("cs231n_softmax.sklearn")  # the course has no such module, and scikit-learn may not be there
    for name in ["cs231n_softmax", *modules]:
        sys.modules[name.replace("cs231n_softmax", "cs231n", 1)] = importlib.import_module(name)
