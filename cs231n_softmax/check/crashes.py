"""Explain the error with which a learner's function stops: the line, the shapes in its message, and what to do."""

import inspect
import linecache
import os
import re
import sysconfig
from pathlib import Path
from types import AsyncGeneratorType, CoroutineType, GeneratorType

import numpy as np

from .report import Mistake

PACKAGE = str(Path(__file__).resolve().parents[1]) + os.sep
LIBRARIES = (PACKAGE, sysconfig.get_paths()["stdlib"] + os.sep, "<frozen")


class Unusable(Exception):
    """Raised for a returned value that can't be used; its `mistake` explains what is wrong with the value."""

    def __init__(self, code, title, explanation="", evidence="", hint=""):
        super().__init__(title)
        self.mistake = Mistake(code, title, explanation, evidence, hint)


def refuse_masked(value):
    """Raise Unusable for a masked array with masked entries: they would count as right, whatever they hide."""
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise Unusable(
            "wrong-type",
            "A result is an array with masked entries.",
            "A masked entry has no value. A step of training would leave out that weight.",
            f"{np.ma.count_masked(value)} of {value.size} entries are masked",
            "Return an array without a mask. `.filled(0)` gives masked entries the value 0.",
        )


def refuse_unstarted(value):
    """Raise Unusable for an object whose code hasn't run yet: a generator, or what an `async def` function returns."""
    kinds = {GeneratorType: "a generator", CoroutineType: "a coroutine", AsyncGeneratorType: "an async generator"}
    kind = kinds.get(type(value))
    if kind is None:
        return
    raise Unusable(
        "wrong-return",
        f"The function returns {kind}: nothing in it has been computed yet.",
        "A function with `yield` or `async def` doesn't run when it is called. It returns an object that can run it.",
        "",
        "Is there a `yield`, or a `for` in round brackets? Write `return`, or square brackets."
        if kind == "a generator"
        else "Write `def` in place of `async def`.",
    )


def explain_error(error, name):
    """Return the Mistake for an error that the function called `name` raised."""
    if isinstance(error, NotImplementedError) and _is_learners(list(_frames(error.__traceback__))[-1]):
        return Mistake(
            "not-written",
            f"{name} isn't written yet.",
            "Write its body in place of `raise NotImplementedError`, run that cell, then this one again.",
            "",
            "",
        )
    if isinstance(error, RecursionError):
        return Mistake(
            "recursion",
            f"{name} calls itself without end.",
            "",
            where(error),
            "No exercise needs a function that calls itself. Was another function meant?",
        )
    if isinstance(error, MemoryError):
        return too_much_memory(name, where(error))
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return Mistake(
            "exits",
            f"{name} ends the program instead of returning.",
            "",
            where(error),
            "Is there a `raise KeyboardInterrupt`? It stands for Ctrl-C. Return the result instead."
            if isinstance(error, KeyboardInterrupt)
            else "Is there an exit(), quit() or sys.exit()? Return the result instead.",
        )
    code = "read-only" if isinstance(error, ValueError) and "read-only" in str(error) else "exception"
    return Mistake(code, f"{name} stops with an error: {type(error).__name__}.", "", where(error), advice(error))


def too_much_memory(name, evidence):
    """Return the Mistake of a function that wants more memory than there is, or than it is allowed."""
    return Mistake(
        "too-much-memory",
        f"{name} needs too much memory.",
        "The problems here are small. A right function needs kilobytes.",
        evidence,
        "Look for an array, a list or a number with far too many entries or digits, and for one that grows in a loop.",
    )


def where(error):
    """Return the learner's line that raised an error, and the message, without the examiner's own lines."""
    frame = next((step for step in reversed(list(_frames(error.__traceback__))) if _is_learners(step)), None)
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    message = message.encode(errors="backslashreplace").decode()
    message = message if len(message) <= 500 else message[:500] + " ..."
    message = "\n".join(message.split("\n")[:10])
    if frame is None:
        return message
    code = frame.tb_frame.f_code
    line = linecache.getline(code.co_filename, frame.tb_lineno).strip()
    return (
        f"line {frame.tb_lineno}, in {code.co_name}:\n    {line}\n{message}"
        if line
        else f"line {frame.tb_lineno}, in {code.co_name}: {message}"
    )


def source(fn):
    """Return the source of a learner's function; "" where Python can't find it."""
    try:
        return inspect.getsource(fn)
    except (OSError, TypeError, ValueError):  # ValueError: its __wrapped__ leads in a circle
        return ""


def _is_learners(step):
    """True for a step of a traceback in the learner's code: not in our files, in a library or in Python itself."""
    return not is_library(step.tb_frame.f_code.co_filename)


def is_library(file):
    """True for a file of this package, of Python itself, or of an installed library."""
    return file.startswith(LIBRARIES) or any(part in file for part in ("site-packages", "dist-packages", ".pyx"))


def _frames(traceback):
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def advice(error):
    """Return what to do about an error, from its type and its message."""
    said = str(error)
    if isinstance(error, TypeError) and "argument" in said:
        return (
            "The line gives a function other arguments than it takes. Compare them with its `def` line, or with help()."
            if any(map(_is_learners, _frames(error.__traceback__)))
            else "Compare the arguments with those in the `def` line. Your function has to take the arguments that the "
            "exercise gives it, in that order, and without their names."
        )
    if isinstance(error, UnboundLocalError):
        return (
            f"{_quoted(said)} has no value yet when that line runs. Is it set only under an `if`, in a loop that "
            "didn't run, or further down? A sum has to start from 0 before anything is added to it."
        )
    if isinstance(error, ModuleNotFoundError):
        return f"{_quoted(said)} isn't installed here, or is misspelt. The exercises need NumPy only: write it with np."
    if isinstance(error, NameError):
        return f"{_quoted(said)} doesn't exist. Is the name misspelt, or is it defined in another cell?"
    if isinstance(error, ValueError) and "read-only" in said:
        return "That array can't be written to, as the results of np.diagonal or np.broadcast_to: work on a copy."
    if "must be of integer" in said or "valid indices" in said:
        return "Row and column numbers have to be integers."
    if any(words in said for words in ("broadcast", "not aligned", "mismatch", "out of bounds", "inhomogeneous")):
        return _shapes(said)
    if said == "low >= high":
        return (
            "The random generator got a range without a number in it. Is the second argument of rng.integers how many "
            "numbers you want? By position, it is the end of the range. Write rng.integers(N, size=how_many)."
        )
    if "number of dimensions" in said:
        return (
            "The line joins arrays with different numbers of axes. A column of N numbers has the shape (N, 1): "
            "[:, None] makes one of N numbers in a row."
        )
    if "tuple index out of range" in said or "too many indices" in said:
        return "The line expects more axes than the array has. An array with one axis has no shape[1]."
    inside = {step.tb_frame.f_code.co_name for step in _frames(error.__traceback__) if not _is_learners(step)}
    if "only integer scalar arrays" in said and inside & {"max", "amax", "min", "amin"}:
        return (
            "np.max(a) is the largest entry of one array, and a second argument is an axis. np.maximum(0, a) compares "
            "each entry with 0."
        )
    if "Cannot cast ufunc" in said or "numpy boolean" in said:
        return (
            "An array of integers can't hold decimals, and an array of booleans can't hold negative numbers. Use "
            "floats: np.zeros(shape) has them, and .astype(float) makes them."
        )
    if said == "a must be 1-dimensional" or "a must be a 1-dimensional" in said:
        return (
            "np.random.choice draws from a row of numbers. Draw row numbers first: "
            "rows = np.random.choice(len(X), batch_size). Then take the rows: X[rows]."
        )
    return "Print the values that are used where the error happens, and their shapes."


def _quoted(said):
    name = re.search("'([^']+)'", said)
    return f"`{name[1]}`" if name else "A name"


def _shapes(said):
    """Return advice for shapes that don't fit: one number for each row of a matrix, or sizes of the wrong axis."""
    shapes = [tuple(int(n) for n in re.findall(r"\d+", text)) for text in re.findall(r"\(([\d, ]+)\)", said)]
    shapes = list(dict.fromkeys(shapes))  # a change in place has the shape of the result as a third
    if len(shapes) == 2 and "broadcast together" in said and "indexing" not in said:
        (a, b) = sorted(shapes, key=len)
        if len(a) == 1 and len(b) == 2 and a[0] == b[0]:
            return (
                f"{a} holds one number for each row of {b}. These numbers have to be a column: keepdims=True in a "
                "sum or maximum keeps them one, and [:, None] makes them one."
            )
    if "out of bounds for array of dimension" in said:
        return "The array has fewer axes than that: of one axis, axis=0 is the only one."
    if "out of bounds" in said:
        return (
            "An index is too large for its axis. Is a size taken from the wrong axis, or are row and column "
            "exchanged? i is the number of a row, and y[i] is the number of a class."
        )
    return (
        "Two shapes don't fit together. Is a size taken from the wrong axis, are row and column exchanged, or is "
        "there one transpose too few or too many?"
    )


LETTERS = {"W": "DC", "X": "ND", "scores": "NC", "y": "N"}


def name_shapes(said, names, args):
    """Return a line with the meaning of the shapes in an error's message: "(6, 4) is (N, C)"; "" if unclear.

    It also has the numbers in these shapes that are no size of the arguments.
    """
    sizes = {}
    for name, arg in zip(names, args, strict=False):
        for letter, size in zip(LETTERS.get(name, ""), getattr(arg, "shape", ()), strict=False):
            sizes.setdefault(size, set()).add(letter)
    shapes = dict.fromkeys(re.findall(r"\((?:\d+, ?)*\d*\)", said.splitlines()[-1] if said else ""))
    found, strange = [], {}
    for text in shapes:
        numbers = [int(n) for n in re.findall(r"\d+", text)]
        strange |= {n: None for n in numbers if n not in sizes and n != 1}
        if numbers and all(n == 1 or len(sizes.get(n, ())) == 1 for n in numbers):
            letters = [next(iter(sizes[n])) if n in sizes else "1" for n in numbers]
            found.append(f"{_tuple(numbers)} is {_tuple(letters)}")
    told = f"Here {' and '.join(found)}." if found else ""
    if sizes and strange:  # a size that is written as a number, or that comes from something else
        told += f" None of the sizes here is {' or '.join(map(str, strange))}."
    return f"\n{told.strip()}" if told else ""


def _tuple(items):
    """Return items as the text of a tuple, without quotes: "(6, 4)", "(N,)"."""
    return f"({', '.join(map(str, items))}{',' * (len(items) == 1)})"
