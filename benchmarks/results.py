"""Accuracies beside those of one worked solution, published in 2021: cs231n's untuned setting, then softmax tuned.

    python benchmarks/results.py        needs CIFAR-10 (on the built-in sample the figures mean nothing)

The sweep chooses by validation accuracy alone; the 10,000 test images are used once, for the setting chosen.
"""

import numpy as np

from cs231n_softmax.classifiers import LinearSVM, Softmax
from cs231n_softmax.data_utils import load_linear_splits
from cs231n_softmax.sweep import grid, random_log, sweep


def main():
    data = load_linear_splits(rng=0)
    split = data["X_train"], data["y_train"], data["X_val"], data["y_val"]
    for name, model, published in [("softmax", Softmax, 0.344), ("SVM", LinearSVM, 0.365)]:
        runs = [sweep(*split, [(1e-7, 2.5e4)], model=model, rng=seed, progress=False)[0] for seed in range(3)]
        accuracies = np.array([run.val_accuracy for run in runs])
        print(
            f"{name:8} lr 1e-7, reg 2.5e4: validation {accuracies.round(3)}, mean {accuracies.mean():.3f} "
            f"(published {published})"
        )

    settings = grid([1e-7, 5e-7, 1e-6, 5e-6], [1e2, 1e3, 1e4, 1e5]) + random_log((3e-7, 3e-6), (1e2, 1e4), 8, rng=2)
    table = sweep(*split, settings)
    test = np.mean(table.best_model.predict(data["X_test_all"]) == data["y_test_all"])
    print(
        f"softmax tuned by a sweep of {len(settings)}: lr {table.best.learning_rate:.1e}, reg {table.best.reg:.1e}: "
        f"validation {table.best.val_accuracy:.3f}, all 10,000 test images {test:.3f}"
    )


if __name__ == "__main__":
    main()
