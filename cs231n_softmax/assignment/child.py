"""The child process: imports the learner's files of one assignment, calls the checks, and writes down each result.

It is started by run.py, which gives it a task as JSON, and reads the answers, one JSON object in a line. Each is
written when it is known. So an end of the process loses only the function that ended it.
"""

import importlib
import json
import os
import signal
import sys
import types
from pathlib import Path
from typing import Any

from .. import check
from ..check import guard
from .lines import never_updated, without_data
from .methods import NotDefined, beside_columns, function_of, source_of, turned, written_for_columns
from .names import NAMES
from .reading import read
from .refusals import Refusals
from .tolerant import Learners, Loader, needed, show_lines
from .verdicts import (
    as_json,
    formal,
    gradient_not_written,
    named,
    of_the_model,
    of_turned_arrays,
    older_convention,
    update_not_written,
)

LOSSES = ("softmax_loss", "svm_loss")
TURNED = (*LOSSES, "train", "predict")  # that the first handouts had with examples in columns


class TimeOver(BaseException):
    """Raised inside a learner's file that takes too long to be imported."""


def main() -> None:
    """Do the task in the file sys.argv[1]."""
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    guard.CPU_LIMIT = task["call_seconds"]
    sys.argv[:] = [""]
    Examiner(task).run()


class Examiner:
    """Examines the functions of a task.

    task: root (the copies), answers (a file), originals {copy: original}, files [{path, copy, module, functions}],
    convention, import_seconds, call_seconds, function_seconds, total_seconds.
    """

    def __init__(self, task: dict[str, Any]) -> None:
        self.task, self.root = task, Path(task["root"])
        originals = {Path(copy): Path(path) for copy, path in task["originals"].items()}
        self.learners = Learners(originals, TimeOver)
        self.refusals = Refusals(self.root.parent, originals)

    def run(self) -> None:
        """Import each file and examine its functions."""
        self.learners.install(self.root)
        self.refusals.install()
        for file in self.task["files"]:
            self.say(begin=file["path"], function="")
            namespace, problem = self.load(file)
            notes = self.learners.notes.get(Path(file["path"]), [])
            self.say(path=file["path"], imported=True, notes=notes, harms=bool(self.refusals.seen))
            for name in file["functions"]:
                self.say(begin=file["path"], function=name)
                self.say(path=file["path"], function=name, **self.examined(namespace, name, problem))
                if sum(os.times()[:4]) > self.task["total_seconds"]:  # CPU time, with that of ended processes
                    self.say(end=True)
                    return
        self.say(end=True)

    def say(self, **answer: Any) -> None:
        """Write down an answer."""
        with open(self.task["answers"], "a", encoding="utf-8") as f:
            f.write(json.dumps(answer) + "\n")

    def load(self, file: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Return the names of a learner's file, and why it couldn't be imported, if so."""
        limit_cpu(self.task["import_seconds"], _raise_time_over, again=True)
        self.refusals.name, self.refusals.seen = Path(file["path"]).name, {}
        try:
            if file["path"].endswith(".ipynb"):
                return self._notebook(Path(file["path"]), file["functions"]), ""
            return vars(_module(file["module"], file["copy"], self.learners)), ""
        except BaseException as error:  # also SystemExit, and what the file raises itself
            return {}, f"{type(error).__name__}: {error}"
        finally:
            limit_cpu(self.task["function_seconds"], signal.SIG_DFL)

    def _notebook(self, path, wanted):
        names: dict[str, Any] = {"__name__": "notebook"}
        for piece, body in needed(read(path)[0], wanted):
            filename = f"<{path.name}, cell {piece.cell}>"
            show_lines(filename, piece.text)
            self.learners.run(body, names, filename, path)
        return names

    def examined(self, namespace: dict[str, Any], name: str, problem: str) -> dict[str, Any]:
        """Return the answer on a function: its report, with the convention that it follows."""
        limit_cpu(self.task["function_seconds"], signal.SIG_DFL)
        self.refusals.name, self.refusals.seen = name, {}
        try:
            thing = function_of(namespace, name)
        except NotDefined:
            return {"problem": problem or "It isn't defined when the file has been imported."}
        report, convention, columns = self._in_either_orientation(thing, name, namespace[name.split(".")[0]])
        for mistake in self.refusals.seen.values():
            if mistake.code not in [m.code for m in report.mistakes]:
                report.mistakes.append(mistake)
        source = source_of(namespace, name)
        unwritten, whole = without_data(source, 1) if NAMES[name].check in LOSSES else (False, False)
        if unwritten:
            report.mistakes = gradient_not_written(report.mistakes, name, whole)
        if name.endswith(".train") and never_updated(source):
            report.mistakes = [update_not_written(name) if m.code == "not-updated" else m for m in report.mistakes]
        if columns:
            report.mistakes = of_turned_arrays(report.mistakes)
        if name.endswith(".predict"):
            report.mistakes = [of_the_model(m) for m in report.mistakes]
        return {
            "report": as_json(report, source),
            "html": report._repr_html_(),
            "convention": convention,
            "columns": columns,
        }

    def _in_either_orientation(self, thing, name, source):
        """Return (report, convention, turned?) of a function as it is, or with its arrays turned, as it is written for.

        The file may say of its other functions only that their arrays are turned. Then this one is turned where shapes
        don't fit otherwise.
        """
        turns = NAMES[name].check in TURNED
        columns = turns and written_for_columns(source)
        report, convention = self._checked(turned(thing, name) if columns else thing, name)
        if report.ok or not columns and not (turns and formal(report) and beside_columns(source)):
            return report, convention, columns
        other, of_other = self._checked(thing if columns else turned(thing, name), name)
        if other.ok or formal(report) and not formal(other):
            return other, of_other, not columns
        return report, convention, columns

    def _checked(self, thing, name):
        """Return (report, convention "full", "half" or ""); both are right, unless one is demanded.

        Where another mistake of the penalty hides which of the two it is, it is the one with fewer mistakes.
        """
        exercise, demanded = NAMES[name], self.task["convention"]
        examine = getattr(check, exercise.check)
        if exercise.check not in LOSSES:
            return named(examine(thing, **exercise.options), name), ""
        report = examine(thing, **exercise.options, convention="half" if demanded == "half" else "full")
        codes = {mistake.code: mistake for mistake in report.mistakes}
        if demanded or not codes.keys() & {"half-convention", "reg-loss-half", "reg-gradient-half"}:
            return named(report, name), demanded or "full"
        half = examine(thing, **exercise.options, convention="half")
        if "half-convention" in codes:
            half.remarks.append(older_convention(codes["half-convention"]))
        elif len(half.mistakes) >= len(report.mistakes):
            return named(report, name), "full"
        return named(half, name), "half"


def _module(name, copy, learners):
    """Import a learner's file as a module of the package cs231n, under a name made up where its own isn't one."""
    if all(part.isidentifier() for part in name.split(".")):
        return importlib.import_module(name)
    parent = name.rpartition(".")[0] if name.count(".") == 2 else ""
    safe = f"{parent}.learners_file".lstrip(".")
    if parent:
        importlib.import_module(parent)
    loader = Loader(safe, copy, learners)
    module = types.ModuleType(safe)
    vars(module).update(__file__=copy, __package__=parent)
    loader.exec_module(module)
    return module


def _raise_time_over(number, frame):
    raise TimeOver


def limit_cpu(seconds: float, handler: Any, again: bool = False) -> None:
    """Let the system send SIGXCPU after so many more seconds of CPU time. again: as often as that happens."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return

    def set_limit():
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = resource.getrlimit(resource.RLIMIT_CPU)[1]
        wanted = int(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))

    def caught(number, frame):
        set_limit()
        handler(number, frame)

    set_limit()
    signal.signal(signal.SIGXCPU, caught if again else handler)


if __name__ == "__main__":
    os.umask(0o077)
    main()
