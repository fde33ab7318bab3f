"""Examine functions that break things, in the process that runs this module: see learners.py, which starts it.

The names that the bodies of the functions use stand here.
"""

import asyncio  # noqa: F401
import builtins
import collections  # noqa: F401
import contextlib  # noqa: F401
import ctypes  # noqa: F401
import decimal  # noqa: F401
import faulthandler  # noqa: F401
import fractions  # noqa: F401
import functools  # noqa: F401
import gc
import getpass  # noqa: F401
import itertools  # noqa: F401
import json
import locale
import logging  # noqa: F401
import math
import operator  # noqa: F401
import os
import queue  # noqa: F401
import random
import re  # noqa: F401
import select  # noqa: F401
import signal
import subprocess  # noqa: F401
import sys
import tempfile
import textwrap
import threading
import time
import unittest.mock  # noqa: F401
import warnings

import numpy as np

import cs231n_softmax
from cs231n_softmax import check
from cs231n_softmax.check import guard

from ..mistakes import load
from . import ACCEPTED, CORRUPTED, HANG, HELD, UNCLEAR

BUSY = 3.0  # CPU seconds that no examination takes, with limits as small as these
guard.CPU_LIMIT, guard.WAIT_LIMIT = 0.3, 0.9


def loop_wrapped(fn):
    """Return a function that says it wraps itself."""
    def wrapped(*args):
        return fn(*args)

    wrapped.__wrapped__ = wrapped
    return wrapped


def renamed(fn, name):
    """Return a function with another name."""
    def copy(*args):
        return fn(*args)

    copy.__name__ = name
    return copy


def gone_folder():
    """Go to a folder, and remove it."""
    path = tempfile.mkdtemp()
    os.chdir(path)
    os.rmdir(path)


class Method:
    """A function as a method, and as an object that can be called."""

    def __init__(self, fn=None):
        self.fn = fn

    def call(self, *args):
        """Call the function."""
        return self.fn(*args)

    __call__ = call


class Numbered(Method):
    """A number in place of a name."""

    __name__ = 5


class Nameless(Method):
    """Answers the question for its name with itself, without end."""

    def __getattr__(self, name):
        return getattr(self, name)


class WrongCode(Method):
    """Numbers in place of everything that a function has."""

    __code__ = __wrapped__ = __signature__ = __module__ = 5


class Failing(Method):
    """Stops with an error."""

    def __call__(self, *args):
        raise RuntimeError("never")


class NoSource(Method):
    """Stops with an error in a line that stands in no file."""

    def __call__(self, *args):
        return eval("1 / 0")


class BadCallable:
    """Seems to be a function, but can't be called."""

    __call__ = 5


class Liar:
    """Answers every question about itself with an error."""

    __class__ = __name__ = __doc__ = property(lambda self: 1 / 0)
    __repr__ = __str__ = __len__ = __array__ = lambda self: 1 / 0

    def __call__(self, *args):
        return self


async def coroutine(*args):
    """Must be awaited."""
    return 1


def generator(*args):
    """Yields where it should return."""
    yield 1


async def async_generator(*args):
    """Both."""
    yield 1


def state():
    """Return {what a check must leave as it was: its value}."""
    try:
        folder = os.getcwd()
    except OSError:
        folder = None
    return {
        "folder": folder, "environment": dict(os.environ), "path": list(sys.path), "gc": gc.isenabled(),
        "recursion": sys.getrecursionlimit(), "trace": sys.gettrace(), "profile": sys.getprofile(),
        "threads' trace": threading.gettrace(), "threads' profile": threading.getprofile(),
        "stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr,
        "files": [os.path.exists(f"/proc/self/fd/{number}") for number in range(3)],
        "closed": [stream.closed for stream in (sys.stdin, sys.stdout, sys.stderr) if stream],
        "hooks": [sys.excepthook, sys.displayhook, sys.breakpointhook], "locale": locale.setlocale(locale.LC_ALL),
        "numpy": [np.geterr(), np.get_printoptions(), str(np.random.get_state())],  # noqa: NPY002
        "random": random.getstate(), "warnings": list(warnings.filters),
        "signals": [signal.getsignal(signal.SIGINT), signal.getitimer(signal.ITIMER_REAL)],
    } | {
        module.__name__: {name: value for name, value in vars(module).items()
                          if not name.startswith("_") and type(value) is not type(os)}
        for module in (builtins, np, np.linalg, np.random, math, os, time)
    }


def right(exercise):
    """Return a right function."""
    if exercise.endswith("_loss"):
        return getattr(cs231n_softmax, f"{exercise}_vectorized")
    names = {"np": np, "math": math}
    exec(load(exercise).BASE, names)
    return names[exercise]


def interrupt(examiner, passed, seconds):
    """Examine the function again and again, until Ctrl-C comes after so many seconds; wait until no thread is left."""
    try:
        threading.Timer(seconds, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
        while True:
            examiner(passed)
    except KeyboardInterrupt:
        for thread in threading.enumerate():
            if thread is not threading.current_thread():
                thread.join(1)


def examine(exercise, arguments, before, body, thing):
    """Return (outcome, what the examiner says) of the function `thing`, in a session that `before` has prepared."""
    call = f"RIGHT({', '.join(word.split('=')[0] for word in arguments.split(', '))})"
    names = globals() | {"RIGHT": right(exercise)}
    if not any(word in body for word in ("return", "raise", "yield")):
        body += "\nreturn RIGHT"
    exec(f"def fn({arguments}):\n{textwrap.indent(body.replace('RIGHT', call), '    ')}", names)
    passed = eval(thing, names)
    exec(before, names)
    at_first, begin = state(), time.process_time()
    examiner = getattr(check, exercise)
    try:
        for seconds in names.get("interrupts", []):
            interrupt(examiner, passed, seconds)
        report = examiner(passed)
        texts = str(report), report._repr_html_(), report.summary
    except BaseException as error:
        return UNCLEAR, f"{type(error).__name__} escapes: {error}"
    changed = [name for name, value in state().items() if value != at_first[name]]
    if changed:
        return CORRUPTED, f"changed: {changed}"
    if time.process_time() - begin > BUSY:
        return HANG, texts[0]
    if before and not report.ok:
        return ACCEPTED, texts[0]
    # what to do stands in the hint, or unfolded where it gives nothing away
    helpful = all(m.code and m.title.endswith(".") and len(m.title) < 300
                  and (m.explanation if m.code in ("not-written", "not-a-function") else m.hint)
                  for m in report.mistakes)
    return HELD if helpful and max(map(len, texts)) < 20_000 else UNCLEAR, texts[0][:500]


def main():
    """Examine the functions that are given as JSON; add (outcome, what was said) of each to the file, as JSON."""
    cases, path = json.loads(sys.argv[1]), sys.argv[2]
    for case in cases:
        found = examine(*case)
        sys.setrecursionlimit(1000)
        with open(path, "a", encoding="utf-8") as file:  # not open while a function runs
            file.write(json.dumps(found) + "\n")
