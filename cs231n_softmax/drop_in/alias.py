"""What Python asks when something is imported from `cs231n`.

A module that the course has too, such as cs231n.data_utils, is a new module with the names of ours in it. So nothing in
cs231n_softmax itself changes. Names that ours lacks are taken from the assignment's file, which is run when the first
of them is needed. Every other module is the assignment's, or, if it has none of that name, ours.
"""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType

from . import data, models
from .assignment import COURSE, names, source_file

OURS = "cs231n_softmax"
HERE = {f"classifiers.{name}": f"drop_in.{name}" for name in ("fc_net", "neural_net")}  # only the course has them
# what is not the same under the two names
UNDER_ALIAS = {
    **{name: getattr(data, name) for name in data.__all__},
    **{name: getattr(models, name) for name in models.__all__},
}


class Alias(MetaPathFinder, Loader):
    """Finds and makes the modules of `cs231n`; `folder` is the assignment's cs231n/, or None."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.own: dict[str, ModuleType] = {}  # the assignment's files beside ours, once they have run

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to make a module of ours; None for others, which Python finds in the assignment's folder."""
        top, _, module = fullname.partition(".")
        if top != "cs231n":
            return None
        if module not in COURSE and (source_file(self.folder, module) or not _is_ours(module)):
            if self.folder is None:
                raise ModuleNotFoundError(
                    f"No module named {fullname!r}: it would be the assignment's, and install() found no assignment. "
                    "Call install('path/to/assignment1').",
                    name=fullname,
                )
            return None
        ours = importlib.import_module(f"{OURS}.{HERE.get(module, module)}".rstrip("."))
        spec = ModuleSpec(fullname, self, origin=ours.__file__, is_package=hasattr(ours, "__path__"))
        if spec.submodule_search_locations is not None and self.folder is not None:
            spec.submodule_search_locations.append(str(self.folder.joinpath(*module.split("."))))
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Fill a new module with the names of ours."""
        name = module.__name__.partition(".")[2]
        ours = importlib.import_module(f"{OURS}.{HERE.get(name, name)}".rstrip("."))
        if name not in COURSE:
            sys.modules[module.__name__] = ours  # the very module: Python looks here for what was made
            return
        for key, value in vars(ours).items():
            is_module = isinstance(value, ModuleType) and value.__name__.startswith(OURS)
            if not is_module and (key == "__doc__" or not key.startswith("__")):
                setattr(module, key, UNDER_ALIAS.get(key, value))
        vars(module)["__getattr__"] = lambda key: self._own(module, name, key)

    def _own(self, module, name, key):
        """Return `key` from the assignment's file of the module `name`, where `module`, ours, has no such name."""
        path = source_file(self.folder, name)
        if key == "__all__":  # `import *` takes the public names of both, ours alone where the file can't run
            public = set(vars(module))
            with suppress(Exception):
                public.update(vars(self._run(name, path)) if path else ())
            return [key for key in public if not key.startswith("_")]
        defined = names(path) if path and not key.startswith("_") else set()
        if key in defined or "*" in defined:
            return getattr(self._run(name, path), key)
        beside = f", nor has {path}" if path else ""
        raise AttributeError(f"module {module.__name__!r} of cs231n_softmax has no {key!r}{beside}")

    def _run(self, name, path):
        """Run a file of the assignment, once, beside our module of its name; return the module that it makes.

        Its own imports lead to cs231n, also relative ones.
        """
        if name in self.own:
            return self.own[name]
        loader = SourceFileLoader(f"cs231n.{name}".rstrip("."), str(path))
        spec = ModuleSpec(loader.name, loader, origin=loader.path, is_package=path.name == "__init__.py")
        spec.has_location = True
        own = self.own[name] = importlib.util.module_from_spec(spec)
        try:
            loader.exec_module(own)
        except BaseException as error:
            del self.own[name]
            if isinstance(error, AttributeError):  # Python would take it for a name that isn't there
                raise ImportError(f"{path} can't be imported: {error}") from error
            raise
        return own


def _is_ours(module):
    try:
        return importlib.util.find_spec(f"{OURS}.{module}") is not None
    except ModuleNotFoundError:  # in a package of the assignment
        return False
