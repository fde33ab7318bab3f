"""The exercises' checks: the committed solution passes, and wrong ones that students write don't."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]

# Notebook, what of the solution is replaced, by what: two for each notebook, one for each exercise where there are two.
# That the examiner finds the mistakes is tested on tests/learners; here, that a notebook's cells hand it the solution.
WRONG = [
    ("01", "rows = images.reshape(len(images), -1) - mean_image", "rows = images.reshape(len(images), -1)"),
    ("01", "[rows, np.ones((len(images), 1))]", "[np.ones((len(images), 1)), rows]"),
    ("02", "exponentials.sum(axis=1, keepdims=True)\n", "exponentials.sum()\n"),
    ("02", "scores - scores.max(axis=1, keepdims=True)", "scores - scores.mean(axis=1, keepdims=True)"),
    ("03", "shifted = scores - scores.max()", "shifted = scores"),
    ("03", "np.log(np.exp(shifted).sum())", "np.log10(np.exp(shifted).sum())"),
    ("04", "dW / len(X) + 2 * reg * W", "dW / len(X) + reg * W"),
    ("04", "(above - below) / (2 * h)", "(above - below) / h"),
    ("05", "scores - scores.max(axis=1, keepdims=True)", "scores"),
    ("05", "dscores[rows, y] -= 1", "dscores[:, y] -= 1"),
    ("06", "return W - learning_rate * dW, loss", "return W + learning_rate * dW, loss"),
    ("06", "np.argmax(X @ W, axis=1)", "np.argmax(X @ W, axis=0)"),
    ("07", 'data["X_val"]) == data["y_val"]', 'data["X_train"]) == data["y_train"]'),
    ("07", "            continue", "            pass"),
    ("09", "terms[rows, y] = 0", "pass"),
    ("09", "violated / len(X) + 2 * reg * W", "violated / len(X) + reg * W"),
    ("11", "dA[A == 0] = 0", "pass"),
    ("11", "dscores = dscores / len(X)", "pass"),
    ("12", 'config["velocity"] - config["learning_rate"] * dw', 'config["velocity"] + config["learning_rate"] * dw'),
    ("12", 'config["m"] / (1 - beta1 ** config["t"])', 'config["m"]'),
]


def run_checks(notebook, old=None, new=None):
    """Run a notebook's imports, exercises and the checks that give points, with a change in one solution.

    Return the number of exercises.
    """
    path = next((ROOT / "notebooks").glob(f"{notebook}_*.ipynb"))
    names, exercises, changed = {}, 0, old is None
    for cell in nbformat.read(path, 4).cells:
        source, exercise = cell.source, "### BEGIN SOLUTION" in cell.source and cell.cell_type == "code"
        if exercise and not changed and old in source:
            source, changed = source.replace(old, new, 1), True
        exercises += exercise
        if exercise or "points" in cell.metadata or (cell.cell_type == "code" and source.startswith("import ")):
            exec(compile(source, path.name, "exec"), names)
    assert changed, "the text to replace isn't in any solution"
    return exercises


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("notebook", sorted({notebook for notebook, *_ in WRONG}))
def test_the_solution_passes(notebook):
    """The committed solutions pass every check, so it is the change that fails below."""
    assert run_checks(notebook) >= 1


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("notebook", "old", "new"), WRONG)
def test_a_wrong_solution_fails(notebook, old, new):
    """Each of these mistakes is rejected by the check that follows the exercise."""
    with pytest.raises(AssertionError) as caught:
        run_checks(notebook, old, new)
    assert type(caught.value).__name__ == "CheckFailed"
