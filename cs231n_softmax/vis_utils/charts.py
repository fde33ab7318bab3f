"""Charts: loss curves, timings, the limits of a machine, confusion matrices."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator
from numpy.typing import ArrayLike

from .._inputs import as_array, as_labels, as_number
from ..cifar10.files import CLASSES
from .inputs import as_axes, as_classes, as_curves, as_line, as_pair

# M. Okabe and K. Ito, "Color Universal Design", 2008: distinct to all common kinds of colour vision
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"]
DASHES = ["-", "--", "-.", ":"]
MARKERS = ["o", "s", "^", "D", "v"]


def look(k: int) -> dict[str, Any]:
    """Return how line k looks: lines differ in colour, dash and marker."""
    looks = {"color": COLOURS, "linestyle": DASHES, "marker": MARKERS}
    return {name: kinds[k % len(kinds)] for name, kinds in looks.items()}


def plot_losses(histories: Mapping[str, ArrayLike], ax: Axes | None = None) -> Axes:
    """Draw loss curves: `histories` is a dict of names and lists of batch losses.

    Curves end where training diverged (inf). The loss axis is logarithmic, unless all losses are 0.
    """
    curves = {
        name: as_line(f"histories[{name!r}]", losses)
        for name, losses in as_curves("histories", histories, "lists of losses").items()
    }
    ax = as_axes(ax)
    for k, (name, losses) in enumerate(curves.items()):
        ax.plot(losses[np.isfinite(losses)], label=name, linewidth=1.4, **look(k) | {"marker": ""})
    scale = "log" if any((losses > 0).any() for losses in curves.values()) else "linear"  # log has no place for 0
    ax.set(xlabel="iteration", ylabel="batch loss (nats)", yscale=scale, title="Loss during training")
    ax.legend()
    return ax


def plot_timings(timings: Mapping[str, tuple[ArrayLike, ArrayLike]], ax: Axes | None = None) -> Axes:
    """Draw time against number of examples, both logarithmic; `timings` is a dict of names and (sizes, seconds)."""
    lines = {}
    for name, pair in as_curves("timings", timings, "pairs (sizes, seconds)").items():
        key = f"timings[{name!r}]"
        sizes, seconds = (as_line(key, values, positive=True) for values in as_pair(key, pair, "(sizes, seconds)"))
        if len(sizes) != len(seconds):
            raise ValueError(f"{key}: expected as many sizes as seconds, got {len(sizes)} and {len(seconds)}.")
        lines[name] = (sizes, seconds)
    ax = as_axes(ax)
    for k, (name, (sizes, seconds)) in enumerate(lines.items()):
        ax.plot(sizes, 1000 * seconds, label=name, **look(k))
    ax.set(
        xlabel="number of examples N",
        ylabel="time for loss and gradient (ms)",
        xscale="log",
        yscale="log",
        title="Loss and gradient: time against batch size",
    )
    ax.legend()
    ax.grid(alpha=0.3)
    return ax


def plot_roofline(
    achieved: Mapping[str, tuple[float, float]], bandwidth: float, peak: float, ax: Axes | None = None
) -> Axes:
    """Draw measured speeds below the limit of the machine: the roof min(peak, bandwidth * operations per byte).

    `achieved` is a dict of names and (operations per byte fetched, operations per second); bandwidth in bytes per
    second, peak in operations per second. Both axes are logarithmic. Source: S. Williams, A. Waterman and D. Patterson,
    "Roofline: an insightful visual performance model for multicore architectures", CACM 52(4), 2009.
    """
    bandwidth, peak = as_number("bandwidth", bandwidth, positive=True), as_number("peak", peak, positive=True)
    wanted = "(operations per byte, operations per second)"
    points = {
        name: [as_number(f"achieved[{name!r}]", x, positive=True) for x in as_pair(f"achieved[{name!r}]", pair, wanted)]
        for name, pair in as_curves("achieved", achieved, "pairs " + wanted).items()
    }
    ax = as_axes(ax, 9.4, 4.2)
    intensity = np.geomspace(1, 4 * peak / bandwidth, 100)
    ax.plot(
        intensity,
        np.minimum(peak, bandwidth * intensity) / 1e9,
        color="black",
        linewidth=2,
        label=f"the roof: {bandwidth / 1e9:.0f} GB/s, then {peak / 1e9:.0f}",
    )
    for k, (name, (x, operations)) in enumerate(points.items()):
        speed = operations / 1e9
        ax.plot(x, speed, label=f"{name}: {speed:.3g}", markersize=9, **look(k) | {"linestyle": "none"})
    ax.set(
        xlabel="operations per byte fetched from memory",
        ylabel="operations per second (Gflop/s)",
        xscale="log",
        yscale="log",
        title="What is achieved, and what the machine allows",
    )
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_locator(NullLocator())
    ax.legend(fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5), title="Gflop/s")
    ax.grid(alpha=0.3)
    return ax


def plot_confusion(
    y_true: ArrayLike, y_pred: ArrayLike, classes: Sequence[str] = CLASSES, ax: Axes | None = None
) -> Axes:
    """Draw the confusion matrix in percent of each true class: rows are true classes, columns predictions."""
    classes = as_classes(classes)
    C, N = len(classes), len(np.atleast_1d(as_array("y_true", y_true)))
    if N == 0:
        raise ValueError("y_true: expected at least one label, got none.")
    y_true, y_pred = (
        as_labels(name, y, N, C, f" (there are {C} classes)") for name, y in (("y_true", y_true), ("y_pred", y_pred))
    )
    ax = as_axes(ax, 6.6, 5.6)
    counts = np.bincount(y_true.astype(np.int64) * C + y_pred.astype(np.int64), minlength=C * C).reshape(C, C)
    percent = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    image = ax.imshow(percent, cmap="cividis", vmin=0)
    for (i, j), v in np.ndenumerate(percent):
        ax.text(
            j, i, f"{v:.0f}", ha="center", va="center", fontsize=8, color="white" if v < percent.max() / 2 else "black"
        )
    ax.set_xticks(range(C), classes, rotation=45, ha="right")
    ax.set_yticks(range(C), classes)
    ax.set(xlabel="predicted class", ylabel="true class", title="Confusion matrix")
    ax.figure.colorbar(image, ax=ax, label="share of the true class (%)")
    return ax
