"""CPU seconds: a cell that has become slow beside the other cells of its notebook.

Seconds differ between machines, so this gives a warning, never a failure. The other cells of the notebook show how fast
this machine is: a slow machine gives no warning. What is recorded is the most that was seen, because a cell may find
what it needs in a cache.
"""

from statistics import median

import psutil

FACTOR, LEAST = 2.0, 1.0  # slow: more than FACTOR times what is expected, and LEAST seconds more than that


def used(pid):
    """Return the CPU seconds of a process and of its children so far; 0 for what has ended."""
    try:
        own, children = psutil.Process(pid).cpu_times(), psutil.Process(pid).children()
    except psutil.NoSuchProcess:
        return 0.0
    ended = own.children_user + own.children_system  # children that this process has waited for
    return own.user + own.system + ended + sum(used(child.pid) for child in children)


def slow(recorded, seconds):
    """Return (cell, seconds expected) for each cell that has become slow beside the others.

    Both arguments are {cell: CPU seconds} of one notebook, recorded and new. How fast this machine is, the median cell
    shows. Of a cell without a record, 0 seconds are expected.
    """
    ratios = [seconds[cell] / recorded[cell] for cell in seconds if cell in recorded]
    if not ratios:
        return []
    expected = {cell: median(ratios) * recorded.get(cell, 0) for cell in seconds}
    return [(cell, usual) for cell, usual in expected.items() if seconds[cell] > FACTOR * usual + LEAST]
