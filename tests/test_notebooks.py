"""The notebooks as products: built from their sources, strictly compared, readable, described, and free of traces."""

import json
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import build_notebooks  # noqa: E402
import readme_pictures  # noqa: E402

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = {path.stem: nbformat.read(path, 4) for path in PATHS}
IGNORED = "nbval-ignore-output"

# Cells whose outputs depend on the data or on a clock: compared by their own assertions, not letter by letter.
# A new one must be added here, by its first line, and so be thought about.
IGNORED_CELLS = {
    "01_cifar10": [
        "folder = data_utils.ensure_cifar10()",
        "counts = np.bincount(labels, minlength=10)",
        "data = data_utils.load_linear_splits(rng=0)",
        'centred = data["X_dev"][:, :-1]',
        'X_val, y_val = data["X_val"], data["y_val"]',
        "accuracy = np.mean(np.argmax(X_val @ W, axis=1) == y_val)",
    ],
    "02_scores_to_probabilities": [
        "data = data_utils.load_linear_splits(rng=0)",
        "@ipywidgets.interact(T=ipywidgets.FloatLogSlider(value=1, min=-1, max=2))",
    ],
    "03_cross_entropy": [
        "data = data_utils.load_linear_splits(rng=0)",
        "W_small = 1e-4 * np.random.default_rng(0).standard_normal((3073, 10))",
        "@ipywidgets.interact(lead=ipywidgets.FloatSlider(value=2, min=-5, max=10, step=0.5))",
        "for name in weights:",
    ],
    "04_gradient": [
        "data = data_utils.load_linear_splits(rng=0)",
        "W = 1e-3 * np.random.default_rng(1).standard_normal((3073, 10))",
    ],
    "05_vectorized": [
        "data = data_utils.load_linear_splits(rng=0)",
        "mine = MySoftmax()",
        "sizes = [10, 30, 100, 300, 500]",
        'X_train, y_train = data["X_train"], data["y_train"]',
        "bandwidth, peak = memory_bandwidth(), peak_arithmetic(np.float32)",
        "N = 10_000",
        "batch, P = (W32, X32, y_many, 0.1), np.ones((N, 10), np.float32)",
    ],
    "06_sgd": [
        "data = data_utils.load_linear_splits(rng=0)",
        "rng = np.random.default_rng(0)",
        "for _ in range(300):",
        'accuracy = {"softmax": [], "SVM": []}',
        "for (name, ours), published in zip(accuracy.items(), [0.344, 0.365], strict=True):",
    ],
    "07_hyperparameters": [
        "data = data_utils.load_linear_splits(rng=0)",
        "my_sweep(results, grid([1e-7, 1e-6], [1e3, 2.5e4]), data, num_iters=500)",
        "table = sweep(X_train, y_train, X_val, y_val, grid([1e-7, 5e-7, 1e-6, 5e-6], [1e2, 1e3, 1e4, 1e5]))",
        "settings = random_log((3e-7, 3e-6), (1e2, 1e4), num=8, rng=2)",
        "best = max(table.best, random_table.best, key=lambda result: result.val_accuracy)",
        "split = X_train, y_train, X_val, y_val",
        "model = max([table, random_table], key=lambda t: t.best.val_accuracy).best_model",
    ],
    "08_templates": [
        "data = data_utils.load_linear_splits(rng=0)",
        'print(f"sum of both templates, template of all horses: {correlation(one + two, both):.2f}")',
        "X_mirrored = X_test.copy()",
        'print("    reg  neighbours  like the mean  size of W")',
        "for reg, sure, correct in zip(strengths, confidence_of, accuracy_of, strict=True):",
        "same_kind = np.mean(animal[predicted[wrong]] == animal[y_test[wrong]])",
        "for i in explained:",
        "@ipywidgets.interact(first=ipywidgets.IntSlider(value=4, min=1, max=97))",
        "gaps = {name: np.average(np.abs(right - sure), weights=n) for name, (sure, right, n) in diagrams.items()}",
    ],
    "09_svm_vs_softmax": [
        "data = data_utils.load_linear_splits(rng=0)",
        "mine = MySVM()",
        'models = {"SVM": mine, "softmax": Softmax()}',
        "settings = grid([3e-7, 1e-6], [1e3, 5e3, 2.5e4])",
        'svm, soft = tables["SVM"].best_model, tables["softmax"].best_model',
        "on_test = compare(soft, svm, X_test, y_test)",
        "clean_svm, clean_soft = from_zero(LinearSVM, [1e-7, 3e-7]), from_zero(Softmax, [3e-7, 1e-6])",
        "same = np.mean(svm.predict(X_val) == soft.predict(X_val))",
    ],
}


PRACTICE = """\
This notebook has the solutions of its exercises in it. To solve them yourself, work in a copy without solutions:
`make practice`, or `python -m cs231n_softmax practice`, lays copies of all notebooks into the folder `practice/`. You
can run it again at any time. What you have written there stays."""


def code_cells(name):
    return [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "code"]


def is_ignored(cell):
    return IGNORED in cell.metadata.get("tags", [])


each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def test_all_notebooks_have_a_source_and_are_built_from_it(monkeypatch):
    """Every .ipynb has the cells of its source, every source has its .ipynb."""
    sources = {path.stem for path in (ROOT / "notebooks/source").glob("*.py")}
    assert sources == set(NOTEBOOKS) == set(IGNORED_CELLS)
    monkeypatch.setattr(sys, "argv", ["build_notebooks.py", "--check"])
    build_notebooks.main()  # exits with an error, and names the notebook, where one isn't


def test_a_stale_notebook_is_noticed():
    """The comparison with the source sees one changed word."""
    built = build_notebooks.read_source(ROOT / "notebooks/source/04_gradient.py")
    assert build_notebooks.same_cells(built, NOTEBOOKS["04_gradient"])
    built.cells[0].source += " more"
    assert not build_notebooks.same_cells(built, NOTEBOOKS["04_gradient"])


def test_the_check_command_fails_on_a_stale_notebook(tmp_path, monkeypatch):
    """`build_notebooks --check` names a notebook that isn't its source's, and fails; so it does for an unknown name."""
    (tmp_path / "source").mkdir()
    shutil.copy(ROOT / "notebooks/01_cifar10.ipynb", tmp_path)
    source = (ROOT / "notebooks/source/01_cifar10.py").read_text(encoding="utf-8")
    (tmp_path / "source/01_cifar10.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(build_notebooks, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build_notebooks.py", "--check"])
    build_notebooks.main()
    (tmp_path / "source/01_cifar10.py").write_text(source.replace("photographs", "pictures"), encoding="utf-8")
    with pytest.raises(SystemExit, match="01_cifar10.ipynb"):
        build_notebooks.main()
    monkeypatch.setattr(sys, "argv", ["build_notebooks.py", "--check", "99"])
    with pytest.raises(SystemExit, match="99"):
        build_notebooks.main()


def test_the_build_refuses_the_sample_and_stderr():
    """Outputs of the built-in sample, and anything on stderr, are never committed."""
    cell = nbformat.v4.new_code_cell("folder = data_utils.ensure_cifar10()")
    for name, text in [("stdout", "Data: the built-in sample, NOT CIFAR-10"), ("stderr", "a warning")]:
        with pytest.raises(RuntimeError, match="CIFAR-10, and this is|stderr"):
            build_notebooks.clean(nbformat.v4.new_output("stream", name=name, text=text), cell)


def test_cell_ids_are_unique_and_stable():
    """Reading a source twice gives the same ids, all different."""
    first, second = (build_notebooks.read_source(ROOT / "notebooks/source/01_cifar10.py") for _ in range(2))
    ids = [cell.id for cell in first.cells]
    assert ids == [cell.id for cell in second.cells] and len(set(ids)) == len(ids)


@each_notebook
def test_ignored_cells_are_listed(name):
    """A cell that isn't compared is one that this file names; if it prints, its output is there all the same."""
    ignored = [cell for cell in code_cells(name) if is_ignored(cell)]
    assert [cell.source.splitlines()[0] for cell in ignored] == IGNORED_CELLS[name]
    for cell in ignored:
        assert cell.outputs or "print(" not in cell.source or "ipywidgets" in cell.source, cell.source


@each_notebook
def test_no_other_way_round_the_comparison(name):
    """nbval can also be told off by other tags and by comments: none of them is used."""
    for cell in code_cells(name):
        assert set(cell.metadata.get("tags", [])) <= {IGNORED, "claim", "guess"} and "NBVAL" not in cell.source.upper(), cell.source


@each_notebook
def test_ignored_cells_are_followed_by_an_assertion(name):
    """What isn't compared is asserted: in the cell, or in one of the three after it (loading and timing aside)."""
    cells, exempt = code_cells(name), r"ensure_cifar10|load_linear_splits|ipywidgets|median_seconds"
    for k, cell in enumerate(cells):
        if is_ignored(cell) and not re.search(exempt, cell.source):
            checked = [later.source for later in cells[k : k + 4]]
            assert any("assert " in source or "threshold=" in source for source in checked), cell.source


@each_notebook
def test_outputs_come_from_real_images(name):
    """Notebooks are committed as CIFAR-10 made them, with the metadata that the build gives them."""
    assert NOTEBOOKS[name].metadata == build_notebooks.METADATA
    printed = "".join(output.get("text", "") for cell in code_cells(name) for output in cell.outputs)
    assert "Data: CIFAR-10, 50,000" in printed and "NOT CIFAR-10" not in printed


def test_most_cells_are_compared_strictly(record_property):
    """At least 60 % of the code cells are compared to the letter; printed at the end of the run."""
    total = [cell for name in NOTEBOOKS for cell in code_cells(name)]
    strict = [cell for cell in total if not is_ignored(cell)]
    with_output = [cell for cell in strict if cell.outputs]
    share = len(strict) / len(total)
    record_property("figure", f"notebooks: {len(strict)} of {len(total)} code cells ({share:.0%}) compared strictly, "
                              f"{len(with_output)} of them with outputs")
    assert share >= 0.6


@each_notebook
def test_every_code_cell_was_executed_in_order(name):
    """Execution counts are 1, 2, 3, ... (nbval silently skips a cell without one)."""
    assert [cell.execution_count for cell in code_cells(name)] == list(range(1, len(code_cells(name)) + 1))


@each_notebook
def test_outputs_hold_no_errors_stderr_or_machine_paths(name):
    """Nothing failed, nothing was written to stderr, and no output tells whose computer it was."""
    for cell in code_cells(name):
        for output in cell.outputs:
            assert output.output_type != "error" and output.get("name") != "stderr", cell.source
            data = {kind: value for kind, value in output.get("data", {}).items() if kind != "image/png"}
            text = output.get("text", "") + json.dumps(data)
            assert not re.search(r"/(home|root|Users|tmp|work|opt|usr|mnt)/|\b[A-Z]:\\", text), text


@each_notebook
def test_cells_are_short(name, record_property):
    """Code cells: median at most 5 lines, none over 20; at least as many words of prose as code; printed at the end.

    Lines are at most 115 characters, or a printed or exported page cuts them off.
    """
    assert max(len(line) for cell in code_cells(name) for line in cell.source.splitlines()) <= 115
    lines = [len(cell.source.splitlines()) for cell in code_cells(name)]
    prose = sum(len(cell.source.split()) for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown")
    code = sum(len(cell.source.split()) for cell in code_cells(name))
    record_property("figure", f"{name}: code cells of {statistics.median(lines)} lines (median), {max(lines)} at most; "
                              f"{prose / code:.1f} words of prose for each of code")
    assert statistics.median(lines) <= 5 and max(lines) <= 20 and prose >= code


@each_notebook
def test_figures_are_shown_and_described(name):
    """A cell with a figure ends with plt.show() and has an alt text, which the figure carries."""
    for cell in code_cells(name):
        figures = [output for output in cell.outputs if "image/png" in output.get("data", {})]
        if figures:
            assert cell.source.splitlines()[-1] == "plt.show()", cell.source
            assert len(set(cell.metadata.get("alt", "").split())) > 8, cell.source
            assert all(figure.metadata["image/png"]["alt"] == cell.metadata["alt"] for figure in figures)


@each_notebook
def test_notebooks_open_and_close_alike(name):
    """Title first, with what you'll learn; near the end what you showed, and where to go next; folded answers."""
    markdown = [cell.source for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown"]
    assert markdown[0].startswith(f"# {int(name[:2])}. ") and "**What you'll learn**" in markdown[0]
    assert "*Time:*" in markdown[0] and "JPEG" in markdown[0]
    assert "## What you showed" in markdown[-1] and "**Next:**" in markdown[-1]
    text = "\n".join(markdown)
    assert 2 <= text.count("<details>") == text.count("</details>") <= 4


def test_the_map_leads_to_headings():
    """Each row of the table of ideas in notebooks/README.md names a notebook and a heading that is in it."""
    text = (ROOT / "notebooks/README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| (\d\d|every one) \| ([^|]+) \|$", text, flags=re.MULTILINE)
    assert len(rows) > 40
    for idea, number, heading in rows:
        for name in [name for name in NOTEBOOKS if number in (name[:2], "every one")] or [number]:
            lines = [line for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown"
                     for line in cell.source.splitlines()]
            assert f"## {heading}" in lines or f"### {heading}" in lines, (idea, name, heading)


@each_notebook
def test_exercises_have_a_signature_a_docstring_and_a_solution(name):
    """Every cell with a solution defines one function, documents it, and marks where the solution begins and ends."""
    exercises = [cell.source for cell in code_cells(name) if "### BEGIN SOLUTION" in cell.source]
    assert exercises or name in {"08_templates"}
    for source in exercises:
        assert re.match(r'def \w+\(.*\):\n    """', source) and source.rstrip().endswith("### END SOLUTION"), source
        assert source.count("### BEGIN SOLUTION") == 1, source


@each_notebook
def test_a_tag_marks_what_is_not_for_students(name):
    """Where there are exercises, one text cell has the tag `practice`, and the text that all have; no other has a tag."""
    tagged = [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown" and "tags" in cell.metadata]
    exercises = any("### BEGIN SOLUTION" in cell.source for cell in code_cells(name))
    assert [cell.metadata.tags for cell in tagged] == [["practice"]] * exercises
    assert all(cell.source == PRACTICE for cell in tagged)


@each_notebook
def test_links_lead_somewhere(name):
    """Every relative link in a notebook points to a file of this repository."""
    text = "\n".join(cell.source for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        assert (ROOT / "notebooks" / target).exists(), target


@pytest.mark.parametrize("readme", ["README.md", "notebooks/README.md", "datasets/README.md", "docs/instructors.md"])
def test_readme_links_lead_somewhere(readme):
    """So does every relative link in a README."""
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", (ROOT / readme).read_text(encoding="utf-8")):
        assert ((ROOT / readme).parent / target).exists(), target


@pytest.mark.parametrize("picture", readme_pictures.PICTURES)
def test_readme_pictures_are_the_notebooks(picture):
    """The README's pictures are figures of the committed notebooks, byte for byte."""
    assert (ROOT / "docs" / picture).read_bytes() == readme_pictures.picture(*readme_pictures.PICTURES[picture])


# --- the check itself -----------------------------------------------------------------------------

def nbval_options():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"--nbval\S*", makefile)


def test_make_compares_strictly_and_everything():
    """make runs nbval with these options and no laxer ones, on the whole of tests/ and notebooks/."""
    assert nbval_options() == ["--nbval", "--nbval-current-env"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "$(PARALLEL) tests notebooks\n" in makefile and "$(PARALLEL) notebooks\n" in makefile


def as_committed(cell):
    assert not is_ignored(cell) and "-0.351" in cell.outputs[0].text


def other_output(cell):
    cell.outputs[0].text = cell.outputs[0].text.replace("-0.351", "-0.352")


def other_source(cell):
    cell.source = cell.source.replace("dscores = p - ", "dscores = p + ")


def test_the_strict_check_can_fail(tmp_path):
    """A cell as committed is green; with one digit of its output changed, or one line of its source, it is red."""
    for change in [as_committed, other_output, other_source]:
        notebook = nbformat.read(ROOT / "notebooks/04_gradient.ipynb", 4)
        scores, dscores = (c for c in notebook.cells if c.source.startswith(("x = np.array", "dscores = p - ")))
        change(dscores)
        imports = "import numpy as np\nfrom cs231n_softmax.classifiers.softmax import softmax"
        notebook.cells = [nbformat.v4.new_code_cell(imports, execution_count=1), scores, dscores]
        nbformat.write(notebook, tmp_path / f"{change.__name__}.ipynb")
    config = ["-p", "no:xdist", "-c", str(ROOT / "pyproject.toml")]
    run = subprocess.run([sys.executable, "-m", "pytest", *config, *nbval_options(), "-rA", str(tmp_path)],
                         cwd=tmp_path, capture_output=True, text=True)
    outcomes = re.findall(r"^(PASSED|FAILED) .*?(\w+)\.ipynb::Cell (\d)", run.stdout, flags=re.MULTILINE)
    assert {name: outcome for outcome, name, cell in outcomes if cell == "2"} == {
        "as_committed": "PASSED", "other_output": "FAILED", "other_source": "FAILED"}, run.stdout
    failures = run.stdout.split("short test summary")[0]  # in CI the summary has the reasons once more
    assert failures.count("Cell outputs differ") == 2
