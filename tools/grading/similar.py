"""Which answers of two students are so alike that a teacher may want to look at both.

The steps of an answer are compared as S. Schleimer, D. Wilkerson and A. Aiken describe in "Winnowing: local algorithms
for document fingerprinting" (SIGMOD 2003): every LENGTH neighbouring tokens give a number, and the smallest of each
WINDOW numbers is kept. Names, numbers and comments don't matter for the steps, so other names change nothing.

Functions of ten lines with one obvious form are alike without copying. So equal steps alone are no reason for a note.
A pair is told only if it also shares what is rare among the others: the same names and comments, or steps that nearly
nobody else has. The others are the class, and the answers that the repository has itself and in its tests. Long answers
that are equal in every token are told in any case, because a copy of the published solution shares nothing rare.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping

from .compared import Answer, answer, known_answers

ALIKE = 0.75  # of the steps, each weighted by how rare it is; honest answers in tests/similar_answers.py reach 0.53
HALF = 0.5  # of the names and comments, weighted in the same way
CHANCE = 10  # bits: equal names and comments of one pair are told if chance gives such a pair to 1 class in 1,000
RARE_STEPS = 8  # fingerprints of both that nearly nobody else has
CLASS = 15  # other students who must be there for rare steps to mean something
COMMON = 0.1  # a name that more of the answers have isn't shown in a note
PER_MORE = 50  # for each 50 students, one more may have what counts as rare: copies go round


def similar(
    functions: Mapping[str, Mapping[str, str]], stubs: Mapping[str, str]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return {student: notes} about answers that are alike or published, and sentences with everybody's names.

    functions: {student: {exercise: source}}; stubs: {exercise: source in the release}. Sources that aren't Python, and
    stubs that nobody filled in, are passed over.
    """
    notes: dict[str, list[str]] = {}
    told = []
    for exercise, stub in stubs.items():
        written = {student: own[exercise] for student, own in sorted(functions.items()) if exercise in own}
        answers = {
            student: answer(source, stub, exercise)
            for student, source in written.items()
            if source.strip() != stub.strip()
        }
        found = {student: one for student, one in answers.items() if one and one.steps}
        others = [one for source in known_answers(stub) if (one := answer(source, stub))]
        solutions = [one for source in known_answers(stub, published=True) if (one := answer(source, stub))]
        copied = [student for student, one in found.items() if any(map(one.equals, solutions))]
        for student in copied:
            notes.setdefault(student, []).append(f"{exercise}: equals the published solution")
        alike: dict[str, dict[str, str]] = {}
        for a, b, why in pairs(found, others):
            if a not in copied or b not in copied:
                alike.setdefault(a, {})[b] = why
                alike.setdefault(b, {})[a] = why
        for student, like in alike.items():
            notes.setdefault(student, []).append(f"{exercise}: nearly the same as that of {these(like)}")
        told += in_sentences(exercise, copied, groups(alike))
    return notes, told


def these(like: Mapping[str, str]) -> str:
    """Return the names of up to three students, and what is equal in the answer of the first. like: {student: why}."""
    names = list(like)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    whose = f" (with {names[0]})" if len(names) > 1 else ""
    return f"{', '.join(names[:3])}{more}: {like[names[0]]}{whose}"


def in_sentences(exercise: str, published: Iterable[str], groups: Iterable[Iterable[str]]) -> list[str]:
    """Return sentences for the end of a run: who has the published solution, and whose answers are alike."""
    found = [f"{exercise}: equal to the published solution: {', '.join(published)}."] if published else []
    return found + [f"{exercise}: nearly the same answers: {', '.join(sorted(group))}." for group in groups]


def groups(alike: Mapping[str, Iterable[str]]) -> list[set[str]]:
    """Return the groups that are connected. alike: {student: the students whose answers are like this one}."""
    found: list[set[str]] = []
    for student, others in alike.items():
        joined = {student, *others}
        for group in [group for group in found if group & joined]:
            joined |= group
            found.remove(group)
        found.append(joined)
    return found


def pairs(answers: Mapping[str, Answer], others: list[Answer]) -> Iterable[tuple[str, str, str]]:
    """Yield two students and what is equal, for each pair that is worth a look."""
    everyone = [*answers.values(), *others]
    steps = Counter(step for one in everyone for step in one.steps)
    marks = Counter(mark for one in everyone for mark in one.marks)
    few = 2 + len(answers) // PER_MORE  # the two, and who may have copied as well
    enough = math.log2(max(1, math.comb(len(answers), 2))) + CHANCE
    for (a, one), (b, other) in itertools.combinations(answers.items(), 2):
        share = likeness(one.steps, other.steps, steps, len(everyone))
        if one.equals(other):
            yield a, b, "equal in every token"
            continue
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
    return f"{share:.0%} of the steps are equal" + (f", and so are: {', '.join(shown)}" if shown else "")
