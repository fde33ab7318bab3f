"""The site, without building it: notebooks as pages, where links lead, docstrings, dead links, Binder's files."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "site")]
import notebook_page  # noqa: E402
import repository  # noqa: E402
from docstrings import as_rst, signature  # noqa: E402
from site_links import dead_links  # noqa: E402
from site_text import PAGES, offered, page_text, ways, with_links  # noqa: E402

from cs231n_softmax import Softmax, softmax_loss_naive  # noqa: E402

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
THREE = {"cat": 3.2, "car": 5.1, "frog": -1.7}


def shown(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook, notebook_page.page(notebook, path.stem, [("Colab", "https://example.org/?a=1&b=2")])


def text_html(notebook):
    return ["".join(output.get("data", {}).get("text/html", "")) for cell in notebook["cells"]
            for output in cell.get("outputs", [])]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_page_has_the_links_below_the_title_and_all_pictures_with_their_texts(path):
    """It asks nobody to run a cell, leaves out only our tests' assertions, and is a valid notebook."""
    notebook, page = shown(path)
    nbformat.validate(nbformat.from_dict(page))
    assert page["cells"][0] == notebook["cells"][0]
    assert 'href="https://example.org/?a=1&amp;b=2"' in page["cells"][1]["source"]
    claims = [cell for cell in notebook["cells"] if "claim" in cell["metadata"].get("tags", [])]
    assert len(page["cells"]) == len(notebook["cells"]) - len(claims) + 1
    texts = [re.findall('<img alt="([^"]+)"', html) for html in text_html(page)]
    assert [text for text in texts if text] == [text for html in text_html(notebook)
                                                if (text := re.findall('<img alt="([^"]+)"', html))]
    assert "Run this cell" not in json.dumps(page)


@pytest.mark.parametrize("path", PATHS[1:3], ids=lambda path: path.stem)
def test_solutions_and_guesses_are_folded_and_the_page_says_where_a_copy_is(path):
    notebook, page = shown(path)
    tags = [cell["metadata"].get("tags", []) for cell in page["cells"] if cell["cell_type"] == "code"]
    text = json.dumps(notebook)
    assert sum("hide-input" in own for own in tags) == text.count("### BEGIN SOLUTION") > 0
    assert sum("hide-cell" in own for own in tags) == sum("guess" in own for own in tags) > 0
    assert [cell["source"] for cell in page["cells"]].count(notebook_page.HERE) == 1
    assert "make practice" not in json.dumps(page)


def test_the_page_about_running_lists_what_the_site_offers():
    text = (ROOT / "site/run.md").read_text(encoding="utf-8")
    ways = re.compile(r"- \*\*(.*?)\.\*\*")
    assert offered(text, "o/n", True) == text
    assert ways.findall(offered(text, None, True)) == ["Run it in the browser", "Download the copy without solutions"]
    assert ways.findall(offered(text, "o/n", False)) == ways.findall(text)[1:]
    assert "## On your own computer" in offered(text, None, False)


def test_a_notebook_that_is_downloaded_alone_has_no_links_to_files_beside_it():
    text = "See [5. Fast](05_x.ipynb#top), [the solved one](solved/04.ipynb), [there](https://x.org) and [here](#a)."
    code = {"cell_type": "code", "source": "x = a[0](1)"}
    notebook = {"cells": [{"cell_type": "markdown", "source": [text]}, code]}
    shown, same = notebook_page.alone(notebook)["cells"]
    assert shown["source"] == "See 5. Fast, the solved one, [there](https://x.org) and [here](#a)."
    assert same == code and notebook["cells"][0]["source"] == [text]


@pytest.mark.parametrize("name, true_class", [("02_scores_to_probabilities", None), ("03_cross_entropy", 0)])
def test_the_sliders_of_the_page_are_those_of_the_notebook(name, true_class):
    _, page = shown(ROOT / f"notebooks/{name}.ipynb")
    [html] = [html for html in text_html(page) if 'class="scores"' in html]
    settings = json.loads(re.search('data-settings="(.*?)"', html)[1].replace("&quot;", '"'))
    assert {word: given["value"] for word, given in settings["sliders"].items()} == THREE
    assert all(given["min"] < given["value"] < given["max"] for given in settings["sliders"].values())
    assert settings.get("trueClass") == true_class


@pytest.mark.parametrize("address", ["https://github.com/someone/a.b-c", "https://github.com/someone/a.b-c.git",
                                     "https://github.com/someone/a.b-c/", "someone/a.b-c"])
def test_all_links_follow_from_the_one_address(address, monkeypatch):
    monkeypatch.setattr(repository, "declared", lambda: {"Repository": address})
    assert repository.repository() == "someone/a.b-c"
    assert ways("02_x", repository.repository(), lite=True) == [
        ("Run it in the browser", "../lite/lab/index.html?path=02_x.ipynb"),
        ("Download the copy without solutions", "../practice/02_x.ipynb"),
        ("Open in Colab", "https://colab.research.google.com/github/someone/a.b-c/blob/main/notebooks/02_x.ipynb"),
        ("Open in Binder", "https://mybinder.org/v2/gh/someone/a.b-c/main?urlpath=lab/tree/practice/02_x.ipynb"),
        ("Source", "https://github.com/someone/a.b-c/blob/main/notebooks/source/02_x.py"),
    ]


def test_without_an_address_there_are_no_links_to_elsewhere(monkeypatch):
    monkeypatch.setattr(repository, "declared", lambda: {})
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    assert repository.repository() is None
    assert ways("02_x", None, lite=False) == [("Download the copy without solutions", "../practice/02_x.ipynb")]
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/else")
    assert repository.repository() == "someone/else"


@pytest.mark.parametrize("address", ["https://gitlab.com/a/b", "https://github.com/a", "a/b/c"])
def test_an_address_that_is_not_githubs_is_refused(address, monkeypatch):
    monkeypatch.setattr(repository, "declared", lambda: {"Repository": address})
    with pytest.raises(ValueError, match="OWNER/NAME, got"):
        repository.repository()


def test_links_to_pages_stay_and_links_to_files_lead_to_the_repository():
    text = "[a](mistakes.md#half) [b](../LICENSE) [c](https://x.org) [d](#here) ![e](sweep.png) [f](datasets/README.md)"
    there = "https://github.com/o/n/blob/main"
    assert with_links(text, Path("docs"), "o/n") == (
        f"[a](mistakes.md#half) [b]({there}/LICENSE) [c](https://x.org) [d](#here) ![e](sweep.png) "
        f"[f]({there}/datasets/README.md)")
    assert "b [c]" in with_links(text, Path("docs"), None)
    with pytest.raises(ValueError, match="docs leads nowhere: no.md"):
        with_links("[a](no.md)", Path("docs"), "o/n")


def test_every_text_of_docs_is_a_page():
    """pypi.md is the README on PyPI, and a page nowhere else."""
    docs = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} - {"docs/pypi.md"}
    assert docs <= set(PAGES)


def test_a_reader_of_the_site_learns_that_the_students_page_belongs_to_a_zip():
    title, _, note, *_ = page_text("docs/students.md", None).splitlines()
    assert title.startswith("# ") and note.startswith("*This is the README of the zip")


def test_docstrings_become_text_code_and_examples():
    docstring = ["**The error** |a - n| of x_, and `W * 2`:", "    f    first", "", "    g    second", "More.", "",
                 ">>> 1 + 1", "2"]
    assert as_rst(docstring) == [
        r"**The error** \|a - n\| of x\_, and ``W * 2``:", "", "::", "",
        "        f    first", "", "        g    second", "", "More.", "", "", "::", "", "    >>> 1 + 1", "    2", ""]


def test_signatures_are_as_they_are_written():
    assert signature(softmax_loss_naive) == ("(W: ArrayLike, X: ArrayLike, y: ArrayLike, reg: float)",
                                             "tuple[float, np.ndarray]")
    assert signature(Softmax.predict)[0] == "(X: ArrayLike)"
    assert signature(Softmax) == ("()", "None")
    assert signature(json) is signature(3) is None


def test_dead_links_are_found(tmp_path):
    (tmp_path / "a.html").write_text('<p id="in-a"></p><a href="b.html#in-b">1</a> <a href="https://x.org">2</a>')
    (tmp_path / "b.html").write_text('<p id="in-b"></p><a href="a.html#in-a">1</a><img src="no.png"><a href="#no"></a>')
    assert dead_links(tmp_path) == ["b.html: a link to an anchor that isn't there: #no",
                                    "b.html: a link to a file that isn't there: no.png"]


def test_binder_installs_the_tested_versions_and_makes_sample_and_copies():
    assert [line for line in (ROOT / ".binder/requirements.txt").read_text().splitlines() if not line.startswith("#")] \
        == ["-r ../requirements.txt"]
    assert re.fullmatch(r"python-3\.1[1-4]\n", (ROOT / ".binder/runtime.txt").read_text())
    after = (ROOT / ".binder/postBuild").read_text()
    assert "write_sample()" in after and "python -m cs231n_softmax practice" in after
    if sys.platform != "win32":
        subprocess.run(["bash", "-n", ROOT / ".binder/postBuild"], check=True)
        assert (ROOT / ".binder/postBuild").stat().st_mode & 0o100
