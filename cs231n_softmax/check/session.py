"""What belongs to the session, and not to the learner's function: it is noted before a call, and put back after it.

Names: the values of all names in NumPy, in Python's own modules and in this package. A function that changes them is
told so, because other code needs them. Settings, such as the working folder or the random states, are put back in
silence. (np.seterr holds in the function's own thread only.)
"""

import contextlib
import gc
import locale
import os
import random
import sys
import threading

# Names of this module: they keep their values when a learner's function changes the builtins.
from builtins import all, delattr, len, map, setattr, vars  # noqa: UP029
from functools import lru_cache
from operator import is_
from types import ModuleType

import numpy as np

from .interrupts import interrupts_held
from .report import Mistake, Report
from .shared import MISSING

OURS = __package__.partition(".")[0]
MODULES = ["builtins", "sys", "os", "time", "math", "random", "numpy", "numpy.linalg", "numpy.random"]
DEFAULT_ERRORS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}  # NumPy's own


@lru_cache(1)
def _owners(count):
    """Return the modules whose names are kept, and the class of the reports. (`count`: new ones may have come.)"""
    ours = [name for name in sys.modules if name.partition(".")[0] == OURS]
    modules = map(sys.modules.get, MODULES + ours)
    return [*(module for module in modules if module is not None), Report]


class Names:
    """The values of all names that aren't the learner's, or of those in some modules.

    Of the learner's own names, the `scope`, only the modules belong here, such as np: all cells use them.
    """

    def __init__(self, owners=None, scope=None):
        self.kept = [(owner, dict(vars(owner))) for owner in owners or _owners(len(sys.modules))]
        self.scope = {} if scope is None else scope
        self.modules = {name: value for name, value in self.scope.items() if type(value) is ModuleType}
        self.lock = threading.Lock()  # the function's thread and the examiner's put names back

    def restore(self):
        """Give the names their old values back, delete those that are new; return the names that had changed."""
        with self.lock:
            return self._restore()

    def _restore(self):
        changed = []
        for owner, names in self.kept:  # the builtins first: the examiner needs them
            now = vars(owner)
            if len(now) == len(names) and all(map(is_, now.values(), names.values())):
                continue  # the usual case, seen quickly
            for name, value in names.items():
                if now.get(name, MISSING) is not value:
                    setattr(owner, name, value)
                    changed.append(f"{owner.__name__}.{name}")
            for name in now.keys() - names.keys():
                if not name.startswith("_") and type(now[name]) is not ModuleType:  # an import adds modules
                    delattr(owner, name)
                    changed.append(f"{owner.__name__}.{name}")
        for name, module in self.modules.items():
            if self.scope.get(name) is not module:
                self.scope[name] = module
                changed.append(name)
        return changed

    def forget(self):
        """Put nothing back any more, from the moment at which this returns."""
        with self.lock:
            self.kept, self.modules = [], {}


def changes_others(name, changed):
    """Return the Mistake of a function that changed names, such as "numpy.exp"."""
    return Mistake(
        "changes-others",
        f"{name} changes {' and '.join(changed)}.",
        "Other code needs this name too. The old value has been put back.",
        "",
        "Choose other names for your own variables and functions.",
    )


def _replace_environment(kept):
    for name in os.environ.keys() - kept.keys():
        del os.environ[name]
    os.environ.update(kept)


SETTINGS = [  # (returns the setting, sets it)
    (os.getcwd, os.chdir),
    (lambda: dict(os.environ), _replace_environment),
    (lambda: list(sys.path), lambda kept: sys.path.__setitem__(slice(None), kept)),
    (lambda: locale.setlocale(locale.LC_ALL), lambda kept: locale.setlocale(locale.LC_ALL, kept)),
    (gc.isenabled, lambda kept: gc.enable() if kept else gc.disable()),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (sys.gettrace, sys.settrace),
    (sys.getprofile, sys.setprofile),
    (threading.gettrace, threading.settrace),
    (threading.getprofile, threading.setprofile),
    (np.get_printoptions, lambda kept: np.set_printoptions(**kept)),  # in NumPy 2.0 all threads share them
    (random.getstate, random.setstate),
    (lambda: np.random.get_state(legacy=False), np.random.set_state),  # noqa: NPY002
]


@contextlib.contextmanager
def settings_kept():
    """Put the session's settings back after the block, in which NumPy treats floating-point errors as it does at first.

    So a verdict doesn't depend on what np.seterr was called with before. Ctrl-C waits: see interrupts.py.
    """
    with interrupts_held():
        kept = []
        for read, write in SETTINGS:
            with contextlib.suppress(OSError):  # the working folder may have been removed
                kept.append((read, read(), write))
        try:
            with np.errstate(**DEFAULT_ERRORS):
                yield
        finally:
            for read, value, write in kept:
                with contextlib.suppress(OSError):
                    if not _same(read, value):
                        write(value)


def _same(read, value):
    """True when a setting still has its old value."""
    try:
        return bool(read() == value)
    except ValueError:  # NumPy's random state holds an array, and is set in any case
        return False
