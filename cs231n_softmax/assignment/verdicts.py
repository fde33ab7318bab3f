"""The examiner's reports in the course's terms: names, conventions, and what its templates leave to be written."""

import re
from typing import Any

from ..check.report import Mistake, Report
from .lines import quoted

FORMAL = {"exception", "wrong-shape", "transposed", "rows-not-of-X"}  # what the other orientation leads to


def formal(report: Report) -> bool:
    """True where a function couldn't be judged by its numbers, because of an error or of the form of its result."""
    return bool(FORMAL & {mistake.code for mistake in report.mistakes})


def older_convention(mistake: Mistake) -> Mistake:
    """Return the remark on a penalty with a factor 1/2, which is right."""
    return mistake._replace(
        title="Your regularization is 0.5 * reg * sum(W**2), as in the course's older handouts.",
        explanation="Loss and gradient agree, so this is right. Newer handouts have reg * sum(W**2). There, half of "
        "your value of reg has the same effect.",
        evidence="",
        hint="",
    )


def gradient_not_written(mistakes: list[Mistake], name: str, whole: bool = True) -> list[Mistake]:
    """Return the mistakes of a loss whose gradient keeps its zeros: that part isn't written yet, and isn't wrong.

    whole: its penalty isn't written either. The course's template for the SVM comes with the loss, in some years with
    a factor 1/2, which needs its gradient to be judged.
    """
    if not whole:
        title = f"{name}: the data part of the gradient isn't written yet. At reg = 0 the gradient keeps its zeros."
        told = Mistake("not-written", title, "Compute this part from W, X and y, and add it to dW.", "", "")
        return [told if m.code == "data-gradient-missing" else m for m in mistakes]
    mistakes = [_of_the_loss(m) if m.code == "reg-missing" else m for m in mistakes]
    missing = [m for m in mistakes if "gradient" in m.code]
    if not missing or any(m.code == "not-written" for m in mistakes):
        return mistakes
    others = [m for m in mistakes if m not in missing and m.code != "reg-loss-half"]
    title = f"{name}: the gradient isn't written yet. It keeps its zeros."
    return [*others, Mistake("not-written", title, "Compute it from W, X, y and reg, and return it.", "", "")]


def _of_the_loss(mistake: Mistake) -> Mistake:
    """Return the mistake of a missing penalty without what it says of the gradient."""
    return mistake._replace(
        code="reg-loss-missing",
        title="The regularization part of the loss is missing.",
        evidence=mistake.evidence.split("\n")[0],
        hint=mistake.hint.partition(" In the gradient")[0],
    )


def update_not_written(name: str) -> Mistake:
    """Return the Mistake for a train that draws batches and gets their gradients, and leaves W as it is."""
    title = f"{name}: the update isn't written yet. W stays as it is."
    return Mistake("not-written", title, "A step changes W: `self.W -= learning_rate * grad`.", "", "")


def of_the_model(mistake: Mistake) -> Mistake:
    """Return a mistake of predict, in which W is no argument: a change of W is one of self.W."""
    if mistake.code != "changes-arguments" or "W" not in mistake.title:
        return mistake
    return mistake._replace(
        title=mistake.title.replace("W", "self.W"),
        explanation="The model keeps what it has learned in self.W. predict may read it, and has to leave it as it is.",
        hint=mistake.hint.replace("W", "self.W"),
    )


def of_turned_arrays(mistakes: list[Mistake]) -> list[Mistake]:
    """Return the mistakes of a function with one example in each column: the first that shows an entry explains it."""
    for k, mistake in enumerate(mistakes):
        entry = re.search(r"dW\[(\d+), (\d+)\]", mistake.evidence)
        if entry:
            row, column = entry.groups()
            told = (
                "\nYour X has one example in each column. Here all arrays are turned: "
                f"dW[{row}, {column}] is your dW[{column}, {row}]."
            )
            return [*mistakes[:k], mistake._replace(evidence=mistake.evidence + told), *mistakes[k + 1 :]]
    return mistakes


def named(report: Report, name: str) -> Report:
    """Return a report under the name by which the course calls the function."""
    report.name = name
    return report


def as_json(report: Report, function: Any) -> dict[str, Any]:
    """Return what a report says; each mistake with the learner's lines that it speaks of."""
    return {
        "ok": report.ok,
        "steps": [{"what": what, "result": result} for what, result in report.steps],
        "mistakes": [m._asdict() | {"lines": quoted(function, m)} for m in report.mistakes],
        "remarks": [m._asdict() for m in report.remarks],
    }
