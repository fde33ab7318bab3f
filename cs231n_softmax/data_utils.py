"""CIFAR-10: find it, read it, split it as cs231n does, and prepare it for a linear classifier.

    data = load_linear_splits()          # dict: X_train (49000, 3073), y_train (49000,), X_val, ...
    X_train, y_train, X_test, y_test = load_CIFAR10(folder)          # images (N, 32, 32, 3), RGB 0..255

Each image is 3,072 bytes: 1,024 red values row by row, then green, then blue.
Source of the data and of its format: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny
Images", 2009, https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import os
import pickle
from pathlib import Path

import numpy as np

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
FOLDER = "cifar-10-batches-py"
TRAIN_BATCHES = [f"data_batch_{i}" for i in range(1, 6)]
TEST_BATCH = "test_batch"
FILES = [*TRAIN_BATCHES, TEST_BATCH, "batches.meta"]
PIXELS = 3 * 32 * 32

CHECKOUT = Path(__file__).resolve().parents[1] / "datasets"
DATASETS = CHECKOUT if CHECKOUT.is_dir() else Path.cwd() / "datasets"
SAMPLE = DATASETS / "sample"


# --- read the files -------------------------------------------------------------------------------

def _reconstruct(subtype, shape, typecode):
    return np.ndarray.__new__(subtype, shape, typecode)


def _dtype(name, align=False, copy=False):
    # The official pickles say align=0; NumPy 2.4 warns unless it is a bool.
    return np.dtype(name, align=bool(align), copy=bool(copy))


class _CIFARUnpickler(pickle.Unpickler):
    """Rebuilds plain NumPy arrays and nothing else: a pickle can otherwise run any code."""

    ALLOWED = {
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): _dtype,
        ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
        ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    }

    def find_class(self, module, name):
        try:
            return self.ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no CIFAR-10 file needs") from None


def _unpickle(filename):
    """Return the dict in a CIFAR-10 file; ValueError naming the file when it isn't one."""
    try:
        with open(filename, "rb") as f:
            content = _CIFARUnpickler(f, encoding="latin1").load()
    except OSError:
        raise
    except Exception as error:  # a damaged pickle can raise almost anything
        raise ValueError(f"{filename} is not a readable CIFAR-10 file: {error}. Delete it and fetch the data "
                         "again (./get_cifar10.sh).") from error
    if not isinstance(content, dict):
        raise ValueError(f"{filename}: expected a dict, got {type(content).__name__}; not a CIFAR-10 file.")
    return content


def read_batch(filename):
    """Return one batch file as stored: pixels (N, 3072) uint8 in channel, row, column order; labels (N,) int64.

    Raises ValueError, naming the file, when it is damaged, asks for other code, or holds something else.
    """
    batch = _unpickle(filename)
    pixels, labels = batch.get("data"), batch.get("labels")
    if not (isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and pixels.ndim == 2 and pixels.shape[1] == PIXELS):
        got = f"{pixels.dtype} {pixels.shape}" if isinstance(pixels, np.ndarray) else type(pixels).__name__
        raise ValueError(f"{filename}: expected 'data' to be uint8 (N, {PIXELS}), got {got}.")
    labels = np.asarray(labels)
    if labels.shape != (len(pixels),) or labels.dtype.kind not in "iu" or not np.isin(labels, range(10)).all():
        raise ValueError(f"{filename}: expected {len(pixels)} labels from 0 to 9, got {labels.dtype} {labels.shape}.")
    return pixels, labels.astype(np.int64)
