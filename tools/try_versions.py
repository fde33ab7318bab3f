"""Run the tests and the notebooks on several sets of versions of the packages that the suite needs.

    python tools/try_versions.py                   on all sets
    python tools/try_versions.py oldest colab      on some of them

The sets are: the oldest versions that pyproject.toml allows, those that Colab has, and the newest ones. uv chooses the
versions; where a set must keep to some, tools/version_sets/NAME.txt has them. Each set has an environment in
.venv-versions/, which is kept. The next run only changes what differs in it.
"""

import argparse
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PYTEST = "-m pytest -n 2 --dist loadscope --nbval --nbval-current-env tests notebooks"


class Set(NamedTuple):
    """Which Python, the first of some that can be had, and which versions of what the suite needs."""

    pythons: list[str]
    resolution: str  # uv's word for the oldest or the newest
    suite: str = "-e .[notebooks,test,grading]"
    options: str = ""  # of pytest
    warnings: str = ""  # options of pytest, also where tests start it


SETS = {
    "oldest": Set(["3.11"], "lowest-direct"),
    # Nobody grades a class on Colab. Colab's jupyter-client, with which nbval starts kernels, is older than Python 3.12
    # and warns. Colab's ipykernel brings nest-asyncio, beside which no cluster of dask can start in the same process.
    "colab": Set(
        ["3.12", "3.11"],
        "highest",
        "-e .[notebooks,test]",
        "--ignore=tests/test_grading.py --ignore=tests/test_release.py "
        "--deselect=tests/test_sweep_chunks.py::test_dask_changes_nothing "
        "--deselect=tests/test_sweep_chunks.py::test_a_dask_worker_that_dies_changes_nothing "
        "--deselect=tests/test_sweep_chunks.py::test_the_last_dask_worker_that_dies_changes_nothing",
        "-W ignore::DeprecationWarning -W ignore::ResourceWarning",
    ),
    "newest": Set(["3.14", "3.13", "3.12"], "highest"),
}


def uv(command, check=True, **options):
    """Run a command of uv in the project's folder; where it fails, stop with its own error if `check`."""
    run = subprocess.run(
        [sys.executable, "-m", "uv", *command.split()], cwd=ROOT, text=True, capture_output=True, **options
    )
    if check and run.returncode:
        sys.exit(run.stderr)
    return run


def make_environment(name):
    """Return the Python of the environment of a set, with exactly the set's versions in it."""
    chosen, folder = SETS[name], f".venv-versions/{name}"
    python = ROOT / folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        made = (uv(f"venv --clear --python {version} {folder}", check=False) for version in chosen.pythons)
        if all(run.returncode for run in made):
            sys.exit(f"{name}: Python {' or '.join(chosen.pythons)} is needed, and was not found. Install it first.")
    files = f"--constraints tools/version_sets/{name}.txt --output-file {folder}/pins.txt"
    uv(f"pip compile --python {folder} --upgrade --resolution {chosen.resolution} {files} -", input=chosen.suite)
    uv(f"pip sync --python {folder} {folder}/pins.txt")
    return python


def show_versions(name, python):
    """Print the versions of Python and of all packages of a set."""
    version = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    packages = uv(f"pip freeze --exclude-editable --python {python.parents[1].relative_to(ROOT)}").stdout.split()
    print(f"\n{name}: {version}, and {len(packages)} packages")
    print(textwrap.fill(" ".join(packages), 120, break_on_hyphens=False, break_long_words=False), flush=True)


def main():
    """Run the tests on the sets that the command line names; the exit status is 1 where a test failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(SETS)}; none: all")
    names = parser.parse_args().names or list(SETS)
    if not set(names) <= set(SETS):
        parser.error(f"expected names among {', '.join(SETS)}, got {' '.join(names)}.")
    red = []
    for name in names:
        python = make_environment(name)
        show_versions(name, python)
        run = subprocess.run(
            [python, *PYTEST.split(), *SETS[name].options.split()],
            cwd=ROOT,
            env=os.environ | {"PYTEST_ADDOPTS": SETS[name].warnings},
        )
        red += [name] * (run.returncode != 0)
    sys.exit(f"Red on: {', '.join(red)}" if red else 0)


if __name__ == "__main__":
    main()
