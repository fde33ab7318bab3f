"""The learner's lines that a mistake speaks of: where to look, and no claim that just these lines are wrong.

A loss returns two names, such as loss and dW. The evidence of a mistake says in which part the numbers are wrong. A
mistake in the gradient's regularization leads to the lines that give the second name a value and hold reg, and so on.
Where no line fits, none is quoted.
"""

import ast
import inspect
import re
import textwrap
from typing import Any

from ..check.report import Mistake

MOST = 3  # lines that are quoted for one mistake
SHOWN = [  # how the evidence of a loss's mistake begins (see losses/diagnosis.py): of which part, and of which result
    ("the loss is", "data", 0),
    ("the loss's regularization", "reg", 0),
    ("dW[", "data", 1),
    ("the regularization in dW", "reg", 1),
]
OF_BATCHES = {"all-rows", "batch-size-ignored", "wrong-batch-size", "first-rows", "same-rows", "rows-never-drawn",
              "contiguous-block", "few-batches", "labels-not-matched", "rows-not-of-X"}  # fmt: skip


def quoted(function: Any, mistake: Mistake) -> list[dict[str, Any]]:
    """Return [{"line": number in the file, "text": the line}] for a mistake in a function; [] if none is known."""
    try:
        lines, start = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return []
    if re.search(r"^line \d+, in ", mistake.evidence, flags=re.MULTILINE):
        return []  # the evidence has the line already
    numbers = [number for number in _found(tree.body[0], mistake) if number <= len(lines)]
    return [{"line": start + n - 1, "text": lines[n - 1].strip()} for n in numbers[:MOST]]


def _found(definition, mistake):
    """Return the numbers of the lines that a mistake speaks of."""
    returned = [n.value for n in ast.walk(definition) if isinstance(n, ast.Return) and n.value is not None]
    if mistake.code.startswith(("returns-", "wrong-return", "loss-missing", "three-results")):
        return [value.lineno for value in returned][-1:]
    if mistake.code in ("overflow", "shift-missing", "one-shift"):
        return _calling(definition, {"exp"})
    if definition.name == "predict":
        return _calling(definition, {"argmax", "argmin", "argsort", "max", "min"})
    if definition.name == "train":
        return _of_train(definition, mistake.code)
    evidence = mistake.evidence.split("\n")
    parts = [(kind, which) for text, kind, which in SHOWN if any(line.startswith(text) for line in evidence)]
    if not parts or not returned or not isinstance(returned[-1], ast.Tuple) or len(returned[-1].elts) != 2:
        return []
    found = []
    for kind, which in parts:
        result = returned[-1].elts[which]
        nodes = _assigning(definition, _name(result)) if isinstance(result, ast.Name) else [result]
        penalties = [node for node in nodes if _is_penalty(node, definition)]
        found += penalties if kind == "reg" else [n for n in nodes if n not in penalties and not _starts(n)]
    return sorted({node.lineno for node in found})


def _is_penalty(node, definition):
    """True for a statement with reg in it, or with W and without X: the arguments are W, X, y, reg, in this order."""
    arguments = [argument.arg for argument in definition.args.args]
    used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    if len(arguments) < 4 or isinstance(node, ast.Assign) and _starts(node):
        return False
    return arguments[3] in used or arguments[0] in used and arguments[1] not in used


def _of_train(definition, code):
    """Return the lines that change W, or those that draw a batch, or those with the losses."""
    if code.startswith("history"):
        return _calling(definition, {"append"})
    if code in OF_BATCHES:
        return _calling(definition, {"choice", "randint", "permutation", "shuffle", "integers", "sample"})
    return sorted(
        node.lineno
        for loop in ast.walk(definition)
        if isinstance(loop, (ast.For, ast.While))
        for node in ast.walk(loop)
        for target in getattr(node, "targets", [getattr(node, "target", None)])
        if isinstance(node, (ast.Assign, ast.AugAssign)) and isinstance(target, ast.Attribute) and target.attr == "W"
    )


def _name(node):
    return getattr(node, "id", getattr(node, "attr", ""))


def _assigning(definition, name):
    """Return the statements that give a name, or entries of it, a value."""
    found = []
    for node in ast.walk(definition):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        flat = [t for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
        while any(isinstance(target, ast.Subscript) for target in flat):
            flat = [target.value if isinstance(target, ast.Subscript) else target for target in flat]
        if any(isinstance(target, ast.Name) and target.id == name for target in flat):
            found.append(node)
    return found


def _starts(node):
    """True for a statement such as `loss = 0.0` or `dW = np.zeros_like(W)`."""
    if not isinstance(node, ast.Assign):
        return False
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    return all(
        isinstance(value, ast.Constant)
        or isinstance(value, ast.Call)
        and _name(value.func) in ("zeros", "zeros_like", "float")
        for value in values
    )


def _calling(definition, names):
    """Return the numbers of the lines that call one of some functions."""
    return sorted({n.lineno for n in ast.walk(definition) if isinstance(n, ast.Call) and _name(n.func) in names})


def never_changed(function: Any, which: int) -> bool:
    """True for a loss whose returned name number `which` only gets its start value: it isn't written yet."""
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return False
    returned = [n.value for n in ast.walk(definition) if isinstance(n, ast.Return)]
    if not returned or not isinstance(returned[-1], ast.Tuple) or len(returned[-1].elts) != 2:
        return False
    name = _name(returned[-1].elts[which])
    lines = _assigning(definition, name)
    used = [n for n in ast.walk(definition) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]
    return bool(lines) and all(map(_starts, lines)) and len(used) == len(returned)
