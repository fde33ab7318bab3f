"""The folder of the official assignment: where it is, and what its cs231n/ holds. Nothing in it is run or changed."""

import ast
import sys
import textwrap
from pathlib import Path

from .._inputs import as_folder

# The modules that this package has in common with the course ("" is the package cs231n itself).
COURSE = [
    "",
    "classifiers",
    "classifiers.fc_net",
    "classifiers.linear_classifier",
    "classifiers.linear_svm",
    "classifiers.neural_net",
    "classifiers.softmax",
    "data_utils",
    "features",
    "gradient_check",
    "optim",
    "vis_utils",
]


def find_assignment(folder: Path | str | None = None) -> Path | None:
    """Return the cs231n/ of the assignment in `folder`, as an absolute path; ValueError when there is none.

    None: the working folder is tried, then the folders above it, then those in sys.path; None when none has it.
    """
    if folder is not None:
        place = as_folder("folder", folder).absolute()
        places = [place, *([place.parent] if place.name == "cs231n" else [])]
    else:
        try:
            here = Path.cwd()
        except FileNotFoundError:  # the working folder was deleted
            here = Path("/")
        places = [here, *here.parents, *(here / place for place in sys.path)]
    found = next((place / "cs231n" for place in places if _is_cs231n(place / "cs231n")), None)
    if folder is not None and found is None:
        raise ValueError(
            f"folder: expected the folder of the assignment, with cs231n/data_utils.py or cs231n/classifiers/ in it, "
            f"got {str(folder)!r}."
        )
    return found


def _is_cs231n(folder):
    """True for the course's package; a folder of that name may hold anything, such as all assignments."""
    try:
        return (folder / "data_utils.py").is_file() or (folder / "classifiers").is_dir()
    except OSError:
        return False


def source_file(folder: Path | None, module: str) -> Path | None:
    """Return the file of a module, such as "classifiers.softmax", in the assignment's cs231n/; None without one."""
    if folder is None:
        return None
    place = folder.joinpath(*filter(None, module.split(".")))
    return next((path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()), None)


def names(path: Path) -> set[str]:
    """Return the names that a file gives a meaning to at its top level, "*" for a star; none where it is no Python."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return set()
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            found |= {leaf.id for target in node.targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)}
    return found


def describe(folder: Path | None) -> str:
    """Return a few lines that say which module of cs231n comes from where."""
    ours = [module for module in COURSE if module not in ("", "classifiers")]
    if folder is None:
        rest = ["No assignment was found from here. Call install('path/to/assignment1') to have its modules as well."]
    else:
        own = [path for pattern in ("*.py", "*/*.py") for path in sorted(folder.glob(pattern)) if path.name[0] != "_"]
        modules = [".".join(path.relative_to(folder).with_suffix("").parts) for path in own]
        rest = [f"yours, from {folder}: {_list(module for module in modules if module not in ours)}"]
        hidden = [module for module in modules if module in ours]
        if hidden:
            rest.append(f"yours, and not used (only for names that ours lack): {_list(hidden)}")
    lines = ["`cs231n` is cs231n_softmax now, until Python ends or uninstall().", f"ours: {_list(ours)}", *rest]
    return "\n".join(textwrap.fill(line, 110, subsequent_indent="    ", break_long_words=False) for line in lines)


def _list(modules):
    return ", ".join(modules) or "none"
