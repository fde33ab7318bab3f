"""Charts: loss curves, sweeps, timings, the limits of a machine, confusion matrices."""

import numbers
import reprlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.ticker import LogLocator, NullLocator
from numpy.typing import ArrayLike

from .._inputs import as_array, as_labels, as_number
from .._typing import Trained
from ..cifar10.files import CLASSES
from .inputs import as_axes, as_classes, as_curves, as_line, as_pair

# M. Okabe and K. Ito, "Color Universal Design", 2008: distinct to all common kinds of colour vision
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"]
DASHES = ["-", "--", "-.", ":"]
MARKERS = ["o", "s", "^", "D", "v"]


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
        ax.plot(
            losses[np.isfinite(losses)],
            label=name,
            linewidth=1.4,
            color=COLOURS[k % len(COLOURS)],
            linestyle=DASHES[k % len(DASHES)],
        )
    scale = "log" if any((losses > 0).any() for losses in curves.values()) else "linear"  # log has no place for 0
    ax.set(xlabel="iteration", ylabel="batch loss (nats)", yscale=scale, title="Loss during training")
    ax.legend()
    return ax


def plot_sweep(
    table: Sequence[Trained], ax: Axes | None = None, limits: tuple[float, float] | None = None
) -> Axes:
    """Draw a sweep's validation accuracy over learning rate and regularization; the best setting is starred.

    A full grid becomes a heatmap with numbers, other settings a scatter plot (with numbers, if there are at most 30).
    Diverged settings are crosses. `limits` are the accuracies in percent at the two ends of the colour scale (None: the
    lowest and the highest of the table): give the same limits to pictures that are compared.
    """
    table = _as_table(table)
    low, high = (None, None) if limits is None else _as_limits(limits)
    ax = as_axes(ax, 6.4, 4.4)
    accuracy = {(r.learning_rate, r.reg): 100 * r.val_accuracy for r in table}
    rates, regs = (sorted(set(values)) for values in zip(*accuracy, strict=True))
    if len(accuracy) == len(rates) * len(regs) and len(table) > 1:
        values = np.array([[accuracy[rate, reg] for rate in rates] for reg in regs])
        image: ScalarMappable = ax.pcolormesh(
            values, cmap="cividis", vmin=low, vmax=high, edgecolors="white", linewidth=1
        )
        middle = np.mean(image.get_clim()) if np.isfinite(values).any() else 0
        highest = np.nanmax(values) if np.isfinite(values).any() else None
        for (i, j), v in np.ndenumerate(values):
            text = "diverged" if np.isnan(v) else f"{v:.1f}" + (" ★" if v == highest else "")
            ax.text(
                j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=9, color="white" if v < middle else "black"
            )
        ax.set_xticks(np.arange(len(rates)) + 0.5, [f"{r:.1e}" for r in rates])
        ax.set_yticks(np.arange(len(regs)) + 0.5, [f"{r:.1e}" for r in regs])
    else:
        points = np.array([(*setting, v) for setting, v in accuracy.items()])
        good = np.isfinite(points[:, 2])
        image = ax.scatter(
            points[good, 0],
            points[good, 1],
            c=points[good, 2],
            s=90,
            cmap="cividis",
            vmin=low,
            vmax=high,
            edgecolors="black",
        )
        for rate, reg, v in points[good] if good.sum() <= 30 else []:
            ax.annotate(f"{v:.1f}", (rate, reg), (0, 8), textcoords="offset points", ha="center", fontsize=9)
        if not good.all():
            ax.scatter(points[~good, 0], points[~good, 1], marker="x", color="black", label="diverged")
        if good.any():
            best = max((r for r in table if np.isfinite(r.val_accuracy)), key=lambda r: r.val_accuracy)
            ax.scatter(
                best.learning_rate,
                best.reg,
                marker="*",
                s=330,
                facecolors="none",
                edgecolors=COLOURS[1],
                linewidth=1.6,
                label=f"best: {100 * best.val_accuracy:.1f} %",
            )
        # reg = 0 has no place on a log axis: then the axis is linear up to the smallest other value
        linear = {"value": "symlog", "linthresh": regs[1] if len(regs) > 1 else 1}
        ax.set_xscale("log")
        ax.set_yscale(**linear if regs[0] == 0 else {"value": "log"})
        ax.legend(loc="best")
    ax.set(xlabel="learning rate", ylabel="regularization strength", title="Validation accuracy of a sweep")
    ax.figure.colorbar(image, ax=ax, label="validation accuracy (%)")
    return ax


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
        ax.plot(
            sizes,
            1000 * seconds,
            label=name,
            color=COLOURS[k % len(COLOURS)],
            linestyle=DASHES[k % len(DASHES)],
            marker=MARKERS[k % len(MARKERS)],
        )
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
        ax.plot(
            x,
            operations / 1e9,
            label=f"{name}: {operations / 1e9:.3g}",
            color=COLOURS[k % len(COLOURS)],
            marker=MARKERS[k % len(MARKERS)],
            markersize=9,
            linestyle="none",
        )
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
