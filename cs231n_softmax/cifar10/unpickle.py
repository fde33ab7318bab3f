"""Read the pickle in a CIFAR-10 file without Python's unpickler, which calls whatever a file tells it to call.

A pickle is a program. Each instruction is one byte, often with an argument behind it; most put something on a stack.
This reader has the instructions that CIFAR-10's files are made of, and no others. It builds dicts, lists, tuples,
numbers, text and bytes. A call in the file is written down as a `Call` and is never made. What each instruction does:
Python's own Lib/pickletools.py.

Whatever the file holds, MOST_STEPS and the limits in machine.py keep the memory under 100 MB (beside the file itself),
and the time under a second or so.
"""

import pickle  # for the instructions' names
import struct
from collections.abc import Callable
from typing import Any

from .machine import Machine, OldProtocol, Refused, called, named

MOST_STEPS = 300_000  # instructions in one file; the official ones have 10,000, each row of labels is one


def unpickle(content: bytearray) -> Any:
    """Return what the pickle holds: text as str, long strings and bytes as memoryviews of `content`, calls as `Call`.

    Raises Refused, and nothing else, when the pickle is damaged or has something that no CIFAR-10 file has; and of its
    kinds OldProtocol when Python 3 wrote it with protocol 0, 1 or 2.
    """
    machine, at = Machine(content), 0
    try:
        for _ in range(MOST_STEPS):
            step = STEPS.get(content[at])
            if step is None:
                return _end(machine)
            machine.at = at + 1
            step(machine)
            at = machine.at
    except Refused:
        raise
    except Exception as error:  # an empty stack, no such memo, a list where a dict should be, the end of the file, ...
        raise Refused(f"its pickle is damaged near byte {at:,} of {len(content):,}") from error
    raise Refused(f"its pickle has more than {MOST_STEPS:,} instructions")


def _end(machine):
    """Return the one thing that is left on the stack, if the file ends here."""
    content, at = machine.content, machine.at
    instruction = bytes(content[at : at + 1])
    if instruction == pickle.DICT and at == 1:  # how the pickle of a dict begins in protocol 0, and in no other
        raise OldProtocol
    if instruction != pickle.STOP:
        raise Refused(f"its pickle has the instruction {instruction!r} at byte {at:,}; no CIFAR-10 file does")
    if at + 1 != len(content):
        raise Refused(f"it has {len(content):,} bytes, and its pickle ends after {at + 1:,}")
    (result,) = machine.stack
    return result


INSTRUCTIONS: dict[bytes, Callable[[Machine], object]] = {
    pickle.PROTO: lambda m: m.take(1),  # the format's version: not needed
    pickle.FRAME: lambda m: m.take(8),  # the length of a part: not needed
    pickle.NONE: lambda m: m.push(None),
    pickle.NEWTRUE: lambda m: m.push(True),
    pickle.NEWFALSE: lambda m: m.push(False),
    pickle.BININT1: Machine.push_labels,
    pickle.BININT2: lambda m: m.push(m.number(2)),
    pickle.BININT: lambda m: m.push(struct.unpack("<i", m.take(4))[0]),
    pickle.BINFLOAT: lambda m: m.push(struct.unpack(">d", m.take(8))[0]),
    pickle.SHORT_BINSTRING: lambda m: m.push(m.text(1, "latin1")),  # Python 2's
    pickle.BINSTRING: lambda m: m.push(m.data(4)),  # Python 2's
    pickle.SHORT_BINUNICODE: lambda m: m.push(m.text(1, "utf-8")),
    pickle.BINUNICODE: lambda m: m.push(m.text(4, "utf-8")),
    pickle.SHORT_BINBYTES: lambda m: m.push(m.data(1)),
    pickle.BINBYTES: lambda m: m.push(m.data(4)),
    pickle.BINBYTES8: lambda m: m.push(m.data(8)),
    pickle.BYTEARRAY8: lambda m: m.push(m.data(8)),
    pickle.BINPUT: lambda m: m.put_aside(m.number(1)),
    pickle.LONG_BINPUT: lambda m: m.put_aside(m.number(4)),
    pickle.MEMOIZE: lambda m: m.put_aside(len(m.memo)),
    pickle.BINGET: lambda m: m.push(m.memo[m.number(1)]),
    pickle.LONG_BINGET: lambda m: m.push(m.memo[m.number(4)]),
    pickle.MARK: lambda m: m.marks.append(len(m.stack)),
    pickle.EMPTY_TUPLE: lambda m: m.push(()),
    pickle.TUPLE1: lambda m: m.push_container(tuple(m.last(1))),
    pickle.TUPLE2: lambda m: m.push_container(tuple(m.last(2))),
    pickle.TUPLE3: lambda m: m.push_container(tuple(m.last(3))),
    pickle.TUPLE: lambda m: m.push_container(tuple(m.since_mark())),
    pickle.EMPTY_LIST: lambda m: m.push_container([]),
    pickle.APPEND: lambda m: m.append(m.last(1)),
    pickle.APPENDS: lambda m: m.append(m.since_mark()),
    pickle.EMPTY_DICT: lambda m: m.push_container({}),
    pickle.SETITEM: lambda m: m.set_items(m.last(2)),
    pickle.SETITEMS: lambda m: m.set_items(m.since_mark()),
    pickle.GLOBAL: lambda m: m.push_container(named(*m.two_lines())),
    pickle.STACK_GLOBAL: lambda m: m.push_container(named(*m.last(2))),
    pickle.REDUCE: lambda m: m.push_container(called(*m.last(2))),
    pickle.BUILD: lambda m: m.set_state(m.stack.pop()),
}
STEPS = {name[0]: step for name, step in INSTRUCTIONS.items()}
