"""The rows of the table of points: whose they are, what they hold, and what the class list and a teacher add to them.

A row is one of three kinds. A graded row has points. A waiting row is of a student whose files are there and aren't
graded yet. An absent row is of a person in the class list from whom nothing came, and has 0 points.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .answers import CHANGED
from .marks import Mark
from .results import Result
from .roster import SYSTEMS, Person, pair
from .sheets import counted, number
from .templates import of

NOTHING, UNLISTED, WAITING = "nothing was handed in", "isn't in the class list", "not graded yet"
STALE = "to be graded again: these points are of an earlier run"


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
    graded: bool = True  # False for who handed in nothing and got no points by hand, and for waiting rows
    listed: bool = True  # False for who handed in something and is matched with nobody in the class list
    waiting: bool = False  # the files are there, and aren't graded yet: no points are shown or exported

    @property
    def total(self) -> float:
        """What a school's system gets."""
        return sum(self.points.values()) + self.extra + self.late

    def person(self) -> Person:
        """Return the row as one that can be matched with a list of people."""
        own = {system: number for system, number in self.ids.items() if system in SYSTEMS}
        email = self.email or self.ids.get("email", "")
        return Person(self.student, self.name or self.student, email, own, [self.student, *self.ids.values()])


def row_of(result: Result, most: Mapping[str, float]) -> Row:
    """Return the row of a result, before marks and late days."""
    points = {exercise: float(result.points.get(f"check_{exercise}", 0.0)) for exercise in most}
    return Row(
        result.student, result.name, result.ids.get("email", ""), dict(result.ids), points, notes=[*result.notes]
    )


def waiting_row(result: Result) -> Row:
    """Return the row of a student who isn't graded yet."""
    ids = dict(result.ids)
    return Row(result.student, result.name, ids.get("email", ""), ids, notes=[WAITING], graded=False, waiting=True)


def add_numbers(rows: Iterable[Row], links: Iterable[Person]) -> None:
    """Give the rows the other numbers and the email that a system's own file has beside its number of a person."""
    known = {own: person for person in links for own in person.own.items()}
    for row in rows:
        for person in [known[one] for one in row.ids.items() if one in known]:
            row.ids |= numbered(person, "linked")
            row.email = row.email or person.email


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
            row.ids |= numbered(person)
        else:
            row.listed = False
            row.notes.append(doubts.get(one, UNLISTED))
    present = set(paired.values())
    for person in people:
        if person not in present:
            student = next(
                (text for text in [*person.ids[:1], person.name, person.label] if text and text not in rows), ""
            )
            points, notes = dict.fromkeys(exercises, 0.0), [NOTHING, *filter(None, [doubts.get(person)])]
            rows[student] = Row(student, person.name, person.email, numbered(person), points, notes=notes, graded=False)
    told = list(dict.fromkeys(doubts.values()))
    if missing := [row.student for one, row in handed_in.items() if one not in paired and one not in doubts]:
        told.append(f"{roster}: {of(len(paired), handed_in)} in this class list. Not in it: {', '.join(missing)}.")
    return told


def numbered(person: Person, source: str = "listed") -> dict[str, str]:
    """Return all ids that a list has of a person, for a row: {"listed 1": "77", "listed 2": "anna@x.edu"}."""
    return {f"{source} {number}": text for number, text in enumerate(person.ids, 1) if text}


def without_submission(rows: Mapping[str, Row], given: Iterable[str]) -> list[str]:
    """Return a sentence for each student with points by hand, from whom nothing came, if some rows have no owner."""
    unmatched = [row.student for row in rows.values() if not row.listed]
    return [
        f"marks.csv: the points of {student} are in a row without a submission. These students handed in something, "
        f"and are matched with nobody in the class list: {', '.join(unmatched)}. If {student} is one of them, write "
        "this name into marks.csv."
        for student in given
        if unmatched and not rows[student].graded and not rows[student].waiting
    ]


def add_marks(row: Row, marks: list[Mark]) -> list[str]:
    """Put the teacher's points into a row; return a sentence for each mark that is older than what was handed in.

    A waiting row gets them when it is graded. Of an older mark and the check's points, the better counts.
    The points of "extra" and of written answers are added.
    """
    if row.waiting:
        return []
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
    if answers := [mark for mark in marks if ": question " in mark.exercise and mark.points]:
        each = ", ".join(f"{mark.exercise}: {number(mark.points)}" for mark in answers)
        points = counted(sum(mark.points for mark in answers), "point")
        row.notes.append(f"extra: {points} for written answers ({each})")
    return told
