"""Kills and disk faults: at each step of a save, the process is killed there, or the disk refuses that step.

A step is an event that Python reports to audit hooks (open, rename, remove, ...) and that concerns the folder at work,
or an fsync, or a lock. Between steps, a file grows: a limit on the size of files ends the process, or fails the write,
at any byte. So each case is the same in every run. Afterwards what was there before is whole, or what was to be
written; then the next run ends well, and leaves nothing else behind.
"""

import errno
import fcntl
import hashlib
import os
import resource
import signal
import sys
import tarfile
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np

from cs231n_softmax._files import made_whole
from cs231n_softmax.cifar10.download import fetch_cifar10
from cs231n_softmax.cifar10.files import ARCHIVE, FILES, FOLDER
from cs231n_softmax.cifar10.sample import write_sample
from cs231n_softmax.classifiers import Softmax
from cs231n_softmax.sweep.chunks import Trained
from cs231n_softmax.sweep.store import SweepFile
from cs231n_softmax.sweep.table import Result

from . import HANG, HELD, LOST, UNCLEAR
from .child import forked

FULL, QUICK = 800, 30
ERRORS = [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT]
KNOWN = [*FILES, ARCHIVE, "model.npz", "sweep.npz", "notes.txt"]  # files whose bytes are compared; of others, the names


# --- the jobs: each takes the folder at work, and does the same when it is done again ---------------------------------

def save(folder):
    """A model, over an older one where there is one."""
    model = Softmax()
    model.W = np.arange(3000.0).reshape(300, 10)
    model.save(folder / "model.npz")


def store(folder):
    """A sweep's file."""
    rows = [Result(0.1, 1.0, 0.5, 0.4, 2.0, False), Result(1e9, 1.0, np.nan, np.nan, np.inf, True)]
    SweepFile(folder / "sweep.npz").write('{"seed": 0, "chunk sizes": [2]}', {0: Trained(rows, np.ones((300, 3)))})


def replace(folder):
    """A folder, in the place of an older one that holds a user's own notes."""
    with made_whole(folder / FOLDER) as new:
        for name in FILES[:4]:
            (new / name).write_bytes(name.encode() * 500)


def sample(folder):
    """The built-in sample."""
    write_sample(folder / "sample", per_batch=2)


def unpack(folder):
    """CIFAR-10 from an archive that the user put there."""
    fetch_cifar10(folder, progress=False)


def older_files(folder):
    """What was there before `replace` or `unpack`: a folder that isn't complete, with files of the user's own."""
    (folder / FOLDER / "mine").mkdir(parents=True)
    for name in ("notes.txt", "mine/notes.txt", *FILES[:3]):
        (folder / FOLDER / name).write_text(f"old {name}")


def archive(folder):
    """The older files, and an archive of small batches."""
    older_files(folder)
    with tempfile.TemporaryDirectory() as other, tarfile.open(folder / ARCHIVE, "w:gz") as tar:
        tar.add(write_sample(Path(other) / FOLDER, per_batch=2), FOLDER)


def older_model(folder):
    """Another model, under the same name."""
    model = Softmax()
    model.W = np.eye(4)
    model.save(folder / "model.npz")


def older_sweep(folder):
    """The same sweep's file, with nothing finished yet."""
    SweepFile(folder / "sweep.npz").write('{"seed": 0, "chunk sizes": [2]}', {})


JOBS = [(save, None), (save, older_model), (store, older_sweep), (replace, None), (replace, older_files),
        (sample, None), (unpack, archive)]


# --- one case ---------------------------------------------------------------------------------------------------------

def watch(folder, fault):
    """Call fault(number, path) at each step in `folder`, numbered from 1."""
    steps = iter(range(1, sys.maxsize))

    def hook(event, arguments):
        paths = [os.fspath(argument) for argument in arguments if isinstance(argument, str | os.PathLike)]
        if event == "fcntl.flock" and not arguments[1] & fcntl.LOCK_UN:
            fault(next(steps), None)
        if event.startswith(("open", "os.")) and any(path.startswith(str(folder)) for path in paths):
            fault(next(steps), paths[0])

    fsync = os.fsync

    def audited(descriptor):
        fault(next(steps), None)
        fsync(descriptor)

    os.fsync = audited
    sys.addaudithook(hook)


def attempt(job, folder, fault=None, limit=None, size=None):
    """Do the job in a fork; return None when it ends well, an error as text, or -number of the signal that ended it.

    fault: see `watch`. limit and size: SIG_DFL kills, SIG_IGN fails a write beyond so many bytes.
    """
    def work():
        if (folder / ARCHIVE).exists():
            os.environ["CIFAR10_SHA256"] = hashlib.sha256((folder / ARCHIVE).read_bytes()).hexdigest()
        if fault:
            watch(folder, fault)
        if limit is not None:
            signal.signal(signal.SIGXFSZ, limit)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                job(folder)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return None

    return forked(work)


def count_steps(job, files):
    """Return how many steps the job takes, and the files that are there afterwards."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as steps:
        put(files, Path(folder))
        assert attempt(job, Path(folder), lambda number, path: os.write(steps.fileno(), b".")) is None
        return os.fstat(steps.fileno()).st_size, look(folder)


def put(files, folder):
    """Make {name: bytes} in the folder; no bytes are a folder."""
    for name, content in files.items():
        if content:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def look(folder, hidden=True):
    """Return {name: bytes} of all files and folders in the folder, without locks; `hidden`: also temporary ones."""
    found = {}
    for path in Path(folder).rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.suffix != ".lock" and (hidden or not name.startswith(".")):
            found[name] = path.read_bytes() if path.name in KNOWN and path.is_file() else b""
    return found


def judge(job, before, after, how):
    """Do one case in a folder of its own; return its outcome. how: the keywords of `attempt`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        put(before, folder)
        said, there = attempt(job, folder, **how(folder)), look(folder, hidden=False)
        killed = isinstance(said, int)
        whole = [before, after]
        if killed:  # between two renames: see made_whole
            whole.append({name: content for name, content in before.items() if not name.startswith(FOLDER)})
        if killed and said not in (-signal.SIGKILL, -signal.SIGXFSZ):
            return HANG
        if there not in whole or (said is None and there != after):
            return LOST
        if isinstance(said, str) and not ("could not be" in said and name in said):
            return f"{UNCLEAR}: {said}"
        again = attempt(job, folder)
        return HELD if again is None and look(folder) == after else f"{LOST}: {again}, {sorted(look(folder))}"


def fail(step, number):
    """Return the keywords of `attempt` for an error, or without a number for a kill, at a step."""
    def fault(at, path):
        if at == step:
            if number is None:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(number, os.strerror(number), path)

    return lambda folder: {"fault": fault}


def outcomes(count, rng):
    """Yield cases of all jobs, in random order."""
    cases = []
    for job, prepare in JOBS:
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(StringIO()):
            if prepare:
                prepare(Path(folder))
            before = look(folder)
        steps, after = count_steps(job, before)
        name = f"{job.__name__} over {prepare.__name__}" if prepare else job.__name__
        cases += [(f"{name}: {errno.errorcode.get(number, 'kill')} at step {step} of {steps}", job, before, after,
                   fail(step, number)) for step in range(1, steps + 1) for number in (None, *ERRORS)]
        cases += [(f"{name}: {'killed' if limit == signal.SIG_DFL else 'EFBIG'} at byte {size}", job, before, after,
                   lambda folder, limit=limit, size=size: {"limit": limit, "size": size})
                  for size in rng.integers(0, 6000, 15).tolist() for limit in (signal.SIG_DFL, signal.SIG_IGN)]
    for index in rng.permutation(len(cases))[:count]:
        name, *case = cases[index]
        yield name, judge(*case)
