"""data_utils.py: reading, finding, splitting and preparing CIFAR-10, on small files in the official format."""

import inspect
import os
import pickle
import re
import struct
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from cs231n_softmax import data_utils
from cs231n_softmax.data_utils import (
    CLASSES,
    FILES,
    FOLDER,
    TEST_BATCH,
    TRAIN_BATCHES,
    cifar10_folder,
    find_cifar10,
    get_CIFAR10_data,
    is_complete,
    load_CIFAR10,
    load_CIFAR_batch,
    load_linear_splits,
    read_batch,
)

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


PER_BATCH = 20


@pytest.fixture(scope="module")
def small():
    """A folder with 5 x 20 training and 10,000 test images, and what is in it: .train, .test (pixels, labels)."""
    with TemporaryDirectory() as name:
        batches = [batch(PER_BATCH, seed) for seed in range(5)]
        test = batch(10_000, 5, filenames=[])
        for file, content in zip([*TRAIN_BATCHES, TEST_BATCH], [*batches, test], strict=True):
            write(Path(name, file), content)
        write(Path(name, "batches.meta"), {"label_names": CLASSES})
        yield SimpleNamespace(
            folder=Path(name),
            train=(np.concatenate([b["data"] for b in batches]), np.concatenate([b["labels"] for b in batches])),
            test=(test["data"], np.array(test["labels"])))


def channels_last(pixels):
    """Images (N, 32, 32, 3) of stored rows, entry by entry as the format says: channel, then row, then column."""
    channel, row, column = np.meshgrid(range(3), range(32), range(32), indexing="ij")
    images = np.empty((len(pixels), 32, 32, 3), np.uint8)
    images[:, row, column, channel] = pixels[:, 1024 * channel + 32 * row + column]
    return images


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
    """A pickle that asks for any other function raises ValueError naming it, and the function is not called."""
    victim = tmp_path / "run.npy"
    call = {"os.system": Calls(os.system, f"touch {victim}"),
            "builtins.eval": Calls(eval, f"open({str(victim)!r}, 'w').close()"),
            "numpy.save": Calls(np.save, str(victim), 1)}[kind]
    content = call if where == "alone" else {"filenames": call, "data": 1}
    name = kind.split(".")[1]
    with pytest.raises(ValueError, match=rf"data_batch_1 is not .*asks for [\w.]+\.{name}; no CIFAR-10 file does"):
        read_batch(write(tmp_path / "data_batch_1", content, protocol))
    assert not victim.exists()


@pytest.mark.parametrize(("module", "name"), [
    ("numpy", "ndarray.tofile"), ("numpy", "load"), ("numpy.core.multiarray", "scalar"), ("builtins", "getattr")])
def test_only_four_names_are_allowed(tmp_path, module, name):
    """Other names of NumPy, dotted paths through an allowed one, and builtins are refused."""
    (tmp_path / "b").write_bytes(stack_global(module, name))
    with pytest.raises(ValueError, match=re.escape(f"asks for {module}.{name};")):
        read_batch(tmp_path / "b")


# --- load -----------------------------------------------------------------------------------------

def test_batch_of_images(small):
    """load_CIFAR_batch returns float32 images (N, 32, 32, 3), contiguous and writable, with every byte in its place."""
    X, y = load_CIFAR_batch(small.folder / "data_batch_1")
    assert X.shape == (PER_BATCH, 32, 32, 3) and X.dtype == np.float32
    assert X.flags.c_contiguous and X.flags.writeable
    np.testing.assert_array_equal(X, channels_last(small.train[0][:PER_BATCH]))
    np.testing.assert_array_equal(y, small.train[1][:PER_BATCH])


@pytest.mark.parametrize(("channel", "row", "column"), [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (2, 31, 30)])
def test_one_pixel_lands_where_the_format_says(tmp_path, channel, row, column):
    """Byte 1024 channel + 32 row + column of image 1 becomes X[1, row, column, channel] and nothing else."""
    data = np.zeros((2, 3072), np.uint8)
    data[1, 1024 * channel + 32 * row + column] = 255
    X, _ = load_CIFAR_batch(write(tmp_path / "b", batch(2, data=data)))
    assert X[1, row, column, channel] == 255 and X.sum() == 255


def test_whole_cifar10(monkeypatch):
    """load_CIFAR10 has the five batches in order and the test batch: (50000, 32, 32, 3), writable float32, 0..255."""
    def fake(path):
        k = [*TRAIN_BATCHES, TEST_BATCH].index(path.name)
        assert path.parent == Path("somewhere")
        row = np.repeat(np.array([250, 3 * k, k], np.uint8), 1024)
        return np.broadcast_to(row, (10_000, 3072)), np.full(10_000, k)

    monkeypatch.setattr(data_utils, "read_batch", fake)
    Xtr, ytr, Xte, yte = load_CIFAR10("somewhere")
    for X, y, N in ((Xtr, ytr, 50_000), (Xte, yte, 10_000)):
        assert X.shape == (N, 32, 32, 3) and X.dtype == np.float32 and X.flags.writeable and X.flags.c_contiguous
        assert y.shape == (N,) and y.dtype == np.int64
    np.testing.assert_array_equal(ytr, np.repeat(range(5), 10_000))
    assert (yte == 5).all()
    for X, y in ((Xtr[::2500], ytr[::2500]), (Xte[::2500], yte[::2500])):
        expected = np.column_stack([np.full(len(y), 250), 3 * y, y])
        np.testing.assert_array_equal(X, np.broadcast_to(expected[:, None, None], X.shape))


def test_too_few_images_are_an_error(small):
    """A folder with fewer images than asked for raises ValueError with both numbers and the folder."""
    with pytest.raises(ValueError, match=f"expected 50,000 images.*{re.escape(str(small.folder))}, got 100"):
        load_CIFAR10(small.folder)
    with pytest.raises(ValueError, match="expected 101 images in data_batch_1, .*got 100"):
        get_CIFAR10_data(100, 1, 5, folder=small.folder)


# --- splits ---------------------------------------------------------------------------------------

SIZES = {"num_training": 70, "num_validation": 25, "num_test": 30}  # the training split ends within batch 4
PARTS = {"train": slice(0, 70), "val": slice(70, 95), "test": slice(0, 30)}


def stored(small, part):
    """The pixels as stored and the labels of a split: train first, validation next, test from its own file."""
    pixels, labels = small.test if part.startswith("test") else small.train
    rows = PARTS.get(part, slice(None))
    return pixels[rows], labels[rows]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_raw_splits(small, dtype):
    """Without subtraction the splits are the stored images, channels first, in the dtype asked for."""
    data = get_CIFAR10_data(**SIZES, subtract_mean=False, folder=small.folder, dtype=dtype)
    assert list(data) == ["X_train", "y_train", "X_val", "y_val", "X_test", "y_test"]
    for part in PARTS:
        pixels, labels = stored(small, part)
        assert data[f"X_{part}"].dtype == dtype
        np.testing.assert_array_equal(data[f"X_{part}"], pixels.reshape(-1, 3, 32, 32))
        np.testing.assert_array_equal(data[f"y_{part}"], labels)


def test_mean_image_is_the_training_splits(small):
    """By default the mean of X_train is 0 and all three splits are shifted by that one image."""
    data = get_CIFAR10_data(**SIZES, folder=small.folder)
    assert np.abs(data["X_train"].mean(axis=0, dtype=float)).max() < 1e-4
    mean_image = stored(small, "train")[0].mean(axis=0).reshape(3, 32, 32)
    for part in PARTS:
        assert data[f"X_{part}"].dtype == np.float32
        expected = stored(small, part)[0].reshape(-1, 3, 32, 32) - mean_image
        np.testing.assert_allclose(data[f"X_{part}"], expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize(("load", "fourth"), [(get_CIFAR10_data, ("subtract_mean", True)),
                                              (load_linear_splits, ("num_dev", 500))])
def test_default_sizes_are_cs231ns(load, fourth):
    """49,000 + 1,000 training images, 1,000 test images; 500 for dev; the rest is keyword-only, float32 the default."""
    parameters = inspect.signature(load).parameters.values()
    assert [(p.name, p.default) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD] == [
        ("num_training", 49000), ("num_validation", 1000), ("num_test", 1000), fourth]
    rest = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert rest == {"folder": None, "dtype": np.float32} | ({"rng": None} if load is load_linear_splits else {})


@pytest.mark.parametrize("load", [get_CIFAR10_data, load_linear_splits])
def test_default_folder_is_the_one_found(small, load, monkeypatch):
    """Without `folder` the data come from cifar10_folder()."""
    monkeypatch.setattr(data_utils, "cifar10_folder", lambda: small.folder)
    more = {"num_dev": 5} if load is load_linear_splits else {}
    np.testing.assert_array_equal(load(5, 4, 3, **more)["y_val"], small.train[1][5:9])


@pytest.mark.parametrize(("wrong", "error", "message"), [
    ({"num_training": 0}, ValueError, "num_training.*got 0 and 25"),
    ({"num_training": -1}, ValueError, "num_training"),
    ({"num_validation": -1}, ValueError, "num_validation.*got 70 and -1"),
    ({"num_training": 49_001, "num_validation": 1000}, ValueError, "50,000 images; got 49,001 and 1,000"),
    ({"num_test": -1}, ValueError, "num_test: expected 0 to 10,000, got -1"),
    ({"num_test": 10_001}, ValueError, "num_test: .*got 10,001"),
    ({"dtype": np.uint8}, TypeError, "dtype: expected float32 or float64, got uint8"),
    ({"dtype": "float16"}, TypeError, "dtype: .*got float16"),
])
@pytest.mark.parametrize("load", [get_CIFAR10_data, load_linear_splits])
def test_wrong_arguments_are_refused_before_reading(load, wrong, error, message):
    """Sizes that do not fit CIFAR-10 and other dtypes raise an error that names the argument; nothing is read."""
    more = {"num_dev": 0} if load is load_linear_splits else {}
    with pytest.raises(error, match=message):
        load(**SIZES | more | wrong, folder="no such folder")


@pytest.mark.parametrize("num_dev", [-1, 71])
def test_dev_must_fit_the_training_split(num_dev):
    """num_dev outside 0..num_training raises ValueError."""
    with pytest.raises(ValueError, match=f"num_dev: expected 0 to num_training = 70, got {num_dev}"):
        load_linear_splits(**SIZES, num_dev=num_dev, folder="no such folder")


@pytest.fixture(scope="module")
def linear(small):
    """load_linear_splits of the small folder in the default dtype."""
    return load_linear_splits(**SIZES, num_dev=20, folder=small.folder, rng=0)


def test_shapes_of_linear_splits(linear):
    """Rows of 3,073 float32 numbers for each split, a label for each row, and the mean image."""
    rows = {"train": 70, "val": 25, "test": 30, "test_all": 10_000, "dev": 20}
    assert set(linear) == {f"{a}_{part}" for a in "Xy" for part in rows} | {"mean_image"}
    for part, N in rows.items():
        assert linear[f"X_{part}"].shape == (N, 3073) and linear[f"X_{part}"].dtype == np.float32
        assert linear[f"y_{part}"].shape == (N,) and linear[f"y_{part}"].dtype == np.int64
    assert linear["mean_image"].shape == (3072,) and linear["mean_image"].dtype == np.float32


@pytest.mark.parametrize("part", [*PARTS, "test_all"])
def test_rows_are_the_images_less_the_mean_and_a_one(small, linear, part):
    """A row is the (32, 32, 3) image flattened, less the training mean, then 1: adding the mean gives the pixels."""
    X, y = linear[f"X_{part}"], linear[f"y_{part}"]
    pixels, labels = stored(small, part)
    assert (X[:, -1] == 1).all()
    np.testing.assert_array_equal(y, labels)
    X, pixels = X[-100:], pixels[-100:]
    np.testing.assert_allclose(X[:, :-1] + linear["mean_image"], channels_last(pixels).reshape(-1, 3072),
                               rtol=0, atol=1e-4)


def test_linear_mean_image_is_the_training_splits(small, linear):
    """mean_image is the mean of the training split alone, so X_train has mean 0."""
    expected = channels_last(stored(small, "train")[0]).reshape(-1, 3072).mean(axis=0)
    np.testing.assert_allclose(linear["mean_image"], expected, rtol=1e-6)
    assert np.abs(linear["X_train"][:, :-1].mean(axis=0, dtype=float)).max() < 1e-4


def test_float64_on_request(small):
    """dtype=np.float64 gives float64 with the mean subtracted to its precision."""
    data = load_linear_splits(**SIZES, num_dev=3, folder=small.folder, dtype=np.float64)
    assert all(data[name].dtype == np.float64 for name in data if name[0] != "y")
    pixels = channels_last(stored(small, "val")[0]).reshape(-1, 3072)
    np.testing.assert_allclose(data["X_val"][:, :-1] + data["mean_image"], pixels, rtol=0, atol=1e-12)


def dev_indices(data):
    """Which rows of X_train the rows of X_dev are; their labels must be those rows' labels."""
    place = {row.tobytes(): i for i, row in enumerate(data["X_train"])}
    indices = [place[row.tobytes()] for row in data["X_dev"]]
    np.testing.assert_array_equal(data["y_dev"], data["y_train"][indices])
    return indices


def test_dev_rows_are_drawn_without_replacement(small):
    """X_dev has distinct training rows in random order, the same for the same seed, with their labels; it is a copy."""
    draws = []
    for num_dev, rng in ((20, 0), (20, np.random.default_rng(0)), (20, 1), (70, 2), (0, 3)):
        data = load_linear_splits(**SIZES, num_dev=num_dev, folder=small.folder, rng=rng)
        draws.append(dev_indices(data))
        assert len(set(draws[-1])) == num_dev
        assert not np.shares_memory(data["X_dev"], data["X_train"])
    assert draws[0] == draws[1] != draws[2]
    assert sorted(draws[3]) == list(range(70)) != draws[3]
    assert draws[0] != sorted(draws[0]) and max(draws[0]) >= 20


def test_smallest_sizes(small):
    """One training image and nothing else is a valid split."""
    data = load_linear_splits(1, 0, 0, 1, folder=small.folder)
    assert [len(data[f"X_{part}"]) for part in ("train", "val", "test", "dev")] == [1, 0, 0, 1]
    assert [len(X) for X in get_CIFAR10_data(1, 0, 0, folder=small.folder).values()] == [1, 1, 0, 0, 0, 0]


# --- find -----------------------------------------------------------------------------------------

def make_folder(folder, names=FILES):
    """Make `folder` with these files, empty but for batches.meta: a sample's where the folder is called so."""
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()
    if "batches.meta" in names:
        meta = {"label_names": CLASSES} | ({"sample": "seed 0"} if "sample" in folder.name else {})
        (folder / "batches.meta").write_bytes(pickle.dumps(meta, protocol=4))
    return folder


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An empty world: working directory, home and datasets/ are empty folders; CIFAR10_DIR is not set."""
    for name in ("here", "home", "project"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.delenv("CIFAR10_DIR", raising=False)
    monkeypatch.setattr(data_utils, "DATASETS", tmp_path / "project")
    monkeypatch.setattr(data_utils, "SAMPLE", tmp_path / "project/sample")
    return tmp_path


@pytest.mark.parametrize("missing", FILES)
def test_a_folder_is_complete_with_all_seven_files(tmp_path, missing):
    """A folder is complete only with all seven files."""
    folder = make_folder(tmp_path / "c", [name for name in FILES if name != missing])
    assert not is_complete(folder)
    (folder / missing).mkdir()
    assert not is_complete(folder)
    (folder / missing).rmdir()
    (folder / missing).touch()
    assert is_complete(folder) and is_complete(str(folder))


def test_places_in_order(places):
    """Looked at in this order: the project's datasets/, then datasets, cs231n/datasets, data here, then ~/.keras."""
    order = ["project", "here/datasets", "here/cs231n/datasets", "here/data", "home/.keras/datasets"]
    assert find_cifar10() is None
    for place in reversed(order):
        folder = make_folder(places / place / FOLDER)
        assert find_cifar10().resolve() == folder


def test_incomplete_folders_are_passed_over(places):
    """A place with a file missing does not count."""
    make_folder(places / "project" / FOLDER, FILES[1:])
    assert find_cifar10() is None
    folder = make_folder(places / "here/data" / FOLDER)
    assert find_cifar10().resolve() == folder


def test_cifar10_dir_is_the_only_place(places, monkeypatch):
    """$CIFAR10_DIR names the folder itself and wins over all places; empty, it counts as not set."""
    elsewhere = make_folder(places / "project" / FOLDER)
    chosen = make_folder(places / "chosen")
    monkeypatch.setenv("CIFAR10_DIR", str(chosen))
    assert find_cifar10() == chosen
    monkeypatch.setenv("CIFAR10_DIR", "")
    assert find_cifar10() == elsewhere


@pytest.mark.parametrize("names", [None, FILES[:-1]])
def test_incomplete_cifar10_dir_is_an_error(places, monkeypatch, names):
    """$CIFAR10_DIR without the files raises FileNotFoundError with the remedy, even when another place has them."""
    make_folder(places / "project" / FOLDER)
    if names is not None:
        make_folder(places / "chosen", names)
    monkeypatch.setenv("CIFAR10_DIR", str(places / "chosen"))
    with pytest.raises(FileNotFoundError, match="CIFAR10_DIR is .*chosen: expected the files .*unset CIFAR10_DIR"):
        find_cifar10()


# --- find, or download, or make the sample --------------------------------------------------------

@pytest.fixture
def outside(places, monkeypatch):
    """Stand-ins for the downloader and the sample: .outcome is the fetched folder or an error; .calls lists both."""
    class DownloadError(RuntimeError):
        pass

    def fetch_cifar10(datasets):
        assert datasets == data_utils.DATASETS
        outside.calls.append("fetch")
        if isinstance(outside.outcome, Exception):
            raise outside.outcome
        return make_folder(outside.outcome)

    def write_sample(folder):
        outside.calls.append("sample")
        return folder if folder.exists() else make_folder(folder)

    outside = SimpleNamespace(calls=[], outcome=DownloadError("no source delivered it.\n  and why\nWhat to do: wait."))
    for name, members in (("download", {"DownloadError": DownloadError, "fetch_cifar10": fetch_cifar10}),
                          ("synthetic", {"write_sample": write_sample})):
        module = ModuleType(f"cs231n_softmax.{name}")
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return outside


REAL = "Data: CIFAR-10, 50,000 training and 10,000 test images.\n"
MADE_UP = ("Data: the built-in sample, NOT CIFAR-10: made-up images that behave like it. "
           "`make data` fetches the real ones.\n")
FETCHING = "CIFAR-10 is not here yet: downloading 170 MB, once.\n"


def test_found_data_are_used(places, outside, capsys):
    """Where CIFAR-10 is found, its folder is returned with one line, without a path, and nothing is fetched."""
    folder = make_folder(places / "project" / FOLDER)
    assert cifar10_folder() == folder
    assert capsys.readouterr() == (REAL, "") and outside.calls == []


def test_absent_data_are_downloaded(places, outside, capsys):
    """Where nothing is found, CIFAR-10 is downloaded, and the lines say so; the next call finds it."""
    outside.outcome = places / "project" / FOLDER
    assert cifar10_folder() == outside.outcome
    assert capsys.readouterr() == (FETCHING + REAL, "") and outside.calls == ["fetch"]
    assert cifar10_folder() == outside.outcome
    assert capsys.readouterr() == (REAL, "") and outside.calls == ["fetch"]


def test_failed_download_gives_the_sample_and_is_tried_once(places, outside, capsys):
    """A failed download is one visible line, then the sample, said to be one; with the sample there, no second try."""
    assert cifar10_folder() == data_utils.SAMPLE
    printed = capsys.readouterr()
    assert printed == (FETCHING + "The download failed: no source delivered it.\n" + MADE_UP, "")
    assert str(places) not in printed.out
    assert outside.calls == ["fetch", "sample"]
    assert cifar10_folder() == data_utils.SAMPLE
    assert capsys.readouterr() == (MADE_UP, "")
    assert outside.calls == ["fetch", "sample", "sample"]


def test_real_data_win_over_the_sample(places, outside, capsys):
    """Once CIFAR-10 is there, the sample is not used any more."""
    make_folder(data_utils.SAMPLE)
    folder = make_folder(places / "here/data" / FOLDER)
    assert cifar10_folder().resolve() == folder
    assert capsys.readouterr().out == REAL and outside.calls == []


@pytest.mark.parametrize("spelling", ["{}/project/sample", "../project/sample", "{}/here/../project/sample/"])
def test_a_chosen_sample_is_not_called_cifar10(places, outside, monkeypatch, capsys, spelling):
    """When $CIFAR10_DIR is the sample's folder, however it is spelled, the line says that it is the sample."""
    make_folder(data_utils.SAMPLE)
    monkeypatch.setenv("CIFAR10_DIR", spelling.format(places))
    assert cifar10_folder().resolve() == data_utils.SAMPLE
    assert capsys.readouterr().out == MADE_UP and "fetch" not in outside.calls


def test_a_copy_of_the_sample_is_not_called_cifar10(places, outside, monkeypatch, capsys):
    """The sample is known by its content, not by where it lies."""
    monkeypatch.setenv("CIFAR10_DIR", str(make_folder(places / "a copy of the sample")))
    cifar10_folder()
    assert capsys.readouterr().out == MADE_UP


def test_a_refused_pickle_leaves_no_trace(tmp_path):
    """A pickle that sets attributes of what it is given changes nothing for the next file."""
    path = tmp_path / "bad"
    path.write_bytes(b"\x80\x02cnumpy\ndtype\nN}U\x0c__defaults__(\x89\x88ts\x86b.")
    before = data_utils._dtype.__defaults__
    with pytest.raises(ValueError, match="bad"):
        data_utils.read_batch(path)
    assert data_utils._dtype.__defaults__ == before
