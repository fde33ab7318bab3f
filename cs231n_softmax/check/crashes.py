"""What it means when a learner's function stops with an error: the line, what met what there, and what to do."""

import linecache
import os
import re
import sysconfig
from pathlib import Path

from .report import Mistake

PACKAGE = str(Path(__file__).resolve().parents[1]) + os.sep
LIBRARIES = (PACKAGE, sysconfig.get_paths()["stdlib"] + os.sep, "<frozen")


class Unusable(Exception):
    """Raised while a returned value is looked at: carries the Mistake that says what is wrong with it."""

    def __init__(self, code, title, explanation="", evidence="", hint=""):
        super().__init__(title)
        self.mistake = Mistake(code, title, explanation, evidence, hint)


def explain_error(error, name):
    """Return the Mistake for an error that the function called `name` raised."""
    if isinstance(error, NotImplementedError) and _is_learners(list(_frames(error.__traceback__))[-1]):
        return Mistake("not-written", f"{name} isn't written yet.", "", "",
                       "Write its body in place of `raise NotImplementedError`, run that cell, then this one again.")
    if isinstance(error, RecursionError):
        return Mistake("recursion", f"{name} calls itself without end.", "", where(error),
                       "A function that calls itself needs a case in which it doesn't. Here none is needed.")
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return Mistake("exits", f"{name} ends the program instead of returning.", "", where(error),
                       "Return a result; leave exit() and sys.exit() out.")
    return Mistake("exception", f"{name} stops with an error: {type(error).__name__}.", "", where(error),
                   advice(error))


def where(error):
    """Return the learner's line in which an error came up, and its message: their line, not our stack."""
    frame = next((step for step in reversed(list(_frames(error.__traceback__))) if _is_learners(step)), None)
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    message = message if len(message) <= 500 else message[:500] + " ..."
    if frame is None:
        return message
    code = frame.tb_frame.f_code
    line = linecache.getline(code.co_filename, frame.tb_lineno).strip()
    return f"line {frame.tb_lineno}, in {code.co_name}:\n    {line}\n{message}" if line else \
        f"line {frame.tb_lineno}, in {code.co_name}: {message}"


def _is_learners(step):
    """True for a step of a traceback that is in none of our files, nor in a library's or Python's own."""
    return not is_library(step.tb_frame.f_code.co_filename)


def is_library(file):
    """True for a file of ours, of Python's own, or of an installed library."""
    return file.startswith(LIBRARIES) or any(part in file for part in ("site-packages", "dist-packages", ".pyx"))


def _frames(traceback):
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def advice(error):
    """Return what to do about an error, from its type and its message."""
    said = str(error)
    if isinstance(error, TypeError) and "positional argument" in said:
        return "The function must take the arguments that the exercise gives it, in that order."
    if isinstance(error, UnboundLocalError):
        return (f"{_quoted(said)} has no value yet when that line runs. It gets one only under an `if`, in a loop that "
                "didn't run, or further down; or it is a sum that never starts from 0.")
    if isinstance(error, NameError):
        return f"{_quoted(said)} doesn't exist: a typing error, or a variable of another cell."
    if "read-only" in said:
        return "What was passed in isn't yours to change: work on a copy."
    if "must be of integer" in said or "valid indices" in said:
        return "Row and column numbers have to be integers."
    if any(words in said for words in ("broadcast", "not aligned", "mismatch", "out of bounds", "inhomogeneous")):
        return _shapes(said)
    return "The line above is where it happened. Print what it works on, and the shapes."


def _quoted(said):
    name = re.search("'([^']+)'", said)
    return f"`{name[1]}`" if name else "A name"


def _shapes(said):
    """Advice for shapes that don't fit: a row of numbers beside a matrix, or sizes and indices of the wrong axis."""
    shapes = [tuple(int(n) for n in re.findall(r"\d+", text)) for text in re.findall(r"\(([\d, ]+)\)", said)]
    if len(shapes) == 2 and "broadcast together" in said and "indexing" not in said:
        (a, b) = sorted(shapes, key=len)
        if len(a) == 1 and len(b) == 2 and a[0] == b[0]:
            return (f"{a} is one number for each row of {b}. To go with the rows it has to be a column: keepdims=True "
                    "in the sum or maximum, or [:, None].")
    if "out of bounds" in said:
        return ("An index is larger than its axis. Is a size taken from the wrong axis, or are row and column "
                "exchanged? i is a row, y[i] is a class.")
    return ("Two shapes that don't fit. Is a size taken from the wrong axis, are row and column exchanged, or is a "
            "transpose missing or too many?")


LETTERS = {"W": "DC", "X": "ND", "scores": "NC", "y": "N"}


def name_shapes(said, names, args):
    """Return a line that says what the shapes in an error's message stand for: "(6, 4) is (N, C)"; "" if unclear."""
    sizes = {}
    for name, arg in zip(names, args, strict=False):
        for letter, size in zip(LETTERS.get(name, ""), getattr(arg, "shape", ()), strict=False):
            sizes.setdefault(size, set()).add(letter)
    shapes = dict.fromkeys(re.findall(r"\((?:\d+, ?)*\d*\)", said.splitlines()[-1] if said else ""))
    found = []
    for text in shapes:
        numbers = [int(n) for n in re.findall(r"\d+", text)]
        if numbers and all(n == 1 or len(sizes.get(n, ())) == 1 for n in numbers):
            letters = [next(iter(sizes[n])) if n in sizes else "1" for n in numbers]
            found.append(f"{_tuple(numbers)} is {_tuple(letters)}")
    return f"\nHere {' and '.join(found)}." if found else ""


def _tuple(items):
    """Return items as the text of a tuple, without quotes: "(6, 4)", "(N,)"."""
    return f"({', '.join(map(str, items))}{',' * (len(items) == 1)})"
