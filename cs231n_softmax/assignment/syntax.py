"""Look up statements in the syntax tree of a learner's function: what assigns, calls or changes a name."""

import ast
from collections.abc import Iterable
from typing import Any

WRITERS = {"shuffle", "sort", "fill", "put", "partition", "resize", "itemset", "copyto", "place", "putmask", "at",
           "fill_diagonal", "put_along_axis"}  # functions and methods that change an array  # fmt: skip


def name(node: ast.AST) -> str:
    """Return the last part of a dotted name: "W" for self.W; "" for anything else."""
    return getattr(node, "id", getattr(node, "attr", ""))


def base(node: ast.AST) -> ast.AST:
    """Return what an index belongs to: W for W[0][1]."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def targets(node: ast.AST) -> list[ast.AST]:
    """Return what a statement gives a value; entries of an array as they are written."""
    found = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    return [t for target in found for t in (target.elts if isinstance(target, ast.Tuple) else [target])]


def assigning(tree: ast.AST, wanted: Iterable[str]) -> list[Any]:
    """Return the statements that give one of some names, or entries of it, a value."""
    wanted = set(wanted)
    return [n for n in ast.walk(tree) if any(name(base(target)) in wanted for target in targets(n))]


def calling(tree: ast.AST, wanted: Iterable[str]) -> list[Any]:
    """Return the calls of some functions or methods."""
    return [n for n in ast.walk(tree) if isinstance(n, ast.Call) and name(n.func) in wanted]


def names(node: ast.AST) -> set[str]:
    """Return the names whose values are used, without those of which only a size is used: X.shape, len(X)."""
    if isinstance(node, ast.Attribute) and node.attr in ("shape", "size", "ndim", "dtype"):
        return set()
    if isinstance(node, ast.Call) and name(node.func) in ("len", "zeros_like", "ones_like", "empty_like"):
        return set()
    own = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else set()
    own |= {node.attr} if isinstance(node, ast.Attribute) and name(node.value) == "self" else set()
    return own.union(*map(names, ast.iter_child_nodes(node)))


def inside_loops(tree: ast.AST) -> set[ast.AST]:
    """Return all that stands in the body of a loop."""
    loops = [n for n in ast.walk(tree) if isinstance(n, (ast.For, ast.While))]
    return {n for loop in loops for statement in loop.body for n in ast.walk(statement)}


def sources(tree: ast.AST, node: ast.AST, without: Iterable[str] = ()) -> tuple[list[ast.AST], set[str]]:
    """Return (statements, names): what the names used in a statement were computed from, and so on."""
    found: list[ast.AST] = []
    seen, waiting = set(without), names(node) - set(without)
    while waiting:
        seen |= waiting
        new = [n for n in assigning(tree, waiting) if n not in found and n is not node]
        found += new
        waiting = set().union(*map(names, new)) - seen
    return found, seen - set(without)


def changing(tree: ast.AST, wanted: Iterable[str]) -> list[ast.AST]:
    """Return the statements that change an array of these names in place, and those that give it a second name."""
    own, second = set(wanted), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute)):
            source: Any = node.value
            value = name(source.value if name(source) == "T" else source)
            for target in targets(node):
                if value in own and isinstance(target, ast.Name) and target.id not in own:
                    own.add(target.id)
                    second.append((target.id, node))
    found = [n for n in ast.walk(tree) if _changes(n, own)]
    used = {written for n in found for written in [name(base(t)) for t in targets(n)]}
    return [node for other, node in second if other in used] + found


def _changes(node, own):
    for target in targets(node):
        inner = target.value if isinstance(target, ast.Attribute) and target.attr in ("shape", "flat", "T") else target
        if name(base(inner)) in own and (isinstance(node, ast.AugAssign) or base(inner) is not target):
            return True
    if not isinstance(node, ast.Call):
        return False
    given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "out")]
    given += [node.func.value] if isinstance(node.func, ast.Attribute) else []
    writes = name(node.func) in WRITERS or any(keyword.arg == "out" for keyword in node.keywords)
    return writes and any(name(base(one)) in own for one in given)
