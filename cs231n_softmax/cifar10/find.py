"""Find CIFAR-10 on this computer; where it is missing, download it, or make the built-in sample.

A place that doesn't exist, can't be read, or is something else is no place: the next one is looked at.
"""

import os
from pathlib import Path

from .._console import encodable
from .._project import command, temporary_folder
from .files import DATASETS, FILES, SAMPLE, sample_batch
from .places import advice, fault, places


def find_cifar10() -> Path | None:
    """Return the first folder that holds CIFAR-10, or None.

    When $CIFAR10_DIR is set, no other place is tried, and files that are missing there are a FileNotFoundError.
    Otherwise the folders of `places` are looked at, one after the other.
    """
    chosen = os.environ.get("CIFAR10_DIR")
    if chosen:
        return _chosen(chosen)
    return next((folder for folder in places() if not fault(folder)), None)


def _chosen(name):
    """Return the folder that $CIFAR10_DIR names; FileNotFoundError says why it can't be used, and what to do."""
    folder = Path(os.path.expanduser(name))
    wrong = fault(folder)
    if wrong:
        raise FileNotFoundError(
            f"CIFAR10_DIR is {name}: expected the files {', '.join(FILES)} in {folder.absolute()}, but {wrong}. "
            f"{advice(folder, 'set CIFAR10_DIR to')} Or unset CIFAR10_DIR."
        )
    return folder


def ensure_cifar10() -> Path:
    """Return the folder to read, and print one line that says what it holds.

    CIFAR-10 is taken where `find_cifar10` finds it. Otherwise it is downloaded (170 MB); if that fails, the folder is
    the built-in sample's, which is made when it is needed first. Once there is a sample, the download is not tried
    again from here: the command `data` does that. Where that place can't be written, the sample is made in the
    system's folder for temporary files, and one more line says so.
    """
    folder = find_cifar10() or find_sample() or _fetch() or _make_sample()
    batch = sample_batch(folder)
    if batch is None:
        print("Data: CIFAR-10, 50,000 training and 10,000 test images.")
    elif 0 < batch < 10_000:
        print(f"Data: a small built-in sample, NOT CIFAR-10: {5 * batch:,} training and {batch:,} test images.")
    else:
        print(
            "Data: the built-in sample, NOT CIFAR-10: made-up images that behave like it. "
            f"`{command('data')}` fetches the real ones."
        )
    return folder


def _fetch():
    """Download CIFAR-10 and return its folder; None when the download fails."""
    from .download import DownloadError, fetch_cifar10

    print("CIFAR-10 is not here yet: downloading 170 MB, once.", flush=True)
    try:
        return fetch_cifar10(DATASETS)
    except DownloadError as error:
        print(encodable(f"The download failed: {error}"), flush=True)
        return None


# --- the sample -----------------------------------------------------------------------------------


def sample_places() -> list[Path]:
    """Return where the sample may lie: beside the data, or among the temporary files, unless that isn't this user's."""
    try:
        return [SAMPLE, _temporary_sample()]
    except OSError:
        return [SAMPLE]


def find_sample() -> Path | None:
    """Return the folder of a sample that was made before, or None."""
    return next((folder for folder in sample_places() if not fault(folder)), None)


def _make_sample():
    """Make the sample beside the data, or else among the temporary files; return its folder."""
    from .sample import write_sample

    try:
        return write_sample(SAMPLE)
    except OSError as error:
        _temporary_sample().parent.mkdir(mode=0o700, exist_ok=True)
        temporary = _temporary_sample()  # looks once more: another user may have been faster
        print(encodable(f"{error} The sample is made in {temporary} instead."), flush=True)
        return write_sample(temporary)


def _temporary_sample():
    """Return where the sample may lie among the temporary files. OSError when another user has taken that place."""
    folder = temporary_folder()
    if os.path.lexists(folder) and hasattr(os, "getuid") and folder.lstat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user. Set TMPDIR to a folder of your own.")
    return folder / "sample"
