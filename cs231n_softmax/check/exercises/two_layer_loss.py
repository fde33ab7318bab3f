"""Examine a learner's loss of a two-layer network, with its four gradients.

The answer as a recipe goes forward and back. Forward: the *sums* of the *hidden* units, the *scores*, the *probs*, and
the *loss*. Back: *dscores*, the gradients *W2* and *b2*, *dH* of the hidden units, *dsums* after ReLU, *W1* and *b1*;
then the *penalty* (*reg_loss* and *slopes*), and what is *returned*. The mistakes are in two_layer_mistakes.py.
"""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ..arguments import awkward
from ..crashes import Unusable
from ..evidence import first_difference, localise, number, same
from ..explain import Problem, Table, alike, answer
from ..mixture import mixture
from ..report import Mistake, Report, type_name
from ..trial import Trial, plain
from . import two_layer_mistakes as mistakes
from .cross_entropy import pick
from .softmax import shifted

GRADIENTS = ("W1", "b1", "W2", "b2")
ORDER = ("loss", "b2", "W2", "b1", "W1")  # in which a learner computes them: the first wrong one is looked at first


def recipe(
    params,
    X,
    y,
    reg,
    sums=lambda p: p.X @ p.W1 + p.b1,
    hidden=lambda p: (np.maximum(0, p.sums), p.sums > 0),
    scores=lambda p: (p.H @ p.W2 + p.b2, 1),
    probs=lambda p: shifted(p.scores),
    loss=lambda p: -np.log(pick(p.probs, p.y)).mean(),
    dscores=lambda p: (p.probs - p.onehot) / p.N,
    W2=lambda p: p.H.T @ p.dscores,
    b2=lambda p: p.dscores.sum(axis=0),
    dH=lambda p: p.dscores @ p.W2.T,
    dsums=lambda p: p.dH * p.slopes,
    W1=lambda p: p.X.T @ p.dsums,
    b1=lambda p: p.dsums.sum(axis=0),
    penalty=lambda p: (mistakes.RIGHT_LOSS(p), mistakes.RIGHT_SLOPES(p)),
    reg_loss=None,
    slopes=None,
    returned=lambda loss, grads: {"loss": loss} | grads,
):
    """Loss and gradients of the network, by name."""
    p = SimpleNamespace(**params, X=X, y=y, reg=reg, N=len(X), C=len(params["b2"]), rows=np.arange(len(X)))
    p.onehot = np.eye(p.C)[y]
    p.sums = sums(p)
    p.H, p.slopes = hidden(p)
    p.scores, passing = scores(p)
    p.probs = probs(p)
    p.dscores = dscores(p) * passing
    p.dH = dH(p)
    p.dsums = dsums(p)
    in_loss, in_gradients = penalty(p)  # or each of them by itself
    in_loss, in_gradients = reg_loss(p) if reg_loss else in_loss, slopes(p) if slopes else in_gradients
    grads = {"W1": W1(p), "b1": b1(p), "W2": W2(p), "b2": b2(p)}
    return returned(loss(p) + in_loss, {name: dw + in_gradients.get(name, 0) for name, dw in grads.items()})


def two_layer_loss(fn: Callable) -> Report:
    """Examine fn(params, X, y, reg) -> (loss, grads), the softmax loss of a network with one hidden layer.

    params {"W1": (D, H), "b1": (H,), "W2": (H, C), "b2": (C,)}; grads has the same names and shapes. The scores are
    max(0, X @ W1 + b1) @ W2 + b2, and the penalty is reg * (sum(W1**2) + sum(W2**2)).
    """
    steps = [
        "loss and gradients: sizes equal and different, a single example, with and without reg",
        "params, X and y stay as they were",
        "the same for read-only, non-contiguous arrays",
        "scores near 1,000 and near -1,000",
    ]
    with Trial(fn, ("params", "X", "y"), steps, convert=results) as trial:
        answers = trial.answers(PROBLEMS)
        _written(trial, answers)
        trial.judge(TABLE, answers, differ=_differ, describe=_describe)
        if trial.unchanged():
            trial.judge(TABLE, trial.answers(PROBLEMS, layout=awkward), differ=_differ, describe=_describe, names=False)
        _large_scores(trial)
    return trial.report


# --- what the function returns ---------------------------------------------------------------------------------------

PAIR = "Look at the end of the function. Two results are returned, in this order: `return loss, grads`."


def results(value):
    """Return {"loss": number, "W1": array, ...} in float64; raise Unusable where that isn't in the learner's result."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        plain(value) if value is None else None
        kind = f"a {type(value).__name__} of {len(value)}" if isinstance(value, (tuple, list)) else type_name(value)
        raise Unusable(
            "wrong-return", "The function doesn't return a pair.", "", f"expected (loss, grads), got {kind}", PAIR
        )
    loss, grads = value
    if isinstance(loss, dict) and not isinstance(grads, dict):
        raise Unusable("returns-swapped", "Loss and gradients are returned in the wrong order.", "", "", PAIR)
    if not isinstance(grads, dict):
        raise Unusable(
            "wrong-return",
            "The second result isn't a dictionary.",
            "",
            f"expected a dictionary with {', '.join(GRADIENTS)}, got {type_name(grads)}",
            'Make one: `grads = {}`, then `grads["W1"] = dW1`, and so on.',
        )
    missing = [name for name in GRADIENTS if name not in grads]
    if missing:
        raise Unusable(
            "wrong-keys",
            f"grads has no {' and no '.join(missing)}.",
            "Training looks up each gradient under the name of its parameter.",
            f"expected {', '.join(GRADIENTS)}, got {', '.join(map(str, grads)) or 'an empty dictionary'}",
            'The names are those of params: "W1", "b1", "W2", "b2".',
        )
    return {"loss": _part("loss", loss)} | {name: _part(f'grads["{name}"]', grads[name]) for name in GRADIENTS}


def _part(name, value):
    if value is None:
        raise Unusable("returns-none", f"{name} is None.", "", "", "Give it a value before `return`.")
    array = plain(value)
    if name == "loss" and array.ndim:
        raise Unusable(
            "wrong-shape",
            "The loss isn't one number.",
            "It is the mean over the losses of all examples, plus the penalty.",
            f"expected a number, got an array of shape {array.shape}",
            "Take the mean over the examples. In the penalty, np.sum belongs around each square.",
        )
    return array


# --- judging ---------------------------------------------------------------------------------------------------------


def _written(trial, answers):
    """End the examination of a function that returns zeros."""
    if not any(isinstance(got, Mistake) or any(map(np.any, got.values())) for got in answers):
        trial.end(
            Mistake(
                "not-written",
                "The function returns zeros. It isn't written yet, or it keeps nothing.",
                "Compute the loss and the four gradients from params, X, y and reg.",
                "",
                "If the code is there: is each result added or stored?",
            )
        )


def _shown(part):
    return part if part == "loss" else f"d{part}"


def _wrong(got, right):
    """Return the names of the wrong parts, in the order in which they are computed."""
    return [part for part in ORDER if not same(got[part], right[part], RTOL)]


def _differ(text, got, right):
    part = (_wrong(got, right) or [p for p in ORDER if not same(got[p], right[p])] or ["loss"])[0]
    if same(got[part], right[part]):
        return f"{text}: {_shown(part)}: expected {number(right[part])}, got {number(got[part])}."
    axes = ("row", "column") if part[0] == "W" else ("entry",)
    return f"{text}: {_shown(part)}: {first_difference(got[part], right[part], axes * (part != 'loss'))}."


def _describe(cases):
    """Return a Mistake where no variant fits: which part goes wrong first, how, and which parts are right."""
    wrong = [part for part in ORDER if any(part in _wrong(got, right) for _, got, right in cases)]
    part = wrong[0]
    axes = () if part == "loss" else ("row", "column") if part[0] == "W" else ("entry",)
    compared = [
        (f"{text}: {_shown(part)}", got[part], right[part]) for text, got, right in cases if part in _wrong(got, right)
    ]
    found = _mixed(part, cases) or localise(compared, axes)
    fine = [_shown(other) for other in ORDER if other not in wrong]
    beside = f"Right are: {', '.join(fine)}." if fine else "All other parts are wrong too."
    if not found.code.startswith("term"):
        found = found._replace(title=f"In {_shown(part)}: {found.title}")
    return found._replace(explanation=f"{found.explanation} {beside}".strip())


def _mixed(part, cases):
    """Return a Mistake where the gradient of a matrix is a sum of its two terms, each times another number; else None.

    In all problems with a penalty, the same terms have to be wrong.
    """
    if part[0] != "W":
        return None
    terms = {"dW1": "X.T @ dH", "dW2": "H.T @ dscores"}
    seen = []
    for text, got, right in cases:
        params, _, _, reg = next(problem.args for problem in PROBLEMS if problem.text == text)
        if reg and params[part].size >= ENOUGH:
            of_data = right[part] - 2 * reg * params[part]
            name = _shown(part)
            seen.append(mixture(name, text, got[part], right[part], {terms[name]: of_data, part: params[part]}, SUM))
    return seen[0] if seen and None not in seen and len({each.title for each in seen}) == 1 else None


class PartedTable(Table):
    """A Table that, where no one or two variants explain all five parts, names one mistake after the other.

    First it looks for a variant that explains most of the wrong parts, and leaves the others as they are. With this
    variant in the recipe, it looks for the next one.
    """

    def explain(self, answers):
        """Return the variants that give all the answers, or else, those that give some of their parts."""
        found = super().explain(answers)
        if found or any(isinstance(got, Mistake) for got in answers):
            return found
        while len(found) < MOST and (more := self._next(found, answers)):
            found.append(more)
        return found

    def _explained(self, variants, answers, known=frozenset()):
        """Return the parts of all answers that the recipe with these variants gives.

        Where these are no more than the parts in `known`, it stops early, and some of them may be missing.
        """
        parts = set(ORDER)
        for problem, got in zip(self.problems, answers, strict=True):
            value = answer(self.recipes[0], variants, problem)
            parts = {part for part in parts if value is not None and alike(got[part], value[part], RTOL)}
            if not parts > known:
                break
        return parts

    def _changed(self, found, variant):
        """Return the parts that a variant changes: its sentence speaks of all of them."""
        changed = set()
        for problem in self.problems:
            without, with_it = (answer(self.recipes[0], variants, problem) for variants in (found, [*found, variant]))
            changed |= {part for part in ORDER if not alike(without[part], with_it[part], RTOL)}
        return changed

    def _next(self, found, answers):
        """Return a variant that, beside those already found, explains one more part, and as many as possible.

        None where no variant does so, or where the same parts have several explanations.
        """
        before, steps, gains = self._explained(found, answers), {v.step for v in found}, []
        for variant in self.variants:
            if variant.step not in steps:
                explained = self._explained([*found, variant], answers, before)
                if explained > before and (variant.step != "slopes" or self._changed(found, variant) <= explained):
                    gains.append((explained, variant))
        for part in ORDER:
            here = [(len(explained), variant) for explained, variant in gains if part in explained - before]
            best = [variant for size, variant in here if size == max(here, key=lambda pair: pair[0])[0]]
            if len({variant.code for variant in best}) == 1:
                return best[0]
        return None


def _large_scores(trial):
    """Try scores that overflow without a shift. Their gradients are looked at only as to whether they are finite."""
    for problem in LARGE:
        got, right = trial.ask(*problem.args, about=problem.text), TABLE.right(problem)
        stopped = isinstance(got, Mistake)
        if stopped or not all(np.isfinite(part).all() for part in got.values()):
            line = got.evidence if stopped else trial.first_nan(problem.args)
            trial.end(
                Mistake(
                    "overflow",
                    "Large scores overflow.",
                    mistakes.SOFTMAX_WHY["shift"],
                    f"{problem.text}\n{line}".strip(),
                    "Which number is subtracted from the scores? It should be each row's own largest score: "
                    "`scores - scores.max(axis=1, keepdims=True)`.",
                )
            )
        if not same(got["loss"], right["loss"], ROUGH):
            trial.end(localise([(f"{problem.text}: loss", got["loss"], right["loss"])]))
    trial.step(True)


# --- problems --------------------------------------------------------------------------------------------------------

ENOUGH = 8  # so many entries are more than the two terms of a sum
SUM = "Look at the line of this gradient: `X.T @ dH + 2 * reg * W1`, or `H.T @ dscores + 2 * reg * W2`."
MOST = 4  # mistakes that are named at once
RTOL, ROUGH = 1e-4, 0.01  # the sums of several products in float32; scores of 1,000 in float32


def _problem(N, D, H, C, reg, seed, offsets=None, shift=0, near_zero=False):
    """Return a Problem of numbers near 1, in which every unit is silent for some examples and works for others.

    near_zero: a sum just above 0 and one just below show where ReLU begins, and one of 9 that it has no end.
    """
    rng = np.random.default_rng(seed)
    params = {
        "W1": rng.normal(size=(D, H)).round(2),
        "b1": rng.normal(size=H).round(2),
        "W2": rng.normal(size=(H, C)).round(2),
        "b2": rng.normal(size=C).round(2),
    }
    X, y = rng.normal(size=(N, D)).round(2), rng.integers(0, C, N)
    if near_zero:
        X[2] *= 9 / (X[2] @ params["W1"]).max()
        params["b1"][:2] = [0.01, -0.01] - np.diag(X[:2] @ params["W1"][:, :2])
    text = f"N = {N} examples, D = {D} features, H = {H} hidden units, C = {C} classes, reg = {reg:g}"
    if offsets is not None:  # the last unit carries an offset of each row's scores, on its way through W1 and W2
        X[:, -1], params["W1"][:, -1], params["W1"][-1], params["b1"][-1] = offsets, 0, 0, 0
        params["W1"][-1, -1], params["W2"][-1] = 1, 100
        params["b2"] += shift
        text = f"{text}; scores near {', '.join(f'{100 * offset + shift:,.0f}' for offset in offsets)}"
    return Problem(text, (params, X, y, reg))


# fmt: off
PROBLEMS = [_problem(5, 3, 4, 3, 0.25, 63), _problem(4, 4, 4, 4, 0.125, 41), _problem(1, 2, 3, 2, 0.5, 2),
            _problem(7, 4, 3, 3, 0, 69, near_zero=True), _problem(6, 5, 2, 4, 1.5, 1)]
LARGE = [_problem(4, 3, 4, 3, 0, 6, [10, 10, 10.25, 10.5]), _problem(3, 3, 4, 3, 0, 7, [0, 10, 20], -1000)]
WHY = {
    "sums": mistakes.BIAS,
    "hidden": mistakes.RELU,
    "scores": mistakes.BIAS,
    "probs": mistakes.SOFTMAX_WHY["finish"],
    "loss": "The loss is the mean of -log p of the true classes, plus the penalty.",
    "dscores": "The derivative of the loss by the scores is p - onehot, divided by N.",
    "W2": "The scores are H @ W2 + b2. So dW2 is H.T @ dscores.",
    "b2": "b2 is added to every row of the scores. So db2 is the sum of the rows of dscores.",
    "dH": mistakes.CHAIN,
    "dsums": mistakes.SILENT,
    "W1": "The sums are X @ W1 + b1. So dW1 is X.T @ dH, after ReLU's gradient.",
    "b1": "b1 is added to every row of the sums. So db1 is the sum of the rows of dH, after ReLU's gradient.",
    "penalty": "The penalty in the loss and its derivatives in the gradients belong together.",
    "reg_loss": "The penalty in the loss and its derivatives in the gradients belong together.",
    "slopes": "The penalty in the loss and its derivatives in the gradients belong together.",
    "returned": "Each gradient is found under the name of its parameter.",
}
# fmt: on


def _together(a, b):
    """Return whether two mistakes can hide each other: they are in one part, which shows both."""
    return {a.step, b.step} in ({"reg_loss", "loss"}, {"reg_loss", "slopes"}, {"slopes", "W1"}, {"slopes", "W2"})


TABLE = PartedTable([recipe], mistakes.VARIANTS, PROBLEMS, WHY, _together, RTOL)
