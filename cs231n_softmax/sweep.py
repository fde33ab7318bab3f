"""Learning rate x regularization sweeps: train at each setting, compare on the validation set.

    table = sweep(X_train, y_train, X_val, y_val, grid([1e-7, 1e-6], [1e3, 1e4]), rng=0)
    print(table)
    table.best.val_accuracy, table.best_model

Both hyperparameters act through their order of magnitude, so settings are spread on log scales; random ones
try as many different values of each as there are runs, where a grid repeats the same few.
Source: J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012.
"""

import csv
import json
import numbers
from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

from .classifiers import Softmax
from .files import renamed_when_done
from .threads import one_blas_thread


class Result(NamedTuple):
    """One trained setting. Accuracies are fractions; NaN where training diverged."""

    learning_rate: float
    reg: float
    train_accuracy: float
    val_accuracy: float
    final_loss: float  # the mean of the last 50 batch losses
    diverged: bool


class SweepTable(list):
    """The results of a sweep, a list of Result in the order of the settings, and the best model among them."""

    best_model = None

    @property
    def best(self):
        """The Result with the highest validation accuracy (the first of equals); ValueError if all diverged."""
        trained = [result for result in self if not result.diverged]
        if not trained:
            raise ValueError("no setting of this sweep trained without diverging: lower the learning rates.")
        return max(trained, key=lambda result: result.val_accuracy)

    def __str__(self):
        lines = ["learning rate        reg   train     val    loss"]
        for r in sorted(self, key=lambda r: (r.diverged, -r.val_accuracy)):
            end = "    diverged" if r.diverged else f"{r.train_accuracy:8.3f}{r.val_accuracy:8.3f}{r.final_loss:8.3f}"
            lines.append(f"{r.learning_rate:13.2e}{r.reg:11.2e}{end}")
        return "\n".join(lines)

    __repr__ = __str__

    def plot(self, ax=None):
        """Draw validation accuracy over the two hyperparameters: vis_utils.plot_sweep."""
        from .vis_utils import plot_sweep

        return plot_sweep(self, ax=ax)

    def to_csv(self, path):
        """Write a header and one line for each setting."""
        with renamed_when_done(path) as f:
            writer = csv.writer(f)
            writer.writerow(Result._fields)
            writer.writerows(self)

    def to_json(self, path):
        """Write a list of objects, one for each setting; NaN and inf become null, as JSON has neither."""
        rows = [{k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in r._asdict().items()}
                for r in self]
        with renamed_when_done(path) as f:
            json.dump(rows, f, indent=1, allow_nan=False)


def grid(learning_rates, regs):
    """Return every pair (learning_rate, reg)."""
    return [(float(lr), float(reg)) for lr in learning_rates for reg in regs]


def random_log(learning_rates, regs, num, rng=None):
    """Return `num` random pairs, each coordinate log-uniform between the two ends given: (low, high)."""
    for name, (low, high) in (("learning_rates", learning_rates), ("regs", regs)):
        if not 0 < low <= high:
            raise ValueError(f"{name}: expected (low, high) with 0 < low <= high, got ({low}, {high}).")
    rng = np.random.default_rng(rng)
    draws = [np.exp(rng.uniform(np.log(low), np.log(high), num)) for low, high in (learning_rates, regs)]
    draws = [np.clip(values, *ends) for values, ends in zip(draws, (learning_rates, regs), strict=True)]  # rounding
    return [(float(lr), float(reg)) for lr, reg in zip(*draws, strict=True)]


def sweep(X_train, y_train, X_val, y_val, settings, *, model=Softmax, num_iters=1500, batch_size=200, rng=0,
          progress=True):
    """Train a `model` at each (learning_rate, reg) of `settings`; return a SweepTable.

    X_* (N, D), y_* (N,). Every setting starts from the same weights and sees the same batches (one seed for all: `rng`,
    or drawn from it if it is a Generator or None), so that rows differ by their hyperparameters alone. A setting that
    overflows is recorded as diverged. `progress` shows a bar.
    """
    if num_iters < 1:
        raise ValueError(f"num_iters: expected at least 1, got {num_iters}.")
    if np.ndim(X_val) != 2 or np.shape(y_val) != np.shape(X_val)[:1] or len(X_val) == 0:
        raise ValueError("X_val and y_val: expected shapes (N, D) and (N,) with N > 0, "
                         f"got {np.shape(X_val)} and {np.shape(y_val)}.")
    seed = rng if isinstance(rng, numbers.Integral) else int(np.random.default_rng(rng).integers(2**63))
    table = SweepTable()
    for learning_rate, reg in tqdm(settings, desc="sweep", unit="setting", disable=not progress):
        classifier = model()
        losses = classifier.train(X_train, y_train, learning_rate, reg, num_iters, batch_size,
                                  rng=np.random.default_rng(seed))
        final_loss = float(np.mean(losses[-50:]))
        diverged = not np.isfinite(final_loss)
        train = val = np.nan
        try:
            if not diverged:
                with one_blas_thread():
                    train, val = [float(np.mean(classifier.predict(X) == y))
                                  for X, y in ((X_train, y_train), (X_val, y_val))]
        except OverflowError:  # the last step went too far
            diverged = True
        table.append(Result(float(learning_rate), float(reg), train, val, final_loss, diverged))
        if not diverged and table.best is table[-1]:
            table.best_model = classifier
    return table
