"""From images to rows as a recipe, and the ways in which it goes wrong.

The pixels are put in *order* in a row, on a *scale*, *centre*d by the mean image, given their *ones*, and *finish*ed.
"""

import numpy as np

from ..explain import Swap, factors


def recipe(images, mean_image, order=lambda images: images.reshape(len(images), -1), scale=lambda x: x,
           centre=lambda rows, mean: rows - mean, ones=lambda rows: np.hstack([rows, np.ones((len(rows), 1))]),
           finish=lambda rows, images: rows):
    """The rows, step by step."""
    return finish(ones(centre(scale(order(images)), scale(mean_image))), images)


# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

WHY = {
    "order": "Row i is image i, its pixels in the order in which they are stored: images.reshape(len(images), -1). "
             "The mean image has that order too.",
    "scale": "The brightness stays on its scale of 0 to 255, as the mean image's does.",
    "centre": "From each image the mean image is subtracted, pixel by pixel. It comes from the training images and is "
              "passed in: validation images get the same.",
    "ones": "The last number of each row is 1. It multiplies the last row of W, which so becomes the bias.",
    "finish": "The result is one row of 3,073 numbers for each image: its pixels less the mean, and a one.",
}


def _axes(*axes):
    return lambda images: images.transpose(0, *axes).reshape(len(images), -1)


def _ones_first(rows):
    return np.hstack([np.ones((len(rows), 1)), rows])


def _constant(value):
    return lambda rows: np.hstack([rows, np.full((len(rows), 1), value)])


def _channel_mean(mean):
    return np.tile(mean.reshape(-1, 3).mean(axis=0), 1024)


def _one_image(k):
    return lambda rows, images: rows * (np.arange(len(rows)) == k % len(rows))[:, None]


ORDER = "images.reshape(len(images), -1) keeps the order."
PASSED = "Use mean_image, the argument."
LAST = "np.hstack([rows, np.ones((len(rows), 1))])"

SWAPS = [
    *(Swap("order", _axes(*axes), "pixel-order", f"The pixels come in another order: {words}.", ORDER)
      for axes, words in [((3, 1, 2), "channel by channel"), ((2, 1, 3), "rows and columns are exchanged"),
                          ((3, 2, 1), "all three axes are reversed, as by .T or order='F'"),
                          ((1, 3, 2), "within each row of the image, channel by channel"),
                          ((2, 3, 1), "within each column of the image, channel by channel")]),
    Swap("order", lambda im: im.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).reshape(len(im), -1), "pixel-order",
         "The images are read as if they were stored channel by channel.", ORDER),
    Swap("order", lambda im: im[..., ::-1].reshape(len(im), -1), "pixel-order", "Red and blue are exchanged.", ORDER),
    Swap("order", lambda im: im[:, ::-1].reshape(len(im), -1), "pixel-order", "The images are upside down.", ORDER),
    Swap("order", lambda im: im[:, :, ::-1].reshape(len(im), -1), "pixel-order",
         "Left and right are exchanged.", ORDER),
    Swap("order", lambda im: im.reshape(len(im), -1)[:, ::-1], "pixel-order", "The pixels are in reverse.", ORDER),
    Swap("order", lambda im: im.reshape(-1, len(im)).T, "images-mixed", "The pixels of different images are mixed.",
         "reshape doesn't transpose: it fills the new shape in the old order. " + ORDER),
    Swap("order", lambda im: im[::-1].reshape(len(im), -1), "image-order", "The images come in reverse order."),
    Swap("order", lambda im: np.repeat(im[:1], len(im), axis=0).reshape(len(im), -1), "one-image",
         "Every row is the first image.", "Use the loop's index."),
    Swap("scale", lambda x: x / 255, "scaled", "Everything is divided by 255.", "Leave the division out."),
    Swap("centre", lambda rows, mean: rows / 255 - mean, "scaled", "The pixels are divided by 255, the mean isn't.",
         "Leave the division out."),
    Swap("centre", lambda rows, mean: rows / 255, "scaled",
         "The pixels are divided by 255, and no mean is subtracted."),
    Swap("centre", lambda rows, mean: rows, "mean-not-subtracted", "The mean image isn't subtracted.",
         "Is the result of the subtraction kept? rows - mean_image alone changes nothing."),
    Swap("centre", lambda rows, mean: rows + mean, "mean-added", "The mean image is added, not subtracted."),
    Swap("centre", lambda rows, mean: mean - rows, "sign",
         "The images are subtracted from the mean, not it from them."),
    Swap("centre", lambda rows, mean: rows - 2 * mean, "mean-twice", "The mean image is subtracted twice."),
    Swap("centre", lambda rows, mean: rows * mean, "mean-multiplied", "The images are multiplied by the mean."),
    Swap("centre", lambda rows, mean: rows / mean, "mean-divided", "The images are divided by the mean."),
    Swap("centre", lambda rows, mean: np.abs(rows - mean), "absolute", "The differences have lost their sign."),
    Swap("centre", lambda rows, mean: np.maximum(rows - mean, 0), "clipped", "Negative differences have become 0.",
         "Below the mean is below 0: that is as it should be."),
    Swap("centre", lambda rows, mean: rows - rows.mean(axis=0), "own-mean",
         "The mean of these images is subtracted, not the one that is passed in.", PASSED),
    Swap("centre", lambda rows, mean: rows - rows.mean(axis=1, keepdims=True), "own-mean",
         "From each image its own mean brightness is subtracted, not the mean image.", PASSED),
    Swap("centre", lambda rows, mean: rows - rows.mean(), "own-mean",
         "One number, the mean brightness of these images, is subtracted, not the mean image.", PASSED),
    Swap("centre", lambda rows, mean: rows - _channel_mean(rows.mean(axis=0)), "own-mean",
         "The mean colour of these images is subtracted, not the mean image.", PASSED),
    Swap("centre", lambda rows, mean: (rows - rows.mean(axis=0)) / rows.std(axis=0), "own-mean",
         "These images are standardised by their own mean and deviation.", PASSED),
    Swap("centre", lambda rows, mean: rows - mean.mean(), "mean-of-mean",
         "One number, the mean of the mean image, is subtracted, not the mean image.", PASSED),
    Swap("centre", lambda rows, mean: rows - _channel_mean(mean), "mean-of-mean",
         "One number for each channel is subtracted, not the mean image.", PASSED),
    Swap("centre", lambda rows, mean: rows - mean[0], "mean-of-mean",
         "One number, the first of the mean image, is subtracted, not the mean image.", PASSED),
    Swap("centre", lambda rows, mean: np.trunc(rows) - np.trunc(mean), "whole-numbers",
         "The mean image is cut down to whole numbers.", "Leave astype(int) out."),
    Swap("centre", lambda rows, mean: (np.trunc(rows) - np.trunc(mean)) % 256, "wraps",
         "The numbers are squeezed into bytes, 0 to 255.", "Leave astype(np.uint8) out."),
    Swap("centre", lambda rows, mean: (rows - mean) / (rows - mean).std(), "scaled",
         "The differences are divided by their standard deviation.", "Leave the division out."),
    Swap("centre", lambda rows, mean: (rows - mean) / (rows - mean).std(axis=0), "scaled",
         "The differences are divided by each column's standard deviation.", "Leave the division out."),
    Swap("centre", lambda rows, mean: (rows - mean - (rows - mean).min()) / np.ptp(rows - mean), "scaled",
         "The differences are brought to 0 to 1.", "Leave the scaling out."),
    Swap("centre", lambda rows, mean: rows - mean[::-1], "mean-order", "The mean image is subtracted in reverse."),
    *(Swap("centre", lambda rows, mean, axes=axes: rows - mean.reshape(32, 32, 3).transpose(axes).ravel(), "mean-order",
           "The mean image's pixels are in another order than the images'.", ORDER)
      for axes in [(2, 0, 1), (1, 0, 2), (2, 1, 0)]),
    *(Swap("centre", lambda rows, mean, axes=axes, shape=shape: rows - mean.reshape(shape).transpose(axes).ravel(),
           "mean-order", "The mean image is read as if it were stored channel by channel.", ORDER)
      for shape, axes in [((3, 32, 32), (1, 2, 0)), ((3, 32, 32), (2, 1, 0))]),
    Swap("centre", lambda rows, mean: np.vstack([rows[:1] - mean, rows[1:]]), "one-image",
         "The mean image is subtracted from the first image only."),
    *(Swap("centre", lambda rows, mean, size=size: (rows - mean) / size, "scaled",
           f"Everything is divided by {size}.", "Leave the division out.") for size in (127.5, 128, 256)),
    Swap("ones", lambda rows: rows, "ones-missing", "The column of ones is missing.", LAST),
    Swap("ones", _ones_first, "ones-first", "The column of ones comes first; it should come last.", LAST),
    Swap("ones", _constant(0), "ones-zeros", "The last column holds zeros, not ones.",
         "Is the mean subtracted, or np.zeros used, after the ones were written?"),
    Swap("ones", _constant(-1), "ones-value", "The last column holds -1, not 1."),
    Swap("ones", _constant(255), "ones-value", "The last column holds 255, not 1."),
    Swap("ones", _constant(1 / 255), "ones-value", "The ones have been divided by 255."),
    Swap("ones", lambda rows: _constant(1)(_constant(1)(rows)), "ones-twice", "There are two columns of ones."),
    Swap("ones", lambda rows: _ones_first(_constant(1)(rows)), "ones-twice", "There are ones at both ends.", LAST),
    Swap("ones", lambda rows: np.hstack([rows, np.eye(len(rows), 1)]), "ones-value", "Only the first row has its one."),
    Swap("ones", lambda rows: np.hstack([rows, np.arange(len(rows))[:, None]]), "ones-value",
         "The last column holds the images' numbers, not ones."),
    Swap("ones", lambda rows: np.vstack([rows, np.ones((1, rows.shape[1]))]), "ones-row",
         "The ones are a row below, not a column at the end.", LAST),
    Swap("ones", lambda rows: np.hstack([rows[:, :-1], np.ones((len(rows), 1))]), "pixel-overwritten",
         "The ones take the place of the last pixel.", "The result has 3,073 columns, one more than an image."),
    Swap("ones", lambda rows: np.hstack([rows[:, :-1], np.ones((len(rows), 1)), rows[:, -1:]]), "ones-value",
         "The ones come just before the last pixel, not behind it.", "np.insert at -1 inserts before the last one."),
    Swap("finish", lambda rows, images: rows.T, "transposed", "The result is transposed: one column for each image."),
    Swap("finish", lambda rows, images: rows.ravel(), "flattened", "All images are in one long row.", ORDER),
    Swap("finish", lambda rows, images: np.append(rows[:, :-1], rows[:, -1]), "flattened",
         "All images are in one long row, the ones behind them.", "np.append flattens, unless it is told axis=1."),
    Swap("finish", lambda rows, images: np.append(rows[:, :-1].ravel(), 1), "flattened",
         "All images are in one long row.", ORDER),
    Swap("finish", lambda rows, images: np.append(rows[:, :-1].ravel(), 1)[None], "flattened",
         "All images are in one long row.", ORDER),
    Swap("finish", lambda rows, images: np.trunc(rows), "whole-numbers", "The numbers are cut down to whole ones.",
         "astype(int) and arrays of integers lose the fractions."),
    Swap("finish", lambda rows, images: np.floor(rows), "whole-numbers", "The numbers are rounded down.",
         "Leave // out."),
    Swap("finish", lambda rows, images: rows.round(), "whole-numbers", "The numbers are rounded."),
    Swap("finish", lambda rows, images: np.floor(rows) % 256, "wraps", "The numbers are squeezed into bytes, 0 to 255.",
         "Leave astype(np.uint8) out."),
    Swap("finish", lambda rows, images: np.trunc(rows) % 256, "wraps", "The numbers are squeezed into bytes, 0 to 255.",
         "Leave astype(np.uint8) out."),
    Swap("finish", lambda rows, images: rows[0], "one-image", "Only the first image is returned."),
    Swap("finish", lambda rows, images: rows[:1], "one-image", "Only the first image is returned."),
    Swap("finish", lambda rows, images: rows[-1], "one-image", "Only the last image is returned."),
    Swap("finish", lambda rows, images: rows[-1:], "one-image", "Only the last image is returned."),
    *(Swap("finish", _one_image(k), "one-image", f"Only the {word} row is filled.", "Is the loop left too early?")
      for k, word in [(0, "first"), (-1, "last")]),
    *factors("finish", {"N": len}),
]
