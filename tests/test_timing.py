"""timing.py: warm-up, interleaving and medians, on a clock that the test turns by hand."""

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


def test_calls_are_warmed_up_and_interleaved(clock):
    """Each function is called once to warm up, then all in turn, `repeats` times."""
    calls = []
    timing.median_seconds({name: worker(name, [1] * 4, clock, calls) for name in "abc"}, repeats=3)
    assert calls == list("abc") * 4


def test_default_is_five_repeats(clock):
    """Without `repeats`, each function is called once and five times more."""
    calls = []
    timing.median_seconds({"a": worker("a", [1] * 6, clock, calls)})
    assert len(calls) == 6


@pytest.mark.parametrize(("durations", "median"), [
    ([100, 1, 5, 3], 3),
    ([100, 1, 1, 50], 1),
    ([100, 2, 4], 3),
    ([100, 7], 7),
])
def test_result_is_the_median_without_the_warm_up(clock, durations, median):
    """The result is the median of a function's own calls; the first call and the other functions do not count."""
    functions = {"slow": worker("slow", [1000] * len(durations), clock, []),
                 "measured": worker("measured", durations, clock, [])}
    seconds = timing.median_seconds(functions, repeats=len(durations) - 1)
    assert list(seconds) == ["slow", "measured"]
    assert seconds["measured"] == pytest.approx(median)
    assert seconds["slow"] == pytest.approx(1000)
    assert all(type(value) is float for value in seconds.values())


def test_the_real_clock_gives_positive_seconds():
    """On the real clock a call that does something takes more than no time."""
    assert timing.median_seconds({"sum": lambda: sum(range(10_000))}, repeats=2)["sum"] > 0
