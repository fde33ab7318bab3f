"""Regions: which class softmax finds most probable at each place of a plane, and how sure it is there."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

from .._inputs import as_labels, as_number, check_finite, real_array
from ..classifiers.softmax import softmax
from .charts import COLOURS, MARKERS
from .inputs import as_axes, as_classes

GLYPHS = "●■▲◆▼"  # as MARKERS
SIDE = 161  # the plane is drawn as SIDE x SIDE small squares


def show_regions(
    W: ArrayLike, X: ArrayLike, y: ArrayLike, classes: Sequence[str], temperature: float = 1.0, ax: Axes | None = None
) -> Axes:
    """Draw softmax(X @ W / temperature) over the plane: a colour for each class, the paler the less probable.

    W (3, C) has two rows of weights and the biases, for two to five classes; X (N, 2) and y (N,) are points and labels.
    Thick lines separate the classes, thin lines have the probability of the most probable one, and the arrows are the
    columns of W without the bias, in the units of the axes.
    """
    W, X, classes = real_array("W", W), real_array("X", X), as_classes(classes)
    if not 2 <= len(classes) <= len(MARKERS):
        raise ValueError(f"classes: expected two to {len(MARKERS)} names, got {len(classes)}.")
    if W.shape != (3, len(classes)):
        raise ValueError(f"W: expected shape (3, C), with one name for each of C classes; got {W.shape}, "
                         f"and {len(classes)} names.")  # fmt: skip
    if X.ndim != 2 or X.shape[1] != 2 or len(X) == 0:
        raise ValueError(f"X: expected points of shape (N, 2), at least one, got {X.shape}.")
    check_finite("W", W)
    check_finite("X", X)
    W, X = W.astype(np.float64), X.astype(np.float64)
    y = as_labels("y", y, len(X), len(classes), f" (there are {len(classes)} classes)")
    temperature, ax = as_number("temperature", temperature, positive=True), as_axes(ax, 4.8, 4.8)

    half = max(1.5 * np.abs(X).max(), 1.1 * np.abs(W[:2]).max())
    side = np.linspace(-half, half, SIDE)
    places = np.stack([*np.meshgrid(side, side), np.ones((SIDE, SIDE))], axis=-1).reshape(-1, 3)
    probs = softmax(places @ W / temperature)
    colours = np.array([to_rgb(colour) for colour in COLOURS[: len(classes)]])
    picture = 1 - 0.55 * probs @ (1 - colours)
    ax.imshow(picture.reshape(SIDE, SIDE, 3), origin="lower", extent=(-half, half, -half, half))
    _lines(ax, side, probs)
    for k, name in enumerate(classes):
        style = {"color": colours[k], "marker": MARKERS[k], "edgecolors": "black", "linewidths": 0.7}
        ax.scatter(X[y == k, 0], X[y == k, 1], s=22, **style)
        _arrow(ax, W[:2, k], f"{name} {GLYPHS[k]}")
    ax.set(xlabel="first number", ylabel="second number", title="Regions", xlim=(-half, half), ylim=(-half, half))
    return ax


def _lines(ax, side, probs):
    """Draw where two classes are equally probable, and lines of equal probability of the most probable class."""
    ordered = np.sort(probs, axis=1)
    highest = ordered[:, -1].reshape(SIDE, SIDE)
    levels = [level for level in (0.6, 0.8, 0.95) if highest.min() < level < highest.max()]
    if levels:
        lines = ax.contour(side, side, highest, levels=levels, colors="black", linewidths=0.7, linestyles="dashed")
        ax.clabel(lines, fmt=lambda level: f"{level:.0%}", fontsize=8)
    for k in range(probs.shape[1]):
        lead = (probs[:, k] - np.delete(probs, k, axis=1).max(axis=1)).reshape(SIDE, SIDE)
        if lead.min() < 0 < lead.max():
            ax.contour(side, side, lead, levels=[0], colors="black", linewidths=1.6)


def _arrow(ax, tip, text):
    """Draw an arrow from the origin to `tip`, with the text beyond it."""
    arrow = {"arrowstyle": "-|>", "linewidth": 2.2, "color": "black", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 14}
    arrow["path_effects"] = [withStroke(linewidth=5, foreground="white")]
    ax.annotate("", tip, (0, 0), arrowprops=arrow)
    length = np.hypot(*tip)
    offset = 20 * tip / length if length else np.zeros(2)
    box = {"facecolor": "white", "edgecolor": "black", "linewidth": 0.6, "boxstyle": "round,pad=0.2"}
    ax.annotate(text, tip, offset, textcoords="offset points", ha="center", va="center", fontsize=9, bbox=box)
