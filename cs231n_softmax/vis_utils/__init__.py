"""Pictures: image grids, weight templates, loss curves, sweeps, timings and their limits, confusion matrices.

Each function that draws takes Axes (`ax=None`: a new figure) and returns them; nothing is shown until `show(alt)`, or
plt.show(). Colour maps are perceptually even and survive grey printing; lines differ by marker and dash too, not
by colour alone. TypeError or ValueError names the argument that doesn't fit, before anything is drawn.
"""

from .charts import COLOURS, DASHES, MARKERS, plot_confusion, plot_losses, plot_roofline, plot_sweep, plot_timings
from .evidence import show_maps
from .figures import show
from .forgetting import plot_forgetting
from .images import show_samples, show_templates, visualize_grid
from .landscapes import plot_landscapes

__all__ = [
    "COLOURS",
    "DASHES",
    "MARKERS",
    "plot_confusion",
    "plot_forgetting",
    "plot_landscapes",
    "plot_losses",
    "plot_roofline",
    "plot_sweep",
    "plot_timings",
    "show",
    "show_maps",
    "show_samples",
    "show_templates",
    "visualize_grid",
]
