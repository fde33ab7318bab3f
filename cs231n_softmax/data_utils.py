"""CIFAR-10 under cs231n's names: load it, split it as cs231n does, and prepare it for a linear classifier.

For example:

    data = load_linear_splits()          # dict: X_train (49000, 3073), y_train (49000,), X_val, ...
    X_train, y_train, X_test, y_test = load_CIFAR10(ensure_cifar10())     # (N, 32, 32, 3), RGB 0..255
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from ._inputs import as_floating_dtype, as_folder, as_generator, as_integer
from ._typing import Rng
from .cifar10.files import (
    CLASSES,
    DATASETS,
    FILES,
    FOLDER,
    META,
    PIXELS,
    SAMPLE,
    SIDE,
    TEST_BATCH,
    TRAIN_BATCHES,
    is_complete,
    read_batch,
    sample_batch,
)
from .cifar10.find import ensure_cifar10, find_cifar10
from .cifar10.places import advice, fault

__all__ = [
    "CLASSES",
    "DATASETS",
    "FILES",
    "FOLDER",
    "PIXELS",
    "SAMPLE",
    "TEST_BATCH",
    "TRAIN_BATCHES",
    "cifar10_folder",
    "ensure_cifar10",
    "find_cifar10",
    "get_CIFAR10_data",
    "is_complete",
    "load_CIFAR10",
    "load_CIFAR_batch",
    "load_linear_splits",
    "read_batch",
]

cifar10_folder = ensure_cifar10  # its name in version 0.1.0


# --- load -----------------------------------------------------------------------------------------


def _load(folder, names, count, dtype, axes=(0, 2, 3, 1), extra=0):
    """Return the first `count` images of the named batches as rows X (count, 3072 + extra), and y (count,).

    A row is the image with its (channel, row, column) axes permuted by `axes`, flattened; the `extra` last
    columns are ones. Batches are converted one at a time straight into X: no second copy of the data exists.
    """
    X = np.ones((count, PIXELS + extra), dtype)
    y = np.empty(count, np.intp)
    start = 0
    wrong = "" if os.path.exists(folder / names[0]) else fault(folder)
    if wrong:
        wrong = f"{folder}: expected CIFAR-10's files there, but {wrong}."
        raise FileNotFoundError(f"{wrong} {advice(folder, 'name')}")
    for name in names:
        pixels, labels = read_batch(folder / name)
        stop = min(start + len(labels), count)
        images = pixels[: stop - start].reshape(-1, 3, SIDE, SIDE).transpose(axes)
        X[start:stop, :PIXELS].reshape(images.shape)[:] = images  # only the last axis is split: a view of X, no copy
        y[start:stop] = labels[: stop - start]
        start = stop
    if start < count:
        raise ValueError(f"expected {count:,} images in {', '.join(names)} of {folder}, got {start:,}.")
    return X, y


def load_CIFAR_batch(filename: Path | str, *, dtype: DTypeLike = np.float32) -> tuple[np.ndarray, np.ndarray]:
    """Return one batch as images X (N, 32, 32, 3), RGB 0..255 in the given dtype, and labels y (N,)."""
    dtype = as_floating_dtype(dtype)
    pixels, y = read_batch(filename)
    return pixels.reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1).astype(dtype, order="C"), y


def load_CIFAR10(
    ROOT: Path | str, *, dtype: DTypeLike = np.float32
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return Xtr (50000, 32, 32, 3), ytr (50000,), Xte (10000, 32, 32, 3), yte (10000,).

    X is RGB 0..255 in the given dtype, writable; y holds integers (intp).
    """
    ROOT, dtype = as_folder("ROOT", ROOT), as_floating_dtype(dtype)
    num_training, _, num_test = _fitting(ROOT, 50_000, 0, 10_000)
    Xtr, ytr = _load(ROOT, TRAIN_BATCHES, num_training, dtype)
    Xte, yte = _load(ROOT, [TEST_BATCH], num_test, dtype)
    return Xtr.reshape(-1, SIDE, SIDE, 3), ytr, Xte.reshape(-1, SIDE, SIDE, 3), yte


# --- split and prepare ----------------------------------------------------------------------------


def _check_sizes(num_training, num_validation, num_test, dtype):
    """Raise ValueError or TypeError, naming the argument, before anything is read."""
    num_training = as_integer("num_training", num_training, 1, 50_000)
    as_integer("num_validation", num_validation, 0, 50_000)
    if num_training + num_validation > 50_000:
        raise ValueError(
            f"num_training and num_validation share 50,000 images; got {num_training:,} and {num_validation:,}."
        )
    as_integer("num_test", num_test, 0, 10_000)
    as_floating_dtype(dtype)


def _fitting(folder, num_training, num_validation, num_test):
    """Return the sizes of the splits: smaller ones where `folder` has a small sample, such as the one for browsers."""
    batch = sample_batch(folder) if os.path.exists(folder / META) else None
    if not batch or batch >= 10_000:
        return num_training, num_validation, num_test
    num_validation = min(num_validation, batch)
    num_training = min(num_training, len(TRAIN_BATCHES) * batch - num_validation)
    return num_training, num_validation, min(num_test, batch)


def get_CIFAR10_data(
    num_training: int = 49000,
    num_validation: int = 1000,
    num_test: int = 1000,
    subtract_mean: bool = True,
    *,
    folder: Path | str | None = None,
    dtype: DTypeLike = np.float32,
) -> dict[str, np.ndarray]:
    """cs231n's splits as images, channels first: a dict of X_train (N, 3, 32, 32), y_train (N,), X_val, ... .

    Train = the first `num_training` images, validation = the next `num_validation`, test = the first
    `num_test` of the test batch. X_* have the given dtype, y_* integers. The mean image of the training split is
    subtracted from all three. `folder` holds the files (None: ensure_cifar10() finds or makes it).
    """
    _check_sizes(num_training, num_validation, num_test, dtype)
    folder = ensure_cifar10() if folder is None else as_folder("folder", folder)
    num_training, num_validation, num_test = _fitting(folder, num_training, num_validation, num_test)
    X, y = _load(folder, TRAIN_BATCHES, num_training + num_validation, dtype, axes=(0, 1, 2, 3))
    X_test, y_test = _load(folder, [TEST_BATCH], num_test, dtype, axes=(0, 1, 2, 3))
    if subtract_mean:
        mean_image = X[:num_training].mean(axis=0, dtype=np.float64).astype(dtype)
        X -= mean_image
        X_test -= mean_image
    X, X_test = X.reshape(-1, 3, SIDE, SIDE), X_test.reshape(-1, 3, SIDE, SIDE)
    return {
        "X_train": X[:num_training],
        "y_train": y[:num_training],
        "X_val": X[num_training:],
        "y_val": y[num_training:],
        "X_test": X_test,
        "y_test": y_test,
    }


def load_linear_splits(
    num_training: int = 49000,
    num_validation: int = 1000,
    num_test: int = 1000,
    num_dev: int = 500,
    *,
    folder: Path | str | None = None,
    dtype: DTypeLike = np.float32,
    rng: Rng = None,
) -> dict[str, np.ndarray]:
    """cs231n's splits for a linear classifier: rows of 3,072 mean-subtracted pixels and a one (the bias).

    Returns a dict: X_train (49000, 3073), X_val (1000, 3073), X_test (1000, 3073), X_test_all (10000, 3073),
    X_dev (500, 3073: drawn from the training rows without replacement by `rng`), a y_* (N,) for each, and
    mean_image (3072,), the training split's, which was subtracted from all (add it to see the image again).
    X_train and X_val are views of one array, as are the two test splits: 0.74 GB in float32, the default.
    y_* hold integers. `folder` as in get_CIFAR10_data.
    """
    _check_sizes(num_training, num_validation, num_test, dtype)
    as_integer("num_dev", num_dev, 0, num_training)
    rng = as_generator(rng)
    folder = ensure_cifar10() if folder is None else as_folder("folder", folder)
    num_training, num_validation, num_test_all = _fitting(folder, num_training, num_validation, 10_000)
    X, y = _load(folder, TRAIN_BATCHES, num_training + num_validation, dtype, extra=1)
    X_test, y_test = _load(folder, [TEST_BATCH], num_test_all, dtype, extra=1)
    mean_image = X[:num_training, :PIXELS].mean(axis=0, dtype=np.float64).astype(dtype)
    X[:, :PIXELS] -= mean_image
    X_test[:, :PIXELS] -= mean_image
    dev = rng.choice(num_training, min(num_dev, num_training), replace=False)
    return {
        "X_train": X[:num_training],
        "y_train": y[:num_training],
        "X_val": X[num_training:],
        "y_val": y[num_training:],
        "X_test": X_test[:num_test],
        "y_test": y_test[:num_test],
        "X_test_all": X_test,
        "y_test_all": y_test,
        "X_dev": X[dev],
        "y_dev": y[dev],
        "mean_image": mean_image,
    }
