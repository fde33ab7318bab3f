"""The file of a sweep: its finished chunks, and the data and settings they belong to, so that the sweep can go on."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from .._files import from_npz, read_bytes, write_npz
from .._typing import Setting
from ..classifiers.blocks import row_blocks
from .chunks import Task, Trained
from .table import Result

DATA = ("X_train", "y_train", "X_val", "y_val")


class SweepFile:
    """An .npz file with a checksum: a description in JSON, and rows and best weights of each finished chunk."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._description, self._finished = self._load()

    def _load(self):
        """Return the description in the file (a dict) and the finished chunks, both empty where there is no file."""
        try:
            arrays = from_npz(read_bytes(self.path))
            description = json.loads(str(arrays["description"]))
            numbers = [int(name.removeprefix("rows_")) for name in arrays if name.startswith("rows_")]
            finished = {number: _chunk(arrays, number, description["chunk sizes"][number]) for number in numbers}
            return description | {"seed": int(description["seed"])}, finished
        except FileNotFoundError:
            return {}, {}
        except OSError:
            raise
        except Exception as error:  # a forged file can lack anything
            raise ValueError(
                f"{self.path}: expected a file that a sweep wrote, got something else: {error}. "
                "Delete it, or name another file."
            ) from error

    @property
    def seed(self) -> int | None:
        """The seed of the sweep in the file, or None."""
        return self._description.get("seed")

    def read(self, description: str) -> dict[int, Trained]:
        """Return {number: Trained} of the finished chunks; ValueError when another sweep wrote the file.

        description: what `describe` returns for this sweep.
        """
        there, here = self._description, json.loads(description)
        different = [
            f"{name} (in the file {there.get(name)}, now {here[name]})" if len(str(here[name])) < 40 else name
            for name in here
            if there and there.get(name) != here[name]
        ]
        if different:
            raise ValueError(
                f"{self.path}: was written by a sweep that differs in {', '.join(different)}. "
                "Delete it, or name another file."
            )
        return self._finished

    def write(self, description: str, finished: dict[int, Trained]) -> None:
        """Write the description and {number: Trained}, whole or not at all."""
        arrays: dict[str, Any] = {"description": np.array(description)}
        for number, chunk in finished.items():
            arrays[f"rows_{number}"] = np.array(chunk.rows, np.float64)
            if chunk.best_W is not None:
                arrays[f"best_W_{number}"] = chunk.best_W
        write_npz(self.path, **arrays)


def _chunk(arrays, number, size):
    """Return a finished chunk of `size` settings; KeyError or ValueError when its arrays are no such chunk."""
    rows = [Result._make([*row[:5].tolist(), bool(row[5])]) for row in arrays[f"rows_{number}"].reshape(size, 6)]
    return Trained(rows, None if all(row.diverged for row in rows) else arrays[f"best_W_{number}"])


def describe(task: Task, chunks: list[list[Setting]], data: list[np.ndarray]) -> str:
    """Return, as JSON, everything that a sweep's results depend on, under the names that its user gave."""
    digests = {name: _digest(array) for name, array in zip(DATA, data, strict=True)}
    settings, sizes = [setting for chunk in chunks for setting in chunk], [len(chunk) for chunk in chunks]
    model = getattr(task.model, "__qualname__", repr(task.model))
    return json.dumps(digests | task._asdict() | {"model": model, "settings": settings, "chunk sizes": sizes})


def _digest(array):
    """Return type, shape and SHA-256 of an array's bytes."""
    digest = hashlib.sha256()
    for rows in row_blocks(array.reshape(len(array), -1), np.zeros(1, array.dtype)):
        digest.update(np.ascontiguousarray(array[rows]).data)
    return f"{array.dtype} {array.shape} {digest.hexdigest()}"
