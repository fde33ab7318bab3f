"""Features that nobody thought out: small patches of training images, and how much an image looks like each of them.

A patch is laid on every position of the image and compared with what is there. On images whose neighbouring pixels
are alike, as in all photographs, nearly all patches of a plain sum of products would respond to the same thing,
brightness. So both sides are prepared first. For the d = 6 * 6 * 3 numbers p of a patch:

    contrast      n = (p - mean(p)) / sqrt(var(p) + 10)
    whitening     w = (n - m) V diag(1 / sqrt(l + 0.1)) V.T,  with mean m, eigenvectors V, eigenvalues l of the
                  covariance of many such n: afterwards all directions vary about equally
    response      z_k = w . d_k,  with d_k the k-th drawn patch, prepared in the same way and scaled to length 1
    threshold     a = max(0, z_k - 0.25)  and  b = max(0, -z_k - 0.25): like the patch, and like its negative
    sum           a and b over all positions in each quarter of the image: 2 * 4 numbers for each patch

All steps before the threshold but one are linear, so one product of matrices does them for all positions and patches:
z = (p F) / sqrt(var(p) + 10) - offset. It is what a layer of a convolutional network computes, with filters that
aren't learned.

Source: A. Coates and A. Ng, "The importance of encoding versus training with sparse coding and vector quantization",
ICML 2011, and for the preparation A. Coates, H. Lee and A. Ng, "An analysis of single-layer networks in unsupervised
feature learning", AISTATS 2011.
"""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from .._inputs import as_array, as_generator, as_integer, as_number
from .._typing import Rng
from .images import as_images, in_blocks

CONTRAST = 10.0  # added to the variance of a patch, in squares of 0..255: plain sky stays plain
WHITENING = 0.1  # added to the eigenvalues, so that noise isn't blown up
STATISTICS = 50_000  # patches from which mean and covariance are estimated
BLOCK = 16  # images between two steps of the progress bar


class Patches(NamedTuple):
    """K patches of s x s pixels, and what it takes to compare images with all of them at once."""

    images: np.ndarray  # (K, s, s, 3): the patches as they were drawn, RGB 0..255
    filters: np.ndarray  # (s * s * 3, K), float32: F above
    offsets: np.ndarray  # (K,), float32


def draw_patches(images: ArrayLike, num_patches: int = 200, *, size: int = 6, rng: Rng = None) -> Patches:
    """Return patches of size x size pixels, drawn at random from training images (N, H, W, 3), RGB from 0 to 255.

    Images and positions are drawn by `rng`, a numpy.random.Generator or a seed. Mean and covariance for the whitening
    are those of 50,000 patches, and the first num_patches of these are the result. Raises ValueError or TypeError for
    arguments that don't fit.
    """
    size, num_patches = as_integer("size", size, 2), as_integer("num_patches", num_patches, 1, STATISTICS)
    images, rng = as_images("images", images, size, ndim=4), as_generator(rng)
    windows = sliding_window_view(images, (size, size, 3), axis=(1, 2, 3))[:, :, :, 0]
    numbers, rows, columns = (rng.integers(high, size=STATISTICS) for high in windows.shape[:3])
    drawn = windows[numbers, rows, columns].astype(np.float64)

    flat = drawn.reshape(STATISTICS, -1)
    centred = flat - flat.mean(axis=1, keepdims=True)
    normalized = centred / np.sqrt(centred.var(axis=1, keepdims=True) + CONTRAST)
    mean = normalized.mean(axis=0)
    eigenvalues, V = np.linalg.eigh(np.cov(normalized, rowvar=False))
    whiten = V / np.sqrt(np.maximum(eigenvalues, 0) + WHITENING) @ V.T
    directions = (normalized[:num_patches] - mean) @ whiten
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    directions /= np.where(lengths > 0, lengths, 1)

    compare = whiten @ directions.T
    centre = np.eye(len(compare)) - 1 / len(compare)  # p @ centre is p - mean(p)
    offsets = mean @ compare
    return Patches(drawn[:num_patches], (centre @ compare).astype(np.float32), offsets.astype(np.float32))


def patch_responses(images: ArrayLike, patches: Patches) -> np.ndarray:
    """Return how much each patch responds at each position: z (N, H - s + 1, W - s + 1, K), float32.

    images (N, H, W, 3), RGB from 0 to 255. A response is at most the length of the whitened piece of the image, and
    the larger, the more this piece looks like the patch; negative where it looks like the patch's negative.
    """
    size = _size(patches)
    images = as_images("images", images, size, ndim=4).astype(np.float32, copy=False)
    N, H, W, _ = images.shape
    # A window's row of pixels is a run of 3 * size numbers: fewer, longer pieces are copied than with a colour axis.
    runs = sliding_window_view(images.reshape(N, H, W * 3), (size, 3 * size), axis=(1, 2))[:, :, ::3]
    p = runs.reshape(-1, 3 * size * size)
    variance = np.einsum("pd,pd->p", p, p) / p.shape[1] - p.mean(axis=1) ** 2
    z = p @ patches.filters
    z /= np.sqrt(np.maximum(variance, 0) + np.float32(CONTRAST))[:, None]
    z -= patches.offsets
    return z.reshape(N, H - size + 1, W - size + 1, -1)


def patch_features(
    images: ArrayLike, patches: Patches, *, threshold: float = 0.25, progress: bool = True
) -> np.ndarray:
    """Return the features (N, 8 * K) of images (N, H, W, 3) with K patches, float32: see the top of this module.

    Their order: like the patch, then like its negative; of each the quarters upper left, upper right, lower left, lower
    right; of each the K patches. An odd number of positions gives its middle to the left and upper quarters. On all
    cores; `progress` shows a bar. Beside the result, memory is a few MB for each core.
    """
    images, threshold = as_images("images", images, _size(patches), ndim=4), as_number("threshold", threshold)

    def features(block):
        return np.stack([_pooled(patch_responses(image[None], patches)[0], np.float32(threshold)) for image in block])

    return in_blocks(features, images, BLOCK, progress)


def _pooled(z, threshold):
    """Return the sums of max(0, z - threshold) and max(0, -z - threshold) over quarters of z (h, w, K): (8 * K,)."""
    h, w, K = z.shape
    upper, left = np.arange(h) < (h + 1) // 2, np.arange(w) < (w + 1) // 2
    quarters = np.array([np.outer(a, b).ravel() for a in (upper, ~upper) for b in (left, ~left)], np.float32)
    z, counts = z.reshape(-1, K), quarters.sum(axis=1, keepdims=True)
    # max(0, z - t) = max(z, t) - t, which takes one array less
    like = quarters @ np.maximum(z, threshold) - threshold * counts
    unlike = -(quarters @ np.minimum(z, -threshold)) - threshold * counts
    return np.concatenate([like, unlike]).ravel()


def _size(patches):
    """Return the side of the patches; TypeError for what isn't Patches."""
    if not isinstance(patches, Patches):
        raise TypeError(f"patches: expected what draw_patches returns, got {type(patches).__name__}.")
    return as_array("patches.images", patches.images).shape[1]
