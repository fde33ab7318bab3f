"""sweep(results, settings, data, num_iters): fill in the validation accuracy of each setting."""

from . import Case

BASE = """
from cs231n_softmax.classifiers import LinearSVM, Softmax


def sweep(results, settings, data, num_iters=1500):
    for learning_rate, reg in settings:
        if (learning_rate, reg) in results:
            continue
        model = Softmax()
        model.train(data["X_train"], data["y_train"], learning_rate, reg, num_iters, rng=0)
        results[learning_rate, reg] = np.mean(model.predict(data["X_val"]) == data["y_val"])
"""
CHECK = "        if (learning_rate, reg) in results:\n            continue\n"
VAL = 'np.mean(model.predict(data["X_val"]) == data["y_val"])'
MODEL, PUT = "        model = Softmax()\n", "results[learning_rate, reg] = "

RIGHT = [
    Case("usual", "", []),
    Case("python-float", "", [(VAL, f"float({VAL})")]),
    Case("set-of-keys", "",
         [("    for learning", "    seen = set(results)\n    for learning"), ("in results:", "in seen:")]),
    Case("prints-on-the-way", "", [(PUT, "print(reg)\n        results[(learning_rate, reg)] = ")]),
    Case("sum-over-length", "", [(VAL, 'sum(model.predict(data["X_val"]) == data["y_val"]) / len(data["y_val"])')]),
    Case("generator-and-return", "",
         [("rng=0", "rng=np.random.default_rng(0)"), (f"{PUT}{VAL}\n", f"{PUT}{VAL}\n    return results\n")]),
    Case("keywords", "", """
        for setting in settings:
            if setting not in results:
                clf = Softmax()
                clf.train(data["X_train"], data["y_train"], learning_rate=setting[0], reg=setting[1],
                          num_iters=num_iters, rng=0)
                results[setting] = (clf.predict(data["X_val"]) == data["y_val"]).mean()
        return results
    """),
    Case("list-first", "", """
        for lr, reg in [s for s in settings if s not in results]:
            model = Softmax()
            model.train(data["X_train"], data["y_train"], lr, reg, num_iters, rng=np.random.default_rng(0))
            right = sum(a == b for a, b in zip(model.predict(data["X_val"]), data["y_val"], strict=True))
            results[lr, reg] = right / len(data["y_val"])
    """),
    Case("helper", "", """
        def accuracy(lr, reg):
            model = Softmax()
            model.train(data["X_train"], data["y_train"], lr, reg, num_iters, rng=0)
            return np.count_nonzero(model.predict(data["X_val"]) == data["y_val"]) / data["X_val"].shape[0]

        for lr, reg in settings:
            if results.get((lr, reg)) is None:
                results.setdefault((lr, reg), float(accuracy(lr, reg)))
    """),
    Case("update-at-the-end", "", """
        new = {}
        for lr, reg in settings:
            if (lr, reg) not in results and (lr, reg) not in new:
                model = Softmax()
                model.train(data["X_train"], data["y_train"], lr, reg, num_iters, verbose=False, rng=0)
                new[lr, reg] = 1 - np.mean(model.predict(data["X_val"]) != data["y_val"])
        results.update(new)
    """),
]

WRONG = [
    Case("training-accuracy", "train-accuracy", [(VAL, VAL.replace("_val", "_train"))]),
    Case("mixed-accuracy", "exception", [('data["X_val"]', 'data["X_train"]')]),
    Case("trained-on-validation", "trained-on-validation",
         [('data["X_train"], data["y_train"]', 'data["X_val"], data["y_val"]')]),
    Case("trained-on-both", "trained-on-validation",
         [('data["X_train"], data["y_train"]',
           'np.vstack([data["X_train"], data["X_val"]]), np.append(data["y_train"], data["y_val"])')]),
    Case("not-skipped", "not-skipped", [(CHECK, "")]),
    Case("trained-then-skipped", "not-skipped",
         [(f"{CHECK}{MODEL}", MODEL),
          (f"        {PUT}", f"        if (learning_rate, reg) not in results:\n            {PUT}")]),
    Case("break-not-continue", "stops-at-skipped", [("continue", "break")]),
    Case("return-not-continue", "first-only", [(f"{PUT}{VAL}", f"{PUT}{VAL}\n        return")]),
    Case("skip-by-learning-rate", "skipped-by-part",
         [(CHECK, "        if learning_rate in [key[0] for key in results]:\n            continue\n")]),
    Case("skip-inverted", "skip-reversed",
         [("in results:\n            continue", "not in results:\n            continue")]),
    Case("key-learning-rate-only", "wrong-keys", [(PUT, "results[learning_rate] = ")]),
    Case("key-swapped", "key-swapped", [(PUT, "results[reg, learning_rate] = ")]),
    Case("key-text", "wrong-keys", [(PUT, 'results[f"{learning_rate} {reg}"] = ')]),
    Case("key-rounded", "wrong-keys", [(PUT, "results[round(learning_rate), round(reg)] = ")]),
    Case("arguments-swapped", "arguments-swapped",
         [("learning_rate, reg, num_iters", "reg, learning_rate, num_iters")]),
    Case("reg-not-passed", "reg-missing", [("learning_rate, reg, num_iters", "learning_rate, num_iters=num_iters")]),
    Case("learning-rate-not-passed", "lr-ignored", [("learning_rate, reg, num_iters", "reg=reg, num_iters=num_iters")]),
    Case("num-iters-not-passed", "num-iters-ignored",
         [("learning_rate, reg, num_iters, rng", "learning_rate, reg, rng")]),
    Case("num-iters-hard-coded", "num-iters-ignored",
         [("learning_rate, reg, num_iters, rng", "learning_rate, reg, 1500, rng")]),
    Case("num-iters-as-batch-size", "wrong-values", [("reg, num_iters, rng", "reg, batch_size=num_iters, rng")]),
    Case("no-seed", "rng-missing", [(", rng=0", "")]),
    Case("other-seed", "other-seed", [(", rng=0", ", rng=1")]),
    Case("shared-generator", "generator-shared",
         [("    for learning", "    rng = np.random.default_rng(0)\n    for learning"), ("rng=0", "rng=rng")]),
    Case("model-reused", "model-shared",
         [("    for learning", "    model = Softmax()\n    for learning"), (MODEL, "")]),
    Case("svm", "svm", [("model = Softmax()", "model = LinearSVM()")]),
    Case("not-trained", "exception",
         [('        model.train(data["X_train"], data["y_train"], learning_rate, reg, num_iters, rng=0)\n', "")]),
    Case("loss-not-accuracy", "loss", [("        model.train", "        losses = model.train"), (VAL, "losses[-1]")]),
    Case("error-not-accuracy", "error-rate", [("==", "!=")]),
    Case("count-not-share", "count", [("np.mean(model", "np.sum(model")]),
    Case("percent", "percent", [(VAL, f"100 * {VAL}")]),
    Case("rounded", "rounded", [(VAL, f"round({VAL}, 2)")]),
    Case("model-stored", "wrong-type", [(VAL, "model")]),
    Case("boolean-array", "predictions", [(VAL, '(model.predict(data["X_val"]) == data["y_val"])')]),
    Case("pair-stored", "wrong-values", [(VAL, f"({VAL.replace('_val', '_train')}, {VAL})")]),
    Case("new-dict", "not-filled",
         [("    for learning", "    results = dict(results)\n    for learning"),
          (f"{PUT}{VAL}\n", f"{PUT}{VAL}\n    return results\n")]),
    Case("dict-emptied", "old-entries-removed", [("    for learning", "    results.clear()\n    for learning")]),
    Case("best-only", "wrong-keys",
         [(f"{PUT}{VAL}\n",
           f"{PUT}{VAL}\n    best = max(results, key=lambda k: (isinstance(results[k], float), str(results[k])))\n"
           "    for key in list(results):\n        if key != best:\n            del results[key]\n")]),
    Case("accuracy-after-loop", "last-only", [(f"        {PUT}", f"    {PUT}")]),
    Case("grid-of-settings", "wrong-keys",
         [("for learning_rate, reg in settings:",
           "for learning_rate, reg in [(a, b) for a, _ in settings for _, b in settings]:")]),
    Case("zip-truncated", "last-missing", [("in settings:", "in settings[:-1]:")]),
    Case("y-val-of-train", "exception", [('data["y_val"]', 'data["y_train"]')]),
    Case("data-shuffled", "wrong-values changes-arguments",
         [("    for learning", '    np.random.default_rng(0).shuffle(data["X_train"])\n    for learning')]),
    Case("prints-only", "not-filled", [(f"{PUT}{VAL}", f"print(learning_rate, reg, {VAL})")]),
    Case("data-doubled", "changes-arguments", [(f"{PUT}{VAL}", f"{PUT}{VAL}\n    data['X_train'] *= 2")]),
    Case("test-accuracy", "test-accuracy", [(VAL, VAL.replace("_val", "_test"))]),
    Case("results-overwritten", "not-filled",
         [("    for learning", "    results = {}\n    for learning"),
          (f"{PUT}{VAL}\n", f"{PUT}{VAL}\n    return results\n")]),
    Case("seed-42", "other-seed", [("rng=0", "rng=42")]),
    Case("batch-of-64", "other-batch-size", [("rng=0", "rng=0, batch_size=64")]),
    Case("return-in-loop", "first-only", [(f"{PUT}{VAL}", f"{PUT}{VAL}\n        return results")]),
    Case("training-accuracy-percent", "train-accuracy percent", [(VAL, "100 * " + VAL.replace("_val", "_train"))]),
    Case("models-kept", "remembers", [("= Softmax()", "= STATE.setdefault((learning_rate, reg), Softmax())")]),
    Case("wrong-name-in-data", "exception", [("X_train", "X_training")]),
    Case("trained-on-dev", "trained-on-other",
         [('data["X_train"], data["y_train"]', 'data["X_dev"], data["y_dev"]')]),
    Case("one-step-less", "num-iters-off", [("num_iters, rng", "num_iters - 1, rng")]),
    Case("seeds-counted", "seed-varies",
         [("for learning_rate, reg in settings", "for k, (learning_rate, reg) in enumerate(settings)"),
          ("rng=0", "rng=k")]),
    Case("dev-accuracy", "dev-accuracy", [(VAL, VAL.replace("_val", "_dev"))]),
    Case("only-the-best", "best-only",
         [("    for learning", "    best = 0\n    for learning"),
          (f"{PUT}{VAL}", f"accuracy = {VAL}\n        if accuracy > best:\n            best = {PUT}accuracy")]),
    Case("best-so-far", "best-so-far",
         [("    for learning", "    best = 0\n    for learning"),
          (f"{PUT}{VAL}", f"best = max(best, {VAL})\n        {PUT}best")]),
    Case("filled-at-the-end", "last-value",
         [(f"{PUT}{VAL}\n",
           f"accuracy = {VAL}\n    for setting in settings:\n        results.setdefault(setting, accuracy)\n")]),
    Case("accuracy-of-the-first", "first-value",
         [("    for learning", "    accuracy = None\n    for learning"),
          (f"{PUT}{VAL}", f"accuracy = accuracy or {VAL}\n        {PUT}accuracy")]),
    Case("key-text-looked-up", "wrong-keys",
         [("if (learning_rate, reg) in", 'if f"{learning_rate}_{reg}" in'),
          (PUT, 'results[f"{learning_rate}_{reg}"] = ')]),
    Case("key-learning-rate-looked-up", "wrong-keys",
         [("if (learning_rate, reg) in", "if learning_rate in"), (PUT, "results[learning_rate] = ")]),
]

UNKNOWN = [
    Case("learning-rate-divided", "learning rate 0.001, reg 0.5: expected 0.6",
         [("learning_rate, reg, num", "learning_rate / 40, reg, num")]),
    Case("key-halved", "not expected: (0.0005, 0.5)", [(PUT, "results[learning_rate / 2, reg] = ")]),
]
