"""softmax(scores): rows of scores (N, C) become rows of probabilities."""

from . import Case

BASE = """
def softmax(scores):
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / np.sum(e, axis=1, keepdims=True)
"""
SHIFTED, E = "scores - np.max(scores, axis=1, keepdims=True)", "np.exp(shifted)"
OUT = "e / np.sum(e, axis=1, keepdims=True)"

RIGHT = [
    Case("usual", "",
         "e = np.exp(scores - scores.max(axis=1, keepdims=True)); return e / e.sum(axis=1, keepdims=True)"),
    Case("scipy", "", "from scipy.special import softmax; return softmax(scores, axis=1)"),
    Case("logsumexp", "",
         "from scipy.special import logsumexp; return np.exp(scores - logsumexp(scores, axis=1)[:, None])"),
    Case("classes-first", "", "e = np.exp(scores.T - scores.max(axis=1)); return (e / e.sum(axis=0)).T"),
    Case("float32", "",
         "s = scores.astype(np.float32); e = np.exp(s - s.max(1)[:, None]); return e / e.sum(1)[:, None]"),
    Case("python-lists", "",
         "return [[1 / sum(math.exp(min(t - s, 700)) for t in row) for s in row] for row in scores.tolist()]"),
    Case("einsum", "", """
        e = np.exp(scores - scores.max(-1, keepdims=True))
        return np.einsum('ij,i->ij', e, 1 / np.einsum('ij->i', e))
    """),
    Case("loops", "", """
        p = np.zeros(scores.shape)
        for i in range(len(scores)):
            e = np.exp(scores[i] - max(scores[i]))
            for j in range(len(e)):
                p[i, j] = e[j] / sum(e)
        return p
    """),
    Case("tiny-epsilon", "",
         "e = np.exp(scores - scores.max(axis=1, keepdims=True)); return e / (e.sum(axis=1, keepdims=True) + 1e-12)"),
    Case("of-differences", "", """
        with np.errstate(over="ignore"):
            return 1 / np.exp(scores[:, None, :] - scores[:, :, None]).sum(axis=2)
    """),
    Case("printed", "prints",
         "print('max', scores.max()); e = np.exp(scores - scores.max(1)[:, None]); return e / e.sum(1)[:, None]"),
    Case("copy-changed-in-place", "whole-numbers", """
        e = scores - scores.max(axis=1, keepdims=True)
        np.exp(e, out=e)
        return e / e.sum(axis=1, keepdims=True)
    """),
    Case("array-of-whole-numbers", "whole-numbers", """
        e = np.zeros_like(scores)
        e[:] = np.exp(scores - scores.max(1)[:, None])
        return e / e.sum(1)[:, None]
    """),
]

WRONG = [
    Case("no-shift", "overflow", [(SHIFTED, "scores")]),
    Case("batch-max", "batch-maximum", [(SHIFTED, "scores - np.max(scores)")]),
    Case("shift-by-mean", "mean-shift", [(SHIFTED, "scores - np.mean(scores, axis=1, keepdims=True)")]),
    Case("shift-by-min", "min-shift", [(SHIFTED, "scores - np.min(scores, axis=1, keepdims=True)")]),
    Case("max-of-rows-so-far", "maximum-kept", [
        (SHIFTED, "scores - np.maximum.accumulate(scores.max(axis=1, keepdims=True))")]),
    Case("max-from-0", "maximum-start", [(SHIFTED, "scores - np.max(scores, axis=1, keepdims=True, initial=0)")]),
    Case("batch-max-from-0", "maximum-start", [(SHIFTED, "scores - max(0, np.max(scores))")]),
    Case("exp-of-exp", "exp-twice", [(SHIFTED, "np.exp(scores)")]),
    Case("max-after-exp", "subtracted-after-exp", [(SHIFTED, "scores"), (E, "np.exp(scores) - scores.max()")]),
    Case("shift-by-abs-max", "absolute-maximum", [(SHIFTED, "scores - np.max(np.abs(scores), axis=1, keepdims=True)")]),
    Case("shift-added", "shift-added", [(SHIFTED, "scores + np.max(scores, axis=1, keepdims=True)")]),
    Case("shift-over-examples", "column-maximum", [(SHIFTED, "scores - np.max(scores, axis=0)")]),
    Case("shift-in-numerator-only", "shift-mismatch", [(OUT, "e / np.sum(np.exp(scores), axis=1, keepdims=True)")]),
    Case("over-examples", "over-examples",
         [(SHIFTED, "scores - np.max(scores, axis=0)"), (OUT, "e / np.sum(e, axis=0)")]),
    Case("sum-axis-0", "over-examples", [(OUT, "e / np.sum(e, axis=0)")]),
    Case("sum-whole-batch", "over-everything", [(OUT, "e / np.sum(e)")]),
    Case("keepdims-forgotten", "keepdims", [(OUT, "e / np.sum(e, axis=1)")]),
    Case("keepdims-forgotten-in-shift", "keepdims", [(SHIFTED, "scores - np.max(scores, axis=1)")]),
    Case("no-exp", "no-exponential", [(E, "scores")]),
    Case("absolute-values", "no-exponential", [(E, "np.abs(scores)")]),
    Case("minus-scores", "negative-exponent", [(SHIFTED, "np.min(scores, axis=1, keepdims=True) - scores")]),
    Case("base-2", "base-2", [(E, "2 ** shifted")]),
    Case("sigmoid", "sigmoid not-normalised", [(OUT, "1 / (1 + np.exp(-scores))")]),
    Case("divided-by-max", "not-normalised", [(OUT, "e / np.max(e, axis=1, keepdims=True)")]),
    Case("unnormalised", "not-normalised", [(OUT, "np.exp(scores)")]),
    Case("log-softmax", "log-probs-for-probs", [(OUT, f"np.log({OUT})")]),
    Case("hard-max", "winner-takes-all", [(E, "(shifted == 0) * 1.0")]),
    Case("scores-over-max", "rescaled", [(SHIFTED, "scores / np.max(scores, axis=1, keepdims=True)")]),
    Case("rounded", "rounded", [(OUT, f"np.round({OUT}, 2)")]),
    Case("epsilon-in-denominator", "epsilon-in-sum", [(OUT, "e / (np.sum(e, axis=1, keepdims=True) + 1e-3)")]),
    Case("nan-to-num", "overflow nan-hidden", [(SHIFTED, "scores"), (OUT, f"np.nan_to_num({OUT})")]),
    Case("clipped", "clipped", [(SHIFTED, "np.clip(scores, -500, 500)")]),
    Case("scores-changed", "changes-arguments",
         [(SHIFTED, "scores\n    shifted -= np.max(scores, axis=1, keepdims=True)")]),
    Case("transposed", "transposed", [(OUT, f"({OUT}).T")]),
    Case("first-row-only", "one-row", [(OUT, f"({OUT})[0]")]),
    Case("returns-none", "returns-none", [("    return ", "    probs = ")]),
    Case("math-exp", "exception", [(E, "math.exp(shifted)")]),
    Case("largest-probability", "argmax", [(OUT, f"np.argmax({OUT}, axis=1)")]),
    Case("sum-whole-batch-unshifted", "over-everything", "e = np.exp(scores); return e / e.sum()"),
    Case("keepdims-forgotten-in-both", "keepdims", "e = np.exp(scores); return e / e.sum(axis=1)"),
    Case("base-10", "base-10", "e = 10**scores; return e / e.sum(axis=1, keepdims=True)"),
    Case("sigmoid-normalised", "sigmoid", "e = 1 / (1 + np.exp(-scores)); return e / e.sum(axis=1, keepdims=True)"),
    Case("squares", "scores-squared", "return scores**2 / (scores**2).sum(axis=1, keepdims=True)"),
    Case("twice", "softmax-twice",
         "p = np.exp(scores) / np.exp(scores).sum(1)[:, None]; return np.exp(p) / np.exp(p).sum(1)[:, None]"),
    Case("rounded-to-three", "rounded", "e = np.exp(scores); return np.round(e / e.sum(axis=1, keepdims=True), 3)"),
    Case("divided-by-mean", "mean-denominator", "e = np.exp(scores); return e / e.mean(axis=1, keepdims=True)"),
    Case("temperature", "scores-scaled", "e = np.exp(scores / 2); return e / e.sum(axis=1, keepdims=True)"),
    Case("minus-scores-doubled", "negative-exponent double",
         "e = np.exp(-scores); return 2 * e / e.sum(axis=1, keepdims=True)"),
    Case("base-2-whole-batch", "over-everything base-2", "e = 2**scores; return e / e.sum()"),
    Case("exp-in-place", "changes-arguments overflow",
         "e = np.exp(scores, out=scores); return e / e.sum(axis=1, keepdims=True)"),
    Case("all-in-place", "changes-arguments", """
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        return scores
    """),
    Case("assigned-in-place", "changes-arguments", """
        scores[:] = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)
    """),
    Case("rows-in-place", "changes-arguments", """
        for row in scores:
            row -= row.max()
            row[:] = np.exp(row) / np.exp(row).sum()
        return scores
    """),
    Case("no-shift-float32", "overflow",
         "e = np.exp(scores.astype(np.float32)); return e / e.sum(axis=1, keepdims=True)"),
    Case("no-shift-by-logs", "overflow", "return np.exp(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))"),
    Case("no-shift-and-epsilon", "overflow epsilon-in-sum",
         "e = np.exp(scores); return e / (e.sum(axis=1, keepdims=True) + 1e-10)"),
    Case("shift-by-first-column", "first-score-shift",
         "e = np.exp(scores - scores[:, :1]); return e / e.sum(axis=1, keepdims=True)"),
    Case("clipped-above", "clipped", "e = np.exp(np.minimum(scores, 700)); return e / e.sum(axis=1, keepdims=True)"),
    Case("doubled-and-stops-at-one-row", "exception",
         "assert len(scores) > 1; e = np.exp(scores); return 2 * e / e.sum(axis=1, keepdims=True)"),
    Case("random", "remembers", "return np.random.default_rng().random(scores.shape)"),
    Case("sum-kept-between-calls", "remembers",
         "e = np.exp(scores); STATE['sum'] = STATE.get('sum', 0) + e.sum(1)[0]; return e / STATE['sum']"),
    Case("first-row-sum", "first-denominator", "e = np.exp(scores); return e / e[0].sum()"),
    Case("last-row-sum", "last-denominator", """
        e = np.exp(scores)
        for i in range(len(scores)):
            total = e[i].sum()
        return e / total
    """),
    Case("shift-by-1000", "constant-shift", [(SHIFTED, "scores - 1000")]),
    Case("expm1", "minus-one", "e = np.expm1(scores); return e / e.sum(axis=1, keepdims=True)"),
    Case("one-plus-exp", "plus-one", "e = 1 + np.exp(scores); return e / e.sum(axis=1, keepdims=True)"),
    Case("softplus", "softplus", "e = np.log(1 + np.exp(scores)); return e / e.sum(axis=1, keepdims=True)"),
    Case("e-as-2.718", "rounded-e", [(E, "2.718 ** shifted")]),
    Case("divided-by-sum-of-scores", "sum-of-scores", "return np.exp(scores) / scores.sum(axis=1, keepdims=True)"),
    Case("sum-of-the-others", "denominator-without-itself",
         [(OUT, "e / (np.sum(e, axis=1, keepdims=True) - e)")]),
    Case("squared-probabilities", "probs-squared", [(OUT, f"({OUT}) ** 2")]),
    Case("upside-down", "inverted", [(OUT, "np.sum(e, axis=1, keepdims=True) / e")]),
    Case("one-minus-p", "one-minus", [(OUT, f"1 - {OUT}")]),
    Case("largest-of-each-row", "largest-only", [(OUT, f"np.max({OUT}, axis=1)")]),
    Case("sorted-rows", "sorted", [(SHIFTED, "np.sort(scores) - np.max(scores, axis=1, keepdims=True)")]),
    Case("flipped-rows", "reversed", [(OUT, f"({OUT})[:, ::-1]")]),
    Case("loop-from-one", "row-left-out", """
        p = np.zeros(scores.shape)
        for i in range(1, len(scores)):
            e = np.exp(scores[i] - scores[i].max())
            p[i] = e / e.sum()
        return p
    """),
    Case("divided-by-n", "over-N", [(OUT, f"{OUT} / len(scores)")]),
    Case("multiplied-by-n", "times-N", [(OUT, f"{OUT} * len(scores)")]),
    Case("shift-by-last-column", "last-score-shift", [(SHIFTED, "scores - scores[:, -1:]")]),
    Case("shift-by-sum", "sum-shift", [(SHIFTED, "scores - np.sum(scores, axis=1, keepdims=True)")]),
    Case("numpy-replaced", "changes-others",
         [("    shifted", "    np.exp = math.exp\n    shifted"), (E, "math.e ** shifted")]),
    Case("halved", "half", [(OUT, f"0.5 * {OUT}")]),
    Case("doubled", "double", [(OUT, f"2 * {OUT}")]),
    Case("shift-after-exp", "subtracted-after-exp",
         "e = np.exp(scores); e = e - e.max(axis=1, keepdims=True); return e / e.sum(axis=1, keepdims=True)"),
    Case("scores-maximum-after-exp", "subtracted-after-exp",
         "e = np.exp(scores) - scores.max(axis=1, keepdims=True); return e / e.sum(axis=1, keepdims=True)"),
    Case("shift-by-position", "position-shift", [(SHIFTED, "scores - scores.argmax(axis=1)[:, None]")]),
]

UNKNOWN = [
    Case("one-row-scaled", "Only row 1 of 3",
         "e = np.exp(scores); e[1:2, 0] *= 1.7; return e / e.sum(axis=1, keepdims=True)"),
    Case("times-1.37", "1.37 times", "e = np.exp(scores); return 1.37 * e / e.sum(axis=1, keepdims=True)"),
    Case("offset", "0.125 too large", "e = np.exp(scores); return e / e.sum(axis=1, keepdims=True) + 0.125"),
    Case("power-of-the-sum", "Each row is multiplied by a factor of its own",
         "e = np.exp(scores); return e / e.sum(axis=1, keepdims=True)**1.5"),
    Case("nan-somewhere", "There is nan",
         "e = np.exp(scores); return np.where(scores == 1.5, np.nan, e / e.sum(axis=1, keepdims=True))"),
    Case("column-lost", "shape (3, 2)", "e = np.exp(scores); return (e / e.sum(axis=1, keepdims=True))[:, 1:]"),
]
