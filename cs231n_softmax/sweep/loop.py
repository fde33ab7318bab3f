"""The sweep itself: check the arguments, go on from a file, share out the chunks, collect their results."""

import numbers
import os
import signal
from collections.abc import Iterable
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import current_thread, main_thread

import numpy as np
from numpy.typing import ArrayLike
from tqdm.auto import tqdm

from .._inputs import as_generator, as_labels, as_path, check_finite_rows
from .._typing import Rng, Setting
from ..classifiers import LinearClassifier, Softmax
from ..classifiers.inputs import as_rows, as_steps, as_training_data
from ..classifiers.linear_classifier import first_weights
from .chunks import STACKABLE, Task, cut
from .settings import as_settings
from .store import SweepFile, describe
from .table import SweepTable
from .workers import run


def sweep(
    X_train: ArrayLike,
    y_train: ArrayLike,
    X_val: ArrayLike,
    y_val: ArrayLike,
    settings: Iterable[Setting],
    *,
    model: type[LinearClassifier] = Softmax,
    num_iters: int = 1500,
    batch_size: int = 200,
    rng: Rng = 0,
    progress: bool = True,
    executor: Executor | None = None,
    file: Path | str | None = None,
) -> SweepTable:
    """Train a `model` at each (learning_rate, reg) of `settings`; return a SweepTable.

    X_* (N, D), y_* (N,). Every setting starts from the same weights and sees the same batches (one seed for all:
    `rng`, or drawn from it if it is a Generator or None), so that rows differ by their hyperparameters alone. A
    setting that overflows is recorded as diverged. `progress` shows a bar.

    Softmax and LinearSVM are trained in chunks of settings, side by side (stacked.py), each chunk on a core. Any other
    model is trained at one setting after the other, by its own `train` and `predict`. The table's `best_model` is a new
    `model` with the best W. `executor`, a concurrent.futures.Executor, runs the chunks instead: threads, processes, or
    dask's Client.get_executor() for several machines. The table is the same with any executor, and also when a worker
    dies: its chunk is trained again. "The same" is to the bit, on one type of processor with one build of BLAS.

    Ctrl-C (a notebook's "interrupt") ends the sweep within a second: KeyboardInterrupt, and chunks at work stop with
    their present step, in threads and in processes. Two kinds of work can't be stopped from here, and go on to the end
    of their chunk: dask's, and in an executor a model's `train` that isn't ours.

    `file` names an .npz file that keeps every finished chunk, also when Ctrl-C ends the sweep. A sweep that is started
    again with the same file goes on from there, or gives the table at once; ValueError when the file was written for
    other data or settings (the code of a model of your own isn't compared). With rng=None the seed is the file's.

    ValueError or TypeError names the argument that doesn't fit, before anything is trained or written.
    """
    data = _checked_data(X_train, y_train, X_val, y_val)
    settings = as_settings(settings)
    num_iters, batch_size = as_steps(num_iters, batch_size, len(data[0]), least=1)
    _check_objects(model, executor)
    path = _as_file(file)
    as_generator(rng)  # raises for a wrong one
    W = first_weights(data[0], data[1], np.random.default_rng(0))
    stored = None if path is None else SweepFile(path)
    if rng is None and stored:
        rng = stored.seed  # of the sweep that the file holds, if there is one
    seed = int(rng) if isinstance(rng, numbers.Integral) else int(np.random.default_rng(rng).integers(2**63))
    task = Task(model, num_iters, batch_size, seed)
    chunks = cut(settings, model, W.nbytes)
    description = describe(task, chunks, data) if stored else ""
    finished = stored.read(description, W if model in STACKABLE else None) if stored else {}
    with tqdm(total=len(settings), desc="sweep", unit="setting", disable=not progress) as bar:
        bar.update(sum(len(chunks[number]) for number in finished))
        waiting = {number: chunk for number, chunk in enumerate(chunks) if number not in finished}
        kept = -1  # how many chunks the file holds: none yet, so one that can't be written is found before training

        def keep():
            nonlocal kept
            if stored and kept < len(finished) and waiting:
                with _uninterrupted():
                    stored.write(description, finished)
                kept = len(finished)

        keep()
        try:
            with closing(run(executor, data, task, waiting, finished)) as done:
                for number in done:
                    bar.update(len(chunks[number]))
                    keep()
        finally:
            keep()  # what was finished when an error or Ctrl-C came
    return _table(model, [finished[number] for number in range(len(chunks))])


def _checked_data(X_train, y_train, X_val, y_val):
    """Return the four as arrays that fit together."""
    X_train, y_train = as_training_data(X_train, y_train, names=("X_train", "y_train"))
    X_val = as_rows("X_val", X_val)
    if X_train.shape[1] != X_val.shape[1]:
        raise ValueError(
            f"X_train and X_val: expected shapes (N, D) with the same D, got {X_train.shape} and {X_val.shape}."
        )
    if len(X_val) == 0:
        raise ValueError("X_val: expected at least one example, got N = 0.")
    C = int(y_train.max()) + 1
    y_val = as_labels("y_val", y_val, len(X_val), C, f" (y_train has classes 0..{C - 1})")
    check_finite_rows("X_train", X_train)
    check_finite_rows("X_val", X_val)
    return [X_train, y_train, X_val, y_val]


def _check_objects(model, executor):
    """Raise TypeError for a model or an executor that is none."""
    if not isinstance(model, type) or not all(hasattr(model, method) for method in ("train", "predict")):
        remedy = " Leave out the parentheses behind its name." if isinstance(model, LinearClassifier) else ""
        raise TypeError(f"model: expected a class with `train` and `predict`, such as Softmax, got {model!r}.{remedy}")
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(f"executor: expected a concurrent.futures.Executor or None, got {executor!r}.")


def _as_file(file):
    """Return a Path, or None as it is; TypeError or ValueError for what names no file."""
    path = None if file is None else as_path("file", file, "the name of an .npz file or None")
    if path and os.path.isdir(path):
        raise ValueError(f"file: expected the name of an .npz file, got the folder {file}.")
    return path


@contextmanager
def _uninterrupted():
    """Have Ctrl-C wait until the block ends, so that nothing that is finished gets lost. A second one doesn't wait."""
    if current_thread() is not main_thread():  # Ctrl-C reaches the main thread alone
        yield
        return
    pressed, before = [], signal.getsignal(signal.SIGINT) or signal.default_int_handler

    def note(*_):
        signal.signal(signal.SIGINT, before)
        pressed.append(True)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            signal.raise_signal(signal.SIGINT)


def _table(model, chunks):
    """Return the table of all trained chunks, with the best model."""
    table = SweepTable(row for chunk in chunks for row in chunk.rows)
    if any(not row.diverged for row in table):
        table.best_model = model()
        table.best_model.W = next(chunk.best_W for chunk in chunks if table.best in chunk.rows)
    return table
