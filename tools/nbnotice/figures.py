"""Figures: each looks like the committed one, or like one that was recorded on other data.

Another version of matplotlib moves lines and letters by a pixel or two. So pictures are made small. Two of them look
alike when nearly each pixel has one of about the same colour at its place, or beside it, in the other picture. Seen are
a curve at another place, another colour, and a missing label. A curve that moves by less than its width isn't seen.
"""

import base64
import io
import re

import numpy as np
from PIL import Image
from scipy.ndimage import maximum_filter, minimum_filter

from .record import ANY

WIDTH = 160  # pixels of a small picture
COLOUR = 40  # of 255: colours that differ by less are about the same
SHARE = 0.004  # of the pixels that may have none like them in the other picture
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


def resized(image, height):
    return np.asarray(image.resize((WIDTH, max(1, height)), Image.Resampling.BOX))


def without_like(one, other):
    """Return the share (0 to 1) of one small picture's pixels that have none like them in the other."""
    low, high = (extreme(other, size=(3, 3, 1)).astype(int) for extreme in (minimum_filter, maximum_filter))
    return np.mean(np.any((one < low - COLOUR) | (one > high + COLOUR), axis=2))


def difference(one, other):
    """Return the share of pixels in which two small pictures differ, 1.0 where they haven't the same shape."""
    if abs(len(one) / len(other) - 1) > SHAPE:
        return 1.0
    one = resized(Image.fromarray(one), len(other))
    return max(without_like(one, other), without_like(other, one))


def nearest(new, committed, texts):
    """Return the smallest difference between a new figure (a PNG file) and those that are known."""
    return min(difference(small(new), known) for known in [small(committed), *(small(unpack(text)) for text in texts)])


def pack(png):
    """Return a figure as a short text: a small PNG file of 32 colours."""
    file = io.BytesIO()
    Image.fromarray(small(png)).quantize(32, dither=Image.Dither.NONE).save(file, format="PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def unpack(text):
    return base64.b64decode(text)


def widened(recorded, committed, fresh):
    """Return what to record of a cell: texts for each figure, one more for a figure unlike all known."""
    if recorded == ANY or len(committed) != len(fresh):
        return ANY
    recorded = recorded or [[] for _ in fresh]
    return [
        texts if nearest(new, old, texts) <= SHARE else [*texts, pack(new)]
        for texts, old, new in zip(recorded, committed, fresh, strict=True)
    ]


def problem(recorded, committed, fresh):
    """Return a sentence for the first figure that is unlike all known ones; None where there is none."""
    if recorded == ANY:
        return None
    if len(committed) != len(fresh):
        return f"expected {len(committed)} figures, got {len(fresh)}."
    recorded = recorded or [[] for _ in fresh]
    for place, (texts, old, new) in enumerate(zip(recorded, committed, fresh, strict=True), 1):
        share = nearest(new, old, texts)
        if share > SHARE:
            return f"figure {place} of {len(fresh)} looks otherwise: {share:.1%} of its pixels aren't as they were."
    return None
