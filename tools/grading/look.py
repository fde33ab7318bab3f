"""What a teacher may want to look at in one student's answers: what they call, what they read, and numbers in them.

Nothing here is a verdict, and no points depend on it. The code is read as text (ast), and never run.
"""

import ast
from collections.abc import Iterable, Mapping

# The package's answers, by what an exercise's name contains; the notebooks import some of them for other uses.
LOSSES = {"softmax_loss_naive", "softmax_loss_vectorized", "softmax_loss_compiled", "cross_entropy"}
OWN = {
    "softmax_loss": LOSSES | {"loss_and_gradient"},
    "svm_loss": {"svm_loss_naive", "svm_loss_vectorized", "hinge"},
    "my_loss": LOSSES | {"log_softmax"},
    "my_softmax": {"softmax", "log_softmax"},
    "my_stable_softmax": {"softmax", "log_softmax"},
    "numerical_gradient": {"eval_numerical_gradient", "eval_numerical_gradient_array", "approx_fprime", "jacobian"},
    "sgd_step": {"train"},
    "sgd_momentum": {"sgd_momentum", "nesterov_momentum"},
    "adam": {"adam"},
    "predict": {"predict"},
    "sweep": {"sweep"},
}
LIBRARIES = {"torch", "tensorflow", "jax", "autograd", "sklearn", "keras", "theano", "cupy"}
READERS = {
    "open",
    "eval",
    "exec",
    "compile",
    "__import__",
    "import_module",
    "getsource",
    "read_text",
    "read_bytes",
    "urlopen",
    "system",
    "popen",
    "Popen",
    "run_path",
    "run_module",
    "fromfile",
    "loadtxt",
    "genfromtxt",
    "memmap",
    "get_ipython",
}
READING_MODULES = {"subprocess", "requests", "urllib", "nbformat", "pickle", "importlib", "inspect", "pathlib", "os"}
FILES = (".ipynb", ".py", "SOLUTION", "site-packages")
LONGEST = 50_000  # characters of one exercise; the longest solution of the notebooks has 700
NUMBERS = 12  # in one function; the longest solution of the notebooks has 7


def exercises(notebook) -> dict[str, str]:
    """Return {exercise: source} of a notebook whose labels are restored, or of the release."""
    labels = {cell.source: cell.metadata.get("nbgrader", {}) for cell in notebook.cells if cell.cell_type == "code"}
    return {label["grade_id"]: source[: LONGEST + 1] for source, label in labels.items() if label.get("solution")}


def notes(notebook, released) -> list[str]:
    """Return the notes about a student's notebook, exercise by exercise; none for exercises as they were released."""
    stubs, found = exercises(released), []
    everything = [tree for cell in notebook.cells if cell.cell_type == "code" and (tree := parsed(cell.source)[0])]
    for name, source in exercises(notebook).items():
        tree, why = parsed(source)
        if why:
            found.append(f"{name}: {why} to be looked at")
        elif tree and source.strip() != stubs.get(name, "").strip():
            found += [f"{name}: {note}" for note in look(name, tree, everything)]
    return found


def parsed(source: str) -> tuple[ast.Module | None, str]:
    """Return a cell's syntax tree, or None and why it's too large; (None, "") where it isn't Python.

    Lines for IPython (%, !) are passed over.
    """
    if len(source) > LONGEST:
        return None, f"more than {LONGEST:,} characters, too long"
    lines = ["" if line.lstrip().startswith(("%", "!", "?")) else line for line in source.splitlines()]
    try:
        tree = ast.parse("\n".join(lines))
        ast.unparse(tree)  # as `look` does with parts of it
        return tree, ""
    except (RecursionError, MemoryError):
        return None, "nested too deeply"
    except (SyntaxError, ValueError):
        return None, ""


def look(name: str, tree: ast.Module, everything: Iterable[ast.Module]) -> list[str]:
    """Return what is worth a look in one exercise, and in the helpers of the notebook that it calls."""
    helpers, modules = definitions(everything), imports(everything)
    nodes = list(reached(tree, helpers))
    used = {modules.get(word, word) for word in words(nodes)}
    own = next((answers for part, answers in OWN.items() if part in name), set())
    found = []
    if called := {word for word in used if word.rpartition(".")[2] in own and word != name}:
        found.append(f"uses an answer that the package or a library brings: {in_words(called)}")
    if libraries := {word.partition(".")[0] for word in used} & LIBRARIES:
        found.append(f"uses a library that computes gradients or losses: {in_words(libraries)}")
    reading = {word for word in used if word.rpartition(".")[2] in READERS or word.partition(".")[0] in READING_MODULES}
    if reading := reading | {text[:40] for text in strings(nodes) if text.strip().endswith(FILES)}:
        found.append(f"reads files or runs other code: {in_words(reading)}")
    return found + hard_coded(nodes)


def hard_coded(nodes: list[ast.AST]) -> list[str]:
    """Return notes about results that are written into the code: many numbers, or answers for certain shapes."""
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    numbers = [value for value in constants if isinstance(value, int | float) and not isinstance(value, bool)]
    found = []
    if len([number for number in numbers if number not in (0, 1, 2, -1)]) >= NUMBERS:
        found.append(f"has {len(numbers)} numbers in it: are results written into the code?")
    for node in nodes:
        if isinstance(node, ast.Compare):
            sizes = [part for part in ast.walk(node) if isinstance(part, ast.Constant) and type(part.value) is int]
            text = ast.unparse(node)
            if (".shape" in text or "len(" in text) and any(part.value > 2 for part in sizes):
                found.append(f"asks for the size of a certain problem: {text[:60]}")
    return found


# --- reading the code -----------------------------------------------------------------------------


def definitions(trees: Iterable[ast.Module]) -> dict[str, ast.AST]:
    """Return {name: what defines it} at the top of the cells; the last one counts."""
    found: dict[str, ast.AST] = {}
    for node in (node for tree in trees for node in tree.body):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
    return found


def imports(trees: Iterable[ast.Module]) -> dict[str, str]:
    """Return {name in the notebook: what it is}, for imported names: {"loss": "cs231n_softmax.softmax_loss_naive"}."""
    found = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def reached(tree: ast.AST, helpers: Mapping[str, ast.AST]) -> Iterable[ast.AST]:
    """Yield all nodes of an exercise, and of the notebook's definitions that it leads to."""
    seen, open_trees = set(), [tree]
    while open_trees:
        for node in ast.walk(open_trees.pop()):
            yield node
            if isinstance(node, ast.Name) and node.id in helpers and node.id not in seen:
                seen.add(node.id)
                open_trees.append(helpers[node.id])


def words(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that code uses: variables, attributes, imports inside it, and getattr's texts."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "vars"):
            found |= set(strings(ast.walk(node)))
    return found


def strings(nodes: Iterable[ast.AST]) -> list[str]:
    """Return the texts in code."""
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def in_words(found: Iterable[str]) -> str:
    """Return names in order, at most four."""
    ordered = sorted(found)
    return ", ".join(ordered[:4]) + (" ..." if len(ordered) > 4 else "")
