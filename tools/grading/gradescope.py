"""The points for Gradescope, which imports no table: an autograder that looks a student's points up.

Upload gradescope.zip as the autograder of a programming assignment, and choose "Rerun Autograder" for all submissions.
It runs nothing of what students handed in, and shows each student the points of each exercise. What a submission's
/autograder/submission_metadata.json and results.json hold: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from cs231n_softmax._files import atomic_write

from .roster import EMAILS, FIRST, IDS, LAST, NAMES, Person, pair
from .sheets import counted, read_sheet
from .templates import Table

SETUP = "#!/usr/bin/env bash\ncommand -v python3 || (apt-get update && apt-get install -y python3)\n"
RUN = '''\
#!/usr/bin/env python3
"""Look the points up for the student (or the group) who handed this in."""
import json
import pathlib
import sys

here = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/autograder")
table = json.loads((here / "source" / "points.json").read_text(encoding="utf-8"))
submission = json.loads((here / "submission_metadata.json").read_text(encoding="utf-8"))
emails = [str(user.get("email", "")).casefold() for user in submission.get("users", [])]
found = [table[key] for key in [f"id {submission['id']}", *emails] if key in table]
if found:
    result = {"score": found[0]["score"], "tests": found[0]["tests"]}
else:
    result = {"score": 0, "output": "There are no points for this submission yet."}
results = here / "results"
results.mkdir(exist_ok=True)
(results / "results.json").write_text(json.dumps(result), encoding="utf-8")
'''


def write_gradescope(table: Table, template: Path | None, heading: str) -> list[str]:
    """Write gradescope.zip; emails that the submissions don't tell come from the class list or from `template`.

    template: "Download Grades" of the assignment, or the course's roster, with Email and perhaps Submission ID.
    """
    graded = {row.person(): row for row in table.rows if row.graded}
    told, emails, numbers = [], {}, {}
    if template is not None:
        people = gradescope_people(template)
        paired, doubts = pair(list(graded), people)
        told = list(dict.fromkeys(doubts.values()))
        if graded and not paired:
            raise ValueError(f"{template}: none of the students is in this file. Is it another course's?")
        emails = {graded[one].student: person.email for one, person in paired.items()}
        numbers = {graded[one].student: person.own.get("gradescope", "") for one, person in paired.items()}
    points, unknown = {}, []
    for row in graded.values():
        email = emails.get(row.student) or row.email
        number = numbers.get(row.student) or row.ids.get("gradescope", "")
        keys = [key for key, present in [(f"id {number}", number), (email.strip().casefold(), email)] if present]
        points |= dict.fromkeys(keys, {"score": round(row.total, 2), "tests": as_tests(row, table.most)})
        unknown += [] if keys else [row.student]
    files = {"setup.sh": SETUP, "run_autograder": RUN, "points.json": json.dumps(points, indent=1)}
    target = table.folder / "gradescope.zip"
    with atomic_write(target, "wb") as f, zipfile.ZipFile(f, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o755 << 16
            archive.writestr(entry, text)
    if unknown:
        told.append(
            f"gradescope: {counted(len(unknown), 'student')} left out, because neither an email nor a submission is "
            f"known: {', '.join(unknown)}. Give a class list, or the table of Download Grades: FORMAT=gradescope=FILE."
        )
    return told


def as_tests(row, most: Mapping[str, float]) -> list[dict]:
    """Return what a student sees: a line for each exercise, and for what was added or taken off."""
    tests = [{"name": name, "score": row.points.get(name, 0.0), "max_score": best} for name, best in most.items()]
    others = [("added by hand", row.extra), ("handed in late", row.late)]
    return tests + [{"name": name, "score": round(points, 2), "max_score": 0} for name, points in others if points]


def gradescope_people(template: Path) -> list[Person]:
    """Return the students of a table that Gradescope exports; ValueError if it has no emails."""
    sheet = read_sheet(template)
    if sheet.column(*EMAILS) is None:
        raise ValueError(f"{template}: expected Gradescope's table of grades or roster, with the heading Email.")
    names = [
        " ".join(filter(None, parts))
        for parts in zip(sheet.cells(*NAMES), sheet.cells(*FIRST), sheet.cells(*LAST), strict=True)
    ]
    columns = zip(names, sheet.cells(*EMAILS), sheet.cells(*IDS), sheet.cells("Submission ID"), strict=True)
    return [
        Person(
            f"{name or email} in {template.name}", name, email, {"gradescope": number} if number else {}, [key, email]
        )
        for name, email, key, number in columns
    ]
