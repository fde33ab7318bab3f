"""One child process for an examination: started with limits of time, memory and output, and ended for certain."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

QUIET_SECONDS = 90.0  # by the clock, in which a child computes next to nothing: it waits for something
MEMORY = 3 << 30  # bytes
FILE_SIZE = 32 << 20  # bytes that a child may write into one file
CHILD = "import sys; sys.path.append({package!r}); from cs231n_softmax.assignment.child import main; main()"
PACKAGE = str(Path(__file__).resolve().parents[2])


def run_child(top: Path, root: Path, scratch: Path, seconds: float) -> tuple[str, float]:
    """Run a child to its end; return (how it ended, in words, its seconds of CPU time)."""
    environment = os.environ | {
        "MPLBACKEND": "Agg",
        "TMPDIR": str(scratch),
        "TEMP": str(scratch),
        "TMP": str(scratch),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    for name in ("PYTHONWARNINGS", "PYTHONSTARTUP", "PYTHONINSPECT"):
        environment.pop(name, None)
    before = _children_cpu()
    with open(top / "errors", "wb") as errors:
        child = subprocess.Popen(
            [sys.executable, "-P", "-B", "-X", "utf8", "-c", CHILD.format(package=PACKAGE), str(top / "task")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd=root,
            env=environment,
            start_new_session=os.name == "posix",
            preexec_fn=_limits(seconds),
        )
        try:
            stopped = _wait(child)
        finally:
            _end(child)
    used = _children_cpu() - before
    if stopped:
        return stopped, used
    said = (top / "errors").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return _ending(child.returncode, said), used


def _wait(child):
    """Wait for the child's end; return "" or why it has to be stopped."""
    spent = _cpu(child.pid)
    while True:
        try:
            child.wait(QUIET_SECONDS)
            return ""
        except subprocess.TimeoutExpired:
            now = _cpu(child.pid)
            if now < spent + 1:
                return f"it waited for {QUIET_SECONDS:g} seconds"
            spent = now


def _end(child):
    """Kill the child, if it still runs, and what it has started."""
    if os.name == "posix":
        with contextlib.suppress(OSError):  # it has ended, and so has all that it started
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()


def _cpu(pid):
    """Return a process's seconds of CPU time, with those of its ended children; 0 where that can't be read."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return 0.0


def _children_cpu():
    times = os.times()
    return times.children_user + times.children_system


def _limits(seconds):
    """Return what a child does before it starts: it limits itself. None on Windows, which has no such limits."""
    try:
        import resource
    except ImportError:
        return None

    def limit():
        wanted = {
            resource.RLIMIT_CPU: int(seconds) + 1,
            resource.RLIMIT_DATA: MEMORY,
            resource.RLIMIT_FSIZE: FILE_SIZE,
            resource.RLIMIT_CORE: 0,
        }
        for what, amount in wanted.items():
            most = resource.getrlimit(what)[1]
            amount = amount if most == resource.RLIM_INFINITY else min(amount, most)
            with contextlib.suppress(OSError, ValueError):  # macOS refuses some
                resource.setrlimit(what, (amount, amount))

    return limit


def _ending(code, said):
    """Return how a child has ended, in words, from its exit code and the last lines of its errors."""
    if code < 0:
        name = {s.value: s.name for s in signal.Signals}.get(-code, str(-code))
        if name in ("SIGXCPU", "SIGKILL"):
            return "it needed too much time or memory"
        return f"it was ended by the signal {name}"
    return f"exit code {code}" + (f", {said[-1][:200]}" if said and code else "")
