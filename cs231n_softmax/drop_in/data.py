"""CIFAR-10 as the course's data_utils gives it: float64, and from the assignment's own folder.

The built-in sample can stand in for it, and its accuracies then mean nothing. The place to say so is where they are
computed: `y_val == model.predict(X_val)`. So its labels are an array that warns when it is compared with an array.
"""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from .. import data_utils
from ..cifar10.files import FOLDER, is_complete, is_sample

__all__ = ["get_CIFAR10_data", "load_CIFAR10", "load_CIFAR_batch"]


class SampleLabels(np.ndarray):
    """Labels of the built-in sample. A comparison with other labels gives what it always gives, and a warning."""

    def __eq__(self, other: Any) -> Any:
        return self._compared(other, np.equal)

    def __ne__(self, other: Any) -> Any:
        return self._compared(other, np.not_equal)

    __hash__ = None  # as of all arrays

    def __array_wrap__(self, array: np.ndarray, context: Any = None, return_scalar: bool = False) -> Any:
        """Return what is computed from labels, such as their maximum, as an ordinary array or number."""
        return array[()] if return_scalar else array

    def _compared(self, other, compare):
        if np.ndim(other):  # y == 3 chooses a class
            warnings.warn(
                "This accuracy is NOT CIFAR-10's: the data are the built-in sample, which is made up.",
                UserWarning,
                stacklevel=3,
            )
        return compare(np.asarray(self), np.asarray(other))


def load_CIFAR_batch(filename: Path | str) -> tuple[np.ndarray, np.ndarray]:
    """Return one batch as images X (N, 32, 32, 3), float64 RGB 0..255, and labels y (N,)."""
    X, y = data_utils.load_CIFAR_batch(filename, dtype=np.float64)
    return X, _labels(y, Path(filename).parent)


def load_CIFAR10(ROOT: Path | str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return Xtr (50000, 32, 32, 3), ytr (50000,), Xte (10000, 32, 32, 3), yte (10000,): float64, int64."""
    Xtr, ytr, Xte, yte = data_utils.load_CIFAR10(ROOT, dtype=np.float64)
    return Xtr, _labels(ytr, ROOT), Xte, _labels(yte, ROOT)


def get_CIFAR10_data(
    num_training: int = 49000,
    num_validation: int = 1000,
    num_test: int = 1000,
    subtract_mean: bool = True,
    *,
    folder: Path | str | None = None,
    dtype: DTypeLike = np.float64,
) -> dict[str, np.ndarray]:
    """As data_utils.get_CIFAR10_data, in float64. `folder` None: $CIFAR10_DIR, else the assignment's cs231n/datasets,
    else what ensure_cifar10() finds or makes.
    """
    folder = _folder() if folder is None else folder
    splits = data_utils.get_CIFAR10_data(
        num_training, num_validation, num_test, subtract_mean, folder=folder, dtype=dtype
    )
    return {name: _labels(array, folder) if name.startswith("y") else array for name, array in splits.items()}


def _folder():
    places = [] if os.environ.get("CIFAR10_DIR") else getattr(sys.modules.get("cs231n"), "__path__", [])
    own = (Path(place, "datasets", FOLDER) for place in places)
    return next((folder for folder in own if folder.is_dir() and is_complete(folder)), None) or (
        data_utils.ensure_cifar10()
    )


def _labels(y, folder):
    """Return labels that were read from `folder`; those of the sample warn."""
    try:
        return y.view(SampleLabels) if is_sample(Path(folder).expanduser()) else y
    except (OSError, ValueError):  # without batches.meta, the course's load_CIFAR10 reads a folder all the same
        return y
