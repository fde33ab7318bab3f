"""The built-in sample: 60,000 CIFAR-shaped images made from a seed, for those who don't have CIFAR-10.

    folder = write_sample()                             # the official files, in datasets/sample
    X_train, y_train, X_test, y_test = data_utils.load_CIFAR10(folder)

Each image is a cartoon in natural noise. The noise has what photographs share: neighbouring pixels agree, so
amplitude falls as a power of spatial frequency, and red, green and blue rise and fall together. The cartoon
has what makes a class: a ship is a hull on dark water, a horse a brown body with its head left *or* right.
Colours, places and sizes vary so much that a linear classifier gets about 4 in 10 right, as on CIFAR-10, with
the same learning rates and regularizations. The cartoons are drawn by hand; of CIFAR-10, only overall statistics
were matched. Figures measured on the sample are about the sample.
"""

import pickle
from pathlib import Path

import numpy as np
from scipy.fft import idctn

from .._files import made_whole, tidy
from .._threads import share
from .cartoons import CARTOONS, COLOURS
from .files import CLASSES, FILES, META, PARTS, PIXELS, SAMPLE, TEST_BATCH, TRAIN_BATCHES, is_complete, missing
from .manifest import write_manifest

# --- how much images vary -------------------------------------------------------------------------
# Set so that mean, spread, spectrum and a linear classifier's accuracy come out like CIFAR-10's. Triples are
# standard deviations in grey levels along the axes grey, warm to cold, and purple to green: photographs vary
# most in grey.

NOISE, BODY, DETAIL = (52, 15, 4), (50, 16, 5), (90, 18, 6)  # of noise, body colours, other shapes' colours
ODD_SCENE, ODD_BODY = 0.4, 0.7  # share of images whose scene, or body colour, is any class's
SHIFT, STRETCH, TILT = 0.22, 0.25, 0.12  # standard deviations: place (1 is 16 pixels), log of size, radians
SIZE, HORIZON, LEVEL = 1.1, 0.1, 0.25  # mean size; mean and standard deviation of the horizon's height
SLOPE, FLAT, WIDE, FLOOR = 1.35, 0.7, 1.4, 0.42  # of the spectrum, see _amplitude
TEXTURE, EDGE = 0.4, 0.12  # share of the noise that shows on an object; width of a soft edge
MIDDLE, CONTRAST = 120, 0.15  # the grey that contrast turns about; standard deviation of its log
CHUNK = 125  # images painted together: few enough to stay in the processor's cache

AXIS = np.linspace(-1, 1, 32, dtype=np.float32)


def _normal(rng, scale, *shape):
    """Normal numbers (float32) of mean 0, scaled by `scale`, which broadcasts against `shape`."""
    return rng.standard_normal(shape, dtype=np.float32) * np.asarray(scale, np.float32)


def _rgb(opponent):
    """Turn (n, 3, ...) values along grey, warm-cold and green-purple into red, green and blue."""
    grey, warm, green = opponent[:, 0], opponent[:, 1], opponent[:, 2]
    return np.stack((grey + warm - green, grey + 2 * green, grey - warm - green), axis=1)


def _pick(rng, n, own, anyones, odd):
    """Choose one of a class's `own` colours for each of n images; for a share `odd` of them, any class's."""
    own, anyones = np.array(own, np.float32), np.array(anyones, np.float32)
    is_odd = rng.random(n) < odd
    chosen = own[rng.integers(len(own), size=n)]
    chosen[is_odd] = anyones[rng.integers(len(anyones), size=is_odd.sum())]
    return chosen


# --- paint ----------------------------------------------------------------------------------------


def _amplitude():
    """Standard deviation of each cosine of the noise, (3, 32, 32): about frequency**-SLOPE.

    Horizontal frequencies are multiplied by WIDE, since skies and grounds make photographs smoother in that
    direction. FLAT keeps the lowest frequencies finite; FLOOR damps the one that is the image's mean.
    """
    k = np.arange(32)
    amplitude = (np.hypot(k[:, None], WIDE * k) + FLAT) ** -SLOPE
    amplitude[0, 0] *= FLOOR
    # The transform keeps sums of squares: 32 * 32 variances of mean 1 give pixels of variance 1.
    amplitude *= 32 / np.linalg.norm(amplitude)
    return np.reshape(NOISE, (3, 1, 1)) * amplitude


def _noise(rng, n):
    """n images of coloured natural noise, (n, 3, 32, 32), of mean 0: independent cosines, summed."""
    return _rgb(idctn(_normal(rng, _amplitude(), n, 3, 32, 32), axes=(2, 3), norm="ortho", overwrite_x=True))


def _scenes(rng, n, cartoon):
    """n empty scenes, (n, 3, 32, 32): one colour above a soft horizon, another below."""
    anyones = [(c.top, c.bottom) for c in CARTOONS.values()]
    top, bottom = _pick(rng, n, [(cartoon.top, cartoon.bottom)], anyones, ODD_SCENE).swapaxes(0, 1)[..., None]
    below = np.clip(0.5 + 1.2 * (AXIS - HORIZON - _normal(rng, LEVEL, n, 1, 1)), 0, 1)
    return np.repeat((top + below * (bottom - top))[..., None], 32, axis=3)


def _pose(rng, n):
    """Where the pixels of n images lie in the cartoon's own coordinates: x and y, each (n, 32, 32).

    Each image moves, sizes, tilts and, half the time, mirrors its cartoon.
    """
    dx, dy = _normal(rng, SHIFT, 2, n, 1, 1)
    right, down = AXIS - dx, AXIS[:, None] - dy
    size, angle = SIZE * np.exp(_normal(rng, STRETCH, n, 1, 1)), _normal(rng, TILT, n, 1, 1)
    c, s = np.cos(angle) / size, np.sin(angle) / size
    mirror = rng.choice(np.array([-1, 1], np.float32), size=(n, 1, 1))
    return mirror * (c * right + s * down), c * down - s * right


def _cover(x, y, shape):
    """How much of each pixel a shape covers, 0 to 1: the superellipse |u|**p + |v|**p < 1, edges softened."""
    _, cx, cy, a, b, power = shape
    u, v = ((x - cx) / a) ** 2, ((y - cy) / b) ** 2
    while power > 2:  # 4 and 8 are repeated squares
        u, v, power = u * u, v * v, power / 2
    # Near the edge u + v grows by power per half width, so this ramp is about EDGE wide.
    return np.clip(0.5 + (1 - u - v) * (min(a, b) / (shape[-1] * EDGE)), 0, 1)


def _paint(name, n, rng):
    """n images of one class, uint8 (n, 3072), each value in CIFAR's channel, row, column order."""
    cartoon = CARTOONS[name]
    image, texture = _scenes(rng, n, cartoon), np.ones((n, 1, 32, 32), np.float32)
    fills = {colour: np.array(rgb, np.float32) + _rgb(_normal(rng, DETAIL, n, 3)) for colour, rgb in COLOURS.items()}
    bodies = _pick(rng, n, cartoon.bodies, [b for c in CARTOONS.values() for b in c.bodies], ODD_BODY)
    fills["body"] = bodies + _rgb(_normal(rng, BODY, n, 3))
    x, y = _pose(rng, n)
    for shape in cartoon.shapes:  # back to front; blend: new = old + cover * (fill - old)
        cover = _cover(x, y, shape)[:, None]
        image += cover * (fills[shape[0]][:, :, None, None] - image)
        texture += cover * (TEXTURE - texture)
    image += texture * _noise(rng, n)
    image = MIDDLE + (image - MIDDLE) * np.exp(_normal(rng, CONTRAST, n, 1, 1, 1))
    return np.clip(np.rint(image), 0, 255).astype(np.uint8).reshape(n, PIXELS)


# --- write the official files ---------------------------------------------------------------------


def make_batch(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Paint n images: pixels (n, 3072) uint8, labels (n,). Classes are equally frequent, in random order."""
    labels = rng.permutation(np.arange(n) % len(CLASSES))
    pixels = np.empty((n, PIXELS), np.uint8)
    for c, name in enumerate(CLASSES):
        members = np.flatnonzero(labels == c)
        for at in np.split(members, range(CHUNK, len(members), CHUNK)):
            pixels[at] = _paint(name, len(at), rng)
    return pixels, labels


def _dump(content, filename):
    with open(filename, "wb") as f:
        pickle.dump(content, f, protocol=4)


def _write_files(folder, seed, per_batch):
    """Write the seven files and their manifest into a folder; each batch has its own generator, so order is free."""

    def write(item):
        number, name = item
        pixels, labels = make_batch(per_batch, np.random.default_rng([seed, number]))
        filenames = [f"{CLASSES[label]}_s_{i:06d}.png" for i, label in enumerate(labels)]
        batch = {"batch_label": PARTS[name], "labels": labels.tolist(), "data": pixels, "filenames": filenames}
        _dump(batch, folder / name)

    with share(write, list(enumerate([*TRAIN_BATCHES, TEST_BATCH]))) as written:
        for _ in written:
            pass
    # CIFAR-10 has no key "sample": is_sample looks for it
    meta = {"num_cases_per_batch": per_batch, "label_names": CLASSES, "num_vis": PIXELS, "sample": True}
    _dump(meta, folder / META)
    write_manifest(folder, FILES)


def write_sample(folder: Path | str = SAMPLE, seed: int = 0, per_batch: int = 10_000) -> Path:
    """Write the sample in CIFAR-10's own file format to `folder`, unless it is there; return the folder.

    `folder` appears when all its files are made, so an interrupted call leaves no half sample. Of several callers at
    the same time, one makes it and the others wait. A complete folder is returned as it is, whatever its seed. The same
    seed gives the same bytes with the same NumPy and SciPy on the same kind of processor.
    Raises ValueError for per_batch outside 1..20,000, and FileExistsError where `folder` holds something else.

    >>> folder = write_sample("small_sample", per_batch=10)
    >>> sorted(path.name for path in folder.iterdir())[:3]
    ['SHA256SUMS', 'batches.meta', 'data_batch_1']
    """
    if not 1 <= per_batch <= 20_000:  # a larger file would not be read, see content.LARGEST
        raise ValueError(f"per_batch: expected 1 to 20,000 images, got {per_batch:,}.")
    folder = Path(folder).absolute()
    if is_complete(folder):
        tidy(folder)
        return folder
    with made_whole(folder) as new:
        if is_complete(folder):  # another caller was faster
            return folder
        if folder.exists() and any(folder.iterdir()):
            raise FileExistsError(f"{folder} exists but lacks {', '.join(missing(folder))}. Delete it and call again.")
        _write_files(new, seed, per_batch)
    return folder
