"""Examine a learner's step with momentum: v <- momentum v - learning_rate dw, then w + v.

The step as a recipe: the *settings* that are read; the velocity from which it *start*s; the new velocity, a *blend* of
the old one and of the gradient; the *move*, which gives the new w; and what is *kept* in config. Where other books
write both formulas otherwise, the *form* replaces blend and move.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from ..explain import Variant
from ..report import Report
from ..staged import StagedTable
from .update_rules import NOT_KEPT, RESULT, examine, problem, stream, walk

MEMORY = ("velocity",)


def rule(
    w,
    dw,
    config,
    settings=lambda c: (c["learning_rate"], c.get("momentum", 0.9)),
    start=lambda c, w, dw: c.get("velocity", np.zeros_like(w)),
    blend=lambda v, dw, lr, mu, w: mu * v - lr * dw,
    move=lambda w, new, old, dw, lr, mu: w + new,
    form=None,
    kept=lambda new, old, next_w, dw: {"velocity": new},
):
    """Return (next_w, config)."""
    lr, mu = settings(config)
    old = start(config, w, dw)
    if form:
        new, next_w = form(w, old, dw, lr, mu)
    else:
        new = blend(old, dw, lr, mu, w)
        next_w = move(w, new, old, dw, lr, mu)
    return next_w, config | kept(new, old, next_w, dw)


def recipe(*args, **steps):
    """Several steps, on one array or on two in turn."""
    return walk(partial(rule, **steps), MEMORY, *args)


def sgd_momentum(fn: Callable) -> Report:
    """Examine fn(w, dw, config) -> (next_w, config), as sgd_momentum of optim.py.

    w and dw are arrays of any shape. config always has a learning_rate. The notebook's stub gives the other defaults:
    momentum 0.9, and velocity, zeros like w. fn may rely on these lines, and on others that do the same. It changes
    config in place or returns a new one; w and dw stay as they are.
    """
    return examine(fn, MEMORY, PROBLEMS, lambda answers: TABLE, terms)


def terms(w, dw, config):
    """Return what may be in the sums of a step. See update_rules.examine."""
    lr, mu = config["learning_rate"], config.get("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    return {
        "config['velocity']": ("The new velocity", {"v": v, "dw": dw, "w": w}, BOTH),
        "next_w": ("The new w", {"w": w, "v": mu * v - lr * dw, "dw": dw}, STEP),
    }


# --- problems: from a velocity of zeros, and from another one ------------------------------------

FASTER = {"velocity": lambda numbers: numbers / 2}
# fmt: off
PROBLEMS = [
    problem(stream((4, 3), 0, {"learning_rate": 0.4375, "momentum": 0.8125}, steps=1, **FASTER)),
    problem(stream((4, 3), 1, {"learning_rate": 0.375, "momentum": 0.75})),
    problem(stream((4, 3), 2, {"learning_rate": 0.0625})),
    problem(stream((4, 3), 5, {"learning_rate": 0.375, "momentum": 0.875}),
            stream((4, 3), 6, {"learning_rate": 0.125, "momentum": 0.25}, **FASTER)),
    problem(stream((5,), 3, {"learning_rate": 0.1875}, **FASTER)),
    problem(stream((2, 3, 2), 4, {"learning_rate": 0.25, "momentum": 0.625}, **FASTER)),
]

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

BOTH = "The step is two lines: `v = momentum * v - learning_rate * dw`, then `next_w = w + v`."
WHY = {
    "settings": "The learning rate and the momentum are settings. They stand in config.",
    "start": "The velocity of the last step stands in config. In the first step, it is zero everywhere.",
    "blend": "The new velocity is a part of the old one, minus learning_rate times the gradient.",
    "move": "The new velocity is the step: it is added to w.",
    "form": "The velocity is the step from w to the new w. So it holds the minus sign and the learning rate.",
    "kept": NOT_KEPT.explanation,
}
SIGNS = f"Look at the two signs: the gradient is subtracted from the velocity, and the velocity is added to w. {BOTH}"
RATE = f"Where is the learning rate a factor? It multiplies the gradient, in the velocity, and nothing else. {BOTH}"
FACTOR = f"Where is the momentum a factor? It multiplies the old velocity, and nothing else. {BOTH}"
STEP = f"Look at the line that computes next_w. {BOTH}"
GRADIENT = f"Is dw changed before the step? It is used as it is. {BOTH}"
STORED = "What is stored at the end of the function? The new velocity: `config[\"velocity\"] = v`"
SETTINGS = 'Look for a number in the formula. The settings are `config["learning_rate"]` and `config["momentum"]`.'
# fmt: on


def _norm(dw):
    return dw / np.linalg.norm(dw)


# fmt: off
VARIANTS = [
    *(Variant("settings", settings, code, title, hint) for settings, code, title, hint in [
        *((lambda c, lr=lr: (lr, c.get("momentum", 0.9)), "lr-ignored",
           f"The learning rate is always {lr:g}, whatever config holds.", SETTINGS) for lr in (1e-3, 1e-2, 0.1)),
        *((lambda c, mu=mu: (c["learning_rate"], mu), "momentum-ignored",
           f"The momentum is always {mu:g}, whatever config holds.", SETTINGS) for mu in (0.5, 0.9, 0.95, 0.99)),
        *((lambda c, mu=mu: (c["learning_rate"], c.get("momentum", mu)), "other-default",
           f"Where config holds no momentum, it is {mu:g} in place of 0.9.",
           'Look at the line that gives the default: `config.setdefault("momentum", 0.9)`')
          for mu in (0.0, 0.1, 0.5, 0.95, 0.99, 0.999)),
        (lambda c: (c.get("momentum", 0.9), c["learning_rate"]), "arguments-swapped",
         "Learning rate and momentum are exchanged.", BOTH),
    ]),
    *(Variant("start", start, code, title, hint) for start, code, title, hint in [
        (lambda c, w, dw: c.get("velocity", np.ones_like(w)), "memory-start",
         "The first velocity is 1 everywhere, not 0.", "Look for np.ones, and use np.zeros_like(w)."),
        (lambda c, w, dw: c.get("velocity", dw), "memory-start", "The first velocity is the gradient, not 0.",
         "With which velocity does the first step begin? np.zeros_like(w)"),
        (lambda c, w, dw: c.get("velocity", w), "memory-start", "The first velocity is w, not 0.",
         "With which velocity does the first step begin? np.zeros_like(w)"),
    ]),
    *(Variant("blend", blend, code, title, hint) for blend, code, title, hint in [
        (lambda v, dw, lr, mu, w: mu * v + lr * dw, "ascent",
         "The gradient is added to the velocity. So the loss rises.", SIGNS),
        (lambda v, dw, lr, mu, w: -mu * v - lr * dw, "momentum-negated",
         "The old velocity is subtracted. So each step turns round.", SIGNS),
        (lambda v, dw, lr, mu, w: lr * dw - mu * v, "negated", "The new velocity has the wrong sign.", SIGNS),
        (lambda v, dw, lr, mu, w: mu * v - dw, "lr-ignored", "The gradient isn't multiplied by the learning rate.",
         RATE),
        (lambda v, dw, lr, mu, w: mu * v + dw, "lr-ignored",
         "The gradient is added to the velocity, without the learning rate.", RATE),
        (lambda v, dw, lr, mu, w: mu * v - lr**2 * dw, "lr-squared",
         "The gradient is multiplied by the learning rate twice.", RATE),
        (lambda v, dw, lr, mu, w: mu * v - dw / lr, "lr-divided", "The gradient is divided by the learning rate.",
         RATE),
        (lambda v, dw, lr, mu, w: lr * (mu * v - dw), "brackets",
         "The old velocity is multiplied by the learning rate too.", RATE),
        (lambda v, dw, lr, mu, w: lr * mu * v - dw, "brackets",
         "The old velocity is multiplied by the learning rate, and the gradient isn't.", RATE),
        (lambda v, dw, lr, mu, w: mu * (v - lr * dw), "momentum-on-gradient",
         "The gradient is multiplied by the momentum too.", FACTOR),
        (lambda v, dw, lr, mu, w: mu * (v + lr * dw), "momentum-on-gradient",
         "The gradient is multiplied by the momentum too, and added.", FACTOR),
        (lambda v, dw, lr, mu, w: v - mu * lr * dw, "momentum-on-gradient",
         "The momentum multiplies the gradient, and not the old velocity.", FACTOR),
        (lambda v, dw, lr, mu, w: v - mu * dw, "momentum-on-gradient",
         "The momentum multiplies the gradient in place of the learning rate, and the old velocity isn't multiplied.",
         FACTOR),
        (lambda v, dw, lr, mu, w: mu * dw - lr * v, "momentum-on-gradient",
         "The momentum multiplies the gradient, and the learning rate the old velocity.", BOTH),
        (lambda v, dw, lr, mu, w: v - lr * dw, "momentum-ignored",
         "The old velocity isn't multiplied by the momentum. So it never gets smaller.", FACTOR),
        (lambda v, dw, lr, mu, w: v + lr * dw, "momentum-ignored",
         "The old velocity isn't multiplied by the momentum, and the gradient is added to it.", FACTOR),
        (lambda v, dw, lr, mu, w: -lr * dw, "memory-unused", "The old velocity isn't used: each step is plain SGD.",
         f'Does the new velocity contain the old one, `config["velocity"]`? {BOTH}'),
        (lambda v, dw, lr, mu, w: lr * dw, "memory-unused", "The old velocity isn't used, and the gradient is added.",
         f'Does the new velocity contain the old one, `config["velocity"]`? {BOTH}'),
        (lambda v, dw, lr, mu, w: mu * v, "gradient-unused", "The gradient isn't used: the velocity only gets smaller.",
         BOTH),
        (lambda v, dw, lr, mu, w: mu * v - (1 - mu) * lr * dw, "dampened",
         "The gradient is multiplied by 1 - momentum, as in a running mean.",
         f"Look for a factor (1 - momentum), and remove it. {BOTH}"),
        (lambda v, dw, lr, mu, w: mu * v - (1 - mu) * dw, "dampened",
         "The gradient is multiplied by 1 - momentum in place of the learning rate.", RATE),
        (lambda v, dw, lr, mu, w: mu * v + (1 - mu) * dw, "dampened",
         "The velocity is a running mean of the gradients, without the learning rate, and is added.", BOTH),
        (lambda v, dw, lr, mu, w: mu * v + (1 - mu) * lr * dw, "dampened",
         "The gradient is multiplied by 1 - momentum, and added to the velocity.", BOTH),
        (lambda v, dw, lr, mu, w: (1 - mu) * v - mu * lr * dw, "weights-exchanged",
         "The old velocity is multiplied by 1 - momentum, and the gradient by the momentum.", FACTOR),
        (lambda v, dw, lr, mu, w: (1 - mu) * v - lr * dw, "one-minus-momentum",
         "The old velocity is multiplied by 1 - momentum, not by the momentum.",
         f"Look for (1 - momentum). {BOTH}"),
        (lambda v, dw, lr, mu, w: mu**2 * v - lr * dw, "momentum-twice",
         "The old velocity is multiplied by the momentum twice.", FACTOR),
        (lambda v, dw, lr, mu, w: mu * v + v - lr * dw, "momentum-brackets",
         "The old velocity is multiplied by 1 + momentum.",
         f"Is the new velocity added to the old one, with `+=`? It takes the old one's place. {BOTH}"),
        (lambda v, dw, lr, mu, w: v / mu - lr * dw, "momentum-divided", "The old velocity is divided by the momentum.",
         FACTOR),
        (lambda v, dw, lr, mu, w: mu + v - lr * dw, "momentum-added",
         "The momentum is added to the old velocity, not multiplied.", FACTOR),
        (lambda v, dw, lr, mu, w: v**mu - lr * dw, "momentum-power",
         "The old velocity is raised to the power of the momentum, not multiplied by it.",
         f"Look for `**` in place of `*`. {FACTOR}"),
        (lambda v, dw, lr, mu, w: (mu * v - dw) * mu, "momentum-on-gradient",
         "Old velocity and gradient are both multiplied by the momentum, and the learning rate isn't used.", BOTH),
        (lambda v, dw, lr, mu, w: mu * v * (1 - lr) - lr * dw, "brackets",
         "learning_rate times the old velocity is subtracted too.", BOTH),
        (lambda v, dw, lr, mu, w: mu * v * dw - lr * dw, "velocity-times-gradient",
         "The old velocity is multiplied by the gradient.", BOTH),
        (lambda v, dw, lr, mu, w: mu * v - lr * v * dw, "velocity-times-gradient",
         "The gradient is multiplied by the old velocity.", BOTH),
        (lambda v, dw, lr, mu, w: mu * w - lr * dw, "w-for-velocity",
         "w is multiplied by the momentum in place of the old velocity.", FACTOR),
        (lambda v, dw, lr, mu, w: mu * dw - lr * dw, "gradient-for-velocity",
         "The gradient is multiplied by the momentum in place of the old velocity.", FACTOR),
        (lambda v, dw, lr, mu, w: mu * v - lr * w, "w-for-gradient",
         "w is multiplied by the learning rate in place of the gradient.", RATE),
        (lambda v, dw, lr, mu, w: mu * v - lr * v, "velocity-for-gradient",
         "The old velocity is multiplied by the learning rate in place of the gradient.", RATE),
        (lambda v, dw, lr, mu, w: mu * v - lr * w * dw, "w-times-gradient", "The gradient is multiplied by w.",
         GRADIENT),
        (lambda v, dw, lr, mu, w: mu * v - lr * (dw + w), "w-added-to-gradient",
         "w is added to the gradient. That is a penalty on the weights.", GRADIENT),
        (lambda v, dw, lr, mu, w: mu * v - lr * dw**2, "gradient-squared", "The gradient is squared.", GRADIENT),
        (lambda v, dw, lr, mu, w: mu * v - lr * np.abs(dw), "absolute", "The gradient has lost its sign.", GRADIENT),
        (lambda v, dw, lr, mu, w: mu * v - lr * np.sign(dw), "sign-only", "Only the sign of the gradient is used.",
         GRADIENT),
        (lambda v, dw, lr, mu, w: mu * v - lr * _norm(dw), "normalised", "The gradient is divided by its length.",
         GRADIENT),
        (lambda v, dw, lr, mu, w: mu * v - lr * np.clip(dw, -1, 1), "clipped", "The gradient is cut off at -1 and 1.",
         GRADIENT),
        (lambda v, dw, lr, mu, w: np.clip(mu * v - lr * dw, -1, 1), "clipped", "The velocity is cut off at -1 and 1.",
         "Look for a clip, and remove it."),
        (lambda v, dw, lr, mu, w: mu * v - np.sqrt(lr) * dw, "lr-root", "The root of the learning rate is taken.",
         RATE),
        (lambda v, dw, lr, mu, w: mu * v - lr * dw.sum(), "summed",
         "All entries get the sum of the gradient's entries.",
         "Look for a sum of dw. Each entry of w has a gradient of its own."),
        (lambda v, dw, lr, mu, w: mu * v - lr * dw.mean(), "summed",
         "All entries get the mean of the gradient's entries.",
         "Look for a mean of dw. Each entry of w has a gradient of its own."),
        (lambda v, dw, lr, mu, w: mu * v - lr / len(w) * dw, "lr-scaled", "The gradient is divided by len(w).",
         f"Look for a division by a number of rows. {GRADIENT}"),
        (lambda v, dw, lr, mu, w: mu * v - 2 * lr * dw, "double", "The gradient counts twice.",
         f"Look for a factor 2, or for a line that is run twice. {BOTH}"),
        (lambda v, dw, lr, mu, w: mu * v - lr / 2 * dw, "half", "The gradient counts half.",
         f"Look for a factor 1/2. {BOTH}"),
        (lambda v, dw, lr, mu, w: np.maximum(mu * v - lr * dw, 0), "negatives-lost",
         "Where the velocity should be negative, it is 0.", "Look for a maximum, and remove it."),
    ]),
    *(Variant("move", move, code, title, hint) for move, code, title, hint in [
        (lambda w, new, old, dw, lr, mu: w - new, "ascent", "The velocity is subtracted from w. So the loss rises.",
         SIGNS),
        (lambda w, new, old, dw, lr, mu: w + old, "step-before-velocity",
         "w moves by the old velocity, not by the new one.",
         f"In which order do the two lines stand? First the new velocity, then the step. {BOTH}"),
        (lambda w, new, old, dw, lr, mu: w + mu * old, "step-before-velocity",
         "w moves by a part of the old velocity, without the new gradient.",
         f"In which order do the two lines stand? First the new velocity, then the step. {BOTH}"),
        (lambda w, new, old, dw, lr, mu: w + mu * new - lr * dw, "nesterov", "This is Nesterov's momentum.",
         "Nesterov's step looks ahead along the new velocity. Here the step is the new velocity itself: `w + v`"),
        (lambda w, new, old, dw, lr, mu: w + new - lr * dw, "plain-step-too", "The plain SGD step is taken as well.",
         f"The velocity contains the gradient already. {STEP}"),
        (lambda w, new, old, dw, lr, mu: w - lr * dw, "plain-step",
         "w moves by the plain SGD step. The velocity isn't used.", STEP),
        (lambda w, new, old, dw, lr, mu: w + lr * dw, "plain-step",
         "w moves by the plain SGD step, with the wrong sign. The velocity isn't used.", STEP),
        (lambda w, new, old, dw, lr, mu: w + old - lr * dw, "momentum-ignored",
         "The old velocity, not multiplied by the momentum, is added to w together with the step.", STEP),
        (lambda w, new, old, dw, lr, mu: w + mu * new, "momentum-twice",
         "The new velocity is multiplied by the momentum.",
         STEP),
        (lambda w, new, old, dw, lr, mu: w + (1 + mu) * new, "nesterov",
         "The new velocity is multiplied by 1 + momentum.", STEP),
        (lambda w, new, old, dw, lr, mu: w + (1 + mu) * new - mu * mu * old, "nesterov",
         "This is a mixture of Nesterov's momentum and the usual one.", STEP),
        (lambda w, new, old, dw, lr, mu: w + lr * new, "lr-squared",
         "The new velocity is multiplied by the learning rate.",
         RATE),
        (lambda w, new, old, dw, lr, mu: w - lr * new, "lr-squared",
         "The new velocity is multiplied by the learning rate again, and subtracted.", RATE),
        (lambda w, new, old, dw, lr, mu: w - new * dw, "velocity-times-gradient",
         "The velocity is multiplied by the gradient, and subtracted.", STEP),
        (lambda w, new, old, dw, lr, mu: w + new * dw, "velocity-times-gradient",
         "The velocity is multiplied by the gradient.", STEP),
        (lambda w, new, old, dw, lr, mu: w, "not-updated", "The w that is returned is the old one.",
         "Is the result of w + v returned?"),
        (lambda w, new, old, dw, lr, mu: new, "step-only", "The velocity is returned in place of the new w.",
         STEP),
        (lambda w, new, old, dw, lr, mu: dw, "returns-gradient", "The gradient is returned in place of the new w.",
         STEP),
        (lambda w, new, old, dw, lr, mu: -w - new, "negated", "The new w has the wrong sign.", STEP),
        (lambda w, new, old, dw, lr, mu: new - w, "negated", "w is subtracted from the velocity.", STEP),
        (lambda w, new, old, dw, lr, mu: w * new, "multiplied", "w and the velocity are multiplied, not added.", STEP),
        (lambda w, new, old, dw, lr, mu: mu * w + new, "momentum-on-w", "w is multiplied by the momentum.", STEP),
        (lambda w, new, old, dw, lr, mu: w + 2 * new, "double", "The velocity is added twice.",
         f"Look for a step that is taken twice, for example by `w += v` and `w + v`. {STEP}"),
        (lambda w, new, old, dw, lr, mu: w + new - old, "old-velocity-subtracted",
         "The old velocity is subtracted from w.", STEP),
        (lambda w, new, old, dw, lr, mu: w + new + old, "old-velocity-added", "The old velocity is added to w too.",
         STEP),
        (lambda w, new, old, dw, lr, mu: w + new.sum(), "summed", "All entries move by the sum of the velocities.",
         "Look for a sum of the velocity. Each entry of w has a velocity of its own."),
        (lambda w, new, old, dw, lr, mu: np.zeros_like(w), "zeros", "The new w is zero everywhere.", STEP),
    ]),
    *(Variant("form", form, code, title, hint) for form, code, title, hint in [
        (lambda w, v, dw, lr, mu: (mu * v + lr * dw, w - mu * v - lr * dw), "velocity-sign",
         "The velocity has the other sign: it is subtracted from w, where it should be added.", SIGNS),
        (lambda w, v, dw, lr, mu: (mu * v + dw, w - lr * (mu * v + dw)), "velocity-unscaled",
         "The velocity has no learning rate in it: it is multiplied by the learning rate in the step, and subtracted.",
         f"PyTorch keeps the velocity in this way. {RATE}"),
        (lambda w, v, dw, lr, mu: (mu * v - dw, w + lr * (mu * v - dw)), "velocity-unscaled",
         "The velocity has no learning rate in it: it is multiplied by the learning rate in the step.", RATE),
        (lambda w, v, dw, lr, mu: (mu * v + (1 - mu) * dw, w - lr * (mu * v + (1 - mu) * dw)), "dampened",
         "The velocity is a running mean of the gradients, and is multiplied by the learning rate in the step.", BOTH),
        (lambda w, v, dw, lr, mu: (mu * v + (1 - mu) * lr * dw, w - mu * v - (1 - mu) * lr * dw), "dampened",
         "The gradient is multiplied by 1 - momentum, and the velocity has the other sign.", BOTH),
        (lambda w, v, dw, lr, mu: (mu * v + lr * dw, w + mu * v - lr * dw), "signs-mixed",
         "The velocity that is kept and the step have different signs in front of the gradient.", SIGNS),
        (lambda w, v, dw, lr, mu: (mu * (mu * v - lr * dw) - lr * dw, w + mu * (mu * v - lr * dw) - lr * dw),
         "nesterov", "Nesterov's step is kept as the velocity.", STEP),
        (lambda w, v, dw, lr, mu: (mu * v + lr * dw, w - mu * (mu * v + lr * dw) - lr * dw), "nesterov",
         "This is Nesterov's momentum, and the velocity has the other sign.", BOTH),
        (lambda w, v, dw, lr, mu: (mu * v + dw, w - lr * (dw + mu * (mu * v + dw))), "nesterov",
         "This is Nesterov's momentum, and the velocity has no learning rate in it.", BOTH),
    ]),
    *(Variant("kept", kept, code, title, STORED) for kept, code, title in [
        (lambda new, old, next_w, dw: {}, "memory-not-kept", "The new velocity isn't stored in config."),
        (lambda new, old, next_w, dw: {"velocity": old}, "memory-not-kept",
         "The old velocity is stored in config again, not the new one."),
        (lambda new, old, next_w, dw: {"velocity": np.zeros_like(new)}, "memory-not-kept",
         "Zeros are stored as velocity."),
        (lambda new, old, next_w, dw: {"velocity": next_w}, "wrong-memory", "The new w is stored as velocity."),
        (lambda new, old, next_w, dw: {"velocity": dw}, "wrong-memory", "The gradient is stored as velocity."),
        (lambda new, old, next_w, dw: {"velocity": -new}, "wrong-memory",
         "The velocity is stored with the wrong sign."),
        (lambda new, old, next_w, dw: {"velocity": new + old}, "wrong-memory",
         "The sum of the new and the old velocity is stored."),
        (lambda new, old, next_w, dw: {"velocity": np.abs(new)}, "wrong-memory",
         "The velocity that is stored has lost its sign."),
    ]),
]
# fmt: on
TABLE = StagedTable(recipe, VARIANTS, PROBLEMS, WHY, RESULT, late=("settings", "move"))
