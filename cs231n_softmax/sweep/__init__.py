"""Learning rate x regularization sweeps: train at each setting, compare on the validation set.

    table = sweep(X_train, y_train, X_val, y_val, grid([1e-7, 1e-6], [1e3, 1e4]), rng=0)
    print(table)
    table.best.val_accuracy, table.best_model

What counts in both hyperparameters is the order of magnitude, so settings are spread on log scales. Random settings
try a new value of each hyperparameter in each run; a grid repeats the same few values.
Source: J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012.
"""

from .loop import sweep
from .settings import grid, random_log
from .table import Result, SweepTable

__all__ = ["Result", "SweepTable", "grid", "random_log", "sweep"]
