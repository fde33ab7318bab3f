"""The exercises' checks: the committed solution passes, and wrong ones that students write don't."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")

# notebook, what of the solution is replaced, by what (a mistake that real students make, or a near miss)
WRONG = [
    ("01", "rows = images.reshape(len(images), -1) - mean_image", "rows = images.reshape(len(images), -1)"),
    ("01", "images.reshape(len(images), -1) - mean_image", "images.reshape(len(images), -1); rows -= mean_image"),
    ("01", "images.reshape(len(images), -1)", "images.transpose(0, 3, 1, 2).reshape(len(images), -1)"),
    ("01", "[rows, np.ones((len(images), 1))]", "[np.ones((len(images), 1)), rows]"),
    ("02", "exponentials.sum(axis=1, keepdims=True)\n", "exponentials.sum()\n"),
    ("02", "exponentials = np.exp(scores)\n", "exponentials = np.exp(scores, out=scores)\n"),
    ("02", "scores - scores.max(axis=1, keepdims=True)", "scores - scores.max()"),
    ("02", "scores - scores.max(axis=1, keepdims=True)", "scores - scores.mean(axis=1, keepdims=True)"),
    ("02", "scores - scores.max(axis=1, keepdims=True)", "np.minimum(scores, 500)"),
    ("02", "scores - scores.max(axis=1, keepdims=True)", "scores - scores[:, :1]"),
    ("03", "shifted = scores - scores.max()", "shifted = scores"),
    ("03", "shifted = scores - scores.max()", "scores -= scores.max(); shifted = scores"),
    ("03", "shifted = scores - scores.max()", "shifted = scores - scores.mean()"),
    ("03", "np.log(np.exp(shifted).sum())", "np.log10(np.exp(shifted).sum())"),
    ("03", "np.log(np.exp(shifted).sum()) - shifted[y]", "-np.log(np.exp(shifted)[y] / np.exp(shifted).sum())"),
    ("04", "dW / len(X) + 2 * reg * W", "dW / len(X) + reg * W"),
    ("04", "dW / len(X) + 2 * reg * W", "dW / len(X)"),
    ("04", "reg * np.sum(W**2), dW / len(X) + 2 * reg * W", "0.5 * reg * np.sum(W**2), dW / len(X) + reg * W"),
    ("04", "reg * np.sum(W**2), dW / len(X) + 2 * reg * W", "0, dW / len(X)"),
    ("04", "loss / len(X) + reg * np.sum(W**2)", "loss / len(X) + np.sum(W**2)"),
    ("04", "loss / len(X)", "loss"),
    ("04", "dW / len(X)", "dW"),
    ("04", "(p - (j == y[i])) * X[i]", "(p + (j == y[i])) * X[i]"),
    ("04", "dW[:, j] += (p", "dW[:, j] = (p"),
    ("04", "dW[:, j] += (p", "dW[:, y[i]] += (p"),
    ("04", "denominator = np.exp(scores).sum()", "denominator = np.exp(scores).sum() - np.exp(scores[y[i]])"),
    ("04", "loss += -scores[y[i]] + np.log(denominator)", "loss += np.exp(scores[y[i]]) / denominator"),
    ("04", "scores -= scores.max()", "scores -= scores.mean()"),
    ("04", "scores -= scores.max()", "pass"),
    ("04", "loss, dW = 0.0, np.zeros_like(W)", "loss, dW = 0.0, np.zeros_like(W); W *= 0.9"),
    ("04", "        x[index] = old - h\n", "        x[index] = old\n"),
    ("04", "        x[index] = old\n        grad", "        grad"),
    ("04", "(above - below) / (2 * h)", "(above - below) / h"),
    ("05", "scores.max(axis=1, keepdims=True)", "scores.max()"),
    ("05", "scores - scores.max(axis=1, keepdims=True)", "scores"),
    ("05", "/ len(X) + 2 * reg * W", "/ len(X) + reg * W"),
    ("05", "/ len(X) + 2 * reg * W", "+ 2 * reg * W"),
    ("05", "X.T @ dscores / len(X)", "X.T @ dscores / 500"),
    ("05", "dscores[rows, y] -= 1", "dscores[:, y] -= 1"),
    ("05", "dscores[rows, y] -= 1", "dscores[rows, y] += 1"),
    ("05", "    rows = np.arange(len(X))\n", "    rows = np.arange(len(X)); W *= 0.99\n"),
    ("06", "return W - learning_rate * dW, loss", "return W + learning_rate * dW, loss"),
    ("06", "return W - learning_rate * dW, loss", "W -= learning_rate * dW; return W, loss"),
    ("06", "return W - learning_rate * dW, loss", "return loss, W - learning_rate * dW"),
    ("06", "rng.integers(len(X), size=batch_size)", "np.arange(len(X))"),
    ("06", "rng.integers(len(X), size=batch_size)", "np.arange(batch_size)"),
    ("06", "rng.integers(len(X), size=batch_size)", "(rng.integers(len(X)) + np.arange(batch_size)) % len(X)"),
    ("06", "rng.integers(len(X), size=batch_size)", "np.random.default_rng().integers(len(X), size=batch_size)"),
    ("06", "rng.integers(len(X), size=batch_size)", "rng.integers(len(X), size=5)"),
    ("06", "X[batch], y[batch], reg", "X[batch], y[:batch_size], reg"),
    ("06", "np.argmax(X @ W, axis=1)", "np.argmax(X @ W, axis=0)"),
    ("07", 'data["X_val"]) == data["y_val"]', 'data["X_train"]) == data["y_train"]'),
    ("07", "learning_rate, reg, num_iters", "reg, learning_rate, num_iters"),
    ("07", "learning_rate, reg, num_iters, rng=0", "learning_rate, reg, 100, rng=0"),
    ("07", "            continue", "            pass"),
    ("09", "margins[rows, y] = 0", "pass"),
    ("09", "[:, None] + 1)", "[:, None])"),
    ("09", "= -violated.sum(axis=1)", "= -1"),
    ("09", "violated / len(X) + 2 * reg * W", "violated / len(X) + reg * W"),
    ("09", "margins.sum() / len(X)", "margins.sum()"),
]


def small_data():
    rng = np.random.default_rng(0)
    X, y = rng.normal(0, 50, size=(600, 3073)), rng.integers(10, size=600)
    return {"X_train": X, "y_train": y, "X_val": X[:50], "y_val": y[:50], "X_dev": X[:500], "y_dev": y[:500],
            "mean_image": np.zeros(3072)}


DATA = small_data()


def run_checks(notebook, old=None, new=None):
    """Run a notebook's cells on small data, with a change in one solution; return the number of exercises.

    Cells that need real images or what was made of them are passed over.
    """
    path = next((ROOT / "notebooks").glob(f"{notebook}_*.ipynb"))
    names, exercises, checking = {"data": DATA}, 0, False
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "markdown":
            checking = checking and not any(line.startswith("## ") for line in cell.source.splitlines())
            continue
        if "nbval-ignore-output" in cell.metadata.get("tags", []) or "plt." in cell.source.replace("import", ""):
            continue
        source, exercise = cell.source, SOLUTION[0] in cell.source
        if exercise and old is not None and old in source:
            source, old = source.replace(old, new, 1), None
        exercises, checking = exercises + exercise, checking or exercise
        try:
            exec(compile(source, path.name, "exec"), names)
        except NameError:  # a cell that needs the images
            continue
        except Exception:
            if checking:
                raise
    assert old is None, "the text to replace isn't in any solution"
    return exercises


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("notebook", sorted({notebook for notebook, *_ in WRONG}))
def test_the_solution_passes(notebook):
    """The committed solutions pass every check."""
    assert run_checks(notebook) >= 1


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("notebook", "old", "new"), WRONG)
def test_a_wrong_solution_fails(notebook, old, new):
    """Each of these mistakes is rejected by an assertion or an error in the checks that follow the exercise."""
    with pytest.raises(Exception) as caught:
        run_checks(notebook, old, new)
    assert "text to replace" not in str(caught.value) and not isinstance(caught.value, SyntaxError)
