"""Wrong softmax losses, third part: stability, side effects, returned things, errors, hangs and hidden loops."""

from entries import entry
from softmax_mistakes import (
    DATA,
    MEAN_GRAD,
    MEAN_LOSS,
    N_LOSS,
    N_PROBS,
    REG_GRAD,
    REG_LOSS,
    RETURN,
    SOFTMAX,
    V_LOSS,
    V_PROBS,
    add,
    v_loss,
    without,
)
from softmax_mistakes_2 import EXP, N_SCORES, N_SHIFT, V_SCORES, V_SHIFT

BEHAVIOUR = "behaviour"
ALL = f"{DATA}, reg loss, reg gradient"
HANGS = {"endless-loop"}  # run these in a process of their own
N_START, V_START = "    loss = 0.0\n", "    num_train = X.shape[0]\n"


def add_whole(name, parts, what, source, form="naive"):
    """Append a mistake that is a function of its own."""
    SOFTMAX.append(entry("softmax", name, form, what, parts, "", source))


def at_start(line):
    """Return, for either form, replacements that put a line first."""
    return {"naive": [(N_START, f"    {line}\n{N_START}")], "vectorized": [(V_START, f"    {line}\n{V_START}")]}


# stability
STABILITY = "stability"
add("no-shift", STABILITY, "no shift: exp overflows", [(f"        {N_SHIFT}\n", "")], [(f"    {V_SHIFT}\n", "")])
add("batch-max-shift", STABILITY, "one maximum for the whole batch: 0/0 where rows differ a lot",
    [("    for i in", "    largest = np.max(X.dot(W))\n    for i in"), (N_SHIFT, "scores -= largest")],
    [(V_SHIFT, "scores -= np.max(scores)")])
add("shift-by-mean", STABILITY, "the mean is subtracted, not the maximum", [(N_SHIFT, "scores -= np.mean(scores)")],
    [(V_SHIFT, "scores -= np.mean(scores, axis=1, keepdims=True)")])
add("shift-by-min", STABILITY, "the minimum is subtracted: exponents are as large as can be",
    [(N_SHIFT, "scores -= np.min(scores)")], [(V_SHIFT, "scores -= np.min(scores, axis=1, keepdims=True)")])
add("shift-by-abs-max", STABILITY, "the largest |s| is subtracted: 0/0 where all scores are very negative",
    [(N_SHIFT, "scores -= np.max(np.abs(scores))")],
    [(V_SHIFT, "scores -= np.max(np.abs(scores), axis=1, keepdims=True)")])
add("shift-added", STABILITY, "the maximum is added, not subtracted", [(N_SHIFT, "scores += np.max(scores)")],
    [(V_SHIFT, "scores += np.max(scores, axis=1, keepdims=True)")])
add("shift-by-label-score", STABILITY, "the label's score is subtracted, not the largest",
    [(N_SHIFT, "scores -= scores[y[i]]")], [(V_SHIFT, "scores -= scores[rows, y][:, None]")])
add("shift-by-first-score", STABILITY, "class 0's score is subtracted, not the largest",
    [(N_SHIFT, "scores -= scores[0]")], [(V_SHIFT, "scores -= scores[:, :1].copy()")])
add("shift-after-exp", STABILITY, "the shift is made up for after exp, when it has overflowed already",
    [(f"        {N_SHIFT}\n", ""), (EXP, "exp_scores = np.exp(scores) / np.exp(np.max(scores))")],
    [(f"    {V_SHIFT}\n", ""), (EXP, "exp_scores = np.exp(scores) / np.exp(np.max(scores, axis=1, keepdims=True))")])
add("nan-to-num", STABILITY, "np.nan_to_num hides the overflow instead of a shift",
    [(f"        {N_SHIFT}\n", ""), (N_PROBS, f"np.nan_to_num({N_PROBS})")],
    [(f"    {V_SHIFT}\n", ""), (V_PROBS, f"np.nan_to_num({V_PROBS})")])
add("log-of-product", STABILITY, "-log of the product of all probabilities, which underflows for many examples",
    [(N_LOSS, "loss = (loss or 1.0) * probs[y[i]]"), (MEAN_LOSS, "loss = -np.log(loss) / num_train")],
    v_loss("-np.log(np.prod(probs[rows, y]))"))
add("half-precision", "data gradient", "the gradient is kept in 16-bit floats",
    [(MEAN_GRAD, "dW = dW.astype(np.float16).astype(W.dtype) / num_train")],
    [(MEAN_GRAD, "dW = dW.astype(np.float16).astype(W.dtype) / num_train")])

# side effects
add("w-changed", BEHAVIOUR, "W is multiplied in place", both=[(REG_GRAD, "W *= 2 * reg\n    dW += W")])
add("w-stepped", BEHAVIOUR, "takes a training step: W is changed in place",
    both=[(RETURN, "W -= 1e-3 * dW\n    return loss, dW")])
add("w-bias-zeroed", "behaviour, reg loss, reg gradient", "the bias row is set to 0 in place before the penalty",
    both=[(REG_LOSS, f"W[-1] = 0\n    {REG_LOSS}")])
add("x-changed", BEHAVIOUR, "X is divided by N in place", [(MEAN_GRAD, "dW /= num_train\n    X /= num_train")],
    [("    dW = X.T.dot(dscores)\n", "    X /= num_train\n    dW = X.T.dot(dscores)\n"), *without(MEAN_GRAD)])
add("x-row-scaled", "behaviour, data gradient", "the example itself is multiplied in place, class after class",
    [("dW[:, j] += dscore * X[i]", "x = X[i]\n            x *= dscore\n            dW[:, j] += x")])
add("x-centred-in-place", f"behaviour, {DATA}", "X is centred in place", **at_start("X -= X.mean(axis=0)"))
add("y-changed", f"behaviour, {DATA}", "the labels are changed in place to start at 0", **at_start("y -= y.min()"))
add("y-reshaped", BEHAVIOUR, "y becomes a column in place, for the caller too",
    [(RETURN, "y.shape = (num_train, 1)\n    " + RETURN)], [(RETURN, "y.shape = (num_train, 1)\n    " + RETURN)])
add("seterr", BEHAVIOUR, "np.seterr is called for the whole session", **at_start("np.seterr(all='ignore')"))
add("random-seed", BEHAVIOUR, "the global random generator is seeded", **at_start("np.random.seed(0)"))
add("new-random-w", f"behaviour, {ALL}", "W is drawn at random in the function",
    **at_start("W = np.random.randn(*W.shape) * 0.1"))
add("prints-every-example", BEHAVIOUR, "prints each example's loss",
    [(N_LOSS, f"{N_LOSS}\n        print(i, scores, probs, loss)")],
    [(V_LOSS, f"{V_LOSS}\n    for i in rows:\n        print(i, scores[i], probs[i], y[i])")])
add("writes-a-file", BEHAVIOUR, "saves the gradient in a file of the current folder",
    both=[(RETURN, "np.save('dW.npy', dW)\n    return loss, dW")])
SIGNATURE = "(W, X, y, reg):"
add("mutable-default", BEHAVIOUR, "a list as default argument collects the losses of all calls",
    [(SIGNATURE, "(W, X, y, reg, losses=[]):"), (MEAN_LOSS, "losses.append(loss / num_train)\n    loss = sum(losses)")],
    [(SIGNATURE, "(W, X, y, reg, losses=[]):"), (MEAN_LOSS, "losses.append(loss / num_train)\n    loss = sum(losses)")])
add("gradient-accumulates-over-calls", BEHAVIOUR,
    "the gradient is kept in a default argument and added to in each call",
    [(SIGNATURE, "(W, X, y, reg, total=[0]):"),
     (MEAN_GRAD, "total[0] = total[0] + dW / num_train\n    dW = total[0].copy()")],
    [(SIGNATURE, "(W, X, y, reg, total=[0]):"),
     (MEAN_GRAD, "total[0] = total[0] + dW / num_train\n    dW = total[0].copy()")])
add("cached-by-shape", BEHAVIOUR, "results are kept by the shapes of W and X: another W gets the old result",
    both=[(SIGNATURE,
           "(W, X, y, reg, cache={}):\n    if (W.shape, X.shape, reg) in cache:\n"
           "        return cache[W.shape, X.shape, reg]"),
          (RETURN, "cache[W.shape, X.shape, reg] = loss, dW\n    return loss, dW")])
add("cached-by-id", BEHAVIOUR, "results are kept by id(W): changes of W in place go unseen",
    both=[(SIGNATURE,
           "(W, X, y, reg, cache={}):\n    if (id(W), id(X), reg) in cache:\n        return cache[id(W), id(X), reg]"),
          (RETURN, "cache[id(W), id(X), reg] = loss, dW\n    return loss, dW")])
add("shared-buffer", BEHAVIOUR, "all calls return the same array, overwritten by the next",
    both=[(SIGNATURE, "(W, X, y, reg, buffers={}):"),
          (RETURN, "out = buffers.setdefault(W.shape, np.empty(W.shape))\n    out[...] = dW\n    return loss, out")])
add("returns-w-itself", f"behaviour, {ALL}", "dW is W: dW = W instead of a new array, then written to",
    [("dW = np.zeros_like(W)", "dW = W\n    dW[...] = 0")],
    [("dW /= num_train", "dW /= num_train\n    W[...] = dW\n    dW = W")])

# what is returned
add("order-swapped", BEHAVIOUR, "(dW, loss) instead of (loss, dW)", both=[(RETURN, "return dW, loss")])
add("only-loss", BEHAVIOUR, "only the loss is returned", both=[(RETURN, "return loss")])
add("only-gradient", BEHAVIOUR, "only the gradient is returned", both=[(RETURN, "return dW")])
add("returns-none", BEHAVIOUR, "no return at all", both=[(f"    {RETURN}\n", "")])
add("returns-three", BEHAVIOUR, "three things are returned", both=[(RETURN, "return loss, dW, probs")])
add("prints-instead-of-return", BEHAVIOUR, "prints the result and returns nothing", both=[(RETURN, "print(loss, dW)")])
add("returns-dict", BEHAVIOUR, "a dictionary is returned", both=[(RETURN, "return {'loss': loss, 'dW': dW}")])
add("yields", BEHAVIOUR, "yield instead of return", both=[(RETURN, "yield loss, dW")])
add("loss-as-text", BEHAVIOUR, "the loss is a formatted string", both=[(RETURN, 'return f"{loss:.4f}", dW')])
add("loss-in-array-of-one", BEHAVIOUR, "the loss is an array of shape (1,)",
    both=[(RETURN, "return np.array([loss]), dW")])
add("complex-loss", BEHAVIOUR, "loss and gradient are complex", both=[(RETURN, "return loss + 0j, dW + 0j")])
add("loss-is-none", BEHAVIOUR, "the loss is the None of list.append",
    [(N_START, f"{N_START}    losses = []\n"), (RETURN, "loss = losses.append(loss)\n    return loss, dW")])
add("loss-as-integer", "data loss, reg loss", "the loss is made an integer", both=[(RETURN, "return int(loss), dW")])
add("loss-per-example", "behaviour, data loss, reg loss", "the loss has shape (N,): the sum is forgotten",
    [(N_START, "    loss = np.zeros(X.shape[0])\n"), (N_LOSS, "loss[i] = -np.log(probs[y[i]])")],
    v_loss("-np.log(probs[rows, y])"))
add("loss-per-class", "behaviour, data loss, reg loss", "the loss has shape (C,): summed over the examples only",
    [(N_START, "    loss = np.zeros(W.shape[1])\n"), (N_LOSS, "loss[y[i]] += -np.log(probs[y[i]])")],
    [(V_LOSS, "loss = -np.sum(np.log(probs), axis=0)")])
add("penalty-per-class", "behaviour, reg loss", "the penalty is summed over one axis only: a loss of shape (C,)",
    both=[(REG_LOSS, "loss = loss + reg * np.sum(W * W, axis=0)")])
add("gradient-transposed", "behaviour, data gradient, reg gradient", "the gradient is (C, D)",
    both=[(RETURN, "return loss, dW.T")])
add("gradient-flattened", BEHAVIOUR, "the gradient is a flat vector", both=[(RETURN, "return loss, dW.ravel()")])
add("gradient-reshaped-not-transposed", "data gradient, reg gradient",
    "X.T @ dscores is transposed and then reshaped to fit", both=[(RETURN, "return loss, dW.T.reshape(W.shape)")])
add("gradient-summed-over-features", BEHAVIOUR, "the gradient is summed to shape (C,)",
    both=[(RETURN, "return loss, dW.sum(axis=0)")])
add("gradient-by-x", "behaviour, data gradient, reg gradient", "the gradient by X, (N, D), is returned",
    vectorized=[(RETURN, "return loss, dscores.dot(W.T) / num_train")])
add("gradient-by-scores", "behaviour, data gradient, reg gradient", "the gradient by the scores, (N, C), is returned",
    vectorized=[(RETURN, "return loss, dscores / num_train")])
add("gradient-as-list", BEHAVIOUR, "the gradient is a list of lists", both=[(RETURN, "return loss, dW.tolist()")])
add("integer-gradient", "behaviour, data gradient, reg gradient",
    "the gradient's array has integers: everything is cut off",
    [("dW = np.zeros_like(W)", "dW = np.zeros(W.shape, dtype=int)"),
     ("dW[:, j] += dscore * X[i]", "dW[:, j] = dW[:, j] + dscore * X[i]"), (MEAN_GRAD, "dW = dW // num_train"),
     (REG_GRAD, "dW = dW + (2 * reg * W).astype(int)")],
    [("dW = X.T.dot(dscores)", "dW = X.T.dot(dscores).astype(int)"), (MEAN_GRAD, "dW = dW // num_train"),
     (REG_GRAD, "dW = dW + (2 * reg * W).astype(int)")])
add("integer-probabilities", DATA, "the probabilities are kept in an integer array",
    [(N_PROBS, f"({N_PROBS}).astype(int)")], [(V_PROBS, f"({V_PROBS}).astype(int)")])
add("template-untouched", ALL, "the template as it was: loss 0 and gradient 0",
    [(REG_LOSS, "loss = 0.0"), (REG_GRAD, "dW = np.zeros_like(W)")],
    [(REG_LOSS, "loss = 0.0"), (REG_GRAD, "dW = np.zeros_like(W)")])
add("no-gradient", "data gradient, reg gradient", "the loss is there, the gradient is still all zeros",
    both=[(RETURN, "return loss, np.zeros_like(W)")])
add("gradient-starts-at-ones", "data gradient", "the gradient starts from ones, not zeros",
    [("np.zeros_like(W)", "np.ones_like(W)")], [("dW = X.T.dot(dscores)", "dW = np.ones_like(W) + X.T.dot(dscores)")])
add("loss-starts-at-one", "data loss", "the loss starts from 1, not 0", [("loss = 0.0", "loss = 1.0")])

# errors, exits and hangs
add("undefined-name", BEHAVIOUR, "an undefined name", both=[(MEAN_LOSS, "loss /= num_trian")])
add("math-log-of-array", BEHAVIOUR, "math.log of an array", [(N_LOSS, "loss += -math.log(probs)")],
    v_loss("-math.log(probs[rows, y])"))
add("gradient-never-made", BEHAVIOUR, "dW is used before it exists", [("    dW = np.zeros_like(W)\n", "")],
    [("    dW = X.T.dot(dscores)\n", "")])
add("w-t-shapes", BEHAVIOUR, "W.T where W belongs: shapes don't fit", [(N_SCORES, "scores = X[i].dot(W.T)")],
    [(V_SCORES, "scores = X.dot(W.T)")])
add("keepdims-forgotten", "behaviour, data loss, data gradient",
    "keepdims is forgotten in the denominator: an error, or the wrong numbers when N = C",
    vectorized=[(V_PROBS, "exp_scores / np.sum(exp_scores, axis=1)")])
add("keepdims-forgotten-in-shift", "behaviour, data loss, data gradient",
    "keepdims is forgotten in the shift: an error, or the wrong numbers when N = C",
    vectorized=[(V_SHIFT, "scores -= np.max(scores, axis=1)")])
add("rows-and-labels-swapped", "behaviour, data loss, data gradient", "probs[y, rows] instead of probs[rows, y]",
    vectorized=[*v_loss("-np.sum(np.log(probs[y, rows]))"), ("dscores[rows, y] -= 1", "dscores[y, rows] -= 1")])
add("one-hot-compare-broadcast", "behaviour, data gradient",
    "y == np.arange(C) without a new axis: an error unless N = C",
    vectorized=[("dscores[rows, y] -= 1", "dscores -= y == np.arange(W.shape[1])")])
add("one-hot-rows", "behaviour, data gradient", "onehot[y] = 1 sets whole rows, or fails for labels beyond N",
    vectorized=[("dscores[rows, y] -= 1", "onehot = np.zeros_like(probs)\n    onehot[y] = 1\n    dscores -= onehot")])
add("hard-coded-10-classes", BEHAVIOUR, "10 classes whatever W says",
    [("num_classes = W.shape[1]", "num_classes = 10")],
    [("dscores = probs.copy()", "dscores = probs.reshape(num_train, 10).copy()")])
add("hard-coded-500-examples", DATA, "divided by 500 whatever N is",
    both=[(MEAN_LOSS, "loss /= 500"), (MEAN_GRAD, "dW /= 500")])
add("hard-coded-49000-examples", DATA, "divided by 49000 whatever N is",
    both=[(MEAN_LOSS, "loss /= 49000"), (MEAN_GRAD, "dW /= 49000")])
add("hard-coded-500-rows", "behaviour", "rows 0..499 whatever N is", [("range(num_train)", "range(500)")],
    [("np.arange(num_train)", "np.arange(500)")])
add("hard-coded-3073", BEHAVIOUR, "a gradient of shape (3073, 10) whatever W says",
    [("np.zeros_like(W)", "np.zeros((3073, 10))")],
    [("dW = X.T.dot(dscores)", "dW = np.zeros((3073, 10))\n    dW += X.T.dot(dscores)")])
add("arguments-swapped", f"behaviour, {ALL}", "the arguments are (X, W, y, reg)", both=[(SIGNATURE, "(X, W, y, reg):")])
add("reg-not-an-argument", BEHAVIOUR, "reg isn't an argument", [(SIGNATURE, "(W, X, y):\n    reg = 0.1")],
    [(SIGNATURE, "(W, X, y):\n    reg = 0.1")])
add("reg-overwritten", "reg loss, reg gradient", "reg is overwritten with a value of one's own",
    **at_start("reg = 5e-6"))
add("bias-column-appended", BEHAVIOUR, "a column of ones is appended, though X has one: shapes don't fit", **at_start(
    "X = np.hstack([X, np.ones((len(X), 1))])"))
add("not-implemented", BEHAVIOUR, "raise NotImplementedError is still there",
    both=[(RETURN, "raise NotImplementedError")])
add("assertion", BEHAVIOUR, "an assertion that doesn't hold is left in",
    both=[(RETURN, "assert loss < 0.1, loss\n    return loss, dW")])
add("exits", BEHAVIOUR, "sys.exit ends the session", both=[(RETURN, "import sys\n    sys.exit(0)")])
add("keyboard-interrupt", BEHAVIOUR, "raises KeyboardInterrupt", both=[(RETURN, "raise KeyboardInterrupt")])
add("waits-for-input", BEHAVIOUR, "asks for a key on the terminal", **at_start("input('press return to go on')"))
add("recursion", BEHAVIOUR, "the function calls itself without end",
    [(RETURN, "return softmax_loss_naive(W, X, y, reg)")], [(RETURN, "return softmax_loss_vectorized(W, X, y, reg)")])
add("endless-loop", BEHAVIOUR, "a while loop whose counter never grows",
    [("    for i in range(num_train):\n", "    i = 0\n    while i < num_train:\n")],
    [(MEAN_LOSS, "while loss > 0:\n        dscores = probs - 1\n    loss /= num_train")])
add("string-label", BEHAVIOUR, "a probability is looked up by the name of the class",
    [(N_LOSS, "loss += -np.log(probs[str(y[i])])")], v_loss("-np.sum(np.log(probs[rows, y.astype(str)]))"))
add_whole("shadowed-y", BEHAVIOUR, "y = y[i] overwrites the labels in the loop", """
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        y = y[i]
        s = X[i] @ W
        p = np.exp(s - s.max()) / np.exp(s - s.max()).sum()
        loss -= np.log(p[y])
        p[y] -= 1
        dW += np.outer(X[i], p)
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W
""")
add_whole("shadowed-x", DATA, "for x in X: X = x overwrites the batch while it is looped over", """
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i, X in enumerate(X):
        s = X @ W
        p = np.exp(s - s.max()) / np.exp(s - s.max()).sum()
        loss -= np.log(p[y[i]])
        p[y[i]] -= 1
        dW += np.outer(X, p)
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W
""")
add_whole("shadowed-max", BEHAVIOUR, "a variable called max hides the function of that name", """
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        s = list(X[i] @ W)
        max = max(s)
        e = [np.exp(v - max) for v in s]
        loss -= np.log(e[y[i]] / sum(e))
        for j in range(W.shape[1]):
            dW[:, j] += (e[j] / sum(e) - (j == y[i])) * X[i]
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W
""")
add_whole("svm-instead", DATA, "the SVM's loss and gradient: the wrong exercise", """
def softmax_loss_vectorized(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    mask = (margins > 0).astype(float)
    mask[rows, y] = -mask.sum(axis=1)
    return margins.sum() / len(X) + reg * np.sum(W * W), X.T @ mask / len(X) + 2 * reg * W
""", "vectorized")
add_whole("regression-instead", DATA, "linear regression on one-hot targets, in itself consistent", """
def softmax_loss_vectorized(W, X, y, reg):
    diff = X @ W - np.eye(W.shape[1])[y]
    return 0.5 * np.sum(diff ** 2) / len(X) + reg * np.sum(W * W), X.T @ diff / len(X) + 2 * reg * W
""", "vectorized")
add_whole("constant-answer", ALL, "returns what a first check once expected: log 10 and zeros", """
def softmax_loss_vectorized(W, X, y, reg):
    return 2.302585092994046, np.zeros(W.shape)
""", "vectorized")
add_whole("loops-over-examples", BEHAVIOUR, "right numbers, but not vectorized: a loop over the examples", """
def softmax_loss_vectorized(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        s = X[i] @ W
        s -= s.max()
        p = np.exp(s) / np.exp(s).sum()
        loss += np.log(np.exp(s).sum()) - s[y[i]]
        p[y[i]] -= 1
        dW += np.outer(X[i], p)
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W
""", "vectorized")
add_whole("loops-in-comprehension", BEHAVIOUR, "right numbers, but a comprehension loops over the examples", """
def softmax_loss_vectorized(W, X, y, reg):
    S = np.array([x @ W - np.max(x @ W) for x in X])
    P = np.array([np.exp(s) / np.sum(np.exp(s)) for s in S])
    loss = np.mean([np.log(np.sum(np.exp(s))) - s[label] for s, label in zip(S, y)])
    T = np.array([[c == label for c in range(W.shape[1])] for label in y])
    return loss + reg * np.sum(W * W), X.T @ (P - T) / len(X) + 2 * reg * W
""", "vectorized")
add_whole("loops-by-apply", BEHAVIOUR, "right numbers, but np.apply_along_axis loops over the examples", """
def softmax_loss_vectorized(W, X, y, reg):
    def log_softmax(s):
        s = s - s.max()
        return s - np.log(np.exp(s).sum())

    logp = np.apply_along_axis(log_softmax, 1, X @ W)
    rows = np.arange(len(X))
    dscores = np.exp(logp)
    dscores[rows, y] -= 1
    return -np.mean(logp[rows, y]) + reg * np.sum(W * W), X.T @ dscores / len(X) + 2 * reg * W
""", "vectorized")
add_whole("loops-in-label-only", BEHAVIOUR, "right numbers, but a loop over the examples subtracts the 1", """
def softmax_loss_vectorized(W, X, y, reg):
    scores = X @ W
    scores -= scores.max(axis=1, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss, dscores = 0.0, np.exp(logp)
    for i in range(len(X)):
        loss -= logp[i, y[i]]
        dscores[i, y[i]] -= 1
    return loss / len(X) + reg * np.sum(W * W), X.T @ dscores / len(X) + 2 * reg * W
""", "vectorized")
add_whole("loops-over-all-features", BEHAVIOUR, "right numbers, but a loop over the D features makes the gradient", """
def softmax_loss_vectorized(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    scores -= scores.max(axis=1, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    dscores, dW = np.exp(logp), 2 * reg * W
    dscores[rows, y] -= 1
    for d in range(len(W)):
        dW[d] += X[:, d] @ dscores / len(X)
    return -np.mean(logp[rows, y]) + reg * np.sum(W * W), dW
""", "vectorized")
RIGHT_NUMBERS = {e.name for e in SOFTMAX if e.name.startswith("loops-") and e.parts == {"behaviour"}}
