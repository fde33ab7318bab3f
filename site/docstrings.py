"""Sphinx extension: our docstrings, which are plain text to be read with help(), as reStructuredText; and signatures.

Indented lines and examples stay as they are. In the other lines, `code` becomes code, and signs that mean something
else in reStructuredText, as in |a - n|, are themselves. Types and defaults are shown as they are written in the source:
ArrayLike, and not the union of ten types that NumPy means by it.
"""

import ast
import inspect
import re
import textwrap

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
    """Return a line of text, with its `code` as code, **bold** words as bold ones, and its signs as they are."""
    parts = re.split(r"(`[^`]+`|(?<!\S)\*\*\w[^*]*\w\*\*)", line)  # code and bold words stand at odd places
    parts[1::2] = [f"`{part}`" if part[0] == "`" else part for part in parts[1::2]]
    parts[::2] = [SIGNS.sub(r"\\\g<0>", part) for part in parts[::2]]
    return "".join(parts)


def signature(thing):
    """Return the arguments and the returned type of a function, as its source has them; None for anything else."""
    thing = thing.__init__ if isinstance(thing, type) else thing
    try:
        function = ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]
        function.args.args = [argument for argument in function.args.args if argument.arg != "self"]
    except (AttributeError, OSError, TypeError):
        return None  # a module, an attribute, or a method that a decorator such as @dataclass has made
    returned = ast.unparse(function.returns) if function.returns else None
    return f"({ast.unparse(function.args)})", returned


def setup(app):
    """Let autodoc read our docstrings and signatures."""

    def convert(app, what, name, obj, options, lines):
        lines[:] = as_rst(lines)

    def written(app, what, name, obj, options, given, returned):
        return signature(obj) if given else None

    app.connect("autodoc-process-docstring", convert)
    app.connect("autodoc-process-signature", written)
    return {"parallel_read_safe": True}
