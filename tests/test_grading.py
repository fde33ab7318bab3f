"""The classroom's whole circle: release, hand in, collect, grade, feedback, and grade again."""

import argparse
import contextlib
import copy
import csv
import html
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import nbformat
import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import grade  # noqa: E402
import make_release  # noqa: E402
from grading import choice, collect, side_by_side  # noqa: E402
from grading.collect import Found, Submission  # noqa: E402
from grading.results import Result, read_results  # noqa: E402

NAME = "04_gradient"
LOSS, NUMERICAL = "my_softmax_loss_naive", "my_numerical_gradient"
FULL = nbformat.read(ROOT / f"notebooks/{NAME}.ipynb", 4)
HALF = ("2 * reg * W", "reg * W")  # a wrong gradient


def run(module, *arguments):
    """Run a tool's main() in this process, on the built-in sample; return what it printed."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setenv("CIFAR10_DIR", str(ROOT / "datasets/sample"))
        patch.setattr(sys, "argv", [module.__name__, *map(str, arguments)])
        module.main()
    return printed.getvalue()


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


class Graded:
    """What one run of grade.py wrote."""

    def __init__(self, folder, printed=""):
        self.folder, self.printed = folder, printed
        with open(folder / "points.csv", encoding="utf-8-sig", newline="") as f:
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
    """One notebook released: (folder, the released notebook, the points of each exercise)."""
    folder = tmp_path_factory.mktemp("course")
    run(make_release, "04", "--to", folder / "release")
    released = nbformat.read(folder / f"release/notebooks/{NAME}.ipynb", 4)
    full = tuple(float(find(released, f"check_{name}").metadata.nbgrader.points) for name in (LOSS, NUMERICAL))
    return folder, released, full


def graded_by(made, *arguments):
    """Grade submissions."""
    folder, target = made.folder.parent, made.folder.parent / f"{made.folder.name}-graded"
    options = ["--release", folder / "release/notebooks", "--to", target, "--jobs", "2", *arguments]
    return Graded(target, run(grade, made.folder, *options))


@pytest.fixture(scope="module")
def graded(course):
    """All submissions graded in one go."""
    folder, released, _ = course
    made = Submissions(folder / "class", released)
    honest(made)
    mangled(made)
    return graded_by(made)


def test_right_answers_get_all_points_and_blank_ones_none(course, graded):
    """In a notebook handed in whole, somewhere in a zip or a folder; and the row tells only whose solution it is."""
    full = course[2]
    published = [f"{name}: equals the published solution" for name in (LOSS, NUMERICAL)]
    assert graded.points("zipped") == graded.points("prints") == full
    assert graded.note("zipped") == "; ".join(published)
    assert re.search(rf"^{LOSS}: equal to the published solution: .*zipped", graded.printed, flags=re.MULTILINE)
    assert float(graded.rows["zipped"]["max"]) == sum(full)
    assert graded.points("blank") == (0, 0)
    assert f"{LOSS} isn't written yet" in graded.note("blank")
    assert f"{NUMERICAL} isn't written yet" in graded.page("blank")
    assert f"<title>{NAME}</title>" in graded.page("blank")


@pytest.mark.parametrize("student, title", [
    ("edits", "The regularization part of the gradient is half of what it should be"),
    ("copies", "Only the last example"),
    ("sums", "N times what they should be"),
    ("endless", "had not ended after"),
])
def test_known_mistakes_cost_the_points_and_are_named(course, graded, student, title):
    """In the table, and in the feedback page, hints unfolded; the other exercise keeps its points."""
    assert graded.points(student) == (0, course[2][1])
    assert title in graded.note(student) and "Mistake 1: " in graded.page(student)
    page = graded.page(student)
    assert page.count("<details") == page.count("<details open") > 0


def test_a_syntax_error_is_named(course, graded):
    """The other exercise keeps its points."""
    assert graded.points("syntax") == (0, course[2][1]) and "SyntaxError" in graded.page("syntax")
    assert LOSS in graded.note("syntax")


def test_what_a_cell_does_to_the_kernel_costs_nothing(course, graded):
    """Printing without measure, warnings on stderr, exit() and os._exit: the answers are right."""
    for student in ("zipped", "exits", "prints"):
        assert graded.points(student) == course[2]
    assert len(graded.page("prints")) < 1_500_000


def test_deleted_copied_and_unlabelled_cells(course, graded):
    """A deleted exercise gives nothing; what lost its label, or was copied, is found."""
    assert graded.points("deletes") == (course[2][0], 0)
    assert f"the cell of {NUMERICAL} was deleted; put back" in graded.note("deletes")
    assert graded.points("unlabelled") == course[2]
    assert f"the cell of {LOSS} was copied; the first one that was changed counts" in graded.note("copies")
    assert f"check_{LOSS} was changed" in graded.note("edits")


@pytest.mark.parametrize("student, told", [
    ("truncated", "not a notebook (JSONDecodeError"), ("empty", "the file is empty"), ("list", "not a notebook"),
    ("damaged", f"{NAME}.ipynb: it is damaged (Bad CRC-32"),
    ("broken", "not a readable archive: it is damaged (File is not a zip file)"),
])
def test_what_is_no_notebook_is_told(graded, student, told):
    """A row without points says why; if there is a file, its feedback page says it too."""
    assert graded.points(student) == (0, 0) and told in graded.note(student)
    plain = "can't be opened as" if student in ("truncated", "empty", "list") else f"there is no notebook {NAME}.ipynb"
    assert plain in html.unescape(graded.page(student)) and "hand" in graded.page(student)
    if student in ("truncated", "empty", "list"):
        assert re.sub(r"\W+", " ", told) in re.sub(r"\W+", " ", graded.page(student))


def test_a_renamed_notebook_is_known_by_its_exercises(course, graded):
    assert graded.points("renamed") == course[2] and "taken from my homework.ipynb" in graded.note("renamed")


def test_progress_is_printed(graded):
    """The system, the number of students, the protection, and what was left out."""
    assert "left out: notes.txt" in graded.printed
    first = r"^folders: 17 students, 1 notebook, [\d.]+ points\. Graded already: 0\."
    assert re.search(first, graded.printed, flags=re.MULTILINE)
    assert re.search(r"^zipped: [\d.]+ points$", graded.printed, flags=re.MULTILINE)
    unread = r"^No exercise was found in what these handed in: .*broken.*\. Look at their rows"
    assert re.search(unread, graded.printed, re.MULTILINE)


def test_graded_again_one_row_differs_and_what_a_teacher_gave_stays(course, graded):
    """Who handed in something new is graded; all the others aren't, and their rows and pages stay to the byte."""
    made = Submissions(course[0] / "class", course[1])
    before = {path: path.read_bytes() for path in graded.folder.rglob("*") if path.is_file()}
    made.hand_in("blank", made.solved())
    (graded.folder / "marks.csv").write_text(f"student,exercise,points,comment\nsyntax,{LOSS},1.5,nearly\n")
    again = graded_by(made)
    assert "Graded already: 16." in again.printed
    assert again.points("blank") == course[2] and again.points("syntax") == (1.5, course[2][1])
    differ = {path.name if path.suffix == ".csv" else path.relative_to(graded.folder).parts[1]
              for path, content in before.items() if path.read_bytes() != content}
    assert differ == {"points.csv", "marks.csv", "blank.json", "blank", "syntax"}
    rows = {student: row for student, row in graded.rows.items() if student not in ("blank", "syntax")}
    assert rows == {student: row for student, row in again.rows.items() if student in rows}


def test_a_run_that_is_killed_goes_on(course):
    """Killed when the first result is there: what is known stays, and a rerun completes the table."""
    made = Submissions(course[0] / "killed", course[1])
    for student in "abc":
        made.hand_in(student, made.solved())
    target = course[0] / "killed-graded"
    options = ["--release", course[0] / "release/notebooks", "--to", target, "--jobs", "1"]
    command = [sys.executable, grade.__file__, made.folder, *options]
    env = os.environ | {"CIFAR10_DIR": str(ROOT / "datasets/sample")}
    child = subprocess.Popen([str(part) for part in command], env=env, stdout=subprocess.DEVNULL)
    while not list(target.glob("results/*.json")) and child.poll() is None:
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    known, told = read_results(target)
    assert 1 <= len(known) < 3 and told == []
    again = graded_by(made, "--jobs", "1")
    assert f"Graded already: {len(known)}." in again.printed
    assert {student: again.points(student) for student in "abc"} == dict.fromkeys("abc", course[2])


def test_after_ctrl_c_who_isnt_graded_yet_has_no_points(course, monkeypatch):
    """The class list has all of them, and their files are there. The last lines say how many are left."""
    made = Submissions(course[0] / "stopped", course[1])
    for student in ("ann", "bob", "zed"):
        made.hand_in(student, made.short())
    (course[0] / "class.csv").write_text("id\nann\nbob\nzed\nnobody\n")

    def one_only(submissions, work, jobs, stop):
        stop.set()
        yield work(submissions[0])

    with monkeypatch.context() as patch, pytest.raises(SystemExit, match="^2 students still to be graded. Stopped"):
        patch.setattr(grade, "results_of", one_only)
        graded_by(made, "--roster", course[0] / "class.csv", "--format", "gradescope")
    stopped = Graded(course[0] / "stopped-graded")
    assert [(row["total"], row["what happened"]) for row in stopped.rows.values()][1:] == [
        ("", "not graded yet"), ("0", "nothing was handed in"), ("", "not graded yet")]
    assert stopped.points("ann") == (0, 0) and not (stopped.folder / "gradescope.zip").exists()


CANVAS_NAME = "{}_501_777_" + f"{NAME}.ipynb"


def test_who_has_another_name_in_canvas_keeps_the_row(course):
    """And with it the points by hand, under both names; canvas.csv has them. The number decides, not the name."""
    made = Submissions(course[0] / "names", course[1])
    made.hand_in("", made.short(), "leezed_502_778_04_gradient.ipynb")
    made.hand_in("", made.short(), CANVAS_NAME.format("leeann"))
    first = graded_by(made)
    (made.folder / CANVAS_NAME.format("leeann")).rename(made.folder / CANVAS_NAME.format("smithann"))
    marks = f"leeann_501,extra,1,\nsmithann_501,{LOSS},2,\n"
    (first.folder / "marks.csv").write_text(f"student,exercise,points,comment\n{marks}")
    for _ in range(2):
        again = graded_by(made, "--format", "canvas")
        assert "smithann_501 has the number of leeann_501, and goes on in this row." in again.printed
        assert set(again.rows) == {"leeann_501", "leezed_502"} and again.rows["leeann_501"]["total"] == "3"
        assert "is called smithann_501 in the export now" in again.note("leeann_501")
        assert ",501,,,,3" in (again.folder / "canvas.csv").read_text()
    assert "Graded already: 2." in again.printed


def test_of_two_results_with_one_number_the_one_in_the_export_counts():
    """A folder that was graded before numbers decided. Points by hand for the older name still find the row."""
    one = Submission("smithann_501", "smithann", {"canvas": "501"})
    results = {name: Result(name, "", {"canvas": "501"}, "", {}) for name in ("leeann_501", "smithann_501")}
    (sentence,) = choice.follow_numbers([one], results)
    assert list(results) == ["smithann_501"] and "delete results/leeann_501.json" in sentence
    assert one.student == choice.named("leeann_501", [one]) == "smithann_501"


def test_another_number_or_another_system_is_another_student():
    one = Submission("x", "", {"canvas": "501"})
    for ids in ({"moodle": "501"}, {"canvas": "502"}, {"gradescope": "501"}, {}):
        results = {"y": Result("y", "", ids, "", {})}
        assert choice.follow_numbers([one], results) == [] and one.student == "x" and "y" in results


def test_a_row_that_is_kept_from_an_earlier_run_says_so(course):
    made = Submissions(course[0] / "moved", course[1])
    for student in ("ann", "zed"):
        made.hand_in(student, made.short())
    graded_by(made)
    (made.folder / "ann").rename(made.folder / "anna")
    again = graded_by(made)
    assert "Not in this export, and kept from an earlier run: ann. " in again.printed
    assert "not in this export" in again.note("ann") and set(again.rows) == {"ann", "anna", "zed"}
    assert "not in this export" not in again.note("anna") + again.note("zed")


def ending(submission):
    """Stands for the grading of a student; one of them ends its process."""
    if submission.student == "bad":
        os._exit(1)
    return Result(submission.student, "", {}, "", {"check_f": 1.0})


def test_who_ends_the_process_that_grades_takes_no_points_from_others():
    """The others are graded, each in a process of its own if need be."""
    students = [Submission(name) for name in ("a", "bad", "c", "d")]
    found = {one.student: one for one in side_by_side.results_of(students, ending, 2, threading.Event())}
    assert {name: one.points for name, one in found.items()} == dict.fromkeys("acd", {"check_f": 1.0}) | {"bad": {}}
    assert found["bad"].notes == ["could not be graded: it ended the process that graded it"]


def test_ctrl_c_keeps_those_who_are_being_graded_and_begins_nobody(capfd):
    """A signal to this process, as the terminal sends it; those that grade don't hear of it."""
    students = [Submission(name) for name in "abcdefgh"]
    found = []
    with side_by_side.stopped_by_ctrl_c() as stop:
        for result in side_by_side.results_of(students, slowly, 2, stop):
            found.append(result.student)
            if len(found) == 1:
                os.kill(os.getpid(), signal.SIGINT)
    assert len(found) == len(set(found)) and 2 <= len(found) <= 3
    assert "Ctrl-C again stops at once" in capfd.readouterr().out


def slowly(submission):
    """Stands for the grading of a student."""
    time.sleep(0.2)
    return ending(submission)


def test_a_second_ctrl_c_ends_the_process_at_once():
    code = ("import os, signal\nfrom grading.side_by_side import stopped_by_ctrl_c\nwith stopped_by_ctrl_c():\n"
            "  os.kill(os.getpid(), signal.SIGINT)\n  print('goes on', flush=True)\n"
            "  os.kill(os.getpid(), signal.SIGINT)\n  print('too far')")
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools")])}
    ended = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert ended.returncode == 130 and ended.stdout.splitlines()[1:] == ["goes on"]


INTERRUPTED = """
import os, runpy, signal, sys

class Interrupt:
    def find_spec(self, name, *_):
        if name == "nbformat":
            os.kill(os.getpid(), signal.SIGINT)

sys.path[0] = os.path.dirname(sys.argv[1])
sys.meta_path.insert(0, Interrupt())
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="other signals there")
def test_ctrl_c_while_modules_are_imported_is_a_sentence():
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED, grade.__file__], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (130, f"{grade.STOPPED}\n") and "is kept" in ended.stderr


def test_submissions_find_the_data_that_the_grader_found(course, graded, monkeypatch):
    """They run in folders of their own. Without its place, each of them would make the sample anew."""
    folder = course[0]
    monkeypatch.delenv("CIFAR10_DIR", raising=False)
    monkeypatch.setattr(grade, "ensure_cifar10", lambda: Path("datasets/sample"))
    monkeypatch.setattr(grade, "grade_all", lambda *_: None)
    release = folder / "release/notebooks"
    monkeypatch.setattr(sys, "argv", ["grade.py", str(folder / "class"), "--release", str(release)])
    monkeypatch.chdir(ROOT)
    grade.main()
    assert os.environ.pop("CIFAR10_DIR") == str((ROOT / "datasets/sample").resolve())


ORPHAN = """
import os, signal, sys, time
sys.path.insert(0, sys.argv[1])
from grading.side_by_side import process_pool
pool = process_pool(1)
print(pool.submit(os.getpid).result(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="other signals there")
def test_who_grades_ends_when_its_parent_was_killed():
    """Else each grader that is killed leaves processes behind."""
    parent = subprocess.run([sys.executable, "-c", ORPHAN, str(ROOT / "tools")], capture_output=True, text=True)
    assert parent.returncode == -signal.SIGKILL
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(parent.stdout)).wait(timeout=60)  # it computes nothing; psutil.TimeoutExpired if it stays


def test_what_an_export_says_is_part_of_a_result():
    """Files that are the same, and were handed in late after all: the student is graded again."""
    args = argparse.Namespace(seconds=1)
    found = [Found("04", b"x", "04.ipynb", late=late) for late in (False, True, True)]
    texts = [choice.digest_of(Submission("ann", notebooks={"04": one}), {}, args) for one in found]
    assert texts[0] != texts[1] == texts[2]


def test_another_text_in_the_release_grades_nobody_again(course):
    """Links to other notebooks come and go with a release. Code, and what asks for an answer, count."""
    args, one = argparse.Namespace(seconds=1), Submission("ann")

    def changed(kind):
        notebook = copy.deepcopy(course[1])
        next(cell for cell in notebook.cells if kind(cell)).source += " more"
        return choice.digest_of(one, {NAME: notebook}, args)

    same = choice.digest_of(one, {NAME: course[1]}, args)
    assert changed(lambda cell: cell.cell_type == "markdown") == same
    assert same not in (changed(lambda cell: cell.cell_type == "code"), changed(lambda cell: cell.id == "answer-1"))


def test_another_assignment_needs_a_folder_of_its_own(tmp_path):
    """Or marks for extra points would count in both, and those who handed in the first only would have 0 points."""
    before = {"bob": Result("bob", "", {}, "", {}),
              "ann": Result("ann", "", {}, "", {}, handed_in={"03_cross_entropy": ""})}
    now = [Submission("ann", notebooks={NAME: Found(NAME, b"", "")})]
    with pytest.raises(ValueError, match=r'another assignment: 03_cross_.*TO="graded/04" and NOTEBOOKS="04"'):
        choice.refuse_others(now, before, {"03_cross_entropy": None, NAME: None}, tmp_path)
    for released in ({"03_cross_entropy": None}, {"03_cross_entropy": None, NAME: None}):
        choice.refuse_others([Submission("ann", notebooks=dict.fromkeys(released))], before, released, tmp_path)
    choice.refuse_others(now, {}, {NAME: None}, tmp_path)


def test_an_export_of_another_notebook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as made:
        made.writestr("ann/03_cross_entropy (1).ipynb", nbformat.writes(nbformat.v4.new_notebook()))
        made.writestr("bob/essay.pdf", "essay")
    others = collect.collect(tmp_path / "export.zip", {NAME: []}).submissions
    with pytest.raises(ValueError, match='nobody of 2 students handed in 04_gradient, but some .*NOTEBOOKS="03"'):
        choice.refuse_others(others, {}, {NAME: None}, tmp_path)
    choice.refuse_others(others[1:], {}, {NAME: None}, tmp_path)
    others.append(Submission("cy", notebooks={NAME: Found(NAME, b"", "")}))
    choice.refuse_others(others, {}, {NAME: None}, tmp_path)


def test_a_notebook_without_exercises_accuses_nobody():
    empty = {"ann": Result("ann", "", {}, "", {})}
    assert "ann" in grade.without_exercises(empty, {"check_my_loss": 5.0})[0]
    assert grade.without_exercises(empty, {}) == []


def test_nobody_of_this_name(course, graded):
    """--again names a student who isn't there: the message has those who are, and nothing is written."""
    before = (graded.folder / "points.csv").read_bytes()
    with pytest.raises(SystemExit, match="AGAIN=nobody: nobody who handed in something has this name. There are b"):
        graded_by(Submissions(course[0] / "class", course[1]), "--again", "nobody")
    assert (graded.folder / "points.csv").read_bytes() == before


def test_a_student_is_found_by_number_and_by_name():
    ann, bob = Submission("leeann_501", "leeann", {"canvas": "501"}), Submission("leebob_502", "leebob")
    for text in ("leeann_501", "501", "Lee, Ann", "ann lee"):
        assert choice.named(text, [ann, bob]) == "leeann_501"
    with pytest.raises(ValueError, match="could be leeann_501 or x: matched with nobody. There are leeann_501, x"):
        choice.named("Ann Lee", [ann, Submission("x", "Ann Lee")])


def test_an_export_that_cant_be_used_is_told_before_anybody_is_graded(course, graded):
    """Nothing is written or deleted then. A run without FORMAT deletes the exports of an earlier one."""
    made = Submissions(course[0] / "class", course[1])
    old, other = graded.folder / "canvas.csv", course[0] / "other.csv"
    old.write_text("old points")
    other.write_text("Student,ID,Section,04 gradient (1)\n    Points Possible,,,30\nStranger,9,A,\n")
    with pytest.raises(SystemExit, match="0 of 17 students are in this file. Is it another course's"):
        graded_by(made, "--format", f"canvas={other}")
    answers, before = graded.folder / "answers.csv", (graded.folder / "answers.csv").read_bytes()
    answers.write_text("name,mark\nann,5\n")
    with pytest.raises(SystemExit, match="answers.csv: expected the headings student"):
        graded_by(made)
    answers.write_bytes(before)
    assert old.exists()
    assert "canvas.csv of an earlier run is deleted" in graded_by(made).printed and not old.exists()


def test_pages_without_a_result_are_deleted(tmp_path):
    for page in ("ann/04.html", "lost/04.html", "mine/04.html", "mine/notes.txt"):
        (tmp_path / page).parent.mkdir(exist_ok=True)
        (tmp_path / page).touch()
    grade.delete_pages(tmp_path, {"ann": None})
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert left == ["ann/04.html", "mine/notes.txt"]


def test_one_digit_is_the_number_of_a_notebook():
    assert grade.notebook_names(["4"]) == [NAME]


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make_grades_one_student_once_more_and_into_another_folder():
    asked = ["SUBMISSIONS=e.zip", "AGAIN=Lee, Ann", "TO=graded/05"]
    said = subprocess.run(["make", "-n", "grade", *asked], cwd=ROOT, capture_output=True)
    assert b'--again "Lee, Ann"' in said.stdout and b'--to "graded/05"' in said.stdout
