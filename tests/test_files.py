"""_files.py: a reader sees the old file or the new one, nothing in between."""

import pytest

from cs231n_softmax._files import renamed_when_done

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
    with renamed_when_done(path, mode) as f:
        f.write(CONTENTS[mode])
    assert stored(path, mode) == CONTENTS[mode]
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_the_default_and_a_name_may_be_a_string(tmp_path):
    """Without a mode the file is text, and the path may be a str."""
    with renamed_when_done(str(tmp_path / "a.csv")) as f:
        f.write("x")
    assert (tmp_path / "a.csv").read_text() == "x"


def test_the_old_file_stands_until_the_block_ends(tmp_path):
    """While the block runs, the path has its old content; the new bytes are in another file of the same folder."""
    path = tmp_path / "result.txt"
    path.write_text("old")
    with renamed_when_done(path) as f:
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
    with pytest.raises(error, match="half-way"), renamed_when_done(path, mode) as f:
        f.write(CONTENTS[mode])
        f.flush()
        raise error("half-way")
    assert list(tmp_path.iterdir()) == ([] if before is None else [path])
    assert before is None or path.read_bytes() == before
