"""List what the notebooks assert, and which exceptions they catch, in notebooks/recorded/assertions.txt.

    python tools/assertions.py              write the list
    python tools/assertions.py --check      write nothing; fail if the list isn't what the notebooks assert

An assertion can be made weaker so that it holds again, and nothing fails. In this list, the change is a line of a diff.
"""

import argparse
import ast
import sys

from build_notebooks import NOTEBOOKS, read_source

from cs231n_softmax._files import atomic_write

CHECKS = (".require(", "threshold=")  # they raise an error as an assertion does
CATCH = ("suppress(", "raises(")


def flat(code):
    return " ".join(code.split())


def claims(statements, code, indent=""):
    """Return the lines of the list for some statements of a cell: assertions, and the statements around them."""
    found = []
    for statement in statements:
        text = ast.get_source_segment(code, statement)
        if not hasattr(statement, "body"):
            if isinstance(statement, ast.Assert) or any(word in text for word in CHECKS):
                found.append(indent + flat(text))
            continue
        head = flat(text.partition(ast.get_source_segment(code, statement.body[0]))[0])
        inner = claims([*statement.body, *getattr(statement, "orelse", [])], code, indent + "  ")
        for handler in getattr(statement, "handlers", []):
            kind = f" {ast.unparse(handler.type)}" if handler.type else ""
            inner.append(f"{indent}except{kind}:")
            inner += claims(handler.body, code, indent + "  ")
        inner += claims(getattr(statement, "finalbody", []), code, indent + "  ")
        if inner or any(word in head for word in CATCH):
            found += [indent + head, *inner]
    return found


def listing():
    """Return the whole list."""
    lines = ["What the notebooks assert, and what they catch. Written by tools/assertions.py: `make build`."]
    for path in sorted((NOTEBOOKS / "source").glob("*.py")):
        lines += ["", path.stem]
        for cell in read_source(path).cells:
            if cell.cell_type == "code":
                lines += claims(ast.parse(cell.source).body, cell.source, "  ")
    return "\n".join(lines) + "\n"


def main():
    """Write the list, or with --check only compare it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    target = NOTEBOOKS / "recorded/assertions.txt"
    if not parser.parse_args().check:
        with atomic_write(target) as f:
            f.write(listing())
    elif not target.exists() or target.read_text(encoding="utf-8") != listing():
        sys.exit(f"{target.name}: not what the notebooks assert. Run tools/assertions.py, and look at its diff.")


if __name__ == "__main__":
    main()
