"""Sweeps that are interrupted by Ctrl-C at any moment, and sweeps whose workers, files, data or models fail.

After each: the right error arrived, no thread is at work and no process trains on, BLAS has its threads again, no
temporary file is left, and a sweep that is started again with the same file trains no finished chunk twice and gives
the table of an undisturbed sweep, to the bit.
"""

import faulthandler
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from itertools import count as counter
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import numpy as np

from . import ACCEPTED, CORRUPTED, HANG, HELD, LOST, UNCLEAR, child

FULL, QUICK = 240, 12  # every second case is a Ctrl-C
BATCH = 60  # cases that one process runs
HANGS = 100  # seconds: a case takes a tenth of one
LOCKED = ["_hold", "_release"]  # between the lines of a `with lock:` a trace can interrupt, and a signal never does
LINES = 900  # of the package that the main thread runs in such a sweep
TWICE = "release unlocked lock"  # what Python's Thread.start says of two Ctrl-C within a millisecond
CODE = "import sys; sys.path.insert(0, sys.argv[1]); from faults.sweeps import main; main()"


def outcomes(count, rng):
    """Yield (case, outcome): each batch of cases is run by a process of its own."""
    seeds = [int(seed) for seed in rng.integers(2**31, size=count)]
    for first in range(0, count, BATCH):
        batch = seeds[first : first + BATCH]
        try:
            ended = child.run(CODE, Path(__file__).parents[1], *batch, start_new_session=True, timeout=900)
            lines, end = ended.stdout.splitlines(), ended.returncode
        except subprocess.TimeoutExpired as error:
            lines, end = (error.stdout or b"").decode().splitlines(), -signal.SIGKILL
        yield from (tuple(json.loads(line)) for line in lines)
        if len(lines) < len(batch):  # all that follow weren't tried
            how = HANG if end in (-signal.SIGXCPU, -signal.SIGKILL) else CORRUPTED
            print(ended.stderr, file=sys.stderr)
            yield from ((f"seed {seed}, process ended with {end}", how) for seed in batch[len(lines) :])


# --- in the child -------------------------------------------------------------------------------------------------

SETTINGS = [(1e-4, 50.0), (0.5, 1e-3), (1e200, 1e200), (1e-3, 0.0), (1e300, 0.0), (1e200, 1.0), (0.02, 0.1), (0.1, 0.1)]


def main():
    """Try the cases whose seeds are in the command line; print each as a line of JSON."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))  # a clock presses Ctrl-C
    warnings.simplefilter("error")
    for number, seed in enumerate(sys.argv[2:]):
        faulthandler.dump_traceback_later(HANGS, exit=True)
        case = Case(np.random.default_rng(int(seed)))
        words = interrupted(case, number // 2) if number % 2 == 0 else OTHERS[number // 2 % len(OTHERS)](case)
        shutil.rmtree(case.folder)
        tempfile.tempdir = None
        print(json.dumps([f"{words}, seed {seed} {case.what}".strip(), case.outcome]), flush=True)
    os._exit(0)  # Python's end waits for ever where Ctrl-C came in the middle of its own Thread.start


class Case:
    """A sweep of four chunks, with a file, whose steps and chunks are counted."""

    def __init__(self, rng):
        from cs231n_softmax.classifiers import LinearSVM, Softmax
        from cs231n_softmax.sweep import chunks, sweep

        self.rng, self.sweep, self.chunks = rng, sweep, chunks
        chunks.CHUNK = 2 * 72 + 71
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "tmp").mkdir()
        tempfile.tempdir = str(self.folder / "tmp")
        self.file = self.folder / "sweep.npz"
        data = np.random.default_rng(0)
        y, y_val = np.arange(60) % 3, np.arange(30) % 3
        X, X_val = data.standard_normal((60, 3)) + np.eye(3)[y], data.standard_normal((30, 3)) + np.eye(3)[y_val]
        self.data = X, y, X_val, y_val
        self.options = {"model": [Softmax, LinearSVM][int(rng.integers(2))], "num_iters": 60, "batch_size": 10,
                        "progress": False}
        self.expected = self.undisturbed()
        self.threads, self.blas = threading.enumerate(), blas_threads()
        self.kept, self.steps, self.outcome, self.what = 0, counter(1), HELD, ""

    def undisturbed(self):
        return as_bytes(self.sweep(*self.data, SETTINGS, **self.options))

    def run(self, executor=None, **options):
        """Sweep with the file; return the table, or the error."""
        from cs231n_softmax.sweep.store import SweepFile

        write = SweepFile.write

        def counted(stored, description, finished):
            write(stored, description, finished)
            self.kept = max(self.kept, len(finished))

        def restore():
            sys.settrace(None)
            signal.setitimer(signal.ITIMER_REAL, 0)
            SweepFile.write = write

        SweepFile.write = counted
        try:
            try:
                return self.sweep(*self.data, SETTINGS, **self.options | options, file=self.file, executor=executor)
            except BaseException as error:
                error.__context__ = None  # what the interrupted frames hold is let go, as when the error was handled
                return error.with_traceback(None)
            finally:
                restore()
        except KeyboardInterrupt as error:  # the second Ctrl-C came after the sweep
            restore()
            return error.with_traceback(None)
        finally:
            self.last_step = next(self.steps)

    def expect(self, true, failure, what):
        """Note the first thing that is not as it should be."""
        if not true and self.outcome == HELD:
            self.outcome, self.what = failure, what

    def expect_end(self, result, *errors):
        """The result is the undisturbed table, or one of `errors`; and everything is as it was before the sweep."""
        if isinstance(result, BaseException) and str(result) != TWICE:
            self.expect(isinstance(result, errors), UNCLEAR, f"{type(result).__name__}: {result}")
        elif not isinstance(result, BaseException):
            self.expect(as_bytes(result) == self.expected, ACCEPTED, "another table")
        for thread in set(threading.enumerate()) - set(self.threads):
            if thread.ident and type(thread).__name__ != "TMonitor":  # it began, and isn't tqdm's, which watches bars
                thread.join(5)  # Ctrl-C can come between a thread's start and the pool's note of it: then it is idle
        self.expect(next(self.steps) - self.last_step <= 3, HANG, "two threads trained on after their present step")
        self.expect(blas_threads() == self.blas, CORRUPTED, f"BLAS has {blas_threads()} threads, not {self.blas}")
        files = [file for file in Path(tempfile.tempdir).rglob("*") if file.is_file()]
        self.expect(not files, LOST, f"temporary files are left: {files}")
        self.expect(set(os.listdir(self.folder)) <= {"tmp", "sweep.npz"}, LOST, f"left: {os.listdir(self.folder)}")

    def expect_going_on(self, lost=0):
        """The file holds what was finished, but for `lost` chunks; with it the sweep gives the undisturbed table."""
        kept, trained, train_chunk = self.kept, [], self.chunks.train_chunk

        def counted(*args):
            trained.append(args)
            return train_chunk(*args)

        self.chunks.train_chunk = counted
        again = self.run()
        self.chunks.train_chunk = train_chunk
        if isinstance(again, BaseException):
            self.expect(False, LOST, f"going on: {type(again).__name__}: {again}")
            return
        self.expect(as_bytes(again) == self.expected, ACCEPTED, "another table after going on")
        self.expect(len(trained) <= 4 - kept + lost, LOST, f"{kept} chunks were finished, {len(trained)} trained")


def blas_threads():
    from threadpoolctl import threadpool_info

    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def as_bytes(table):
    """A table as bytes: rows, and the type and weights of the best model."""
    W = table.best_model.W
    return pickle.dumps([np.array(table).tobytes(), type(table.best_model).__name__, W.dtype.str, W.tobytes()])


# --- Ctrl-C -------------------------------------------------------------------------------------------------------

def interrupted(case, number):
    """Press Ctrl-C at some line of Python in the main thread, some step of training or some moment; at times twice."""
    way = ["line", "step", "moment"][number % 3]
    workers = ["no executor", "threads", "no executor", "processes"][number // 3 % 4]
    if workers == "processes" and way == "step":
        way = "moment"  # the steps of processes can't be counted here
    twice = bool(case.rng.random() < 0.3)
    with executor(workers) as pool:
        if pool is not None:
            pool.submit(os.getpid).result()  # processes begin now, undisturbed
        before = press(case, way, twice)
        result = case.run(pool)
        if pool is not None:
            pool.submit(os.getpid).result()  # its workers are free
    case.chunks.STACKABLE.update(before)
    case.expect_end(result, KeyboardInterrupt)
    case.expect_going_on(lost=int(twice))
    return f"Ctrl-C{' twice' * twice} at a {way}, {workers}, {type(result).__name__}"


def executor(workers):
    if workers == "no executor":
        return nullcontext()
    return ThreadPoolExecutor(2) if workers == "threads" else ProcessPoolExecutor(2, get_context("fork"))


def press(case, way, twice):
    """Let Ctrl-C be pressed later; return the losses to put back into STACKABLE."""
    before, at = dict(case.chunks.STACKABLE), int(case.rng.integers(1, 240 if way == "step" else LINES))
    again = float(case.rng.uniform(1e-5, 2e-3)) if twice else 0.0
    seen = counter(1)

    def interrupt():
        signal.setitimer(signal.ITIMER_REAL, again)
        os.kill(os.getpid(), signal.SIGINT)

    def trace(frame, event, argument):
        if "cs231n_softmax" not in frame.f_code.co_filename or frame.f_code.co_name in LOCKED:
            return None
        if event == "line" and next(seen) == at:
            sys.settrace(None)
            interrupt()
        return trace

    for model, data_loss in before.items():
        def counted(scores, y, data_loss=data_loss):
            if next(case.steps) == at and way == "step":
                interrupt()
            return data_loss(scores, y)

        case.chunks.STACKABLE[model] = counted
    if way == "moment" or way == "step":
        signal.setitimer(signal.ITIMER_REAL, float(case.rng.uniform(1e-4, 0.05)) if way == "moment" else 5, 0)
    if way == "line":
        sys.settrace(trace)
    return before


# --- everything else ----------------------------------------------------------------------------------------------

def a_worker_dies(case):
    """A process is killed at some step: its chunks are trained again."""
    at, parent = int(case.rng.integers(1, 120)), os.getpid()

    def die(*args, data_loss=case.chunks.STACKABLE[case.options["model"]]):
        if next(case.steps) == at and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return data_loss(*args)

    with losses(case, die), executor("processes") as pool, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", ".*multi-threaded", DeprecationWarning)  # of fork, from Python 3.12 on
        result = case.run(pool)
    case.expect(all("a worker died" in str(w.message) for w in caught) and caught, UNCLEAR, "no warning")
    case.expect_end(result)
    case.expect_going_on()
    return f"a process dies at step {at}"


def an_executor_is_shut_down(case):
    """Before the sweep, or in it, with the waiting chunks cancelled."""
    pool, before = ThreadPoolExecutor(1), case.rng.random() < 0.3
    at = int(case.rng.integers(1, 200))

    def shut(*args, data_loss=case.chunks.STACKABLE[case.options["model"]]):
        if next(case.steps) == at:
            pool.shutdown(wait=False, cancel_futures=True)
        return data_loss(*args)

    if before:
        pool.shutdown()
    with losses(case, shut), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "a worker died", RuntimeWarning)
        result = case.run(pool)
    pool.shutdown()
    case.expect_end(result, *[RuntimeError] * before)
    case.expect_going_on()
    return f"an executor is shut down, {type(result).__name__}"


def a_step_fails(case):
    """The loss raises at some step, in our threads, in others or in processes."""
    at, error = int(case.rng.integers(1, 240)), [MemoryError, ZeroDivisionError, SystemError][int(case.rng.integers(3))]
    workers = ["no executor", "threads", "processes"][int(case.rng.integers(3))]

    def fail(*args, data_loss=case.chunks.STACKABLE[case.options["model"]]):
        if next(case.steps) == at:
            raise error("at some step")
        return data_loss(*args)

    with losses(case, fail), executor(workers) as pool:
        result = case.run(pool)
    case.expect_end(result, error)
    case.expect_going_on()
    return f"{error.__name__} at step {at}, {workers}"


def the_file_fails(case):
    """From some chunk on the file can't be written."""
    from cs231n_softmax.sweep.store import SweepFile

    at, write = int(case.rng.integers(0, 5)), SweepFile.write

    def fail(stored, description, finished):
        if len(finished) >= at:
            raise OSError(28, "No space left on device", str(stored.path))
        return write(stored, description, finished)

    SweepFile.write = fail
    result = case.run()
    SweepFile.write = write
    case.expect_end(result, OSError)
    case.expect_going_on(lost=1)
    return f"no space for chunk {at}"


def another_sweeps_file(case):
    """The file belongs to other settings, data or numbers: it is refused and stays as it is."""
    case.run()
    there = case.file.read_bytes()
    other = [{"num_iters": 61}, {"batch_size": 9}, {"rng": 1}][int(case.rng.integers(3))]
    result = case.run(**other)
    case.expect(isinstance(result, ValueError) and str(case.file) in str(result), ACCEPTED, repr(result))
    case.expect(case.file.read_bytes() == there, LOST, "the file changed")
    case.expect_end(result, ValueError)
    case.expect_going_on()
    return f"a file of another sweep, {other}"


def bad_data(case):
    """NaN or inf in a row of X_train or X_val: a ValueError that names the array and the row, at once."""
    good, which = case.data, int(case.rng.choice([0, 2]))
    X = good[which].copy()
    X[int(case.rng.integers(len(X))), 1] = [np.nan, np.inf][int(case.rng.integers(2))]
    case.data = (*good[:which], X, *good[which + 1 :])
    result = case.run()
    said = f"{('X_train', 'y_train', 'X_val')[which]}: expected finite"
    case.expect(isinstance(result, ValueError) and str(result).startswith(said), ACCEPTED, repr(result))
    case.expect(not case.file.exists(), LOST, "a file was written")
    case.expect_end(result, ValueError)
    return f"a bad number in array {which}"


def a_model_fails(case):
    """A model with a `train` of its own that fails at one setting; mended, it goes on from the file."""
    from cs231n_softmax.classifiers import Softmax

    at = int(case.rng.integers(len(SETTINGS)))
    broken = [True]

    class Own(Softmax):
        def train(self, X, y, learning_rate, *args, rng):
            if broken and learning_rate == SETTINGS[at][0]:
                raise ZeroDivisionError("the model's own")
            return super().train(X, y, learning_rate, *args, rng=rng)

    case.options["model"] = Own
    workers = ["no executor", "threads"][int(case.rng.integers(2))]
    with executor(workers) as pool:
        result = case.run(pool)
    broken.clear()
    case.expected = case.undisturbed()
    case.expect_end(result, ZeroDivisionError)
    kept, case.kept = case.kept, 4
    case.expect_going_on(lost=len(SETTINGS) - kept)
    return f"a model fails at setting {at}, {workers}"


OTHERS = [a_worker_dies, a_step_fails, the_file_fails, an_executor_is_shut_down, bad_data, another_sweeps_file,
          a_model_fails]


@contextmanager
def losses(case, data_loss):
    """Put `data_loss` in the place of the model's own for the block."""
    with patch.dict(case.chunks.STACKABLE, {case.options["model"]: data_loss}):
        yield
