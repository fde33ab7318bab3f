"""What release and grading share: the course directory, and the notebooks with the labels that nbgrader needs.

The course directory, `course/`, is nbgrader's: a gradebook (SQLite), `source/`, `release/`, `submitted/`,
`autograded/`, `feedback/`. Each notebook is an assignment of its own. So one more notebook can be released at any time,
and a notebook that can't be graded doesn't stop the others.
"""

import contextlib
import itertools
import logging
import os
import re
import sys
import warnings
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from cs231n_softmax._files import atomic_write
from cs231n_softmax.practice import exercises, student_version

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
COURSE = ROOT / "course"

PRACTICE = "practice"  # tag of the cell about practice copies; students have FOR_STUDENTS in its place
FOR_STUDENTS = """\
**How to work:** the exercises are functions that you write, {points} points in all. Put your code in place of
`raise NotImplementedError(...)`, run the cell, then run the check cell below it, as often as you like: it shows what is
right and what is wrong. Cells that use your function stop with an error until it works; go from top to bottom. Add
cells wherever you want, but don't delete, copy or split the cells of the exercises and of their checks: they are known
by a label that you can't see. Hand in this notebook with its name unchanged: `{name}.ipynb`."""

ANSWER = re.compile(r"<details><summary>Answer</summary>.*?</details>\n*", flags=re.DOTALL)
INVITATION = "**Your answer to question {number}:** *double-click here, and write it in place of this sentence.*"


def find_programs():
    """Let nbgrader find the program `alembic`, which it calls, even where the environment isn't activated."""
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def notebook_names(beginnings):
    """Return the notebooks whose names begin so (none given: all); ValueError for a beginning that no name has."""
    names = [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    for beginning in beginnings:
        if not any(name.startswith(beginning) for name in names):
            raise ValueError(f"no notebook begins with {beginning!r}; there are {', '.join(names)}.")
    return [name for name in names if name.startswith(tuple(beginnings) or "")]


def labelled_version(notebook, name):
    """Return the students' version of a notebook, with nbgrader's labels, and with room for answers.

    ValueError if an exercise has no check below it, or if no cell has the tag that FOR_STUDENTS replaces.
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
        if PRACTICE in cell.metadata.get("tags", []):
            cell.source = FOR_STUDENTS.format(points=points, name=name)
            told = True
    if points and not told:
        raise ValueError(f"{name}: expected a text cell with the tag {PRACTICE!r}: it tells students how to work")
    notebook.cells = with_room_for_answers(notebook.cells)
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


def with_room_for_answers(cells):
    """Replace each folded answer by a cell to write in; answers are numbered through the notebook."""
    numbers = itertools.count(1)
    return [part for cell in cells for part in split_at_answers(cell, numbers)]


def split_at_answers(cell, numbers):
    """Return the parts of a text cell around its folded answers, with a cell to write in for each answer."""
    texts = ANSWER.split(cell.source) if cell.cell_type == "markdown" else []
    if len(texts) < 2:
        return [cell]
    new, parts = nbformat.v4.new_markdown_cell, []
    for k, text in enumerate(texts):
        if k:
            number = next(numbers)
            parts.append(new(INVITATION.format(number=number), id=f"answer-{number}"))
        if text.strip():
            suffix = f"-{k + 1}" if k else ""
            parts.append(new(text.rstrip("\n"), id=cell.id + suffix, metadata=cell.metadata))
    return parts


def make_assignment(course, name):
    """Write a notebook's labelled version into the course directory, and have nbgrader lock and enter its cells.

    Return the path of the students' version; RuntimeError if nbgrader can't make it.
    """
    notebook = labelled_version(nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4), name)
    source = course / "source" / name / f"{name}.ipynb"
    source.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(source) as f:
        nbformat.write(notebook, f)
    steps = [step for step in GenerateAssignment().preprocessors if step is not ClearSolutions]  # none are left
    try:
        run_step(GenerateAssignment, course, name, ".", preprocessors=steps)
    except RuntimeError as error:
        raise RuntimeError(
            f"{name}: {error}\nIf its exercises have changed since students were graded, the gradebook still has "
            f"the old ones: move {course.name}/ away (keep it), and run this again."
        ) from error
    return course / "release" / name / f"{name}.ipynb"


def run_step(converter, course, name, student, config=None, **options):
    """Run one of nbgrader's steps for one notebook of one student; RuntimeError with its last error if it fails."""
    directory = CourseDirectory(root=str(course.resolve()), assignment_id=name, student_id=student)
    with captured_log() as lines, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # about nbgrader's own use of the database
        try:
            converter(coursedir=directory, config=config or Config(), force=True, **options).start()
        except Exception as error:
            errors = re.findall(r"^[\w.]+(?:Error|Exception|Entry): .+", "\n".join(lines), flags=re.MULTILINE)
            raise RuntimeError(errors[-1] if errors else f"{type(error).__name__}: {error}") from error


@contextlib.contextmanager
def captured_log():
    """Collect the errors that nbgrader logs, instead of showing them; and restore the working directory."""
    lines, log, folder = [], logging.getLogger("traitlets"), os.getcwd()
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: lines.append(record.getMessage())
    propagate, log.propagate = log.propagate, False
    log.addHandler(handler)
    try:
        yield lines
    finally:
        log.removeHandler(handler)
        log.propagate = propagate
        os.chdir(folder)
