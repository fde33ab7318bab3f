"""All that the examiner can say: every code with its texts, for docs/mistakes.md. No other module uses this one.

Most entries are the variants of the tables. The others are made where something is found out: Mistake(code, ...),
Unusable(code, ...), trial.mistake(code, ...), trial.remark(code, ...), and tuples that are returned on the way there.
They are read from the sources, so that none is forgotten. Where a text says a number or a name, it is taken from SAID.
The codes of a loss's parts are put together from a place and an ending (losses/wording.py): endings() has the latter.
"""

import ast
import importlib
import inspect
import re
from itertools import product
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from .evidence import localise
from .exercises import EXERCISES, cross_entropy
from .explain import Table
from .factors import CONSTANTS, SIZES, Factor
from .losses import large_scores, regularization, svm
from .losses import softmax as softmax_parts
from .losses.parts import DATA_GRADIENT, DATA_LOSS, MISSING, REG_GRADIENT, REG_LOSS, STRENGTHLESS
from .losses.wording import filled, mistakes
from .mixture import mixture
from .scaled import Explanation, ScaledTable

_MODULES = {name: importlib.import_module(f".exercises.{name}", __package__) for name in EXERCISES}
SMALLER = tuple(name for name, module in _MODULES.items() if hasattr(module, name))  # the others belong to one of these
LOSSES = ("softmax_loss", "svm_loss")
LAST = ("two_layer_loss",)  # has mistakes of the losses too, which are described there
ALL = (*(name for name in SMALLER if name not in LAST), *LOSSES, *LAST)
TABLES = [
    *((name, table) for name in SMALLER for table in vars(_MODULES[name]).values() if isinstance(table, Table)),
    ("cross_entropy", cross_entropy.large_table(-np.log(1e-7))),
    ("softmax_loss", softmax_parts.LOSS),
    ("softmax_loss", softmax_parts.GRADIENT),
    ("softmax_loss", large_scores.TABLE),
    ("softmax_loss", SimpleNamespace(variants=cross_entropy.LOGS)),  # log10 and log2 are found as factors
    ("svm_loss", svm.LOSS),
    ("svm_loss", svm.GRADIENT),
]
MAKERS = {"Mistake", "Unusable", "mistake", "remark"}
MINE = SimpleNamespace(__name__="my_function", name="my_function")
SAID = {  # module: the exercises in which it speaks, and examples of what it speaks of
    "trial": (
        ALL,
        {
            "names": "scores",
            "arguments": ["scores"],
            "kind": "a str",
            "value": "",
            "self": SimpleNamespace(fn="", report=MINE),
            "first": "scores",
        },
    ),
    "guard": (
        ALL,
        *(
            {"limit": limit, "gone": gone, "name": "my_function"}
            for limit in ("too-slow", "waits")
            for gone in (True, False)
        ),
    ),
    "session": (ALL, {"name": "my_function", "changed": ["numpy.exp"]}),
    "shared": (ALL, {"name": "my_function", "what": "sys.stdout"}),
    "apart": (ALL, {"name": "my_function", "status": -11}),
    "crashes": (
        ALL,
        *(
            {"name": "my_function", "error": NameError("name 'Wt' is not defined"), "kind": kind}
            for kind in ("a generator", "a coroutine")
        ),
    ),
    "evidence": (SMALLER, {"got": np.ones((3, 2)), "right": np.ones((3, 3))}),
    **{f"exercises.{name}": ((name,), {}) for name in SMALLER},
    "exercises.numerical_gradient": (("numerical_gradient",), {"name": "up", "x": "x"}),
    "exercises.sgd_step": (("sgd_step",), {"name": "first", "got": [0]}),
    "exercises.sgd_rows": (("sgd_step",), {"never": [29], "small": 5, "different": 7}),
    "exercises.train_rows": (("train",), {"different": 7}),
    "exercises.update_rules": (
        ("adam", "sgd_momentum"),
        *({"name": name, "key": "m", "count": 4} for name in ("first", "second")),
    ),
    "exercises.sweep": (("sweep",), {"wrong": [0], "right": range(6)}),
    "losses.answers": (LOSSES, *({"name": name, "same": name == "dW"} for name in ("loss", "dW"))),
    "losses.diagnosis": (
        LOSSES,
        *(
            {"name": part.of, "report": MINE, "part": part, "convention": "full"}
            for part in (DATA_LOSS, DATA_GRADIENT, REG_GRADIENT)
        ),
    ),
    "losses.large_scores": (
        ("softmax_loss",),
        *(
            {"name": large_scores.UNIFORM, "finite": loss == 1, "seen": {large_scores.MANY: SimpleNamespace(loss=loss)}}
            for loss in (np.inf, 1)
        ),
    ),
    "losses.arrays": (LOSSES, {"kind": "float32"}),
    "losses.effort": (LOSSES, {"loops": ["the examples"]}),
    "losses.wording": (LOSSES, {}),
}


class Entry(NamedTuple):
    """One thing that the examiner can say: its code, the exercises in which it can, and the words."""

    code: str
    exercises: tuple
    title: str
    why: str = ""
    hint: str = ""
    remark: bool = False


def entries():
    """Return all entries whose code is a whole; several can have one code."""
    found = [entry for name in SAID for entry in _spoken(name) if not entry.code.endswith(("-wrong", "-imprecise"))]
    right = np.arange(8.0).reshape(2, 4) + 0.25
    others = np.where(right == 4.25, np.nan, right), np.where(right == 4.25, 7, right)
    for got in (1.37 * right, right + 0.125, np.trunc(right), *others):
        told = localise([("", got, right)], ("row", "column"))
        found.append(Entry(told.code, SMALLER, told.title, told.explanation, told.hint))
    v, dw, w = right, right**2 + 1, np.cos(right)
    for got in (v + dw + w, v, v + 2 * dw):
        told = mixture("The new velocity", "", got, v + dw, {"v": v, "dw": dw, "w": w}, "")
        found.append(Entry(told.code, ("adam", "sgd_momentum", "two_layer_loss"), told.title))
    for exercise, table in TABLES:
        why = getattr(table, "why", {})
        used = {v.code for (v,) in table.singles[0]} if isinstance(table, ScaledTable) else None  # others can't be seen
        found += [
            Entry(v.code, (exercise,), v.title, v.why or why.get(v.step, ""), v.hint)
            for v in table.variants
            if used is None or v.code in used
        ]
    return list(dict.fromkeys(entry._replace(hint=filled(entry.hint, "full")) for entry in found))


def endings():
    """Return {"data": {ending: Entry}, "reg": {ending: Entry}}: what is said of the gradient, or of the loss alone."""
    factors = [Factor(SIZES[0], constant) for constant in CONSTANTS if constant != 1]
    factors += [Factor(size, 1.0) for size in SIZES[1:]] + [Factor(SIZES[0], 0.37), Factor(SIZES[1], 1 / 500)]
    found = [MISSING, *(Explanation((), factor) for factor in factors)]
    told = {part: [(part, e) for e in found] for part in (DATA_GRADIENT, REG_GRADIENT)}
    told[REG_GRADIENT] += [(REG_GRADIENT, Explanation((STRENGTHLESS,)))]
    told[REG_GRADIENT] += [
        (REG_GRADIENT if v.how[1] else REG_LOSS, Explanation((v,))) for v in regularization.REGULARIZATION
    ]
    spoken = list(_spoken("losses.diagnosis"))
    kinds = {}
    for whole, explained in told.items():
        made = [mistakes({part: e}, lambda part: "", "full")[0] for part, e in explained]
        rows = [Entry(m.code, LOSSES, m.title, m.explanation, m.hint) for m in made]
        rows += [entry for entry in spoken if entry.code.startswith(f"{whole}-")]
        kinds[whole.kind] = {re.sub("^(data|reg)-(loss|gradient)-", "", entry.code): entry for entry in rows}
    return kinds


def _spoken(module_name):
    """Yield the entries that a module makes where it finds something out."""
    module = importlib.import_module(f".{module_name}", __package__)
    exercises, *given = SAID[module_name]
    for statement, names in product(ast.parse(inspect.getsource(module)).body, given):
        names = vars(module) | names
        for node in ast.walk(statement):
            order, remark = (0, 1, 2, 4), "remark" in getattr(statement, "name", "")
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                names.setdefault(node.targets[0].id, _value(node.value, names))
                continue
            elif isinstance(node, ast.Call):
                name, arguments = getattr(node.func, "attr", getattr(node.func, "id", "")), node.args
                remark |= name == "remark"
            elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and module is large_scores:
                name, arguments, order = "mistake", node.value.elts, (1, 2, 3, 4)
            else:
                continue
            said = [_value(arguments[k], names) if k < len(arguments) else "" for k in order]
            if name in MAKERS and said[0] and said[1]:
                yield Entry(said[0], exercises, *said[1:], remark)


def _value(node, names):
    """Return the text that an expression gives; "" where it needs what only an examination knows."""
    try:
        return str(eval(compile(ast.Expression(node), "", "eval"), names))
    except Exception:
        return ""
