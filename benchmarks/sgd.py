"""Where the time of an SGD step goes, whether reshuffled passes pay, and scikit-learn's SGD beside it."""

import time

import numpy as np
from losses import weights
from report import milliseconds, table
from sklearn.linear_model import SGDClassifier

from cs231n_softmax._threads import one_blas_thread
from cs231n_softmax.classifiers import Softmax, softmax_loss_vectorized
from cs231n_softmax.timing import median_seconds

BATCH = 200


def step_report(data):
    """Return Markdown, and {part of a step: seconds}, on one BLAS thread, as `train` works."""
    X, y, rng, W = data["X_train"], data["y_train"], np.random.default_rng(0), weights(np.float32)
    batch = rng.integers(len(X), size=BATCH)
    X_batch, y_batch = X[batch], y[batch]
    dW, dscores = softmax_loss_vectorized(W, X_batch, y_batch, 1e3)[1], np.ones((BATCH, 10), np.float32)
    with one_blas_thread():
        parts = median_seconds(
            {
                "200 rows drawn and gathered": lambda: X[rng.integers(len(X), size=BATCH)],
                "loss and gradient": lambda: softmax_loss_vectorized(W, X_batch, y_batch, 1e3),
                "of which the two products": lambda: (X_batch @ W, X_batch.T @ dscores),
                "W updated and checked": lambda: np.isfinite(W - 1e-6 * dW).all(),
            },
            repeats=5,
            calls=200,
        )
    train = median_seconds({"": lambda: Softmax().train(X, y, 1e-6, 1e3, num_iters=500, rng=0)}, repeats=3)[""] / 500
    parts["a whole step of `train`"] = train
    rows = [[name, milliseconds(s), f"{s / train:.0%}"] for name, s in parts.items()]
    return f"A batch of {BATCH}, float32, one BLAS thread.\n\n" + table(["part", "time", "share"], rows), parts


def passes_report(data, seeds=3, num_passes=6):
    """Return Markdown, and {way of choosing batches: (seconds, mean accuracy, its spread)} at 1e-6, 1e3."""
    X, y, X_val, y_val = (data[name] for name in ("X_train", "y_train", "X_val", "y_val"))
    steps = len(X) // BATCH

    def drawn(rng):
        return (rng.integers(len(X), size=BATCH) for _ in range(num_passes * steps))

    def reshuffled(rng):
        for _ in range(num_passes):
            order = rng.permutation(len(X))
            yield from (order[BATCH * k : BATCH * (k + 1)] for k in range(steps))

    def slices(rng):  # no row is gathered: neighbours in memory make a batch
        for _ in range(num_passes):
            yield from (slice(BATCH * k, BATCH * (k + 1)) for k in rng.permutation(steps))

    def train(batches, seed):
        rng, model = np.random.default_rng(seed), Softmax()
        model.W = weights(X.dtype)
        start = time.perf_counter()
        for batch in batches(rng):
            model.W = model.W - np.float32(1e-6) * model.loss(X[batch], y[batch], 1e3)[1]
        return time.perf_counter() - start, np.mean(model.predict(X_val) == y_val)

    ways = {"drawn anew (ours, cs231n's)": drawn, "reshuffled passes": reshuffled, "slices in random order": slices}
    runs = {name: [] for name in ways}
    with one_blas_thread():
        for seed in range(seeds):
            for name, batches in ways.items():
                runs[name].append(train(batches, seed))
    found = {name: (np.median(r, axis=0)[0], np.mean(r, axis=0)[1], np.std(r, axis=0)[1]) for name, r in runs.items()}
    base = found["drawn anew (ours, cs231n's)"][0]
    return (
        f"{num_passes} passes' worth of steps at learning rate 1e-6, reg 1e3; {seeds} seeds.\n\n"
        + table(
            ["batches", "time", "validation accuracy", "its standard deviation"],
            [[name, f"{s / base:.2f}", f"{mean:.3f}", f"{std:.3f}"] for name, (s, mean, std) in found.items()],
        )
    ), found


def sklearn_report(data):
    """Return Markdown, and {name: (seconds, validation accuracy)}."""
    X, y, X_val, y_val = (data[name] for name in ("X_train", "y_train", "X_val", "y_val"))
    scale = np.float32(1 / 64)  # scikit-learn's step sizes suit features of about 1
    theirs = SGDClassifier(loss="log_loss", alpha=1e-3, learning_rate="constant", eta0=1e-4, random_state=0, n_jobs=2)
    scaled = X * scale
    start = time.perf_counter()
    theirs.partial_fit(scaled, y, classes=np.arange(10))
    seconds = time.perf_counter() - start
    found = {"scikit-learn, SGDClassifier, one pass": (seconds, np.mean(theirs.predict(X_val * scale) == y_val))}
    for name, num_iters in (("ours, one pass", len(X) // BATCH), ("ours, 1,500 steps of 200", 1500)):
        model, start = Softmax(), time.perf_counter()
        model.train(X, y, 1e-6, 1e3, num_iters=num_iters, rng=0)
        found[name] = time.perf_counter() - start, np.mean(model.predict(X_val) == y_val)
    return (
        "scikit-learn's takes one image at a time, and trains ten two-class classifiers (step size 1e-4, alpha "
        "1e-3, chosen by hand); single runs.\n\n"
        + table(
            ["", "time", "validation accuracy"],
            [[name, f"{s / seconds:.2f}", f"{right:.3f}"] for name, (s, right) in found.items()],
        )
    ), found
