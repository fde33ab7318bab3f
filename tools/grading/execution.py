"""Run a submitted notebook to its end, whatever its cells do: its outputs are for the feedback page alone.

    notebook, notes = run_notebook(notebook, seconds, protection)

The client (patient.py) and the kernel run in the sandbox together. The file that the client writes could have been
written by the student's code as well: only outputs are taken from it, and these are checked.
"""

import copy
import json
import shutil
import sys
from pathlib import Path

import nbformat

from . import sandbox
from .patient import CUT, DONE
from .scratch import read, scratch_folder

SLOW = 200  # CPU seconds of a run that are worth a note; our longest notebook, the tenth, takes half of that
WHOLE = 30 << 20  # bytes of an executed notebook
CUT_SHORT = {"CellStopped", "KernelEnded", "NotRun"}  # names of errors that the run made, and not the student's code
CELLS = 8  # a whole notebook may use the CPU time of so many cells
# Without this package, jsonschema doesn't check web addresses, which notebooks don't have. Importing it takes 0.9 s.
RUN = "import sys; sys.modules['rfc3987_syntax'] = None; from grading.patient import main; main()"


def run_notebook(notebook, seconds, protection):
    """Return a copy of the notebook with the outputs of a run, and notes of what was stopped. seconds: for one cell."""
    notebook = copy.deepcopy(notebook)
    with scratch_folder() as scratch:
        for fonts in Path(font_cache()).glob("fontlist-*.json"):  # else each run looks for all fonts anew
            shutil.copy(fonts, scratch)
        (scratch / "task.json").write_text(json.dumps({"notebook": notebook, "seconds": seconds}), encoding="utf-8")
        ended = sandbox.run([sys.executable, "-c", RUN], scratch, protection, CELLS * seconds)
        try:
            take_outputs(notebook, read(scratch / DONE, WHOLE))
        except ValueError as error:
            why = ended.reason if ended.why or ended.code else error
            return notebook, [f"the notebook wasn't run to its end, and its page has no outputs: {why}"]
    notes = [f"running all cells took {ended.cpu:.0f} CPU seconds"] if ended.cpu > SLOW else []
    if ended.why or ended.code:
        notes.append(f"the notebook was stopped before its end: {ended.reason}")
    return notebook, [*notes, *what_happened(notebook)]


def font_cache():
    """Return the folder in which matplotlib keeps the list of fonts. Only the grader's process imports it for that."""
    import matplotlib

    return matplotlib.get_cachedir()


def take_outputs(notebook, content):
    """Give a notebook the outputs that an executed copy of it has; ValueError for what can't be its copy."""
    try:
        done = json.loads(content)["cells"]
        for cell, ran in zip(notebook.cells, done, strict=True):
            if cell.cell_type == "code":
                cell.outputs = [nbformat.from_dict(output) for output in ran["outputs"]]
        number_cells(notebook)
        nbformat.validate(notebook)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, nbformat.ValidationError) as error:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = []
        why = (str(error).splitlines() or [""])[0][:100]
        raise ValueError(f"what the run wrote isn't the executed notebook ({why})") from error


def what_happened(notebook):
    """Return notes of what a run notebook's cells did: stopped, ended Python, printed too much."""
    notes = []
    for cell in notebook.cells:
        where = cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell {cell.get('execution_count')}"
        outputs = cell.get("outputs", [])
        if any(CUT.strip() in output.get("text", "") for output in outputs):
            notes.append(f"{where} printed a great deal; the rest is cut off")
        errors = [output for output in outputs if output.output_type == "error" and output.ename in CUT_SHORT]
        notes += [f"{where} {error.evalue[:200]}" for error in errors]
    return notes


def number_cells(notebook):
    """Number the code cells from 1."""
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        cell.execution_count = number
