"""Turn explanations of parts into Mistakes: one for each variant, also when it shows in several parts."""

from ..exercises.cross_entropy import LOGS
from ..factors import FACTORS, REG_FACTORS, Words
from ..report import Mistake
from .parts import DATA_GRADIENT, DATA_LOSS, PARTS, REG_GRADIENT, REG_LOSS

# fmt: off
NAMES = {
    DATA_LOSS: "the data part of the loss",
    REG_LOSS: "the regularization part of the loss",
    DATA_GRADIENT: "the data part of the gradient",
    REG_GRADIENT: "the regularization part of the gradient",
}
# the part in a mistake's code: reg-half, not reg-loss-and-reg-gradient-half
SHORTER = {(DATA_LOSS, DATA_GRADIENT): "data", (REG_LOSS, REG_GRADIENT): "reg", (DATA_LOSS, REG_LOSS): "loss",
           (DATA_GRADIENT, REG_GRADIENT): "gradient", tuple(PARTS): "everything"}
TERMS = {REG_LOSS: "In the loss, look at the term with reg: `{penalty}`.",
                   REG_GRADIENT: "In the gradient, look at the term with reg: `{slope}`."}
CONVENTIONS = {  # the values of {penalty} and {slope} in texts on regularization
    "full": {"penalty": "reg * np.sum(W**2)", "slope": "2 * reg * W"},
    "half": {"penalty": "0.5 * reg * np.sum(W**2)", "slope": "reg * W"},
}
# fmt: on


def mistakes(explained, evidence, convention, unexplained=()):
    """Return the Mistakes for {part: Explanation}; evidence: a function from a part to the numbers that show it.

    unexplained: the parts that are wrong, and it isn't known why.
    """
    found = _factors(explained, evidence, convention)
    for kind, code in dict.fromkeys((part.kind, code) for part, e in explained.items() for code in e.codes):
        parts = tuple(part for part, e in explained.items() if part.kind == kind and code in e.codes)
        seen = "\n".join(map(evidence, parts))
        variant = next(v for v in explained[parts[0]].variants if v.code == code)
        if code == "missing":
            hidden = any(part.which == other.which for part in parts for other in unexplained)
            found.append(_without_effect(parts, seen) if hidden and kind == "reg" else _missing(kind, parts, seen))
        elif code == "without-reg":
            found.append(_without_reg(explained[parts[0]].factor.constant, parts, seen))
        elif kind == "data":
            found.append(Mistake(code, variant.title, variant.why, seen, variant.hint))
        else:
            names = "the regularization, in loss and gradient," if len(parts) == 2 else NAMES[parts[0]]
            title = f"{capital(names)} {variant.title}."
            found.append(Mistake(_code(parts, code), title, variant.why, seen, variant.hint))
    found = [Mistake(*(filled(text, convention) for text in mistake)) for mistake in found]
    return sorted(found, key=lambda mistake: mistake.code.startswith("reg"))


def filled(text, convention):
    """Return a text on regularization with the convention's formulas in it."""
    for name, formula in CONVENTIONS[convention].items():
        text = text.replace(f"{{{name}}}", formula)
    return text


def _code(parts, slug):
    return f"{SHORTER.get(parts, '-and-'.join(map(str, parts)))}-{slug}"


def _missing(kind, parts, seen):
    verb = "is" if len(parts) == 1 else "are"
    if kind == "data":
        names = " and ".join(part.of for part in parts)
        return Mistake(
            _code(parts, "missing"),
            f"At reg = 0 the {names} {verb} zero, whatever X and y are.",
            "At reg = 0 there is no penalty, and only the data part is left. It isn't zero.",
            seen,
            f"Print the terms that are added to the {names}. Does a later line give it a new value, with `=` in place "
            "of `+=`?",
        )
    return Mistake(
        _code(parts, "missing"),
        f"{capital(join(NAMES[part] for part in parts))} {verb} missing.",
        "A change of reg has no effect there.",
        seen,
        " ".join(TERMS[part] for part in parts),
    )


def _without_effect(parts, seen):
    """Return the Mistake for a penalty that is missing, or is hidden in a data part that nothing explains."""
    return Mistake(
        _code(parts, "missing"),
        f"A change of reg has no effect on the {' and the '.join(part.of for part in parts)}.",
        "Perhaps the penalty is missing, or it has a number of its own in place of reg.",
        seen,
        " ".join(TERMS[part] for part in parts),
    )


def _without_reg(constant, parts, seen):
    strength = "" if constant == 1 else f" Its strength is always {constant:.4g}."
    verb = "isn't" if len(parts) == 1 else "aren't"
    return Mistake(
        _code(parts, "without-reg"),
        f"{capital(join(NAMES[part] for part in parts))} {verb} multiplied by reg.",
        f"The regularization is the same for every reg, even for 0.{strength}",
        seen,
        " ".join(TERMS[part] for part in parts),
    )


def _factors(explained, evidence, convention):
    factors = {}
    for part, e in explained.items():
        if "without-reg" not in e.codes:
            for slug in e.factor.slugs:
                words = "" if slug in FACTORS else e.factor.words
                factors.setdefault((slug, words), []).append(part)
    return [
        _factor(slug, words, tuple(parts), "\n".join(map(evidence, parts)), convention)
        for (slug, words), parts in factors.items()
    ]


def _factor(slug, words, parts, seen, convention):
    if (slug, parts, convention) == ("half", (REG_LOSS, REG_GRADIENT), "full"):
        return _convention(seen)
    if slug in ("log10", "log2") and parts == (DATA_LOSS,):
        log = next(variant for variant in LOGS if variant.code == slug)
        return Mistake(log.code, log.title, log.why, seen, log.hint)
    said = (REG_FACTORS if all(part.kind == "reg" for part in parts) else FACTORS).get(slug)
    if slug == "fixed-divisor":
        number = words.split()[-1]
        said = Words(
            f"divided by {number}, whatever the number of examples is",
            f"{number} may be the size of one data set. But a batch can have any size.",
            "Which number is the sum divided by? It should be N, the number of examples: len(X).",
        )
    elif said is None:
        said = Words(
            f"{words or slug} times what {{it}} should be",
            "",
            "Look for a factor that is too many or missing.",
        )
    verb, it = ("is", "it") if len(parts) == 1 else ("are", "they")
    return Mistake(
        _code(parts, slug),
        f"{capital(join(NAMES[part] for part in parts))} {verb} {said.phrase.format(it=it)}.",
        said.explanation,
        seen,
        said.hint,
    )


def _convention(seen):
    return Mistake(
        "half-convention",
        "Your regularization is 0.5 * reg * sum(W**2). That is a usual convention, but not the convention of this "
        "course.",
        "Your loss and your gradient agree. Many courses use this convention, and so did cs231n in some years, "
        "because the 1/2 cancels the 2 of the derivative. Here the penalty is reg * sum(W**2), without 1/2. Then one "
        "value of reg means the same for everybody.",
        seen,
        " ".join(TERMS.values()),
    )


def join(names):
    """Return "a", "a and b", "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def capital(text):
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]
