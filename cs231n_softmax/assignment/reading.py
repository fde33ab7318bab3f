"""The text of a learner's file or notebook: as code that Python can parse, or one sentence that says why not."""

import ast
import io
import json
import re
import tokenize
import warnings
from pathlib import Path
from typing import NamedTuple

MOST = {".py": 2_000_000, ".ipynb": 100_000_000}  # bytes; notebooks hold pictures
MAGIC = re.compile(r"\s*(%|!|\?|.*[^'\"#]\?\s*$)")  # %cd, !pip, ?np, np?
CELL_MAGIC = re.compile(r"\s*%%(\w+)")
STILL_PYTHON = {"time", "timeit", "capture", "prun", "px"}  # what stands below these cell magics is Python
TWO = re.compile(  # what only Python 2 reads, at the start of a line or anywhere
    r"^\s*print\s+[^\s(=.]|^\s*print\s*$|^\s*print\s*>>|^\s*exec\s+[\"'\w]|^\s*raise\s+\w+\s*,"
    r"|^\s*except\s+[\w.]+\s*,\s*\w+\s*:|<>|\b0\d+\b|\b\d+[lL]\b|\bur[\"']|`[^`]+`"
)


class Unreadable(Exception):
    """Raised for a file that can't be examined; its text is one sentence: the file, the line, and what to do."""


class Code(NamedTuple):
    """A piece of Python: a whole file, or one cell of a notebook. Line numbers count within it."""

    text: str
    tree: ast.Module
    cell: int | None = None  # the number of the notebook's cell, counted from 1


def read(path: Path) -> tuple[list[Code], list[str]]:
    """Return the pieces of a .py file or a notebook, and notes on how they had to be read. Raises Unreadable."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST.get(path.suffix, MOST[".py"]) else b""
    except OSError as error:
        raise Unreadable(f"{path} can't be read: {error.strerror}.") from None
    if size and not data:
        raise Unreadable(f"{path} has {size:,} bytes, which is too large for a file of code.")
    text, notes = decoded(data, path)
    if path.suffix == ".ipynb":
        return _cells(text, path), notes
    if re.match(r"\s*<(!doctype|html)", text, flags=re.IGNORECASE):
        raise Unreadable(f"{path} is a web page, not Python. Download the file itself (on GitHub: the button Raw).")
    if re.match(r'\s*\{\s*"', text) and '"cells"' in text:
        raise Unreadable(f"{path} is a notebook, not Python. Give it the ending .ipynb.")
    return [Code(text, parsed(text, str(path)))], notes


def decoded(data: bytes, path: Path) -> tuple[str, list[str]]:
    """Return the text of a file's bytes, in whatever encoding, and notes. Raises Unreadable for what is no text."""
    notes: list[str] = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
        notes.append(f"{path.name} is saved as UTF-16, which Python can't import. Save it as UTF-8.")
    else:
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = data.decode(encoding)
        except (SyntaxError, UnicodeError, LookupError):
            text = data.decode("latin-1")
            notes.append(f"{path.name} isn't saved as UTF-8, so that Python can't import it. Save it as UTF-8.")
    if "\0" in text:
        raise Unreadable(f"{path} isn't a file of Python code: it holds bytes that no text has.")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), notes


def parsed(text: str, where: str) -> ast.Module:
    """Return the syntax tree. Raises Unreadable, with the line, for Python 2 and for a syntax error."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(text)
    except SyntaxError as error:
        raise Unreadable(explained(error, text, where)) from None
    except (RecursionError, MemoryError, ValueError):
        raise Unreadable(f"{where} can't be read as Python: its code is nested too deeply.") from None


def explained(error: SyntaxError, text: str, where: str) -> str:
    """Return a sentence for a syntax error: Python 2, tabs among spaces, marks of a merge, or Python's own words."""
    lines = text.split("\n")
    number = min(max(error.lineno or 1, 1), len(lines))
    line = lines[number - 1].strip()[:80]
    place = f"{where}, line {number}"
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return f"{place}: `{line}` is a mark of git for two versions. Keep one of them, and remove the marks."
    if TWO.search(lines[number - 1]) or "Missing parentheses in call" in str(error.msg):
        return f"{place}: `{line}` is Python 2, which Python 3 can't read. {_in_python_3(line)}"
    if isinstance(error, TabError):
        return (
            f"{place}: tabs and spaces are mixed in the indentation. Use spaces in all lines (your editor can convert)."
        )
    if isinstance(error, IndentationError):
        return f"{place}: the indentation is wrong ({error.msg}). Line up the lines of each block."
    return f"{place}: Python can't read `{line}` ({error.msg}). Mend this line, and run the check again."


def _in_python_3(line):
    if line.startswith("print"):
        return "Write print(...), with parentheses."
    if line.startswith("except"):
        return "Write `except Error as name:`."
    return "Write this line as Python 3 does."


def _cells(text, path):
    """Return the code cells of a notebook, without lines that only Jupyter reads; a cell that can't be parsed is left.

    A cell with a function of the course that can't be parsed raises Unreadable.
    """
    from .names import defines

    try:
        notebook = json.loads(text)
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]  # before 2015
        code = [
            (number, "".join(cell.get("source", cell.get("input", ""))))
            for number, cell in enumerate(cells, 1)
            if cell["cell_type"] == "code"
        ]
    except (ValueError, RecursionError, TypeError, KeyError, IndexError, AttributeError):
        raise Unreadable(
            f"{path} isn't a whole notebook: its JSON can't be read. Open it in Jupyter, and save it again."
        ) from None
    found = []
    for number, source in code:
        source = without_magics(source)
        try:
            found.append(Code(source, parsed(source, f"{path}, cell {number}"), number))
        except Unreadable:
            if defines(source):
                raise
    return found


def without_magics(source: str) -> str:
    """Return a cell's text in which the lines for Jupyter or the shell are empty; "" for a cell in another language.

    >>> without_magics("%matplotlib inline\\nx = 1\\n  !ls")
    '\\nx = 1\\n  pass'
    """
    lines = source.split("\n")
    first = next((k for k, line in enumerate(lines) if line.strip()), 0)
    magic = CELL_MAGIC.match(lines[first])
    if magic and magic[1] not in STILL_PYTHON:
        return ""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(source)
        return source  # a line that begins with % may belong to a formula or a text
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    return "\n".join(_emptied(line) if MAGIC.match(line) or "get_ipython()" in line else line for line in lines)


def _emptied(line):
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass" if indent else ""
