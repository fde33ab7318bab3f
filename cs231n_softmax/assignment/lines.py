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

from ..check.losses.softmax import DSCORES as OF_SOFTMAX
from ..check.losses.svm import DSCORES, DSCORES_IN_LOOPS
from ..check.report import Mistake
from .method_lines import of_predict, of_train, without_update
from .step_lines import of_softmax
from .syntax import assigning, base, changing, name, names, sources, targets

MOST = 3  # lines that are quoted for one mistake
SHOWN = [  # how the evidence of a loss's mistake begins (see losses/diagnosis.py): of which part, and of which result
    ("the loss is", "data", 0),
    ("the loss's regularization", "reg", 0),
    ("dW[", "data", 1),
    ("the regularization in dW", "reg", 1),
]
OF_DSCORES = {variant.code for variant in (*DSCORES, *DSCORES_IN_LOOPS, *OF_SOFTMAX)}
METHODS = {"train": of_train, "predict": of_predict}


def quoted(function: Any, mistake: Mistake) -> list[dict[str, Any]]:
    """Return [{"line": number in the file, "text": the line}] for a mistake in a function; [] if none is known."""
    if mistake.code == "not-written":
        return []
    try:
        lines, start = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return []
    if re.search(r"\bline \d+, in ", mistake.evidence):
        return []  # the evidence has the line already
    numbers = sorted({node.lineno for node in _found(tree.body[0], mistake)})
    return [{"line": start + n - 1, "text": lines[n - 1].strip()} for n in numbers[:MOST]]


def _found(definition, mistake):
    """Return the statements that a mistake speaks of."""
    returned = [n.value for n in ast.walk(definition) if isinstance(n, ast.Return) and n.value is not None]
    if mistake.code.startswith(("returns-", "wrong-return", "loss-missing", "three-results")):
        return returned[-1:]
    if mistake.code == "changes-arguments":
        return changing(definition, re.findall(r"\b[WXy]\b", mistake.title))
    if definition.name not in METHODS or mistake.code in ("overflow", "batch-maximum"):
        steps = of_softmax(definition, mistake.code)
        if steps:
            return steps
    if definition.name in METHODS:
        return METHODS[definition.name](definition, mistake.code)
    evidence = mistake.evidence.split("\n")
    parts = [(kind, which) for text, kind, which in SHOWN if any(line.startswith(text) for line in evidence)]
    if not parts or not returned or not isinstance(returned[-1], ast.Tuple) or len(returned[-1].elts) != 2:
        return []
    found: list[Any] = []
    for kind, which in parts:
        result = returned[-1].elts[which]
        nodes = assigning(definition, {result.id}) if isinstance(result, ast.Name) else [result]
        wanted = _is_penalty if kind == "reg" else _has_data
        nodes = [node for node in nodes if not _starts(node)]
        anew = [node for node in nodes if isinstance(node, ast.Assign) and name(result) not in names(node.value)]
        if kind == "data" and mistake.code.endswith("-missing") and anew:
            found += anew  # the last of them has lost what was in it before
            continue
        nodes = [node for node in nodes if wanted(node, definition)]
        filled = _filled(definition, nodes) if (kind, which) == ("data", 1) and mistake.code in OF_DSCORES else []
        nearest = sorted(filled, key=lambda node: node.lineno)[-MOST:]  # to the result
        found += nearest or nodes
    return found


def _filled(definition, nodes):
    """Return the statements that make and fill the arrays from which these compute, such as a mask of violations."""
    used = set().union(*map(names, nodes)) - set(_arguments(definition))
    made = [n for n in assigning(definition, used) if n not in nodes]
    entries = [n for n in made if any(isinstance(target, ast.Subscript) for target in targets(n))]
    arrays = {name(base(target)) for n in entries for target in targets(n)}
    return [n for n in made if n in entries or not _starts(n) and arrays & {name(target) for target in targets(n)}]


def _arguments(definition):
    """Return the names of a loss's arguments, in the course's order W, X, y, reg; [] for another function."""
    found = [argument.arg for argument in definition.args.args]
    return found if len(found) >= 4 else []


def _is_penalty(node, definition):
    """True for a statement with reg in it, or with W and without X."""
    arguments = _arguments(definition)
    used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return bool(arguments) and (arguments[3] in used or arguments[0] in used and arguments[1] not in used)


def _has_data(node, definition):
    """True for a statement that isn't only a penalty: something in it comes from X or y, or the result is divided."""
    if not _is_penalty(node, definition):
        return True
    results, value = {name(target) for target in targets(node)}, getattr(node, "value", node)
    inner = [term for term in _terms(value) if not (isinstance(term, ast.Name) and term.id in results)]
    known = {n.id for term in inner for n in ast.walk(term) if isinstance(n, ast.Name)}
    if isinstance(node, ast.Assign) and known & results:
        return True
    used = set().union(*(sources(definition, term, results)[1] for term in inner))
    return bool(used & set(_arguments(definition)[1:3]))


def _terms(value):
    """Return what a sum adds up."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub)):
        return [*_terms(value.left), *_terms(value.right)]
    return [value]


def _starts(node):
    """True for a statement such as `loss = 0.0` or `dW = np.zeros_like(W)`."""
    if not isinstance(node, ast.Assign):
        return False
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    return all(
        isinstance(value, ast.Constant)
        or isinstance(value, ast.Call)
        and name(value.func) in ("zeros", "zeros_like", "float")
        for value in values
    )


def without_data(function: Any, which: int) -> tuple[bool, bool]:
    """Is the data part of a loss's returned name number `which` not written yet, and the penalty neither?

    The name only gets its start value, is divided by N, and gets its penalty.
    """
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return False, False
    returned = [n.value for n in ast.walk(definition) if isinstance(n, ast.Return)]
    if not returned or not isinstance(returned[-1], ast.Tuple) or len(returned[-1].elts) != 2:
        return False, False
    result = name(returned[-1].elts[which])
    lines = assigning(definition, {result})
    others = [n for n in lines if not _starts(n) and not _rescales(n, result)]
    penalties = [n for n in others if _is_penalty(n, definition) and not _has_data(n, definition)]
    known = {used for n in [*returned, *lines] for used in ast.walk(n)}
    elsewhere = [n for n in ast.walk(definition) if isinstance(n, ast.Name) and n.id == result and n not in known]
    unwritten = any(map(_starts, lines)) and penalties == others and not elsewhere
    return unwritten, unwritten and not penalties


def _rescales(node, result):
    """True for `dW /= N`, `dW *= 2` and `dW = dW / N`, which leave zeros as they are."""
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, (ast.Div, ast.Mult, ast.FloorDiv)) and isinstance(node.target, ast.Name)
    value = node.value
    return (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, (ast.Div, ast.Mult))
        and result in (name(value.left), name(value.right))
    )


def never_updated(function: Any) -> bool:
    """True for a method train that makes no use of its gradients: the update isn't written yet."""
    try:
        return without_update(ast.parse(textwrap.dedent(inspect.getsource(function))))
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return False
