"""Learning rate x regularization sweeps: train at each setting, compare on the validation set.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 5))
    >>> y = (X[:, 0] > 0).astype(int)  # the first feature tells the two classes apart
    >>> table = sweep(X[:150], y[:150], X[150:], y[150:], grid([0.01, 1], [0, 0.1]), num_iters=50, progress=False)
    >>> print(table)
    learning rate        reg   train     val    loss
         1.00e+00   1.00e-01   0.980   1.000   0.454
         1.00e-02   0.00e+00   0.947   0.980   0.630
         1.00e-02   1.00e-01   0.947   0.980   0.634
         1.00e+00   0.00e+00   1.000   0.980   0.185
    >>> table.best.learning_rate, table.best.reg, type(table.best_model).__name__
    (1.0, 0.1, 'Softmax')

What counts in both hyperparameters is the order of magnitude, so settings are spread on log scales. Random settings
try a new value of each hyperparameter in each run; a grid repeats the same few values.
Source: J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012.
"""

from .loop import sweep
from .settings import grid, random_log
from .table import Result, SweepTable

__all__ = ["Result", "SweepTable", "grid", "random_log", "sweep"]
