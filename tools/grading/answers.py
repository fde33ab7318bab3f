"""What students write in place of the invitations below the questions: answers.csv, where a teacher gives points."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from .marks import Mark
from .results import Result
from .sheets import as_number, cell, number, plain, read_sheet, write_table

HEADINGS = ["student", "question", "answer", "points", "comment"]
ASKED = "what was asked"  # a column that is written and not read
ID = re.compile(r"answer-(\d+)")
BEGINNING = re.compile(r"\*\*Your answer to question (\d+):\*\*\s*")
CHANGED = "(marked before the answer was changed)"


class Line(NamedTuple):
    """What answers.csv holds of one answer; the points as they are written."""

    answer: str = ""
    points: str = ""
    comment: str = ""


def written(notebook, released, name: str) -> dict[str, str]:
    """Return {"04_gradient: question 2": text} of the answers that aren't the invitation or empty.

    Cells are found by their ids, as "answer-2"; or where an editor has changed these, by how the invitation begins.
    """
    invitations = {cell.id: cell.source for cell in released.cells if ID.fullmatch(cell.get("id", ""))}
    found: dict[str, str] = {}
    for one in notebook.cells:
        numbers = ID.fullmatch(one.get("id", "")) or BEGINNING.match(one.source)
        if not numbers or f"answer-{numbers[1]}" not in invitations:
            continue
        text = BEGINNING.sub("", one.source).strip()
        if text and text != BEGINNING.sub("", invitations[f"answer-{numbers[1]}"]).strip():
            question = f"{name}: question {numbers[1]}"
            found[question] = "\n\n".join(filter(None, [found.get(question), text]))
    return found


def asked(released, name: str) -> dict[str, str]:
    """Return {"04_gradient: question 2": what it asks}: the cell above the one for the answer."""
    cells = zip(released.cells, released.cells[1:], strict=False)
    numbers = [(above.source, ID.fullmatch(below.get("id", ""))) for above, below in cells]
    return {f"{name}: question {found[1]}": source for source, found in numbers if found}


def write_answers(
    path: Path, results: Iterable[Result], questions: Mapping[str, str]
) -> tuple[dict[str, list[Mark]], list[str]]:
    """Write the answers of all results; return {student: marks that the teacher gave}, and what couldn't be read.

    What the teacher filled in stays, and so do the lines of students who aren't among the results. Where an answer
    was changed or deleted after the teacher marked it, the comment says so.
    """
    rows, told = read_answers(path), []
    for result in results:
        gone = {
            question: ""
            for student, question in rows
            if student == result.student and question.partition(":")[0] in result.handed_in
        }
        for question, answer in (gone | result.answers).items():
            old, points, comment = rows.get((result.student, question), Line())
            if points and comparable(old) != comparable(answer) and not comment.startswith(CHANGED):
                comment = f"{CHANGED} {comment}".strip()
            rows[result.student, question] = Line(answer, points, comment)
    rows = {key: rows[key] for key in sorted(rows, key=lambda key: (in_order(key[1]), key[0])) if any(rows[key])}
    lines = [(*key, questions.get(key[1], ""), *line) for key, line in rows.items()]
    write_table(path, [*HEADINGS[:2], ASKED, *HEADINGS[2:]], lines)
    given: dict[str, list[Mark]] = {}
    for (student, question), (_, points, comment) in rows.items():
        outdated, comment = comment.startswith(CHANGED), comment.removeprefix(CHANGED).strip()
        try:
            mark = Mark(student, question, as_number(points) if points else None, comment, outdated)
        except ValueError as error:
            told.append(f"{path.name}, {student}, {question}: points: {error}.")
        else:
            given.setdefault(student, []).extend([mark] * (bool(comment) or mark.points is not None))
    return given, told


def read_answers(path: Path) -> dict[tuple[str, str], Line]:
    """Return {(student, question): Line} of an answers.csv."""
    if not path.exists():
        return {}
    sheet = read_sheet(path)
    if missing := [heading for heading in HEADINGS if sheet.column(heading) is None]:
        raise ValueError(
            f"{path}: expected the headings {', '.join(HEADINGS)}; {', '.join(missing)} is missing. "
            "Write it into the first line, or move the file away."
        )
    columns = [[plain(text) for text in sheet.cells(heading)] for heading in HEADINGS]
    return {row[:2]: with_points(*row[2:]) for row in zip(*columns, strict=True)}


def with_points(answer: str, points: str, comment: str) -> Line:
    """Return an answer's line with its points as a number where they are one: 7,5 becomes 7.5."""
    try:
        return Line(answer, number(as_number(points)), comment)
    except ValueError:
        return Line(answer, points, comment)


def comparable(text: str) -> str:
    """Return what is left of a text in a spreadsheet that was saved with any encoding and any ends of lines."""
    return " ".join(plain(cell(text)).encode("cp1252", "replace").decode("cp1252", "replace").split())


def in_order(question: str) -> list:
    """Return a key that sorts question 10 after question 2."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", question)]
