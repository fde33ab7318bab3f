"""sweep/loop.py: training at each setting, and a row of results for each."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import numpy as np
import pytest

from cs231n_softmax.classifiers import LinearSVM, Softmax
from cs231n_softmax.sweep import SweepTable, loop, sweep

pytestmark = pytest.mark.filterwarnings("error")

def clusters(N, seed, C=3):
    """C overlapping clusters in the plane, with a bias column: accuracy depends on the hyperparameters."""
    rng = np.random.default_rng(seed)
    y = np.arange(N) % C
    angle = 2 * np.pi * y / C
    X = np.column_stack([np.cos(angle), np.sin(angle), np.ones(N)])
    X[:, :2] += 0.8 * rng.standard_normal((N, 2))
    return X, y


DATA = (*clusters(90, 0), *clusters(60, 1))
SETTINGS = [(1e-4, 50.0), (0.5, 1e-3), (1e200, 1e200), (1e-3, 0.0)]
FAST = {"num_iters": 60, "batch_size": 10, "progress": False}


@pytest.mark.parametrize("model", [Softmax, LinearSVM])
@pytest.mark.parametrize("rng", [0, 5])
def test_each_row_is_that_setting_trained_alone(model, rng):
    """A row has the accuracies and, but for rounding, the loss of training that one setting with the same seed."""
    X_train, y_train, X_val, y_val = DATA
    table = sweep(*DATA, SETTINGS, model=model, rng=rng, **FAST)
    assert [row[:2] for row in table] == SETTINGS
    for row in table:
        alone = model()
        losses = alone.train(X_train, y_train, row.learning_rate, row.reg, 60, 10, rng=rng)
        if row.diverged:
            assert losses[-1] == np.inf
            continue
        assert row.final_loss == pytest.approx(np.mean(losses[10:]), rel=1e-12)
        assert row.train_accuracy == np.mean(alone.predict(X_train) == y_train)
        assert row.val_accuracy == np.mean(alone.predict(X_val) == y_val)
    assert len({row.val_accuracy for row in table}) > 2  # the settings are not all alike


def test_default_is_softmax_with_cs231n_settings():
    """Without options a sweep trains Softmax for 1500 iterations of 200 from seed 0, and shows a bar."""
    calls = []

    class Probe(Softmax):
        def train(self, X, y, learning_rate, reg, num_iters, batch_size, *, rng):
            calls.append((num_iters, batch_size, rng.random()))
            return super().train(X, y, learning_rate, reg, 1, 1, rng=rng)

    sweep(*DATA, SETTINGS[:2], model=Probe, progress=False)
    assert calls == 2 * [(1500, 200, np.random.default_rng(0).random())]
    assert sweep.__kwdefaults__["model"] is Softmax and sweep.__kwdefaults__["progress"] is True


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 1, 3, 0), (3, 0, 2, 1)])
def test_best_model_is_the_best_row(order):
    """best has the highest validation accuracy, and best_model is the classifier that reached it."""
    table = sweep(*DATA, [SETTINGS[i] for i in order], **FAST)
    assert table.best is table[order.index(1)]
    assert table.best.val_accuracy == max(row.val_accuracy for row in table if not row.diverged)
    assert np.mean(table.best_model.predict(DATA[2]) == DATA[3]) == table.best.val_accuracy
    alone = Softmax()
    alone.train(*DATA[:2], *table.best[:2], 60, 10, rng=0)
    np.testing.assert_allclose(table.best_model.W, alone.W, rtol=1e-12)


def test_divergence_is_a_row_and_nothing_else(capsys):
    """A setting that overflows has NaN accuracies, loss inf and diverged=True; no warning, nothing printed."""
    table = sweep(*DATA, SETTINGS, **FAST)
    row = table[2]
    assert row.diverged is True and row.final_loss == np.inf
    assert np.isnan(row.train_accuracy) and np.isnan(row.val_accuracy)
    assert [r.diverged for r in table] == [False, False, True, False]
    assert capsys.readouterr() == ("", "")


def test_progress_bar_is_on_stderr(capsys):
    """progress=True draws a bar on stderr that counts the settings, and nothing on stdout."""
    sweep(*DATA, SETTINGS[:2], **{**FAST, "progress": True})
    out, err = capsys.readouterr()
    assert out == "" and "sweep" in err and "2/2" in err


@pytest.mark.parametrize(("settings", "said"), [
    ([], "it had no settings"), (SETTINGS[2:3], "lower the learning rates"),
    (2 * SETTINGS[2:3], "lower the learning rates")])
def test_nothing_is_best_when_all_diverged(settings, said):
    """Where no setting trained, best raises ValueError that says what to do, and best_model is None."""
    table = sweep(*DATA, settings, **FAST)
    assert table.best_model is None and len(table) == len(settings)
    with pytest.raises(ValueError, match=said):
        _ = table.best


@pytest.mark.parametrize("write", [SweepTable.to_csv, SweepTable.to_json])
def test_a_real_sweep_can_be_written(tmp_path, write):
    """What sweep returns, diverged rows included, can be written as CSV and JSON."""
    write(sweep(*DATA, SETTINGS[1:3], **FAST), tmp_path / "file")
    assert "diverged" in (tmp_path / "file").read_text()


class Own(Softmax):
    """A model that is trained by its own code."""


class Diverges(Own):
    """A model that can't predict any more."""

    def train(self, *args, **options):
        return [np.nan]

    predict = None


@pytest.mark.parametrize(("model", "learning_rate"), [
    (Softmax, 1e35), (Softmax, 1e37), (Own, 1e35), (Own, 1e37), (Diverges, 1)])
def test_a_setting_that_just_overflows_is_quiet(model, learning_rate):
    """The last step may leave finite weights whose scores overflow: still a row, still no warning."""
    rng = np.random.default_rng(0)
    X, y = 100 * rng.normal(size=(40, 5)).astype(np.float32), rng.integers(3, size=40)
    table = sweep(X, y, X, y, [(np.float32(learning_rate), 0.0)], model=model, num_iters=1, progress=False)
    assert len(table) == 1 and table[0].diverged and type(table[0].learning_rate) is float


def test_no_iterations_are_refused():
    """A sweep without training is an error that says so."""
    with pytest.raises(ValueError, match="num_iters: expected at least 1, got 0"):
        sweep(np.ones((2, 1)), np.zeros(2, int), np.ones((2, 1)), np.zeros(2, int), [(1.0, 0.0)], num_iters=0)


@pytest.mark.parametrize("rng", [3, None, np.random.default_rng(0)])
def test_equal_settings_give_equal_rows(rng):
    """One seed for all settings, whatever `rng` is: the same setting twice gives the same row, to rounding."""
    data = np.random.default_rng(1)
    X, y = data.normal(size=(40, 5)), data.integers(3, size=40)
    first, second = sweep(X, y, X, y, [(0.1, 0.0)] * 2, num_iters=5, rng=rng, progress=False)
    assert first[:4] == second[:4] and first.final_loss == pytest.approx(second.final_loss, rel=1e-12)


def test_a_numpy_seed_is_the_same_seed():
    """rng=np.int64(3) means what rng=3 means."""
    data = np.random.default_rng(1)
    X, y = data.normal(size=(40, 5)), data.integers(3, size=40)
    tables = [sweep(X, y, X, y, [(0.1, 0.0)], num_iters=5, rng=rng, progress=False) for rng in (3, np.int64(3))]
    assert tables[0] == tables[1]


@pytest.mark.parametrize(("change", "error", "message"), [
    ({"model": Softmax()}, TypeError, "model: expected a class .* Leave out the parentheses behind its name."),
    ({"X_val": DATA[2][:0], "y_val": DATA[3][:0]}, ValueError, "X_val: expected at least one example, got N = 0."),
    ({"num_iters": 1000.0}, TypeError, "num_iters: expected an integer, got 1000.0. Write 1000.")])
def test_what_cannot_be_swept(change, error, message):
    """A model in place of its class, no images to compare with, 1000.0. tests/faults/inputs.py has many more."""
    data = dict(zip(["X_train", "y_train", "X_val", "y_val"], DATA, strict=True))
    with pytest.raises(error, match=f"^{message}$"):
        sweep(**data | {"settings": SETTINGS, **FAST} | change)


@pytest.mark.parametrize(("which", "name"), [(0, "X_train"), (2, "X_val")])
@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_bad_numbers_are_found_before_training(tmp_path, monkeypatch, which, name, value):
    """NaN or inf anywhere in X_train or X_val: the argument and the row are named, and nothing is trained or written.

    Sums that overflow are no bad numbers.
    """
    monkeypatch.setattr("cs231n_softmax.sweep.chunks.train_chunk", lambda *args: pytest.fail("trained"))
    monkeypatch.setattr("cs231n_softmax._inputs.ROWS", 1000)  # many blocks
    data = [np.full((200, 5), 1e307), np.arange(200) % 3, np.full((200, 5), 1e307), np.arange(200) % 3]
    data[which][[150, 170], 3] = value
    with pytest.raises(ValueError, match=f"^{name}: expected finite numbers, got NaN or inf in row 150 of 200.$"):
        sweep(*data, SETTINGS, file=tmp_path / "sweep.npz", **FAST)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_found_before_training(tmp_path, monkeypatch):
    """A folder that doesn't exist is an error at once."""
    trained = []
    monkeypatch.setattr("cs231n_softmax.sweep.chunks.train_chunk", lambda *args: trained.append(args))
    with pytest.raises(FileNotFoundError):
        sweep(*DATA, SETTINGS, file=tmp_path / "missing" / "sweep.npz", **FAST)
    assert trained == []


@pytest.mark.parametrize(("presses", "reached"), [(0, ["end"]), (1, [0, "end"]), (2, [0])])
def test_ctrl_c_waits_once(presses, reached):
    """The first Ctrl-C waits for the end of the block, a second one doesn't; the handler is as before."""
    before, seen = signal.getsignal(signal.SIGINT), []
    with pytest.raises(KeyboardInterrupt) if presses else nullcontext(), loop._uninterrupted():
        for press in range(presses):
            signal.raise_signal(signal.SIGINT)
            seen.append(press)
        seen.append("end")
    assert seen == reached and signal.getsignal(signal.SIGINT) is before


def test_only_the_main_thread_waits_with_ctrl_c(monkeypatch):
    """In another thread no handler can be set. One that a library in C has set can't be put back."""
    with ThreadPoolExecutor(1) as pool, monkeypatch.context() as context:
        context.setattr(signal, "signal", pytest.fail)
        pool.submit(loop._uninterrupted().__enter__).result()
    monkeypatch.setattr(signal, "getsignal", lambda number: None)
    with loop._uninterrupted():
        pass
