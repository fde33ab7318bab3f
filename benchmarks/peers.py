"""The same loss and gradient, as others compute it: functions of (W, X, y, reg), each returning (loss, dW (D, C)).

What a peer needs once (its own array type, a compiled function) is prepared outside the function that is timed.
"""

import jax
import jax.numpy as jnp
import numpy as np
import torch
from sklearn._loss.loss import HalfMultinomialLoss
from sklearn.linear_model._linear_loss import LinearModelLoss


def textbook(W, X, y, reg):
    """Two matrix products with the loss between them, as one finds it in course notes (and in notebook 5)."""
    rows = np.arange(len(X))
    scores = X @ W
    shifted = scores - scores.max(axis=1, keepdims=True)
    exp = np.exp(shifted)
    denominator = exp.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(denominator[:, 0]) - shifted[rows, y]) + reg * np.sum(W * W)
    dscores = exp / denominator
    dscores[rows, y] -= 1
    dscores /= len(X)
    return loss, X.T @ dscores + 2 * reg * W


def bare_products(W, X, y, reg):
    """Return a function that multiplies by X twice, and does nothing else: no loss comes without that."""
    dscores = np.ones((len(X), W.shape[1]), X.dtype)
    return lambda: (X @ W, X.T @ dscores)


def torch_autograd(W, X, y, reg):
    """PyTorch's cross_entropy and its automatic gradient."""
    W, X, y = torch.tensor(W, requires_grad=True), torch.from_numpy(X), torch.from_numpy(y)

    def run():
        W.grad = None
        loss = torch.nn.functional.cross_entropy(X @ W, y) + reg * (W * W).sum()
        loss.backward()
        return loss.item(), W.grad.numpy()

    return run


def torch_manual(W, X, y, reg):
    """PyTorch's tensors with the gradient written out."""
    W, X, y = torch.tensor(W), torch.from_numpy(X), torch.from_numpy(y)
    rows = torch.arange(len(X))

    @torch.no_grad()
    def run():
        log_probs = torch.log_softmax(X @ W, dim=1)
        loss = -log_probs[rows, y].mean() + reg * (W * W).sum()
        dscores = log_probs.exp_()
        dscores[rows, y] -= 1
        return loss.item(), (X.T @ dscores.div_(len(X)) + 2 * reg * W).numpy()

    return run


def sklearn_loss(W, X, y, reg):
    """The loss under scikit-learn's LogisticRegression; it takes half of sum(coef**2), and coef is W transposed."""
    loss = LinearModelLoss(base_loss=HalfMultinomialLoss(n_classes=W.shape[1]), fit_intercept=False)
    coef, y = np.asfortranarray(W.T), y.astype(X.dtype)

    def run():
        value, gradient = loss.loss_gradient(coef, X, y, l2_reg_strength=2 * reg)  # n_threads=1, as its users call it
        return value, gradient.T

    return run


def jax_compiled(W, X, y, reg):
    """JAX's automatic gradient, compiled for this processor."""

    @jax.jit
    def loss(W, X, y):
        log_probs = jax.nn.log_softmax(X @ W)
        return -jnp.take_along_axis(log_probs, y[:, None], axis=1).mean() + reg * (W * W).sum()

    compiled = jax.jit(jax.value_and_grad(loss))
    W, X, y = jnp.asarray(W), jnp.asarray(X), jnp.asarray(y)

    def run():
        value, gradient = compiled(W, X, y)
        return float(value), np.asarray(gradient)

    return run
