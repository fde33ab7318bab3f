"""Grade all notebooks of one student: their points, what happened, and the feedback pages."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cs231n_softmax._files import atomic_write

from . import answers, look
from .collect import Submission
from .feedback import plain_page
from .notebooks import read_notebook, restore_labels
from .points import exercises
from .protection import Protection
from .results import Result
from .submission import grade_notebook

NOT_FOUND = (
    "In what you handed in, there is no notebook {name}.ipynb, so there are no points for it. Hand this file in."
)
NOT_READ = (
    "The file that you handed in can't be opened as the notebook {name}.ipynb, so there are no points for it. "
    "The reason, and what to do:"
)


def grade_student(
    submission: Submission, released: Mapping[str, Any], seconds: int, protection: Protection, to: Path
) -> Result:
    """Grade all notebooks of a student, and write the feedback pages."""
    result = Result(submission.student, submission.name, dict(submission.ids), "", {}, [*submission.notes])
    pages = {}
    for name, stub in released.items():
        found, best = submission.notebooks.get(name), exercises(stub)
        if found is None:
            result.notes.append(f"{name}: not handed in")
            pages[name] = plain_page(name, [NOT_FOUND.format(name=name), *submission.notes], best)
            continue
        result.handed_in[name] = found.time.isoformat() if found.time else ""
        if found.late is not None:
            result.late[name] = found.late
        notes: list[str] = []
        try:
            notebook, upgraded = read_notebook(found.content, f"{name}.ipynb")
            notes += [*upgraded, *restore_labels(notebook, stub)]
            notes += look.notes(notebook, stub)
            outcome = grade_notebook(notebook, stub, seconds, protection, name, notes)
        except Exception as error:  # one notebook never stops the others
            known = isinstance(error, ValueError)
            notes.append(str(error) if known else f"could not be graded: {type(error).__name__}: {error}")
            pages[name] = plain_page(name, [NOT_READ.format(name=name)] * known + notes, best)
        else:
            notes += outcome.notes
            pages[name] = outcome.page
            result.points |= outcome.points
            result.answers |= answers.written(notebook, stub, name)
            result.functions |= look.exercises(notebook)
        result.notes += [f"{name}: {note}" for note in notes]
    write_feedback(to / "feedback" / submission.student, pages)
    return result


def write_feedback(folder: Path, pages: Mapping[str, str]) -> None:
    """Write a student's pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        with atomic_write(folder / f"{name}.html") as f:
            f.write(page)
