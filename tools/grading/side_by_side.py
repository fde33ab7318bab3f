"""Grade students side by side, each in a process that may die; Ctrl-C keeps what is being graded."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress

from .collect import Submission
from .results import Result

STOPPING = "Stopping: those who are being graded now are graded to their end, and kept. Ctrl-C again stops at once."


def results_of(
    submissions: Sequence[Submission], work: Callable[[Submission], Result], jobs: int, stop: threading.Event
) -> Iterator[Result]:
    """Yield the result of each submission as soon as it is known; `jobs` processes grade side by side.

    When `stop` is set, nobody else is begun. If a process dies, each of the others is graded in a process of its own.
    So only the one that killed it has no points.
    """
    left = {one.student: one for one in submissions}
    with suppress(BrokenProcessPool), process_pool(jobs) as pool:
        waiting, running = list(submissions), set()
        while running or (waiting and not stop.is_set()):
            while waiting and len(running) < jobs and not stop.is_set():
                running.add(pool.submit(work, waiting.pop(0)))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for task in done:
                result = task.result()
                del left[result.student]
                yield result
    for student, one in left.items():
        if stop.is_set():
            return
        with process_pool(1) as pool:
            try:
                yield pool.submit(work, one).result()
            except BrokenProcessPool:
                note = "could not be graded: it ended the process that graded it"
                yield Result(student, one.name, dict(one.ids), "", {}, [*one.notes, note])


def process_pool(jobs: int) -> ProcessPoolExecutor:
    """Return processes that leave Ctrl-C to their parent, and end when it was killed."""
    return ProcessPoolExecutor(jobs, initializer=begin, initargs=(os.getpid(),))


def begin(parent: int) -> None:
    """Prepare a process that grades."""

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def stopped_by_ctrl_c() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets; the second one ends this process at once, and so those that grade."""
    stop = threading.Event()

    def note(*_):
        if stop.is_set():
            os._exit(130)
        stop.set()
        print(STOPPING, flush=True)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
