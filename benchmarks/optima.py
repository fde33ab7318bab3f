"""How long it takes to come near the lowest loss: ours beside solvers for the same convex problem.

    python benchmarks/optima.py         this part of `make bench` alone, about 10 minutes

All start from W = 0, in float32, on the same rows: pixels centred and divided by 64, with a column of ones. How near a
loss is counts from the lowest one, which fit_optimum finds to 1e-9. A peer that is watched while it works has a curve;
one that can't be watched is run again with more steps, and each run is a point.
"""

import re
import time
import warnings
from pathlib import Path
from unittest import mock

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import scipy.optimize
import torch
from report import table
from sklearn.linear_model import LogisticRegression

from cs231n_softmax._files import atomic_write
from cs231n_softmax.classifiers import softmax_loss_vectorized
from cs231n_softmax.data_utils import load_linear_splits
from cs231n_softmax.optimum import fit_optimum, regularization_path
from cs231n_softmax.vis_utils import COLOURS, MARKERS

DOCS = Path(__file__).resolve().parents[1] / "docs"
HEADING = "The lowest loss"
REGS = (1e-1, 1e-2, 1e-3)
GAPS = (1e-2, 1e-4, 1e-6)
PATIENCE = 60  # seconds for one curve; a point that took a third of it is the last one
OURS = "**fit_optimum**"


# --- each returns a curve: [(seconds, loss), ...] -------------------------------------------------


def ours(X, y, reg):
    curve = []
    for tol in GAPS:
        start = time.perf_counter()
        loss = fit_optimum(X, y, reg, tol=tol).loss
        curve.append((time.perf_counter() - start, loss))
    return curve


def sklearn_lbfgs(X, y, reg):
    """scikit-learn's default solver is SciPy's L-BFGS-B. Its values are those of our loss, in other units."""
    minimize, curve, start = scipy.optimize.minimize, [], time.perf_counter()

    def watched(*arguments, **options):
        return minimize(*arguments, **(options | {"callback": note}))

    def note(intermediate_result):
        curve.append((time.perf_counter() - start, intermediate_result.fun))
        if curve[-1][0] > PATIENCE:
            raise StopIteration

    with mock.patch("scipy.optimize.minimize", watched):
        model = logistic(X, reg, solver="lbfgs", max_iter=10_000, tol=1e-9).fit(X, y)
    unit = softmax_loss_vectorized(model.coef_.T, X, y, reg)[0] / curve[-1][1]
    return [(seconds, unit * value) for seconds, value in curve]


def sklearn_newton_cg(X, y, reg):
    return by_steps(X, y, reg, (1, 2, 3, 4, 6, 8, 12), solver="newton-cg")


def sklearn_saga(X, y, reg):
    return by_steps(X, y, reg, (3, 10, 30, 100), solver="saga", random_state=0)


def by_steps(X, y, reg, numbers, **options):
    curve = []
    for number in numbers:
        start = time.perf_counter()
        model = logistic(X, reg, max_iter=number, tol=1e-12, **options).fit(X, y)
        seconds = time.perf_counter() - start
        curve.append((seconds, softmax_loss_vectorized(model.coef_.T, X, y, reg)[0]))
        if seconds > PATIENCE / 3:
            break
    return curve


def logistic(X, reg, **options):
    """Return scikit-learn's estimator of the same loss: its C divides the penalty, which has a half."""
    return LogisticRegression(C=1 / (2 * len(X) * reg), fit_intercept=False, **options)


def scipy_lbfgs(X, y, reg):
    """SciPy's L-BFGS-B on our loss and gradient."""
    curve, start = [], time.perf_counter()

    def flat(w):
        loss, dW = softmax_loss_vectorized(w.reshape(-1, 10).astype(np.float32), X, y, reg)
        curve.append((time.perf_counter() - start, loss))
        return loss, dW.ravel().astype(np.float64)

    def stop(intermediate_result):
        if curve[-1][0] > PATIENCE:
            raise StopIteration

    options = {"maxiter": 3000, "maxfun": 10_000, "ftol": 1e-10, "gtol": 1e-9}
    scipy.optimize.minimize(
        flat, np.zeros(X.shape[1] * 10), jac=True, method="L-BFGS-B", callback=stop, options=options
    )
    return curve


def torch_lbfgs(X, y, reg):
    W = torch.zeros(X.shape[1], 10, requires_grad=True)
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    optimizer = torch.optim.LBFGS([W], max_iter=20, history_size=20, line_search_fn="strong_wolfe", tolerance_change=0)
    curve, start = [], time.perf_counter()

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(X @ W, y) + reg * (W * W).sum()
        loss.backward()
        curve.append((time.perf_counter() - start, loss.item()))
        return loss

    for _ in range(100):
        before = len(curve)
        optimizer.step(closure)  # at most 25 evaluations
        if curve[-1][0] > PATIENCE or len(curve) - before < 3:  # it has come to rest
            break
    return curve


SOLVERS = {
    OURS: ours,
    "SciPy's L-BFGS-B, our loss": scipy_lbfgs,
    "PyTorch's L-BFGS": torch_lbfgs,
    "scikit-learn, lbfgs": sklearn_lbfgs,
    "scikit-learn, newton-cg": sklearn_newton_cg,
    "scikit-learn, saga": sklearn_saga,
}


# --- the report -----------------------------------------------------------------------------------


def seconds_to(curve, lowest, gap):
    """Return the time of the first point from which on the loss stays within the relative gap; None if none does."""
    far = [k for k, (_, loss) in enumerate(curve) if loss > (1 + gap) * lowest]
    first = far[-1] + 1 if far else 0
    return curve[first][0] if first < len(curve) else None


def report(data):
    """Return Markdown, and {(solver, reg): [(seconds, loss / lowest - 1), ...]}."""
    X, y = data["X_train"].copy(), data["y_train"]
    X[:, :-1] /= 64
    curves, rows, lowest = {}, [], {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each solver says that it has come to its last step
        for reg in REGS:
            lowest[reg] = fit_optimum(X, y, reg, tol=1e-9).loss
            for name, solver in SOLVERS.items():
                curves[name, reg] = solver(X, y, reg)
        start = time.perf_counter()
        one = fit_optimum(X, y, 1e-3)
        middle = time.perf_counter()
        path = regularization_path(X, y, np.logspace(0, -3, 12))
        ratio = (time.perf_counter() - middle) / (middle - start)
    for name in SOLVERS:
        cells = []
        for reg in REGS:
            for gap in GAPS:
                seconds, base = (seconds_to(curves[which, reg], lowest[reg], gap) for which in (name, OURS))
                cells.append(
                    "-" if seconds is None else f"{seconds:.1f} s" if name == OURS else f"{seconds / base:.1f}"
                )
        rows.append([name, *cells])
    header = ["", *(f"reg {reg:g}, {gap:g}" for reg in REGS for gap in GAPS)]
    text = (
        "Time until the loss stays within a relative gap of the lowest one; below it, as a multiple of fit_optimum. "
        f"A dash: not reached in {PATIENCE} s, or by float32 at all. The lowest losses: "
        + ", ".join(f"{loss:.5f} (reg {reg:g})" for reg, loss in lowest.items())
        + ".\n\n"
        + table(header, rows)
        + f"\n\nTwelve strengths from 1 to 0.001 ({sum(best.evaluations for best in path)} evaluations) take "
        f"{ratio:.1f} times as long as 0.001 alone ({one.evaluations}).\n\n"
        "![Distance to the lowest loss against time](optimum.png)"
    )
    return text, {key: [(s, loss / lowest[key[1]] - 1) for s, loss in curve] for key, curve in curves.items()}


def draw(curves, path):
    """Draw the distances to the lowest loss over time into the PNG file `path`."""
    fig, axes = plt.subplots(1, len(REGS), figsize=(11, 4), sharey=True, layout="constrained")
    for ax, reg in zip(axes, REGS, strict=True):
        for name, colour, marker in zip(SOLVERS, COLOURS, (*MARKERS, "x"), strict=False):
            seconds, above = np.transpose(curves[name, reg])
            few = len(seconds) < 10
            ax.plot(
                seconds, np.maximum(above, 1e-8), color=colour, marker=marker if few else None, label=name.strip("*")
            )
        ax.set(xscale="log", yscale="log", xlabel="seconds", title=f"reg {reg:g}", ylim=(1e-7, 2))
    axes[0].set_ylabel("loss / lowest loss - 1")
    axes[-1].legend(fontsize=8)
    with atomic_write(path, "wb") as f:
        fig.savefig(f, dpi=120)
    plt.close(fig)


def main():
    """Measure, and exchange this part of docs/speed.md alone."""
    text, curves = report(load_linear_splits(rng=0))
    draw(curves, DOCS / "optimum.png")
    page = (DOCS / "speed.md").read_text("utf-8")
    before, _, rest = page.partition(f"## {HEADING}\n")
    after = re.search(r"^## ", rest, re.MULTILINE)
    rest = rest[after.start() :] if after else ""
    with atomic_write(DOCS / "speed.md") as f:
        f.write(f"{before.rstrip()}\n\n## {HEADING}\n\n{text}\n" + f"\n{rest}" * bool(rest))
    print(text)


if __name__ == "__main__":
    main()
