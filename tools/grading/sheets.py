"""CSV files as teachers and schools' systems write them: any usual encoding, delimiter and heading; and ours."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cs231n_softmax._files import atomic_write

BOM = "\ufeff"  # with it, spreadsheets open the file as UTF-8
DELIMITERS = ",;\t"
# A spreadsheet runs a cell that begins so as a formula, https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = re.compile(r"'*[=+\-@\t\r]")
LONGEST = 32_000  # characters; a cell of a spreadsheet holds 32,767


@dataclass
class Sheet:
    """A CSV file: its headings, its rows, and how it was written, so that it can be written again in the same way."""

    headings: list[str]
    rows: list[list[str]]
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    newline: str = "\r\n"

    def column(self, *names: str) -> int | None:
        """Return the position of the first heading that is one of `names`, whatever its case; None if there is none."""
        wanted = {plain_heading(name) for name in names}
        return next((i for i, heading in enumerate(self.headings) if plain_heading(heading) in wanted), None)

    def cells(self, *names: str) -> list[str]:
        """Return the cells of a column, "" where it's missing."""
        position = self.column(*names)
        return [row[position].strip() if position is not None else "" for row in self.rows]


def plain_heading(text: str) -> str:
    """Return a heading in small letters, without spaces, hyphens and underscores: "E-Mail " is "email"."""
    return re.sub(r"[\s_\-]", "", text).casefold()


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file; ValueError for what is no table with headings, or isn't there; OSError if it can't be read."""
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file. Looked for it from {Path.cwd()}.")
    content = path.read_bytes()
    if content.startswith(b"PK"):
        raise ValueError(f"{path}: expected a table in CSV, got a zip or a workbook. Save the table as CSV.")
    text, encoding = decoded(content)
    text = re.sub(r"\Asep=.\r?\n", "", text)  # Excel's own line about the delimiter
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=lambda character: len(re.sub(r'"[^"]*"', "", first).split(character)))
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(f"{path}: expected a table in CSV, got something else: {error}.") from error
    rows = [row for row in lines if any(map(str.strip, row))]
    if not rows:
        raise ValueError(f"{path}: expected a table with headings in its first line, got an empty file.")
    rows = [row + [""] * (len(rows[0]) - len(row)) for row in rows]
    return Sheet(rows[0], rows[1:], delimiter, encoding, "\r\n" if "\r\n" in text else "\n")


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file, and its encoding: UTF-8, UTF-16 (Excel's "Unicode text"), or else Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "utf-16"
    try:
        return content.decode("utf-8-sig"), "utf-8-sig" if content.startswith(BOM.encode()) else "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def write_sheet(path: Path, sheet: Sheet) -> None:
    """Write a table whole, as its fields say; cells are written as they are."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sheet.delimiter, lineterminator=sheet.newline).writerows([sheet.headings, *sheet.rows])
    with atomic_write(path, "wb") as f:
        f.write(text.getvalue().encode(sheet.encoding, errors="replace"))


def write_table(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str | float]]) -> None:
    """Write a table of ours: UTF-8 with BOM, numbers as numbers, and no cell that a spreadsheet runs as a formula."""
    write_sheet(path, Sheet(list(headings), [list(map(cell, row)) for row in rows]))


def cell(value: str | float) -> str:
    """Return a number with at most two decimals, or a text that is no formula, and not longer than a cell."""
    if not isinstance(value, str):
        return number(value)
    text = value[:LONGEST].replace("\0", "")
    return f"'{text}" if FORMULA.match(text) else text


def plain(text: str) -> str:
    """Return a text that `cell` wrote as it was."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def number(value: float) -> str:
    """Return 7.5 as "7.5", and 10.0 as "10"."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def counted(how_many: float, what: str) -> str:
    """Return "1 student", "2 students", "0.5 points"."""
    return f"{number(how_many)} {what}" + "s" * (how_many != 1)


def as_number(text: str) -> float:
    """Return the number that a teacher wrote, with a point or a comma; ValueError if it's none."""
    text = text.strip()
    if not re.fullmatch(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)", text):
        raise ValueError(f"expected a number, got {text!r}")
    return float(text.replace(",", "."))
