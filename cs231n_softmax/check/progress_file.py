"""Which exercises and guesses are done: kept in progress.json, in the folder in which a learner works.

    {"04_gradient": {"my_softmax_loss_naive": true, "my_numerical_gradient": false}, ...}

The file lists all tasks from the beginning, so that nothing else has to. An exercise is done when its check has passed
once, a guess when it has been made, right or wrong. Where there is no such file, nothing is written: not in the solved
notebooks, and not when work is graded.
"""

import json
from html import escape
from pathlib import Path

from .._console import encodable
from .._files import atomic_write
from .._project import command

FILE = "progress.json"
Tasks = dict[str, dict[str, bool]]


def read(folder: Path | str = ".") -> Tasks | None:
    """Return {notebook: {task: whether it is done}}; None where there is no such file, or another program's."""
    try:
        tasks = json.loads(Path(folder, FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(tasks, dict) and all(
        isinstance(row, dict) and set(map(type, row.values())) <= {bool} for row in tasks.values()
    )
    return tasks if ours else None


def write(tasks: Tasks, folder: Path | str = ".") -> None:
    """Write the file whole or not at all; OSError in a plain sentence."""
    with atomic_write(Path(folder, FILE)) as f:
        json.dump(tasks, f, indent=1)


def done(task: str) -> str:
    """Note in the working folder that a task is done; return a line about it ("" for what is no task there)."""
    tasks = read() or {}
    name = next((name for name, row in tasks.items() if task in row), None)
    if name is None:
        return ""
    if not tasks[name][task]:
        tasks[name][task] = True
        try:
            write(tasks)
        except OSError as error:
            return f"Your progress isn't kept: {error}"
    count, total = _count(tasks)
    here, of = _count({name: tasks[name]})
    return f"Done: {here} of {of} in {name}, {count} of {total} in all notebooks. check.progress() shows the table."


def _count(tasks):
    """Return how many tasks are done, and how many there are."""
    flags = [flag for row in tasks.values() for flag in row.values()]
    return sum(flags), len(flags)


class Progress:
    """The table of progress: a row for each notebook. It is shown as text or as HTML."""

    def __init__(self, tasks: Tasks | None):
        self.tasks = tasks

    @property
    def summary(self) -> str:
        """One line: how many notebooks are complete, and how many tasks are done."""
        if self.tasks is None:
            return (
                f"No progress is kept here: this notebook's folder has no {FILE} that can be read. Work in the folder "
                f"of practice copies, which `{command('practice')}` lays down and repairs. In a class, take "
                "the file out of the zip that you were given."
            )
        complete = sum(all(row.values()) for row in self.tasks.values())
        count, total = _count(self.tasks)
        return f"{complete} of {len(self.tasks)} notebooks, {count} of {total} exercises and guesses"

    def rows(self) -> list[tuple[str, str, str]]:
        """Return a row for each notebook: its name, how many of its tasks are done, and which are still to do."""
        found = []
        for name, row in (self.tasks or {}).items():
            count, total = _count({name: row})
            to_do = ", ".join(task for task, flag in row.items() if not flag)
            found.append((name, f"{count} of {total}" if total else "to read", to_do))
        return found

    def __str__(self):
        rows = self.rows()
        width = max((len(name) for name, _, _ in rows), default=0)
        lines = [f"  {name:{width}}  {count:8} {to_do and 'to do: ' + to_do}".rstrip() for name, count, to_do in rows]
        return encodable("\n".join([self.summary, *lines]))

    __repr__ = __str__

    def _repr_html_(self):
        cell = '<td style="text-align:left">'
        rows = "".join("<tr>" + "".join(f"{cell}{escape(text)}</td>" for text in row) + "</tr>" for row in self.rows())
        head = "".join(f'<th style="text-align:left">{text}</th>' for text in ["notebook", "done", "to do"])
        return f"<p><b>{escape(self.summary)}</b></p>" + (f"<table><tr>{head}</tr>{rows}</table>" if rows else "")


def progress() -> Progress:
    """Show which exercises and guesses are done in the folder of this notebook.

    An exercise is done when its check has passed once, and it stays done when a later check fails. A guess is done when
    it has been answered, right or wrong.
    """
    return Progress(read())
