"""tools/grading/collect.py: whatever schools' systems export, every notebook is found, and nothing is dropped."""

import csv
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import exports
import nbformat
import pytest
from exports import BLANK, HALF, LABELS, NAME, RELEASED, RIGHT, packed, tarred
from grading import archives
from grading.collect import collect
from grading.notebooks import grade_id, read_notebook, restore_labels

FILE = f"{NAME}.ipynb"


def lay(folder, files):
    """Write {path: bytes} into a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def students(export):
    """Return {student: the content of the notebook that counts, or None}."""
    return {one.student: one.notebooks[NAME].content if one.notebooks else None
            for one in collect(export, LABELS).submissions}


def told(submission):
    """Return all notes of a submission, and of the reading of its notebook."""
    notes = [*submission.notes]
    for found in submission.notebooks.values():
        try:
            notebook, upgraded = read_notebook(found.content)
            notes += [*upgraded, *restore_labels(notebook, RELEASED)]
        except ValueError as error:
            notes.append(str(error))
    return "; ".join(notes)


@pytest.fixture(scope="module", params=exports.EXPORTS)
def export(request, tmp_path_factory):
    """(path, cases) of one of the exports."""
    return exports.write(tmp_path_factory.mktemp("exports"), request.param)


SYSTEMS = {"canvas.zip": "Canvas", "moodle": "Moodle", "gradescope.zip": "Gradescope", "github": "GitHub Classroom",
           "blackboard": "Blackboard", "brightspace.zip": "Brightspace", "singles": "single files", "class": "folders"}


def test_every_submission_is_graded_or_refused_by_name(export):
    """Those of tests/exports.py: the right version of the right student counts, and the row says the rest."""
    path, cases = export
    found = collect(path, LABELS)
    assert found.system == SYSTEMS[path.name] and found.left_out == []
    assert [one.student for one in found.submissions] == sorted(one.student for one in cases)
    for one in found.submissions:
        case = next(case for case in cases if case.student == one.student)
        notebook = one.notebooks.get(NAME)
        assert (notebook and notebook.content) == case.graded, case.student
        assert case.told in told(one) and bool(case.told) == bool(told(one)), (case.student, told(one))
        assert not notebook or notebook.late == case.late, case.student


def test_there_are_sixty(tmp_path):
    """The script writes them all, and says what is expected."""
    os.mkdir(tmp_path / "made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["exports.py", str(tmp_path / "made/all")])
        exports.main()
    with open(tmp_path / "made/all/expected.csv", encoding="utf-8-sig", newline="") as f:
        assert len(list(csv.DictReader(f))) >= 60


@pytest.mark.parametrize("system", ["moodle", "github", "blackboard", "class"])
@pytest.mark.parametrize("around", ["", "submission_4/", "hw_4_2026_files/notebooks/"])
@pytest.mark.parametrize("archive", ["", ".zip", ".tar.gz"])
def test_as_a_folder_or_an_archive_with_folders_around_it(tmp_path, system, around, archive):
    """The same students, however the export is packed."""
    files = {path: content for case in exports.EXPORTS[system]() for path, content in case.files.items()
             if isinstance(content, bytes)}
    expected = students(lay(tmp_path / "plain", files))
    files = {around + path: content for path, content in files.items()}
    made = tmp_path / f"export{archive}"
    if archive:
        made.write_bytes(packed(files) if archive == ".zip" else tarred(files))
    else:
        lay(made, files)
    assert students(made) == expected and len(expected) > 1


def test_the_folder_of_github_classroom_itself(tmp_path):
    """Students' names are found whether the command line names the folder around it or the folder itself."""
    lay(tmp_path, {f"hw-submissions/hw-ann/{FILE}": RIGHT, f"hw-submissions/hw-bob/{FILE}": HALF})
    assert students(tmp_path / "hw-submissions") == students(tmp_path) == {"ann": RIGHT, "bob": HALF}


def test_ids_names_and_times(tmp_path):
    """What the export says about people, for the tables that go back; times are aware, in UTC."""
    found = {export: collect(exports.write(tmp_path, export)[0], LABELS).submissions
             for export in ("canvas.zip", "moodle", "gradescope.zip", "blackboard")}
    smith = next(one for one in found["canvas.zip"] if one.student == "smithjohn_101")
    assert (smith.name, smith.ids) == ("smithjohn", {"canvas": "101"})
    assert (found["moodle"][0].name, found["moodle"][0].ids) == ("Ann Lee", {"moodle": "1201"})
    ann, _, bo = sorted(found["gradescope.zip"], key=lambda one: one.name)[-3:]
    assert (ann.name, ann.ids) == ("Ann Lee", {"gradescope": "901", "sid": "31", "email": "ann@example.edu"})
    assert ann.notebooks[NAME].time == datetime(2026, 10, 12, 10, 0, 0, 500_000, tzinfo=UTC)
    time = found["blackboard"][0].notebooks[NAME].time
    assert time.tzinfo == UTC and time.astimezone().replace(tzinfo=None) == datetime(2026, 10, 13, 8)
    assert all(one.notebooks[NAME].time is None for one in found["moodle"])  # the zip has those of the download


@pytest.mark.parametrize("system", ["canvas.zip", "moodle", "github"])
def test_a_folder_around_the_export_is_refused_with_the_right_command(tmp_path, system):
    """Else the whole class would be one student. Alone in its folder, the export is found."""
    path, cases = exports.write(tmp_path, system)
    if system == "github":
        path = path / "softmax-submissions"
    assert len(collect(path.parent, LABELS).submissions) == len(cases)
    (path.parent / "gradebook.csv").write_bytes(b"Student,ID")
    (path.parent / "old").mkdir()
    (path.parent / "old" / FILE).write_bytes(RIGHT)
    with pytest.raises(ValueError, match=re.escape(f'SUBMISSIONS="{path}"')):
        collect(path.parent, LABELS)


def test_folders_are_no_files_of_canvas(tmp_path):
    """Canvas's names are those of files; folders that are named alike are each a student's."""
    lay(tmp_path, {f"cs_2026_0417_ann/{FILE}": RIGHT, f"cs_2026_0417_bob/{FILE}": HALF})
    assert students(tmp_path) == {"cs_2026_0417_ann": RIGHT, "cs_2026_0417_bob": HALF}


def test_what_belongs_to_nobody_is_told(tmp_path):
    """Files beside the students' folders; a table of people that can't be read takes no points."""
    lay(tmp_path, {f"submission_1/{FILE}": RIGHT, "submission_metadata.yml": b"{", "class.csv": b"x"})
    found = collect(tmp_path, LABELS)
    assert found.left_out[0] == "class.csv: it belongs to no student"
    assert "not as Gradescope writes" in found.left_out[1]
    assert found.submissions[0].notebooks[NAME].content == RIGHT


def test_another_notebook_is_known_by_its_exercises(tmp_path):
    """The content decides if the name says otherwise; a name with other digits is another name."""
    sgd = BLANK.replace(LABELS[NAME][0].encode(), b"my_sgd_step").replace(LABELS[NAME][1].encode(), b"x")
    found = collect(lay(tmp_path, {f"ann/{FILE}": sgd, f"bob/1{FILE}": b"{}", f"bob/{FILE}": RIGHT}), LABELS)
    ann, bob = found.submissions
    assert list(ann.notebooks) == ["06_sgd"] and ann.notes == [f"06_sgd: taken from {FILE}"]
    assert bob.notebooks[NAME].content == RIGHT and bob.notes == [f"1{FILE}: not graded, because it is none of "
                                                                  f"{NAME}, 06_sgd"]


def test_a_students_archives_have_bounds_of_their_own(tmp_path, monkeypatch):
    """Too many files, too large a notebook, too much in all: told, and the next student's notebook is read."""
    monkeypatch.setattr(archives, "FILES", 5)
    monkeypatch.setattr(archives, "LARGEST", 300_000)
    monkeypatch.setattr(archives, "EVERYTHING", 1_000_000)
    many = packed({FILE: RIGHT} | {f"data/{number}": b"" for number in range(9)})
    much = packed({f"{number}/{FILE}": b"x" * 250_000 + b"%d" % number for number in range(5)},
                  method=zipfile.ZIP_DEFLATED)
    files = {"a.zip": many, "b.zip": packed({FILE: b"x" * 400_000}), "c.zip": much, f"d/{FILE}": RIGHT,
             "h.zip": packed({f"{number}.zip": packed({"x": b"x" * 350_000}) for number in range(3)},
                             method=zipfile.ZIP_DEFLATED),
             "e.tar.gz": tarred({"data": b"x" * 1_100_000, FILE: RIGHT}), "f.zip": packed({FILE: HALF})}
    files |= {f"g/{number}/{FILE}": b"%d" % number for number in range(30)}
    whole = tmp_path / "export.zip"
    whole.write_bytes(packed(files))
    for export in (lay(tmp_path / "folder", files), whole):
        found = {one.student: (one.notebooks.get(NAME), one.notes) for one in collect(export, LABELS).submissions}
        assert found["a"][0].content == RIGHT and "more than 5 files; the rest is not" in str(found["a"][1])
        assert found["b"] == (None, [f"{FILE}: it is larger than 0 MB"])
        assert "more than 1 MB of notebooks" in found["c"][1][0] and len(found["g"][1]) == 21
        assert "archives hold more than 1 MB" in " ".join(found["h"][1])
        assert "larger than 1 MB" in found["e"][1][0]
        assert found["d"][0].content == RIGHT and found["f"][0].content == HALF


def test_images_that_were_handed_in_are_not_unpacked(tmp_path):
    """CIFAR-10 is a file like any other."""
    found = collect(lay(tmp_path, {f"ann/{FILE}": RIGHT, "ann/data/cifar-10-python.tar.gz": b"\x1f\x8b"}), LABELS)
    assert found.submissions[0].notes == ["not used: cifar-10-python.tar.gz"]


def test_links_to_folders_and_special_files_are_not_read(tmp_path):
    """A link may lead anywhere, and reading a pipe would wait for ever."""
    lay(tmp_path, {f"secret/{FILE}": RIGHT, "e/ann/a.txt": b"x", "e/bob/a.txt": b"x"})
    (tmp_path / "e/ann/hw").symlink_to(tmp_path / "secret")
    expected = {"ann": "hw: a link, which is not followed"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "e/bob" / FILE)
        expected["bob"] = f"{FILE}: not an ordinary file"
    found = {one.student: one for one in collect(tmp_path / "e", LABELS).submissions}
    assert all(not found[student].notebooks and text in found[student].notes for student, text in expected.items())


@pytest.mark.parametrize("name", ["a:b*c?", "b: ..", " . ", "x" * 200, "Nul.txt", "日本"])
def test_keys_are_safe_as_names_of_files(tmp_path, name):
    """Whatever a student's folder is called; and those that would become the same stay apart."""
    (tmp_path / "e.zip").write_bytes(packed({f"{student}/{FILE}": RIGHT for student in (name, f"{name}?", "z")}))
    found = collect(tmp_path / "e.zip", LABELS).submissions
    assert len(found) == 3 and len({one.student.casefold() for one in found}) == 3
    assert all(re.fullmatch(r"[\w .@,'()+-]{1,110}", one.student) and ".." not in one.student for one in found)
    assert not any(re.match(r"(?i)nul\b", one.student) or one.student.strip(" .") != one.student for one in found)


def test_names_can_be_written(tmp_path):
    """Names in Latin-1 are read as such, and what would break a line or a table is taken out."""
    (tmp_path / "e.tar").write_bytes(tarred({f"M\udcfcller/{FILE}": RIGHT, f"a\x1b\n/{FILE}": HALF}, "w"))
    if os.name == "posix" and os.uname().sysname == "Linux":
        os.makedirs(tmp_path / "e/M\udcfcller")
        (tmp_path / "e/M\udcfcller" / FILE).write_bytes(RIGHT)
        lay(tmp_path / "e", {f"a\x1b\n/{FILE}": HALF})
        assert students(tmp_path / "e") == {"Müller": RIGHT, "a__": HALF}
    assert students(tmp_path / "e.tar") == {"Müller": RIGHT, "a__": HALF}


@pytest.mark.parametrize("name", ["no.zip", "missing.zip", "points.csv"])
def test_what_is_no_export_is_refused(tmp_path, name):
    lay(tmp_path, {"no.zip": b"PK but no zip", "points.csv": b"x"})
    with pytest.raises(ValueError, match="not a readable archive|expected a folder, or a zip or tar|no such file"):
        collect(tmp_path / name, LABELS)


def test_older_and_careless_notebooks_become_valid():
    """The cells stay what they are, and each has an id of its own; keys that no format has are left out."""
    for change in (exports.nbformat_3, exports.without_ids, exports.same_ids):
        notebook, _ = read_notebook(exports.plain(change=change))
        assert [cell.source for cell in notebook.cells] == [cell.source for cell in exports.solved().cells]
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    bare = b'{"cells": [{"cell_type": "code", "source": null, "colab": 1, "id": "not an id"}], "nbformat": 4}'
    nbformat.validate(read_notebook(bare)[0])


def test_labels_come_back():
    """After labels are lost or forged; a check has the text of the release, below its exercise."""
    notebook, _ = read_notebook(exports.plain(change=exports.unlabelled))
    notebook.cells[-1].metadata = exports.solved().cells[-1].metadata  # this check keeps its label, and not its text
    forged = {"nbgrader": {"grade_id": "check_x", "points": 100}}
    notebook.cells.insert(0, nbformat.v4.new_code_cell("print('right')", metadata=forged))
    notebook.cells[-1].source = "print('right')"
    restore_labels(notebook, RELEASED)
    expected = [cell for cell in RELEASED.cells if grade_id(cell)]
    found = [cell for cell in notebook.cells if grade_id(cell)]
    assert sorted(map(grade_id, found)) == sorted(map(grade_id, expected))
    for cell in expected:
        own = next(other for other in found if grade_id(other) == grade_id(cell))
        assert (own.source == cell.source) == (not cell.metadata.nbgrader.solution)
    order = list(map(grade_id, found))
    assert all(order.index(name) < order.index(f"check_{name}") for name in LABELS[NAME])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_the_advice_for_a_notebook_in_utf_16_can_be_followed(tmp_path, monkeypatch, encoding):
    """Jupyter can't open such a file; after the line of Python it can, and so can the grader."""
    file = tmp_path / f"{exports.NAME}.ipynb"
    file.write_bytes(exports.plain().decode().encode(encoding))
    with pytest.raises(ValueError, match="^the file is in UTF-16, which Jupyter can't open") as refused:
        read_notebook(file.read_bytes(), file.name)
    with pytest.raises((ValueError, nbformat.reader.NotJSONError)):
        nbformat.read(file, 4)
    line = re.search(r"import pathlib;.*\"utf-8\"\)", str(refused.value))[0]
    monkeypatch.chdir(tmp_path)
    subprocess.run([sys.executable, "-c", line], check=True)
    assert nbformat.read(file, 4).cells and read_notebook(file.read_bytes())[0].cells
