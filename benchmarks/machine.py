"""What the figures were measured on, and what that machine can do at all."""

import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import threadpoolctl
from report import table

from cs231n_softmax.timing import memory_bandwidth, peak_arithmetic


def processor():
    """Return the processor's name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def report(data):
    """Return Markdown, and {"bandwidth": bytes/s, "float32": operations/s, "float64": operations/s}."""
    limits = {"bandwidth": memory_bandwidth(), "float32": peak_arithmetic(), "float64": peak_arithmetic(np.float64)}
    libraries = {
        f"{x['internal_api']} {x['version'] or '(no version)'}, {x['num_threads']} threads"
        for x in threadpoolctl.threadpool_info()
    }
    rows = [
        ["processor", f"{processor()} ({platform.machine()}, {platform.system()})"],
        ["Python, NumPy", f"{platform.python_version()}, {np.__version__}"],
        ["BLAS and other threads", "; ".join(sorted(libraries))],
        ["memory, read", f"{limits['bandwidth'] / 1e9:.0f} GB/s"],
        [
            "product of 2,048 x 2,048 matrices",
            f"{limits['float32'] / 1e9:.0f} GFlop/s in float32, {limits['float64'] / 1e9:.0f} in float64",
        ],
        ["rows", f"{len(data['X_train']):,} x {data['X_train'].shape[1]:,}, {data['X_train'].dtype}"],
    ]
    return table(["", ""], rows), limits


def import_report(repeats=15):
    """Return Markdown, and the ratio of `import cs231n_softmax` to `import numpy`, each in fresh processes."""
    seconds = {"numpy": [], "cs231n_softmax": []}
    for _ in range(repeats):
        for name, values in seconds.items():
            code = f"import time; start = time.perf_counter(); import {name}; print(time.perf_counter() - start)"
            run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            values.append(float(run.stdout))
    ratio = np.median(seconds["cs231n_softmax"]) / np.median(seconds["numpy"])
    return f"`import cs231n_softmax` takes {ratio:.2f} times as long as `import numpy`.", ratio
