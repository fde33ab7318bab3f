"""What `python -m cs231n_softmax` can do: a file for each command.

Each has the text ABOUT for the list of commands, arguments(parser), which adds the command's arguments, and
run(args) -> int, the exit status.
"""

from types import ModuleType

from . import check, data, doctor, practice, where

COMMANDS: dict[str, ModuleType] = {
    "check": check,
    "practice": practice,
    "data": data,
    "where": where,
    "doctor": doctor,
}
