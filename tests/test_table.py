"""The tables of a class: kept results, points.csv, the class list, points by hand, late days, schools' systems."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from grading.answers import written  # noqa: E402
from grading.exports import delete_old, people  # noqa: E402
from grading.head import head  # noqa: E402
from grading.late import read_policy  # noqa: E402
from grading.results import Result, digest, path_of, read_result, read_results, write_result  # noqa: E402
from grading.roster import name_keys, read_roster  # noqa: E402
from grading.sheets import cell, decoded, plain  # noqa: E402
from grading.table import put_aside, write_tables  # noqa: E402

CHECKS = {"check_my_softmax": 5.0, "check_my_loss": 10.0}
FULL = dict(CHECKS)
CLASS = "E-Mail;ID;Name\nanna@x.edu;77;Anna Smith\nodon@x.edu;78;Ödön Müller\nzed@x.edu;79;Zed Zhao\n"


def result(student, points=FULL, **fields):
    return Result(student, fields.pop("name", ""), fields.pop("ids", {}), "d", dict(points), **fields)


def as_results(*several):
    return {one.student: one for one in several}


def lines(path, delimiter=","):
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=delimiter))


def rows(folder):
    """points.csv as {student: {heading: cell}}, in its order."""
    head, *others = lines(folder / "points.csv")
    return {line[0]: dict(zip(head, line, strict=True)) for line in others}


def put(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


# --- results --------------------------------------------------------------------------------------


def test_a_result_comes_back_as_it_was_written(tmp_path):
    one = result("müller_1", ids={"canvas": "1"}, notes=["a"], handed_in={"02": ""}, late={"02": True},
                 answers={"02: question 1": "=x"}, functions={"my_softmax": "def ..."})
    write_result(tmp_path, one)
    assert read_results(tmp_path) == ({"müller_1": one}, [])


@pytest.mark.parametrize("damage", [
    lambda text: text[: len(text) // 2], lambda text: "[]", lambda text: "[" * 100_000, lambda text: "\0",
    lambda text: text.replace("5.0", "NaN"), lambda text: text.replace("5.0", '"5"'),
    lambda text: text.replace('"notes"', '"remarks"'), lambda text: text.replace('"anna"', '"bob"'),
], ids=["half", "list", "nested", "zeros", "nan", "text", "fields", "other-student"])  # fmt: skip
def test_a_damaged_result_is_told_and_not_used(tmp_path, damage):
    write_result(tmp_path, result("anna"))
    write_result(tmp_path, result("zed"))
    path = path_of(tmp_path, "anna")
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    found, (sentence,) = read_results(tmp_path)
    assert list(found) == ["zed"] and sentence.startswith("anna.json ") and "graded again" in sentence
    with pytest.raises(ValueError, match="anna.json"):
        read_result(path)


def test_a_text_that_is_no_unicode_is_kept(tmp_path):
    one = result("anna", name="\ud800\0", notes=["\udcff"])
    write_result(tmp_path, one)
    assert read_results(tmp_path)[0] == {"anna": one}
    assert write_tables(tmp_path, {"anna": one}, CHECKS) == [] and rows(tmp_path)["anna"]["what happened"] == "?"


def test_the_digest_changes_with_what_is_handed_in_the_release_and_the_settings():
    release, settings = {"02": "r"}, {"s": 1}
    variants = [({"02": b"a"}, release, settings), ({"02": b"b"}, release, settings), ({}, release, settings),
                ({"02": b"a"}, {"02": "q"}, settings), ({"02": b"a"}, release, {"s": 2})]
    assert len({digest(*variant) for variant in variants}) == len(variants)
    assert digest({"a": b"1", "b": b"2"}, {}, {}) == digest({"b": b"2", "a": b"1"}, {}, {})


# --- points.csv -----------------------------------------------------------------------------------


def test_a_spreadsheet_opens_the_table_sorts_it_and_runs_nothing_of_it(tmp_path):
    bad = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1"]
    several = [result(f"s{n}", name=name, points={}) for n, name in enumerate(bad)]
    several += [result("Zoë", {"check_my_loss": 2.5}, notes=["=2\n+2", "so"]), result("=a")]
    write_tables(tmp_path, as_results(*several), CHECKS)
    assert (tmp_path / "points.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,name,email,my_softmax,my_loss,")
    assert [line[0] for line in lines(tmp_path / "points.csv")][1:] == ["'=a", "s0", "s1", "s2", "s3", "s4", "Zoë"]
    table = rows(tmp_path)
    assert list(table["Zoë"].items()) == [
        ("student", "Zoë"), ("name", ""), ("email", ""), ("my_softmax", "0"), ("my_loss", "2.5"), ("extra", "0"),
        ("late", "0"), ("total", "2.5"), ("max", "15"), ("what happened", "'=2 +2; so")]
    for line in lines(tmp_path / "points.csv"):
        assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in line)


def test_a_cell_reads_as_it_was_before_it_was_made_harmless_and_old_encodings_are_read():
    assert [plain(cell(text)) for text in ("=1", "'=1", "'x", "a")] == ["=1", "'=1", "'x", "a"]
    assert cell("=1") == "'=1" and decoded(b"O\x92Neil \x80")[0] == "O\u2019Neil \u20ac"


def test_a_table_is_the_same_whenever_it_is_written(tmp_path):
    """Points by hand count once, and the row of a student whose result was deleted is gone."""
    both = as_results(result("anna"), result("=bob", {}, notes=["late", "sorry; really"]))
    put(tmp_path / "marks.csv", "student,exercise,points,comment\n=bob,extra,2,\n=bob,my_softmax,4,\n")
    for _ in range(2):
        assert write_tables(tmp_path, both, CHECKS) == [] and rows(tmp_path)["'=bob"]["total"] == "6"
    write_tables(tmp_path, as_results(result("anna")), CHECKS)
    assert list(rows(tmp_path)) == ["anna"]


def test_a_table_of_other_exercises_is_put_aside(tmp_path):
    write_tables(tmp_path, as_results(result("anna")), CHECKS)
    before = (tmp_path / "points.csv").read_bytes()
    assert put_aside(tmp_path / "points.csv", [check.removeprefix("check_") for check in CHECKS]) == []
    (sentence,) = put_aside(tmp_path / "points.csv", ["my_svm_loss"])
    assert "points-1.csv" in sentence and (tmp_path / "points-1.csv").read_bytes() == before
    assert not (tmp_path / "points.csv").exists()


def test_who_is_still_to_be_graded_has_no_points_in_any_table(tmp_path):
    """Neither 0 nor "nothing was handed in": not graded yet. Points by hand wait, and aren't older than the answer."""
    put(tmp_path / "class.csv", CLASS)
    put(tmp_path / "export.csv", CANVAS)
    put(tmp_path / "sheet.csv", MOODLE)
    put(tmp_path / "marks.csv", "student,exercise,points,comment\n78,my_loss,7,\n")
    graded, waiting = (as_results(SYSTEM[student]) for student in ("smithanna_501", "mullerodon_502"))
    formats = [f"canvas={tmp_path / 'export.csv'}=soft", f"moodle={tmp_path / 'sheet.csv'}", "gradescope"]
    told = write_tables(tmp_path, graded, CHECKS, tmp_path / "class.csv", None, formats, waiting=waiting)
    table = rows(tmp_path)
    assert list(table["mullerodon_502"].values()) == [
        "mullerodon_502", "Ödön Müller", "odon@x.edu", "", "", "", "", "", "15", "not graded yet"]
    assert set(table) == {"smithanna_501", "mullerodon_502", "79"} and table["79"]["total"] == "0"
    assert "for those who aren't graded yet: mullerodon_502" in " ".join(told)
    assert not any("Müller" in one for one in told if "handed in nothing" in one)
    for name in ("canvas.csv", "moodle.csv"):
        assert "Anna" in (tmp_path / name).read_text() and "Müller" not in (tmp_path / name).read_text()
    with zipfile.ZipFile(tmp_path / "gradescope.zip") as archive:
        assert "anna@x.edu" in str(archive.read("points.json")) and "odon@" not in str(archive.read("points.json"))
    for system in ("canvas", "moodle"):
        write_tables(tmp_path, graded, CHECKS, formats=[system], waiting=waiting)
        assert "502" not in (tmp_path / f"{system}.csv").read_text()
    told = write_tables(tmp_path, graded | waiting, CHECKS, tmp_path / "class.csv")
    assert told == [] and rows(tmp_path)["mullerodon_502"]["my_loss"] == "7"


def test_who_is_to_be_graded_again_has_the_points_of_before_and_the_row_says_so(tmp_path):
    again = as_results(result("anna"))
    write_tables(tmp_path, again, CHECKS, waiting=again)
    assert rows(tmp_path)["anna"]["total"] == "15"
    assert rows(tmp_path)["anna"]["what happened"] == "to be graded again: these points are of an earlier run"


# --- the class list -------------------------------------------------------------------------------


@pytest.mark.parametrize("text, encoding", [
    (CLASS, "utf-8"), (CLASS, "cp1252"), (CLASS.replace(";", ","), "utf-8-sig"), (CLASS.replace(";", "\t"), "utf-16"),
    ("sep=;\r\n" + CLASS.replace("\n", "\r\n"), "utf-8-sig"),
    ("Last Name,First Name,SID,Email Address\nSmith,Anna,77,anna@x.edu\nMüller,Ödön,78,odon@x.edu\n"
     "Zhao,Zed,79,zed@x.edu\n", "utf-8"),
])  # fmt: skip
def test_a_class_list_in_any_usual_form(tmp_path, text, encoding):
    found = read_roster(put(tmp_path / "class.csv", text, encoding))
    assert [(person.name, person.email, person.ids[0]) for person in found] == [
        ("Anna Smith", "anna@x.edu", "77"), ("Ödön Müller", "odon@x.edu", "78"), ("Zed Zhao", "zed@x.edu", "79")]


def test_a_class_list_without_names_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected the headings id, name and email .* got shoe, size"):
        read_roster(put(tmp_path / "class.csv", "shoe,size\n1,2\n"))
    with pytest.raises(ValueError, match="empty file"):
        read_roster(put(tmp_path / "class.csv", ""))
    with pytest.raises(ValueError, match="got a zip or a workbook. Save the table as CSV"):
        read_roster(put(tmp_path / "class.xlsx", "PK\x03\x04"))


@pytest.mark.parametrize("one", [
    result("77"), result("anna@x.edu"), result("f1", ids={"sis": "77"}), result("f1", ids={"email": "Anna@X.edu"}),
    result("smithanna_12345", ids={"canvas": "12345"}), result("f1", name="SMITH, Ánna"), result("anna smith"),
], ids=lambda one: f"{one.student}-{one.name}-{one.ids}")  # fmt: skip
def test_a_submission_finds_its_person_and_who_handed_in_nothing_has_a_row(tmp_path, one):
    told = write_tables(tmp_path, as_results(one), CHECKS, put(tmp_path / "class.csv", CLASS))
    table = rows(tmp_path)
    assert told == [] and set(table) == {one.student, "78", "79"}
    assert (table[one.student]["name"], table[one.student]["email"]) == ("Anna Smith", "anna@x.edu")
    assert table["79"]["what happened"] == "nothing was handed in" and table["79"]["total"] == "0"


def test_doubts_about_who_is_who_are_told_and_never_guessed(tmp_path):
    twins = "id,name\n1,Wei Zhang\n2,Zhang Wei\n3,Li Na\n"
    several = as_results(result("zhangwei_9"), result("a", name="Li Na"), result("b", name="Na Li"), result("c"))
    told = write_tables(tmp_path, several, CHECKS, put(tmp_path / "class.csv", twins))
    table = rows(tmp_path)
    assert "class.csv: 0 of 4 students are in this class list. Not in it: c." in told
    assert len(told) == 3 and set(table) == {"zhangwei_9", "a", "b", "c", "1", "2", "3"}
    assert "could be Wei Zhang (line 2 of class.csv) or Zhang Wei" in table["zhangwei_9"]["what happened"]
    assert "could be a or b" in table["3"]["what happened"] and "could be a or b" in " ".join(told)
    assert table["c"]["what happened"] == "isn't in the class list"
    assert table["a"]["name"] == "Li Na"


def test_a_class_list_of_another_course_is_refused(tmp_path):
    """Else everybody would lose the points by hand that were given to a person of the list."""
    with pytest.raises(ValueError, match="class.csv: 0 of 2 students are in this class list. Is it another course's"):
        write_tables(tmp_path, as_results(result("x"), result("y")), CHECKS, put(tmp_path / "class.csv", CLASS))


def test_points_by_hand_for_a_row_without_a_submission_are_told_if_a_submission_has_no_owner(tmp_path):
    """They may be meant for one of these. If each submission has its person, nobody need be told."""
    put(tmp_path / "class.csv", "id,name\nS003,Zed Zhao\nS004,\n")
    put(tmp_path / "marks.csv", "student,exercise,points,comment\nS004,extra,-3,\n")
    known, unknown = result("zhaozed_503"), result("leeann_504")
    told = write_tables(tmp_path, as_results(known, unknown), CHECKS, tmp_path / "class.csv")
    assert rows(tmp_path)["S004"]["total"] == "-3" and rows(tmp_path)["leeann_504"]["total"] == "15"
    assert told[-1].startswith("marks.csv: the points of S004 are in a row without a submission. These students")
    assert "class list: leeann_504. If S004 is one of them" in told[-1]
    assert write_tables(tmp_path, as_results(known), CHECKS, tmp_path / "class.csv") == []


@pytest.mark.parametrize("system, number", [("canvas", "501"), ("moodle", "9001"), ("gradescope", "31")])
def test_a_systems_file_links_its_numbers_with_those_of_the_class_list(tmp_path, system, number):
    """With student numbers alone in the class list, points by hand find the submission, and the export has them."""
    files = {"canvas": CANVAS, "moodle": MOODLE.replace("Email address", "ID number,Email address").replace(
        "Smith,anna", "Smith,77,anna").replace("Müller,", "Müller,78,").replace("Zhao,", "Zhao,79,"),
        "gradescope": GRADESCOPE}  # fmt: skip
    export = put(tmp_path / "export.csv", files[system])
    wanted = [f"{system}={export}" + "=soft" * (system == "canvas")]
    put(tmp_path / "class.csv", "student number\n77\n78\n")
    put(tmp_path / "marks.csv", "student,exercise,points,comment\n77,extra,-3,\n")
    one = as_results(result(f"x_{number}", ids={system: number}))
    told = write_tables(tmp_path, one, CHECKS, tmp_path / "class.csv", formats=wanted, links=people(wanted))
    assert rows(tmp_path)[f"x_{number}"]["total"] == "12" and set(rows(tmp_path)) == {f"x_{number}", "78"}
    assert not any("class list" in sentence or "without a submission" in sentence for sentence in told)


def test_who_hands_in_later_has_one_row(tmp_path):
    roster = put(tmp_path / "class.csv", CLASS)
    write_tables(tmp_path, {}, CHECKS, roster)
    assert set(rows(tmp_path)) == {"77", "78", "79"}
    write_tables(tmp_path, as_results(result("smithanna_1")), CHECKS, roster)
    assert set(rows(tmp_path)) == {"smithanna_1", "78", "79"}


def test_names_are_equal_in_any_order_case_and_script():
    assert name_keys("Müller, Ödön") & name_keys("odon MULLER") and name_keys("毛 泽东") & name_keys("毛泽东")
    assert name_keys("Ödön") == {"odon"}
    assert not name_keys("Anna Smith") & name_keys("Anne Smith") and name_keys("123") == set()


# --- points by hand, written answers, late days ---------------------------------------------------


def test_points_by_hand_replace_or_add_and_unusable_lines_are_told(tmp_path):
    put(tmp_path / "marks.csv", "student;exercise;points;comment\nanna;my_softmax;3,5;we talked\nanna;extra;2;\n"
        "anna;extra;1;\nzed@x.edu;check_my_loss;7;oral\nnobody;extra;1;\nanna;my_lost;1;\nanna;extra;many;\n")
    results = as_results(result("anna", ids={"email": "anna@x.edu"}), result("bob"))
    told = write_tables(tmp_path, results, CHECKS, put(tmp_path / "class.csv", CLASS))
    table = rows(tmp_path)
    assert (table["anna"]["my_softmax"], table["anna"]["extra"], table["anna"]["total"]) == ("3.5", "3", "16.5")
    assert "my_softmax: 3.5 points by hand (we talked)" in table["anna"]["what happened"]
    assert table["79"]["total"] == "7" and table["bob"]["total"] == "15"
    assert ["'nobody'" in " ".join(told), "line 7: no exercise 'my_lost'" in " ".join(told),
            "line 8: expected a number, got 'many'" in " ".join(told)] == [True] * 3


@pytest.mark.parametrize("listed", [True, False])
def test_a_name_that_is_no_students_is_told_with_the_forms_that_it_can_have(tmp_path, listed):
    put(tmp_path / "marks.csv", "student,exercise,points,comment\nAnna,extra,1,\n")
    roster = put(tmp_path / "class.csv", CLASS) if listed else None
    (sentence,) = write_tables(tmp_path, as_results(result("77")), CHECKS, roster)
    assert "no student 'Anna'; these marks don't count" in sentence
    assert "for example 77, or a number, an email or a full name that is one student's only." in sentence
    assert ("ROSTER=class.csv" in sentence) != listed


@pytest.mark.parametrize("name", ["f1", "501", "S004", "anna", "anna@x.edu", "Anna Smith", "SMITH, anna"])
def test_a_student_is_known_by_every_number_and_name_that_the_class_list_has(tmp_path, name):
    """Also by those in the columns of Canvas's gradebook behind ID, and by several of them in one file."""
    export = put(tmp_path / "export.csv", CANVAS.replace(",77,anna,", ",S004,anna,"))
    listed = ('Name,Email,Student Number,Login\n"Smith, Anna",anna@x.edu,S004,anna\n'
              '"Zhao, Zed",zed@x.edu,S005,zed\n')  # fmt: skip
    put(tmp_path / "class.csv", listed)
    quoted = f'"{name}",extra,1,\nf1,extra,1,\n'
    put(tmp_path / "marks.csv", f"student,exercise,points,comment\n{quoted}")
    one = as_results(result("f1", ids={"canvas": "501"}, name="Anna Smith"))
    for roster in (export, tmp_path / "class.csv"):
        if (roster, name) != (export, "anna@x.edu"):  # this gradebook has no emails
            assert write_tables(tmp_path, one, CHECKS, roster) == [] and rows(tmp_path)["f1"]["extra"] == "2"


@pytest.mark.parametrize("line, words", [
    ("anna,my_softmax,50,", "my_softmax has 0 to 5 points, got 50"), ("anna,my_softmax,-1,", "got -1"),
    ("Smith, Anna,my_softmax,3,", "needs quotes")])
def test_points_by_hand_that_an_exercise_cant_have_dont_count(tmp_path, line, words):
    put(tmp_path / "marks.csv", f"student,exercise,points,comment\n{line}\n")
    (sentence,) = write_tables(tmp_path, as_results(result("anna")), CHECKS)
    assert words in sentence and "doesn't count" in sentence and rows(tmp_path)["anna"]["total"] == "15"


@pytest.mark.parametrize("text", ["", "who,what\n1,2\n", '"' + "x" * 200_000])
def test_a_file_of_points_by_hand_that_cant_be_used_is_told(tmp_path, text):
    put(tmp_path / "marks.csv", text)
    (sentence,) = write_tables(tmp_path, as_results(result("anna")), CHECKS)
    assert "marks.csv" in sentence and "expected" in sentence and rows(tmp_path)["anna"]["total"] == "15"


def test_an_empty_file_for_points_by_hand_is_made_with_its_headings(tmp_path):
    write_tables(tmp_path, {}, CHECKS)
    assert lines(tmp_path / "marks.csv") == [["student", "exercise", "points", "comment"]]


def answered(folder):
    """answers.csv as {(student, question): {heading: cell}}."""
    head, *others = csv.reader(io.StringIO((folder / "answers.csv").read_text(encoding="utf-8-sig"), newline=""))
    return {tuple(line[:2]): dict(zip(head, line, strict=True)) for line in others}


def fill_in(folder, *given):
    """Give (student, question, points, comment) as a teacher does, whose spreadsheet saves in an old encoding."""
    table = answered(folder)
    for student, question, points, comment in given:
        table[student, question] |= {"points": points, "comment": comment}
    with open(folder / "answers.csv", "w", encoding="cp1252", newline="") as f:
        csv.writer(f).writerows([list(next(iter(table.values()))), *(line.values() for line in table.values())])


def test_what_a_teacher_fills_in_for_written_answers_stays_and_counts(tmp_path):
    anna = result("anna", answers={"04: question 10": "b", "04: question 2": "=because\n\nso"})
    both = as_results(anna, result("bob", answers={"04: question 2": "no"}))
    write_tables(tmp_path, both, CHECKS)
    assert list(answered(tmp_path)) == [
        ("anna", "04: question 2"), ("bob", "04: question 2"), ("anna", "04: question 10")]
    fill_in(tmp_path, ("anna", "04: question 2", "2,5", "good"), ("bob", "04: question 2", "1", ""),
            ("anna", "04: question 10", "x", ""))
    told = write_tables(tmp_path, both, CHECKS)
    assert rows(tmp_path)["anna"]["extra"] == "2.5" and rows(tmp_path)["bob"]["extra"] == "1"
    assert rows(tmp_path)["bob"]["what happened"] == "extra: 1 point for written answers (04: question 2: 1)"
    assert told == ["answers.csv, anna, 04: question 10: points: expected a number, got 'x'."]
    assert answered(tmp_path)["anna", "04: question 2"]["points"] == "2.5"
    write_tables(tmp_path, both, CHECKS, released={"05": SimpleNamespace(cells=[])})
    assert rows(tmp_path)["anna"]["extra"] == "0"  # the answers of another notebook count in another table


def test_an_answer_that_was_changed_or_deleted_after_it_was_marked_is_told(tmp_path):
    """In the comment, the row and the console, each time, until the teacher takes the words out; the points stay."""
    anna = result("anna", answers={"04: question 1": "a", "04: question 2": "b", "04: question 3": "c"},
                  handed_in={"04": ""})
    write_tables(tmp_path, as_results(anna), CHECKS)
    fill_in(tmp_path, ("anna", "04: question 1", "2", "good"), ("anna", "04: question 2", "1", ""))
    for answers in [{"04: question 1": "else"}] * 2:
        told = write_tables(tmp_path, as_results(replace(anna, answers=answers)), CHECKS)
        assert len(told) == 2 and all("older than what was handed in since" in one for one in told)
        row = rows(tmp_path)["anna"]
        assert row["extra"] == "3" and "question 2: 1 point by hand, older than" in row["what happened"]
        table = answered(tmp_path)
        assert list(table) == [("anna", "04: question 1"), ("anna", "04: question 2")]
        assert [(line["answer"], line["comment"]) for line in table.values()] == [
            ("else", "(marked before the answer was changed) good"), ("", "(marked before the answer was changed)")]
    fill_in(tmp_path, ("anna", "04: question 1", "2", "still good"), ("anna", "04: question 2", "", ""))
    assert write_tables(tmp_path, as_results(replace(anna, answers=answers)), CHECKS) == []
    assert rows(tmp_path)["anna"]["extra"] == "2" and len(answered(tmp_path)) == 1


@pytest.mark.parametrize("first, later, counts", [(0.0, 10.0, "10"), (10.0, 0.0, "7")])
def test_points_by_hand_that_are_older_than_what_was_handed_in_since(tmp_path, first, later, counts):
    """The better counts, row and console tell it each time, and a line that is changed is a new mark."""
    def given(points, source):
        return as_results(result("anna", {"check_my_loss": points}, functions={"my_loss": source}))

    put(tmp_path / "marks.csv", "student,exercise,points,comment\nanna,my_loss,7,\nanna,extra,-1,\n")
    assert write_tables(tmp_path, given(first, "a"), CHECKS) == [] and rows(tmp_path)["anna"]["my_loss"] == "7"
    for _ in range(2):
        (sentence,) = write_tables(tmp_path, given(later, "b"), CHECKS)
        assert sentence.startswith("anna: my_loss: 7 points by hand, older than what was handed in since")
        assert f"the check gives {later:g} points; {counts} count." in sentence and "in marks.csv" in sentence
        row = rows(tmp_path)["anna"]
        assert row["my_loss"] == counts and row["extra"] == "-1" and "older than what" in row["what happened"]
    put(tmp_path / "marks.csv", "student,exercise,points,comment\nanna,my_loss,7,looked at again\n")
    assert write_tables(tmp_path, given(later, "b"), CHECKS) == [] and rows(tmp_path)["anna"]["my_loss"] == "7"


def test_questions_stand_beside_the_answers(tmp_path):
    text = nbformat.v4.new_markdown_cell
    released = SimpleNamespace(cells=[text("**1. Why?**"), text("...", id="answer-1")])
    one = result("anna", answers={"04: question 1": "so"})
    write_tables(tmp_path, as_results(one), CHECKS, released={"04": released})
    assert answered(tmp_path)["anna", "04: question 1"]["what was asked"] == "**1. Why?**"


def test_the_pages_have_what_the_teacher_gave(tmp_path):
    """Points and comments of checks and answers, the sum, and the name; what stands below the head stays."""
    check = {"grade": True, "grade_id": "check_my_loss", "points": 10}
    cell = nbformat.v4.new_code_cell("", metadata={"nbgrader": check})
    released = {"04": SimpleNamespace(cells=[cell])}
    page = tmp_path / "feedback/anna/04.html"
    page.parent.mkdir(parents=True)
    page.write_text(f"<body>{head('04', {'my_loss': (0.0, 10.0)})}<p>below")
    put(tmp_path / "marks.csv", "student,exercise,points,comment\nanna,my_loss,7,<nearly>\nanna,extra,-3,late\n")
    one = result("anna", {}, name="Anna Smith", answers={"04: question 1": "so"})
    checks = {"check_my_loss": 10.0}
    write_tables(tmp_path, as_results(one), checks, released=released)
    fill_in(tmp_path, ("anna", "04: question 1", "2", "well seen"))
    assert "7 of 10" not in page.read_text()  # not after each student of a run
    write_tables(tmp_path, as_results(one), checks, released=released, pages=True)
    text = page.read_text()
    for words in ["<h1>04: 6 of 10 points</h1>", "<p>Anna Smith</p>", "my_loss: 7 points by hand. &lt;nearly&gt;",
                  "extra: -3 points by hand. late", "04: question 1: 2 points by hand. well seen",
                  "all notebooks together: 6 of 10 points", "<p>below"]:
        assert words in text
    again = replace(one, answers={"04: question 1": "else"})
    write_tables(tmp_path, as_results(again), checks, released=released, pages=True)
    assert "question 1: 2 points by hand, for what you handed in before. well seen" in page.read_text()


@pytest.mark.parametrize("extra, answer, one, of_two", [
    ("-3", "", "12 of 15 points", "04: 10 of 10 points; all notebooks: 12 of 15 points"),
    ("0", "2", "17 points (the exercises have 15)",
     "04: 12 points (the exercises have 10); all notebooks: 17 points (the exercises have 15)")])
def test_the_title_of_a_page_has_the_sum_with_what_was_added_by_hand(tmp_path, extra, answer, one, of_two):
    def notebook(*names):
        labels = [{"grade": True, "grade_id": f"check_{name}", "points": FULL[f"check_{name}"]} for name in names]
        return SimpleNamespace(cells=[nbformat.v4.new_code_cell("", metadata={"nbgrader": each}) for each in labels])

    put(tmp_path / "marks.csv", f"student,exercise,points,comment\nanna,extra,{extra},\n")
    page = tmp_path / "feedback/anna/04.html"
    page.parent.mkdir(parents=True)
    page.write_text(head("04", {}))
    anna = as_results(result("anna", answers={"04: question 1": "so"}))
    write_tables(tmp_path, anna, CHECKS)
    fill_in(tmp_path, ("anna", "04: question 1", answer, ""))
    for released, title in [({"04": notebook("my_softmax", "my_loss")}, f"04: {one}"),
                            ({"04": notebook("my_loss"), "05": notebook("my_softmax")}, of_two)]:
        write_tables(tmp_path, anna, CHECKS, released=released, pages=True)
        assert f"<h1>{title}</h1>" in page.read_text()


def test_an_answers_file_without_its_headings_is_left_alone(tmp_path):
    path = put(tmp_path / "answers.csv", "name,mark\nanna,5\n")
    with pytest.raises(ValueError, match="answers.csv: expected the headings .* student, question, answer"):
        write_tables(tmp_path, as_results(result("anna")), CHECKS)
    assert path.read_text() == "name,mark\nanna,5\n"


def test_written_answers_are_found_by_id_or_by_how_the_invitation_begins():
    invitation = "**Your answer to question {}:** *double-click here, and write it in place of this sentence.*"
    text = nbformat.v4.new_markdown_cell
    released = SimpleNamespace(cells=[text(invitation.format(n), id=f"answer-{n}") for n in (1, 2, 3, 4)])
    handed_in = SimpleNamespace(cells=[
        text("It falls.", id="answer-1"), text("**Your answer to question 2:** It rises.", id="other"),
        text(invitation.format(3), id="answer-3"), text("   ", id="answer-4"), text("text", id="answer-9")])
    assert written(handed_in, released, "04") == {"04: question 1": "It falls.", "04: question 2": "It rises."}


POLICY = "deadline=2026-10-12T23:59:00+02:00 per_day=10% grace=1h most=50%"


@pytest.mark.parametrize("time, late", [
    ("2026-10-12T21:59:00+00:00", "0"), ("2026-10-13T00:30:00+02:00", "0"), ("2026-10-12T23:30:00+00:00", "-1.5"),
    ("2026-10-14T21:59:00+00:00", "-3"), ("2026-10-14T21:59:01+00:00", "-4.5"), ("2027-01-01T00:00:00", "-7.5"),
], ids=["in-time", "grace", "begun-day", "two-days", "third-day", "most"])  # fmt: skip
def test_late_days(tmp_path, time, late):
    one = result("anna", handed_in={"02": "2026-10-01T00:00:00+00:00", "03": time})
    put(tmp_path / "marks.csv", "student,exercise,points,comment\nanna,extra,2,\n")
    write_tables(tmp_path, as_results(one), CHECKS, late=read_policy(POLICY))
    row = rows(tmp_path)["anna"]
    assert row["late"] == late and float(row["total"]) == 17 + float(late)
    assert ("hours late" in row["what happened"]) == (late != "0")
    write_tables(tmp_path, as_results(one), CHECKS)  # off, unless it's asked for
    assert rows(tmp_path)["anna"]["late"] == "0"


def test_lateness_without_a_time_is_told_and_costs_nothing(tmp_path):
    """The rows of those whom the export calls late say so, with a policy or without; one sentence tells the rest."""
    anna = result("anna", handed_in={"02": "", "03": ""}, late={"02": False, "03": True})
    both = as_results(anna, result("bob", handed_in={"02": ""}))
    for policy in (None, read_policy(POLICY)):
        told = write_tables(tmp_path, both, CHECKS, late=policy)
        assert [rows(tmp_path)[student]["what happened"] for student in ("anna", "bob")] == [
            "03: handed in late, as the export says", ""]
        assert rows(tmp_path)["anna"]["late"] == "0" and len(told) == bool(policy)
    assert "for 2 students the export gives no time of handing in" in told[0] and "1 of them late" in told[0]


@pytest.mark.parametrize("text, part", [
    ("", "deadline=... and per_day=... is missing"), ("deadline=tomorrow per_day=10%", "'deadline=tomorrow' can't"),
    ("deadline=2026-10-12T23:59", "per_day=... is missing"),
    ("deadline=2026-10-12 per_day=10%", "'deadline=2026-10-12' can't"),
    ("deadline=2026-10-12T23:59 per_day=12", "'per_day=12' can't"),
    ("deadline=2026-10-12T23:59 per_day=10% grace=soon", "'grace=soon' can't"),
    ("deadline=2026-10-12T23:59 per_day=10% days=3", "'days=3' can't")])
def test_a_policy_that_cant_be_read_is_refused_with_an_example(text, part):
    with pytest.raises(ValueError, match=f"late days: expected for example 'deadline=.*{part}"):
        read_policy(text)


# --- schools' systems, each with a sample by its documentation ------------------------------------

CANVAS = ('Student,ID,SIS User ID,SIS Login ID,Section,Essay (11),Softmax (12),Group Current Score,Softmax (old)\n'
          ',,,,,Manual Posting,,,\n'
          '    Points Possible,,,,,50.00,15.00,(read only),(read only)\n'
          '"Smith, Anna",501,77,anna,Monday,40.00,,80.0,B\n"Müller, Ödön",502,78,odon,Monday,,9.00,70.0,C\n'
          '"Zhao, Zed",503,79,zed,Monday,,3.00,,\n"Student, Test",599,,abc,Monday,,,,\n')  # fmt: skip
SYSTEM = as_results(result("smithanna_501", ids={"canvas": "501", "moodle": "9001", "gradescope": "31"}),
                    result("mullerodon_502", {"check_my_loss": 9.5}, ids={"canvas": "502", "moodle": "9002"}))


def test_canvas_gets_its_own_columns_one_assignment_and_the_graded_students_only(tmp_path):
    put(tmp_path / "export.csv", CANVAS, "utf-8-sig")
    assert write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"canvas={tmp_path / 'export.csv'}=soft"]) == [
        "export.csv: nothing is filled in for those who handed in nothing: Zhao, Zed.",
        "canvas.csv holds the points of 2 students for the assignment 'Softmax (12)'. Import it in Canvas: in the "
        "course's Grades, \"Import\"."]
    assert (tmp_path / "canvas.csv").read_bytes().startswith(b"Student,ID")  # LastName after a BOM wouldn't be found
    assert lines(tmp_path / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Softmax (12)"], [""] * 6,
        ["    Points Possible", "", "", "", "", "15.00"],
        ["Smith, Anna", "501", "77", "anna", "Monday", "15"], ["Müller, Ödön", "502", "78", "odon", "Monday", "9.5"]]


def test_canvas_in_other_forms(tmp_path):
    """Semicolons, two columns of names; students known by SIS id or name only; another maximum; which assignment."""
    other = CANVAS.replace("Student,ID", "LastName,FirstName,ID").replace(",,,,,Man", ",,,,,,Man")
    other = other.replace("Possible,", "Possible,,").replace(", ", ",").replace('"', "").replace(",", ";")
    put(tmp_path / "export.csv", other.replace("15.00", "20,00"))
    known = as_results(result("77"), result("f2", {}, name="Odon Muller"), result("who"))
    told = write_tables(tmp_path, known, CHECKS, formats=[f"canvas={tmp_path / 'export.csv'}=Softmax (12)"])
    table = lines(tmp_path / "canvas.csv")  # Canvas reads semicolons only where somebody has set it so
    assert [line[-1] for line in table if line[2] in ("501", "502", "503")] == ["15", "0"]
    assert told[0] == "export.csv: 2 of 3 students are in this file. Not exported: who."
    assert "the assignment 'Softmax (12)' in Canvas has 20 points, the notebooks 15; not scaled." in told
    with pytest.raises(ValueError, match=r"found Essay \(11\); Softmax \(12\)\. .* FORMAT=\"canvas=.*=Essay \(11\)\""):
        write_tables(tmp_path, known, CHECKS, formats=[f"canvas={tmp_path / 'export.csv'}"])


@pytest.mark.parametrize("heading, column", [
    ("04 gradient", 0), ("04 GRADIENT (98765)", 0), ("98765", 0), ("98766", 1), ("04 gradient r", 1),
    ("04 gradient reading quiz", 1)])
def test_a_title_or_number_wins_over_the_beginning_of_another_heading(tmp_path, heading, column):
    headings = ["04 gradient (98765)", "04 gradient reading quiz (98766)", "04 gradient (98765) (98767)"]
    text = f"Student,ID,Section,{','.join(headings)}\nPoints Possible,,,15,15,15\nAnna,501,,,,\nÖdön,502,,,,\n"
    export = put(tmp_path / "export.csv", text)
    formats = [f"canvas={export}={heading}"]
    write_tables(tmp_path, SYSTEM, CHECKS, formats=formats, released={"04_gradient": SimpleNamespace(cells=[])})
    assert lines(tmp_path / "canvas.csv")[0][-1] == headings[column]


@pytest.mark.parametrize("headings, example", [
    (["02 scores (1)", "04 Gradient Quiz (2)"], "04 Gradient Quiz"), (["02 scores (1)", "Essay (2)"], "HEADING")])
def test_the_example_in_an_error_is_no_other_assignment(tmp_path, headings, example):
    export = put(tmp_path / "export.csv", f"Student,ID,Section,{','.join(headings)}\nAnna,501,,,\nÖdön,502,,,\n")
    with pytest.raises(ValueError, match=f'for example FORMAT="canvas=.*={example}'):
        write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"canvas={export}=04 softmax"],
                     released={"04_gradient": SimpleNamespace(cells=[])})


@pytest.mark.parametrize("heading", ["04 grad", "04 gradient", "nothing", ""])
def test_each_heading_that_a_message_offers_can_be_used(tmp_path, heading):
    """Also where two assignments have the same title."""
    headings = ["04 gradient (7)", "04 gradient (8)", "04 gradient reading quiz (9)"]
    text = f"Student,ID,Section,{','.join(headings)}\nPoints Possible,,,15,15,15\nAnna,501,,,,\nÖdön,502,,,,\n"
    export = put(tmp_path / "export.csv", text)
    with pytest.raises(ValueError, match="expected one assignment") as refused:
        write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"canvas={export}={heading}"])
    message = str(refused.value)
    offered = re.search(r"found (.*?)\. Add", message)[1].split("; ")
    offered.append(re.search(r'canvas=[^"]*=([^"]*)"', message)[1])
    assert len(offered) > 2
    for one in offered:
        write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"canvas={export}={one}"])
        assert lines(tmp_path / "canvas.csv")[0][-1] == one


NOTEBOOK = {"02_softmax": SimpleNamespace(cells=[])}


def test_the_assignment_with_the_notebooks_name_is_taken(tmp_path):
    """If it is the only one, and if one notebook is graded."""
    export = put(tmp_path / "export.csv", CANVAS.replace("Softmax (12)", "HW 02 Softmax (12)"))
    told = write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"canvas={export}"], released=NOTEBOOK)
    assert "for the assignment 'HW 02 Softmax (12)'" in told[-1]
    for text, released in [(export.read_text().replace("Essay", "02-softmax"), NOTEBOOK),
                           (export.read_text(), NOTEBOOK | {"03_loss": NOTEBOOK["02_softmax"]})]:
        with pytest.raises(ValueError, match="expected one assignment"):
            write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"canvas={put(export, text)}"], released=released)


def test_the_gradebook_of_another_course_or_assignment_is_refused(tmp_path):
    """A name isn't enough where both have a number; nobody is in the file; the assignment has too few points."""
    export = put(tmp_path / "export.csv", CANVAS.replace("501", "901"))
    told = write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"canvas={export}=soft"])
    assert told[0] == "export.csv: 1 of 2 students are in this file. Not exported: smithanna_501."
    put(export, CANVAS.replace("501", "901").replace("502", "902"))
    with pytest.raises(ValueError, match="0 of 2 students are in this file. Is it another course's"):
        write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"canvas={export}=soft"])
    put(export, CANVAS.replace("15.00", "10.00"))
    with pytest.raises(ValueError, match=r"'Softmax \(12\)' in Canvas has 10 points, and the notebooks have 15"):
        write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"canvas={export}=soft"])


def test_canvas_gradebook_is_a_class_list(tmp_path):
    """Without its rows that are nobody's; another number is another person."""
    export = put(tmp_path / "export.csv", CANVAS.replace("502", "902"))
    write_tables(tmp_path, SYSTEM, CHECKS, export)
    assert {student: row["name"] for student, row in rows(tmp_path).items()} == {
        "503": "Zhao, Zed", "902": "Müller, Ödön", "mullerodon_502": "", "smithanna_501": "Smith, Anna"}


def test_old_exports_are_deleted_and_told(tmp_path):
    for name in ("canvas.csv", "moodle.csv", "points.csv"):
        put(tmp_path / name, "old")
    (sentence,) = delete_old(tmp_path, ["canvas=gradebook.csv"])
    assert sentence.startswith("moodle.csv of an earlier run is deleted")
    assert [path.name for path in tmp_path.iterdir()] == ["points.csv"]


def test_canvas_without_its_file_has_those_whose_number_the_export_tells(tmp_path):
    put(tmp_path / "class.csv", CLASS)
    sentence, _ = write_tables(tmp_path, SYSTEM | as_results(result("bob")), CHECKS, formats=["canvas"])
    assert "1 student left out" in sentence and "known: bob. " in sentence and "FORMAT=canvas=FILE" in sentence
    assert [line[1] for line in lines(tmp_path / "canvas.csv")] == ["ID", "", "502", "501"]
    assert lines(tmp_path / "canvas.csv")[1][0] == "Points Possible"


MOODLE = ("Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
          "Last modified (submission),Last modified (grade),Feedback comments\n"
          'Participant 9001,Anna Smith,anna@x.edu,Submitted,,15.00,Yes,"Monday, 12 October 2026, 8:00 PM",-,\n'
          'Participant 9002,Ödön Müller,odon@x.edu,Submitted,,15.00,Yes,"Monday, 12 October 2026, 8:00 PM",-,\n'
          "Participant 9003,Zed Zhao,zed@x.edu,No submission,,15.00,Yes,-,-,\n")  # fmt: skip


def test_moodle_gets_its_worksheet_back_with_grades(tmp_path):
    put(tmp_path / "sheet.csv", MOODLE)
    put(tmp_path / "marks.csv", "student,exercise,points,comment\nsmithanna_501,extra,1,\n")
    page = put(tmp_path / "02_softmax.html", "<p>page")
    (tmp_path / "feedback/smithanna_501").mkdir(parents=True)
    page.rename(tmp_path / "feedback/smithanna_501" / page.name)
    told = write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"moodle={tmp_path / 'sheet.csv'}"], released=NOTEBOOK)
    assert told == ["sheet.csv: nothing is filled in for those who handed in nothing: Zed Zhao.",
                    "moodle.csv: Moodle skips grades above its maximum, 15.00; the highest is 16."]
    with zipfile.ZipFile(tmp_path / "moodle-feedback.zip") as archive:
        assert archive.namelist() == ["_9001_assignsubmission_file_/02_softmax.html"]
    head, *others = lines(tmp_path / "moodle.csv")
    original = list(csv.reader(MOODLE.splitlines()))
    assert head == original[0] and [line[4] for line in others] == ["16", "9.5"]
    assert [line[:4] + line[5:] for line in others] == [line[:4] + line[5:] for line in original[1:3]]


def test_moodle_in_another_language_and_without_names(tmp_path):
    german = "ID;Status;Bewertung;Bestwertung;Zuletzt geändert (Bewertung)\nTeilnehmer/in9001;x;;15,00;-\n"
    put(tmp_path / "sheet.csv", german + "Teilnehmer/in9002;x;;15,00;-\n")
    write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"moodle={tmp_path / 'sheet.csv'}=Bewertung"])
    assert [line[2] for line in lines(tmp_path / "moodle.csv", ";")] == ["Bewertung", "15", "9.5"]
    with pytest.raises(ValueError, match="expected Moodle's grading worksheet.*Bewertung.*=HEADING"):
        write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"moodle={tmp_path / 'sheet.csv'}"])
    assert write_tables(tmp_path, SYSTEM, CHECKS, formats=["moodle"]) == []
    assert [line[0] for line in lines(tmp_path / "moodle.csv")][1:] == ["Participant 9002", "Participant 9001"]


GRADESCOPE = ("First Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status,Submission ID,Submission Time,"
              "Lateness (H:M:S)\nAnna,Smith,77,anna@x.edu,,,15.0,Ungraded,31,2026-10-12 20:00:00 -0600,00:00:00\n"
              "Ödön,Müller,78,odon@x.edu,,,15.0,Ungraded,32,2026-10-12 20:00:00 -0600,00:00:00\n")  # fmt: skip


def test_gradescope_gets_an_autograder_that_looks_points_up(tmp_path):
    put(tmp_path / "grades.csv", GRADESCOPE)
    put(tmp_path / "marks.csv", "student,exercise,points,comment\nsmithanna_501,extra,1,\n")
    assert write_tables(tmp_path, SYSTEM, CHECKS, formats=[f"gradescope={tmp_path / 'grades.csv'}"]) == []
    with zipfile.ZipFile(tmp_path / "gradescope.zip") as archive:
        assert sorted(archive.namelist()) == ["points.json", "run_autograder", "setup.sh"]
        assert all(entry.external_attr >> 16 & 0o111 for entry in archive.infolist())
        archive.extractall(tmp_path / "autograder/source")
    cases = {31: ([], 16), 999: (["ODON@x.edu"], 9.5), 1000: (["stranger@x.edu"], 0)}
    for number, (emails, score) in cases.items():
        metadata = {"id": number, "users": [{"id": 1, "name": "", "email": email} for email in emails]}
        (tmp_path / "autograder/submission_metadata.json").write_text(json.dumps(metadata))
        folder = tmp_path / "autograder"
        subprocess.run([sys.executable, folder / "source/run_autograder", folder], check=True)
        answer = json.loads((folder / "results/results.json").read_text())
        assert answer["score"] == score
        assert sum(test["score"] for test in answer.get("tests", [])) == score
    sentence = write_tables(tmp_path, as_results(result("bob")), CHECKS, formats=["gradescope"])[-1]
    assert "bob" in sentence and "gradescope=FILE" in sentence


@pytest.mark.parametrize("wanted, words", [
    ("blackboard", "expected canvas, moodle, gradescope"), ("canvas=nowhere.csv", "no such file"),
    ("canvas={roster}", "Student, ID and Section")])
def test_an_export_that_cant_be_made_is_refused(tmp_path, wanted, words):
    roster = put(tmp_path / "class.csv", CLASS)
    with pytest.raises(ValueError, match=words):
        write_tables(tmp_path, SYSTEM, CHECKS, formats=[wanted.format(roster=roster)])
    assert set(rows(tmp_path)) == set(SYSTEM)  # the table itself is there
