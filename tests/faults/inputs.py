"""Bad and odd arguments in each public function that takes numbers, labels, settings or pictures.

A bad argument must be refused by a sentence of ours that begins with its name and says what was expected and what came,
before anything is computed, drawn, written or changed. An odd one, which means the same as an ordinary one, must give
the same result.
"""

import copy
import tempfile
import warnings
from fractions import Fraction
from itertools import product
from pathlib import Path

import matplotlib
import numpy as np
import scipy.sparse

from cs231n_softmax import (
    LinearSVM,
    Softmax,
    data_utils,
    softmax,
    softmax_loss_naive,
    softmax_loss_vectorized,
    svm_loss_naive,
    svm_loss_vectorized,
    timing,
)
from cs231n_softmax.classifiers.linear_svm import hinge
from cs231n_softmax.classifiers.softmax import cross_entropy
from cs231n_softmax.sweep import grid, random_log, sweep

from . import ACCEPTED, HELD, LOST, UNCLEAR

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

from cs231n_softmax import vis_utils  # noqa: E402

QUICK = 600


class Tensor:
    """What NumPy finds hard: an array that says no (a tensor with a gradient), or an array behind a method."""

    def __init__(self, array, refuses=False):
        self.array, self.refuses = array, refuses

    def __array__(self, dtype=None, copy=None):
        if self.refuses:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self.array if dtype is None else self.array.astype(dtype)

    def __float__(self):
        return float(self.array)


class Units(np.ndarray):
    """Numbers with a unit, which doesn't change a classifier."""


def replaced(array, value):
    """Return the array, as floats, with its last number replaced."""
    array = np.array(array, float)
    array.flat[-1] = value
    return array


# --- what can be wrong, and what is only odd, by kind of argument -------------------------------------------------

BAD_ARRAYS = {
    "None": lambda a: None,
    "text": lambda a: "12",
    "array of text": lambda a: a.astype(str),
    "objects": lambda a: a.astype(object),
    "None inside": lambda a: replaced_object(a, None),
    "complex": lambda a: a + 1j,
    "bool": lambda a: a > 0,
    "dates": lambda a: a.astype("i8").astype("M8[s]"),
    "structured": lambda a: np.zeros(a.shape, [("x", "f8")]),
    "masked": lambda a: np.ma.masked_array(a, np.arange(a.size).reshape(a.shape) == 1),
    "rows with masks": lambda a: [np.ma.masked_array(row) for row in a] if a.ndim > 1 else np.ma.masked_array(a),
    "masked, nothing hidden": lambda a: np.ma.masked_array(a),
    "sparse": lambda a: scipy.sparse.csr_matrix(a.reshape(len(a), -1)),
    "ragged": lambda a: [[1.0, 2.0], [1.0]],
    "tensor with gradient": lambda a: Tensor(a, refuses=True),
    "dict": lambda a: {"X": 1},
    "generator": lambda a: (row for row in a),
}
NOT_FINITE = {
    "NaN": lambda a: replaced(a, np.nan),
    "inf": lambda a: replaced(a, np.inf),
}
BAD_ROWS = BAD_ARRAYS | NOT_FINITE | {
    "flat": lambda a: a.ravel(),
    "a number": lambda a: 3.0,
    "three axes": lambda a: a[:, :, None],
    "one column too few": lambda a: a[:, :-1],
    "no column": lambda a: a[:, :0],
}
BAD_LABELS = {
    name: bad for name, bad in BAD_ARRAYS.items() if name not in ("sparse", "ragged")
} | {
    "NaN": lambda a: replaced(a, np.nan),
    "floats": lambda a: a.astype(float),
    "-1": lambda a: a - 1,
    "one-hot": lambda a: np.eye(a.max() + 1, dtype=int)[a],
    "column": lambda a: a[:, None],
    "one too few": lambda a: a[:-1],
    "one too many": lambda a: np.append(a, 0),
    "sparse": lambda a: scipy.sparse.csr_matrix(a),
}
TOO_LARGE = {
    "from 1": lambda a: a + 1,
    "one of a thousand": lambda a: np.where(a == 0, 1000, 0),
    "10**15": lambda a: np.where(a == 0, 10**15, 0),
    "unsigned": lambda a: a.astype(np.uint8) - np.uint8(1),
}
BAD_NUMBERS = dict.fromkeys(("None", "text", "NaN", "inf", "-1", "bool", "array", "two numbers", "list", "complex",
                             "10**400", "an object", "masked", "tensor with gradient"))
BAD_NUMBERS = {name: lambda a, value=value: value for name, value in zip(BAD_NUMBERS, (
    None, "0.1", np.nan, np.inf, -1.0, True, np.ones(1), np.ones(2), [0.1], 1j, 10**400, object(), np.ma.masked,
    Tensor(np.array(0.5), refuses=True)), strict=True)}
POSITIVE = {"0": lambda a: 0, "-0.0": lambda a: -0.0}
BAD_INTEGERS = {name: lambda a, value=value: value for name, value in {
    "float": 3.0, "1e9": 1e9, "half": 2.5, "text": "3", "None": None, "bool": True, "array": np.array([3]),
    "NaN": np.nan, "-1": -1, "object": object()}.items()}
NO_ZERO = {"0": lambda a: 0}
BAD_SEEDS = {name: lambda a, value=value: value for name, value in {
    "text": "a", "-1": -1, "half": 1.5, "object": object()}.items()}
BAD_NAMES = {name: lambda a, value=value: value for name, value in {
    "None": None, "a number": 3, "none": [], "numbers": [1, 2, 3], "a word": "cat"}.items()}
BAD_DICTS = {name: lambda a, value=value: value for name, value in {
    "None": None, "list": [1, 2], "empty": {}, "a number": 3}.items()}
OTHER = {"text": lambda a: "other", "a number": lambda a: 5, "object": lambda a: object()}

ODD_ARRAYS = {
    "list": lambda a: a.tolist(),
    "Fortran": np.asfortranarray,
    "every other": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "backwards": lambda a: a[::-1].copy()[::-1],
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "matrix": lambda a: np.asmatrix(a) if a.ndim == 2 else a.tolist(),
    "units": lambda a: a.view(Units),
    "behind a method": Tensor,
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape),
    "longdouble": lambda a: a.astype("g") if a.dtype.kind == "f" else a.astype("u8"),
    "narrower": lambda a: a.astype("f4") if a.dtype.kind == "f" else a.astype("u1"),
}
ODD_NUMBERS = {"0-d array": np.array, "float32": np.float32, "fraction": Fraction, "tensor": lambda a: Tensor(np.array(a))}
ODD_INTEGERS = {"NumPy's": np.int64, "0-d array": np.array, "uint8": np.uint8}


def replaced_object(array, value):
    """Return the array as objects, one of them replaced."""
    array = array.astype(object)
    array.flat[0] = value
    return array


# --- the functions, with arguments that are right -----------------------------------------------------------------

rng = np.random.default_rng(0)
X, y = np.round(rng.standard_normal((12, 4)) * 64) / 64, np.arange(12) % 3
W = np.round(rng.standard_normal((4, 3)) * 64) / 64
IMAGES, TEMPLATES = rng.integers(256, size=(6, 32, 32, 3)).astype(float), np.round(64 * rng.standard_normal((3073, 3))) / 64
NAMES = ["a", "b", "c"]
ROWS = {"X": (BAD_ROWS, ODD_ARRAYS), "y": (BAD_LABELS | TOO_LARGE, ODD_ARRAYS)}
REG = (BAD_NUMBERS, ODD_NUMBERS)
STEPS = {"num_iters": (BAD_INTEGERS, ODD_INTEGERS), "batch_size": (BAD_INTEGERS | NO_ZERO | {
    "10**9": lambda a: 10**9}, ODD_INTEGERS)}
RATE = {"learning_rate": (BAD_NUMBERS | POSITIVE, ODD_NUMBERS)}
SCORES = {name: bad for name, bad in BAD_ROWS.items() if name not in ("one column too few", "flat", "three axes")}


def trained(Model):
    """Return a function that trains a new model and returns its losses and W."""
    def train(**arguments):
        model = Model()
        try:
            return model.train(**arguments), model.W
        finally:
            if model.W is not None and np.shape(model.W) != (4, 3):
                raise AssertionError("weights were left behind")
    train.__name__ = f"{Model.__name__}.train"
    return train


def predict(W, X):
    model = Softmax()
    model.W = W
    return model.predict(X)


def accuracies(**arguments):
    """Return the numbers of a sweep."""
    return [tuple(row) for row in sweep(**arguments, progress=False)]


def drawn(function):
    """Return a function that draws, and returns the numbers in the picture."""
    def draw(**arguments):
        ax = np.ravel(function(**arguments))[0]
        return [np.ma.filled(image.get_array(), 0) for image in ax.images] + [line.get_xydata() for line in ax.lines]
    draw.__name__ = function.__name__
    return draw


class Row:
    learning_rate, reg, val_accuracy = 1e-3, 0.1, 0.5


SETTINGS = {name: lambda a, value=value: value for name, value in {
    "None": None, "a number": 0.1, "numbers": [0.1, 0.2], "triples": [(1, 2, 3)], "text": "ab", "pairs of text": ["ab"],
    "text inside": [("0.1", 0)], "NaN inside": [(0.1, np.nan)], "rate 0": [(0.0, 1.0)], "None inside": [(0.1, None)]}.items()}
ENDS = {name: lambda a, value=value: value for name, value in {
    "None": None, "one": (1,), "text": "ab", "upside down": (2, 1), "0": (0, 1), "NaN": (1, np.nan), "number": 3,
    "texts": ("1", "2")}.items()}
SWEEP = {"X_train": X, "y_train": y, "X_val": X[:5], "y_val": y[:5], "settings": [(0.1, 0.5), (0.2, 0.0)], "num_iters": 3,
         "batch_size": 4, "rng": 0}
FOLDER = {"folder": "no such folder"}
CALLS = [
    *[(f, {"W": W, "X": X, "y": y, "reg": 0.5}, ROWS | {"reg": REG, "W": (
        {k: v for k, v in BAD_ROWS.items() if k not in ("complex", "one column too few")}
        | ({} if "vec" in f.__name__ else {"complex": BAD_ROWS["complex"]}) | {"integers": lambda a: a.astype(int)},
        ODD_ARRAYS)})
      for f in (softmax_loss_naive, softmax_loss_vectorized, svm_loss_naive, svm_loss_vectorized)],
    (softmax, {"scores": X}, {"scores": ({k: v for k, v in SCORES.items() if k != "flat"}, ODD_ARRAYS)}),
    *[(f, {"scores": X, "y": y}, {
        "scores": ({k: v for k, v in SCORES.items() if k not in ("complex", "NaN", "inf")}, ODD_ARRAYS),
        "y": (BAD_LABELS | {"from 2": lambda a: a + 2, "unsigned": TOO_LARGE["unsigned"]}, ODD_ARRAYS)})
      for f in (cross_entropy, hinge)],
    *[(trained(Model), {"X": X, "y": y, "learning_rate": 0.25, "reg": 0.5, "num_iters": 3, "batch_size": 4, "rng": 0}, {
        "X": ({k: v for k, v in BAD_ROWS.items() if k not in ("one column too few", "no column", *NOT_FINITE)} | {
            "only NaN": lambda a: a + np.nan, "only inf": lambda a: a + np.inf}, ODD_ARRAYS),
        "y": (BAD_LABELS | {k: v for k, v in TOO_LARGE.items() if k != "from 1"} | {
            "twelve from 1": lambda a: np.arange(1, 13)}, ODD_ARRAYS),
        "reg": REG, "rng": (BAD_SEEDS, {}), "callback": (OTHER, {})} | RATE | STEPS) for Model in (Softmax, LinearSVM)],
    (predict, {"W": W, "X": X}, {"X": (BAD_ROWS, ODD_ARRAYS), "W": (
        {k: v for k, v in BAD_ROWS.items() if k not in ("None", "one column too few", "no column")}, {})}),
    (accuracies, SWEEP, {
        "X_train": ({k: v for k, v in BAD_ROWS.items() if k not in NOT_FINITE}, {}),
        "y_train": (BAD_LABELS | {k: v for k, v in TOO_LARGE.items() if k != "from 1"}, ODD_ARRAYS),
        "X_val": ({k: v for k, v in BAD_ROWS.items() if k not in NOT_FINITE}, {}),
        "y_val": (BAD_LABELS | TOO_LARGE, ODD_ARRAYS), "settings": (SETTINGS, {"generator": iter, "array": np.array}),
        "model": (OTHER | {"a model": lambda a: Softmax(), "a type": lambda a: int}, {}), "executor": (OTHER, {}),
        "file": ({"folder": lambda a: tempfile.gettempdir(), "a number": lambda a: 5}, {}),
        "rng": (BAD_SEEDS, {})} | STEPS | {"num_iters": (BAD_INTEGERS | NO_ZERO, ODD_INTEGERS)}),
    (grid, {"learning_rates": [0.1, 0.2], "regs": [0.0, 1.0]}, {
        "learning_rates": ({"text": lambda a: ["a"], "0": lambda a: [0], "NaN": lambda a: [np.nan]}, {"array": np.array}),
        "regs": ({"text": lambda a: ["a"], "-1": lambda a: [-1], "None": lambda a: [None]}, {"array": np.array})}),
    (random_log, {"learning_rates": (0.1, 1.0), "regs": (1.0, 2.0), "num": 3, "rng": 0}, {
        "learning_rates": (ENDS, {"array": np.array}), "regs": (ENDS, {"list": list}),
        "num": (BAD_INTEGERS, ODD_INTEGERS), "rng": (BAD_SEEDS, {})}),
    (drawn(vis_utils.show_samples), {"X": IMAGES, "y": np.arange(6) % 3, "classes": NAMES, "per_class": 2, "rng": 0}, {
        "X": (BAD_ARRAYS | NOT_FINITE | {
            "0 to 1": lambda a: a / 255, "channels first": lambda a: a.transpose(0, 3, 1, 2), "flat": lambda a: a.reshape(6, -1),
            "a single image": lambda a: a[0], "with bias": lambda a: np.ones((6, 3073)), "none": lambda a: a[:0]},
            {k: v for k, v in ODD_ARRAYS.items() if k != "matrix"}),
        "y": (BAD_LABELS | TOO_LARGE, ODD_ARRAYS), "classes": (BAD_NAMES, {"tuple": tuple, "array": np.array}),
        "per_class": (BAD_INTEGERS | NO_ZERO, ODD_INTEGERS), "rng": (BAD_SEEDS, {}), "ax": (OTHER, {})}),
    (vis_utils.visualize_grid, {"Xs": IMAGES, "ubound": 1.0, "padding": 1}, {
        "Xs": (BAD_ARRAYS | NOT_FINITE | {"none": lambda a: a[:0], "flat": lambda a: a.reshape(6, -1), "one": lambda a: a[0]},
               {k: v for k, v in ODD_ARRAYS.items() if k != "matrix"}),
        "ubound": REG, "padding": (BAD_INTEGERS, ODD_INTEGERS)}),
    (drawn(vis_utils.show_templates), {"W": TEMPLATES, "classes": NAMES}, {
        "W": (BAD_ROWS, ODD_ARRAYS), "classes": (BAD_NAMES | {"two": lambda a: a[:2], "four": lambda a: [*a, "d"]}, {}),
        "axes": (OTHER, {})}),
    (drawn(vis_utils.plot_confusion), {"y_true": y, "y_pred": y[::-1].copy(), "classes": NAMES}, {
        "y_true": ({k: v for k, v in (BAD_LABELS | TOO_LARGE).items() if "one too" not in k}, ODD_ARRAYS),
        "y_pred": (BAD_LABELS | TOO_LARGE, ODD_ARRAYS), "classes": (BAD_NAMES, {}), "ax": (OTHER, {})}),
    (drawn(vis_utils.plot_losses), {"histories": {"a": [3.0, 2.0]}}, {
        "histories": (BAD_DICTS | {"text inside": lambda a: {"a": ["b"]}, "a number inside": lambda a: {"a": 3},
                                   "masked": lambda a: {"a": np.ma.ones(3)}}, {"array": lambda a: {"a": np.array(a["a"])}}),
        "ax": (OTHER, {})}),
    (drawn(vis_utils.plot_sweep), {"table": [Row(), Row()]}, {
        "table": ({"None": lambda a: None, "empty": lambda a: [], "numbers": lambda a: [1, 2], "tuples": lambda a: [(1, 2)]},
                  {"tuple": tuple}), "ax": (OTHER, {})}),
    (drawn(vis_utils.plot_timings), {"timings": {"a": ([1, 2], [3.0, 4.0])}}, {
        "timings": (BAD_DICTS | {"one list": lambda a: {"a": [1, 2, 3]}, "texts": lambda a: {"a": (["b"], ["c"])},
                                 "lengths": lambda a: {"a": ([1, 2], [3])}}, {}), "ax": (OTHER, {})}),
    (drawn(vis_utils.plot_roofline), {"achieved": {"a": (5.0, 6e9)}, "bandwidth": 2e9, "peak": 2e10}, {
        "achieved": (BAD_DICTS | {"text": lambda a: {"a": "bc"}, "one": lambda a: {"a": (1,)}, "0": lambda a: {"a": (0, 1)}}, {}),
        "bandwidth": (BAD_NUMBERS | POSITIVE, ODD_NUMBERS), "peak": (BAD_NUMBERS | POSITIVE, {}), "ax": (OTHER, {})}),
    (timing.median_seconds, {"functions": {"a": lambda: None}, "repeats": 1, "calls": 1, "pause": 0.0}, {
        "functions": ({"None": lambda a: None, "a function": lambda a: print, "numbers": lambda a: {"a": 1}}, {}),
        "repeats": (BAD_INTEGERS | NO_ZERO, {}), "calls": (BAD_INTEGERS | NO_ZERO, {}), "pause": (BAD_NUMBERS, {})}),
    (timing.seconds_by_size, {"losses": {"a": lambda W, X, y, reg: None}, "W": W, "X": X, "y": y, "reg": 0.5, "sizes": [3],
                              "repeats": 1}, {
        "y": (BAD_LABELS, {}), "reg": (BAD_NUMBERS, {}), "sizes": (
            {"13": lambda a: [13], "0": lambda a: [0], "text": lambda a: ["a"], "floats": lambda a: [3.0]}, {})}),
    (timing.peak_arithmetic, {"size": 2}, {"size": (BAD_INTEGERS | NO_ZERO, {}), "dtype": (OTHER, {})}),
    (timing.memory_bandwidth, {"megabytes": 1}, {"megabytes": (BAD_INTEGERS | NO_ZERO, {})}),
    *[(f, FOLDER, {
        "num_training": (BAD_INTEGERS | NO_ZERO | {"50001": lambda a: 50_001}, {}), "num_validation": (BAD_INTEGERS, {}),
        "num_test": (BAD_INTEGERS | {"10001": lambda a: 10_001}, {}), "dtype": (OTHER | {"ints": lambda a: int}, {})} | extra)
      for f, extra in ((data_utils.get_CIFAR10_data, {}), (data_utils.load_linear_splits, {
          "num_dev": (BAD_INTEGERS | {"49001": lambda a: 49_001}, {}), "rng": (BAD_SEEDS, {})}))],
]
CASES = [(function, arguments, name, change, bad) for function, arguments, changes in CALLS
         for name, kinds in changes.items() for bad, kind in zip((True, False), kinds, strict=True) for change in kind.items()]
FULL = len(CASES)


# --- judging ------------------------------------------------------------------------------------------------------

def attempt(function, arguments):
    """Return (result, error), without figures left open."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return function(**arguments), None
    except Exception as error:
        return None, error


def same(found, expected):
    """Return whether two results are equal up to the rounding of float32."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys()  # of seconds
    if isinstance(expected, list | tuple):
        return len(found) == len(expected) and all(map(same, found, expected))
    return np.allclose(np.asarray(found, float), np.asarray(expected, float), rtol=1e-4, atol=1e-5, equal_nan=True)


def outcome(function, arguments, name, value, bad):
    """Try one value of one argument; return the outcome."""
    if not bad:
        found, error = attempt(function, arguments | {name: value})
        if error is not None:
            return f"{UNCLEAR}" if not isinstance(error, ValueError | TypeError) else ACCEPTED
        return HELD if same(found, attempt(function, copy.deepcopy(arguments))[0]) else ACCEPTED
    before = copy.deepcopy({key: given for key, given in arguments.items() if key != name})
    plt.close("all")
    generator = np.random.default_rng(0) if "rng" in arguments and name != "rng" else None
    _, error = attempt(function, arguments | ({"rng": generator} if generator else {}) | {name: value})
    if error is None:
        return ACCEPTED
    clear = isinstance(error, TypeError | ValueError) and "\n" not in str(error)
    text = str(error)
    named = text.startswith((f"{name}:", f"{name}[", "W and X:", "X_train and X_val:", "expected at least one example")) or (
        name == "settings" and text.startswith(("learning_rate:", "reg:"))) or (
        name in ("learning_rates", "regs") and text.startswith((name[:-1]))) or (name == "classes" and text.startswith("W:")) or (
        name in ("X", "scores", "y_true") and text.startswith("y")) or name == "num_validation"
    if not (clear and named and "expected" in text and "got" in text):
        return f"{UNCLEAR} ({error!r})"
    unchanged = all(same(arguments[key], given) for key, given in before.items()
                    if isinstance(given, np.ndarray)) and not plt.get_fignums()
    late = generator is not None and generator.bit_generator.state != np.random.default_rng(0).bit_generator.state
    return HELD if unchanged and not (late and not text.endswith("among 16.")) else LOST


def outcomes(count, rng):
    """Yield `count` of the cases, in random order, with their outcomes."""
    for index in rng.permutation(len(CASES))[:count]:
        function, arguments, name, (kind, change), bad = CASES[index]
        value = change(arguments.get(name))
        result = outcome(function, arguments, name, value, bad)
        plt.close("all")
        yield f"{function.__name__}, {name}: {kind}{'' if bad else ' (only odd)'}" + result[len(UNCLEAR):] * (
            result.startswith(UNCLEAR)), UNCLEAR if result.startswith(UNCLEAR) else result
