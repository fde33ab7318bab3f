"""What Gradescope's submission_metadata.yml tells: who handed a submission in, alone or in a group, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the results of a class are many lines


@dataclass(frozen=True)
class Group:
    """Who handed a submission in, and when."""

    people: list[dict[str, str]] = field(default_factory=list)  # [{"name": ..., "sid": ..., "email": ...}]
    time: datetime | None = None


def read_people(content: bytes) -> dict[str, Group]:
    """Return {"998": Group} of the submissions in Gradescope's file; ValueError if it is another file."""
    try:
        table = yaml.load(content, Loader)
        return {str(folder).removeprefix("submission_"): _group(entry) for folder, entry in table.items()}
    except (ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise ValueError(f"not as Gradescope writes it ({type(error).__name__})") from error


def _group(entry: Mapping) -> Group:
    people = [
        {str(key).lstrip(":"): str(text or "") for key, text in person.items()} for person in entry[":submitters"]
    ]
    time = entry.get(":created_at")
    if isinstance(time, str):
        time = datetime.fromisoformat(time)
    if not isinstance(time, datetime):
        return Group(people)
    return Group(people, time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC))
