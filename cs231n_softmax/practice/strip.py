"""The one stripper: a solved notebook becomes the notebook that a learner gets.

Two marks and two tags in notebooks/source/*.py say what happens to a cell:

    ### BEGIN SOLUTION ... ### END SOLUTION     replaced by a stub that raises NotImplementedError with what to do
    tag "guess"                                 guess = "b"  # "a", "b" or "c"   becomes   guess = "?"  # write ...
    tag "claim"                                 dropped: the cell only asserts something for our tests
"""

import copy
import re
import textwrap
from typing import Any

Notebook = dict[str, Any]
Cell = dict[str, Any]

STUB = """\
# Your code here, in place of this line and the next.
raise NotImplementedError("not written yet: write this function, run its cell, then the check below it")"""
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION$", flags=re.DOTALL | re.MULTILINE)
GUESS = re.compile(r'guess = "\w"  # (.*)\ncheck\.guess\("([\w-]+)", guess\)')


def tags(cell: Cell) -> list[str]:
    """Return the tags of a cell."""
    return cell["metadata"].get("tags", [])


def source(cell: Cell) -> str:
    """Return the text of a cell, which a file may hold as a list of lines."""
    return "".join(cell["source"])


def student_version(notebook: Notebook) -> Notebook:
    """Return a copy of a notebook without solutions, guesses, claims, outputs and execution counts.

    Text cells stay as they are; whoever calls this replaces those with the tag "practice" and the folded answers.
    Raises ValueError for a mark or a guess that isn't written as the table above shows.
    """
    notebook = copy.deepcopy(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if "claim" not in tags(cell)]
    for cell in notebook["cells"]:
        cell["source"] = source(cell)
        if cell["cell_type"] == "code":
            cell["source"] = _emptied(cell)
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def _emptied(cell):
    """Return a code cell's text without a solution or a guess."""
    text = SOLUTION.sub(lambda marks: textwrap.indent(STUB, marks[1]), cell["source"])
    if "### BEGIN SOLUTION" in text or "### END SOLUTION" in text:
        raise ValueError(f"expected ### BEGIN SOLUTION and then ### END SOLUTION, got\n{cell['source']}")
    if "guess" in tags(cell):
        text = f'guess = "?"  # write {_guess(cell)[1]}\n{text.splitlines()[1]}'
    return text


def _guess(cell):
    """Return the match of a cell with the tag "guess": the possible answers, and the key."""
    match = GUESS.fullmatch(source(cell))
    if not match:
        raise ValueError(
            f'expected two lines, guess = "b"  # "a", "b" or "c" and check.guess("key", guess), got\n{source(cell)}'
        )
    return match


def exercises(notebook: Notebook) -> dict[str, tuple[Cell, Cell]]:
    """Return {function: (the cell that defines it, the cell that checks it)} of a solved notebook, in its order.

    A check is a cell with the metadata `points`. Raises ValueError for an exercise without a check, and for a check
    without its exercise.
    """
    found, name, exercise = {}, "", {}  # the exercise that waits for its check
    for cell in notebook["cells"]:
        text = source(cell)
        if cell["cell_type"] == "code" and "### BEGIN SOLUTION" in text and not name:
            definition = re.match(r"def (\w+)\(", text)
            if not definition:
                raise ValueError(f"expected a function with a solution in it, got\n{text}")
            name, exercise = definition[1], cell
        elif "points" in cell["metadata"]:
            if not name or f"({name}" not in text:
                raise ValueError(f"expected a check of {name or 'nothing'} here, got {text!r}")
            found[name], name = (exercise, cell), ""
    if name:
        raise ValueError(f"{name} has no check below it: a cell with `points=...` that examines it")
    return found


def tasks(notebook: Notebook) -> list[str]:
    """Return what a learner does in a solved notebook, in its order: exercises by their functions, guesses by key."""
    checks = {id(check): name for name, (_, check) in exercises(notebook).items()}
    guesses = {id(cell): _guess(cell)[2] for cell in notebook["cells"] if "guess" in tags(cell)}
    names = checks | guesses
    return [names[id(cell)] for cell in notebook["cells"] if id(cell) in names]
