"""Practice copies: nothing of the answers, what a learner wrote is never lost, and what is solved is counted."""

import ast
import errno
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from mistakes import examples

import cs231n_softmax.__main__ as command
from cs231n_softmax import check
from cs231n_softmax.check.guesses import GUESSES
from cs231n_softmax.check.progress_file import done
from cs231n_softmax.practice import copies, exercises, folder, lay_out, student_version
from cs231n_softmax.practice.strip import SOLUTION, STUB, source, tags, tasks

ROOT = Path(__file__).resolve().parents[1]
SOLVED = copies.solved_notebooks()
NAMES = list(SOLVED)
# Which right answers of tests/mistakes stand for an exercise; the others have the exercise's own name, without `my_`.
ANSWERS = {"my_stable_softmax": "softmax", "my_loss": "cross_entropy", "my_softmax_loss_naive": "softmax_loss",
           "my_softmax_loss_vectorized": "softmax_loss", "my_svm_loss": "svm_loss"}
WITHOUT_LOOPS = {"my_softmax_loss_vectorized", "my_svm_loss"}

DEEP = b"[" * 100_000  # JSON that no parser follows to its end


def short(raw):
    return str(raw)[:25]


each_notebook = pytest.mark.parametrize("name", NAMES)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """A folder with copies of all notebooks."""
    folder = tmp_path_factory.mktemp("all")
    lay_out(folder)
    return folder


@pytest.fixture
def practice(laid, tmp_path, monkeypatch):
    """Such a folder, in which we work."""
    shutil.copytree(laid, tmp_path / "practice")
    monkeypatch.chdir(tmp_path / "practice")
    return tmp_path / "practice"


# --- the copies ------------------------------------------------------------------------------------

@each_notebook
def test_a_copy_has_no_answers(name):
    """Of each solution a stub is left; no output, no claim, no chosen guess, and no label of nbgrader's."""
    copy = copies.practice_version(SOLVED[name], name)
    nbformat.validate(nbformat.from_dict(copy))
    text = "\n".join(cell["source"] for cell in copy["cells"])
    assert text.count("raise NotImplementedError") == len(exercises(SOLVED[name])) + text.count("`raise Not")
    assert "SOLUTION" not in text and "nbgrader" not in json.dumps(copy)
    for exercise, _ in exercises(SOLVED[name]).values():
        assert SOLUTION.search(source(exercise))[0] not in text
    for cell in copy["cells"]:
        assert not cell.get("outputs") and "claim" not in tags(cell)
        assert "guess" not in tags(cell) or cell["source"].startswith('guess = "?"  # write "a"')


@each_notebook
def test_a_copy_says_how_to_work_and_where_the_solution_is(name, laid):
    """The text on how to work is there; a link follows each check; all links lead to files; answers stay folded."""
    copy, found = read(laid / f"{name}.ipynb"), exercises(SOLVED[name])
    texts = [cell["source"] for cell in copy["cells"] if cell["cell_type"] == "markdown"]
    assert sum("check.progress()" in text for text in texts) == bool(found)
    for check_cell, after in zip(copy["cells"], copy["cells"][1:], strict=False):
        assert ("*Stuck?*" in after["source"]) == ("points" in check_cell["metadata"])
    assert sum("*Stuck?*" in text for text in texts) == len(found)
    for text in texts:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (laid / target).is_file(), target
    details = [source(cell).count("<details>") for cell in SOLVED[name]["cells"]]
    assert sum(text.count("<details>") for text in texts) == sum(details) >= 2


def test_the_map_is_there_for_learners(laid):
    """README.md has the table, and nothing that is for teachers; its links lead to files, also under solved/."""
    for readme in [laid / "README.md", laid / "solved/README.md"]:
        text = readme.read_text(encoding="utf-8")
        assert "SOLUTION" not in text and "## Where is what?" in text
        assert all((readme.parent / target).is_file() for target in re.findall(r"\]\(([^)]+)\)", text))


def small(*cells):
    """A notebook of code cells, given as (text, metadata)."""
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "id": f"cell-{k}", "source": text, "metadata": metadata, "outputs": [],
         "execution_count": 1} for k, (text, metadata) in enumerate(cells)]}


EXERCISE = 'def twice(x):\n    """Return 2 x."""\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION'
CHECK = ("check.predict(twice).require()", {"points": 5})
PREDICT = 'guess = "b"  # "a", "b" or "c"\ncheck.guess("02-shift", guess)'


def test_marks_and_tags():
    """Solutions, guesses and claims are removed, also where a file holds the texts as lists of lines."""
    notebook = small((EXERCISE.splitlines(keepends=True), {}), CHECK, (PREDICT, {"tags": ["guess"]}),
                     ("assert True", {"tags": ["claim"]}), ("x = 1", {}))
    texts = [cell["source"] for cell in student_version(notebook)["cells"]]
    assert texts[0] == 'def twice(x):\n    """Return 2 x."""\n    ' + STUB.replace("\n", "\n    ")
    assert texts[1:] == [CHECK[0], 'guess = "?"  # write "a", "b" or "c"\ncheck.guess("02-shift", guess)', "x = 1"]
    assert notebook["cells"][0]["execution_count"] == 1 and tasks(notebook) == ["twice", "02-shift"]


@pytest.mark.parametrize("cell, tag, told", [
    (EXERCISE.replace("### END SOLUTION", ""), "", "expected ### BEGIN SOLUTION and then"),
    (PREDICT + "\nprint()", "guess", "expected two lines"),
    ('guess = "b"\ncheck.guess("02-shift", guess)', "guess", "expected two lines"),
])
def test_what_would_give_an_answer_away_is_refused(cell, tag, told):
    """A mark without its partner, a guess of another form: nothing of them is laid down."""
    with pytest.raises(ValueError, match=told):
        student_version(small((cell, {"tags": [tag]})))


@pytest.mark.parametrize("cells, told", [
    ([(EXERCISE, {})], "twice has no check below it"), ([CHECK], "expected a check of nothing"),
    ([("### BEGIN SOLUTION", {})], "expected a function"),
])
def test_each_exercise_needs_its_check(cells, told):
    with pytest.raises(ValueError, match=told):
        exercises(small(*cells))


def claimed_names(notebook):
    """The names that claims bind and other cells read: {}, or a copy without claims would stop there."""
    def bound(node):
        if isinstance(node, ast.alias):
            return {(node.asname or node.name).split(".")[0]}
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return {node.name}
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda):
            return set()  # they have names of their own
        own = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
        return own.union(*map(bound, ast.iter_child_nodes(node)))

    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    names = {name for cell in code if "claim" in tags(cell) for name in bound(ast.parse(source(cell)))}
    return {node.id for cell in code if "claim" not in tags(cell) for node in ast.walk(ast.parse(source(cell)))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)} & names


@each_notebook
def test_claims_are_silent_folded_and_not_needed(name):
    """A cell with the tag `claim` has no output and is folded, and no other cell needs its names."""
    for cell in SOLVED[name]["cells"]:
        if "claim" in tags(cell):
            assert not cell["outputs"] and cell["metadata"]["jupyter"] == {"source_hidden": True}
            assert "assert " in source(cell), source(cell)
    assert not claimed_names(SOLVED[name])


def test_a_claim_that_is_needed_is_found():
    """A name that it binds at its top, and not one inside of a comprehension."""
    for text, needed in [("gap = 1\nassert gap", {"gap"}), ("assert all(gap for gap in [1])", set())]:
        assert claimed_names(small((text, {"tags": ["claim"]}), ("print(gap)", {}))) == needed


def test_guesses_are_in_their_notebooks():
    """Each entry is in the notebook with which its key begins, in the notebook's order, and explains three answers."""
    asked = [(name[:2], task) for name, notebook in SOLVED.items() for task in tasks(notebook) if "-" in task]
    assert asked == [(key[:2], key) for key in GUESSES]
    for entry in GUESSES.values():
        assert list(entry.why) == ["a", "b", "c"] and entry.right in entry.why and all(entry.why.values())


# --- working in a copy -----------------------------------------------------------------------------

def run(*cells):
    """Run cells in a namespace of their own, as in a notebook below its imports."""
    names = {"np": np, "check": check, "__name__": "learner"}
    for cell in cells:
        exec(compile(cell["source"], "<cell>", "exec"), names)


def pairs(folder):
    """Yield the exercises and checks of all copies: (path, notebook, function, exercise cell, check cell)."""
    for name, solved in SOLVED.items():
        notebook = read(folder / f"{name}.ipynb")
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        for function, (exercise, check_cell) in exercises(solved).items():
            yield folder / f"{name}.ipynb", notebook, function, cells[exercise["id"]], cells[check_cell["id"]]


def another_style(function):
    """A right answer from tests/mistakes, not the usual one, under the exercise's name."""
    exercise = ANSWERS.get(function, function.removeprefix("my_"))
    form = "vectorized" if function in WITHOUT_LOOPS else ""
    found = [e for e in examples("right", [exercise]) if e.form == form and not e.expected and e.name != "usual"]
    text = found[0].source
    text = text if isinstance(text, str) else re.sub(r"\A(@.*\n)+", "", inspect.getsource(text))
    name = re.findall(r"^def (\w+)", text, flags=re.MULTILINE)[-1]
    return re.sub(rf"^def {name}\(", f"def {function}(", text, flags=re.MULTILINE)


def test_each_stub_says_what_to_do(practice):
    """The check below a stub says that the function isn't written, and what to do; nothing is counted as done."""
    for _, _, function, exercise, check_cell in pairs(practice):
        with pytest.raises(check.CheckFailed, match=f"{function} isn't written yet(.|\n)*Write its body"):
            run(exercise, check_cell)
    assert str(check.progress()).count("to do") == 12


def test_the_whole_way_of_a_learner(practice, capsys):
    """Exercises solved in another style pass and are counted; `practice` run again keeps them; then all is done."""
    for path, _, function, exercise, check_cell in pairs(practice):
        exercise["source"] = another_style(function)
        run(exercise, check_cell)
        stored = read(path)  # other exercises of this notebook may be solved there already
        next(cell for cell in stored["cells"] if cell["id"] == exercise["id"])["source"] = exercise["source"]
        path.write_text(json.dumps(stored), encoding="utf-8")
    for key in [task for notebook in SOLVED.values() for task in tasks(notebook) if task in GUESSES]:
        check.guess(key, "a")
    before = {path: path.read_bytes() for path in practice.rglob("*") if path.is_file()}
    assert command.main(["practice", str(practice)]) == 0
    told = capsys.readouterr().out
    changed = [name for name, notebook in SOLVED.items() if exercises(notebook)]
    assert f"changed by you, and left as they are: {', '.join(changed)}\n" in told and len(changed) == 10
    assert {path: path.read_bytes() for path in before} == before
    total = sum(len(tasks(notebook)) for notebook in SOLVED.values())
    assert check.progress().summary == f"12 of 12 notebooks, {total} of {total} exercises and guesses"
    assert "to do:" not in str(check.progress())


def test_a_check_that_passes_tells_the_progress(practice):
    """In text and HTML; where there is no progress.json, nothing is told and nothing is written."""
    def my_softmax(scores):
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    line = "Done: 1 of 4 in 02_scores_to_probabilities, 1 of "
    report = check.softmax(my_softmax).require()
    assert line in str(report) and line in report._repr_html_()
    assert not check.softmax(my_softmax).progress  # only a check that is required is one of the suite's
    html = check.progress()._repr_html_()
    assert "1 of 4" in html and html.count("<tr>") == 13
    os.chdir(practice.parent)
    assert not check.softmax(my_softmax).require().progress and not (practice.parent / "progress.json").exists()
    assert "No progress is kept here" in str(check.progress()) and "<table>" not in check.progress()._repr_html_()


def test_a_guess_is_told_and_counted(tmp_path, monkeypatch):
    """Right or wrong, with the reasons; "?" is no choice. It counts once it is made, right or wrong."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "progress.json").write_text('{"02": {"02-shift": false}}', encoding="utf-8")
    first = check.guess("02-shift", "?")
    assert 'Choose first: write "a" or "b" or "c" in place of \'?\'' in str(first) and "0 of 1" in str(check.progress())
    assert "<li>" not in first._repr_html_()
    wrong, right = check.guess("02-shift", "a"), check.guess("02-shift", "b")
    assert "Not (a), but (b) is right." in str(wrong) and "(b) is right." in str(right)
    assert str(check.guess("02-shift", "(B)")) == str(right)
    for told in [wrong, right]:
        assert all(why in str(told) for why in GUESSES["02-shift"].why.values())
        assert told._repr_html_().count("<li>") == 3 and "Done: 1 of 1" in told._repr_html_()
    with pytest.raises(ValueError, match="02-shift.*got '02-shft'"):
        check.guess("02-shft", "a")


@pytest.mark.parametrize("raw", [b"", b"[1]", b'{"task": 1}', b'{"02": {"02-shift": "no"}}', b"\xff", DEEP], ids=short)
def test_another_programs_progress_is_left_alone(raw, tmp_path, monkeypatch):
    """A file of that name that isn't ours is neither read nor written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "progress.json").write_bytes(raw)
    assert check.guess("02-shift", "a").progress == "" and "No progress" in str(check.progress())
    assert (tmp_path / "progress.json").read_bytes() == raw


def test_progress_that_cannot_be_written_harms_nothing(practice, monkeypatch):
    """The check passes, and the line says why the progress isn't kept."""
    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    assert done("my_loss").startswith("Your progress isn't kept: progress.json could not be written: the disk is full.")


# --- the folder ------------------------------------------------------------------------------------

@pytest.fixture
def suite(tmp_path):
    """A small suite of two solved notebooks, and a function that changes the text of one."""
    path = tmp_path / "notebooks"
    path.mkdir()
    (path / "README.md").write_text("The map.\n", encoding="utf-8")
    for name in ["01_first", "02_second"]:
        (path / f"{name}.ipynb").write_text(json.dumps(small((EXERCISE, {}), CHECK, ("x = 1", {}))), encoding="utf-8")
    return path


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_untouched_copies_are_refreshed_and_changed_ones_left(suite, tmp_path):
    """Changed is a copy in which the text of a cell differs from what was laid down, and no other."""
    mine = tmp_path / "mine"
    assert lay_out(mine, suite).new == ["01_first.ipynb", "02_second.ipynb", "solved/01_first.ipynb",
                                        "solved/02_second.ipynb", "README.md", "solved/README.md"]
    change(mine / "02_second.ipynb", "x = 1", "x = 2")
    ran = read(mine / "01_first.ipynb")  # it was run, and the editor has put an empty cell at its end
    ran["cells"][-1]["execution_count"], ran["metadata"] = 7, {"kernelspec": {}}
    ran["cells"].append({"cell_type": "code", "id": "new", "source": [], "metadata": {}, "outputs": []})
    (mine / "01_first.ipynb").write_text(json.dumps(ran), encoding="utf-8")
    written = (mine / "02_second.ipynb").read_bytes()
    assert lay_out(mine, suite)[:4] == ([], [], ["01_first.ipynb", "solved/01_first.ipynb", "solved/02_second.ipynb",
                                                 "README.md", "solved/README.md"], ["02_second.ipynb"])
    assert read(mine / "01_first.ipynb") == ran  # its outputs stay, as it is the newest version
    for name in ["01_first", "02_second"]:
        change(suite / f"{name}.ipynb", "x = 1", "x = 3")
    laid = lay_out(mine, suite)
    assert laid.refreshed == ["01_first.ipynb", "solved/01_first.ipynb", "solved/02_second.ipynb"]
    assert laid.changed == ["02_second.ipynb"] and (mine / "02_second.ipynb").read_bytes() == written
    change(mine / "02_second.ipynb", "x = 2", "x = 1")  # the change is undone: untouched again
    assert lay_out(mine, suite).refreshed == ["02_second.ipynb"]


@pytest.mark.parametrize("record", [None, b"", b"[]", b'{"01_first.ipynb": 3}', b"\xff\xfe", DEEP], ids=short)
def test_without_a_record_nothing_is_lost(suite, tmp_path, record):
    """What isn't the newest version counts as changed; the newest is known by its text, and recorded again."""
    mine = tmp_path / "mine"
    lay_out(mine, suite)
    (mine / folder.RECORD).unlink()
    if record is not None:
        (mine / folder.RECORD).write_bytes(record)
    change(mine / "01_first.ipynb", "x = 1", "x = 'mine'")
    change(suite / "02_second.ipynb", "x = 1", "x = 3")
    laid = lay_out(mine, suite)
    assert laid.refreshed == [] and {"01_first.ipynb", "02_second.ipynb"} <= set(laid.changed)
    assert "'mine'" in (mine / "01_first.ipynb").read_text(encoding="utf-8")
    assert "solved/01_first.ipynb" in read(mine / folder.RECORD)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": 3}', b"\xff", DEEP], ids=short)
def test_a_damaged_notebook_is_left(suite, tmp_path, content):
    """It may be rescued by other means; a folder of that name is left, too."""
    mine = tmp_path / "mine"
    lay_out(mine, suite)
    (mine / "01_first.ipynb").write_bytes(content)
    (mine / "02_second.ipynb").unlink()
    (mine / "02_second.ipynb").mkdir()
    assert lay_out(mine, suite).changed == ["01_first.ipynb", "02_second.ipynb"]
    assert (mine / "01_first.ipynb").read_bytes() == content


def test_progress_outlives_a_second_run(suite, tmp_path, monkeypatch, capsys):
    """What is done stays done, new exercises are added, and an unreadable file is replaced, which is told."""
    mine = tmp_path / "mine"
    lay_out(mine, suite)
    monkeypatch.chdir(mine)
    (mine / "progress.json").write_text('{"01_first": {"twice": true, "gone": true}}', encoding="utf-8")
    assert not lay_out(mine, suite).progress_lost
    assert read(mine / "progress.json") == {"01_first": {"twice": True}, "02_second": {"twice": True}}
    (mine / "progress.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr("cs231n_softmax.practice.lay_out", lambda folder: lay_out(folder, suite))
    assert command.main(["practice", str(mine)]) == 0
    assert "progress.json could not be read and is new" in capsys.readouterr().out
    assert not any(flag for row in read(mine / "progress.json").values() for flag in row.values())


def test_folders_that_are_no_place_for_copies(suite, tmp_path, capsys):
    """A file, a folder with other things, the solved notebooks themselves: refused, and nothing is written there."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/thesis.tex").write_text("mine")
    (tmp_path / "other/progress.json").write_text("[]")
    for place, told in [("file", "expected a folder, found a file"), ("file/below", "is a file, and not a folder"),
                        ("other", "found progress.json in it"), ("notebooks", "where the solved notebooks are"),
                        ("notebooks/below", "where the solved notebooks are")]:
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(OSError, match=told):
            lay_out(tmp_path / place, suite)
        assert sorted(tmp_path.rglob("*")) == before
    assert command.main(["practice", str(tmp_path / "file")]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("error: ") and told.err.count("\n") == 1 and not told.out


def test_hidden_files_and_an_empty_folder_are_no_obstacle(suite, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/.DS_Store").touch()
    assert lay_out(tmp_path / "mine", suite).new[0] == "01_first.ipynb"


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_written(suite, tmp_path, monkeypatch, number):
    """A plain sentence with the folder and what to do; a later run goes on where this one stopped."""
    real, calls = os.replace, []

    def replace(*args):
        calls.append(args)
        if len(calls) > 2:
            raise OSError(number, os.strerror(number), str(args[0]))
        real(*args)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(OSError, match=r"could not be written: .*\."):
        lay_out(tmp_path / "mine", suite)
    monkeypatch.undo()
    laid = lay_out(tmp_path / "mine", suite)
    assert laid.as_it_was == ["01_first.ipynb"] and not laid.changed and "02_second.ipynb" in laid.new


def test_where_there_is_nothing_to_copy(suite, tmp_path):
    """An installation without notebooks, and a class's notebooks: one sentence with what to do."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="has no notebooks. Install the package anew: python -m pip"):
        lay_out(tmp_path / "mine", tmp_path / "empty")
    for path in suite.glob("*.ipynb"):
        path.write_text(json.dumps(student_version(small(("x = 1", {})))), encoding="utf-8")
    with pytest.raises(ValueError, match="have no solutions: work in them directly"):
        lay_out(tmp_path / "mine", suite)
    assert not (tmp_path / "mine").exists()


def test_the_command(tmp_path):
    """`python -m cs231n_softmax practice FOLDER`, with a space in the name; it says how to open the copies."""
    run = subprocess.run([sys.executable, "-m", "cs231n_softmax", "practice", "my copies"], cwd=tmp_path,
                         capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert run.returncode == 0 and not run.stderr, run.stderr
    assert f"laid down: {', '.join(NAMES)}\n" in run.stdout and 'jupyter lab "my copies"\n' in run.stdout
    assert sorted(path.stem for path in (tmp_path / "my copies").glob("*.ipynb")) == NAMES


def test_practice_is_kept_out_of_git_and_of_clean():
    """git doesn't see the folder (the package's room of that name isn't meant); `make clean` leaves it."""
    assert "/practice/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile[makefile.index("\nclean:"):].split("\n", 2)[2]
    assert "practice" not in recipe and "rm -rf" in recipe
