"""Put problems to a learner's function, one after the other, and keep the book of what happens meanwhile."""

import numpy as np

from . import guard
from .crashes import Unusable, name_shapes
from .evidence import first_difference, localise, number
from .explain import alike
from .report import Mistake, Report

RESULT = "Look at what stands behind `return`."
REMEMBERS = Mistake(
    "remembers", "The same question gets another answer the second time.",
    "Something is kept from call to call, is drawn at random, or was never given a value (np.empty).", "",
    "Everything that the function adds to has to begin anew inside the function.")


class Ended(Exception):
    """Going on makes no sense: the report says why."""


class Trial:
    """An examination of `fn`: `with Trial(fn, ("W", "X"), steps) as trial: ...`, then `trial.report`.

    `steps` are the things that will be tried. What isn't reached, because the examination ended, is "not tried".
    `convert` makes plain numbers of what is returned; with exact=False arguments may change by rounding. An argument
    that the function is meant to change has the name None. With may_print=True what is printed gets no remark.
    """

    def __init__(self, fn, arguments, steps=(), convert=None, exact=True, may_print=False):
        self.fn, self.arguments, self.waiting = fn, arguments, list(steps)
        self.convert, self.exact, self.may_print = convert or plain, exact, may_print
        self.report = Report(str(getattr(fn, "__name__", type(fn).__name__)))
        self.changed, self.printed = {}, ""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if self.printed and not self.may_print:
            self.remark("prints", "It prints while it runs.", "In training it is called thousands of times.",
                        f"{self.printed.strip()[:60]!r}",
                        "That helps while you look for a mistake. Take it out when you are done with it.")
        for text in self.waiting:
            self.report.step(text, None)
        return kind is Ended

    def step(self, held):
        """Note whether the next of the steps held; return it."""
        return self.report.step(self.waiting.pop(0), held) if self.waiting else held

    def mistake(self, *args):
        """Add a Mistake(code, title, explanation, evidence, hint) to the report."""
        self.report.mistakes.append(Mistake(*args))

    def remark(self, *args):
        """Add a remark: worth knowing, not wrong."""
        self.report.remarks.append(Mistake(*args))

    def end(self, mistake=None, held=False):
        """Stop here, in the middle of a step that isn't right."""
        if mistake is not None:
            self.report.mistakes.append(mistake)
            self.step(held)
        self.tell_changes()
        raise Ended

    def ask(self, *args, layout=np.copy, about="", given=None, convert=None, tracer=None, watch=True):
        """Return what the function answers, as plain numbers, or the Mistake it makes if it stops with an error.

        It gets copies of the arrays and dictionaries in `args`, made by `layout`, or what is `given` in their place.
        Whether it changed them is noted, except with watch=False. `about` is what the problem is called; `convert` and
        `tracer` as in guard.call. This is the one place where a function that is too slow, or waits, is dealt with: its
        answer isn't known, so the examination ends, and no number is called wrong.
        """
        given = given or [_copied(arg, layout) for arg in args]
        before = [_copied(arg) for arg in given]
        outcome = guard.call(self.fn, *given, convert=convert or self.convert, tracer=tracer)
        self.printed = self.printed or outcome.printed
        problem = outcome.problem
        if problem is not None and problem.code == "exception":
            if "read-only" in problem.evidence:
                return _read_only(problem, self.arguments)
            return problem._replace(evidence=problem.evidence + name_shapes(problem.evidence, self.arguments, args))
        if problem is not None:
            told = "" if problem.code == "not-written" else ":\n".join(filter(None, (about, problem.evidence)))
            self.end(problem._replace(evidence=told), "stopped" if problem.code in guard.STOPPED else False)
        for name, old, new in zip(self.arguments, before, given, strict=False) if watch else ():
            if name is not None and name not in self.changed and not _equal(old, new, self.exact):
                self.changed[name] = _change(name, old, new)
        return outcome.value

    def answers(self, problems, **options):
        """Return the function's answers to problems; `options` are those of ask."""
        return [self.ask(*problem.args, about=problem.text, **options) for problem in problems]

    def judge(self, table, answers, axes=(), parts=None, differ=None, describe=None, names=True, again=None):
        """Compare answers with those of a Table's first recipe. Name what is wrong, or say where it is, and end.

        `parts` are numbers of problems that make up a step of the report. differ(text, got, right) says where two
        answers differ, describe(cases) gives a Mistake for cases (text, got, right) that nobody can name. With
        names=False no mistake is looked for in the table. The first problem is put twice: `again` is the Mistake for
        another answer the second time; where it is given, the second time is a step of its own.
        """
        differ = differ or (lambda text, got, right: f"{text}: {first_difference(got, right, axes)}.")
        describe = describe or (lambda cases: localise(cases, axes))
        rights = list(map(table.right, table.problems))
        cases = list(zip(table.problems, answers, rights, strict=True))
        held = [not isinstance(got, Mistake) and alike(got, right, table.rtol) for _, got, right in cases]
        repeats = self._repeats(table.problems[0], answers[0], differ, again or REMEMBERS)
        held[0] = held[0] and (repeats or again is not None)
        for part in parts or [len(held)]:
            self.step(all(held[:part]))
            held = held[part:]
        wrong = [case for case in cases if isinstance(case[1], Mistake) or not alike(*case[1:], table.rtol)]
        if not wrong and again is not None:
            self.step(repeats)
        if not wrong:
            return None if repeats else self.end()
        stopped = [got._replace(evidence=f"{problem.text}: {got.evidence}") for problem, got, _ in wrong
                   if isinstance(got, Mistake)]
        seen = [(p.text, got, right) for p, got, right in wrong if not isinstance(got, Mistake)]
        evidence = differ(*seen[0]) if seen else stopped[0].evidence
        found = table.explain(answers) if names else []
        together = " (All mistakes together.)" if len(found) > 1 else ""
        for variant in found:
            self.mistake(variant.code, variant.title, variant.why or table.why[variant.step], evidence + together,
                         variant.hint)
        if not self.report.mistakes:
            self.report.mistakes.append(stopped[0] if stopped else describe(seen))
        self.end()

    def unchanged(self):
        """Note as a step whether the arguments are as they were, and return it; if not, the next step isn't tried."""
        held = self.step(not self.changed)
        self.tell_changes()
        if not held and self.waiting:
            self.step(None)
        return held

    def _repeats(self, problem, first, differ, mistake):
        """Ask a problem again: the same answer? If not, say so."""
        second = self.ask(*problem.args, about=problem.text)
        if isinstance(first, Mistake) or isinstance(second, Mistake) or alike(second, first):
            return True
        seen = differ(f"{problem.text}, asked twice", second, first).replace("expected", "first").replace("got", "then")
        self.report.mistakes.append(mistake._replace(evidence=seen))
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
        raise Unusable("returns-none", "It returns None.", "A function that ends without `return` returns None.",
                       "", "Is there a `return` at the end, with a value behind it?")
    try:
        array = np.array(value)
    except (ValueError, TypeError):
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        kind = "complex numbers" if array.dtype.kind == "c" else \
            f"an array of {array.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
        raise Unusable("wrong-type", f"It returns {kind}, where real numbers are expected.", "", "", RESULT)
    return array.astype(np.float64)


def awkward(array):
    """Return a copy that is neither contiguous nor writable: every other entry of a larger array."""
    view = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)[..., ::2]
    view[...] = array
    view.flags.writeable = False
    return view


def _copied(arg, layout=np.copy):
    if isinstance(arg, dict):
        return {key: _copied(value, layout) for key, value in arg.items()}
    return layout(arg) if isinstance(arg, np.ndarray) else arg


def _equal(before, after, exact):
    if isinstance(before, dict):
        return set(before) == set(after) and all(_equal(before[key], after[key], exact) for key in before)
    if not isinstance(before, np.ndarray) or not isinstance(after, np.ndarray):
        return not isinstance(before, np.ndarray)
    if before.shape != after.shape or before.dtype != after.dtype:
        return False
    return np.array_equal(before, after) or not exact and np.allclose(before, after, rtol=1e-12, atol=1e-12)


def _change(name, before, after):
    if isinstance(before, dict):
        changed = [key for key in before if key not in after or not _equal(before[key], after[key], exact=True)]
        return f"Another {' and '.join(changed) or 'set of names'} afterwards."
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
