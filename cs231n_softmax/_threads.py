"""How many threads compute, decided in one place for every product of the package.

Inside of the package's functions NumPy's BLAS works on one thread. What is large is shared out among threads of our
own, in pieces that are cut in the same way for any number of threads. So:

- On one type of processor, with one build of BLAS, every result is the same to the last bit: for any number of threads,
  in the main thread and in any other. (A BLAS that threadpoolctl can't limit, such as Apple's, gives no such promise.)
- No more threads compute than the process has cores (`num_cores`), and no more than BLAS would use: a limit that is set
  by OPENBLAS_NUM_THREADS, OMP_NUM_THREADS, MKL_NUM_THREADS or threadpoolctl counts.
- A call that is made while another one runs, by a worker of ours or by threads of the user's, computes on its own
  thread alone. Eight threads that each call a loss are eight threads at work, not sixteen.
- A core that is busy elsewhere delays nothing: the calling thread computes the pieces that nobody else has begun.
"""

import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from contextvars import copy_context
from functools import cache
from pathlib import Path, PurePosixPath
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread, get_ident
from typing import Any, NamedTuple, TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")
IDLE = 1.0  # seconds: a helper thread that has had no work for so long ends

# --- cores ----------------------------------------------------------------------------------------


def num_cores() -> int:
    """Return how many cores this process may use: the least of the machine's, its affinity's and its container's."""
    if hasattr(os, "process_cpu_count"):  # of Python 3.13: the affinity, or PYTHON_CPU_COUNT
        cores = os.process_cpu_count() or 1
    elif hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return int(min(cores, _quota()))


@cache
def _quota(root: Path = Path("/")) -> float:
    """Return how many cores' time the control groups of Linux allow this process, rounded up; inf for no limit.

    The limit may be that of the process's own group or of any group above it. Files that can't be read set no limit.
    https://docs.kernel.org/admin-guide/cgroup-v2.html (cpu.max), https://docs.kernel.org/scheduler/sched-bwc.html (v1)
    """
    groups, allowed = root / "sys/fs/cgroup", [math.inf]
    with suppress(OSError, ValueError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers in ("", "cpu", "cpuacct,cpu", "cpu,cpuacct"):  # "" is version 2's only tree
                own = PurePosixPath(path.lstrip("/"))
                mounts = [groups / controllers] if controllers else [groups, groups / "unified"]
                allowed += [_limit(mount / group) for mount in mounts for group in (own, *own.parents)]
    return min(allowed)


def _limit(group):
    """Return how many cores one group allows: the time it may compute in a period, over the period, in microseconds."""
    with suppress(OSError, ValueError, ZeroDivisionError):
        if (group / "cpu.max").exists():
            time, period = (group / "cpu.max").read_text().split()
        else:
            time, period = [(group / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period")]
        if time != "max" and int(time) > 0:  # version 1 says -1 for no limit
            return math.ceil(int(time) / int(period))
    return math.inf


# --- one BLAS thread ------------------------------------------------------------------------------


class _Holder(NamedTuple):
    """A block of code that holds BLAS to one thread: the thread it runs in, and BLAS's numbers of threads before it."""

    thread: int
    found: list[int]


_lock = Lock()
_holders: list[_Holder] = []
_found: list[int] = []  # BLAS's numbers of threads before the first of the holders


@cache
def _blas():
    """NumPy's BLAS libraries, looked up once: a look through all that is loaded costs as much as a small product."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas").lib_controllers


def _own_limit(library):
    """Whether each thread has a limit of its own, as in OpenMP, and not the process."""
    return library.internal_api == "openblas" and library.threading_layer == "openmp"


def _set(library, num_threads):
    """Set the number of threads, also when another thread has set it before, which threadpoolctl 3.8 wouldn't allow."""
    if library.num_threads != num_threads:
        allow = getattr(library, "clear_controlling_thread", lambda force: None)
        allow(force=True)
        library.set_num_threads(num_threads)
        allow(force=True)


@contextmanager
def one_blas_thread() -> Iterator[int]:
    """Hold BLAS to one thread for the block; give the number of threads that the block may share its work among.

    The limit holds for the whole process. The first block to begin sets it, in whatever thread, and the last one to end
    restores what was before. A block that begins while another one runs gets the number 1.
    """
    holder = _Holder(get_ident(), [library.num_threads for library in _blas()])
    try:
        yield _hold(holder)
    finally:
        try:
            _release(holder)
        except BaseException:  # Ctrl-C in just that moment
            _release(holder)
            raise


def _hold(holder):
    with _lock:
        if not _holders:
            _found[:] = holder.found
        _holders.append(holder)
        for library in _blas():
            _set(library, 1)
        return min(num_cores(), max(_found, default=1)) if len(_holders) == 1 else 1


def _release(holder):
    """Undo `_hold`; a second time it does nothing."""
    with _lock:
        _holders[:] = [other for other in _holders if other is not holder]
        for library, own, first in zip(_blas(), holder.found, _found, strict=True):
            if _own_limit(library):
                _set(library, own)
            elif not _holders:
                _set(library, first)


# --- helpers --------------------------------------------------------------------------------------

_helpers: list[Thread] = []
_jobs: SimpleQueue[Any] = SimpleQueue()


@contextmanager
def share(function: Callable[[Piece], Result], pieces: Sequence[Piece]) -> Iterator[Iterator[Result]]:
    """Give an iterator of function(piece) for each of `pieces`, in their order; several threads compute them.

    Each of them has one BLAS thread. NumPy's products release Python's lock, so the pieces run side by side. The
    calling thread takes pieces too, and waits only for those that a helper has begun. The first piece that raises ends
    it all: its error is raised where its result is taken. When the block ends, for whatever reason, no piece runs on.
    """
    with one_blas_thread() as num_threads:
        if min(num_threads, len(pieces)) < 2:
            yield map(function, pieces)
        else:
            with closing(_share(function, pieces, min(num_threads, len(pieces)))) as results:
                yield results


def _share(function, pieces, num_threads):
    waiting = deque((number, function, piece) for number, piece in enumerate(pieces))
    done: SimpleQueue[Any] = SimpleQueue()
    at_work = [Lock() for _ in range(num_threads - 1)]  # each is held while a helper computes
    results = {}
    try:
        _call_helpers(at_work, waiting, done)
        for number in range(len(pieces)):
            while number not in results:
                _compute_one(waiting, done)
                finished, result, error = done.get()
                if error is not None and not isinstance(error, Exception):
                    raise error  # Ctrl-C comes first
                results[finished] = result, error
            result, error = results.pop(number)
            if error is not None:  # all pieces before this one succeeded
                raise error
            yield result
    finally:
        waiting.clear()
        for lock in at_work:
            with lock:  # so that nothing runs on
                pass


def _call_helpers(at_work, waiting, done):
    """Give the same job to as many helper threads as there are locks in `at_work`; start those that are missing."""
    _helpers[:] = [thread for thread in _helpers if thread.is_alive()]
    with suppress(RuntimeError):  # no more threads are allowed: the calling thread computes what nobody takes
        for _ in at_work[len(_helpers) :]:
            thread = Thread(target=_help, name="cs231n_softmax-helper", daemon=True)
            thread.start()
            _helpers.append(thread)
    for lock in at_work[: len(_helpers)]:
        _jobs.put((copy_context(), lock, waiting, done))  # NumPy's errstate is part of the context


def startable(num_threads: int) -> int:
    """Return how many of so many threads this process can have at the same time: 0 in a browser, where none starts."""
    counted, started = Event(), []
    try:
        with suppress(RuntimeError):
            for _ in range(num_threads):
                thread = Thread(target=counted.wait, daemon=True)
                thread.start()
                started.append(thread)
    finally:
        counted.set()
        for thread in started:
            thread.join()
    return len(started)


def _help():
    """Work on what is in the queue, until there has been nothing for a while."""
    for library in filter(_own_limit, _blas()):
        _set(library, 1)
    with suppress(Empty):
        while True:
            context, lock, waiting, done = _jobs.get(timeout=IDLE)
            while waiting:
                with lock:
                    context.run(_compute_one, waiting, done)
            del context, lock, waiting, done  # an idle thread keeps no arrays alive


def _compute_one(waiting, done):
    """Compute the next piece, if there is one, and put (number, result, error) into `done`."""
    with suppress(IndexError):
        number, function, piece = waiting.popleft()
        try:
            result, error = function(piece), None
        except BaseException as raised:
            waiting.clear()
            result, error = None, raised
        done.put((number, result, error))


def _after_fork():
    """In a new process: no helper came along, and of the holders only those of the thread that forked."""
    global _lock, _jobs
    _lock, _jobs = Lock(), SimpleQueue()
    _helpers.clear()
    gone = [holder for holder in _holders if holder.thread != get_ident()]
    for holder in gone:
        _release(holder)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
