"""Wrong softmax losses, first part: wrong formulas. As changes to a correct naive and a correct vectorized one."""

from entries import entry

NAIVE = """
def softmax_loss_naive(W, X, y, reg):
    loss = 0.0
    dW = np.zeros_like(W)
    num_train = X.shape[0]
    num_classes = W.shape[1]
    for i in range(num_train):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        exp_scores = np.exp(scores)
        probs = exp_scores / np.sum(exp_scores)
        loss += -np.log(probs[y[i]])
        for j in range(num_classes):
            dscore = probs[j]
            if j == y[i]:
                dscore -= 1
            dW[:, j] += dscore * X[i]
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW
"""

VECTORIZED = """
def softmax_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    loss = -np.sum(np.log(probs[rows, y]))
    dscores = probs.copy()
    dscores[rows, y] -= 1
    dW = X.T.dot(dscores)
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW
"""

BASES = {"naive": NAIVE, "vectorized": VECTORIZED}
SOFTMAX = []


def add(name, parts, what, naive=None, vectorized=None, both=None):
    """Append a mistake in one form or in both; `both` are replacements that fit either base."""
    for form, change in (("naive", naive or both), ("vectorized", vectorized or both)):
        if change:
            SOFTMAX.append(entry("softmax", name, form, what, parts, BASES[form], change))


def without(*lines):
    """Return replacements that delete lines of the last part of the function."""
    return [(f"    {line}\n", "") for line in lines]


MEAN_LOSS, MEAN_GRAD = "loss /= num_train", "dW /= num_train"
REG_LOSS, REG_GRAD = "loss += reg * np.sum(W * W)", "dW += 2 * reg * W"
RETURN = "return loss, dW"
REG, DATA = "reg loss, reg gradient", "data loss, data gradient"
N_LOSS, V_LOSS = "loss += -np.log(probs[y[i]])", "loss = -np.sum(np.log(probs[rows, y]))"
N_GRAD = """            dscore = probs[j]
            if j == y[i]:
                dscore -= 1
            dW[:, j] += dscore * X[i]
"""
V_GRAD = """    dscores = probs.copy()
    dscores[rows, y] -= 1
    dW = X.T.dot(dscores)
"""
N_PROBS, V_PROBS = "exp_scores / np.sum(exp_scores)", "exp_scores / np.sum(exp_scores, axis=1, keepdims=True)"
V_DSCORES = "    dscores = probs.copy()\n    dscores[rows, y] -= 1\n"
IS_LABEL = "(y[:, None] == np.arange(W.shape[1]))"


def n_loss(new):
    """Return a replacement of the naive loss of one example."""
    return [(N_LOSS, f"loss += {new}")]


def v_loss(new):
    """Return a replacement of the vectorized sum of losses."""
    return [(V_LOSS, f"loss = {new}")]


def n_dscore(new):
    """Return a replacement of the naive derivative by one score."""
    return [(N_GRAD, f"            dscore = {new}\n            dW[:, j] += dscore * X[i]\n")]


def v_dscores(new):
    """Return a replacement of the vectorized derivatives by all scores."""
    return [(V_DSCORES, f"    dscores = {new}\n")]


# regularization
add("gradient-half-reg", "reg gradient", "the gradient of reg * sum(W**2) lacks its factor 2",
    both=[(REG_GRAD, "dW += reg * W")])
add("half-reg-convention", REG, "another convention, in itself consistent: 0.5 * reg * sum(W**2) with reg * W",
    both=[(REG_LOSS, "loss += 0.5 * reg * np.sum(W * W)"), (REG_GRAD, "dW += reg * W")])
add("loss-half-reg", "reg loss", "the loss has 0.5 * reg * sum(W**2), the gradient 2 * reg * W",
    both=[(REG_LOSS, "loss += 0.5 * reg * np.sum(W * W)")])
add("no-regularization", REG, "no regularization at all", both=without(REG_LOSS, REG_GRAD))
add("no-reg-gradient", "reg gradient", "the gradient lacks the regularization", both=without(REG_GRAD))
add("no-reg-loss", "reg loss", "the loss lacks the regularization", both=without(REG_LOSS))
add("reg-loss-without-reg", "reg loss", "sum(W**2) is added without reg", both=[(REG_LOSS, "loss += np.sum(W * W)")])
add("reg-gradient-without-reg", "reg gradient", "2 * W is added without reg", both=[(REG_GRAD, "dW += 2 * W")])
add("reg-without-reg", REG, "both sum(W**2) and 2 * W are added without reg",
    both=[(REG_LOSS, "loss += np.sum(W * W)"), (REG_GRAD, "dW += 2 * W")])
add("reg-loss-sign", "reg loss", "the penalty is subtracted from the loss",
    both=[(REG_LOSS, REG_LOSS.replace("+", "-"))])
add("reg-gradient-sign", "reg gradient", "the penalty's gradient is subtracted", both=[(REG_GRAD, "dW -= 2 * reg * W")])
add("reg-loss-per-example", "reg loss", "the penalty is added once for each example",
    naive=[(N_LOSS, "loss += -np.log(probs[y[i]]) / num_train + reg * np.sum(W * W)"), *without(MEAN_LOSS, REG_LOSS)],
    vectorized=[(V_LOSS, "loss = np.sum(-np.log(probs[rows, y]) / num_train + reg * np.sum(W * W))"),
                *without(MEAN_LOSS, REG_LOSS)])
add("reg-gradient-per-example", "reg gradient", "2 * reg * W is added once for each example",
    naive=[(N_GRAD, N_GRAD + "        dW += num_train * 2 * reg * W\n"), *without(REG_GRAD)],
    vectorized=[(REG_GRAD, "dW += 2 * reg * W * num_train")])
add("reg-divided-by-n", REG, "the regularization is divided by N as well",
    both=[(MEAN_LOSS, "loss += reg * np.sum(W * W)\n    loss = loss / num_train"),
          (MEAN_GRAD, "dW += 2 * reg * W\n    dW = dW / num_train"),
          ("    loss += reg * np.sum(W * W)\n    dW += 2 * reg * W\n    return", "    return")])
add("reg-loss-divided-by-n", "reg loss", "the penalty is added to the loss before that is divided by N",
    both=[(f"    {MEAN_LOSS}\n    {MEAN_GRAD}\n    {REG_LOSS}\n",
           f"    {REG_LOSS}\n    {MEAN_LOSS}\n    {MEAN_GRAD}\n")])
add("reg-gradient-divided-by-n", "reg gradient", "2 * reg * W is added before the gradient is divided by N",
    both=[(f"    {MEAN_GRAD}\n", f"    {REG_GRAD}  # reg\n    {MEAN_GRAD}\n"),
          (f"    {REG_GRAD}\n    return", "    return")])
add("reg-l1-loss", "reg loss", "the sum of |W| instead of W**2 in the loss",
    both=[(REG_LOSS, "loss += reg * np.sum(np.abs(W))")])
add("reg-l1", REG, "L1 instead of L2 regularization, in itself consistent",
    both=[(REG_LOSS, "loss += reg * np.sum(np.abs(W))"), (REG_GRAD, "dW += reg * np.sign(W)")])
add("reg-norm-not-squared", "reg loss", "the norm of W, not squared",
    both=[(REG_LOSS, "loss += reg * np.linalg.norm(W)")])
add("reg-sum-squared", "reg loss", "the square of the sum, not the sum of squares",
    both=[(REG_LOSS, "loss += reg * np.sum(W) ** 2")])
add("reg-sum-not-squared", "reg loss", "the sum of W, nothing squared", both=[(REG_LOSS, "loss += reg * np.sum(W)")])
add("reg-mean", "reg loss", "the mean of W**2 instead of the sum", both=[(REG_LOSS, "loss += reg * np.mean(W * W)")])
add("reg-w-t-w", "reg loss", "the sum of all products of columns, np.sum(W.T.dot(W)), instead of the squares",
    both=[(REG_LOSS, "loss += reg * np.sum(W.T.dot(W))")])
add("reg-spectral-norm", "reg loss", "np.linalg.norm(W, 2)**2 is the largest singular value squared",
    both=[(REG_LOSS, "loss += reg * np.linalg.norm(W, 2) ** 2")])
add("reg-squared", REG, "reg**2 instead of reg",
    both=[(REG_LOSS, "loss += reg ** 2 * np.sum(W * W)"), (REG_GRAD, "dW += 2 * reg ** 2 * W")])
add("reg-without-bias-row", REG, "the bias row is left out of the regularization",
    both=[(REG_LOSS, "loss += reg * np.sum(W[:-1] ** 2)"), (REG_GRAD, "dW[:-1] += 2 * reg * W[:-1]")])
add("reg-gradient-without-bias-row", "reg gradient", "the bias row is left out of the penalty's gradient",
    both=[(REG_GRAD, "dW[:-1] += 2 * reg * W[:-1]")])
add("reg-of-x", "reg loss", "the data are penalized, not the weights", both=[(REG_LOSS, "loss += reg * np.sum(X * X)")])
add("reg-of-dw", "reg loss", "the gradient is penalized, not the weights",
    both=[(REG_LOSS, "loss += reg * np.sum(dW * dW)")])
add("reg-gradient-of-dw", "reg gradient", "the gradient grows by 2 * reg * dW instead of 2 * reg * W",
    both=[(REG_GRAD, "dW += 2 * reg * dW")])
add("reg-gradient-squared", "reg gradient", "the penalty itself, not its derivative, is added: 2 * reg * W**2",
    both=[(REG_GRAD, "dW += 2 * reg * W * W")])
add("reg-gradient-summed", "reg gradient", "2 * reg * sum(W): one number added everywhere",
    both=[(REG_GRAD, "dW += 2 * reg * np.sum(W)")])
add("reg-gradient-constant", "reg gradient", "2 * reg is added, without W", both=[(REG_GRAD, "dW += 2 * reg")])
add("reg-gradient-doubled", "reg gradient", "2 * reg * W is added twice", both=[(REG_GRAD, "dW += 2 * reg * (W + W)")])
add("reg-gradient-of-loss", "reg gradient", "the penalty's value is added to the gradient",
    both=[(REG_GRAD, "dW += reg * np.sum(W * W)")])
add("reg-gradient-multiplied", "data gradient, reg gradient", "the gradient is multiplied by 2 * reg * W",
    both=[(REG_GRAD, "dW *= 2 * reg * W")])
add("reg-gradient-columns-summed", "reg gradient", "sums W over the features before adding it, to every row alike",
    both=[(REG_GRAD, "dW += 2 * reg * np.sum(W, axis=0)")])
add("reg-twice", REG, "the whole regularization is counted twice",
    both=[(REG_LOSS, "loss += 2 * reg * np.sum(W * W)"), (REG_GRAD, "dW += 4 * reg * W")])
add("reg-int", REG, "reg is made an integer", both=[(REG_LOSS, "reg = int(reg)\n    loss += reg * np.sum(W * W)")])

# division by N
add("no-division-by-n", DATA, "neither loss nor gradient is divided by N", both=without(MEAN_LOSS, MEAN_GRAD))
add("loss-not-divided", "data loss", "the loss isn't divided by N", both=without(MEAN_LOSS))
add("gradient-not-divided", "data gradient", "the gradient isn't divided by N", both=without(MEAN_GRAD))
add("loss-divided-twice", "data loss", "the loss is divided by N twice",
    both=[(MEAN_LOSS, "loss /= num_train\n    loss = loss / num_train")])
add("gradient-divided-twice", "data gradient", "the gradient is divided by N twice",
    both=[(MEAN_GRAD, "dW /= num_train\n    dW = dW / num_train")])
add("divided-by-classes", DATA, "divided by the number of classes",
    both=[(MEAN_LOSS, "loss /= W.shape[1]"), (MEAN_GRAD, "dW /= W.shape[1]")])
add("divided-by-features", DATA, "divided by X.shape[1], the number of features",
    both=[(MEAN_LOSS, "loss /= X.shape[1]"), (MEAN_GRAD, "dW /= X.shape[1]")])
add("divided-by-n-minus-1", DATA, "divided by N - 1, as in a sample variance",
    both=[(MEAN_LOSS, "loss /= num_train - 1"), (MEAN_GRAD, "dW /= num_train - 1")])
add("gradient-divided-by-n-c", "data gradient", "the gradient is a mean over N times C numbers",
    naive=[(MEAN_GRAD, "dW /= num_train * num_classes")], vectorized=[(MEAN_GRAD, "dW /= probs.size")])
add("floor-division", "data loss", "// rounds the mean loss down to a whole number",
    both=[(MEAN_LOSS, "loss //= num_train")])
add("divided-in-loop", DATA, "the division by N is inside the loop: early examples are divided again and again",
    naive=[(N_GRAD, N_GRAD + "        loss /= num_train\n        dW /= num_train\n"),
           (f"    {MEAN_LOSS}\n    {MEAN_GRAD}\n    {REG_LOSS}", f"    {REG_LOSS}")])
add("multiplied-by-n", DATA,
    "loss and gradient are multiplied by N instead of divided",
    both=[(MEAN_LOSS, "loss *= num_train"), (MEAN_GRAD, "dW *= num_train")])

# the loss of an example
add("loss-sign", "data loss", "log p instead of -log p", n_loss("np.log(probs[y[i]])"),
    v_loss("np.sum(np.log(probs[rows, y]))"))
add("whole-loss-negated", "data loss, reg loss", "the whole loss has the wrong sign",
    both=[(RETURN, "return -loss, dW")])
add("log-base-10", "data loss", "logarithm to base 10", n_loss("-np.log10(probs[y[i]])"),
    v_loss("-np.sum(np.log10(probs[rows, y]))"))
add("log-base-2", "data loss", "logarithm to base 2", n_loss("-np.log2(probs[y[i]])"),
    v_loss("-np.sum(np.log2(probs[rows, y]))"))
add("log1p", "data loss", "log(1 + p) instead of log p", n_loss("-np.log1p(probs[y[i]])"),
    v_loss("-np.sum(np.log1p(probs[rows, y]))"))
add("mean-probability", "data loss", "the mean probability of the label instead of -log p", n_loss("probs[y[i]]"),
    v_loss("np.sum(probs[rows, y])"))
add("minus-probability", "data loss", "-p instead of -log p", n_loss("-probs[y[i]]"), v_loss("-np.sum(probs[rows, y])"))
add("one-minus-probability", "data loss", "1 - p instead of -log p", n_loss("1 - probs[y[i]]"),
    v_loss("np.sum(1 - probs[rows, y])"))
add("log-of-one-minus-p", "data loss", "-log(1 - p)", n_loss("-np.log(1 - probs[y[i]])"),
    v_loss("-np.sum(np.log(1 - probs[rows, y]))"))
add("log-of-unnormalised", "data loss", "-log of the exponential, not of the probability: the denominator is lost",
    n_loss("-np.log(exp_scores[y[i]])"), v_loss("-np.sum(np.log(exp_scores[rows, y]))"))
add("sum-exp-without-log", "data loss", "-s_y + sum(exp) without the logarithm of the sum",
    n_loss("-scores[y[i]] + np.sum(exp_scores)"), v_loss("np.sum(-scores[rows, y] + np.sum(exp_scores, axis=1))"))
add("label-score-missing", "data loss", "log(sum(exp)) without -s_y", n_loss("np.log(np.sum(np.exp(X[i].dot(W))))"),
    v_loss("np.sum(np.log(np.sum(np.exp(X.dot(W)), axis=1)))"))
add("log-of-all-classes", "data loss", "-log p summed over all classes, not taken at the label",
    n_loss("-np.sum(np.log(probs))"), v_loss("-np.sum(np.log(probs))"))
add("mean-log-of-all-classes", "data loss", "-log p averaged over all classes, not taken at the label",
    n_loss("-np.mean(np.log(probs))"), v_loss("-np.mean(np.log(probs)) * num_train"))
add("entropy", "data loss", "-sum(p log p): the entropy of the prediction, no label in it",
    n_loss("-np.sum(probs * np.log(probs))"), v_loss("-np.sum(probs * np.log(probs))"))
add("binary-cross-entropy", "data loss", "binary cross-entropy: -log(1 - p) of the other classes is added",
    n_loss("-np.log(probs[y[i]]) - sum(np.log(1 - probs[j]) for j in range(num_classes) if j != y[i])"),
    v_loss(f"-np.sum(np.log(np.where({IS_LABEL}, probs, 1 - probs)))"))
add("squared-error", "data loss", "the squared error of the probabilities instead of the cross-entropy",
    n_loss("np.sum((probs - (np.arange(num_classes) == y[i])) ** 2)"), v_loss(f"np.sum((probs - {IS_LABEL}) ** 2)"))
add("squared-error-with-gradient", DATA, "another loss, in itself consistent: half the squared error of probabilities",
    naive=[(N_LOSS, "diff = probs - (np.arange(num_classes) == y[i])\n        loss += 0.5 * np.sum(diff ** 2)"),
           *n_dscore("probs[j] * (diff[j] - np.sum(diff * probs))")],
    vectorized=[(V_LOSS, f"diff = probs - {IS_LABEL}\n    loss = 0.5 * np.sum(diff ** 2)"),
                *v_dscores("probs * (diff - np.sum(diff * probs, axis=1, keepdims=True))")])
add("hinge-loss", "data loss", "the SVM's hinge loss, with softmax's gradient",
    n_loss("np.sum(np.maximum(0, scores - scores[y[i]] + 1)) - 1"),
    v_loss("np.sum(np.maximum(0, scores - scores[rows, y][:, None] + 1)) - num_train"))
add("log-of-mean-p", "data loss", "the log of the mean probability, not the mean of the logs",
    naive=[*n_loss("probs[y[i]]"), (MEAN_LOSS, "loss = -np.log(loss / num_train)")],
    vectorized=[*v_loss("-np.log(np.mean(probs[rows, y]))"), *without(MEAN_LOSS)])
add("label-number-times-log", "data loss", "the label's number is used as the target: -y * log p",
    n_loss("-y[i] * np.log(probs[y[i]])"), v_loss("-np.sum(y * np.log(probs[rows, y]))"))
add("loss-of-predicted-class", "data loss", "the loss takes the largest probability, not the label's",
    n_loss("-np.log(np.max(probs))"), v_loss("-np.sum(np.log(np.max(probs, axis=1)))"))
add("loss-of-last-class", "data loss", "the loss takes the last class, not the label",
    n_loss("-np.log(probs[num_classes - 1])"), v_loss("-np.sum(np.log(probs[:, -1]))"))
add("loss-of-first-class", "data loss", "the loss takes class 0, not the label", n_loss("-np.log(probs[0])"),
    v_loss("-np.sum(np.log(probs[:, 0]))"))
add("loss-assigned", "data loss", "= instead of +=: only the last example counts in the loss",
    [(N_LOSS, "loss = -np.log(probs[y[i]])")], v_loss("-np.log(probs[rows, y])[-1]"))
add("worst-example-loss", "data loss", "the largest loss instead of the mean",
    [(N_LOSS, "loss = max(loss, -np.log(probs[y[i]]))"), *without(MEAN_LOSS)],
    [(V_LOSS, "loss = np.max(-np.log(probs[rows, y]))"), *without(MEAN_LOSS)])
add("no-data-loss", "data loss", "= instead of +=: the penalty replaces the data loss",
    both=[(REG_LOSS, "loss = reg * np.sum(W * W)")])
add("loss-of-other-classes", "data loss", "-log p summed over the classes that aren't the label",
    n_loss("-np.sum(np.log(probs)) + np.log(probs[y[i]])"),
    v_loss("np.sum(np.log(probs[rows, y])) - np.sum(np.log(probs))"))
add("loss-plus-max", "data loss", "the shift is added to the loss though both terms are shifted already",
    [("scores -= np.max(scores)", "shift = np.max(scores)\n        scores -= shift"),
     *n_loss("-np.log(probs[y[i]]) + shift")],
    [("scores -= np.max(scores, axis=1, keepdims=True)",
      "shift = np.max(scores, axis=1, keepdims=True)\n    scores -= shift"),
     *v_loss("-np.sum(np.log(probs[rows, y])) + np.sum(shift)")])
add("loss-shift-not-added-back", "data loss", "log of the shifted sum, minus the score that isn't shifted",
    n_loss("np.log(np.sum(exp_scores)) - X[i].dot(W)[y[i]]"),
    v_loss("np.sum(np.log(np.sum(exp_scores, axis=1)) - X.dot(W)[rows, y])"))
add("epsilon-in-log", "data loss", "log(p + 1e-8) caps the loss of one example at 18.4",
    n_loss("-np.log(probs[y[i]] + 1e-8)"), v_loss("-np.sum(np.log(probs[rows, y] + 1e-8))"))
add("epsilon-in-log-large", "data loss", "log(p + 1e-3) is visibly off for all but sure predictions",
    n_loss("-np.log(probs[y[i]] + 1e-3)"), v_loss("-np.sum(np.log(probs[rows, y] + 1e-3))"))
add("clipped-probability", "data loss", "p is clipped at 1e-7 from below, which caps the loss at 16.1",
    n_loss("-np.log(np.clip(probs[y[i]], 1e-7, 1))"), v_loss("-np.sum(np.log(np.clip(probs[rows, y], 1e-7, 1)))"))
add("loss-rounded", "data loss, reg loss", "the loss is rounded to two digits",
    both=[(RETURN, "return np.round(loss, 2), dW")])
add("label-smoothing", DATA, "the target is smoothed: 0.9 for the label, the rest shared by all",
    naive=[(N_LOSS, "t = 0.1 / num_classes + 0.9 * (np.arange(num_classes) == y[i])\n"
                    "        loss += -np.sum(t * np.log(probs))"), *n_dscore("probs[j] - t[j]")],
    vectorized=[(V_LOSS, f"t = 0.1 / W.shape[1] + 0.9 * {IS_LABEL}\n    loss = -np.sum(t * np.log(probs))"),
                *v_dscores("probs - t")])
