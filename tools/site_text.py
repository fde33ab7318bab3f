"""The texts of the site: which files are pages, where their links lead, and the links of a notebook's page."""

import re
from pathlib import Path

from repository import ROOT, binder, colab, source

PAGES = [
    "docs/students.md",
    "docs/instructors.md",
    "docs/assignment.md",
    "docs/mistakes.md",
    "docs/notices.md",
    "docs/speed.md",
    "notebooks/README.md",
    "CHANGELOG.md",
]
NOTES = {  # below the title, where a page was written for readers of the repository
    "docs/students.md": """\
*This is the README of the zip that a teacher gives to a class, and "this folder" is the folder in the zip. Without a
teacher, see [Run the notebooks](../run.md).*""",
    "docs/assignment.md": """\
*Where this page speaks of the folder of this project, the file of the package is enough. [Run the
notebooks](../run.md#on-your-own-computer) has it, and it is the wheel that Colab needs, too.*""",
}
LINK = re.compile(r"(\[[^\]\n]*\])\(([^)#\s]+)(#[^)\s]*)?\)")


def page_text(path, name):
    """Return the text of the page `path`, whose links fit the site of the repository `name`."""
    text = with_links((ROOT / path).read_text(encoding="utf-8"), Path(path).parent, name)
    return text.replace("\n", f"\n\n{NOTES[path]}\n", 1) if path in NOTES else text


def ways(stem, name, lite):
    """Return the links of a notebook's page as pairs of a text and an address.

    `name` is the repository's OWNER/NAME, or None; `lite` is true where the site's JupyterLite has this notebook.
    """
    links = [("Run it in the browser", f"../lite/lab/index.html?path={stem}.ipynb")] if lite else []
    links += [("Download the copy without solutions", f"../practice/{stem}.ipynb")]
    if name:
        links += [
            ("Open in Colab", colab(name, f"notebooks/{stem}.ipynb")),
            ("Open in Binder", binder(name, f"practice/{stem}.ipynb")),
            ("Source", source(name, f"notebooks/source/{stem}.py")),
        ]
    return links


def offered(text, name, lite):
    """Return the page `run.md` without the ways of running a notebook that this site can't offer."""
    left_out = ["Run it in the browser"] * (not lite) + ["Open in Colab", "Open in Binder"] * (not name)
    for way in left_out:
        text = re.sub(rf"- \*\*{way}\.\*\*.*?\n(?=- |\n)", "", text, flags=re.DOTALL)
    return text


def with_links(text, folder, name):
    """Return a text from `folder` of the repository, whose links to files that are no pages lead to the repository.

    A link may begin at the folder or at the top. Without a repository, links to other files become plain words.
    ValueError for a link to a file that isn't there.
    """

    def led(link):
        words, target, _ = link.groups()
        if ":" in target:
            return link[0]
        found = [path for path in ((ROOT / folder / target).resolve(), ROOT / target) if path.exists()]
        if not found:
            raise ValueError(f"a link of a page in {folder} leads nowhere: {target}")
        path = found[0].relative_to(ROOT).as_posix()
        if path in PAGES or path.startswith("notebooks/") or path.endswith(".png"):
            return link[0]
        return f"{words}({source(name, path)})" if name else words[1:-1]

    return LINK.sub(led, text)
