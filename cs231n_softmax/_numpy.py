"""Stop the import of the package where it can't work with the NumPy that is loaded, and tell what to do.

This is the first thing that the package imports. So a reader gets one sentence, and no error from NumPy's insides.
"""

import re
from pathlib import Path

from ._project import missing

try:
    import numpy as np
except ModuleNotFoundError as error:
    if error.name != "numpy":
        raise
    raise ImportError(missing("numpy")) from None

OLDEST = (2, 0)  # as in pyproject.toml


def check_numpy() -> None:
    """Raise ImportError where NumPy is older than OLDEST, or its files aren't those of the version that is loaded.

    The files are others when NumPy was replaced after it had been imported, say by `%pip install` in a notebook. Then
    the parts of NumPy that are in memory and the parts that are still to be imported come from two versions.
    """
    loaded, installed = np.__version__, _version_in_files()
    if installed not in (loaded, None):
        raise ImportError(
            f"NumPy was replaced while it was in use (version {loaded} is loaded, and {installed} is installed now): "
            "restart Python (in a notebook the kernel; on Colab: Runtime > Restart session), and run your cells again "
            "from the top."
        )
    if tuple(int(number) for number in loaded.split(".")[:2]) < OLDEST:
        needed = ".".join(map(str, OLDEST))
        raise ImportError(
            f"cs231n_softmax needs NumPy {needed} or newer, and NumPy {loaded} is installed: make an environment of "
            f'its own for cs231n_softmax (python -m venv), or run python -m pip install "numpy>={needed}", and then '
            "restart Python (in a notebook the kernel)."
        )


def _version_in_files():
    """Return the version that NumPy's files have now, or None where it can't be read (a program in one file, say)."""
    try:
        text = Path(np.__file__).with_name("version.py").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r'^version = "(.+)"$', text, flags=re.MULTILINE)
    return found and found[1]


check_numpy()
