"""cifar10/find.py: where CIFAR-10 is looked for, and what happens where it isn't found."""

import os
import pickle
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from cs231n_softmax.cifar10 import find
from cs231n_softmax.cifar10 import places as place_module
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
    """An empty world: working directory, home, datasets/ and temporary files are empty folders; no CIFAR10_DIR."""
    for name in ("here", "home", "project", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name in ("HOME", "USERPROFILE"):  # of POSIX, of Windows
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("CIFAR10_DIR", "KERAS_HOME"):
        monkeypatch.delenv(name, raising=False)
    for module in (find, place_module):
        monkeypatch.setattr(module, "DATASETS", tmp_path / "project")
    monkeypatch.setattr(place_module, "KAGGLE", tmp_path / "kaggle")
    monkeypatch.setattr(find, "SAMPLE", tmp_path / "project/sample")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path


HERE = ["here/datasets", "here/cs231n/datasets", "here/data", "here"]


def test_places_in_order(places, monkeypatch):
    """Looked at in this order: the project's datasets/, then below the working folder, then Keras's and others."""
    monkeypatch.setenv("KERAS_HOME", str(places / "keras"))
    order = ["project", *HERE, "keras/datasets", "home/.keras/datasets", f"keras/datasets/{FOLDER}-target",
             f"home/.keras/datasets/{FOLDER}-target", "home/data", "kaggle/cifar10-python"]
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


def refuse(folder):
    """Make all files in the folder unreadable to stat, as a folder without permission does for Python 3.11."""
    def denied(self, *args, **keywords):
        if self.is_relative_to(folder):
            raise PermissionError(f"{self} could not be read.")
        return os.stat(self, *args, **keywords)

    return lambda monkeypatch: monkeypatch.setattr(Path, "stat", denied)


def test_places_that_are_no_places_are_passed_over(places, monkeypatch):
    """A file called datasets, a link that leads nowhere, a folder that can't be read: the next place is looked at."""
    (places / "here/datasets").touch()
    if sys.platform != "win32":
        (places / "here/cs231n").symlink_to("nowhere")
    refuse(places / "project")(monkeypatch)
    folder = make_folder(places / "home/.keras/datasets" / FOLDER)
    assert find_cifar10() == folder


@pytest.mark.skipif(sys.platform == "win32", reason="users of POSIX")
def test_without_a_home_the_other_places_count(places, monkeypatch):
    """As a container may have it: no HOME, and a user number that the system has no name for."""
    import pwd

    def unknown(user):
        raise KeyError(user)

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert find_cifar10() is None
    folder = make_folder(places / "here/data" / FOLDER)
    assert find_cifar10().resolve() == folder


@pytest.mark.parametrize(("chosen", "found"), [
    ("chosen", "there is no such folder"), ("~nobody-of-that-name/cifar", "there is no such folder"),
    ("file", "it is a file"), ("here", "none of CIFAR-10's files is there"),
    ("link", "it is a link that leads nowhere"),
    ("incomplete", "data_batch_2, batches.meta are missing"), ("short", "data_batch_1, data_batch_2 are not whole")])
def test_a_useless_cifar10_dir_is_an_error(places, monkeypatch, chosen, found):
    """$CIFAR10_DIR without the files raises FileNotFoundError: what is wrong, and the remedy. No other place counts."""
    make_folder(places / "project" / FOLDER)
    (places / "file").touch()
    (places / "link").symlink_to("nowhere")
    make_folder(places / "incomplete", [name for name in FILES if name not in ("data_batch_2", "batches.meta")])
    meta = {"label_names": CLASSES, "num_cases_per_batch": 1}
    (make_folder(places / "short") / "batches.meta").write_bytes(pickle.dumps(meta, protocol=4))
    for name in FILES[2:-1]:
        (places / "short" / name).write_bytes(bytes(4000) + b".")
    monkeypatch.chdir(places)
    monkeypatch.setenv("CIFAR10_DIR", chosen)
    message = f"CIFAR10_DIR is {chosen}: expected the files data_batch_1, .* in .*, but {found}.* unset CIFAR10_DIR"
    with pytest.raises(FileNotFoundError, match=message):
        find_cifar10()


def test_cifar10_dir_that_can_not_be_read(places, monkeypatch):
    """The sentence says that it is the permission that is missing."""
    folder = make_folder(places / "chosen")
    monkeypatch.setenv("CIFAR10_DIR", str(folder))
    refuse(folder)(monkeypatch)
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & (os.R_OK | os.X_OK))
    with pytest.raises(FileNotFoundError, match="but there is no permission to read it. Set CIFAR10_DIR to"):
        find_cifar10()
    monkeypatch.setattr(os, "access", lambda path, mode: True)  # the folder may be read, and a file in it may not
    with pytest.raises(FileNotFoundError, match="but .*data_batch_1 could not be read. Set CIFAR10_DIR to"):
        find_cifar10()


def test_cifar10_dir_may_begin_with_home(places, monkeypatch):
    """~ is the home, and a relative name is one of the working directory."""
    folder = make_folder(places / "home/cifar")
    for chosen in ("~/cifar", "../home/cifar"):
        monkeypatch.setenv("CIFAR10_DIR", chosen)
        assert find_cifar10().resolve() == folder


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
        if outside.read_only and folder.is_relative_to(places / "project"):
            raise PermissionError(f"{folder} could not be written: no permission.")
        return make_folder(folder)

    outside = SimpleNamespace(calls=[], read_only=False,
                              outcome=DownloadError("no source delivered it.\n  and why\nWhat to do: wait."))
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
    assert printed == (FETCHING + f"The download failed: {outside.outcome}\n" + MADE_UP, "")
    assert str(places) not in printed.out
    assert outside.calls == ["fetch", "sample"]
    assert ensure_cifar10() == find.SAMPLE
    assert capsys.readouterr() == (MADE_UP, "")
    assert outside.calls == ["fetch", "sample"]


def test_where_nothing_can_be_written_the_sample_is_a_temporary_one(places, outside, capsys):
    """A read-only checkout: one more line says where the sample is; the next call finds it there."""
    outside.read_only = True
    folder = ensure_cifar10()
    user = os.getuid() if hasattr(os, "getuid") else 0
    assert folder == places / f"temporary/cs231n_softmax-{user}/sample"
    line = f"{find.SAMPLE} could not be written: no permission. The sample is made in {folder} instead.\n"
    assert capsys.readouterr().out.endswith(line + MADE_UP)
    assert outside.calls == ["fetch", "sample", "sample"]
    assert folder.parent.stat().st_mode & 0o777 == 0o700 or os.name == "nt"  # nobody else may put files there
    assert ensure_cifar10() == folder
    assert capsys.readouterr().out == MADE_UP and len(outside.calls) == 3
    shutil.rmtree(folder)
    assert ensure_cifar10() == folder


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="on Windows, each user has temporary files of their own")
def test_another_users_sample_is_not_used(places, outside, monkeypatch):
    """Everybody may write among the temporary files: a folder under the user's number counts only when it is theirs."""
    me = os.getuid()
    make_folder(places / f"temporary/cs231n_softmax-{me + 1}/sample")
    monkeypatch.setattr(os, "getuid", lambda: me + 1)
    assert ensure_cifar10() == find.SAMPLE  # where datasets/ can be written, that folder doesn't matter
    shutil.rmtree(find.SAMPLE)
    outside.read_only = True
    with pytest.raises(PermissionError, match="belongs to another user. Set TMPDIR"):
        ensure_cifar10()


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
