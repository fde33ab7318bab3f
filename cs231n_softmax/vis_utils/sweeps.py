"""The chart of a sweep: validation accuracy over learning rate and regularization."""

import numbers
import reprlib
from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes

from .._inputs import as_number
from .._typing import Trained
from .charts import COLOURS
from .inputs import as_axes, as_pair


def plot_sweep(table: Sequence[Trained], ax: Axes | None = None, limits: tuple[float, float] | None = None) -> Axes:
    """Draw a sweep's validation accuracy over learning rate and regularization; the best setting is starred.

    A full grid becomes a heatmap with numbers, other settings a scatter plot (with numbers, if there are at most 30).
    Diverged settings are crosses. `limits` are the accuracies in percent at the two ends of the colour scale (None: the
    lowest and the highest of the table): give the same limits to pictures that are compared.
    """
    table = _as_table(table)
    scale = dict(zip(("vmin", "vmax"), (None, None) if limits is None else _as_limits(limits), strict=True))
    ax = as_axes(ax, 6.4, 4.4)
    accuracy = {(r.learning_rate, r.reg): 100 * r.val_accuracy for r in table}
    rates, regs = (sorted(set(values)) for values in zip(*accuracy, strict=True))
    if len(accuracy) == len(rates) * len(regs) and len(table) > 1:
        image = _heatmap(ax, accuracy, rates, regs, scale)
    else:
        image = _points(ax, accuracy, regs, scale)
    ax.set(xlabel="learning rate", ylabel="regularization strength", title="Validation accuracy of a sweep")
    ax.figure.colorbar(image, ax=ax, label="validation accuracy (%)")
    return ax


def _heatmap(ax, accuracy, rates, regs, scale):
    """Draw {(learning rate, reg): percent} of a full grid, with numbers, and return the artist that has the colours."""
    values = np.array([[accuracy[rate, reg] for rate in rates] for reg in regs])
    image = ax.pcolormesh(values, cmap="cividis", edgecolors="white", linewidth=1, **scale)
    middle = np.mean(image.get_clim()) if np.isfinite(values).any() else 0
    highest = np.nanmax(values) if np.isfinite(values).any() else None
    for (i, j), v in np.ndenumerate(values):
        text = "diverged" if np.isnan(v) else f"{v:.1f}" + (" ★" if v == highest else "")
        ax.text(j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=9, color="white" if v < middle else "black")
    ax.set_xticks(np.arange(len(rates)) + 0.5, [f"{r:.1e}" for r in rates])
    ax.set_yticks(np.arange(len(regs)) + 0.5, [f"{r:.1e}" for r in regs])
    return image


def _points(ax, accuracy, regs, scale):
    """Draw {(learning rate, reg): percent} as points, and return the artist that has the colours."""
    points = np.array([(*setting, v) for setting, v in accuracy.items()])
    good = np.isfinite(points[:, 2])
    look = {"s": 90, "cmap": "cividis", "edgecolors": "black"}
    image = ax.scatter(points[good, 0], points[good, 1], c=points[good, 2], **look, **scale)
    for rate, reg, v in points[good] if good.sum() <= 30 else []:
        ax.annotate(f"{v:.1f}", (rate, reg), (0, 8), textcoords="offset points", ha="center", fontsize=9)
    if not good.all():
        ax.scatter(points[~good, 0], points[~good, 1], marker="x", color="black", label="diverged")
    if good.any():
        rate, reg, percent = max(points[good], key=lambda point: point[2])
        ring = {"s": 330, "facecolors": "none", "edgecolors": COLOURS[1], "linewidth": 1.6}
        ax.scatter(rate, reg, marker="*", label=f"best: {percent:.1f} %", **ring)
    # reg = 0 has no place on a log axis: then the axis is linear up to the smallest other value
    linear = {"value": "symlog", "linthresh": regs[1] if len(regs) > 1 else 1}
    ax.set_xscale("log")
    ax.set_yscale(**linear if regs[0] == 0 else {"value": "log"})
    ax.legend(loc="best")
    return image


def _as_limits(limits):
    """Return two floats, the first below the second."""
    low, high = (as_number("limits", end) for end in as_pair("limits", limits, "(low, high) in percent"))
    if low >= high:
        raise ValueError(f"limits: expected (low, high) with low < high, got {reprlib.repr(limits)}.")
    return low, high


def _as_table(table):
    """Return the rows of a sweep as a list, which isn't empty."""
    names = ("learning_rate", "reg", "val_accuracy")
    rows = list(table) if isinstance(table, Iterable) else [table]
    if not all(hasattr(row, name) for row in rows for name in names):
        raise TypeError(
            f"table: expected what `sweep` returns, rows with {', '.join(names)}, got {reprlib.repr(table)}."
        )
    if not rows:
        raise ValueError("table: expected at least one row, got an empty table: there is nothing to draw.")
    for row in rows:
        as_number("table: learning_rate", row.learning_rate, positive=True)
        as_number("table: reg", row.reg)
        if not isinstance(row.val_accuracy, numbers.Real):
            raise TypeError(f"table: expected val_accuracy to be a number, got {row.val_accuracy!r}.")
    return rows
