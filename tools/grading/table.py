"""The table of points: points.csv, made from the results, from what the teacher gives by hand, and from a class list.

points.csv      written here: a row for each student, sorted
answers.csv     written here; the teacher fills in points and comments, which stay
marks.csv       the teacher's: points that replace those of a check, or add
canvas.csv ...  for the school's system, where it is asked for
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from . import exports
from .answers import write_answers
from .late import LatePolicy, taken_off
from .marks import EXTRA, Mark, read_marks, whose
from .results import Result
from .roster import SYSTEMS, Person, pair, read_roster
from .sheets import as_number, plain, read_sheet, write_table

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
) -> list[str]:
    """Write all tables of a folder; return sentences for the teacher: doubts, lines and files that couldn't be used.

    results: {student: result}. Rows of points.csv whose students aren't among them stay. checks: {check: points}, in
    the table's order. formats: "gradescope", or "canvas=export.csv" (exports.py). more: {student: notes} that come from
    comparing students (similar.py). ValueError for a class list, an export or an answers.csv that can't be used; the
    message says which, and what to do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    most = {check.removeprefix("check_"): points for check, points in checks.items()}
    written, told = write_answers(folder / "answers.csv", results.values())
    marks, about_marks = read_marks(folder / "marks.csv", list(most))
    kept, about_kept = read_rows(folder / "points.csv", list(most))
    rows = {row.student: row for row in kept} | {result.student: row_of(result, most) for result in results.values()}
    told += [*about_marks, *about_kept]
    if roster is not None:
        told += add_people(rows, read_roster(roster), list(most))
    told += add_marks(rows, marks, written)
    for student, result in results.items():
        rows[student].late, notes = taken_off(result, sum(rows[student].points.values()), late)
        rows[student].notes += [*notes, *more.get(student, ())]
    ordered = [rows[student] for student in sorted(rows, key=lambda student: (student.casefold(), student))]
    write_rows(folder / "points.csv", ordered, most)
    for wanted in formats:
        told += exports.write(folder, wanted, ordered, most)
    return told


def row_of(result: Result, most: Mapping[str, float]) -> Row:
    """Return the row of a result, before marks and late days."""
    points = {exercise: float(result.points.get(f"check_{exercise}", 0.0)) for exercise in most}
    return Row(
        result.student, result.name, result.ids.get("email", ""), dict(result.ids), points, notes=[*result.notes]
    )


def add_people(rows: dict[str, Row], people: list[Person], exercises: list[str]) -> list[str]:
    """Give the rows the names and emails of the class list, and add a row for each person who handed in nothing."""
    handed_in = {row.person(): row for row in rows.values()}
    paired, doubts = pair(list(handed_in), people)
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
    return list(dict.fromkeys(doubts.values()))


def add_marks(rows: dict[str, Row], marks: list[Mark], written: Mapping[str, float]) -> list[str]:
    """Put the teacher's points into the rows: marks.csv, and the points of written answers, which are extra.

    A row that was kept has its extra points already: these are replaced, so that they never count twice.
    """
    given, told = whose(marks, [row.person() for row in rows.values()])
    for student, row in rows.items():
        own = given.get(student, [])
        extra = [mark.points for mark in own if mark.exercise == EXTRA]
        extra += [points for points in [written.get(student, 0.0)] if points]
        row.extra = sum(extra) if extra else row.extra
        row.points |= {mark.exercise: mark.points for mark in own if mark.exercise != EXTRA}
        row.notes += [mark.note() for mark in own]
        row.graded = row.graded or bool(own)
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


def read_rows(path: Path, exercises: list[str]) -> tuple[list[Row], list[str]]:
    """Return the rows of an earlier table, except those of people who had handed in nothing.

    A table that can't be read, or that has other exercises, is kept under another name, and told.
    """
    if not path.exists():
        return [], []
    try:
        sheet = read_sheet(path)
        if sheet.headings != [*ABOUT, *exercises, *SUMS]:
            raise ValueError("other columns than now")
        rows = [old_row(dict(zip(sheet.headings, line, strict=True)), exercises) for line in sheet.rows]
    except ValueError as error:
        number = next(n for n in range(1, 1000) if not path.with_stem(f"{path.stem}-{n}").exists())
        path.rename(path.with_stem(f"{path.stem}-{number}"))
        return [], [f"{path.name} was there already, with {error}; it is now {path.stem}-{number}{path.suffix}."]
    return [row for row in rows if NOTHING not in row.notes], []


def old_row(cells: dict[str, str], exercises: list[str]) -> Row:
    """Return a row as it was written; ValueError if a number isn't one."""
    student, name, email, happened = (plain(cells[heading]) for heading in [*ABOUT, "what happened"])
    points = {exercise: as_number(cells[exercise]) for exercise in exercises}
    extra, late = as_number(cells[EXTRA]), as_number(cells["late"])
    notes = [note for note in happened.split("; ") if note and note != UNLISTED]
    return Row(student, name, email, {}, points, extra, late, notes)
