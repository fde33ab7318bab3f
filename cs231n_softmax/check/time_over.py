"""Raise an exception inside a learner's function: from another thread, or, where there are no threads, by tracing it.

raise_in: Python keeps the exception until that thread takes its next step in Python, and meanwhile asks every thread to
look whether something waits for it. Python 3.11 has a fault here: a thread that is traced (by a debugger, or to measure
coverage) looks at the beginning of each function, and looks again until nothing waits any more. So if the other thread
sleeps, a traced thread would never get into its next function. While somebody traces there, the exception is taken
back after a moment. Everywhere else it stays, so that the thread ends when it wakes up one day.
"""

import ctypes
import sys
from threading import get_ident


class TimeOver(BaseException):
    """Raised inside the learner's function when it reaches a limit."""


def limited(other, reached):
    """Return a trace function, for sys.settrace, that raises TimeOver at the first line after reached() is true.

    It does what the trace function `other` does, too, if that isn't None. Python ends the tracing when it raises. So a
    function that catches even TimeOver, and goes on for ever, can't be stopped.
    """

    def inside(traced):
        def trace(frame, event, arg):
            nonlocal traced
            if reached():
                raise TimeOver
            traced = traced and traced(frame, event, arg)
            return trace

        return trace

    def begin(frame, event, arg):
        return inside(other and other(frame, event, arg))

    return begin


def raise_in(thread, wait):
    """Raise TimeOver in the thread of that number, and return the value of wait(), which waits for its end.

    wait: a function in C, since under a tracer on Python 3.11 none in Python may begin before that.
    """
    set_error, error = ctypes.pythonapi.PyThreadState_SetAsyncExc, ctypes.py_object(TimeOver)
    other, this = ctypes.c_ulong(thread), ctypes.c_ulong(get_ident())
    set_error(other, error)
    value = wait()
    if sys.version_info < (3, 12) and sys.gettrace():
        try:
            set_error(other, None)
            set_error(this, error)  # the looking goes on until an exception is raised somewhere: here
        except TimeOver:
            pass
    return value
