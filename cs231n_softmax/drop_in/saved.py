"""A trained model in the course's file: from 2025 on, np.save of the dict {"W": W}, in the folder cs231n/saved.

Such a file is a pickle, and to unpickle is to run what a file says. It is read here without: cifar10/unpickle.py reads
the arrays of numbers in a pickle, and makes no calls.
"""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np

from .._files import NPY, atomic_write, read_bytes
from .._inputs import as_path
from ..cifar10.arrays import to_array
from ..cifar10.unpickle import unpickle
from ..classifiers.saved import as_weights

SAVED = "saved"


def course_file(fname: Path | str) -> Path | None:
    """Return where the course's `save` writes `fname`; None where the assignment is none with a folder for that."""
    for place in getattr(sys.modules.get("cs231n"), "__path__", []):
        source = Path(place, "classifiers", "linear_classifier.py")
        saves = source.is_file() and f"{SAVED}/".encode() in source.read_bytes()
        if saves or Path(place, SAVED).is_dir():
            return Path(place, SAVED) / as_path("fname", fname)
    return None


def write(path: Path, W: np.ndarray) -> None:
    """Write W (D, C) as the course does, so that its own `load` and its autograder read it."""
    W = as_weights(W)
    path.parent.mkdir(exist_ok=True)
    with atomic_write(path, "wb") as f:
        np.save(f, {"W": W})  # type: ignore[arg-type]  # a dict becomes an array with one object


def read(path: Path | str) -> np.ndarray | None:
    """Return the weights in a file of the course; None when it is no such file, which others may read.

    ValueError when it is one and holds something else.
    """
    content = read_bytes(path)
    if not content.startswith(NPY):
        return None
    file = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(file)
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = header(file)
        if not dtype.hasobject:
            return None
        W = _weights(unpickle(bytearray(content[file.tell() :])))
        return as_weights(W).copy(order="K")
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise ValueError(
            f"{path}: expected floating-point weights (D, C), as the course's `save` writes them, got something else. "
            "Save the model again, or name another file."
        ) from error


def _weights(described: Any) -> Any:
    """Return W of the dict in the one entry of the array that a pickle describes."""
    ((held,),) = (described.state[4],)
    return to_array(held["W"])
