"""Run a learner's function so that nothing it does harms the examination: no exception, endless loop or print.

The function runs in a thread of its own. A limit counts the CPU time of that thread, so that a busy machine changes no
verdict. (Where a thread's time can't be read, on Windows and macOS, it is the time of the whole process.) A second
limit, of waiting, is for functions that sleep. When a limit is reached, an exception is raised inside the function,
again and again in case the function catches it. If even that doesn't end the function, its thread is left behind.
"""

import contextlib
import ctypes
import functools
import io
import sys
import threading
import time
import warnings
from operator import is_
from typing import NamedTuple

from .crashes import Unusable, explain_error
from .report import Mistake, Report

CPU_LIMIT = 5.0  # seconds of CPU time for one call, on problems that take milliseconds
WAIT_LIMIT = 12 * CPU_LIMIT  # seconds by the clock in which it computes next to nothing: it sleeps or waits
OURS = __package__.partition(".")[0]
MISSING = object()
STOPPED = {"too-slow", "waits"}  # the codes of a function that was stopped: its answer isn't known


class Outcome(NamedTuple):
    """The result of one call: a value, or a problem (a Mistake); and the text that was printed."""

    value: object
    problem: Mistake | None
    printed: str


class TimeOver(BaseException):
    """Raised inside the learner's function when it reaches a limit."""


class Sink(io.TextIOBase):
    """Takes the text that is printed, and keeps the beginning of it."""

    def __init__(self):
        self.kept = ""

    def write(self, text):
        """Keep the first 200 characters of everything that is written."""
        self.kept += text[: max(0, 200 - len(self.kept))]
        return len(text)


class Call(threading.Thread):
    """One call of a learner's function, in a thread; `result` holds "value" or "problem" when it has ended."""

    def __init__(self, fn, args, convert, tracer):
        super().__init__(daemon=True)
        self.fn, self.args, self.convert, self.tracer = fn, args, convert, tracer
        self.title = name_of(fn)
        self.result, self.clock = {}, time.process_time

    def run(self):
        """Call the function, then convert its result: both can run the learner's code."""
        if hasattr(time, "pthread_getcpuclockid"):  # else the time of the whole process is a good upper bound
            clock = time.pthread_getcpuclockid(threading.get_ident())
            self.clock = lambda: time.clock_gettime(clock)
        self.before = self.clock()
        sys.settrace(self.tracer)
        try:
            value = self.fn(*self.args)
            sys.settrace(None)
            self.result["value"] = self.convert(value)
        except BaseException as error:  # SystemExit and KeyboardInterrupt too
            sys.settrace(None)
            self.result["problem"] = self.explained(error)
        finally:
            sys.settrace(None)

    def explained(self, error):
        """Return the Mistake for an error. Its message is made by the learner's code, so this is guarded as well."""
        try:
            return error.mistake if isinstance(error, Unusable) else explain_error(error, self.title)
        except BaseException:
            title = f"{self.title} stops with an error whose message can't be read: {name_of(type(error))}."
            return Mistake("exception", title, "", "", "Look for a class of errors of your own: its text fails.")

    def computed(self):
        """Return the seconds of CPU time that the call has taken so far."""
        with contextlib.suppress(OSError, AttributeError):  # the thread has just ended, or not yet begun
            return self.clock() - self.before
        return 0.0

    def reached_limit(self):
        """Wait until the call ends or reaches a limit; return None, or the code of the limit."""
        begun, spent, pause = time.monotonic(), 0.0, 0.005
        while True:
            self.join(pause)
            if not self.is_alive():
                return None
            if self.computed() > CPU_LIMIT:
                return "too-slow"
            if time.monotonic() > begun + WAIT_LIMIT:
                if self.computed() < spent + WAIT_LIMIT / 100:
                    return "waits"
                begun, spent = time.monotonic(), self.computed()  # it computes, on a machine that is very busy
            pause = min(2 * pause, 0.1)

    def stop(self):
        """Raise TimeOver inside the thread until it ends; return whether it has ended."""
        computed, end = self.computed(), time.monotonic() + WAIT_LIMIT / 12
        while self.computed() < computed + 0.5 and time.monotonic() < end:  # the time in which it should notice
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(TimeOver))
            self.join(0.05)
            if not self.is_alive():
                return True
        return False


def call(fn, *args, convert=lambda value: value, tracer=None):
    """Call fn(*args) and convert its result, both guarded; return an Outcome. `tracer` as for sys.settrace."""
    sink, limit = Sink(), "interrupted"
    before = _snapshot()
    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        running = Call(fn, args, convert, tracer)
        running.start()
        try:
            limit = running.reached_limit()
        finally:  # also when somebody interrupts the examination
            gone = limit is None or running.stop()
            changed = _restore(before)
    problem = _stopped(running.title, limit, gone) if limit else running.result.get("problem")
    problem = problem or (_changes_others(running.title, changed) if changed else None)
    return Outcome(None if problem else running.result["value"], problem, sink.kept)


def name_of(fn):
    """Return what a function is called; what a partial function is made of gives the name."""
    try:
        while isinstance(fn, functools.partial):
            fn = fn.func
        return str(getattr(fn, "__name__", type(fn).__name__))
    except Exception:  # an object may answer every question with an error
        return "The function"


def _snapshot():
    """Return the values of all names in NumPy, in Python and in this package. (Random states stay as they become.)"""
    ours = [name for name in sys.modules if name.partition(".")[0] == OURS]
    modules = map(sys.modules.get, ["numpy", "numpy.linalg", "numpy.random", "builtins", "math", *ours])
    return [(owner, dict(vars(owner))) for owner in [*modules, Report] if owner is not None]


def _restore(snapshot):
    """Give the names their old values back; return the names that had others."""
    changed = []
    for owner, names in snapshot:
        if len(vars(owner)) == len(names) and all(map(is_, vars(owner).values(), names.values())):
            continue  # the usual case, seen quickly
        for name, value in names.items():
            if vars(owner).get(name, MISSING) is not value:
                setattr(owner, name, value)
                changed.append(f"{owner.__name__}.{name}")
    return changed


def _stopped(name, limit, gone):
    """Return a Mistake for a function that reached a limit. gone: whether the function could be stopped."""
    after = {"too-slow": f"{CPU_LIMIT:g} seconds of CPU time", "waits": f"waiting for {WAIT_LIMIT:g} seconds"}[limit]
    harm = {"too-slow": " and slows everything down", "waits": ""}[limit]
    look = {
        "too-slow": "Look for a `while` whose condition never becomes false, or a loop with far too many rounds.",
        "waits": "Look for a sleep, an input(), or anything else that the function waits for.",
    }[limit]
    return Mistake(
        limit,
        f"{name} had not ended after {after}.",
        "A right function takes milliseconds here. Yours was stopped, so its answer isn't known."
        if gone
        else "A right function takes milliseconds here. Yours couldn't be stopped, and still runs.",
        "",
        look + ("" if gone else f" Restart the kernel: the function still runs{harm}."),
    )


def _changes_others(name, changed):
    return Mistake(
        "changes-others",
        f"{name} changes {' and '.join(changed)}.",
        "Other code needs that too. The old value has been put back.",
        "",
        "Choose other names for your own variables and functions.",
    )
