"""Text for a console or a file that can't show all characters: Windows' cp1252 and gbk, or ASCII."""

import sys
from typing import TextIO

# What reports, charts of letters and paths have beside letters, and what stands for it.
PLAIN = str.maketrans({"✓": "+", "✗": "x", "•": "*", "–": "-", "×": "x", "…": "...", "“": '"', "”": '"', "’": "'"})


def encodable(text: str, stream: TextIO | None = None) -> str:
    """Return the text as `stream` (None: standard output) can print it: "✗" becomes "x", other characters "?".

    Where the stream can print all of it, and where it has no encoding, it is the same text.

    >>> import io
    >>> encodable("✗ wrong: é", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    'x wrong: ?'
    """
    encoding = getattr(sys.stdout if stream is None else stream, "encoding", None)
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding or "utf-8", "replace").decode(encoding or "utf-8")
    except LookupError:  # no encoding that Python has
        pass
    return text
