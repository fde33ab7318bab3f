"""Who trains the chunks of a sweep: threads, processes or other machines; and how they stop when nobody waits."""

import os
import tempfile
from collections.abc import Generator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from warnings import warn

import numpy as np

from .._threads import one_blas_thread, startable
from .._typing import Setting
from . import chunks as work
from .chunks import STACKABLE, Task, Trained

LAST_STEP = 1.0  # seconds that a sweep which is stopped waits, at most, for its workers to end their present step


def run(
    executor: Executor | None,
    data: list[np.ndarray],
    task: Task,
    chunks: dict[int, list[Setting]],
    finished: dict[int, Trained],
) -> Generator[int]:
    """Train `chunks`, a dict of numbers and settings; put each result into `finished` and yield its number.

    executor None: threads of our own. For a model whose code isn't ours, and where no thread can be started (in a
    browser, say), no threads.

    An error in a chunk, Ctrl-C, and closing this generator all stop the other chunks: those that wait never begin, and
    those at work end with their present step, since their `check` raises. What is done by then gets into `finished`.
    Two kinds of work can't be stopped from here: a `train` that isn't ours (the error's note says how many chunks still
    run), and what dask's workers have begun.
    """
    if not chunks:
        return
    if executor is not None:
        yield from _run_on(executor, data, task, chunks, finished)
    elif task.model in STACKABLE and startable(1):
        with one_blas_thread() as num_threads, ThreadPoolExecutor(startable(num_threads) or 1) as pool:
            yield from _run_on(pool, data, task, chunks, finished)
    else:
        for number, settings in chunks.items():
            finished[number] = work.train_chunk(data, task, settings)
            yield number


def _run_on(executor, data, task, chunks, finished):
    lost, futures = {}, {}
    done: SimpleQueue[Future[Trained]] = SimpleQueue()
    with _shared(executor, data) as (data_there, check, stop), one_blas_thread():
        try:
            for number, settings in chunks.items():
                try:
                    future = executor.submit(work.train_chunk, data_there, task, settings, check)
                except BrokenExecutor:
                    lost[number] = settings
                else:
                    futures[future] = number
                    future.add_done_callback(done.put)
            for _ in range(len(futures)):
                future = _next(done, futures, data_there)
                number = futures[future]
                try:
                    finished[number] = future.result()
                except (BrokenExecutor, CancelledError):
                    lost[number] = chunks[number]
                else:
                    yield number
        except BaseException as error:
            stop()
            running = {future for future in futures if not future.cancel() and not future.done()}
            with suppress(Empty):
                while running:
                    running.discard(done.get(timeout=LAST_STEP))
            for future, number in futures.items():
                if future.done() and not future.cancelled() and future.exception() is None:
                    finished[number] = future.result()
            if running:
                error.add_note(
                    f"{len(running)} of {len(chunks)} chunks are still being trained by the executor: a `train` that "
                    "isn't this package's can't be stopped from here. Shut the executor down to end them."
                )
            raise
    if lost:
        warn(
            f"a worker died: {len(lost)} of {len(chunks)} chunks are trained again, in this process.",
            RuntimeWarning,
            stacklevel=4,
        )  # the line that calls sweep
        yield from run(None, data, task, lost, finished)


def _next(done, futures, data_there):
    """Return a future that is done, or cancelled here because it never will be.

    When dask's last worker dies, results on their way are lost, together with the data from which they could be
    computed again. dask's executor forgets such a future, which then never ends. The only sign is that the data sent to
    dask are "cancelled".
    """
    while True:
        with suppress(Empty):
            return done.get(timeout=1)
        if any(getattr(array, "status", None) == "cancelled" for array in data_there):
            for future in futures:
                future.cancel()  # which puts it into `done`


# --- data and a way to stop -----------------------------------------------------------------------


@contextmanager
def _shared(executor, data):
    """Give (what stands for the arrays in a call to a worker, the worker's `check`, a function that makes it raise).

    No array travels twice. Threads get the arrays themselves. dask sends a copy to each worker, once. Processes get
    files, which all of them map into memory without copying.
    """
    scatter = getattr(getattr(executor, "_client", None), "scatter", None)  # dask has no public way to the client
    if isinstance(executor, ThreadPoolExecutor):
        wanted = _Wanted()
        try:
            yield data, wanted.check, wanted.end
        finally:
            wanted.still = False  # whatever a second Ctrl-C has interrupted
    elif scatter is not None:
        yield scatter(data, broadcast=True, hash=False), _no_check, _no_check
    else:
        with _folder() as folder:
            files, wanted = [folder / f"{number}.npy" for number in range(len(data))], folder / "wanted"
            for file, array in zip(files, data, strict=True):
                np.save(file, array)
            wanted.touch()
            yield files, partial(_check_file, wanted), wanted.unlink


class _Wanted:
    """Whether anybody still waits for the chunks."""

    still = True

    def check(self):
        """Raise CancelledError when nobody does."""
        if not self.still:
            raise CancelledError("nobody waits for this chunk any more")

    def end(self):
        self.still = False


def _check_file(wanted):
    """The same for a process: somebody waits as long as the file is there."""
    if not os.path.exists(wanted):
        raise CancelledError("nobody waits for this chunk any more")


def _no_check():
    """The check of a worker on another machine, which can't be stopped."""


@contextmanager
def _folder():
    """Give a temporary folder, which is deleted at the end, also when Ctrl-C comes while it is deleted."""
    folder = tempfile.TemporaryDirectory(prefix="sweep-", ignore_cleanup_errors=True)
    try:
        yield Path(folder.name)
    finally:
        try:
            folder.cleanup()
        except KeyboardInterrupt:
            folder.cleanup()
            raise
