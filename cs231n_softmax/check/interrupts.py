"""Ctrl-C during an examination is held back until a moment at which it leaves nothing behind.

Python raises KeyboardInterrupt between any two steps of the main thread: also when a thread has just been started, or
when half of the session is put back. So during an examination Ctrl-C is only noted. It is handed on where the examiner
waits for the function, which is many times in a second, and at the end. There everything can be put back.
"""

import signal
from contextlib import contextmanager
from threading import get_ident, main_thread

_held: list["Held"] = []  # in the main thread's examinations, the innermost last


class Held:
    """In the place of `before`, the session's own handler of Ctrl-C: notes that it was pressed."""

    def __init__(self, before):
        self.before, self.pressed, self.thread = before, False, get_ident()

    def __call__(self, number, frame):
        self.pressed = True

    def hand_on(self):
        """Call the session's own handler if Ctrl-C was pressed. As a rule it raises KeyboardInterrupt."""
        if self.pressed:
            self.pressed = False
            self.before(signal.SIGINT, None)


@contextmanager
def interrupts_held():
    """Hold Ctrl-C back in the block, except where it calls interruptible()."""
    before = signal.getsignal(signal.SIGINT)
    # Ctrl-C reaches the main thread alone. A handler that isn't Python's raises nothing.
    if get_ident() != main_thread().ident or not callable(before):
        yield
        return
    held = Held(before)
    signal.signal(signal.SIGINT, held)
    _held.append(held)
    try:
        yield
    finally:
        _held.remove(held)  # first: from the next step on, Ctrl-C can end this block
        signal.signal(signal.SIGINT, before)
        held.hand_on()


def interruptible():
    """Hand on the Ctrl-C that is held back, if there is one: nothing is left behind if it stops the caller here.

    It is called while the learner's function runs, which may have changed any builtin: so it calls none.
    """
    if _held and _held[-1].thread == get_ident():
        _held[-1].hand_on()
