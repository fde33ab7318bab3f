"""The notebooks under a learner's hands: cells are run again, out of order and from the top, and are interrupted."""

import ast
import functools
import inspect
import os
import sys
from pathlib import Path

import ipywidgets
import matplotlib
import matplotlib.pyplot as plt
import pytest
from jupyter_client.manager import start_new_kernel

from cs231n_softmax import data_utils, sweep, timing, vis_utils
from cs231n_softmax.classifiers import LinearClassifier

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import build_notebooks  # noqa: E402

NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks/source").glob("*.py"))
each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def code_cells(name):
    cells = build_notebooks.read_source(ROOT / f"notebooks/source/{name}.py").cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


# --- one name, one thing --------------------------------------------------------------------------

class Names(ast.NodeVisitor):
    """Which names a piece of code reads before it binds them, and which it binds, in the order of execution."""

    def __init__(self, *nodes, bound=()):
        self.reads, self.binds = set(), set(bound)
        for node in nodes:
            self.visit(node)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            self.binds.add(node.id)
        elif node.id not in self.binds:
            self.reads.add(node.id)

    def visit_alias(self, node):
        self.binds.add((node.asname or node.name).split(".")[0])

    def visit_Assign(self, node):
        self.in_order(node.value, *node.targets)

    def visit_AugAssign(self, node):
        self.in_order(ast.Name(getattr(node.target, "id", ""), ast.Load()), node.value, node.target)

    def visit_For(self, node):
        self.in_order(node.iter, node.target, *node.body, *node.orelse)

    def visit_comprehension(self, node):
        self.in_order(node.iter, node.target, *node.ifs)

    def visit_ListComp(self, node):
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.inside(*node.generators, *values)

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_Lambda(self, node):
        self.in_order(*node.args.defaults)
        self.inside(*([node.body] if isinstance(node, ast.Lambda) else node.body),
                    bound=[arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)])

    def visit_FunctionDef(self, node):
        self.in_order(*node.decorator_list)
        self.visit_Lambda(node)
        self.binds.add(node.name)

    def visit_ClassDef(self, node):
        self.in_order(*node.bases)
        self.inside(*node.body)
        self.binds.add(node.name)

    def in_order(self, *nodes):
        for node in nodes:
            self.visit(node)

    def inside(self, *nodes, bound=()):
        """Visit what has names of its own, as functions have."""
        self.reads |= Names(*nodes, bound=bound).reads - self.binds


def used_twice(cells):
    """Return (name, cell that reads it, later cell that binds it again): the first fails when it is run again."""
    names = [Names(ast.parse(cell)) for cell in cells]
    return [(name, cells[i], cells[j]) for i, early in enumerate(names) for j, late in enumerate(names) if i < j
            for name in sorted(early.reads & late.binds)]


@each_notebook
def test_a_name_is_one_thing(name):
    """No cell reads a name that a later cell binds to something else: then the cell could not be run again."""
    assert not used_twice(code_cells(name))


@pytest.mark.parametrize("reads", [
    "print(p)", "p += 1", "p = p + 1", "p[0] = 1", "a, p.b = 1, 2", "for k in p:\n    k", "q = [p for k in q]",
    "f = lambda x: x + p", "def f(x):\n    return p", "@p\ndef f(): pass", "class A(p): pass"])
def test_reading_is_seen(reads):
    """Each way to read a name that a later cell binds is seen..."""
    for binds in ["p = 2", "p += 1", "a, p = 1, 2", "for p in []: 0", "import p", "def p(): 0", "with a as p: 0"]:
        assert used_twice(["p = 1", reads, binds])


@pytest.mark.parametrize("own", ["p = 1\nprint(p)", "for p in []:\n    print(p)", "[p for p in q]", "lambda p: p",
                                 "def f(p):\n    return p", "print(x.p, 'p')", "{p: q for p, q in []}"])
def test_names_of_its_own_are_free(own):
    """...and a cell that binds the name first, or in its own function or loop, isn't accused."""
    assert not used_twice(["p = 1", own, "p = 2"])


# --- again, and from the top ----------------------------------------------------------------------

def fewer_steps(train):
    """Return `train` that takes three steps at most."""
    @functools.wraps(train)
    def short(*args, **options):
        call = inspect.signature(train).bind(*args, **options)
        call.arguments["num_iters"] = 3
        return train(*call.args, **call.kwargs)

    return short


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """What takes long, or needs a kernel, is cut short: here only errors count, and no results."""
    monkeypatch.chdir(tmp_path)  # notebooks write files
    monkeypatch.setattr(data_utils, "load_linear_splits", functools.cache(data_utils.load_linear_splits))
    monkeypatch.setattr(LinearClassifier, "train", fewer_steps(LinearClassifier.train))
    monkeypatch.setattr(sweep, "sweep", fewer_steps(sweep.sweep))
    monkeypatch.setattr(vis_utils, "show", lambda alt: plt.close("all"))
    monkeypatch.setattr(ipywidgets, "interact", lambda **sliders: lambda f: f(**{k: sliders[k].value for k in sliders}))
    monkeypatch.setattr(timing, "median_seconds", lambda calls, *args, **options: dict.fromkeys(calls, 1e-3))
    for name in ["memory_bandwidth", "peak_arithmetic"]:
        monkeypatch.setattr(timing, name, lambda *args: 1e10)


@pytest.mark.skipif("AGAIN" not in os.environ, reason="takes minutes: run it with AGAIN=1")
@each_notebook
def test_cells_can_be_run_again(name, quick):
    """After all cells, each of them once more, the last one first; and then the whole notebook from the top."""
    matplotlib.use("Agg")
    cells, namespace = code_cells(name), {"__name__": "__main__"}
    for cell in [*cells, *reversed(cells), *cells]:
        code = compile(cell, f"<{name}>", "exec", optimize=1)  # without assertions about results
        exec(code, namespace)
    plt.close("all")


def run(client, code):
    """Run `code` in a kernel; return its reply: status "ok" or "error", with the error's name as "ename"."""
    return client.execute_interactive(code, output_hook=lambda message: None, timeout=120)["content"]


@pytest.mark.parametrize("endless", [
    "Softmax().train(X, y, num_iters=10**9, verbose=True)", "sweep(X, y, X, y, grid, num_iters=10**9)"])
def test_interrupt_and_go_on(endless, tmp_path):
    """A cell that trains is interrupted, as by JupyterLab's stop button: it ends, and the next cells work as ever."""
    manager, client = start_new_kernel(cwd=str(tmp_path), extra_arguments=["--log-level=ERROR"])
    try:
        assert run(client, """
            import threading
            import numpy as np
            from cs231n_softmax.classifiers import Softmax
            from cs231n_softmax.sweep import chunks, sweep
            train_stacked = chunks.train_stacked
            chunks.train_stacked = lambda *args: (print("training begins", flush=True), train_stacked(*args))[1]
            rng = np.random.default_rng(0)
            X, y, grid = rng.normal(size=(300, 5)), rng.integers(3, size=300), [(1e-3, 0.0), (1e-2, 0.0)]
            Softmax().train(X, y, num_iters=5), sweep(X, y, X, y, grid, num_iters=5, progress=False)
            threads = threading.active_count()""")["status"] == "ok"
        message = client.execute(endless, stop_on_error=False)  # or what comes next is dropped
        while client.get_iopub_msg(timeout=60)["content"].get("name") != "stdout":  # printed when training begins
            pass
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=60)
        assert reply["parent_header"]["msg_id"] == message and reply["content"]["ename"] == "KeyboardInterrupt"
        for code in [endless.replace("10**9", "5"), "assert threading.active_count() <= threads"]:
            reply = run(client, code)
            assert reply["status"] == "ok", reply
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
