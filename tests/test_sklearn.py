"""sklearn.py: the classifiers in scikit-learn's hands."""

import json
import os
import pickle
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas
import pytest
import scipy.sparse
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits, load_wine, make_blobs
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cs231n_softmax import Softmax, softmax, softmax_loss_vectorized
from cs231n_softmax.sklearn import SoftmaxClassifier, SVMClassifier

both = pytest.mark.parametrize("Model", [SoftmaxClassifier, SVMClassifier])
X3, y3 = make_blobs(90, 4, centers=3, cluster_std=2.0, random_state=0)
NAMES = np.array(["cat", "dog", "ship"])[y3]


def quick(Model=SoftmaxClassifier, **parameters):
    return Model(**{"num_iters": 100, "random_state": 0} | parameters)


# --- scikit-learn's own checks ---------------------------------------------------------------------------------------

CHECKS = """
import json
from sklearn.utils.estimator_checks import check_estimator
from cs231n_softmax import sklearn
checks = check_estimator(sklearn.{name}(num_iters=300, {more}), on_fail=None, on_skip=None)
print(json.dumps([[check["check_name"], check["status"], str(check["exception"])] for check in checks]))
"""


@pytest.mark.parametrize("more", ["SoftmaxClassifier", "SVMClassifier", "SoftmaxClassifier solver='exact'"])
def test_all_checks_of_scikit_learn_pass(more):
    """check_estimator: none fails, none is excused, none is skipped. SCIPY_ARRAY_API has to be set at SciPy's import;
    without it, scikit-learn skips the check that arrays of NumPy still work when others may be used."""
    name, _, options = more.partition(" ")
    run = subprocess.run([sys.executable, "-W", "error", "-c", CHECKS.format(name=name, more=options)], text=True,
                         capture_output=True, env=os.environ | {"SCIPY_ARRAY_API": "1", "OPENBLAS_NUM_THREADS": "1"})
    assert run.returncode == 0, run.stderr
    checks = json.loads(run.stdout)
    assert len(checks) > 40 and [check for check in checks if check[1] != "passed"] == []


# --- what it computes ------------------------------------------------------------------------------------------------

@both
@pytest.mark.parametrize("names", [NAMES, NAMES.astype(object), y3 - 7, y3 * 1000, y3 == 1], ids=["text", "objects",
                         "negative", "with gaps", "bool"])
def test_any_labels(Model, names):
    """Labels of any kind come back in their own type, and the same steps are taken for them."""
    model = quick(Model).fit(X3, names)
    np.testing.assert_array_equal(model.classes_, np.unique(names))
    assert model.predict(X3).dtype == names.dtype and model.score(X3, names) > 0.9
    assert model.loss_history_.shape == (100,) and model.loss_history_[-10:].mean() < model.loss_history_[0] / 2


@both
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_layout_of_three_classes(Model, dtype):
    """coef_ (C, D), intercept_ (C,), scores (N, C) in X's dtype; the largest score is predicted."""
    model = quick(Model).fit(X3.astype(dtype), NAMES)
    assert model.coef_.shape == (3, 4) and model.intercept_.shape == (3,) and model.n_features_in_ == 4
    scores = model.decision_function(X3.astype(dtype))
    assert scores.dtype == model.coef_.dtype == model.intercept_.dtype == dtype
    np.testing.assert_allclose(scores, X3 @ model.coef_.T + model.intercept_, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(model.predict(X3), model.classes_[scores.argmax(axis=1)])
    if Model is SoftmaxClassifier:
        np.testing.assert_array_equal(model.predict_proba(X3.astype(dtype)), softmax(scores))


@both
def test_layout_of_two_classes(Model):
    """coef_ (1, D), scores (N,), positive for the second class, as scikit-learn has it."""
    two = y3 < 2
    model = quick(Model).fit(X3[two], NAMES[two])
    assert model.coef_.shape == (1, 4) and model.intercept_.shape == (1,)
    scores = model.decision_function(X3)
    assert scores.shape == (90,)
    np.testing.assert_array_equal(model.predict(X3), np.where(scores > 0, "dog", "cat"))
    if Model is SoftmaxClassifier:
        expected = 1 / (1 + np.exp(np.stack([scores, -scores], axis=1)))
        np.testing.assert_allclose(model.predict_proba(X3), expected, rtol=1e-12)


def test_it_is_softmax_train_on_standardized_rows_with_a_one():
    """The docstring's words, done by hand: same weights."""
    Z = np.c_[(X3 - X3.mean(axis=0)) / X3.std(axis=0), np.ones(90)]
    step = 0.7 / ((Z**2).sum(axis=1).mean() / 2 + 2 * 0.05)
    model = SoftmaxClassifier(learning_rate=0.7, reg=0.05, num_iters=30, batch_size=20, random_state=3).fit(X3, y3)
    inner = Softmax()
    losses = inner.train(Z, y3, step, 0.05, 30, 20, rng=np.random.RandomState(3).randint(2**31 - 1))
    np.testing.assert_allclose(model.loss_history_, losses, rtol=1e-12)
    np.testing.assert_allclose(model.decision_function(X3), Z @ inner.W, rtol=1e-10, atol=1e-12)


@both
@pytest.mark.parametrize("units", [1e-8, 1e6, [1e-6, 1, 1e6, 1e12]], ids=str)
@pytest.mark.parametrize("shift", [0, 100])
def test_units_do_not_matter(Model, units, shift):
    """Other units and another zero give the same predictions: the same steps are taken."""
    one, other = quick(Model).fit(X3, y3), quick(Model).fit((X3 + shift) * units, y3)
    np.testing.assert_allclose(other.decision_function((X3 + shift) * units), one.decision_function(X3), atol=1e-8)


@both
@pytest.mark.parametrize("reg", [0, 1e-4, 1, 1e6])
def test_any_reg_converges(Model, reg):
    """No reg makes the steps too long, since it is part of the curvature."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = quick(Model, reg=reg).fit(X3, y3)
    assert np.isfinite(model.loss_history_).all() and model.loss_history_[-1] < 3


def test_a_constant_feature_has_no_say():
    """A pixel that is black in all images gets a weight near 0, and no NaN."""
    model = quick(reg=0).fit(np.c_[X3, np.full(90, 0.1)], y3)
    np.testing.assert_allclose(model.coef_[:, 4], 0, atol=0.01)


@both
def test_raw_wine(Model):
    """Features of 0.1 and of 1,000 side by side, as they come, are classified as well as standardized ones."""
    X, y = load_wine(return_X_y=True)
    raw, standardized = (cross_val_score(model, X, y).mean() for model in (
        quick(Model, num_iters=400), make_pipeline(StandardScaler(), quick(Model, num_iters=400))))
    assert raw > 0.95 and abs(raw - standardized) < 0.01


# --- in scikit-learn's tools -----------------------------------------------------------------------------------------

def test_the_readme_shows_what_is_printed(capsys):
    """A grid search over a pipeline on digits beside LogisticRegression: within a point of each other."""
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    code, shown = re.search(r"### With scikit-learn.*?```python\n(.*?)```\n\n```\n(.*?)```", readme, re.DOTALL).groups()
    exec(code, {})
    assert capsys.readouterr().out == shown
    ours, theirs = map(float, re.findall(r"0\.\d+", shown))
    assert ours > theirs - 0.015


@both
def test_raw_digits_beside_logistic_regression(Model):
    """On raw pixels, in five folds, each is at most 1.5 points behind. (On one split, the SVM was 3.2 behind.)"""
    X, y = load_digits(return_X_y=True)
    rival = cross_val_score(make_pipeline(StandardScaler(), LogisticRegression()), X, y).mean()
    assert cross_val_score(Model(random_state=0), X, y).mean() > rival - 0.015


@both
def test_calibration(Model):
    """CalibratedClassifierCV gives probabilities, also to the SVM, which has none of its own."""
    model = CalibratedClassifierCV(quick(Model), cv=3).fit(X3, NAMES)
    probs = model.predict_proba(X3)
    np.testing.assert_allclose(probs.sum(axis=1), 1)
    assert model.score(X3, NAMES) > 0.9 and hasattr(quick(Model), "predict_proba") == (Model is SoftmaxClassifier)


@both
def test_clones_and_pickles(Model):
    """A clone has the parameters and no weights; the same seed gives the same weights; a pickle has them all."""
    model = quick(Model, reg=0.01).fit(X3, NAMES)
    copy = clone(model)
    assert copy.get_params() == model.get_params() and not hasattr(copy, "coef_")
    with pytest.raises(NotFittedError):
        copy.predict(X3)
    for same in (copy.fit(X3, NAMES), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(same.decision_function(X3), model.decision_function(X3))
    assert (quick(Model, random_state=1).fit(X3, NAMES).coef_ != model.coef_).any()


@both
def test_frames(Model):
    """Names of columns are kept and compared, behind a scaler that gives frames, too; nullable columns work."""
    frame = pandas.DataFrame(X3, columns=list("abcd"))
    model = make_pipeline(StandardScaler(), quick(Model)).set_output(transform="pandas").fit(frame, NAMES)
    assert list(model[-1].feature_names_in_) == list("abcd") and model.score(frame, NAMES) > 0.9
    alone = quick(Model).fit(frame.astype("Float64"), pandas.Series(NAMES, dtype="category"))
    np.testing.assert_allclose(alone.coef_, quick(Model).fit(X3, NAMES).coef_, rtol=1e-9)
    with pytest.raises(ValueError, match="feature names should match"):
        alone.predict(frame[list("dcba")])


# --- what is refused -------------------------------------------------------------------------------------------------

def words(X):
    return pandas.DataFrame(X, columns=list("abcd")).assign(e="red")


REFUSED = {
    "sparse": (scipy.sparse.csr_array, TypeError, "Sparse data was passed for X, but dense data is required."),
    "masked": (np.ma.array, TypeError, "X: expected an array without a mask, got a masked array."),
    "masked inside": (lambda X: [[np.ma.masked] * 4] * 90, TypeError, "X: expected an array without a mask"),
    "text": (lambda X: X.astype(str).astype(object) + "m", ValueError, "X: expected numbers, got text."),
    "unicode": (lambda X: np.full(X.shape, "red"), ValueError, "X: expected numbers, got text."),
    "words in a frame": (words, ValueError, "X: expected numbers, got text."),
    "NaN": (lambda X: X * np.nan, ValueError, "Input X contains NaN."),
    "too large": (lambda X: X * 1e300, ValueError, "the standard deviations of X: expected finite numbers, got 4"),
}


@both
@pytest.mark.parametrize(("change", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_data_that_do_not_fit(Model, change, error, message):
    """Each gets one sentence, before anything is trained; so does what predict is given, where it reads it, too."""
    with pytest.raises(error, match="^" + re.escape(message)):
        quick(Model).fit(change(X3), y3)
    if "deviations" not in message and change is not words:
        with pytest.raises(error, match="^" + re.escape(message)):
            quick(Model).fit(X3, y3).predict(change(X3))


@both
@pytest.mark.parametrize(("y", "error", "message"), [
    (np.ma.masked_equal(y3, 1), TypeError, "y: expected an array without a mask"),
    (X3[:, 0], ValueError, "Unknown label type: continuous."),
    (np.full(90, "cat"), ValueError, "y: expected at least two classes, got one class, "),
    (y3[:80], ValueError, "Found input variables with inconsistent numbers of samples: [90, 80]")])
def test_labels_that_do_not_fit(Model, y, error, message):
    with pytest.raises(error, match="^" + re.escape(message)):
        quick(Model).fit(X3, y)


@pytest.mark.parametrize(("parameters", "error", "message"), [
    ({"solver": "newton"}, ValueError, "solver: expected 'sgd' or 'exact', got 'newton'."),
    ({"solver": ["sgd"]}, ValueError, "solver: expected 'sgd' or 'exact', got ['sgd']."),
    ({"learning_rate": 0}, ValueError, "learning_rate: expected a finite number > 0, got 0."),
    ({"reg": -1}, ValueError, "reg: expected a finite number >= 0, got -1."),
    ({"num_iters": 1e3}, TypeError, "num_iters: expected an integer, got 1000.0. Write 1000."),
    ({"num_iters": 0}, ValueError, "num_iters: expected at least 1, got 0."),
    ({"batch_size": 0}, ValueError, "batch_size: expected 1 to 100,000, got 0."),
    ({"random_state": "a"}, ValueError, "'a' cannot be used to seed a numpy.random.RandomState instance")])
def test_parameters_that_do_not_fit(parameters, error, message):
    """They are looked at in fit, as scikit-learn wants it, and named."""
    with pytest.raises(error, match="^" + re.escape(message)):
        quick(**parameters).fit(X3, y3)


def test_exact_is_the_optimum():
    """The loss of LogisticRegression on the same standardized rows, which no start and no seed changes."""
    reg = 1e-2
    Z = np.c_[StandardScaler().fit_transform(X3), np.ones(90)]
    theirs = LogisticRegression(C=1 / (2 * 90 * reg), fit_intercept=False, tol=1e-10, max_iter=1000).fit(Z, y3)
    model = quick(solver="exact", reg=reg).fit(X3, NAMES)
    np.testing.assert_allclose(model.decision_function(X3), theirs.decision_function(Z), atol=5e-3)
    assert model.loss_history_[-1] == pytest.approx(softmax_loss_vectorized(theirs.coef_.T, Z, y3, reg)[0], rel=1e-6)
    with pytest.raises(ValueError, match="solver: expected 'sgd', got 'exact'"):
        quick(SVMClassifier, solver="exact").fit(X3, y3)


def test_divergence_is_said():
    """A learning rate that is far too large: ConvergenceWarning with the step, inf in the history, finite weights."""
    with pytest.warns(ConvergenceWarning, match=r"^training diverged in step \d+ of 2000: lower learning_rate.$"):
        model = quick(learning_rate=1e9, reg=1, num_iters=2000).fit(X3, y3)
    assert model.loss_history_[-1] == np.inf and np.isfinite(model.coef_).all()


def test_scores_that_overflow():
    """Rows that are far larger than those in fit."""
    with pytest.raises(ValueError, match="^scores: expected finite numbers, .* too large, compared with those in fit"):
        quick().fit(X3 * 1e-150, y3).predict(np.full((1, 4), 1e300))


def test_without_scikit_learn():
    """One sentence says what to install; the package itself, its drop-in included, doesn't need it."""
    code = """
import sys
sys.modules["sklearn"] = None  # as if it weren't installed
import cs231n_softmax, cs231n_softmax.drop_in
cs231n_softmax.drop_in.install()
try:
    import cs231n_softmax.sklearn
except ImportError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert run.stdout.endswith("\ncs231n_softmax.sklearn needs scikit-learn 1.6 or newer: "
                               "run `python -m pip install -U scikit-learn`.\n"), run.stderr
