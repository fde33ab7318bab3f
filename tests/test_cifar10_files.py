"""cifar10/files.py: reading one file in the official format, whatever it holds, and nothing else than data."""

import os
import pickle
import re
import struct

import numpy as np
import pytest

from cs231n_softmax.cifar10 import files
from cs231n_softmax.cifar10.files import CLASSES, FILES, is_complete, read_batch

pytestmark = pytest.mark.filterwarnings("error")


# --- files in the official format -----------------------------------------------------------------

def write(path, content, protocol=3):
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    return path


def batch(N=4, seed=0, **changes):
    """The dict of one batch file, N random images; `changes` replace its items."""
    rng = np.random.default_rng(seed)
    return {"batch_label": "a batch", "labels": rng.integers(10, size=N).tolist(),
            "data": rng.integers(256, size=(N, 3072), dtype=np.uint8),
            "filenames": [f"{i}.png" for i in range(N)]} | changes


def python2_pickle(data, labels):
    """A batch as Python 2 wrote the official ones: protocol 2, byte strings, numpy.core.multiarray, align=0."""
    def text(s):
        return pickle.SHORT_BINSTRING + bytes([len(s)]) + s.encode("ascii")

    def number(n):
        return pickle.BININT + struct.pack("<i", n)

    dtype = [b"cnumpy\ndtype\n", text("u1"), number(0), number(1), pickle.TUPLE3, pickle.REDUCE,
             pickle.MARK, number(3), text("|"), 3 * pickle.NONE, number(-1), number(-1), number(0), pickle.TUPLE,
             pickle.BUILD]
    array = [b"cnumpy.core.multiarray\n_reconstruct\n", b"cnumpy\nndarray\n", number(0), pickle.TUPLE1, text("b"),
             pickle.TUPLE3, pickle.REDUCE,
             pickle.MARK, number(1), number(len(data)), number(3072), pickle.TUPLE2, *dtype, pickle.NEWFALSE,
             pickle.BINSTRING, struct.pack("<i", data.size), data.tobytes(), pickle.TUPLE, pickle.BUILD]
    return b"".join([
        pickle.PROTO, b"\x02", pickle.EMPTY_DICT, pickle.MARK,
        text("batch_label"), text("training batch 1 of 5"),
        text("labels"), pickle.EMPTY_LIST, pickle.MARK, *map(number, labels), pickle.APPENDS,
        text("data"), *array,
        text("filenames"), pickle.EMPTY_LIST, pickle.MARK, *[text("cat_s_000001.png") for _ in labels], pickle.APPENDS,
        pickle.SETITEMS, pickle.STOP])


def test_the_official_names():
    """The ten classes and the seven files are those of the official archive."""
    assert " ".join(CLASSES) == "airplane automobile bird cat deer dog frog horse ship truck"
    assert " ".join(FILES[:5]) == "data_batch_1 data_batch_2 data_batch_3 data_batch_4 data_batch_5"
    assert set(FILES[5:]) == {"test_batch", "batches.meta"}


# --- read -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("protocol", [3, 4])
@pytest.mark.parametrize("kind", [list, np.array])
def test_a_right_file_is_read_as_stored(tmp_path, protocol, kind):
    """read_batch returns the stored bytes and the labels as int64, whether these were a list or an array."""
    content = batch(6)
    pixels, labels = read_batch(write(tmp_path / "b", content | {"labels": kind(content["labels"])}, protocol))
    assert pixels.dtype == np.uint8 and labels.dtype == np.int64
    np.testing.assert_array_equal(pixels, content["data"])
    np.testing.assert_array_equal(labels, content["labels"])


def test_a_file_of_python_2_is_read_without_warning(tmp_path):
    """The official files' own encoding (Python 2, align=0, numpy.core) is read, with no warning."""
    content = batch(3)
    (tmp_path / "b").write_bytes(python2_pickle(content["data"], content["labels"]))
    pixels, labels = read_batch(tmp_path / "b")
    np.testing.assert_array_equal(pixels, content["data"])
    np.testing.assert_array_equal(labels, content["labels"])


def test_all_ten_labels_are_allowed(tmp_path):
    """0 and 9 are labels."""
    np.testing.assert_array_equal(read_batch(write(tmp_path / "b", batch(10, labels=list(range(10)))))[1], range(10))


WHOLE = pickle.dumps(batch(), protocol=3)
DAMAGED = {"empty": b"", "text": b"not a pickle\n", "web page": b"<!DOCTYPE html><html></html>",
           "gzip": b"\x1f\x8b\x08\x00", "truncated in the data": WHOLE[:5000], "without its end": WHOLE[:-1],
           "random bytes": np.random.default_rng(0).bytes(500)}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused(tmp_path, content):
    """A file that is no whole pickle raises ValueError that names it and says what to do."""
    (tmp_path / "data_batch_1").write_bytes(content)
    with pytest.raises(ValueError, match="data_batch_1 is not a readable CIFAR-10 file.*get_cifar10"):
        read_batch(tmp_path / "data_batch_1")


@pytest.mark.parametrize(("content", "message"), [
    ([1, 2], "expected a dict, got list"),
    (None, "expected a dict, got NoneType"),
    ({}, "expected 'data' to be uint8 .*got NoneType"),
    (batch(data=[[0] * 3072] * 4), "got list"),
    (batch(data=np.zeros((4, 3072))), "got float64"),
    (batch(data=np.zeros((4, 3072), np.int8)), "got int8"),
    (batch(data=np.zeros((4, 3072), np.uint16)), "got uint16"),
    (batch(data=np.zeros((4, 3071), np.uint8)), r"got uint8 \(4, 3071\)"),
    (batch(data=np.zeros((4, 3, 32, 32), np.uint8)), r"got uint8 \(4, 3, 32, 32\)"),
    (batch(data=np.zeros(3072, np.uint8)), r"got uint8 \(3072,\)"),
    (batch(labels=[0, 1, 2]), "expected 4 labels from 0 to 9"),
    (batch(labels=[0, 1, 2, 3, 4]), "expected 4 labels"),
    (batch(labels=[0, 1, 2, 10]), "expected 4 labels"),
    (batch(labels=[0, 1, 2, -1]), "expected 4 labels"),
    (batch(labels=[0.0, 1.0, 2.0, 3.0]), "expected 4 labels"),
    (batch(labels=["0", "1", "2", "3"]), "expected 4 labels"),
    (batch(labels=[[0], [1], [2], [3]]), "expected 4 labels"),
    (batch(labels=None), "expected 4 labels"),
    (batch(labels=[[0], [1, 2], [3], [4]]), "expected 4 labels"),
])
def test_other_content_is_refused(tmp_path, content, message):
    """A readable pickle with other content raises ValueError that names the file, and what was expected."""
    with pytest.raises(ValueError, match=f"test_batch.*{message}"):
        read_batch(write(tmp_path / "test_batch", content))


def test_a_missing_file_is_a_missing_file(tmp_path):
    """Where there is no file, the error is FileNotFoundError."""
    with pytest.raises(FileNotFoundError):
        read_batch(tmp_path / "data_batch_1")


class Calls:
    """Unpickling it would call function(*arguments)."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def stack_global(module, name):
    """A protocol 4 pickle of the object `name` in `module`, which may be a dotted path."""
    return (pickle.PROTO + b"\x04" + b"".join(pickle.SHORT_BINUNICODE + bytes([len(s)]) + s.encode()
                                              for s in (module, name)) + pickle.STACK_GLOBAL + pickle.STOP)


@pytest.mark.parametrize("protocol", [2, 3, 4])
@pytest.mark.parametrize("where", ["alone", "among the items"])
@pytest.mark.parametrize("kind", ["os.system", "builtins.eval", "numpy.save"])
def test_code_in_a_pickle_is_refused_and_not_run(tmp_path, protocol, where, kind):
    """A pickle that refers to any other function raises ValueError naming it, and the function is not called."""
    victim = tmp_path / "run.npy"
    call = {"os.system": Calls(os.system, f"touch {victim}"),
            "builtins.eval": Calls(eval, f"open({str(victim)!r}, 'w').close()"),
            "numpy.save": Calls(np.save, str(victim), 1)}[kind]
    content = call if where == "alone" else {"filenames": call, "data": 1}
    name = kind.split(".")[1]
    with pytest.raises(ValueError, match=rf"data_batch_1 is not .*refers to [\w.]+\.{name}; no CIFAR-10 file does"):
        read_batch(write(tmp_path / "data_batch_1", content, protocol))
    assert not victim.exists()


@pytest.mark.parametrize(("module", "name"), [
    ("numpy", "ndarray.tofile"), ("numpy", "load"), ("numpy.core.multiarray", "scalar"), ("builtins", "getattr")])
def test_only_four_names_are_allowed(tmp_path, module, name):
    """Other names of NumPy, dotted paths through an allowed one, and builtins are refused."""
    (tmp_path / "b").write_bytes(stack_global(module, name))
    with pytest.raises(ValueError, match=re.escape(f"refers to {module}.{name};")):
        read_batch(tmp_path / "b")


def test_a_refused_pickle_leaves_no_trace(tmp_path):
    """A pickle that sets attributes of what it is given changes nothing for the next file."""
    path = tmp_path / "bad"
    path.write_bytes(b"\x80\x02cnumpy\ndtype\nN}U\x0c__defaults__(\x89\x88ts\x86b.")
    before = files._dtype.__defaults__
    with pytest.raises(ValueError, match="bad"):
        read_batch(path)
    assert files._dtype.__defaults__ == before


@pytest.mark.parametrize("missing", FILES)
def test_a_folder_is_complete_with_all_seven_files(tmp_path, missing):
    """A folder is complete only with all seven files."""
    folder = tmp_path / "c"
    folder.mkdir()
    for name in set(FILES) - {missing}:
        (folder / name).touch()
    assert not is_complete(folder)
    (folder / missing).mkdir()
    assert not is_complete(folder)
    (folder / missing).rmdir()
    (folder / missing).touch()
    assert is_complete(folder) and is_complete(str(folder))
