"""sgd_momentum(w, dw, config): a step with momentum; returns the new w, and config with the new velocity."""

from . import Case

BASE = """
def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v
    config["velocity"] = v
    return next_w, config
"""
V, NEXT, STORE = 'config["momentum"] * v - config["learning_rate"] * dw', "next_w = w + v", 'config["velocity"] = v'
RETURN = "return next_w, config"

RIGHT = [
    Case("usual", "", []),
    Case("in-place", "", [(f"v = {V}", 'v = v.copy()\n    v *= config["momentum"]\n'
                                       '    v -= config["learning_rate"] * dw')]),
    Case("velocity-of-config-in-place", "", """
        config.setdefault("velocity", np.zeros_like(w))
        config["velocity"] *= config.setdefault("momentum", 0.9)
        config["velocity"] -= config["learning_rate"] * dw
        return w + config["velocity"], config
    """),
    Case("new-dictionary", "", [(f"    {STORE}\n", ""), (RETURN, 'return next_w, {**config, "velocity": v}')]),
    Case("union", "", [(f"    {STORE}\n", ""), (RETURN, 'return next_w, config | {"velocity": v}')]),
    Case("copied-config", "", """
        config = copy.deepcopy(config)
        mu, lr = config.get("momentum", 0.9), config["learning_rate"]
        config["velocity"] = mu * config.get("velocity", 0) - lr * dw
        return config["velocity"] + w, config
    """),
    Case("numpy-functions", "", [
        (V, 'np.subtract(np.multiply(config["momentum"], v), np.multiply(config["learning_rate"], dw))'),
        (NEXT, "next_w = np.add(w, v)")]),
    Case("sign-in-front", "", [(V, '-(config["learning_rate"] * dw - config["momentum"] * v)')]),
    Case("minus-minus", "", [(V, 'config["learning_rate"] * dw - config["momentum"] * v'), (NEXT, "next_w = w - v"),
                             (STORE, 'config["velocity"] = -v')]),
    Case("difference-of-ws", "", [(f"    v = {V}\n    {NEXT}\n", f"    next_w = w + {V}\n"),
                                  (STORE, 'config["velocity"] = next_w - w')]),
    Case("loop-over-entries", "", """
        velocity, next_w = np.zeros(w.shape), np.zeros(w.shape)
        old = config.get("velocity")
        for index in np.ndindex(w.shape):
            before = 0.0 if old is None else old[index]
            velocity[index] = config.get("momentum", 0.9) * before - config["learning_rate"] * dw[index]
            next_w[index] = w[index] + velocity[index]
        config["velocity"] = velocity
        return next_w, config
    """),
    Case("flat", "", """
        lr, mu = config["learning_rate"], config.setdefault("momentum", 0.9)
        v = config["velocity"].ravel() if "velocity" in config else np.zeros(w.size)
        v = mu * v - lr * dw.ravel()
        config["velocity"] = v.reshape(w.shape)
        return (w.ravel() + v).reshape(w.shape), config
    """),
    Case("float32", "", [(NEXT, "v = v.astype(np.float32)\n    next_w = np.float32(w) + v")]),
    Case("list-of-two", "", [(RETURN, "return [next_w, config]")]),
    Case("helper", "", """
        def settings(lr=1e-2, momentum=0.9):
            return config.get("learning_rate", lr), config.get("momentum", momentum)


        def sgd_momentum(w, dw, config):
            lr, mu = config["learning_rate"], config.get("momentum", 0.9)
            new = dict(config)
            new["velocity"] = sum([mu * config.get("velocity", np.zeros(w.shape)), -lr * dw])
            return np.sum([w, new["velocity"]], axis=0), new
    """),
    Case("walrus", "", """
        return w + (v := config.get("momentum", 0.9) * config.get("velocity", 0.0) - config["learning_rate"] * dw), (
            config.update(velocity=v) or config)
    """),
    Case("einsum", "", [(V, 'np.einsum("k,k...->...", [config["momentum"], -config["learning_rate"]], [v, dw])')]),
    Case("extra-entries", "", [(STORE, 'config["velocity"] = v\n    config["steps"] = config.get("steps", 0) + 1')]),
    Case("default-argument", "", """
        def sgd_momentum(w, dw, config={}):
            config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **config}
            config["velocity"] = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
            return w + config["velocity"], config
    """),
]

LR, MU = 'config["learning_rate"]', 'config["momentum"]'
WRONG = [
    Case("untouched", "not-written", [(f"    v = {V}\n    {NEXT}\n", "    next_w = None\n")]),
    Case("empty", "not-written", "pass"),
    Case("gradient-added", "ascent", [(V, f"{MU} * v + {LR} * dw")]),
    Case("velocity-subtracted", "ascent", [(NEXT, "next_w = w - v")]),
    Case("both-signs", "velocity-sign", [(V, f"{MU} * v + {LR} * dw"), (NEXT, "next_w = w - v")]),
    Case("pytorch", "velocity-unscaled", [(V, f"{MU} * v + dw"), (NEXT, f"next_w = w - {LR} * v")]),
    Case("no-learning-rate", "lr-ignored", [(V, f"{MU} * v - dw")]),
    Case("learning-rate-twice", "lr-squared", [(NEXT, f"next_w = w + {LR} * v")]),
    Case("learning-rate-twice-and-minus", "lr-squared", [(NEXT, f"next_w = w - {LR} * v")]),
    Case("learning-rate-squared", "lr-squared", [(V, f"{MU} * v - {LR} ** 2 * dw")]),
    Case("learning-rate-for-all", "brackets", [(V, f"{LR} * ({MU} * v - dw)")]),
    Case("fixed-learning-rate", "lr-ignored", [(V, f"{MU} * v - 1e-2 * dw")]),
    Case("fixed-momentum", "momentum-ignored", [(V, f"0.9 * v - {LR} * dw")]),
    Case("other-default", "other-default", [('("momentum", 0.9)', '("momentum", 0.99)')]),
    Case("exchanged", "arguments-swapped", [(V, f"{LR} * v - {MU} * dw")]),
    Case("momentum-on-gradient", "momentum-on-gradient", [(V, f"v - {MU} * {LR} * dw")]),
    Case("momentum-on-all", "momentum-on-gradient", [(V, f"{MU} * (v - {LR} * dw)")]),
    Case("no-momentum", "momentum-ignored", [(V, f"v - {LR} * dw")]),
    Case("accumulated", "momentum-ignored", [(f"v = {V}", f"v -= {LR} * dw")]),
    Case("plus-equals", "momentum-brackets", [(f"v = {V}", f"v = v + {V}")]),
    Case("no-old-velocity", "memory-unused", [(V, f"-{LR} * dw")]),
    Case("velocity-set-to-zero", "memory-unused", [('config.get("velocity", np.zeros_like(w))', "np.zeros_like(w)")]),
    Case("other-key-read", "memory-unused", [('.get("velocity"', '.get("v"')]),
    Case("dampened", "dampened", [(V, f"{MU} * v - (1 - {MU}) * {LR} * dw")]),
    Case("running-mean", "dampened", [(V, f"{MU} * v + (1 - {MU}) * dw"), (NEXT, f"next_w = w - {LR} * v")]),
    Case("weights-exchanged", "weights-exchanged", [(V, f"(1 - {MU}) * v - {MU} * {LR} * dw")]),
    Case("friction", "one-minus-momentum", [(V, f"(1 - {MU}) * v - {LR} * dw")]),
    Case("nesterov", "nesterov", [(NEXT, f"next_w = w + {MU} * v - {LR} * dw")]),
    Case("nesterov-by-both", "nesterov", [(f"v = {V}\n    {NEXT}", f"old = v\n    v = {V}\n"
                                           f"    next_w = w - {MU} * old + (1 + {MU}) * v")]),
    Case("step-first", "step-before-velocity", [(f"v = {V}\n    {NEXT}", f"{NEXT}\n    v = {V}")]),
    Case("step-first-with-momentum", "step-before-velocity",
         [(f"v = {V}\n    {NEXT}", f"next_w = w + {MU} * v\n    v = {V}")]),
    Case("old-w-remembered", "memory-otherwise", """
        next_w = w - config["learning_rate"] * dw + config.get("momentum", 0.9) * (w - config.get("old_w", w))
        config["old_w"], config["velocity"] = w, next_w - w
        return next_w, config
    """),
    Case("all-gradients-remembered", "memory-otherwise", """
        config.setdefault("gradients", []).append(dw)
        v = 0.0
        for gradient in config["gradients"]:
            v = config.get("momentum", 0.9) * v - config["learning_rate"] * gradient
        config["velocity"] = v
        return w + v, config
    """),
    Case("plain-sgd", "plain-step", [(NEXT, f"next_w = w - {LR} * dw")]),
    Case("plain-sgd-too", "plain-step-too", [(NEXT, f"next_w = w + v - {LR} * dw")]),
    Case("momentum-twice", "momentum-twice", [(NEXT, f"next_w = w + {MU} * v")]),
    Case("w-not-moved", "not-updated", [(RETURN, "return w, config")]),
    Case("velocity-returned", "step-only", [(RETURN, "return v, config")]),
    Case("only-w", "config-missing", [(RETURN, "return next_w")]),
    Case("only-config", "weights-missing", [(RETURN, "return config")]),
    Case("velocity-for-config", "config-missing", [(RETURN, "return next_w, v")]),
    Case("returns-swapped", "returns-swapped", [(RETURN, "return config, next_w")]),
    Case("three", "three-results", [(RETURN, "return next_w, v, config")]),
    Case("returns-none", "returns-none", [(f"    {RETURN}\n", "")]),
    Case("none-for-config", "returns-none", [(RETURN, "return next_w, None")]),
    Case("not-stored", "memory-not-kept", [(f"    {STORE}\n", "")]),
    Case("stored-before", "memory-not-kept", [(f"    {STORE}\n", ""), (f"    v = {V}", f"    {STORE}\n    v = {V}")]),
    Case("other-key-stored", "memory-not-kept", [(STORE, 'config["v"] = v')]),
    Case("two-names", "memory-not-kept",
         [(f"    v = {V}\n    {NEXT}\n", f"    new_v = {V}\n    next_w = w + new_v\n")]),
    Case("w-stored", "wrong-memory", [(STORE, 'config["velocity"] = next_w')]),
    Case("gradient-stored", "wrong-memory", [(STORE, 'config["velocity"] = dw')]),
    Case("only-velocity-in-config", "settings-lost", [(RETURN, 'return next_w, {"velocity": v}')]),
    Case("learning-rate-decays", "settings-changed", [(STORE, f"{STORE}\n    {LR} *= 0.95")]),
    Case("global-velocity", "memory-shared", [('config.get("velocity", np.zeros_like(w))', 'STATE.get("v", 0)'),
                                              (STORE, f'{STORE}\n    STATE["v"] = v')]),
    Case("global-by-shape", "memory-shared", [
        ('config.get("velocity", np.zeros_like(w))', "STATE.get(w.shape, np.zeros_like(w))"),
        (STORE, f"{STORE}\n    STATE[w.shape] = v")]),
    Case("memory-as-default", "memory-shared", """
        def sgd_momentum(w, dw, config, memory={}):
            config.setdefault("momentum", 0.9)
            memory["v"] = config["momentum"] * memory.get("v", 0.0) - config["learning_rate"] * dw
            config["velocity"] = memory["v"]
            return w + memory["v"], config
    """),
    Case("config-as-default", "memory-shared", [("config=None", "config={}")]),
    Case("global-at-first", "memory-shared", [
        ('config.get("velocity", np.zeros_like(w))', 'config.get("velocity", STATE.get("v", 0.0))'),
        (STORE, f'{STORE}\n    STATE["v"] = v')]),
    Case("function-attribute", "memory-shared", """
        if not hasattr(sgd_momentum, "v") or sgd_momentum.v.shape != w.shape:
            sgd_momentum.v = np.zeros_like(w)
        sgd_momentum.v = config.get("momentum", 0.9) * sgd_momentum.v - config["learning_rate"] * dw
        config["velocity"] = sgd_momentum.v
        return w + sgd_momentum.v, config
    """),
    Case("w-in-place", "changes-arguments", [(NEXT, "w += v\n    next_w = w")]),
    Case("dw-in-place", "changes-arguments", [(f"v = {V}", f"dw *= {LR}\n    v = {MU} * v - dw")]),
    Case("gradient-kept-and-changed", "changes-arguments", [(f"v = {V}", f"step = dw\n    step *= -{LR}\n"
                                                            f"    v = {MU} * v + step")]),
    Case("starts-from-gradient", "memory-start", [("np.zeros_like(w)", "dw")]),
    Case("starts-from-ones", "memory-start", [("np.zeros_like(w)", "np.ones_like(w)")]),
    Case("summed", "summed", [(V, f"{MU} * v - {LR} * np.sum(dw)")]),
    Case("flattened", "wrong-shape", [(RETURN, "return next_w.ravel(), config")]),
    Case("matrix-product", "exception", [(V, f"{MU} @ v - {LR} * dw")]),
    Case("no-default-for-velocity", "exception", [('config.get("velocity", np.zeros_like(w))', 'config["velocity"]')]),
    Case("undefined", "exception", [(V, f"{MU} * v - lr * dw")]),
    Case("sign", "sign-only", [(V, f"{MU} * v - {LR} * np.sign(dw)")]),
    Case("normalised", "normalised", [(V, f"{MU} * v - {LR} * dw / np.linalg.norm(dw)")]),
    Case("momentum-added", "momentum-added", [(V, f"{MU} + v - {LR} * dw")]),
    Case("negated-momentum", "momentum-negated", [(V, f"-{MU} * v - {LR} * dw")]),
    Case("w-for-velocity", "w-for-velocity", [(V, f"{MU} * w - {LR} * dw")]),
    Case("doubled-by-both-lines", "double", [(NEXT, "w = w + v\n    next_w = w + v")]),
    Case("not-stored-and-uphill", "ascent memory-not-kept",
         [(f"    {STORE}\n", ""), (V, f"{MU} * v + {LR} * dw")]),
    Case("one-velocity-for-all", "wrong-shape", [(V, f"np.mean({V})")]),
    Case("odd-factor", "term-factor", [(NEXT, "next_w = w + 1.37 * v")]),
    Case("odd-velocity", "term-factor", [(STORE, 'config["velocity"] = 1.37 * v')]),
    Case("odd-decay", "term-added", [(NEXT, "next_w = w + v - 0.01 * dw")]),
    Case("odd-shrinking", "term-factor", [(NEXT, "next_w = 0.99 * w + v")]),
    Case("odd-penalty", "term-added", [("* dw", "* (dw + 0.013 * w)")]),
    Case("whole-velocity", "whole-numbers", [(STORE, 'v = v.astype(int)\n    ' + STORE)]),
]

UNKNOWN = [
    Case("first-velocities", "In config['velocity']: Only row 0 of 4", [(STORE, 'v[0] += 0.1\n    ' + STORE)]),
    Case("first-row", "Only row 0 of 4", [(NEXT, "next_w = w + v\n    next_w[0] += 0.1")]),
]
