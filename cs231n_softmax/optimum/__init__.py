"""The best linear classifier: the one lowest point of the softmax loss, and a proof of how near we are.

    best = fit_optimum(X, y, reg=1e-2)
    best.loss, best.gap          no W has a loss below best.loss - best.gap

The loss is convex: a bowl without side valleys. With reg > 0 it has one lowest point, whatever the start. It is found
by a method that knows the bowl's shape beforehand (curvature.py), learns the rest on its way (lbfgs.py), and ends with
a bound that doesn't depend on how W was found (certificate.py).

    fit.py            one regularization strength
    path.py           many of them, each from the one before
"""

from .fit import Optimum, fit_optimum
from .path import regularization_path

__all__ = ["Optimum", "fit_optimum", "regularization_path"]
