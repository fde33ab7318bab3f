"""A trained model in a file: its weights, its class and its sizes, with a checksum.

    save(path, "Softmax", W)        # an .npz file, whatever the path's ending: W, and a description in JSON
    W = load(path, "Softmax")       # also reads a plain .npy array, as cs231n and version 0.1 wrote it

The whole file is looked at before anything is returned. See _files/arrays.py for what a file can and can't do.
"""

import json
from pathlib import Path

import numpy as np

from .._files import NPY, expected, from_npy, from_npz, read_bytes, write_npz
from .._inputs import as_path, check_finite


def save(path: Path | str, model: str, W: np.ndarray) -> None:
    """Write W (D, C), the name of the model's class, and D, C and dtype to `path`.

    TypeError for other weights, and ValueError for NaN and inf in them: such a model can predict nothing.
    """
    path, W = as_path("fname", path), as_weights(W)
    write_npz(path, description=np.array(json.dumps(_describe(model, W))), W=W)


def as_weights(W: np.ndarray) -> np.ndarray:
    """Return weights that may be saved; TypeError and ValueError for others, as `save` raises them."""
    W = np.asarray(W)
    if not _are_weights(W):
        raise TypeError(f"W: expected floating-point numbers (D, C), got {W.dtype} {W.shape}. Nothing was saved.")
    check_finite("W", W, " Nothing was saved.")
    return W


def load(path: Path | str, model: str) -> np.ndarray:
    """Return the weights (D, C) in `path`, as they were saved, to the last bit.

    Raises ValueError, naming the file, when it is damaged, holds something else, weights with NaN or inf, or another
    class of model. An .npy array has no checksum and no class of model: only its length and type are compared.
    """
    path = as_path("fname", path)
    what = "floating-point weights (D, C), as `save` writes them"
    with expected(path, what, "Save the model again, or name another file."):
        content = read_bytes(path)
        if content.startswith(NPY):
            W, described = from_npy(content), None
        else:
            arrays = from_npz(content)
            W, described = arrays["W"], json.loads(str(arrays["description"]))
            if type(described) is not dict or described != _describe(described.get("model"), W):
                raise ValueError("its description doesn't fit its weights")
        if not _are_weights(W):
            raise ValueError(f"it holds {W.dtype} {W.shape}")
        if not np.isfinite(W).all():
            raise ValueError("its weights hold NaN or inf")
    if described is not None and described["model"] != model:
        raise ValueError(f"{path}: holds a {described['model']}, expected a {model}. Load it with the class it holds.")
    return W


def _are_weights(W):
    return W.ndim == 2 and W.size > 0 and W.dtype.kind == "f"


def _describe(model, W):
    return {"model": model, "features": W.shape[0], "classes": W.shape[1], "dtype": str(W.dtype)}
