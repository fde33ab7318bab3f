"""The report: what it says as text and as HTML, and how it makes a cell fail."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import cs231n_softmax.check.report as report_module
from cs231n_softmax import check, softmax_loss_naive, softmax_loss_vectorized


def half_gradient(W, X, y, reg):
    loss, dW = softmax_loss_vectorized(W, X, y, reg)
    return loss, dW - reg * W


def odd_bias(W, X, y, reg):
    loss, dW = softmax_loss_vectorized(W, X, y, reg)
    dW[-1] += 0.3 * np.sin(3 * W[-1])
    return loss, dW


def odd_example(W, X, y, reg):
    loss, dW = softmax_loss_vectorized(W, X, y, reg)
    if len(X) > 2:
        dW = dW + np.outer(X[2], 0.3 * np.sin(W.sum(axis=0)))
    return loss, dW


def odd_label(W, X, y, reg):
    loss, dW = softmax_loss_vectorized(W, X, y, reg)
    factors = np.zeros((len(X), W.shape[1]))
    factors[np.arange(len(X)), y] = np.cos(X @ W)[np.arange(len(X)), y]
    return loss, dW + X.T @ factors


def odd_loss(W, X, y, reg):
    """A loss of one's own, with its right derivative: softmax of scores whose class 1 counts 1.7 times."""
    weights = np.where(np.arange(W.shape[1]) == 1, 1.7, 1.0)
    scores = X @ W * weights
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(X))
    loss = -np.log(p[rows, y]).mean() + reg * np.sum(W**2)
    p[rows, y] -= 1
    return loss, X.T @ (p * weights) / len(X) + 2 * reg * W


def test_a_right_function_shows_what_passed():
    """One line for each thing tried, with a word beside the mark, and no numbers that differ by machine."""
    text = str(check.softmax_loss(softmax_loss_vectorized, vectorized=True))
    lines = text.splitlines()
    assert lines[0] == "softmax_loss_vectorized is right." and len(lines) >= 8
    assert all(re.match(r"  \N{CHECK MARK} passed +\w", line) for line in lines[1:])
    assert "e-1" not in text


def test_a_mistake_shows_title_explanation_evidence_and_hint():
    """The loss is right, the gradient's regularization is half, the derivative is 2 * reg * W."""
    report = check.softmax_loss(half_gradient)
    (mistake,) = report.mistakes
    assert mistake.code == "reg-gradient-half"
    assert mistake.title == "The regularization part of the gradient is half of what it should be."
    assert mistake.explanation.startswith("Your loss is right.") and "2 * reg * W" in mistake.hint
    yours, expected = map(float, re.search(r"is (-?[\d.]+), expected (-?[\d.]+)", mistake.evidence).groups())
    assert np.isclose(yours, expected / 2, rtol=1e-3)
    text = str(report)
    assert "Hint: " not in text and text.endswith("For a hint, call check.hint().")
    assert text.startswith("half_gradient: not right yet.") and f"Mistake 1: {mistake.title} [{mistake.code}]" in text
    assert "wrong      what regularization adds to the gradient" in text


def test_the_readme_shows_what_is_said():
    """README's example, run: the report that it shows is the one that comes."""
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    example = r"```python\n(def my_loss.*?)check\.softmax_loss.*?```\n\n```\n(.*?)\n```"
    code, shown = re.search(example, readme, flags=re.DOTALL).groups()
    names = {"np": np}
    exec(code, names)
    assert str(check.softmax_loss(names["my_loss"])) == shown


class Well(HTMLParser):
    """Follows tags, so that an unclosed one is noticed."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("fn", [softmax_loss_vectorized, softmax_loss_naive, half_gradient, odd_bias])
def test_html_says_what_the_text_says(fn):
    """Well-formed, with the same steps and mistakes in it; results are said in words, not only in colour."""
    report, page = check.softmax_loss(fn, vectorized=True), Well()
    page.feed(report._repr_html_())
    said = " ".join("".join(page.text).split())
    assert page.open == [] and fn.__name__ in said
    for what, result in report.steps:
        assert what in said and result in said
    for mistake in report.mistakes + report.remarks:
        for part in mistake:
            assert " ".join(part.replace("`", "").split()) in said


def test_a_hint_is_shown_on_demand(capsys, monkeypatch):
    """By report.hint(), and by check.hint() after `require()`, which leaves no report; the page has it folded."""
    monkeypatch.setattr(report_module, "_latest", [])
    check.hint()
    assert "Nothing has been checked yet." in capsys.readouterr().out
    report = check.softmax_loss(half_gradient)
    hint = report.mistakes[0].hint
    with pytest.raises(check.CheckFailed) as caught:
        report.require()
    assert hint not in str(caught.value) and "check.hint()" in str(caught.value)
    check.hint()
    report.hint()
    assert capsys.readouterr().out.split() == 2 * f"Hint for mistake 1: {hint}".split()
    (folded,) = re.findall("<details>(.*?)</details>", report._repr_html_())
    assert re.sub("<.*?>", "", folded) == "Hint" + hint.replace("`", "")
    assert check.softmax_loss(softmax_loss_vectorized).ok
    check.hint()
    assert capsys.readouterr().out == "softmax_loss_vectorized is right: there is nothing to hint at.\n"


PAGES = ["#ffffff", "#f7f7f7", "#000000", "#111111", "#1e1e1e", "#212121", "#383838"]  # of JupyterLab, VS Code, Colab


def luminance(colour):
    """Return the relative luminance of "#rrggbb", as WCAG 2 defines it."""
    parts = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.dot([0.2126, 0.7152, 0.0722], np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4))


def contrast(a, b):
    """Return the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def test_text_can_be_read_on_light_and_dark_pages():
    """Text has the page's own colour, or else a background of its own, at 4.5 : 1; lines beside it have 3 : 1."""
    assert round(contrast("#ffffff", "#000000"), 6) == 21 and round(contrast("#777777", "#ffffff"), 2) == 4.48
    report = check.softmax_loss(odd_bias)
    report.steps = [("tried", result) for result in report_module.MARKS]
    styles = re.findall('style="(.*?)"', report._repr_html_() + check.softmax_loss(softmax_loss_naive)._repr_html_())
    coloured = [dict(part.split(":") for part in style.split(";")) for style in styles if "#" in style]
    assert len(coloured) > 10 and any("border-left" in style for style in coloured)
    for style in coloured:
        if "border-left" in style:
            line = style["border-left"].split()[-1]
            assert min(contrast(line, page) for page in PAGES) >= 3 and "color" not in style, style
        else:
            assert contrast(style["color"], style["background"]) >= 4.5, style


def test_long_rows_are_broken():
    """Only the marks stay on one line: on a narrow screen nothing is cut off."""
    html = check.softmax_loss(half_gradient)._repr_html_()
    kept = re.findall(r"nowrap[^>]*>(.*?)<", html)
    assert set(kept) <= set(report_module.MARKS.values()) and max(map(len, kept)) < 12


def test_html_is_escaped():
    """What a learner's function says can't become part of the page."""
    def fn(W, X, y, reg):
        raise ValueError("<script>alert(1)</script>")

    fn.__name__ = "<b>fn</b>"
    html = check.softmax_loss(fn)._repr_html_()
    assert "<script>" not in html and "<b>fn" not in html and "&lt;script&gt;" in html


def test_require_returns_or_raises():
    """A right report comes back, so that a cell shows it; a wrong one raises, with all of its text."""
    report = check.softmax_loss(softmax_loss_vectorized)
    assert report.require() is report
    with pytest.raises(AssertionError, match="half of what it should be") as caught:
        check.softmax_loss(half_gradient).require()
    assert isinstance(caught.value, check.CheckFailed)
    assert str(caught.value) == str(check.softmax_loss(half_gradient))


def test_a_failed_check_takes_one_line_in_a_notebook():
    """IPython is given a line in place of the examiner's stack; the report itself stands above it."""
    with pytest.raises(check.CheckFailed) as caught:
        check.softmax_loss(half_gradient).require()
    (line,) = caught.value._render_traceback_()
    assert line == ("CheckFailed: half_gradient: 1 mistake. "
                    "The regularization part of the gradient is half of what it should be. [reg-gradient-half]")


def only(fn):
    (mistake,) = check.softmax_loss(fn).mistakes
    return mistake


def test_what_has_no_name_is_localised():
    """Parts, rows, examples and columns in which a gradient is wrong are told, by the part that is."""
    evidence = {fn: only(fn).evidence for fn in (odd_example, odd_label)}
    assert only(odd_example).code == only(odd_label).code == "data-gradient-wrong"
    assert "wrong for example 2 of 6" in evidence[odd_example] and "it is right with N = 1" in evidence[odd_example]
    assert "wrong only at the labels' own classes" in evidence[odd_label]
    assert not re.search(r"e-1\d", "".join(evidence.values()))  # what is 0 but for rounding is shown as 0
    assert re.search(r"for the classes are \((-?\d\.\d+, ){3}-?\d\.\d+\)", evidence[odd_example])
    assert "only the last row is wrong, that of the bias" in only(odd_bias).evidence


def test_a_loss_with_its_own_right_derivative_is_told_so():
    """The mistake is in what is computed, not in how it was derived."""
    mistakes = {m.code: m for m in check.softmax_loss(odd_loss).mistakes}
    assert "your gradient is the derivative of your loss" in mistakes["data-loss-wrong"].evidence


def test_a_factor_of_everything_gets_no_advice_on_the_penalty():
    """Twice the data part and twice the regularization: one mistake, and its hint isn't the regularization's."""
    def doubled(W, X, y, reg):
        loss, dW = softmax_loss_vectorized(W, X, y, reg)
        return 2 * loss, 2 * dW

    mistake = only(doubled)
    assert mistake.code == "everything-double" and "reg" not in mistake.hint + mistake.explanation


@pytest.mark.parametrize("factor", [0.3, 3, -7.5, 1.01])
def test_an_unknown_factor_is_told(factor):
    """A factor without a meaning of its own is given as a number."""
    def scaled(W, X, y, reg):
        loss, dW = softmax_loss_vectorized(W, X, y, reg)
        return loss, dW * factor

    mistake = only(scaled)
    assert mistake.code == "gradient-factor" and f"are {factor:g} times what they should be" in mistake.title
