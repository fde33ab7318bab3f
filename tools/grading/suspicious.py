"""Names in the code of an exercise that no softmax needs, and that code which attacks the grader does need."""

import ast

MODULES = {"atexit", "builtins", "ctypes", "faulthandler", "gc", "importlib", "inspect", "io", "marshal", "mmap",
           "multiprocessing", "os", "pathlib", "pickle", "psutil", "resource", "shutil", "signal", "site", "socket",
           "subprocess", "sys", "tempfile", "threading", "traceback", "types", "urllib", "requests"}  # fmt: skip
BUILTINS = {"__builtins__", "__import__", "__loader__", "__spec__", "breakpoint", "compile", "delattr", "eval", "exec",
            "get_ipython", "globals", "input", "locals", "memoryview", "open", "setattr", "vars"}  # fmt: skip
FRAMES = {"f_back", "f_builtins", "f_code", "f_globals", "f_locals", "gi_frame", "tb_frame", "tb_next"}
INNOCENT = {"__name__", "__init__", "__len__", "__call__", "__enter__", "__exit__", "__doc__"}
MOST = 6  # names in a note


def suspicious(statements):
    """Return the names of this kind that some statements use, in order: "gc", "sys._getframe", "x.__globals__"."""
    imported, found = {}, []
    nodes = [node for statement in statements for node in ast.walk(statement)]
    for node in nodes:
        if isinstance(node, ast.Import):
            imported |= {alias.asname or alias.name.split(".")[0]: alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported |= {alias.asname or alias.name: node.module.split(".")[0] for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if imported.get(node.id) in MODULES or node.id in BUILTINS:
                found.append(node.id)
            elif imported.get(node.id) == "cs231n_softmax" and node.id == "check":
                found.append("check")
        elif isinstance(node, ast.Attribute):
            dunder = node.attr.startswith("__") and node.attr.endswith("__") and node.attr not in INNOCENT
            if dunder or node.attr in FRAMES or node.attr in ("_getframe", "settrace", "setprofile"):
                found.append(ast.unparse(node)[-60:])
            elif isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id in imported:
                found.append(f"{ast.unparse(node)} = ...")
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value in ("__globals__", "_getframe")
        ):
            found.append(repr(node.value))
    return list(dict.fromkeys(found))[:MOST]
