"""Points from processes that see only a student's definitions, and never from the one that ran the whole notebook.

    verdicts = judge(notebook, released, protection)     {function: Verdict}

An exercise is right if two processes agree. In the first, the package's examiner tries the function, and explains what
is wrong (cs231n_softmax.assignment.examine). Its report is written by the process in which the student's code runs. So
a function that it calls right is called once more, with numbers that nobody has seen, by a process without right
answers (returned.py); and the grader itself compares (trials.py). Both processes run in the sandbox.
"""

import ast
import functools
import hashlib
import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from cs231n_softmax.assignment import Source, examine
from cs231n_softmax.assignment.find import Function
from cs231n_softmax.assignment.names import NAMES
from cs231n_softmax.assignment.process import FILE_SIZE
from cs231n_softmax.assignment.reading import Code, Unreadable, parsed, without_magics
from cs231n_softmax.assignment.tolerant import needed
from cs231n_softmax.check.report import MARKS, Mistake, Report

from . import sandbox, trials
from .scratch import read, scratch_folder
from .suspicious import suspicious

CHILD = "from cs231n_softmax.assignment.child import main; main()"
ANSWERS = "from grading.returned import main; main()"
SECONDS = 60  # of CPU time, for the functions of one notebook with new numbers
WRITTEN = 8 << 20  # bytes that a process may answer
LONGEST = 4000  # characters of a text in a report
NUMBER = 20  # mistakes, remarks or steps in a report


@dataclass
class Verdict:
    """What was found out about an exercise."""

    right: bool = False
    report: Report | None = None  # for the page
    notes: list[str] = field(default_factory=list)  # for the row


def judge(notebook, released, protection):
    """Return {function: Verdict} for the exercises of a notebook, whose cells have the released notebook's labels."""
    verdicts = {name: Verdict() for name in exercises(released)}
    with scratch_folder() as folder:
        sources = {}
        for name, verdict in verdicts.items():
            if name not in NAMES:
                verdict.notes.append(f"{name}: no examination is known for this name")
                continue
            try:
                code = code_before(notebook, name)
            except Unreadable as problem:
                verdict.notes.append(str(problem)[:300])
                continue
            if found := suspicious([node for _, body in needed(code, [name]) for node in body]):
                verdict.notes.append(f"{name} uses {', '.join(found)}: look at its code")
            sources[name] = write(folder / f"{name}.ipynb", code, name)
        _examine(sources, verdicts, protection, folder)
        _try(sources, verdicts, protection)
    return verdicts


def exercises(released):
    """Return {function: points} of a released notebook."""
    labels = [cell.metadata.nbgrader for cell in released.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return {label["grade_id"].removeprefix("check_"): float(label["points"]) for label in labels}


def code_before(notebook, name):
    """Return the pieces of Code in the cells above an exercise's check; those that can't be parsed are left out.

    Unreadable, with the line, if the exercise's own cell can't be parsed.
    """
    pieces = []
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        label = cell.metadata.get("nbgrader", {}).get("grade_id")
        if label == f"check_{name}":
            break
        if cell.metadata.get("nbgrader", {}).get("grade"):
            continue
        text = without_magics(cell.source)
        try:
            pieces.append(Code(text, parsed(text, f"{name}: SyntaxError, cell {number}"), number))
        except Unreadable:
            if label == name:
                raise
    return pieces


def write(path, code, name):
    """Write pieces of code as a notebook, whose cells have their numbers; return the Source that is examined."""
    texts = {piece.cell: piece.text for piece in code}
    cells = [{"cell_type": "code", "source": texts.get(k, "")} for k in range(1, max(texts, default=0) + 1)]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    lines = [(piece.cell, node.lineno) for piece in code for node in ast.walk(piece.tree)
             if isinstance(node, ast.FunctionDef) and node.name == name]  # fmt: skip
    cell, line = lines[-1] if lines else (None, 1)
    return Source(path, [Function(name, line, cell)])


# --- the examiner's report --------------------------------------------------------------------------------------------


def _examine(sources, verdicts, protection, folder):
    """Enter the examiner's reports."""
    try:
        examined = examine(list(sources.values()), "full", functools.partial(_start, protection, folder))
        results = {result.name: result for one in examined for result in one.results}
    except Exception as error:  # what the child wrote can be anything
        results, problem = {}, f"what the examination wrote can't be read ({type(error).__name__})"
    else:
        problem = "the examination came to no result"
    for name in sources:
        verdict, result = verdicts[name], results.get(name)
        if result is None or not result.report:
            verdict.notes.append(f"{name}: {str(result.problem)[:300] if result else problem}")
            continue
        verdict.report = restored(name, result.report)
        verdict.right = result.verdict == "right" and verdict.report.ok
        if not verdict.right:
            verdict.notes.append(shortened(verdict.report.summary))


def _start(protection, folder, top, root, scratch, seconds):
    """Run a child of the examination in the sandbox; as cs231n_softmax.assignment.process.run_child does without."""
    command = [sys.executable, "-B", "-X", "utf8", "-c", CHILD, str(top / "task")]
    ended = sandbox.run(command, top, protection, seconds, file_size=FILE_SIZE, also_readable=[folder])
    answers = top / "answers"
    try:
        content = read(answers, WRITTEN)
    except ValueError:  # none, or a link, a folder, ...
        content = b""
    if answers.is_dir() and not answers.is_symlink():
        shutil.rmtree(answers, ignore_errors=True)
    answers.unlink(missing_ok=True)
    answers.write_bytes(content)
    return ended.reason, ended.cpu


def restored(name, found):
    """Return the Report that a child has written as a dictionary, in which anything could stand."""
    mistakes, remarks = ([_mistake(each) for each in found[kind][:NUMBER]] for kind in ("mistakes", "remarks"))
    steps = [(str(step["what"])[:LONGEST], str(step["result"])) for step in found["steps"][:NUMBER]]
    return Report(name, [step for step in steps if step[1] in MARKS], mistakes, remarks)


def _mistake(found):
    return Mistake(*(str(found.get(name, ""))[:LONGEST] for name in Mistake._fields))


def shortened(text):
    """Return a text for a row."""
    return text if len(text) <= 300 else text[:297] + "..."


# --- new numbers ------------------------------------------------------------------------------------------------------


def _try(sources, verdicts, protection):
    """Call the functions that were found right with new numbers; those whose results are wrong aren't right."""
    asked = {}
    for name in [name for name in sources if verdicts[name].right]:
        text = sources[name].path.read_bytes()
        seed = int.from_bytes(hashlib.sha256(name.encode() + text).digest()[:8], "big")
        asked[name] = trials.problems(NAMES[name].check, NAMES[name].options, seed)
    given, ended = _answers(sources, asked, protection) if asked else ({}, "")
    for name, problems in asked.items():
        answers = given.get(name)
        if not isinstance(answers, list) or len(answers) != len(problems):
            why = f"it gives none ({ended})"
        else:
            pairs = zip(problems, answers, strict=True)
            why = next(filter(None, (trials.refuted(NAMES[name].check, *pair) for pair in pairs)), "")
        if why:
            verdicts[name].right = False
            verdicts[name].notes.append(
                f"{name}: no points. The examiner's report says that it is right, but its results for new numbers are "
                f"not: {why}. Look at its code"
            )


def _answers(sources, asked, protection):
    """Return {function: answers} as another process gives them, and how it ended."""
    with scratch_folder() as folder:
        tasks = []
        for name, problems in asked.items():
            shutil.copyfile(sources[name].path, folder / f"{name}.ipynb")
            tasks.append({"file": str(folder / f"{name}.ipynb"), "function": name, "check": NAMES[name].check,
                          "problems": problems})  # fmt: skip
        Path(folder, "task.json").write_text(json.dumps(tasks), encoding="utf-8")
        ended = sandbox.run([sys.executable, "-c", ANSWERS], folder, protection, SECONDS, file_size=FILE_SIZE)
        try:
            given = json.loads(read(folder / "answers.json", WRITTEN))
        except (ValueError, RecursionError) as error:
            return {}, ended.why or str(error)[:100]
    return given if isinstance(given, dict) else {}, ended.why or "the process ended before"
