"""Features per second, beside scikit-image (edges) and PyTorch's conv2d (patches); and what the features are worth.

python benchmarks/better_inputs.py         accuracies over three seeds, as in notebook 11; about 8 minutes
"""

import statistics
import time

import numpy as np
import torch
from report import table
from skimage.feature import hog

from cs231n_softmax import features
from cs231n_softmax.classifiers import TwoLayerNet
from cs231n_softmax.data_utils import ensure_cifar10, load_CIFAR10
from cs231n_softmax.optimum import fit_optimum, regularization_path

IMAGES, PATCHES, REPEATS = 1000, 200, 5
SEEDS = (0, 1, 2)
CONTRAST, THRESHOLD = 10, 0.25


# --- features per second --------------------------------------------------------------------------


def skimage_hog(images):
    grey = images @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.array([hog(image, 9, (8, 8), (1, 1), block_norm="L1") for image in grey])


def torch_patches(patches):
    """Return a function that computes patch_features with conv2d."""
    size = patches.images.shape[1]
    filters = torch.from_numpy(patches.filters.T.reshape(-1, size, size, 3).transpose(0, 3, 1, 2).copy())
    ones = torch.full((1, 3, size, size), 1 / (3 * size * size))
    offsets = torch.from_numpy(patches.offsets)[:, None, None]

    def compute(images):
        parts = []
        for block in torch.from_numpy(images).permute(0, 3, 1, 2).split(50):
            mean, mean_square = (torch.nn.functional.conv2d(x, ones) for x in (block, block**2))
            z = torch.nn.functional.conv2d(block, filters)
            z = z / torch.sqrt(mean_square - mean**2 + CONTRAST) - offsets
            for a in (torch.relu(z - THRESHOLD), torch.relu(-z - THRESHOLD)):
                middle = (a.shape[2] + 1) // 2
                halves = a[:, :, :middle].sum(2), a[:, :, middle:].sum(2)
                parts += [half[:, :, part].sum(2) for half in halves for part in (slice(middle), slice(middle, None))]
        each = [torch.cat(parts[k::8]) for k in range(8)]
        return torch.cat(each, dim=1).numpy()

    return compute


def report(images):
    """Return Markdown, and {name: images per second} for images (N, 32, 32, 3), N >= 1,000, in one run."""
    images = images[:IMAGES]
    patches = features.draw_patches(images, PATCHES, rng=0)
    conv2d = torch_patches(patches)
    compared = {
        "**ours**, hog_feature on all images": lambda: features.hog_feature(images),
        "scikit-image, hog, image by image": lambda: skimage_hog(images),
        f"**ours**, patch_features, {PATCHES} patches": lambda: features.patch_features(
            images, patches, progress=False
        ),
        f"PyTorch, conv2d, {PATCHES} patches": lambda: conv2d(images),
    }
    np.testing.assert_allclose(conv2d(images[:50]), features.patch_features(images[:50], patches, progress=False),
                               rtol=1e-2, atol=0.1)  # fmt: skip
    seconds = {name: [] for name in compared}
    for _ in range(REPEATS):  # in turns, so that a busy moment hits all of them
        for name, compute in compared.items():
            start = time.perf_counter()
            compute()
            seconds[name].append(time.perf_counter() - start)
    speed = {name: len(images) / statistics.median(values) for name, values in seconds.items()}
    ours = list(speed)[::2]
    rows = [[name, f"{speed[name]:,.0f}", f"{speed[name] / speed[ours[k // 2]]:.2f}"] for k, name in enumerate(speed)]
    text = f"{len(images):,} images of 32 x 32 pixels, medians of {REPEATS} runs in turns; PyTorch on all its threads."
    return f"{text}\n\n{table(['', 'images per second', 'of ours'], rows)}", speed


# --- accuracies -----------------------------------------------------------------------------------


def right(W, X, y):
    return np.mean(np.argmax(X @ W.astype(np.float32), axis=1) == y)


def show(name, accuracies):
    print(f"{name:34} test {np.round(accuracies, 4)}, mean {np.mean(accuracies):.4f}", flush=True)


def of_patches(images, labels, seed, num_patches, regs=(1e-2, 3e-3, 1e-3, 3e-4)):
    """Return the test accuracy of patches, the strength chosen by the validation images, and the seconds it took."""
    y_train, y_val, y_test = labels
    start = time.perf_counter()
    patches = features.draw_patches(images[0], num_patches, rng=seed)
    inputs = features.standardize(*(features.patch_features(part, patches, progress=False) for part in images))
    computed = time.perf_counter() - start
    path = regularization_path(inputs[0], y_train, regs, tol=1e-3)
    best = max((point.W for point in path), key=lambda W: right(W, inputs[1], y_val))
    return right(best, inputs[2], y_test), computed, time.perf_counter() - start


def of_network(pixels, labels, seed, num_iters=3000):
    net = TwoLayerNet(3072, 100, 10, std=None, rng=seed, dtype=np.float32)
    net.train(
        pixels[0],
        labels[0],
        lambda k: 0.02 * (1 + np.cos(np.pi * k / num_iters)),
        reg=1e-3,
        num_iters=num_iters,
        update="sgd_momentum",
        rng=seed,
    )
    return np.mean(net.predict(pixels[2]) == labels[2])


def main():
    X, y, X_test, y_test = load_CIFAR10(ensure_cifar10())
    images, labels = (X[:49_000], X[49_000:], X_test), (y[:49_000], y[49_000:], y_test)
    by_hand = features.standardize(*(features.hand_made_features(part, progress=False) for part in images))
    show("154 hand-made features (no chance)", [right(fit_optimum(by_hand[0], labels[0], 1e-3).W, by_hand[2], y_test)])
    pixels = features.standardize(*(part.reshape(len(part), -1) for part in images), bias=False)
    show("hidden layer of 100 units", [of_network(pixels, labels, seed) for seed in SEEDS])
    del pixels
    found = [of_patches(images, labels, seed, PATCHES) for seed in SEEDS]
    show(f"{PATCHES} patches", [test for test, *_ in found])
    print(f"    seconds for the features of 60,000 images {[round(s) for _, s, _ in found]}, with fits "
          f"{[round(s) for *_, s in found]}")  # fmt: skip
    test, computed, seconds = of_patches(images, labels, 0, 800, regs=(3e-3, 1e-3))
    show("800 patches", [test])
    print(f"    seconds for the features of 60,000 images {computed:.0f}, with fits {seconds:.0f}")


if __name__ == "__main__":
    main()
