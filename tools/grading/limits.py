"""How long a cell may run: some seconds of CPU time, and by the clock ten times as many.

CPU time grows only while the process computes. So the same cell uses as much of it on a busy computer as on a free one,
and a right answer never loses its points because others use the computer too. The clock is for cells that sleep: it
counts only while the process computes next to nothing.
"""

import contextlib
import time

import psutil

PATIENCE = 10  # seconds by the clock for each second of CPU time that is allowed


class Meter:
    """Measures what a process and its children use from now on."""

    def __init__(self, pid):
        self.process = psutil.Process(pid)
        self.cpu, self.clock = self.cpu_seconds(), time.monotonic()
        self.before = self.cpu  # what had been used when the clock was last set to 0

    def cpu_seconds(self):
        """Return the CPU seconds of the process and its children until now, those that have ended included."""
        total = 0.0
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in [self.process, *self.process.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    times = process.cpu_times()
                    total += times.user + times.system + times.children_user + times.children_system
        return total

    def overrun(self, seconds):
        """Return why a cell that may use `seconds` of CPU time has to be stopped; None while it may go on."""
        used, patience = self.cpu_seconds(), PATIENCE * seconds
        if used - self.cpu > seconds:
            return f"it used more than {seconds} seconds of CPU time"
        if time.monotonic() - self.clock > patience:
            if used - self.before < patience / 100:
                return f"it waited for longer than {patience} seconds"
            self.before, self.clock = used, time.monotonic()  # it computes, on a computer that is very busy
        return None
