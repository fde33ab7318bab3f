"""The table of points: points.csv, made from the results, from what the teacher gives by hand, and from a class list.

points.csv      written here: a row for each student, sorted
answers.csv     written here; the teacher fills in points and comments, which stay
marks.csv       the teacher's: points that replace those of a check, or add
feedback/       the heads of the pages, with the points of the table
canvas.csv ...  for the school's system, where it is asked for
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from . import exports
from .answers import asked, write_answers
from .head import write_heads
from .late import LatePolicy, taken_off, without_times
from .marks import EXTRA, find_outdated, read_marks, whose
from .points import exercises
from .results import Result
from .roster import Person, read_roster
from .rows import STALE, Row, add_marks, add_numbers, add_people, row_of, waiting_row, without_submission
from .sheets import read_sheet, write_table
from .templates import Table

ABOUT, SUMS = ["student", "name", "email"], [EXTRA, "late", "total", "max", "what happened"]


def write_tables(
    folder: Path,
    results: Mapping[str, Result],
    checks: Mapping[str, float],
    roster: Path | None = None,
    late: LatePolicy | None = None,
    formats: Sequence[str] = (),
    more: Mapping[str, Sequence[str]] = MappingProxyType({}),
    released: Mapping[str, Any] = MappingProxyType({}),
    waiting: Mapping[str, Result] = MappingProxyType({}),
    links: Sequence[Person] = (),
    pages: bool = False,
) -> list[str]:
    """Write all tables of a folder; return sentences for the teacher: doubts, lines and files that couldn't be used.

    results: {student: result}. checks: {check: points}, in the table's order. formats: "gradescope", or
    "canvas=export.csv" (exports.py). more: {student: notes} that come from comparing students (similar.py). released:
    {name: notebook}, for the questions. waiting: {student: result} of those still to be graded: who isn't among the
    results has a row without points, and the rows of the others say that they are older. links: people with a system's
    number and others (exports.people). pages: put the points into the heads of the feedback pages, too. ValueError for
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
    rows = {student: waiting_row(result) for student, result in waiting.items()}
    rows |= {result.student: row_of(result, most) for result in results.values()}
    for student in waiting.keys() & results.keys():
        rows[student].notes.insert(0, STALE)
    add_numbers(rows.values(), links)
    if roster is not None:
        told += add_people(rows, read_roster(roster), list(most), roster.name)
    given, about_people = whose(marks, [row.person() for row in rows.values()], listed=roster is not None)
    find_outdated(folder, {student: own for student, own in given.items() if not rows[student].waiting}, results)
    told += [*about_people, *without_submission(rows, given)]
    for student, own in answered.items():  # answers of other notebooks than these count in other tables
        these = [mark for mark in own if not released or mark.exercise.partition(":")[0] in released]
        given[student] = [*given.get(student, []), *these]
    for student, row in rows.items():
        told += add_marks(row, given.get(student, []))
    for student, result in results.items():
        rows[student].late, notes = taken_off(result, sum(rows[student].points.values()), late)
        rows[student].notes += [*notes, *more.get(student, ())]
    told += without_times(results.values()) if late else []
    ordered = [rows[student] for student in sorted(rows, key=lambda student: (student.casefold(), student))]
    write_rows(folder / "points.csv", ordered, most)
    if pages:
        best = {name: exercises(notebook) for name, notebook in released.items()}
        write_heads(folder / "feedback", best, [row for row in ordered if not row.waiting])
    for wanted in formats:
        told += exports.write(Table(folder, ordered, most, list(released)), wanted)
    return told


# --- points.csv -----------------------------------------------------------------------------------


def write_rows(path: Path, rows: Sequence[Row], most: Mapping[str, float]) -> None:
    """Write the table. A line of it stays a line: what happened is joined by semicolons."""
    best, lines = sum(most.values()), []
    for row in rows:
        points = [*(row.points.get(exercise, 0.0) for exercise in most), row.extra, row.late, row.total]
        happened = re.sub(r"\s+", " ", "; ".join(dict.fromkeys(row.notes)))
        shown = [""] * len(points) if row.waiting else points
        lines.append([row.student, row.name, row.email, *shown, best, happened])
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
