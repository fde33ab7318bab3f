"""What students get: nothing of the solutions and answers, notebooks that run as they are, and a zip to start from."""

import ast
import copy
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_core.utils import run_sync

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import classroom  # noqa: E402
import make_release  # noqa: E402
from replies import LooksAgain  # noqa: E402

from cs231n_softmax.cifar10.sample import write_sample  # noqa: E402

NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
FULL = {name: nbformat.read(ROOT / f"notebooks/{name}.ipynb", 4) for name in NAMES}
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", flags=re.DOTALL)
ANSWER = re.compile(r"<details><summary>Answer</summary>(.*?)</details>", flags=re.DOTALL)

# Lines of solutions that the lesson itself shows in other cells: notebook 5 builds the loss step by step before the
# exercise puts the steps together.
SHOWN = {
    "05_vectorized": {"scores = X @ W", "shifted = scores - scores.max(axis=1, keepdims=True)", "exp = np.exp(shifted)",
                      "dscores[rows, y] -= 1"},
}
# What takes long, and has no exercise in it: the comparison of the full notebooks runs it.
SLOW = {"train", "sweep", "memory_bandwidth", "peak_arithmetic"}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The folder that `python tools/make_release.py` makes of all notebooks."""
    folder = tmp_path_factory.mktemp("all")
    command = [sys.executable, make_release.__file__, "--to", str(folder / "release")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder / "release"


@pytest.fixture(scope="module")
def released(release):
    return {name: nbformat.read(release / f"notebooks/{name}.ipynb", 4) for name in NAMES}


def label(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def solutions(name):
    """{function: lines of its solution}."""
    found = [(cell.source, SOLUTION.search(cell.source)) for cell in code_cells(FULL[name])]
    return {re.match(r"def (\w+)", source)[1]: [line.strip() for line in match[1].splitlines()]
            for source, match in found if match}


each_notebook = pytest.mark.parametrize("name", NAMES)


@each_notebook
def test_every_exercise_is_emptied_and_checked(released, name):
    """Each exercise has a signature, a docstring and a stub; each its own check, locked and worth its points."""
    cells = {label(cell): cell for cell in released[name].cells if label(cell)}
    points = [cell.metadata.points for cell in code_cells(FULL[name]) if "points" in cell.metadata]
    expected = [part for function in solutions(name) for part in (function, f"check_{function}")]
    assert list(cells) == expected and len(points) == len(solutions(name))
    for function, worth in zip(solutions(name), points, strict=True):
        exercise, check = cells[function], cells[f"check_{function}"]
        head, given = r'def \w+\(.*\):\n    """.*"""\n', r"(    (?:config\.setdefault\(.*\)|W1, .*)\n)*"
        stub = head + given + r'    # Your code here.*\n    raise NotImplementedError\(".*"\)'
        assert re.fullmatch(stub, exercise.source, flags=re.DOTALL)
        assert "editable" not in exercise.metadata and not exercise.metadata.deletable
        assert not check.metadata.editable and not check.metadata.deletable
        assert check.metadata.nbgrader.points == worth > 0 and check.metadata.nbgrader.grade
        assert re.fullmatch(rf"check\.\w+\({function}\b.*\)\.require\(\)", check.source)


@each_notebook
def test_no_line_of_a_solution_survives(released, name):
    """Nowhere in the notebook, unless the lesson shows that very line."""
    lines = {line.strip() for cell in released[name].cells for line in cell.source.splitlines()}
    assert lines & {line for solution in solutions(name).values() for line in solution} == SHOWN.get(name, set())
    assert not any("SOLUTION" in line or "HIDDEN" in line or "the solutions of its exercises" in line for line in lines)


def four_words(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[k : k + 4]) for k in range(len(words) - 3)}


@each_notebook
def test_no_answer_survives(released, name):
    """No four words of a folded answer follow each other, unless they do in the lesson too."""
    full = "\n".join(cell.source for cell in FULL[name].cells)
    answers = ANSWER.findall(full)
    text = "\n".join(cell.source for cell in released[name].cells)
    lesson = four_words(SOLUTION.sub("", ANSWER.sub("", full)))
    assert len(answers) >= 2 and sum(map(len, map(four_words, answers))) > 50
    assert not [words for answer in answers for words in four_words(answer) & four_words(text) - lesson]
    room = [cell for cell in released[name].cells if cell.source.startswith("**Your answer to question")]
    assert len(room) == len(answers) and "<details>" not in text


@each_notebook
def test_no_outputs_and_valid(released, name):
    """Outputs and counts are cleared, ids are unique, and students are told what to do."""
    notebook = released[name]
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert not any(cell.outputs or cell.execution_count for cell in code_cells(notebook))
    if solutions(name):
        assert "**How to work:**" in notebook.cells[1].source and f"`{name}.ipynb`" in notebook.cells[1].source


def test_what_cannot_be_released_is_refused():
    """An exercise without a check, a check without its exercise, and exercises without a word on how to work."""
    exercise = next(cell for cell in code_cells(FULL["04_gradient"]) if "### BEGIN SOLUTION" in cell.source)
    check = next(cell for cell in code_cells(FULL["04_gradient"]) if "points" in cell.metadata)
    for cells, told in [([exercise], "has no check"), ([check], "expected a check of nothing"),
                        ([exercise, check], "the tag 'practice'")]:
        with pytest.raises(ValueError, match=f"04: .*{told}"):
            classroom.labelled_version(nbformat.v4.new_notebook(cells=cells), "04")


# --- as released, it runs --------------------------------------------------------------------------

def names_in(source):
    """(read, bound): the names that a cell reads, and those that it gives a meaning."""
    read, bound = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            read.add(node.attr)
        elif isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            read.add(node.target.id)
    return read, bound


def arguments(source, functions):
    """The names that are handed to one of these functions, which may fill them."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {argument.id for call in calls if isinstance(call.func, ast.Name) and call.func.id in functions
            for argument in call.args[:1] if isinstance(argument, ast.Name)}


def independent(notebook):
    """The code cells that need no exercise, neither themselves nor through names that other cells bind.

    What is slow is left out in the same way.
    """
    missing = {label(cell) for cell in code_cells(notebook) if label(cell)} | SLOW
    for cell in code_cells(notebook):
        read, bound = names_in(cell.source)
        if label(cell):
            yield cell
        elif read & missing:
            missing |= bound | arguments(cell.source, missing)
        else:
            missing = missing - bound | SLOW
            yield cell


# Run before each notebook: the images stay loaded, and the names of the notebook before are forgotten.
LOAD_ONCE = """\
import functools, os
os.environ["CIFAR10_DIR"] = SAMPLE
from cs231n_softmax import data_utils
data_utils.load_linear_splits = functools.cache(data_utils.load_linear_splits)
%reset -f"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One kernel for all notebooks, so that libraries are imported once."""
    manager = AsyncKernelManager()
    run_sync(manager.start_kernel)(
        extra_arguments=["--log-level=ERROR"], cwd=str(tmp_path_factory.mktemp("run")))
    yield manager
    run_sync(manager.shutdown_kernel)(now=True)


@pytest.fixture(scope="module")
def small_sample(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("small"), per_batch=1000)


@pytest.mark.parametrize("name", [name for name in NAMES if solutions(name)])
def test_it_runs_as_released(released, name, kernel, small_sample):
    """Checks say what to do; of the other cells only those stop that use what isn't written yet."""
    notebook = copy.deepcopy(released[name])
    notebook.cells = list(independent(notebook))
    assert len(notebook.cells) > 2 * len(solutions(name))
    for cell in notebook.cells:
        cell.source = cell.source.replace("49_000", "4_000")  # of the 5,000 images of the small sample
    notebook.cells.insert(0, nbformat.v4.new_code_cell(LOAD_ONCE.replace("SAMPLE", repr(str(small_sample)))))
    client = LooksAgain(notebook, km=kernel, timeout=None, allow_errors=True)
    client.execute()
    client.kc.stop_channels()
    errors = {cell.id: output for cell in notebook.cells for output in cell.outputs if output.output_type == "error"}
    for cell in notebook.cells:
        if (label(cell) or "").startswith("check_"):
            assert "isn't written yet" in errors[cell.id].evalue and "Write its body" in errors[cell.id].evalue
        else:
            assert cell.id not in errors, (cell.source, errors[cell.id].evalue)


# --- the zip ---------------------------------------------------------------------------------------

def test_the_zip_holds_what_a_student_needs(release, released):
    """Notebooks, package, requirements, the way to the data; no test, no tool, no solution."""
    with zipfile.ZipFile(release / "softmax_course.zip") as archive:
        names = [name.removeprefix("softmax_course/") for name in archive.namelist()]
        for name in NAMES:
            inside = archive.read(f"softmax_course/notebooks/{name}.ipynb")
            assert inside == (release / f"notebooks/{name}.ipynb").read_bytes()
        requirements = archive.read("softmax_course/requirements.txt").decode()
        versions = archive.read("softmax_course/versions.txt").decode()
        guide = archive.read("softmax_course/notebooks/README.md").decode()
        progress = json.loads(archive.read("softmax_course/notebooks/progress.json"))
        executable = archive.getinfo("softmax_course/get_cifar10.sh").external_attr >> 16
    assert all(name.startswith("softmax_course/") for name in archive.namelist()) and executable == 0o755
    assert "(04_gradient.ipynb)" in guide and "## Where is what?" in guide
    assert not re.search("SOLUTION|source/|teachers", guide)
    assert {name: dict.fromkeys(solutions(name), False) for name in NAMES} == {
        name: {task: done for task, done in row.items() if "-" not in task} for name, row in progress.items()}
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "cs231n_softmax").rglob("*.py")}
    assert package <= set(names)
    assert {"README.md", "pyproject.toml", "LICENSE", "get_cifar10.sh", "datasets/README.md"} <= set(names)
    assert not [name for name in names if re.search(r"^(tests|tools|notebooks/source)/|__pycache__|gradebook", name)]
    assert "-e .[notebooks]" in requirements and "-c versions.txt" in requirements
    assert "numpy==" in versions and "-e" not in versions.split()


def test_the_unpacked_zip_does_not_hide_the_package(release, tmp_path):
    """Where the zip is unpacked, as on Colab, `import cs231n_softmax` finds no folder of that name."""
    with zipfile.ZipFile(release / "softmax_course.zip") as archive:
        archive.extractall(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["softmax_course"]
    code = "import importlib.util; print(importlib.util.find_spec('cs231n_softmax'))"
    command = [sys.executable, "-S", "-c", code]  # -S: without installed packages
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    assert subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True).stdout.strip() == "None"


def test_advice_in_the_unpacked_zip_fits(release, tmp_path):
    """There is no Makefile in it, so no command begins with make."""
    with zipfile.ZipFile(release / "softmax_course.zip") as archive:
        archive.extractall(tmp_path)
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "softmax_course"), "CIFAR10_DIR": ""}
    run = subprocess.run([sys.executable, "-m", "cs231n_softmax", "where"], cwd=tmp_path, env=env, capture_output=True,
                         text=True)
    assert "softmax_course/datasets" in run.stdout.replace(os.sep, "/") and "make " not in run.stdout


def test_the_wheel_has_the_package_and_no_notebook(release):
    """For a notebook that is opened alone: `%pip install --find-links . cs231n_softmax` finds the wheel beside it."""
    (wheel,) = release.glob("cs231n_softmax-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "cs231n_softmax").rglob("*.py")}
    assert set(names) == package | {"cs231n_softmax/py.typed"}


def test_a_released_notebook_links_to_what_is_in_the_zip(release, released):
    assert links_in(release) > 20
    assert "[5. Vectorized](05_vectorized.ipynb)" in "".join(cell.source for cell in released["04_gradient"].cells)


def test_a_notebook_that_is_released_alone_links_to_no_other(tmp_path, monkeypatch):
    """Nor does the map of the notebooks. The words of the links stay."""
    alone = make(monkeypatch, tmp_path, "04")
    assert links_in(alone) > 0
    text = (alone / "notebooks/04_gradient.ipynb").read_text(encoding="utf-8")
    assert "**Next:** 5. Vectorized: the same numbers" in text


def links_in(release):
    """The number of relative links in the texts of a zip, each of which leads to a file of the zip."""
    with zipfile.ZipFile(release / "softmax_course.zip") as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".md", ".ipynb"))}
        names, found = set(archive.namelist()), 0
    del files["softmax_course/docs/pypi.md"], files["softmax_course/datasets/README.md"]  # copied as they are
    for file, text in files.items():
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)\)", text):
            assert f"{file.rpartition('/')[0]}/{target}" in names, (file, target)
            found += 1
    return found


def make(monkeypatch, folder, *names):
    """Run make_release in this process."""
    monkeypatch.setattr(sys, "argv", ["make_release.py", *names, "--to", str(folder / "release")])
    make_release.main()
    return folder / "release"


def test_the_same_notebooks_give_the_same_bytes(release, tmp_path, monkeypatch):
    """Some of the notebooks, made again elsewhere: no date, no random id; and only those."""
    again, only = make(monkeypatch, tmp_path, "02", "04"), ["02_scores_to_probabilities", "04_gradient"]
    assert [path.name[:2] for path in sorted((again / "notebooks").iterdir())] == ["02", "04"]
    for path in (again / "notebooks").iterdir():
        some, whole = nbformat.read(path, 4), nbformat.read(release / "notebooks" / path.name, 4)
        for cell in whole.cells:
            cell.source = make_release.without_dead_links(cell.source, only)
        assert some == whole
    made = {path.name: path.read_bytes() for path in again.iterdir() if path.is_file()}
    make(monkeypatch, tmp_path, "02", "04")
    assert {name: (again / name).read_bytes() for name in made} == made and len(made) == 2


def test_the_order_of_the_files_does_not_matter(tmp_path):
    """File systems list a folder in different orders; the zip has the same bytes."""
    make_release.write_zip(tmp_path / "one.zip", {"b.sh": b"1", "a.py": b"2"})
    make_release.write_zip(tmp_path / "two.zip", {"a.py": b"2", "b.sh": b"1"})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_an_unknown_notebook_is_refused(tmp_path, monkeypatch):
    """The message names it and those that there are; nothing is made."""
    with pytest.raises(SystemExit, match="'13'.*04_gradient"):
        make(monkeypatch, tmp_path, "13")
    assert not list(tmp_path.iterdir())
