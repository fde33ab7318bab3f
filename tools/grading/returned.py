"""In the sandbox: call a student's functions with the numbers of trials.py, and write what they return as JSON.

It has no right answers, and decides nothing. What it writes may have been written by the student's code as well.
"""

import contextlib
import io
import json
import warnings
from pathlib import Path

import numpy as np

from cs231n_softmax.assignment.reading import read
from cs231n_softmax.assignment.tolerant import Learners, needed

from .trials import decoded


def main():
    """Do task.json, [{file, function, check, problems}], and write answers.json, {function: [{value} or {error}]}."""
    tasks = json.loads(Path("task.json").read_text(encoding="utf-8"))
    learners, found = Learners({}, TimeoutError), {}
    learners.install(Path.cwd())
    for task in tasks:
        names = {"__name__": "notebook"}
        path = Path(task["file"])
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for piece, body in needed(read(path)[0], [task["function"]]):
                learners.run(body, names, f"<{path.name}, cell {piece.cell}>", path)
            call = CALLS.get(task["check"], lambda function, *arguments: function(*arguments))
            found[task["function"]] = [answer(names, task["function"], call, problem) for problem in task["problems"]]
        Path("answers.json").write_text(json.dumps(found), encoding="utf-8")


def answer(names, name, call, problem):
    """Return what a function gives for a problem, or the error with which it stops."""
    try:
        return {"value": plain(call(names[name], *map(decoded, problem)))}
    except BaseException as error:  # also SystemExit
        return {"error": type(error).__name__}


def plain(value):
    """Return lists and numbers for arrays, lists, tuples and dictionaries of them, and numbers."""
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    return np.asarray(value, float).tolist()


def two_layers(function, params, X, y, reg):
    """Call the loss of a two-layer network, whose parameters are a dictionary."""
    return function({name: decoded(w) for name, w in params.items()}, X, y, reg)


def gradient_of_cubic(function, f, x, h):
    """Call a numerical gradient with f(x) = sum(a x^3 + b x^2)."""
    a, b = decoded(f["cubic"]), decoded(f["square"])
    return function(lambda x: float(np.sum(a * x**3 + b * x**2)), x, h)


def step(function, W, X, y, learning_rate, reg, batch_size, seed):
    """Call an SGD step with a generator."""
    return function(W, X, y, learning_rate, reg, batch_size, np.random.default_rng(seed))


def sweep(function, results, settings, data, num_iters):
    """Call a sweep, which fills a dictionary."""
    results = {(lr, reg): accuracy for lr, reg, accuracy in results}
    data = {name: decoded(value) for name, value in data.items()}
    function(results, [tuple(setting) for setting in settings], data, num_iters)
    return [[*key, value] for key, value in results.items()]


def updates(function, w, gradients, config):
    """Call an update rule for several steps; return the w after each."""
    found, config = [], {name: decoded(value) for name, value in config.items()}
    for dw in map(decoded, gradients):
        w, config = function(w, dw, config)
        found.append(plain(w))
    return found


CALLS = {
    "numerical_gradient": gradient_of_cubic,
    "sgd_step": step,
    "sweep": sweep,
    "sgd_momentum": updates,
    "adam": updates,
    "two_layer_loss": two_layers,
}
