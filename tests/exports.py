"""Sixty submissions as schools' systems, browsers and people hand them over, and what is to become of each.

    python tests/exports.py FOLDER      writes FOLDER/canvas.zip, FOLDER/moodle/, ..., and FOLDER/expected.csv

Each can then be graded with tools/grade.py FOLDER/canvas.zip 04; tests/test_collect.py reads them all.
"""

import copy
import csv
import io
import json
import os
import re
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from classroom import released_notebook  # noqa: E402

NAME = "04_gradient"
FULL = nbformat.read(ROOT / f"notebooks/{NAME}.ipynb", 4)
RELEASED = released_notebook(NAME)


def label(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


LABELS = {NAME: [label(cell) for cell in RELEASED.cells if label(cell) and not label(cell).startswith("check_")],
          "06_sgd": ["my_sgd_step"]}


# --- notebooks ------------------------------------------------------------------------------------


def solved(answers=2):
    """Return the released notebook's exercises and checks alone, with the first `answers` of them solved."""
    notebook = copy.deepcopy(RELEASED)
    notebook.cells = [nbformat.v4.new_code_cell("import numpy as np\n\nfrom cs231n_softmax import check", id="imports"),
                      *filter(label, notebook.cells)]
    for name in LABELS[NAME][:answers]:
        source = next(cell.source for cell in FULL.cells if cell.source.startswith(f"def {name}("))
        cell = next(cell for cell in notebook.cells if label(cell) == name)
        cell.source = re.sub(r" *### .* SOLUTION\n?", "", source)
    return notebook


def plain(answers=2, change=lambda notebook: None):
    """Return the bytes of such a notebook, after a change of its JSON."""
    notebook = json.loads(nbformat.writes(solved(answers)))
    return json.dumps(change(notebook) or notebook).encode()


def without_ids(notebook):
    for cell in notebook["cells"]:
        del cell["id"]
    notebook["nbformat_minor"] = 2


def same_ids(notebook):
    for cell in notebook["cells"]:
        cell["id"] = "a"


def unlabelled(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def nbformat_3(notebook):
    """As Jupyter's ancestor wrote it, in 2014."""
    cells = [{"cell_type": "code", "language": "python", "collapsed": False, "input": cell["source"], "outputs": [],
              "metadata": cell["metadata"]} for cell in notebook["cells"]]
    sheet = {"cells": cells, "metadata": {}}
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [sheet]}


BLANK, HALF, RIGHT = plain(0), plain(1), plain(2)  # points of no exercise, of the first, of both


# --- archives -------------------------------------------------------------------------------------


def packed(files, times=None, method=zipfile.ZIP_STORED):
    """Return a zip of {path: bytes, or a Link}."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for path, content in files.items():
            info = zipfile.ZipInfo("x", (times or {}).get(path, (2026, 10, 1, 12, 0, 0)))
            info.filename, info.compress_type = path, method  # with the backslashes of some programs
            if isinstance(content, Link):
                info.create_system, info.external_attr, content = 3, 0o120777 << 16, content.to
            archive.writestr(info, content)
    return made.getvalue()


def tarred(files, mode="w:gz"):
    """Return a tar of {path: bytes, or a Link}."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            if isinstance(content, Link):
                info.type, info.linkname = tarfile.SYMTYPE, content.to
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


def damaged(content):
    """Return an archive with one bit of the middle turned."""
    made = bytearray(content)
    made[len(made) // 2] ^= 1
    return bytes(made)


def locked(content):
    """Return a zip that says that it has a password."""
    made = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.find(mark) + offset] |= 1
    return bytes(made)


def from_macos(files):
    """Return a zip whose names are UTF-8 without a flag that says so."""
    content = packed(files)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            flag = info.header_offset + 6
            content = content[:flag] + b"\0\0" + content[flag + 2:]
    return re.sub(rb"(PK\x01\x02....)..", rb"\1\0\0", content, flags=re.DOTALL)


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    to: str


# --- the submissions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A submission: its files, the key of its row, the notebook that counts, and what the row has to say."""

    student: str
    files: dict[str, bytes | Link]
    graded: bytes | None = None  # the content of the notebook; None: refused
    told: str = ""  # "": nothing at all
    late: bool | None = None
    answers: int = field(default=0, compare=False)  # how many exercises are right


def case(student, files, graded=None, told="", late=None, answers=None):
    known = {BLANK: 0, HALF: 1, RIGHT: 2, None: 0}
    return Case(student, files, graded, told, late, known.get(graded, 2) if answers is None else answers)


def canvas():
    name, right = f"{NAME}.ipynb", RIGHT
    return [
        case("smithjohn_101", {f"smithjohn_101_5001_{name}": right}, right, late=False),
        case("leeann_102", {f"leeann_LATE_102_5002_{NAME}-2.ipynb": right}, right, f"taken from {NAME}-2.ipynb", True),
        case("kimmin_103", {f"kimmin_103_5003_{name}": HALF, f"kimmin_103_5010_{NAME}-1.ipynb": right}, right,
             f"{name} isn't graded: {NAME}-1.ipynb is newer, by Canvas's numbers", False),
        case("müllerzoë_104", {f"müllerzoë_104_5004_{name}": right}, right, late=False),
        case("obrien_105", {"obrien_105_5005_hw.zip": packed({f"hw/{name}": right})}, right, late=False),
        case("doejane_106", {"doejane_106_5006_hw.zip": packed({"essay.pdf": b"%PDF"})},
             told="hw.zip: no notebook in it; found essay.pdf"),
        case("poejim_107", {"poejim_107_text.html": b"<p>done"}, told="no notebook; found text.html"),
        case("raybea_108", {f"raybea_108_5008_{name}": right[:900]}, right[:900], "not a notebook (JSONDecodeError",
             False, answers=0),
        case("leeann_109", {f"leeann_109_5009_{NAME}.IPYNB": HALF}, HALF, f"taken from {NAME}.IPYNB", False),
        case("coxpat_110", {f"coxpat_110_5011_{name}": right, "coxpat_110_5012_essay.pdf": b"%PDF"}, right,
             "not used: essay.pdf", False),
        case("fordamy_111", {f"fordamy_111_5013_{name}.txt": right}, right, f"taken from {name}.txt", False),
        case("anon_aB12x", {f"anon_aB12x_5014_{name}": BLANK}, BLANK, late=False),
    ]


def moodle():
    file, right = "assignsubmission_file_", RIGHT
    inner = packed({f"work\\{NAME}.ipynb": right, f"__MACOSX\\._{NAME}.ipynb": b"\0\5\x16\7"})
    return [
        case("Ann Lee_1201", {f"Ann Lee_1201_{file}/{NAME}.ipynb": right,
                              "Ann Lee_1201_assignsubmission_onlinetext_/onlinetext.html": b"<p>done"}, right,
             "not used: onlinetext.html"),
        case("Zoë Müller_1202", {f"Zoë Müller_1202_assignsubmission_file/{NAME} (1).ipynb": right}, right,
             f"taken from {NAME} (1).ipynb"),
        case("王伟_1203", {f"王伟_1203_{file}/hw.zip": inner}, right),
        case("Jim O'Neil_1204", {f"Jim O'Neil_1204_{file}/Copy of {NAME}.ipynb": HALF}, HALF,
             f"taken from Copy of {NAME}.ipynb"),
        case("Bea Ray_1205", {f"Bea Ray_1205_{file}{NAME}.ipynb": right}, right),
        case("Cy Cox_1206", {f"Cy Cox_1206_{file}/{NAME}.ipynb": right.decode().encode("utf-16")},
             right.decode().encode("utf-16"), "the file is in UTF-16", answers=0),
        case("Di Fox_1207", {f"Di Fox_1207_{file}/{NAME}.ipynb": b"<<<<<<< HEAD\n" + right}, b"<<<<<<< HEAD\n" + right,
             "git has left a conflict", answers=0),
        case("Ed Gray_1208", {f"Ed Gray_1208_{file}/{NAME}.ipynb": b""}, b"", "the file is empty", answers=0),
        case("Flo Hill_1209", {f"Flo Hill_1209_{file}/{NAME}.ipynb": b"[1, 2]"}, b"[1, 2]", "not a notebook",
             answers=0),
        case("Group 1_12", {f"Group 1_12_{file}/{NAME}.ipynb": right}, right),
    ]


PEOPLE = b"""\
submission_901:
  :submitters:
  - :name: Ann Lee
    :sid: '31'
    :email: ann@example.edu
  :created_at: 2026-10-12 10:00:00.5 Z
submission_902:
  :submitters:
  - :name: Bo Ek
    :sid: '32'
    :email: bo@example.edu
  - :name: Cy Cox
    :sid: '33'
    :email: cy@example.edu
  :created_at: 2026-10-13 10:00:00 Z
"""


def gradescope():
    old, bare, same = plain(change=nbformat_3), plain(change=without_ids), plain(change=same_ids)
    return [
        case("Ann Lee_31", {f"submission_901/{NAME}.ipynb": RIGHT}, RIGHT),
        case("Bo Ek_32", {f"submission_902/hw/{NAME}.ipynb": RIGHT}, RIGHT, "handed in together by Bo Ek and Cy Cox"),
        case("Cy Cox_33", {}, RIGHT, "handed in together by Bo Ek and Cy Cox"),
        case("903", {f"submission_903/{NAME}.ipynb": old}, old, "it was in an older format (nbformat 3)"),
        case("904", {f"submission_904/{NAME}.ipynb": bare}, bare),
        case("905", {f"submission_905/{NAME}.ipynb": same}, same),
        case("906", {f"submission_906/{NAME}.ipynb": b"\xef\xbb\xbf" + RIGHT}, b"\xef\xbb\xbf" + RIGHT),
    ]


def github():
    top = "softmax-submissions/softmax"
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    return [
        case("ann", {f"{top}-ann/notebooks/{NAME}.ipynb": RIGHT, f"{top}-ann/.git/config": b"x",
                     f"{top}-ann/notebooks/.ipynb_checkpoints/{NAME}-checkpoint.ipynb": HALF}, RIGHT),
        case("li-wei", {f"{top}-li-wei/{NAME}.ipynb": HALF, f"{top}-li-wei/README.md": b"x"}, HALF,
             "not used: README.md"),
        case("bob", {f"{top}-bob/{NAME}.ipynb": pointer}, pointer, "a pointer of git-lfs", answers=0),
        case("cy", {f"{top}-cy/README.md": b"x"}, told="no notebook; found README.md"),
    ]


def blackboard():
    made, later = "hw4_ann_attempt_2026-10-12-23-59-00", "hw4_ann_attempt_2026-10-13-08-00-00"
    return [case("ann", {f"{made}.txt": b"Name: Ann", f"{made}_{NAME}.ipynb": HALF, f"{later}_{NAME}.ipynb": RIGHT},
                 RIGHT, f"{made}_{NAME}.ipynb isn't graded: {later}_{NAME}.ipynb is newer, by the time that"),
            case("bob", {f"hw4_bob_attempt_2026-10-12-10-00-00_{NAME}.ipynb": HALF}, HALF)]


def brightspace():
    made, later = "41-77 - Ann Lee - Oct 12, 2026 1159 PM", "41-77 - Ann Lee - Oct 13, 2026 900 AM"
    return [case("Ann Lee_41", {f"{made}/{NAME}.ipynb": HALF, f"{later}/{NAME}.ipynb": RIGHT}, RIGHT,
                 f"{made}/{NAME}.ipynb isn't graded: assignment_4_export/{later}/{NAME}.ipynb is newer, by"),
            case("Bo Ek_42", {f"42-77 - Bo Ek - Oct 11, 2026 100 PM - {NAME}.ipynb": HALF}, HALF)]


def single_files():
    return [
        case("ann", {f"ann_{NAME}.ipynb": RIGHT}, RIGHT, "taken from ann_"),
        case(f"{NAME} (1)", {f"{NAME} (1).ipynb": HALF}, HALF, "taken from"),
        case(f"{NAME} (2)", {f"{NAME} (2).ipynb": RIGHT}, RIGHT, "taken from"),
        case("li", {"Copy of 04-Gradient li.ipynb": RIGHT}, RIGHT, "taken from"),
    ]


def folders():
    file, outside = f"{NAME}.ipynb", Link(str(ROOT / "notebooks" / f"{NAME}.ipynb"))
    deep = packed({"a.zip": packed({"b.zip": packed({"c.zip": packed({file: RIGHT})})})})
    times = {file: (2026, 10, 2, 0, 0, 0), f"again/{file}": (2026, 10, 3, 0, 0, 0)}
    other = plain(change=lambda notebook: json.loads(json.dumps(notebook).replace("my_", "your_")))
    lost = plain(change=unlabelled)
    return [
        case("'Bob', (2)", {f"'Bob', (2)/deep/er/my {NAME} final.ipynb": RIGHT}, RIGHT, "taken from my"),
        case("two zips", {"two zips.zip": packed({"x/y.zip": packed({file: RIGHT})})}, RIGHT),
        case("tarred", {"tarred.tar.gz": tarred({f"hw/{file}": RIGHT})}, RIGHT),
        case("macos", {"macos.zip": from_macos({f"Jörg/{NAME} für.ipynb": HALF})}, HALF, "taken from 04_gradient für"),
        case("timed", {"timed.zip": packed({file: HALF, f"again/{file}": RIGHT}, times)}, RIGHT,
             "is newer, by the times in the archive"),
        case("browser", {f"browser/{file}": HALF, f"browser/{NAME} (1).ipynb": RIGHT}, RIGHT,
             "is newer, by the number in its name"),
        case("backup", {f"backup/{file}": RIGHT, f"backup/old/{file}": HALF}, RIGHT, "lies higher in the folders"),
        case("twice", {f"twice/{file}": RIGHT, f"twice/old/{file}": RIGHT}, RIGHT, "has the same content"),
        case("half a file", {f"half a file/{file}": HALF, f"half a file/{NAME} (1).ipynb": RIGHT[:500]}, HALF,
             f"{NAME} (1).ipynb isn't graded: not a notebook"),
        case("damaged", {"damaged.zip": damaged(packed({file: RIGHT}))}, told=f"{file}: it is damaged (Bad CRC-32"),
        case("locked", {"locked.zip": locked(packed({file: RIGHT}))}, told="it needs a password"),
        case("no zip", {"no zip.zip": b"PK but no zip"}, told="not a readable archive: it is damaged (File is not"),
        case("rar", {"rar/hw.rar": b"Rar!"}, told="only zip and tar archives can be looked into"),
        case("bomb", {"bomb.zip": packed({file: b" " * 20_000_000}, method=zipfile.ZIP_DEFLATED)},
             told="more than 200 times its size"),
        case("deep", {"deep/hw.zip": deep}, told="archives are looked into 3 deep"),
        case("upwards", {"upwards.zip": packed({f"../../{file}": HALF})}, HALF),
        case("link", {f"link/{file}": outside}, told="a link, which is not followed"),
        case("tarlink", {"tarlink.tar": tarred({file: outside}, "w")}, told="a link, which is not followed"),
        case("ziplink", {"ziplink.zip": packed({file: outside})}, told="a link, which is not followed"),
        case("folder", {f"folder/{file}/notes.txt": b"x"}, told="no notebook; found notes.txt"),
        case("same", {f"same/{file}": HALF}, HALF),
        case("same_2", {"same.zip": packed({file: RIGHT})}, RIGHT, "same has the same name, and other files"),
        case("unpacked", {f"unpacked/{file}": RIGHT, "unpacked.zip": packed({file: RIGHT})}, RIGHT, "found twice"),
        case("_con", {f"con/{file}": RIGHT}, RIGHT),
        case("renamed", {"renamed/homework.ipynb": RIGHT}, RIGHT, "taken from homework.ipynb"),
        case("other", {"other/homework.ipynb": other}, told="homework.ipynb: not graded, because it is none of"),
        case("unlabelled", {f"unlabelled/{file}": lost}, lost, "was deleted; another that defines it counts"),
        case("page", {f"page/{file}": b"<!DOCTYPE html><p>"}, b"<!DOCTYPE html><p>", "is a web page", answers=0),
        case("empty", {"empty.zip": packed({})}, told="nothing is in it"),
    ]


EXPORTS: dict[str, Callable[[], list[Case]]] = {
    "canvas.zip": canvas, "moodle": moodle, "gradescope.zip": gradescope, "github": github,
    "blackboard": blackboard, "brightspace.zip": brightspace, "singles": single_files, "class": folders,
}


# --- writing them ---------------------------------------------------------------------------------


def write(folder, export):
    """Write one of EXPORTS into a folder; return its path and its cases."""
    cases, path = EXPORTS[export](), Path(folder, export)
    files = {name: content for one in cases for name, content in one.files.items()}
    if export == "gradescope.zip":
        files["submission_metadata.yml"] = PEOPLE
    if export.endswith(".zip"):
        path.write_bytes(packed({f"assignment_4_export/{name}": content for name, content in files.items()}))
        return path, cases
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            os.symlink(content.to, path / name)
        else:
            (path / name).write_bytes(content)
    return path, cases


def main():
    """Write all of them, and a table of what is expected."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    with open(folder / "expected.csv", "w", encoding="utf-8-sig", newline="") as f:
        table = csv.writer(f)
        table.writerow(["export", "student", "answers that are right", "what happened"])
        for export in EXPORTS:
            for one in write(folder, export)[1]:
                table.writerow([export, one.student, one.answers, one.told])


if __name__ == "__main__":
    main()
