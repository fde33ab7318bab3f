"""What a JupyterLite site is made of, without building it: the list of packages that a browser loads."""

import json
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import browser_lock  # noqa: E402
import build_lite  # noqa: E402

METADATA = """Metadata-Version: 2.1
Name: Our_Package
Version: 1.2
Requires-Dist: numpy>=2.0
Requires-Dist: widgetsnbextension~=4.0
Requires-Dist: colorama; sys_platform == "win32"
Requires-Dist: pexpect; sys_platform != "emscripten"
Requires-Dist: Comm>=0.1
Requires-Dist: pytest; extra == "test"

"""


def wheel(folder):
    with zipfile.ZipFile(folder / "our_package-1.2-py3-none-any.whl", "w") as made:
        made.writestr("our_package/__init__.py", "")
        made.writestr("our_package/sub/__init__.py", "")
        made.writestr("our_package-1.2.dist-info/METADATA", METADATA)
    return folder / "our_package-1.2-py3-none-any.whl"


def test_a_wheel_is_listed_with_what_a_browser_needs_of_it(tmp_path):
    """Not with what Windows or tests need, and not with the part of ipywidgets that the page has itself."""
    entry = browser_lock.entry(wheel(tmp_path))
    assert entry["name"] == "our-package" and entry["version"] == "1.2"
    assert entry["file_name"] == "our_package-1.2-py3-none-any.whl" and entry["imports"] == ["our_package"]
    assert entry["depends"] == ["numpy", "comm"]
    assert len(entry["sha256"]) == 64


def test_what_is_needed_is_found_through_all_packages():
    packages = {"a": {"depends": ["B", "c"]}, "b": {"depends": ["c"]}, "c": {"depends": []}, "d": {"depends": ["e"]}}
    assert browser_lock.closure(packages, ["A"]) == ["a", "b", "c"]
    with pytest.raises(ValueError, match="e is needed, but it is neither"):
        browser_lock.closure(packages, ["d"])


def test_plain_python_comes_from_the_site_and_compiled_packages_from_pyodides_servers(tmp_path, monkeypatch):
    """This package's own wheel is in the list, with all that the wheel says it needs."""
    compiled = {"name": "numpy", "version": "2", "file_name": "numpy-2-wasm32.whl", "depends": [], "imports": ["numpy"]}
    plain = {"name": "six", "version": "1", "file_name": "six-1-py3-none-any.whl", "depends": [], "imports": ["six"]}
    (tmp_path / "pyodide-lock.json").write_text(json.dumps({"packages": {"numpy": compiled, "six": plain}}))
    asked = []

    def download(folder, names):
        asked.extend(names)
        return [wheel(folder)] if not list(folder.glob("our*")) else []

    monkeypatch.setattr(build_lite, "download", download)
    monkeypatch.setattr(build_lite, "STARTS", ("our-package", "six"))
    monkeypatch.setattr(browser_lock, "WITHOUT", {"widgetsnbextension", "comm"})
    build_lite.add_packages(tmp_path, "https://example.org/")
    packages = json.loads((tmp_path / "pyodide-lock.json").read_text())["packages"]
    assert packages["numpy"]["file_name"] == "https://example.org/numpy-2-wasm32.whl"
    assert packages["our-package"]["file_name"] == "our_package-1.2-py3-none-any.whl"
    ours = packages["cs231n-softmax"]
    assert ours["imports"] == ["cs231n_softmax"] and {"numpy", "scipy", "matplotlib"} <= set(ours["depends"])
    assert "six==1" in asked and not any(name.startswith("numpy") for name in asked)
