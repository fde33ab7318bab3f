"""The points in the form that Canvas and Moodle import: the file that the system exported, with our points filled in.

    canvas                          a file of our own, for the students whose Canvas id the submissions tell
    canvas=grades.csv               Canvas's "Export Entire Gradebook", filled in
    canvas=grades.csv=Softmax       ... where it has several assignments: the one whose heading begins so
    moodle, moodle=worksheet.csv    Moodle's "Download grading worksheet"
    gradescope, gradescope=....csv  gradescope.py

Only students with points are written, and only the columns that the import needs: it changes nothing else, however old
the export is. Each file keeps the system's own encoding and delimiter; numbers have a point, which all systems accept.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from .canvas import write_canvas
from .gradescope import write_gradescope
from .moodle import write_moodle


def write(folder: Path, wanted: str, rows: Sequence, most: Mapping[str, float]) -> list[str]:
    """Write <folder>/canvas.csv, moodle.csv or gradescope.zip; return sentences for the teacher.

    ValueError for another system, and for a file that isn't such an export; OSError if it can't be read.
    """
    system, _, source = wanted.partition("=")
    writers = {"canvas": write_canvas, "moodle": write_moodle, "gradescope": write_gradescope}
    if system not in writers:
        raise ValueError(f"--format {wanted}: expected {', '.join(writers)}, or one of them with =FILE.")
    template, heading = split_source(source)
    return writers[system](folder, template, heading, rows, most)


def split_source(source: str) -> tuple[Path | None, str]:
    """Return the file and the heading of "file.csv=heading"; the name of a file can have a = in it."""
    parts = source.split("=")
    for count in range(len(parts), 0, -1):
        if Path("=".join(parts[:count])).is_file():
            return Path("=".join(parts[:count])), "=".join(parts[count:])
    if source:
        raise ValueError(f"--format ...={source}: there is no such file.")
    return None, ""
