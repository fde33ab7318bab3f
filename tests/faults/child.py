"""Run Python code in a process of its own, whose memory and CPU time are limited, and see how it ends."""

import resource
import subprocess
import sys


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
