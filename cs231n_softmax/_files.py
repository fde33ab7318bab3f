"""Writing files so that a reader never meets half of one."""

import os
import threading
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def renamed_when_done(path, mode="w"):
    """Open a temporary file beside `path` ("w": UTF-8 text, "wb": bytes); rename it to `path` when the block succeeds.

    When the block raises, `path` is left as it was and the temporary file is deleted.
    """
    path = Path(path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    try:
        with open(temporary, mode, **text) as f:
            yield f
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
