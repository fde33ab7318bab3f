"""Find whose files are in an export, which notebook each file is, and which of several versions counts.

Whatever is found and not used is told: in the notes of the student whose it is, or else in Collected.left_out.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from .entries import ARCHIVE, walk
from .owners import PATTERNS, PEOPLE, Handed, export_inside, handed_in, safe
from .people import Group, read_people
from .versions import SUFFIX, newest, which

SHOWN, NOTES = 4, 20  # names of files in a note, and notes about files


@dataclass
class Found:
    """A notebook that is graded."""

    name: str  # "04_gradient"
    content: bytes
    path: str  # in the export
    time: datetime | None = None  # when it was handed in, where the export says it
    late: bool | None = None  # where the export says it


@dataclass
class Submission:
    """What one student handed in."""

    student: str  # the key of rows, files and folders
    name: str = ""
    ids: dict[str, str] = field(default_factory=dict)  # {"canvas": "12345", "email": ...}
    notebooks: dict[str, Found] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)  # files that are notebooks, and none of those to be graded


@dataclass
class Collected:
    """What an export holds."""

    system: str
    submissions: list[Submission]
    left_out: list[str]


def collect(export: Path, labels: Mapping[str, Collection[str]]) -> Collected:
    """Return what students handed in. labels: {notebook: names of its exercises}, of the notebooks to be graded.

    ValueError if `export` is neither a folder nor an archive that can be read, or if it lies around the export.
    """
    if not export.exists():
        raise ValueError(f"{export}: there is no such file or folder. Looked for it from {Path.cwd()}.")
    if not export.is_dir() and not (export.is_file() and ARCHIVE.search(export.name)):
        raise ValueError(f"{export}: expected a folder, or a zip or tar that your school's system exports.")
    entries = list(walk(export, lambda path: bool(SUFFIX.search(path)) or PurePosixPath(path).name in PEOPLE))
    files: dict[str, list[Handed]] = defaultdict(list)
    people: dict[str, Group] = {}
    left_out = []
    for found in handed_in(entries, ARCHIVE.sub("", export.resolve().name), labels):
        if isinstance(found, Handed):
            files[found.owner].append(found)
        elif PurePosixPath(found.path).name in PEOPLE and found.content:
            try:
                people |= read_people(found.content)
            except ValueError as error:
                left_out.append(f"{found.path}: {error}")
        else:
            left_out.append(f"{found.path}: {found.why or 'it belongs to no student'}")
    if inside := export_inside(one for own in files.values() for one in own):
        raise ValueError(
            f"{export}: {inside} in it is the export itself, with files of several students. "
            f'Give that one: make grade SUBMISSIONS="{export / inside}"'
        )
    submissions = [one for _, own in sorted(files.items()) for one in _of_owner(own, labels, people)]
    systems = Counter(own[0].system for own in files.values())
    return Collected(systems.most_common(1)[0][0] if systems else "nothing", _apart(submissions), left_out)


def _of_owner(files, labels, people):
    """Return the Submission of a student's files; of a group's files, one for each of its people."""
    first = files[0]
    one = Submission(first.student, first.name)
    if first.id:
        one.ids[first.system.lower()] = first.id
    one.notebooks, one.notes, one.unasked = _notebooks(files, labels)
    group = people.get(first.id, Group()) if PATTERNS.get(first.system, {}).get("people") else Group()
    if group.time:
        one.notebooks = {name: replace(found, time=group.time) for name, found in one.notebooks.items()}
    if not group.people:
        return [one]
    names = [person.get("name", "") for person in group.people]
    together = [f"handed in together by {' and '.join(names)}"] if len(names) > 1 else []
    return [
        Submission(
            f"{person.get('name', '')}_{person.get('sid') or first.id}".strip("_"),
            person.get("name", ""),
            one.ids | {key: person[key] for key in ("sid", "email") if person.get(key)},
            dict(one.notebooks),
            [*together, *one.notes],
            one.unasked,
        )
        for person in group.people
    ]


def _notebooks(files, labels):
    """Return {name: Found} of a student's files, notes about what was chosen and not used, and the other notebooks."""
    notes: list[str] = []
    unused, unasked = [], []
    versions: dict[str, list] = defaultdict(list)
    for handed in files:
        content = handed.entry.content
        name = which(handed.file, content, labels) if content is not None and SUFFIX.search(handed.file) else None
        if handed.entry.why:
            notes.append(f"{handed.file.rstrip('/') or _last(handed.entry)}: {handed.entry.why}")
        elif name:
            versions[name].append((handed, content))
        elif SUFFIX.search(handed.file):
            notes.append(f"{handed.file}: not graded, because it is none of {', '.join(labels)}")
            unasked.append(handed.file)
        else:
            unused.append(handed.file)
    notebooks = {}
    for name, found in sorted(versions.items()):
        handed, content, told = newest(found)
        notebooks[name] = Found(name, content, handed.entry.path, handed.time, handed.late)
        file = PurePosixPath(handed.file).name
        notes += [f"{name}: taken from {file}"] * (file != f"{name}.ipynb")
        notes += [f"{name}: {note}" for note in told]
    used = [handed.file for found in versions.values() for handed, _ in found]
    notes += _not_used(unused, used)
    told = notes[:NOTES] + [f"and {len(notes) - NOTES} more files like these"] * (len(notes) > NOTES)
    return notebooks, told, unasked


def _last(entry):
    return entry.path.rstrip("/").rpartition("/")[2]


def _not_used(unused, used):
    """Return notes of files that are no notebooks, one for each archive in which no notebook was found."""
    empty: dict[str, list[str]] = defaultdict(list)
    for file in unused:
        parts = file.split("/")
        archives = [parts[:end] for end in range(1, len(parts)) if ARCHIVE.search(parts[end - 1])]
        archive = "/".join(archives[-1]) if archives else ""
        empty[archive if not any(other.startswith(f"{archive}/") for other in used) else ""].append(parts[-1])
    notes = []
    for archive, names in empty.items():
        shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
        where = f"{archive}: no notebook in it; found" if archive else "not used:" if used else "no notebook; found"
        notes.append(f"{where} {shown}")
    return notes


def _apart(submissions):
    """Return submissions sorted by student, each with a key of its own.

    A folder and an archive of the same name are one submission if their notebooks are the same, and two if not.
    """
    found: dict[str, tuple[str, Submission]] = {}
    for one in submissions:
        wanted, number = safe(one.student), 1
        key = wanted
        while key.casefold() in found:
            student, other = found[key.casefold()]
            if student == one.student and one.notebooks and _contents(one) == _contents(other):
                other.notes.append(f"{student} was found twice, with the same notebooks")
                break
            number += 1
            key = f"{wanted}_{number}"
        else:
            found[key.casefold()] = one.student, one
            if number > 1:
                one.notes.insert(0, f"{found[wanted.casefold()][1].student} has the same name, and other files")
            one.student = key
    return sorted((one for _, one in found.values()), key=lambda one: one.student)


def _contents(submission):
    return {name: found.content for name, found in submission.notebooks.items()}
