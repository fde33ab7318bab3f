"""Damaged and forged files of a sweep: each is refused by its name, or gives the very chunks that were written."""

import json
import tempfile
from pathlib import Path

import numpy as np

from cs231n_softmax._files import from_npz, write_npz
from cs231n_softmax.sweep.chunks import Trained
from cs231n_softmax.sweep.store import SweepFile
from cs231n_softmax.sweep.table import Result

from .models import HEADERS, NOTHING, damaged, forged, judge

FULL, QUICK = 1200, 40
SETTINGS = [(0.1, 1.0), (1e9, 1.0), (1e9, 2.0), (0.2, 0.0)]
DESCRIPTION = json.dumps({"seed": 7, "chunk sizes": [2, 1, 1], "model": "Softmax", "settings": SETTINGS})
CHUNKS = {
    0: Trained([Result(0.1, 1.0, 0.5, 0.4, 2.0, False), Result(1e9, 1.0, np.nan, np.nan, np.inf, True)], np.eye(7)),
    2: Trained([Result(0.2, 0.0, 0.3, 0.3, 2.2, False)], np.ones((7, 7))),
    1: Trained([Result(1e9, 2.0, np.nan, np.nan, np.inf, True)], None),
}


NUMBERS = (-5.0, 0.5, 7.0, np.nan, np.inf)  # each is wrong in most columns of the rows
POSSIBLE = [(0, 3, 0.5), (0, 4, -5.0), (0, 4, 0.5), (0, 4, 7.0)]  # row, column and number: such results there are
WEIGHTS = [np.ones((3, 3)), np.ones(7), np.ones((7, 7), int), np.ones((7, 7), np.float32), np.full((7, 7), np.nan)]
SEEDS = ("7", 7.0, -1, None, True)


def wrong(content):
    """Yield (what was done, arrays): one value, or one array, that no sweep of these settings writes."""
    arrays = from_npz(content)
    for row, column in np.ndindex(2, 6):
        for number in NUMBERS:
            rows = arrays["rows_0"].copy()
            rows[row, column] = number
            same = np.array_equal(rows, arrays["rows_0"], equal_nan=True)
            if not same and (row, column, number) not in POSSIBLE:
                yield f"{number} in row {row}, column {column}", arrays | {"rows_0": rows}
    for W in WEIGHTS:
        yield f"weights of {W.dtype} {W.shape}", arrays | {"best_W_0": W}
    for name in ("rows_-1", "rows_ 0", "rows_9", "best_W_1", "more"):
        yield name, arrays | {name: arrays["rows_0"]}
    for seed in SEEDS:
        description = json.dumps(json.loads(DESCRIPTION) | {"seed": seed})
        yield f"a seed {seed!r}", arrays | {"description": np.array(description)}


def outcomes(count, rng):
    """Yield damaged, forged and wrong files of a sweep whose second chunk diverged."""
    with tempfile.TemporaryDirectory() as folder:
        path, executed = Path(folder) / "sweep", Path(folder) / "executed"

        def read(content):
            path.write_bytes(content)
            file = SweepFile(path)
            return file.seed, [(number, repr(chunk)) for number, chunk in file.read(DESCRIPTION, np.eye(7)).items()]

        SweepFile(path).write(DESCRIPTION, CHUNKS)
        content = path.read_bytes()
        saved = read(content)
        cases = list(wrong(content))
        for number in rng.permutation(len(cases))[: count // 2]:
            name, arrays = cases[number]
            write_npz(path, **arrays)
            yield f"sealed, but wrong: {name}", judge(path.read_bytes(), read, NOTHING, executed)
        forgeries = {**forged(content), **{f"array {i}": header for i, header in enumerate(HEADERS)}}
        for name in rng.permutation(list(forgeries))[: count // 4]:
            yield f"forged: {name}", judge(forgeries[name], read, None, executed)
        for _ in range(count - min(count // 4, len(forgeries))):
            name, changed = damaged(content, rng)
            yield name, judge(changed, read, saved, executed)
