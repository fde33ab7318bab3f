"""cross_entropy(scores, y): the loss of one example, from its scores (C,) and its class."""

from . import Case

BASE = """
def cross_entropy(scores, y):
    shift = np.max(scores)
    total = np.sum(np.exp(scores - shift))
    return -(scores[y] - shift) + np.log(total)
"""
RET = "return -(scores[y] - shift) + np.log(total)"

RIGHT = [
    Case("usual", "", "s = scores - scores.max(); return np.log(np.exp(s).sum()) - s[y]"),
    Case("logaddexp", "", "return np.logaddexp.reduce(scores) - scores[y]"),
    Case("scipy", "", "from scipy.special import logsumexp; return float(logsumexp(scores) - scores[y])"),
    Case("float32", "", "s = np.float32(scores); m = max(s); return m + np.log(sum(np.exp(s - m))) - s[y]"),
    Case("added-back", "", "m = max(scores); return math.log(sum(math.exp(s - m) for s in scores)) + m - scores[y]"),
    Case("log1p", "", "s = np.sort(scores)[::-1]; return s[0] + np.log1p(np.exp(s[1:] - s[0]).sum()) - scores[y]"),
    Case("log-softmax", "", "from scipy.special import log_softmax; return -log_softmax(scores)[y]"),
    Case("one-after-another", "", """
        total = scores[0]
        for v in scores[1:]:
            total = np.logaddexp(total, v)
        return total - scores[y]
    """),
]

WRONG = [
    Case("no-shift", "overflow", [("np.max(scores)", "0")]),
    Case("shift-by-mean", "mean-shift", [("np.max(scores)", "np.mean(scores)")]),
    Case("max-from-0", "maximum-start", [("np.max(scores)", "np.max(scores, initial=0)")]),
    Case("shift-by-abs-max", "absolute-maximum", [("np.max(scores)", "np.max(np.abs(scores))")]),
    Case("log-of-probability", "log-underflow", [(RET, "return -np.log(np.exp(scores[y] - shift) / total)")]),
    Case("epsilon-in-log", "log-epsilon", [(RET, "return -np.log(np.exp(scores[y] - shift) / total + 1e-12)")]),
    Case("shift-not-added-back", "shift-mismatch", [(RET, "return -scores[y] + np.log(total)")]),
    Case("shift-subtracted-twice", "shift-mismatch", [(RET, "return -scores[y] - shift + np.log(total)")]),
    Case("shift-inside-log", "shift-mismatch", [(RET, "return -scores[y] + np.log(total + shift)")]),
    Case("shift-added-twice", "shift-mismatch", [(RET, RET + " + shift")]),
    Case("sign", "negated", [(RET, "return scores[y] - shift - np.log(total)")]),
    Case("label-score-sign", "label-score-added", [(RET, "return (scores[y] - shift) + np.log(total)")]),
    Case("no-label-score", "prediction-for-label", [(RET, "return np.log(total)")]),
    Case("log-sum-exp-only", "label-score-missing", [(RET, "return shift + np.log(total)")]),
    Case("no-log", "log-of-sum-missing", [(RET, "return -(scores[y] - shift) + total")]),
    Case("label-score-only", "not-normalised", [(RET, "return -scores[y]")]),
    Case("probability", "no-logarithm", [(RET, "return np.exp(scores[y] - shift) / total")]),
    Case("log10", "log10", [(RET, "return (-(scores[y] - shift) + np.log(total)) / np.log(10)")]),
    Case("log2", "log2", [(RET, "return (-(scores[y] - shift) + np.log(total)) / np.log(2)")]),
    Case("denominator-without-label", "denominator-without-label",
         [("np.sum(np.exp(scores - shift))", "np.sum(np.exp(np.delete(scores, y) - shift))")]),
    Case("label-off-by-one", "label-off-by-one", [("scores[y] - shift", "scores[y - 1] - shift")]),
    Case("sum-of-logs", "log-inside-sum", [("np.log(total)", "np.sum(np.log(np.exp(scores - shift)))")]),
    Case("mean-instead-of-sum", "mean-denominator", [("np.sum(np.exp", "np.mean(np.exp")]),
    Case("all-classes", "all-classes", [("scores[y] - shift", "scores - shift")]),
    Case("hinge", "hinge", [(RET, "return np.sum(np.maximum(0, scores - scores[y] + 1)) - 1")]),
    Case("one-minus-p", "no-logarithm", [(RET, "return 1 - np.exp(scores[y] - shift) / total")]),
    Case("scores-changed", "changes-arguments", [(RET, "scores -= shift\n    return -scores[y] + np.log(total)")]),
    Case("returns-none", "returns-none", [("return ", "loss = ")]),
    Case("array-of-one", "wrong-shape", [(RET, "return np.array([-(scores[y] - shift) + np.log(total)])")]),
    Case("math-exp", "exception", [("np.exp(", "math.exp(")]),
    Case("undefined-name", "exception", [("np.log(total)", "np.log(sum_exp)")]),
    Case("log10-of-sum-only", "log10", "s = scores - scores.max(); return np.log10(np.exp(s).sum()) - s[y]"),
    Case("score-sign", "label-score-added", "return np.log(np.exp(scores).sum()) + scores[y]"),
    Case("sum-over-classes", "all-classes", "e = np.exp(scores); return -np.log(e / e.sum()).sum()"),
    Case("mean-over-classes", "all-classes", "e = np.exp(scores); return np.mean(-np.log(e / e.sum()))"),
    Case("first-class", "class-zero-for-label", "e = np.exp(scores); return -np.log(e[0] / e.sum())"),
    Case("derivative", "softmax-derivative", "p = np.exp(scores) / np.exp(scores).sum(); return p[y] * (1 - p[y])"),
    Case("times-p", "times-p", "p = np.exp(scores) / np.exp(scores).sum(); return -p[y] * np.log(p[y])"),
    Case("binary", "binary-cross-entropy",
         "p = np.exp(scores) / np.exp(scores).sum(); q = 1 - p; q[y] = p[y]; return -np.log(q).sum()"),
    Case("divided-by-classes", "over-C", "s = scores - scores.max(); return (np.log(np.exp(s).sum()) - s[y]) / len(s)"),
    Case("rounded", "rounded", "s = scores - scores.max(); return round(np.log(np.exp(s).sum()) - s[y], 2)"),
    Case("label-off-by-one-log2", "label-off-by-one log2", "e = np.exp(scores); return -np.log2(e[y - 1] / e.sum())"),
    Case("no-shift-by-probability", "overflow", "return -np.log(np.exp(scores[y]) / np.exp(scores).sum())"),
    Case("shift-by-first-score", "first-score-shift", "s = scores - scores[0]; return np.log(np.exp(s).sum()) - s[y]"),
    Case("clipped", "clipped", "s = np.clip(scores, -100, 100); return np.log(np.exp(s).sum()) - s[y]"),
    Case("probability-clipped", "log-epsilon",
         "e = np.exp(scores - scores.max()); return -np.log(np.clip(e[y] / e.sum(), 1e-15, 1))"),
    Case("epsilon-in-log-large", "log-epsilon",
         "e = np.exp(scores - scores.max()); return -np.log(e[y] / e.sum() + 1e-3)"),
    Case("added-up-over-calls", "remembers",
         "STATE[0] = STATE.get(0, 0) + np.logaddexp.reduce(scores) - scores[y]; return STATE[0]"),
    Case("loss-of-lowest", "lowest-for-label", [("-(scores[y] - shift)", "-(min(scores) - shift)")]),
    Case("classes-from-the-end", "labels-reversed", [("scores[y]", "scores[-1 - y]")]),
    Case("label-added-to-sum", "label-counted-twice",
         [("    return", "    total += np.exp(scores[y] - shift)\n    return")]),
    Case("exp-of-loss", "exponentiated", "e = np.exp(scores); return e.sum() / e[y]"),
    Case("absolute-error", "absolute-error",
         "p = np.exp(scores) / np.exp(scores).sum(); p[y] -= 1; return np.abs(p).sum()"),
    Case("log-of-target", "roles-swapped", """
        p = np.exp(scores) / np.exp(scores).sum()
        target = np.zeros(len(scores))
        target[y] = 1
        return -np.sum(p * np.log(target + 1e-12))
    """),
    Case("times-classes", "times-C", [(RET, "return len(scores) * (np.log(total) - scores[y] + shift)")]),
    Case("shift-by-label", "label-shift", [("np.max(scores)", "scores[y]")]),
    Case("doubled", "double", "s = scores - scores.max(); return 2 * (np.log(np.exp(s).sum()) - s[y])"),
    Case("halved", "half", "s = scores - scores.max(); return (np.log(np.exp(s).sum()) - s[y]) / 2"),
    Case("brackets-around-both", "log-sum-subtracted", [(RET, "return -(scores[y] - shift + np.log(total))")]),
    Case("log-sum-minus", "log-sum-subtracted", "return -scores[y] - np.log(np.exp(scores).sum())"),
    Case("shifted-and-added-back", "shift-mismatch", [(RET, RET.replace("-(", "shift - ("))]),
    Case("epsilon-in-log-and-no-shift", "overflow log-epsilon",
         "p = np.exp(scores) / np.exp(scores).sum(); return -np.log(p[y] + 1e-8)"),
    Case("negative-probability", "no-logarithm", [(RET, "return -np.exp(scores[y] - shift) / total")]),
    Case("probability-for-the-label's-score", "probability-for-score",
         "p = np.exp(scores) / np.exp(scores).sum(); return -p[y] + np.log(np.exp(scores).sum())"),
    Case("probabilities-in-the-sum", "probability-for-score",
         "p = np.exp(scores) / np.exp(scores).sum(); return -scores[y] + np.log(np.exp(p).sum())"),
    Case("probabilities-for-scores", "softmax-twice", """
        p = np.exp(scores - scores.max())
        p /= p.sum()
        return -p[y] + np.log(np.sum(np.exp(p)))
    """),
    Case("softmax-of-softmax", "softmax-twice", """
        for _ in range(2):
            scores = np.exp(scores - np.max(scores)) / np.sum(np.exp(scores - np.max(scores)))
        return -np.log(scores[y])
    """),
    Case("one-hot-times-logs", "zero-times-log", """
        p = np.exp(scores - scores.max())
        p /= p.sum()
        return -np.sum(np.eye(len(p))[y] * np.log(p))
    """),
    Case("log-of-a-score", "scores-for-probs", "return -np.log(scores[y])"),
    Case("all-probabilities", "probs-for-loss", "e = np.exp(scores - scores.max()); return e / e.sum()"),
    Case("shift-by-position", "position-shift", [("np.max(scores)", "np.argmax(scores)")]),
]

UNKNOWN = [
    Case("offset", "expected 1.943, got 2.193",
         "s = scores - scores.max(); return np.log(np.exp(s).sum()) - s[y] + 0.25"),
    Case("cubes", "The number is wrong", "s = scores - scores.max(); return np.log((np.exp(s)**3).sum()) - s[y] / 2"),
]
