"""Run a submitted notebook to its end, whatever its cells do.

nbgrader stops a cell that takes too long and goes on with the next. Added here: a notebook whose kernel ends, or no
longer listens, starts again without the cell that did it; what a cell prints is bounded; and a warning printed while
a check runs costs no points (nbgrader gives none for a cell that wrote to stderr).
"""

from pathlib import Path

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade

RESTARTS = 3
ROOM = {"stream": 50_000, "other": 3_000_000}  # characters kept of what a cell prints; of its figures, tables, ...
CUT = "\n... more was printed; the rest is cut off.\n"


class PatientExecute(Execute):
    """nbgrader's Execute, for notebooks that may do anything."""

    extra_arguments = [
        "--log-level=ERROR",  # the kernel warns about its own, local connection
        "--HistoryManager.hist_file=:memory:",
        "--InteractiveShellApp.ignore_cwd=True",  # a file that a cell writes can't stand in for a package
        f"--InteractiveShellApp.exec_files={Path(__file__).with_name('kernel_start.py')}",
    ]
    shutdown_kernel = "immediate"
    iopub_timeout = 10  # seconds for the last outputs to arrive, or for a cell to heed that it is stopped

    def preprocess(self, nb, resources, km=None):
        """Run all cells; each that ends the kernel is passed over in another run from the start."""
        self.passed_over = {}
        for _ in range(RESTARTS + 1):
            self.overran = False
            try:
                nb, resources = super().preprocess(nb, resources, km)
                break
            except (DeadKernelError, CellTimeoutError):
                why = "ended Python; the other cells ran without it"
                self.passed_over[self.index] = error_output("KernelEnded", why)
        else:
            for index in range(self.index + 1, len(nb.cells)):
                self.passed_over[index] = error_output("NotRun", "was not run: too many cells before it ended Python")
            for index in range(self.index, len(nb.cells)):
                self.preprocess_cell(nb.cells[index], resources, index)
        tidy(nb)
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        """Run one cell, unless an earlier run taught better."""
        self.index, self.room = index, dict(ROOM)
        if index not in self.passed_over:
            return super().preprocess_cell(cell, resources, index)
        if cell.cell_type == "code":
            cell.outputs = [self.passed_over[index]]
        return cell, resources

    def _get_timeout(self, cell):
        # What overran once, a function say, is likely to overrun in each cell that calls it.
        # Checks, on which the points depend, always have all their time.
        return max(3, self.timeout // 4) if self.overran and cell and not is_grade(cell) else self.timeout

    async def _async_handle_timeout(self, timeout, cell=None):
        self.overran = True
        text = f"took longer than {timeout} s and was stopped"
        self.error_on_timeout = dict(error_output("CellTimeoutError", text))
        return await super()._async_handle_timeout(timeout, cell)

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
    """An output that looks like an exception."""
    return new_output("error", ename=name, evalue=text, traceback=[f"\x1b[0;31m{name}\x1b[0m: {text}"])


def tidy(nb):
    """Number the code cells from 1, and let what checks write to stderr count as print."""
    for number, cell in enumerate((cell for cell in nb.cells if cell.cell_type == "code"), 1):
        cell.execution_count = number
        for output in cell.outputs if is_grade(cell) else []:
            if output.output_type == "stream":
                output.name = "stdout"


STEPS = [PatientExecute if step is Execute else step for step in Autograde().autograde_preprocessors]  # nbgrader's
