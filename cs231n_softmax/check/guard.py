"""Run a learner's function so that nothing it does harms the examination: no exception, endless loop or print.

The function runs in a thread of its own. When its time is over, an exception is raised inside it (again and again,
should it catch everything); if even that doesn't end it, it is left behind: works on every operating system.
"""

import contextlib
import ctypes
import io
import linecache
import os
import sys
import sysconfig
import threading
import warnings
from pathlib import Path
from typing import NamedTuple

from .report import Mistake, Report

TIME_LIMIT = 5.0  # seconds for one call, on problems that take milliseconds
PACKAGE = str(Path(__file__).resolve().parents[1]) + os.sep


class Outcome(NamedTuple):
    """What one call gave: a value, or a problem (a Mistake); and what was printed meanwhile."""

    value: object
    problem: Mistake | None
    printed: str


class Unusable(Exception):
    """Raised while a returned value is looked at: carries the Mistake that says what is wrong with it."""

    def __init__(self, code, title, explanation="", evidence="", hint=""):
        super().__init__(title)
        self.mistake = Mistake(code, title, explanation, evidence, hint)


class TimeOver(BaseException):
    """Raised inside the learner's function when its time is over."""


class Sink(io.TextIOBase):
    """Takes what is printed, and keeps the beginning of it."""

    def __init__(self):
        self.kept = ""

    def write(self, text):
        self.kept += text[: max(0, 200 - len(self.kept))]
        return len(text)


def call(fn, *args, convert=lambda value: value, tracer=None):
    """Call fn(*args), then convert what it returned, guarded; return an Outcome. `tracer` as for sys.settrace."""
    result, sink = {}, Sink()

    def work():
        sys.settrace(tracer)
        try:
            value = fn(*args)
            sys.settrace(None)
            result["value"] = convert(value)
        except BaseException as error:  # SystemExit and KeyboardInterrupt too
            result["error"] = error
        finally:
            sys.settrace(None)

    before = _snapshot()
    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            thread.join(TIME_LIMIT)
        finally:
            late = thread.is_alive()
            stopped = not late or _stop(thread)
            changed = _restore(before)
    problem = _never_ends(fn, stopped) if late else _problem(result.get("error"), changed, fn)
    return Outcome(None if problem else result["value"], problem, sink.kept)


def _stop(thread):
    """Raise TimeOver inside a thread until it ends; return whether it has."""
    for _ in range(20):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(TimeOver))
        thread.join(0.05)
        if not thread.is_alive():
            return True
    return False


def _snapshot():
    """Remember what the names in NumPy, in Python and in this package stand for."""
    ours = [name for name in sys.modules if name.split(".")[0] == __package__.split(".")[0]]
    modules = map(sys.modules.get, ["numpy", "numpy.linalg", "numpy.random", "builtins", "math", *ours])
    return [(owner, dict(vars(owner))) for owner in [*modules, Report] if owner is not None]


def _restore(snapshot):
    """Give the names their meaning back; return those that had another."""
    changed = []
    for owner, names in snapshot:
        for name, value in names.items():
            if vars(owner).get(name) is not value:
                setattr(owner, name, value)
                changed.append(f"{owner.__name__}.{name}")
    return changed


def _never_ends(fn, stopped):
    return Mistake(
        "never-ends", f"{getattr(fn, '__name__', 'The function')} doesn't come to an end.",
        f"It was stopped after {TIME_LIMIT:g} seconds, on a problem that takes milliseconds." if stopped else
        f"After {TIME_LIMIT:g} seconds, on a problem that takes milliseconds, it couldn't be stopped, and runs on.", "",
        "Look for a `while` whose condition never becomes false, or a loop over far too many things."
        + ("" if stopped else " Restart the kernel: what still runs slows everything down."))


def _problem(error, changed, fn):
    name = getattr(fn, "__name__", "the function")
    if isinstance(error, Unusable):
        return error.mistake
    if isinstance(error, NotImplementedError) and _is_learners(list(_frames(error.__traceback__))[-1]):
        return Mistake("not-written", f"{name} isn't written yet.", "", "",
                       "Write its body in place of `raise NotImplementedError`, run that cell, then this one again.")
    if isinstance(error, RecursionError):
        return Mistake("recursion", f"{name} calls itself without end.", "", where(error),
                       "A function that calls itself needs a case in which it doesn't. Here none is needed.")
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return Mistake("exits", f"{name} ends the program instead of returning.", "", where(error),
                       "Return a result; leave exit() and sys.exit() out.")
    if error is not None:
        return Mistake("exception", f"{name} stops with an error: {type(error).__name__}.", "", where(error),
                       _advice(error))
    if changed:
        return Mistake("changes-others", f"{name} changes {' and '.join(changed)}.",
                       "Everybody uses that, not only you. It has been put back.", "",
                       "Give your own variables and functions names of their own.")
    return None


def where(error):
    """Return the learner's line in which an error came up, and its message: their line, not our stack."""
    frame = next((step for step in reversed(list(_frames(error.__traceback__))) if _is_learners(step)), None)
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    message = message if len(message) <= 500 else message[:500] + " ..."
    if frame is None:
        return message
    code = frame.tb_frame.f_code
    line = linecache.getline(code.co_filename, frame.tb_lineno).strip()
    return f"line {frame.tb_lineno}, in {code.co_name}:\n    {line}\n{message}" if line else \
        f"line {frame.tb_lineno}, in {code.co_name}: {message}"


def _is_learners(step):
    """True for a step of a traceback that is in none of our files, nor in a library's or Python's own."""
    file = step.tb_frame.f_code.co_filename
    others = (PACKAGE, sysconfig.get_paths()["stdlib"] + os.sep, "<frozen")
    return not file.startswith(others) and not any(part in file for part in ("site-packages", "dist-packages", ".pyx"))


def _frames(traceback):
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _advice(error):
    if isinstance(error, TypeError) and "positional argument" in str(error):
        return "The function must take the arguments that the exercise gives it, in that order."
    if isinstance(error, NameError):
        return "A name is used that doesn't exist: a typing error, or a variable of another cell."
    said = str(error)
    if "could not be broadcast" in said or "broadcast together" in said:
        return ("Two shapes that don't fit. One number for each row has to be a column to go with the rows: "
                "keepdims=True in the sum or maximum, or [:, None].")
    if "read-only" in said:
        return "What was passed in isn't yours to change: work on a copy."
    if "must be of integer" in said or "valid indices" in said:
        return "Row and column numbers have to be integers."
    if "out of bounds" in said or "mismatch" in said or "not aligned" in said:
        return ("Print the shapes of what that line works on. Is a number written there that should be a size of the "
                "arrays, or an index of the wrong axis?")
    return "The line above is where it happened. Print what it works on, and the shapes."
