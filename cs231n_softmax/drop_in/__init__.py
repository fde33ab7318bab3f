"""Let this package answer to the name `cs231n`, so that the official assignment's notebooks run on it unmodified.

For example, in the folder of the assignment, before any other cell:

    >>> from cs231n_softmax.drop_in import install
    >>> install()  # doctest: +ELLIPSIS
    `cs231n` is cs231n_softmax now...
    >>> from cs231n.classifiers.softmax import softmax_loss_naive

What the course has under the same name is ours from then on: the losses, the linear classifiers, TwoLayerNet,
`data_utils`, `features`, `gradient_check`, `optim` and `vis_utils`. All else stays the assignment's own: cs231n.layers,
cs231n.classifiers.k_nearest_neighbor, and what its data_utils has beside ours. No file is changed.

What differs under this name from cs231n_softmax, because the course's notebooks count on it:

    load_CIFAR10, load_CIFAR_batch, get_CIFAR10_data    float64 (data.py)
    train without rng                                   draws from np.random, so np.random.seed decides (models.py)
    classifiers.neural_net and .fc_net                  TwoLayerNet, as the course had it until 2020, and has it since
    predict after training diverged                     NumPy's answer and a warning, instead of an OverflowError
    save, load                                          in cs231n/saved, where the course has that folder
    labels of the built-in sample                       warn when they are compared with predictions (data.py)
"""

import sys
from pathlib import Path

from .._console import encodable
from .alias import Alias
from .assignment import describe, find_assignment

__all__ = ["install", "uninstall"]


def install(folder: Path | str | None = None) -> None:
    """Answer to the name `cs231n` from now on, and print which of its modules come from where.

    `folder` is the assignment's (the one with the notebooks), or the cs231n/ in it. None: it is looked for in the
    working folder, in the folders above it, and in sys.path; without one there are only this package's modules.

    Call it again whenever you like. Where it finds another assignment, that one's modules are imported from then on.
    Raises ImportError when the assignment's own cs231n was imported before; ValueError or TypeError for no `folder`.
    """
    before = _installed()
    loaded = sys.modules.get("cs231n")
    if loaded is not None and not isinstance(loaded.__loader__, Alias):
        raise ImportError(
            f"another package named cs231n is already imported{_from(loaded)}: restart Python (Jupyter: Kernel, "
            "Restart; Colab: Runtime, Restart session) and call install() first, above every import from cs231n."
        )
    found = find_assignment(folder) or (before and before.folder)
    if before is None or found != before.folder:
        uninstall()
        sys.meta_path.insert(0, Alias(found))
    print(encodable(describe(found)))


def uninstall() -> None:
    """Give the name `cs231n` back: the next `import cs231n...` finds the assignment's own modules."""
    alias = _installed()
    if alias is not None:
        sys.meta_path.remove(alias)
        for name in [name for name in sys.modules if name.partition(".")[0] == "cs231n"]:
            del sys.modules[name]


def _installed():
    """Return what answers to `cs231n` now, or None."""
    return next((finder for finder in sys.meta_path if isinstance(finder, Alias)), None)


def _from(module):
    """Return where a module was loaded from, for a message."""
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", [])]
    return next((f" (from {place})" for place in places if place), "")
