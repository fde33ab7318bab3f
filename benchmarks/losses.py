"""Loss and gradient beside their peers: the same arrays, the same answer (checked first), in turns, in one run."""

import numpy as np
import peers
import torch
from report import milliseconds, table
from threadpoolctl import threadpool_limits

from cs231n_softmax.classifiers import softmax_loss_naive, softmax_loss_vectorized, svm_loss_vectorized
from cs231n_softmax.classifiers.compiled import softmax_loss_compiled
from cs231n_softmax.timing import median_seconds, seconds_by_size

BARE, OURS, COMPILED = "two bare products", "**ours**", "ours, compiled (numba)"
REG = 0.1
PAUSE = 0.3  # seconds: longer than any library's idle threads stay awake


def weights(dtype, D=3073, C=10):
    """Return W (D, C) whose scores on mean-subtracted pixels differ by a few units."""
    return (1e-3 * np.random.default_rng(0).standard_normal((D, C))).astype(dtype)


def contestants(X, y, jax=True):
    """Return {name: function without arguments} after checking that all give our loss and gradient."""
    args = weights(X.dtype), X, y, REG
    functions = {
        OURS: lambda: softmax_loss_vectorized(*args),
        COMPILED: lambda: softmax_loss_compiled(*args),
        "textbook, vectorized": lambda: peers.textbook(*args),
        "scikit-learn, LinearModelLoss": peers.sklearn_loss(*args),
        f"PyTorch {torch.__version__}, written out": peers.torch_manual(*args),
        f"PyTorch {torch.__version__}, autograd": peers.torch_autograd(*args),
    }
    if jax:
        functions[f"JAX {peers.jax.__version__}, compiled"] = peers.jax_compiled(*args)
    loss, dW = softmax_loss_vectorized(*args)
    for name, function in functions.items():
        other, gradient = function()
        error = max(abs(other - loss) / loss, np.abs(gradient - dW).max() / np.abs(dW).max())
        if not error < 1e-3:
            raise RuntimeError(f"{name} computes something else: it differs by {error:.1e}.")
    return {BARE: peers.bare_products(*args)} | functions | {"ours, SVM": lambda: svm_loss_vectorized(*args)}


def compare(X, y):
    """Return {case: {name: seconds}}; X (N, D) float32. The first case is the one with all rows."""
    all_rows = contestants(X, y)
    cases = {f"N = {len(X):,}": median_seconds(all_rows, 3, 3, PAUSE)}
    cases["the same, without pauses"] = median_seconds(all_rows, 3, 3)
    # JAX can't be told to use one thread, nor to compute in 64 bits, but for the whole process
    threads = torch.get_num_threads()
    with threadpool_limits(1):
        torch.set_num_threads(1)
        cases["one thread"] = median_seconds(contestants(X, y, jax=False), 3, 3, PAUSE)
        torch.set_num_threads(threads)
    cases["float64"] = median_seconds(contestants(X.astype(np.float64), y, jax=False), 3, 3, PAUSE)
    for N, calls in ((8_000, 10), (500, 50), (200, 100)):
        cases[f"N = {N:,}"] = median_seconds(contestants(X[:N], y[:N]), 3, calls, PAUSE)
    return cases


def loops_and_vectorized(X, y, sizes):
    """Return {"loops", "vectorized": [seconds at each size]}, in float64 on one thread, as notebook 5 measures them."""
    ways = {"loops": softmax_loss_naive, "vectorized": softmax_loss_vectorized}
    with threadpool_limits(1):
        return seconds_by_size(ways, weights(np.float64), X[: max(sizes)].astype(np.float64), y, REG, sizes)


def report(data):
    """Return Markdown, and {case: {name: seconds}}."""
    cases = compare(data["X_train"], data["y_train"])
    names = dict.fromkeys(name for seconds in cases.values() for name in seconds)
    rows = [
        [
            name,
            *(
                f"{milliseconds(case[name])}, {case[name] / case[BARE]:.2f}" if name in case else ""
                for case in cases.values()
            ),
        ]
        for name in names
    ]
    return (
        "Time of a call, and its ratio to two bare products (`X @ W`, `X.T @ P`). D = 3,073, C = 10; float32 and "
        "all cores unless it says otherwise. All but the bare products and the SVM give the same loss and gradient "
        f"(checked). Turns are {PAUSE} s apart, so that nobody competes with the idle threads of the one before; the "
        "second column shows what happens otherwise. "
        "Ours uses one BLAS thread for each product, and threads of its own where X is large. So on idle cores it "
        "takes longer for a few hundred rows than BLAS with all its threads, and on busy cores nothing waits for a "
        "thread."
        "\n\n" + table(["loss and gradient", *cases], rows)
    ), cases


def loops_report(data, sizes=(10, 30, 100, 300, 500)):
    """Return Markdown, and how many times longer the loops take at the largest size."""
    seconds = loops_and_vectorized(data["X_train"], data["y_train"], sizes)
    rows = [[name, *map(milliseconds, values)] for name, values in seconds.items()]
    factors = np.divide(seconds["loops"], seconds["vectorized"])
    rows.append(["times", *(f"{factor:.0f}" for factor in factors)])
    return (
        "In float64, on one thread. Notebook 5 measures it with the same code.\n\n"
        + table(["", *(f"N = {N}" for N in sizes)], rows)
    ), factors[-1]


def in_short(cases, factor):
    """Return the README's table."""
    case, seconds = next(iter(cases.items()))
    rows = [[name, milliseconds(s), f"{s / seconds[BARE]:.2f}"] for name, s in seconds.items() if name != "ours, SVM"]
    return (
        table([f"loss and gradient, {case}, float32", "time", "ratio"], rows)
        + f"\n\nAt N = 500 the loops take {factor:.0f} times as long as the vectorized loss (float64, one thread)."
    )
