"""What a sweep returns: a table of results, printed best first, plotted, and written to files."""

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._files import atomic_write
from .._inputs import as_path
from ..classifiers import LinearClassifier

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Result(NamedTuple):
    """One trained setting. Accuracies are fractions; NaN where training diverged."""

    learning_rate: float
    reg: float
    train_accuracy: float
    val_accuracy: float
    final_loss: float  # the mean of the last 50 batch losses
    diverged: bool


class SweepTable(list[Result]):
    """The results of a sweep, a list of Result in the order of the settings, and the best model among them.

    >>> print(SweepTable([Result(1e-7, 1e3, 0.25, 0.24, 2.1, False), Result(1e-6, 1e3, 0.42, 0.39, 1.7, False)]))
    learning rate        reg   train     val    loss
         1.00e-06   1.00e+03   0.420   0.390   1.700
         1.00e-07   1.00e+03   0.250   0.240   2.100
    """

    best_model: LinearClassifier | None = None

    @property
    def best(self) -> Result:
        """The Result with the highest validation accuracy (the first of equals); ValueError without any."""
        trained = [result for result in self if not result.diverged]
        if not self:
            raise ValueError("this sweep is empty: it had no settings. Give it at least one (learning_rate, reg).")
        if not trained:
            raise ValueError("no setting of this sweep trained without diverging: lower the learning rates.")
        return max(trained, key=lambda result: result.val_accuracy)

    def __str__(self) -> str:
        lines = ["learning rate        reg   train     val    loss"]
        for r in sorted(self, key=lambda r: (r.diverged, -r.val_accuracy)):
            end = "    diverged" if r.diverged else f"{r.train_accuracy:8.3f}{r.val_accuracy:8.3f}{r.final_loss:8.3f}"
            lines.append(f"{r.learning_rate:13.2e}{r.reg:11.2e}{end}")
        return "\n".join(lines)

    __repr__ = __str__

    def plot(self, ax: "Axes | None" = None, limits: tuple[float, float] | None = None) -> "Axes":
        """Draw validation accuracy over the two hyperparameters: vis_utils.plot_sweep."""
        from ..vis_utils import plot_sweep

        return plot_sweep(self, ax=ax, limits=limits)

    def to_csv(self, path: Path | str) -> None:
        """Write a header and one line for each setting."""
        with atomic_write(as_path("path", path)) as f:
            writer = csv.writer(f)
            writer.writerow(Result._fields)
            writer.writerows(self)

    def to_json(self, path: Path | str) -> None:
        """Write a list of objects, one for each setting; NaN and inf become null, as JSON has neither."""
        rows = [
            {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in r._asdict().items()}
            for r in self
        ]
        with atomic_write(as_path("path", path)) as f:
            json.dump(rows, f, indent=1, allow_nan=False)
