"""Damage to a folder of batches that has a manifest: at any byte, at any time, with the same size and times or not."""

import os
import pickle
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np

from cs231n_softmax.cifar10 import manifest
from cs231n_softmax.cifar10.files import CLASSES, FILES, META, PIXELS, is_sample, is_whole, read_batch

from . import ACCEPTED, HELD, UNCLEAR

FULL, QUICK = 2_000, 100
IMAGES = 4
TICK = 0.02  # seconds in which the clock of the file system goes on


def make(folder, rng):
    """Write the seven files and their manifest."""
    for name in FILES:
        content = {"num_cases_per_batch": IMAGES, "label_names": CLASSES, "num_vis": PIXELS}
        if name != META:
            labels, pixels = rng.integers(10, size=IMAGES).tolist(), rng.integers(256, size=(IMAGES, PIXELS))
            content = {"batch_label": name, "labels": labels, "data": pixels.astype(np.uint8), "filenames": ["a"] * 4}
        (folder / name).write_bytes(pickle.dumps(content, protocol=4))
    manifest.write_manifest(folder, FILES)


def read(path):
    """Read the file as the package does; return something that is equal for equal files."""
    return is_sample(path.parent) if path.name == META else [part.tobytes() for part in read_batch(path)]


# --- damage: from the bytes of a file to others ---------------------------------------------------

def flip(content, rng):
    at = rng.integers(len(content))
    return content[:at] + bytes([content[at] ^ 1 << rng.integers(8)]) + content[at + 1:]


def zeros(content, rng):
    at, size = rng.integers(len(content)), rng.integers(1, 4096)
    return (content[:at] + bytes(size) + content[at + size:])[:len(content)]


def moved(content, rng):
    at, to = np.sort(rng.integers(len(content), size=2))
    return content[:at] + content[to:] + content[at:to]


WAYS = {
    "a bit": flip, "two bits": lambda content, rng: flip(flip(content, rng), rng), "zeros": zeros, "moved": moved,
    "cut": lambda content, rng: content[:rng.integers(len(content))], "cut by one": lambda content, rng: content[:-1],
    "longer": lambda content, rng: content + rng.bytes(rng.integers(1, 99)), "twice": lambda content, rng: 2 * content,
    "a byte too many": lambda content, rng: content + b".", "empty": lambda content, rng: b"",
    "other pixels": lambda content, rng: content.replace(content[-999:-899], rng.bytes(100)),
}


def damaged(path, way, rng, again):
    """Damage a file that was read rightly, then read it; `again`: it was found right before, and keeps its times."""
    before, content, status = read(path), path.read_bytes(), path.stat()
    if again:
        time.sleep(TICK)
    other = rng.choice([name for name in FILES[:6] if name != path.name])
    path.write_bytes((path.parent / other).read_bytes() if way == "swapped" else WAYS[way](content, rng))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    try:
        outcome = HELD if read(path) == before and path.read_bytes() == content else ACCEPTED
    except ValueError as error:
        outcome = HELD if str(path) in str(error) and "fetch the data again: `" in str(error) else UNCLEAR
    except Exception:
        outcome = UNCLEAR
    if is_whole(path.parent) is not (path.read_bytes() == content):
        outcome = ACCEPTED
    path.write_bytes(content)
    return outcome


def is_pipe(path):
    path.unlink()
    os.mkfifo(path)


def is_folder(path):
    path.unlink()
    path.mkdir()


def leads_nowhere(path):
    path.unlink()
    path.symlink_to("nowhere")


def two_hashes(path):
    path.write_text("".join(f"{'0' * 64}  {name}\n" for name in FILES) + path.read_text())


LISTS = {"a folder": is_folder, "a link to nowhere": leads_nowhere, "two hashes": two_hashes,
         **({"a pipe": is_pipe} if hasattr(os, "mkfifo") else {})}


def with_list(folder, kind):
    """Flip a pixel in a batch whose list is something else than a list: it must not be read as if there were none."""
    target = folder / "test_batch"
    content = target.read_bytes()
    target.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    LISTS[kind](folder / manifest.MANIFEST)
    try:
        read(target)
        return ACCEPTED
    except ValueError as error:
        return HELD if manifest.MANIFEST in str(error) and "delete" in str(error) else UNCLEAR
    except Exception:
        return UNCLEAR


def outcomes(count, rng):
    """Yield (what was done to which file, outcome). Every fourth file was remembered as right before."""
    for kind in LISTS:
        with tempfile.TemporaryDirectory() as name:
            make(Path(name), rng)
            yield f"a pixel, and the list is {kind}", with_list(Path(name), kind)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, rng)
        for number in range(count):
            target, way, again = folder / rng.choice(FILES), rng.choice([*WAYS, "swapped"]), number % 4 == 0
            with patch.object(manifest, "RESTED", -1 if again else manifest.RESTED):
                yield f"{way} in {target.name}{', read before' * again}", damaged(target, way, rng, again)
