"""A function is first called in a child process: a freeze, a crash or a lack of memory there harms nothing here."""

import contextlib
import ctypes
import faulthandler
import itertools
import linecache
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import psutil
import pytest

from cs231n_softmax import check, softmax_loss_vectorized
from cs231n_softmax.check import apart, guard

resource = pytest.importorskip("resource")  # Windows has none
pytestmark = pytest.mark.skipif(not apart.POSSIBLE, reason="only Linux has copies of a process that can be relied on")


@pytest.fixture(autouse=True)
def short_time_limit(monkeypatch):
    monkeypatch.setattr(guard, "CPU_LIMIT", 0.3)
    monkeypatch.setattr(guard, "WAIT_LIMIT", 0.9)


def grows(*_):
    numbers = []
    while True:
        numbers.append(bytes(10**7))


def ignores_signals():
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)


@pytest.mark.parametrize(("fn", "code", "said"), [
    (lambda *_: max(itertools.repeat(1)), "too-slow", "0.3 seconds of CPU time"),
    (lambda *_: time.sleep(1e6), "waits", "0.9 seconds"),
    (lambda *_: np.ones((10**5, 10**5)), "too-much-memory", "np.ones((10**5, 10**5))"),
    (grows, "too-much-memory", "numbers.append(bytes(10**7))"),
    (lambda *_: ctypes.string_at(0), "crashes", "SIGSEGV"),
    (lambda *_: os._exit(0), "exits", "exit code 0"),
    (lambda *_: os.kill(os.getpid(), signal.SIGKILL), "crashes", "SIGKILL"),
    (lambda *_: os.kill(os.getpid(), 40), "crashes", "the signal 40"),
    (lambda *_: os.kill(os.getpid(), signal.SIGSTOP), "waits", "0.9 seconds"),
    (lambda *_: os.fork() and time.sleep(1e6), "waits", "0.9 seconds"),
    (lambda *_: os.fork() and os._exit(3), "exits", "exit code 3"),
    (lambda *_: (ignores_signals(), time.sleep(1e6)), "waits", "0.9 seconds"),
    (lambda *_: (resource.setrlimit(resource.RLIMIT_DATA, (0, 0)), bytes(10**8)), "too-much-memory", ""),
])
def test_what_would_harm_the_kernel_is_told(fn, code, said):
    """The report says what happened and where, and nothing is left running."""
    before = psutil.Process().children()
    report = check.softmax_loss(fn)
    assert [m.code for m in report.mistakes] == [code] and said in " ".join(str(report).split())
    assert psutil.Process().children() == before


def test_a_call_that_ends_is_made_here():
    """What the child finds out is only whether the call ends: a value, an error and effects come from the call here."""
    calls = []
    report = check.softmax_loss(lambda *args: calls.append(1) or softmax_loss_vectorized(*args))
    assert report.ok and len(calls) > 10
    assert apart.harm(lambda: 1 / 0, (), lambda value: value) is None
    assert apart.harm(lambda: os.fork(), (), lambda value: value) is None
    assert apart.harm(sys.exit, (), lambda value: value) is None


def test_sigkill_after_much_memory_is_a_lack_of_memory(monkeypatch, tmp_path):
    """The system sends it to a process that has taken what there was. Pages of files, as of libraries, don't count."""
    monkeypatch.setattr(apart, "MUCH", 1 << 20)
    (tmp_path / "library").write_bytes(b"")
    os.truncate(tmp_path / "library", 1 << 27)
    library = np.memmap(tmp_path / "library", mode="r")
    assert not library[::4096].any()  # now its pages are in this process's memory
    found = apart.harm(lambda: (np.ones(8_000_000), os.kill(os.getpid(), signal.SIGKILL)), (), bool)
    assert found.code == "too-much-memory" and "has ended the process" in found.evidence


def test_what_another_process_says_does_not_count():
    """The function's own process has exited, or crashed; its copy came to the end."""
    def forks():
        if child := os.fork():
            os.waitpid(child, 0)
            os._exit(0)

    assert apart.harm(forks, (), lambda value: value).code == "exits"


@pytest.mark.parametrize(("text", "status"), [(b".", 3), (b"\xff", 0)])
def test_an_end_counts_more_than_the_text(text, status):
    """A function that finds the text's place, and writes into it that all is well, has ended the process still."""
    def writes():
        frame = sys._getframe()
        while frame := frame.f_back:
            with contextlib.suppress(AttributeError, KeyError):
                frame.f_locals["self"].said[:1] = text
        os._exit(status)

    assert apart.harm(writes, (), lambda value: value).evidence.endswith(f"exit code {status}")


@pytest.mark.parametrize("harms", [
    faulthandler.is_enabled, sys.gettrace, lambda: os.getpgid(0) != os.getpid(),
    lambda: resource.getrlimit(resource.RLIMIT_CORE)[0],
    lambda: any(os.fstat(stream).st_rdev != os.stat(os.devnull).st_rdev for stream in (0, 1, 2)), lambda: input()])
def test_the_child_leaves_no_trace(harms, monkeypatch):
    """No file with all its memory after a crash, no debugger, no text on the screen, and no question to a notebook."""
    monkeypatch.setattr("builtins.input", lambda: True)  # a kernel's own, which would send a message
    before, (core, most) = sys.gettrace(), resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    sys.settrace(lambda *_: None)
    try:
        assert apart.harm(lambda: harms() and os._exit(7), (), lambda value: value) is None
    finally:
        sys.settrace(before)
        resource.setrlimit(resource.RLIMIT_CORE, (core, most))


def test_the_conversion_is_tried_as_well():
    """What a function returns can freeze the kernel, too."""
    assert apart.harm(list, (), lambda value: max(itertools.repeat(1))).code == "too-slow"


def test_somebody_else_may_wait_for_the_child():
    """A program that ignores the ends of its children, or collects them, takes its status away."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert apart.harm(list, (), lambda value: value) is None
    finally:
        signal.signal(signal.SIGCHLD, before)
    child = apart.Child(lambda: ".")
    child.end()
    assert child.computed() == 0


def test_a_limit_that_is_lower_already_stays(monkeypatch):
    """The system's administrator may allow less than we do; nobody but the administrator may raise that."""
    limits = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, amounts: limits.append(amounts))
    for most in (5, resource.RLIM_INFINITY):
        monkeypatch.setattr(resource, "getrlimit", lambda what, most=most: (1, most))
        apart._limit(resource.RLIMIT_DATA, 10)
    assert limits == [(5, 5), (10, resource.RLIM_INFINITY)]


HERE = os.listdir("/proc/self/fd") if apart.POSSIBLE else []


def writes_everywhere(text):
    for file in set(os.listdir("/proc/self/fd")).difference(HERE):  # those that an examination has opened
        with contextlib.suppress(OSError):
            os.write(int(file), text)


def group_of(pid):
    with contextlib.suppress(ProcessLookupError):
        return os.getpgid(pid)


def all_end(processes):
    """True when these processes end, as those do that were killed a moment ago."""
    return any(not any(map(runs, processes)) or time.sleep(0.05) for _ in range(100))


def runs(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("does", [
    lambda: os.closerange(3, 1000), lambda: writes_everywhere(b"\xff[5]"), lambda: writes_everywhere(b"x" * 10**6),
    lambda: os.fork() or time.sleep(1e6), lambda: threading.Thread(target=sys.exit).start(),
    lambda: subprocess.Popen(["sleep", "1000"]), lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
])
def test_a_right_function_is_called_here_whatever_it_did_in_the_child(does, monkeypatch):
    """All files closed, or written to; signals, threads and processes: the call ends, and nothing is left running."""
    here, fork, made = os.getpid(), os.fork, []
    monkeypatch.setattr(os, "fork", lambda: made.append(fork()) or made[-1])

    def untidy():
        if os.getpid() != here:  # here it would do harm
            does()

    assert apart.harm(untidy, (), lambda value: value) is None
    assert all_end([process for process in psutil.process_iter() if group_of(process.pid) == made[0]])


WAITING = """
import os, time
from cs231n_softmax.check import apart

def prepare(parent, right=apart._prepare):
    while {late} and os.getppid() == parent:
        time.sleep(0.01)
    right(parent)

apart._prepare = prepare
apart.harm(lambda: print(time.sleep(1e6)), (), bool)
"""


@pytest.mark.parametrize("late", [False, True])
def test_a_child_dies_with_this_process(late):
    """Should the kernel be killed in an examination, nothing of it runs on; nor a child that wasn't prepared yet."""
    run = subprocess.Popen([sys.executable, "-c", WAITING.replace("{late}", str(late))])
    try:
        while not (children := psutil.Process(run.pid).children()):
            assert run.poll() is None
            time.sleep(0.05)
        while not late and group_of(children[0].pid) != children[0].pid:  # it is prepared then
            assert run.poll() is None
            time.sleep(0.05)
    finally:
        run.kill()
        run.wait()
    assert all_end(children)


@pytest.mark.parametrize("said", ["", "..", "[5]", "5", '["a", "b", "c", "d", 5]', "[" * 60_000, '"\ud800"', "{}"])
def test_only_a_whole_mistake_counts(said):
    """What else the child's text may hold, by whomever it was written, is no Mistake."""
    assert apart._told(said) is None


def test_a_long_line_does_not_break_the_message():
    """A Mistake that has no room is told without its evidence."""
    names = {}
    source = f"def fn():\n    return [bytes(10**12), '{'x' * 10**5}']"
    linecache.cache["<long>"] = (len(source), None, source.splitlines(True), "<long>")
    exec(compile(source, "<long>", "exec"), names)
    assert apart.harm(names["fn"], (), bool).evidence == "MemoryError"


def test_the_explanation_has_memory_or_is_left_out(monkeypatch):
    """The limit is lifted for it. Where even that isn't enough, the kind of error is told alone."""
    def fills():
        resource.setrlimit(resource.RLIMIT_DATA, (1, resource.getrlimit(resource.RLIMIT_DATA)[1]))
        return bytes(10**8)

    explained = guard.explained
    for needs, evidence in ((10**7, "bytes(10**8)"), (10**15, "MemoryError")):
        monkeypatch.setattr(guard, "explained", lambda *args, needs=needs: (bytes(needs), explained(*args))[1])
        assert evidence in apart.harm(fills, (), bool).evidence


def test_where_no_process_can_be_made_the_function_is_called_here(monkeypatch):
    """A system that refuses a fork gives no verdict, and no error."""
    def refused():
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    assert check.softmax_loss(softmax_loss_vectorized).ok


def test_a_computation_beside_it_changes_no_verdict():
    """The limit counts the CPU time of the child, not of the threads here."""
    busy = threading.Event()
    beside = threading.Thread(target=lambda: [None for _ in iter(busy.is_set, True)], daemon=True)
    beside.start()
    try:
        assert apart.harm(lambda: time.sleep(0.6), (), lambda value: value) is None
    finally:
        busy.set()
        beside.join()


def test_a_limit_that_cannot_be_set_is_no_verdict(monkeypatch):
    """Where the child can't be prepared, the function is called all the same."""
    def refused(parent):
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(apart, "_prepare", refused)
    assert check.softmax_loss(softmax_loss_vectorized).ok
    assert apart.harm(lambda: max(itertools.repeat(1)), (), bool).code == "too-slow"  # ended, though it is no group


INTERRUPTED = """
import itertools, os, signal, sys, threading, time
from cs231n_softmax import check
from cs231n_softmax.check import guard

calls = []

def freezes(scores):
    return max(itertools.repeat(1))

def turns(scores):  # ends in the child, and not here
    while os.getpid() == {pid}:
        try:
            while True:
                pass
        except Exception:
            pass
    return scores

fn = {name}
kept = sys.stdin, sys.stdout, sys.breakpointhook, sys.setrecursionlimit
threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
begin = time.process_time()
try:
    check.softmax(fn)
except KeyboardInterrupt:
    print("interrupted", time.process_time() - begin < 3)
print(kept == (sys.stdin, sys.stdout, sys.breakpointhook, sys.setrecursionlimit), threading.active_count())
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("no child")
"""


@pytest.mark.parametrize("name", ["freezes", "turns"])
def test_ctrl_c_ends_an_examination(name):
    """In the child or here: the interrupt is passed on, nothing runs on, and the session is as it was."""
    code = INTERRUPTED.replace("{name}", name).replace("{pid}", "os.getpid()" if name == "freezes" else "PID")
    code = "import os\nPID = os.getpid()\n" + code
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert run.stdout.splitlines() == ["interrupted True", "True 1", "no child"], run
