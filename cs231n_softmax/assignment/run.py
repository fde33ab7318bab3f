"""Examine learners' files in child processes: each assignment in a copy, with limits of time, memory and output.

A child writes down each result when it is known. When it ends before the last function, because the function (or the
import of a file) has ended it, the next child goes on behind that place.
"""

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .copies import lay_out, place
from .find import Function, Source
from .process import run_child

TOTAL_SECONDS = 50.0  # of CPU time, for one assignment
IMPORT_SECONDS = 8.0  # for each statement of a file that runs when it is imported
CALL_SECONDS = 5.0  # for one call of a function, on problems that take milliseconds
FUNCTION_SECONDS = 14.0  # for the examination of one function
LEFT_TIME = "The time for this assignment was used up before. Check the file alone."


@dataclass
class Result:
    """What was found out about a function: the verdict, and the report as a dictionary (see child.as_json)."""

    function: Function | None
    name: str
    verdict: str = "not examined"  # or "right", "wrong", "not written", "missing"
    problem: str = ""  # why it couldn't be examined
    convention: str = ""  # of the penalty: "full", "half", or "" where there is none
    report: dict[str, Any] = field(default_factory=dict)
    html: str = ""
    columns: bool = False  # examples in columns, as in the handouts of early 2015


@dataclass
class Examined:
    """A learner's file with the results of its functions."""

    source: Source
    results: list[Result] = field(default_factory=list)

    @property
    def status(self) -> int:
        """0: all right; 1: something is wrong, missing or not written; 2: something couldn't be examined."""
        if self.source.problem or any(result.verdict == "not examined" for result in self.results):
            return 2
        return int(self.source.harms or any(result.verdict != "right" for result in self.results))


def examine(
    sources: Sequence[Source], convention: str = "", start: Callable[..., tuple[str, float]] = run_child
) -> list[Examined]:
    """Examine the functions of some files; return an Examined for each, in the same order.

    convention: "full" or "half" demands reg * sum(W**2) or half of that; "" accepts both.
    start: how a child is run; it takes and returns what run_child does.
    """
    examined = {source.path: Examined(source) for source in sources}
    for home, group in _groups([source for source in sources if source.functions]):
        _examine_group(home, group, convention, examined, start)
    for one in examined.values():
        one.results += [Result(None, name, "missing") for name in one.source.missing]
        _remark_conventions(one)
    return list(examined.values())


def _groups(sources):
    """Return [(home, sources)]: files of one assignment that have different places in it."""
    groups: list[tuple[Path, dict[Path, Source]]] = []
    for source in sources:
        home, inside, _ = place(source.path)
        group = next((files for other, files in groups if other == home and inside not in files), None)
        if group is None:
            group = {}
            groups.append((home, group))
        group[inside] = source
    return [(home, list(group.values())) for home, group in groups]


def _examine_group(home, sources, convention, examined, start):
    """Examine the files of one assignment, with as many children as it takes."""
    waiting = {source.path: [function.name for function in source.functions] for source in sources}
    used = 0.0
    while any(waiting.values()):
        if used > TOTAL_SECONDS:
            _give_up(sources, waiting, examined, LEFT_TIME)
            return
        before = sum(map(len, waiting.values()))
        used += _round(home, sources, waiting, convention, examined, start, TOTAL_SECONDS - used)
        if sum(map(len, waiting.values())) == before:
            _give_up(sources, waiting, examined, "The process for the examination couldn't be started.")


def _give_up(sources, waiting, examined, why):
    for source in sources:
        for name in waiting.pop(source.path, []):
            examined[source.path].results.append(Result(_function(source, name), name, problem=why))


def _function(source, name):
    return next(function for function in source.functions if function.name == name)


def _round(home, sources, waiting, convention, examined, start, seconds):
    """Start a child for all that waits, and take over its answers; return its seconds of CPU time."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        top = Path(os.path.realpath(folder))
        root, scratch, answers = top / "assignment", top / "scratch", top / "answers"
        root.mkdir()
        scratch.mkdir()
        copied = lay_out(home, [source.path for source in sources], root)
        files = [
            {
                "path": str(source.path),
                "copy": str(root / place(source.path).inside),
                "module": place(source.path).module,
                "functions": waiting[source.path],
            }
            for source in sources
            if waiting[source.path]
        ]
        task = {
            "root": str(root),
            "answers": str(answers),
            "files": files,
            "originals": {str(copy): str(path) for copy, path in copied.items()},
            "convention": convention,
            "import_seconds": IMPORT_SECONDS,
            "call_seconds": CALL_SECONDS,
            "function_seconds": FUNCTION_SECONDS,
            "total_seconds": seconds,
        }
        (top / "task").write_text(json.dumps(task), encoding="utf-8")
        ending, used = start(top, root, scratch, seconds)
        lines = answers.read_text(encoding="utf-8", errors="replace").splitlines() if answers.exists() else []
    _take_over(lines, sources, waiting, examined, LEFT_TIME if used > seconds - 1 else "", ending)
    return max(used, 0.1)


def _take_over(lines, sources, waiting, examined, no_time, ending):
    """Enter the answers of a child; the place where it has ended, if it has, gets the reason."""
    by_path = {str(source.path): source for source in sources}
    begun = None
    for line in lines:
        answer = json.loads(line) if line.endswith("}") else {}
        if "begin" in answer:
            begun = answer
        if answer.get("end"):
            begun = None
        source = by_path.get(answer.get("path", ""))
        if source and answer.get("imported"):
            source.notes += [note for note in answer["notes"] if note not in source.notes]
            source.harms = source.harms or answer["harms"]
        elif source and answer.get("function") in waiting[source.path]:
            name = answer["function"]
            waiting[source.path].remove(name)
            examined[source.path].results.append(_result(_function(source, name), answer))
    if begun is None:
        return
    source, name = by_path[begun["begin"]], begun["function"]
    if not name:  # while the file was imported
        for each in waiting[source.path]:
            problem = f"The file ends the process when it is imported: {ending}."
            examined[source.path].results.append(Result(_function(source, each), each, problem=problem))
        waiting[source.path] = []
    elif name in waiting[source.path] and (no_time or "Error" in ending):  # an error of the examiner's own: no verdict
        _give_up([source], {source.path: [name]}, examined, no_time or f"The examination itself has failed: {ending}.")
        waiting[source.path].remove(name)
    elif name in waiting[source.path]:
        waiting[source.path].remove(name)
        mistake = {
            "code": "crashes",
            "title": f"{name} ends the process in which it is examined: {ending}.",
            "explanation": "",
            "evidence": "",
            "hint": "Look for a loop that never ends, for far too large arrays, or for an exit.",
            "lines": [],
        }
        report = {"ok": False, "steps": [], "mistakes": [mistake], "remarks": []}
        examined[source.path].results.append(Result(_function(source, name), name, "wrong", report=report))


def _result(function, answer):
    if "report" not in answer:
        return Result(function, function.name, problem=answer.get("problem", ""))
    report = answer["report"]
    codes = {mistake["code"] for mistake in report["mistakes"]}
    verdict = "right" if report["ok"] else "not written" if codes == {"not-written"} else "wrong"
    return Result(
        function, function.name, verdict, "", answer["convention"], report, answer["html"], answer.get("columns", False)
    )


def _remark_conventions(examined):
    """Note where the two right losses of a file follow different conventions."""
    found = {
        result.name: result.convention for result in examined.results if result.verdict == "right" and result.convention
    }
    if len(set(found.values())) > 1:
        words = {"full": "reg * sum(W**2)", "half": "0.5 * reg * sum(W**2)"}
        said = " and ".join(f"{name} adds {words[convention]}" for name, convention in found.items())
        examined.source.notes.append(
            f"{said}. Each is right by itself, but a comparison of the two shows a difference. Choose one of them."
        )
