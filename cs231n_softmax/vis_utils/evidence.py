"""Which pixels a score comes from: images, and below them maps on one colour scale."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from .._inputs import check_finite, real_array
from .images import check_images


def show_maps(X: ArrayLike, maps: ArrayLike, titles: Sequence[Sequence[str]], label: str = "") -> np.ndarray:
    """Draw images X (K, 32, 32, 3), RGB 0..255, in one row, and maps (R, K, 32, 32) in R rows below; return the Axes.

    `titles` holds R + 1 lists of K texts, first those of the images. All maps share one colour scale, whose name is
    `label`: 0 is grey in its middle, light yellow is above 0, dark blue is below. One value in a
    hundred lies beyond the ends of the scale, so that a single pixel doesn't make all others pale.
    """
    X, maps = real_array("X", X), real_array("maps", maps)
    check_images(X)
    if maps.ndim != 4 or maps.shape[1:] != X.shape[:3] or len(maps) == 0:
        raise ValueError(f"maps: expected shape (R, {len(X)}, 32, 32), for {len(X)} images; got {maps.shape}.")
    check_finite("maps", maps)
    if [len(row) for row in titles] != [len(X)] * (len(maps) + 1):
        raise ValueError(f"titles: expected {len(maps) + 1} lists of {len(X)} texts, got {titles!r}.")
    figure, axes = plt.subplots(
        len(titles), len(X), figsize=(1.7 * len(X), 2.0 * len(titles)), layout="constrained", squeeze=False
    )
    end = np.percentile(np.abs(maps), 99) or 1.0
    for ax, picture in zip(axes[0], X, strict=True):
        ax.imshow(picture.astype(np.uint8))
    for ax, values in zip(axes[1:].ravel(), maps.reshape(-1, *maps.shape[2:]), strict=True):
        drawn = ax.imshow(values, cmap="cividis", vmin=-end, vmax=end)
    for ax, title in zip(axes.ravel(), [title for row in titles for title in row], strict=True):
        ax.set_title(title, fontsize=9)
        ax.axis("off")
    figure.colorbar(drawn, ax=axes[1:], extend="both", label=label)
    return axes
