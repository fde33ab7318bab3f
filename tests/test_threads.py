"""How many threads compute: BLAS is held to one in any thread, cores and quotas count, and no digit depends on it."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from cs231n_softmax import _threads
from cs231n_softmax._threads import num_cores, one_blas_thread, share

pytestmark = pytest.mark.filterwarnings("error")
BLAS = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"]


def blas_threads():
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def computed(function, pieces):
    with share(function, pieces) as results:
        return list(results)


@pytest.fixture
def two(monkeypatch):
    """Two BLAS threads, and two cores, whatever this run was given."""
    monkeypatch.setattr(_threads, "num_cores", lambda: 2)
    with threadpool_limits(2, user_api="blas"):
        yield
        assert blas_threads() == {2} and _threads._holders == []


# --- one BLAS thread ----------------------------------------------------------------------------------------------

def test_held_in_any_thread(two):
    """The first block sets one thread, the last one restores two, in whatever order they end and whoever they are."""
    start, ends = threading.Barrier(4), [threading.Event() for _ in range(4)]

    def block(k):
        with one_blas_thread() as num_threads:
            start.wait(timeout=600)
            assert ends[k].wait(timeout=600)
            seen = blas_threads()
        if k > 0:
            ends[k - 1].set()
        return num_threads, seen

    with ThreadPoolExecutor(4) as pool:
        blocks = [pool.submit(block, k) for k in range(4)]
        ends[3].set()
        numbers, seen = zip(*(future.result() for future in blocks), strict=True)
    assert sorted(numbers) == [1, 1, 1, 2] and list(seen) == 4 * [{1}]


def test_restored_whatever_ends_the_block(two):
    """An error, Ctrl-C, a generator that nobody ends: two threads again; a block in a block leaves them at one."""
    for error in (KeyError, KeyboardInterrupt):
        with pytest.raises(error), one_blas_thread() as num_threads:
            assert num_threads == 2
            with one_blas_thread() as inner:
                assert inner == 1
            assert blas_threads() == {1}
            raise error
        assert blas_threads() == {2}
    with pytest.raises(KeyboardInterrupt) as kept, share(abs, [-1, -2, -3]) as results:
        next(results)
        raise KeyboardInterrupt
    assert blas_threads() == {2} and kept  # although the error, and with it all that it interrupted, is still there


def test_a_second_ctrl_c_cannot_leave_one_thread(two, monkeypatch):
    """Ctrl-C in the very moment of restoring: it comes out, and two threads are back."""
    release, presses = _threads._release, [KeyboardInterrupt]

    def pressed(holder):
        if presses:
            raise presses.pop()
        release(holder)

    monkeypatch.setattr(_threads, "_release", pressed)
    with pytest.raises(KeyboardInterrupt), one_blas_thread():
        pass
    assert blas_threads() == {2}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_is_free(two):
    """A process that is forked while another thread is at work isn't held to one thread, and shares out work itself."""
    computed(abs, [-1, -2, -3])  # a helper is there, which the new process won't have
    inside, forked = threading.Event(), threading.Event()

    def hold():
        with one_blas_thread():
            inside.set()
            assert forked.wait(timeout=600)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(timeout=600)
    child = os.fork()
    if child == 0:
        there = blas_threads() == {2} and computed(abs, [-1, -2, -3]) == [1, 2, 3] and _threads._holders == []
        os._exit(0 if there else 1)
    forked.set()
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# --- cores --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("cgroup", "files", "cores"), [
    ("0::/", {"cpu.max": "max 100000"}, np.inf),
    ("0::/", {"cpu.max": "200000 100000"}, 2),
    ("0::/", {"cpu.max": "250000 100000"}, 3),
    ("0::/", {"cpu.max": "10000 100000"}, 1),
    ("0::/a/b", {"a/b/cpu.max": "400000 100000", "a/cpu.max": "150000 100000", "cpu.max": "max 100000"}, 2),
    ("0::/a/b", {"a/b/cpu.max": "100000 100000", "a/cpu.max": "max 100000"}, 1),
    ("0::/a/b", {"cpu.max": "300000 100000"}, 3),  # in a container the own group can be what is mounted
    ("4:memory:/x\n1:cpu:/x\n0::/", {"cpu/x/cpu.cfs_quota_us": "150000", "cpu/x/cpu.cfs_period_us": "100000"}, 2),
    ("1:cpu,cpuacct:/x/y", {"cpu,cpuacct/x/cpu.cfs_quota_us": "50000", "cpu,cpuacct/x/cpu.cfs_period_us": "50000"}, 1),
    ("1:cpu:/x", {"cpu/x/cpu.cfs_quota_us": "-1", "cpu/x/cpu.cfs_period_us": "100000"}, np.inf),
    ("1:cpu:/\n0::/u", {"unified/u/cpu.max": "700000 100000"}, 7),
    ("0::/a", {"a/cpu.max": "nonsense", "cpu.max": "200000 100000"}, 2),
    ("0::/", {"cpu.max": "100000 0"}, np.inf),
    ("nonsense", {"cpu.max": "200000 100000"}, np.inf),
    (None, {}, np.inf),
])
def test_a_containers_quota(tmp_path, cgroup, files, cores):
    """Both versions of control groups, limits of groups above, parts of a core; what can't be read sets no limit."""
    for name, text in files.items():
        (tmp_path / "sys/fs/cgroup" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sys/fs/cgroup" / name).write_text(text + "\n")
    if cgroup is not None:
        (tmp_path / "proc/self").mkdir(parents=True)
        (tmp_path / "proc/self/cgroup").write_text(cgroup + "\n")
    assert _threads._quota(tmp_path) == cores


def test_the_least_number_counts(monkeypatch):
    """Cores are the least of the process's and the quota's, threads the least of cores and BLAS's threads."""
    monkeypatch.setattr(os, "process_cpu_count", lambda: 8, raising=False)
    monkeypatch.setattr(_threads, "_quota", lambda: 5)
    assert num_cores() == 5
    monkeypatch.setattr(_threads, "_quota", lambda: np.inf)
    assert num_cores() == 8
    for blas, cores, expected in ((2, 8, 2), (2, 1, 1), (1, 8, 1)):
        monkeypatch.setattr(_threads, "num_cores", lambda cores=cores: cores)
        with threadpool_limits(blas, user_api="blas"), one_blas_thread() as num_threads:
            assert num_threads == expected


# --- sharing ------------------------------------------------------------------------------------------------------

def test_pieces_are_computed_side_by_side(two):
    """Two pieces wait for each other, in this thread and a helper; results are in order; the helper's BLAS has one."""
    together = threading.Barrier(2)

    def piece(k):
        together.wait(timeout=600)
        return k, threading.current_thread() is threading.main_thread(), blas_threads()

    found = computed(piece, range(6))
    assert [k for k, *_ in found] == list(range(6))
    assert sum(main for _, main, _ in found) == 3 and all(blas == {1} for *_, blas in found)


def test_a_helper_that_is_late_delays_nothing(two, monkeypatch):
    """When no helper comes, the calling thread computes everything; also where no thread can be started."""
    monkeypatch.setattr(_threads, "_helpers", [threading.main_thread()])  # is alive, and takes no job
    monkeypatch.setattr(_threads, "_jobs", _threads.SimpleQueue())
    assert computed(abs, [-1, -2, -3]) == [1, 2, 3]

    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_threads, "_helpers", [])
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert computed(abs, [-1, -2, -3]) == [1, 2, 3]


@pytest.mark.parametrize("fails", range(6))
def test_the_first_error_comes_out(two, fails):
    """Of all pieces that fail the first one's error, whoever computes it; nothing is computed after that."""
    begun = []

    def piece(k):
        begun.append(k)
        return 1 / (k < fails) if k < 6 else pytest.fail("went on")

    with pytest.raises(ZeroDivisionError):
        computed(piece, range(1000))
    assert len(begun) <= fails + 3


def test_an_interrupt_waits_for_the_piece_at_work(two):
    """Ctrl-C in this thread's piece comes out at once, and the helper's piece is the last: nothing runs on."""
    helping, begun, ended = threading.Event(), [], []

    def piece(k):
        if threading.current_thread() is threading.main_thread():
            assert helping.wait(timeout=600)
            raise KeyboardInterrupt
        begun.append(k)
        helping.set()
        sum(range(10**5))
        ended.append(k)

    with pytest.raises(KeyboardInterrupt):
        computed(piece, range(1000))
    assert begun == ended and 1 <= len(ended) < 999


def test_ctrl_c_comes_before_an_error(two, monkeypatch):
    """It isn't kept waiting by a helper that still computes the first piece, and will fail."""
    class Done(list):
        put = list.append

        def get(self):
            return self.pop() if self else (0, None, ZeroDivisionError())

    def interrupted(k):
        raise KeyboardInterrupt

    monkeypatch.setattr(_threads, "SimpleQueue", Done)
    monkeypatch.setattr(_threads, "_call_helpers", lambda at_work, waiting, done: waiting.popleft())
    with pytest.raises(KeyboardInterrupt):
        computed(interrupted, range(2))


def test_helpers_heed_errstate_and_end(two, monkeypatch):
    """A helper works in the caller's context, as to NumPy's errors; without work it ends."""
    together = threading.Barrier(2)

    def piece(k):
        together.wait(timeout=600)
        return np.geterr()["divide"]

    with np.errstate(divide="raise"):
        assert computed(piece, range(2)) == ["raise", "raise"]
    monkeypatch.setattr(_threads, "IDLE", 0.01)
    computed(abs, range(2))  # the helper waits for work with the shorter time now
    for helper in list(_threads._helpers):
        helper.join(timeout=600)
        assert not helper.is_alive()
    computed(abs, range(2))
    assert _threads._helpers and helper not in _threads._helpers  # a new one in its place


def test_eight_callers_are_eight_threads(two):
    """Calls in eight threads at once give the same as one, and only the first of them gets a helper."""
    asked, call = [], _threads._call_helpers
    start = threading.Barrier(8)

    def one(k):
        with one_blas_thread() as num_threads:
            start.wait(timeout=600)  # all are inside
            asked.append(num_threads)
            assert computed(abs, [-1, -2, -3]) == [1, 2, 3]
            start.wait(timeout=600)

    with pytest.MonkeyPatch.context() as monkeypatch, ThreadPoolExecutor(8) as pool:
        monkeypatch.setattr(_threads, "_call_helpers", lambda *args: pytest.fail("helpers") or call(*args))
        list(pool.map(one, range(8)))
    assert sorted(asked) == 7 * [1] + [2]


# --- the same to the bit ------------------------------------------------------------------------------------------

BITS = """
import sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from cs231n_softmax.classifiers import LinearSVM, Softmax, softmax_loss_naive
from cs231n_softmax.classifiers import softmax_loss_vectorized, svm_loss_vectorized
from cs231n_softmax.sweep import sweep

rng = np.random.default_rng(0)
X, y = rng.standard_normal((700, 1500)), rng.integers(10, size=700)
W = 0.1 * rng.standard_normal((1500, 10))
small = X[:200].astype(np.float32), y[:200]

def everything():
    for loss in softmax_loss_vectorized, svm_loss_vectorized:
        for dtype in np.float32, np.float64:
            value, dW = loss(W.astype(dtype), X.astype(dtype), y, 0.1)
            yield value.hex(), dW.tobytes()
    yield softmax_loss_naive(W, X[:5], y[:5], 0.1)[1].tobytes()
    for model in Softmax(), LinearSVM():
        losses = model.train(X, y, 1e-3, 0.1, num_iters=5, batch_size=300, rng=0)
        yield losses, model.W.tobytes(), model.predict(X).tobytes()
    table = sweep(*small, *small, [(10.0**-k, 0.1) for k in range(8)], num_iters=5, batch_size=100, progress=False)
    yield np.array(table).tobytes(), table.best_model.W.tobytes()

here = hash(repr(list(everything())))
with ThreadPoolExecutor(3) as pool:
    there = [pool.submit(lambda: hash(repr(list(everything())))) for _ in range(2)]
print(here, {future.result() for future in there} == {here})
"""


def test_no_digit_depends_on_threads():
    """Losses, gradients, training, predictions and a sweep of D = 1,500: with one BLAS thread or two, in any thread."""
    runs = []
    for num in "1", "2":
        env = os.environ | dict.fromkeys(BLAS, num) | {"PYTHONHASHSEED": "0"}
        run = subprocess.run([sys.executable, "-W", "error", "-c", BITS], env=env, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        runs.append(run.stdout)
    assert runs[0] == runs[1] and "True" in runs[0]
