"""Gradient descent on batches: the loop that trains every model here, whatever its parameters and its loss are.

A model has parameters, {name: array}, and a loss with one gradient for each of them. A step is

    batch  <- rows of X, drawn at random                          (stochastic gradient descent)
    grads  <- the gradients of the batch's loss, by name
    params[name], configs[name]  <-  rule(params[name], grads[name], configs[name])      for each name

where `rule` is one of optim.py, or one of your own. A linear classifier has one array, {"W": W}, and a network several:
each has its own config, which is the rule's memory.

    >>> from cs231n_softmax import Softmax
    >>> def signs(w, dw, config):  # a rule that looks at the signs alone
    ...     return w - config["learning_rate"] * np.sign(dw), config
    >>> X, y = np.eye(3), np.array([0, 1, 1])
    >>> for update in ("sgd", "adam", signs):
    ...     losses = Softmax().train(X, y, 0.1, num_iters=50, update=update, rng=0)
    ...     print(round(losses[-1], 2))
    0.28
    0.01
    0.0

Source: cs231n notes, "Optimization" (mini-batch gradient descent) and "Neural Networks Part 3" (parameter updates).
"""

import reprlib
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .._extremes import quiet
from .._inputs import as_array, as_flag, as_generator, as_number, check_finite_rows
from .._threads import one_blas_thread
from .._typing import Rng
from ..optim import RULES, Update
from .inputs import as_steps

Params = dict[str, np.ndarray]
Schedule = Callable[[int], float]


class Descent:
    """A model that `train` trains. It has `params`, None before there are any, and these methods:

    _first_params(X, y, rng)      -> params to start from, where there are none
    _fitting(X, y, reg)           -> X (N, D) and y (N,), N > 0; raises for data that don't fit params
    _gradients(X, y, reg)         -> (loss, {name: gradient}) of the present params on a batch
    """

    params: Any  # Params | None

    def train(
        self,
        X: ArrayLike,
        y: ArrayLike,
        learning_rate: float | Schedule = 1e-3,
        reg: float = 1e-5,
        num_iters: int = 100,
        batch_size: int = 200,
        verbose: bool = False,
        *,
        rng: Rng = None,
        update: str | Update = "sgd",
        callback: Callable[[int, Self, float], object] | None = None,
    ) -> list[float]:
        """Take `num_iters` steps down the gradient, each on `batch_size` rows, drawn anew.

        X (N, D), y (N,) integer labels from 0. A model without parameters gets its first ones; parameters that are
        there already are trained further. They are never float16, but float32 then: steps would be rounded to nothing.
        Rows are drawn with replacement by `rng`, a numpy.random.Generator or a seed (None: a fresh generator); a batch
        has at most 100,000 rows, or as many as X. `callback(iteration, self, loss)`, if given, is called after each
        step.

        `update` makes a step of a gradient: the name of a rule in optim.py, or a function (w, dw, config) ->
        (next_w, config). The default is plain SGD, w - learning_rate * dw. Each array of parameters has a config of its
        own, which is {"learning_rate": learning_rate} before the first step. Every call of train begins with new ones,
        so the velocity of momentum is 0 again. `learning_rate` may be a function of the iteration, 0 to num_iters - 1:
        then its value, >= 0, is put into the configs before each step.

        Raises ValueError or TypeError, naming the argument, before anything changes. Only NaN and inf in a row of X are
        found when that row is drawn, and what the functions `update` and `learning_rate` return when it is used.

        Returns the list of `num_iters` batch losses, each from before its step. When a loss or a parameter overflows
        (the learning rate or reg is too large), training stops, the parameters keep their last finite values, and the
        rest of the list is inf. Ctrl-C ends it after at most one step: KeyboardInterrupt, and the parameters are those
        of the last finished step. The losses are gone then, except for what `callback` has kept.

        The steps run on one thread, and the parameters are the same to the bit in any thread (see _threads.py).
        """
        verbose = as_flag("verbose", verbose)
        learning_rate, reg = _as_learning_rate(learning_rate), as_number("reg", reg)
        X, y = self._fitting(X, y, reg)
        num_iters, batch_size = as_steps(num_iters, batch_size, len(X))
        rule = as_rule(update)
        if callback is not None and not callable(callback):
            raise TypeError(f"callback: expected a function (iteration, model, loss), got {reprlib.repr(callback)}.")
        rng = as_generator(rng)
        before = self.params
        params = self._first_params(X, y, rng) if before is None else before
        self.params = {name: _at_least_float32(as_array(name, w)) for name, w in params.items()}
        losses: list[float] = []
        try:
            with one_blas_thread():
                self._descend(losses, X, y, learning_rate, reg, num_iters, batch_size, verbose, rng, rule, callback)
        except BaseException:
            if not losses:  # not even one step: leave no random parameters behind
                self.params = before
            raise
        return losses + [np.inf] * (num_iters - len(losses))

    def _descend(self, losses, X, y, learning_rate, reg, num_iters, batch_size, verbose, rng, rule, callback):
        """Append the loss of each step to `losses`; return early when a step overflows."""
        configs = {name: {} if callable(learning_rate) else {"learning_rate": learning_rate} for name in self.params}
        for iteration in range(num_iters):
            if callable(learning_rate):
                rate = as_number(f"learning_rate({iteration})", learning_rate(iteration))
                for config in configs.values():
                    config["learning_rate"] = rate
            batch = rng.integers(len(X), size=batch_size)
            try:
                loss, params, configs = self._step(X[batch], y[batch], reg, rule, configs)
                if not np.isfinite(loss) or not all(np.isfinite(w).all() for w in params.values()):
                    raise OverflowError(f"the step from a loss of {loss:.3g} leads to NaN or inf.")
            except OverflowError as error:
                if verbose:
                    print(f"iteration {iteration} / {num_iters}: diverged: {error}")
                return
            except ValueError:
                check_finite_rows("X", X)  # the error of the loss counts within the batch alone
                raise
            self.params = params
            losses.append(loss)
            if verbose and iteration % 100 == 0:
                print(f"iteration {iteration} / {num_iters}: loss {loss:f}")
            if callback is not None:
                callback(iteration, self, loss)

    @quiet  # overflow ends training above
    def _step(self, X_batch, y_batch, reg, rule, configs):
        """Return the loss on a batch, and parameters and configs after a step down its gradients."""
        params = self.params
        loss, grads = self._gradients(X_batch, y_batch, reg)
        steps = {name: _updated(name, w, np.asarray(grads[name]), configs[name], rule) for name, w in params.items()}
        return loss, {name: w for name, (w, _) in steps.items()}, {name: config for name, (_, config) in steps.items()}

    def _first_params(self, X, y, rng):
        raise NotImplementedError

    def _fitting(self, X: ArrayLike, y: ArrayLike, reg: float) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def _gradients(self, X, y, reg):
        raise NotImplementedError


def as_rule(update: str | Update) -> Update:
    """Return the update rule of that name in optim.py, or the function itself; ValueError or TypeError for others."""
    if isinstance(update, str) and update in RULES:
        return RULES[update]
    if callable(update):
        return lambda w, dw, config: update(w.copy(), dw, config)  # a rule that works in place changes a copy
    error = ValueError if isinstance(update, str) else TypeError
    names = ", ".join(f'"{name}"' for name in RULES)
    raise error(
        f"update: expected one of {names}, or a function (w, dw, config) -> (next_w, config), "
        f"got {reprlib.repr(update)}."
    )


def _as_learning_rate(learning_rate):
    """Return a positive number, or the function that was given."""
    return learning_rate if callable(learning_rate) else as_number("learning_rate", learning_rate, positive=True)


def _at_least_float32(w):
    return w.astype(np.result_type(w, np.float32), copy=False)


def _updated(name, w, dw, config, rule):
    """Return (next_w, config) of one array of parameters, next_w in w's dtype."""
    if dw.shape != w.shape:
        raise ValueError(f"loss: expected a gradient of {name}'s shape {w.shape}, got {dw.shape}.")
    pair = rule(w, dw.astype(np.result_type(dw, w), copy=False), config)
    if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[1], dict):
        raise TypeError(f"update: expected a rule that returns (next_w, config), got {reprlib.repr(pair)} from it.")
    next_w = as_array("next_w", pair[0])
    if next_w.shape != w.shape or next_w.dtype.kind not in "fiu":
        raise ValueError(
            f"update: expected next_w with {name}'s shape {w.shape}, got {next_w.dtype} {next_w.shape} from the rule."
        )
    return next_w.astype(w.dtype, copy=False), pair[1]
