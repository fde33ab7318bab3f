"""Update rules: how a gradient becomes a step. One function for each, under the names of cs231n's optim.py.

    next_w, config = rule(w, dw, config)

w is an array of parameters of any shape, and dw the gradient of the loss by w. config is a dictionary: the rule's
settings, and what the rule remembers from one step to the next. What is missing in config gets its default. config is
changed in place and returned; w and dw stay as they are. **Each array of parameters needs a config of its own**, since
the memory of one is of no use to another.

    rule                remembers       step (r = learning_rate; squares and roots are taken entry by entry)
    sgd                                 w - r dw
    sgd_momentum        velocity v      v <- momentum v - r dw;   w + v
    nesterov_momentum   velocity v      v <- momentum v - r dw;   w + momentum v - r dw
    rmsprop             cache c         c <- decay_rate c + (1 - decay_rate) dw**2;   w - r dw / (sqrt(c) + epsilon)
    adam                m, v, t         m <- beta1 m + (1 - beta1) dw;   v <- beta2 v + (1 - beta2) dw**2;   t <- t + 1
                                        m' = m / (1 - beta1**t);   v' = v / (1 - beta2**t)
                                        w - r m' / (sqrt(v') + epsilon)

m and v begin at zero, so after few steps they are too small. Adam's division by 1 - beta**t, the *bias correction*,
makes up for this: after the first step m' is dw itself.

    >>> w, config = np.array([1.0]), {"learning_rate": 0.1, "momentum": 0.5}
    >>> for _ in range(3):  # down the slope of w**2 / 2, whose gradient is w
    ...     w, config = sgd_momentum(w, w, config)
    ...     print(w.round(4), config["velocity"].round(4))
    [0.9] [-0.1]
    [0.76] [-0.14]
    [0.614] [-0.146]

Sources: cs231n notes, "Neural Networks Part 3" (Parameter updates; its form of Nesterov's momentum, in which dw is the
gradient at w); D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ._extremes import times

Config = dict[str, Any]
Update = Callable[[np.ndarray, np.ndarray, Config | None], tuple[np.ndarray, Config]]


def _settings(config, **defaults):
    """Return config with its missing entries; TypeError for what is no dictionary."""
    if config is not None and not isinstance(config, dict):
        raise TypeError(f"config: expected a dictionary or None, got {type(config).__name__}.")
    config = {} if config is None else config
    for name, value in defaults.items():
        config.setdefault(name, value)
    return config


def sgd(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Return (w - learning_rate * dw, config): the plain step. Default: learning_rate 1e-2."""
    config = _settings(config, learning_rate=1e-2)
    return w - times(config["learning_rate"], dw), config


def sgd_momentum(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Return (next_w, config): the step is a velocity, which the gradient changes. The velocity starts at 0.

    Defaults: learning_rate 1e-2, momentum 0.9. While the gradient stays the same, the velocity grows towards
    1 / (1 - momentum) times the plain step: ten times, for 0.9.
    """
    config = _settings(config, learning_rate=1e-2, momentum=0.9, velocity=np.zeros_like(w))
    config["velocity"] = config["momentum"] * config["velocity"] - times(config["learning_rate"], dw)
    return w + config["velocity"], config


def nesterov_momentum(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Return (next_w, config), as sgd_momentum with its defaults; but the step looks ahead along the new velocity."""
    config = _settings(config, learning_rate=1e-2, momentum=0.9, velocity=np.zeros_like(w))
    step = times(config["learning_rate"], dw)
    config["velocity"] = config["momentum"] * config["velocity"] - step
    return w + config["momentum"] * config["velocity"] - step, config


def rmsprop(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Return (next_w, config): each entry's step is divided by the root of the running mean of its dw**2.

    Defaults: learning_rate 1e-2, decay_rate 0.99, epsilon 1e-8. The running mean `cache` starts at 0.
    """
    config = _settings(config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8, cache=np.zeros_like(w))
    decay = config["decay_rate"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw**2
    return w - times(config["learning_rate"], dw) / (np.sqrt(config["cache"]) + config["epsilon"]), config


def adam(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Return (next_w, config): a running mean of dw, divided by the root of a running mean of dw**2, both corrected.

    Defaults: learning_rate 1e-3, beta1 0.9, beta2 0.999, epsilon 1e-8. m and v start at 0, and the number of steps t at
    0: it is counted up before the first step.
    """
    config = _settings(
        config, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, m=np.zeros_like(w), v=np.zeros_like(w), t=0
    )
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    mean, square = config["m"] / (1 - beta1 ** config["t"]), config["v"] / (1 - beta2 ** config["t"])
    return w - times(config["learning_rate"], mean) / (np.sqrt(square) + config["epsilon"]), config


RULES: dict[str, Update] = {rule.__name__: rule for rule in (sgd, sgd_momentum, nesterov_momentum, rmsprop, adam)}
