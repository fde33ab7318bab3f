"""sweep/store.py: a sweep goes on where it ended, however it ended, and never with anything else than it began with."""

import errno
import io
import json
import math
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from concurrent.futures import CancelledError, Executor, wait
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs231n_softmax._files import array_digest, arrays, write_npz
from cs231n_softmax.classifiers import LinearSVM, Softmax
from cs231n_softmax.sweep import Result, loop, store, sweep, workers
from cs231n_softmax.sweep import chunks as sweep_chunks
from cs231n_softmax.sweep.store import SweepFile

pytestmark = pytest.mark.filterwarnings("error")

SETTINGS = [(1e-4, 50.0), (0.5, 1e-3), (1e200, 1e200), (1e-3, 0.0), (1e300, 1.0), (1e200, 1.0), (0.02, 0.1), (0.1, 0.1)]
CHUNK = 2 * 72 + 71  # two settings a chunk: four chunks, of which the third diverges whole


def problem(N, seed):
    rng = np.random.default_rng(seed)
    y = np.arange(N) % 3
    return rng.standard_normal((N, 3)) + np.eye(3)[y], y


X_TRAIN, Y_TRAIN, X_VAL, Y_VAL = *problem(60, 0), *problem(30, 1)
CALL = {"X_train": X_TRAIN, "y_train": Y_TRAIN, "X_val": X_VAL, "y_val": Y_VAL, "settings": SETTINGS, "model": Softmax,
        "num_iters": 60, "batch_size": 10, "rng": 0, "progress": False}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(sweep_chunks, "CHUNK", CHUNK)


@pytest.fixture
def trained(monkeypatch):
    """A list of the chunks that are trained."""
    chunks, train_chunk = [], sweep_chunks.train_chunk

    def count(data, task, settings, *check):
        chunks.append(settings)
        return train_chunk(data, task, settings, *check)

    monkeypatch.setattr(sweep_chunks, "train_chunk", count)
    return chunks


@pytest.fixture
def path(tmp_path):
    """The file's name, in a folder where nothing else may be left."""
    yield tmp_path / "sweep"
    assert [file.name for file in tmp_path.iterdir()] in ([], ["sweep"])


@pytest.fixture
def finished(path):
    """The file of a sweep that came to its end."""
    sweep(**CALL, file=path)
    return path


def interrupted(num_chunks, path, **call):
    """Sweep until so many chunks are in the file; then somebody presses Ctrl-C, and no other chunk comes to its end."""
    write, train_chunk, begun, left = SweepFile.write, sweep_chunks.train_chunk, [], []
    enough = threading.Event()

    def press(self, description, finished):
        if not begun:
            begun.append(True)
            left.extend(range(num_chunks - len(finished)))
        write(self, description, finished)
        if len(finished) == num_chunks:
            enough.set()
            raise KeyboardInterrupt

    def train(*args):
        if not left:
            enough.wait()
            raise CancelledError
        left.pop()
        return train_chunk(*args)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(SweepFile, "write", press)
        monkeypatch.setattr(sweep_chunks, "train_chunk", train)
        with pytest.raises(KeyboardInterrupt):
            sweep(**CALL | call, file=path)


@pytest.mark.parametrize("again", [False, True])
def test_what_is_finished_when_ctrl_c_comes_is_kept(again, path, monkeypatch):
    """Also the chunks whose results nobody had taken yet; also when it comes again while the file is written."""
    write_npz, presses = store.write_npz, [again]

    def all_done(done, futures, data_there):
        wait(futures)
        raise KeyboardInterrupt

    def press(path, **arrays):
        if "rows_0" in arrays and presses.pop():
            signal.raise_signal(signal.SIGINT)
        write_npz(path, **arrays)

    with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
        context.setattr(workers, "_next", all_done)
        context.setattr(store, "write_npz", press)
        sweep(**CALL, file=path)
    assert presses == []
    monkeypatch.setattr(sweep_chunks, "train_chunk", pytest.fail)
    sweep(**CALL, file=path)


def assert_same(table, other):
    """Equal to the last bit and type, NaN where the other has NaN."""
    assert len(table) == len(other)
    for row, expected in zip(table, other, strict=True):
        assert type(row) is Result and [type(value) for value in row] == [type(value) for value in expected]
        np.testing.assert_array_equal(np.array(row), np.array(expected))
    assert type(table.best_model) is type(other.best_model)
    assert table.best_model.W.dtype == other.best_model.W.dtype
    np.testing.assert_array_equal(table.best_model.W, other.best_model.W)


# --- going on -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("num_chunks", [1, 2, 3, 4])
@pytest.mark.parametrize("model", [Softmax, LinearSVM])
def test_an_interrupted_sweep_goes_on(num_chunks, model, path, trained):
    """Started again, it trains what is missing and no more, and ends as if nothing had happened."""
    undisturbed = sweep(**CALL | {"model": model})
    trained.clear()
    interrupted(num_chunks, path, model=model)
    with np.load(path, allow_pickle=False) as stored:
        there = {int(name.removeprefix("rows_")) for name in stored if name.startswith("rows_")}
    assert len(there) == num_chunks
    trained.clear()
    assert_same(sweep(**CALL | {"model": model}, file=path), undisturbed)
    missing = [SETTINGS[2 * number : 2 * number + 2] for number in range(4) if number not in there]
    assert sorted(trained) == sorted(missing)


def test_interrupted_again_and_again(path, monkeypatch, trained):
    """One chunk at a time, of float32 numbers, until nothing is missing: the same end."""
    monkeypatch.setattr(sweep_chunks, "CHUNK", CHUNK // 2)
    data = {"X_train": X_TRAIN.astype(np.float32), "X_val": X_VAL.astype(np.float32)}
    undisturbed = sweep(**CALL | data)
    for num_chunks in (1, 2, 3, 4):
        interrupted(num_chunks, path, **data)
    trained.clear()
    assert_same(sweep(**CALL | data, file=path), undisturbed)
    assert trained == [] and undisturbed.best_model.W.dtype == np.float32


def test_a_finished_file_gives_the_table(finished, monkeypatch):
    """Without training, without writing, whatever the executor; the bar begins at its end."""
    before = finished.read_bytes()
    monkeypatch.setattr(sweep_chunks, "train_chunk", pytest.fail)
    monkeypatch.setattr(SweepFile, "write", pytest.fail)
    assert_same(sweep(**CALL, file=str(finished)), sweep(**CALL, file=finished, executor=Executor()))
    monkeypatch.undo()
    monkeypatch.setattr(sweep_chunks, "CHUNK", CHUNK)
    assert_same(sweep(**CALL, file=finished), sweep(**CALL))
    assert finished.read_bytes() == before


def test_the_bar_begins_where_the_sweep_ended(path, monkeypatch):
    """Four of eight settings are in the file: the bar goes on from 4, and ends at 8."""
    steps = []

    class Bar(loop.tqdm):
        def update(self, n=1):
            steps.append((n, self.total))

    interrupted(2, path)
    monkeypatch.setattr(loop, "tqdm", Bar)
    sweep(**CALL, file=path)
    assert steps == [(4, 8), (2, 8), (2, 8)]


def test_diverged_rows_come_back(finished):
    """NaN, inf and True are stored, also for a chunk without any best weights."""
    with np.load(finished, allow_pickle=False) as stored:
        assert sorted(stored) == ["best_W_0", "best_W_1", "best_W_3", "description",
                                  "rows_0", "rows_1", "rows_2", "rows_3"]
    table = sweep(**CALL, file=finished)
    assert [row.diverged for row in table] == [False, False, True, False, True, True, False, False]
    assert all(row.final_loss == math.inf and math.isnan(row.val_accuracy) for row in table if row.diverged)


def test_other_models_go_on(path, trained):
    """A model of the user's own, one setting a chunk, goes on too."""
    undisturbed = sweep(**CALL | {"model": Own})
    interrupted(3, path, model=Own)
    trained.clear()
    assert_same(sweep(**CALL | {"model": Own}, file=path), undisturbed)
    assert sorted(trained) == sorted([setting] for setting in SETTINGS[3:])


class Own(Softmax):
    """A model that nobody else knows."""


def test_numpy_integers_are_integers(path, trained):
    """num_iters, batch_size and seed of NumPy's types: a file as of Python's."""
    numpy_integers = {name: np.int64(CALL[name]) for name in ("num_iters", "batch_size", "rng")}
    table = sweep(**CALL | numpy_integers, file=path)
    trained.clear()
    assert_same(sweep(**CALL, file=path), table)
    assert trained == []


def test_without_a_seed_the_files_goes_on(path, trained):
    """rng=None draws a seed for a new file, and takes the file's for an old one, which is then as good as named."""
    interrupted(2, path, rng=None)
    seed = SweepFile(path).seed
    trained.clear()
    table = sweep(**CALL | {"rng": None}, file=path)
    assert len(trained) == 2 and SweepFile(path).seed == seed
    assert_same(sweep(**CALL | {"rng": seed}, file=path), table)
    assert_same(sweep(**CALL | {"rng": seed}), table)
    path.unlink()
    interrupted(1, path, rng=None)
    assert SweepFile(path).seed != seed


# --- killed -------------------------------------------------------------------------------------------------------

KILLED = """
import itertools, sys, time
sys.path.insert(0, sys.argv[1])
import test_sweep_store as this
this.sweep_chunks.CHUNK = this.CHUNK
train_chunk = this.sweep_chunks.train_chunk
pauses = itertools.chain([0.05] * 5, itertools.repeat(600))  # this process never ends of itself

def slow(*args):
    time.sleep(next(pauses))
    return train_chunk(*args)

this.sweep_chunks.train_chunk = slow
this.sweep(**this.CALL | {"settings": 5 * this.SETTINGS}, file=sys.argv[2])
"""


def chunks_in(path):
    """Return how many finished chunks the file holds, 0 without a file."""
    if not path.exists():
        return 0
    with np.load(path, allow_pickle=False) as stored:
        return sum(name.startswith("rows_") for name in stored)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_sweep_goes_on(tmp_path, trained):
    """Killed twice in the middle, at any moment: the file is whole each time, and the table the undisturbed one."""
    path, settings, sizes = tmp_path / "sweep", 5 * SETTINGS, []
    undisturbed = sweep(**CALL | {"settings": settings})
    for _ in range(2):
        before = chunks_in(path)
        process = subprocess.Popen([sys.executable, "-W", "error", "-c", KILLED, os.path.dirname(__file__), path])
        while process.poll() is None and chunks_in(path) == before:
            time.sleep(0.01)
        process.kill()
        assert process.wait() == -9
        sizes.append(chunks_in(path))
    assert 1 <= sizes[0] < sizes[1] < 20
    assert all(file.name == "sweep" or file.suffix == ".tmp" for file in tmp_path.iterdir())
    trained.clear()
    assert_same(sweep(**CALL | {"settings": settings}, file=path), undisturbed)
    assert len(trained) == 20 - sizes[1]


# --- refused ------------------------------------------------------------------------------------------------------

def changed(array):
    """The array with the last bit of one value in the middle flipped, or another label there."""
    array, middle = array.copy(), len(array) // 2
    if array.dtype.kind == "f":
        array[middle, 1] = np.nextafter(array[middle, 1], np.inf)
    else:
        array[middle] = (array[middle] + 1) % 3
    return array


OTHER = {
    "X_train": {"X_train": changed(X_TRAIN)},
    "y_train": {"y_train": changed(Y_TRAIN)},
    "X_val": {"X_val": changed(X_VAL)},
    "y_val": {"y_val": changed(Y_VAL)},
    "X_train, y_train": {"X_train": X_TRAIN[:-1], "y_train": Y_TRAIN[:-1]},
    "X_train, X_val": {"X_train": X_TRAIN.astype(np.float32).astype(float), "X_val": X_VAL.astype(np.float32)},
    "y_train, y_val": {"y_train": Y_TRAIN.astype(np.uint8), "y_val": Y_VAL.astype(np.int32)},
    "settings": {"settings": [*SETTINGS[:-1], (0.1, 0.1 + 2**-56)]},
    "settings ": {"settings": SETTINGS[::-1]},
    "settings, chunk sizes (in the file [2, 2, 2, 2], now [1, 2, 2, 2])": {"settings": SETTINGS[1:]},
    "model (in the file Softmax, now LinearSVM)": {"model": LinearSVM},
    "num_iters (in the file 60, now 61)": {"num_iters": 61},
    "batch_size (in the file 10, now 9)": {"batch_size": 9},
    "seed (in the file 0, now 1)": {"rng": 1},
    "X_val, num_iters (in the file 60, now 10), seed (in the file 0, now 2)":
        {"X_val": -X_VAL, "num_iters": 10, "rng": 2},
}


@pytest.mark.parametrize(("names", "other"), OTHER.items(), ids=OTHER)
@pytest.mark.parametrize("num_chunks", [1, 4])
def test_another_sweeps_file_is_refused(names, other, num_chunks, path, trained):
    """One value, one setting or one number that differs: ValueError says which, and the file; nothing is changed."""
    interrupted(num_chunks, path)
    before = path.read_bytes()
    trained.clear()
    with pytest.raises(ValueError) as error:
        sweep(**CALL | other, file=path)
    assert str(error.value) == (f"{path}: was written by a sweep that differs in {names.strip()}. "
                                "Delete it, or name another file.")
    assert trained == [] and path.read_bytes() == before


def test_another_cut_is_refused(finished, monkeypatch):
    """The numbers of chunks in the file mean nothing when chunks have another size."""
    monkeypatch.setattr(sweep_chunks, "CHUNK", 2**20)
    with pytest.raises(ValueError, match=r"differs in chunk sizes \(in the file \[2, 2, 2, 2\], now \[4, 4\]\)"):
        sweep(**CALL, file=finished)


@given(st.data())
@settings(deadline=None, derandomize=True, database=None, max_examples=60)
def test_the_digest_tells_arrays_apart(data):
    """Other bytes, another shape or dtype: another digest, in one block or many; the layout in memory is the same."""
    shape = data.draw(st.sampled_from([(6,), (6, 2), (4, 3), (12, 1), (1, 12)]))
    array = np.arange(math.prod(shape), dtype=data.draw(st.sampled_from([np.int64, np.float32]))).reshape(shape)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(arrays, "ROWS", data.draw(st.sampled_from([1, 40, 2**24])))
        digest = array_digest(array)
        assert digest == array_digest(np.asfortranarray(array)) == array_digest(np.repeat(array, 2, 0)[::2])
        other = array.copy()
        other.flat[data.draw(st.integers(0, array.size - 1))] += 1
        others = [other, array.view({np.int64: np.uint64, np.float32: np.int32}[array.dtype.type])]
        others += [array[::-1], array.reshape(-1, 1, 1), array[None]] if len(array) > 1 else []
        assert digest not in [array_digest(other) for other in others]


def test_equal_bytes_in_another_shape(path):
    """Zeros of (6, 2) and of (4, 3) have the same bytes, and aren't the same data."""
    assert array_digest(np.zeros((6, 2))) != array_digest(np.zeros((4, 3)))
    assert array_digest(np.zeros(3, np.int64)) != array_digest(np.zeros(3, np.float64))


# --- damaged ------------------------------------------------------------------------------------------------------

class Opened:
    """What leaves a trace when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def npz(**arrays):
    """The bytes of an .npz file of these arrays, with a right checksum."""
    with tempfile.TemporaryDirectory() as folder:
        write_npz(Path(folder) / "npz", **arrays)
        return (Path(folder) / "npz").read_bytes()


def unsealed(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "text")
    return file.getvalue()


FOREIGN = {
    "empty": b"",
    "text": b"learning_rate,reg\n0.1,0.2\n",
    "an array": npy(np.arange(3)),
    "weights": npy(np.zeros((3073, 10))),
    "an npz of arrays": npz(X=np.zeros(3), y=np.zeros(3)),
    "an npz without arrays": npz(),
    "the right arrays without a checksum": unsealed(description=np.array('{"seed": 0}'), rows_0=np.zeros((2, 6))),
    "another's description": npz(description=np.array("what this is"), rows_0=np.zeros((2, 6))),
    "a description that is a number": npz(description=np.array(3)),
    "a description without a seed": npz(description=np.array(json.dumps({"model": "Softmax"}))),
    "a description that is a list": npz(description=np.array(json.dumps([["seed", 0]]))),
    "a description that is a word": npz(description=np.array(json.dumps("seed"))),
    "a zip of text": zipped("description", "rows_0"),
    "a zip of text called npy": zipped("description.npy", "rows_0.npy"),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("rng", [0, None])
def test_foreign_files_are_refused(content, rng, path, trained):
    """What no sweep wrote is refused by its name, with or without a seed, and stays as it is."""
    path.write_bytes(content)
    with pytest.raises(ValueError) as error:
        sweep(**CALL | {"rng": rng}, file=path)
    assert str(error.value).startswith(f"{path}: expected a file that a sweep wrote, got something else: ")
    assert str(error.value).endswith("Delete it, or name another file.")
    assert trained == [] and path.read_bytes() == content


@pytest.mark.parametrize("part", ["whole", "description", "rows_0", "best_W_1", "an array"])
def test_nothing_is_unpickled(part, finished, tmp_path, trained):
    """A pickle, or a file of ours with a pickle in it, is refused, and what it would do isn't done."""
    trace = tmp_path / "opened"
    pickled = np.array(Opened(trace), object)
    with np.load(finished, allow_pickle=False) as stored:
        arrays = dict(stored)
    contents = {"whole": pickle.dumps(Opened(trace)), "an array": npy(pickled)}
    content = contents.get(part) or npz(**arrays | {part: pickled})
    finished.write_bytes(content)
    trained.clear()
    with pytest.raises(ValueError, match="expected a file that a sweep wrote"):
        sweep(**CALL, file=finished)
    assert not trace.exists() and trained == [] and finished.read_bytes() == content


def test_truncated_files_are_refused(finished):
    """A file that ends early, anywhere, is refused by its name."""
    content = finished.read_bytes()
    for length in {*range(0, len(content), 97), *range(len(content) - 24, len(content))}:
        finished.write_bytes(content[:length])
        with pytest.raises(ValueError, match="expected a file that a sweep wrote") as error:
            SweepFile(finished)
        assert str(finished) in str(error.value)


def test_a_flipped_bit_is_noticed(finished):
    """A file with one bit flipped, wherever it is, is refused."""
    content, rng = finished.read_bytes(), np.random.default_rng(0)
    for position in rng.choice(len(content), 250, replace=False):
        damaged = bytearray(content)
        damaged[position] ^= 1 << rng.integers(8)
        finished.write_bytes(damaged)
        with pytest.raises(ValueError, match="expected a file that a sweep wrote"):
            SweepFile(finished)


@pytest.mark.parametrize(("name", "array"), [
    ("best_W_0", None), ("rows_0", np.zeros((3, 6))), ("rows_9", np.zeros((2, 6))), ("rows_x", np.zeros((2, 6))),
    ("rows_1", np.array("text"))])
def test_chunks_that_no_sweep_wrote_are_refused(name, array, finished, trained):
    """A chunk without its best weights, of another size or number: a forged file, since the checksum is right."""
    with np.load(finished, allow_pickle=False) as stored:
        arrays = dict(stored) | {name: array}
    finished.write_bytes(npz(**{name: array for name, array in arrays.items() if array is not None}))
    trained.clear()
    with pytest.raises(ValueError, match="expected a file that a sweep wrote"):
        sweep(**CALL, file=finished)
    assert trained == []


NAN, INF = math.nan, math.inf
WRONG_ROWS = {
    "an accuracy of 7": {3: 7.0}, "one of -5": {2: -5.0}, "one of NaN": {3: NAN}, "a loss of NaN": {4: NAN},
    "one of inf": {4: INF}, "another learning rate": {0: 99.0}, "another reg": {1: 49.0}, "half diverged": {5: 0.5},
    "a diverged one with results": {5: 1.0}, "one with a loss": {2: NAN, 3: NAN, 5: 1.0},
    "one with accuracies": {4: INF, 5: 1.0}, "NaN": {5: NAN},
}
WRONG_ARRAYS = {
    "rows of text": {"rows_0": np.array([["a"] * 6] * 2)}, "rows of integers": {"rows_0": np.zeros((2, 6), int)},
    "a flat row": {"rows_0": np.zeros(12)}, "a chunk that isn't": {"rows_-1": np.zeros((2, 6))},
    "a chunk by another name": {"rows_ 0": np.zeros((2, 6))}, "weights of none": {"best_W_2": np.eye(3)},
    "another array": {"more": np.eye(3)},
    **{f"weights of {W.dtype} {W.shape}": {"best_W_0": W} for W in (
        np.ones((3, 2)), np.ones(3), np.ones((3, 3), int), np.ones((3, 3), np.float32), np.array("a"))},
    "weights of NaN": {"best_W_0": np.full((3, 3), NAN)}, "of inf": {"best_W_0": np.full((3, 3), -INF)},
}


@pytest.mark.parametrize("wrong", [*WRONG_ROWS.items(), *WRONG_ARRAYS.items()], ids=[*WRONG_ROWS, *WRONG_ARRAYS])
def test_results_that_no_sweep_has_are_refused(wrong, finished, trained):
    """The checksum is right, and the description; one value or array isn't what such a sweep writes."""
    with np.load(finished, allow_pickle=False) as stored:
        arrays = dict(stored)
    what, change = wrong
    if what in WRONG_ROWS:
        arrays["rows_0"][0, list(change)] = list(change.values())
    else:
        arrays |= change
    finished.write_bytes(npz(**arrays))
    trained.clear()
    with pytest.raises(ValueError, match="expected a file that a sweep wrote.*Delete it, or name another file"):
        sweep(**CALL, file=finished)
    assert trained == []


def test_rows_are_float64():
    """Also where the numbers are the same in float32."""
    row, settings = np.array([[1.0, 0.0, 0.5, 0.5, 1.0, 0.0]]), [(1.0, 0.0)]
    assert store._rows(row, settings) == [Result(1.0, 0.0, 0.5, 0.5, 1.0, False)]
    with pytest.raises(ValueError, match=r"expected rows of float64 \(1, 6\), got float32 \(1, 6\)"):
        store._rows(row.astype(np.float32), settings)


@pytest.mark.parametrize("seed", ["0", 0.5, -1, True, None, [0]])
def test_a_seed_is_an_integer(seed, finished):
    """With rng=None it is taken from the file."""
    with np.load(finished, allow_pickle=False) as stored:
        arrays = dict(stored)
    description = json.loads(str(arrays["description"])) | {"seed": seed}
    finished.write_bytes(npz(**arrays | {"description": np.array(json.dumps(description))}))
    with pytest.raises(ValueError, match="expected a file that a sweep wrote.* its seed is no integer"):
        sweep(**CALL | {"rng": None}, file=finished)


def test_the_weights_of_other_models_are_their_own(path):
    """They may have any shape and type of numbers, and come back; text is none."""
    table = sweep(**CALL | {"model": Vector, "settings": SETTINGS[:1]}, file=path)
    again = sweep(**CALL | {"model": Vector, "settings": SETTINGS[:1]}, file=path)
    assert_same(again, table)
    with np.load(path, allow_pickle=False) as stored:
        arrays = dict(stored)
    path.write_bytes(npz(**arrays | {"best_W_0": np.array("a")}))
    with pytest.raises(ValueError, match="expected weights of numbers, got <U1"):
        sweep(**CALL | {"model": Vector, "settings": SETTINGS[:1]}, file=path)


class Vector:
    """A model that is no LinearClassifier: its weights are integers (3,)."""

    def train(self, X, *args, **options):
        self.W = np.arange(3)
        return [1.0]

    def predict(self, X):
        return np.zeros(len(X), int)


# --- writing ------------------------------------------------------------------------------------------------------

def test_failed_writing_keeps_the_old_file(path, monkeypatch):
    """The disk is full at the end of a file: the error says so, what was there stays, and the sweep can go on."""
    interrupted(2, path)
    before = path.read_bytes()

    def fill(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fill)
        with pytest.raises(OSError, match=f"{path} could not be written: the disk is full"):
            sweep(**CALL, file=path)
    assert path.read_bytes() == before
    assert_same(sweep(**CALL, file=path), sweep(**CALL))


def test_a_name_that_is_too_long(tmp_path):
    """A sentence, and not the system's "[Errno 36]"."""
    with pytest.raises(OSError, match="x could not be read: the name is too long for this disk. Use a shorter name."):
        sweep(**CALL, file=tmp_path / ("x" * 300))


def test_the_name_is_taken_as_it_is(tmp_path, monkeypatch):
    """A str or a Path, with any ending or none; nothing beside it, and no file without a name."""
    monkeypatch.chdir(tmp_path)
    sweep(**CALL)
    assert list(tmp_path.iterdir()) == []
    for name in ("plain", "with.npz", tmp_path / "other.ending"):
        sweep(**CALL, file=name)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["other.ending", "plain", "with.npz"]


def test_writing_needs_no_reading_first(finished, path):
    """A SweepFile that has read nothing writes a file that another one reads: it keeps no hidden state."""
    description = str(np.load(finished, allow_pickle=False)["description"])
    chunks = SweepFile(finished).read(description, np.zeros((3, 3)))
    finished.unlink()
    SweepFile(path).write(description, chunks)
    again = SweepFile(path).read(description, np.zeros((3, 3)))
    assert again.keys() == chunks.keys() and all(str(again[k]) == str(chunks[k]) for k in chunks)


def test_every_finished_chunk_is_kept(path, monkeypatch):
    """The file is written before training, and after each chunk, before the next result is looked at."""
    sizes, write = [], SweepFile.write

    def look(self, description, finished):
        write(self, description, finished)
        with np.load(path, allow_pickle=False) as stored:
            sizes.append(sum(name.startswith("rows_") for name in stored))

    monkeypatch.setattr(SweepFile, "write", look)
    sweep(**CALL, file=path)
    assert sizes == [0, 1, 2, 3, 4]
