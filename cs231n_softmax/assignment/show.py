"""The results of an examination as text for a terminal, as JSON, or as a page of HTML."""

import html
import json
import os
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..check.report import NO_BREAK
from .run import Examined, Result

MARKS = {
    "right": "\N{CHECK MARK}",
    "wrong": "\N{BALLOT X}",
    "not written": "\N{EN DASH}",
    "missing": "\N{EN DASH}",
    "not examined": "?",
}
INKS = {"right": "32", "wrong": "31", "not written": "33", "missing": "33", "not examined": "33"}  # of a terminal
WIDTH = 100
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Check of an assignment</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font-family: system-ui, sans-serif; line-height: 1.45; max-width: 56em; margin: 2em auto; padding: 0 1em;
  overflow-wrap: anywhere; }}
pre {{ overflow-x: auto; }}
</style>
</head>
<body>
<h1>Check of an assignment</h1>
{body}
</body>
</html>
"""


def status(examined: Sequence[Examined]) -> int:
    """Return the exit status: 0 all right; 1 something is wrong or not written; 2 something couldn't be examined."""
    return max((one.status for one in examined), default=2)


def text(examined: Sequence[Examined], hints: bool = False, colour: bool = False, again: str = "") -> str:
    """Return what a terminal shows: the functions of each file, with their mistakes. `again`: the command for hints."""
    lines: list[str] = []
    for one in examined:
        lines += [shown(one.source.path), *_file(one, hints, colour), ""]
    results = [result for one in examined for result in one.results]
    right = sum(result.verdict == "right" for result in results)
    unread = sum(bool(one.source.problem) for one in examined)
    files = f"{unread} file{'s' * (unread > 1)} couldn't be read: {'its' if unread == 1 else 'their'} functions"
    uncounted = f" {files} aren't counted." if unread else ""
    counted = f"{right} of {len(results)} functions {'is' if right == 1 else 'are'} right." if results else ""
    lines.append(f"{counted}{uncounted}".strip())
    if again and not hints and any(m["hint"] for result in results for m in _mistakes(result)):
        lines.append(f"For hints: {again}")
    return "\n".join(lines)


def _file(one: Examined, hints: bool, colour: bool) -> Iterator[str]:
    if one.source.problem:
        yield from _wrapped(f"? {_relative(one.source.problem)}", "  ")
    for result in one.results:
        mark = MARKS[result.verdict]
        yield "  " + (f"\033[{INKS[result.verdict]}m{mark}\033[0m" if colour else mark) + f" {summary(result)}"
        for kind, found in (("Mistake", _mistakes(result)), ("Worth knowing", result.report.get("remarks", []))):
            if result.verdict == "not written":
                found = found if kind == "Worth knowing" else []
            for number, mistake in enumerate(found, 1):
                head = f"Mistake {number}" if kind == "Mistake" and len(found) > 1 else kind
                yield from _mistake(head, mistake, hints)
    for note in one.source.notes:
        yield from _wrapped(f"Note: {note}", "  ")


def summary(result: Result) -> str:
    """Return one line on a function."""
    where = "" if result.function is None else f" (line {result.function.line})"
    if result.function is not None and result.function.cell:
        where = f" (cell {result.function.cell}, line {result.function.line})"
    if result.verdict == "right":
        return f"{result.name}{where} is right."
    if result.verdict == "missing":
        return f"{result.name} is missing: the file doesn't define it."
    if result.verdict == "not written":
        title = _mistakes(result)[0]["title"]
        return f"{result.name}{where}: {title.removeprefix(f'{result.name}: ')}"
    if result.verdict == "not examined":
        return f"{result.name}{where} couldn't be examined. {result.problem}"
    count = len(_mistakes(result))
    return f"{result.name}{where}: {count} mistake{'s' * (count != 1)}"


def _mistakes(result):
    return result.report.get("mistakes", [])


def _mistake(head: str, mistake: dict[str, Any], hints: bool) -> Iterator[str]:
    yield from _wrapped(f"{head}: {mistake['title']} [{mistake['code']}]", "    ")
    for text in (mistake["explanation"], f"Seen: {mistake['evidence']}" if mistake["evidence"] else ""):
        yield from _wrapped(text, "      ")
    for line in mistake.get("lines", []):
        yield f"      Look at line {line['line']}:  {line['text'][:120]}"
    if hints and mistake["hint"]:
        yield from _wrapped(f"Hint: {mistake['hint']}", "      ")


def _wrapped(text, indent):
    """Return the lines of a text, indented; its first line is broken where it is long, the others are code."""
    if not text:
        return []
    first, *others = text.split("\n")
    first = re.sub("`[^`]+`", lambda code: code[0].replace(" ", NO_BREAK), first)
    options = {"initial_indent": indent, "subsequent_indent": indent + "  "}
    lines = textwrap.wrap(first, WIDTH, **options, break_long_words=False, break_on_hyphens=False)
    return [line.replace(NO_BREAK, " ") for line in lines] + [f"{indent}  {line}" for line in others]


def shown(path: Path) -> str:
    """Return a path as one types it: relative to the working folder where it is below it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def _relative(problem):
    """Return a sentence in which paths below the working folder are relative."""
    try:
        return problem.replace(f"{Path.cwd()}{os.sep}", "")
    except OSError:
        return problem


def as_json(examined: Sequence[Examined]) -> str:
    """Return one JSON document: {"version", "status", "files"}; docs/assignment.md says what the fields mean."""
    files = [
        {
            "path": str(one.source.path),
            "problem": one.source.problem,
            "notes": one.source.notes,
            "functions": [
                {
                    "name": result.name,
                    "line": result.function and result.function.line,
                    "cell": result.function and result.function.cell,
                    "verdict": result.verdict,
                    "problem": result.problem,
                    "convention": result.convention if result.verdict == "right" and result.convention else None,
                    "steps": result.report.get("steps", []),
                    "mistakes": _mistakes(result),
                    "remarks": result.report.get("remarks", []),
                }
                for result in one.results
            ],
        }
        for one in examined
    ]
    return json.dumps({"version": 1, "status": status(examined), "files": files}, indent=2)


def page(examined: Sequence[Examined]) -> str:
    """Return a page of HTML, readable on white and on black."""
    parts = []
    for one in examined:
        parts.append(f"<h2>{html.escape(shown(one.source.path))}</h2>")
        if one.source.problem:
            parts.append(f"<p>{html.escape(_relative(one.source.problem))}</p>")
        for result in one.results:
            parts.append(f"<h3>{html.escape(f'{MARKS[result.verdict]} {summary(result)}')}</h3>")
            code = [line for mistake in _mistakes(result) for line in mistake.get("lines", [])]
            unique = {line["line"]: line["text"] for line in code}
            if unique:
                listing = "\n".join(f"Look at line {number}:  {line}" for number, line in sorted(unique.items()))
                parts.append(f"<pre>{html.escape(listing)}</pre>")
            parts.append(result.html)
        parts += [f"<p>Note: {html.escape(note)}</p>" for note in one.source.notes]
    return PAGE.format(body="\n".join(parts))
