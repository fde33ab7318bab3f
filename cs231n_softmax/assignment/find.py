"""Which files below a path have functions of the course. The files are parsed; nothing is run."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..check.progress_file import FILE
from .names import CLASS, EXPECTED, NAMES, defines
from .reading import Code, Unreadable, read

LEFT_OUT = {"__pycache__", "site-packages", "dist-packages", "node_modules", "datasets"}
MOST_FILES = 20_000  # that are looked at below one folder


@dataclass
class Function:
    """A function of the course in a file, or a method: "LinearClassifier.train"."""

    name: str
    line: int  # of its `def`, in the file or in the cell
    cell: int | None = None
    written: bool = True  # False for a body that is empty: `pass`, or nothing but a docstring


@dataclass
class Source:
    """A file or notebook: the functions to examine, those that are missing, and notes; or why it can't be read."""

    path: Path
    functions: list[Function] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    harms: bool = False  # it tried to delete files, or the like, when it was imported


def find(path: Path) -> list[Source]:
    """Return the Sources at a path: a file, a notebook, or a folder in any layout; in the order of their names.

    Raises FileNotFoundError, in a plain sentence, where there is nothing, and ValueError where no file below a folder
    has a function of the course.
    """
    given, path = path, Path(os.path.abspath(path))
    if not path.exists():
        raise FileNotFoundError(f"{given}: there is no such file or folder.")
    if path.is_dir():
        found = [source for source in map(_source, candidates(path)) if source]
        if not found:
            raise ValueError(
                f"{given}: no file in this folder has a function of the course, such as softmax_loss_naive. Name the "
                "folder of the assignment, which holds cs231n/, or the file itself."
            )
        return found
    if path.suffix not in (".py", ".ipynb"):
        raise ValueError(f"{given} isn't a file of Python (.py), a notebook (.ipynb) or a folder.")
    source = _source(path, asked=True)
    if source.problem or source.functions or source.missing:
        return [source]
    package = path.parent / "cs231n"
    if path.suffix == ".ipynb" and package.is_dir():  # the course's notebooks import the functions from there
        found = find(package)
        found[0].notes.append(f"{path.name} has none of the functions itself: those of cs231n/ are examined.")
        return found
    raise ValueError(
        f"{given} has none of the functions that can be examined. These are {', '.join(NAMES)}, under just these names."
    )


def candidates(folder: Path) -> Iterator[Path]:
    """Yield the .py files and notebooks below a folder. Links, environments and hidden folders are left out.

    And so are the solutions beside practice copies: a learner's own work is examined.
    """
    seen = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in LEFT_OUT
            and name[0] != "."
            and not (name == "solved" and FILE in files)  # as `practice` lays them out
            and not os.path.exists(os.path.join(parent, name, "pyvenv.cfg"))
        )
        for name in sorted(files):
            seen += 1
            if seen > MOST_FILES:
                raise ValueError(f"{folder} has too many files to look at. Name the folder of the assignment.")
            if name.endswith((".py", ".ipynb")) and name[0] != ".":
                yield Path(parent, name)


def _source(path, asked=False):
    """Return the Source of a file; None where it has nothing to do with the course, unless it was asked for."""
    usual = path.name in EXPECTED and path.parent.name == "classifiers"
    if not asked and not usual and not _mentions(path):
        return None
    try:
        code, notes = read(path)
    except Unreadable as problem:
        return Source(path, problem=str(problem))
    functions = functions_of(code)
    if path.suffix == ".py" and not asked and not usual and not functions:
        return None
    if path.suffix == ".ipynb" and not asked and not functions:
        return None
    missing = _missing(path, code, functions) if usual or functions or asked else []
    return Source(path, functions, missing, notes + _notes(path, code))


def _mentions(path):
    """True for a file that seems to define a function of the course, whether or not it can be parsed."""
    try:
        text = path.read_text(encoding="latin-1")
    except OSError:
        return False
    return defines(text.replace("\\n", "\n").replace('"', "\n")) if path.suffix == ".ipynb" else defines(text)


def functions_of(code: list[Code]) -> list[Function]:
    """Return the functions of the course that some pieces of code define, the last where there are several."""
    found: dict[str, Function] = {}
    for piece in code:
        for node in statements(piece.tree.body):
            for name, definition in _definitions(node):
                found[name] = Function(name, definition.lineno, piece.cell, not _is_empty(definition))
    return sorted(found.values(), key=lambda function: (function.cell or 0, function.line))


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, also those under `if`, `try` or `with`."""
    for node in body:
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            handlers = [part for handler in getattr(node, "handlers", []) for part in handler.body]
            yield from statements(node.body + getattr(node, "orelse", []) + handlers)
        else:
            yield node


def _definitions(node):
    """Yield (name, definition) of the course's functions that a statement defines."""
    if isinstance(node, ast.FunctionDef) and node.name in NAMES:
        arguments = tuple(argument.arg for argument in node.args.posonlyargs + node.args.args)
        expected = NAMES[node.name].arguments
        if arguments[: len(expected)] == expected:
            yield node.name, node
    if isinstance(node, ast.ClassDef) and node.name == CLASS:
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and f"{CLASS}.{method.name}" in NAMES:
                yield f"{CLASS}.{method.name}", method


def _is_empty(definition):
    return all(
        isinstance(node, ast.Pass) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for node in definition.body
    )


def _missing(path, code, functions):
    """Return what the course's file of this name should hold, and neither defines nor imports."""
    imported = {
        alias.asname or alias.name
        for piece in code
        for node in ast.walk(piece.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    own = {function.name for function in functions}
    return [name for name in EXPECTED.get(path.name, []) if name not in own and name.split(".")[0] not in imported]


def _notes(path, code):
    """Return a note where xrange is used, which only Python 2 has, and nothing imports it."""
    nodes = [node for piece in code for node in ast.walk(piece.tree)]
    used = [node.lineno for node in nodes if isinstance(node, ast.Name) and node.id == "xrange"]
    bound = any(alias.name in ("xrange", "*") for node in nodes if isinstance(node, ast.ImportFrom)
                for alias in node.names)  # fmt: skip
    assigned = any(isinstance(node, ast.Name) and node.id == "xrange" and isinstance(node.ctx, ast.Store)
                   for node in nodes)  # fmt: skip
    if not used or bound or assigned:
        return []
    return [
        f"{path.name}, line {min(used)}: xrange is a name of Python 2. It is accepted here. In Python 3 write range."
    ]
