"""Accuracies beside those of one worked solution, published in 2021; then those of better inputs, over three seeds.

    python benchmarks/results.py        needs CIFAR-10 (on the built-in sample the figures mean nothing)

The sweep chooses by validation accuracy alone; the 10,000 test images are used once, for the setting chosen.
"""

import time

import numpy as np

from cs231n_softmax import features
from cs231n_softmax.classifiers import LinearSVM, Softmax, TwoLayerNet
from cs231n_softmax.data_utils import ensure_cifar10, load_CIFAR10, load_linear_splits
from cs231n_softmax.optimum import regularization_path
from cs231n_softmax.sweep import grid, random_log, sweep

SEEDS = (0, 1, 2)
PATCHES = 200


def linear_on_pixels():
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


# --- better inputs --------------------------------------------------------------------------------


def right(W, X, y):
    return np.mean(np.argmax(X @ W.astype(np.float32), axis=1) == y)


def show(name, accuracies):
    print(f"{name:34} test {np.round(accuracies, 4)}, mean {np.mean(accuracies):.4f}", flush=True)


def chosen(inputs, labels, regs):
    """Return the test accuracy of the optimum that is right for most validation images, among those for some regs."""
    path = regularization_path(inputs[0], labels[0], regs, tol=1e-3)
    best = max((point.W for point in path), key=lambda W: right(W, inputs[1], labels[1]))
    return right(best, inputs[2], labels[2])


def of_patches(images, labels, seed, num_patches, regs):
    """Return the test accuracy, the seconds for the features of 60,000 images, and the seconds with the fits."""
    start = time.perf_counter()
    patches = features.draw_patches(images[0], num_patches, rng=seed)
    inputs = features.standardize(*(features.patch_features(part, patches, progress=False) for part in images))
    computed = time.perf_counter() - start
    return chosen(inputs, labels, regs), computed, time.perf_counter() - start


def cosine(iteration, num_iters=3000):
    return 0.02 * (1 + np.cos(np.pi * iteration / num_iters))


def of_network(pixels, labels, seed, regs=(3e-3, 1e-3, 3e-4)):
    """Return the test accuracy of the network that is right for most validation images, among those for some regs."""
    nets = [TwoLayerNet(3072, 100, 10, std=None, rng=seed, dtype=np.float32) for _ in regs]
    for net, reg in zip(nets, regs, strict=True):
        net.train(pixels[0], labels[0], cosine, reg, num_iters=3000, update="sgd_momentum", rng=seed)
    best = max(nets, key=lambda net: np.mean(net.predict(pixels[1]) == labels[1]))
    return np.mean(best.predict(pixels[2]) == labels[2])


def better_inputs():
    """Print the accuracies of notebook 11's inputs on all 10,000 test images, over three seeds."""
    X, y, X_test, y_test = load_CIFAR10(ensure_cifar10())
    images, labels = (X[:49_000], X[49_000:], X_test), (y[:49_000], y[49_000:], y_test)
    by_hand = features.standardize(*(features.hand_made_features(part, progress=False) for part in images))
    show("154 hand-made features (no chance)", [chosen(by_hand, labels, (1e-2, 1e-3, 1e-4))])
    pixels = features.standardize(*(part.reshape(len(part), -1) for part in images), bias=False)
    show("hidden layer of 100 units", [of_network(pixels, labels, seed) for seed in SEEDS])
    del pixels
    found = [of_patches(images, labels, seed, PATCHES, (1e-3, 3e-4, 1e-4, 3e-5)) for seed in SEEDS]
    show(f"{PATCHES} patches", [test for test, *_ in found])
    print(f"    seconds for the features of 60,000 images {[round(s) for _, s, _ in found]}, with fits "
          f"{[round(s) for *_, s in found]}")  # fmt: skip
    test, computed, seconds = of_patches(images, labels, 0, 800, (3e-3, 1e-3))
    show("800 patches", [test])
    print(f"    seconds for the features of 60,000 images {computed:.0f}, with fits {seconds:.0f}")


if __name__ == "__main__":
    linear_on_pixels()
    better_inputs()
