"""vis_utils/descents.py: what the pictures of descents show, read back from their artists; wrong input is refused."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from cs231n_softmax.vis_utils import plot_paths, show_film

matplotlib.use("Agg")
pytestmark = pytest.mark.filterwarnings("error")

w, b = np.array([0.0, 1.0, 2.0]), np.array([5.0, 6.0])
LOSSES = np.arange(6.0).reshape(2, 3)
GREY = np.zeros((3073, 2))


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


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
])
def test_film_refuses(changed, error, message):
    with pytest.raises(error, match=message):
        show_film(**({"films": {"a": [GREY, GREY]}, "moments": ["start", "end"], "label": 0, "limit": 1.0} | changed))
