"""Try a call in a child process first, where it can harm nothing: does it end, and within its limits?

In a thread (guard.py) a function can be stopped between two steps of Python. While one step runs in C, such as
sum(range(10**10)) or a regular expression, Python can stop nothing: the whole kernel stands still. Memory that is used
up, a crash or os._exit end the kernel itself. So a function is first called in a copy of this process, made by os.fork.
A process can be ended at any moment, and its memory can be limited. When the call ends there, however it ends, the
function is called here, in a thread. Else the examination ends with what was found out.

The copy has no threads except the caller's. The function computes in it, a short text is written to a pipe, and the
copy ends by os._exit, so that nothing is written or closed twice. Only Linux has such copies: macOS's libraries don't
survive a fork, and Windows has none. There, nothing is tried apart.
"""

import builtins
import ctypes
import faulthandler
import gc
import json
import os
import select
import signal
import sys
import time
import warnings
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

from . import guard
from .report import Mistake, name_of
from .session import Names, nobody_answers

POSSIBLE = sys.platform == "linux"
MEMORY_LIMIT = 1 << 30  # bytes that a call may take in addition, on problems that take kilobytes
ENDED = "."  # what the child says when there is nothing to tell


def harm(fn, args, convert):
    """Return a Mistake if convert(fn(*args)) doesn't end in a child process, or takes too much memory; else None."""
    name = name_of(fn)
    limit, said, status = _run_apart(lambda: _rehearse(fn, args, convert, name))
    if limit:
        return guard.stopped(name, limit, gone=True)
    if said:  # a function that forks makes both processes say it
        return None if said.startswith(ENDED) else Mistake(*json.loads(said))
    return _died(name, status)


def _run_apart(work):
    """Run work() -> text in a child process; return (the code of the limit that it reached, its text, exit status)."""
    child = Child(work)
    try:
        limit = guard.reached_limit(child)
    finally:  # also when somebody interrupts the examination
        said, status = child.end()
    return limit, said, status


class Child:
    """A copy of this process, which runs work() -> text and then ends."""

    def __init__(self, work):
        self.reader, writer = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that other threads don't exist in the copy: see above
            self.pid = os.fork()
        if self.pid == 0:
            try:
                with suppress(OSError, ValueError):  # a limit that can't be set is no verdict
                    _prepare()
                os.write(writer, work().encode())
            finally:
                os._exit(0)
        os.close(writer)
        self.poll, self.status, self.clock = select.poll(), None, ctypes.c_int()
        self.poll.register(self.reader)
        self.timed = ctypes.CDLL(None).clock_getcpuclockid(self.pid, ctypes.byref(self.clock)) == 0

    def computed(self):
        """Return the seconds of CPU time that the child has taken so far."""
        with suppress(OSError):  # it has just ended
            return time.clock_gettime(self.clock.value) if self.timed else 0.0
        return 0.0

    def ended(self, seconds):
        """Wait so long at most; return whether the child has said something, or is dead."""
        return bool(self.poll.poll(1000 * seconds)) or self._wait(os.WNOHANG)

    def end(self):
        """Make sure that the child is gone; return what it said, and its exit status."""
        if self.ended(0):
            said = os.read(self.reader, 1 << 16).decode() if self.poll.poll(0) else ""
        else:
            said = ""
            os.kill(self.pid, signal.SIGKILL)
        self._wait(0)
        os.close(self.reader)
        return said, self.status

    def _wait(self, how):
        """Ask the system for the child's exit status; return whether it has one."""
        if self.status is None:
            try:
                pid, status = os.waitpid(self.pid, how)
            except ChildProcessError:  # somebody else has asked for it
                pid, status = self.pid, 0
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status is not None


def _prepare():
    """In the child: let nothing reach the user's screen or keyboard, and limit the memory."""
    import resource

    sys.settrace(None)
    gc.freeze()  # a look through all objects would copy them
    faulthandler.disable()
    for stream in (0, 1, 2):
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    pages = Path("/proc/self/statm").read_text().split()[5]  # of data and stack
    _limit(resource.RLIMIT_DATA, int(pages) * resource.getpagesize() + MEMORY_LIMIT)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, int(guard.CPU_LIMIT) + 60)  # should the parent be killed before it ends the child


def _limit(what, amount):
    """Limit what this process may use; the system's administrator may allow even smaller amounts."""
    import resource

    most = resource.getrlimit(what)[1]
    resource.setrlimit(what, (amount if most == resource.RLIM_INFINITY else min(amount, most), most))


def _rehearse(fn, args, convert, name):
    """In the child: call the function; return ENDED, or the Mistake as text if there wasn't enough memory."""
    import resource

    sink = guard.Sink()
    with redirect_stdout(sink), redirect_stderr(sink), nobody_answers(name):
        names = Names([builtins, os])  # what this process needs for its end; to look at others would copy them
        try:
            warnings.simplefilter("ignore")
            try:
                value = fn(*args)
            finally:
                names.restore()
            convert(value)
        except MemoryError as error:
            most = resource.getrlimit(resource.RLIMIT_DATA)[1]
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))  # the explanation needs a little
            return json.dumps(guard.explained(error, name))
        except BaseException:
            return ENDED  # it is told when the function is called in the parent
    return ENDED


def _died(name, status):
    if status == -signal.SIGKILL:
        return Mistake(
            "too-much-memory",
            f"{name} was ended by the system.",
            "This happens when memory is used up. The problems here are small: a right function needs kilobytes.",
            "the system has ended the process in which the function was tried (SIGKILL)",
            "Look for an array, a list or a number with far too many entries, and for one that grows in a loop. Is "
            "there an os.kill()?",
        )
    if status >= 0:
        return Mistake(
            "exits",
            f"{name} ends the program instead of returning.",
            "",
            f"the process in which it was tried has ended with exit code {status}",
            "Is there an os._exit()? Return the result instead.",
        )
    return Mistake(
        "crashes",
        f"{name} makes Python itself crash.",
        "It was tried in a process of its own. So your kernel still runs.",
        f"that process was ended by the signal {signal.Signals(-status).name}",
        "Look for np.lib.stride_tricks, ctypes, a very deep recursion, or a library that isn't NumPy.",
    )
