"""classifiers/linear_classifier.py: training, prediction and files of Softmax and LinearSVM."""

import errno
import hashlib
import inspect
import json
import os
import pickle
import re
import warnings
import zipfile
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cs231n_softmax._files import write_npz
from cs231n_softmax.classifiers import (
    LinearClassifier,
    LinearSVM,
    Softmax,
    saved,
    softmax_loss_vectorized,
    svm_loss_vectorized,
)
from cs231n_softmax.sweep import SweepTable

pytestmark = pytest.mark.filterwarnings("error")
both = pytest.mark.parametrize("Model", [Softmax, LinearSVM])


def clusters(N=120, D=5, C=3, seed=0, dtype=np.float64):
    """C well separated clusters of N rows in all, with labels."""
    rng = np.random.default_rng(seed)
    y = np.arange(N) % C
    X = 0.1 * rng.standard_normal((N, D))
    X[np.arange(N), y] += 3
    return X.astype(dtype), y


class Recorder(LinearClassifier):
    """Its loss is always 0 with gradient 0; it keeps the batches."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def loss(self, X_batch, y_batch, reg):
        self.batches.append((X_batch, y_batch))
        return 0.0, np.zeros_like(self.W)


# --- train: contract ------------------------------------------------------------------------------

def test_train_has_cs231n_defaults():
    """The positional parameters of train, their order and defaults are cs231n's; ours are keyword-only."""
    parameters = inspect.signature(LinearClassifier.train).parameters.values()
    positional = {p.name: p.default for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD}
    assert list(positional.items()) == [
        ("self", inspect.Parameter.empty), ("X", inspect.Parameter.empty), ("y", inspect.Parameter.empty),
        ("learning_rate", 1e-3), ("reg", 1e-5), ("num_iters", 100), ("batch_size", 200), ("verbose", False)]
    assert {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY} == {
        "rng": None, "update": "sgd", "callback": None}


@both
@pytest.mark.parametrize("num_iters", [0, 1, 7])
def test_weights_and_losses_have_the_promised_shapes(Model, num_iters):
    """W is None before training and (D, C) after it; train returns num_iters floats."""
    X, y = clusters(D=5, C=3)
    model = Model()
    assert model.W is None
    losses = model.train(X, y, num_iters=num_iters)
    assert model.W.shape == (5, 3)
    assert isinstance(losses, list) and len(losses) == num_iters
    assert all(isinstance(loss, float) for loss in losses)


def test_first_weights_are_small_normal_numbers():
    """Training starts from 0.001 times standard normal numbers, one column for each label up to the largest."""
    model = Softmax()
    model.train(np.zeros((2, 2000)), np.array([0, 4]), num_iters=0, rng=0)
    assert model.W.shape == (2000, 5)
    assert abs(model.W.mean()) < 4e-5 and 0.00098 < model.W.std() < 0.00102
    inside = np.mean(np.abs(model.W) < 0.001)
    assert 0.66 < inside < 0.70  # 0.683 for normal numbers, 0.577 for uniform ones of the same spread


def test_verbose_prints_every_hundredth_iteration(capsys):
    """verbose prints `iteration i / n: loss f` at iterations 0, 100, ... and nothing else; without it, silence."""
    X, y = clusters()
    losses = Softmax().train(X, y, num_iters=201, verbose=True, rng=0)
    assert capsys.readouterr().out == "".join(f"iteration {i} / 201: loss {losses[i]:f}\n" for i in (0, 100, 200))
    Softmax().train(X, y, num_iters=201, rng=0)
    assert capsys.readouterr() == ("", "")


# Two classes with equal weights, and one row x = (1, 3) of class 0, so every batch is that row. The scores are
# equal: softmax gives p = 1/2 each and a data loss of log 2, the hinge a margin of exactly 1.
W_EQUAL = np.array([[1.0, 1.0], [2.0, 2.0]])  # sum of squares: 10
HAND = {Softmax: (np.log(2), [[-0.5, 0.5], [-1.5, 1.5]]), LinearSVM: (1.0, [[-1, 1], [-3, 3]])}


@both
@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize(("learning_rate", "reg"), [(0.25, 0.0), (0.25, 0.1), (2.0, 3.0)])
def test_one_step_by_hand(Model, rows, learning_rate, reg):
    """One step gives W - learning_rate (dW of the data + 2 reg W); its loss is the one before the step."""
    data_loss, data_grad = HAND[Model]
    model = Model()
    model.W = W_EQUAL.copy()
    [loss] = model.train(np.tile([1.0, 3.0], (rows, 1)), np.zeros(rows, int), learning_rate, reg, num_iters=1)
    assert loss == pytest.approx(data_loss + 10 * reg, rel=1e-14)
    expected = W_EQUAL - learning_rate * (np.array(data_grad) + 2 * reg * W_EQUAL)
    np.testing.assert_allclose(model.W, expected, rtol=1e-14, atol=1e-14)


@both
def test_model_loss_is_the_function(Model):
    """Softmax.loss and LinearSVM.loss are the vectorized losses at the model's W."""
    X, y = clusters()
    model = Model()
    model.W = np.random.default_rng(1).standard_normal((5, 3))
    function = {Softmax: softmax_loss_vectorized, LinearSVM: svm_loss_vectorized}[Model]
    loss, dW = model.loss(X, y, 0.3)
    expected_loss, expected_dW = function(model.W, X, y, 0.3)
    assert loss == expected_loss
    np.testing.assert_array_equal(dW, expected_dW)


def test_base_class_has_no_loss():
    """LinearClassifier itself has no loss and says which classes have."""
    with pytest.raises(NotImplementedError, match="^LinearClassifier has no loss of its own: use"):
        LinearClassifier().loss(np.ones((1, 1)), np.zeros(1, int), 0.0)


# --- train: batches -------------------------------------------------------------------------------

def test_batches_are_drawn_with_replacement_from_all_rows():
    """A batch can be larger than the data and repeat rows; all rows come equally often; labels stay with rows."""
    X, y = np.arange(5.0)[:, None], np.arange(5)
    model = Recorder()
    model.train(X, y, num_iters=400, batch_size=8, rng=0)
    drawn = np.array([X_batch[:, 0] for X_batch, _ in model.batches])
    assert drawn.shape == (400, 8)
    counts = np.bincount(drawn.ravel().astype(int), minlength=5)
    assert len(counts) == 5 and counts.min() > 560 and counts.max() < 720  # 640 expected, standard deviation 23
    assert all((X_batch[:, 0] == y_batch).all() for X_batch, y_batch in model.batches)
    assert len({tuple(row) for row in drawn}) > 390  # drawn anew each time


def test_small_batches_repeat_rows_as_often_as_chance_has_it():
    """Batches of 3 out of 6 rows have a repeat in 4 of 9 cases, as drawing with replacement gives."""
    model = Recorder()
    model.train(np.arange(6.0)[:, None], np.arange(6), num_iters=900, batch_size=3, rng=1)
    repeats = np.mean([len(np.unique(X_batch)) < 3 for X_batch, _ in model.batches])
    assert repeats == pytest.approx(4 / 9, abs=0.07)


@both
@pytest.mark.parametrize("make", [lambda: 7, lambda: np.random.default_rng(7)])
def test_same_rng_same_training(Model, make):
    """A seed, or a fresh Generator of it, gives the same weights and losses each time; another seed, others."""
    X, y = clusters()
    runs = []
    for rng in (make(), make(), 8):
        model = Model()
        runs.append((model.train(X, y, num_iters=5, batch_size=4, rng=rng), model.W))
    assert runs[0][0] == runs[1][0] != runs[2][0]
    np.testing.assert_array_equal(runs[0][1], runs[1][1])


def test_default_rng_is_fresh():
    """Without `rng` two trainings differ."""
    X, y = clusters()
    assert Softmax().train(X, y, num_iters=2, batch_size=5) != Softmax().train(X, y, num_iters=2, batch_size=5)


@both
def test_training_goes_on_from_existing_weights(Model):
    """Ten steps and ten more, on one stream of random numbers, are twenty steps."""
    X, y = clusters()
    once, twice, rng = Model(), Model(), np.random.default_rng(3)
    losses = once.train(X, y, 0.1, num_iters=20, batch_size=6, rng=3)
    assert twice.train(X, y, 0.1, num_iters=10, batch_size=6, rng=rng) == losses[:10]
    assert twice.train(X, y, 0.1, num_iters=10, batch_size=6, rng=rng) == losses[10:]
    np.testing.assert_array_equal(once.W, twice.W)


# --- train: numbers -------------------------------------------------------------------------------

@both
@pytest.mark.parametrize(("given_dtype", "W_dtype"), [
    (np.float32, np.float32), (np.float64, np.float64), (np.uint8, np.float64), (np.int64, np.float64)])
@pytest.mark.parametrize("number", [float, np.float64, np.float32])
def test_weights_keep_the_dtype_of_X(Model, given_dtype, W_dtype, number):
    """W has X's floating dtype (float64 for integers), also when learning_rate and reg are NumPy numbers."""
    X, y = clusters(dtype=given_dtype)
    model = Model()
    model.train(X, y, learning_rate=number(0.01), reg=number(0.5), num_iters=3)
    assert model.W.dtype == W_dtype


@both
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_learns_separable_data(Model, dtype):
    """Separable clusters are learned to 100 %, on rows never seen too, and the loss falls."""
    X, y = clusters(dtype=dtype)
    model = Model()
    losses = model.train(X, y, learning_rate=0.1, num_iters=150, batch_size=30, rng=0)
    assert (model.predict(X) == y).all()
    X_new, y_new = clusters(seed=1)
    assert (model.predict(X_new) == y_new).all()
    assert np.mean(losses[-10:]) < 0.3 * losses[0]


def test_arguments_are_not_modified():
    """Training leaves X and y as they were, and accepts lists."""
    X, y = clusters()
    before = X.copy(), y.copy()
    model = Softmax()
    model.train(X, y, num_iters=3, rng=0)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])
    from_lists = Softmax()
    from_lists.train(X.tolist(), y.tolist(), num_iters=3, rng=0)
    np.testing.assert_array_equal(model.W, from_lists.W)


# --- train: divergence ----------------------------------------------------------------------------

@both
@pytest.mark.parametrize(("dtype", "learning_rate", "reg"), [
    (np.float32, 1e30, 1e30), (np.float32, 1e-3, 1e6), (np.float32, 1e37, 0.0),
    (np.float64, 1e30, 1e30), (np.float64, 1e-3, 1e6), (np.float64, 1e307, 0.0)])
def test_divergence_ends_training_quietly(Model, dtype, learning_rate, reg, capsys):
    """On overflow the rest of the losses is inf, W is the last finite one, and nothing is printed or warned."""
    X, y = clusters(dtype=dtype)
    X *= 1e3
    model = Model()
    losses = model.train(X, y, learning_rate, reg, num_iters=400, rng=0)
    good = int(np.isfinite(losses).sum())
    assert good < 400 and len(losses) == 400
    assert losses[good:] == [np.inf] * (400 - good)
    assert np.isfinite(model.W).all() and model.W.dtype == dtype
    assert capsys.readouterr() == ("", "")

    shorter = Model()
    assert shorter.train(X, y, learning_rate, reg, num_iters=good, rng=0) == losses[:good]
    np.testing.assert_array_equal(shorter.W, model.W)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("where", ["loss", "W"])
def test_a_loss_or_a_weight_that_is_not_finite_ends_training(bad, where, capsys):
    """NaN or inf in the loss or in the new W stops training at that step, with one line when verbose."""

    class Breaks(LinearClassifier):
        steps = 0

        def loss(self, X_batch, y_batch, reg):
            self.steps += 1
            broken = self.steps == 3
            dW = np.zeros_like(self.W)
            dW[0, 0] = bad if broken and where == "W" else 1
            return bad if broken and where == "loss" else 0.5, dW

    seen = []
    model = Breaks()
    model.W = np.zeros((1, 1))
    losses = model.train(np.ones((1, 1)), np.zeros(1, int), 1.0, num_iters=5, verbose=True,
                         callback=lambda i, m, loss: seen.append(i))
    assert losses == [0.5, 0.5, np.inf, np.inf, np.inf]
    assert model.W == [[-2]] and model.steps == 3 and seen == [0, 1]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "iteration 0 / 5: loss 0.500000"
    assert lines[1:] == [f"iteration 2 / 5: diverged: the step from a loss of {bad if where == 'loss' else 0.5:.3g} "
                         "leads to NaN or inf."]


# --- train: callback and errors -------------------------------------------------------------------

def test_callback_sees_each_step():
    """callback(iteration, model, loss) is called after each step, when model.W is already the new one."""
    X, y = clusters()
    calls, weights = [], []
    model = Softmax()

    def callback(*arguments):
        calls.append(arguments)
        weights.append(model.W.copy())

    losses = model.train(X, y, 0.1, num_iters=4, rng=0, callback=callback)
    assert calls == [(i, model, losses[i]) for i in range(4)]
    for steps in range(1, 5):
        shorter = Softmax()
        shorter.train(X, y, 0.1, num_iters=steps, rng=0)
        np.testing.assert_array_equal(weights[steps - 1], shorter.W)


@pytest.mark.parametrize(("X", "y", "error", "message"), [
    (np.ones((3, 2)), np.zeros(4, int), ValueError, "y: expected shape (3,)"),
    (np.ones((3, 2)), np.zeros((3, 1), int), ValueError, "got (3, 1)"),
    (np.ones(3), np.zeros(3, int), ValueError, "X: expected shape (N, D), got (3,)"),
    (np.ones((3, 2, 2)), np.zeros(3, int), ValueError, "got (3, 2, 2). Use X.reshape(len(X), -1)."),
    (np.ones((0, 2)), np.zeros(0, int), ValueError, "X: expected at least one example, got N = 0."),
    (np.ones((3, 2)), np.array([0, 1, -1]), ValueError, "got -1..1"),
    (np.ones((3, 2)), np.array([0.0, 1.0, 1.0]), TypeError, "expected integer labels"),
])
def test_data_that_do_not_fit_are_refused(X, y, error, message):
    """Wrong shapes, no rows and wrong labels raise an error that says what came; W stays None."""
    model = Softmax()
    with pytest.raises(error, match=re.escape(message)):
        model.train(X, y)
    assert model.W is None


@pytest.mark.parametrize("learning_rate", [0.0, -1.0, np.nan, np.inf])
def test_a_wrong_learning_rate_is_refused(learning_rate):
    """Only finite positive learning rates: NaN isn't mistaken for divergence."""
    with pytest.raises(ValueError, match="learning_rate"):
        Softmax().train(np.ones((3, 2)), np.zeros(3, int), learning_rate=learning_rate)


@pytest.mark.parametrize("verbose", [np.ones(2), "no", None])
def test_a_wrong_verbose_is_refused(verbose):
    """True or False, or a number as in verbose=1."""
    with pytest.raises(TypeError, match="verbose: expected True or False, got "):
        Softmax().train(np.ones((3, 2)), np.zeros(3, int), verbose=verbose)
    assert len(Softmax().train(np.ones((3, 2)), np.zeros(3, int), num_iters=1, verbose=np.int64(0))) == 1


def test_a_wrong_reg_leaves_no_weights_behind():
    """A negative reg is refused before W is made."""
    model = Softmax()
    with pytest.raises(ValueError, match="reg"):
        model.train(np.ones((3, 2)), np.zeros(3, int), reg=-1)
    assert model.W is None


@pytest.mark.parametrize("wrong", [
    {"learning_rate": 0}, {"learning_rate": -1e-3}, {"num_iters": -1}, {"batch_size": 0}, {"batch_size": -200}])
def test_wrong_hyperparameters_are_refused(wrong):
    """A learning rate or batch size that is not positive, or fewer than 0 iterations, raises ValueError."""
    [(name, value)] = wrong.items()
    with pytest.raises(ValueError, match=rf"{name}.*got.*{value}"):
        Softmax().train(*clusters(), **wrong)


@both
@pytest.mark.parametrize(("X", "y", "reg", "error", "message"), [
    (np.ones((2, 2)), np.array([0.0, 1.0]), 0.0, TypeError, "y: expected integer"),
    (np.ones((2, 2)), np.array([-1, 1]), 0.0, ValueError, "y: expected labels"),
    (np.ones((2, 2)), np.array([0, 1]), -1.0, ValueError, "reg"),
    (np.ones((2, 2)), np.array([0, 1]), np.nan, ValueError, "reg"),
    (np.array([[1.0, 1.0], [1.0, np.nan]]), np.array([0, 1]), 0.0, ValueError,
     "X: expected finite numbers, got NaN or inf in row 1 of 2"),
])
def test_wrong_data_are_not_called_divergence(Model, X, y, reg, error, message):
    """Bad labels, a bad reg and NaN in X are errors that name the argument, not divergence."""
    with pytest.raises(error, match=f"^{message}"):
        Model().train(X, y, reg=reg)


# --- predict --------------------------------------------------------------------------------------

def test_prediction_by_hand():
    """predict returns the column of the largest score, the first of equals, as integers (N,)."""
    model = Softmax()
    model.W = np.array([[1.0, 0.0, -1.0], [0.0, 2.0, 0.0]])
    predicted = model.predict(np.array([[1, 0], [-1, 0], [1, 1], [0, 0]]))
    np.testing.assert_array_equal(predicted, [0, 2, 1, 0])
    assert predicted.dtype.kind == "i"


# --- predict_proba: by hand, beside exact arithmetic, beside the loss, and at the limits ----------------------------

def test_probabilities_by_hand():
    """Scores log 1, log 2, log 5 are odds of 1 : 2 : 5; equal scores are even."""
    model = Softmax()
    model.W = np.log([[1.0, 2.0, 5.0]])
    np.testing.assert_allclose(model.predict_proba([[1], [0]]), [[1 / 8, 2 / 8, 5 / 8], [1 / 3] * 3], rtol=1e-15)


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-13), (np.float32, 1e-5)])
def test_probabilities_are_those_of_exact_arithmetic(dtype, rtol):
    """Beside 50 digits: rows sum to 1, and the largest is the predicted class. 3,000 rows are several blocks."""
    rng, model = np.random.default_rng(0), Softmax()
    model.W, X = rng.normal(size=(300, 4)).astype(dtype), rng.normal(size=(3000, 300)).astype(dtype)
    probs = model.predict_proba(X)
    assert probs.shape == (3000, 4) and probs.dtype == dtype
    np.testing.assert_allclose(probs.sum(axis=1), 1, rtol=rtol)
    np.testing.assert_array_equal(probs.argmax(axis=1), model.predict(X))
    with mpmath.workdps(50):
        for i in (0, 1500, 2999):
            exp = [mpmath.exp(mpmath.fdot(X[i].tolist(), w.tolist())) for w in model.W.T]
            expected = [float(e / mpmath.fsum(exp)) for e in exp]
            np.testing.assert_allclose(probs[i], expected, rtol=10 * rtol, atol=rtol)


def test_the_loss_is_made_of_these_probabilities():
    """The mean of -log p of the true classes is the loss; its derivative by the scores is p minus one-hot."""
    X, y = clusters()
    model = Softmax()
    model.W = np.random.default_rng(1).standard_normal((5, 3))
    probs, (loss, dW) = model.predict_proba(X), model.loss(X, y, 0.0)
    assert -np.log(probs[np.arange(len(y)), y]).mean() == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose(X.T @ (probs - np.eye(3)[y]) / len(X), dW, rtol=1e-12, atol=1e-14)


def test_probabilities_at_the_limits():
    """Scores of 1e300 give 0 and 1, no row gives no row, and what predict refuses is refused; an SVM has none."""
    model = Softmax()
    model.W = np.array([[1e300, -1e300, 0.0]])
    np.testing.assert_array_equal(model.predict_proba([[1], [-1], [0]]), [[1, 0, 0], [0, 1, 0], [1 / 3] * 3])
    assert model.predict_proba(np.ones((0, 1))).shape == (0, 3)
    for X, error in [([[1e10]], OverflowError), ([[np.nan]], ValueError), ([[1, 2]], ValueError)]:
        for method in (model.predict, model.predict_proba):
            with pytest.raises(error):
                method(X)
    assert not hasattr(LinearSVM(), "predict_proba")


@both
@pytest.mark.parametrize("method", ["loss", "predict", "save"])
def test_untrained_models_say_so(Model, method, tmp_path):
    """loss, predict and save before training raise ValueError that says what to do; save writes nothing."""
    arguments = {"loss": (np.ones((1, 2)), [0], 0.0), "predict": (np.ones((1, 2)),), "save": (tmp_path / "W.npy",)}
    with pytest.raises(ValueError, match=f"{Model.__name__} has no weights yet: call train or load"):
        getattr(Model(), method)(*arguments[method])
    with pytest.raises(ValueError, match="Softmax has no weights yet"):
        Softmax().predict_proba(np.ones((1, 2)))
    assert list(tmp_path.iterdir()) == []


# --- save and load --------------------------------------------------------------------------------

@given(W=hnp.arrays(st.sampled_from([np.float32, np.float64]), hnp.array_shapes(min_dims=2, max_dims=2, max_side=5),
                    elements={"allow_nan": False, "allow_infinity": False}))
@settings(deadline=None, derandomize=True, max_examples=25)
def test_weights_come_back_bit_for_bit(tmp_path_factory, W):
    """What save wrote, load reads: same dtype, shape and bits, -0 included, C or Fortran order."""
    fname = tmp_path_factory.mktemp("round") / "W.npy"
    for order in "CF":
        model, loaded = Softmax(), Softmax()
        model.W = W.copy(order=order)
        model.save(fname)
        assert loaded.load(fname) is True
        assert loaded.W.dtype == W.dtype and loaded.W.shape == W.shape
        assert loaded.W.tobytes() == W.tobytes()


@pytest.mark.parametrize("kind", [str, lambda path: path])
@pytest.mark.parametrize("name", ["best.npy", "best_softmax", "best.npz"])
def test_save_and_load_say_what_they_did(tmp_path, capsys, kind, name):
    """save prints `<fname> saved.`, load `<fname> loaded.`; the file has exactly the name given."""
    fname = kind(tmp_path / name)
    model = Softmax()
    model.W = np.eye(2)
    assert model.save(fname) is None
    assert capsys.readouterr() == (f"{fname} saved.\n", "")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert Softmax().load(fname) is True
    assert capsys.readouterr() == (f"{fname} loaded.\n", "")


def test_saved_file_is_an_npz_with_a_description(tmp_path):
    """np.load reads it without pickle: the weights, and which class of model, sizes and dtype they are of."""
    model = LinearSVM()
    model.W = np.arange(6, dtype=np.float32).reshape(2, 3)
    model.save(tmp_path / "model")
    with np.load(tmp_path / "model", allow_pickle=False) as stored:
        np.testing.assert_array_equal(stored["W"], model.W)
        description = json.loads(str(stored["description"]))
    assert description == {"model": "LinearSVM", "features": 2, "classes": 3, "dtype": "float32"}


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_a_plain_npy_array_is_still_read(tmp_path, order, version):
    """Files of version 0.1, which any class of model may load, and then has weights that it can train further."""
    W = np.arange(6.0).reshape(2, 3).copy(order=order)
    with open(tmp_path / "W.npy", "wb") as f:
        np.lib.format.write_array(f, W, version)
    for Model in (Softmax, LinearSVM):
        model = Model()
        assert model.load(tmp_path / "W.npy")
        np.testing.assert_array_equal(model.W, W)
        model.train(np.eye(2), [0, 1], num_iters=1)
        model.W += 1


def test_another_class_or_shape_is_refused(tmp_path, capsys):
    """An SVM's weights aren't a softmax's, and a model in use keeps the shape of its weights; nothing changes."""
    svm, softmax, trained = LinearSVM(), Softmax(), LinearSVM()
    svm.W, trained.W = np.eye(3), np.ones((4, 3))
    svm.save(tmp_path / "svm")
    capsys.readouterr()
    with pytest.raises(ValueError, match="svm: holds a LinearSVM, expected a Softmax. Load it with"):
        softmax.load(tmp_path / "svm")
    with pytest.raises(ValueError, match=r"svm: holds .* = \(3, 3\), .* \(4, 3\). Load the file into a new LinearSVM"):
        trained.load(tmp_path / "svm")
    assert softmax.W is None and trained.W.shape == (4, 3) and capsys.readouterr().out == ""


@pytest.mark.parametrize("W", [np.eye(2, dtype=int), np.ones(3), np.eye(2, dtype=complex)])
def test_what_could_not_be_loaded_is_not_saved(tmp_path, W):
    """Weights that `load` refuses are refused by `save`, while they are still in memory."""
    model = Softmax()
    model.W = W
    with pytest.raises(TypeError, match=r"W: expected floating-point numbers \(D, C\), got"):
        model.save(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(tmp_path, capsys, value):
    """A model that can predict nothing is neither saved over a good one nor loaded."""
    model = Softmax()
    model.W = np.eye(2)
    model.save(tmp_path / "model")
    capsys.readouterr()
    model.W = np.array([[1, value]])
    with pytest.raises(ValueError, match="^W: expected finite numbers, got 1 NaN or inf among 2. Nothing was saved.$"):
        model.save(tmp_path / "model")
    assert Softmax().load(tmp_path / "model") and capsys.readouterr().out.endswith("loaded.\n")
    np.save(tmp_path / "W.npy", model.W)
    with pytest.raises(ValueError, match=r"W\.npy: expected .* its weights hold NaN or inf\. Save"):
        Softmax().load(tmp_path / "W.npy")


@pytest.mark.parametrize("fname", [None, 3, b"model", "", "a\0b"])
def test_what_names_no_file_is_refused(fname):
    """save, load and the files of a sweep say which argument, and what came."""
    model = Softmax()
    model.W = np.eye(2)
    for name, use in [("fname", model.save), ("fname", model.load),
                      ("path", SweepTable().to_csv), ("path", SweepTable().to_json)]:
        with pytest.raises((TypeError, ValueError), match=f"^{name}: expected the name of a file, got "):
            use(fname)


def test_a_name_may_begin_at_home_and_not_end_as_a_folders(tmp_path, monkeypatch):
    """~ is the home folder, as in CIFAR10_DIR; "new/" would silently be a file "new"."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # Windows'
    monkeypatch.chdir(tmp_path)
    model = Softmax()
    model.W = np.eye(2)
    model.save("~/model")
    assert Softmax().load(Path("~/model")) and os.listdir() == ["model"]
    with pytest.raises(IsADirectoryError, match="it is a folder. Add the name of a file."):
        model.save("~")
    for use in (model.save, model.load, SweepTable().to_csv):
        with pytest.raises(ValueError, match="expected the name of a file, got the name of a folder, 'new/'. Add the"):
            use("new/")
    assert os.listdir() == ["model"]


def test_load_of_a_missing_file(tmp_path, capsys):
    """Where there is no file, load prints `<fname> not available.`, returns False and keeps W."""
    model = Softmax()
    model.W = np.eye(2)
    assert model.load(tmp_path / "none.npy") is False
    assert capsys.readouterr().out == f"{tmp_path / 'none.npy'} not available.\n"
    np.testing.assert_array_equal(model.W, np.eye(2))


def test_failed_save_keeps_the_old_file(tmp_path, monkeypatch, capsys):
    """When writing fails at its end, the old file is whole, no temporary file stays, and nothing claims success."""
    def fill(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    fname = tmp_path / "model"
    model = Softmax()
    model.W = np.eye(2)
    model.save(fname)
    capsys.readouterr()
    model.W = np.zeros((2, 2))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fill)
        with pytest.raises(OSError, match="model could not be written: the disk is full"):
            model.save(fname)
    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == [fname]
    assert model.load(fname)
    np.testing.assert_array_equal(model.W, np.eye(2))


def pickled(path):
    path.write_bytes(pickle.dumps({"W": np.eye(2)}))


def npz(path):
    with open(path, "wb") as f:
        np.savez(f, W=np.eye(2))


def text(path):
    path.write_text("1.0 2.0\n3.0 4.0\n")


def empty(path):
    path.write_bytes(b"")


def truncated(path):
    with open(path, "wb") as f:
        np.save(f, np.eye(20))
    path.write_bytes(path.read_bytes()[:-8])


def longer(path):
    truncated(path)
    path.write_bytes(path.read_bytes() + bytes(9))


def flipped(path):
    model = Softmax()
    model.W = np.eye(2)
    saved.save(path, "Softmax", model.W)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def undescribed(path):
    write_npz(path, W=np.eye(2))


def misdescribed(path):
    description = {"model": "Softmax", "features": 2, "classes": 3, "dtype": "float64"}
    write_npz(path, description=np.array(json.dumps(description)), W=np.eye(2))


def described(description):
    """A file of ours with this description, in JSON, of its weights."""
    return lambda path: write_npz(path, description=np.array(description), W=np.eye(2))


def doubled(path):
    """A file of ours with two arrays of one name, and a right checksum."""
    described("{}")(path)
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("W.npy", archive.read("W.npy"))
        archive.comment = b"sha256:" + 64 * b"0"
    content = path.read_bytes()[:-64]
    path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())


def array(values):
    def write(path):
        with open(path, "wb") as f:
            np.save(f, values, allow_pickle=True)
    return write


@pytest.mark.parametrize(("write", "reason"), [
    (empty, "it is empty"), (text, "it is no .npz file"), (os.mkdir, "it is a folder"), (npz, "it has no checksum"),
    (array(np.ones(3)), r"it holds float64 \(3,\)"), (misdescribed, "its description doesn't fit its weights"),
    *((described(text), "its description doesn't fit its weights") for text in ("0", "{}", "null", '""', "[]")),
    (doubled, "it is no .npz file of this package: two of its arrays have the same name"),
    (undescribed, "it has no 'description'"), (array(np.ones((0, 3))), "it holds"),
    (array(np.ones((3, 0))), "it holds"),
    (array(np.lib.stride_tricks.as_strided(np.ones(1), (0, 10**18))), "it holds")])
def test_load_says_why_it_refuses_a_file(tmp_path, write, reason):
    """A few words for the everyday cases."""
    write(tmp_path / "other.npy")
    with pytest.raises(ValueError, match=f"as `save` writes them, got something else: {reason}"):
        Softmax().load(tmp_path / "other.npy")


@pytest.mark.parametrize("write", [
    pickled, npz, text, empty, truncated, longer, flipped, undescribed, misdescribed, os.mkdir,
    array(np.eye(2, dtype=int)), array(np.ones(3)), array(np.ones((2, 2, 2))),
    array(np.eye(2, dtype=complex)), array(np.array([[None]])), array(np.array([["a"]]))],
    ids=["pickle", "npz", "text", "empty", "truncated", "longer", "flipped bit", "no description",
         "another description", "folder", "integers", "1-D", "3-D", "complex", "objects", "strings"])
def test_load_refuses_other_files(tmp_path, capsys, write):
    """A file without a whole, floating (D, C) array raises ValueError naming it; W and stdout stay as they were."""
    fname = tmp_path / "other.npy"
    write(fname)
    model = Softmax()
    model.W = np.eye(2)
    with pytest.raises(ValueError, match=r"other\.npy: expected"):
        model.load(fname)
    np.testing.assert_array_equal(model.W, np.eye(2))
    assert capsys.readouterr().out == ""


def test_a_failed_first_step_leaves_no_weights_behind():
    """NaN in X is found in the first step: W is None again, not a random start."""
    model = Softmax()
    with pytest.raises(ValueError, match="X"):
        model.train(np.full((3, 2), np.nan), np.array([0, 1, 1]))
    assert model.W is None


def test_an_error_in_a_later_step_keeps_the_steps_before_it():
    """What was learned until then isn't lost: W is that of a shorter training."""
    X, y = clusters()

    def fail(iteration, model, loss):
        if iteration == 2:
            raise RuntimeError("enough")

    model, shorter = Softmax(), Softmax()
    with pytest.raises(RuntimeError, match="enough"):
        model.train(X, y, 0.1, rng=0, callback=fail)
    shorter.train(X, y, 0.1, num_iters=3, rng=0)
    np.testing.assert_array_equal(model.W, shorter.W)


def test_a_step_that_overflows_is_quiet():
    """W and the step fit float64, their difference doesn't: divergence, without a warning."""
    model = Recorder()
    model.W = np.full((1, 1), 1.5e308)
    model.loss = lambda X, y, reg: (0.0, np.full((1, 1), -1e308))
    assert model.train(np.ones((1, 1)), [0], learning_rate=1, num_iters=2) == [np.inf] * 2 and model.W == 1.5e308


def test_predict_in_the_wider_type():
    """float32 weights and float64 rows beyond float32, or a score that float32 rounds away."""
    model = Softmax()
    model.W = np.array([[1, 1], [1, 2]], np.float32)
    assert model.predict(np.array([[1e39, 1e39], [1e9, -1e-3], [1e9, 1e-3]])).tolist() == [1, 0, 1]


def test_a_gradient_of_another_shape_is_refused():
    """A loss of one's own whose gradient NumPy would stretch to W's shape: an error, and no weights are left.

    Whole numbers, or a list of lists, are as good a gradient as any.
    """
    model = Recorder()
    model.loss = lambda X, y, reg: (0.0, [[1, 0]] * 3)
    model.W = np.zeros((3, 2))
    model.train(np.ones((4, 3)), [0, 1, 0, 1], learning_rate=2, num_iters=1)
    assert model.W.tolist() == [[-2, 0]] * 3
    model.W = None
    model.loss = lambda X, y, reg: (0.0, np.zeros(2))
    with pytest.raises(ValueError, match=r"loss: expected a gradient of W's shape \(3, 2\), got \(2,\)"):
        model.train(np.ones((4, 3)), [0, 1, 0, 1])
    assert model.W is None


@pytest.mark.parametrize(("X", "error", "message"), [
    (np.ones((3, 5)), ValueError, r"X: expected shape \(N, 2\), got \(3, 5\)."),
    (np.ones(2), ValueError, r"X: expected shape \(N, 2\), got \(2,\)."),
    (np.ones((3, 1, 2)), ValueError, r"X: expected shape .* Use X.reshape\(len\(X\), -1\)."),
    (np.full((1, 2), np.nan), ValueError, "X: expected finite numbers, got 2 NaN or inf among 2."),
    (np.full((1, 2), 1e200), OverflowError, "the scores X @ W overflow float64: .*"),
])
def test_predict_refuses_what_does_not_fit(X, error, message):
    """Wrong shapes, NaN, and scores that overflow are errors, not class 0."""
    model = Softmax()
    model.W = np.full((2, 3), 1e200)
    with pytest.raises(error, match=f"^{message}$"):
        model.predict(X)


# --- Ctrl-C, and errors of floating point ---------------------------------------------------------------------------

@pytest.mark.parametrize("step", [0, 1, 5])
def test_an_interrupt_keeps_the_last_finished_step(step):
    """Ctrl-C in a step: KeyboardInterrupt, W as after the step before; in the first one no random weights are left."""

    class Interrupted(Softmax):
        calls = 0

        def loss(self, *args):
            if self.calls == step:
                raise KeyboardInterrupt
            self.calls += 1
            return super().loss(*args)

    X, y = np.random.default_rng(0).standard_normal((20, 4)), np.arange(20) % 3
    model, expected = Interrupted(), Softmax()
    with pytest.raises(KeyboardInterrupt):
        model.train(X, y, 0.1, num_iters=10, rng=0)
    if step:
        expected.train(X, y, 0.1, num_iters=step, rng=0)
        np.testing.assert_array_equal(model.W, expected.W)
    assert step or model.W is None


def test_training_where_numpy_raises():
    """np.seterr(all="raise") changes nothing: numbers that underflow on the way to right weights are no error."""
    X, y = 1e-160 * np.random.default_rng(0).standard_normal((20, 4)), np.arange(20) % 3
    models = Softmax(), Softmax()
    for model, errors in zip(models, ("warn", "raise"), strict=True):
        model.W = 1e-160 * np.ones((4, 3))
        with np.errstate(all=errors):
            model.train(X, y, 1e-160, reg=1e-5, num_iters=5, rng=0)
            model.predict(X)
    np.testing.assert_array_equal(models[0].W, models[1].W)
