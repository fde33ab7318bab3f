"""Ways to break a notebook or what tests it, each tried on a copy of this checkout: which check notices it?

    python -m tests.breaks                  all of them (`make test-notices`)
    python -m tests.breaks figure seed      those whose names have one of these words

Prints a table, which docs/notices.md has too, and fails where something isn't noticed. What is broken is notebook 03,
on the built-in sample. A change of its code is made in the source and in the notebook, whose outputs stay as they were:
that is what a reviewer gets from someone who looks at the tests alone.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat

from cs231n_softmax.cifar10.sample import write_sample

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import build_notebooks  # noqa: E402

NAME = "03_cross_entropy"
NOTEBOOK, SOURCE = f"notebooks/{NAME}.ipynb", f"notebooks/source/{NAME}.py"
NEEDED = ["cs231n_softmax", "notebooks", "tools", "tests", "docs", "datasets/README.md", "Makefile", "pyproject.toml",
          "README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md"]
# what a check is called: how it is run; every other check is a test, FILE::NAME
CHECKS = {
    "nbval": ["-m", "pytest", "--nbval", "--nbval-current-env", NOTEBOOK],
    "nbnotice": ["-m", "pytest", "--nbval", "--nbval-current-env", NOTEBOOK],
    "build_notebooks.py --check": ["tools/build_notebooks.py", "--check"],
    "assertions.py --check": ["tools/assertions.py", "--check"],
}


class Break(NamedTuple):
    """How a copy is broken, the check that notices it, and what this check says then."""

    name: str
    spoil: Callable[[Path], None]
    check: str
    says: str


def rewrite(path, old, new):
    """Replace a text, which is there once, in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, old, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")


def source(old, new):
    """Change the source alone."""
    return lambda copy: rewrite(copy / SOURCE, old, new)


def code(old, new):
    """Change the source, and the notebook's cells as a build would; outputs stay, by their places."""
    def spoil(copy):
        rewrite(copy / SOURCE, old, new)
        built, before = build_notebooks.read_source(copy / SOURCE), nbformat.read(copy / NOTEBOOK, 4)
        pairs = zip(*([cell for cell in notebook.cells if cell.cell_type == "code"] for notebook in (built, before)),
                    strict=True)
        for new_cell, old_cell in pairs:
            new_cell.outputs, new_cell.execution_count = old_cell.outputs, old_cell.execution_count
        nbformat.write(built, copy / NOTEBOOK)
    return spoil


def notebook(change):
    """Change the notebook alone: `change` gets its list of cells."""
    def spoil(copy):
        opened = nbformat.read(copy / NOTEBOOK, 4)
        change(opened.cells)
        nbformat.write(opened, copy / NOTEBOOK)
    return spoil


def cell(cells, text):
    """Return the one code cell that has this text."""
    [found] = [cell for cell in cells if cell.cell_type == "code" and text in cell.source]
    return found


def print_other_number(cells):
    printed = cell(cells, "mean of your losses").outputs[0]
    printed.text = re.sub(r"(loss )5\.", r"\g<1>9.", printed.text)


def deleted_in_both(copy):
    """Delete a cell that asserts something, from the source and the notebook."""
    rewrite(copy / SOURCE, f'# %% tags=["claim"]\n{CLAIM}\n\n', "")
    notebook(lambda cells: cells.remove(cell(cells, CLAIM)))(copy)


def swap_files(copy):
    one, other = copy / NOTEBOOK, copy / "notebooks/04_gradient.ipynb"
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


CURVE = "true_prob, -np.log(true_prob), color"
CLAIM = "assert np.isclose(mine, of_package)"
STRICT = "# %%\ntrue_prob = np.linspace"  # how a cell begins that nbval compares
STALE = ("build_notebooks.py --check", f"{NAME}.ipynb: not as in notebooks/source")
OLD_LIST, ANYTHING = "not what the notebooks assert", '"W_small = 1e-4 * noise": "any",\n "no cell": ['
OTHER_WAY = "test_notebooks.py::test_no_other_way_round_the_comparison"


def tagged(tag):
    """Give a cell that nbval compares a tag."""
    return code(STRICT, STRICT.replace("%%", f'%% tags=["{tag}"]'))


BREAKS = [
    Break("a figure is changed", code(CURVE, CURVE.replace(" -np.log(", " 5 - 5 * (")), "nbnotice", "looks otherwise"),
    Break("the text of a figure is changed", code("grows without bound", "grows"), "nbval", "Cell outputs differ"),
    Break("code changes a number in a cell that is ignored", code("y_dev, reg=0.0)\nprint", "y_dev, reg=99.0)\nprint"),
          "nbnotice", "number 2 of 2 is .*: expected"),
    Break("a number in the output of such a cell is edited", notebook(print_other_number),
          "test_recorded.py::test_committed_numbers_are_in_their_ranges", "number 2 of 2 is 9.*: expected"),
    Break("an exception is swallowed", code(CLAIM, f"try:\n    {CLAIM}\nexcept AssertionError:\n    pass"),
          "assertions.py --check", OLD_LIST),
    Break("an assertion is loosened", code(CLAIM, CLAIM.replace(")", ", rtol=0.5)")),
          "assertions.py --check", OLD_LIST),
    Break("a cell becomes slow", code(CLAIM, f"{CLAIM} and sum(range(10**8))"), "nbnotice", "slower than it was"),
    Break("a seed is removed", code("W = 1e-3 * np.random.default_rng(0)", "W = 1e-3 * np.random.default_rng()"),
          "nbnotice", "random numbers without a seed"),
    Break("a cell is deleted", notebook(lambda cells: cells.remove(cell(cells, CLAIM))), *STALE),
    Break("a cell is deleted, in the source too", deleted_in_both, "assertions.py --check", OLD_LIST),
    Break("two cells are swapped", notebook(lambda cells: cells.insert(5, cells.pop(9))), *STALE),
    Break("a notebook without a source is added",
          lambda copy: shutil.copy(copy / NOTEBOOK, copy / "notebooks/13_more.ipynb"),
          "build_notebooks.py --check", "13_more.ipynb: not as in notebooks/source"),
    Break("a notebook is deleted", lambda copy: (copy / NOTEBOOK).unlink(), *STALE),
    Break("two files are swapped", swap_files, "build_notebooks.py --check", f"{NAME}.ipynb, 04_gradient.ipynb"),
    Break("the source is changed, not the notebook", source("add up to 1, as prob", "add up to 2, as prob"), *STALE),
    Break("the notebook is changed, not the source", notebook(lambda cells: cells[0].update(source="# 3.")), *STALE),
    Break("a cell gets a tag that skips it", tagged("nbval-skip"), OTHER_WAY, NAME),
    Break("a cell gets a tag, and may fail", tagged("raises-exception"), OTHER_WAY, NAME),
    Break("a comment tells nbval to ignore a cell", code(STRICT, STRICT.replace("%%", "%%\n# NBVAL_IGNORE_OUTPUT")),
          OTHER_WAY, NAME),
    Break("one more cell is ignored", tagged("nbval-ignore-output"),
          "test_notebooks.py::test_ignored_cells_are_listed", NAME),
    Break("the outputs of a cell are cleared", notebook(lambda cells: cell(cells, "mean of your losses").update(
          outputs=[], execution_count=None)), "test_notebooks.py::test_every_code_cell_was_executed_in_order", NAME),
    Break("nbval is told to read no digits", lambda copy: (copy / "notebooks/nbval.cfg").write_text(
          "[digits]\nregex: [0-9]\nreplace: DIGIT\n"), "test_notebooks.py::test_the_strict_check_can_fail", "FAILED"),
    Break("nothing is recorded of a cell any more",
          lambda copy: rewrite(copy / "notebooks/recorded/ranges.json", '"W_small = 1e-4 * noise": [', ANYTHING),
          "test_recorded.py::test_where_anything_goes_is_listed", "FAILED"),
]


def run(check, copy):
    """Run a check in the copy; return whether it is green, and what it prints."""
    file, _, test = check.partition("::")
    command = CHECKS.get(check) or ["-m", "pytest", "-p", "no:xdist", f"tests/{file}", "-k", test]
    env = os.environ | {"PYTHONPATH": str(copy), "COLUMNS": "200"}
    done = subprocess.run([sys.executable, *command], cwd=copy, env=env, capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def try_break(broken, copy):
    """Break the copy, run the check, and mend the copy; return whether the check noticed."""
    kept = {path: path.read_bytes() for folder in ("notebooks", "notebooks/source", "notebooks/recorded")
            for path in (copy / folder).glob("*.*")}
    broken.spoil(copy)
    _, text = run(broken.check, copy)
    for path in set((copy / "notebooks").glob("*.ipynb")) - kept.keys():
        path.unlink()
    for path, content in kept.items():
        path.write_bytes(content)
    return re.search(broken.says, " ".join(text.split())) is not None


def make_copy(folder):
    """Copy what the checks need of this checkout."""
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, folder / name)
    return folder


def main():
    os.environ.setdefault("CIFAR10_DIR", str(write_sample()))
    words = sys.argv[1:]
    chosen = [broken for broken in BREAKS if not words or any(word in broken.name for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        copy, missed = make_copy(Path(folder)), []
        for check in {broken.check: None for broken in chosen}:
            green, text = run(check, copy)
            if not green:
                sys.exit(f"{check} fails already before anything is broken:\n{text}")
        for broken in chosen:
            noticed = try_break(broken, copy)
            print(f"| {broken.name} | `{broken.check}` | {'noticed' if noticed else 'NOT NOTICED'} |", flush=True)
            missed += [] if noticed else [broken.name]
    sys.exit(f"Not noticed: {'; '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
