"""The notebooks as students get them: what release and grading share.

Exercises and checks have a label: the metadata `nbgrader`, in the form of nbgrader's schema 3. Jupyter keeps it in a
notebook that is handed in, and a school that uses nbgrader can take the released notebooks into its own course.
"""

import re
from pathlib import Path
from typing import Any

import nbformat

from cs231n_softmax.practice import exercises, student_version

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"

PRACTICE = "practice"  # tag of the cell about practice copies; students have FOR_STUDENTS in its place
FOR_STUDENTS = """\
**How to work:** the exercises are functions that you write, {points} points in all. Put your code in place of
`raise NotImplementedError(...)`, run the cell, then run the check cell below it, as often as you like: it shows what is
right and what is wrong. Cells that use your function stop with an error until it works; go from top to bottom. Add
cells wherever you want, but don't delete, copy or split the cells of the exercises and of their checks: they are known
by a label that you can't see. Hand in this notebook with its name unchanged: `{name}.ipynb`."""

ANSWER = re.compile(r"<details><summary>Answer</summary>.*?</details>\n*", flags=re.DOTALL)
INVITATION = "**Your answer to question {number}:** *double-click here, and write it in place of this sentence.*"


def notebook_names(beginnings):
    """Return the notebooks whose names begin so (none given: all); ValueError for a beginning that no name has.

    One digit is a number: 4 is 04.
    """
    beginnings = [f"0{text}" if re.fullmatch(r"\d", text) else text for text in beginnings]
    names = [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    for beginning in beginnings:
        if not any(name.startswith(beginning) for name in names):
            raise ValueError(f"no notebook begins with {beginning!r}; there are {', '.join(names)}.")
    return [name for name in names if name.startswith(tuple(beginnings) or "")]


def released_notebook(name: str) -> Any:
    """Return a notebook of the suite as students get it, the same to the byte each time."""
    return labelled_version(nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4), name)


def labelled_version(notebook, name):
    """Return the students' version of a notebook, with labels, and with room for answers.

    Jupyter lets nobody delete exercises and checks, or change checks. ValueError if an exercise has no check below it,
    or if no cell has the tag that FOR_STUDENTS replaces.
    """
    try:
        found = exercises(notebook)
        notebook = student_version(notebook)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    labels = {exercise.id: label(function, solution=True) for function, (exercise, _) in found.items()}
    for function, (_, check) in found.items():
        labels[check.id] = label(f"check_{function}", grade=True, points=check.metadata.points)
    points, told = sum(check.metadata.points for _, check in found.values()), False
    for cell in notebook.cells:
        cell.metadata.pop("points", None)
        if cell.id in labels:
            cell.metadata.nbgrader = labels[cell.id]
            cell.metadata.deletable = False
            if labels[cell.id]["locked"]:
                cell.metadata.editable = False
        if PRACTICE in cell.metadata.get("tags", []):
            cell.source = FOR_STUDENTS.format(points=points, name=name)
            told = True
    if points and not told:
        raise ValueError(f"{name}: expected a text cell with the tag {PRACTICE!r}: it tells students how to work")
    notebook.cells = [part for cell in notebook.cells for part in with_room_for_answers(cell)]
    return notebook


def label(grade_id, **kind):
    """nbgrader's metadata of an exercise (solution=True) or of a check (grade=True, points=...)."""
    return {
        "grade_id": grade_id,
        "schema_version": 3,
        "task": False,
        "grade": False,
        "solution": False,
        "locked": "grade" in kind,
        **kind,
    }


def with_room_for_answers(cell):
    """Return a question without its folded answer, and a cell to write in; a text without a question as it is."""
    question, answers = ANSWER.subn("", cell.source)
    if not answers:
        return [cell]
    cell.source, number = question.rstrip("\n"), re.match(r"\*\*(\d+)\.", question)[1]
    return [cell, nbformat.v4.new_markdown_cell(INVITATION.format(number=number), id=f"answer-{number}")]
