"""Start a command that runs a stranger's code: with limits, in a folder of its own, and ended for certain.

    ended = run(command, scratch, protection, seconds=60)

On every system with POSIX: limits of memory, CPU time and file size, an environment without secrets, a home in the
scratch folder, and an end of all processes that the command leaves (keeper.py). What else there is on this computer,
bubblewrap or Landlock, protection.py says.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from .limits import Meter
from .scratch import too_full
from .surroundings import bubblewrap, environment, lay_out_library

KEEPER = Path(__file__).with_name("keeper.py")
MEMORY = 3 << 30  # bytes, for one process and for all together
FILE_SIZE = 200 << 20  # bytes of one file
PROCESSES = 64
INTERVAL = 0.2  # seconds between two looks
DEVICES = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]


class Ended(NamedTuple):
    """How a command has ended."""

    code: int  # its exit code; 128 + the number of the signal that ended it
    why: str  # it was stopped; "" if it ended by itself
    cpu: float  # seconds of CPU time of all its processes
    said: str  # the end of what it wrote to stderr

    @property
    def reason(self):
        """How it ended, in words: why it was stopped, the signal that ended it, or its last words and exit code."""
        if self.why:
            return self.why
        if self.code > 128:
            names = {number.value: number.name for number in signal.Signals}
            return f"its process was ended by the signal {names.get(self.code - 128, self.code - 128)}"
        last = self.said.splitlines()[-1:] or [""]
        return f"exit code {self.code}" + (f", {last[0][:200]}" if last[0] else "")


def run(command, scratch, protection, seconds, memory=MEMORY, file_size=FILE_SIZE, also_readable=()):
    """Run a command in the folder `scratch`, which is all that it may write, and return how it has Ended.

    seconds: of CPU time; ten times as many by the clock while it computes next to nothing. The command finds the
    packages cs231n_softmax and grading. One run at a time in a process: what the grader's process has as children
    afterwards, and hadn't before, is killed.
    """
    scratch = Path(os.path.realpath(scratch))
    with tempfile.TemporaryDirectory() as library, tempfile.TemporaryFile() as errors:
        readable = [*lay_out_library(Path(library)), *map(str, also_readable)]
        started = command if os.name != "posix" else kept(command, scratch, protection, readable, memory, file_size)
        before, spent = _children(), _children_cpu()
        _adopt_orphans(True)
        process = psutil.Popen(
            started,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd=scratch,
            env=environment(scratch, library),
            start_new_session=os.name == "posix",
        )
        try:
            why = _watch(process, Meter(process.pid), scratch, seconds, memory)
        finally:
            _end(process, before)
            _adopt_orphans(False)
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - 2000))
        said = errors.read().decode(errors="replace").strip()
    return Ended(process.returncode, why, _children_cpu() - spent, said)


def kept(command, scratch, protection, readable, memory, file_size):
    """Return the command that starts the keeper, which starts the command."""
    if protection.bubblewrap:
        command = [*bubblewrap(protection.bubblewrap, scratch, readable), *command]
    limits = {"RLIMIT_DATA": memory, "RLIMIT_FSIZE": file_size, "RLIMIT_CORE": 0, "RLIMIT_NOFILE": 1024}
    if os.getuid():  # for root it doesn't count
        limits["RLIMIT_NPROC"] = _tasks_of_user() + 4 * PROCESSES
    task = {
        "command": [os.path.abspath(command[0]), *command[1:]],
        "parent": os.getpid(),
        "limits": limits,
        "drop": os.geteuid() == 0 and not protection.bubblewrap,  # bubblewrap drops root's rights itself
        "landlock": protection.landlock,
        "writable": [str(scratch), *DEVICES],
        "readable": [*readable, "/proc"],
    }
    return [sys.executable, "-I", "-S", str(KEEPER), json.dumps(task)]


def _tasks_of_user():
    """Return how many threads the grader's account has: the limit on processes counts these."""
    total = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.uids().real == os.getuid():
                total += process.num_threads()
    return total


def _watch(process, meter, scratch, seconds, memory):
    """Wait for the end of a process; return "", or why it has to be stopped."""
    pause, looked = 0.01, time.monotonic()
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired, psutil.TimeoutExpired):
            process.wait(pause)
            return ""
        pause = min(INTERVAL, 1.5 * pause)
        if why := meter.overrun(seconds) or _too_much(process, memory):
            return why
        if time.monotonic() > looked + 1:
            looked = time.monotonic()
            if why := too_full(scratch):
                return why


def _too_much(process, memory):
    """Return why a process and its children have to be stopped: too many, or too much memory; None if not."""
    with contextlib.suppress(psutil.Error):
        family = process.children(recursive=True)
        if len(family) > PROCESSES:
            return f"it started more than {PROCESSES} processes"
        used = 0
        for member in family:
            with contextlib.suppress(psutil.Error):
                used += member.memory_info().rss
        if used > memory:
            return f"it used more than {memory / 2**30:.3g} GB of memory"
    return None


def _children():
    """Return the children that this process has."""
    return set(psutil.Process().children())


def _adopt_orphans(yes):
    """Let a submission's orphans come to this process, should it have killed its keeper, or no longer."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, int(yes), 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _children_cpu():
    """Return the seconds of CPU time of all children that have ended, and of theirs. (Always 0 on Windows.)"""
    times = os.times()
    return times.children_user + times.children_system


def _end(process, before):
    """End a keeper and its descendants, and what has become an orphan since `before`."""
    if process.is_running() and os.name == "posix":
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired, psutil.TimeoutExpired):
            process.wait(15)
    for left in [child for child in psutil.Process().children() if child not in before]:
        with contextlib.suppress(psutil.Error):
            for below in [*left.children(recursive=True), left]:
                below.kill()
            left.wait(5)
    process.wait()
