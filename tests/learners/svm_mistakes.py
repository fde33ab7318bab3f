"""Wrong SVM (hinge) losses, as changes to a correct naive and a correct vectorized one."""

from entries import entry

NAIVE = """
def svm_loss_naive(W, X, y, reg):
    dW = np.zeros_like(W)
    loss = 0.0
    num_train = X.shape[0]
    num_classes = W.shape[1]
    for i in range(num_train):
        scores = X[i].dot(W)
        correct = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW
"""

VECTORIZED = """
def svm_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)
    correct = scores[rows, y][:, np.newaxis]
    margins = np.maximum(0, scores - correct + 1)
    margins[rows, y] = 0
    loss = np.sum(margins)
    mask = (margins > 0).astype(float)
    mask[rows, y] = -np.sum(mask, axis=1)
    dW = X.T.dot(mask)
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW
"""

BASES = {"naive": NAIVE, "vectorized": VECTORIZED}
SVM = []
DATA, REG, GRADIENT, LOSS = "data loss, data gradient", "reg loss, reg gradient", "data gradient", "data loss"


def add(name, parts, what, naive=None, vectorized=None, both=None):
    """Append a mistake in one form or in both."""
    for form, change in (("naive", naive or both), ("vectorized", vectorized or both)):
        if change:
            SVM.append(entry("svm", name, form, what, parts, BASES[form], change))


SKIP = "            if j == y[i]:\n                continue\n"
IN_J, IN_Y, LOOP = "dW[:, j] += X[i]", "dW[:, y[i]] -= X[i]", "scores[j] - correct + 1"
MAX, ZERO, AT_Y = "np.maximum(0, scores - correct + 1)", "    margins[rows, y] = 0\n", "-np.sum(mask, axis=1)"
REG_LOSS, REG_GRAD, RETURN = "loss += reg * np.sum(W * W)", "dW += 2 * reg * W", "return loss, dW"
MEANS = "    loss /= num_train\n    dW /= num_train\n"

add("gradient-half-reg", "reg gradient", "the factor 2 is missing", both=[(REG_GRAD, "dW += reg * W")])
add("half-reg-convention", REG, "0.5 * reg * sum(W**2) with reg * W",
    both=[(REG_LOSS, "loss += 0.5 * reg * np.sum(W * W)"), (REG_GRAD, "dW += reg * W")])
add("no-regularization", REG, "no regularization", both=[(f"    {REG_LOSS}\n    {REG_GRAD}\n", "")])
add("no-reg-gradient", "reg gradient", "no regularization in the gradient", both=[(f"    {REG_GRAD}\n", "")])
add("no-reg-loss", "reg loss", "no regularization in the loss", both=[(f"    {REG_LOSS}\n", "")])
add("reg-gradient-sign", "reg gradient", "the penalty's gradient is subtracted", both=[(REG_GRAD, "dW -= 2 * reg * W")])
add("reg-loss-without-reg", "reg loss", "sum(W**2) is added without reg", both=[(REG_LOSS, "loss += np.sum(W * W)")])
add("reg-divided-by-n", REG, "the regularization is divided by N too",
    both=[(f"{MEANS}    {REG_LOSS}\n    {REG_GRAD}\n", f"    {REG_LOSS}\n    {REG_GRAD}\n{MEANS}")])
add("no-division-by-n", DATA, "neither is divided by N", both=[(MEANS, "")])
add("loss-not-divided", LOSS, "the loss isn't divided by N", both=[("    loss /= num_train\n", "")])
add("gradient-not-divided", GRADIENT, "the gradient isn't divided by N", both=[("    dW /= num_train\n", "")])
add("label-not-skipped", LOSS, "the label's own margin, 1, is counted; its gradient cancels", [(SKIP, "")],
    [(ZERO, ""), ("loss = np.sum(margins)", "loss = np.sum(margins)\n    margins[rows, y] = 0")])
add("label-not-zeroed", DATA, "the label's margin is counted in the loss and in the number of margins",
    [(SKIP, ""), (IN_J, "if j != y[i]:\n                    dW[:, j] += X[i]")], [(ZERO, "")])
add("no-margin", DATA, "max(0, s_j - s_y) without the 1", [(LOOP, "scores[j] - correct")],
    [(MAX, "np.maximum(0, scores - correct)")])
add("margin-subtracted", DATA, "-1 instead of +1", [(LOOP, "scores[j] - correct - 1")],
    [(MAX, "np.maximum(0, scores - correct - 1)")])
add("delta-ten", DATA, "margin 10 instead of 1", [(LOOP, "scores[j] - correct + 10")],
    [(MAX, "np.maximum(0, scores - correct + 10)")])
add("difference-reversed", DATA, "s_y - s_j + 1",
    [(LOOP, "correct - scores[j] + 1"), (IN_J, "dW[:, j] -= X[i]"), (IN_Y, "dW[:, y[i]] += X[i]")],
    [(MAX, "np.maximum(0, correct - scores + 1)"), ("X.T.dot(mask)", "-X.T.dot(mask)")])
add("difference-reversed-loss-and-mask", DATA, "s_y - s_j + 1, with the gradient's signs left as they were",
    [(LOOP, "correct - scores[j] + 1")], [(MAX, "np.maximum(0, correct - scores + 1)")])
add("no-max", DATA, "all margins count, negative ones too", [("if margin > 0", "if True")],
    [(MAX, "scores - correct + 1"), ("(margins > 0)", "(np.arange(W.shape[1]) != y[:, None])")])
add("no-max-in-loss", LOSS, "negative margins count in the loss",
    [("if margin > 0:\n                loss += margin", "loss += margin\n            if margin > 0:")],
    [("loss = np.sum(margins)", "loss = np.sum(scores - correct + 1) - num_train")])
add("no-max-in-gradient", GRADIENT, "classes whose margin is satisfied are in the gradient too",
    [("                dW[:, j] += X[i]\n                dW[:, y",
      "            dW[:, j] += X[i]\n            dW[:, y")],
    [("(margins > 0)", "(np.arange(W.shape[1]) != y[:, None])")])
add("label-column-forgotten", GRADIENT, "nothing at the label's column", [(f"                {IN_Y}\n", "")],
    [(AT_Y, "0")])
add("only-label-column", GRADIENT, "nothing at the other columns", [(f"                {IN_J}\n", "")],
    [("X.T.dot(mask)", "X.T.dot(np.minimum(mask, 0))")])
add("label-column-once", GRADIENT, "-x at the label once for each example, not for each violated margin",
    [(f"                {IN_Y}\n", "                violated = True\n"),
     ("        correct =", "        violated = False\n        correct ="),
     ("    loss /= num_train\n", "        if violated:\n            dW[:, y[i]] -= X[i]\n    loss /= num_train\n")],
    [(AT_Y, "-np.max(mask, axis=1)")])
add("label-column-sign", GRADIENT, "+x at the label", [("y[i]] -= X", "y[i]] += X")], [(AT_Y, "np.sum(mask, axis=1)")])
add("other-columns-sign", GRADIENT, "-x at the other classes", [("j] += X", "j] -= X")],
    [("(margins > 0)", "-1 * (margins > 0)"), (AT_Y, "np.sum(mask, axis=1)")])
add("gradient-sign", GRADIENT, "the data gradient has the wrong sign",
    [("j] += X", "j] -= X"), ("y[i]] -= X", "y[i]] += X")], [("X.T.dot", "-X.T.dot")])
add("gradient-weighted-by-margin", GRADIENT, "the margin itself, not 1, times x",
    [(IN_J, "dW[:, j] += margin * X[i]"), (IN_Y, "dW[:, y[i]] -= margin * X[i]")], [("(margins > 0)", "margins")])
add("squared-hinge", DATA, "margins squared, in itself consistent",
    [("loss += margin", "loss += margin ** 2"), (IN_J, "dW[:, j] += 2 * margin * X[i]"),
     (IN_Y, "dW[:, y[i]] -= 2 * margin * X[i]")],
    [("np.sum(margins)", "np.sum(margins ** 2)"), ("(margins > 0)", "(2 * margins)")])
add("squared-hinge-loss", LOSS, "margins squared in the loss only", [("loss += margin", "loss += margin ** 2")],
    [("np.sum(margins)", "np.sum(margins ** 2)")])
add("largest-margin-only", DATA, "only the worst class counts (another multiclass SVM), in itself consistent",
    [(SKIP,
      "            if j != np.argmax(np.where(np.arange(num_classes) == y[i], -np.inf, scores)):\n              "
      "  continue\n")], [(ZERO, f"{ZERO}    margins *= margins == margins.max(axis=1, keepdims=True)\n")])
add("all-margins-counted", LOSS, "the number of violated margins instead of their sum",
    [("loss += margin", "loss += 1")], [("np.sum(margins)", "np.sum(margins > 0.0) * 1.0")])
add("mean-over-classes", DATA, "divided by N * C",
    both=[("    loss /= num_train\n", "    loss /= num_train * W.shape[1]\n"),
          ("    dW /= num_train\n", "    dW /= num_train * W.shape[1]\n")])
add("loss-divided-by-n-c", LOSS, "the loss is the mean over N * C margins",
    both=[("    loss /= num_train\n", "    loss /= num_train * W.shape[1]\n")])
add("last-class-skipped", DATA, "the loop over classes ends one early",
    [("range(num_classes)", "range(num_classes - 1)")], [(ZERO, ZERO + "    margins[:, -1] = 0\n")])
add("label-mean-of-scores", DATA, "the correct score is the mean of all labels' scores",
    vectorized=[("scores[rows, y][:, np.newaxis]", "np.mean(scores[rows, y])")])
add("all-label-columns", "behaviour, data loss, data gradient", "scores[:, y] instead of scores[rows, y]: (N, N)",
    vectorized=[("scores[rows, y][:, np.newaxis]", "scores[:, y]")])
add("correct-not-column", "behaviour, data loss, data gradient",
    "the correct scores aren't made a column: an error unless N = C", vectorized=[("[:, np.newaxis]", "")])
add("mask-sum-over-examples", "behaviour, data gradient",
    "the violated margins are counted over the examples (axis=0)", vectorized=[(AT_Y, "-np.sum(mask, axis=0)")])
add("mask-summed-whole-batch", GRADIENT, "the violated margins of the whole batch are counted",
    vectorized=[(AT_Y, "-np.sum(mask)")])
add("return-in-loop", "data loss, data gradient, reg loss, reg gradient", "return inside the loop",
    [("    loss /= num_train\n", "        return loss, dW\n    loss /= num_train\n")])
add("gradient-assigned", GRADIENT, "= instead of += at the other classes", [("dW[:, j] += X", "dW[:, j] = X")])
add("loss-assigned", LOSS, "= instead of +=: the last violated margin", [("loss += margin", "loss = margin")])
add("inner-continue-becomes-break", DATA, "break instead of continue at the label", [("continue", "break")])
add("label-index-j", "behaviour, data loss, data gradient", "y[j] instead of y[i]", [("if j == y[i]", "if j == y[j]")])
add("softmax-instead", DATA, "the softmax loss: the wrong exercise", vectorized="""
def svm_loss_vectorized(W, X, y, reg):
    s = X @ W
    s -= s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    g = np.exp(logp)
    g[np.arange(len(y)), y] -= 1
    return -logp[np.arange(len(y)), y].mean() + reg * np.sum(W * W), X.T @ g / len(y) + 2 * reg * W
""")
add("no-data-gradient", GRADIENT, "= instead of +=: only the regularization is in the gradient",
    both=[(REG_GRAD, "dW = 2 * reg * W")])
add("order-swapped", "behaviour", "(dW, loss)", both=[(RETURN, "return dW, loss")])
add("only-loss", "behaviour", "only the loss is returned", both=[(RETURN, "return loss")])
add("returns-none", "behaviour", "nothing is returned", both=[(f"    {RETURN}\n", "")])
add("gradient-transposed", "behaviour, data gradient, reg gradient", "the gradient is (C, D)",
    both=[(RETURN, "return loss, dW.T")])
add("undefined-name", "behaviour", "an undefined name", both=[("    loss /= num_train\n", "    loss /= num_trian\n")])
add("w-changed", "behaviour", "W is multiplied in place", both=[(REG_GRAD, "W *= 2 * reg\n    dW += W")])
add("loss-per-example", "behaviour, data loss, reg loss", "a loss of shape (N,)",
    [("    loss = 0.0\n", "    loss = np.zeros(X.shape[0])\n"), ("loss += margin", "loss[i] += margin")],
    [("np.sum(margins)", "np.sum(margins, axis=1)")])
add("template-untouched", "data loss, data gradient, reg loss, reg gradient", "the template as it was: zeros",
    both=[(RETURN, "return 0.0, np.zeros_like(W)")])
