"""What is compared of an answer: its steps, the names and comments that are its author's own, and all of its tokens.

Code is read as text, and never run.
"""

import ast
import io
import keyword
import re
import textwrap
import tokenize
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ("cs231n_softmax/classifiers/*.py", "notebooks/source/*.py")
KNOWN = ("tests/mistakes/*.py", *PUBLISHED)
LENGTH, WINDOW = 5, 3  # any 7 equal tokens share a fingerprint
LONG = 60  # tokens that weren't given. The notebooks' solutions have 48 at most (an SGD step), or 78 and more (a sweep)


@dataclass
class Answer:
    """What is compared of one answer."""

    steps: frozenset[int]
    marks: frozenset[str]  # the names that it gives, and its comments
    body: str  # its statements in one spelling, without those that the stub gives

    def equals(self, other: "Answer") -> bool:
        """True for two answers that are long, and equal in every token."""
        return self.body == other.body != "" and len(tokens(self.body)) >= LONG


def answer(source: str, stub: str, exercise: str = "") -> Answer | None:
    """Return what is compared of a function (without a name, of the first); None if the text isn't one in Python."""
    try:
        tree = ast.parse(source)
        functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        if not functions:
            return None
        name = exercise or functions[0]
        given = statements(ast.parse(stub), name)
        body = in_one_spelling([text for text in statements(tree, name) if text not in given])
        return Answer(fingerprints(source), own_marks(source) - own_marks(stub), body)
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return None


def statements(tree: ast.Module, exercise: str) -> list[str]:
    """Return the statements of the last function with this name (or else of none), without its docstring.

    Each is in one spelling: equal texts have equal tokens, names included.
    """
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == exercise]
    own = found[-1].body[bool(ast.get_docstring(found[-1])) :] if found else []
    return list(map(ast.unparse, own))


def in_one_spelling(own: list[str]) -> str:
    """Return statements as a function f(); "" for none."""
    return "def f():\n" + textwrap.indent("\n".join(own), " ") if own else ""


def fingerprints(source: str) -> frozenset[int]:
    """Return the winnowed numbers of a function's tokens."""
    words = tokens(source)
    numbers = [zlib.crc32(" ".join(words[i : i + LENGTH]).encode()) for i in range(len(words) - LENGTH + 1)]
    return frozenset(min(numbers[i : i + WINDOW]) for i in range(len(numbers) - WINDOW + 1))


def tokens(source: str) -> list[str]:
    """Return the tokens below the `def` line and the docstring; every name that isn't an attribute is "v"."""
    given = ast.parse(source).body[0]
    parameters = {argument.arg for argument in getattr(getattr(given, "args", None), "args", [])}
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    words, before = [], ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        text = token.string
        if token.type in skipped:
            continue
        if token.type == tokenize.NEWLINE:
            text = ";"
        elif token.type == tokenize.NUMBER:
            text = "0"
        elif token.type == tokenize.STRING:
            text = "" if before in (";", ":") else "s"  # a docstring is no step
        elif token.type == tokenize.NAME and not keyword.iskeyword(text) and before != "." and text not in parameters:
            text = text if text == "np" else "v"
        words += [text] if text else []
        before = text or before
    return words[words.index(";") + 1 :] if ";" in words else words


def own_marks(source: str) -> frozenset[str]:
    """Return the names that a cell assigns, and its comments of two words or more."""
    names = {
        node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    comments = [re.findall(r"\w+", line.partition("#")[2].casefold()) for line in source.splitlines()]
    return frozenset(names | {f"# {' '.join(words)}" for words in comments if len(words) > 1})


def known_answers(stub: str, published: bool = False) -> list[str]:
    """Return the functions of the repository that take the same parameters as a stub; or only its solutions."""
    try:
        (function,) = ast.parse(stub).body[:1]
    except (SyntaxError, ValueError):
        return []
    if not isinstance(function, ast.FunctionDef):
        return []
    return known_functions(PUBLISHED if published else KNOWN).get(ast.unparse(function.args), [])


@cache
def known_functions(patterns: tuple[str, ...]) -> dict[str, list[str]]:
    """Return {parameters: sources} of all functions in these files; nothing is imported or run."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (source := ast.get_source_segment(text, node)):
                bare = ast.unparse(node.args) if not node.args.kwonlyargs else ""
                found.setdefault(re.sub(r": [\w.\[\], |]+?(?=,|$)", "", bare), []).append(source)
    return found
