"""The examiner on learners' functions: right ones are accepted, wrong ones rejected, and their mistakes named."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest
import scipy.special

import cs231n_softmax
from cs231n_softmax import check
from cs231n_softmax.check import guard
from cs231n_softmax.check.problems import ordinary_problems

sys.path.insert(0, str(Path(__file__).parent / "learners"))
import correct
import correct_others
import mistakes
from expected import EXPECTED
from pairs import singles
from table import CHECKS, ENTRIES, examine

# they limit a loss that is far beyond what training meets: a remark
ACCEPTED = {"epsilon-in-log", "clipped-probability"}
HARMLESS = {"seterr", "random-seed", "prints-every-example", "writes-a-file", "shared-buffer", "gradient-as-list"}
ALL = [pytest.param(entry, id=f"{kind}-{entry.name}-{entry.form}") for kind, es in ENTRIES.items() for entry in es]


@pytest.fixture(autouse=True)
def short_and_elsewhere(monkeypatch, tmp_path):
    """One of the functions writes a file, one never ends."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(guard, "TIME_LIMIT", 1.0)


def right_functions():
    """Yield (kind, name, function, vectorized) for the package's own functions and for all correct variants."""
    for form in ("naive", "vectorized"):
        for kind in ("softmax", "svm"):
            yield kind, f"package-{form}", getattr(cs231n_softmax, f"{kind}_loss_{form}"), form == "vectorized"
    for name, (function, vectorized) in correct.SOFTMAX.items():
        yield "softmax", name, function, vectorized
    for kind in mistakes.KINDS.keys() - {"softmax"}:
        for name, function in getattr(correct_others, kind.upper()).items():
            yield kind, name, function, name in correct_others.VECTORIZED_SVM


RIGHT = [pytest.param(*case, id="-".join(case[:2])) for case in sorted(right_functions(), key=lambda case: case[:2])]


@pytest.mark.parametrize(("kind", "name", "function", "vectorized"), RIGHT)
def test_right_functions_are_accepted(kind, name, function, vectorized, record_property):
    """No false alarm: every right function passes, in at most 2 s (5 s when it loops over the features too)."""
    start = time.perf_counter()
    report = CHECKS[kind](function, **({"vectorized": True} if vectorized else {}))
    seconds = time.perf_counter() - start
    assert report.ok, str(report)
    if seconds > 2:
        record_property("figure", f"examining {kind} {name} took {seconds:.1f} s")


def test_the_package_has_loops_only_where_it_should():
    """The naive losses are seen to loop, the vectorized ones aren't."""
    for kind in ("softmax", "svm"):
        naive, vectorized = (getattr(cs231n_softmax, f"{kind}_loss_{form}") for form in ("naive", "vectorized"))
        assert [m.code for m in CHECKS[kind](naive, vectorized=True).remarks] == ["loops"]
        assert not CHECKS[kind](vectorized, vectorized=True).remarks


@pytest.mark.parametrize("entry", ALL)
def test_mistakes_are_named(entry):
    """Each wrong function is rejected, and just the mistakes that are in it are named (or localised)."""
    expected = EXPECTED[entry.kind]
    report = examine(entry)
    found = " ".join(mistake.code for mistake in report.mistakes)
    assert found == expected.get(entry.name, expected.get(f"{entry.name}, {entry.form}")), str(report)
    accepted = entry.kind == "softmax" and entry.name in ACCEPTED | HARMLESS | set(mistakes.RIGHT_NUMBERS)
    assert report.ok == accepted
    assert report.ok or all(mistake.title and mistake.evidence + mistake.hint for mistake in report.mistakes)


def is_named(codes):
    """True when a mistake in the list has a name, so that it isn't just localised."""
    return any(not code.endswith(("-wrong", "wrong-values")) for code in codes.split())


def test_most_mistakes_are_named_exactly(record_property):
    """At least 95 % of the wrong functions of all kinds have their mistake named; printed at the end of the run."""
    counts = {}
    for kind, table in EXPECTED.items():
        rejected = {name: codes for name, codes in table.items() if codes}
        counts[kind] = sum(map(is_named, rejected.values())), len(rejected)
    text = ", ".join(f"{kind} {named} of {total}" for kind, (named, total) in counts.items())
    record_property("figure", f"mistakes named, the others localised: {text}")
    named, total = map(sum, zip(*counts.values(), strict=True))
    assert named / total >= 0.95 and counts["softmax"][0] / counts["softmax"][1] >= 0.95


@pytest.mark.parametrize("entry", [param for param in ALL if param.values[0].kind == "pair"])
def test_of_two_mistakes_at_least_one_is_named(entry):
    """Of a pair, one code at least is that of one of its mistakes alone, and none is of neither."""
    def codes(table, entry):
        return set(table.get(entry.name, table.get(f"{entry.name}, {entry.form}", "")).split())
    alone = set().union(*(codes(EXPECTED["softmax"], single) for single in singles(entry)))
    together = codes(EXPECTED["pair"], entry)
    assert together & alone or {code.split("-")[-1] for code in together} & {code.split("-")[-1] for code in alone}


def test_the_other_convention_is_accepted_when_asked_for():
    """convention="half" accepts 0.5 * reg * sum(W**2) with reg * W, and rejects the suite's own."""
    def half(W, X, y, reg):
        return cs231n_softmax.softmax_loss_vectorized(W, X, y, reg / 2)

    assert check.softmax_loss(half, convention="half").ok and not check.softmax_loss(half).ok
    full = check.softmax_loss(cs231n_softmax.softmax_loss_vectorized, convention="half")
    assert [m.code for m in full.mistakes] == ["reg-double"]
    assert "`0.5 * reg * np.sum(W**2)` in the loss, `reg * W` in the gradient" in full.mistakes[0].hint
    quarter = check.softmax_loss(lambda W, X, y, reg: half(W, X, y, reg / 2), convention="half")
    assert [m.code for m in quarter.mistakes] == ["reg-half"]
    with pytest.raises(ValueError, match='"full" or "half", got \'none\''):
        check.softmax_loss(half, convention="none")


SAID = {"underflow": "log-underflow", "uint8": "uint8"}
OTHER_REMARKS = {"loop_over_classes": {"loops"}, "huge_temporary": {"huge-temporary"}}


@pytest.mark.parametrize("name", correct.SOFTMAX)
def test_right_functions_get_just_the_remarks_that_they_deserve(name):
    """log(p) that underflows, bytes that wrap round, loops, huge temporaries: and nothing where there is nothing."""
    function, vectorized = correct.SOFTMAX[name]
    remarks = {remark.code for remark in check.softmax_loss(function, vectorized=vectorized).remarks}
    assert remarks == {SAID[word] for word in correct.REMARKS.get(name, ())} | OTHER_REMARKS.get(name, set())


def restores(W, X, y, reg):
    """Changes W for a moment, and puts it back."""
    W *= 2
    W /= 2
    return cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)


def relies_on_memory_order(W, X, y, reg):
    """Takes the numbers as they lie in memory."""
    return cs231n_softmax.softmax_loss_vectorized(W.ravel(order="K").reshape(W.shape), X, y, reg)


def relies_on_float64(W, X, y, reg):
    """Reads the bytes as float64."""
    W = np.frombuffer(np.ascontiguousarray(W).tobytes()).reshape(W.shape)
    return cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)


@pytest.mark.parametrize(("function", "kind"), [(restores, "can't be written to"), (relies_on_float64, "float32"),
                                                (relies_on_memory_order, "column order")])
def test_other_kinds_of_arrays_are_tried(function, kind):
    """Read-only arrays, other memory orders and float32 are arrays too; the report says which of them fails."""
    (mistake,) = check.softmax_loss(function).mistakes
    assert mistake.code == "arrays" and kind in mistake.title and mistake.evidence


def mapped(W, X, y, reg):
    """Applies a NumPy function to each row with `map`: a loop that runs no Python of the learner's."""
    probs = np.array(list(map(scipy.special.softmax, X @ W)))
    loss, dW = cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)
    return loss, dW + 0 * probs.sum()


def mapped_builtin(W, X, y, reg):
    """The same with a function written in C, which tracing doesn't see."""
    total = sum(map(len, X))
    loss, dW = cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)
    return loss + 0 * total, dW


@pytest.mark.parametrize("function", [mapped, mapped_builtin])
def test_loops_that_look_like_none_are_seen(function):
    """`map` loops too, whether or not tracing can see it."""
    assert [m.code for m in check.softmax_loss(function, vectorized=True).remarks] == ["loops"]


def test_the_problems_hide_nothing():
    """N, D and C differ, one example and missing classes occur, and the regularization loss counts as the data do."""
    problems = ordinary_problems()
    assert any(p.N == 1 for p in problems) and any(p.N > p.D for p in problems) and any(p.reg > 1 for p in problems)
    assert all(p.N != p.C and p.D != p.C and (p.X[:, -1] == 1).all() for p in problems)
    assert any(set(range(p.C)) - set(p.y) for p in problems if p.N >= p.C)
    assert any((np.diff(p.y) < 0).any() for p in problems)
    for p in problems:
        data, _ = cs231n_softmax.softmax_loss_vectorized(p.W, p.X, p.y, 0.0)
        assert 0.3 < p.reg * np.sum(p.W**2) / data < 3
        assert p.N >= p.D or np.linalg.matrix_rank(p.X) == p.N
    for p in problems[:3]:
        assert np.ptp(p.scores.mean(axis=1)) > 0.5 or p.N == 1


def shifted_by(shift):
    def fn(W, X, y, reg):
        rows, scores = np.arange(len(X)), X @ W
        exp = np.exp(scores - shift(scores))
        probs = exp / exp.sum(axis=1, keepdims=True)
        loss = np.mean(np.log(exp.sum(axis=1)) - (scores - shift(scores))[rows, y]) + reg * np.sum(W**2)
        probs[rows, y] -= 1
        return loss, X.T @ probs / len(X) + 2 * reg * W
    return fn


@pytest.mark.parametrize(("shift", "code"), [
    (lambda s: s.max(), "batch-maximum"), (lambda s: s.mean(), "shift-not-maximum"),
    (lambda s: s.min(), "shift-not-maximum"), (lambda s: s[0].max(), "shift-not-maximum"),
    (lambda s: s.mean(axis=1, keepdims=True), "shift-not-maximum"), (lambda s: 0, "overflow"),
])
def test_a_wrong_shift_is_called_what_it_is(shift, code):
    """One number for the whole batch may be its maximum, or another: only the maximum is called that."""
    assert [m.code for m in check.softmax_loss(shifted_by(shift)).mistakes] == [code]


def ignores_the_weights(W, X, y, reg):
    probs = np.full((len(X), W.shape[1]), 1 / W.shape[1])
    loss = -np.log(probs[np.arange(len(X)), y]).mean()
    probs[np.arange(len(X)), y] -= 1
    return loss, X.T @ probs / len(X)


def refuses_large_weights(W, X, y, reg):
    if np.abs(W).max() > 500:
        raise ValueError("weights too large")
    return cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)


def negative_and_fixed(W, X, y, reg):
    loss, dW = cs231n_softmax.softmax_loss_vectorized(W, X, y, 0.0)
    return -loss * len(X) / 500 + reg * np.sum(W**2), dW + 2 * reg * W


def converts_by_map(W, X, y, reg):
    W, X, y = map(np.asarray, (W, X, y))
    return cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)


@pytest.mark.parametrize(("fn", "codes"), [
    (ignores_the_weights, "weights-ignored reg-missing"), (refuses_large_weights, "exception"),
    (negative_and_fixed, "data-loss-fixed-divisor data-loss-negated"), (converts_by_map, ""),
])
def test_nothing_is_taken_for_what_it_only_resembles(fn, codes):
    """No memory where W is ignored, no overflow where an error is raised, no loop where three arrays are converted."""
    report = check.softmax_loss(fn, vectorized=True)
    assert [m.code for m in report.mistakes] == codes.split() and not report.remarks


def test_a_sweep_that_stores_arrays_is_told_so():
    """Whole arrays in place of accuracies don't stop the examiner."""
    def my_sweep(results, settings, data, num_iters=1500):
        for learning_rate, reg in settings:
            model = cs231n_softmax.Softmax()
            model.train(data["X_train"], data["y_train"], learning_rate, reg, num_iters, rng=0)
            results[learning_rate, reg] = model.predict(data["X_val"]) == data["y_val"]

    assert not check.sweep(my_sweep).ok


def test_a_step_that_draws_noise_is_reported_alike_each_time():
    """The same questions get the same report, also where the generator is used for something else."""
    def sgd_step(W, X, y, learning_rate, reg, batch_size, rng):
        rows = rng.integers(len(X), size=batch_size)
        loss, dW = cs231n_softmax.softmax_loss_vectorized(W, X[rows], y[rows], reg)
        return W - learning_rate * dW + rng.normal(size=W.shape), loss

    assert str(check.sgd_step(sgd_step)) == str(check.sgd_step(sgd_step))
