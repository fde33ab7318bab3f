"""_files.py: a reader sees the old file or folder or the new one, nothing in between."""

import threading
import time

import pytest

from cs231n_softmax._files import atomic_write, made_whole

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


def test_files_of_the_same_name_are_replaced(tmp_path):
    """In a folder that is there already, new files replace old ones, and other files stay."""
    (tmp_path / "a").mkdir()
    fill(tmp_path / "a", one="old", mine="kept")
    with made_whole(tmp_path / "a") as new:
        fill(new, one="new", two="new")
    assert texts(tmp_path / "a") == {"one": "new", "two": "new", "mine": "kept"}


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
