"""Which statements of a softmax loss a mistake in one of its steps speaks of: the shift, exp, the sum, the loop."""

import ast
from typing import Any

from ..check.exercises.softmax import BATCH, PROBABILITIES
from ..check.losses.large_scores import TABLE
from .syntax import assigning, calling, inside_loops, name, names, targets

SHIFTS = {variant.code for variant in TABLE.variants if "shift" in variant.code or "maximum" in variant.code}
SHIFTS |= {"shift-not-maximum"}
MAXIMA = {"max", "amax", "maximum", "min", "amin", "abs", "argmax"}
OTHERS = {"mean-shift": {"mean", "average", "median"}, "sum-shift": {"sum"}}  # what is called in place of a maximum
CALLS = {"shift": MAXIMA, "power": {"exp", "exp2", "expm1"}, "total": {"sum", "mean", "norm", "cumsum"}}
STEPS = {variant.code: variant.step for variant in [*BATCH, *PROBABILITIES] if variant.step in CALLS}


def of_softmax(definition: Any, code: str) -> list[Any]:
    """Return the statements or calls that a mistake's code speaks of; [] for any other mistake."""
    if code in ("overflow", "shift-missing", "one-shift"):
        return calling(definition, {"exp"})
    if code in SHIFTS:
        wanted = OTHERS.get(code, MAXIMA)
        return _before_the_results(definition, wanted) or _running(definition) or calling(definition, {"exp"})
    if code in STEPS:
        return _before_the_results(definition, CALLS[STEPS[code]])
    if code == "first-example-only":
        return [n for n in inside_loops(definition) if isinstance(n, ast.Return)]
    return []


def _before_the_results(definition, wanted):
    """Return the calls of some functions in lines that don't give loss or dW a value."""
    returned = [n.value for n in ast.walk(definition) if isinstance(n, ast.Return) and n.value is not None]
    lines = {n.lineno for n in assigning(definition, set().union(*map(names, returned)))}
    return [n for n in calling(definition, wanted) if n.lineno not in lines]


def _running(definition):
    """Return the statements that give a value to a name which is compared and replaced, as a running maximum is."""
    found = set()
    for n in ast.walk(definition):
        if isinstance(n, ast.If) and isinstance(n.test, ast.Compare):
            replaced = {name(target) for statement in n.body for target in targets(statement)}
            found |= replaced & {used.id for used in ast.walk(n.test) if isinstance(used, ast.Name)}
    return assigning(definition, found)
