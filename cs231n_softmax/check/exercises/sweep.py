"""Examine a learner's sweep loop on a tiny problem, where training takes a millisecond.

The loop as a recipe: the entries of results *before* it. For each setting: the *order* of its numbers in training; the
*name* under which it is looked up and stored, or the *key* if it is stored under another; the rule for settings that
are *present* already; the *model*, the split it is *trained_on*, the number of *iters*, other *options*; the split it
is *judged_on*, the *measure* of its success; and the results that are *kept*.
"""

import functools
from collections.abc import Callable

import numpy as np

from ...classifiers import LinearSVM, Softmax
from ..crashes import Unusable, refuse_unstarted
from ..evidence import number, same
from ..explain import Problem, Table, Variant, alike, answer
from ..report import Mistake, Report, name_of
from ..trial import Trial


def accuracy(predicted, y, losses):
    """Return the fraction of right predictions."""
    return np.mean(predicted == y)


def recipe(
    results,
    settings,
    data,
    num_iters,
    before=lambda results: results,
    order=lambda lr, reg: (lr, reg),
    name=lambda lr, reg, k: (lr, reg),
    key=None,
    present=lambda setting, results: "skip" if setting in results else "train",
    model=None,
    trained_on=("train",),
    iters=lambda n: n,
    options=lambda k: {"rng": 0},
    judged_on="val",
    measure=accuracy,
    kept=lambda new: new,
):
    """Return the entries that results should have afterwards."""
    results, new, shared = before(dict(results)), {}, Softmax() if model == "shared" else None
    for k, (lr, reg) in enumerate(settings):
        what = present(name(lr, reg, k), results | new)
        if what == "stop":
            break
        if what == "train":
            args = trained_on, *order(lr, reg), iters(num_iters)
            train = functools.partial(_train, shared) if shared else functools.partial(_fresh, model or Softmax)
            classifier, losses = train(*args, **options(k))
            predicted = classifier.predict(data[f"X_{judged_on}"])
            new[(key or name)(lr, reg, k)] = measure(predicted, data[f"y_{judged_on}"], losses)
    return results | kept(new)


def _train(classifier, splits, *args, **options):
    X, y = (np.concatenate([DATA[f"{name}_{split}"] for split in splits]) for name in "Xy")
    return classifier, classifier.train(X, y, *args, **options)


@functools.cache
def _fresh(model, *args, **options):
    """Train a new model; trained models are kept, because most mistakes don't change the training."""
    return _train(model(), *args, **options)


def sweep(fn: Callable) -> Report:
    """Examine fn(results, settings, data, num_iters=1500), which adds {(learning_rate, reg): accuracy} to results."""
    steps = [
        "results gets an entry for each setting, and keeps its old entries",
        "the entries are validation accuracies",
        "the same accuracies when it runs again",
        "a setting that is there already isn't trained",
        "the data stay as they were",
    ]
    # a sweep takes minutes, and may print how far it is
    with Trial(filled(fn), (None, None, "data"), steps, convert=dict, may_print=True) as trial:
        answers = trial.answers(PROBLEMS)
        trial.step(all(map(_complete, PROBLEMS, answers)))
        begins_right = not isinstance(answers[0], Mistake) and alike(answers[0], answer(recipe, (), PROBLEMS[0]))
        trial.judge(TABLE, answers, differ=_differ, describe=_describe, again=CHANGES if begins_right else VARIES)
        _examine_present(trial)
        trial.unchanged()
    return trial.report


def filled(fn):
    """Return a function that calls fn, and returns the entries of results afterwards, as plain numbers."""
    if not callable(fn) or issubclass(type(fn), type):
        return fn  # which is no function

    def call(results, settings, *args):
        before = set(results)
        returned = fn(results, list(settings), *args)
        refuse_unstarted(returned)
        if isinstance(returned, dict) and set(results) == before and not set(returned) <= set(results):
            raise Unusable(
                "not-filled",
                "The function returns a new dictionary, and adds nothing to results.",
                "The accuracies have to be added to the dictionary that is passed in. Then nothing is lost "
                "when the sweep is stopped.",
                f"{len(returned)} entries are returned, and none is added.",
                "Write `results[learning_rate, reg] = accuracy`, where results is the argument.",
            )
        return {key: _plain(key, value) for key, value in results.items()}

    call.__name__, call.__wrapped__ = name_of(fn), fn
    return call


def _plain(key, value):
    """Return an entry of results as an array of floats."""
    try:
        return np.array(value, float)
    except (ValueError, TypeError):
        raise Unusable(
            "wrong-type",
            "An entry of results isn't a number.",
            WHY["measure"],
            f"results[{key!r:.60}] is of type {type(value).__name__}.",
            "Store the accuracy.",
        ) from None


def _complete(problem, got):
    """True when results holds all settings, and its old entries as they were."""
    results, settings, *_ = problem.args
    return (
        not isinstance(got, Mistake)
        and set(got) == {*results, *settings}
        and alike({key: got[key] for key in results}, results)
    )


def _describe(cases):
    """Return a Mistake where no variant fits: wrong keys, or wrong accuracies."""
    text, got, right = cases[0]
    seen = _differ(text, got, right)
    if right.keys() > got.keys() >= right.keys() - RESULTS.keys():
        return Mistake("old-entries-removed", "Old entries are removed.", WHY["before"], seen, ADD)
    if set(got) != set(right):
        return Mistake(
            "wrong-keys",
            "The keys of results aren't the settings.",
            WHY["key"],
            seen,
            KEY,
        )
    wrong = [key for key in right if not same(got[key], right[key])]
    return Mistake(
        "wrong-values",
        f"Wrong entries: {len(wrong)} of {len(right)}.",
        "",
        seen,
        "Train one setting by hand, and compare.",
    )


def _differ(text, got, right):
    """Return a sentence on the first entry in which two dictionaries differ."""
    missing, extra = [key for key in right if key not in got], [key for key in got if key not in right]
    if missing or extra:
        parts = [
            f"{word} {some[0]!r:.60}" + f" and {len(some) - 1} more" * (len(some) > 1)
            for word, some in [("missing:", missing), ("not expected:", extra)]
            if some
        ]
        return f"Keys of results: {'; '.join(parts)}."
    learning_rate, reg = key = next(key for key in right if not same(got[key], right[key]))
    shown = number(got[key]) if got[key].ndim == 0 else f"an array of shape {got[key].shape}"
    return f"learning rate {learning_rate:g}, reg {reg:g}: expected {number(right[key])}, got {shown}."


def _examine_present(trial):
    """End with a Mistake if a setting in results is trained again: its reg is one that makes training stop."""
    settings, results = [(0.5, -1.0)], {(0.5, -1.0): 0.125}
    trained, got = trial.ask({(0.7, 0.7): 0.25}, settings, DATA, 3), trial.ask(results, settings, DATA, 3)
    if isinstance(got, Mistake) and got != trained:
        trial.end(got._replace(explanation="The error occurs where all settings are in results already."))
    if isinstance(got, Mistake) or not alike(got, results):
        trial.end(
            Mistake(
                "not-skipped",
                "A setting that is in results already is trained again.",
                "A sweep that was stopped should go on where it stopped, and train nothing twice.",
                got.evidence if isinstance(got, Mistake) else _differ("", got, results),
                "How does the loop skip a setting? At the beginning of the loop: `if (learning_rate, reg) in "
                "results: continue`",
            )
        )
    trial.step(True)


CHANGES = Mistake(
    "remembers",
    "A second run gives other accuracies.",
    "Something is kept from one call to the next, such as a model or a generator from outside.",
    "",
    "Where is the model made? Each setting needs a new one, inside the loop: `model = Softmax()`.",
)
VARIES = Mistake(
    "rng-missing",
    "Each run gives other accuracies.",
    "Without a seed, each setting starts from other weights and sees other batches. Then a setting can look better "
    "by chance.",
    "",
    "Look at the call of train: which seed does it get? rng=0",
)

# --- three clouds of points, in splits of different sizes, with different parts of wrong labels -----------------------


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

# fmt: off
WHY = {
    "order": "train takes several arguments. The learning rate comes before reg.",
    "before": "results can hold entries of an earlier sweep. These entries stay there.",
    "name": "Each accuracy is stored under its setting, (learning_rate, reg), and looked up there.",
    "key": "Each accuracy is stored under its setting, (learning_rate, reg).",
    "present": "A setting that is in results already is left as it is, and the sweep goes on with the next one.",
    "model": "Each setting starts with a new model. So settings don't influence each other.",
    "trained_on": "Models are trained on the training set only.",
    "iters": "Each setting is trained for as many steps as the argument num_iters says.",
    "options": "All settings start from the same weights and see the same batches. So only the settings make a "
               "difference.",
    "judged_on": "Settings are compared on the validation set. The test set is used only once, at the end.",
    "measure": "The accuracy is the fraction of right predictions, between 0 and 1.",
    "kept": "Every setting gets its own entry.",
}
# fmt: on


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


INSIDE = "Is the line that stores the accuracy inside the loop?"
ORDER = "Look at the call of train. The learning rate comes first, then reg."
ADD = "Look for results.clear(), or for a loop that deletes. Entries are only added."
KEY = "What stands in the square brackets of results? It should be the pair, in this order: (learning_rate, reg)."
TRAIN = 'Which images are passed to train? data["X_train"], data["y_train"]'
# fmt: off
VARIANTS = [
    Variant("order", lambda lr, reg: (reg, lr), "arguments-swapped",
            "Learning rate and reg are exchanged in training.", ORDER),
    Variant("order", lambda lr, reg: (lr, lr), "arguments-swapped", "The learning rate is used in place of reg too.",
            ORDER),
    Variant("order", lambda lr, reg: (lr, 1e-5), "reg-missing",
            "reg isn't used. Training has reg 0, or the default, 1e-5.",
            ORDER),
    Variant("order", lambda lr, reg: (lr, 0.0), "reg-missing",
            "reg isn't used. Training has reg 0, or the default, 1e-5.",
            ORDER),
    Variant("order", lambda lr, reg: (1e-3, reg), "lr-ignored",
            "The learning rate isn't used. Training has 0.001, the default of train.", ORDER),
    Variant("before", lambda results: {}, "old-entries-removed", "Old entries are removed.",
            ADD),
    *(Variant(step, key, code, title, KEY) for step in ("key", "name") for key, code, title in [
        (lambda lr, reg, k: (reg, lr), "key-swapped", "The keys are (reg, learning_rate), in the wrong order."),
        (lambda lr, reg, k: lr, "wrong-keys", "The keys are learning rates, without reg."),
        (lambda lr, reg, k: reg, "wrong-keys", "The keys are regs, without the learning rate."),
        (lambda lr, reg, k: k, "wrong-keys", "The keys are the numbers 0, 1, 2 ..."),
        (lambda lr, reg, k: str((lr, reg)), "wrong-keys", "The keys are strings."),
        (lambda lr, reg, k: f"{lr}, {reg}", "wrong-keys", "The keys are strings."),
        (lambda lr, reg, k: f"{lr}_{reg}", "wrong-keys", "The keys are strings."),
        (lambda lr, reg, k: f"{lr} {reg}", "wrong-keys", "The keys are strings."),
        (lambda lr, reg, k: f"{lr},{reg}", "wrong-keys", "The keys are strings."),
        (lambda lr, reg, k: f"{lr}-{reg}", "wrong-keys", "The keys are strings.")]),
    Variant("present", lambda setting, results: "train", "not-skipped",
            "A setting that is in results already is trained again.",
            "How does the loop skip a setting? `if (learning_rate, reg) in results: continue`"),
    Variant("present", lambda setting, results: "stop" if setting in results else "train", "stops-at-skipped",
            "The sweep ends at the first setting that is in results already.",
            "Is there a break or a return? Use continue."),
    Variant("present", lambda setting, results: "train" if setting in results else "skip", "skip-reversed",
            "Only the settings that are in results already are trained.",
            "Is the condition the wrong way round? Settings that are in results are skipped."),
    Variant("present", lambda setting, results: "skip" if setting[0] in [k[0] for k in results if type(k) is tuple]
            else "train", "skipped-by-part", "A setting is skipped when its learning rate alone is in results.",
            "Look at the condition that skips a setting. The whole pair has to be in results: `(learning_rate, reg) "
            "in results`."),
    Variant("present", lambda setting, results: "skip" if setting[1] in [k[1] for k in results if type(k) is tuple]
            else "train", "skipped-by-part", "A setting is skipped when its reg alone is in results.",
            "Look at the condition that skips a setting. The whole pair has to be in results: `(learning_rate, reg) "
            "in results`."),
    Variant("model", "shared", "model-shared", "All settings train the same model, one after the other.",
            "Where is the model made? Each setting needs a new one, inside the loop: `model = Softmax()`."),
    Variant("model", LinearSVM, "svm", "The model is a LinearSVM, not a Softmax.",
            "Which class is the model made from? It should be Softmax."),
    Variant("trained_on", ("val",), "trained-on-validation", "The models are trained on the validation set.",
            TRAIN),
    Variant("trained_on", ("train", "val"), "trained-on-validation",
            "The models are trained on the validation set too.", TRAIN),
    Variant("trained_on", ("dev",), "trained-on-other", "The models are trained on the development set.", TRAIN),
    Variant("trained_on", ("test",), "trained-on-other", "The models are trained on the test set.", TRAIN),
    *(Variant("iters", lambda n, c=c: c, "num-iters-ignored", f"num_iters isn't used: training always takes {c} steps.",
              "Look at the call of train: is the number of steps passed? num_iters=num_iters") for c in (100,
              1500, 1000, 500, 200, 10)),
    Variant("iters", lambda n: n - 1, "num-iters-off", "Training takes one step fewer than num_iters.",
            "Is num_iters changed before it is passed to train? Pass it as it is."),
    Variant("iters", lambda n: n + 1, "num-iters-off", "Training takes one step more than num_iters.",
            "Is num_iters changed before it is passed to train? Pass it as it is."),
    Variant("iters", lambda n: 2 * n, "num-iters-off", "Training takes twice as many steps as num_iters.",
            "Is a setting trained twice?"),
    *(Variant("options", lambda k, seed=seed: {"rng": seed}, "other-seed", f"The seed is {seed}, not 0.",
              "Look at the call of train: which seed does it get? rng=0")
      for seed in (1, 2, 3, 7, 10, 42, 100, 123, 231, 1234, 2024, 2025)),
    Variant("options", lambda k: {"rng": k}, "seed-varies", "Each setting has another seed: 0, 1, 2 ...",
            "Look at the call of train: which seed does it get? rng=0"),
    Variant("options", _Generator(), "generator-shared",
            "All settings share one generator. So each setting sees other batches.",
            "Where is the generator made? Each call of train makes a new one when it gets a number: rng=0."),
    *(Variant("options", lambda k, size=size: {"rng": 0, "batch_size": size}, "other-batch-size",
              f"The batches have {size} row{'s' * (size > 1)}, where train's default is 200.",
              "Look at the call of train, and leave out batch_size.")
      for size in (1, 10, 16, 20, 32, 50, 64, 100, 128, 150, 250, 256, 400, 500, 512, 1000)),
    Variant("judged_on", "train", "train-accuracy", "The entries are accuracies on the training set.",
            'Which images are predicted? They should come from the validation set: data["X_val"].'),
    Variant("judged_on", "test", "test-accuracy", "The entries are accuracies on the test set.",
            'Which images are predicted? They should come from the validation set: data["X_val"].'),
    Variant("judged_on", "dev", "dev-accuracy", "The entries are accuracies on the development set.",
            'Which images are predicted? They should come from the validation set: data["X_val"].'),
    *(Variant("measure", measure, code, title,
              "How do predictions become one number? By the mean of where they are right: `np.mean(predicted == y)`.")
      for measure, code, title in [
        (lambda p, y, losses: np.mean(p != y), "error-rate", "The entries are the fractions of wrong predictions."),
        (lambda p, y, losses: 100 * np.mean(p == y), "percent", "The accuracies are in percent."),
        (lambda p, y, losses: np.sum(p == y), "count",
         "The entries are the numbers of right predictions, not their fractions."),
        (lambda p, y, losses: np.sum(p != y), "count", "The entries are the numbers of wrong predictions."),
        (lambda p, y, losses: losses[-1], "loss", "The entries are the last losses, not accuracies."),
        (lambda p, y, losses: losses[0], "loss", "The entries are the first losses, not accuracies."),
        (lambda p, y, losses: np.mean(losses), "loss", "The entries are the mean losses, not accuracies."),
        (lambda p, y, losses: min(losses), "loss", "The entries are the smallest losses, not accuracies."),
        (lambda p, y, losses: losses, "loss", "The entries are lists of losses, not accuracies."),
        (lambda p, y, losses: p, "predictions", "The entries are the predictions, not the fraction of right ones."),
        (lambda p, y, losses: p == y, "predictions",
         "The entries are arrays of True and False, not the fraction of right predictions."),
        (lambda p, y, losses: np.mean(p), "predictions", "The entries are the means of the predicted classes."),
        (lambda p, y, losses: np.array([np.mean(p == y)]), "wrong-shape",
         "The entries are arrays or lists with one accuracy, not numbers."),
        *((lambda p, y, losses, d=d: np.round(np.mean(p == y), d), "rounded",
           f"The accuracies are rounded to {d} decimal{'s' * (d != 1)}.") for d in (0, 1, 2, 3)),
        *((lambda p, y, losses, d=d: np.round(100 * np.mean(p == y), d), "percent",
           f"The accuracies are in percent, with {d} decimal{'s' * (d != 1)}.") for d in (0, 1, 2)),
    ]),
    *(Variant("kept", kept, code, title, hint) for kept, code, title, hint in [
        (lambda new: {}, "not-filled", "Nothing is added to results.",
         "Where is the accuracy stored? `results[learning_rate, reg] = accuracy`"),
        (lambda new: dict(list(new.items())[-1:]), "last-only", "Only the last setting gets an entry.", INSIDE),
        (lambda new: dict(list(new.items())[:1]), "first-only", "Only the first setting gets an entry.",
         "Is there a `return` or `break` inside the loop?"),
        (lambda new: dict(list(new.items())[:-1]), "last-missing", "The last setting gets no entry.",
         "Is the entry stored before the model is trained, or does the loop end early?"),
        (_improvements, "best-only", "A setting gets an entry only when it is better than all earlier ones.",
         "Is the accuracy stored under an `if` only? Store it for each setting."),
        (_best, "best-only", "Only the best setting gets an entry.",
         "Is the accuracy stored under an `if` only? Store it for each setting."),
        (lambda new: dict(zip(new, np.maximum.accumulate(list(new.values())), strict=True)), "best-so-far",
         "Each entry is the best accuracy so far.",
         "Look for a maximum. The entry is the accuracy of the setting itself."),
        (lambda new: dict.fromkeys(new, list(new.values())[-1]), "last-value", "All entries are the last accuracy.",
         INSIDE),
        (lambda new: dict.fromkeys(new, max(new.values())), "best-so-far", "All entries are the best accuracy.",
         "Look for a maximum. The entry is the accuracy of the setting itself."),
        (lambda new: dict.fromkeys(new, list(new.values())[0]), "first-value", "All entries are the first accuracy.",
         "Is the model trained inside the loop?"),
    ]),
]
# fmt: on


def _together(a, b):
    """Return whether two are tried at once: two changes of training take too long, and few decimals fit too much."""
    training = {"order", "model", "trained_on", "iters", "options"}
    slow = {a.step, b.step} <= training and {a.step, b.step} != {"order", "trained_on"}
    return not slow and "rounded" not in (a.code, b.code)


TABLE = Table([recipe], VARIANTS, PROBLEMS, WHY, _together)
