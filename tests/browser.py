"""Run notebooks as a browser would, on ordinary Python: one process, one thread, no network, and a small sample.

    python -m tests.browser [02 05 ...]       the notebooks 1 to 9, or these; a line for each: CPU time, memory

A browser's Python (Pyodide) has no threads, no processes, no sockets and no timers, and its labels have 32 bits. Each
notebook runs in a process of its own in which all that is refused, with the errors that Pyodide gives. The cells run in
IPython, without a kernel, on a sample that has a tenth of CIFAR-10's images. Cells with the tag `claim` are left out:
so few images don't show everything that they say.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = 1000  # in each of the six batches
LIKE_A_BROWSER = {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}


def refuse(*args, **options):
    """Stand in for what a browser doesn't have."""
    raise OSError(138, "Not supported")


def block():
    """Take from this process what a browser doesn't have. What IPython needs for itself must be imported before."""
    import signal
    import socket
    import threading

    import numpy as np

    def no_thread(*args, **options):
        raise RuntimeError("can't start new thread")

    for name in ("_start_new_thread", "_start_joinable_thread"):  # until Python 3.12, and later
        if hasattr(threading, name):
            setattr(threading, name, no_thread)
    socket.socket.connect = socket.socket.bind = refuse
    subprocess.Popen.__init__ = os.fork = os.system = refuse
    signal.setitimer = signal.alarm = refuse
    np.intp = np.int32  # labels have this type


def run(path):
    """Run the code cells of a notebook in this process; the first error ends it."""
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell

    from cs231n_softmax.check import apart

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    apart.POSSIBLE = False
    block()
    os.chdir(tempfile.mkdtemp())
    for number, cell in enumerate(nbformat.read(path, 4).cells):
        if cell.cell_type == "code" and "claim" not in cell.metadata.get("tags", []):
            result = shell.run_cell(cell.source, store_history=False)
            if not result.success:
                sys.exit(f"{path.name}, cell {number}")


def main():
    """Run each notebook in a child, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", default=[f"{k:02}" for k in range(1, 10)])
    numbers = parser.parse_args().numbers
    from cs231n_softmax.cifar10.sample import write_sample

    with tempfile.TemporaryDirectory() as folder:
        sample = write_sample(Path(folder, "sample"), per_batch=IMAGES)
        failed = [number for number in numbers if not passes(number, sample)]
    if failed:
        sys.exit(f"not to their end: {', '.join(failed)}")


def passes(number, sample):
    """Run a notebook in a child, print a line, and what it printed if it failed; return whether it passed."""
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    code = f"from pathlib import Path; from tests.browser import run; run(Path({str(path)!r}))"
    environment = os.environ | LIKE_A_BROWSER | {"CIFAR10_DIR": str(sample)}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=ROOT, stdout=-1, stderr=-2) as child:
        printed = child.stdout.read().decode()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    what = f"{used.ru_utime + used.ru_stime:.0f} CPU seconds, {used.ru_maxrss / 1024:.0f} MB"
    print(f"{path.stem}: {'failed' if child.returncode else 'passed'}, {what}", flush=True)
    if child.returncode:
        print(printed)
    return not child.returncode


if __name__ == "__main__":
    main()
