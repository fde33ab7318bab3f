"""`import cs231n_softmax` is quick: what only some functions need is imported when they are called."""

import subprocess
import sys

LATER = ["matplotlib", "scipy", "urllib.request", "certifi", "tqdm", "threadpoolctl", "concurrent.futures", "IPython"]


def test_nothing_is_imported_before_it_is_used():
    """A fresh `import cs231n_softmax` leaves these unimported; their first use imports them."""
    code = f"""
import sys, cs231n_softmax
print([name for name in {LATER} if name in sys.modules])
import numpy as np
cs231n_softmax.Softmax().train(np.eye(3), np.arange(3), num_iters=1)
print("threadpoolctl" in sys.modules, "matplotlib" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert run.stdout.splitlines() == ["[]", "True False"], run.stderr
