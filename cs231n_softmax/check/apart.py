"""Try a call in a child process first, where it can harm nothing: does it end, and within its limits?

In a thread (guard.py) a function can be stopped between two steps of Python. While one step runs in C, such as
sum(range(10**10)) or a regular expression, Python can stop nothing: the whole kernel stands still. Memory that is used
up, a crash or os._exit end the kernel itself. So a function is first called in a copy of this process, made by os.fork.
A process can be ended at any moment, and its memory can be limited. When the call ends there, however it ends, the
function is called here, in a thread. Else the examination ends with what was found out.

The copy has no threads except the caller's. The function computes in it, a short text is left in memory that both
processes share, and the copy ends by os._exit, so that nothing is written or closed twice. (A pipe would be a file,
and a function can close all files, or write to them.) The text counts only when the copy has ended by itself. Only
Linux has such copies: macOS's libraries don't survive a fork, and Windows has none. There, nothing is tried apart.
"""

import builtins
import ctypes
import faulthandler
import gc
import json
import mmap
import os
import signal
import sys
import time
import warnings
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

from . import guard
from .crashes import too_much_memory
from .report import Mistake, name_of
from .session import Names
from .shared import closes, descriptors_kept, nobody_answers

POSSIBLE = sys.platform == "linux"
MEMORY_LIMIT = 1 << 30  # bytes that a call may take in addition, on problems that take kilobytes
MUCH = 1 << 26  # bytes: a child that has taken so many may have been ended because the memory was used up
DIES_WITH_PARENT = 1  # Linux's number for it, PR_SET_PDEATHSIG
ROOM = 1 << 16  # bytes for what the child says
ENDED = "."  # what the child says when there is nothing to tell


def harm(fn, args, convert):
    """Return a Mistake if convert(fn(*args)) doesn't end in a child process, or takes too much memory; else None."""
    name = name_of(fn)
    try:
        child = Child(lambda: _rehearse(fn, args, convert, name))
    except OSError:  # the system allows no further process, and that is no verdict
        return None
    try:
        limit = guard.reached_limit(child)
    finally:  # also when somebody interrupts the examination
        said, status, grown = child.end()
    if limit:
        return guard.stopped(name, limit, gone=True)
    if status:
        return _died(name, status, grown)
    return None if said == ENDED else _told(said) or _died(name, status, grown)


def _told(said):
    """Return the Mistake that the child's text holds; None if it holds something else: the function may have written.

    >>> _told('["code", "title", "", "", "hint"]').hint, _told("[5]"), _told("")
    ('hint', None, None)
    """
    with suppress(ValueError, RecursionError):
        parts = json.loads(said)
        if type(parts) is list and [type(part) for part in parts] == [str] * len(Mistake._fields):
            return Mistake(*parts)
    return None


class Child:
    """A copy of this process, which runs work() -> text and then ends."""

    def __init__(self, work):
        self.said, parent = mmap.mmap(-1, ROOM), os.getpid()
        _, resident, files, *_ = _pages()
        self.resident = resident - files  # the copy begins without the pages of files, such as those of libraries
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that other threads don't exist in the copy: see above
            self.pid = os.fork()
        if self.pid == 0:
            try:
                first = os.getpid()
                with suppress(OSError, ValueError):  # a limit that can't be set is no verdict
                    _prepare(parent)
                text = work().encode()
                if os.getpid() == first:  # a function that forks comes here in two processes
                    self.said[:] = text.ljust(ROOM, b"\0")
            finally:
                os._exit(0)
        self.clock = ctypes.c_int()
        self.timed = ctypes.CDLL(None).clock_getcpuclockid(self.pid, ctypes.byref(self.clock)) == 0

    def computed(self):
        """Return the seconds of CPU time that the child has taken so far."""
        with suppress(OSError):  # it has just ended
            return time.clock_gettime(self.clock.value) if self.timed else 0.0
        return 0.0

    def ended(self, seconds):
        """Wait so long at most; return whether the child is dead. Its process number stays taken until end()."""
        for pause in [seconds / 5] * 5:
            with suppress(ChildProcessError):  # somebody else has asked for it
                if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                    time.sleep(pause)
                    continue
            return True
        return False

    def end(self):
        """Kill the child and the processes that it has started, if there are any; return what is known of it.

        That is what it said, its exit status, and by how many bytes its memory had grown at most.
        """
        for kill in (os.killpg, os.kill):  # it may not be a group yet
            with suppress(OSError):
                kill(self.pid, signal.SIGKILL)
        status, grown = 0, 0
        with suppress(ChildProcessError):  # somebody else has asked for it
            _, status, usage = os.wait4(self.pid, 0)
            status, grown = os.waitstatus_to_exitcode(status), 1024 * usage.ru_maxrss - self.resident
        said = self.said[:].rstrip(b"\0").decode(errors="replace")
        self.said.close()
        return said, status, grown


def _pages():
    """Return the bytes of this process: all, in memory, shared, code, 0, data and stack."""
    return [int(pages) * mmap.PAGESIZE for pages in Path("/proc/self/statm").read_text().split()]


def _prepare(parent):
    """In the child: let nothing reach the user's screen or keyboard, limit the memory, and die with the parent."""
    import resource

    ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it has died before this
        os._exit(0)
    os.setsid()  # a group of its own, with all processes that the function starts
    sys.settrace(None)
    gc.freeze()  # a look through all objects would copy them
    faulthandler.disable()
    for stream in (0, 1, 2):
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    _limit(resource.RLIMIT_DATA, _pages()[5] + MEMORY_LIMIT)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(what, amount):
    """Limit what this process may use; the system's administrator may allow even smaller amounts."""
    import resource

    most = resource.getrlimit(what)[1]
    resource.setrlimit(what, (amount if most == resource.RLIM_INFINITY else min(amount, most), most))


def _rehearse(fn, args, convert, name):
    """In the child: call the function; return ENDED, or the Mistake as text for what must not happen in the parent."""
    with descriptors_kept() as closed:
        told = _tried(fn, args, convert, name)
    return json.dumps(closes(name, " and ".join(closed))) if closed and told == ENDED else told


def _tried(fn, args, convert, name):
    """In the child: call the function; return ENDED, or the Mistake as text if there wasn't enough memory."""
    import resource

    sink, plain = guard.Sink(), json.dumps(too_much_memory(name, "MemoryError"))
    with nobody_answers(name), redirect_stdout(sink), redirect_stderr(sink):
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
            try:
                told = json.dumps(guard.explained(error, name))
            except MemoryError:
                return plain
            return told if len(told) < ROOM else plain
        except BaseException:
            return ENDED  # it is told when the function is called in the parent
    return ENDED


def _died(name, status, grown):
    """Return the Mistake of a function whose process has ended without a word."""
    if status == -signal.SIGKILL and grown > MUCH:
        return too_much_memory(name, "the system has ended the process in which the function was tried")
    if status == -signal.SIGKILL:
        return Mistake(
            "crashes",
            f"{name} was ended from outside.",
            "The function was tried in a process of its own. So your kernel still runs.",
            "that process was ended by the signal SIGKILL",
            "Is there an os.kill()? Remove it. If there is none, the computer's memory may be used up: close other "
            "programs, and run this cell again.",
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
        "The function was tried in a process of its own. So your kernel still runs.",
        f"that process was ended by the signal {({s.value: s.name for s in signal.Signals}).get(-status, -status)}",
        "Look for np.lib.stride_tricks, ctypes, a very deep recursion, or a library that isn't NumPy.",
    )
