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
    Case("threshold", "wrong-values", [(LABELS, "(scores[:, 1] > 0).astype(int)")]),
    Case("most-common", "same-class", [(LABELS, f"np.full(len(X), np.bincount({LABELS}).argmax())")]),
    Case("first-of-loop", "one-row", """
        labels = np.zeros(len(X), dtype=int)
        for i in range(len(X)):
            labels[i] = np.argmax(X[i] @ W)
            return labels
    """),
    Case("last-example-skipped", "wrong-values", """
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
]

UNKNOWN = [
    Case("three-labels-set", "numbers are wrong", "k = np.argmax(X @ W, axis=1); k[5:8] = 1; return k"),
    Case("two-labels-lost", "shape (44,) instead of (46,)", "return np.argmax(X @ W, axis=1)[:44]"),
]
