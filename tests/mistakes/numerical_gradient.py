"""numerical_gradient(f, x, h): central differences at each entry of x."""

from . import Case

BASE = """
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
    return grad
"""
QUOTIENT, BACK = "(above - below) / (2 * h)", "        x[index] = old\n"

RIGHT = [
    Case("usual", "", []),
    Case("nditer", "", """
        grad, it = np.zeros(x.shape), np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
        while not it.finished:
            index = it.multi_index
            x[index] += h
            above = f(x)
            x[index] -= 2 * h
            grad[index] = (above - f(x)) / 2 / h
            x[index] += h
            it.iternext()
        return grad
    """),
    Case("unit-steps", "", """
        e = np.eye(x.size).reshape(-1, *x.shape)
        return np.reshape([(f(x + h * d) - f(x - h * d)) / (2 * h) for d in e], x.shape)
    """),
    Case("copies-float32-list", "", """
        grad = np.empty(x.shape, np.float32)
        for k in range(x.size):
            y, z = x.copy(), x.copy()
            y.flat[k] += h
            z.flat[k] -= h
            grad.flat[k] = 0.5 * (f(y) - f(z)) / h
        return grad.tolist()
    """),
    Case("flat-view", "needs-contiguous", """
        flat, grad = x.reshape(-1), np.zeros(x.size)
        for k in range(x.size):
            old = flat[k]
            flat[k] = old - h
            below = f(x)
            flat[k] = old + h
            grad[k] = (f(x) - below) / (2 * h)
            flat[k] = old
        return grad.reshape(x.shape)
    """),
    Case("one-copy", "", """
        grad, z = np.zeros_like(x, dtype=float), x.copy()
        for index, v in np.ndenumerate(x):
            values = []
            for sign in (1, -1):
                z[index] = v + sign * h
                values.append(f(z))
            z[index] = v
            grad[index] = (values[0] - values[1]) / (2 * h)
        return grad
    """),
    Case("moved-by-float32", "", """
        z, grad = x.astype(np.float32), np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            up, down = z.copy(), z.copy()
            up[index] += h
            down[index] -= h
            width = float(up[index]) - float(down[index])
            grad[index] = (f(np.float64(up)) - f(np.float64(down))) / width
        return grad
    """),
    Case("called-again", "many-calls", [("above = f(x)", "above = f(x)\n        f(x)")]),
]

WRONG = [
    Case("forward", "forward", [("x[index] = old - h", "x[index] = old"), (QUOTIENT, "(above - below) / h")]),
    Case("backward", "backward", [("x[index] = old + h", "x[index] = old"), (QUOTIENT, "(above - below) / h")]),
    Case("divided-by-h", "not-halved", [(QUOTIENT, "(above - below) / h")]),
    Case("precedence", "brackets", [(QUOTIENT, "(above - below) / 2 * h")]),
    Case("half-of-forward", "forward", [("x[index] = old - h", "x[index] = old")]),
    Case("sign", "negated", [(QUOTIENT, "(below - above) / (2 * h)")]),
    Case("sum-not-difference", "sum", [(QUOTIENT, "(above + below) / (2 * h)")]),
    Case("no-division", "not-divided", [(QUOTIENT, "above - below")]),
    Case("hard-coded-h", "h-ignored", [("    grad = np", "    h = 1e-5\n    grad = np")]),
    Case("h-too-small", "wrong-values", [("    grad = np", "    h = 1e-14\n    grad = np")]),
    Case("minus-two-h", "step-twice", [("x[index] = old - h", "x[index] -= 3 * h")]),
    Case("not-restored", "not-restored", [(BACK, "")]),
    Case("restored-by-plus-h", "not-restored", [(BACK, "        x[index] += 2 * h\n")]),
    Case("restored-only-at-end", "not-restored",
         [(BACK, ""), ("    return grad", "    x[index] = old\n    return grad")]),
    Case("old-in-single-precision", "wrong-values", [("old = x[index]", "old = np.float32(x[index])")]),
    Case("all-entries-at-once", "all-at-once", """
        return (f(x + h) - f(x - h)) / (2 * h) * np.ones_like(x)
    """),
    Case("rows-at-once", "rows-at-once", """
        grad = np.zeros_like(x)
        for i in range(len(x)):
            e = np.zeros_like(x)
            e[i] = h
            grad[i] = (f(x + e) - f(x - e)) / (2 * h)
        return grad
    """),
    Case("scalar", "summed", [("    return grad", "    return grad.sum()")]),
    Case("returns-last", "last-one", [("    return grad", "    return grad[index]")]),
    Case("flat", "flattened", [("    return grad", "    return grad.ravel()")]),
    Case("return-in-loop", "first-ones", [("    return grad", "        return grad")]),
    Case("first-skipped", "entry-left-out", [("np.ndindex(x.shape):", "list(np.ndindex(x.shape))[1:]:")]),
    Case("last-skipped", "entry-left-out", [("np.ndindex(x.shape):", "list(np.ndindex(x.shape))[:-1]:")]),
    Case("added-up", "wrong-values", [(QUOTIENT, "(above - below) / (2 * h) + grad.sum()")]),
    Case("alias", "wrong-values changes-arguments", [("np.zeros_like(x)", "x")]),
    Case("alias-copy-kept", "zeros", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            up, down = x.copy(), x
            old = x[index]
            up[index] += h
            grad[index] = (f(up) - f(down)) / (2 * h) + (f(down) - f(up)) / (2 * h)
            x[index] = old
        return grad
    """),
    Case("relative-step", "wrong-values", [("old + h", "old + h * old"), ("old - h", "old - h * old")]),
    Case("integer-gradient", "whole-numbers", [("np.zeros_like(x)", "np.zeros(x.shape, dtype=int)")]),
    Case("absolute", "absolute", [(QUOTIENT, "abs(above - below) / (2 * h)")]),
    Case("moved-by-another-name", "same-array", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            up = x
            up[index] += h
            down = x
            down[index] -= h
            grad[index] = (f(up) - f(down)) / (2 * h)
        return grad
    """),
    Case("two-names-at-once", "same-array", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            old = x[index]
            plus, minus = x, x
            plus[index] = old + h
            minus[index] = old - h
            grad[index] = (f(plus) - f(minus)) / (2 * h)
            x[index] = old
        return grad
    """),
    Case("two-views", "same-array", """
        grad = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            up = x[:]
            up[index] += h
            above = f(up)
            down = x[:]
            down[index] -= h
            grad[index] = (above - f(down)) / (2 * h)
        return grad
    """),
    Case("only-one-copied", "same-array", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            up, down = np.copy(x), x
            up[index] += h
            down[index] -= h
            grad[index] = (f(up) - f(down)) / (2 * h)
        return grad
    """),
    Case("the-other-copied", "same-array", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            up = x
            up[index] += h
            down = x.copy()
            down[index] -= h
            grad[index] = (f(up) - f(down)) / (2 * h)
        return grad
    """),
    Case("two-names-for-a-copy", "zeros", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            down = up = x.copy()
            up[index] += h
            down[index] -= h
            grad[index] = (f(up) - f(down)) / (2 * h)
        return grad
    """),
    Case("up-and-back-only", "forward", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            x[index] += h
            above = f(x)
            x[index] -= h
            below = f(x)
            grad[index] = (above - below) / (2 * h)
        return grad
    """),
    Case("copies-made-once", "not-restored", """
        grad, up, down = np.zeros_like(x), x.copy(), x.copy()
        for index in np.ndindex(x.shape):
            up[index] += h
            down[index] -= h
            grad[index] = (f(up) - f(down)) / (2 * h)
        return grad
    """),
    Case("one-copy-made-once", "not-restored", """
        grad, down = np.zeros_like(x), x.copy()
        for index in np.ndindex(x.shape):
            up = x.copy()
            up[index] += h
            down[index] -= h
            grad[index] = (f(up) - f(down)) / (2 * h)
        return grad
    """),
    Case("steps-added-up", "not-restored", """
        grad, step = np.zeros_like(x), np.zeros_like(x)
        for index in np.ndindex(x.shape):
            step[index] = h
            grad[index] = (f(x + step) - f(x - step)) / (2 * h)
        return grad
    """),
    Case("never-moved-back", "not-restored", """
        grad, here = np.zeros_like(x), f(x)
        for index in np.ndindex(x.shape):
            x[index] += h
            grad[index] = (f(x) - here) / h
        return grad
    """),
    Case("entry-set-to-h", "entry-replaced", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            up, down = x.copy(), x.copy()
            up[index], down[index] = h, -h
            grad[index] = (f(up) - f(down)) / (2 * h)
        return grad
    """),
    Case("old-is-a-second-name", "not-restored", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            old = x
            x[index] = x[index] + h
            above = f(x)
            x[index] = x[index] - 2 * h
            below = f(x)
            x = old
            grad[index] = (above - below) / (2 * h)
        return grad
    """),
    Case("one-axis-only", "rows-at-once", [("np.ndindex(x.shape)", "range(len(x))")]),
    Case("two-axes-only", "exception", [("np.ndindex(x.shape)", "np.ndindex(x.shape[0], x.shape[1])")]),
    Case("view-and-no-step-down", "forward", """
        grad, flat = np.zeros(x.size), x.reshape(-1)
        for k in range(x.size):
            flat[k] += h
            above = f(x)
            flat[k] -= h
            grad[k] = (above - f(x)) / h
        return grad.reshape(x.shape)
    """),
    Case("view-not-restored", "not-restored", """
        grad, flat = np.zeros(x.size), x.reshape(-1)
        for k in range(x.size):
            flat[k] += h
            above = f(x)
            flat[k] -= 2 * h
            grad[k] = (above - f(x)) / (2 * h)
        return grad.reshape(x.shape)
    """),
    Case("function-of-entry", "exception",
         [("above = f(x)", "above = f(x[index])"), ("below = f(x)", "below = f(x[index])")]),
    Case("returns-none", "returns-none", [("    return grad\n", "")]),
    Case("f-not-called", "exception", [("above = f(x)", "above = f")]),
    Case("brackets-missing", "brackets", [(QUOTIENT, "above - below / (2 * h)")]),
    Case("not-divided-by-h", "not-divided-by-h", [(QUOTIENT, "(above - below) / 2")]),
    Case("hard-coded-divisor", "h-ignored", [(QUOTIENT, "(above - below) / 2e-5")]),
    Case("half-step", "half-step", [("old + h", "old + h / 2"), ("old - h", "old - h / 2")]),
    Case("second-derivative", "second-derivative", [(QUOTIENT, "(above - 2 * f(x) + below) / h**2")]),
    Case("complex-step", "complex-step", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            z = x.astype(complex)
            z[index] += 1j * h
            grad[index] = f(z).imag / h
        return grad
    """),
    Case("five-point", "five-point", """
        grad = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            d = np.zeros_like(x)
            d[index] = h
            grad[index] = (8 * f(x + d) - 8 * f(x - d) - f(x + 2 * d) + f(x - 2 * d)) / (12 * h)
        return grad
    """),
    Case("not-restored-in-copy", "not-restored", [("    grad = ", "    x = x.copy()\n    grad = "), (BACK, "")]),
    Case("all-entries-at-once-scalar", "all-at-once", "return (f(x + h) - f(x - h)) / (2 * h)"),
    Case("summed", "summed", [("grad[index] =", "grad +=")]),
    Case("value", "value", [(QUOTIENT, "above")]),
    Case("not-restored-and-halved", "not-restored half", [(BACK, ""), (QUOTIENT, "(above - below) / (4 * h)")]),
    Case("kept-between-calls", "remembers",
         [("np.zeros_like(x)", "STATE.setdefault(x.shape, 0 * x)"), ("grad[index] =", "grad[index] +=")]),
    Case("x-moved", "changes-arguments", [("    return grad", "    x += 1\n    return grad")]),
    Case("multiplied-by-h", "multiplied", [(QUOTIENT, "(above - below) * h")]),
    Case("h-squared", "h-squared", [(QUOTIENT, "(above - below) / h**2")]),
    Case("step-times-x", "relative-step",
         [("    for index", "    size = h\n    for index"),
          ("old = x[index]\n", "old = x[index]\n        h = size * max(1, abs(old))\n")]),
    Case("one-loop-for-both-axes", "diagonal",
         [("np.ndindex(x.shape)", "[(k,) * x.ndim for k in range(min(x.shape))]")]),
    Case("slopes-so-far", "accumulated",
         [("grad = np.zeros_like(x)", "grad, slope = np.zeros_like(x), 0"),
          (f"grad[index] = {QUOTIENT}", f"slope += {QUOTIENT}\n        grad[index] = slope")]),
    Case("grad-from-x", "added-to-x", [("np.zeros_like(x)", "x.copy()"), ("grad[index] =", "grad[index] +=")]),
    Case("returns-x", "x-returned", [("return grad", "return x")]),
    Case("unit-length", "normalised", [("return grad", "return grad / np.linalg.norm(grad)")]),
    Case("sum-over-entries", "times-size", [(QUOTIENT, "x.size * (above - below) / (2 * h)")]),
    Case("mean-over-entries", "over-size", [("return grad", "return grad / x.size")]),
    Case("times-rows", "times-length", [(QUOTIENT, "len(x) * (above - below) / (2 * h)")]),
    Case("mean-over-rows", "over-length", [("return grad", "return grad / len(x)")]),
    *(Case(f"default-{h}", "other-default", [("h=1e-5", f"h={h}")])
      for h in ("1e-3", "1e-4", "1e-6", "1e-8", "0.1")),
]

UNKNOWN = [
    Case("times-1.4", "1.4 times", [(QUOTIENT, "(above - below) / (2 * h) * 1.4")]),
    Case("second-row-to-a-power", "Only row 1 of 2",
         [("    return grad", "    grad[1:2] **= x.ndim\n    return grad")]),
]
