"""adam(w, dw, config): a step of Adam; returns the new w, and config with the new m, v and t."""

from . import Case

BASE = """
def adam(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    lr, beta1, beta2, eps = (config[name] for name in ("learning_rate", "beta1", "beta2", "epsilon"))
    t = config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    mt = m / (1 - beta1**t)
    vt = v / (1 - beta2**t)
    next_w = w - lr * mt / (np.sqrt(vt) + eps)
    config["m"], config["v"], config["t"] = m, v, t
    return next_w, config
"""
T, M, V = 'config["t"] + 1', 'beta1 * config["m"] + (1 - beta1) * dw', 'beta2 * config["v"] + (1 - beta2) * dw**2'
MT, VT, STEP = "m / (1 - beta1**t)", "v / (1 - beta2**t)", "lr * mt / (np.sqrt(vt) + eps)"
STORE, RETURN = 'config["m"], config["v"], config["t"] = m, v, t', "return next_w, config"
FOLDED = [  # the paper's more efficient form
    (f"    mt = {MT}\n    vt = {VT}\n", "    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)\n"),
    (STEP, "rate * m / (np.sqrt(v) + eps)"),
]
RATE = "lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)"

RIGHT = [
    Case("usual", "", []),
    Case("folded", "", FOLDED),
    Case("folded-in-place", "", """
        lr, b1, b2 = config["learning_rate"], config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.999)
        m, v = config.setdefault("m", np.zeros_like(w)), config.setdefault("v", np.zeros_like(w))
        config["t"] = t = config.get("t", 0) + 1
        m += (1 - b1) * (dw - m)
        v += (1 - b2) * (dw * dw - v)
        return w - lr * (1 - b2**t) ** 0.5 / (1 - b1**t) * m / (v**0.5 + config.setdefault("epsilon", 1e-8)), config
    """),
    Case("folded-exactly", "", [(f"    mt = {MT}\n    vt = {VT}\n", "    root = np.sqrt(1 - beta2**t)\n"),
                                (STEP, "lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root)")]),
    Case("in-place", "", [(f"m = {M}", 'm = config["m"]\n    m *= beta1\n    m += (1 - beta1) * dw'),
                          (f"v = {V}", 'v = config["v"]\n    v *= beta2\n    v += (1 - beta2) * np.square(dw)')]),
    Case("config-all-through", "", """
        for name, default in [("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8), ("m", 0.0), ("v", 0.0), ("t", 0)]:
            config.setdefault(name, default)
        config["t"] += 1
        config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
        config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * (dw**2)
        mt = config["m"] / (1 - config["beta1"] ** config["t"])
        vt = config["v"] / (1 - config["beta2"] ** config["t"])
        return w - config["learning_rate"] * mt / (np.sqrt(vt) + config["epsilon"]), config
    """),
    Case("new-dictionary", "", [(f"    {STORE}\n", ""), (RETURN, 'return next_w, {**config, "m": m, "v": v, "t": t}')]),
    Case("union", "", [(f"    {STORE}\n", ""), (RETURN, "return next_w, config | dict(m=m, v=v, t=t)")]),
    Case("update", "", [(STORE, "config.update(m=m, v=v, t=t)")]),
    Case("lerp", "", [(M, 'config["m"] + (1 - beta1) * (dw - config["m"])'),
                      (V, 'config["v"] + (1 - beta2) * (dw**2 - config["v"])')]),
    Case("numpy-functions", "", [
        (M, 'np.add(np.multiply(beta1, config["m"]), np.multiply(1 - beta1, dw))'),
        (V, 'np.add(np.multiply(beta2, config["v"]), np.multiply(1 - beta2, np.square(dw)))'),
        (MT, "np.divide(m, 1 - np.power(beta1, t))"), (VT, "np.divide(v, 1 - np.power(beta2, t))"),
        (STEP, "np.divide(np.multiply(lr, mt), np.add(np.sqrt(vt), eps))")]),
    Case("scalar-torch-form", "", [(f"    mt = {MT}\n    vt = {VT}\n",
                                    "    denominator = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps\n"),
                                   (STEP, "lr / (1 - beta1**t) * m / denominator")]),
    Case("loop-over-entries", "", [
        (f"    mt = {MT}\n    vt = {VT}\n    next_w = w - {STEP}\n",
         "    next_w = np.empty(w.shape)\n    for k in np.ndindex(w.shape):\n"
         "        mt, vt = m[k] / (1 - beta1**t), v[k] / (1 - beta2**t)\n"
         "        next_w[k] = w[k] - lr * mt / (math.sqrt(vt) + eps)\n")]),
    Case("moments-of-a-loop", "", """
        b1, b2 = config.get("beta1", 0.9), config.get("beta2", 0.999)
        new = {**config, "t": config.get("t", 0) + 1}
        corrected = []
        for name, beta, value in (("m", b1, dw), ("v", b2, dw**2)):
            new[name] = beta * config.get(name, np.zeros(w.shape)) + (1 - beta) * value
            corrected.append(new[name] / (1 - beta ** new["t"]))
        return w - config["learning_rate"] * corrected[0] / (corrected[1] ** 0.5 + config.get("epsilon", 1e-8)), new
    """),
    Case("copied-config", "", [("    lr, beta1", "    config = copy.deepcopy(config)\n    lr, beta1")]),
    Case("product-of-betas", "", [(MT, "m / (1 - np.prod([beta1] * t))"), (VT, "v / (1 - math.prod([beta2] * t))")]),
    Case("exp-log", "", [(MT, "m / -np.expm1(t * np.log(beta1))"), (VT, "v / -np.expm1(t * np.log(beta2))")]),
    Case("float32", "", [(f"m = {M}", f"w, dw = np.float32(w), np.float32(dw)\n    m = np.float32({M})"),
                         (V, f"np.float32({V})")]),
    Case("t-is-a-float", "", [(T, "float(config['t']) + 1.0")]),
    Case("list-of-two", "", [(RETURN, "return [next_w, config]")]),
    Case("flat", "", [(f"m = {M}", "shape, w, dw = w.shape, w.ravel(), dw.ravel()\n    m = "
                       + M.replace('config["m"]', 'np.ravel(config["m"])')),
                      (V, V.replace('config["v"]', 'config["v"].reshape(-1)')),
                      (STORE, 'next_w = next_w.reshape(shape)\n'
                              '    config.update(m=m.reshape(shape), v=v.reshape(shape), t=t)')]),
    Case("own-names-kept", "", [(STORE, f'{STORE}\n    config["mt"], config["vt"] = mt, vt')]),
]

BOTH = "one-minus-beta-missing one-minus-beta-missing"
WRONG = [
    Case("untouched", "not-written", [(f"    {STORE}\n", ""), (RETURN, "return None, config")]),
    Case("empty", "not-written", "pass"),
    Case("no-correction", "bias-correction-missing", [(MT, "m"), (VT, "v")]),
    Case("corrected-and-not-used", "bias-correction-missing", [(STEP, "lr * m / (np.sqrt(v) + eps)")]),
    Case("only-v-corrected", "m-not-corrected", [(MT, "m")]),
    Case("only-m-corrected", "v-not-corrected", [(VT, "v")]),
    Case("t-not-counted", "step-not-counted", [(T, 'config["t"]')]),
    Case("t-always-one", "correction-without-t",
         [(T, "1"), (STORE, 'config["m"], config["v"] = m, v\n    config["t"] += 1')]),
    Case("t-counted-after", "step-counted-late",
         [(T, 'config["t"]'), (STORE, STORE + " + 1")]),
    Case("t-not-stored", "step-not-kept", [(STORE, 'config["m"], config["v"] = m, v')]),
    Case("t-counted-twice", "step-counted-twice", [(STORE, STORE + " + 1")]),
    Case("t-starts-at-one", "step-start", [('"t", 0', '"t", 1')]),
    Case("beta-times-t", "power-missing", [(MT, "m / (1 - beta1 * t)"), (VT, "v / (1 - beta2 * t)")]),
    Case("beta-without-t", "correction-without-t", [(MT, "m / (1 - beta1)"), (VT, "v / (1 - beta2)")]),
    Case("brackets-in-correction", "brackets", [(MT, "m / (1 - beta1)**t"), (VT, "v / (1 - beta2)**t")]),
    Case("no-brackets-in-correction", "brackets", [(MT, "m / 1 - beta1**t"), (VT, "v / 1 - beta2**t")]),
    Case("one-minus-missing", "one-minus-missing", [(MT, "m / beta1**t"), (VT, "v / beta2**t")]),
    Case("multiplied", "correction-multiplied", [(MT, "m * (1 - beta1**t)"), (VT, "v * (1 - beta2**t)")]),
    Case("correction-swapped", "betas-swapped", [(MT, "m / (1 - beta2**t)"), (VT, "v / (1 - beta1**t)")]),
    Case("same-correction", "betas-swapped", [(VT, "v / (1 - beta1**t)")]),
    Case("corrected-kept", "corrected-kept", [(STORE, STORE.replace("= m, v", "= mt, vt"))]),
    Case("corrected-under-one-name", "corrected-kept",
         [(f"mt = {MT}", f"m = {MT}"), (f"vt = {VT}", f"v = {VT}"), (STEP, "lr * m / (np.sqrt(v) + eps)")]),
    Case("m-corrected-kept", "corrected-kept", [(f"mt = {MT}", f"m = mt = {MT}")]),
    Case("root-of-sum", "epsilon-in-root", [(STEP, "lr * mt / np.sqrt(vt + eps)")]),
    Case("no-root", "root-missing", [(STEP, "lr * mt / (vt + eps)")]),
    Case("no-epsilon", "epsilon-missing", [(STEP, "lr * mt / np.sqrt(vt)")]),
    Case("epsilon-behind", "brackets", [(STEP, "lr * mt / np.sqrt(vt) + eps")]),
    Case("epsilon-fixed", "epsilon-ignored", [("+ eps)", "+ 1e-8)")]),
    Case("root-of-fraction", "root-of-all", [(STEP, "lr * np.sqrt(mt / (vt + eps))")]),
    Case("moments-swapped", "moments-swapped", [(STEP, "lr * vt / (np.sqrt(mt) + eps)")]),
    Case("stored-swapped", "moments-swapped", [(STORE, STORE.replace("= m, v", "= v, m"))]),
    Case("v-from-m", "moments-swapped", [(VT, "m / (1 - beta2**t)")]),
    Case("betas-swapped", "betas-swapped",
         [('("learning_rate", "beta1", "beta2"', '("learning_rate", "beta2", "beta1"')]),
    Case("betas-swapped-in-means", "betas-swapped",
         [(M, M.replace("beta1", "beta2")), (V, V.replace("beta2", "beta1"))]),
    Case("one-minus-beta1-missing", "one-minus-beta-missing", [(M, 'beta1 * config["m"] + dw')]),
    Case("one-minus-beta2-missing", "one-minus-beta-missing", [(V, 'beta2 * config["v"] + dw**2')]),
    Case("both-one-minus-missing", BOTH, [(M, 'beta1 * config["m"] + dw'), (V, 'beta2 * config["v"] + dw**2')]),
    Case("weights-exchanged", "weights-exchanged", [(M, '(1 - beta1) * config["m"] + beta1 * dw')]),
    Case("no-square", "square-missing", [("dw**2", "dw")]),
    Case("doubled-for-squared", "square-missing", [("dw**2", "(dw * 2)")]),
    Case("square-of-all", "brackets", [("(1 - beta2) * dw**2", "((1 - beta2) * dw) ** 2")]),
    Case("square-of-m", "mean-squared", [("dw**2", "m**2")]),
    Case("no-decay", "decay-missing", [(V, 'config["v"] + dw**2')]),
    Case("m-is-gradient", "memory-unused", [(M, "dw")]),
    Case("always-from-zero", "memory-unused",
         [('config["m"] + ', "np.zeros_like(w) + "), ('config["v"] + ', "0 * w + ")]),
    Case("m-plus-equals", "accumulated", [(f"m = {M}", f'm = config["m"]\n    m = m + {M}')]),
    Case("m-negative", "moment-sign", [(M, 'beta1 * config["m"] - (1 - beta1) * dw')]),
    Case("momentum-for-m", "momentum-for-mean", [(M, 'beta1 * config["m"] - lr * dw')]),
    Case("uphill", "ascent", [(f"w - {STEP}", f"w + {STEP}")]),
    Case("no-learning-rate", "lr-ignored", [("lr * mt", "mt")]),
    Case("fixed-learning-rate", "lr-ignored", [("lr * mt", "1e-3 * mt")]),
    Case("fixed-betas", "beta-ignored",
         [("    t =", "    beta1, beta2 = 0.9, 0.999\n    t =")]),
    Case("other-default", "other-default", [('"beta2", 0.999', '"beta2", 0.99')]),
    Case("rmsprop", "mean-unused", [(STEP, "lr * dw / (np.sqrt(vt) + eps)")]),
    Case("nadam", "nesterov", [("lr * mt", "lr * (beta1 * mt + (1 - beta1) * dw / (1 - beta1**t))")]),
    Case("three-mistakes", f"{BOTH} bias-correction-missing",
         [(M, 'beta1 * config["m"] + dw'), (V, 'beta2 * config["v"] + dw**2'), (MT, "m"), (VT, "v")]),
    Case("no-v", "square-unused", [(STEP, "lr * mt")]),
    Case("old-m", "old-moments", [(MT, 'config["m"] / (1 - beta1**t)')]),
    Case("plain-sgd", "memory-unused", [(STEP, "lr * dw")]),
    Case("w-not-moved", "not-updated", [(RETURN, "return w, config")]),
    Case("step-returned", "step-only", [(f"w - {STEP}", f"-{STEP}")]),
    Case("m-returned", "returns-moment", [(RETURN, "return m, config")]),
    Case("only-w", "config-missing", [(RETURN, "return next_w")]),
    Case("only-config", "weights-missing", [(RETURN, "return config")]),
    Case("four-results", "wrong-shape", [(RETURN, "return next_w, m, v, t")]),
    Case("returns-swapped", "returns-swapped", [(RETURN, "return config, next_w")]),
    Case("returns-none", "returns-none", [(f"    {RETURN}\n", "")]),
    Case("nothing-stored", "memory-not-kept", [(f"    {STORE}\n", "")]),
    Case("v-not-stored", "memory-not-kept", [(STORE, 'config["m"], config["t"] = m, t')]),
    Case("only-memory-in-config", "settings-lost", [(RETURN, 'return next_w, {"m": m, "v": v, "t": t}')]),
    Case("beta-to-the-t-stored", "settings-changed", [("    mt", '    config["beta1"] = beta1**t\n    mt')]),
    Case("global-moments", "memory-shared", [('config["m"] + ', 'STATE.get("m", 0.0) + '),
                                             (STORE, f'{STORE}\n    STATE["m"] = m')]),
    Case("global-t", "memory-shared", [(T, 'STATE.setdefault("t", 0) + 1'), (STORE, f'{STORE}\n    STATE["t"] = t')]),
    Case("config-as-default", "memory-shared", [("config=None", "config={}")]),
    Case("w-in-place", "changes-arguments", [(f"next_w = w - {STEP}", f"w -= {STEP}\n    next_w = w")]),
    Case("dw-in-place", "changes-arguments",
         [(f"v = {V}", "dw *= dw\n    v = beta2 * config['v'] + (1 - beta2) * dw")]),
    Case("one-root-for-all", "summed", [(STEP, "lr * mt / (np.sqrt(vt.sum()) + eps)")]),
    Case("norm-in-v", "summed", [("dw**2", "np.sum(dw**2)")]),
    Case("power-by-caret", "exception", [("beta1**t", "beta1^t")]),
    Case("t-key-missing", "exception", [('    config.setdefault("t", 0)\n', "")]),
    Case("undefined", "exception", [("lr * mt", "learning_rate * mt")]),
    Case("folded-without-root", "correction-root", [*FOLDED[1:], (f"    mt = {MT}\n    vt = {VT}\n",
         "    rate = lr * (1 - beta2**t) / (1 - beta1**t)\n")]),
    Case("folded-upside-down", "correction-multiplied", [*FOLDED[1:], (f"    mt = {MT}\n    vt = {VT}\n",
         "    rate = lr * (1 - beta1**t) / np.sqrt(1 - beta2**t)\n")]),
    Case("folded-and-corrected", "corrected-twice", [(STEP, f"{RATE} * mt / (np.sqrt(vt) + eps)")]),
    Case("folded-not-counted-up", "step-counted-late", [*FOLDED, (T, 'config["t"]'), (STORE, STORE + " + 1")]),
    Case("folded-no-square", "square-missing", [*FOLDED, ("dw**2", "dw")]),
    Case("folded-no-epsilon", "epsilon-missing", [FOLDED[0], (STEP, "rate * m / np.sqrt(v)")]),
    Case("uphill-without-correction", "bias-correction-missing ascent",
         [(MT, "m"), (VT, "v"), (f"w - {STEP}", f"w + {STEP}")]),
    Case("no-correction-no-root", "bias-correction-missing root-missing",
         [(MT, "m"), (VT, "v"), ("np.sqrt(vt)", "vt")]),
    Case("no-square-not-stored", "square-missing memory-not-kept", [("dw**2", "dw"), (f"    {STORE}\n", "")]),
    Case("adamw", "term-factor", [(f"w - {STEP}", f"w - lr * 0.01 * w - {STEP}")]),
    Case("l2-penalty", "term-added", [("t = config", "dw = dw + 0.013 * w\n    t = config")]),
    Case("odd-factor", "term-factor", [(STEP, "1.37 * lr * mt / (np.sqrt(vt) + eps)")]),
    Case("odd-m", "term-factor", [(STORE, "config.update(m=1.37 * m, v=v, t=t)")]),
    Case("square-of-corrected-m", "term-added", [("dw**2", "(m / (1 - beta1**t)) ** 2")]),
    Case("adamax", "largest-gradient v-not-corrected root-missing",
         [(V, 'np.maximum(beta2 * config["v"], abs(dw))'), (STEP, "lr * mt / (v + eps)")]),
    Case("lr-and-epsilon", "arguments-swapped", [(STEP, "eps * mt / (np.sqrt(vt) + lr)")]),
    Case("std-for-sqrt", "root-of-all", [("np.sqrt(vt)", "np.std(vt)")]),
]

UNKNOWN = [
    Case("first-means", "In config['m']: Only row 0 of 4", [(STORE, "m[0] += 0.1\n    " + STORE)]),
    Case("odd-epsilon", "In next_w", [("+ eps)", "+ 0.7 * eps)")]),
]
