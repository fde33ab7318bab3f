"""Find out which rows a step of SGD was taken on, and whether they were drawn as they should be.

On the identity matrix row i of the data touches row i of W only. So the step shows which rows were used, how often,
and with which labels: row i of the gradient is weight_i * (p_i - onehot(label_i)).
"""

from typing import NamedTuple

import numpy as np

from ...classifiers.softmax import softmax, softmax_loss_vectorized
from ..evidence import listing, number, same
from ..report import Mistake

N, D, C, SEEDS = 30, 37, 3, 120
X, Y = np.eye(N, D), np.arange(N) * 7 % 11 % C
W = np.random.default_rng(5).integers(-8, 9, size=(D, C)) / 8
P = softmax(X @ W)
LOSSES = -np.log(P[np.arange(N), Y])


class Draw(NamedTuple):
    """One step: the rows used, their weights (which add up to 1) and labels, and the loss that was reported."""

    rows: np.ndarray
    weights: np.ndarray
    labels: np.ndarray
    loss: float


def examine_rows(trial):
    """Take 120 steps with different seeds, and a few more; note three steps in the report."""
    draws = [_step(trial, 5, np.random.default_rng(seed)) for seed in range(SEEDS)]
    larger = [_step(trial, 12, np.random.default_rng(seed)) for seed in range(20)]
    _report(trial, _labels(draws) or _size(draws, larger))
    _report(trial, _rows(draws) or _generator(trial, draws) or _tall(trial))
    _report(trial, _losses(draws))


def _report(trial, found):
    trial.end(found) if found else trial.step(True)


def _step(trial, size, rng):
    """Return the Draw of one step, from its results with a learning rate of 1 and no penalty."""
    answer = trial.ask(W, X, Y, 1.0, 0.0, size, rng)
    if isinstance(answer, Mistake):
        trial.end(answer)
    if [part.shape for part in answer] != [W.shape, ()] or not all(np.isfinite(part).all() for part in answer):
        trial.end(
            Mistake(
                "wrong-values",
                "With the identity matrix as X, the results aren't a new W and a loss.",
                "",
                f"Shapes {[part.shape for part in answer]}.",
                "Is there a special case for reg = 0 or for these sizes?",
            )
        )
    new, loss = answer
    gradient = W - new
    rows = np.flatnonzero(np.abs(gradient).max(axis=1) > 1e-5)
    labels = gradient[rows].argmin(axis=1)
    rows, labels = rows[rows < N], labels[rows < N]
    weights = -gradient[rows, labels] / (1 - P[rows, labels])
    return Draw(rows, weights, labels, float(loss))


def _labels(draws):
    for draw in draws:
        wrong = np.flatnonzero(draw.labels != Y[draw.rows])
        if len(wrong):
            row, label = draw.rows[wrong[0]], draw.labels[wrong[0]]
            return Mistake(
                "labels-not-matched",
                "Rows are paired with the labels of other rows.",
                "Row i of X and entry i of y belong together. So both need the same row numbers.",
                f"Row {row} has label {Y[row]}, but the step uses label {label}.",
                "How often are row numbers drawn? Draw them once, and use them twice: X[batch], y[batch].",
            )
    return None


def _size(draws, larger):
    """Compare the numbers of rows with batch_size. A row drawn k times of n has weight k / n."""
    small, large = [
        max(int(np.rint(1 / draw.weights.min())) if len(draw.rows) else 0 for draw in some) for some in (draws, larger)
    ]
    if (small, large) == (5, 12):
        return None
    seen = f"batch_size 5 leads to {small} row{'s' * (small != 1)}, and 12 to {large}, of {N}."
    if small == large == N and all(len(draw.rows) == N for draw in draws):
        return Mistake(
            "all-rows",
            "All rows are used, not a batch of them.",
            "A batch saves time. On average, its gradient points the same way as the gradient of all rows.",
            seen,
            "Which rows are passed to softmax_loss_vectorized? Those of the batch: X[batch] and y[batch].",
        )
    if small == large:
        return Mistake(
            "batch-size-ignored",
            f"The batch has {small} row{'s' * (small != 1)}, whatever batch_size is.",
            "The argument batch_size is the number of rows.",
            seen,
            "Where does the number of rows come from? It is the argument batch_size: rng.integers(len(X), "
            "size=batch_size).",
        )
    return Mistake(
        "wrong-batch-size",
        "The number of rows in the batch isn't batch_size.",
        "",
        seen,
        "How many row numbers are drawn, and from which range? rng.integers(len(X), size=batch_size)",
    )


def _rows(draws):
    """Return a Mistake for a pattern in the rows that isn't random, or None."""
    used = [tuple(int(row) for row in draw.rows) for draw in draws]
    different, never = len(set(used)), sorted(set(range(N)) - set().union(*used))
    seen = f"{SEEDS} generators with different seeds, batches of 5 out of {N} rows: "
    if different == 1 and used[0] == tuple(range(5)):
        return Mistake(
            "first-rows",
            "The batch is always the first batch_size rows.",
            "Nothing is learned from the other rows.",
            seen + "always rows 0, 1, 2, 3 and 4.",
            "How many row numbers are drawn, and from which range? rng.integers(len(X), size=batch_size)",
        )
    if different == 1:
        return Mistake(
            "same-rows",
            "The batch always has the same rows, whatever the generator is.",
            "The rows aren't drawn, or each step makes a new generator with the same seed.",
            f"{seen}always rows {listing(used[0])}.",
            "Which generator draws the row numbers? It should be the argument rng.",
        )
    if all(_block(rows) for rows in used):
        return Mistake(
            "contiguous-block",
            "The rows of a batch are always neighbours.",
            "Where the data are sorted, neighbours have the same label.",
            f"{seen}rows {listing(used[0])}, then {listing(used[1])}.",
            "Is only the first row drawn, and a slice taken from there? Draw each row number at random: "
            "rng.integers(len(X), size=batch_size)",
        )
    if never:
        return Mistake(
            "rows-never-drawn",
            f"Row{'s' * (len(never) > 1)} {listing(never)} {_are(never)} never drawn.",
            "Every row should have the same chance.",
            f"{seen}never {listing(never)} in {SEEDS * 5} draws.",
            "From which range are the row numbers drawn? rng.integers(n) gives 0 to n - 1, so n should be len(X).",
        )
    if different < SEEDS / 2:
        return Mistake(
            "few-batches",
            f"There are only {different} different batches in {SEEDS} steps.",
            "",
            f"{seen}{different} different batches.",
            "Draw each row number at random.",
        )
    return None


def _are(rows):
    return "are" if len(rows) > 1 else "is"


def _block(rows):
    """True for neighbouring rows, where row 0 follows the last."""
    gaps = np.diff([*rows, rows[0] + N])
    return (gaps == 1).sum() >= len(rows) - 1


def _generator(trial, draws):
    """Return a Mistake unless the same seed gives the same rows, and a second step other rows; else None."""
    again = [_step(trial, 5, np.random.default_rng(seed)) for seed in range(4)]
    if not all(np.array_equal(a.rows, b.rows) for a, b in zip(draws, again, strict=False)):
        return Mistake(
            "rng-ignored",
            "The rows don't come from the rng that is passed in.",
            "The same seed should give the same steps again.",
            f"Seed 0: rows {listing(draws[0].rows)}, and the second time {listing(again[0].rows)}.",
            "Look for np.random or for another generator. The row numbers are drawn by the argument rng: rng.integers.",
        )
    rng = np.random.default_rng(0)
    successive = [tuple(_step(trial, 5, rng).rows) for _ in range(6)]
    if len(set(successive)) == 1:
        return Mistake(
            "rng-restarted",
            "The same generator gives the same rows in each step.",
            "A copy of the generator, or a new one with its seed, starts again in each step.",
            f"Six steps with one generator: always rows {listing(successive[0])}.",
            "Is a generator made or copied inside the function? Draw from rng itself. Then each step gets new numbers.",
        )
    return None


def _tall(trial, N=24, D=4, steps=300):
    """Return a Mistake if `steps` batches of one row never draw some rows, where N > D; None once all were drawn."""
    rng = np.random.default_rng(6)
    X, y, W = rng.integers(-8, 9, size=(N, D)) / 4, np.arange(N) % C, rng.integers(-8, 9, size=(D, C)) / 8
    gradients = np.array([softmax_loss_vectorized(W, X[i : i + 1], y[i : i + 1], 0.0)[1] for i in range(N)])
    drawn = set()
    for seed in range(steps):
        answer = trial.ask(W, X, y, 1.0, 0.0, 1, np.random.default_rng(seed))
        if not isinstance(answer, Mistake):
            drawn.add(int(np.abs(gradients - (W - answer[0])).max(axis=(1, 2)).argmin()))
        if len(drawn) == N:
            return None
    never = sorted(set(range(N)) - drawn)
    return Mistake(
        "rows-never-drawn",
        "When there are more rows than features, some rows are never drawn.",
        "Every row should have the same chance.",
        f"{N} rows of {D} features, {steps} batches of one row: never {listing(never)}.",
        "From which range are the row numbers drawn? rng.integers(n) gives 0 to n - 1, so n should be len(X), the "
        "number of rows.",
    )


def _losses(draws):
    """Return a Mistake unless each loss is the weighted mean over the rows that were used; else None."""
    got = np.array([draw.loss for draw in draws])
    right = np.array([np.sum(draw.weights * LOSSES[draw.rows]) for draw in draws])
    if same(got, right, rtol=1e-4):
        return None
    seen = f"Rows {listing(draws[0].rows)}: expected {number(right[0])}, got {number(got[0])}."
    hint = "Do loss and gradient come from one call? loss, dW = softmax_loss_vectorized(W, X[batch], y[batch], reg)"
    if same(got, np.full(SEEDS, LOSSES.mean()), rtol=1e-4):
        return Mistake(
            "loss-of-all",
            "The loss is computed from all rows, not from the batch.",
            "A batch saves the time that all rows would take.",
            seen,
            hint,
        )
    if same(got, np.full(SEEDS, LOSSES[:5].mean()), rtol=1e-4):
        return Mistake(
            "loss-of-others", "The loss is computed from the first batch_size rows, not from the batch.", "", seen, hint
        )
    return Mistake(
        "loss-of-others",
        "The loss and the gradient come from different rows.",
        "The gradient and the loss have to come from the same batch.",
        seen,
        hint,
    )
