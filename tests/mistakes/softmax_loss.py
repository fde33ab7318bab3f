"""Softmax losses: loss and gradient in the assignment's two forms, most of them as changes to a right one.

The first functions are right ones, each written differently; then come small changes, combined in pairs at the end.
"""

import functools
import math

import numpy as np
import scipy.sparse
import scipy.special

from cs231n_softmax import softmax_loss_naive, softmax_loss_vectorized

from . import Case, both, entering

RIGHT = []
right = entering(RIGHT)


# with loops
@right("log-underflow")
def usual_loops(W, X, y, reg):
    """The usual two loops with -log(p)."""
    loss, dW = 0.0, np.zeros(W.shape)
    N, C = X.shape[0], W.shape[1]
    for i in range(N):
        f = X[i].dot(W)
        f -= np.max(f)
        p = np.exp(f) / np.sum(np.exp(f))
        loss += -np.log(p[y[i]])
        for k in range(C):
            dW[:, k] += (p[k] - (k == y[i])) * X[i]
    return loss / N + reg * np.sum(W * W), dW / N + 2 * reg * W


@right("log-underflow")
def logarithm_of_python(W, X, y, reg):
    """math.log, which raises an error where NumPy's gives minus infinity."""
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y, strict=True):
        scores = x @ W
        powers = [math.exp(s - max(scores)) for s in scores]
        loss -= math.log(powers[label] / sum(powers))
        for j, power in enumerate(powers):
            dW[:, j] += (power / sum(powers) - (j == label)) * x
    return loss / len(X) + reg * np.sum(W**2), dW / len(X) + 2 * reg * W


@right("zero-divisor")
def chain_of_derivatives(W, X, y, reg):
    """The gradient in steps, as the chain rule has them: by p, then by the scores."""
    N, rows = len(X), np.arange(len(X))
    scores = X @ W
    shifted = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y])
    by_p = np.zeros_like(p)
    by_p[rows, y] = -1 / p[rows, y]
    by_scores = p * (by_p - (by_p * p).sum(axis=1, keepdims=True))
    return loss + reg * np.sum(W**2), X.T @ by_scores / N + 2 * reg * W


@right()
def classes_outside(W, X, y, reg):
    """The gradient's loop over classes is the outer one."""
    N, C = len(X), W.shape[1]
    probs, loss = [], 0.0
    for i in range(N):
        s = X[i] @ W
        m = s.max()
        lse = m + np.log(sum(np.exp(v - m) for v in s))
        loss += lse - s[y[i]]
        probs.append(np.exp(s - lse))
    dW = np.zeros_like(W, dtype=float)
    for c in range(C):
        for i in range(N):
            dW[:, c] += (probs[i][c] - (1 if c == y[i] else 0)) * X[i]
    return loss / N + reg * (W**2).sum(), dW / N + 2 * reg * W


@right()
def pure_python(W, X, y, reg):
    """Loops over the features as well, math.exp and plain floats."""
    D, C, N = W.shape[0], W.shape[1], X.shape[0]
    loss, dW = 0.0, np.zeros((D, C))
    for i in range(N):
        s = [0.0] * C
        for c in range(C):
            for d in range(D):
                s[c] += float(X[i, d]) * float(W[d, c])
        m = max(s)
        total = sum(math.exp(v - m) for v in s)
        loss += math.log(total) + m - s[y[i]]
        for c in range(C):
            p = math.exp(s[c] - m) / total
            if c == y[i]:
                p -= 1
            for d in range(D):
                dW[d, c] += p * float(X[i, d]) / N
    loss /= N
    for d in range(D):
        for c in range(C):
            loss += reg * float(W[d, c]) ** 2
            dW[d, c] += 2 * reg * float(W[d, c])
    return loss, dW


@right()
def zip_and_outer(W, X, y, reg):
    """zip over examples and labels, np.outer, a list as result."""
    losses, dW = [], np.zeros(W.shape)
    for x, label in zip(X, y, strict=True):
        s = W.T @ x
        s = s - s.max()
        losses.append(np.log(np.exp(s).sum()) - s[label])
        p = np.exp(s) / np.exp(s).sum()
        p[label] -= 1
        dW += np.outer(x, p)
    return [np.mean(losses) + reg * np.linalg.norm(W) ** 2, dW / len(X) + 2 * reg * W]


@right("log-underflow uint8")
def label_after_loop(W, X, y, reg):
    """Adds p x to all columns, then takes x away at the label (x is negated as it is)."""
    N = X.shape[0]
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(N):
        f = X[i].dot(W)
        e = np.exp(f - f.max())
        for j in range(W.shape[1]):
            dW[:, j] += e[j] / e.sum() * X[i]
        dW[:, y[i]] += -X[i]
        loss -= np.log(e[y[i]] / e.sum())
    loss = loss / N + reg * np.sum(np.square(W))
    dW = dW / N + reg * 2 * W
    return loss, dW


@right()
def negative_sum_at_label(W, X, y, reg):
    """The label's column gets minus the other columns' probabilities, as in the SVM."""
    N, C = len(X), W.shape[1]
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(N):
        s = X[i] @ W
        s -= s.max()
        e = np.exp(s)
        loss += np.log(e.sum()) - s[y[i]]
        for j in range(C):
            if j == y[i]:
                continue
            dW[:, j] += e[j] / e.sum() * X[i]
            dW[:, y[i]] -= e[j] / e.sum() * X[i]
    return loss / N + reg * np.sum(W * W), dW / N + 2 * reg * W


@right()
def divided_as_it_goes(W, X, y, reg):
    """1/N in every term, and the penalty's share in every example too."""
    n = len(X)
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(n):
        s = X[i] @ W
        lse = np.logaddexp.reduce(s)
        loss += (lse - s[y[i]]) / n + reg * np.sum(W * W) / n
        for j in range(W.shape[1]):
            dW[:, j] += (np.exp(s[j] - lse) - (j == y[i])) * X[i] / n + 2 * reg * W[:, j] / n
    return loss, dW


@right()
def while_loop(W, X, y, reg):
    """A while loop, and the penalty where the loss starts."""
    loss, dW, i = reg * np.sum(W**2), 2.0 * reg * W, 0
    while i < len(X):
        s = X[i].dot(W) - np.amax(X[i].dot(W))
        denominator = 0.0
        for v in s:
            denominator += math.exp(v)
        loss += (math.log(denominator) - s[y[i]]) / len(X)
        for j, v in enumerate(s):
            dW[:, j] += (math.exp(v) / denominator - (j == y[i])) * X[i] / len(X)
        i += 1
    return loss, dW


@right()
def helpers_and_generators(W, X, y, reg):
    """Helper functions, sum() over generators."""

    def log_p(x, c):
        s = x @ W
        return s[c] - s.max() - math.log(sum(math.exp(v - s.max()) for v in s))

    def gradient(x, label):
        return np.column_stack([(math.exp(log_p(x, c)) - (c == label)) * x for c in range(W.shape[1])])

    pairs = list(zip(X, y, strict=True))
    loss = -sum(log_p(x, label) for x, label in pairs) / len(pairs) + reg * sum(w * w for w in W.flat)
    return loss, sum(gradient(x, label) for x, label in pairs) / len(pairs) + 2 * reg * W


@right()
def recursive_halves(W, X, y, reg):
    """Splits the batch in two until one example is left."""

    def total(lo, hi):
        if hi - lo > 1:
            mid = (lo + hi) // 2
            (a, da), (b, db) = total(lo, mid), total(mid, hi)
            return a + b, da + db
        s = X[lo] @ W
        logp = s - scipy.special.logsumexp(s)
        p = np.exp(logp)
        p[y[lo]] -= 1
        return -logp[y[lo]], X[lo][:, None] * p

    loss, dW = total(0, len(X))
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W


# without loops over the examples
@right("log-underflow", form="vectorized")
def usual_vectorized(W, X, y, reg):
    """The usual vectorized one with -log(p)."""
    N = X.shape[0]
    scores = X.dot(W)
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)
    loss = np.sum(-np.log(p[range(N), y])) / N + reg * np.sum(W * W)
    p[range(N), y] -= 1
    return loss, X.T.dot(p) / N + 2 * reg * W


@right(form="vectorized")
def with_einsum(W, X, y, reg):
    """np.einsum for both products and the penalty."""
    s = np.einsum("nd,dc->nc", X, W)
    s = s - np.amax(s, axis=1)[:, np.newaxis]
    z = np.exp(s).sum(1)
    t = np.eye(W.shape[1])[y]
    loss = np.mean(np.log(z) - np.einsum("nc,nc->n", s, t)) + reg * np.einsum("dc,dc", W, W)
    return loss, np.einsum("nd,nc->dc", X, np.exp(s) / z[:, None] - t) / len(X) + 2 * reg * W


@right(form="vectorized")
def one_hot_by_comparison(W, X, y, reg):
    """One-hot labels by comparison with np.arange."""
    t = (np.arange(W.shape[1]) == y[:, None]).astype(float)
    s = X @ W
    logp = s - scipy.special.logsumexp(s, axis=1, keepdims=True)
    return -(t * logp).sum() / len(X) + reg * (W * W).sum(), X.T @ (np.exp(logp) - t) / len(X) + 2 * reg * W


@right(form="vectorized")
def scipy_log_softmax(W, X, y, reg):
    """scipy's log_softmax and softmax, np.take_along_axis, np.vdot."""
    s = np.matmul(X, W)
    picked = np.take_along_axis(scipy.special.log_softmax(s, axis=1), y[:, None], axis=1)
    p = scipy.special.softmax(s, axis=1)
    p[np.arange(len(y)), y] -= 1.0
    return -picked.mean() + reg * np.vdot(W, W), np.matmul(X.T, p) / len(y) + 2 * reg * W


@right(form="vectorized")
def transposed_layout(W, X, y, reg):
    """Scores as (C, N), in the way textbooks draw them."""
    N = X.shape[0]
    S = W.T @ X.T
    S = S - S.max(axis=0)
    E = np.exp(S)
    loss = np.sum(np.log(E.sum(axis=0)) - S[y, np.arange(N)]) / N + reg * np.sum(W.T**2)
    G = E / E.sum(axis=0)
    G[y, np.arange(N)] -= 1
    return loss, (G @ X / N + 2 * reg * W.T).T


@right("log-underflow", form="vectorized")
def add_at(W, X, y, reg):
    """np.add.at takes the labels' examples off their columns."""
    s = X @ W
    e = np.exp(s - s.max(1)[:, None])
    p = e / e.sum(1)[:, None]
    dW = X.T @ p
    np.add.at(dW.T, y, np.negative(X, dtype=dW.dtype))
    dW /= len(X)
    dW += 2 * reg * W
    return np.average(-np.log(p[np.arange(len(y)), y])) + reg * np.linalg.norm(W) ** 2, dW


@right("loops", form="vectorized")
def loop_over_classes(W, X, y, reg):
    """A loop over the few classes, none over the examples."""
    C = W.shape[1]
    s = X @ W
    lse = np.logaddexp.reduce(s, axis=1)
    loss, dW = reg * np.sum(W * W), np.empty(W.shape)
    for c in range(C):
        mine = y == c
        loss += np.sum(lse[mine] - s[mine, c]) / len(X)
        dW[:, c] = X.T @ (np.exp(s[:, c] - lse) - mine) / len(X) + 2 * reg * W[:, c]
    return loss, dW


@right(form="vectorized")
def single_precision(W, X, y, reg):
    """float32 inside and out, the loss as np.float32."""
    W32, X32 = W.astype(np.float32), X.astype(np.float32)
    s = X32 @ W32
    s -= s.max(axis=1, keepdims=True)
    z = np.exp(s).sum(axis=1, keepdims=True)
    p = np.exp(s) / z
    rows = np.arange(len(y))
    loss = np.float32((np.log(z[:, 0]) - s[rows, y]).mean() + reg * (W32**2).sum())
    p[rows, y] -= 1
    return loss, (X32.T @ p / np.float32(len(y)) + np.float32(2 * reg) * W32)


@right(form="vectorized")
def zero_dimensional_loss(W, X, y, reg):
    """The loss is an array of rank 0; np.tensordot."""
    s = np.tensordot(X, W, axes=1)
    s = s - s.max(axis=-1, keepdims=True)
    e = np.exp(s)
    t = np.zeros(s.shape)
    t[np.arange(len(y)), y] = 1
    loss = (np.log(e.sum(-1)) - (s * t).sum(-1)).mean() + reg * np.tensordot(W, W)
    return np.asarray(loss), np.tensordot(X, e / e.sum(-1, keepdims=True) - t, axes=(0, 0)) / len(y) + 2 * reg * W


@right(form="vectorized")
def in_chunks(W, X, y, reg):
    """Chunks of 64 examples, to save memory."""
    loss, dW = 0.0, np.zeros(W.shape)
    for start in range(0, len(X), 64):
        part, labels = X[start : start + 64], y[start : start + 64]
        s = part @ W
        s -= s.max(axis=1, keepdims=True)
        e = np.exp(s)
        z = e.sum(axis=1)
        rows = np.arange(len(labels))
        loss += np.sum(np.log(z) - s[rows, labels])
        e /= z[:, None]
        e[rows, labels] -= 1
        dW += part.T @ e
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W


@right("huge-temporary", form="vectorized")
def huge_temporary(W, X, y, reg):
    """A temporary of shape (N, D, C): right, but wasteful."""
    s = (X[:, :, None] * W[None]).sum(axis=1)
    s = s - s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    t = np.eye(W.shape[1])[y]
    dW = (X[:, :, None] * (np.exp(logp) - t)[:, None, :]).mean(axis=0)
    return float(-(logp * t).sum(axis=1).mean() + reg * np.sum(W * W)), dW + 2 * reg * W


@right(form="vectorized")
def margins_to_label(W, X, y, reg):
    """Scores relative to the label's: L_i = log(sum(exp(s_j - s_y)))."""
    s = X @ W
    lead = s - s[np.arange(len(y)), y][:, None]
    lse = np.logaddexp.reduce(lead, axis=1)
    p = np.exp(lead - lse[:, None]) - (np.arange(W.shape[1])[None, :] == y[:, None])
    return lse.mean() + reg * np.sum(W**2), (p.T @ X).T / len(y) + 2 * reg * W


@right(form="vectorized")
def sparse_labels(W, X, y, reg):
    """A scipy.sparse one-hot matrix, so that X.T @ onehot is cheap."""
    N, C = len(X), W.shape[1]
    onehot = scipy.sparse.csr_array((np.ones(N), (np.arange(N), y)), shape=(N, C))
    s = X @ W
    lse = scipy.special.logsumexp(s, axis=1)
    loss = (lse.sum() - onehot.multiply(s).sum()) / N + reg * np.sum(W * W)
    return loss, (X.T @ np.exp(s - lse[:, None]) - (onehot.T @ X).T) / N + 2 * reg * W


@right(form="vectorized")
def choose_and_where(W, X, y, reg):
    """np.where instead of indexing, flat indices for the labels."""
    s = X @ W
    s = s - np.max(s, axis=1).reshape(-1, 1)
    z = np.sum(np.exp(s), axis=1).reshape(-1, 1)
    true = s.ravel()[np.arange(len(y)) * W.shape[1] + y]
    is_label = np.arange(W.shape[1]) == y.reshape(-1, 1)
    p = np.exp(s) / z
    loss = np.log(z).mean() - true.mean() + np.multiply(reg, np.square(W).sum())
    return loss, np.dot(X.T, np.where(is_label, p - 1, p)) / X.shape[0] + 2 * reg * W


@right(form="vectorized")
def object_of_arrays(W, X, y, reg):
    """dscores divided by N before the product; sqrt(reg) * W squared."""
    N = float(len(X))
    s = X @ W
    p = scipy.special.softmax(s, axis=1)
    dscores = p / N
    dscores[np.arange(len(y)), y] -= 1 / N
    penalty = np.sum((np.sqrt(reg) * W) ** 2)
    dW = X.T @ dscores
    dW += reg * W
    dW += reg * W
    return np.sum(scipy.special.logsumexp(s, axis=1) - s[np.arange(len(y)), y]) / N + penalty, dW


class Forward:
    """A class with __call__ that keeps nothing between calls."""

    def __call__(self, W, X, y, reg):
        """Return loss and gradient by way of two methods."""
        logp = self.log_probs(X @ W)
        rows = np.arange(len(y))
        return -logp[rows, y].mean() + reg * np.sum(W * W), self.backward(np.exp(logp), X, y) + 2 * reg * W

    def log_probs(self, s):
        """Return the log-softmax of rows."""
        s = s - s.max(axis=1, keepdims=True)
        return s - np.log(np.exp(s).sum(axis=1, keepdims=True))

    def backward(self, p, X, y):
        """Return the data gradient."""
        p[np.arange(len(y)), y] -= 1
        return X.T @ p / len(y)


def _general(normalise, W, X, y, reg, *, dtype=None):
    logp = normalise(np.asarray(X @ W, dtype=dtype))
    t = np.identity(W.shape[1])[y]
    return -np.sum(logp * t) / len(y) + reg * np.sum(W * W), X.T @ (np.exp(logp) - t) / len(y) + 2 * reg * W


def _shifted(s):
    return s - np.logaddexp.reduce(s, axis=1, keepdims=True)


log_softmax = functools.partial(scipy.special.log_softmax, axis=1)
RIGHT += [
    Case("package", "", softmax_loss_naive, softmax_loss_vectorized),
    Case("callable_object", "", vectorized=Forward()),
    Case("bound_method", "", vectorized=Forward().__call__),
    Case("partial", "", vectorized=functools.partial(_general, log_softmax)),
    Case("lambda_loss", "", vectorized=lambda W, X, y, reg: _general(_shifted, W, X, y, reg)),
    Case("extra_arguments", "", vectorized=lambda W, X, y, reg=0.0, *args, **kw: _general(log_softmax, W, X, y, reg)),
    Case("extended_precision", "", vectorized=functools.partial(_general, _shifted, dtype=np.longdouble)),
]

BASE = """
def softmax_loss_naive(W, X, y, reg):
    loss = 0.0
    dW = np.zeros_like(W)
    num_train = X.shape[0]
    num_classes = W.shape[1]
    for i in range(num_train):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        exp_scores = np.exp(scores)
        probs = exp_scores / np.sum(exp_scores)
        loss += -np.log(probs[y[i]])
        for j in range(num_classes):
            dscore = probs[j]
            if j == y[i]:
                dscore -= 1
            dW[:, j] += dscore * X[i]
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW
"""

VECTORIZED = """
def softmax_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    loss = -np.sum(np.log(probs[rows, y]))
    dscores = probs.copy()
    dscores[rows, y] -= 1
    dW = X.T.dot(dscores)
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW
"""

MEAN_LOSS, MEAN_GRAD = "loss /= num_train", "dW /= num_train"
REG_LOSS, REG_GRAD = "loss += reg * np.sum(W * W)", "dW += 2 * reg * W"
RETURN = "return loss, dW"
N_LOSS, V_LOSS = "loss += -np.log(probs[y[i]])", "loss = -np.sum(np.log(probs[rows, y]))"
N_GRAD = """            dscore = probs[j]
            if j == y[i]:
                dscore -= 1
            dW[:, j] += dscore * X[i]
"""
V_GRAD = """    dscores = probs.copy()
    dscores[rows, y] -= 1
    dW = X.T.dot(dscores)
"""
N_PROBS, V_PROBS = "exp_scores / np.sum(exp_scores)", "exp_scores / np.sum(exp_scores, axis=1, keepdims=True)"
V_DSCORES = "    dscores = probs.copy()\n    dscores[rows, y] -= 1\n"
IS_LABEL = "(y[:, None] == np.arange(W.shape[1]))"
N_SHIFT, V_SHIFT = "scores -= np.max(scores)", "scores -= np.max(scores, axis=1, keepdims=True)"
N_SCORES, V_SCORES = "scores = X[i].dot(W)", "scores = X.dot(W)"
EXP = "exp_scores = np.exp(scores)"
N_START, V_START = "    loss = 0.0\n", "    num_train = X.shape[0]\n"
SIGNATURE = "(W, X, y, reg):"


def without(*lines):
    """Return replacements that delete lines of the last part of the function."""
    return [(f"    {line}\n", "") for line in lines]


def n_loss(new):
    """Return a replacement of the naive loss of one example."""
    return [(N_LOSS, f"loss += {new}")]


def v_loss(new):
    """Return a replacement of the vectorized sum of losses."""
    return [(V_LOSS, f"loss = {new}")]


def n_dscore(new):
    """Return a replacement of the naive derivative by one score."""
    return [(N_GRAD, f"            dscore = {new}\n            dW[:, j] += dscore * X[i]\n")]


def v_dscores(new):
    """Return a replacement of the vectorized derivatives by all scores."""
    return [(V_DSCORES, f"    dscores = {new}\n")]


def at_start(line):
    """Return, for either form, replacements that put a line first."""
    return {"body": [(N_START, f"    {line}\n{N_START}")], "vectorized": [(V_START, f"    {line}\n{V_START}")]}


# harmless, or right numbers
RIGHT += [
    Case("one-hot-times-log", "zero-times-log", n_loss("-np.sum((np.arange(num_classes) == y[i]) * np.log(probs))"),
         v_loss("-np.sum(np.eye(W.shape[1])[y] * np.log(probs))")),
    Case("choose", "log-underflow", vectorized=v_loss("-np.sum(np.log(np.choose(y, probs.T)))")),
    Case("epsilon-in-log", "log-epsilon", n_loss("-np.log(probs[y[i]] + 1e-8)"),
         v_loss("-np.sum(np.log(probs[rows, y] + 1e-8))")),
    Case("clipped-probability", "log-epsilon", n_loss("-np.log(np.clip(probs[y[i]], 1e-7, 1))"),
         v_loss("-np.sum(np.log(np.clip(probs[rows, y], 1e-7, 1)))")),
    Case("seterr", "log-underflow", **at_start("np.seterr(all='ignore')")),
    Case("random-seed", "log-underflow", **at_start("np.random.seed(0)")),
    Case("prints-every-example", "log-underflow prints",
         [(N_LOSS, f"{N_LOSS}\n        print(i, scores, probs, loss)")]),
    Case("prints-at-the-end", "log-underflow loops prints",
         vectorized=[(V_LOSS, f"{V_LOSS}\n    for i in rows:\n        print(i, scores[i], probs[i], y[i])")]),
    both("writes-a-file", "log-underflow", (RETURN, "import os\n    dW.tofile(os.devnull)\n    return loss, dW")),
    both("shared-buffer", "log-underflow", (SIGNATURE, "(W, X, y, reg, buffers={}):"),
         (RETURN, "out = buffers.setdefault(W.shape, np.empty(W.shape))\n    out[...] = dW\n    return loss, out")),
    both("gradient-as-list", "log-underflow", (RETURN, "return loss, dW.tolist()")),
    Case("loops-over-examples", "loops", vectorized="""
def softmax_loss_vectorized(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        s = X[i] @ W
        s -= s.max()
        p = np.exp(s) / np.exp(s).sum()
        loss += np.log(np.exp(s).sum()) - s[y[i]]
        p[y[i]] -= 1
        dW += np.outer(X[i], p)
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W
"""),
    Case("loops-in-comprehension", "loops", vectorized="""
def softmax_loss_vectorized(W, X, y, reg):
    S = np.array([x @ W - np.max(x @ W) for x in X])
    P = np.array([np.exp(s) / np.sum(np.exp(s)) for s in S])
    loss = np.mean([np.log(np.sum(np.exp(s))) - s[label] for s, label in zip(S, y)])
    T = np.array([[c == label for c in range(W.shape[1])] for label in y])
    return loss + reg * np.sum(W * W), X.T @ (P - T) / len(X) + 2 * reg * W
"""),
    Case("loops-by-apply", "loops", vectorized="""
def softmax_loss_vectorized(W, X, y, reg):
    def log_softmax(s):
        s = s - s.max()
        return s - np.log(np.exp(s).sum())

    logp = np.apply_along_axis(log_softmax, 1, X @ W)
    rows = np.arange(len(X))
    dscores = np.exp(logp)
    dscores[rows, y] -= 1
    return -np.mean(logp[rows, y]) + reg * np.sum(W * W), X.T @ dscores / len(X) + 2 * reg * W
"""),
    Case("loops-in-label-only", "loops", vectorized="""
def softmax_loss_vectorized(W, X, y, reg):
    scores = X @ W
    scores -= scores.max(axis=1, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss, dscores = 0.0, np.exp(logp)
    for i in range(len(X)):
        loss -= logp[i, y[i]]
        dscores[i, y[i]] -= 1
    return loss / len(X) + reg * np.sum(W * W), X.T @ dscores / len(X) + 2 * reg * W
"""),
    Case("loops-over-all-features", "loops", vectorized="""
def softmax_loss_vectorized(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    scores -= scores.max(axis=1, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    dscores, dW = np.exp(logp), 2 * reg * W
    dscores[rows, y] -= 1
    for d in range(len(W)):
        dW[d] += X[:, d] @ dscores / len(X)
    return -np.mean(logp[rows, y]) + reg * np.sum(W * W), dW
"""),
    Case("rows-by-map", "log-underflow loops", vectorized=[
        (V_START, "    probs = np.array(list(map(lambda s: np.exp(s - s.max()), X @ W)))\n" + V_START)]),
    Case("lengths-by-map", "log-underflow loops", vectorized=[
        (MEAN_LOSS, "loss += 0 * sum(map(len, X))\n    loss /= num_train")]),
    Case("arrays-by-map", "log-underflow", vectorized=[
        (V_START, f"    W, X, y = map(np.asarray, (W, X, y))\n{V_START}")]),
]

WRONG = [
    # regularization
    both("gradient-half-reg", "reg-gradient-half", (REG_GRAD, "dW += reg * W")),
    both("half-reg-convention", "half-convention", (REG_LOSS, "loss += 0.5 * reg * np.sum(W * W)"),
         (REG_GRAD, "dW += reg * W")),
    both("loss-half-reg", "reg-loss-half", (REG_LOSS, "loss += 0.5 * reg * np.sum(W * W)")),
    both("no-regularization", "reg-missing", *without(REG_LOSS, REG_GRAD)),
    both("no-reg-gradient", "reg-gradient-missing", *without(REG_GRAD)),
    both("no-reg-loss", "reg-loss-missing", *without(REG_LOSS)),
    both("reg-loss-without-reg", "reg-loss-without-reg", (REG_LOSS, "loss += np.sum(W * W)")),
    both("reg-gradient-without-reg", "reg-gradient-without-reg", (REG_GRAD, "dW += 2 * W")),
    both("reg-without-reg", "reg-without-reg", (REG_LOSS, "loss += np.sum(W * W)"), (REG_GRAD, "dW += 2 * W")),
    both("reg-loss-sign", "reg-loss-negated", (REG_LOSS, REG_LOSS.replace("+", "-"))),
    both("reg-gradient-sign", "reg-gradient-negated", (REG_GRAD, "dW -= 2 * reg * W")),
    Case("reg-loss-per-example", "reg-loss-times-N",
         [(N_LOSS, "loss += -np.log(probs[y[i]]) / num_train + reg * np.sum(W * W)"), *without(MEAN_LOSS, REG_LOSS)],
         [(V_LOSS, "loss = np.sum(-np.log(probs[rows, y]) / num_train + reg * np.sum(W * W))"),
          *without(MEAN_LOSS, REG_LOSS)]),
    Case("reg-gradient-per-example", "reg-gradient-times-N",
         [(N_GRAD, N_GRAD + "        dW += num_train * 2 * reg * W\n"), *without(REG_GRAD)],
         [(REG_GRAD, "dW += 2 * reg * W * num_train")]),
    both("reg-divided-by-n", "reg-over-N", (MEAN_LOSS, "loss += reg * np.sum(W * W)\n    loss = loss / num_train"),
         (MEAN_GRAD, "dW += 2 * reg * W\n    dW = dW / num_train"),
         ("    loss += reg * np.sum(W * W)\n    dW += 2 * reg * W\n    return", "    return")),
    both("reg-loss-divided-by-n", "reg-loss-over-N",
         (f"    {MEAN_LOSS}\n    {MEAN_GRAD}\n    {REG_LOSS}\n",
          f"    {REG_LOSS}\n    {MEAN_LOSS}\n    {MEAN_GRAD}\n")),
    both("reg-gradient-divided-by-n", "reg-gradient-over-N",
         (f"    {MEAN_GRAD}\n", f"    {REG_GRAD}  # reg\n    {MEAN_GRAD}\n"),
         (f"    {REG_GRAD}\n    return", "    return")),
    both("reg-l1-loss", "reg-loss-l1", (REG_LOSS, "loss += reg * np.sum(np.abs(W))")),
    both("reg-l1", "reg-l1", (REG_LOSS, "loss += reg * np.sum(np.abs(W))"), (REG_GRAD, "dW += reg * np.sign(W)")),
    both("reg-norm-not-squared", "reg-loss-norm", (REG_LOSS, "loss += reg * np.linalg.norm(W)")),
    both("reg-sum-squared", "reg-loss-sum-then-square", (REG_LOSS, "loss += reg * np.sum(W) ** 2")),
    both("reg-sum-not-squared", "reg-loss-not-squared", (REG_LOSS, "loss += reg * np.sum(W)")),
    both("reg-mean", "reg-loss-over-DC", (REG_LOSS, "loss += reg * np.mean(W * W)")),
    both("reg-w-t-w", "reg-loss-products-of-columns", (REG_LOSS, "loss += reg * np.sum(W.T.dot(W))")),
    both("reg-spectral-norm", "reg-loss-spectral-norm", (REG_LOSS, "loss += reg * np.linalg.norm(W, 2) ** 2")),
    both("reg-squared", "reg-squared-strength", (REG_LOSS, "loss += reg ** 2 * np.sum(W * W)"),
         (REG_GRAD, "dW += 2 * reg ** 2 * W")),
    both("reg-without-bias-row", "reg-no-bias", (REG_LOSS, "loss += reg * np.sum(W[:-1] ** 2)"),
         (REG_GRAD, "dW[:-1] += 2 * reg * W[:-1]")),
    both("reg-gradient-without-bias-row", "reg-gradient-no-bias", (REG_GRAD, "dW[:-1] += 2 * reg * W[:-1]")),
    both("reg-of-x", "reg-loss-of-X", (REG_LOSS, "loss += reg * np.sum(X * X)")),
    both("reg-of-dw", "reg-loss-wrong", (REG_LOSS, "loss += reg * np.sum(dW * dW)")),
    both("reg-gradient-of-dw", "reg-gradient-wrong", (REG_GRAD, "dW += 2 * reg * dW")),
    both("reg-gradient-squared", "reg-gradient-squares-in-gradient", (REG_GRAD, "dW += 2 * reg * W * W")),
    both("reg-gradient-summed", "reg-gradient-summed-weights", (REG_GRAD, "dW += 2 * reg * np.sum(W)")),
    both("reg-gradient-constant", "reg-gradient-not-squared", (REG_GRAD, "dW += 2 * reg")),
    both("reg-gradient-doubled", "reg-gradient-double", (REG_GRAD, "dW += 2 * reg * (W + W)")),
    both("reg-gradient-of-loss", "reg-gradient-loss-term-in-gradient", (REG_GRAD, "dW += reg * np.sum(W * W)")),
    both("reg-gradient-multiplied", "data-gradient-missing reg-gradient-wrong", (REG_GRAD, "dW *= 2 * reg * W")),
    both("reg-gradient-columns-summed", "reg-gradient-summed-over-features",
         (REG_GRAD, "dW += 2 * reg * np.sum(W, axis=0)")),
    both("reg-twice", "reg-double", (REG_LOSS, "loss += 2 * reg * np.sum(W * W)"), (REG_GRAD, "dW += 4 * reg * W")),
    both("reg-int", "reg-integer-strength", (REG_LOSS, "reg = int(reg)\n    loss += reg * np.sum(W * W)")),

    # division by N
    both("no-division-by-n", "data-times-N", *without(MEAN_LOSS, MEAN_GRAD)),
    both("loss-not-divided", "data-loss-times-N", *without(MEAN_LOSS)),
    both("gradient-not-divided", "data-gradient-times-N", *without(MEAN_GRAD)),
    both("loss-divided-twice", "data-loss-over-N", (MEAN_LOSS, "loss /= num_train\n    loss = loss / num_train")),
    both("gradient-divided-twice", "data-gradient-over-N", (MEAN_GRAD, "dW /= num_train\n    dW = dW / num_train")),
    both("divided-by-classes", "data-N-over-C", (MEAN_LOSS, "loss /= W.shape[1]"), (MEAN_GRAD, "dW /= W.shape[1]")),
    both("divided-by-features", "data-N-over-D", (MEAN_LOSS, "loss /= X.shape[1]"), (MEAN_GRAD, "dW /= X.shape[1]")),
    both("divided-by-n-minus-1", "data-N-over-N-minus-1", (MEAN_LOSS, "loss /= num_train - 1"),
         (MEAN_GRAD, "dW /= num_train - 1")),
    Case("gradient-divided-by-n-c", "data-gradient-over-C", [(MEAN_GRAD, "dW /= num_train * num_classes")],
         [(MEAN_GRAD, "dW /= probs.size")]),
    both("floor-division", "rounded-down", (MEAN_LOSS, "loss //= num_train")),
    Case("divided-in-loop", "divided-in-the-loop",
         [(N_GRAD, N_GRAD + "        loss /= num_train\n        dW /= num_train\n"),
          (f"    {MEAN_LOSS}\n    {MEAN_GRAD}\n    {REG_LOSS}", f"    {REG_LOSS}")]),
    both("multiplied-by-n", "data-times-N-squared", (MEAN_LOSS, "loss *= num_train"), (MEAN_GRAD, "dW *= num_train")),

    # the loss of an example
    Case("loss-sign", "data-loss-negated", n_loss("np.log(probs[y[i]])"), v_loss("np.sum(np.log(probs[rows, y]))")),
    both("whole-loss-negated", "loss-negated", (RETURN, "return -loss, dW")),
    Case("log-base-10", "log10", n_loss("-np.log10(probs[y[i]])"), v_loss("-np.sum(np.log10(probs[rows, y]))")),
    Case("log-base-2", "log2", n_loss("-np.log2(probs[y[i]])"), v_loss("-np.sum(np.log2(probs[rows, y]))")),
    Case("log1p", "log1p", n_loss("-np.log1p(probs[y[i]])"), v_loss("-np.sum(np.log1p(probs[rows, y]))")),
    Case("mean-probability", "no-logarithm", n_loss("probs[y[i]]"), v_loss("np.sum(probs[rows, y])")),
    Case("minus-probability", "no-logarithm", n_loss("-probs[y[i]]"), v_loss("-np.sum(probs[rows, y])")),
    Case("one-minus-probability", "no-logarithm", n_loss("1 - probs[y[i]]"), v_loss("np.sum(1 - probs[rows, y])")),
    Case("log-of-one-minus-p", "one-minus-p", n_loss("-np.log(1 - probs[y[i]])"),
         v_loss("-np.sum(np.log(1 - probs[rows, y]))")),
    Case("log-of-unnormalised", "not-normalised", n_loss("-np.log(exp_scores[y[i]])"),
         v_loss("-np.sum(np.log(exp_scores[rows, y]))")),
    Case("sum-exp-without-log", "log-of-sum-missing", n_loss("-scores[y[i]] + np.sum(exp_scores)"),
         v_loss("np.sum(-scores[rows, y] + np.sum(exp_scores, axis=1))")),
    Case("label-score-missing", "label-score-missing overflow", n_loss("np.log(np.sum(np.exp(X[i].dot(W))))"),
         v_loss("np.sum(np.log(np.sum(np.exp(X.dot(W)), axis=1)))")),
    Case("log-of-all-classes", "all-classes", n_loss("-np.sum(np.log(probs))"), v_loss("-np.sum(np.log(probs))")),
    Case("mean-log-of-all-classes", "all-classes", n_loss("-np.mean(np.log(probs))"),
         v_loss("-np.mean(np.log(probs)) * num_train")),
    Case("entropy", "entropy", n_loss("-np.sum(probs * np.log(probs))"), v_loss("-np.sum(probs * np.log(probs))")),
    Case("binary-cross-entropy", "binary-cross-entropy",
         n_loss("-np.log(probs[y[i]]) - sum(np.log(1 - probs[j]) for j in range(num_classes) if j != y[i])"),
         v_loss(f"-np.sum(np.log(np.where({IS_LABEL}, probs, 1 - probs)))")),
    Case("squared-error", "squared-error", n_loss("np.sum((probs - (np.arange(num_classes) == y[i])) ** 2)"),
         v_loss(f"np.sum((probs - {IS_LABEL}) ** 2)")),
    Case("squared-error-with-gradient", "squared-error",
         [(N_LOSS, "diff = probs - (np.arange(num_classes) == y[i])\n        loss += 0.5 * np.sum(diff ** 2)"),
          *n_dscore("probs[j] * (diff[j] - np.sum(diff * probs))")],
         [(V_LOSS, f"diff = probs - {IS_LABEL}\n    loss = 0.5 * np.sum(diff ** 2)"),
          *v_dscores("probs * (diff - np.sum(diff * probs, axis=1, keepdims=True))")]),
    Case("hinge-loss", "hinge", n_loss("np.sum(np.maximum(0, scores - scores[y[i]] + 1)) - 1"),
         v_loss("np.sum(np.maximum(0, scores - scores[rows, y][:, None] + 1)) - num_train")),
    Case("log-of-mean-p", "log-of-mean", [*n_loss("probs[y[i]]"), (MEAN_LOSS, "loss = -np.log(loss / num_train)")],
         [*v_loss("-np.log(np.mean(probs[rows, y]))"), *without(MEAN_LOSS)]),
    Case("label-number-times-log", "label-as-number", n_loss("-y[i] * np.log(probs[y[i]])"),
         v_loss("-np.sum(y * np.log(probs[rows, y]))")),
    Case("loss-of-predicted-class", "prediction-for-label", n_loss("-np.log(np.max(probs))"),
         v_loss("-np.sum(np.log(np.max(probs, axis=1)))")),
    Case("loss-of-last-class", "last-class-for-label", n_loss("-np.log(probs[num_classes - 1])"),
         v_loss("-np.sum(np.log(probs[:, -1]))")),
    Case("loss-of-first-class", "class-zero-for-label", n_loss("-np.log(probs[0])"),
         v_loss("-np.sum(np.log(probs[:, 0]))")),
    Case("loss-assigned", "last-example-only", [(N_LOSS, "loss = -np.log(probs[y[i]])")],
         v_loss("-np.log(probs[rows, y])[-1]")),
    Case("worst-example-loss", "worst-example",
         [(N_LOSS, "loss = max(loss, -np.log(probs[y[i]]))"), *without(MEAN_LOSS)],
         [(V_LOSS, "loss = np.max(-np.log(probs[rows, y]))"), *without(MEAN_LOSS)]),
    both("no-data-loss", "data-loss-missing", (REG_LOSS, "loss = reg * np.sum(W * W)")),
    Case("loss-of-other-classes", "other-classes", n_loss("-np.sum(np.log(probs)) + np.log(probs[y[i]])"),
         v_loss("np.sum(np.log(probs[rows, y])) - np.sum(np.log(probs))")),
    Case("loss-plus-max", "shift-mismatch",
         [("scores -= np.max(scores)", "shift = np.max(scores)\n        scores -= shift"),
          *n_loss("-np.log(probs[y[i]]) + shift")],
         [("scores -= np.max(scores, axis=1, keepdims=True)",
           "shift = np.max(scores, axis=1, keepdims=True)\n    scores -= shift"),
          *v_loss("-np.sum(np.log(probs[rows, y])) + np.sum(shift)")]),
    Case("loss-shift-not-added-back", "shift-mismatch", n_loss("np.log(np.sum(exp_scores)) - X[i].dot(W)[y[i]]"),
         v_loss("np.sum(np.log(np.sum(exp_scores, axis=1)) - X.dot(W)[rows, y])")),
    Case("epsilon-in-log-large", "log-epsilon", n_loss("-np.log(probs[y[i]] + 1e-3)"),
         v_loss("-np.sum(np.log(probs[rows, y] + 1e-3))")),
    both("loss-rounded", "data-loss-imprecise reg-loss-imprecise", (RETURN, "return np.round(loss, 2), dW")),
    Case("label-smoothing", "label-smoothing",
         [(N_LOSS,
           "t = 0.1 / num_classes + 0.9 * (np.arange(num_classes) == y[i])\n"
           "        loss += -np.sum(t * np.log(probs))"), *n_dscore("probs[j] - t[j]")],
         [(V_LOSS, f"t = 0.1 / W.shape[1] + 0.9 * {IS_LABEL}\n    loss = -np.sum(t * np.log(probs))"),
          *v_dscores("probs - t")]),

    # probabilities
    Case("forgot-exp", "no-exponential", [(f"        {N_SHIFT}\n", ""), (EXP, "exp_scores = scores")],
         [(f"    {V_SHIFT}\n", ""), (EXP, "exp_scores = scores")]),
    Case("absolute-scores", "no-exponential", [(f"        {N_SHIFT}\n", ""), (EXP, "exp_scores = np.abs(scores)")],
         [(f"    {V_SHIFT}\n", ""), (EXP, "exp_scores = np.abs(scores)")]),
    Case("exp-twice", "softmax-twice", [(N_PROBS, f"{N_PROBS}\n        probs = np.exp(probs) / np.sum(np.exp(probs))")],
         [(V_PROBS, f"{V_PROBS}\n    probs = np.exp(probs) / np.sum(np.exp(probs), axis=1, keepdims=True)")]),
    Case("exp-of-minus-scores", "negative-exponent", [(N_SHIFT, "scores = np.min(scores) - scores")],
         [(V_SHIFT, "scores = np.min(scores, axis=1, keepdims=True) - scores")]),
    both("base-2", "base-2", (EXP, "exp_scores = 2 ** scores")),
    Case("sigmoid", "sigmoid", [(f"        {N_SHIFT}\n", ""), (N_PROBS, "1 / (1 + np.exp(-scores))")],
         [(f"    {V_SHIFT}\n", ""), (V_PROBS, "1 / (1 + np.exp(-scores))")]),
    Case("divided-by-largest", "not-normalised", [(N_PROBS, "exp_scores / np.max(exp_scores)")],
         [(V_PROBS, "exp_scores / np.max(exp_scores, axis=1, keepdims=True)")]),
    Case("divided-by-norm", "norm-denominator", [(N_PROBS, "exp_scores / np.linalg.norm(exp_scores)")],
         [(V_PROBS, "exp_scores / np.linalg.norm(exp_scores, axis=1, keepdims=True)")]),
    Case("denominator-without-label", "denominator-without-label",
         [(N_PROBS, "exp_scores / (np.sum(exp_scores) - exp_scores[y[i]])")],
         [(V_PROBS, "exp_scores / (np.sum(exp_scores, axis=1) - exp_scores[rows, y])[:, None]")]),
    Case("denominator-without-first-class", "denominator-skips-first",
         [(N_PROBS, "exp_scores / np.sum(exp_scores[1:])")],
         [(V_PROBS, "exp_scores / np.sum(exp_scores[:, 1:], axis=1, keepdims=True)")]),
    Case("denominator-without-last-class", "denominator-skips-last",
         [(N_PROBS, "exp_scores / np.sum(exp_scores[:-1])")],
         [(V_PROBS, "exp_scores / np.sum(exp_scores[:, :-1], axis=1, keepdims=True)")]),
    Case("denominator-of-whole-batch", "over-everything",
         [(N_PROBS, "exp_scores / np.sum(np.exp(X.dot(W) - np.max(X.dot(W), axis=1, keepdims=True)))")],
         [(V_PROBS, "exp_scores / np.sum(exp_scores)")]),
    Case("denominator-over-examples", "over-examples",
         vectorized=[(V_PROBS, "exp_scores / np.sum(exp_scores, axis=0)"),
                     (V_SHIFT, "scores -= np.max(scores, axis=0)")]),
    Case("denominator-sum-axis-0", "over-examples", vectorized=[(V_PROBS, "exp_scores / np.sum(exp_scores, axis=0)")]),
    Case("denominator-not-reset", "denominator-not-reset",
         [("    for i in range", "    denominator = 0.0\n    for i in range"),
          (f"        probs = {N_PROBS}",
           "        denominator += np.sum(exp_scores)\n        probs = exp_scores / denominator")]),
    Case("denominator-in-progress", "denominator-unfinished", [(N_PROBS, "exp_scores / np.cumsum(exp_scores)")],
         [(V_PROBS, "exp_scores / np.cumsum(exp_scores, axis=1)")]),
    Case("denominator-counts-classes", "mean-denominator", [(N_PROBS, "exp_scores / np.mean(exp_scores)")],
         [(V_PROBS, "exp_scores / np.mean(exp_scores, axis=1, keepdims=True)")]),
    Case("exp-of-summed-scores", "exp-of-sum", [(N_PROBS, "exp_scores / np.exp(np.sum(scores))")],
         [(V_PROBS, "exp_scores / np.exp(np.sum(scores, axis=1, keepdims=True))")]),
    Case("shift-over-examples", "column-maximum", vectorized=[(V_SHIFT, "scores -= np.max(scores, axis=0)")]),
    Case("shift-only-in-numerator", "shift-mismatch overflow",
         [(N_PROBS, "exp_scores / np.sum(np.exp(X[i].dot(W)))")],
         [(V_PROBS, "exp_scores / np.sum(np.exp(X.dot(W)), axis=1, keepdims=True)")]),
    Case("shift-only-in-denominator", "shift-mismatch overflow",
         [(N_PROBS, "np.exp(X[i].dot(W)) / np.sum(exp_scores)")],
         [(V_PROBS, "np.exp(X.dot(W)) / np.sum(exp_scores, axis=1, keepdims=True)")]),
    Case("divided-by-max-score", "rescaled", [(N_SHIFT, "scores /= np.max(scores)")],
         [(V_SHIFT, "scores /= np.max(scores, axis=1, keepdims=True)")]),
    Case("temperature", "scores-scaled", [(N_SHIFT, "scores /= np.sqrt(X.shape[1])")],
         [(V_SHIFT, "scores /= np.sqrt(X.shape[1])")]),
    Case("clipped-scores", "clipped", [(N_SHIFT, "scores = np.clip(scores, -10, 10)")],
         [(V_SHIFT, "scores = np.clip(scores, -10, 10)")]),
    Case("scores-as-integers", "scores-rounded", [(N_SCORES, "scores = X[i].dot(W).astype(int)")],
         [(V_SCORES, "scores = X.dot(W).astype(int)")]),
    Case("rounded-probabilities", "data-loss-imprecise data-gradient-imprecise", [(N_PROBS, f"np.round({N_PROBS}, 3)")],
         [(V_PROBS, f"np.round({V_PROBS}, 3)")]),
    Case("relu-scores", "negative-scores-lost", [(N_SCORES, "scores = np.maximum(X[i].dot(W), 0)")],
         [(V_SCORES, "scores = np.maximum(X.dot(W), 0)")]),
    Case("bias-row-dropped", "bias-dropped", [(N_SCORES, "scores = X[i, :-1].dot(W[:-1])")],
         [(V_SCORES, "scores = X[:, :-1].dot(W[:-1])")]),
    Case("x-centred", "X-centred", [("    for i in", "    X = X - X.mean(axis=0)\n    for i in")],
         [("    rows =", "    X = X - X.mean(axis=0)\n    rows =")]),
    Case("x-scaled", "data-gradient-over-255 scores-scaled", [("    for i in", "    X = X / 255\n    for i in")],
         [("    rows =", "    X = X / 255\n    rows =")]),
    Case("x-scaled-for-scores-only", "scores-scaled", [(N_SCORES, "scores = (X[i] / 255).dot(W)")],
         [(V_SCORES, "scores = (X / 255).dot(W)")]),
    Case("zero-initial-weights", "uniform", [(N_SCORES, "scores = X[i].dot(np.zeros_like(W))")],
         [(V_SCORES, "scores = X.dot(np.zeros_like(W))")]),

    # the gradient of an example
    both("no-data-gradient", "data-gradient-missing", (REG_GRAD, "dW = 2 * reg * W")),
    Case("gradient-sign", "data-gradient-negated", [("dscore * X[i]", "-dscore * X[i]")],
         [("X.T.dot(dscores)", "-X.T.dot(dscores)")]),
    both("whole-gradient-negated", "gradient-negated", (RETURN, "return loss, -dW")),
    Case("plus-one-at-label", "label-added", [("dscore -= 1", "dscore += 1")], [("y] -= 1", "y] += 1")]),
    Case("plus-one-negated", "data-gradient-negated label-added",
         [("dscore -= 1", "dscore += 1"), (MEAN_GRAD, "dW /= -num_train")],
         [("y] -= 1", "y] += 1"), (MEAN_GRAD, "dW /= -num_train")]),
    Case("no-minus-one", "label-not-subtracted", [("            if j == y[i]:\n                dscore -= 1\n", "")],
         [("    dscores[rows, y] -= 1\n", "")]),
    Case("label-p-missing", "label-without-p", [("dscore -= 1", "dscore = -1")], [("y] -= 1", "y] = -1")]),
    Case("label-set-to-one", "label-set-to-one", [("dscore -= 1", "dscore = 1")], [("y] -= 1", "y] = 1")]),
    Case("one-minus-p-at-label", "label-negated", [("dscore -= 1", "dscore = 1 - dscore")],
         [("dscores[rows, y] -= 1", "dscores[rows, y] = 1 - dscores[rows, y]")]),
    Case("others-negative", "others-negated", n_dscore("probs[j] - 1 if j == y[i] else -probs[j]"),
         v_dscores(f"np.where({IS_LABEL}, probs - 1, -probs)")),
    Case("minus-one-at-others", "one-subtracted-elsewhere", [("if j == y[i]", "if j != y[i]")],
         v_dscores(f"probs - (1 - {IS_LABEL})")),
    Case("minus-one-everywhere", "one-subtracted-everywhere", n_dscore("probs[j] - 1"), v_dscores("probs - 1")),
    Case("minus-one-per-class", "label-subtracted-per-class",
         [(N_GRAD, "            dW[:, j] += probs[j] * X[i]\n            dW[:, y[i]] -= X[i]\n")],
         [("y] -= 1", "y] -= W.shape[1]")]),
    Case("branches-mixed-up", "branches-swapped", n_dscore("probs[j] if j == y[i] else 1 - probs[j]"),
         v_dscores(f"np.where({IS_LABEL}, probs, 1 - probs)")),
    Case("only-label-column", "label-column-only",
         [("            dW[:, j] += dscore", "                dW[:, j] += dscore")],
         v_dscores(f"(probs - 1) * {IS_LABEL}")),
    Case("only-minus-x-at-label", "probs-missing", n_dscore("-1.0 if j == y[i] else 0.0"),
         v_dscores(f"-1.0 * {IS_LABEL}")),
    Case("label-column-skipped", "label-column-missing", [("dscore -= 1", "continue")],
         v_dscores(f"probs * (1 - {IS_LABEL})")),
    Case("only-last-column", "last-class-only", [("            dW[:, j] += dscore", "        dW[:, j] += dscore")],
         [("dW = X.T.dot(dscores)", "dW = np.zeros_like(W)\n    dW[:, -1] = X.T.dot(dscores[:, -1])")]),
    Case("last-class-not-in-loop", "skips-last-class",
         [("for j in range(num_classes)", "for j in range(num_classes - 1)")],
         [("y] -= 1", "y] -= 1\n    dscores[:, -1] = 0")]),
    Case("first-class-not-in-loop", "skips-first-class",
         [("for j in range(num_classes)", "for j in range(1, num_classes)")],
         [("y] -= 1", "y] -= 1\n    dscores[:, 0] = 0")]),
    Case("gradient-assigned", "last-example-only", [("dW[:, j] += dscore", "dW[:, j] = dscore")],
         [("X.T.dot(dscores)", "np.outer(X[-1], dscores[-1])")]),
    Case("gradient-of-probability", "probability-derivative", n_dscore("probs[y[i]] * (probs[j] - (j == y[i]))"),
         v_dscores(f"probs[rows, y][:, None] * (probs - {IS_LABEL})")),
    Case("divided-by-p", "divided-by-p", n_dscore("(probs[j] - (j == y[i])) / probs[y[i]]"),
         v_dscores(f"(probs - {IS_LABEL}) / probs[rows, y][:, None]")),
    Case("minus-one-over-p", "divided-by-p", n_dscore("-1 / probs[j] if j == y[i] else 0.0"),
         v_dscores(f"-1 / probs * {IS_LABEL}")),
    Case("sigmoid-derivative", "softmax-derivative", n_dscore("(probs[j] - (j == y[i])) * probs[j] * (1 - probs[j])"),
         v_dscores(f"(probs - {IS_LABEL}) * probs * (1 - probs)")),
    Case("diagonal-jacobian", "softmax-derivative", n_dscore("probs[j] * (1 - probs[j])"),
         v_dscores("probs * (1 - probs)")),
    Case("jacobian-row", "probability-derivative", n_dscore("probs[y[i]] * ((j == y[i]) - probs[j])"),
         v_dscores(f"probs[rows, y][:, None] * ({IS_LABEL} - probs)")),
    Case("p-times-p-minus-one-at-label", "softmax-derivative", [("dscore -= 1", "dscore *= probs[j] - 1")],
         [("dscores[rows, y] -= 1", "dscores[rows, y] *= probs[rows, y] - 1")]),
    Case("gradient-of-unnormalised", "not-normalised", [("dscore = probs[j]", "dscore = exp_scores[j]")],
         [("probs.copy()", "exp_scores.copy()")]),
    Case("gradient-of-scores", "scores-for-probs", [("dscore = probs[j]", "dscore = scores[j]")],
         [("probs.copy()", "scores.copy()")]),
    Case("gradient-of-log-p", "log-probs-for-probs", [("dscore = probs[j]", "dscore = np.log(probs[j])")],
         [("probs.copy()", "np.log(probs)")]),
    Case("gradient-uses-label-p", "label-probability-for-all", [("dscore = probs[j]", "dscore = probs[y[i]]")],
         [("probs.copy()", "np.repeat(probs[rows, y][:, None], W.shape[1], axis=1)")]),
    Case("minus-label-number", "label-as-number", n_dscore("probs[j] - y[i]"), v_dscores("probs - y[:, None]")),
    Case("squared-error-gradient", "data-gradient-double", n_dscore("2 * (probs[j] - (j == y[i]))"),
         v_dscores(f"2 * (probs - {IS_LABEL})")),
    Case("hinge-gradient", "hinge",
         n_dscore("float(np.sum(scores - scores[y[i]] + 1 > 0)) * -1 + 1 if j == y[i] else float(scores[j] - "
                  "scores[y[i]] + 1 > 0)"),
         [(V_DSCORES,
           "    dscores = (scores - scores[rows, y][:, None] + 1 > 0).astype(float)\n"
           "    dscores[rows, y] = 1 - dscores.sum(axis=1)\n")]),
    Case("hard-prediction-in-gradient", "winner-takes-all", n_dscore("float(j == np.argmax(scores)) - (j == y[i])"),
         v_dscores(f"1.0 * (np.argmax(scores, axis=1)[:, None] == np.arange(W.shape[1])) - {IS_LABEL}")),
    Case("only-misclassified", "only-misclassified",
         [(N_LOSS, f"{N_LOSS}\n        if np.argmax(scores) == y[i]:\n            continue")],
         [("dscores[rows, y] -= 1", "dscores[rows, y] -= 1\n    dscores[np.argmax(scores, axis=1) == y] = 0")]),
    Case("gradient-of-predicted-class", "prediction-for-label", [("if j == y[i]", "if j == np.argmax(scores)")],
         [("dscores[rows, y] -= 1", "dscores[rows, np.argmax(scores, axis=1)] -= 1")]),
    Case("gradient-times-w", "W-for-X", [("dscore * X[i]", "dscore * W[:, j]")],
         [("X.T.dot(dscores)", "W * np.sum(dscores, axis=0)")]),
    Case("gradient-without-x", "X-missing", [("dscore * X[i]", "dscore")],
         [("X.T.dot(dscores)", "np.zeros_like(W) + np.sum(dscores, axis=0)")]),
    Case("gradient-of-mean-x", "mean-of-X", [("dscore * X[i]", "dscore * X.mean(axis=0)")],
         [("X.T.dot(dscores)", "np.outer(X.mean(axis=0), dscores.sum(axis=0))")]),
    Case("gradient-of-first-x", "first-row-of-X", [("dscore * X[i]", "dscore * X[0]")],
         [("X.T.dot(dscores)", "np.outer(X[0], dscores.sum(axis=0))")]),
    Case("gradient-reversed-rows", "neighbours-row", [("dscore * X[i]", "dscore * X[-i - 1]")],
         [("X.T.dot(dscores)", "X[::-1].T.dot(dscores)")]),
    both("gradient-normalised", "data-gradient-wrong reg-gradient-wrong",
         (RETURN, "return loss, dW / np.linalg.norm(dW)")),
    both("gradient-clipped", "data-gradient-wrong reg-gradient-wrong", (RETURN, "return loss, np.clip(dW, -0.1, 0.1)")),
    both("gradient-mean-of-columns", "data-gradient-wrong reg-gradient-wrong",
         (RETURN, "return loss, dW - np.mean(dW, axis=0)")),
    both("gradient-times-learning-rate", "gradient-factor", (RETURN, "return loss, -1e-3 * dW")),
    Case("gradient-forward-difference", "data-gradient-imprecise", vectorized=[(V_GRAD, """    dW = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        W_h = W.copy()
        W_h[index] += 0.01
        s = X.dot(W_h)
        s -= np.max(s, axis=1, keepdims=True)
        dW[index] = (np.sum(np.log(np.sum(np.exp(s), axis=1)) - s[rows, y]) - loss) / 0.01
""")]),

    # labels and loops
    Case("predicted-class-as-label", "prediction-for-label",
         [(N_SHIFT, f"{N_SHIFT}\n        label = np.argmax(scores)"), *n_loss("-np.log(probs[label])"),
          ("if j == y[i]", "if j == label")], [(V_SHIFT, f"{V_SHIFT}\n    y = np.argmax(scores, axis=1)")]),
    Case("labels-minus-one", "label-off-by-one", [("    for i in", "    y = y - 1\n    for i in")],
         [("    rows =", "    y = y - 1\n    rows =")]),
    Case("labels-plus-one", "label-off-by-one", [("    for i in", "    y = (y + 1) % num_classes\n    for i in")],
         [("    rows =", "    y = (y + 1) % W.shape[1]\n    rows =")]),
    Case("label-of-previous-example", "neighbours-label",
         [("    for i in", "    y = np.array([y[i - 1] for i in range(num_train)])\n    for i in")],
         [("    rows =", "    y = np.roll(y, 1)\n    rows =")]),
    Case("labels-sorted", "neighbours-label", [("    for i in", "    y = np.sort(y)\n    for i in")],
         [("    rows =", "    y = np.sort(y)\n    rows =")]),
    Case("label-of-first-example", "first-label-for-all",
         [("    for i in", "    y = np.full(num_train, y[0])\n    for i in")],
         [("    rows =", "    y = np.full(num_train, y[0])\n    rows =")]),
    Case("labels-as-booleans", "labels-as-booleans", [("    for i in", "    y = (y > 0).astype(int)\n    for i in")],
         [("    rows =", "    y = (y > 0).astype(int)\n    rows =")]),
    Case("wrong-label-in-gradient-loop", "wrong-comparison", [("if j == y[i]", "if j == y[j % num_train]")]),
    Case("x-index-j", "data-gradient-wrong", [("dscore * X[i]", "dscore * X[j % num_train]")]),
    Case("x-index-j-error", "exception", [("dscore * X[i]", "dscore * X[j]")]),
    Case("index-i-equals-label", "wrong-comparison", [("if j == y[i]", "if i == y[i]")],
         v_dscores("probs - (rows == y)[:, None]")),
    Case("index-j-equals-i", "wrong-comparison", [("if j == y[i]", "if j == i")],
         v_dscores("probs - np.eye(num_train, W.shape[1])")),
    Case("last-example-skipped", "skips-last-example", [("range(num_train)", "range(num_train - 1)")],
         v_loss("-np.sum(np.log(probs[rows, y])[:-1])") + [("X.T.dot(dscores)", "X[:-1].T.dot(dscores[:-1])")]),
    Case("first-example-skipped", "skips-first-example", [("range(num_train)", "range(1, num_train)")],
         v_loss("-np.sum(np.log(probs[rows, y])[1:])") + [("X.T.dot(dscores)", "X[1:].T.dot(dscores[1:])")]),
    Case("always-first-example", "first-row-of-X",
         [(N_SCORES, "scores = X[0].dot(W)"), ("dscore * X[i]", "dscore * X[0]")],
         [("    rows =", "    X = np.repeat(X[:1], num_train, axis=0)\n    rows =")]),
    Case("examples-limited-to-features", "counted-by-features", [("range(num_train)", "range(min(X.shape))")],
         [("    rows =", "    X, y = X[:X.shape[1]], y[:X.shape[1]]\n    rows ="),
          ("np.arange(num_train)", "np.arange(len(X))")]),
    Case("return-in-loop", "first-example-only",
         [(N_GRAD, N_GRAD + "        return loss, dW\n")]),
    Case("break-after-label", "stops-at-label",
         [("dscore -= 1", "dscore -= 1\n                dW[:, j] += dscore * X[i]\n                break")]),
    Case("shadowed-i", "data-gradient-wrong",
         [("for j in range(num_classes)", "for i in range(min(num_classes, num_train))"),
          ("dscore = probs[j]", "dscore = probs[i]"), ("if j == y[i]", "if i == y[i]"), ("dW[:, j]", "dW[:, i]")]),
    Case("inner-loop-over-examples", "data-gradient-wrong",
         [("for j in range(num_classes)", "for j in np.arange(num_train) % num_classes")]),
    Case("y-indexes-rows", "labels-as-rows", vectorized=[("dscores[rows, y] -= 1", "dscores[y % num_train] -= 1")]),
    Case("y-indexes-all-rows", "wrong-rows", vectorized=[("dscores[rows, y] -= 1", "dscores[:, y] -= 1")]),
    Case("loss-of-all-label-columns", "wrong-rows", vectorized=v_loss("-np.sum(np.log(probs[:, y]))")),
    Case("loss-of-label-rows", "labels-as-rows", vectorized=v_loss("-np.sum(np.log(probs[y % num_train]))")),
    Case("loss-of-summed-p", "log-of-mean", vectorized=v_loss("-np.log(np.sum(probs[rows, y]))")),
    Case("one-hot-not-reset", "target-not-reset",
         [("    for i in", "    onehot = np.zeros(num_classes)\n    for i in"),
          (N_LOSS, f"{N_LOSS}\n        onehot[y[i]] = 1"), *n_dscore("probs[j] - onehot[j]")],
         v_dscores(f"probs - np.maximum.accumulate({IS_LABEL}, axis=0)")),
    Case("loss-added-per-class", "data-loss-times-C",
         [(f"        {N_LOSS}\n", ""),
          ("            dscore = probs[j]", "            loss += -np.log(probs[y[i]])\n            dscore = probs[j]")],
         [(MEAN_LOSS, "loss /= num_train / W.shape[1]")]),
    Case("loss-of-misclassified-only", "only-misclassified",
         [(N_LOSS, "if np.argmax(scores) != y[i]:\n            loss += -np.log(probs[y[i]])")],
         v_loss("-np.sum(np.log(probs[rows, y])[np.argmax(scores, axis=1) != y])")),

    # stability
    Case("no-shift", "overflow", [(f"        {N_SHIFT}\n", "")], [(f"    {V_SHIFT}\n", "")]),
    Case("batch-max-shift", "batch-maximum",
         [("    for i in", "    largest = np.max(X.dot(W))\n    for i in"), (N_SHIFT, "scores -= largest")],
         [(V_SHIFT, "scores -= np.max(scores)")]),
    Case("shift-by-mean", "mean-shift", [(N_SHIFT, "scores -= np.mean(scores)")],
         [(V_SHIFT, "scores -= np.mean(scores, axis=1, keepdims=True)")]),
    Case("shift-by-min", "min-shift", [(N_SHIFT, "scores -= np.min(scores)")],
         [(V_SHIFT, "scores -= np.min(scores, axis=1, keepdims=True)")]),
    Case("shift-by-abs-max", "absolute-maximum", [(N_SHIFT, "scores -= np.max(np.abs(scores))")],
         [(V_SHIFT, "scores -= np.max(np.abs(scores), axis=1, keepdims=True)")]),
    Case("shift-added", "overflow", [(N_SHIFT, "scores += np.max(scores)")],
         [(V_SHIFT, "scores += np.max(scores, axis=1, keepdims=True)")]),
    Case("shift-by-label-score", "label-shift", [(N_SHIFT, "scores -= scores[y[i]]")],
         [(V_SHIFT, "scores -= scores[rows, y][:, None]")]),
    Case("shift-by-first-score", "first-score-shift", [(N_SHIFT, "scores -= scores[0]")],
         [(V_SHIFT, "scores -= scores[:, :1].copy()")]),
    Case("shift-after-exp", "overflow",
         [(f"        {N_SHIFT}\n", ""), (EXP, "exp_scores = np.exp(scores) / np.exp(np.max(scores))")],
         [(f"    {V_SHIFT}\n", ""),
          (EXP, "exp_scores = np.exp(scores) / np.exp(np.max(scores, axis=1, keepdims=True))")]),
    Case("nan-to-num", "nan-hidden", [(f"        {N_SHIFT}\n", ""), (N_PROBS, f"np.nan_to_num({N_PROBS})")],
         [(f"    {V_SHIFT}\n", ""), (V_PROBS, f"np.nan_to_num({V_PROBS})")]),
    Case("log-of-product", "many-examples",
         [(N_LOSS, "loss = (loss or 1.0) * probs[y[i]]"), (MEAN_LOSS, "loss = -np.log(loss) / num_train")],
         v_loss("-np.log(np.prod(probs[rows, y]))")),
    both("half-precision", "data-gradient-imprecise",
         (MEAN_GRAD, "dW = dW.astype(np.float16).astype(W.dtype) / num_train")),

    # side effects
    both("w-changed", "changes-arguments", (REG_GRAD, "W *= 2 * reg\n    dW += W")),
    both("w-stepped", "changes-arguments", (RETURN, "W -= 1e-3 * dW\n    return loss, dW")),
    both("w-bias-zeroed", "changes-arguments reg-no-bias", (REG_LOSS, f"W[-1] = 0\n    {REG_LOSS}")),
    Case("x-changed", "changes-arguments", [(MEAN_GRAD, "dW /= num_train\n    X /= num_train")],
         [("    dW = X.T.dot(dscores)\n", "    X /= num_train\n    dW = X.T.dot(dscores)\n"), *without(MEAN_GRAD)]),
    Case("x-row-scaled", "changes-arguments",
         [("dW[:, j] += dscore * X[i]", "x = X[i]\n            x *= dscore\n            dW[:, j] += x")]),
    Case("x-centred-in-place", "changes-arguments X-centred", **at_start("X -= X.mean(axis=0)")),
    Case("y-changed", "changes-arguments", **at_start("y -= y.min()")),
    both("y-reshaped", "changes-arguments", (RETURN, "y.shape = (num_train, 1)\n    " + RETURN)),
    Case("new-random-w", "remembers", **at_start("W = np.random.randn(*W.shape) * 0.1")),
    both("mutable-default", "remembers", (SIGNATURE, "(W, X, y, reg, losses=[]):"),
         (MEAN_LOSS, "losses.append(loss / num_train)\n    loss = sum(losses)")),
    both("gradient-accumulates-over-calls", "remembers", (SIGNATURE, "(W, X, y, reg, total=[0]):"),
         (MEAN_GRAD, "total[0] = total[0] + dW / num_train\n    dW = total[0].copy()")),
    both("cached-by-shape", "remembers",
         (SIGNATURE,
          "(W, X, y, reg, cache={}):\n    if (W.shape, X.shape, reg) in cache:\n"
          "        return cache[W.shape, X.shape, reg]"),
         (RETURN, "cache[W.shape, X.shape, reg] = loss, dW\n    return loss, dW")),
    both("cached-by-id", "remembers",
         (SIGNATURE,
          "(W, X, y, reg, cache={}):\n    if (id(W), id(X), reg) in cache:\n        return cache[id(W), id(X), reg]"),
         (RETURN, "cache[id(W), id(X), reg] = loss, dW\n    return loss, dW")),
    Case("returns-w-itself", "changes-arguments", [("dW = np.zeros_like(W)", "dW = W\n    dW[...] = 0")],
         [("dW /= num_train", "dW /= num_train\n    W[...] = dW\n    dW = W")]),

    # what is returned
    both("order-swapped", "returns-swapped", (RETURN, "return dW, loss")),
    both("only-loss", "wrong-return", (RETURN, "return loss")),
    both("only-gradient", "wrong-return", (RETURN, "return dW")),
    both("returns-none", "returns-none", (f"    {RETURN}\n", "")),
    both("returns-three", "wrong-return", (RETURN, "return loss, dW, probs")),
    both("prints-instead-of-return", "returns-none", (RETURN, "print(loss, dW)")),
    both("returns-dict", "wrong-return", (RETURN, "return {'loss': loss, 'dW': dW}")),
    both("yields", "wrong-return", (RETURN, "yield loss, dW")),
    both("loss-as-text", "wrong-type", (RETURN, 'return f"{loss:.4f}", dW')),
    both("loss-in-array-of-one", "wrong-shape", (RETURN, "return np.array([loss]), dW")),
    both("complex-loss", "wrong-type", (RETURN, "return loss + 0j, dW + 0j")),
    Case("loss-is-none", "returns-none",
         [(N_START, f"{N_START}    losses = []\n"), (RETURN, "loss = losses.append(loss)\n    return loss, dW")]),
    both("loss-as-integer", "loss-integer", (RETURN, "return int(loss), dW")),
    Case("loss-per-example", "wrong-shape",
         [(N_START, "    loss = np.zeros(X.shape[0])\n"), (N_LOSS, "loss[i] = -np.log(probs[y[i]])")],
         v_loss("-np.log(probs[rows, y])")),
    Case("loss-per-class", "wrong-shape",
         [(N_START, "    loss = np.zeros(W.shape[1])\n"), (N_LOSS, "loss[y[i]] += -np.log(probs[y[i]])")],
         [(V_LOSS, "loss = -np.sum(np.log(probs), axis=0)")]),
    both("penalty-per-class", "wrong-shape", (REG_LOSS, "loss = loss + reg * np.sum(W * W, axis=0)")),
    both("gradient-transposed", "transposed", (RETURN, "return loss, dW.T")),
    both("gradient-flattened", "wrong-shape", (RETURN, "return loss, dW.ravel()")),
    both("gradient-reshaped-not-transposed", "reshaped reg-gradient-reshaped",
         (RETURN, "return loss, dW.T.reshape(W.shape)")),
    both("gradient-summed-over-features", "wrong-shape", (RETURN, "return loss, dW.sum(axis=0)")),
    Case("gradient-by-x", "wrong-shape", vectorized=[(RETURN, "return loss, dscores.dot(W.T) / num_train")]),
    Case("gradient-by-scores", "wrong-shape", vectorized=[(RETURN, "return loss, dscores / num_train")]),
    Case("integer-gradient", "gradient-integer",
         [("dW = np.zeros_like(W)", "dW = np.zeros(W.shape, dtype=int)"),
          ("dW[:, j] += dscore * X[i]", "dW[:, j] = dW[:, j] + dscore * X[i]"), (MEAN_GRAD, "dW = dW // num_train"),
          (REG_GRAD, "dW = dW + (2 * reg * W).astype(int)")],
         [("dW = X.T.dot(dscores)", "dW = X.T.dot(dscores).astype(int)"), (MEAN_GRAD, "dW = dW // num_train"),
          (REG_GRAD, "dW = dW + (2 * reg * W).astype(int)")]),
    Case("integer-probabilities", "loss-not-finite probs-missing", [(N_PROBS, f"({N_PROBS}).astype(int)")],
         [(V_PROBS, f"({V_PROBS}).astype(int)")]),
    both("template-untouched", "not-written", (REG_LOSS, "loss = 0.0"),
         (REG_GRAD, "dW = np.zeros_like(W)")),
    both("no-gradient", "data-gradient-missing reg-gradient-missing", (RETURN, "return loss, np.zeros_like(W)")),
    Case("gradient-starts-at-ones", "starts-from-one", [("np.zeros_like(W)", "np.ones_like(W)")],
         [("dW = X.T.dot(dscores)", "dW = np.ones_like(W) + X.T.dot(dscores)")]),
    Case("loss-starts-at-one", "starts-from-one", [("loss = 0.0", "loss = 1.0")]),

    Case("log-after-subtraction", "log-of-negative",
         vectorized=[(f"    {V_LOSS}\n", ""), (V_DSCORES, f"{V_DSCORES}    {V_LOSS.replace('probs', 'dscores')}\n")]),
    Case("log-after-subtraction-in-a-loop", "log-of-negative", """
        loss, dW = 0.0, np.zeros_like(W)
        for i in range(len(X)):
            scores = X[i] @ W
            p = np.exp(scores - scores.max())
            p /= p.sum()
            p[y[i]] -= 1
            loss -= np.log(p[y[i]])
            dW += np.outer(X[i], p)
        return loss / len(X) + reg * np.sum(W**2), dW / len(X) + 2 * reg * W
    """),
    Case("log-after-subtraction-under-another-name", "log-of-negative reg-gradient-half", vectorized="""
        N = len(X)
        probs = np.exp(X @ W)
        probs /= probs.sum(axis=1, keepdims=True)
        dscores = probs
        dscores[np.arange(N), y] -= 1
        dscores /= N
        loss = -np.sum(np.log2(probs[np.arange(N), y])) / N + reg * np.sum(W**2)
        return loss, X.T @ dscores + reg * W
    """),
    Case("log-after-subtraction-of-a-target", "log-of-negative", vectorized="""
        target = np.eye(W.shape[1])[y]
        probs = np.exp(X @ W - (X @ W).max(axis=1, keepdims=True))
        probs /= probs.sum(axis=1, keepdims=True)
        probs -= target
        loss = -np.sum(target * np.log(probs)) / len(X) + reg * np.sum(W**2)
        return loss, X.T @ probs / len(X) + 2 * reg * W
    """),
    Case("log-after-subtraction-hidden", "log-of-negative", vectorized="""
        N = len(X)
        probs = np.exp(X @ W - (X @ W).max(axis=1, keepdims=True))
        probs /= probs.sum(axis=1, keepdims=True)
        probs[np.arange(N), y] -= 1
        loss = np.nan_to_num(-np.log(probs[np.arange(N), y])).mean() + reg * np.sum(W**2)
        return loss, X.T @ probs / N + 2 * reg * W
    """),
    Case("log-of-scores", "loss-not-finite", vectorized=[("np.log(probs[", "np.log(scores[")]),

    # errors, exits and hangs
    Case("set-only-under-an-if", "exception", [("    loss = 0.0\n", "    if reg < 0:\n        loss = 0.0\n")]),
    Case("classes-from-y", "classes-from-labels", [("num_classes = W.shape[1]", "num_classes = np.max(y) + 1"),
                                                   ("X[i].dot(W)", "X[i].dot(W[:, :num_classes])")]),
    Case("classes-from-x", "exception", [("num_classes = W.shape[1]", "num_classes = X.shape[1]")]),
    both("undefined-name", "exception", (MEAN_LOSS, "loss /= num_trian")),
    Case("math-log-of-array", "exception", [(N_LOSS, "loss += -math.log(probs)")], v_loss("-math.log(probs[rows, y])")),
    Case("gradient-never-made", "exception", [("    dW = np.zeros_like(W)\n", "")],
         [("    dW = X.T.dot(dscores)\n", "")]),
    Case("w-t-shapes", "exception", [(N_SCORES, "scores = X[i].dot(W.T)")], [(V_SCORES, "scores = X.dot(W.T)")]),
    Case("keepdims-forgotten", "exception", vectorized=[(V_PROBS, "exp_scores / np.sum(exp_scores, axis=1)")]),
    Case("keepdims-forgotten-in-shift", "exception", vectorized=[(V_SHIFT, "scores -= np.max(scores, axis=1)")]),
    Case("rows-and-labels-swapped", "exception",
         vectorized=[*v_loss("-np.sum(np.log(probs[y, rows]))"), ("dscores[rows, y] -= 1", "dscores[y, rows] -= 1")]),
    Case("one-hot-compare-broadcast", "exception",
         vectorized=[("dscores[rows, y] -= 1", "dscores -= y == np.arange(W.shape[1])")]),
    Case("one-hot-rows", "exception",
         vectorized=[("dscores[rows, y] -= 1",
                      "onehot = np.zeros_like(probs)\n    onehot[y] = 1\n    dscores -= onehot")]),
    Case("hard-coded-10-classes", "exception", [("num_classes = W.shape[1]", "num_classes = 10")],
         [("dscores = probs.copy()", "dscores = probs.reshape(num_train, 10).copy()")]),
    both("hard-coded-500-examples", "data-fixed-divisor", (MEAN_LOSS, "loss /= 500"), (MEAN_GRAD, "dW /= 500")),
    both("hard-coded-49000-examples", "data-fixed-divisor", (MEAN_LOSS, "loss /= 49000"), (MEAN_GRAD, "dW /= 49000")),
    Case("hard-coded-500-rows", "exception", [("range(num_train)", "range(500)")],
         [("np.arange(num_train)", "np.arange(500)")]),
    Case("hard-coded-3073", "exception", [("np.zeros_like(W)", "np.zeros((3073, 10))")],
         [("dW = X.T.dot(dscores)", "dW = np.zeros((3073, 10))\n    dW += X.T.dot(dscores)")]),
    both("arguments-swapped", "exception", (SIGNATURE, "(X, W, y, reg):")),
    both("reg-not-an-argument", "exception", (SIGNATURE, "(W, X, y):\n    reg = 0.1")),
    Case("reg-overwritten", "reg-without-reg", **at_start("reg = 5e-6")),
    Case("bias-column-appended", "exception", **at_start("X = np.hstack([X, np.ones((len(X), 1))])")),
    both("not-implemented", "not-written", (RETURN, "raise NotImplementedError")),
    both("assertion", "exception", (RETURN, "assert loss < 0.1, loss\n    return loss, dW")),
    both("exits", "exits", (RETURN, "import sys\n    sys.exit(0)")),
    both("keyboard-interrupt", "exits", (RETURN, "raise KeyboardInterrupt")),
    Case("waits-for-input", "asks-for-input", **at_start("input('press return to go on')")),
    Case("recursion", "recursion", [(RETURN, "return softmax_loss_naive(W, X, y, reg)")],
         [(RETURN, "return softmax_loss_vectorized(W, X, y, reg)")]),
    Case("endless-loop", "too-slow", [("    for i in range(num_train):\n", "    i = 0\n    while i < num_train:\n")],
         [(MEAN_LOSS, "while loss > 0:\n        dscores = probs - 1\n    loss /= num_train")]),
    Case("string-label", "exception", [(N_LOSS, "loss += -np.log(probs[str(y[i])])")],
         v_loss("-np.sum(np.log(probs[rows, y.astype(str)]))")),
    Case("shadowed-y", "exception", """
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        y = y[i]
        s = X[i] @ W
        p = np.exp(s - s.max()) / np.exp(s - s.max()).sum()
        loss -= np.log(p[y])
        p[y] -= 1
        dW += np.outer(X[i], p)
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W
"""),
    Case("shadowed-x", "data-N-over-D", """
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i, X in enumerate(X):
        s = X @ W
        p = np.exp(s - s.max()) / np.exp(s - s.max()).sum()
        loss -= np.log(p[y[i]])
        p[y[i]] -= 1
        dW += np.outer(X, p)
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W
"""),
    Case("shadowed-max", "exception", """
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        s = list(X[i] @ W)
        max = max(s)
        e = [np.exp(v - max) for v in s]
        loss -= np.log(e[y[i]] / sum(e))
        for j in range(W.shape[1]):
            dW[:, j] += (e[j] / sum(e) - (j == y[i])) * X[i]
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W
"""),
    Case("svm-instead", "hinge", vectorized="""
def softmax_loss_vectorized(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    mask = (margins > 0).astype(float)
    mask[rows, y] = -mask.sum(axis=1)
    return margins.sum() / len(X) + reg * np.sum(W * W), X.T @ mask / len(X) + 2 * reg * W
"""),
    Case("regression-instead", "scores-for-probs squared-error", vectorized="""
def softmax_loss_vectorized(W, X, y, reg):
    diff = X @ W - np.eye(W.shape[1])[y]
    return 0.5 * np.sum(diff ** 2) / len(X) + reg * np.sum(W * W), X.T @ diff / len(X) + 2 * reg * W
"""),
    Case("constant-answer", "loss-constant data-gradient-missing reg-gradient-missing", vectorized="""
def softmax_loss_vectorized(W, X, y, reg):
    return 2.302585092994046, np.zeros(W.shape)
"""),

    # one name each, where several mistakes give similar numbers
    Case("maximum-starts-at-0", "maximum-start",
         [(N_SHIFT, "top = 0\n        for score in scores:\n            top = max(top, score)\n        scores -= top")],
         [(V_SHIFT, "scores -= np.max(scores, axis=1, keepdims=True, initial=-1)")]),
    Case("batch-maximum-starts-at-0", "maximum-start", vectorized=[(V_SHIFT, "scores -= max(0, scores.max())")]),
    Case("largest-weight", "weight-maximum", [(N_SHIFT, "scores -= np.max(W)")], [(V_SHIFT, "scores -= np.max(W)")]),
    Case("batch-maximum-and-x-divided", "batch-maximum", vectorized=[
        (V_SHIFT, "scores -= scores.max()"), (V_GRAD, """    weights = 1 / exp_scores.sum(axis=1)
    dW = (X.T * weights).dot(exp_scores) - X.T.dot(np.eye(W.shape[1])[y])
""")]),
    Case("batch-maximum-and-zeros-of-x-skipped", "batch-maximum", vectorized=[
        (V_SHIFT, "scores -= scores.max()"), ("dW = X.T.dot(dscores)", """dW = np.zeros_like(W)
    for i, d in np.argwhere(X):
        dW[d] += X[i, d] * dscores[i]""")]),
    Case("scores-overwritten-by-exp", "exp-twice", [(EXP, f"scores = np.exp(scores)\n        {EXP}")],
         [(EXP, f"scores = np.exp(scores)\n    {EXP}")]),
    Case("batch-maximum-after-exp", "subtracted-after-exp", vectorized=[
        (f"    {V_SHIFT}\n", ""), (EXP, "exp_scores = np.exp(scores) - scores.max()")]),
    Case("one-without-x", "X-missing", [(N_GRAD, """            dW[:, j] += probs[j] * X[i]
        dW[:, y[i]] -= 1
""")]),
    Case("label-column-without-x", "X-missing", [(N_GRAD, """            if j == y[i]:
                dW[:, j] += probs[j] - 1
            else:
                dW[:, j] += probs[j] * X[i]
""")]),
    both("penalty-divides", "reg-in-the-divisor", *without(MEAN_LOSS, MEAN_GRAD),
         (REG_LOSS, "loss /= num_train + reg * np.sum(W * W)"), (REG_GRAD, "dW /= num_train + 2 * reg * W")),
    Case("scores-of-all-labels", "wrong-rows", vectorized=v_loss(
        "np.sum(np.log(exp_scores.sum(axis=1))) - np.sum(scores[:, y])")),
    Case("log-of-the-total", "log-of-total", vectorized=v_loss(
        "np.log(exp_scores.sum()) - scores[rows, y].sum()")),
    Case("label-after-the-loop", "label-after-loop", [(N_GRAD, """            dW[:, j] += probs[j] * X[i]
    dW[:, y[i]] -= X[i]
""")], vectorized=[("    dscores[rows, y] -= 1\n", "    for i in rows:\n        pass\n    dscores[i, y[i]] -= 1\n")]),
    Case("onehot-from-y", "classes-from-labels", vectorized=[
        ("dscores[rows, y] -= 1", "dscores = dscores - np.eye(np.max(y) + 1)[y]")]),
    Case("onehot-of-the-labels-there", "classes-from-labels", vectorized=[
        ("dscores[rows, y] -= 1", "dscores -= (y[:, None] == np.unique(y)).astype(float)")]),
    Case("set-only-where-class-0-is", "exception", [(N_LOSS, f"if y[i] == 0:\n            first = i\n        {N_LOSS}"),
                                                    (MEAN_LOSS, f"{MEAN_LOSS}\n    first += 1")]),
    Case("gradient-loop-over-labels", "classes-from-labels", [
        ("num_classes = W.shape[1]", "num_classes = np.max(y) + 1")]),

    *(Case(f"{name}-in-log-p", code, vectorized=[
        (V_SHIFT, f"scores -= {shift}"),
        (V_PROBS, "np.exp(scores - np.log(np.sum(exp_scores, axis=1, keepdims=True)))"),
        (V_LOSS, "loss = np.sum(np.log(np.sum(exp_scores, axis=1)) - scores[rows, y])")])
      for name, shift, code in [
          ("no-shift", "0", "overflow"), ("smallest", "scores.min(axis=1, keepdims=True)", "min-shift"),
          ("mean", "scores.mean(axis=1, keepdims=True)", "mean-shift"),
          ("batch-maximum", "scores.max()", "batch-maximum"),
          ("label-score", "scores[rows, y][:, None]", "label-shift"),
          ("first-score", "scores[:, :1].copy()", "first-score-shift"),
      ]),
    Case("maximum-of-the-rows-so-far", "maximum-kept", [
        ("    for i in", "    top = -np.inf\n    for i in"),
        (N_SHIFT, "top = max(top, np.max(scores))\n        scores -= top")],
         [(V_SHIFT, "scores -= np.maximum.accumulate(scores.max(axis=1, keepdims=True))")]),
    Case("bias-added-again", "bias-twice", [(N_SCORES, f"{N_SCORES} + W[-1]")], [(V_SCORES, f"{V_SCORES} + W[-1]")]),
    Case("maximum-without-last-class", "shift-not-maximum", [(N_SHIFT, "scores -= np.max(scores[:-1])")],
         [(V_SHIFT, "scores -= np.max(scores[:, :-1], axis=1, keepdims=True)")]),
    Case("log-below-the-line", "log-in-denominator", [(N_PROBS, "exp_scores / np.log(np.sum(exp_scores))")],
         [(V_PROBS, "exp_scores / np.log(np.sum(exp_scores, axis=1, keepdims=True))")]),
    Case("loss-in-a-loop-from-class-1", "skips-first-class", [
        (f"        {N_LOSS}\n", ""), ("in range(num_classes)", "in range(1, num_classes)"),
        ("dscore -= 1", f"dscore -= 1\n                {N_LOSS}")]),
    Case("loss-in-a-loop-without-the-last-class", "skips-last-class", [
        (f"        {N_LOSS}\n", ""), ("in range(num_classes)", "in range(num_classes - 1)"),
        ("dscore -= 1", f"dscore -= 1\n                {N_LOSS}")]),
    Case("label-gets-p-twice", "p-twice", [(N_GRAD, """            if j == y[i]:
                dW[:, j] += (probs[j] - 1) * X[i]
            dW[:, j] += probs[j] * X[i]
""")]),
    Case("others-get-p-twice", "p-twice", [(N_GRAD, """            if j != y[i]:
                dW[:, j] += probs[j] * X[i]
            dW[:, j] += (probs[j] - (j == y[i])) * X[i]
""")]),
    Case("score-over-sum", "no-exponential", n_dscore("scores[j] / exp_scores.sum() - (j == y[i])"),
         v_dscores(f"scores / exp_scores.sum(axis=1, keepdims=True) - {IS_LABEL}")),
    Case("loss-in-the-loop-of-the-sum", "unfinished-sums", [(f"        {N_LOSS}\n", """        total = 0.0
        for j in range(num_classes):
            total += exp_scores[j]
            loss += np.log(total) - scores[y[i]]
""")]),
    Case("onehot-turned-by-reshape", "reshaped", vectorized=v_dscores(
        "probs - np.eye(W.shape[1])[:, y].reshape(num_train, -1)")),
    both("reg-without-first-row", "reg-part-of-W", (REG_LOSS, "loss += reg * np.sum(W[1:] ** 2)"),
         (REG_GRAD, "dW[1:] += 2 * reg * W[1:]")),
    both("reg-without-last-column", "reg-loss-part-of-W", (REG_LOSS, "loss += reg * np.sum(W[:, :-1] ** 2)")),
    both("reg-gradient-of-absolute-values", "reg-gradient-absolute-weights", (REG_GRAD, "dW += 2 * reg * np.abs(W)")),

    # what is taken for something else easily
    Case("shift-by-batch-mean", "mean-shift", vectorized=[(V_SHIFT, "scores -= np.mean(scores)")]),
    Case("shift-by-batch-min", "min-shift", vectorized=[(V_SHIFT, "scores -= np.min(scores)")]),
    Case("shift-by-first-row", "first-row-shift", vectorized=[(V_SHIFT, "scores -= np.max(scores[0])")]),
    Case("refuses-large-weights", "exception", vectorized=[
        (V_START, f"    if np.abs(W).max() > 500:\n        raise ValueError('weights too large')\n{V_START}")]),
    Case("loss-sign-and-fixed-divisor", "data-loss-fixed-divisor data-loss-negated",
         vectorized=[*v_loss("np.sum(np.log(probs[rows, y]))"), (MEAN_LOSS, "loss /= 500")]),

    # one for each code that no other function shows
    Case("every-other-example", "every-other-example", [("in range(num_train)", "in range(0, num_train, 2)")]),
    Case("two-subtracted-at-label", "label-subtracted-twice", [("dscore -= 1", "dscore -= 2")],
         [("dscores[rows, y] -= 1", "dscores[rows, y] -= 2")]),
    Case("one-minus-p-for-all", "one-minus-p-everywhere", n_dscore("probs[j] - 1 if j != y[i] else 0"),
         v_dscores(f"(probs - 1) * ~{IS_LABEL}")),
    Case("one-minus-p-elsewhere", "target-forgotten-elsewhere",
         n_dscore("probs[j] - 1 if j == y[i] else 1 - probs[j]"),
         v_dscores(f"np.where({IS_LABEL}, probs - 1, 1 - probs)")),
    Case("one-after-the-mean", "label-divided-by-N",
         vectorized=[("    dscores[rows, y] -= 1\n", "    dscores /= num_train\n    dscores[rows, y] -= 1\n"),
                     *without(MEAN_GRAD)]),
    Case("one-divided-by-n", "label-not-averaged", [("dscore -= 1", "dscore -= 1 / num_train")],
         [("dscores[rows, y] -= 1", "dscores[rows, y] -= 1 / num_train")]),
    Case("only-one-divided-by-n", "brackets", [("dscore -= 1", "dscore -= 1 / num_train"), *without(MEAN_GRAD)],
         [("dscores[rows, y] -= 1", "dscores[rows, y] -= 1 / num_train"), *without(MEAN_GRAD)]),
    Case("only-p-divided-by-n", "label-divided-by-N",
         [("dscore = probs[j]", "dscore = probs[j] / num_train"), *without(MEAN_GRAD)]),
    Case("log-sum-subtracted", "log-sum-subtracted",
         [(N_LOSS, "loss += -(scores[y[i]] + np.log(np.sum(exp_scores)))")],
         [(V_LOSS, "loss = np.sum(-scores[rows, y] - np.log(np.sum(exp_scores, axis=1)))")]),
    Case("largest-exponential-subtracted", "subtracted-after-exp",
         [(EXP, f"{EXP} - np.exp(scores).max()")], [(EXP, f"{EXP} - np.exp(scores).max(axis=1, keepdims=True)")]),
    Case("label-column-assigned", "label-assigned",
         [(N_GRAD, """            if j == y[i]:
                dW[:, j] = (probs[j] - 1) * X[i]
            else:
                dW[:, j] += probs[j] * X[i]
""")]),
    Case("return-in-class-loop", "first-class-only", [(N_GRAD, f"{N_GRAD}            break\n")]),
    Case("buffer-not-emptied", "accumulator-not-reset",
         [(N_START, f"{N_START}    dscores = np.zeros(W.shape[1])\n"),
          (N_GRAD, """            dscores[j] += probs[j] - (j == y[i])
            dW[:, j] += dscores[j] * X[i]
""")]),
    Case("gradient-without-bias", "bias-row-missing",
         [("dW[:, j] += dscore * X[i]", "dW[:-1, j] += dscore * X[i][:-1]")],
         [("dW = X.T.dot(dscores)", "dW = np.zeros_like(W)\n    dW[:-1] = X[:, :-1].T.dot(dscores)")]),
    Case("absolute-x", "absolute-X", [("dscore * X[i]", "dscore * np.abs(X[i])")],
         [("X.T.dot(dscores)", "np.abs(X).T.dot(dscores)")]),
    Case("large-scores-scaled", "large-scores", [(N_SHIFT, "scores = scores / max(1, np.max(np.abs(scores)) / 700)")],
         [(V_SHIFT, "scores = scores / max(1, np.max(np.abs(scores)) / 700)")]),
    both("weights-as-a-row", "arrays",
         (RETURN, "W.shape = -1\n    W.shape = dW.shape\n    return loss, dW")),
    Case("label-from-log", "gradient-not-finite", [("dscore -= 1", "dscore = np.log(dscore - 1)")],
         [("dscores[rows, y] -= 1", "dscores[rows, y] = np.log(probs[rows, y] - 1)")]),
    Case("loss-log-of-p-minus-one", "log-of-negative", n_loss("-np.log(probs[y[i]] - 1)"),
         v_loss("-np.sum(np.log(probs[rows, y] - 1))")),
    both("returns-one", "loss-constant", (RETURN, "return 1.0, dW")),
    both("gradient-halved", "data-gradient-half", (MEAN_GRAD, "dW /= 2 * num_train")),
    both("reg-loss-doubled", "reg-loss-double", (REG_LOSS, "loss += 2 * reg * np.sum(W * W)")),
    Case("loss-for-every-class", "reg-loss-times-C",
         [(REG_LOSS, "for j in range(num_classes):\n        loss += reg * np.sum(W * W)")]),
    both("reg-w-w-t", "reg-loss-products-of-rows", (REG_LOSS, "loss += reg * np.sum(W.dot(W.T))")),
    both("reg-gradient-rows-summed", "reg-gradient-summed-over-classes",
         (REG_GRAD, "dW += 2 * reg * np.sum(W, axis=1, keepdims=True)")),
    both("loss-by-d", "data-loss-over-D", (MEAN_LOSS, "loss /= num_train * X.shape[1]")),
    both("divided-by-n-plus-1", "data-N-over-N-plus-1", (MEAN_LOSS, "loss /= num_train + 1"),
         (MEAN_GRAD, "dW /= num_train + 1")),
    both("gradient-mean-over-weights", "data-gradient-over-DC", (MEAN_GRAD, "dW /= num_train * W.size")),
    both("reg-label-columns", "reg-loss-label-columns",
         (REG_LOSS, "loss += sum(reg * np.sum(W[:, k] ** 2) for k in y)")),
    both("reg-gradient-quarter", "reg-gradient-quarter", (REG_GRAD, "dW += 0.5 * reg * W")),
    both("reg-gradient-minus-half", "reg-gradient-negated-half", (REG_GRAD, "dW -= reg * W")),
    both("gradient-of-log2", "data-gradient-log2", (MEAN_GRAD, "dW /= num_train * np.log(2)")),
    Case("only-first-example", "first-example-only", [("in range(num_train)", "in range(1)")]),
    Case("gradient-reshaped", "reshaped",
         vectorized=[("X.T.dot(dscores)", "dscores.T.dot(X).reshape(W.shape)")]),
]

PAIRS = [
    Case("gradient-half-reg + log-base-10", "log10 reg-gradient-half"),
    Case("gradient-half-reg + loss-not-divided", "data-loss-times-N reg-gradient-half"),
    Case("gradient-half-reg + gradient-not-divided", "data-gradient-times-N reg-gradient-half"),
    Case("gradient-half-reg + no-minus-one", "label-not-subtracted reg-gradient-half"),
    Case("gradient-half-reg + plus-one-at-label", "label-added reg-gradient-half"),
    Case("gradient-half-reg + no-shift", "reg-gradient-half overflow"),
    Case("gradient-half-reg + sigmoid", "sigmoid reg-gradient-half"),
    Case("gradient-half-reg + divided-by-classes", "data-N-over-C reg-gradient-half"),
    Case("no-reg-gradient + loss-sign", "data-loss-negated reg-gradient-missing"),
    Case("no-reg-gradient + label-p-missing", "label-without-p reg-gradient-missing"),
    Case("no-reg-gradient + only-label-column", "label-column-only reg-gradient-missing"),
    Case("no-reg-gradient + batch-max-shift", "reg-gradient-missing batch-maximum"),
    Case("no-reg-gradient + gradient-sign", "data-gradient-negated reg-gradient-missing"),
    Case("no-reg-loss + gradient-sign", "data-gradient-negated reg-loss-missing"),
    Case("no-reg-loss + gradient-half-reg", "reg-gradient-half reg-loss-missing"),
    Case("no-reg-loss + no-division-by-n", "data-times-N reg-loss-missing"),
    Case("loss-half-reg + minus-probability", "no-logarithm reg-loss-half"),
    Case("loss-half-reg + gradient-of-probability", "probability-derivative reg-loss-half"),
    Case("half-reg-convention + no-division-by-n", "data-times-N half-convention"),
    Case("half-reg-convention + mean-probability", "half-convention no-logarithm"),
    Case("half-reg-convention + no-shift", "half-convention overflow"),
    Case("reg-loss-without-reg + no-minus-one", "label-not-subtracted reg-loss-without-reg"),
    Case("reg-loss-sign + gradient-divided-twice", "data-gradient-over-N reg-loss-negated"),
    Case("reg-gradient-sign + log-of-unnormalised", "not-normalised reg-gradient-negated"),
    Case("reg-l1-loss + one-minus-p-at-label", "label-negated reg-loss-l1"),
    Case("reg-sum-squared + label-column-skipped", "label-column-missing reg-loss-sum-then-square"),
    Case("reg-mean + predicted-class-as-label", "prediction-for-label reg-loss-over-DC"),
    Case("reg-without-bias-row + labels-minus-one", "label-off-by-one reg-no-bias"),
    Case("reg-norm-not-squared + epsilon-in-log-large", "log-epsilon reg-loss-norm"),
    Case("reg-gradient-summed + others-negative", "others-negated reg-gradient-summed-weights"),
    Case("no-regularization + no-division-by-n", "data-times-N reg-missing"),
    Case("no-regularization + forgot-exp", "no-exponential reg-gradient-missing"),
    Case("no-regularization + log-base-2", "log2 reg-missing"),
    Case("log-of-all-classes + minus-one-everywhere", "all-classes one-subtracted-everywhere"),
    Case("mean-probability + gradient-not-divided", "data-gradient-times-N no-logarithm"),
    Case("loss-sign + gradient-sign", "data-negated"),
    Case("loss-assigned + gradient-assigned", "last-example-only"),
    Case("loss-not-divided + gradient-divided-twice", "data-loss-times-N data-gradient-over-N"),
    Case("log-base-10 + no-minus-one", "log10 label-not-subtracted"),
    Case("squared-error + sigmoid-derivative", "squared-error softmax-derivative"),
    Case("label-number-times-log + minus-label-number", "label-as-number"),
    Case("base-2 + log-base-10", "log10 base-2"),
    Case("base-2 + gradient-half-reg", "base-2 reg-gradient-half"),
    Case("denominator-without-label + plus-one-at-label", "denominator-without-label label-added"),
    Case("exp-twice + no-division-by-n", "data-times-N softmax-twice"),
    Case("x-scaled + reg-twice", "data-gradient-over-255 scores-scaled reg-double"),
    Case("labels-sorted + gradient-half-reg", "neighbours-label reg-gradient-half"),
    Case("last-example-skipped + no-reg-gradient", "skips-last-example reg-gradient-missing"),
    Case("divided-by-n-minus-1 + gradient-half-reg", "data-N-over-N-minus-1 reg-gradient-half"),
    Case("no-shift + gradient-not-divided", "data-gradient-times-N overflow"),
    Case("shift-by-min + loss-half-reg", "reg-loss-half min-shift"),
    Case("no-shift + log-base-10", "log10 overflow"),
    Case("no-shift + plus-one-at-label", "label-added overflow"),
    Case("gradient-transposed + gradient-half-reg", "transposed"),
    Case("order-swapped + loss-not-divided", "returns-swapped"),
    Case("w-changed + log-base-10", "changes-arguments log10"),
    Case("x-changed + no-reg-loss", "changes-arguments reg-loss-missing"),
    Case("whole-gradient-negated + plus-one-at-label", "gradient-negated label-added"),
    Case("loss-rounded + gradient-half-reg", "reg-gradient-half data-loss-imprecise reg-loss-imprecise"),
    Case("loss-as-text + no-minus-one", "wrong-type"),
    Case("seterr + no-shift", "overflow"),
    Case("floor-division + gradient-half-reg", "rounded-down reg-gradient-half"),
    Case("loss-per-example + no-reg-gradient", "wrong-shape"),
    Case("divided-in-loop + gradient-half-reg", "divided-in-the-loop reg-gradient-half"),
    Case("denominator-not-reset + no-reg-gradient", "denominator-not-reset reg-gradient-missing"),
    Case("return-in-loop + plus-one-at-label", "first-example-only label-added"),
    Case("x-index-j + loss-not-divided", "data-loss-times-N data-gradient-wrong"),
    Case("break-after-label + gradient-half-reg", "stops-at-label reg-gradient-half"),
    Case("denominator-over-examples + gradient-half-reg", "over-examples reg-gradient-half"),
    Case("y-indexes-all-rows + loss-of-all-label-columns", "wrong-rows"),
    Case("loss-of-all-label-columns + gradient-half-reg", "wrong-rows reg-gradient-half"),
    Case("y-indexes-rows + no-reg-gradient", "labels-as-rows reg-gradient-missing"),
    Case("shift-over-examples + loss-half-reg", "column-maximum reg-loss-half"),
    Case("zero-initial-weights + no-regularization", "uniform reg-missing"),
]
