"""The built-in sample: official files, natural statistics, learnable as CIFAR-10 is, written all or nothing."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from cs231n_softmax.cifar10 import sample as sample_module
from cs231n_softmax.cifar10.download import fetch_cifar10
from cs231n_softmax.cifar10.files import (
    CLASSES,
    FILES,
    FOLDER,
    TEST_BATCH,
    TRAIN_BATCHES,
    _unpickle,
    check_whole,
    read_batch,
)
from cs231n_softmax.cifar10.manifest import CHECKED, MANIFEST
from cs231n_softmax.cifar10.sample import make_batch, write_sample


def contents(folder):
    """What was written; not what reading adds when the files are older than some seconds."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != CHECKED}


def leftovers(folder):
    """Everything beside the sample except locks."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("data") / "sample", per_batch=30)


@pytest.fixture(scope="module")
def images():
    """4,000 images (4000, 3, 32, 32) in grey levels, and their labels."""
    pixels, labels = make_batch(4000, np.random.default_rng(7))
    return pixels.reshape(-1, 3, 32, 32).astype(np.float64), labels


# --- the official files ---------------------------------------------------------------------------

def test_folder_holds_the_official_files_and_nothing_else(sample):
    assert sorted(contents(sample)) == sorted([*FILES, MANIFEST])
    check_whole(sample)


def test_damage_to_a_sample_is_noticed(tmp_path):
    """Its manifest is written with it."""
    folder = write_sample(tmp_path / "sample", per_batch=3)
    content = bytearray((folder / "data_batch_4").read_bytes())
    content[5000] ^= 1
    (folder / "data_batch_4").write_bytes(content)
    with pytest.raises(ValueError, match="data_batch_4 is not .*SHA-256 is in SHA256SUMS beside it"):
        read_batch(folder / "data_batch_4")


def test_a_sample_without_a_manifest_is_used(tmp_path):
    """As older versions made it: it stays as it is, and is read."""
    folder = write_sample(tmp_path / "sample", per_batch=3)
    (folder / MANIFEST).unlink()
    before = contents(folder)
    assert contents(write_sample(folder, per_batch=3)) == before
    check_whole(folder)


@pytest.mark.parametrize("name", [*TRAIN_BATCHES, TEST_BATCH])
def test_batch_reads_like_an_official_one(sample, name):
    pixels, labels = read_batch(sample / name)
    assert pixels.dtype == np.uint8 and pixels.shape == (30, 3072)
    assert labels.dtype == np.int64 and labels.shape == (30,)

    batch = _unpickle(sample / name)
    assert set(batch) == {"batch_label", "labels", "data", "filenames"}
    assert type(batch["labels"]) is list and {type(label) for label in batch["labels"]} == {int}
    assert [f.split("_")[0] for f in batch["filenames"]] == [CLASSES[label] for label in labels]
    part = "testing batch 1 of 1" if name == TEST_BATCH else f"training batch {name[-1]} of 5"
    assert batch["batch_label"] == part


def test_meta_names_the_classes(sample):
    meta = {"num_cases_per_batch": 30, "label_names": CLASSES, "num_vis": 3072, "sample": True}
    assert _unpickle(sample / "batches.meta") == meta


def test_cs231n_can_read_it_too(sample):
    """Its loader is pickle.load with encoding latin1, then reshape and transpose."""
    with open(sample / "data_batch_1", "rb") as f:
        batch = pickle.load(f, encoding="latin1")
    assert batch["data"].reshape(30, 3, 32, 32).transpose(0, 2, 3, 1).shape == (30, 32, 32, 3)


def test_pixels_are_in_channel_row_column_order():
    """Airplanes have more blue than red; ships are brighter in the top rows than in the bottom rows."""
    planes = sample_module._paint("airplane", 300, np.random.default_rng(0)).reshape(-1, 3, 32, 32).mean(axis=0)
    ships = sample_module._paint("ship", 300, np.random.default_rng(0)).reshape(-1, 3, 32, 32).mean(axis=0)
    assert planes[2].mean() > planes[0].mean() + 5
    assert ships[:, :10].mean() > ships[:, -10:].mean() + 20
    assert abs(ships[:, :, :10].mean() - ships[:, :, -10:].mean()) < 10


# --- one seed, one sample -------------------------------------------------------------------------

def test_same_seed_same_bytes(sample, tmp_path):
    np.random.seed(123)  # noqa: NPY002  the global generator must not matter
    assert contents(write_sample(tmp_path / "again", seed=0, per_batch=30)) == contents(sample)


def test_other_seed_other_bytes(sample, tmp_path):
    other = contents(write_sample(tmp_path / "other", seed=1, per_batch=30))
    assert [name for name, data in contents(sample).items() if data == other[name]] == ["batches.meta"]


def test_no_image_occurs_twice(sample):
    pixels = np.concatenate([read_batch(sample / name)[0] for name in [*TRAIN_BATCHES, TEST_BATCH]])
    assert len(np.unique(pixels, axis=0)) == 180


def test_the_global_generator_is_left_alone(tmp_path):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    write_sample(tmp_path / "sample", per_batch=3)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


# --- like CIFAR-10 where it matters (in brackets: the same figure of CIFAR-10) --------------------

def test_classes_are_balanced_and_shuffled(images):
    labels = images[1]
    assert (np.bincount(labels) == 400).all()
    assert 0.05 < (labels[1:] == labels[:-1]).mean() < 0.15  # neighbours agree one time in ten


def test_pixel_mean_and_spread(images):
    x = images[0]
    assert 115 < x.mean() < 125  # (121)
    assert 61 < x.std() < 69  # (64)
    assert 27 < x.mean(axis=(1, 2, 3)).std() < 39  # bright and dark images (32)


def test_colours_rise_and_fall_together(images):
    r = np.corrcoef(images[0].transpose(1, 0, 2, 3).reshape(3, -1))
    assert 0.87 < r[0, 1] < 0.95 and 0.87 < r[1, 2] < 0.95  # (0.92)
    assert 0.74 < r[0, 2] < 0.86  # (0.81)


def test_amplitude_falls_as_a_power_of_frequency(images):
    grey = images[0].mean(axis=1)
    window = np.outer(np.hanning(32), np.hanning(32))
    power = (np.abs(np.fft.fft2((grey - grey.mean(axis=(1, 2), keepdims=True)) * window)) ** 2).mean(axis=0)
    k = np.fft.fftfreq(32) * 32
    ring = np.rint(np.hypot(k[:, None], k)).astype(int)
    f = np.arange(2, 15)
    slope = np.polyfit(np.log(f), [np.log(power[ring == j].mean()) / 2 for j in f], 1)[0]
    assert -1.75 < slope < -1.4  # (-1.5)


def test_a_linear_classifier_learns_but_not_everything(images):
    """Ridge regression to one-hot labels, on 8 x 8 averages of the images: far from chance, far from all."""
    x, y = images
    x = x.reshape(-1, 3, 8, 4, 8, 4).mean(axis=(3, 5)).reshape(len(x), -1)
    x = np.hstack([(x - x[:3000].mean(axis=0)) / 64, np.ones((len(x), 1))])
    train, test = slice(0, 3000), slice(3000, None)
    w = np.linalg.solve(x[train].T @ x[train] + 100 * np.eye(x.shape[1]), x[train].T @ np.eye(10)[y[train]])
    accuracy = ((x[test] @ w).argmax(axis=1) == y[test]).mean()
    assert 0.3 < accuracy < 0.46


@pytest.fixture
def typical(monkeypatch):
    """Typical cartoons only: no noise, nobody else's colours, in their place and size."""
    for name, value in {"NOISE": (0, 0, 0), "ODD_SCENE": 0, "ODD_BODY": 0, "SHIFT": 0, "STRETCH": 0}.items():
        monkeypatch.setattr(sample_module, name, value)


def test_labels_name_what_is_painted(typical):
    """The mean image of each label is nearest to the mean of that class's own cartoons."""
    pixels, labels = make_batch(1000, np.random.default_rng(0))
    labelled = np.stack([pixels[labels == c].mean(axis=0) for c in range(10)])
    painted = np.stack([sample_module._paint(name, 100, np.random.default_rng(1)).mean(axis=0) for name in CLASSES])
    distances = np.linalg.norm(labelled[:, None] - painted, axis=2)
    assert distances.argmin(axis=1).tolist() == list(range(10))


def test_horses_look_both_ways(typical):
    """Half are mirrored, so the mean horse, like its template, has a head at either side of a light sky."""
    horse = sample_module._paint("horse", 1000, np.random.default_rng(0)).reshape(-1, 3, 32, 32).mean(axis=(0, 1))
    left, middle, right = (horse[3:14, columns].mean() for columns in (slice(3, 10), slice(14, 18), slice(22, 29)))
    assert abs(left - right) < 5
    assert max(left, right) < middle - 10


# --- all or nothing -------------------------------------------------------------------------------

def test_complete_sample_is_not_rewritten(sample):
    before = {path.name: path.stat().st_mtime_ns for path in sample.iterdir()}
    assert write_sample(sample, seed=5, per_batch=30) == sample
    assert {path.name: path.stat().st_mtime_ns for path in sample.iterdir()} == before


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()])
def test_failing_write_leaves_nothing_behind(tmp_path, monkeypatch, failure):
    dump, written = sample_module._dump, []

    def failing_dump(content, filename):
        dump(content, filename)
        written.append(filename)
        if len(written) == 4:
            raise failure

    monkeypatch.setattr(sample_module, "_dump", failing_dump)
    with pytest.raises(type(failure)):
        write_sample(tmp_path / "sample", per_batch=10)
    assert len(written) >= 4 and leftovers(tmp_path) == []

    monkeypatch.undo()  # and the next call is not in the way of the failed one
    assert sorted(contents(write_sample(tmp_path / "sample", per_batch=10))) == sorted([*FILES, MANIFEST])


def test_what_a_killed_run_left_is_cleaned(tmp_path):
    for name in (".sample.tmp-abc", ".other.tmp-abc"):
        (tmp_path / name / "sample").mkdir(parents=True)
        (tmp_path / name / "sample" / "data_batch_1").write_bytes(b"half")
    write_sample(tmp_path / "sample", per_batch=10)
    assert leftovers(tmp_path) == [".other.tmp-abc", "sample"]


@pytest.mark.parametrize("again", [write_sample, lambda folder: fetch_cifar10(folder.parent)])
def test_leftovers_beside_a_complete_folder_are_deleted(tmp_path, again):
    """A process that was killed after the last rename leaves a temporary folder; the next one has nothing to make."""
    folder = write_sample(tmp_path / FOLDER, per_batch=2)
    (tmp_path / f".{FOLDER}.tmp-abc" / "old" / FOLDER).mkdir(parents=True)
    again(folder)
    assert leftovers(tmp_path) == [FOLDER]


def test_two_processes_at_once_write_once(tmp_path):
    code = """
import sys, time
from pathlib import Path
from cs231n_softmax.cifar10 import sample

folder, write_files = Path(sys.argv[1]), sample._write_files

def slow(*args):
    with open(folder.parent / "log", "a") as log:
        log.write("w")
    time.sleep(1)
    write_files(*args)

sample._write_files = slow
(folder.parent / f"ready{sys.argv[2]}").touch()
while not (folder.parent / f"ready{1 - int(sys.argv[2])}").exists():
    time.sleep(0.01)
sample.write_sample(folder, per_batch=30)
"""
    command = [sys.executable, "-c", code, str(tmp_path / "sample")]
    processes = [subprocess.Popen([*command, str(i)], stderr=subprocess.PIPE, text=True) for i in range(2)]
    errors = [process.communicate(timeout=600)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    assert (tmp_path / "log").read_text() == "w"
    assert leftovers(tmp_path) == ["log", "ready0", "ready1", "sample"]
    assert len(read_batch(tmp_path / "sample" / TEST_BATCH)[0]) == 30


def test_empty_folder_is_filled(tmp_path):
    (tmp_path / "sample").mkdir()
    assert sorted(contents(write_sample(tmp_path / "sample", per_batch=10))) == sorted([*FILES, MANIFEST])


def test_folder_with_other_things_is_refused_and_kept(tmp_path):
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "data_batch_1").write_bytes(b"mine")
    with pytest.raises(FileExistsError, match="lacks data_batch_2.*Delete it"):
        write_sample(tmp_path / "sample", per_batch=10)
    assert contents(tmp_path / "sample") == {"data_batch_1": b"mine"}
    assert leftovers(tmp_path) == ["sample"]


@pytest.mark.parametrize("per_batch", [0, 20_001])
def test_per_batch_must_fit_a_file_that_is_read(tmp_path, per_batch):
    with pytest.raises(ValueError, match=f"per_batch: expected 1 to 20,000 images, got {per_batch:,}"):
        write_sample(tmp_path / "sample", per_batch=per_batch)
    assert leftovers(tmp_path) == []
