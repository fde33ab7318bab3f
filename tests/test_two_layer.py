"""classifiers/two_layer.py: a hidden layer under the softmax, by hand, by complex steps, as loops, at the limits."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs231n_softmax import TwoLayerNet, optim, softmax_loss_vectorized, two_layer_loss

NAMES = ["W1", "b1", "W2", "b2"]
seeds = given(seed=st.integers(0, 2**32 - 1))


def problem(N, D, H, C, seed=0, dtype=np.float64):
    """Random parameters, rows and labels."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (D, H), "b1": H, "W2": (H, C), "b2": C}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    return params, rng.standard_normal((N, D)).astype(dtype), rng.integers(0, C, N)


def sized(seed, least=1):
    """A random problem of random sizes: N, D and H from 1, C from 2."""
    N, D, H, C = np.random.default_rng(seed).integers([1, 1, least, 2], [7, 7, 7, 5])
    return problem(N, D, H, C, seed)


def as_loops(params, X, y, reg):
    """Loss and gradients with loops over examples, hidden units and classes, as on paper."""
    W1, b1, W2, b2 = (params[name] for name in NAMES)
    N, (D, H), C = len(X), W1.shape, len(b2)
    loss, grads = 0.0, {name: np.zeros_like(w) for name, w in params.items()}
    for x, label in zip(X, y, strict=True):
        sums = [b1[h] + sum(x[d] * W1[d, h] for d in range(D)) for h in range(H)]
        hidden = [max(0.0, s) for s in sums]
        scores = [b2[c] + sum(hidden[h] * W2[h, c] for h in range(H)) for c in range(C)]
        powers = [np.exp(s - max(scores)) for s in scores]
        loss += (np.log(sum(powers)) + max(scores) - scores[label]) / N
        for c in range(C):
            dscore = (powers[c] / sum(powers) - (c == label)) / N
            grads["b2"][c] += dscore
            for h in range(H):
                grads["W2"][h, c] += dscore * hidden[h]
                if sums[h] > 0:
                    grads["b1"][h] += dscore * W2[h, c]
                    grads["W1"][:, h] += dscore * W2[h, c] * x
    for name in ("W1", "W2"):
        for index in np.ndindex(params[name].shape):
            loss += reg * params[name][index] ** 2
            grads[name][index] += 2 * reg * params[name][index]
    return loss, grads


# --- the loss and its gradients ------------------------------------------------------------------------------------

def test_by_hand():
    """One row x = (1, 2), two units, of which the second is silent, and scores log 3 and 0: p = (3/4, 1/4)."""
    params = {"W1": np.array([[1.0, 0.0], [0.0, -1.0]]), "b1": np.array([1.0, 1.0]),
              "W2": np.array([[np.log(3), 0.0], [5.0, 6.0]]), "b2": np.array([-np.log(3), 0.0])}
    loss, grads = two_layer_loss(params, [[1, 2]], [1], reg=0.1)  # the units: 1 + 1 = 2, and max(0, 1 - 2)
    penalty = 2 + np.log(3) ** 2 + 61
    assert loss == pytest.approx(np.log(4) + 0.1 * penalty, rel=1e-14)
    np.testing.assert_allclose(grads["b2"], [0.75, -0.75], rtol=1e-14)
    np.testing.assert_allclose(grads["W2"], [[1.5 + 0.2 * np.log(3), -1.5], [1, 1.2]], rtol=1e-14)
    np.testing.assert_allclose(grads["b1"], [0.75 * np.log(3), 0], rtol=1e-14)
    np.testing.assert_allclose(grads["W1"], [[0.75 * np.log(3) + 0.2, 0], [1.5 * np.log(3), -0.2]], rtol=1e-14)


@pytest.mark.parametrize("seed", range(30))
def test_the_gradients_are_the_loss_s_derivatives(seed):
    """Complex steps, entry by entry: below a relative error of 1e-10 in each array."""
    params, X, y = sized(seed)
    loss, grads = two_layer_loss(params, X, y, 0.3)
    assert type(loss) is float and list(grads) == NAMES
    for name in NAMES:
        expected = np.zeros_like(params[name])
        for index in np.ndindex(expected.shape):
            stepped = {key: w.astype(complex) for key, w in params.items()}
            stepped[name][index] += 1e-30j
            expected[index] = two_layer_loss(stepped, X, y, 0.3)[0].imag / 1e-30
        assert np.linalg.norm(grads[name] - expected) <= 1e-10 * np.linalg.norm(expected)


@settings(deadline=None, max_examples=30, derandomize=True)
@seeds
def test_as_with_loops(seed):
    """The same loss and gradients as on paper."""
    params, X, y = sized(seed)
    loss, grads = two_layer_loss(params, X, y, 0.3)
    expected, by_loops = as_loops(params, X, y, 0.3)
    assert loss == pytest.approx(expected, rel=1e-12)
    for name in NAMES:
        np.testing.assert_allclose(grads[name], by_loops[name], rtol=1e-10, atol=1e-13)


def test_the_layer_on_top_is_the_softmax_classifier():
    """dW2 is softmax_loss_vectorized's gradient on the hidden units; where all units work, the network is linear."""
    params, X, y = problem(9, 4, 6, 3)
    H = np.maximum(0, X @ params["W1"] + params["b1"])
    params["b2"][:] = 0
    loss, grads = two_layer_loss(params, X, y, 0.0)
    expected, dW = softmax_loss_vectorized(params["W2"], H, y, 0.0)
    assert loss == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(grads["W2"], dW, rtol=1e-12, atol=1e-15)
    params["b1"] += 100  # every unit is at work
    linear = params["W1"] @ params["W2"]
    shift = params["b1"] @ params["W2"]
    loss = two_layer_loss(params, X, y, 0.0)[0]
    with_bias = softmax_loss_vectorized(np.vstack([linear, shift]), np.c_[X, np.ones(9)], y, 0.0)[0]
    assert loss == pytest.approx(with_bias, rel=1e-10)


@settings(deadline=None, max_examples=30, derandomize=True)
@seeds
def test_the_order_of_hidden_units_does_not_matter(seed):
    """A permutation of the units leaves the loss, and permutes the gradients."""
    params, X, y = sized(seed, least=2)
    order = np.random.default_rng(seed).permutation(len(params["b1"]))
    permuted = {"W1": params["W1"][:, order], "b1": params["b1"][order], "W2": params["W2"][order], "b2": params["b2"]}
    loss, grads = two_layer_loss(params, X, y, 0.1)
    other, others = two_layer_loss(permuted, X, y, 0.1)
    assert other == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(others["W1"], grads["W1"][:, order], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(others["W2"], grads["W2"][order], rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=30, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), a=st.floats(0.01, 100))
def test_a_factor_can_move_between_the_layers(seed, a):
    """W1 and b1 times a > 0, and W2 divided by a: the same scores. (A penalty would tell them apart.)"""
    params, X, y = sized(seed)
    scaled = params | {"W1": a * params["W1"], "b1": a * params["b1"], "W2": params["W2"] / a}
    loss, grads = two_layer_loss(params, X, y, 0.0)
    other, others = two_layer_loss(scaled, X, y, 0.0)
    assert other == pytest.approx(loss, rel=1e-10)
    np.testing.assert_allclose(others["W1"] * a, grads["W1"], rtol=1e-8, atol=1e-11)
    np.testing.assert_allclose(others["W2"] / a, grads["W2"], rtol=1e-8, atol=1e-11)


def test_biases_are_free():
    """reg changes neither their gradients nor, through them, the loss."""
    params, X, y = problem(5, 3, 4, 3)
    (small, at_0), (large, at_1) = (two_layer_loss(params, X, y, reg) for reg in (0.0, 1.0))
    assert large - small == pytest.approx(np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2), rel=1e-12)
    for name in ("b1", "b2"):
        np.testing.assert_array_equal(at_0[name], at_1[name])


def test_a_unit_at_its_kink_passes_nothing_on():
    """A sum of exactly 0 has the slope 0, and so has -0."""
    params = {"W1": np.array([[1.0, -1.0]]), "b1": np.zeros(2), "W2": np.ones((2, 2)), "b2": np.zeros(2)}
    params["W2"][:, 0] = 3
    grads = two_layer_loss(params, [[0.0]], [0], 0)[1]
    assert not grads["b1"].any() and not grads["W1"].any() and grads["b2"].any()


# --- numbers ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("dtypes", "expected"), [
    ((np.float32, np.float32), np.float32), ((np.float64, np.float32), np.float64),
    ((np.float32, np.float64), np.float64),
    ((np.float16, np.float16), np.float32), ((np.float32, np.uint8), np.float32), ((np.float64, np.int64), np.float64)])
def test_dtypes(dtypes, expected):
    """Arithmetic is in the widest floating type of parameters and rows, at least float32; integers have no say."""
    params, X, y = problem(6, 4, 5, 3)
    params = {name: w.astype(dtypes[0]) for name, w in params.items()}
    X = np.abs(4 * X).astype(dtypes[1])
    loss, grads = two_layer_loss(params, X, y, 0.1)
    assert {dw.dtype for dw in grads.values()} == {np.dtype(expected)}
    wide = {name: w.astype(np.float64) for name, w in params.items()}
    assert loss == pytest.approx(two_layer_loss(wide, X.astype(float), y, 0.1)[0], rel=1e-5)


def test_arguments_stay_as_they_are():
    """Read-only arrays, lists and every other column give the same numbers as ordinary arrays."""
    params, X, y = problem(6, 4, 5, 3)
    expected, grads = two_layer_loss(params, X, y, 0.1)
    wide = {name: np.repeat(w, 2, axis=-1)[..., ::2] for name, w in params.items()}
    for array in [*wide.values(), X, y]:
        array.flags.writeable = False
    loss, others = two_layer_loss(wide, X, y, 0.1)
    assert loss == pytest.approx(expected, rel=1e-14)
    assert two_layer_loss(params, X.tolist(), y.tolist(), 0.1)[0] == expected
    for name in NAMES:
        np.testing.assert_allclose(others[name], grads[name], rtol=1e-12)


def test_all_units_silent():
    """Then only b2 has a gradient, and the penalty."""
    params, X, y = problem(6, 4, 5, 3)
    params["b1"] -= 1000
    loss, grads = two_layer_loss(params, X, y, 0.0)
    assert loss == pytest.approx(softmax_loss_vectorized(params["b2"][None], np.ones((6, 1)), y, 0.0)[0], rel=1e-14)
    assert not grads["W1"].any() and not grads["b1"].any() and not grads["W2"].any() and grads["b2"].any()


def test_huge_scores_and_tiny_ones():
    """Scores of 1e300 have a finite loss; overflow and NaN say where they come from, and no NaN hides in a unit."""
    params, X, y = problem(3, 2, 2, 2)
    params["b2"][:] = [1e300, -1e300]
    assert two_layer_loss(params, X, [1, 1, 1], 0.0)[0] == pytest.approx(2e300)
    params["W2"] *= 1e200
    params["W1"] *= 1e200
    with pytest.raises(OverflowError, match=r"scores: too large for float64. The parameters reach \|W1\| .*lower the"):
        two_layer_loss(params, np.abs(X), y, 0.0)
    for value in (np.nan, -np.inf):
        for name in NAMES:
            params, X, y = problem(3, 2, 2, 2)
            params[name].flat[0] = value
            with pytest.raises(ValueError, match=f"^{name}: expected finite numbers, got 1 NaN or inf"):
                two_layer_loss(params, X, y, 0.0)
        params, X, y = problem(3, 2, 2, 2)
        X[0, 0] = value
        with pytest.raises(ValueError, match="^X: expected finite numbers"):
            two_layer_loss(params, X, y, 0.0)
    params = {name: np.full_like(w, 1e200) for name, w in params.items()}
    with pytest.raises(OverflowError, match="loss: too large"):
        two_layer_loss(params | {"b1": np.full(2, -1e300)}, np.zeros((3, 2)), y, 1.0)


# --- errors ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("changed", "error", "message"), [
    ({"b1": None}, TypeError, "b1: expected floating-point numbers, got object"),
    ({"W2": np.ones((5, 3), int)}, TypeError, "W2: expected floating-point numbers, got int64"),
    ({"b1": np.ones(4)}, ValueError, "W1: expected shapes W1 (D, H), b1 (H,), W2 (H, C), b2 (C,) with H > 0 and C > 0, "
                                     "got W1 (4, 5), b1 (4,), W2 (5, 3), b2 (3,)."),
    ({"b2": np.ones((1, 3))}, ValueError, "W2: expected shapes"),
    ({"W2": np.ones((3, 5))}, ValueError, "W2: expected shapes"),
    ({"W1": np.ones(5)}, ValueError, "W1: expected shapes"),
    ({"W1": np.ones((4, 0)), "b1": np.ones(0), "W2": np.ones((0, 3))}, ValueError, "W1: expected shapes"),
    ({"b2": np.float64(1)}, ValueError, "W2: expected shapes"),
])
def test_wrong_parameters_are_refused(changed, error, message):
    """The error names the array, what was expected, and what came."""
    params, X, y = problem(6, 4, 5, 3)
    with pytest.raises(error, match="^" + re.escape(message)):
        two_layer_loss(params | changed, X, y, 0.0)


@pytest.mark.parametrize(("X", "y", "reg", "error", "message"), [
    (np.ones((2, 3)), [0, 1], 0, ValueError, "X: expected shape (N, 4), got (2, 3)."),
    (np.ones((2, 2, 2)), [0, 1], 0, ValueError, "X: expected shape (N, 4), got (2, 2, 2). Use X.reshape(len(X), -1)."),
    (np.ones((0, 4)), [], 0, ValueError, "X: expected at least one example, got N = 0."),
    (np.ones((2, 4)), [0, 3], 0, ValueError, "y: expected labels 0..2 (b2 has C = 3 numbers), got 0..3."),
    (np.ones((2, 4)), [0.0, 1.0], 0, TypeError, "y: expected integer labels"),
    (np.ones((2, 4)), [0], 0, ValueError, "y: expected shape (2,)"),
    (np.ones((2, 4)), [0, 1], -1, ValueError, "reg: expected a finite number >= 0, got -1."),
    (np.ones((2, 4), complex), [0, 1], 0, TypeError, "X: expected real numbers"),
])
def test_wrong_data_are_refused(X, y, reg, error, message):
    """As by the other losses; the network's methods say the same."""
    params, *_ = problem(6, 4, 5, 3)
    with pytest.raises(error, match="^" + re.escape(message)):
        two_layer_loss(params, X, y, reg)
    net = TwoLayerNet(4, 5, 3)
    with pytest.raises(error, match="^" + re.escape(message)):
        net.loss(X, y, reg)
    with pytest.raises(error, match="^" + re.escape(message)):
        net.train(X, y, reg=reg)


def test_names_of_params():
    """Just the four names, in any order."""
    params, X, y = problem(6, 4, 5, 3)
    expected = two_layer_loss(params, X, y, 0.0)[0]
    assert two_layer_loss(dict(reversed(params.items())), X, y, 0.0)[0] == expected
    for wrong in (params | {"W3": np.ones(1)}, {name: w for name, w in params.items() if name != "b1"}):
        with pytest.raises(ValueError, match="^params: expected a dictionary with W1, b1, W2, b2, got"):
            two_layer_loss(wrong, X, y, 0.0)
    with pytest.raises(TypeError, match="^params: expected a dictionary with W1, b1, W2, b2, got ndarray"):
        two_layer_loss(X, X, y, 0.0)


# --- the network -----------------------------------------------------------------------------------------------------

def rings(N=300, seed=0):
    """Two classes: a disc and the ring around it, which no linear classifier tells apart."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, N)
    radius, angle = 0.5 + 1.5 * y + 0.3 * rng.random(N), 2 * np.pi * rng.random(N)
    return np.c_[radius * np.cos(angle), radius * np.sin(angle)], y


def test_first_parameters():
    """std times standard normal numbers, biases 0; None: the root of 2 / rows for each matrix; the seed decides."""
    net = TwoLayerNet(400, 300, 10, rng=1)
    assert [(name, w.shape) for name, w in net.params.items()] == [
        ("W1", (400, 300)), ("b1", (300,)), ("W2", (300, 10)), ("b2", (10,))]
    assert 0.99e-4 < net.params["W1"].std() < 1.01e-4 and 0.95e-4 < net.params["W2"].std() < 1.05e-4
    assert not net.params["b1"].any() and not net.params["b2"].any()
    assert {w.dtype for w in net.params.values()} == {np.dtype(np.float64)}
    he = TwoLayerNet(400, 300, 10, std=None, rng=1, dtype=np.float32)
    assert he.params["W1"].std() == pytest.approx(np.sqrt(2 / 400), rel=0.01)
    assert he.params["W2"].std() == pytest.approx(np.sqrt(2 / 300), rel=0.05)
    assert {w.dtype for w in he.params.values()} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(TwoLayerNet(4, 3, 2, rng=5).params["W1"], TwoLayerNet(4, 3, 2, rng=5).params["W1"])
    assert (TwoLayerNet(4, 3, 2).params["W1"] != TwoLayerNet(4, 3, 2).params["W1"]).any()


@pytest.mark.parametrize(("arguments", "options", "error", "message"), [
    ((0, 3, 2), {}, ValueError, "input_size: expected at least 1"),
    ((4, 3.0, 2), {}, TypeError, "hidden_size: expected"),
    ((4, 3, 2, -1.0), {}, ValueError, "std: expected a finite number >= 0"),
    ((4, 3, 2), {"dtype": int}, TypeError, "dtype: expected float32 or float64"),
    ((4, 3, 2), {"rng": "a"}, TypeError, "rng: expected")])
def test_wrong_sizes_are_refused(arguments, options, error, message):
    with pytest.raises(error, match=f"^{message}"):
        TwoLayerNet(*arguments, **options)


def test_loss_and_predict():
    """loss is two_layer_loss, or the scores without labels; predict is the class with the highest score, of any N."""
    net, X = TwoLayerNet(4, 5, 3, std=1.0, rng=0), np.random.default_rng(0).standard_normal((7, 4))
    y = np.arange(7) % 3
    scores = np.maximum(0, X @ net.params["W1"] + net.params["b1"]) @ net.params["W2"] + net.params["b2"]
    np.testing.assert_allclose(net.loss(X), scores, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(net.predict(X), scores.argmax(axis=1))
    assert net.predict(X[:0]).shape == (0,)
    loss, grads = net.loss(X, y, 0.5)
    expected, by_function = two_layer_loss(net.params, X, y, 0.5)
    assert loss == expected and all((grads[name] == by_function[name]).all() for name in NAMES)
    assert net.loss(X, y)[0] == two_layer_loss(net.params, X, y, 0.0)[0]
    for wrong, error in [(X[:, :3], ValueError), (np.full((1, 4), np.nan), ValueError),
                         (np.full((1, 4), 1e308), OverflowError)]:
        for method in (net.predict, net.loss):
            with pytest.raises(error):
                method(wrong)


def test_scores_of_many_rows_are_those_of_few():
    """3,000 rows are several blocks, on several threads."""
    net, X = TwoLayerNet(300, 20, 4, std=0.1, rng=0), np.random.default_rng(0).standard_normal((3000, 300))
    np.testing.assert_allclose(net.loss(X)[1234:1250], net.loss(X[1234:1250]), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("update", "learning_rate"), [
    ("sgd", 0.5), ("sgd_momentum", 0.1), ("nesterov_momentum", 0.1), ("rmsprop", 0.01), ("adam", 0.01),
    (lambda w, dw, config: optim.adam(w, dw, config), 0.01)], ids=lambda value: getattr(value, "__name__", str(value)))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_learns_what_no_linear_classifier_can(update, learning_rate, dtype):
    """A disc inside of a ring, to 98 % and more, with each update rule; seen and unseen rows."""
    (X, y), unseen = rings(), rings(seed=1)
    net = TwoLayerNet(2, 20, 2, std=None, rng=0, dtype=dtype)
    losses = net.train(X.astype(dtype), y, learning_rate, reg=1e-4, num_iters=400, batch_size=50, update=update, rng=0)
    assert len(losses) == 400 and np.mean(losses[-20:]) < 0.3 * losses[0]
    assert (net.predict(X) == y).mean() > 0.98 and (net.predict(unseen[0]) == unseen[1]).mean() > 0.98
    assert {w.dtype for w in net.params.values()} == {np.dtype(dtype)}


def test_one_step_by_hand():
    """Each array goes down its own gradient; the loss is from before the step."""
    params, X, y = problem(1, 4, 5, 3)
    net = TwoLayerNet(4, 5, 3)
    net.params = {name: w.copy() for name, w in params.items()}
    loss, grads = two_layer_loss(params, np.repeat(X, 200, axis=0), np.repeat(y, 200), 0.5)
    [found] = net.train(X, y, 0.1, 0.5, num_iters=1)
    assert found == pytest.approx(loss, rel=1e-12)
    for name in NAMES:
        np.testing.assert_allclose(net.params[name], params[name] - 0.1 * grads[name], rtol=1e-12)


def test_training_is_the_seeds_alone():
    """The same seeds give the same bits, another seed gives others; the first parameters aren't changed in place."""
    X, y = rings()
    nets = [TwoLayerNet(2, 8, 2, std=None, rng=0) for _ in range(3)]
    first = nets[0].params["W1"]
    before = first.copy()
    losses = [net.train(X, y, 0.1, num_iters=20, update="adam", rng=rng)
              for net, rng in zip(nets, (1, 1, 2), strict=True)]
    assert losses[0] == losses[1] != losses[2]
    np.testing.assert_array_equal(nets[0].params["W1"], nets[1].params["W1"])
    np.testing.assert_array_equal(first, before)


@pytest.mark.parametrize("step", [0, 3])
def test_divergence_and_errors_keep_the_last_finished_step(step):
    """A huge learning rate, or an error in a callback: all four arrays are those of the steps before."""
    X, y = rings()
    net = TwoLayerNet(2, 8, 2, std=None, rng=0)
    before = net.params
    losses = net.train(X, y, lambda i: 0.1 if i < step else 1e300, num_iters=30, rng=0)
    good = int(np.isfinite(losses).sum())
    assert step <= good < 30 and all(np.isfinite(w).all() for w in net.params.values())
    shorter = TwoLayerNet(2, 8, 2, std=None, rng=0)
    shorter.train(X, y, lambda i: 0.1 if i < step else 1e300, num_iters=good, rng=0)
    for name in NAMES:
        np.testing.assert_array_equal(net.params[name], shorter.params[name])
    interrupted = TwoLayerNet(2, 8, 2, std=None, rng=0)

    def interrupt(iteration):
        if iteration == step:
            raise KeyboardInterrupt
        return 0.1

    with pytest.raises(KeyboardInterrupt):
        interrupted.train(X, y, interrupt, num_iters=10, rng=0)
    expected = TwoLayerNet(2, 8, 2, std=None, rng=0)
    expected.train(X, y, 0.1, num_iters=step, rng=0)
    for name in NAMES:
        np.testing.assert_array_equal(interrupted.params[name], expected.params[name])
    assert all((w == before[name]).all() for name, w in TwoLayerNet(2, 8, 2, std=None, rng=0).params.items())


def test_nan_in_x_is_named_by_its_row():
    """As by the linear classifiers: the row of X, not of the batch."""
    X, y = rings(20)
    X[7, 1] = np.nan
    with pytest.raises(ValueError, match="^X: expected finite numbers, got NaN or inf in row 7 of 20."):
        TwoLayerNet(2, 8, 2).train(X, y, rng=0)
