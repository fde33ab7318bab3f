"""Where no known mistake fits: a result as a sum of terms of the formula, each times a number that is looked for.

A velocity of 0.8 * v - 0.4 * dw + 0.02 * w has w in it, and one of 0.7 * v - 0.4 * dw has another factor before v. No
table of mistakes holds every such number. Least squares finds it: with more entries than terms, a sum that gives all
of them is no chance.
"""

import numpy as np

from .evidence import number, same
from .report import Mistake

SPARE = 4  # so many more entries than terms are needed
ZERO = 1e-6


def mixture(name: str, text: str, got, right, terms: dict, hint: str) -> Mistake | None:
    """Return a Mistake that says which terms of `name` are wrong; None where `got` is no sum of the terms.

    terms is {code: array} of the arrays that may be in the sum. `right` is such a sum too. text is the problem.
    """
    if np.shape(got) != np.shape(right):
        return None
    terms = {code: np.asarray(term, float) for code, term in terms.items() if np.any(term)}
    mine, wanted = _factors(got, terms), _factors(right, terms)
    if mine is None or wanted is None:
        return None
    added = [code for code in terms if mine[code] and not wanted[code]]
    missing = [code for code in terms if wanted[code] and not mine[code]]
    other = [code for code in terms if mine[code] and wanted[code] and not same(mine[code], wanted[code])]
    told = [(added, "has {} in it"), (missing, "doesn't contain {}"), (other, "has another number before {}")]
    parts = [words.format(_listed(codes)) for codes, words in told if codes]
    if not parts:
        return None
    code = "term-added" if added else "term-missing" if missing else "term-factor"
    return Mistake(
        code,
        f"{name} {', and '.join(parts)}.",
        "",
        f"{text}: expected {_sum(wanted)}, got {_sum(mine)}.",
        hint,
    )


def _factors(result, terms):
    """Return {code: factor} with which the terms add up to `result`; None where they don't, or not in one way."""
    columns = np.array([term.ravel() for term in terms.values()]).T
    values = np.ravel(result)
    if columns.size == 0 or len(columns) < columns.shape[1] + SPARE or not np.isfinite(values).all():
        return None
    scale = np.linalg.norm(columns, axis=0)
    factors, _, rank, _ = np.linalg.lstsq(columns / scale, values)
    if rank < len(scale) or not same(columns @ (factors / scale), values):
        return None
    factors[np.abs(factors) < ZERO * np.abs(factors).max(initial=0)] = 0
    return dict(zip(terms, factors / scale, strict=True))


def _listed(codes):
    return " and ".join(f"`{code}`" for code in codes)


def _sum(factors):
    """Return a sum of terms as text, such as 0.8 * v - 0.4 * dw."""
    text = ""
    for code, factor in factors.items():
        if factor:
            sign = "-" if factor < 0 else "+"
            size = "" if same(abs(factor), 1) else f"{number(abs(factor))} * "
            text += f" {sign} {size}{code}" if text else f"{sign.strip('+')}{size}{code}"
    return text or "0"
