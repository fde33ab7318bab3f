"""Make what students get: the notebooks without solutions, and a zip with everything needed to start.

    python tools/make_release.py             all notebooks
    python tools/make_release.py 02 04       those whose names begin with 02 or 04: week by week

Writes release/notebooks/*.ipynb and release/cs231n_softmax.zip. nbgrader labels the notebooks, in the course directory
that tools/grade.py uses too. The same notebooks give the same files, byte for byte.
"""

import argparse
import json
import shutil
import sys
import zipfile
from pathlib import Path

import nbformat
from classroom import COURSE, NOTEBOOKS, ROOT, find_programs, make_assignment, notebook_names

from cs231n_softmax._files import atomic_write, made_whole
from cs231n_softmax.practice import map_for_students, nothing_done

RELEASE = ROOT / "release"
TOP = "cs231n_softmax"  # the one folder in the zip
COPIED = ["pyproject.toml", "LICENSE", "get_cifar10.sh", "datasets/README.md", "datasets/.gitignore", "docs/pypi.md"]
REQUIREMENTS = """\
# What the notebooks need, in the versions that they were tested with: pip install -r requirements.txt
-e .[notebooks]
-c versions.txt
"""


def student_files(notebooks):
    """Return the contents of the zip: {path in it: bytes}."""
    package = (path for path in (ROOT / TOP).rglob("*") if path.suffix == ".py" or path.name == "py.typed")
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in package}
    files |= {name: (ROOT / name).read_bytes() for name in COPIED}
    files |= {f"notebooks/{path.name}": path.read_bytes() for path in notebooks}
    files["notebooks/README.md"] = map_for_students().encode()
    solved = {path.stem: nbformat.read(NOTEBOOKS / path.name, 4) for path in notebooks}
    files["notebooks/progress.json"] = json.dumps(nothing_done(solved), indent=1).encode()
    files["README.md"] = (ROOT / "docs/students.md").read_bytes()
    files["requirements.txt"] = REQUIREMENTS.encode()
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    versions = [line for line in pinned if not line.startswith(("#", "-e"))]
    files["versions.txt"] = ("\n".join(versions) + "\n").encode()
    return files


def write_zip(path, files):
    """Write a zip whose bytes depend only on the files: they are sorted, and all have the same date."""
    with atomic_write(path, "wb") as f, zipfile.ZipFile(f, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{TOP}/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever this runs, so that the permissions count
            entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            archive.writestr(entry, files[name])


def release(names, course=COURSE, target=RELEASE):
    """Make the release in a folder beside `target`, which takes the place of `target` when it is complete."""
    with made_whole(target) as made:
        (made / "notebooks").mkdir()
        for name in names:
            shutil.copyfile(make_assignment(course, name), made / "notebooks" / f"{name}.ipynb")
        notebooks = sorted((made / "notebooks").glob("*.ipynb"))
        write_zip(made / f"{TOP}.zip", student_files(notebooks))


def main():
    """Make the release that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"beginnings of names in {NOTEBOOKS.name}/; none: all")
    parser.add_argument("--course", type=Path, default=COURSE, help="nbgrader's directory (default: course/)")
    parser.add_argument("--to", type=Path, default=RELEASE, help="where to write (default: release/)")
    args = parser.parse_args()
    find_programs()
    try:
        names = notebook_names(args.names)
        release(names, args.course, args.to)
    except (ValueError, RuntimeError) as error:
        sys.exit(str(error))
    print(f"{args.to.name}/notebooks: {', '.join(names)}")
    print(f"{args.to.name}/{TOP}.zip: for students; its README.md says how to start and how to hand in")


if __name__ == "__main__":
    main()
