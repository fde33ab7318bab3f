"""What a histogram of oriented gradients sees: strokes along the edges, one for each direction in each cell."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import ArrayLike

from .._inputs import as_integer, check_finite, real_array
from .inputs import as_axes


def plot_strokes(histogram: ArrayLike, rows: int, columns: int, cell: int = 8, ax: Axes | None = None) -> Axes:
    """Draw a histogram (rows * columns * K,) of K directions of gradients in each cell of `cell` pixels.

    It is what features.hog_feature returns for one image. Each direction is a stroke through the middle of its cell,
    darker for larger values. A stroke runs along the edge, so at right angles to the gradient. The axes are those of
    the image, in pixels.
    """
    rows, columns = as_integer("rows", rows, 1), as_integer("columns", columns, 1)
    histogram, cell = real_array("histogram", histogram), as_integer("cell", cell, 1)
    if histogram.ndim != 1 or histogram.size == 0 or histogram.size % (rows * columns):
        raise ValueError(
            f"histogram: expected shape ({rows * columns} * K,), for {rows} x {columns} cells of K directions, "
            f"got {histogram.shape}. Pass one image's histogram."
        )
    check_finite("histogram", histogram)
    ax = as_axes(ax, 3, 3)
    values = histogram.reshape(rows, columns, -1)
    angles = (np.arange(values.shape[-1]) + 0.5) * math.pi / values.shape[-1] + math.pi / 2
    half = 0.45 * cell * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    middles = cell * (np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1) + 0.5) - 0.5
    ends = np.stack([middles[:, :, None] - half, middles[:, :, None] + half], axis=-2)  # (rows, columns, K, 2, 2)
    strength = values / (values.max() or 1)
    strokes = list(ends.reshape(-1, 2, 2))
    ax.add_collection(LineCollection(strokes, colors="black", alpha=strength.ravel(), linewidths=2.5))
    ax.set(xlim=(-0.5, cell * columns - 0.5), ylim=(cell * rows - 0.5, -0.5), aspect="equal", xticks=[], yticks=[])
    return ax
