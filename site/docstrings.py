"""Sphinx extension: our docstrings, which are plain text to be read with help(), as reStructuredText.

Indented lines and examples stay as they are. In the other lines, `code` becomes code, and signs that mean something
else in reStructuredText, as in |a - n|, are themselves.
"""

import re

SIGNS = re.compile(r"[*|\\<]|_\b")


def as_rst(lines):
    """Return the lines of a docstring as lines of reStructuredText."""
    text, inside = [], False  # inside of an indented block, or of an example
    for line in lines:
        literal = line.startswith(("    ", ">>> ", "... ")) or (inside and line and text[-1] != "")
        if literal and not inside:
            text += ["", "::", ""]
        if inside and line and not literal:
            text.append("")
        inside = literal or (inside and not line)
        text.append(f"    {line}" if literal else plain(line))
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
