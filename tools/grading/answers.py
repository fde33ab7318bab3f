"""What students write in place of the invitations below the questions: answers.csv, where a teacher gives points."""

import re
from collections.abc import Iterable
from pathlib import Path

from .results import Result
from .sheets import as_number, cell, number, plain, read_sheet, write_table

HEADINGS = ["student", "question", "answer", "points", "comment"]
ID = re.compile(r"answer-(\d+)")
BEGINNING = re.compile(r"\*\*Your answer to question (\d+):\*\*\s*")
CHANGED = "(marked before the answer was changed) "


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


def write_answers(path: Path, results: Iterable[Result]) -> tuple[dict[str, float], list[str]]:
    """Write the answers of all results; return {student: points that the teacher gave}, and what couldn't be read.

    What the teacher filled in stays, and so do the lines of students who aren't among the results. Where an answer
    was changed after the teacher marked it, the comment says so.
    """
    rows, told = read_answers(path), []
    for result in results:
        for question, answer in result.answers.items():
            old, points, comment = rows.get((result.student, question), ("", "", ""))
            if points and comparable(old) != comparable(answer) and not comment.startswith(CHANGED):
                comment = CHANGED + comment
            rows[result.student, question] = (answer, points, comment)
    write_table(
        path, HEADINGS, [(*key, *rows[key]) for key in sorted(rows, key=lambda key: (in_order(key[1]), key[0]))]
    )
    given: dict[str, float] = {}
    for (student, question), (_, points, _) in rows.items():
        try:
            given[student] = given.get(student, 0.0) + (as_number(points) if points else 0.0)
        except ValueError as error:
            told.append(f"{path.name}, {student}, {question}: points: {error}.")
    return given, told


def read_answers(path: Path) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return {(student, question): (answer, points, comment)} of an answers.csv; the points as they are written."""
    if not path.exists():
        return {}
    sheet = read_sheet(path)
    if missing := [heading for heading in HEADINGS if sheet.column(heading) is None]:
        raise ValueError(
            f"{path}: expected the headings {', '.join(HEADINGS)}; {', '.join(missing)} is missing. "
            "Write it into the first line, or move the file away."
        )
    columns = [[plain(text) for text in sheet.cells(heading)] for heading in HEADINGS]
    return {row[:2]: with_points(row[2:]) for row in zip(*columns, strict=True)}


def with_points(row: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return an answer's line with its points as a number where they are one: 7,5 becomes 7.5."""
    answer, points, comment = row
    try:
        return answer, number(as_number(points)), comment
    except ValueError:
        return answer, points, comment


def comparable(text: str) -> str:
    """Return what is left of a text in a spreadsheet that was saved with any encoding and any ends of lines."""
    return " ".join(plain(cell(text)).encode("cp1252", "replace").decode("cp1252", "replace").split())


def in_order(question: str) -> list:
    """Return a key that sorts question 10 after question 2."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", question)]
