"""The file of a sweep: its finished chunks, and the data and settings they belong to, so that the sweep can go on."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from .._files import atomic_write
from .._typing import Setting
from ..classifiers.blocks import row_blocks
from .chunks import Task, Trained
from .table import Result

DATA = ("X_train", "y_train", "X_val", "y_val")


class SweepFile:
    """An .npz file of plain arrays: a description in JSON, and rows and best weights of each finished chunk."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._arrays = self._load() if self.path.exists() else {}

    def _load(self):
        try:
            with open(self.path, "rb") as f, np.load(f, allow_pickle=False) as stored:
                arrays = dict(stored)
            json.loads(str(arrays["description"]))["seed"]
            return arrays
        except Exception as error:  # a damaged zip can raise almost anything
            raise ValueError(
                f"{self.path}: expected a file that a sweep wrote, got something else ({error}). "
                "Delete it, or name another file."
            ) from error

    @property
    def seed(self) -> int | None:
        """The seed of the sweep in the file, or None."""
        return json.loads(str(self._arrays["description"]))["seed"] if self._arrays else None

    def read(self, description: str) -> dict[int, Trained]:
        """Return {number: Trained} of the finished chunks; ValueError when another sweep wrote the file.

        description: what `describe` returns for this sweep.
        """
        if not self._arrays:
            return {}
        there, here = json.loads(str(self._arrays["description"])), json.loads(description)
        different = [
            f"{name} (in the file {there.get(name)}, now {here[name]})" if len(str(here[name])) < 40 else name
            for name in here
            if there.get(name) != here[name]
        ]
        if different:
            raise ValueError(
                f"{self.path}: was written by a sweep that differs in {', '.join(different)}. "
                "Delete it, or name another file."
            )
        numbers = [int(name.removeprefix("rows_")) for name in self._arrays if name.startswith("rows_")]
        rows = {
            number: [Result._make([*row[:5].tolist(), bool(row[5])]) for row in self._arrays[f"rows_{number}"]]
            for number in numbers
        }
        finished = {number: Trained(rows[number], self._arrays.get(f"best_W_{number}")) for number in numbers}
        return {
            number: chunk
            for number, chunk in finished.items()  # except those whose weights a damaged zip lost
            if chunk.best_W is not None or all(row.diverged for row in chunk.rows)
        }

    def write(self, description: str, finished: dict[int, Trained]) -> None:
        """Write the description and {number: Trained}, whole or not at all."""
        arrays: dict[str, Any] = {"description": np.array(description)}
        for number, chunk in finished.items():
            arrays[f"rows_{number}"] = np.array(chunk.rows, np.float64)
            if chunk.best_W is not None:
                arrays[f"best_W_{number}"] = chunk.best_W
        with atomic_write(self.path, "wb") as f:
            np.savez(f, **arrays)


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
