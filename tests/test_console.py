"""Reports in scripts and on consoles: each is printed once, and in the letters that the console has."""

import io
import sys

import numpy as np
import pytest

from cs231n_softmax import Softmax, check, drop_in, softmax_loss_vectorized
from cs231n_softmax.__main__ import main
from cs231n_softmax._console import encodable
from cs231n_softmax.check.guesses import Answered, Guess
from cs231n_softmax.check.progress_file import Progress
from cs231n_softmax.check.trial import Trial
from cs231n_softmax.cifar10 import download, find, sample
from cs231n_softmax.classifiers.softmax import softmax

RIGHT = "softmax is right."


# --- printed once ---------------------------------------------------------------------------------------------------

def ran(code, mode="exec"):
    """Run code as a file, a prompt ("single") or the last line of a cell would be run."""
    exec(compile(code, "script.py", mode), {"check": check, "f": softmax, "bare": check.softmax,
                                            "passed_on": lambda: check.softmax(softmax)})


@pytest.mark.parametrize("code", [
    "check.softmax(f)", "bare(f)", "check.softmax(f, stable=True)",
    "def mine():\n    check.softmax(f)\nmine()", "for g in [f]:\n    check.softmax(g)\n", "passed_on()",
    "import functools\nfunctools.partial(check.softmax, f)()",
    "try:\n    check.softmax(f)\nfinally:\n    pass",
])
def test_a_line_of_a_script_prints_the_report(code, capsys):
    """Nobody else would show it. It is printed when the function has been examined, not when Python ends."""
    ran(code + "\nprint('next')")
    assert capsys.readouterr().out.count(RIGHT) == 1


@pytest.mark.parametrize(("code", "times"), [
    ("report = check.softmax(f)", 0), ("report = check.softmax(f)\nprint(report)", 1),
    ("print(check.softmax(f))", 1), ("assert check.softmax(f).ok", 0), ("check.softmax(f).ok", 0),
    ("check.softmax(f).require()", 0), ("kept = []\nkept.append(check.softmax(f))", 0),
    ("kept = [check.softmax(g) for g in [f]]", 0), ("if check.softmax(f).ok:\n    pass", 0),
    ("print(passed_on())", 1), ("report = passed_on()", 0), ("print(*map(check.softmax, [f]))", 1),
])
def test_a_report_that_is_used_is_not_printed_besides(code, times, capsys):
    """It is printed as often as the code prints it."""
    ran(code)
    assert capsys.readouterr().out.count(RIGHT) == times


def test_a_prompt_shows_it_once(capsys):
    """Python's own prompt shows the value of a line."""
    ran("check.softmax(f)\n", "single")
    assert capsys.readouterr().out.count(RIGHT) == 1


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A notebook's shell, which writes nothing outside of tmp_path; `shell.shown` has the values that it showed."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell(config=Config({"HistoryManager": {"hist_file": ":memory:"}}))
    shell.shown = []
    monkeypatch.setattr(shell.displayhook, "write_format_data", lambda data, _: shell.shown.append(data["text/html"]))
    shell.user_ns |= {"check": check, "f": softmax}
    yield shell
    shell.history_manager.end_session()


@pytest.mark.parametrize(("cell", "printed", "shown"), [
    ("check.softmax(f)", 0, 1), ("report = check.softmax(f)", 0, 0),
    ("report = check.softmax(f)\nreport", 0, 1), ("check.softmax(f)\nx = 1", 1, 0),
    ("check.softmax(f);", 0, 0), ("check.softmax(f).require()", 0, 1), ("%time check.softmax(f)", 0, 1),
])
def test_a_cell_shows_it_once(cell, printed, shown, shell, capsys):
    """A notebook shows the last line's value; a check above that line would be lost, so it is printed."""
    shell.run_cell(cell, store_history=True).raise_error()
    assert (capsys.readouterr().out.count(RIGHT), len(shell.shown)) == (printed, shown)


def test_an_interrupted_examination_prints_nothing(capsys, monkeypatch):
    """What is known by then is no result."""
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Trial, "ask", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ran("check.softmax(f)")
    assert capsys.readouterr().out == ""


# --- with the letters that there are ---------------------------------------------------------------------------------

class Console(io.TextIOWrapper):
    """A console with some encoding, and what was written to it."""

    def __init__(self, encoding):
        super().__init__(io.BytesIO(), encoding=encoding)

    def text(self):
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


each_console = pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk"])


def printed(monkeypatch, encoding, show):
    """Return what show() prints on a console with this encoding."""
    console = Console(encoding)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", console)
        show()
    return console.text()


def wrong(W, X, y, reg):
    loss, dW = softmax_loss_vectorized(W, X, y, reg)
    return loss, 2 * dW


@each_console
def test_a_report_can_be_printed_anywhere(encoding, monkeypatch):
    """The marks become letters that the console has; all words stay, and the hints, too."""
    report = check.softmax_loss(wrong)
    said = printed(monkeypatch, encoding, lambda: [print(report), report.hint(), check.hint()])
    assert "wrong: not right yet." in said and said.count("Hint for mistake 1") == 2
    for what, result in report.steps:
        assert any(line.endswith(what) and line[2] in "+x*-" and result in line for line in said.splitlines())


@each_console
@pytest.mark.parametrize("shown", [
    Answered("\N{SNOWMAN}", Guess("a", {"a": "\N{CHECK MARK}"}), ""), Progress({"\N{SNOWMAN}": {"a": False}}),
    check.Report("\N{SNOWMAN}")], ids=["guess", "progress", "report"])
def test_what_a_prompt_shows_can_be_shown_anywhere(encoding, shown, monkeypatch):
    assert "?" in printed(monkeypatch, encoding, lambda: print(repr(shown)))


@each_console
def test_the_error_of_require_can_be_shown_anywhere(encoding, monkeypatch):
    """pytest and others print an error's text."""
    def require():
        with pytest.raises(check.CheckFailed) as caught:
            report.require()
        print(caught.value)

    report = check.softmax_loss(wrong)
    assert "wrong: not right yet." in printed(monkeypatch, encoding, require)


@each_console
def test_hints_can_be_printed_anywhere(encoding, monkeypatch):
    """A function's name may have any letters."""
    report = check.Report("\N{GREEK SMALL LETTER PI}\N{SNOWMAN}")
    assert "?" in printed(monkeypatch, encoding, report.hint)


@each_console
def test_the_drop_in_can_be_used_anywhere(encoding, tmp_path, monkeypatch):
    """It prints the assignment's folder."""
    (tmp_path / "\N{SNOWMAN}/cs231n/classifiers").mkdir(parents=True)
    (tmp_path / "\N{SNOWMAN}/cs231n/features.py").touch()
    try:
        assert "?" in printed(monkeypatch, encoding, lambda: drop_in.install(tmp_path / "\N{SNOWMAN}"))
    finally:
        drop_in.uninstall()


@each_console
def test_what_becomes_of_the_data_can_be_printed_anywhere(encoding, tmp_path, monkeypatch):
    """The reasons why there is no download and no sample have names of files and servers in them."""
    def fails(error):
        def fail(*_):
            raise error("\N{SNOWMAN}")
        return fail

    monkeypatch.setattr(find, "find_cifar10", lambda: None)
    monkeypatch.setattr(find, "find_sample", lambda: None)
    monkeypatch.setattr(find, "temporary_folder", lambda: tmp_path / "temporary")
    monkeypatch.setattr(find, "sample_batch", lambda folder: 10_000)
    monkeypatch.setattr(download, "fetch_cifar10", fails(download.DownloadError))
    monkeypatch.setattr(sample, "write_sample", lambda folder: fails(OSError)() if folder == find.SAMPLE else folder)
    assert printed(monkeypatch, encoding, find.ensure_cifar10).count("?") == 2
    monkeypatch.setattr(sys, "stderr", Console(encoding))
    download.say("\N{SNOWMAN}")
    assert sys.stderr.text() == "?\n"


@each_console
def test_a_saved_models_name_can_be_printed_anywhere(encoding, tmp_path, monkeypatch):
    """A folder's name may have letters that the console lacks."""
    model, path = Softmax(), tmp_path / "\N{SNOWMAN}"
    model.W = np.ones((2, 2))
    lines = printed(monkeypatch, encoding, lambda: [model.save(path), model.load(path), model.load(f"{path}s")])
    assert [line.rpartition("? ")[2] for line in lines.replace("s not", " not").splitlines()] == [
        "saved.", "loaded.", "not available."]


@each_console
@pytest.mark.parametrize("words", [["where"], ["doctor"], ["check", "{}"], ["practice", "{}"], ["data", "{}/no/file"]])
def test_the_commands_print_anywhere(encoding, words, tmp_path, monkeypatch):
    """Paths may have any letters."""
    path = tmp_path / "\N{SNOWMAN}"
    path.write_text("x = 1")
    monkeypatch.setenv("CIFAR10_DIR", str(path))
    monkeypatch.setattr(sys, "stderr", Console(encoding))
    said = printed(monkeypatch, encoding, lambda: main([word.format(path) for word in words]))
    assert "?" in said + sys.stderr.text()


@pytest.mark.parametrize(("stream", "shown"), [
    (Console("utf-8"), "\N{CHECK MARK} é"), (io.StringIO(), "\N{CHECK MARK} é"), (Console("latin-1"), "+ é"),
    (None, "\N{CHECK MARK} é")])
def test_where_all_letters_can_be_shown_nothing_changes(stream, shown, monkeypatch):
    """Also where there is no console at all, as under pythonw, and for streams without an encoding."""
    monkeypatch.setattr(sys, "stdout", None)
    assert encodable("\N{CHECK MARK} é", stream) == shown
