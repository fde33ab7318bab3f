"""Make a valid notebook of some bytes, and restore the labels of cells that were lost, copied or changed.

A label is the metadata `nbgrader` of a cell (tools/classroom.py). Jupyter copies the label together with the cell, and
other editors may lose it.
"""

import copy
import json
import re
import uuid
from collections import defaultdict

import nbformat

CONFLICT = re.compile(rb"^(<<<<<<< |>>>>>>> )", flags=re.MULTILINE)
OTHERS = {  # what isn't a notebook, though its name says so, by how it begins
    rb"PK\x03\x04|Rar!|\x1f\x8b": "is an archive that was renamed: unpack it, and hand in the notebook",
    rb"(?i)\s*<(!doctype|html)": "is a web page: download the notebook itself, and hand it in",
    rb"%PDF": "is a PDF: hand in the notebook itself",
    rb"version https://git-lfs": "is a pointer of git-lfs: hand in the notebook itself",
}
UTF_16 = {  # by how a file in this encoding begins
    "utf-16": rb"\xff\xfe|\xfe\xff",
    "utf-16-le": rb"[{\s]\0",
    "utf-16-be": rb"\0[{\s]",
}
RESAVE = (
    "the file is in UTF-16, which Jupyter can't open, and not in UTF-8. Open it in a text editor and save it with the "
    "encoding UTF-8, or run this line in Python, in the file's folder and with its name: import pathlib; "
    'p = pathlib.Path("{file}"); p.write_text(p.read_text("{encoding}"), "utf-8"). Then hand the file in again'
)
KEYS = {"code": ("execution_count", "outputs"), "markdown": ("attachments",), "raw": ("attachments",)}


def read_notebook(content, file="NAME.ipynb"):
    """Return (the notebook that some bytes hold, without outputs, notes); ValueError with the reason if they hold none.

    file: what the reason calls it.
    Notebooks of older formats are upgraded. Ids of cells that are missing or that stand twice are made anew.
    """
    if not content.strip():
        raise ValueError("the file is empty: hand in the notebook itself")
    for encoding, start in UTF_16.items():
        if re.match(start, content):
            raise ValueError(RESAVE.format(file=file, encoding=encoding))
    for start, what in OTHERS.items():
        if re.match(start, content):
            raise ValueError(f"the file {what}")
    if CONFLICT.search(content):
        raise ValueError("git has left a conflict in the file (<<<<<<<): solve it, and hand the notebook in again")
    notes = []
    try:
        plain = json.loads(content.decode("utf-8-sig"))
        if not isinstance(plain, dict) or not ({"cells", "worksheets"} & set(plain)):
            raise ValueError("it has no cells")
        version = plain.get("nbformat", 3 if "worksheets" in plain else 4)
        if version < 4:
            plain = json.loads(nbformat.writes(nbformat.convert(nbformat.from_dict(plain), 4)))
            notes.append(f"it was in an older format (nbformat {version}), and was upgraded")
        ids: set[str] = set()
        cells = [with_id(valid(cell), ids) for cell in plain["cells"]]
        plain = {
            "nbformat": version if version > 4 else 4,
            "nbformat_minor": 5,
            "cells": cells,
            "metadata": plain.get("metadata", {}),
        }
        notebook = nbformat.reads(json.dumps(plain), as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # what isn't a notebook can be anything
        why = (str(error).splitlines() or ["no reason given"])[0]
        what_to_do = "if Jupyter opens it, save it there, and hand it in again"
        raise ValueError(f"not a notebook ({type(error).__name__}: {why[:100]}): {what_to_do}") from error
    return notebook, notes


def valid(cell):
    """Return a cell with the keys of its type, and no others; code without outputs."""
    kind = cell["cell_type"]
    own = {key: cell[key] for key in ("id", *KEYS[kind]) if key in cell}
    own |= {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "source": cell.get("source") or "", "metadata": cell.get("metadata") or {}, **own}


def with_id(cell, ids):
    """Return the cell with an id that is not among `ids`, and enter it there."""
    if not re.fullmatch(r"[\w-]{1,64}", str(cell.get("id", "")), flags=re.ASCII) or cell["id"] in ids:
        cell["id"] = uuid.uuid4().hex[:8]
    ids.add(cell["id"])
    return cell


def restore_labels(notebook, released):
    """Give a submitted notebook the labelled cells of the released one, each once; return notes of what was changed.

    Of an exercise's copies the first that the student has changed counts; of a check's copies the last one below that
    exercise.
    """
    cells, notes, last = notebook.cells, [], -1
    copies = defaultdict(list)
    for cell in cells:
        copies[grade_id(cell)].append(cell)
        for key in ("nbgrader", "deletable", "editable"):
            cell.metadata.pop(key, None)
    for stub in [cell for cell in released.cells if grade_id(cell)]:
        if stub.metadata.nbgrader.solution:
            cell = choose_exercise(stub, copies[grade_id(stub)], cells, notes)
        else:
            cell = choose_check(stub, copies[grade_id(stub)], cells[last + 1 :], notes)
        if cell is None:
            cell = nbformat.v4.new_code_cell(stub.source)
            cells.insert(place(stub, cells, released, last), cell)
        last = next(position for position, other in enumerate(cells) if other is cell)
        if not stub.metadata.nbgrader.solution:
            cell.source = stub.source
        cell.cell_type = "code"
        cell.setdefault("outputs", [])
        cell.setdefault("execution_count", None)
        cell.metadata.update(copy.deepcopy(stub.metadata))
    return notes


def place(stub, cells, released, last):
    """Return the position of a lost cell: after `last`, and after the cells that stand before it in the release."""
    there = {cell.id: position for position, cell in enumerate(cells)}
    before = [cell.id for cell in released.cells[: released.cells.index(stub)]]
    return 1 + max([last, *(there[id] for id in before if id in there)])


def grade_id(cell):
    """Return a cell's label (an exercise's name, or `check_` and that name); None if it has none."""
    label = cell.metadata.get("nbgrader")
    name = label.get("grade_id") if isinstance(label, dict) else None
    return name if isinstance(name, str) else None


def choose_exercise(stub, copies, cells, notes):
    """Return the cell that counts as the student's answer; None if there is none."""
    name = grade_id(stub)
    if not copies:
        definition = re.compile(rf"^def {name}\(", flags=re.MULTILINE)
        copies = [cell for cell in cells if cell.cell_type == "code" and definition.search(cell.source)]
        notes.append(f"the cell of {name} was deleted; " + ("another that defines it counts" if copies else "put back"))
    elif len(copies) > 1:
        notes.append(f"the cell of {name} was copied; the first one that was changed counts")
    written = [cell for cell in copies if cell.source.strip() != stub.source.strip()]
    return (written or copies or [None])[0]


def choose_check(stub, copies, after, notes):
    """Return the copy of a check that is kept, one below its exercise; None if the check has to be put back."""
    name = grade_id(stub)
    usable = [cell for cell in copies if any(cell is other for other in after)]
    if not copies:
        notes.append(f"{name} was deleted; put back")
    elif not usable:
        notes.append(f"{name} stood before its exercise; put after it")
    elif len(copies) > 1:
        notes.append(f"{name} was copied; the last after the exercise counts")
    elif usable[-1].source.strip() != stub.source.strip():
        notes.append(f"{name} was changed; put back as it was")
    return usable[-1] if usable else None
