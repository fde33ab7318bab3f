"""Problems that nobody has seen, for the functions that an examination found right: what a grade rests on.

The examiner (cs231n_softmax.check) runs in the same process as the student's function, and explains. Code that takes
this process over could forge what the examiner says. So the functions are called once more, in a process that only has
new numbers (returned.py) and returns plain arrays. The right results are computed here, after that process has ended.
What it returns can only be right if the student's code computes it.

    problems(check, options, seed)     the arguments of a few calls: JSON
    refuted(check, problem, answer)    why an answer is wrong; "" if it is right
"""

import numpy as np
from scipy.special import log_softmax, softmax

from cs231n_softmax import Softmax, optim, softmax_loss_vectorized, svm_loss_vectorized, two_layer_loss

CLOSE = 1e-3  # float32 is enough for a right answer
COUNT = 3  # calls of each function


def problems(check, options, seed):
    """Return COUNT problems for a check, each a list of arguments: numbers, lists, or {"array": ..., "dtype": ...}."""
    rng = np.random.default_rng(seed)
    return [MAKE[check](rng, options | {"large": k == COUNT - 1}) for k in range(COUNT)]


def refuted(check, problem, answer):
    """Return why an answer (plain JSON) to a problem is wrong, in words; "" for a right one."""
    if "error" in answer:
        return f"it stops with {str(answer['error'])[:100]}"
    try:
        right = JUDGE[check](*map(decoded, problem), answer["value"])
    except (TypeError, ValueError, LookupError, OverflowError, AttributeError):
        right = False  # it has another form than the right answer
    return "" if right else "the result is another"


def array(values, dtype=float):
    """Return an array as JSON."""
    values = np.asarray(values, dtype)
    return {"array": values.tolist(), "dtype": str(values.dtype)}


def decoded(value):
    """Return an argument that array() has made; others as they are."""
    return np.array(value["array"], value["dtype"]) if isinstance(value, dict) and "array" in value else value


def same(got, right):
    """True for numbers of the right shape that are close, measured by the largest of them."""
    got, right = np.asarray(got, float), np.asarray(right, float)
    return got.shape == right.shape and bool(np.all(np.abs(got - right) <= CLOSE * (np.abs(right).max() + 1e-12)))


# --- problems ---------------------------------------------------------------------------------------------------------


def _scores(rng, options):
    scores = rng.normal(size=(int(rng.integers(2, 6)), int(rng.integers(3, 7))))
    large = options["large"] and options.get("stable", True)
    return [array(1000 * scores if large else 2 * scores)]


def _one_row(rng, options):
    (scores,) = _scores(rng, options)
    return [array(scores["array"][0]), int(rng.integers(len(scores["array"][0])))]


def _loss(rng, options):
    N, D, C = rng.integers([3, 4, 3], [9, 10, 7])
    X, W = np.column_stack([rng.normal(size=(N, D - 1)), np.ones(N)]), rng.normal(size=(D, C))
    y = rng.integers(C, size=N)
    if options["large"]:
        W[0] = 1000  # rows of scores that lie far apart. Within a row they don't, so no probability vanishes
    return [array(W), array(X), array(y, int), float(rng.uniform(0.1, 0.9))]


def _two_layers(rng, options):
    N, D, H, C = rng.integers([3, 3, 4, 3], [9, 8, 8, 7])
    params = {"W1": rng.normal(size=(D, H)), "b1": rng.normal(size=H), "W2": rng.normal(size=(H, C))}
    params["b2"] = rng.normal(size=C)
    if options["large"]:
        params["W2"][0] = 1000  # as above: a hidden unit that moves all scores of a row
    params = {name: array(w) for name, w in params.items()}
    return [params, array(rng.normal(size=(N, D))), array(rng.integers(C, size=N), int), float(rng.uniform(0.1, 0.9))]


def _cubic(rng, options):
    shape = [(4,), (2, 3), (3, 2)][int(rng.integers(3))]
    cubic, square = rng.normal(size=(2, *shape))
    return [{"cubic": array(cubic), "square": array(square)}, array(rng.normal(size=shape)), 0.1]


def _step(rng, options):
    """X has one feature for each row, so that the new W shows how often each row was drawn."""
    N, C = int(rng.integers(12, 16)), int(rng.integers(3, 6))
    W, y = array(rng.normal(size=(N, C))), array(rng.integers(C, size=N), int)
    return [W, array(np.eye(N)), y, 0.25, float(rng.uniform(0.1, 0.9)), int(rng.integers(6, 10)), int(rng.integers(99))]


def _rows(rng, options):
    W, X, _, _ = _loss(rng, options)
    return [W, X]


def _images(rng, options):
    return [array(rng.integers(256, size=(2, 32, 32, 3))), array(255 * rng.random(3072))]


def _sweep(rng, options):
    data = {}
    centres = rng.normal(size=(4, 6))
    for split, count in (("train", 40), ("val", 60)):
        y = rng.integers(4, size=count)
        data[f"X_{split}"], data[f"y_{split}"] = array(centres[y] + rng.normal(size=(count, 6))), array(y, int)
    settings = [[float(10.0**k), float(reg)] for k, reg in zip(rng.uniform(-4, 0, 4), rng.random(4), strict=True)]
    return [[[*settings[1], 0.125]], settings, data, 15]


def _updates(**memory):
    """Return a maker of several steps of an update rule; memory: {a name in config: a function of an array}."""

    def make(rng, options):
        shape = [(4,), (2, 3), (3, 2)][int(rng.integers(3))]
        rates = {"learning_rate": 0.1, "momentum": 0.5, "beta1": 0.5, "beta2": 0.7}
        config = {name: low + 0.25 * float(rng.random()) for name, low in rates.items()}
        if options["large"]:
            kept = {name: value(rng.normal(size=shape)) for name, value in memory.items()}
            config |= {name: array(value) if np.ndim(value) else value for name, value in kept.items()}
        return [array(rng.normal(size=shape)), [array(rng.normal(size=shape)) for _ in range(3)], config]

    return make


MAKE = {
    "softmax": _scores,
    "cross_entropy": _one_row,
    "softmax_loss": _loss,
    "svm_loss": _loss,
    "two_layer_loss": _two_layers,
    "numerical_gradient": _cubic,
    "sgd_step": _step,
    "predict": _rows,
    "prepare": _images,
    "sweep": _sweep,
    "sgd_momentum": _updates(velocity=lambda a: a),
    "adam": _updates(m=lambda a: a, v=lambda a: a**2, t=lambda a: 1 + a.size),
}

# --- right answers ----------------------------------------------------------------------------------------------------


def _is_loss(loss):
    def judge(W, X, y, reg, answer):
        right, dW = loss(W, X, y, reg)
        return len(answer) == 2 and same(answer[0], right) and same(answer[1], dW)

    return judge


def _is_two_layers(params, X, y, reg, answer):
    right, grads = two_layer_loss({name: decoded(w) for name, w in params.items()}, X, y, reg)
    return same(answer[0], right) and all(same(answer[1][name], dw) for name, dw in grads.items())


def _is_slope(f, x, h, answer):
    """The central difference of a x^3 + b x^2 is exactly 3 a x^2 + a h^2 + 2 b x."""
    a, b = decoded(f["cubic"]), decoded(f["square"])
    return same(answer, 3 * a * x**2 + a * h**2 + 2 * b * x)


def _is_step(W, X, y, learning_rate, reg, batch_size, seed, answer):
    """The rows that were drawn follow from the new W; step and loss have to be those of just these rows."""
    new, loss = np.asarray(answer[0], float), float(np.asarray(answer[1]))
    chosen = np.arange(len(y)), y
    share = ((W - new) / learning_rate - 2 * reg * W)[chosen] / (softmax(W, axis=1)[chosen] - 1)
    counts = np.rint(share * batch_size).astype(int)
    if counts.min() < 0 or counts.sum() != batch_size or (counts > 0).sum() < 3:
        return False
    drawn = np.repeat(np.arange(len(y)), counts)
    right, dW = softmax_loss_vectorized(W, X[drawn], y[drawn], reg)
    return same(new, W - learning_rate * dW) and same(loss, right)


def _is_sweep(results, settings, data, num_iters, answer):
    data = {name: decoded(value) for name, value in data.items()}
    right = {(lr, reg): accuracy for lr, reg, accuracy in results}
    for lr, reg in map(tuple, settings):
        if (lr, reg) not in right:
            model = Softmax()
            model.train(data["X_train"], data["y_train"], lr, reg, num_iters, rng=0)
            right[lr, reg] = np.mean(model.predict(data["X_val"]) == data["y_val"])
    got = {(lr, reg): accuracy for lr, reg, accuracy in answer}
    return got.keys() == right.keys() and all(same(got[key], right[key]) for key in right)


def _is_walk(rule):
    def judge(w, gradients, config, answer):
        right, config = [], {name: decoded(value) for name, value in config.items()}
        for dw in map(decoded, gradients):
            w, config = rule(w, dw, config)
            right.append(w)
        return len(answer) == len(right) and all(map(same, answer, right))

    return judge


JUDGE = {
    "softmax": lambda scores, answer: same(answer, softmax(scores, axis=1)),
    "cross_entropy": lambda scores, y, answer: same(answer, -log_softmax(scores)[y]),
    "softmax_loss": _is_loss(softmax_loss_vectorized),
    "svm_loss": _is_loss(svm_loss_vectorized),
    "two_layer_loss": _is_two_layers,
    "numerical_gradient": _is_slope,
    "sgd_step": _is_step,
    "predict": lambda W, X, answer: same(answer, np.argmax(X @ W, axis=1)),
    "prepare": lambda images, mean, answer: same(
        answer, np.column_stack([images.reshape(len(images), -1) - mean, np.ones(len(images))])
    ),
    "sweep": _is_sweep,
    "sgd_momentum": _is_walk(optim.sgd_momentum),
    "adam": _is_walk(optim.adam),
}
