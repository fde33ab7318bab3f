"""Wrong answers to the notebooks' smaller exercises: softmax, one example's loss, numerical gradient, prediction."""

from entries import entry

PROBS, EXAMPLE, NUMERICAL, PREDICT = [], [], [], []
VALUE, STABLE, BEHAVIOUR = "value", "stability", "behaviour"


def adder(table, kind, base):
    """Return a function that appends changed versions of `base` to a table."""
    def add(name, parts, what, *replacements, whole=None):
        table.append(entry(kind, name, "function", what, parts, base, whole or list(replacements)))

    return add


add = adder(PROBS, "probs", """
def my_stable_softmax(scores):
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / np.sum(e, axis=1, keepdims=True)
""")
SHIFTED, E = "scores - np.max(scores, axis=1, keepdims=True)", "np.exp(shifted)"
OUT = "e / np.sum(e, axis=1, keepdims=True)"
add("no-shift", STABLE, "no shift", (SHIFTED, "scores"))
add("batch-max", STABLE, "one maximum for the whole batch", (SHIFTED, "scores - np.max(scores)"))
add("shift-by-mean", STABLE, "the mean is subtracted", (SHIFTED, "scores - np.mean(scores, axis=1, keepdims=True)"))
add("shift-by-min", STABLE, "the minimum is subtracted", (SHIFTED, "scores - np.min(scores, axis=1, keepdims=True)"))
add("shift-by-abs-max", STABLE, "the largest |s| is subtracted",
    (SHIFTED, "scores - np.max(np.abs(scores), axis=1, keepdims=True)"))
add("shift-added", STABLE, "the maximum is added", (SHIFTED, "scores + np.max(scores, axis=1, keepdims=True)"))
add("shift-over-examples", VALUE, "the maximum of each column is subtracted",
    (SHIFTED, "scores - np.max(scores, axis=0)"))
add("shift-in-numerator-only", VALUE, "the denominator isn't shifted",
    (OUT, "e / np.sum(np.exp(scores), axis=1, keepdims=True)"))
add("over-examples", VALUE, "softmax over the examples (axis=0)", (SHIFTED, "scores - np.max(scores, axis=0)"),
    (OUT, "e / np.sum(e, axis=0)"))
add("sum-axis-0", VALUE, "the denominator is summed over the examples", (OUT, "e / np.sum(e, axis=0)"))
add("sum-whole-batch", VALUE, "the denominator is the sum of the batch", (OUT, "e / np.sum(e)"))
add("keepdims-forgotten", "value, behaviour", "keepdims is forgotten in the sum", (OUT, "e / np.sum(e, axis=1)"))
add("keepdims-forgotten-in-shift", "value, behaviour", "keepdims is forgotten in the maximum",
    (SHIFTED, "scores - np.max(scores, axis=1)"))
add("no-exp", VALUE, "scores divided by their sum", (E, "scores"))
add("absolute-values", VALUE, "absolute values instead of exponentials", (E, "np.abs(scores)"))
add("minus-scores", VALUE, "exp(-s)", (SHIFTED, "np.min(scores, axis=1, keepdims=True) - scores"))
add("base-2", VALUE, "2**s", (E, "2 ** shifted"))
add("sigmoid", VALUE, "a sigmoid of each score", (OUT, "1 / (1 + np.exp(-scores))"))
add("divided-by-max", VALUE, "divided by the largest exponential", (OUT, "e / np.max(e, axis=1, keepdims=True)"))
add("unnormalised", VALUE, "not normalised", (OUT, "np.exp(scores)"))
add("log-softmax", VALUE, "the logarithm of the probabilities", (OUT, f"np.log({OUT})"))
add("hard-max", VALUE, "1 at the largest score, 0 elsewhere", (E, "(shifted == 0) * 1.0"))
add("scores-over-max", VALUE, "divided by the maximum before exp",
    (SHIFTED, "scores / np.max(scores, axis=1, keepdims=True)"))
add("rounded", VALUE, "rounded to two digits", (OUT, f"np.round({OUT}, 2)"))
add("epsilon-in-denominator", VALUE, "0.001 added to the denominator",
    (OUT, "e / (np.sum(e, axis=1, keepdims=True) + 1e-3)"))
add("nan-to-num", STABLE, "nan_to_num instead of a shift", (SHIFTED, "scores"), (OUT, f"np.nan_to_num({OUT})"))
add("clipped", STABLE, "scores clipped to -500..500", (SHIFTED, "np.clip(scores, -500, 500)"))
add("scores-changed", BEHAVIOUR, "the scores are shifted in place",
    (SHIFTED, "scores\n    shifted -= np.max(scores, axis=1, keepdims=True)"))
add("transposed", "value, behaviour", "the result is (C, N)", (OUT, f"({OUT}).T"))
add("first-row-only", BEHAVIOUR, "only the first row is returned", (OUT, f"({OUT})[0]"))
add("returns-none", BEHAVIOUR, "no return", ("    return ", "    probs = "))
add("prints", BEHAVIOUR, "prints the result", (f"return {OUT}", f"print({OUT})"))
add("math-exp", BEHAVIOUR, "math.exp of an array", (E, "math.exp(shifted)"))
add("largest-probability", BEHAVIOUR, "the class, not the probabilities", (OUT, f"np.argmax({OUT}, axis=1)"))

add = adder(EXAMPLE, "example", """
def my_loss(scores, y):
    shift = np.max(scores)
    total = np.sum(np.exp(scores - shift))
    return -(scores[y] - shift) + np.log(total)
""")
RET = "return -(scores[y] - shift) + np.log(total)"
add("no-shift", STABLE, "no shift", ("np.max(scores)", "0"))
add("shift-by-mean", STABLE, "the mean is the shift", ("np.max(scores)", "np.mean(scores)"))
add("shift-by-abs-max", STABLE, "the largest |s| is the shift", ("np.max(scores)", "np.max(np.abs(scores))"))
add("log-of-probability", STABLE, "-log(p): inf when p underflows",
    (RET, "return -np.log(np.exp(scores[y] - shift) / total)"))
add("epsilon-in-log", STABLE, "-log(p + 1e-12): capped at 27.6",
    (RET, "return -np.log(np.exp(scores[y] - shift) / total + 1e-12)"))
add("shift-not-added-back", VALUE, "the shift isn't added back", (RET, "return -scores[y] + np.log(total)"))
add("shift-subtracted-twice", VALUE, "the shift is taken off the loss",
    (RET, "return -scores[y] - shift + np.log(total)"))
add("shift-added-twice", VALUE, "the shift is added though both terms are shifted", (RET, RET + " + shift"))
add("sign", VALUE, "log p instead of -log p", (RET, "return scores[y] - shift - np.log(total)"))
add("label-score-sign", VALUE, "+s_y instead of -s_y", (RET, "return (scores[y] - shift) + np.log(total)"))
add("no-label-score", VALUE, "only the log of the sum", (RET, "return np.log(total)"))
add("log-sum-exp-only", VALUE, "the log of the sum with the shift added back, without -s_y",
    (RET, "return shift + np.log(total)"))
add("no-log", VALUE, "the sum isn't logged", (RET, "return -(scores[y] - shift) + total"))
add("label-score-only", VALUE, "only -s_y", (RET, "return -scores[y]"))
add("probability", VALUE, "the probability itself", (RET, "return np.exp(scores[y] - shift) / total"))
add("log10", VALUE, "to base 10", (RET, "return (-(scores[y] - shift) + np.log(total)) / np.log(10)"))
add("log2", VALUE, "to base 2", (RET, "return (-(scores[y] - shift) + np.log(total)) / np.log(2)"))
add("denominator-without-label", VALUE, "the sum leaves out the label",
    ("np.sum(np.exp(scores - shift))", "np.sum(np.exp(np.delete(scores, y) - shift))"))
add("label-off-by-one", VALUE, "scores[y - 1]", ("scores[y] - shift", "scores[y - 1] - shift"))
add("sum-of-logs", VALUE, "log(exp) summed: the scores' sum",
    ("np.log(total)", "np.sum(np.log(np.exp(scores - shift)))"))
add("mean-instead-of-sum", VALUE, "the mean of the exponentials", ("np.sum(np.exp", "np.mean(np.exp"))
add("all-classes", BEHAVIOUR, "the losses of all classes, (C,)", ("scores[y] - shift", "scores - shift"))
add("hinge", VALUE, "the hinge loss", (RET, "return np.sum(np.maximum(0, scores - scores[y] + 1)) - 1"))
add("one-minus-p", VALUE, "1 - p", (RET, "return 1 - np.exp(scores[y] - shift) / total"))
add("scores-changed", BEHAVIOUR, "the scores are shifted in place",
    (RET, "scores -= shift\n    return -scores[y] + np.log(total)"))
add("returns-none", BEHAVIOUR, "no return", ("return ", "loss = "))
add("array-of-one", BEHAVIOUR, "an array of shape (1,)",
    (RET, "return np.array([-(scores[y] - shift) + np.log(total)])"))
add("math-exp", BEHAVIOUR, "math.exp of an array", ("np.exp(", "math.exp("))
add("undefined-name", BEHAVIOUR, "an undefined name", ("np.log(total)", "np.log(sum_exp)"))

add = adder(NUMERICAL, "numerical", """
def my_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
    return grad
""")
QUOTIENT, BACK = "(above - below) / (2 * h)", "        x[index] = old\n"
add("forward", VALUE, "a forward difference", ("x[index] = old - h", "x[index] = old"),
    (QUOTIENT, "(above - below) / h"))
add("backward", VALUE, "a backward difference", ("x[index] = old + h", "x[index] = old"),
    (QUOTIENT, "(above - below) / h"))
add("divided-by-h", VALUE, "h instead of 2h: twice the derivative", (QUOTIENT, "(above - below) / h"))
add("precedence", VALUE, "/ 2 * h: divided by 2, times h", (QUOTIENT, "(above - below) / 2 * h"))
add("half-of-forward", VALUE, "a forward difference divided by 2h", ("x[index] = old - h", "x[index] = old"))
add("sign", VALUE, "below - above", (QUOTIENT, "(below - above) / (2 * h)"))
add("sum-not-difference", VALUE, "above + below", (QUOTIENT, "(above + below) / (2 * h)"))
add("no-division", VALUE, "not divided", (QUOTIENT, "above - below"))
add("hard-coded-h", VALUE, "h is overwritten", ("    grad = np", "    h = 1e-5\n    grad = np"))
add("h-too-small", VALUE, "h is overwritten with 1e-14: all rounding error",
    ("    grad = np", "    h = 1e-14\n    grad = np"))
add("minus-two-h", VALUE, "the lower point is at x - 2h", ("x[index] = old - h", "x[index] -= 3 * h"))
add("not-restored", "value, behaviour", "x isn't put back", (BACK, ""))
add("restored-by-plus-h", "behaviour, value", "x is put back by += 2h: one h too far",
    (BACK, "        x[index] += 2 * h\n"))
add("restored-only-at-end", "value, behaviour", "x is put back after the loop, the last entry only",
    (BACK, ""), ("    return grad", "    x[index] = old\n    return grad"))
add("old-in-single-precision", "behaviour, value", "the old value is rounded when kept",
    ("old = x[index]", "old = np.float32(x[index])"))
add("all-entries-at-once", VALUE, "all entries are moved together: the directional derivative",
    whole="def my_numerical_gradient(f, x, h=1e-5):\n    return (f(x + h) - f(x - h)) / (2 * h) * np.ones_like(x)\n")
add("rows-at-once", VALUE, "a whole row of x is moved at a time", whole="""
def my_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in range(len(x)):
        e = np.zeros_like(x)
        e[i] = h
        grad[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad
""")
add("scalar", BEHAVIOUR, "one number for all entries", ("    return grad", "    return grad.sum()"))
add("returns-last", BEHAVIOUR, "the last entry's derivative only", ("    return grad", "    return grad[index]"))
add("flat", BEHAVIOUR, "a flat vector", ("    return grad", "    return grad.ravel()"))
add("return-in-loop", VALUE, "return inside the loop: the first entry only", ("    return grad", "        return grad"))
add("first-skipped", VALUE, "the first entry is left out", ("np.ndindex(x.shape):", "list(np.ndindex(x.shape))[1:]:"))
add("last-skipped", VALUE, "the last entry is left out", ("np.ndindex(x.shape):", "list(np.ndindex(x.shape))[:-1]:"))
add("added-up", VALUE, "every entry gets the sum so far", (QUOTIENT, "(above - below) / (2 * h) + grad.sum()"))
add("alias", "value, behaviour", "grad = x instead of a new array: x is overwritten", ("np.zeros_like(x)", "x"))
add("alias-copy-kept", "value", "the copy z = x is the same array, and both points are evaluated together",
    whole="""
def my_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x
        old = x[index]
        up[index] += h
        grad[index] = (f(up) - f(down)) / (2 * h) + (f(down) - f(up)) / (2 * h)
        x[index] = old
    return grad
""")
add("relative-step", VALUE, "the step is h * x, the division by 2h", ("old + h", "old + h * old"),
    ("old - h", "old - h * old"))
add("integer-gradient", VALUE, "the gradient's array has integers",
    ("np.zeros_like(x)", "np.zeros(x.shape, dtype=int)"))
add("absolute", VALUE, "the absolute value", (QUOTIENT, "abs(above - below) / (2 * h)"))
add("function-of-entry", VALUE, "f gets the entry, not the array", ("above = f(x)", "above = f(x[index])"),
    ("below = f(x)", "below = f(x[index])"))
add("returns-none", BEHAVIOUR, "no return", ("    return grad\n", ""))
add("f-not-called", BEHAVIOUR, "f isn't called: the function itself is subtracted", ("above = f(x)", "above = f"))

add = adder(PREDICT, "predict", "\ndef predict(W, X):\n    scores = X @ W\n    return np.argmax(scores, axis=1)\n")
LABELS = "np.argmax(scores, axis=1)"
add("axis-0", "behaviour, value", "argmax over the examples", (LABELS, "np.argmax(scores, axis=0)"))
add("no-axis", BEHAVIOUR, "argmax of everything", (LABELS, "np.argmax(scores)"))
add("max-not-argmax", VALUE, "the largest score, not its class", (LABELS, "np.max(scores, axis=1)"))
add("argmin", VALUE, "the smallest score", (LABELS, "np.argmin(scores, axis=1)"))
add("argsort", BEHAVIOUR, "all classes in order", (LABELS, "np.argsort(scores, axis=1)"))
add("argsort-second", VALUE, "the second best class", (LABELS, "np.argsort(scores, axis=1)[:, -2]"))
add("argsort-worst-first", VALUE, "the order of class 0, not the best class",
    (LABELS, "np.argsort(np.argsort(-scores, axis=1), axis=1)[:, 0]"))
add("plus-one", VALUE, "classes from 1", (LABELS, LABELS + " + 1"))
add("absolute", VALUE, "the largest |score|", ("X @ W", "np.abs(X @ W)"))
add("rounded-scores", VALUE, "scores are made integers first", ("X @ W", "(X @ W).astype(int)"))
add("bias-dropped", VALUE, "the last feature is left out", ("X @ W", "X[:, :-1] @ W[:-1]"))
add("keepdims", BEHAVIOUR, "shape (N, 1)", (LABELS, "np.argmax(scores, axis=1, keepdims=True)"))
add("one-hot", BEHAVIOUR, "one-hot rows", (LABELS, f"np.eye(W.shape[1])[{LABELS}]"))
add("probabilities", BEHAVIOUR, "scores, not classes", (LABELS, "scores"))
add("w-t", "behaviour, value", "W.T: shapes don't fit", ("X @ W", "X @ W.T"))
add("swapped-product", "behaviour, value", "W @ X: shapes don't fit", ("X @ W", "W @ X"))
add("elementwise", "behaviour, value", "* instead of @", ("X @ W", "X * W"))
add("first-example", BEHAVIOUR, "the first example's class only", (LABELS, f"{LABELS}[0]"))
add("threshold", VALUE, "two classes only: whether class 1's score is positive",
    (LABELS, "(scores[:, 1] > 0).astype(int)"))
add("most-common", VALUE, "the batch's most common class for all",
    (LABELS, f"np.full(len(X), np.bincount({LABELS}).argmax())"))
add("first-of-loop", VALUE, "return in the loop over examples", whole="""
def predict(W, X):
    labels = np.zeros(len(X), dtype=int)
    for i in range(len(X)):
        labels[i] = np.argmax(X[i] @ W)
        return labels
""")
add("last-example-skipped", VALUE, "the loop ends one early", whole="""
def predict(W, X):
    labels = np.zeros(len(X), dtype=int)
    for i in range(len(X) - 1):
        labels[i] = np.argmax(X[i] @ W)
    return labels
""")
add("best-not-reset", VALUE, "the best score so far isn't reset for each example", whole="""
def predict(W, X):
    labels, best, label = [], -np.inf, 0
    for row in X @ W:
        for c, s in enumerate(row):
            if s > best:
                best, label = s, c
        labels.append(label)
    return np.array(labels)
""")
add("best-starts-at-zero", VALUE, "the best score so far starts at 0 rather than -inf", whole="""
def predict(W, X):
    labels = []
    for row in X @ W:
        best, label = 0.0, 0
        for c, s in enumerate(row):
            if s > best:
                best, label = s, c
        labels.append(label)
    return np.array(labels)
""")
add("returns-none", BEHAVIOUR, "no return", ("return ", "labels = "))
add("w-changed", BEHAVIOUR, "W is normalised in place", ("    scores", "    W /= np.linalg.norm(W)\n    scores"))
