"""A sweep's work in chunks of settings: how they are cut, trained, and given to workers.

A chunk is trained whole, by one worker, and its result doesn't depend on the worker: so threads, processes and other
machines give the same table, and a lost chunk is simply trained again.
"""

import math
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    ThreadPoolExecutor,
    wait,
)
from pathlib import Path
from typing import NamedTuple
from warnings import warn

import numpy as np

from .._threads import one_blas_thread, thread_pool
from .._typing import DataLoss, Setting
from ..classifiers import LinearClassifier, LinearSVM, Softmax
from ..classifiers.linear_svm import hinge
from ..classifiers.softmax import cross_entropy
from .stacked import LAST, accuracies, train_stacked
from .table import Result

CHUNK = 2 * 2**20  # bytes of stacked weights that stay in a core's own cache, or near it: 17 settings of CIFAR-10
STACKABLE: dict[type[LinearClassifier], DataLoss] = {Softmax: cross_entropy, LinearSVM: hinge}


class Task(NamedTuple):
    """What is done at each setting."""

    model: type[LinearClassifier]
    num_iters: int
    batch_size: int
    seed: int


class Trained(NamedTuple):
    """A trained chunk: a Result for each setting, and the weights (D, C) of the first best (None: all diverged)."""

    rows: list[Result]
    best_W: np.ndarray | None


def cut(settings: list[Setting], model: type[LinearClassifier], W_bytes: int) -> list[list[Setting]]:
    """Return the settings in chunks as equal as can be, each with at most CHUNK bytes of weights: W_bytes per setting.

    Up to four chunks of four or more are made in any case, so that there is something to share. The cut is the same for
    any number of workers. A model whose loss isn't in STACKABLE gets one setting per chunk.
    """
    if model not in STACKABLE:
        return [[setting] for setting in settings]
    most = max(1, CHUNK // W_bytes)
    num_chunks = max(math.ceil(len(settings) / most), min(4, len(settings) // 8 * 2))
    ends = [len(settings) * number // max(1, num_chunks) for number in range(num_chunks + 1)]
    return [settings[start:end] for start, end in zip(ends, ends[1:], strict=False)]


def train_chunk(data: Sequence[np.ndarray] | Sequence[Path], task: Task, settings: list[Setting]) -> Trained:
    """Train at each of `settings` and return a Trained. data: X_train, y_train, X_val, y_val, or the paths of files."""
    X_train, y_train, X_val, y_val = [
        np.load(array, mmap_mode="r") if isinstance(array, Path) else array for array in data
    ]
    train = _train_stacked if task.model in STACKABLE else _train_alone
    with one_blas_thread():
        W, final_losses, train_accuracies, val_accuracies = train(X_train, y_train, X_val, y_val, task, settings)
    rows = []
    for setting, *numbers in zip(settings, train_accuracies, val_accuracies, final_losses, strict=True):
        train_accuracy, val_accuracy, final_loss = map(float, numbers)
        if np.isfinite([train_accuracy, val_accuracy, final_loss]).all():
            rows.append(Result(*setting, train_accuracy, val_accuracy, final_loss, diverged=False))
        else:
            rows.append(Result(*setting, math.nan, math.nan, math.inf, diverged=True))
    best = max(range(len(rows)), key=lambda k: -1 if rows[k].diverged else rows[k].val_accuracy)
    return Trained(rows, None if rows[best].diverged else W[best].copy())  # a view would keep all weights


def _train_stacked(X, y, X_val, y_val, task, settings):
    """Return weights (K, D, C), final losses (K,), training and validation accuracies (K,)."""
    W, final_losses = train_stacked(
        STACKABLE[task.model], X, y, settings, task.num_iters, task.batch_size, np.random.default_rng(task.seed)
    )
    return W, final_losses, accuracies(W, X, y), accuracies(W, X_val, y_val)


def _train_alone(X, y, X_val, y_val, task, settings):
    """Return the same as _train_stacked, by the model's own `train` and `predict`."""
    found = []
    for learning_rate, reg in settings:
        model = task.model()
        losses = model.train(
            X, y, learning_rate, reg, task.num_iters, task.batch_size, rng=np.random.default_rng(task.seed)
        )
        final_loss, right = np.mean(losses[-LAST:]), [np.nan, np.nan]
        try:
            if np.isfinite(final_loss):
                right = [np.mean(model.predict(rows) == labels) for rows, labels in ((X, y), (X_val, y_val))]
        except OverflowError:  # the last step went too far
            pass
        found.append((model.W, final_loss, *right))
    return [np.array(values) for values in zip(*found, strict=True)]


# --- workers --------------------------------------------------------------------------------------


def run(
    executor: Executor | None, data: list[np.ndarray], task: Task, chunks: dict[int, list[Setting]]
) -> Iterator[tuple[int, Trained]]:
    """Yield (number, Trained) for each of `chunks`, a dict of numbers and settings, in the order they are done.

    executor None: threads of our own, or no threads for a model whose code isn't ours.
    """
    if not chunks:
        return
    if executor is not None:
        yield from _run_on(executor, data, task, chunks)
    elif task.model in STACKABLE:
        with thread_pool() as pool:
            yield from _run_on(pool, data, task, chunks)
    else:
        for number, settings in chunks.items():
            yield number, train_chunk(data, task, settings)


def _run_on(executor, data, task, chunks):
    lost = {}
    with tempfile.TemporaryDirectory(prefix="sweep-") as folder, one_blas_thread():
        data_there = _shared(executor, data, Path(folder))
        futures = {}
        try:
            for number, settings in chunks.items():
                try:
                    futures[executor.submit(train_chunk, data_there, task, settings)] = number
                except BrokenExecutor:
                    lost[number] = settings
            for future in _as_completed(futures, data_there):
                number = futures[future]
                try:
                    yield number, future.result()
                except (BrokenExecutor, CancelledError):
                    lost[number] = chunks[number]
        finally:
            for future in futures:
                future.cancel()
    if lost:
        warn(
            f"a worker died: {len(lost)} of {len(chunks)} chunks are trained again, in this process.",
            RuntimeWarning,
            stacklevel=4,
        )  # the line that calls sweep
        yield from run(None, data, task, lost)


def _as_completed(futures, data_there):
    """Yield each of `futures` when it is done, or cancelled here because it never will be.

    When dask's last worker dies, results on their way are lost, together with the data from which they could be
    computed again. dask's executor forgets such a future, which then never ends. The only sign is that the data sent to
    dask are "cancelled".
    """
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=1, return_when=FIRST_COMPLETED)
        if not done and any(getattr(array, "status", None) == "cancelled" for array in data_there):
            for future in waiting:
                future.cancel()
            done, waiting = waiting, set()
        yield from done


def _shared(executor, data, folder):
    """Return what stands for the arrays in a call to a worker, so that no array travels twice.

    Threads get the arrays themselves. dask sends a copy to each worker, once. Processes get files, which all of them
    map into memory without copying.
    """
    if isinstance(executor, ThreadPoolExecutor):
        return data
    scatter = getattr(getattr(executor, "_client", None), "scatter", None)  # dask has no public way to the client
    if scatter is not None:
        return scatter(data, broadcast=True, hash=False)
    files = [folder / f"{number}.npy" for number in range(len(data))]
    for file, array in zip(files, data, strict=True):
        np.save(file, array, allow_pickle=False)
    return files
