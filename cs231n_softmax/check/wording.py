"""Turn explanations of parts into mistakes that a learner can read: one mistake for one idea, wherever it shows."""

from .factors import FACTORS, REG_FACTORS, Words
from .parts import Explanation
from .report import Mistake

PARTS = ("data-loss", "reg-loss", "data-gradient", "reg-gradient")
NAMES = {
    "data-loss": "the data part of the loss",
    "reg-loss": "the regularization part of the loss",
    "data-gradient": "the data part of the gradient",
    "reg-gradient": "the regularization part of the gradient",
}
# where a mistake shows, in its code: reg-half rather than reg-loss-and-reg-gradient-half
SHORTER = {("data-loss", "data-gradient"): "data", ("reg-loss", "reg-gradient"): "reg",
           ("data-loss", "reg-loss"): "loss", ("data-gradient", "reg-gradient"): "gradient", PARTS: "everything"}
TERMS = {"reg-loss": "`reg * np.sum(W**2)` belongs to the loss.",
         "reg-gradient": "`2 * reg * W` belongs to the gradient."}


HALF = {"2 * reg * W": "reg * W", "reg * np.sum(": "0.5 * reg * np.sum(", "reg * sum(": "0.5 * reg * sum(",
        "the derivative of w**2 is 2 w": "its derivative is reg * W"}


def mistakes(explained, evidence):
    """Return the Mistakes for {part: Explanation}; evidence: a function from a part to the numbers that show it."""
    found = _factors(explained, evidence)
    for kind, slug in dict.fromkeys((part.split("-")[0], i.slug) for part, e in explained.items() for i in e.ideas):
        parts = tuple(part for part, e in explained.items()
                      if part.startswith(kind) and slug in [idea.slug for idea in e.ideas])
        idea = next(idea for idea in explained[parts[0]].ideas if idea.slug == slug)
        seen = "\n".join(evidence(part) for part in parts)
        if slug == "missing":
            found.append(_missing(kind, parts, seen))
        elif slug == "without-reg":
            found.append(_without_reg(explained[parts[0]].factor.constant, parts, seen))
        elif kind == "data":
            found.append(Mistake(slug, idea.title, idea.explanation, seen, idea.hint))
        else:
            names = "the regularization, in loss and gradient," if len(parts) == 2 else NAMES[parts[0]]
            title = f"{capital(names)} {idea.title}."
            found.append(Mistake(_code(parts, slug), title, idea.explanation, seen, idea.hint))
    return sorted(found, key=lambda mistake: mistake.code.startswith("reg"))


def _code(parts, slug):
    return f"{SHORTER.get(tuple(parts), '-and-'.join(parts))}-{slug}"


def _missing(kind, parts, seen):
    verb = "is" if len(parts) == 1 else "are"
    if kind == "data":
        names = " and ".join(part.split("-")[1] for part in parts)
        return Mistake(_code(parts, "missing"), f"At reg = 0 the {names} {verb} zero: the data don't enter.",
                       "Whatever X and y are, it is 0.", seen,
                       "Look for a line that is never reached, or an `=` that replaces what was computed.")
    return Mistake(_code(parts, "missing"), f"{capital(join(NAMES[part] for part in parts))} {verb} missing.",
                   "reg changes nothing in it.", seen, " ".join(TERMS[part] for part in parts))


def _without_reg(constant, parts, seen):
    strength = "" if constant == 1 else f" Its strength is always {constant:.4g}."
    verb = "isn't" if len(parts) == 1 else "aren't"
    return Mistake(_code(parts, "without-reg"),
                   f"{capital(join(NAMES[part] for part in parts))} {verb} multiplied by reg.",
                   f"It is the same for every reg, even for 0.{strength}", seen,
                   " ".join(TERMS[part] for part in parts))


def _factors(explained, evidence):
    factors, found = {}, []
    for part, e in explained.items():
        if "without-reg" not in [idea.slug for idea in e.ideas]:
            for slug in e.factor.slugs:
                words = "" if slug in FACTORS else e.factor.words
                factors.setdefault((slug, words), []).append(part)
    for (slug, words), parts in factors.items():
        seen = "\n".join(evidence(part) for part in parts)
        found.append(_factor(slug, words, tuple(parts), seen))
    return found


def _factor(slug, words, parts, seen):
    if (slug, parts) == ("half", ("reg-loss", "reg-gradient")):
        return _convention(seen)
    if slug in ("log10", "log2") and parts == ("data-loss",):
        return Mistake(f"loss-{slug}", f"The logarithm is {slug}; the natural one is meant.",
                       "The gradient p - 1 belongs to the natural logarithm, whose slope at 1 is 1.", seen, "`np.log`.")
    said = (REG_FACTORS if all(part.startswith("reg") for part in parts) else FACTORS).get(slug)
    if slug == "fixed-divisor":
        number = words.split()[-1]
        said = Words(f"divided by {number}, whatever the number of examples is",
                     f"{number} may be the size of one data set; a batch can have any size.", "Divide by N = len(X).")
    elif said is None:
        said = Words(f"{words or slug} times what it should be", "", "Look for a factor too many, or one left out.")
    verb, phrase = "is", said.phrase
    if len(parts) > 1:
        verb, phrase = "are", phrase.replace("it should", "they should")
    return Mistake(_code(parts, slug), f"{capital(join(NAMES[part] for part in parts))} {verb} {phrase}.",
                   said.explanation, seen, said.hint)


def _convention(seen):
    return Mistake(
        "half-convention", "Your regularization is 0.5 * reg * sum(W**2): another convention than this suite's.",
        "What it adds to your loss and to your gradient agrees, and many courses (cs231n too, in some years) write it "
        "so; the 1/2 cancels the 2 of the derivative. Here the penalty is reg * sum(W**2), without 1/2, so that "
        "everybody means the same by one value of reg.", seen, " ".join(TERMS.values()))


def in_half_convention(mistake):
    """Return a Mistake in the words of the convention 0.5 * reg * sum(W**2), with the gradient reg * W."""
    if mistake.code == "half-convention":
        title = "The regularization, in loss and gradient, is half of what it should be."
        mistake = mistake._replace(code="reg-half", title=title, explanation="")
    for ours, theirs in HALF.items():
        mistake = Mistake(*(text.replace(ours, theirs) for text in mistake))
    return mistake


def join(names):
    """Return "a", "a and b", "a, b and c"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def capital(text):
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def is_right(explanation):
    """True for the explanation that nothing is wrong."""
    return explanation == Explanation(())
