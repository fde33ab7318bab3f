"""cifar10/files.py: reading one file in the official format, whatever it holds, and nothing else than data."""

import os
import pickle
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from cs231n_softmax.cifar10 import content, files, manifest
from cs231n_softmax.cifar10.files import (
    CLASSES,
    FILES,
    META,
    check_whole,
    is_complete,
    is_sample,
    is_whole,
    missing,
    read_batch,
    read_meta,
)
from cs231n_softmax.cifar10.manifest import CHECKED, MANIFEST, write_manifest

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

    # fmt: off
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
    # fmt: on


def test_the_official_names():
    """The ten classes and the seven files are those of the official archive."""
    assert " ".join(CLASSES) == "airplane automobile bird cat deer dog frog horse ship truck"
    assert " ".join(FILES[:5]) == "data_batch_1 data_batch_2 data_batch_3 data_batch_4 data_batch_5"
    assert set(FILES[5:]) == {"test_batch", "batches.meta"}


# --- read -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize(("kind", "images"), [(list, 6), (np.array, 1)])
def test_a_right_file_is_read_as_stored(tmp_path, protocol, kind, images):
    """read_batch returns the stored bytes and the labels as int64, whether these were a list or an array."""
    content = batch(images)
    pixels, labels = read_batch(write(tmp_path / "b", content | {"labels": kind(content["labels"])}, protocol))
    assert pixels.dtype == np.uint8 and labels.dtype == np.int64
    assert pixels.flags.writeable
    np.testing.assert_array_equal(pixels, content["data"])
    np.testing.assert_array_equal(labels, content["labels"])


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_an_array_by_columns_is_read_as_it_was(tmp_path, protocol):
    """An array that was stored in Fortran's order has the same pixels in the same places."""
    content = batch(4)
    pixels, _ = read_batch(write(tmp_path / "b", content | {"data": np.asfortranarray(content["data"])}, protocol))
    np.testing.assert_array_equal(pixels, content["data"])


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_labels_may_be_an_array_of_any_integers(tmp_path, dtype):
    """Labels as an array become int64."""
    labels = read_batch(write(tmp_path / "b", batch(4, labels=np.array([0, 9, 3, 3], dtype))))[1]
    assert labels.dtype == np.int64 and labels.tolist() == [0, 9, 3, 3]


def test_a_file_of_python_2_is_read_without_warning(tmp_path):
    """The official files' own encoding (Python 2, align=0, numpy.core) is read, with no warning."""
    content = batch(3)
    (tmp_path / "b").write_bytes(python2_pickle(content["data"], content["labels"]))
    pixels, labels = read_batch(tmp_path / "b")
    np.testing.assert_array_equal(pixels, content["data"])
    np.testing.assert_array_equal(labels, content["labels"])


def test_bytes_for_text_are_read(tmp_path):
    """Who reads a file with encoding="bytes" and writes it anew has bytes for its keys, its label and the classes."""
    path, content = tmp_path / "test_batch", batch(batch_label=b"testing batch 1 of 1")
    pixels, labels = read_batch(write(path, {key.encode(): value for key, value in content.items()}))
    np.testing.assert_array_equal(pixels, content["data"])
    assert labels.tolist() == content["labels"]
    with pytest.raises(ValueError, match="expected training batch 2 of 5, and the file says that it is testing batch"):
        read_batch(path.rename(tmp_path / "data_batch_2"))
    assert read_meta(write(tmp_path / META, {b"label_names": [name.encode() for name in CLASSES]}))


@pytest.mark.parametrize("protocol", [0, 1, 2])
def test_older_protocols_are_no_damage(tmp_path, protocol):
    """Python 3 writes bytes as calls there, and calls aren't made. The file may be right, so nobody is to delete it."""
    with pytest.raises(ValueError, match="expected a pickle of protocol 3 or higher.* Write it with") as error:
        read_batch(write(tmp_path / "test_batch", batch(), protocol))
    assert "elete" not in str(error.value)


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
    with pytest.raises(ValueError, match="data_batch_1 is not a readable CIFAR-10 file.*fetch the data"):
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
    (batch(labels=[True, False, True, False]), "expected 4 labels"),
    (batch(labels=np.zeros((4, 2), int)), "expected 4 labels"),
    (batch(labels=np.zeros(5, int)), "expected 4 labels"),
    (batch(labels=np.zeros(4, ">i8")), "expected 4 labels"),
    (batch(data=np.zeros((0, 3072), np.uint8)), "got Call"),
    (batch(data=np.zeros((4, 3072), [("a", "u1")])), "got Call"),
    (batch(data=np.zeros((4, 3072), "S1")), "got Call"),
    (batch(data=np.zeros((4, 3072), bool)), "got Call"),
    (batch(data=np.array(5, np.uint8)), "got Call"),
])
def test_other_content_is_refused(tmp_path, content, message):
    """A readable pickle with other content raises ValueError that names the file, and what was expected."""
    with pytest.raises(ValueError, match=f"test_batch.*{message}"):
        read_batch(write(tmp_path / "test_batch", content))


def test_a_missing_file_is_a_missing_file(tmp_path):
    """Where there is no file, the error is FileNotFoundError."""
    with pytest.raises(FileNotFoundError, match="data_batch_1 could not be read: there is no such file. Name another"):
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
def test_only_six_names_are_allowed(tmp_path, module, name):
    """Other names of NumPy, dotted paths through an allowed one, and builtins are refused."""
    (tmp_path / "b").write_bytes(stack_global(module, name))
    with pytest.raises(ValueError, match=re.escape(f"refers to {module}.{name};")):
        read_batch(tmp_path / "b")


def an_array(shape=(2, 3072), code="u1", order="|", fields=None, fortran=False, data=bytes(6144)):
    """A batch file whose pixels are described by these parts of an array, honest or not."""
    dtype = Described("numpy dtype", (code, False, True), (3, order, None, None, fields, -1, -1, 0))
    array = Described("numpy.core.multiarray _reconstruct", (None, (0,), b"b"), (1, shape, dtype, fortran, data))
    return batch(2, data=array)


class Described:
    """Pickled as a call with a state, of something that has this name."""

    def __init__(self, name, arguments, state):
        self.name, self.arguments, self.state = name, arguments, state

    def __reduce__(self):
        return Stub(self.name), self.arguments, self.state


class Stub:
    """Pickled as the name that it is given."""

    def __init__(self, name):
        self.module, self.name = name.split()

    def __call__(self):
        raise NotImplementedError


class Describer(pickle._Pickler):
    """Python's own pickler, which writes the names of Stubs."""

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, Stub):
            return self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        return super().save(obj, save_persistent_id)


def describe(path, content):
    with open(path, "wb") as f:
        Describer(f, 3).dump(content)
    return path


def test_an_honest_description_is_read(tmp_path):
    """The test below changes one part of this."""
    assert read_batch(describe(tmp_path / "b", an_array()))[0].shape == (2, 3072)


@pytest.mark.parametrize("part", [
    {"shape": (3, 3072)}, {"shape": (1, 3072)}, {"shape": (-1, 3072)}, {"shape": (2, -3072)}, {"shape": [2, 3072]},
    {"shape": (2.0, 3072)}, {"shape": (True, 6144)}, {"shape": ()}, {"shape": None}, {"shape": (2, 3072, *[1] * 100)},
    {"shape": (2**31 - 1, 2**31 - 1)}, {"shape": (0, 3072), "data": b""}, {"code": "O"}, {"code": "V1"}, {"code": "u2"},
    {"code": "O8"}, {"code": b"u1"}, {"code": None}, {"code": "u1,u1"}, {"code": ("u1",)}, {"order": ">"},
    {"order": None}, {"fields": {"a": 1}}, {"data": bytes(6143)}, {"data": bytes(6145)}, {"data": "x" * 6144},
    {"data": [0] * 6144}, {"data": None},
    {"fortran": None}, {"fortran": 2}, {"fortran": -1}, {"fortran": 1}, {"fortran": "F"}, {"fortran": [False]}])
def test_dishonest_arrays_are_refused(tmp_path, part):
    """Types of objects and fields, sizes that don't fit, parts of other types: NumPy never gets to see them."""
    with pytest.raises(ValueError, match="test_batch: expected 'data' to be uint8.*got .*fetch the data"):
        read_batch(describe(tmp_path / "test_batch", an_array(**part)))


@pytest.mark.parametrize("order", ["K", "A", None, 0, ["C"]])
def test_other_orders_are_refused(tmp_path, order):
    """Protocol 5 names an order: rows or columns first. Others would put the pixels elsewhere."""
    dtype = Described("numpy dtype", ("u1", False, True), (3, "|", None, None, None, -1, -1, 0))
    for more in ((order,), ("C", (1, 0))):
        array = Described("numpy._core.numeric _frombuffer", (bytes(6144), dtype, (2, 3072), *more), None)
        with pytest.raises(ValueError, match="expected 'data' to be uint8"):
            read_batch(describe(tmp_path / "b", batch(2, data=array)))


def test_other_kinds_of_files_are_refused(tmp_path, monkeypatch):
    """A folder, a pipe (reading it would wait for ever), and a file that is larger than any of CIFAR-10's."""
    with pytest.raises(ValueError, match="expected a regular file, got a folder. Name another file"):
        read_batch(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ValueError, match="pipe is not .*expected a regular file, got a pipe or a device. Name"):
            read_batch(tmp_path / "pipe")
    with open(tmp_path / "large", "wb") as f:
        f.truncate((64 << 20) + 1)
    with pytest.raises(ValueError, match="large is not .*it has 67,108,865 bytes, and no .* more than 67,108,864"):
        read_batch(tmp_path / "large")


@pytest.mark.parametrize(("reader", "name", "content"), [
    (read_batch, "mine", [1]), (read_batch, "mine", batch(labels=[0])), (read_batch, META, {"label_names": CLASSES}),
    (read_batch, "names", {"label_names": CLASSES}), (read_meta, "mine", {"label_names": ["x"]})])
def test_only_the_seven_files_are_to_be_deleted(tmp_path, reader, name, content):
    """A file of another name is the reader's own; batches.meta is right, and no batch."""
    with pytest.raises(ValueError, match=f"{name}.* Name another file, or fetch") as error:
        reader(write(tmp_path / name, content))
    assert "elete" not in str(error.value)


# --- a folder -------------------------------------------------------------------------------------

def fill(folder, images=4, **changes):
    """Write the seven files; `changes` replaces items of batches.meta."""
    folder.mkdir(exist_ok=True)
    for seed, name in enumerate(FILES):
        write(folder / name, batch(images, seed))
    write(folder / META, {"label_names": CLASSES, "num_cases_per_batch": images} | changes)
    return folder


@pytest.mark.parametrize("name", FILES)
def test_a_folder_is_complete_with_all_seven_files(tmp_path, name):
    """A folder without one of them, with a folder or a file that was cut short in its place, isn't complete."""
    folder = fill(tmp_path / "c")
    assert is_complete(folder) and is_complete(str(folder)) and missing(folder) == []
    content = (folder / name).read_bytes()
    for half in (b"", content[:100], content[:len(content) // 2], content[:-1]):
        (folder / name).write_bytes(half)
        assert missing(folder) == [name] and not is_complete(folder)
    (folder / name).unlink()
    assert missing(folder) == [name] and not is_complete(folder)
    (folder / name).mkdir()
    assert missing(folder) == [name] and not is_complete(folder)


def test_seven_files_that_were_cut_short_are_not_complete(tmp_path):
    """All that were cut are named, as far as their sizes tell."""
    folder = fill(tmp_path)
    for name in FILES[:6]:
        (folder / name).write_bytes((folder / name).read_bytes()[:4 * 3072])
    assert missing(folder) == FILES[:6]
    for name in FILES:
        (folder / name).write_bytes(b"")
    assert META in missing(folder)


@pytest.mark.parametrize("images", [None, "many", -1, 0, [1], 4.5])
def test_a_folder_that_does_not_say_how_many_images_it_has(tmp_path, images):
    """Then sizes aren't compared, as with the files that others wrote."""
    assert is_complete(fill(tmp_path, num_cases_per_batch=images))


def test_a_meta_that_says_nothing(tmp_path):
    """Then sizes can't be looked at, and the batches count."""
    write(fill(tmp_path) / META, [1])
    assert is_complete(tmp_path)


def test_a_missing_folder_is_not_complete(tmp_path):
    assert missing(tmp_path / "none") == FILES and not is_whole(tmp_path / "none")


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_a_whole_folder(tmp_path, name, listed):
    """check_whole names the first damaged file; without a manifest, only what can't be read is damage."""
    folder = fill(tmp_path / "c")
    if listed:
        write_manifest(folder, FILES)
    check_whole(folder)
    assert is_whole(str(folder))
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    assert not is_whole(folder)
    with pytest.raises(ValueError, match=f"{name} is not a readable CIFAR-10 file"):
        check_whole(folder)
    (folder / name).unlink()
    assert not is_whole(folder)
    with pytest.raises(FileNotFoundError, match=name):
        check_whole(folder)


def test_whole_batches_of_another_size_are_not_whole(tmp_path):
    """Files that can be read, but have fewer images than batches.meta says."""
    with pytest.raises(ValueError, match="data_batch_1 has fewer images than batches.meta says.*fetch the data"):
        check_whole(fill(tmp_path, num_cases_per_batch=5))


def test_a_whole_folder_is_hashed_anew(tmp_path):
    """What was remembered is forgotten."""
    folder = fill(tmp_path)
    write_manifest(folder, FILES)
    (folder / CHECKED).write_text("")
    check_whole(folder)
    assert not (folder / CHECKED).exists()


@pytest.mark.parametrize("name", [META, "data_batch_2"])
def test_damage_after_the_manifest_is_noticed(tmp_path, name):
    """One pixel, or one letter of a class: a right pickle, and not the file that was written."""
    folder = fill(tmp_path)
    write_manifest(folder, FILES)
    changed = {"label_names": ["auto", *CLASSES[1:]]} if name == META else batch(4, seed=9)
    write(folder / name, changed)
    with pytest.raises(ValueError, match=f"{name} is not .*SHA-256 is in {MANIFEST} beside it. Delete it.*fetch"):
        is_sample(folder) if name == META else read_batch(folder / name)


@pytest.mark.parametrize("names", [None, [], "airplane", CLASSES[::-1], [*CLASSES, "more"], [1, 2], ("airplane",)])
def test_other_classes_are_refused(tmp_path, names):
    """batches.meta names CIFAR-10's classes, in their order."""
    with pytest.raises(ValueError, match=r"batches\.meta: expected 'label_names' to be airplane, .*fetch the data"):
        read_meta(write(tmp_path / META, {"label_names": names}))


def test_the_official_classes_are_read(tmp_path):
    assert read_meta(write(tmp_path / META, {"label_names": CLASSES}))["label_names"] == CLASSES


# --- a batch in the place of another --------------------------------------------------------------

@pytest.mark.parametrize(("name", "says"), [("data_batch_1", "testing batch 1 of 1"),
                                            ("data_batch_1", "training batch 2 of 5"),
                                            ("test_batch", "training batch 5 of 5")])
def test_a_batch_says_which_one_it_is(tmp_path, name, says):
    """The test batch under a training batch's name would put test images among the training images."""
    folder = fill(tmp_path)
    write(folder / name, batch(batch_label=says))
    for look in (check_whole, lambda folder: read_batch(folder / name)):
        with pytest.raises(ValueError, match=f"{name}: expected t.*, and the file says that it is {says}.*fetch"):
            look(folder)
    assert is_complete(folder)  # quick: it reads no batch


@pytest.mark.parametrize("says", [{}, {"batch_label": "training batch 3 of 5"}, {"batch_label": "my own"},
                                  {"batch_label": None}])
def test_other_writers_may_say_nothing(tmp_path, says):
    """A right label, another kind of label or none; and a file under a name of its own may be any batch."""
    content = {key: value for key, value in batch().items() if key != "batch_label"} | says
    for name in ("data_batch_3", "mine"):
        assert len(read_batch(write(tmp_path / name, content))[1]) == 4


# --- no permission, and lists that are wrong ------------------------------------------------------

@pytest.fixture
def forbidden(monkeypatch):
    """A function after which a file can't be opened, also by root, who may read everything."""
    def forbid(path):
        def opened(name, *arguments, **options):
            if Path(name) == path:
                raise PermissionError(13, "Permission denied", str(name))
            return open(name, *arguments, **options)

        path.chmod(0)
        for module in (content, files, manifest):
            monkeypatch.setattr(module, "open", opened, raising=False)

    return forbid


@pytest.mark.parametrize("name", ["data_batch_3", META])
@pytest.mark.parametrize("look", [is_complete, is_whole, check_whole, missing])
def test_a_file_that_may_not_be_read_is_not_damaged(tmp_path, forbidden, name, look):
    """The error names this file, and not batches.meta; nobody is told to delete it."""
    forbidden(fill(tmp_path) / name)
    with pytest.raises(PermissionError, match=f"{name} could not be read: there is no permission") as error:
        look(tmp_path)
    assert error.value.errno == 13 and "elete" not in str(error.value)


def test_a_folder_that_may_not_be_entered(tmp_path, monkeypatch):
    """Then already its files' sizes are secret."""
    def refused(path):
        raise PermissionError(13, "Permission denied", path)

    with monkeypatch.context() as patch, pytest.raises(PermissionError, match="test_batch could not be read: there is"):
        patch.setattr(files.os, "stat", refused)
        read_batch(tmp_path / "test_batch")


def test_a_memory_that_may_not_be_read_is_no_obstacle(tmp_path, forbidden):
    """Another user may have made it."""
    write_manifest(fill(tmp_path), FILES)
    (tmp_path / CHECKED).write_text("")
    forbidden(tmp_path / CHECKED)
    assert len(read_batch(tmp_path / "test_batch")[1]) == 4


def test_a_list_without_the_file_is_to_blame(tmp_path):
    """The advice isn't to delete a right batch."""
    write_manifest(fill(tmp_path), FILES[:6])
    with pytest.raises(ValueError) as error:
        check_whole(tmp_path)
    assert str(error.value).startswith(f"{MANIFEST} in {tmp_path} doesn't list {META}: delete {MANIFEST}, or fetch")
