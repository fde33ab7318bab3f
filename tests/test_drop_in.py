"""drop_in.py: the package under the name `cs231n`, with the names and signatures of the official assignment."""

import importlib
import inspect
import os
import pickle
import pkgutil
import subprocess
import sys
from operator import attrgetter
from tempfile import TemporaryDirectory
from types import ModuleType

import numpy as np
import pytest

import cs231n_softmax
from cs231n_softmax.drop_in import install

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def clean():
    """No `cs231n` in sys.modules during the test; afterwards what was there before."""
    def take_out():
        return {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "cs231n"}

    before = take_out()
    yield
    take_out()
    sys.modules.update(before)


@pytest.fixture
def installed(clean):
    install()


# --- install --------------------------------------------------------------------------------------

def test_every_submodule_is_registered(installed):
    """Each module of the package, however deep, except `sklearn`, is the same object under its `cs231n` name."""
    names = [name for _, name, _ in pkgutil.walk_packages(cs231n_softmax.__path__, "cs231n_softmax.")]
    names.remove("cs231n_softmax.sklearn")  # needs scikit-learn, which the drop-in doesn't
    assert {"cs231n_softmax.data_utils", "cs231n_softmax.classifiers.softmax"} < set(names)
    for name in ["cs231n_softmax", *names]:
        alias = name.replace("cs231n_softmax", "cs231n")
        assert sys.modules[alias] is sys.modules[name] is importlib.import_module(alias)


def test_there_is_one_class_however_it_is_imported(installed):
    """Every import path to Softmax gives the one class, so isinstance and pickles work."""
    import cs231n
    import cs231n.classifiers.linear_classifier as module
    from cs231n import Softmax as from_top
    from cs231n.classifiers import Softmax as from_package
    from cs231n.classifiers.linear_classifier import Softmax as from_module

    from cs231n_softmax.classifiers.linear_classifier import Softmax

    assert Softmax is from_top is from_package is from_module is module.Softmax is cs231n.classifiers.Softmax
    assert cs231n is cs231n_softmax


def test_a_module_is_not_hidden_by_a_function_of_its_name(installed):
    """`import cs231n.classifiers.softmax as m` gives the module, though there is a function softmax."""
    import cs231n.classifiers.softmax as m
    from cs231n.classifiers import softmax

    assert isinstance(m, ModuleType) and m is softmax and m.__name__ == "cs231n_softmax.classifiers.softmax"


def test_installing_twice_is_harmless(installed):
    """A second install changes nothing."""
    before = {name: module for name, module in sys.modules.items() if name.startswith("cs231n")}
    install()
    assert {name: module for name, module in sys.modules.items() if name.startswith("cs231n")} == before


def test_another_cs231n_is_not_replaced(clean):
    """With a foreign `cs231n` loaded, install raises ImportError with the remedy and registers nothing."""
    foreign = sys.modules["cs231n"] = ModuleType("cs231n")
    with pytest.raises(ImportError, match="another package named cs231n.*restart Python"):
        install()
    assert sys.modules["cs231n"] is foreign and "cs231n.data_utils" not in sys.modules


# --- the contract ---------------------------------------------------------------------------------

TRAIN = "self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, verbose=False"
METHODS = {"": "", ".train": TRAIN, ".predict": "self, X", ".save": "self, fname", ".load": "self, fname",
           ".loss": "self, X_batch, y_batch, reg"}
CONTRACT = [
    ("data_utils", "load_CIFAR10", "ROOT"),
    ("data_utils", "load_CIFAR_batch", "filename"),
    ("data_utils", "get_CIFAR10_data",
     "num_training=49000, num_validation=1000, num_test=1000, subtract_mean=True"),
    ("classifiers.softmax", "softmax_loss_naive", "W, X, y, reg"),
    ("classifiers.softmax", "softmax_loss_vectorized", "W, X, y, reg"),
    ("classifiers.linear_svm", "svm_loss_naive", "W, X, y, reg"),
    ("classifiers.linear_svm", "svm_loss_vectorized", "W, X, y, reg"),
    *((module, f"{name}{method}", parameters) for module in ("classifiers", "classifiers.linear_classifier")
      for name in ("LinearClassifier", "Softmax", "LinearSVM") for method, parameters in METHODS.items()),
    ("gradient_check", "grad_check_sparse", "f, x, analytic_grad, num_checks=10, h=1e-05"),
    ("gradient_check", "eval_numerical_gradient", "f, x, verbose=True, h=1e-05"),
    ("gradient_check", "eval_numerical_gradient_array", "f, x, df, h=1e-05"),
    ("vis_utils", "visualize_grid", "Xs, ubound=255.0, padding=1"),
]


@pytest.mark.parametrize(("module", "name", "parameters"), CONTRACT)
def test_names_and_signatures_are_cs231ns(installed, module, name, parameters):
    """Each name has cs231n's parameters, order and defaults; what we add is keyword-only and optional."""
    signature = inspect.signature(attrgetter(name)(importlib.import_module(f"cs231n.{module}")))
    found = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    assert ", ".join(str(p) for p in found if p.kind is not p.KEYWORD_ONLY) == parameters
    assert all(p.default is not p.empty for p in found if p.kind is p.KEYWORD_ONLY)


# --- the notebook ---------------------------------------------------------------------------------

NOTEBOOK = """
import sys

from cs231n_softmax.drop_in import install
install()

import numpy as np
from cs231n.classifiers import Softmax
from cs231n.classifiers.softmax import softmax_loss_naive, softmax_loss_vectorized
from cs231n.data_utils import load_CIFAR10
from cs231n.gradient_check import grad_check_sparse

X_train, y_train, X_test, y_test = load_CIFAR10(sys.argv[1])
assert X_train.shape == (50000, 32, 32, 3) and X_test.shape == (10000, 32, 32, 3)
assert y_train.shape == (50000,) and y_test.shape == (10000,)
X_val, y_val = X_train[list(range(49000, 49100))], y_train[list(range(49000, 49100))]
X_train, y_train, X_test, y_test = X_train[:1000], y_train[:1000], X_test[:100], y_test[:100]
dev = np.random.choice(1000, 20, replace=False)
X_dev, y_dev = X_train[dev], y_train[dev]

X_train, X_val, X_test, X_dev = (np.reshape(X, (X.shape[0], -1)) for X in (X_train, X_val, X_test, X_dev))
mean_image = np.mean(X_train, axis=0)
for X in (X_train, X_val, X_test, X_dev):
    X -= mean_image
X_train, X_val, X_test, X_dev = (np.hstack([X, np.ones((X.shape[0], 1))]) for X in (X_train, X_val, X_test, X_dev))
assert X_train.shape == (1000, 3073)

W = np.random.randn(3073, 10) * 0.0001
loss, grad = softmax_loss_naive(W, X_dev, y_dev, 0.0)
assert 1.8 < loss < 2.8, loss
for reg in (0.0, 5e1):
    loss, grad = softmax_loss_naive(W, X_dev, y_dev, reg)
    errors = grad_check_sparse(lambda w: softmax_loss_naive(w, X_dev, y_dev, reg)[0], W, grad, 5)
    assert max(errors) < 1e-4, errors

naive, grad_naive = softmax_loss_naive(W, X_dev, y_dev, 5e-6)
vectorized, grad_vectorized = softmax_loss_vectorized(W, X_dev, y_dev, 5e-6)
assert abs(naive - vectorized) < 1e-10
assert np.linalg.norm(grad_naive - grad_vectorized, ord="fro") < 1e-8

softmax = Softmax()
history = softmax.train(X_train, y_train, learning_rate=1e-7, reg=2.5e4, num_iters=101, verbose=True)
assert len(history) == 101 and history[-1] < history[0] / 2
print("validation accuracy: %f" % np.mean(y_val == softmax.predict(X_val)))
print("test accuracy: %f" % np.mean(y_test == softmax.predict(X_test)))
softmax.save("best_softmax.npy")
again = Softmax()
assert again.load("best_softmax.npy") and np.array_equal(again.W, softmax.W)
w = softmax.W[:-1, :].reshape(32, 32, 3, 10)
"""


@pytest.fixture
def cifar10():
    """A folder in the official format and size: 10,000 patterns with noise, the same in all six batches."""
    rng = np.random.default_rng(0)
    labels = rng.integers(10, size=10_000)
    data = rng.integers(56, size=(10_000, 3072), dtype=np.uint8)
    data += rng.integers(200, size=(10, 3072), dtype=np.uint8)[labels]
    with TemporaryDirectory() as folder:
        with open(f"{folder}/data_batch_1", "wb") as f:
            pickle.dump({"data": data, "labels": labels.tolist()}, f, protocol=3)
        for name in ("data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"):
            os.link(f"{folder}/data_batch_1", f"{folder}/{name}")
        yield folder


def test_steps_of_the_official_notebook(cifar10, tmp_path):
    """The steps of softmax.ipynb, under its imports, run from raw files to a saved model, without a warning."""
    env = os.environ | {"MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1"}  # one thread: other tests run beside it
    done = subprocess.run([sys.executable, "-W", "error", "-c", NOTEBOOK, cifar10], cwd=tmp_path, env=env,
                          text=True, capture_output=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:10]] == 10 * ["numerical"]
    assert [line.split(": loss")[0] for line in lines[10:12]] == [f"iteration {i} / 101" for i in (0, 100)]
    for line, split in zip(lines[12:14], ("validation", "test"), strict=True):
        name, accuracy = line.split(": ")
        assert name == f"{split} accuracy" and float(accuracy) > 0.6
    assert lines[14:] == ["best_softmax.npy saved.", "best_softmax.npy loaded."]
    assert os.listdir(tmp_path) == ["best_softmax.npy"]
