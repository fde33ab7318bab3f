"""Whose file is it: patterns.toml says how each system names what it exports."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .entries import ARCHIVE, Entry
from .versions import SUFFIX, named, spelled

PATTERNS = tomllib.loads(Path(__file__).with_name("patterns.toml").read_text(encoding="utf-8"))
SYSTEMS = [system for system in PATTERNS if system != "folders"]
PEOPLE = {table["people"] for table in PATTERNS.values() if "people" in table}
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", flags=re.IGNORECASE)  # no names of files on Windows


@dataclass(frozen=True)
class Handed:
    """A file, and what its path says."""

    entry: Entry
    system: str
    owner: str  # the same for all files of one student, and for no other student's
    student: str  # the key of the student's row
    file: str  # its path as the student named it
    name: str = ""
    id: str = ""
    late: bool | None = None
    order: int | None = None
    time: datetime | None = None


def handed_in(entries: Sequence[Entry], around: str, names: Collection[str]) -> Iterator[Handed | Entry]:
    """Yield each file with its owner; files that belong to nobody as they are. around: the export's own name."""
    shared = _shared_folders(entry.path for entry in entries)
    depth = _where_students_begin(entries, [around, *shared], names)
    outer = ([around, *shared])[depth]
    for entry in entries:
        path = "/".join(entry.path.split("/")[depth:])
        yield _by_pattern(entry, path, outer, PATTERNS) or _single(entry, path, outer, names) or entry


def export_inside(files: Iterable[Handed]) -> str:
    """Return the folder or archive that is itself an export, though it was taken for a student's; "" if none is.

    In it lie notebooks that are named as a system names those of several students.
    """
    owners: dict[str, set[str]] = {}
    for one in files:
        if one.system == "folders" and SUFFIX.search(one.file):
            parts = [one.owner.removeprefix("folders: "), *one.file.split("/")]
            inner = [
                _by_pattern(one.entry, "/".join(parts[depth:]), ARCHIVE.sub("", parts[depth - 1]), SYSTEMS)
                for depth in range(1, len(parts))
            ]
            owners.setdefault(parts[0], set()).update(found.owner for found in inner if found)
    return next((top for top, found in owners.items() if len(found) > 1), "")


def _shared_folders(paths):
    """Return the folders around everything: ["export 7", "notebooks"]."""
    folders = [path.split("/")[:-1] for path in paths]
    shared = []
    for level in zip(*folders, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return shared


def _where_students_begin(entries, outer, names):
    """Return how many of the folders around everything lie around the students, rather than being a student's.

    As many as possible, if this shows several students, or files as a system names them.
    """
    students, systems = {}, {}
    for depth in reversed(range(len(outer))):
        inside = ["/".join(entry.path.split("/")[depth:]) for entry in entries]
        systems[depth] = any(_by_pattern(None, path, outer[depth], SYSTEMS) for path in inside)
        single = [_rest(path, names) for path in inside if "/" not in path and named(path, names)]
        found = {path.split("/")[0] for path in inside if "/" in path and SUFFIX.search(path)}
        students[depth] = len(found | set(single)) if all(single) else 0
    several = next((depth for depth in systems if systems[depth] or students[depth] > 1), None)
    return several if several is not None else next((depth for depth in students if students[depth]), 0)


def _by_pattern(entry, path, outer, systems):
    """Return the Handed of a file whose path fits a pattern of these systems; None if it fits none."""
    for system in systems:
        table = PATTERNS[system]
        whole = f"{outer}/{path}" if table.get("around") else path
        match = next((match for pattern in table["paths"] if (match := re.fullmatch(pattern, whole))), None)
        if match is None:
            continue
        found = {key: text for key, text in match.groupdict().items() if text is not None}
        name, number, order = found.get("name", ""), found.get("id", ""), found.get("order")
        student = found.get("student") or "_".join(text for text in (name, number) if text)
        owner = path.split("/")[0] if system == "folders" else student
        late = "late" in found if "late" in match.groupdict() else None
        time = _time(found["time"], table["time"]) if "time" in found else None
        order = int(order) if order else None
        return Handed(entry, system, f"{system}: {owner}", student, found["file"], name, number, late, order, time)
    return None


def _time(text, written):
    try:
        return datetime.strptime(text, written).astimezone(UTC)
    except ValueError:
        return None


def _single(entry, path, outer, names):
    """Return the Handed of a notebook that lies beside the folders: "ann_04_gradient.ipynb"; None for other files."""
    if not named(path, names):
        return None
    student = _rest(path, names) or (re.sub(SUFFIX, "", path) if re.search(r"\d\)", path) else outer)
    return Handed(entry, "single files", f"single files: {student}", student, path)


def _rest(file, names):
    """Return what a file's name has beside the notebook's: the student's name, as a rule."""
    rest = re.sub(SUFFIX, "", file)
    for name in names:
        rest = re.sub(spelled(name), "", rest, flags=re.IGNORECASE)
    return re.sub(r"(?i)copy of|[-_ ]copy *\d*$|\(\d+\)", "", rest).strip(" _-.")


def safe(student: str) -> str:
    """Return a student's name as one that a file can have on every system."""
    text = re.sub(r"[^\w .@,'()+-]", "_", unicodedata.normalize("NFC", student))
    text = re.sub(r"\.{2,}", ".", text).strip(" .")[:100].strip(" .")
    return f"_{text}" if RESERVED.match(text) or not text else text
