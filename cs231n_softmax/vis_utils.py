"""Pictures: image grids, loss curves, sweeps, timings and their limits, weight templates, confusion matrices.

Each function draws on the Axes given (`ax=None`: a new figure) and returns it; nothing is shown until plt.show().
Colour maps are perceptually even and survive grey printing; lines differ by marker and dash too, not by colour alone.
"""

import math
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator
from numpy.typing import ArrayLike

from ._typing import Rng, Trained
from .cifar10.files import CLASSES, PIXELS, SIDE

# M. Okabe and K. Ito, "Color Universal Design", 2008: distinct to all common kinds of colour vision
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"]
DASHES = ["-", "--", "-.", ":"]
MARKERS = ["o", "s", "^", "D", "v"]


def _axes(ax, width=6.4, height=4.0):
    return plt.subplots(figsize=(width, height), layout="constrained")[1] if ax is None else ax


def visualize_grid(Xs: np.ndarray, ubound: float = 255.0, padding: int = 1) -> np.ndarray:
    """Return one image (A, A', C) that holds the images Xs (N, H, W, C) in a square grid, each scaled to 0..ubound.

    Images are filled in row by row; `padding` pixels of 0 lie between them and in unused places. An image of a
    single value becomes 0.

    >>> images = np.arange(3 * 32 * 32 * 3.0).reshape(3, 32, 32, 3)
    >>> visualize_grid(images).shape  # two rows of two images, the last place empty, with a line between them
    (65, 65, 3)
    """
    N, H, W, C = Xs.shape
    size = math.ceil(math.sqrt(N))
    canvas = np.zeros((size * (H + padding) - padding, size * (W + padding) - padding, C))
    for i, image in enumerate(np.asarray(Xs, np.float64)):
        row, column = i // size * (H + padding), i % size * (W + padding)
        low, high = image.min(), image.max()
        scale = ubound / (high - low) if high > low else 0.0
        canvas[row : row + H, column : column + W] = (image - low) * scale
    return canvas


def show_samples(
    X: np.ndarray,
    y: np.ndarray,
    classes: Sequence[str] = CLASSES,
    per_class: int = 7,
    rng: Rng = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw `per_class` random images of each class, one class per column, under its name.

    X (N, 32, 32, 3) with RGB 0..255, y (N,). A class with fewer images leaves the rest of its column grey.
    """
    rng = np.random.default_rng(rng)
    ax = _axes(ax, 7, 0.7 * per_class + 0.3)
    place = SIDE + 2  # an image and its grey frame, 1 pixel wide
    canvas = np.full((place * per_class, place * len(classes), 3), 200, np.uint8)
    for label in range(len(classes)):
        rows = np.flatnonzero(y == label)
        for k, i in enumerate(rng.choice(rows, min(per_class, len(rows)), replace=False)):
            top, left = place * k + 1, place * label + 1
            canvas[top : top + SIDE, left : left + SIDE] = np.clip(X[i], 0, 255)
    ax.imshow(canvas)
    ax.set_xticks(place * (np.arange(len(classes)) + 0.5), classes, fontsize=8)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_yticks([])
    ax.set_title(f"{per_class} random images of each class")
    return ax


def plot_losses(histories: Mapping[str, ArrayLike], ax: Axes | None = None) -> Axes:
    """Draw loss curves: `histories` is a dict of names and lists of batch losses.

    Curves end where training diverged (inf). The loss axis is logarithmic.
    """
    ax = _axes(ax)
    for k, (name, losses) in enumerate(histories.items()):
        losses = np.asarray(losses, float)
        ax.plot(
            losses[np.isfinite(losses)],
            label=name,
            linewidth=1.4,
            color=COLOURS[k % len(COLOURS)],
            linestyle=DASHES[k % len(DASHES)],
        )
    ax.set(xlabel="iteration", ylabel="batch loss (nats)", yscale="log", title="Loss during training")
    ax.legend()
    return ax


def plot_sweep(table: Sequence[Trained], ax: Axes | None = None) -> Axes:
    """Draw a sweep's validation accuracy over learning rate and regularization; the best setting is starred.

    A full grid becomes a heatmap with numbers, other settings a scatter plot. Diverged settings are crosses.
    """
    if not table:
        raise ValueError("the table is empty: there is nothing to draw.")
    ax = _axes(ax, 6.4, 4.4)
    accuracy = {(r.learning_rate, r.reg): 100 * r.val_accuracy for r in table}
    rates, regs = (sorted(set(values)) for values in zip(*accuracy, strict=True))
    if len(accuracy) == len(rates) * len(regs) and len(table) > 1:
        values = np.array([[accuracy[rate, reg] for rate in rates] for reg in regs])
        image = ax.pcolormesh(values, cmap="cividis", edgecolors="white", linewidth=1)
        middle = (np.nanmin(values) + np.nanmax(values)) / 2 if np.isfinite(values).any() else 0
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
            points[good, 0], points[good, 1], c=points[good, 2], s=90, cmap="cividis", edgecolors="black"
        )
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


def plot_timings(timings: Mapping[str, tuple[ArrayLike, ArrayLike]], ax: Axes | None = None) -> Axes:
    """Draw time against number of examples, both logarithmic; `timings` is a dict of names and (sizes, seconds)."""
    ax = _axes(ax)
    for k, (name, (sizes, seconds)) in enumerate(timings.items()):
        ax.plot(
            sizes,
            1000 * np.asarray(seconds),
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
    ax = _axes(ax, 9.4, 4.2)
    intensity = np.geomspace(1, 4 * peak / bandwidth, 100)
    ax.plot(
        intensity,
        np.minimum(peak, bandwidth * intensity) / 1e9,
        color="black",
        linewidth=2,
        label=f"the roof: {bandwidth / 1e9:.0f} GB/s, then {peak / 1e9:.0f}",
    )
    for k, (name, (x, operations)) in enumerate(achieved.items()):
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


def show_templates(
    W: np.ndarray, classes: Sequence[str] = CLASSES, title: str = "Weight templates", axes: np.ndarray | None = None
) -> np.ndarray:
    """Draw the columns of W (3073 or 3072, C) as images: what each class looks for. Returns the array of Axes.

    The bias row is left out; each template is scaled by itself to the full range, so only its pattern counts.
    """
    templates = W[:PIXELS].reshape(SIDE, SIDE, 3, -1).transpose(3, 0, 1, 2)
    if axes is None:
        columns = math.ceil(len(classes) / 2)
        figure, axes = plt.subplots(2, columns, figsize=(1.6 * columns, 3.9), layout="constrained")
        figure.suptitle(title)
    for ax in np.ravel(axes):
        ax.axis("off")
    for ax, template, name in zip(np.ravel(axes), templates, classes, strict=False):
        ax.imshow(visualize_grid(template[None], ubound=1.0))
        ax.set_title(name, fontsize=10)
    return axes


def plot_confusion(
    y_true: ArrayLike, y_pred: ArrayLike, classes: Sequence[str] = CLASSES, ax: Axes | None = None
) -> Axes:
    """Draw the confusion matrix in percent of each true class: rows are true classes, columns predictions."""
    ax = _axes(ax, 6.6, 5.6)
    C = len(classes)
    counts = np.bincount(np.asarray(y_true, np.int64) * C + np.asarray(y_pred), minlength=C * C).reshape(C, C)
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
