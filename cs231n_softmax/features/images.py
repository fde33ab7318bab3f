"""Images as features need them, and the loop over many of them: on all cores, in blocks, with a progress bar."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from tqdm.auto import tqdm

from .._inputs import check_finite_rows, real_array
from .._threads import share
from ..classifiers.blocks import cut


def as_images(name: str, value: ArrayLike, least: int, ndim: int | None = None) -> np.ndarray:
    """Return images (..., H, W, 3), RGB from 0 to 255, with at least `least` rows and columns.

    Raises TypeError for what isn't real numbers; ValueError for another shape (ndim: its length), no image, or NaN.
    """
    images = real_array(name, value)
    shape = "(N, H, W, 3)" if ndim == 4 else "(H, W, 3)"
    if images.ndim < 3 or images.shape[-1] != 3 or (ndim is not None and images.ndim != ndim):
        channels_first = images.ndim >= 3 and images.shape[-3] == 3
        remedy = f" Use np.moveaxis({name}, -3, -1)." if channels_first else ""
        remedy = f" Use {name}.reshape(-1, 32, 32, 3)." if images.shape[-1:] == (3072,) else remedy
        raise ValueError(f"{name}: expected images {shape}, colour last, got shape {images.shape}.{remedy}")
    if images.size == 0:
        raise ValueError(f"{name}: expected at least one image, got shape {images.shape}.")
    if min(images.shape[-3:-1]) < least:
        raise ValueError(f"{name}: expected images of at least {least} x {least} pixels, got shape {images.shape}.")
    check_finite_rows(name, images)
    return images


def in_blocks(
    function: Callable[[np.ndarray], np.ndarray], images: np.ndarray, size: int, progress: bool = False
) -> np.ndarray:
    """Return function(block) (n, F) for blocks of at most `size` images, put together: (N, F).

    Beside images and result, memory is that of a few blocks for each core. `progress` shows a bar.
    """
    blocks = cut(len(images), max(1, math.ceil(len(images) / size)))
    features = np.empty(0)
    with (
        tqdm(total=len(images), desc="features", unit=" images", disable=not progress) as bar,
        share(lambda rows: function(images[rows]), blocks) as parts,
    ):
        for rows, part in zip(blocks, parts, strict=True):
            if rows.start == 0:
                features = np.empty((len(images), *part.shape[1:]), part.dtype)
            features[rows] = part
            bar.update(len(part))
    return features
