"""The update rules: by hand, against their closed forms, against Nesterov's own form, and what they leave alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs231n_softmax import optim

RULES = pytest.mark.parametrize("rule", optim.RULES.values(), ids=optim.RULES)


def steps(rule, gradients, w=0.0, **config):
    """Return w after each of the steps with these gradients, from w on."""
    w, places = np.array([w]), []
    for dw in gradients:
        w, config = rule(w, np.array([dw]), config)
        places.append(w.item())
    return places


def test_by_hand():
    """Two steps with gradients 2 and -1, from 1, at the learning rate 0.5."""
    two = {"gradients": [2.0, -1.0], "w": 1.0, "learning_rate": 0.5}
    assert steps(optim.sgd, **two) == [0.0, 0.5]
    # velocities: -1, then 0.5 * -1 + 0.5 = 0
    assert steps(optim.sgd_momentum, momentum=0.5, **two) == [0.0, 0.0]
    # steps: 0.5 * -1 - 1, then 0.5 * 0 + 0.5
    assert steps(optim.nesterov_momentum, momentum=0.5, **two) == [-0.5, 0.0]
    # caches: 0.5 * 4 = 2, then 0.5 * 2 + 0.5 = 1.5
    caches = [1 - 1 / np.sqrt(2), 1 - 1 / np.sqrt(2) + 0.5 / np.sqrt(1.5)]
    assert steps(optim.rmsprop, decay_rate=0.5, epsilon=0.0, **two) == pytest.approx(caches, rel=1e-14)
    # m: 1, then 0; v: 2, then 1.5; divided by 1/2, then by 3/4
    adam = steps(optim.adam, beta1=0.5, beta2=0.5, epsilon=0.0, **two)
    assert adam == pytest.approx([0.5, 0.5], rel=1e-14)
    # m: 0.2, then 0.08: divided by 0.1, then by 0.19; v: 0.04, then 0.0396 + 0.01: by 0.01, then by 0.0199
    adam = steps(optim.adam, [2.0, -1.0], learning_rate=1.0, beta1=0.9, beta2=0.99, epsilon=0.0)
    assert adam == pytest.approx([-1.0, -1.0 - 0.08 / 0.19 / np.sqrt(0.0496 / 0.0199)], rel=1e-14)


@settings(max_examples=30)
@given(g=st.floats(0.01, 100) | st.floats(-100, -0.01), t=st.integers(1, 200))
def test_closed_forms_for_a_constant_gradient(g, t):
    """Momentum: the velocity is a geometric sum; RMSProp: the cache is (1 - rho**t) g**2; Adam: +-r in every step."""
    mu, rho, ks = 0.8, 0.95, np.arange(1, t + 1)
    velocities = -0.1 * g * (1 - mu**ks) / (1 - mu)
    momentum = steps(optim.sgd_momentum, [g] * t, learning_rate=0.1, momentum=mu)
    np.testing.assert_allclose(momentum, np.cumsum(velocities), rtol=1e-10)
    nesterov = steps(optim.nesterov_momentum, [g] * t, learning_rate=0.1, momentum=mu)
    np.testing.assert_allclose(nesterov, np.cumsum(mu * velocities - 0.1 * g), rtol=1e-10)
    rmsprop = steps(optim.rmsprop, [g] * t, learning_rate=0.1, decay_rate=rho, epsilon=0)
    np.testing.assert_allclose(rmsprop, np.cumsum(-0.1 * np.sign(g) / np.sqrt(1 - rho**ks)), rtol=1e-10)
    adam = steps(optim.adam, [g] * t, learning_rate=0.1, epsilon=0)
    np.testing.assert_allclose(adam, -0.1 * np.sign(g) * ks, rtol=1e-10)


def test_nesterov_is_his_own_form_in_other_variables():
    """His form takes the gradient ahead, at u = x + momentum v. Our w is his u: the same points, step by step."""
    A, r, mu = np.diag([1.0, 0.2]), 0.3, 0.9
    x, v = np.array([1.0, -2.0]), np.zeros(2)
    w, config = x.copy(), {"learning_rate": r, "momentum": mu}
    for _ in range(20):
        v = mu * v - r * A @ (x + mu * v)
        x = x + v
        w, config = optim.nesterov_momentum(w, A @ w, config)
        np.testing.assert_allclose(w, x + mu * v, rtol=1e-10, atol=1e-14)


@RULES
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shapes_and_dtypes_stay_and_arguments_are_left_alone(rule, dtype):
    """Arrays of any shape; config is changed in place and returned, and one None gives a new config each time."""
    rng, config = np.random.default_rng(0), {"learning_rate": 0.1}
    w, dw = rng.standard_normal((2, 3, 4)).astype(dtype), rng.standard_normal((2, 3, 4)).astype(dtype)
    w.flags.writeable = dw.flags.writeable = False
    one, returned = rule(w, dw, config)
    two, _ = rule(one, dw, config)
    assert returned is config and one.shape == two.shape == w.shape and one.dtype == two.dtype == dtype
    assert all(value.dtype == dtype for value in config.values() if isinstance(value, np.ndarray))
    first, other = rule(w, dw)[1], rule(w, dw)[1]
    assert first is not other and first.keys() == config.keys()
    assert rule(np.float64(1), np.float64(1))[0] < 1  # one number


@RULES
def test_entries_do_not_mix(rule):
    """A step of an array is that of each of its entries alone."""
    rng = np.random.default_rng(1)
    w, gradients = rng.standard_normal(5), rng.standard_normal((7, 5))
    together, config = w, None
    alone, configs = list(w), [None] * 5
    for dw in gradients:
        together, config = rule(together, dw, config)
        for k in range(5):
            alone[k], configs[k] = rule(alone[k], dw[k], configs[k])
    np.testing.assert_allclose(together, alone, rtol=1e-13)


@RULES
def test_a_step_goes_down_and_many_arrive(rule):
    """On w**2 / 2 + u**2 / 20 each rule gets near (0, 0)."""
    w, config = np.array([1.0, -1.0]), {"learning_rate": 0.05}
    for _ in range(1000):
        w, config = rule(w, w * [1, 0.1], config)
    assert np.abs(w).max() < 0.06


@RULES
def test_extremes(rule):
    """A learning rate beyond float32 gives no error; a gradient of 0 gives no NaN; wrong configs are refused."""
    w = np.ones(3, np.float32)
    assert np.isfinite(rule(w, np.zeros(3, np.float32), {"learning_rate": 1e60})[0]).all()
    with pytest.raises(TypeError, match="config: expected a dictionary or None, got float"):
        rule(w, w, 0.1)
