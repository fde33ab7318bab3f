"""Examine a learner's step of Adam: running means of dw and dw**2, both corrected, and the step that is made of them.

The step as a recipe: the *settings*; the *start*, which is what config remembers; the *count* t of steps; the running
means *mean* and *square*; the *divisors* 1 - beta1**t and 1 - beta2**t, and the means that are divided (*correct*); the
*step*; the *move* against it; and what is *kept* in config.

Adam's paper has a second form, which it calls more efficient (end of section 2). It corrects the learning rate and
not the means, and adds epsilon to the uncorrected root. With a small epsilon the numbers are the same. Where they
aren't, both forms are right.
"""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import numpy as np

from ..explain import Variant, alike, answer
from ..report import Mistake, Report
from ..staged import StagedTable
from .update_rules import NOT_KEPT, RESULT, examine, problem, stream, walk

MEMORY = ("m", "v", "t")


def _settings(c, lr=None, b1=None, b2=None, eps=None, defaults=(0.9, 0.999, 1e-8), corrected=lambda b1, b2: (b1, b2)):
    """Return the settings of a config; lr and the others replace them. corrected: the betas of the correction."""
    s = SimpleNamespace(
        lr=c["learning_rate"] if lr is None else lr,
        b1=c.get("beta1", defaults[0]) if b1 is None else b1,
        b2=c.get("beta2", defaults[1]) if b2 is None else b2,
        eps=c.get("epsilon", defaults[2]) if eps is None else eps,
    )
    s.c1, s.c2 = corrected(s.b1, s.b2)
    return s


def _start(c, w, m=None, v=None, t=0):
    """Return what config remembers; m, v and t stand for what is missing."""
    zeros = np.zeros_like(w)
    return c.get("m", zeros if m is None else m), c.get("v", zeros if v is None else v), c.get("t", t)


def rule(
    w,
    dw,
    config,
    settings=_settings,
    start=lambda c, w, dw: _start(c, w),
    count=lambda t: t + 1,
    mean=lambda m, dw, s, w: s.b1 * m + (1 - s.b1) * dw,
    square=lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * dw**2,
    divisors=lambda t, s: (1 - s.c1**t, 1 - s.c2**t),
    correct=lambda m, v, by: (m / by[0], v / by[1]),
    step=lambda p: p.lr * p.mean / (np.sqrt(p.square) + p.eps),
    move=lambda w, step, p: w - step,
    kept=lambda p: {"m": p.m, "v": p.v, "t": p.t},
):
    """Return (next_w, config)."""
    s = settings(config)
    old_m, old_v, old_t = start(config, w, dw)
    t = count(old_t)
    m, v = mean(old_m, dw, s, w), square(old_v, dw, s, old_m)
    by = divisors(t, s)
    corrected, corrected_square = correct(m, v, by)
    p = SimpleNamespace(
        **vars(s), w=w, dw=dw, m=m, v=v, t=t, mean=corrected, square=corrected_square, by=by,
        old_m=old_m, old_v=old_v, old_t=old_t,
    )  # fmt: skip
    p.next_w = move(w, step(p), p)
    return p.next_w, config | kept(p)


def paper_step(p):
    """Return the step of the paper's second form."""
    return p.lr * np.sqrt(p.by[1]) / p.by[0] * p.m / (np.sqrt(p.v) + p.eps)


def recipe(*args, **steps):
    """Several steps, on one array or on two in turn."""
    return walk(partial(rule, **steps), MEMORY, *args)


def efficient_recipe(*args, step=paper_step, **steps):
    """Several steps in the paper's second form."""
    return recipe(*args, step=step, **steps)


def adam(fn: Callable) -> Report:
    """Examine fn(w, dw, config) -> (next_w, config), as adam of optim.py, or in the paper's more efficient form.

    w and dw are arrays of any shape. config always has a learning_rate. The notebook's stub gives the other defaults:
    beta1 0.9, beta2 0.999, epsilon 1e-8; m and v, zeros like w; and t, which is 0. fn may rely on these lines, and on
    others that do the same. It changes config in place or returns a new one; w and dw stay as they are.
    """
    return examine(fn, MEMORY, PROBLEMS, _table, terms)


def terms(w, dw, config):
    """Return what may be in the sums of a step. See update_rules.examine."""
    s, (m, v, t) = _settings(config), _start(config, w)
    next_w, new = rule(w, dw, config)
    mt = new["m"] / (1 - s.b1 ** (t + 1))
    squares = {"v": v, "dw**2": dw**2, "dw": dw, "w * dw": w * dw, "w**2": w**2, "new m**2": new["m"] ** 2}
    steps = {"w": w, "step": w - next_w, "dw": dw, "mt": mt}
    return {
        "config['m']": ("The new m", {"m": m, "dw": dw, "w": w}, FIRST),
        "config['v']": ("The new v", squares, SECOND),
        "config['t']": ("The new t", {}, COUNT),
        "next_w": ("The new w", steps, STEP),
    }


def _table(answers):
    """Return the Table of the form in which the answers are right where epsilon is large, or of which they are near."""
    got, large = answers[LARGE], PROBLEMS[LARGE]
    if isinstance(got, Mistake) or alike(got, answer(recipe, (), large)):
        return TABLE
    if alike(got, answer(efficient_recipe, (), large)):
        return EFFICIENT_TABLE
    tables = [(more, table) for more in (0, 1) for table in (TABLE, EFFICIENT_TABLE)]
    return next((table for more, table in tables if table.explain(answers, more)), TABLE)


# --- problems ---------------------------------------------------------------------------------------------------------

LATER = {"m": lambda numbers: numbers / 2, "v": lambda numbers: numbers**2 / 2}
# fmt: off
PROBLEMS = [
    problem(stream((4, 3), 0, {"learning_rate": 0.4375, "beta1": 0.6875, "beta2": 0.9375, "t": 4}, steps=1, **LATER)),
    problem(stream((4, 3), 1, {"learning_rate": 0.375, "beta1": 0.75, "beta2": 0.875}, still=True)),
    problem(stream((4, 3), 2, {"learning_rate": 0.0625})),
    problem(stream((4, 3), 5, {"learning_rate": 0.375, "beta1": 0.875, "beta2": 0.75}),
            stream((4, 3), 6, {"learning_rate": 0.125, "beta1": 0.25, "beta2": 0.5625, "t": 9}, **LATER)),
    problem(stream((5,), 3, {"learning_rate": 0.1875, "beta1": 0.8125, "beta2": 0.96875, "epsilon": 1.5, "t": 6},
                   **LATER)),
    problem(stream((2, 3, 2), 4, {"learning_rate": 0.25, "beta1": 0.625, "beta2": 0.84375, "t": 5}, **LATER)),
]
LARGE = 4  # the problem with a large epsilon

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

MEANS = "m = beta1 * m + (1 - beta1) * dw"
SQUARES = "v = beta2 * v + (1 - beta2) * dw**2"
CORRECTED = "`m / (1 - beta1**t)` and `v / (1 - beta2**t)`"
LINE = "`next_w = w - learning_rate * mt / (np.sqrt(vt) + epsilon)`, with the corrected means mt and vt"
BIAS = (
    "m and v start at zero. So after t steps their weights add up to 1 - beta1**t and 1 - beta2**t, and not to 1. "
    "Divided by these sums, they are means."
)
WHY = {
    "settings": "The learning rate, beta1, beta2 and epsilon are settings. They stand in config.",
    "start": "What the rule remembers stands in config. Before the first step, m, v and t are zero.",
    "count": "t is the number of this step. It is counted up before it is used: the first step has t = 1.",
    "mean": "m is a running mean of the gradients: beta1 of the old mean, and 1 - beta1 of the new gradient.",
    "square": "v is a running mean of the squared gradients: beta2 of the old mean, and 1 - beta2 of the new square.",
    "divisors": BIAS,
    "correct": BIAS,
    "step": "The step is the corrected mean of the gradient, divided by the root of its corrected mean square. "
            "epsilon is added to the root, so that the divisor is never 0.",
    "move": "A step against the mean gradient lowers the loss.",
    "kept": NOT_KEPT.explanation,
}
COUNT = "Where is t counted up? Once in each step, before the correction: `t += 1`. Then t is stored in config."
FIRST = f"Look at the line of m: `{MEANS}`"
SECOND = f"Look at the line of v: `{SQUARES}`"
DIVIDE = f"Write the correction out for t = 1: {CORRECTED}. Then look whether the step uses the corrected means."
STEP = f"Look at the line that computes next_w: {LINE}"
RATE = (
    "Look at the corrected learning rate: `learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)`. The step is this "
    "rate times `m / (np.sqrt(v) + epsilon)`."
)
STORED = 'What is stored at the end? `config["m"]`, `config["v"]` and `config["t"]` get the new m, v and t.'
SETTINGS = "Look for a number in the formulas. All settings are read from config."
# fmt: on


def _divided(m, v):
    """Return divisors that are made by m(beta, t) and v(beta, t)."""
    return lambda t, s: (m(s.c1, t), v(s.c2, t))


def _right(beta, t):
    return 1 - beta**t


def _of_both(divisor):
    """Yield (which, divisors) where a divisor is wrong for both means, for m only, and for v only."""
    yield "m and v are", _divided(divisor, divisor)
    yield "m is", _divided(divisor, _right)
    yield "v is", _divided(_right, divisor)


# fmt: off
DIVISORS = [
    (lambda b, t: b * t, "power-missing", "divided by beta * t"),
    (lambda b, t: 1 - b * t, "power-missing", "divided by 1 - beta * t, not by 1 - beta**t"),
    (lambda b, t: 1 - b, "correction-without-t", "divided by 1 - beta, without t"),
    (lambda b, t: (1 - b) ** t, "brackets", "divided by (1 - beta)**t, not by 1 - beta**t"),
    (lambda b, t: (1 - b) * t, "brackets", "divided by (1 - beta) * t, not by 1 - beta**t"),
    (lambda b, t: b**t, "one-minus-missing", "divided by beta**t, not by 1 - beta**t"),
    (lambda b, t: 1 / (1 - b**t), "correction-multiplied", "multiplied by 1 - beta**t, not divided"),
    (lambda b, t: 1 + b**t, "correction-sign", "divided by 1 + beta**t, not by 1 - beta**t"),
    (lambda b, t: b**t - 1, "correction-sign", "divided by beta**t - 1, not by 1 - beta**t"),
    (lambda b, t: (1 - b**t) ** 2, "corrected-twice", "divided by 1 - beta**t twice"),
    (lambda b, t: np.sqrt(1 - b**t), "correction-root", "divided by the root of 1 - beta**t"),
    (lambda b, t: t, "correction-by-t", "divided by t, not by 1 - beta**t"),
    (lambda b, t: 1 - np.exp(-b * t), "correction-exp", "divided by 1 - exp(-beta * t), not by 1 - beta**t"),
]
ROOTLESS = [  # v is negative then, as where both are divided so; or the step has the wrong sign, as in an ascent
    ("v is", "divided by 1 - beta * t, not by 1 - beta**t"), ("v is", "divided by beta**t - 1, not by 1 - beta**t"),
    ("m is", "divided by beta**t - 1, not by 1 - beta**t"),
]
VARIANTS = [
    *(Variant("settings", partial(_settings, **replaced), code, title, hint) for replaced, code, title, hint in [
        *(({"lr": lr}, "lr-ignored", f"The learning rate is always {lr:g}, whatever config holds.", SETTINGS)
          for lr in (1e-3, 1e-2, 0.1)),
        *(({"b1": b}, "beta-ignored", f"beta1 is always {b:g}, whatever config holds.", SETTINGS)
          for b in (0.9, 0.99)),
        *(({"b2": b}, "beta-ignored", f"beta2 is always {b:g}, whatever config holds.", SETTINGS)
          for b in (0.99, 0.995, 0.999)),
        ({"b1": 0.9, "b2": 0.999}, "beta-ignored", "beta1 and beta2 are always 0.9 and 0.999, whatever config holds.",
         SETTINGS),
        *(({"eps": eps}, "epsilon-ignored", f"epsilon is always {eps:g}, whatever config holds.", SETTINGS)
          for eps in (1e-8, 1e-3)),
        *(({"defaults": (b1, b2, 1e-8)}, "other-default",
           f"Where config holds no beta1 and beta2, they are {b1:g} and {b2:g} in place of 0.9 and 0.999.",
           "Look at the lines that give the defaults.")
          for b1, b2 in ((0.9, 0.99), (0.99, 0.999), (0.5, 0.999), (0.9, 0.9999), (0.95, 0.999), (0.9, 0.9),
                         (0.99, 0.99), (0.999, 0.9))),
        ({"corrected": lambda b1, b2: (b2, b1)}, "betas-swapped", "beta1 and beta2 are exchanged in the correction.",
         DIVIDE),
        ({"corrected": lambda b1, b2: (b1, b1)}, "betas-swapped", "v is corrected with beta1.", DIVIDE),
        ({"corrected": lambda b1, b2: (b2, b2)}, "betas-swapped", "m is corrected with beta2.", DIVIDE),
    ]),
    *(Variant("settings", settings, "betas-swapped", title, f"{FIRST}, and at that of v: `{SQUARES}`")
      for settings, title in [
        (lambda c: _settings({**c, "beta1": c.get("beta2", 0.999), "beta2": c.get("beta1", 0.9)}),
         "beta1 and beta2 are exchanged."),
        (lambda c: _settings({**c, "beta1": c.get("beta2", 0.999), "beta2": c.get("beta1", 0.9)},
                             corrected=lambda b1, b2: (b2, b1)),
         "beta1 and beta2 are exchanged in the running means."),
        (lambda c: _settings({**c, "beta2": c.get("beta1", 0.9)}), "beta1 is used in place of beta2."),
        (lambda c: _settings({**c, "beta1": c.get("beta2", 0.999)}), "beta2 is used in place of beta1."),
    ]),
    *(Variant("start", start, code, title, hint) for start, code, title, hint in [
        (lambda c, w, dw: (0 * w, 0 * w, c.get("t", 0)), "memory-unused", "The old m and v aren't used.",
         "Do the new means contain the old ones, config[\"m\"] and config[\"v\"]?"),
        (lambda c, w, dw: (0 * w, *_start(c, w)[1:]), "memory-unused", "The old m isn't used.", FIRST),
        (lambda c, w, dw: (_start(c, w)[0], 0 * w, c.get("t", 0)), "memory-unused", "The old v isn't used.", SECOND),
        (lambda c, w, dw: (0 * w, 0 * w, 0), "memory-unused", "Nothing in config is used: each step is a first one.",
         "Where do m, v and t come from? Are they set to zero in each call?"),
        (lambda c, w, dw: (*_start(c, w)[:2], 0), "step-not-counted", "t is 1 in each step.", COUNT),
        (lambda c, w, dw: _start(c, w, t=1), "step-start", "The first step has t = 2, not 1.",
         "With which t does config begin? With 0, because t is counted up before it is used."),
        (lambda c, w, dw: _start(c, w, m=dw), "memory-start", "The first m is the gradient, not 0.",
         "With which m does the first step begin? np.zeros_like(w)"),
        (lambda c, w, dw: _start(c, w, m=dw, v=dw**2), "memory-start",
         "The first m and v are the gradient and its square, not 0.",
         "With which m and v does the first step begin? np.zeros_like(w)"),
        (lambda c, w, dw: _start(c, w, m=w, v=w), "memory-start", "The first m and v are w, not 0.",
         "With which m and v does the first step begin? np.zeros_like(w)"),
        (lambda c, w, dw: _start(c, w, v=np.ones_like(w)), "memory-start", "The first v is 1 everywhere, not 0.",
         "With which m and v does the first step begin? np.zeros_like(w)"),
        (lambda c, w, dw: _start(c, w, m=np.ones_like(w), v=np.ones_like(w)), "memory-start",
         "The first m and v are 1 everywhere, not 0.",
         "With which m and v does the first step begin? np.zeros_like(w)"),
        (lambda c, w, dw: (_start(c, w)[1], _start(c, w)[0], c.get("t", 0)), "moments-swapped",
         "The old m is used as v, and the old v as m.", f"{FIRST}, and at that of v: `{SQUARES}`"),
    ]),
    *(Variant("count", count, code, title, COUNT) for count, code, title in [
        (lambda t: t, "step-not-counted", "t isn't counted up."),
        (lambda t: t + 2, "step-counted-twice", "t is counted up twice in each step."),
        (lambda t: t - 1, "step-counted-down", "t is counted down."),
    ]),
    *(Variant("mean", mean, code, title, FIRST) for mean, code, title in [
        (lambda m, dw, s, w: s.b1 * m + dw, "one-minus-beta-missing",
         "In m, the gradient isn't multiplied by 1 - beta1."),
        (lambda m, dw, s, w: s.b1 * m + s.b1 * dw, "one-minus-beta-missing",
         "In m, the gradient is multiplied by beta1, not by 1 - beta1."),
        (lambda m, dw, s, w: (1 - s.b1) * m + s.b1 * dw, "weights-exchanged",
         "In m, beta1 and 1 - beta1 are exchanged."),
        (lambda m, dw, s, w: (1 - s.b1) * m + (1 - s.b1) * dw, "weights-exchanged",
         "In m, the old m is multiplied by 1 - beta1, not by beta1."),
        (lambda m, dw, s, w: m + (1 - s.b1) * dw, "decay-missing", "In m, the old m isn't multiplied by beta1."),
        (lambda m, dw, s, w: m + dw, "decay-missing", "m is the sum of all gradients."),
        (lambda m, dw, s, w: dw, "memory-unused", "m is the gradient itself."),
        (lambda m, dw, s, w: s.b1 * m - (1 - s.b1) * dw, "moment-sign", "In m, the gradient is subtracted."),
        (lambda m, dw, s, w: s.b1 * m - s.lr * dw, "momentum-for-mean", "m is a velocity, as in SGD with momentum."),
        (lambda m, dw, s, w: s.b1 * m + s.lr * dw, "momentum-for-mean",
         "In m, the gradient is multiplied by the learning rate, not by 1 - beta1."),
        (lambda m, dw, s, w: s.b1 * m + (1 - s.b1) * dw**2, "mean-of-squares", "m is a mean of squares, as v is."),
        (lambda m, dw, s, w: s.b1 * m + (1 - s.b1) * np.abs(dw), "absolute", "In m, the gradient has lost its sign."),
        (lambda m, dw, s, w: s.b1 * m + (1 - s.b1) * w, "w-for-gradient", "m is a mean of w, not of the gradient."),
        (lambda m, dw, s, w: s.b1 * w + (1 - s.b1) * dw, "w-for-memory", "In m, w is used in place of the old m."),
        (lambda m, dw, s, w: s.b1 * (m + (1 - s.b1) * dw), "brackets",
         "In m, the gradient is multiplied by beta1 as well."),
        (lambda m, dw, s, w: s.b1 * m + (1 - s.b1) * m, "gradient-unused", "m doesn't contain the gradient."),
        (lambda m, dw, s, w: s.b1 * m, "gradient-unused", "m only gets smaller: it doesn't contain the gradient."),
        (lambda m, dw, s, w: s.b1 * m + 1 - s.b1 * dw, "brackets", "In m, the brackets around 1 - beta1 are missing."),
        (lambda m, dw, s, w: s.b1 * m + (1 + s.b1) * dw, "one-minus-beta-missing",
         "In m, the gradient is multiplied by 1 + beta1, not by 1 - beta1."),
        (lambda m, dw, s, w: m + s.b1 * m + (1 - s.b1) * dw, "accumulated", "The new m is added to the old one."),
        (lambda m, dw, s, w: s.b1 * m + (1 - s.b1) * dw.mean(), "summed",
         "m contains the mean of the gradient's entries."),
        (lambda m, dw, s, w: s.b1 * m + (1 - s.b1) * np.sign(dw), "sign-only",
         "In m, only the sign of the gradient is used."),
        (lambda m, dw, s, w: s.b1**2 * m + (1 - s.b1) * dw, "beta-twice",
         "In m, the old m is multiplied by beta1 twice."),
        (lambda m, dw, s, w: s.b2 * m + (1 - s.b2) * dw, "betas-swapped", "In m, beta2 is used in place of beta1."),
        (lambda m, dw, s, w: s.b1 * m + (1 - s.b2) * dw, "betas-swapped",
         "In m, the gradient is multiplied by 1 - beta2, not by 1 - beta1."),
        (lambda m, dw, s, w: s.b2 * m + (1 - s.b1) * dw, "betas-swapped",
         "In m, the old m is multiplied by beta2, not by beta1."),
    ]),
    *(Variant("square", square, code, title, SECOND) for square, code, title in [
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * dw, "square-missing", "In v, the gradient isn't squared."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * 2 * dw, "square-missing",
         "In v, the gradient is doubled, not squared."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * np.abs(dw), "square-missing",
         "In v, the gradient isn't squared, it only loses its sign."),
        (lambda v, dw, s, m: s.b2 * v + dw**2, "one-minus-beta-missing",
         "In v, the square isn't multiplied by 1 - beta2."),
        (lambda v, dw, s, m: s.b2 * v + dw, "square-missing",
         "In v, the gradient is neither squared nor multiplied by 1 - beta2."),
        (lambda v, dw, s, m: s.b2 * v + s.b2 * dw**2, "one-minus-beta-missing",
         "In v, the square is multiplied by beta2, not by 1 - beta2."),
        (lambda v, dw, s, m: s.b2 * v + (1 + s.b2) * dw**2, "one-minus-beta-missing",
         "In v, the square is multiplied by 1 + beta2, not by 1 - beta2."),
        (lambda v, dw, s, m: (1 - s.b2) * v + s.b2 * dw**2, "weights-exchanged",
         "In v, beta2 and 1 - beta2 are exchanged."),
        (lambda v, dw, s, m: (1 - s.b2) * v + (1 - s.b2) * dw**2, "weights-exchanged",
         "In v, the old v is multiplied by 1 - beta2, not by beta2."),
        (lambda v, dw, s, m: v + (1 - s.b2) * dw**2, "decay-missing", "In v, the old v isn't multiplied by beta2."),
        (lambda v, dw, s, m: v + dw**2, "decay-missing", "v is the sum of all squares, as in AdaGrad."),
        (lambda v, dw, s, m: dw**2, "memory-unused", "v is the squared gradient itself."),
        (lambda v, dw, s, m: s.b2 * v - (1 - s.b2) * dw**2, "moment-sign", "In v, the square is subtracted."),
        (lambda v, dw, s, m: s.b2 * v + ((1 - s.b2) * dw) ** 2, "brackets", "In v, 1 - beta2 is squared as well."),
        (lambda v, dw, s, m: (s.b2 * v + (1 - s.b2) * dw) ** 2, "brackets", "In v, the whole sum is squared."),
        (lambda v, dw, s, m: s.b2 * v**2 + (1 - s.b2) * dw**2, "memory-squared", "In v, the old v is squared too."),
        (lambda v, dw, s, m: s.b2 * v + 1 - s.b2 * dw**2, "brackets",
         "In v, the brackets around 1 - beta2 are missing."),
        (lambda v, dw, s, m: s.b2 * (v + (1 - s.b2) * dw**2), "brackets",
         "In v, the square is multiplied by beta2 as well."),
        (lambda v, dw, s, m: v + s.b2 * v + (1 - s.b2) * dw**2, "accumulated", "The new v is added to the old one."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * (dw**2).sum(), "summed",
         "v contains the sum of all squares of an array."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * (dw**2).mean(), "summed",
         "v contains the mean of all squares of an array."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * np.linalg.norm(dw), "summed",
         "v contains the length of the gradient."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * (s.b1 * m + (1 - s.b1) * dw) ** 2, "mean-squared",
         "v contains the square of m, not that of the gradient."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * m**2, "mean-squared",
         "v contains the square of the old m, not that of the gradient."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * (s.b1 * m + (1 - s.b1) * dw), "mean-squared",
         "v contains m, not the square of the gradient."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * (dw - s.b1 * m - (1 - s.b1) * dw) ** 2, "variance",
         "v contains the square of dw - m, as in AdaBelief."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * v, "gradient-unused", "v doesn't contain the gradient."),
        (lambda v, dw, s, m: s.b2 * m + (1 - s.b2) * dw**2, "moments-swapped",
         "In v, the old m is used in place of the old v."),
        (lambda v, dw, s, m: s.b2 * (s.b1 * m + (1 - s.b1) * dw) + (1 - s.b2) * dw**2, "moments-swapped",
         "In v, the new m is used in place of the old v."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b2) * np.sqrt(dw), "square-missing",
         "In v, the root of the gradient is taken, not its square."),
        (lambda v, dw, s, m: s.b1 * v + (1 - s.b1) * dw**2, "betas-swapped", "In v, beta1 is used in place of beta2."),
        (lambda v, dw, s, m: s.b2 * v + (1 - s.b1) * dw**2, "betas-swapped",
         "In v, the square is multiplied by 1 - beta1, not by 1 - beta2."),
        (lambda v, dw, s, m: s.b1 * v + (1 - s.b2) * dw**2, "betas-swapped",
         "In v, the old v is multiplied by beta1, not by beta2."),
        (lambda v, dw, s, m: np.maximum(v, s.b2 * v + (1 - s.b2) * dw**2), "largest-square",
         "v never gets smaller, as in AMSGrad."),
        (lambda v, dw, s, m: np.maximum(s.b2 * v, np.abs(dw)), "largest-gradient",
         "v is the largest gradient of late, as in Adamax."),
    ]),
    *(Variant("divisors", divisors, code, title, DIVIDE) for divisors, code, title in [
        (_divided(lambda b, t: 1, lambda b, t: 1), "bias-correction-missing", "The bias correction is missing."),
        (_divided(lambda b, t: 1, _right), "m-not-corrected", "m isn't corrected, v is."),
        (_divided(_right, lambda b, t: 1), "v-not-corrected", "v isn't corrected, m is."),
        (lambda t, s: (1 - s.c1 ** (t - 1), 1 - s.c2 ** (t - 1)), "step-counted-late",
         "The correction uses t before it is counted up."),
        (lambda t, s: (1 - s.c1 ** (t + 1), 1 - s.c2 ** (t + 1)), "step-counted-twice",
         "The correction uses t + 1, and t has been counted up already."),
        (lambda t, s: (1 - s.c1**t, 1 - s.c2 ** (t + 1)), "step-counted-twice",
         "t is counted up again between the corrections of m and v."),
        (lambda t, s: (1 - s.c1 ** (t - 1), 1 - s.c2**t), "step-counted-late",
         "t is counted up between the corrections of m and v."),
        *((divisors, code, f"{which} {words}.") for divisor, code, words in DIVISORS
          for which, divisors in _of_both(divisor) if (which, words) not in ROOTLESS),
    ]),
    *(Variant("correct", correct, code, title, DIVIDE) for correct, code, title in [
        (lambda m, v, by: (m / 1 - (1 - by[0]), v / 1 - (1 - by[1])), "brackets",
         "The brackets around 1 - beta1**t and 1 - beta2**t are missing."),
        (lambda m, v, by: (m / 1 - (1 - by[0]), v / by[1]), "brackets",
         "The brackets around 1 - beta1**t are missing."),
        (lambda m, v, by: (m / by[0], v / 1 - (1 - by[1])), "brackets",
         "The brackets around 1 - beta2**t are missing."),
        (lambda m, v, by: (m / by[0], m / by[1]), "moments-swapped", "The corrected v is computed from m."),
        (lambda m, v, by: (v / by[0], v / by[1]), "moments-swapped", "The corrected m is computed from v."),
        (lambda m, v, by: (m / by[0], m / by[0] / by[1]), "moments-swapped",
         "The corrected v is computed from the corrected m."),
        (lambda m, v, by: (m / by[0], m / by[0]), "moments-swapped",
         "The corrected m is used in place of the corrected v."),
    ]),
    *(Variant("step", step, code, title, STEP) for step, code, title in [
        (lambda p: p.lr * p.mean / (p.square + p.eps), "root-missing", "The root of v is missing."),
        (lambda p: p.eps * p.mean / (np.sqrt(p.square) + p.lr), "arguments-swapped",
         "The learning rate and epsilon are exchanged."),
        (lambda p: p.lr * p.mean / (np.std(p.square) + p.eps), "root-of-all",
         "np.std is used in place of np.sqrt."),
        (lambda p: p.lr * p.mean / np.sqrt(p.square + p.eps), "epsilon-in-root", "epsilon stands inside of the root."),
        (lambda p: p.lr * p.mean / np.sqrt(p.square), "epsilon-missing", "epsilon is missing."),
        (lambda p: p.lr * (p.mean / np.sqrt(p.square) + p.eps), "brackets",
         "epsilon is added after the division, not to the root."),
        (lambda p: p.lr * p.mean / np.sqrt(p.square) + p.eps, "brackets", "epsilon is added to the whole step."),
        (lambda p: p.lr * p.mean / np.sqrt(p.square) - p.eps, "brackets", "epsilon is added to the new w."),
        (lambda p: p.lr * p.mean / (np.sqrt(p.square) - p.eps), "epsilon-sign", "epsilon is subtracted from the root."),
        (lambda p: p.lr * p.mean / (np.sqrt(p.square) * p.eps), "epsilon-multiplied",
         "The root is multiplied by epsilon, not added to it."),
        (lambda p: p.lr * p.mean / (np.sqrt(p.square) + np.sqrt(p.eps)), "epsilon-in-root",
         "The root of epsilon is added."),
        (lambda p: p.lr * p.mean / (np.sqrt(p.square + p.eps) + p.eps), "epsilon-twice",
         "epsilon is added twice, inside of the root and outside."),
        (lambda p: p.lr * p.mean / np.maximum(np.sqrt(p.square), p.eps), "epsilon-maximum",
         "epsilon is a lower limit of the root, it isn't added."),
        (lambda p: p.lr * p.mean / (np.sqrt(p.square) + p.eps**2), "epsilon-squared", "epsilon is squared."),
        (lambda p: p.lr * np.sqrt(p.mean / (p.square + p.eps)), "root-of-all",
         "The root is taken of the whole fraction."),
        (lambda p: p.lr * np.sqrt(p.mean) / (p.square + p.eps), "root-of-mean", "The root is taken of m, not of v."),
        (lambda p: p.lr * np.sqrt(p.mean) / (np.sqrt(p.square) + p.eps), "root-of-mean", "The root is taken of m too."),
        (lambda p: p.lr * p.square / (np.sqrt(p.mean) + p.eps), "moments-swapped",
         "m and v are exchanged in the step."),
        (lambda p: p.lr * p.square / (np.sqrt(p.square) + p.eps), "moments-swapped", "v stands in place of m."),
        (lambda p: p.lr * p.mean * (np.sqrt(p.square) + p.eps), "root-multiplied",
         "m is multiplied by the root of v, not divided."),
        (lambda p: p.lr * p.mean / (p.square**2 + p.eps), "root-missing",
         "v is squared, where the root should be taken."),
        (lambda p: p.lr * p.mean / (np.sqrt(np.sqrt(p.square)) + p.eps), "root-twice", "The root of v is taken twice."),
        (lambda p: p.mean / (np.sqrt(p.square) + p.eps), "lr-ignored", "The learning rate isn't used in the step."),
        (lambda p: p.lr**2 * p.mean / (np.sqrt(p.square) + p.eps), "lr-squared", "The learning rate is used twice."),
        (lambda p: p.mean / p.lr / (np.sqrt(p.square) + p.eps), "lr-divided",
         "The step is divided by the learning rate."),
        (lambda p: p.lr * p.dw / (np.sqrt(p.square) + p.eps), "mean-unused",
         "The gradient is used in place of m, as in RMSProp."),
        (lambda p: p.lr * p.dw / (np.sqrt(p.v) + p.eps), "mean-unused",
         "The gradient is used in place of m, and v isn't corrected: that is RMSProp."),
        (lambda p: p.lr * (p.b1 * p.mean + (1 - p.b1) * p.dw / p.by[0]) / (np.sqrt(p.square) + p.eps), "nesterov",
         "This is Nadam, which is Adam with Nesterov's momentum."),
        (lambda p: p.lr * p.mean, "square-unused", "v isn't used in the step."),
        (lambda p: p.lr * p.dw, "memory-unused", "The step is plain SGD: m and v aren't used."),
        (lambda p: p.lr * p.old_m / p.by[0] / (np.sqrt(p.square) + p.eps), "old-moments", "The step uses the old m."),
        (lambda p: p.lr * p.mean / (np.sqrt(p.old_v / p.by[1]) + p.eps), "old-moments", "The step uses the old v."),
        (lambda p: p.lr * p.old_m / p.by[0] / (np.sqrt(p.old_v / p.by[1]) + p.eps), "old-moments",
         "The step uses the old m and v."),
        (lambda p: p.lr * p.mean * p.dw / (np.sqrt(p.square) + p.eps), "times-gradient",
         "The step is multiplied by the gradient."),
        (lambda p: p.lr * p.mean**2 / (np.sqrt(p.square) + p.eps), "mean-squared", "m is squared in the step."),
        (lambda p: p.lr * np.sign(p.mean), "sign-only", "Only the sign of m is used."),
        (lambda p: p.lr * p.mean / (np.sqrt(p.square.sum()) + p.eps), "summed",
         "All entries are divided by one root, that of the sum of v."),
        (lambda p: p.lr * p.mean / (np.sqrt(p.square.mean()) + p.eps), "summed",
         "All entries are divided by one root, that of the mean of v."),
        (lambda p: 0 * p.mean, "not-updated", "The w that is returned is the old one."),
        (lambda p: 2 * p.lr * p.mean / (np.sqrt(p.square) + p.eps), "double", "The step is twice what it should be."),
        (lambda p: p.lr / p.t * p.mean / (np.sqrt(p.square) + p.eps), "lr-decayed",
         "The learning rate is divided by t."),
        (lambda p: p.lr / np.sqrt(p.t) * p.mean / (np.sqrt(p.square) + p.eps), "lr-decayed",
         "The learning rate is divided by the root of t."),
        (lambda p: p.lr * p.mean / np.sqrt(p.square) * (1 + p.eps), "brackets",
         "The step is multiplied by 1 + epsilon."),
        (lambda p: p.lr * np.sqrt(p.by[1]) / p.by[0] * p.mean / (np.sqrt(p.square) + p.eps), "corrected-twice",
         "The means are corrected, and then the learning rate as well."),
    ]),
    *(Variant("move", move, code, title, hint) for move, code, title, hint in [
        (lambda w, step, p: w + step, "ascent", "The step is added to w. So the loss rises.",
         f"Look at the sign in front of the step. {STEP}"),
        (lambda w, step, p: -step, "step-only", "The step is returned in place of the new w.", STEP),
        (lambda w, step, p: step, "step-only",
         "The step, with the wrong sign, is returned in place of the new w.", STEP),
        (lambda w, step, p: step - w, "negated", "The new w has the wrong sign.", STEP),
        (lambda w, step, p: w * step, "multiplied", "w is multiplied by the step.", STEP),
        (lambda w, step, p: w - step * w, "multiplied", "The step is multiplied by w.", STEP),
        (lambda w, step, p: p.lr * (w - step / p.lr), "brackets", "w is multiplied by the learning rate too.", STEP),
        (lambda w, step, p: (w - step / p.lr * (np.sqrt(p.square) + p.eps) * p.lr) / (np.sqrt(p.square) + p.eps),
         "brackets",
         "w is divided by the root too.", STEP),
        (lambda w, step, p: p.m, "returns-moment", "m is returned in place of the new w.", STEP),
        (lambda w, step, p: p.mean, "returns-moment", "The corrected m is returned in place of the new w.", STEP),
        (lambda w, step, p: p.dw, "returns-gradient", "The gradient is returned in place of the new w.", STEP),
        (lambda w, step, p: w - step - p.lr * p.dw, "plain-step-too", "The plain SGD step is taken as well.", STEP),
        (lambda w, step, p: w - step.mean(), "summed", "All entries move by the mean of the steps.",
         "Look for a mean. Each entry of w has a step of its own."),
        (lambda w, step, p: np.zeros_like(w), "zeros", "The new w is zero everywhere.", STEP),
    ]),
    *(Variant("kept", kept, code, title, STORED) for kept, code, title in [
        (lambda p: {}, "memory-not-kept", "m, v and t aren't stored in config."),
        (lambda p: {"t": p.t}, "memory-not-kept", "m and v aren't stored in config."),
        (lambda p: {"m": p.m, "v": p.v}, "step-not-kept", "t isn't stored in config."),
        (lambda p: {"v": p.v, "t": p.t}, "memory-not-kept", "m isn't stored in config."),
        (lambda p: {"m": p.m, "t": p.t}, "memory-not-kept", "v isn't stored in config."),
        (lambda p: {"m": p.old_m, "v": p.old_v, "t": p.old_t}, "memory-not-kept",
         "The old m, v and t are stored in config again."),
        (lambda p: {"m": p.old_m, "v": p.old_v, "t": p.t}, "memory-not-kept",
         "The old m and v are stored in config again."),
        (lambda p: {"m": p.old_m, "v": p.v, "t": p.t}, "memory-not-kept", "The old m is stored in config again."),
        (lambda p: {"m": p.m, "v": p.old_v, "t": p.t}, "memory-not-kept", "The old v is stored in config again."),
        (lambda p: {"m": p.m, "v": p.v, "t": p.old_t}, "step-not-kept", "The old t is stored in config again."),
        (lambda p: {"m": p.m, "v": p.v, "t": p.t + 1}, "step-counted-twice",
         "t is counted up once more when it is stored."),
        (lambda p: {"m": p.mean, "v": p.square, "t": p.t}, "corrected-kept",
         "The corrected m and v are stored in config."),
        (lambda p: {"m": p.mean, "v": p.v, "t": p.t}, "corrected-kept", "The corrected m is stored in config."),
        (lambda p: {"m": p.m, "v": p.square, "t": p.t}, "corrected-kept", "The corrected v is stored in config."),
        (lambda p: {"m": p.v, "v": p.m, "t": p.t}, "moments-swapped", "m and v are exchanged in config."),
        (lambda p: {"m": p.m, "v": p.m, "t": p.t}, "wrong-memory", "m is stored as v."),
        (lambda p: {"m": p.v, "v": p.v, "t": p.t}, "wrong-memory", "v is stored as m."),
        (lambda p: {"m": p.dw, "v": p.v, "t": p.t}, "wrong-memory", "The gradient is stored as m."),
        (lambda p: {"m": p.dw, "v": p.dw**2, "t": p.t}, "wrong-memory",
         "The gradient and its square are stored as m and v."),
        (lambda p: {"m": p.m, "v": np.sqrt(p.v), "t": p.t}, "wrong-memory", "The root of v is stored as v."),
        (lambda p: {"m": p.m, "v": np.sqrt(p.square), "t": p.t}, "wrong-memory",
         "The root of the corrected v is stored as v."),
        (lambda p: {"m": p.m, "v": p.v, "t": 1}, "step-not-kept", "t is always stored as 1."),
        (lambda p: {"m": p.m, "v": p.v, "t": 0}, "step-not-kept", "t is set to 0 again."),
    ]),
]
# slips in the correction that are slips in the learning rate here
IN_THE_RATE = ("corrected-twice", "correction-root", "correction-multiplied", "correction-by-t")
EFFICIENT = [
    *(v for v in VARIANTS if v.step not in ("correct", "step", "divisors")),
    *(v for v in VARIANTS if v.step == "divisors" and v.code not in IN_THE_RATE),
    *(Variant("step", step, code, title, RATE) for step, code, title in [
        (lambda p: p.lr * p.by[1] / p.by[0] * p.m / (np.sqrt(p.v) + p.eps), "correction-root",
         "In the learning rate, the root of 1 - beta2**t is missing."),
        (lambda p: p.lr * np.sqrt(p.by[1] / p.by[0]) * p.m / (np.sqrt(p.v) + p.eps), "correction-root",
         "In the learning rate, the root is taken of 1 - beta1**t too."),
        (lambda p: p.lr * p.by[0] / np.sqrt(p.by[1]) * p.m / (np.sqrt(p.v) + p.eps), "correction-multiplied",
         "In the learning rate, the two corrections are exchanged: the fraction is upside down."),
        (lambda p: p.lr * np.sqrt(p.by[1]) / p.by[0] * p.m / np.sqrt(p.v + p.eps), "epsilon-in-root",
         "epsilon stands inside of the root."),
        (lambda p: p.lr * np.sqrt(p.by[1]) / p.by[0] * p.m / np.sqrt(p.v), "epsilon-missing", "epsilon is missing."),
        (lambda p: p.lr * np.sqrt(p.by[1]) / p.by[0] * p.m / (p.v + p.eps), "root-missing",
         "The root of v is missing."),
        (lambda p: p.lr * np.sqrt(p.by[1]) / p.by[0] * p.mean / (np.sqrt(p.v) + p.eps), "corrected-twice",
         "m is corrected, and then the learning rate as well."),
        (lambda p: np.sqrt(p.by[1]) / p.by[0] * p.m / (np.sqrt(p.v) + p.eps), "lr-ignored",
         "The learning rate isn't used in the step."),
        (lambda p: p.lr * np.sqrt(p.by[1]) / p.by[0] * p.m, "square-unused", "v isn't used in the step."),
    ]),
]
# fmt: on
LATE = ("settings", "divisors", "correct", "step", "move")
TABLE = StagedTable(recipe, VARIANTS, PROBLEMS, WHY, RESULT, LATE)
EFFICIENT_TABLE = StagedTable(efficient_recipe, EFFICIENT, PROBLEMS, WHY, RESULT, LATE)
