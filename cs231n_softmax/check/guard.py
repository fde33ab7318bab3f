"""Run a learner's function so that nothing it does harms the examination: no exception, endless loop or print.

The function runs in a thread of its own. A limit counts the CPU time of that thread, so that a busy machine changes no
verdict. (Where a thread's time can't be read, on Windows and macOS, it is the time of the whole process.) A second
limit, of waiting, is for functions that sleep. When a limit is reached, an exception is raised inside the function,
again and again in case the function catches it. If even that doesn't end the function, its thread is left behind.
A single step in C can't be stopped in this way: apart.py finds such steps before. Where no thread can be started, the
function is traced, and the exception is raised before its next line.
"""

import contextlib
import io
import sys
import threading
import time
import warnings
from contextvars import copy_context
from functools import partial
from time import monotonic  # a name of this module: it keeps its value when a function changes the module time
from typing import NamedTuple

from .crashes import Unusable, explain_error, refuse_unstarted
from .interrupts import interruptible
from .report import Mistake, name_of, scope_of, type_name
from .session import Names, changes_others
from .shared import Refused, closes, descriptors_kept, nobody_answers
from .time_over import TimeOver, limited, raise_in

CPU_LIMIT = 5.0  # seconds of CPU time for one call, on problems that take milliseconds
WAIT_LIMIT = 12 * CPU_LIMIT  # seconds by the clock in which it computes next to nothing: it sleeps or waits
STOPPED = {"too-slow", "waits", "too-much-memory", "crashes"}  # how a function is stopped: its answer isn't known


class Outcome(NamedTuple):
    """The result of one call: a value, or a problem (a Mistake); and the text that was printed."""

    value: object
    problem: Mistake | None
    printed: str


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
        self.result, self.clock, self.before = {}, time.process_time, None
        self.running = threading.Lock()  # held until the call has ended
        self.running.acquire()
        self.names, self.changed = Names(scope=scope_of(fn)), []
        self.limit = None  # the code of the limit that a call without a thread has reached

    def begin(self):
        """Start the thread. Where none can be started, as in a browser, call the function here.

        Then its CPU time is looked at before each of its lines. (Waiting has no limit: in a browser nothing can sleep.)
        """
        try:
            self.start()
        except RuntimeError:
            self.tracer = limited(self.tracer, self.overrun)
            copy_context().run(self.run)  # a context of its own, as a thread has, for np.seterr

    def run(self):
        """Call the function, then convert its result: both can run the learner's code."""
        if hasattr(time, "pthread_getcpuclockid"):  # else the time of the whole process is a good upper bound
            clock = time.pthread_getcpuclockid(threading.get_ident())
            self.clock = lambda: time.clock_gettime(clock)
        self.before = self.clock()
        try:
            try:
                self.answer()
            finally:
                self.running.release()  # a function in C: TimeOver comes before it or after it
        except TimeOver:  # once more, when the function had ended already
            pass

    def overrun(self):
        """Return whether a call without a thread has used its CPU time up."""
        if self.computed() > CPU_LIMIT:
            self.limit = "too-slow"
        return self.limit is not None

    def answer(self):
        """Put the function's value or problem into `result`."""
        try:
            self.result["value"] = self.converted()
        except BaseException as error:  # SystemExit and KeyboardInterrupt too
            self.result["problem"] = explained(error, self.title)
        finally:
            self.restore()

    def converted(self):
        """Return the converted result. In between NumPy and Python become what they were, for the examiner's code."""
        profile, trace = sys.getprofile(), sys.gettrace()  # of a debugger, or of who measures coverage
        sys.setprofile(None)
        sys.settrace(self.tracer)
        try:
            value = self.fn(*self.args)
        finally:
            sys.settrace(trace)
            sys.setprofile(profile)
            self.restore()
        refuse_unstarted(value)
        return self.convert(value)

    def restore(self):
        """Put the names back that the function has changed so far."""
        self.changed += self.names.restore()

    def computed(self):
        """Return the seconds of CPU time that the call has taken so far."""
        with contextlib.suppress(OSError, TypeError):  # the thread has just ended, or not yet begun
            return self.clock() - self.before
        return 0.0

    def ended(self, seconds):
        """Wait so long at most; return whether the call has ended."""
        if self.running.acquire(timeout=seconds):
            self.running.release()
            if self.ident is not None:  # else it ran without a thread of its own
                self.join()
            return True
        return False

    def stop(self, limit):
        """Raise TimeOver inside the thread until it ends; return whether it has ended.

        Not for long when somebody interrupts the examination, who doesn't want to wait.
        """
        self.restore()
        computed, end = self.computed(), monotonic() + (0.5 if limit == "interrupted" else WAIT_LIMIT / 12)
        while self.computed() < computed + 0.5 and monotonic() < end:  # the time in which it should notice
            if raise_in(self.ident, partial(self.running.acquire, timeout=0.05)):
                self.running.release()
                self.join()
                return True
        return False


def reached_limit(running):
    """Wait until a call ends or reaches a limit; return None, or the code of the limit. running: a Call or Child."""
    begun, spent, pause = monotonic(), 0.0, 0.005
    interruptible()
    while not running.ended(pause):
        interruptible()
        if running.computed() > CPU_LIMIT:
            return "too-slow"
        if monotonic() > begun + WAIT_LIMIT:
            if running.computed() < spent + WAIT_LIMIT / 100:
                return "waits"
            begun, spent = monotonic(), running.computed()  # it computes, on a machine that is very busy
        pause += pause if pause < 0.1 else 0
    return None


def call(fn, *args, convert=lambda value: value, tracer=None):
    """Call fn(*args) and convert its result, both guarded; return an Outcome. `tracer` as for sys.settrace."""
    sink, limit = Sink(), "interrupted"
    with (
        descriptors_kept() as closed,
        nobody_answers(name_of(fn)),
        contextlib.redirect_stdout(sink),
        contextlib.redirect_stderr(sink),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        running = Call(fn, args, convert, tracer)
        try:
            running.begin()
            limit = running.limit or reached_limit(running)
        finally:
            gone = limit is None or running.limit or running.stop(limit)
            running.restore()
            running.names.forget()  # if it ends one day, it must put nothing back into the session of then
    if limit:
        problem = stopped(running.title, limit, gone)
    elif running.changed:  # an error may come from that
        problem = changes_others(running.title, running.changed)
    elif closed:
        problem = closes(running.title, " and ".join(closed))
    else:
        problem = running.result.get("problem")
    return Outcome(None if problem else running.result["value"], problem, sink.kept)


def explained(error, name):
    """Return the Mistake for an error. Its message is made by the learner's code, so this is guarded as well."""
    try:
        return error.mistake if isinstance(error, (Unusable, Refused)) else explain_error(error, name)
    except BaseException:
        title = f"{name} stops with an error whose message can't be read: {type_name(error)}."
        return Mistake("exception", title, "", "", "Look for a class of errors of your own: its text fails.")


def stopped(name, limit, gone):
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
        else "A right function takes milliseconds here. Yours couldn't be stopped. Restart the kernel, because the "
        f"function still runs{harm}.",
        "",
        look,
    )
