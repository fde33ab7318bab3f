"""cifar10/manifest.py: later damage is noticed, and a file that was found right isn't hashed twice."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from cs231n_softmax.cifar10 import manifest
from cs231n_softmax.cifar10.manifest import CHECKED, MANIFEST, NotListed, check, forget, write_manifest

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def folder(tmp_path):
    """Two files and their manifest."""
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "b").write_bytes(b"two")
    write_manifest(tmp_path, ["a", "b"])
    return tmp_path


@pytest.fixture
def hashed(monkeypatch):
    """The list of what is hashed from now on. Files count as rested at once."""
    seen, sha256 = [], hashlib.sha256
    monkeypatch.setattr(manifest.hashlib, "sha256", lambda content: (seen.append(bytes(content)), sha256(content))[1])
    monkeypatch.setattr(manifest, "RESTED", -(10**12))
    return seen


def look(path):
    """Check a file as it is now."""
    check(path, bytearray(path.read_bytes()), path.stat())


def test_the_format_is_sha256sums(folder):
    """A line for each file: its SHA-256 in hexadecimal digits, two spaces, its name."""
    one, two = (hashlib.sha256(content).hexdigest() for content in (b"one", b"two"))
    assert (folder / MANIFEST).read_bytes() == f"{one}  a\n{two}  b\n".encode()
    if shutil.which("sha256sum"):
        run = subprocess.run(["sha256sum", "-c", MANIFEST], cwd=folder, capture_output=True, text=True)
        assert (run.returncode, run.stdout) == (0, "a: OK\nb: OK\n")


def test_right_files_pass(folder):
    look(folder / "a")
    look(folder / "b")


@pytest.mark.parametrize("content", [b"onf", b"on", b"one ", b"", b"two"])
def test_wrong_files_are_noticed(folder, content):
    (folder / "a").write_bytes(content)
    with pytest.raises(ValueError, match="isn't the file whose SHA-256 is in SHA256SUMS"):
        look(folder / "a")


def test_a_file_that_is_not_listed_is_noticed(folder):
    (folder / "c").write_bytes(b"three")
    with pytest.raises(NotListed, match="^SHA256SUMS in .* doesn't list c: delete SHA256SUMS, or fetch the data again"):
        look(folder / "c")


@pytest.mark.parametrize("text", ["", "\n\n", "x", "a b c\n", "a\n", "\xff\xfe"])
def test_a_damaged_manifest_is_noticed(folder, text):
    """A manifest that was cut or overwritten lists nothing, and nothing passes."""
    (folder / MANIFEST).write_text(text, encoding="utf-16")
    with pytest.raises(NotListed, match=MANIFEST):
        look(folder / "a")


def test_without_a_manifest_nothing_is_checked_or_written(folder, hashed):
    (folder / MANIFEST).unlink()
    (folder / "a").write_bytes(b"other")
    look(folder / "a")
    assert hashed == [] and sorted(os.listdir(folder)) == ["a", "b"]


@pytest.mark.parametrize("line", [
    "{} *a\n", "{} *a\r\n", "{}  ./a\n", "{} *./a\n", "SHA256 (a) = {}\n", "SHA256 (./a) = {}\n", "# mine\n\n{}  a\n",
    " {}  a\n", "{} a\n", "{}  a"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_all_forms_that_sha256sum_reads(folder, line, case):
    """A star for binary files, ./ in front, BSD's form, digits of either case, comments, Windows' line ends."""
    one = case(hashlib.sha256(b"one").hexdigest())
    (folder / MANIFEST).write_bytes(line.format(one).encode())
    if shutil.which("sha256sum") and "\r" not in line:
        assert subprocess.run(["sha256sum", "-c", MANIFEST], cwd=folder, capture_output=True).returncode == 0
    look(folder / "a")
    (folder / "a").write_bytes(b"1")
    with pytest.raises(ValueError, match="isn't the file"):
        look(folder / "a")


def test_a_list_of_windows_is_read(folder):
    """Its editor puts a mark in front of the text, which is no part of the first line."""
    (folder / MANIFEST).write_text((folder / MANIFEST).read_text(), encoding="utf-8-sig")
    test_right_files_pass(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes, and links are for administrators")
@pytest.mark.parametrize("make", [os.mkdir, getattr(os, "mkfifo", None), lambda path: path.symlink_to("nowhere"),
                                  lambda path: path.symlink_to(path)], ids=["folder", "pipe", "dangling", "circle"])
def test_a_list_that_is_no_file_is_noticed(folder, make):
    """Somebody wanted a list there: the files aren't read as if there were none."""
    (folder / MANIFEST).unlink()
    make(folder / MANIFEST)
    with pytest.raises(NotListed, match="^SHA256SUMS in .* is no regular file, .*: delete SHA256SUMS, or fetch"):
        look(folder / "a")


@pytest.mark.parametrize("first", [True, False])
def test_two_hashes_for_one_file_are_noticed(folder, first):
    """Of two different ones, one is wrong, wherever it stands. The same one twice is right."""
    text = (folder / MANIFEST).read_text()
    other = "0" * 64 + "  ./a\n"
    (folder / MANIFEST).write_text(other + text if first else text + other)
    with pytest.raises(NotListed, match="^SHA256SUMS in .* lists 2 hashes for a: delete"):
        look(folder / "a")
    look(folder / "b")
    (folder / MANIFEST).write_text(text + text)
    look(folder / "a")


# --- remembered -----------------------------------------------------------------------------------

def test_a_right_file_is_hashed_once(folder, hashed):
    for _ in range(3):
        look(folder / "a")
        look(folder / "b")
    assert hashed == [b"one", b"two"]


def test_a_wrong_file_is_hashed_each_time(folder, hashed):
    (folder / "a").write_bytes(b"ONE")
    for _ in range(2):
        with pytest.raises(ValueError, match="isn't the file"):
            look(folder / "a")
    assert hashed == [b"ONE", b"ONE"] and not (folder / CHECKED).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no time of the last change of any kind")
def test_damage_that_keeps_size_and_times_is_noticed(folder, hashed):
    """As cp -p leaves it: the size and the time of modification are as before, but the time of change can't be."""
    path = folder / "a"
    look(path)
    status = path.stat()
    time.sleep(0.05)  # the clock of the file system goes on
    path.write_bytes(b"ONE")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(ValueError, match="isn't the file"):
        look(path)


@pytest.mark.parametrize("change", ["st_size", "st_mtime_ns", "st_ctime_ns"])
def test_what_is_remembered_is_this_file(folder, hashed, change):
    """Another size or another time: the file is hashed again. On Windows, st_ctime_ns stays what it was at first."""
    path, status = folder / "a", {"st_size": 3, "st_mtime_ns": 5, "st_ctime_ns": 7}
    for seen in (status, status, status | {change: 4}):
        check(path, bytearray(b"one"), SimpleNamespace(**seen))
    assert hashed == [b"one", b"one"]


def test_another_hash_in_the_manifest(folder, hashed):
    look(folder / "a")
    (folder / MANIFEST).write_text("0" * 64 + "  a\n")
    with pytest.raises(ValueError, match="isn't the file"):
        look(folder / "a")


def test_a_young_file_is_not_remembered(folder, monkeypatch):
    """A file that was just written could be written again at the same time, as coarse as clocks are."""
    look(folder / "a")
    assert not (folder / CHECKED).exists()
    later = time.time_ns() + 3 * 10**9
    monkeypatch.setattr(manifest.time, "time_ns", lambda: later)
    look(folder / "a")
    assert (folder / CHECKED).exists()


def test_forget(folder, hashed):
    look(folder / "a")
    forget(folder)
    look(folder / "a")
    forget(folder)
    forget(folder)  # there is nothing to forget
    assert hashed == [b"one", b"one"] and not (folder / CHECKED).exists()


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe\0", b"a" * 100])
def test_a_damaged_memory_remembers_nothing(folder, hashed, damage):
    look(folder / "a")
    (folder / CHECKED).write_bytes((folder / CHECKED).read_bytes()[:-5] + damage)
    look(folder / "a")
    assert hashed == [b"one", b"one"]


def test_the_memory_does_not_grow_for_ever(folder, hashed):
    """It starts anew when it is too long to be read."""
    (folder / CHECKED).write_bytes(b"x" * 200_000)
    look(folder / "a")
    look(folder / "a")
    assert hashed == [b"one"] and (folder / CHECKED).stat().st_size < 300


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes, and links are for administrators")
@pytest.mark.parametrize("kind", ["folder", "link", "dangling", "pipe", "closed"])
def test_where_nothing_can_be_remembered_files_are_hashed_each_time(folder, hashed, kind):
    """A folder that can't be written, or something else under the memory's name: left as it is."""
    place, other = folder / CHECKED, folder / "mine"
    if kind == "folder":
        place.mkdir()
    elif kind in ("link", "dangling"):
        if kind == "link":
            other.write_bytes(b"")
        place.symlink_to(other)
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.write_bytes(b"")
        place.chmod(0o400)
        folder.chmod(0o500)
    try:
        times = 1 if kind == "closed" and os.access(place, os.W_OK) else 2  # root may write everywhere
        look(folder / "a")
        look(folder / "a")
    finally:
        folder.chmod(0o700)
    assert (folder / "mine").exists() is (kind == "link")
    if kind == "link":
        assert other.read_bytes() == b""
    assert hashed == [b"one"] * times


def test_a_full_disk_is_no_obstacle(folder, hashed, monkeypatch):
    """What can't be remembered is hashed again."""

    def full(path, mode="r", **options):
        if mode != "rb":
            raise OSError(28, "No space left on device")
        return open(path, mode, **options)

    monkeypatch.setattr(manifest, "open", full, raising=False)
    look(folder / "a")
    look(folder / "a")
    assert hashed == [b"one", b"one"]


def test_two_processes_at_once(folder, monkeypatch):
    """Both add their lines; a line is a whole or is not believed."""
    monkeypatch.setattr(manifest, "RESTED", -(10**12))
    code = ("import sys; from pathlib import Path; from cs231n_softmax.cifar10 import manifest\n"
            "manifest.RESTED = -10**12\nfor name in 'ab' * 50:\n p = Path(sys.argv[1], name)\n"
            " manifest.check(p, bytearray(p.read_bytes()), p.stat()); manifest.forget(p.parent)")
    processes = [subprocess.Popen([sys.executable, "-c", code, str(folder)]) for _ in range(2)]
    assert [process.wait(600) for process in processes] == [0, 0]
    look(folder / "a")
    assert Path(folder, "a").read_bytes() == b"one"
