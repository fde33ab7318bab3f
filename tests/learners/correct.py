"""Right functions, each written differently: softmax losses. The other kinds are in correct_others.

SOFTMAX = {name: (function, vectorized)}. Every function takes (W, X, y, reg) and returns (loss, dW).
REMARKS = {name: set}: "underflow" (inf where a probability underflows) and "uint8" (wrong on unsigned X) are
worth a remark, but no failures.
"""

import functools
import math

import numpy as np
import scipy.sparse
import scipy.special
from correct_others import EXAMPLE, NUMERICAL, PREDICT, PREPARE, PROBS, STEP, SVM, SWEEP

SOFTMAX = {}
REMARKS = {}
__all__ = ["EXAMPLE", "NUMERICAL", "PREDICT", "PREPARE", "PROBS", "REMARKS", "SOFTMAX", "STEP", "SVM", "SWEEP"]


def correct(vectorized, *remarks):
    """Return a decorator that enters a function into SOFTMAX."""

    def enter(function):
        SOFTMAX[function.__name__] = (function, vectorized)
        if remarks:
            REMARKS[function.__name__] = set(remarks)
        return function

    return enter


# with loops
@correct(False, "underflow")
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


@correct(False)
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


@correct(False)
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


@correct(False)
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


@correct(False, "uint8", "underflow")
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


@correct(False)
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


@correct(False)
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


@correct(False)
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


@correct(False)
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


@correct(False)
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
@correct(True, "underflow")
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


@correct(True)
def with_einsum(W, X, y, reg):
    """np.einsum for both products and the penalty."""
    s = np.einsum("nd,dc->nc", X, W)
    s = s - np.amax(s, axis=1)[:, np.newaxis]
    z = np.exp(s).sum(1)
    t = np.eye(W.shape[1])[y]
    loss = np.mean(np.log(z) - np.einsum("nc,nc->n", s, t)) + reg * np.einsum("dc,dc", W, W)
    return loss, np.einsum("nd,nc->dc", X, np.exp(s) / z[:, None] - t) / len(X) + 2 * reg * W


@correct(True)
def one_hot_by_comparison(W, X, y, reg):
    """One-hot labels by comparison with np.arange."""
    t = (np.arange(W.shape[1]) == y[:, None]).astype(float)
    s = X @ W
    logp = s - scipy.special.logsumexp(s, axis=1, keepdims=True)
    return -(t * logp).sum() / len(X) + reg * (W * W).sum(), X.T @ (np.exp(logp) - t) / len(X) + 2 * reg * W


@correct(True)
def scipy_log_softmax(W, X, y, reg):
    """scipy's log_softmax and softmax, np.take_along_axis, np.vdot."""
    s = np.matmul(X, W)
    picked = np.take_along_axis(scipy.special.log_softmax(s, axis=1), y[:, None], axis=1)
    p = scipy.special.softmax(s, axis=1)
    p[np.arange(len(y)), y] -= 1.0
    return -picked.mean() + reg * np.vdot(W, W), np.matmul(X.T, p) / len(y) + 2 * reg * W


@correct(True)
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


@correct(True, "underflow")
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


@correct(True)
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


@correct(True)
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


@correct(True)
def zero_dimensional_loss(W, X, y, reg):
    """The loss is an array of rank 0; np.tensordot."""
    s = np.tensordot(X, W, axes=1)
    s = s - s.max(axis=-1, keepdims=True)
    e = np.exp(s)
    t = np.zeros(s.shape)
    t[np.arange(len(y)), y] = 1
    loss = (np.log(e.sum(-1)) - (s * t).sum(-1)).mean() + reg * np.tensordot(W, W)
    return np.asarray(loss), np.tensordot(X, e / e.sum(-1, keepdims=True) - t, axes=(0, 0)) / len(y) + 2 * reg * W


@correct(True)
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


@correct(True)
def huge_temporary(W, X, y, reg):
    """A temporary of shape (N, D, C): right, but wasteful."""
    s = (X[:, :, None] * W[None]).sum(axis=1)
    s = s - s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    t = np.eye(W.shape[1])[y]
    dW = (X[:, :, None] * (np.exp(logp) - t)[:, None, :]).mean(axis=0)
    return float(-(logp * t).sum(axis=1).mean() + reg * np.sum(W * W)), dW + 2 * reg * W


@correct(True)
def margins_to_label(W, X, y, reg):
    """Scores relative to the label's: L_i = log(sum(exp(s_j - s_y)))."""
    s = X @ W
    lead = s - s[np.arange(len(y)), y][:, None]
    lse = np.logaddexp.reduce(lead, axis=1)
    p = np.exp(lead - lse[:, None]) - (np.arange(W.shape[1])[None, :] == y[:, None])
    return lse.mean() + reg * np.sum(W**2), (p.T @ X).T / len(y) + 2 * reg * W


@correct(True)
def sparse_labels(W, X, y, reg):
    """A scipy.sparse one-hot matrix, so that X.T @ onehot is cheap."""
    N, C = len(X), W.shape[1]
    onehot = scipy.sparse.csr_array((np.ones(N), (np.arange(N), y)), shape=(N, C))
    s = X @ W
    lse = scipy.special.logsumexp(s, axis=1)
    loss = (lse.sum() - onehot.multiply(s).sum()) / N + reg * np.sum(W * W)
    return loss, (X.T @ np.exp(s - lse[:, None]) - (onehot.T @ X).T) / N + 2 * reg * W


@correct(True)
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


@correct(True)
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


lambda_loss = lambda W, X, y, reg: _general(lambda s: s - np.logaddexp.reduce(s, axis=1, keepdims=True), W, X, y, reg)  # noqa: E731
SOFTMAX["callable_object"] = (Forward(), True)
SOFTMAX["partial"] = (functools.partial(_general, functools.partial(scipy.special.log_softmax, axis=1)), True)
SOFTMAX["lambda_loss"] = (lambda_loss, True)
SOFTMAX["bound_method"] = (Forward().__call__, True)
SOFTMAX["extra_arguments"] = (lambda W, X, y, reg=0.0, *args, **kw: lambda_loss(W, X, y, reg), True)
SOFTMAX["extended_precision"] = (
    functools.partial(_general, lambda s: s - np.logaddexp.reduce(s, axis=1, keepdims=True), dtype=np.longdouble),
    True,
)
