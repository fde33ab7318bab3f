"""Read the pickle in a CIFAR-10 file without Python's unpickler, which calls whatever a file tells it to call.

A pickle is a program. Each instruction is one byte, often with an argument behind it; most put something on a stack.
This reader has the instructions that CIFAR-10's files are made of, and no others. It builds dicts, lists, tuples,
numbers, text and bytes. A call in the file is written down as a `Call` and is never made. What each instruction does:
Python's own Lib/pickletools.py.

Whatever the file holds, the limits below keep the memory under 100 MB (beside the file itself), and the time under a
second or so.
"""

import operator
import pickle  # for the instructions' names
import re
import struct
from typing import Any

MOST_STEPS = 300_000  # instructions in one file; the official ones have 10,000, each row of labels is one
MOST_LABELS = 200_000  # numbers of one byte; the official files have 10,000
MOST_TEXT = 4_000_000  # bytes of all texts together; the official files have 300,000, most of them names of images
MOST_CONTAINERS = 64  # lists, dicts, tuples, functions and calls; the official files have 15
LONGEST_NAME = 100  # characters in the name of a function, and of its module
SMALL_INTEGERS = re.compile(rb"(?:%b.){1,10000}" % pickle.BININT1, re.DOTALL)

RECONSTRUCT = ["numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"]
FROMBUFFER = ["numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer"]  # since pickle protocol 5
ALLOWED = [*RECONSTRUCT, *FROMBUFFER, "numpy.ndarray", "numpy.dtype"]


class Refused(ValueError):
    """The file isn't one of CIFAR-10's; the message says why."""


class Name(str):
    """The full name of a function or class that a file refers to, such as numpy.dtype."""


class Call:
    """What a file wants to call, and with what; `state` is what it wants to give to the result (None: nothing)."""

    def __init__(self, function: Name, arguments: tuple[Any, ...]) -> None:
        self.function, self.arguments = function, arguments
        self.state: Any = None


def unpickle(content: bytearray) -> Any:
    """Return what the pickle holds: text as str, long strings and bytes as memoryviews of `content`, calls as `Call`.

    Raises Refused, and nothing else, when the pickle is damaged or has something that no CIFAR-10 file has.
    """
    reader, at = _Reader(content), 0
    try:
        for _ in range(MOST_STEPS):
            step = STEPS.get(content[at])
            if step is None:
                return _end(reader, at)
            at = step(reader, at + 1)
    except Refused:
        raise
    except Exception as error:  # an empty stack, no such memo, a list where a dict should be, the end of the file, ...
        raise Refused(f"its pickle is damaged near byte {at:,} of {len(content):,}") from error
    raise Refused(f"its pickle has more than {MOST_STEPS:,} instructions")


# --- the machine ----------------------------------------------------------------------------------


class _Reader:
    """What the instructions work on: the file, the stack, where the stack's open marks are, and the memo.

    An instruction is a function that gets the reader and the place of its argument, and returns the next place. An
    argument beyond the end needs no check: then there is no next instruction either, and that is an error.
    """

    def __init__(self, content):
        self.content, self.view = content, memoryview(content)
        self.stack, self.marks, self.memo = [], [], {}
        self.labels = self.text = self.containers = 0

    def last(self, count):
        """Take the last `count` things from the stack."""
        start = len(self.stack) - count
        if start < 0:
            raise IndexError
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def since_mark(self):
        return self.last(len(self.stack) - self.marks.pop())


def _end(reader, at):
    """Return the one thing that is left on the stack, if the file ends here."""
    instruction = bytes(reader.content[at : at + 1])
    if instruction != pickle.STOP:
        raise Refused(f"its pickle has the instruction {instruction!r} at byte {at:,}; no CIFAR-10 file does")
    if at + 1 != len(reader.content):
        raise Refused(f"it has {len(reader.content):,} bytes, and its pickle ends after {at + 1:,}")
    (result,) = reader.stack
    return result


def _number(size):
    """Return what reads `size` bytes as a number; for one byte, the quick way."""
    if size == 1:
        return operator.getitem
    return lambda content, at: int.from_bytes(content[at : at + size], "little")


def _skip(size):
    """The format's version, or the length of a part: not needed."""
    return lambda reader, at: at + size


def _push(make, size=0):
    """An instruction with an argument of `size` bytes, which puts make(reader, at) on the stack."""

    def step(reader, at):
        reader.stack.append(make(reader, at))
        return at + size

    return step


def _count_container(reader):
    reader.containers += 1
    if reader.containers > MOST_CONTAINERS:
        raise Refused(f"its pickle has more than {MOST_CONTAINERS} lists, dicts, tuples, functions and calls")


def _push_container(make):
    """An instruction that puts a new list, dict, tuple, function or call on the stack."""

    def step(reader, at):
        _count_container(reader)
        reader.stack.append(make(reader, at))
        return at

    return step


def _text(size, encoding):
    """Text after its length, which has `size` bytes."""
    number = _number(size)

    def step(reader, at):
        start = at + size
        end = start + number(reader.content, at)
        reader.text += end - start
        if reader.text > MOST_TEXT:
            raise Refused(f"its pickle has more than {MOST_TEXT:,} bytes of text")
        reader.stack.append(reader.content[start:end].decode(encoding))
        return end

    return step


def _bytes(size):
    """Bytes after their length, which has `size` bytes."""
    number = _number(size)

    def step(reader, at):
        start = at + size
        end = start + number(reader.content, at)
        reader.stack.append(reader.view[start:end])
        return end

    return step


def _small_integers(reader, at):
    """Labels have one byte each, and there are thousands: read all that stand in a row."""
    found = SMALL_INTEGERS.match(reader.content, at - 1)
    if found is None:
        raise Refused("its pickle ends too early")
    reader.labels += (found.end() - at + 1) // 2
    if reader.labels > MOST_LABELS:
        raise Refused(f"its pickle has more than {MOST_LABELS:,} small numbers")
    reader.stack.extend(reader.content[at : found.end() : 2])
    return found.end()


def _put(size):
    number = _number(size)

    def step(reader, at):
        reader.memo[number(reader.content, at)] = reader.stack[-1]
        return at + size

    return step


def _get(size):
    number = _number(size)
    return _push(lambda reader, at: reader.memo[number(reader.content, at)], size)


def _memoize(reader, at):
    reader.memo[len(reader.memo)] = reader.stack[-1]
    return at


def _mark(reader, at):
    reader.marks.append(len(reader.stack))
    return at


def _append(take):
    """Add what `take` takes from the stack to the list below it."""

    def step(reader, at):
        items = take(reader)
        reader.stack[-1].extend(items)
        return at

    return step


def _set_items(take):
    """Add what `take` takes from the stack, keys and values in turn, to the dict below it."""

    def step(reader, at):
        items = take(reader)
        if any(type(key) is not str for key in items[::2]):  # to compare other keys can be slow, or crash
            raise Refused("its pickle has a dict with a key that is no text")
        reader.stack[-1].update(zip(items[::2], items[1::2], strict=True))
        return at

    return step


def _named(module, name):
    if type(module) is not str or type(name) is not str:
        raise Refused("its pickle refers to a function by something else than a name")
    full = f"{module[:LONGEST_NAME]}.{name[:LONGEST_NAME]}"
    if full not in ALLOWED:
        raise Refused(f"it refers to {full if full.isprintable() else ascii(full)}; no CIFAR-10 file does")
    return Name(full)


def _global(reader, at):
    """Two lines: the module and the name."""
    _count_container(reader)
    lines = bytes(reader.content[at : at + 2 * LONGEST_NAME]).split(b"\n", 2)
    module, name = (line.decode("latin1") for line in lines[:2])
    reader.stack.append(_named(module, name))
    return at + len(module) + len(name) + 2


def _call(reader, _):
    function, arguments = reader.last(2)
    if type(function) is not Name or type(arguments) is not tuple:
        raise Refused("its pickle calls something else than a function")
    return Call(function, arguments)


def _build(reader, at):
    state = reader.stack.pop()
    if type(reader.stack[-1]) is not Call:
        raise Refused("its pickle changes something else than an array")
    reader.stack[-1].state = state
    return at


INSTRUCTIONS = {
    pickle.PROTO: _skip(1),
    pickle.FRAME: _skip(8),
    pickle.NONE: _push(lambda *_: None),
    pickle.NEWTRUE: _push(lambda *_: True),
    pickle.NEWFALSE: _push(lambda *_: False),
    pickle.BININT1: _small_integers,
    pickle.BININT2: _push(lambda r, at: int.from_bytes(r.content[at : at + 2], "little"), 2),
    pickle.BININT: _push(lambda r, at: int.from_bytes(r.content[at : at + 4], "little", signed=True), 4),
    pickle.BINFLOAT: _push(lambda r, at: struct.unpack_from(">d", r.content, at)[0], 8),
    pickle.SHORT_BINSTRING: _text(1, "latin1"),  # Python 2's
    pickle.BINSTRING: _bytes(4),  # Python 2's
    pickle.SHORT_BINUNICODE: _text(1, "utf-8"),
    pickle.BINUNICODE: _text(4, "utf-8"),
    pickle.SHORT_BINBYTES: _bytes(1),
    pickle.BINBYTES: _bytes(4),
    pickle.BINBYTES8: _bytes(8),
    pickle.BYTEARRAY8: _bytes(8),
    pickle.BINPUT: _put(1),
    pickle.LONG_BINPUT: _put(4),
    pickle.MEMOIZE: _memoize,
    pickle.BINGET: _get(1),
    pickle.LONG_BINGET: _get(4),
    pickle.MARK: _mark,
    pickle.EMPTY_TUPLE: _push(lambda *_: ()),
    pickle.TUPLE1: _push_container(lambda r, _: tuple(r.last(1))),
    pickle.TUPLE2: _push_container(lambda r, _: tuple(r.last(2))),
    pickle.TUPLE3: _push_container(lambda r, _: tuple(r.last(3))),
    pickle.TUPLE: _push_container(lambda r, _: tuple(r.since_mark())),
    pickle.EMPTY_LIST: _push_container(lambda *_: []),
    pickle.APPEND: _append(lambda r: r.last(1)),
    pickle.APPENDS: _append(_Reader.since_mark),
    pickle.EMPTY_DICT: _push_container(lambda *_: {}),
    pickle.SETITEM: _set_items(lambda r: r.last(2)),
    pickle.SETITEMS: _set_items(_Reader.since_mark),
    pickle.GLOBAL: _global,
    pickle.STACK_GLOBAL: _push_container(lambda r, _: _named(*r.last(2))),
    pickle.REDUCE: _push_container(_call),
    pickle.BUILD: _build,
}
STEPS = {name[0]: step for name, step in INSTRUCTIONS.items()}
