"""Figures: each looks like the committed one, or like one that was recorded on other data.

Two pictures are made small. They look alike when nearly each pixel has one of about the same colour near it in the
other picture. Seen are a curve at another place, another colour, and a missing title. Not seen are another word, and a
curve that moves by less than its width. Another version of matplotlib moves everything by some pixels: then more pixels
may differ. A PNG file says which version has drawn it.
"""

import base64
import io
import re

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from scipy.ndimage import maximum_filter, minimum_filter

from .record import ANY

WIDTH = 160  # pixels of a small picture
COLOUR = 40  # of 255: colours that differ by less are about the same
NEAR = 5  # pixels: the side of the square in which a like one is looked for
SHARE, SHARE_OF_OTHERS = 0.001, 0.01  # of the pixels may have none; the second between versions of matplotlib
SHAPE = 0.05  # by which the ratio of height to width may differ


def pictures(outputs):
    """Return the PNG files (bytes) in a cell's outputs: Jupyter's own, and those inside HTML."""
    files = []
    for output in outputs:
        data = output.get("data", {})
        files += re.findall(r"data:image/png;base64,([\w+/=]+)", data.get("text/html", ""))
        files += [data["image/png"]] if "image/png" in data else []
    return [base64.b64decode(file) for file in files]


def small(png):
    """Return a PNG file as a small picture, (height, WIDTH, 3) of 0 to 255; what is transparent becomes white."""
    with Image.open(io.BytesIO(png)) as image:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
    return resized(image, round(image.height * WIDTH / image.width))


def drawn_by(png):
    """Return which program, in which version, has drawn a PNG file."""
    with Image.open(io.BytesIO(png)) as image:
        return image.info.get("Software", "")


def resized(image, height):
    return np.asarray(image.resize((WIDTH, max(1, height)), Image.Resampling.BOX))


def without_like(one, other):
    """Return the share (0 to 1) of one small picture's pixels that have none like them in the other."""
    low, high = (extreme(other, size=(NEAR, NEAR, 1)).astype(int) for extreme in (minimum_filter, maximum_filter))
    return np.mean(np.any((one < low - COLOUR) | (one > high + COLOUR), axis=2))


def difference(one, other):
    """Return the share of pixels in which two PNG files differ when they are small; 1.0 where the shape differs."""
    one_small, other_small = small(one), small(other)
    if abs(len(one_small) / len(other_small) - 1) > SHAPE:
        return 1.0
    one_small = resized(Image.fromarray(one_small), len(other_small))
    return max(without_like(one_small, other_small), without_like(other_small, one_small))


def alike(one, other):
    """True where two PNG files show the same figure."""
    return difference(one, other) <= (SHARE if drawn_by(one) == drawn_by(other) else SHARE_OF_OTHERS)


def pack(png):
    """Return a figure as a short text: a small PNG file, with colours in steps of 32, which is less than COLOUR."""
    file, info = io.BytesIO(), PngInfo()
    info.add_text("Software", drawn_by(png))
    Image.fromarray(small(png) // 32 * 32 + 16).save(file, format="PNG", optimize=True, pnginfo=info)
    return base64.b64encode(file.getvalue()).decode()


def unpack(text):
    return base64.b64decode(text)


def widened(recorded, committed, fresh):
    """Return what to record of a cell: texts for each figure, one more for a figure unlike all known."""
    if recorded == ANY or len(committed) != len(fresh):  # the second has to be mended by a build
        return recorded
    recorded = recorded or [[] for _ in fresh]
    return [
        texts if any(alike(new, known) for known in [old, *map(unpack, texts)]) else [*texts, pack(new)]
        for texts, old, new in zip(recorded, committed, fresh, strict=True)
    ]


def problem(recorded, committed, fresh):
    """Return a sentence for the first figure that is unlike all known ones; None where there is none."""
    if len(committed) != len(fresh):
        return f"expected {len(committed)} figures, got {len(fresh)}."
    others = [[] for _ in fresh] if recorded in (None, ANY) else recorded
    for place, (texts, old, new) in enumerate(zip(others, committed, fresh, strict=True), 1):
        if recorded == ANY and difference(new, old) < 1:  # of about the same shape
            continue
        if not any(alike(new, known) for known in [old, *map(unpack, texts)]):
            share = difference(new, old)
            return f"figure {place} of {len(fresh)} looks otherwise: {share:.1%} of its pixels aren't as they were."
    return None
