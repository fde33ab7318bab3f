"""The README's picture: each peer under this machine's roof.

A loss with its gradient takes 4 D C operations a row, and fetches the row (4 D bytes in float32) for each of its two
products, or once for both: 5 or 10 operations per byte.
"""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from losses import COMPILED, OURS

from cs231n_softmax._files import atomic_write
from cs231n_softmax.vis_utils import plot_roofline


def draw(cases, limits, path, D=3073, C=10):
    """Draw the first of `cases`, {case: {name: seconds}}, into the PNG file `path`."""
    case, seconds = next(iter(cases.items()))
    operations = 4 * int(case.removeprefix("N = ").replace(",", "")) * D * C
    ours_first = sorted(seconds, key=lambda name: name != OURS)
    achieved = {
        name.strip("*"): (C if name in (OURS, COMPILED) else C / 2, operations / seconds[name])
        for name in ours_first
        if name != "ours, SVM"
    }
    ax = plot_roofline(achieved, limits["bandwidth"], limits["float32"])
    ax.set_title(f"Loss and gradient, {case}: what is achieved, and what the machine allows", fontsize=10)
    with atomic_write(path, "wb") as f:
        ax.figure.savefig(f, dpi=120)
    plt.close(ax.figure)
