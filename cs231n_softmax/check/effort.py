"""How does a function work? Loops and huge temporaries, found by what it does, never by the clock."""

import ast
import inspect
import textwrap
import tracemalloc

import numpy as np

from .observing import observe
from .problems import Problem
from .report import Mistake

HIDDEN_LOOPS = ("map", "vectorize", "apply_along_axis", "fromiter", "frompyfunc", "reduce")
SIZES = {"examples": (0, "N"), "classes": (2, "C"), "features": (1, "D")}


def remark_effort(fn, report, vectorized):
    """Add remarks on loops, where there should be none, and on temporaries of size N * D * C."""
    loops = _loops(fn) if vectorized else []
    if loops:
        report.remarks.append(Mistake(
            "loops", f"It loops over the {' and the '.join(loops)}.", "Vectorized means that NumPy does the looping: each round of a Python loop costs "
            "as much as thousands of multiplications.", "the number of Python operations grows with "
            + " and ".join(SIZES[name][1] for name in loops), "Replace the loop by an operation on whole arrays, along an axis."))
    if vectorized:
        report.step("works without loops over examples, classes or features", not loops or None)
    peak, size = _peak_memory(fn)
    if peak >= 0.9 * size:
        report.remarks.append(Mistake(
            "huge-temporary", "It makes an array with N * D * C entries.", "For a batch of 500 images that is 15 million numbers, and filling memory "
            "takes longer than the arithmetic.", f"{peak // 1000:,} kB in use at one moment; N * D * C numbers take {size // 1000:,} kB",
            "A matrix product adds up as it goes: `X.T @ dscores` never holds all products."))


def _problem(sizes):
    rng = np.random.default_rng(0)
    N, D, C = sizes
    return Problem(rng.normal(size=(D, C)), rng.normal(size=(N, D)), rng.integers(C, size=N), 0.1)


def _operations(fn, sizes):
    """Count the Python operations that one call takes."""
    count = 0

    def tracer(frame, event, arg):
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return tracer

    problem = _problem(sizes)
    observe(fn, problem, problem.reg, tracer=tracer)
    return count


def _loops(fn):
    """Return what a function loops over: its operations grow with that size, step by step. [] for none."""
    base, found = (4, 5, 3), []
    counts = {base: _operations(fn, base)}
    for name, (axis, _) in SIZES.items():
        more = []
        for extra in (10, 20):
            sizes = tuple(n + extra * (k == axis) for k, n in enumerate(base))
            more.append(_operations(fn, sizes) - counts[base])
        if more[0] >= 20 and more[1] >= 1.5 * more[0]:
            found.append(name)
    return found or (["examples"] if _hides_loops(fn) else [])


def _hides_loops(fn):
    """True when the source calls something that loops where tracing can't see it, such as map with a NumPy function."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(fn)))
    except (OSError, TypeError, SyntaxError):
        return False
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any(getattr(f, "id", getattr(f, "attr", "")) in HIDDEN_LOOPS for f in called)


def _peak_memory(fn):
    """Return (bytes in use at the fullest moment of a call, bytes of N * D * C numbers)."""
    problem, started = _problem((50, 60, 40)), tracemalloc.is_tracing()
    if not started:
        tracemalloc.start()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    observe(fn, problem, problem.reg)
    peak = tracemalloc.get_traced_memory()[1] - before
    if not started:
        tracemalloc.stop()
    return peak, 50 * 60 * 40 * 8
