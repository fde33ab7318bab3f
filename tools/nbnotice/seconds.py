"""CPU seconds: a cell that has become slow beside the other cells of its notebook.

Seconds differ between machines, and CPU seconds are no verdict: this gives a warning, never a failure. The other cells
of the notebook show how fast this machine is, so that a slow machine gives no warning.
"""

import psutil

FACTOR, LEAST = 2.0, 1.0  # slow: more than FACTOR times what is expected, and LEAST seconds more than that


def used(pid):
    """Return the CPU seconds of a process and of its children so far."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in process.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:  # it has just ended
            continue
        total += times.user + times.system
    return total


def slow(recorded, seconds):
    """Return (cell, seconds expected) for each cell that takes too large a share of its notebook.

    Both arguments are {cell: CPU seconds} of one notebook, recorded and new. Of a cell without a record, 0 seconds are
    expected.
    """
    before, now, found = sum(recorded.values()), sum(seconds.values()), []
    for cell, took in seconds.items():
        rest = before - recorded.get(cell, 0)
        expected = recorded.get(cell, 0) * (now - took) / rest if rest else took  # alone, it has no share
        if took > FACTOR * expected + LEAST:
            found.append((cell, expected))
    return found
