"""The examiner on functions that aren't an answer at all, and on whatever a function may return or rely on."""

import math

import numpy as np
import pytest
from mistakes import EXERCISES, Example, build, load, source_of
from mistakes.softmax_loss import label_after_loop

import cs231n_softmax
from cs231n_softmax import check
from cs231n_softmax.check import guard
from cs231n_softmax.check.losses.problems import ordinary_problems

ONE_RESULT = [name for name in EXERCISES if not name.endswith("_loss")]
BROKEN = [
    ("not-written", "raise NotImplementedError"), ("returns-none", "x = 1"), ("exits", "raise SystemExit"),
    ("recursion", "return {name}({arguments})"), ("exception", "return undefined"), ("wrong-type", "return 'seven'"),
    ("wrong-type", "return 1j * np.ones(3)"), ("wrong-type", "return {{1: 2}}"), ("wrong-shape", "return np.ones(77)"),
    ("changes-others", "np.exp = abs; return np.zeros(3)"), ("too-slow", "while True:\n    pass"),
]
OF_A_RESULT = {"returns-none", "wrong-type", "wrong-shape"}  # train has other work, which isn't done in these cases


def codes(report):
    """Return the codes of the mistakes."""
    return [mistake.code for mistake in report.mistakes]


def examine(exercise, body):
    """Examine the exercise's function with this body."""
    source = source_of(body, load(exercise).BASE)
    return getattr(check, exercise)(build(Example(exercise, "", "", "", source)))


@pytest.mark.parametrize(("exercise", "expected", "body"), [
    (name, code, body) for name in ONE_RESULT for code, body in BROKEN
    if name != "sweep" and not (name == "train" and code in OF_A_RESULT)
])
def test_broken_functions_are_told_so(exercise, expected, body, monkeypatch):
    """No answer, or none that can be used, is said in words, and the rest is noted as not tried."""
    monkeypatch.setattr(guard, "CPU_LIMIT", 0.3 if expected == "too-slow" else 5.0)
    head = load(exercise).BASE.split("def ")[1].split("):")[0]
    name, arguments = head.split("(")
    report = examine(exercise, body.format(name=name, arguments=arguments))
    assert codes(report) == [expected], report
    results = [result for _, result in report.steps]
    assert results[0] == ("stopped" if expected == "too-slow" else "wrong") and results[-1] == "not tried"


LOSS = "loss, dW = softmax_loss_vectorized(W, X, y, reg)\n    "


@pytest.mark.parametrize(("code", "body", "said"), [
    ("exception", "import no_such_module", "`no_such_module` isn't installed here, or is misspelt."),
    ("exits", "raise KeyboardInterrupt", "Is there a `raise KeyboardInterrupt`?"),
    ("exits", "raise SystemExit", "Is there an exit()"),
    ("wrong-return", LOSS + "yield loss, dW", "returns a generator: nothing"),
    ("wrong-return", LOSS + "return (part for part in (loss, dW))", "or a `for` in round brackets?"),
    ("wrong-return", "async def later():\n        pass\n    return later()", "Write `def` in place of `async def`."),
    ("wrong-return", "async def later():\n        yield 1\n    return later()", "returns an async generator: nothing"),
    ("wrong-return", "return 3", "expected (loss, dW), got an object of type int"),
    ("wrong-return", "return 1, 2, 3", "expected (loss, dW), got a tuple of 3"),
    ("wrong-type", LOSS + "return loss, np.ma.masked_greater(dW, 0)", "entries are masked"),
    ("exception", "scores = X @ W; scores -= scores.max(axis=1)", "These numbers have to be a column: keepdims=True"),
    ("exception", "return 0.0, X.T.dot(np.ones((500, 10)))", "(9, 6) is (D, N). None of the sizes here is 500 or 10."),
    ("remembers", LOSS + "dW[1, 2] = np.random.randn()\n    return loss, dW", "Seen: dW[1, 2] at the first call"),
    ("remembers", LOSS + "return loss + np.random.randn(), dW", "Seen: loss at the first call"),
    ("overflow", LOSS + "math.fsum(map(math.exp, X[0] @ W))\n    return loss, dW", "Scores near 1,000 overflow."),
    ("changes-arguments reg-missing", LOSS + "loss, dW = softmax_loss_vectorized(W, X, y, 0)\n    W += 0.1 * dW\n    "
     "return loss * np.abs(W).sum(), dW * W", "A change of reg has no effect on the loss and the gradient."),
])
def test_the_hint_fits(code, body, said):
    """What a loss does or returns by mistake is called by its name."""
    names = {"np": np, "math": math, "softmax_loss_vectorized": cs231n_softmax.softmax_loss_vectorized}
    exec(f"def fn(W, X, y, reg):\n    {body}", names)
    report = check.softmax_loss(names["fn"])
    assert " ".join(codes(report)) == code and said in " ".join(" ".join([str(report), *report.hints()]).split())


def test_the_remark_on_pixels_shows_what_differs():
    """Where the loss is right on bytes, its numbers aren't shown."""
    (remark,) = [remark for remark in check.softmax_loss(label_after_loop).remarks if remark.code == "uint8"]
    assert remark.evidence.startswith("dW[")


def test_softmax_in_place_is_told_once():
    """That it writes into scores; not that it fails for whole numbers, which comes from that."""
    report = examine("softmax", "scores[:] = np.exp(scores - scores.max(axis=1, keepdims=True))\n"
                                "return scores / scores.sum(axis=1, keepdims=True)")
    assert codes(report) == ["changes-arguments"] and report.remarks == []


@pytest.mark.parametrize(("rows", "told", "remark"), [
    ("images.reshape(len(images), -1)", ["changes-arguments"], []),
    ("images.reshape(len(images), -1).copy()", [], ["there is no result"]),
])
def test_prepare_in_place_is_told_once(rows, told, remark):
    """A `-=` is a mistake where it changes the images, and else a remark: bytes stop it with an error."""
    report = examine("prepare", f"rows = {rows}\nrows -= mean_image\n"
                                "return np.hstack([rows, np.ones((len(rows), 1))])")
    assert codes(report) == told and len(report.remarks) == len(remark)
    assert all(said in found.title for said, found in zip(remark, report.remarks, strict=True))


def test_one_mistake_is_seen_alone():
    """A row kept as a view is one mistake with two effects, so nothing is said about all the mistakes together."""
    report = examine("numerical_gradient", "grad = np.zeros_like(x)\nfor i in range(len(x)):\n    old = x[i]\n"
                                           "    x[i] = old + h\n    above = f(x)\n    x[i] = old - h\n"
                                           "    below = f(x)\n    x[i] = old\n    grad[i] = (above - below) / (2 * h)\n"
                                           "return grad")
    assert codes(report) == ["rows-at-once"] and "together" not in str(report)


@pytest.mark.parametrize("exercise", [name for name in ONE_RESULT if name != "train"])
def test_a_generator_is_none_of_the_results(exercise):
    """In the smaller exercises too."""
    report = examine(exercise, "yield 1")
    assert codes(report) == ["wrong-return"] and "returns a generator" in report.mistakes[0].title


def test_masked_entries_are_no_right_numbers():
    """What a mask hides isn't compared; an array that hides nothing is as good as any."""
    def masked(threshold):
        return lambda scores: np.ma.masked_less(cs231n_softmax.softmax(scores), threshold)

    assert codes(check.softmax(masked(0.5))) == ["wrong-type"] and check.softmax(masked(-1)).ok


@pytest.mark.parametrize(("returned", "expected"), [
    ("(new.tolist(), loss)", []), ("[new.tolist(), loss]", []), ("new.tolist()", ["loss-missing"])])
def test_a_new_W_may_be_a_nested_list(returned, expected):
    """Its rows aren't taken for results."""
    step = "idx = rng.integers(len(X), size=batch_size)\nloss, dW = softmax_loss_vectorized(W, X[idx], y[idx], reg)"
    assert codes(examine("sgd_step", f"{step}\nnew = W - learning_rate * dW\nreturn {returned}")) == expected


@pytest.mark.parametrize(("extra", "remarks"), [
    ("print('x' * 10**6)", ["prints"]), ("text = 'x' * 10**6", []), ("np.zeros(10**6)", []),
    ("(X[:, :, None] * W).sum()", ["huge-temporary"])])
def test_only_what_grows_with_the_problem_is_a_huge_temporary(extra, remarks):
    """A long text takes memory too, and isn't N * D * C numbers."""
    names = {"np": np, "softmax_loss_vectorized": cs231n_softmax.softmax_loss_vectorized}
    exec(f"def fn(W, X, y, reg):\n    {extra}\n    return softmax_loss_vectorized(W, X, y, reg)", names)
    report = check.softmax_loss(names["fn"])
    assert report.ok and sorted(m.code for m in report.remarks) == remarks


def test_a_function_whose_source_cannot_be_found_has_a_report():
    """Its __wrapped__ leads back to itself: a loss, where hidden loops are looked for, and a forward difference."""
    def loss(W, X, y, reg):
        return cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)

    def forward(f, x, h=1e-5):
        return np.reshape([(f(x + h * d) - f(x)) / h for d in np.eye(x.size).reshape(-1, *x.shape)], x.shape)

    loss.__wrapped__, forward.__wrapped__ = loss, forward
    assert check.softmax_loss(loss, vectorized=True).ok
    assert codes(check.numerical_gradient(forward)) == ["forward"]


def test_what_isnt_a_function_is_told_so():
    """The result of the function in place of the function, for example."""
    assert codes(check.softmax(np.ones((2, 3)))) == ["not-a-function"]


@pytest.mark.parametrize("exercise", ONE_RESULT)
def test_numbers_of_any_kind_and_size_harm_no_check(exercise):
    """NaN, inf, huge and empty results are described, and the examiner itself never stops with an error."""
    for value in ["np.nan", "np.inf", "1e308", "[]", "np.array(3)", "(1, 2)", "[[1], [2, 3]]", "np.ones((1, 1, 1))",
                  "(np.full(3, np.nan), None)", "(np.ones((3, 4)), np.inf)", "None, None", "np.ma.masked", "True"]:
        report = examine(exercise, f"return {value}")
        assert not report.ok and str(report) and report._repr_html_()


def test_the_package_has_loops_only_where_it_should():
    """The naive losses are seen to loop (that the vectorized ones don't is in tests/mistakes)."""
    for kind in ("softmax", "svm"):
        naive = getattr(cs231n_softmax, f"{kind}_loss_naive")
        assert [m.code for m in getattr(check, f"{kind}_loss")(naive, vectorized=True).remarks] == ["loops"]


def test_the_other_convention_is_accepted_when_asked_for():
    """convention="half" accepts 0.5 * reg * sum(W**2) with reg * W, and rejects the suite's own."""
    def half(W, X, y, reg):
        return cs231n_softmax.softmax_loss_vectorized(W, X, y, reg / 2)

    assert check.softmax_loss(half, convention="half").ok and not check.softmax_loss(half).ok
    full = check.softmax_loss(cs231n_softmax.softmax_loss_vectorized, convention="half")
    assert codes(full) == ["reg-double"]
    assert full.mistakes[0].hint.endswith("`0.5 * reg * np.sum(W**2)`, and in the gradient `reg * W`.")
    quarter = check.softmax_loss(lambda W, X, y, reg: half(W, X, y, reg / 2), convention="half")
    assert codes(quarter) == ["reg-half"]
    with pytest.raises(ValueError, match='"full" or "half", got \'none\''):
        check.softmax_loss(half, convention="none")


def test_where_two_explanations_fit_equally_none_is_believed():
    """Half the examples, and sum(log(exp(s))) - s[y]: it could as well be log(exp(sum(s))) - s[y]."""
    def odd(W, X, y, reg):
        scores, y_half = (X @ W)[::2], y[::2]
        losses = scores.sum(axis=1) - scores[np.arange(len(scores)), y_half]
        return losses.sum() / len(X) + reg * np.sum(W**2), cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)[1]

    assert codes(check.softmax_loss(odd)) == ["data-loss-wrong"]


def test_what_takes_more_than_three_mistakes_to_explain_gets_no_name():
    """No 1 subtracted at the label, times 1.37: a number without a meaning counts as three, and four are a guess."""
    def odd(W, X, y, reg):
        loss, _ = cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)
        return loss, 1.37 * X.T @ cs231n_softmax.softmax(X @ W) / len(X) + 2 * reg * W

    assert codes(check.softmax_loss(odd)) == ["data-gradient-wrong"]


@pytest.mark.parametrize(("factor", "expected"), [(1, "no-logarithm"), (-2, "no-logarithm"), (1.37, "data-loss-wrong")])
def test_a_formula_without_a_size_of_its_own_is_named_with_usual_factors_only(factor, expected):
    """p in place of -log(p) has no sign or size that is right; but a number without a meaning is a doubt."""
    def probability(W, X, y, reg):
        _, dW = cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)
        p = cs231n_softmax.softmax(X @ W)[np.arange(len(X)), y]
        return factor * p.mean() + reg * np.sum(W**2), dW

    assert codes(check.softmax_loss(probability)) == [expected]


def test_an_argument_that_changes_in_its_last_digit_has_changed():
    """Only a function that is meant to move its argument and to put it back may leave it with other rounding."""
    def rounds(W, X, y, reg):
        np.nextafter(W, np.inf, out=W)
        return cs231n_softmax.softmax_loss_vectorized(W, X, y, reg)

    assert "changes-arguments" in codes(check.softmax_loss(rounds))


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


def test_a_step_that_draws_noise_is_reported_alike_each_time():
    """The same questions get the same report, also where the generator is used for something else."""
    def sgd_step(W, X, y, learning_rate, reg, batch_size, rng):
        rows = rng.integers(len(X), size=batch_size)
        loss, dW = cs231n_softmax.softmax_loss_vectorized(W, X[rows], y[rows], reg)
        return W - learning_rate * dW + rng.normal(size=W.shape), loss

    assert str(check.sgd_step(sgd_step)) == str(check.sgd_step(sgd_step))
