"""Arrays in an .npz file with a checksum, and how to read it, or an .npy file, whoever wrote it.

An .npz file is a zip of .npy files, and a zip may end in a comment. Here the comment is the SHA-256 of all bytes before
it. So `np.load` reads the file as usual, and `from_npz` notices any bit that changed, and anything cut off or added.
The checksum protects from accidents. It isn't a signature: who forges a file can compute its checksum too. So files are
read as if anybody had written them: nothing is unpickled, and memory stays within a few times the size of the file.
"""

import hashlib
import io
import math
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from .atomic import atomic_write
from .reasons import explained

NPY = np.lib.format.MAGIC_PREFIX  # how .npy files begin
ZIP = b"PK"  # how .npz files begin
SEAL = b"sha256:"  # how the comment begins, before its
ROWS = 2 * 2**20  # bytes of an array that are hashed at once
DIGITS = 64  # hexadecimal digits


def write_npz(path: Path | str, **arrays: Any) -> None:
    """Write arrays of numbers or text to an .npz file with a checksum, whole or not at all."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = SEAL + DIGITS * b"0"
    with file.getbuffer() as content:  # given back after an error, too: Python 3.12.1 crashes on one that is collected
        content[-DIGITS:] = _digest(content)
        with atomic_write(path, "wb") as f:
            f.write(content)


def _digest(content):
    """Return the digits that a file with this content must end in."""
    return hashlib.sha256(content[:-DIGITS]).hexdigest().encode()


def read_bytes(path: Path | str) -> bytes:
    """Return the content of a regular file. ValueError for a folder, or a pipe or device, which may have no end."""
    with explained(path, done="read"):
        mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode):
            raise ValueError("it is a folder" if stat.S_ISDIR(mode) else "it is no regular file")
        return Path(path).read_bytes()


def array_digest(array: np.ndarray) -> str:
    """Return type, shape and SHA-256 of an array's bytes. Beside the array, it takes at most 2 MB, or one row."""
    digest = hashlib.sha256()
    size = max(1, ROWS // max(1, array[:1].nbytes)) if array.ndim else 1
    for start in range(0, len(array) if array.ndim else 0, size):
        digest.update(np.ascontiguousarray(array[start : start + size]).data)
    return f"{array.dtype} {array.shape} {digest.hexdigest()}"


def from_npz(content: bytes) -> dict[str, np.ndarray]:
    """Return {name: array} of a file that `write_npz` wrote; ValueError says what is wrong with any other."""
    if not content:
        raise ValueError("it is empty")
    if content[-DIGITS - len(SEAL) : -DIGITS] != SEAL:
        if not content.startswith(ZIP):
            raise ValueError("it is no .npz file, and has no checksum")
        raise ValueError("it has no checksum: it is cut off, or an older version or another program wrote it")
    if content[-DIGITS:] != _digest(memoryview(content)):
        raise ValueError("it is damaged: its checksum is wrong")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            packed = any(member.compress_type != zipfile.ZIP_STORED for member in members)
            if packed or sum(member.file_size for member in members) > len(content):
                raise ValueError("it is compressed")
            arrays = {member.filename.removesuffix(".npy"): from_npy(archive.read(member)) for member in members}
            if len(arrays) < len(members):
                raise ValueError("two of its arrays have the same name")
            return arrays
    except Exception as error:  # a forged zip can raise almost anything
        raise ValueError(f"it is no .npz file of this package: {error}") from error


def from_npy(content: bytes) -> np.ndarray:
    """Return the array of numbers or text in an .npy file; ValueError for others, or for bytes too few or too many."""
    try:
        file = io.BytesIO(content)
        version = np.lib.format.read_magic(file)
        readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        shape, fortran_order, dtype = readers[version](file)
        if dtype.kind not in "iufU":
            raise ValueError(f"expected numbers or text, got {str(dtype):.50}")
        expected, got = math.prod(shape) * dtype.itemsize, len(content) - file.tell()
        if got != expected:
            raise ValueError(f"expected {expected} bytes of numbers, got {got}")
        array = np.frombuffer(bytearray(file.read()), dtype)
        return array.reshape(shape[::-1]).T if fortran_order else array.reshape(shape)
    except Exception as error:  # a damaged header can raise almost anything
        raise ValueError(f"it is no array in an .npy file: {error}") from error
