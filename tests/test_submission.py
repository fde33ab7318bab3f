"""One notebook graded: points from fresh processes, a sandbox around what students wrote, and the page."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import psutil
import pytest

from tests import hostile, mistakes  # hostile lets `grading` be imported

from grading import (  # isort: skip
    execution, feedback, patient, points, returned, sandbox, scratch, submission, trials,
)
from grading.protection import landlock_version  # isort: skip
from grading.suspicious import suspicious  # isort: skip

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "datasets/sample"
PROTECTIONS = hostile.protections()
BEST = PROTECTIONS[list(PROTECTIONS)[-1]]
ATTACKS = {attack.name: attack for attack in hostile.ATTACKS}
POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such limits")


def ran(code, folder, protection=BEST, **limits):
    """Run Python code in the sandbox, in a folder; return how it has Ended."""
    folder.mkdir(exist_ok=True)
    return sandbox.run([sys.executable, "-c", code], folder, protection, **{"seconds": 20} | limits)


@pytest.fixture(params=PROTECTIONS)
def protection(request):
    return PROTECTIONS[request.param]


# --- the sandbox -----------------------------------------------------------------------------------------------------


def test_a_command_has_a_folder_of_its_own_and_no_secrets(tmp_path, protection, monkeypatch):
    """Home and temporary files lie in it, the packages are found, and tokens aren't in the environment."""
    monkeypatch.setenv("GRADER_TOKEN", "secret")
    code = ("import os, pathlib, tempfile, cs231n_softmax, grading\n"
            "pathlib.Path('~/home').expanduser().touch()\ntempfile.mkstemp(suffix='.tmp')\n"
            "assert 'secret' not in os.environ.values()\nprint(cs231n_softmax.__file__, file=open('where', 'w'))")
    ended = ran(code, tmp_path / "scratch", protection)
    assert (ended.code, ended.why, ended.said) == (0, "", "")
    assert (tmp_path / "scratch/home").exists() and list(tmp_path.glob("scratch/*.tmp"))
    assert Path((tmp_path / "scratch/where").read_text().strip()).parent.name == "cs231n_softmax"


@POSIX
def test_what_lies_outside_is_kept_from_it(tmp_path, protection):
    """With bubblewrap or Landlock: no file outside is read, changed or deleted; no other process gets a signal."""
    if not protection.bubblewrap and not protection.landlock:
        pytest.skip("limits only: the sentence for the teacher says that files aren't protected")
    secret = tmp_path / "secret"
    secret.write_text("as it was")
    attempts = [f"open({str(secret)!r}).read()", f"open({str(secret)!r}, 'w')", f"os.remove({str(secret)!r})",
                f"os.rename({str(secret)!r}, 'mine')", f"os.link({str(secret)!r}, 'mine')",
                f"os.listdir({str(tmp_path)!r}).index('secret')", f"open({str(ROOT / 'CHANGELOG.md')!r}).read()"]
    attempts += [f"os.kill({os.getpid()}, 0)"] if protection.bubblewrap or protection.landlock >= 6 else []
    code = ("import os\nfor attempt in ATTEMPTS:\n  try:\n    eval(attempt)\n"
            "    print(attempt, file=open('done', 'a'))\n  except (OSError, ValueError): pass")
    ended = ran(code.replace("ATTEMPTS", repr(attempts)), tmp_path / "scratch", protection)
    assert ended.code == 0 and not (tmp_path / "scratch/done").exists() and secret.read_text() == "as it was"


@POSIX
def test_limits_hold(tmp_path, protection, monkeypatch):
    """Memory, file size, CPU time, number of processes and of files: each is stopped, with its reason."""
    assert "MemoryError" in ran("bytearray(10 << 30)", tmp_path / "m", protection).said
    ended = ran("with open('f', 'wb') as f:\n  while True: f.write(bytes(1 << 20))", tmp_path / "f", protection)
    assert ended.code and (tmp_path / "f/f").stat().st_size <= sandbox.FILE_SIZE
    monkeypatch.setattr(scratch, "FILES", 20)
    monkeypatch.setattr(sandbox, "PROCESSES", 6)
    sleep = "import time; time.sleep(100)"
    assert "1 seconds of CPU time" in ran("while True: pass", tmp_path / "c", protection, seconds=1).why
    many = f"import os\nfor _ in range(10):\n  if not os.fork(): break\n{sleep}"
    assert ran(many, tmp_path / "p", protection).why == "it started more than 6 processes"
    files = f"for k in range(30): open(str(k), 'w')\n{sleep}"
    assert ran(files, tmp_path / "n", protection).why == "it wrote more than 20 files"


def test_landlock_works_where_linux_has_it():
    """Without it, the tests above would only try what is left."""
    assert "Landlock" in PROTECTIONS or not landlock_version()


def sleepers(mark):
    """Return the processes with a word in their command that aren't this one."""
    found = psutil.process_iter(["cmdline", "status"])
    return [p.info["cmdline"] for p in found if mark in (p.info["cmdline"] or [""])[-1] and p.pid != os.getpid()]


DETACHED = ("import os, sys\nif not os.fork():\n  os.setsid()\n  if not os.fork():\n"
            "    os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(300)', MARK])\n"
            "  os._exit(0)\n")


@POSIX
def test_nothing_outlives_the_command(tmp_path, protection):
    """Not even what has detached itself, and not if it kills its parents as far as it can."""
    if sys.platform != "linux":
        pytest.skip("only Linux gives orphans to the keeper")
    code = DETACHED.replace("MARK", repr(tmp_path.name)) + "import time; time.sleep(0.5); os.kill(os.getppid(), 9)"
    ran(code, tmp_path / "scratch", protection)
    assert sleepers(tmp_path.name) == []


@POSIX
def test_a_killed_grader_leaves_nothing_behind(tmp_path):
    """kill -9: what it had started ends as well, with limits only, and also what has detached itself."""
    if sys.platform != "linux":
        pytest.skip("only Linux tells the keeper")
    inner = DETACHED.replace("MARK", repr(tmp_path.name)) + "import time; time.sleep(300)"
    code = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tools')!r}]\n"
        "from grading.protection import Protection\nfrom grading.sandbox import run\n"
        f"run([sys.executable, '-c', {inner!r}], {str(tmp_path)!r}, Protection('', 0, ''), 60)"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as grader:
        while [sys.executable, "-c", "import time; time.sleep(300)", tmp_path.name] not in sleepers(tmp_path.name):
            assert grader.poll() is None
            time.sleep(0.05)
        grader.send_signal(signal.SIGKILL)
    start = time.process_time()
    while time.process_time() < start + 20:  # CPU time of the looking: so a busy computer has longer
        if not sleepers(tmp_path.name):
            break
        time.sleep(0.1)
    assert sleepers(tmp_path.name) == []


@POSIX
def test_what_a_submission_wrote_is_read_with_care(tmp_path):
    """No link is followed, nothing waits for a pipe, nothing large is read."""
    (tmp_path / "file").write_text("text")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    assert scratch.read(tmp_path / "file") == b"text"
    for name, most in [("link", 100), ("pipe", 100), ("file", 3), ("nothing", 100), ("", 100)]:
        with pytest.raises(ValueError):
            scratch.read(tmp_path / name, most)


# --- points ----------------------------------------------------------------------------------------------------------

EXAMINED = [name for name in mistakes.EXERCISES if name in trials.MAKE]


def refuted(example, seed):
    """Return why new numbers refute a function of the corpus; "" if they don't."""
    function = mistakes.build(example)
    call = returned.CALLS.get(example.exercise, lambda function, *arguments: function(*arguments))
    for problem in json.loads(json.dumps(trials.problems(example.exercise, {}, seed))):
        answer = json.loads(json.dumps(returned.answer({"f": function}, "f", call, problem)))
        if why := trials.refuted(example.exercise, problem, answer):
            return why
    return ""


@pytest.mark.filterwarnings("ignore")
def test_new_numbers_refute_no_right_function(capfd):
    """In none of the styles that the examiner accepts."""
    assert {str(e): why for e in mistakes.examples("right", EXAMINED) if (why := refuted(e, 0))} == {}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("exercise", EXAMINED)
def test_new_numbers_refute_wrong_functions(exercise, capfd):
    """Most of them: those whose results are right (they change their arguments, for example) are the examiner's."""
    wrong = [e for e in mistakes.examples("wrong", [exercise]) if e.expected != "too-slow"][:12]
    assert sum(bool(refuted(example, 0)) for example in wrong) >= 0.5 * len(wrong)


def softmax_loss(W, X, y, reg, shift=lambda s: s.max(axis=1, keepdims=True)):
    """A loss as students write it."""
    scores = X @ W
    p = np.exp(scores - shift(scores))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean() + reg * np.sum(W**2)
    p[np.arange(len(y)), y] -= 1
    return loss, X.T @ p / len(y) + 2 * reg * W


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("change", "refuted"), [
    (lambda W, X, y, reg: softmax_loss(W, X, y, reg), [False] * 3),
    (lambda W, X, y, reg: (softmax_loss(W, X, y, reg)[0] * 1.01, softmax_loss(W, X, y, reg)[1]), [True] * 3),
    (lambda W, X, y, reg: (softmax_loss(W, X, y, reg)[0], softmax_loss(W, X, y, reg)[1] * 1.01), [True] * 3),
    (lambda W, X, y, reg: softmax_loss(W, X, y, reg, lambda s: 0), [False, False, True]),
    (lambda W, X, y, reg: softmax_loss(W, X, y, reg, np.max), [False, False, True]),
])
def test_new_numbers_of_a_loss(change, refuted):
    """Loss and gradient are compared, and the last of three problems has rows of scores that lie far apart."""
    found = [trials.refuted("softmax_loss", problem, returned.answer({"f": change}, "f", lambda f, *a: f(*a), problem))
             for problem in trials.problems("softmax_loss", {}, seed=0)]
    assert list(map(bool, found)) == refuted


def test_every_exercise_of_the_notebooks_has_an_examination():
    """The same as the check below it, with the same options."""
    found = 0
    for path in sorted((ROOT / "notebooks/source").glob("[0-9]*.py")):
        for line in re.findall(r"^# %% points=\d+\n(.*)", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
            check, name, options = re.fullmatch(r"check\.(\w+)\((\w+)(?:, (.*))?\)\.require\(\)", line).groups()
            exercise = points.NAMES[name]
            assert (exercise.check, exercise.options) == (check, eval(f"dict({options or ''})"))
            assert check in trials.JUDGE
            found += 1
    assert found >= 10


@POSIX
@pytest.mark.parametrize("name", ["examiner-through-gc", "answers-file", "frames", "numpy"])
def test_no_function_gives_itself_points(name):
    """Whatever it does to the examiner in its own process; and the row says what to look at."""
    notebook = hostile.notebook_of(ATTACKS[name], outside="/", port=9)
    verdict = points.judge(notebook, hostile.released(), BEST)["my_softmax"]
    assert not verdict.right and ATTACKS[name].note in "; ".join(verdict.notes)


@pytest.mark.parametrize("code, names", [
    ("import numpy as np\nimport os\ndef f(x): return np.exp(x)", []),
    ("import os as o\ndef f(x): return o.getppid()", ["o"]),
    ("from sys import modules as m\ndef f(x): return m", ["m"]),
    ("def f(x):\n    import gc\n    return gc.get_objects()", ["gc"]),
    ("def f(x): return x.__class__.__subclasses__()", ["x.__class__.__subclasses__", "x.__class__"]),
    ("import numpy as np\nnp.allclose = lambda *a: True", ["np.allclose = ..."]),
    ("def f(x): return getattr(x, '__globals__')", ["'__globals__'"]),
])
def test_names_that_no_softmax_needs_are_told(code, names):
    """Those that are used; an import alone is no reason."""
    assert suspicious(points.parsed(code, "").body) == names


def test_where_nothing_protects_the_graders_files_the_cells_that_could_reach_them_are_told():
    """Those of the student alone; the exercise's cell has its own note."""
    notebook = hostile.notebook_of(ATTACKS["deletes-release"], outside="/nowhere")
    told = "cell 2 uses shutil, and nothing keeps it from your files: look at it"
    assert submission.reaching(notebook, hostile.released()) == [told]


# --- the run for the page --------------------------------------------------------------------------------------------


def test_a_written_notebook_gives_outputs_and_nothing_else():
    """A file that isn't the executed copy of the notebook is refused; of one that is, only the outputs are taken."""
    notebook = hostile.released()
    done = json.loads(json.dumps(notebook))
    done["cells"][0] |= {"source": "forged", "outputs": [{"output_type": "stream", "name": "stdout", "text": "seen"}]}
    other = json.dumps(done).replace('"stream"', '"other"')
    for wrong in ["", "[]", '{"cells": 1}', '{"cells": []}', "[" * 10**6, other]:
        with pytest.raises(ValueError):
            execution.take_outputs(notebook, wrong)
        assert not any(cell.outputs for cell in notebook.cells)
    execution.take_outputs(notebook, json.dumps(done))
    assert notebook.cells[0].outputs[0].text == "seen" and "forged" not in notebook.cells[0].source


def test_what_comes_after_the_cut_is_dropped():
    """One output says that the rest is cut off, however often a cell goes on printing."""
    client, outputs = patient.Patient(hostile.released()), []
    client.room = dict(patient.ROOM)
    for _ in range(3):
        client.output(outputs, {"msg_type": "stream", "content": {"name": "stdout", "text": "x" * 60_000}}, None, 0)
    assert [output.text for output in outputs] == ["x" * patient.ROOM["stream"] + patient.CUT]


def test_a_notebook_is_run_to_its_end_whatever_its_cells_do(monkeypatch):
    """A cell that ends Python, one that doesn't end, one that waits, one that prints without measure."""
    monkeypatch.setattr(execution, "SLOW", 0)
    cells = ["import os; os._exit(1)", "while True: pass", "import time; time.sleep(3)", "print('x' * 10**7)",
             "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()"]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    notebook, notes = execution.run_notebook(notebook, 2, BEST)
    assert re.fullmatch(r"running all cells took \d+ CPU seconds", notes.pop(0))
    assert notes == ["cell 1 ended Python; the other cells ran without it",
                     "cell 2 was stopped: it used more than 2 seconds of CPU time",
                     "cell 4 printed a great deal; the rest is cut off"]
    assert notebook.cells[2].outputs == [] and "image/png" in notebook.cells[4].outputs[0].data


def test_an_unwritten_exercise_shows_its_message_and_no_traceback():
    """A dozen cells may call it, and each stops with it."""
    lines = ["Traceback (most recent call last)", "NotImplementedError: write it"]
    error = nbformat.v4.new_output("error", ename="NotImplementedError", evalue="write it", traceback=lines)
    cell = nbformat.v4.new_code_cell("f()", outputs=[error])
    page = feedback.make_page("02", nbformat.v4.new_notebook(cells=[cell]), {}, {}, [])
    assert lines[1] in page and lines[0] not in page


# --- all of it -------------------------------------------------------------------------------------------------------


def test_a_right_notebook_has_all_points_and_a_clean_page(monkeypatch):
    """And nothing to tell. Scripts that it displays aren't in the page."""
    monkeypatch.setenv("CIFAR10_DIR", str(SAMPLE))
    notebook = hostile.notebook_of(ATTACKS["script-in-page"])
    outcome = submission.grade_notebook(notebook, hostile.released(), 60, BEST, "02")
    assert (outcome.points, outcome.notes) == ({"check_my_softmax": 5.0}, [])
    assert "my_softmax</code></b>: right" in outcome.page or "my_softmax</code>: right" in outcome.page
    shown = outcome.page.partition("<body")[2]
    assert "<script>alert" not in shown and "onerror=alert(2)>" not in shown and "5 of 5 points" in shown


@POSIX
def test_a_notebook_that_ends_its_own_run_keeps_its_points_and_deceives_nobody(tmp_path):
    """It puts a pipe in the place of what the grader reads, and kills its parent; its wrong check is told."""
    attack = ATTACKS["fifo-as-notebook"]
    outcome, changed, _ = hostile.tried(attack, BEST, tmp_path)
    assert outcome.points == {"check_my_softmax": 5.0} and not changed
    assert "its page has no outputs" in outcome.notes[-1]


def test_a_mistake_is_named_and_a_forged_check_is_told(tmp_path):
    """The report of the fresh process stands in the page, hints unfolded."""
    outcome, *_ = hostile.tried(ATTACKS["own-check"], BEST, tmp_path)
    assert outcome.points == {"check_my_softmax": 0.0} and "[over-everything]" in outcome.notes[0]
    assert outcome.notes[1] == "my_softmax: its check in the notebook shows no mistake, and the fresh examination does"
    assert "over-everything" in outcome.page and "<details open>" in outcome.page
