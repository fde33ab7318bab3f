"""The checks of the smaller exercises: right functions pass, wrong ones are named, and unknown ones are described.

Functions are written as bodies: what stands after `def name(arguments):`. Each wrong one goes with its exact codes.
"""

import random
import textwrap
import time
from typing import NamedTuple

import numpy as np
import pytest

from cs231n_softmax.check import guard, images, numerical, one_example, prediction, scores, sweeping, training
from cs231n_softmax.check.images import prepare
from cs231n_softmax.check.numerical import numerical_gradient
from cs231n_softmax.check.one_example import cross_entropy
from cs231n_softmax.check.prediction import predict
from cs231n_softmax.check.scores import softmax
from cs231n_softmax.check.sweeping import sweep
from cs231n_softmax.check.training import sgd_step


class Exercise(NamedTuple):
    """A check, the head of the functions that it examines, and such functions."""

    check: object
    arguments: str
    right: list
    wrong: list  # (codes, body)
    unknown: list  # (what the report has to say, body)


EXERCISES = {}

EXERCISES["softmax"] = Exercise(softmax, "scores", right=[
    "e = np.exp(scores - scores.max(axis=1, keepdims=True)); return e / e.sum(axis=1, keepdims=True)",
    "from scipy.special import softmax; return softmax(scores, axis=1)",
    "from scipy.special import logsumexp; return np.exp(scores - logsumexp(scores, axis=1)[:, None])",
    "e = np.exp(scores.T - scores.max(axis=1)); return (e / e.sum(axis=0)).T",
    "s = scores.astype(np.float32); e = np.exp(s - s.max(1)[:, None]); return e / e.sum(1)[:, None]",
    "return [[1 / sum(math.exp(min(t - s, 700)) for t in row) for s in row] for row in scores.tolist()]",
    "e = np.exp(scores - scores.max(-1, keepdims=True)); return np.einsum('ij,i->ij', e, 1 / np.einsum('ij->i', e))",
    """
    p = np.zeros(scores.shape)
    for i in range(len(scores)):
        e = np.exp(scores[i] - max(scores[i]))
        for j in range(len(e)):
            p[i, j] = e[j] / sum(e)
    return p
    """,
    "e = np.exp(scores - scores.max(axis=1, keepdims=True)); return e / (e.sum(axis=1, keepdims=True) + 1e-12)",
], wrong=[
    ("sum-all", "e = np.exp(scores); return e / e.sum()"),
    ("sum-columns", "e = np.exp(scores); return e / sum(e)"),
    ("sum-columns", "e = np.exp(scores - scores.max(axis=1, keepdims=True)); return e / e.sum(axis=0)"),
    ("keepdims", "e = np.exp(scores); return e / e.sum(axis=1)"),
    ("keepdims", "e = np.exp(scores - scores.max(axis=1)); return e / e.sum(axis=1, keepdims=True)"),
    ("not-divided", "return np.exp(scores)"),
    ("not-divided", "return np.exp(scores - scores.max(axis=1, keepdims=True))"),
    ("no-exp", "return scores / scores.sum(axis=1, keepdims=True)"),
    ("log", "return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))"),
    ("exp-minus", "e = np.exp(-scores); return e / e.sum(axis=1, keepdims=True)"),
    ("base-2", "e = 2**scores; return e / e.sum(axis=1, keepdims=True)"),
    ("base-10", "e = 10**scores; return e / e.sum(axis=1, keepdims=True)"),
    ("sigmoid not-divided", "return 1 / (1 + np.exp(-scores))"),
    ("sigmoid", "e = 1 / (1 + np.exp(-scores)); return e / e.sum(axis=1, keepdims=True)"),
    ("one-hot", "return np.eye(scores.shape[1])[scores.argmax(axis=1)]"),
    ("squares", "return scores**2 / (scores**2).sum(axis=1, keepdims=True)"),
    ("twice", "p = np.exp(scores) / np.exp(scores).sum(1)[:, None]; return np.exp(p) / np.exp(p).sum(1)[:, None]"),
    ("transposed", "e = np.exp(scores); return (e / e.sum(axis=1, keepdims=True)).T"),
    ("rounded", "e = np.exp(scores); return np.round(e / e.sum(axis=1, keepdims=True), 3)"),
    ("column-max", "e = np.exp(scores - scores.max(axis=0)); return e / e.sum(axis=1, keepdims=True)"),
    ("shift-mismatch", "m = scores.max(1)[:, None]; return np.exp(scores - m) / np.exp(scores).sum(1)[:, None]"),
    ("one-row", "e = np.exp(scores)\nfor row in e:\n    return row / row.sum()"),
    ("factor", "e = np.exp(scores); return e / e.mean(axis=1, keepdims=True)"),
    ("temperature", "e = np.exp(scores / 2); return e / e.sum(axis=1, keepdims=True)"),
    ("exp-minus factor", "e = np.exp(-scores); return 2 * e / e.sum(axis=1, keepdims=True)"),
    ("base-2 sum-all", "e = 2**scores; return e / e.sum()"),
    ("changes-arguments", "scores -= scores.max(1)[:, None]; e = np.exp(scores); return e / e.sum(1)[:, None]"),
    ("changes-arguments overflow", "e = np.exp(scores, out=scores); return e / e.sum(axis=1, keepdims=True)"),
    ("overflow", "e = np.exp(scores); return e / e.sum(axis=1, keepdims=True)"),
    ("overflow", "e = np.exp(scores.astype(np.float32)); return e / e.sum(axis=1, keepdims=True)"),
    ("overflow", "return np.exp(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))"),
    ("overflow eps", "e = np.exp(scores); return e / (e.sum(axis=1, keepdims=True) + 1e-10)"),
    ("overflow nan-hidden", "e = np.exp(scores); return np.nan_to_num(e / e.sum(axis=1, keepdims=True))"),
    ("batch-max", "e = np.exp(scores - scores.max()); return e / e.sum(axis=1, keepdims=True)"),
    ("mean-shift", "e = np.exp(scores - scores.mean(axis=1, keepdims=True)); return e / e.sum(axis=1, keepdims=True)"),
    ("first-column", "e = np.exp(scores - scores[:, :1]); return e / e.sum(axis=1, keepdims=True)"),
    ("min-shift", "e = np.exp(scores - scores.min(axis=1, keepdims=True)); return e / e.sum(axis=1, keepdims=True)"),
    ("abs-max", "e = np.exp(scores - abs(scores).max(axis=1, keepdims=True)); return e / e.sum(axis=1, keepdims=True)"),
    ("clipped", "e = np.exp(np.clip(scores, -500, 500)); return e / e.sum(axis=1, keepdims=True)"),
    ("clipped", "e = np.exp(np.minimum(scores, 700)); return e / e.sum(axis=1, keepdims=True)"),
    ("remembers", "return np.random.default_rng().random(scores.shape)"),
    ("remembers", "e = np.exp(scores); STATE['sum'] = STATE.get('sum', 0) + e.sum(1)[0]; return e / STATE['sum']"),
], unknown=[
    ("Only row 1 of 3", "e = np.exp(scores); e[1:2, 0] *= 1.7; return e / e.sum(axis=1, keepdims=True)"),
    ("1.37 times", "e = np.exp(scores); return 1.37 * e / e.sum(axis=1, keepdims=True)"),
    ("0.125 too large", "e = np.exp(scores); return e / e.sum(axis=1, keepdims=True) + 0.125"),
    ("Each row is off by a factor of its own", "e = np.exp(scores); return e / e.sum(axis=1, keepdims=True)**1.5"),
    ("There is nan", "e = np.exp(scores); return np.where(scores == 1.5, np.nan, e / e.sum(axis=1, keepdims=True))"),
    ("shape (3, 2)", "e = np.exp(scores); return (e / e.sum(axis=1, keepdims=True))[:, 1:]"),
])

EXERCISES["cross_entropy"] = Exercise(cross_entropy, "scores, y", right=[
    "s = scores - scores.max(); return np.log(np.exp(s).sum()) - s[y]",
    "return np.logaddexp.reduce(scores) - scores[y]",
    "from scipy.special import logsumexp; return float(logsumexp(scores) - scores[y])",
    "s = np.float32(scores); m = max(s); return m + np.log(sum(np.exp(s - m))) - s[y]",
    "m = max(scores); return math.log(sum(math.exp(s - m) for s in scores)) + m - scores[y]",
    "s = np.sort(scores)[::-1]; return s[0] + np.log1p(np.exp(s[1:] - s[0]).sum()) - scores[y]",
    "from scipy.special import log_softmax; return -log_softmax(scores)[y]",
], wrong=[
    ("log10", "s = scores - scores.max(); return -np.log10(np.exp(s)[y] / np.exp(s).sum())"),
    ("log10", "s = scores - scores.max(); return np.log10(np.exp(s).sum()) - s[y]"),
    ("log2", "s = scores - scores.max(); return -np.log2(np.exp(s)[y] / np.exp(s).sum())"),
    ("no-log", "s = scores - scores.max(); return np.exp(s)[y] / np.exp(s).sum()"),
    ("no-log", "s = scores - scores.max(); return np.exp(s).sum() - s[y]"),
    ("sign", "s = scores - scores.max(); return s[y] - np.log(np.exp(s).sum())"),
    ("true-score-missing", "m = scores.max(); return m + np.log(np.exp(scores - m).sum())"),
    ("argmax", "m = scores.max(); return np.log(np.exp(scores - m).sum())"),
    ("argmax", "s = scores - scores.max(); return np.log(np.exp(s).sum()) - s[np.argmax(s)]"),
    ("shift-not-added-back", "return np.log(np.exp(scores - scores.max()).sum()) - scores[y]"),
    ("shift-mismatch", "s = scores - scores.max(); return np.log(np.exp(scores).sum()) - s[y]"),
    ("score-sign", "return np.log(np.exp(scores).sum()) + scores[y]"),
    ("sum-missing", "return -scores[y]"),
    ("true-class-left-out", "e = np.exp(scores); return np.log(e.sum() - e[y]) - scores[y]"),
    ("mean", "return np.log(np.exp(scores).mean()) - scores[y]"),
    ("all-classes", "e = np.exp(scores); return -np.log(e / e.sum()).sum()"),
    ("all-classes", "e = np.exp(scores); return -np.log(e / e.sum())"),
    ("all-classes", "e = np.exp(scores); return np.mean(-np.log(e / e.sum()))"),
    ("label-off-by-one", "e = np.exp(scores); return -np.log(e[y - 1] / e.sum())"),
    ("other-label", "e = np.exp(scores); return -np.log(e[0] / e.sum())"),
    ("hinge", "m = np.maximum(0, scores - scores[y] + 1); m[y] = 0; return m.sum()"),
    ("derivative", "p = np.exp(scores) / np.exp(scores).sum(); return p[y] * (1 - p[y])"),
    ("one-minus", "p = np.exp(scores) / np.exp(scores).sum(); return 1 - p[y]"),
    ("times-p", "p = np.exp(scores) / np.exp(scores).sum(); return -p[y] * np.log(p[y])"),
    ("binary", "p = np.exp(scores) / np.exp(scores).sum(); q = 1 - p; q[y] = p[y]; return -np.log(q).sum()"),
    ("factor", "s = scores - scores.max(); return (np.log(np.exp(s).sum()) - s[y]) / len(s)"),
    ("wrong-shape", "s = scores - scores.max(); return np.log(np.exp(s).sum()) - s[[y]]"),
    ("rounded", "s = scores - scores.max(); return round(np.log(np.exp(s).sum()) - s[y], 2)"),
    ("label-off-by-one log2", "e = np.exp(scores); return -np.log2(e[y - 1] / e.sum())"),
    ("log-underflow", "e = np.exp(scores - scores.max()); return -np.log(e[y] / e.sum())"),
    ("overflow", "return np.log(np.exp(scores).sum()) - scores[y]"),
    ("overflow", "return -np.log(np.exp(scores[y]) / np.exp(scores).sum())"),
    ("mean-shift", "s = scores - scores.mean(); return np.log(np.exp(s).sum()) - s[y]"),
    ("first-score", "s = scores - scores[0]; return np.log(np.exp(s).sum()) - s[y]"),
    ("clipped", "s = np.clip(scores, -100, 100); return np.log(np.exp(s).sum()) - s[y]"),
    ("eps-in-log", "e = np.exp(scores - scores.max()); return -np.log(e[y] / e.sum() + 1e-12)"),
    ("eps-in-log", "e = np.exp(scores - scores.max()); return -np.log(np.clip(e[y] / e.sum(), 1e-15, 1))"),
    ("eps-in-log", "e = np.exp(scores - scores.max()); return -np.log(e[y] / e.sum() + 1e-3)"),
    ("remembers", "STATE[0] = STATE.get(0, 0) + np.logaddexp.reduce(scores) - scores[y]; return STATE[0]"),
    ("changes-arguments", "scores -= scores.max(); return np.log(np.exp(scores).sum()) - scores[y]"),
], unknown=[
    ("expected 1.943, got 2.193", "s = scores - scores.max(); return np.log(np.exp(s).sum()) - s[y] + 0.25"),
    ("The number is wrong", "s = scores - scores.max(); return np.log((np.exp(s)**3).sum()) - s[y] / 2"),
])

EXERCISES["prepare"] = Exercise(prepare, "images, mean_image", right=[
    "rows = images.reshape(len(images), -1) - mean_image; return np.hstack([rows, np.ones((len(images), 1))])",
    "return np.c_[images.reshape(-1, 3072) - mean_image, np.ones(len(images))]",
    "return np.array([np.append(image.flatten() - mean_image, 1) for image in images])",
    "out = np.ones((len(images), 3073), np.float32); out[:, :-1] = images.reshape(-1, 3072) - mean_image; return out",
    "x = images.reshape(-1, 3072) - mean_image; return np.pad(x, [(0, 0), (0, 1)], constant_values=1)",
    "x = np.insert(images.reshape(len(images), -1), 3072, 1, axis=1); return x - np.append(mean_image, 0)",
], wrong=[
    ("mean-not-subtracted", "return np.c_[images.reshape(len(images), -1), np.ones(len(images))]"),
    ("mean-added", "return np.c_[images.reshape(len(images), -1) + mean_image, np.ones(len(images))]"),
    ("sign", "return np.c_[mean_image - images.reshape(len(images), -1), np.ones(len(images))]"),
    ("own-mean", "x = images.reshape(len(images), -1); return np.c_[x - x.mean(axis=0), np.ones(len(x))]"),
    ("own-mean", "x = images.reshape(len(images), -1); return np.c_[x - x.mean(axis=1)[:, None], np.ones(len(x))]"),
    ("mean-of-mean", "return np.c_[images.reshape(len(images), -1) - mean_image.mean(), np.ones(len(images))]"),
    ("ones-first", "return np.c_[np.ones(len(images)), images.reshape(len(images), -1) - mean_image]"),
    ("ones-missing", "return images.reshape(len(images), -1) - mean_image"),
    ("ones-zeros", "return np.c_[images.reshape(len(images), -1) - mean_image, np.zeros(len(images))]"),
    ("ones-twice", "o = np.ones(len(images)); return np.c_[images.reshape(len(images), -1) - mean_image, o, o]"),
    ("ones-row", "x = images.reshape(len(images), -1) - mean_image; return np.vstack([x, np.ones(3072)])"),
    ("pixel-overwritten", "x = images.reshape(len(images), -1) - mean_image; x[:, -1] = 1; return x"),
    ("pixel-order", "return np.c_[images.transpose(0, 3, 1, 2).reshape(-1, 3072) - mean_image, np.ones(len(images))]"),
    ("pixel-order", "return np.c_[images.swapaxes(1, 2).reshape(len(images), -1) - mean_image, np.ones(len(images))]"),
    ("pixel-order", "return np.c_[images.reshape(len(images), -1, order='F') - mean_image, np.ones(len(images))]"),
    ("images-mixed", "return np.c_[images.reshape(-1, len(images)).T - mean_image, np.ones(len(images))]"),
    ("scaled", "return np.c_[(images.reshape(len(images), -1) - mean_image) / 255, np.ones(len(images))]"),
    ("scaled", "return np.c_[images.reshape(len(images), -1) / 255 - mean_image / 255, np.ones(len(images))]"),
    ("transposed", "return np.c_[images.reshape(len(images), -1) - mean_image, np.ones(len(images))].T"),
    ("one-image", "return np.append(images[0].ravel() - mean_image, 1)"),
    ("one-image", "out = np.zeros((len(images), 3073))\nfor i in range(len(images)):\n"
                  "    out[i] = np.append(images[i].ravel() - mean_image, 1)\n    return out"),
    ("whole-numbers", "return np.c_[images.reshape(len(images), -1) - mean_image, np.ones(len(images))].astype(int)"),
    ("absolute", "return np.c_[abs(images.reshape(len(images), -1) - mean_image), np.ones(len(images))]"),
    ("own-mean ones-first", "x = images.reshape(len(images), -1); return np.c_[np.ones(len(x)), x - x.mean(axis=0)]"),
    ("own-mean ones-zeros",
     "x = np.c_[images.reshape(len(images), -1), np.ones(len(images))]; return x - x.mean(axis=0)"),
    ("changes-arguments", "x = images.reshape(len(images), -1); x -= mean_image; return np.c_[x, np.ones(len(x))]"),
    ("changes-arguments", "mean_image *= -1; return np.c_[images.reshape(-1, 3072) + mean_image, [1] * len(images)]"),
    ("exception", "x = np.c_[images.reshape(len(images), -1), np.ones(len(images))]; return x - mean_image"),
], unknown=[
    ("Only columns 5 and 6 of 3073",
     "x = np.c_[images.reshape(len(images), -1) - mean_image, np.ones(len(images))]; x[:, 5:7] *= 2; return x"),
    ("Only column 3072 of 3073", "return np.c_[images.reshape(len(images), -1) - mean_image, np.full(len(images), 7)]"),
    ("shape (2, 3074)", "x = images.reshape(len(images), -1) - mean_image; return np.c_[x, x[:, :2]]"),
])

LOOP = """
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        below = f(x)
        x[i] = old
        grad[i] = (above - below) / (2 * h)
    return grad
    """


def loop(old="", new=""):
    """Return the usual numerical gradient with a change."""
    assert old in LOOP
    return LOOP.replace(old, new, 1)


EXERCISES["numerical_gradient"] = Exercise(numerical_gradient, "f, x, h=1e-5", right=[
    loop(),
    """
    grad, it = np.zeros(x.shape), np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        i = it.multi_index
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        grad[i] = (above - f(x)) / 2 / h
        x[i] += h
        it.iternext()
    return grad
    """,
    """
    e = np.eye(x.size).reshape(-1, *x.shape)
    return np.reshape([(f(x + h * d) - f(x - h * d)) / (2 * h) for d in e], x.shape)
    """,
    """
    grad = np.empty(x.shape, np.float32)
    for k in range(x.size):
        y, z = x.copy(), x.copy()
        y.flat[k] += h
        z.flat[k] -= h
        grad.flat[k] = 0.5 * (f(y) - f(z)) / h
    return grad.tolist()
    """,
    """
    flat, grad = x.reshape(-1), np.zeros(x.size)
    for k in range(x.size):
        old = flat[k]
        flat[k] = old - h
        below = f(x)
        flat[k] = old + h
        grad[k] = (f(x) - below) / (2 * h)
        flat[k] = old
    return grad.reshape(x.shape)
    """,
], wrong=[
    ("forward", loop("x[i] = old - h", "x[i] = old").replace("(2 * h)", "h")),
    ("forward", loop("x[i] = old - h", "x[i] = old")),
    ("backward", loop("x[i] = old + h", "x[i] = old").replace("(2 * h)", "h")),
    ("not-halved", loop("(2 * h)", "h")),
    ("brackets", loop("(2 * h)", "2 * h")),
    ("brackets", loop("(above - below) / (2 * h)", "above - below / (2 * h)")),
    ("not-divided-by-h", loop("(2 * h)", "2")),
    ("not-divided", loop(" / (2 * h)", "")),
    ("sign", loop("(above - below)", "(below - above)")),
    ("sum", loop("(above - below)", "(above + below)")),
    ("h-ignored", loop("grad = np.zeros_like(x)", "grad = np.zeros_like(x); h = 1e-5")),
    ("h-ignored", loop("(2 * h)", "2e-5")),
    ("half-step", loop("old + h", "old + h / 2").replace("old - h", "old - h / 2")),
    ("second-derivative", loop("(above - below) / (2 * h)", "(above - 2 * f(x) + below) / h**2")),
    ("complex-step", "g = np.zeros_like(x)\nfor i in np.ndindex(x.shape):\n    z = x.astype(complex); z[i] += 1j * h\n"
                     "    g[i] = f(z).imag / h\nreturn g"),
    ("five-point", "g = np.zeros_like(x)\nfor i in np.ndindex(x.shape):\n    d = np.zeros_like(x); d[i] = h\n"
                   "    g[i] = (8 * f(x + d) - 8 * f(x - d) - f(x + 2 * d) + f(x - 2 * d)) / (12 * h)\nreturn g"),
    ("not-restored", loop("        x[i] = old\n", "")),
    ("not-restored", loop("        x[i] = old\n", "        x[i] += 2 * h\n")),
    ("not-restored", loop("grad = ", "x = x.copy(); grad = ").replace("        x[i] = old\n", "")),
    ("all-at-once", "return (f(x + h) - f(x - h)) / (2 * h)"),
    ("all-at-once", "return np.full_like(x, (f(x + h) - f(x - h)) / (2 * h))"),
    ("rows-at-once", loop("np.ndindex(x.shape)", "range(len(x))").replace("x[i]\n", "x[i].copy()\n")),
    ("first-ones", loop("    return grad", "        return grad")),
    ("one-left-out", loop("np.ndindex(x.shape)", "list(np.ndindex(x.shape))[:-1]")),
    ("last-one", loop("grad[i] =", "grad =")),
    ("summed", loop("grad[i] =", "grad +=")),
    ("flattened", loop("return grad", "return grad.ravel()")),
    ("whole-numbers", loop("np.zeros_like(x)", "np.zeros(x.shape, int)")),
    ("value", loop("(above - below) / (2 * h)", "above")),
    ("not-restored factor", loop("        x[i] = old\n", "").replace("(2 * h)", "(4 * h)")),
    ("remembers", loop("np.zeros_like(x)", "STATE.setdefault(x.shape, 0 * x)").replace("[i] = (", "[i] += (")),
    ("exception", loop("f(x)", "f(x[i])")),
    ("returns-none", loop("return grad", "pass")),
    ("changes-arguments", loop("return grad", "x += 1\n    return grad")),
], unknown=[
    ("1.4 times", loop("(2 * h)", "(2 * h) * 1.4")),
    ("Only row 1 of 2", loop("return grad", "grad[1:2] **= x.ndim\n    return grad")),
])

STEP = "rows = rng.integers(len(X), size=batch_size); loss, dW = softmax_loss_vectorized(W, X[rows], y[rows], reg); " \
       "return W - learning_rate * dW, loss"


def step(old="", new=""):
    """Return the usual step of SGD with a change."""
    assert old in STEP
    return STEP.replace(old, new, 1)


DRAW = "rng.integers(len(X), size=batch_size)"
EXERCISES["sgd_step"] = Exercise(sgd_step, "W, X, y, learning_rate, reg, batch_size, rng", right=[
    step(),
    step(DRAW, "rng.choice(len(X), batch_size, replace=False)"),
    step(DRAW, "rng.permutation(len(X))[:batch_size]"),
    step(DRAW, "np.sort((rng.random(batch_size) * len(X)).astype(int))"),
    step("return W - learning_rate * dW, loss", "W = W.copy(); W -= learning_rate * dW; return [W, float(loss)]"),
    step("return W - learning_rate * dW, loss", "W = np.float32(W) - np.float32(learning_rate * dW); return W, loss"),
    """
    rows = rng.choice(np.arange(len(X)), size=batch_size)
    scores = X[rows] @ W
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(batch_size), y[rows]]).mean() + reg * (W * W).sum()
    p[np.arange(batch_size), y[rows]] -= 1
    return W - learning_rate * (X[rows].T @ p / batch_size + 2 * reg * W), loss
    """,
], wrong=[
    ("ascent", step("W - learning", "W + learning")),
    ("lr-ignored", step("learning_rate * ", "")),
    ("lr-squared", step("learning_rate", "learning_rate**2")),
    ("lr-scaled", step("learning_rate * dW", "learning_rate * dW / batch_size")),
    ("not-updated", step("W - learning_rate * dW", "W")),
    ("step-only", step("W - learning_rate * dW", "-learning_rate * dW")),
    ("returns-gradient", step("W - learning_rate * dW", "dW")),
    ("returns-swapped", step("W - learning_rate * dW, loss", "loss, W - learning_rate * dW")),
    ("loss-missing", step("dW, loss", "dW")),
    ("weights-missing", step("W - learning_rate * dW, loss", "loss")),
    ("three-results", step("dW, loss", "dW, loss, dW")),
    ("reg-ignored", step("reg)", "0)")),
    ("reg-twice", step("learning_rate * dW", "learning_rate * (dW + 2 * reg * W)")),
    ("reg-half", step("reg)", "reg / 2)")),
    ("arguments-swapped", step("learning_rate", "reg")),
    ("loss-after", step("dW, loss", "dW, softmax_loss_vectorized(W - learning_rate * dW, X[rows], y[rows], reg)[0]")),
    ("loss-scaled", step("dW, loss", "dW, loss * batch_size")),
    ("many-steps", "for _ in range(batch_size):\n    i = rng.integers(len(X), size=1)\n"
                   "    loss, dW = softmax_loss_vectorized(W, X[i], y[i], reg)\n    W = W - learning_rate * dW\n"
                   "    first = loss if _ == 0 else first\nreturn W, first"),
    ("ascent loss-scaled", step("W - learning_rate * dW, loss", "W + learning_rate * dW, loss / batch_size")),
    ("changes-arguments", step("return W - learning_rate * dW", "W -= learning_rate * dW; return W")),
    ("changes-arguments", "rng.shuffle(X); loss, dW = softmax_loss_vectorized(W, X[:batch_size], y[:batch_size], reg); "
                          "return W - learning_rate * dW, loss"),
    ("all-rows", step(DRAW, "np.arange(len(X))")),
    ("first-rows", step(DRAW, "np.arange(batch_size)")),
    ("contiguous-block", step(DRAW, "(rng.integers(len(X)) + np.arange(batch_size)) % len(X)")),
    ("contiguous-block", step(DRAW, "rng.integers(len(X) - batch_size + 1) + np.arange(batch_size)")),
    ("same-rows", step(DRAW, "np.random.default_rng(0).integers(len(X), size=batch_size)")),
    ("same-rows", step("rows", "np.random.seed(0); rows").replace(DRAW, "np.random.choice(len(X), batch_size)")),
    ("rng-ignored", step(DRAW, "np.random.choice(len(X), batch_size)")),
    ("rng-ignored", step(DRAW, "np.random.default_rng().integers(len(X), size=batch_size)")),
    ("rng-restarted", step(DRAW, "copy.deepcopy(rng).integers(len(X), size=batch_size)")),
    ("batch-size-ignored", step("size=batch_size", "size=5")),
    ("batch-size-ignored", step("size=batch_size", "size=1")),
    ("wrong-batch-size", step("size=batch_size", "size=batch_size - 1")),
    ("labels-not-matched", step("y[rows]", "y[:batch_size]")),
    ("labels-not-matched", step("y[rows]", f"y[{DRAW}]")),
    ("labels-not-matched", step("X[rows]", "X[rng.permutation(rows)]")),
    ("rows-never-drawn", step("len(X)", "len(X) - 1")),
    ("rows-never-drawn", step("rng.integers(", "rng.integers(1, ")),
    ("loss-of-all", step("dW, loss", "dW, softmax_loss_vectorized(W, X, y, reg)[0]")),
    ("loss-of-others", step("dW, loss", f"dW, (lambda r: softmax_loss_vectorized(W, X[r], y[r], reg)[0])({DRAW})")),
    ("remembers", step("return", "dW = STATE[len(X)] = 0.9 * STATE.get(len(X), 0) + dW; return")),
    ("exception", step("rng.integers(len(X), size=batch_size)", "rng.randint(0, len(X), batch_size)")),
], unknown=[
    ("factors in the problems tried: 2, 2.828, 4", step("learning_rate", "learning_rate**0.5")),
    ("In the step, new W - W: Only row 0 of 3", step("return", "dW[0] *= 1.3; return")),
    ("In the loss", step("dW, loss", "dW, loss**2")),
])

EXERCISES["predict"] = Exercise(predict, "W, X", right=[
    "return np.argmax(X @ W, axis=1)",
    "return [int(np.argmax(row @ W)) for row in X]",
    "return (W.T @ X.T).argmax(axis=0).astype(float)",
    "s = X @ W; p = np.exp(s - s.max(axis=1, keepdims=True)); return (p / p.sum(axis=1, keepdims=True)).argmax(1)",
    "return np.argsort(X.dot(W))[:, -1]",
    "s = np.float32(X) @ np.float32(W); return np.where(s == s.max(1, keepdims=True), np.arange(s.shape[1]), 0).max(1)",
], wrong=[
    ("wrong-axis", "return np.argmax(X @ W, axis=0)"),
    ("no-axis", "return np.argmax(X @ W)"),
    ("argmin", "return np.argmin(X @ W, axis=1)"),
    ("max-value", "return np.max(X @ W, axis=1)"),
    ("returns-scores", "return X @ W"),
    ("returns-probabilities", "s = X @ W; e = np.exp(s - s.max(1, keepdims=True)); return e / e.sum(1, keepdims=True)"),
    ("one-hot", "s = X @ W; return (s == s.max(axis=1, keepdims=True)).astype(int)"),
    ("wrong-shape", "return np.argmax(X @ W, axis=1, keepdims=True)"),
    ("off-by-one", "return np.argmax(X @ W, axis=1) + 1"),
    ("absolute", "return np.argmax(abs(X @ W), axis=1)"),
    ("bias-left-out", "return np.argmax(X[:, :-1] @ W[:-1], axis=1)"),
    ("rounded", "s = X @ W; e = np.exp(s - s.max(1)[:, None]); return (e / e.sum(1)[:, None]).round(2).argmax(1)"),
    ("overflow", "return np.argmax(np.exp(X @ W), axis=1)"),
    ("second-best", "return np.argsort(X @ W, axis=1)[:, -2]"),
    ("threshold", "return (X @ W > 0).astype(int)"),
    ("one-row", "for row in X:\n    return np.argmax(row @ W)"),
    ("negative-scores", "out = []\nfor row in X @ W:\n    best, k = 0, 0\n    for j, s in enumerate(row):\n"
                        "        if s > best:\n            best, k = s, j\n    out.append(k)\nreturn out"),
    ("absolute off-by-one", "return np.argmax(abs(X @ W), axis=1) + 1"),
    ("changes-arguments", "W *= 2; return np.argmax(X @ W, axis=1)"),
    ("swapped", "return np.argmax(W @ X, axis=1)"),
    ("exception", "return np.argmax(X @ Wt, axis=1)"),
], unknown=[
    ("numbers are wrong", "k = np.argmax(X @ W, axis=1); k[5:8] = 1; return k"),
    ("shape (44,) instead of (46,)", "return np.argmax(X @ W, axis=1)[:44]"),
])

SWEEP = """
    for learning_rate, reg in settings:
        if (learning_rate, reg) in results:
            continue
        model = Softmax()
        model.train(data["X_train"], data["y_train"], learning_rate, reg, num_iters, rng=0)
        results[learning_rate, reg] = np.mean(model.predict(data["X_val"]) == data["y_val"])
    """


def loops(old="", new="", *more):
    """Return the usual sweep with one change or more."""
    assert old in SWEEP
    body = SWEEP.replace(old, new, 1)
    return body if not more else body.replace(*more)


SKIP = "        if (learning_rate, reg) in results:\n            continue\n"
EXERCISES["sweep"] = Exercise(sweep, "results, settings, data, num_iters=1500", right=[
    loops(),
    loops("np.mean(model", "float(np.mean(model", 'data["y_val"])', 'data["y_val"]))'),
    loops("    for", "    seen = set(results)\n    for", "in results:", "in seen:"),
    loops("results[learning_rate, reg] =", "print(reg); results[(learning_rate, reg)] ="),
    loops('np.mean(model.predict(data["X_val"]) == data["y_val"])',
          'sum(model.predict(data["X_val"]) == data["y_val"]) / len(data["y_val"])'),
    loops("rng=0", "rng=np.random.default_rng(0)") + "return results",
], wrong=[
    ("train-accuracy", loops('model.predict(data["X_val"]) == data["y_val"]',
                             'model.predict(data["X_train"]) == data["y_train"]')),
    ("test-accuracy", loops('model.predict(data["X_val"]) == data["y_val"]',
                            'model.predict(data["X_test"]) == data["y_test"]')),
    ("arguments-swapped", loops("learning_rate, reg, num", "reg, learning_rate, num")),
    ("key-swapped", loops("results[learning_rate, reg]", "results[reg, learning_rate]")),
    ("wrong-keys", loops("results[learning_rate, reg]", "results[learning_rate]")),
    ("num-iters-ignored", loops("num_iters, rng", "100, rng")),
    ("num-iters-ignored", loops("num_iters, rng", "1500, rng")),
    ("num-iters-ignored", loops("num_iters, ", "")),
    ("not-skipped", loops(SKIP, "")),
    ("not-skipped", loops(SKIP, "", "results[learning_rate, reg] = ", "results.setdefault((learning_rate, reg), ")
     .replace('["y_val"])', '["y_val"]))')),
    ("stops-at-skipped", loops("continue", "break")),
    ("not-filled", "    results = {}" + loops() + "return results"),
    ("not-filled", "    new = {}" + loops("results[", "new[") + "return new"),
    ("error-rate", loops("==", "!=")),
    ("percent", loops("np.mean", "100 * np.mean")),
    ("count", loops("np.mean", "np.sum")),
    ("model-shared", loops("        model = Softmax()\n", "", "    for", "    model = Softmax()\n    for")),
    ("trained-on-validation", loops('data["X_train"], data["y_train"]', 'data["X_val"], data["y_val"]')),
    ("rng-missing", loops(", rng=0", "")),
    ("other-seed", loops("rng=0", "rng=42")),
    ("generator-shared", loops("    for", "    rng = np.random.default_rng(0)\n    for", "rng=0", "rng=rng")),
    ("other-batch-size", loops("rng=0", "rng=0, batch_size=64")),
    ("loss", loops("        model.train", "        losses = model.train", "np.mean(model.predict(", "losses[-1] #")),
    ("svm", loops("Softmax()", "LinearSVM()")),
    ("last-only", loops("        results[", "    results[")),
    ("first-only", loops() + "    return results"),
    ("rounded", loops("np.mean(", "round(np.mean(", '["y_val"])', '["y_val"]), 2)')),
    ("train-accuracy percent", loops("np.mean(", "100 * np.mean(", "_val", "_train")),
    ("remembers", loops("model = Softmax()", "model = STATE.setdefault((learning_rate, reg), Softmax())")),
    ("changes-arguments", loops() + "data['X_train'] *= 2"),
    ("exception", loops("X_train", "X_training")),
], unknown=[
    ("learning rate 0.001, reg 0.5: expected 0.6", loops("rate, reg, num", "rate / 40, reg, num")),
    ("not expected: (0.0005, 0.5)", loops("results[learning_rate,", "results[learning_rate / 2,")),
])


def written(name, arguments, body):
    """Return the function with this body, as a learner's cell would make it."""
    names, body = {}, textwrap.dedent("\n" + body if body[0] == " " else body)
    exec("import copy, math\nimport numpy as np\nfrom cs231n_softmax.classifiers import LinearSVM, Softmax, "
         "softmax_loss_vectorized\nSTATE = {}\n"
         f"def {name}({arguments}):\n" + textwrap.indent(body, "    "), names)
    return names[name]


def codes(report):
    """Return the codes of the mistakes, as one sorted string."""
    return " ".join(sorted({mistake.code for mistake in report.mistakes}))


def cases(kind):
    """Return parameters (exercise, ...) for all functions of a kind."""
    return [pytest.param(name, *(each if isinstance(each, tuple) else (each,)), id=f"{name}-{k}")
            for name, exercise in EXERCISES.items() for k, each in enumerate(getattr(exercise, kind))]


def examine(name, body):
    """Examine the function with this body."""
    exercise = EXERCISES[name]
    return exercise.check(written("mine", exercise.arguments, body))


@pytest.mark.parametrize(("name", "body"), cases("right"))
def test_right_functions_pass(name, body):
    """No false alarm, in whatever way a right function is written; and the report's text has no number of its own."""
    report = examine(name, body)
    assert report.ok, report
    assert all(result == "held" for _, result in report.steps), report
    assert 3 <= len(report.steps) <= 7


@pytest.mark.parametrize(("name", "expected", "body"), cases("wrong"))
def test_wrong_functions_are_named(name, expected, body):
    """Each mistake gets its name, and no other."""
    report = examine(name, body)
    assert codes(report) == " ".join(sorted(expected.split())), report
    assert any(result == "wrong" for _, result in report.steps), report
    assert all(mistake.title.endswith(".") for mistake in report.mistakes)


@pytest.mark.parametrize(("name", "said", "body"), cases("unknown"))
def test_unknown_mistakes_are_described(name, said, body):
    """What nobody has thought of is described: where, by how much, what was expected."""
    report = examine(name, body)
    assert said in " ".join(str(report).split()), report
    assert codes(report) in ("factor", "offset", "not-finite", "wrong-shape", "wrong-values", "wrong-keys"), report
    assert len(report.mistakes) == 1


# --- whatever a function does --------------------------------------------------------------------------------------

BROKEN = [
    ("not-written", "raise NotImplementedError"), ("returns-none", "pass"), ("exits", "raise SystemExit"),
    ("recursion", "return mine({})"), ("exception", "return undefined"), ("wrong-type", "return 'seven'"),
    ("wrong-type", "return 1j * np.ones(3)"), ("wrong-type", "return {{1: 2}}"), ("wrong-shape", "return np.ones(77)"),
    ("changes-others", "np.exp = abs; return np.zeros(3)"), ("never-ends", "while True:\n    pass"),
]


@pytest.mark.parametrize("name", [name for name in EXERCISES if name != "sweep"])
@pytest.mark.parametrize(("expected", "body"), BROKEN, ids=[code for code, _ in BROKEN])
def test_broken_functions_are_told_so(name, expected, body, monkeypatch):
    """No answer, or none that can be used, is said in words, and the rest is noted as not tried."""
    monkeypatch.setattr(guard, "TIME_LIMIT", 0.3)
    report = examine(name, body.format(EXERCISES[name].arguments))
    assert codes(report) == expected, report
    assert report.steps[0][1] == "wrong" and report.steps[-1][1] == "not tried"


def test_what_isnt_a_function_is_told_so():
    """The result of the function in place of the function, for example."""
    assert codes(softmax(np.ones((2, 3)))) == "exception"


@pytest.mark.parametrize("name", EXERCISES)
def test_numbers_of_any_kind_and_size_harm_no_check(name):
    """NaN, inf, huge and empty results are described, and the examiner itself never stops with an error."""
    for value in ["np.nan", "np.inf", "1e308", "[]", "np.array(3)", "(1, 2)", "[[1], [2, 3]]", "np.ones((1, 1, 1))",
                  "(np.full(3, np.nan), None)", "(np.ones((3, 4)), np.inf)", "None, None", "np.ma.masked", "True"]:
        report = examine(name, f"return {value}")
        assert not report.ok and str(report) and report._repr_html_()


REMARKS = [
    ("softmax", "prints", "print('max', scores.max()); " + EXERCISES["softmax"].right[0]),
    ("softmax", "whole-numbers",
     "e = np.zeros_like(scores); e[:] = np.exp(scores - scores.max(1)[:, None]); return e / e.sum(1)[:, None]"),
    ("prepare", "uint8", "x = images - np.array(mean_image.reshape(32, 32, 3), images.dtype); "
                         "return np.c_[x.reshape(len(x), -1), np.ones(len(x))]"),
    ("numerical_gradient", "many-calls", loop("above = f(x)", "above = f(x); f(x)")),
    ("numerical_gradient", "needs-contiguous", EXERCISES["numerical_gradient"].right[-1]),
]


@pytest.mark.parametrize(("name", "expected", "body"), REMARKS)
def test_remarks_are_no_mistakes(name, expected, body):
    """What is worth knowing is said, and the function passes."""
    report = examine(name, body)
    assert report.ok and [remark.code for remark in report.remarks] == [expected], report


def test_right_functions_get_few_remarks():
    """The first right function of each exercise, which is the notebook's, gets none."""
    for name, exercise in EXERCISES.items():
        assert not examine(name, exercise.right[0]).remarks


def test_reports_of_right_functions_are_alike_to_the_letter():
    """Float32 or float64, loops or none: the text is the same, so that notebooks can be compared."""
    for name, exercise in EXERCISES.items():
        texts = {str(examine(name, body)).split("\n\n")[0] for body in exercise.right}  # without remarks
        assert len(texts) == 1


@pytest.mark.parametrize("name", EXERCISES)
def test_a_check_is_quick(name, record_property):
    """Right or wrong, an examination takes less than 2 seconds."""
    exercise, taken = EXERCISES[name], []
    for body in [*exercise.right, *(each[1] for each in exercise.wrong + exercise.unknown)]:
        fn, begin = written("mine", exercise.arguments, body), time.perf_counter()
        exercise.check(fn)
        taken.append(time.perf_counter() - begin)
    record_property("figure", f"check of {name}: {np.median(taken):.2f} s, {max(taken):.2f} s at most")
    assert max(taken) < 2


# --- the hypotheses among themselves -------------------------------------------------------------------------------

RECIPES = {
    "softmax": (softmax, scores.recipe, scores.SWAPS),
    "softmax, large": (softmax, scores.shifted, scores.SHIFTS),
    "loss": (cross_entropy, one_example.recipe, one_example.SWAPS),
    "loss by probability": (cross_entropy, one_example.by_probability, one_example.SWAPS),
    "loss, large": (cross_entropy, one_example.shifted, one_example.LARGE_SWAPS),
    "prepare": (prepare, images.recipe, images.SWAPS),
    "numerical gradient": (numerical_gradient, numerical.recipe, numerical.SWAPS),
    "sgd step": (sgd_step, training.recipe, training.SWAPS),
    "predict": (predict, prediction.recipe, prediction.SWAPS),
    "sweep": (sweep, sweeping.recipe, sweeping.SWAPS),
}
HARMLESS = {"eps", "nan-hidden", "shift-mismatch", "rows-at-once"}  # some, as long as nothing else is wrong
DESCRIBED = {"factor", "offset", "not-finite", "wrong-shape", "wrong-values", "wrong-keys", "exception"}


def mutant(name, swaps):
    """Return a function made by the recipe, with swaps."""
    recipe, changed = RECIPES[name][1], {swap.step: swap.how for swap in swaps}

    def made(*args):
        if name != "sweep":
            return recipe(*args, **changed)
        results = recipe(*args, **changed)
        args[0].clear()
        args[0].update(results)
    return made


@pytest.mark.parametrize("name", RECIPES)
def test_each_hypothesis_is_recognised(name):
    """A function with that mistake gets that code and that title: no two hypotheses look alike."""
    check, _, swaps = RECIPES[name]
    assert len({swap.title for swap in swaps}) > 9
    for swap in swaps:
        report = check(mutant(name, [swap]))
        if report.ok or codes(report) == "overflow":
            assert swap.code in HARMLESS or codes(report) == swap.code, swap
        else:
            assert swap.title in [mistake.title for mistake in report.mistakes], (swap, report)


@pytest.mark.parametrize("size", [2, 3])
def test_combined_mistakes_get_no_wrong_name(size, record_property):
    """Two or three mistakes in one function: rejected; what is named is one of them, or it is described."""
    rng, named, tried = random.Random(0), 0, 0
    for name, (check, _, swaps) in RECIPES.items():
        for _ in range(20):
            chosen = rng.sample(swaps, size)
            if len({swap.step for swap in chosen}) < size or {swap.code for swap in chosen} <= HARMLESS:
                continue
            report = check(mutant(name, chosen))
            true, got = {swap.code for swap in chosen}, {mistake.code for mistake in report.mistakes}
            assert got and got <= true | DESCRIBED, (name, chosen, report)
            named, tried = named + bool(got & true), tried + 1
    record_property("figure", f"{size} mistakes in one function: {named} of {tried} named, no wrong name")
    assert named > (0.9 if size == 2 else 0.2) * tried
