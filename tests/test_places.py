"""cifar10/places.py and _project.py: what is wrong with a folder, what to do, and which commands exist for a reader."""

import os
import pickle
from pathlib import Path

import pytest

from cs231n_softmax import _project, data_utils
from cs231n_softmax.cifar10.files import ARCHIVE, CLASSES, FILES, FOLDER, META
from cs231n_softmax.cifar10.places import advice, fault

OTHERS = [
    (["data_batch_1.bin", "test_batch.bin", "batches.meta.txt"], "it holds CIFAR-10's binary version"),
    (["data_batch_1.mat", "batches.meta.mat"], "it holds CIFAR-10's Matlab version"),
    (["train", "test", "meta", "file.txt~"], "it holds CIFAR-100"),
    (["train.bin", "test.bin", "fine_label_names.txt"], "it holds CIFAR-100's binary version"),
    (["train.mat", "test.mat", "meta.mat"], "it holds CIFAR-100's Matlab version"),
    (["train/0_frog.png", "test/1_cat.png"], "it holds single pictures, as fastai and Kaggle's competition have them"),
    (["cifar10-train.tfrecord-00000-of-00001"], "it holds TensorFlow's records"),
    (["cifar-100-python/train", "cifar-100-python/test", "cifar-100-python/meta"],
     "its folder cifar-100-python holds CIFAR-100"),
    (["essay.pdf"], "none of CIFAR-10's files is there"),
]


def lay_out(folder, names):
    """Make empty files of these names."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(("names", "what"), OTHERS, ids=[names[0] for names, _ in OTHERS])
def test_other_data_are_called_what_they_are(tmp_path, names, what):
    """Other forms of CIFAR-10, and CIFAR-100, by what is in the folder, or in a folder just below."""
    assert fault(lay_out(tmp_path, names)) == what


def test_a_folder_that_cannot_be_read_is_none_of_these(tmp_path, monkeypatch):
    """There may be anything in it."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert fault(tmp_path) == "there is no permission to read it"


@pytest.mark.parametrize("level", ["too high", "far too high", "too low", "inside", "a file of it"])
def test_a_neighbour_that_holds_the_data_is_named(tmp_path, level):
    """A folder that was named one level too high or too low."""
    whole = lay_out(tmp_path / FOLDER, FILES)
    (whole / META).write_bytes(pickle.dumps({"label_names": CLASSES}, protocol=4))
    (whole / "deep/deeper").mkdir(parents=True)
    (tmp_path / "above").mkdir()
    (tmp_path / "above/data").symlink_to(tmp_path)
    chosen = {"too high": tmp_path, "far too high": tmp_path / "above", "too low": whole / "deep",
              "inside": whole / "deep/deeper", "a file of it": whole / "data_batch_1"}[level]
    found = whole if level != "far too high" else tmp_path / "above/data" / FOLDER
    assert fault(chosen)
    assert advice(chosen, "set ROOT to") == f"CIFAR-10's files are in {found}: set ROOT to that folder."


def test_a_packed_archive_is_unpacked_by_a_command(tmp_path, monkeypatch):
    """The command is right for a path with a space, too."""
    monkeypatch.setattr(_project, "CHECKOUT", None)
    folder = lay_out(tmp_path / "my data", [ARCHIVE])
    for chosen in (folder, folder / ARCHIVE):
        assert f"python -m cs231n_softmax data '{folder}'" in advice(chosen, "set ROOT to")
    assert advice(tmp_path, "set ROOT to") == "Set ROOT to the folder that holds CIFAR-10's files."


def test_loading_from_a_wrong_folder_says_so(tmp_path):
    """The folder that was named, and not only the first file that isn't in it."""
    lay_out(tmp_path, ["train", "test", "meta"])
    with pytest.raises(FileNotFoundError, match="expected CIFAR-10's files there, but it holds CIFAR-100. Name the"):
        data_utils.load_CIFAR10(tmp_path)


# --- where the package stands -------------------------------------------------------------------------------------

@pytest.mark.parametrize(("checkout", "makefile", "make", "more", "typed"), [
    (True, True, True, [], "make data"), (True, True, True, ["DIR"], "python -m cs231n_softmax data DIR"),
    (True, True, False, [], "python -m cs231n_softmax data"), (True, False, True, [], "python -m cs231n_softmax data"),
    (False, True, True, [], "python -m cs231n_softmax data")])
def test_advice_names_a_command_that_exists(tmp_path, monkeypatch, checkout, makefile, make, more, typed):
    """make, a Makefile and a checkout are needed for `make data`; a class's zip has no Makefile."""
    if makefile:
        (tmp_path / "Makefile").touch()
    monkeypatch.setattr(_project, "CHECKOUT", tmp_path if checkout else None)
    monkeypatch.setattr(_project.shutil, "which", lambda name: "/usr/bin/make" if make else None)
    assert _project.command("data", *more) == typed
    assert _project.command("where") == "python -m cs231n_softmax where"


def test_the_projects_folder_is_known_by_its_name(tmp_path):
    """Any other pyproject.toml above the package, as in site-packages, makes no checkout."""
    assert not _project._is_project(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "cs231n_softmax_solutions"\n')
    assert not _project._is_project(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "cs231n_softmax"\n')
    assert _project._is_project(tmp_path) and Path(__file__).parents[1] == _project.CHECKOUT


def test_without_a_checkout_data_belong_to_the_user(tmp_path, monkeypatch):
    """One folder from wherever Python is started; without a home, one among the temporary files."""
    monkeypatch.setattr(_project, "CHECKOUT", None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name, appauthor: tmp_path / "caches" / name)
    assert _project.data_folder() == tmp_path / "caches/cs231n_softmax"
    monkeypatch.setattr(_project.tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name, appauthor: Path("~/.cache") / name)
    assert _project.data_folder().parent == tmp_path / "temporary"

    def homeless(name, appauthor):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("platformdirs.user_cache_path", homeless)
    assert _project.data_folder().parent == tmp_path / "temporary"
