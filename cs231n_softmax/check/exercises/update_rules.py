"""What check.sgd_momentum and check.adam have in common: a rule is called for several steps, as training calls it.

    next_w, config = rule(w, dw, config)

Each step gets what the step before has returned. After each step, next_w is noted, and what config remembers. A
problem's arguments are w, the config at the start, and a gradient for each step; then those of a second array, if there
is one. The steps of two arrays take turns.
"""

from collections.abc import Callable

import numpy as np

from ..arguments import awkward
from ..crashes import Unusable, refuse_unstarted
from ..evidence import first_difference, localise, same
from ..explain import Problem, alike
from ..mixture import mixture
from ..report import Mistake, name_of, type_name
from ..trial import Trial, plain

TRIED = [
    "one step",
    "several steps, from a config that remembers nothing yet",
    "steps of two arrays in turn, each with its own config",
    "several steps, from a config that remembers earlier ones",
    "the same again: nothing is remembered outside of config",
    "w and dw stay as they were",
    "the same for read-only, non-contiguous arrays",
    "no config is shared between calls",
]
NAMES = ("w", None, "dw", "dw", "dw") * 2  # what walk() gets, for two arrays with three steps
PARTS = (1, 2, 1, 2)  # the numbers of problems in the first four of these, for examine()

ENOUGH = 12  # so many entries are more than the terms of any sum
RESULT = "step 1, next_w"  # the name of the result of a walk of one step
SETTINGS = ("learning_rate", "momentum", "beta1", "beta2", "epsilon")
PAIR = "Two results are returned: first the new w, then config."
RETURN = "Look at what stands after `return`: first the new w, then config. `return next_w, config`"


# --- a walk of several steps ------------------------------------------------------------------------------------------


def walk(rule: Callable, memory: tuple, *args) -> dict:
    """Return {"step 1, next_w": ..., "step 1, config['v']": ..., ...} of a rule whose config has the keys `memory`."""
    starts = [k - 1 for k, arg in enumerate(args) if isinstance(arg, dict)]
    streams = [list(args[a:b]) for a, b in zip(starts, [*starts[1:], None], strict=True)]
    for stream in streams:
        stream[1] = {key: np.copy(value) if np.ndim(value) else value for key, value in stream[1].items()}
    noted = {}
    for k in range(len(streams[0]) - 2):
        for number, stream in enumerate(streams, 1):
            w, config, *gradients = stream
            stream[:2] = rule(w, gradients[k], config)
            place = f"step {k + 1}" if len(streams) == 1 else f"step {k + 1} of array {number}"
            _note(noted, place, memory, *stream[:2])
    return noted


def _note(noted, place, memory, next_w, config):
    """Add copies of what config remembers, and of next_w, to `noted`, in the order in which they are computed."""
    for key in memory:
        if config.get(key) is not None:
            noted[f"{place}, config['{key}']"] = np.array(config[key], float)
    noted[f"{place}, next_w"] = np.array(next_w, float)


def walked(fn, memory: tuple):
    """Return a function that walks with fn. With None in place of config, it calls fn(w, dw) again and again."""
    if not callable(fn) or issubclass(type(fn), type):
        return fn  # which is no function

    def rule(w, dw, config):
        """Take a step of the learner's function, and refuse results with which no next step is possible."""
        before, settings = _remembered(config, memory), {key: config[key] for key in SETTINGS if key in config}
        next_w, config = results(fn(w, dw, config), np.shape(w), before, memory)
        _settings_kept(settings, config)
        _remembered(config, memory)
        return np.asarray(next_w), config

    def call(w, config, *args):
        if config is not None:
            return walk(rule, memory, w, config, *args)
        noted = {}
        for k, dw in enumerate(args, 1):
            _note(noted, f"call {k}", memory, *results(fn(np.copy(w), np.copy(dw)), np.shape(w), {}, memory))
        return noted

    call.__name__, call.__wrapped__ = name_of(fn), fn
    return call


def results(value, shape, before, memory):
    """Return the two results, next_w and config; raise Unusable where these aren't an array like w and a dictionary.

    `before` is what config remembered before the step: where nothing has changed, the step isn't written yet.
    """
    refuse_unstarted(value)
    if value is None:
        raise Unusable("returns-none", "The function returns None.", PAIR, "", RETURN)
    several = isinstance(value, tuple) or isinstance(value, list) and any(isinstance(part, dict) for part in value)
    if isinstance(value, dict) and "learning_rate" in value:
        raise Unusable("weights-missing", "Only config is returned, without the new w.", PAIR, "", RETURN)
    if not several and plain(value).shape == shape:
        raise Unusable("config-missing", "Only an array is returned, without config.", PAIR, "", RETURN)
    if not several or len(value) != 2:
        count = len(value) if several else 1
        if count == 3:
            raise Unusable("three-results", "Three results are returned.", PAIR, "", RETURN)
        raise Unusable(
            "wrong-shape", f"The function returns {count} result{'s' * (count != 1)}, not 2.", PAIR, "", RETURN
        )
    next_w, new = value
    if isinstance(next_w, dict) and not isinstance(new, dict):
        raise Unusable("returns-swapped", "config is returned first, and the new w second.", PAIR, "", RETURN)
    if next_w is None and isinstance(new, dict) and _unchanged(before, _remembered(new, memory)):
        raise Unusable("not-written", "The step isn't written yet: next_w is None.", PAIR, "", "")
    for name, part in (("first", next_w), ("second", new)):
        if part is None:
            raise Unusable("returns-none", f"The {name} of the two results is None.", PAIR, "", RETURN)
    if not isinstance(new, dict):
        raise Unusable(
            "config-missing",
            "The second result isn't config.",
            "The next step needs config: all settings, and what the rule remembers.",
            f"The second result is of type {type_name(new)}.",
            RETURN,
        )
    if plain(next_w).shape != shape:
        raise Unusable(
            "wrong-shape",
            "The new w has another shape than w.",
            "Each entry of w takes its own step.",
            f"expected shape {shape}, got {plain(next_w).shape}",
            "Is there a sum, a mean, a norm or a product with @? All of it is computed entry by entry.",
        )
    return next_w, new


def _remembered(config, memory):
    """Return copies of the entries of config that a rule remembers."""
    found = {}
    for key in memory:
        if config.get(key) is not None:
            try:
                found[key] = plain(config[key])
            except Unusable:
                raise Unusable(
                    "wrong-type",
                    f"config['{key}'] doesn't hold numbers.",
                    "",
                    f"config['{key}'] is of type {type_name(config[key])}.",
                    "Look at the line that stores it.",
                ) from None
    return found


def _unchanged(before, after):
    """True where a step has left the memory as it was, or has filled it with zeros."""
    return all(np.array_equal(value, before.get(key, np.zeros_like(value))) for key, value in after.items())


def _settings_kept(settings, config):
    """Raise Unusable where a setting was lost or changed by a step."""
    lost = [key for key in settings if key not in config]
    if lost:
        raise Unusable(
            "settings-lost",
            "The config that is returned has lost settings.",
            "config goes into the next step. So it needs all that it held before, and what the rule remembers.",
            f"missing afterwards: {', '.join(lost)}",
            "Is a new dictionary made? Store the new values in the one that is passed in, or copy all of it: "
            "`{**config, ...}`",
        )
    changed = [key for key, value in settings.items() if not np.array_equal(config[key], value)]
    if changed:
        key = changed[0]
        raise Unusable(
            "settings-changed",
            "The step changes a setting in config.",
            "The next step reads this setting again. Only what the rule remembers changes from step to step.",
            f"config['{key}'] was {settings[key]!r:.20} and is {config[key]!r:.20} afterwards.",
            "Look at the lines that begin with config[...]. Compute other numbers in variables of their own.",
        )


# --- the examination --------------------------------------------------------------------------------------------------


def examine(fn, memory, problems, choose, terms):
    """Examine an update rule, and return the Report. choose(answers) returns the Table that answers are judged by.

    terms(w, dw, config) returns {name of a result: (words for it, {code: array}, hint)}: what may be in its sum.
    """
    with Trial(walked(fn, memory), NAMES, TRIED, convert=dict) as trial:
        told = {"differ": differ, "describe": lambda cases: _describe(trial, memory, problems, cases, terms)}
        answers = trial.answers(problems)
        trial.judge(choose(answers), answers, parts=PARTS, again=OUTSIDE, **told)
        if trial.unchanged():
            answers = trial.answers(problems, layout=awkward)
            trial.judge(choose(answers), answers, names=False, **told)
        _examine_default(trial, problems[0])
    return trial.report


def _examine_default(trial, problem):
    """End with a Mistake where calls without a config share one; what has no default for config can't."""
    w, _, dw, *_ = problem.args
    got = trial.ask(w, None, dw, dw, probe=True)
    calls = (
        []
        if isinstance(got, Mistake)
        else [
            {key.partition(", ")[2]: value for key, value in got.items() if key.startswith(f"call {k},")}
            for k in (1, 2)
        ]
    )
    if calls and not alike(*calls):
        trial.end(
            Mistake(
                "memory-shared",
                "Where config is left out, all calls share one config.",
                "Python makes the value of a default once, when `def` is run, and not in each call.",
                differ("called twice without config", *reversed(calls))
                .replace("expected", "first")
                .replace("got", "then"),
                "Look at the first line of the function. Write `config=None` there, and "
                "`if config is None: config = {}` in the body.",
            )
        )
    trial.step(True)


OUTSIDE = Mistake(
    "memory-shared",
    "The same arguments give another result the second time: something is remembered outside of config.",
    "A model has several arrays of weights, and each has a config of its own. What is remembered anywhere else is "
    "shared by all of them.",
    "",
    "Where does the memory come from, and where does it go? Look for a global variable, for a dictionary outside of "
    "the function, and for a default such as `memory={}`. Read it from config, and store it in config.",
)


def differ(text, got, right):
    """Return in words where two walks differ first."""
    key = _first(got, right)
    if key not in got:
        return f"{text}: {key} is missing."
    axes = ("row", "column") if np.ndim(right[key]) == 2 else ()
    return f"{text}: {key}: {first_difference(got[key], right[key], axes)}."


def _first(got, right):
    return next(key for key in right if key not in got or not same(got[key], right[key]))


def _describe(trial, memory, problems, cases, terms):
    """Return a Mistake where no variant fits: a memory that is shared, what is missing, or how a result differs."""
    text, got, right = cases[0]
    problem = next(p for p in problems if p.text == text)
    again = [trial.ask(*problem.args, about=text) for _ in range(2)]
    if any(isinstance(each, Mistake) or not alike(each, got) for each in again):
        return OUTSIDE._replace(evidence=differ(text, got, right))
    if {text for text, *_ in cases} == {p.text for p in problems if len(p.args) > len(NAMES) // 2}:
        title = "One array of weights is updated rightly, but two in turn disturb each other."
        return OUTSIDE._replace(title=title, evidence=differ(text, got, right))
    remembering = {p.text for p in problems if any(isinstance(arg, dict) and set(arg) & set(memory) for arg in p.args)}
    if {text for text, *_ in cases} == remembering:
        return OTHERWISE._replace(evidence=differ(text, got, right))
    key = _first(got, right)
    if key not in got:
        return NOT_KEPT._replace(evidence=differ(text, got, right))
    if found := _mixed(problems, cases, terms):
        return found
    axes = ("row", "column") if np.ndim(right[key]) == 2 else ()
    found = localise([(f"{text}: {key}", got[key], right[key])], axes)
    return found._replace(title=f"In {key.partition(', ')[2]}: {found.title}")


def _mixed(problems, cases, terms):
    """Return a Mistake where the first result of a first step that is wrong is a sum of other terms; else None.

    In all problems that begin with a memory, the same terms have to be wrong. (Without one, some terms are alike.)
    """
    seen = []
    for text, got, right in cases:
        w, config, dw, *_ = next(problem.args for problem in problems if problem.text == text)
        key = _first(got, right)
        if key.startswith("step 1, ") and w.size >= ENOUGH and any(np.ndim(value) for value in config.values()):
            name, columns, hint = terms(w, dw, config)[key.partition(", ")[2]]
            seen.append(mixture(name, text, got[key], right[key], columns, hint))
    return seen[0] if seen and None not in seen and len({each.title for each in seen}) == 1 else None


NOT_KEPT = Mistake(
    "memory-not-kept",
    "config doesn't hold what the next step needs.",
    "A rule remembers by its config alone: the next step reads there what this one has stored.",
    "",
    "At the end of the function, each new value is stored under its own name in config.",
)


OTHERWISE = Mistake(
    "memory-otherwise",
    "From a new config all steps are right, but from a config that remembers earlier steps they are wrong.",
    "Training can go on from a config that was stored, or that other code has made. So the names in config, and the "
    "numbers under them, have to be those of the formula.",
    "",
    "Is anything remembered under another name, such as an old w or a list of gradients, or in another unit?",
)


# --- problems ---------------------------------------------------------------------------------------------------------


def stream(shape, seed, config, steps=3, still=False, **memory):
    """Return the arguments for one array of weights; memory: a function of an array for each array in config.

    With still=True the first entry always has the gradient 0, as a weight that nothing depends on.
    """
    rng = np.random.default_rng(seed)

    def numbers():
        return rng.integers(1, 17, size=shape) / 8 * rng.choice([-1, 1], size=shape)

    remembered = {key: value(numbers()) for key, value in memory.items()}
    w, *gradients = [numbers() for _ in range(1 + steps)]
    for dw in gradients:
        dw.flat[0] *= not still
    return w, config | remembered, *gradients


def problem(*streams):
    """Return the Problem of one or two arrays in turn."""
    told = []
    for w, config, *_ in streams:
        shape = " x ".join(map(str, w.shape))
        told.append(f"w {shape}, " + ", ".join(f"{k} {v:g}" for k, v in config.items() if not np.ndim(v)))
    return Problem("; ".join(told), sum(streams, ()))
