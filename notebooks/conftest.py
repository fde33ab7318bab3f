"""For `pytest --nbval notebooks`: figures are compared by their alternative texts, not by their pixels.

The pixels of one figure differ between versions of matplotlib. `nbval.cfg` puts one word in place of them.
"""

from pathlib import Path


def pytest_configure(config):
    """Give nbval the file, unless the command line has another."""
    option = config.option
    if hasattr(option, "nbval_sanitize_with"):
        option.nbval_sanitize_with = option.nbval_sanitize_with or str(Path(__file__).with_name("nbval.cfg"))
