"""Features per second, beside scikit-image (edges) and PyTorch's conv2d (patches)."""

import statistics
import time

import numpy as np
import torch
from report import table
from skimage.feature import hog

from cs231n_softmax import features

IMAGES, PATCHES, REPEATS = 1000, 200, 5
CONTRAST, THRESHOLD = 10, 0.25


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
