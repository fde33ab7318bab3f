"""Turn explanations of parts into mistakes that a learner can read: one mistake for one idea, wherever it shows."""

from .parts import Explanation
from .report import Mistake

PARTS = ("data-loss", "reg-loss", "data-gradient", "reg-gradient")
NAMES = {
    "data-loss": "the data part of the loss",
    "reg-loss": "the regularization part of the loss",
    "data-gradient": "the data part of the gradient",
    "reg-gradient": "the regularization part of the gradient",
}
SHORTER = {"data-loss data-gradient": "data", "reg-loss reg-gradient": "reg", "data-loss reg-loss": "loss",
           "data-gradient reg-gradient": "gradient", " ".join(PARTS): "everything"}

# What a factor means: (phrase, explanation, hint), for data parts and for regularization parts.
FACTORS = {
    "times-N": ("N times what it should be (N: the number of examples)",
                "The loss is a mean over the examples, and so is its gradient; this is a sum.",
                "Divide by N = len(X), once, after the loop over the examples."),
    "over-N": ("divided by N (the number of examples) once too often", "", "Divide the sum over the examples by N once."),
    "half": ("half of what it should be", "", "Look for a factor 0.5 too many, or a factor 2 left out."),
    "double": ("twice what it should be", "", "Look for a factor 2 too many, or for something that is added twice."),
    "quarter": ("a quarter of what it should be", "", "Look for a factor 0.5 that occurs twice."),
    "fourfold": ("four times what it should be", "", "Look for a factor 2 that occurs twice."),
    "negated": ("of the wrong sign", "", "Look for a minus sign too many or too few, or for `-=` in place of `+=`."),
    "times-C": ("C times what it should be (C: the number of classes)", "Something is added once for every class.",
                "Look at the indentation: does the line belong after the loop over the classes?"),
    "over-C": ("divided by C, the number of classes, which it shouldn't be", "The mean is over examples; classes are summed.",
               "np.mean over a two-dimensional array divides by N * C: sum over classes, then take the mean."),
    "N-over-C": ("divided by C, the number of classes, and not by N, the number of examples", "The mean is over the examples.",
                 "Divide by N = len(X)."),
    "N-over-D": ("divided by D, the number of features, and not by N, the number of examples", "The mean is over the examples.",
                 "Divide by N = len(X): X.shape[0], not X.shape[1] or W.shape[0]."),
    "over-255": ("divided by 255, which it shouldn't be", "", "X is ready to use: the pixels don't have to be scaled."),
    "N-over-N-minus-1": ("divided by N - 1, and not by N", "The mean of N numbers divides by N.", "Divide by N = len(X)."),
    "N-over-N-plus-1": ("divided by N + 1, and not by N", "The mean of N numbers divides by N.", "Divide by N = len(X)."),
    "over-DC": ("divided by the number of weights", "A sum over all weights is asked for, not their mean.", "np.sum, not np.mean."),
}
FACTORS["negated-half"] = (f"{FACTORS['half'][0]}, and of the wrong sign", *FACTORS["negated"][1:])
FACTORS["negated-double"] = (f"{FACTORS['double'][0]}, and of the wrong sign", *FACTORS["negated"][1:])
REG_FACTORS = {
    "times-N": ("N times what it should be (N: the number of examples)", "It is added once for every example.",
                "Add it once, after the loop over the examples and after the division by N."),
    "over-N": ("divided by N, the number of examples, which it shouldn't be", "The mean is over the examples' losses only.",
               "Divide by N first, then add the regularization."),
    "half": ("half of what it should be", "The penalty is reg * sum(W**2), and the derivative of w**2 is 2 w.",
             "`reg * np.sum(W**2)` in the loss, `2 * reg * W` in the gradient."),
    "double": ("twice what it should be", "The penalty is reg * sum(W**2), and the derivative of w**2 is 2 w.",
               "`reg * np.sum(W**2)` in the loss, `2 * reg * W` in the gradient. Is it added twice?"),
}


def mistakes(explained, evidence):
    """Return the Mistakes for {part: Explanation}; evidence: a function from a part to the numbers that show it."""
    found = _factors(explained, evidence)
    slugs = dict.fromkeys((part.split("-")[0], idea.slug) for part, e in explained.items() for idea in e.ideas)
    for kind, slug in slugs:
        parts = [part for part, e in explained.items()
                 if part.startswith(kind) and slug in [idea.slug for idea in e.ideas]]
        idea = next(idea for part in parts for idea in explained[part].ideas if idea.slug == slug)
        seen = "\n".join(evidence(part) for part in parts)
        make = _data_mistake if kind == "data" else _reg_mistake
        found.append(make(idea, parts, seen, explained))
    return sorted(found, key=lambda m: m.code.startswith("reg"))


def _code(parts, slug):
    return f"{SHORTER.get(' '.join(parts), '-and-'.join(parts))}-{slug}"


def _data_mistake(idea, parts, seen, explained):
    if idea.slug == "missing":
        names = " and ".join(part.split("-")[1] for part in parts)
        return Mistake(_code(parts, "missing"), f"At reg = 0 the {names} {'is' if len(parts) == 1 else 'are'} zero: the data don't enter.",
                       "Whatever X and y are, it is 0.", seen, "Look for a line that is never reached, or an `=` that replaces what was computed.")
    return Mistake(idea.slug, idea.title, idea.explanation, seen, idea.hint)


def _reg_mistake(idea, parts, seen, explained):
    code, names = _code(parts, idea.slug), join(NAMES[part] for part in parts)
    if idea.slug == "missing":
        loss, gradient = "`reg * np.sum(W**2)` belongs to the loss", "`2 * reg * W` to its gradient"
        hint = {"reg-loss": f"{loss}.", "reg-gradient": f"Add {gradient}."}.get(parts[0], "")
        hint = f"{loss}, and {gradient}." if len(parts) == 2 else hint
        verb = "are" if len(parts) == 2 else "is"
        return Mistake(code, f"{capital(names)} {verb} missing.", "reg changes nothing in it.", seen, hint)
    if idea.slug == "without-reg":
        k = explained[parts[0]].factor.constant
        strength = "" if k == 1 else f" Its strength is always {k:.4g}."
        return Mistake(code, f"{capital(names)} isn't multiplied by reg.", f"It is the same for every reg, even for 0.{strength}", seen,
                       "`reg * np.sum(W**2)` in the loss, `2 * reg * W` in the gradient.")
    if len(parts) == 2:
        names = "the regularization, in loss and gradient,"
    return Mistake(code, f"{capital(names)} {idea.title}.", idea.explanation, seen, idea.hint)


def _factors(explained, evidence):
    factors, found = {}, []
    for part, e in explained.items():
        for slug in e.factor.slugs if "without-reg" not in [idea.slug for idea in e.ideas] else []:
            factors.setdefault((slug, e.factor.words if slug in ("factor", "fixed-divisor") else ""), []).append(part)
    for (slug, words), parts in factors.items():
        seen = "\n".join(evidence(part) for part in parts)
        found.append(_convention(seen) if (slug, parts) == ("half", ["reg-loss", "reg-gradient"])
                     else _factor_mistake(slug, words, parts, seen))
    return found


def _factor_mistake(slug, words, parts, seen):
    verb = "is" if len(parts) == 1 else "are"
    all_reg = all(part.startswith("reg") for part in parts)
    names = join(NAMES[part] for part in parts)
    if slug in ("log10", "log2") and parts == ["data-loss"]:
        return Mistake(f"loss-{slug}", f"The logarithm is {slug}; the natural one is meant.",
                       "The gradient p - 1 belongs to the natural logarithm, whose slope at 1 is 1.", seen, "`np.log`.")
    if slug == "fixed-divisor":
        number = words.split()[-1]
        return Mistake(_code(parts, slug), f"{capital(names)} {verb} divided by {number}, whatever the number of examples is.",
                       f"{number} may be the size of one data set; a batch can have any size.", seen, "Divide by N = len(X).")
    phrase, why, hint = (REG_FACTORS if all_reg else FACTORS).get(slug) or FACTORS.get(slug) or (
        f"{words or slug} times what it should be", "", "Look for a factor too many, or one left out.")
    return Mistake(_code(parts, slug), f"{capital(names)} {verb} {phrase}.", why, seen, hint)


def _convention(seen):
    return Mistake(
        "half-convention", "Your regularization is 0.5 * reg * sum(W**2): another convention than this suite's.",
        "Your loss and your gradient agree with each other, and many courses (cs231n too, in some years) write it so; the "
        "1/2 cancels the 2 of the derivative. Here the penalty is reg * sum(W**2), without 1/2, so that both "
        "mean the same by one value of reg.", seen, "`reg * np.sum(W**2)` in the loss, and `2 * reg * W` in the gradient.")


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
