"""Examine a learner's sweep loop on a tiny problem, where training takes a millisecond.

The recipe: for each setting its *order* and the *key* under which it is stored; what is done with those *present*; the
*model*, the split it is *trained_on*, for how many *iters*, with which *options*; the split it is *judged_on*, how that
is *measure*d; and which of the results are *kept*.
"""

import functools

import numpy as np

from ..classifiers import LinearSVM, Softmax
from .evidence import number, same
from .recipe import Problem, Swap, explain
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
        again = _run(trial, PROBLEMS[0])
        trial.printed = ""  # telling how far it got is no fault in something that takes minutes
        found = [] if all(map(_alike, answers, rights)) else _explain(answers, rights, again)
        trial.report.mistakes.extend(found)
        trial.step(all(isinstance(a, dict) and set(a) == set(b) and all(a[key] == RESULTS[key] for key in RESULTS)
                       for a, b in zip(answers, rights, strict=True)))
        trial.step(not found)
        if found:
            trial.end()
        if not _alike(again, rights[0]):
            trial.end(Mistake("remembers", "The second time, it gives other accuracies.",
                              "Something is kept from one call to the next: a model made outside, or a generator.",
                              _difference(again, rights[0]), "model = Softmax() belongs inside the loop."))
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
    if isinstance(got, dict) and got == problem.args[0] and returned and isinstance(returned[0], dict):
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


def _explain(answers, rights, again):
    """Return the mistakes that give these results, or one that describes them."""
    got, right = next((a, b) for a, b in zip(answers, rights, strict=True) if not _alike(a, b))
    seen = _difference(got, right)
    if isinstance(again, dict) and set(again) == set(rights[0]) and not _alike(answers[0], again):
        return [Mistake("rng-missing", "It gives other accuracies each time it runs.",
                        "Without a seed each setting sees other batches and starts from other weights. Then nobody "
                        "knows whether a setting was better, or luckier.", seen, "Pass rng=0 to train.")]
    swaps = explain([recipe], SWAPS, PROBLEMS, answers, _alike, _together)
    if swaps:
        return [Mistake(swap.code, swap.title, WHY[swap.step], seen, swap.hint) for swap in swaps]
    if isinstance(got, Mistake):
        return [got]
    if set(got) != set(right):
        return [Mistake("wrong-keys", "results doesn't hold the settings that it should.", WHY["key"], seen,
                        "results[learning_rate, reg] = accuracy")]
    wrong = [key for key in right if got[key] is None or not same(got[key], right[key])]
    return [Mistake("wrong-values", f"{len(wrong)} of {len(right)} entries are wrong.", "", seen,
                    "Train one setting by hand, and compare.")]


def _together(a, b):
    """Two ways of training otherwise, at once, would take too long to try."""
    training = {"order", "model", "trained_on", "iters", "options"}
    return not {a.step, b.step} <= training or {a.step, b.step} == {"order", "trained_on"}


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
            shown = number(got[key]) if isinstance(got[key], float) else f"{got[key]}"
            return f"learning rate {key[0]:g}, reg {key[1]:g}: expected {number(right[key])}, got {shown}."
    return ""


def _present(trial):
    """A setting that can't be trained (a negative reg is refused) shows whether one that is there already is trained."""
    results, settings = {(0.5, -1.0): 0.125}, [(0.5, -1.0)]
    got = _run(trial, Problem("", (results, settings, DATA, 3)))
    if isinstance(got, Mistake):
        trial.end(Mistake("not-skipped", "A setting that is in results already is trained all the same.",
                          "A sweep that was stopped should go on where it was, without doing anything twice.",
                          got.evidence, "if (learning_rate, reg) in results: continue, before anything else."))
    trial.step(_alike(got, results))


# --- the recipe ------------------------------------------------------------------------------------------------------

def accuracy(predicted, y, losses):
    """Return the fraction of right predictions."""
    return np.mean(predicted == y)


def recipe(results, settings, data, num_iters, order=lambda lr, reg: (lr, reg), key=lambda lr, reg, k: (lr, reg),
           present=lambda setting, results: "skip" if setting in results else "train", model=None, trained_on=("train",),
           iters=lambda n: n, options=lambda k: {"rng": 0}, judged_on="val", measure=accuracy, kept=lambda new: new):
    """Return what results should hold afterwards."""
    results, new, shared = dict(results), {}, Softmax() if model == "shared" else None
    for k, (lr, reg) in enumerate(settings):
        what = present((lr, reg), results | new)
        if what == "stop":
            break
        if what == "train":
            args = trained_on, *order(lr, reg), iters(num_iters)
            train = functools.partial(_train, shared) if shared else functools.partial(_fresh, model or Softmax)
            classifier, losses = train(*args, **options(k))
            new[key(lr, reg, k)] = measure(classifier.predict(data[f"X_{judged_on}"]), data[f"y_{judged_on}"], losses)
    return results | kept(new)


def _train(classifier, splits, *args, **options):
    X, y = (np.concatenate([DATA[f"{name}_{split}"] for split in splits]) for name in "Xy")
    return classifier, classifier.train(X, y, *args, **options)


@functools.cache
def _fresh(model, *args, **options):
    """Train a new model; what was trained once is kept, as most mistakes have nothing to do with training."""
    return _train(model(), *args, **options)


def _clouds(count, rng, noise):
    labels = rng.integers(3, size=count)
    X = np.column_stack([rng.normal(size=(count, 2)) + 1.5 * np.eye(3)[labels, :2], np.ones(count)])
    return X, np.where(rng.random(count) < noise, 0, labels)


def _data():
    data, rng = {}, np.random.default_rng(0)
    for split, count, noise in [("train", 150, 0), ("val", 211, 0.2), ("test", 97, 0.4), ("dev", 61, 0.1)]:
        data["X_" + split], data["y_" + split] = _clouds(count, rng, noise)
    return data


DATA = _data()
RESULTS = {(0.03, 0.5): 0.125, (0.7, 0.7): 0.25}  # one of the settings, and another
SETTINGS = [(0.5, 0.001), (0.001, 0.5), (0.03, 0.5), (1.5, 0.125), (0.5, 2.0)]
PROBLEMS = [Problem("", (RESULTS, SETTINGS[:1], DATA, 12)), Problem("", (RESULTS, SETTINGS, DATA, 12))]

# --- what each step is for, and how it goes wrong --------------------------------------------------------------------

WHY = {
    "order": "train takes the learning rate first, then reg.",
    "key": "Each accuracy is stored under its setting, (learning_rate, reg).",
    "present": "What is in results already stays as it is, and the sweep goes on with the next setting.",
    "model": "Each setting begins with a new Softmax(): a model that was trained before has a head start.",
    "trained_on": "The training set is for fitting weights, and no other.",
    "iters": "The caller says for how many steps each setting is trained: num_iters.",
    "options": "With rng=0 in every call of train, and nothing else, all settings start alike and see the same batches.",
    "judged_on": "Settings are compared on the validation set: the training set flatters, and the test set is for the end.",
    "measure": "The accuracy is the fraction of right predictions, between 0 and 1.",
    "kept": "Every setting gets its own entry.",
}


def _best(new):
    best = max(new, key=new.get)
    return {best: new[best]}


class _Generator:
    """One generator for all settings of a sweep: other batches for each."""

    def __call__(self, k):
        if k == 0:
            self.rng = np.random.default_rng(0)
        return {"rng": self.rng}


INSIDE = "Move it inside the loop."
SWAPS = [
    Swap("order", lambda lr, reg: (reg, lr), "arguments-swapped", "Learning rate and reg are exchanged in training."),
    Swap("order", lambda lr, reg: (lr, lr), "arguments-swapped", "The learning rate is used as reg as well."),
    Swap("order", lambda lr, reg: (lr, 1e-5), "reg-ignored", "reg isn't used: it is always train's own default."),
    Swap("order", lambda lr, reg: (lr, 0.0), "reg-ignored", "reg isn't used: it is always 0."),
    Swap("order", lambda lr, reg: (1e-3, reg), "lr-ignored", "The learning rate isn't used: it is train's own default."),
    Swap("key", lambda lr, reg, k: (reg, lr), "key-swapped", "The keys are (reg, learning_rate)."),
    Swap("key", lambda lr, reg, k: lr, "wrong-keys", "The keys are learning rates, without reg."),
    Swap("key", lambda lr, reg, k: reg, "wrong-keys", "The keys are regs, without the learning rate."),
    Swap("key", lambda lr, reg, k: k, "wrong-keys", "The keys are numbers 0, 1, 2 ..."),
    Swap("key", lambda lr, reg, k: str((lr, reg)), "wrong-keys", "The keys are text."),
    Swap("key", lambda lr, reg, k: f"{lr}, {reg}", "wrong-keys", "The keys are text."),
    Swap("key", lambda lr, reg, k: f"{lr}_{reg}", "wrong-keys", "The keys are text."),
    Swap("present", lambda setting, results: "train", "not-skipped", "A setting that is in results is trained again.",
         "if (learning_rate, reg) in results: continue"),
    Swap("present", lambda setting, results: "stop" if setting in results else "train", "stops-at-skipped",
         "The sweep ends at the first setting that is in results already.", "continue, not break or return"),
    Swap("present", lambda setting, results: "train" if setting in results else "skip", "skip-reversed",
         "Only the settings that are in results already are trained.", "Take the `not` out, or put it in."),
    Swap("present", lambda setting, results: "skip" if setting[0] in [k[0] for k in results if type(k) is tuple]
         else "train", "skipped-by-part", "A setting is skipped when its learning rate alone is in results.",
         "(learning_rate, reg) in results"),
    Swap("present", lambda setting, results: "skip" if setting[1] in [k[1] for k in results if type(k) is tuple]
         else "train", "skipped-by-part", "A setting is skipped when its reg alone is in results.",
         "(learning_rate, reg) in results"),
    Swap("model", "shared", "model-shared", "One model is trained further and further, by all settings.",
         "model = Softmax() belongs inside the loop."),
    Swap("model", LinearSVM, "svm", "It trains a LinearSVM, not a Softmax."),
    Swap("trained_on", ("val",), "trained-on-validation", "It trains on the validation set.",
         'data["X_train"], data["y_train"]'),
    Swap("trained_on", ("train", "val"), "trained-on-validation", "It trains on the validation set too."),
    Swap("trained_on", ("dev",), "trained-on-other", "It trains on the development set."),
    Swap("trained_on", ("test",), "trained-on-other", "It trains on the test set."),
    *(Swap("iters", lambda n, c=c: c, "num-iters-ignored", f"num_iters isn't used: it is always {c} steps.",
           "Pass num_iters on to train.") for c in (100, 1500, 1000, 500, 200, 10)),
    Swap("iters", lambda n: n - 1, "num-iters-off", "It trains one step less than num_iters."),
    Swap("iters", lambda n: n + 1, "num-iters-off", "It trains one step more than num_iters."),
    Swap("iters", lambda n: 2 * n, "num-iters-off", "It trains twice as many steps as num_iters."),
    *(Swap("options", lambda k, seed=seed: {"rng": seed}, "other-seed", f"The seed is {seed}, not 0.", "rng=0")
      for seed in (1, 2, 3, 7, 10, 42, 100, 123, 231, 1234, 2024, 2025)),
    Swap("options", lambda k: {"rng": k}, "seed-varies", "Each setting has another seed: 0, 1, 2 ...", "rng=0"),
    Swap("options", _Generator(), "generator-shared", "All settings share one generator, so each sees other batches.",
         "rng=0 in each call of train makes a new one."),
    *(Swap("options", lambda k, size=size: {"rng": 0, "batch_size": size}, "other-batch-size",
           f"The batches have {size} rows, not train's own 200.", "Leave batch_size out.")
      for size in (1, 10, 16, 20, 32, 50, 64, 100, 128, 150, 250, 256, 400, 500, 512, 1000)),
    Swap("judged_on", "train", "train-accuracy", "It is the accuracy on the training set.", 'data["X_val"]'),
    Swap("judged_on", "test", "test-accuracy", "It is the accuracy on the test set.", 'data["X_val"]'),
    Swap("judged_on", "dev", "dev-accuracy", "It is the accuracy on the development set.", 'data["X_val"]'),
    *(Swap("measure", measure, code, title) for measure, code, title in [
        (lambda p, y, losses: np.mean(p != y), "error-rate", "It is the fraction of wrong predictions."),
        (lambda p, y, losses: 100 * np.mean(p == y), "percent", "The accuracy is in percent."),
        (lambda p, y, losses: np.sum(p == y), "count", "It is the number of right predictions, not their fraction."),
        (lambda p, y, losses: np.sum(p != y), "count", "It is the number of wrong predictions."),
        (lambda p, y, losses: losses[-1], "loss", "It is the last loss, not an accuracy."),
        (lambda p, y, losses: losses[0], "loss", "It is the first loss, not an accuracy."),
        (lambda p, y, losses: np.mean(losses), "loss", "It is the mean loss, not an accuracy."),
        (lambda p, y, losses: min(losses), "loss", "It is the smallest loss, not an accuracy."),
        (lambda p, y, losses: losses, "loss", "It is the list of losses, not an accuracy."),
        (lambda p, y, losses: p, "predictions", "The predictions are stored, not how many of them are right."),
        (lambda p, y, losses: p == y, "predictions", "It is stored which predictions are right, not how many."),
        (lambda p, y, losses: np.mean(p), "predictions", "It is the mean of the predicted classes."),
        (lambda p, y, losses: np.array([np.mean(p == y)]), "wrong-shape", "The accuracy is in an array or a list."),
        *((lambda p, y, losses, d=d: np.round(np.mean(p == y), d), "rounded",
           f"The accuracy is rounded to {d} decimals.") for d in (0, 1, 2, 3)),
        *((lambda p, y, losses, d=d: np.round(100 * np.mean(p == y), d), "percent",
           f"The accuracy is in percent, with {d} decimals.") for d in (0, 1, 2)),
    ]),
    *(Swap("kept", kept, code, title, hint) for kept, code, title, hint in [
        (lambda new: {}, "not-filled", "results is left as it is.", "results[learning_rate, reg] = accuracy"),
        (lambda new: dict(list(new.items())[-1:]), "last-only", "Only the last setting gets an entry.", INSIDE),
        (lambda new: dict(list(new.items())[:1]), "first-only", "Only the first setting gets an entry.",
         "Is there a `return` or `break` inside the loop?"),
        (lambda new: dict(list(new.items())[:-1]), "last-missing", "The last setting gets no entry.", ""),
        (_best, "best-only", "Only the best setting gets an entry.", "All are wanted, not only the best."),
        (lambda new: dict(zip(new, np.maximum.accumulate(list(new.values())), strict=True)), "best-so-far",
         "Each entry is the best accuracy so far.", "The one of its own setting is wanted."),
        (lambda new: dict.fromkeys(new, list(new.values())[-1]), "last-value", "All entries are the last accuracy.",
         INSIDE),
        (lambda new: dict.fromkeys(new, max(new.values())), "best-so-far", "All entries are the best accuracy.", ""),
        (lambda new: dict.fromkeys(new, list(new.values())[0]), "first-value", "All entries are the first accuracy.",
         "Is the model trained inside the loop?"),
    ]),
]
