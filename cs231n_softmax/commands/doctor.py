"""Look at this computer: versions, threads, data, and what won't work here."""

import argparse
import importlib
import os
import platform
import shutil
import sys
from importlib import metadata

from packaging.requirements import Requirement

from .. import __version__
from .._project import CHECKOUT, PACKAGE, command
from .._threads import num_cores, one_blas_thread, startable
from .where import kind_of

ABOUT = "show versions, threads and data, what won't work here, and what to do"
EXTRAS = {"notebooks": "the notebooks can't be opened here, or have no sliders"}
INSTALL = "python -m pip install"


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(args: argparse.Namespace) -> int:
    """Print what was found; return 0, or 1 when something won't work."""
    wrong: list[str] = []
    notes: list[str] = []
    place = f"the project's folder {CHECKOUT}" if CHECKOUT else str(PACKAGE)
    print(f"Python {platform.python_version()} ({sys.executable}), {platform.system()} {platform.machine()}")
    print(f"cs231n_softmax {__version__}, in {place}")
    _packages(wrong, notes)
    _pictures(wrong)
    _threads(notes)
    _data(wrong, notes)
    print()
    for text in wrong:
        print(f"WON'T WORK: {text}")
    for text in notes:
        print(f"note: {text}")
    if not wrong:
        print("Everything that the package itself needs works here.")
    return 1 if wrong else 0


# --- packages -------------------------------------------------------------------------------------


def _packages(wrong, notes):
    """Print the version of each package that is needed, and look whether it is allowed."""
    shown: list[str] = []
    wanted: dict[str, list[str]] = {}
    for name, needed, extra in _requirements():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            version = "missing"
        shown.append(f"{name} {version}")
        if version == "missing" or not needed.contains(version, prereleases=True):
            text = f"{name} is {version}; {needed} is needed"
            if extra:
                wanted.setdefault(extra, []).append(text)
            else:
                wrong.append(f"{text}: {INSTALL} --upgrade {name}")
    for extra, texts in wanted.items():
        notes.append(f'{EXTRAS[extra]}: {", and ".join(texts)}: {INSTALL} "cs231n_softmax[{extra}]"')
    print("Packages: " + (", ".join(shown) or "unknown, since cs231n_softmax isn't installed by pip"))


def _requirements():
    """Yield (name, allowed versions, extra or "") of what this package asks for."""
    try:
        lines = metadata.requires("cs231n_softmax") or []
    except metadata.PackageNotFoundError:
        return
    for needed in map(Requirement, lines):
        for extra in ["", *EXTRAS]:
            if not needed.marker or needed.marker.evaluate({"extra": extra}):
                yield needed.name, needed.specifier, extra
                break


def _pictures(wrong):
    """See whether matplotlib, with its settings, can be used."""
    try:
        importlib.import_module("matplotlib.pyplot").get_backend()
    except Exception as error:  # a backend that isn't there, a broken settings file, a library of another version
        backend = os.environ.get("MPLBACKEND")
        remedy = f"MPLBACKEND is {backend}: unset it" if backend else f"{INSTALL} --force-reinstall matplotlib"
        wrong.append(f"no pictures can be drawn ({str(error).splitlines()[0][:100]}). {remedy}")


# --- threads --------------------------------------------------------------------------------------


def _threads(notes):
    """Print how many cores there are for this process, and whether threads can be started."""
    cores, limits = num_cores(), ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "PYTHON_CPU_COUNT")
    machine = os.cpu_count() or 1
    less = f" of {machine}: the others aren't for this process (affinity, or its container's limit)"
    with one_blas_thread() as computing:
        pass
    print(f"Threads that compute: {computing}. Cores: {cores}" + less * (cores < machine), end="")
    print("".join(f"; {name}={os.environ[name]}" for name in limits if os.environ.get(name)))
    if startable(1) < 1:
        notes.append("no threads can be started: everything is computed in one, and nothing can be downloaded.")
    if sys.platform != "linux":
        notes.append("a function under examination that never leaves a single step can be ended by a restart only.")


# --- data -----------------------------------------------------------------------------------------


def _data(wrong, notes):
    """Print which data are found; look whether they are whole, or else whether they can be fetched."""
    from ..cifar10.find import find_cifar10, find_sample
    from ..cifar10.variables import wrong_for_network, wrong_for_others

    notes += wrong_for_others()
    network = wrong_for_network()
    try:
        folder = find_cifar10() or find_sample()
    except OSError as error:
        wrong.append(str(error))
        return
    kind, whole = kind_of(folder) if folder else ("none yet", True)
    print(f"Data: {kind}" + f", in {folder}" * bool(folder) + f" (all places: {command('where')})")
    if not whole:
        wrong.append("the data are damaged, see above.")
    if kind == "CIFAR-10":
        notes += network
        return
    reasons = [*_no_room(), *_no_ssl(), *network]
    wrong += [f"the real photographs can't be fetched. {reason}" for reason in reasons]
    if not reasons:
        notes.append(f"to fetch the real photographs: {command('data')}")


def _no_room():
    """Return why the data can't be written where they belong, in a list of at most one sentence."""
    from ..cifar10.download import ROOM
    from ..cifar10.files import DATASETS

    above = next(folder for folder in (DATASETS, *DATASETS.parents) if os.path.exists(folder))
    elsewhere = f"Fetch them to another folder: {command('data', 'FOLDER')}. Then set CIFAR10_DIR to what it prints."
    if not os.access(above, os.W_OK):
        return [f"{above} can't be written. {elsewhere}"]
    if shutil.disk_usage(above).free < ROOM:
        return [f"{ROOM:,} bytes are needed in {above}, and fewer are free. {elsewhere}"]
    return []


def _no_ssl():
    """Return that https can't be opened, in a list of at most one sentence."""
    from ..cifar10.connection import NO_SSL

    try:
        importlib.import_module("ssl")
    except ImportError:
        return [NO_SSL]
    return []
