"""CIFAR-10: find it, read it, split it as cs231n does, and prepare it for a linear classifier.

    data = load_linear_splits()          # dict: X_train (49000, 3073), y_train (49000,), X_val, ...
    X_train, y_train, X_test, y_test = load_CIFAR10(cifar10_folder())     # (N, 32, 32, 3), RGB 0..255

Each image is 3,072 bytes: 1,024 red values row by row, then green, then blue.
Source of the data and of its format: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny
Images", 2009, https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import functools
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

# In a checkout its own datasets/; where the package was installed elsewhere, the working directory's.
CHECKOUT = Path(__file__).resolve().parents[1]
DATASETS = (CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.cwd()) / "datasets"
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
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}; no CIFAR-10 file does")
        found = self.ALLOWED[module, name]
        # a fresh wrapper each time: a pickle can set attributes of what it is given
        return found if found is np.ndarray else functools.partial(found)


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
    """Return one batch file as stored: pixels (N, 3072) uint8 (channel, row, column) and labels (N,) int64.

    Raises ValueError, naming the file, when it is damaged, asks for other code, or holds something else.
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


def _load(folder, names, count, dtype, axes=(0, 2, 3, 1), extra=0):
    """Return the first `count` images of the named batches as rows X (count, 3072 + extra), and y (count,).

    A row is the image with its (channel, row, column) axes permuted by `axes`, flattened; the `extra` last
    columns are ones. Batches are converted one at a time straight into X: no second copy of the data exists.
    """
    X = np.ones((count, PIXELS + extra), dtype)
    y = np.empty(count, np.int64)
    start = 0
    for name in names:
        pixels, labels = read_batch(Path(folder) / name)
        stop = min(start + len(labels), count)
        images = pixels[: stop - start].reshape(-1, 3, 32, 32).transpose(axes)
        X[start:stop, :PIXELS].reshape(images.shape, copy=False)[:] = images
        y[start:stop] = labels[: stop - start]
        start = stop
    if start < count:
        raise ValueError(f"expected {count:,} images in {', '.join(names)} of {folder}, got {start:,}.")
    return X, y


def load_CIFAR_batch(filename):
    """Return one batch as images X (N, 32, 32, 3), float32 RGB 0..255, and labels y (N,)."""
    pixels, y = read_batch(filename)
    return pixels.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).astype(np.float32, order="C"), y


def load_CIFAR10(ROOT):
    """Return Xtr (50000, 32, 32, 3), ytr (50000,), Xte (10000, 32, 32, 3), yte (10000,).

    X is float32, RGB 0..255, writable; y is int64.
    """
    Xtr, ytr = _load(ROOT, TRAIN_BATCHES, 50_000, np.float32)
    Xte, yte = _load(ROOT, [TEST_BATCH], 10_000, np.float32)
    return Xtr.reshape(-1, 32, 32, 3), ytr, Xte.reshape(-1, 32, 32, 3), yte


# --- find them ------------------------------------------------------------------------------------

def is_complete(folder):
    """True when all seven files are in `folder`."""
    return all((Path(folder) / name).is_file() for name in FILES)


def find_cifar10():
    """Return the first folder that holds CIFAR-10, or None.

    $CIFAR10_DIR, when set, is the only place looked at. Else: this project's datasets/, then where
    cs231n's own script, torchvision and Keras leave it, seen from the working directory and from home.
    """
    chosen = os.environ.get("CIFAR10_DIR")
    if chosen:
        if not is_complete(Path(chosen).expanduser()):
            raise FileNotFoundError(f"CIFAR10_DIR is {chosen}: expected the files {', '.join(FILES)} there. "
                                    "Name the folder that holds them, or unset CIFAR10_DIR.")
        return Path(chosen).expanduser()
    places = [DATASETS, "datasets", "cs231n/datasets", "data", Path.home() / ".keras/datasets"]
    return next((Path(p) / FOLDER for p in places if is_complete(Path(p) / FOLDER)), None)


def cifar10_folder():
    """Return the folder to read, and print one line that says what it holds.

    CIFAR-10 where it is found; else downloaded; else the built-in sample. Once the sample has been made,
    the download is not tried again from here: `make data` or ./get_cifar10.sh does that.
    """
    folder = find_cifar10() or _fetch_unless_sampled()
    if folder is None:
        from .synthetic import write_sample

        folder = write_sample(SAMPLE)
    if "sample" in _unpickle(folder / "batches.meta"):
        print("Data: the built-in sample, NOT CIFAR-10: made-up images that behave like it. "
              "`make data` fetches the real ones.")
    else:
        print("Data: CIFAR-10, 50,000 training and 10,000 test images.")
    return folder


def _fetch_unless_sampled():
    if is_complete(SAMPLE):
        return None
    from .download import DownloadError, fetch_cifar10

    print("CIFAR-10 is not here yet: downloading 170 MB, once.", flush=True)
    try:
        return fetch_cifar10(DATASETS)
    except DownloadError as error:
        print(f"The download failed: {str(error).splitlines()[0]}", flush=True)
        return None


# --- split and prepare them -----------------------------------------------------------------------

def _check_sizes(num_training, num_validation, num_test, dtype):
    if num_training < 1 or num_validation < 0 or num_training + num_validation > 50_000:
        raise ValueError("num_training and num_validation share 50,000 images; "
                         f"got {num_training:,} and {num_validation:,}.")
    if not 0 <= num_test <= 10_000:
        raise ValueError(f"num_test: expected 0 to 10,000, got {num_test:,}.")
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise TypeError(f"dtype: expected float32 or float64, got {np.dtype(dtype)}.")


def get_CIFAR10_data(num_training=49000, num_validation=1000, num_test=1000, subtract_mean=True, *,
                     folder=None, dtype=np.float32):
    """cs231n's splits as images, channels first: a dict of X_train (N, 3, 32, 32), y_train (N,), X_val, ... .

    Train = the first `num_training` images, validation = the next `num_validation`, test = the first
    `num_test` of the test batch. The mean image is the training split's; it is subtracted from all three.
    """
    _check_sizes(num_training, num_validation, num_test, dtype)
    folder = cifar10_folder() if folder is None else folder
    X, y = _load(folder, TRAIN_BATCHES, num_training + num_validation, dtype, axes=(0, 1, 2, 3))
    X_test, y_test = _load(folder, [TEST_BATCH], num_test, dtype, axes=(0, 1, 2, 3))
    if subtract_mean:
        mean_image = X[:num_training].mean(axis=0, dtype=np.float64).astype(dtype)
        X -= mean_image
        X_test -= mean_image
    X, X_test = X.reshape(-1, 3, 32, 32), X_test.reshape(-1, 3, 32, 32)
    return {"X_train": X[:num_training], "y_train": y[:num_training],
            "X_val": X[num_training:], "y_val": y[num_training:], "X_test": X_test, "y_test": y_test}


def load_linear_splits(num_training=49000, num_validation=1000, num_test=1000, num_dev=500, *,
                       folder=None, dtype=np.float32, rng=None):
    """cs231n's splits for a linear classifier: rows of 3,072 mean-subtracted pixels and a one (the bias).

    Returns a dict: X_train (49000, 3073), X_val (1000, 3073), X_test (1000, 3073), X_test_all (10000, 3073),
    X_dev (500, 3073: drawn from the training rows without replacement by `rng`), a y_* (N,) for each, and
    mean_image (3072,), the training split's, which was subtracted from all (add it to see the image again).
    X_train and X_val are views of one array, as are the two test splits: 0.74 GB in float32, the default.
    """
    _check_sizes(num_training, num_validation, num_test, dtype)
    if not 0 <= num_dev <= num_training:
        raise ValueError(f"num_dev: expected 0 to num_training = {num_training:,}, got {num_dev:,}.")
    folder = cifar10_folder() if folder is None else folder
    X, y = _load(folder, TRAIN_BATCHES, num_training + num_validation, dtype, extra=1)
    X_test, y_test = _load(folder, [TEST_BATCH], 10_000, dtype, extra=1)
    mean_image = X[:num_training, :PIXELS].mean(axis=0, dtype=np.float64).astype(dtype)
    X[:, :PIXELS] -= mean_image
    X_test[:, :PIXELS] -= mean_image
    dev = np.random.default_rng(rng).choice(num_training, num_dev, replace=False)
    return {"X_train": X[:num_training], "y_train": y[:num_training],
            "X_val": X[num_training:], "y_val": y[num_training:],
            "X_test": X_test[:num_test], "y_test": y_test[:num_test],
            "X_test_all": X_test, "y_test_all": y_test,
            "X_dev": X[dev], "y_dev": y[dev], "mean_image": mean_image}
