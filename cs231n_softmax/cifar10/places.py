"""Where CIFAR-10 may lie on this computer, and what is wrong with a folder that doesn't hold it."""

import os
import shlex
from fnmatch import filter as matching
from itertools import islice
from pathlib import Path

from .._project import CHECKOUT, command
from .files import ARCHIVE, DATASETS, FILES, FOLDER, SAMPLE, missing

KAGGLE = Path("/kaggle/input")  # a folder for each data set that a notebook of theirs uses
MOST = 500  # entries of a folder that are looked at

# Other data, and other forms of these, by the names that are in their folders ("/" marks a folder).
OTHERS = {
    ("data_batch_1.bin",): "CIFAR-10's binary version",
    ("data_batch_1.mat",): "CIFAR-10's Matlab version",
    ("train", "test", "meta"): "CIFAR-100",
    ("train.bin", "fine_label_names.txt"): "CIFAR-100's binary version",
    ("train.mat", "test.mat", "meta.mat"): "CIFAR-100's Matlab version",
    ("train/", "test/"): "single pictures, as fastai and Kaggle's competition have them",
    ("*.tfrecord*",): "TensorFlow's records",
    ("*.parquet",): "tables (Parquet)",
}


def places() -> list[Path]:
    """Return the folders in which CIFAR-10 is looked for when $CIFAR10_DIR isn't set, the first one first.

    In a checkout, its own datasets/ comes first. Below the working folder, where the notebook is, lie those of cs231n's
    own script and of torchvision. Then come the user's folder for caches (without a checkout), Keras's, torchvision's
    in the home folder, and Kaggle's.
    """
    own, here = [DATASETS], ["datasets", "cs231n/datasets", "data", "."]
    keras = [str(Path(home, "datasets")) for home in (os.environ.get("KERAS_HOME"), "~/.keras") if home]
    keras += [str(Path(folder, f"{FOLDER}-target")) for folder in keras]  # Keras's place since 2025
    above = [*own, *here] if CHECKOUT else [*here, *own]
    above += [*keras, "~/data", *sorted(_entries(KAGGLE))]
    found = [Path(os.path.expanduser(str(place)), FOLDER) for place in above]
    return [folder for folder in found if folder.parts[0] != "~"]  # it stays where there is no home


def fault(folder: Path) -> str:
    """Return what is wrong with `folder`, in a few words; "" where all seven files are in it, and none is cut short.

    Quick, as `missing` is. The built-in sample has the files of CIFAR-10, and is no fault here.
    """
    if os.path.isfile(folder):
        return "it is a file"
    if os.path.islink(folder) and not os.path.exists(folder):
        return "it is a link that leads nowhere"
    try:
        os.stat(folder)
        if not os.access(folder, os.R_OK | os.X_OK):
            return "there is no permission to read it"
        lacking = missing(folder)
    except (FileNotFoundError, NotADirectoryError):
        return "there is no such folder"
    except OSError as error:  # of a folder above, or, as a whole sentence, of one of the files
        return str(error).rstrip(".") if "could not be" in str(error) else "there is no permission to read it"
    if len(lacking) < len(FILES):
        cut = [name for name in lacking if os.path.exists(folder / name)]
        absent = [name for name in lacking if name not in cut]
        return " and ".join(
            [f"{', '.join(absent)} {_is(absent)} missing"] * bool(absent)
            + [f"{', '.join(cut)} {_is(cut)} not whole"] * bool(cut)
        )
    return _other(folder) or "none of CIFAR-10's files is there"


def advice(folder: Path, how: str) -> str:
    """Return a sentence on what to do about a folder with a fault. how: how another one is named, "set ROOT to"."""
    near = [folder / FOLDER, *folder.parents[:2], *(p / end for p in _entries(folder) for end in (".", FOLDER))]
    whole = next((other for other in near if not fault(other) and other.name != SAMPLE.name), None)
    if whole:
        return f"CIFAR-10's files are in {whole.absolute()}: {how} that folder."
    above = folder.parent if folder.name == ARCHIVE else folder
    if os.path.isfile(above / ARCHIVE):
        return f"{ARCHIVE} is packed, and this unpacks it: `{command('data', shlex.quote(str(above)))}`."
    return f"{how[0].upper()}{how[1:]} the folder that holds CIFAR-10's files."


def _is(names):
    return "is" if len(names) == 1 else "are"


def _other(folder):
    """Return in a few words what else is in the folder, or in one just below it; "" for nothing that is listed."""
    for place in (folder, *_entries(folder)):
        names = [path.name + "/" * os.path.isdir(path) for path in _entries(place)]
        for patterns, what in OTHERS.items():
            if all(matching(names, pattern) for pattern in patterns):
                return f"{'it' if place == folder else f'its folder {place.name}'} holds {what}"
    return ""


def _entries(folder):
    """Return what is in a folder; nothing where one can't look."""
    try:
        return list(islice(folder.iterdir(), MOST)) if os.path.isdir(folder) else []
    except OSError:
        return []
