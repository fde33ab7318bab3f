"""sweep/chunks.py: however the settings are cut, and whoever trains the chunks, the table is the same."""

import math
import os
import pickle
import signal
import tempfile
import threading
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from cs231n_softmax.classifiers import LinearSVM, Softmax, softmax_loss_naive
from cs231n_softmax.sweep import chunks as sweep_chunks
from cs231n_softmax.sweep import stacked, sweep, workers
from cs231n_softmax.sweep.chunks import Task, cut, train_chunk
from cs231n_softmax.sweep.workers import run

pytestmark = pytest.mark.filterwarnings("error")
both = pytest.mark.parametrize("model", [Softmax, LinearSVM])

SETTINGS = [(1e-4, 50.0), (0.5, 1e-3), (1e200, 1e200), (1e-3, 0.0), (1e300, 0.0), (1e200, 1.0), (0.02, 0.1), (0.1, 0.1)]
FAST = {"num_iters": 60, "batch_size": 10, "progress": False}


def problem(N, seed):
    rng = np.random.default_rng(seed)
    y = np.arange(N) % 3
    return rng.standard_normal((N, 3)) + np.eye(3)[y], y


DATA = (*problem(60, 0), *problem(30, 1))
TASK = Task(Softmax, 60, 10, 0)


@pytest.fixture(autouse=True)
def two_settings_a_chunk(monkeypatch):
    """Four chunks of SETTINGS, whose weights have 72 bytes each; the third chunk has only diverging ones."""
    monkeypatch.setattr(sweep_chunks, "CHUNK", 2 * 72 + 71)


CHUNKS = dict(enumerate([SETTINGS[0:2], SETTINGS[2:4], SETTINGS[4:6], SETTINGS[6:8]]))


def assert_same(table, other):
    """Equal to the last bit, NaN where the other has NaN."""
    np.testing.assert_array_equal(np.array(table), np.array(other))
    assert type(table.best_model) is type(other.best_model) and table.best_model.W.dtype == other.best_model.W.dtype
    np.testing.assert_array_equal(table.best_model.W, other.best_model.W)


@pytest.fixture
def count_trained(monkeypatch):
    """A list of the chunks that this process trains itself."""
    trained, train_stacked = [], sweep_chunks.train_stacked

    def count(data_loss, X, y, settings, *args):
        trained.append(settings)
        return train_stacked(data_loss, X, y, settings, *args)

    monkeypatch.setattr(sweep_chunks, "train_stacked", count)
    return trained


# --- the cut ------------------------------------------------------------------------------------------------------

class OwnLoss(Softmax):
    """A model that nobody else knows, with a loss of its own: three times the data loss."""

    def loss(self, X_batch, y_batch, reg):
        loss, dW = softmax_loss_naive(self.W, X_batch, y_batch, reg)
        return 3 * loss, 3 * dW


@given(num=st.integers(0, 70), W_bytes=st.integers(1, 500), limit=st.integers(1, 2000),
       model=st.sampled_from([Softmax, LinearSVM, OwnLoss]))
@settings(deadline=None, derandomize=True, database=None, max_examples=200)
def test_the_cut_gives_every_setting_once(num, W_bytes, limit, model):
    """In order, chunks of equal size but for 1, none empty, none above the limit, no more than needed."""
    settings = [(float(k), 0.5) for k in range(num)]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(sweep_chunks, "CHUNK", limit)
        chunks = cut(settings, model, W_bytes)
        assert chunks == cut(settings, model, W_bytes)
    assert [setting for chunk in chunks for setting in chunk] == settings
    sizes, most = [len(chunk) for chunk in chunks], 1 if model is OwnLoss else max(1, limit // W_bytes)
    shared = 0 if model is OwnLoss or num < 8 else 2 if num < 16 else 4
    assert len(chunks) == max(math.ceil(num / most), shared)
    assert not chunks or 1 <= min(sizes) <= max(sizes) <= min(most, min(sizes) + 1)


def test_the_cut_by_hand(monkeypatch):
    """Ten settings of a quarter of the limit: 3 + 3 + 4; one byte more each, and three are the most a chunk has; small
    ones are two chunks, as eight are but seven aren't."""
    monkeypatch.setattr(sweep_chunks, "CHUNK", 400)
    settings = [(float(k), 0.0) for k in range(10)]
    assert [len(chunk) for chunk in cut(settings, Softmax, 100)] == [3, 3, 4]
    assert [len(chunk) for chunk in cut(settings, LinearSVM, 101)] == [2, 3, 2, 3]
    assert [len(chunk) for chunk in cut(settings, Softmax, 401)] == 10 * [1]
    assert [len(chunk) for chunk in cut(settings, Softmax, 1)] == [5, 5]
    assert [len(chunk) for chunk in cut(settings[:8], Softmax, 1)] == [4, 4]
    assert [len(chunk) for chunk in cut(settings[:7], Softmax, 1)] == [7]
    assert cut([], Softmax, 100) == cut([], OwnLoss, 100) == []


def test_cifar10_in_chunks(monkeypatch):
    """As it comes, a chunk is two megabytes: 17 settings of CIFAR-10's float32 weights, 8 of float64's."""
    monkeypatch.undo()
    settings = 68 * [(1e-7, 1e3)]
    assert [len(chunk) for chunk in cut(settings, Softmax, 3073 * 10 * 4)] == 4 * [17]
    assert [len(chunk) for chunk in cut(settings[:64], Softmax, 3073 * 10 * 8)] == 8 * [8]
    assert [len(chunk) for chunk in cut(settings[:28], Softmax, 3073 * 10 * 4)] == 4 * [7]


@both
def test_four_chunks_as_two(monkeypatch, model, count_trained):
    """Four chunks give the rows and the best model of two, to rounding."""
    several = sweep(*DATA, SETTINGS, model=model, **FAST)
    assert sorted(count_trained) == sorted(CHUNKS.values())
    monkeypatch.setattr(sweep_chunks, "CHUNK", 2**20)
    two = sweep(*DATA, SETTINGS, model=model, **FAST)
    assert sorted(count_trained[4:]) == sorted([SETTINGS[:4], SETTINGS[4:]])
    np.testing.assert_allclose(np.array(several), np.array(two), rtol=1e-12)
    np.testing.assert_allclose(several.best_model.W, two.best_model.W, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("best", range(4))
def test_the_best_model_of_any_chunk(best):
    """The best setting in the first chunk, the last or between: best_model has its weights."""
    settings = [(1e-9, 0.0), (1e200, 1e200)] * 4
    settings[2 * best + 1] = (0.5, 1e-3)
    table = sweep(*DATA, settings, **FAST)
    assert table.best is table[2 * best + 1]
    assert np.mean(table.best_model.predict(DATA[2]) == DATA[3]) == table.best.val_accuracy
    (row,), W = train_chunk(DATA, TASK, [(0.5, 1e-3)])
    np.testing.assert_allclose(table.best_model.W, W, rtol=1e-10)


def test_a_trained_chunk():
    """Rows in order, weights of the first best, which keep no others in memory; None where all diverged."""
    settings = [(1e200, 1e200), (1e-9, 0.0), (1e-9, 1e5), (0.5, 1e-3), (1e-9, 2e5)]
    rows, W = train_chunk(DATA, TASK, settings)
    assert [row[:2] for row in rows] == settings and [row.diverged for row in rows] == [True] + 4 * [False]
    assert rows[3].val_accuracy > rows[1].val_accuracy == rows[2].val_accuracy == rows[4].val_accuracy
    np.testing.assert_allclose(W, train_chunk(DATA, TASK, settings[3:4]).best_W, rtol=1e-10)
    assert W.shape == (3, 3) and W.base is None
    del settings[3]
    np.testing.assert_allclose(train_chunk(DATA, TASK, settings).best_W, train_chunk(DATA, TASK, settings[1:2]).best_W)
    assert train_chunk(DATA, TASK, settings[:1]).best_W is None


def test_a_validation_overflow_is_divergence():
    """Training that goes well and validation scores beyond float64: the setting diverged, its neighbour didn't."""
    X, y, X_val, y_val = DATA
    X_val = np.where(np.arange(3) == y_val[:, None], 1.7e308, 0)
    rows, W = train_chunk((X, y, X_val, y_val), TASK, [(5.0, 0.0), (1e-9, 50.0)])
    assert [row.diverged for row in rows] == [True, False] and math.isnan(rows[0].train_accuracy)
    assert rows[0].final_loss == math.inf and rows[1].val_accuracy >= 0 and np.abs(W).max() < 0.01


# --- whoever trains -----------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def processes():
    """Two processes of their own, started afresh, that would use two BLAS threads if nobody held them to one."""
    with pytest.MonkeyPatch.context() as monkeypatch, ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
            monkeypatch.setenv(name, "2")
        pool.submit(os.getpid).result()
        yield pool


class Inline(Executor):
    """An executor that nobody knows: it works at once, in the calling thread, and keeps what it was given."""

    def __init__(self):
        self.calls = []

    def submit(self, fn, *args):
        self.calls.append(args)
        future = Future()
        try:
            future.set_result(fn(*pickle.loads(pickle.dumps(args))))
        except BaseException as error:
            future.set_exception(error)
        return future


class Recorded(ThreadPoolExecutor):
    """A pool that keeps what it was given, and what it gave for it."""

    def __init__(self, num):
        super().__init__(num)
        self.calls, self.futures = [], []

    def submit(self, fn, *args):
        self.calls.append(args)
        self.futures.append(super().submit(fn, *args))
        return self.futures[-1]


@both
@pytest.mark.parametrize("num", [1, 3])
def test_threads_change_nothing(model, num):
    """A ThreadPoolExecutor, of one thread or more, gives the table of executor=None to the bit."""
    with ThreadPoolExecutor(num) as pool:
        table = sweep(*DATA, SETTINGS, model=model, executor=pool, **FAST)
    assert_same(table, sweep(*DATA, SETTINGS, model=model, **FAST))


@pytest.mark.parametrize("model", [Softmax, LinearSVM, OwnLoss])
def test_processes_change_nothing(model, processes):
    """A ProcessPoolExecutor gives the table of executor=None to the bit."""
    table = sweep(*DATA, SETTINGS, model=model, executor=processes, **FAST)
    assert_same(table, sweep(*DATA, SETTINGS, model=model, **FAST))


def test_any_executor_changes_nothing():
    """An Executor of another make gets files, and gives the same table."""
    assert_same(sweep(*DATA, SETTINGS, executor=Inline(), **FAST), sweep(*DATA, SETTINGS, **FAST))


def test_chunks_come_as_they_are_done():
    """The chunk that is done first is given first, whenever it was handed out."""

    class LastFirst(Inline):
        def submit(self, fn, *args):
            done = super().submit(fn, *args)
            futures.append((Future(), done))
            if len(futures) == 4:
                futures[3][0].set_result(done.result())
            return futures[-1][0]

    futures = []
    done = run(LastFirst(), DATA, TASK, CHUNKS, finished := {})
    assert next(done) == 3 and list(finished) == [3]
    for number in (1, 0, 2):
        future, trained = futures[number]
        future.set_result(trained.result())
        assert next(done) == number
    assert next(done, None) is None


# --- dask ---------------------------------------------------------------------------------------------------------

@contextmanager
def dask_client(num_workers):
    distributed = pytest.importorskip("distributed")
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": "127.0.0.1:0"}
    with distributed.LocalCluster(n_workers=num_workers, **options) as cluster, distributed.Client(cluster) as client:
        yield client


@pytest.fixture(scope="module")
def dask():
    """A Client of two processes of dask."""
    with dask_client(2) as client:
        yield client


def test_dask_changes_nothing(dask, monkeypatch):
    """dask gives the table of executor=None to the bit, and the data travel once, to every worker."""
    scattered, scatter = [], dask.scatter

    def count(data, **options):
        scattered.append(options["broadcast"])
        return scatter(data, **options)

    monkeypatch.setattr(dask, "scatter", count)
    monkeypatch.setattr(np, "save", pytest.fail)
    for model in (Softmax, LinearSVM, OwnLoss):
        table = sweep(*DATA, SETTINGS, model=model, executor=dask.get_executor(), **FAST)
        assert scattered == [True]
        scattered.clear()
        assert_same(table, sweep(*DATA, SETTINGS, model=model, **FAST))


def dies_once(mark, number=1):
    """Let this process die by SIGKILL when it begins its chunk `number`, if no process did before."""
    train_stacked, count = stacked.train_stacked, [0]

    def maybe_die(*args):
        count[0] += 1
        if count[0] == number:
            with suppress(FileExistsError):
                Path(mark).touch(exist_ok=False)
                os.kill(os.getpid(), signal.SIGKILL)
        return train_stacked(*args)

    sweep_chunks.train_stacked = maybe_die


def test_a_dask_worker_that_dies_changes_nothing(dask, tmp_path, count_trained):
    """When one of two workers is killed in its first chunk, dask gives that to the other: the same table."""
    dask.run(dies_once, str(tmp_path / "died"))
    table = sweep(*DATA, SETTINGS, executor=dask.get_executor(), **FAST)
    assert (tmp_path / "died").exists() and count_trained == []
    assert_same(table, sweep(*DATA, SETTINGS, **FAST))


def test_a_future_that_dask_forgets(count_trained):
    """What never ends because its data are gone is trained here; what is done isn't trained again."""

    class Forgets(Inline):
        _client = SimpleNamespace(scatter=lambda data, **options: data_there)

        def submit(self, fn, data, *args):
            assert data is data_there
            done = super().submit(fn, DATA, *args)
            if len(self.calls) == 2:
                return done
            future = Future()
            timers.append(threading.Timer(600, future.set_exception, [TimeoutError()]))  # rather than wait for ever
            timers[-1].daemon = True
            timers[-1].start()
            return future

    timers = []
    data_there = [SimpleNamespace(status="finished") for _ in range(3)] + [SimpleNamespace(status="cancelled")]
    with pytest.warns(RuntimeWarning, match="3 of 4 chunks"):
        numbers = list(run(Forgets(), DATA, TASK, CHUNKS, {}))
    for timer in timers:
        timer.cancel()
    assert numbers[0] == 1 and sorted(numbers[1:]) == [0, 2, 3]
    assert sorted(count_trained[4:]) == sorted([CHUNKS[0], CHUNKS[2], CHUNKS[3]])


def test_the_last_dask_worker_that_dies_changes_nothing(tmp_path):
    """When the only worker is killed the data are lost with it: a warning, and the rest is trained here."""
    with dask_client(1) as client:
        client.run(dies_once, str(tmp_path / "died"), 2)
        with pytest.warns(RuntimeWarning, match=r"a worker died: [34] of 4 chunks are trained again"):
            table = sweep(*DATA, SETTINGS, executor=client.get_executor(), **FAST)
    assert_same(table, sweep(*DATA, SETTINGS, **FAST))


# --- workers that die ---------------------------------------------------------------------------------------------

def test_a_killed_process_changes_nothing(tmp_path, count_trained):
    """A process killed in its third chunk: a warning, the same table, and the first two chunks not trained again."""
    with ProcessPoolExecutor(1, get_context("spawn"), dies_once, (tmp_path / "died", 3)) as pool:
        with pytest.warns(RuntimeWarning, match="a worker died: 2 of 4 chunks are trained again, in this") as caught:
            table = sweep(*DATA, SETTINGS, executor=pool, **FAST)
        assert (tmp_path / "died").exists()
        assert caught[0].filename == __file__  # the line that called sweep
        assert sorted(count_trained) == sorted([CHUNKS[2], CHUNKS[3]])
        with pytest.warns(RuntimeWarning, match="4 of 4"):  # what is broken stays broken
            again = sweep(*DATA, SETTINGS, executor=pool, **FAST)
    assert_same(table, sweep(*DATA, SETTINGS, **FAST))
    assert_same(again, table)


@pytest.mark.parametrize("breaks_at", range(4))
def test_a_pool_that_breaks_while_chunks_are_handed_out(breaks_at, count_trained):
    """What was handed out before is waited for, the rest is trained again: each chunk once, the same table."""

    class Breaks(Recorded):
        def submit(self, fn, *args):
            if len(self.calls) == breaks_at:
                raise BrokenProcessPool
            return super().submit(fn, *args)

    with Breaks(1) as pool, pytest.warns(RuntimeWarning, match=f"{4 - breaks_at} of 4 chunks"):
        table = sweep(*DATA, SETTINGS, executor=pool, **FAST)
    assert sorted(count_trained) == sorted(CHUNKS.values())
    assert_same(table, sweep(*DATA, SETTINGS, **FAST))


# --- errors -------------------------------------------------------------------------------------------------------

class Fails(Softmax):
    """A model whose training of the second setting fails, and of the third waits until it may end."""

    may_end = threading.Event()

    def train(self, X, y, learning_rate, *args, **options):
        if learning_rate == 2:
            raise ZeroDivisionError("the second setting")
        if learning_rate == 3:
            assert self.may_end.wait(timeout=600)
        return super().train(X, y, 0.1, *args, **options)


FAILS = [(float(k), 0.0) for k in range(1, 7)]


def blas_threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


@pytest.fixture
def two_blas_threads():
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        yield
        assert blas_threads() == before


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    """The folder for temporary files, which must be empty in the end."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def test_an_error_cancels_the_rest(two_blas_threads, temporary):
    """A model's own error comes out at once; what hasn't begun never will; BLAS and the disk are as they were."""
    Fails.may_end.clear()
    with Recorded(1) as pool:
        with pytest.raises(ZeroDivisionError, match="the second setting"):
            sweep(*DATA, FAILS, model=Fails, executor=pool, **FAST)
        assert not pool.futures[2].done() or pool.futures[2].cancelled()
        assert all(future.cancelled() for future in pool.futures[3:]) and len(pool.futures) == 6
        Fails.may_end.set()


@pytest.mark.parametrize("executor", [None, "processes"])
def test_an_error_comes_out_of_any_worker(executor, processes, two_blas_threads, temporary):
    """Alone, or in another process: the error itself, no warning, and no second try."""
    Fails.may_end.set()
    with pytest.raises(ZeroDivisionError, match="the second setting"):
        sweep(*DATA, FAILS[:2], model=Fails, executor=executor and processes, **FAST)


# --- stopping -----------------------------------------------------------------------------------------------------

ENDLESS = TASK._replace(num_iters=10**9)  # a chunk that ends before the tests do is one that was stopped


def test_chunks_at_work_stop_with_their_step(two_blas_threads, temporary, monkeypatch):
    """When nobody waits any more: our own threads are gone at once, other threads are free again."""
    monkeypatch.setattr(workers, "LAST_STEP", 60)  # a note would say that a chunk went on for so long
    before = threading.active_count()
    for error in (KeyboardInterrupt, ZeroDivisionError):
        with pytest.MonkeyPatch.context() as monkeypatch, pytest.raises(error) as caught:
            monkeypatch.setattr(workers, "_next", fails_once_training(monkeypatch, error))
            next(run(None, DATA, ENDLESS, CHUNKS, {}))
        assert not hasattr(caught.value, "__notes__")
        assert threading.active_count() == before
    with ThreadPoolExecutor(2) as pool, pytest.MonkeyPatch.context() as monkeypatch, pytest.raises(KeyboardInterrupt):
        monkeypatch.setattr(workers, "_next", fails_once_training(monkeypatch, KeyboardInterrupt))
        next(run(pool, DATA, ENDLESS, CHUNKS, {}))


def fails_once_training(monkeypatch, error):
    """A stand-in for _next that waits until a chunk is being trained, and raises."""
    training, data_loss = threading.Event(), sweep_chunks.STACKABLE[Softmax]

    def signals(*args):
        training.set()
        return data_loss(*args)

    def fails(*args):
        assert training.wait(timeout=600)
        raise error

    monkeypatch.setitem(sweep_chunks.STACKABLE, Softmax, signals)
    return fails


@pytest.mark.parametrize("model", [Softmax, OwnLoss])
def test_processes_stop_with_their_step(model, processes, temporary, monkeypatch):
    """Ctrl-C that reaches this process alone, as a notebook's does: the processes are free again, the files gone."""

    def fails(done, futures, data_there):
        raise KeyboardInterrupt

    monkeypatch.setattr(workers, "_next", fails)
    with pytest.raises(KeyboardInterrupt):
        next(run(processes, DATA, ENDLESS._replace(model=model), CHUNKS, {}))
    assert processes.submit(os.getpid).result() and processes.submit(os.getpid).result()


def test_nothing_is_begun_when_nobody_waits():
    """When the work has ended, in whatever way, no chunk begins: that of another model couldn't be stopped later."""
    with ThreadPoolExecutor(1) as pool, workers._shared(pool, DATA) as (_, check, _stop):
        check()
    before = len(OwnTrain.calls)
    with pytest.raises(CancelledError, match="nobody waits"):
        train_chunk(DATA, TASK._replace(model=OwnTrain), [(1.0, 0.0)], check)
    with pytest.raises(CancelledError, match="nobody waits"):
        stacked.accuracies(np.zeros((1, 3, 3)), *DATA[:2], check)
    assert len(OwnTrain.calls) == before


def test_ctrl_c_while_the_files_are_deleted(temporary, monkeypatch):
    """It comes out, and the files are gone."""
    cleanup, presses = tempfile.TemporaryDirectory.cleanup, [KeyboardInterrupt]

    def pressed(folder):
        if presses:
            raise presses.pop()
        cleanup(folder)

    monkeypatch.setattr(tempfile.TemporaryDirectory, "cleanup", pressed)
    with pytest.raises(KeyboardInterrupt), workers._folder():
        pass


def test_what_cannot_be_stopped_is_said(monkeypatch, two_blas_threads):
    """A `train` that isn't ours goes on in somebody else's threads: the error says so, and comes out all the same."""
    monkeypatch.setattr(workers, "LAST_STEP", 0.01)
    Fails.may_end.clear()
    with ThreadPoolExecutor(2) as pool:
        with pytest.raises(ZeroDivisionError) as caught:
            sweep(*DATA, [(3.0, 0.0), (2.0, 0.0)], model=Fails, executor=pool, **FAST)
        Fails.may_end.set()
    assert "1 of 2 chunks are still being trained by the executor" in caught.value.__notes__[0]


def test_a_pool_that_is_shut_down_meanwhile(count_trained):
    """Chunks that a shutdown cancels are trained here; the sweep doesn't wait for ever."""

    class ShutsDown(Recorded):
        def submit(self, fn, *args):
            future = super().submit(fn, *args)
            if len(self.calls) == 4:
                self.shutdown(wait=False, cancel_futures=True)
            return future

    with pytest.warns(RuntimeWarning, match="a worker died"):
        table = sweep(*DATA, SETTINGS, executor=ShutsDown(1), **FAST)
    assert sorted(count_trained) == sorted(CHUNKS.values())
    assert_same(table, sweep(*DATA, SETTINGS, **FAST))


def test_a_wrong_setting_is_found_before_training(count_trained, tmp_path):
    """The last setting, or a number, doesn't fit: ValueError, and nothing was trained or written."""
    for wrong, options in (([*SETTINGS, (0.0, 1.0)], {}), ([*SETTINGS, (0.1, -1.0)], {}),
                              ([*SETTINGS, (math.inf, 0.0)], {}), (SETTINGS, {"batch_size": 0})):
        with pytest.raises(ValueError, match="(learning_rate|reg|batch_size): expected"):
            sweep(*DATA, wrong, file=tmp_path / "file", **(FAST | options))
    with pytest.raises(TypeError, match="integer"):
        sweep(*DATA, SETTINGS, file=tmp_path / "file", **(FAST | {"num_iters": 2.5}))
    with pytest.raises(ValueError, match="X_train and X_val: expected shapes"):
        sweep(*DATA[:2], DATA[2][:, :2], DATA[3], SETTINGS, **FAST)
    assert count_trained == [] and list(tmp_path.iterdir()) == []


# --- how the data travel ------------------------------------------------------------------------------------------

def test_threads_get_the_arrays_themselves(monkeypatch):
    """No copy and no file for threads."""
    monkeypatch.setattr(np, "save", pytest.fail)
    with Recorded(2) as pool:
        sweep(*DATA, SETTINGS, executor=pool, **FAST)
    assert len(pool.calls) == 4
    for data, *_ in pool.calls:
        assert all(there is here for there, here in zip(data, DATA, strict=True))


def test_processes_get_the_names_of_four_files(monkeypatch, temporary):
    """Each array is written once, however many chunks there are, and a call to a worker is small."""
    saved, save = [], np.save

    def count(file, array, **options):
        saved.append((file, array))
        save(file, array, **options)

    monkeypatch.setattr(np, "save", count)
    executor = Inline()
    sweep(*DATA, SETTINGS, executor=executor, **FAST)
    assert len(executor.calls) == len(saved) == 4
    assert all(there is here for (_, there), here in zip(saved, DATA, strict=True))
    for call in executor.calls:
        assert call[0] == [file for file, _ in saved] and len(pickle.dumps(call)) < 1000
        assert call[0][0].parent.parent == temporary


def test_nothing_travels_when_nothing_is_to_do(monkeypatch):
    """No chunks: no file, no call, no thread."""
    monkeypatch.setattr(np, "save", pytest.fail)
    executor = Inline()
    assert list(run(executor, DATA, TASK, {}, {})) == [] == executor.calls
    assert list(sweep(*DATA, [], executor=executor, **FAST)) == []


class Looks(Softmax):
    """A model that trains only on a read-only memmap, with one BLAS thread."""

    def train(self, X, *args, **options):
        assert isinstance(X, np.memmap) and not X.flags.writeable, type(X)
        assert set(blas_threads()) <= {1}, blas_threads()
        return super().train(X, *args, **options)


def test_processes_map_the_files(processes):
    """In a worker process X is the file itself, mapped, and BLAS has one thread."""
    assert set(processes.submit(blas_threads).result()) <= {2}
    assert len(sweep(*DATA, SETTINGS[:2], model=Looks, executor=processes, **FAST)) == 2


def test_without_an_executor_all_cores_train(monkeypatch, two_blas_threads):
    """As many chunks are trained at a time as BLAS has threads: each waits until so many have begun."""
    num, train_stacked = max(blas_threads()), sweep_chunks.train_stacked
    together = threading.Barrier(num)

    def wait(*args):
        together.wait(timeout=600)
        return train_stacked(*args)

    monkeypatch.setattr(sweep_chunks, "train_stacked", wait)
    assert len(sweep(*DATA, num * SETTINGS, **FAST)) == num * 8


# --- other models -------------------------------------------------------------------------------------------------

class OwnTrain:
    """A model of any kind: class means, which need no steps."""

    calls = []

    def train(self, X, y, learning_rate, reg, num_iters, batch_size, *, rng):
        self.calls.append((learning_rate, reg, num_iters, batch_size, rng.random(), threading.current_thread()))
        self.W = learning_rate * np.stack([X[y == c].mean(axis=0) for c in range(3)], axis=1)
        return np.arange(60) + reg

    def predict(self, X):
        return np.argmin(X @ self.W, axis=1)  # not what W's largest score says


def test_other_models_train_themselves():
    """Each setting by the model's own train and predict, in order, in the calling thread, with the sweep's seed."""
    OwnTrain.calls.clear()
    settings = [(1.0, 0.0), (2.0, 10.0), (-1.0 + 4, 0.5)]
    table = sweep(*DATA, settings, model=OwnTrain, rng=7, **FAST)
    first = np.random.default_rng(7).random()
    assert OwnTrain.calls == [(*setting, 60, 10, first, threading.main_thread()) for setting in settings]
    assert [row.final_loss for row in table] == [34.5, 44.5, 35.0]  # the mean of 10..59, and reg
    assert type(table.best_model) is OwnTrain and table.best is table[0]
    assert {row.val_accuracy for row in table} == {np.mean(table.best_model.predict(DATA[2]) == DATA[3])}
    assert {row.train_accuracy for row in table} == {np.mean(table.best_model.predict(DATA[0]) == DATA[1])}


def test_a_subclass_trains_with_its_own_loss():
    """A Softmax with another loss isn't taken for Softmax."""
    (row,) = sweep(*DATA, [(0.1, 0.01)], model=OwnLoss, **FAST)
    alone = OwnLoss()
    losses = alone.train(*DATA[:2], 0.1, 0.01, 60, 10, rng=0)
    assert row.final_loss == np.mean(losses[10:])
    (softmax,) = sweep(*DATA, [(0.1, 0.01)], **FAST)
    assert row.final_loss > 1.5 * softmax.final_loss


def test_other_models_on_threads_that_are_handed_in():
    """An executor trains other models too, one a chunk, and changes nothing."""
    with Recorded(2) as pool:
        table = sweep(*DATA, SETTINGS, model=OwnLoss, executor=pool, **FAST)
    assert [call[2] for call in pool.calls] == [[setting] for setting in SETTINGS]
    assert_same(table, sweep(*DATA, SETTINGS, model=OwnLoss, **FAST))
