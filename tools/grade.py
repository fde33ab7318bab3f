"""Grade what students handed in: points in graded/points.csv, feedback in graded/feedback/<student>/<notebook>.html.

    make grade SUBMISSIONS=export.zip                   what your school's system exports, or a folder with a folder,
                                                        a zip or a notebook for each student
    make grade SUBMISSIONS=export.zip NOTEBOOKS="02 04" only the notebooks whose names begin with 02 or 04
    make grade SUBMISSIONS=export.zip AGAIN=ann_12345   this student once more, though nothing has changed
    make grade SUBMISSIONS=second.zip TO=graded/05      another assignment: a folder of its own

Students are graded side by side. Each student's result is kept in graded/results/ as soon as it is known, and the
table is written anew. So a run that was stopped goes on where it was, and a student whose files haven't changed isn't
graded again. docs/instructors.md has more: class lists, exports for your system, points by hand, late days.
"""

# ruff: noqa: E402  (Ctrl-C is caught before the imports, which take a second)
import os
import signal
import sys

STOPPED = "Stopped. Who was graded is kept; the same command goes on from here."
if __name__ == "__main__":  # while the rest is imported, too: a sentence, and no traceback
    signal.signal(signal.SIGINT, lambda *_: (print(STOPPED, file=sys.stderr, flush=True), os._exit(130)))

import argparse
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from classroom import ROOT, notebook_names, released_notebook
from grading import exports, look, similar
from grading.answers import read_answers
from grading.choice import digest_of, follow_numbers, gone, refuse_others, to_be_graded
from grading.collect import collect
from grading.late import read_policy
from grading.points import exercises
from grading.protection import choose
from grading.results import Result, read_results, write_result
from grading.sheets import counted
from grading.side_by_side import results_of, stopped_by_ctrl_c
from grading.student import grade_student
from grading.table import put_aside, write_tables
from tqdm import tqdm

from cs231n_softmax._threads import num_cores
from cs231n_softmax.data_utils import ensure_cifar10

GRADED, RELEASED = ROOT / "graded", ROOT / "release/notebooks"


def read_released(names, folder):
    """Return {name: notebook as students got it}: from the release in `folder` where it is there, or made anew.

    Without beginnings of names, the notebooks in `folder` are graded, or all where there is none.
    """
    there = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    wanted = notebook_names(names) if names or not there else list(there)
    return {name: nbformat.read(there[name], 4) if name in there else released_notebook(name) for name in wanted}


def main():
    """Grade what the command line names, and write the results, the pages and the tables."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a KeyboardInterrupt from here on
    args = arguments().parse_args()
    try:
        # Found, downloaded or made now, and not by each submission, which runs in a folder of its own.
        os.environ["CIFAR10_DIR"] = str(Path(ensure_cifar10()).resolve())
        released = read_released(args.names, args.release)
        collected = collect(args.export, {name: list(look.exercises(notebook)) for name, notebook in released.items()})
        late = read_policy(args.late) if args.late else None
        grade_all(args, released, collected, late)
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:  # before or after the grading itself
        sys.exit(STOPPED)


def grade_all(args, released, collected, late):
    """Grade everybody whose files aren't graded yet, and write the tables after each."""
    for line in collected.left_out:
        print(f"left out: {line}")
    if not collected.submissions:
        raise ValueError(f"{args.export}: expected an export or a folder with a folder or a zip for each student.")
    results, told = read_results(args.to)
    refuse_others(collected.submissions, results, released, args.to)
    told += follow_numbers(collected.submissions, results)
    left, about_left = gone(collected.submissions, results)
    chosen = to_be_graded(collected.submissions, results, released, args)
    checks, protection, formats = worth(released), choose(), args.format or ()
    links = exports.people(formats)
    tables = partial(write_tables, checks=checks, roster=args.roster, late=late, released=released, links=links)
    everybody = {one.student: Result(one.student, one.name, dict(one.ids), "", {}) for one in collected.submissions}
    waiting = {student: everybody[student] for student in chosen}
    with TemporaryDirectory() as scratch:  # so that a file that can't be used is told now
        tables(Path(scratch), everybody | results, formats=formats)
        read_answers(args.to / "answers.csv")
    told += [
        *about_left,
        *exports.delete_old(args.to, formats),
        *put_aside(args.to / "points.csv", [name.removeprefix("check_") for name in checks]),
    ]
    students, notebooks = counted(len(collected.submissions), "student"), counted(len(released), "notebook")
    print(f"{collected.system}: {students}, {notebooks}, {sum(checks.values()):g} points. ", end="")
    print(f"Graded already: {len(collected.submissions) - len(chosen)}.")
    print(protection.sentence, flush=True)
    if late:
        print(f"Deadline: {late.deadline:%Y-%m-%d %H:%M %z}.", flush=True)

    tables(args.to, results, more=left, waiting=waiting)  # marks are seen with the answers for which they were given
    work = partial(grade_student, released=released, seconds=args.seconds, protection=protection, to=args.to)
    with stopped_by_ctrl_c() as stop, tqdm(total=len(chosen), unit="student", smoothing=0, disable=None) as bar:
        for result in results_of(list(chosen.values()), work, args.jobs, stop):
            result.digest = digest_of(chosen[result.student], released, args)
            write_result(args.to, result)
            results[result.student] = result
            del waiting[result.student]
            tables(args.to, results, more=left, waiting=waiting)
            bar.write(f"{result.student}: {sum(result.points.values()):g} points", file=sys.stdout)
            bar.update()
    delete_pages(args.to / "feedback", results)
    stubs = {name: source for notebook in released.values() for name, source in look.exercises(notebook).items()}
    alike, about_alike = similar.similar({student: result.functions for student, result in results.items()}, stubs)
    formats = () if stop.is_set() else formats
    told += [*without_exercises(results, checks), *about_alike]
    more = {student: [*left.get(student, ()), *alike.get(student, ())] for student in results}
    for line in [*told, *tables(args.to, results, more=more, waiting=waiting, pages=True, formats=formats)]:
        print(line)
    print(f"{args.to / 'points.csv'} and {args.to / 'feedback'} are written")
    if stop.is_set():
        later = " A table for your school's system is written when everybody is graded." * bool(args.format)
        sys.exit(f"{counted(len(waiting), 'student')} still to be graded. {STOPPED}{later}")


def without_exercises(results: Mapping[str, Result], checks: Mapping[str, float]) -> list[str]:
    """Return a sentence about those in whose files no exercise was found, unless the notebooks have none."""
    found = sorted(student for student, result in results.items() if not result.functions) if checks else []
    return [f"No exercise was found in what these handed in: {', '.join(found)}. Look at their rows."] if found else []


def delete_pages(feedback: Path, results: Mapping[str, Result]) -> None:
    """Delete the pages of students who have no result: a run was killed, or the teacher has deleted the result."""
    for page in feedback.glob("*/*.html"):
        if page.parent.name not in results:
            page.unlink()
            with suppress(OSError):  # something else is in it
                page.parent.rmdir()


def worth(released):
    """Return {check: points} of the released notebooks."""
    return {f"check_{name}": points for notebook in released.values() for name, points in exercises(notebook).items()}


def path(text: str) -> Path:
    """Return the path that a text of the command line names, where ~ is the user's folder."""
    return Path(text).expanduser()


def arguments():
    """Return what reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=path, help="your system's export, or a folder of submissions")
    parser.add_argument("names", nargs="*", help="beginnings of notebook names; none: all in release/notebooks")
    parser.add_argument(
        "--again", action="append", metavar="STUDENT", help="grade this student, though nothing has changed"
    )
    parser.add_argument("--roster", type=path, metavar="FILE", help="the class: a table with id, name, email")
    parser.add_argument(
        "--format", action="append", help="also write a table for: canvas=FILE, moodle=FILE, gradescope"
    )
    parser.add_argument("--late", metavar="POLICY", help="points off for late days; see docs/instructors.md")
    parser.add_argument("--seconds", type=int, default=120, help="CPU seconds that a cell may use (default: 120)")
    parser.add_argument("--jobs", type=int, default=num_cores(), help="students at a time (default: one for each core)")
    parser.add_argument("--release", type=Path, default=RELEASED, help="the released notebooks (release/notebooks)")
    parser.add_argument("--to", type=path, default=GRADED, help="where to write (default: graded/)")
    return parser


if __name__ == "__main__":
    main()
