"""The package's classifiers as scikit-learn's: for pipelines, grid searches, cross-validation and calibration.

    >>> X, y = [[1.0], [2.0], [3.0], [8.0], [9.0]], ["cold", "cold", "cold", "warm", "warm"]
    >>> model = SoftmaxClassifier(random_state=0).fit(X, y)
    >>> print(*model.predict([[0.0], [10.0]]))
    cold warm

Beside the package, this file needs scikit-learn 1.6 or newer. Nothing else in the package does.

The data. Labels of any kind become 0..C-1. Each feature is shifted to mean 0 and divided by its standard deviation, and
a feature that is always 1 carries the bias. So the units of the features don't matter, and neither does a
StandardScaler in front. The loss has `reg * sum(W**2)` as everywhere in this package, bias included, where W belongs to
the standardized features. `coef_` and `intercept_` belong to the features as they came.

The step. In no direction is the softmax loss more curved than half of the rows' mean squared length, plus 2 * reg from
the regularization. With L for this sum, 1 / L is the textbook's step of gradient descent, and ours is
`learning_rate / L`. So a learning rate of 1 is a good first choice, whatever the units of the data.

Sources: D. Böhning, "Multinomial logistic regression algorithm", Annals of the Institute of Statistical Mathematics 44,
1992 (the curvature); Y. Nesterov, Lectures on Convex Optimization, 2018 (the step).
"""

import warnings
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from ._extremes import quiet
from ._inputs import as_array, as_integer, as_number, check_finite
from .classifiers import LinearClassifier, LinearSVM, Softmax
from .classifiers.softmax import softmax
from .optimum import fit_optimum

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError(
        "cs231n_softmax.sklearn needs scikit-learn 1.6 or newer: run `python -m pip install -U scikit-learn`."
    ) from error

EXACT = 1e-6  # of the loss: how far it may be above the lowest one with solver="exact"
FLOATING = [np.float64, np.float32]  # float32 stays float32; all else becomes float64


class _LinearEstimator(ClassifierMixin, BaseEstimator):
    """What both classifiers share. A subclass has the `_model` that is trained inside."""

    _model: ClassVar[type[LinearClassifier]]
    _solvers: ClassVar[tuple[str, ...]] = ("sgd",)

    def __init__(
        self,
        learning_rate: float = 1.0,
        reg: float = 1e-4,
        num_iters: int = 1500,
        batch_size: int = 200,
        random_state: np.random.RandomState | int | None = None,
        solver: str = "sgd",
    ) -> None:
        self.learning_rate = learning_rate
        self.reg = reg
        self.num_iters = num_iters
        self.batch_size = batch_size
        self.random_state = random_state
        self.solver = solver

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on X (N, D) and labels y (N,) of any kind, at least two different ones. Returns self."""
        if self.solver not in self._solvers:
            raise ValueError(f"solver: expected {' or '.join(map(repr, self._solvers))}, got {self.solver!r}.")
        rows, labels = _validated(self, X, y)
        check_classification_targets(labels)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y: expected at least two classes, got one class, {self.classes_[0]!r}, alone.")
        mean, scale = _units(rows)
        Z = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1), rows.dtype)])
        W = self._exact(Z, numbers) if self.solver == "exact" else self._sgd(Z, numbers)
        coef = (W[:-1] / scale[:, np.newaxis]).T
        intercept = W[-1] - coef @ mean
        if len(self.classes_) == 2:  # scikit-learn's layout: one score, of the second class against the first
            coef, intercept = coef[1:] - coef[:1], intercept[1:] - intercept[:1]
        self.coef_, self.intercept_ = coef, intercept
        return self

    def _sgd(self, Z, y):
        """Return W (D + 1, C), trained on standardized rows Z (N, D + 1) and labels y in 0..C-1."""
        learning_rate, reg = as_number("learning_rate", self.learning_rate, positive=True), as_number("reg", self.reg)
        curvature = np.square(Z).sum(dtype=float) / len(Z) / 2 + 2 * reg
        num_iters = as_integer("num_iters", self.num_iters, least=1)
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        model = self._model()
        losses = model.train(Z, y, learning_rate / curvature, reg, num_iters, self.batch_size, rng=seed)
        self.loss_history_ = np.array(losses)
        if np.inf in losses:
            message = f"training diverged in step {losses.index(np.inf)} of {len(losses)}: lower learning_rate."
            warnings.warn(message, ConvergenceWarning, stacklevel=3)
        return model.W

    def _exact(self, Z, y):
        """Return W (D + 1, C) with the lowest loss, for standardized rows Z (N, D + 1) and labels y in 0..C-1."""
        best = fit_optimum(Z, y, self.reg, tol=EXACT)
        self.loss_history_ = np.array(best.history)
        return best.W.astype(Z.dtype)

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """Return the scores (N, C) of X (N, D); for two classes (N,): the second one's score minus the first one's."""
        check_is_fitted(self)
        rows = _validated(self, X, reset=False)
        with np.errstate(all="ignore"):
            scores = rows @ self.coef_.T + self.intercept_
        check_finite("scores", scores, " The numbers in X are too large, compared with those in fit.")
        return scores.ravel() if len(self.classes_) == 2 else scores

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the label (N,) with the highest score for each row of X (N, D)."""
        scores = self.decision_function(X)
        return self.classes_[scores.argmax(axis=1) if scores.ndim == 2 else (scores > 0).astype(int)]


class SoftmaxClassifier(_LinearEstimator):
    """Softmax classifier, trained by stochastic gradient descent (cs231n_softmax.Softmax inside).

    learning_rate   > 0: the step, in units of 1 / L (top of this module)
    reg             >= 0: the loss has reg * sum(W**2), of standardized features
    num_iters       how many steps, each on `batch_size` rows, drawn with replacement
    random_state    None, a seed, or a numpy.random.RandomState: the first weights and the batches
    solver          "sgd", or "exact": the lowest loss there is, to a millionth of it, without learning rate and batches

    After fit: classes_ (C,), coef_ (C, D) and intercept_ (C,) ((1, D) and (1,) for two classes), n_features_in_,
    feature_names_in_ where X has names of columns, and loss_history_ (num_iters,), the loss on each batch ("exact": on
    all rows, at each evaluation).

    Raises ValueError or TypeError for what doesn't fit, in scikit-learn's words or ours. A loss that overflows ends
    training: ConvergenceWarning, and the last finite weights stay.
    """

    _model = Softmax
    _solvers = ("sgd", "exact")

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Return the probabilities (N, C) of the classes, in the order of classes_, for each row of X (N, D)."""
        scores = self.decision_function(X)
        return softmax(scores if scores.ndim == 2 else np.stack([np.zeros_like(scores), scores], axis=1))


class SVMClassifier(_LinearEstimator):
    """Multiclass SVM (hinge loss of Weston and Watkins), trained as SoftmaxClassifier is; no probabilities.

    Parameters and attributes are those of SoftmaxClassifier. For probabilities, put it into scikit-learn's
    CalibratedClassifierCV.
    """

    _model = LinearSVM


def _validated(estimator, X, *y, **options):
    """Return X, or X and y, as scikit-learn's validate_data does; it doesn't notice a mask, and text not always."""
    for name, value in zip("Xy", [X, *y], strict=False):
        if isinstance(value, np.ma.MaskedArray | list | tuple):
            as_array(name, value)  # raises for a mask
    try:
        return validate_data(estimator, X, *y, dtype=FLOATING, **options)
    except ValueError as error:
        if "could not convert" in str(error) or "bytes/strings" in str(error):
            raise ValueError("X: expected numbers, got text. Encode it first, by OneHotEncoder for example.") from error
        raise


@quiet
def _units(X):
    """Return mean and standard deviation (D,) of the columns of X, in X's dtype; 1 for a column that is constant."""
    mean, scale = X.mean(axis=0, dtype=float), X.std(axis=0, dtype=float)
    check_finite("the standard deviations of X", scale, " The numbers in X are too large: divide them first.")
    mean, scale = mean.astype(X.dtype), scale.astype(X.dtype)
    scale[(X.min(axis=0) == X.max(axis=0)) | (scale == 0)] = 1
    return mean, scale
