"""Whatever a learner's function does, the examination goes on, and its verdict stays its own."""

import builtins
import math
import subprocess
import sys
import threading
import time
import types
import warnings

import numpy as np
import pytest

from cs231n_softmax import check, softmax_loss_vectorized
from cs231n_softmax.check import guard, losses, report
from cs231n_softmax.check.crashes import name_shapes


@pytest.fixture(autouse=True)
def short_time_limit(monkeypatch):
    monkeypatch.setattr(guard, "CPU_LIMIT", 0.5)
    monkeypatch.setattr(guard, "WAIT_LIMIT", 60.0)


def endless(*_):
    while True:
        pass


STUBBORN = """
import time
from cs231n_softmax.check import guard

def endless():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

def asleep():
    time.sleep(600)

guard.CPU_LIMIT = 0.5
for fn, guard.WAIT_LIMIT in [(endless, 60.0), (asleep, 3.0)]:  # on a busy machine half a second of CPU time takes long
    problem = guard.call(fn).problem
    print(problem.code, "Restart the kernel" in problem.explanation, fn.__name__ in problem.title)
"""


def test_a_function_that_never_ends_is_stopped():
    """The time limit holds, and the message names the function."""
    problem = guard.call(endless).problem
    assert problem.code == "too-slow" and problem.title == "endless had not ended after 0.5 seconds of CPU time."
    assert "stopped" in problem.explanation and "Restart" not in problem.explanation


@pytest.mark.parametrize("traced", ["", "import sys; sys.settrace(lambda *what: None)"])
def test_a_function_that_cannot_be_stopped_is_left_behind(traced):
    """Neither a loop that catches everything nor a call that can't be interrupted holds up the examiner, or the end.

    In a process of their own, which they would slow down until it ends; as it is, and under a debugger.
    """
    run = subprocess.run([sys.executable, "-c", traced + STUBBORN], capture_output=True, text=True, timeout=600,
                         check=True)
    assert run.stdout.splitlines() == ["too-slow True True", "waits True True"]


@pytest.mark.skipif(sys.version_info < (3, 12) and sys.gettrace() is not None, reason="under a tracer it goes on")
def test_a_function_that_was_left_behind_ends_when_it_wakes_up(monkeypatch):
    """It slept when its time was over. It must not begin to compute without end later."""
    monkeypatch.setattr(guard, "WAIT_LIMIT", 0.3)
    asleep = threading.Lock()
    asleep.acquire()

    def dozes():
        asleep.acquire()
        while True:
            pass

    assert "still runs" in guard.call(dozes).problem.explanation
    (left,) = [thread for thread in threading.enumerate() if isinstance(thread, guard.Call)]
    asleep.release()
    left.join(600)  # it ends at once; a limit only so that a fault doesn't stop the tests
    assert not left.is_alive()


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="a thread's own CPU time can't be read here")
def test_the_limit_counts_the_functions_own_cpu_time(monkeypatch):
    """A function that waits for a while isn't too slow, and neither is one beside a thread that computes."""
    def patient():
        time.sleep(1.5)
        return 1

    monkeypatch.setattr(guard, "CPU_LIMIT", 0.25)
    busy = threading.Event()
    beside = threading.Thread(target=lambda: [None for _ in iter(busy.is_set, True)], daemon=True)
    beside.start()
    outcome = guard.call(patient)
    busy.set()
    beside.join()
    assert outcome.problem is None and outcome.value == 1


def test_a_function_that_waits_too_long_is_told_that(monkeypatch):
    """Waiting is limited too, and is called waiting."""
    monkeypatch.setattr(guard, "WAIT_LIMIT", 0.3)
    problem = guard.call(lambda: [time.sleep(0.01) for _ in iter(int, 1)]).problem
    assert problem.code == "waits" and "had not ended after waiting for 0.3 seconds" in problem.title


class Clocks:
    """In place of a Call and its clock: each wait takes a step of time, and some CPU time at first."""

    def __init__(self, monkeypatch, *computes, step=10):
        self.now, self.spent, self.computes, self.step = 0.0, 0.0, list(computes), step
        monkeypatch.setattr(guard, "CPU_LIMIT", 5.0)
        monkeypatch.setattr(guard, "monotonic", lambda: self.now)

    def ended(self, seconds):
        self.now += self.step
        self.spent += self.computes.pop(0) if self.computes else 0

    def computed(self):
        return self.spent


@pytest.mark.parametrize(("computes", "code", "seconds"), [
    ([], "waits", 70), ([1], "waits", 140), ([0.1] * 30, "waits", 350), ([1] * 9, "too-slow", 60)])
def test_who_computes_a_little_is_waited_for(computes, code, seconds, monkeypatch):
    """On a busy machine a right function gets no CPU time for long: a wait begins anew as long as it gets some."""
    clocks = Clocks(monkeypatch, *computes)
    assert (guard.reached_limit(clocks), clocks.now) == (code, seconds)


def test_who_interrupts_does_not_wait_for_long(monkeypatch):
    """A function that can't be stopped is left behind after half a second, and after five if it has reached a limit."""
    def dead():
        raise OSError

    clocks = Clocks(monkeypatch, step=0.5)
    monkeypatch.setattr(guard, "raise_in", lambda thread, wait: clocks.ended(0.05))
    call = guard.Call(lambda: None, (), bool, None)
    assert call.computed() == 0  # not yet begun
    call.start()
    call.join()
    monkeypatch.setattr(call, "clock", dead)  # as that of a thread that has just ended
    for limit, end in (("interrupted", 0.5), ("waits", 5.5)):
        assert not call.stop(limit) and clocks.now == end


def test_a_limit_may_come_twice(monkeypatch):
    """The second time when the function has ended, and its names are just put back."""
    def late():
        raise guard.TimeOver

    call = guard.Call(lambda: None, (), bool, None)
    monkeypatch.setattr(call, "restore", late)
    call.start()
    call.join()
    assert call.ended(0)


def test_a_slow_function_is_stopped_and_not_called_wrong(monkeypatch):
    """A right loss that is too slow on 750 examples: its answer isn't known, and nothing is said of its numbers."""
    def slow(W, X, y, reg):
        while len(X) > 500:
            pass
        return softmax_loss_vectorized(W, X, y, reg)

    verdict = check.softmax_loss(slow)
    assert [m.code for m in verdict.mistakes] == ["too-slow"] and "N = 750 examples" in verdict.mistakes[0].evidence
    assert [result for _, result in verdict.steps] == ["passed"] * 6 + ["stopped"]


def test_a_stopped_function_is_gone():
    """A plain endless loop doesn't go on in the background."""
    before = threading.active_count()
    guard.call(endless)
    assert threading.active_count() == before


@pytest.mark.parametrize(("source", "code"), [
    ("return fn()", "recursion"),
    ("import sys; sys.exit(3)", "exits"),
    ("raise KeyboardInterrupt", "exits"),
    ("raise NotImplementedError('write me')", "not-written"),
    ("return 1 / 0", "exception"),
    ("assert False, 'never'", "exception"),
    ("raise BaseException('odd')", "exception"),
])
def test_what_a_function_raises_is_told(source, code):
    """Each ending has a code of its own, and none of them reaches the examiner."""
    names = {}
    exec(f"def fn():\n    {source}", names)
    outcome = guard.call(names["fn"])
    assert outcome.problem.code == code and outcome.value is None


def test_an_exception_is_shown_with_the_learners_line(tmp_path):
    """The line and the message, and nothing of the examiner's stack or of this computer's paths."""
    path = tmp_path / "learner.py"
    path.write_text("def fn(W):\n    W = W + 1\n    return W[:, 99]\n")
    names = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    problem = guard.call(names["fn"], np.zeros((2, 3))).problem
    assert problem.title == "fn stops with an error: IndexError."
    assert problem.evidence == ("line 3, in fn:\n    return W[:, 99]\n"
                                "IndexError: index 99 is out of bounds for axis 1 with size 3")


def test_an_error_inside_a_library_is_shown_where_the_learner_called_it(tmp_path):
    """np.hstack fails in NumPy's file; what the learner can change is their own line."""
    path = tmp_path / "learner.py"
    path.write_text("import numpy as np\ndef fn():\n    return np.hstack([np.zeros((2, 2)), np.zeros(3)])\n")
    names = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    assert guard.call(names["fn"]).problem.evidence.startswith("line 3, in fn:\n    return np.hstack")


def test_an_error_in_pythons_own_files_is_shown_where_the_learner_called_it(tmp_path):
    """statistics.mean([]) raises in a file of Python's."""
    path = tmp_path / "learner.py"
    path.write_text("import statistics\n\n\ndef fn():\n    return statistics.mean([])\n")
    names = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    assert guard.call(names["fn"]).problem.evidence.startswith("line 5, in fn:\n    return statistics.mean([])")


def test_a_wrong_signature_is_told():
    """A function that doesn't take the arguments is told so."""
    problem = guard.call(lambda W, X: 0, 1, 2, 3).problem
    assert "takes 2 positional arguments but 3 were given" in problem.evidence
    assert "the arguments that the exercise gives it" in problem.hint


@pytest.mark.parametrize(("source", "said"), [
    ("return typo", "`typo` doesn't exist"),
    ("total += 1; return total", "`total` has no value yet"),
    ("return np.zeros(3)[1.5]", "have to be integers"),
    ("return np.zeros(3)[7]", "An index is too large for its axis"),
    ("return np.zeros((2, 3)) - np.zeros(2)", "(2,) holds one number for each row of (2, 3)"),
    ("return np.zeros((2, 3)) - np.zeros(4)", "Two shapes don't fit together"),
    ("return np.zeros(3).sum(axis=1)", "axis=0 is the only one"),
    ("return np.max(0, np.zeros((3, 2)))", "np.maximum(0, a) compares"),
    ("a = np.zeros(3, dtype=int); a += 0.5; return a", ".astype(float) makes them"),
    ("return -(np.zeros(3) > 0)", ".astype(float) makes them"),
    ("return np.random.choice(np.zeros((3, 2)), 2)", "Then take the rows: X[rows]"),
    ("return np.zeros((2, 3)) @ np.zeros((2, 3))", "there one transpose too few"),
    ("return np.random.default_rng(0).integers(200, 20)", "size=how_many"),
    ("return np.hstack([np.ones((3, 2)), np.ones(3)])", "[:, None] makes one"),
    ("return 1 / 0", "Print the values that are used"),
])
def test_an_error_comes_with_advice(source, said):
    """What to do about it follows from the error's type and message."""
    names = {"np": np}
    exec(f"def fn():\n    {source}", names)
    assert said in guard.call(names["fn"]).problem.hint


@pytest.mark.parametrize(("C", "message", "told"), [
    (4, "shapes (6,4) (6,) ", "\nHere (6, 4) is (N, C) and (6,) is (N,)."),
    (4, "shapes (6,1) (9,) ", "\nHere (6, 1) is (N, 1) and (9,) is (D,)."),
    (4, "shapes (6,5) ", "\nNone of the sizes here is 5."),
    (6, "shapes (6,9) ", ""),  # N and C are 6 both
])
def test_the_shapes_in_a_message_get_letters(C, message, told):
    """Each size that is N, D or C, and nothing else, is called by its letter; where one is unclear, none is."""
    args = np.zeros((9, C)), np.zeros((6, 9)), np.zeros(6)
    assert name_shapes(f"ValueError: operands could not be broadcast together with {message}", "WXy", args) == told


def test_prints_are_kept_short_and_out_of_the_way(capsys):
    """Printed text goes to the outcome, its beginning only; stdout and stderr are as before afterwards."""
    def fn():
        for _ in range(1000):
            print("x" * 1000)
        print("oh", file=sys.stderr)

    stdout = sys.stdout
    outcome = guard.call(fn)
    assert outcome.printed == "x" * 200 and sys.stdout is stdout
    assert capsys.readouterr().out == ""


def test_printing_without_end_is_stopped():
    """Hundreds of megabytes are neither kept nor shown."""
    def fn():
        while True:
            print("x" * 10_000)

    outcome = guard.call(fn)
    assert outcome.problem.code == "too-slow" and len(outcome.printed) == 200


def meddle_with_numpy():
    np.exp = np.sum = lambda *a, **k: 0


def meddle_with_builtins():
    builtins.abs = lambda x: 0


def meddle_with_the_examiner():
    losses.examine_parts = lambda *a: (True, True)


def meddle_with_the_report():
    report.Report.ok = True


def meddle_by_deleting():
    del np.linalg.norm


def meddle_by_deleting_the_last_name():
    delattr(math, list(vars(math))[-1])


class Meddles:
    """An answer that changes a builtin when it is read."""

    def __array__(self, dtype=None, copy=None):
        builtins.abs = max
        return np.zeros(3)


def meddle_and_stop():
    builtins.BaseException = None
    raise ValueError


def test_a_learners_tracing_ends_and_a_debuggers_goes_on():
    """A learner's tracer sees the learner's lines alone; a debugger, and who measures coverage, see the examiner's."""
    def traces():
        sys.settrace(lambda *_: None)
        sys.setprofile(lambda *_: None)

    def debugger(frame, event, value):
        return None

    def afterwards(fn):
        return guard.call(fn, convert=lambda value: (sys.gettrace(), sys.getprofile())).value

    assert afterwards(traces) == afterwards(lambda: None)
    before = threading.gettrace()
    threading.settrace(debugger)
    try:
        assert afterwards(traces)[0] is debugger
    finally:
        threading.settrace(before)


def meddle_with_the_clock():
    time.monotonic = None
    time.sleep(0.05)  # in which the examiner reads its own clock
    return np.zeros(3)


@pytest.mark.parametrize("fn", [Meddles, meddle_and_stop, meddle_with_the_clock])
def test_names_are_put_back_before_and_after_the_answer_is_read(fn):
    """The examiner's own `except` needs them, and what is returned can run a learner's code as well."""
    kept = builtins.abs, BaseException
    assert guard.call(fn, convert=np.asarray).problem.code == "changes-others"
    assert kept == (builtins.abs, builtins.BaseException)


@pytest.mark.parametrize("meddle", [meddle_with_numpy, meddle_with_builtins, meddle_with_the_examiner,
                                    meddle_with_the_report, meddle_by_deleting, meddle_by_deleting_the_last_name])
def test_what_belongs_to_others_is_put_back(meddle):
    """A function that changes NumPy, Python or the examiner is told so, and the change is undone."""
    def names():
        return np.exp, np.sum, np.linalg.norm, builtins.abs, losses.examine_parts, report.Report.ok, set(vars(math))

    kept = names()

    def wrong(W, X, y, reg):
        meddle()
        return 0.0, np.zeros(W.shape)

    verdict = check.softmax_loss(wrong)
    assert not verdict.ok and [m.code for m in verdict.mistakes] == ["changes-others"]
    assert names() == kept


def test_the_sessions_settings_stay_as_they_are():
    """Warnings, floating-point errors and tracing that the function sets end with it."""
    def fn():
        np.seterr(all="raise")
        sys.settrace(lambda *_: None)
        warnings.warn("a warning", stacklevel=1)
        return np.log(np.float64(1))

    settings, trace = np.geterr(), sys.gettrace()
    assert guard.call(fn).problem is None
    assert np.geterr() == settings and sys.gettrace() is trace


def test_results_are_copies():
    """A function that returns its own array, and changes it later, doesn't change what was seen."""
    buffer = np.zeros((4, 3))

    def fn(W, X, y, reg):
        loss, buffer[...] = softmax_loss_vectorized(W, X, y, reg)
        return loss, buffer

    outcomes = [guard.call(fn, np.eye(4, 3) * k, np.eye(4), np.zeros(4, int), 0.0,
                           convert=lambda value: (value[0], np.array(value[1]))) for k in (1, 2)]
    assert not np.array_equal(outcomes[0].value[1], outcomes[1].value[1])


def test_an_object_that_lies_is_looked_at_inside_the_guard():
    """Converting what was returned runs learners' code too: it is stopped and reported like the function itself."""
    class Exits:
        def __array__(self, *args, **kwargs):
            raise SystemExit

    class Endless:
        def __array__(self, *args, **kwargs):
            while True:
                pass

    for liar, code in [(Exits(), "exits"), (Endless(), "too-slow")]:
        verdict = check.softmax_loss(lambda W, X, y, reg, liar=liar: (0.0, liar))
        assert [m.code for m in verdict.mistakes] == [code]


def test_nothing_is_written_to_the_file_descriptors(capfd):
    """An examination prints nothing by itself."""
    report = check.softmax_loss(softmax_loss_vectorized, vectorized=True)
    assert capfd.readouterr() == ("", "") and report.ok


def test_without_the_threads_clock_the_processs_limits_too(monkeypatch):
    """On Windows and macOS the time of a single thread can't be read."""
    monkeypatch.delattr(time, "pthread_getcpuclockid", raising=False)
    assert guard.call(endless).problem.code == "too-slow" and guard.call(lambda: 1).value == 1


class Unreadable(Exception):
    """An error whose message is an error."""

    def __str__(self):
        raise ValueError


def raises_unreadable(*_):
    raise Unreadable


def writes_into_its_own(scores):
    same = np.diagonal(scores @ scores.T)
    same += 1


def failing_when_used_again():
    """Return a softmax that stops with an error from its fifth call on, the first question asked again."""
    calls = []

    def softmax(scores):
        calls.append(1)
        if len(calls) > 4:
            raise ValueError("once too often")
        return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)

    return softmax


@pytest.mark.parametrize(("fn", "code", "said"), [
    (raises_unreadable, "exception", "message can't be read: Unreadable"),
    (writes_into_its_own, "exception", "np.diagonal"),
    (failing_when_used_again(), "remembers", "once too often"),
    (np.ones(3), "not-a-function", "without parentheses"),
    (lambda scores: None, "not-written", "its body is empty"),
])
def test_odd_functions_are_told_what_is_true_of_them(fn, code, said):
    """An unreadable error, a read-only array of one's own, a failure on the second call, no function, an empty one."""
    (mistake,) = check.softmax(fn, stable=False).mistakes
    assert mistake.code == code and said in str(mistake)


def test_an_error_on_large_scores_is_told_as_that_error():
    """A right loss that stops with an error where p underflows isn't blamed for its shift."""
    def loss(W, X, y, reg):
        with np.errstate(all="raise"):
            return softmax_loss_vectorized(W, X, y, reg)

    def strict(W, X, y, reg):
        value, dW = softmax_loss_vectorized(W, X, y, reg)
        assert value < 500
        return value, dW

    assert [m.code for m in check.softmax_loss(strict).mistakes] == ["exception"]
    assert {m.code for m in check.softmax_loss(loss).mistakes} <= {"exception"}


def test_other_modules_with_a_name_like_ours_are_the_learners():
    """cs231n_softmax_solutions is none of our modules: it may count its calls."""
    module = types.ModuleType("cs231n_softmax_solutions")
    sys.modules[module.__name__] = module
    exec("calls = 0\ndef fn():\n    global calls\n    calls += 1", vars(module))
    try:
        assert guard.call(module.fn).problem is None
    finally:
        del sys.modules[module.__name__]


@pytest.mark.parametrize(("factor", "said"), [(1.000015, None), (1.000025, None), (1.000035, "imprecise"),
                                              (1e100, "factor")])
def test_rounding_and_large_factors_are_called_what_they_are(factor, said):
    """Within the tolerance right; a little outside imprecise, not a factor of 1; a huge float isn't an integer."""
    def scaled(W, X, y, reg):
        loss, dW = softmax_loss_vectorized(W, X, y, reg)
        return loss * factor, dW

    report = check.softmax_loss(scaled)
    assert report.ok if said is None else {m.code.split("-")[-1] for m in report.mistakes} == {said}


def test_a_remarks_probe_fails_no_function():
    """A loss that never ends on bytes is right all the same: bytes are worth knowing, not wrong."""
    def loss(W, X, y, reg):
        while X.dtype == np.uint8:
            pass
        return softmax_loss_vectorized(W, X, y, reg)

    report = check.softmax_loss(loss)
    assert report.ok and [m.code for m in report.remarks] == ["uint8"]
    assert report.remarks[0].title == "For raw pixels (uint8) as X, there is no result."


def test_a_loss_that_fails_when_it_is_called_again_is_told_that():
    """The first call succeeds, the second stops with an error: something is kept between them."""
    calls = []

    def loss(W, X, y, reg):
        calls.append(1)
        if len(calls) > 1:
            raise ValueError("once too often")
        return softmax_loss_vectorized(W, X, y, reg)

    (mistake,) = check.softmax_loss(loss).mistakes
    assert mistake.code == "remembers" and "the second time" in mistake.evidence


class Nameless(type):
    """A class that has no name to tell."""

    @property
    def __name__(cls):
        raise KeyError


def raises_nameless(*_):
    raise Nameless("", (Exception,), {})("\ud800" + "line\n" * 300)


def test_neither_a_name_nor_a_message_breaks_the_examiner():
    """An error without a name, a message of 300 lines and half a character: the report can be printed."""
    report = check.softmax(raises_nameless)
    assert [m.code for m in report.mistakes] == ["exception"] and str(report).encode() and len(str(report)) < 2000
