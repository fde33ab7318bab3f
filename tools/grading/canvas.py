"""The points as a gradebook that Canvas imports.

What its importer looks for: https://github.com/instructure/canvas-lms, lib/gradebook_importer.rb. A row belongs to the
student whose ID (Canvas's own number), SIS User ID or SIS Login ID it has. The row "Points Possible" changes the points
of an assignment, so it stays as it was exported. A heading without a known "(id)" makes a new assignment.
"""

import re
from collections.abc import Collection
from pathlib import Path

from .roster import POINTS, Person
from .sheets import Sheet, cell, counted, number, read_sheet, write_sheet
from .templates import Table, fill, left_out, other_maximum
from .versions import spelled

STUDENT = ("Student", "LastName", "FirstName")  # one column, or two where the school has chosen so
ABOUT = (*STUDENT, "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
SUMS = ("Current", "Final", "Unposted Current", "Unposted Final", "Override")
NUMBER = re.compile(r" \(\d+\)\s*$")  # Canvas's, at the end of an assignment's heading
CALCULATED = tuple(f"{which} {what}" for which in SUMS for what in ("Score", "Points", "Grade", "Status"))
IMPORT = 'Import it in Canvas: in the course\'s Grades, "Import".'


def write_canvas(table: Table, template: Path | None, heading: str) -> list[str]:
    """Write canvas.csv: the columns about the student, and one assignment."""
    folder, rows, most, notebooks = table
    if template is None:
        known = [row for row in rows if row.graded and row.ids.get("canvas")]
        lines = [[cell(row.name), row.ids["canvas"], "", "", "", number(row.total)] for row in known]
        headings = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "cs231n_softmax"]
        points = [POINTS, "", "", "", "", number(sum(most.values()))]
        write_sheet(folder / "canvas.csv", Sheet(headings, [points, *lines], encoding="utf-8"))
        return [*left_out("canvas", rows, known), f"canvas.csv makes a new assignment, cs231n_softmax. {IMPORT}"]
    sheet = read_gradebook(template)
    about = [position for position, name in enumerate(sheet.headings) if name.strip() in ABOUT]
    target = canvas_assignment(template, sheet, heading, notebooks)
    head = [line for line in sheet.rows if not line[sheet.column("ID")].strip()]  # Points Possible, Manual Posting
    possible = next((line[target] for line in head if POINTS in line[0]), "")
    larger = other_maximum(f"the assignment {sheet.headings[target]!r} in Canvas", possible, most)
    people = {canvas_person(sheet, line): line for line in sheet.rows if line not in head}
    graded, told = fill(template, rows, people, target)
    kept = [[line[position] for position in [*about, target]] for line in [sheet.headings, *head, *graded]]
    write_sheet(folder / "canvas.csv", Sheet(kept[0], kept[1:], encoding="utf-8", newline=sheet.newline))
    filled = f"the points of {counted(len(graded), 'student')} for the assignment {sheet.headings[target]!r}"
    return [*told, *larger, f"canvas.csv holds {filled}. {IMPORT}"]


def read_gradebook(template: Path) -> Sheet:
    """Return Canvas's gradebook; ValueError if it is another file."""
    sheet = read_sheet(template)
    if sheet.column("ID") is None or sheet.column("Section") is None:
        raise ValueError(f"{template}: expected Canvas's gradebook with the columns Student, ID and Section.")
    return sheet


def canvas_people(template: Path) -> list[Person]:
    """Return the students of a gradebook, with all their numbers."""
    sheet = read_gradebook(template)
    return [canvas_person(sheet, line) for line in sheet.rows if line[sheet.column("ID") or 0].strip()]


def canvas_person(sheet: Sheet, line: list[str]) -> Person:
    """Return the student of a line."""
    named = zip(sheet.headings, line, strict=False)
    cells = {heading.strip(): text.strip() for heading, text in named if heading.strip() in ABOUT}
    name = " ".join(cells[part] for part in STUDENT if part in cells)
    ids = [text for heading, text in cells.items() if "ID" in heading]
    return Person(f"{name} in Canvas's file", name, "", {"canvas": cells["ID"]}, ids)


def canvas_assignment(template: Path, sheet: Sheet, heading: str, notebooks: Collection[str]) -> int:
    """Return the position of the assignment that is meant; ValueError, with all headings, if it isn't clear.

    Without a heading it is the only assignment, or the only one that has the name of the one notebook.
    """
    points = next((row for row in sheet.rows if POINTS in row[0]), [])
    columns = {}
    for position, name in enumerate(sheet.headings):
        fixed = position < len(points) and "read only" in points[position]
        if name.strip() and name.strip() not in ABOUT and not any(part in name for part in CALCULATED) and not fixed:
            columns[name] = position
    fitting = fitting_headings(columns, heading, notebooks)
    if len(fitting) != 1:
        offered = fitting or list(columns)
        own = re.compile("|".join(map(spelled, notebooks)), flags=re.IGNORECASE)
        example = next(filter(own.search, offered), "HEADING")
        found = "; ".join(offered) or "none"
        begins = f" whose heading begins with {heading!r}" if heading and not fitting else ""
        raise ValueError(
            f"{template}: expected one assignment{begins}, found {found}. Add one of these headings, or the "
            f'number at its end, for example FORMAT="canvas={template}={example}".'
        )
    return columns[fitting[0]]


def fitting_headings(columns: Collection[str], heading: str, notebooks: Collection[str]) -> list[str]:
    """Return the headings that a text means: the whole heading, its title, its number, or else its beginning.

    A title is a heading without Canvas's number of the assignment: "04 gradient" of "04 gradient (98765)". Without a
    text, the name of the only notebook is looked for.
    """
    wanted, titles = heading.strip().casefold(), {name: NUMBER.sub("", name).strip() for name in columns}
    if wanted or len(notebooks) != 1:
        tests = [
            lambda name: name.strip().casefold() == wanted,
            lambda name: titles[name].casefold() == wanted,
            lambda name: name.rstrip().endswith(f"({wanted})"),
            lambda name: name.casefold().startswith(wanted),
        ]
    else:
        written = re.compile(spelled(*notebooks), flags=re.IGNORECASE)
        tests = [lambda name: written.search(name), lambda name: True]
    return next(filter(None, ([name for name in columns if test(name)] for test in tests)), [])
