"""Timing functions against each other on a noisy machine: warm up, interleave the repeats, take medians."""

from time import perf_counter

import numpy as np


def median_seconds(functions, repeats=5):
    """Return {name: median seconds of a call} for `functions`, a dict of names and functions without arguments.

    Each is called once unmeasured (caches, thread pools, lazy imports), then all in turn `repeats` times, so
    that a slow moment of the machine meets every one of them. Compare ratios, never seconds from two runs.
    """
    for function in functions.values():
        function()
    seconds = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            start = perf_counter()
            function()
            seconds[name].append(perf_counter() - start)
    return {name: float(np.median(values)) for name, values in seconds.items()}
