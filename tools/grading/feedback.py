"""The page that a student gets back: the notebook as it ran, with points, notes and the examiner's reports.

Whatever the notebook's own checks showed, in their place stand the reports of the fresh process (points.py). HTML that
the notebook made is cleaned: it brings no scripts into the page.
"""

import functools
import html
import secrets
from pathlib import Path

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert import HTMLExporter
from nbformat.v4 import new_output

from .head import head
from .patient import error_output

HARMLESS = """br caption col colgroup dd del details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr img ins kbd mark
p pre s samp small span sub summary sup table tbody td tfoot th thead tr u var"""
TAGS = bleach.ALLOWED_TAGS | set(HARMLESS.split())
ATTRIBUTES = {"align", "alt", "aria-label", "class", "colspan", "height", "id", "rowspan", "style", "title", "width"}


def make_page(name, notebook, points, verdicts, notes):
    """Return HTML. notebook: as it ran; points: {exercise: (points, best)}; verdicts: {exercise: Verdict}."""
    marks = {}
    for cell in notebook.cells:
        label = cell.metadata.get("nbgrader", {})
        for output in cell.get("outputs", []):
            if output.output_type == "error" and output.ename == "NotImplementedError":
                output.traceback = output.traceback[-1:]  # each cell that calls an unwritten exercise stops with it
        if label.get("grade"):
            marks |= replace_outputs(cell, verdicts[label["grade_id"].removeprefix("check_")])
    resources = {"metadata": {"name": name}, "grading": {"head": head(name, points), "notes": notes}}
    page, _ = exporter().from_notebook_node(notebook, resources)
    for mark, report in marks.items():
        page = page.replace(f"<pre>{mark}\n</pre>", report.replace("<details>", "<details open>"))
    return page


def plain_page(name, notes, points):
    """Return the page of a notebook that can't be shown: a head, and notes. points: {exercise: most points}."""
    told = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    top = head(name, {exercise: (0.0, best) for exercise, best in points.items()})
    return f'<!DOCTYPE html><meta charset="utf-8"><title>{html.escape(name)}</title>{top}<ul>{told}</ul>\n'


def replace_outputs(cell, verdict):
    """Put the examiner's report in the place of what a check cell showed; return {mark in the page: its HTML}."""
    if verdict.report is None:
        cell.outputs = [error_output("NotExamined", "; ".join(verdict.notes) or "no report")]
        return {}
    mark = secrets.token_hex(16)
    cell.outputs = [new_output("stream", text=mark + "\n")]
    if verdict.report.ok and not verdict.right:
        cell.outputs.append(error_output("NoPoints", "; ".join(verdict.notes)))
    return {mark: verdict.report._repr_html_()}


@functools.cache
def exporter():
    """Return nbconvert's exporter with our template."""
    template = Path(__file__).with_name("feedback.html.j2")
    exporter = HTMLExporter(template_name="lab", template_file=str(template), sanitize_html=True)
    exporter.register_filter("clean_html", clean)
    return exporter


def clean(text):
    """Return HTML without what could run, or fetch anything: tags and attributes that aren't listed above."""
    text = text.decode() if isinstance(text, bytes) else str(text)
    return bleach.clean(text, tags=TAGS, attributes=_allowed, protocols=["http", "https", "mailto", "data"],
                        css_sanitizer=CSSSanitizer())  # fmt: skip


def _allowed(tag, name, value):
    link = tag == "a" and name == "href" and not value.lstrip().lower().startswith("data:")
    return name in ATTRIBUTES or link or (tag == "img" and name == "src" and value.startswith("data:image/"))
