"""The functions that are handed to the checks: a learner's function, a method as a function, or one with turned arrays.

The course's first handouts (early 2015) had one example in each column: X (D, N), W (C, D). Such functions are right in
their own way. They are examined through a function that turns the arrays.
"""

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from .names import CLASS

COLUMNS = re.compile(r"\bD x N\b|\bC x D\b|\b(?:dim|D), *(?:num_train|N) *= *X\.shape")


class NotDefined(Exception):
    """Raised where a name doesn't stand for what it should."""


def function_of(namespace: dict[str, Any], name: str) -> Any:
    """Return what is examined under a name: a function, predict(W, X), or the class with the method train."""
    first, _, method = name.partition(".")
    found = namespace.get(first)
    if method == "":
        if not callable(found):
            raise NotDefined(name)
        return found
    if not isinstance(found, type) or not callable(getattr(found, method, None)):
        raise NotDefined(name)
    return predict_of(found) if method == "predict" else found


def source_of(namespace: dict[str, Any], name: str) -> Any:
    """Return the learner's own function or method, whose lines are quoted."""
    first, _, method = name.partition(".")
    return getattr(namespace[first], method) if method else namespace[first]


def predict_of(model: type) -> Callable:
    """Return predict(W, X), which calls the method of a model with these weights."""
    whole = type(model.__name__, (model,), {"loss": None})  # a class whose loss is abstract can't be called

    def predict(W, X):
        one = whole()
        one.W = W
        return one.predict(X)

    predict.__name__ = f"{CLASS}.predict"
    return predict


def written_for_columns(thing: Any) -> bool:
    """True where a learner's code says that X is (D, N)."""
    try:
        return bool(COLUMNS.search(inspect.getsource(thing)))
    except (OSError, TypeError):
        return False


def beside_columns(thing: Any) -> bool:
    """True where another place of the learner's file says that X is (D, N): a docstring may refer to its neighbour."""
    try:
        return bool(COLUMNS.search("".join(inspect.findsource(thing)[0])))
    except (OSError, TypeError, IndexError):
        return False


def turned(thing: Any, name: str) -> Any:
    """Return a loss, predict or class for X (N, D), W (D, C), around one that has X (D, N), W (C, D)."""
    if name.endswith(".train"):
        return _turned_class(thing)
    if name.endswith(".predict"):

        def predict(W, X):
            return thing(_turn(W), _turn(X))

        predict.__name__ = thing.__name__
        return predict

    @functools.wraps(thing)
    def loss(W, X, y, reg):
        value = thing(_turn(W), _turn(X), y, reg)
        if isinstance(value, (tuple, list)) and len(value) == 2:
            return value[0], _turn(value[1])
        return value

    return loss


def _turn(value):
    return value.T if isinstance(value, np.ndarray) and value.ndim == 2 else value


def _turned_class(model):
    """Return a class whose train takes X (N, D), around one whose train takes X (D, N)."""

    class Turned:
        def __init__(self):
            self.W = None

        def train(self, X, y, **options):
            outer = self

            def loss(self, X_batch, y_batch, reg):
                outer.W = _turn(self.W)
                value, dW = outer.loss(  # type: ignore[attr-defined]
                    _turn(X_batch), y_batch, reg
                )
                return value, _turn(dW)

            inner = type(model.__name__, (model,), {"loss": loss})()
            inner.W = _turn(self.W)
            history = inner.train(_turn(X), y, **options)
            self.W = _turn(inner.W)
            return history

    Turned.__name__ = model.__name__
    return Turned
