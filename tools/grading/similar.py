"""Which answers of two students are so alike that a teacher may want to look at both.

The steps of an answer are compared as S. Schleimer, D. Wilkerson and A. Aiken describe in "Winnowing: local algorithms
for document fingerprinting" (SIGMOD 2003): every LENGTH neighbouring tokens give a number, and the smallest of each
WINDOW numbers is kept. Names, numbers and comments don't matter for the steps, so other names change nothing.

Functions of ten lines with one obvious form are alike without copying. So equal steps alone are no reason for a note.
A pair is told only if it also shares what is rare among the others: the same names and comments, or steps that nearly
nobody else has. The others are the class, and the answers that the repository has itself and in its tests.
"""

import ast
import io
import itertools
import keyword
import math
import re
import tokenize
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KNOWN = ["tests/mistakes/*.py", "cs231n_softmax/classifiers/*.py", "notebooks/source/*.py"]
LENGTH, WINDOW = 5, 3  # any 7 equal tokens share a fingerprint
ALIKE = 0.75  # of the steps, each weighted by how rare it is; honest answers in tests/similar_answers.py reach 0.53
HALF = 0.5  # of the names and comments, weighted in the same way
CHANCE = 10  # bits: equal names and comments of one pair are told if chance gives such a pair to 1 class in 1,000
RARE_STEPS = 8  # fingerprints of both that nearly nobody else has
CLASS = 15  # other students who must be there for rare steps to mean something
COMMON = 0.1  # a name that more of the answers have isn't shown in a note
PER_MORE = 50  # for each 50 students, one more may have what counts as rare: copies go round


@dataclass
class Answer:
    """What is compared of one answer."""

    steps: frozenset[int]
    marks: frozenset[str]  # the names that it gives, and its comments


def similar(functions: Mapping[str, Mapping[str, str]], stubs: Mapping[str, str]) -> dict[str, list[str]]:
    """Return {student: notes} about answers that are alike.

    functions: {student: {exercise: source}}; stubs: {exercise: source in the release}. Sources that aren't Python, and
    stubs that nobody filled in, are passed over.
    """
    notes: dict[str, list[str]] = {}
    for exercise, stub in stubs.items():
        written = {student: own[exercise] for student, own in sorted(functions.items()) if exercise in own}
        answers = {
            student: answer(source, stub) for student, source in written.items() if source.strip() != stub.strip()
        }
        found = {student: one for student, one in answers.items() if one and one.steps}
        others = [one for source in known_answers(stub) if (one := answer(source, stub))]
        alike: dict[str, list[tuple[str, str]]] = {}
        for a, b, why in pairs(found, others):
            alike.setdefault(a, []).append((b, why))
            alike.setdefault(b, []).append((a, why))
        for student, like in alike.items():
            names = ", ".join(other for other, _ in like[:3]) + (f" and {len(like) - 3} more" if len(like) > 3 else "")
            notes.setdefault(student, []).append(f"{exercise}: nearly the same as that of {names}: {like[0][1]}")
    return notes


def pairs(answers: Mapping[str, Answer], others: list[Answer]) -> Iterable[tuple[str, str, str]]:
    """Yield two students and what is equal, for each pair that is worth a look."""
    everyone = [*answers.values(), *others]
    steps = Counter(step for one in everyone for step in one.steps)
    marks = Counter(mark for one in everyone for mark in one.marks)
    few = 2 + len(answers) // PER_MORE  # the two, and who may have copied as well
    enough = math.log2(max(1, math.comb(len(answers), 2))) + CHANCE
    for (a, one), (b, other) in itertools.combinations(answers.items(), 2):
        share = likeness(one.steps, other.steps, steps, len(everyone))
        if share < ALIKE:
            continue
        equal = one.marks & other.marks
        named = likeness(one.marks, other.marks, marks, len(everyone)) >= HALF
        rare_steps = [step for step in one.steps & other.steps if steps[step] <= few]
        judged = len(answers) - 2 >= CLASS
        if (named and surprise(equal, equal, marks, len(everyone)) >= enough) or (
            judged and len(rare_steps) >= RARE_STEPS
        ):
            yield a, b, in_words(share, [mark for mark in equal if marks[mark] <= max(few, COMMON * len(everyone))])


def likeness(a: frozenset, b: frozenset, seen: Counter, total: int) -> float:
    """Return which part of the larger set is shared, each member weighted by its surprise."""
    larger = max(surprise(a, a & b, seen, total), surprise(b, a & b, seen, total))
    return surprise(a & b, a & b, seen, total) / larger if larger else 0.0


def surprise(these: frozenset, shared: frozenset, seen: Counter, total: int) -> float:
    """Return the bits of a set: -log2 of the part of the others, beside the two, who have each member."""
    return sum(-math.log2((seen[one] - (2 if one in shared else 1) + 1) / total) for one in these)


def in_words(share: float, equal: Iterable[str]) -> str:
    """Return what is equal: the share of the steps, and up to four names and comments, comments first."""
    shown = sorted(equal, key=lambda mark: (not mark.startswith("#"), -len(mark), mark))[:4]
    return f"{share:.0%} of the steps are equal" + (f", and both have: {', '.join(shown)}" if shown else "")


# --- what is compared -----------------------------------------------------------------------------


def answer(source: str, stub: str) -> Answer | None:
    """Return what is compared of a function; None if the text isn't a function in Python."""
    try:
        tree = ast.parse(source)
        if not any(isinstance(node, ast.FunctionDef) for node in tree.body):
            return None
        return Answer(fingerprints(source), own_marks(source) - own_marks(stub))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return None


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


def known_answers(stub: str) -> list[str]:
    """Return the functions of the repository that take the same parameters as a stub."""
    try:
        (function,) = ast.parse(stub).body[:1]
    except (SyntaxError, ValueError):
        return []
    return known_functions().get(ast.unparse(function.args), []) if isinstance(function, ast.FunctionDef) else []


@cache
def known_functions() -> dict[str, list[str]]:
    """Return {parameters: sources} of all functions in KNOWN; nothing is imported or run."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for pattern in KNOWN for path in ROOT.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (source := ast.get_source_segment(text, node)):
                bare = ast.unparse(node.args) if not node.args.kwonlyargs else ""
                found.setdefault(re.sub(r": [\w.\[\], |]+?(?=,|$)", "", bare), []).append(source)
    return found
