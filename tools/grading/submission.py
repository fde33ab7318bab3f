"""The one door to the grading of a notebook.

    outcome = grade_notebook(notebook, released, seconds, choose())

points.py decides about the points; execution.py runs the whole notebook, for the page only; feedback.py makes the page.
"""

from dataclasses import dataclass

from cs231n_softmax.assignment.reading import Unreadable, parsed, without_magics

from .execution import CUT_SHORT, run_notebook
from .feedback import make_page
from .points import exercises, judge
from .suspicious import suspicious


@dataclass
class Outcome:
    """What is known of a graded notebook."""

    points: dict[str, float]  # {"check_my_softmax": 5.0}: all points of an exercise or none
    notes: list[str]  # what happened, for the row
    page: str  # HTML


def grade_notebook(notebook, released, seconds, protection, name="", notes=()):
    """Return the Outcome of a notebook whose labels are restored. released: as students got it.

    seconds: CPU time for a cell. protection: from protection.choose(). name, earlier notes: for the head of the page.
    """
    best = exercises(released)
    verdicts = judge(notebook, released, protection)
    executed, happened = run_notebook(notebook, seconds, protection)
    found = [note for function in best for note in verdicts[function].notes]
    found += [*happened, *disagreements(executed, verdicts)]
    if not protection.bubblewrap and not protection.landlock:
        found += reaching(notebook, released)
    points = {function: best[function] if verdicts[function].right else 0.0 for function in best}
    pairs = {function: (points[function], best[function]) for function in best}
    page = make_page(name, executed, pairs, verdicts, [*notes, *found])
    return Outcome({f"check_{function}": value for function, value in points.items()}, found, page)


def disagreements(executed, verdicts):
    """Return a note for each check that came to another result in the notebook than in the fresh process."""
    notes = []
    for cell in executed.cells:
        label = cell.metadata.get("nbgrader", {})
        names = [output.ename for output in cell.get("outputs", []) if output.output_type == "error"]
        if not label.get("grade") or not cell.outputs or CUT_SHORT & set(names):
            continue
        function = label["grade_id"].removeprefix("check_")
        if not names and not verdicts[function].right:
            notes.append(f"{function}: its check in the notebook shows no mistake, and the fresh examination does")
        elif names and verdicts[function].right:
            notes.append(f"{function} is right, though its check in the notebook fails ({names[0][:40]})")
    return notes


def reaching(notebook, released):
    """Return a note for each of the student's own cells that could reach files or processes outside."""
    known, notes = {cell.source for cell in released.cells}, []
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        if cell.source in known or cell.metadata.get("nbgrader"):
            continue
        try:
            names = suspicious(parsed(without_magics(cell.source), "").body)
        except Unreadable:
            continue
        if names:
            notes.append(f"cell {number} uses {', '.join(names)}, and nothing keeps it from your files: look at it")
    return notes
