"""Bad and odd values by kind of argument: {name: function that makes one of a right value}.

A bad value must be refused. An odd one means the same as the right one, so that the result must be the same.
"""

from fractions import Fraction

import numpy as np
import scipy.sparse


class Tensor:
    """What NumPy finds hard: an array behind a method, or one that says no, such as a tensor with a gradient."""

    def __init__(self, array, refuses=False):
        self.array, self.refuses = np.asarray(array), refuses

    def __array__(self, dtype=None, copy=None):
        if self.refuses:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self.array if dtype is None else self.array.astype(dtype)

    def __float__(self):
        return float(self.array)


class Units(np.ndarray):
    """Numbers with a unit, which doesn't change a classifier."""


def of(**values):
    """Return values that don't depend on the right one, by name."""
    return {name.replace("_", " ").strip(): lambda right, value=value: value for name, value in values.items()}


def without(kind, *names):
    """Return the values of other names."""
    return {name: make for name, make in kind.items() if name not in names}


def replaced(array, value, dtype=float):
    """Return a copy of the array, of another type, with its last entry replaced."""
    array = np.array(array, dtype)
    array.flat[-1] = value
    return array


# --- arrays -------------------------------------------------------------------------------------------------------

BAD_ARRAYS = of(none=None, text="12", ragged=[[1.0, 2.0], [1.0]], a_dict={"X": 1}) | {
    "array of text": lambda a: a.astype(str),
    "objects": lambda a: a.astype(object),
    "None inside": lambda a: replaced(a, None, object),
    "complex": lambda a: a + 1j,
    "bool": lambda a: a > 0,
    "dates": lambda a: a.astype("i8").astype("M8[s]"),
    "structured": lambda a: np.zeros(a.shape, [("x", "f8")]),
    "masked": lambda a: np.ma.masked_array(a, np.arange(a.size).reshape(a.shape) == 1),
    "a mask that hides nothing": np.ma.masked_array,
    "rows with masks": lambda a: [np.ma.masked_array(row) for row in a] if a.ndim > 1 else np.ma.masked_array(a),
    "sparse": lambda a: scipy.sparse.csr_matrix(a.reshape(len(a), -1)),
    "tensor with gradient": lambda a: Tensor(a, refuses=True),
    "generator": lambda a: (row for row in a),
}
NOT_FINITE = {"NaN": lambda a: replaced(a, np.nan), "inf": lambda a: replaced(a, np.inf)}
BAD_SHAPES = of(a_number=3.0) | {
    "flat": lambda a: a.ravel(),
    "three axes": lambda a: a[:, :, None],
    "one column too few": lambda a: a[:, :-1],
    "no column": lambda a: a[:, :0],
}
BAD_ROWS = BAD_ARRAYS | NOT_FINITE | BAD_SHAPES
ODD_IMAGES = {
    "list": lambda a: a.tolist(),
    "Fortran order": np.asfortranarray,
    "every other": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "backwards": lambda a: a[::-1].copy()[::-1],
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "units": lambda a: a.view(Units),
    "behind a method": Tensor,
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape),
    "wider": lambda a: a.astype("g" if a.dtype.kind == "f" else "u8"),
    "narrower": lambda a: a.astype("f4" if a.dtype.kind == "f" else "u1"),
}
ODD_ROWS = ODD_IMAGES | {"matrix": lambda a: a.view(np.matrix)}

# --- labels -------------------------------------------------------------------------------------------------------

BAD_LABELS = without(BAD_ARRAYS, "ragged") | {
    "NaN": lambda y: replaced(y, np.nan),
    "floats": lambda y: y.astype(float),
    "-1": lambda y: y - 1,
    "one-hot": lambda y: np.eye(y.max() + 1, dtype=int)[y],
    "column": lambda y: y[:, None],
    "one too few": lambda y: y[:-1],
    "one too many": lambda y: np.append(y, 0),
    "none at all": lambda y: y[:0],
}
GAPS = {
    "two in a thousand": lambda y: np.where(y == 0, 1000, 0),
    "10**15": lambda y: np.where(y == 0, 10**15, 0),
    "unsigned -1": lambda y: y.astype(np.uint8) - np.uint8(1),
}
TOO_LARGE = GAPS | {"from 1": lambda y: y + 1}

# --- single numbers, and other things -----------------------------------------------------------------------------

BAD_NUMBERS = of(None_=None, text="0.1", nan=np.nan, inf=np.inf, minus=-1.0, bool=True, array=np.ones(1), list=[0.1],
                 two_numbers=np.ones(2), complex=1j, huge=10**400, an_object=object(), masked=np.ma.masked,
                 tensor_with_gradient=Tensor(0.5, refuses=True))
BAD_POSITIVE = BAD_NUMBERS | of(zero=0, minus_zero=-0.0)
ODD_NUMBERS = {"0-d array": np.array, "float32": np.float32, "fraction": Fraction, "tensor": Tensor}
BAD_COUNTS = of(whole=3.0, large=1e9, half=2.5, text="3", None_=None, bool=True, array=np.array([3]), nan=np.nan,
                minus=-1, an_object=object())
BAD_SIZES = BAD_COUNTS | of(zero=0)
ODD_COUNTS = {"NumPy's": np.int64, "0-d array": np.array, "uint8": np.uint8}
BAD_SEEDS = of(text="a", minus=-1, half=1.5, an_object=object())
BAD_NAMES = of(None_=None, a_number=3, none_at_all=[], numbers=[1, 2, 3], a_word="cat")
BAD_DICTS = of(None_=None, a_list=[1, 2], empty={}, a_number=3)
SOMETHING_ELSE = of(text="other", a_number=5, an_object=object())
BAD_SETTINGS = of(None_=None, a_number=0.1, numbers=[0.1, 0.2], triples=[(1, 2, 3)], text="ab", texts=["ab"],
                  text_inside=[("0.1", 0)], nan_inside=[(0.1, np.nan)], none_inside=[(0.1, None)],
                  rate_of_zero=[(0.0, 1.0)])
BAD_RANGES = of(None_=None, one=(1,), text="ab", upside_down=(2, 1), zero=(0, 1), nan=(1, np.nan), a_number=3,
                texts=("1", "2"))
