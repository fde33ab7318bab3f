"""Bad and odd arguments in each public function that takes numbers, labels, settings or pictures.

A bad argument must be refused by a sentence of ours that begins with its name and says what was expected and what came,
before anything is computed, drawn or changed. An odd one, which means the same as an ordinary one, must give the same.
"""

import copy
import tempfile
import warnings

import matplotlib.pyplot as plt
import numpy as np

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
    vis_utils,
)
from cs231n_softmax.classifiers.linear_svm import hinge
from cs231n_softmax.classifiers.softmax import cross_entropy
from cs231n_softmax.sweep import Result, grid, random_log, sweep

from . import ACCEPTED, HELD, LOST, UNCLEAR
from ._arguments import (
    BAD_ARRAYS,
    BAD_COUNTS,
    BAD_DICTS,
    BAD_LABELS,
    BAD_NAMES,
    BAD_NUMBERS,
    BAD_POSITIVE,
    BAD_RANGES,
    BAD_ROWS,
    BAD_SEEDS,
    BAD_SETTINGS,
    BAD_SHAPES,
    BAD_SIZES,
    GAPS,
    NOT_FINITE,
    ODD_COUNTS,
    ODD_IMAGES,
    ODD_NUMBERS,
    ODD_ROWS,
    SOMETHING_ELSE,
    TOO_LARGE,
    of,
    without,
)

# --- what is called -----------------------------------------------------------------------------------------------


def trained(Model):
    """Return a function that trains a new model, and returns its losses and W."""
    def train(**arguments):
        model = Model()
        try:
            return model.train(**arguments), model.W
        except Exception:
            assert model.W is None, "weights were left behind"
            raise
    train.__name__ = f"{Model.__name__}.train"
    return train


def predict(W, X):
    model = Softmax()
    model.W = W
    return model.predict(X)


def swept(**arguments):
    return [tuple(row) for row in sweep(**arguments, progress=False)]


def drawn(function):
    """Return a function that draws, and returns the numbers in the picture."""
    def draw(**arguments):
        ax = np.ravel(function(**arguments))[0]
        return [np.ma.filled(image.get_array(), 0) for image in ax.images] + [line.get_xydata() for line in ax.lines]
    draw.__name__ = function.__name__
    return draw


# --- with which arguments, and what is put in their places: {argument: (bad, odd)} ---------------------------------

def coarse(*shape):
    """Return random numbers that float32 holds exactly."""
    return np.round(np.random.default_rng(0).standard_normal(shape) * 64) / 64


W, X, y = coarse(4, 3), coarse(12, 4), np.arange(12) % 3
IMAGES = np.random.default_rng(0).integers(256, size=(6, 32, 32, 3)).astype(float)
PIXELS = IMAGES[:2].reshape(2, -1)
NAMES = ["a", "b", "c"]
ROWS, LABELS = {"X": (BAD_ROWS, ODD_ROWS)}, {"y": (BAD_LABELS | TOO_LARGE, ODD_IMAGES)}
REG, RATE = {"reg": (BAD_NUMBERS, ODD_NUMBERS)}, {"learning_rate": (BAD_POSITIVE, ODD_NUMBERS)}
STEPS = {"num_iters": (BAD_COUNTS, ODD_COUNTS), "batch_size": (BAD_SIZES | of(ten_to_the_9=10**9), ODD_COUNTS)}
SEED, AX, CLASSES = {"rng": (BAD_SEEDS, {})}, {"ax": (SOMETHING_ELSE, {})}, {"classes": (BAD_NAMES, {"tuple": tuple})}
BAD_SCORES = without(BAD_ROWS, "one column too few", "flat", "three axes")
TRAIN_ROWS = without(BAD_ROWS, "one column too few", "no column", *NOT_FINITE)

LOSSES = [(loss, {"W": W, "X": X, "y": y, "reg": 0.5}, ROWS | LABELS | REG | {"W": (
    without(BAD_ROWS, "one column too few", *complex_is_fine) | of(integers=W.astype(int)), ODD_ROWS)})
    for loss, complex_is_fine in ((softmax_loss_naive, []), (softmax_loss_vectorized, ["complex"]),
                                  (svm_loss_naive, []), (svm_loss_vectorized, ["complex"]))]
DATA_LOSSES = [(function, {"scores": X, "y": y}, {
    "scores": (without(BAD_SCORES, "complex", *NOT_FINITE), ODD_ROWS),
    "y": (BAD_LABELS | {"from 2": lambda y: y + 2, "unsigned -1": TOO_LARGE["unsigned -1"]}, ODD_IMAGES)})
    for function in (cross_entropy, hinge)]
TRAINING = {"X": X, "y": y, "learning_rate": 0.25, "reg": 0.5, "num_iters": 3, "batch_size": 4, "rng": 0}
MODELS = [(trained(Model), TRAINING, REG | RATE | STEPS | SEED | {
    "X": (TRAIN_ROWS | of(only_NaN=X + np.nan, only_inf=X + np.inf), ODD_ROWS),
    "y": (BAD_LABELS | GAPS | of(twelve_from_1=np.arange(1, 13)), ODD_IMAGES), "callback": (SOMETHING_ELSE, {})})
    for Model in (Softmax, LinearSVM)]
SWEEPS = [
    (swept, {"X_train": X, "y_train": y, "X_val": X[:5], "y_val": y[:5], "settings": [(0.1, 0.5), (0.2, 0.0)],
             "num_iters": 3, "batch_size": 4, "rng": 0}, SEED | STEPS | {
        "X_train": (BAD_ROWS, ODD_ROWS), "y_train": (BAD_LABELS | GAPS, ODD_IMAGES),
        "X_val": (BAD_ROWS, ODD_ROWS), "y_val": (BAD_LABELS | TOO_LARGE, ODD_IMAGES),
        "num_iters": (BAD_SIZES, ODD_COUNTS), "settings": (BAD_SETTINGS, {"generator": iter, "array": np.array}),
        "model": (SOMETHING_ELSE | of(a_model=Softmax(), a_type=int), {}), "executor": (SOMETHING_ELSE, {}),
        "file": (of(folder=tempfile.gettempdir(), a_number=5, no_name="", zero_byte="a\0b"), {})}),
    (grid, {"learning_rates": [0.1, 0.2], "regs": [0.0, 1.0]}, {
        "learning_rates": (of(text=["a"], zero=[0], nan=[np.nan], a_number=3, word="ab"), {"array": np.array}),
        "regs": (of(text=["a"], minus=[-1], none=[None], None_=None, word="ab"), {"array": np.array})}),
    (random_log, {"learning_rates": (0.1, 1.0), "regs": (1.0, 2.0), "num": 3, "rng": 0}, SEED | {
        "learning_rates": (BAD_RANGES, {"array": np.array}), "regs": (BAD_RANGES, {"list": list}),
        "num": (BAD_COUNTS, ODD_COUNTS)}),
]
PICTURES = [
    (drawn(vis_utils.show_samples), {"X": IMAGES, "y": y[:6], "classes": NAMES, "per_class": 2, "rng": 0},
     LABELS | CLASSES | SEED | AX | {"per_class": (BAD_SIZES, ODD_COUNTS), "X": (BAD_ARRAYS | NOT_FINITE | of(
        zero_to_one=IMAGES / 255, channels_first=IMAGES.transpose(0, 3, 1, 2), flat=IMAGES.reshape(6, -1),
        one_image=IMAGES[0], with_bias=np.ones((6, 3073)), none_at_all=IMAGES[:0]), ODD_IMAGES)}),
    (vis_utils.visualize_grid, {"Xs": IMAGES, "ubound": 1.0, "padding": 1}, {
        "Xs": (BAD_ARRAYS | NOT_FINITE | of(none_at_all=IMAGES[:0], flat=PIXELS, one_image=IMAGES[0]), ODD_IMAGES),
        "ubound": (BAD_NUMBERS, ODD_NUMBERS), "padding": (BAD_COUNTS, ODD_COUNTS)}),
    (drawn(vis_utils.show_templates), {"W": coarse(3073, 3), "classes": NAMES}, {
        "W": (BAD_ROWS, ODD_ROWS), "classes": (BAD_NAMES | of(two=NAMES[:2], four=[*NAMES, "d"]), {"tuple": tuple}),
        "axes": (SOMETHING_ELSE, {})}),
    (drawn(vis_utils.show_regions), {"W": coarse(3, 3), "X": coarse(6, 2), "y": y[:6], "classes": NAMES,
     "temperature": 1.0}, LABELS | CLASSES | AX | {
        "W": (BAD_ROWS, ODD_ROWS), "X": (BAD_ROWS, ODD_ROWS), "temperature": (BAD_POSITIVE, ODD_NUMBERS)}),
    (drawn(vis_utils.plot_confusion), {"y_true": y, "y_pred": y[::-1].copy(), "classes": NAMES}, CLASSES | AX | {
        "y_true": (BAD_LABELS | TOO_LARGE, ODD_IMAGES), "y_pred": (BAD_LABELS | TOO_LARGE, ODD_IMAGES)}),
    (drawn(vis_utils.plot_losses), {"histories": {"a": [3.0, 2.0]}}, AX | {"histories": (BAD_DICTS | of(
        text={"a": ["b"]}, number={"a": 3}, masked={"a": np.ma.ones(3)}), of(array={"a": np.array([3.0, 2.0])}))}),
    (drawn(vis_utils.plot_sweep), {"table": [Result(1e-3, 0.1, 0.5, 0.5, 1.0, False)]}, AX | {
        "table": (of(None_=None, empty=[], numbers=[1, 2], tuples=[(1, 2)], text=[Result("a", 0.1, 0, 0.5, 0, False)],
                     no_accuracy=[Result(0.1, 0.1, 0, None, 0, False)]), {"tuple": tuple})}),
    (drawn(vis_utils.plot_timings), {"timings": {"a": ([1, 2], [3.0, 4.0])}}, AX | {"timings": (BAD_DICTS | of(
        one_list={"a": [1, 2, 3]}, texts={"a": (["b"], ["c"])}, lengths={"a": ([1, 2], [3])}, zero={"a": ([1], [0.0])},
        nan={"a": ([1], [np.nan])}, none_at_all={"a": ([], [])}), {})}),
    (drawn(vis_utils.plot_roofline), {"achieved": {"a": (5.0, 6e9)}, "bandwidth": 2e9, "peak": 2e10}, AX | {
        "achieved": (BAD_DICTS | of(text={"a": "bc"}, one={"a": (1,)}, zero={"a": (0, 1)}), {}),
        "bandwidth": (BAD_POSITIVE, ODD_NUMBERS), "peak": (BAD_POSITIVE, ODD_NUMBERS)}),
]
TIMINGS = [
    (timing.median_seconds, {"functions": {"a": int}, "repeats": 1, "calls": 1, "pause": 0.0}, {
        "functions": (of(None_=None, function=print, numbers={"a": 1}), {}), "repeats": (BAD_SIZES, ODD_COUNTS),
        "calls": (BAD_SIZES, ODD_COUNTS), "pause": (BAD_NUMBERS, ODD_NUMBERS)}),
    (timing.seconds_by_size, {"losses": {"a": max}, "W": W, "X": X, "y": y, "reg": 0.5, "sizes": [3]}, {
        "y": (without(BAD_LABELS, "one too few", "one too many", "none at all"), {}), "reg": (BAD_NUMBERS, {}),
        "sizes": (of(too_many=[13], zero=[0], text=["a"], floats=[3.0]), {})}),
    (timing.peak_arithmetic, {"size": 2}, {"size": (BAD_SIZES, {}), "dtype": (SOMETHING_ELSE, {})}),
    (timing.memory_bandwidth, {"megabytes": 1}, {"megabytes": (BAD_SIZES, {})}),
]
SPLITS = [(function, {"folder": "no such folder"}, extra | {
    "num_training": (BAD_SIZES | of(all_and_one=50_001), {}), "num_validation": (BAD_COUNTS, {}),
    "num_test": (BAD_COUNTS | of(all_and_one=10_001), {}), "dtype": (SOMETHING_ELSE | of(integer=int), {})})
    for function, extra in ((data_utils.get_CIFAR10_data, {}), (data_utils.load_linear_splits, SEED | {
        "num_dev": (BAD_COUNTS | of(all_and_one=49_001), {})}))]

CASES = [
    (function, arguments, name, description, make, bad)
    for function, arguments, changes in [
        *LOSSES, *DATA_LOSSES, (softmax, {"scores": X}, {"scores": (BAD_SCORES, ODD_ROWS)}),
        (predict, {"W": W, "X": X}, ROWS | {
            "W": (without(BAD_ROWS, "none", *BAD_SHAPES) | of(flat=W.ravel(), no_class=W[:, :0]), ODD_ROWS)}),
        *MODELS, *SWEEPS, *PICTURES, *TIMINGS, *SPLITS]
    for name, kinds in changes.items()
    for bad, kind in zip((True, False), kinds, strict=True)
    for description, make in kind.items()
]
FULL = QUICK = len(CASES)

# --- judging ------------------------------------------------------------------------------------------------------

# other first words of a refusal that are as good: two arguments that don't fit together, or the name of a part
ALSO = {"X": ("W and X:", "y:"), "W": ("W and X:",), "scores": ("y:",),
        "X_train": ("X_train and X_val:",), "X_val": ("X_train and X_val:",), "y_true": ("y_pred:",),
        "classes": ("W:",), "settings": ("learning_rate:", "reg:")}


def same(found, expected):
    """Return whether two results are equal, up to the rounding of float32."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys()  # of seconds
    if isinstance(expected, list | tuple):
        return len(found) == len(expected) and all(map(same, found, expected))
    return np.allclose(np.asarray(found, float), np.asarray(expected, float), rtol=1e-4, atol=1e-5, equal_nan=True)


def judge(function, arguments, name, value, bad):
    """Put one value in the place of one argument, and return the outcome and what there is to say about it."""
    arguments = copy.deepcopy(arguments)
    if not bad:
        expected = function(**arguments)
        return (HELD if same(function(**arguments | {name: value}), expected) else ACCEPTED), ""
    if name != "rng" and "rng" in arguments:
        arguments["rng"] = np.random.default_rng(0)
    before = copy.deepcopy(arguments)
    try:
        function(**arguments | {name: value})
        return ACCEPTED, ""
    except (TypeError, ValueError) as error:
        text = str(error)
    clear = "expected" in text and "got" in text and "\n" not in text
    if not clear or not text.startswith((f"{name}:", f"{name}[", *ALSO.get(name, ()))):
        return UNCLEAR, text
    unchanged = all(np.array_equal(arguments[key], array) for key, array in before.items()
                    if isinstance(array, np.ndarray))
    if "rng" in before and name != "rng" and "NaN or inf" not in text:  # training finds them in the rows that it draws
        unchanged &= arguments["rng"].bit_generator.state == before["rng"].bit_generator.state
    return (HELD if unchanged and not plt.get_fignums() else LOST), text


def outcomes(count, rng):
    """Yield `count` of the cases, in random order, with their outcomes."""
    backend = plt.get_backend()
    plt.switch_backend("Agg")
    for index in rng.permutation(len(CASES))[:count]:
        function, arguments, name, description, make, bad = CASES[index]
        plt.close("all")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                result, text = judge(function, arguments, name, make(arguments.get(name)), bad)
        except Exception as error:  # of any other kind, or about an odd argument
            result, text = UNCLEAR, repr(error)
        yield f"{function.__name__}, {name}: {'' if bad else 'only odd, '}{description}: {text}", result
    plt.close("all")
    plt.switch_backend(backend)
