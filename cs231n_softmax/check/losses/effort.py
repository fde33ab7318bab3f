"""Find loops and huge temporary arrays in a function, from its operations and its memory, never from a clock."""

import ast
import textwrap
import tracemalloc

import numpy as np

from ..crashes import PACKAGE, is_library, source
from .answers import observe
from .problems import Problem

# their loops can't be traced, or they call a function for every row
HIDDEN_LOOPS = {
    "map",
    "reduce",
    "functools.reduce",
    "np.vectorize",
    "np.apply_along_axis",
    "np.fromiter",
    "np.frompyfunc",
}
HIDDEN = ["something, in a function that calls another one for each item"]
AXES = {"the examples": (0, "N"), "the classes": (2, "C"), "the features": (1, "D")}  # place in (N, D, C), letter


def remark_effort(trial, vectorized):
    """Add remarks on loops, where there should be none, and on temporaries of size N * D * C."""
    if vectorized:
        loops = _loops(trial)
        trial.report.step(
            "loops in Python: see below" if loops else "works without loops in Python", "remark" if loops else True
        )
        if loops:
            trial.remark(
                "loops",
                f"The function loops over {' and '.join(loops)}.",
                "In vectorized code the loops run inside NumPy. One round of a Python loop costs as much as "
                "thousands of multiplications.",
                "its source calls a function that loops"
                if loops == HIDDEN
                else f"the number of Python operations grows with {' and '.join(AXES[name][1] for name in loops)}",
                "The result is right. To avoid the loop, look for an operation on whole arrays, along an axis.",
            )
    small, large = (10, 12, 8), (40, 50, 30)
    growth, entries = _peak_memory(trial, large) - _peak_memory(trial, small), np.prod(large) - np.prod(small)
    if growth >= 0.9 * 8 * entries:  # what doesn't depend on the sizes, such as a long text, cancels out
        trial.remark(
            "huge-temporary",
            "The function makes an array with N * D * C entries.",
            "For a batch of 500 images it has 15 million numbers. To store them takes longer than to compute with "
            "them.",
            f"a problem in which N * D * C is larger by {entries:,} takes {growth // 8:,} numbers more",
            "Look for a product of arrays with three axes. A matrix product adds up as it goes, and stores only the "
            "sums: `X.T @ dscores`.",
        )


def _problem(N, D, C):
    rng = np.random.default_rng(0)
    return Problem(rng.normal(size=(D, C)), rng.normal(size=(N, D)), rng.integers(C, size=N), 0.1)


def _operations(trial, sizes):
    """Count the Python operations that one call takes."""
    count = 0

    def tracer(frame, event, arg):
        nonlocal count
        file = frame.f_code.co_filename
        if is_library(file) and not file.startswith(PACKAGE):  # np.choose has a Python loop over its arguments
            return None
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return tracer

    problem = _problem(*sizes)
    observe(trial, problem, problem.reg, tracer=tracer, probe=True)
    return count


def _loops(trial):
    """Return the names of the axes that a function loops over: its operations grow with their sizes. [] for none."""
    base, found = np.array([4, 5, 3]), []
    least = _operations(trial, base)
    for name, (axis, _) in AXES.items():
        ten, twenty = (_operations(trial, base + k * (np.arange(3) == axis)) - least for k in (10, 20))
        if ten >= 20 and twenty >= 1.5 * ten:
            found.append(name)
    return found or (HIDDEN if _hides_loops(trial.fn) else [])


def _hides_loops(fn):
    try:
        tree = ast.parse(textwrap.dedent(source(fn)))
    except (ValueError, SyntaxError):
        return False
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in HIDDEN_LOOPS]
    return any(not isinstance(call.args[-1], ast.Tuple | ast.List) for call in calls if call.args)  # (W, X, y) is short


def _peak_memory(trial, sizes):
    """Return the bytes in use at the fullest moment of a call on a problem of sizes (N, D, C)."""
    problem, started = _problem(*sizes), tracemalloc.is_tracing()
    if not started:
        tracemalloc.start()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    observe(trial, problem, problem.reg, probe=True)
    peak = tracemalloc.get_traced_memory()[1] - before
    if not started:
        tracemalloc.stop()
    return peak
