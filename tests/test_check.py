"""The examiner on the functions in tests/mistakes: right ones are accepted, wrong ones rejected and named.

A class for each exercise, so that parallel workers share them. Each function is examined once.
"""

import pytest
from mistakes import EXERCISES, examine, examples, load

from cs231n_softmax.check import apart, guard

LOCALISED = {"factor", "offset", "not-finite", "wrong-shape", "wrong-values", "wrong-keys"}


def pytest_generate_tests(metafunc):
    """Give the test the functions of the list that its argument is named after."""
    for kind in {"right", "wrong", "unknown", "pairs"} & set(metafunc.fixturenames):
        metafunc.parametrize(kind, examples(kind, [metafunc.cls.exercise]), ids=str)


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch, tmp_path):
    """Some of the functions write a file; no call runs out of time because the machine is busy; and none needs a copy
    of this process first (test_check_apart.py), which takes longer than the function."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(apart, "POSSIBLE", False)
    monkeypatch.setattr(guard, "CPU_LIMIT", 60.0)


def codes(found):
    """Return the codes of mistakes or remarks, as one text."""
    return " ".join(mistake.code for mistake in found)


def is_named(found):
    """True when one of the codes is a name, so that the mistake isn't just localised."""
    return any(not code.endswith(("-wrong", "wrong-values")) for code in found.split())


def examined(example):
    """Return the report; no examination takes more than 10 CPU seconds."""
    report, seconds = examine(example)
    assert seconds <= 10
    return report


def test_most_mistakes_are_named(record_property):
    """At least 95 % of the wrong functions have their mistake named; printed at the end of the run."""
    counts = {}
    for exercise in EXERCISES:
        expected = [case.expected for case in load(exercise).WRONG]
        counts[exercise] = sum(map(is_named, expected)), len(expected)
    text = ", ".join(f"{exercise} {named} of {total}" for exercise, (named, total) in counts.items())
    record_property("figure", f"mistakes named, the others localised: {text}")
    for named, total in [map(sum, zip(*counts.values(), strict=True)), counts["softmax_loss"]]:
        assert named >= 0.95 * total


@pytest.mark.parametrize("exercise", EXERCISES)
def test_names_are_unique(exercise):
    """A name stands for one function (or its two forms), so that pairs and failures name what they mean."""
    module = load(exercise)
    names = [case.name for kind in ("RIGHT", "WRONG", "UNKNOWN", "PAIRS") for case in getattr(module, kind, [])]
    assert len(set(names)) == len(names)


class Examined:
    """What holds of every exercise."""

    exercise = None

    def test_right_functions_are_accepted(self, right):
        """No false alarm, in whatever way a right function is written, and no remark that it doesn't deserve."""
        report, seconds = examine(right)
        assert report.ok and codes(report.remarks) == right.expected, report
        assert {result for _, result in report.steps} <= {"passed", "remark"}, report
        assert seconds <= 4  # on a free core, less than 1

    def test_reports_of_right_functions_are_alike(self):
        """Float32 or float64, in whatever style: the steps are the same, so that notebooks can be compared."""
        for form in ("", "vectorized"):
            clean = [each for each in examples("right", [self.exercise]) if each.form == form and not each.expected]
            assert len({tuple(examine(each)[0].steps) for each in clean}) <= 1

    def test_mistakes_are_named(self, wrong, monkeypatch):
        """Each wrong function is rejected, and just the mistakes that are in it are named (or localised)."""
        if wrong.expected == "too-slow":
            monkeypatch.setattr(guard, "CPU_LIMIT", 1.0)
        report = examined(wrong)
        assert codes(report.mistakes) == wrong.expected, report
        assert any(result in ("wrong", "stopped") for _, result in report.steps), report
        assert all(mistake.title.endswith(".") for mistake in report.mistakes)
        assert all(mistake.evidence + mistake.hint or mistake.code == "not-written" for mistake in report.mistakes)


class Described(Examined):
    """What holds of the smaller exercises, which have mistakes that nobody has thought of."""

    def test_unknown_mistakes_are_described(self, unknown):
        """The report says where, by how much, what was expected."""
        report = examined(unknown)
        assert unknown.expected in " ".join(str(report).split()), report
        assert codes(report.mistakes) in LOCALISED, report


class TestPairs:
    exercise = "softmax_loss"

    def test_mistakes_are_named(self, pairs):
        """Each function with two mistakes is rejected, with just these codes."""
        report = examined(pairs)
        assert codes(report.mistakes) == pairs.expected, report

    def test_of_two_mistakes_at_least_one_is_named(self):
        """Of a pair, one code at least is that of one of its mistakes alone, or names the same mistake elsewhere."""
        module = load(self.exercise)
        alone = {case.name: set(case.expected.split()) for case in module.RIGHT + module.WRONG}
        for pair in module.PAIRS:
            first, second = (alone[name] for name in pair.name.split(" + "))
            together, single = set(pair.expected.split()), first | second
            assert together & single or last_words(together) & last_words(single), pair.name


def last_words(found):
    """Return what the codes end in: "reg-gradient-half" and "reg-half" end alike."""
    return {code.split("-")[-1] for code in found}


for name in EXERCISES:  # TestSoftmax, TestSgdStep, ...
    title = "Test" + name.title().replace("_", "")
    globals()[title] = type(title, (Described if hasattr(load(name), "UNKNOWN") else Examined,), {"exercise": name})
