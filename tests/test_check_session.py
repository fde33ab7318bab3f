"""After an examination the session is as it was, and before it the session's settings change no verdict."""

import builtins
import functools
import gc
import json
import locale
import os
import random
import subprocess
import sys
import threading
import time
import types
import warnings

import numpy as np
import pytest

from cs231n_softmax import check, softmax
from cs231n_softmax.check import apart, guard
from cs231n_softmax.check.session import Names


def settings():
    """Return what a function could change."""
    return [os.getcwd(), dict(os.environ), list(sys.path), locale.setlocale(locale.LC_ALL), gc.isenabled(),
            sys.getrecursionlimit(), sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile(),
            random.getstate(), str(np.random.get_state()), np.geterr(), np.get_printoptions(),  # noqa: NPY002
            list(warnings.filters), sys.stdin, sys.stdout, sys.stderr, sys.stdin.closed, sys.breakpointhook, input]


@pytest.mark.parametrize("change", [
    "os.chdir('/')", "os.environ.clear()", "sys.path.insert(0, '/none')", "gc.disable()", "random.random()",
    "locale.setlocale(locale.LC_ALL, 'C')", "sys.setrecursionlimit(10)", "sys.setrecursionlimit(5000)",
    "threading.settrace(print)", "threading.setprofile(print)", "sys.settrace(lambda *a: None)", "np.random.normal()",
    "np.set_printoptions(precision=1)", "warnings.simplefilter('error')", "sys.stdin.close()",
])
def test_settings_are_put_back_in_silence(change):
    """A right function that changes a setting is right, and the setting is put back."""
    names = globals() | {"right": softmax}
    exec(f"def fn(scores):\n    {change}\n    return right(scores)", names)
    kept = settings()
    report = check.softmax(names["fn"])
    assert report.ok, report
    assert settings() == kept


def test_random_numbers_go_on_during_an_examination():
    """Random states are put back at the end only: otherwise noise would be the same each time, and remain unseen."""
    report = check.softmax(lambda scores: softmax(scores + np.random.normal(size=scores.shape)))  # noqa: NPY002
    assert not report.ok and "remembers" in [m.code for m in report.mistakes]


REPLACED = ["vars", "len", "max", "map", "all", "setattr", "print", "isinstance", "super", "type"]


@pytest.mark.parametrize("name", REPLACED)
def test_a_replaced_builtin_harms_no_examination(name):
    """The examiner puts the builtins back with functions of its own; an error that comes from them isn't the news."""
    def fn(scores):
        put(builtins, name, None)
        time.sleep(0.02)  # meanwhile the examiner waits, without a builtin
        return softmax(scores)

    put = setattr
    kept = getattr(builtins, name)
    report = check.softmax(fn)
    assert getattr(builtins, name) is kept
    assert [(m.code, m.title) for m in report.mistakes] == [("changes-others", f"fn changes builtins.{name}.")]


def test_new_names_are_removed_and_modules_stay(monkeypatch):
    """A name that a function leaves in NumPy is told and removed. An import may add a module, and a warning "_..."."""
    monkeypatch.setattr(np, "added", None, raising=False)
    monkeypatch.setattr(np, "_seen", None, raising=False)
    del np.added, np._seen

    def fn(scores):
        np.left_behind, np._seen, np.added = 1, 2, types.ModuleType("added")
        return softmax(scores)

    report = check.softmax(fn)
    assert [m.title for m in report.mistakes] == ["fn changes numpy.left_behind."] and not hasattr(np, "left_behind")
    assert np._seen == 2 and type(np.added) is types.ModuleType


@pytest.mark.parametrize("change", ["np = None", "del np", "import os as np"])
@pytest.mark.parametrize("as_a", ["fn", "functools.partial(fn)"])
def test_modules_of_the_notebook_are_put_back(change, as_a):
    """Without np, no cell would run any more; other global names are the learner's."""
    names = {"np": np, "functools": functools, "calls": 0, "right": softmax}
    exec("def fn(scores):\n    global np, calls, new\n    calls, new = calls + 1, 1\n    "
         f"result = right(scores)\n    {change}\n    return result", names)
    report = check.softmax(eval(as_a, names))
    assert [(m.code, m.title) for m in report.mistakes] == [("changes-others", "fn changes np.")]
    assert names["np"] is np and names["calls"] > 0 and names["new"] == 1


def test_forgotten_names_are_not_put_back():
    """A function that ends one day must not change the notebook of then."""
    scope = {"np": np}
    names = Names([os], scope)
    scope["np"] = None
    names.forget()
    assert names.restore() == [] and scope["np"] is None


def test_forgetting_waits_until_names_are_put_back():
    """The function's thread may be putting names back at that moment; afterwards it must change nothing more."""
    waits = []

    class Scope(dict):
        def __setitem__(self, name, value):
            forgets = threading.Thread(target=names.forget, daemon=True)
            forgets.start()
            forgets.join(0.05)
            waits.append(forgets.is_alive())

    scope = Scope(np=np)
    names = Names([os], scope)
    del scope["np"]
    assert names.restore() == ["np"] and waits == [True]


def test_modules_are_put_back_after_a_sweep():
    """The examiner calls that function through one of its own."""
    names = {"np": np}
    exec("def fn(results, settings, data, num_iters=1500):\n    global np\n    np = 3", names)
    assert [m.title for m in check.sweep(names["fn"]).mistakes] == ["fn changes np."] and names["np"] is np


@pytest.mark.parametrize("ask", ["input()", "breakpoint()", "sys.stdin.readline()",
                                 "for line in sys.stdin: pass"])
def test_nobody_answers(ask):
    """A function that asks for input, or for a debugger, is told that; it doesn't wait."""
    names = {"sys": sys}
    exec(f"def fn(scores):\n    {ask}", names)
    assert [m.code for m in check.softmax(names["fn"]).mistakes] == ["asks-for-input"]


CLOSES = {
    "printed.close()": "sys.stdout", "sys.__stderr__.close()": "sys.stderr", "with printed: pass": "sys.stdout",
    "os.close(1)": "the file descriptor 1", "os.closerange(1, 3)": "the file descriptor 1 and the file descriptor 2",
    "os.dup2(pipe, 2)": "the file descriptor 2",
}
CLOSING = """
import json, os, sys
from cs231n_softmax import check, softmax
from cs231n_softmax.check import apart

def count():
    return len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0

apart.POSSIBLE = apart.POSSIBLE and sys.argv[1] == "apart"
printed, pipe = sys.stdout, os.pipe()[1]
opened = count()
for closes in json.loads(sys.argv[2]):
    exec(f"def fn(scores):\\n    {closes}\\n    return softmax(scores)")
    print([(m.code, m.title) for m in check.softmax(fn).mistakes], count() - opened, flush=True)
    os.write(2, b"seen")
    print(" twice", file=sys.stderr, flush=True)
"""


@pytest.mark.parametrize("first", ["apart", "here"])
def test_the_streams_of_the_session_stay_open(first):
    """A function that closes them is told so: with a copy of the process, in which it is tried first, and without."""
    run = subprocess.run([sys.executable, "-c", CLOSING, first, json.dumps(list(CLOSES))], capture_output=True,
                         text=True, timeout=600)
    expected = [f"[('closes-streams', 'fn closes {title}.')] 0" for title in CLOSES.values()]
    assert run.stdout.splitlines() == expected and run.stderr == "seen twice\n" * len(CLOSES), run


@pytest.mark.skipif(not apart.POSSIBLE, reason="only in a copy of the process can that be tried")
def test_what_closes_every_file_is_told_before_it_is_called_here():
    """Then nothing could be opened again. The copy of the process, in which it is tried, is there to find that."""
    report = check.softmax(lambda scores: os.closerange(0, 1000) or softmax(scores))
    assert [m.code for m in report.mistakes] == ["closes-streams"] and os.fstat(1)


@pytest.mark.parametrize(("ends", "codes"), [(False, ["leaves-threads"]), (True, [])])
def test_threads_that_are_left_behind_are_worth_knowing(ends, codes):
    """One in each call: no mistake, but a remark. A thread that has ended, or that others have started, is none."""
    go = threading.Event()

    def fn(scores):
        thread = threading.Thread(target=go.wait, args=(0 if ends else None,), daemon=True)
        thread.start()
        if ends:
            thread.join()
        return softmax(scores)

    others = [threading.Thread(target=go.wait, daemon=True) for _ in range(2)]
    for thread in others:
        thread.start()
    report = check.softmax(fn)
    go.set()
    assert report.ok and [m.code for m in report.remarks] == codes


@pytest.mark.parametrize("before", [{"all": "raise"}, {"under": "raise"}, {"all": "call"}])
def test_the_sessions_floating_point_settings_change_no_verdict(before):
    """After np.seterr(all="raise") a right function is right still: both sides compute under NumPy's defaults."""
    def plain(W, X, y, reg):
        s = X @ W
        p = np.exp(s - s.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        rows = np.arange(len(y))
        with np.errstate(divide="ignore"):
            loss = -np.log(p[rows, y]).mean() + reg * (W * W).sum()
        p[rows, y] -= 1
        return loss, X.T @ p / len(y) + 2 * reg * W

    with np.errstate(**before):
        assert check.softmax_loss(plain).ok and check.softmax(softmax).ok


def test_a_thread_that_is_left_behind_puts_nothing_back_later(monkeypatch):
    """It ends long after its examination: the names of that time mustn't come back."""
    monkeypatch.setattr(guard, "WAIT_LIMIT", 0.3)
    go = threading.Lock()
    go.acquire()
    outcome = guard.call(lambda: go.acquire() and None)
    assert outcome.problem.code == "waits" and "still runs" in outcome.problem.explanation
    (left,) = [thread for thread in threading.enumerate() if isinstance(thread, guard.Call)]
    go.release()
    left.join()
    assert not isinstance(sys.stdout, guard.Sink) and input is builtins.input
    assert type(sys.stdin).__name__ != "NoInput" and time.monotonic()


class Liar:
    """Answers every question about itself with an error."""

    __class__ = __name__ = property(lambda self: 1 / 0)

    def __call__(self, *args):
        return self


class Numbered:
    """A number in place of a name."""

    __name__ = 5

    def __call__(self, scores):
        return softmax(scores)


@pytest.mark.parametrize(("make", "name", "code"), [
    (Liar, "Liar", "exception"), (Numbered, "Numbered", ""), (lambda: Numbered().__call__, "__call__", ""),
    (lambda: 5, "int", "not-a-function"), (lambda: None, "NoneType", "not-a-function"),
    (lambda: Numbered, "Numbered", "not-a-function"),
])
def test_odd_objects_have_a_name_and_a_report(make, name, code):
    """Neither the name nor the kind of an object runs its own code outside of the guard."""
    thing = make()
    report = check.softmax(thing)
    assert report.name == name and " ".join(m.code for m in report.mistakes) == code
    if code == "not-a-function":
        assert [m.code for m in check.sweep(thing).mistakes] == [code]


def test_an_argument_that_is_frozen_has_changed():
    """flags.writeable is a part of the caller's array too."""
    def fn(scores):
        scores.flags.writeable = False
        return softmax(scores)

    (mistake,) = check.softmax(fn).mistakes
    assert mistake.code == "changes-arguments" and "can't be written to afterwards" in mistake.evidence
