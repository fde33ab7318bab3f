"""Numbers of every size and type, judged by 50-digit arithmetic: losses, softmax, predict, and a step of training.

A result must be right to the precision of its dtype: rounding each product and each sum once may change it, and nothing
else. OverflowError is right only where something that the formula itself contains is beyond the dtype. Half of the
cases run under np.seterr(all="raise"), and warnings are errors.
"""

import warnings

import mpmath
import numpy as np
from mpmath import mpf

from cs231n_softmax import (
    LinearSVM,
    Softmax,
    softmax,
    softmax_loss_naive,
    softmax_loss_vectorized,
    svm_loss_naive,
    svm_loss_vectorized,
)
from cs231n_softmax.classifiers.linear_svm import hinge
from cs231n_softmax.classifiers.softmax import cross_entropy

from . import ACCEPTED, HELD, UNCLEAR

FULL, QUICK = 24_000, 600
LOSSES = {softmax_loss_naive: "softmax", softmax_loss_vectorized: "softmax", svm_loss_naive: "svm",
          svm_loss_vectorized: "svm"}
MODELS = {Softmax: "softmax", LinearSVM: "svm"}
DTYPES = ["f2", "f4", "f8", "f8", ">f4", ">f8", "g"]


# --- exact arithmetic ---------------------------------------------------------------------------------------------

@np.errstate(all="ignore")
def exact(array):
    """Return the numbers of an array as lists of mpf, without rounding."""
    if array.ndim:
        return [exact(part) for part in array]
    if array.dtype.kind in "iu":
        return mpf(int(array))
    mantissa, exponent = np.frexp(array.real.astype(np.longdouble))
    head = float(mantissa)
    return mpmath.ldexp(mpf(head) + float(mantissa - head), int(exponent))


class Limits:
    """The rounding error, the smallest and (nearly) the largest number of a dtype."""

    def __init__(self, dtype):
        info = np.finfo(dtype)
        self.eps, self.tiny = exact(np.array(info.eps)), exact(np.array(info.smallest_subnormal))
        self.big = exact(np.array(info.max)) / 32


def data_losses(kind, scores, y, errors, limits):
    """Return losses, derivatives by the scores, the bounds of their errors, and whether something may overflow.

    scores: rows of mpf; errors: how much each row's scores may be wrong already.
    """
    losses, dscores, loss_errors, dscore_errors, too_large = [], [], [], [], False
    for row, label, error in zip(scores, y.tolist(), errors, strict=True):
        gaps = [s - row[label] for s in row]
        spread = max(row) - min(row)
        own = error * 2 + limits.eps * 4 * (1 + spread) + limits.tiny * 4
        if kind == "svm":
            margins = [gap + 1 if j != label else mpf(0) for j, gap in enumerate(gaps)]
            active = [margin > 0 for margin in margins]
            doubtful = [abs(margin) <= own and j != label for j, margin in enumerate(margins)]
            dscores.append([mpf(a) - (j == label) * sum(active) for j, a in enumerate(active)])
            dscore_errors.append([mpf(d) + (j == label) * sum(doubtful) for j, d in enumerate(doubtful)])
            losses.append(sum((margin for margin in margins if margin > 0), mpf(0)))
            loss_errors.append(own * len(row))
        else:
            shifted = [s - max(row) for s in row]
            powers = [mpmath.exp(s) if s > -20_000 else mpf(0) for s in shifted]
            p = [power / sum(powers) for power in powers]
            dscores.append([q - (j == label) for j, q in enumerate(p)])
            growth = mpmath.expm1(error * 2) if error < 1 else mpf(1)
            dscore_errors.append([min(1, q * (growth + limits.eps * (8 - 2 * s)) + (error >= 1)) +
                                  limits.eps * 4 * (j == label) + limits.tiny * 2
                                  for j, (q, s) in enumerate(zip(p, shifted, strict=True))])
            losses.append(mpmath.log(sum(powers)) - shifted[label])
            loss_errors.append(own + limits.eps * 4 * losses[-1])
        too_large |= spread > limits.big or losses[-1] > limits.big
    return losses, dscores, loss_errors, dscore_errors, too_large


def linear_loss(kind, W, X, y, reg, limits):
    """Return loss and gradient, the bounds of their errors, and whether something may overflow."""
    N, D, C, eps, tiny = len(X), len(W), len(W[0]), limits.eps, limits.tiny
    double = Limits(np.float64)
    products = [[[x[d] * W[d][j] for d in range(D)] for j in range(C)] for x in X]
    scores = [[sum(terms, mpf(0)) for terms in row] for row in products]
    sizes = [max(sum(map(abs, terms)) for terms in row) for row in products]
    errors = [(D + 2) * eps * size + (D + 1) * tiny for size in sizes]
    losses, dscores, loss_errors, dscore_errors, too_large = data_losses(kind, scores, y, errors, limits)
    squares = reg * sum((w * w for row in W for w in row), mpf(0))
    loss = sum(losses) / N + squares
    loss_error = sum(loss_errors) / N + double.eps * 16 * loss + double.tiny * 4
    dW, dW_errors = [], []
    for d in range(D):
        dW.append([sum(X[i][d] * dscores[i][j] for i in range(N)) / N + 2 * reg * W[d][j] for j in range(C)])
        dW_errors.append([sum(abs(X[i][d]) * (dscore_errors[i][j] + (abs(dscores[i][j]) * (N + 6)) * eps + 2 * tiny)
                              for i in range(N)) / N + abs(reg * W[d][j]) * eps * 8 + tiny * (4 * N + 8)
                          for j in range(C)])
    largest = max([abs(x) * (C + 1) for row in X for x in row] + [abs(2 * reg * w) for row in W for w in row] + [0])
    too_large |= max(*sizes, largest) > limits.big or loss > double.big
    return (loss, loss_error), (dW, dW_errors), too_large


def close(found, expected, errors):
    """Return whether each number is finite and within its error of the expected one; lists of any depth."""
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(close, found, expected, errors))
    found = np.asarray(found)
    return bool(np.isfinite(found)) and abs(exact(found) - expected) <= errors


# --- problems -----------------------------------------------------------------------------------------------------

def numbers(rng, shape, dtype, exponent):
    """Return numbers of about 10**exponent, some 0, within the dtype."""
    values = rng.standard_normal(shape) * (rng.random(shape) > 0.1)
    if np.dtype(dtype).kind in "iu":
        info = np.iinfo(dtype)
        return np.clip(np.round(values * 100), max(info.min, -10**9), min(info.max, 10**9)).astype(dtype)
    limit = np.finfo(dtype).max
    with np.errstate(all="ignore"):
        values = values.astype(np.longdouble) * np.longdouble(10) ** exponent
        return np.clip(values, -limit, limit).astype(dtype)


@np.errstate(all="ignore")
def problem(rng):
    """Return W, X, y, reg of any size; often with ordinary scores, and a regularization that matters."""
    N, D, C = rng.integers(1, 4, 3) + [0, 0, rng.integers(2)]
    W_type, X_type = rng.choice(DTYPES), rng.choice([*DTYPES, "u1", "i8"])
    room = {"2": 5, "4": 38, "8": 308}.get(W_type[-1], 320)
    size = rng.uniform(-room, room)
    X_size = rng.uniform(-320, 308) if rng.random() < 0.2 else rng.uniform(-3, 3) - size
    W, X = numbers(rng, (D, C), W_type, size), numbers(rng, (N, D), X_type, X_size)
    exponent = rng.choice([rng.uniform(-320, 300), -2 * size + rng.uniform(-3, 3), -size, rng.uniform(-3, 3)])
    reg = 0.0 if rng.random() < 0.25 else float(10.0 ** np.clip(exponent, -320, 300))
    return W, X, rng.integers(C, size=N), reg


def judge_loss(rng, loss_function):
    """A loss function on one problem."""
    W, X, y, reg = problem(rng)
    dtype = np.result_type(W, np.float32, *([X] if X.dtype.kind == "f" else []))
    expected = linear_loss(LOSSES[loss_function], exact(W), exact(X), y, mpf(reg), Limits(dtype))
    name = f"{loss_function.__name__}({W.tolist()}, {X.tolist()}, {y.tolist()}, {reg}), {W.dtype}, {X.dtype}"
    try:
        loss, dW = loss_function(W, X, y, reg)
    except OverflowError:
        return name, HELD if expected[2] else ACCEPTED
    right = dW.dtype == dtype and (type(loss) is float or dtype == np.longdouble)
    return name, HELD if right and close(loss, *expected[0]) and close(dW, *expected[1]) else ACCEPTED


def judge_scores(rng, function):
    """softmax, cross_entropy or hinge on scores of one size, or of several."""
    dtype = rng.choice([*DTYPES, "u1", "i8"])
    shape = rng.integers(1, 5, 2)
    scores = numbers(rng, shape, dtype, rng.choice([rng.uniform(-320, 308), rng.uniform(-3, 3), 2]))
    y = rng.integers(shape[1], size=shape[0])
    wide = np.float64 if scores.dtype.kind in "iu" else np.result_type(scores, np.float32)
    kind = "svm" if function is hinge else "softmax"
    losses, dscores, loss_errors, dscore_errors, too_large = data_losses(
        kind, exact(scores), y, [mpf(0)] * len(y), Limits(wide))
    name = f"{function.__name__}({scores.tolist()}, {y.tolist()}), {dtype}"
    if function is softmax:
        found = softmax(scores)
        p = [[d + (j == label) for j, d in enumerate(row)] for row, label in zip(dscores, y.tolist(), strict=True)]
        return name, HELD if found.dtype == wide and close(found, p, dscore_errors) else ACCEPTED
    found, dfound = function(scores, y)
    if too_large:  # documented: then inf in the row that overflows
        return name, HELD
    return name, HELD if close(found, losses, loss_errors) and close(dfound, dscores, dscore_errors) else ACCEPTED


def judge_predict(rng, Model):
    """The class that predict names has the largest score, or one that rounding can't tell from it."""
    W, X, *_ = problem(rng)
    model = Model()
    model.W = W
    limits = Limits(np.result_type(W, np.float32, *([X] if X.dtype.kind == "f" else [])))
    name = f"predict({W.tolist()}, {X.tolist()}), {W.dtype}, {X.dtype}"
    products = [[[x * w for x, w in zip(row, column, strict=True)] for column in zip(*exact(W), strict=True)]
                for row in exact(X)]
    sizes = [max(sum(map(abs, terms)) for terms in row) for row in products]
    try:
        classes = model.predict(X)
    except OverflowError:
        return name, HELD if max(sizes) > limits.big else ACCEPTED
    errors = [(len(W) + 2) * 2 * limits.eps * size + 8 * limits.tiny for size in sizes]
    best = [sum(row[c]) >= max(map(sum, row)) - error
            for row, c, error in zip(products, classes, errors, strict=True)]
    return name, HELD if all(best) else ACCEPTED


def judge_step(rng, Model):
    """One step of training, with any learning rate."""
    W, X, y, reg = problem(rng)
    X, y = X[:1], y[:1]  # so that each batch is this row
    learning_rate = 10.0 ** float(rng.choice([rng.uniform(-320, 300), rng.uniform(-9, 1)]))
    model = Model()
    model.W = W
    dtype = np.result_type(W, np.float32)
    limits = Limits(dtype)
    inner = Limits(np.result_type(dtype, *([X] if X.dtype.kind == "f" else [])))
    _, (dW, errors), too_large = linear_loss(MODELS[Model], exact(W), exact(X), y, mpf(reg), inner)
    name = f"{Model.__name__}.train: W {W.tolist()}, {X.tolist()}, {y}, {learning_rate}, {reg}, {W.dtype}, {X.dtype}"
    [loss] = model.train(X, y, learning_rate, reg, num_iters=1, batch_size=1)
    rate = mpf(learning_rate)
    after = [[w - rate * g for w, g in zip(row, dW_row, strict=True)] for row, dW_row in zip(exact(W), dW, strict=True)]
    bounds = [[rate * error + 4 * limits.eps * (abs(w) + rate * abs(g)) + 4 * limits.tiny
               for w, g, error in zip(*rows, strict=True)] for rows in zip(exact(W), dW, errors, strict=True)]
    if loss == np.inf:
        too_large |= max(abs(w) + rate * abs(g) for row, g_row in zip(after, dW, strict=True)
                         for w, g in zip(row, g_row, strict=True)) > limits.big
        return name, HELD if too_large and np.array_equal(model.W, W) else ACCEPTED
    return name, HELD if model.W.dtype == dtype and close(model.W, after, bounds) else ACCEPTED


JUDGES = [(judge_loss, f) for f in LOSSES for _ in range(4)] + [
    (judge_scores, f) for f in (softmax, cross_entropy, hinge) for _ in range(2)] + [
    (judge_predict, Softmax)] + [(judge_step, Model) for Model in MODELS]


def outcomes(count, rng):
    """Yield each case and its outcome."""
    with mpmath.workdps(50), warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in range(count):
            judge, subject = JUDGES[number % len(JUDGES)]
            seed = rng.integers(2**63)
            try:
                with np.errstate(all="raise" if number // len(JUDGES) % 2 else "warn"):
                    yield judge(np.random.default_rng(seed), subject)
            except (Warning, ArithmeticError, TypeError, ValueError) as error:
                yield f"{judge.__name__} {subject.__name__}, seed {seed}: {error!r}", UNCLEAR
