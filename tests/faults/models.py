"""Damaged and forged models: each is refused by its name, or loads the very weights that were saved.

`damaged` and `forged` are also what tests/faults/sweep_files.py does to a sweep's file.
"""

import io
import pickle
import tempfile
import warnings
import zipfile
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np

from cs231n_softmax._files import arrays
from cs231n_softmax.classifiers import Softmax

from . import ACCEPTED, CORRUPTED, HANG, HELD, UNCLEAR
from .child import forked

FULL, QUICK = 1200, 40
MEMORY = 60 << 20  # bytes beyond what the process has: the files have some thousand
EVIL = b"cos\nsystem\n(S'touch executed'\ntR."  # a pickle that makes a file


def damaged(content, rng):
    """Return what an accident did, and the bytes after it: flipped, cut off, added, moved, or overwritten."""
    content, at = bytearray(content), int(rng.integers(len(content)))
    kind = rng.choice(["bit", "bit", "bit", "byte", "cut", "added", "zeros", "removed", "doubled"])
    length = int(rng.integers(1, 100))
    match kind:
        case "bit":
            content[at] ^= 1 << rng.integers(8)
        case "byte":
            content[at] = (content[at] + rng.integers(1, 256)) % 256
        case "cut":
            del content[at:]
        case "added":
            content += rng.bytes(length)
        case "zeros":
            content[at : at + 512] = bytes(len(content[at : at + 512]))
        case "removed":
            del content[at : at + length]
        case "doubled":
            content[at:at] = content[at : at + length]
    return f"{kind} at {at} of {len(content)}", bytes(content)


def sealed(content):
    """Return a zip's bytes with the right checksum in its comment, as a forger would compute it."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = arrays.SEAL + arrays.DIGITS * b"0"
    content = bytearray(file.getvalue())
    content[-arrays.DIGITS :] = arrays._digest(content)
    return bytes(content)


def zipped(members, compression=zipfile.ZIP_STORED):
    """Return a sealed zip of [(name, bytes)]."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return sealed(file.getvalue())


def npy(descr="'<f8'", shape="(2, 3)", data=bytes(48), fortran="False", version=b"\1\0"):
    """Return an .npy file with any header."""
    header = f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n".encode("latin1")
    length = len(header).to_bytes(2 if version == b"\1\0" else 4, "little")
    return arrays.NPY + version + length + header + data


SHAPES = [
    f"({10**12}, 10)", f"({2**31}, {2**31})", f"({2**63},)", f"({2**64}, {2**64})", "(-2, -3)", "(2, -3)",
    "(0, 10**30)", f"(0, {2**62})", f"({2**62}, 0)", "(6,)", "()", "(True, 6)", "(2.0, 3)", "None", "[2, 3]",
    "(2,)" * 200, "(" * 5000, "(" + "1," * 4000 + ")", "9" * 6000]
TYPES = [
    "'|O'", "'<c16'", "'<i8'", "'|V8'", "'|S8'", "'<U2'", "'<M8[s]'", "'|b1'", "'<f8, <f8'", "[('a', '<f8')]", "'|U0'",
    "('<f8', (2, 3))", "{'names': ['a'], 'formats': ['<f8'], 'offsets': [99], 'itemsize': 8}", "'|V2147483647'", "None",
    f"('<f8', ({10**9}, {10**9}))", "'f8' * 9", "'object'", "__import__('os').mkdir('executed')"]
HEADERS = [
    *(npy(shape=shape) for shape in SHAPES), *(npy(descr=descr) for descr in TYPES),
    *(npy(data=bytes(length)) for length in (0, 40, 47, 49, 56, 4096)),
    *(npy(version=version) for version in (b"\2\0", b"\3\0", b"\4\0", b"\0\0")),
    npy("'|O'", "(1,)", EVIL), arrays.NPY, arrays.NPY + b"\2\0\xff\xff\xff\xff", arrays.NPY + b"\1\0\xff\xff{",
    b"", EVIL, pickle.dumps({"W": np.eye(2)}), b"1.0 2.0\n", bytes(1000)]
WORDS = ["", "{}", "[]", "3", "null", "{" * 900, "[" * 9000, '{"model": 3}', '{"seed": []}']


def forged(content):
    """Return {what was done: bytes}: files that have a right checksum all the same. content: a file of the package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    (first, _), *others = members
    last, _ = members[-1]
    files = {f"header {i} in {name}": zipped([m for m in members if m[0] != name] + [(name, header)])
             for name in (first, last) for i, header in enumerate(HEADERS)}
    bomb = arrays.NPY + bytes(80 << 20)
    files |= {f"without {name}": zipped([m for m in members if m[0] != name]) for name, _ in members}
    files |= {f"description {i}": zipped([(first, npy(f"'<U{len(words)}'", "()", words.encode("utf-32-le"))), *others])
              for i, words in enumerate(WORDS)}
    files |= {
        "compressed": zipped(members, zipfile.ZIP_DEFLATED),
        "bomb": zipped([*members[:-1], (last, bomb)], zipfile.ZIP_DEFLATED),
        "pickle": zipped([*members, ("more", EVIL)]),
        "no members": zipped([]),
        "paths": zipped([(f"../../{name}", content) for name, content in members]),
        "text": zipped([("description", b"text"), ("W", b"text")]),
        "only a checksum": arrays.SEAL + arrays._digest(arrays.SEAL + arrays.DIGITS * b"0"),
    }
    for field, at in (("size", 24), ("packed size", 20), ("offset", 42), ("method", 10), ("flags", 8)):
        for value in (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\1\0\0\0", b"\0\0\0\x7f"):
            changed = bytearray(content)
            start = changed.rindex(b"PK\1\2") + at
            changed[start : start + 4] = value
            changed[-arrays.DIGITS :] = arrays._digest(changed)
            files[f"{field} {value.hex()}"] = bytes(changed)
    return files


NOTHING = object()  # equal to nothing that can be read


def judge(content, read, saved, executed):
    """Read the bytes in a fork; return the outcome.

    read: bytes -> what is stored in them; a ValueError that names the file is a refusal. saved: what it must return, or
    None for a forged file, which may hold anything; NOTHING where it must be refused.
    """
    def work():
        try:
            with redirect_stdout(io.StringIO()):
                return HELD if read(content) == saved or saved is None else ACCEPTED
        except ValueError as error:
            return HELD if str(executed.parent) in str(error) and "expected" in str(error) else f"{UNCLEAR}: {error}"
        except MemoryError:
            return f"{HANG}: too much memory"
        except Exception as error:
            return f"{UNCLEAR}: {type(error).__name__}: {error}"

    outcome = forked(work, MEMORY)
    if isinstance(outcome, int):
        return f"{CORRUPTED}: signal {-outcome}"
    return CORRUPTED if executed.exists() else outcome


def wrong(content):
    """Return {what was done: bytes}: a right checksum, and something that no model has."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        description, W = (archive.read(name) for name in ("description.npy", "W.npy"))
    numbers = {"no rows": npy(shape="(0, 3)", data=b""), "no columns": npy(shape="(3, 0)", data=b""),
               "no rows, huge": npy(shape=f"(0, {10**18})", data=b""), "NaN": npy(data=b"\xff" * 48)}
    texts = {words: npy(f"'<U{len(words)}'", "()", words.encode("utf-32-le")) for words in ("0", "{}", "null", '""')}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of two equal names
        twice = zipped([("description.npy", description), ("W.npy", W), ("W.npy", W)])
    return {
        **{f".npy: {name}": changed for name, changed in numbers.items()},
        **{name: zipped([("description.npy", description), ("W.npy", changed)]) for name, changed in numbers.items()},
        **{f"described by {words}": zipped([("description.npy", text), ("W.npy", W)]) for words, text in texts.items()},
        "W twice": twice, "W under two names": zipped([("description.npy", description), ("W.npy", W), ("W", W)]),
    }


def save(shape, dtype, fname, rng):
    """Save random weights; return the bytes of the file, and what `load` must give."""
    model = Softmax()
    model.W = rng.standard_normal(shape).astype(dtype)
    with redirect_stdout(io.StringIO()):
        model.save(fname)
    return fname.read_bytes(), stored(model)


def stored(model):
    return model.W.dtype, model.W.shape, model.W.tobytes()


def outcomes(count, rng):
    """Yield wrong and forged models, damaged ones of several sizes and types, and .npy files of a wrong length."""
    with tempfile.TemporaryDirectory() as folder:
        fname, executed = Path(folder) / "model", Path(folder) / "executed"

        def read(content):
            fname.write_bytes(content)
            model = Softmax()
            assert model.load(fname)
            return stored(model)

        originals = [save(shape, dtype, fname, rng)
                     for shape, dtype in [((2, 3), "<f8"), ((30, 10), "<f4"), ((400, 3), "<f2"), ((1, 1), ">f8")]]
        for name, content in wrong(originals[0][0]).items():
            yield f"sealed, but wrong: {name}", judge(content, read, NOTHING, executed)
        forgeries = {**forged(originals[0][0]), **{f"array {i}": header for i, header in enumerate(HEADERS)}}
        for name in rng.permutation(list(forgeries))[: count // 4]:
            yield f"forged: {name}", judge(forgeries[name], read, None, executed)
        for number in range(count - min(count // 4, len(forgeries))):
            content, weights = originals[number % len(originals)]
            if number % 5:
                name, content = damaged(content, rng)
                yield name, judge(content, read, weights, executed)
            else:
                longer = npy(data=bytes(48)) + bytes(100)
                length = rng.integers(len(longer))
                zeros = np.dtype("<f8"), (2, 3), bytes(48)
                yield f".npy of {length} bytes", judge(longer[:length], read, zeros, executed)
