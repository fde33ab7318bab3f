"""drop_in/: the package under the name `cs231n`, with the names and signatures of the official assignment."""

import importlib
import inspect
import os
import pickle
import re
import subprocess
import sys
import warnings
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import numpy as np
import pytest

import cs231n_softmax
from cs231n_softmax import check, data_utils, optim
from cs231n_softmax.cifar10.files import SAMPLE
from cs231n_softmax.drop_in import install, uninstall
from cs231n_softmax.drop_in.assignment import COURSE, describe

pytestmark = pytest.mark.filterwarnings("error")

# The cs231n/ of an assignment: its own modules, files that ours stand in for, and some that can't run.
FILES = {
    "__init__.py": "",
    "data_utils.py": "import no_such_package\n\ndef load_pickle(f):\n    return f\n",
    "gradient_check.py": "def grad_check_sparse():\n    pass\n\ndef eval_numerical_gradient_blobs(f, inputs, output):\n"
                         "    return 'blobs'\n",
    "optim.py": "def sgd(w, dw, config=None):\n    return 'theirs'\n\n"
                "def adagrad(w, dw, config=None):\n    return 'own'\n",
    "vis_utils.py": "from past import xrange\nprint 'Python 2'\n",
    "layers.py": """
import numpy as np
from .helpers import SCALE

def mean_color(image):
    return SCALE * image.mean(axis=(0, 1))

def extract_features(images, functions, verbose=False):
    return np.array([np.concatenate([function(image) for function in functions]) for image in images])
""",
    "features.py": "def rgb2gray(rgb):\n    return rgb.mean(axis=-1)\n\ndef hog_feature(im):\n    pass\n",
    "helpers.py": "SCALE = 1.0\n",
    "solver.py": """
from cs231n.optim import sgd

class Solver:
    def __init__(self, model, data, **options):
        self.model, self.data, self.options = model, data, options

    def train(self):
        X, y, configs = self.data["X_train"], self.data["y_train"], {}
        for _ in range(self.options["num_epochs"]):
            loss, grads = self.model.loss(X, y)
            for name, w in self.model.params.items():
                config = configs.setdefault(name, dict(self.options["optim_config"]))
                self.model.params[name], configs[name] = sgd(w, grads[name], config)
""",
    "classifiers/__init__.py": "from cs231n.classifiers.k_nearest_neighbor import *\n"
                               "from cs231n.classifiers.linear_classifier import *\n",
    "classifiers/k_nearest_neighbor.py": """
import numpy as np

class KNearestNeighbor:
    def train(self, X, y):
        self.X_train, self.y_train = X, y

    def compute_distances_no_loops(self, X):
        squares = (X**2).sum(axis=1)[:, None] - 2 * X @ self.X_train.T + (self.X_train**2).sum(axis=1)
        return np.sqrt(np.maximum(squares, 0))

    def compute_distances_two_loops(self, X):
        return np.array([[np.sqrt(((a - b)**2).sum()) for b in self.X_train] for a in X])

    def predict_labels(self, dists, k=1):
        return np.array([np.bincount(self.y_train[np.argsort(row)[:k]]).argmax() for row in dists])
""",
    "classifiers/linear_classifier.py": """
from ..classifiers.softmax import *
class LinearClassifier: pass
class Softmax(LinearClassifier): mine = True
""",
    "classifiers/softmax.py": "def softmax_loss_naive(W, X, y, reg):\n    return 0.0, 0 * W\n",
}


def lay_out(folder, files=FILES):
    """Make an assignment in `folder`; return it."""
    for name, text in files.items():
        path = folder / "cs231n" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """No `cs231n` in sys.modules during the test, which runs in an empty folder; afterwards what was there before."""
    def take_out():
        return {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "cs231n"}

    monkeypatch.chdir(tmp_path)
    uninstall()
    before = take_out()
    yield
    uninstall()
    take_out()
    sys.modules.update(before)


@pytest.fixture
def installed(clean):
    install()


@pytest.fixture
def course(clean, tmp_path, monkeypatch):
    """An assignment in the working folder, installed."""
    monkeypatch.chdir(lay_out(tmp_path / "assignment1"))
    install()
    return Path.cwd()


# --- our modules ----------------------------------------------------------------------------------

def test_every_module_of_ours_is_there(installed):
    """Each module of the package has a `cs231n` name; those that the course hasn't are the very same modules."""
    files = Path(cs231n_softmax.__file__).parent.rglob("[!_]*.py")
    names = [".".join(path.relative_to(Path(cs231n_softmax.__file__).parent).with_suffix("").parts) for path in files]
    assert {"data_utils", "classifiers.softmax", "sweep.loop", "gradient_check.numerical"} < set(names)
    for name in (name for name in names if not name.startswith(("sklearn", "drop_in", "commands"))):
        found, ours = importlib.import_module(f"cs231n.{name}"), importlib.import_module(f"cs231n_softmax.{name}")
        assert (found is ours) == (name not in COURSE), name
        assert found.__doc__ == ours.__doc__


def test_there_is_one_class_however_it_is_imported(installed):
    """Every path under cs231n gives the one Softmax, which is a Softmax of cs231n_softmax; it can be pickled."""
    import cs231n
    import cs231n.classifiers.linear_classifier as module
    from cs231n import Softmax as from_top
    from cs231n.classifiers import Softmax as from_package
    from cs231n.classifiers.linear_classifier import Softmax as from_module

    install()
    from cs231n.classifiers import Softmax

    assert Softmax is from_top is from_package is from_module is module.Softmax is cs231n.classifiers.Softmax
    assert issubclass(Softmax, cs231n_softmax.Softmax) and issubclass(Softmax, cs231n.LinearClassifier)
    model = Softmax()
    model.train(np.eye(3), [0, 1, 2], num_iters=1)
    assert type(pickle.loads(pickle.dumps(model))) is Softmax


def test_a_module_is_not_hidden_by_a_function_of_its_name(installed):
    """`import cs231n.classifiers.softmax as m` gives the module, though there is a function softmax."""
    import cs231n.classifiers.softmax as m
    from cs231n import data_utils  # not imported before: still the module under this name
    from cs231n.classifiers import softmax

    import cs231n_softmax.data_utils as ours

    assert data_utils is not ours and data_utils.load_CIFAR10 is not ours.load_CIFAR10
    assert isinstance(m, ModuleType) and m is softmax and m.softmax_loss_naive is cs231n_softmax.softmax_loss_naive


def test_the_package_itself_does_not_change(course):
    """cs231n_softmax keeps its modules, its float32, and its own random numbers."""
    import cs231n.layers

    assert cs231n.layers.__file__ == str(course / "cs231n" / "layers.py")
    assert cs231n_softmax.__path__ == [str(Path(cs231n_softmax.__file__).parent)]
    assert "cs231n_softmax.layers" not in sys.modules and cs231n_softmax.load_CIFAR10 is data_utils.load_CIFAR10
    before = repr(np.random.get_state())  # noqa: NPY002
    cs231n_softmax.Softmax().train(np.eye(3), [0, 1, 2], num_iters=1)
    assert before == repr(np.random.get_state())  # noqa: NPY002


def test_another_cs231n_is_not_replaced():
    """With a foreign `cs231n` loaded, install raises ImportError with the remedy and registers nothing."""
    foreign = sys.modules["cs231n"] = ModuleType("cs231n")
    foreign.__path__ = ["/home/me/assignment1/cs231n"]
    with pytest.raises(ImportError, match="another package named cs231n.*/home/me/.*restart Python.*install.. first"):
        install()
    assert sys.modules["cs231n"] is foreign and "cs231n.data_utils" not in sys.modules
    del sys.modules["cs231n"]
    install()


def test_the_name_can_be_given_back(course):
    """After uninstall, the assignment's own functions are imported, and install refuses to hide them again."""
    uninstall()
    sys.path.insert(0, str(course))
    try:
        from cs231n.classifiers.softmax import softmax_loss_naive

        assert softmax_loss_naive(np.ones(2), None, None, 0)[0] == 0
        with pytest.raises(ImportError, match=re.escape(str(course))):
            install()
    finally:
        sys.path.remove(str(course))


# --- the assignment's modules ---------------------------------------------------------------------

def test_own_modules_stay_visible(course):
    """Modules, and names in modules of ours that only the assignment has; what both have is ours."""
    from cs231n.classifiers import KNearestNeighbor, LinearSVM, Softmax
    from cs231n.classifiers.k_nearest_neighbor import KNearestNeighbor as again
    from cs231n.gradient_check import eval_numerical_gradient_blobs, grad_check_sparse
    from cs231n.layers import extract_features
    from cs231n.optim import adagrad, adam, sgd

    assert adagrad(None, None) == "own" and adam is optim.adam
    assert sgd(np.ones(2), np.ones(2), {"learning_rate": 0.5})[0].tolist() == [0.5, 0.5]
    assert KNearestNeighbor is again and Path(inspect.getsourcefile(KNearestNeighbor)).is_relative_to(course)
    assert Path(inspect.getsourcefile(extract_features)).is_relative_to(course)
    assert eval_numerical_gradient_blobs(None, None, None) == "blobs"
    assert grad_check_sparse is cs231n_softmax.grad_check_sparse
    assert not hasattr(Softmax, "mine") and issubclass(LinearSVM, cs231n_softmax.LinearSVM)


def test_a_star_takes_the_names_of_both(course):
    """Ours, and what the assignment's file has more; ours alone where that file can't run."""
    names = {}
    for module in ("classifiers", "data_utils", "gradient_check"):
        exec(f"from cs231n.{module} import *", names)
    assert {"KNearestNeighbor", "Softmax", "load_CIFAR10", "eval_numerical_gradient_blobs"} < set(names)
    assert names["grad_check_sparse"] is cs231n_softmax.grad_check_sparse and "load_pickle" not in names
    assert not hasattr(names["Softmax"], "mine")


def test_a_module_that_can_not_run_hinders_nobody(course):
    """A file that misses a package, or is Python 2, is run only for what it alone has; its own error says why then."""
    from cs231n.data_utils import load_CIFAR10  # noqa: F401
    from cs231n.vis_utils import visualize_grid  # noqa: F401

    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        from cs231n.data_utils import load_pickle  # noqa: F401
    with pytest.raises(ImportError, match="load_models"):
        from cs231n.data_utils import load_models  # noqa: F401
    with pytest.raises(ImportError, match="gradient_check.py can't be imported: .*no attribute 'float'"):
        (course / "cs231n" / "gradient_check.py").write_text("import numpy as np\ndef other():\n    pass\nnp.float")
        from cs231n.gradient_check import other  # noqa: F401
    import cs231n.data_utils
    import cs231n.vis_utils

    assert not hasattr(cs231n.vis_utils, "anything") and not hasattr(cs231n.data_utils, "_anything")
    assert not hasattr(cs231n.data_utils, "anything")


def test_install_says_what_comes_from_where(course, capsys):
    """Modules of ours, modules of the assignment's, and those of the assignment's that aren't used."""
    capsys.readouterr()
    install()
    lines = re.sub(r"\n +", " ", capsys.readouterr().out).splitlines()
    assert lines[1] == ("ours: classifiers.fc_net, classifiers.linear_classifier, classifiers.linear_svm, "
                        "classifiers.neural_net, classifiers.softmax, data_utils, features, gradient_check, optim, "
                        "vis_utils")
    assert lines[2] == f"yours, from {course}/cs231n: helpers, layers, solver, classifiers.k_nearest_neighbor"
    assert lines[3].startswith("yours, and not used") and lines[3].endswith(
        ": data_utils, features, gradient_check, optim, vis_utils, classifiers.linear_classifier, classifiers.softmax")


@pytest.mark.parametrize("where", ["inside", "sys.path", "argument", "cs231n", "relative"])
def test_the_assignment_is_found(where, tmp_path, monkeypatch):
    """From a folder in it, as Colab's notebooks start; in sys.path; and where the argument says."""
    folder = lay_out(tmp_path / "cs231n" / "assignments" / "assignment 1")
    (folder / "cs231n" / "datasets").mkdir()
    if where == "inside":
        monkeypatch.chdir(folder / "cs231n" / "datasets")
    if where == "sys.path":
        monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    if where == "relative":
        monkeypatch.chdir(folder.parent)
    install({"argument": folder, "cs231n": str(folder / "cs231n"), "relative": "assignment 1"}.get(where))
    monkeypatch.chdir("/")
    import cs231n.layers

    assert cs231n.layers.__file__ == str(folder / "cs231n" / "layers.py")


def test_without_an_assignment(tmp_path, capsys):
    """install says so, and so does the import of what would be there; an argument that names none is an error."""
    install()
    assert "No assignment was found from here. Call install('path/to/assignment1')" in capsys.readouterr().out
    with pytest.raises(ModuleNotFoundError, match="cs231n.layers.*found no assignment. Call install"):
        import cs231n.layers  # noqa: F401
    (tmp_path / "cs231n").mkdir()  # a folder of this name may hold all assignments
    for folder, error in [(tmp_path, ValueError), ("nowhere", ValueError), (__file__, ValueError), (3, TypeError)]:
        with pytest.raises(error, match="folder: expected the .*folder.* got"):
            install(folder)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps working folders")
def test_from_a_folder_that_was_deleted(tmp_path, monkeypatch):
    """Nothing is found from there, and nothing breaks."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    install()


def test_a_file_of_ones_own_comes_before_what_the_course_has_not(tmp_path, monkeypatch):
    """cs231n.check is the learner's file of that name, if there is one; cs231n_softmax.check stays what it is."""
    monkeypatch.chdir(lay_out(tmp_path, {"data_utils.py": "", "check.py": "MINE = 1"}))
    install()
    import cs231n.check
    import cs231n.sweep

    assert cs231n.check.MINE == 1 and cs231n.sweep.__name__ == "cs231n_softmax.sweep" and check.Report


def test_a_later_call_finds_another_assignment(tmp_path, monkeypatch):
    """Call it before `%cd`, after it, again, and in the next assignment: the last that was found counts."""
    folders = [lay_out(tmp_path / name) for name in "ab"]
    install()
    for folder in folders:
        monkeypatch.chdir(folder)
        install()
        import cs231n.layers

        assert cs231n.layers.__file__ == str(folder / "cs231n" / "layers.py")
    before = dict(sys.modules)
    monkeypatch.chdir(tmp_path)
    install()
    assert {name: module for name, module in sys.modules.items() if name.startswith("cs231n")} == {
        name: module for name, module in before.items() if name.startswith("cs231n")}


AUTORELOAD = """
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
def run(cell):
    shell.run_cell(cell).raise_error()

run("%load_ext autoreload\\n%autoreload 2")
run("from cs231n_softmax.drop_in import install; install()")
run("from cs231n.classifiers.softmax import softmax_loss_naive as before; from cs231n import layers, data_utils")
run("assert layers.SCALE == 1.0")
source = Path("cs231n/layers.py")
source.write_text(source.read_text() + "\\nSCALE = 25.0\\n")
run("install()")
run("assert layers.SCALE == 25.0, layers.SCALE")
run("import importlib; import cs231n.classifiers.softmax as m; importlib.reload(m); importlib.reload(data_utils)")
run("assert m.softmax_loss_naive is before and data_utils.load_CIFAR10.__module__.startswith('cs231n_softmax')")
"""


def test_autoreload(tmp_path):
    """%autoreload 2 brings changes of the assignment's files; importlib.reload doesn't replace ours by the file."""
    pytest.importorskip("IPython.extensions.autoreload")  # IPython 7 needs the module imp for it, until Python 3.11
    lay_out(tmp_path)
    done = subprocess.run([sys.executable, "-c", AUTORELOAD], cwd=tmp_path, text=True, capture_output=True,
                          env=os.environ | {"IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONDONTWRITEBYTECODE": "1"})
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-2000:] + done.stderr


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
    ("classifiers.neural_net", "TwoLayerNet", "input_size, hidden_size, output_size, std=0.0001"),
    ("classifiers.neural_net", "TwoLayerNet.loss", "self, X, y=None, reg=0.0"),
    ("classifiers.neural_net", "TwoLayerNet.train",
     "self, X, y, X_val, y_val, learning_rate=0.001, learning_rate_decay=0.95, reg=5e-06, num_iters=100, "
     "batch_size=200, verbose=False"),
    ("classifiers.neural_net", "TwoLayerNet.predict", "self, X"),
    ("classifiers.fc_net", "TwoLayerNet",
     "input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=0.001, reg=0.0"),
    ("classifiers.fc_net", "TwoLayerNet.loss", "self, X, y=None"),
    ("gradient_check", "grad_check_sparse", "f, x, analytic_grad, num_checks=10, h=1e-05"),
    ("gradient_check", "eval_numerical_gradient", "f, x, verbose=True, h=1e-05"),
    ("gradient_check", "eval_numerical_gradient_array", "f, x, df, h=1e-05"),
    *(("optim", rule, "w, dw, config=None") for rule in ("sgd", "sgd_momentum", "rmsprop", "adam")),
    ("vis_utils", "visualize_grid", "Xs, ubound=255.0, padding=1"),
]


@pytest.mark.parametrize(("module", "name", "parameters"), CONTRACT)
def test_names_and_signatures_are_cs231ns(installed, module, name, parameters):
    """Each name has cs231n's parameters, order and defaults; what we add is keyword-only and optional."""
    signature = inspect.signature(attrgetter(name)(importlib.import_module(f"cs231n.{module}")))
    found = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    assert ", ".join(str(p) for p in found if p.kind is not p.KEYWORD_ONLY) == parameters
    assert all(p.default is not p.empty for p in found if p.kind is p.KEYWORD_ONLY)


# --- what the course's notebooks count on ---------------------------------------------------------

def test_a_seed_of_np_random_is_heeded(installed):
    """np.random.seed before train decides about weights and batches; an rng of one's own comes first."""
    from cs231n.classifiers import LinearSVM, Softmax

    X, y = np.random.default_rng(0).standard_normal((50, 4)), np.arange(50) % 3
    for Model in (Softmax, LinearSVM):
        trained = []
        for seed, rng in [(0, None), (0, None), (1, None), (0, 5), (1, 5)]:
            np.random.seed(seed)  # noqa: NPY002
            trained.append(Model())
            trained[-1].train(X, y, num_iters=3, batch_size=10, rng=rng)
        W = [model.W for model in trained]
        assert (W[0] == W[1]).all() and (W[0] != W[2]).any() and (W[3] == W[4]).all() and (W[0] != W[3]).any()
        second = Model()
        np.random.seed(0)  # noqa: NPY002
        Model().train(X, y, num_iters=3, batch_size=10)
        second.train(X, y, num_iters=3, batch_size=10)  # the state has moved on
        assert (W[0] != second.W).any()


@pytest.mark.parametrize(("W", "expected"), [
    (np.array([[3e38, 1, -3e38]], np.float32), [0, 2]),
    (np.array([[1e308, 1, -1e308]]), [0, 2]),
    (np.full((1, 3), np.nan), [0, 0]),
])
def test_predict_after_divergence(installed, W, expected):
    """Scores or weights beyond floating point: NumPy's argmax and one warning, so that a loop over settings goes on."""
    from cs231n.classifiers import Softmax

    model = Softmax()
    model.W = W
    X = np.array([[100], [-100]], W.dtype)
    with pytest.warns(RuntimeWarning, match="This model has diverged.*lower learning rate") as caught:
        predicted = model.predict(X)
    assert predicted.tolist() == expected and len(caught) == 1 and caught[0].filename == __file__
    model.W = np.eye(1, 3)
    assert model.predict(X).tolist() == [0, 1]


def two_classes(N=60):
    """A disc and the ring around it."""
    y, angle = np.arange(N) % 2, np.arange(N)
    return np.c_[(1 + 2 * y) * np.cos(angle), (1 + 2 * y) * np.sin(angle)], y


def test_the_network_until_2020(installed):
    """neural_net.TwoLayerNet: the full penalty, and train with histories of each epoch; np.random's seed decides."""
    from cs231n.classifiers.neural_net import TwoLayerNet

    from cs231n_softmax import two_layer_loss

    X, y = two_classes()
    nets = []
    for seed in (0, 0, 1):
        np.random.seed(seed)  # noqa: NPY002
        nets.append(TwoLayerNet(2, 20, 2, std=0.5))
        found = nets[-1].train(X, y, X[:10], y[:10], learning_rate=0.5, num_iters=301, batch_size=20)
    assert [len(found[name]) for name in ("loss_history", "train_acc_history", "val_acc_history")] == [301, 101, 101]
    assert found["loss_history"][-1] < 0.3 and found["val_acc_history"][-1] == found["train_acc_history"][-1] == 1
    W1 = [net.params["W1"] for net in nets]
    assert (W1[0] == W1[1]).all() and (W1[0] != W1[2]).any()
    loss, grads = nets[0].loss(X, y, reg=0.1)
    expected, by_function = two_layer_loss(nets[0].params, X, y, 0.1)
    assert loss == expected and (grads["W1"] == by_function["W1"]).all() and nets[0].loss(X).shape == (60, 2)


def test_the_networks_learning_rate_decays(installed):
    """By the factor in each epoch's first step, after it: with 0, all later steps have a learning rate of 0."""
    from cs231n.classifiers.neural_net import TwoLayerNet

    X, y = two_classes()
    nets = []
    for num_iters, decay in [(1, 0.9), (20, 0.0), (3, 0.5), (3, 1.0)]:
        np.random.seed(0)  # noqa: NPY002
        nets.append(TwoLayerNet(2, 5, 2, std=0.5))
        nets[-1].train(X, y, X, y, 0.1, decay, 0.0, num_iters, batch_size=30)
    W1 = [net.params["W1"] for net in nets]
    assert (W1[0] == W1[1]).all() and (W1[2] != W1[3]).any()


def test_the_network_since_2021(installed):
    """fc_net.TwoLayerNet: images, half of the penalty, and its gradients go down with steps made elsewhere."""
    from cs231n.classifiers.fc_net import TwoLayerNet

    from cs231n_softmax import two_layer_loss

    np.random.seed(0)  # noqa: NPY002
    net = TwoLayerNet(input_dim=12, hidden_dim=6, num_classes=3, weight_scale=0.1, reg=0.4)
    images, y = np.random.default_rng(0).standard_normal((5, 3, 2, 2)), np.array([0, 1, 2, 0, 1])
    loss, grads = net.loss(images, y)
    assert loss == two_layer_loss(net.params, images.reshape(5, 12), y, 0.2)[0] and net.loss(images).shape == (5, 3)
    for name, w in net.params.items():  # as cs231n.solver.Solver does
        net.params[name] = w - 0.1 * grads[name]
    assert net.loss(images, y)[0] < loss
    assert abs(np.std(TwoLayerNet().params["W1"]) - 1e-3) < 1e-5


@pytest.mark.parametrize("value", [1e300, np.nan])
def test_a_network_that_has_diverged_warns(installed, value):
    """Its loss is NaN, its scores are NumPy's; so a search over learning rates goes on."""
    from cs231n.classifiers.fc_net import TwoLayerNet as Since2021
    from cs231n.classifiers.neural_net import TwoLayerNet as Until2020

    X, y = two_classes()
    for net in (Until2020(2, 5, 2), Since2021(2, 5, 2)):
        net.params = {name: np.full_like(w, value) for name, w in net.params.items()}
        for use in (lambda net=net: net.loss(X, y), lambda net=net: net.loss(X)):
            with pytest.warns(RuntimeWarning, match="This network has diverged.*lower learning rate") as caught:
                result = use()
            assert caught[0].filename == __file__
        assert result.shape == (60, 2) and np.isnan(net_loss(net, X, y))


def net_loss(net, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return net.loss(X, y)[0]


def test_accuracies_of_the_sample_warn(installed, monkeypatch, tmp_path):
    """get_CIFAR10_data and load_CIFAR10 on the sample: what compares labels with predictions warns, nothing else."""
    from cs231n.data_utils import get_CIFAR10_data, load_CIFAR_batch

    monkeypatch.setenv("CIFAR10_DIR", str(SAMPLE))
    data = get_CIFAR10_data(60, 20, 20)
    assert data["X_train"].dtype == np.float64 and data["X_train"].shape == (60, 3, 32, 32)
    y_val, predicted = data["y_val"], np.zeros(20, int)
    assert np.flatnonzero(y_val == 3).size < 20 and y_val.max() + 1 == 10 and type(y_val.max()) is np.int64
    assert sorted(np.bincount(y_val)) and y_val[3] == y_val[3]
    model = cs231n_softmax.Softmax()
    model.train(data["X_val"].reshape(20, -1), y_val, 1e-7, num_iters=1)
    plain = np.array(y_val)
    for labels in (y_val, y_val[:5], load_CIFAR_batch(SAMPLE / "test_batch")[1]):
        for compare in (lambda y: predicted[: len(y)] == y[:20], lambda y: y[:20] != predicted[: len(y)]):
            with pytest.warns(UserWarning, match="This accuracy is NOT CIFAR-10's: .* built-in sample") as caught:
                result = compare(labels)
            assert type(result) is np.ndarray and len(caught) == 1 and caught[0].filename == __file__
    with pytest.warns(UserWarning):
        assert (y_val == plain).all()


def test_real_data_do_not_warn(course, monkeypatch):
    """The assignment's own datasets/ come before all other places except CIFAR10_DIR; the labels are ordinary."""
    from cs231n.data_utils import get_CIFAR10_data

    def read(*args, folder, dtype):
        return {"X_train": np.zeros(2, dtype), "y_train": np.arange(2), "folder": folder}

    monkeypatch.delenv("CIFAR10_DIR", raising=False)
    monkeypatch.setattr(data_utils, "get_CIFAR10_data", read)
    monkeypatch.setattr(data_utils, "ensure_cifar10", lambda: "elsewhere")
    own = course / "cs231n" / "datasets" / "cifar-10-batches-py"
    assert get_CIFAR10_data()["folder"] == "elsewhere"
    own.mkdir(parents=True)
    assert get_CIFAR10_data()["folder"] == "elsewhere"
    monkeypatch.setattr("cs231n_softmax.drop_in.data.is_complete", lambda folder: folder == own)
    data = get_CIFAR10_data()
    assert data["folder"] == own and type(data["y_train"]) is np.ndarray
    monkeypatch.setenv("CIFAR10_DIR", "chosen")
    assert get_CIFAR10_data()["folder"] == "elsewhere"


# --- saved models ---------------------------------------------------------------------------------

@pytest.fixture
def saved(course):
    """The folder in which the course saves models from 2025 on."""
    folder = course / "cs231n" / "saved"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("W", [np.arange(6.0).reshape(2, 3), np.arange(6, dtype=np.float32).reshape(3, 2).T])
def test_models_are_saved_where_and_as_the_course_does(saved, W, capsys, monkeypatch):
    """cs231n/saved/<name> holds the dict {"W": W}, from wherever one calls; the course's own load reads it."""
    from cs231n.classifiers import Softmax

    monkeypatch.chdir("/")
    model, again = Softmax(), Softmax()
    model.W = W
    capsys.readouterr()
    model.save("softmax.npy")
    assert [path.name for path in saved.iterdir()] == ["softmax.npy"]
    (held,) = np.load(saved / "softmax.npy", allow_pickle=True).item().items()
    assert held[0] == "W" and (held[1] == W).all() and held[1].dtype == W.dtype
    assert again.load("softmax.npy") and (again.W == W).all() and again.W.dtype == W.dtype
    again.W += 1  # writable
    assert capsys.readouterr().out == "softmax.npy saved.\nsoftmax.npy loaded.\n"
    assert not again.load("none.npy") and capsys.readouterr().out == "none.npy not available.\n"


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_the_courses_files_are_read(saved, protocol):
    """As NumPy writes them in any pickle protocol that it has used with Python 3; a plain array, and our file, too."""
    from cs231n.classifiers import LinearSVM

    W, model = np.random.default_rng(0).standard_normal((30, 10)), LinearSVM()
    with open(saved / "svm.npy", "wb") as f:
        np.lib.format.write_array_header_1_0(f, {"descr": "|O", "fortran_order": False, "shape": ()})
        pickle.dump(np.array({"W": W}, dtype=object), f, protocol=protocol)
    np.save(saved / "plain.npy", W)
    cs231n_softmax.LinearSVM.save(model_with(cs231n_softmax.LinearSVM, W), saved / "ours.npz")
    cs231n_softmax.LinearSVM.save(model_with(cs231n_softmax.LinearSVM, W), "beside.npz")
    for name in ("svm.npy", "plain.npy", "ours.npz", "beside.npz"):
        model.W = None
        assert model.load(name) and (model.W == W).all()


def model_with(Model, W):
    model = Model()
    model.W = W
    return model


class Trap:
    def __reduce__(self):
        return os.mkdir, ("trap",)


@pytest.mark.parametrize("held", [{"W": Trap()}, Trap(), {"W1": np.eye(2)}, {"W": np.eye(2, dtype=int)}, [1],
                                  {"W": "text"}, {"W": np.full((2, 2), np.nan)}, {"W": np.ones(3)},
                                  np.array([None, None])])
def test_nothing_is_unpickled(saved, held):
    """A file that calls something, or holds something else than weights: ValueError, and nothing was called."""
    from cs231n.classifiers import Softmax

    np.save(saved / "model.npy", held, allow_pickle=True)
    model = model_with(Softmax, np.eye(2))
    with pytest.raises(ValueError, match="model.npy: expected floating-point weights .* Save the model again"):
        model.load("model.npy")
    assert (np.eye(2) == model.W).all() and not Path("trap").exists()


def test_weights_that_can_not_be_read_again_are_not_saved(saved):
    """As everywhere else in the package: TypeError and ValueError, and the old file stays."""
    from cs231n.classifiers import Softmax

    model_with(Softmax, np.eye(2)).save("model.npy")
    for W, error in [(np.eye(2, dtype=int), TypeError), (np.full((2, 2), np.nan), ValueError)]:
        with pytest.raises(error, match="Nothing was saved"):
            model_with(Softmax, W).save("model.npy")
    model = Softmax()
    assert model.load("model.npy") and (np.eye(2) == model.W).all()


def test_before_2025_models_are_saved_beside_the_notebook(course):
    """The assignment had no folder for models then, and no save: our file, in the working folder."""
    from cs231n.classifiers import Softmax

    model_with(Softmax, np.eye(2)).save("model.npz")
    assert cs231n_softmax.Softmax().load(course / "model.npz") and not (course / "cs231n" / "saved").exists()
    (course / "cs231n" / "classifiers" / "linear_classifier.py").write_text('SAVED = "../saved/"')  # 2025's, unpacked
    model_with(Softmax, np.eye(2)).save("model.npy")  # by a tool that leaves empty folders out
    assert (course / "cs231n" / "saved" / "model.npy").exists()


# --- docs/assignment.md ---------------------------------------------------------------------------

PAGE = (Path(__file__).parents[1] / "docs" / "assignment.md").read_text(encoding="utf-8")


def test_the_pages_example_is_the_report_that_comes():
    """The function in docs/assignment.md, examined, and what stands there about it."""
    code, shown = re.search(r"```python\n(import numpy.*?)```.*?```\n(.*?)\n```", PAGE, re.S).groups()
    names = {}
    exec(code, names)
    assert str(check.softmax_loss(names["softmax_loss_naive"])) == shown


def test_the_pages_calls_of_check_are_right():
    """Each row of the table of functions, called with the package's own right function, passes."""
    rows = re.findall(r"^\| `(\w+_loss_\w+)` \| `(check\..*?)` \|$", PAGE, re.M)
    assert len(rows) == 4
    for name, call in rows:
        assert name in call and eval(call, {"check": check, name: getattr(cs231n_softmax, name)}).ok, call


def test_the_page_shows_what_install_prints(tmp_path):
    """The lines in docs/assignment.md, apart from the folder."""
    shown = re.search(r"```\n(`cs231n` is .*?)\n```", PAGE, re.S)[1]
    files = {name: text for name, text in FILES.items() if name != "helpers.py"}
    folder = lay_out(tmp_path / "content" / "drive" / "My Drive" / "assignment1", files)
    assert describe(folder / "cs231n").split() == shown.replace("/content", f"{tmp_path}/content").split()


# --- the notebooks --------------------------------------------------------------------------------

NOTEBOOK = """
from cs231n_softmax.drop_in import install
install()

# softmax.ipynb
import numpy as np
from cs231n.classifiers import Softmax
from cs231n.classifiers.softmax import softmax_loss_naive, softmax_loss_vectorized
from cs231n.data_utils import load_CIFAR10
from cs231n.gradient_check import grad_check_sparse

X, y, X_test, y_test = load_CIFAR10("cs231n/datasets/cifar-10-batches-py")
assert X.shape == (50000, 32, 32, 3) and X_test.shape == (10000, 32, 32, 3)
assert X.dtype == X_test.dtype == np.float64 and y.shape == (50000,) and y_test.shape == (10000,)
val = range(49000, 49100)
images = {"val": X[val], "train": X[:1000], "test": X_test[:100]}
labels = {"val": y[val], "train": y[:1000], "test": y_test[:100]}
del X, X_test
mask = np.random.choice(1000, 20, replace=False)
images["dev"], labels["dev"] = images["train"][mask], labels["train"][mask]

rows = {split: np.reshape(X, (X.shape[0], -1)) for split, X in images.items()}
rows = {split: X - np.mean(rows["train"], axis=0) for split, X in rows.items()}
rows = {split: np.hstack([X, np.ones((X.shape[0], 1))]) for split, X in rows.items()}
dev = rows["dev"], labels["dev"]

W = np.random.randn(3073, 10) * 0.0001
assert 1.8 < softmax_loss_naive(W, *dev, 0.000005)[0] < 2.8
for reg in (0.0, 5e1):
    loss, grad = softmax_loss_naive(W, *dev, reg)
    grad_check_sparse(lambda w: softmax_loss_naive(w, *dev, reg)[0], W, grad, 5)
(naive, grad_naive), (vectorized, grad_vectorized) = (f(W, *dev, 5e-6)
                                                      for f in (softmax_loss_naive, softmax_loss_vectorized))
assert abs(naive - vectorized) < 1e-10 and np.linalg.norm(grad_naive - grad_vectorized, ord="fro") < 1e-8

softmax = Softmax()
history = softmax.train(rows["train"], labels["train"], learning_rate=1e-7, reg=2.5e4, num_iters=101, verbose=True)
assert len(history) == 101 and history[-1] < history[0] / 2
for split in ("val", "test"):
    print("%s accuracy: %f" % (split, np.mean(labels[split] == softmax.predict(rows[split]))))
softmax.save("best_softmax.npy")
again = Softmax()
assert again.load("best_softmax.npy") and np.array_equal(again.W, softmax.W)
assert softmax.W[:-1, :].reshape(32, 32, 3, 10).shape == (32, 32, 3, 10)

# svm.ipynb, and its search, in which some settings diverge
from cs231n.classifiers import LinearSVM
from cs231n.classifiers.linear_svm import svm_loss_naive, svm_loss_vectorized

loss, grad = svm_loss_naive(W, *dev, 0.0)
assert 5 < loss < 13
grad_check_sparse(lambda w: svm_loss_naive(w, *dev, 0.0)[0], W, grad, 5)
assert abs(svm_loss_naive(W, *dev, 5e-6)[0] - svm_loss_vectorized(W, *dev, 5e-6)[0]) < 1e-9
results = {}
for rate, reg in [(1e-7, 2.5e4), (5e-5, 5e4)]:
    svm = LinearSVM()
    svm.train(rows["train"], labels["train"], learning_rate=rate, reg=reg, num_iters=300)
    results[rate, reg] = [np.mean(labels[split] == svm.predict(rows[split])) for split in ("train", "val")]
assert results[1e-7, 2.5e4][1] > 0.6, results

# knn.ipynb
from cs231n.classifiers import KNearestNeighbor

classifier = KNearestNeighbor()
X = images["train"][:50].reshape(50, -1)
classifier.train(X, labels["train"][:50])
dists = classifier.compute_distances_no_loops(X)
assert (np.diag(dists) == 0).all() and np.linalg.norm(dists - classifier.compute_distances_two_loops(X)) < 0.001
assert np.mean(classifier.predict_labels(dists, k=1) == labels["train"][:50]) == 1

# features.ipynb
from cs231n.features import *
from cs231n.classifiers.linear_classifier import LinearSVM, Softmax

functions = [hog_feature, lambda image: color_histogram_hsv(image, nbin=10)]
assert rgb2gray(images["val"][0]).shape == (32, 32)
features = {split: extract_features(X, functions) for split, X in images.items()}
means, deviations = features["train"].mean(axis=0, keepdims=True), features["train"].std(axis=0, keepdims=True)
features = {split: (X - means) / deviations for split, X in features.items()}
for Model in (LinearSVM, Softmax):
    model = Model()
    model.train(features["train"], labels["train"], learning_rate=1e-2, reg=1e-3, num_iters=200)
    assert np.mean(model.predict(features["test"]) == labels["test"]) > 0.3

from cs231n.classifiers import fc_net, neural_net
from cs231n.solver import Solver

net = fc_net.TwoLayerNet(features["train"].shape[1], 50, 10, weight_scale=0.1, reg=1e-3)
data = {"X_train": features["train"], "y_train": labels["train"]}
Solver(net, data, update_rule="sgd", optim_config={"learning_rate": 0.3}, num_epochs=100).train()
assert np.mean(np.argmax(net.loss(features["test"]), axis=1) == labels["test"]) > 0.3
older = neural_net.TwoLayerNet(features["train"].shape[1], 50, 10, std=0.1)
sets = [features["train"], labels["train"], features["val"], labels["val"]]
older.train(*sets, learning_rate=0.3, learning_rate_decay=0.95, reg=1e-3, num_iters=200)
assert np.mean(older.predict(features["test"]) == labels["test"]) > 0.3
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


def test_steps_of_the_official_notebooks(cifar10, tmp_path):
    """Steps of softmax, svm, knn and features.ipynb in an assignment of 2025, from raw files to a saved model."""
    folder = lay_out(tmp_path / "assignment1")
    (folder / "cs231n" / "saved").mkdir()
    (folder / "cs231n" / "datasets").mkdir()
    (folder / "cs231n" / "datasets" / "cifar-10-batches-py").symlink_to(cifar10, target_is_directory=True)
    env = os.environ | {"MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1"}  # one thread: other tests run beside it
    done = subprocess.run([sys.executable, "-W", "error", "-c", NOTEBOOK], cwd=folder, env=env,
                          text=True, capture_output=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if ":" in line][-20:]
    lines = re.sub(r"\n +", " ", done.stdout).splitlines()[4:]
    assert [line.split(":")[0] for line in lines[:10]] == 10 * ["numerical"]
    assert [line.split(": loss")[0] for line in lines[10:12]] == [f"iteration {i} / 101" for i in (0, 100)]
    for line, split in zip(lines[12:14], ("val", "test"), strict=True):
        name, accuracy = line.split(": ")
        assert name == f"{split} accuracy" and float(accuracy) > 0.6
    assert lines[14:16] == ["best_softmax.npy saved.", "best_softmax.npy loaded."]
    assert os.listdir(folder) == ["cs231n"] and os.listdir(folder / "cs231n" / "saved") == ["best_softmax.npy"]
