"""Hand-made features: where edges run in which direction (HOG), and which colours there are (a histogram of hues).

**Histogram of oriented gradients.** Brightness changes most in one direction: along its gradient, across an edge. For
each cell of 8 x 8 pixels, a histogram over 9 directions adds up how strong the gradients in this direction are. So a
cell tells "strong edges, mostly upright ones", wherever in the cell they are, and whether dark is left or right.

**Histogram of hues.** Hue is the angle on the circle of colours: 0 for red, a third for green, two thirds for blue. The
histogram counts pixels, wherever in the image they are. Grey pixels have no hue, and count as red.

Sources: N. Dalal and B. Triggs, "Histograms of oriented gradients for human detection", CVPR 2005; the names and
defaults are those of cs231n's features.py. Ours takes differences over two pixels and counts opposite directions as the
same, as Dalal and Triggs do. (cs231n's version takes neighbouring pixels, and leaves half of the directions out.)
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from tqdm.auto import tqdm

from .._inputs import as_array, as_integer
from .images import as_images, in_blocks

CELL, ORIENTATIONS = 8, 9
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # how bright red, green and blue look: ITU-R BT.601
BLOCK = 100  # images that are computed at once: about 3 MB for each array


def hog_feature(im: ArrayLike) -> np.ndarray:
    """Return the histogram of oriented gradients of an image (H, W, 3), or of several (..., H, W, 3).

    RGB from 0 to 255. Result: float32 (..., F), with F = (H // 8) * (W // 8) * 9, so 144 for 32 x 32 pixels, in the
    order (row of cells, column of cells, direction). A value is the mean over the cell's 64 pixels of the length of the
    gradient, where its direction is between k * 20 and (k + 1) * 20 degrees; 0 elsewhere. At the image's border one of
    the two differences is 0. Pixels beyond the last whole cell aren't used. Raises ValueError or TypeError for what is
    no image.

    >>> image = np.zeros((8, 8, 3))
    >>> image[:, 4:] = 100  # one edge, upright: the gradients of two columns point to the right, 0 degrees
    >>> hog_feature(image).round(4)
    array([25.,  0.,  0.,  0.,  0.,  0.,  0.,  0.,  0.], dtype=float32)
    """
    images = as_images("im", im, CELL)
    brightness = images.astype(np.float32, copy=False) @ LUMA
    dy, dx = np.zeros_like(brightness), np.zeros_like(brightness)
    dy[..., 1:-1, :] = brightness[..., 2:, :] - brightness[..., :-2, :]
    dx[..., :, 1:-1] = brightness[..., :, 2:] - brightness[..., :, :-2]
    length = np.hypot(dx, dy)
    degrees = np.rad2deg(np.arctan2(dy, dx)) % 180  # an edge has the same direction from both of its sides
    direction = np.minimum((degrees * (ORIENTATIONS / 180)).astype(np.intp), ORIENTATIONS - 1)

    rows, columns = (side // CELL for side in brightness.shape[-2:])
    cells = (*brightness.shape[:-2], rows, CELL, columns, CELL)
    length, direction = (a[..., : rows * CELL, : columns * CELL].reshape(cells) for a in (length, direction))
    histograms = [np.where(direction == k, length, 0).mean(axis=(-3, -1)) for k in range(ORIENTATIONS)]
    return np.stack(histograms, axis=-1).reshape(*brightness.shape[:-2], -1)


def color_histogram_hsv(
    im: ArrayLike, nbin: int = 10, xmin: float = 0, xmax: float = 255, normalized: bool = True
) -> np.ndarray:
    """Return the histogram of the hues of an image (H, W, 3), or of several (..., H, W, 3): float32 (..., nbin).

    RGB from xmin to xmax (0 to 255). Bin k counts the pixels whose hue, from 0 to 1, is in [k / nbin, (k + 1) / nbin).
    With `normalized`, it is their share of all pixels, otherwise their number. Raises ValueError or TypeError for what
    is no image, or a number outside of the range.

    >>> red, blue = np.full((2, 2, 3), [255, 0, 0]), np.full((2, 2, 3), [0, 0, 255])
    >>> color_histogram_hsv([red, blue], nbin=3)
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    from matplotlib.colors import rgb_to_hsv

    images, nbin = as_images("im", im, 1), as_integer("nbin", nbin, 1)
    low, high = images.min(initial=xmin), images.max(initial=xmin)
    if not xmin <= low <= high <= xmax or xmin == xmax:
        raise ValueError(f"im: expected pixels from {xmin:g} to {xmax:g}, got {low:g} to {high:g}.")
    hues = rgb_to_hsv((images.astype(np.float32, copy=False) - np.float32(xmin)) / np.float32(xmax - xmin))[..., 0]
    bins = np.minimum((hues * nbin).astype(np.intp), nbin - 1)
    counts = np.stack([(bins == k).sum(axis=(-2, -1)) for k in range(nbin)], axis=-1)
    pixels = hues.shape[-2] * hues.shape[-1]
    return (counts / (pixels if normalized else 1)).astype(np.float32)


def hand_made_features(images: ArrayLike, *, progress: bool = True) -> np.ndarray:
    """Return the features (N, 154) of images (N, 32, 32, 3): 144 of hog_feature, then 10 of color_histogram_hsv.

    Other sizes of images have other numbers of cells. On all cores; `progress` shows a bar.
    """
    images = as_images("images", images, CELL, ndim=4)
    both = (hog_feature, color_histogram_hsv)
    return in_blocks(lambda block: np.hstack([of(block) for of in both]), images, BLOCK, progress)


def extract_features(
    imgs: ArrayLike, feature_fns: Sequence[Callable[[np.ndarray], ArrayLike]], verbose: bool = False
) -> np.ndarray:
    """Return the features (N, F) of images imgs (N, H, W, 3), under cs231n's name: one image after the other.

    Each of feature_fns takes one image (H, W, 3), and returns its features, a vector. All of them stand side by side in
    a row. `verbose` shows a bar. Features of your own have a place here; for ours, hand_made_features is much faster.

    >>> extract_features(np.ones((2, 8, 8, 3)), [np.mean, lambda im: im[0, 0]])
    array([[1., 1., 1., 1.],
           [1., 1., 1., 1.]])
    """
    images = as_array("imgs", imgs)
    if images.ndim != 4 or len(images) == 0:
        raise ValueError(f"imgs: expected images (N, H, W, 3), at least one, got shape {images.shape}.")
    rows = [
        np.concatenate([np.ravel(feature_fn(image)) for feature_fn in feature_fns])
        for image in tqdm(images, desc="features", unit=" images", disable=not verbose)
    ]
    return np.array(rows)
