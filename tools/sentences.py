"""Put each sentence of the notebooks' sources on a line of its own, so that a diff shows the sentence that changed.

    python tools/sentences.py               rewrite notebooks/source/*.py
    python tools/sentences.py --check       write nothing; name the sources that would change, and fail

A page shows the same text: within a paragraph, Markdown reads the end of a line as a space. Headings, tables, formulas
and code stay as they are. Afterwards, `tools/build_notebooks.py --text` brings the new lines into the notebooks.
"""

import argparse
import re
import sys
from pathlib import Path

from cs231n_softmax._files import atomic_write

SOURCES = Path(__file__).resolve().parents[1] / "notebooks/source"
WHOLE = re.compile(r"`[^`]*`|\$[^$]*\$|\[[^\]\n]*\]\([^)]*\)")  # code, formulas, links: a point in them ends nothing
END = re.compile(r"""(?<=[.!?])(["')*_]*) +(?=["'(*_`$\[]*[A-ZÀ-Ý0-9`$])""")
NOT_AN_END = re.compile(r"(\be\.g|\bi\.e|\bvs|\bcf|^\**\d+)\.\**$")
OTHERWISE = re.compile(r"([-*+>|]|#+|\d+\.) |\||</?\w|\$\$|```|$")  # how a line begins that continues no paragraph
ITEM = re.compile(r"([-*+]|\d+\.) +")


def sentences(text):
    """Return the sentences of a paragraph."""
    hidden = WHOLE.sub(lambda part: re.sub(r"[.!?]", "\0", part[0]), text)  # of the same length
    found, start = [], 0
    for end in END.finditer(hidden):
        after = text[end.end() :]
        if not NOT_AN_END.search(text[start : end.end()].rstrip()) and not OTHERWISE.match(after):
            found.append(text[start : end.end()].rstrip())
            start = end.end()
    return [*found, text[start:]]


def rewrap(lines):
    """Return the lines of a text cell, one for each sentence of its paragraphs and list items."""
    written, lines = [], list(lines)
    while lines:
        line = lines.pop(0)
        if fence := re.match(r"```|\$\$", line):  # code, or a formula of several lines: up to the same mark
            written.append(line)
            while lines and written[-1].count(fence[0]) < (2 if written[-1] is line else 1):
                written.append(lines.pop(0))
        elif OTHERWISE.match(line) and not ITEM.match(line):
            written.append(line)
        else:
            mark = ITEM.match(line)
            while lines and not OTHERWISE.match(lines[0].strip()):
                line = f"{line} {lines.pop(0).strip()}"
            first, *others = sentences(line)
            written += [first, *(" " * len(mark[0] if mark else "") + other for other in others)]
    return written


def rewritten(source):
    """Return the text of a source with one sentence per line in its text cells."""
    written, text, in_text = [], [], False
    for line in [*source.splitlines(), "# %%"]:
        if in_text and line.startswith("#") and not line.startswith("# %%"):
            text.append(line[2:])
            continue
        written += [f"# {new}".rstrip() for new in rewrap(text)]
        text, in_text = [], line.startswith("# %% [markdown]") or (in_text and not line)
        written.append(line)
    return "\n".join(written[:-1]) + "\n"


def main():
    """Rewrite the sources, or with --check name those that would change."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    only_check, other = parser.parse_args().check, []
    for path in sorted(SOURCES.glob("*.py")):
        before = path.read_text(encoding="utf-8")
        after = rewritten(before)
        if after != before:
            other.append(path.name)
            if not only_check:
                with atomic_write(path) as f:
                    f.write(after)
    if only_check and other:
        sys.exit(f"{', '.join(other)}: not one sentence per line. Run tools/sentences.py.")


if __name__ == "__main__":
    main()
