"""Right functions of the other kinds: SVM losses and what the notebooks ask for. {name: function} for each kind."""

import numpy as np
import scipy.special

from cs231n_softmax import softmax_loss_vectorized
from cs231n_softmax.classifiers import Softmax

SVM, PROBS, EXAMPLE, NUMERICAL, STEP, PREDICT, SWEEP, PREPARE = ({} for _ in range(8))
VECTORIZED_SVM = set()


def into(table):
    """Return a decorator that enters a function into a table."""

    def enter(function):
        table[function.__name__] = function
        if "without loops" in (function.__doc__ or ""):
            VECTORIZED_SVM.add(function.__name__)
        return function

    return enter


@into(SVM)
def svm_loops(W, X, y, reg):
    """The usual loops."""
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            margin = scores[j] - scores[y[i]] + 1
            if j != y[i] and margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W


@into(SVM)
def svm_count_then_label(W, X, y, reg):
    """Counts the violated margins, then one subtraction at the label."""
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y, strict=True):
        s = x @ W
        count = 0
        for j in range(len(s)):
            if j == label:
                continue
            m = s[j] - s[label] + 1
            if m > 0:
                loss, count = loss + m, count + 1
                dW[:, j] += x
        dW[:, label] -= count * x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@into(SVM)
def svm_row_at_a_time(W, X, y, reg):
    """One loop over the examples, margins of a row at once."""
    losses, dW = [], np.zeros(W.shape)
    for i in range(len(X)):
        m = X[i] @ W
        m = np.maximum(m - m[y[i]] + 1, 0)
        m[y[i]] = 0
        losses.append(m.sum())
        on = (m > 0).astype(float)
        on[y[i]] = -on.sum()
        dW += np.outer(X[i], on)
    return np.mean(losses) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W


@into(SVM)
def svm_including_label(W, X, y, reg):
    """The label's own margin, always 1, is counted and taken off again."""
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(len(X)):
        s = X[i] @ W
        loss -= 1
        for j in range(W.shape[1]):
            margin = max(0.0, s[j] - s[y[i]] + 1)
            loss += margin
            if margin > 0:
                dW[:, j] += X[i] / len(X)
                dW[:, y[i]] -= X[i] / len(X)
    return loss / len(X) + reg * np.linalg.norm(W) ** 2, dW + 2 * reg * W


@into(SVM)
def svm_vectorized(W, X, y, reg):
    """The usual one without loops."""
    rows = np.arange(len(X))
    s = X @ W
    m = np.maximum(0, s - s[rows, y][:, None] + 1)
    m[rows, y] = 0
    on = (m > 0).astype(float)
    on[rows, y] -= on.sum(axis=1)
    return m.sum() / len(X) + reg * np.sum(W * W), X.T @ on / len(X) + 2 * reg * W


@into(SVM)
def svm_minus_one(W, X, y, reg):
    """The mean of all margins less the label's 1, without loops; one-hot matrices."""
    t = np.eye(W.shape[1])[y]
    s = X @ W
    m = s - (s * t).sum(axis=1, keepdims=True) + 1
    on = (m > 0) * 1.0
    G = on - t * on.sum(axis=1, keepdims=True)
    return np.maximum(m, 0).sum(axis=1).mean() - 1 + reg * np.vdot(W, W), X.T @ G / len(X) + 2 * reg * W


@into(SVM)
def svm_transposed(W, X, y, reg):
    """Scores as (C, N), without loops."""
    S = W.T @ X.T
    n = np.arange(len(y))
    M = np.maximum(S - S[y, n] + 1, 0)
    M[y, n] = 0
    B = np.where(M > 0, 1.0, 0.0)
    B[y, n] = -np.sum(B, axis=0)
    return np.sum(M) / len(y) + reg * np.sum(W * W), (B @ X).T / len(y) + 2 * reg * W


@into(SVM)
def svm_masked(W, X, y, reg):
    """A boolean mask of the other classes and np.clip, without loops."""
    others = np.arange(W.shape[1]) != y[:, None]
    s = X @ W
    m = np.clip(s - np.take_along_axis(s, y[:, None], axis=1) + 1, 0, None) * others
    on = np.sign(m)
    dW = X.T @ (on - np.where(others, 0, on.sum(axis=1, keepdims=True)))
    return np.einsum("nc->", m) / len(y) + reg * (W * W).sum(), dW / len(y) + 2 * reg * W


@into(PROBS)
def probs_usual(scores):
    """The row's maximum is subtracted."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@into(PROBS)
def probs_scipy(scores):
    """scipy's softmax."""
    return scipy.special.softmax(scores, axis=1)


@into(PROBS)
def probs_by_logs(scores):
    """exp of the log-softmax."""
    return np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, np.newaxis])


@into(PROBS)
def probs_row_by_row(scores):
    """A loop over the rows."""
    out = np.empty(scores.shape)
    for i, row in enumerate(scores):
        e = np.exp(row - max(row))
        out[i] = e / sum(e)
    return out


@into(PROBS)
def probs_transposed(scores):
    """Transposed, so that axis 0 is summed."""
    s = scores.T - scores.T.max(axis=0)
    return (np.exp(s) / np.exp(s).sum(axis=0)).T


@into(PROBS)
def probs_of_differences(scores):
    """1 / sum of exp(differences): no division of exponentials."""
    with np.errstate(over="ignore"):
        return 1 / np.exp(scores[:, None, :] - scores[:, :, None]).sum(axis=2)


@into(EXAMPLE)
def example_shifted(scores, y):
    """Shifted scores and the log of their sum."""
    s = scores - np.max(scores)
    return -s[y] + np.log(np.sum(np.exp(s)))


@into(EXAMPLE)
def example_scipy(scores, y):
    """scipy's logsumexp."""
    return scipy.special.logsumexp(scores) - scores[y]


@into(EXAMPLE)
def example_added_back(scores, y):
    """The maximum is added back to the log of the sum."""
    m = scores.max()
    return float(m + np.log(sum(np.exp(v - m) for v in scores)) - scores[y])


@into(EXAMPLE)
def example_logaddexp(scores, y):
    """np.logaddexp, one score after another."""
    total = scores[0]
    for v in scores[1:]:
        total = np.logaddexp(total, v)
    return total - scores[y]


@into(NUMERICAL)
def numerical_nditer(f, x, h=1e-5):
    """np.nditer with multi_index, x restored."""
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        above = f(x)
        x[ix] = old - h
        below = f(x)
        x[ix] = old
        grad[ix] = (above - below) / (2 * h)
        it.iternext()
    return grad


@into(NUMERICAL)
def numerical_flat(f, x, h=1e-5):
    """x.flat, x restored."""
    grad = np.zeros(x.shape)
    for k in range(x.size):
        old = x.flat[k]
        x.flat[k] = old + h
        above = f(x)
        x.flat[k] = old - h
        grad.flat[k] = (above - f(x)) / 2 / h
        x.flat[k] = old
    return grad


@into(NUMERICAL)
def numerical_copies(f, x, h=1e-5):
    """Two copies of x for each entry."""
    grad = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        grad[index] = (f(up) - f(down)) / (2 * h)
    return grad


@into(NUMERICAL)
def numerical_perturbations(f, x, h=1e-5):
    """A list of unit perturbations."""
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in steps]).reshape(x.shape)


@into(NUMERICAL)
def numerical_enumerate(f, x, h=1e-5):
    """np.ndenumerate over a copy."""
    grad, z = np.zeros_like(x, dtype=float), x.copy()
    for ix, v in np.ndenumerate(x):
        values = []
        for sign in (1, -1):
            z[ix] = v + sign * h
            values.append(f(z))
        z[ix] = v
        grad[ix] = (values[0] - values[1]) / (2 * h)
    return grad


def _step(W, X, y, learning_rate, reg, rows):
    loss, dW = softmax_loss_vectorized(W, X[rows], y[rows], reg)
    return W - learning_rate * dW, loss


@into(STEP)
def step_integers(W, X, y, learning_rate, reg, batch_size, rng):
    """rng.integers."""
    rows = rng.integers(0, X.shape[0], batch_size)
    loss, dW = softmax_loss_vectorized(W, X[rows], y[rows], reg)
    return W - learning_rate * dW, loss


@into(STEP)
def step_choice(W, X, y, learning_rate, reg, batch_size, rng):
    """rng.choice with replacement, W updated in a copy."""
    rows = rng.choice(len(X), batch_size)
    loss, dW = softmax_loss_vectorized(W, X[rows], y[rows], reg)
    W_new = W.copy()
    W_new -= learning_rate * dW
    return W_new, loss


@into(STEP)
def step_choice_without(W, X, y, learning_rate, reg, batch_size, rng):
    """rng.choice without replacement."""
    return _step(W, X, y, learning_rate, reg, rng.choice(X.shape[0], size=batch_size, replace=False))


@into(STEP)
def step_permutation(W, X, y, learning_rate, reg, batch_size, rng):
    """The first rows of a permutation."""
    return _step(W, X, y, learning_rate, reg, rng.permutation(len(X))[:batch_size])


@into(STEP)
def step_random(W, X, y, learning_rate, reg, batch_size, rng):
    """rng.random times N, rounded down."""
    return _step(W, X, y, learning_rate, reg, (rng.random(batch_size) * len(y)).astype(int))


@into(STEP)
def step_shuffled(W, X, y, learning_rate, reg, batch_size, rng):
    """rng.shuffle of the row numbers, np.take."""
    order = np.arange(len(X))
    rng.shuffle(order)
    batch = order[-batch_size:]
    loss, dW = softmax_loss_vectorized(W, np.take(X, batch, axis=0), np.take(y, batch), reg)
    return np.subtract(W, np.multiply(learning_rate, dW)), float(loss)


@into(PREDICT)
def predict_argmax(W, X):
    """np.argmax along axis 1."""
    return np.argmax(X @ W, axis=1)


@into(PREDICT)
def predict_loop(W, X):
    """A loop over the examples."""
    out = np.zeros(X.shape[0], dtype=int)
    for i in range(X.shape[0]):
        out[i] = np.argmax(X[i].dot(W))
    return out


@into(PREDICT)
def predict_transposed(W, X):
    """Scores as (C, N)."""
    return (W.T @ X.T).argmax(axis=0)


@into(PREDICT)
def predict_by_probability(W, X):
    """The most probable class: softmax keeps the order (of scores that it can tell apart)."""
    return scipy.special.log_softmax(X.dot(W), axis=-1).argmax(axis=-1)


@into(PREDICT)
def predict_running_best(W, X):
    """Class after class, keeps the best so far."""
    best = X @ W[:, 0]
    label = np.zeros(len(X), int)
    for c in range(1, W.shape[1]):
        s = X @ W[:, c]
        label[s > best] = c
        best = np.maximum(best, s)
    return label


@into(SWEEP)
def sweep_usual(results, settings, data, num_iters=1500):
    """`continue` when the setting is there."""
    for lr, reg in settings:
        if (lr, reg) in results:
            continue
        model = Softmax()
        model.train(data["X_train"], data["y_train"], lr, reg, num_iters, rng=0)
        results[(lr, reg)] = np.mean(model.predict(data["X_val"]) == data["y_val"])


@into(SWEEP)
def sweep_not_in(results, settings, data, num_iters=1500):
    """`not in`, keywords, the dict is returned as well."""
    for setting in settings:
        if setting not in results:
            clf = Softmax()
            clf.train(
                data["X_train"], data["y_train"], learning_rate=setting[0], reg=setting[1], num_iters=num_iters, rng=0
            )
            results[setting] = (clf.predict(data["X_val"]) == data["y_val"]).mean()
    return results


@into(SWEEP)
def sweep_todo_list(results, settings, data, num_iters=1500):
    """First a list of what is missing; a generator object for rng."""
    todo = [s for s in settings if s not in results]
    for lr, reg in todo:
        model = Softmax()
        model.train(data["X_train"], data["y_train"], lr, reg, num_iters, rng=np.random.default_rng(0))
        right = sum(a == b for a, b in zip(model.predict(data["X_val"]), data["y_val"], strict=True))
        results[lr, reg] = right / len(data["y_val"])


@into(SWEEP)
def sweep_helper(results, settings, data, num_iters=1500):
    """A helper and dict.setdefault after a check."""

    def accuracy(lr, reg):
        model = Softmax()
        model.train(data["X_train"], data["y_train"], lr, reg, num_iters, rng=0)
        return np.count_nonzero(model.predict(data["X_val"]) == data["y_val"]) / data["X_val"].shape[0]

    for lr, reg in settings:
        if results.get((lr, reg)) is None:
            results.setdefault((lr, reg), float(accuracy(lr, reg)))


@into(SWEEP)
def sweep_update(results, settings, data, num_iters=1500):
    """results.update at the end; the order of settings."""
    new = {}
    for lr, reg in settings:
        if (lr, reg) not in results and (lr, reg) not in new:
            model = Softmax()
            model.train(data["X_train"], data["y_train"], lr, reg, num_iters, verbose=False, rng=0)
            new[lr, reg] = 1 - np.mean(model.predict(data["X_val"]) != data["y_val"])
    results.update(new)


@into(PREPARE)
def prepare_hstack(images, mean_image):
    """reshape, subtract, np.hstack."""
    rows = images.reshape(images.shape[0], -1) - mean_image
    return np.hstack([rows, np.ones((rows.shape[0], 1))])


@into(PREPARE)
def prepare_filled(images, mean_image):
    """An array of ones, filled."""
    rows = np.ones((len(images), 3073))
    rows[:, :3072] = np.reshape(images, (len(images), 3072))
    rows[:, :3072] -= mean_image
    return rows


@into(PREPARE)
def prepare_image_shaped(images, mean_image):
    """The mean is subtracted in the images' shape; np.c_."""
    centred = images - mean_image.reshape(32, 32, 3)
    return np.c_[centred.reshape(-1, 3072), np.ones(len(images))]


@into(PREPARE)
def prepare_loop(images, mean_image):
    """One image after another."""
    return np.array([np.append(image.flatten() - mean_image, 1.0) for image in images])


@into(PREPARE)
def prepare_pad(images, mean_image):
    """np.pad with ones."""
    return np.pad(images.reshape(len(images), -1) - mean_image, ((0, 0), (0, 1)), constant_values=1)
