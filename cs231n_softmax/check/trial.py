"""Put problems to a learner's function, one after the other, and keep the book of what happens meanwhile."""

import functools

import numpy as np

from . import guard
from .evidence import RTOL, first_difference, localise, number, same
from .explain import explain
from .report import Mistake, Report


class Ended(Exception):
    """Going on makes no sense: the report says why."""


class Trial:
    """An examination of `fn`: `with Trial(fn, ("W", "X"), steps) as trial: ...`, then `trial.report`.

    `steps` are the things that will be tried. What isn't reached, because the examination ended, is "not tried".
    `convert` makes plain numbers of what is returned; with exact=False arguments may change by rounding.
    """

    def __init__(self, fn, arguments, steps, convert=None, exact=True):
        self.fn, self.arguments, self.waiting = fn, arguments, list(steps)
        self.convert, self.exact = convert or plain, exact
        self.report = Report(getattr(fn, "__name__", type(fn).__name__))
        self.changed, self.printed = {}, ""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if self.printed:
            self.remark("prints", "It prints while it runs.", "", f"{self.printed.strip()[:60]!r}",
                        "That helps while you look for a mistake. Afterwards it buries what matters.")
        for text in self.waiting:
            self.report.step(text, None)
        return kind is Ended

    def step(self, held):
        """Note whether the next of the steps held; return it."""
        return self.report.step(self.waiting.pop(0), held)

    def mistake(self, *args):
        """Add a Mistake(code, title, explanation, evidence, hint) to the report."""
        self.report.mistakes.append(Mistake(*args))

    def remark(self, *args):
        """Add a remark: worth knowing, not wrong."""
        self.report.remarks.append(Mistake(*args))

    def end(self, mistake=None):
        """Stop here, in the middle of a step that isn't right."""
        if mistake is not None:
            self.report.mistakes.append(mistake)
            self.step(False)
        self.tell_changes()
        raise Ended

    def ask(self, *args, layout=np.copy):
        """Return what the function answers, as plain numbers, or the Mistake it makes if it stops with an error.

        It gets copies, made by `layout`. Whether it changed them is noted.
        """
        given = [layout(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
        outcome = guard.call(self.fn, *given, convert=self.convert)
        self.printed = self.printed or outcome.printed
        problem = outcome.problem
        if problem is not None and problem.code == "exception":
            return _read_only(problem, self.arguments) if "read-only" in problem.evidence else problem
        if problem is not None:
            self.end(problem)
        for name, before, after in zip(self.arguments, args, given, strict=False):
            if isinstance(before, np.ndarray) and name not in self.changed and not _equal(before, after, self.exact):
                self.changed[name] = _change(name, before, after)
        return outcome.value

    def judge(self, problems, answers, recipes, swaps, why, axes=(), parts=None, rtol=RTOL):
        """Compare the answers with the first recipe's. Name what is wrong, or say where it is, and end; or return.

        `why` explains each step of the recipe; `parts` are numbers of problems that make up a step of the report;
        `rtol` is how much rounding may matter.
        """
        rights = [np.asarray(_quietly(recipes[0], problem.args)) for problem in problems]
        held = [not isinstance(a, Mistake) and same(a, b, rtol) for a, b in zip(answers, rights, strict=True)]
        wrong = [case for case, fine in zip(zip(problems, answers, rights, strict=True), held, strict=True) if not fine]
        repeats = self.repeats(problems[0], answers[0])
        held[0] = held[0] and repeats
        for part in parts or [len(problems)]:
            self.step(all(held[:part]))
            held = held[part:]
        if not wrong:
            return None if repeats else self.end()
        stopped = [a._replace(evidence=f"{p.text}: {a.evidence}") for p, a, _ in wrong if isinstance(a, Mistake)]
        seen = [(p.text, a, b) for p, a, b in wrong if not isinstance(a, Mistake)]
        evidence = f"{seen[0][0]}: {first_difference(*seen[0][1:], axes)}." if seen else ""
        found = explain(recipes, swaps, problems, answers, functools.partial(same, rtol=rtol))
        together = " (All mistakes together.)" if len(found) > 1 else ""
        for swap in found:
            self.mistake(swap.code, swap.title, why[swap.step], (evidence or stopped[0].evidence) + together, swap.hint)
        if not self.report.mistakes and stopped:
            self.report.mistakes.append(stopped[0])
        elif not self.report.mistakes:
            self.report.mistakes.append(localise(seen, axes))
        self.end()

    def unchanged(self):
        """Note as a step whether the arguments are as they were, and return it; if not, the next step isn't tried."""
        held = self.step(not self.changed)
        self.tell_changes()
        if not held and self.waiting:
            self.step(None)
        return held

    def repeats(self, problem, answer):
        """Ask a problem again: the same answer? If not, say so."""
        second = self.ask(*problem.args)
        if isinstance(answer, Mistake) or isinstance(second, Mistake) or same(second, answer):
            return True
        difference = first_difference(second, answer).replace("expected", "first").replace("got", "then")
        self.mistake("remembers", "The same question gets another answer the second time.",
                     "Something is kept from call to call, is drawn at random, or was never given a value (np.empty).",
                     f"{problem.text}, asked twice: {difference}.",
                     "Everything that the function adds to has to begin anew inside the function.")
        return False

    def tell_changes(self):
        """Add a mistake for the arguments that were changed, if any."""
        told = any(mistake.code == "not-restored" for mistake in self.report.mistakes)
        if self.changed and not told:
            names = " and ".join(self.changed)
            self.mistake("changes-arguments", f"It changes {names}.",
                         "An array that is passed in isn't a copy: whoever called your function finds it changed.",
                         " ".join(self.changed.values()),
                         "Look for +=, -=, /=, out= or an assignment to a part of it; compute something new instead.")
        self.changed = {}


def plain(value):
    """Return a result as an array of float64; Unusable where it isn't made of real numbers."""
    if value is None:
        raise guard.Unusable("returns-none", "It returns None.", "A function that ends without `return` returns None.",
                             "", "Is there a `return` at the end, with a value behind it?")
    try:
        array = np.array(value)
    except (ValueError, TypeError):
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        kind = "complex numbers" if array.dtype.kind == "c" else \
            f"an array of {array.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
        raise guard.Unusable("wrong-type", f"It returns {kind}, where real numbers are expected.", "",
                             "", "Look at what stands behind `return`.")
    return array.astype(np.float64)


def awkward(array):
    """Return a copy that is neither contiguous nor writable: every other entry of a larger array."""
    view = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)[..., ::2]
    view[...] = array
    view.flags.writeable = False
    return view


def _quietly(recipe, args):
    with np.errstate(all="ignore"):
        return recipe(*args)


def _equal(before, after, exact):
    if before.shape != after.shape or before.dtype != after.dtype:
        return False
    return np.array_equal(before, after) or not exact and np.allclose(before, after, rtol=1e-12, atol=1e-12)


def _change(name, before, after):
    if before.shape != after.shape:
        return f"{name} had shape {before.shape} and has {after.shape} afterwards."
    if before.dtype != after.dtype or not (before != after).any():
        return f"{name} is another array afterwards."
    index = tuple(np.argwhere(before != after)[0])
    return f"{name}{[int(i) for i in index]} was {number(before[index])} and is {number(after[index])} afterwards."


def _read_only(problem, arguments):
    return Mistake("changes-arguments", f"It writes into {' or '.join(arguments)}.",
                   "An array that is passed in isn't a copy: whoever called your function finds it changed.",
                   problem.evidence, "Compute something new instead, or write into a copy.")
