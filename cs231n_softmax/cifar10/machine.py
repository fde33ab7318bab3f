"""What the instructions of a pickle work on: the file, a stack of things, and a memo, all within limits.

The stack holds what was made so far. A mark on it says where a tuple, or a row of items, begins. The memo holds things
by number, so that a file can take the same thing again.
"""

import pickle  # for an instruction's name
import re
from typing import Any

MOST_LABELS = 200_000  # numbers of one byte; the official files have 10,000
MOST_TEXT = 4_000_000  # bytes of all texts together; the official files have 300,000, most of them names of images
MOST_CONTAINERS = 64  # lists, dicts, tuples, functions and calls; an official batch has 14
LONGEST_NAME = 100  # characters in the name of a function, and of its module
SMALL_INTEGERS = re.compile(rb"(?:%b.){1,10000}" % pickle.BININT1, re.DOTALL)

RECONSTRUCT = ["numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"]
FROMBUFFER = ["numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer"]  # since pickle protocol 5
ALLOWED = [*RECONSTRUCT, *FROMBUFFER, "numpy.ndarray", "numpy.dtype"]


class Refused(ValueError):
    """The file isn't one of CIFAR-10's; the message says why."""


class OldProtocol(Refused):
    """Python 3 wrote the file with a pickle protocol below 3; the file may be right, and isn't read all the same."""


class Name(str):
    """The full name of a function or class that a file refers to, such as numpy.dtype."""


class Call:
    """What a file wants to call, and with what; `state` is what it wants to give to the result (None: nothing)."""

    def __init__(self, function: Name, arguments: tuple[Any, ...]) -> None:
        self.function, self.arguments = function, arguments
        self.state: Any = None


class Machine:
    """One file, and how far it is read: `at` is the place of the next byte.

    An argument beyond the end needs no check: then there is no next instruction either, and that is an error.
    """

    def __init__(self, content: bytearray) -> None:
        self.content, self.view, self.at = content, memoryview(content), 0
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}
        self.labels = self.text_length = self.containers = 0

    # --- read an argument -------------------------------------------------------------------------

    def take(self, size: int) -> bytearray:
        """Return the next `size` bytes."""
        self.at += size
        return self.content[self.at - size : self.at]

    def number(self, size: int) -> int:
        """Return the next `size` bytes as a number."""
        start = self.at
        self.at = start + size
        return self.content[start] if size == 1 else int.from_bytes(self.content[start : start + size], "little")

    def data(self, size: int) -> memoryview:
        """Return the bytes behind their length, which has `size` bytes."""
        length = self.number(size)
        self.at += length
        return self.view[self.at - length : self.at]

    def text(self, size: int, encoding: str) -> str:
        """Return the text behind its length, which has `size` bytes."""
        length = self.number(size)
        self.text_length += length
        if self.text_length > MOST_TEXT:
            raise Refused(f"its pickle has more than {MOST_TEXT:,} bytes of text")
        self.at += length
        return self.content[self.at - length : self.at].decode(encoding)

    def two_lines(self) -> list[str]:
        """Return the next two lines: a module, and a name in it."""
        lines = bytes(self.content[self.at : self.at + 2 * LONGEST_NAME]).split(b"\n", 2)[:2]
        self.at += sum(map(len, lines)) + 2
        return [line.decode("latin1") for line in lines]

    # --- put something on the stack, or take it from there ----------------------------------------

    def push(self, thing: Any) -> None:
        """Put a number, text or bytes on the stack, or what was there before."""
        self.stack.append(thing)

    def push_container(self, thing: Any) -> None:
        """Put a new list, dict, tuple, function or call on the stack."""
        self.containers += 1
        if self.containers > MOST_CONTAINERS:
            raise Refused(f"its pickle has more than {MOST_CONTAINERS} lists, dicts, tuples, functions and calls")
        self.stack.append(thing)

    def push_labels(self) -> None:
        """Labels have one byte each, and there are thousands: put all on the stack that stand in a row."""
        found = SMALL_INTEGERS.match(self.content, self.at - 1)
        if found is None:
            raise Refused("its pickle ends too early")
        row = self.content[self.at : found.end() : 2]
        self.labels += len(row)
        if self.labels > MOST_LABELS:
            raise Refused(f"its pickle has more than {MOST_LABELS:,} small numbers")
        self.stack.extend(row)
        self.at = found.end()

    def last(self, count: int) -> list[Any]:
        """Take the last `count` things from the stack."""
        start = len(self.stack) - count
        if start < 0:
            raise IndexError
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def since_mark(self) -> list[Any]:
        """Take what was put on the stack since the last mark."""
        return self.last(len(self.stack) - self.marks.pop())

    # --- change what lies on top of the stack, or put it aside ------------------------------------

    def put_aside(self, number: int) -> None:
        """Write down in the memo what lies on top."""
        self.memo[number] = self.stack[-1]

    def append(self, items: list[Any]) -> None:
        """Add items to the list on top."""
        self.stack[-1].extend(items)

    def set_items(self, items: list[Any]) -> None:
        """Add items, keys and values in turn, to the dict on top."""
        keys = [as_text(key) for key in items[::2]]
        if any(type(key) is not str for key in keys):  # to compare other keys can be slow, or crash
            raise Refused("its pickle has a dict with a key that is no text")
        self.stack[-1].update(zip(keys, items[1::2], strict=True))

    def set_state(self, state: Any) -> None:
        """Write down what the file wants to give to the result of the call on top."""
        if type(self.stack[-1]) is not Call:
            raise Refused("its pickle changes something else than an array")
        self.stack[-1].state = state


def as_text(thing: Any) -> Any:
    """Return short bytes as text: who reads a batch with encoding="bytes" and writes it anew has them for text."""
    return str(thing, "latin1") if type(thing) is memoryview and len(thing) <= LONGEST_NAME else thing


def named(module: Any, name: Any) -> Name:
    """Return the full name of a function; Refused unless it is one that CIFAR-10's files refer to."""
    if type(module) is not str or type(name) is not str:
        raise Refused("its pickle refers to a function by something else than a name")
    full = f"{module[:LONGEST_NAME]}.{name[:LONGEST_NAME]}"
    if full == "_codecs.encode":  # how protocols 0 to 2 of Python 3 write bytes: as text, that a call makes bytes again
        raise OldProtocol
    if full not in ALLOWED:
        raise Refused(f"it refers to {full if full.isprintable() else ascii(full)}; no CIFAR-10 file does")
    return Name(full)


def called(function: Any, arguments: Any) -> Call:
    """Return the call, written down."""
    if type(function) is not Name or type(arguments) is not tuple:
        raise Refused("its pickle calls something else than a function")
    return Call(function, arguments)
