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
        start.wait(timeout=600)
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
from threading import Event, active_count
from threadpoolctl import threadpool_info
import numpy
from cs231n_softmax._threads import one_blas_thread, thread_pool

def blas_threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

def threads_and_blas():
    before, all_there = active_count(), Event()
    with thread_pool() as pool:  # no piece ends before the pool has made all threads that it may make
        seen = [pool.submit(lambda: all_there.wait() and tuple(blas_threads())) for _ in range(12)]
        threads = active_count() - before
        all_there.set()
    return threads, sorted({future.result() for future in seen})

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
