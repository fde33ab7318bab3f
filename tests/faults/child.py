"""Run Python code in a process of its own, whose memory and CPU time are limited, and see how it ends."""

import os
import pickle
import resource
import signal
import subprocess
import sys
import warnings


def run(code, *arguments, memory=4 << 30, seconds=60, **options):
    """Run `code` (a string) with sys.argv[1:] = arguments; return the CompletedProcess, its output as text.

    `memory`: bytes of address space. `seconds`: of CPU time, after which the system kills the process (returncode
    -SIGXCPU or -SIGKILL). A negative returncode is a crash. Other options go to subprocess.run.
    """

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, **options)


def forked(work, memory=None, seconds=60):
    """Call `work()` in a fork of this process: return what it returns, or -number of the signal that ended the fork.

    It costs milliseconds, where `run` starts Python anew. `memory`: bytes of address space beyond what this process
    has already. `seconds`: of CPU time; a fork that only waits gets SIGALRM after ten times as long.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of forks beside threads
        pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(10 * seconds)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            if memory is not None:
                with open("/proc/self/statm") as f:
                    memory += int(f.read().split()[0]) * resource.getpagesize()
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            with os.fdopen(writer, "wb") as f:
                f.write(pickle.dumps(work()))
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as f:
        answer = f.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status <= 0, "the work itself must not raise"
    return status or pickle.loads(answer)
