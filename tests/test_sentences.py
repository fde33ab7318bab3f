"""tools/sentences.py: one sentence per line, and a page that stays as it is."""

import sys
from pathlib import Path

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import sentences  # noqa: E402


@pytest.mark.parametrize("text, lines", [
    ("One. Two three.\nFour?", ["One.", "Two three.", "Four?"]),
    ("One sentence\non two lines.", ["One sentence on two lines."]),
    ("One, e.g. Two. A value of 3.5 isn't an end.", ["One, e.g. Two.", "A value of 3.5 isn't an end."]),
    ("**Bold.** Then *more.* (Brackets.) \"Quoted.\" `code` is read.",
     ["**Bold.**", "Then *more.*", "(Brackets.)", '"Quoted."', "`code` is read."]),
    ("Call `a. B`. In $x. Y$, and [a link](to. This). End.",
     ["Call `a. B`.", "In $x. Y$, and [a link](to. This).", "End."]),
    ("**1.** Is it? Yes.", ["**1.** Is it?", "Yes."]),
    ("# A. Heading\nText. More.", ["# A. Heading", "Text.", "More."]),
    ("### A heading\nText.", ["### A heading", "Text."]),
    ("- One. Two\n  three.\n- Four.", ["- One.", "  Two three.", "- Four."]),
    ("1. One. Two.\n2. Three.", ["1. One.", "   Two.", "2. Three."]),
    ("| A. B | C. D |\n|---|---|", ["| A. B | C. D |", "|---|---|"]),
    ("So\n$$a. B\n= c$$\nEnd. More.", ["So", "$$a. B", "= c$$", "End.", "More."]),
    ("$$a. B$$\nEnd. More.", ["$$a. B$$", "End.", "More."]),
    ("```\nA. B\nC. D\n```\nE. F is.", ["```", "A. B", "C. D", "```", "E.", "F is."]),
    ("<details><summary>Answer</summary>\n\nNo. It isn't.\n\n</details>",
     ["<details><summary>Answer</summary>", "", "No.", "It isn't.", "", "</details>"]),
    ("It costs 5. 3. Three isn't an item.", ["It costs 5. 3.", "Three isn't an item."]),
    ("**Next:** [5. One](a.md). Then two.", ["**Next:** [5. One](a.md).", "Then two."]),
    ("", [])], ids=str)
def test_one_sentence_per_line(text, lines):
    """Paragraphs and list items are split at the ends of sentences, once and for all; nothing else is touched."""
    assert sentences.rewrap(text.splitlines()) == lines
    assert sentences.rewrap(lines) == lines
    before, after = (markdown2html_mistune(source) for source in (text, "\n".join(lines)))
    assert before.split() == after.split()


def test_only_text_cells_are_rewritten():
    """Comments in code, also those that follow a text cell, stay as they are."""
    source = """# %% [markdown] tags=["practice"]
# One. Two.
#
# Three.

# %%
# A. B
x = 1  # C. D

# %% [markdown]
# E. F.
"""
    assert sentences.rewritten(source) == source.replace("One. Two", "One.\n# Two").replace("E. F", "E.\n# F")


@pytest.mark.parametrize("path", sorted(sentences.SOURCES.glob("*.py")), ids=lambda path: path.stem)
def test_the_sources_have_one_sentence_per_line(path):
    """If this fails, run tools/sentences.py, and then tools/build_notebooks.py --text."""
    source = path.read_text(encoding="utf-8")
    assert sentences.rewritten(source) == source
