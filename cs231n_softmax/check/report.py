"""The result of an examination: a Report of steps and mistakes, which is shown as text or as HTML."""

import dis
import functools
import re
import sys
import textwrap
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from types import FunctionType, MethodType
from typing import NamedTuple

from .._console import encodable
from .progress_file import done

MARKS = {
    "passed": "\N{CHECK MARK} passed",
    "wrong": "\N{BALLOT X} wrong",
    "remark": "\N{BULLET} remark",
    "stopped": "\N{BALLOT X} stopped",
    "not tried": "\N{EN DASH} not tried",
}
# Each mark has a word, so that colour is never the only signal. Reports are read on white and on black pages. So marks
# are white on a background of their own, and all other text has the colour that the page gives it.
INK = "#ffffff"
COLOURS = {"passed": "#00705c", "wrong": "#b3261e", "remark": "#8a5a00", "stopped": "#b3261e", "not tried": "#5f5f5f"}
BORDERS = {True: "#1f9d80", False: "#e0534a"}  # of a right and of a wrong report, to be seen on both pages
NO_BREAK = "\N{NO-BREAK SPACE}"  # keeps code on one line


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

    def hint(self) -> None:
        """Print the hints: what to look at, and at the end the line that would be the answer."""
        print(encodable("\n\n".join(self.hints()) or f"{self.name} is right: there is nothing to hint at."))

    def hints(self) -> list[str]:
        """Return the hints as texts, one for each mistake and for each remark that has one."""
        found = [(f"Mistake {k}", m) for k, m in enumerate(self.mistakes, 1)] + [("Remark", m) for m in self.remarks]
        return [_indented(f"Hint for {kind.lower()}: ", m.hint, 88) for kind, m in found if m.hint]

    def __str__(self):
        lines = [f"{self.name} is right." if self.ok else f"{self.name}: not right yet."]
        lines += [f"  {MARKS[result]:12} {what}" for what, result in self.steps]
        for kind, found in [("Mistake", self.mistakes), ("Worth knowing, no mistake,", self.remarks)]:
            for number, mistake in enumerate(found, 1):
                lines += ["", f"{kind} {number}: {mistake.title} [{mistake.code}]"]
                for head, text in [("", mistake.explanation), ("Seen: ", mistake.evidence)]:
                    lines += [_indented(head, text)] if text else []
        lines += ["", "For a hint, call check.hint()."] if self.hints() else []
        return encodable("\n".join(lines + ["", self.progress] * bool(self.progress)))

    __repr__ = __str__

    def _repr_html_(self):
        steps = "".join(
            f'<div style="display:flex;gap:0.8em;align-items:baseline;margin:0.3em 0">{_badge(result)} '
            f'<span style="min-width:0;overflow-wrap:anywhere">{escape(what)}</span></div>'
            for what, result in self.steps
        )
        found = "".join(_html(f"Mistake {k}", m) for k, m in enumerate(self.mistakes, 1))
        found += "".join(_html("Worth knowing, no mistake", m) for m in self.remarks)
        progress = f"<p>{escape(self.progress)}</p>" if self.progress else ""
        return (
            f'<div style="border-left:4px solid {BORDERS[self.ok]};padding-left:1em;max-width:50em">'
            f"<p><b>{_code(f'`{self.name}`')}: {'right' if self.ok else 'not right yet'}</b></p>"
            f"{steps}{found}{progress}</div>"
        )


_latest: list[Report] = []  # the last examination's report


def keep(report: Report) -> None:
    """Keep a report, so that hint() can be asked for without a name for it; print it where it would be thrown away."""
    _latest[:] = [report]
    if _thrown_away(sys._getframe()):
        print(report, flush=True)


def _thrown_away(frame):
    """True when the caller of the examiner does nothing with the report: the line `check.softmax_loss(f)` of a script.

    Then Python's instruction behind the call is POP_TOP. Where the line is the last one of a notebook's cell, or is
    typed at a prompt, it is another one, which shows the value. What a function returns is its caller's business.
    """
    while frame and frame.f_globals.get("__name__", "").startswith(__package__):
        frame = frame.f_back
    behind = "RETURN_VALUE"
    while frame and behind == "RETURN_VALUE":
        steps = pairwise(dis.get_instructions(frame.f_code))
        found = ((now.opname, then.opname) for now, then in steps if then.offset > frame.f_lasti)
        call, behind = next(found, ("", ""))
        frame = frame.f_back
    # CALL_FUNCTION_EX: print(*map(check.softmax_loss, functions)) calls the examiner, and then throws away a None
    return behind == "POP_TOP" and call != "CALL_FUNCTION_EX"


def hint() -> None:
    """Print the hints of the last check: what to look at, and at the end the line that would be the answer."""
    if not _latest:
        print("Nothing has been checked yet. Run the cell with the check first.")
    for report in _latest:
        report.hint()


def _indented(head, text, width=110):
    """Return a text of one or more lines, indented. Its first line is broken where it is long, but not inside code."""
    first, *others = text.splitlines()
    first = re.sub("`[^`]+`", lambda code: code[0].replace(" ", NO_BREAK), head + first)
    lines = textwrap.wrap(first, width, initial_indent="  ", subsequent_indent="    ")
    return "\n".join([*lines, *(f"    {line}" for line in others)]).replace(NO_BREAK, " ")


def _badge(result):
    return (
        f'<span style="flex:none;min-width:5.5em;white-space:nowrap;font-size:90%;'
        f'padding:0.1em 0.5em;border-radius:0.3em;color:{INK};background:{COLOURS[result]}">{MARKS[result]}</span>'
    )


def _html(kind, mistake):
    body = _paragraph("", mistake.explanation) + _paragraph("Seen: ", mistake.evidence)
    if mistake.hint:
        body += f'<details><summary style="cursor:pointer">Hint</summary>{_paragraph("", mistake.hint)}</details>'
    title = f"<b>{kind}: {_code(mistake.title)}</b> <small>[{escape(mistake.code)}]</small>"
    return f'<p style="margin-top:1.2em">{title}</p>{body}'


def _paragraph(head, text):
    style = "white-space:pre-wrap;overflow-wrap:anywhere"
    return f'<p style="{style}"><i>{head}</i>{_code(text)}</p>' if text else ""


def _code(text):
    """Escape a text for HTML; what is in backticks becomes code, in the colours of the text around it."""
    return re.sub("`([^`]+)`", r'<code style="color:inherit;background:none;padding:0">\1</code>', escape(text))


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
