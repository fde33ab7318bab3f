"""LinearClassifier.train, written as the method itself: stochastic gradient descent with a loss that the class has."""

from . import Case

BASE = """
def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
    num_train, dim = X.shape
    num_classes = np.max(y) + 1
    if self.W is None:
        self.W = 0.001 * np.random.randn(dim, num_classes)
    loss_history = []
    for it in range(num_iters):
        rows = np.random.choice(num_train, batch_size)
        X_batch, y_batch = X[rows], y[rows]
        loss, grad = self.loss(X_batch, y_batch, reg)
        loss_history.append(loss)
        self.W -= learning_rate * grad
        if verbose and it % 100 == 0:
            print("iteration %d / %d: loss %f" % (it, num_iters, loss))
    return loss_history
"""
ROWS, BATCH = "np.random.choice(num_train, batch_size)", "X_batch, y_batch = X[rows], y[rows]"
UPDATE = "self.W -= learning_rate * grad"

RIGHT = [
    Case("usual", "", []),
    Case("without-replacement", "", [(ROWS, "np.random.choice(num_train, batch_size, replace=False)")]),
    Case("randint", "", [(ROWS, "np.random.randint(0, num_train, size=batch_size)")]),
    Case("permutation", "", [(ROWS, "np.random.permutation(num_train)[:batch_size]")]),
    Case("own-generator", "", [(ROWS, "np.random.default_rng().integers(num_train, size=batch_size)")]),
    Case("take", "", [(BATCH, "X_batch, y_batch = np.take(X, rows, axis=0), y.take(rows)")]),
    Case("new-array", "", [(UPDATE, "self.W = self.W + -learning_rate * grad")]),
    Case("gradient-scaled-in-place", "", [(UPDATE, "grad *= learning_rate\n        self.W -= grad")]),
    Case("array-of-losses", "", [("return loss_history", "return np.array(loss_history)")]),
    Case("loss-called-twice", "", [("loss, grad = self.loss(X_batch, y_batch, reg)",
                                    "loss = self.loss(X_batch, y_batch, reg)[0]\n"
                                    "        grad = self.loss(X_batch, y_batch, reg)[1]")]),
    Case("epochs", "", [("    loss_history = []\n", "    loss_history, order = [], []\n"),
                        (ROWS, "order[:batch_size]"),
                        ("        rows =", "        if len(order) < batch_size:\n"
                         "            order = np.random.permutation(num_train)\n        rows ="),
                        ("        loss_history", "        order = order[batch_size:]\n        loss_history")]),
    Case("zero-start", "", [("0.001 * np.random.randn(dim, num_classes)", "np.zeros((dim, num_classes))")]),
]

WRONG = [
    Case("untouched", "not-written", [(BATCH, "X_batch, y_batch = None, None"), (UPDATE, "pass")]),
    Case("empty", "not-written", "pass"),
    Case("no-loss", "loss-not-called", "return []"),
    Case("uphill", "ascent", [(UPDATE, "self.W += learning_rate * grad")]),
    Case("no-update", "not-updated", [(UPDATE, "pass")]),
    Case("no-learning-rate", "lr-ignored", [(UPDATE, "self.W -= grad")]),
    Case("set-not-subtracted", "step-only", [(UPDATE, "self.W = -learning_rate * grad")]),
    Case("twice", "double", [(UPDATE, UPDATE + "\n        " + UPDATE)]),
    Case("reg-again", "reg-gradient-double", [(UPDATE, "self.W -= learning_rate * (grad + reg * self.W)")]),
    Case("divided", "lr-scaled", [(UPDATE, "self.W -= learning_rate * grad / batch_size")]),
    Case("reg-as-rate", "arguments-swapped", [(UPDATE, "self.W -= reg * grad")]),
    Case("three-times", "factor", [(UPDATE, "self.W -= 3 * learning_rate * grad")]),
    Case("loss-after-the-step", "loss-called-again", [
        (UPDATE, f"{UPDATE}\n        loss_history[-1] = self.loss(X_batch, y_batch, reg)[0]")]),
    Case("all-of-X-with-labels-of-rows", "labels-not-matched", [(BATCH, "X_batch, y_batch = X, y[rows]")]),
    Case("labels-drawn-again", "labels-not-matched", [(BATCH, f"X_batch, y_batch = X[rows], y[{ROWS}]")]),
    Case("first-labels", "labels-not-matched", [(BATCH, "X_batch, y_batch = X[rows], y[:batch_size]")]),
    Case("no-labels", "labels-not-matched", [(BATCH, "X_batch, y_batch = X[rows], None")]),
    Case("no-rows", "rows-not-of-X", [(BATCH, "X_batch, y_batch = None, y[rows]")]),
    Case("columns", "rows-not-of-X", [(BATCH, "X_batch, y_batch = X[:, rows % dim], y[rows]")]),
    Case("all-rows", "all-rows", [(BATCH, "X_batch, y_batch = X, y")]),
    Case("choice-arguments-exchanged", "draw-swapped", [(ROWS, "np.random.choice(batch_size, num_train)")]),
    Case("randint-arguments-exchanged", "draw-swapped", [(ROWS, "np.random.randint(0, batch_size, num_train)")]),
    Case("five-times-all", "batch-size-ignored", [(ROWS, "np.random.choice(num_train, 5 * num_train)")]),
    Case("weighted", "unequal-chances", [(ROWS, "np.random.choice(num_train, batch_size, p=(1.0 + 2 * (y == 0)) / "
         "np.sum(1.0 + 2 * (y == 0)))")]),
    Case("weighted-by-label", "unequal-chances", [(ROWS, "np.random.choice(num_train, batch_size, p=(y + 1.0) / "
         "np.sum(y + 1.0))")]),
    Case("drawn-by-label", "unequal-chances", [(ROWS, "np.random.permutation(np.append(np.arange(num_train), "
         "np.flatnonzero(y == 3).repeat(3)))[:batch_size]")]),
    Case("ten-rows", "batch-size-ignored", [(ROWS, "np.random.choice(num_train, 10)")]),
    Case("one-more", "wrong-batch-size", [(ROWS, "np.random.choice(num_train, batch_size + 1)")]),
    Case("first-rows", "first-rows", [(ROWS, "np.arange(batch_size)")]),
    Case("seeded", "same-rows", [("        rows", "        np.random.seed(0)\n        rows")]),
    Case("features-for-rows", "rows-never-drawn", [(ROWS, "np.random.choice(dim, batch_size)")]),
    Case("slices", "contiguous-block", [(ROWS, "np.arange(it, it + batch_size) % num_train")]),
    Case("few", "few-batches", [(ROWS, "(np.arange(batch_size) * 9 + it % 12 * 7) % num_train")]),
    Case("always-new-weights", "starts-again", [("if self.W is None", "if True")]),
    Case("new-weights-in-each-round", "starts-again", [
         ("        rows =", "        self.W = 0.001 * np.random.randn(dim, num_classes)\n        rows =")]),
    Case("classes-that-occur", "wrong-shape", [("np.max(y) + 1", "len(np.unique(y))")]),
    Case("one-step-too-few", "wrong-steps", [("range(num_iters)", "range(1, num_iters)")]),
    Case("return-in-the-loop", "wrong-steps", [("    return loss_history", "        return loss_history")]),
    Case("reg-forgotten", "wrong-reg", [("y_batch, reg)", "y_batch, 0.0)")]),
    Case("returns-nothing", "returns-none", [("    return loss_history", "    loss_history")]),
    Case("last-loss", "wrong-type", [("return loss_history", "return loss")]),
    Case("gradients-in-the-list", "wrong-type", [("append(loss)", "append(grad)")]),
    Case("list-in-the-loop", "history-length", [("loss_history.append(loss)", "loss_history = [loss]")]),
    Case("mean-losses", "history-values", [("append(loss)", "append(loss / batch_size)")]),
    Case("undefined", "exception", [(UPDATE, "self.W -= learning_rate * dW")]),
    Case("verbose-typo", "exception", [("it % 100 == 0", "it % 100 == 0 and los > 0")]),
    Case("X-changed", "changes-arguments", [("    num_train, dim", "    X /= 2\n    num_train, dim")]),
]

UNKNOWN = [
    Case("step-of-one-row", "In the step", [(UPDATE, "self.W[:2] -= learning_rate * grad[:2]")]),
]
