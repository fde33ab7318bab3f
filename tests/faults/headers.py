"""Batch files with one to three wrong bytes where the pickle's instructions are, in front of the pixels and behind."""

import pickle

import numpy as np

from ._reading import judge, read_all
from .pickles import build

FULL, QUICK = 21_000, 1_500
AT_ONCE = 3_000  # files for one process


def right_files():
    """Yield small batches in all the forms that are read: Python 2's, protocols 3 to 5, pixels first or last."""
    pixels = np.arange(2 * 3072, dtype=np.uint8).reshape(2, 3072)
    forms = [{"batch_label": "a batch", "labels": [3, 9], "data": pixels, "filenames": ["a.png", "b.png"]},
             {"data": pixels, "labels": np.array([3, 9])}, {"labels": [3, 9], "data": np.asfortranarray(pixels)}]
    yield build()
    for content in forms:
        for protocol in (3, 4, 5):
            yield pickle.dumps(content, protocol)


def damaged(content, rng):
    """Change one to three of the bytes that are instructions or their arguments: the first 200 and the last 200."""
    changed = bytearray(content)
    for _ in range(rng.integers(1, 4)):
        at = rng.integers(-200, 200)
        changed[at] = rng.choice([rng.integers(256), changed[at] ^ 1 << rng.integers(8), rng.choice(INSTRUCTIONS)])
    return bytes(changed)


INSTRUCTIONS = sorted({value[0] for name, value in vars(pickle).items() if name.isupper() and type(value) is bytes})


def outcomes(count, rng):
    """Yield (number of the case, outcome): refused, or two well-formed images; such a file has no manifest."""
    files = list(right_files())
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        answers = read_all([damaged(files[number % len(files)], rng) for number in numbers])
        for number, answer in zip(numbers, answers, strict=True):
            yield f"{number}: {answer}", judge(answer, [answer] if len(answer) == 64 else [])
