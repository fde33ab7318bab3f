"""Run a submitted notebook to its end, whatever its cells do.

nbgrader runs a notebook cell by cell, and goes on after an error. Added here: a cell that uses too much time is stopped
(tools/limits.py says how much that is); a notebook whose kernel ends, or can't be interrupted, starts again without the
cell that did it; each check is run by a fresh examiner; what a cell prints is bounded; and a warning printed while a
check runs costs no points (nbgrader gives none for a cell that wrote to stderr).
"""

import asyncio
from pathlib import Path

from jupyter_core.utils import ensure_async, run_sync
from limits import Meter
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_output
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade
from replies import LooksAgain
from traitlets import Integer

RESTARTS = 3
GRACE = 5  # CPU seconds that a cell has to end in when it is interrupted
INTERVAL = 0.2  # seconds between two looks at what a cell has used
ROOM = {"stream": 50_000, "other": 3_000_000}  # characters kept of what a cell prints; of its figures, tables, ...
CUT = "\n... more was printed; the rest is cut off.\n"
CUT_SHORT = {"CellStopped", "KernelEnded", "NotRun"}  # names of errors that the run made, and not the student's code

# Whatever earlier cells did to the examiner, a check imports it anew.
FRESH_EXAMINER = """
import importlib, sys
for module in [module for module in sys.modules if module.partition(".")[0] == "cs231n_softmax"]:
    del sys.modules[module]
check = importlib.import_module("cs231n_softmax.check")
"""


class PatientExecute(LooksAgain, Execute):
    """nbgrader's Execute, for notebooks that may do anything."""

    seconds = Integer(120, help="CPU seconds that a cell may use").tag(config=True)

    timeout = None  # nbclient's own limits go by the clock
    startup_timeout = iopub_timeout = 3600
    shutdown_kernel = "immediate"
    extra_arguments = [
        "--log-level=ERROR",  # the kernel warns about its own, local connection
        "--HistoryManager.hist_file=:memory:",
        "--InteractiveShellApp.ignore_cwd=True",  # a file that a cell writes can't stand in for a package
        f"--InteractiveShellApp.exec_files={Path(__file__).with_name('kernel_start.py')}",
    ]

    def preprocess(self, nb, resources, km=None):
        """Run all cells; each that ends the kernel is passed over in another run from the start."""
        self.passed_over = {}
        for _ in range(RESTARTS + 1):
            self.overran = False
            try:
                nb, resources = super().preprocess(nb, resources, km)
                break
            except DeadKernelError:
                self.passed_over[self.index] = self.stopped or error_output(
                    "KernelEnded", "ended Python; the other cells ran without it"
                )
        else:
            for index in range(self.index + 1, len(nb.cells)):
                self.passed_over[index] = error_output("NotRun", "was not run: too many cells before it ended Python")
            for index in range(self.index, len(nb.cells)):
                self.preprocess_cell(nb.cells[index], resources, index)
        number_cells(nb)
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        """Run one cell, unless it ended the kernel in an earlier run."""
        self.index, self.stopped, self.room = index, None, dict(ROOM)
        if index not in self.passed_over:
            return super().preprocess_cell(cell, resources, index)
        if cell.cell_type == "code":
            cell.outputs = [self.passed_over[index]]
        return cell, resources

    async def async_execute_cell(self, cell, cell_index, **options):
        """Run one cell, a check with a fresh examiner, and watch meanwhile what the cell uses."""
        watch = asyncio.ensure_future(self.watch(self.seconds_for(cell)))
        try:
            if is_grade(cell):
                await ensure_async(self.kc.execute(FRESH_EXAMINER, silent=True))
            return await super().async_execute_cell(cell, cell_index, **options)
        finally:
            watch.cancel()

    execute_cell = run_sync(async_execute_cell)

    def seconds_for(self, cell):
        """Return the CPU seconds that a cell may use.

        What overran once, a function for example, is likely to overrun in each cell that calls it: these cells have a
        quarter of the time. Checks, on which the points depend, always have all of it.
        """
        return max(3, self.seconds // 4) if self.overran and not is_grade(cell) else self.seconds

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

    def on_cell_executed(self, **event):
        """Add to a stopped cell's outputs why it was stopped."""
        super().on_cell_executed(**event)
        if self.stopped:
            event["cell"].outputs.append(self.stopped)

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


def number_cells(nb):
    """Number the code cells from 1, and let what checks write to stderr count as print."""
    for number, cell in enumerate((cell for cell in nb.cells if cell.cell_type == "code"), 1):
        cell.execution_count = number
        for output in cell.outputs if is_grade(cell) else []:
            if output.output_type == "stream":
                output.name = "stdout"


STEPS = [PatientExecute if step is Execute else step for step in Autograde().autograde_preprocessors]  # nbgrader's
