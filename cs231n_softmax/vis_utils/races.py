"""Races: how far each method is above the lowest loss, against what it has spent."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._inputs import as_number
from .charts import look
from .inputs import as_axes, as_curves, as_line, as_pair


def plot_race(
    curves: Mapping[str, tuple[ArrayLike, ArrayLike]],
    spent: str = "passes through the training set",
    floor: float = 1e-6,
    ax: Axes | None = None,
) -> Axes:
    """Draw the loss minus the lowest loss, on a log axis, against what was spent: `spent` names the horizontal axis.

    `curves` is a dict of names and (what was spent, loss minus lowest). A curve ends before its first point below
    `floor`, where rounding is as large as the difference.
    """
    floor, lines = as_number("floor", floor, positive=True), {}
    for name, pair in as_curves("curves", curves, "pairs (spent, loss minus lowest)").items():
        key = f"curves[{name!r}]"
        x, heights = (as_line(key, values) for values in as_pair(key, pair, "(spent, loss minus lowest)"))
        if len(x) != len(heights):
            raise ValueError(f"{key}: expected as many losses as places, got {len(heights)} and {len(x)}.")
        end = int(np.argmax(np.append(heights, -np.inf) < floor))
        lines[name] = (x[:end], heights[:end])
    ax = as_axes(ax, 6.8, 4.2)
    for k, (name, (x, heights)) in enumerate(lines.items()):
        style = look(k)
        if style["color"] == "#000000":  # or a dark page would hide the line
            style["color"] = plt.rcParams["text.color"]
        ax.plot(x, heights, label=name, markersize=4, markevery=max(1, len(x) // 12), **style)
    ax.set(yscale="log", xlabel=spent, ylabel="loss minus lowest (nats)", title="How far above the lowest loss")
    ax.legend(fontsize=9)
    ax.grid(alpha=0.3)
    return ax
