"""The head of a feedback page: whose it is, and the points as they stand in the table.

A page is made when its notebook is graded, and a teacher gives points and comments later. So the head is written again
with each table, and the page below it stays.
"""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from cs231n_softmax._files import atomic_write

from .marks import EXTRA, Mark
from .sheets import counted, number

BEGIN, END = "<!-- points -->", "<!-- /points -->"


def head(
    name: str,
    points: Mapping[str, tuple[float, float]],
    student: str = "",
    more: Iterable[str] = (),
    title: str = "",
) -> str:
    """Return the head of a notebook's page. points: {exercise: (points, best)}; more: lines, as HTML.

    title: the points behind the notebook's name; without it, those of the exercises.
    """
    title = title or of(*(sum(pair[k] for pair in points.values()) for k in (0, 1)))
    lines = [
        f'<a href="#check_{escape(one)}"><code>{escape(one)}</code></a>: {of(*pair)}' for one, pair in points.items()
    ]
    shown = "".join(f"<li>{line}</li>" for line in [*lines, *more])
    whose = f"<p>{escape(student)}</p>" * bool(student)
    return f"{BEGIN}<h1>{escape(name)}: {title}</h1>{whose}<ul>{shown}</ul>{END}"


def of(points: float, best: float) -> str:
    """Return "7.5 of 10 points", or "12 points (the exercises have 10)" where points by hand make more of them."""
    if points > best:
        return f"{counted(points, 'point')} (the exercises have {number(best)})"
    return f"{number(points)} of {counted(best, 'point')}"


def write_heads(folder: Path, notebooks: Mapping[str, Mapping[str, float]], rows: Iterable) -> None:
    """Write the heads of all pages in folder/<student>/. notebooks: {name: {exercise: most points}}; rows: rows.Row.

    The points of "extra", the late days and the sum stand on each page of a student: they are for all notebooks. Those
    for written answers are added to the points of their notebook.
    """
    most = sum(sum(best.values()) for best in notebooks.values())
    for row in rows:
        for name, best in notebooks.items():
            page = folder / row.student / f"{name}.html"
            if page.exists():
                points = {exercise: (row.points.get(exercise, 0.0), best[exercise]) for exercise in best}
                marks = [mark for mark in row.marks if mark.exercise in best or mark.exercise == EXTRA]
                written = [mark for mark in row.marks if mark.exercise.startswith(f"{name}: ")]
                earned = sum(found for found, _ in points.values()) + sum(mark.points or 0.0 for mark in written)
                together = of(row.total, most)
                here = f"{of(earned, sum(best.values()))}; all notebooks: " if len(notebooks) > 1 else ""
                lines = by_hand([*marks, *written], row.late, row.total, most)
                put_head(page, head(name, points, row.name or row.student, lines, here + together))


def by_hand(marks: Iterable[Mark], late: float, total: float, most: float) -> list[str]:
    """Return lines about what a teacher gave, about late days, and about the sum of all notebooks."""
    lines = []
    for mark in marks:
        points = f"{counted(mark.points, 'point')} by hand" if mark.points is not None else ""
        points += ", for what you handed in before" if mark.outdated else ""
        lines.append(escape(f"{mark.exercise}: {'. '.join(filter(None, [points, mark.comment]))}"))
    lines += [f"handed in late: {counted(late, 'point')}"] if late else []
    return [*lines, f"<b>all notebooks together: {of(total, most)}</b>"]


def put_head(page: Path, new: str) -> None:
    """Give a page another head; a page that has none stays as it is."""
    text = page.read_bytes().decode()
    before, begin, rest = text.partition(BEGIN)
    _, end, below = rest.partition(END)
    if begin and end and (changed := f"{before}{new}{below}") != text:
        with atomic_write(page) as f:
            f.write(changed)
