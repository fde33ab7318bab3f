"""The files of CIFAR-10: their names, their place, and how to read one of them.

Each batch file holds N images and their labels. An image is 3,072 bytes: 1,024 red values row by row, then green, then
blue. Source of the data and of its format: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images",
2009, https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import functools
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
SIDE = 32  # pixels: an image has SIDE rows and SIDE columns
PIXELS = 3 * SIDE * SIDE  # bytes of an image: one for each pixel and channel

FOLDER = "cifar-10-batches-py"
TRAIN_BATCHES = [f"data_batch_{i}" for i in range(1, 6)]
TEST_BATCH = "test_batch"
FILES = [*TRAIN_BATCHES, TEST_BATCH, "batches.meta"]

ARCHIVE = "cifar-10-python.tar.gz"
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"

# In a checkout, the data are in its datasets/; where the package was installed, in the working directory's datasets/.
CHECKOUT = Path(__file__).resolve().parents[2]
DATASETS = (CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.cwd()) / "datasets"
SAMPLE = DATASETS / "sample"


def is_complete(folder: Path | str) -> bool:
    """True when all seven files are in `folder`."""
    return all((Path(folder) / name).is_file() for name in FILES)


def is_sample(folder: Path | str) -> bool:
    """True when the files in `folder` are the built-in sample's, wherever they lie."""
    return "sample" in _unpickle(Path(folder) / "batches.meta")


# --- read one of them -----------------------------------------------------------------------------


def _reconstruct(subtype, shape, typecode):
    return np.ndarray.__new__(subtype, shape, typecode)


def _dtype(name, align=False, copy=False):
    # The official pickles have align=0; NumPy 2.4 warns unless it is a bool.
    return np.dtype(name, align=bool(align), copy=bool(copy))


class _CIFARUnpickler(pickle.Unpickler):
    """Rebuilds plain NumPy arrays and nothing else: a pickle can otherwise run any code."""

    ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): _dtype,
        ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
        ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    }

    def find_class(self, module, name):
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"it refers to {module}.{name}; no CIFAR-10 file does")
        found = self.ALLOWED[module, name]
        # a fresh wrapper each time, since a pickle can set attributes of the object that it is given
        return found if found is np.ndarray else functools.partial(found)


def _unpickle(filename):
    """Return the dict in a CIFAR-10 file; ValueError naming the file when it isn't one."""
    try:
        with open(filename, "rb") as f:
            content = _CIFARUnpickler(f, encoding="latin1").load()
    except OSError:
        raise
    except Exception as error:  # a damaged pickle can raise almost anything
        raise ValueError(
            f"{filename} is not a readable CIFAR-10 file: {error}. Delete it and fetch the data "
            "again (./get_cifar10.sh)."
        ) from error
    if not isinstance(content, dict):
        raise ValueError(f"{filename}: expected a dict, got {type(content).__name__}; not a CIFAR-10 file.")
    return content


def read_batch(filename: Path | str) -> tuple[np.ndarray, np.ndarray]:
    """Return one batch file as stored: pixels (N, 3072) uint8 (channel, row, column) and labels (N,) int64.

    Raises ValueError, naming the file, when the file is damaged, refers to other code, or holds something else.
    """
    batch = _unpickle(filename)
    pixels, labels = batch.get("data"), batch.get("labels")
    got = f"{pixels.dtype} {pixels.shape}" if isinstance(pixels, np.ndarray) else type(pixels).__name__
    if not got.startswith("uint8") or pixels.shape[1:] != (PIXELS,):
        raise ValueError(f"{filename}: expected 'data' to be uint8 (N, {PIXELS}), got {got}.")
    labels = labels.tolist() if isinstance(labels, np.ndarray) else labels
    well_formed = isinstance(labels, list) and len(labels) == len(pixels)
    if not well_formed or not all(isinstance(label, int) and 0 <= label <= 9 for label in labels):
        raise ValueError(f"{filename}: expected {len(pixels)} labels from 0 to 9, got something else.")
    return pixels, np.array(labels, np.int64)
