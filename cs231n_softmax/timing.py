"""Timing functions against each other on a noisy machine, and against what the machine can do at all.

What is here:

    median_seconds       warm up, interleave the repeats, take medians
    seconds_by_size      the same for losses, at several numbers of examples
    memory_bandwidth     bytes per second, read from memory
    peak_arithmetic      operations per second, in a large matrix product
"""

import reprlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from time import perf_counter, sleep

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from ._inputs import as_array, as_floating_dtype, as_integer, as_labels, as_number, real_array


def median_seconds(
    functions: Mapping[str, Callable[[], object]], repeats: int = 5, calls: int = 1, pause: float = 0.0
) -> dict[str, float]:
    """Return {name: median seconds of a call} for `functions`, a dict of names and functions without arguments.

    All are called in turn, `repeats` times, so that a slow moment of the machine slows all of them. A turn is a `pause`
    in seconds, one unmeasured call (caches, thread pools, lazy imports) and `calls` measured ones. Idle threads of most
    libraries keep a core busy for 0.1 to 0.2 s after a call: after a longer pause, the next function has all cores.
    Compare ratios, never seconds from two runs.
    """
    _check_functions("functions", functions)
    repeats, calls, pause = as_integer("repeats", repeats, 1), as_integer("calls", calls, 1), as_number("pause", pause)
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            sleep(pause)
            function()
            for _ in range(calls):
                start = perf_counter()
                function()
                seconds[name].append(perf_counter() - start)
    return {name: float(np.median(values)) for name, values in seconds.items()}


def seconds_by_size(
    losses: Mapping[str, Callable[..., object]],
    W: ArrayLike,
    X: ArrayLike,
    y: ArrayLike,
    reg: float,
    sizes: Iterable[int],
    repeats: int = 5,
) -> dict[str, list[float]]:
    """Return {name: [median seconds at each of `sizes`]} for `losses`, a dict of names and loss(W, X, y, reg).

    At each size N, the losses get the first N rows of X and labels y. There must be N of both.
    """
    _check_functions("losses", losses)
    W, X = as_array("W", W), real_array("X", X)
    y = as_array("y", y)
    y, reg = as_labels("y", y, np.size(y), None), as_number("reg", reg)
    sizes = [as_integer("sizes", N, 1, min(len(X), len(y))) for N in sizes]
    seconds: dict[str, list[float]] = {name: [] for name in losses}
    for N in sizes:
        calls = {name: partial(loss, W, X[:N], y[:N], reg) for name, loss in losses.items()}
        for name, median in median_seconds(calls, repeats).items():
            seconds[name].append(median)
    return seconds


def memory_bandwidth(megabytes: int = 400) -> float:
    """Return how many bytes per second are read from memory: an inner product, which waits for memory."""
    x = np.ones(as_integer("megabytes", megabytes, 1) * 250_000, np.float32)
    return x.nbytes / _least_seconds(lambda: x @ x)


def peak_arithmetic(dtype: DTypeLike = np.float32, size: int = 1024) -> float:
    """Return operations per second in the product of two square matrices, which reads little and computes much."""
    size = as_integer("size", size, 1)
    A = np.ones((size, size), as_floating_dtype(dtype))
    return 2 * size**3 / _least_seconds(lambda: A @ A)


def _check_functions(name, functions):
    """Raise TypeError unless this is a dict of names and functions."""
    if not isinstance(functions, Mapping) or not all(map(callable, functions.values())):
        raise TypeError(f"{name}: expected a dict of names and functions, got {reprlib.repr(functions)}.")


def _least_seconds(function, repeats=7):
    """Return the least time of several calls: a limit is what the machine can do undisturbed."""
    return min(median_seconds({"": function}, repeats=1)[""] for _ in range(repeats))
