"""Right and wrong gradients of functions of every scale: does `check_gradient` ever judge one wrongly?

A case is a function, a point and a gradient that is right, or wrong in one of the ways of `WRONG`. The truth is known
to more digits than float64 has: from mpmath with 50 digits, or from a formula in long double. ACCEPTED is a wrong
gradient that is called right, or a right one that is called wrong. "Can't tell" is never false, but it helps nobody.
For ordinary functions (the package's losses, and smooth functions of moderate size) it may be the verdict in 2 % of the
cases, and each one beyond is UNCLEAR.
"""

from functools import lru_cache

import mpmath
import numpy as np

from cs231n_softmax import check_gradient, data_utils
from cs231n_softmax.cifar10.find import find_cifar10
from cs231n_softmax.classifiers import (
    softmax_loss_naive,
    softmax_loss_vectorized,
    svm_loss_naive,
    svm_loss_vectorized,
)
from cs231n_softmax.gradient_check.arguments import draw

from . import ACCEPTED, HELD, UNCLEAR

FULL, QUICK = 12_000, 120
THRESHOLD = 1e-7

mp = mpmath.mp.clone()
mp.dps = 50

GENERAL = {  # name: (g in NumPy, its derivative in mpmath)
    "x": (lambda t: t, lambda t: mp.mpf(1)),
    "x^2": (lambda t: t**2, lambda t: 2 * t),
    "x^3 - 2x": (lambda t: t**3 - 2 * t, lambda t: 3 * t**2 - 2),
    "x^4": (lambda t: t**4, lambda t: 4 * t**3),
    "exp": (np.exp, mp.exp),
    "sin": (np.sin, mp.cos),
    "tanh": (np.tanh, lambda t: mp.sech(t) ** 2),
    "log(1 + exp)": (lambda t: np.log1p(np.exp(t)), lambda t: 1 / (1 + mp.exp(-t))),
    "sqrt(1 + x^2)": (lambda t: np.sqrt(1 + t * t), lambda t: t / mp.sqrt(1 + t * t)),
    "1 / (1 + x^2)": (lambda t: 1 / (1 + t * t), lambda t: -2 * t / (1 + t * t) ** 2),
    "abs": (np.abs, lambda t: mp.sign(t)),
    "hinge": (lambda t: np.maximum(0, 1 - t), lambda t: mp.mpf(-1 if t < 1 else 0)),
}
SMOOTH = [name for name in GENERAL if name not in ("abs", "hinge")]

WRONG = {  # how the right gradient is changed
    "times 1.01": lambda g, k: g * 1.01,
    "times 2": lambda g, k: g * 2,
    "half": lambda g, k: g / 2,
    "times 1 + 1e-5": lambda g, k: g * (1 + 1e-5),
    "negated": lambda g, k: -g,
    "zero": lambda g, k: g * 0,
    "an entry times 2": lambda g, k: changed(g, k, 2.0),
    "an entry times 1 + 1e-5": lambda g, k: changed(g, k, 1 + 1e-5),
    "an entry's sign": lambda g, k: changed(g, k, -1.0),
    "an entry 0": lambda g, k: changed(g, k, 0.0),
    "noise": lambda g, k: g * (1 + 1e-3 * np.random.default_rng(k).standard_normal(g.shape)),
    "NaN": lambda g, k: changed(g, k, np.nan),
}


def changed(gradient, k, factor):
    """Return the gradient with one entry multiplied."""
    gradient = gradient.copy()
    gradient.flat[k % gradient.size] *= factor
    return gradient


def separable(rng, names, x, inner, outer):
    """Return (name, f, true gradient) for f(x) = outer * sum of weights * g(x / inner)."""
    name = names[rng.integers(len(names))]
    g, derivative = GENERAL[name]
    weights = rng.choice([-1.0, 1.0], x.size) * rng.uniform(0.5, 2, x.size)
    true = [mp.mpf(outer) * mp.mpf(w) / mp.mpf(inner) * derivative(mp.mpf(t) / mp.mpf(inner))
            for w, t in zip(weights.tolist(), x.tolist(), strict=True)]
    return name, lambda x: outer * np.sum(weights * g(x / inner)), np.array([float(t) for t in true])


def moderate(rng):
    """A smooth function, with x and f between 1e-3 and 1e3."""
    inner, outer = 10 ** rng.uniform(-3, 3, 2)
    x = rng.standard_normal(rng.integers(1, 5)) * inner
    name, f, true = separable(rng, SMOOTH, x, inner, outer)
    return f"{name}, moderate", f, x, true


def any_scale(rng):
    """The same, with kinks, for x and f of any size, with an offset that may hide all of f."""
    inner, outer, offset = 10 ** rng.uniform(-12, 12, 3)
    offset *= rng.integers(2)
    x = rng.standard_normal(rng.integers(1, 5)) * inner
    name, f, true = separable(rng, list(GENERAL), x, inner, outer)
    return f"{name}, x {inner:.0e}, f {outer:.0e} + {offset:.0e}", lambda x: offset + f(x), x, true


def far_from_its_scale(rng):
    """The same, with x far larger or smaller than the length over which f curves."""
    x = rng.standard_normal(rng.integers(1, 4)) * 10 ** rng.uniform(-6, 6)
    inner = 10 ** rng.uniform(-3, 6)
    names = ["x", "x^2", "sin", "tanh", "sqrt(1 + x^2)", "abs", "hinge", "1 / (1 + x^2)"]
    name, f, true = separable(rng, names, x, inner, 1.0)
    return f"{name}, x {np.abs(x).max():.0e}, length {inner:.0e}", f, x, true


def mixed(rng):
    """Entries whose derivatives differ by up to twenty powers of ten."""
    sizes = 10 ** rng.uniform(-10, 10, rng.integers(2, 5))
    x = rng.uniform(0.2, 1.2, sizes.size)
    true = np.array([float(mp.mpf(s) * mp.cos(mp.mpf(t))) for s, t in zip(sizes.tolist(), x.tolist(), strict=True)])
    return f"mixed {sizes.min():.0e} to {sizes.max():.0e}", lambda x: np.sum(sizes * np.sin(x)), x, true


def far_apart(rng):
    """Sums of powers whose derivatives differ by up to 24 powers of ten, and x too: far from x, each entry shows."""
    size, power = rng.integers(2, 5), rng.integers(1, 4)
    sizes, x = 10 ** rng.uniform(-12, 12, size), rng.standard_normal(size) * 10 ** rng.uniform(-6, 6, size)
    true = [float(mp.mpf(s) * power * mp.mpf(t) ** int(power - 1)) for s, t in zip(sizes.tolist(), x.tolist(),
                                                                                strict=True)]
    return f"x^{power}, {sizes.min():.0e} to {sizes.max():.0e}", lambda x: sizes @ x**power, x, np.array(true)


def steep_and_flat(rng):
    """A steep entry, and one so flat that rounding hides it, or nearly, at the steps which suit the steep one."""
    large = 10 ** rng.uniform(-12, 12)
    sizes = np.array([large, large * 10 ** rng.uniform(-22, -10)])
    return f"steep and flat: {sizes[0]:.0e}, {sizes[1]:.0e}", lambda x: sizes @ x, rng.uniform(1, 4, 2), sizes


def cancelling(rng):
    """A large term that is added and subtracted again, whose rounding stays."""
    large, x = 10 ** rng.uniform(0, 14), rng.standard_normal(rng.integers(1, 5))
    name, f, true = separable(rng, SMOOTH, x, 1.0, 1.0)
    return f"{name}, + {large:.0e} - {large:.0e}", lambda x: (large + f(x)) - large, x, true


def rounded(rng):
    """Values in float32 or float16, or with a few decimals: steps of a staircase."""
    x, way = rng.standard_normal(rng.integers(1, 5)), rng.integers(4)
    name, f, true = separable(rng, SMOOTH, x, 1.0, 1.0)
    way = [lambda v: float(np.float32(v)), np.float16, lambda v: round(float(v), 6), lambda v: np.float32(v) + 1.0][way]
    return f"{name}, rounded", lambda x: way(f(x)), x, true


def staircase(rng):
    """A function that is constant around x: the derivative is 0."""
    stairs, x = 10 ** rng.uniform(-2, 4), rng.standard_normal(1)
    return f"floor, {stairs:.0e} stairs", lambda x: float(np.floor(x[0] * stairs) / stairs), x, np.zeros(1)


def quantised(rng):
    """A function of rounded entries, as of pixels with 256 levels: jumps, and a derivative of 0 between them."""
    size, levels = rng.integers(1, 6), 10 ** rng.uniform(0, 3)
    x = (rng.integers(1, 255, size) + rng.uniform(-0.4, 0.4, size)) / levels
    weights, offset = rng.standard_normal(size), 10 ** rng.uniform(0, 4) * rng.integers(2)
    f = [
        lambda x: np.sum(np.round(levels * x) / levels),
        lambda x: offset + np.sum(weights * np.round(levels * x) / levels),
        lambda x: np.sum((np.round(levels * x) / levels) ** 2),
        lambda x: np.sum(np.round(levels * x)),
    ][rng.integers(4)]
    return f"rounded to 1/{levels:.0f} + {offset:.0e}", f, x, np.zeros(size)


def oscillating(rng):
    """A smooth function with small fast waves on it, which are a part of its slope."""
    x, waves = rng.uniform(0.2, 2, rng.integers(1, 4)), 10 ** rng.uniform(5, 9)
    height = 10 ** rng.uniform(-2, 0) / waves
    slope = mp.mpf(height) * mp.mpf(waves)
    true = [2 * mp.mpf(t) + slope * mp.cos(mp.mpf(waves) * mp.mpf(t)) for t in x.tolist()]
    name, true = f"waves of {1 / waves:.0e}", np.array([float(t) for t in true])
    return name, lambda x: np.sum(x**2) + height * np.sum(np.sin(waves * x)), x, true


def dropout(rng):
    """A function with random numbers in it: it has no derivative that could be right or wrong."""
    x, keep = rng.standard_normal(rng.integers(1, 4)), rng.uniform(0.2, 0.8)
    return "dropout", lambda x: np.sum((x * (rng.random(x.shape) < keep)) ** 2), x, 2 * keep * x


def norm(rng):
    """The Euclidean norm, times a size."""
    x, size = rng.standard_normal(rng.integers(2, 6)) * 10 ** rng.uniform(-12, 12), 10 ** rng.uniform(-6, 6)
    exact = [mp.mpf(t) for t in x.tolist()]
    length = mp.sqrt(mp.fsum(t * t for t in exact))
    true = np.array([float(mp.mpf(size) * t / length) for t in exact])
    return f"norm, x {np.abs(x).max():.0e}", lambda x: size * np.sqrt(np.sum(x * x)), x, true


@lru_cache
def pixels():
    """Return 500 images (500, 3073), centred and with a bias column, and their labels: CIFAR-10's, or random ones."""
    folder = find_cifar10()
    if folder is None:
        rng = np.random.default_rng(0)
        images, y = rng.integers(256, size=(500, 3072)) + 0.0, rng.integers(10, size=500)
    else:
        images, y = (array[:500] for array in data_utils.load_CIFAR_batch(folder / "test_batch"))
    X = images.reshape(500, 3072).astype(np.float64)
    return np.hstack([X - X.mean(axis=0), np.ones((500, 1))]), y


def loss(rng):
    """One of the four losses of the package, on pixels or normal numbers; some features may be 0 in all examples."""
    svm, naive, images = rng.integers(2, size=3)
    if images:
        X, y = pixels()
        rows = rng.integers(len(X), size=rng.integers(2, 10) if naive else rng.integers(2, 30))
        X, y = X[rows], y[rows]
        columns = np.sort(rng.integers(3073, size=20)) if rng.integers(2) else np.arange(0, 3073, 11)
        X, C = X[:, columns], 10
        W = rng.standard_normal((X.shape[1], C)) * 10 ** rng.uniform(-4, -2)
    else:
        N, D, C = rng.integers(1, 12), rng.integers(1, 8), rng.integers(2, 6)
        X, y = rng.standard_normal((N, D)), rng.integers(C, size=N)
        W = rng.standard_normal((D, C)) * 10 ** rng.uniform(-4, 0)
    reg = rng.integers(2) * 10 ** rng.uniform(-6, 2)
    X = X * (rng.random(X.shape[1]) > 0.3 * rng.integers(2))
    function = [[softmax_loss_vectorized, softmax_loss_naive], [svm_loss_vectorized, svm_loss_naive]][svm][naive]
    name = f"{function.__name__} {'pixels' if images else 'normal'} {X.shape}, W {np.abs(W).max():.0e}, reg {reg:.0e}"
    return name, lambda W: function(W, X, y, reg)[0], W, loss_gradient(svm, W, X, y, reg)


def loss_gradient(svm, W, X, y, reg):
    """Return the gradient of a loss from its formula, in long double."""
    W, X = W.astype(np.longdouble), X.astype(np.longdouble)
    scores, rows = X @ W, np.arange(len(X))
    if svm:
        dscores = (scores - scores[rows, y][:, None] + 1 > 0).astype(np.longdouble)
        dscores[rows, y] = 0
        dscores[rows, y] = -dscores.sum(axis=1)
    else:
        exp = np.exp(scores - scores.max(axis=1, keepdims=True))
        dscores = exp / exp.sum(axis=1, keepdims=True)
        dscores[rows, y] = 0
        dscores[rows, y] = -dscores.sum(axis=1)  # p - 1 without cancellation
    return (X.T @ dscores / len(X) + 2 * reg * W).astype(np.float64)


ORDINARY = [moderate, norm, loss, loss, loss]
PROBLEMS = [*ORDINARY, any_scale, any_scale, far_from_its_scale, mixed, cancelling, rounded, staircase, quantised,
            oscillating, dropout, far_apart, steep_and_flat]


def is_still(f, x, k):
    """Whether f stays as it is when entry k moves as far as it likes: then nothing can show that its slope isn't 0."""
    values, centre = [], x.flat[k]
    for far in 10.0 ** np.arange(-4, 80):
        for side in (-far, far):
            moved = x.copy()
            moved.flat[k] += side * (abs(centre) or 1)
            values.append(f(moved))
    return np.ptp(np.append(values, f(x))) <= np.spacing(abs(f(x)))


def outcomes(count, rng):
    """Yield (case, outcome) for `count` gradients; every third one is right."""
    unclear = 0
    for number in range(count):
        seed = int(rng.integers(2**40))
        case = np.random.default_rng(seed)
        problem = PROBLEMS[number % len(PROBLEMS)]
        name, f, x, true = problem(case)
        change = "right" if case.integers(3) == 0 else str(case.choice(list(WRONG)))
        with np.errstate(all="ignore"):
            gradient = true if change == "right" else WRONG[change](true, int(case.integers(2**20)))
            error = np.abs(gradient - true)
            checks = None if x.size <= 6 else 6
            compared = np.zeros(x.shape, bool)
            for index in np.ndindex(x.shape) if checks is None else draw(x.shape, checks, seed):
                compared[index] = True
            off = np.flatnonzero(~(error <= 2 * THRESHOLD * np.abs(true)) & compared)
            is_right, is_wrong = not error.any(), not all(gradient.flat[k] == 0 and is_still(f, x, k) for k in off)
        if checks and change.startswith(("an entry", "NaN")):
            gradient, is_right, is_wrong = true, True, False  # that entry wouldn't be drawn
        found = check_gradient(f, x, gradient, num_checks=checks, rng=seed)
        case_name = f"{name}, {change}, seed {seed}: {found}"
        if (found.verdict == "right" and is_wrong) or (found.verdict == "wrong" and is_right):
            yield case_name, ACCEPTED
        elif found.verdict == "can't tell" and problem in ORDINARY:
            unclear += 1
            yield case_name, UNCLEAR if unclear > 1 + count * len(ORDINARY) / len(PROBLEMS) * 0.02 else HELD
        else:
            yield case_name, HELD
