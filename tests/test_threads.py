"""The BLAS thread limit: set and restored by the main thread, left alone by others; and pools that go by it."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from threadpoolctl import threadpool_info
import numpy
from cs231n_softmax._threads import one_blas_thread

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


POOL = """
from concurrent.futures import ThreadPoolExecutor
from threading import active_count, get_ident
from time import sleep
from threadpoolctl import threadpool_info
import numpy
from cs231n_softmax._threads import one_blas_thread, thread_pool

def blas_threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

def look(_):
    sleep(0.01)  # no thread takes all the work before the others are there
    return get_ident(), *blas_threads()

def threads_and_blas():
    with thread_pool() as pool:
        seen = set(pool.map(look, range(12)))
    return len({thread for thread, *_ in seen}), sorted({tuple(blas) for _, *blas in seen})

print(blas_threads(), threads_and_blas(), blas_threads(), active_count())
try:
    with thread_pool() as pool:
        print(list(pool.map(lambda k: 1 / k, [1, 0])))
except ZeroDivisionError:
    print("raised", blas_threads(), active_count())
with one_blas_thread():
    print("held", threads_and_blas(), blas_threads())
with ThreadPoolExecutor(1) as other:
    print("elsewhere", other.submit(threads_and_blas).result(), blas_threads())
"""


@pytest.mark.parametrize("num", [1, 2])
def test_a_pool_has_as_many_threads_as_blas(num):
    """So many threads, with one BLAS thread each; one where BLAS is held to one, or another thread asks; restored."""
    env = os.environ | dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], str(num))
    run = subprocess.run([sys.executable, "-W", "error", "-c", POOL], env=env, capture_output=True, text=True)
    assert run.stdout.splitlines() == [
        f"[{num}] ({num}, [(1,)]) [{num}] 1",
        f"raised [{num}] 1",
        "held (1, [(1,)]) [1]",
        f"elsewhere (1, [({num},)]) [{num}]",
    ], run.stderr
