"""Points that a teacher gives by hand, in marks.csv: those of an exercise replace the check's, those of "extra" add."""

from dataclasses import dataclass
from pathlib import Path

from .roster import Person, pair
from .sheets import as_number, number, plain, read_sheet, write_table

HEADINGS = ["student", "exercise", "points", "comment"]
EXTRA = "extra"


@dataclass
class Mark:
    """One line of marks.csv."""

    student: str  # a key of the table, or an id, email or name that is one student's only
    exercise: str
    points: float
    comment: str = ""

    def note(self) -> str:
        """Return what the row tells of it."""
        reason = f" ({self.comment})" if self.comment else ""
        return f"{self.exercise}: {number(self.points)} points by hand{reason}"


def read_marks(path: Path, exercises: list[str]) -> tuple[list[Mark], list[str]]:
    """Return the lines that can be used, and a sentence for each that can't. Makes an empty file if there is none."""
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
    for line, (student, exercise, points, comment) in enumerate(zip(*columns, strict=True), 2):
        exercise = exercise.removeprefix("check_")
        try:
            if exercise not in [*exercises, EXTRA]:
                raise ValueError(f"no exercise {exercise!r}; there are {', '.join([*exercises, EXTRA])}")
            marks.append(Mark(plain(student), exercise, as_number(points), plain(comment)))
        except ValueError as error:
            told.append(f"{path.name}, line {line}: {error}. The line doesn't count.")
    return marks, told


def whose(marks: list[Mark], people: list[Person]) -> tuple[dict[str, list[Mark]], list[str]]:
    """Return {label of a person: marks}, and a sentence for each student whom nobody or several people could be."""
    names = dict.fromkeys(mark.student for mark in marks)
    rows = {name: Person(f"{name!r} in marks.csv", name, ids=[name]) for name in names}
    paired, doubts = pair(list(rows.values()), people)
    told = list(dict.fromkeys(doubts.values()))
    told += [
        f"marks.csv: no student {name!r}; these marks don't count."
        for name, row in rows.items()
        if row not in paired and row not in doubts
    ]
    given: dict[str, list[Mark]] = {}
    for mark in marks:
        if person := paired.get(rows[mark.student]):
            given.setdefault(person.label, []).append(mark)
    return given, told
