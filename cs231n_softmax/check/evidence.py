"""Compare a result with the right one, and put the difference into words. Numbers have four digits in texts."""

import numpy as np

from .report import Mistake

FEW = 3  # so few numbers may be whole by chance
WHOLE = "An array of integers loses what stands after the point: so does astype(int), //, or a round."
RTOL = 1e-5  # a function that computes in float32 is as right as one in float64


def number(value):
    """Return a number as text, rounded to four significant digits; 0 where it is zero up to rounding."""
    value = float(value)
    return "0" if abs(value) < 1e-12 else f"{value:.4g}"


def same(got, right, rtol=RTOL):
    """True when both have one shape and equal numbers, up to rounding; NaN equals NaN."""
    got, right = np.asarray(got), np.asarray(right)
    if got.shape != right.shape:
        return False
    return not _wrong(got, right, rtol).any()


def place(index, axes):
    """Return the words for an index: "row 1, column 0" for (1, 0) and the axes ("row", "column")."""
    if len(axes) != len(index):
        return f"entry {', '.join(str(int(i)) for i in index)}"
    return ", ".join(f"{axis} {int(i)}" for axis, i in zip(axes, index, strict=True))


def first_difference(got, right, axes=()):
    """Return the place where `got` first differs from `right`, and both numbers, as text; the shapes if they differ."""
    got, right = np.asarray(got), np.asarray(right)
    if got.shape != right.shape:
        return f"expected shape {right.shape}, got {got.shape}"
    index = tuple(np.argwhere(_wrong(got, right))[0])
    where = f"{place(index, axes)}: " if index else ""
    return f"{where}expected {number(right[index])}, got {number(got[index])}"


def localise(cases, axes=()):
    """Return a Mistake that describes how results differ from the right ones, where no variant explains it.

    `cases` are (text, got, right) of the problems that went wrong. The simplest description is looked for: shape, NaN,
    one factor for all, one difference for all, whole rows, entries.
    """
    text, got, right = cases[0][0], *map(np.asarray, cases[0][1:])
    evidence = f"{text}: {first_difference(got, right, axes)}."
    if np.shape(got) != np.shape(right):
        return Mistake(
            "wrong-shape",
            f"The result has shape {np.shape(got)} instead of {np.shape(right)}.",
            "",
            evidence,
            "Print the shape after each step, and find the first one that you don't expect.",
        )
    code, title, explanation = _pattern(got, right, axes)
    if code == "factor":
        factors = [_constant(a, b, np.divide) if np.shape(a) == np.shape(b) else None for _, a, b in cases]
        if any(factor is None or not np.isclose(factor, factors[0], rtol=1e-4) for factor in factors):
            listed = ", ".join("none" if factor is None else number(factor) for factor in factors)
            title, explanation = f"{title[:-1]}, in this problem.", f"The factors in the problems tried: {listed}."
    return Mistake(
        code,
        title,
        explanation,
        evidence,
        "Find the first line that gives NaN or inf, and print the numbers that go into it."
        if code == "not-finite"
        else "Compute this number by hand from the formula. Print each step of your function, and compare.",
    )


def _pattern(got, right, axes):
    wrong = _wrong(got, right)
    if not np.isfinite(got[wrong]).all():
        bad = tuple(np.argwhere(wrong & ~np.isfinite(got))[0])
        where = f" ({place(bad, axes)})" if bad else ""
        return (
            "not-finite",
            f"There is {number(got[bad])} in the result{where}.",
            "NaN and inf come from overflow, from the logarithm of 0 or of a negative number, or from 0 / 0.",
        )
    if got.size > FEW and np.all(got == np.trunc(got)) and np.any(got) and (abs(got - right) < 1).all():
        return "whole-numbers", "All numbers are rounded or cut down to whole numbers.", WHOLE
    factor = _constant(got, right, np.divide)
    if factor is not None and got.size > 1:
        return (
            "factor",
            f"Every number is {number(factor)} times what it should be.",
            "The formula is right except for one constant factor.",
        )
    offset = _constant(got, right, np.subtract)
    if offset is not None and got.size > 1:
        return "offset", f"Every number is {number(abs(offset))} too {'large' if offset > 0 else 'small'}.", ""
    return "wrong-values", _which(wrong, axes), _by_row(got, right, axes)


def bounds(right, rtol=RTOL):
    """Return how far a number may be from each of `right`: its own rounding, or that of the largest number."""
    right = np.where(np.isfinite(right), np.abs(right), 0.0)
    return rtol * right + 1e-2 * rtol * min(right.max(initial=0) or 1, 1)


def _wrong(got, right, rtol=RTOL):
    """Return where two arrays differ by more than rounding."""
    with np.errstate(invalid="ignore"):
        return ~((np.abs(got - right) <= bounds(right, rtol)) | (got == right) | (np.isnan(got) & np.isnan(right)))


def _constant(got, right, operation):
    """Return operation(got, right) where it is the same number everywhere, else None."""
    if np.size(got) == 0:
        return None
    if operation is np.divide:
        if not np.array_equal(got == 0, right == 0) or not np.any(right):
            return None
        got, right = got[right != 0], right[right != 0]
    with np.errstate(all="ignore"):
        values = operation(got, right)
    return values.flat[0] if np.allclose(values, values.flat[0], rtol=1e-5, atol=1e-9) else None


def _which(wrong, axes):
    """Return a sentence: which rows, which columns or how many entries are wrong."""
    if wrong.size == 1:
        return "The number is wrong."
    if wrong.all():
        return "All numbers are wrong."
    for axis in range(wrong.ndim if len(axes) == wrong.ndim > 1 else 0):
        others = tuple(k for k in range(wrong.ndim) if k != axis)
        lines = wrong.any(axis=others)
        if not lines.all():
            return _lines(axes[axis], np.flatnonzero(lines), np.flatnonzero(~lines))
    return f"{wrong.sum():,} of {wrong.size:,} numbers {'is' if wrong.sum() == 1 else 'are'} wrong."


def _lines(axis, wrong, right):
    """Return which rows (or columns) are wrong: a list of the wrong or of the right ones, whichever is shorter."""
    count = len(wrong) + len(right)
    if len(right) < len(wrong) and len(right) <= 6:
        return f"All {axis}s are wrong, except {axis}{'s' * (len(right) > 1)} {listing(right)}."
    if len(wrong) > 6:
        return f"{len(wrong):,} of {count:,} {axis}s are wrong."
    return f"Only {axis}{'s' * (len(wrong) > 1)} {listing(wrong)} of {count} {'are' if len(wrong) > 1 else 'is'} wrong."


def listing(numbers, most=6):
    """Return numbers as text: "0, 3 and 4", or the first few and "..."."""
    words = [str(int(n)) for n in numbers]
    if len(words) > most:
        return ", ".join(words[:most]) + ", ..."
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _by_row(got, right, axes):
    """Return a sentence where each row, or each column, is multiplied by its own factor; else ""."""
    if got.ndim != 2 or len(axes) != 2 or min(got.shape) < 2:
        return ""
    for name, pairs in [(axes[0], zip(got, right, strict=True)), (axes[1], zip(got.T, right.T, strict=True))]:
        factors = [_constant(a, b, np.divide) for a, b in pairs]
        if None not in factors and len(factors) <= 6:
            return f"Each {name} is multiplied by a factor of its own: {', '.join(map(number, factors))}."
    return ""
