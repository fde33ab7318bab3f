"""Examine a learner's sweep loop on a tiny problem, where training takes a millisecond.

The loop as a recipe. For each setting its *order* and the *key* under which it is stored; what is done with those
*present*; the *model*, the split it is *trained_on*, for how many *iters*, with which *options*; the split it is
*judged_on*, and how that is *measure*d; and which of the results are *kept*.
"""

import functools

import numpy as np

from ...classifiers import LinearSVM, Softmax
from ..crashes import Unusable
from ..evidence import number, same
from ..explain import Problem, Table, Variant, alike, answer
from ..report import Mistake
from ..trial import Trial


def accuracy(predicted, y, losses):
    """Return the fraction of right predictions."""
    return np.mean(predicted == y)


def recipe(results, settings, data, num_iters, order=lambda lr, reg: (lr, reg), key=lambda lr, reg, k: (lr, reg),
           present=lambda setting, results: "skip" if setting in results else "train", model=None,
           trained_on=("train",), iters=lambda n: n, options=lambda k: {"rng": 0}, judged_on="val", measure=accuracy,
           kept=lambda new: new):
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


def sweep(fn):
    """Examine fn(results, settings, data, num_iters=1500), which adds {(learning_rate, reg): accuracy} to results."""
    steps = ["results gets an entry for each setting, and keeps those it has", "the entries are validation accuracies",
             "the same accuracies when it runs again", "a setting that is there already isn't trained",
             "the data stay as they were"]
    # what tells how far it got is no fault in something that takes minutes
    with Trial(filled(fn), (None, None, "data"), steps, convert=dict, may_print=True) as trial:
        answers = trial.answers(PROBLEMS)
        trial.step(all(map(_complete, PROBLEMS, answers)))
        begins_right = not isinstance(answers[0], Mistake) and alike(answers[0], answer(recipe, (), PROBLEMS[0]))
        trial.judge(TABLE, answers, differ=_differ, describe=_describe, again=CHANGES if begins_right else VARIES)
        _examine_present(trial)
        trial.unchanged()
    return trial.report


def filled(fn):
    """Return a function that calls fn, and returns what results holds afterwards, as plain numbers."""
    def call(results, settings, *args):
        before = set(results)
        returned = fn(results, list(settings), *args)
        if isinstance(returned, dict) and set(results) == before and not set(returned) <= set(results):
            raise Unusable("not-filled", "It returns a dictionary, and leaves results as it is.",
                           "The dictionary that is passed in is the one to add to. So nothing is lost when the sweep "
                           "is stopped halfway.", f"It returned {len(returned)} entries, and added none.",
                           "Write `results[learning_rate, reg] = accuracy`, with no new dictionary.")
        return {key: _plain(key, value) for key, value in results.items()}
    call.__name__ = str(getattr(fn, "__name__", type(fn).__name__))
    return call


def _plain(key, value):
    """Return an entry of results as an array of floats."""
    try:
        return np.array(value, float)
    except (ValueError, TypeError):
        raise Unusable("wrong-type", "What is stored isn't a number.", WHY["measure"],
                       f"results[{key!r:.60}] is a {type(value).__name__}.", "Store the accuracy.") from None


def _complete(problem, got):
    """True when results holds all settings, and its old entries as they were."""
    results, settings, *_ = problem.args
    return (not isinstance(got, Mistake) and set(got) == {*results, *settings}
            and alike({key: got[key] for key in results}, results))


def _describe(cases):
    """Say what can be seen when nobody knows why."""
    text, got, right = cases[0]
    seen = _differ(text, got, right)
    if set(got) != set(right):
        return Mistake("wrong-keys", "results doesn't hold the settings that it should.", WHY["key"], seen,
                       "Write `results[learning_rate, reg] = accuracy`.")
    wrong = [key for key in right if not same(got[key], right[key])]
    return Mistake("wrong-values", f"{len(wrong)} of {len(right)} entries are wrong.", "", seen,
                   "Train one setting by hand, and compare.")


def _differ(text, got, right):
    """Say in which entry two dictionaries differ first."""
    missing, extra = [key for key in right if key not in got], [key for key in got if key not in right]
    if missing or extra:
        parts = [f"{word} {some[0]!r:.60}" + f" and {len(some) - 1} more" * (len(some) > 1)
                 for word, some in [("missing:", missing), ("not expected:", extra)] if some]
        return f"Keys of results: {'; '.join(parts)}."
    learning_rate, reg = key = next(key for key in right if not same(got[key], right[key]))
    shown = number(got[key]) if got[key].ndim == 0 else f"an array of shape {got[key].shape}"
    return f"learning rate {learning_rate:g}, reg {reg:g}: expected {number(right[key])}, got {shown}."


def _examine_present(trial):
    """Is a setting trained that is in results already? Training refuses this one: is the error there in both cases?"""
    settings, results = [(0.5, -1.0)], {(0.5, -1.0): 0.125}
    trained, got = trial.ask({(0.7, 0.7): 0.25}, settings, DATA, 3), trial.ask(results, settings, DATA, 3)
    if isinstance(got, Mistake) and got != trained:
        trial.end(got._replace(explanation="This happens where all settings are in results already."))
    if isinstance(got, Mistake) or not alike(got, results):
        trial.end(Mistake("not-skipped", "A setting that is in results already is trained all the same.",
                          "A sweep that was stopped should go on where it was, without doing anything twice.",
                          got.evidence if isinstance(got, Mistake) else _differ("", got, results),
                          "Write `if (learning_rate, reg) in results: continue`, before anything else."))
    trial.step(True)


CHANGES = Mistake("remembers", "The second time, it gives other accuracies.",
                  "Something is kept from one call to the next: a model made outside, or a generator.", "",
                  "model = Softmax() belongs inside the loop.")
VARIES = Mistake("rng-missing", "It gives other accuracies each time it runs.",
                 "Without a seed each setting sees other batches and starts from other weights. Then nobody knows "
                 "whether a setting was better, or luckier.", "", "Pass rng=0 to train.")

# --- three clouds of points, in splits of different sizes, with more or less wrong labels -----------------------------

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
SETTINGS = [(0.001, 0.5), (0.0001, 0.05), (0.03, 0.5), (1.5, 0.125), (0.03, 2.0), (0.5, 0.001)]
PROBLEMS = [Problem(f"{count} settings", (RESULTS, SETTINGS[:count], DATA, 12)) for count in (2, 6)]

# --- what each step is for, and how it goes wrong --------------------------------------------------------------------

WHY = {
    "order": "train takes the learning rate first, then reg.",
    "key": "Each accuracy is stored under its setting, (learning_rate, reg).",
    "present": "What is in results already stays as it is, and the sweep goes on with the next setting.",
    "model": "Each setting begins with a new Softmax(), which no other setting has trained.",
    "trained_on": "Weights are fitted to the training set, and to no other.",
    "iters": "The caller says for how many steps each setting is trained: num_iters.",
    "options": "With rng=0 in each call of train, and nothing else, all settings start alike and see the same batches.",
    "judged_on": "Settings are compared on the validation set: the training set flatters, the test set is for the end.",
    "measure": "The accuracy is the fraction of right predictions, between 0 and 1.",
    "kept": "Every setting gets its own entry.",
}


def _best(new):
    best = max(new, key=new.get)
    return {best: new[best]}


def _improvements(new):
    best = -np.inf
    return {key: (best := value) for key, value in new.items() if value > best}


class _Generator:
    """One generator for all settings of a sweep: other batches for each."""

    def __call__(self, k):
        if k == 0:
            self.rng = np.random.default_rng(0)
        return {"rng": self.rng}


INSIDE = "Move it inside the loop."
VARIANTS = [
    Variant("order", lambda lr, reg: (reg, lr), "arguments-swapped",
            "Learning rate and reg are exchanged in training."),
    Variant("order", lambda lr, reg: (lr, lr), "arguments-swapped", "The learning rate is used as reg as well."),
    Variant("order", lambda lr, reg: (lr, 1e-5), "reg-missing", "reg isn't used: it is 0, or train's own default."),
    Variant("order", lambda lr, reg: (lr, 0.0), "reg-missing", "reg isn't used: it is 0, or train's own default."),
    Variant("order", lambda lr, reg: (1e-3, reg), "lr-ignored",
            "The learning rate isn't used: it is train's own default."),
    Variant("key", lambda lr, reg, k: (reg, lr), "key-swapped", "The keys are (reg, learning_rate)."),
    Variant("key", lambda lr, reg, k: lr, "wrong-keys", "The keys are learning rates, without reg."),
    Variant("key", lambda lr, reg, k: reg, "wrong-keys", "The keys are regs, without the learning rate."),
    Variant("key", lambda lr, reg, k: k, "wrong-keys", "The keys are numbers 0, 1, 2 ..."),
    Variant("key", lambda lr, reg, k: str((lr, reg)), "wrong-keys", "The keys are text."),
    Variant("key", lambda lr, reg, k: f"{lr}, {reg}", "wrong-keys", "The keys are text."),
    Variant("key", lambda lr, reg, k: f"{lr}_{reg}", "wrong-keys", "The keys are text."),
    Variant("present", lambda setting, results: "train", "not-skipped",
            "A setting that is in results is trained again.",
            "Write `if (learning_rate, reg) in results: continue`."),
    Variant("present", lambda setting, results: "stop" if setting in results else "train", "stops-at-skipped",
            "The sweep ends at the first setting that is in results already.", "Use continue, not break or return."),
    Variant("present", lambda setting, results: "train" if setting in results else "skip", "skip-reversed",
            "Only the settings that are in results already are trained.", "Take the `not` out, or put it in."),
    Variant("present", lambda setting, results: "skip" if setting[0] in [k[0] for k in results if type(k) is tuple]
            else "train", "skipped-by-part", "A setting is skipped when its learning rate alone is in results.",
            "Write `(learning_rate, reg) in results`."),
    Variant("present", lambda setting, results: "skip" if setting[1] in [k[1] for k in results if type(k) is tuple]
            else "train", "skipped-by-part", "A setting is skipped when its reg alone is in results.",
            "Write `(learning_rate, reg) in results`."),
    Variant("model", "shared", "model-shared", "One model is trained further and further, by all settings.",
            "model = Softmax() belongs inside the loop."),
    Variant("model", LinearSVM, "svm", "It trains a LinearSVM, not a Softmax."),
    Variant("trained_on", ("val",), "trained-on-validation", "It trains on the validation set.",
            'Train on data["X_train"], data["y_train"].'),
    Variant("trained_on", ("train", "val"), "trained-on-validation", "It trains on the validation set too."),
    Variant("trained_on", ("dev",), "trained-on-other", "It trains on the development set."),
    Variant("trained_on", ("test",), "trained-on-other", "It trains on the test set."),
    *(Variant("iters", lambda n, c=c: c, "num-iters-ignored", f"num_iters isn't used: it is always {c} steps.",
              "Pass num_iters on to train.") for c in (100, 1500, 1000, 500, 200, 10)),
    Variant("iters", lambda n: n - 1, "num-iters-off", "It trains for one step fewer than num_iters."),
    Variant("iters", lambda n: n + 1, "num-iters-off", "It trains for one step more than num_iters."),
    Variant("iters", lambda n: 2 * n, "num-iters-off", "It trains for twice as many steps as num_iters."),
    *(Variant("options", lambda k, seed=seed: {"rng": seed}, "other-seed", f"The seed is {seed}, not 0.",
              "Pass rng=0 to train.")
      for seed in (1, 2, 3, 7, 10, 42, 100, 123, 231, 1234, 2024, 2025)),
    Variant("options", lambda k: {"rng": k}, "seed-varies", "Each setting has another seed: 0, 1, 2 ...",
            "Pass rng=0 to train."),
    Variant("options", _Generator(), "generator-shared",
            "All settings share one generator, so each sees other batches.",
            "rng=0 in each call of train makes a new one."),
    *(Variant("options", lambda k, size=size: {"rng": 0, "batch_size": size}, "other-batch-size",
              f"The batches have {size} rows, not train's own 200.", "Leave batch_size out.")
      for size in (1, 10, 16, 20, 32, 50, 64, 100, 128, 150, 250, 256, 400, 500, 512, 1000)),
    Variant("judged_on", "train", "train-accuracy", "It is the accuracy on the training set.",
            'Predict data["X_val"].'),
    Variant("judged_on", "test", "test-accuracy", "It is the accuracy on the test set.", 'Predict data["X_val"].'),
    Variant("judged_on", "dev", "dev-accuracy", "It is the accuracy on the development set.", 'Predict data["X_val"].'),
    *(Variant("measure", measure, code, title) for measure, code, title in [
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
    *(Variant("kept", kept, code, title, hint) for kept, code, title, hint in [
        (lambda new: {}, "not-filled", "results is left as it is.", "Write `results[learning_rate, reg] = accuracy`."),
        (lambda new: dict(list(new.items())[-1:]), "last-only", "Only the last setting gets an entry.", INSIDE),
        (lambda new: dict(list(new.items())[:1]), "first-only", "Only the first setting gets an entry.",
         "Is there a `return` or `break` inside the loop?"),
        (lambda new: dict(list(new.items())[:-1]), "last-missing", "The last setting gets no entry.", ""),
        (_improvements, "best-only", "Only settings better than all before them get an entry.",
         "All settings are wanted."),
        (_best, "best-only", "Only the best setting gets an entry.", "All settings are wanted, not only the best."),
        (lambda new: dict(zip(new, np.maximum.accumulate(list(new.values())), strict=True)), "best-so-far",
         "Each entry is the best accuracy so far.", "The accuracy of its own setting is wanted."),
        (lambda new: dict.fromkeys(new, list(new.values())[-1]), "last-value", "All entries are the last accuracy.",
         INSIDE),
        (lambda new: dict.fromkeys(new, max(new.values())), "best-so-far", "All entries are the best accuracy.", ""),
        (lambda new: dict.fromkeys(new, list(new.values())[0]), "first-value", "All entries are the first accuracy.",
         "Is the model trained inside the loop?"),
    ]),
]


def _together(a, b):
    """Two ways of training otherwise would take too long to try; few decimals, and anything fits."""
    training = {"order", "model", "trained_on", "iters", "options"}
    slow = {a.step, b.step} <= training and {a.step, b.step} != {"order", "trained_on"}
    return not slow and "rounded" not in (a.code, b.code)


TABLE = Table([recipe], VARIANTS, PROBLEMS, WHY, _together)
