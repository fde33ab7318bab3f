"""What a learner's file may not do while it is examined: change files, start programs, use the network.

The files are imported and called in a process whose working folder is a copy. There, new files may be written. An
attempt to change anything else raises an error inside the learner's code, and the report says what was tried. This
guards against accidents. It is no prison: Python has ways around an audit hook.
"""

import os
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from ..check.crashes import is_library
from ..check.report import Mistake
from ..check.shared import Refused

DELETES, WRITES, STARTS, CONNECTS = "deletes-files", "writes-files", "starts-programs", "uses-network"
TOLD = {
    DELETES: ("deletes or renames files", "Remove the line, or do this outside of the assignment's files."),
    WRITES: ("writes to files outside of its folder", "Remove the line. A function of the assignment returns results."),
    STARTS: ("starts other programs", "Remove the line. Functions of the assignment need NumPy only."),
    CONNECTS: ("connects to the network", "Remove the line. Functions of the assignment need no data of their own."),
}
EVENTS = {  # audit events, and the positions of the paths in their arguments
    **dict.fromkeys(["os.remove", "os.rmdir", "shutil.rmtree"], (DELETES, (0,))),
    **dict.fromkeys(["os.rename", "shutil.move"], (DELETES, (0, 1))),
    **dict.fromkeys(["os.truncate", "os.mkdir", "os.chmod", "os.chown", "os.utime", "os.setxattr"], (WRITES, (0,))),
    **dict.fromkeys(["os.link", "os.symlink"], (WRITES, (1,))),
    **dict.fromkeys(["shutil.copyfile", "shutil.copytree", "shutil.make_archive"], (WRITES, (1,))),
    **dict.fromkeys(
        [
            "os.system",
            "os.exec",
            "os.posix_spawn",
            "os.spawn",
            "os.startfile",
            "subprocess.Popen",
            "pty.spawn",
            "os.forkpty",
        ],
        (STARTS, ()),
    ),  # fmt: skip
    **dict.fromkeys(["socket.connect", "socket.sendto", "urllib.Request"], (CONNECTS, ())),
}
CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refusals:
    """The audit hook; `seen` has a Mistake for each kind of thing that was refused since it was last emptied."""

    def __init__(self, root: Path, originals: dict[Path, Path]) -> None:
        self.root = os.path.realpath(root) + os.sep
        self.kept = {os.path.realpath(copy) for copy in originals}  # copies of the learner's files
        self.seen: dict[str, Mistake] = {}
        self.watching, self.name = False, ""

    def install(self) -> None:
        """Watch from now on; audit hooks can't be taken away again."""
        sys.addaudithook(self.hook)
        self.watching = True

    def hook(self, event: str, args: tuple) -> None:
        """Raise Refused for an event that changes something outside of the copy, or a learner's file in it."""
        if event not in EVENTS and event != "open":
            return
        if not self.watching:
            return
        if event == "open":
            path, mode, flags = args
            changing = isinstance(flags, int) and flags & CHANGING
            if not changing or isinstance(path, int):
                return
            kind, paths = WRITES, [path]
        else:
            kind, positions = EVENTS[event]
            paths = [args[k] for k in positions if k < len(args)]
        if event == "os.mkdir" and os.path.isdir(paths[0]):
            return  # nothing happens
        if not paths or not all(map(self.harmless, paths)):
            if being_imported():
                raise PermissionError(f"not while an assignment is examined: {event}")
            self.refuse(kind, paths[0] if paths else args[0] if args else "")

    def harmless(self, path: object) -> bool:
        """True for a path in the copy, except for a learner's file, and a folder that holds one; for os.devnull too."""
        if not isinstance(path, (str, bytes, os.PathLike)):
            return isinstance(path, int)
        self.watching = False  # looking at a path raises events itself
        try:
            real = os.path.realpath(os.fsdecode(path))
        except (OSError, ValueError):
            return True  # no file can have this name
        finally:
            self.watching = True
        if real == os.devnull:
            return True
        return real.startswith(self.root) and not any(
            kept == real or kept.startswith(real + os.sep) for kept in self.kept
        )

    def refuse(self, kind: str, what: object) -> NoReturn:
        """Note what was tried, and raise Refused."""
        did, hint = TOLD[kind]
        shown = os.fsdecode(what) if isinstance(what, (str, bytes, os.PathLike)) else str(what)
        if shown.startswith(self.root):
            shown = shown[len(self.root) :]
        mistake = Mistake(
            kind,
            f"{self.name} {did}.",
            "That was refused: nothing has been changed. The rest of the function isn't known.",
            f"tried with {shown[:100]!r}",
            hint,
        )
        self.seen.setdefault(kind, mistake)
        raise Refused(mistake)


def being_imported() -> bool:
    """True where a library does this by itself, while it is imported: it can go on without, and needs no report."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return True
        if not is_library(file):
            return False
        frame = frame.f_back
    return False
