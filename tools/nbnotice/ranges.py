"""Numbers in the outputs that nbval doesn't compare: each stays in the range that was recorded for it.

A cell's numbers are those of its printed text and of its text/plain, in their order. Recorded is the lowest and the
highest value of each. A range is wider than that, because machines round differently, and a number that differs between
two sets of data differs on a third one, too.
"""

import re

from .record import ANY

NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?")
WIDGET = "application/vnd.jupyter.widget-view+json"  # its text/plain says how it looks, in numbers
MARGIN, BEYOND = 0.05, 0.5  # how much wider on each side: of the larger end, and of the range itself


def numbers(outputs):
    """Return the numbers in a cell's outputs."""
    texts = [output.get("text", "") for output in outputs if output.get("name") == "stdout"]
    data = [output.get("data", {}) for output in outputs]
    texts += [shown.get("text/plain", "") for shown in data if WIDGET not in shown]
    found = (number for text in texts for number in NUMBER.findall(text))
    plain = (number.replace(",", "").replace("−", "-") for number in found)
    return [float(number) if set(number) & set(".e") else int(number) for number in plain]


def widened(ranges, found):
    """Return ranges that hold these numbers, too; ANY where their count isn't always the same."""
    if ranges == ANY or (ranges is not None and len(ranges) != len(found)):
        return ANY
    ranges = ranges or [[x, x] for x in found]
    return [[min(low, x), max(high, x)] for (low, high), x in zip(ranges, found, strict=True)]


def problem(ranges, found):
    """Return a sentence for the first number that is outside its range; None where all are inside."""
    if ranges == ANY or (ranges is None and not found):
        return None
    if ranges is None:
        return f"{len(found)} numbers, and no ranges are recorded for this cell."
    if len(ranges) != len(found):
        return f"expected {len(ranges)} numbers, got {len(found)}."
    for place, ((low, high), x) in enumerate(zip(ranges, found, strict=True), 1):
        margin = MARGIN * max(abs(low), abs(high)) + BEYOND * (high - low)
        if not low - margin <= x <= high + margin:
            return f"number {place} of {len(found)} is {x:g}: expected {low:g} to {high:g}."
    return None
