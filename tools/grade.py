"""Grade what students handed in: points in graded/points.csv, feedback in graded/feedback/<student>/<notebook>.html.

    python tools/grade.py DIR             DIR holds a folder or a zip for each student, with notebooks anywhere inside
    python tools/grade.py DIR 02 04       only the notebooks whose names begin with 02 or 04

nbgrader does the grading, in the course directory that tools/make_release.py uses too. Run it again as often as you
like: points that a teacher gave by hand in nbgrader stay. Students' code runs on this computer, with your rights: see
docs/instructors.md.
"""

import argparse
import csv
import html
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from classroom import COURSE, ROOT, find_programs, make_assignment, notebook_names, run_step
from execution import CUT, CUT_SHORT, STEPS
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from submissions import find_notebooks, find_students, grade_id, read_notebook, restore_labels
from traitlets.config import Config

from cs231n_softmax._files import atomic_write
from cs231n_softmax.data_utils import ensure_cifar10

GRADED = ROOT / "graded"
PAGE = Path(__file__).with_name("feedback.html.j2")
# The CPU time of a cell is the sum over all threads: with one thread it doesn't depend on the number of cores.
ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1")


def grade_notebook(course, student, released, name, content, seconds):
    """Grade one notebook; return {check: points}, notes, and the feedback page (None when there is none)."""
    try:
        notebook = read_notebook(content)
    except ValueError as error:
        return {}, [str(error)], None
    notes = restore_labels(notebook, released)
    folder = course / "submitted" / student / name
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_write(folder / f"{name}.ipynb") as f:
        nbformat.write(notebook, f)
    config = Config()
    config.PatientExecute.seconds = seconds
    config.HTMLExporter.template_file = str(PAGE)
    try:
        run_step(Autograde, course, name, student, config, autograde_preprocessors=STEPS)
        notes += what_happened(nbformat.read(course / "autograded" / student / name / f"{name}.ipynb", 4))
        steps = [with_notes(notes), *GenerateFeedback().preprocessors]
        run_step(GenerateFeedback, course, name, student, config, preprocessors=steps)
    except RuntimeError as error:
        return {}, [*notes, f"could not be graded: {error}"], None
    page = (course / "feedback" / student / name / f"{name}.html").read_text(encoding="utf-8")
    return points_of(course, student, name), notes, page


def with_notes(notes):
    """Return a step for nbconvert that hands the notes to the template of the feedback page."""

    def step(notebook, resources):
        return notebook, resources | {"notes": notes}

    return step


def points_of(course, student, name):
    """Return {check: points} from the gradebook: those that a teacher gave by hand, else the automatic ones."""
    with Gradebook(f"sqlite:///{(course / 'gradebook.db').resolve()}") as gradebook:
        submission = gradebook.find_submission_notebook(name, name, student)
        return {grade.name: grade.score for grade in submission.grades}


def what_happened(notebook):
    """Return notes of what a graded notebook's cells did: stopped, printed too much, not right, and why."""
    notes = []
    for cell in notebook.cells:
        label, outputs = grade_id(cell), cell.get("outputs", [])
        where = label or f"cell {cell.get('execution_count')}"
        if any(CUT.strip() in output.get("text", "") for output in outputs):
            notes.append(f"{where} printed a great deal; the rest is cut off")
        errors = [output for output in outputs if output.output_type == "error"]
        cut_short = [error for error in errors if error.ename in CUT_SHORT]
        if cut_short:  # a cell that was stopped is no wrong answer
            notes += [f"{where} {error.evalue}" for error in cut_short]
        elif label:
            notes += [reason(where, error) for error in errors]
    return notes


def reason(where, error):
    """Return an error's last line, without colours, and with the function's name in front of it."""
    lines = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback)).strip().splitlines() or [error.ename]
    line = lines[-1].removeprefix("CheckFailed: ")[:200]
    return line if line.startswith(where.removeprefix("check_")) else f"{where}: {line}"


def write_points(path, checks, rows):
    """Write the table: student, the points of each exercise, total, max, what happened."""
    with atomic_write(path) as f:
        table = csv.writer(f)
        exercises = [check.removeprefix("check_") for check in checks]
        table.writerow(["student", *exercises, "total", "max", "what happened"])
        for student, points, notes in rows:
            mine = [points.get(check, 0) for check in checks]
            numbers = [f"{number:g}" for number in [*mine, sum(mine), sum(checks.values())]]
            table.writerow([student, *numbers, "; ".join(notes)])


def write_feedback(folder, pages, released):
    """Write a student's pages, and delete the pages of notebooks that are no longer handed in."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in set(released) - set(pages):
        (folder / f"{name}.html").unlink(missing_ok=True)
    for name, page in pages.items():
        with atomic_write(folder / f"{name}.html") as f:
            f.write(page)


def release_missing(course, beginnings):
    """Release the notebooks to be graded that aren't released yet; return the names of all that are to be graded.

    To be graded are the notebooks whose names begin so; without beginnings all that were released, or else all.
    """
    made = {path.parent.name for path in course.glob("release/*/*.ipynb")}
    names = notebook_names(beginnings)
    names = names if beginnings or not made else [name for name in names if name in made]
    for name in names:
        if name not in made:
            make_assignment(course, name)
    return names


def read_released(course, names):
    """Return {name: notebook as released}."""
    return {name: nbformat.read(course / "release" / name / f"{name}.ipynb", 4) for name in names}


def grade_student(course, student, path, released, seconds):
    """Grade all notebooks of a student; return {check: points}, notes, and {notebook: feedback page}."""
    points, notes, pages = {}, [], {}
    try:
        found, notes = find_notebooks(path, released)
    except Exception as error:  # one submission never stops the others
        found, notes = {}, [str(error)]
    for name in released:
        if name not in found:
            notes.append(f"{name}: not handed in")
            continue
        try:
            mine, told, page = grade_notebook(course, student, released[name], name, found[name], seconds)
        except Exception as error:  # one submission never stops the others
            mine, told, page = {}, [f"could not be graded: {type(error).__name__}: {error}"], None
        points |= mine
        notes += [f"{name}: {note}" for note in told]
        pages[name] = page or f"<!DOCTYPE html><title>{name}</title><p>{html.escape('; '.join(told))}</p>\n"
    return points, notes, pages


def main():
    """Grade what the command line names, and write the table and the pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("submissions", type=Path, help="a folder that holds a folder or a zip for each student")
    parser.add_argument("names", nargs="*", help="beginnings of notebook names; none: all that were released")
    parser.add_argument("--seconds", type=int, default=120, help="CPU seconds that a cell may use (default: 120)")
    parser.add_argument("--course", type=Path, default=COURSE, help="nbgrader's directory (default: course/)")
    parser.add_argument("--to", type=Path, default=GRADED, help="where to write (default: graded/)")
    args = parser.parse_args()
    if not args.submissions.is_dir():
        sys.exit(f"{args.submissions}: expected a folder that holds a folder or a zip for each student.")
    if os.environ.get("CIFAR10_DIR"):  # the notebooks run in folders of their own
        os.environ["CIFAR10_DIR"] = str(Path(os.environ["CIFAR10_DIR"]).resolve())
    os.environ |= ONE_THREAD

    ensure_cifar10()  # downloaded now if necessary, and not while a cell's time runs
    students, left_out = find_students(args.submissions)
    for line in left_out:
        print(f"left out: {line}")
    if not students:
        sys.exit(f"{args.submissions}: no folder and no zip in it; expected one for each student.")
    find_programs()
    try:
        released = read_released(args.course, release_missing(args.course, args.names))
    except (ValueError, RuntimeError) as error:
        sys.exit(str(error))
    checks = {
        grade_id(cell): cell.metadata.nbgrader.points
        for notebook in released.values()
        for cell in notebook.cells
        if grade_id(cell) and cell.metadata.nbgrader.grade
    }
    rows, start = [], time.perf_counter()
    print(f"{len(students)} students, {len(released)} notebooks, {sum(checks.values()):g} points", flush=True)
    for number, (student, path) in enumerate(students.items(), 1):
        points, notes, pages = grade_student(args.course, student, path, released, args.seconds)
        write_feedback(args.to / "feedback" / student, pages, released)
        rows.append((student, points, notes))
        passed = time.perf_counter() - start
        print(f"{number} of {len(students)}: {student}, {sum(points.values()):g} points ({passed:.0f} s)", flush=True)
    write_points(args.to / "points.csv", checks, rows)
    print(f"{args.to / 'points.csv'} and {args.to / 'feedback'} are written")


if __name__ == "__main__":
    main()
