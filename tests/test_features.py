"""Features: by hand, beside scikit-image and colorsys, against their definition in plain loops, and at extremes."""

import colorsys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.feature import hog

from cs231n_softmax import features
from cs231n_softmax.features import cache
from cs231n_softmax.features.images import in_blocks

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (7, 32, 32, 3)).astype(np.float32)
SMOOTH = np.cumsum(RNG.normal(0, 4, (6, 20, 20, 3)), axis=1).clip(-120, 120) + 128  # neighbours are alike
PATCHES = features.draw_patches(SMOOTH, 5, size=4, rng=0)


# --- edges and colours -----------------------------------------------------------------------------------------------


def test_hog_is_scikit_images():
    """scikit-image divides each cell's histogram by its sum; so do we here. Sides that aren't multiples of 8, too."""
    for images in (IMAGES, IMAGES[:, :19, :30]):
        ours = features.hog_feature(images)
        cells = ours.reshape(len(images), -1, 9)
        shares = (cells / (cells.sum(axis=2, keepdims=True) + 1e-5)).reshape(len(images), -1)
        for image, share in zip(images, shares, strict=True):
            grey = (image @ [0.299, 0.587, 0.114]).astype(np.float64)
            theirs = hog(grey, 9, (8, 8), (1, 1), block_norm="L1")
            np.testing.assert_allclose(share, theirs, atol=2e-4)


def test_hog_by_hand():
    """A slope upward to the right: one direction for all. Turned by 90 degrees, it is the fifth of nine."""
    slope = np.repeat(np.arange(16.0)[None, :, None], 3, axis=2) * np.ones((16, 1, 1))
    cells = features.hog_feature(slope).reshape(2, 2, 9)
    assert cells[..., 1:].max() == 0
    # the gradient is 2 pixels' difference, except in the image's first and last column: 2 * 7 / 8 of a cell's columns
    np.testing.assert_allclose(cells[..., 0], 2 * 7 / 8, rtol=1e-6)
    turned = features.hog_feature(slope.transpose(1, 0, 2)).reshape(2, 2, 9)
    np.testing.assert_allclose(turned[..., 4], 2 * 7 / 8, rtol=1e-6)
    # light against dark
    np.testing.assert_allclose(features.hog_feature(255 - slope), features.hog_feature(slope), rtol=1e-5)


def test_hues_are_the_standard_librarys():
    """Each pixel's hue by colorsys, counted by NumPy."""
    for nbin in (1, 4, 10):
        pixels = (IMAGES / 255).reshape(len(IMAGES), -1, 3).tolist()
        hues = [[colorsys.rgb_to_hsv(*pixel)[0] for pixel in image] for image in pixels]
        counts = np.array([np.histogram(row, nbin, (0, 1))[0] for row in hues])
        got = features.color_histogram_hsv(IMAGES, nbin, normalized=False)
        near = np.abs(np.array(hues) * nbin - np.rint(np.array(hues) * nbin)) < 1e-5  # may round to the other side
        assert (np.abs(got - counts).sum(axis=1) <= 2 * near.sum(axis=1)).all() and near.mean() < 0.1
        np.testing.assert_array_equal(got.sum(axis=1), 32 * 32)
        np.testing.assert_allclose(features.color_histogram_hsv(IMAGES, nbin), got / 1024, rtol=1e-6)


def test_colours_of_one_kind():
    """Red, yellow, green, cyan, blue, magenta: sixths of the circle. Grey and black count as red; a range of 0 to 1."""
    pure = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1], [0, 0, 0], [0.5, 0.5, 0.5]])
    got = features.color_histogram_hsv(pure[:, None, None, :], 6, xmax=1)
    np.testing.assert_array_equal(got.argmax(axis=1), [0, 1, 2, 3, 4, 5, 0, 0])
    assert (got.max(axis=1) == 1).all()


def test_many_images_are_their_images_one_by_one():
    """Leading axes of any number; cs231n's loop and our blocks give the same numbers."""
    one = np.array([[*features.hog_feature(im), *features.color_histogram_hsv(im)] for im in IMAGES])
    np.testing.assert_array_equal(features.hand_made_features(IMAGES, progress=False), one)
    course = features.extract_features(IMAGES, [features.hog_feature, features.color_histogram_hsv])
    np.testing.assert_array_equal(course, one)
    stacked = features.hog_feature(IMAGES[:6].reshape(2, 3, 32, 32, 3))
    np.testing.assert_array_equal(stacked.reshape(6, -1), one[:6, :144])
    integers = features.hand_made_features(IMAGES.astype(np.uint8), progress=False)
    np.testing.assert_allclose(integers, one, rtol=1e-5, atol=1e-4)


# --- patches ---------------------------------------------------------------------------------------------------------


def _prepared(p):
    """Return a patch after contrast normalization, from its definition."""
    return (p.ravel() - p.mean()) / np.sqrt(p.ravel().var() + 10)


def test_responses_are_those_of_the_definition():
    """Contrast, whitening and comparison in loops over positions and patches, with a whitening of our own making."""
    rng = np.random.default_rng(0)  # the same draws as those of PATCHES
    numbers, rows, columns = (rng.integers(high, size=50_000) for high in (6, 17, 17))
    drawn = np.array([SMOOTH[n, r : r + 4, c : c + 4] for n, r, c in zip(numbers, rows, columns, strict=True)])
    np.testing.assert_array_equal(PATCHES.images, drawn[:5])
    normalized = np.array([_prepared(p) for p in drawn])
    _, eigenvalues, Vt = np.linalg.svd(np.cov(normalized.T))
    whiten = Vt.T @ np.diag((eigenvalues + 0.1) ** -0.5) @ Vt
    directions = [(n - normalized.mean(axis=0)) @ whiten for n in normalized[:5]]
    z = features.patch_responses(SMOOTH[:2], PATCHES)
    assert z.shape == (2, 17, 17, 5) and z.dtype == np.float32
    for i, r, c in [(0, 0, 0), (0, 16, 3), (1, 5, 16), (1, 8, 8)]:
        w = (_prepared(SMOOTH[i, r : r + 4, c : c + 4]) - normalized.mean(axis=0)) @ whiten
        expected = [w @ d / np.linalg.norm(d) for d in directions]
        np.testing.assert_allclose(z[i, r, c], expected, atol=2e-3)


def test_features_are_sums_over_quarters():
    """The thresholds and sums, in loops; 17 positions: 9 of them to the left, and to the top."""
    z = features.patch_responses(SMOOTH[:1], PATCHES)[0].astype(np.float64)
    quarters = [z[:9, :9], z[:9, 9:], z[9:, :9], z[9:, 9:]]
    expected = [np.maximum(0, sign * q[..., k] - 0.25).sum() for sign in (1, -1) for q in quarters for k in range(5)]
    got = features.patch_features(SMOOTH[:1], PATCHES, progress=False)
    np.testing.assert_allclose(got[0], expected, rtol=1e-4, atol=1e-3)
    all_of_it = features.patch_features(SMOOTH[:1], PATCHES, threshold=0, progress=False).reshape(2, 4, 5)
    np.testing.assert_allclose((all_of_it[0] - all_of_it[1]).sum(axis=0), z.sum(axis=(0, 1)), rtol=1e-3, atol=1e-2)


def test_a_patch_responds_most_to_itself():
    """Of all positions in the images that it may have come from, the drawn patch's own has the largest response."""
    z = features.patch_responses(SMOOTH, PATCHES)
    rng = np.random.default_rng(0)
    numbers, rows, columns = (rng.integers(high, size=50_000)[:5] for high in (6, 17, 17))
    for k in range(5):
        own = z[numbers[k], rows[k], columns[k], k]
        assert own > 0 and own >= np.quantile(z[..., k], 0.999)


@settings(max_examples=15)
@given(shift=st.floats(-100, 100))
def test_brightness_changes_nothing(shift):
    """The mean of each patch is taken out first."""
    z, brighter = (features.patch_responses(SMOOTH[:1] + by, PATCHES) for by in (0, shift))
    np.testing.assert_allclose(z, brighter, atol=2e-3)


def test_the_same_on_any_number_of_threads(monkeypatch):
    """Blocks are cut by size alone: the same bits on one core and on three."""
    several = []
    for cores in (1, 3):
        monkeypatch.setattr("cs231n_softmax._threads.num_cores", lambda cores=cores: cores)
        several.append(features.patch_features(np.tile(SMOOTH, (9, 1, 1, 1)), PATCHES, progress=False))
    np.testing.assert_array_equal(*several)
    np.testing.assert_array_equal(several[0][:6], several[0][-6:])


def test_memory_is_that_of_a_few_blocks():
    """Responses of 200 images at all positions would take 70 MB; the result takes 0.5 MB."""
    images = np.tile(IMAGES, (29, 1, 1, 1))
    patches = features.draw_patches(IMAGES, 80, size=6, rng=0)
    tracemalloc.start()
    result = features.patch_features(images, patches, progress=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.shape == (203, 640) and peak < 8e6 + result.nbytes


def test_same_seed_same_patches():
    same, other = (features.draw_patches(IMAGES, 3, rng=seed) for seed in (0, 1))
    again = features.draw_patches(IMAGES, 3, rng=np.random.default_rng(0))
    assert all(np.array_equal(a, b) for a, b in zip(same, again, strict=True))
    assert not np.array_equal(same.images, other.images)


# --- extremes and errors ---------------------------------------------------------------------------------------------


def test_plain_images_give_finite_features():
    """Black, white and constant images have no contrast: nothing is divided by 0."""
    plain = np.stack([np.full((20, 20, 3), value, np.float32) for value in (0, 128, 255)])
    for got in (features.patch_features(plain, PATCHES, progress=False), features.hand_made_features(plain)):
        assert np.isfinite(got).all()
        np.testing.assert_allclose(got[0], got[2], atol=0.05)
    patches = features.draw_patches(plain, 2, rng=0)  # not even a direction
    assert not features.patch_features(plain, patches, progress=False).any()


@pytest.mark.parametrize("function", [features.hog_feature, features.hand_made_features])
@pytest.mark.parametrize(("images", "message"), [
    (np.zeros((2, 3, 32, 32)), "colour last, got shape .2, 3, 32, 32..* Use np.moveaxis"),
    (np.zeros((2, 3072)), "Use im.*.reshape"),
    (np.zeros((1, 4, 4, 3)), "at least 8 x 8 pixels"),
    (np.full((1, 8, 8, 3), np.nan), "NaN or inf in row 0 of 1"),
])
def test_clear_errors_for_images(function, images, message):
    with pytest.raises(ValueError, match=message):
        function(images)


def test_other_clear_errors():
    with pytest.raises(ValueError, match=r"im: expected pixels from 0 to 1, got 0 to 255"):
        features.color_histogram_hsv(IMAGES, xmax=1)
    with pytest.raises(TypeError, match="patches: expected what draw_patches returns, got ndarray"):
        features.patch_features(IMAGES, IMAGES)
    with pytest.raises(ValueError, match="imgs: expected images"):
        features.extract_features(IMAGES[0], [])
    with pytest.raises(ValueError, match="features 1: expected shape .N, 2., N > 0, got .1, 3."):
        features.standardize(np.eye(2), np.ones((1, 3)))
    with pytest.raises(ValueError, match="images: expected at least one image"):
        features.draw_patches(IMAGES[:0])


def test_an_error_in_a_block_is_raised():
    with pytest.raises(ZeroDivisionError):
        in_blocks(lambda block: 1 / 0, IMAGES, 2)


# --- standardized ----------------------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(seed=st.integers(0, 99), offset=st.sampled_from([0, 1e4]), size=st.sampled_from([1e-3, 1, 1e3]))
def test_standardized_features_have_mean_0_and_deviation_1(seed, offset, size):
    """Also with large means; the others are shifted and scaled by the same numbers."""
    raw = offset + size * np.random.default_rng(seed).normal(size=(50, 4))
    train, other = features.standardize(raw[:40], raw, bias=False)
    np.testing.assert_allclose(train.mean(axis=0, dtype=float), 0, atol=1e-4)
    np.testing.assert_allclose(train.std(axis=0, dtype=float), 1, rtol=1e-3)
    np.testing.assert_array_equal(other[:40], train)
    assert train.dtype == np.float32


def test_constant_features_become_zero():
    """Also those that are constant except for rounding."""
    raw = np.c_[np.full(30, 0.1), 1e3 + np.arange(30) % 2 * 2e-13]
    (train,) = features.standardize(raw)
    np.testing.assert_array_equal(train, np.c_[np.zeros((30, 2)), np.ones(30)])


# --- the file --------------------------------------------------------------------------------------------------------


def test_what_is_cached_is_computed_once(tmp_path):
    """Other images, other settings, other shapes: other files. The same ones: no second computation."""
    calls = []

    def counted(images, *settings):
        calls.append(settings)
        return images.sum(axis=(1, 2, 3))[:, None] + len(settings)

    first = cache.cached(counted, IMAGES, PATCHES, 0.25, folder=tmp_path)
    np.testing.assert_array_equal(cache.cached(counted, IMAGES, PATCHES, 0.25, folder=tmp_path), first)
    assert len(calls) == 1
    changed = IMAGES.copy()
    changed[6, 31, 31, 2] += 1
    images = [changed, IMAGES.astype(float), IMAGES.reshape(7, 16, 64, 3)]
    moved = PATCHES._replace(offsets=PATCHES.offsets + 1)
    others = [*((other, PATCHES, 0.25) for other in images),
              (IMAGES, PATCHES, 0.5), (IMAGES, PATCHES), (IMAGES, moved, 0.25)]
    for images, *rest in others:
        cache.cached(counted, images, *rest, folder=tmp_path)
    assert len(calls) == 1 + len(others) == len(list(tmp_path.iterdir()))
    with pytest.raises(TypeError, match="settings: expected arrays, numbers, text or tuples of these, got list"):
        cache.cached(counted, IMAGES, [1], folder=tmp_path)


def test_other_code_gives_another_file(tmp_path, monkeypatch):
    """The code is part of the hash. Files of other code are deleted; those of other functions stay."""
    other = cache.cached(features.color_histogram_hsv, IMAGES, folder=tmp_path)
    one = cache.cached(features.hog_feature, IMAGES, folder=tmp_path)
    before = list(tmp_path.iterdir())
    copy = tmp_path / "package"
    copy.mkdir()
    (copy / "patches.py").write_text("another")
    monkeypatch.setattr(cache, "__file__", str(copy / "cache.py"))
    np.testing.assert_array_equal(cache.cached(features.hog_feature, IMAGES, folder=tmp_path), one)
    assert sorted(path.name.split("-")[0] for path in tmp_path.glob("*.npz")) == ["color_histogram_hsv", "hog_feature"]
    [now] = tmp_path.glob("hog_feature-*.npz")
    assert now not in before and len(other) == 7


def test_a_damaged_file_is_refused(tmp_path):
    cache.cached(features.hog_feature, IMAGES, folder=tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match=r"expected features.*Delete it, and they are computed again"):
        cache.cached(features.hog_feature, IMAGES, folder=tmp_path)
