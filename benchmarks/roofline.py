"""The roofline: what each way of computing loss and gradient achieves, under what this machine allows.

A loss with its gradient takes 4 D C operations for each row, and fetches the row once or twice: 5 operations for each
byte in float32 if all of X is fetched for each product, 10 if once for both. The roof is bandwidth times that, until it
meets the peak. Source: S. Williams, A. Waterman and D. Patterson, "Roofline: an insightful visual performance model
for multicore architectures", Communications of the ACM 52(4), 2009.
"""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from losses import OURS

ONE_PASS, TWO_PASSES = 10, 5  # operations per byte, float32, C = 10


def draw(cases, limits, path, D=3073, C=10):
    """Draw the largest float32 case of `cases`, {case: {name: seconds}}, into the file `path`."""
    case, seconds = next(iter(cases.items()))
    N = int(case.removeprefix("N = ").replace(",", ""))
    bandwidth, peak = limits["bandwidth"] / 1e9, limits["float32"] / 1e9

    figure, ax = plt.subplots(figsize=(9, 5.2), layout="constrained")
    intensity = np.geomspace(1, 60, 200)
    ax.loglog(intensity, np.minimum(peak, bandwidth * intensity), color="black", lw=2)
    ax.annotate(f"memory: {bandwidth:.0f} GB/s", (1.6, 1.6 * bandwidth), rotation=38, ha="center", va="bottom")
    ax.annotate(f"large matrix products: {peak:.0f} GFlop/s", (30, peak), ha="center", va="bottom")
    shown = {name: s for name, s in seconds.items() if "SVM" not in name}
    for number, (name, s) in enumerate(sorted(shown.items(), key=lambda item: item[1])):
        ours = name == OURS
        x, achieved = (ONE_PASS if ours else TWO_PASSES), 4 * N * D * C / s / 1e9
        ax.plot(x, achieved, "o" if ours else "s", color="#0072B2" if ours else "#666666", ms=9)
        left = not ours and number % 2 == 0
        ax.annotate(f"{name.strip('*')}: {achieved:.0f}", (x, achieved), textcoords="offset points",
                    xytext=(-10 if left else 10, 0), ha="right" if left else "left", va="center",
                    weight="bold" if ours else "normal", color="#0072B2" if ours else "black")
    ax.set(title=f"Loss and gradient of {N:,} images: achieved, and the machine's roof",
           xlabel="operations per byte fetched from memory", ylabel="GFlop/s", ylim=(8, 2 * peak))
    ax.set_xticks([1, 2, 5, 10, 20, 50], [1, 2, "5\n(X fetched twice)", "10\n(X fetched once)", 20, 50])
    ax.xaxis.set_minor_formatter("")
    ax.set_yticks([10, 20, 50, 100, 200], [10, 20, 50, 100, 200])
    ax.yaxis.set_minor_formatter("")
    ax.grid(alpha=0.3)
    temporary = path.with_name(path.name + ".tmp.png")
    figure.savefig(temporary, dpi=120)
    temporary.replace(path)
