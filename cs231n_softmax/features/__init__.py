"""Features: better inputs for the same classifier. Functions of images (N, 32, 32, 3) give features (N, F), float32.

    hand_made_features    somebody thought them out: edges and colours (hand_made.py)
    patch_features        nobody thought them out: how much patches of training images respond (patches.py)
    standardize           makes all features equally large, as both need it before a linear classifier
    cached                keeps what took long in a file (cache.py)

The names of cs231n's features.py (hog_feature, color_histogram_hsv, extract_features) work as in the course.
"""

from .cache import cached
from .hand_made import color_histogram_hsv, extract_features, hand_made_features, hog_feature
from .patches import Patches, draw_patches, patch_features, patch_responses
from .standard import standardize

__all__ = [
    "Patches",
    "cached",
    "color_histogram_hsv",
    "draw_patches",
    "extract_features",
    "hand_made_features",
    "hog_feature",
    "patch_features",
    "patch_responses",
    "standardize",
]
