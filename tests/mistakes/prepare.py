"""prepare(images, mean_image): images (N, 32, 32, 3) become rows (N, 3073), centred, with a one at the end."""

from . import Case

BASE = """
def prepare(images, mean_image):
    rows = images.reshape(images.shape[0], -1)
    rows = rows - mean_image
    return np.hstack([rows, np.ones((rows.shape[0], 1))])
"""
FLAT, MINUS = "images.reshape(images.shape[0], -1)", "rows - mean_image"
OUT = "np.hstack([rows, np.ones((rows.shape[0], 1))])"

RIGHT = [
    Case("hstack", "",
         "rows = images.reshape(len(images), -1) - mean_image; return np.hstack([rows, np.ones((len(images), 1))])"),
    Case("concatenated", "", "return np.c_[images.reshape(-1, 3072) - mean_image, np.ones(len(images))]"),
    Case("image-by-image", "", "return np.array([np.append(image.flatten() - mean_image, 1) for image in images])"),
    Case("filled-float32", "", """
        out = np.ones((len(images), 3073), np.float32)
        out[:, :-1] = images.reshape(-1, 3072) - mean_image
        return out
    """),
    Case("pad", "", "x = images.reshape(-1, 3072) - mean_image; return np.pad(x, [(0, 0), (0, 1)], constant_values=1)"),
    Case("insert", "",
         "x = np.insert(images.reshape(len(images), -1), 3072, 1, axis=1); return x - np.append(mean_image, 0)"),
    Case("image-shaped", "",
         "x = images - mean_image.reshape(32, 32, 3); return np.c_[x.reshape(-1, 3072), np.ones(len(x))]"),
    Case("bytes", "uint8", """
        x = images - np.array(mean_image.reshape(32, 32, 3), images.dtype)
        return np.c_[x.reshape(len(x), -1), np.ones(len(x))]
    """),
]

WRONG = [
    Case("no-bias", "ones-missing", [(OUT, "rows")]),
    Case("bias-first", "ones-first", [(OUT, "np.hstack([np.ones((rows.shape[0], 1)), rows])")]),
    Case("zeros", "ones-zeros", [("np.ones(", "np.zeros(")]),
    Case("no-mean", "mean-not-subtracted", [(MINUS, "rows")]),
    Case("mean-added", "mean-added", [(MINUS, "rows + mean_image")]),
    Case("mean-twice", "mean-twice", [(MINUS, "rows - 2 * mean_image")]),
    Case("own-mean", "own-mean", [(MINUS, "rows - rows.mean(axis=0)")]),
    Case("own-row-mean", "own-mean", [(MINUS, "rows - rows.mean(axis=1, keepdims=True)")]),
    Case("mean-of-mean", "mean-of-mean", [(MINUS, "rows - mean_image.mean()")]),
    Case("difference-reversed", "negated", [(MINUS, "mean_image - rows")]),
    Case("divided-by-mean", "wrong-values", [(MINUS, "rows / (mean_image + 1)")]),
    Case("absolute", "absolute", [(MINUS, "np.abs(rows - mean_image)")]),
    Case("scaled-255", "scaled", [(MINUS, "(rows - mean_image) / 255")]),
    Case("scaled-128", "wrong-values", [(MINUS, "rows - 128")]),
    Case("standardised", "wrong-values", [(MINUS, "(rows - mean_image) / (rows.std() + 1e-8)")]),
    Case("mean-after-bias", "exception",
         [(MINUS, "np.hstack([rows, np.ones((rows.shape[0], 1))])\n    rows = rows - mean_image")]),
    Case("bias-minus-mean", "wrong-values",
         [(OUT, "np.hstack([rows, 1 - mean_image[-1:] + np.zeros((rows.shape[0], 1))])")]),
    Case("channels-first", "pixel-order", [(FLAT, "images.transpose(0, 3, 1, 2).reshape(images.shape[0], -1)")]),
    Case("columns-first", "pixel-order", [(FLAT, "images.transpose(0, 2, 1, 3).reshape(images.shape[0], -1)")]),
    Case("fortran-order", "pixel-order", [(FLAT, 'images.reshape(images.shape[0], -1, order="F")')]),
    Case("mixed-images", "images-mixed", [(FLAT, "images.reshape(-1, images.shape[0]).T")]),
    Case("mirrored", "pixel-order", [(FLAT, "images[:, :, ::-1].reshape(images.shape[0], -1)")]),
    Case("bgr", "pixel-order", [(FLAT, "images[..., ::-1].reshape(images.shape[0], -1)")]),
    Case("first-image-only", "one-image", [(FLAT, "images[:1].reshape(1, -1)")]),
    Case("hard-coded-two", "exception", [(FLAT, "images.reshape(2, -1)")]),
    Case("hard-coded-n", "exception", [("np.ones((rows.shape[0], 1))", "np.ones((49000, 1))")]),
    Case("transposed", "transposed", [(OUT, f"{OUT}.T")]),
    Case("vstack", "ones-row", [(OUT, "np.vstack([rows, np.ones((1, rows.shape[1]))])")]),
    Case("row-of-ones-hstack", "exception", [("np.ones((rows.shape[0], 1))", "np.ones(rows.shape[0])")]),
    Case("two-bias-columns", "ones-twice", [(OUT, "np.hstack([rows, np.ones((rows.shape[0], 2))])")]),
    Case("last-pixel-overwritten", "pixel-overwritten",
         [(OUT, "rows"), (MINUS, "rows - mean_image\n    rows[:, -1] = 1")]),
    Case("flattened-completely", "flattened", [(OUT, f"{OUT}.ravel()")]),
    Case("not-flattened", "wrong-shape",
         [(FLAT, "images"), (OUT, "rows"), (MINUS, "rows - mean_image.reshape(32, 32, 3)")]),
    Case("images-changed", "changes-arguments", [("    rows = rows - mean_image\n", "    rows -= mean_image\n")]),
    Case("mean-changed", "changes-arguments", [(MINUS, "rows - mean_image\n    mean_image += rows.mean(axis=0)")]),
    Case("integers", "whole-numbers", [(MINUS, "(rows - mean_image).astype(int)")]),
    Case("unsigned", "wraps", [(MINUS, "(rows - mean_image).astype(np.int64).astype(np.uint8)")]),
    Case("clipped", "negatives-lost", [(MINUS, "np.maximum(rows - mean_image, 0)")]),
    Case("unit-length", "wrong-values",
         [(MINUS, "rows - mean_image\n    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)")]),
    Case("returns-none", "returns-none", [("return ", "X = ")]),
    Case("returns-pair", "wrong-type", [(OUT, f"{OUT}, mean_image")]),
    Case("first-image-flat", "one-image", "return np.append(images[0].ravel() - mean_image, 1)"),
    Case("return-in-loop", "one-image", """
        out = np.zeros((len(images), 3073))
        for i in range(len(images)):
            out[i] = np.append(images[i].ravel() - mean_image, 1)
            return out
    """),
    Case("own-mean-bias-first", "own-mean ones-first",
         "x = images.reshape(len(images), -1); return np.c_[np.ones(len(x)), x - x.mean(axis=0)]"),
    Case("own-mean-of-bias-too", "own-mean ones-zeros",
         "x = np.c_[images.reshape(len(images), -1), np.ones(len(images))]; return x - x.mean(axis=0)"),
    Case("mean-negated", "changes-arguments",
         "mean_image *= -1; return np.c_[images.reshape(-1, 3072) + mean_image, [1] * len(images)]"),
    Case("images-reversed", "image-order", [(FLAT, "images[::-1].reshape(len(images), -1)")]),
    Case("times-mean", "mean-multiplied", [(MINUS, "rows * mean_image")]),
    Case("over-mean", "mean-divided", [(MINUS, "rows / mean_image")]),
    Case("mean-transposed", "mean-order", [(MINUS, "rows - mean_image.reshape(32, 32, 3).T.ravel()")]),
    Case("mean-of-first-only", "mean-first-image", [(MINUS, "rows.copy()\n    rows[0] -= mean_image")]),
    Case("last-column-minus-one", "ones-value", [(OUT, OUT.replace("np.ones(", "-np.ones("))]),
    Case("doubled", "double", [(OUT, f"2 * {OUT}")]),
    Case("times-count", "times-N", [(OUT, f"len(images) * {OUT}")]),
    Case("over-count", "over-N", [(OUT, f"{OUT} / len(images)")]),
]

UNKNOWN = [
    Case("two-pixels-doubled", "Only columns 5 and 6 of 3073",
         "x = np.c_[images.reshape(len(images), -1) - mean_image, np.ones(len(images))]; x[:, 5:7] *= 2; return x"),
    Case("bias-of-seven", "Only column 3072 of 3073",
         "return np.c_[images.reshape(len(images), -1) - mean_image, np.full(len(images), 7)]"),
    Case("two-columns-appended", "shape (2, 3074)",
         "x = images.reshape(len(images), -1) - mean_image; return np.c_[x, x[:, :2]]"),
]
