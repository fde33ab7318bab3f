"""One image's way through a step of gradient descent: scores, probabilities, loss, gradient, and all of it again."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from .._inputs import as_integer, check_finite, real_array
from ..cifar10.files import CLASSES, PIXELS, SIDE
from ..classifiers.softmax import softmax
from .charts import COLOURS
from .inputs import as_classes


def show_journey(
    image: ArrayLike,
    y: int,
    scores: ArrayLike,
    dW: ArrayLike,
    new_scores: ArrayLike,
    classes: Sequence[str] = CLASSES,
) -> Figure:
    """Draw what one step of gradient descent does for one image; return the Figure.

    image (3072,) with RGB 0..255; y its class; scores (C,) and new_scores (C,) before and after the step; dW (3073, C)
    or (3072, C) the gradient of the image's loss. From top to bottom: the image, scores, probabilities and loss; each
    column of dW as a picture, all on one scale (grey is 0), under its factor p_j - [j = y]; scores, probabilities and
    loss after the step, with marks where they were before.
    """
    names = as_classes(classes)
    C = len(names)
    pixels, gradient = _floats("image", image, (PIXELS,)), _floats("dW", dW, (PIXELS, C), (PIXELS + 1, C))
    before, after = _floats("scores", scores, (C,)), _floats("new_scores", new_scores, (C,))
    y = as_integer("y", y, 0, C - 1)
    figure = plt.figure(figsize=(9.4, 8.2), layout="constrained")
    grid = figure.add_gridspec(3, 1, height_ratios=[3.1, 1.6, 3.1])
    top, middle, bottom = (figure.add_subfigure(grid[k]) for k in range(3))
    top.suptitle("1. The image, its scores and its probabilities; hatched: the true class", fontweight="bold")
    middle.suptitle(
        "2. The gradient: the image times p, or times p - 1 for the true class; grey is 0", fontweight="bold"
    )
    bottom.suptitle("3. The same image after one step against the gradient; black lines: before", fontweight="bold")
    picture, *first = top.subplots(1, 3, width_ratios=[0.8, 1, 1])
    note, *second = bottom.subplots(1, 3, width_ratios=[0.8, 1, 1])
    picture.imshow(pixels.reshape(SIDE, SIDE, 3).clip(0, 255).astype(np.uint8))
    picture.set_title(f"true class: {names[y]}")
    note.text(0.5, 0.5, "new W =\nW - learning rate × gradient", ha="center", va="center")
    for ax in (picture, note):
        ax.axis("off")
    _draw_bars(first, before, before, y, names)
    _draw_bars(second, after, before, y, names)
    low, high = min(before.min(), after.min(), 0), max(before.max(), after.max(), 0)
    for ax in (first[0], second[0]):
        ax.set_xlim(1.2 * low - 0.1, 1.2 * high + 0.1)
    factors = softmax(before) - np.eye(C)[y]
    templates = gradient[:PIXELS].T.reshape(C, SIDE, SIDE, 3)
    pictures = 0.5 + templates / (2 * max(np.abs(templates).max(), np.finfo(float).tiny))
    for ax, template, factor, name in zip(np.ravel(middle.subplots(1, C)), pictures, factors, names, strict=True):
        ax.imshow(template)
        ax.set_title(f"{name}\n{factor:+.2f}", fontsize=9)
        ax.axis("off")
    return figure


def _floats(name, value, *shapes):
    """Return finite numbers of one of these shapes, as float64."""
    array = real_array(name, value).astype(np.float64)
    if array.shape not in shapes:
        raise ValueError(f"{name}: expected shape {' or '.join(map(str, shapes))}, got {array.shape}.")
    check_finite(name, array)
    return array


def _draw_bars(axes, scores, before, y, names):
    """Draw scores (left) and their probabilities (right), and where they were before."""
    loss = np.logaddexp.reduce(scores) - scores[y]
    titles = "scores", f"probabilities: loss {loss:.2f}"
    for ax, values, old, title in zip(axes, (scores, softmax(scores)), (before, softmax(before)), titles, strict=True):
        bars = ax.barh(range(len(names)), values, color=COLOURS[6], edgecolor="black")
        bars[y].set(hatch="//", facecolor=COLOURS[5])
        if scores is not before:
            ax.plot(old, range(len(names)), "|", color="black", markersize=11, markeredgewidth=2.5)
        ax.set(title=title, yticks=range(len(names)), yticklabels=names)
        ax.axvline(0, color="black", linewidth=0.8)
        ax.invert_yaxis()
    axes[1].set_xlim(0, 1)
    for k, prob in enumerate(softmax(scores)):
        axes[1].text(0.98, k, f"{prob:.2f}", ha="right", va="center", fontsize=9)
