"""How much of its random start a classifier still has after training: lines on the heatmap of a sweep."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from .._inputs import as_integer
from .._typing import Trained
from .sweeps import plot_sweep

LINES = {0.9: (0, (1, 1.5)), 0.5: (0, (4, 2)), 0.01: "-"}  # shares of the start, and how their lines are dashed


def share_left(learning_rate: np.ndarray, reg: np.ndarray, num_iters: int) -> np.ndarray:
    """Return which share of the first weights is left after num_iters steps: (1 - 2 * learning_rate * reg)**num_iters.

    Each step multiplies W by 1 - 2 * learning_rate * reg, before it adds what it learns from its batch. Where that
    factor is below 0, the share is 0.
    """
    return np.clip(1 - 2 * np.multiply(learning_rate, reg), 0, 1) ** num_iters


def plot_forgetting(
    table: Sequence[Trained],
    num_iters: int,
    ax: Axes | None = None,
    limits: tuple[float, float] | None = None,
) -> Axes:
    """Draw a sweep over a full grid as plot_sweep does, and on it lines of equal forgetting.

    Along each line the same share of the random start is left after `num_iters` steps: 90, 50 or 1 %. The grid has at
    least two learning rates and two regs, all above 0; otherwise ValueError.
    """
    num_iters = as_integer("num_iters", num_iters, 1)
    rates, regs = (np.unique([getattr(r, name) for r in table]) for name in ("learning_rate", "reg"))
    full = len({(r.learning_rate, r.reg) for r in table}) == len(rates) * len(regs)
    if not full or min(len(rates), len(regs)) < 2:
        raise ValueError("table: expected a full grid of at least two learning rates and two regs.")
    if regs[0] == 0:
        raise ValueError("table: expected every reg to be above 0: without regularization nothing is forgotten.")
    ax = plot_sweep(table, ax=ax, limits=limits)
    # cell k of the heatmap has its middle at k + 0.5; between two middles, and beyond them, the scales are logarithmic
    x, y = (np.linspace(0, len(values), 201) for values in (rates, regs))
    left = share_left(_log_scale(x, rates)[None, :], _log_scale(y, regs)[:, None], num_iters)
    for share, dashes in LINES.items():
        for color, width in [("black", 5), ("white", 2.4)]:  # white with a black edge: seen on dark and on light cells
            ax.contour(x, y, left, levels=[share], colors=color, linewidths=width, linestyles=[dashes])
        ax.plot([], [], linestyle=dashes, color="white", linewidth=2.4, label=f"{100 * share:.0f} %")
    for text in ax.texts:  # a number is read also where a line runs through it
        edge = "white" if text.get_color() == "black" else "black"
        text.set_path_effects([withStroke(linewidth=3, foreground=edge)])
    legend = ax.legend(
        title="share of the random start that is left",
        ncols=len(LINES),
        loc="upper center",
        bbox_to_anchor=(0.5, -0.16),
        facecolor="black",
        labelcolor="white",
        framealpha=1,
    )
    legend.get_title().set_color("white")
    return ax


def _log_scale(places, values):
    """Return the numbers at `places` on a scale that has values[k] at k + 0.5, and is logarithmic in between."""
    middles, logs = np.arange(len(values)) + 0.5, np.log(values)
    k = np.clip(np.floor(places - 0.5).astype(int), 0, len(values) - 2)  # the two values around a place
    return np.exp(logs[k] + (places - middles[k]) * (logs[k + 1] - logs[k]))
