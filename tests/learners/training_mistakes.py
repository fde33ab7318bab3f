"""Wrong answers to the notebooks' exercises on data and training: prepare, sgd_step and my_sweep."""

from notebook_mistakes import BEHAVIOUR, VALUE, adder

STEP, SWEEP, PREPARE = [], [], []

add = adder(STEP, "step", """
from cs231n_softmax import softmax_loss_vectorized


def sgd_step(W, X, y, learning_rate, reg, batch_size, rng):
    rows = rng.integers(len(X), size=batch_size)
    loss, dW = softmax_loss_vectorized(W, X[rows], y[rows], reg)
    return W - learning_rate * dW, loss
""")
ROWS, LOSS = "rng.integers(len(X), size=batch_size)", "softmax_loss_vectorized(W, X[rows], y[rows], reg)"
RETURN = "return W - learning_rate * dW, loss"
add("uphill", VALUE, "W + learning_rate * dW", (RETURN, "return W + learning_rate * dW, loss"))
add("no-learning-rate", VALUE, "the learning rate is forgotten", (RETURN, "return W - dW, loss"))
add("learning-rate-squared", VALUE, "multiplied by the learning rate twice",
    (RETURN, "return W - learning_rate ** 2 * dW, loss"))
add("divided-by-batch", VALUE, "the gradient is divided by the batch size again",
    (RETURN, "return W - learning_rate * dW / batch_size, loss"))
add("times-batch", VALUE, "the gradient is multiplied by the batch size",
    (RETURN, "return W - learning_rate * dW * batch_size, loss"))
add("only-the-step", VALUE, "the step is returned, not the new W", (RETURN, "return -learning_rate * dW, loss"))
add("gradient-returned", VALUE, "the gradient is returned, not the new W", (RETURN, "return dW, loss"))
add("w-not-moved", VALUE, "the old W is returned", (RETURN, "W_new = W - learning_rate * dW\n    return W, loss"))
add("w-changed", "behaviour, value", "W is changed in place", (RETURN, "W -= learning_rate * dW\n    return W, loss"))
add("whole-set", VALUE, "the whole training set, no batch", (LOSS, "softmax_loss_vectorized(W, X, y, reg)"))
add("first-rows", VALUE, "always the first rows", (ROWS, "np.arange(batch_size)"))
add("other-labels", VALUE, "the labels aren't those of the rows", ("y[rows]", "y[:batch_size]"))
add("labels-drawn-again", VALUE, "the labels' rows are drawn anew", ("y[rows]", f"y[{ROWS}]"))
add("other-examples", VALUE, "the examples aren't those of the labels", ("X[rows]", "X[:batch_size]"))
add("no-reg", VALUE, "reg isn't passed", ("y[rows], reg)", "y[rows], 0.0)"))
add("reg-is-learning-rate", VALUE, "the learning rate is passed as reg", ("y[rows], reg)", "y[rows], learning_rate)"))
add("reg-twice", VALUE, "the penalty's gradient is added once more",
    (RETURN, "return W - learning_rate * (dW + 2 * reg * W), loss"))
add("rates-swapped", VALUE, "learning rate and reg have changed places", ("y[rows], reg)", "y[rows], learning_rate)"),
    ("W - learning_rate", "W - reg"))
add("loss-after-step", VALUE, "the loss after the step",
    (RETURN,
     "W = W - learning_rate * dW\n    loss, _ = softmax_loss_vectorized(W, X[rows], y[rows], reg)\n    return "
     "W, loss"))
add("loss-of-all", VALUE, "the loss of the whole training set",
    (RETURN, "loss, _ = softmax_loss_vectorized(W, X, y, reg)\n    return W - learning_rate * dW, loss"))
add("loss-without-reg", VALUE, "the loss without the penalty",
    (RETURN, "return W - learning_rate * dW, loss - reg * np.sum(W * W)"))
add("loss-times-batch", VALUE, "the batch's summed loss, not its mean",
    (RETURN, "return W - learning_rate * dW, loss * batch_size"))
add("loss-of-other-batch", VALUE, "the loss is that of a second batch",
    (RETURN,
     f"rows = {ROWS}\n    loss, _ = {LOSS}\n    {RETURN}"))
add("order-swapped", BEHAVIOUR, "(loss, W)", (RETURN, "return loss, W - learning_rate * dW"))
add("only-w", BEHAVIOUR, "only W", (RETURN, "return W - learning_rate * dW"))
add("only-loss", BEHAVIOUR, "only the loss", (RETURN, "return loss"))
add("returns-none", BEHAVIOUR, "no return", (f"    {RETURN}\n", "    W = W - learning_rate * dW\n"))
add("global-random", BEHAVIOUR, "np.random instead of the rng passed", (ROWS, "np.random.choice(len(X), batch_size)"))
add("own-generator", BEHAVIOUR, "a fresh generator in each call",
    (ROWS, "np.random.default_rng().integers(len(X), size=batch_size)"))
add("same-seed", VALUE, "a generator with the same seed in each call",
    (ROWS, "np.random.default_rng(0).integers(len(X), size=batch_size)"))
add("last-row-never", VALUE, "the last row is never drawn", ("len(X), size", "len(X) - 1, size"))
add("first-row-never", VALUE, "row 0 is never drawn", ("integers(len(X)", "integers(1, len(X)"))
add("rows-below-batch-size", VALUE, "rows are drawn from the first batch_size ones only",
    ("integers(len(X), size", "integers(batch_size, size"))
add("rows-from-classes", VALUE, "rows are drawn from 0..max(y): the first few",
    ("integers(len(X), size", "integers(max(y) + 1, size"))
add("rows-from-features", VALUE, "rows are drawn up to X.shape[1], the number of features",
    ("integers(len(X)", "integers(min(X.shape)"))
add("one-row", VALUE, "one row, whatever the batch size", (ROWS, "rng.integers(len(X), size=1)"))
add("fixed-batch-200", VALUE, "200 rows, whatever the batch size", (ROWS, "rng.integers(len(X), size=200)"))
add("one-too-many", VALUE, "batch_size + 1 rows", ("size=batch_size)", "size=batch_size + 1)"))
add("one-too-few", VALUE, "batch_size - 1 rows, or one", ("size=batch_size)", "size=max(1, batch_size - 1))"))
add("contiguous", VALUE, "consecutive rows from a random place",
    (ROWS, "(rng.integers(len(X)) + np.arange(batch_size)) % len(X)"))
add("two-steps", VALUE, "two steps in one call",
    (RETURN,
     "W = W - learning_rate * dW\n    dW = softmax_loss_vectorized(W, X[rows], y[rows], reg)[1]\n    return W - "
     "learning_rate * dW, loss"))
add("training-loop", VALUE, "a hundred steps in one call", whole="""
from cs231n_softmax import softmax_loss_vectorized


def sgd_step(W, X, y, learning_rate, reg, batch_size, rng):
    for _ in range(100):
        rows = rng.integers(len(X), size=batch_size)
        loss, dW = softmax_loss_vectorized(W, X[rows], y[rows], reg)
        W = W - learning_rate * dW
    return W, loss
""")
add("only-x-shuffled", "behaviour, value", "X is shuffled in place, y isn't",
    (ROWS, "np.arange(batch_size)\n    rng.shuffle(X)"))
add("x-and-y-shuffled", BEHAVIOUR, "X and y are shuffled in place, alike",
    (ROWS, "np.arange(batch_size)\n    order = rng.permutation(len(X))\n    X[:], y[:] = X[order], y[order]"))
add("undefined-name", BEHAVIOUR, "an undefined name", ("W - learning_rate", "W - lr"))
add("matrix-product", BEHAVIOUR, "the loss is called as (X, W, ...)", ("(W, X[rows]", "(X[rows], W"))

add = adder(SWEEP, "sweep", """
from cs231n_softmax.classifiers import LinearSVM, Softmax


def my_sweep(results, settings, data, num_iters=1500):
    for learning_rate, reg in settings:
        if (learning_rate, reg) in results:
            continue
        model = Softmax()
        model.train(data["X_train"], data["y_train"], learning_rate, reg, num_iters, rng=0)
        results[learning_rate, reg] = np.mean(model.predict(data["X_val"]) == data["y_val"])
""")
CHECK = "        if (learning_rate, reg) in results:\n            continue\n"
VAL = 'np.mean(model.predict(data["X_val"]) == data["y_val"])'
MODEL, PUT = "        model = Softmax()\n", "results[learning_rate, reg] = "
add("training-accuracy", VALUE, "accuracy on the training set", (VAL, VAL.replace("_val", "_train")))
add("mixed-accuracy", VALUE, "training predictions against validation labels", ('data["X_val"]', 'data["X_train"]'))
add("trained-on-validation", VALUE, "trained on the validation set",
    ('data["X_train"], data["y_train"]', 'data["X_val"], data["y_val"]'))
add("trained-on-both", VALUE, "trained on training and validation set", ('data["X_train"], data["y_train"]',
    'np.vstack([data["X_train"], data["X_val"]]), np.append(data["y_train"], data["y_val"])'))
add("not-skipped", "behaviour, value", "settings that are there are trained again", (CHECK, ""))
add("trained-then-skipped", BEHAVIOUR, "settings that are there are trained, and thrown away",
    (f"{CHECK}{MODEL}", MODEL),
    (f"        {PUT}", f"        if (learning_rate, reg) not in results:\n            {PUT}"))
add("break-not-continue", VALUE, "break instead of continue: the rest isn't tried", ("continue", "break"))
add("return-not-continue", "value", "only what comes first is tried: return at the end of the loop's body",
    (f"{PUT}{VAL}", f"{PUT}{VAL}\n        return"))
add("skip-by-learning-rate", VALUE, "skips every setting whose learning rate was tried",
    (CHECK, "        if learning_rate in [key[0] for key in results]:\n            continue\n"))
add("skip-inverted", "behaviour, value", "trains only what is there already",
    ("in results:\n            continue", "not in results:\n            continue"))
add("key-learning-rate-only", VALUE, "the key is the learning rate alone", (PUT, "results[learning_rate] = "))
add("key-swapped", VALUE, "the key is (reg, learning_rate)", (PUT, "results[reg, learning_rate] = "))
add("key-text", VALUE, "the key is a string", (PUT, 'results[f"{learning_rate} {reg}"] = '))
add("key-rounded", VALUE, "the key is rounded to whole numbers", (PUT, "results[round(learning_rate), round(reg)] = "))
add("arguments-swapped", VALUE, "learning rate and reg change places in train",
    ("learning_rate, reg, num_iters", "reg, learning_rate, num_iters"))
add("reg-not-passed", VALUE, "reg isn't passed",
    ("learning_rate, reg, num_iters", "learning_rate, num_iters=num_iters"))
add("learning-rate-not-passed", VALUE, "the learning rate isn't passed",
    ("learning_rate, reg, num_iters", "reg=reg, num_iters=num_iters"))
add("num-iters-not-passed", VALUE, "num_iters isn't passed: 100 steps",
    ("learning_rate, reg, num_iters, rng", "learning_rate, reg, rng"))
add("num-iters-hard-coded", VALUE, "1500 steps whatever num_iters is",
    ("learning_rate, reg, num_iters, rng", "learning_rate, reg, 1500, rng"))
add("num-iters-as-batch-size", VALUE, "num_iters is passed as batch size",
    ("reg, num_iters, rng", "reg, batch_size=num_iters, rng"))
add("no-seed", "behaviour, value", "rng isn't passed: other numbers each time", (", rng=0", ""))
add("other-seed", VALUE, "rng=1", (", rng=0", ", rng=1"))
add("shared-generator", VALUE, "one generator for all settings",
    ("    for learning", "    rng = np.random.default_rng(0)\n    for learning"), ("rng=0", "rng=rng"))
add("model-reused", VALUE, "one model for all settings: trained further each time",
    ("    for learning", "    model = Softmax()\n    for learning"), (MODEL, ""))
add("svm", VALUE, "LinearSVM instead of Softmax", ("model = Softmax()", "model = LinearSVM()"))
add("not-trained", BEHAVIOUR, "the model isn't trained",
    ('        model.train(data["X_train"], data["y_train"], learning_rate, reg, num_iters, rng=0)\n', ""))
add("loss-not-accuracy", VALUE, "the last training loss instead of the accuracy",
    ("        model.train", "        losses = model.train"), (VAL, "losses[-1]"))
add("error-not-accuracy", VALUE, "the share of wrong predictions", ("==", "!="))
add("count-not-share", VALUE, "the number of right predictions", ("np.mean(model", "np.sum(model"))
add("percent", VALUE, "percent", (VAL, f"100 * {VAL}"))
add("rounded", VALUE, "rounded to two digits", (VAL, f"round({VAL}, 2)"))
add("model-stored", VALUE, "the model is stored, not its accuracy", (VAL, "model"))
add("boolean-array", VALUE, "the mean is forgotten: an array of booleans",
    (VAL, '(model.predict(data["X_val"]) == data["y_val"])'))
add("pair-stored", VALUE, "training and validation accuracy are stored",
    (VAL, f"({VAL.replace('_val', '_train')}, {VAL})"))
add("new-dict", VALUE, "a new dict is filled and returned",
    ("    for learning", "    results = dict(results)\n    for learning"),
    (f"{PUT}{VAL}\n", f"{PUT}{VAL}\n    return results\n"))
add("dict-emptied", "behaviour, value", "results is emptied first",
    ("    for learning", "    results.clear()\n    for learning"))
add("best-only", VALUE, "only the best setting is kept",
    (f"{PUT}{VAL}\n",
     f"{PUT}{VAL}\n    best = max(results, key=lambda key: (isinstance(results[key], float), str(results[key])))\n"
    "    for key in list(results):\n        if key != best:\n            del results[key]\n"))
add("accuracy-after-loop", VALUE, "the last line is outside the loop: only the last setting is stored",
    (f"        {PUT}", f"    {PUT}"))
add("grid-of-settings", "behaviour, value", "all learning rates with all regs, not the pairs given",
    ("for learning_rate, reg in settings:",
     "for learning_rate, reg in [(a, b) for a, _ in settings for _, b in settings]:"))
add("zip-truncated", VALUE, "the last setting is left out", ("in settings:", "in settings[:-1]:"))
add("y-val-of-train", VALUE, "validation predictions against training labels", ('data["y_val"]', 'data["y_train"]'))
add("data-shuffled", "behaviour, value", "the training data are shuffled in place",
    ("    for learning", '    np.random.default_rng(0).shuffle(data["X_train"])\n    for learning'))
add("prints-only", "behaviour, value", "printed, not stored", (f"{PUT}{VAL}", f"print(learning_rate, reg, {VAL})"))

add = adder(PREPARE, "prepare", """
def prepare(images, mean_image):
    rows = images.reshape(images.shape[0], -1)
    rows = rows - mean_image
    return np.hstack([rows, np.ones((rows.shape[0], 1))])
""")
FLAT, MINUS = "images.reshape(images.shape[0], -1)", "rows - mean_image"
OUT = "np.hstack([rows, np.ones((rows.shape[0], 1))])"
add("no-bias", BEHAVIOUR, "no column of ones", (OUT, "rows"))
add("bias-first", VALUE, "the ones come first", (OUT, "np.hstack([np.ones((rows.shape[0], 1)), rows])"))
add("zeros", VALUE, "zeros instead of ones", ("np.ones(", "np.zeros("))
add("no-mean", VALUE, "the mean isn't subtracted", (MINUS, "rows"))
add("mean-added", VALUE, "the mean is added", (MINUS, "rows + mean_image"))
add("mean-twice", VALUE, "the mean is subtracted twice", (MINUS, "rows - 2 * mean_image"))
add("own-mean", VALUE, "the batch's own mean is subtracted", (MINUS, "rows - rows.mean(axis=0)"))
add("own-row-mean", VALUE, "each image's own mean is subtracted", (MINUS, "rows - rows.mean(axis=1, keepdims=True)"))
add("mean-of-mean", VALUE, "the mean image's mean, one number, is subtracted", (MINUS, "rows - mean_image.mean()"))
add("difference-reversed", VALUE, "mean minus image", (MINUS, "mean_image - rows"))
add("divided-by-mean", VALUE, "divided by the mean", (MINUS, "rows / (mean_image + 1)"))
add("absolute", VALUE, "the absolute difference", (MINUS, "np.abs(rows - mean_image)"))
add("scaled-255", VALUE, "also divided by 255", (MINUS, "(rows - mean_image) / 255"))
add("scaled-128", VALUE, "128 instead of the mean image", (MINUS, "rows - 128"))
add("standardised", VALUE, "also divided by the batch's standard deviation",
    (MINUS, "(rows - mean_image) / (rows.std() + 1e-8)"))
add("mean-after-bias", "behaviour", "the mean is subtracted after the ones were appended: shapes don't fit",
    (MINUS, "np.hstack([rows, np.ones((rows.shape[0], 1))])\n    rows = rows - mean_image"))
add("bias-minus-mean", VALUE, "a mean is subtracted from the column of ones too",
    (OUT, "np.hstack([rows, 1 - mean_image[-1:] + np.zeros((rows.shape[0], 1))])"))
add("channels-first", VALUE, "channels come first in a row",
    (FLAT, "images.transpose(0, 3, 1, 2).reshape(images.shape[0], -1)"))
add("columns-first", VALUE, "columns before rows", (FLAT, "images.transpose(0, 2, 1, 3).reshape(images.shape[0], -1)"))
add("fortran-order", VALUE, "flattened in Fortran's order", (FLAT, 'images.reshape(images.shape[0], -1, order="F")'))
add("mixed-images", VALUE, "reshape(3072, N).T: pixels of different images are mixed",
    (FLAT, "images.reshape(-1, images.shape[0]).T"))
add("mirrored", VALUE, "images are mirrored", (FLAT, "images[:, :, ::-1].reshape(images.shape[0], -1)"))
add("bgr", VALUE, "blue, green, red", (FLAT, "images[..., ::-1].reshape(images.shape[0], -1)"))
add("first-image-only", BEHAVIOUR, "only the first image", (FLAT, "images[:1].reshape(1, -1)"))
add("hard-coded-two", BEHAVIOUR, "two images, whatever N is", (FLAT, "images.reshape(2, -1)"))
add("hard-coded-n", BEHAVIOUR, "ones for 49000 images, whatever N is",
    ("np.ones((rows.shape[0], 1))", "np.ones((49000, 1))"))
add("transposed", BEHAVIOUR, "(3073, N)", (OUT, f"{OUT}.T"))
add("vstack", BEHAVIOUR, "the ones are a row", (OUT, "np.vstack([rows, np.ones((1, rows.shape[1]))])"))
add("row-of-ones-hstack", BEHAVIOUR, "hstack of a vector of ones: ranks don't fit",
    ("np.ones((rows.shape[0], 1))", "np.ones(rows.shape[0])"))
add("two-bias-columns", BEHAVIOUR, "the ones are appended twice",
    (OUT, "np.hstack([rows, np.ones((rows.shape[0], 2))])"))
add("last-pixel-overwritten", BEHAVIOUR, "the last pixel is replaced by a one", (OUT, "rows"),
    (MINUS, "rows - mean_image\n    rows[:, -1] = 1"))
add("flattened-completely", BEHAVIOUR, "one long vector", (OUT, f"{OUT}.ravel()"))
add("not-flattened", BEHAVIOUR, "the images stay images", (FLAT, "images"), (OUT, "rows"),
    (MINUS, "rows - mean_image.reshape(32, 32, 3)"))
add("images-changed", BEHAVIOUR, "the images are changed through a view",
    ("    rows = rows - mean_image\n", "    rows -= mean_image\n"))
add("mean-changed", BEHAVIOUR, "the mean image is changed in place",
    (MINUS, "rows - mean_image\n    mean_image += rows.mean(axis=0)"))
add("integers", VALUE, "whole numbers", (MINUS, "(rows - mean_image).astype(int)"))
add("unsigned", VALUE, "uint8: negative differences wrap round",
    (MINUS, "(rows - mean_image).astype(np.int64).astype(np.uint8)"))
add("clipped", VALUE, "negative differences are set to 0", (MINUS, "np.maximum(rows - mean_image, 0)"))
add("unit-length", VALUE, "rows are scaled to length 1",
    (MINUS, "rows - mean_image\n    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)"))
add("returns-none", BEHAVIOUR, "no return", ("return ", "X = "))
add("returns-pair", BEHAVIOUR, "rows and mean are returned", (OUT, f"{OUT}, mean_image"))
