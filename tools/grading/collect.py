"""Find whose files are in an export, which notebook each file is, and which of several versions counts.

patterns.toml says how each system names what it exports. Whatever is found and not used is told: in the notes of the
student whose it is, or else in Collected.left_out.
"""

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import yaml

from .entries import Entry, Problem, walk

PATTERNS = tomllib.loads(Path(__file__).with_name("patterns.toml").read_text(encoding="utf-8"))
SHOWN = 6  # names of files in a note


@dataclass
class Found:
    """A notebook that is graded."""

    name: str  # "04_gradient"
    content: bytes
    path: str  # in the export
    time: datetime | None = None  # when it was handed in, as the export says it
    late: bool | None = None  # where the export says it


@dataclass
class Submission:
    """What one student handed in."""

    student: str  # the key of rows, files and folders
    name: str = ""
    ids: dict[str, str] = field(default_factory=dict)  # {"canvas": "12345", "email": ...}
    notebooks: dict[str, Found] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class Collected:
    """What an export holds."""

    system: str
    submissions: list[Submission]
    left_out: list[str]


@dataclass(frozen=True)
class Handed:
    """A file with whose it is."""

    student: str
    name: str
    number: str
    system: str
    late: bool | None
    file: str  # its path as the student named it
    entry: Entry | Problem


def collect(export: Path, labels: Mapping[str, Collection[str]]) -> Collected:
    """Return what students handed in. labels: {notebook: labels of its exercises}, of the notebooks to be graded.

    ValueError if `export` is neither a folder nor an archive.
    """
    if not export.is_dir() and not zipped(export):
        raise ValueError(f"{export}: expected a folder, or a zip or tar that your school's system exports.")
    entries = without_wrapping_folder(list(walk(export)))
    whose: dict[str, list[Handed]] = defaultdict(list)
    left_out = []
    for entry in entries:
        handed = owner(entry, labels)
        if handed is None:
            why = entry.why if isinstance(entry, Problem) else "it belongs to no student"
            left_out.append(f"{entry.path}: {why}")
        else:
            whose[handed.student.casefold()].append(handed)
    systems = Counter(handed.system for files in whose.values() for handed in files)
    submissions = sorted((of_student(files, labels) for files in whose.values()), key=lambda one: one.student)
    return Collected(systems.most_common(1)[0][0] if systems else "nothing", submissions, left_out)


def zipped(path):
    return path.is_file() and path.name.lower().endswith((".zip", ".tar", ".tar.gz", ".tgz"))


def without_wrapping_folder(entries):
    """Return the entries without the one folder around all of them, in which many systems pack an export."""
    while len({entry.path.partition("/")[0] for entry in entries}) == 1:
        inside = [replace(entry, path=entry.path.partition("/")[2]) for entry in entries]
        deep = all("/" in entry.path for entry in inside)
        if of_a_system(entries) or not (deep or of_a_system(inside)):
            break  # the folder is the system's own, or a student's
        entries = inside
    return entries


def of_a_system(entries):
    """True if a path is as one of the systems names it; each folder may be a student's."""
    return any(fitting(entry.path, system) for entry in entries for system in PATTERNS if system != "folders")


# --- whose is it ----------------------------------------------------------------------------------


def fitting(path, system):
    return next((match for pattern in PATTERNS[system]["paths"] if (match := re.fullmatch(pattern, path))), None)


def owner(entry, labels):
    """Return the Handed of a file, or None if it is nobody's."""
    for system in PATTERNS:
        if match := fitting(entry.path, system):
            groups = match.groupdict()
            name, number = groups.get("name") or "", groups.get("id") or ""
            student = groups.get("student") or "_".join(text for text in (name, number) if text)
            late = (groups.get("late") is not None) if "late" in groups else None
            return Handed(as_key(student), name, number, system, late, groups["file"], entry)
    stem = re.sub(r"\.(ipynb|ipynb\.txt|zip|tar|tar\.gz|tgz)$", "", entry.path, flags=re.IGNORECASE)
    if isinstance(entry, Problem):
        return Handed(as_key(stem), "", "", "folders", None, entry.path, entry)
    if which(entry.path, labels):  # a notebook beside the folders: "ann_04_gradient.ipynb"
        rest = stem
        for name in labels:
            rest = re.sub(spelled(name), "", rest, flags=re.IGNORECASE)
        rest = re.sub(r"(?i)copy of|[-_ ]copy\d*$|\(\d+\)", "", rest).strip(" _-.")
        return Handed(as_key(rest or "unnamed"), "", "", "single files", None, entry.path, entry)
    return None


def as_key(text):
    """Return a name that is safe as a file's name on every system."""
    text = re.sub(r"[^\w .@,'()+-]", "_", unicodedata.normalize("NFC", text)).strip(" .")[:100]
    return text or "unnamed"


# --- which notebook is it -------------------------------------------------------------------------


def spelled(name):
    """Return a pattern for a notebook's name, however its words are joined."""
    return r"[ _-]*".join(map(re.escape, name.split("_")))


def which(path, labels):
    """Return which notebook a file is by its name: whatever stands around that name, in any case."""
    file = PurePosixPath(path).name
    if not re.search(r"\.ipynb(\.txt|\.json)?$", file, flags=re.IGNORECASE):
        return None
    return next((name for name in labels if re.search(spelled(name), file, flags=re.IGNORECASE)), None)


def by_content(content, labels):
    """Return which notebook a file is by the labels of its exercises."""
    for name, own in labels.items():
        if any(f'"{label}"'.encode() in content for label in own):
            return name
    return None


def of_student(files, labels):
    """Return the Submission of a student's files."""
    first = files[0]
    one = Submission(first.student, first.name)
    if first.number:
        one.ids[first.system.lower()] = first.number
    handed_in = None
    versions: dict[str, list] = defaultdict(list)
    unused = []
    for handed in files:
        entry, details = handed.entry, PATTERNS.get(handed.system, {}).get("details")
        if isinstance(entry, Problem):
            one.notes.append(f"{handed.file}: {entry.why}")
        elif details and PurePosixPath(handed.file).name == details:
            handed_in = read_details(entry, one)
        elif not re.search(r"\.ipynb(\.txt|\.json)?$", handed.file, flags=re.IGNORECASE):
            unused.append(PurePosixPath(handed.file).name)
        else:
            try:
                content = entry.read()
            except ValueError as error:
                one.notes.append(f"{handed.file} can't be read: {error}")
                continue
            name = which(handed.file, labels) or by_content(content, labels)
            if name:
                versions[name].append((newness(handed), handed, content))
            else:
                one.notes.append(f"{handed.file}: not graded, it is none of {', '.join(labels)}")
    for name, found in sorted(versions.items()):
        one.notebooks[name] = newest(name, found, one.notes, handed_in)
    if unused and not one.notebooks:
        names = ", ".join(unused[:SHOWN]) + (f" and {len(unused) - SHOWN} more" if len(unused) > SHOWN else "")
        one.notes.append(f"no notebook was found; found {names}")
    elif unused:
        one.notes.append("not used: " + ", ".join(unused[:SHOWN]) + (", ..." if len(unused) > SHOWN else ""))
    return one


def newness(handed):
    """Return what orders versions: the archive's time, the number that systems and browsers add, how high it lies."""
    stem = re.sub(r"\.ipynb.*$", "", PurePosixPath(handed.file).name, flags=re.IGNORECASE)
    number = re.search(r"(?:-|\()(\d+)\)?$", stem)
    time = handed.entry.time
    return (time or datetime.min.replace(tzinfo=UTC), int(number[1]) if number else 0, -handed.file.count("/"))


def newest(name, versions, notes, handed_in):
    """Return the newest version of a notebook, and tell of the others."""
    versions = sorted(versions, key=lambda version: version[0], reverse=True)
    (_, handed, content), others = versions[0], versions[1:]
    others = [other for other in others if other[2] != content]
    if others:
        told = ", ".join(other.file for _, other, _ in others)
        notes.append(f"{name}: {len(others) + 1} versions; {handed.file} is graded as the newest, not {told}")
    elif not re.fullmatch(rf"(.*/)?{re.escape(name)}\.ipynb", handed.file):
        notes.append(f"{name}: taken from {PurePosixPath(handed.file).name}")
    time = handed_in or (handed.entry.time if PATTERNS.get(handed.system, {}).get("times") else None)
    return Found(name, content, handed.entry.path, time, handed.late)


def read_details(entry, one):
    """Enter the name and email of Gradescope's details into the submission; return the time of handing in."""
    try:
        details = yaml.safe_load(entry.read())
        people = details.get(":submitters", details.get("submitters"))
        person = {str(key).lstrip(":"): value for key, value in people[0].items()}
        one.name, one.ids["email"] = str(person.get("name", "")), str(person.get("email", ""))
        time = details.get(":created_at", details.get("created_at"))
        time = datetime.fromisoformat(str(time))
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, yaml.YAMLError) as error:
        one.notes.append(f"{entry.path} couldn't be understood ({type(error).__name__})")
        return None
