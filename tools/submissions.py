"""Find what students handed in, and restore the labels of cells that were lost, copied or changed.

A label is nbgrader's metadata of a cell. Jupyter copies the label together with the cell, other editors may lose it,
and nbgrader can't grade a notebook in which a label stands twice or not at all.
"""

import copy
import json
import re
import uuid
import zipfile
from collections import defaultdict
from pathlib import Path, PurePosixPath

import nbformat

LARGEST = 200_000_000  # bytes of one notebook


def find_students(folder):
    """Return {student: path} of the folders and zips in `folder`, and a list of what was left out, with reasons."""
    students, left_out = {}, []
    for path in sorted(Path(folder).iterdir(), key=lambda path: (path.is_file(), path.name)):
        if path.name.startswith((".", "__MACOSX")):
            continue
        if not path.is_dir() and path.suffix.lower() != ".zip":
            left_out.append(f"{path.name}: expected a folder or a zip for each student")
            continue
        student = re.sub(r"[^\w .@,'()-]", "_", path.name if path.is_dir() else path.stem).strip()
        if student in students:
            left_out.append(f"{path.name}: not graded, because {students[student].name} is")
        else:
            students[student] = path
    return dict(sorted(students.items())), left_out


def find_notebooks(path, names):
    """Return {name: bytes} of the notebooks in a student's folder or zip, and notes of what was left out."""
    found, notes, others = {}, [], []
    entries = zip_entries(path) if path.is_file() else folder_entries(path)
    for entry, size, read in sorted(entries, key=lambda entry: (entry[0].count("/"), entry[0])):
        parts = PurePosixPath(entry).parts
        if not entry.endswith(".ipynb") or any(part.startswith((".", "__MACOSX")) for part in parts):
            continue
        name = PurePosixPath(entry).stem
        if name not in names:
            others.append((entry, size, read))
        elif name in found:
            notes.append(f"{name}: handed in more than once; this one is not graded: {entry}")
        else:
            found[name] = b"" if size > LARGEST else read()
            if size > LARGEST:
                notes.append(f"{name}: {size / 1e6:.0f} MB is too large for a notebook")
    for entry, size, read in others:  # browsers and people rename: "04_gradient (1).ipynb", "04_gradient-Copy1.ipynb"
        file = PurePosixPath(entry)
        name = next((name for name in names if file.stem.startswith(name) and name not in found), None)
        if name and size <= LARGEST:
            found[name] = read()
            notes.append(f"{name}: taken from {file.name}")
        else:
            notes.append(f"{file.name}: not graded, no notebook has this name")
    return found, notes


def folder_entries(folder):
    """Return the files in a folder, at any depth: [(path in it, bytes, function that reads it)]."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), path.stat().st_size, path.read_bytes) for path in files]


def zip_entries(path):
    """Return the files in a zip, like folder_entries; OSError if the zip, or later a file in it, can't be read."""

    def reader(name):
        def read():
            with zipfile.ZipFile(path) as archive:
                try:
                    return archive.read(name)
                except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # damaged, or with a password
                    raise OSError(f"{name} can't be read: {error}") from error

        return read

    try:
        with zipfile.ZipFile(path) as archive:
            return [(entry.filename, entry.file_size, reader(entry.filename)) for entry in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise OSError(f"not a readable zip: {error}") from error


def read_notebook(content):
    """Return the notebook that some bytes hold, without outputs; ValueError with the reason if they hold none."""
    if not content.strip():
        raise ValueError("the file is empty")
    try:
        plain = json.loads(content.decode("utf-8-sig"))
        plain["nbformat_minor"], ids = 5, set()
        for cell in plain["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
            if cell.get("id") in ids | {None}:  # older editors write none, and a copy can have the same
                cell["id"] = uuid.uuid4().hex[:8]
            ids.add(cell["id"])
        notebook = nbformat.reads(json.dumps(plain), as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # what isn't a notebook can be anything
        why = (str(error).splitlines() or ["no reason given"])[0]
        raise ValueError(f"not a notebook ({type(error).__name__}: {why[:100]})") from error
    return notebook


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
    return label.get("grade_id") if isinstance(label, dict) else None


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
