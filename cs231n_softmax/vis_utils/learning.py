"""Learning curves: accuracy against the number of training images, which shows how much a classifier overfits."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from .charts import COLOURS, MARKERS
from .inputs import as_axes, as_curves, as_line


def plot_learning_curves(curves: Mapping[str, ArrayLike], ax: Axes | None = None) -> Axes:
    """Draw training and validation accuracy against the number of training images, on a log axis.

    `curves` is a dict of names and rows (number of images, training accuracy, validation accuracy), in percent. Each
    name has a colour and a marker; training is dashed with open markers, validation solid with filled ones.
    """
    columns = {}
    for name, rows in as_curves("curves", curves, "rows (images, training, validation)").items():
        if np.ndim(rows) != 2 or np.shape(rows)[1] != 3:
            raise ValueError(f"curves[{name!r}]: expected rows (images, training, validation), got {np.shape(rows)}.")
        columns[name] = [as_line(f"curves[{name!r}]", column) for column in np.transpose(rows)]
    ax = as_axes(ax, 7.4, 4.2)
    for k, (name, (counts, train, validation)) in enumerate(columns.items()):
        color, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
        ax.plot(
            counts, train, "--", color=color, marker=marker, markerfacecolor="none", label=f"training images, {name}"
        )
        ax.plot(counts, validation, "-", color=color, marker=marker, label=f"validation images, {name}")
    ax.set(xlabel="number of training images", ylabel="accuracy (%)", xscale="log", ylim=(0, 105))
    ticks = np.unique(np.concatenate([counts for counts, _, _ in columns.values()]))
    ax.set_xticks(ticks, [f"{count:,.0f}" for count in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_title("Overfitting: the gap between training and validation")
    ax.legend()
    ax.grid(alpha=0.3)
    return ax
