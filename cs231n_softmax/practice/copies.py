"""What a practice folder holds: copies to work in, the map of the notebooks, and the solved notebooks beside them.

The solved notebooks are in the folder too, under solved/. So the links to them work in every folder, also in one that
is moved, and JupyterLab, which opens nothing outside of its own folder, finds them.
"""

import json
import re
from pathlib import Path
from typing import Any

from .._project import CHECKOUT, PACKAGE
from ..check.progress_file import Tasks
from .strip import Notebook, exercises, student_version, tags, tasks

NOTEBOOKS = (CHECKOUT or PACKAGE) / "notebooks"  # the wheel has a copy of them in the package
SOLVED = "solved"
MAP = "README.md"
FOR_TEACHERS = re.compile(r"<!-- teachers -->\n.*?<!-- /teachers -->\n", flags=re.DOTALL)

HOW_TO_WORK = """\
**How to work:** this is your own copy, without the solutions. An exercise is a function for you to write. Put your code
in place of `raise NotImplementedError(...)`, run the cell, and then run the check below it, as often as you like. The
check shows what is right and what is wrong. Until the function is written, other cells that use it stop with an error.
Work from top to bottom, and add cells wherever you want. `check.progress()` shows what you have solved so far."""
STUCK = "*Stuck?* One way to write `{function}` is in the [solved notebook]({folder}/{name}.ipynb)."


def solved_notebooks(folder: Path = NOTEBOOKS) -> dict[str, Notebook]:
    """Return {name: notebook} of the solved notebooks in a folder, in their order.

    Raises FileNotFoundError where the folder has none, ValueError where they have no solutions (a class's notebooks).
    """
    paths = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise FileNotFoundError(
            f"{folder} has no notebooks. Install the package anew: "
            "python -m pip install --force-reinstall cs231n_softmax"
        )
    notebooks = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    if not any(exercises(notebook) for notebook in notebooks.values()):
        raise ValueError(f"The notebooks in {folder} have no solutions: work in them directly, they need no copies.")
    return notebooks


def practice_version(notebook: Notebook, name: str) -> Notebook:
    """Return a learner's copy of the solved notebook `name`.

    It says how to work, has a link to the solved notebook under each exercise, and keeps its folded answers.
    """
    checks = {check["id"]: function for function, (_, check) in exercises(notebook).items()}
    notebook = student_version(notebook)
    cells: list[dict[str, Any]] = []
    for cell in notebook["cells"]:
        if "practice" in tags(cell):
            cell["source"] = HOW_TO_WORK
        cells.append(cell)
        if cell["id"] in checks:
            function = checks[cell["id"]]
            text = STUCK.format(function=function, folder=SOLVED, name=name)
            cells.append({"cell_type": "markdown", "id": f"stuck-{function}", "metadata": {}, "source": text})
    notebook["cells"] = cells
    return notebook


def map_for_students(folder: Path = NOTEBOOKS) -> str:
    """Return the map of the notebooks, README.md, without what stands between `<!-- teachers -->` marks."""
    return FOR_TEACHERS.sub("", (folder / MAP).read_text(encoding="utf-8"))


def nothing_done(solved: dict[str, Notebook]) -> Tasks:
    """Return the table of progress at the beginning, {notebook: {task: False}}, for some solved notebooks."""
    return {name: dict.fromkeys(tasks(notebook), False) for name, notebook in solved.items()}


def files(folder: Path = NOTEBOOKS) -> tuple[dict[str, str], Tasks]:
    """Return what a practice folder holds, {path in it: text}, and its table of progress at the beginning."""
    solved = solved_notebooks(folder)
    contents = {}
    for name, notebook in solved.items():
        contents[f"{name}.ipynb"] = json.dumps(practice_version(notebook, name), indent=1, ensure_ascii=False) + "\n"
    for name in solved:
        contents[f"{SOLVED}/{name}.ipynb"] = (folder / f"{name}.ipynb").read_text(encoding="utf-8")
    contents |= {MAP: map_for_students(folder), f"{SOLVED}/{MAP}": map_for_students(folder)}
    return contents, nothing_done(solved)
