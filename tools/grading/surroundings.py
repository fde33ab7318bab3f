"""What a submission finds around it: an environment without secrets, two packages, and the files that it may read."""

import contextlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT"]  # of the environment
SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix", "/gnu"]
SETTINGS = ["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "fonts", "localtime", "passwd", "group", "nsswitch.conf",
            "alternatives", "ssl", "mime.types", "os-release"]  # fmt: skip
ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"], "1")


def lay_out_library(folder):
    """Put links to the two packages into a folder for PYTHONPATH; return the paths that a submission may read.

    The project's folder itself isn't among them: it holds solutions, releases, and what others handed in.
    """
    for name, path in {"cs231n_softmax": ROOT / "cs231n_softmax", "grading": Path(__file__).parent}.items():
        with contextlib.suppress(OSError):  # Windows lets few people make links
            (folder / name).symlink_to(path, target_is_directory=True)
    (folder / "replies.py").write_bytes((ROOT / "tools/replies.py").read_bytes())
    wanted = [*SYSTEM, *(f"/etc/{name}" for name in SETTINGS), sys.prefix, sys.base_prefix, str(folder)]
    wanted += [
        str(ROOT / "cs231n_softmax"),
        str(Path(__file__).parent),
        os.path.abspath(os.environ.get("CIFAR10_DIR") or folder),
    ]
    return [path for path in wanted if path and os.path.exists(path)]


def environment(scratch, library):
    """Return the environment of a submission: without tokens; home and temporary files are in the scratch folder."""
    own = {"HOME": str(scratch), "USERPROFILE": str(scratch), "PYTHONPATH": library, "MPLBACKEND": "Agg"}
    own |= dict.fromkeys(["TMPDIR", "TEMP", "TMP", "IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_RUNTIME_DIR"], str(scratch))
    own |= {"PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", **ONE_THREAD}
    if os.name != "posix":
        own["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tools")])
    own |= {"CIFAR10_DIR": os.path.abspath(os.environ["CIFAR10_DIR"])} if os.environ.get("CIFAR10_DIR") else {}
    return {name: os.environ[name] for name in KEPT if name in os.environ} | own


def bubblewrap(program, scratch, readable):
    """Return bubblewrap's part of the command: nothing is there except for what stands here."""
    arguments = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--dir", "/tmp"]
    for path in readable:
        link = os.path.islink(path) and path in SYSTEM
        arguments += ["--symlink", os.readlink(path), path] if link else ["--ro-bind", path, path]
    return [program, *arguments, "--bind", str(scratch), str(scratch), "--remount-ro", "/", "--chdir", str(scratch)]
