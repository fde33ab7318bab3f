"""Find CIFAR-10 on this computer; where it is missing, download it, or make the built-in sample."""

import os
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
        if not is_complete(Path(chosen).expanduser()):
            raise FileNotFoundError(
                f"CIFAR10_DIR is {chosen}: expected the files {', '.join(FILES)} there. "
                "Name the folder that holds them, or unset CIFAR10_DIR."
            )
        return Path(chosen).expanduser()
    places: list[Path | str] = [DATASETS, "datasets", "cs231n/datasets", "data", Path.home() / ".keras/datasets"]
    return next((Path(p) / FOLDER for p in places if is_complete(Path(p) / FOLDER)), None)


def ensure_cifar10() -> Path:
    """Return the folder to read, and print one line that says what it holds.

    CIFAR-10 is taken where `find_cifar10` finds it. Otherwise it is downloaded (170 MB); if that fails, the folder is
    the built-in sample's, which is made when it is needed first. Once there is a sample, the download is not tried
    again from here: `make data` or ./get_cifar10.sh does that.
    """
    folder = find_cifar10() or _fetch_unless_sampled()
    if folder is None:
        from .sample import write_sample

        folder = write_sample(SAMPLE)
    if is_sample(folder):
        print(
            "Data: the built-in sample, NOT CIFAR-10: made-up images that behave like it. "
            "`make data` fetches the real ones."
        )
    else:
        print("Data: CIFAR-10, 50,000 training and 10,000 test images.")
    return folder


def _fetch_unless_sampled():
    """Download CIFAR-10 and return its folder; None when the download fails, or when there is a sample already."""
    if is_complete(SAMPLE):
        return None
    from .download import DownloadError, fetch_cifar10

    print("CIFAR-10 is not here yet: downloading 170 MB, once.", flush=True)
    try:
        return fetch_cifar10(DATASETS)
    except DownloadError as error:
        print(f"The download failed: {str(error).splitlines()[0]}", flush=True)
        return None
