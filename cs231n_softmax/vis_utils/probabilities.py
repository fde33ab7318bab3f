"""Probabilities: the bars that softmax makes of a few scores, and the loss of the true class."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._inputs import as_integer, check_finite, real_array
from ..classifiers.softmax import softmax
from .charts import COLOURS
from .inputs import as_axes, as_classes


def show_scores(
    scores: ArrayLike, y: int | None = None, classes: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the probabilities of scores (C,) as bars: exp(scores) / sum(exp(scores)). Scores stand below the bars.

    With a true class y (0..C-1), its bar is hatched and marked, and the title has the loss in nats, -log p[y].
    `classes` are the C names; None: class 0, class 1, ...
    """
    scores = real_array("scores", scores).astype(np.float64)
    if scores.ndim != 1 or len(scores) == 0:
        raise ValueError(f"scores: expected shape (C,), one score for each class, got {scores.shape}.")
    check_finite("scores", scores)
    names = [f"class {k}" for k in range(len(scores))] if classes is None else as_classes(classes)
    if len(names) != len(scores):
        raise ValueError(f"classes: expected a name for each of {len(scores)} scores, got {len(names)} names.")
    y = None if y is None else as_integer("y", y, 0, len(scores) - 1)
    ax = as_axes(ax, 1.2 * len(scores) + 1, 3.2)
    bars = ax.bar(range(len(scores)), softmax(scores), color=COLOURS[6], edgecolor="black")
    ax.bar_label(bars, fmt="{:.2f}", padding=2)
    labels = [f"{name}\n{score:.1f}" for name, score in zip(names, scores, strict=True)]
    ax.set_title("Probabilities")
    if y is not None:
        bars[y].set(hatch="//", facecolor=COLOURS[5])
        labels[y] += "\n(true)"
        loss = np.logaddexp.reduce(scores) - scores[y]  # also right where the probability underflows to 0
        ax.set_title(f"loss {loss:.2f}")
    ax.set_xticks(range(len(scores)), labels)
    ax.set(ylim=(0, 1.18), yticks=[0, 0.5, 1], xlabel="class and its score", ylabel="probability")
    return ax
