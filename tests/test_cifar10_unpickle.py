"""cifar10/unpickle.py: plain things come out as from Python's own unpickler, nothing is called, and nothing is long."""

import pickle
import re
import tracemalloc

import numpy as np
import pytest

from cs231n_softmax.cifar10 import unpickle as module
from cs231n_softmax.cifar10.machine import Call, Name, OldProtocol, Refused
from cs231n_softmax.cifar10.unpickle import INSTRUCTIONS, unpickle

pytestmark = pytest.mark.filterwarnings("error")

PLAIN = [None, True, False, 0, 255, 256, 65535, 65536, -1, 2**31 - 1, -(2**31), 1.5, "", "a", "é", "x" * 300, [], [1],
         [-1], list(range(3000)), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), {}, {"a": 1},
         {"a": 1, "b": [2, {"c": ()}]}, [[1, 2], [3, 300], ["a", "a", "b"]],
         {"labels": [3, 9, 0], "names": ["a.png"] * 3}]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("thing", PLAIN, ids=lambda thing: repr(thing)[:20])
def test_plain_things_are_what_python_reads(thing, protocol):
    """Dicts, lists, tuples, numbers and text are read as pickle.loads reads them."""
    read = unpickle(bytearray(pickle.dumps(thing, protocol)))
    assert read == thing and type(read) is type(thing)


@pytest.mark.parametrize(("instruction", "size"), [
    (pickle.SHORT_BINBYTES, 1), (pickle.BINBYTES, 4), (pickle.BINBYTES8, 8), (pickle.BYTEARRAY8, 8),
    (pickle.BINSTRING, 4)])
def test_bytes_are_views_of_the_file(instruction, size):
    """Bytes, and Python 2's long strings, aren't copied: what is built of them can be written to."""
    content = bytearray(instruction + (3).to_bytes(size, "little") + b"abc.")
    read = unpickle(content)
    assert read == b"abc"
    read[0] = ord("x")
    assert content.endswith(b"xbc.")


def test_strings_of_python_2():
    """Short ones are text, in Latin-1."""
    assert unpickle(bytearray(b"U\x02\xe9a.")) == "éa"


@pytest.mark.parametrize("put", [b"q\x07", b"r\x07\0\0\0"])
@pytest.mark.parametrize("get", [b"h\x07", b"j\x07\0\0\0"])
def test_the_memo(put, get):
    """A thing that was put aside is the same thing when it is taken up again."""
    first, second = unpickle(bytearray(b"]" + put + get + b"\x86."))
    assert first is second


def test_a_memo_without_numbers():
    """Since protocol 4, things are numbered in the order in which they are put aside."""
    assert unpickle(bytearray(b"(K\1\x94K\2\x94h\0h\1t.")) == (1, 2, 1, 2)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_calls_are_written_down(protocol):
    """What an array's pickle would call, with which arguments and state."""
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)
    if protocol == 2:
        with pytest.raises(OldProtocol):
            unpickle(bytearray(pickle.dumps(array, protocol)))
        return
    call = unpickle(bytearray(pickle.dumps(array, protocol)))
    assert type(call) is Call and type(call.function) is Name
    if protocol == 5:
        data, dtype, shape, order = call.arguments
        assert call.function.endswith("numeric._frombuffer") and order == "C" and call.state is None
    else:
        version, shape, dtype, fortran, data = call.state
        assert call.function.endswith("multiarray._reconstruct") and (version, fortran) == (1, False)
    assert data == array.tobytes() and shape == (2, 3)
    assert dtype.function == "numpy.dtype" and dtype.arguments == ("u1", False, True) and dtype.state[1] == "|"


# --- what is refused ------------------------------------------------------------------------------

OTHERS = sorted({value for name, value in vars(pickle).items() if name.isupper() and type(value) is bytes}
                - {*INSTRUCTIONS, pickle.STOP, pickle.TRUE, pickle.FALSE})


@pytest.mark.parametrize("instruction", [*OTHERS, b"\xff"])
def test_other_instructions_are_refused(instruction):
    """Instructions of which CIFAR-10 files have none: persistent things, extensions, new objects, sets, ..."""
    with pytest.raises(Refused, match=re.escape(f"the instruction {instruction!r} at byte 4; no CIFAR-10 file does")):
        unpickle(bytearray(b"\x80\x04K\1" + instruction + b"\1\1\1\1\n."))


@pytest.mark.parametrize("content", [
    b"", b"K", b"K\1", b"M\1\0", b"J\1\0\0", b"X\1\0\0\0", b"X\5\0\0\0a.", b"U\5a.", b"C\5a.", b"B\xff\xff\xff\xffa.",
    b"cnumpy\ndtype", b"cnumpy", b"\x80", b"\x95\0", b"G\0\0.", b"q", b"(", b"r\1\0\0\0.", b"h\1.", b"a.", b"s.",
    b"(u.", b"t.", b"(tt.", b"\x85.", b"K\1\x86.", b"\x93.", b"R.", b"b.", b"Nb.", b"K\1K\1a.", b"(K\1e.",
    b"}(X\1\0\0\0au.", b"]X\1\0\0\0aNs.", b"\x8c\1\xff.", b"K\1K\1.", b".", b"(."])
def test_damaged_pickles_are_refused(content):
    """The end is missing, the stack is empty, a list stands where a dict should: Refused, whatever fails inside."""
    with pytest.raises(Refused, match="damaged near byte|ends too early|changes something"):
        unpickle(bytearray(content))


def test_what_follows_the_end_is_refused():
    """A pickle has one end, and it is the file's."""
    with pytest.raises(Refused, match="it has 4 bytes, and its pickle ends after 3"):
        unpickle(bytearray(b"K\1.."))


@pytest.mark.parametrize("content", [b"K\1)R.", b"cnumpy\ndtype\n]R.", b"\x8c\5numpy)R."])
def test_only_functions_are_called_and_with_tuples(content):
    """What isn't a name can't be called, and arguments are a tuple."""
    with pytest.raises(Refused, match="^its pickle calls something else than a function$"):
        unpickle(bytearray(content))


@pytest.mark.parametrize("target", [b"K\1", b"]", b"}", b"\x8c\1a", b"cnumpy\ndtype\n"])
def test_only_calls_have_a_state(target):
    """Nothing else takes a state: no attribute is ever set."""
    with pytest.raises(Refused, match="^its pickle changes something else than an array$"):
        unpickle(bytearray(target + b"}b."))


@pytest.mark.parametrize("key", [b"K\1", b"N", b")", b"cnumpy\ndtype\n", b"B\x65\0\0\0" + bytes(101)])
@pytest.mark.parametrize("set_item", [b"}%bNs.", b"}(%bNu."])
def test_keys_are_text(key, set_item):
    """Or short bytes. The hash of other keys can be chosen, and deep ones crash Python."""
    with pytest.raises(Refused, match="^its pickle has a dict with a key that is no text$"):
        unpickle(bytearray(set_item % key))


@pytest.mark.parametrize("content", [b"K\1K\1\x93.", b"\x8c\1aK\1\x93.", b"K\1\x8c\1a\x93."])
def test_names_are_text(content):
    with pytest.raises(Refused, match="^its pickle refers to a function by something else than a name$"):
        unpickle(bytearray(content))


def test_odd_names_are_shown_safely():
    """A long name is cut, and one that would upset a terminal is escaped."""
    with pytest.raises(Refused, match=re.escape(r"refers to 'os.\x1b[2J'; no CIFAR-10 file does")):
        unpickle(bytearray(b"cos\n\x1b[2J\n."))
    with pytest.raises(Refused, match="refers to numpy dtype.x; no"):
        unpickle(bytearray(b"cnumpy dtype\nx\n."))
    with pytest.raises(Refused) as error:
        unpickle(bytearray(pickle.SHORT_BINUNICODE + b"\xff" + b"a" * 255 + b"\x8c\1b\x93."))
    assert len(str(error.value)) < 200


# --- how long it takes ----------------------------------------------------------------------------

@pytest.mark.parametrize("instruction", [b"N", b"J\0\0\0\0", b"(", b")", b"\x80\4"])
def test_steps_are_counted(instruction, monkeypatch):
    """A pickle may have a certain number of instructions."""
    assert 250_000 < module.MOST_STEPS < 1_000_000  # 20,000 images, each with a label and a name, have 120,000
    monkeypatch.setattr(module, "MOST_STEPS", 1000)
    with pytest.raises(Refused, match="more than 1,000 instructions"):
        unpickle(bytearray(instruction * 1001 + b"."))
    with pytest.raises(Refused, match="damaged near byte"):
        unpickle(bytearray(instruction * 999 + b"."))  # something is wrong with its end


def test_many_labels_are_one_step(monkeypatch):
    """A row of small numbers is read at once: this is what makes reading quick."""
    monkeypatch.setattr(module, "MOST_STEPS", 10)
    labels = list(range(256)) * 30
    assert unpickle(bytearray(pickle.dumps(labels, 2)[:-2].replace(b"e(", b"") + b"e.")) == labels


def test_a_far_memo_costs_nothing():
    """A memo's number isn't a size: Python's unpickler takes 1.1 GB for these bytes."""
    tracemalloc.start()
    try:
        assert unpickle(bytearray(b"Nr\xff\xff\xff\x7f.")) is None
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


def test_lengths_are_not_believed():
    """Bytes of 4 GB in a file of 8 bytes is as long as the file."""
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            unpickle(bytearray(b"B\xff\xff\xff\xffab."))
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


# --- how much memory it takes ---------------------------------------------------------------------

@pytest.mark.parametrize("container", [b"]", b"}", b"N\x85", b"NN\x86", b"NNN\x87", b"(t", b"cnumpy\ndtype\n"])
def test_containers_are_counted(container):
    """A list of two bytes in the file takes 56 in memory, a dict 64, a call more."""
    assert len(unpickle(bytearray(b"(" + container * 63 + b"t."))) == 63
    with pytest.raises(Refused, match="more than 64 lists, dicts, tuples, functions and calls"):
        unpickle(bytearray(b"(" + container * 64 + b"t."))


@pytest.mark.parametrize("deep", [b")" + b"\x85" * 100_000, b"]" * 50_000 + b"a" * 49_999,
                                  b"}\x8c\1a" * 50_000 + b"N" + b"s" * 50_000])
def test_nothing_is_deep(deep):
    with pytest.raises(Refused, match="more than 64"):
        unpickle(bytearray(deep + b"."))


def test_small_numbers_are_counted():
    """In all rows together."""
    row = b"K\1" * 100_000
    assert len(unpickle(bytearray(b"(" + row + b"N" + row + b"t."))) == 200_001
    with pytest.raises(Refused, match="more than 200,000 small numbers"):
        unpickle(bytearray(b"(" + row + b"N" + row + b"K\1t."))


def test_text_is_counted():
    """All texts together: one wide letter makes a text four times as long in memory."""
    text = b"X" + (2_000_000).to_bytes(4, "little") + b"a" * 2_000_000
    assert len(unpickle(bytearray(b"(" + text + text + b"t."))[1]) == 2_000_000
    with pytest.raises(Refused, match="more than 4,000,000 bytes of text"):
        unpickle(bytearray(b"(" + text + text + b"U\1at."))


@pytest.mark.parametrize("piece", [b"C\0", b"\x8c\xff\xf0\x9f\x99\x82" + b"a" * 251])
def test_memory_is_bounded(monkeypatch, piece):
    """The worst kinds of instructions, views and wide text, in a tenth of the steps that a file may have."""
    monkeypatch.setattr(module, "MOST_STEPS", module.MOST_STEPS // 10)
    content = bytearray(piece * 31_000 + b".")
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            unpickle(content)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()
