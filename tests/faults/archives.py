"""Archives that somebody made to do harm, with a hash that was vouched for: CIFAR10_SHA256 is set to theirs."""

import gzip
import io
import json
import pickle
import tarfile
import tempfile
import zlib
from pathlib import Path

import numpy as np

from cs231n_softmax.cifar10.files import ARCHIVE, CLASSES, FILES, FOLDER, META

from . import ACCEPTED, CORRUPTED, HANG, HELD, LOST, UNCLEAR, child

QUICK = 4
MEMORY = 3 << 28  # bytes of address space, of which Python and its libraries take half
SECONDS = 20  # of CPU time for one archive
AT_ONCE = 10  # archives for one process

CODE = """
import hashlib, json, os, sys, time
from pathlib import Path
from cs231n_softmax.cifar10.download import DownloadError, fetch_cifar10

for datasets in sys.argv[2:]:
    os.environ["CIFAR10_SHA256"] = hashlib.sha256(Path(datasets, sys.argv[1]).read_bytes()).hexdigest()
    start = time.process_time()
    try:
        fetch_cifar10(datasets, progress=False)
        answer = "unpacked"
    except DownloadError as error:
        clear = f"{sys.argv[1]} cannot be used" in str(error) and "What to do" in str(error)
        answer = "refused" if clear else repr(error)
    except BaseException as error:
        answer = repr(error)[:300]
    print(json.dumps([answer, time.process_time() - start]), flush=True)
"""


# --- a right archive, and members -----------------------------------------------------------------

def right_files(images=4):
    rng = np.random.default_rng(0)
    files = {META: pickle.dumps({"num_cases_per_batch": images, "label_names": CLASSES, "num_vis": 3072}, 4)}
    for name in FILES[:6]:
        pixels, labels = rng.integers(256, size=(images, 3072), dtype=np.uint8), rng.integers(10, size=images).tolist()
        files[name] = pickle.dumps({"labels": labels, "data": pixels}, 4)
    return files


PLACES = {"name": (0, 100), "size": (124, 136), "checksum": (148, 156), "kind": (156, 157), "link": (157, 257),
          "magic": (257, 265), "prefix": (345, 500)}


def header(name, size=0, kind=b"0", link="", **fields):
    """The 512 bytes in front of a member; `fields` replaces some of them by bytes of your own."""
    if isinstance(size, int):  # eleven octal digits, or base 256
        size = b"%011o\0" % size if 0 <= size < 8**11 else b"\x80" + (size % 2**88).to_bytes(11, "big")
    block = bytearray(512)
    for field, value in ({"name": name.encode(), "size": size, "checksum": b" " * 8, "kind": kind,
                          "link": link.encode(), "magic": b"ustar\x0000"} | fields).items():
        start, end = PLACES[field]
        block[start:end] = value[:end - start].ljust(end - start, b"\0")
    if "checksum" not in fields:
        block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def member(name, content=b"", kind=b"0", **more):
    return header(name, more.pop("says", len(content)), kind, **more) + content + bytes(-len(content) % 512)


def members(files):
    return b"".join(member(f"{FOLDER}/{name}", content) for name, content in files.items())


def pax(key, value):
    """A line of an extended header: its own length, key=value."""
    line = f" {key}={value}\n"
    return next(f"{n}{line}" for n in range(len(line), len(line) + 9) if len(f"{n}{line}") == n).encode()


def long_name(name, kind=b"L", **more):
    return member("././@LongLink", name.encode(), kind, **more)


def bomb(head, megabytes):
    """A gzip file of `head` and very many zeros; its checksum is wrong, but that stands at the very end."""
    packer = zlib.compressobj(9, wbits=31)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + zeros * megabytes + packer.flush()


def by_tarfile(form):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=form) as tar:
        for name, content in GOOD.items():
            info = tarfile.TarInfo(f"{FOLDER}/{name}")
            info.size, info.mtime = len(content), 1.5 if form == tarfile.PAX_FORMAT else 1
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


# --- the cases ------------------------------------------------------------------------------------

GOOD = right_files()
RIGHT, END, TEST = members(GOOD), bytes(1024), f"{FOLDER}/test_batch"
TRUE = GOOD["test_batch"]
OUTSIDE = Path(tempfile.gettempdir()) / "written-by-an-archive"
CALL = f"cposix\nsystem\n(Vtouch {OUTSIDE}\ntR.".encode()

EXTRA = {  # what stands in front of seven right files
    "nothing": b"", "names of names": long_name("x" * 200) * 3000, "links of links": long_name("x" * 200, b"K") * 3000,
    "headers of headers": member("h", pax("path", "x"), b"x") * 3000,
    "Solaris's": member("h", pax("path", "x"), b"X") * 3000,
    "global headers": member("h", pax("path", TEST), b"g") * 3000,
    "8 GB of header": member("h", pax("a", "b"), b"x", says=8 << 30),
    "8 GB of name": long_name("x", says=(8 << 30) - 1),
    "200 MB of header": member("h", bytes(999), b"x", says=200 << 20), "size": member("h", pax("size", 10**30), b"x"),
    "negative size": member("h", pax("size", -1), b"x"), "no size": member("h", pax("size", "x"), b"x"),
    "slow pattern": member("h", b"1" * 50_000 + b" hdrcharset=x\n", b"x"), "no length": member("h", b"0 a=b\n", b"x"),
    "spaces": member("h", b" " * 50_000, b"x"), "sparse": member("s", kind=b"S"), "sparse, long": member("s", kind=b"S")
    + bytes(482) + b"\1" + bytes(29), "new sparse": member("h", pax("GNU.sparse.map", "1," * 9999), b"x"),
    "above": member("../up", b"evil"), "above, inside": member(f"{FOLDER}/../../up", b"evil"),
    "absolute": member(str(OUTSIDE), b"evil"), "absolute link": member(f"{FOLDER}/x", kind=b"2", link=str(OUTSIDE)),
    "a link for the folder": member(FOLDER, kind=b"2", link="/tmp"), "folder": member(f"{FOLDER}/", kind=b"5"),
    "device": member("null", kind=b"3"), "another type": member("x", kind=b"\xff"), "members": member("x") * 100_000,
    "wrong sum": member("x", checksum=b"0000000\0"), "sum of no digits": member("x", checksum=b"abcdefgh"),
    "size below zero": header("x", -512), "noise": np.random.default_rng(0).bytes(512),
    "size of no digits": member("x", says=b"abcdefghijkl"), "minus": member("x", says=b"-0000000512"),
}
SEVENTH = {  # what stands in place of the test batch
    "nothing": b"", "symbolic link": member(TEST, kind=b"2", link="/etc/passwd"), "pipe": member(TEST, kind=b"6"),
    "hard link": member(TEST, kind=b"1", link=f"{FOLDER}/data_batch_1"), "device": member(TEST, kind=b"4"),
    "sparse": member(TEST, TRUE, b"S"), "folder": member(TEST, kind=b"5"), "twice": member(TEST, TRUE) * 2,
    "another first": member(TEST, GOOD["data_batch_1"]) + member(TEST, TRUE), "empty": member(TEST),
    "another behind": member(TEST, TRUE) + member(TEST, GOOD["data_batch_1"]), "half": member(TEST, TRUE[:5000]),
    "longer": member(TEST, TRUE + b"."), "hostile": member(TEST, CALL), "65 MB": member(TEST, bytes(65 << 20)),
    "9 GB": member(TEST, b"x", says=9 << 30), "short size": member(TEST, TRUE, says=7),
    "long size": header(TEST, 2**80),
    "size below zero": header(TEST, -1), "cut": member(TEST, TRUE)[:3072],
    "by long name": long_name(TEST) + member("x", TRUE),
    "by header": member("h", pax("path", TEST), b"x") + member("x", TRUE),
}
METAS = {
    "empty": b"", "text": b"x", "cut": GOOD[META][:-5], "longer": GOOD[META] + b".", "list": pickle.dumps([1]),
    "hostile": CALL, "no classes": pickle.dumps({}), "other classes": pickle.dumps({"label_names": CLASSES[::-1]}),
    "deep": b"]" * 400_000 + b".", "numbers": pickle.dumps({"label_names": [1, 2]}),
    "other size": pickle.dumps({"label_names": CLASSES, "num_cases_per_batch": 10_000}),
}
WHOLE = gzip.compress(RIGHT + END, 1)
WRAPPED = {  # the file itself
    "empty": b"", "no gzip": b"x" * 1000, "empty gzip": gzip.compress(b""), "half": WHOLE[:9000], "cut": WHOLE[:-1],
    "wrong sum": WHOLE[:-8] + bytes(8), "flipped": WHOLE[:9000] + bytes(1) + WHOLE[9001:], "zeros": bomb(b"", 3000),
    "zeros behind": bomb(RIGHT + END, 3000), "zeros inside": bomb(header("x", 3 << 30), 3000),
    "300 MB batch": bomb(header(TEST, 300 << 20), 300), "300 MB name": bomb(long_name("x", says=300 << 20), 300),
    "no end": gzip.compress(RIGHT), "only an end": gzip.compress(END), "twice": WHOLE * 2, "more": WHOLE + b"more",
    "file name": b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * (30 << 20), "zip in zip": gzip.compress(WHOLE),
    "empty zips": gzip.compress(b"") * 100_000, "half a million members": gzip.compress(member("x") * 520_000, 1),
    "tarfile's": by_tarfile(tarfile.GNU_FORMAT), "tarfile's, pax": by_tarfile(tarfile.PAX_FORMAT),
}


def without(name):
    return members({key: content for key, content in GOOD.items() if key != name})


def zipped(content):
    return lambda: gzip.compress(content + END, 1)


CASES = {
    **{f"{name}, then the files": zipped(extra + RIGHT) for name, extra in EXTRA.items()},
    **{f"the files, then {name}": zipped(RIGHT + extra) for name, extra in EXTRA.items()},
    **{f"{name} for a batch": zipped(without("test_batch") + one) for name, one in SEVENTH.items()},
    **{f"{name} for {META}": zipped(members(GOOD | {META: one})) for name, one in METAS.items()},
    **{name: lambda content=content: content for name, content in WRAPPED.items()},
}
FULL = len(CASES)


def judge(datasets, answer, seconds):
    """Return the outcome: HELD when the seven right files and nothing else came out, or when nothing did and why."""
    if OUTSIDE.exists() or (datasets.parent / "up").exists():
        return CORRUPTED
    if seconds > SECONDS:
        return HANG
    left = {path.name for path in datasets.iterdir() if not path.name.endswith(".lock")}
    if answer == "unpacked":
        files = {name: (datasets / FOLDER / name).read_bytes() for name in FILES}
        return HELD if files == GOOD and left == {FOLDER, ARCHIVE} else ACCEPTED
    if answer != "refused":
        return UNCLEAR
    return HELD if left == {ARCHIVE} else LOST


def outcomes(count, rng):
    """Yield (what is wrong, outcome) for archives that lie where a user would put them."""
    chosen = [list(CASES)[i] for i in rng.permutation(len(CASES))[:count]]
    while chosen:
        with tempfile.TemporaryDirectory() as name:
            folders = [Path(name) / str(number) / "datasets" for number in range(len(chosen[:AT_ONCE]))]
            for folder, case in zip(folders, chosen, strict=False):
                folder.mkdir(parents=True)
                (folder / ARCHIVE).write_bytes(CASES[case]())
            run = child.run(CODE, ARCHIVE, *folders, memory=MEMORY, seconds=AT_ONCE * SECONDS)
            answers = [json.loads(line) for line in run.stdout.splitlines()]
            for folder, (answer, seconds) in zip(folders, answers, strict=False):
                yield f"{chosen.pop(0)}: {answer}", judge(folder, answer, seconds)
        if run.returncode:  # it crashed on the next archive
            yield f"{chosen.pop(0)}: {run.returncode} {run.stderr[-300:]}", HANG if run.returncode == -24 else CORRUPTED
