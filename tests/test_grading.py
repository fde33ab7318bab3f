"""The classroom's whole circle with nbgrader: release, hand in, grade, feedback; and submissions that do harm."""

import copy
import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
NAME = "04_gradient"
LOSS, NUMERICAL = "my_softmax_loss_naive", "my_numerical_gradient"
FULL = nbformat.read(ROOT / f"notebooks/{NAME}.ipynb", 4)
HALF = ("2 * reg * W", "reg * W")  # a wrong gradient, to try to get points for


def tool(script, *arguments):
    """Run one of the tools on the built-in sample; return what it printed."""
    command = [sys.executable, str(ROOT / "tools" / script), *map(str, arguments)]
    env = os.environ | {"CIFAR10_DIR": str(ROOT / "datasets/sample")}
    run = subprocess.run(command, capture_output=True, text=True, env=env)
    quiet = not run.stderr or sys.platform == "win32"  # where the event loop has something to say
    assert run.returncode == 0 and quiet, run.stdout + run.stderr
    return run.stdout


def label(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def find(notebook, name):
    return next(cell for cell in notebook.cells if label(cell) == name)


def code(source):
    return nbformat.v4.new_code_cell(source)


def solution(function):
    source = next(cell.source for cell in FULL.cells if cell.source.startswith(f"def {function}("))
    return re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", source)


class Submissions:
    """Makes submissions out of a released notebook, in a folder with a folder for each student."""

    def __init__(self, folder, released):
        self.folder, self.released = folder, released

    def solved(self, *wrong, short=True):
        """The notebook with both solutions, `wrong` replaced in the first; short: without the cells between."""
        notebook = copy.deepcopy(self.released)
        if short:
            imports = next(cell for cell in notebook.cells if cell.cell_type == "code")
            notebook.cells = [imports, *filter(label, notebook.cells)]
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

    def with_cell(self, student, source, *wrong, position=1):
        notebook = self.solved(*wrong)
        notebook.cells.insert(position, code(source))
        self.hand_in(student, notebook)


def honest(made):
    """Submissions of students who mean well."""
    made.hand_in("perfect", made.solved(short=False), f"homework/{NAME}.ipynb")
    made.hand_in("blank", made.released)
    made.hand_in("half", made.solved(*HALF))
    made.hand_in("assigns", made.solved("dW[:, j] += (p", "dW[:, j] = (p"))
    made.hand_in("sums", made.solved("return loss / len(X) + reg * np.sum(W**2), dW / len(X)",
                                     "return loss + reg * np.sum(W**2), dW"), f"{NAME} (1).ipynb")
    made.hand_in("endless", made.solved("    for i in range(len(X)):", "    while True:\n        i = 0"))
    made.hand_in("syntax", made.solved("y, reg):", "y, reg)"))
    memory = "import psutil\nprint('memory stayed small:', psutil.Process().memory_info().rss < 250e6)"
    notebook = made.solved()
    notebook.cells[1:1] = [code("for _ in range(300):\n    print('x' * 1_000_000)"), code(memory)]
    made.hand_in("prints", notebook)
    warn = "import sys\nget_ipython().events.register('pre_run_cell', lambda info: print('careful', file=sys.stderr))"
    made.with_cell("warns", warn)
    made.with_cell("exits", "import os, sys\nos._exit(1)")
    made.with_cell("quits", "exit()", position=2)
    with zipfile.ZipFile(made.folder / "zipped.zip", "w") as archive:
        archive.writestr(f"a/b/{NAME}.ipynb", nbformat.writes(made.solved()))
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
    notebook = copy.deepcopy(made.released)  # the exercise is left as it was, and its copy below the check written in
    written = find(made.solved(), LOSS)
    position = notebook.cells.index(find(notebook, f"check_{LOSS}"))
    notebook.cells.insert(position + 1, copy.deepcopy(written))
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


FORGERIES = {
    "rebinds": "class check:\n    softmax_loss = lambda fn: check\n    require = lambda: 'right'",
    "patches": "from cs231n_softmax import check\nR = check.Report\nR.require = lambda self: self\nR.ok = True\n"
               "check.softmax_loss = lambda *a, **k: R('right')\ncheck.CheckFailed.__init__ = lambda *a: None",
    "replaces": "import sys, types, cs231n_softmax\nfake = types.ModuleType('cs231n_softmax.check')\n"
                "fake.softmax_loss = lambda fn: fake\nfake.require = lambda: 'right'\n"
                "sys.modules['cs231n_softmax.check'] = cs231n_softmax.check = check = fake",
    "writes": "from pathlib import Path\nPath('cs231n_softmax').mkdir()\nPath('cs231n_softmax/__init__.py').touch()\n"
              "Path('cs231n_softmax/check.py').write_text('class softmax_loss(str):\\n    require = str.upper\\n')",
    "reference": "import cs231n_softmax.classifiers.softmax as module\nold = module.softmax_loss_vectorized\n"
                 "module.softmax_loss_vectorized = lambda *a: my_softmax_loss_naive(*a)",
}


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
    tool("make_release.py", "04", "--course", folder / "course", "--to", folder / "release")
    released = nbformat.read(folder / f"release/notebooks/{NAME}.ipynb", 4)
    full = tuple(float(find(released, f"check_{name}").metadata.nbgrader.points) for name in (LOSS, NUMERICAL))
    return folder, released, full


def grade(course, name, *makers, seconds=60):
    folder, released, _ = course
    made = Submissions(folder / name, released)
    for make in makers:
        make(made)
    printed = tool("grade.py", made.folder, "--course", folder / "course", "--to", folder / f"{name}-graded",
                   "--seconds", seconds)
    return Graded(folder / f"{name}-graded", printed)


@pytest.fixture(scope="module")
def graded(course):
    """All submissions but the slowest, graded in one go."""
    forge = lambda made: [made.with_cell(name, source, *HALF) for name, source in FORGERIES.items()]  # noqa: E731
    return grade(course, "class", honest, mangled, forge)


def test_right_answers_get_all_points_and_blank_ones_none(course, graded):
    """In a notebook handed in whole, somewhere in a folder or a zip; and the row has nothing to tell."""
    full = course[2]
    for student in ("perfect", "zipped"):
        assert graded.points(student) == full and graded.note(student) == ""
        assert float(graded.rows[student]["max"]) == sum(full)
    assert graded.points("blank") == (0, 0)
    assert f"{LOSS} isn't written yet" in graded.note("blank")
    assert f"{NUMERICAL} isn't written yet" in graded.page("blank")


@pytest.mark.parametrize("student, title", [
    ("half", "The regularization part of the gradient is half of what it should be"),
    ("assigns", "Only the last example"),
    ("sums", "N times what they should be"),
    ("endless", "come to an end"),
])
def test_known_mistakes_cost_the_points_and_are_named(course, graded, student, title):
    """In the table, and in the feedback page with explanation and hint; the other exercise keeps its points."""
    assert graded.points(student) == (0, course[2][1])
    page, note = graded.page(student), graded.note(student)
    named = re.search(rf"{LOSS}: \d mistakes?\. ([^.]*)\.", note)[1]
    assert title in named and "Mistake 1: " in page and "<i>Hint: </i>" in page
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


@pytest.mark.parametrize("student", ["warns", "exits", "quits"])
def test_what_a_cell_does_to_the_kernel_costs_nothing(course, graded, student):
    """Warnings on stderr, os._exit and exit(): the notebook is run to its end, and only the ended kernel is told."""
    assert graded.points(student) == course[2]
    told = f"{NAME}: cell 2 ended Python; the other cells ran without it" if student == "exits" else ""
    assert graded.note(student) == told


def test_deleted_cells_are_put_back(course, graded):
    """A deleted check is run all the same; a deleted exercise is put back unwritten, and gives nothing."""
    assert graded.points("deletes") == (course[2][0], 0)
    assert f"check_{LOSS} was deleted; put back" in graded.note("deletes")
    assert f"the cell of {NUMERICAL} was deleted; put back" in graded.note("deletes")


def test_lost_labels_are_found_by_the_functions_names(course, graded):
    """An editor that drops the metadata costs no points."""
    assert graded.points("unlabelled") == course[2]
    assert f"the cell of {LOSS} was deleted; another that defines it counts" in graded.note("unlabelled")


def test_copied_cells_are_mended(course, graded):
    """Of an exercise and its copy the one that was written in is graded, and its check comes after it."""
    assert graded.points("copies") == (course[2][0], 0)
    assert f"the cell of {LOSS} was copied; the first that was written in counts" in graded.note("copies")
    assert f"check_{LOSS} stood before its exercise; put after it" in graded.note("copies")
    assert f"check_{NUMERICAL} was copied" in graded.note("copies")


def test_a_name_that_a_browser_gave_is_understood(graded):
    """`04_gradient (1).ipynb` is 04_gradient when there is no other."""
    assert f"{NAME}: taken from {NAME} (1).ipynb" in graded.note("sums") and "not handed in" not in graded.note("sums")


def test_feedback_shows_the_checks_as_students_had_them(graded):
    """What was put into them for grading isn't in the pages."""
    assert "fresh examiner" not in graded.page("half") and "HIDDEN TESTS" not in graded.page("half")


def test_an_edited_check_is_put_back(course, graded):
    """Neither its text nor its points count."""
    assert graded.points("edits") == (0, course[2][1]) and f"check_{LOSS} was changed" in graded.note("edits")


@pytest.mark.parametrize("student", FORGERIES)
def test_nobody_earns_points_by_changing_the_examiner(course, graded, student):
    """A wrong function stays wrong, whatever the notebook made of `check`."""
    assert graded.points(student) == (0, course[2][1])
    assert "half of what it should be" in graded.page(student)


@pytest.mark.parametrize("student, told", [
    ("truncated", "not a notebook (JSONDecodeError"), ("empty", "the file is empty"), ("list", "not a notebook"),
    ("renamed", f"my homework.ipynb: not graded, no notebook has this name; {NAME}: not handed in"),
    ("damaged", f"{NAME}.ipynb can't be read: Bad CRC-32"),
    ("broken", f"not a readable zip: File is not a zip file; {NAME}: not handed in"),
])
def test_what_is_no_notebook_is_told(graded, student, told):
    """A row with no points says why; where there is a file, a feedback page does too."""
    assert graded.points(student) == (0, 0) and told in graded.note(student)
    if student in ("truncated", "empty", "list"):
        assert re.sub(r"\W+", " ", told) in re.sub(r"\W+", " ", graded.page(student))


def test_progress_is_printed(graded):
    """The number of students, each with points and time, and what was left out."""
    assert "left out: notes.txt" in graded.printed
    assert re.search(r"^27 students, 1 notebooks, [\d.]+ points$", graded.printed, flags=re.MULTILINE)
    assert re.search(r"^27 of 27: zipped, [\d.]+ points \(\d+ s\)$", graded.printed, flags=re.MULTILINE)


def test_endless_loops_are_stopped(course):
    """One that can be interrupted, and one that can't: both stopped, and the other cells graded."""
    loop = "while True:\n    pass"

    def loops(made):
        made.with_cell("loop", loop)
        made.with_cell("deaf", "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + loop)

    graded = grade(course, "loops", loops, seconds=6)
    assert graded.points("loop") == graded.points("deaf") == course[2]
    for student in ("loop", "deaf"):
        assert graded.note(student) == f"{NAME}: cell 2 was stopped: it used more than 6 seconds of CPU time"
        assert "used more than 6 seconds of CPU time" in graded.page(student)


def test_grading_again_changes_nothing_but_keeps_what_a_teacher_gave(course):
    """The same table and page; points given by hand in the gradebook win, and are still there."""
    one = lambda made: made.hand_in("again", made.solved(*HALF))  # noqa: E731
    first, second = grade(course, "again", one), grade(course, "again", one)
    assert first.rows == second.rows and first.points("again")[0] == 0
    with sqlite3.connect(course[0] / "course/gradebook.db") as database:
        mine = ("SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id "
                "WHERE a.student_id = 'again'")
        query = f"UPDATE grade SET manual_score = 1.5 WHERE auto_score = 0 AND notebook_id IN ({mine})"
        assert database.execute(query).rowcount == 1
    database.close()
    assert grade(course, "again", one).points("again") == (1.5, course[2][1])
