"""Import a learner's files so that only the functions under examination count.

A statement of a module that stops with an error is skipped and noted, and the statements below it run. An import that
can't be satisfied leaves a placeholder, which complains when it is used. So missing data, compiled modules of other
exercises and packages that aren't installed hinder nothing that doesn't need them.

Code is compiled under the name of the original file, so that errors and inspect.getsource show the learner's own lines.
"""

import ast
import builtins
import dis
import functools
import importlib
import importlib.machinery
import linecache
import pickle
import sys
import types
from pathlib import Path
from typing import Any, NoReturn

from .find import statements
from .reading import Code, Unreadable, read

NAMES_OF_2 = {
    "xrange": range,
    "unicode": str,
    "long": int,
    "basestring": str,
    "raw_input": input,
    "reduce": functools.reduce,
}


class Absent:
    """Stands for what couldn't be imported: every use raises an error that says so."""

    def __init__(self, name: str, error: BaseException) -> None:
        self.__dict__["_why"] = (name, error)

    def _complain(self, *args: object, **options: object) -> NoReturn:
        name, error = self.__dict__["_why"]
        if isinstance(error, ModuleNotFoundError):
            raise ModuleNotFoundError(f"No module named '{error.name or name}'")
        raise ImportError(f"'{name}' couldn't be imported: {type(error).__name__}: {error}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python asks for these by itself
            raise AttributeError(name)
        self._complain()

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        return ()  # a class can be derived from it, and has one base less

    __call__ = __getitem__ = __iter__ = __len__ = __enter__ = __add__ = __mul__ = __matmul__ = __setattr__ = _complain


class Learners:
    """The learners' modules: which files they are, and what was noted while they were imported."""

    def __init__(self, originals: dict[Path, Path], stop: type[BaseException]) -> None:
        self.originals, self.stop = originals, stop
        self.notes: dict[Path, list[str]] = {}  # of an original file

    def install(self, root: Path) -> None:
        """Let Python import modules below `root`, the copies, in this way; give it the names that only Python 2 had."""

        def finder(folder):
            if not Path(folder).is_relative_to(root):
                raise ImportError
            loader = functools.partial(Loader, learners=self)
            return importlib.machinery.FileFinder(folder, (loader, [".py"]))  # type: ignore[arg-type]

        sys.path_hooks.insert(0, finder)
        sys.path.insert(0, str(root))
        for name, value in NAMES_OF_2.items():
            if not hasattr(builtins, name):
                setattr(builtins, name, value)
        for name in ("past", "future"):
            _stand_in(name)
        _stand_in("past.builtins", cmp=lambda a, b: (a > b) - (a < b), **NAMES_OF_2)
        _stand_in("past.utils", old_div=lambda a, b: a // b if isinstance(a, int) and isinstance(b, int) else a / b)
        _stand_in("future.utils", iteritems=lambda d: iter(d.items()), itervalues=lambda d: iter(d.values()))
        _stand_in("cPickle", **{name: value for name, value in vars(pickle).items() if name[0] != "_"})
        _stand_in("six")
        _stand_in("six.moves", range=range, zip=zip, map=map, cPickle=pickle, **NAMES_OF_2)

    def run(self, body: list[ast.stmt], names: dict[str, Any], filename: str, original: Path) -> None:
        """Run statements in the namespace of a learner's module, one by one, so that one that fails ends no other."""
        for node in body:
            singles = _one_by_one(node) if isinstance(node, (ast.Import, ast.ImportFrom)) else [node]
            for single in singles:
                code = compile(ast.Module([single], type_ignores=[]), filename, "exec", dont_inherit=True)
                try:
                    exec(code, names)
                except BaseException as error:  # also SystemExit
                    if not _bind_absent(single, names, error):
                        self.skipped(original, filename, single.lineno, error)

    def skipped(self, original: Path, filename: str, line: int, error: BaseException) -> None:
        """Note a statement that stopped with an error."""
        mistake = getattr(error, "mistake", None)
        if isinstance(error, self.stop):
            said = "it had not ended after several seconds"
        elif mistake:
            said = mistake.title.rstrip(".")
        elif isinstance(error, SystemExit):
            said = "it ends the program"
        else:
            said = type(error).__name__ + (f": {error}" if str(error) else "")
        said = said.encode(errors="backslashreplace").decode().split("\n")[0][:200]
        notes = self.notes.setdefault(original, [])
        if len(notes) < 3:
            where = f"{Path(filename).name.strip('<>')}, line {line}"
            notes.append(f"{where}: this line stops when the file is imported ({said}). It was skipped.")


class Loader(importlib.machinery.SourceFileLoader):
    """Loads one learner's file."""

    def __init__(self, name: str, path: str, learners: Learners) -> None:
        super().__init__(name, path)
        self.learners = learners

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the file's statements; a package whose __init__.py can't be read is empty."""
        original = self.learners.originals.get(Path(self.path), Path(self.path))
        try:
            (code,), _ = read(Path(self.path))
        except Unreadable:
            if Path(self.path).name == "__init__.py":
                return
            raise ImportError(f"{original.name} can't be read") from None
        show_lines(str(original), code.text)
        self.learners.run(code.tree.body, vars(module), str(original), original)


def _stand_in(name: str, **names: Any) -> None:
    """Put a module with these names into sys.modules, unless there is a real one."""
    try:
        importlib.import_module(name)
    except ImportError:
        module = sys.modules[name] = types.ModuleType(name)
        vars(module).update(names, __path__=[])
        parent, _, last = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], last, module)


def show_lines(filename: str, text: str) -> None:
    """Give Python the lines of a file for its error messages, however the file is encoded."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)


def _one_by_one(node):
    """Return an import statement for each name, so that one that is missing takes no other with it."""
    source = (node.module, node.level) if isinstance(node, ast.ImportFrom) else None
    singles = [ast.ImportFrom(source[0], [a], source[1]) if source else ast.Import([a]) for a in node.names]
    return [ast.fix_missing_locations(ast.copy_location(single, node)) for single in singles]


def _bind_absent(node, names, error):
    """Give the name that an import should have given a placeholder; return whether that could be done."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or node.names[0].name == "*":
        return False
    (alias,) = node.names
    source = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""
    names[alias.asname or alias.name.split(".")[0]] = Absent(source + alias.name, error)
    return True


def needed(code: list[Code], wanted: list[str]) -> list[tuple[Code, list[ast.stmt]]]:
    """Return those statements of a notebook that define the functions `wanted`, and what these functions use.

    What they use are imports, constants and helpers, found by their names, the names in these, and so on.
    """
    binds: dict[str, list[ast.stmt]] = {}
    for piece in code:
        for node in piece.tree.body:
            for name in _bound(node):
                binds.setdefault(name, []).append(node)
    chosen = set(binds.get("*", []))
    waiting = [name.split(".")[0] for name in wanted]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for node in binds.get(name, []):
            chosen.add(node)
            waiting += _uses(compile(ast.Module([node], type_ignores=[]), "", "exec"))
    return [(piece, [node for node in piece.tree.body if node in chosen]) for piece in code]


def _uses(code):
    """Return the names that code takes from its module, or from Python."""
    names = [step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
    return names + [name for part in code.co_consts if isinstance(part, types.CodeType) for name in _uses(part)]


def _bound(node):
    """Yield the names that a statement of a module gives values to."""
    for part in statements([node]):
        if isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            yield part.name
        elif isinstance(part, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.split(".")[0] for alias in part.names)
        else:
            yield from (n.id for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
