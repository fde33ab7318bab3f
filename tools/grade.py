"""Grade what students handed in: points in graded/points.csv, feedback in graded/feedback/<student>/<notebook>.html.

    python tools/grade.py EXPORT             what your school's system exports (a zip), or a folder with a folder, a
                                             zip or a notebook for each student
    python tools/grade.py EXPORT 02 04       only the notebooks whose names begin with 02 or 04
    python tools/grade.py EXPORT --again ann only this student, once more

Students are graded side by side. Each student's result is kept in graded/results/ as soon as it is known, and the
table is written anew. So a run that was stopped goes on where it was, and a student whose files haven't changed isn't
graded again. docs/instructors.md has more: class lists, exports for your system, points by hand, late days.
"""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from pathlib import Path

import nbformat
from classroom import ROOT, notebook_names, released_notebook
from grading import look, similar
from grading.collect import Submission, collect
from grading.late import read_policy
from grading.points import exercises
from grading.results import Result, digest, read_results, write_result
from grading.sandbox import choose
from grading.student import grade_student
from grading.table import write_tables
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


def results_of(submissions: Sequence[Submission], work: Callable[[Submission], Result], jobs: int) -> Iterator[Result]:
    """Yield the result of each submission as soon as it is known; `jobs` processes grade side by side.

    If a process dies, each of the others is graded in a process of its own. So only the one that killed it has no
    points.
    """
    waiting = {one.student: one for one in submissions}
    with suppress(BrokenProcessPool), ProcessPoolExecutor(jobs, initializer=begin, initargs=(os.getpid(),)) as pool:
        tasks = [pool.submit(work, one) for one in submissions]
        try:
            for task in as_completed(tasks):
                result = task.result()
                del waiting[result.student]
                yield result
        except KeyboardInterrupt:
            print("Stopping, as soon as those come to their end who are being graded now.", flush=True)
            raise
        finally:
            pool.shutdown(cancel_futures=True)
    for student, one in waiting.items():
        with ProcessPoolExecutor(1, initializer=begin, initargs=(os.getpid(),)) as pool:
            try:
                yield pool.submit(work, one).result()
            except BrokenProcessPool:
                note = "could not be graded: it ended the process that graded it"
                yield Result(student, one.name, dict(one.ids), "", {}, [*one.notes, note])


def begin(parent: int) -> None:
    """Prepare a process that grades: Ctrl-C is for its parent, and it ends when its parent was killed."""

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=watch, daemon=True).start()


def main():
    """Grade what the command line names, and write the results, the pages and the tables."""
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
    except KeyboardInterrupt:
        sys.exit("Stopped. The same command goes on from here.")


def grade_all(args, released, collected, late):
    """Grade everybody whose files aren't graded yet, and write the tables after each."""
    for line in collected.left_out:
        print(f"left out: {line}")
    if not collected.submissions:
        raise ValueError(f"{args.export}: expected an export or a folder with a folder or a zip for each student.")
    results, told = read_results(args.to)
    chosen = to_be_graded(collected.submissions, results, released, args)
    checks, protection = worth(released), choose()
    count = f"{len(collected.submissions)} students, {len(released)} notebooks, {sum(checks.values()):g} points"
    print(f"{collected.system}: {count}. {len(collected.submissions) - len(chosen)} students are graded already.")
    print(protection.sentence, flush=True)

    tables = partial(write_tables, args.to, checks=checks, roster=args.roster, late=late, formats=args.format or ())
    tables(results)  # so that a class list or an export that can't be used is told now
    work = partial(grade_student, released=released, seconds=args.seconds, protection=protection, to=args.to)
    with tqdm(total=len(chosen), unit="student", smoothing=0, disable=None) as bar:
        for result in results_of(list(chosen.values()), work, args.jobs):
            result.digest = digest_of(chosen[result.student], released, args)
            write_result(args.to, result)
            results[result.student] = result
            tables(results)
            bar.write(f"{result.student}: {sum(result.points.values()):g} points", file=sys.stdout)
            bar.update()
    stubs = {name: source for notebook in released.values() for name, source in look.exercises(notebook).items()}
    alike = similar.similar({student: result.functions for student, result in results.items()}, stubs)
    for line in [*told, *tables(results, more=alike)]:
        print(line)
    print(f"{args.to / 'points.csv'} and {args.to / 'feedback'} are written")


def to_be_graded(submissions, results, released, args):
    """Return {student: submission} of those who aren't graded yet, or not with these files, and those of --again."""
    again = set(args.again or ())
    if unknown := again - {one.student for one in submissions}:
        known = ", ".join(one.student for one in submissions)
        raise ValueError(f"--again {', '.join(sorted(unknown))}: nobody has this name. There are {known}.")
    return {
        one.student: one
        for one in submissions
        if one.student in again
        or one.student not in results
        or results[one.student].digest != digest_of(one, released, args)
    }


def digest_of(submission, released, args):
    """Return what a result depends on, as a short text: the notebooks, the release, and what the export says."""
    contents = {name: found.content for name, found in submission.notebooks.items()}
    said = [submission.name, submission.ids, submission.notes]
    said += [[name, found.time, found.late] for name, found in submission.notebooks.items()]
    return digest(contents, released, {"seconds": args.seconds, "said": said})


def worth(released):
    """Return {check: points} of the released notebooks."""
    return {f"check_{name}": points for notebook in released.values() for name, points in exercises(notebook).items()}


def arguments():
    """Return what reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=Path, help="your system's export, or a folder of submissions")
    parser.add_argument("names", nargs="*", help="beginnings of notebook names; none: all in release/notebooks")
    parser.add_argument(
        "--again", nargs="+", metavar="STUDENT", help="grade these students, though nothing has changed"
    )
    parser.add_argument("--roster", type=Path, metavar="FILE", help="the class: a table with id, name, email")
    parser.add_argument(
        "--format", action="append", help="also write a table for: canvas=FILE, moodle=FILE, gradescope"
    )
    parser.add_argument("--late", metavar="POLICY", help="points off for late days; see docs/instructors.md")
    parser.add_argument("--seconds", type=int, default=120, help="CPU seconds that a cell may use (default: 120)")
    parser.add_argument("--jobs", type=int, default=num_cores(), help="students at a time (default: one for each core)")
    parser.add_argument("--release", type=Path, default=RELEASED, help="the released notebooks (release/notebooks)")
    parser.add_argument("--to", type=Path, default=GRADED, help="where to write (default: graded/)")
    return parser


if __name__ == "__main__":
    main()
