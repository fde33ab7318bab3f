"""What is kept of each student: results/<student>.json, written whole, so that a killed run goes on where it was."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cs231n_softmax._files import atomic_write


@dataclass
class Result:
    """The result of one student. All tables are made from results, and from what the teacher gives by hand."""

    student: str  # the key of rows, files and folders
    name: str  # as the export gives it, or ""
    ids: dict[str, str]  # {"canvas": "12345", "email": ...}
    digest: str  # of what was handed in, of the release and of the settings
    points: dict[str, float]  # {"check_my_softmax": 5.0}
    notes: list[str] = field(default_factory=list)  # what happened
    handed_in: dict[str, str] = field(default_factory=dict)  # {notebook: ISO time, or "" where the export gives none}
    late: dict[str, bool] = field(default_factory=dict)  # {notebook: what the export says}
    answers: dict[str, str] = field(default_factory=dict)  # {"04_gradient: question 2": what the student wrote}
    functions: dict[str, str] = field(default_factory=dict)  # {"my_softmax": source}, to compare students


FORM = {  # a field: the type of its keys ("" for a list), and the type of what it holds
    "student": str,
    "name": str,
    "digest": str,
    "notes": [str],
    "ids": {str: str},
    "points": {str: float},
    "handed_in": {str: str},
    "late": {str: bool},
    "answers": {str: str},
    "functions": {str: str},
}


def digest(notebooks: Mapping[str, bytes], released: Mapping[str, object], settings: Mapping[str, object]) -> str:
    """Return a text that changes with any byte handed in, with the release, and with the settings.

    A student whose digest is the same as in results/ needn't be graded again.
    """
    found = hashlib.sha256()
    handed_in = {name: hashlib.sha256(content).hexdigest() for name, content in notebooks.items()}
    found.update(json.dumps([handed_in, released, settings], sort_keys=True, default=str).encode())
    return found.hexdigest()


def path_of(folder: Path, student: str) -> Path:
    """Return where a student's result is kept in the folder that the tables are in."""
    return folder / "results" / f"{student}.json"


def write_result(folder: Path, result: Result) -> None:
    """Write a student's result; whoever kills this process leaves the old file or the new one."""
    path = path_of(folder, result.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as f:
        json.dump(asdict(result), f, indent=1, allow_nan=False)  # as ASCII: a student's text can be no valid Unicode


def read_result(path: Path) -> Result:
    """Return the result that a file holds; ValueError, with the reason, for a damaged or foreign file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        wrong = [name for name in FORM if name not in content or not has_form(content[name], FORM[name])]
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{path.name} is damaged ({type(error).__name__}); its student is graded again.") from error
    if wrong or set(content) != set(FORM):
        what = ", ".join(wrong) or "other fields than expected"
        raise ValueError(f"{path.name} isn't a result of this version ({what}); its student is graded again.")
    if content["student"] != path.stem:
        raise ValueError(f"{path.name} holds the result of {content['student']!r}; its student is graded again.")
    return Result(**content)


def has_form(value: object, form: object) -> bool:
    """True for a value of the type `form`, for a list of it ([str]) or a dictionary of it ({str: float})."""
    if isinstance(form, list):
        return isinstance(value, list) and all(has_form(item, form[0]) for item in value)
    if isinstance(form, dict):
        ((key, content),) = form.items()
        return isinstance(value, dict) and all(has_form(k, key) and has_form(v, content) for k, v in value.items())
    if form is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return isinstance(value, form)


def read_results(folder: Path) -> tuple[dict[str, Result], list[str]]:
    """Return {student: result} of all readable files in folder/results, and a sentence for each file that isn't."""
    found, told = {}, []
    for path in sorted((folder / "results").glob("*.json")):
        try:
            result = read_result(path)
        except (ValueError, OSError) as error:
            told.append(str(error))
        else:
            found[result.student] = result
    return found, told
