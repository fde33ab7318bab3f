"""Build the array that a CIFAR-10 file describes by a call, without making the call.

NumPy's own functions are not called as the file wants: with dishonest arguments they corrupt memory. What an array is
made of (its type, a code of kind and bytes; its shape; its bytes) is taken from the call and checked here.
"""

import math
from typing import Any

import numpy as np

from .machine import RECONSTRUCT

NUMBERS = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8"]  # NumPy's codes: kind and bytes


def to_array(value: Any) -> Any:
    """Return the array of numbers that a `Call` describes, over the file's own bytes; anything else as it is."""
    order: Any
    try:
        if value.function in RECONSTRUCT:
            _, shape, dtype, fortran, data = value.state
            order = ("F" if fortran else "C") if type(fortran) is bool else ""
        else:
            data, dtype, shape, order = value.arguments
        code, (byte_order, *fields) = dtype.arguments[0], dtype.state[1:5]
    except (AttributeError, TypeError, ValueError, LookupError):
        return value
    if [type(code), type(byte_order), type(data), type(shape)] != [str, str, memoryview, tuple]:
        return value
    if code not in NUMBERS or byte_order not in ["<", "|"] or fields != [None, None, None]:
        return value
    if not 1 <= len(shape) <= 4 or not all(type(n) is int and 0 < n <= len(data) for n in shape):
        return value
    if order not in ["C", "F"] or math.prod(shape) * int(code[1]) != len(data):
        return value
    return np.frombuffer(data, f"<{code}").reshape(shape, order=order)
