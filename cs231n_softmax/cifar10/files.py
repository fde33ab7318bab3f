"""The files of CIFAR-10: their names, their place, whether they are all there, and how to read one of them.

Each batch file holds N images and their labels. An image is 3,072 bytes: 1,024 red values row by row, then green, then
blue. Source of the data and of its format: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images",
2009, https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import os
import pickle  # for the name of an instruction
from pathlib import Path
from typing import Any

import numpy as np

from .._inputs import as_path
from .._project import data_folder
from .arrays import to_array
from .content import OTHER, may_read, read
from .machine import OldProtocol, as_text
from .manifest import FETCH, NotListed, check, forget
from .unpickle import unpickle

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
SIDE = 32  # pixels: an image has SIDE rows and SIDE columns
PIXELS = 3 * SIDE * SIDE  # bytes of an image: one for each pixel and channel

FOLDER = "cifar-10-batches-py"
TRAIN_BATCHES = [f"data_batch_{i}" for i in range(1, 6)]
TEST_BATCH = "test_batch"
META = "batches.meta"
FILES = [*TRAIN_BATCHES, TEST_BATCH, META]
PARTS = {name: f"training batch {i} of 5" for i, name in enumerate(TRAIN_BATCHES, 1)}  # each file says which one it is
PARTS[TEST_BATCH] = "testing batch 1 of 1"

ARCHIVE = "cifar-10-python.tar.gz"
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"

DATASETS = data_folder()  # where data are fetched to, and the sample is made
SAMPLE = DATASETS / "sample"

REMEDY = f"Delete it and {FETCH}"


# --- a folder of them -----------------------------------------------------------------------------


def missing(folder: Path | str) -> list[str]:
    """Return which of the seven files `folder` lacks. A file that was cut short counts as lacking.

    Quick: batches.meta is read, which says how many images a batch has. Of the batches, only sizes and last bytes are
    looked at; `check_whole` looks at all. PermissionError, naming the file, when there is no permission to read it.
    """
    folder = Path(folder)
    present = [name for name in FILES if (folder / name).is_file()]
    if META in present:
        try:
            short = _cut_short(folder, present)
        except ValueError:
            short = [META]
        present = [name for name in present if name not in short]
    return [name for name in FILES if name not in present]


def _cut_short(folder, names):
    """Return which of the named files end before the images that batches.meta announces."""
    images = _images_per_batch(folder / META)
    return [name for name in names if images and name != META and not _reaches(folder / name, images * PIXELS)]


def _reaches(path, least):
    """True when the file has more than `least` bytes, and its last byte is a pickle's last instruction."""
    with may_read(path), open(path, "rb") as f:
        size = f.seek(0, os.SEEK_END)
        f.seek(max(size - 1, 0))
        return size > least and f.read(1) == pickle.STOP


def _images_per_batch(meta):
    """Return what batches.meta says, 0 when it doesn't; ValueError when it can't be read. It isn't hashed here."""
    held = unpickle(read(meta)[0])
    images = held.get("num_cases_per_batch") if type(held) is dict else None
    return images if type(images) is int else 0


def is_complete(folder: Path | str) -> bool:
    """True when all seven files are in `folder`, and none was cut short: when `missing` names none. Quick."""
    return not missing(folder)


def check_whole(folder: Path | str) -> None:
    """Read all seven files; ValueError or FileNotFoundError names the first that is damaged, cut short or not there.

    A batch whose own label says that it is another one counts as damaged.
    Every byte is hashed, if the folder has a manifest, and whether or not it was hashed before: about half a second.
    """
    folder = Path(folder)
    forget(folder)
    read_meta(folder / META)
    for name in [*TRAIN_BATCHES, TEST_BATCH]:
        read_batch(folder / name)
    for name in _cut_short(folder, FILES):
        raise ValueError(f"{folder / name} has fewer images than {META} says. {REMEDY}")


def is_whole(folder: Path | str) -> bool:
    """True when `check_whole` finds nothing wrong; PermissionError when it may not read a file."""
    try:
        check_whole(folder)
    except PermissionError:
        raise
    except (OSError, ValueError):
        return False
    return True


def is_sample(folder: Path | str) -> bool:
    """True when the files in `folder` are the built-in sample's, wherever they lie."""
    return "sample" in _unpickle(Path(folder) / META)


def sample_batch(folder: Path | str) -> int | None:
    """Return how many images each batch of the built-in sample has, 10,000 or fewer; None where it isn't the sample."""
    return _images_per_batch(Path(folder) / META) if is_sample(folder) else None


# --- read one of them -----------------------------------------------------------------------------


def _remedy(path):
    """Return what to do about a wrong file: only what has the name of one of the seven files is to be deleted."""
    return REMEDY if path.name in FILES and path.is_file() else OTHER


def _unpickle(path):
    """Return the dict in a CIFAR-10 file; ValueError naming the file when it isn't one, or isn't what was written."""
    try:
        content, status = read(path)
        check(path, content, status)
        held = unpickle(content)
    except NotListed:
        raise
    except OldProtocol as error:
        raise ValueError(
            f"{path}: expected a pickle of protocol 3 or higher, or one of Python 2, got an older protocol. "
            f"Write it with protocol 3 or higher, or {FETCH}"
        ) from error
    except ValueError as error:
        raise ValueError(f"{path} is not a readable CIFAR-10 file: {error}. {_remedy(path)}") from error
    if type(held) is not dict:
        got = type(held).__name__
        raise ValueError(f"{path}: expected a dict, got {got}; not a CIFAR-10 file. {_remedy(path)}")
    return held


def read_batch(filename: Path | str) -> tuple[np.ndarray, np.ndarray]:
    """Return one batch file as stored: pixels (N, 3072) uint8 (channel, row, column) and labels (N,), integers.

    Nothing in the file is called, and reading takes bounded time and memory, whatever the file holds. Where a manifest
    lies beside the file, the bytes must be those that it lists (see manifest.py).
    Raises ValueError, naming the file, when the file is damaged, refers to other code, holds something else, or says
    that it is another batch than its name says (batch_label); OSError when it can't be read at all; TypeError
    for what is no name.
    """
    path = as_path("filename", filename)
    batch, remedy = _unpickle(path), _remedy(path)
    says, part = as_text(batch.get("batch_label")), PARTS.get(path.name)
    if "label_names" in batch and "data" not in batch and not part:
        raise ValueError(f"{path}: expected a batch of images, got the names of the classes. {OTHER}")
    if part and type(says) is str and says != part and says in PARTS.values():  # other writers have other labels
        raise ValueError(f"{path}: expected {part}, and the file says that it is {says}. {remedy}")
    pixels, labels = to_array(batch.get("data")), to_array(batch.get("labels"))
    got = f"{pixels.dtype} {pixels.shape}" if isinstance(pixels, np.ndarray) else type(pixels).__name__
    if not got.startswith("uint8") or pixels.shape[1:] != (PIXELS,):
        raise ValueError(f"{path}: expected 'data' to be uint8 (N, {PIXELS}), got {got}. {remedy}")
    if isinstance(labels, np.ndarray) and labels.shape == pixels.shape[:1]:
        labels = labels.tolist()
    well_formed = type(labels) is list and len(labels) == len(pixels)
    if not well_formed or not all(type(label) is int and 0 <= label < len(CLASSES) for label in labels):
        raise ValueError(f"{path}: expected {len(pixels)} labels from 0 to 9, got something else. {remedy}")
    return pixels, np.array(labels, np.intp)


def read_meta(filename: Path | str) -> dict[str, Any]:
    """Return the dict in batches.meta; ValueError when it names other classes than CIFAR-10's, or none."""
    path = as_path("filename", filename)
    meta = _unpickle(path)
    names = meta.get("label_names")
    names = [as_text(name) for name in names] if type(names) is list else []
    if not names or names != CLASSES[: len(names)]:
        raise ValueError(f"{path}: expected 'label_names' to be {', '.join(CLASSES)}. {_remedy(path)}")
    return meta
