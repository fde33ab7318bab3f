"""An import beside an unfit NumPy ends in one sentence that says what to do, before anything else fails."""

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from cs231n_softmax import _numpy

ROOT = Path(__file__).resolve().parents[1]
# Python without site-packages, which finds the package in the checkout, and a NumPy in the working folder that has a
# version and nothing else: any other use of NumPy would be another error.
PYTHON = [sys.executable, "-S", "-W", "error", "-c"]
FROM_THE_CHECKOUT = f"import sys; sys.path += [{str(ROOT)!r}]; "


def lay_numpy(folder, version):
    """Write a NumPy that has nothing but its version."""
    (folder / "numpy").mkdir(exist_ok=True)
    (folder / "numpy/version.py").write_text(f'"""The version."""\nversion = "{version}"\n__version__ = version\n')
    (folder / "numpy/__init__.py").write_text("from .version import __version__\n")


def last_line(folder, code):
    """Run code in a fresh Python in `folder`, which must fail; return the last line of what it says."""
    run = subprocess.run([*PYTHON, FROM_THE_CHECKOUT + code], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 1, run
    return run.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["cs231n_softmax", "cs231n_softmax.sweep", "cs231n_softmax.drop_in"])
@pytest.mark.parametrize("version", ["1.26.4", "1.9.0rc1"])
def test_an_old_numpy_is_refused(tmp_path, version, name):
    """Ubuntu 24.04 has 1.26. The sentence names both versions and what to do, by whatever door one comes in."""
    lay_numpy(tmp_path, version)
    said = last_line(tmp_path, f"import {name}")
    assert said.startswith(f"ImportError: cs231n_softmax needs NumPy 2.0 or newer, and NumPy {version} is installed: ")
    assert 'pip install "numpy>=2.0"' in said and "restart" in said


@pytest.mark.parametrize(("loaded", "now"), [("2.0.2", "2.4.6"), ("1.26.4", "2.4.6"), ("2.4.6", "1.26.4"),
                                             ("2.0.2", "2.0.1"), ("2.3.0rc1", "2.3.0")])
def test_a_replaced_numpy_is_noticed(tmp_path, loaded, now):
    """pip has replaced the NumPy that a kernel has loaded: the kernel must be restarted, whichever of them is older."""
    lay_numpy(tmp_path, loaded)
    lay_numpy(tmp_path / "numpy", now)  # beside it, to be moved over it while Python runs
    said = last_line(tmp_path, "import numpy, os; os.replace('numpy/numpy/version.py', 'numpy/version.py'); "
                               "import cs231n_softmax")
    assert said.startswith("ImportError: NumPy was replaced while it was in use "
                           f"(version {loaded} is loaded, and {now} is installed now): ")
    assert "restart Python" in said and "Runtime > Restart session" in said


@pytest.mark.parametrize("version", ["2.0.0", "2.10.1", "10.0.0", "2.0.0rc1", "2.6.0.dev0+git20261101.abc"])
def test_newer_ones_are_welcome(monkeypatch, tmp_path, version):
    """From 2.0 on, whatever the number looks like; also where NumPy's files can't be read, or have no version."""
    lay_numpy(tmp_path, version)
    monkeypatch.setattr(np, "__version__", version)
    (tmp_path / "version.py").touch()
    for folder in [tmp_path / "numpy", tmp_path / "no such folder", tmp_path]:
        monkeypatch.setattr(np, "__file__", str(folder / "__init__.py"))
        _numpy.check_numpy()


def test_the_version_in_the_files_is_found():
    """NumPy's own files are read: else nothing would ever be noticed."""
    assert _numpy._version_in_files() == np.__version__


def test_the_bound_is_the_installers():
    """What pip asks for is what the import asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"numpy>={'.'.join(map(str, _numpy.OLDEST))}" in project["dependencies"]
