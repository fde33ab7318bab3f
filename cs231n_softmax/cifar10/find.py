"""Find CIFAR-10 on this computer; where it is missing, download it, or make the built-in sample.

A place that doesn't exist, can't be read, or is something else is no place: the next one is looked at.
"""

import os
import tempfile
from pathlib import Path

from .files import DATASETS, FILES, FOLDER, SAMPLE, is_complete, is_sample


def find_cifar10() -> Path | None:
    """Return the first folder that holds CIFAR-10, or None.

    When $CIFAR10_DIR is set, no other place is tried, and files that are missing there are a FileNotFoundError.
    Otherwise: this project's datasets/, then the folders in which cs231n's own script, torchvision and Keras put the
    data, relative to the working directory and to home.
    """
    chosen = os.environ.get("CIFAR10_DIR")
    if chosen:
        return _chosen(chosen)
    places = [str(DATASETS), "datasets", "cs231n/datasets", "data", "~/.keras/datasets"]
    folders = [Path(os.path.expanduser(place)) / FOLDER for place in places]  # without a home, ~ stays: no such folder
    return next(filter(_is_there, folders), None)


def _chosen(name):
    """Return the folder that $CIFAR10_DIR names; FileNotFoundError says why it can't be used."""
    folder = Path(os.path.expanduser(name))
    found = "not all of them are there, or not whole"
    try:
        if is_complete(folder):
            return folder
    except OSError as error:
        found = str(error).rstrip(".")
    if not os.path.isdir(folder):
        found = f"there is no folder {folder.absolute()}"
    elif not os.access(folder, os.R_OK | os.X_OK):
        found = "there is no permission to read it"
    raise FileNotFoundError(
        f"CIFAR10_DIR is {name}: expected the files {', '.join(FILES)} there, but {found}. "
        "Name the folder that holds them, or unset CIFAR10_DIR."
    )


def _is_there(folder):
    """True when CIFAR-10, or the sample, is in `folder`; False also where one can't look."""
    try:
        return is_complete(folder)
    except OSError:
        return False


def ensure_cifar10() -> Path:
    """Return the folder to read, and print one line that says what it holds.

    CIFAR-10 is taken where `find_cifar10` finds it. Otherwise it is downloaded (170 MB); if that fails, the folder is
    the built-in sample's, which is made when it is needed first. Once there is a sample, the download is not tried
    again from here: `make data` or ./get_cifar10.sh does that. Where datasets/ can't be written, the sample is made in
    the system's folder for temporary files, and one more line says so.
    """
    folder = find_cifar10() or _find_sample() or _fetch() or _make_sample()
    if is_sample(folder):
        print(
            "Data: the built-in sample, NOT CIFAR-10: made-up images that behave like it. "
            "`make data` fetches the real ones."
        )
    else:
        print("Data: CIFAR-10, 50,000 training and 10,000 test images.")
    return folder


def _fetch():
    """Download CIFAR-10 and return its folder; None when the download fails."""
    from .download import DownloadError, fetch_cifar10

    print("CIFAR-10 is not here yet: downloading 170 MB, once.", flush=True)
    try:
        return fetch_cifar10(DATASETS)
    except DownloadError as error:
        print(f"The download failed: {str(error).splitlines()[0]}", flush=True)
        return None


# --- the sample -----------------------------------------------------------------------------------


def _find_sample():
    """Return the folder of a sample that was made before, or None."""
    if _is_there(SAMPLE):
        return SAMPLE
    try:
        temporary = _temporary_sample()
    except OSError:
        return None
    return temporary if _is_there(temporary) else None


def _make_sample():
    """Make the sample in datasets/, or else among the temporary files; return its folder."""
    from .sample import write_sample

    try:
        return write_sample(SAMPLE)
    except OSError as error:
        _temporary_sample().parent.mkdir(mode=0o700, exist_ok=True)
        temporary = _temporary_sample()  # looks once more: another user may have been faster
        print(f"{error} The sample is made in {temporary} instead.", flush=True)
        return write_sample(temporary)


def _temporary_sample():
    """Return where the sample may lie among the temporary files. OSError when another user has taken that place."""
    user = os.getuid() if hasattr(os, "getuid") else 0  # on Windows, all files belong to 0
    folder = Path(tempfile.gettempdir(), f"cs231n_softmax-{user}")
    if os.path.lexists(folder) and folder.lstat().st_uid != user:
        raise PermissionError(f"{folder} belongs to another user. Set TMPDIR to a folder of your own.")
    return folder / "sample"
