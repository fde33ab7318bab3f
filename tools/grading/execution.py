"""Run a submitted notebook to its end, whatever its cells do: its outputs are for the feedback page alone.

    notebook, notes = run_notebook(notebook, seconds, protection)

Client and kernel run in the sandbox together. The client goes on after an error; a cell that uses too much time is
stopped (limits.py says how much that is); a notebook whose kernel ends, or can't be interrupted, starts again without
the cell that did it; what a cell prints is bounded. The file that the client writes could have been written by the
student's code as well: only outputs are taken from it, and these are checked.
"""

import asyncio
import copy
import json
import os
import shutil
import sys
from pathlib import Path

import nbformat
from jupyter_core.utils import ensure_async, run_sync
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_output
from replies import LooksAgain
from traitlets import Integer

from . import sandbox
from .limits import Meter
from .scratch import read, scratch_folder

RESTARTS = 3
GRACE = 5  # CPU seconds that a cell has to end in when it is interrupted
INTERVAL = 0.2  # seconds between two looks at what a cell has used
ROOM = {"stream": 50_000, "other": 3_000_000}  # characters kept of what a cell prints; of its figures, tables, ...
SLOW = 200  # CPU seconds of a run that are worth a note; our longest notebook, the tenth, takes half of that
WHOLE = 30 << 20  # bytes of an executed notebook
CUT = "\n... more was printed; the rest is cut off.\n"
CUT_SHORT = {"CellStopped", "KernelEnded", "NotRun"}  # names of errors that the run made, and not the student's code
CELLS = 8  # a whole notebook may use the CPU time of so many cells
# Without this package, jsonschema doesn't check web addresses, which notebooks don't have. Importing it takes 0.9 s.
RUN = "import sys; sys.modules['rfc3987_syntax'] = None; from grading.execution import main; main()"
DONE = "done.ipynb"


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


class Patient(LooksAgain):
    """A NotebookClient for notebooks that may do anything."""

    seconds = Integer(120, help="CPU seconds that a cell may use").tag(config=True)

    allow_errors = True
    record_timing = False
    timeout = None  # nbclient's own limits go by the clock
    startup_timeout = iopub_timeout = 3600
    shutdown_kernel = "immediate"
    extra_arguments = [
        "--log-level=ERROR",  # the kernel warns about its own, local connection
        "--HistoryManager.hist_file=:memory:",
        "--InteractiveShellApp.ignore_cwd=True",  # a file that a cell writes can't stand in for a package
        f"--InteractiveShellApp.exec_files={Path(__file__).with_name('kernel_start.py')}",
    ]

    def run(self, keep):
        """Run all cells; each that ends the kernel is passed over in another run from the start. keep: after each."""
        self.passed_over, self.keep, self.km = {}, keep, None
        for _ in range(RESTARTS + 1):
            self.overran = False
            try:
                self.execute()
                break
            except DeadKernelError:
                self.passed_over[self.index] = self.stopped or error_output(
                    "KernelEnded", "ended Python; the other cells ran without it"
                )
        else:
            for index in range(self.index + 1, len(self.nb.cells)):
                self.passed_over[index] = error_output("NotRun", "was not run: too many cells before it ended Python")
            for index in range(self.index, len(self.nb.cells)):
                self.pass_over(self.nb.cells[index], index)
        keep()

    def create_kernel_manager(self):
        """Connect to the kernel through files in the scratch folder, where the system has such sockets: no network."""
        manager = super().create_kernel_manager()
        if sys.platform != "win32":
            manager.transport = "ipc"
        return manager

    def pass_over(self, cell, index):
        """Give a cell that isn't run its reason as an output."""
        if cell.cell_type == "code":
            cell.outputs = [self.passed_over[index]]

    async def async_execute_cell(self, cell, cell_index, **options):
        """Run one cell, unless it ended the kernel in an earlier run, and watch meanwhile what it uses."""
        self.index, self.stopped, self.room = cell_index, None, dict(ROOM)
        if cell_index in self.passed_over:
            self.pass_over(cell, cell_index)
            return cell
        watch = asyncio.ensure_future(self.watch(self.seconds_for(cell)))
        try:
            return await super().async_execute_cell(cell, cell_index, **options)
        finally:
            watch.cancel()
            if self.stopped:
                cell.outputs.append(self.stopped)
            self.keep()

    execute_cell = run_sync(async_execute_cell)

    def seconds_for(self, cell):
        """Return the CPU seconds that a cell may use.

        What overran once, a function for example, is likely to overrun in each cell that calls it: these cells have a
        quarter of the time.
        """
        return max(3, self.seconds // 4) if self.overran else self.seconds

    async def watch(self, seconds):
        """Interrupt the running cell when its time is used up; end the kernel if the cell goes on after that."""
        meter = Meter(self.km.provisioner.pid)
        while not (why := meter.overrun(seconds)):
            await asyncio.sleep(INTERVAL)
        self.overran, self.stopped = True, error_output("CellStopped", f"was stopped: {why}")
        meter = Meter(self.km.provisioner.pid)
        await ensure_async(self.km.interrupt_kernel())
        while not meter.overrun(GRACE):
            await asyncio.sleep(INTERVAL)
        await ensure_async(self.km.shutdown_kernel(now=True))

    def output(self, outs, msg, display_id, cell_index):
        """Keep an output if there is room for it; of text, as much as fits; of an error, always its beginning."""
        content, kind = msg["content"], "stream" if msg["msg_type"] == "stream" else "other"
        if msg["msg_type"] == "error":
            content["evalue"] = content["evalue"][:20_000]
            content["traceback"] = [line[:20_000] for line in content["traceback"][-100:]]
        else:
            size = len(content.get("text", "")) + sum(len(str(value)) for value in content.get("data", {}).values())
            room, self.room[kind] = self.room[kind], self.room[kind] - size
            if room < 0:
                return None
            if size > room:
                outs.append(new_output("stream", text=content.get("text", "")[:room] + CUT))
                return outs[-1]
        return super().output(outs, msg, display_id, cell_index)


def error_output(name, text):
    """Return an output that looks like an exception."""
    return new_output("error", ename=name, evalue=text, traceback=[f"\x1b[0;31m{name}\x1b[0m: {text}"])


def number_cells(notebook):
    """Number the code cells from 1."""
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        cell.execution_count = number


def main():
    """In the sandbox: run the notebook in task.json, and write it after each cell."""
    os.environ.pop("MPLBACKEND", None)  # so that the kernel takes Jupyter's own, which puts figures into the outputs
    task = json.loads(Path("task.json").read_text(encoding="utf-8"))
    notebook = nbformat.from_dict(task["notebook"])

    def keep():
        half = Path("half.ipynb")
        half.write_text(json.dumps(notebook), encoding="utf-8")
        half.replace(DONE)

    Patient(notebook, seconds=task["seconds"]).run(keep)
