"""The result of an examination: a Report of steps and mistakes, which is shown as text or as HTML."""

import functools
import re
import textwrap
from dataclasses import dataclass, field
from html import escape
from types import FunctionType, MethodType
from typing import NamedTuple

from .progress_file import done

MARKS = {
    "passed": "\N{CHECK MARK} passed",
    "wrong": "\N{BALLOT X} wrong",
    "remark": "\N{BULLET} remark",
    "stopped": "\N{BALLOT X} stopped",
    "not tried": "\N{EN DASH} not tried",
}
# each mark has a word, so that colour is never the only signal
COLOURS = {"passed": "#00705c", "wrong": "#b3261e", "remark": "#8a5a00", "stopped": "#b3261e", "not tried": "#666666"}


class Mistake(NamedTuple):
    """One thing that is wrong, or, among the remarks, worth knowing."""

    code: str  # a short name for it, the same wherever it is found
    title: str  # what is wrong, in one sentence
    explanation: str  # why it is wrong, and what is right
    evidence: str  # the numbers that show it
    hint: str  # what to do, or what to look for


class CheckFailed(AssertionError):
    """Raised by Report.require(). Its text is the whole report; a notebook, which shows the report, gets one line."""

    def __init__(self, report):
        super().__init__(str(report))
        self.summary = report.summary

    def _render_traceback_(self):  # IPython shows this in place of the stack, which is ours
        return [f"CheckFailed: {self.summary}"]


@dataclass
class Report:
    """The result of an examination: `ok`, `mistakes`, `remarks`, and the `steps` that led to them."""

    name: str  # of the learner's function
    steps: list[tuple[str, str]] = field(default_factory=list)  # (what was tried, the result: a key of MARKS)
    mistakes: list[Mistake] = field(default_factory=list)
    remarks: list[Mistake] = field(default_factory=list)
    progress: str = ""  # a line on how much of the suite is done

    @property
    def ok(self) -> bool:
        """True when there is no mistake (there may be remarks)."""
        return not self.mistakes

    @property
    def summary(self) -> str:
        """One line: right, or the titles of the mistakes."""
        count = len(self.mistakes)
        if count == 0:
            return f"{self.name} is right."
        if self.mistakes[0].code == "not-written":
            return self.mistakes[0].title
        titles = " ".join(f"{mistake.title} [{mistake.code}]" for mistake in self.mistakes)
        return f"{self.name}: {count} mistake{'s' * (count > 1)}. {titles}"

    def step(self, what: str, passed: bool | str | None) -> bool | str | None:
        """Note what was tried; return whether it passed: True, False, None (couldn't be tried) or a key of MARKS."""
        self.steps.append((what, {True: "passed", False: "wrong", None: "not tried"}.get(passed, passed)))
        return passed

    def require(self) -> "Report":
        """Return this report when there is no mistake; else show it (in a notebook) and raise CheckFailed."""
        if self.ok:
            self.progress = done(self.name)
            return self
        try:
            from IPython import get_ipython
            from IPython.display import display
        except ImportError:
            pass
        else:
            if get_ipython() is not None:
                display(self)
        raise CheckFailed(self)

    def __str__(self):
        lines = [f"{self.name} is right." if self.ok else f"{self.name}: not right yet."]
        lines += [f"  {MARKS[result]:12} {what}" for what, result in self.steps]
        for kind, found in [("Mistake", self.mistakes), ("Worth knowing, no mistake,", self.remarks)]:
            for number, mistake in enumerate(found, 1):
                lines += ["", f"{kind} {number}: {mistake.title} [{mistake.code}]"]
                for head, text in [("", mistake.explanation), ("Seen: ", mistake.evidence), ("Hint: ", mistake.hint)]:
                    lines += [_indented(head, paragraph) for paragraph in text.splitlines()[:1]]
                    lines += [f"    {line}" for line in text.splitlines()[1:]]
        return "\n".join(lines + ["", self.progress] * bool(self.progress))

    __repr__ = __str__

    def _repr_html_(self):
        verdict = "right" if self.ok else "not right yet"
        border = COLOURS["passed" if self.ok else "wrong"]
        cell = '<td style="text-align:left;white-space:nowrap;padding:2px 1em 2px 0;color:'
        steps = "".join(
            f'<tr>{cell}{COLOURS[result]}">{MARKS[result]}</td>{cell}inherit">{escape(what)}</td></tr>'
            for what, result in self.steps
        )
        found = "".join(_html(f"Mistake {k}", m) for k, m in enumerate(self.mistakes, 1))
        found += "".join(_html("Worth knowing, no mistake", m) for m in self.remarks)
        progress = f"<p>{escape(self.progress)}</p>" if self.progress else ""
        return (
            f'<div style="border-left:4px solid {border};padding-left:1em;max-width:50em">'
            f"<p><b><code>{escape(self.name)}</code>: {verdict}</b></p>"
            f"<table>{steps}</table>{found}{progress}</div>"
        )


def _indented(head, paragraph):
    return textwrap.fill(head + paragraph, 110, initial_indent="  ", subsequent_indent="    ") if paragraph else ""


def _html(kind, mistake):
    parts = [("", mistake.explanation), ("Seen: ", mistake.evidence), ("Hint: ", mistake.hint)]
    body = "".join(f'<p style="white-space:pre-wrap"><i>{head}</i>{_code(text)}</p>' for head, text in parts if text)
    return f"<p><b>{kind}: {_code(mistake.title)}</b> <small>[{escape(mistake.code)}]</small></p>{body}"


def _code(text):
    """Escape a text for HTML; what is in backticks becomes code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def type_name(value):
    """Return the name of a value's class, without running any code of that class."""
    return type.__dict__["__name__"].__get__(type(value))


def _inner(fn):
    """Return the function that a partial function or a method is made of."""
    while type(fn) in (functools.partial, MethodType):
        fn = fn.func if type(fn) is functools.partial else fn.__func__
    return fn


def scope_of(fn):
    """Return the global names of a function (a dict), also where one of ours stands for it; {} for other objects."""
    fn = _inner(fn)
    fn = _inner(vars(fn).get("__wrapped__", fn)) if type(fn) is FunctionType else fn
    return fn.__globals__ if type(fn) is FunctionType else {}


def name_of(fn):
    """Return what a function is called; what a partial function is made of gives the name."""
    fn = _inner(fn)
    try:
        name = object.__getattribute__(fn, "__name__")
    except Exception:  # an object may answer every question with an error
        name = None
    return name[:60] if type(name) is str else type_name(fn)
