"""SVM losses (the multiclass hinge loss) and their gradients, wrong ones as changes to a right one."""

import numpy as np

from cs231n_softmax import svm_loss_naive, svm_loss_vectorized

from . import Case, both, entering

RIGHT = []
right = entering(RIGHT)


@right()
def usual_loops(W, X, y, reg):
    """The usual loops."""
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            margin = scores[j] - scores[y[i]] + 1
            if j != y[i] and margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W


@right("uint8")
def count_then_label(W, X, y, reg):
    """Counts the violated margins, then one subtraction at the label."""
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y, strict=True):
        s = x @ W
        count = 0
        for j in range(len(s)):
            if j == label:
                continue
            m = s[j] - s[label] + 1
            if m > 0:
                loss, count = loss + m, count + 1
                dW[:, j] += x
        dW[:, label] -= count * x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@right()
def row_at_a_time(W, X, y, reg):
    """One loop over the examples, margins of a row at once."""
    losses, dW = [], np.zeros(W.shape)
    for i in range(len(X)):
        m = X[i] @ W
        m = np.maximum(m - m[y[i]] + 1, 0)
        m[y[i]] = 0
        losses.append(m.sum())
        on = (m > 0).astype(float)
        on[y[i]] = -on.sum()
        dW += np.outer(X[i], on)
    return np.mean(losses) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W


@right()
def including_label(W, X, y, reg):
    """The label's own margin, always 1, is counted and taken off again."""
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(len(X)):
        s = X[i] @ W
        loss -= 1
        for j in range(W.shape[1]):
            margin = max(0.0, s[j] - s[y[i]] + 1)
            loss += margin
            if margin > 0:
                dW[:, j] += X[i] / len(X)
                dW[:, y[i]] -= X[i] / len(X)
    return loss / len(X) + reg * np.linalg.norm(W) ** 2, dW + 2 * reg * W


@right(form="vectorized")
def usual_vectorized(W, X, y, reg):
    """The usual one without loops."""
    rows = np.arange(len(X))
    s = X @ W
    m = np.maximum(0, s - s[rows, y][:, None] + 1)
    m[rows, y] = 0
    on = (m > 0).astype(float)
    on[rows, y] -= on.sum(axis=1)
    return m.sum() / len(X) + reg * np.sum(W * W), X.T @ on / len(X) + 2 * reg * W


@right(form="vectorized")
def minus_one(W, X, y, reg):
    """The mean of all margins less the label's 1, without loops; one-hot matrices."""
    t = np.eye(W.shape[1])[y]
    s = X @ W
    m = s - (s * t).sum(axis=1, keepdims=True) + 1
    on = (m > 0) * 1.0
    G = on - t * on.sum(axis=1, keepdims=True)
    return np.maximum(m, 0).sum(axis=1).mean() - 1 + reg * np.vdot(W, W), X.T @ G / len(X) + 2 * reg * W


@right(form="vectorized")
def transposed(W, X, y, reg):
    """Scores as (C, N), without loops."""
    S = W.T @ X.T
    n = np.arange(len(y))
    M = np.maximum(S - S[y, n] + 1, 0)
    M[y, n] = 0
    B = np.where(M > 0, 1.0, 0.0)
    B[y, n] = -np.sum(B, axis=0)
    return np.sum(M) / len(y) + reg * np.sum(W * W), (B @ X).T / len(y) + 2 * reg * W


@right(form="vectorized")
def masked(W, X, y, reg):
    """A boolean mask of the other classes and np.clip, without loops."""
    others = np.arange(W.shape[1]) != y[:, None]
    s = X @ W
    m = np.clip(s - np.take_along_axis(s, y[:, None], axis=1) + 1, 0, None) * others
    on = np.sign(m)
    dW = X.T @ (on - np.where(others, 0, on.sum(axis=1, keepdims=True)))
    return np.einsum("nc->", m) / len(y) + reg * (W * W).sum(), dW / len(y) + 2 * reg * W


RIGHT += [Case("package", "", svm_loss_naive, svm_loss_vectorized)]

BASE = """
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

SKIP = "            if j == y[i]:\n                continue\n"
IN_J, IN_Y, LOOP = "dW[:, j] += X[i]", "dW[:, y[i]] -= X[i]", "scores[j] - correct + 1"
MAX, ZERO, AT_Y = "np.maximum(0, scores - correct + 1)", "    margins[rows, y] = 0\n", "-np.sum(mask, axis=1)"
REG_LOSS, REG_GRAD, RETURN = "loss += reg * np.sum(W * W)", "dW += 2 * reg * W", "return loss, dW"
MEANS = "    loss /= num_train\n    dW /= num_train\n"

WRONG = [
    Case("classes-from-y", "classes-from-labels", [("num_classes = W.shape[1]", "num_classes = np.max(y) + 1")]),
    Case("at-least-zero", "at-least-zero", vectorized=[("(margins > 0)", "(margins >= 0)")]),
    Case("gradient-above-one", "counted-above-one", [(IN_J, f"if margin > 1:\n                    {IN_J}"),
         (IN_Y, f"if margin > 1:\n                    {IN_Y}")], [("(margins > 0)", "(margins > 1)")]),
    Case("above-one", "counted-above-one", [("margin > 0", "margin > 1")]),
    both("gradient-half-reg", "reg-gradient-half", (REG_GRAD, "dW += reg * W")),
    both("half-reg-convention", "half-convention", (REG_LOSS, "loss += 0.5 * reg * np.sum(W * W)"),
         (REG_GRAD, "dW += reg * W")),
    both("no-regularization", "reg-missing", (f"    {REG_LOSS}\n    {REG_GRAD}\n", "")),
    both("no-reg-gradient", "reg-gradient-missing", (f"    {REG_GRAD}\n", "")),
    both("no-reg-loss", "reg-loss-missing", (f"    {REG_LOSS}\n", "")),
    both("reg-gradient-sign", "reg-gradient-negated", (REG_GRAD, "dW -= 2 * reg * W")),
    both("reg-loss-without-reg", "reg-loss-without-reg", (REG_LOSS, "loss += np.sum(W * W)")),
    both("reg-divided-by-n", "reg-over-N",
         (f"{MEANS}    {REG_LOSS}\n    {REG_GRAD}\n", f"    {REG_LOSS}\n    {REG_GRAD}\n{MEANS}")),
    both("no-division-by-n", "data-times-N", (MEANS, "")),
    both("loss-not-divided", "data-loss-times-N", ("    loss /= num_train\n", "")),
    both("gradient-not-divided", "data-gradient-times-N", ("    dW /= num_train\n", "")),
    Case("label-not-skipped", "label-counted", [(SKIP, "")],
         [(ZERO, ""), ("loss = np.sum(margins)", "loss = np.sum(margins)\n    margins[rows, y] = 0")]),
    Case("all-labels-zeroed", "wrong-rows", vectorized=[("margins[rows, y] = 0", "margins[:, y] = 0")]),
    Case("class-before-in-gradient", "label-off-by-one", vectorized=[("mask[rows, y] =", "mask[rows, y - 1] =")]),
    Case("label-not-zeroed", "label-counted",
         [(SKIP, ""), (IN_J, "if j != y[i]:\n                    dW[:, j] += X[i]")], [(ZERO, "")]),
    Case("no-margin", "margin-missing", [(LOOP, "scores[j] - correct")], [(MAX, "np.maximum(0, scores - correct)")]),
    Case("margin-subtracted", "margin-subtracted", [(LOOP, "scores[j] - correct - 1")],
         [(MAX, "np.maximum(0, scores - correct - 1)")]),
    Case("delta-ten", "other-margin", [(LOOP, "scores[j] - correct + 10")],
         [(MAX, "np.maximum(0, scores - correct + 10)")]),
    Case("difference-reversed", "difference-reversed",
         [(LOOP, "correct - scores[j] + 1"), (IN_J, "dW[:, j] -= X[i]"), (IN_Y, "dW[:, y[i]] += X[i]")],
         [(MAX, "np.maximum(0, correct - scores + 1)"), ("X.T.dot(mask)", "-X.T.dot(mask)")]),
    Case("difference-reversed-loss-and-mask", "difference-reversed", [(LOOP, "correct - scores[j] + 1")],
         [(MAX, "np.maximum(0, correct - scores + 1)")]),
    Case("no-max", "no-maximum", [("if margin > 0", "if True")],
         [(MAX, "scores - correct + 1"), ("(margins > 0)", "(np.arange(W.shape[1]) != y[:, None])")]),
    Case("no-max-in-loss", "no-maximum",
         [("if margin > 0:\n                loss += margin", "loss += margin\n            if margin > 0:")],
         [("loss = np.sum(margins)", "loss = np.sum(scores - correct + 1) - num_train")]),
    Case("no-max-in-gradient", "no-maximum",
         [("                dW[:, j] += X[i]\n                dW[:, y",
           "            dW[:, j] += X[i]\n            dW[:, y")],
         [("(margins > 0)", "(np.arange(W.shape[1]) != y[:, None])")]),
    Case("label-column-forgotten", "label-column-missing", [(f"                {IN_Y}\n", "")], [(AT_Y, "0")]),
    Case("only-label-column", "label-column-only", [(f"                {IN_J}\n", "")],
         [("X.T.dot(mask)", "X.T.dot(np.minimum(mask, 0))")]),
    Case("label-column-once", "label-subtracted-once",
         [(f"                {IN_Y}\n", "                violated = True\n"),
          ("        correct =", "        violated = False\n        correct ="),
          ("    loss /= num_train\n",
           "        if violated:\n            dW[:, y[i]] -= X[i]\n    loss /= num_train\n")],
         [(AT_Y, "-np.max(mask, axis=1)")]),
    Case("label-column-sign", "label-added", [("y[i]] -= X", "y[i]] += X")], [(AT_Y, "np.sum(mask, axis=1)")]),
    Case("other-columns-sign", "others-negated", [("j] += X", "j] -= X")],
         [("(margins > 0)", "-1 * (margins > 0)"), (AT_Y, "np.sum(mask, axis=1)")]),
    Case("gradient-sign", "data-gradient-negated", [("j] += X", "j] -= X"), ("y[i]] -= X", "y[i]] += X")],
         [("X.T.dot", "-X.T.dot")]),
    Case("gradient-weighted-by-margin", "margins-for-violations",
         [(IN_J, "dW[:, j] += margin * X[i]"), (IN_Y, "dW[:, y[i]] -= margin * X[i]")], [("(margins > 0)", "margins")]),
    Case("squared-hinge", "squared-hinge",
         [("loss += margin", "loss += margin ** 2"), (IN_J, "dW[:, j] += 2 * margin * X[i]"),
          (IN_Y, "dW[:, y[i]] -= 2 * margin * X[i]")],
         [("np.sum(margins)", "np.sum(margins ** 2)"), ("(margins > 0)", "(2 * margins)")]),
    Case("squared-hinge-loss", "squared-hinge", [("loss += margin", "loss += margin ** 2")],
         [("np.sum(margins)", "np.sum(margins ** 2)")]),
    Case("largest-margin-only", "worst-class-only",
         [(SKIP,
           "            if j != np.argmax(np.where(np.arange(num_classes) == y[i], -np.inf, scores)):\n              "
           "  continue\n")], [(ZERO, f"{ZERO}    margins *= margins == margins.max(axis=1, keepdims=True)\n")]),
    Case("all-margins-counted", "violations-counted", [("loss += margin", "loss += 1")],
         [("np.sum(margins)", "np.sum(margins > 0.0) * 1.0")]),
    both("mean-over-classes", "data-over-C", ("    loss /= num_train\n", "    loss /= num_train * W.shape[1]\n"),
         ("    dW /= num_train\n", "    dW /= num_train * W.shape[1]\n")),
    both("loss-divided-by-n-c", "data-loss-over-C",
         ("    loss /= num_train\n", "    loss /= num_train * W.shape[1]\n")),
    Case("last-class-skipped", "skips-last-class", [("range(num_classes)", "range(num_classes - 1)")],
         [(ZERO, ZERO + "    margins[:, -1] = 0\n")]),
    Case("label-mean-of-scores", "mean-correct-score",
         vectorized=[("scores[rows, y][:, np.newaxis]", "np.mean(scores[rows, y])")]),
    Case("all-label-columns", "exception", vectorized=[("scores[rows, y][:, np.newaxis]", "scores[:, y]")]),
    Case("correct-not-column", "exception", vectorized=[("[:, np.newaxis]", "")]),
    Case("mask-sum-over-examples", "exception", vectorized=[(AT_Y, "-np.sum(mask, axis=0)")]),
    Case("mask-summed-whole-batch", "batch-violations", vectorized=[(AT_Y, "-np.sum(mask)")]),
    Case("label-below-the-loop", "label-after-loop", [
        ("        correct = ", "        count = 0\n        correct = "), (IN_Y, "count += 1"),
        ("    loss /= num_train\n", "    dW[:, y[i]] -= count * X[i]\n    loss /= num_train\n")]),
    Case("label-with-an-unfinished-count", "label-subtracted-per-class", [
        ("        correct = ", "        count = 0\n        correct = "), (IN_Y, "count += 1"),
        ("    loss /= num_train\n", "            dW[:, y[i]] -= count * X[i]\n    loss /= num_train\n")]),
    Case("condition-reversed", "condition-reversed", [("if margin > 0", "if margin < 0")],
         [(MAX, MAX.replace("maximum", "minimum")), ("(margins > 0)", "(margins < 0)")]),
    Case("correct-score-added", "correct-score-added", [(LOOP, "scores[j] + correct + 1")],
         [(MAX, "np.maximum(0, scores + correct + 1)")]),
    Case("mean-of-the-mask", "mean-at-label", vectorized=[(AT_Y, "-np.mean(mask, axis=1)")]),
    Case("margins-of-exponentials", "exponentials", [("scores = X[i].dot(W)", "scores = np.exp(X[i].dot(W))")],
         [("scores = X.dot(W)", "scores = np.exp(X.dot(W))")]),
    Case("penalty-divides", "reg-in-the-divisor",
         [("    loss /= num_train\n    dW /= num_train\n", ""),
          (REG_LOSS, "loss = loss / (num_train + reg * np.sum(W * W))"), (REG_GRAD, "dW /= num_train + 2 * reg * W")]),
    Case("return-in-loop", "first-example-only",
         [("    loss /= num_train\n", "        return loss, dW\n    loss /= num_train\n")]),
    Case("gradient-assigned", "others-assigned", [("dW[:, j] += X", "dW[:, j] = X")]),
    Case("loss-assigned", "loss-assigned", [("loss += margin", "loss = margin")]),
    Case("inner-continue-becomes-break", "stops-at-label", [("continue", "break")]),
    Case("label-index-j", "exception", [("if j == y[i]", "if j == y[j]")]),
    Case("softmax-instead", "softmax-loss", vectorized="""
def svm_loss_vectorized(W, X, y, reg):
    s = X @ W
    s -= s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    g = np.exp(logp)
    g[np.arange(len(y)), y] -= 1
    return -logp[np.arange(len(y)), y].mean() + reg * np.sum(W * W), X.T @ g / len(y) + 2 * reg * W
"""),
    both("no-data-gradient", "data-gradient-missing", (REG_GRAD, "dW = 2 * reg * W")),
    both("order-swapped", "returns-swapped", (RETURN, "return dW, loss")),
    both("only-loss", "wrong-return", (RETURN, "return loss")),
    both("returns-none", "returns-none", (f"    {RETURN}\n", "")),
    both("gradient-transposed", "transposed", (RETURN, "return loss, dW.T")),
    both("undefined-name", "exception", ("    loss /= num_train\n", "    loss /= num_trian\n")),
    both("w-changed", "changes-arguments", (REG_GRAD, "W *= 2 * reg\n    dW += W")),
    Case("loss-per-example", "wrong-shape",
         [("    loss = 0.0\n", "    loss = np.zeros(X.shape[0])\n"), ("loss += margin", "loss[i] += margin")],
         [("np.sum(margins)", "np.sum(margins, axis=1)")]),
    Case("signs-lost", "absolute-margins", [(LOOP, "abs(scores[j] - correct) + 1")],
         [("scores - correct + 1", "np.abs(scores - correct) + 1")]),
    Case("label-never-picked", "self-compared", [(LOOP, "scores[j] - scores[j] + 1")],
         [("scores[rows, y][:, np.newaxis]", "scores[rows]")]),
    both("template-untouched", "not-written", (RETURN, "return 0.0, np.zeros_like(W)")),

    # one for each code that no other function shows
    Case("label-score-missing", "correct-score-missing", [(LOOP, "scores[j] + 1")],
         [(MAX, "np.maximum(0, scores + 1)")]),
    Case("label-taken-off-twice", "label-subtracted", vectorized=[("np.sum(margins)", "np.sum(margins) - num_train")]),
    Case("one-violation-too-few", "label-subtracted-once-less", vectorized=[(AT_Y, "1 - np.sum(mask, axis=1)")]),
    Case("gradient-of-all-classes", "all-classes-violate",
         [(f"                {IN_J}\n                {IN_Y}\n", ""),
          ("            if margin", f"            {IN_J}\n            if margin")],
         [("(margins > 0).astype(float)", "np.ones_like(margins)"), (AT_Y, "0")]),
    Case("in-place-mask", "negatives-kept", vectorized=[
         ("(margins > 0).astype(float)", "scores - correct + 1\n    mask[rows, y] = 0\n    mask[mask > 0] = 1")]),
    Case("in-place-mask-with-label", "negatives-kept", vectorized=[
         ("(margins > 0).astype(float)", "scores - correct + 1\n    mask[mask > 0] = 1")]),
    Case("sum-at-label", "margins-at-label",
         [("        correct =", "        total = 0\n        correct ="), (IN_Y, "total += margin"),
          ("    loss /= num_train\n", "        dW[:, y[i]] -= total * X[i]\n    loss /= num_train\n")],
         [(AT_Y, "-np.sum(margins, axis=1)")]),
    Case("label-line-outside-of-if", "label-without-condition",
         [(f"                {IN_Y}\n", ""), ("            if margin", f"            {IN_Y}\n            if margin")],
         [(AT_Y, "1 - W.shape[1]")]),
    Case("class-line-outside-of-if", "others-without-condition",
         [(f"                {IN_J}\n", ""), ("            if margin", f"            {IN_J}\n            if margin")],
         [(f"mask[rows, y] = {AT_Y}", "count = np.sum(mask, axis=1)\n    mask[:] = 1\n    mask[rows, y] = -count")]),
    Case("example-skipped-by-its-number", "row-number-for-label", [("if j == y[i]", "if i == y[i]")]),
    Case("class-skipped-by-number-of-example", "row-number-for-label", [("if j == y[i]", "if j == i")]),
    Case("count-never-reset", "accumulator-not-reset",
         [("    loss = 0.0\n", "    loss, count = 0.0, 0\n"), (IN_Y, "count += 1"),
          ("    loss /= num_train\n", "        dW[:, y[i]] -= count * X[i]\n    loss /= num_train\n")]),
    Case("row-sum-never-reset", "accumulator-not-reset",
         [("    loss = 0.0\n", "    loss, total = 0.0, 0.0\n"), ("loss += margin", "total += margin"),
          ("    loss /= num_train\n", "        loss += total\n    loss /= num_train\n")]),
    Case("label-minus-one", "X-missing", [(IN_Y, "dW[:, y[i]] -= 1")]),
    Case("class-plus-one", "X-missing", [(IN_J, "dW[:, j] += 1")]),
    both("loss-floor-division", "rounded-down", ("loss /= num_train", "loss //= num_train")),
    both("gradient-floor-division", "rounded-down", ("dW /= num_train", "dW //= num_train")),
    Case("count-in-all-rows", "wrong-rows", vectorized=[("mask[rows, y] = ", "mask[:, y] = ")]),
    Case("count-taken-off-in-all-rows", "wrong-rows", vectorized=[("mask[rows, y] = ", "mask[:, y] += ")]),
    Case("one-taken-off-per-batch", "label-ones", vectorized=[(ZERO, ""), ("np.sum(margins)", "np.sum(margins) - 1"),
         ("(margins > 0)", "((margins > 0) & (np.arange(W.shape[1]) != y[:, None]))")]),
    Case("n-taken-off-the-mean", "label-ones", vectorized=[(ZERO, ""),
         ("/= num_train\n    dW", "/= num_train\n    loss -= num_train\n    dW"),
         ("(margins > 0)", "((margins > 0) & (np.arange(W.shape[1]) != y[:, None]))")]),
    Case("c-taken-off-per-batch", "label-ones", vectorized=[(ZERO, ""),
         ("np.sum(margins)", "np.sum(margins) - W.shape[1]"),
         ("(margins > 0)", "((margins > 0) & (np.arange(W.shape[1]) != y[:, None]))")]),
    Case("rows-of-labels-zeroed", "label-rows", vectorized=[("margins[rows, y] = 0", "margins[y[y < num_train]] = 0")]),
    Case("label-column-set", "label-assigned", [(IN_Y, "dW[:, y[i]] = -X[i]")]),
    Case("one-outside-of-maximum", "margin-outside no-maximum", vectorized=[
         (MAX, "np.maximum(0, scores - correct) + 1")]),
    Case("label-part-not-divided", "partly-divided", [("dW[:, j] += X[i]", "dW[:, j] += X[i] / num_train"),
         ("    dW /= num_train\n", "")], [(AT_Y, "-num_train * np.sum(mask, axis=1)")]),
    Case("tiled-scores", "wrong-rows", vectorized=[
         ("scores[rows, y][:, np.newaxis]", "np.tile(scores[rows, y], W.shape[1]).reshape(scores.shape)")]),
    both("mean-over-other-classes", "data-loss-over-C-minus-1",
         ("    loss /= num_train\n", "    loss /= num_train * (W.shape[1] - 1)\n")),
    Case("penalty-for-each-violation", "reg-loss-per-violation",
         [(f"    {REG_LOSS}\n", ""), ("loss += margin", f"loss += margin\n                {REG_LOSS}")]),
    Case("penalty-slope-for-each-violation", "reg-gradient-per-violation",
         [(f"    {REG_GRAD}\n", ""), ("loss += margin", f"loss += margin\n                {REG_GRAD}")]),
    Case("penalty-for-each-class", "reg-loss-times-C-minus-1",
         [(f"    {REG_LOSS}\n", ""), ("            if margin", f"            {REG_LOSS}\n            if margin")]),
    both("penalty-before-and-after-division", "reg-loss-added-twice",
         ("    loss /= num_train\n", f"    {REG_LOSS}\n    loss /= num_train\n")),
    both("half-penalty-before-division", "reg-loss-added-twice",
         ("    loss /= num_train\n", "    loss += 0.5 * reg * np.sum(W * W)\n    loss /= num_train\n")),
    Case("label-entry-set", "label-assigned", """
def svm_loss_naive(W, X, y, reg):
    N, C = len(X), W.shape[1]
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(N):
        s = X[i] @ W
        ds = np.zeros(C)
        for j in range(C):
            if j != y[i]:
                slope = 1.0 if s[j] - s[y[i]] + 1 > 0 else 0.0
                loss += slope * (s[j] - s[y[i]] + 1)
                ds[j] = slope
                ds[y[i]] = -slope
        dW += np.outer(X[i], ds)
    return loss / N + reg * np.sum(W * W), dW / N + 2 * reg * W
"""),
    Case("mask-of-booleans", "boolean-violations", vectorized=[("(margins > 0).astype(float)", "margins > 0")]),
]
