"""The table of points: points.csv, made from the results, from what the teacher gives by hand, and from a class list.

points.csv      written here: a row for each student, sorted
answers.csv     written here; the teacher fills in points and comments, which stay
marks.csv       the teacher's: points that replace those of a check, or add
feedback/       the heads of the pages, with the points of the table
canvas.csv ...  for the school's system, where it is asked for
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from . import exports
from .answers import CHANGED, asked, write_answers
from .head import write_heads
from .late import LatePolicy, taken_off, without_times
from .marks import EXTRA, Mark, find_outdated, read_marks, whose
from .points import exercises
from .results import Result
from .roster import SYSTEMS, Person, pair, read_roster
from .sheets import counted, number, read_sheet, write_table
from .templates import Table, of

NOTHING, UNLISTED = "nothing was handed in", "isn't in the class list"
ABOUT, SUMS = ["student", "name", "email"], [EXTRA, "late", "total", "max", "what happened"]


@dataclass
class Row:
    """A row of the table. The total is the sum of the columns before it."""

    student: str
    name: str = ""
    email: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)  # {"my_softmax": 5.0}
    extra: float = 0.0
    late: float = 0.0  # below 0 where points are taken off
    notes: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)  # the teacher's
    graded: bool = True  # False for who handed in nothing and got no points by hand

    @property
    def total(self) -> float:
        """What a school's system gets."""
        return sum(self.points.values()) + self.extra + self.late

    def person(self) -> Person:
        """Return the row as one that can be matched with a list of people."""
        own = {system: number for system, number in self.ids.items() if system in SYSTEMS}
        email = self.email or self.ids.get("email", "")
        return Person(self.student, self.name or self.student, email, own, [self.student, *self.ids.values()])


def write_tables(
    folder: Path,
    results: Mapping[str, Result],
    checks: Mapping[str, float],
    roster: Path | None = None,
    late: LatePolicy | None = None,
    formats: Sequence[str] = (),
    more: Mapping[str, Sequence[str]] = MappingProxyType({}),
    released: Mapping[str, Any] = MappingProxyType({}),
    pages: bool = False,
) -> list[str]:
    """Write all tables of a folder; return sentences for the teacher: doubts, lines and files that couldn't be used.

    results: {student: result}. checks: {check: points}, in the table's order. formats: "gradescope", or
    "canvas=export.csv" (exports.py). more: {student: notes} that come from comparing students (similar.py). released:
    {name: notebook}, for the questions. pages: put the points into the heads of the feedback pages, too. ValueError for
    a class list, an export or an answers.csv that can't be used; the message says which, and what to do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    most = {check.removeprefix("check_"): points for check, points in checks.items()}
    questions = {
        question: text for name, notebook in released.items() for question, text in asked(notebook, name).items()
    }
    answered, told = write_answers(folder / "answers.csv", results.values(), questions)
    marks, about_marks = read_marks(folder / "marks.csv", most)
    told += about_marks
    rows = {result.student: row_of(result, most) for result in results.values()}
    if roster is not None:
        told += add_people(rows, read_roster(roster), list(most), roster.name)
    given, about_people = whose(marks, [row.person() for row in rows.values()])
    find_outdated(folder, given, results)
    for student, own in answered.items():  # answers of other notebooks than these count in other tables
        these = [mark for mark in own if not released or mark.exercise.partition(":")[0] in released]
        given[student] = [*given.get(student, []), *these]
    told += about_people
    for student, row in rows.items():
        told += add_marks(row, given.get(student, []))
    for student, result in results.items():
        rows[student].late, notes = taken_off(result, sum(rows[student].points.values()), late)
        rows[student].notes += [*notes, *more.get(student, ())]
    told += without_times(results.values()) if late else []
    ordered = [rows[student] for student in sorted(rows, key=lambda student: (student.casefold(), student))]
    write_rows(folder / "points.csv", ordered, most)
    if pages:
        write_heads(folder / "feedback", {name: exercises(notebook) for name, notebook in released.items()}, ordered)
    for wanted in formats:
        told += exports.write(Table(folder, ordered, most, list(released)), wanted)
    return told


def row_of(result: Result, most: Mapping[str, float]) -> Row:
    """Return the row of a result, before marks and late days."""
    points = {exercise: float(result.points.get(f"check_{exercise}", 0.0)) for exercise in most}
    return Row(
        result.student, result.name, result.ids.get("email", ""), dict(result.ids), points, notes=[*result.notes]
    )


def add_people(rows: dict[str, Row], people: list[Person], exercises: list[str], roster: str) -> list[str]:
    """Give the rows the names and emails of the class list, and add a row for each person who handed in nothing.

    Return doubts, and who isn't in the list. ValueError if nobody is.
    """
    handed_in = {row.person(): row for row in rows.values()}
    paired, doubts = pair(list(handed_in), people)
    if handed_in and not paired and not doubts:
        raise ValueError(f"{roster}: {of(0, handed_in)} in this class list. Is it another course's?")
    for one, row in handed_in.items():
        if person := paired.get(one):
            row.name, row.email = person.name or row.name, person.email or row.email
            row.ids |= {"id": person.ids[0]} if person.ids else {}
        else:
            row.notes.append(doubts.get(one, UNLISTED))
    present = set(paired.values())
    for person in people:
        if person not in present:
            student = next(
                (text for text in [*person.ids[:1], person.name, person.label] if text and text not in rows), ""
            )
            points, notes = dict.fromkeys(exercises, 0.0), [NOTHING, *filter(None, [doubts.get(person)])]
            ids = {"id": person.ids[0]} if person.ids else {}
            rows[student] = Row(student, person.name, person.email, ids, points, notes=notes, graded=False)
    told = list(dict.fromkeys(doubts.values()))
    if missing := [row.student for one, row in handed_in.items() if one not in paired and one not in doubts]:
        told.append(f"{roster}: {of(len(paired), handed_in)} in this class list. Not in it: {', '.join(missing)}.")
    return told


def add_marks(row: Row, marks: list[Mark]) -> list[str]:
    """Put the teacher's points into a row; return a sentence for each mark that is older than what was handed in.

    Of such a mark and the check's points, the better counts. The points of "extra" and of written answers are added.
    """
    row.marks, row.graded, told = marks, row.graded or bool(marks), []
    for mark in marks:
        if mark.exercise in row.points:
            found = row.points[mark.exercise]
            counts = max(found, mark.points) if mark.outdated else mark.points
            row.points[mark.exercise] = counts
            why = f"for which the check gives {counted(found, 'point')}; {number(counts)} count"
            settle = "change its points or its comment in marks.csv"
        else:
            row.extra += mark.points or 0.0
            why = "and its points count"
            settle = f"change it in answers.csv, and take the words {CHANGED} out"
        if mark.outdated:
            note = f"{mark.note()}, older than what was handed in since, {why}"
            told.append(f"{row.student}: {note}. To settle this, {settle}.")
        else:
            note = mark.note()
        row.notes += [note] if mark.outdated or ": question " not in mark.exercise else []
    return told


# --- points.csv -----------------------------------------------------------------------------------


def write_rows(path: Path, rows: Sequence[Row], most: Mapping[str, float]) -> None:
    """Write the table. A line of it stays a line: what happened is joined by semicolons."""
    best, lines = sum(most.values()), []
    for row in rows:
        points = [row.points.get(exercise, 0.0) for exercise in most]
        happened = re.sub(r"\s+", " ", "; ".join(dict.fromkeys(row.notes)))
        lines.append([row.student, row.name, row.email, *points, row.extra, row.late, row.total, best, happened])
    write_table(path, [*ABOUT, *most, *SUMS], lines)


def put_aside(path: Path, exercises: Iterable[str]) -> list[str]:
    """Keep a table of other exercises, or one that can't be read, under another name; return a sentence about it."""
    try:
        if not path.exists() or read_sheet(path).headings == [*ABOUT, *exercises, *SUMS]:
            return []
    except ValueError:
        pass  # no table
    number = next(n for n in range(1, 1000) if not path.with_stem(f"{path.stem}-{n}").exists())
    path.rename(path.with_stem(f"{path.stem}-{number}"))
    return [f"{path.name} was there already, with other columns than now; it is now {path.stem}-{number}.csv."]
