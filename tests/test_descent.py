"""classifiers/descent.py: update rules, their memory, and learning-rate schedules, in training."""

import numpy as np
import pytest

from cs231n_softmax import LinearSVM, Softmax, optim
from cs231n_softmax.classifiers.descent import Descent

X = np.random.default_rng(0).standard_normal((40, 5))
y = np.arange(40) % 3
RULES = pytest.mark.parametrize("name", optim.RULES)


class Slopes(Descent):
    """Two arrays of parameters with constant gradients; the loss is their sum."""

    def __init__(self):
        self.params = {"one": np.zeros(2), "two": np.zeros((1, 3))}

    def _fitting(self, X, y, reg):
        return np.asarray(X), np.asarray(y)

    def _gradients(self, X, y, reg):
        return sum(w.sum() for w in self.params.values()), {"one": np.ones(2), "two": np.full((1, 3), -2.0)}


def trained(steps, **options):
    """Return the parameters of Slopes after so many steps."""
    model = Slopes()
    model.train(np.ones((1, 1)), [0], num_iters=steps, batch_size=1, **options)
    return model.params


def softmax(**options):
    """Return the weights of a Softmax after a short training."""
    model = Softmax()
    model.train(X, y, **{"learning_rate": 0.1, "num_iters": 7, "batch_size": 10, "rng": 0} | options)
    return model.W


@RULES
def test_a_rule_by_name_is_the_rule_itself(name):
    """Step by step, with a config of its own for each array, which begins with the learning rate alone."""
    rule, expected, configs = optim.RULES[name], Slopes().params, {}
    gradients = Slopes()._gradients(None, None, 0)[1]
    for _ in range(5):
        for key, w in expected.items():
            expected[key], configs[key] = rule(w, gradients[key], configs.get(key, {"learning_rate": 0.3}))
    for update in (name, rule):
        found = trained(5, learning_rate=0.3, update=update)
        for key in expected:
            np.testing.assert_array_equal(found[key], expected[key])


@RULES
def test_rules_differ_and_linear_classifiers_have_them_all(name):
    """Each rule leads elsewhere than plain SGD, except SGD itself, which is the default."""
    assert (softmax(update=name) == softmax()).all() == (name == "sgd")
    assert len(LinearSVM().train(X, y, num_iters=2, update=name, rng=0)) == 2


def test_each_array_has_a_config_of_its_own():
    """The configs are different dictionaries, and a rule gets back what it has returned."""
    seen = []

    def rule(w, dw, config):
        seen.append((w.shape, dict(config)))
        return w, {"learning_rate": config["learning_rate"], "steps": config.get("steps", 0) + 1}

    trained(2, learning_rate=0.5, update=rule)
    assert seen == [((2,), {"learning_rate": 0.5}), ((1, 3), {"learning_rate": 0.5}),
                    ((2,), {"learning_rate": 0.5, "steps": 1}), ((1, 3), {"learning_rate": 0.5, "steps": 1})]


def test_a_second_training_starts_with_an_empty_memory():
    """Two trainings of one step each have no momentum; with plain SGD they are one training of two steps."""
    for name, same in [("sgd", True), ("sgd_momentum", False), ("adam", False)]:
        model, rng = Softmax(), np.random.default_rng(0)
        for _ in range(2):
            model.train(X, y, 0.1, num_iters=2, batch_size=10, update=name, rng=rng)
        assert np.array_equal(model.W, softmax(num_iters=4, update=name)) == same


def test_a_rule_may_work_in_place():
    """It changes a copy: the weights that were there before, and those of the last finite step, stay."""
    def in_place(w, dw, config):
        config["steps"] = config.get("steps", 0) + 1
        w -= 0.1 * dw if config["steps"] < 3 else np.inf
        return w, config

    model = Softmax()
    model.W = before = np.ones((5, 3))
    losses = model.train(X, y, num_iters=5, batch_size=10, update=in_place, rng=0)
    assert np.isfinite(losses).tolist() == [True, True, False, False, False]
    assert (before == 1).all() and np.isfinite(model.W).all()
    shorter = Softmax()
    shorter.W = np.ones((5, 3))
    shorter.train(X, y, 0.1, num_iters=2, batch_size=10, rng=0)
    np.testing.assert_allclose(model.W, shorter.W, rtol=1e-14)


@pytest.mark.parametrize(("update", "error", "message"), [
    ("adma", ValueError, 'update: expected one of "sgd", "sgd_momentum", "nesterov_momentum", "rmsprop", "adam", or a '
                         "function (w, dw, config) -> (next_w, config), got 'adma'."),
    (None, TypeError, "got None."), (0.9, TypeError, "got 0.9."), ([1], TypeError, "got [1]."),
    (lambda w, dw, config: w, TypeError, r"update: expected a rule that returns (next_w, config), got array("),
    (lambda w, dw, config: (w, None), TypeError, r"update: expected a rule that returns (next_w, config), got (array"),
    (lambda w, dw, config: (w[0], config), ValueError, "expected next_w with W's shape (5, 3), got float64 (3,)"),
    (lambda w, dw, config: (w * 1j, config), ValueError, "got complex128 (5, 3) from the rule.")])
def test_what_is_no_rule_is_refused(update, error, message):
    """A wrong name lists the rules, and a wrong result says what came. No weights are left behind."""
    model = Softmax()
    with pytest.raises(error) as caught:
        model.train(X, y, update=update)
    assert message in str(caught.value) and model.W is None


def test_the_types_stay():
    """A rule that computes in float64 leaves float32 weights float32."""
    model = Softmax()
    model.train(X.astype(np.float32), y, num_iters=2, update=lambda w, dw, config: (w - 0.1 * dw.astype(float), config))
    assert model.W.dtype == np.float32


# --- schedules -------------------------------------------------------------------------------------------------------

def test_a_schedule_is_asked_before_each_step():
    """Constant gradients: the parameters are the sum of the rates, also behind a rule with a memory."""
    rates, asked = [0.5, 0.25, 0.0, 1.0], []
    found = trained(4, learning_rate=lambda iteration: asked.append(iteration) or rates[iteration])
    assert asked == [0, 1, 2, 3]
    np.testing.assert_allclose(found["one"], -sum(rates))
    np.testing.assert_allclose(found["two"], 2 * sum(rates))
    velocity = place = 0.0
    for rate in rates:
        velocity = 0.9 * velocity - rate
        place += velocity
    np.testing.assert_allclose(trained(4, learning_rate=rates.__getitem__, update="sgd_momentum")["one"], place)


@RULES
def test_a_constant_schedule_is_a_number(name):
    """To the bit."""
    np.testing.assert_array_equal(softmax(update=name, learning_rate=lambda i: 0.1), softmax(update=name))


@pytest.mark.parametrize("value", [-1, np.nan, np.inf, None, "0.1"])
def test_a_schedule_gives_a_number(value):
    """ValueError names the iteration; the steps before it are kept."""
    model = Softmax()
    with pytest.raises((ValueError, TypeError), match=r"^learning_rate\(2\): expected a finite number >= 0, got"):
        model.train(X, y, lambda i: 0.1 if i < 2 else value, num_iters=5, batch_size=10, rng=0)
    np.testing.assert_array_equal(model.W, softmax(num_iters=2))
