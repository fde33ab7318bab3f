"""For `pytest --nbval notebooks`: figures' texts are compared by nbval, and what nbval doesn't see by tools/nbnotice.

The pixels of one figure differ between versions of matplotlib. `nbval.cfg` puts one word in place of them, and nbnotice
compares what the figures look like.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tools"))


def pytest_addoption(pluginmanager):
    """Add nbnotice."""
    pluginmanager.import_plugin("nbnotice.plugin")


def pytest_configure(config):
    """Give nbval the file, unless the command line has another; tell nbnotice when these pixels were never recorded."""
    from pixels import are_recorded

    option = config.option
    option.nbnotice_other_data = getattr(option, "nbnotice_other_data", False) or not are_recorded()
    if hasattr(option, "nbval_sanitize_with"):
        option.nbval_sanitize_with = option.nbval_sanitize_with or str(HERE / "nbval.cfg")
