"""The file of a sweep: its finished chunks, and the data and settings they belong to, so that the sweep can go on."""

import json
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from .._files import array_digest, expected, from_npz, read_bytes, write_npz
from .._typing import Setting
from .chunks import Task, Trained
from .table import Result

REMEDY = "Delete it, or name another file."
DATA = ("X_train", "y_train", "X_val", "y_val")


class SweepFile:
    """An .npz file with a checksum: a description in JSON, and rows and best weights of each finished chunk."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._description: dict[str, Any] = {}  # both stay empty where there is no file
        self._arrays: dict[str, np.ndarray] = {}
        with self._expected(), suppress(FileNotFoundError):
            self._arrays = from_npz(read_bytes(self.path))
            self._description = json.loads(str(self._arrays.pop("description")))
            if type(self._description["seed"]) is not int or self._description["seed"] < 0:
                raise ValueError("its seed is no integer >= 0")

    def _expected(self) -> AbstractContextManager[None]:
        return expected(self.path, "a file that a sweep wrote", REMEDY)

    @property
    def seed(self) -> int | None:
        """The seed of the sweep in the file, or None."""
        return self._description.get("seed")

    def read(self, description: str, W: np.ndarray | None) -> dict[int, Trained]:
        """Return {number: Trained} of the finished chunks; ValueError when another sweep, or none, wrote the file.

        description: what `describe` returns for this sweep. W (D, C): weights such as this sweep trains; None for a
        model of the user's own, whose weights may have any shape and type.
        """
        there, here = self._description, json.loads(description)
        different = [
            f"{name} (in the file {there.get(name)}, now {here[name]})" if len(str(here[name])) < 40 else name
            for name in here
            if there and there.get(name) != here[name]
        ]
        if different:
            raise ValueError(f"{self.path}: was written by a sweep that differs in {', '.join(different)}. {REMEDY}")
        with self._expected():
            return _chunks(self._arrays, here["settings"], here["chunk sizes"], W) if there else {}

    def write(self, description: str, finished: dict[int, Trained]) -> None:
        """Write the description and {number: Trained}, whole or not at all."""
        arrays: dict[str, Any] = {"description": np.array(description)}
        for number, chunk in finished.items():
            arrays[f"rows_{number}"] = np.array(chunk.rows, np.float64)
            if chunk.best_W is not None:
                arrays[f"best_W_{number}"] = chunk.best_W
        write_npz(self.path, **arrays)


def _chunks(arrays, settings, sizes, W):
    """Return {number: Trained}; ValueError for arrays that `write` doesn't write for these settings and weights."""
    arrays, finished, end = dict(arrays), {}, 0
    for number, size in enumerate(sizes):
        start, end = end, end + size
        if f"rows_{number}" in arrays:
            rows = _rows(arrays.pop(f"rows_{number}"), settings[start:end])
            best_W = None if all(row.diverged for row in rows) else _weights(arrays.pop(f"best_W_{number}"), W)
            finished[number] = Trained(rows, best_W)
    if arrays:
        raise ValueError(f"no chunk has an array {min(arrays)}")
    return finished


def _rows(rows, settings):
    """Return a list of Result from an array (K, 6); ValueError unless `train_chunk` can give it for the K settings."""
    if rows.shape != (len(settings), 6) or rows.dtype != np.float64:
        raise ValueError(f"expected rows of float64 {(len(settings), 6)}, got {rows.dtype} {rows.shape}")
    accuracies, losses, diverged = rows[:, 2:4], rows[:, 4], rows[:, 5] == 1
    trained = (accuracies >= 0).all(axis=1) & (accuracies <= 1).all(axis=1) & np.isfinite(losses) & (rows[:, 5] == 0)
    if not np.array_equal(rows[:, :2], settings) or not (trained | diverged).all():
        raise ValueError("its rows are no results of these settings")
    if not np.isnan(accuracies[diverged]).all() or not (losses[diverged] == np.inf).all():
        raise ValueError("its rows have results of settings that diverged")
    return [Result._make([*row[:5], row[5] == 1]) for row in rows.tolist()]


def _weights(best_W, W):
    """Return best_W; ValueError when it isn't finite, or has another shape or type than W (None: any numbers)."""
    if best_W.dtype.kind == "U" or W is not None and (best_W.shape, best_W.dtype) != (W.shape, W.dtype):
        expected = "numbers" if W is None else f"{W.dtype} {W.shape}"
        raise ValueError(f"expected weights of {expected}, got {best_W.dtype} {best_W.shape}")
    if W is not None and not np.isfinite(best_W).all():
        raise ValueError("its weights hold NaN or inf")
    return best_W


def describe(task: Task, chunks: list[list[Setting]], data: list[np.ndarray]) -> str:
    """Return, as JSON, everything that a sweep's results depend on, under the names that its user gave."""
    digests = {name: array_digest(array) for name, array in zip(DATA, data, strict=True)}
    settings, sizes = [setting for chunk in chunks for setting in chunk], [len(chunk) for chunk in chunks]
    model = getattr(task.model, "__qualname__", repr(task.model))
    return json.dumps(digests | task._asdict() | {"model": model, "settings": settings, "chunk sizes": sizes})
