"""The BLAS thread limit: set and restored by the main thread, left alone by others."""

import os
import subprocess
import sys

SCRIPT = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from threadpoolctl import threadpool_info
import numpy
from cs231n_softmax.threads import one_blas_thread

def blas_threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

start = Barrier(4)

def block(k):  # the blocks begin together and end one after the other
    with one_blas_thread():
        start.wait(timeout=10)
        sleep(0.02 * k)
        return blas_threads()

print(blas_threads())
with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(block, range(4))))
print(blas_threads())
try:
    with one_blas_thread():
        print(blas_threads())
        raise KeyError
except KeyError:
    print(blas_threads())
"""


def test_one_inside_restored_outside():
    """One thread inside the block, the former number after it, also when it raises; other threads change nothing."""
    # in a process of its own: the number to come back to must be more than one, whatever this run was given
    env = os.environ | dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "2")
    run = subprocess.run([sys.executable, "-W", "error", "-c", SCRIPT], env=env, capture_output=True, text=True)
    assert run.stdout.split("\n") == ["[2]", "[[2], [2], [2], [2]]", "[2]", "[1]", "[2]", ""], run.stderr
