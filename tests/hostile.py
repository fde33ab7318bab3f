"""Hostile submissions: notebooks that try to forge points, to reach what isn't theirs, or to stop the grading.

    python -m tests.hostile [name ...]       a table of what became of each, with each protection that works here

Each Attack has a cell that stands above the exercise, and the body of the exercise `my_softmax`: by default a wrong
one, which earns nothing. KILLS_ALL isn't in the table: it is only safe where a protection holds it.
"""


import contextlib
import os
import socket
import sys
import tempfile
import textwrap
import threading
from pathlib import Path
from typing import NamedTuple

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from grading import protection, submission  # noqa: E402

RIGHT = "e = np.exp(scores)\nreturn e / e.sum(axis=1, keepdims=True)"
WRONG = "e = np.exp(scores)\nreturn e / e.sum()"


class Attack(NamedTuple):
    """A hostile notebook; `outside` in its code is a folder that isn't its own, with the class's files."""

    name: str
    cells: str = ""
    body: str = WRONG
    above: str = ""  # what stands in the exercise's own cell, above the function
    note: str = ""  # what the row says, in any case

    @property
    def honest(self):
        """True where the function is right, and only the rest of the notebook does harm: it earns its points."""
        return self.body == RIGHT


PATCH_REPORT = """
from cs231n_softmax.check import report
report.Report.ok = property(lambda self: True)
report.Report.require = lambda self: self
"""
ANSWER_FILE = """
import sys, json, glob, os
for place in (os.getcwd(), os.path.dirname(os.getcwd())):
    for name in ("answers", "answers.json"):
        with open(os.path.join(place, name), "a") as f:
            f.write(json.dumps({"path": FILE, "function": "my_softmax", "convention": "", "html": "",
                "report": {"ok": True, "steps": [], "mistakes": [], "remarks": []}}) + "\\n")
            f.write(json.dumps({"end": True}) + "\\n")
os._exit(0)
"""
FORGE_CHILD = """
import sys, gc
examiner = next(o for o in gc.get_objects() if type(o).__name__ == "Examiner")
file = examiner.task["files"][0]["path"]
examiner.say(path=file, function="my_softmax", convention="", columns=False, html="",
             report={"ok": True, "steps": [], "mistakes": [], "remarks": []})
examiner.say(end=True)
import os
os._exit(0)
"""
FRAMES = """
import sys
frame = sys._getframe()
while frame:
    for value in list(frame.f_locals.values()):
        if type(value).__name__ == "Trial":
            value.report.mistakes.clear()
            value.judge = lambda *args, **options: None
        if type(value).__name__ == "Report":
            type(value).ok = property(lambda self: True)
    frame = frame.f_back
e = np.exp(scores)
return e / e.sum()
"""

FORGERS = [
    Attack("patched-report", PATCH_REPORT),
    Attack("patched-report-in-function", body=PATCH_REPORT + WRONG, note="changes Report.ok"),
    Attack("patched-report-above-function", above=PATCH_REPORT + "HOOK = report", body="HOOK\n" + WRONG),
    Attack("import-hook", """
        import sys, types
        class Hook:
            def find_spec(self, name, path=None, target=None):
                if name.startswith("cs231n_softmax.check"):
                    import importlib.machinery
                    return importlib.machinery.ModuleSpec(name, self, is_package=True)
            def create_module(self, spec):
                return None
            def exec_module(self, module):
                module.softmax = lambda *a, **k: module
                module.require = lambda: "right"
        for name in [n for n in sys.modules if n.startswith("cs231n_softmax")]:
            del sys.modules[name]
        sys.meta_path.insert(0, Hook())
        """),
    Attack("input-transformer", """
        shell = get_ipython()
        shell.input_transformers_cleanup.append(lambda lines: ["'right'"] if "check." in "".join(lines) else lines)
        """),
    Attack("thread", """
        import threading, time, sys
        def forge():
            while True:
                try:
                    sys.modules["cs231n_softmax.check.report"].Report.require = lambda self: self
                except KeyError:
                    pass
                time.sleep(0.001)
        threading.Thread(target=forge, daemon=True).start()
        """),
    Attack("settrace", """
        import sys
        def tracer(frame, event, arg):
            if frame.f_code.co_name == "require":
                frame.f_locals["self"].mistakes.clear()
            return tracer
        sys.settrace(tracer)
        """),
    Attack("settrace-in-function", body="""
import sys, threading
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("judge", "examined"):
        for value in frame.f_locals.values():
            if type(value).__name__ == "Report":
                value.mistakes.clear()
    return tracer
threading.settrace_all_threads(tracer) if hasattr(threading, "settrace_all_threads") else sys.settrace(tracer)
""" + WRONG, note="look at its code"),
    Attack("atexit", """
        import atexit, os
        atexit.register(lambda: os.system("echo '{\\"my_softmax\\": 5}' > done.ipynb"))
        """),
    Attack("frames", body=FRAMES, note="look at its code"),
    Attack("builtins", """
        import builtins
        builtins.all = builtins.any = lambda *a: True
        """),
    Attack("builtins-in-function", body="""
import builtins
builtins.all = lambda *a: True
builtins.abs = lambda x: 0
""" + WRONG, note="look at its code"),
    Attack("numpy", body="""
np.allclose = np.array_equal = lambda *a, **k: True
np.abs = np.isfinite = np.max = lambda *a, **k: 0
""" + WRONG, note="look at its code"),
    Attack("answers-file", above="FILE = __import__('os').getcwd()", body=ANSWER_FILE, note="look at its code"),
    Attack("examiner-through-gc", body=FORGE_CHILD, note="its results for new numbers are not"),
    Attack("equal-to-everything", body="""
class Same(np.ndarray):
    def __eq__(self, other): return True
    def __sub__(self, other): return np.zeros(self.shape)
    def __rsub__(self, other): return np.zeros(self.shape)
return scores.view(Same)
"""),
    Attack("own-check", "class check:\n    softmax = lambda *a, **k: check\n    require = lambda: 'right'"),
]
REACHERS = [
    Attack("writes-results", "import os\nfor name in os.listdir(outside):\n    path = os.path.join(outside, name)\n"
           "    open(path, 'w').write('forged')", RIGHT),
    Attack("writes-results-in-function", body="""
import os
for name in os.listdir(outside):
    os.close(os.open(os.path.join(outside, name), os.O_WRONLY | os.O_TRUNC))
""" + WRONG, note="look at its code"),
    Attack("reads-others", "print('READ' + ':', open(outside + '/other_student.ipynb').read())", RIGHT),
    Attack("reads-solutions", f"print('READ' + ':', open({str(ROOT / 'notebooks/02_scores_to_probabilities.ipynb')!r}"
           ").read()[:2000])", RIGHT),
    Attack("deletes-release", "import shutil\nshutil.rmtree(outside)", RIGHT),
    Attack("reads-ssh", "print('READ' + ':', open(real_home + '/.ssh/id_secret').read())", RIGHT),
    Attack("symlink-as-notebook", "import os, time\nos.path.exists('done.ipynb') and os.remove('done.ipynb')\n"
           "os.symlink(outside + '/other_student.ipynb', 'done.ipynb')\nos.kill(os.getppid(), 9)", RIGHT),
    Attack("fifo-as-notebook", "import os\nos.path.exists('done.ipynb') and os.remove('done.ipynb')\n"
           "os.mkfifo('done.ipynb')\nos.kill(os.getppid(), 9)", RIGHT),
    Attack("huge-answer", "import os\nos.path.exists('done.ipynb') and os.remove('done.ipynb')\n"
           "open('done.ipynb', 'w').write('[' * 10**8)\nos.kill(os.getppid(), 9)", RIGHT),
    Attack("socket", "import socket\ntalk = socket.create_connection(('127.0.0.1', port), 5)\n"
           "print('READ' + ':', talk.recv(100))", RIGHT),
    Attack("script-in-page", "from IPython.display import HTML, Javascript, display\n"
           "display(HTML('<script>alert(1)</script><img src=x onerror=alert(2)>'), Javascript('alert(3)'))", RIGHT),
    Attack("token-in-environment", "import os\nprint('READ' + ':' if 'GRADER_TOKEN' in os.environ else '')", RIGHT),
]
STOPPERS = [
    Attack("kills-parent", "import os\nos.kill(os.getppid(), 9)", RIGHT, note="stopped before its end"),
    Attack("kills-group", "import os, signal\nos.killpg(os.getpgid(os.getppid()), 9)", RIGHT),
    Attack("kills-grandparents", """
        import os, psutil
        for parent in psutil.Process().parents()[:2]:
            parent.kill()
        """, RIGHT),
    Attack("kills-parent-in-function", body="import os\nos.kill(os.getppid(), 9)\n" + WRONG, note="look at its code"),
    Attack("fork-bomb", "import os, time\nfor _ in range(70):\n    if not os.fork():\n        time.sleep(600)\n"
           "time.sleep(30)", RIGHT, note="stopped before its end"),
    Attack("memory", "x = bytearray(10 << 30)\nx[:] = b'1' * len(x)", RIGHT),
    Attack("memory-of-many", "import os, time\nfor _ in range(6):\n    if not os.fork():\n        x = b'1' * 2**30\n"
           "        time.sleep(600)\ntime.sleep(60)", RIGHT, note="GB of memory"),
    Attack("large-file", "with open('large', 'wb') as f:\n    for _ in range(10_000):\n        f.write(bytes(1 << 20))",
           RIGHT),
    Attack("many-files", "import time\nfor k in range(50_000):\n    open(f'f{k}', 'w').close()\ntime.sleep(30)", RIGHT,
           note="it wrote more than 20,000 files"),
    Attack("endless-print", "while True:\n    print('x' * 10_000)", RIGHT, note="was stopped"),
    Attack("daemon", """
        import os, subprocess, sys
        command = [sys.executable, "-c", "import time; 'outlives-the-notebook'; time.sleep(300)"]
        subprocess.Popen(command, start_new_session=True)
        if not os.fork():
            os.setsid()
            if not os.fork():
                os.execv(sys.executable, command)
            os._exit(0)
        """, RIGHT),
    Attack("deep-folders", "import os\nfor _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')", RIGHT),
]
KILLS_ALL = Attack("kills-everything", "import os\nos.kill(-1, 9)", RIGHT)
ATTACKS = [*FORGERS, *REACHERS, *STOPPERS]


def released():
    """Return a small notebook with one exercise, as students get it."""
    stub = "def my_softmax(scores):\n    raise NotImplementedError('not written yet')"
    label = {"schema_version": 3, "task": False, "locked": False}
    cells = [
        nbformat.v4.new_code_cell("import numpy as np\n\nfrom cs231n_softmax import check"),
        nbformat.v4.new_code_cell(stub, metadata={"nbgrader": {
            **label, "grade_id": "my_softmax", "grade": False, "solution": True}}),
        nbformat.v4.new_code_cell("check.softmax(my_softmax, stable=False).require()", metadata={"nbgrader": {
            **label, "grade_id": "check_my_softmax", "grade": True, "solution": False, "points": 5}}),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return notebook


def notebook_of(attack, **names):
    """Return an attack's notebook; names: what its code can use as constants, such as `outside`."""
    notebook = released()
    constants = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    body = textwrap.indent(attack.body.strip("\n"), "    ")
    notebook.cells[1].source = f"{constants}{attack.above}\ndef my_softmax(scores):\n{body}"
    if attack.cells:
        notebook.cells.insert(1, nbformat.v4.new_code_cell(constants + textwrap.dedent(attack.cells)))
    return notebook


def protections():
    """Return {name: Protection} of all that work here."""
    found = {"limits only": protection.Protection("", 0, "")}
    landlock = protection.Protection("", protection.landlock_version(), "")
    if landlock.landlock and protection.works(landlock):
        found["Landlock"] = landlock
    if protection.choose().bubblewrap:
        found["bubblewrap"] = protection.choose()
    return found


def class_folder(folder):
    """Make the files of a class, which no submission may change; return their contents."""
    files = {"results.json": '{"points": 0}', "other_student.ipynb": "the other's secret", "release.ipynb": "{}"}
    for name, text in files.items():
        (folder / name).write_text(text)
    return files


def tried(attack, protection, folder, seconds=20, port=9):
    """Grade an attack; return (the Outcome, whether the class's files have changed, whether it read a secret).

    folder: an empty one, for the class's files and a home with a secret.
    """
    (folder / "class").mkdir()
    files = class_folder(folder / "class")
    (folder / ".ssh").mkdir()
    (folder / ".ssh/id_secret").write_text("the key")
    notebook = notebook_of(attack, outside=str(folder / "class"), real_home=str(folder), port=port)
    outcome = submission.grade_notebook(notebook, released(), seconds, protection)
    now = {path.name: path.read_text() for path in folder.glob("class/*")}
    return outcome, now != files, "READ:" in outcome.page


def main():
    """Print the table."""
    os.environ["GRADER_TOKEN"] = "the token"
    chosen = [attack for attack in ATTACKS if not sys.argv[1:] or attack.name in sys.argv[1:]]
    for attack in chosen:
        for name, kept_by in protections().items():
            with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
                threading.Thread(target=answer, args=(server,), daemon=True).start()
                outcome, changed, read = tried(attack, kept_by, Path(folder), port=server.getsockname()[1])
                earned = outcome.points["check_my_softmax"]
                broken = ["forged points"] * (earned > 0 and not attack.honest) + ["lost points"] * (
                    not earned and attack.honest) + ["changed others' files"] * changed + ["read others' files"] * read
                print(f"{attack.name} | {name} | {', '.join(broken) or 'held'} | "
                      f"{'; '.join(outcome.notes)}", flush=True)


def answer(server):
    """Send a secret to who connects."""
    with contextlib.suppress(OSError), server.accept()[0] as talk:
        talk.send(b"the secret")


if __name__ == "__main__":
    main()
