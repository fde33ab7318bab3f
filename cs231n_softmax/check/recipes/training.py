"""A step of gradient descent as a recipe, and the ways in which it goes wrong.

The loss and its *gradient*, a *step* against it, the *cost* that is reported, and what is *returned*.
"""

from types import SimpleNamespace

import numpy as np

from ...classifiers import softmax_loss_vectorized, svm_loss_vectorized
from ..explain import Swap


def recipe(*args, gradient=lambda p: softmax_loss_vectorized(p.W, p.X, p.y, p.reg),
           step=lambda p, dW: p.W - p.lr * dW, cost=lambda p, loss, new: loss,
           returned=lambda new, loss, dW, p: (new, loss)):
    """One step of gradient descent on all rows."""
    p = SimpleNamespace(**dict(zip(("W", "X", "y", "lr", "reg", "size", "rng"), args, strict=True)))
    loss, dW = gradient(p)
    new = step(p, dW)
    return returned(new, cost(p, loss, new), dW, p)


# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

WHY = {
    "gradient": "softmax_loss_vectorized(W, X[batch], y[batch], reg) gives the loss and its gradient dW, the penalty "
                "included in both.",
    "step": "new W = W - learning_rate * dW: a short way against the gradient, downhill.",
    "cost": "What is reported is the loss of the batch at the W before the step, as softmax_loss_vectorized gives it.",
    "returned": "Two things are returned, in this order: the new W, and the loss.",
}


def _loss(p, W=None, reg=None):
    return softmax_loss_vectorized(p.W if W is None else W, p.X, p.y, p.reg if reg is None else reg)


def _with(loss_part, gradient_part):
    """Return a gradient function whose penalty is counted loss_part and gradient_part times."""
    def gradient(p):
        loss, dW = _loss(p, reg=0)
        return loss + loss_part * p.reg * np.sum(p.W**2), dW + gradient_part * 2 * p.reg * p.W
    return gradient


def _walk(p, steps):
    """Return the new W and the losses of several steps."""
    W, losses = p.W, []
    for _ in range(steps):
        loss, dW = _loss(p, W)
        W, losses = W - p.lr * dW, [*losses, loss]
    return W, losses


def _repeated(times):
    return lambda p, dW: _walk(p, times(p))[0]


ONCE = "The gradient has the penalty in it already. Leave your own term out."
SWAPS = [
    *(Swap("gradient", gradient, code, title, hint) for gradient, code, title, hint in [
        (_with(0, 0), "reg-ignored", "reg isn't used.", "Pass reg on to softmax_loss_vectorized."),
        (_with(0.5, 0.5), "reg-half", "The penalty is half of what it should be, in loss and gradient.", ""),
        (_with(1, 0.5), "reg-half", "The penalty's gradient is half of what it should be.", "It is 2 * reg * W."),
        (_with(1, 0), "reg-ignored", "The gradient lacks the penalty's part.", "It is 2 * reg * W."),
        (_with(1, 2), "reg-twice", "The penalty's gradient is counted twice.", ONCE),
        (_with(2, 2), "reg-twice", "The penalty is counted twice, in loss and gradient.", ONCE),
        (_with(2, 1), "reg-twice", "The penalty is counted twice in the loss.", ONCE),
        (_with(1, 1.5), "reg-twice", "reg * W is added to a gradient that has the penalty already.", ONCE),
        (_with(1, -1), "reg-sign", "The penalty's gradient has the wrong sign.", ONCE),
        (lambda p: _loss(p)[::-1], "results-exchanged", "Loss and gradient are exchanged.",
         "softmax_loss_vectorized returns the loss first, then dW."),
        (lambda p: _loss(p, reg=p.lr), "arguments-swapped", "The learning rate is used in place of reg.", ""),
        (lambda p: (_loss(p)[0], _loss(p)[1] * p.size), "factor", "The gradient is batch_size times too large.",
         "softmax_loss_vectorized divides by the number of rows, and that is all."),
        (lambda p: svm_loss_vectorized(p.W, p.X, p.y, p.reg), "svm", "It is the SVM's loss, not softmax's.", ""),
    ]),
    *(Swap("step", step, code, title, hint) for step, code, title, hint in [
        (lambda p, dW: p.W + p.lr * dW, "ascent", "The step goes up the gradient, not down.", "Minus, not plus."),
        (lambda p, dW: p.W - dW, "lr-ignored", "The learning rate isn't used.", ""),
        (lambda p, dW: p.W + dW, "lr-ignored", "The gradient is added, without the learning rate.", ""),
        (lambda p, dW: p.W - p.lr**2 * dW, "lr-squared", "The learning rate is applied twice.", ""),
        (lambda p, dW: p.W - dW / p.lr, "lr-divided", "The gradient is divided by the learning rate.", ""),
        (lambda p, dW: p.W - p.lr / p.size * dW, "lr-scaled", "The step is divided by batch_size.",
         "The gradient is a mean over the batch already."),
        (lambda p, dW: p.W - p.lr / len(p.X) * dW, "lr-scaled", "The step is divided by N.",
         "The gradient is a mean over the batch already."),
        (lambda p, dW: p.W - p.lr * len(p.X) * dW, "lr-scaled", "The step is multiplied by N.", ""),
        (lambda p, dW: p.W - p.lr * p.size / len(p.X) * dW, "lr-scaled", "The step is multiplied by batch_size / N.",
         ""),
        (lambda p, dW: p.W - p.lr * len(p.X) / p.size * dW, "lr-scaled", "The step is multiplied by N / batch_size.",
         ""),
        (lambda p, dW: p.W - 2 * p.lr * dW, "factor", "The step is twice what it should be.", ""),
        (lambda p, dW: p.W - p.lr / 2 * dW, "factor", "The step is half of what it should be.", ""),
        (lambda p, dW: p.W - p.lr * _loss(p)[0], "loss-as-gradient", "The loss is subtracted, not the gradient.", ""),
        (lambda p, dW: p.W, "not-updated", "The W that is returned is the one that came in.",
         "Is the result of W - learning_rate * dW kept?"),
        (lambda p, dW: -p.lr * dW, "step-only", "The step is returned, without the W that it starts from.", ""),
        (lambda p, dW: p.lr * dW, "step-only", "learning_rate * dW is returned in place of the new W.", ""),
        (lambda p, dW: dW, "returns-gradient", "The gradient is returned in place of the new W.", ""),
        (lambda p, dW: p.lr * (p.W - dW), "brackets", "W is multiplied by the learning rate too.",
         "Mind the brackets."),
        (lambda p, dW: p.lr * p.W - dW, "brackets", "W is multiplied by the learning rate, not dW.", ""),
        (lambda p, dW: p.lr * dW - p.W, "sign", "The new W has the wrong sign.", ""),
        (lambda p, dW: p.W - p.reg * dW, "arguments-swapped", "reg is used as the learning rate.", ""),
        (lambda p, dW: p.W - p.lr * dW - p.reg * p.W, "reg-twice", "The weights are shrunk by reg once more.", ONCE),
        (lambda p, dW: p.W - p.lr * dW - 2 * p.reg * p.W, "reg-twice",
         "The weights are shrunk by 2 reg once more.", ONCE),
        (lambda p, dW: (p.W - p.lr * dW) * (1 - p.lr * p.reg), "reg-twice",
         "The new W is shrunk by reg once more.", ONCE),
        (lambda p, dW: (p.W - p.lr * dW) * (1 - 2 * p.lr * p.reg), "reg-twice", "The new W is shrunk by 2 reg again.",
         ONCE),
        (lambda p, dW: p.W - p.lr * np.sign(dW), "sign-only", "Only the sign of the gradient is used.", ""),
        (lambda p, dW: p.W - p.lr * dW / np.linalg.norm(dW), "normalised", "The gradient is divided by its length.",
         ""),
        (lambda p, dW: p.W - p.lr * np.clip(dW, -1, 1), "clipped", "The gradient is cut off at -1 and 1.", ""),
        (_repeated(lambda p: 2), "many-steps", "Two steps are taken, not one.", ""),
        (_repeated(lambda p: p.size), "many-steps", "batch_size steps are taken, not one.",
         "One gradient, of the whole batch, and one step."),
        (_repeated(lambda p: len(p.X)), "many-steps", "N steps are taken, not one.", "One gradient, and one step."),
        (_repeated(lambda p: len(p.X) // p.size), "many-steps", "N / batch_size steps are taken: a pass over all rows.",
         "One batch, one gradient, one step."),
        (_repeated(lambda p: -(-len(p.X) // p.size)), "many-steps", "As many steps as there are batches are taken.",
         "One batch, one gradient, one step."),
    ]),
    *(Swap("cost", cost, code, title, hint) for cost, code, title, hint in [
        (lambda p, loss, new: _loss(p, new)[0], "loss-after", "The loss is that after the step, not before it.",
         "The loss that came with the gradient is the one."),
        (lambda p, loss, new: _loss(p, reg=0)[0], "loss-without-reg", "The loss lacks the penalty.", ""),
        (lambda p, loss, new: loss - _loss(p, reg=0)[0], "loss-without-data", "The loss is the penalty only.", ""),
        (lambda p, loss, new: loss + p.reg * np.sum(p.W**2), "reg-twice",
         "The penalty is counted twice in the loss.", ONCE),
        (lambda p, loss, new: loss * p.size, "loss-scaled", "The loss is multiplied by batch_size.", "It is a mean."),
        (lambda p, loss, new: loss / p.size, "loss-scaled", "The loss is divided by batch_size.",
         "It is a mean already."),
        (lambda p, loss, new: loss * len(p.X), "loss-scaled", "The loss is multiplied by N.", "It is a mean."),
        (lambda p, loss, new: loss / len(p.X), "loss-scaled", "The loss is divided by N.", "It is a mean already."),
        (lambda p, loss, new: loss * p.lr, "loss-scaled", "The loss is multiplied by the learning rate.", ""),
        (lambda p, loss, new: _walk(p, p.size)[1][-1], "many-steps", "The loss is that of the last of several steps.",
         ""),
        (lambda p, loss, new: np.mean(_walk(p, p.size)[1]), "many-steps", "The loss is the mean of several steps.", ""),
        (lambda p, loss, new: -loss, "loss-sign", "The loss has the wrong sign.", ""),
        (lambda p, loss, new: np.array([loss]), "wrong-shape", "The loss is an array of shape (1,), not a number.", ""),
        (lambda p, loss, new: _loss(p)[1], "returns-gradient", "The gradient is returned in place of the loss.",
         "softmax_loss_vectorized returns the loss first, then dW."),
        (lambda p, loss, new: np.trunc(loss), "rounded", "The loss is cut down to a whole number.", ""),
        *((lambda p, loss, new, d=d: np.round(loss, d), "rounded", f"The loss is rounded to {d} decimals.", "")
          for d in range(4)),
    ]),
    *(Swap("returned", returned, code, title, "return new_W, loss") for returned, code, title in [
        (lambda new, loss, dW, p: (loss, new), "returns-swapped", "The loss comes first; the new W should."),
        (lambda new, loss, dW, p: (new,), "loss-missing", "Only the new W is returned, without the loss."),
        (lambda new, loss, dW, p: (loss,), "weights-missing", "Only the loss is returned, without the new W."),
        (lambda new, loss, dW, p: (loss, dW), "returns-gradient", "The loss and the gradient are returned."),
        (lambda new, loss, dW, p: (new, loss, dW), "three-results", "Three results are returned: dW as well."),
        (lambda new, loss, dW, p: (new.T, loss), "transposed", "The new W is transposed."),
    ]),
]
