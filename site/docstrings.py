"""Sphinx extension: our docstrings, which are plain text to be read with help(), as reStructuredText.

Indented lines and examples stay as they are. In the other lines, `code` becomes code, and signs that mean something
else in reStructuredText, as in |a - n|, are themselves.
"""

import re

SIGNS = re.compile(r"[*|\\<]|_\b")


def as_rst(lines):
    """Return the lines of a docstring as lines of reStructuredText."""
    text, block = [], ""  # the kind of the block of code in which a line stands
    for line in lines:
        before = block
        if line.startswith((">>> ", "    ")):
            block = before or ("example" if line.startswith(">>> ") else "indented")
        elif bool(line) == (before == "indented"):  # an empty line ends an example, and text ends an indented block
            block = ""
        if block and not before:
            text += ["", "::", ""]
        if before and not block and line:
            text.append("")
        text.append(f"    {line}" if block and line else plain(line))
    return [*text, ""]


def plain(line):
    """Return a line of text, with its `code` as code and its signs as they are."""
    parts = re.split(r"(`[^`]+`)", line)
    return "".join(f"`{part}`" if part[:1] == "`" else SIGNS.sub(r"\\\g<0>", part) for part in parts)


def setup(app):
    """Let autodoc read our docstrings."""

    def convert(app, what, name, obj, options, lines):
        lines[:] = as_rst(lines)

    app.connect("autodoc-process-docstring", convert)
    return {"parallel_read_safe": True}
