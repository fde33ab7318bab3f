"""classifiers/blocks.py: the blocked losses equal the unblocked ones, in bounded memory, for any number of threads."""

import os
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from cs231n_softmax import _threads
from cs231n_softmax.classifiers import (
    Softmax,
    blocks,
    softmax_loss_naive,
    softmax_loss_vectorized,
    svm_loss_naive,
    svm_loss_vectorized,
)
from cs231n_softmax.gradient_check import complex_step_gradient

pytestmark = pytest.mark.filterwarnings("error")
NAIVE = {softmax_loss_vectorized: softmax_loss_naive, svm_loss_vectorized: svm_loss_naive}
both = pytest.mark.parametrize("loss_function", NAIVE)


@pytest.fixture
def tiny_blocks(monkeypatch):
    """Blocks of two rows of eight float64 numbers, in four parts."""
    for name, size in {"BLOCK": 128, "WHOLE": 128, "PARTS": 4, "ROWS_PER_CLASS": 0}.items():
        monkeypatch.setattr(blocks, name, size)


def problem(N, D=8, C=3, dtype=np.float64):
    """Return W, X, y, reg with scores of about 1 and a regularization loss of about 1."""
    rng = np.random.default_rng(N)
    W, X = rng.standard_normal((D, C)) / np.sqrt(D), rng.standard_normal((N, D))
    return W.astype(dtype), X.astype(dtype), rng.integers(C, size=N), 0.4


# --- blocks -------------------------------------------------------------------------------------------------------

@settings(deadline=None, derandomize=True, max_examples=100)
@given(N=st.integers(1, 10**4), D=st.integers(1, 10**6), dtype=st.sampled_from([np.float32, np.float64, np.uint8]))
def test_blocks_cover_each_row_once(N, D, dtype):
    """Equal blocks follow each other from the first row to the last; small ones, unless X is small or has few rows."""
    X = np.lib.stride_tricks.as_strided(np.zeros(1, dtype), (N, D), (0, 0))
    W = np.zeros((1, 3), np.float32)
    size = N * D * max(4, X.itemsize)
    slices = blocks.row_blocks(X, W)
    rows = [s.stop - s.start for s in slices]
    assert slices[0].start == 0 and slices[-1].stop == N
    assert all(a.stop == b.start for a, b in zip(slices, slices[1:], strict=False))
    assert max(rows) - min(rows) <= 1 and (len(slices) == 1 or min(rows) >= 24)
    if size < blocks.WHOLE:
        assert len(slices) == 1
    elif min(rows) >= 48:  # not as few as three classes allow
        assert len(slices) % 2 == 0 and max(rows) * size / N <= blocks.BLOCK + size / N

# --- the same loss ------------------------------------------------------------------------------------------------

def test_two_examples_by_hand_in_two_blocks(monkeypatch):
    """Probabilities (3/4, 1/4) and (1/2, 1/2), a block each: loss (log 4 + log 2) / 2 + reg log(3)**2."""
    for name, size in {"BLOCK": 8, "WHOLE": 8, "ROWS_PER_CLASS": 0}.items():
        monkeypatch.setattr(blocks, name, size)
    W, X, y = np.array([[np.log(3), 0]]), np.array([[1.0], [0.0]]), np.array([1, 0])
    assert len(blocks.row_blocks(X, W)) == 2
    loss, dW = softmax_loss_vectorized(W, X, y, 10)
    assert loss == pytest.approx(1.5 * np.log(2) + 10 * np.log(3) ** 2, rel=1e-15)
    np.testing.assert_allclose(dW, [[3 / 8 + 20 * np.log(3), -3 / 8]], rtol=1e-15)


@both
@pytest.mark.parametrize("N", [1, 2, 3, 7, 8, 9, 40, 41])
def test_blocked_is_naive(loss_function, N, tiny_blocks):
    """One block, several, several parts, a last block of one row: as the loops, which know no blocks."""
    args = problem(N)
    (loss, dW), (naive, dW_naive) = loss_function(*args), NAIVE[loss_function](*args)
    assert loss == pytest.approx(naive, rel=1e-13)
    np.testing.assert_allclose(dW, dW_naive, rtol=1e-12, atol=1e-14)


@both
def test_the_derivative_goes_through_the_blocks(loss_function, tiny_blocks):
    """Complex steps through the blocked loss give its gradient."""
    W, X, y, reg = problem(23)
    numerical = complex_step_gradient(lambda W: loss_function(W, X, y, reg)[0], W)
    np.testing.assert_allclose(loss_function(W, X, y, reg)[1], numerical, rtol=1e-12, atol=1e-14)


@both
@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32])
def test_rows_are_converted_block_by_block(loss_function, dtype, tiny_blocks):
    """Integer X, or X less precise than W, gives what its conversion as a whole gives; X stays as it is."""
    W, X, y, reg = problem(31)
    X = (40 * np.abs(X)).astype(dtype)
    before = X.copy()
    loss, dW = loss_function(W / 40, X, y, reg)
    expected, dW_expected = loss_function(W / 40, X.astype(float), y, reg)
    assert loss == expected and dW.dtype == np.float64
    np.testing.assert_array_equal(dW, dW_expected)
    np.testing.assert_array_equal(X, before)


@both
@pytest.mark.parametrize(("row", "value", "error"), [(0, np.nan, ValueError), (40, np.inf, ValueError),
                                                     (17, 1.5e308, OverflowError)])
def test_a_bad_row_in_any_block_is_found(loss_function, row, value, error, tiny_blocks):
    """NaN and inf in the first or the last block, or an overflow in between: the error of an unblocked loss."""
    W, X, y, reg = problem(41)
    X[row] = value
    with pytest.raises(error, match="X: expected finite" if error is ValueError else "overflow float64"):
        loss_function(10 * W, X, y, reg)
    X[row] = 0
    assert np.isfinite(loss_function(10 * W, X, y, reg)[0])  # and the threads are free again


@both
def test_extreme_scores_in_blocks(loss_function, tiny_blocks):
    """Blocks 1e4 apart with scores to 1e8: as the loops."""
    W, X, y, reg = problem(20)
    W[-1], X[:, -1] = 1, 1e4 * np.arange(20)
    for scale in (1, 1e4):
        (loss, dW), (naive, dW_naive) = loss_function(W, scale * X, y, reg), NAIVE[loss_function](W, scale * X, y, reg)
        assert loss == pytest.approx(naive, rel=1e-10)
        np.testing.assert_allclose(dW, dW_naive, rtol=1e-9, atol=1e-9 * np.abs(dW_naive).max())


def test_predict_in_blocks(tiny_blocks):
    """predict goes through the same blocks, converts integers, and names a bad row's array."""
    W, X, *_ = problem(41)
    model = Softmax()
    model.W = W
    np.testing.assert_array_equal(model.predict(X), np.argmax(X @ W, axis=1))
    pixels = (40 * np.abs(X)).astype(np.uint8)
    np.testing.assert_array_equal(model.predict(pixels), np.argmax(pixels @ W, axis=1))
    assert model.predict(X[:0]).shape == (0,)
    with pytest.raises(ValueError, match="X: expected finite numbers, got 1 NaN or inf among 328"):
        model.predict(np.where(np.arange(328).reshape(41, 8) == 327, np.nan, X))


# --- threads ------------------------------------------------------------------------------------------------------

@both
def test_threads_share_the_parts(loss_function, tiny_blocks, monkeypatch):
    """Two threads compute four parts, in the main thread and in a helper, and change no digit."""
    args, seen = problem(41), set()
    with threadpool_limits(1, user_api="blas"):
        loss, dW = loss_function(*args)
    together = threading.Barrier(2)
    block = blocks._block

    def waits(*args):  # the first block of each thread waits for the other thread's
        if threading.current_thread() not in seen:
            seen.add(threading.current_thread())
            together.wait(timeout=600)
        return block(*args)

    monkeypatch.setattr(blocks, "_block", waits)
    monkeypatch.setattr(_threads, "num_cores", lambda: 2)
    with threadpool_limits(2, user_api="blas"):
        loss_shared, dW_shared = loss_function(*args)
    assert len(seen) == 2 and loss_shared == loss
    np.testing.assert_array_equal(dW_shared, dW)


# --- memory -------------------------------------------------------------------------------------------------------

@both
def test_extra_memory_does_not_grow(loss_function):
    """Beyond its arguments a loss over 10,000 or 30,000 rows of D = 3073 needs the same few MB."""
    peaks = []
    for N in (10_000, 30_000):  # the second on our own threads
        X = np.lib.stride_tricks.as_strided(np.ones(3073, np.float32), (N, 3073), (0, 4))  # one row, N times
        tracemalloc.start()
        loss_function(np.zeros((3073, 10), np.float32), X, np.zeros(N, np.int64), 0.0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 32 * 2**20 and abs(peaks[1] - peaks[0]) < 4 * 2**20, peaks


MEMMAP = """
import resource, sys
import numpy as np
from cs231n_softmax.classifiers import softmax_loss_vectorized

resource.setrlimit(resource.RLIMIT_DATA, (2**29, 2**29))
N = 12 * 10**8 // (4 * 3073)
X = np.memmap(sys.argv[1], np.float32, "w+", shape=(N, 3073))
X[::1000] = 1  # the rest are holes in the file, which read as zeros
X.flush()
X = np.memmap(sys.argv[1], np.float32, "r", shape=(N, 3073))
try:
    np.ones(X.size, np.float32)
except MemoryError:
    print("too large for memory")
W = np.zeros((3073, 10), np.float32)
loss, dW = softmax_loss_vectorized(W, X, np.zeros(N, np.int64), 0.0)
expected = np.full(10, 0.1) - np.eye(10)[0]
print(round(loss, 6), bool(np.allclose(dW * N, expected * len(range(0, N, 1000)), rtol=1e-3)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on a process's memory, and files with holes")
def test_a_memmap_larger_than_memory(tmp_path):
    """1.2 GB of X with the process limited to 0.5 GB of its own memory: the loss is log 10, the gradient by hand."""
    env = os.environ | {"OPENBLAS_NUM_THREADS": "2"}  # each thread has buffers of its own, also on many cores
    command = [sys.executable, "-W", "error", "-c", MEMMAP, tmp_path / "X"]
    run = subprocess.run(command, env=env, capture_output=True, text=True)
    (tmp_path / "X").unlink(missing_ok=True)
    assert run.stdout.splitlines() == ["too large for memory", "2.302585 True"], run.stderr
