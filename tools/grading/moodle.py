"""The points as the grading worksheet that an assignment in Moodle imports ("Offline grading worksheet").

What its importer looks for: https://github.com/moodle/moodle, mod/assign/feedback/offline/importgradeslib.php and
locallib.php. The columns Identifier, Grade and Last modified (grade) must be there, in the language of the site.
A grade that was changed in Moodle after "Last modified", or that is above the maximum, is skipped.

The feedback pages go back in a zip ("Upload multiple feedback files in a zip"). Its folders are named as those of the
download: mod/assign/feedback/file/importziplib.php looks for name_number_assignsubmission_file_.
"""

import re
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path

from cs231n_softmax._files import atomic_write

from .roster import Person
from .sheets import Sheet, as_number, cell, number, read_sheet, write_sheet
from .templates import Table, fill, left_out, other_maximum

WORKSHEET = [
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum Grade",
    "Grade can be changed",
    "Last modified (grade)",
]


def write_moodle(table: Table, template: Path | None, heading: str) -> list[str]:
    """Write moodle.csv: the rows of the worksheet that have points. Without a worksheet, for a site in English."""
    folder, rows, most, notebooks = table
    write_feedback(folder, rows, notebooks)
    if template is None:
        known = [row for row in rows if row.graded and row.ids.get("moodle")]
        lines = [
            [f"Participant {row.ids['moodle']}", cell(row.name), cell(row.email), "", number(row.total), "", "Yes", "-"]
            for row in known
        ]
        write_sheet(folder / "moodle.csv", Sheet(WORKSHEET, lines, encoding="utf-8"))
        return left_out("moodle", rows, known)
    sheet = read_sheet(template)
    target = sheet.column(heading or "Grade")
    if target is None or not all(re.search(r"\d\s*$", line[0]) for line in sheet.rows):
        raise ValueError(
            f"{template}: expected Moodle's grading worksheet, with Identifier first and Grade, found "
            f'{", ".join(sheet.headings)}. Where Grade has another name: FORMAT="moodle={template}=HEADING".'
        )
    best = sheet.column("Maximum Grade")
    possible = sheet.rows[0][best] if best is not None and sheet.rows else ""
    larger = other_maximum("the assignment in Moodle", possible, most)
    graded, told = fill(template, rows, {moodle_person(sheet, line): line for line in sheet.rows}, target)
    write_sheet(folder / "moodle.csv", Sheet(sheet.headings, graded, sheet.delimiter, "utf-8", sheet.newline))
    highest = max((as_number(line[target]) for line in graded), default=0.0)
    if possible and highest > as_number(possible):
        told.append(f"moodle.csv: Moodle skips grades above its maximum, {possible}; the highest is {number(highest)}.")
    return told + larger


def write_feedback(folder: Path, rows: Sequence, notebooks: Collection[str]) -> None:
    """Write moodle-feedback.zip: the pages of the students whose numbers are known."""
    with atomic_write(folder / "moodle-feedback.zip", "wb") as f, zipfile.ZipFile(f, "w", zipfile.ZIP_DEFLATED) as made:
        for row in rows:
            for page in [folder / "feedback" / row.student / f"{name}.html" for name in notebooks]:
                if row.ids.get("moodle") and page.exists():
                    person = f"{row.name.replace('_', ' ').replace('/', ' ')}_{row.ids['moodle']}"
                    made.write(page, f"{person}_assignsubmission_file_/{page.name}")


def moodle_people(template: Path) -> list[Person]:
    """Return the students of a worksheet; lines without Moodle's number are passed over."""
    sheet = read_sheet(template)
    return [moodle_person(sheet, line) for line in sheet.rows if re.search(r"\d\s*$", line[0])]


def moodle_person(sheet: Sheet, line: list[str]) -> Person:
    """Return the student of a line: "Participant 1234", then the name and the email, unless they are hidden."""
    email = next((text for text in line if "@" in text), "")
    number_at = sheet.column("ID number")
    ids = [line[number_at]] if number_at is not None else []
    name = line[1] if email else ""
    return Person(
        f"{line[0]} in Moodle's file", name, email, {"moodle": re.search(r"\d+\s*$", line[0])[0].strip()}, ids
    )
