"""What every loss asks of W, X, y and reg, and promises about them: shown on all four losses."""

import re

import numpy as np
import pandas
import pytest
import scipy.sparse

from cs231n_softmax._extremes import as_floating
from cs231n_softmax.classifiers.inputs import as_training_data, checked
from cs231n_softmax.classifiers.linear_svm import svm_loss_naive, svm_loss_vectorized
from cs231n_softmax.classifiers.softmax import softmax_loss_naive, softmax_loss_vectorized

losses = pytest.mark.parametrize(
    "loss_function", [softmax_loss_naive, softmax_loss_vectorized, svm_loss_naive, svm_loss_vectorized])


def arguments(**changed):
    """Return W (4, 3), X (5, 4), y (5,) and reg that fit together, as a dict, some of them changed."""
    rng = np.random.default_rng(0)
    return {"W": rng.normal(size=(4, 3)), "X": rng.normal(size=(5, 4)), "y": np.array([0, 1, 2, 2, 0]), "reg": 0.5,
            **changed}


def same(a, b, rtol=1e-12):
    """Assert that two results (loss, dW) agree."""
    assert a[0] == pytest.approx(b[0], rel=rtol)
    np.testing.assert_allclose(a[1], b[1], rtol=rtol, atol=rtol)


def replaced(name, value, at):
    """Return arguments with one number of one array replaced."""
    changed = arguments()
    changed[name][at] = value
    return changed


# --- errors ------------------------------------------------------------------------------------------------------

SHAPES = "W and X: expected shapes (D, C) and (N, D), got "
ERRORS = {
    "label C": (replaced("y", 3, 1), ValueError, "y: expected labels 0..2 (W has C = 3 columns), got 0..3."),
    "label -1": (replaced("y", -1, 1), ValueError, "y: expected labels 0..2 (W has C = 3 columns), got -1..2."),
    "labels from 1": (arguments(y=np.array([1, 2, 3, 3, 1])), ValueError,
                      "y: expected labels 0..2 (W has C = 3 columns), got 1..3. If they count from 1, use y - 1."),
    "labels floating": (arguments(y=np.zeros(5)), TypeError, "y: expected integer labels, got float64."),
    "labels bool": (arguments(y=np.zeros(5, bool)), TypeError,
                    "y: expected integer labels, got bool. Use y.astype(int)."),
    "labels missing": (arguments(y=None), TypeError, "y: expected integer labels, got object."),
    "labels too few": (arguments(y=np.zeros(4, int)), ValueError,
                       "y: expected shape (5,), one label for each example, got (4,)."),
    "labels in a column": (arguments(y=np.zeros((5, 1), int)), ValueError,
                           "y: expected shape (5,), one label for each example, got (5, 1). Use y.ravel()."),
    "labels one-hot": (arguments(y=np.eye(5, 3, dtype=int)), ValueError,
                       "y: expected shape (5,), one label for each example, got (5, 3). "
                       "Use y.argmax(axis=1) if it is one-hot."),
    "W transposed": (arguments(W=np.ones((3, 4))), ValueError, SHAPES + "(3, 4) and (5, 4)."),
    "W flat": (arguments(W=np.ones(4)), ValueError, SHAPES + "(4,) and (5, 4)."),
    "X flat": (arguments(X=np.ones(4)), ValueError, SHAPES + "(4, 3) and (4,)."),
    "X of images": (arguments(X=np.ones((5, 2, 2))), ValueError, SHAPES + "(4, 3) and (5, 2, 2)."),
    "X transposed": (arguments(X=np.ones((4, 5))), ValueError, SHAPES + "(4, 3) and (4, 5)."),
    "W integer": (arguments(W=np.ones((4, 3), int)), TypeError, "W: expected floating-point numbers, got int64."),
    "W None": (arguments(W=None), ValueError, SHAPES + "() and (5, 4)."),
    "X complex": (arguments(X=np.ones((5, 4), complex)), TypeError, "X: expected real numbers, got complex128."),
    "X text": (arguments(X=np.full((5, 4), "a")), TypeError,
               "X: expected real numbers, got text, 'a' in X[0, 0]. Turn words into numbers first,"),
    "X bool": (arguments(X=np.ones((5, 4), bool)), TypeError,
               "X: expected real numbers, got bool. Use np.asarray(X, float)."),
    "X sparse": (arguments(X=scipy.sparse.eye_array(5, 4)), TypeError,
                 "X: expected a full array, got a sparse dia_array. Use X.toarray()."),
    "X of sparse rows": (arguments(X=[scipy.sparse.eye_array(1, 4).tocsr()] * 5), TypeError,
                         "X: expected a full array, got a sparse csr_array. Use scipy.sparse.vstack(X).toarray()."),
    "X masked": (arguments(X=np.ma.masked_less(np.eye(5, 4), 1)), TypeError,
                 "X: expected an array without a mask, got a masked array."),
    "X with a masked entry": (arguments(X=[[1, 2, 3, np.ma.masked]] * 5), TypeError,
                              "X: expected an array without a mask, got a masked array."),
    "X with a gap": (arguments(X=[[1, 2, 3, 4], [1, 2, None, 4]] * 2 + [[1, 2, 3, 4]]), TypeError,
                     "X: expected real numbers, got a missing value, None in X[1, 2]. Leave such rows out,"),
    "X of anything": (arguments(X=np.full((5, 4), {})), TypeError,
                      "X: expected real numbers, got an object of type dict, {} in X[0, 0]."),
    "empty batch": (arguments(X=np.ones((0, 4)), y=np.zeros(0, int)), ValueError,
                    "X: expected at least one example, got N = 0."),
    "no class": (arguments(W=np.ones((4, 0))), ValueError,
                 "W: expected shape (D, C) with at least one class, got (4, 0)."),
    "reg negative": (arguments(reg=-1e-9), ValueError, "reg: expected a finite number >= 0, got -1e-09."),
    "reg NaN": (arguments(reg=np.nan), ValueError, "reg: expected a finite number >= 0, got nan."),
    "reg infinite": (arguments(reg=np.inf), ValueError, "reg: expected a finite number >= 0, got inf."),
    "reg None": (arguments(reg=None), ValueError, "reg: expected a finite number >= 0, got None."),
    "reg text": (arguments(reg="0.1"), ValueError, "reg: expected a finite number >= 0, got '0.1'."),
    "reg complex": (arguments(reg=1j), ValueError, "reg: expected a finite number >= 0, got 1j."),
    "reg array": (arguments(reg=np.ones(1)), ValueError, "reg: expected a finite number >= 0, got array([1.])."),
    "NaN in X": (replaced("X", np.nan, (4, 3)), ValueError, "X: expected finite numbers, got 1 NaN or inf among 20."),
    "inf in X": (replaced("X", -np.inf, 2), ValueError, "X: expected finite numbers, got 4 NaN or inf among 20."),
    "NaN in W": (replaced("W", np.nan, (0, 1)), ValueError, "W: expected finite numbers, got 1 NaN or inf among 12."),
    "inf in W": (replaced("W", np.inf, 3), ValueError, "W: expected finite numbers, got 3 NaN or inf among 12."),
    "inf in W, zeros in X": (replaced("W", np.inf, 3) | {"X": np.zeros((5, 4))}, ValueError,
                             "W: expected finite numbers, got 3 NaN or inf among 12."),
    "scores too large": (arguments(W=np.full((4, 3), -1e200), X=np.full((5, 4), 1e200)), OverflowError,
                         "the scores X @ W overflow float64: |W| reaches 1e+200. "
                         "If this is training, it diverged: lower the learning rate or reg."),
    "scores too large for float32": (
        arguments(W=np.full((4, 3), 1e30, np.float32), X=np.full((5, 4), 1e30, np.float32)), OverflowError,
        "the scores X @ W overflow float32: |W| reaches 1e+30."),
    "scores inf - inf": (arguments(W=np.full((4, 3), 1e200), X=np.tile([1e200, -1e200], (5, 2))), OverflowError,
                         "the scores X @ W overflow float64: |W| reaches 1e+200."),
}


@pytest.mark.parametrize(("y", "remedy"), [
    (np.eye(3), "Use y.argmax(axis=1) if it is one-hot."), (np.eye(3, dtype=bool), "Use y.argmax(axis=1)"),
    (np.array([0.0, 2.0, 1.0]), "Use y.astype(int) if"), (np.ones((3, 1)), "Use y.ravel().astype(int) if"),
    (np.array([0, np.nan, 1]), "Label 1 is nan: leave such examples out, then use y.astype(int)."),
    (np.array(["cat", "dog", "cat"]), "Use np.unique(y, return_inverse=True)[1] to number names."),
    (np.array(["cat", "dog", "cat"], object), "Use np.unique(y, return_inverse=True)[1] to number names."),
    (np.array([["cat"], ["dog"], ["cat"]], object), "Use np.unique(y.ravel(), return_inverse=True)[1] to number"),
    (np.array([0, 2, 1], object), "Use y.astype(int)."),
    (np.array([0, None, 1]), None), (np.array([1j]), None)])
def test_labels_of_another_type_get_advice_that_works(y, remedy):
    """Whoever does what the message advises gets labels that are taken."""
    with pytest.raises(TypeError, match="^y: expected integer labels, got") as error:
        as_training_data(np.ones((len(y), 4)), y)
    assert str(error.value).endswith(f"{y.dtype}.") if remedy is None else remedy in str(error.value)
    if remedy and "leave" not in remedy:
        advised = str(error.value).split("Use ")[1].split(" ")[0:2]
        expression = " ".join(advised) if "np." in advised[0] else advised[0].rstrip(".")
        as_training_data(np.ones((len(y), 4)), eval(expression, {"np": np, "y": y}))


@losses
@pytest.mark.parametrize(("changed", "error", "message"), ERRORS.values(), ids=ERRORS)
def test_errors_name_the_argument(loss_function, changed, error, message):
    """What doesn't fit raises, and says which argument, what was expected and what came; no warning comes before."""
    with pytest.raises(error, match="^" + re.escape(message)):
        loss_function(**changed)


FRAMES = {
    "float64": ({}, None), "Float64": ({"*": "Float64"}, None), "category": ({"*": "category"}, None),
    "int and bool": ({"a": int, "b": bool}, None), "Int64 and bool": ({"a": "Int64", "b": "boolean"}, None),
    "object": ({"*": object}, None),
    "Float64, one missing": ({"a": "Float64"}, "X: .* a missing value, <NA> in X[2, 0]"),
    "text": ({"b": str}, "X: expected real numbers, got text, '1.0' in X[0, 1]. Use np.asarray(X, float)."),
    "words": ({"b": {1.0: "red", 0.0: "blue"}},
              "X: expected real numbers, got text, 'red' in X[0, 1]. Turn words into"),
    "dates": ({"a": "datetime64[ns]"}, "X: expected real numbers, got "),
}


@pytest.mark.parametrize(("types", "message"), FRAMES.values(), ids=FRAMES)
def test_frames(types, message):
    """pandas's columns of numbers of any kind, mixed or not, give what plain numbers give; others are named."""
    frame = pandas.DataFrame(np.eye(5, 4).round(), columns=list("abcd"))
    frame["b"] = 1.0 - np.arange(5) % 2
    args = arguments(X=frame.to_numpy(), y=pandas.Series(arguments()["y"], dtype="Int64"))
    for column in frame:
        kind = types.get(column, types.get("*", float))
        frame[column] = frame[column].map(kind) if isinstance(kind, dict) else frame[column].astype(kind)
    if message and "missing" in message:
        frame.loc[2, "a"] = None
    if message is None:
        same(softmax_loss_vectorized(**args | {"X": frame}), softmax_loss_vectorized(**args))
    else:
        with pytest.raises(TypeError, match=re.escape(message).replace(re.escape(".*"), ".*")) as error:
            softmax_loss_vectorized(**args | {"X": frame})
        if "Use " in message:
            advised = eval(str(error.value).split("Use ")[1].rstrip("."), {"np": np, "X": frame})
            same(softmax_loss_vectorized(**args | {"X": advised}), softmax_loss_vectorized(**args))


@losses
def test_errors_leave_no_trace(loss_function):
    """A call that raised doesn't modify its arguments."""
    changed = replaced("X", np.nan, (4, 3))
    before = {name: np.array(value).tobytes() for name, value in changed.items()}
    with pytest.raises(ValueError, match="X: expected finite"):
        loss_function(**changed)
    assert {name: np.array(value).tobytes() for name, value in changed.items()} == before


# --- what is accepted --------------------------------------------------------------------------------------------

@losses
def test_return_types(loss_function):
    """A Python float, and a new array in W's shape."""
    args = arguments()
    loss, dW = loss_function(**args)
    assert type(loss) is float
    assert type(dW) is np.ndarray and dW.shape == args["W"].shape and not np.shares_memory(dW, args["W"])


@losses
@pytest.mark.parametrize(("W_type", "X_type", "result"), [
    ("f4", "f4", "f4"), ("f8", "f8", "f8"), ("f4", "u1", "f4"), ("f8", "u1", "f8"), ("f4", "i8", "f4"),
    ("f8", "i8", "f8"), ("f4", "f8", "f8"), ("f8", "f4", "f8"),
    ("f2", "f2", "f4"), ("f2", "u1", "f4"), ("f4", "f2", "f4"), ("f2", "f8", "f8"), ("g", "f8", "g"),
    (">f8", ">f4", "f8"),
])
@pytest.mark.parametrize("reg", [0, 1, 0.5, np.float64(0.5), np.float32(0.5), np.int64(1)], ids=str)
def test_dtypes(loss_function, W_type, X_type, result, reg):
    """The wider of W's dtype and floating X's, at least float32, whatever type reg has; the loss is a Python float."""
    args = arguments(X=np.arange(20).reshape(5, 4).astype(X_type), reg=reg)
    args["W"] = args["W"].astype(W_type)
    loss, dW = loss_function(**args)
    assert dW.dtype == result and (type(loss) is float or result == "g")
    wide = loss_function(**args | {"W": args["W"].astype(float), "X": args["X"].astype(float)})
    same((loss, dW), wide, rtol=1e-4 if result == "f4" else 1e-12)


@losses
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64, np.int64])
def test_integer_pixels_do_not_wrap(loss_function, dtype):
    """Raw pixels to the limits of their type give what the same numbers as floats give."""
    info = np.iinfo(dtype)
    low, high = max(info.min, -2**40), min(info.max, 2**40)
    pixels = np.random.default_rng(0).integers(low, high, (5, 4), dtype, endpoint=True)
    pixels[0, :2] = low, high
    loss, dW = loss_function(**arguments(X=pixels))
    loss_f, dW_f = loss_function(**arguments(X=pixels.astype(np.float64)))
    assert loss == loss_f
    np.testing.assert_array_equal(dW, dW_f)


@losses
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64, np.int32])
def test_integer_labels_of_any_type(loss_function, dtype):
    """Labels of any integer type, or a list of ints, give the same answer."""
    expected = loss_function(**arguments())
    same(loss_function(**arguments(y=arguments()["y"].astype(dtype))), expected)
    same(loss_function(**arguments(y=[0, 1, 2, 2, 0])), expected)


@losses
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arguments_are_not_modified(loss_function, dtype):
    """Every argument has the same bytes afterwards."""
    args = arguments()
    args["W"], args["X"] = args["W"].astype(dtype), args["X"].astype(dtype)
    before = {name: np.array(value).tobytes() for name, value in args.items()}
    loss_function(**args)
    assert {name: np.array(value).tobytes() for name, value in args.items()} == before


@losses
def test_read_only_and_strided_arrays(loss_function):
    """Read-only, reversed, every-other and Fortran-ordered arrays are as good as any."""
    args = arguments()
    expected = loss_function(**args)
    for value in (args["W"], args["X"], args["y"]):
        value.flags.writeable = False
    same(loss_function(**args), expected)
    strided = {"W": np.asfortranarray(args["W"]), "X": np.repeat(args["X"], 2, axis=1)[:, ::2],
               "y": args["y"][::-1].copy()[::-1], "reg": 0.5}
    assert not any(strided[name].flags.c_contiguous for name in "WXy")
    same(loss_function(**strided), expected)
    same(loss_function(**strided | {"X": args["X"][::-1], "y": args["y"][::-1]}), expected)


@losses
def test_nothing_is_cached_between_calls(loss_function):
    """W, X or y changed in place changes the answer to that of fresh arrays; changed back, so is the answer."""
    args = arguments()
    first = loss_function(**args)
    for name, at, value in (("W", (1, 2), 3.0), ("X", (0, 0), -4.0), ("y", 0, 1)):
        old = args[name][at]
        args[name][at] = value
        changed = loss_function(**args)
        assert changed[0] != first[0] and (changed[1] != first[1]).any()
        fresh = loss_function(**{key: np.copy(array) if key != "reg" else array for key, array in args.items()})
        assert changed[0] == fresh[0] and (changed[1] == fresh[1]).all()
        args[name][at] = old
    again = loss_function(**args)
    assert again[0] == first[0] and (again[1] == first[1]).all()


# --- the helpers -------------------------------------------------------------------------------------------------

def test_checked_passes_floating_arrays_on():
    """Nothing is copied when nothing needs converting: the same W, X and y; reg becomes a Python float."""
    args = arguments(reg=np.float32(0.5))
    W, X, y, reg = checked(**args)
    assert W is args["W"] and X is args["X"] and y is args["y"] and type(reg) is float and reg == 0.5


def test_checked_complex_weights():
    """Complex W only where allowed; X beside it becomes real, of W's precision, when it is multiplied."""
    args = arguments(W=np.ones((4, 3), np.complex64), X=np.ones((5, 4), np.uint8))
    W, X, *_ = checked(**args, allow_complex=True)
    assert W.dtype == np.complex64 and X is args["X"] and as_floating(X, W).dtype == np.float32
    assert as_floating(W.real, W).base is W  # not copied
    with pytest.raises(TypeError, match="W: expected floating-point numbers, got complex64"):
        checked(**args)


# --- labels that train numbers its classes by ----------------------------------------------------------------------

@pytest.mark.parametrize("labels", [
    [0], [5], [3, 5], range(1, 10), range(10), [0, 99], [1, 99], [*range(100)], [*range(0, 990, 10), 999], range(11),
    [0, *range(2, 12)], [0, 1, 2, 12], [1, 2, 3] * 13, [1] * 99, [1, 3] * 99, [2, 3] * 99], ids=str)
def test_classes_may_be_missing(labels):
    """Any of CIFAR-10's classes, or CIFAR-100's, except 1 to C-1 of many rows, which look like a count from 1."""
    y = np.array(labels)
    assert as_training_data(np.ones((len(y), 1)), y)[1] is y


@pytest.mark.parametrize(("labels", "message"), [
    ([0, 1000], "got 2 different ones, the largest 1000. Use np.unique(y, return_inverse=True)[1]"),
    ([0, 100], "got 2 different ones, the largest 100"),
    ([*range(0, 990, 10), 1000], "got 100 different ones, the largest 1000"),
    ([0, 10**15], "the largest 1000000000000000"),
    (range(1, 11), "y: expected labels from 0, got each of 1..10 and no 0. Use y - 1."),
    ([1, 2, 3, 3] * 10, "y: expected labels from 0, got each of 1..3 and no 0. Use y - 1."),
])
def test_labels_that_are_no_numbers_of_classes(labels, message):
    """Two labels aren't 1,001 classes, and 1..10 are ten classes, as 1..3 are of 40 rows: refused without a W."""
    with pytest.raises(ValueError, match=re.escape(message)):
        as_training_data(np.ones((len(labels), 1)), np.array(labels))
