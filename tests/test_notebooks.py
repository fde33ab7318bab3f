"""The notebooks as products: built from their sources, strictly compared, readable, described, and free of traces."""

import copy
import html
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from nbconvert import HTMLExporter

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
        'for name in ["train", "val"]:',
        'centred = data["X_dev"][:, :-1]',
        "def mean_cosine(rows):",
        "brightness = raw.mean(axis=1)",
        'X_val, y_val, X_train, y_train = data["X_val"], data["y_val"], data["X_train"], data["y_train"]',
        "luckiest = random_weights[np.argmax(tries)]",
        "nearest = accuracy(W_means, X_val, y_val)",
        "by_channel = means.reshape(1024, 3, 10).mean(axis=0)",
        'X_test = data["X_test_all"][:, :-1]',
    ],
    "02_scores_to_probabilities": [
        "data = data_utils.load_linear_splits(rng=0)",
        "@ipywidgets.interact(T=ipywidgets.FloatLogSlider(value=1, min=-1, max=1.5),",
        'large_scores = data["X_dev"] @ rng.standard_normal((3073, 10))',
        "@ipywidgets.interact(cat=ipywidgets.FloatSlider(value=3.2, min=-6, max=10),",
    ],
    "03_cross_entropy": [
        "data = data_utils.load_linear_splits(rng=0)",
        'slider = {"min": -5, "max": 10, "step": 0.1}',
        "for step in [0, 5, 10, 19]:",
        "W = 1e-3 * np.random.default_rng(0).standard_normal((3073, 10))",
        "noise = np.random.default_rng(0).standard_normal((3073, 10))",
        "W_small = 1e-4 * noise",
    ],
    "04_gradient": [
        "data = data_utils.load_linear_splits(rng=0)",
        "k = np.flatnonzero(y == 8)[8]  # 8 is the label of ships",
        'picture = ship[0, :-1] + data["mean_image"]  # the pixels as they were before centring',
        "losses_with = lambda W: -np.log(softmax(X @ W)[np.arange(500), y])",
        "W = 1e-3 * np.random.default_rng(1).standard_normal((3073, 10))",
        "wide = gradient_check.grad_check_sparse(few_loss_at, W, dW_few, num_checks=5, h=1e-4, rng=0)",
        "svm = LinearSVM()",
    ],
    "05_vectorized": [
        "data = data_utils.load_linear_splits(rng=0)",
        "mine = MySoftmax()",
        "sizes = [10, 30, 100, 300, 500]",
        'X_train, y_train = data["X_train"], data["y_train"]',
        "bandwidth, peak = memory_bandwidth(), peak_arithmetic(np.float32)",
        "N = min(10_000, len(X_train))",
        "batch, P = (W32, X32, y_many, 0.1), np.ones((N, 10), np.float32)",
        "W_wide = np.tile(W32, 10)  # 100 columns, for 100 classes",
        "few = {f.__name__: lambda f=f: f(W, X[:2], y[:2], reg) for f in orders[1:]}",
    ],
    "06_sgd": [
        "data = data_utils.load_linear_splits(rng=0)",
        "rng = np.random.default_rng(0)",
        "for _ in range(300):",
        "for place in places:",
        "for place, (full_length, noise) in lengths.items():",
        "for name, curve in curves.items():",
        "steps_needed = int(np.argmax(np.array(gradient_curve) < random_curve[-1]))",
        "for name, curve in descents.items():",
        "for name, losses in histories.items():",
        "turns = {}",
        "random_start = 0.001 * np.random.default_rng(1).standard_normal((3073, 10))",
        "left = {}",
        "first_losses = {}",
        'models = {"softmax, seed 0": Softmax(), "softmax, seed 1": Softmax(), "SVM, seed 0": LinearSVM()}',
        "for name, published in zip(accuracies, [0.344, 0.344, 0.365], strict=True):",
    ],
    "07_hyperparameters": [
        "data = data_utils.load_linear_splits(rng=0)",
        "few = from_zero(X_train[:100], y_train[:100], learning_rate=2e-6, reg=0, num_iters=750)",
        'curves = {"reg 0": [], "with reg": []}',
        "my_sweep(results, grid([1e-7, 1e-6], [1e3, 2.5e4]), data, num_iters=300)",
        "table = sweep(X_train, y_train, X_val, y_val, grid([1e-7, 5e-7, 1e-6, 5e-6], [1e2, 1e3, 1e4, 1e5]))",
        "excess = max(100 * (result.train_accuracy - result.val_accuracy) for result in table)",
        "corner = next(result for result in table if (result.learning_rate, result.reg) == (1e-7, 1e2))",
        "slow = from_zero(X_train, y_train, learning_rate=1e-7, reg=0, num_iters=1500)",
        "rates, regs = (3e-7, 3e-6), (1e2, 1e4)  # the box: from, to",
        "best_table = max([table, random_table], key=lambda t: t.best.val_accuracy)",
        "split = X_train, y_train, X_val, y_val",
        "lead = paired(*(right(t.best_model, X_val, y_val) for t in [random_table, table]))",
        "for reg, judged in hits.items():",
        'X_test, y_test = data["X_test_all"], data["y_test_all"]',
        "ahead = 100 * np.array(paired(*(right(tested[name], X_test, y_test) for name in reversed(tested))))",
        "for name, W in weights.items():",
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
    "10_the_best_linear_classifier": [
        "data = data_utils.load_linear_splits(rng=0)",
        "REG = 1e-2",
        'print(f"gap {length**2 / (4 * STRONG):.2f}; in truth the loss is {loss_early - lowest:.2f} above the lowest one")',  # noqa: E501
        "_, dW = softmax_loss_vectorized(best.W, X_train, y_train, REG)",
        "for rate in rates:",
        'splits = {"training": (X_train, y_train), "validation": (X_val, y_val), "test": (X_test, y_test)}',
        'chosen = int(accuracies["validation"].argmax())',
        "rough = [roughness(path[k].W) for k in shown]",
        "untuned = Softmax()",
        "for name, T in temperatures.items():",
        "negatives = X_test * np.append(-np.ones(3072), 1).astype(np.float32)",
    ],
    "11_better_inputs": [
        "images, labels, test_images, y_test = data_utils.load_CIFAR10(data_utils.ensure_cifar10())",
        "pixel_accuracy = accuracy(W_pixels, X_test, y_test)",
        "before, after = accuracy(W_pixels, X_test[:2000], y_moved), accuracy(W_pixels, X_moved, y_moved)",
        "net_accuracy = 100 * np.mean(net.predict(X_test[:, :-1]) == y_test)",
        'print(f"how much the heaps differ at a unit (root mean square over the 100 units): {rms(one - other):.3f}")',
        "hand_made = [features.hand_made_features(part) for part in parts]",
        "hand_accuracy = accuracy(W_hand, F_test, y_test)",
        "responses = [features.cached(features.patch_features, part, patches) for part in parts]",
        "patch_accuracy = accuracy(W_patches, P_test, y_test)",
        "moved_net = 100 * np.mean(net.predict(X_moved[:, :-1]) == y_moved)",
        "data = data_utils.load_linear_splits(rng=0)",
        "ladder = {",
    ],
    "12_optimizers": [
        "data = data_utils.load_linear_splits(rng=0)",
        "REG = 0.1",
        "measured = {k: measured_curvature(directions[:, -k]) for k in [1, 10, 100, 769]}",
        'narrow = {"pixels alone": eigenvalues, "loss with penalty": curvatures}',
        "exact = {",
        'seconds_per_pass = race["gradient descent"][1, -1] / race["gradient descent"][0, -1]',
        "noisy = {",
        "weights = {name: W for name, (W, _) in (exact | noisy).items()} | {\"optimum\": best.W}",
        "floors = np.array([curve[2, curve[0] > 20].mean() for curve in leaving.values()])",
        "final = {name: curve[2, -1] for name, curve in lowered.items()}",
        "deviations = np.append(X[:, :-1].std(axis=0), 1)",
        "right_white = 100 * np.mean(np.argmax(X_val_white @ best_white.W, axis=1) == y_val)",
    ],
}


PRACTICE = """\
This notebook has the solutions of its exercises in it.
To solve them yourself, work in a copy without solutions: `make practice`, or `python -m cs231n_softmax practice`, \
lays copies of all notebooks into the folder `practice/`.
You can run it again at any time.
What you have written there stays."""


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


def test_the_check_command_fails_on_a_stale_notebook(tmp_path, monkeypatch):
    """`build_notebooks --check` names a notebook that isn't as in its source, or has none, and fails."""
    (tmp_path / "source").mkdir()
    shutil.copy(ROOT / "notebooks/01_cifar10.ipynb", tmp_path)
    source = (ROOT / "notebooks/source/01_cifar10.py").read_text(encoding="utf-8")
    (tmp_path / "source/01_cifar10.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(build_notebooks, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build_notebooks.py", "--check"])
    build_notebooks.main()
    other = copy.deepcopy(NOTEBOOKS["01_cifar10"])
    other.metadata.kernelspec.name = "other"
    nbformat.write(other, tmp_path / "01_cifar10.ipynb")
    with pytest.raises(SystemExit, match="01_cifar10.ipynb: not"):
        build_notebooks.main()
    shutil.copy(ROOT / "notebooks/01_cifar10.ipynb", tmp_path)
    shutil.copy(ROOT / "notebooks/01_cifar10.ipynb", tmp_path / "13_more.ipynb")
    with pytest.raises(SystemExit, match="^13_more.ipynb: not"):
        build_notebooks.main()
    (tmp_path / "13_more.ipynb").unlink()
    (tmp_path / "source/01_cifar10.py").write_text(source.replace("photographs", "pictures"), encoding="utf-8")
    with pytest.raises(SystemExit, match="01_cifar10.ipynb: not"):
        build_notebooks.main()
    monkeypatch.setattr(sys, "argv", ["build_notebooks.py", "--check", "99"])
    with pytest.raises(SystemExit, match="99"):
        build_notebooks.main()


def test_new_words_need_no_run(tmp_path, monkeypatch):
    """`build_notebooks --text` changes text cells and keeps all outputs; where code was changed, it writes nothing."""
    (tmp_path / "source").mkdir()
    shutil.copy(ROOT / "notebooks/02_scores_to_probabilities.ipynb", target := tmp_path / "02_a.ipynb")
    source = (ROOT / "notebooks/source/02_scores_to_probabilities.py").read_text(encoding="utf-8")
    monkeypatch.setattr(build_notebooks, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build_notebooks.py", "--text"])
    (tmp_path / "source/02_a.py").write_text(source, encoding="utf-8")
    build_notebooks.main()
    before = NOTEBOOKS["02_scores_to_probabilities"]
    assert nbformat.read(target, 4) == before
    (tmp_path / "source/02_a.py").write_text(source.replace("probabilities", "shares", 1), encoding="utf-8")
    build_notebooks.main()
    after = nbformat.read(target, 4)
    assert after.cells[0] != before.cells[0] and after.cells[1:] == before.cells[1:]
    (tmp_path / "source/02_a.py").write_text(source.replace("\nimport", "\nimport ast\nimport", 1), encoding="utf-8")
    with pytest.raises(SystemExit, match="without --text"):
        build_notebooks.main()
    assert nbformat.read(target, 4) == after


def test_two_runs_give_the_same_file(tmp_path):
    """Printed text is one output, however it arrives, and a picture keeps its text: a diff shows what was changed."""
    (tmp_path / "one.py").write_text("""# %%
import sys, time
from cs231n_softmax import vis_utils
import matplotlib.pyplot as plt

# %%
for word in ["one ", "two ", "three"]:
    print(word, end="", flush=True)
    time.sleep(0.2)
plt.plot([1, 2])
vis_utils.show("a line")
print("four")
""", encoding="utf-8")
    runs = [build_notebooks.read_source(tmp_path / "one.py") for _ in range(2)]
    for notebook in runs:
        build_notebooks.execute(notebook, tmp_path)
    text, picture = runs[0].cells[1].outputs
    assert text.text == "one two threefour\n" and 'alt="a line"' in picture.data["text/html"]
    assert runs[0] == runs[1]


def test_the_build_refuses_the_sample_and_stderr():
    """Outputs of the built-in sample, and anything on stderr, are never committed."""
    cell = nbformat.v4.new_code_cell("folder = data_utils.ensure_cifar10()")
    for name, text in [("stdout", "Data: the built-in sample, NOT CIFAR-10"), ("stderr", "a warning")]:
        with pytest.raises(RuntimeError, match="CIFAR-10, and this is|stderr"):
            build_notebooks.clean(nbformat.v4.new_output("stream", name=name, text=text), cell)


def test_the_build_folds_claims(tmp_path):
    """A cell with the tag `claim`, and no other."""
    (tmp_path / "one.py").write_text('# %% tags=["claim"]\nassert True\n\n# %%\nprint()\n', encoding="utf-8")
    claim, other = build_notebooks.read_source(tmp_path / "one.py").cells
    assert claim.metadata.jupyter == {"source_hidden": True} and "jupyter" not in other.metadata


def test_the_build_refuses_figures_without_a_text():
    """A figure of plt.show() has no alternative text: the builder says what to write."""
    figure = nbformat.v4.new_output("display_data", {"image/png": "iVBOR", "text/plain": "<Figure>"})
    with pytest.raises(RuntimeError, match=r'vis_utils.show\("'):
        build_notebooks.clean(figure, nbformat.v4.new_code_cell("plt.plot([1, 2])\nplt.show()"))


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
        assert set(cell.metadata.get("tags", [])) <= {IGNORED, "claim", "guess"}, cell.source
        assert "NBVAL" not in cell.source.upper(), cell.source


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
def test_printed_text_is_one_output(name):
    """However many times a cell prints: where text is split differs from run to run."""
    for cell in code_cells(name):
        assert [output.get("name") for output in cell.outputs].count("stdout") <= 1, cell.source


@each_notebook
def test_outputs_hold_no_errors_stderr_or_machine_paths(name):
    """Nothing failed, nothing was written to stderr, and no output tells whose computer it was."""
    for cell in code_cells(name):
        for output in cell.outputs:
            assert output.output_type != "error" and output.get("name") != "stderr", cell.source
            text = output.get("text", "") + re.sub(r"base64,[^\\]+", "", json.dumps(output.get("data", {})))
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


def images(outputs):
    """The <img> tags in outputs; with a figure that has no place for a text as "image/png"."""
    data = [output.get("data", {}) for output in outputs]
    return [tag for d in data for tag in re.findall("<img[^>]*>", d.get("text/html", ""))] + [
        kind for d in data for kind in d if kind.startswith("image/")]


def alt_text(tag):
    return html.unescape(re.fullmatch('<img alt="([^"]*)" src="data:image/png;base64,[^"]+">', tag)[1])


@each_notebook
def test_figures_are_shown_and_described(name):
    """Each figure is an <img> with a text that says what it shows; its cell has that text, for a run of one's own."""
    for cell in code_cells(name):
        texts = [alt_text(tag) for tag in images(cell.outputs)]
        assert cell.source.count("vis_utils.show(") == len(texts) and "plt.show(" not in cell.source, cell.source
        for text in texts:
            assert len(set(text.split())) > 8, cell.source
            written = re.search(r'vis_utils\.show\((f?)"+(.*?)"+\)', cell.source, flags=re.DOTALL)
            assert written and (written[1] or " ".join(written[2].split()) == text), cell.source


def test_texts_are_in_the_exported_page():
    """HTML as nbconvert writes it from the notebooks' figures: as many images as figures, each with its own text."""
    shown = [cell for name in NOTEBOOKS for cell in code_cells(name) if images(cell.outputs)]
    notebook = nbformat.v4.new_notebook(cells=copy.deepcopy(shown), metadata=build_notebooks.METADATA)
    for k, cell in enumerate(notebook.cells):
        cell.source, cell.id = "", f"figure-{k}"
    page, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook)
    texts = [html.unescape(text) for tag in re.findall("<img[^>]*>", page) for text in re.findall('alt="([^"]*)"', tag)]
    assert texts == [alt_text(tag) for cell in shown for tag in images(cell.outputs)] and len(texts) >= 29


@each_notebook
def test_sliders_show_something_without_a_kernel(name):
    """In place of a slider, which needs a kernel, stand a sentence and what it shows at first; no other cell has it."""
    for cell in code_cells(name):
        sentences = [build_notebooks.SLIDER in output.get("data", {}).get("text/html", "") for output in cell.outputs]
        assert any(sentences) == ("ipywidgets.interact" in cell.source), cell.source
        assert sentences[:1] == [True] * any(sentences) or not any(sentences), cell.source
        assert not any(sentences) or len(cell.outputs) > 1, cell.source


@each_notebook
def test_each_question_ends_with_its_own_answer(name):
    """A folded answer is the end of the cell that asks; the questions are numbered."""
    asked = [cell.source for cell in NOTEBOOKS[name].cells if "<details>" in cell.source]
    for number, source in enumerate(asked, 1):
        assert source.startswith(f"**{number}.** ") and source.endswith("</details>"), source
        assert source.count("<details><summary>Answer</summary>\n") == 1, source


@each_notebook
def test_notebooks_open_and_close_alike(name):
    """Title first, with what you'll learn; near the end what you showed, and where to go next; folded answers."""
    markdown = [cell.source for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown"]
    assert markdown[0].startswith(f"# {int(name[:2])}. ") and "**What you'll learn**" in markdown[0]
    assert "*Time:*" in markdown[0] and "JPEG" in markdown[0]
    assert "## What you showed" in markdown[-1] and "**Next:**" in markdown[-1]
    text = "\n".join(markdown)
    assert 2 <= text.count("<details>") == text.count("</details>") <= 4


@each_notebook
def test_the_stated_time_is_the_estimate(name):
    """As README.md says how it is estimated, to five minutes; both tables and the notebook state the same time."""
    minutes = 0
    for cell in NOTEBOOKS[name].cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            minutes += len(cell.source.split()) / 100
        elif "claim" not in tags:
            figures = json.dumps(cell.outputs).count("image/png")
            lines = len([line for line in cell.source.splitlines() if line.strip()])
            minutes += lines / 10 + figures + ("guess" in tags) + 10 * ("### BEGIN SOLUTION" in cell.source)
    stated = int(re.search(r"about (\d+) minutes", NOTEBOOKS[name].cells[0].source)[1])
    assert stated % 5 == 0 and abs(stated - minutes) < 5, minutes
    for table in ("README.md", "notebooks/README.md"):
        row = re.search(rf"^\|.*\({name}\.ipynb\).*|^\|.*\(notebooks/{name}\.ipynb\).*",
                        (ROOT / table).read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert f"| {stated} min |" in row[0], table


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
@pytest.mark.parametrize("colab", [True, False])
def test_the_first_cell_adds_the_package_on_colab(name, colab, monkeypatch):
    """There it calls pip once, which takes a wheel beside the notebook, or the published package; elsewhere nothing."""
    first = next(cell.source for cell in build_notebooks.read_source(ROOT / f"notebooks/source/{name}.py").cells
                 if cell.cell_type == "code")
    calls = []
    shell = SimpleNamespace(run_line_magic=lambda *magic: calls.append(magic))
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    exec(first, {})
    assert calls == colab * [("pip", "install --quiet --find-links . cs231n_softmax")]


@each_notebook
def test_exercises_have_a_signature_a_docstring_and_a_solution(name):
    """Every cell with a solution defines one function, documents it, and marks where the solution begins and ends."""
    exercises = [cell.source for cell in code_cells(name) if "### BEGIN SOLUTION" in cell.source]
    assert exercises or name in {"08_templates", "10_the_best_linear_classifier"}
    for source in exercises:
        assert re.match(r'def \w+\(.*\):\n    """', source) and source.rstrip().endswith("### END SOLUTION"), source
        assert source.count("### BEGIN SOLUTION") == 1, source


@each_notebook
def test_a_tag_marks_what_is_not_for_students(name):
    """Where there are exercises, one text cell has the tag `practice`, with one text for all; no other has a tag."""
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


@pytest.mark.parametrize("page", ["README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md", "notebooks/README.md",
                                  "datasets/README.md", "docs/assignment.md", "docs/instructors.md", "docs/notices.md",
                                  "docs/speed.md", "tools/nbnotice/README.md"])
def test_links_of_pages_lead_somewhere(page):
    """So does every relative link in a page for readers."""
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        assert ((ROOT / page).parent / target).exists(), target


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


def figure_cell(text):
    """A cell that draws, with a committed figure of other pixels, whose text is `text`."""
    source = """import matplotlib.pyplot as plt
from cs231n_softmax import vis_utils
plt.figure()
vis_utils.show("an empty page")"""
    image = f'<img alt="{text}" src="data:image/png;base64,iVBORw0KGgo=">'
    data = {"text/html": image, "text/plain": f"<figure: {text}>"}
    return nbformat.v4.new_code_cell(source, execution_count=1, outputs=[nbformat.v4.new_output("display_data", data)])


def test_the_strict_check_can_fail(tmp_path):
    """A cell as committed is green; with one digit of its output changed, or one line of its source, it is red.

    A figure is red when its text is another, and green when only its pixels are.
    """
    for name in ["conftest.py", "nbval.cfg"]:
        shutil.copy(ROOT / "notebooks" / name, tmp_path)
    figures = nbformat.v4.new_notebook(metadata=build_notebooks.METADATA)
    figures.cells = [figure_cell("an empty page"), figure_cell("a full page")]
    nbformat.write(figures, tmp_path / "figures.ipynb")
    for change in [as_committed, other_output, other_source]:
        notebook = nbformat.read(ROOT / "notebooks/04_gradient.ipynb", 4)
        scores, dscores = (c for c in notebook.cells if c.source.startswith(("x = np.array", "dscores = p - ")))
        change(dscores)
        imports = "import numpy as np\nfrom cs231n_softmax.classifiers.softmax import softmax"
        notebook.cells = [nbformat.v4.new_code_cell(imports, execution_count=1), scores, dscores]
        nbformat.write(notebook, tmp_path / f"{change.__name__}.ipynb")
    config = ["-p", "no:xdist", "-c", str(ROOT / "pyproject.toml")]
    run = subprocess.run([sys.executable, "-m", "pytest", *config, *nbval_options(), "-rA", str(tmp_path)],
                         cwd=tmp_path, capture_output=True, text=True,
                         env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools")])})
    outcomes = re.findall(r"^(PASSED|FAILED) .*?(\w+)\.ipynb::Cell (\d)", run.stdout, flags=re.MULTILINE)
    outcome = {(name, cell): outcome for outcome, name, cell in outcomes}
    assert {name: outcome[name, "2"] for name in ["as_committed", "other_output", "other_source"]} == {
        "as_committed": "PASSED", "other_output": "FAILED", "other_source": "FAILED"}, run.stdout
    assert (outcome["figures", "0"], outcome["figures", "1"]) == ("PASSED", "FAILED"), run.stdout
    failures = run.stdout.split("short test summary")[0]  # in CI the summary has the reasons once more
    assert failures.count("Cell outputs differ") == 3
