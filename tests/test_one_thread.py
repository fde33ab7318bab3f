"""Where no thread can be started, as in a browser, one thread does everything that needs no network."""

import sys
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from cs231n_softmax import Softmax, _threads, check, softmax_loss_vectorized
from cs231n_softmax._threads import share, startable
from cs231n_softmax.check import apart, guard
from cs231n_softmax.cifar10 import find, sample
from cs231n_softmax.cifar10.connection import MirrorFailed, Request
from cs231n_softmax.cifar10.download import DownloadError, fetch_cifar10
from cs231n_softmax.cifar10.files import FOLDER, check_whole
from cs231n_softmax.cifar10.sample import write_sample
from cs231n_softmax.classifiers.softmax import softmax
from cs231n_softmax.commands import doctor
from cs231n_softmax.sweep import sweep


class Threads:
    """How many threads the system allows beside those that are there, and how many were started."""

    def __init__(self):
        self.left, self.started, self.there = 0, 0, threading.active_count()


@pytest.fixture
def threads(monkeypatch):
    """Two cores, no helpers yet, and a system that refuses threads, as a browser does: threads.left is 0."""
    threads = Threads()

    def limited(start):
        def started(*args, **options):
            if threading.active_count() - threads.there > threads.left:  # the new one is counted already
                raise RuntimeError("can't start new thread")
            threads.started += 1
            return start(*args, **options)
        return started

    for name in ("_start_new_thread", "_start_joinable_thread"):  # until Python 3.12, and later
        if hasattr(threading, name):
            monkeypatch.setattr(threading, name, limited(getattr(threading, name)))
    monkeypatch.setattr(_threads, "num_cores", lambda: 2)
    monkeypatch.setattr(_threads, "_helpers", [])
    monkeypatch.setattr(_threads, "_jobs", _threads.SimpleQueue())
    monkeypatch.setattr(apart, "POSSIBLE", False)  # a browser has no processes, either
    with threadpool_limits(2, user_api="blas"):
        yield threads


def test_pieces_are_computed(threads):
    """All of them, in order; no job is left waiting for helpers that never come."""
    with share(lambda k: (k * k, threading.current_thread()), range(5)) as results:
        assert list(results) == [(k * k, threading.main_thread()) for k in range(5)]
    assert _threads._jobs.empty()


@pytest.mark.parametrize("left", [0, 1, 2, 3])
def test_how_many_threads_can_be_started(threads, left):
    """As many as asked for, or as the system allows; none of them stays."""
    before, threads.left = threading.active_count(), left
    assert startable(2) == min(left, 2)
    assert threading.active_count() == before


def test_large_losses_and_training(threads):
    """The same numbers as with threads."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((3000, 200)), rng.integers(0, 10, 3000)
    W = rng.standard_normal((200, 10))
    loss, dW = softmax_loss_vectorized(W, X, y, 0.1)
    threads.left = 9
    assert loss == softmax_loss_vectorized(W, X, y, 0.1)[0] and threads.started
    assert (dW == softmax_loss_vectorized(W, X, y, 0.1)[1]).all()
    threads.left = 0
    assert len(Softmax().train(X, y, num_iters=3)) == 3


@pytest.mark.filterwarnings("ignore:tqdm.disabling monitor support")  # the progress bar goes on without it
@pytest.mark.parametrize("left", [0, 1])
def test_a_sweep(threads, left, monkeypatch):
    """The same table with no thread, and with fewer threads than cores, as with enough of them."""
    monkeypatch.setattr(tqdm, "monitor_interval", tqdm.monitor_interval)
    rng, y = np.random.default_rng(0), np.arange(60) % 3
    data = rng.standard_normal((60, 5)), y, rng.standard_normal((60, 5)), y
    settings = [(1e-3 * k, 0.1) for k in range(1, 65)]  # enough for two threads
    tables = []
    for threads.left in (left, 99):
        tables.append(list(sweep(*data, settings, num_iters=50, batch_size=10)))
    assert tables[0] == tables[1] and threads.started


def test_the_sample_is_made(threads, tmp_path):
    check_whole(write_sample(tmp_path / "sample", per_batch=20))


# --- the examiner ----------------------------------------------------------------------------------------------------

def test_right_and_wrong_functions_get_their_verdict(threads):
    """As in a thread of their own."""
    def wrong(W, X, y, reg):
        loss, dW = softmax_loss_vectorized(W, X, y, reg)
        return loss, dW - reg * W

    assert check.softmax_loss(softmax_loss_vectorized, vectorized=True).ok
    assert [mistake.code for mistake in check.softmax_loss(wrong).mistakes] == ["reg-gradient-half"]


@pytest.mark.parametrize(("error", "code"), [
    (ZeroDivisionError, "exception"), (SystemExit, "exits"), (KeyboardInterrupt, "exits")])
def test_what_a_function_raises_is_told(threads, error, code):
    """Nothing that it raises ends the examiner."""
    def fails(scores):
        raise error("at once")

    assert [mistake.code for mistake in check.softmax(fails).mistakes] == [code]


def test_a_function_that_never_ends_is_stopped(threads, monkeypatch):
    """By its CPU time, in the middle of a loop, also in a function that it calls; the session is traced as before."""
    monkeypatch.setattr(guard, "CPU_LIMIT", 0.3)

    def endless(scores):
        def deeper():
            while True:
                pass
        deeper()

    def slow(scores):
        total = 0
        for k in range(10**9):
            total += k
        return scores

    before = sys.gettrace()
    for function in (endless, slow):
        assert [mistake.code for mistake in check.softmax(function).mistakes] == ["too-slow"]
    assert sys.gettrace() is before and check.softmax(softmax).ok


def test_numpys_settings_are_the_functions_own(threads):
    """A function that makes NumPy raise doesn't make the examiner's own numbers raise, nor those of later code."""
    def strict(scores):
        np.seterr(all="raise")
        with np.errstate(all="ignore"):
            exp = np.exp(scores - scores.max(axis=1, keepdims=True))
            return exp / exp.sum(axis=1, keepdims=True)

    before = np.geterr()
    seen = []
    assert check.softmax(lambda scores: [seen.append(np.geterr()), strict(scores)][1]).ok
    assert np.geterr() == before and all(settings == seen[0] for settings in seen)


# --- the network -----------------------------------------------------------------------------------------------------

def test_a_request_says_why_it_fails(threads):
    with pytest.raises(MirrorFailed, match="expected a thread for the download, .*can't start new thread"):
        Request("http://localhost/", {}).start()


def test_a_download_fails_as_one_and_the_sample_is_used(threads, tmp_path, monkeypatch, capsys):
    """DownloadError, as on a computer without a network; `ensure_cifar10` goes on with the sample."""
    monkeypatch.setenv("CIFAR10_URL", "http://localhost:1/file")
    with pytest.raises(DownloadError, match="can't start new thread"):
        fetch_cifar10(tmp_path, progress=False)
    monkeypatch.setattr(find, "find_cifar10", lambda: None)
    monkeypatch.setattr(find, "DATASETS", tmp_path)
    monkeypatch.setattr(find, "SAMPLE", tmp_path / "sample")
    monkeypatch.setattr(sample, "write_sample", lambda folder: write_sample(folder, per_batch=20))
    assert find.ensure_cifar10() == tmp_path / "sample"
    assert "can't start new thread" in capsys.readouterr().out and not (tmp_path / FOLDER).exists()


def test_doctor_says_so(threads, capsys):
    """It tells what won't work in a browser."""
    notes = []
    doctor._threads(notes)
    assert "no threads can be started" in notes[0]
