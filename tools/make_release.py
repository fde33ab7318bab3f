"""Make what students get: the notebooks without solutions, and a zip with everything needed to start.

    python tools/make_release.py             all notebooks
    python tools/make_release.py 02 04       those whose names begin with 02 or 04: week by week

Writes release/notebooks/*.ipynb, release/softmax_course.zip, and the package as a wheel, for a notebook that is opened
alone on Colab. The same notebooks give the same files, byte for byte.
"""

import argparse
import json
import re
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat
from classroom import NOTEBOOKS, ROOT, notebook_names, released_notebook
from hatchling.builders.wheel import WheelBuilder

from cs231n_softmax._files import atomic_write, made_whole
from cs231n_softmax.practice import map_for_students, nothing_done

RELEASE = ROOT / "release"
PACKAGE = "cs231n_softmax"
TOP = "softmax_course"  # the zip and the one folder in it. A folder with the package's name would hide the package
COPIED = ["pyproject.toml", "LICENSE", "get_cifar10.sh", "datasets/README.md", "datasets/.gitignore", "docs/pypi.md"]
LINK = re.compile(r"\[(?P<words>[^\[\]]+)\]\((?P<name>\d\d_\w+)\.ipynb(#[^)]*)?\)")
REQUIREMENTS = """\
# What the notebooks need, in the versions that they were tested with: pip install -r requirements.txt
-e .[notebooks]
-c versions.txt
"""


def without_dead_links(text, names):
    """Return a text in which links to notebooks that aren't among `names` are plain words."""
    return LINK.sub(lambda link: link[0] if link["name"] in names else link["words"], text)


def student_files(notebooks):
    """Return the contents of the zip: {path in it: bytes}."""
    package = (path for path in (ROOT / PACKAGE).rglob("*") if path.suffix == ".py" or path.name == "py.typed")
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in package}
    files |= {name: (ROOT / name).read_bytes() for name in COPIED}
    files |= {f"notebooks/{path.name}": path.read_bytes() for path in notebooks}
    names = [path.stem for path in notebooks]
    files["notebooks/README.md"] = without_dead_links(map_for_students(), names).encode()
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


def write_wheel(folder, files):
    """Write the package that is in the zip as a wheel into `folder`; without notebooks."""
    with tempfile.TemporaryDirectory() as source:
        for name, content in files.items():
            if not name.startswith("notebooks/"):
                path = Path(source, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        list(WheelBuilder(source).build(directory=str(folder), versions=["standard"]))


def release(names, target=RELEASE):
    """Make the release in a folder beside `target`, which takes the place of `target` when it is complete."""
    with made_whole(target) as made:
        (made / "notebooks").mkdir()
        for name in names:
            notebook = released_notebook(name)
            for cell in notebook.cells:
                if cell.cell_type == "markdown":
                    cell.source = without_dead_links(cell.source, names)
            with atomic_write(made / "notebooks" / f"{name}.ipynb") as f:
                nbformat.write(notebook, f)
        files = student_files(sorted((made / "notebooks").glob("*.ipynb")))
        write_zip(made / f"{TOP}.zip", files)
        write_wheel(made, files)


def main():
    """Make the release that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"beginnings of names in {NOTEBOOKS.name}/; none: all")
    parser.add_argument("--to", type=Path, default=RELEASE, help="where to write (default: release/)")
    args = parser.parse_args()
    try:
        names = notebook_names(args.names)
        release(names, args.to)
    except ValueError as error:
        sys.exit(str(error))
    print(f"{args.to.name}/notebooks: {', '.join(names)}")
    print(f"{args.to.name}/{TOP}.zip: for students; its README.md says how to start and how to hand in")
    print(f"{args.to.name}/{next(args.to.glob('*.whl')).name}: for students who open a notebook alone, on Colab")


if __name__ == "__main__":
    main()
