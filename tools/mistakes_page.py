"""Write docs/mistakes.md: each code of the examiner, what the learner reads, and a function from tests/mistakes.

    python tools/mistakes_page.py

It takes a second, as no function is run. The same sources give the same page, byte for byte.
"""

import ast
import difflib
import inspect
import re
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import jinja2

from cs231n_softmax._files import atomic_write
from cs231n_softmax.check.catalogue import ALL, SMALLER, endings, entries
from cs231n_softmax.check.losses.wording import NAMES, SHORTER, join

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
import mistakes  # noqa: E402

PAGE, TOOLS = ROOT / "docs" / "mistakes.md", ROOT / "tools"
SHOWN = {  # code: exercise and name of its example, where the expected codes don't tell it, or not the best one
    "factor": ("softmax", "times-1.37"),
    "offset": ("softmax", "offset"),
    "not-finite": ("softmax", "nan-somewhere"),
    "log-underflow": ("softmax_loss", "usual_loops"),
}
KINDS = endings()
PLACES = {
    **{str(part): name for part, name in NAMES.items()},
    **{short: join([NAMES[part] for part in parts]) for parts, short in SHORTER.items()},
}


class Case(NamedTuple):
    """A function from tests/mistakes: the codes that it gets, how it is shown, and the lines in it that are changes."""

    exercise: str
    codes: list
    text: str
    changes: list


def cases():
    """Return {(exercise, name): [Case for each form]} of all functions, the right ones included."""
    found = {}
    for exercise in mistakes.EXERCISES:
        module = mistakes.load(exercise)
        lists = {name: getattr(module, name, []) for name in ("RIGHT", "WRONG", "UNKNOWN")}
        for kind, case in ((name, case) for name in lists for case in lists[name]):
            for form, base in (("body", module.BASE), ("vectorized", getattr(module, "VECTORIZED", ""))):
                body = mistakes.body_of(case, form, module)
                source = mistakes.source_of(body, base)
                if isinstance(source, str) or inspect.isfunction(source):
                    changed = kind != "RIGHT" and isinstance(body, list)
                    codes = case.expected.split() if kind != "UNKNOWN" else []
                    shown = difference(base, source) if changed else whole(source)
                    found.setdefault((exercise, case.name), []).append(Case(exercise, codes, *shown))
    return found


def whole(source):
    """Return a fenced block with a whole function, one statement in a line, and no changes."""
    if callable(source):
        source = re.sub(r'^ *@.*\n|^ *""".*"""\n', "", textwrap.dedent(inspect.getsource(source)), flags=re.MULTILINE)
    lines = source.replace("; ", "\n    ")
    same = lines.count("\n    ") and ast.dump(ast.parse(lines)) == ast.dump(ast.parse(source))
    return f"```python\n{(lines if same else source).strip()}\n```", []


def difference(base, source):
    """Return a fenced block with the lines that differ, one more before and after them; and those lines."""
    lines = list(difflib.unified_diff(base.strip().splitlines(), source.strip().splitlines(), n=1, lineterm=""))[3:]
    text = "\n".join(" ..." if line.startswith("@@") else line for line in lines)
    return f"```diff\n{text}\n```", [line for line in lines if line[0] in "+-"]


def example(code, home, functions):
    """The Case that shows a code best: without other codes, from the exercise `home`, short. None if none does."""
    forms = [case for cases in functions.values() for case in cases if code in case.codes]
    return min(
        functions[SHOWN[code]] if code in SHOWN else forms,
        default=None,
        key=lambda case: (len(case.codes), case.exercise != home, len(case.text)),
    )


def sections():
    """Yield the sections: one for what any function can get, and one for each exercise."""
    by_code, functions = {}, cases()
    for entry in entries():
        by_code.setdefault(entry.code, []).append(entry)
    home = {code: "" if set(SMALLER) <= set(where(found)) else where(found)[0] for code, found in by_code.items()}
    for name in ("", *ALL):
        yield {
            "title": f"`{name}`" if name else "Any function",
            "earlier": [
                code for code, found in by_code.items() if home[code] not in ("", name) and name in where(found)
            ],
            "entries": [
                _entry(code, found, example(code, name, functions))
                for code, found in by_code.items()
                if home[code] == name
            ],
        }


def where(found):
    """Return the exercises of some entries, in order."""
    return [name for name in ALL if any(name in entry.exercises for entry in found)]


def _entry(code, found, shown):
    """Return what an entry of the page says. Sentences that differ in their numbers only are one."""
    told, groups = {}, {}
    for entry in found:
        title = re.sub(r"\d[\d.e-]*", "0", entry.title)
        told.setdefault((entry.remark, title, entry.why, entry.hint), []).append(entry)
    for same in told.values():  # those with the same explanation stand together
        only = tuple(where(same)) if where(same) != where(found) else ()
        groups.setdefault((same[0].why, same[0].hint, same[0].remark, only), []).append(same[0].title)
    sentences = [
        dict(zip(("why", "hint", "remark", "only", "titles"), (*group, titles), strict=True))
        for group, titles in groups.items()
    ]
    others = [other for other in dict.fromkeys(shown.codes if shown else []) if other != code]
    return {
        "code": code,
        "exercises": where(found),
        "put_together": put_together(code),
        "sentences": sentences,
        "example": shown.text if shown else "",
        "others": others,
    }


def put_together(code):
    """True for a code that is made of a place in a loss and a kind of mistake."""
    return any(
        code.startswith(f"{place}-") and code.removeprefix(f"{place}-") in KINDS["data"] | KINDS["reg"]
        for place in PLACES
    )


def kinds():
    """Return {title: rows} of the two tables of kinds: those of any part, and those that regularization alone has."""
    functions, data, reg = cases(), KINDS["data"], KINDS["reg"]
    own = {end: entry for end, entry in reg.items() if end not in data or entry[3:5] != data[end][3:5]}
    return {
        "Kinds of mistakes in any part": [_row(end, entry, "", functions) for end, entry in data.items()],
        "In the regularization": [
            _row(end, entry, "reg", functions) for end, entry in own.items() if end not in ("wrong", "imprecise")
        ],
    }


def _row(ending, entry, kind, functions):
    """Return a row of a table of kinds, with the change that shows it best: where the sentence says, and short."""
    shown = [
        (code, case.changes)
        for forms in functions.values()
        for case in forms
        for code in case.codes
        if case.changes
        and len(case.codes) == 1
        and not _moves(case.changes)
        and code.endswith(f"-{ending}")
        and code.removesuffix(f"-{ending}") in PLACES
        and code.startswith(kind)
    ]
    code, changes = min(
        shown,
        default=("", []),
        key=lambda pair: (pair[0] != entry.code, pair[0].startswith("reg") != bool(kind), len("".join(pair[1]))),
    )
    new = [line for line in changes if line[0] == "+"]
    lines = "<br>".join(f"`{line[1:].strip()}`" for line in new or changes)
    return {
        **entry._asdict(),
        "ending": ending,
        "example": f"`{code}`: {'' if new else 'without '}{lines}".replace("|", "\\|") if code else "",
    }


def _moves(changes):
    """True where a line is only moved, which one line can't show."""
    removed = {line[1:].strip() for line in changes if line[0] == "-"}
    return any(line[1:].split("#")[0].strip() in removed for line in changes if line[0] == "+")


def old_codes():
    """Return [(old code, exercises, [new codes])] of version 0.1, from old_codes.tsv."""
    rows = [line.split("\t") for line in (TOOLS / "old_codes.tsv").read_text(encoding="utf-8").splitlines()]
    return [(old, ALL if names == "all exercises" else names.split(", "), new.split()) for old, names, new in rows]


# --- Markdown ------------------------------------------------------------------------------------------------------


def escaped(text):
    """Return a text in which only backticks have a meaning: no emphasis by W**2, no column by |w|."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"(\*(?! )|(?<! )\*|[<|])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def link(code):
    """Return a link to the entry of a code."""
    return f"[`{code}`](#{code.lower()})"


def listed(names):
    """Return names as text."""
    return "any exercise" if list(names) == list(ALL) else join([f"`{name}`" for name in names])


def page():
    """Return the text of docs/mistakes.md."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters |= {"escaped": escaped, "link": link, "listed": listed}
    text = environment.from_string((TOOLS / "mistakes.md.j2").read_text(encoding="utf-8")).render(
        sections=list(sections()), places=PLACES, kinds=kinds(), old_codes=old_codes()
    )
    return re.sub("\n{3,}", "\n\n", text).strip() + "\n"


if __name__ == "__main__":
    with atomic_write(PAGE, "w") as f:
        f.write(page())
