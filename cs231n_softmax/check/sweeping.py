"""Examine a learner's sweep loop on a tiny problem, where training takes a millisecond."""

import numpy as np

from .evidence import number, same
from .explain import Problem, explain
from .recipes.sweeping import DATA, SWAPS, WHY, recipe
from .report import Mistake
from .trial import Trial


def sweep(fn):
    """Examine fn(results, settings, data, num_iters=1500), which adds {(learning_rate, reg): accuracy} to results."""
    steps = ["results gets an entry for each setting, and keeps those it has", "the entries are validation accuracies",
             "the same accuracies when it runs again", "a setting that is there already isn't trained",
             "the data stay as they were"]
    with Trial(fn, (), steps) as trial:
        answers = [_run(trial, problem) for problem in PROBLEMS]
        rights = [recipe(*problem.args) for problem in PROBLEMS]
        found = [] if all(map(_alike, answers, rights)) else _explain(answers, rights)
        again = answers[1] if found else _run(trial, PROBLEMS[1])
        trial.printed = ""  # telling how far it got is no fault in something that takes minutes
        right = _alike(answers[0], rights[0]) and (_alike(answers[1], rights[1]) or not _alike(answers[1], again))
        if not right and not found:
            found = _describe(answers, rights, again)
        trial.report.mistakes.extend(found)
        trial.step(all(isinstance(a, dict) and set(a) == set(b) and _alike({key: a[key] for key in RESULTS}, RESULTS)
                       for a, b in zip(answers, rights, strict=True)))
        trial.step(right)
        if found:
            trial.end()
        if not _alike(again, rights[1]):
            trial.end(Mistake("remembers", "The second time, it gives other accuracies.",
                              "Something is kept from one call to the next: a model made outside, or a generator.",
                              _difference(again, rights[1]), "model = Softmax() belongs inside the loop."))
        trial.step(True)
        _present(trial)
        trial.unchanged()
    return trial.report


def _run(trial, problem):
    """Return what results holds afterwards, {key: number}; or the Mistake that the function made."""
    results, settings, data, num_iters = problem.args
    results, copied = dict(results), {name: array.copy() for name, array in data.items()}
    returned = []
    trial.convert = lambda value: (returned.append(value), {key: _plain(value) for key, value in results.items()})[1]
    got = trial.ask(results, list(settings), copied, num_iters)
    changed = [name for name in data if not np.array_equal(data[name], copied.get(name))]
    if changed or set(copied) != set(data):
        trial.changed["data"] = f"Another {' and '.join(changed) or 'set of names'} afterwards."
    nothing_added = isinstance(got, dict) and _alike(got, problem.args[0])
    if nothing_added and isinstance(returned[0], dict) and not set(returned[0]) <= set(results):
        trial.end(Mistake("not-filled", "It returns a dictionary, and leaves results as it is.",
                          "The dictionary that is passed in is the one to add to. So nothing is lost when the sweep "
                          "is stopped halfway.", f"It returned {len(returned[0])} entries, and added none.",
                          "results[learning_rate, reg] = accuracy, with no new dictionary."))
    return got


def _plain(value):
    """Return an entry as a float, or as an array of floats; None if it isn't made of numbers."""
    try:
        array = np.array(value, float)
    except (ValueError, TypeError):
        return None
    return float(array) if array.ndim == 0 else array


def _alike(got, right):
    if isinstance(got, Mistake) or isinstance(right, Mistake) or set(got) != set(right):
        return False
    return all(got[key] is not None and same(got[key], right[key]) for key in right)


def _explain(answers, rights):
    """Return the mistakes that would give these results."""
    got, right = _first_wrong(answers, rights)
    return [Mistake(swap.code, swap.title, WHY[swap.step], _difference(got, right), swap.hint)
            for swap in explain([recipe], SWAPS, PROBLEMS, answers, _alike, _together)]


def _describe(answers, rights, again):
    """Return a list of one mistake, that says what can be seen."""
    got, right = _first_wrong(answers, rights)
    seen = _difference(got, right)
    if isinstance(got, Mistake):
        return [got]
    if any(value is None for value in got.values()):
        return [Mistake("wrong-type", "What is stored isn't a number.", WHY["measure"], seen, "Store the accuracy.")]
    if isinstance(again, dict) and set(again) == set(answers[1]) and not _alike(answers[1], again):
        return [Mistake("rng-missing", "It gives other accuracies each time it runs.",
                        "Without a seed each setting sees other batches and starts from other weights. Then nobody "
                        "knows whether a setting was better, or luckier.", seen, "Pass rng=0 to train.")]
    if set(got) != set(right):
        return [Mistake("wrong-keys", "results doesn't hold the settings that it should.", WHY["key"], seen,
                        "results[learning_rate, reg] = accuracy")]
    wrong = [key for key in right if not same(got[key], right[key])]
    return [Mistake("wrong-values", f"{len(wrong)} of {len(right)} entries are wrong.", "", seen,
                    "Train one setting by hand, and compare.")]


def _first_wrong(answers, rights):
    return next((a, b) for a, b in zip(answers, rights, strict=True) if not _alike(a, b))


def _together(a, b):
    """Two ways of training otherwise would take too long to try; few decimals, and anything fits."""
    training = {"order", "model", "trained_on", "iters", "options"}
    slow = {a.step, b.step} <= training and {a.step, b.step} != {"order", "trained_on"}
    return not slow and "rounded" not in (a.code, b.code)


def _difference(got, right):
    """Say in which entry two dictionaries differ first."""
    if isinstance(got, Mistake):
        return got.evidence
    missing, extra = [key for key in right if key not in got], [key for key in got if key not in right]
    if missing or extra:
        parts = [f"{word} {some[0]!r:.60}" + f" and {len(some) - 1} more" * (len(some) > 1)
                 for word, some in [("missing:", missing), ("not expected:", extra)] if some]
        return f"Keys of results: {'; '.join(parts)}."
    for key in right:
        if got[key] is None or not same(got[key], right[key]):
            shown = number(got[key]) if isinstance(got[key], float) else "no number" if got[key] is None else \
                f"an array of shape {got[key].shape}"
            return f"learning rate {key[0]:g}, reg {key[1]:g}: expected {number(right[key])}, got {shown}."
    return ""


def _present(trial):
    """Is a setting trained that is in results already? One that can't be (a negative reg is refused) shows it."""
    results, settings = {(0.5, -1.0): 0.125}, [(0.5, -1.0)]
    got = _run(trial, Problem("", (results, settings, DATA, 3)))
    if isinstance(got, Mistake) and "reg: expected a finite number >= 0" not in got.evidence:
        trial.end(got._replace(explanation="So it does where all settings are in results already."))
    if isinstance(got, Mistake):
        trial.end(Mistake("not-skipped", "A setting that is in results already is trained all the same.",
                          "A sweep that was stopped should go on where it was, without doing anything twice.",
                          got.evidence, "if (learning_rate, reg) in results: continue, before anything else."))
    trial.step(_alike(got, results))


# --- problems ------------------------------------------------------------------------------------------------------

RESULTS = {(0.03, 0.5): 0.125, (0.7, 0.7): 0.25}  # one of the settings, and another
SETTINGS = [(0.001, 0.5), (0.0001, 0.05), (0.03, 0.5), (1.5, 0.125), (0.03, 2.0), (0.5, 0.001)]
PROBLEMS = [Problem("", (RESULTS, SETTINGS[:2], DATA, 12)), Problem("", (RESULTS, SETTINGS, DATA, 12))]
