"""Call a learner's function on one problem after the other, and note what it does besides returning a value."""

import dis
import functools
from threading import Thread, Timer
from threading import enumerate as threads
from types import FunctionType

import numpy as np

from . import apart, guard
from .arguments import change, copied, equal, writable_alike
from .crashes import Unusable, name_shapes, refuse_masked
from .evidence import first_difference, localise
from .explain import alike
from .report import Mistake, Report, keep, name_of, type_name
from .session import settings_kept

RESULT = "Look at the value after `return`."
TOGETHER = " (With all the mistakes together.)"
REMEMBERS = Mistake(
    "remembers",
    "The same arguments give another result the second time.",
    "Perhaps something is kept from one call to the next, or drawn at random, or never gets a value (np.empty).",
    "",
    "Inside the function, set every sum and every array to its start before you add to it.",
)


class Ended(Exception):
    """Raised to end the examination; the report holds the reason."""


class Trial:
    """An examination of `fn`: `with Trial(fn, ("W", "X"), steps) as trial: ...`, then `trial.report`.

    `steps` are the things that will be tried. When the examination ends early, the rest are "not tried". `convert`
    turns a returned value into plain numbers. With exact=False arguments may change by rounding. An argument that the
    function is meant to change has the name None. With may_print=True printed text gets no remark.
    """

    def __init__(self, fn, arguments, steps=(), convert=None, exact=True, may_print=False):
        self.fn, self.arguments, self.waiting = fn, arguments, list(steps)
        self.convert, self.exact, self.may_print = convert or plain, exact, may_print
        self.report = Report(name_of(fn))
        self.changed, self.printed, self.rehearsed, self.settings = {}, "", False, settings_kept()

    def __enter__(self):
        self.settings.__enter__()
        self.threads = threads()
        return self

    def __exit__(self, kind, error, traceback):
        try:
            self._close()
        finally:
            self.settings.__exit__(None, None, None)
        if kind in (None, Ended):
            keep(self.report)
        return kind is Ended

    def _close(self):
        """Add the remarks on what the function did besides, and the steps that weren't tried."""
        left = [thread for thread in threads() if type(thread) in (Thread, Timer) and thread not in self.threads]
        if len(left) > 1:  # a single one may be about to end
            self.remark(
                "leaves-threads",
                "The function starts threads that still run when it has returned.",
                "Training calls the function thousands of times, and each call would leave threads behind.",
                f"{len(left)} threads were left behind",
                "Wait for each thread with its join() before `return`, or compute without threads.",
            )
        if self.printed and not self.may_print:
            self.remark(
                "prints",
                "The function prints while it runs.",
                "Training calls the function thousands of times, and would print each time.",
                f"{self.printed.strip()[:60]!r}",
                "Printing helps while you look for a mistake. Remove it afterwards.",
            )
        for text in self.waiting:
            self.report.step(text, None)

    def step(self, passed):
        """Note whether the next of the steps passed; return that."""
        return self.report.step(self.waiting.pop(0), passed) if self.waiting else passed

    def mistake(self, *args):
        """Add a Mistake(code, title, explanation, evidence, hint) to the report."""
        self.report.mistakes.append(Mistake(*args))

    def remark(self, *args):
        """Add a remark: worth knowing, not wrong."""
        self.report.remarks.append(Mistake(*args))

    def end(self, mistake=None, passed=False):
        """End the examination; a mistake, if there is one, is added, with the result of the step in which it shows."""
        if mistake is not None:
            self.report.mistakes.append(mistake)
            self.step(passed)
        self.tell_changes()
        raise Ended

    def ask(self, *args, layout=np.copy, about="", given=None, convert=None, tracer=None, watch=True, probe=False):
        """Return the function's answer as plain numbers, or a Mistake if the function stops with an error.

        The function gets copies of the arrays and dictionaries in `args`, made by `layout`, or the arguments `given` in
        their place. Changes of arguments are noted, except with watch=False. `about` is the problem's name; `convert`
        and `tracer` as in guard.call. A function that has to be stopped is handled here only: its answer isn't known,
        so the examination ends, and no number is called wrong. With probe=True, for what is only worth knowing, the
        examination goes on.
        """
        if not callable(self.fn) or issubclass(type(self.fn), type):
            self.end(_not_a_function(self.fn))
        given = given or [copied(arg, layout) for arg in args]
        before = [copied(arg, writable_alike) for arg in given]
        problem, convert = None, convert or self.convert
        if apart.POSSIBLE and not self.rehearsed:  # the first call alone: each copy of this process takes milliseconds
            problem, self.rehearsed = apart.harm(self.fn, given, convert), True
        if problem is None:
            outcome = guard.call(self.fn, *given, convert=convert, tracer=tracer)
            self.printed = self.printed or outcome.printed
            problem = outcome.problem
        if problem is not None and problem.code == "read-only":
            frozen = any(isinstance(arg, np.ndarray) and not arg.flags.writeable for arg in given)
            return _read_only(problem, self.arguments) if frozen else problem._replace(code="exception")
        if problem is not None and problem.code == "exception":
            return problem._replace(evidence=problem.evidence + name_shapes(problem.evidence, self.arguments, args))
        if problem is not None and probe and problem.code in guard.STOPPED:
            return problem
        if problem is not None:
            if problem.code == "returns-none" and _is_empty(self.fn):
                problem = Mistake(
                    "not-written",
                    f"{self.report.name} isn't written yet: its body is empty.",
                    "Write its body, and end with `return` and the result. Run that cell, then this one again.",
                    "",
                    "",
                )
            told = "" if problem.code == "not-written" else ":\n".join(filter(None, (about, problem.evidence)))
            self.end(problem._replace(evidence=told), "stopped" if problem.code in guard.STOPPED else False)
        for name, old, new in zip(self.arguments, before, given, strict=False) if watch else ():
            if name is not None and name not in self.changed and not equal(old, new, self.exact):
                self.changed[name] = change(name, old, new)
        return outcome.value

    def first_nan(self, args):
        """Return the line of the learner's function in which NaN or inf first comes up, and how; "" if unknown."""

        @functools.wraps(self.fn)
        def strict(*args):
            with np.errstate(all="raise", under="ignore"):
                return self.fn(*args)

        problem = guard.call(strict, *map(copied, args)).problem
        stopped = problem is not None and "FloatingPointError" in problem.title
        return problem.evidence.replace("FloatingPointError: ", "") if stopped else ""

    def answers(self, problems, **options):
        """Return the function's answers to problems; `options` are those of ask."""
        return [self.ask(*problem.args, about=problem.text, **options) for problem in problems]

    def judge(self, table, answers, axes=(), parts=None, differ=None, describe=None, names=True, again=None):
        """Compare answers with those of a Table's first recipe. Name the mistakes, or describe where they are, and end.

        `parts` are the numbers of problems in each step of the report. differ(text, got, right) returns in words where
        two answers differ, describe(cases) a Mistake for cases (text, got, right) that no variant explains. With
        names=False no mistake is looked for in the table. The first problem is tried twice: `again` is the Mistake for
        another answer the second time. Where `again` is given, the second time is a step of its own.
        """
        differ = differ or (lambda text, got, right: f"{text}: {first_difference(got, right, axes)}.")
        describe = describe or (lambda cases: localise(cases, axes))
        rights = list(map(table.right, table.problems))
        cases = list(zip(table.problems, answers, rights, strict=True))
        passed = [not isinstance(got, Mistake) and alike(got, right, table.rtol) for _, got, right in cases]
        repeats = self._repeats(table.problems[0], answers[0], differ, again or REMEMBERS)
        passed[0] = passed[0] and (repeats or again is not None)
        for part in parts or [len(passed)]:
            self.step(all(passed[:part]))
            passed = passed[part:]
        wrong = [case for case in cases if isinstance(case[1], Mistake) or not alike(*case[1:], table.rtol)]
        if not wrong and again is not None:
            self.step(repeats)
        if not wrong:
            return None if repeats else self.end()
        stopped = [
            got._replace(evidence=f"{problem.text}: {got.evidence}")
            for problem, got, _ in wrong
            if isinstance(got, Mistake)
        ]
        seen = [(p.text, got, right) for p, got, right in wrong if not isinstance(got, Mistake)]
        evidence = differ(*seen[0]) if seen else stopped[0].evidence
        found = table.explain(answers) if names else []
        together = TOGETHER if len(found) > 1 else ""
        for variant in found:
            self.mistake(
                variant.code, variant.title, variant.why or table.why[variant.step], evidence + together, variant.hint
            )
        if not self.report.mistakes:
            told = stopped[0] if stopped else describe(seen)
            if told.code == "not-finite":
                args = next(p.args for p, got, right in wrong if got is seen[0][1])
                told = told._replace(evidence=f"{told.evidence}\n{self.first_nan(args)}".strip())
            self.report.mistakes.append(told)
        self.end()

    def unchanged(self):
        """Note as a step whether the arguments are unchanged, and return that; if not, the next step isn't tried."""
        passed = self.step(not self.changed)
        self.tell_changes()
        if not passed and self.waiting:
            self.step(None)
        return passed

    def _repeats(self, problem, first, differ, mistake):
        """Try a problem again, and return whether the answer is the same; if not, add the Mistake to the report."""
        second = self.ask(*problem.args, about=problem.text)
        if isinstance(first, Mistake) or not isinstance(second, Mistake) and alike(second, first):
            return True
        if isinstance(second, Mistake):
            self.report.mistakes.append(mistake._replace(evidence=f"{problem.text}, tried twice: {second.evidence}"))
            return False
        seen = differ(f"{problem.text}, tried twice", second, first).replace("expected", "first").replace("got", "then")
        self.report.mistakes.append(mistake._replace(evidence=seen))
        return False

    def tell_changes(self):
        """Add a mistake for the arguments that were changed, if any."""
        told = {"not-restored", "same-array", "changes-arguments"} & {m.code for m in self.report.mistakes}
        if self.changed and not told:
            names, first = " and ".join(self.changed), next(iter(self.changed))
            self.mistake(
                "changes-arguments",
                f"The function changes {names}.",
                "An argument isn't a copy. When the function changes it, the array outside of the function changes "
                "too.",
                " ".join(self.changed.values()),
                "Look for +=, -=, /= or out=, and for an assignment to a part of an argument. Compute a new array "
                f"instead. `{first} = {first} - 1` makes one, and `{first} -= 1` doesn't. `A = {first}` only gives the "
                f"same array a second name: `A = {first}.copy()` makes a new one.",
            )
        self.changed = {}


def plain(value):
    """Return a result as an array of float64; raise Unusable where it isn't made of real numbers."""
    if value is None:
        raise Unusable(
            "returns-none",
            "The function returns None.",
            "A function that ends without `return` returns None.",
            "",
            "Is there a `return` at the end, with a value after it?",
        )
    refuse_masked(value)
    try:
        array = np.array(value)
    except (ValueError, TypeError):
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        kind = (
            "complex numbers"
            if array.dtype.kind == "c"
            else f"an array of {array.dtype}"
            if isinstance(value, np.ndarray)
            else f"an object of type {type(value).__name__}"
        )
        raise Unusable("wrong-type", f"The function returns {kind}, where real numbers are expected.", "", "", RESULT)
    return array.astype(np.float64)


def _not_a_function(value):
    what = f"the class {name_of(value)}" if issubclass(type(value), type) else f"a value of type {type_name(value)}"
    return Mistake(
        "not-a-function",
        f"That isn't a function, but {what}.",
        "Pass the function itself, without parentheses after its name.",
        "",
        "",
    )


def _is_empty(fn):
    """True for a function whose body is `pass`, or nothing but a docstring; also where one of ours calls it."""
    fn = vars(fn).get("__wrapped__", fn) if type(fn) is FunctionType else fn
    steps = {step.opname for step in dis.get_instructions(fn)} if type(fn) is FunctionType else {""}
    return steps <= {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def _read_only(problem, arguments):
    return Mistake(
        "changes-arguments",
        f"The function writes into {' or '.join(filter(None, arguments))}.",
        "An argument isn't a copy. When the function changes it, the array outside of the function changes too.",
        problem.evidence,
        "Compute a new array instead, or write into a copy.",
    )
