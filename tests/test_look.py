"""What a teacher is told to look at: similar answers of two students, borrowed answers, reading, many numbers."""

import ast
import inspect
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import mistakes
import nbformat
import pytest
from similar_answers import COPIES, HEAD, HONEST, changed

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from classroom import released_notebook  # noqa: E402
from grading import look  # noqa: E402
from grading.compared import own_marks  # noqa: E402
from grading.similar import similar  # noqa: E402

NAME = "my_softmax_loss_vectorized"
STUB = HEAD + "    # Your code here, in place of this line and the next.\n    raise NotImplementedError\n"
RENAMED = {"usual": "N n scores s exp_scores ex probs p dscores ds", "usual_dot": "num_train n scores f probs q",
           "usual_commented": "n m s z e a p b", "usual_short": "N n S a P b",
           "usual_averaged": "num_train n exp_scores e probs p correct_logprobs c data_loss dl dscores ds",
           "usual_two_parts": "scores f expd ef sums tot p prob Li losses dp dprob"}


def told(answers, stub=STUB):
    return similar({student: {NAME: source} for student, source in answers.items()}, {NAME: stub})[0]


# --- similar answers ------------------------------------------------------------------------------


def test_honest_answers_of_a_class_are_not_called_similar(record_property):
    assert told(HONEST | {"blank": STUB, "blank too": STUB, "no python": "def f(:", "empty": ""}) == {}
    record_property("figure", f"similar answers: 0 of {len(HONEST)} honest ones told")


@pytest.mark.parametrize("whose", RENAMED)
def test_the_obvious_form_in_other_names_is_not_called_similar(whose):
    """Two who write the usual steps can't be told from one who copies them and changes all names: no note."""
    assert told(HONEST | {"other": changed(whose, RENAMED[whose])}) == {}


def test_equal_names_for_other_steps_are_not_called_similar():
    other = changed("counting_mask", "n_images idx all_scores h biggest B unnormalized d total z probabilities p "
                    "is_true_class mask gradient_of_scores grad")
    names = {"idx", "h", "B", "d", "z"}  # those of divided_early
    assert names <= own_marks(other) & own_marks(HONEST["divided_early"])
    assert told({"a": HONEST["divided_early"], "b": other.replace("mask", "h").replace("grad", "d")}) == {}


@pytest.mark.parametrize("name", COPIES)
def test_copies_are_found_and_both_students_have_the_note(name):
    whose, source = COPIES[name]
    assert source.startswith(HEAD) and ast.parse(source)
    notes = told(HONEST | {"copy": source})
    assert set(notes) == {"copy", whose}
    assert notes["copy"][0].startswith(f"{NAME}: nearly the same as that of {whose}: ")


def test_a_copy_that_went_round_is_one_note_for_each_student():
    ring = {f"s{n}": HONEST["step_by_step"] for n in range(5)}
    notes = told(ring)
    assert set(notes) == set(ring)
    assert notes["s0"] == [f"{NAME}: nearly the same as that of s1, s2, s3 and 1 more: equal in every token (with s1)"]


def test_what_is_equal_in_a_group_is_said_of_a_pair():
    """Two copies, each changed in another line: what equals the first is said of the first."""
    whose, copy = COPIES["one_line_changed"]
    other = copy.replace("W * W", "W**2").replace("loss += reg", "loss = loss + reg")
    note = told(HONEST | {"copy": copy, "other": other})[whose][0]
    assert re.search(r"of copy, other: \d+% of the steps are equal, and so are: .*probabilities.* \(with copy\)$", note)


def solved(name, notebook, *pairs):
    """A notebook's solution of an exercise, with comments of its own, and pairs of text replaced."""
    cells = nbformat.read(ROOT / f"notebooks/{notebook}.ipynb", 4).cells
    source = next(cell.source for cell in cells if cell.source.startswith(f"def {name}("))
    source = re.sub(r" *### (BEGIN|END) SOLUTION\n?", "    # mine\n", source)
    for old, new in pairs:
        assert old in source
        source = source.replace(old, new)
    return source


@pytest.mark.parametrize("notebook", [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))])
def test_the_published_solution_is_told_where_it_is_long_enough(notebook):
    """And not as a pair: everybody can read it. A short one is what many write."""
    stubs = look.exercises(released_notebook(notebook))
    handed_in = {name: solved(name, notebook) for name in stubs}
    notes, sentences = similar(dict.fromkeys(("ann", "bob"), handed_in), stubs)
    long = [name for name in stubs if name in LONG_ONES]
    expected = [f"{name}: equals the published solution" for name in long]
    assert notes == dict.fromkeys(("ann", "bob") if long else (), expected)
    assert sentences == [f"{name}: equal to the published solution: ann, bob." for name in long]


LONG_ONES = {"my_softmax_loss_naive", "my_numerical_gradient", "my_softmax_loss_vectorized", "my_sweep", "my_svm_loss",
             "my_two_layer_loss", "my_adam"}  # of a momentum step, most is given


def test_a_short_solution_stays_short_beside_long_helpers():
    stubs = look.exercises(released_notebook("06_sgd"))
    both = f"{HONEST['usual']}\n\n{solved('predict', '06_sgd')}"
    assert similar({"ann": {"predict": both}}, {"predict": stubs["predict"]}) == ({}, [])


def test_one_slip_in_the_published_solution_that_two_students_share_is_told():
    """Nothing in these answers is rare, because the solution is published; but they are equal to each other."""
    name, notebook = "my_softmax_loss_naive", "04_gradient"
    stubs = {name: look.exercises(released_notebook(notebook))[name]}
    slip, other = (
        solved(name, notebook, pair) for pair in [("2 * reg * W", "reg * W"), ("reg * np", "2 * reg * np")]
    )
    notes, sentences = similar({"ann": {name: slip}, "bob": {name: slip + "  # so"}, "zed": {name: other}}, stubs)
    assert notes == {"ann": [f"{name}: nearly the same as that of bob: equal in every token"],
                     "bob": [f"{name}: nearly the same as that of ann: equal in every token"]}
    assert sentences == [f"{name}: nearly the same answers: ann, bob."]


def test_two_groups_of_copies_are_two_sentences():
    answers = {"a": "step_by_step", "b": "einsum", "c": "step_by_step", "d": "einsum", "e": "step_by_step"}
    functions = {student: {NAME: HONEST[whose]} for student, whose in answers.items()}
    assert similar(functions, {NAME: STUB})[1] == [
        f"{NAME}: nearly the same answers: a, c, e.", f"{NAME}: nearly the same answers: b, d."]


@pytest.mark.parametrize("whose, found", [("untouched", True), ("comments_only", True), ("renamed", False)])
def test_in_a_class_of_two_names_and_comments_alone_can_tell(whose, found):
    original, source = COPIES[whose]
    assert bool(told({"a": HONEST[original], "b": source})) == found


def test_short_answers_with_one_obvious_form_are_never_called_similar():
    stub = "def my_predict(W, X):\n    raise NotImplementedError\n"
    same = "def my_predict(W, X):\n    scores = X @ W\n    return np.argmax(scores, axis=1)\n"
    assert similar({f"s{n}": {"my_predict": same} for n in range(30)}, {"my_predict": stub}) == ({}, [])


# --- one student ----------------------------------------------------------------------------------


def notes(source, *cells, name=NAME):
    """The notes about one exercise, in a notebook with other cells."""
    exercise = nbformat.v4.new_code_cell(source, metadata={"nbgrader": {"grade_id": name, "solution": True}})
    others = [nbformat.v4.new_code_cell(text) for text in ("import numpy as np\n%matplotlib inline", *cells)]
    stub = nbformat.v4.new_code_cell("stub", metadata=exercise.metadata)
    return look.notes(SimpleNamespace(cells=[*others, exercise]), SimpleNamespace(cells=[stub]))


@pytest.mark.parametrize("body, cells, word", [
    ("return softmax_loss_naive(W, X, y, reg)", ["from cs231n_softmax import softmax_loss_naive"], "loss_naive"),
    ("return f(W, X, y, reg)", ["from cs231n_softmax import softmax_loss_naive as f"], "softmax_loss_naive"),
    ("return cs.softmax_loss_compiled(W, X, y, reg)", ["import cs231n_softmax as cs"], "softmax_loss_compiled"),
    ("return helper(W, X, y, reg)", ["from cs231n_softmax import softmax_loss_naive", "g = softmax_loss_naive",
                                     "def helper(*a):\n    return g(*a)"], "softmax_loss_naive"),
    ("return getattr(c, 'cross_entropy')(W)", ["import cs231n_softmax as c"], "cross_entropy"),
    ("import torch\n    return torch.logsumexp(W, 0)", [], "torch"),
    ("return grad(W)", ["from jax import grad"], "jax"),
    ("return json.load(open('04_gradient.ipynb'))", ["import json"], "04_gradient.ipynb, open"),
    ("return eval('1')", [], "eval"),
    ("return Path('/').read_text()", ["from pathlib import Path"], "read_text"),
    ("return subprocess.run(['x'])", ["import subprocess"], "subprocess"),
    ("return np.array([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8], [0.9, 1.1, 1.2, 1.3]])", [], "12 numbers"),
    ("if X.shape == (7, 5):\n        return 1.25, 0", [], "size of a certain problem: X.shape == (7, 5)"),
])  # fmt: skip
def test_what_is_worth_a_look_is_told(body, cells, word):
    (note,) = notes(f"{HEAD}    {body}\n", *cells)
    assert note.startswith(f"{NAME}: ") and word in note


@pytest.mark.parametrize("body", [
    "return check(W)", "raise NotImplementedError", "return softmax(X @ W)", "x = 'open'\n    return x",
    "if len(X) == 0 or X.shape[0] == 1:\n        return 0.0, W"])
def test_what_is_no_shortcut_is_not_told(body):
    assert notes(f"{HEAD}    {body}\n", "from cs231n_softmax.classifiers.softmax import softmax") == []


@pytest.mark.parametrize("source, word", [
    (f"{HEAD}    return 1{' + 1' * 30_000}\n", "too long"), (f"{HEAD}    return 1{' + 1' * 1_500}\n", "too deeply"),
    (f"{HEAD}    return {'(' * 300}1{')' * 300}\n", None), ("def f(:", None),
], ids=["long", "deep", "brackets", "syntax"])  # fmt: skip
def test_code_that_cant_be_read_stops_nothing(source, word):
    assert [word in note for note in notes(source)] == [True] * bool(word)
    told({"a": source, "b": source})


def test_the_notebooks_own_solutions_and_honest_answers_are_not_told():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, 4)
        trees = [tree for cell in notebook.cells if cell.cell_type == "code" and (tree := look.parsed(cell.source)[0])]
        for cell in notebook.cells:
            if "### BEGIN SOLUTION" in cell.source:
                name = cell.source.split("def ", 1)[1].split("(")[0]
                assert look.look(name, look.parsed(cell.source)[0], trees) == [], (path.stem, name)
    for name, source in HONEST.items():
        assert notes(source) == [], name


def test_the_examiners_right_answers_are_rarely_told():
    """Those that are told use the package's answer, or exp's own function in SciPy: a look decides."""
    suspicious = {case.name for case in mistakes.load("softmax_loss").RIGHT for form in (case.body, case.vectorized)
                  if inspect.isfunction(form) and notes(inspect.cleandoc(inspect.getsource(form)))}
    assert suspicious <= {"package"}
