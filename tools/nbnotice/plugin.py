"""The hooks of pytest: each cell that nbval has run is compared with what is recorded, or is recorded.

Where no folder `recorded` lies beside a notebook, nothing is compared.
"""

from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell, NbCellError

from . import figures, ranges, record, seconds
from .seeds import refuse_unseeded

HOW = "If this is meant, record it: pytest --nbval --nbnotice-record (tools/nbnotice/README.md)."


def pytest_addoption(parser):
    """Add two options."""
    group = parser.getgroup("nbnotice", "What nbval doesn't see")
    group.addoption(
        "--nbnotice-record", action="store_true", help="keep what the cells give in recorded/, instead of comparing it"
    )
    group.addoption(
        "--nbnotice-other-data", action="store_true", help="these data were never recorded: what depends on them warns"
    )


def pytest_configure(config):
    """In the process that prints the summary, collect what the cells gave."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Runs(is_recording(config)))


def is_recording(config):
    return config.getoption("--nbnotice-record", False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Run a cell, compare it, and give its report what is to be kept of it."""
    if not isinstance(item, IPyNbCell) or not (folder_of(item).exists() or is_recording(item.config)):
        return (yield)
    kernel = item.parent.kernel
    if item.cell_num == 0:
        refuse_unseeded(kernel, item.config.option.nbval_cell_timeout)
    pid = kernel.km.provisioner.pid
    before = seconds.used(pid)
    result = yield
    kept = {"seconds": round(seconds.used(pid) - before, 1)} | look(item)
    if is_recording(item.config):
        kept["seconds"] = max(kept["seconds"], known(item, "seconds") or 0)
    item.user_properties.append(("nbnotice", [str(folder_of(item)), item.path.stem, name_of(item), kept]))
    return result


def folder_of(item):
    return item.path.parent / record.FOLDER


def name_of(item):
    return record.cell_names(item.parent.nb.cells)[item.cell_num]


def known(item, kind):
    """Return what is recorded of a cell, or None."""
    return record.load(folder_of(item), kind).get(item.path.stem, {}).get(name_of(item))


def look(item):
    """Compare a cell's figures and numbers with the recorded ones; where recording, return what to keep instead."""
    shown = [figures.pictures(outputs) for outputs in (item.cell.outputs, item.test_outputs)]
    found = [ranges.numbers(outputs) for outputs in (item.cell.outputs, item.test_outputs)]
    if item.options["check"]:  # nbval has compared the numbers to the letter
        found = [[], []]
    looks, span = known(item, "figures"), known(item, "ranges")
    if is_recording(item.config):
        for numbers in found:
            span = ranges.widened(span, numbers)
        return {"figures": figures.widened(looks, *shown), "ranges": span}
    figure = figures.problem(looks, *shown)
    wrong = figure or next(filter(None, (ranges.problem(span, numbers) for numbers in found)), None)
    depends = looks or not figure  # a figure that was recorded on other data differs with them, and so does a number
    if wrong and depends and item.config.getoption("--nbnotice-other-data", False):
        return {"warning": wrong}
    if wrong:
        raise NbCellError(item.cell_num, f"{wrong} {HOW}", item.cell.source)
    return {}


class Runs:
    """What the cells of a run gave, also those that ran in parallel workers."""

    def __init__(self, recording):
        self.recording, self.failed = recording, set()
        self.cells = {}  # {(folder, notebook): {cell: {kind: what to keep}}}

    def pytest_runtest_logreport(self, report):
        """Collect it from each cell's report."""
        if report.failed:
            self.failed.add(Path(report.fspath).stem)
        for name, value in report.user_properties:
            if name == "nbnotice" and report.when == "call":
                folder, notebook, cell, kept = value
                self.cells.setdefault((folder, notebook), {})[cell] = kept

    def pytest_terminal_summary(self, terminalreporter):
        """Print a warning for each cell that has become slow, or that gives something else on other data."""
        for (folder, notebook), cells in sorted(self.cells.items()):
            for cell, kept in cells.items():
                if "warning" in kept:
                    terminalreporter.write_line(f"other data: {notebook}, `{cell}`: {kept['warning']}", yellow=True)
            recorded, took = record.load(Path(folder), "seconds").get(notebook, {}), values(cells, "seconds")
            for cell, expected in seconds.slow(recorded, took):
                line = (
                    f"slower than it was: {notebook}, `{cell}`: {took[cell]:.1f} CPU seconds, expected {expected:.1f}"
                )
                terminalreporter.write_line(line, yellow=True)

    def pytest_sessionfinish(self):
        """Record the notebooks in which no cell failed: what was recorded of them before is replaced as a whole."""
        for folder, notebook in self.cells if self.recording else []:
            for kind in ("figures", "ranges", "seconds") if notebook not in self.failed else ():
                content, found = record.load(Path(folder), kind), values(self.cells[folder, notebook], kind)
                content[notebook] = {name: what for name, what in found.items() if any_in(what)}
                record.save(Path(folder), kind, content)


def values(cells, kind):
    return {name: kept[kind] for name, kept in cells.items()}


def any_in(what):
    """False for nothing: for no ranges, for figures without texts, and for seconds that round to 0."""
    return any(what) if isinstance(what, list) else bool(what)
