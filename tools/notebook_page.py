"""How a notebook becomes a page of the site, page(notebook, name, links), and a download, alone(notebook).

Nothing is run. In a page, some things change. Below the title stand the links that open the notebook elsewhere. Cells
that only assert something for our tests are left out. Solutions and guesses are folded. And since a page has no kernel,
a cell with sliders shows its picture as it is at the beginning. Where the picture shows the probabilities of three
scores, site/_static/scores.js adds sliders that work.
"""

import copy
import html
import json
import re
from types import SimpleNamespace

from build_notebooks import SLIDER

from cs231n_softmax.practice.strip import source, tags

HERE = """\
This page shows the solutions of the exercises, folded. To solve them yourself, work in a copy without solutions: the
links above give you one, or [run the notebooks](../run.md) on your own computer."""
FOLDED = {"guess": "Show our guess, and what is right", "solution": "Show a solution"}
BESIDE = "The same as a picture, for the scores at the beginning:"
STILL = "In the notebook, sliders change this picture. This is what it shows at the beginning:"
LIVE = "live_bars"  # the function that draws the probabilities of three scores
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)[^)]*\)")  # to another file
TRUE_CLASS = {"03_cross_entropy": 0}  # where the loss is shown, too


def page(notebook, name, links):
    """Return a notebook as its page shows it; `links` are pairs of a text and an address."""
    title, *cells = [copy.deepcopy(cell) for cell in notebook["cells"] if "claim" not in tags(cell)]
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["outputs"] = [without_kernel(output, cell, name) for output in cell["outputs"]]
            fold(cell)
        elif "practice" in tags(cell):
            cell["source"] = HERE
    below = {"cell_type": "markdown", "id": "links", "metadata": {}, "source": link_list(links)}
    return notebook | {"cells": [title, below, *cells]}


def alone(notebook):
    """Return a notebook as it is downloaded alone: links to other files are plain words, because these aren't there."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = LINK.sub(r"\1", source(cell))
    return notebook


def fold(cell):
    """Fold a solution, and a guess with its answer, as myst-nb does: a reader may want to think first."""
    if "guess" in tags(cell):
        kind, tag = "guess", "hide-cell"
    elif "### BEGIN SOLUTION" in source(cell):
        kind, tag = "solution", "hide-input"
    else:
        return
    cell["metadata"] |= {"tags": [*tags(cell), tag], "mystnb": {"code_prompt_show": FOLDED[kind]}}


def link_list(links):
    """Return links as an HTML list."""
    items = "".join(f'<li><a href="{html.escape(address)}">{text}</a></li>' for text, address in links)
    return f'<ul class="ways">{items}</ul>'


def without_kernel(output, cell, name):
    """Return an output, but in place of the sentence that asks readers to run a cell, what a page can show."""
    if SLIDER not in "".join(output.get("data", {}).get("text/html", "")):
        return output
    shown = f"<p><em>{STILL}</em></p>"
    if f"def {LIVE}(" in source(cell):
        shown = f"{live(sliders(source(cell)), TRUE_CLASS.get(name))}<p><em>{BESIDE}</em></p>"
    return output | {"data": {"text/html": shown}}


def sliders(code):
    """Return {name: {"value": ..., "min": ..., "max": ...}} of a cell whose function is decorated with sliders."""
    found = {}

    def interact(**given):
        found.update(given)
        return lambda function: function

    exec(code, {"ipywidgets": SimpleNamespace(FloatSlider=dict, interact=interact)})  # our own cell: defines a function
    return found


def live(given, true_class):
    """Return the element that scores.js fills with sliders."""
    settings = json.dumps({"sliders": given} | ({} if true_class is None else {"trueClass": true_class}))
    return f'<div class="scores" data-settings="{html.escape(settings)}"></div>'
