"""Damaged and forged files of a sweep: each is refused by its name, or gives the very chunks that were written."""

import tempfile
from pathlib import Path

import numpy as np

from cs231n_softmax.sweep.chunks import Trained
from cs231n_softmax.sweep.store import SweepFile
from cs231n_softmax.sweep.table import Result

from .models import HEADERS, damaged, forged, judge

FULL, QUICK = 1200, 40
DESCRIPTION = '{"seed": 7, "chunk sizes": [2, 1, 1], "model": "Softmax"}'
CHUNKS = {
    0: Trained([Result(0.1, 1.0, 0.5, 0.4, 2.0, False), Result(1e9, 1.0, np.nan, np.nan, np.inf, True)], np.eye(7)),
    2: Trained([Result(0.2, 0.0, 0.3, 0.3, 2.2, False)], np.ones((7, 3), np.float32)),
    1: Trained([Result(1e9, 2.0, np.nan, np.nan, np.inf, True)], None),
}


def outcomes(count, rng):
    """Yield damaged and forged files of a sweep whose second chunk diverged."""
    with tempfile.TemporaryDirectory() as folder:
        path, executed = Path(folder) / "sweep", Path(folder) / "executed"

        def read(content):
            path.write_bytes(content)
            file = SweepFile(path)
            return file.seed, [(number, repr(chunk)) for number, chunk in file.read(DESCRIPTION).items()]

        SweepFile(path).write(DESCRIPTION, CHUNKS)
        content = path.read_bytes()
        saved = read(content)
        forgeries = {**forged(content), **{f"array {i}": header for i, header in enumerate(HEADERS)}}
        for name in rng.permutation(list(forgeries))[: count // 4]:
            yield f"forged: {name}", judge(forgeries[name], read, None, executed)
        for _ in range(count - min(count // 4, len(forgeries))):
            name, changed = damaged(content, rng)
            yield name, judge(changed, read, saved, executed)
