"""notebooks/recorded fits the notebooks: the list of assertions, and what was recorded of their cells."""

import ast
import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import assertions  # noqa: E402
import pixels  # noqa: E402
from nbnotice import ranges, record  # noqa: E402

from cs231n_softmax.cifar10.sample import write_sample  # noqa: E402
from tests.breaks import BREAKS  # noqa: E402

FOLDER = ROOT / "notebooks/recorded"
NOTEBOOKS = {path.stem: nbformat.read(path, 4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
KINDS = ["figures", "ranges", "seconds"]
each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)

# Cells of which nothing can be recorded, because their figures or numbers depend on a clock. A new one must be added
# here, by its first line, and so be thought about. Cells that say which data they have found aren't listed.
ANYTHING = {
    "figures": {
        "05_vectorized": [
            "vis_utils.plot_timings({",
            '[loops] = seconds_by_size({"loops": softmax_loss_naive}, W32, X32, y_many, reg, [500])["loops"]',
        ],
        "06_sgd": ['fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")'],
        "12_optimizers": [
            "race = {name: curve for name, (_, curve) in exact.items()}",
            'race_2 = {name: curve for name, (_, curve) in noisy.items()} | {"fit_optimum": race["fit_optimum"][:, 1:]}',  # noqa: E501
        ],
    },
    "ranges": {
        "05_vectorized": [
            "sizes = [10, 30, 100, 300, 500]",
            'X_train, y_train = data["X_train"], data["y_train"]',
            "bandwidth, peak = memory_bandwidth(), peak_arithmetic(np.float32)",
            "N = min(10_000, len(X_train))",
            "batch, P = (W32, X32, y_many, 0.1), np.ones((N, 10), np.float32)",
            "W_wide = np.tile(W32, 10)  # 100 columns, for 100 classes",
            "few = {f.__name__: lambda f=f: f(W, X[:2], y[:2], reg) for f in orders[1:]}",
        ],
        "06_sgd": [
            "for name, curve in curves.items():",
            "for name, published in zip(accuracies, [0.344, 0.344, 0.365], strict=True):",
        ],
        "12_optimizers": ['seconds_per_pass = race["gradient descent"][1, -1] / race["gradient descent"][0, -1]'],
    },
}
LOADS = ("data = data_utils.load_linear_splits(", "folder = data_utils.ensure_cifar10()", "images, labels, test_im")


# --- the list of assertions -----------------------------------------------------------------------

def test_the_list_of_assertions_is_the_notebooks():
    """An assertion that was changed, added or removed is a line in the diff of this file."""
    listed = (FOLDER / "assertions.txt").read_text(encoding="utf-8")
    assert listed == assertions.listing(), "run tools/assertions.py, and look at its diff"


def test_the_check_command_fails_on_an_old_list(tmp_path, monkeypatch):
    """`assertions --check` says what to do, and writes nothing."""
    (tmp_path / "source").mkdir()
    (tmp_path / "recorded").mkdir()
    source = tmp_path / "source/01_one.py"
    source.write_text("# %%\nassert 0.3 < 0.4\n", encoding="utf-8")
    monkeypatch.setattr(assertions, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["assertions.py"])
    assertions.main()
    monkeypatch.setattr(sys, "argv", ["assertions.py", "--check"])
    assertions.main()
    source.write_text("# %%\nassert 0.2 < 0.4\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="Run tools/assertions.py"):
        assertions.main()
    assert (tmp_path / "recorded/assertions.txt").read_text(encoding="utf-8").endswith("\n  assert 0.3 < 0.4\n")


@pytest.mark.parametrize("code, lines", [
    ("x = 1\nassert x < 2, 'small'", ["assert x < 2, 'small'"]),
    ("assert (x\n        < 2)", ["assert (x < 2)"]),
    ("check.softmax(f).require()", ["check.softmax(f).require()"]),
    ("errors = grad_check(f, threshold=1e-7)", ["errors = grad_check(f, threshold=1e-7)"]),
    ("for x in xs:\n    print(x)\n    assert x", ["for x in xs:", "  assert x"]),
    ("try:\n    assert x\nexcept ValueError:\n    pass", ["try:", "  assert x", "except ValueError:"]),
    ("try:\n    f()\nexcept:\n    pass", ["try:", "except:"]),
    ("with suppress(ValueError):\n    f()", ["with suppress(ValueError):"]),
    ("if slow:\n    f()\nelse:\n    assert x", ["if slow:", "  assert x"]),
    ("def f(x):\n    return x", []), ("print('assert')", [])])
def test_what_is_listed(code, lines):
    """Assertions and what stands around them; checks that raise; and whatever catches exceptions."""
    assert assertions.claims(ast.parse(code).body, code) == lines


# --- what was recorded of the cells ---------------------------------------------------------------

@each_notebook
@pytest.mark.parametrize("kind", KINDS)
def test_only_cells_that_exist_are_recorded(name, kind):
    """`make record` forgets a cell that was deleted, or whose first line is another now."""
    recorded = record.load(FOLDER, kind).get(name, {})
    assert set(recorded) <= set(record.cell_names(NOTEBOOKS[name].cells)), "run `make record`, and look at its diff"


@each_notebook
def test_committed_numbers_are_in_their_ranges(name):
    """Also those that nbval doesn't compare: a number that somebody typed in is noticed without a run."""
    code = [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "code"]
    for cell, title in zip(code, record.cell_names(code), strict=True):
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            spans = record.load(FOLDER, "ranges").get(name, {}).get(title)
            assert ranges.problem(spans, ranges.numbers(cell.outputs)) is None, title


@pytest.mark.parametrize("kind", KINDS)
def test_where_anything_goes_is_listed(kind):
    """A cell of which nothing is recorded any more is one that this file names."""
    content = record.load(FOLDER, kind)
    anything = {name: [title for title, kept in cells.items() if kept == record.ANY and not title.startswith(LOADS)]
                for name, cells in content.items()}
    assert {name: titles for name, titles in anything.items() if titles} == ANYTHING.get(kind, {})


@each_notebook
def test_seconds_are_recorded(name):
    """For the warning about a cell that has become slow."""
    assert sum(record.load(FOLDER, "seconds")[name].values()) > 1


def test_every_notebook_is_recorded():
    assert set(record.load(FOLDER, "seconds")) == set(NOTEBOOKS)


# --- the pixels -----------------------------------------------------------------------------------

def test_recorded_pixels_are_known(tmp_path, monkeypatch):
    """The sample, and the pixels of the committed outputs; another copy isn't, nor is what has to be downloaded."""
    folder = write_sample(tmp_path / "sample", per_batch=3)
    monkeypatch.setattr(pixels, "find_cifar10", lambda: folder)
    assert pixels.are_recorded()
    monkeypatch.setattr(pixels, "is_sample", lambda folder: False)
    assert not pixels.are_recorded()
    monkeypatch.setattr(pixels, "RECORDED", tmp_path / "pixels.txt")
    (tmp_path / "pixels.txt").write_text(f"{pixels.digest(folder)}\n", encoding="utf-8")
    assert pixels.are_recorded()
    for name in ["find_cifar10", "find_sample"]:
        monkeypatch.setattr(pixels, name, lambda: None)
    assert not pixels.are_recorded()


# --- the table of breaks --------------------------------------------------------------------------

def test_the_page_for_maintainers_lists_each_break():
    """`make test-notices` prints the table. A new way to break a notebook is a new row."""
    page = (ROOT / "docs/notices.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (.+?) \| (.+?) \| noticed \|$", page, flags=re.MULTILINE) == [
        (broken.name, f"`{broken.check}`") for broken in BREAKS]
