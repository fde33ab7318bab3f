"""predict(W, X): the class with the largest score, for each example."""

from . import Case

BASE = """
def predict(W, X):
    scores = X @ W
    return np.argmax(scores, axis=1)
"""
LABELS = "np.argmax(scores, axis=1)"

RIGHT = [
    Case("argmax", "", "return np.argmax(X @ W, axis=1)"),
    Case("list", "", "return [int(np.argmax(row @ W)) for row in X]"),
    Case("transposed-floats", "", "return (W.T @ X.T).argmax(axis=0).astype(float)"),
    Case("most-probable", "", """
        s = X @ W
        p = np.exp(s - s.max(axis=1, keepdims=True))
        return (p / p.sum(axis=1, keepdims=True)).argmax(1)
    """),
    Case("last-of-argsort", "", "return np.argsort(X.dot(W))[:, -1]"),
    Case("float32", "", """
        s = np.float32(X) @ np.float32(W)
        return np.where(s == s.max(1, keepdims=True), np.arange(s.shape[1]), 0).max(1)
    """),
    Case("log-softmax", "",
         "from scipy.special import log_softmax; return log_softmax(X @ W, axis=-1).argmax(axis=-1)"),
    Case("running-best", "", """
        best, label = X @ W[:, 0], np.zeros(len(X), int)
        for c in range(1, W.shape[1]):
            s = X @ W[:, c]
            label[s > best] = c
            best = np.maximum(best, s)
        return label
    """),
]

WRONG = [
    Case("axis-0", "wrong-axis", [(LABELS, "np.argmax(scores, axis=0)")]),
    Case("no-axis", "no-axis", [(LABELS, "np.argmax(scores)")]),
    Case("max-not-argmax", "max-value", [(LABELS, "np.max(scores, axis=1)")]),
    Case("argmin", "argmin", [(LABELS, "np.argmin(scores, axis=1)")]),
    Case("argsort", "argsort", [(LABELS, "np.argsort(scores, axis=1)")]),
    Case("argsort-second", "second-best", [(LABELS, "np.argsort(scores, axis=1)[:, -2]")]),
    Case("argsort-worst-first", "wrong-values", [(LABELS, "np.argsort(np.argsort(-scores, axis=1), axis=1)[:, 0]")]),
    Case("plus-one", "off-by-one", [(LABELS, LABELS + " + 1")]),
    Case("absolute", "absolute-scores", [("X @ W", "np.abs(X @ W)")]),
    Case("rounded-scores", "scores-rounded", [("X @ W", "(X @ W).astype(int)")]),
    Case("bias-dropped", "bias-left-out", [("X @ W", "X[:, :-1] @ W[:-1]")]),
    Case("keepdims", "wrong-shape", [(LABELS, "np.argmax(scores, axis=1, keepdims=True)")]),
    Case("one-hot", "one-hot", [(LABELS, f"np.eye(W.shape[1])[{LABELS}]")]),
    Case("probabilities", "returns-scores", [(LABELS, "scores")]),
    Case("w-t", "transposed-weights", [("X @ W", "X @ W.T")]),
    Case("swapped-product", "swapped", [("X @ W", "W @ X")]),
    Case("elementwise", "exception", [("X @ W", "X * W")]),
    Case("first-example", "one-row", [(LABELS, f"{LABELS}[0]")]),
    Case("best-not-kept", "same-class", """
        labels = np.zeros(len(X), int)
        for i, row in enumerate(X @ W):
            best = -np.inf
            for j, score in enumerate(row):
                if score > best:
                    labels[i] = j
        return labels
    """),
    Case("number-kept-as-score", "number-for-score", """
        labels = np.zeros(len(X), int)
        for i, row in enumerate(X @ W):
            best = -np.inf
            for j, score in enumerate(row):
                if score > best:
                    best = labels[i] = j
        return labels
    """),
    Case("search-from-minus-1", "negative-scores", [
        (LABELS, "np.where(scores.max(axis=1) > -1, np.argmax(scores, axis=1), 0)")]),
    Case("loop-without-the-last-row", "row-left-out", """
        labels = np.zeros(len(X), int)
        for i in range(len(X) - 1):
            labels[i] = np.argmax(X[i] @ W)
        return labels
    """),
    Case("loop-without-the-first-row", "row-left-out", """
        labels = np.zeros(len(X), int)
        for i in range(1, len(X)):
            labels[i] = np.argmax(X[i] @ W)
        return labels
    """),
    Case("all-set-in-the-loop", "same-class", """
        labels = np.zeros(len(X), int)
        for row in X:
            labels[:] = np.argmax(row @ W)
        return labels
    """),
    Case("without-the-first-feature", "feature-left-out", [("X @ W", "X[:, 1:] @ W[1:]")]),
    Case("rows-of-where", "row-numbers", [(LABELS, "np.where(scores == scores.max(axis=1, keepdims=True))[0]")]),
    Case("first-positive", "threshold", [(LABELS, "np.argmax(scores > 0, axis=1)")]),
    Case("probabilities-of-one-maximum", "batch-maximum", [
        (LABELS, "np.argmax(np.exp(scores - scores.max()), axis=1)")]),
    Case("threshold", "wrong-values", [(LABELS, "(scores[:, 1] > 0).astype(int)")]),
    Case("most-common", "same-class", [(LABELS, f"np.full(len(X), np.bincount({LABELS}).argmax())")]),
    Case("first-of-loop", "one-row", """
        labels = np.zeros(len(X), dtype=int)
        for i in range(len(X)):
            labels[i] = np.argmax(X[i] @ W)
            return labels
    """),
    Case("last-example-skipped", "row-left-out", """
        labels = np.zeros(len(X), dtype=int)
        for i in range(len(X) - 1):
            labels[i] = np.argmax(X[i] @ W)
        return labels
    """),
    Case("best-not-reset", "wrong-values", """
        labels, best, label = [], -np.inf, 0
        for row in X @ W:
            for c, s in enumerate(row):
                if s > best:
                    best, label = s, c
            labels.append(label)
        return np.array(labels)
    """),
    Case("best-starts-at-zero", "negative-scores", """
        labels = []
        for row in X @ W:
            best, label = 0.0, 0
            for c, s in enumerate(row):
                if s > best:
                    best, label = s, c
            labels.append(label)
        return np.array(labels)
    """),
    Case("returns-none", "returns-none", [("return ", "labels = ")]),
    Case("w-changed", "changes-arguments", [("    scores", "    W /= np.linalg.norm(W)\n    scores")]),
    Case("returns-probabilities", "returns-probabilities",
         "s = X @ W; e = np.exp(s - s.max(1, keepdims=True)); return e / e.sum(1, keepdims=True)"),
    Case("rounded-probabilities", "rounded",
         "s = X @ W; e = np.exp(s - s.max(1)[:, None]); return (e / e.sum(1)[:, None]).round(2).argmax(1)"),
    Case("exp-without-shift", "overflow", "return np.argmax(np.exp(X @ W), axis=1)"),
    Case("positive-scores", "threshold", "return (X @ W > 0).astype(int)"),
    Case("absolute-plus-one", "absolute-scores off-by-one", "return np.argmax(abs(X @ W), axis=1) + 1"),
    Case("w-doubled", "changes-arguments", "W *= 2; return np.argmax(X @ W, axis=1)"),
    Case("template-untouched", "not-written", "return np.zeros(X.shape[0])"),
    Case("template-of-2015-untouched", "not-written", "return np.zeros(X.shape[1])"),
    Case("undefined-name", "exception", "return np.argmax(X @ Wt, axis=1)"),
    Case("bias-added-again", "bias-twice", [("X @ W", "X @ W + W[-1]")]),
    Case("largest-feature", "weights-unused", [(LABELS, "np.argmax(X, axis=1)")]),
    Case("sigmoid-of-scores", "saturates", [("X @ W", "1 / (1 + np.exp(-(X @ W)))")]),
    Case("tanh-of-scores", "saturates", [("X @ W", "np.tanh(X @ W)")]),
    Case("nearest-template", "nearest",
         "return np.array([np.argmin(((W.T - x) ** 2).sum(axis=1)) for x in X])"),
    Case("first-two-classes", "two-classes", [(LABELS, "(scores[:, 1] > scores[:, 0]).astype(int)")]),
    Case("last-class-forgotten", "class-left-out", """
        labels = []
        for s in X @ W:
            best = 0
            for j in range(len(s) - 1):
                if s[j] > s[best]:
                    best = j
            labels.append(best)
        return np.array(labels)
    """),
    Case("best-never-set-back", "best-kept", """
        labels, best = np.zeros(len(X)), -np.inf
        for i in range(len(X)):
            for j in range(W.shape[1]):
                score = X[i] @ W[:, j]
                if score > best:
                    best, labels[i] = score, j
        return labels
    """),
    Case("rows-reversed", "row-order", [(LABELS, "np.argmax(scores, axis=1)[::-1]")]),
    Case("classes-sorted", "row-order", [(LABELS, "sorted(np.argmax(scores, axis=1))")]),
    Case("set-of-classes", "unique", [(LABELS, "np.unique(np.argmax(scores, axis=1))")]),
    Case("histogram", "counts", [(LABELS, "np.bincount(np.argmax(scores, axis=1), minlength=W.shape[1])")]),
    Case("mean-of-classes", "mean-class", [(LABELS, "np.mean(np.argmax(scores, axis=1))")]),
    Case("classes-from-the-end", "reversed", [(LABELS, "W.shape[1] - 1 - np.argmax(scores, axis=1)")]),
    Case("templates-normalised", "normalised", [("X @ W", "X @ (W / np.linalg.norm(W, axis=0))")]),
    Case("scores-classes-first", "wrong-axis", [("X @ W", "W.T @ X.T"), (LABELS, "np.argmax(scores, axis=1)")]),
    Case("scores-not-negative", "negative-scores", [("X @ W", "np.maximum(X @ W, 0)")]),
]

UNKNOWN = [
    Case("three-labels-set", "numbers are wrong", "k = np.argmax(X @ W, axis=1); k[5:8] = 1; return k"),
    Case("two-labels-lost", "shape (44,) instead of (46,)", "return np.argmax(X @ W, axis=1)[:44]"),
]
