"""In the sandbox: a client that runs a submitted notebook to its end, whatever its cells do.

It goes on after an error. A cell that uses too much time is stopped (limits.py says how much that is). A notebook whose
kernel ends, or can't be interrupted, starts again without the cell that did it. What a cell prints is bounded.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import nbformat
from jupyter_core.utils import ensure_async, run_sync
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_output
from replies import LooksAgain
from traitlets import Integer

from .limits import Meter

RESTARTS = 3
GRACE = 5  # CPU seconds that a cell has to end in when it is interrupted
INTERVAL = 0.2  # seconds between two looks at what a cell has used
ROOM = {"stream": 50_000, "other": 3_000_000}  # characters kept of what a cell prints; of its figures, tables, ...
CUT = "\n... more was printed; the rest is cut off.\n"
DONE = "done.ipynb"


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
