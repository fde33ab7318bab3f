"""Pictures: images, weight templates and their films, loss curves, descents, sweeps, timings, confusion matrices.

A function that draws one picture takes Axes (`ax=None`: a new figure) and returns them. One that draws several makes
its own figure, and says what it returns. Nothing is shown until `show(alt)`, or plt.show(). Colour maps are
perceptually even and survive grey printing; lines differ by marker and dash too, not by colour alone. TypeError or
ValueError names the argument that doesn't fit, before anything is drawn.
"""

from .charts import COLOURS, DASHES, MARKERS, plot_confusion, plot_losses, plot_roofline, plot_timings
from .descents import plot_paths, show_film
from .evidence import show_maps
from .figures import show
from .forgetting import plot_forgetting
from .images import show_samples, show_templates, visualize_grid
from .journey import show_journey
from .landscapes import plot_landscapes
from .learning import plot_learning_curves
from .probabilities import show_scores
from .races import plot_race
from .regions import show_regions
from .strokes import plot_strokes
from .sweeps import plot_sweep
from .valleys import plot_valley

__all__ = [
    "COLOURS",
    "DASHES",
    "MARKERS",
    "plot_confusion",
    "plot_forgetting",
    "plot_landscapes",
    "plot_learning_curves",
    "plot_losses",
    "plot_paths",
    "plot_race",
    "plot_roofline",
    "plot_strokes",
    "plot_sweep",
    "plot_timings",
    "plot_valley",
    "show",
    "show_film",
    "show_journey",
    "show_maps",
    "show_regions",
    "show_samples",
    "show_scores",
    "show_templates",
    "visualize_grid",
]
