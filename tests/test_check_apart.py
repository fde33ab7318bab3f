"""A function is first called in a child process: a freeze, a crash or a lack of memory there harms nothing here."""

import ctypes
import itertools
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

pytestmark = pytest.mark.skipif(not apart.POSSIBLE, reason="only Linux has copies of a process that can be relied on")


@pytest.fixture(autouse=True)
def short_time_limit(monkeypatch):
    monkeypatch.setattr(guard, "CPU_LIMIT", 0.3)
    monkeypatch.setattr(guard, "WAIT_LIMIT", 0.9)


def grows(*_):
    numbers = []
    while True:
        numbers.append(bytes(10**7))


@pytest.mark.parametrize(("fn", "code", "said"), [
    (lambda *_: max(itertools.repeat(1)), "too-slow", "0.3 seconds of CPU time"),
    (lambda *_: time.sleep(1e6), "waits", "0.9 seconds"),
    (lambda *_: np.ones((10**5, 10**5)), "too-much-memory", "np.ones((10**5, 10**5))"),
    (grows, "too-much-memory", "numbers.append(bytes(10**7))"),
    (lambda *_: ctypes.string_at(0), "crashes", "SIGSEGV"),
    (lambda *_: os._exit(0), "exits", "exit code 0"),
    (lambda *_: os.kill(os.getpid(), signal.SIGKILL), "too-much-memory", "was ended by the system"),
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
    def refused():
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(apart, "_prepare", refused)
    assert check.softmax_loss(softmax_loss_vectorized).ok


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
