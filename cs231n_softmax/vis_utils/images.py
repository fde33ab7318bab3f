"""Images: a grid of them, samples of each class, and the templates that a linear classifier has learned."""

import math
import reprlib
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .._inputs import as_generator, as_integer, as_labels, as_number, check_finite, real_array
from .._typing import Rng
from ..cifar10.files import CLASSES, PIXELS, SIDE
from .inputs import as_axes, as_classes

MOST_PADDING = 1000  # pixels between two images
MOST_PER_CLASS = 500  # images in a column: higher pictures are beyond what Matplotlib draws


def visualize_grid(Xs: ArrayLike, ubound: float = 255.0, padding: int = 1) -> np.ndarray:
    """Return one image (A, A', C) that holds the images Xs (N, H, W, C) in a square grid, each scaled to 0..ubound.

    Images are filled in row by row; `padding` pixels of 0 lie between them (at most 1000) and in unused places. An
    image of a single value becomes 0.

    >>> images = np.arange(3 * 32 * 32 * 3.0).reshape(3, 32, 32, 3)
    >>> visualize_grid(images).shape  # two rows of two images, the last place empty, with a line between them
    (65, 65, 3)
    """
    Xs = real_array("Xs", Xs)
    if Xs.ndim != 4 or Xs.size == 0:
        raise ValueError(f"Xs: expected images of shape (N, H, W, C), at least one, got {Xs.shape}.")
    check_finite("Xs", Xs)
    padding, ubound = as_integer("padding", padding, most=MOST_PADDING), as_number("ubound", ubound)
    N, H, W, C = Xs.shape
    size = math.ceil(math.sqrt(N))
    canvas = np.zeros((size * (H + padding) - padding, size * (W + padding) - padding, C))
    for i, image in enumerate(Xs):
        row, column = i // size * (H + padding), i % size * (W + padding)
        image = image.astype(np.float64) / 2  # the difference of two halves doesn't overflow
        low, high = image.min(), image.max()
        if high > low:
            canvas[row : row + H, column : column + W] = (image - low) / (high - low) * ubound
    return canvas


def show_samples(
    X: ArrayLike,
    y: ArrayLike,
    classes: Sequence[str] = CLASSES,
    per_class: int = 7,
    rng: Rng = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw `per_class` random images of each class, one class per column, under its name.

    X (N, 32, 32, 3) with RGB 0..255, y (N,). A class with fewer images leaves the rest of its column grey.
    `per_class` is at most 500.
    """
    X, classes = real_array("X", X), as_classes(classes)
    per_class = as_integer("per_class", per_class, 1, MOST_PER_CLASS)
    check_images(X)
    y = as_labels("y", y, len(X), len(classes), f" (there are {len(classes)} classes)")
    rng, ax = as_generator(rng), as_axes(ax, 7, 0.7 * per_class + 0.3)
    place = SIDE + 2  # an image and its grey frame, 1 pixel wide
    canvas = np.full((place * per_class, place * len(classes), 3), 200, np.uint8)
    for label in range(len(classes)):
        rows = np.flatnonzero(y == label)
        for k, i in enumerate(rng.choice(rows, min(per_class, len(rows)), replace=False)):
            top, left = place * k + 1, place * label + 1
            canvas[top : top + SIDE, left : left + SIDE] = X[i]
    ax.imshow(canvas)
    ax.set_xticks(place * (np.arange(len(classes)) + 0.5), classes, fontsize=8)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_yticks([])
    ax.set_title(f"{per_class} random images of each class")
    return ax


def check_images(X: np.ndarray) -> None:
    """Raise ValueError for shapes other than (N, 32, 32, 3), NaN and inf, and pixels of another range than 0 to 255.

    Pixels of 0 to 1 would be black, and those beyond 0 to 255 another picture.
    """
    shape = (SIDE, SIDE, 3)
    if X.ndim != 4 or X.shape[1:] != shape:
        remedies = {
            (3, SIDE, SIDE): " Use X.transpose(0, 2, 3, 1).",
            (PIXELS,): " Use X.reshape(-1, 32, 32, 3).",
            (PIXELS + 1,): " Use X[:, :3072].reshape(-1, 32, 32, 3): the last column is the bias.",
        }
        remedy = " Use X[None] for a single image." if X.shape == shape else remedies.get(X.shape[1:], "")
        raise ValueError(f"X: expected images of shape (N, 32, 32, 3), got {X.shape}.{remedy}")
    if len(X) == 0:
        raise ValueError("X: expected at least one image, got N = 0.")
    low, high = float(X.min()), float(X.max())
    if not np.isfinite([low, high]).all():
        check_finite("X", X)
    if 0 < max(-low, high) <= 1:
        raise ValueError(f"X: expected pixels of 0 to 255, got {low:g} to {high:g}. Use 255 * X for pixels of 0 to 1.")
    if low < 0 or high > 255:
        raise ValueError(
            f"X: expected pixels of 0 to 255, got {low:g} to {high:g}. Add the mean image if it was subtracted, or use "
            "np.clip(X, 0, 255)."
        )


def show_templates(
    W: ArrayLike, classes: Sequence[str] = CLASSES, title: str = "Weight templates", axes: np.ndarray | None = None
) -> np.ndarray:
    """Draw the columns of W (3073 or 3072, C) as images: what each class looks for. Returns the array of Axes.

    The bias row is left out; each template is scaled by itself to the full range, so only its pattern counts.
    """
    W, classes = real_array("W", W), as_classes(classes)
    if W.shape not in ((PIXELS, len(classes)), (PIXELS + 1, len(classes))):
        raise ValueError(
            f"W: expected shape (3073, C) or (3072, C), with one name for each of C classes; got {W.shape}, "
            f"and {len(classes)} names."
        )
    check_finite("W", W)
    if axes is not None and (np.size(axes) < len(classes) or not all(isinstance(ax, Axes) for ax in np.ravel(axes))):
        raise ValueError(f"axes: expected at least {len(classes)} matplotlib Axes, got {reprlib.repr(axes)}.")
    templates = W[:PIXELS].reshape(SIDE, SIDE, 3, -1).transpose(3, 0, 1, 2)
    if axes is None:
        columns = math.ceil(len(classes) / 2)
        figure, axes = plt.subplots(2, columns, figsize=(1.6 * columns, 3.9), layout="constrained")
        figure.suptitle(title)
    for ax in np.ravel(axes):
        ax.axis("off")
    for ax, template, name in zip(np.ravel(axes), templates, classes, strict=False):
        ax.imshow(visualize_grid(template[None], ubound=1.0))
        ax.set_title(name, fontsize=10)
    return axes
