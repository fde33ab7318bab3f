"""cifar10/archive.py: the seven files come out as they went in, and nothing else does, whatever the archive holds."""

import gzip
import io
import os
import pickle
import tarfile
import zlib

import numpy as np
import pytest

from cs231n_softmax.cifar10 import archive as module
from cs231n_softmax.cifar10.archive import unpack
from cs231n_softmax.cifar10.files import CLASSES, FILES, FOLDER, META
from cs231n_softmax.cifar10.manifest import MANIFEST

pytestmark = pytest.mark.filterwarnings("error")


def small_files(images=12, brightest=255):
    """The seven files as {name: bytes}; random pixels, which gzip cannot shrink (unless they are dark)."""
    rng = np.random.default_rng(0)
    files = {META: pickle.dumps({"label_names": CLASSES, "num_cases_per_batch": images}, 4)}
    for name in FILES[:6]:
        pixels = rng.integers(brightest + 1, size=(images, 3072), dtype=np.uint8)
        files[name] = pickle.dumps({"data": pixels, "labels": rng.integers(10, size=images).tolist()}, 4)
    return files


GOOD = small_files()


def tar(files, extra=(), format=tarfile.PAX_FORMAT):
    """A tar with `files` under the official folder, and the TarInfo, bytes pairs of `extra`."""
    members = [(tarfile.TarInfo(f"{FOLDER}/{name}"), content) for name, content in files.items()]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as made:
        for info, content in [*members, *extra]:
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def special(name, kind, to=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info, b""


DATA = gzip.compress(tar(GOOD))
DARK = gzip.compress(tar(small_files(brightest=3)))


@pytest.fixture
def unpacked(tmp_path):
    """A function that unpacks what it is given and returns the files that came out, without the manifest."""
    folder = tmp_path / "folder"
    folder.mkdir()

    def unpacked(archive):
        (tmp_path / "archive").write_bytes(archive)
        try:
            unpack(tmp_path / "archive", folder)
        finally:
            assert sorted(os.listdir(tmp_path)) == ["archive", "folder"]
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MANIFEST}

    return unpacked


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize(("level", "piece"), [(0, 7), (9, 1 << 20)])
def test_the_files_come_out_as_they_went_in(unpacked, tmp_path, monkeypatch, format, level, piece):
    """All seven, whichever kind of tar, with a manifest; also those that come in many pieces, as the real ones do."""
    monkeypatch.setattr(module, "PIECE", piece)
    assert unpacked(gzip.compress(tar(GOOD, format=format), level)) == GOOD
    names = [line.split()[1] for line in (tmp_path / "folder" / MANIFEST).read_text().splitlines()]
    assert sorted(names) == sorted(FILES)


def test_other_members_are_passed_over(unpacked, tmp_path):
    """Members named ../, by an absolute path or a long name, links, headers for the next: the right files come out."""
    outside = str(tmp_path / "absolute")
    names = ["../up", f"{FOLDER}/../../up", f"{FOLDER}/extra", outside, f"x/{FOLDER}/data_batch_1", "long" * 100]
    extra = [(tarfile.TarInfo(name), b"evil") for name in names]
    dated = tarfile.TarInfo("dated")
    dated.mtime = 1.5
    extra += [(dated, b"x"), special("link", tarfile.SYMTYPE, outside), special(FOLDER, tarfile.DIRTYPE)]
    for format in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        assert unpacked(gzip.compress(tar(GOOD, extra, format))) == GOOD


def test_a_prefix_is_part_of_the_name(unpacked):
    """POSIX keeps the folder of a long path in a field of its own; the names are still the official ones."""
    blocks = bytearray(tar(GOOD, format=tarfile.USTAR_FORMAT))
    blocks[:100] = META.encode().ljust(100, b"\0")
    blocks[345:500] = FOLDER.encode().ljust(155, b"\0")
    assert list(GOOD)[0] == META
    blocks[148:156] = b"%06o\0 " % (sum(blocks[:148]) + 8 * 32 + sum(blocks[156:512]))
    assert unpacked(gzip.compress(blocks)) == GOOD


@pytest.mark.parametrize("front", ["./", "/", "././", ".//", "../", "x/../"])
def test_names_that_begin_with_a_point(unpacked, front):
    """`tar -c .` writes ./ in front of each name; no other path to the same place is followed."""
    archive = gzip.compress(tar({}, [(tarfile.TarInfo(f"{front}{FOLDER}/{name}"), GOOD[name]) for name in GOOD]))
    if front == "./":
        assert unpacked(archive) == GOOD
        twice = tarfile.TarInfo(f"./{FOLDER}/test_batch")
        with pytest.raises(ValueError, match=f"expected {FOLDER}/test_batch once in it, found it twice"):
            unpacked(gzip.compress(tar(GOOD, [(twice, GOOD["test_batch"])])))
    else:
        with pytest.raises(ValueError, match="found no such file"):
            unpacked(archive)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE,
                                  tarfile.CONTTYPE, tarfile.CHRTYPE, tarfile.SOLARIS_XHDTYPE])
@pytest.mark.parametrize("name", ["test_batch", META])
def test_an_official_name_is_a_plain_file(unpacked, kind, name):
    """A link, a pipe or a sparse file under an expected name is an error."""
    files = {key: content for key, content in GOOD.items() if key != name}
    with pytest.raises(ValueError, match=f"cannot be used: expected {FOLDER}/{name} to be a plain file"):
        unpacked(gzip.compress(tar(files, [special(f"{FOLDER}/{name}", kind, "/etc/passwd")])))


def test_a_name_that_occurs_twice(unpacked):
    """Which of them would be meant?"""
    twice = tarfile.TarInfo(f"{FOLDER}/test_batch")
    with pytest.raises(ValueError, match=f"expected {FOLDER}/test_batch once in it, found it twice"):
        unpacked(gzip.compress(tar(GOOD, [(twice, GOOD["test_batch"])])))


@pytest.mark.parametrize("name", ["data_batch_3", META])
def test_a_missing_file_is_named(unpacked, name):
    """An archive without one of the seven files."""
    with pytest.raises(ValueError, match=f"expected {FOLDER}/{name} in it, found no such file"):
        unpacked(gzip.compress(tar({key: content for key, content in GOOD.items() if key != name})))
    if name != META:
        with pytest.raises(ValueError, match=f"expected {FOLDER}/{name}, {FOLDER}/{META} in it"):
            unpacked(gzip.compress(tar({key: content for key, content in GOOD.items() if key not in (name, META)})))


@pytest.mark.parametrize(("name", "content", "message"), [
    ("data_batch_4", b"no pickle", "data_batch_4 is not a readable"),
    ("data_batch_4", GOOD["data_batch_4"][:-1], "data_batch_4 is not a readable"),
    (META, b"no pickle", "batches.meta is not a readable"), (META, b"", "batches.meta is not a readable"),
    (META, pickle.dumps({"label_names": ["ship"]}), "expected 'label_names' to be airplane"),
    (META, pickle.dumps({"label_names": CLASSES, "num_cases_per_batch": 13}), "data_batch_1 has fewer images"),
])
def test_each_file_is_read(unpacked, name, content, message):
    """Each batch, and batches.meta too: an archive with a damaged one can't be used."""
    with pytest.raises(ValueError, match=f"cannot be used: .*{message}.*\n.*What to do: fetch the official file"):
        unpacked(gzip.compress(tar(GOOD | {name: content})))


def test_the_sentence_about_a_file_is_whole(unpacked, tmp_path):
    """It names the archive, and neither the temporary folder nor what helps with a file that is there already."""
    with pytest.raises(ValueError) as error:
        unpacked(gzip.compress(tar(GOOD | {META: pickle.dumps({"label_names": CLASSES, "num_cases_per_batch": 13})})))
    assert str(error.value) == (f"{tmp_path / 'archive'} cannot be used: data_batch_1 has fewer images than "
                                "batches.meta says.\nWhat to do: fetch the official file "
                                "(unset CIFAR10_URL and CIFAR10_SHA256).")


EARLY = "it ends too early"
DAMAGED = {
    "empty": (b"", EARLY), "no gzip": (b"\x1f no gzip", "incorrect header check"),
    "zlib": (zlib.compress(tar(GOOD)), "incorrect header check"), "half": (DATA[:len(DATA) // 2], EARLY),
    "tail missing": (DATA[:-1], EARLY), "checksum": (DATA[:-8] + bytes(8), "incorrect data check"),
    "pixels damaged": (DATA[:70_000] + bytes(999) + DATA[70_999:], "incorrect data check|invalid"),
    "codes damaged": (DARK[:5000] + bytes(999) + DARK[5999:], "invalid|checksum|no octal"),
    "nothing": (gzip.compress(b""), EARLY), "half a tar": (gzip.compress(tar(GOOD)[:20_000]), EARLY),
    "one file": (gzip.compress(tar(GOOD)[:512 * 2]), EARLY), "no tar": (gzip.compress(b"text" * 500), "no octal"),
    "no members": (gzip.compress(bytes(512 * 20)), "in it, found no such file")}


@pytest.mark.parametrize(("archive", "reason"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_archive(unpacked, archive, reason):
    """It was cut, or a part was overwritten: gzip's checksum and tar's are compared."""
    with pytest.raises(ValueError, match=f"cannot be used: .*({reason}).*\nWhat to do"):
        unpacked(archive)


@pytest.mark.parametrize(("field", "value", "message"), [
    (slice(124, 136), b"0000000zzzz\0", "no octal number"), (slice(124, 136), b"-0000000512\0", "no octal number"),
    (slice(124, 136), b"\x80" + bytes(10) + b"\5", "no octal number"), (slice(124, 136), b"+1_0".ljust(12), "no octal"),
    (slice(124, 136), bytes(12), "no octal number"), (slice(124, 136), b"000000001X\0 ", "no octal number"),
    (slice(148, 156), b"0000001\0", "checksum is wrong"), (slice(0, 1), b"?", "checksum is wrong")])
def test_damaged_headers(unpacked, field, value, message):
    """Sizes are octal numbers (nothing else that int() takes), and each header has a checksum."""
    blocks = bytearray(tar(GOOD))
    blocks[field] = value
    if "checksum" not in message:
        blocks[148:156] = b"%06o\0 " % (sum(blocks[:148]) + 8 * 32 + sum(blocks[156:512]))
    with pytest.raises(ValueError, match=f"cannot be used: one of its headers is damaged.*{message}"):
        unpacked(gzip.compress(blocks))


def test_a_member_that_is_too_large(unpacked, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", max(map(len, GOOD.values())))
    assert unpacked(DATA) == GOOD
    monkeypatch.setattr(module, "LARGEST", 1000)
    with pytest.raises(ValueError, match="to be a plain file of at most 1,000 bytes, got .* with 37,.* bytes"):
        unpacked(DATA)


@pytest.mark.parametrize("where", ["in front", "behind"])
def test_an_archive_that_is_too_large(unpacked, monkeypatch, where):
    """What is unpacked is counted, also what is passed over and what lies behind the tar's end."""
    monkeypatch.setattr(module, "LARGEST_CONTENT", len(tar(GOOD)))
    assert unpacked(DATA) == GOOD
    large = (tarfile.TarInfo("x"), bytes(200_000))
    in_front = tar({}, [large])[:512 + 200_192]  # a header and whole blocks, without the tar's end
    content = in_front + tar(GOOD) if where == "in front" else tar(GOOD) + bytes(200_000)
    with pytest.raises(ValueError, match="expected at most .* bytes in it, found more"):
        unpacked(gzip.compress(content))


def test_an_archive_of_very_many_members(unpacked, monkeypatch):
    monkeypatch.setattr(module, "MOST_MEMBERS", 12)
    few, many = ([special(f"x{number}", tarfile.DIRTYPE) for number in range(count)] for count in (4, 5))
    assert unpacked(gzip.compress(tar(GOOD, few))) == GOOD
    with pytest.raises(ValueError, match="expected at most 12 files in it, found more"):
        unpacked(gzip.compress(tar(GOOD, many)))
