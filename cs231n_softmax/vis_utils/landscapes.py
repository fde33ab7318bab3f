"""Losses over two weights, drawn as landscapes."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from .._inputs import check_finite, real_array
from .inputs import as_curves, as_line


def plot_landscapes(
    losses: Mapping[str, ArrayLike], w: ArrayLike, creases: Mapping[str, ArrayLike] | None = None
) -> np.ndarray:
    """Draw losses over two weights: above as surfaces, below as maps with contour lines; return the Axes (2, k).

    `losses` is a dict of k names and values (n, n), at least 0, with a row for each second weight and a column for
    each first weight; both take the values w (n,). All maps share one scale. The lowest value of the grid is starred.
    `creases` is a dict of names, from `losses`, and values (m, n, n): dashed lines are drawn where these values are 0.
    """
    w = as_line("w", w)
    if len(w) < 2:
        raise ValueError(f"w: expected at least two values, got {len(w)}.")
    grids = {name: real_array(f"losses[{name!r}]", v) for name, v in as_curves("losses", losses, "grids").items()}
    for name, values in grids.items():
        if values.shape != (len(w), len(w)):
            raise ValueError(f"losses[{name!r}]: expected shape ({len(w)}, {len(w)}), got {values.shape}.")
        check_finite(f"losses[{name!r}]", values)
    lines = {name: real_array(f"creases[{name!r}]", values) for name, values in (creases or {}).items()}
    for name, values in lines.items():
        if name not in grids or values.ndim != 3 or values.shape[1:] != (len(w), len(w)):
            raise ValueError(
                f"creases[{name!r}]: expected a name of `losses`, and shape (m, {len(w)}, {len(w)}), "
                f"got {values.shape}."
            )
    top = max(values.max() for values in grids.values()) or 1.0
    levels = MaxNLocator(16).tick_values(0, top)
    figure = plt.figure(figsize=(4.4 * len(grids), 8), layout="constrained")
    axes = np.empty((2, len(grids)), object)
    for k, (name, values) in enumerate(grids.items()):
        axes[0, k] = surface = figure.add_subplot(2, len(grids), k + 1, projection="3d")
        surface.plot_surface(
            *np.meshgrid(w, w), values, cmap="cividis", vmin=0, vmax=top, rcount=33, ccount=33, edgecolor="k", lw=0.2
        )
        surface.set(title=name, xlabel="first weight", ylabel="second weight", zlabel="loss", zlim=(0, top))
        axes[1, k] = ax = figure.add_subplot(2, len(grids), len(grids) + k + 1)
        filled = ax.contourf(w, w, values, levels, cmap="cividis")
        ax.contour(w, w, values, levels, colors="black", linewidths=0.6)
        for crease in lines.get(name, []):
            ax.contour(w, w, crease, [0], colors="white", linestyles="--", linewidths=1.6)
        row, column = np.unravel_index(values.argmin(), values.shape)
        ax.plot(w[column], w[row], "*", markersize=16, color="white", markeredgecolor="black")
        ax.set(title=f"{name}, from above", xlabel="first weight", ylabel="second weight", aspect="equal")
    figure.colorbar(filled, ax=axes[1], label="loss", shrink=0.8)
    return axes
