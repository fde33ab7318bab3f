"""data_utils.py: loading, splitting and preparing CIFAR-10, from small files in the official format."""

import inspect
import pickle
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np
import pytest

from cs231n_softmax import data_utils
from cs231n_softmax.cifar10.files import CLASSES, TEST_BATCH, TRAIN_BATCHES
from cs231n_softmax.cifar10.sample import write_sample
from cs231n_softmax.data_utils import (
    ensure_cifar10,
    get_CIFAR10_data,
    load_CIFAR10,
    load_CIFAR_batch,
    load_linear_splits,
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
    monkeypatch.setattr(data_utils, "fault", lambda folder: "")
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


def test_a_small_sample_gives_small_splits(tmp_path, monkeypatch, capsys):
    """Of 5 x 20 and 20 made-up images: 20 for validation, 80 for training, 20 for tests; sizes that fit are kept."""
    folder = write_sample(tmp_path / "sample", per_batch=20)
    X, y, X_test, y_test = load_CIFAR10(folder)
    assert (len(X), len(y), len(X_test), len(y_test)) == (100, 100, 20, 20)
    for data in (get_CIFAR10_data(folder=folder), load_linear_splits(folder=folder, rng=0)):
        assert {name: len(data[name]) for name in data if name in ("X_train", "X_val", "X_test")} == {
            "X_train": 80, "X_val": 20, "X_test": 20}
    assert len(data["X_test_all"]) == 20 and len(data["X_dev"]) == 80
    assert len(get_CIFAR10_data(70, 10, 5, folder=folder)["X_train"]) == 70
    monkeypatch.setenv("CIFAR10_DIR", str(folder))
    ensure_cifar10()
    assert "a small built-in sample, NOT CIFAR-10: 100 training and 20 test images" in capsys.readouterr().out


def test_a_test_batch_that_says_so_is_no_training_batch(small, tmp_path):
    for path in small.folder.iterdir():
        shutil.copy(path, tmp_path)
    write(tmp_path / "data_batch_2", batch(PER_BATCH, 9, batch_label="testing batch 1 of 1"))
    with pytest.raises(ValueError, match="data_batch_2: expected training batch 2 of 5, and the file says"):
        get_CIFAR10_data(70, 25, 30, folder=tmp_path)


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
    """Without `folder` the data come from ensure_cifar10()."""
    monkeypatch.setattr(data_utils, "ensure_cifar10", lambda: small.folder)
    more = {"num_dev": 5} if load is load_linear_splits else {}
    np.testing.assert_array_equal(load(5, 4, 3, **more)["y_val"], small.train[1][5:9])


def test_the_older_name_stays():
    """Notebooks of version 0.1.0 call ensure_cifar10 by the name that it had there."""
    assert data_utils.cifar10_folder is data_utils.ensure_cifar10


@pytest.mark.parametrize(("wrong", "error", "message"), [
    ({"num_training": 0}, ValueError, "num_training: expected 1 to 50,000, got 0"),
    ({"num_training": -1}, ValueError, "num_training"),
    ({"num_validation": -1}, ValueError, "num_validation: expected 0 to 50,000, got -1"),
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


@pytest.mark.parametrize(("load", "name"), [
    (load_CIFAR_batch, "filename"), (load_CIFAR10, "ROOT"), (lambda name: get_CIFAR10_data(folder=name), "folder"),
    (lambda name: load_linear_splits(folder=name), "folder")])
def test_what_names_no_file_or_folder_is_refused(load, name):
    """None, where it doesn't mean the folder that is found; numbers, bytes, nothing, a file in place of a folder."""
    for value in ([None] if name != "folder" else []) + [3, b"data", ["data"], "", "a\0b"]:
        with pytest.raises((TypeError, ValueError), match=f"^{name}: expected the name of a (file|folder), got"):
            load(value)
    if name != "filename":
        with pytest.raises(ValueError, match=f"^{name}: expected the name of a folder, got .*which is none. Name"):
            load(__file__)
        with pytest.raises(FileNotFoundError, match="expected CIFAR-10.s files there, but there is no such folder"):
            load("no such folder")


def test_a_path_through_a_file_and_a_name_that_is_too_long():
    """The system's own words, "[Errno 20] Not a directory", don't say what to do."""
    with pytest.raises(NotADirectoryError, match="could not be read: a part of this path is a file.* Name another"):
        load_CIFAR_batch(Path(__file__) / "batch")
    with pytest.raises(OSError, match="could not be read: the name is too long for this disk. Use a shorter"):
        load_CIFAR_batch("x" * 300)


@pytest.mark.parametrize("num_dev", [-1, 71])
def test_dev_must_fit_the_training_split(num_dev):
    """num_dev outside 0..num_training raises ValueError."""
    with pytest.raises(ValueError, match=f"num_dev: expected 0 to 70, got {num_dev}"):
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
