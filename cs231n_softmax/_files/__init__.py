"""Files and folders that are there whole or not at all, whenever a reader looks and whatever interrupts the writer."""

from .arrays import NPY, array_digest, from_npy, from_npz, read_bytes, write_npz
from .atomic import atomic_write
from .folders import made_whole, tidy
from .reasons import REASONS, expected, explained

__all__ = [
    "NPY",
    "REASONS",
    "array_digest",
    "atomic_write",
    "expected",
    "explained",
    "from_npy",
    "from_npz",
    "made_whole",
    "read_bytes",
    "tidy",
    "write_npz",
]
