"""Wrong softmax losses, second part: wrong probabilities, gradients and indices."""

from softmax_mistakes import (
    DATA,
    IS_LABEL,
    MEAN_GRAD,
    MEAN_LOSS,
    N_GRAD,
    N_LOSS,
    N_PROBS,
    REG_GRAD,
    RETURN,
    V_DSCORES,
    V_GRAD,
    V_PROBS,
    add,
    n_dscore,
    n_loss,
    v_dscores,
    v_loss,
)

N_SHIFT, V_SHIFT = "scores -= np.max(scores)", "scores -= np.max(scores, axis=1, keepdims=True)"
N_SCORES, V_SCORES = "scores = X[i].dot(W)", "scores = X.dot(W)"
EXP = "exp_scores = np.exp(scores)"


def probabilities(name, what, naive=None, vectorized=None):
    """Add a mistake in the probabilities, which changes the loss and the gradient."""
    add(name, DATA, what, naive, vectorized)


# probabilities
probabilities("forgot-exp", "the scores are divided by their sum, without exp",
              [(f"        {N_SHIFT}\n", ""), (EXP, "exp_scores = scores")],
              [(f"    {V_SHIFT}\n", ""), (EXP, "exp_scores = scores")])
probabilities("absolute-scores", "|s| instead of exp(s)",
    [(f"        {N_SHIFT}\n", ""), (EXP, "exp_scores = np.abs(scores)")],
    [(f"    {V_SHIFT}\n", ""), (EXP, "exp_scores = np.abs(scores)")])
probabilities("exp-twice", "softmax is applied twice",
    [(N_PROBS, f"{N_PROBS}\n        probs = np.exp(probs) / np.sum(np.exp(probs))")],
    [(V_PROBS, f"{V_PROBS}\n    probs = np.exp(probs) / np.sum(np.exp(probs), axis=1, keepdims=True)")])
probabilities("exp-of-minus-scores", "exp(-s): the smallest score wins",
    [(N_SHIFT, "scores = np.min(scores) - scores")],
    [(V_SHIFT, "scores = np.min(scores, axis=1, keepdims=True) - scores")])
probabilities("base-2", "2**s instead of exp(s)", [(EXP, "exp_scores = 2 ** scores")],
    [(EXP, "exp_scores = 2 ** scores")])
probabilities("sigmoid", "a sigmoid of each score instead of softmax",
              [(f"        {N_SHIFT}\n", ""), (N_PROBS, "1 / (1 + np.exp(-scores))")],
              [(f"    {V_SHIFT}\n", ""), (V_PROBS, "1 / (1 + np.exp(-scores))")])
probabilities("divided-by-largest", "the exponentials are divided by the largest, not by their sum",
              [(N_PROBS, "exp_scores / np.max(exp_scores)")],
              [(V_PROBS, "exp_scores / np.max(exp_scores, axis=1, keepdims=True)")])
probabilities("divided-by-norm", "the exponentials are divided by their norm, not by their sum",
              [(N_PROBS, "exp_scores / np.linalg.norm(exp_scores)")],
              [(V_PROBS, "exp_scores / np.linalg.norm(exp_scores, axis=1, keepdims=True)")])
probabilities("denominator-without-label", "the denominator leaves out the label's class",
              [(N_PROBS, "exp_scores / (np.sum(exp_scores) - exp_scores[y[i]])")],
              [(V_PROBS, "exp_scores / (np.sum(exp_scores, axis=1) - exp_scores[rows, y])[:, None]")])
probabilities("denominator-without-first-class", "the denominator's loop starts at class 1",
              [(N_PROBS, "exp_scores / np.sum(exp_scores[1:])")],
              [(V_PROBS, "exp_scores / np.sum(exp_scores[:, 1:], axis=1, keepdims=True)")])
probabilities("denominator-without-last-class", "the denominator's loop ends one class early",
              [(N_PROBS, "exp_scores / np.sum(exp_scores[:-1])")],
              [(V_PROBS, "exp_scores / np.sum(exp_scores[:, :-1], axis=1, keepdims=True)")])
probabilities("denominator-of-whole-batch", "the denominator is the sum over the whole batch",
              [(N_PROBS, "exp_scores / np.sum(np.exp(X.dot(W) - np.max(X.dot(W), axis=1, keepdims=True)))")],
              [(V_PROBS, "exp_scores / np.sum(exp_scores)")])
probabilities("denominator-over-examples", "softmax over the examples (axis=0) instead of the classes", None,
              [(V_PROBS, "exp_scores / np.sum(exp_scores, axis=0)"), (V_SHIFT, "scores -= np.max(scores, axis=0)")])
probabilities("denominator-sum-axis-0", "the maximum is each row's, but the sum is taken over the examples (axis=0)",
    None, [(V_PROBS, "exp_scores / np.sum(exp_scores, axis=0)")])
probabilities("denominator-not-reset", "the sum of exponentials isn't set to 0 for each example",
    [("    for i in range", "    denominator = 0.0\n    for i in range"),
     (f"        probs = {N_PROBS}",
      "        denominator += np.sum(exp_scores)\n        probs = exp_scores / denominator")])
probabilities("denominator-in-progress", "divides by the sum of the exponentials up to this class, not of all",
    [(N_PROBS, "exp_scores / np.cumsum(exp_scores)")], [(V_PROBS, "exp_scores / np.cumsum(exp_scores, axis=1)")])
probabilities("denominator-counts-classes", "the mean of the exponentials instead of their sum",
              [(N_PROBS, "exp_scores / np.mean(exp_scores)")],
              [(V_PROBS, "exp_scores / np.mean(exp_scores, axis=1, keepdims=True)")])
probabilities("exp-of-summed-scores", "exp(sum of scores) instead of the sum of exp(scores)",
              [(N_PROBS, "exp_scores / np.exp(np.sum(scores))")],
              [(V_PROBS, "exp_scores / np.exp(np.sum(scores, axis=1, keepdims=True))")])
probabilities("shift-over-examples", "the maximum of each column is subtracted: it doesn't cancel", None,
              [(V_SHIFT, "scores -= np.max(scores, axis=0)")])
probabilities("shift-only-in-numerator", "the shift is in the numerator only",
              [(N_PROBS, "exp_scores / np.sum(np.exp(X[i].dot(W)))")],
              [(V_PROBS, "exp_scores / np.sum(np.exp(X.dot(W)), axis=1, keepdims=True)")])
probabilities("shift-only-in-denominator", "the shift is in the denominator only",
              [(N_PROBS, "np.exp(X[i].dot(W)) / np.sum(exp_scores)")],
              [(V_PROBS, "np.exp(X.dot(W)) / np.sum(exp_scores, axis=1, keepdims=True)")])
probabilities("divided-by-max-score", "the scores are divided by the largest instead of having it subtracted",
              [(N_SHIFT, "scores /= np.max(scores)")], [(V_SHIFT, "scores /= np.max(scores, axis=1, keepdims=True)")])
probabilities("temperature", "the scores are divided by sqrt(D)", [(N_SHIFT, "scores /= np.sqrt(X.shape[1])")],
              [(V_SHIFT, "scores /= np.sqrt(X.shape[1])")])
probabilities("clipped-scores", "scores are clipped to -10..10 against overflow",
    [(N_SHIFT, "scores = np.clip(scores, -10, 10)")], [(V_SHIFT, "scores = np.clip(scores, -10, 10)")])
probabilities("scores-as-integers", "the scores are made integers", [(N_SCORES, "scores = X[i].dot(W).astype(int)")],
              [(V_SCORES, "scores = X.dot(W).astype(int)")])
probabilities("rounded-probabilities", "probabilities rounded to three digits",
              [(N_PROBS, f"np.round({N_PROBS}, 3)")], [(V_PROBS, f"np.round({V_PROBS}, 3)")])
probabilities("relu-scores", "negative scores are set to 0 before softmax",
    [(N_SCORES, "scores = np.maximum(X[i].dot(W), 0)")], [(V_SCORES, "scores = np.maximum(X.dot(W), 0)")])
probabilities("bias-row-dropped", "the last feature, the bias, is left out of the scores",
              [(N_SCORES, "scores = X[i, :-1].dot(W[:-1])")], [(V_SCORES, "scores = X[:, :-1].dot(W[:-1])")])
probabilities("x-centred", "the batch's mean is subtracted from X, in a copy",
    [("    for i in", "    X = X - X.mean(axis=0)\n    for i in")],
    [("    rows =", "    X = X - X.mean(axis=0)\n    rows =")])
probabilities("x-scaled", "X is divided by 255", [("    for i in", "    X = X / 255\n    for i in")],
              [("    rows =", "    X = X / 255\n    rows =")])
probabilities("x-scaled-for-scores-only", "X is divided by 255 for the scores, not in the gradient",
              [(N_SCORES, "scores = (X[i] / 255).dot(W)")], [(V_SCORES, "scores = (X / 255).dot(W)")])
probabilities("zero-initial-weights", "W is replaced by zeros for the scores",
    [(N_SCORES, "scores = X[i].dot(np.zeros_like(W))")], [(V_SCORES, "scores = X.dot(np.zeros_like(W))")])

# the gradient of an example
GRADIENT = "data gradient"
add("no-data-gradient", GRADIENT, "= instead of +=: only the regularization is left in the gradient",
    both=[(REG_GRAD, "dW = 2 * reg * W")])
add("gradient-sign", GRADIENT, "the data gradient has the wrong sign", [("dscore * X[i]", "-dscore * X[i]")],
    [("X.T.dot(dscores)", "-X.T.dot(dscores)")])
add("whole-gradient-negated", "data gradient, reg gradient", "the whole gradient has the wrong sign",
    both=[(RETURN, "return loss, -dW")])
add("plus-one-at-label", GRADIENT, "p + 1 instead of p - 1 at the label", [("dscore -= 1", "dscore += 1")],
    [("y] -= 1", "y] += 1")])
add("plus-one-negated", GRADIENT, "p + 1 at the label, then everything negated",
    [("dscore -= 1", "dscore += 1"), (MEAN_GRAD, "dW /= -num_train")],
    [("y] -= 1", "y] += 1"), (MEAN_GRAD, "dW /= -num_train")])
add("no-minus-one", GRADIENT, "p at the label too: the 1 isn't subtracted",
    [("            if j == y[i]:\n                dscore -= 1\n", "")], [("    dscores[rows, y] -= 1\n", "")])
add("label-p-missing", GRADIENT, "-1 instead of p - 1 at the label", [("dscore -= 1", "dscore = -1")],
    [("y] -= 1", "y] = -1")])
add("label-set-to-one", GRADIENT, "1 instead of p - 1 at the label", [("dscore -= 1", "dscore = 1")],
    [("y] -= 1", "y] = 1")])
add("one-minus-p-at-label", GRADIENT, "1 - p instead of p - 1 at the label", [("dscore -= 1", "dscore = 1 - dscore")],
    [("dscores[rows, y] -= 1", "dscores[rows, y] = 1 - dscores[rows, y]")])
add("others-negative", GRADIENT, "-p instead of p at the classes that aren't the label",
    n_dscore("probs[j] - 1 if j == y[i] else -probs[j]"), v_dscores(f"np.where({IS_LABEL}, probs - 1, -probs)"))
add("minus-one-at-others", GRADIENT, "!= instead of ==: 1 is subtracted everywhere but at the label",
    [("if j == y[i]", "if j != y[i]")], v_dscores(f"probs - (1 - {IS_LABEL})"))
add("minus-one-everywhere", GRADIENT, "1 is subtracted at all classes", n_dscore("probs[j] - 1"),
    v_dscores("probs - 1"))
add("minus-one-per-class", GRADIENT, "the 1 is subtracted once for each class, inside the loop over classes",
    [(N_GRAD, "            dW[:, j] += probs[j] * X[i]\n            dW[:, y[i]] -= X[i]\n")],
    [("y] -= 1", "y] -= W.shape[1]")])
add("branches-mixed-up", GRADIENT,
    "the two branches are mixed up: p at the label, 1 - p elsewhere",
    n_dscore("probs[j] if j == y[i] else 1 - probs[j]"), v_dscores(f"np.where({IS_LABEL}, probs, 1 - probs)"))
add("only-label-column", GRADIENT, "the accumulation is inside the if: only the label's column gets anything",
    [("            dW[:, j] += dscore", "                dW[:, j] += dscore")], v_dscores(f"(probs - 1) * {IS_LABEL}"))
add("only-minus-x-at-label", GRADIENT, "-x at the label's column and nothing else",
    n_dscore("-1.0 if j == y[i] else 0.0"), v_dscores(f"-1.0 * {IS_LABEL}"))
add("label-column-skipped", GRADIENT, "the label's column is skipped, as the SVM loss skips it",
    [("dscore -= 1", "continue")], v_dscores(f"probs * (1 - {IS_LABEL})"))
add("only-last-column", GRADIENT,
    "the accumulation is outside the loop over classes: only the last column gets anything",
    [("            dW[:, j] += dscore", "        dW[:, j] += dscore")],
    [("dW = X.T.dot(dscores)", "dW = np.zeros_like(W)\n    dW[:, -1] = X.T.dot(dscores[:, -1])")])
add("last-class-not-in-loop", GRADIENT, "the gradient's loop ends one class early",
    [("for j in range(num_classes)", "for j in range(num_classes - 1)")],
    [("y] -= 1", "y] -= 1\n    dscores[:, -1] = 0")])
add("first-class-not-in-loop", GRADIENT, "the gradient's loop starts at class 1",
    [("for j in range(num_classes)", "for j in range(1, num_classes)")],
    [("y] -= 1", "y] -= 1\n    dscores[:, 0] = 0")])
add("gradient-assigned", GRADIENT, "= instead of +=: only the last example is left in the gradient",
    [("dW[:, j] += dscore", "dW[:, j] = dscore")], [("X.T.dot(dscores)", "np.outer(X[-1], dscores[-1])")])
add("gradient-of-probability", GRADIENT, "the derivative of -p instead of -log p: the 1/p is forgotten",
    n_dscore("probs[y[i]] * (probs[j] - (j == y[i]))"), v_dscores(f"probs[rows, y][:, None] * (probs - {IS_LABEL})"))
add("divided-by-p", GRADIENT, "the derivative of the log is applied once more: (p - 1) / p",
    n_dscore("(probs[j] - (j == y[i])) / probs[y[i]]"), v_dscores(f"(probs - {IS_LABEL}) / probs[rows, y][:, None]"))
add("minus-one-over-p", GRADIENT, "-1/p at the label and nothing else: the derivative by p, not by the score",
    n_dscore("-1 / probs[j] if j == y[i] else 0.0"), v_dscores(f"-1 / probs * {IS_LABEL}"))
add("sigmoid-derivative", GRADIENT, "p - t is multiplied by p * (1 - p), the sigmoid's derivative",
    n_dscore("(probs[j] - (j == y[i])) * probs[j] * (1 - probs[j])"),
    v_dscores(f"(probs - {IS_LABEL}) * probs * (1 - probs)"))
add("diagonal-jacobian", GRADIENT, "p * (1 - p) at every class: the diagonal of softmax's Jacobian",
    n_dscore("probs[j] * (1 - probs[j])"), v_dscores("probs * (1 - probs)"))
add("jacobian-row", GRADIENT, "p_y (1 - p_y) at the label and -p_y p_j elsewhere: the probability's derivative",
    n_dscore("probs[y[i]] * ((j == y[i]) - probs[j])"), v_dscores(f"probs[rows, y][:, None] * ({IS_LABEL} - probs)"))
add("p-times-p-minus-one-at-label", GRADIENT, "p * (p - 1) instead of p - 1 at the label",
    [("dscore -= 1", "dscore *= probs[j] - 1")], [("dscores[rows, y] -= 1", "dscores[rows, y] *= probs[rows, y] - 1")])
add("gradient-of-unnormalised", GRADIENT, "exp(s) instead of p in the gradient",
    [("dscore = probs[j]", "dscore = exp_scores[j]")], [("probs.copy()", "exp_scores.copy()")])
add("gradient-of-scores", GRADIENT, "the score instead of p in the gradient",
    [("dscore = probs[j]", "dscore = scores[j]")], [("probs.copy()", "scores.copy()")])
add("gradient-of-log-p", GRADIENT, "log p instead of p in the gradient",
    [("dscore = probs[j]", "dscore = np.log(probs[j])")], [("probs.copy()", "np.log(probs)")])
add("gradient-uses-label-p", GRADIENT, "the label's probability for every class in the gradient",
    [("dscore = probs[j]", "dscore = probs[y[i]]")],
    [("probs.copy()", "np.repeat(probs[rows, y][:, None], W.shape[1], axis=1)")])
add("minus-label-number", GRADIENT, "p minus the label's number, the label taken for a target value",
    n_dscore("probs[j] - y[i]"), v_dscores("probs - y[:, None]"))
add("squared-error-gradient", GRADIENT, "2 * (p - t): a squared error's factor",
    n_dscore("2 * (probs[j] - (j == y[i]))"), v_dscores(f"2 * (probs - {IS_LABEL})"))
add("hinge-gradient", GRADIENT, "the SVM's gradient with the softmax loss",
    n_dscore("float(np.sum(scores - scores[y[i]] + 1 > 0)) * -1 + 1 if j == y[i] else float(scores[j] - "
             "scores[y[i]] + 1 > 0)"),
    [(V_DSCORES,
      "    dscores = (scores - scores[rows, y][:, None] + 1 > 0).astype(float)\n"
      "    dscores[rows, y] = 1 - dscores.sum(axis=1)\n")])
add("hard-prediction-in-gradient", GRADIENT, "the hard prediction, not its probabilities: 1 at the largest score",
    n_dscore("float(j == np.argmax(scores)) - (j == y[i])"),
    v_dscores(f"1.0 * (np.argmax(scores, axis=1)[:, None] == np.arange(W.shape[1])) - {IS_LABEL}"))
add("only-misclassified", GRADIENT, "examples that are right already are left out of the gradient",
    [(N_LOSS, f"{N_LOSS}\n        if np.argmax(scores) == y[i]:\n            continue")],
    [("dscores[rows, y] -= 1", "dscores[rows, y] -= 1\n    dscores[np.argmax(scores, axis=1) == y] = 0")])
add("gradient-of-predicted-class", GRADIENT, "1 is subtracted at the predicted class, not at the label",
    [("if j == y[i]", "if j == np.argmax(scores)")],
    [("dscores[rows, y] -= 1", "dscores[rows, np.argmax(scores, axis=1)] -= 1")])
add("gradient-times-w", GRADIENT, "W's column instead of the example in the gradient",
    [("dscore * X[i]", "dscore * W[:, j]")], [("X.T.dot(dscores)", "W * np.sum(dscores, axis=0)")])
add("gradient-without-x", GRADIENT, "the example is left out: every row of the gradient is the same",
    [("dscore * X[i]", "dscore")], [("X.T.dot(dscores)", "np.zeros_like(W) + np.sum(dscores, axis=0)")])
add("gradient-of-mean-x", GRADIENT, "the mean example instead of each its own",
    [("dscore * X[i]", "dscore * X.mean(axis=0)")],
    [("X.T.dot(dscores)", "np.outer(X.mean(axis=0), dscores.sum(axis=0))")])
add("gradient-of-first-x", GRADIENT, "X[0] for every example in the gradient", [("dscore * X[i]", "dscore * X[0]")],
    [("X.T.dot(dscores)", "np.outer(X[0], dscores.sum(axis=0))")])
add("gradient-reversed-rows", GRADIENT, "the rows of X are in reverse order in the gradient",
    [("dscore * X[i]", "dscore * X[-i - 1]")], [("X.T.dot(dscores)", "X[::-1].T.dot(dscores)")])
add("gradient-normalised", "data gradient, reg gradient", "the gradient is scaled to length 1",
    both=[(RETURN, "return loss, dW / np.linalg.norm(dW)")])
add("gradient-clipped", "data gradient, reg gradient", "the gradient is clipped to -0.1..0.1",
    both=[(RETURN, "return loss, np.clip(dW, -0.1, 0.1)")])
add("gradient-mean-of-columns", "data gradient, reg gradient",
    "the mean of each column is subtracted from the gradient",
    both=[(RETURN, "return loss, dW - np.mean(dW, axis=0)")])
add("gradient-times-learning-rate", "data gradient, reg gradient", "the gradient is multiplied by a learning rate",
    both=[(RETURN, "return loss, -1e-3 * dW")])
add("gradient-forward-difference", "data gradient", "a rough numerical gradient, h = 0.01",
    vectorized=[(V_GRAD, """    dW = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        W_h = W.copy()
        W_h[index] += 0.01
        s = X.dot(W_h)
        s -= np.max(s, axis=1, keepdims=True)
        dW[index] = (np.sum(np.log(np.sum(np.exp(s), axis=1)) - s[rows, y]) - loss) / 0.01
""")])

# labels and loops
add("predicted-class-as-label", DATA, "the largest score's class is taken for the label",
    [(N_SHIFT, f"{N_SHIFT}\n        label = np.argmax(scores)"), *n_loss("-np.log(probs[label])"),
     ("if j == y[i]", "if j == label")], [(V_SHIFT, f"{V_SHIFT}\n    y = np.argmax(scores, axis=1)")])
add("labels-minus-one", DATA, "labels are taken to start at 1", [("    for i in", "    y = y - 1\n    for i in")],
    [("    rows =", "    y = y - 1\n    rows =")])
add("labels-plus-one", DATA, "labels are counted from 1 and wrap round at the end",
    [("    for i in", "    y = (y + 1) % num_classes\n    for i in")],
    [("    rows =", "    y = (y + 1) % W.shape[1]\n    rows =")])
add("label-of-previous-example", DATA, "y[i - 1] instead of y[i]",
    [("    for i in", "    y = np.array([y[i - 1] for i in range(num_train)])\n    for i in")],
    [("    rows =", "    y = np.roll(y, 1)\n    rows =")])
add("labels-sorted", DATA, "the labels are sorted, the examples aren't",
    [("    for i in", "    y = np.sort(y)\n    for i in")], [("    rows =", "    y = np.sort(y)\n    rows =")])
add("label-of-first-example", DATA, "y[0] for all examples",
    [("    for i in", "    y = np.full(num_train, y[0])\n    for i in")],
    [("    rows =", "    y = np.full(num_train, y[0])\n    rows =")])
add("labels-as-booleans", DATA, "labels are made 0 or 1",
    [("    for i in", "    y = (y > 0).astype(int)\n    for i in")],
    [("    rows =", "    y = (y > 0).astype(int)\n    rows =")])
add("wrong-label-in-gradient-loop", GRADIENT, "y[j] instead of y[i] inside the loop over classes",
    [("if j == y[i]", "if j == y[j % num_train]")])
add("x-index-j", GRADIENT, "X[j] instead of X[i] inside the loop over classes",
    [("dscore * X[i]", "dscore * X[j % num_train]")])
add("x-index-j-error", "behaviour, data gradient",
    "X[j] instead of X[i]: an IndexError when there are more classes than examples",
    [("dscore * X[i]", "dscore * X[j]")])
add("index-i-equals-label", GRADIENT, "i == y[i] instead of j == y[i]", [("if j == y[i]", "if i == y[i]")],
    v_dscores("probs - (rows == y)[:, None]"))
add("index-j-equals-i", GRADIENT, "j == i instead of j == y[i]", [("if j == y[i]", "if j == i")],
    v_dscores("probs - np.eye(num_train, W.shape[1])"))
add("last-example-skipped", DATA, "the loop over the examples ends one early",
    [("range(num_train)", "range(num_train - 1)")],
    v_loss("-np.sum(np.log(probs[rows, y])[:-1])") + [("X.T.dot(dscores)", "X[:-1].T.dot(dscores[:-1])")])
add("first-example-skipped", DATA, "the loop over the examples starts at 1",
    [("range(num_train)", "range(1, num_train)")],
    v_loss("-np.sum(np.log(probs[rows, y])[1:])") + [("X.T.dot(dscores)", "X[1:].T.dot(dscores[1:])")])
add("always-first-example", DATA, "X[0] for all examples in the scores and the gradient",
    [(N_SCORES, "scores = X[0].dot(W)"), ("dscore * X[i]", "dscore * X[0]")],
    [("    rows =", "    X = np.repeat(X[:1], num_train, axis=0)\n    rows =")])
add("examples-limited-to-features", DATA,
    "the loop runs over min(N, D) examples: X.shape[1] was taken for their number",
    [("range(num_train)", "range(min(X.shape))")],
    [("    rows =", "    X, y = X[:X.shape[1]], y[:X.shape[1]]\n    rows ="),
     ("np.arange(num_train)", "np.arange(len(X))")])
add("return-in-loop", "data loss, data gradient, reg loss, reg gradient",
    "return is inside the loop: only the first example is seen, and no penalty",
    [(N_GRAD, N_GRAD + "        return loss, dW\n")])
add("break-after-label", GRADIENT, "the loop over classes ends at the label",
    [("dscore -= 1", "dscore -= 1\n                dW[:, j] += dscore * X[i]\n                break")])
add("shadowed-i", GRADIENT, "the inner loop is over i as well: X[i] and y[i] are then another example's",
    [("for j in range(num_classes)", "for i in range(min(num_classes, num_train))"),
     ("dscore = probs[j]", "dscore = probs[i]"), ("if j == y[i]", "if i == y[i]"), ("dW[:, j]", "dW[:, i]")])
add("inner-loop-over-examples", GRADIENT,
    "the loop over classes runs over N numbers, those past the last class wrap round",
    [("for j in range(num_classes)", "for j in np.arange(num_train) % num_classes")])
add("y-indexes-rows", GRADIENT, "dscores[y] instead of dscores[rows, y]: whole rows lose 1",
    vectorized=[("dscores[rows, y] -= 1", "dscores[y % num_train] -= 1")])
add("y-indexes-all-rows", GRADIENT, "dscores[:, y]: every example loses 1 at every class that occurs",
    vectorized=[("dscores[rows, y] -= 1", "dscores[:, y] -= 1")])
add("loss-of-all-label-columns", "data loss", "probs[:, y] instead of probs[rows, y]: N times N probabilities",
    vectorized=v_loss("-np.sum(np.log(probs[:, y]))"))
add("loss-of-label-rows", "data loss", "probs[y] instead of probs[rows, y]: whole rows",
    vectorized=v_loss("-np.sum(np.log(probs[y % num_train]))"))
add("loss-of-summed-p", "data loss", "log of the probabilities' sum over the batch",
    vectorized=v_loss("-np.log(np.sum(probs[rows, y]))"))
add("one-hot-not-reset", GRADIENT, "the one-hot row isn't set back to 0 for the next example: labels pile up",
    [("    for i in", "    onehot = np.zeros(num_classes)\n    for i in"),
     (N_LOSS, f"{N_LOSS}\n        onehot[y[i]] = 1"), *n_dscore("probs[j] - onehot[j]")],
    v_dscores(f"probs - np.maximum.accumulate({IS_LABEL}, axis=0)"))
add("loss-added-per-class", "data loss", "the loss is accumulated inside the loop over classes, C times",
    [(f"        {N_LOSS}\n", ""),
     ("            dscore = probs[j]", "            loss += -np.log(probs[y[i]])\n            dscore = probs[j]")],
    [(MEAN_LOSS, "loss /= num_train / W.shape[1]")])
add("loss-of-misclassified-only", "data loss", "the loss is added only when the prediction is wrong",
    [(N_LOSS, "if np.argmax(scores) != y[i]:\n            loss += -np.log(probs[y[i]])")],
    v_loss("-np.sum(np.log(probs[rows, y])[np.argmax(scores, axis=1) != y])"))
