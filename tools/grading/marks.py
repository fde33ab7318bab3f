"""Points that a teacher gives by hand, in marks.csv: those of an exercise replace the check's, those of "extra" add.

A student may hand in again after that. So what a mark was given for is kept in marks-seen.json. Where the student's
answer is another one now, the better of the two counts, the mark's points or the check's, and the teacher is told.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cs231n_softmax._files import atomic_write

from .results import Result
from .roster import Person, pair
from .sheets import as_number, counted, number, plain, read_sheet, write_table

HEADINGS = ["student", "exercise", "points", "comment"]
EXTRA = "extra"
SEEN = "marks-seen.json"


@dataclass
class Mark:
    """Points and a comment for one thing: a line of marks.csv, or of answers.csv."""

    student: str  # a key of the table, or an id, email or name that is one student's only
    exercise: str  # or EXTRA, or a question: "04_gradient: question 2"
    points: float | None  # None: only a comment
    comment: str = ""
    outdated: bool = False  # the student has handed in something else since

    def note(self) -> str:
        """Return what the row tells of it."""
        reason = f" ({self.comment})" if self.comment else ""
        return f"{self.exercise}: {counted(self.points or 0.0, 'point')} by hand{reason}"


def read_marks(path: Path, most: Mapping[str, float]) -> tuple[list[Mark], list[str]]:
    """Return the lines that can be used, and a sentence for each that can't. Makes an empty file if there is none.

    most: {exercise: points}.
    """
    if not path.exists():
        write_table(path, HEADINGS, [])
        return [], []
    try:
        sheet, marks, told = read_sheet(path), [], []
    except ValueError as error:
        return [], [f"{error} No points by hand count."]
    if missing := [heading for heading in HEADINGS[:3] if sheet.column(heading) is None]:
        return [], [f"{path.name}: expected the headings {', '.join(HEADINGS)}; {', '.join(missing)} is missing."]
    columns = [sheet.cells(heading) for heading in HEADINGS]
    for line, cells in enumerate(zip(*columns, strict=True), 2):
        try:
            marks.append(read_mark(*cells, most))
        except ValueError as error:
            hint = ' A name with a comma needs quotes: "Lee, Ann".' * (len(sheet.rows[line - 2]) > len(sheet.headings))
            told.append(f"{path.name}, line {line}: {error}. The line doesn't count.{hint}")
    return marks, told


def read_mark(student: str, exercise: str, points: str, comment: str, most: Mapping[str, float]) -> Mark:
    """Return a line of marks.csv; ValueError for an exercise that there isn't, or points that it can't have."""
    exercise = exercise.removeprefix("check_")
    if exercise not in [*most, EXTRA]:
        raise ValueError(f"no exercise {exercise!r}; there are {', '.join([*most, EXTRA])}")
    value = as_number(points)
    if exercise != EXTRA and not 0 <= value <= most[exercise]:
        raise ValueError(
            f"{exercise} has 0 to {number(most[exercise])} points, got {number(value)}; "
            "for more or less than that, give points (or -3) for the exercise extra"
        )
    return Mark(plain(student), exercise, value, plain(comment))


def whose(marks: list[Mark], people: list[Person], listed: bool = False) -> tuple[dict[str, list[Mark]], list[str]]:
    """Return {label of a person: marks}, and a sentence for each student whom nobody or several people could be.

    Each name is looked up for itself, so that a student may be called by several. listed: there is a class list.
    """
    given: dict[str, list[Mark]] = {}
    found: dict[str, Person] = {}
    told = []
    for name in dict.fromkeys(mark.student for mark in marks):
        row = Person(f"{name!r} in marks.csv", name, ids=[name])
        paired, doubts = pair([row], people)
        if row in paired:
            found[name] = paired[row]
        else:
            told.append(doubts.get(row) or nobody(name, people, listed))
    for mark in marks:
        if mark.student in found:
            given.setdefault(found[mark.student].label, []).append(mark)
    return given, told


def nobody(name: str, people: list[Person], listed: bool) -> str:
    """Return a sentence about a name in marks.csv that is no student's: which forms it can have."""
    example = f", for example {people[0].label}" if people else ""
    absent = "" if listed else " Who handed in nothing is known only from a class list: ROSTER=class.csv."
    return (
        f"marks.csv: no student {name!r}; these marks don't count. Write what stands in the first column of points.csv"
        f"{example}, or a number, an email or a full name that is one student's only.{absent}"
    )


def find_outdated(folder: Path, given: Mapping[str, list[Mark]], results: Mapping[str, Result]) -> None:
    """Set `outdated` of the marks, and keep in marks-seen.json what each of them was first seen with.

    A line whose points or comment have changed is a new mark. Marks for "extra" are for no answer, so never outdated.
    """
    path = folder / SEEN
    try:
        seen = json.loads(path.read_text(encoding="utf-8"))
        before = {(student, exercise): rest for student, exercise, *rest in seen}
    except (OSError, ValueError, TypeError):  # none, or damaged
        before = {}
    now = dict(before)
    for student, mark in [(student, mark) for student, marks in given.items() for mark in marks]:
        if mark.exercise != EXTRA:
            key, current = (student, mark.exercise), [mark.points, mark.comment, print_of(results.get(student), mark)]
            old = before.get(key, current)
            mark.outdated = old[:2] == current[:2] and old != current
            now[key] = old if mark.outdated else current
    if now != before:
        with atomic_write(path) as f:
            json.dump([[*key, *rest] for key, rest in now.items()], f, indent=1)


def print_of(result: Result | None, mark: Mark) -> str:
    """Return a short text that changes with a student's answer, and with what the check found."""
    if result is None:
        return ""
    answer = result.functions.get(mark.exercise, ""), result.points.get(f"check_{mark.exercise}", 0.0)
    return hashlib.sha256(json.dumps(answer).encode()).hexdigest()[:16]
