"""Valleys: a loss that is curved more in one direction than in the other, and ways down in it."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._inputs import as_number, check_finite, real_array
from .charts import look
from .inputs import as_axes, as_curves, as_pair


def plot_valley(curvatures: tuple[float, float], paths: Mapping[str, ArrayLike], ax: Axes | None = None) -> Axes:
    """Draw contour lines of (a * u**2 + b * v**2) / 2 over two weights u and v, for curvatures (a, b), and ways in it.

    `paths` is a dict of names and visited points (n, 2), each (u, v). A star is a way's start. A cross is the lowest
    point, (0, 0).
    """
    a, b = (as_number("curvatures", value, positive=True) for value in as_pair("curvatures", curvatures, "(a, b)"))
    ways = {name: real_array(f"paths[{name!r}]", path) for name, path in as_curves("paths", paths, "points").items()}
    for name, way in ways.items():
        if way.ndim != 2 or way.shape[1] != 2 or len(way) == 0:
            raise ValueError(f"paths[{name!r}]: expected points (n, 2), at least one, got shape {way.shape}.")
        check_finite(f"paths[{name!r}]", way)
    ax = as_axes(ax, 6.6, 4.2)
    seen = np.vstack([*ways.values(), np.zeros((1, 2))])
    margin = 0.15 * np.ptp(seen, axis=0) + 1e-3
    (left, low), (right, high) = seen.min(axis=0) - margin, seen.max(axis=0) + margin
    u, v = np.linspace(left, right, 200), np.linspace(low, high, 200)
    height = (a * u**2 + b * v[:, None] ** 2) / 2
    # equal distances between the lines along a straight way out of the valley
    ax.contour(u, v, height, levels=height.max() * (np.arange(1, 12) / 12) ** 2, colors="gray", linewidths=0.6)
    ink = plt.rcParams["text.color"]
    for k, (name, way) in enumerate(ways.items()):
        ax.plot(*way.T, label=name, linewidth=1.5, markersize=4, **look(k))
        ax.plot(*way[0], "*", color=ink, markersize=13, zorder=5)
    ax.plot(0, 0, "+", color=ink, markersize=14, markeredgewidth=2, zorder=5)
    ax.set(xlabel="first weight", ylabel="second weight", xlim=(left, right), ylim=(low, high), title="A valley")
    ax.set_aspect("equal")  # a step against the gradient crosses the contour line at a right angle
    ax.legend(fontsize=9)
    return ax
