"""Examine a learner's numerical gradient, with functions and steps h at which right and wrong formulas differ.

The gradient as a recipe: which entries of x are *moved*, with which *formula* their slope is computed from values of f,
how an entry is *restore*d before the next one is moved, and the last step, *finish*.
"""

import re
from collections.abc import Callable

import numpy as np

from ..arguments import frozen
from ..crashes import source
from ..evidence import number
from ..explain import Problem, Table, Variant, factors
from ..report import Mistake, Report
from ..trial import TOGETHER, Ended, Trial


def central(f, x, i, h):
    """Return (f(x + h e) - f(x - h e)) / (2 h), where e is 1 at entry i. Afterwards x is x - h e."""
    x[i] += h
    above = f(x)
    x[i] -= 2 * h
    return (above - f(x)) / (2 * h)


def recipe(
    f,
    x,
    h=1e-5,
    formula=central,
    restore=lambda x, i, old, h: old,
    moved=lambda x: list(np.ndindex(x.shape)),
    finish=lambda grad, x: grad,
):
    """The central difference, entry by entry."""
    x, grad = x.copy(), np.zeros_like(x)
    for i in moved(x):
        old = np.copy(x[i])
        grad[i] = formula(f, x, i, h)
        x[i] = restore(x, i, old, h)
    return finish(grad, x)


def numerical_gradient(fn: Callable) -> Report:
    """Examine fn(f, x, h=1e-5) -> the central-difference gradient of f at x, in x's shape; x is left unchanged."""
    steps = ["f of 3, 4 and 2 x 3 numbers, at steps h from 0.1 to 0.5", "h left out: 1e-5", "x is left unchanged"]
    with Trial(fn, ("f", "x"), steps, exact=False) as trial:
        try:
            trial.judge(TABLE, trial.answers(PROBLEMS, watch=False), AXES)  # the numbers show whether x was restored
        except Ended:
            _one_slip(trial)
            raise
        _default_step(trial)
        trial.judge(DEFAULT_TABLE, trial.answers(DEFAULT), AXES, names=False)
        trial.unchanged()
        _calls(trial)
        _views(trial)
    return trial.report


SECOND_NAME = {"zeros", "not-restored", "forward", "backward"}  # what a second name for x can lead to


def _one_slip(trial):
    """Where one slip leads to several mistakes, leave one: rows taken for entries, or a second name for x.

    A second name, as after `up = x`, is found when x is moved by that name, and f is called with it.
    """
    codes = {mistake.code for mistake in trial.report.mistakes}
    if codes == {"rows-at-once"}:
        only = trial.report.mistakes[-1]
        trial.report.mistakes[:] = [only._replace(evidence=only.evidence.removesuffix(TOGETHER))]
    elif codes and codes <= SECOND_NAME | {"changes-arguments"}:
        f, x = _parameters(trial.fn)
        passed = {*re.findall(rf"\b{f}\(\s*(\w+)\s*\)", source(trial.fn))} - {x}
        name, line = _moved(trial)
        if name in passed and (len(passed) > 1 or not codes <= {"forward", "backward"}):
            seen = f"{trial.report.mistakes[0].evidence}\n{line}"
            trial.report.mistakes[:] = [_same_array(name, x, seen)]


def _moved(trial):
    """Return the name by which the function moves x, and that line: an x that can't be written to stops it there."""
    stopped = trial.ask(*PROBLEMS[1].args, layout=frozen, watch=False, probe=True)
    line = stopped.evidence.rpartition("\n")[0] if isinstance(stopped, Mistake) else ""
    found = re.search(r"^    (\w+)\[", line, re.MULTILINE)
    return found[1] if found else "", line


def _same_array(name, x, seen):
    return Mistake(
        "same-array",
        f"`{name}` is the same array as `{x}`: each step in `{name}` moves `{x}` too.",
        f"`{name} = {x}` copies nothing. It gives the array a second name.",
        seen,
        f"Where does `{name}` get its value? A copy can be moved, and `{x}` stays as it is: `{name} = {x}.copy()`.",
    )


def _parameters(fn):
    """Return the names of the first two parameters of a learner's function, f and x."""
    code = getattr(fn, "__code__", None)
    return (code.co_varnames[:2] if code and code.co_argcount > 1 else ()) or ("f", "x")


def _default_step(trial):
    """End with a Mistake if f is never called 1e-5 away from x when h is left out.

    The points are compared, not the slopes: with h = 1e-4 these are nearly the same. Points may be rounded to float32.
    """
    f, x = DEFAULT[0].args
    moves = []

    def measured(z):
        value = f(z)
        moves.append(np.abs(z - x).max())
        return value

    trial.ask(measured, x)
    moves = [move for move in moves if move > 0]
    if moves and not np.isclose(moves, 1e-5, rtol=0.1, atol=0).any():
        trial.end(
            Mistake(
                "other-default",
                "The default of h isn't 1e-5.",
                "When h is left out, each entry is moved by 1e-5. With a larger step the formula is less exact. With "
                "a smaller step, the rounding of f does more harm.",
                f"With h left out, x is moved by {number(np.median(moves))}.",
                "Look at the first line of the function: `def numerical_gradient(f, x, h=1e-5):`.",
            )
        )


def _calls(trial):
    f, x, h = PROBLEMS[1].args
    f = Function(2, 3)
    trial.ask(f, x, h)
    if f.calls > 2 * x.size + 1:
        trial.remark(
            "many-calls",
            "The function calls f more often than needed.",
            "Two calls of f are enough for each entry.",
            f"{f.calls} calls for {x.size} entries.",
            "Look for a call of f at x itself. The formula uses only f(x + h) and f(x - h).",
        )


def _views(trial):
    f, x, h = PROBLEMS[1].args
    got = trial.ask(f, x, h, layout=np.asfortranarray)
    if isinstance(got, Mistake) or not np.allclose(got, recipe(f, x, h)):
        trial.remark(
            "needs-contiguous",
            "The result is wrong for an x that isn't stored row by row.",
            "For such an x, x.ravel() and x.reshape(-1) make copies. A change of a copy doesn't change x.",
            "Tried with np.asfortranarray(x).",
            "Work with x itself, one index after the other: `for index in np.ndindex(x.shape):`.",
        )


# --- problems ------------------------------------------------------------------------------------------------------

AXES = ("row", "column")


class Function:
    """A smooth function of an array of one shape, not a sum over its entries; counts how often it is called."""

    def __init__(self, *shape):
        self.shape, self.calls = shape, 0
        self.weights = 1 + np.arange(np.prod(shape)).reshape(shape) / 4

    def __call__(self, x):
        if np.shape(x) != self.shape:
            raise ValueError(f"f takes an array of shape {self.shape}, and was given one of shape {np.shape(x)}.")
        self.calls += 1
        x = np.asarray(x)
        return np.sum(self.weights * x**3) + np.exp(np.sum(x) / 2) + np.sum(x**6) / 8 + np.prod(x + 1)


def _problem(text, f, x, *h):
    return Problem(text, (f, np.array(x), *h))


# fmt: off
PROBLEMS = [
    _problem("f of 3 numbers, h = 0.1", Function(3), [0.5, -1.25, 2.0], 0.1),
    _problem("f of 2 x 3 numbers, h = 0.25", Function(2, 3), [[0.5, -1.5, 1.0], [0.25, 2.0, -0.75]], 0.25),
    _problem("f of 4 numbers, h = 0.5", Function(4), [-0.5, 1.5, 0.75, -2.5], 0.5),
]
DEFAULT = [_problem("f of 2 x 3 numbers, h left out", Function(2, 3), [[0.5, -1.5, 1.0], [0.25, 2.0, -0.75]])]

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

WHY = {
    "formula": "The slope is the difference of f at two points, x + h and x - h, divided by the distance of the two "
               "points. h is the argument h.",
    "restore": "While one entry is moved, all other entries keep their values. So each entry gets its old value back "
               "before the next one is moved.",
    "moved": "The gradient has one number for each entry of x. To find this number, only that entry is moved.",
    "finish": "The gradient has the shape of x, and its numbers are the slopes.",
}
# fmt: on


def slope(*terms, over, start=1):
    """Return the formula (sum of c * f(x + a h) over the terms (c, a)) / over(h); it moves x to its last point.

    With start=0 the moved entry is a h.
    """

    def formula(f, x, i, h):
        old, total = np.copy(x[i]), 0
        for c, a in terms:
            x[i] = start * old + a * h
            total = total + c * f(x)
        return total / over(h)

    return formula


def _complex(f, x, i, h):
    z = x.astype(complex)
    z[i] += 1j * h
    return f(z).imag / h


def _fixed(step):
    return lambda f, x, i, h: central(f, x, i, step)


def _kept(*terms, over):
    """Return the formula (sum of c * f(...) over the terms (c, a, b)) / over(h), with steps kept from earlier entries.

    Entry i is moved by a h, and each entry before it by b h: two copies of x, say, of which none is made anew.
    """

    def formula(f, x, i, h):
        before = np.arange(x.size).reshape(x.shape) < np.ravel_multi_index(i, x.shape)
        here = np.arange(x.size).reshape(x.shape) == np.ravel_multi_index(i, x.shape)
        return sum(c * f(x + h * (a * here + b * before)) for c, a, b in terms) / over(h)

    return formula


ABOVE, BELOW, HERE = (1, 1), (1, -1), (1, 0)
MINUS_BELOW, MINUS_HERE = (-1, -1), (-1, 0)
NOT_HALVED = "The gradient is twice what it should be, as if the differences were divided by h."
RESTORE = (
    "Keep the number before you move the entry, and put it back afterwards. A second name for x, as after `old = x`, "
    "keeps nothing: `old = x[index]`."
)
BRACKETS = "Look at the brackets. Python reads a / 2 * h as (a / 2) * h. With brackets: a / (2 * h)."


def _entries(part):
    return lambda x: [index for k, index in enumerate(np.ndindex(x.shape)) if part(k, index, x)]


DISTANCE = "What is the difference divided by? By the distance of the two points: / (2 * h)."
MOVED = "How far is x moved? By h to each side: x + h and x - h."
TWO_POINTS = "At which two points is f called? There should be one on each side of x: x + h and x - h."
TWO_VALUES = "A slope needs two values of f. Their difference is divided by the distance of the two points."
DIVIDED = (
    "Which part is divided? Division comes before subtraction, so the difference needs brackets: (above - below) / "
    "(2 * h)."
)
# fmt: off
KEPT = [  # the moves of earlier entries stay
    Variant("formula", _kept((1, *above), (-1, *below), over=over), "not-restored",
            f"{words} keeps the steps of earlier entries.",
            "Where does the array that is moved get its value? If that happens before the loop, put the old value back "
            "at the end of each round, or start each round from a new copy: `x.copy()`.",
            WHY["restore"])
    for words, above, below in [
        ("The point above x", (1, 1), (-1, 0)), ("The point below x", (1, 0), (-1, -1)),
        ("Each of the two points", (1, 1), (-1, -1)), ("The point above x", (1, 1), (0, 0)),
        ("The point below x", (0, 0), (-1, -1))]
    for over in (lambda h: 2 * h, lambda h: h)
]
VARIANTS = [
    *(Variant("formula", slope(*terms, over=over), code, title, hint) for terms, over, code, title, hint in [
        ([ABOVE, MINUS_HERE], lambda h: h, "forward", "The slope is the forward difference, (f(x + h) - f(x)) / h.",
         TWO_POINTS),
        ([HERE, MINUS_BELOW], lambda h: h, "backward", "The slope is the backward difference, (f(x) - f(x - h)) / h.",
         TWO_POINTS),
        ([ABOVE, MINUS_HERE], lambda h: 2 * h, "forward", "f(x) is used in place of f(x - h).",
         "From x + h, a step of only h down ends at x. The second point, x - h, is 2 h below the first."),
        ([HERE, MINUS_BELOW], lambda h: 2 * h, "backward", "f(x) is used in place of f(x + h).",
         "From x - h, a step of only h up ends at x. The second point, x + h, is 2 h above the first."),
        ([ABOVE, MINUS_BELOW], lambda h: h, "not-halved", NOT_HALVED,
         "How far apart are the two points? The difference is divided by that distance: 2 * h."),
        ([ABOVE, MINUS_BELOW], lambda h: 2, "not-divided-by-h", "The difference is divided by 2, and not by 2 h.",
         DISTANCE),
        ([ABOVE, MINUS_BELOW], lambda h: 1, "not-divided", "The difference isn't divided by 2 h.", DISTANCE),
        ([ABOVE, MINUS_BELOW], lambda h: 2 / h, "brackets", "The difference is divided by 2 and multiplied by h.",
         BRACKETS),
        ([ABOVE, MINUS_BELOW], lambda h: 1 / h, "multiplied", "The difference is multiplied by h, not divided by 2 h.",
         DISTANCE),
        ([ABOVE, MINUS_BELOW], lambda h: 0.5 / h, "multiplied", "The difference is multiplied by 2 h, not divided.",
         DISTANCE),
        ([ABOVE, MINUS_BELOW], lambda h: h**2, "h-squared", "The difference is divided by h squared, not by 2 h.",
         "Look for a second division by h."),
        ([ABOVE, MINUS_BELOW], lambda h: 2 * h**2, "h-squared", "The difference is divided by 2 h squared, not by 2 h.",
         "Look for a second division by h."),
        ([ABOVE, MINUS_BELOW], lambda h: h / 2, "multiplied", "The difference is divided by h / 2, not by 2 h.",
         DISTANCE),
        ([ABOVE, MINUS_BELOW], lambda h: 2 + h, "brackets", "The difference is divided by 2 + h, not by 2 h.",
         DISTANCE),
        ([ABOVE, (-2, 0), BELOW], lambda h: h**2, "second-derivative", "The result is the second derivative.",
         "At how many points is f called? The first derivative needs only two: x + h and x - h."),
        ([ABOVE, BELOW], lambda h: 2 * h, "sum", "f(x + h) and f(x - h) are added. f(x - h) should be subtracted.",
         "Look at the sign between the two values of f: (f(x + h) - f(x - h)) / (2 * h)"),
        ([(1, 2), (-1, -2)], lambda h: 2 * h, "step-twice",
         "The points are x + 2 h and x - 2 h, and the difference is divided by 2 h.", MOVED),
        ([(1, 2), (-1, -2)], lambda h: 4 * h, "step-twice", "The points are x + 2 h and x - 2 h.", MOVED),
        ([(1, 0.5), (-1, -0.5)], lambda h: h, "half-step", "The points are x + h/2 and x - h/2.", MOVED),
        ([(1, 0.5), (-1, -0.5)], lambda h: 2 * h, "half-step",
         "The points are x + h/2 and x - h/2, and the difference is divided by 2 h.", MOVED),
        ([(1, 2), MINUS_HERE], lambda h: 2 * h, "forward", "The slope is a forward difference: f(x + 2 h) minus f(x).",
         TWO_POINTS),
        ([(1, 2), (-1, 1)], lambda h: 2 * h, "step-twice", "The points are x + 2 h and x + h.",
         "Where does the second move start? It starts at x + h, unless the old value is put back first."),
        ([ABOVE, (-1, -2)], lambda h: 2 * h, "step-twice", "The points are x + h and x - 2 h.", MOVED),
        ([(1, 2), MINUS_BELOW], lambda h: 2 * h, "step-twice", "The points are x + 2 h and x - h.", MOVED),
        ([(8, 1), (-8, -1), (-1, 2), (1, -2)], lambda h: 12 * h, "five-point",
         "The slope comes from the five-point formula.",
         "That formula is more exact. But this exercise is about the central difference, with two points only: x + h "
         "and x - h."),
        ([ABOVE], lambda h: 1, "value", "f(x + h) is returned, not a slope.", TWO_VALUES),
        ([HERE], lambda h: 1, "value", "f(x) is returned, not a slope.", TWO_VALUES),
        ([HERE], lambda h: h, "value", "f(x) / h is returned, not a slope.", TWO_VALUES),
    ]),
    Variant("formula", lambda f, x, i, h: slope(ABOVE, over=lambda h: 1)(f, x, i, h)
            - slope((1, -2), over=lambda h: 2 * h)(f, x, i, h), "brackets", "Only f(x - h) is divided by 2 h.",
            DIVIDED),
    Variant("formula", lambda f, x, i, h: slope(ABOVE, over=lambda h: 1)(f, x, i, h)
            - slope((1, -2), over=lambda h: h)(f, x, i, h), "brackets", "Only f(x - h) is divided, and by h.", DIVIDED),
    Variant("formula", lambda f, x, i, h: slope(ABOVE, over=lambda h: 1)(f, x, i, h)
            - slope((1, -2), over=lambda h: 2 / h)(f, x, i, h), "brackets",
            "Only f(x - h) is divided by 2, and then it is multiplied by h.", DIVIDED),
    Variant("formula", lambda f, x, i, h: central(f, x, i, h) if x[i].ndim == 0
            else slope(ABOVE, MINUS_HERE, over=lambda h: 2 * h)(f, x, i, h), "rows-at-once",
            "Where x has rows, f(x) is used in place of f(x - h).",
            "Is a row kept with old = x[i]? That is a view of x, and changes with x. Keep a copy of the row, or move "
            "single entries."),
    *(Variant("formula", lambda f, x, i, h, step=step, terms=terms: slope(*terms, over=lambda h: h)(f, x, i, step),
              code, f"The slope is the {code} difference, with a step of {step:g} in place of h.",
              "Is h set to a value inside the function? And at which two points is f called? There should be one on "
              "each side: x + h and x - h.")
      for step in (1e-3, 1e-4, 1e-5)
      for code, terms in [("forward", [ABOVE, MINUS_HERE]), ("backward", [HERE, MINUS_BELOW])]),
    Variant("formula", _complex, "complex-step", "The slope comes from the complex step, imag(f(x + ih)) / h.",
            "The complex step needs an f that takes complex numbers. This exercise is about the central difference, "
            "with real numbers."),
    Variant("formula", lambda f, x, i, h: h * _complex(f, x, i, h), "complex-step",
            "The result is imag(f(x + ih)), a complex step without a division by h.",
            "This exercise is about the central difference, with two real points: x + h and x - h."),
    *(Variant("formula", _fixed(step), "h-ignored", "The step isn't the argument h.",
              "Look for a line that sets h, or for a number in place of h.")
      for step in (0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)),
    *(Variant("formula", lambda f, x, i, h, step=step: central(f, x, i, step) * step / h, "h-ignored",
              f"x is moved by {step:g}, but the division is by 2 h, with the h that is passed in.",
              "Two places need h: the move, and the division. Use the argument h in both.") for step in (1e-3,
              1e-4, 1e-5)),
    *(Variant("formula", lambda f, x, i, h, step=step: central(f, x, i, h) * h / step, "h-ignored",
              f"The division is by 2 times {step:g}, not by 2 times the h that is passed in.",
              "Two places need h: the move, and the division. Use the argument h in both.")
      for step in (1e-3, 1e-4, 1e-5)),
    *(Variant("formula", lambda f, x, i, h, relative=relative: central(f, x, i, h * relative(x[i])), "relative-step",
              "The step isn't h: it grows with the entry of x.",
              "What is added to the entry? It should be h alone, not a multiple of h.")
      for relative in (lambda v: abs(v), lambda v: max(1, abs(v)), lambda v: 1 + abs(v), lambda v: v)),
    *(Variant("restore", restore, "not-restored", f"Each entry is left at {words} while the next ones are moved.",
              RESTORE)
      for restore, words in [
        (lambda x, i, old, h: old - h, "x - h"), (lambda x, i, old, h: old + h, "x + h"),
        (lambda x, i, old, h: old - 2 * h, "x - 2 h"), (lambda x, i, old, h: old + 2 * h, "x + 2 h")]),
    Variant("restore", lambda x, i, old, h: 0, "not-restored",
            "Each entry is left at 0 while the next ones are moved.",
            RESTORE),
    Variant("formula", slope(ABOVE, MINUS_BELOW, over=lambda h: 2 * h, start=0), "entry-replaced",
            "The entry is set to h and -h, where it should be moved by h.",
            "Is there an = where += and -= belong? The points are x[index] + h and x[index] - h."),
    *KEPT,
    *(Variant("moved", moved, code, title, hint) for moved, code, title, hint in [
        (lambda x: [...], "all-at-once", "All entries are moved at once: every number is the sum of the slopes.",
         "What does the step change? x + h moves all entries, and x[index] += h moves one."),
        (lambda x: list(range(len(x))) if x.ndim > 1 else list(np.ndindex(x.shape)), "rows-at-once",
         "Whole rows are moved at once, not single entries.",
         "If x has two axes, x[i] is a whole row. How can a loop reach every single entry? np.ndindex(x.shape) gives "
         "the indices of all entries."),
        (_entries(lambda k, index, x: k < x.shape[0]), "first-ones", "Only the first len(x) entries have a slope.",
         "Does the loop end after len(x) rounds?"),
        (_entries(lambda k, index, x: k == 0), "first-ones", "Only the first entry has a slope.",
         "Is `return` inside the loop?"),
        (_entries(lambda k, index, x: x.ndim == 1 or index[0] == 0), "first-ones", "Only the first row has slopes.",
         "Is `return` inside the loop, or does the loop run over one axis only?"),
        (_entries(lambda k, index, x: x.ndim == 1 or index[1] == 0), "first-ones", "Only the first column has slopes.",
         "Does the loop run over one axis only?"),
        (_entries(lambda k, index, x: k == x.size - 1), "last-one", "Only the last entry has a slope.",
         "Is the result set to zeros again inside the loop?"),
        (_entries(lambda k, index, x: x.ndim == 1 or index[0] == x.shape[0] - 1), "last-one",
         "Only the last row has slopes.", "Is the result set to zeros again inside the loop?"),
        (_entries(lambda k, index, x: k < x.size - 1), "entry-left-out", "The last entry has no slope.",
         "Where does the loop end? range(n) ends with n - 1."),
        (_entries(lambda k, index, x: k > 0), "entry-left-out", "The first entry has no slope.",
         "Where does the loop begin? Entries are counted from 0."),
        (_entries(lambda k, index, x: len(set(index)) == 1), "diagonal",
         "Only the entries with equal indices have slopes.",
         "How many index pairs does the loop go through? An array with two axes needs two loops, one inside the "
         "other, or np.ndindex(x.shape)."),
        (lambda x: [], "zeros", "All slopes are zero.",
         "Print the two points just before f is called: are they different? Two names of one array always hold the "
         "same numbers, because `down = up` makes no copy. Then look whether the slope is stored in the result."),
    ]),
    Variant("finish", lambda grad, x: grad.ravel(), "flattened", "The result is one long row.",
            "Which shape does the result start with? np.zeros_like(x) has the right one."),
    Variant("finish", lambda grad, x: grad.reshape(-1, 1), "flattened", "The result is one long column.",
            "Which shape does the result start with? np.zeros_like(x) has the right one."),
    Variant("finish", lambda grad, x: grad.T, "transposed",
            "The result is transposed.", "The slope of x[index] belongs to grad[index]."),
    Variant("finish", lambda grad, x: grad.sum(), "summed", "The slopes are added up to one number.",
            "Each slope has a place of its own in the result: grad[index] = ..."),
    Variant("finish", lambda grad, x: grad.flat[0], "first-ones", "Only the first slope is returned.",
            "Is `return` inside the loop?"),
    Variant("finish", lambda grad, x: grad.flat[-1], "last-one", "Only the last slope is returned.",
            "Each slope has a place of its own in the result: grad[index] = ..."),
    Variant("finish", lambda grad, x: grad[0], "first-ones", "Only the first row is returned.",
            "Return the whole result."),
    Variant("finish", lambda grad, x: np.cumsum(grad).reshape(grad.shape), "accumulated",
            "Each number is the sum of the slopes so far.",
            "Is a sum kept from one entry to the next? Each number is the slope of one entry alone."),
    Variant("finish", lambda grad, x: np.full(grad.shape, grad.sum()), "summed",
            "Every number is the sum of all slopes.",
            "Look at the line that stores the slope. grad += ... changes all entries, and grad[index] = ... sets one."),
    Variant("finish", lambda grad, x: np.full(grad.shape, grad.flat[-1]), "last-one",
            "Every number is the slope of the last entry.",
            "Look at the line that stores the slope. grad[:] = ... sets all entries, and grad[index] = ... sets one."),
    Variant("finish", lambda grad, x: np.abs(grad), "absolute", "The slopes have lost their sign.",
            "Is there an np.abs?"),
    Variant("finish", lambda grad, x: np.trunc(grad), "whole-numbers", "The slopes are cut down to whole numbers.",
            "Is the result an array of integers, or is there an int()?"),
    Variant("finish", lambda grad, x: np.floor(grad), "whole-numbers", "The slopes are rounded down.",
            "Is there a `//`?"),
    Variant("finish", lambda grad, x: x + grad, "added-to-x", "The result is x plus the slopes.",
            "Does the result start from x? It has to start from zeros."),
    Variant("finish", lambda grad, x: x - grad, "added-to-x", "The result is x minus the slopes.",
            "Does the result start from x? It has to start from zeros."),
    Variant("finish", lambda grad, x: x, "x-returned", "x is returned, not its gradient.",
            "Return the array of slopes."),
    *(Variant("finish", lambda grad, x, d=d: grad.round(d), "rounded",
              f"The slopes are rounded to {d} decimal{'s' * (d != 1)}.",
              "Look for a round(), and remove it.")
      for d in range(5)),
    Variant("finish", lambda grad, x: grad / np.sqrt((grad**2).sum()), "normalised",
            "The gradient is divided by its length.",
            "Look for a division by a norm, and remove it."),
    *(variant._replace(code="not-halved", title=NOT_HALVED) if variant.code == "double" else variant
      for variant in factors("finish", {"x.size": np.size, "len(x)": len}, "gradient")),
]
# fmt: on
TABLE = Table([recipe], VARIANTS, PROBLEMS, WHY, together=lambda a, b: a not in KEPT and b not in KEPT)
DEFAULT_TABLE = Table([recipe], [], DEFAULT, WHY)
