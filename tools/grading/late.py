"""Late days: what a late notebook loses, by the times that the export gives. Off unless the teacher gives a policy."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .results import Result
from .sheets import counted

HELP = "expected for example 'deadline=2026-10-12T23:59+02:00 per_day=10% grace=1h most=50%'"


@dataclass(frozen=True)
class LatePolicy:
    """Points that are taken off: a share for each day begun after the deadline.

    deadline: with a time zone; one without is this computer's. per_day: 0.1 takes off 10% of the points of the checks.
    grace: who is late by no more than this loses nothing; later, days count from the deadline. most: never more.
    """

    deadline: datetime
    per_day: float
    grace: timedelta = timedelta(0)
    most: float = 1.0

    def share(self, handed_in: datetime) -> float:
        """Return the share of the points that is taken off."""
        late = handed_in - self.deadline
        if late <= max(self.grace, timedelta(0)):
            return 0.0
        return min(self.most, self.per_day * math.ceil(late / timedelta(days=1)))


def read_policy(text: str) -> LatePolicy:
    """Return the policy that a text describes (see HELP); ValueError, with the part that is wrong, for another text."""
    read = {"deadline": as_deadline, "per_day": as_share, "most": as_share, "grace": as_time}
    values = {}
    for part in text.split():
        name, _, value = part.partition("=")
        try:
            values[name] = read[name](value)
        except (KeyError, ValueError) as error:
            raise ValueError(f"late days: {HELP}; {part!r} can't be read.") from error
    if missing := [f"{name}=..." for name in ("deadline", "per_day") if name not in values]:
        raise ValueError(f"late days: {HELP}; {' and '.join(missing)} is missing in {text!r}.")
    return LatePolicy(**values)


def as_deadline(text: str) -> datetime:
    """Return a time with its zone: this computer's, where the text names none; ValueError for a day without a time."""
    if ":" not in text:
        raise ValueError(text)
    return datetime.fromisoformat(text).astimezone()


def as_share(text: str) -> float:
    """Return 0.1 for "10%" and for "0.1"; ValueError outside of 0 to 1."""
    share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= share <= 1:
        raise ValueError(text)
    return share


def as_time(text: str) -> timedelta:
    """Return the time that "2d", "3h" or "30m" says; ValueError for another text."""
    if not (found := re.fullmatch(r"([\d.]+)([dhm])", text)):
        raise ValueError(text)
    return timedelta(**{{"d": "days", "h": "hours", "m": "minutes"}[found[2]]: float(found[1])})


def taken_off(result: Result, earned: float, policy: LatePolicy | None) -> tuple[float, list[str]]:
    """Return the points (0 or below) that lateness adds to a student's `earned` points, and what the row tells of it.

    The notebook that was handed in last counts for all. Where the export says that a notebook is late, and not when it
    was handed in, the row tells it, and nothing is taken off.
    """
    times = handed_in(result)
    late = [notebook for notebook, late in result.late.items() if late and not result.handed_in.get(notebook)]
    notes = [f"{notebook}: handed in late, as the export says" for notebook in sorted(late)]
    share = policy.share(max(times)) if policy and times else 0.0
    if policy and share:
        hours = (max(times) - policy.deadline) / timedelta(hours=1)
        notes.append(f"handed in {hours:.1f} hours late: {share:.0%} taken off")
    return -share * earned, notes


def handed_in(result: Result) -> list[datetime]:
    """Return the times that the export gives for a student's notebooks."""
    times = [datetime.fromisoformat(text) for text in result.handed_in.values() if text]
    return [time if time.tzinfo else time.replace(tzinfo=UTC) for time in times]


def without_times(results: Iterable[Result]) -> list[str]:
    """Return a sentence about the students from whom a policy could take nothing off, because no time is known."""
    unknown = [result for result in results if result.handed_in and not handed_in(result)]
    late = sum(any(result.late.values()) for result in unknown)
    if not unknown:
        return []
    return [
        f"late days: for {counted(len(unknown), 'student')} the export gives no time of handing in, so nothing was "
        f"taken off. It calls {late} of them late, and their rows say so."
    ]
