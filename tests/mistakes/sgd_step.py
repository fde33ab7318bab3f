"""sgd_step(W, X, y, learning_rate, reg, batch_size, rng): one step of SGD; returns the new W and the loss."""

from . import Case

BASE = """
from cs231n_softmax import softmax_loss_vectorized


def sgd_step(W, X, y, learning_rate, reg, batch_size, rng):
    rows = rng.integers(len(X), size=batch_size)
    loss, dW = softmax_loss_vectorized(W, X[rows], y[rows], reg)
    return W - learning_rate * dW, loss
"""
ROWS, LOSS = "rng.integers(len(X), size=batch_size)", "softmax_loss_vectorized(W, X[rows], y[rows], reg)"
RETURN = "return W - learning_rate * dW, loss"

RIGHT = [
    Case("usual", "", []),
    Case("without-replacement", "", [(ROWS, "rng.choice(len(X), batch_size, replace=False)")]),
    Case("permutation", "", [(ROWS, "rng.permutation(len(X))[:batch_size]")]),
    Case("random-sorted", "", [(ROWS, "np.sort((rng.random(batch_size) * len(X)).astype(int))")]),
    Case("copy-list-float", "", [(RETURN, "W = W.copy()\n    W -= learning_rate * dW\n    return [W, float(loss)]")]),
    Case("float32", "", [(RETURN, "W = np.float32(W) - np.float32(learning_rate * dW)\n    return W, loss")]),
    Case("own-loss", "", """
        rows = rng.choice(np.arange(len(X)), size=batch_size)
        scores = X[rows] @ W
        p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(batch_size), y[rows]]).mean() + reg * (W * W).sum()
        p[np.arange(batch_size), y[rows]] -= 1
        return W - learning_rate * (X[rows].T @ p / batch_size + 2 * reg * W), loss
    """),
    Case("shuffled", "", """
        order = np.arange(len(X))
        rng.shuffle(order)
        batch = order[-batch_size:]
        loss, dW = softmax_loss_vectorized(W, np.take(X, batch, axis=0), np.take(y, batch), reg)
        return np.subtract(W, np.multiply(learning_rate, dW)), float(loss)
    """),
]

WRONG = [
    Case("uphill", "ascent", [(RETURN, "return W + learning_rate * dW, loss")]),
    Case("no-learning-rate", "lr-ignored", [(RETURN, "return W - dW, loss")]),
    Case("learning-rate-squared", "lr-squared", [(RETURN, "return W - learning_rate ** 2 * dW, loss")]),
    Case("divided-by-batch", "lr-scaled", [(RETURN, "return W - learning_rate * dW / batch_size, loss")]),
    Case("times-batch", "times-batch-size", [(RETURN, "return W - learning_rate * dW * batch_size, loss")]),
    Case("only-the-step", "step-only", [(RETURN, "return -learning_rate * dW, loss")]),
    Case("gradient-returned", "returns-gradient", [(RETURN, "return dW, loss")]),
    Case("w-not-moved", "not-updated", [(RETURN, "W_new = W - learning_rate * dW\n    return W, loss")]),
    Case("w-changed", "changes-arguments", [(RETURN, "W -= learning_rate * dW\n    return W, loss")]),
    Case("whole-set", "all-rows", [(LOSS, "softmax_loss_vectorized(W, X, y, reg)")]),
    Case("first-rows", "first-rows", [(ROWS, "np.arange(batch_size)")]),
    Case("other-labels", "labels-not-matched", [("y[rows]", "y[:batch_size]")]),
    Case("labels-drawn-again", "labels-not-matched", [("y[rows]", f"y[{ROWS}]")]),
    Case("other-examples", "labels-not-matched", [("X[rows]", "X[:batch_size]")]),
    Case("no-reg", "reg-missing", [("y[rows], reg)", "y[rows], 0.0)")]),
    Case("reg-is-learning-rate", "arguments-swapped", [("y[rows], reg)", "y[rows], learning_rate)")]),
    Case("reg-twice", "reg-gradient-double", [(RETURN, "return W - learning_rate * (dW + 2 * reg * W), loss")]),
    Case("rates-swapped", "arguments-swapped arguments-swapped",
         [("y[rows], reg)", "y[rows], learning_rate)"), ("W - learning_rate", "W - reg")]),
    Case("loss-after-step", "loss-after",
         [(RETURN, f"W = W - learning_rate * dW\n    loss, _ = {LOSS}\n    return W, loss")]),
    Case("loss-of-all", "loss-of-all",
         [(RETURN, "loss, _ = softmax_loss_vectorized(W, X, y, reg)\n    return W - learning_rate * dW, loss")]),
    Case("loss-without-reg", "reg-loss-missing",
         [(RETURN, "return W - learning_rate * dW, loss - reg * np.sum(W * W)")]),
    Case("loss-times-batch", "loss-scaled", [(RETURN, "return W - learning_rate * dW, loss * batch_size")]),
    Case("loss-of-other-batch", "loss-of-others", [(RETURN, f"rows = {ROWS}\n    loss, _ = {LOSS}\n    {RETURN}")]),
    Case("order-swapped", "returns-swapped", [(RETURN, "return loss, W - learning_rate * dW")]),
    Case("only-w", "loss-missing", [(RETURN, "return W - learning_rate * dW")]),
    Case("only-loss", "weights-missing", [(RETURN, "return loss")]),
    Case("returns-none", "returns-none", [(f"    {RETURN}\n", "    W = W - learning_rate * dW\n")]),
    Case("global-random", "rng-ignored", [(ROWS, "np.random.choice(len(X), batch_size)")]),
    Case("own-generator", "rng-ignored", [(ROWS, "np.random.default_rng().integers(len(X), size=batch_size)")]),
    Case("same-seed", "same-rows", [(ROWS, "np.random.default_rng(0).integers(len(X), size=batch_size)")]),
    Case("last-row-never", "rows-never-drawn", [("len(X), size", "len(X) - 1, size")]),
    Case("last-row-never-when-tall", "rows-never-drawn", [("len(X), size", "len(X) - (len(X) > X.shape[1]), size")]),
    Case("first-row-never", "rows-never-drawn", [("integers(len(X)", "integers(1, len(X)")]),
    Case("rows-below-batch-size", "rows-never-drawn", [("integers(len(X), size", "integers(batch_size, size")]),
    Case("rows-from-classes", "rows-never-drawn", [("integers(len(X), size", "integers(max(y) + 1, size")]),
    Case("rows-from-features", "rows-never-drawn", [("integers(len(X)", "integers(min(X.shape)")]),
    Case("one-row", "batch-size-ignored", [(ROWS, "rng.integers(len(X), size=1)")]),
    Case("fixed-batch-200", "batch-size-ignored", [(ROWS, "rng.integers(len(X), size=200)")]),
    Case("one-too-many", "wrong-batch-size", [("size=batch_size)", "size=batch_size + 1)")]),
    Case("one-too-few", "wrong-batch-size", [("size=batch_size)", "size=max(1, batch_size - 1))")]),
    Case("contiguous", "contiguous-block", [(ROWS, "(rng.integers(len(X)) + np.arange(batch_size)) % len(X)")]),
    Case("two-steps", "many-steps",
         [(RETURN, f"W = W - learning_rate * dW\n    _, dW = {LOSS}\n    {RETURN}")]),
    Case("training-loop", "wrong-values", """
        for _ in range(100):
            rows = rng.integers(len(X), size=batch_size)
            loss, dW = softmax_loss_vectorized(W, X[rows], y[rows], reg)
            W = W - learning_rate * dW
        return W, loss
    """),
    Case("only-x-shuffled", "changes-arguments", [(ROWS, "np.arange(batch_size)\n    rng.shuffle(X)")]),
    Case("x-and-y-shuffled", "changes-arguments",
         [(ROWS, "np.arange(batch_size)\n    order = rng.permutation(len(X))\n    X[:], y[:] = X[order], y[order]")]),
    Case("undefined-name", "exception", [("W - learning_rate", "W - lr")]),
    Case("matrix-product", "exception", [("(W, X[rows]", "(X[rows], W")]),
    Case("three-results", "three-results", [("dW, loss\n", "dW, loss, dW\n")]),
    Case("reg-halved", "half-convention", [("reg)\n", "reg / 2)\n")]),
    Case("reg-for-learning-rate", "arguments-swapped", [("W - learning_rate", "W - reg")]),
    Case("step-for-each-row", "many-steps", """
        for k in range(batch_size):
            i = rng.integers(len(X), size=1)
            loss, dW = softmax_loss_vectorized(W, X[i], y[i], reg)
            W = W - learning_rate * dW
            first = loss if k == 0 else first
        return W, first
    """),
    Case("uphill-and-loss-divided", "ascent loss-scaled",
         [(RETURN, "return W + learning_rate * dW, loss / batch_size")]),
    Case("block-inside", "contiguous-block", [(ROWS, "rng.integers(len(X) - batch_size + 1) + np.arange(batch_size)")]),
    Case("same-global-seed", "same-rows",
         [("    rows", "    np.random.seed(0)\n    rows"), (ROWS, "np.random.choice(len(X), batch_size)")]),
    Case("generator-copied", "rng-restarted", [(ROWS, "copy.deepcopy(rng).integers(len(X), size=batch_size)")]),
    Case("five-rows", "batch-size-ignored", [("size=batch_size", "size=5")]),
    Case("examples-shuffled", "labels-not-matched", [("X[rows]", "X[rng.permutation(rows)]")]),
    Case("momentum", "remembers",
         [("    return", "    dW = STATE[len(X)] = 0.9 * STATE.get(len(X), 0) + dW\n    return")]),
    Case("randint", "exception", [(ROWS, "rng.randint(0, len(X), batch_size)")]),
    Case("penalty-added-to-loss", "reg-loss-double",
         [(RETURN, "return W - learning_rate * dW, loss + reg * np.sum(W**2)")]),
    Case("gradient-first", "results-exchanged", [("loss, dW =", "dW, loss =")]),
    Case("divided-by-learning-rate", "lr-divided", [(RETURN, "return W - dW / learning_rate, loss")]),
    Case("loss-subtracted", "loss-as-gradient", [(RETURN, "return W - learning_rate * loss, loss")]),
    Case("sign-of-gradient", "sign-only", [(RETURN, "return W - learning_rate * np.sign(dW), loss")]),
    Case("minus-loss", "negated-loss", [(RETURN, "return W - learning_rate * dW, -loss")]),
    Case("gradient-normalised", "normalised",
         [(RETURN, "return W - learning_rate * dW / np.linalg.norm(dW), loss")]),
    Case("forty-seeds", "few-batches",
         [(ROWS, "np.random.default_rng(rng.integers(40)).integers(len(X), size=batch_size)")]),
    Case("step-doubled", "double", [(RETURN, "return W - 2 * learning_rate * dW, loss")]),
    Case("step-halved", "half", [(RETURN, "return W - learning_rate / 2 * dW, loss")]),
]

UNKNOWN = [
    Case("root-of-learning-rate", "factors in the problems tried: 2, 2.828, 4",
         [("learning_rate *", "learning_rate**0.5 *")]),
    Case("first-row-faster", "In the step, new W - W: Only row 0 of 3",
         [("    return", "    dW[0] *= 1.3\n    return")]),
    Case("loss-squared", "In the loss", [("dW, loss\n", "dW, loss**2\n")]),
]
