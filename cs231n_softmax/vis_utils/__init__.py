"""Pictures: image grids, weight templates, loss curves, sweeps, timings and their limits, confusion matrices.

Each function but visualize_grid draws on the Axes given (`ax=None`: a new figure) and returns it; nothing is shown
until plt.show(). Colour maps are perceptually even and survive grey printing; lines differ by marker and dash too, not
by colour alone. TypeError or ValueError names the argument that doesn't fit, before anything is drawn.
"""

from .charts import COLOURS, DASHES, MARKERS, plot_confusion, plot_losses, plot_roofline, plot_sweep, plot_timings
from .forgetting import plot_forgetting
from .images import show_samples, show_templates, visualize_grid

__all__ = [
    "COLOURS",
    "DASHES",
    "MARKERS",
    "plot_confusion",
    "plot_forgetting",
    "plot_losses",
    "plot_roofline",
    "plot_sweep",
    "plot_timings",
    "show_samples",
    "show_templates",
    "visualize_grid",
]
