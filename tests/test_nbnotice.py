"""The plugin tools/nbnotice: each thing that it notices is seen, and what only another machine changes isn't."""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from nbnotice import figures, plugin, ranges, record, seconds  # noqa: E402

# --- figures --------------------------------------------------------------------------------------

X = np.linspace(0, 1, 50)


def drawn(values=X**2, colour="tab:blue", title="squares", dpi=100, size=(5, 3), **text):
    """Draw one curve; return a PNG file."""
    with matplotlib.rc_context(text):
        figure, file = Figure(figsize=size), io.BytesIO()
        axes = figure.subplots()
        axes.plot(X, values, color=colour)
        axes.set(title=title, xlabel="x")
        figure.savefig(file, format="png", dpi=dpi)
    return file.getvalue()


@pytest.mark.parametrize("other", [{}, {"dpi": 101}, {"dpi": 72}, {"text.hinting": "none"}, {"font.size": 10.2}],
                         ids=str)
def test_a_figure_of_another_machine_is_alike(other):
    """The same, other rounding, other pixels, other letters."""
    assert figures.problem(None, [drawn()], [drawn(X**2 + 0.002, **other)]) is None


def test_a_figure_of_another_version_is_alike(monkeypatch):
    """Letters without their soft edges, moved by some pixels: not alike, except from another version of matplotlib."""
    usual, figure = drawn(), drawn(**{"lines.antialiased": False, "font.size": 10.5})
    assert figures.problem(None, [usual], [figure])
    monkeypatch.setattr(matplotlib, "__version__", "3.8.4")
    figure = drawn(**{"lines.antialiased": False, "font.size": 10.5})
    assert figures.drawn_by(figure).startswith("Matplotlib version3.8.4,")
    assert figures.problem(None, [usual], [figure]) is None


OTHERS = {
    "another curve": {"values": X**3}, "another part of it": {"values": X**2 + 0.2 * (X > 0.7)},
    "upside down": {"values": -(X**2)}, "cut off": {"values": np.where(X < 0.7, X**2, np.nan)},
    "another colour": {"colour": "tab:red"}, "no title": {"title": ""},
    "another size": {"size": (5, 4)}}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_another_figure_is_noticed(other):
    assert "figure 1 of 1 looks otherwise" in figures.problem(None, [drawn()], [drawn(**other)])


def test_a_recorded_figure_is_alike_too():
    """What was recorded on other data is right as well; another figure still isn't, nor are two in place of one."""
    old, new = [drawn()], [drawn(X**3)]
    recorded = figures.widened(None, old, new)
    assert len(recorded[0]) == 1 and figures.widened(recorded, old, new) == recorded
    assert figures.problem(recorded, old, old) is figures.problem(recorded, old, new) is None
    assert figures.problem(recorded, old, [drawn(X**9)])
    assert figures.problem(recorded, old, new * 2) == "expected 1 figures, got 2."


def test_a_recorded_picture_is_alike_itself():
    """A picture of many colours, too, such as a photograph."""
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(256, size=(100, 160, 3), dtype=np.uint8)).save(file, format="PNG")
    assert figures.difference(file.getvalue(), figures.unpack(figures.pack(file.getvalue()))) == 0


def test_any_figure_has_a_shape():
    """Where a figure may show anything, there are as many, of the same shape; recording leaves that."""
    assert figures.problem(record.ANY, [drawn()], [drawn(X**3)]) is None
    assert figures.problem(record.ANY, [drawn()], [drawn(size=(5, 4))]) and figures.problem(record.ANY, [drawn()], [])
    assert figures.widened(record.ANY, [drawn()], [drawn(X**3)]) == record.ANY


def test_pictures_of_both_kinds_are_found():
    """Jupyter's own image/png, and <img> in HTML."""
    file, text = drawn(), figures.base64.b64encode(drawn()).decode()
    outputs = [{"data": {"image/png": text}}, {"data": {"text/html": f'<img src="data:image/png;base64,{text}">'}}]
    assert figures.pictures(outputs) == [file, file] and figures.pictures([{"text": "no data"}]) == []


# --- ranges ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, found", [
    ("loss 2.30, -1e-05", [2.3, -1e-05]), ("1,500 of 49,000 (3%)", [1500, 49000, 3]), ("−1.7 and 5.1", [-1.7, 5.1]),
    ("float32 W1 x2", []), ("[1, 2]", [1, 2]), ("3.0s 12 ms", [3, 12]), ("v1.2.3", []), ("", [])])
def test_numbers_are_read(text, found):
    """Numbers stand alone: those inside names are none."""
    assert ranges.numbers([{"name": "stdout", "text": text}]) == found


def test_numbers_come_from_what_is_printed_and_shown():
    """Not from stderr, and not from the description of a widget."""
    widget = {"text/plain": "IntSlider(value=5)", ranges.WIDGET: {}}
    outputs = [{"name": "stderr", "text": "1"}, {"data": {"text/plain": "2"}}, {"name": "stdout", "text": "3"},
               {"data": widget}]
    assert ranges.numbers(outputs) == [3, 2]


def test_a_number_outside_its_range_is_noticed():
    """Ranges hold what was recorded, and a little more; each number has its own."""
    recorded = ranges.widened(ranges.widened(None, [0.40, 7]), [0.42, 7])
    assert recorded == [[0.40, 0.42], [7, 7]]
    assert ranges.problem(recorded, [0.41, 7]) is ranges.problem(recorded, [0.385, 7.1]) is None
    assert ranges.problem([[0.1, 0.5]], [0.68]) is None and ranges.problem([[0.1, 0.5]], [0.8])  # a wide one is wider
    assert ranges.problem(recorded, [0.35, 7]) == "number 1 of 2 is 0.35: expected 0.4 to 0.42."
    assert ranges.problem(recorded, [0.41, 8]) == "number 2 of 2 is 8: expected 7 to 7."
    assert ranges.problem(recorded, [0.41]) == "expected 2 numbers, got 1."


def test_a_cell_without_ranges_is_noticed():
    """Unless it has no numbers, or a person has written that any are right; recording leaves that."""
    assert "no ranges are recorded" in ranges.problem(None, [1.0])
    assert ranges.problem(None, []) is ranges.problem(record.ANY, [1.0]) is None
    assert ranges.widened(record.ANY, [1.0]) == ranges.widened([[1, 1]], [1.0, 2.0]) == record.ANY


# --- seconds --------------------------------------------------------------------------------------

BEFORE = {"load": 4.0, "train": 10.0, "draw": 1.0}


@pytest.mark.parametrize("now, found", [
    (BEFORE, []), ({"load": 12.0, "train": 30.0, "draw": 3.0}, []),
    ({"load": 4.0, "train": 30.0, "draw": 1.0}, ["train"]),
    ({"load": 1.0, "train": 2.5, "draw": 6.0}, ["draw"]), ({"load": 4.0, "train": 10.0, "draw": 1.9}, []),
    (BEFORE | {"new": 3.0}, ["new"]), (BEFORE | {"new": 0.9}, []),
    ({"load": 4.0, "train": 0.5, "draw": 1.0}, [])])  # what it needs was in a cache
def test_a_slow_cell_is_one_that_is_slow_beside_the_others(now, found):
    """A slow machine gives no warning, and a small cell none; a new cell that takes seconds does."""
    assert [cell for cell, _ in seconds.slow(BEFORE, now)] == found


def test_nothing_is_slow_without_a_record():
    assert seconds.slow({}, BEFORE) == [] and seconds.slow({"only": 1.0}, {"only": 9.0}) == []


def test_the_seconds_of_a_child_count():
    """While it runs, by itself; when it was waited for, with its parent. A process that is gone has none."""
    before = seconds.used(os.getpid())
    with subprocess.Popen([sys.executable, "-c", "sum(range(10**7)); print(); input()"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        alone, running = seconds.used(child.pid), seconds.used(os.getpid())
        child.communicate(b"\n")
    assert 0 < alone < running - before + 0.01 and seconds.used(os.getpid()) >= running
    assert seconds.used(child.pid) == 0


# --- the record -----------------------------------------------------------------------------------

def test_cells_have_names():
    """The first line, with a number where two are alike; text cells have none."""
    cells = [nbformat.v4.new_code_cell(source) for source in ["a = 1\nb = 2", "", "a = 1\nc = 3", "d"]]
    assert record.cell_names([nbformat.v4.new_markdown_cell("text"), *cells]) == ["a = 1", "", "a = 1 (2)", "d"]


def test_a_record_is_read_as_it_was_written(tmp_path):
    """One line for each cell, in the cells' order; notebooks by their names."""
    content = {"02_b": {"z = 1": [[1, 2]], "a = −1": "any"}, "01_a": {"x": [[0.5, 0.5]]}, "03_c": {}}
    record.save(tmp_path / "recorded", "ranges", content)
    read = record.load(tmp_path / "recorded", "ranges")
    assert list(read.items()) == [(name, content[name]) for name in ["01_a", "02_b"]]
    assert list(read["02_b"]) == ["z = 1", "a = −1"]
    lines = (tmp_path / "recorded/ranges.json").read_text(encoding="utf-8").splitlines()
    assert ' "z = 1": [[1, 2]],' in lines and ' "a = −1": "any"' in lines
    assert record.load(tmp_path, "ranges") == {}


@pytest.mark.parametrize("recorded, other_data, outcome", [
    ("nothing", False, "no ranges"), ("same", False, None), ("others", False, "number 1 of 1 is 3: expected 7 to 7"),
    ("others", True, "warning"), ("figures", True, "warning"), ("figures", False, "looks otherwise"),
    ("no figures", True, "looks otherwise")])
def test_other_data_give_a_warning(recorded, other_data, outcome, tmp_path):
    """Where the data were never recorded, a number is no failure, nor is a figure of which others were recorded."""
    def shown(number, values):
        picture = figures.base64.b64encode(drawn(values)).decode()
        return [nbformat.v4.new_output("stream", text=str(number)),
                nbformat.v4.new_output("display_data", {"image/png": picture})]

    cell = nbformat.v4.new_code_cell("x", outputs=shown(3, X))
    fresh = X**9 if "figures" in recorded else X
    for kind, kept in {"same": {"ranges": [[3, 3]]}, "others": {"ranges": [[7, 7]]}, "nothing": {},
                       "figures": {"ranges": [[3, 3]], "figures": [[figures.pack(drawn(X**3))]]},
                       "no figures": {"ranges": [[3, 3]]}}[recorded].items():
        record.save(tmp_path / "recorded", kind, {"a": {"x": kept}})
    options = SimpleNamespace(getoption=lambda name, default: other_data and "other-data" in name)
    parent = SimpleNamespace(nb=nbformat.v4.new_notebook(cells=[cell]))
    item = SimpleNamespace(path=tmp_path / "a.ipynb", cell=cell, cell_num=0, test_outputs=shown(3, fresh),
                           config=options, options={"check": False}, parent=parent)
    if outcome in (None, "warning"):
        assert list(plugin.look(item)) == [outcome] * (outcome is not None)
    else:
        with pytest.raises(plugin.NbCellError, match=outcome):
            plugin.look(item)


# --- the plugin -----------------------------------------------------------------------------------

CELLS = {
    "imports": "import time\nimport numpy as np\nimport matplotlib.pyplot as plt",
    "number": "# a mean\nprint('mean', round(np.random.default_rng(0).normal(3, 0.1), 3))",
    "seed": "# a number\nprint(round(np.random.default_rng(0).uniform(), 3))",
    "figure": "# a line\nplt.plot([1, 2, 3])\nplt.show()",
    "figures": "plt.plot([1, 3, 2])\nplt.show()",
    "busy": "start = time.process_time()\nwhile time.process_time() < start + 0.0: pass",
    "other": "print('as ever', 1 / np.random.default_rng(0).uniform() > 1)",
}
PRINTED = {"number": "mean 3.013\n", "seed": "0.637\n", "other": "as ever True\n"}
CHANGES = {  # cell: old, new, what is said
    "number": ("(3, 0.1)", "(5, 0.1)", "number 1 of 1 is 5.013: expected 3.013 to"),
    "seed": ("(0)", "()", "random numbers without a seed"),
    "figure": ("[1, 2, 3]", "[3, 1, 1]", "figure 1 of 1 looks otherwise"),
    "figures": ("plt.show()", "plt.close()", "Cell outputs differ"),
    "busy": ("0.0", "2.5", "slower than it was: notebook, `start = "),
}


def notebook(cells):
    """Return a notebook of these cells, as it was committed; two of them aren't compared by nbval."""
    made = nbformat.v4.new_notebook()
    for name, source in cells.items():
        cell = nbformat.v4.new_code_cell(source, execution_count=1)
        if name in PRINTED:
            cell.outputs = [nbformat.v4.new_output("stream", text=PRINTED[name])]
        elif "figure" in name:
            data = {"image/png": figures.pack(drawn()), "text/plain": "<Figure size 640x480 with 1 Axes>"}
            cell.outputs = [nbformat.v4.new_output("display_data", data)]
        if name in ("number", "seed"):
            cell.metadata["tags"] = ["nbval-ignore-output"]
        made.cells.append(cell)
    return made


def nbval(folder, *options):
    """Run nbval on the notebooks of a folder, as `make notebooks` does; return what it prints."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools")]), "COLUMNS": "200"}
    command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "-c", str(ROOT / "pyproject.toml"), "-rA",
               "--nbval", "--nbval-current-env", *options, str(folder)]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True).stdout


def test_what_is_changed_is_noticed_and_nothing_else(tmp_path):
    """A notebook is recorded; then five of its seven cells are changed, and it is run again."""
    for name in ["conftest.py", "nbval.cfg"]:
        shutil.copy(ROOT / "notebooks" / name, tmp_path)
    nbformat.write(notebook(CELLS), tmp_path / "notebook.ipynb")
    said = nbval(tmp_path, "--nbnotice-record")
    assert "7 passed" in said and "slower" not in said, said
    assert record.load(tmp_path / "recorded", "ranges") == {
        "notebook": {"# a mean": [[3.013, 3.013]], "# a number": [[0.637, 0.637]]}}
    assert list(record.load(tmp_path / "recorded", "figures")["notebook"]) == ["# a line", "plt.plot([1, 3, 2])"]
    changed = notebook(CELLS | {name: CELLS[name].replace(old, new) for name, (old, new, _) in CHANGES.items()})
    nbformat.write(changed, tmp_path / "notebook.ipynb")
    recorded = (tmp_path / "recorded/ranges.json").read_text(encoding="utf-8")
    said = nbval(tmp_path)
    failed = re.findall(r"^FAILED .*?notebook\.ipynb::Cell (\d)", said, flags=re.MULTILINE)
    assert failed == ["1", "2", "3", "4"], said  # and the slow cell is a warning
    for _, _, words in CHANGES.values():
        assert words in said, said
    assert said.count("slower than it was") == 1
    assert (tmp_path / "recorded/ranges.json").read_text(encoding="utf-8") == recorded  # only recording writes
