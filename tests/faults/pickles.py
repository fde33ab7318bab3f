"""Batch files that somebody made to do harm: every hostile thing in every place of an otherwise right file."""

import pickle
import struct
import tempfile
from itertools import product
from pathlib import Path

from . import CORRUPTED
from ._reading import judge, read_all

QUICK = 60


# --- the pieces of a right file -------------------------------------------------------------------

def text(s):
    return pickle.BINUNICODE + struct.pack("<I", len(s)) + s.encode()


def number(n):
    return pickle.BININT + struct.pack("<i", n)


def data(content):
    return pickle.BINBYTES + struct.pack("<I", len(content)) + content


def several(*items):
    return pickle.MARK + b"".join(items) + pickle.TUPLE


def name(full):
    return pickle.GLOBAL + "\n".join(full.rsplit(".", 1)).encode() + b"\n"


def call(full, *arguments):
    return name(full) + several(*arguments) + pickle.REDUCE


NO, YES, NONE = pickle.NEWFALSE, pickle.NEWTRUE, pickle.NONE
IMAGES = 3
RIGHT = {
    "before": pickle.PROTO + b"\x02",
    "key": text("labels"),
    "label": number(1),
    "labels": None,
    "filenames": pickle.EMPTY_LIST,
    "type": text("u1"),
    "type arguments": None,
    "byte order": text("|"),
    "fields": NONE,
    "item size": number(-1),
    "dtype": None,
    "rows": number(IMAGES),
    "shape": None,
    "fortran": NO,
    "bytes": data(bytes(range(256)) * 12 * IMAGES),
    "state": None,
    "reconstruct": None,
    "array": None,
    "batch": None,
    "after": b"",
}


def build(place=None, hostile=b""):
    """A right file, but for what stands at one place."""
    part = RIGHT | {place: hostile}

    def at(key, made):
        return made if part[key] is None else part[key]

    labels = at("labels", pickle.EMPTY_LIST + pickle.MARK + part["label"] + number(0) + number(9) + pickle.APPENDS)
    arguments = at("type arguments", several(part["type"], NO, YES))
    made = name("numpy.dtype") + arguments + pickle.REDUCE
    dtype = at("dtype", made + several(number(3), part["byte order"], NONE, NONE, part["fields"], part["item size"],
                                       number(-1), number(0)) + pickle.BUILD)
    shape = at("shape", several(part["rows"], number(3072)))
    state = at("state", several(number(1), shape, dtype, part["fortran"], part["bytes"]))
    reconstruct = at("reconstruct", call("numpy.core.multiarray._reconstruct", name("numpy.ndarray"),
                                         several(number(0)), data(b"b")))
    array = at("array", reconstruct + state + pickle.BUILD)
    batch = at("batch", pickle.EMPTY_DICT + pickle.MARK + part["key"] + labels + text("data") + array
               + text("filenames") + part["filenames"] + pickle.SETITEMS)
    return part["before"] + batch + part["after"] + pickle.STOP


# --- hostile things -------------------------------------------------------------------------------

CANARY = Path(tempfile.gettempdir()) / "executed-by-a-pickle"
TOUCH, OPEN = f"touch {CANARY}", f"open({str(CANARY)!r}, 'w').close()"
CALLS = {
    "os.system": [text(TOUCH)], "posix.system": [text(TOUCH)], "nt.system": [text(TOUCH)],
    "subprocess.getoutput": [text(TOUCH)], "subprocess.check_call": [pickle.EMPTY_LIST], "os.popen": [text(TOUCH)],
    "builtins.eval": [text(OPEN)], "__builtin__.eval": [text(OPEN)], "builtins.exec": [text(OPEN)],
    "builtins.open": [text(str(CANARY)), text("w")], "io.open": [text(str(CANARY)), text("w")],
    "builtins.__import__": [text("antigravity")], "importlib.import_module": [text("antigravity")],
    "builtins.getattr": [name("numpy.ndarray"), text("tofile")], "pickle.loads": [data(b"N.")],
    "numpy.load": [text("/etc/passwd")], "numpy.save": [text(str(CANARY)), number(1)],
    "numpy.fromfile": [text("/etc/passwd")], "numpy.core.multiarray.scalar": [NONE, NONE],
    "numpy.testing._private.utils.runstring": [text(OPEN), pickle.EMPTY_DICT],
    "numpy.lib.npyio.loads": [data(b"N.")], "numpy.ndarray.tofile": [text(str(CANARY))],
    "copyreg._reconstructor": [name("numpy.ndarray"), name("numpy.dtype"), NONE], "_codecs.encode": [text("x")],
    "operator.attrgetter": [text("__class__")], "functools.partial": [name("os.system"), text(TOUCH)],
    "code.interact": [], "sys.exit": [number(0)], "os._exit": [number(0)], "os.abort": [], "time.sleep": [number(99)],
}
ADDRESSES = struct.pack("<2Q", 1, 0x4141414141414141)
PAIR = several(number(2))
OBJECTS = call("numpy.dtype", text("O"), NO, YES)
FAR_FIELD = call("numpy.dtype", text("V8"), NO, YES) + several(
    number(3), text("|"), NONE, several(text("a")), pickle.EMPTY_DICT + text("a") + several(OBJECTS, number(1 << 30))
    + pickle.SETITEM, number(8), number(1), number(0)) + pickle.BUILD
DEEP = 100_000


def setting_attributes(thing):
    return thing + several(NONE, pickle.EMPTY_DICT + text("__class__") + NONE + pickle.SETITEM) + pickle.BUILD


def keys_with_one_hash(count):
    """A dict of numbers whose hashes are equal: multiples of 2**61 - 1 (LONG1)."""
    keys = [(k * (2**61 - 1)).to_bytes(12, "little") for k in range(1, count)]
    return (pickle.EMPTY_DICT + pickle.MARK + b"".join(pickle.LONG1 + b"\x0c" + key + NONE for key in keys)
            + pickle.SETITEMS)


HOSTILE = {
    **{f"call {full}": call(full, *arguments) for full, arguments in CALLS.items()},
    **{f"name {full}": name(full) for full in ["os.system", "builtins.exec", "numpy.ndarray", "numpy.dtype"]},
    "name on the stack": text("os") + text("system") + pickle.STACK_GLOBAL + several(text(TOUCH)) + pickle.REDUCE,
    "dotted name": text("numpy") + text("dtype.__class__") + pickle.STACK_GLOBAL,
    "no name": number(1) + number(2) + pickle.STACK_GLOBAL,
    "long name": pickle.GLOBAL + b"n" * 10_000_000 + b"\nx\n",
    "objects from addresses": call("numpy.ndarray", PAIR, OBJECTS, data(ADDRESSES)),
    "state of objects": several(number(1), PAIR, OBJECTS, NO, data(ADDRESSES)),
    "list of objects": several(number(1), PAIR, OBJECTS, NO, pickle.EMPTY_LIST),
    "dtype of objects": OBJECTS, "field beyond its type": FAR_FIELD,
    "array of it": call("numpy.ndarray", PAIR, FAR_FIELD),
    "huge array": call("numpy.ndarray", several(number(2**31 - 1), number(2**31 - 1)), text("u1")),
    "huge by buffer": call("numpy.core.numeric._frombuffer", data(b"abc"), OBJECTS, several(number(2**30)), text("C")),
    "attributes of a function": setting_attributes(name("numpy.dtype")),
    "attributes of a call": setting_attributes(call("numpy.dtype", text("u1"))),
    "attributes of a list": setting_attributes(pickle.EMPTY_LIST),
    "itself": pickle.EMPTY_LIST + pickle.MEMOIZE + pickle.MEMOIZE + pickle.BINGET + b"\0" + pickle.APPEND,
    "dict of itself": (pickle.EMPTY_DICT + pickle.BINPUT + b"\1" + text("a") + pickle.BINGET + b"\1"
                       + pickle.SETITEM),
    "doubled 60 times": pickle.EMPTY_LIST + 60 * (pickle.BINPUT + b"\0" + pickle.BINGET + b"\0" + pickle.TUPLE2),
    "deep tuples": pickle.EMPTY_TUPLE + DEEP * pickle.TUPLE1, "deep lists": DEEP * pickle.EMPTY_LIST + DEEP * b"a",
    "deep calls": (name("numpy.dtype") + pickle.EMPTY_TUPLE) * DEEP + DEEP * (pickle.REDUCE + pickle.TUPLE1),
    "deep dicts": DEEP * (pickle.EMPTY_DICT + b"\x8c\1a") + NONE + DEEP * pickle.SETITEM,
    "marks": DEEP * pickle.MARK, "marks without end": 20_000_000 * pickle.MARK,
    "lists without end": 20_000_000 * pickle.EMPTY_LIST, "tuples": 20_000_000 * b"))\x86",
    "dicts in dicts without end": 10_000_000 * pickle.EMPTY_DICT,
    "numbers": 10_000_000 * b"K\1", "pops": pickle.POP, "all popped": 50 * pickle.POP, "pop mark": pickle.POP_MARK,
    "equal keys": keys_with_one_hash(40_000), "a tuple as key": pickle.EMPTY_DICT + PAIR + NONE + pickle.SETITEM,
    "a deep key": pickle.EMPTY_DICT + pickle.EMPTY_TUPLE + DEEP * pickle.TUPLE1 + NONE + pickle.SETITEM,
    "a list as key": pickle.EMPTY_DICT + pickle.EMPTY_LIST + NONE + pickle.SETITEM,
    "a key without value": pickle.EMPTY_DICT + pickle.MARK + text("a") + pickle.SETITEMS,
    "far memo": NONE + pickle.LONG_BINPUT + b"\xff\xff\xff\x7f", "far memo, read": pickle.LONG_BINGET + b"\xff" * 4,
    "memo in decimals": NONE + pickle.PUT + b"9" * 4000 + b"\n", "no memo": pickle.BINGET + b"\x7f",
    "long": pickle.LONG4 + struct.pack("<i", 1_000_000) + b"\x7f" * 1_000_000,
    "long, negative length": pickle.LONG4 + struct.pack("<i", -1),
    "long of 255": pickle.LONG1 + b"\xff" + b"\x7f" * 255,
    "decimals": pickle.LONG + b"9" * 1_000_000 + b"L\n", "decimal": pickle.INT + b"9" * 1_000_000 + b"\n",
    "true as text": pickle.INT + b"01\n", "float": pickle.BINFLOAT + b"\x7f\xf8" + bytes(6),
    "float as text": pickle.FLOAT + b"1e400\n", "text as text": pickle.STRING + b"'a'\n", "unicode": b"Va\n",
    "bytes longer than the file": pickle.BINBYTES + b"\xff" * 4 + b"abc",
    "bytes far longer": pickle.BINBYTES8 + b"\xff" * 7 + b"\x7f", "text far longer": pickle.BINUNICODE8 + b"\xff" * 8,
    "string of negative length": pickle.BINSTRING + b"\xff" * 4, "no text": pickle.SHORT_BINUNICODE + b"\2\xff\xfe",
    "bytearray": pickle.BYTEARRAY8 + b"\xff" * 5 + bytes(3),
    "emoji and 20 MB": text("\U0001F600" + "a" * 20_000_000)[:-3],
    "frame beyond the end": pickle.FRAME + b"\xff" * 8, "buffer": pickle.NEXT_BUFFER,
    "read-only": pickle.READONLY_BUFFER,
    "persistent": pickle.PERSID + b"1\n", "persistent on the stack": NONE + pickle.BINPERSID,
    "extension": pickle.EXT1 + b"\1", "extension 2": pickle.EXT2 + b"\1\1", "extension 4": pickle.EXT4 + b"\1\1\1\1",
    "instance": pickle.MARK + text(TOUCH) + pickle.INST + b"os\nsystem\n",
    "object": pickle.MARK + name("os.system") + text(TOUCH) + pickle.OBJ,
    "new object": name("numpy.ndarray") + several(PAIR) + pickle.NEWOBJ,
    "new object with names": name("numpy.ndarray") + several(PAIR) + pickle.EMPTY_DICT + pickle.NEWOBJ_EX,
    "set": pickle.EMPTY_SET + pickle.MARK + number(1) + pickle.ADDITEMS,
    "frozen set": pickle.MARK + pickle.FROZENSET,
    "calls a number": number(1) + pickle.EMPTY_TUPLE + pickle.REDUCE,
    "builds a number": number(1) + NONE + pickle.BUILD,
    "calls with a list": name("numpy.dtype") + pickle.EMPTY_LIST + pickle.REDUCE,
    "appends to a dict": pickle.EMPTY_DICT + NONE + pickle.APPEND, "sets in a list": b"]" + text("a") + NONE + b"s",
    "none": NONE, "true": YES, "minus one": number(-1), "ten": number(10), "huge": number(2**31 - 1),
    "empty text": text(""), "empty list": pickle.EMPTY_LIST, "empty tuple": pickle.EMPTY_TUPLE,
    "empty dict": pickle.EMPTY_DICT, "minus ones": several(number(-1), number(-1)),
    "zeros": several(number(0), number(0)),
    "a hundred thousand ones": several(*[number(1)] * 100_000), "other version": pickle.PROTO + b"\xff",
    "early end": pickle.STOP, "nothing": b"", "no instruction": b"\xff", "dup": pickle.DUP,
}
CASES = [case for case in product(HOSTILE, RIGHT) if case != ("true", "fortran")]  # that file is a right one
FULL = len(CASES)


def outcomes(count, rng):
    """Yield (hostile thing and place, outcome). A thing that is never used may stand in a file that is read rightly."""
    CANARY.unlink(missing_ok=True)
    (right,) = read_all([build()])
    assert len(right) == 64, right
    chosen = [CASES[i] for i in rng.permutation(len(CASES))[:count]]
    for start in range(0, len(chosen), 100):
        some = chosen[start:start + 100]
        answers = read_all([build(place, HOSTILE[thing]) for thing, place in some])
        for (thing, place), answer in zip(some, answers, strict=True):
            yield f"{thing} as {place}", CORRUPTED if CANARY.exists() else judge(answer, [right])
