"""Find out which rows a step of SGD was taken on, and whether they were drawn as they should be.

On the identity matrix row i of the data touches row i of W only. So the step tells which rows were used, how often,
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
    """Return the Draw that one step with a learning rate of 1 and no penalty reveals."""
    answer = trial.ask(W, X, Y, 1.0, 0.0, size, rng)
    if isinstance(answer, Mistake):
        trial.end(answer)
    if [part.shape for part in answer] != [W.shape, ()] or not all(np.isfinite(part).all() for part in answer):
        trial.end(Mistake("wrong-values", "With X the identity matrix, no new W and loss come back.", "",
                          f"Shapes {[part.shape for part in answer]}.", "Does it do something else when reg is 0?"))
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
            return Mistake("labels-not-matched", "Rows are paired with the labels of other rows.",
                           "Row i of X and entry i of y belong together, so both need the same row numbers.",
                           f"Row {row} has label {Y[row]}, and the step pushes it towards class {label}.",
                           "Draw the row numbers once, and use them for both: X[batch], y[batch].")
    return None


def _size(draws, larger):
    """Compare the numbers of rows with batch_size. A row drawn k times of n has weight k / n."""
    small, large = [max(int(np.rint(1 / draw.weights.min())) if len(draw.rows) else 0 for draw in some)
                    for some in (draws, larger)]
    if (small, large) == (5, 12):
        return None
    seen = f"batch_size 5 leads to {small} row{'s' * (small != 1)}, and 12 to {large}, of {N}."
    if small == large == N and all(len(draw.rows) == N for draw in draws):
        return Mistake("all-rows", "All rows are used, not a batch of them.",
                       "A mean over a few random rows is nearly as good as one over all, and costs far less.", seen,
                       "Give softmax_loss_vectorized X[batch] and y[batch].")
    if small == large:
        return Mistake("batch-size-ignored",
                       f"Whatever batch_size is, the batch has {small} row{'s' * (small != 1)}.",
                       "The batch has as many rows as the caller asks for.", seen,
                       "In rng.integers(len(X), size=batch_size) the size is how many are drawn.")
    return Mistake("wrong-batch-size", "The batch hasn't as many rows as batch_size says.", "", seen,
                   "Draw row numbers: rng.integers(len(X), size=batch_size)")


def _rows(draws):
    """Look for patterns in the rows that chance wouldn't make."""
    used = [tuple(int(row) for row in draw.rows) for draw in draws]
    different, never = len(set(used)), sorted(set(range(N)) - set().union(*used))
    seen = f"{SEEDS} generators with different seeds, batches of 5 out of {N} rows: "
    if different == 1 and used[0] == tuple(range(5)):
        return Mistake("first-rows", "It is always the first batch_size rows.",
                       "The others are never learned from.", seen + "always rows 0, 1, 2, 3 and 4.",
                       "Draw row numbers: rng.integers(len(X), size=batch_size)")
    if different == 1:
        return Mistake("same-rows", "It is always the same rows, whatever the generator.",
                       "Either they aren't drawn, or a generator made inside the function begins anew in each step.",
                       f"{seen}always rows {listing(used[0])}.", "Use the rng that is passed in.")
    if all(_block(rows) for rows in used):
        return Mistake("contiguous-block", "The rows of a batch are neighbours.",
                       "Neighbours are always seen together; where the data are sorted, they are all alike.",
                       f"{seen}rows {listing(used[0])}, then {listing(used[1])}.",
                       "Draw each row number at random: rng.integers(len(X), size=batch_size)")
    if never:
        return Mistake("rows-never-drawn", f"Row{'s' * (len(never) > 1)} {listing(never)} {_are(never)} never drawn.",
                       "Every row should have the same chance.", f"{seen}never {listing(never)} in {SEEDS * 5} draws.",
                       "rng.integers(n) gives 0 to n - 1, so n is len(X).")
    if different < SEEDS / 2:
        return Mistake("few-batches", f"There are only {different} different batches in {SEEDS} steps.", "",
                       f"{seen}{different} different batches.", "Draw each row number at random.")
    return None


def _are(rows):
    return "are" if len(rows) > 1 else "is"


def _block(rows):
    """True for neighbouring rows, where row 0 follows the last."""
    gaps = np.diff([*rows, rows[0] + N])
    return (gaps == 1).sum() >= len(rows) - 1


def _generator(trial, draws):
    """Same seed, same rows; same generator, other rows."""
    again = [_step(trial, 5, np.random.default_rng(seed)) for seed in range(4)]
    if not all(np.array_equal(a.rows, b.rows) for a, b in zip(draws, again, strict=False)):
        return Mistake("rng-ignored", "The rows don't come from the rng that is passed in.",
                       "Whoever passes a generator with a certain seed wants to get the same steps again.",
                       f"Seed 0: rows {listing(draws[0].rows)}, and the second time {listing(again[0].rows)}.",
                       "Use rng.integers or rng.choice, not np.random.")
    rng = np.random.default_rng(0)
    successive = [tuple(_step(trial, 5, rng).rows) for _ in range(6)]
    if len(set(successive)) == 1:
        return Mistake("rng-restarted", "The same generator gives the same rows in each step.",
                       "A copy of it, or a new one with its seed, begins anew every time.",
                       f"Six steps with one generator: always rows {listing(successive[0])}.",
                       "Draw from rng itself, so that it moves on.")
    return None


def _tall(trial, N=24, D=4, steps=300):
    """Where there are more rows than features, every row has to be drawn too: batches of one tell which it was."""
    rng = np.random.default_rng(6)
    X, y, W = rng.integers(-8, 9, size=(N, D)) / 4, np.arange(N) % C, rng.integers(-8, 9, size=(D, C)) / 8
    gradients = np.array([softmax_loss_vectorized(W, X[i : i + 1], y[i : i + 1], 0.0)[1] for i in range(N)])
    drawn = set()
    for seed in range(steps):
        answer = trial.ask(W, X, y, 1.0, 0.0, 1, np.random.default_rng(seed))
        if not isinstance(answer, Mistake):
            drawn.add(int(np.abs(gradients - (W - answer[0])).max(axis=(1, 2)).argmin()))
    never = sorted(set(range(N)) - drawn)
    if not never:
        return None
    return Mistake("rows-never-drawn", "Some rows are never drawn where there are more rows than features.",
                   "Every row should have the same chance.",
                   f"{N} rows of {D} features, {steps} batches of one row: never {listing(never)}.",
                   "rng.integers(n) gives 0 to n - 1, so n is len(X), the number of rows.")


def _losses(draws):
    """The loss has to be the weighted mean of the losses of the rows that were used."""
    got = np.array([draw.loss for draw in draws])
    right = np.array([np.sum(draw.weights * LOSSES[draw.rows]) for draw in draws])
    if same(got, right, rtol=1e-4):
        return None
    seen = f"Rows {listing(draws[0].rows)}: expected {number(right[0])}, got {number(got[0])}."
    hint = "Take loss and gradient from one call: loss, dW = softmax_loss_vectorized(W, X[batch], y[batch], reg)"
    if same(got, np.full(SEEDS, LOSSES.mean()), rtol=1e-4):
        return Mistake("loss-of-all", "The loss is that of all rows, not of the batch.",
                       "That is more exact, and as expensive as what the batch was to save.", seen, hint)
    if same(got, np.full(SEEDS, LOSSES[:5].mean()), rtol=1e-4):
        return Mistake("loss-of-others", "The loss is that of the first batch_size rows, not of the batch.", "", seen,
                       hint)
    return Mistake("loss-of-others", "The loss isn't that of the rows that the gradient comes from.",
                   "Gradient and loss come from one batch.", seen, hint)
