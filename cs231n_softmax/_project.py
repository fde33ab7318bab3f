"""Where this package stands: in the project's folder (a checkout), or installed alone, from a wheel.

It decides in which folders data and copies lie, and which commands exist for the reader of a text.
"""

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

MADE = ("data", "practice")  # the commands that are targets of the Makefile, too
PACKAGE = Path(__file__).resolve().parent


def _is_project(folder: Path) -> bool:
    """True for this project's folder. (Other packages have been seen to leave a pyproject.toml in site-packages.)"""
    with suppress(OSError):
        return b'name = "cs231n_softmax"' in (folder / "pyproject.toml").read_bytes()
    return False


CHECKOUT = PACKAGE.parent if _is_project(PACKAGE.parent) else None  # None: installed alone


def command(name: str, *more: str) -> str:
    """Return what a reader has to type for one of the package's commands: `make data`, or the same without make.

    make works in a checkout, for what its Makefile has (MADE), where make is installed; a class's zip has no Makefile.
    And make takes no arguments: with `more` words behind the name, it is always Python's form.
    """
    if name in MADE and not more and CHECKOUT and (CHECKOUT / "Makefile").is_file() and shutil.which("make"):
        return f"make {name}"
    return " ".join(["python -m cs231n_softmax", name, *more])


def missing(package: str) -> str:
    """Return the sentence for a reader whose Python hasn't got a package that is needed."""
    text = f"{package} is needed, and this Python ({sys.executable}) hasn't got it"
    if CHECKOUT and (CHECKOUT / "Makefile").is_file() and shutil.which("make"):
        return (
            f"{text}: `make practice`, in {CHECKOUT}, sets up an environment of its own, .venv. Use .venv/bin/python."
        )
    return f"{text}: python -m pip install {package}"


def data_folder() -> Path:
    """Return the folder for data that are made here: a checkout's datasets/, else one in the user's folder for caches.

    It is the same from every working folder. A user without a home gets one among the temporary files.
    """
    return CHECKOUT / "datasets" if CHECKOUT else cache_folder()


def cache_folder() -> Path:
    """Return this package's folder among the user's caches, such as ~/.cache/cs231n_softmax on Linux."""
    from platformdirs import user_cache_path

    with suppress(RuntimeError):  # there is no home
        folder = user_cache_path("cs231n_softmax", appauthor=False)
        if folder.is_absolute():  # older versions of platformdirs return ~/.cache then
            return folder
    return temporary_folder()


def temporary_folder() -> Path:
    """Return this user's folder among the temporary files. It needn't exist, and somebody else may have made it."""
    user = os.getuid() if hasattr(os, "getuid") else 0  # on Windows, all files belong to 0
    return Path(tempfile.gettempdir(), f"cs231n_softmax-{user}")
