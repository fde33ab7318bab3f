"""The lowest loss: right by hand, beside SciPy and scikit-learn, from any start, and never below its certificate."""

import numpy as np
import pytest
import scipy.optimize

from cs231n_softmax.classifiers import softmax_loss_naive, softmax_loss_vectorized
from cs231n_softmax.optimum import fit_optimum, regularization_path
from cs231n_softmax.optimum.certificate import gap
from cs231n_softmax.optimum.lbfgs import descend

pytestmark = pytest.mark.filterwarnings("error")


def problem(seed, N=60, D=8, C=4, dtype=np.float64, scale=1.0):
    """X (N, D) with a column of ones, and labels y (N,) that partly depend on it."""
    rng = np.random.default_rng(seed)
    X = scale * rng.standard_normal((N, D)) * rng.uniform(0.1, 1, D)
    X[:, -1] = 1
    y = (X @ rng.standard_normal((D, C)) / scale + 2 * rng.gumbel(size=(N, C))).argmax(axis=1)
    y[: min(N, C)] = np.arange(C)[:N]
    return X.astype(dtype), y


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_only_a_bias():
    """One constant feature, no penalty: the probabilities become the shares of the classes, the loss their entropy."""
    y = np.array([0, 0, 0, 1, 2, 2])
    best = fit_optimum(np.ones((6, 1)), y, reg=0, tol=1e-12)
    shares = np.array([3, 1, 2]) / 6
    assert best.loss == pytest.approx(-(shares * np.log(shares)).sum(), rel=1e-12)
    assert best.W[0] == pytest.approx(np.log(shares) - np.log(shares).mean(), abs=1e-9)
    assert best.gap == np.inf and best.grad_norm < 1e-11


def test_two_examples():
    """X = 1 and -1, two classes: W = (w, -w) with w = 1 / (1 + exp(2 * w)) / (2 * reg)."""
    best = fit_optimum([[1.0], [-1.0]], [0, 1], reg=0.1, tol=1e-12)
    w = scipy.optimize.brentq(lambda w: 1 / (1 + np.exp(2 * w)) / 0.2 - w, 0, 5, xtol=1e-14)
    assert best.W[0] == pytest.approx([w, -w], abs=1e-6)


def test_the_certificate_by_hand():
    """(0.3**2 + 0.4**2) / (4 * 0.25) = 0.25; without a penalty, none."""
    dW = np.array([[0.3, 0.4]])
    assert gap(1.0, dW, np.zeros((1, 2)), 1, 1.0, 0.25) == pytest.approx((0.25, 0), abs=1e-13)
    assert gap(1.0, dW, np.zeros((1, 2)), 1, 1.0, 0.0)[0] == np.inf


def test_a_gap_covers_rounding():
    """With a gradient of exactly 0, what rounding may hide remains, and grows with the rows' length."""
    zero, W = np.zeros((5, 3)), np.ones((5, 3))
    small, large = (gap(1.0, zero, W, 100, length, 1e-6)[0] for length in [1, 1e4])
    assert 1e-17 < small < 1e-12 and large > 1e4 * small


# --- beside others ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reg", [1e-4, 1e-2, 1])
def test_beside_scipy(reg):
    X, y = problem(1)

    def flat(w):
        loss, dW = softmax_loss_naive(w.reshape(8, 4), X, y, reg)
        return loss, dW.ravel()

    theirs = scipy.optimize.minimize(flat, np.zeros(32), jac=True, method="BFGS", options={"gtol": 1e-8})
    ours = fit_optimum(X, y, reg, tol=1e-10)
    assert ours.loss == pytest.approx(theirs.fun, rel=1e-9)
    assert ours.W.ravel() == pytest.approx(theirs.x, abs=1e-4)
    assert (ours.loss, ours.evaluations) == (ours.history[-1], len(ours.history))
    assert ours.grad_norm == pytest.approx(np.linalg.norm(softmax_loss_naive(ours.W, X, y, reg)[1]), rel=1e-4)


@pytest.mark.parametrize("name", ["digits", "wine", "iris"])
def test_beside_scikit_learn(name):
    """The same optimum as LogisticRegression's, whose C is 1 / (2 * N * reg), bias inside W on both sides."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    datasets = pytest.importorskip("sklearn.datasets")
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    X = np.hstack([(X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1e-3), np.ones((len(X), 1))])
    for reg in [1e-3, 1e-1]:
        theirs = linear_model.LogisticRegression(
            C=1 / (2 * len(X) * reg), fit_intercept=False, tol=1e-8, max_iter=10_000
        ).fit(X, y)
        loss = softmax_loss_vectorized(theirs.coef_.T, X, y, reg)[0]
        ours = fit_optimum(X, y, reg, tol=1e-8)
        assert ours.loss == pytest.approx(loss, rel=1e-6) and ours.loss - ours.gap <= loss


# --- properties -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_the_certificate_holds(seed):
    """The loss is never further above the lowest one than the gap, whose lower end no other start comes below."""
    rng = np.random.default_rng(seed)
    D, C, N = int(rng.integers(2, 301)), int(rng.integers(2, 21)), int(rng.integers(20, 400))
    reg = 10 ** rng.uniform(-6, 1)
    X, y = problem(seed, N, D, C, [np.float32, np.float64][seed % 2])
    best = fit_optimum(X, y, reg)
    exact = fit_optimum(X.astype(np.float64), y, reg, tol=1e-9, W=rng.standard_normal((D, C)))
    assert best.gap <= 1e-4 * best.loss and exact.gap <= 1e-9 * exact.loss
    assert -exact.gap <= best.loss - exact.loss <= best.gap
    loss, dW = softmax_loss_vectorized(best.W, X.astype(np.float64), y, reg)
    assert loss == pytest.approx(best.loss, rel=1e-12)
    assert best.gap >= np.linalg.norm(dW) ** 2 / (4 * reg)  # rounding only adds to it


@pytest.mark.parametrize("size", [1e-3, 1, 100])
def test_every_start_leads_there(size):
    """Also a start where every answer is sure and wrong; what all columns have in common is taken out at once."""
    X, y = problem(2)
    start = size * np.random.default_rng(0).standard_normal((8, 4)) + 5 * size
    a, b = fit_optimum(X, y, 1e-2, tol=1e-8), fit_optimum(X, y, 1e-2, tol=1e-8, W=start)
    assert b.loss == pytest.approx(a.loss, rel=1e-8) and b.evaluations < 80
    assert abs(b.W.sum(axis=1)).max() < 1e-9


def test_few_evaluations():
    """The guess of the curvature is what saves them: with a poor one, the same method takes several times as many."""
    X, y = problem(3, N=3000, D=100, C=10, dtype=np.float32)
    X[:, :50] *= 10  # badly scaled
    best = fit_optimum(X, y, reg=1e-3)
    assert best.evaluations <= 20

    class Identity:
        inverse = staticmethod(lambda dW: dW)
        learn = staticmethod(lambda s, y: np.vdot(s, y) / np.vdot(y, y))

    def evaluate(W):
        return softmax_loss_vectorized(W, X, y, 1e-3)

    steps = descend(evaluate, np.zeros((100, 10)), Identity(), [])
    assert all(loss > 1.001 * best.loss for _, (_, loss, _) in zip(range(40), steps, strict=False))


def test_rare_features_cost_few_evaluations_too():
    """The guess is made of some of the rows, and sees nothing of a feature that the others have."""
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((3000, 200)), rng.integers(0, 2, 3000)
    for k in range(25):
        X[:, k] = 0
        X[3 * k + 1, k] = 60
    assert fit_optimum(X, y, reg=1e-3, tol=1e-6).evaluations < 60


def test_a_curvature_that_falls_is_followed():
    """Where the classes can be separated, the data's part of the curvature becomes small, and the guess with it."""
    rng = np.random.default_rng(0)
    X, y = 5 * rng.standard_normal((40, 200)), rng.integers(0, 10, 40)
    assert fit_optimum(X, y, reg=1e-5, num_classes=10).evaluations < 100


def test_a_path_is_what_single_fits_are():
    X, y = problem(4, N=2000, D=40, C=5, dtype=np.float32)
    regs = [1e-3, 1.0, 1e-2, 1e-3, *np.logspace(0, -3, 12)[1:-1]]
    path = regularization_path(X, y, regs, tol=1e-6)
    assert path[0] is path[3]
    for reg, best in zip(regs, path, strict=True):
        assert best.gap <= 1e-6 * best.loss
        assert best.loss == pytest.approx(fit_optimum(X, y, reg, tol=1e-6).loss, rel=1e-6)


def test_a_path_shares_what_it_learns():
    """Without the exchange of the penalty in the memory, without a memory, or without the line, it takes longer."""
    X, y = problem(4, N=2000, D=40, C=10, dtype=np.float32)
    regs = np.logspace(0, -3, 12)
    together = sum(best.evaluations for best in regularization_path(X, y, regs))
    assert together < 0.65 * sum(fit_optimum(X, y, reg).evaluations for reg in regs)


# --- extreme data -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float16, np.float32, np.float64])
def test_raw_pixels(dtype):
    """0..255, not centred: badly scaled, and converges all the same."""
    rng = np.random.default_rng(5)
    y = rng.integers(0, 3, 300)
    X = np.clip(rng.normal(90 + 30 * y[:, np.newaxis], 60, (300, 50)), 0, 255).astype(dtype)
    best = fit_optimum(X, y, reg=1e-4)
    assert best.gap <= 1e-4 * best.loss and best.evaluations < 60


def hard_data():
    X, y = problem(6, N=40, D=6, C=3)
    yield "duplicated columns", np.hstack([X, X]), y
    yield "constant columns", np.hstack([X, np.full((40, 3), 7.0)]), y
    yield "columns of zeros", np.hstack([X, np.zeros((40, 3))]), y
    yield "fewer rows than columns", np.random.default_rng(0).standard_normal((9, 30)), np.arange(9) % 3
    yield "one row", np.ones((1, 2)), np.array([1])
    yield "a missing class", X, np.where(y == 1, 2, y)
    yield "separable", np.repeat(np.eye(3), 5, axis=0), np.repeat(np.arange(3), 5)
    yield "large", 1e3 * X, y
    yield "tiny", 1e-12 * X, y


@pytest.mark.parametrize(("X", "y"), [pytest.param(X, y, id=name) for name, X, y in hard_data()])
def test_hard_data(X, y):
    best = fit_optimum(X, y, reg=1e-2)
    other = fit_optimum(X, y, reg=1e-2, W=np.random.default_rng(1).standard_normal(best.W.shape))
    assert best.gap <= 1e-4 * best.loss and abs(best.loss - other.loss) <= best.gap + other.gap


def test_a_class_that_nobody_has():
    """Its scores go down, as far as the penalty lets them: for it, W has a column of its own."""
    X, y = problem(7, C=3)
    best = fit_optimum(X, y, reg=1e-3, num_classes=4)
    assert best.W.shape == (8, 4) and (X @ best.W).argmin(axis=1).tolist().count(3) > 50


def test_without_a_penalty():
    """Classes that overlap have an optimum, without a certificate; separable ones have none, and that is said."""
    X, y = problem(8, N=300)
    best = fit_optimum(X, y, reg=0, tol=1e-6)
    assert best.gap == np.inf and best.grad_norm < 1e-6 * np.sqrt(8) * abs(X).max()
    assert best.loss <= fit_optimum(X, y, reg=1e-9).loss * (1 + 1e-6)
    path = regularization_path(X, y, [1e-2, 0], tol=1e-6)
    assert path[1].loss == pytest.approx(best.loss, rel=1e-6)
    with pytest.warns(RuntimeWarning, match="5 evaluations didn't reach a gradient of 1e-09 of its scale"):
        fit_optimum(np.eye(3), [0, 1, 2], reg=0, tol=1e-9, max_evaluations=5)


def test_what_cannot_be_reached_is_told():
    X, y = problem(9, dtype=np.float32)
    with pytest.warns(RuntimeWarning, match="3 evaluations didn't reach a gap of 1e-10 of the loss: gap"):
        best = fit_optimum(X, y, reg=1e-3, tol=1e-10, max_evaluations=2)
    assert best.loss == pytest.approx(softmax_loss_vectorized(best.W, X.astype(float), y, 1e-3)[0], rel=1e-12)
    with pytest.warns(RuntimeWarning, match="didn't reach a gap of 1e-30"):
        assert fit_optimum(X, y, reg=1e-3, tol=1e-30).evaluations < 500  # rounding ends it


@pytest.mark.parametrize(("change", "message"), [
    ({"reg": -1}, "reg: expected a finite number >= 0"),
    ({"tol": 0}, "tol: expected a finite number > 0"),
    ({"max_evaluations": 0}, "max_evaluations: expected at least 1"),
    ({"num_classes": 2}, "num_classes: expected at least 4, got 2"),
    ({"W": np.zeros((8, 4)), "num_classes": 4}, "W and num_classes: expected one of them"),
    ({"W": np.zeros((7, 4))}, "W and X: expected shapes"),
    ({"y": np.zeros(60)}, "y: expected integer labels"),
    ({"X": np.full((60, 8), np.nan)}, "X: expected finite numbers, got NaN or inf in row 0 of 60"),
    ({"X": np.zeros((60, 0))}, "X: expected at least one column"),
])  # fmt: skip
def test_bad_arguments(change, message):
    X, y = problem(1)
    with pytest.raises((ValueError, TypeError), match=message):
        fit_optimum(**({"X": X, "y": y, "reg": 0.1} | change))
    if "reg" in change:
        with pytest.raises(ValueError, match=r"regs\[1\]: expected"):
            regularization_path(X, y, [1, -1])
