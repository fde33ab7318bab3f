"""Who may import whom: the package's rooms stand on floors, imports lead down, and no files form a circle."""

import ast
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

import cs231n_softmax

NAME = "cs231n_softmax"
PACKAGE = Path(cs231n_softmax.__file__).parent
# A room is a folder or a file of the package; the last of the seventh floor is the package's own __init__.
FLOORS = [
    ["_console", "_files", "_objects", "_project", "_threads", "_typing"],
    ["_inputs", "_numpy"],
    ["_extremes"],
    ["cifar10", "optim", "timing"],
    ["classifiers"],
    ["data_utils", "features", "gradient_check", "optimum", "vis_utils"],
    ["sklearn", "sweep", NAME],
    ["check", "drop_in"],
    ["assignment", "practice"],
    ["commands"],
    ["__main__"],
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def module_name(path):
    """Return the dotted name of a file: cs231n_softmax.sweep.loop, or cs231n_softmax.sweep for its __init__."""
    parts = (NAME, *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if path.name == "__init__.py" else parts)


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def imports(name):
    """Return which modules of the package the module `name` imports, at its top or inside functions.

    What stands under `if TYPE_CHECKING:` is for hints only, and never imported.
    """
    path, found = MODULES[name], set()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_hints = {node for block in tree.body if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
                 for node in ast.walk(block)}
    for node in set(ast.walk(tree)) - for_hints:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package)
            full_names = [f"{source}.{alias.name}" for alias in node.names]  # modules, or things in the module `source`
            found.update(full if full in MODULES else source for full in full_names)
    return found & MODULES.keys()


def room(name):
    return name.split(".")[1] if "." in name else name


def test_every_room_stands_on_one_floor():
    """The table above has each folder and file of the package once, and nothing else."""
    assert sorted(room for rooms in FLOORS for room in rooms) == sorted({room(name) for name in MODULES})


@pytest.mark.parametrize("name", MODULES)
def test_imports_lead_down(name):
    """A file imports from its own room and from lower floors only: so nothing below check imports it."""
    assert [other for other in imports(name)
            if room(other) != room(name) and FLOOR[room(other)] >= FLOOR[room(name)]] == []


def test_no_files_form_a_circle():
    """The files can be put in an order in which each imports earlier ones only; CycleError names a circle."""
    TopologicalSorter({name: imports(name) for name in MODULES}).prepare()
