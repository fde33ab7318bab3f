"""The process between the grader and a submission: it starts the submission with its limits, and ends all of it.

    python -I -S keeper.py TASK      TASK: JSON with command, parent, limits {"RLIMIT_...": amount}, drop (bool),
                                     landlock (0, or the version of it that this Linux has), writable, readable (paths)

Whatever the command starts is a descendant of this process, also what has detached itself: Linux gives orphans to the
nearest "subreaper". When the command ends, or SIGTERM comes, or the grader dies, all descendants are killed. Only
Python's own library is imported, so that this process starts in milliseconds.

Landlock (https://docs.kernel.org/userspace-api/landlock.html) lets a process without any rights take rights away from
itself for good: here all files except for some, connections by TCP, and signals to processes outside.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import struct
import sys
import time

PDEATHSIG, CAPBSET_DROP, SUBREAPER, NO_NEW_PRIVS = 1, 24, 36, 38  # of prctl(2)
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # system calls, the same on every machine
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights on files each version of Landlock has; later versions: 16
READ = 0b1101  # execute a file, read it, list a folder
OF_FILES = 0b1100000000000111  # the rights that a file, and not only a folder, can have
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def main():
    """Run the command to its end, end what it leaves behind, and exit as it did (128 + the signal's number)."""
    task = json.loads(sys.argv[1])
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    if LIBC:
        LIBC.prctl(SUBREAPER, 1, 0, 0, 0)
        LIBC.prctl(PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != task["parent"]:
        return 1  # the grader has ended already
    pid = os.fork()
    if not pid:
        start(task)
    try:
        status = None
        while status is None:
            ended, found = os.wait()
            status = found if ended == pid else None
        code = os.waitstatus_to_exitcode(status)
        return code if code >= 0 else 128 - code
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_all(pid)


def start(task):
    """Become the command, with the limits; never returns."""
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if LIBC:
            LIBC.prctl(PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            for capability in range(64) if task["drop"] else []:
                LIBC.prctl(CAPBSET_DROP, capability, 0, 0, 0)
        for name, amount in task["limits"].items():
            most = resource.getrlimit(getattr(resource, name))[1]
            amount = amount if most == resource.RLIM_INFINITY else min(amount, most)
            with contextlib.suppress(OSError, ValueError):  # macOS refuses some
                resource.setrlimit(getattr(resource, name), (amount, amount))
        if task["landlock"]:
            restrict(task["landlock"], task["writable"], task["readable"])
        os.execv(task["command"][0], task["command"])
    except BaseException as error:  # this is the forked half: it must not go on as a second keeper
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    os._exit(127)


def restrict(version, writable, readable):
    """Take from this process, and all that it starts, every right on files that isn't given here. OSError if refused.

    From version 4 on, TCP is refused too; from version 6 on, also signals and abstract sockets to others.
    """
    everything = (1 << RIGHTS.get(version, 16)) - 1
    handled = struct.pack("=QQQ", everything, 0b11 if version >= 4 else 0, 0b11 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = LIBC.syscall(CREATE_RULESET, handled, ctypes.c_size_t(size), 0)
    checked(rules)
    for paths, rights in ((writable, everything), (readable, READ)):
        for path in filter(os.path.exists, paths):
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = rights & (everything if os.path.isdir(path) else OF_FILES & everything)
            checked(LIBC.syscall(ADD_RULE, rules, 1, struct.pack("=Qi", allowed, opened), 0))
            os.close(opened)
    checked(LIBC.prctl(NO_NEW_PRIVS, 1, 0, 0, 0))
    checked(LIBC.syscall(RESTRICT_SELF, rules, 0))
    os.close(rules)


def checked(result):
    """Raise OSError for a system call that failed."""
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")


def end_all(pid):
    """Kill the command's group and all descendants, until none is left (or none can be ended within 10 seconds)."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        for number in (signal.SIGSTOP, signal.SIGKILL):  # first all stop, so that none can start another
            for descendant in descendants():
                with contextlib.suppress(OSError):
                    os.kill(descendant, number)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def descendants():
    """Return the processes below this one; [] where there is no /proc."""
    children = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        with contextlib.suppress(OSError, ValueError):
            with open(f"/proc/{int(name)}/stat", "rb") as f:
                parent = int(f.read().rpartition(b")")[2].split()[1])
            children.setdefault(parent, []).append(int(name))
    found, waiting = [], [os.getpid()]
    while waiting:
        new = children.get(waiting.pop(), [])
        found += new
        waiting += new
    return found


if __name__ == "__main__":
    sys.exit(main())
