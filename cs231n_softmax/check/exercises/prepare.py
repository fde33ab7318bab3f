"""Examine a learner's prepare: images become rows of pixels minus the mean image, with a 1 at the end.

The rows as a recipe: the *order* of the pixels in a row, their *scale*, the subtraction of the mean image (*centre*),
the column of *ones*, and the last step, *finish*.
"""

from collections.abc import Callable

import numpy as np

from ..arguments import awkward
from ..evidence import same
from ..explain import Problem, Table, Variant, factors
from ..report import Mistake, Report
from ..trial import Trial


def recipe(
    images,
    mean_image,
    order=lambda images: images.reshape(len(images), -1),
    scale=lambda x: x,
    centre=lambda rows, mean: rows - mean,
    ones=lambda rows: np.hstack([rows, np.ones((len(rows), 1))]),
    finish=lambda rows, images: rows,
):
    """The rows, step by step."""
    return finish(ones(centre(scale(order(images)), scale(mean_image))), images)


def prepare(fn: Callable) -> Report:
    """Examine fn(images (N, 32, 32, 3), mean_image (3072,)) -> rows (N, 3073): flattened, centred, then ones."""
    steps = [
        "2 images, 1 image, 3 images",
        "images and mean image stay as they were",
        "the same for read-only, non-contiguous arrays",
    ]
    with Trial(fn, ("images", "mean_image"), steps) as trial:
        trial.judge(TABLE, trial.answers(PROBLEMS), AXES)
        if trial.unchanged():
            trial.judge(TABLE, trial.answers(PROBLEMS, layout=awkward), AXES, names=False)
        _bytes(trial)
    return trial.report


def _bytes(trial):
    images, mean_image = PROBLEMS[0].args
    got = trial.ask(images.astype(np.uint8), mean_image)
    stopped = isinstance(got, Mistake)
    if stopped and any(mistake.code == "changes-arguments" for mistake in trial.report.mistakes):
        return  # the same `-=`, which is told already
    if stopped or not same(got, recipe(images, mean_image)):
        seen = got.evidence if stopped else "2 images of whole numbers from 0 to 255."
        trial.remark(
            "uint8",
            "With images of dtype uint8, as in the data files, "
            + ("there is no result." if stopped else "the result is wrong."),
            "The type uint8 holds whole numbers from 0 to 255. It can't hold a number below 0.",
            seen,
            "Convert the pixels before you subtract. (The images in this notebook are floats already.) "
            "`images.astype(float)`",
        )


# --- problems: pixels from 0 to 255, the mean in quarters -----------------------------------------------------------

AXES = ("row", "column")


def _problem(count, seed):
    rng = np.random.default_rng(seed)
    images = rng.integers(256, size=(count, 32, 32, 3)).astype(float)
    return Problem(f"{count} image{'s' * (count > 1)}", (images, rng.integers(1, 1000, size=3072) / 4))


PROBLEMS = [_problem(2, 0), _problem(1, 1), _problem(3, 2)]

# --- what each step is for, and how it goes wrong ------------------------------------------------------------------

# fmt: off
WHY = {
    "order": "Row i holds the pixels of image i, in the order in which they are stored. The mean image has the same "
             "order.",
    "scale": "The images and the mean image both hold numbers from 0 to 255. Neither of them is scaled.",
    "centre": "The mean image is subtracted from each image, pixel by pixel. It is the mean of the training images, "
              "and an argument of the function. It is the same for validation and test images.",
    "ones": "The last number of each row is 1. In X @ W it is multiplied with the last row of W, which is the bias.",
    "finish": "The result has one row for each image. A row has 3,073 numbers: the 3,072 differences of the pixels, "
              "then a 1.",
}
# fmt: on


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


ORDER = "Look for a transpose, or for a reshape with other axes. This keeps the order: images.reshape(len(images), -1)."
PASSED = "Where does the mean come from? It is passed to the function: mean_image."
WHOLE = "How many numbers are subtracted from a row? Each of the 3,072 pixels has a mean of its own: rows - mean_image."
LAST = "The ones are a column of their own, at the end of the rows: np.hstack([rows, np.ones((len(rows), 1))])."

DIVISION = "Look for a division, and remove it."
MINUS = "Look at the operation between the pixels and mean_image. It should be pixels minus mean_image."
# fmt: off
VARIANTS = [
    *(Variant("order", _axes(*axes), "pixel-order", f"The pixels are in another order: {words}.", ORDER)
      for axes, words in [((3, 1, 2), "channel by channel"), ((2, 1, 3), "rows and columns are exchanged"),
                          ((3, 2, 1), "all three axes are reversed, as by .T or order='F'"),
                          ((1, 3, 2), "within each row of the image, channel by channel"),
                          ((2, 3, 1), "within each column of the image, channel by channel")]),
    Variant("order", lambda im: im.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).reshape(len(im), -1), "pixel-order",
            "The images are read as if they were stored channel by channel.", ORDER),
    Variant("order", lambda im: im[..., ::-1].reshape(len(im), -1), "pixel-order",
            "Red and blue are exchanged.", ORDER),
    Variant("order", lambda im: im[:, ::-1].reshape(len(im), -1), "pixel-order", "The images are upside down.", ORDER),
    Variant("order", lambda im: im[:, :, ::-1].reshape(len(im), -1), "pixel-order",
            "Left and right are exchanged.", ORDER),
    Variant("order", lambda im: im.reshape(len(im), -1)[:, ::-1], "pixel-order", "The pixels are in reverse order.",
            ORDER),
    Variant("order", lambda im: im.reshape(-1, len(im)).T, "images-mixed", "The pixels of different images are mixed.",
            "Which axis does the reshape begin with? Its first number has to be the number of images. " + ORDER),
    Variant("order", lambda im: im[::-1].reshape(len(im), -1), "image-order", "The images are in reverse order.",
            "Look for a reversed or transposed array. Row i belongs to image i."),
    Variant("order", lambda im: np.repeat(im[:1], len(im), axis=0).reshape(len(im), -1), "one-image",
            "Every row is the first image.", "Look for an index that is always 0. Row i belongs to image i."),
    Variant("scale", lambda x: x / 255, "scaled", "Images and mean image are divided by 255.", DIVISION),
    Variant("centre", lambda rows, mean: rows / 255 - mean, "scaled",
            "The pixels are divided by 255, but the mean image isn't.", DIVISION),
    Variant("centre", lambda rows, mean: rows / 255, "scaled",
            "The pixels are divided by 255, and no mean image is subtracted.",
            "Look for a division, and remove it. Then subtract mean_image."),
    Variant("centre", lambda rows, mean: rows, "mean-not-subtracted", "The mean image isn't subtracted.",
            "Subtract mean_image from each row, and store the result: a line with only `rows - mean_image` changes "
            "nothing."),
    Variant("centre", lambda rows, mean: rows + mean, "mean-added", "The mean image is added, not subtracted.", MINUS),
    Variant("centre", lambda rows, mean: mean - rows, "negated",
            "The subtraction is the wrong way round: mean image minus images.", MINUS),
    Variant("centre", lambda rows, mean: rows - 2 * mean, "mean-twice", "The mean image is subtracted twice.",
            "Does the code that subtracts it run a second time?"),
    Variant("centre", lambda rows, mean: rows * mean, "mean-multiplied", "The images are multiplied by the mean image.",
            MINUS),
    Variant("centre", lambda rows, mean: rows / mean, "mean-divided", "The images are divided by the mean image.",
            MINUS),
    Variant("centre", lambda rows, mean: np.abs(rows - mean), "absolute", "The differences have lost their sign.",
            "A pixel that is darker than the mean gives a number below 0. Look for the step that removes the minus "
            "sign."),
    Variant("centre", lambda rows, mean: np.maximum(rows - mean, 0), "negatives-lost",
            "Negative differences have become 0.",
            "A pixel that is darker than the mean gives a number below 0. Look for the step that removes the minus "
            "sign."),
    Variant("centre", lambda rows, mean: rows - rows.mean(axis=0), "own-mean",
            "The mean of these images is subtracted, not the argument mean_image.", PASSED),
    Variant("centre", lambda rows, mean: rows - rows.mean(axis=1, keepdims=True), "own-mean",
            "Each image's own mean brightness is subtracted, not the mean image.", PASSED),
    Variant("centre", lambda rows, mean: rows - rows.mean(), "own-mean",
            "One number, the mean brightness of these images, is subtracted, not the mean image.", PASSED),
    Variant("centre", lambda rows, mean: rows - _channel_mean(rows.mean(axis=0)), "own-mean",
            "The mean colour of these images is subtracted, not the mean image.", PASSED),
    Variant("centre", lambda rows, mean: (rows - rows.mean(axis=0)) / rows.std(axis=0), "own-mean",
            "The mean of these images is subtracted, and the result is divided by their standard deviation.", PASSED),
    Variant("centre", lambda rows, mean: rows - mean.mean(), "mean-of-mean",
            "One number, the mean of the mean image, is subtracted, not the mean image.", WHOLE),
    Variant("centre", lambda rows, mean: rows - _channel_mean(mean), "mean-of-mean",
            "One number for each channel is subtracted, not the mean image.", WHOLE),
    Variant("centre", lambda rows, mean: rows - mean[0], "mean-of-mean",
            "One number, the first of the mean image, is subtracted, not the mean image.", WHOLE),
    Variant("centre", lambda rows, mean: np.trunc(rows) - np.trunc(mean), "whole-numbers",
            "Images and mean image are cut down to whole numbers.", "Look for an int, or for an array of integers."),
    Variant("centre", lambda rows, mean: (np.trunc(rows) - np.trunc(mean)) % 256, "wraps",
            "The numbers are stored in bytes, which hold 0 to 255.", "Is there a uint8?"),
    Variant("centre", lambda rows, mean: (rows - mean) / (rows - mean).std(), "scaled",
            "The differences are divided by their standard deviation.", DIVISION),
    Variant("centre", lambda rows, mean: (rows - mean) / (rows - mean).std(axis=0), "scaled",
            "The differences are divided by each column's standard deviation.", DIVISION),
    Variant("centre", lambda rows, mean: (rows - mean - (rows - mean).min()) / np.ptp(rows - mean), "scaled",
            "The differences are scaled to lie between 0 and 1.",
            "Look for the line that scales the differences, and remove it."),
    Variant("centre", lambda rows, mean: rows - mean[::-1], "mean-order",
            "The mean image is subtracted in reverse order.", ORDER),
    *(Variant("centre", lambda rows, mean, axes=axes: rows - mean.reshape(32, 32, 3).transpose(axes).ravel(),
              "mean-order",
              "The pixels of the mean image are in another order than the pixels of the images.", ORDER)
      for axes in [(2, 0, 1), (1, 0, 2), (2, 1, 0)]),
    *(Variant("centre", lambda rows, mean, axes=axes, shape=shape: rows - mean.reshape(shape).transpose(axes).ravel(),
              "mean-order", "The mean image is read as if it were stored channel by channel.", ORDER)
      for shape, axes in [((3, 32, 32), (1, 2, 0)), ((3, 32, 32), (2, 1, 0))]),
    Variant("centre", lambda rows, mean: np.vstack([rows[:1] - mean, rows[1:]]), "mean-first-image",
            "The mean image is subtracted from the first image only.",
            "How often is the subtraction done? This subtracts the mean image from each row: `rows - mean_image`."),
    *(Variant("centre", lambda rows, mean, size=size: (rows - mean) / size, "scaled",
              f"The differences are divided by {size}.", DIVISION) for size in (127.5,
                                                         128, 256)),
    Variant("ones", lambda rows: rows, "ones-missing", "The column of ones is missing.", LAST),
    Variant("ones", _ones_first, "ones-first", "The column of ones comes first. It should come last.", LAST),
    Variant("ones", _constant(0), "ones-zeros", "The last column holds zeros, not ones.",
            "Is something subtracted from the ones, or is the column never set to 1?"),
    Variant("ones", _constant(-1), "ones-value", "The last column holds -1, not 1.", LAST),
    Variant("ones", _constant(255), "ones-value", "The last column holds 255, not 1.", LAST),
    Variant("ones", _constant(1 / 255), "ones-value", "The last column holds 1/255, not 1.",
            "Are the ones divided by 255 too?"),
    Variant("ones", lambda rows: _constant(1)(_constant(1)(rows)), "ones-twice", "There are two columns of ones.",
            "Does the code that appends them run a second time?"),
    Variant("ones", lambda rows: _ones_first(_constant(1)(rows)), "ones-twice",
            "There are columns of ones at both ends.", LAST),
    Variant("ones", lambda rows: np.hstack([rows, np.eye(len(rows), 1)]), "ones-value",
            "Only the first row ends with 1, and the others end with 0.", LAST),
    Variant("ones", lambda rows: np.hstack([rows, np.arange(len(rows))[:, None]]), "ones-value",
            "The last column holds the numbers of the rows, not ones.", LAST),
    Variant("ones", lambda rows: np.vstack([rows, np.ones((1, rows.shape[1]))]), "ones-row",
            "The ones are a row at the bottom, not a column at the end.", LAST),
    Variant("ones", lambda rows: np.hstack([rows[:, :-1], np.ones((len(rows), 1))]), "pixel-overwritten",
            "The ones overwrite the last pixel.",
            "How many columns does the result start with? It needs 3,073, one more than an image has pixels."),
    Variant("ones", lambda rows: np.hstack([rows[:, :-1], np.ones((len(rows), 1)), rows[:, -1:]]), "ones-value",
            "The column of ones is before the last pixel, not after it.",
            "Is there an np.insert at -1? It inserts before the last column."),
    Variant("finish", lambda rows, images: rows.T, "transposed",
            "The result is transposed: it has one column for each image.",
            "Look for a reversed or transposed array. Row i belongs to image i."),
    Variant("finish", lambda rows, images: rows.ravel(), "flattened", "All images are in one long row.", ORDER),
    Variant("finish", lambda rows, images: np.append(rows[:, :-1], rows[:, -1]), "flattened",
            "All images are in one long row, followed by the ones.",
            "Is there an np.append without axis=1? It makes one long row."),
    Variant("finish", lambda rows, images: np.append(rows[:, :-1].ravel(), 1), "flattened",
            "All images are in one long row.", ORDER),
    Variant("finish", lambda rows, images: np.append(rows[:, :-1].ravel(), 1)[None], "flattened",
            "All images are in one long row.", ORDER),
    Variant("finish", lambda rows, images: np.trunc(rows), "whole-numbers",
            "The numbers are cut down to whole numbers.",
            "Is there an int, or an array of integers?"),
    Variant("finish", lambda rows, images: np.floor(rows), "whole-numbers", "The numbers are rounded down.",
            "Is there a `//` or a floor?"),
    Variant("finish", lambda rows, images: rows.round(), "whole-numbers", "The numbers are rounded.",
            "Look for a round(). The decimals of the mean image have to stay."),
    Variant("finish", lambda rows, images: np.floor(rows) % 256, "wraps",
            "The numbers are stored in bytes, which hold 0 to 255.",
            "Is there a uint8?"),
    Variant("finish", lambda rows, images: np.trunc(rows) % 256, "wraps",
            "The numbers are stored in bytes, which hold 0 to 255.",
            "Is there a uint8?"),
    Variant("finish", lambda rows, images: rows[0], "one-image", "Only the first image is returned.",
            "Is `return` inside a loop, or is there an index 0?"),
    Variant("finish", lambda rows, images: rows[:1], "one-image", "Only the first image is returned.",
            "Is `return` inside a loop, or is there an index 0?"),
    Variant("finish", lambda rows, images: rows[-1], "one-image", "Only the last image is returned.",
            "Is one variable set again and again in the loop? Keep the row of each image."),
    Variant("finish", lambda rows, images: rows[-1:], "one-image", "Only the last image is returned.",
            "Is one variable set again and again in the loop? Keep the row of each image."),
    *(Variant("finish", _one_image(k), "one-image", f"Only the {word} row is filled.", "Is the loop left too early?")
      for k, word in [(0, "first"), (-1, "last")]),
    *factors("finish", {"N": len}),
]
# fmt: on
TABLE = Table([recipe], VARIANTS, PROBLEMS, WHY)
