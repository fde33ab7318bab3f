"""The classroom's whole circle with nbgrader: release, hand in, grade, feedback; and submissions that do harm."""

import contextlib
import copy
import csv
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import execution  # noqa: E402
import grade  # noqa: E402
import limits  # noqa: E402
import make_release  # noqa: E402
import submissions  # noqa: E402

NAME = "04_gradient"
LOSS, NUMERICAL = "my_softmax_loss_naive", "my_numerical_gradient"
FULL = nbformat.read(ROOT / f"notebooks/{NAME}.ipynb", 4)
HALF = ("2 * reg * W", "reg * W")  # a wrong gradient, to try to get points for


def run(module, *arguments):
    """Run a tool's main() in this process, on the built-in sample; return what it printed."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        for name in ["PATH", *grade.ONE_THREAD]:  # which the tools set
            patch.setenv(name, os.environ.get(name, "1"))
        patch.setenv("CIFAR10_DIR", str(ROOT / "datasets/sample"))
        patch.setattr(sys, "argv", [module.__name__, *map(str, arguments)])
        module.main()
    return printed.getvalue()


def run_as_program(module, *arguments):
    """Run a tool as `python tools/...` does; return what it printed. It writes nothing to stderr."""
    command = [sys.executable, module.__file__, *map(str, arguments)]
    env = os.environ | {"CIFAR10_DIR": str(ROOT / "datasets/sample")}
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    quiet = not done.stderr or sys.platform == "win32"  # where the event loop has something to say
    assert done.returncode == 0 and quiet, done.stdout + done.stderr
    return done.stdout


def label(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def find(notebook, name):
    return next(cell for cell in notebook.cells if label(cell) == name)


def solution(function):
    source = next(cell.source for cell in FULL.cells if cell.source.startswith(f"def {function}("))
    return re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", source)


class Submissions:
    """Makes submissions out of a released notebook, in a folder with a folder for each student."""

    def __init__(self, folder, released):
        self.folder, self.released = folder, released

    def short(self):
        """The released notebook's exercises and checks, without the cells between: quick to run."""
        notebook = copy.deepcopy(self.released)
        imports = nbformat.v4.new_code_cell("import numpy as np\n\nfrom cs231n_softmax import check")
        notebook.cells = [imports, *filter(label, notebook.cells)]
        return notebook

    def solved(self, *wrong, short=True):
        """The notebook, short or whole, with both solutions, `wrong` replaced in the first."""
        notebook = self.short() if short else copy.deepcopy(self.released)
        for function in (LOSS, NUMERICAL):
            find(notebook, function).source = solution(function)
        if wrong:
            old, new = wrong
            assert old in find(notebook, LOSS).source
            find(notebook, LOSS).source = find(notebook, LOSS).source.replace(old, new)
        return notebook

    def hand_in(self, student, notebook, name=f"{NAME}.ipynb"):
        path = self.folder / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = notebook if isinstance(notebook, str) else json.dumps(notebook)
        path.write_text(text, encoding="utf-8")


def with_cells(notebook, *sources):
    """Put cells below the imports."""
    notebook.cells[1:1] = map(nbformat.v4.new_code_cell, sources)
    return notebook


def honest(made):
    """Submissions of students who mean well."""
    made.hand_in("blank", made.short())
    made.hand_in("sums", made.solved("return loss / len(X) + reg * np.sum(W**2), dW / len(X)",
                                     "return loss + reg * np.sum(W**2), dW"), f"{NAME} (1).ipynb")
    made.hand_in("endless", made.solved("    for i in range(len(X)):", "    while True:\n        i = 0"))
    made.hand_in("syntax", made.solved("y, reg):", "y, reg)"))
    memory = "import psutil\nprint('memory stayed small:', psutil.Process().memory_info().rss < 250e6)"
    much = "for _ in range(300):\n    print('x' * 1_000_000)"
    made.hand_in("prints", with_cells(made.solved(), much, memory), f"homework/{NAME}.ipynb")
    made.hand_in("exits", with_cells(made.solved(), "import os, sys\nos._exit(1)"))
    warn = "import sys\nget_ipython().events.register('pre_run_cell', lambda info: print('careful', file=sys.stderr))"
    with zipfile.ZipFile(made.folder / "zipped.zip", "w") as archive:
        archive.writestr(f"a/b/{NAME}.ipynb", nbformat.writes(with_cells(made.solved(short=False), warn, "exit()")))
        archive.writestr(f"__MACOSX/{NAME}.ipynb", "nothing")
    (made.folder / "notes.txt").write_text("not a student")


def mangled(made):
    """Submissions whose cells or files aren't what they were."""
    notebook = made.solved()
    notebook.cells = [cell for cell in notebook.cells if label(cell) not in (f"check_{LOSS}", NUMERICAL)]
    made.hand_in("deletes", notebook)
    notebook = made.solved()
    for cell in notebook.cells:
        cell.metadata = {}
    made.hand_in("unlabelled", notebook)
    notebook = made.solved("dW[:, j] += (p", "dW[:, j] = (p")  # in a copy of the exercise, below the check
    written = copy.deepcopy(find(notebook, LOSS))
    find(notebook, LOSS).source = find(made.released, LOSS).source
    position = notebook.cells.index(find(notebook, f"check_{LOSS}"))
    notebook.cells.insert(position + 1, written)
    notebook.cells += [copy.deepcopy(find(notebook, f"check_{NUMERICAL}"))]
    made.hand_in("copies", notebook)
    notebook = made.solved(*HALF)
    find(notebook, f"check_{LOSS}").source = "print('right')"
    find(notebook, f"check_{LOSS}").metadata.nbgrader.points = 100
    made.hand_in("edits", notebook)
    made.hand_in("truncated", nbformat.writes(made.solved())[:3000])
    made.hand_in("empty", "")
    made.hand_in("list", json.dumps([1, 2]))
    made.hand_in("renamed", made.solved(), "my homework.ipynb")
    (made.folder / "broken.zip").write_bytes(b"PK but no zip")
    with zipfile.ZipFile(made.folder / "damaged.zip", "w") as archive:
        archive.writestr(f"{NAME}.ipynb", nbformat.writes(made.solved()))
    content = bytearray((made.folder / "damaged.zip").read_bytes())
    content[len(content) // 2] ^= 1
    (made.folder / "damaged.zip").write_bytes(content)


FORGERIES = [  # in an order in which none undoes another
    "from cs231n_softmax import check\nR = check.Report\nR.require = lambda self: self\nR.ok = True\n"
    "check.softmax_loss = lambda *a, **k: R('right')\ncheck.CheckFailed.__init__ = lambda *a: None",
    "import cs231n_softmax.classifiers.softmax as module\nold = module.softmax_loss_vectorized\n"
    "module.softmax_loss_vectorized = lambda *a: my_softmax_loss_naive(*a)",
    "class check:\n    softmax_loss = lambda fn: check\n    require = lambda: 'right'",
    "import sys, types, cs231n_softmax\nfake = types.ModuleType('cs231n_softmax.check')\n"
    "fake.softmax_loss = lambda fn: fake\nfake.require = lambda: 'right'\n"
    "sys.modules['cs231n_softmax.check'] = cs231n_softmax.check = check = fake",
    "from pathlib import Path\nPath('cs231n_softmax').mkdir()\nPath('cs231n_softmax/__init__.py').touch()\n"
    "Path('cs231n_softmax/check.py').write_text('class softmax_loss(str):\\n    require = str.upper\\n')",
]


class Graded:
    """What one run of grade.py wrote."""

    def __init__(self, folder, printed):
        self.folder, self.printed = folder, printed
        with open(folder / "points.csv", encoding="utf-8", newline="") as f:
            self.rows = {row["student"]: row for row in csv.DictReader(f)}

    def points(self, student):
        row = self.rows[student]
        assert float(row["total"]) == float(row[LOSS]) + float(row[NUMERICAL])
        return float(row[LOSS]), float(row[NUMERICAL])

    def note(self, student):
        return self.rows[student]["what happened"]

    def page(self, student):
        return (self.folder / "feedback" / student / f"{NAME}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course directory with one notebook released: (folder, the released notebook, the points of each exercise)."""
    folder = tmp_path_factory.mktemp("course")
    run(make_release, "04", "--course", folder / "course", "--to", folder / "release")
    released = nbformat.read(folder / f"release/notebooks/{NAME}.ipynb", 4)
    full = tuple(float(find(released, f"check_{name}").metadata.nbgrader.points) for name in (LOSS, NUMERICAL))
    return folder, released, full


def graded_by(way, made, *arguments):
    """Grade submissions with `run` or `run_as_program`."""
    folder, name = made.folder.parent, made.folder.name
    target = folder / f"{name}-graded"
    return Graded(target, way(grade, made.folder, "--course", folder / "course", "--to", target, *arguments))


@pytest.fixture(scope="module")
def graded(course):
    """All submissions, except those with endless cells, graded in one go."""
    folder, released, _ = course
    made = Submissions(folder / "class", released)
    honest(made)
    mangled(made)
    made.hand_in("forger", with_cells(made.solved(*HALF), *FORGERIES))
    return graded_by(run_as_program, made)


def test_right_answers_get_all_points_and_blank_ones_none(course, graded):
    """In a notebook handed in whole, somewhere in a zip or a folder; and the row has nothing to tell."""
    full = course[2]
    assert graded.points("zipped") == graded.points("prints") == full and graded.note("zipped") == ""
    assert float(graded.rows["zipped"]["max"]) == sum(full)
    assert graded.points("blank") == (0, 0)
    assert f"{LOSS} isn't written yet" in graded.note("blank")
    assert f"{NUMERICAL} isn't written yet" in graded.page("blank")


@pytest.mark.parametrize("student, title", [
    ("edits", "The regularization part of the gradient is half of what it should be"),
    ("copies", "Only the last example"),
    ("sums", "N times what they should be"),
    ("endless", "had not ended after"),
])
def test_known_mistakes_cost_the_points_and_are_named(course, graded, student, title):
    """In the table, and in the feedback page, hints unfolded; the other exercise keeps its points."""
    assert graded.points(student) == (0, course[2][1])
    page, note = graded.page(student), graded.note(student)
    named = re.search(rf"{LOSS}: \d mistakes?\. ([^.]*)\.", note)[1]
    assert title in named and "Mistake 1: " in page
    assert page.count("<details") == page.count("<details open") > 0
    assert re.sub(r"\W+", " ", named) in re.sub(r"\W+", " ", page.replace("&#x27;", "'").replace("&#39;", "'"))


def test_a_syntax_error_is_named(course, graded):
    """The row names the function, and the other exercise keeps its points."""
    assert graded.points("syntax") == (0, course[2][1]) and f"{LOSS}: SyntaxError" in graded.note("syntax")
    assert "SyntaxError" in graded.page("syntax")


def test_printing_without_measure_is_cut_off(course, graded):
    """300 MB printed: the points are there, and the page and the kernel's memory stay small."""
    assert graded.points("prints") == course[2] and "cell 2 printed a great deal" in graded.note("prints")
    assert "the rest is cut off" in graded.page("prints") and "memory stayed small: True" in graded.page("prints")
    assert len(graded.page("prints")) < 1_000_000


def test_what_comes_after_the_cut_is_dropped():
    """One output says that the rest is cut off, however often a cell goes on printing."""
    execute, outputs = execution.PatientExecute(), []
    execute.room = dict(execution.ROOM)
    for _ in range(3):
        execute.output(outputs, {"msg_type": "stream", "content": {"name": "stdout", "text": "x" * 60_000}}, None, 0)
    assert [output.text for output in outputs] == ["x" * execution.ROOM["stream"] + execution.CUT]


def test_what_a_cell_does_to_the_kernel_costs_nothing(course, graded):
    """Warnings on stderr, exit() and os._exit: the notebook is run to its end, and only an ended kernel is told."""
    assert graded.points("zipped") == graded.points("exits") == course[2]
    assert graded.note("zipped") == ""
    assert graded.note("exits") == f"{NAME}: cell 2 ended Python; the other cells ran without it"


def test_deleted_cells_are_put_back(course, graded):
    """A deleted check is run all the same; a deleted exercise is put back unwritten, and gives nothing."""
    assert graded.points("deletes") == (course[2][0], 0)
    assert f"check_{LOSS} was deleted; put back" in graded.note("deletes")
    assert f"the cell of {NUMERICAL} was deleted; put back" in graded.note("deletes")


def test_lost_labels_are_found_by_the_functions_names(course, graded):
    """An editor that drops the metadata costs no points."""
    assert graded.points("unlabelled") == course[2]
    assert f"the cell of {LOSS} was deleted; another that defines it counts" in graded.note("unlabelled")


def test_of_copied_cells_one_counts(graded):
    """Of an exercise and its copy the one that the student has changed is graded, and its check comes after it."""
    assert "Only the last example" in graded.note("copies")
    assert f"the cell of {LOSS} was copied; the first one that was changed counts" in graded.note("copies")
    assert f"check_{LOSS} stood before its exercise; put after it" in graded.note("copies")
    assert f"check_{NUMERICAL} was copied" in graded.note("copies")


def test_a_name_that_a_browser_gave_is_understood(graded):
    """`04_gradient (1).ipynb` is 04_gradient when there is no other."""
    assert f"{NAME}: taken from {NAME} (1).ipynb" in graded.note("sums") and "not handed in" not in graded.note("sums")


def test_feedback_shows_the_checks_as_students_had_them(graded):
    """What is run before them when they are graded isn't in the pages."""
    assert "sys.modules" not in graded.page("edits") and "HIDDEN TESTS" not in graded.page("edits")


def test_an_edited_check_is_put_back(course, graded):
    """Neither its text nor its points count."""
    assert graded.points("edits") == (0, course[2][1]) and f"check_{LOSS} was changed" in graded.note("edits")


def test_nobody_earns_points_by_changing_the_examiner(course, graded):
    """A wrong function stays wrong, and is examined, whatever the notebook made of `check`."""
    assert graded.points("forger") == (0, course[2][1])
    assert "1 mistake. The regularization part of the gradient is half of what" in graded.note("forger")


@pytest.mark.parametrize("student, told", [
    ("truncated", "not a notebook (JSONDecodeError"), ("empty", "the file is empty"), ("list", "not a notebook"),
    ("renamed", f"my homework.ipynb: not graded, no notebook has this name; {NAME}: not handed in"),
    ("damaged", f"{NAME}.ipynb can't be read: Bad CRC-32"),
    ("broken", f"not a readable zip: File is not a zip file; {NAME}: not handed in"),
])
def test_what_is_no_notebook_is_told(graded, student, told):
    """A row without points says why; if there is a file, its feedback page says it too."""
    assert graded.points(student) == (0, 0) and told in graded.note(student)
    if student in ("truncated", "empty", "list"):
        assert re.sub(r"\W+", " ", told) in re.sub(r"\W+", " ", graded.page(student))


def test_progress_is_printed(graded):
    """The number of students, each with points and time, and what was left out."""
    assert "left out: notes.txt" in graded.printed
    assert re.search(r"^18 students, 1 notebooks, [\d.]+ points$", graded.printed, flags=re.MULTILINE)
    assert re.search(r"^18 of 18: zipped, [\d.]+ points \(\d+ s\)$", graded.printed, flags=re.MULTILINE)


def test_endless_loops_are_stopped(course, monkeypatch):
    """One that can be interrupted, and one that can't: both stopped, and the other cells graded."""
    loop = "while True:\n    pass"
    made = Submissions(course[0] / "loops", course[1])
    made.hand_in("loop", with_cells(made.solved(), loop))
    ignore = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    made.hand_in("deaf", with_cells(made.solved(), ignore + loop))
    monkeypatch.setattr(execution, "GRACE", 1)
    graded = graded_by(run, made, "--seconds", 3)
    for student in ("loop", "deaf"):
        assert graded.points(student) == course[2]
        assert graded.note(student) == f"{NAME}: cell 2 was stopped: it used more than 3 seconds of CPU time"
        assert "was stopped: it used more than 3 seconds of CPU time" in graded.page(student)


def outputs_of(*sources, seconds):
    """Run cells as grading does; return {error name: its text} for each cell."""
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)))
    notebook.metadata.kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook, _ = execution.PatientExecute(seconds=seconds).preprocess(notebook, {})
    return [{output.ename: output.evalue for output in cell.outputs if output.output_type == "error"}
            for cell in notebook.cells]


def test_waiting_is_not_computing():
    """A cell may wait longer than it may compute, as on a busy computer; one that waits for ever is stopped too."""
    short, long = outputs_of("import time\ntime.sleep(2)", "time.sleep(1000)", seconds=1)
    assert short == {} and long["CellStopped"] == "was stopped: it waited for longer than 10 seconds"


def test_only_so_many_cells_may_end_the_kernel(monkeypatch):
    """Those that did are told so, the last one too; the cells after it aren't run, and are told that."""
    monkeypatch.setattr(execution, "RESTARTS", 1)
    ends = "import os\nos._exit(1)"
    first, right, second, after = outputs_of(ends, "1 + 1", ends, "1 + 1", seconds=60)
    assert right == {} and list(first) == list(second) == ["KernelEnded"] and list(after) == ["NotRun"]


def test_what_children_compute_counts():
    """CPU time is that of the process and of those that it started."""
    meter = limits.Meter(os.getpid())
    burn = "import time\nwhile time.process_time() < 1: pass\nprint('done', flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", burn], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        over = meter.overrun(0.9)
        child.stdin.close()
        child.kill()
    assert over == "it used more than 0.9 seconds of CPU time" and limits.Meter(os.getpid()).overrun(0.9) is None


def test_after_an_overrun_only_checks_have_all_of_their_time():
    """The other cells have a quarter, since they are likely to overrun as well."""
    plain = nbformat.v4.new_code_cell("f(1)")
    check = nbformat.v4.new_code_cell("check.f(f)", metadata={"nbgrader": {"grade_id": "check_f", "grade": True}})
    for overran, expected in [(False, [100, 100]), (True, [25, 100])]:
        execute = execution.PatientExecute(seconds=100)
        execute.overran = overran
        assert [execute.seconds_for(cell) for cell in (plain, check)] == expected


def test_a_stopped_check_is_not_called_wrong():
    """Whatever else a check wrote when it was stopped, its row only says that, and why."""
    cell = nbformat.v4.new_code_cell("check.softmax_loss(f).require()", metadata={"nbgrader": {"grade_id": "check_f"}})
    cell.outputs = [execution.error_output("CheckFailed", "f: 1 mistake."),
                    execution.error_output("CellStopped", "was stopped: it used more than 5 seconds of CPU time")]
    told = grade.what_happened(nbformat.v4.new_notebook(cells=[cell]))
    assert told == ["check_f was stopped: it used more than 5 seconds of CPU time"]


def test_of_two_copies_the_one_that_lies_higher_counts(tmp_path):
    """Whatever the folders' names are, and the other one is told."""
    for path in (tmp_path / NAME, tmp_path / f"0-backup/{NAME}", tmp_path / f"0-backup/older/{NAME}"):
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".ipynb").write_text(path.parent.name)
    found, notes = submissions.find_notebooks(tmp_path, [NAME])
    assert found == {NAME: tmp_path.name.encode()}
    assert [note.split(": ")[-1] for note in notes] == [f"0-backup/{NAME}.ipynb", f"0-backup/older/{NAME}.ipynb"]


def test_the_page_of_a_notebook_that_is_no_longer_handed_in_goes(tmp_path):
    """The feedback of an earlier run doesn't stand beside the new one."""
    released = dict.fromkeys(["02_scores", NAME])
    grade.write_feedback(tmp_path / "ann", {"02_scores": "old", NAME: "old"}, released)
    grade.write_feedback(tmp_path / "ann", {NAME: "new"}, released)
    assert {path.name: path.read_text() for path in (tmp_path / "ann").iterdir()} == {f"{NAME}.html": "new"}


def test_grading_again_changes_nothing_but_keeps_what_a_teacher_gave(course, graded):
    """The same row and page; points given by hand in the gradebook win, and are still there."""
    made = Submissions(course[0] / "again", course[1])
    for student in ("blank", "syntax"):
        shutil.copytree(course[0] / "class" / student, made.folder / student)
    with contextlib.closing(sqlite3.connect(course[0] / "course/gradebook.db")) as database:
        mine = ("SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id "
                "WHERE a.student_id = 'blank'")
        query = f"UPDATE grade SET manual_score = 1.5 WHERE auto_score = 0 AND notebook_id IN ({mine})"
        assert database.execute(query).rowcount == 2
        database.commit()
    again = graded_by(run, made)
    assert again.rows["syntax"] == graded.rows["syntax"] and again.page("syntax") == graded.page("syntax")
    assert again.note("blank") == graded.note("blank")
    assert graded.points("blank") == (0, 0) and again.points("blank") == (1.5, 1.5)
