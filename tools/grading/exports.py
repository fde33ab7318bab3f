"""The points in the form that Canvas and Moodle import: the file that the system exported, with our points filled in.

    canvas                          a file of our own, for the students whose Canvas id the submissions tell
    canvas=grades.csv               Canvas's "Export Entire Gradebook", filled in
    canvas=grades.csv=Softmax       ... where it has several assignments: the one whose heading begins so
    moodle, moodle=worksheet.csv    Moodle's "Download grading worksheet"
    gradescope, gradescope=....csv  gradescope.py

Only students with points are written, and only the columns that the import needs: it changes nothing else, however old
the export is. Each file keeps the system's own encoding and delimiter; numbers have a point, which all systems accept.
"""

from collections.abc import Sequence
from pathlib import Path

from .canvas import canvas_people, write_canvas
from .gradescope import gradescope_people, write_gradescope
from .moodle import moodle_people, write_moodle
from .roster import Person
from .templates import Table

PEOPLE = {"canvas": canvas_people, "moodle": moodle_people, "gradescope": gradescope_people}
WRITERS = {"canvas": write_canvas, "moodle": write_moodle, "gradescope": write_gradescope}
FILES = ("canvas.csv", "moodle.csv", "moodle-feedback.zip", "gradescope.zip")


def write(table: Table, wanted: str) -> list[str]:
    """Write canvas.csv, moodle.csv or gradescope.zip; return sentences for the teacher.

    ValueError for another system, and for a file that isn't such an export; OSError if it can't be read.
    """
    system, template, heading = read_wanted(wanted)
    return WRITERS[system](table, template, heading)


def people(formats: Sequence[str]) -> list[Person]:
    """Return the people in the systems' files: they link a system's number with other numbers and an email."""
    files = [read_wanted(wanted)[:2] for wanted in formats]
    return [person for system, template in files if template for person in PEOPLE[system](template)]


def read_wanted(wanted: str) -> tuple[str, Path | None, str]:
    """Return the system, the file and the heading of "canvas=file.csv=heading"; ValueError if it can't be read."""
    system, _, source = wanted.partition("=")
    if system not in WRITERS:
        raise ValueError(f"FORMAT={wanted}: expected {', '.join(WRITERS)}, or one of them with =FILE.")
    return system, *split_source(source)


def split_source(source: str) -> tuple[Path | None, str]:
    """Return the file and the heading of "file.csv=heading"; the name of a file can have a = in it."""
    parts = source.split("=")
    for count in range(len(parts), 0, -1):
        path = Path("=".join(parts[:count])).expanduser()
        if path.is_file():
            return path, "=".join(parts[count:])
    if source:
        raise ValueError(f"FORMAT=...={source}: there is no such file.")
    return None, ""


def delete_old(folder: Path, wanted: Sequence[str]) -> list[str]:
    """Delete the exports of an earlier run: their points are old. Return a sentence about those not wanted now."""
    there = [path for path in [folder / name for name in FILES] if path.exists()]
    for path in there:
        path.unlink()
    systems = [one.partition("=")[0] for one in wanted]
    gone = [path.name for path in there if not path.name.startswith(tuple(systems))]
    return (
        [f"{' and '.join(gone)} of an earlier run is deleted: its points were old. FORMAT=... writes it."]
        if gone
        else []
    )
