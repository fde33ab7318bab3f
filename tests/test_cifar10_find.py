"""cifar10/find.py: where CIFAR-10 is looked for, and what happens where it isn't found."""

import pickle
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from cs231n_softmax.cifar10 import find
from cs231n_softmax.cifar10.files import CLASSES, FILES, FOLDER
from cs231n_softmax.cifar10.find import ensure_cifar10, find_cifar10

pytestmark = pytest.mark.filterwarnings("error")


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
    monkeypatch.setattr(find, "DATASETS", tmp_path / "project")
    monkeypatch.setattr(find, "SAMPLE", tmp_path / "project/sample")
    return tmp_path


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
        assert datasets == find.DATASETS
        outside.calls.append("fetch")
        if isinstance(outside.outcome, Exception):
            raise outside.outcome
        return make_folder(outside.outcome)

    def write_sample(folder):
        outside.calls.append("sample")
        return folder if folder.exists() else make_folder(folder)

    outside = SimpleNamespace(calls=[], outcome=DownloadError("no source delivered it.\n  and why\nWhat to do: wait."))
    for name, members in (("download", {"DownloadError": DownloadError, "fetch_cifar10": fetch_cifar10}),
                          ("sample", {"write_sample": write_sample})):
        module = ModuleType(f"cs231n_softmax.cifar10.{name}")
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
    assert ensure_cifar10() == folder
    assert capsys.readouterr() == (REAL, "") and outside.calls == []


def test_absent_data_are_downloaded(places, outside, capsys):
    """Where nothing is found, CIFAR-10 is downloaded, and the lines say so; the next call finds it."""
    outside.outcome = places / "project" / FOLDER
    assert ensure_cifar10() == outside.outcome
    assert capsys.readouterr() == (FETCHING + REAL, "") and outside.calls == ["fetch"]
    assert ensure_cifar10() == outside.outcome
    assert capsys.readouterr() == (REAL, "") and outside.calls == ["fetch"]


def test_failed_download_gives_the_sample_and_is_tried_once(places, outside, capsys):
    """A failed download is one visible line, then the sample, said to be one; with the sample there, no second try."""
    assert ensure_cifar10() == find.SAMPLE
    printed = capsys.readouterr()
    assert printed == (FETCHING + "The download failed: no source delivered it.\n" + MADE_UP, "")
    assert str(places) not in printed.out
    assert outside.calls == ["fetch", "sample"]
    assert ensure_cifar10() == find.SAMPLE
    assert capsys.readouterr() == (MADE_UP, "")
    assert outside.calls == ["fetch", "sample", "sample"]


def test_real_data_win_over_the_sample(places, outside, capsys):
    """Once CIFAR-10 is there, the sample is not used any more."""
    make_folder(find.SAMPLE)
    folder = make_folder(places / "here/data" / FOLDER)
    assert ensure_cifar10().resolve() == folder
    assert capsys.readouterr().out == REAL and outside.calls == []


@pytest.mark.parametrize("spelling", ["{}/project/sample", "../project/sample", "{}/here/../project/sample/"])
def test_a_chosen_sample_is_not_called_cifar10(places, outside, monkeypatch, capsys, spelling):
    """When $CIFAR10_DIR is the sample's folder, however it is spelled, the line says that it is the sample."""
    make_folder(find.SAMPLE)
    monkeypatch.setenv("CIFAR10_DIR", spelling.format(places))
    assert ensure_cifar10().resolve() == find.SAMPLE
    assert capsys.readouterr().out == MADE_UP and "fetch" not in outside.calls


def test_a_copy_of_the_sample_is_not_called_cifar10(places, outside, monkeypatch, capsys):
    """The sample is known by its content, not by where it lies."""
    monkeypatch.setenv("CIFAR10_DIR", str(make_folder(places / "a copy of the sample")))
    ensure_cifar10()
    assert capsys.readouterr().out == MADE_UP
