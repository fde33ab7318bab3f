"""Pyodide's list of packages, pyodide-lock.json, with more wheels in it.

In the browser, `import cs231n_softmax` looks the name up in this list, and loads the wheel and what it needs. An entry
has a wheel's name, its hash, what one imports from it, and what it needs: https://github.com/pyodide/pyodide-lock.
"""

import hashlib
import zipfile
from email.parser import HeaderParser

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

WITHOUT = {"widgetsnbextension"}  # of ipywidgets: the page has its own copy
IN_A_BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix", "extra": ""}


def entry(wheel):
    """Return what the list says of a wheel that lies beside it."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
        said = HeaderParser().parsestr(archive.read(metadata).decode())
    needed = [Requirement(text) for text in said.get_all("Requires-Dist", [])]
    depends = [canonicalize_name(one.name) for one in needed if not one.marker or one.marker.evaluate(IN_A_BROWSER)]
    return {
        "name": canonicalize_name(said["Name"]),
        "version": said["Version"],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted({name.split("/")[0] for name in names if name.endswith("/__init__.py")}),
        "depends": [name for name in depends if name not in WITHOUT],
        "unvendored_tests": False,
    }


def closure(packages, names):
    """Return the names of packages, and of all that they need; ValueError where the list lacks one."""
    found, left = set(), [canonicalize_name(name) for name in names]
    while left:
        name = left.pop()
        if name not in packages:
            raise ValueError(f"{name} is needed, but it is neither among Pyodide's packages nor among the wheels.")
        if name not in found:
            found.add(name)
            left += [canonicalize_name(other) for other in packages[name]["depends"]]
    return sorted(found)


def is_pure(package):
    """True for a package without compiled parts: PyPI has the same wheel."""
    return package["file_name"].endswith("-none-any.whl")
