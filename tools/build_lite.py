"""Build build/lite: JupyterLab in which Python itself runs in the reader's browser (JupyterLite, with Pyodide).

    python tools/build_lite.py                      (make lite)
    python tools/build_lite.py --pyodide folder     with a whole Pyodide of your own: nothing comes from elsewhere then

The reader finds the practice copies of the notebooks there, and a small sample of made-up images. The site has all that
is needed except for compiled packages: NumPy, SciPy, matplotlib and three that it needs. These come from Pyodide's
own servers when a notebook imports them. They are the only requests to the outside. While the site is built, Pyodide's
core comes from npm's registry, and what is plain Python from PyPI.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

from browser_lock import closure, entry, is_pure
from hatchling.builders.wheel import WheelBuilder
from make_release import without_dead_links
from repository import ROOT

from cs231n_softmax.cifar10.connection import MirrorFailed
from cs231n_softmax.cifar10.files import FOLDER
from cs231n_softmax.cifar10.sample import write_sample
from cs231n_softmax.cifar10.transfer import stream_to
from cs231n_softmax.practice.copies import MAP, files

LAID_OUT, LITE = ROOT / "build/lite-files", ROOT / "build/lite"
IMAGES = 1000  # in each of the six batches of the sample: 18 MB in all
TOO_LONG = ("05_", "07_", "10_", "11_", "12_")  # they measure speed, or train for minutes
SOME = "*Some of these notebooks aren't here, because they would take too long in a browser.*"
PYODIDE = "314.0.6"  # the version that the kernel expects (jupyterlite-pyodide-kernel 0.8.6)
CORE = f"https://registry.npmjs.org/pyodide/-/pyodide-{PYODIDE}.tgz"
SHA256 = "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2"
SERVERS = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
NEEDED = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
OF_PYPI = ("ipywidgets", "comm", "jupyterlab_widgets", "filelock", "ipython_pygments_lexers")  # Pyodide hasn't them
STARTS = ("micropip", "ipython", "jedi", "comm", "ipywidgets", "cs231n-softmax")  # what a notebook loads first


def core(folder):
    """Fetch Pyodide's core, and write those of its files that are needed; SystemExit if it isn't the tested one."""
    folder.mkdir(parents=True)
    packed = LAID_OUT / "pyodide.tgz"
    try:
        stream_to(CORE, packed, size=None, least_rate=1000, progress=False)
    except MirrorFailed as error:
        sys.exit(f"{CORE}: {error}. Run this again with a network, or with --pyodide and a Pyodide of your own.")
    with open(packed, "rb") as f:
        if hashlib.file_digest(f, "sha256").hexdigest() != SHA256:
            sys.exit(f"{CORE} isn't the file that was tested: its SHA-256 is not {SHA256}.")
    with tarfile.open(packed) as archive:
        for name in NEEDED:
            (folder / name).write_bytes(archive.extractfile(f"package/{name}").read())


def add_packages(folder, servers):
    """Add this package and what else is plain Python to the Pyodide in `folder`; the rest comes from `servers`."""
    lock = folder / "pyodide-lock.json"
    content = json.loads(lock.read_text(encoding="utf-8"))
    packages = content["packages"]
    [own] = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    added = [Path(own), *download(folder, [f"{name}=={version(name)}" for name in OF_PYPI])]
    packages |= {found["name"]: found for found in map(entry, added)}
    needed = [packages[name] for name in closure(packages, STARTS)]
    plain = [one for one in needed if is_pure(one) and not (folder / one["file_name"]).exists()]
    added = download(folder, [f"{one['name']}=={one['version']}" for one in plain])
    packages |= {found["name"]: found for found in map(entry, added)}
    for package in packages.values():
        if not (folder / package["file_name"]).exists():
            package["file_name"] = servers + package["file_name"]
    lock.write_text(json.dumps(content), encoding="utf-8")


def download(folder, asked):
    """Download wheels of plain Python from PyPI into `folder`; return their paths."""
    if not asked:
        return []
    before = set(folder.glob("*.whl"))
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    options = ["--only-binary=:all:", "--platform=any", "--python-version=3.14"]
    if subprocess.run([*pip, *options, "--dest", str(folder), *asked]).returncode:
        sys.exit(f"pip couldn't download {', '.join(asked)}: see above.")
    return sorted(set(folder.glob("*.whl")) - before)


def contents(folder):
    """Write what the reader finds into `folder`: copies to work in, the solved notebooks, and the sample."""
    texts = {name: text for name, text in files()[0].items() if not Path(name).name.startswith(TOO_LONG)}
    notebooks = [Path(name).stem for name in texts if name.endswith(".ipynb")]
    texts[MAP] = texts[MAP].replace("\n", f"\n\n{SOME}\n", 1)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(without_dead_links(text, notebooks), encoding="utf-8")
    write_sample(folder / "datasets" / FOLDER, per_batch=IMAGES)


def write(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")


def main():
    """Lay all out in build/lite-files, and let JupyterLite make the site of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pyodide", type=Path, help=f"the folder of a whole Pyodide {PYODIDE}")
    own = parser.parse_args().pyodide
    if own and (lacking := [name for name in NEEDED if not (own / name).exists()]):
        sys.exit(f"--pyodide: expected the folder of a Pyodide, but {own} lacks {', '.join(lacking)}.")
    for folder in (LAID_OUT, LITE):
        shutil.rmtree(folder, ignore_errors=True)
    pyodide = LAID_OUT / "static/pyodide"
    if own:
        shutil.copytree(own, pyodide)
    else:
        core(pyodide)
    add_packages(pyodide, "" if own else SERVERS)
    contents(LAID_OUT / "contents")
    build = {"contents": ["contents"], "output_dir": str(LITE), "apps": ["lab"], "no_sourcemaps": True}
    write(LAID_OUT / "jupyter_lite_config.json", {"LiteBuildConfig": build})
    page = {"appName": "The softmax classifier", "exposeAppInBrowser": True}  # the second for lite_in_browser.py
    write(LAID_OUT / "jupyter-lite.json", {"jupyter-lite-schema-version": 0, "jupyter-config-data": page})
    done = subprocess.run([sys.executable, "-m", "jupyterlite_core", "build"], cwd=LAID_OUT, capture_output=True)
    if done.returncode:
        sys.exit(done.stdout.decode() + done.stderr.decode())
    print(
        f"The JupyterLite site is in {LITE.relative_to(ROOT)}. It becomes lite/ of the site: make site LITE=build/lite"
    )


if __name__ == "__main__":
    main()
