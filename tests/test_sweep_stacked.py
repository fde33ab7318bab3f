"""sweep/stacked.py: many settings trained side by side are what each is alone, whatever becomes of its neighbours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs231n_softmax.classifiers import LinearSVM, Softmax, blocks
from cs231n_softmax.classifiers.linear_svm import hinge
from cs231n_softmax.classifiers.softmax import cross_entropy
from cs231n_softmax.gradient_check import complex_step_gradient
from cs231n_softmax.sweep import stacked
from cs231n_softmax.sweep.stacked import accuracies, train_stacked

pytestmark = pytest.mark.filterwarnings("error")
DATA_LOSS = {Softmax: cross_entropy, LinearSVM: hinge}
both = pytest.mark.parametrize("model", DATA_LOSS)
SETTINGS = [(0.1, 0.0), (0.01, 1.0), (0.3, 0.05), (1e-3, 10.0), (0.05, 0.3)]


def problem(dtype=np.float64, N=40, D=6, C=3, seed=0):
    """Return X, y: normal numbers, or pixels 0..255 in an integer dtype."""
    rng = np.random.default_rng(seed)
    y = rng.integers(C, size=N)
    y[0] = C - 1
    X = rng.standard_normal((N, D)) + np.eye(C, D)[y]
    return (np.clip(60 * X + 100, 0, 255) if np.issubdtype(dtype, np.integer) else X).astype(dtype), y


def alone(model, X, y, settings, num_iters, batch_size, seed=0):
    """Return the weights (K, D, C) and final losses (K,) of settings trained one by one."""
    models = [model() for _ in settings]
    losses = [model.train(X, y, *setting, num_iters, batch_size, rng=seed)
              for model, setting in zip(models, settings, strict=True)]
    return np.stack([model.W for model in models]), np.array([np.mean(row[-50:]) for row in losses])


def together(model, X, y, settings, num_iters, batch_size, seed=0):
    return train_stacked(DATA_LOSS[model], X, y, settings, num_iters, batch_size, np.random.default_rng(seed))


def assert_equal_to_rounding(W, expected, tolerance):
    """Each setting's weights differ by less than `tolerance` of their norm."""
    for weights, one in zip(W, expected, strict=True):
        assert np.linalg.norm(weights - one) <= tolerance * np.linalg.norm(one)


# --- the same as one by one ---------------------------------------------------------------------------------------

@both
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4), (np.uint8, 1e-10)])
@pytest.mark.parametrize("K", [1, 5])
@pytest.mark.parametrize(("num_iters", "batch_size"), [(1, 7), (30, 1), (49, 4), (50, 4), (51, 4), (120, 60)])
def test_as_trained_one_by_one(model, dtype, tolerance, K, num_iters, batch_size):
    """Weights and final losses of K settings, fewer iterations than LAST or more: those of LinearClassifier.train."""
    X, y = problem(dtype)
    scale = 1e4 if dtype == np.uint8 else 1  # pixels: steps as long as those on normal numbers
    settings = [(learning_rate / scale, reg * scale) for learning_rate, reg in SETTINGS[:K]]
    before = X.copy()
    W, final_losses = together(model, X, y, settings, num_iters, batch_size)
    W_alone, losses_alone = alone(model, X, y, settings, num_iters, batch_size)
    assert W.shape == (K, 6, 3) and W.dtype == W_alone.dtype and final_losses.dtype == np.float64
    assert_equal_to_rounding(W, W_alone, tolerance)
    np.testing.assert_allclose(final_losses, losses_alone, rtol=tolerance)
    np.testing.assert_array_equal(X, before)


@given(N=st.integers(1, 30), D=st.integers(1, 6), C=st.integers(1, 5), num_iters=st.integers(1, 70),
       batch_size=st.integers(1, 20), seed=st.integers(0, 99),
       settings=st.lists(st.tuples(st.floats(1e-4, 0.05), st.floats(0, 5)), min_size=1, max_size=12))
@settings(deadline=None, derandomize=True, database=None, max_examples=40)
@both
def test_any_shape_as_one_by_one(model, N, D, C, num_iters, batch_size, seed, settings):
    """One row, one column, one class, a batch larger than X, equal settings: still each as alone."""
    X, y = problem(N=N, D=D, C=C, seed=seed)
    W, final_losses = together(model, X, y, settings, num_iters, batch_size, seed)
    W_alone, losses_alone = alone(model, X, y, settings, num_iters, batch_size, seed)
    assert_equal_to_rounding(W, W_alone, 1e-10)
    np.testing.assert_allclose(final_losses, losses_alone, rtol=1e-10, atol=1e-14)


@both
def test_a_read_only_memmap_is_trained_on(model, tmp_path):
    """X in a file, mapped read-only, gives what X in memory gives, to the bit."""
    X, y = problem()
    np.save(tmp_path / "X.npy", X)
    results = [together(model, X, y, SETTINGS, 20, 5) for X in (X, np.load(tmp_path / "X.npy", mmap_mode="r"))]
    for there, here in zip(*results, strict=True):
        np.testing.assert_array_equal(there, here)


# --- the step is the gradient -------------------------------------------------------------------------------------

@pytest.mark.parametrize(("data_loss", "loss", "dscore"),
                         [(cross_entropy, np.log(4), 3 / 4), (hinge, np.log(3) + 1, 1)], ids=["softmax", "svm"])
def test_one_step_by_hand(monkeypatch, data_loss, loss, dscore):
    """From scores (log 3, 0), true class 1: two settings' losses and steps, as on paper."""
    monkeypatch.setattr(stacked, "first_weights", lambda X, y, rng: np.array([[np.log(3), 0]]))
    W, final_losses = train_stacked(data_loss, np.ones((1, 1)), np.array([1]), [(0.5, 0), (0.01, 10)], 1, 1,
                                    np.random.default_rng())
    np.testing.assert_allclose(final_losses, [loss, loss + 10 * np.log(3) ** 2], rtol=1e-14)
    steps = [[0.5 * dscore, -0.5 * dscore], [0.01 * (dscore + 20 * np.log(3)), -0.01 * dscore]]
    np.testing.assert_allclose(W[:, 0], [np.log(3), 0] - np.array(steps), rtol=1e-14)


def plain_loss(model, W, X, y, reg):
    """The loss as its formula has it, for complex W too."""
    scores = X @ W
    true = scores[np.arange(len(y)), y]
    if model is Softmax:
        data_losses = np.log(np.exp(scores).sum(axis=1)) - true
    else:
        margins = scores - true[:, None] + 1
        data_losses = np.where(margins.real > 0, margins, 0).sum(axis=1) - 1  # the true class's own margin
    return data_losses.mean() + reg * np.sum(W**2)


@both
@pytest.mark.parametrize("dtype", [np.float64, np.uint8])
def test_each_step_is_the_gradient(model, dtype):
    """The tenth step of every setting is its learning rate times the complex-step derivative of its own loss."""
    X, y = problem(dtype)
    X = X // 50 if dtype == np.uint8 else X
    before, after = (together(model, X, y, SETTINGS, n, 8)[0] for n in (9, 10))
    rng = np.random.default_rng(0)
    rng.standard_normal((6, 3))  # the first weights
    batch = [rng.integers(40, size=8) for _ in range(10)][-1]
    for old, new, (learning_rate, reg) in zip(before, after, SETTINGS, strict=True):
        dW = complex_step_gradient(lambda W, reg=reg: plain_loss(model, W, X[batch], y[batch], reg), old)
        np.testing.assert_allclose(new, old - learning_rate * dW, rtol=1e-11, atol=1e-13)


# --- divergence ---------------------------------------------------------------------------------------------------

BAD = [(1e200, 1e200), (1e200, 0.0), (1e-200, 1e250), (10.0, 1e30), (1e36, 0.01), (1e307, 1e-9)]


@both
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("num_iters", [1, 2, 70])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_neighbours_of_a_diverged_setting(model, dtype, tolerance, num_iters, place):
    """Overflow in the first step, the last or between leaves the other settings as they are without it, quietly."""
    X, y = problem(dtype)
    X *= 100
    good = [(learning_rate / 1e4, reg) for learning_rate, reg in SETTINGS[:3]]
    W_good, losses_good = together(model, X, y, good, num_iters, 6)
    assert np.isfinite(losses_good).all()
    W, losses = together(model, X, y, good[:place] + BAD + good[place:], num_iters, 6)
    bad = np.s_[place : place + len(BAD)]
    assert_equal_to_rounding(np.delete(W, bad, axis=0), W_good, tolerance)
    np.testing.assert_allclose(np.delete(losses, bad), losses_good, rtol=tolerance)
    assert not np.isnan(losses).any()
    if num_iters == 70:
        assert (losses[bad] > 1e200).all()
    np.testing.assert_array_equal(losses[bad] == np.inf, alone(model, X, y, BAD, num_iters, 6)[1] == np.inf)


@both
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_weights_that_overflow_in_the_last_step(model, dtype):
    """A loss that is still finite and a step that isn't: the final loss is inf, the accuracy NaN."""
    X, y = problem(dtype)
    W, final_losses = together(model, X, y, [(0.1, 0.0), (1e308, 1e308), (0.1, 1.0)], 1, 5)
    assert final_losses[1] == np.inf and np.isfinite(final_losses[[0, 2]]).all()
    W[1] = np.inf
    np.testing.assert_array_equal(np.isnan(accuracies(W, X, y)), [False, True, False])


WRONG_ONCE = {
    "the true class's score is too far down": ([[1e108, -1e108]], [[1e200]], [1], 1e-92),
    "another class's score overflows": ([[0, -1e108]], [[1e203], [0]], [0, 1], 1.0),
}


@pytest.mark.parametrize(("first", "X", "y", "learning_rate"), WRONG_ONCE.values(), ids=WRONG_ONCE)
@both
def test_one_overflow_is_enough(monkeypatch, model, first, X, y, learning_rate):
    """A loss or a score that overflows once, long before the last 50 batches, is divergence, as in train."""
    first, X, y = np.array(first, float), np.array(X, float), np.array(y)
    monkeypatch.setattr(stacked, "first_weights", lambda X, y, rng: first)
    W, final_losses = together(model, X, y, [(learning_rate, 0.0)], 120, 20)
    one = model()
    one.W = first
    assert one.train(X, y, learning_rate, 0.0, 120, 20, rng=0)[0] == np.inf and final_losses[0] == np.inf


@both
def test_regularization_that_overflows(monkeypatch, model):
    """Finite scores of weights whose squares overflow: the final loss is inf, but not where reg is 0; nothing warns."""
    monkeypatch.setattr(stacked, "first_weights", lambda X, y, rng: np.array([[1e160, 0]]))
    W, final_losses = together(model, np.zeros((2, 1)), np.arange(2), [(1e-9, 1e-6), (1e-9, 0.0)], 3, 2)
    assert np.isfinite(W).all() and np.isfinite(final_losses).tolist() == [False, True]


def test_a_learning_rate_without_room_in_float32(monkeypatch):
    """Where no margin is violated, a step of any size is 0: a rate of 1e42 isn't divergence, as in train."""
    monkeypatch.setattr(stacked, "first_weights", lambda X, y, rng: np.array([[10, -10]], np.float32))
    X, y = np.array([[1], [-1]], np.float32), np.array([0, 1])
    W, final_losses = together(LinearSVM, X, y, [(1e42, 0.0)], 3, 2)
    assert W.tolist() == [[[10, -10]]] and final_losses == [0]


def test_accuracies_in_the_wider_type():
    """float32 weights and float64 rows beyond float32: classified, as by predict."""
    W, X = np.array([[[1, -1]], [[-1, 1]]], np.float32), np.array([[1e39], [-1e39]])
    assert stacked.accuracies(W, X, np.array([0, 1])).tolist() == [1, 0]


@both
def test_a_mean_that_overflows(model):
    """Fifty finite losses with a sum beyond float64: inf, as one by one, and nothing warns."""
    X, y = problem()
    with np.errstate(over="ignore"):
        expected = alone(model, 1e160 * X, y, [(1e-13, 0.0)], 60, 5)[1]
    W, final_losses = together(model, 1e160 * X, y, [(1e-13, 0.0)], 60, 5)
    assert np.isfinite(W).all() and final_losses[0] == expected[0] == np.inf


@both
def test_float32_losses_are_added_in_float64(monkeypatch, model):
    """Ten losses of 1e38 have a sum beyond float32 and a mean that isn't: no divergence."""
    first, X, y = np.array([[1e13, 0]], np.float32), np.full((10, 1), 1e25, np.float32), np.ones(10, int)
    monkeypatch.setattr(stacked, "first_weights", lambda X, y, rng: first)
    _, final_losses = together(model, X, y, [(1e-25, 0.0)], 3, 10)
    np.testing.assert_allclose(final_losses, 1e38, rtol=1e-6)


@both
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_bad_data_is_not_divergence(model, value):
    """NaN or inf in a batch raises the ValueError of train, also beside a setting that did diverge."""
    X, y = problem()
    X[7, 2] = value
    with pytest.raises(ValueError, match="X: expected finite numbers, got [1-9]"):
        together(model, X, y, [(1e200, 1e200), (0.1, 0.0)], 60, 8)
    W = np.ones((1, 6, 3))
    with pytest.raises(ValueError, match="X: expected finite numbers, got 1 NaN or inf among 240"):
        accuracies(W, X, y)


# --- accuracies ---------------------------------------------------------------------------------------------------

@pytest.fixture
def tiny_blocks(monkeypatch):
    """Blocks of two rows of six float64 numbers."""
    monkeypatch.setattr(blocks, "WHOLE", 96)
    monkeypatch.setattr(blocks, "BLOCK", 96)
    monkeypatch.setattr(blocks, "ROWS_PER_CLASS", 1)


def counted(W, X, y):
    """The accuracies, by loops."""
    return [sum(int(np.argmax(x.astype(W.dtype) @ one)) == label for x, label in zip(X, y, strict=True)) / len(y)
            for one in W]


@given(N=st.integers(1, 40), D=st.integers(1, 6), C=st.integers(1, 4), K=st.integers(1, 6), seed=st.integers(0, 99),
       dtype=st.sampled_from([np.float64, np.float32, np.uint8]), whole=st.sampled_from([1, 48, 200, 2**24]))
@settings(deadline=None, derandomize=True, database=None, max_examples=80)
def test_accuracies_are_counted(N, D, C, K, seed, dtype, whole):
    """In one block or many, ties and all (small integers have exact scores): the fractions that loops count."""
    rng = np.random.default_rng(seed)
    X, y, W = rng.integers(0, 3, (N, D)).astype(dtype), rng.integers(C, size=N), rng.integers(-2, 3, (K, D, C))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(blocks, "WHOLE", whole)
        monkeypatch.setattr(blocks, "BLOCK", whole)
        monkeypatch.setattr(blocks, "ROWS_PER_CLASS", 1)
        np.testing.assert_array_equal(accuracies(W.astype(np.float64), X, y), counted(W.astype(np.float64), X, y))


def test_accuracies_as_predict(tiny_blocks):
    """The accuracies of trained weights are those of the model's own predict, pixels included."""
    for dtype in (np.float64, np.float32, np.uint8):
        X, y = problem(dtype)
        settings = [(learning_rate / (1e4 if dtype == np.uint8 else 1), 0.0) for learning_rate, _ in SETTINGS]
        W, _ = together(Softmax, X, y, settings, 30, 9)
        model, expected = Softmax(), []
        for model.W in W:
            expected.append(np.mean(model.predict(X) == y))
        assert len(blocks.row_blocks(X, W)) >= 10
        np.testing.assert_array_equal(accuracies(W, X, y), expected)


def test_integers_in_the_precision_of_the_weights():
    """Integers that float32 can't tell apart give a tie to float32 weights, as in predict."""
    model, X = Softmax(), np.array([[2**24, 2**24 + 1]])
    model.W = np.eye(2, dtype=np.float32)
    assert model.predict(X) == 0 and accuracies(model.W[None], X, np.array([0])) == 1
    assert accuracies(np.eye(2)[None], X, np.array([0])) == 0


@pytest.mark.parametrize("row", [0, 17, 39])
def test_one_overflow_in_any_block(row, tiny_blocks):
    """A score that overflows in one row makes that setting NaN, and no other, without a warning."""
    X, y = problem()
    X[row] = 1e200
    W = np.random.default_rng(1).standard_normal((4, 6, 3))
    expected = counted(W, X, y)
    W[2] = [1e150, -1e150, 0]
    expected[2] = np.nan
    np.testing.assert_array_equal(accuracies(W, X, y), expected)
    X[row] = 1
    assert np.isfinite(accuracies(W, X, y)).all()


def test_training_side_by_side_where_numpy_raises():
    """np.seterr(all="raise") changes nothing: numbers that underflow, or settings that diverge, are no error."""
    X, y = 1e-160 * np.random.default_rng(0).standard_normal((20, 4)), np.arange(20) % 3
    settings = [(1e-160, 1e-5), (1e-3, 0.0), (1e300, 1e300)]
    found = []
    for errors in ("ignore", "raise"):
        with np.errstate(all=errors):
            W, final_losses = together(Softmax, X, y, settings, 60, 9)
            found.append([W.tobytes(), final_losses.tobytes(), accuracies(W, X, y).tobytes()])
    assert found[0] == found[1]
