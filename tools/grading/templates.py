"""Fill the points into a file that a school's system exported: what Canvas's and Moodle's have in common."""

from collections.abc import Mapping, Sequence

from .roster import Person, pair
from .sheets import as_number, number


def fill(rows: Sequence, people: Mapping[Person, list[str]], target: int) -> tuple[list[list[str]], list[str]]:
    """Write the totals into the lines of a system's file; return the lines that got one, and doubts."""
    graded = {row.person(): row for row in rows if row.graded}
    paired, doubts = pair(list(graded), list(people))
    for one, person in paired.items():
        people[person][target] = number(graded[one].total)
    told = list(dict.fromkeys(doubts.values()))
    missing = [row.student for one, row in graded.items() if one not in paired and one not in doubts]
    if missing:
        told.append(
            f"{', '.join(missing[:5])}{' ...' * (len(missing) > 5)}: not in the system's file, so not exported."
        )
    return [line for person, line in people.items() if person in set(paired.values())], told


def left_out(system: str, rows: Sequence, known: Sequence) -> list[str]:
    """Return a sentence about the students whose number in a system isn't known."""
    missing = [row.student for row in rows if row.graded and row not in known]
    if not missing:
        return []
    return [
        f"{system}: {len(missing)} students are left out, because no {system} number of theirs is known "
        f"({', '.join(missing[:3])} ...). Give the file that {system} exports: --format {system}=FILE."
    ]


def other_maximum(what: str, possible: str, most: Mapping[str, float]) -> list[str]:
    """Return a sentence where the system's maximum differs from the table's: points are never scaled."""
    try:
        differs = as_number(possible) != sum(most.values())
    except ValueError:
        return []
    if not differs:
        return []
    return [f"{what} has {number(as_number(possible))} points, the notebooks {number(sum(most.values()))}; not scaled."]
