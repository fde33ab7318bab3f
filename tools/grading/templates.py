"""Fill the points into a file that a school's system exported: what Canvas's and Moodle's have in common."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .roster import TEST_STUDENTS, Person, pair
from .sheets import as_number, counted, number


class Table(NamedTuple):
    """What an export is made of, and the folder for it."""

    folder: Path
    rows: Sequence  # of rows.Row
    most: Mapping[str, float]  # {exercise: points}
    notebooks: Collection[str]


def fill(
    template: Path, rows: Sequence, people: Mapping[Person, list[str]], target: int
) -> tuple[list[list[str]], list[str]]:
    """Write the totals into the lines of a system's file; return the lines that got one, and sentences for the teacher.

    These are doubts, who isn't in the file, and who is in the file and has no points. ValueError if nobody is in it.
    """
    graded = {row.person(): row for row in rows if row.graded or row.waiting}
    paired, doubts = pair(list(graded), list(people))
    if graded and not paired:
        raise ValueError(f"{template}: {of(0, graded)} in this file. Is it another course's?")
    filled = {person: graded[one] for one, person in paired.items() if graded[one].graded}
    for person, row in filled.items():
        people[person][target] = number(row.total)
    told = list(dict.fromkeys(doubts.values()))
    if missing := [row.student for one, row in graded.items() if one not in paired and one not in doubts]:
        told.append(f"{template.name}: {of(len(paired), graded)} in this file. Not exported: {', '.join(missing)}.")
    there = set(paired.values())
    without = [one for one in people if one not in there and one not in doubts and one.name not in TEST_STUDENTS]
    if empty := [one.name or one.label for one in without]:
        told.append(f"{template.name}: nothing is filled in for those who handed in nothing: {'; '.join(empty)}.")
    if waiting := [row.student for row in graded.values() if row.waiting]:
        told.append(f"{template.name}: nothing is filled in for those who aren't graded yet: {', '.join(waiting)}.")
    return [line for person, line in people.items() if person in filled], told


def of(count: int, everybody: Mapping) -> str:
    """Return "3 of 24 students are"."""
    return f"{count} of {counted(len(everybody), 'student')} {'is' if len(everybody) == 1 else 'are'}"


def left_out(system: str, rows: Sequence, known: Sequence) -> list[str]:
    """Return a sentence about the students whose number in a system isn't known."""
    missing = [row.student for row in rows if row.graded and row not in known]
    if not missing:
        return []
    return [
        f"{system}: {counted(len(missing), 'student')} left out, because no {system} number of theirs is known: "
        f"{', '.join(missing)}. Give the file that {system} exports: FORMAT={system}=FILE."
    ]


def other_maximum(what: str, possible: str, most: Mapping[str, float]) -> list[str]:
    """Return a sentence where the system's maximum is above the table's: points are never scaled.

    ValueError where it is below: the system cuts or skips such points, or it is another assignment. 0 is no maximum.
    """
    try:
        highest, best = as_number(possible), sum(most.values())
    except ValueError:
        return []
    if 0 < highest < best:
        raise ValueError(
            f"{what} has {number(highest)} points, and the notebooks have {number(best)}. Is it the right one? "
            f"If it is, give it {number(best)} points there, and export this file again."
        )
    return [f"{what} has {number(highest)} points, the notebooks {number(best)}; not scaled."] if highest > best else []
