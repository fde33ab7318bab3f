"""Late days: what a late notebook loses, by the times that the export gives. Off unless the teacher gives a policy."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .results import Result

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
    """Return the policy that a text describes (see HELP); ValueError if it describes none."""
    try:
        parts = dict(part.split("=", 1) for part in text.split())
        deadline = datetime.fromisoformat(parts.pop("deadline")).astimezone()
        per_day, most = as_share(parts.pop("per_day")), as_share(parts.pop("most", "100%"))
        grace = as_time(parts.pop("grace", "0h"))
    except (KeyError, ValueError) as error:
        raise ValueError(f"late days: {HELP}, got {text!r}.") from error
    if parts:
        raise ValueError(f"late days: {HELP}, got {', '.join(parts)} as well.")
    return LatePolicy(deadline, per_day, grace, most)


def as_share(text: str) -> float:
    """Return 0.1 for "10%" and for "0.1"; ValueError outside of 0 to 1."""
    share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= share <= 1:
        raise ValueError(text)
    return share


def as_time(text: str) -> timedelta:
    """Return the time that "2d", "3h" or "30m" says."""
    amount, unit = re.fullmatch(r"([\d.]+)([dhm])", text).groups() if re.fullmatch(r"[\d.]+[dhm]", text) else ("", "")
    return timedelta(**{{"d": "days", "h": "hours", "m": "minutes"}.get(unit, "days"): float(amount)})


def taken_off(result: Result, earned: float, policy: LatePolicy | None) -> tuple[float, list[str]]:
    """Return the points (0 or below) that lateness adds to a student's `earned` points, and what the row tells of it.

    The notebook that was handed in last counts for all. Without a time nothing is taken off, and the row says so.
    """
    if policy is None:
        return 0.0, []
    times, notes = [], []
    for notebook, text in sorted(result.handed_in.items()):
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            said = ", and the export calls it late" if result.late.get(notebook) else ""
            notes.append(f"{notebook}: no time of handing in{said}; nothing was taken off")
            continue
        times.append(time if time.tzinfo else time.replace(tzinfo=UTC))
    share = policy.share(max(times)) if times else 0.0
    if share:
        late = (max(times) - policy.deadline) / timedelta(hours=1)
        notes.append(f"handed in {late:.1f} hours late: {share:.0%} taken off")
    return -share * earned, notes
