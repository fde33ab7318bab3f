"""The sweep loop as a recipe, and the ways in which it goes wrong.

For each setting its *order* and the *key* under which it is stored; what is done with those *present*; the *model*, the
split it is *trained_on*, for how many *iters*, with which *options*; the split it is *judged_on*, and how that is
*measure*d; and which of the results are *kept*.
"""

import functools

import numpy as np

from ...classifiers import LinearSVM, Softmax
from ..explain import Swap


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

# --- what each step is for, and how it goes wrong --------------------------------------------------------------------

WHY = {
    "order": "train takes the learning rate first, then reg.",
    "key": "Each accuracy is stored under its setting, (learning_rate, reg).",
    "present": "What is in results already stays as it is, and the sweep goes on with the next setting.",
    "model": "Each setting begins with a new Softmax(), which knows nothing of the others.",
    "trained_on": "The training set is for fitting weights, and no other.",
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
SWAPS = [
    Swap("order", lambda lr, reg: (reg, lr), "arguments-swapped", "Learning rate and reg are exchanged in training."),
    Swap("order", lambda lr, reg: (lr, lr), "arguments-swapped", "The learning rate is used as reg as well."),
    Swap("order", lambda lr, reg: (lr, 1e-5), "reg-ignored", "reg isn't used: it is 0, or train's own default."),
    Swap("order", lambda lr, reg: (lr, 0.0), "reg-ignored", "reg isn't used: it is 0, or train's own default."),
    Swap("order", lambda lr, reg: (1e-3, reg), "lr-ignored",
         "The learning rate isn't used: it is train's own default."),
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
        (_improvements, "best-only", "Only settings better than all before them get an entry.", "All are wanted."),
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
