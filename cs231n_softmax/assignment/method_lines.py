"""Which statements of LinearClassifier's train and predict a mistake speaks of."""

import ast
from typing import Any

from ..check.exercises.predict import VARIANTS
from .syntax import assigning, base, calling, inside_loops, name, names, sources, targets

PAIRS = {"labels-not-matched", "rows-not-of-X"}  # how a batch is put together
DRAWS = {"all-rows", "batch-size-ignored", "wrong-batch-size", "first-rows", "same-rows", "rows-never-drawn",
         "contiguous-block", "few-batches", "draw-swapped", "unequal-chances"}  # fmt: skip
HISTORY = {"history-length", "history-values", "wrong-type"}
STARTS = {"starts-again", "wrong-shape"}
OF_SCORES = {variant.code for variant in VARIANTS if variant.step == "scores"}
PICKS = {"argmax", "argmin", "argsort", "max", "min", "maximum", "where"}


def of_predict(tree: Any, code: str) -> list[Any]:
    """Return the statements in which predict computes the scores, or picks the class."""
    if code in OF_SCORES:
        return [node for node in ast.walk(tree) if isinstance(node, (ast.Assign, ast.Return)) and "W" in names(node)]
    if code == "row-left-out":
        return [node for node in ast.walk(tree) if isinstance(node, ast.For)]
    return list(calling(tree, PICKS)) or _results(tree)


def of_train(tree: Any, code: str) -> list[Any]:
    """Return the statements of train that a mistake's code speaks of."""
    if code in HISTORY:
        return _history(tree)
    if code in ("wrong-reg", "loss-called-again"):
        return list(calling(tree, {"loss"}))
    if code == "wrong-steps":
        inside = [node for node in inside_loops(tree) if isinstance(node, (ast.Return, ast.Break))]
        return inside or [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
    if code in PAIRS | DRAWS:
        return _batch(tree, code)
    if code in STARTS:
        return _first_weights(tree, with_sizes=code == "wrong-shape")
    return _step(tree)


def _results(tree):
    """Return the statements that give the returned name a value, or else `return`."""
    returns = _returns(tree)
    return [n for r in returns for n in assigning(tree, {name(r.value)} - {""}) if "zeros" not in _called(n)] or returns


def _returns(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Return) and node.value is not None]


def _called(node):
    return {name(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}


def _history(tree):
    """Return where the list of losses grows, or is made inside a loop; else `return`."""
    returns = _returns(tree)
    listed = set().union(*(names(r.value) for r in returns))
    inside = inside_loops(tree)
    grown = [n for n in calling(tree, {"append", "extend", "insert"}) if name(getattr(n.func, "value", n)) in listed]
    grown += [n for n in assigning(tree, listed) if n in inside and "loss" not in _called(n)]
    return grown or returns


def _batch(tree, code):
    """Return where a batch is put together, or where its rows are drawn; the call of self.loss where X is whole."""
    found: list[Any] = []
    drawn: list[Any] = []
    for call in calling(tree, {"loss"}):
        for given in call.args[:2]:
            made = [n for n in assigning(tree, {name(given)} - {"", "X", "y"}) if not _is_none(n)]
            found += made or [call]
            for node in made or [given]:
                drawn += sources(tree, node, {name(given), "X", "y", "self"})[0]
    sizes = [n for n in drawn if not names(getattr(n, "value", n)) - {"X", "y"} and not _called(n) - {"len"}]
    drawn = [n for n in drawn if n not in sizes and not _is_none(n)]
    wholes = [n for n in found if isinstance(n, ast.Call)]
    return wholes if code == "all-rows" and wholes else drawn if code in DRAWS and drawn else found


def _is_none(node):
    value = getattr(node, "value", None)
    return isinstance(value, ast.Constant) and value.value is None


def _first_weights(tree, with_sizes):
    """Return where W gets values that don't come from W, and the numbers that this takes."""
    made = [n for n in assigning(tree, {"W"}) if isinstance(n, ast.Assign) and "W" not in names(n.value)]
    made = [n for n in made if _called(n)] or made
    sizes = [n for one in made for n in assigning(tree, names(one)) if _called(n) - {"len"}]
    return [*sizes, *made] if with_sizes else made


def _step(tree):
    """Return where a loop changes W, and what it changes before: the learning rate, or the gradient."""
    inside = inside_loops(tree)
    steps = [n for n in assigning(tree, {"W"}) if n in inside and isinstance(base(_first(n)), ast.Attribute)]
    steps = steps or [n for n in inside if targets(n) and "learning_rate" in names(n)]
    used = set().union(*map(names, steps)) - {"W", "self", "np"}
    return [*(n for n in assigning(tree, used) if n in inside and "loss" not in _called(n)), *steps]


def without_update(tree: Any) -> bool:
    """True for a train that gets gradients from self.loss and makes no use of them: its update isn't written yet."""
    gradients = [n.targets[0].elts[1] for n in ast.walk(tree) if isinstance(n, ast.Assign) and "loss" in _called(n)
                 and isinstance(n.targets[0], ast.Tuple) and len(n.targets[0].elts) == 2]  # fmt: skip
    return bool(gradients) and not names(tree) & {name(gradient) for gradient in gradients}


def _first(node):
    return node.targets[0] if isinstance(node, ast.Assign) else node.target
