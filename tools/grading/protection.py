"""What keeps a submission in its place: the best that this computer can do is tried, and told to the teacher.

    protection = choose()      once; protection.sentence is for the teacher, and sandbox.run() takes it

Every system with POSIX has limits (sandbox.py). On Linux also, the first that works:

    bubblewrap   (a Debian package) no network, no other process, and no files except the scratch folder and, read-only,
                 the system's, Python's and this package's
    Landlock     (Linux 5.13 and newer) the same files. No TCP from Linux 6.7 on; no signals to others from 6.12 on

Without one of the two, a submission can read and write whatever the grader's account can.
"""

import ctypes
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .sandbox import run


@dataclass(frozen=True)
class Protection:
    """What keeps a submission in its place, and a sentence about it for the teacher."""

    bubblewrap: str  # its path, or "" where it isn't used
    landlock: int  # its version, or 0 where it isn't used
    sentence: str


def choose():
    """Return the best Protection that works here; it is tried."""
    bubblewrap = shutil.which("bwrap") if sys.platform == "linux" else None
    if bubblewrap and works(Protection(bubblewrap, 0, "")):
        return Protection(bubblewrap, 0, "Submissions run in bubblewrap: without network, and without other files.")
    why = "doesn't work here" if bubblewrap else "isn't installed (on Debian and Ubuntu: apt install bubblewrap)"
    if version := landlock_version():
        lacking = ["UDP"] if version >= 4 else ["the network"]
        lacking += [] if version >= 6 else ["signals to your other processes"]
        sentence = f"Submissions run under Landlock: without other files. Not kept from them: {' and '.join(lacking)}."
        if works(Protection("", version, "")):
            return Protection("", version, f"{sentence} bubblewrap keeps them from that, but {why}.")
    most = "limits of CPU time, memory and file size only" if os.name == "posix" else "a limit of time only"
    what = f"bubblewrap {why}" if sys.platform == "linux" else "this system has no bubblewrap"
    advice = "Grade in a container (tools/grading/Containerfile), or under an account that owns nothing."
    return Protection("", 0, f"Submissions run with {most}, and can read and write your files: {what}. {advice}")


def landlock_version():
    """Return the version of Landlock that this Linux has; 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1))


def works(protection):
    """True where Python starts under a protection, imports NumPy and the package, and can write its folder only."""
    with tempfile.TemporaryDirectory() as top:
        scratch = Path(top, "scratch")
        scratch.mkdir()
        tried = (
            "import cs231n_softmax, pathlib\npathlib.Path('written').touch()\n"
            f"try: pathlib.Path({top!r}, 'outside').touch()\nexcept OSError: pathlib.Path('kept').touch()"
        )
        ended = run([sys.executable, "-c", tried], scratch, protection, seconds=30)
        return ended.code == 0 and (scratch / "kept").exists() and not Path(top, "outside").exists()
