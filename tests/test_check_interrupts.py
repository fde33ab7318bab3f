"""Ctrl-C at any moment of an examination: it ends, and the session is as it was."""

import builtins
import linecache
import signal
import sys
import threading
from pathlib import Path

import psutil
import pytest

from cs231n_softmax import check
from cs231n_softmax.check import apart
from cs231n_softmax.check.guard import Call
from cs231n_softmax.check.interrupts import interruptible, interrupts_held
from cs231n_softmax.check.trial import Trial

NAMES = [(builtins, "input"), (sys, "stdin"), (sys, "stdout"), (sys, "stderr"), (sys, "breakpointhook"),
         (sys, "setrecursionlimit")]
WATCHED = {str(Path(check.__file__).with_name(f"{name}.py"))
           for name in ("apart", "guard", "interrupts", "session", "shared", "trial")}


def function(x):
    return x


def examination():
    """Every step that changes something in the session: a copy of this process, and a call in a thread."""
    with Trial(function, ("x",)) as trial:
        trial.ask(3)
    return trial.report


def traced(at):
    """Run the examination, and call at(place) in the main thread before each line of WATCHED and of Thread.start."""
    def step(frame, event, arg):
        if frame.f_code.co_filename not in WATCHED and frame.f_code is not threading.Thread.start.__code__:
            return None
        if event == "line":
            at((frame.f_code.co_filename, frame.f_lineno))
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        return examination()
    finally:
        sys.settrace(before)


def session():
    """What must be the same: names, the handler of Ctrl-C, threads of ours, and the recursion limit."""
    return [*(getattr(*name) for name in NAMES), signal.getsignal(signal.SIGINT), sys.getrecursionlimit(),
            [thread for thread in threading.enumerate() if isinstance(thread, Call)]]


def children():
    """The processes that this one has started; other tests may have left some."""
    return {child.pid for child in psutil.Process().children()}


@pytest.fixture
def ctrl_c():
    """The handler of Ctrl-C as it is at first; after a failure, names that weren't put back are put back here."""
    names, before = [(*name, getattr(*name)) for name in NAMES], signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
    for name in names:
        setattr(*name)


def test_ctrl_c_at_any_step_leaves_the_session_as_it_was(ctrl_c, monkeypatch):
    """It is pressed once before each line that the main thread runs during an examination."""
    places = {}
    assert traced(lambda place: places.setdefault(place)).ok and len(places) > 100
    kept, started, done = session(), children(), []
    for chosen in places:
        copies = Path(chosen[0]).stem == "apart" or "apart.harm" in linecache.getline(*chosen)  # a copy takes longest
        monkeypatch.setattr(apart, "POSSIBLE", copies and sys.platform == "linux")
        pressed = []

        def press(place, chosen=chosen, pressed=pressed):
            if place == chosen and not pressed:
                pressed.append(place)
                signal.raise_signal(signal.SIGINT)

        try:
            traced(press)
        except KeyboardInterrupt:
            pressed.append("raised")
        assert session() == kept and children() <= started, chosen
        assert "raised" in pressed or not pressed, chosen
        done += pressed[:1]
    assert len(done) > 0.9 * len(places)  # a step of waiting isn't taken each time
    assert examination().ok


def test_ctrl_c_is_handed_on_where_it_does_no_harm(ctrl_c):
    """Once, at the first place that allows it, and at the end of the outermost block at the latest."""
    seen = []
    with pytest.raises(KeyboardInterrupt), interrupts_held():
        with interrupts_held():
            interruptible()
            signal.raise_signal(signal.SIGINT)
        seen.append("held")
        with pytest.raises(KeyboardInterrupt):
            interruptible()
        interruptible()
        signal.raise_signal(signal.SIGINT)
        seen.append("held again")
    assert seen == ["held", "held again"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("handler", [lambda *_: None, signal.SIG_IGN])
def test_a_handler_of_the_session_is_used_and_stays(handler, ctrl_c):
    """A program that does something else at Ctrl-C, or nothing, goes on to do so."""
    signal.signal(signal.SIGINT, handler)
    with Trial(function, ("x",)) as trial:
        signal.raise_signal(signal.SIGINT)
        assert trial.ask(3) == 3
    assert trial.report.ok and signal.getsignal(signal.SIGINT) is handler


def test_an_examination_in_another_thread_takes_no_interrupt(ctrl_c):
    """A learner's function that calls the examiner doesn't end by a Ctrl-C that is held in the main thread."""
    reports = []
    with pytest.raises(KeyboardInterrupt), interrupts_held():
        signal.raise_signal(signal.SIGINT)
        thread = threading.Thread(target=lambda: reports.append(examination()))
        thread.start()
        thread.join()
    assert reports[0].ok
