"""_files/: a reader sees the old file or folder or the new one, nothing in between; errors are plain sentences."""

import errno
import hashlib
import io
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import filelock
import numpy as np
import pytest

from cs231n_softmax._files import atomic_write, from_npy, from_npz, made_whole, read_bytes, tidy, write_npz
from cs231n_softmax._files.reasons import REASONS, explained

pytestmark = pytest.mark.filterwarnings("error")
CONTENTS = {"w": "a line\nµ, é and ★\r\nthe last", "wb": bytes(range(256))}


def stored(path, mode):
    return path.read_bytes() if mode == "wb" else path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("mode", CONTENTS)
@pytest.mark.parametrize("before", [None, b"old"])
def test_what_is_written_arrives_unchanged(tmp_path, mode, before):
    """Text (UTF-8, line ends as given) and bytes arrive to the letter, in a new file or over an old one."""
    path = tmp_path / "result.txt"
    if before is not None:
        path.write_bytes(before)
    with atomic_write(path, mode) as f:
        f.write(CONTENTS[mode])
    assert stored(path, mode) == CONTENTS[mode]
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_the_default_and_a_name_may_be_a_string(tmp_path):
    """Without a mode the file is text, and the path may be a str."""
    with atomic_write(str(tmp_path / "a.csv")) as f:
        f.write("x")
    assert (tmp_path / "a.csv").read_text() == "x"


def test_the_old_file_stands_until_the_block_ends(tmp_path):
    """While the block runs, the path has its old content; the new bytes are in another file of the same folder."""
    path = tmp_path / "result.txt"
    path.write_text("old")
    with atomic_write(path) as f:
        f.write("new")
        f.flush()
        assert path.read_text() == "old"
        [other] = set(tmp_path.iterdir()) - {path}
        assert other.read_text() == "new"
    assert path.read_text() == "new"


@pytest.mark.parametrize("mode", CONTENTS)
@pytest.mark.parametrize("before", [None, b"old"])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_failure_changes_nothing(tmp_path, mode, before, error):
    """When the block raises, or Ctrl-C ends it, the old file is untouched and no temporary file stays."""
    path = tmp_path / "result.txt"
    if before is not None:
        path.write_bytes(before)
    with pytest.raises(error, match="half-way"), atomic_write(path, mode) as f:
        f.write(CONTENTS[mode])
        f.flush()
        raise error("half-way")
    assert list(tmp_path.iterdir()) == ([] if before is None else [path])
    assert before is None or path.read_bytes() == before


def test_two_threads_write_one_file(tmp_path):
    """Each has a temporary file of its own, so the file is always one of the two texts, whole."""
    path = tmp_path / "result.txt"

    def other():
        with atomic_write(path) as f:
            f.write("the other thread's")

    with atomic_write(path) as f:
        f.write("mine, ")
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert path.read_text() == "the other thread's"
        f.write("whole")
    assert path.read_text() == "mine, whole" and list(tmp_path.iterdir()) == [path]


# --- what a path can lead to ----------------------------------------------------------------------

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, modes and pipes of POSIX")


def write(path, text="new"):
    with atomic_write(path) as f:
        f.write(text)


@posix
def test_links_stay(tmp_path):
    """The file behind a link, or behind two, is replaced, or made where it is missing; a circle is an error."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far/file").write_text("old")
    for name, goal in [("one", "far/file"), ("two", "one"), ("dangling", "far/none"), ("a", "b"), ("b", "a")]:
        (tmp_path / name).symlink_to(goal)
    write(tmp_path / "two")
    write(tmp_path / "dangling", "made")
    assert texts(tmp_path / "far") == {"file": "new", "none": "made"}
    assert os.readlink(tmp_path / "two") == "one" and os.readlink(tmp_path / "dangling") == "far/none"
    with pytest.raises(OSError, match="a could not be written: it is a link, and its links lead in a circle"):
        write(tmp_path / "a")


@posix
def test_permissions_stay(tmp_path):
    """An old file keeps its mode, owner and group; a new one gets what the umask leaves; nobody reads in between."""
    path, umask = tmp_path / "file", os.umask(0o027)
    try:
        write(path)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    for mode in (0o600, 0o666, 0o755):
        path.chmod(mode)
        if os.getuid() == 0:
            os.chown(path, 12345, 12346)
        before = path.stat()
        with atomic_write(path) as f:
            assert stat.S_IMODE(os.fstat(f.fileno()).st_mode) == mode
        after = path.stat()
        assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


@posix
def test_the_other_names_of_a_file_keep_the_old_content(tmp_path):
    """A hard link isn't followed, as the docstring says."""
    (tmp_path / "one").write_text("old")
    os.link(tmp_path / "one", tmp_path / "other")
    write(tmp_path / "one")
    assert texts(tmp_path) == {"one": "new", "other": "old"}


OUTPUT = """
import sys
from cs231n_softmax._files import atomic_write
try:
    with atomic_write(sys.argv[1]) as f:
        f.write("new")
except OSError as error:
    print(error)
print("the last line")
"""


@posix
@pytest.mark.parametrize("name", ["/dev/stdout", "out"])
@pytest.mark.parametrize("piped", [True, False])
def test_the_programs_own_output_is_refused(tmp_path, name, piped):
    """Were it replaced, what the program prints later would be lost."""
    out = tmp_path / "out"
    with open(out, "w") as f:
        run = subprocess.run([sys.executable, "-c", OUTPUT, name], stdout=subprocess.PIPE if piped else f, text=True,
                             cwd=tmp_path, check=True)
    printed = run.stdout if piped else out.read_text()
    assert printed.endswith("the last line\n")
    assert (piped and name == "out") or printed.startswith(f"{name} could not be written: expected a regular file")


@posix
def test_what_is_no_file_is_refused(tmp_path):
    """A pipe, a device and a folder are left as they are."""
    os.mkfifo(tmp_path / "pipe")
    for path, kind in [(tmp_path / "pipe", "a pipe"), ("/dev/null", "a device"), ("/dev/full", "a device")]:
        before = os.stat(path)
        with pytest.raises(OSError, match=f"{path} could not be written: expected a regular file.*, got {kind}. Use"):
            write(path)
        assert os.path.samestat(before, os.stat(path))
        with pytest.raises(ValueError, match="no regular file"):
            read_bytes(path)
    with pytest.raises(IsADirectoryError, match="it is a folder. Add the name of a file."):
        write(tmp_path)


@pytest.mark.parametrize(("name", "reason"), [
    ("no/file", "its folder doesn't exist. Make the folder first."), ("x" * 256, "the name is too long"),
    ("file/file", "a part of this path is a file|its folder doesn't exist")])
def test_where_no_file_can_be(tmp_path, name, reason):
    """A sentence says which path, why, and what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=f"{name} could not be written: {reason}"):
        write(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ["x" * 255, 127 * "\N{GREEK SMALL LETTER OMEGA}"])
def test_names_up_to_the_limit(tmp_path, name):
    """The temporary file's name isn't longer."""
    for text in ("old", "new"):
        write(tmp_path / name, text)
    assert texts(tmp_path) == {name: "new"}


def test_a_protected_file_is_kept(tmp_path, monkeypatch):
    """A file without permission to write: as open() does, atomic_write refuses. (root may write everything.)"""
    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(os, "access", lambda path, mode: not (path == tmp_path / "file" and mode == os.W_OK))
    with pytest.raises(PermissionError, match="file could not be written: there is no permission"):
        write(tmp_path / "file")
    assert texts(tmp_path) == {"file": "old"}


@posix
@pytest.mark.skipif(hasattr(os, "getuid") and os.getuid() == 0, reason="root may write everything")
def test_a_protected_folder_is_kept(tmp_path):
    """A folder without permission to write."""
    (tmp_path / "file").write_text("old")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match="file could not be written: there is no permission"):
            write(tmp_path / "file")
    finally:
        tmp_path.chmod(0o700)
    assert texts(tmp_path) == {"file": "old"}


# --- leftovers ------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from cs231n_softmax._files import atomic_write
with atomic_write(sys.argv[1]) as f:
    f.write("half")
    f.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@posix
def test_what_a_killed_writer_left_is_deleted(tmp_path):
    """The next writer deletes it, and neither a living writer's file nor a user's of a similar name."""
    path = tmp_path / "result.txt"
    assert subprocess.run([sys.executable, "-c", KILLED, path]).returncode == -signal.SIGKILL
    [leftover] = tmp_path.iterdir()
    (tmp_path / ".result.txt.notes.tmp").write_text("mine")
    with atomic_write(path) as f:
        assert not leftover.exists()
        write(path, "another writer's")
        f.write("new")
    assert texts(tmp_path) == {"result.txt": "new", ".result.txt.notes.tmp": "mine"}


def test_each_writer_has_a_file_of_its_own(tmp_path):
    """Many writers of one file at once: each content is whole, no writer fails, nothing is left."""
    path, errors = tmp_path / "result.txt", []

    def many(letter):
        try:
            for _ in range(30):
                write(path, letter * 5000)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=many, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and path.read_text() in [letter * 5000 for letter in "abcd"]
    assert list(tmp_path.iterdir()) == [path]


# --- sentences ------------------------------------------------------------------------------------

@pytest.mark.parametrize("number", REASONS)
def test_errors_are_sentences(number):
    """Type and errno stay, so that callers can tell them apart; the text names the path and says what to do."""
    original = OSError(number, os.strerror(number))
    with pytest.raises(type(original), match=r"^results/a.csv could not be written: .*\.$") as error, \
            explained("results/a.csv"):
        raise original
    assert error.value.errno == number and "Errno" not in str(error.value)


def test_numpy_says_disk_full_in_its_own_way(tmp_path):
    """np.save reports how many numbers it could write: that is a full disk, too."""
    with pytest.raises(OSError, match=r"W could not be written: the disk is full\. Delete") as error, \
            atomic_write(tmp_path / "W", "wb"):
        raise OSError("60000 requested and 15328 written")
    assert error.value.errno == errno.ENOSPC


def test_the_blocks_other_errors_pass(tmp_path):
    """An error of another file or of a network, and one that is a sentence already, isn't about the file written."""
    for error in (FileNotFoundError(errno.ENOENT, "No such file", "other"), ConnectionResetError(104, "reset by peer"),
                  FileExistsError("Delete it first.")):
        for writer in (atomic_write, made_whole):
            with pytest.raises(type(error)) as caught, writer(tmp_path / "a"):
                raise error
            assert caught.value is error
    with pytest.raises(FileNotFoundError, match="other could not be written"), made_whole(tmp_path / "a"):
        write(tmp_path / "none/other")


# --- arrays ---------------------------------------------------------------------------------------

def test_arrays_come_back(tmp_path):
    """Numbers and text of any shape, also none, and np.load reads the same; the same arrays give the same bytes."""
    arrays = {"a": np.arange(6, dtype=np.float16).reshape(2, 3), "b": np.zeros((0, 4)), "c": np.array("µ★"),
              "d": np.asfortranarray(np.arange(6).reshape(2, 3)), "e": np.array(2.5)}
    write_npz(tmp_path / "a", **arrays)
    write_npz(tmp_path / "b", **arrays)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    found = from_npz(read_bytes(tmp_path / "a"))
    with np.load(tmp_path / "a", allow_pickle=False) as stored:
        assert list(stored) == list(found) == list(arrays)
        for name, array in arrays.items():
            for other in (stored[name], found[name]):
                assert other.dtype == array.dtype and other.shape == array.shape and other.tobytes() == array.tobytes()
    found["a"] += 1  # and not read-only


def test_a_buffer_is_given_back_after_an_error(tmp_path):
    """Python 3.12.1 crashes, and 3.13 warns, when one that is kept by an error is collected later."""
    with pytest.raises(IsADirectoryError) as caught:
        write_npz(tmp_path, W=np.eye(2))
    content = next(entry.locals["content"] for entry in caught.traceback if entry.name == "write_npz")
    with pytest.raises(ValueError, match="released"):
        bytes(content)


def test_every_bit_counts(tmp_path):
    """Whichever bit is flipped, and wherever the file is cut or goes on: the checksum shows it."""
    write_npz(tmp_path / "a", W=np.eye(2))
    content = (tmp_path / "a").read_bytes()
    for position in range(len(content)):
        for bit in range(8):
            damaged = bytearray(content)
            damaged[position] ^= 1 << bit
            with pytest.raises(ValueError, match="checksum"):
                from_npz(bytes(damaged))
        with pytest.raises(ValueError, match="checksum" if position else "it is empty"):
            from_npz(content[:position])
    with pytest.raises(ValueError, match="checksum"):
        from_npz(content + b"\0")
    np.savez(tmp_path / "numpy.npz", W=np.eye(2))
    with pytest.raises(ValueError, match="it has no checksum: .* an older version or another program wrote it"):
        from_npz(read_bytes(tmp_path / "numpy.npz"))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_no_member_is_larger_than_the_file(method):
    """Compressed arrays, and sizes beyond the file's, are refused before any memory is used; the checksum is right."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("W.npy", np.random.default_rng(0).bytes(1000))
        archive.comment = b"sha256:" + 64 * b"0"
    content = bytearray(file.getvalue())
    if method == zipfile.ZIP_STORED:
        size = content.rindex(b"PK\1\2") + 24  # in the entry of the zip's directory
        content[size : size + 4] = (2**30).to_bytes(4, "little")
    content[-64:] = hashlib.sha256(content[:-64]).hexdigest().encode()
    with pytest.raises(ValueError, match="it is compressed"):
        from_npz(bytes(content))


@pytest.mark.parametrize("dtype", ["O", "c16", "V8", "M8[s]", "S3", "?", "f8, f8"])
def test_only_numbers_and_text_are_read(dtype):
    """Objects, records and other types, which the package never writes, are refused by the header alone."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.zeros(3, dtype), allow_pickle=True)
    with pytest.raises(ValueError, match="expected numbers or text, got"):
        from_npy(file.getvalue())


@pytest.mark.parametrize("cut", [-1, 1])
def test_an_array_has_exactly_its_bytes(tmp_path, cut):
    """Of an .npy file, at least the length is known."""
    np.save(tmp_path / "W.npy", np.eye(3))
    content = (tmp_path / "W.npy").read_bytes()
    np.testing.assert_array_equal(from_npy(content), np.eye(3))
    with pytest.raises(ValueError, match="expected 72 bytes of numbers, got"):
        from_npy(content[:cut] if cut < 0 else content + b"\0")


# --- folders --------------------------------------------------------------------------------------

def beside(tmp_path):
    """The names in `tmp_path`, except the lock's."""
    return sorted(path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock"))


def fill(folder, **files):
    for name, text in files.items():
        (folder / name).write_text(text)


def texts(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_folder_appears_whole(tmp_path):
    """Until the block ends there is no folder; then it holds what the block made, and nothing else is left."""
    with made_whole(tmp_path / "far" / "a") as new:
        fill(new, one="1", two="2")
        fill(new.parent, scratch="")
        assert not (tmp_path / "far" / "a").exists()
    assert texts(tmp_path / "far" / "a") == {"one": "1", "two": "2"} and beside(tmp_path / "far") == ["a"]


@pytest.mark.parametrize("error", [ValueError("half-way"), KeyboardInterrupt("half-way")])
@pytest.mark.parametrize("old", [None, {"one": "old"}])
def test_a_failure_keeps_the_old_folder(tmp_path, error, old):
    """When the block raises, the folder is as it was, or absent as it was, and nothing is left beside it."""
    if old:
        (tmp_path / "a").mkdir()
        fill(tmp_path / "a", **old)
    with pytest.raises(type(error), match="half-way"), made_whole(tmp_path / "a") as new:
        fill(new, one="new")
        raise error
    assert beside(tmp_path) == (["a"] if old else []) and (not old or texts(tmp_path / "a") == old)


def test_an_empty_folder_is_thrown_away(tmp_path):
    """A block that makes nothing changes nothing."""
    with made_whole(tmp_path / "a"):
        pass
    assert beside(tmp_path) == []


@pytest.mark.parametrize("linked", [True, False])
def test_an_old_folder_is_exchanged(tmp_path, monkeypatch, linked):
    """What it has under other names is carried over, as links or copies; the folder keeps its permissions."""
    (tmp_path / "a/mine/deep").mkdir(parents=True)
    (tmp_path / "a/empty").mkdir()
    (tmp_path / "a").chmod(0o700)
    fill(tmp_path / "a", one="old", notes="kept")
    fill(tmp_path / "a/mine/deep", one="kept")
    if sys.platform != "win32":
        (tmp_path / "a/link").symlink_to("nowhere")
    if not linked:
        monkeypatch.setattr(os, "link", lambda *args, **keywords: os.listdir(tmp_path / "no hard links here"))
    with made_whole(tmp_path / "a") as new:
        fill(new, one="new", two="new")
        assert texts(tmp_path / "a/mine/deep") == {"one": "kept"} and (tmp_path / "a/one").read_text() == "old"
    assert {name: (tmp_path / "a" / name).read_text() for name in ("one", "two", "notes", "mine/deep/one")} == {
        "one": "new", "two": "new", "notes": "kept", "mine/deep/one": "kept"}
    assert (tmp_path / "a/empty").is_dir() and beside(tmp_path) == ["a"]
    if sys.platform != "win32":
        assert os.readlink(tmp_path / "a/link") == "nowhere" and stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


@posix
def test_a_link_to_a_folder_is_followed(tmp_path):
    """The folder behind it is exchanged, and the link stays; two names of one folder share its lock."""
    (tmp_path / "far/a").mkdir(parents=True)
    (tmp_path / "link").symlink_to("far/a")
    with made_whole(tmp_path / "link") as new:
        fill(new, one="1")
    assert os.readlink(tmp_path / "link") == "far/a" and texts(tmp_path / "far/a") == {"one": "1"}
    assert beside(tmp_path) == ["far", "link"] and beside(tmp_path / "far") == ["a"]


def test_names_of_folders_up_to_the_limit(tmp_path):
    """Neither the lock's name nor the working folder's is longer."""
    with made_whole(tmp_path / ("x" * 255)) as new:
        fill(new, one="1")
    assert beside(tmp_path) == ["x" * 255]


@pytest.mark.parametrize("name", ["file", "file/a"])
def test_a_file_in_the_way_is_kept(tmp_path, name):
    """A folder can't be where a file is, nor in a file."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match=r"could not be written: .* a file.*\.$"), made_whole(tmp_path / name):
        pytest.fail("the block must not begin")
    assert texts(tmp_path) == {"file": "mine"}


def test_a_failed_exchange_puts_the_old_folder_back(tmp_path, monkeypatch):
    """Where the second rename fails, as on Windows for a file in use, the old folder returns."""
    (tmp_path / "a").mkdir()
    fill(tmp_path / "a", one="old")
    rename = Path.rename

    def fail(self, target):
        if self.name == "new":
            raise PermissionError(errno.EACCES, "in use", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(PermissionError, match="a could not be written: there is no permission, or another program"), \
            made_whole(tmp_path / "a") as new:
        fill(new, one="new")
    assert beside(tmp_path) == ["a"] and texts(tmp_path / "a") == {"one": "old"}


def test_a_kill_between_the_renames_is_mended(tmp_path):
    """The next call puts the old folder back first; where somebody has made a new one since, only what it lacks."""
    for there in (False, True):
        aside = tmp_path / ".a.tmp-1/old/a"
        aside.mkdir(parents=True)
        fill(aside, one="old", notes="mine")
        if there:
            (tmp_path / "a/notes").unlink()
            fill(tmp_path / "a", one="newer")
        with made_whole(tmp_path / "a"):
            assert texts(tmp_path / "a") == {"one": "newer" if there else "old", "notes": "mine"}
        assert beside(tmp_path) == ["a"]


def test_tidy_deletes_leftovers_and_nothing_else(tmp_path):
    """Without leftovers it makes no lock; while somebody else is at work, it waits for the lock."""
    (tmp_path / "a").mkdir()
    fill(tmp_path / "a", one="1")
    tidy(tmp_path / "a")
    tidy(tmp_path / "none/a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    (tmp_path / ".a.tmp-1/new").mkdir(parents=True)
    (tmp_path / ".b.tmp-1").mkdir()
    tidy(tmp_path / "a")
    assert beside(tmp_path) == [".b.tmp-1", "a"] and texts(tmp_path / "a") == {"one": "1"}


@pytest.mark.parametrize("error", [OSError(errno.ENOLCK, "No locks available"), NotImplementedError("no flock")])
def test_without_locks_nothing_is_written(tmp_path, monkeypatch, error):
    """Some network file systems have no locks: a sentence says so."""
    def fail(self, timeout=None):
        raise error

    monkeypatch.setattr(filelock.FileLock, "acquire", fail)
    with pytest.raises(OSError, match="a could not be written: this file system has no locks"), \
            made_whole(tmp_path / "a"):
        pytest.fail("the block must not begin")


def test_what_a_killed_process_left_is_deleted(tmp_path):
    """Temporary folders of earlier calls for the same folder go, those of other folders stay."""
    for name in (".a.tmp-1", ".a-b.tmp-1", ".b.tmp-1"):
        (tmp_path / name / "new").mkdir(parents=True)
    with made_whole(tmp_path / "a"):
        assert not (tmp_path / ".a.tmp-1").exists()
    assert beside(tmp_path) == [".a-b.tmp-1", ".b.tmp-1"]


def test_the_second_waits_for_the_first(tmp_path, capfd):
    """While one block is at work, another for the same folder says that it waits, and begins when the first is done."""
    began, order = threading.Event(), []

    def second():
        began.wait()
        with made_whole(tmp_path / "a", "I wait."):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    err = ""
    with made_whole(tmp_path / "a") as new:
        began.set()
        for _ in range(2000):  # at most 20 s, so that a silent second fails and doesn't hang
            err = capfd.readouterr().err
            if err:
                break
            time.sleep(0.01)
        fill(new, one="1")
        order.append("first")
    thread.join()
    assert order == ["first", "second"] and err == "I wait.\n"
