"""Who is who: the class list, and which row of one list is which row of another. Nothing is guessed."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .sheets import plain, read_sheet

IDS = ("id", "student id", "student number", "sid", "sis user id", "sis id", "id number", "username", "login")
NAMES = ("name", "full name", "student", "student name", "display name")
FIRST = ("first name", "given name")
LAST = ("last name", "surname", "family name")
EMAILS = ("email", "email address", "e-mail address", "mail", "sis login id")
SYSTEMS = ("canvas", "moodle", "gradescope")  # whose numbers mean something in their own files only
OF_PEOPLE = ("canvas", "moodle")  # whose numbers are a person's; Gradescope's are a submission's
TEST_STUDENTS = ("Student, Test", "Test Student")  # Canvas's own, in each course
POINTS = "Points Possible"  # the name in a row of Canvas's gradebook that is nobody's


@dataclass(eq=False)
class Person:
    """A row of some list of people."""

    label: str  # what a message calls this row
    name: str = ""
    email: str = ""
    own: dict[str, str] = field(default_factory=dict)  # a system's own number: {"canvas": "12345"}
    ids: Sequence[str] = ()  # other names that are nobody else's: a student number, a login, the key of a row

    def keys(self) -> list[set]:
        """Return what two rows of the same person share, strongest first: own numbers, ids, email, name."""
        ids = {text.strip().casefold() for text in self.ids if text.strip()}
        emails = {text for text in [*ids, self.email.strip().casefold()] if "@" in text}
        return [set(self.own.items()), ids, emails, name_keys(self.name)]

    def differs(self, other: "Person") -> bool:
        """True for two people to whom the same system gave different numbers, whatever their names are."""
        return any(self.own.get(system, own) != own for system, own in other.own.items() if system in OF_PEOPLE)


def name_keys(name: str) -> set[str]:
    """Return the forms of a name that count as equal: any case, accents or none, "Smith, Anna" and "smithanna".

    Canvas's files begin with a name without spaces, family name first.
    """
    spelled = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    words = re.findall(r"[^\W\d_]+", letters)
    return {"".join(words[i:] + words[:i]) for i in range(len(words))}


def pair(rows: Sequence[Person], people: Sequence[Person]) -> tuple[dict[Person, Person], dict[Person, str]]:
    """Return {row: person} where exactly one row and one person share a key, and {row or person: doubt}.

    Strong keys are compared first. Where a key fits several rows or several people, none of them is paired. Nor are
    those whose own numbers in a system differ.
    """
    paired: dict[Person, Person] = {}
    doubts: dict[Person, str] = {}
    free, unclaimed = list(rows), list(people)
    for strength in range(4):
        holders = defaultdict(set)
        for person in unclaimed:
            for key in person.keys()[strength]:
                holders[key].add(person)
        found = {
            row: {one for key in row.keys()[strength] for one in holders.get(key, ()) if not row.differs(one)}
            for row in free
        }
        wanted = {person: [row for row in free if person in found[row]] for person in unclaimed}
        for one, candidates in [*found.items(), *wanted.items()]:
            if len(candidates) > 1:
                sentence = f"{one.label} could be {in_words(candidates)}: matched with nobody"
                for doubtful in (one, *candidates):
                    doubts.setdefault(doubtful, sentence)
        paired |= {row: one.pop() for row, one in found.items() if len(one) == 1 and row not in doubts}
        free = [row for row in free if row not in paired and row not in doubts]
        unclaimed = [person for person in unclaimed if person not in {*paired.values(), *doubts}]
    return paired, doubts


def in_words(people: Iterable[Person]) -> str:
    """Return the labels of several people, in order: "a, b or c"."""
    *others, last = sorted(person.label for person in people)
    return f"{', '.join(others)} or {last}"


def read_roster(path: Path) -> list[Person]:
    """Return the people of a class list, in any order of columns: id, name (or first and last), email.

    Canvas's gradebook is one, too. ValueError if it has neither names nor ids, or if there is no such file.
    """
    sheet = read_sheet(path)
    gradebook = any(line[0].strip() == POINTS for line in sheet.rows)
    names, first, last = sheet.cells(*NAMES), sheet.cells(*FIRST), sheet.cells(*LAST)
    ids, emails = sheet.cells(*IDS), sheet.cells(*EMAILS)
    others = [column for heading in (*IDS, *EMAILS) if any(column := sheet.cells(heading))]
    if not any([*names, *last, *ids]):
        raise ValueError(
            f"{path}: expected the headings id, name and email (or first name, last name), "
            f"got {', '.join(sheet.headings)}. Write these headings into its first line."
        )
    people = []
    for place, (name, given, family, key, email) in enumerate(zip(names, first, last, ids, emails, strict=True)):
        name = plain(name) or f"{given} {family}".strip()
        more = [plain(column[place]) for column in others]
        ids_here = list(dict.fromkeys(text for text in (plain(key), email, *more) if text))
        if gradebook and name.strip() in (POINTS, *TEST_STUDENTS):
            continue
        if name or ids_here:
            label = plain(key) or name or email
            own = {"canvas": plain(key)} if gradebook and key else {}
            address = email if "@" in email else ""  # or a login, which is an id
            people.append(Person(f"{name or label} (line {place + 2} of {path.name})", name, address, own, ids_here))
    return people
