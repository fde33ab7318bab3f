"""vis_utils/: what the pictures show, read back from their artists, and that they draw without a warning."""

import base64
import math
import re

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import PathCollection
from matplotlib.colors import same_color

from cs231n_softmax.data_utils import CLASSES
from cs231n_softmax.sweep import Result, SweepTable
from cs231n_softmax.vis_utils import (
    COLOURS,
    plot_confusion,
    plot_forgetting,
    plot_landscapes,
    plot_learning_curves,
    plot_losses,
    plot_paths,
    plot_race,
    plot_roofline,
    plot_strokes,
    plot_sweep,
    plot_timings,
    plot_valley,
    show,
    show_film,
    show_journey,
    show_maps,
    show_regions,
    show_samples,
    show_scores,
    show_templates,
    visualize_grid,
)
from cs231n_softmax.vis_utils.forgetting import share_left

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts(ax):
    """The texts drawn in the Axes: {(x, y): text}."""
    return {text.get_position(): text.get_text() for text in ax.texts}


def tick_labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def colour_bar(ax):
    """The label of the colour bar in the same figure."""
    [bar] = [other for other in ax.figure.axes if other.get_label() == "<colorbar>"]
    return bar.get_ylabel()


# --- visualize_grid -------------------------------------------------------------------------------

def test_grid_by_hand():
    """Three 1 x 2 grey images: each scaled to 0..ubound by itself, row by row, 0 between them and in the last place."""
    images = np.array([[[1, 3]], [[7, -1]], [[0, 100]]])[..., None]
    expected = [[0, 10, 0, 10, 0],
                [0, 0, 0, 0, 0],
                [0, 10, 0, 0, 0]]
    np.testing.assert_array_equal(visualize_grid(images, ubound=10)[..., 0], expected)


@pytest.mark.parametrize(("N", "side"), [(1, 1), (2, 2), (4, 2), (5, 3), (9, 3), (10, 4)])
@pytest.mark.parametrize("padding", [0, 1, 3])
def test_grid_places(N, side, padding):
    """Image i is at row i // side, column i % side of the smallest square that holds N; the rest is 0."""
    images = np.random.default_rng(N).uniform(size=(N, 2, 3, 3))
    canvas = visualize_grid(images, padding=padding)
    assert canvas.shape == (side * (2 + padding) - padding, side * (3 + padding) - padding, 3)
    for i, image in enumerate(images):
        row, column = i // side * (2 + padding), i % side * (3 + padding)
        place = canvas[row : row + 2, column : column + 3]
        np.testing.assert_allclose(place, 255 * (image - image.min()) / np.ptp(image))
        place[:] = 0
    assert not canvas.any()


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
def test_grid_of_any_dtype(dtype):
    """Integers do not wrap round, one scale holds for all channels of an image, and the argument is not modified."""
    images = np.array([[[[200, 100, 0]]]]).astype(dtype)
    np.testing.assert_allclose(visualize_grid(images), [[[255, 127.5, 0]]])
    assert images.ravel().tolist() == [200, 100, 0]
    np.testing.assert_allclose(visualize_grid(np.array([[[[-128, 127]]]], np.int8)), [[[0, 255]]])


def test_grid_of_the_largest_numbers():
    """Their difference alone would overflow."""
    assert visualize_grid(np.array([[[[-1.7e308], [1.7e308]]]])).ravel().tolist() == [0, 255]


def test_grid_of_a_constant_image():
    """An image of a single value becomes 0, without a division warning; its neighbour is not touched."""
    images = np.stack([np.full((2, 2, 3), 7.0), np.arange(12.0).reshape(2, 2, 3)])
    canvas = visualize_grid(images, padding=0)
    assert not canvas[:2, :2].any() and canvas[:2, 2:].max() == pytest.approx(255)


def test_grid_defaults_are_cs231ns():
    """visualize_grid(Xs, ubound=255.0, padding=1)."""
    images = np.random.default_rng(0).uniform(size=(3, 2, 2, 1))
    np.testing.assert_array_equal(visualize_grid(images), visualize_grid(images, 255.0, 1))


# --- show_samples ---------------------------------------------------------------------------------

def test_samples_are_in_the_column_of_their_class():
    """Each column has different images of its class, whole and in place; what is missing stays grey."""
    y = np.array([1, 0, 1, 3, 1, 0, 1])
    X = np.random.default_rng(0).integers(256, size=(7, 32, 32, 3)).astype(np.float32)
    ax = show_samples(X, y, classes=["a", "b", "c", "d"], per_class=3, rng=0)
    [image] = ax.images
    canvas = np.asarray(image.get_array()).copy()
    assert canvas.shape == (3 * 34, 4 * 34, 3) and canvas.dtype == np.uint8
    for label, count in enumerate([2, 3, 0, 1]):
        shown = []
        for k in range(count):
            place = canvas[34 * k + 1 : 34 * k + 33, 34 * label + 1 : 34 * label + 33]
            shown += [i for i in range(7) if np.array_equal(X[i], place)]
            place[:] = 200
        assert len(set(shown)) == count and (y[shown] == label).all()
    assert (canvas == 200).all()
    assert tick_labels(ax.xaxis) == ["a", "b", "c", "d"] and list(ax.get_xticks()) == [17, 51, 85, 119]
    ax.figure.canvas.draw()


def test_pictures_are_bounded():
    """Places for more pixels than a picture can have are refused, also where Python doesn't print the number."""
    images = np.ones((2, 32, 32, 3))
    for digits, got in ((4, "10,000"), (400, "about 10**400"), (5000, "about 10**5000")):
        with pytest.raises(ValueError, match=re.escape(f"padding: expected 0 to 1,000, got {got}.")):
            visualize_grid(images, padding=10**digits)
        with pytest.raises(ValueError, match=re.escape(f"per_class: expected 1 to 500, got {got}.")):
            show_samples(images, np.zeros(2, int), per_class=10**digits)
    assert not plt.get_fignums()


def test_samples_are_random_and_repeatable():
    """The same seed shows the same images, another seed others."""
    X = np.arange(40.0)[:, None, None, None] * np.ones((32, 32, 3))

    def shown(per_class, rng=None):
        ax = show_samples(X, np.zeros(40, int), classes=["a"], per_class=per_class, rng=rng)
        return ax.images[0].get_array()[17::34, 17, 0].tolist()

    assert shown(10, 0) == shown(10, 0) != shown(10, 1)
    assert sorted(shown(40)) == [*range(40)]


@pytest.mark.parametrize("value", [-1, 256, -0.5])
def test_pixels_beyond_the_range_are_refused(value):
    """Cut off or wrapped around, they would be another picture."""
    X = np.full((2, 32, 32, 3), 100.0)
    X[1, 3, 3, 1] = value
    with pytest.raises(ValueError, match=f"X: expected pixels of 0 to 255, got .*{value}.* Add the mean image"):
        show_samples(X, np.zeros(2, int), classes=["a"])
    assert not plt.get_fignums()


@pytest.mark.parametrize(("shape", "remedy"), [
    ((3, 32, 32), "transpose(0, 2, 3, 1)."), ((3072,), "X.reshape(-1, 32, 32, 3)."),
    ((3073,), "the last column is the bias."), ((32, 3), "Use X[None] for a single image."),
    ((30, 30, 3), "got (32, 30, 30, 3).")])
def test_other_shapes_come_with_a_remedy(shape, remedy):
    """Where it's clear what the array is, the error says how to make images of it."""
    with pytest.raises(ValueError, match="^X: expected images") as error:
        show_samples(np.ones((32, *shape)), np.zeros(32, int))
    assert str(error.value).endswith(remedy)


# --- show_scores ----------------------------------------------------------------------------------

def test_bars_are_softmax_and_the_title_its_loss():
    """Cat, car, frog: 0.13, 0.87, 0.00; the true class is hatched and named, and its loss is 2.04."""
    ax = show_scores([3.2, 5.1, -1.7], 0, ["cat", "car", "frog"])
    e = np.exp([3.2, 5.1, -1.7])
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], e / e.sum())
    assert [bar.get_hatch() for bar in ax.patches] == ["//", None, None]
    assert tick_labels(ax.xaxis) == ["cat\n3.2\n(true)", "car\n5.1", "frog\n-1.7"]
    assert [text.get_text() for text in ax.texts] == ["0.13", "0.87", "0.00"]
    assert ax.get_title() == "loss 2.04" and ax.get_ylabel() == "probability"
    ax.figure.canvas.draw()


def test_bars_without_a_true_class_and_with_huge_scores():
    """Without y, no bar is marked and no loss given; a probability of 0 still has its finite loss."""
    ax = show_scores([1, 1])
    assert [bar.get_hatch() for bar in ax.patches] == [None, None] and "loss" not in ax.get_title()
    assert tick_labels(ax.xaxis) == ["class 0\n1.0", "class 1\n1.0"]
    assert show_scores([800, 0], 1).get_title() == "loss 800.00"


@pytest.mark.parametrize(("arguments", "message"), [
    (([[1.0, 2.0]],), r"scores: expected shape \(C,\)"), (([],), r"scores: expected shape"),
    (([1, np.nan],), "scores: expected finite"), (([1, 2], 2), "y: expected 0 to 1"),
    (([1, 2], 0, ["a"]), "classes: expected a name for each of 2 scores, got 1")])
def test_bars_refuse_what_does_not_fit(arguments, message):
    """Before anything is drawn, the argument is named."""
    with pytest.raises(ValueError, match=message):
        show_scores(*arguments)
    assert not plt.get_fignums()


# --- show_journey ---------------------------------------------------------------------------------

def test_a_journey_by_hand():
    """Two classes, equal scores, then 2 and 0: losses log 2 and 0.13; gradients on one scale, grey at 0; old marks."""
    dW = np.outer(np.linspace(-1, 1, 3073), [0.5, -0.25])
    figure = show_journey(np.full(3072, 100), 0, [0, 0], dW, [2, 0], ["a", "b"])
    axes = {ax.get_title(): ax for ax in figure.axes}
    assert {"true class: a", "probabilities: loss 0.69", "probabilities: loss 0.13"} < set(axes)
    pictures = [np.asarray(axes[name].images[0].get_array()) for name in ("a\n-0.50", "b\n+0.50")]
    np.testing.assert_allclose(pictures[0].ravel(), 0.5 + dW[:3072, 0], atol=1e-3)
    np.testing.assert_allclose(pictures[1].ravel(), 0.5 + dW[:3072, 1], atol=1e-3)
    assert [bar.get_width() for bar in axes["scores"].patches] == [2, 0]
    assert axes["scores"].patches[0].get_hatch() == "//" and axes["scores"].lines[0].get_xdata().tolist() == [0, 0]
    figure.canvas.draw()


@pytest.mark.parametrize(("change", "message"), [
    ({"image": np.zeros((2, 3072))}, r"image: expected shape \(3072,\), got \(2, 3072\)"),
    ({"dW": np.zeros((3072, 3))}, "dW: expected shape"), ({"scores": [1.0]}, "scores: expected shape"),
    ({"new_scores": [np.inf, 1]}, "new_scores: expected finite"), ({"y": 2}, "y: expected 0 to 1")])
def test_a_journey_that_does_not_fit_is_refused(change, message):
    """Before anything is drawn, the argument is named."""
    good = {"image": np.zeros(3072), "y": 0, "scores": [1, 2], "dW": np.zeros((3073, 2)), "new_scores": [1, 2]}
    with pytest.raises(ValueError, match=message):
        show_journey(**{**good, **change}, classes=["a", "b"])
    assert not plt.get_fignums()


# --- show_regions ---------------------------------------------------------------------------------

W_PLANE = np.array([[2.0, -1, -1], [0, 2, -2], [0, 0.5, 0]])
POINTS = np.array([[1.0, 0], [-1, 1], [-1, -1], [-0.5, 1]])


def regions(temperature=1.0, W=W_PLANE):
    """Return the Axes, drawn, and the colours (rows, columns, 3) of the plane."""
    ax = show_regions(W, POINTS, np.array([0, 1, 2, 1]), ["cat", "car", "frog"], temperature)
    [image] = ax.images
    ax.figure.canvas.draw()
    return ax, np.asarray(image.get_array())


def test_regions_are_coloured_by_their_probabilities():
    """The colour of a place is the mean of the class colours by softmax; arrows are columns of W; each has a marker."""
    ax, picture = regions()
    low, high = ax.get_xlim()
    side = np.linspace(low, high, len(picture))
    i, j = 40, 120
    e = np.exp(np.array([side[j], side[i], 1]) @ W_PLANE)
    colours = np.array([matplotlib.colors.to_rgb(colour) for colour in COLOURS[:3]])
    np.testing.assert_allclose(picture[i, j], 1 - 0.55 * (e / e.sum()) @ (1 - colours))
    tips = [text.xy for text in ax.texts if text.get_text() in ("cat ●", "car ■", "frog ▲")]
    np.testing.assert_array_equal(tips, W_PLANE[:2].T)
    marks = [c.get_offsets().tolist() for c in ax.collections if isinstance(c, PathCollection)]
    assert marks == [POINTS[[0]].tolist(), POINTS[[1, 3]].tolist(), POINTS[[2]].tolist()]


def test_temperature_blurs_regions_and_leaves_lines():
    """At a high temperature colours are mixed, lines between classes stay, and no probability reaches a thin line."""
    def borders(ax):
        lines = [c for c in ax.collections if hasattr(c, "levels") and c.levels.tolist() == [0]]
        return np.concatenate([path.vertices for line in lines for path in line.get_paths()])

    (sharp, many), (soft, few) = regions(), regions(1000)
    assert np.ptp(few[..., 0]) < np.ptp(many[..., 0]) / 10
    np.testing.assert_allclose(borders(sharp)[[0, -1]], borders(soft)[[0, -1]], atol=0.05)
    assert [c.levels.tolist() for c in soft.collections if hasattr(c, "levels")] == [[0]] * 3
    regions(W=np.zeros((3, 3)))  # no lines and no lengths: draws without a warning


# --- plot_losses ----------------------------------------------------------------------------------

def test_curves_end_where_training_diverged():
    """Curves hold the losses by iteration and end at the first inf; axes have units, a log scale, and a legend."""
    ax = plot_losses({"good": [4, 2, 1], "lost": [5.0, 6, math.inf, math.inf], "none": [math.inf]})
    assert [line.get_xydata().tolist() for line in ax.lines] == [[[0, 4], [1, 2], [2, 1]], [[0, 5], [1, 6]], []]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["good", "lost", "none"]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("iteration", "batch loss (nats)", "log")
    assert ax.get_title()
    ax.figure.canvas.draw()


def test_losses_of_zero_can_be_drawn():
    """A hinge loss can be exactly 0: a logarithmic axis has no place for 0, and warns when there is nothing else."""
    ax = plot_losses({"learned": [0, 0]})
    assert ax.get_yscale() == "linear" and ax.lines[0].get_ydata().tolist() == [0, 0]
    ax.figure.canvas.draw()


def test_lines_differ_without_colour():
    """The first lines differ in colour and in dash (and in marker, where there are markers)."""
    lines = plot_losses({str(k): [1, 2] for k in range(4)}).lines
    assert len({line.get_color() for line in lines}) == len({line.get_linestyle() for line in lines}) == 4
    lines = plot_timings({str(k): ([1, 2], [1, 2]) for k in range(4)}).lines
    assert len({line.get_color() for line in lines}) == len({line.get_marker() for line in lines}) == 4


# --- plot_timings ---------------------------------------------------------------------------------

def test_timings_are_in_milliseconds():
    """A curve for each name over its own sizes, in ms, on logarithmic axes with units."""
    ax = plot_timings({"naive": ([10, 100], [0.5, 5.0]), "vectorized": ([10, 100, 1000], [0.001, 0.002, 0.004])})
    naive, vectorized = (line.get_xydata() for line in ax.lines)
    np.testing.assert_allclose(naive, [[10, 500], [100, 5000]])
    np.testing.assert_allclose(vectorized, [[10, 1], [100, 2], [1000, 4]])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["naive", "vectorized"]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert ax.get_title() and "N" in ax.get_xlabel() and "(ms)" in ax.get_ylabel()
    ax.figure.canvas.draw()


# --- plot_roofline --------------------------------------------------------------------------------

def test_roof_and_points():
    """The roof is bandwidth times intensity up to the peak; points and labels are in Gflop/s, on logarithmic axes."""
    ax = plot_roofline({"mine": (5, 60e9), "theirs": (10, 9e9)}, bandwidth=20e9, peak=200e9)
    roof, *points = (line.get_xydata() for line in ax.lines)
    np.testing.assert_allclose(roof[:, 1], np.minimum(200, 20 * roof[:, 0]))
    assert roof[0, 0] == 1 and roof[-1, 0] > 10 and roof[-1, 1] == 200
    np.testing.assert_allclose(points, [[[5, 60]], [[10, 9]]])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "the roof: 20 GB/s, then 200", "mine: 60", "theirs: 9"]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert "per byte" in ax.get_xlabel() and "(Gflop/s)" in ax.get_ylabel()
    ax.figure.canvas.draw()


# --- plot_sweep -----------------------------------------------------------------------------------

def result(learning_rate, reg, accuracy):
    """A row whose training accuracy and loss differ from its validation accuracy; None: diverged."""
    if accuracy is None:
        return Result(learning_rate, reg, math.nan, math.nan, math.inf, True)
    return Result(learning_rate, reg, accuracy + 0.1, accuracy, 2.0, False)


def sweep_axes_are_labelled(ax):
    return (ax.get_title() and ax.get_xlabel() == "learning rate" and ax.get_ylabel() == "regularization strength"
            and colour_bar(ax) == "validation accuracy (%)")


def test_heatmap_numbers_are_in_their_cells():
    """A full grid, in any order, is a heatmap: rates across, regs up, percent in each cell, the best starred."""
    ax = plot_sweep(SweepTable([result(1e-6, 1e3, 0.3), result(1e-7, 1e4, 0.25), result(1e-6, 1e4, 0.456),
                                result(1e-7, 1e3, 0.1), result(1e-5, 1e3, None), result(1e-5, 1e4, 0.2)]))
    assert texts(ax) == {(0.5, 0.5): "10.0", (1.5, 0.5): "30.0", (2.5, 0.5): "diverged",
                         (0.5, 1.5): "25.0", (1.5, 1.5): "45.6 ★", (2.5, 1.5): "20.0"}
    assert dict(zip(ax.get_xticks(), tick_labels(ax.xaxis), strict=True)) == {
        0.5: "1.0e-07", 1.5: "1.0e-06", 2.5: "1.0e-05"}
    assert dict(zip(ax.get_yticks(), tick_labels(ax.yaxis), strict=True)) == {0.5: "1.0e+03", 1.5: "1.0e+04"}
    [mesh] = ax.collections
    np.testing.assert_allclose(np.ma.filled(mesh.get_array(), np.nan), [[10, 30, np.nan], [25, 45.6, 20]])
    assert sweep_axes_are_labelled(ax)
    ax.figure.canvas.draw()


def test_heatmap_numbers_can_be_read():
    """Numbers are white on the dark half of the colour map and black on the light half."""
    ax = plot_sweep(SweepTable([result(1, 1, 0.1), result(1, 2, 0.9), result(2, 1, 0.4), result(2, 2, None)]))
    assert {text.get_text(): text.get_color() for text in ax.texts} == {
        "10.0": "white", "40.0": "white", "90.0 ★": "black", "diverged": "black"}


def test_other_settings_are_points():
    """Random settings are a scatter plot on log axes, coloured by accuracy; crosses diverged, the best is ringed."""
    rows = [result(1e-3, 10, 0.3), result(2e-3, 7, 0.5), result(0.1, 99, None), result(5e-4, 2, 0.4)]
    ax = plot_sweep(SweepTable(rows))
    good, diverged, best = ax.collections
    assert good.get_offsets().tolist() == [[1e-3, 10], [2e-3, 7], [5e-4, 2]]
    np.testing.assert_allclose(good.get_array(), [30, 50, 40])
    assert diverged.get_offsets().tolist() == [[0.1, 99]]
    assert best.get_offsets().tolist() == [[2e-3, 7]]
    assert [text.get_text() for text in ax.texts] == ["30.0", "50.0", "40.0"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["diverged", "best: 50.0 %"]
    assert ax.get_xscale() == ax.get_yscale() == "log" and sweep_axes_are_labelled(ax)
    ax.figure.canvas.draw()


@pytest.mark.parametrize(("rows", "expected"), [
    ([(1, 1, None), (1, 2, None), (2, 1, None), (2, 2, None)], {"diverged"}),
    ([(1, 1, None), (3, 2, None)], {"diverged"}),
    ([(1, 1, 0.25)], {"25.0", "best: 25.0 %"}),
    ([(1, 1, None)], {"diverged"}),
    ([(1, 1, 0.25), (2, 1, 0.5)], {"25.0", "50.0 ★"}),
    ([(1, 1, 0.25), (1, 2, None)], {"25.0 ★", "diverged"}),
    ([(1, 0, 0.25), (1, 2, 0.5)], {"25.0", "50.0 ★"}),
], ids=["grid, all diverged", "points, all diverged", "single", "single diverged", "row", "column", "reg 0"])
def test_any_sweep_can_be_drawn(rows, expected):
    """All diverged, a single setting, a single row or column: drawn without a warning, with what there is to say."""
    ax = plot_sweep(SweepTable([result(*row) for row in rows]))
    legend = ax.get_legend()
    assert {text.get_text() for text in [*ax.texts, *(legend.get_texts() if legend else [])]} == expected
    assert sweep_axes_are_labelled(ax)
    ax.figure.canvas.draw()


def test_pictures_that_are_compared_share_a_scale():
    """With limits, the colours of heatmap and points run from the first to the second, and numbers can be read."""
    grid, points = [result(1, 1, 0.1), result(2, 1, 0.2)], [result(1, 1, 0.1), result(2, 3, 0.2)]
    for rows in grid, points:
        ax = SweepTable(rows).plot(limits=(10, 50))
        assert ax.collections[0].get_clim() == (10, 50)
    assert [text.get_color() for text in SweepTable(grid).plot(limits=(10, 50)).texts] == ["white", "white"]
    assert [text.get_color() for text in SweepTable(grid).plot().texts] == ["white", "black"]
    for limits, error in [((50, 10), ValueError), ((10, 10), ValueError), (10, TypeError), ((1, 2, 3), TypeError)]:
        with pytest.raises(error, match="limits: expected"):
            plot_sweep(grid, limits=limits)


def test_many_points_have_no_numbers():
    """More than 30 numbers would hide each other."""
    rows = [result(k, k, 0.2) for k in range(1, 32)]
    assert not plot_sweep(rows).texts and len(plot_sweep(rows[:30]).texts) == 30


# --- plot_forgetting ------------------------------------------------------------------------------

GRID = [result(rate, reg, 0.3) for rate in (1e-7, 1e-6, 1e-5) for reg in (1e2, 1e3, 1e4)]


def test_the_share_left_is_that_of_shrinking_step_by_step():
    """Weights that nothing is learned for shrink by 1 - 2 * learning_rate * reg in each step."""
    w = 1.0
    for _ in range(1500):
        w -= 1e-6 * 2 * 1e3 * w
    assert share_left(1e-6, 1e3, 1500) == pytest.approx(w)
    assert share_left(np.array([1e-9, 1]), 1e3, 7).tolist() == [pytest.approx(1, abs=1e-4), 0]


def test_lines_of_equal_forgetting_are_where_they_belong():
    """On each line the product of learning rate and reg is the same, and leaves the share in the legend."""
    ax = plot_forgetting(GRID, num_iters=1500)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["90 %", "50 %", "1 %"]
    lines = [c.get_paths()[0].vertices for c in ax.collections if len(c.get_paths()) == 1 and hasattr(c, "levels")]
    assert len(lines) == 6  # each with its edge
    for places, share in zip(lines[::2], (0.9, 0.5, 0.01), strict=True):
        rate, reg = 1e-7 * 10 ** (places[:, 0] - 0.5), 1e2 * 10 ** (places[:, 1] - 0.5)  # three decades, evenly spaced
        np.testing.assert_allclose((1 - 2 * rate * reg) ** 1500, share, rtol=0.02)
    ax.figure.canvas.draw()


@pytest.mark.parametrize("table", [GRID[:-1], GRID[:3], [result(1, reg, 0.3) for reg in (0, 1)] * 2,
                                   [result(rate, reg, 0.3) for rate in (1, 2) for reg in (0, 1)]])
def test_only_a_full_grid_has_lines(table):
    """A missing cell, a single rate, reg 0: refused before anything is drawn."""
    with pytest.raises(ValueError, match="table: expected"):
        plot_forgetting(table, 1500)
    assert not plt.get_fignums()


# --- descents -------------------------------------------------------------------------------------

w, b = np.array([0.0, 1.0, 2.0]), np.array([5.0, 6.0])
LOSSES = np.arange(6.0).reshape(2, 3)
GREY = np.zeros((3073, 2))


def test_paths_by_hand():
    """Each way with its points, and a star at its start; no two ways have the same colour, dash or marker."""
    ways = {"one": [[0, 5], [1, 6], [2, 5]], "other": np.array([[2.0, 6.0], [0.0, 5.0]])}
    ax = plot_paths(w, b, LOSSES, ways)
    first, star, second, other_star = ax.lines
    for line, mark, name in [(first, star, "one"), (second, other_star, "other")]:
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_xydata(), ways[name])
        np.testing.assert_array_equal(mark.get_xydata(), [ways[name][0]])
        assert mark.get_marker() == "*"
    for look in ["get_color", "get_linestyle", "get_marker"]:
        assert getattr(first, look)() != getattr(second, look)()
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 2), (5, 6))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("weight w", "bias b")


@pytest.mark.parametrize("changed, message", [
    ({"losses": LOSSES.T}, r"losses: expected shape \(len\(b\), len\(w\)\) = \(2, 3\).*got \(3, 2\)"),
    ({"paths": {}}, "paths: expected at least one"),
    ({"paths": {"a": [1.0, 2.0]}}, r"paths\['a'\]: expected points \(n, 2\).*got shape \(2,\)"),
    ({"paths": {"a": np.empty((0, 2))}}, r"paths\['a'\]: expected points"),
])
def test_paths_refuse(changed, message):
    with pytest.raises(ValueError, match=message):
        plot_paths(**({"w": w, "b": b, "losses": LOSSES, "paths": {"a": [[0, 5]]}} | changed))


def test_film_by_hand():
    """One scale for all images: 0 is grey, +limit white, -limit black, and what is beyond is cut off."""
    W = GREY.copy()
    W[:4, 1] = [0.1, -0.1, 7, 0.05]
    W[3072] = 99  # the bias isn't a pixel
    axes = show_film({"first": [GREY, W], "second": [W[:3072], GREY]}, ["start", "end"], label=1, limit=0.1)
    assert axes.shape == (2, 2)
    assert [ax.get_title() for ax in axes.ravel()] == ["start", "end", "", ""]
    assert [ax.get_ylabel() for ax in axes.ravel()] == ["first", "", "second", ""]
    for ax in (axes[0, 1], axes[1, 0]):
        np.testing.assert_allclose(ax.images[0].get_array().ravel()[:5], [1, 0, 1, 0.75, 0.5])
    for ax in (axes[0, 0], axes[1, 1]):
        assert (ax.images[0].get_array() == 0.5).all()


@pytest.mark.parametrize("changed, error, message", [
    ({"films": {"a": [GREY]}}, ValueError, r"films\['a'\]: expected a W for each of 2 moments, got 1"),
    ({"films": {"a": [GREY, GREY[:5]]}}, ValueError, r"expected W of shape \(3073, C\) or \(3072, C\), got \(5, 2\)"),
    ({"films": {"a": [GREY, GREY * np.nan]}}, ValueError, "films"),
    ({"films": [GREY]}, TypeError, "films: expected a dict"),
    ({"label": 2}, ValueError, "label: expected 0 to 1, got 2"),
    ({"limit": 0}, ValueError, "limit: expected a finite number > 0"),
    ({"films": {"a": []}, "moments": []}, ValueError, "moments: expected at least one, got none"),
])
def test_film_refuses(changed, error, message):
    with pytest.raises(error, match=message):
        show_film(**({"films": {"a": [GREY, GREY]}, "moments": ["start", "end"], "label": 0, "limit": 1.0} | changed))


# --- plot_learning_curves -------------------------------------------------------------------------

def test_learning_curves_by_hand():
    """Two lines for each name, training dashed, over the number of images on a log axis with its values as ticks."""
    ax = plot_learning_curves({"reg 0": [(100, 100, 21), (1000, 86, 31)], "reg 1": [(100, 68, 20), (1000, 58, 34)]})
    drawn = {line.get_label(): (line.get_xydata().tolist(), line.get_linestyle(), line.get_marker())
             for line in ax.lines}
    assert drawn["training images, reg 0"] == ([[100, 100], [1000, 86]], "--", "o")
    assert drawn["validation images, reg 0"] == ([[100, 21], [1000, 31]], "-", "o")
    assert drawn["validation images, reg 1"][1:] == ("-", "s") and len(drawn) == 4
    assert ax.get_xscale() == "log" and tick_labels(ax.xaxis) == ["100", "1,000"] and "(%)" in ax.get_ylabel()
    ax.figure.canvas.draw()


@pytest.mark.parametrize("rows", [[], [100, 2, 3], [(100, 2)]])
def test_learning_curves_need_three_columns(rows):
    """Other shapes are refused, and the name of the curve is in the message."""
    with pytest.raises(ValueError, match="curves\\['a'\\]: expected rows"):
        plot_learning_curves({"a": rows})


# --- show_templates -------------------------------------------------------------------------------

@pytest.mark.parametrize("bias", [0, 1])
def test_templates_are_the_columns_of_W(bias):
    """Picture c is column c as a (32, 32, 3) image scaled to 0..1 by itself, under class c's name; no bias row."""
    W = np.random.default_rng(0).standard_normal((3072 + bias, 10)) * np.arange(1, 11)
    W[3072:] = 1e9
    axes = show_templates(W, title="What they look for")
    assert axes.shape == (2, 5) and axes[0, 0].figure.get_suptitle() == "What they look for"
    for c, ax in enumerate(axes.ravel()):
        assert ax.get_title() == CLASSES[c] and not ax.axison
        w = W[:3072, c].reshape(32, 32, 3)
        np.testing.assert_allclose(ax.images[0].get_array(), (w - w.min()) / np.ptp(w), atol=1e-12)
    if bias:
        axes[0, 0].figure.canvas.draw()


def test_templates_of_few_classes():
    """With three classes the fourth place stays empty; Axes given are used and returned."""
    W = np.random.default_rng(0).standard_normal((3072, 3))
    axes = show_templates(W, classes=["a", "b", "c"])
    assert [(ax.get_title(), len(ax.images), ax.axison) for ax in axes.ravel()] == [
        ("a", 1, False), ("b", 1, False), ("c", 1, False), ("", 0, False)]
    given = plt.subplots(1, 3)[1]
    assert show_templates(W, ["a", "b", "c"], axes=given) is given
    assert [ax.get_title() for ax in given] == ["a", "b", "c"] and len(plt.get_fignums()) == 2


# --- plot_confusion -------------------------------------------------------------------------------

def test_confusion_by_hand():
    """Percent of each true class, true classes down, predictions across; a class without examples is a row of 0."""
    ax = plot_confusion([0, 0, 0, 0, 1, 1], [0, 0, 1, 0, 2, 2], classes=["cat", "dog", "ship"])
    expected = np.array([[75, 25, 0], [0, 0, 100], [0, 0, 0]])
    np.testing.assert_array_equal(ax.images[0].get_array(), expected)
    assert texts(ax) == {(j, i): str(expected[i, j]) for i in range(3) for j in range(3)}
    assert tick_labels(ax.xaxis) == tick_labels(ax.yaxis) == ["cat", "dog", "ship"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert ax.get_title() and colour_bar(ax) == "share of the true class (%)"
    assert ax.texts[0].get_color() == "black" and ax.texts[1].get_color() == "white"  # on light 75, on dark 25
    ax.figure.canvas.draw()


pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


@given(pairs=pairs, dtype=st.sampled_from([np.int64, np.uint8]))
@settings(deadline=None, derandomize=True, max_examples=6)
def test_confusion_rows_sum_to_100(pairs, dtype):
    """Each row sums to 100 percent, or to 0 where the class has no example."""
    y_true, y_pred = np.array(pairs, dtype).T
    ax = plot_confusion(y_true, y_pred, classes=["a", "b", "c", "d"])
    sums = np.asarray(ax.images[0].get_array()).sum(axis=1)
    np.testing.assert_allclose(sums, [100 if label in y_true else 0 for label in range(4)])
    plt.close("all")


# --- races and valleys ----------------------------------------------------------------------------

def test_a_race_by_hand():
    """Each curve ends before its first point below the floor, on a log axis; what was spent names the other axis."""
    ax = plot_race({"a": ([1, 2, 3, 4], [1, 0.01, 1e-9, 0.5]), "b": ([0, 5], [3, 2]), "c": ([1], [-1])}, "seconds")
    a, b, c = ax.lines
    np.testing.assert_array_equal(a.get_xydata(), [[1, 1], [2, 0.01]])
    np.testing.assert_array_equal(b.get_xydata(), [[0, 3], [5, 2]])
    assert len(c.get_xydata()) == 0  # below the lowest loss: rounding
    assert [line.get_label() for line in ax.lines] == ["a", "b", "c"]
    for look in ["get_color", "get_linestyle", "get_marker"]:
        assert len({getattr(line, look)() for line in ax.lines}) == 3
    assert (ax.get_yscale(), ax.get_xlabel()) == ("log", "seconds")
    assert len(plot_race({"a": ([1, 2], [1, 0.01])}, floor=0.1).lines[0].get_xydata()) == 1
    ax.figure.canvas.draw()


def test_no_line_is_lost_on_a_dark_page():
    """In matplotlib's dark style, nothing that is drawn has the colour of the page."""
    with plt.style.context("dark_background"):
        race = plot_race({name: ([1, 2], [1, 0.1]) for name in "abcdefg"})
        valley = plot_valley((1, 2), {"a": [[1, 1]]})
        for ax in (race, valley):
            assert not any(same_color(line.get_color(), ax.get_facecolor()) for line in ax.lines)


@pytest.mark.parametrize("changed, error, message", [
    ({"curves": {}}, ValueError, "curves: expected at least one"),
    ({"curves": {"a": [1, 2, 3]}}, TypeError, r"curves\['a'\]: expected a pair \(spent, loss minus lowest\)"),
    ({"curves": {"a": ([1, 2], [1])}}, ValueError, r"curves\['a'\]: expected as many losses as places, got 1 and 2"),
    ({"curves": {"a": ([[1]], [1])}}, ValueError, r"curves\['a'\]: expected a flat list"),
    ({"floor": 0}, ValueError, "floor: expected a finite number > 0"),
])
def test_races_refuse(changed, error, message):
    with pytest.raises(error, match=message):
        plot_race(**({"curves": {"a": ([1], [1])}} | changed))
    assert not plt.get_fignums()


def test_a_valley_by_hand():
    """Ways with a star at their start, a cross at (0, 0), and lines of equal height of (a u^2 + b v^2) / 2."""
    ways = {"one": [[-4, 1], [-2, 0]], "other": np.array([[3.0, 2.0]])}
    ax = plot_valley((1, 9), ways)
    first, star, second, other_star, cross = ax.lines
    for line, mark, name in [(first, star, "one"), (second, other_star, "other")]:
        assert line.get_label() == name and mark.get_marker() == "*"
        np.testing.assert_array_equal(line.get_xydata(), ways[name])
        np.testing.assert_array_equal(mark.get_xydata(), [ways[name][0]])
    assert (cross.get_marker(), cross.get_xydata().tolist()) == ("+", [[0, 0]])
    [contours] = ax.collections
    heights = [(u**2 + 9 * v**2) / 2 for u, v in (path.vertices.T for path in contours.get_paths() if len(path))]
    assert len(heights) >= 8
    for line, level in zip(heights, contours.levels, strict=False):
        np.testing.assert_allclose(line, level, rtol=0.02)
    np.testing.assert_allclose(np.diff(np.sqrt(contours.levels), 2), 0, atol=1e-9)  # as far from each other
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert left < -4 and right > 3 and low < 0 and high > 2 and ax.get_aspect() == 1
    ax.figure.canvas.draw()


@pytest.mark.parametrize("changed, error, message", [
    ({"curvatures": (1, 0)}, ValueError, "curvatures: expected a finite number > 0"),
    ({"curvatures": 3}, TypeError, r"curvatures: expected a pair \(a, b\)"),
    ({"paths": {}}, ValueError, "paths: expected at least one"),
    ({"paths": {"a": [1.0, 2.0]}}, ValueError, r"paths\['a'\]: expected points \(n, 2\).*got shape \(2,\)"),
    ({"paths": {"a": [[1.0, np.inf]]}}, ValueError, r"paths\['a'\]"),
])
def test_valleys_refuse(changed, error, message):
    with pytest.raises(error, match=message):
        plot_valley(**({"curvatures": (1, 2), "paths": {"a": [[0, 1]]}} | changed))
    assert not plt.get_fignums()


# --- all of them ----------------------------------------------------------------------------------

IMAGES = np.zeros((10, 32, 32, 3))
DRAW = {
    "show_samples": lambda ax: show_samples(IMAGES, np.arange(10), per_class=1, ax=ax),
    "show_scores": lambda ax: show_scores([1, 2], 0, ax=ax),
    "show_regions": lambda ax: show_regions(W_PLANE, POINTS, np.array([0, 1, 2, 1]), ["a", "b", "c"], ax=ax),
    "plot_losses": lambda ax: plot_losses({"a": [2, 1]}, ax=ax),
    "plot_sweep, grid": lambda ax: plot_sweep(SweepTable([result(1, 1, 0.1), result(2, 1, 0.2)]), ax=ax),
    "plot_forgetting": lambda ax: plot_forgetting(GRID, 1500, ax=ax),
    "plot_learning_curves": lambda ax: plot_learning_curves({"a": [(100, 90, 20)]}, ax=ax),
    "plot_sweep, points": lambda ax: plot_sweep(SweepTable([result(1, 1, 0.1), result(2, 2, 0.2)]), ax=ax),
    "plot_paths": lambda ax: plot_paths([0, 1], [0, 1], [[1, 2], [3, 4]], {"a": [[0, 0]]}, ax=ax),
    "plot_race": lambda ax: plot_race({"a": ([1, 2], [1, 0.1])}, ax=ax),
    "plot_valley": lambda ax: plot_valley((1, 25), {"a": [[-1, 1], [0, 0]]}, ax=ax),
    "plot_roofline": lambda ax: plot_roofline({"a": (1, 2)}, 3, 4, ax=ax),
    "plot_timings": lambda ax: plot_timings({"a": ([1, 2], [1, 2])}, ax=ax),
    "plot_confusion": lambda ax: plot_confusion(np.arange(10), np.arange(10), ax=ax),
}


@pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)
def test_axes_given_are_used(draw):
    """Each function draws on the Axes given and returns them, titled, without a new figure; else it makes a figure."""
    figure, ax = plt.subplots()
    assert draw(ax) is ax and ax.get_title()
    assert plt.get_fignums() == [figure.number]
    other = draw(None)
    assert other.figure is not figure and other.get_title() == ax.get_title()


def test_default_classes_are_cifar10s():
    """Without `classes`, samples, templates and confusion matrix carry the ten CIFAR-10 names in order."""
    assert tick_labels(DRAW["show_samples"](None).xaxis) == CLASSES
    ax = DRAW["plot_confusion"](None)
    assert tick_labels(ax.xaxis) == tick_labels(ax.yaxis) == CLASSES


def test_reg_zero_has_a_place():
    """A setting without regularization is drawn too: the axis becomes linear near 0."""
    ax = plot_sweep(SweepTable([result(1e-3, 0, 0.3), result(2e-3, 7, 0.5)]))
    assert ax.get_yscale() == "symlog" and ax.get_ylim()[0] <= 0
    ax.figure.canvas.draw()
    plot_sweep(SweepTable([result(1e-3, 0, 0.3)])).figure.canvas.draw()


def test_an_empty_sweep_is_refused():
    """Nothing to draw is an error that says so."""
    with pytest.raises(ValueError, match="empty"):
        plot_sweep(SweepTable())


# --- show -----------------------------------------------------------------------------------------

def test_show_in_a_notebook(monkeypatch):
    """In a notebook, the figure is an HTML image with its text, in which spaces count once and signs are escaped."""
    shown = []
    monkeypatch.setattr(matplotlib, "get_backend", lambda: "module://matplotlib_inline.backend_inline")
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    first = plt.figure()
    plt.figure(figsize=(2, 1))
    show('a line\n    below 5 & "above" <0>')
    assert plt.get_fignums() == [first.number]  # the current figure is shown and closed, and no other
    [data] = shown
    text = 'a line below 5 &amp; &quot;above&quot; &lt;0&gt;'
    tag, png = data["text/html"].split("base64,")
    assert tag == f'<img alt="{text}" src="data:image/png;' and png.endswith('">')
    assert base64.b64decode(png[:-2], validate=True).startswith(b"\x89PNG")
    assert data["text/plain"] == '<figure: a line below 5 & "above" <0>>'


def test_show_elsewhere(monkeypatch):
    """Outside of a notebook it is plt.show()."""
    calls = []
    monkeypatch.setattr(plt, "show", lambda: calls.append("plt.show"))
    plt.figure()
    show("a line")
    assert calls == ["plt.show"]


def test_show_needs_a_figure_and_a_text():
    with pytest.raises(ValueError, match="open figure"):
        show("a line")
    plt.figure()
    with pytest.raises(ValueError, match="alt: expected a text"):
        show(" \n ")


def test_maps_share_one_scale():
    """All maps have one colour scale, even around 0; titles stand where they belong; other shapes are refused."""
    images, maps = np.full((2, 32, 32, 3), 200), np.stack([np.full((2, 32, 32), 1.0), np.full((2, 32, 32), -3.0)])
    axes = show_maps(images, maps, [["a", "b"], ["c", "d"], ["e", "f"]])
    assert [[ax.get_title() for ax in row] for row in axes] == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert {ax.get_images()[0].get_clim() for ax in axes[1:].ravel()} == {(-3.0, 3.0)}
    assert axes[2, 0].get_images()[0].get_array()[0, 0] == -3
    for X, values, titles, name in [(images, maps[:, :1], [["a"]] * 3, "maps"), (images, maps, [["a"]] * 3, "titles")]:
        with pytest.raises(ValueError, match=name):
            show_maps(X, values, titles)


def test_landscapes_star_their_lowest_place():
    """Rows are second weights, columns first ones; the maps share one scale; creases only where they are given."""
    w = np.array([-1.0, 0.0, 1.0])
    bowl = 1 + (w[:, None] - 1) ** 2 + w[None, :] ** 2  # lowest at first weight 0, second weight 1
    axes = plot_landscapes({"bowl": bowl, "high bowl": 2 * bowl}, w, {"bowl": [w[:, None] + 0 * w]})
    for ax in axes[1]:
        assert [tuple(line.get_xydata()[0]) for line in ax.lines] == [(0, 1)]
    assert [len(ax.collections) for ax in axes[1]] == [3, 2]  # filled, contour lines, and one crease
    assert len({ax.collections[0].get_clim() for ax in axes[1]}) == 1
    flat = plot_landscapes({"flat": np.zeros((3, 3))}, w)
    flat[0, 0].figure.canvas.draw()


@pytest.mark.parametrize(("changed", "message"), [
    ({"losses": {"bowl": np.ones((2, 3))}}, r"losses\['bowl'\]: expected shape \(3, 3\), got \(2, 3\)"),
    ({"w": [1.0], "losses": {"bowl": [[1.0]]}}, "w: expected at least two values, got 1"),
    ({"creases": {"bowl": np.ones((1, 2, 2))}}, r"creases\['bowl'\]: .* shape \(m, 3, 3\), got \(1, 2, 2\)"),
    ({"creases": {"bowls": np.ones((1, 3, 3))}}, r"creases\['bowls'\]: expected a name of `losses`"),
])
def test_landscapes_refuse(changed, message):
    """Before anything is drawn."""
    with pytest.raises(ValueError, match=message):
        plot_landscapes(**({"losses": {"bowl": np.ones((3, 3))}, "w": [-1.0, 0.0, 1.0]} | changed))
    assert not plt.get_fignums()


# --- strokes ---------------------------------------------------------------------------------------------------------


def test_a_stroke_runs_along_its_edge():
    """An upright edge (gradient to the right: the first of 9) in the second cell is one stroke, nearly upright."""
    histogram = np.zeros((2, 2, 9))
    histogram[0, 1, 0] = 3
    ax = plot_strokes(histogram.ravel(), 2, 2)
    [lines] = ax.collections
    ends, alpha = np.array(lines.get_segments()), lines.get_alpha()
    assert ends.shape == (36, 2, 2) and np.flatnonzero(alpha).tolist() == [9] and alpha[9] == 1
    (x0, y0), (x1, y1) = ends[9]
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((11.5, 3.5))  # the middle of the pixels 8 to 15, and 0 to 7
    angle = math.degrees(math.atan2(y1 - y0, x1 - x0)) % 180
    assert angle == pytest.approx(100)  # 10 degrees, the middle of direction 0, and 90: with y downwards, as in images
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_an_image_without_edges_has_no_strokes():
    [lines] = plot_strokes(np.zeros(36), 2, 2).collections
    assert not lines.get_alpha().any()


@pytest.mark.parametrize(("histogram", "message"), [
    (np.zeros(35), r"expected shape .4 . K,., for 2 x 2 cells of K directions, got .35,."),
    (np.zeros((2, 36)), "Pass one image's histogram"), (np.full(36, np.nan), "finite")])
def test_strokes_refuse_other_histograms(histogram, message):
    with pytest.raises(ValueError, match=message):
        plot_strokes(histogram, 2, 2)
