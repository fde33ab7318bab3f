"""What a learner's function can't have for itself during a check: the user's answers, and the session's open files.

Where it wants them through a name of Python, such as input() or sys.stdout.close(), that name raises an error inside
the function. A file descriptor is an ordinary number, so os.close(1) can't be refused. The descriptors 0, 1 and 2
are opened again instead.
"""

import builtins
import contextlib
import io
import os
import sys

from .report import Mistake

MISSING = object()
STREAMS = ["stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"]


class Refused(BaseException):
    """Raised inside the learner's function when it wants something that no check can give; it holds a Mistake."""

    def __init__(self, mistake):
        super().__init__(mistake.title)
        self.mistake = mistake


class NoInput(io.TextIOBase):
    """Takes the place of sys.stdin: nobody answers. (exit() closes it, and so doesn't close the real one.)"""

    def __init__(self, refuse):
        self.read = self.readline = self.__next__ = refuse


def refusing(mistake):
    """Return a function that refuses: it raises the mistake."""

    def refuse(*args, **kwargs):
        raise Refused(mistake)

    return refuse


@contextlib.contextmanager
def nobody_answers(name):
    """Refuse input(), debuggers, the end of the session or its streams, and a lower recursion limit to `name`."""

    def leave(*args, **kwargs):
        raise SystemExit

    def raise_limit(limit, setter=sys.setrecursionlimit):
        setter(max(limit, sys.getrecursionlimit()))

    refuse = refusing(asks_for_input(name))
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    streams = {id(vars(sys).get(key)): (vars(sys).get(key), f"sys.{key}") for key in reversed(STREAMS)}
    replaced = [
        (builtins, "input", refuse),
        (sys, "breakpointhook", refuse),
        (sys, "stdin", NoInput(refuse)),
        (sys, "setrecursionlimit", raise_limit),
        *([(shell, "ask_exit", leave)] if shell is not None else []),
        *(
            (stream, "close", refusing(closes(name, title)))
            for stream, title in streams.values()
            if isinstance(stream, io.IOBase) and hasattr(stream, "__dict__")
        ),
    ]
    old = [vars(owner).get(attribute, MISSING) for owner, attribute, _ in replaced]
    for owner, attribute, value in replaced:
        setattr(owner, attribute, value)
    try:
        yield
    finally:
        for (owner, attribute, _), value in zip(replaced, old, strict=True):
            if value is MISSING:
                delattr(owner, attribute)
            else:
                setattr(owner, attribute, value)


@contextlib.contextmanager
def descriptors_kept():
    """Yield a list. After the block the descriptors 0, 1 and 2 are what they were; the list says which were not."""
    closed, copies = [], []
    for number in (0, 1, 2):
        with contextlib.suppress(OSError):  # not open
            copies.append((number, os.fstat(number), os.dup(number)))
    try:
        yield closed
    finally:
        for number, file, copy in copies:
            kept = _is_open(copy, file)  # the function may have closed all files
            if not _is_open(number, file):
                closed.append(f"the file descriptor {number}")
                if kept:
                    os.dup2(copy, number)
            if kept:
                os.close(copy)


def _is_open(number, file):
    """True when a descriptor's number still stands for a file, of which os.fstat was `file`."""
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(number), file)
    return False


def asks_for_input(name):
    """Return the Mistake of a function that wants an answer, or a debugger."""
    return Mistake(
        "asks-for-input",
        f"{name} asks for input, but nobody can answer during a check.",
        "Training calls the function thousands of times. So everything that the function needs has to be in its "
        "arguments.",
        "",
        "Remove the input(), the breakpoint() or the call of a debugger. To look inside, call the function in a cell "
        "of its own.",
    )


def closes(name, what):
    """Return the Mistake of a function that closes a file of the session, such as "sys.stdout"."""
    return Mistake(
        "closes-streams",
        f"{name} closes {what}.",
        "All other code reads and prints through it. The check has kept it open.",
        "",
        "Close only the files that the function has opened itself.",
    )
