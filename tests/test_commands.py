"""The commands `where` and `doctor`; the others have files of tests of their own."""

import importlib
import os
import pickle
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from cs231n_softmax.__main__ import main
from cs231n_softmax.cifar10 import files, find, places
from cs231n_softmax.cifar10.connection import NO_SSL
from cs231n_softmax.cifar10.files import CLASSES, FILES, FOLDER, META
from cs231n_softmax.commands import data, doctor, practice, where

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def world(tmp_path, monkeypatch):
    """An empty world: no data in the working folder, the home folder, and the folder for data."""
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("CIFAR10_DIR", "KERAS_HOME", "TMPDIR", "MPLBACKEND", *doctor_variables()):
        monkeypatch.delenv(name, raising=False)
    for module in (files, find, places):
        monkeypatch.setattr(module, "DATASETS", tmp_path / "own")
        monkeypatch.setattr(module, "SAMPLE", tmp_path / "own/sample")
    monkeypatch.setattr(places, "KAGGLE", tmp_path / "kaggle")
    return tmp_path


def doctor_variables():
    from cs231n_softmax.cifar10 import variables

    return [*variables.CERTIFICATES, *variables.FOR_OTHERS, *variables.PROXIES, "SSLKEYLOGFILE"]


def lay_out(folder, **meta):
    """Make files that look like CIFAR-10's, as long as nobody reads them."""
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).touch()
    (folder / META).write_bytes(pickle.dumps({"label_names": CLASSES} | meta, protocol=4))
    return folder


# --- where ------------------------------------------------------------------------------------------------------------

def test_where_tells_each_place(world, capsys, monkeypatch):
    """Which data are read, and for each place why it isn't read; status 0."""
    monkeypatch.setattr(where, "kind_of", lambda folder: ("CIFAR-10", True))
    read = lay_out(world / "data" / FOLDER)
    spare = lay_out(world / "home/data" / FOLDER)
    (world / "own").mkdir()
    (world / "own" / FOLDER).touch()
    assert main(["where"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"These data are read: CIFAR-10\n  {read}\n")
    for folder, state in [(read, "read"), (spare, "whole, but not needed"), (world / "own" / FOLDER, "it is a file"),
                          (world / "datasets" / FOLDER, "there is no such folder")]:
        assert f"  {folder}\n      {state}\n" in said
    assert "To fetch" not in said


def test_where_without_data_tells_how_to_get_them(world, capsys):
    """Status 1, and nothing is made."""
    assert main(["where"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("There are no data yet.") and f"To fetch CIFAR-10 into {world / 'own'}: " in said
    assert os.listdir(world) == []


def test_where_finds_a_sample_among_the_temporary_files(world, capsys, monkeypatch):
    """It is read where the folder of the data can't be written. A place of another user's isn't looked at."""
    monkeypatch.setattr(where, "kind_of", lambda folder: ("the built-in sample, NOT CIFAR-10", True))
    monkeypatch.setattr(find, "temporary_folder", lambda: world / "temporary")
    sample = lay_out(world / "temporary/sample")
    assert main(["where"]) == 0
    said = capsys.readouterr().out
    assert f"NOT CIFAR-10\n  {sample}\n" in said and "To fetch CIFAR-10 into " in said
    monkeypatch.setattr(os, "getuid", lambda: -1, raising=False)
    assert main(["where"]) == 1 and str(sample) not in capsys.readouterr().out


def test_without_a_home_no_place_is_in_it(world, monkeypatch):
    """A "~" that stays isn't a folder below the working folder."""
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert places.places() and not [folder for folder in places.places() if "~" in str(folder)]


def test_where_looks_at_the_chosen_folder_alone(world, capsys, monkeypatch):
    """CIFAR10_DIR one folder too high: no other place counts."""
    monkeypatch.setattr(where, "kind_of", lambda folder: ("CIFAR-10", True))
    whole = lay_out(world / "data" / FOLDER)
    monkeypatch.setenv("CIFAR10_DIR", str(world / "data"))
    assert main(["where"]) == 1
    said = capsys.readouterr().out
    assert f"CIFAR-10's files are in {whole}: set CIFAR10_DIR to that folder. Or unset CIFAR10_DIR." in said
    assert said.count("\n      ") == 1
    monkeypatch.setenv("CIFAR10_DIR", str(whole))
    assert main(["where"]) == 0


def test_damaged_data_are_called_damaged(world):
    """The files are there, so a quick look finds no fault: `kind_of` reads them all."""
    assert where.kind_of(lay_out(world / FOLDER))[1] is False
    assert where.kind_of(lay_out(world / FOLDER / "more"))[0].startswith("damaged. ")


def test_the_sample_is_called_the_sample():
    """Read whole, and told apart from CIFAR-10."""
    assert where.kind_of(os.environ.get("CIFAR10_DIR", ROOT / "datasets/sample")) in [
        ("the built-in sample, NOT CIFAR-10", True), ("CIFAR-10", True)]


# --- practice ---------------------------------------------------------------------------------------------------------

def test_practice_says_what_is_missing_to_open_the_copies(world, monkeypatch, capsys):
    """The package needs no JupyterLab, and its reader does."""
    for found, said in [(None, True), ("a spec", False)]:
        monkeypatch.setattr(practice, "find_spec", lambda name, found=found: found)
        assert main(["practice", str(world / "practice")]) == 0
        assert ('pip install "cs231n_softmax[notebooks]"' in capsys.readouterr().out) == said


@pytest.mark.parametrize(("typed", "chosen", "said"), [
    ("make practice", False, "make lab"), ("python -m cs231n_softmax practice", False, "jupyter lab "),
    ("make practice", True, "jupyter lab ")])
def test_practice_says_how_to_open_the_copies(world, monkeypatch, capsys, typed, chosen, said):
    """`make lab` opens the copies in the project's folder; jupyter is in .venv there, where no shell finds it."""
    monkeypatch.setattr(practice, "CHECKOUT", world)
    monkeypatch.setattr(practice, "command", lambda name: typed)
    assert main(["practice", *[str(world / "other")] * chosen]) == 0
    assert f"Open them with: {said}" in capsys.readouterr().out


# --- doctor -----------------------------------------------------------------------------------------------------------

def test_doctor_finds_nothing_wrong_here(world, capsys):
    """Versions, threads and data, in a few lines; status 0."""
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert f"numpy {metadata.version('numpy')}" in said and "Threads that compute: " in said
    assert "Data: none yet" in said and "Everything that the package itself needs works here." in said
    assert len(said.splitlines()) < 15


def test_doctor_names_missing_and_old_packages(monkeypatch, capsys):
    """What is needed won't work; what is wanted for the notebooks only is a note. Each with the command that helps."""
    versions = {"numpy": "1.26.4", "scipy": "1.14.0rc1"}

    def version(name):
        if name in ("certifi", "ipywidgets"):
            raise metadata.PackageNotFoundError(name)
        return versions.get(name, "99.0")

    monkeypatch.setattr(doctor.metadata, "requires", lambda name: [
        "numpy>=2.0", "scipy>=1.13", "certifi>=2023.11", "ipywidgets>=7.7; extra == 'notebooks'",
        "ruff>=0.6; extra == 'test'", "tzdata; sys_platform == 'nowhere'"])
    monkeypatch.setattr(doctor.metadata, "version", version)
    wrong, notes = [], []
    doctor._packages(wrong, notes)
    assert wrong == ["numpy is 1.26.4; >=2.0 is needed: python -m pip install --upgrade numpy",
                     "certifi is missing; >=2023.11 is needed: python -m pip install --upgrade certifi"]
    assert notes == ["the notebooks can't be opened here, or have no sliders: ipywidgets is missing; >=7.7 is needed: "
                     'python -m pip install "cs231n_softmax[notebooks]"']
    assert "ruff" not in capsys.readouterr().out


def test_doctor_without_an_installed_package(monkeypatch, capsys):
    """The folder on sys.path alone has no list of what it needs."""
    def gone(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.metadata, "requires", gone)
    doctor._packages([], [])
    assert "isn't installed by pip" in capsys.readouterr().out


@pytest.mark.parametrize(("backend", "remedy"), [("no_such_backend", "MPLBACKEND is no_such_backend: unset it"),
                                                 (None, "--force-reinstall matplotlib")])
def test_doctor_sees_that_no_pictures_can_be_drawn(monkeypatch, backend, remedy):
    """A backend that isn't there, or a matplotlib that is broken."""
    def broken(name):
        raise ImportError("no such module\nmore")

    monkeypatch.setattr(importlib, "import_module", broken)
    if backend:
        monkeypatch.setenv("MPLBACKEND", backend)
    else:
        monkeypatch.delenv("MPLBACKEND", raising=False)
    wrong = []
    doctor._pictures(wrong)
    assert "no such module" in wrong[0] and remedy in wrong[0]


@pytest.mark.parametrize(("trouble", "said"), [
    ("chosen", "WON'T WORK: CIFAR10_DIR is gone: expected the files"),
    ("certificates", "WON'T WORK: the real photographs can't be fetched. SSL_CERT_FILE is gone, which isn't there."),
    ("full", "WON'T WORK: the real photographs can't be fetched. "), ("read-only", "can't be written. Fetch them to")])
def test_doctor_says_why_data_cannot_be_had(world, monkeypatch, capsys, trouble, said):
    """Status 1."""
    if trouble == "chosen":
        monkeypatch.setenv("CIFAR10_DIR", "gone")
    elif trouble == "certificates":
        monkeypatch.setenv("SSL_CERT_FILE", "gone")
    elif trouble == "full":
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1000}))
    else:
        monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert main(["doctor"]) == 1
    printed = capsys.readouterr().out
    assert said in printed and "to fetch the real photographs" not in printed


def test_doctor_notes_what_only_other_programs_would_suffer_from(world, monkeypatch, capsys):
    """Status 0."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "gone")
    assert main(["doctor"]) == 0
    assert "note: REQUESTS_CA_BUNDLE is gone, which isn't there." in capsys.readouterr().out


def test_without_ssl_no_download_is_promised(world, monkeypatch, capsys):
    """A Python that was built without OpenSSL: `doctor` says so, and `data` ends in a sentence."""
    monkeypatch.setitem(sys.modules, "ssl", None)  # its import is an ImportError
    monkeypatch.setenv("CIFAR10_URL", "https://127.0.0.1/file")
    assert main(["doctor"]) == 1
    monkeypatch.setattr(data, "data_folder", lambda: world / "own")
    assert main(["data"]) == 1
    out, err = capsys.readouterr()
    assert f"WON'T WORK: the real photographs can't be fetched. {NO_SSL}" in out and NO_SSL in err
    assert "Or choose another folder: `" in err and err.endswith("Until then, the notebooks use the built-in sample.\n")


def test_doctor_calls_damaged_data_damaged(world, capsys):
    lay_out(world / "own" / FOLDER)
    assert main(["doctor"]) == 1
    assert "WON'T WORK: the data are damaged, see above." in capsys.readouterr().out


# --- what is installed ------------------------------------------------------------------------------------------------

def test_the_wheel_carries_the_notebooks_and_nothing_else_of_their_folder():
    """`practice` lays copies out of it; sources, and files that maintainers need, stay out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["only-include"] == ["cs231n_softmax", "notebooks"]
    assert wheel["sources"] == {"notebooks": "cs231n_softmax/notebooks"}
    kept = {path.name for path in (ROOT / "notebooks").iterdir() if f"notebooks/{path.name}" not in wheel["exclude"]}
    ignored = {".ipynb_checkpoints", "__pycache__", "progress.json"}  # in .gitignore, which hatch follows
    assert {name for name in kept - ignored if not name.endswith((".npy", ".npz"))} == {
        "README.md", *(path.name for path in (ROOT / "notebooks").glob("[01]*.ipynb"))}


def test_the_links_of_pypis_page_are_absolute():
    """It is read where no other file of the project is."""
    text = (ROOT / "docs/pypi.md").read_text(encoding="utf-8")
    assert all(part.startswith("https://") for part in text.split("](")[1:]) and "cs231n_softmax check" in text


# --- packages that are needed -----------------------------------------------------------------------------------------

@pytest.mark.parametrize(("package", "command"), [("packaging", "doctor"), ("threadpoolctl", "where"),
                                                  ("scipy", "practice"), ("tqdm", "data"), ("certifi", "data")])
def test_a_missing_package_is_a_sentence(package, command, tmp_path):
    """No command ends in a traceback where a package that it needs was left out (pip install --no-deps, say)."""
    code = f"""
import sys
sys.modules[{package!r}] = None
from cs231n_softmax.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
    run = subprocess.run([sys.executable, "-c", code, command, str(tmp_path)][:4 + (command in ("practice", "data"))],
                         capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith(f"error: {package} is needed, and this Python ({sys.executable}) hasn't got it: ")
    assert len(run.stderr.splitlines()) == 1 and not any(tmp_path.iterdir())


def test_a_python_without_numpy_is_told(tmp_path):
    """Where not even NumPy is there, the package can't be imported: the last line of the error says what to do."""
    command = [sys.executable, "-S", "-m", "cs231n_softmax", "doctor"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith(f"ImportError: numpy is needed, and this Python ({sys.executable}) ")


def test_a_missing_part_of_the_package_is_no_advice(monkeypatch):
    """A fault of the package itself is shown as it is."""
    monkeypatch.setitem(sys.modules, "cs231n_softmax.commands", None)
    with pytest.raises(ModuleNotFoundError, match="cs231n_softmax"):
        main(["where"])
