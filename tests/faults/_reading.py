"""Have files read as batches in a process with little memory, and judge what came out."""

import json
import tempfile
from pathlib import Path

from . import ACCEPTED, CORRUPTED, HANG, HELD, UNCLEAR, child

MEMORY = 1 << 30  # bytes of address space, of which Python and NumPy take half
SECONDS = 5  # of CPU time for one file; the official ones take 0.02

CODE = """
import hashlib, json, sys, time
from pathlib import Path
from cs231n_softmax.cifar10.files import read_batch

folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for number in range(first, count):
    start, ours = time.process_time(), False
    try:
        pixels, labels = read_batch(folder / str(number))
        formed = pixels.dtype == "u1" and pixels.shape == (len(labels), 3072) and set(labels.tolist()) <= set(range(10))
        answer = hashlib.sha256(pixels.tobytes() + labels.tobytes()).hexdigest() if formed else "malformed"
    except BaseException as error:
        ours = type(error) is ValueError and f"{folder}/{number}" in str(error) and "fetch the data" in str(error)
        answer = "" if ours else repr(error)[:300]
    print(json.dumps([answer, time.process_time() - start]), flush=True)
"""


def read_all(files):
    """Return for each of `files` (bytes) what reading it gave: a hash of its arrays, "" if it was refused, or a fault.

    A fault is CORRUPTED (a crash), HANG (more than SECONDS) or an error that isn't ours, in its own words.
    """
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate(files):
            (Path(folder) / str(number)).write_bytes(content)
        while len(answers) < len(files):  # a crash ends the process: go on behind the file that caused it
            run = child.run(CODE, folder, len(answers), len(files), memory=MEMORY, seconds=600)
            lines = [json.loads(line) for line in run.stdout.splitlines()]
            answers += [HANG if seconds > SECONDS else answer for answer, seconds in lines]
            if run.returncode < 0:
                answers.append(CORRUPTED)
            elif run.returncode:
                raise RuntimeError(run.stderr)
    return answers


def judge(answer, right=()):
    """Return the outcome: HELD for a clear refusal, and for an answer that is in `right`."""
    if answer == "" or answer in right:
        return HELD
    if answer in (CORRUPTED, HANG):
        return answer
    return ACCEPTED if len(answer) == 64 or answer == "malformed" else UNCLEAR
