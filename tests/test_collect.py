"""tools/grading/collect.py: whatever schools' systems export, every notebook is found, and nothing is dropped."""

import io
import json
import re
import sys
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from grading import entries  # noqa: E402
from grading.collect import collect  # noqa: E402
from grading.notebooks import read_notebook  # noqa: E402

LABELS = {"04_gradient": ["my_numerical_gradient"], "06_sgd": ["my_sgd_step"]}


def notebook(text="x", label=None):
    cell = nbformat.v4.new_code_cell(text, metadata={"nbgrader": {"grade_id": label}} if label else {}, id="a")
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()


def lay(folder, files):
    """Write {path: bytes} into a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def packed(files, times=None):
    """Return a zip of {path: bytes}."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, (times or {}).get(path, (2026, 10, 1, 12, 0, 0))), content)
    return made.getvalue()


def tarred(files):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


def students(found):
    """Return {student: {notebook: its first cell}}."""
    return {one.student: {name: json.loads(nb.content)["cells"][0]["source"][0] for name, nb in one.notebooks.items()}
            for one in found.submissions}


EXPORTS = {
    "Canvas": {
        "smithjohn_12345_67890_04_gradient.ipynb": ("smithjohn_12345", False),
        "leeann_LATE_222_67891_04_gradient-2.ipynb": ("leeann_222", True),
    },
    "Moodle": {
        "Ann Lee_1234_assignsubmission_file_/04_gradient.ipynb": ("Ann Lee_1234", None),
        "Zoë Müller_77_assignsubmission_file_Copy of 04_gradient.ipynb": ("Zoë Müller_77", None),
    },
    "Gradescope": {
        "submission_998/04_gradient.ipynb": ("998", None),
        "submission_999/hw/04_gradient (1).ipynb": ("999", None),
    },
    "GitHub Classroom": {
        "softmax-submissions/softmax-ann/notebooks/04_gradient.ipynb": ("ann", None),
        "softmax-submissions/softmax-li-wei/04_gradient.ipynb": ("li-wei", None),
    },
    "folders": {
        "ann/04_gradient.ipynb": ("ann", None),
        "'Bob', (2)/deep/er/my 04-Gradient final.IPYNB": ("'Bob', (2)", None),
        "王伟/04_gradient.ipynb.txt": ("王伟", None),
    },
    "single files": {
        "ann_04_gradient.ipynb": ("ann", None),
        "04_gradient-li.ipynb": ("li", None),
        "Copy of 04_gradient bob (3).ipynb": ("bob", None),
    },
}


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("archived", ["", ".zip", ".tar.gz"])
@pytest.mark.parametrize("system", EXPORTS)
def test_each_system_is_understood(tmp_path, system, archived, wrapped):
    """In a folder or as the export's own archive, with a folder around everything or not."""
    expected = EXPORTS[system]
    if wrapped and (system == "GitHub Classroom" or system == "single files"):
        pytest.skip("it has a folder around everything already, or it would be a student's folder")
    files = {("export 7/" * wrapped) + path: notebook(f"{student}'s") for path, (student, _) in expected.items()}
    if archived:
        (tmp_path / f"e{archived}").write_bytes(packed(files) if archived == ".zip" else tarred(files))
        export = tmp_path / f"e{archived}"
    else:
        export = lay(tmp_path / "e", files)
    found = collect(export, LABELS)
    assert found.system == system and not found.left_out
    assert students(found) == {student: {"04_gradient": f"{student}'s"} for student, _ in expected.values()}
    assert {one.student: one.notebooks["04_gradient"].late for one in found.submissions} == dict(expected.values())


def test_archives_inside_of_archives(tmp_path):
    """Zips in folders, zips and tars, backslashes, Apple's shadows; what lies too deep is told."""
    inner = packed({"a\\b\\04_gradient.ipynb": notebook("deep"), "__MACOSX/._04_gradient.ipynb": b"junk"})
    too_deep = packed({"a.zip": packed({"b.zip": packed({"c.zip": packed({"04_gradient.ipynb": notebook()})})})})
    found = collect(lay(tmp_path, {"ann/hw.zip": packed({"x/y.zip": inner}), "bob.tgz": tarred({"hw.zip": inner}),
                                   "cy/hw.zip": too_deep}), LABELS)
    assert students(found) == {"ann": {"04_gradient": "deep"}, "bob": {"04_gradient": "deep"}, "cy": {}}
    assert "3 deep, and this one lies deeper" in found.submissions[2].notes[0]


def test_nothing_is_dropped_without_a_word(tmp_path):
    """What is found and not used is in the row, or belongs to nobody."""
    files = {
        "ann/hw.zip": packed({"essay.pdf": b"%PDF"}), "bob/04_gradient.ipynb": notebook(), "bob/notes.txt": b"x",
        "cy/07_other.ipynb": notebook(), "dee.zip": b"PK but no zip", "eve/readme.md": b"x", "class.csv": b"x",
    }
    damaged = bytearray(packed({"04_gradient.ipynb": notebook("something long enough to be damaged")}))
    damaged[70] ^= 1
    found = collect(lay(tmp_path, files | {"fay.zip": bytes(damaged)}), LABELS)
    notes = {one.student: "; ".join(one.notes) for one in found.submissions}
    assert notes["ann"] == "no notebook was found; found essay.pdf"
    assert notes["bob"] == "not used: notes.txt"
    assert "07_other.ipynb: not graded, it is none of 04_gradient, 06_sgd" in notes["cy"]
    assert "not a readable archive: File is not a zip file" in notes["dee"]
    assert notes["eve"] == "no notebook was found; found readme.md"
    assert "04_gradient.ipynb can't be read: Bad CRC-32" in notes["fay"]
    assert found.left_out == ["class.csv: it belongs to no student"]


def test_links_lead_nowhere(tmp_path):
    """Neither links in folders nor in tars are followed."""
    lay(tmp_path, {"secret/04_gradient.ipynb": notebook("secret"), "e/ann/a.txt": b"x", "e/bob/a.txt": b"x"})
    (tmp_path / "e/ann/04_gradient.ipynb").symlink_to(tmp_path / "secret/04_gradient.ipynb")
    (tmp_path / "e/bob/hw").symlink_to(tmp_path / "secret")
    with tarfile.open(tmp_path / "e/cy.tar", "w") as archive:
        info = tarfile.TarInfo("04_gradient.ipynb")
        info.type, info.linkname = tarfile.SYMTYPE, str(tmp_path / "secret/04_gradient.ipynb")
        archive.addfile(info)
    found = collect(tmp_path / "e", LABELS)
    assert students(found) == {"ann": {}, "bob": {}, "cy": {}}
    assert all("a link, which is not followed" in " ".join(one.notes) for one in found.submissions)


def test_what_is_packed_too_large_is_told(tmp_path, monkeypatch):
    """A bomb takes neither memory nor the others' notebooks."""
    monkeypatch.setattr(entries, "LARGEST", 10_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("04_gradient.ipynb", b" " * 10_000_000)
    found = collect(lay(tmp_path, {"ann.zip": bomb.getvalue(), "bob/04_gradient.ipynb": notebook("fine")}), LABELS)
    assert students(found) == {"ann": {}, "bob": {"04_gradient": "fine"}}
    assert "can't be read: it is larger than 0 MB" in found.submissions[0].notes[0]


def test_a_locked_zip_is_told(tmp_path):
    """A zip with a password: its flag is set, and no content is needed for that."""
    content = bytearray(packed({"04_gradient.ipynb": notebook()}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + offset] |= 1
    found = collect(lay(tmp_path, {"ann.zip": bytes(content)}), LABELS)
    assert "it needs a password" in found.submissions[0].notes[0]


def test_of_several_versions_the_newest_counts(tmp_path):
    """By the archive's times, or the number that a system or browser adds, or else the one that lies higher."""
    times = {"04_gradient.ipynb": (2026, 10, 2, 0, 0, 0), "old/04_gradient.ipynb": (2026, 10, 1, 0, 0, 0)}
    timed = packed({"04_gradient.ipynb": notebook("new"), "old/04_gradient.ipynb": notebook("old")}, times)
    files = {"ann.zip": timed,
             "bob/04_gradient.ipynb": notebook("first"), "bob/04_gradient (1).ipynb": notebook("second"),
             "cy/04_gradient.ipynb": notebook("high"), "cy/backup/04_gradient.ipynb": notebook("low"),
             "dee/04_gradient.ipynb": notebook("same"), "dee/b/04_gradient.ipynb": notebook("same")}
    found = collect(lay(tmp_path, files), LABELS)
    assert {student: own["04_gradient"] for student, own in students(found).items()} == {
        "ann": "new", "bob": "second", "cy": "high", "dee": "same"}
    notes = [one.notes for one in found.submissions]
    assert notes[0] == ["04_gradient: 2 versions; 04_gradient.ipynb is graded as the newest, not old/04_gradient.ipynb"]
    assert "not backup/04_gradient.ipynb" in notes[2][0] and notes[3] == []


def test_a_notebook_is_known_by_its_exercises(tmp_path):
    """Whatever its name is."""
    found = collect(lay(tmp_path, {"ann/homework.ipynb": notebook("x", "my_sgd_step")}), LABELS)
    assert students(found) == {"ann": {"06_sgd": "x"}}
    assert found.submissions[0].notes == ["06_sgd: taken from homework.ipynb"]


def test_gradescopes_details(tmp_path):
    """Name, email and the time of handing in come from its file; one that is damaged is told."""
    details = (b":submitters:\n- :name: Ann Lee\n  :sid: '7'\n  :email: ann@example.edu\n"
               b":created_at: 2026-10-12 10:00:00.5 Z\n")
    files = {"submission_1/04_gradient.ipynb": notebook(), "submission_1/submission_metadata.yml": details,
             "submission_2/04_gradient.ipynb": notebook(), "submission_2/submission_metadata.yml": b"{"}
    first, second = collect(lay(tmp_path, files), LABELS).submissions
    assert (first.name, first.ids["email"]) == ("Ann Lee", "ann@example.edu")
    assert first.notebooks["04_gradient"].time == datetime(2026, 10, 12, 10, 0, 0, 500_000, tzinfo=UTC)
    assert second.notebooks["04_gradient"].time is None and "couldn't be understood" in second.notes[0]


def test_moodles_times_are_those_of_handing_in(tmp_path):
    """They are the archive's; a folder's files have none that can be relied on."""
    path = "Ann_1_assignsubmission_file_/04_gradient.ipynb"
    (tmp_path / "e.zip").write_bytes(packed({path: notebook()}))
    time = collect(tmp_path / "e.zip", LABELS).submissions[0].notebooks["04_gradient"].time
    assert time.astimezone().replace(tzinfo=None) == datetime(2026, 10, 1, 12)
    assert collect(lay(tmp_path / "f", {path: notebook()}), LABELS).submissions[0].notebooks["04_gradient"].time is None


def test_keys_are_safe_as_names_of_files(tmp_path):
    """Whatever a student's folder is called."""
    files = {"../..: /04_gradient.ipynb": notebook(), "a:b*c?/04_gradient.ipynb": notebook()}
    (tmp_path / "e.zip").write_bytes(packed(files))
    found = collect(tmp_path / "e.zip", LABELS)
    assert all(re.fullmatch(r"[\w .@,'()+-]+", one.student) and ".." not in one.student for one in found.submissions)
    assert len(found.submissions) == 2


@pytest.mark.parametrize(("content", "told"), [
    (b"", "the file is empty"), (b"[1, 2]", "not a notebook"), (notebook()[:50], "not a notebook (JSONDecodeError"),
    (notebook().decode().encode("utf-16"), "the file is in UTF-16"),
    (b"<<<<<<< HEAD\n" + notebook(), "git has left a conflict"),
])
def test_what_is_no_notebook_is_refused_by_name(content, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        read_notebook(content)


def test_older_formats_are_upgraded():
    """nbformat 3 has worksheets; some editors write no ids, or a byte order mark."""
    old = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("x = 1")])])
    upgraded, notes = read_notebook(json.dumps(old).encode())
    assert upgraded.cells[0].source == "x = 1" and notes == ["it was in an older format (nbformat 3), and was upgraded"]
    plain = json.loads(notebook())
    plain["cells"] += [dict(plain["cells"][0])]  # the same id twice
    twice, notes = read_notebook(b"\xef\xbb\xbf" + json.dumps(plain).encode())
    assert len({cell.id for cell in twice.cells}) == 2 and notes == []
