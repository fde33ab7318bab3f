"""assignment/: learners' folders in the layouts of several years get their verdict, and nothing in them changes."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from assignments import CLASSIFIERS, EARLY, FOLDERS, FULL, HALF, NAIVE, VECTORIZED, built, folder, notebook, softmax

from cs231n_softmax.__main__ import main
from cs231n_softmax.assignment import examine, find, process, run, show
from cs231n_softmax.assignment.copies import place
from cs231n_softmax.assignment.find import candidates
from cs231n_softmax.assignment.reading import Unreadable, read, without_magics


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """What never ends is stopped earlier."""
    monkeypatch.setattr(run, "CALL_SECONDS", 1.0)
    monkeypatch.setattr(run, "IMPORT_SECONDS", 1.0)


def snapshot(home):
    """Return {path: bytes} of all files and folders below `home`."""
    return {path: path.read_bytes() if path.is_file() else None for path in home.rglob("*")}


def verdicts(examined):
    """Return {function: verdict, or the codes of its mistakes}."""
    return {result.name: result.verdict if result.verdict != "wrong"
            else " ".join(mistake["code"] for mistake in result.report["mistakes"])
            for one in examined for result in one.results}


@pytest.mark.parametrize("name", FOLDERS)
def test_folders_get_their_verdict(name, tmp_path):
    """The verdict of each function and the exit status; the folder is the same afterwards, to the byte."""
    files, path, status, expected = FOLDERS[name]
    built(files, tmp_path)
    before, cpu = snapshot(tmp_path), sum(os.times()[:4])
    examined = examine(find(tmp_path / path))
    assert verdicts(examined) == expected
    assert show.status(examined) == status
    assert snapshot(tmp_path) == before
    assert sum(os.times()[:4]) - cpu < 60
    assert len(show.text(examined)) < 20_000 and json.loads(show.as_json(examined))["status"] == status


def test_solutions_beside_practice_copies_are_left_out(tmp_path):
    """A learner's own work is examined; a folder of that name anywhere else is a learner's."""
    for name in ("practice/01.ipynb", "practice/progress.json", "practice/solved/01.ipynb", "mine/solved/01.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(candidates(tmp_path)) == [tmp_path / "mine/solved/01.ipynb", tmp_path / "practice/01.ipynb"]



# --- what can't be read: one clear sentence, with the file, the line, and what to do ---------------------------------

@pytest.mark.parametrize(("text", "words"), [
    ("x = 1\nprint 'a'\n", "line 2: `print 'a'` is Python 2"),
    ("try:\n    pass\nexcept ValueError, e:\n    pass\n", "line 3: .*Python 2.*except Error as name"),
    ("def f(:\n", "line 1: Python can't read"),
    ("if 1:\n    x = 1\n\ty = 2\n", "line 3: "),
    ("<<<<<<< HEAD\n", "mark of git"),
    ("<!DOCTYPE html><p>", "web page.*Raw"),
    ('{"cells": [1]}', "is a notebook"),
    ("a\0b", "isn't a file of Python"),
])
def test_sentences(text, words, tmp_path):
    """Each names the file."""
    (tmp_path / "softmax.py").write_text(text)
    with pytest.raises(Unreadable, match=f"softmax.py.*{words}|{words}"):
        read(tmp_path / "softmax.py")


@pytest.mark.parametrize(("path", "words"), [
    ("none", "there is no such file"), ("a.txt", "isn't a file of Python"), ("empty", "no file in this folder"),
    ("a.py", "none of the functions that can be examined"),
])
def test_nothing_to_examine(path, words, tmp_path, monkeypatch, capsys):
    """Exit status 2, and a sentence."""
    monkeypatch.chdir(tmp_path)
    built({"a.txt": "", "a.py": "x = 1", "empty/b.py": "x = 1"}, tmp_path)
    assert main(["check", path]) == 2
    assert words in capsys.readouterr().err


def test_a_missing_function_is_told(tmp_path):
    """The course's file without one of its functions."""
    built({"softmax.py": softmax().split("def softmax_loss_vectorized")[0]}, tmp_path)
    assert verdicts(examine(find(tmp_path / "softmax.py"))) == {"softmax_loss_naive": "right",
                                                              "softmax_loss_vectorized": "missing"}


# --- notebooks, places -----------------------------------------------------------------------------------------------

def test_magics_are_dropped():
    """Lines for Jupyter or the shell, cells in other languages; a formula that goes on with % is left."""
    assert without_magics("%cd x\ny = (7\n % 3)") == "\ny = (7\n % 3)" or "% 3" in without_magics("y = (7\n % 3)")
    assert without_magics("%%bash\nls") == "" and without_magics("%%time\nx = 1") == "\nx = 1"


def test_the_courses_notebook_leads_to_its_package(tmp_path):
    """softmax.ipynb has no functions itself."""
    built(folder(svm="", classifier="") | {"assignment1/softmax.ipynb": notebook("from cs231n import x")}, tmp_path)
    (source,) = find(tmp_path / "assignment1" / "softmax.ipynb")
    assert source.path.name == "softmax.py" and "none of the functions itself" in source.notes[-1]


@pytest.mark.parametrize(("path", "home", "module"), [
    ("/a/cs231n/classifiers/softmax.py", "/a", "cs231n.classifiers.softmax"),
    ("/a/classifiers/softmax.py", "/a", "cs231n.classifiers.softmax"),
    ("/cs231n/assignment1/cs231n/classifiers/softmax.py", "/cs231n/assignment1", "cs231n.classifiers.softmax"),
    ("/a/softmax.py", "/a", "cs231n.classifiers.softmax"),
])
def test_places(path, home, module):
    """Each file gets its place in a package cs231n."""
    found = place(Path(path))
    assert (found.home, found.module) == (Path(home), module)


# --- the command -----------------------------------------------------------------------------------------------------

def test_the_command(tmp_path, monkeypatch, capsys):
    """Text without colours for a file, hints on request, JSON, a page, and nothing else in the working folder."""
    monkeypatch.chdir(tmp_path)
    built({"softmax.py": "import numpy as np\n" + VECTORIZED.format(
        name="softmax_loss_vectorized", **{**FULL, "slope": "reg * W"})}, tmp_path)
    assert main(["check", "softmax.py", "--hints", "--html", "page.html"]) == 1
    text = capsys.readouterr().out
    assert "reg-gradient-half" in text and "Look at line 14:  dW += reg * W" in text and "Hint: " in text
    assert "\033" not in text and "softmax_loss_naive is missing" in text
    page = (tmp_path / "page.html").read_text()
    assert "color-scheme: light dark" in page and "dW += reg * W" in page
    assert sorted(os.listdir()) == ["page.html", "softmax.py"]


def test_a_gradient_without_a_line_of_its_own(tmp_path):
    """What is returned may be an expression: then the line with `return` is quoted."""
    text = softmax().replace("return loss, dW\n", "return loss, -dW\n", 1)
    built({"softmax.py": text}, tmp_path)
    result = examine(find(tmp_path / "softmax.py"))[0].results[0]
    (mistake,) = result.report["mistakes"]
    assert mistake["code"] == "gradient-negated" and mistake["lines"][0]["text"] == "return loss, -dW"


def test_conventions(tmp_path):
    """Both are right; one can be demanded; a file with both gets a note."""
    built({"softmax.py": softmax(HALF, FULL)}, tmp_path)
    both, full, half = (examine(find(tmp_path / "softmax.py"), demanded) for demanded in ("", "full", "half"))
    assert show.status(both) == 0 and any("comparison of the two" in note for note in both[0].source.notes)
    assert [remark["code"] for remark in both[0].results[0].report["remarks"]] == ["half-convention"]
    assert verdicts(full) == {"softmax_loss_naive": "half-convention", "softmax_loss_vectorized": "right"}
    assert verdicts(half)["softmax_loss_naive"] == "right" != verdicts(half)["softmax_loss_vectorized"]


@pytest.mark.parametrize(("penalty", "codes"), [
    ({"penalty": HALF["penalty"], "slope": "0"}, "reg-gradient-missing"),
    ({"penalty": "0", "slope": HALF["slope"]}, "reg-loss-missing"),
    ({"penalty": HALF["penalty"], "slope": "reg * np.sum(W)"}, "reg-gradient-summed-weights"),
    ({"penalty": FULL["penalty"], "slope": HALF["slope"]}, "reg-gradient-half"),
])
def test_a_mistake_beside_the_older_convention_accuses_nothing_else(penalty, codes, tmp_path):
    """Where one half of the penalty is wrong, the other half isn't called wrong for following a convention."""
    built({"softmax.py": softmax(HALF, penalty)}, tmp_path)
    assert verdicts(examine(find(tmp_path / "softmax.py")))["softmax_loss_vectorized"] == codes


@pytest.mark.parametrize(("lines", "penalty", "expected", "title"), [
    (["dW /= X.shape[0]"], "pass", "not written", "the gradient isn't written yet"),
    (["dW /= X.shape[0]"], "dW += 2 * reg * W", "not written", "the data part of the gradient isn't written yet"),
    (["dW /= X.shape[0]", "reg = 0"], "pass", "reg-loss-missing not-written", "The regularization part of the loss is"),
    (["dW = dW / X.shape[0]"], "dW += reg * W", "not-written reg-gradient-half", "the data part of the gradient isn't"),
    (["grad = dW", "grad += 0 * X[0][:, None]"], "dW += 2 * reg * W", "data-gradient-missing", "At reg = 0"),
])
def test_a_gradient_that_only_lacks_its_data_part_is_not_called_wrong(lines, penalty, expected, title, tmp_path):
    """It may be divided and have its penalty; zeros that come from something written are wrong."""
    text = LOOPS.replace("            dW[:, j] += (np.exp(scores[j]) / total - (j == y[i])) * X[i]", "            pass")
    text = text.replace("    dW /= X.shape[0]", "".join(f"    {line}\n" for line in lines)[:-1])
    built({"softmax.py": text.replace("    dW += 2 * reg * W", f"    {penalty}")}, tmp_path)
    examined = examine(find(tmp_path / "softmax.py"))
    assert verdicts(examined)["softmax_loss_naive"] == expected
    assert any(title in mistake["title"] for mistake in examined[0].results[0].report["mistakes"])


def test_an_entry_of_turned_arrays_is_found_in_the_learners(tmp_path):
    """Where examples are columns, the evidence says which entry of the learner's dW is meant."""
    built({"softmax.py": EARLY.replace("dW / X.shape[1]", "dW")}, tmp_path)
    (mistake,) = examine(find(tmp_path / "softmax.py"))[0].results[0].report["mistakes"]
    told = mistake["evidence"].replace("\n", " ")
    assert re.search(r"dW\[(\d), (\d)\] is .* dW\[\1, \2\] is your dW\[\2, \1\]", told)


def test_a_penalty_without_reg_is_in_the_loss_at_0(tmp_path):
    """The step of that number isn't passed."""
    built({"softmax.py": softmax({**FULL, "penalty": "np.sum(W * W)"})}, tmp_path)
    result = examine(find(tmp_path / "softmax.py"))[0].results[0]
    steps = {step["what"]: step["result"] for step in result.report["steps"]}
    assert steps["the loss at reg = 0, on 7 small problems"] == "wrong"
    assert steps["the gradient at reg = 0, on 7 small problems"] == "passed"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems don't limit a process's memory in this way")
def test_memory_is_limited(tmp_path):
    """A file that takes 4 GB while it is imported is told so, and its functions are examined."""
    built({"softmax.py": "import numpy as np\nlarge = np.empty(1 << 29)\n" + softmax()}, tmp_path)
    (examined,) = examine(find(tmp_path / "softmax.py"))
    assert set(verdicts([examined]).values()) == {"right"} and "Unable to allocate" in examined.source.notes[0]


def test_narrow_encodings(tmp_path):
    """The command prints where stdout takes ASCII only, and exits with its status."""
    built({"softmax.py": "def softmax_loss_naive(W, X, y, reg):\n    pass\n"}, tmp_path)
    done = subprocess.run([sys.executable, "-m", "cs231n_softmax", "check", "softmax.py"], cwd=tmp_path,
                          env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True)
    assert done.returncode == 1 and "- softmax_loss_naive" in done.stdout and not done.stderr


def test_a_process_that_waits_is_ended(tmp_path, monkeypatch):
    """One that computes nothing for a while is ended, with what it has started; one that computes goes on."""
    waits = ("import subprocess, sys, time, pathlib; {package!r}; "
             "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)']); "
             "pathlib.Path(sys.argv[1]).write_text(str(other.pid)); time.sleep(1000)")
    monkeypatch.setattr(process, "CHILD", waits)
    monkeypatch.setattr(process, "QUIET_SECONDS", 0.5)
    task = tmp_path / "task"
    seconds, more = [0.0], iter([2, 2, 0.5])  # of CPU time: read so far, and added when it has begun to wait

    def cpu(pid):
        seconds[0] += next(more) if task.exists() else 2
        return seconds[0]

    monkeypatch.setattr(process, "_cpu", cpu)
    ending, used = process.run_child(tmp_path, tmp_path, tmp_path, 60)
    assert ending == "it waited for 0.5 seconds" and used < 5 and next(more, None) is None
    with pytest.raises(ProcessLookupError):  # ended, and taken away by the system
        for _ in range(1000):
            os.kill(int(task.read_text()), 0)
            time.sleep(0.01)


def test_the_time_for_an_assignment_is_limited(tmp_path, monkeypatch):
    """Endless functions use up the time, and of the last ones that is said. No verdict is guessed."""
    monkeypatch.setattr(run, "TOTAL_SECONDS", 3.0)
    endless = "def {}(W, X, y, reg):\n    while True:\n        pass\n"
    names = ["softmax_loss_naive", "softmax_loss_vectorized", "svm_loss_naive", "svm_loss_vectorized"]
    built({"softmax.py": "".join(map(endless.format, names[:2])),
           "linear_svm.py": "".join(map(endless.format, names[2:]))}, tmp_path)
    examined = examine(find(tmp_path))
    found = {result.name: result for one in examined for result in one.results}
    assert sorted(found) == sorted(names) and show.status(examined) == 2
    assert {result.problem for result in found.values() if result.verdict != "wrong"} == {run.LEFT_TIME}
    assert any(result.verdict == "wrong" for result in found.values())


# --- the lines that are quoted ---------------------------------------------------------------------------------------

ONE_LINE = """import numpy as np


def svm_loss_vectorized(W, X, y, reg):
    num, rows = X.shape[0], np.arange(X.shape[0])
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    counted = (margins > 0).astype(float)
    counted[rows, y] = -counted.sum(axis=1)
    loss = margins.sum() / num + reg * np.sum(W * W)
    dW = X.T.dot(counted) / num + 2 * reg * W
    return loss, dW
"""
APART = ONE_LINE.replace(" + reg * np", "\n    squares = W * W\n    loss += reg * np").replace("np.sum(W * W)",
                                                                                          "np.sum(squares)")
PROBS, LOOPS = (f"import numpy as np\n{text}" for text in (
    VECTORIZED.format(name="softmax_loss_vectorized", **FULL),
    NAIVE.format(name="softmax_loss_naive", range="range", **FULL)))
INIT, DRAW = "self.W = 0.001 * np.random.randn(dim, num_classes)", "rows = np.random.choice(num_train, batch_size)"
QUOTED = [  # the text, what is changed in it, {code: the lines that are quoted}
    (ONE_LINE, {"margins.sum() / num": "margins.sum()"}, {"data-loss-times-N": ["loss = margins.sum() + reg"]}),
    (ONE_LINE, {"dot(counted) / num": "dot(counted)"}, {"data-gradient-times-N": ["dW = X.T.dot(counted) + 2"]}),
    (ONE_LINE, {"+ 2 * reg": "+ reg"}, {"reg-gradient-half": ["dW = X.T.dot(counted) / num + reg * W"]}),
    (ONE_LINE, {"counted = (margins > 0).astype(float)":
                "counted = scores - scores[rows, y][:, None] + 1\n    counted[counted > 0] = 1"},
     {"negatives-kept": ["counted = scores", "counted[counted > 0]", "counted[rows, y]"]}),
    (ONE_LINE, {"    counted = (margins > 0).astype(float)\n    counted[rows, y]":
                "    counted = np.zeros_like(W[:, 0])\n    counted = margins + 0\n    counted[margins > 0] = 1\n"
                "    counted[margins > 9e9] = 0\n    counted[:, y]"},
     {"wrong-rows": ["counted[margins > 0]", "counted[margins > 9e9]", "counted[:, y]"]}),
    (APART, {"margins.sum() / num": "margins.sum()"}, {"data-loss-times-N": ["loss = margins.sum()"]}),
    (APART, {"loss += reg": "loss += 3 * reg"}, {"reg-loss-factor": ["loss += 3 * reg * np.sum(squares)"]}),
    (PROBS, {"axis=1, keepdims=True)\n    probs = np": "axis=0)\n    probs = np"},
     {"column-maximum": ["scores -= scores.max(axis=0)"]}),
    (PROBS, {"probs /= probs.sum(axis=1, keepdims=True)": "probs /= probs.sum(axis=0)"},
     {"over-examples": ["probs /= probs.sum(axis=0)"]}),
    (PROBS, {"axis=1, keepdims=True)\n    probs = np": ")\n    probs = np"},
     {"batch-maximum": ["scores -= scores.max()"]}),
    (LOOPS, {"np.max(scores)": "np.mean(scores)"}, {"mean-shift": ["scores -= np.mean(scores)"]}),
    (LOOPS, {"np.max(scores)": "np.max(scores[:-1])"}, {"shift-not-maximum": ["scores -= np.max(scores[:-1])"]}),
    (LOOPS, {"        scores -= np.max(scores)": "        top = 0\n        for score in scores:\n"
             "            if score > top:\n                top = score\n        scores -= top"},
     {"maximum-start": ["top = 0", "top = score"]}),
    (PROBS, {"dW += 2": "dW = 2"}, {"data-gradient-missing": ["dW = X.T.dot(probs)", "dW = 2 * reg * W"]}),
    (LOOPS, {"    loss /= X.shape[0]": "        return loss, dW\n    loss /= X.shape[0]"},
     {"first-example-only": ["return loss, dW"]}),
    (PROBS, {"    probs[np.arange(num), y] -= 1": "    for i in range(num):\n        pass\n    probs[i, y[i]] -= 1"},
     {"label-after-loop": ["probs = np.exp(scores)", "probs /= probs.sum", "probs[i, y[i]] -= 1"]}),
    (ONE_LINE, {"    return": "    V = W\n    V[-1] = 0\n    return"}, {"changes-arguments": ["V = W", "V[-1] = 0"]}),
    (CLASSIFIERS, {"append(loss)": "append(grad)"}, {"wrong-type": ["loss_history.append(grad)"]}),
    (CLASSIFIERS, {"return loss_history": "return loss"}, {"wrong-type": ["return loss"]}),
    (CLASSIFIERS, {"y_batch, reg)\n            loss_h": "y_batch, 0.0)\n            loss_h"},
     {"wrong-reg": ["loss, grad = self.loss(X_batch, y_batch, 0.0)"]}),
    (CLASSIFIERS, {"range(num_iters)": "range(num_iters - 1)"}, {"wrong-steps": ["for it in range(num_iters - 1)"]}),
    (CLASSIFIERS, {"        return loss_history": "            return loss_history"},
     {"wrong-steps": ["return loss_history"]}),
    (CLASSIFIERS, {"            X_batch = None": "            np.random.shuffle(X)\n            X_batch = None"},
     {"changes-arguments": ["np.random.shuffle(X)"]}),
    (CLASSIFIERS, {"        if self.W is None:\n    ": ""}, {"starts-again": [INIT]}),
    (CLASSIFIERS, {"(dim, num_classes)": "(num_classes, dim)"}, {"wrong-shape": [
        "num_classes = np.max(y) + 1", "self.W = 0.001 * np.random.randn(num_classes, dim)"]}),
    (CLASSIFIERS, {f"{DRAW}; X_batch = X[rows]; y_batch = y[rows]":
                   f"{DRAW}\n            X_batch = X[:batch_size]\n            y_batch = y[:batch_size]"},
     {"first-rows": ["X_batch = X[:batch_size]", "y_batch = y[:batch_size]"]}),
    (CLASSIFIERS, {"self.loss(X_batch, y_batch, reg)\n            loss_h": "self.loss(X, y, reg)\n            loss_h"},
     {"all-rows": ["loss, grad = self.loss(X, y, reg)"]}),
    (CLASSIFIERS, {"            if verbose": "            learning_rate *= 0.5\n            if verbose"},
     {"factor": ["self.W -= learning_rate * grad", "learning_rate *= 0.5"]}),
    (CLASSIFIERS, {"        y_pred = np.argmax": "        self.W -= self.W.mean()\n        y_pred = np.argmax"},
     {"changes-arguments": ["self.W -= self.W.mean()"]}),
    (CLASSIFIERS, {"np.argmax(X.dot(self.W)": "np.argmax(X.dot(self.V)"}, {"exception": []}),
    (CLASSIFIERS, {"        y_pred = np.argmax(X.dot(self.W), axis=1)": "        for i in range(1, len(X)):\n"
                   "            y_pred[i] = np.argmax(X[i].dot(self.W))"},
     {"row-left-out": ["for i in range(1, len(X))"]}),
]


@pytest.mark.parametrize(("text", "changes", "expected"), QUOTED, ids=[str(list(case[2])[0]) for case in QUOTED])
def test_quoted_lines(text, changes, expected, tmp_path):
    """A mistake leads to the statements that it speaks of, and to no others."""
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    built({"homework.py": text}, tmp_path)
    results = [result for one in examine(find(tmp_path / "homework.py")) for result in one.results]
    found = {m["code"]: m["lines"] for result in results for m in result.report.get("mistakes", [])}
    assert set(found) == set(expected)
    titles = [m["title"] for result in results if result.name.endswith("predict") for m in result.report["mistakes"]]
    assert "The function changes W." not in titles  # predict has no argument W
    for code, lines in expected.items():
        assert len(found[code]) == len(lines), found[code]
        assert all(line["text"].startswith(start) for line, start in zip(found[code], lines, strict=True)), found[code]


def test_files_that_are_not_counted(tmp_path):
    """Right functions beside a file that can't be read: the last line says that its functions aren't counted."""
    built(folder(softmax="def broken(:\n", svm=""), tmp_path)
    text = show.text(examine(find(tmp_path / "assignment1")))
    assert "2 of 2 functions are right. 1 file couldn't be read: its functions aren't counted." in text
    alone = show.text(examine(find(tmp_path / "assignment1/cs231n/classifiers/softmax.py")))
    assert "functions are right" not in alone
    assert alone.endswith("\n1 file couldn't be read: its functions aren't counted.")
