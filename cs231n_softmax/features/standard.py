"""Standardized features: each has mean 0 and standard deviation 1 on the training images."""

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import check_finite_rows, real_array
from ..classifiers.blocks import cut

BLOCK = 2**20  # numbers that are computed at once


def standardize(train: ArrayLike, *others: ArrayLike, bias: bool = True) -> list[np.ndarray]:
    """Return float32 copies of features (N, F), each shifted and scaled as `train` needs it; then a column of ones.

        (features - mean) / deviation,   mean and deviation (F,) of `train`

    The other arrays (validation, test) get the shift and scale of `train`: nothing is learned from them. A feature that
    is constant in `train` becomes 0. With bias=False there is no column of ones. Raises ValueError or TypeError for
    what isn't finite numbers in arrays with the same number of columns.

    >>> train, test = standardize([[1.0, 5.0], [3.0, 5.0]], [[5.0, 5.0]])
    >>> train
    array([[-1.,  0.,  1.],
           [ 1.,  0.,  1.]], dtype=float32)
    >>> test
    array([[3., 0., 1.]], dtype=float32)
    """
    arrays = [real_array(f"features {k}", array) for k, array in enumerate((train, *others))]
    F = arrays[0].shape[-1] if arrays[0].ndim == 2 else -1
    for k, array in enumerate(arrays):
        if array.ndim != 2 or array.shape[1] != F or len(array) == 0:
            raise ValueError(f"features {k}: expected shape (N, {F if F >= 0 else 'F'}), N > 0, got {array.shape}.")
        check_finite_rows(f"features {k}", array)
    train = arrays[0]
    blocks = cut(len(train), -(-train.size // BLOCK))  # so that no float64 copy of all features is made
    mean = sum(train[rows].sum(axis=0, dtype=np.float64) for rows in blocks) / len(train)
    deviation = np.sqrt(sum(np.square(train[rows] - mean).sum(axis=0) for rows in blocks) / len(train))
    rounding = 4 * np.finfo(np.result_type(train, np.float32)).eps * np.abs(mean)
    scale = np.divide(1, deviation, out=np.zeros(F), where=deviation > rounding)
    return [_scaled(array, mean, scale, bias) for array in arrays]


def _scaled(array, mean, scale, bias):
    """Return (array - mean) * scale in float32, with a column of ones where `bias` is True."""
    result = np.ones((len(array), array.shape[1] + bias), np.float32)
    for rows in cut(len(array), -(-array.size // BLOCK)):
        result[rows, : array.shape[1]] = (array[rows] - mean) * scale
    return result
