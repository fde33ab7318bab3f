"""Features in a file, so that they are computed once. The file's name is a hash of all that they depend on."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .._files import array_digest, expected, from_npz, read_bytes, write_npz
from .._project import data_folder


def cached(
    function: Callable[..., np.ndarray], images: np.ndarray, *settings: Any, folder: Path | None = None
) -> np.ndarray:
    """Return function(images, *settings), from a file where there is one; otherwise it is computed, and written.

    The file lies in `folder` (default: features/ in the folder for data, datasets/ in a checkout), and its name is made
    of the function's name, a hash of the files in this folder of the package, and a hash of the images and the settings
    (arrays, numbers, text, or tuples of these). So other images, settings or code never get the features of before.
    Files of other code are deleted. A file has a checksum; a damaged one raises ValueError and says so. You may delete
    any of them.
    """
    code, digest = hashlib.sha256(), hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        code.update(source.read_bytes())
    for part in (images, *settings):
        _add(digest, part)
    folder = data_folder() / "features" if folder is None else folder
    name = f"{function.__name__}-{code.hexdigest()[:8]}"
    path = folder / f"{name}-{digest.hexdigest()[:16]}.npz"
    if path.is_file():
        with expected(path, "features, as `cached` wrote them", "Delete it, and they are computed again."):
            return from_npz(read_bytes(path))["features"]
    features = function(images, *settings)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{function.__name__}-????????-*.npz"):
        if not old.name.startswith(name):  # of other code: nothing reads it any more
            old.unlink(missing_ok=True)
    write_npz(path, features=features)
    return features


def _add(digest, part):
    """Add an array, a number, a text, or a tuple of these to a hash, so that different ones stay different."""
    if isinstance(part, tuple):
        digest.update(f"tuple {len(part)}".encode())
        for one in part:
            _add(digest, one)
    elif isinstance(part, np.ndarray):
        digest.update(array_digest(part).encode())
    elif isinstance(part, str | int | float):
        digest.update(f"{type(part).__name__} {part!r}".encode())
    else:
        raise TypeError(f"settings: expected arrays, numbers, text or tuples of these, got {type(part).__name__}.")
