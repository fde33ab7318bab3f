"""two_layer_loss(params, X, y, reg): the loss of a network with one hidden layer, and its four gradients."""

from . import Case

BASE = """
def two_layer_loss(params, X, y, reg):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    N = len(X)
    H = np.maximum(0, X @ W1 + b1)
    scores = H @ W2 + b2
    scores = scores - scores.max(axis=1, keepdims=True)
    probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss = -np.log(probs[np.arange(N), y]).sum() / N
    loss += reg * (np.sum(W1**2) + np.sum(W2**2))
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores /= N
    grads = {}
    grads["W2"] = H.T @ dscores + 2 * reg * W2
    grads["b2"] = dscores.sum(axis=0)
    dH = dscores @ W2.T
    dH[H <= 0] = 0
    grads["W1"] = X.T @ dH + 2 * reg * W1
    grads["b1"] = dH.sum(axis=0)
    return loss, grads
"""
HIDDEN, SCORES = "np.maximum(0, X @ W1 + b1)", "H @ W2 + b2"
SHIFT = "scores = scores - scores.max(axis=1, keepdims=True)"
PROBS = "np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)"
LOSS, PENALTY = "-np.log(probs[np.arange(N), y]).sum() / N", "reg * (np.sum(W1**2) + np.sum(W2**2))"
ONE, OVER_N = "dscores[np.arange(N), y] -= 1", "dscores /= N"
W2, B2 = "H.T @ dscores + 2 * reg * W2", "dscores.sum(axis=0)"
BACK, GATE = "dscores @ W2.T", "dH[H <= 0] = 0"
W1, B1 = "X.T @ dH + 2 * reg * W1", "dH.sum(axis=0)"

RIGHT = [
    Case("usual", "", []),
    Case("mask-times", "", [(GATE, "dH = dH * (H > 0)")]),
    Case("where", "", [(GATE, "dH = np.where(H > 0, dH, 0)")]),
    Case("einsum", "", [(W2, "np.einsum('nh,nc->hc', H, dscores) + 2 * reg * W2"),
                        (BACK, "np.einsum('nc,hc->nh', dscores, W2)"),
                        (W1, "np.einsum('nd,nh->dh', X, dH) + 2 * reg * W1"), (HIDDEN, "(X.dot(W1) + b1).clip(0)")]),
    Case("sign-of-the-sums", "", [(HIDDEN, "X @ W1 + b1"), (SCORES, "np.where(H > 0, H, 0) @ W2 + b2"),
                                  ("H.T @ dscores", "(H * (H > 0)).T @ dscores"),
                                  (GATE, "dH *= (np.sign(H) + 1) / 2")]),
    Case("log-sum-exp", "", [(LOSS, "np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(N), y])")]),
    Case("one-hot", "", [(ONE, "dscores -= np.eye(len(b2))[y]")]),
    Case("scipy", "", [(SHIFT, "from scipy.special import log_softmax"), (PROBS, "np.exp(log_softmax(scores, axis=1))"),
                       (LOSS, "-log_softmax(scores, axis=1)[range(N), y].mean()")]),
    Case("bias-as-a-row", "", """
        X1 = np.hstack([X, np.ones((len(X), 1))])
        V1, V2 = np.vstack([params["W1"], params["b1"]]), np.vstack([params["W2"], params["b2"]])
        H = np.maximum(X1 @ V1, 0)
        H1 = np.hstack([H, np.ones((len(X), 1))])
        s = H1 @ V2
        s -= s.max(axis=1, keepdims=True)
        p = np.exp(s)
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.mean(np.log(p[np.arange(len(X)), y]))
        loss += reg * (np.linalg.norm(params["W1"]) ** 2 + np.linalg.norm(params["W2"]) ** 2)
        p[np.arange(len(X)), y] -= 1
        dV2 = H1.T @ p / len(X)
        dV1 = X1.T @ ((p @ params["W2"].T) * (H > 0)) / len(X)
        return loss, {"W1": dV1[:-1] + 2 * reg * params["W1"], "b1": dV1[-1],
                      "W2": dV2[:-1] + 2 * reg * params["W2"], "b2": dV2[-1]}
    """),
    Case("loops", "", """
        W1, b1, W2, b2 = [params[name] for name in ("W1", "b1", "W2", "b2")]
        N, D = X.shape
        H, C = W2.shape
        loss, grads = 0.0, {name: np.zeros(w.shape) for name, w in params.items()}
        for i in range(N):
            hidden = np.zeros(H)
            for h in range(H):
                hidden[h] = b1[h]
                for d in range(D):
                    hidden[h] += X[i, d] * W1[d, h]
                if hidden[h] < 0:
                    hidden[h] = 0
            scores = [b2[c] + sum(hidden[h] * W2[h, c] for h in range(H)) for c in range(C)]
            top = max(scores)
            powers = [math.exp(s - top) for s in scores]
            loss -= scores[y[i]] - top - math.log(sum(powers))
            for c in range(C):
                g = powers[c] / sum(powers) - (1 if c == y[i] else 0)
                grads["b2"][c] += g / N
                for h in range(H):
                    grads["W2"][h, c] += g * hidden[h] / N
                    if hidden[h] > 0:
                        grads["b1"][h] += g * W2[h, c] / N
                        for d in range(D):
                            grads["W1"][d, h] += g * W2[h, c] * X[i, d] / N
        loss /= N
        for name in ("W1", "W2"):
            loss += reg * float((params[name] ** 2).sum())
            grads[name] += 2 * reg * params[name]
        return loss, grads
    """),
    Case("one-example-at-a-time", "", """
        grads = {name: 2 * reg * params[name] if name[0] == "W" else np.zeros_like(params[name]) for name in params}
        loss = reg * sum(np.sum(params[name] * params[name]) for name in ("W1", "W2"))
        for x, label in zip(X, y, strict=True):
            h = np.maximum(x @ params["W1"] + params["b1"], 0)
            s = h @ params["W2"] + params["b2"]
            p = np.exp(s - s.max())
            p = p / p.sum()
            loss += -np.log(p[label]) / len(X)
            p[label] -= 1
            p = p / len(X)
            grads["W2"] = grads["W2"] + np.outer(h, p)
            grads["b2"] = grads["b2"] + p
            back = (params["W2"] @ p) * (h > 0)
            grads["W1"] = grads["W1"] + np.outer(x, back)
            grads["b1"] = grads["b1"] + back
        return loss, grads
    """),
    Case("transposed-throughout", "", """
        A = np.maximum(0, params["W1"].T @ X.T + params["b1"][:, None])
        S = params["W2"].T @ A + params["b2"][:, None]
        S = S - S.max(axis=0)
        P = np.exp(S) / np.exp(S).sum(axis=0)
        cols = np.arange(len(y))
        loss = -np.log(P[y, cols]).mean() + reg * ((params["W1"] ** 2).sum() + (params["W2"] ** 2).sum())
        P[y, cols] -= 1
        P /= len(y)
        G = (params["W2"] @ P) * (A > 0)
        return loss, dict(W1=(G @ X).T + 2 * reg * params["W1"], b1=G.sum(axis=1),
                          W2=(P @ A.T).T + 2 * reg * params["W2"], b2=P.sum(1))
    """),
    Case("float32", "", """
        p32 = {k: v.astype(np.float32) for k, v in params.items()}
        X = X.astype(np.float32)
        pre = X @ p32["W1"] + p32["b1"]
        H = pre * (pre > 0)
        s = H @ p32["W2"] + p32["b2"]
        s -= s.max(1, keepdims=True)
        e = np.exp(s)
        q = e / e.sum(1, keepdims=True)
        loss = np.log(e.sum(1)).mean() - s[np.arange(len(X)), y].mean()
        loss += reg * (np.square(p32["W1"]).sum() + np.square(p32["W2"]).sum())
        q[np.arange(len(X)), y] -= 1
        q /= np.float32(len(X))
        dH = q @ p32["W2"].T
        dH[pre < 0] = 0
        r = np.float32(2 * reg)
        return loss, {"W1": X.T @ dH + r * p32["W1"], "W2": H.T @ q + r * p32["W2"], "b1": dH.sum(0), "b2": q.sum(0)}
    """),
    Case("layers-as-functions", "", """
        def affine(x, w, b):
            return x @ w + b, (x, w)

        def affine_back(dout, cache):
            x, w = cache
            return dout @ w.T, x.T @ dout, np.sum(dout, axis=0)

        a, first = affine(X, params["W1"], params["b1"])
        scores, second = affine(np.maximum(a, 0), params["W2"], params["b2"])
        z = scores - np.max(scores, axis=1, keepdims=True)
        logp = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
        N = X.shape[0]
        loss = -np.sum(logp[np.arange(N), y]) / N
        dx = np.exp(logp)
        dx[np.arange(N), y] -= 1
        dh, dW2, db2 = affine_back(dx / N, second)
        _, dW1, db1 = affine_back(np.where(a > 0, dh, 0), first)
        for name in ("W1", "W2"):
            loss += reg * np.sum(params[name] * params[name])
        return loss, {"W1": dW1 + reg * 2 * params["W1"], "b1": db1, "W2": dW2 + reg * 2 * params["W2"], "b2": db2}
    """),
    Case("extra-names-list", "", [("return loss, grads", 'grads["H"] = H\n    return [float(loss), grads]')]),
    Case("divided-at-the-end", "", [(OVER_N, "pass"), (W2, "H.T @ dscores / N + 2 * reg * W2"),
                                    (B2, "dscores.mean(axis=0)"), (W1, "X.T @ dH / N + 2 * reg * W1"),
                                    (B1, "np.mean(dH, axis=0)")]),
    Case("ones-for-the-sum", "", [(B2, "np.ones(N) @ dscores"), (B1, "np.dot(np.ones((1, N)), dH)[0]")]),
    Case("batch-norm-of-squares", "", [(PENALTY, "reg * (np.vdot(W1, W1) + np.trace(W2.T @ W2))")]),
]

WRONG = [
    # forward
    Case("no-relu", "relu-missing", [(HIDDEN, "X @ W1 + b1")]),
    Case("no-relu-at-all", "relu-missing", [(HIDDEN, "X @ W1 + b1"), (GATE, "pass")]),
    Case("relu-unused", "relu-unused", [(HIDDEN, "X @ W1 + b1"), (SCORES, "H @ W2 + b2\n    H = np.maximum(0, H)")]),
    Case("minimum", "relu-minimum", [("np.maximum", "np.minimum"), ("H <= 0", "H >= 0")]),
    Case("mask-as-hidden", "relu-step", [(HIDDEN, "(X @ W1 + b1 > 0) * 1.0")]),
    Case("leaky", "leaky-relu", [(HIDDEN, "X @ W1 + b1\n    H = np.where(H > 0, H, 0.01 * H)")]),
    Case("leaky-both", "leaky-relu", [(HIDDEN, "X @ W1 + b1\n    H = np.maximum(0.01 * H, H)"),
                                      (GATE, "dH[H <= 0] *= 0.01")]),
    Case("sigmoid", "sigmoid", [(HIDDEN, "1 / (1 + np.exp(-(X @ W1 + b1)))"), (GATE, "dH = dH * H * (1 - H)")]),
    Case("sigmoid-relu-gate", "sigmoid", [(HIDDEN, "1 / (1 + np.exp(-(X @ W1 + b1)))")]),
    Case("tanh", "tanh", [(HIDDEN, "np.tanh(X @ W1 + b1)"), (GATE, "dH *= 1 - H**2")]),
    Case("absolute", "relu-absolute", [(HIDDEN, "np.abs(X @ W1 + b1)")]),
    Case("relu-on-scores", "relu-on-scores", [(SCORES, "np.maximum(0, H @ W2 + b2)")]),
    Case("no-b1", "b1-left-out", [(HIDDEN, "np.maximum(0, X @ W1)")]),
    Case("no-b2", "b2-left-out", [(SCORES, "H @ W2")]),
    Case("bias-outside", "bias-after-relu", [(HIDDEN, "np.maximum(0, X @ W1) + b1")]),
    Case("W1-turned", "transposed-weights", [(HIDDEN, "np.maximum(0, X @ W1.T + b1)")]),
    Case("softmax-over-examples", "over-examples", [(PROBS, "np.exp(scores) / np.exp(scores).sum(axis=0)"),
                                                    (SHIFT, "pass")]),
    Case("softmax-over-all", "over-everything", [(PROBS, "np.exp(scores) / np.exp(scores).sum()"),
                                                 (SHIFT, "scores = scores - scores.max()")]),
    Case("no-exp", "no-exponential", [(PROBS, "scores / scores.sum(axis=1, keepdims=True)"), (SHIFT, "pass"),
                                      (LOSS, "-np.log(np.abs(probs[np.arange(N), y])).sum() / N")]),
    Case("not-normalised", "not-normalised", [(PROBS, "np.exp(scores)")]),
    # the loss
    Case("sum-of-losses", "data-loss-times-N", [(LOSS, "-np.log(probs[np.arange(N), y]).sum()")]),
    Case("mean-and-N", "data-loss-over-N", [(LOSS, "-np.log(probs[np.arange(N), y]).mean() / N")]),
    Case("no-minus", "data-loss-negated", [(LOSS, LOSS[1:])]),
    Case("no-log", "log-missing", [(LOSS, "-probs[np.arange(N), y].mean()")]),
    Case("log10", "log10", [("-np.log(", "-np.log10(")]),
    Case("columns-of-labels", "wrong-rows", [(LOSS, "-np.log(probs[:, y]).sum() / N")]),
    # dscores
    Case("no-one-hot", "label-not-subtracted", [(ONE, "pass")]),
    Case("plus-one", "label-added", [("y] -= 1", "y] += 1")]),
    Case("all-rows-of-labels", "wrong-rows", [(ONE, "dscores[:, y] -= 1")]),
    Case("gradient-sum", "data-gradient-times-N", [(OVER_N, "pass")]),
    Case("N-twice", "data-gradient-over-N", [(OVER_N, "dscores /= N**2")]),
    Case("N-before-one", "label-divided-by-N", [(f"{ONE}\n    {OVER_N}", f"{OVER_N}\n    {ONE}")]),
    Case("from-scores", "scores-for-probs", [("probs.copy()", "scores.copy()"), (SHIFT, "pass")]),
    Case("one-minus-p", "data-gradient-negated", [(OVER_N, "dscores /= -N")]),
    # the second layer
    Case("dW2-from-sums", "W2-before-relu", [(W2, "(X @ W1 + b1).T @ dscores + 2 * reg * W2")]),
    Case("dW2-from-probs", "W2-from-probs", [(W2, "H.T @ probs / N + 2 * reg * W2")]),
    Case("dW2-turned", "transposed", [(W2, "dscores.T @ H + 2 * reg * W2.T")]),
    Case("dW2-over-N", "W2-gradient-over-N", [(W2, "H.T @ dscores / N + 2 * reg * W2")]),
    Case("db2-mean", "b2-gradient-over-N", [(B2, "dscores.mean(axis=0)")]),
    Case("db2-axis-1", "b2-wrong-axis", [(B2, "dscores.sum(axis=1)")]),
    Case("db2-number", "b2-no-axis", [(B2, "dscores.sum()")]),
    Case("db2-rows", "b2-not-summed", [(B2, "dscores")]),
    Case("db2-keepdims", "b2-keepdims", [(B2, "dscores.sum(axis=0, keepdims=True)")]),
    Case("db2-zeros", "b2-gradient-missing", [(B2, "np.zeros_like(b2)")]),
    # back to the hidden layer
    Case("no-transpose", "W2-not-transposed", [(BACK, "dscores @ W2")]),
    Case("dH-of-scores", "dH-from-scores", [(BACK, "(H @ W2 + b2) @ W2.T")]),
    Case("dH-of-probs", "dH-from-probs", [(BACK, "probs @ W2.T")]),
    Case("dH-not-divided", "first-layer-times-N", [(BACK, "dscores * N @ W2.T")]),
    Case("dH-of-dW2", "dH-from-dW2", [(BACK, "dscores @ grads['W2'].T")]),
    Case("W2-updated", "W2-already-changed", [(BACK, "dscores @ (W2 - grads['W2']).T")]),
    Case("no-gate", "relu-gradient-missing", [(GATE, "pass")]),
    Case("gate-of-dH", "mask-of-dH", [(GATE, "dH[dH <= 0] = 0")]),
    Case("gate-of-dH-maximum", "mask-of-dH", [(GATE, "dH = np.maximum(0, dH)")]),
    Case("gate-reversed", "mask-reversed", [(GATE, "dH[H > 0] = 0")]),
    Case("gate-not-below", "relu-gradient-missing", [(GATE, "dH = dH * (H >= 0)")]),
    Case("gate-by-H", "mask-is-H", [(GATE, "dH = dH * H")]),
    Case("gate-replaces", "dH-lost", [(GATE, "dH = (H > 0).astype(float)")]),
    Case("gate-after-dW1", "relu-gradient-not-in-W1",
         [(GATE, "dW1 = X.T @ dH\n    dH[H <= 0] = 0"), (W1, "dW1 + 2 * reg * W1")]),
    Case("db1-before-gate", "relu-gradient-not-in-b1",
         [(GATE, "db1 = np.sum(dH, axis=0)\n    dH[H <= 0] = 0"), (B1, "db1")]),
    Case("gate-on-dW1", "mask-of-dW1",
         [(GATE, "pass"), (W1, "np.maximum(0, X.T @ dH) + 2 * reg * W1")]),
    # the first layer
    Case("dW1-like-linear", "W1-from-dscores", [(W1, "X.T @ dscores + 2 * reg * W1")]),
    Case("dW1-from-H", "W1-from-H", [(W1, "H.T @ dH + 2 * reg * W1")]),
    Case("dW1-over-N", "W1-gradient-over-N", [(W1, "X.T @ dH / N + 2 * reg * W1")]),
    Case("dW1-turned", "transposed", [(W1, "dH.T @ X + 2 * reg * W1.T")]),
    Case("db1-mean", "b1-gradient-over-N", [(B1, "dH.mean(axis=0)")]),
    Case("db1-axis-1", "b1-wrong-axis", [(B1, "dH.sum(axis=1)")]),
    Case("db1-copied", "b1-from-dscores", [(B1, "dscores.sum(axis=0)")]),
    Case("both-biases-mean", "b2-gradient-over-N b1-gradient-over-N",
         [(B2, "dscores.mean(axis=0)"), (B1, "dH.mean(axis=0)")]),
    # regularization
    Case("no-penalty", "reg-missing", [(PENALTY, "0"), ("+ 2 * reg * W2", ""), ("+ 2 * reg * W1", "")]),
    Case("no-penalty-in-loss", "reg-loss-missing", [(PENALTY, "0")]),
    Case("no-penalty-in-gradients", "reg-gradient-missing", [("+ 2 * reg * W2", ""), ("+ 2 * reg * W1", "")]),
    Case("no-penalty-in-dW2", "reg-gradient-W2-missing", [("+ 2 * reg * W2", "")]),
    Case("no-penalty-in-dW1", "reg-gradient-W1-missing", [("+ 2 * reg * W1", "")]),
    Case("penalty-of-W1-only", "reg-loss-W2-missing", [(PENALTY, "reg * np.sum(W1**2)")]),
    Case("penalty-on-biases", "reg-biases",
         [(PENALTY, "reg * (np.sum(W1**2) + np.sum(W2**2) + np.sum(b1**2) + np.sum(b2**2))"),
          (B2, "dscores.sum(axis=0) + 2 * reg * b2"), (B1, "dH.sum(axis=0) + 2 * reg * b1")]),
    Case("penalty-on-biases-of-gradient", "reg-gradient-biases",
         [(B2, "dscores.sum(axis=0) + 2 * reg * b2"), (B1, "dH.sum(axis=0) + 2 * reg * b1")]),
    Case("half", "half-convention",
         [(PENALTY, f"0.5 * {PENALTY}"), ("2 * reg * W2", "reg * W2"), ("2 * reg * W1", "reg * W1")]),
    Case("half-in-loss", "reg-loss-half", [(PENALTY, f"0.5 * {PENALTY}")]),
    Case("half-in-gradients", "reg-gradient-half", [("2 * reg * W2", "reg * W2"), ("2 * reg * W1", "reg * W1")]),
    Case("half-in-dW1", "reg-gradient-half", [("2 * reg * W1", "reg * W1")]),
    Case("penalty-over-N", "reg-loss-over-N", [(PENALTY, f"{PENALTY} / N")]),
    Case("penalty-product", "reg-loss-product", [(PENALTY, "reg * np.sum(W1**2) * np.sum(W2**2)")]),
    Case("penalty-without-square", "reg-loss-not-squared", [(PENALTY, "reg * (np.sum(W1) + np.sum(W2))")]),
    # what is returned, and what is changed
    Case("grads-named-dW", "wrong-keys", [('grads["W1"]', 'grads["dW1"]')]),
    Case("grads-without-b1", "wrong-keys", [('grads["b1"]', "db1")]),
    Case("swapped", "returns-swapped", [("return loss, grads", "return grads, loss")]),
    Case("five-results", "wrong-return", [("return loss, grads", "return loss, *grads.values()")]),
    Case("list-of-gradients", "wrong-return", [("return loss, grads", "return loss, list(grads.values())")]),
    Case("nothing-returned", "returns-none", [("return loss, grads", "pass")]),
    Case("biases-exchanged", "gradients-exchanged",
         [("return loss, grads", 'grads["b1"], grads["b2"] = grads["b2"], grads["b1"]\n    return loss, grads')]),
    Case("params-updated", "changes-arguments",
         [("return loss, grads", 'for k in grads:\n        params[k] -= 0.1 * grads[k]\n    return loss, grads')]),
    Case("W1-scaled-in-place", "wrong-values changes-arguments", [("N = len(X)", "N = len(X)\n    W1 *= 1.1")]),
    Case("no-shift", "overflow", [(SHIFT, "pass")]),
    Case("shift-of-batch", "overflow", [(SHIFT, "scores = scores - scores.max()")]),
    Case("zeros", "not-written", "return 0.0, {name: np.zeros_like(w) for name, w in params.items()}"),
    Case("zeros-and-loss-only", "gradient-missing",
         [("return loss, grads", "return loss - 0.0, {k: np.zeros_like(v) for k, v in params.items()}")]),
    Case("relu-from-a-tenth", "relu-shifted", [(HIDDEN, "np.maximum(0, X @ W1 + b1 - 0.1)")]),
    Case("relu-jumps", "relu-shifted", [
        (HIDDEN, "X @ W1 + b1"), (SCORES, "np.where(H > 0.1, H, 0) @ W2 + b2"), ("H.T", "np.where(H > 0.1, H, 0).T"),
        (GATE, "dH[H <= 0.1] = 0")]),
    Case("relu6", "clipped", [(HIDDEN, "np.clip(X @ W1 + b1, 0, 6)"), (GATE, "dH[(H <= 0) | (H == 6)] = 0")]),
    Case("penalties-differ", "reg-gradient-W2-missing", [(W2, "H.T @ dscores"), (W1, "X.T @ dH + 4 * reg * W1")]),
    Case("half-hidden", "hidden-scaled", [(HIDDEN, "np.maximum(0, X @ W1 + b1) / 2")]),
    Case("odd-penalty-slope", "term-factor", [("2 * reg * W1", "1.37 * reg * W1")]),
    Case("weights-for-gradient", "term-missing", [(W1, "W1")]),
]

UNKNOWN = [
    Case("odd-factor", "In loss: The number is wrong.", [("return loss, grads", "return 1.37 * loss, grads")]),
    Case("odd-db1", "Right are: loss, db2, dW2, dW1.", [(B1, "dH.sum(axis=0) * [1, 2, 1, 3][: len(b1)][0] + 0.3")]),
    Case("cube", "All other parts are wrong too.", [(HIDDEN, "np.maximum(0, X @ W1 + b1) ** 3")]),
]
