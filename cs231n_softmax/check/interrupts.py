"""Ctrl-C during an examination is held back until a moment at which it leaves nothing behind.

Python raises KeyboardInterrupt between any two steps of the main thread: also when a thread has just been started, or
when half of the session is put back. So during an examination Ctrl-C is only noted. It is handed on where the examiner
waits for the function, which is many times in a second, and at the end. There everything can be put back.
"""

import signal
from contextlib import contextmanager
from threading import current_thread, main_thread


class Held:
    """In the place of `before`, the session's own handler of Ctrl-C: notes that it was pressed."""

    def __init__(self, before):
        self.before, self.pressed = before, False

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
    if current_thread() is not main_thread() or not callable(before):
        yield
        return
    held = Held(before)
    signal.signal(signal.SIGINT, held)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        held.hand_on()


def interruptible():
    """Hand on the Ctrl-C that is held back, if there is one: nothing is left behind if it stops the caller here."""
    held = signal.getsignal(signal.SIGINT)
    if isinstance(held, Held) and current_thread() is main_thread():
        held.hand_on()
