"""Descents: their ways on a map of the loss over two weights, and one class's weights at several moments."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._inputs import as_integer, as_number, check_finite, real_array
from ..cifar10.files import PIXELS, SIDE
from .charts import look
from .inputs import as_axes, as_curves, as_line


def plot_paths(
    w: ArrayLike, b: ArrayLike, losses: ArrayLike, paths: Mapping[str, ArrayLike], ax: Axes | None = None
) -> Axes:
    """Draw a map of the loss over the plane of two weights, and the ways of descents on it. A star is a way's start.

    losses (len(b), len(w)) has the loss at w (one column each) and b (one row each). `paths` is a dict of names and
    visited points (n, 2), each (w, b).
    """
    w, b, losses = as_line("w", w), as_line("b", b), real_array("losses", losses)
    if losses.shape != (len(b), len(w)) or min(losses.shape) < 2:
        raise ValueError(f"losses: expected shape (len(b), len(w)) = ({len(b)}, {len(w)}), at least (2, 2), "
                         f"got {losses.shape}.")  # fmt: skip
    ways = {name: real_array(f"paths[{name!r}]", path) for name, path in as_curves("paths", paths, "points").items()}
    for name, way in ways.items():
        if way.ndim != 2 or way.shape[1] != 2 or len(way) == 0:
            raise ValueError(f"paths[{name!r}]: expected points (n, 2), at least one, got shape {way.shape}.")
    ax = as_axes(ax, 6.6, 4.6)
    shades = ax.contourf(w, b, losses, levels=20, cmap="Greys", alpha=0.7)
    for k, (name, way) in enumerate(ways.items()):
        ax.plot(*way.T, label=name, linewidth=1.5, markersize=4, markevery=max(1, len(way) // 40), **look(k))
        ax.plot(*way[0], "k*", markersize=13, zorder=5)
    ax.set(xlabel="weight w", ylabel="bias b", xlim=(w[0], w[-1]), ylim=(b[0], b[-1]), title="Descents on one loss")
    ax.figure.colorbar(shades, ax=ax, label="loss (nats): dark is high")
    ax.legend(loc="lower left", fontsize=9)
    return ax


def show_film(films: Mapping[str, Sequence[ArrayLike]], moments: Sequence[str], label: int, limit: float) -> np.ndarray:
    """Draw the weights of one class as images: a row for each training, a column for each moment. Returns the Axes.

    `films` is a dict of names and lists of W (3073 or 3072, C), one for each of the names `moments`; `label` is the
    class. All images have one scale: grey is a weight of 0; -limit and below are dark, limit and above are bright.
    """
    limit, frames = as_number("limit", limit, positive=True), {}
    if len(moments) == 0:
        raise ValueError("moments: expected at least one, got none.")
    for name, film in as_curves("films", films, "lists of W").items():
        frames[name] = [real_array(f"films[{name!r}]", W) for W in film]
        if len(frames[name]) != len(moments):
            raise ValueError(f"films[{name!r}]: expected a W for each of {len(moments)} moments, got {len(film)}.")
        for W in frames[name]:
            if W.ndim != 2 or len(W) not in (PIXELS, PIXELS + 1):
                raise ValueError(f"films[{name!r}]: expected W of shape (3073, C) or (3072, C), got {W.shape}.")
            check_finite(f"films[{name!r}]", W)
            label = as_integer("label", label, 0, W.shape[1] - 1)
    size = (1.55 * len(moments) + 1.6, 1.75 * len(frames) + 0.3)
    figure, axes = plt.subplots(len(frames), len(moments), figsize=size, squeeze=False, layout="constrained")
    for row, (name, film) in zip(axes, frames.items(), strict=True):
        for ax, W in zip(row, film, strict=True):
            ax.imshow(np.clip(0.5 + W[:PIXELS, label].reshape(SIDE, SIDE, 3) / (2 * limit), 0, 1))
            ax.set(xticks=[], yticks=[])
        row[0].set_ylabel(name, rotation=0, ha="right", va="center")
    for ax, moment in zip(axes[0], moments, strict=True):
        ax.set_title(moment, fontsize=10)
    return axes
