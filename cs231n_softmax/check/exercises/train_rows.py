"""Examine the batches of check.train: rows of X with their own labels, as many as asked for, drawn at random."""

import numpy as np

from ..evidence import listing, number
from ..report import Mistake
from .train_runs import OTHER_SIZE, SIZE, STEPS, D, N, X, Y

BATCH = "Draw batch_size row numbers, and use them twice: `X[rows]` and `y[rows]`."
DRAW = "Draw row numbers in each step: `rows = np.random.choice(num_train, batch_size)`."

# chi-squared of how often rows are drawn, and rows of each label: with equal chances, larger once in 10**12 runs
UNLIKELY_ROWS, UNLIKELY_LABELS = 140, 60


def _rows(call):
    """Return the numbers of a batch's rows in X; None where it has other rows."""
    batch = np.asarray(call.X)
    if batch.ndim != 2 or batch.shape[1] != D:
        return None
    near = np.abs(batch[:, None] - X).max(axis=2)
    return near.argmin(axis=1) if len(batch) and (near.min(axis=1) < 1e-6).all() else None


def batches(first, second):
    """Return the mistakes of the batches of two runs: other rows than X's, labels of other rows, other sizes."""
    for run, size in ((first, SIZE), (second, OTHER_SIZE)):
        for k, call in enumerate(run.calls):
            rows = _rows(call)
            if (call.X is None) != (call.y is None):
                return [_none(call)]
            if rows is None or call.y is None:
                shapes = [f"{name} is {_shape(part)}" for name, part in (("X_batch", call.X), ("y_batch", call.y))]
                return [
                    Mistake(
                        "rows-not-of-X",
                        "A batch isn't made of rows of X.",
                        "X_batch has batch_size rows of X, (batch_size, D), and y_batch has their labels, "
                        "(batch_size,).",
                        f"X has shape {X.shape}, batch_size is {size}; {' and '.join(shapes)}",
                        BATCH,
                    )
                ]
            if np.shape(call.y) != rows.shape:
                return [
                    Mistake(
                        "labels-not-matched",
                        "X_batch and y_batch have different lengths.",
                        "Row i of X_batch and entry i of y_batch belong together.",
                        f"X_batch is {_shape(call.X)} and y_batch is {_shape(call.y)}",
                        BATCH,
                    )
                ]
            wrong = np.flatnonzero(call.y != Y[rows])
            if len(wrong):
                row = rows[wrong[0]]
                return [
                    Mistake(
                        "labels-not-matched",
                        "Rows are paired with the labels of other rows.",
                        "Row i of X and entry i of y belong together. So both need the same row numbers.",
                        f"in step {k + 1}, row {row} has label {Y[row]}, but y_batch has {number(call.y[wrong[0]])}",
                        "How often are row numbers drawn? Draw them once, and use them twice: `X[rows]`, `y[rows]`.",
                    )
                ]
    return _sizes(first, second)


def _none(call):
    missing, there = ("y_batch", "X_batch") if call.y is None else ("X_batch", "y_batch")
    return Mistake(
        "labels-not-matched" if call.y is None else "rows-not-of-X",
        f"{missing} is None.",
        "self.loss needs both: X_batch has the rows, and y_batch has their labels.",
        f"{there} is {_shape(call.X if call.y is None else call.y)}, and {missing} is None",
        f"{missing} keeps the None of its start value. {BATCH}",
    )


def _shape(part):
    return "None" if part is None else f"an array of shape {np.shape(part)}"


def _sizes(first, second):
    small, large = ({len(call.X) for call in run.calls} for run in (first, second))
    if (small, large) == ({SIZE}, {OTHER_SIZE}):
        return []
    shown = [", ".join(map(str, sorted(sizes)[:4])) for sizes in (small, large)]
    seen = f"batch_size {SIZE} leads to {shown[0]} rows, and {OTHER_SIZE} to {shown[1]}, of {N}"
    if small == large == {N}:
        drawn_from = [max(_rows(call).max() for call in run.calls) + 1 for run in (first, second)]
        if drawn_from[0] <= SIZE and drawn_from[1] <= OTHER_SIZE:
            return [
                Mistake(
                    "draw-swapped",
                    "As many rows are drawn as X has, from the first batch_size rows only.",
                    "It should be the other way: batch_size rows are drawn from all rows.",
                    f"batch_size {SIZE} leads to {N} rows, and none of them has a number above {drawn_from[0] - 1}",
                    f"In which order are the arguments of the draw? {DRAW}",
                )
            ]
        whole = np.array_equal(np.asarray(first.calls[0].X), X)
        return [
            Mistake(
                "all-rows",
                "All rows are used, not a batch of them.",
                "A batch saves time. On average, its gradient points the same way as the gradient of all rows.",
                seen,
                f"Which arrays does self.loss get? `self.loss(X_batch, y_batch, reg)`. {BATCH}" if whole else BATCH,
            )
        ]
    if small == large and len(small) == 1:
        return [
            Mistake(
                "batch-size-ignored",
                "A batch has the same number of rows, whatever batch_size is.",
                "The argument batch_size is the number of rows.",
                seen,
                DRAW,
            )
        ]
    return [
        Mistake("wrong-batch-size", "The number of rows in the batch isn't batch_size.", "", seen, DRAW),
    ]


def drawn(first, second):
    """Return the mistakes of how the rows are drawn in the first run."""
    used = [tuple(sorted(set(map(int, _rows(call))))) for call in first.calls]
    if any(len(call.X) == N for call in first.calls):
        return []  # it was told that all rows are used
    different, never = len(set(used)), sorted(set(range(N)) - set().union(*used))
    seen = f"{STEPS} batches of {SIZE} out of {N} rows: "
    if different == 1 and used[0] == tuple(range(len(used[0]))):
        return [
            Mistake(
                "first-rows",
                "The batch is always the first batch_size rows.",
                "Nothing is learned from the other rows.",
                f"{seen}always rows {listing(used[0])}",
                DRAW,
            )
        ]
    if different == 1:
        return [
            Mistake(
                "same-rows",
                "The batch has the same rows in each step.",
                "Nothing is learned from the other rows.",
                f"{seen}always rows {listing(used[0])}",
                f"Are the rows drawn before the loop, or is a seed set inside of it? {DRAW}",
            )
        ]
    if never:
        return [
            Mistake(
                "rows-never-drawn",
                "Some rows are never drawn.",
                "Every row should have the same chance.",
                f"{seen}never rows {listing(never)}",
                "From which range are the row numbers drawn? `np.random.choice(num_train, batch_size)` gives 0 to "
                "num_train - 1, and num_train is the number of X's rows.",
            )
        ]
    telling = [rows for rows in used if 1 < len(rows) < N - 1]  # nearly all rows are always neighbours
    if telling and all(map(_neighbours, telling)):
        return [
            Mistake(
                "contiguous-block",
                "The rows of a batch are always neighbours.",
                "Where the data are sorted, neighbours have the same label.",
                f"{seen}rows {listing(used[0])}, then {listing(used[1])}",
                f"Is a slice taken? {DRAW}",
            )
        ]
    if different <= STEPS / 8 + 1 and different * SIZE != N:
        return [
            Mistake(
                "few-batches",
                f"There are only {different} different batches in {STEPS} steps.",
                "",
                f"{seen}{different} different ones",
                DRAW,
            )
        ]
    return _chances(first, seen)


def _neighbours(rows):
    """True for row numbers that follow each other, also from the last row on to the first."""
    return np.count_nonzero(np.diff([*rows, rows[0] + N]) > 1) == 1


def _chances(run, seen):
    """Return the Mistake of rows that are drawn too often to be due to chance; `seen`: how many were drawn."""
    often = np.bincount(np.concatenate([_rows(call) for call in run.calls]), minlength=N)
    labels, sizes = np.bincount(Y, weights=often), np.bincount(Y)
    if (
        _chi_squared(often, np.full(N, often.mean())) < UNLIKELY_ROWS
        and _chi_squared(labels[sizes > 0], often.mean() * sizes[sizes > 0]) < UNLIKELY_LABELS
    ):
        return []
    return [
        Mistake(
            "unequal-chances",
            "Some rows are drawn more often than others.",
            "The mean over the batches should be the mean over all rows.",
            f"{seen}row {often.argmax()} {often.max()} times, row {often.argmin()} {often.min()} times",
            f"Does the draw get probabilities, or numbers that aren't equally frequent? {DRAW}",
        )
    ]


def _chi_squared(counts, expected):
    return ((counts - expected) ** 2 / expected).sum()
