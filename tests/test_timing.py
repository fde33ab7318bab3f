"""timing.py: warm-up, interleaving and medians, on a clock that the test turns by hand; and the machine's limits."""

import numpy as np
import pytest

from cs231n_softmax import timing


@pytest.fixture
def clock(monkeypatch):
    """A perf_counter that stands still unless the test moves it: clock["now"] in seconds."""
    clock = {"now": 1000.0}
    monkeypatch.setattr(timing, "perf_counter", lambda: clock["now"])
    return clock


def worker(name, durations, clock, calls):
    """A function that takes the next of `durations` at each call and notes its name in `calls`."""
    durations = iter(durations)

    def work():
        calls.append(name)
        clock["now"] += next(durations)

    return work


def test_calls_are_interleaved_and_warmed_up(clock):
    """In each turn a function is called once to warm up, then `calls` times; all take `repeats` turns."""
    calls = []
    functions = {name: worker(name, [1] * 9, clock, calls) for name in "abc"}
    timing.median_seconds(functions, repeats=3, calls=2)
    assert calls == list("aaabbbccc" * 3)


def test_default_is_five_repeats_of_one_call(clock):
    """Without `repeats` and `calls`, each function takes five turns of one warm-up and one measured call."""
    calls = []
    timing.median_seconds({name: worker(name, [1] * 10, clock, calls) for name in "ab"})
    assert calls == list("aabb" * 5)


def test_a_turn_begins_with_the_pause(clock, monkeypatch):
    """Each turn waits for `pause` seconds first, which don't count."""
    pauses = []
    monkeypatch.setattr(timing, "sleep", lambda seconds: pauses.append(seconds) or clock.update(now=clock["now"] + 99))
    seconds = timing.median_seconds({name: worker(name, [1] * 4, clock, pauses) for name in "ab"}, 2, pause=0.25)
    assert pauses == [0.25, "a", "a", 0.25, "b", "b"] * 2 and seconds == pytest.approx({"a": 1, "b": 1})


@pytest.mark.parametrize(("durations", "median"), [
    ([100, 1, 100, 5, 100, 3], 3),
    ([100, 1, 100, 1, 100, 50], 1),
    ([100, 2, 100, 4], 3),
    ([100, 7], 7),
])
def test_result_is_the_median_without_the_warm_up(clock, durations, median):
    """The result is the median of a function's own calls; warm-ups and the other functions do not count."""
    functions = {"slow": worker("slow", [1000] * len(durations), clock, []),
                 "measured": worker("measured", durations, clock, [])}
    seconds = timing.median_seconds(functions, repeats=len(durations) // 2)
    assert list(seconds) == ["slow", "measured"]
    assert seconds["measured"] == pytest.approx(median)
    assert seconds["slow"] == pytest.approx(1000)
    assert all(type(value) is float for value in seconds.values())


def test_losses_get_the_first_rows(clock):
    """seconds_by_size gives each loss the first N rows and labels, with W and reg, and keeps the sizes' order."""
    W, X, y = np.zeros((2, 3)), np.arange(20.0).reshape(10, 2), np.arange(10)

    def loss(W_given, X_given, y_given, reg):
        assert W_given is W and reg == 0.5
        np.testing.assert_array_equal(X_given, X[: len(y_given)])
        np.testing.assert_array_equal(y_given, y[: len(X_given)])
        clock["now"] += len(X_given)

    def twice(*args):
        loss(*args)
        loss(*args)

    seconds = timing.seconds_by_size({"loss": loss, "twice": twice}, W, X, y, 0.5, [4, 2, 10], repeats=2)
    assert seconds == {"loss": pytest.approx([4, 2, 10]), "twice": pytest.approx([8, 4, 20])}


def test_limits_are_the_best_of_several_runs(monkeypatch):
    """The least of the measured times counts: bytes of the array, or twice the cube of the size, divided by it."""
    for limit, work in ((lambda: timing.memory_bandwidth(megabytes=1), 10**6),
                        (lambda: timing.peak_arithmetic(np.float64, size=10), 2 * 10**3)):
        seconds = iter([4.0, 2.0, 0.5, 3.0, 8.0, 1.0, 9.0])
        monkeypatch.setattr(timing, "median_seconds", lambda *args, seconds=seconds, **kwargs: {"": next(seconds)})
        assert limit() == work / 0.5


def test_limits_are_of_the_right_size():
    """On the real clock they are what a computer can do, be it a thousand times slower or faster than today's."""
    assert 1e6 < timing.memory_bandwidth(megabytes=40) < 1e14
    assert 1e7 < timing.peak_arithmetic(size=256) < 1e16


def test_the_real_clock_gives_positive_seconds():
    """On the real clock a call that does something takes more than no time."""
    assert timing.median_seconds({"sum": lambda: sum(range(10_000))}, repeats=2)["sum"] > 0
